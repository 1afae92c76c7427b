/**
 * @file inspect.h
 * @brief Why a gradient is what it is: what stands in a trace, judged and explained.
 *
 * The words, after PyTorch and the literature on automatic differentiation (Griewank and Walther,
 * *Evaluating Derivatives*, 2008): the *local gradient* of an edge is the derivative of an op by
 * that operand; the *upstream gradient* is that of the root by the op's value; their product is the
 * edge's *contribution*. The gradient of a value is the sum of the contributions of all its uses.
 */
#ifndef DOTGRAD_INSPECT_H
#define DOTGRAD_INSPECT_H

#include <dotgrad/base.h>
#include <dotgrad/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/** From where on something is worth a word. Zero, or a NULL pointer to the whole, means the
 * default. */
typedef struct dg_inspect_options {
    double saturated; /**< a tanh t is saturated if |t| is larger, a sigmoid s if |2s - 1| is;
                           default 0.97 */
    double vanishing; /**< a gradient that is not 0 vanishes if |g| is smaller; default 1e-7 */
    double vanishing_ratio; /**< and where |g| falls by more than this factor from a scope's outputs
                                 to its leaves; default 1e3 */
    double exploding;       /**< a gradient is huge if |g| is larger; default 1e4 */
    double exploding_ratio; /**< and where |g| grows by more than this factor; default 1e3 */
    double learning_rate;   /**< lr in the update ratio lr*|g|/|data|; default: not known */
    double update_min;      /**< the least update ratio that moves a parameter; default 1e-8 */
    double update_max;      /**< the largest that is not a jump; default 1 */
    double tolerance;       /**< how far the contributions may be from the gradient, relative to the
                                 sum of their magnitudes; default 1e-12 */
} dg_inspect_options;

/** What can be said of a gradient at a glance. */
typedef enum dg_gradient_state {
    DG_GRADIENT_UNSET = 0, /**< no backward pass has reached the value */
    DG_GRADIENT_ZERO,      /**< exactly 0 */
    DG_GRADIENT_FINITE,    /**< none of the others */
    DG_GRADIENT_VANISHING, /**< |g| below dg_inspect_options.vanishing; all subnormal numbers are */
    DG_GRADIENT_HUGE,      /**< |g| above dg_inspect_options.exploding */
    DG_GRADIENT_INFINITE,  /**< inf or -inf */
    DG_GRADIENT_NAN        /**< not a number */
} dg_gradient_state;

/** The state of one number. @p options may be NULL. Never #DG_GRADIENT_UNSET. */
DG_API dg_gradient_state dg_gradient_state_of_number(double grad,
                                                     const dg_inspect_options *options);

/** The state of the gradient of @p node. That of a tensor is the worst of its elements': nan, else
 * infinite, else huge; else that of the element of the largest magnitude. An empty tensor's is
 * finite. #DG_GRADIENT_UNSET for NULL, or if there is no such node.
 * @param options the thresholds; may be NULL */
DG_API dg_gradient_state dg_gradient_state_of(const dg_trace *t, size_t node,
                                              const dg_inspect_options *options);

/** The name of @p state, in one word: "unset", "zero", "finite", "vanishing", "huge", "inf", "nan".
 * Static. */
DG_API const char *dg_gradient_state_name(dg_gradient_state state);

#ifdef __cplusplus
}
#endif

#endif
