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
    double saturated;       /**< a tanh t is saturated if |t| is larger, a sigmoid s if |2s - 1| is;
                                 default 0.97 */
    double saturated_share; /**< a scope is saturated if so many of its tanh and sigmoid values are;
                                 default 0.5 */
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

/** @name Findings
 * An inspection goes over a trace once and lists what is wrong with its data and gradients, the
 * worst first. It works in time and memory linear in the trace.
 *
 * A *parameter*, in a trace that does not say so: a labelled leaf that was made in a scope; where
 * no labelled leaf has a scope, any labelled leaf; where there are no labels, any leaf that has a
 * gradient. Values that the root does not depend on are looked at only for the findings that are
 * about them.
 * @{ */

/** What a finding is about. The names are those of dg_finding_kind_name(). */
typedef enum dg_finding_kind {
    DG_FINDING_NONFINITE_DATA = 0, /**< `nonfinite-data`: the op or leaf that made an infinity or
                                        nan which reaches the root */
    DG_FINDING_NONFINITE_GRADIENT, /**< `nonfinite-gradient`: the op whose derivative made one, the
                                        data being finite */
    DG_FINDING_MASKED_NAN,         /**< `masked-nan`: data that is not finite, that is selected away
                                        before the root, and still makes gradients nan or infinite */
    DG_FINDING_INCONSISTENT, /**< `inconsistent`: the contributions do not sum to the gradient */
    DG_FINDING_ACCUMULATED_TWICE, /**< `accumulated-twice`: the gradient is 2, 3, … times the sum of
                                       the contributions */
    DG_FINDING_UNSET,             /**< `unset`: a parameter that the root does not depend on */
    DG_FINDING_DETACHED,          /**< `detached`: no gradient flows through a value that has
                                       parameters behind it */
    DG_FINDING_NO_BACKWARD,       /**< `no-backward`: no backward pass was run from the root */
    DG_FINDING_DEAD_RELU,         /**< `dead-relu`: a ReLU unit that is shut on every example */
    DG_FINDING_SATURATED,         /**< `saturated`: a tanh or sigmoid whose slope is almost 0, or a
                                       scope with many of them */
    DG_FINDING_VANISHING,         /**< `vanishing`: gradients that shrink on their way */
    DG_FINDING_EXPLODING,         /**< `exploding`: gradients that grow on their way */
    DG_FINDING_UPDATE_RATIO, /**< `update-ratio`: lr*|g|/|data| that is too small or too large */
    DG_FINDING_CONSTANT_PARAMETER, /**< `constant-parameter`: a leaf without a gradient where its
                                        neighbours are parameters */
    DG_FINDING_ZERO_GRADIENT,      /**< `zero-gradient`: gradients that are exactly 0, and why */
    DG_FINDING_DUPLICATE_LABEL,    /**< `duplicate-label`: a leaf that is not the only value of its
                                        label and scope */
    DG_FINDING_UNKNOWN_OP,         /**< `unknown-op`: an op whose local gradients are not known */
    DG_FINDING_KIND_COUNT          /**< how many kinds there are; also "no kind" */
} dg_finding_kind;

/** How bad a finding is. */
typedef enum dg_severity {
    DG_SEVERITY_NOTE = 0, /**< worth knowing; may be as it should be */
    DG_SEVERITY_WARNING,  /**< training will be slow, or not do what it should */
    DG_SEVERITY_ERROR     /**< numbers that are wrong */
} dg_severity;

/** A number that a finding rests on. */
typedef struct dg_evidence {
    const char *name; /**< what it is: "operand 0", "share", "sum of contributions", …; static */
    double value;     /**< any double */
} dg_evidence;

/** A finding. All strings and arrays are borrowed from the inspection. */
typedef struct dg_finding {
    dg_finding_kind kind;        /**< what it is about */
    dg_severity severity;        /**< how bad it is */
    size_t node;                 /**< where: the value; #DG_NO_NODE where it is about the whole */
    const char *scope;           /**< the scope that it is about: that of the value, or of several
                                      that are counted together; "" where there is none */
    const char *cause;           /**< why, in a few words that do not change from one trace to
                                      another: "log of zero", "0 * inf", "ReLU shut", …; "" where
                                      the kind says it all; static */
    const size_t *nodes;         /**< all values that it is about, in trace order; #node is one of
                                      them */
    size_t node_count;           /**< how many these are */
    const dg_evidence *evidence; /**< the numbers */
    size_t evidence_count;       /**< how many these are */
    size_t affected_values;      /**< how many other values have the fault from here */
    size_t affected_parameters;  /**< how many parameters lie behind its values, themselves
                                      included: those that the gradient reaches through them */
    const char *text;            /**< one plain sentence, without a final period */
} dg_finding;

/** An inspection: the findings of one trace. */
typedef struct dg_inspect dg_inspect;

/** The most findings of one kind that are kept; dg_inspect_kind_count() counts all. */
#define DG_FINDINGS_MAX ((size_t)1000)

/**
 * Inspects a trace.
 * @param t       the trace; borrowed: it must outlive the inspection and stay as it is
 * @param options the thresholds, copied; NULL: the defaults
 * @param error   receives the reason; may be NULL
 * @return the inspection, which the caller frees with dg_inspect_free(); NULL with #DG_INVALID for
 *         NULL and for a trace without nodes, #DG_FORMAT for one that has a cycle, or #DG_NOMEM
 */
DG_API dg_inspect *dg_inspect_new(const dg_trace *t, const dg_inspect_options *options,
                                  dg_error *error);

/** Frees @p i with its findings; NULL is allowed. */
DG_API void dg_inspect_free(dg_inspect *i);

/** The number of findings that are kept; 0 for NULL. */
DG_API size_t dg_inspect_finding_count(const dg_inspect *i);

/** Finding @p n, from 0. They are ordered by severity, the worst first, then by how many parameters
 * they affect, then in trace order. NULL if there is none. */
DG_API const dg_finding *dg_inspect_finding(const dg_inspect *i, size_t n);

/** How many findings of a kind there are, with those beyond #DG_FINDINGS_MAX; 0 for NULL. */
DG_API size_t dg_inspect_kind_count(const dg_inspect *i, dg_finding_kind kind);

/** The thresholds that were used, all defaults filled in; those of NULL options for NULL. */
DG_API dg_inspect_options dg_inspect_options_of(const dg_inspect *i);

/** The number of parameters of the trace; 0 for NULL. */
DG_API size_t dg_inspect_parameter_count(const dg_inspect *i);

/** Whether @p node is a parameter; 0 for NULL and if there is no such node. */
DG_API int dg_inspect_is_parameter(const dg_inspect *i, size_t node);

/** The name of @p kind: `nonfinite-data`, …; NULL for none. Static. */
DG_API const char *dg_finding_kind_name(dg_finding_kind kind);

/** The kind of that name; #DG_FINDING_KIND_COUNT for none and for NULL. */
DG_API dg_finding_kind dg_finding_kind_from_name(const char *name);

/** What @p kind is about, in one line; NULL for none. Static. */
DG_API const char *dg_finding_kind_help(dg_finding_kind kind);

/** "note", "warning" or "error"; "" for none. Static. */
DG_API const char *dg_severity_name(dg_severity severity);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
