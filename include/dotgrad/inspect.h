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
#include <dotgrad/fold.h>
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
                                 sum of the magnitudes of all that is added up, which of tensors
                                 includes the terms within an op; default 1e-12 */
    size_t paths; /**< how many of the largest paths dg_why_new() lists, at most #DG_WHY_PATHS_MAX;
                       default 3 */
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
 * finite. #DG_GRADIENT_UNSET for NULL, or if there is no such node. The thresholds are those of
 * @p options, which may be NULL. */
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
    const size_t *nodes;         /**< all values that it is about, in trace order; @c node is one of
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

/** @name Why a gradient is what it is
 * By the chain rule the gradient of a value x is a sum over all paths from the root to it, of the
 * products of the local gradients along each, times the root's gradient in the trace (1 if that was
 * not computed):
 *
 *     grad(x) = grad(root) * sum over paths p from the root to x of product over edges e in p of
 * local(e)
 *
 * There may be far more paths than can be listed. The sum is computed without listing them, in time
 * and memory linear in the trace,
 *
 *     grad(x) = sum over the uses u of x of local(x, u) * grad(u)
 *
 * and so are the number of paths, the sum of the magnitudes of their products, which is the same
 * with |local|, and the path with the largest one, the *dominating path*.
 * These products have an exponent of their own, so that none under- or overflows.
 *
 * - A path that has a local gradient of 0 is *cut* there. Among cut paths those with the fewest
 * such factors come first, then the largest product of the other factors: where a gradient is
 * exactly 0, the path is shown that would dominate if it were not cut.
 * - Where the gradient is infinite or nan, there is one path: it follows such contributions up to
 *   the value at which a finite gradient became one, and goes on to the root by the dominating
 * path.
 * - Of equal products the first one counts, by the order of edges (dg_trace_edge()).
 * - A gradient of a tensor is an array, of which the Euclidean norm is taken. The factor of an edge
 *   from or to a tensor is the norm of its contribution (dg_trace_contribution()) divided by that
 * of the upstream gradient in the trace, 0 if that is 0. Without gradients in the trace it is not
 *   known. The sum of the contributions of the value itself is computed as an array. The magnitude
 *   is a bound of its norm.
 * - A local gradient may be unknown: see dg_trace_local_gradient(). A value behind such an edge
 * whose gradient is in the trace begins paths of its own, with that gradient; from a value without
 * one nothing is known to come, and the sum is a part of the gradient: see #dg_why_extent.
 * @{ */

/** The explanation of one gradient. */
typedef struct dg_why dg_why;

/** How much of a gradient is explained. */
typedef enum dg_why_extent {
    DG_WHY_WHOLE = 0,   /**< all local gradients between the root and the value are known */
    DG_WHY_FROM_VALUES, /**< some are not, and gradients in the trace stand for what lies behind */
    DG_WHY_PARTLY,      /**< what comes through some of the value's uses is not known */
    DG_WHY_UNKNOWN,     /**< of no use it is known */
    DG_WHY_NO_PATH      /**< the root does not depend on the value */
} dg_why_extent;

/** One use of the value: it is an operand of @c node. */
typedef struct dg_why_use {
    size_t node;     /**< the value that is computed from it */
    size_t operand;  /**< which operand of that it is, from 0 */
    int reached;     /**< whether a path leads from the root to @c node */
    int known;       /**< whether the numbers below are; else they are nan */
    int is_norm;     /**< whether they are of tensors: see above */
    double local;    /**< the local gradient, nan where that is not known */
    double upstream; /**< the gradient of @c node: the sum over all paths to it; where that is not
                          known, what the trace has */
    double contribution; /**< local times upstream */
    double share;        /**< |contribution| in the sum of such magnitudes, from 0 to 1; nan where
                              they are not finite or all 0 */
} dg_why_use;

/** A path from the root, or from the value that stands for it, to the value. */
typedef struct dg_why_path {
    size_t steps;         /**< how many values are on it, both ends included */
    double product;       /**< of its factors, and of the gradient that it begins with; 0 or an
                               infinity where a double cannot hold it */
    double log10_product; /**< log10 of its magnitude, of the factors that are not 0 */
    size_t zeros;         /**< how many factors are 0 */
    double share;         /**< |product| in the sum of the magnitudes of all paths, from 0 to 1; nan
                               where that is not finite or 0 */
} dg_why_path;

/** A value on a path. */
typedef struct dg_why_step {
    size_t node;    /**< the value */
    size_t through; /**< the value before it on the path, which is computed from it; #DG_NO_NODE for
                         the first */
    size_t operand; /**< which operand of that it is, from 0 */
    double factor;  /**< that local gradient; of the first value its gradient */
    int is_norm;    /**< whether the factor is of tensors: see above */
    double product; /**< of the factors so far, computed in doubles as a backward pass does */
    double gradient; /**< the gradient of @c node: the sum over all paths to it */
} dg_why_step;

/** Why a gradient became 0, tiny, huge, infinite or nan at some value. */
typedef enum dg_why_cause {
    DG_WHY_CAUSE_GIVEN = 0,  /**< the first value of the path has this gradient in the trace */
    DG_WHY_CAUSE_LOCAL_ZERO, /**< the local gradient is 0 */
    DG_WHY_CAUSE_CANCELLED,  /**< the contributions are not 0, but their sum is */
    DG_WHY_CAUSE_UNDERFLOW,  /**< the product is too small for a double */
    DG_WHY_CAUSE_SHRUNK,     /**< products of small factors: see dg_why_turning_point.extreme */
    DG_WHY_CAUSE_GREW,       /**< products of large factors, or sums of many paths */
    DG_WHY_CAUSE_OVERFLOW,   /**< a product or sum is too large for a double */
    DG_WHY_CAUSE_LOCAL_NONFINITE, /**< the local gradient is infinite or nan for finite data */
    DG_WHY_CAUSE_DATA_NONFINITE,  /**< the local gradient is infinite or nan, since data are */
    DG_WHY_CAUSE_ZERO_TIMES_INF,  /**< an infinite factor meets a gradient of 0 */
    DG_WHY_CAUSE_INF_MINUS_INF    /**< contributions of inf and -inf */
} dg_why_cause;

/** Where, on the dominating path from the root, the gradient became what it is at the value: from
 * there on every gradient on the path has its state. (inf and nan count as one.) */
typedef struct dg_why_turning_point {
    size_t step;             /**< of path 0 */
    size_t node;             /**< the value of that step */
    dg_gradient_state state; /**< what its gradient became; not finite nor unset */
    dg_why_cause cause;      /**< by what */
    size_t extreme; /**< #DG_WHY_CAUSE_SHRUNK, #DG_WHY_CAUSE_GREW: the step with the smallest or the
                         largest factor; else as #step */
    size_t culprit; /**< #DG_WHY_CAUSE_DATA_NONFINITE: the value that made the first such data, all
                         its operands being finite; else #DG_NO_NODE */
} dg_why_turning_point;

/** The most paths that an explanation has. */
#define DG_WHY_PATHS_MAX 100

/**
 * Explains the gradient of a value.
 * @param t       the trace; borrowed: it must outlive the explanation and stay as it is
 * @param node    the value
 * @param options the thresholds, and how many paths; NULL: the defaults
 * @param error   receives the reason; may be NULL
 * @return the explanation, which the caller frees with dg_why_free(); NULL with #DG_INVALID for
 *         NULL, and if there is no such node or no root, #DG_FORMAT for a trace that has a cycle,
 * or #DG_NOMEM
 */
DG_API dg_why *dg_why_new(const dg_trace *t, size_t node, const dg_inspect_options *options,
                          dg_error *error);

/** Frees @p w; NULL is allowed. */
DG_API void dg_why_free(dg_why *w);

/** The value whose gradient is explained; #DG_NO_NODE for NULL. */
DG_API size_t dg_why_node(const dg_why *w);

/** How much is explained; #DG_WHY_NO_PATH for NULL. */
DG_API dg_why_extent dg_why_extent_of(const dg_why *w);

/** The sum over all paths, which is the gradient where #DG_WHY_WHOLE; nan for #DG_WHY_UNKNOWN, 0
 * for #DG_WHY_NO_PATH. */
DG_API double dg_why_total(const dg_why *w);

/** Whether the value is a tensor, so that its gradients are norms. */
DG_API int dg_why_is_norm(const dg_why *w);

/** The sum of the magnitudes of all paths; 0 or an infinity where a double cannot hold it. */
DG_API double dg_why_magnitude(const dg_why *w);

/** How many paths there are. Exact up to 2**53, else rounded; an infinity above 1e308. */
DG_API double dg_why_path_count(const dg_why *w);

/** How many of them have no factor 0. */
DG_API double dg_why_open_path_count(const dg_why *w);

/** How many uses the value has. */
DG_API size_t dg_why_use_count(const dg_why *w);

/** Use @p i, in the order of edges. @return #DG_OK, or #DG_INVALID if there is none. */
DG_API dg_status dg_why_use_at(const dg_why *w, size_t i, dg_why_use *use);

/** How many paths the explanation has: the largest ones, dg_inspect_options.paths at most. */
DG_API size_t dg_why_listed_count(const dg_why *w);

/** Path @p i of these, the dominating one first. @return #DG_OK, or #DG_INVALID if there is none.
 */
DG_API dg_status dg_why_path_at(const dg_why *w, size_t i, dg_why_path *path);

/** Step @p i of path @p path, from the root on. @return #DG_OK, or #DG_INVALID if there is none. */
DG_API dg_status dg_why_step_at(const dg_why *w, size_t path, size_t i, dg_why_step *step);

/** How much the listed paths carry: their share of the sum of the magnitudes of all paths, from 0
 * to 1; nan where that is not finite or 0. */
DG_API double dg_why_listed_share(const dg_why *w);

/** Where the gradient became what it is. @return #DG_OK, or #DG_INVALID where it is neither 0,
 * tiny, huge, infinite nor nan, and where there is no path. */
DG_API dg_status dg_why_turning_point_of(const dg_why *w, dg_why_turning_point *point);

/** The name of @p cause: "given", "local-zero", "cancelled", "underflow", "shrunk", "grew",
 * "overflow", "local-nonfinite", "data-nonfinite", "zero-times-inf", "inf-minus-inf". Static. */
DG_API const char *dg_why_cause_name(dg_why_cause cause);

/** The explanation as text of some lines for a terminal, in UTF-8, ended by a newline and a NUL,
 * which @p size (may be NULL) does not count. Numbers have four significant digits; of a long path
 * the ends and the turning point are shown. NULL for NULL, or when out of memory. The caller frees
 * it with dg_free(). */
DG_API char *dg_text_from_why(const dg_why *w, size_t *size);

/** The first sentences of that text, on one line: the gradient, where it became what it is, and
 * what is not known or differs from the trace. In the same way. */
DG_API char *dg_summary_from_why(const dg_why *w, size_t *size);

/** The explanation as a JSON object, with all steps and all digits. */
DG_API char *dg_json_from_why(const dg_why *w, size_t *size);

/** @} */
/** @name Summaries
 * The numbers of a trace by scope and by parameter: the tables that are looked at first when a
 * network does not train.
 *
 * What counts are the values that the root depends on, and all parameters.
 *
 * What happens in each example counts together: names of scopes that are `example` and a number are
 * left out.
 *
 * A deviation is the root of sum((x - mean)**2) / (n - 1), as PyTorch's; that of a single
 * parameter is its magnitude, so that ratios are those of scalars, too. Means and deviations are of
 * the numbers that are finite, and nan where there are none.
 * @{ */

#define DG_HISTOGRAM_BINS 20     /**< bins of dg_scope_summary.histogram */
#define DG_NO_SCOPE ((size_t)-1) /**< no scope */

/** @name Limits: what is beyond them is counted in the scope around it
 * @{ */
#define DG_SUMMARY_SCOPES_MAX ((size_t)100000) /**< scopes */
#define DG_SUMMARY_DEPTH_MAX ((size_t)64)      /**< scopes inside each other */
/** @} */

/** What is in a scope, that in scopes inside of it included. Numbers are those of scalars and the
 * elements of tensors. */
typedef struct dg_scope_summary {
    const char *scope;        /**< its path; "" for all values. Borrowed from the summary */
    size_t depth;             /**< names in the path */
    size_t parent;            /**< number of the scope around it; #DG_NO_SCOPE for all values */
    size_t values;            /**< how many values these are */
    size_t numbers;           /**< of these values */
    size_t parameters;        /**< values that are parameters */
    size_t parameter_numbers; /**< of these */
    size_t set;               /**< numbers that have a gradient; the next five are among them */
    size_t zero;              /**< gradients that are exactly 0 */
    size_t nonfinite;         /**< gradients that are nan or infinite */
    size_t vanishing;         /**< |grad| below dg_inspect_options.vanishing, but not 0 */
    size_t huge;              /**< |grad| above dg_inspect_options.exploding, but finite */
    double grad_min;    /**< the least |grad| that is finite and not 0; nan if there is none */
    double grad_median; /**< the median of these */
    double grad_max;    /**< the largest of them */
    /** How many of these there are by magnitude: below 1e-12, below 1e-11, …, below 1e6, and from
     * 1e6 on. */
    size_t histogram[DG_HISTOGRAM_BINS];
    size_t activations;          /**< results of tanh, sigmoid, ReLU, SiLU and softplus */
    double activation_mean;      /**< of these */
    double activation_std;       /**< likewise; nan of a single one */
    double activation_grad_mean; /**< of their gradients */
    double activation_grad_std;  /**< likewise; nan of a single one */
    size_t saturable;            /**< results of tanh and sigmoid */
    size_t saturated;            /**< those beyond dg_inspect_options.saturated */
    size_t relus;                /**< results of ReLU */
    size_t shut;                 /**< those that are 0 */
    double parameter_std;        /**< deviation of the parameters' data */
    double parameter_grad_std;   /**< and of their gradients */
    double grad_ratio;           /**< parameter_grad_std / parameter_std */
    double update_ratio;         /**< lr * grad_ratio; nan where no learning rate is known */
} dg_scope_summary;

/** A parameter. */
typedef struct dg_parameter_summary {
    size_t node;             /**< of the trace */
    size_t size;             /**< numbers */
    dg_gradient_state state; /**< of its gradient */
    size_t zero;             /**< gradients that are exactly 0 */
    size_t nonfinite;        /**< gradients that are nan or infinite */
    double data_mean;        /**< of a scalar its data */
    double data_std;         /**< the standard deviation of its data; of a scalar |data| */
    double data_magnitude;   /**< mean of |data| */
    double grad_mean;        /**< of a scalar its gradient */
    double grad_std;         /**< the same of its gradient */
    double grad_magnitude;   /**< mean of |grad| */
    double grad_ratio;       /**< grad_std / data_std */
    double update_ratio;     /**< lr * grad_ratio; nan where no learning rate is known */
} dg_parameter_summary;

/** What parameters are sorted by. What is nan comes last, an infinite gradient counts as the
 * largest. */
typedef enum dg_parameter_key {
    DG_PARAMETER_NAME = 1, /**< the label, byte by byte */
    DG_PARAMETER_GRAD,     /**< dg_parameter_summary.grad_magnitude */
    DG_PARAMETER_DATA,     /**< dg_parameter_summary.data_magnitude */
    DG_PARAMETER_RATIO,    /**< dg_parameter_summary.grad_ratio */
    DG_PARAMETER_SIZE      /**< dg_parameter_summary.size */
} dg_parameter_key;

/** Summaries of one inspection. */
typedef struct dg_summary dg_summary;

/** The summaries of an inspected trace.
 * @param i     the inspection; borrowed, with its trace: both must outlive the summaries
 * @param error receives the reason; may be NULL
 * @return the summaries, which the caller frees with dg_summary_free(); NULL with #DG_INVALID for
 *         NULL, or #DG_NOMEM */
DG_API dg_summary *dg_summary_new(const dg_inspect *i, dg_error *error);

/** Frees @p s; NULL is allowed. */
DG_API void dg_summary_free(dg_summary *s);

/** The number of scopes, that of all values included; 0 for NULL. */
DG_API size_t dg_summary_scope_count(const dg_summary *s);

/** Scope @p n: 0 is all values; a scope is followed by those inside of it, siblings are in the
 * order in which data reaches them. NULL if there is none. */
DG_API const dg_scope_summary *dg_summary_scope(const dg_summary *s, size_t n);

/** The number of parameters; 0 for NULL. */
DG_API size_t dg_summary_parameter_count(const dg_summary *s);

/** Parameter @p n in *@p parameter: in the order in which data reaches them, or as
 * dg_summary_sort() has sorted them. #DG_INVALID if there is none, or for NULL. */
DG_API dg_status dg_summary_parameter(const dg_summary *s, size_t n,
                                      dg_parameter_summary *parameter);

/** Sorts the parameters; equal ones keep their order. #DG_INVALID for NULL or no such key,
 * #DG_NOMEM. */
DG_API dg_status dg_summary_sort(dg_summary *s, dg_parameter_key key, int descending);

/** @} */

/** @name Boxes of a fold
 * @{ */

/** What stands in a box of a fold, at a glance. */
typedef struct dg_box_summary {
    dg_gradient_state state; /**< the worst of the gradients in it: nan, else infinite, else that of
                                  the largest magnitude; #DG_GRADIENT_UNSET if none was computed */
    size_t unset;            /**< how many of its values no backward pass has reached */
    size_t nonfinite_grad;   /**< how many numbers of gradients are nan or infinite, */
    size_t grads;            /**< and how many are finite: */
    double least;            /**< the smallest and */
    double most;             /**< the largest of their magnitudes; 0 where there are none */
    size_t nonfinite_data;   /**< how many numbers of data are nan or infinite */
} dg_box_summary;

/** Sums up what is in @p box of @p f, a fold of @p t, in @p summary. It takes time linear in the
 * box. The thresholds are those of @p options, which may be NULL.
 * @return #DG_OK, or #DG_INVALID if there is no such box, or for NULL */
DG_API dg_status dg_fold_box_summary(const dg_fold *f, const dg_trace *t, size_t box,
                                     const dg_inspect_options *options, dg_box_summary *summary);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
