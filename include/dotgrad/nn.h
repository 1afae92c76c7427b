/**
 * @file nn.h
 * @brief Neural networks: neurons, layers, MLPs, losses, optimisers and training.
 *
 * A *module* holds *parameters*, which are leaves of a graph, and computes outputs from inputs. One
 * type serves for a neuron, a layer and an MLP (multilayer perceptron): a neuron is a layer with
 * one output, a layer is an MLP with one layer.
 *
 * Make the modules first, then call dg_graph_mark(). What a training step makes can be dropped by
 * dg_graph_rewind(), or, where every step computes the same graph, kept and recomputed by
 * dg_forward().
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
 * The same seed gives the same bits on every machine. There is no global state.
 * @{ */

/** The state of a generator; the caller owns it and may copy it. */
typedef struct dg_rng {
    uint64_t s[4]; /**< all zero stands for the state of seed 0 */
} dg_rng;

/** A generator started with @p seed (any number). */
DG_API dg_rng dg_rng_init(uint64_t seed);

/** The next 64 random bits. 0 for NULL. */
DG_API uint64_t dg_rng_next(dg_rng *rng);

/** A double from the uniform distribution on [@p low, @p high): low + (high - low) * u, where u is
 * the upper 53 of the next 64 bits divided by 2**53. nan for a NULL @p rng. */
DG_API double dg_rng_uniform(dg_rng *rng, double low, double high);

/** A double from the normal distribution with mean 0 and variance 1, by the polar method (Marsaglia
 * and Bray, "A convenient method for generating normal variables", 1964); of its two results the
 * second is dropped. nan for a NULL @p rng. */
DG_API double dg_rng_normal(dg_rng *rng);

/** @} */
/** @name Modules
 * @{ */

/** The function that a neuron applies to its weighted sum. */
typedef enum dg_activation {
    DG_TANH = 0, /**< dg_tanh() */
    DG_RELU,     /**< dg_relu() */
    DG_SIGMOID,  /**< dg_sigmoid() */
    DG_LINEAR    /**< none: the sum itself */
} dg_activation;

/** A neuron, a layer or an MLP. */
typedef struct dg_module dg_module;

/** @name Limits: a module beyond them is #DG_LIMIT in its graph
 * @{ */
#define DG_LAYERS_MAX ((size_t)1000)        /**< layers of an MLP */
#define DG_PARAMETERS_MAX ((size_t)1 << 23) /**< parameters of a module */
/** @} */

/** Of so many examples, or fewer, each has a scope of its own: see dg_fit(). */
#define DG_EXAMPLE_SCOPES_MAX ((size_t)1000)

/**
 * A neuron with @p nin inputs and one output, f(b + w0*x0 + w1*x1 + …), summed from left to right
 * as in the micrograd lectures. Its parameters are w0, w1, … and b, in this order and labelled so,
 * drawn from @p rng uniformly in [-1, 1).
 * @param g          the graph that owns the parameters; inputs must be its values
 * @param nin        number of inputs; at least 1
 * @param activation f
 * @param rng        draws the initial parameters
 * @return the module, which the caller frees with dg_module_free() (before or after its graph);
 *         NULL with the error in @p g: #DG_INVALID, #DG_LIMIT or #DG_NOMEM. NULL for a NULL @p g
 */
DG_API dg_module *dg_neuron_new(dg_graph *g, size_t nin, dg_activation activation, dg_rng *rng);

/** A layer of @p nout neurons (at least 1), each with all @p nin inputs. Parameters are in the
 * order of the neurons, each with its weights and then its bias, labelled `neuron 2 w1`. Otherwise
 * as dg_neuron_new(). */
DG_API dg_module *dg_layer_new(dg_graph *g, size_t nin, size_t nout, dg_activation activation,
                               dg_rng *rng);

/**
 * An MLP of @p n layers: layer i has @p sizes[i] neurons, and its inputs are the outputs of the
 * layer before it (of the first: @p nin inputs). Parameters are in the order of the layers, as in
 * dg_layer_new(), labelled `layer 0 neuron 2 w1`: 41 of them for nin = 3, sizes = 4, 4, 1.
 * @param g           as for dg_neuron_new()
 * @param nin         number of inputs; at least 1
 * @param sizes       @p n numbers of neurons, each at least 1; borrowed for the call
 * @param n           number of layers; 1 to #DG_LAYERS_MAX
 * @param activations one for each layer, borrowed for the call; NULL: tanh in all layers
 * @param rng         draws the initial parameters
 * @return as dg_neuron_new()
 */
DG_API dg_module *dg_mlp_new(dg_graph *g, size_t nin, const size_t *sizes, size_t n,
                             const dg_activation *activations, dg_rng *rng);

/** Frees @p m but not its parameters, which belong to their graph. NULL is allowed. */
DG_API void dg_module_free(dg_module *m);

/** The number of inputs of @p m; 0 for NULL. */
DG_API size_t dg_module_input_count(const dg_module *m);

/** The number of outputs of @p m; 0 for NULL. */
DG_API size_t dg_module_output_count(const dg_module *m);

/** The parameters of @p m in their fixed order, and their number in *@p n (which may be NULL):
 * borrowed from the module. NULL and 0 for NULL. */
DG_API dg_value *const *dg_module_parameters(const dg_module *m, size_t *n);

/** Names @p m, which has no name yet: its values are then in a scope of this name (see dg_scope()),
 * inside the scope that each was made in: `n/layer 0/neuron 2`. That holds for its parameters, and
 * for what calls make from now on. Labels stay.
 * @return #DG_OK; #DG_INVALID for NULL, for "", and if it has a name; #DG_LIMIT where a scope would
 *         be longer than #DG_LABEL_MAX; #DG_NOMEM. An error is in the graph, too. */
DG_API dg_status dg_module_set_name(dg_module *m, const char *name);

/** The name of @p m; "" if it has none, and for NULL. */
DG_API const char *dg_module_name(const dg_module *m);

/**
 * Lets @p m compute with other values as its parameters, from then on in their graph: with the
 * copies that dg_graph_copy() made of them, or with a part of those of another module.
 * @param m          the module
 * @param parameters @p n scalars in the order of dg_module_parameters(), made one directly after
 *                   the other; copied
 * @param n          must be the number of its parameters
 * @return #DG_OK; #DG_INVALID for anything else, with @p m as it was
 */
DG_API dg_status dg_module_rebind(dg_module *m, dg_value *const *parameters, size_t n);

/**
 * Computes the outputs of @p m. The values it makes are in the scope of their neuron (see
 * dg_scope()), `layer 0/neuron 2` in an MLP, `neuron 2` in a layer, no scope of its own in a
 * neuron, inside that of the module's name, if it has one, inside the scopes that are open.
 * @param m   the module
 * @param x   @p nx values, the inputs: scalars, or tensors of shapes that broadcast
 * @param nx  must be dg_module_input_count()
 * @param out receives dg_module_output_count() values, borrowed from the graph; may be @p x
 * @return #DG_OK; #DG_INVALID (NULL, another number of inputs, another graph), #DG_NOMEM or
 *         #DG_LIMIT with the error in the module's graph, which then has no new values
 */
DG_API dg_status dg_module_call(const dg_module *m, dg_value *const *x, size_t nx, dg_value **out);

/** Sets the gradients of the parameters of @p m to 0; dg_has_grad() does not change. #DG_INVALID
 * for NULL. */
DG_API dg_status dg_module_zero_grad(const dg_module *m);

/** @} */
/** @name Losses
 * Each returns a new value of the graph of its @p n predictions p, with a leaf for each target y
 * below it. Sums run from the first term to the last; a mean is the sum times 1/n, and for n = 1
 * the only term itself. NULL with the graph's error, and no new values, where something is missing
 * or memory is; NULL where @p n is 0, which has no graph.
 * @{ */

/** The sum of squared errors: the sum of (p - y)**2. */
DG_API dg_value *dg_loss_sse(dg_value *const *predictions, const double *targets, size_t n);

/** The mean squared error: the mean of (p - y)**2. */
DG_API dg_value *dg_loss_mse(dg_value *const *predictions, const double *targets, size_t n);

/** Binary cross-entropy of logits p, y in [0, 1]: the mean of softplus(p) - p*y, which is
 * -y*log(s(p)) - (1 - y)*log(1 - s(p)) with s the sigmoid, in a form that does not overflow. */
DG_API dg_value *dg_loss_bce(dg_value *const *predictions, const double *targets, size_t n);

/** The hinge (max-margin) loss of micrograd's demo, for y = -1 or 1: the mean of relu(1 + -y*p). */
DG_API dg_value *dg_loss_hinge(dg_value *const *predictions, const double *targets, size_t n);

/** L2 regularisation as in micrograd's demo: the sum of v*v over the @p n @p values, times
 * @p alpha. */
DG_API dg_value *dg_loss_l2(dg_value *const *values, size_t n, double alpha);

/** @} */
/** @name Optimisers
 * Each updates the data of its parameters in place. In the formulas p is an element of a parameter,
 * g its gradient, and t the number of the step, from 1. A parameter that requires no gradient is
 * left as it is.
 * @{ */

/** Parameters, and the state that an optimiser keeps for them. */
typedef struct dg_optimizer dg_optimizer;

/**
 * Stochastic gradient descent, as PyTorch's SGD: g += weight_decay*p; with momentum,
 * b = g in the first step and momentum*b + g in later ones, and g = b; p -= lr*g.
 * @param parameters   @p n values, borrowed for the optimiser's life; the array is copied
 * @param n            their number; 0 is allowed
 * @param lr           learning rate
 * @param momentum     0 for none
 * @param weight_decay 0 for none
 * @return the optimiser, which the caller frees with dg_optimizer_free(); NULL when out of memory
 *         or for a NULL among the parameters
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

/** Sets the learning rate of later steps. #DG_INVALID for NULL. */
DG_API dg_status dg_optimizer_set_lr(dg_optimizer *o, double lr);

/** Sets the gradients of the parameters to 0; dg_has_grad() does not change. #DG_INVALID for NULL.
 */
DG_API dg_status dg_optimizer_zero_grad(dg_optimizer *o);

/** @} */
/** @name Training history
 * What happened in the steps of a training, by group of parameters: whether gradients vanish or
 * explode, and whether the learning rate fits. Give a history to #dg_fit_options.
 *
 * The *group* of a parameter is its scope, up to the first part in which parameters of the training
 * differ: the layer in an MLP. Where all are in one scope, or in none, each label is a
 * group; a parameter without a label is `parameter 3`. Where that makes more than
 * #DG_HISTORY_GROUPS_MAX groups, all parameters are one. Parameters that require no gradient belong
 * to no group.
 * @{ */

/** Rows of a training, the loss and numbers of each group for each recorded step. */
typedef struct dg_history dg_history;

#define DG_HISTORY_GROUPS_MAX 64  /**< most groups of a training */
#define DG_HISTORY_STEPS_MAX 1000 /**< recorded steps by default: see dg_history_new() */

/**
 * One group of parameters in one step. Numbers are of the gradients and the data before the step's
 * update, and of the update itself, the change of the data: -lr*grad in plain gradient descent.
 *
 * The deviation std(x) of the elements x of a group is the root of sum((x - mean(x))**2) / (size -
 * 1), as PyTorch's; that of a single element is its magnitude. In an epoch of several updates
 * (dg_fit_graph() with n > 1) @c grad is the mean over them, and a deviation the root of the mean
 * of its squares. Where training ended in the step, since a number was not finite, numbers that
 * were not computed are nan.
 */
typedef struct dg_history_row {
    size_t run;          /**< number of the training, from 1: a history may record several */
    size_t step;         /**< number of the step or epoch, from 0 */
    double loss;         /**< as #dg_progress gets it */
    const char *group;   /**< borrowed from the history */
    size_t size;         /**< elements of its parameters */
    double grad;         /**< mean of |grad| */
    double grad_std;     /**< std(grad) */
    double data_std;     /**< std(data) */
    double update_std;   /**< std(update) */
    double grad_ratio;   /**< std(grad) / std(data) */
    double update_ratio; /**< std(update) / std(data); about 1e-3 where the learning rate fits */
    double update_log10; /**< log10(update_ratio); -inf where nothing changed */
} dg_history_row;

/**
 * An empty history.
 * @param every record every so many steps, from the first on, and each training's last; 0: record
 *              evenly spaced steps, at most #DG_HISTORY_STEPS_MAX in all trainings together:
 * whenever there are as many, every second one is dropped, and the interval doubled
 * @return the history, which the caller frees with dg_history_free(); NULL when out of memory
 */
DG_API dg_history *dg_history_new(size_t every);

/** Frees @p h. NULL is allowed. */
DG_API void dg_history_free(dg_history *h);

/** The number of rows of @p h; 0 for NULL. */
DG_API size_t dg_history_row_count(const dg_history *h);

/** Row @p i in *@p row: step after step, and in each one row for each group, in the order of the
 * parameters. #DG_INVALID where there is none or for NULL. */
DG_API dg_status dg_history_row_at(const dg_history *h, size_t i, dg_history_row *row);

/**
 * The history as a table of aligned text that gnuplot reads: a block for each group of each
 * training, separated by two empty lines, that begins with the names of the columns: the members of
 * dg_history_row, the group first, in quotes. Numbers have 6 significant digits.
 * @param h    the history
 * @param size receives the size without the terminator; may be NULL
 * @return the text, which the caller frees with dg_free(); NULL for NULL or when out of memory
 */
DG_API char *dg_table_from_history(const dg_history *h, size_t *size);

/** The history as JSON: `{"dotgrad_history": 1, "rows": [...]}`, each row an object with the
 * members of dg_history_row. Numbers have 17 significant digits; others are the strings "NaN",
 * "Infinity" and "-Infinity". Otherwise as dg_table_from_history(). */
DG_API char *dg_json_from_history(const dg_history *h, size_t *size);

/** @} */
/** @name Training
 * @{ */

/** A loss function, such as dg_loss_sse(), dg_loss_mse(), dg_loss_bce() and dg_loss_hinge(). */
typedef dg_value *dg_loss(dg_value *const *predictions, const double *targets, size_t n);

/** Called after each step with the context of the options, the number of the step from 0, and the
 * loss before the step's update. A result other than 0 ends the training. */
typedef int dg_progress(void *context, size_t step, double loss);

/** How to train. Zero means the default. */
typedef struct dg_fit_options {
    size_t steps;            /**< default 20 */
    double lr;               /**< learning rate of plain gradient descent; default 0.05 */
    dg_loss *loss;           /**< default dg_loss_sse() */
    dg_optimizer *optimizer; /**< used instead of plain gradient descent; borrowed. Gradients of
                                  parameters it has that are not below the loss are not zeroed */
    dg_progress *progress;   /**< called after each step; default: none */
    void *context;           /**< passed to progress */
    dg_history *history;     /**< records the training, also one that fails; borrowed. Default: none
                              */
} dg_fit_options;

/** The result of training. */
typedef struct dg_fit_result {
    size_t steps;        /**< steps completed */
    double first;        /**< the loss before the first step's update */
    double last;         /**< the loss after the last step's update */
    dg_value *loss;      /**< that loss, differentiated, whose graph can be drawn */
    dg_value *nonfinite; /**< where a number that is not finite ended the training: the value made
                              first whose data was not finite, else the first parameter whose
                              gradient was not; else NULL */
    dg_error error;      /**< why it failed, also where the graph keeps an older error */
} dg_fit_result;

/**
 * Trains @p m on @p n examples by full-batch steps: each computes the loss of all examples, zeroes
 * the gradients below it, differentiates it, and updates the parameters. The graph of the loss is
 * made once and recomputed by dg_forward(); after the last step it is recomputed and differentiated
 * once more, so that its data and gradients belong to the trained parameters.
 *
 * What an example makes is in a scope of its own (see dg_scope()), `example 3/layer 0/neuron 2`, if
 * there are no more than #DG_EXAMPLE_SCOPES_MAX of them, and what compares them in the scope
 * `loss`.
 *
 * Training ends before an update where the loss or the gradient of a parameter is not finite, and
 * also where the loss is not finite after the last step: the status is #DG_INVALID, the error's
 * text names the step and the value, and result->nonfinite is that value.
 * @param m       a module with one output
 * @param xs      @p n rows of dg_module_input_count() numbers, row by row
 * @param ys      @p n targets
 * @param n       number of examples; at least 1
 * @param options NULL: all defaults
 * @param result  receives the result; may be NULL
 * @return #DG_OK; #DG_INVALID, #DG_NOMEM or #DG_LIMIT with the error in the module's graph
 */
DG_API dg_status dg_fit(const dg_module *m, const double *xs, const double *ys, size_t n,
                        const dg_fit_options *options, dg_fit_result *result);

/** A leaf whose data is set for every example. */
typedef struct dg_feed {
    dg_value *leaf;     /**< a scalar or a tensor */
    const double *rows; /**< dg_size(leaf) numbers for each example, row by row; borrowed */
} dg_feed;

/**
 * Trains an existing graph. In each epoch, for every example in order: sets the leaves of @p feeds
 * to the example's rows, recomputes the graph by dg_forward(), zeroes and computes the gradients,
 * and updates the parameters (online gradient descent: batches of one). With feeds of whole batches
 * and
 * @p n = 1 it is full-batch training. At the end the graph is recomputed and differentiated once
 * more for the first example.
 *
 * Numbers that are not finite end it as they end dg_fit(); the error's text names the example too.
 * options->loss is not used. options->steps and result->steps count epochs, and progress is called
 * after each epoch with the mean over its examples of the loss before their updates. result->first
 * and result->last are these means for the first and the last epoch (where it ended early: for the
 * examples so far), result->loss is @p loss.
 * @param loss         a value with one element, computed from all @p parameters
 * @param feeds        @p n_feeds different leaves below @p loss, none of them a parameter; borrowed
 *                     for the call
 * @param n_feeds      number of feeds; 0 is allowed
 * @param n            number of examples; at least 1
 * @param parameters   @p n_parameters different leaves that require a gradient; borrowed
 * @param n_parameters number of parameters; at least 1
 * @param options      NULL: all defaults
 * @param result       receives the result; may be NULL
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
