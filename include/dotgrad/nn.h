/**
 * @file nn.h
 * @brief Networks that learn: neurons, layers, MLPs, losses and optimisers on the engine's values.
 *
 * A *module* holds *parameters*, which are leaves of a graph, and computes outputs from inputs. One
 * type serves for a neuron, a layer and an MLP (multilayer perceptron), since a neuron is a layer
 * of one and a layer an MLP of one layer.
 *
 * Make the modules first, then take dg_graph_mark(): what a training step makes after it can be
 * dropped by dg_graph_rewind(), or kept and replayed by dg_forward() where every step computes the
 * same graph.
 */
#ifndef DOTGRAD_NN_H
#define DOTGRAD_NN_H

#include <stdint.h>

#include <dotgrad/base.h>
#include <dotgrad/engine.h>
#include <dotgrad/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @name Random numbers
 * The generator is xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", 2021), its state filled from the seed by SplitMix64 (Steele, Lea and Flood, 2014).
 * The same seed gives the same numbers on every machine. There is no global state.
 * @{ */

/** The state of a generator; the caller owns it, and may copy it. */
typedef struct dg_rng {
    uint64_t s[4]; /**< all zero stands for the state of seed 0 */
} dg_rng;

/** A generator for @p seed (any number). */
DG_API dg_rng dg_rng_init(uint64_t seed);

/** The next 64 random bits. 0 for NULL. */
DG_API uint64_t dg_rng_next(dg_rng *rng);

/** A double uniform in [@p low, @p high): low + (high - low) * u, with u the next 53 bits as a
 * fraction of 1. nan for NULL. */
DG_API double dg_rng_uniform(dg_rng *rng, double low, double high);

/** A double from the normal distribution with mean 0 and variance 1, by the polar method (Marsaglia
 * and Bray, 1964), of whose two results the second is dropped. nan for NULL. */
DG_API double dg_rng_normal(dg_rng *rng);

/** @} */
/** @name Modules
 * @{ */

/** What a neuron does with its weighted sum. */
typedef enum dg_activation {
    DG_TANH = 0, /**< dg_tanh() */
    DG_RELU,     /**< dg_relu() */
    DG_SIGMOID,  /**< dg_sigmoid() */
    DG_LINEAR    /**< nothing */
} dg_activation;

/** A neuron, a layer or an MLP: parameters and how to compute with them. */
typedef struct dg_module dg_module;

/** @name Limits: a module beyond them is #DG_LIMIT in its graph
 * @{ */
#define DG_LAYERS_MAX ((size_t)1000)        /**< layers of an MLP */
#define DG_PARAMETERS_MAX ((size_t)1 << 23) /**< parameters of a module */
/** @} */

/**
 * A neuron with @p nin inputs and one output, f(b + w0*x0 + w1*x1 + …), summed in this order, as in
 * the documents. Its parameters are w0, w1, … and b, in this order, drawn from @p rng uniformly in
 * [-1, 1), and so labelled.
 * @param g          where the parameters are made; the module is used with values of this graph
 * @param nin        how many inputs; at least 1
 * @param activation f
 * @param rng        where the first numbers come from
 * @return the module, which the caller frees with dg_module_free() (before or after its graph), or
 *         NULL with the error in @p g
 */
DG_API dg_module *dg_neuron_new(dg_graph *g, size_t nin, dg_activation activation, dg_rng *rng);

/** A layer of @p nout neurons, each with all of @p nin inputs. Parameters neuron by neuron,
 * labelled `neuron 2 w1`. Otherwise as dg_neuron_new(). */
DG_API dg_module *dg_layer_new(dg_graph *g, size_t nin, size_t nout, dg_activation activation,
                               dg_rng *rng);

/**
 * An MLP of @p n layers, layer i with @p sizes[i] neurons and the outputs of the layer before it
 * (first: @p nin inputs) as inputs. Parameters layer by layer, neuron by neuron, its weights and
 * then its bias, labelled `layer 0 neuron 2 w1`: 41 of them for nin = 3, sizes = 4, 4, 1.
 * @param g           as for dg_neuron_new()
 * @param nin         how many inputs; at least 1
 * @param sizes       @p n numbers of neurons, each at least 1; borrowed for the call
 * @param n           how many layers; at least 1
 * @param activations @p n of them, borrowed for the call; NULL: tanh in all layers
 * @param rng         where the first numbers come from
 * @return as dg_neuron_new()
 */
DG_API dg_module *dg_mlp_new(dg_graph *g, size_t nin, const size_t *sizes, size_t n,
                             const dg_activation *activations, dg_rng *rng);

/** Frees @p m; its parameters belong to their graph. NULL is allowed. */
DG_API void dg_module_free(dg_module *m);

/** How many inputs @p m takes; 0 for NULL. */
DG_API size_t dg_module_input_count(const dg_module *m);

/** How many outputs @p m has; 0 for NULL. */
DG_API size_t dg_module_output_count(const dg_module *m);

/** The parameters of @p m in their fixed order, and in @p n (may be NULL) how many: borrowed from
 * the module. NULL and 0 for NULL. */
DG_API dg_value *const *dg_module_parameters(const dg_module *m, size_t *n);

/**
 * Computes the outputs of @p m. The values that it makes have the scope of the parameters that they
 * are made with (see dg_scope()): `layer 0/neuron 2` in an MLP, `neuron 2` in a layer, none in
 * a neuron; within the scopes that are open.
 * @param m   the module
 * @param x   @p nx values, the inputs
 * @param nx  must be dg_module_input_count()
 * @param out receives dg_module_output_count() values
 * @return #DG_INVALID (NULL, another number of inputs, another graph), #DG_NOMEM or #DG_LIMIT, and
 *         the error is in the module's graph, which holds no new values then
 */
DG_API dg_status dg_module_call(const dg_module *m, dg_value *const *x, size_t nx, dg_value **out);

/** Sets the gradients of the parameters of @p m to 0. #DG_INVALID for NULL. */
DG_API dg_status dg_module_zero_grad(const dg_module *m);

/** @} */
/** @name Losses
 * Each makes values in the graph of its predictions p and returns the loss, a leaf for each target
 * y among them; NULL with the error in the graph, or where @p n is 0. Sums are taken in order, from
 * the first term on; where n is 1 a mean is its only term, without a product.
 * @{ */

/** The sum of (p - y)**2 over @p n predictions. */
DG_API dg_value *dg_loss_sse(dg_value *const *predictions, const double *targets, size_t n);

/** The mean of (p - y)**2: the sum times 1/n (where n is 1: the sum). */
DG_API dg_value *dg_loss_mse(dg_value *const *predictions, const double *targets, size_t n);

/** Binary cross-entropy of logits p, y in [0, 1]: the mean of softplus(p) - p*y, which is
 * -y*log(s(p)) - (1 - y)*log(1 - s(p)) with s the sigmoid, and overflows nowhere. */
DG_API dg_value *dg_loss_bce(dg_value *const *predictions, const double *targets, size_t n);

/** The max-margin (hinge) loss of micrograd's demo, y being -1 or 1: the mean of relu(1 + -y*p). */
DG_API dg_value *dg_loss_hinge(dg_value *const *predictions, const double *targets, size_t n);

/** L2 regularisation of micrograd's demo: alpha * the sum of v*v over the @p n @p values. */
DG_API dg_value *dg_loss_l2(dg_value *const *values, size_t n, double alpha);

/** @} */
/** @name Optimisers
 * Each changes the data of its parameters by their gradients, in place. Formulas: `g` the gradient,
 * `p` the parameter, `t` the number of the step from 1. Parameters may be tensors: then each number
 * is one. (A parameter that requires no gradient is left as it is.)
 * @{ */

/** Parameters and what an optimiser remembers of them. */
typedef struct dg_optimizer dg_optimizer;

/**
 * Stochastic gradient descent, as PyTorch's SGD: g += weight_decay*p; with a momentum,
 * b = g in the first step and momentum*b + g in later ones, and g = b; p -= lr*g.
 * @param parameters   @p n values, borrowed for the optimiser's life; the array is copied
 * @param n            how many; 0 is allowed
 * @param lr           learning rate
 * @param momentum     0 for none
 * @param weight_decay 0 for none
 * @return the caller frees it with dg_optimizer_free(); NULL when out of memory or for a NULL among
 *         the parameters
 */
DG_API dg_optimizer *dg_sgd_new(dg_value *const *parameters, size_t n, double lr, double momentum,
                                double weight_decay);

/**
 * Adam (Kingma and Ba, "Adam: a method for stochastic optimization", 2015), with weight decay added
 * to the gradient: g += weight_decay*p; m = beta1*m + (1-beta1)*g; v = beta2*v + (1-beta2)*g*g;
 * p -= lr * (m / (1-beta1**t)) / (sqrt(v / (1-beta2**t)) + eps). Usual: 1e-3, 0.9, 0.999, 1e-8, 0.
 * Otherwise as dg_sgd_new().
 */
DG_API dg_optimizer *dg_adam_new(dg_value *const *parameters, size_t n, double lr, double beta1,
                                 double beta2, double eps, double weight_decay);

/** AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019): p -=
 * lr*weight_decay*p first, then Adam's step without weight decay. Otherwise as dg_adam_new(). */
DG_API dg_optimizer *dg_adamw_new(dg_value *const *parameters, size_t n, double lr, double beta1,
                                  double beta2, double eps, double weight_decay);

/** Frees @p o; the parameters stay. NULL is allowed. */
DG_API void dg_optimizer_free(dg_optimizer *o);

/** One step. #DG_INVALID for NULL. */
DG_API dg_status dg_optimizer_step(dg_optimizer *o);

/** Sets the learning rate for the steps to come. #DG_INVALID for NULL. */
DG_API dg_status dg_optimizer_set_lr(dg_optimizer *o, double lr);

/** Sets the gradients of the parameters to 0. #DG_INVALID for NULL. */
DG_API dg_status dg_optimizer_zero_grad(dg_optimizer *o);

/** @} */
/** @name Training
 * @{ */

/** A loss of this header: sse, mse, bce, hinge. */
typedef dg_value *dg_loss(dg_value *const *predictions, const double *targets, size_t n);

/** Told after each step: its number from 0 and the loss before the step's update. A result other
 * than 0 ends the training. */
typedef int dg_progress(void *context, size_t step, double loss);

/** How to train. Zero means the default. */
typedef struct dg_fit_options {
    size_t steps;            /**< default 20 */
    double lr;               /**< learning rate of plain gradient descent; default 0.05 */
    dg_loss *loss;           /**< default dg_loss_sse() */
    dg_optimizer *optimizer; /**< takes the place of plain gradient descent; borrowed. What it holds
                                  beside the module's parameters keeps its gradients */
    dg_progress *progress;   /**< told after each step; default: nobody */
    void *context;           /**< passed to progress */
} dg_fit_options;

/** What training came to. */
typedef struct dg_fit_result {
    size_t steps;        /**< steps that were made */
    double first;        /**< the loss before the first step's update */
    double last;         /**< the loss after the last step's update */
    dg_value *loss;      /**< that loss, differentiated: its graph is there to be drawn */
    dg_value *nonfinite; /**< where the training ended early: the first value, in the order of their
                              making, whose data was not finite, else the first parameter whose
                              gradient was not; else NULL */
    dg_error error;      /**< why it failed, also where the graph keeps an older error */
} dg_fit_result;

/**
 * Trains @p m on @p n examples by full-batch steps: each zeroes the gradients of the parameters,
 * computes the loss of all examples, differentiates it, and updates the parameters. The loss's
 * graph is made once and replayed by dg_forward(); after the last step it is replayed and
 * differentiated once more, so that all its numbers belong to the trained parameters.
 *
 * A step whose loss, or a gradient of whose parameters, is not finite ends the training before its
 * update, and so does a loss that is not finite after the last step: the status is #DG_INVALID, the
 * graph has an error text with the step and the value, and the result tells both.
 * @param m       a module with one output
 * @param xs      @p n rows of dg_module_input_count() numbers, row by row
 * @param ys      @p n targets
 * @param n       how many examples; at least 1
 * @param options NULL: all defaults
 * @param result  receives what it came to; may be NULL
 * @return #DG_OK; #DG_INVALID, #DG_NOMEM or #DG_LIMIT with the error in the module's graph
 */
DG_API dg_status dg_fit(const dg_module *m, const double *xs, const double *ys, size_t n,
                        const dg_fit_options *options, dg_fit_result *result);

/** A leaf that takes another row of numbers with every example. */
typedef struct dg_feed {
    dg_value *leaf;     /**< a scalar or a tensor */
    const double *rows; /**< dg_size(leaf) numbers for each example, row by row; borrowed */
} dg_feed;

/**
 * Trains whatever graph @p loss is: in each epoch, for every example in order, sets the leaves of
 * @p feeds to the example's rows, replays the graph by dg_forward(), zeroes and computes the
 * gradients and updates the parameters (so-called online, or stochastic, gradient descent with
 * batches of one). Feeds of whole batches, with @p n = 1, make it full-batch training. At the end
 * the graph is replayed and differentiated once more for the first example.
 *
 * It fails and reports as dg_fit() does, also naming the example; options->loss is not used,
 * options->steps counts epochs, and progress is told after each epoch with the mean over its
 * examples of the losses before their updates. result->steps counts epochs, result->first and
 * result->last are the means of the first and of the last epoch (of one that ended early: of its
 * losses so far), result->loss is @p loss.
 * @param loss         a single number that all @p parameters contribute to
 * @param feeds        @p n_feeds leaves below @p loss, each once, none of them a parameter; 0 are
 *                     allowed
 * @param n_feeds      how many
 * @param n            how many examples; at least 1
 * @param parameters   @p n_parameters leaves that require a gradient, each once; borrowed for the
 * call
 * @param n_parameters how many; at least 1
 * @param options      NULL: all defaults
 * @param result       may be NULL
 * @return #DG_OK; #DG_INVALID, #DG_NOMEM or #DG_LIMIT with the error in the loss's graph
 */
DG_API dg_status dg_fit_graph(dg_value *loss, const dg_feed *feeds, size_t n_feeds, size_t n,
                              dg_value *const *parameters, size_t n_parameters,
                              const dg_fit_options *options, dg_fit_result *result);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
