/**
 * @file engine.h
 * @brief Values, their ops, and reverse-mode differentiation: the `Value` class of the micrograd
 * lectures in C.
 *
 * "The micrograd lectures" are the notebooks that build a small autograd engine around a class
 * `Value`, after Andrej Karpathy's micrograd. All pages and comments of dotgrad mean these.
 *
 * A *graph* owns *values*. A value is a leaf, or the result of an *op* on earlier values, its
 * *operands* (micrograd's `_prev`). Every value has `data`, a double, and `grad`, the derivative
 * of some root with respect to it. A `dg_value *` is borrowed: it is valid until its graph is freed
 * or rewound past it. Values with a shape are in tensor.h; all that is said here holds for them
 * too.
 *
 * Differentiation is reverse mode with accumulation in the values (Griewank and Walther,
 * "Evaluating derivatives", 2008, chapter 3). No function recurses over the graph: a chain of ten
 * million values works with an 8 MiB stack. A scalar takes 20 bytes of memory when it is made, 30
 * after the first backward pass, and 4 more where values have labels (measured by resident size).
 */
#ifndef DOTGRAD_ENGINE_H
#define DOTGRAD_ENGINE_H

#include <dotgrad/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Owns values, at addresses that do not change. One thread at a time may use it. */
typedef struct dg_graph dg_graph;

/** A node of a computation graph: data and gradient. */
typedef struct dg_value dg_value;

/** The longest label, and the longest scope, in bytes; a longer one is #DG_LIMIT. */
#define DG_LABEL_MAX ((size_t)1 << 20)

/** The most values of one graph; one more is #DG_LIMIT. */
#define DG_VALUES_MAX ((size_t)2000000000)

/** @name Graphs
 * @{ */

/** An empty graph, or NULL when out of memory. The caller frees it with dg_graph_free(). */
DG_API dg_graph *dg_graph_new(void);

/** Frees @p g with all its values and labels. NULL is allowed. */
DG_API void dg_graph_free(dg_graph *g);

/** The number of values of @p g; 0 for NULL. */
DG_API size_t dg_graph_size(const dg_graph *g);

/** The status of dg_graph_error(). */
DG_API dg_status dg_graph_status(const dg_graph *g);

/** The first error of @p g since it was made or cleared: #DG_OK with the text "" where there was
 * none. Never NULL: for a NULL @p g it is #DG_INVALID with a text that says that there is no graph.
 * Borrowed from the graph; dg_graph_clear_error() overwrites it. */
DG_API const dg_error *dg_graph_error(const dg_graph *g);

/** Clears the error of @p g, so that the next one is kept. NULL is allowed. */
DG_API void dg_graph_clear_error(dg_graph *g);

/** A position to rewind to: the number of values of @p g. 0 for NULL. */
DG_API size_t dg_graph_mark(const dg_graph *g);

/**
 * Drops every value made since @p mark was taken, as a training step drops its values and keeps the
 * parameters. Their memory is used again for new values, and returned when the graph is freed.
 * Data, gradients and labels of older values do not change, and neither do the open scopes. (A
 * graph keeps every distinct label text until it is freed: use the same texts in every step.)
 * @return #DG_INVALID where the graph has fewer than @p mark values, or is NULL
 */
DG_API dg_status dg_graph_rewind(dg_graph *g, size_t mark);

/**
 * A new graph with copies of the values in @p keep and of all that they were computed from: values,
 * gradients, labels and scopes. What else is in @p g is left behind. It is for programs that cannot
 * rewind since they drop values in any order, such as a binding for a language with references:
 * when much of a graph is no longer referred to, they copy the rest, and free the graph. Values
 * keep their order. Open scopes and limits are those of @p g.
 * @param g    the graph, which stays as it is
 * @param keep @p n values of @p g, each of which is replaced by its copy; NULL stays NULL
 * @param n    their number
 * @return the copy, which the caller frees with dg_graph_free(); NULL, with @p keep as it was, when
 *         out of memory, for NULL, and where one is not a value of @p g
 */
DG_API dg_graph *dg_graph_copy(dg_graph *g, dg_value **keep, size_t n);

/** Limits of a graph; a member that is 0 stands for its default. */
typedef struct dg_limits {
    size_t numbers; /**< the most elements of all its tensors together, data and gradients counted;
                         at most #DG_NUMBERS_MAX, which is the default */
    double work;    /**< the most multiplications charged from now on; by default not limited */
} dg_limits;

/**
 * Sets the limits of @p g from now on, for programs of unknown origin. Work over a limit is refused
 * before it begins, with #DG_LIMIT as the graph's error: a tensor that would make too many
 * elements; a matrix product, which is charged n*k*m multiplications; dg_backward(), which is
 * charged two multiplications for each of those of the products in the graph and one for each
 * element of its tensors; and dg_fit_graph(), which is charged all its passes. Other work is linear
 * in the size of the graph and is not charged.
 * @param g the graph
 * @param limits copied; NULL: the defaults
 * @return #DG_INVALID for a NULL @p g, and for limits that are negative, nan or over the maximum
 */
DG_API dg_status dg_graph_set_limits(dg_graph *g, const dg_limits *limits);

/** The limits of @p g as they were set; zeros for NULL. */
DG_API dg_limits dg_graph_limits(const dg_graph *g);

/** Opens a scope called @p name inside the scopes that are open: values made until the matching
 * dg_scope_end() belong to it, see dg_scope(). #DG_INVALID where @p name is NULL or "", #DG_LIMIT
 * where the whole path would be longer than #DG_LABEL_MAX, or #DG_NOMEM: then no scope is opened
 * and the graph has the error. */
DG_API dg_status dg_scope_begin(dg_graph *g, const char *name);

/** Closes the innermost open scope. Does nothing where none is open, and for NULL. */
DG_API void dg_scope_end(dg_graph *g);

/** Where an infinity or nan comes from: of the values @p root was computed from, itself included,
 * the one made first whose data is not finite. NULL where all are, and for NULL. */
DG_API dg_value *dg_find_nonfinite(dg_value *root);

/** @} */
/** @name Making values
 * Each returns a new value of its operands' graph, or NULL with the graph's error: #DG_NOMEM,
 * #DG_LIMIT, or #DG_INVALID where an operand is NULL, where two operands belong to different
 * graphs, or where their shapes do not broadcast. (Where all operands are NULL there is no graph to
 * have the error.) In the formulas d/da is the local gradient with respect to a. Op texts stand in
 * drawings.
 * @{ */

/** A leaf of @p g with data = @p data (any double), without a gradient yet, labelled with a copy of
 * @p label (NULL: none). NULL for a NULL @p g. */
DG_API dg_value *dg_leaf(dg_graph *g, double data, const char *label);

/** a + b. d/da = 1, d/db = 1. Op text `+`. */
DG_API dg_value *dg_add(dg_value *a, dg_value *b);

/** a * b. d/da = b, d/db = a. Op text `*`. */
DG_API dg_value *dg_mul(dg_value *a, dg_value *b);

/** a - b, computed as in the micrograd lectures: a + (b * -1). Makes a leaf -1, a product and a
 * sum. */
DG_API dg_value *dg_sub(dg_value *a, dg_value *b);

/** a / b, computed as in the micrograd lectures: a * b**-1. Makes a power and a product, so the
 * quotient may differ from C's in the last digit. Division by zero gives an infinity or nan. */
DG_API dg_value *dg_div(dg_value *a, dg_value *b);

/** -a, computed as in the micrograd lectures: a * -1. Makes a leaf -1 and a product. */
DG_API dg_value *dg_neg(dg_value *a);

/** a ** k for a constant k, C's pow(). d/da = k * a**(k-1), and 0 where k = 0. Op text `**k` with k
 * in its shortest form: `**2`, `**-1`, `**0.5`. */
DG_API dg_value *dg_pow(dg_value *a, double k);

/** a ** b for two values, C's pow(). d/da = b * a**(b-1), and 0 where b = 0; d/db = a**b * log(a),
 * and 0 where a = 0 and b >= 0; nan for a negative a, whose power to a value that moves is none. Op
 * text
 * `**`. */
DG_API dg_value *dg_power(dg_value *a, dg_value *b);

/** tanh(a). d/da = 1 - tanh(a)**2, without the cancellation where tanh(a) is near 1. */
DG_API dg_value *dg_tanh(dg_value *a);

/** e**a. d/da = e**a. */
DG_API dg_value *dg_exp(dg_value *a);

/** Natural logarithm. d/da = 1/a. log(0) is -inf, log of a negative number nan. */
DG_API dg_value *dg_log(dg_value *a);

/** max(a, 0). d/da = 1 for a > 0, else 0, at 0 too, as in micrograd; nan stays nan. Op text
 * `ReLU`. */
DG_API dg_value *dg_relu(dg_value *a);

/** The logistic function s(a) = 1 / (1 + e**-a). d/da = s(a) * (1 - s(a)). Never overflows. */
DG_API dg_value *dg_sigmoid(dg_value *a);

/** log(1 + e**a). d/da = sigmoid(a). Overflows for no finite a. */
DG_API dg_value *dg_softplus(dg_value *a);

/** a * sigmoid(a), also called swish. d/da = s(a) * (1 + a * (1 - s(a))). Op text `SiLU`. */
DG_API dg_value *dg_silu(dg_value *a);

/** Sine of a, in radians. d/da = cos(a). */
DG_API dg_value *dg_sin(dg_value *a);

/** Cosine of a, in radians. d/da = -sin(a). */
DG_API dg_value *dg_cos(dg_value *a);

/** Tangent of a, in radians. d/da = 1 + tan(a)**2. */
DG_API dg_value *dg_tan(dg_value *a);

/** Arc tangent, in radians. d/da = 1 / (1 + a*a). */
DG_API dg_value *dg_atan(dg_value *a);

/** Square root. d/da = 1 / (2 * sqrt(a)): infinite at 0. sqrt of a negative number is nan. */
DG_API dg_value *dg_sqrt(dg_value *a);

/** |a|. d/da = sign(a), 0 at 0. */
DG_API dg_value *dg_abs(dg_value *a);

/** log(1 + a), accurate for small a. d/da = 1 / (1 + a). */
DG_API dg_value *dg_log1p(dg_value *a);

/** e**a - 1, accurate for small a. d/da = e**a. */
DG_API dg_value *dg_expm1(dg_value *a);

/** The error function 2/sqrt(pi) * integral of e**-t**2 over [0, a]. d/da = 2/sqrt(pi) * e**-a**2.
 */
DG_API dg_value *dg_erf(dg_value *a);

/** The larger of a and b; nan where one is nan. The local gradient is 1 for the larger and 0 for
 * the other, 1/2 each where they are equal, as in PyTorch. */
DG_API dg_value *dg_max(dg_value *a, dg_value *b);

/** The smaller of a and b; nan where one is nan. The local gradient is 1 for the smaller and 0 for
 * the other, 1/2 each where they are equal, as in PyTorch. */
DG_API dg_value *dg_min(dg_value *a, dg_value *b);

/** Arc sine, in radians. d/da = 1 / sqrt(1 - a**2). nan beyond -1 and 1. */
DG_API dg_value *dg_asin(dg_value *a);

/** Arc cosine, in radians. d/da = -1 / sqrt(1 - a**2). nan beyond -1 and 1. */
DG_API dg_value *dg_acos(dg_value *a);

/** Hyperbolic sine. d/da = cosh(a). */
DG_API dg_value *dg_sinh(dg_value *a);

/** Hyperbolic cosine. d/da = sinh(a). */
DG_API dg_value *dg_cosh(dg_value *a);

/** Inverse of the hyperbolic sine. d/da = 1 / sqrt(a**2 + 1). */
DG_API dg_value *dg_asinh(dg_value *a);

/** Inverse of the hyperbolic cosine. d/da = 1 / sqrt(a**2 - 1). nan below 1. */
DG_API dg_value *dg_acosh(dg_value *a);

/** Inverse of the hyperbolic tangent. d/da = 1 / (1 - a**2). nan beyond -1 and 1. */
DG_API dg_value *dg_atanh(dg_value *a);

/** Logarithm to base 2. d/da = 1 / (a * ln(2)). */
DG_API dg_value *dg_log2(dg_value *a);

/** Logarithm to base 10. d/da = 1 / (a * ln(10)). */
DG_API dg_value *dg_log10(dg_value *a);

/** 2**a. d/da = 2**a * ln(2). */
DG_API dg_value *dg_exp2(dg_value *a);

/** 1 / sqrt(a). d/da = -a**-1.5 / 2. */
DG_API dg_value *dg_rsqrt(dg_value *a);

/** 1 / a, as one op. d/da = -1 / a**2. */
DG_API dg_value *dg_reciprocal(dg_value *a);

/** a * a. d/da = 2a. */
DG_API dg_value *dg_square(dg_value *a);

/** -1, 0 or 1; nan stays nan. d/da = 0. */
DG_API dg_value *dg_sign(dg_value *a);

/** a * P(a), where P is the distribution function of the normal distribution, (1 + erf(a /
 * sqrt(2))) / 2. d/da = P(a) + a * P'(a). Op text `GELU`. */
DG_API dg_value *dg_gelu(dg_value *a);

/** a where a > 0, else @p alpha * (e**a - 1). d/da = 1 where a > 0, else alpha * e**a. Op text
 * `ELU(1)`. */
DG_API dg_value *dg_elu(dg_value *a, double alpha);

/** a where a > 0, else @p slope * a. d/da = 1 where a > 0, else the slope. Op text
 * `LeakyReLU(0.01)`. */
DG_API dg_value *dg_leaky_relu(dg_value *a, double slope);

/** a, but not below -1 or above 1. d/da = 1 where -1 < a < 1, else 0. */
DG_API dg_value *dg_hardtanh(dg_value *a);

/** a / (1 + |a|). d/da = 1 / (1 + |a|)**2. */
DG_API dg_value *dg_softsign(dg_value *a);

/** 1 - erf(a), accurate where that is small. d/da = -2/sqrt(pi) * e**-a**2. */
DG_API dg_value *dg_erfc(dg_value *a);

/** The natural logarithm of |gamma(a)|. d/da = digamma(a). */
DG_API dg_value *dg_lgamma(dg_value *a);

/** The derivative of ln(gamma(a)). d/da = polygamma(1, a). */
DG_API dg_value *dg_digamma(dg_value *a);

/** The @p n-th derivative of digamma(a), n = 0, 1, ..., 100; nan for others. d/da = polygamma(n +
 * 1, a). Op text `polygamma(1)`. */
DG_API dg_value *dg_polygamma(dg_value *a, double n);

/** The angle of the point with the coordinates b (to the right) and a (upwards), in radians from
 * -pi to pi. d/da = b / (a**2 + b**2), d/db = -a / (a**2 + b**2). */
DG_API dg_value *dg_atan2(dg_value *a, dg_value *b);

/** sqrt(a**2 + b**2). d/da = a / z, d/db = b / z; nan where both are 0, as in PyTorch. */
DG_API dg_value *dg_hypot(dg_value *a, dg_value *b);

/** C's fmod(): a - b * trunc(a / b), with the sign of a. d/da = 1, d/db = -trunc(a / b). */
DG_API dg_value *dg_fmod(dg_value *a, dg_value *b);

/** log(e**a + e**b), without overflow. d/da = sigmoid(a - b), d/db = sigmoid(b - a). */
DG_API dg_value *dg_logaddexp(dg_value *a, dg_value *b);

/** 0 where a < 0, 1 where a > 0, b where a is 0. d/da = 0; d/db = 1 where a is 0, else 0. */
DG_API dg_value *dg_heaviside(dg_value *a, dg_value *b);

/** @} */
/** @name Values
 * @{ */

/** The data of a value with one element; nan for other sizes, and for NULL. */
DG_API double dg_data(const dg_value *v);

/** Sets every element of the data of @p v, leaf or not. Values computed from it keep their data
 * until dg_forward(), which also recomputes @p v itself unless it is a leaf. Does nothing for NULL.
 */
DG_API void dg_set_data(dg_value *v, double data);

/** The gradient of a value with one element, 0 until a backward pass reaches it; nan for other
 * sizes, and for NULL. */
DG_API double dg_grad(const dg_value *v);

/** Sets every element of the gradient of @p v, which then counts as computed. Does nothing where
 * @p v requires no gradient, and for NULL. */
DG_API void dg_set_grad(dg_value *v, double grad);

/** Whether a backward pass has ever reached @p v, or its gradient was set; zeroing it does not
 * change that. 0 for NULL. */
DG_API int dg_has_grad(const dg_value *v);

/**
 * Labels @p v with a copy of @p label (any bytes but 0, at most #DG_LABEL_MAX; NULL or "": no
 * label) and returns @p v, so that the call nests. NULL for NULL, and with the graph's error:
 * #DG_LIMIT or #DG_NOMEM.
 */
DG_API dg_value *dg_set_label(dg_value *v, const char *label);

/** The label of @p v; "" where it has none, or is NULL. Borrowed from the graph. */
DG_API const char *dg_label(const dg_value *v);

/** The scope that @p v was made in: the names of the scopes open at that time, outermost first,
 * separated by `/` ("layer 0/neuron 2"); "" where none was open, and for NULL. Borrowed from the
 * graph. */
DG_API const char *dg_scope(const dg_value *v);

/** The number of operands of @p v: 0 for a leaf and for NULL, any number for the results of
 * dg_concat() and dg_stack(), at most 3 for all others. */
DG_API int dg_operand_count(const dg_value *v);

/** Operand @p i of @p v, from 0; NULL where there is none. */
DG_API dg_value *dg_operand(const dg_value *v, int i);

/** The constant k of a result of dg_pow(), dg_elu(), dg_leaky_relu() and dg_polygamma(); nan for
 * every other value. */
DG_API double dg_exponent(const dg_value *v);

/** The graph that owns @p v; NULL for NULL. */
DG_API dg_graph *dg_graph_of(const dg_value *v);

/** The index of @p v in its graph: how many values were made before it. (size_t)-1 for NULL. */
DG_API size_t dg_index(const dg_value *v);

/** The value of @p g with the index @p i; NULL where there is none. */
DG_API dg_value *dg_value_at(const dg_graph *g, size_t i);

/** The size of a buffer that holds every op text, with its terminator: see dg_op_text(). */
#define DG_OP_TEXT_MAX 128

/** The op text of @p v as it is drawn: `+`, `*`, `**2`, `tanh`, `ReLU`, `sum(dim=1)`, …; "" for a
 * leaf and for NULL. Borrowed from the graph. (When out of memory for a text with a constant or a
 * dimension: the text without it, `**` or `sum`.) */
DG_API const char *dg_op_name(const dg_value *v);

/** Writes the same text into @p text, at least #DG_OP_TEXT_MAX bytes, and returns @p text.
 * Allocates nothing. NULL for a NULL @p text. */
DG_API const char *dg_op_text(const dg_value *v, char *text);

/** @} */
/** @name Passes over the graph below a root
 * The values *below* a root are those it was computed from, itself included. A pass makes no
 * values. It costs time linear in the number of values of the graph from the first computed one
 * below the root up to the root, whether they are below it or not. #DG_INVALID where @p root is
 * NULL.
 * @{ */

/**
 * Reverse-mode differentiation: sets the gradient of @p root to 1 and *adds* d(root)/d(v) to the
 * gradient of every other value v below it that requires one. A second call without dg_zero_grad()
 * doubles all gradients but the root's. (The class of the micrograd lectures also propagates what
 * the first call left in intermediate values; there only the operands of the root are exactly
 * doubled.)
 * @return #DG_OK; else gradients are as before, and the graph has the error: #DG_INVALID where
 *         @p root has not exactly one element or requires no gradient, #DG_LIMIT where the work is
 *         over that of dg_graph_set_limits(), or #DG_NOMEM
 */
DG_API dg_status dg_backward(dg_value *root);

/**
 * The gradient as values: makes, for each of the @p n values of @p by, the value d(root)/d(by[i])
 * out of ops, in the graph of @p root. They can be drawn, and differentiated again by dg_backward()
 * or this function: the rows of a Hessian are the backward passes of the elements of a gradient. No
 * gradient that is stored changes. Which of equal elements the maximum of a tensor is, and class
 * numbers, are constants of what is made. The values are made in the scopes that are open.
 * @param root      a single number that requires a gradient
 * @param by        leaves or computed values of the same graph that require a gradient
 * @param n         their number
 * @param gradients receives @p n values, each of the shape of its by[i]; zeros where @p root does
 * not depend on it
 * @return #DG_OK; else the graph is as before, with the error: #DG_INVALID, #DG_LIMIT or #DG_NOMEM
 */
DG_API dg_status dg_differentiate(dg_value *root, dg_value *const *by, size_t n,
                                  dg_value **gradients);

/** Recomputes the data of every value below @p root from its operands', leaves excepted: after
 * dg_set_data() on leaves, the numbers are those of the graph made anew. Always #DG_OK for a root
 * that is not NULL. */
DG_API dg_status dg_forward(dg_value *root);

/** Sets the gradient of every value below @p root to 0; dg_has_grad() does not change. */
DG_API dg_status dg_zero_grad(dg_value *root);

/** Sets the gradient of every value of @p g to 0. #DG_INVALID for NULL. */
DG_API dg_status dg_graph_zero_grad(dg_graph *g);

/** What a gradient check found. */
typedef struct dg_gradcheck_result {
    size_t checked;    /**< derivatives compared: one for each element of each leaf */
    double worst;      /**< the largest relative error; infinite where one was not finite */
    dg_value *where;   /**< the leaf with that error; NULL where nothing was compared */
    size_t element;    /**< its element with that error, in row-major order; 0 for a scalar */
    double backward;   /**< its gradient by the backward pass */
    double difference; /**< its gradient by the central difference */
} dg_gradcheck_result;

/**
 * Compares gradients with central differences. For every element x of every leaf below @p root that
 * requires a gradient: g is the gradient by the backward pass, n = (root(x + h) - root(x - h)) / 2h
 * with h = @p step * max(1, |x|), 2h being the difference of the two points after rounding. The
 * relative error is |g - n| / max(1, |g|, |n|). Data and gradients are restored.
 * @param root  the value whose derivatives are checked: a single number that requires a gradient
 * @param step  0 for the cube root of the machine epsilon (6e-6), with which a correct gradient of
 *              a smooth function of moderate size stays below about 1e-8
 * @param result receives the findings; must not be NULL
 * @return #DG_OK however large the errors are; #DG_INVALID for NULL, or a step that is negative or
 *         not finite; else what dg_backward() returns. It costs two forward passes an element.
 */
DG_API dg_status dg_gradcheck(dg_value *root, double step, dg_gradcheck_result *result);

/** Takes one comparison of dg_gradcheck_each(): its number in `checked`, its relative error in
 * `worst`. Returns 0 to go on, or anything else to stop. It must not change the graph. */
typedef int dg_gradcheck_function(void *context, const dg_gradcheck_result *comparison);

/** The comparisons of dg_gradcheck(), one by one, which @p each gets together with @p context.
 * @return as dg_gradcheck(), also where @p each stopped */
DG_API dg_status dg_gradcheck_each(dg_value *root, double step, dg_gradcheck_function *each,
                                   void *context);

/** @} */
/** @name The op table
 * The elementwise ops by name. The language, `dotgrad --list-ops`, the manual and the gradient
 * tests are made from it. Rows are in the order of `src/engine/ops.def`. (Ops on whole tensors:
 * tensor.h.)
 * @{ */

/** One op. All strings are static. */
typedef struct dg_op {
    const char *name;       /**< the function's name in the language and, after `dg_`, in C */
    const char *text;       /**< the text of the op's node in a drawing; "" for a composite, which
                                 is made of other ops (sub, div, neg) */
    const char *formula;    /**< what it computes, in x and y */
    const char *derivative; /**< its local derivatives */
    int operands;           /**< values it takes: 1 or 2 */
    int has_constant;       /**< whether a number (the exponent of pow) follows them */
    const double *test_points; /**< points for gradient checks, away from kinks and poles: for each
                                    @ref operands numbers, and the constant where there is one */
    size_t test_point_count;   /**< the number of points */
} dg_op;

/** The number of ops. */
DG_API size_t dg_op_count(void);

/** Op @p i, or NULL where there is none. */
DG_API const dg_op *dg_op_at(size_t i);

/** The op called @p name, or NULL. */
DG_API const dg_op *dg_op_from_name(const char *name);

/** Applies @p op to @p a, to @p b where it takes two values, and with @p k where it takes a
 * constant; arguments that the op does not take are ignored. Results and errors are those of the
 * op's own function. #DG_INVALID where @p op is no row of the table, or NULL. */
DG_API dg_value *dg_apply(const dg_op *op, dg_value *a, dg_value *b, double k);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
