/**
 * @file engine.h
 * @brief Values, their ops, and reverse-mode differentiation: the documents' `Value` class in C.
 *
 * A *graph* owns *values*. A value is a leaf or the result of an *op* on one or two earlier values,
 * its *parents* (micrograd's `_prev`). Every value has `data`, a double, and `grad`, the derivative
 * of some root with respect to it. A `dg_value *` is borrowed: it lives until its graph is freed or
 * rewound past it.
 *
 * No function here recurses over the graph: a chain of ten million values works with an ordinary
 * stack. A value takes 48 bytes.
 */
#ifndef DOTGRAD_ENGINE_H
#define DOTGRAD_ENGINE_H

#include <dotgrad/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Owns values; its arena gives out fixed addresses. */
typedef struct dg_graph dg_graph;

/** A number in a computation graph, with its gradient. */
typedef struct dg_value dg_value;

/** The longest label in bytes; a longer one is #DG_LIMIT. */
#define DG_LABEL_MAX ((size_t)1 << 20)

/** The most values that one graph may hold. */
#define DG_VALUES_MAX ((size_t)2000000000)

/** @name Graphs
 * @{ */

/** An empty graph, or NULL when out of memory. The caller frees it with dg_graph_free(). */
DG_API dg_graph *dg_graph_new(void);

/** Frees @p g with all its values and labels. NULL is allowed. */
DG_API void dg_graph_free(dg_graph *g);

/** How many values @p g holds; 0 for NULL. */
DG_API size_t dg_graph_size(const dg_graph *g);

/** The status of dg_graph_error(). */
DG_API dg_status dg_graph_status(const dg_graph *g);

/** The first error of @p g; #DG_OK with the text "" where there was none. Never NULL: a NULL graph
 * answers with #DG_INVALID, since it stands for one that could not be made. Owned by the graph;
 * dg_graph_clear_error() overwrites it. */
DG_API const dg_error *dg_graph_error(const dg_graph *g);

/** Forgets the error of @p g, so that a later one is kept. NULL is allowed. */
DG_API void dg_graph_clear_error(dg_graph *g);

/** Where the graph stands now: the number of its values. 0 for NULL. */
DG_API size_t dg_graph_mark(const dg_graph *g);

/**
 * Drops every value made since @p mark was taken; their memory is used again. Gradients and data of
 * older values stay as they are, labels of theirs too. (A graph keeps each distinct label text once
 * and as long as it lives: label a step's values with the same texts in every step.) This is how
 * one training step's values go while the parameters stay.
 * @return #DG_INVALID where the graph holds fewer than @p mark values, or is NULL.
 */
DG_API dg_status dg_graph_rewind(dg_graph *g, size_t mark);

/** What a graph may take; a member that is 0 stands for its default. */
typedef struct dg_limits {
    size_t numbers; /**< of all its tensors together, data and gradients counted; at most and by
                         default #DG_NUMBERS_MAX */
    double work;    /**< multiplications that are charged from now on; by default as many as you
                         like */
} dg_limits;

/**
 * Sets what @p g may take from now on, for programs of unknown origin. What is too much is refused
 * before it is begun, with #DG_LIMIT as the graph's error: a tensor where there would be too many
 * numbers; a product of matrices, which is charged n*k*m multiplications; dg_backward(), which is
 * charged two multiplications for each of the products in the graph and one for each number of its
 * tensors; and dg_fit_graph(), charged with all its passes. Other work is linear in the graph's
 * size and is not charged.
 * @param limits copied; NULL: the defaults
 * @return #DG_INVALID for a NULL @p g, and for limits that are no limits
 */
DG_API dg_status dg_graph_set_limits(dg_graph *g, const dg_limits *limits);

/** The limits that were set; zeros for NULL. */
DG_API dg_limits dg_graph_limits(const dg_graph *g);

/** Opens a scope called @p name: values made until the matching dg_scope_end() belong to it, and to
 * those that are open already. Drawings can group by it. #DG_INVALID for NULL or "", #DG_LIMIT
 * where the whole would be longer than #DG_LABEL_MAX, #DG_NOMEM; the graph has the error, and
 * nothing is opened. */
DG_API dg_status dg_scope_begin(dg_graph *g, const char *name);

/** Closes the scope opened last. Does nothing where none is open, and for NULL. */
DG_API void dg_scope_end(dg_graph *g);

/** The first value below @p root, itself included, in the order of their making, whose data is not
 * finite: where an infinity or nan comes from. NULL where there is none, and for NULL. */
DG_API dg_value *dg_find_nonfinite(dg_value *root);

/** @} */
/** @name Making values
 * Each returns a new value of its operands' graph, or NULL: when out of memory, when an operand is
 * NULL, or when two operands belong to different graphs. The graph keeps the reason.
 * @{ */

/** A leaf with data = @p data (any double), grad = 0 and a copy of @p label (NULL: none). */
DG_API dg_value *dg_leaf(dg_graph *g, double data, const char *label);

/** a + b. d/da = 1, d/db = 1. Op text `+`. */
DG_API dg_value *dg_add(dg_value *a, dg_value *b);

/** a * b. d/da = b, d/db = a. Op text `*`. */
DG_API dg_value *dg_mul(dg_value *a, dg_value *b);

/** a - b, as the documents spell it: a + (b * -1), so a leaf -1, a product and a sum are made. */
DG_API dg_value *dg_sub(dg_value *a, dg_value *b);

/** a / b, as the documents spell it: a * b**-1, so a power and a product are made. Division by zero
 * gives an infinity or nan, by IEEE 754. */
DG_API dg_value *dg_div(dg_value *a, dg_value *b);

/** -a, as the documents spell it: a * -1, so a leaf -1 and a product are made. */
DG_API dg_value *dg_neg(dg_value *a);

/** a ** k for a constant k. d/da = k * a**(k-1), and 0 where k = 0. Op text `**k` with k in its
 * shortest form: `**2`, `**-1`, `**0.5`. */
DG_API dg_value *dg_pow(dg_value *a, double k);

/** tanh(a). d/da = 1 - tanh(a)**2, computed so that it keeps its digits where tanh(a) is near 1. */
DG_API dg_value *dg_tanh(dg_value *a);

/** e**a. d/da = e**a. */
DG_API dg_value *dg_exp(dg_value *a);

/** Natural logarithm. d/da = 1/a. log(0) is -inf, log of a negative number nan. */
DG_API dg_value *dg_log(dg_value *a);

/** max(a, 0). d/da = 1 for a > 0, else 0; at 0 it is 0, as in micrograd; nan stays nan. Op text
 * `ReLU`. */
DG_API dg_value *dg_relu(dg_value *a);

/** 1 / (1 + e**-a). d/da = s(a) * (1 - s(a)). Overflows nowhere. */
DG_API dg_value *dg_sigmoid(dg_value *a);

/** log(1 + e**a). d/da = sigmoid(a). Overflows nowhere. */
DG_API dg_value *dg_softplus(dg_value *a);

/** a * sigmoid(a), also called swish. d/da = s(a) * (1 + a * (1 - s(a))). */
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

/** |a|. d/da = the sign of a, and 0 at 0. */
DG_API dg_value *dg_abs(dg_value *a);

/** log(1 + a), exact for small a. d/da = 1 / (1 + a). */
DG_API dg_value *dg_log1p(dg_value *a);

/** e**a - 1, exact for small a. d/da = e**a. */
DG_API dg_value *dg_expm1(dg_value *a);

/** The error function 2/sqrt(pi) * integral of e**-t**2 over [0, a]. d/da = 2/sqrt(pi) * e**-a**2.
 */
DG_API dg_value *dg_erf(dg_value *a);

/** The larger of a and b; nan where one is nan. d = 1 for the larger, 0 for the other, and 1/2 each
 * where they are equal, as in PyTorch. */
DG_API dg_value *dg_max(dg_value *a, dg_value *b);

/** The smaller of a and b; nan where one is nan. d = 1 for the smaller, 0 for the other, and 1/2
 * each where they are equal, as in PyTorch. */
DG_API dg_value *dg_min(dg_value *a, dg_value *b);

/** @} */
/** @name Values
 * @{ */

/** The value's number; nan for NULL. */
DG_API double dg_data(const dg_value *v);

/** Sets the data of @p v, leaf or not. Values computed from it keep theirs until dg_forward().
 * Does nothing for NULL. */
DG_API void dg_set_data(dg_value *v, double data);

/** The value's gradient: 0 until a backward pass reaches it; nan for NULL. */
DG_API double dg_grad(const dg_value *v);

/** Sets the gradient of @p v, which then counts as computed. Does nothing for NULL. */
DG_API void dg_set_grad(dg_value *v, double grad);

/** Whether a backward pass ever reached @p v, or dg_set_grad() set its gradient. 0 for NULL. */
DG_API int dg_has_grad(const dg_value *v);

/**
 * Gives @p v a copy of @p label (any bytes up to #DG_LABEL_MAX; NULL or "": none) and returns @p v.
 * Where the label cannot be kept, the graph has the error and the result is NULL.
 */
DG_API dg_value *dg_set_label(dg_value *v, const char *label);

/** The label of @p v; "" where it has none, or is NULL. Borrowed from the graph. */
DG_API const char *dg_label(const dg_value *v);

/** The scope that @p v was made in: the names of the scopes that were open, outermost first, with
 * `/` between them ("layer 0/neuron 2"); "" where none was, and for NULL. Borrowed from the graph.
 */
DG_API const char *dg_scope(const dg_value *v);

/** How many operands @p v has: 0 for a leaf and for NULL, 1 or 2 for a result, any number for one
 * of dg_concat() and dg_stack(). */
DG_API int dg_operand_count(const dg_value *v);

/** Operand @p i of @p v, counted from 0; NULL where there is none. */
DG_API dg_value *dg_operand(const dg_value *v, int i);

/** The constant k of a `**k`; nan for every other value. */
DG_API double dg_exponent(const dg_value *v);

/** The graph that owns @p v; NULL for NULL. */
DG_API dg_graph *dg_graph_of(const dg_value *v);

/** Room for the longest op text with its terminator: see dg_op_text(). */
#define DG_OP_TEXT_MAX 32

/** The op text of @p v as it is drawn: `+`, `*`, `**2`, `tanh`, `ReLU`, …; "" for a leaf and for
 * NULL. Borrowed from the graph. (Without memory for a text with a constant: its fixed part, `**`.)
 */
DG_API const char *dg_op_name(const dg_value *v);

/** Writes the same into @p text, at
 * least #DG_OP_TEXT_MAX bytes, and returns @p text. NULL for a NULL @p text. */
DG_API const char *dg_op_text(const dg_value *v, char *text);

/** @} */
/** @name Passes over the graph below a root
 * Each visits the values that @p root was computed from, itself included, and returns #DG_INVALID
 * where @p root is NULL. No pass makes values. The cost is linear in the number of values made
 * between the first computed one it reaches and the root.
 * @{ */

/**
 * Reverse-mode differentiation: sets the gradient of @p root to 1 and *adds* d(root)/d(v) to the
 * gradient of every other value v below it. Called twice without dg_zero_grad() it doubles them.
 * (The documents' class feeds the gradients left in intermediate values into a second pass as well;
 * there only values directly below the root are exactly doubled.)
 */
DG_API dg_status dg_backward(dg_value *root);

/** Recomputes the data of every value below @p root from its parents', leaves excepted: after
 * dg_set_data() on leaves, the same numbers as building the graph anew. */
DG_API dg_status dg_forward(dg_value *root);

/** Sets the gradient of every value below @p root to 0. */
DG_API dg_status dg_zero_grad(dg_value *root);

/** Sets the gradient of every value of @p g to 0. #DG_INVALID for NULL. */
DG_API dg_status dg_graph_zero_grad(dg_graph *g);

/** What a gradient check found. */
typedef struct dg_gradcheck_result {
    size_t checked;    /**< derivatives that were compared: one for each number of each leaf */
    double worst;      /**< the largest relative error; infinite where a number was not finite */
    dg_value *where;   /**< the leaf with that error; NULL where there was no leaf */
    size_t element;    /**< which of its numbers, in row-major order; 0 for a scalar */
    double backward;   /**< its gradient by the backward pass */
    double difference; /**< its gradient by the central difference */
} dg_gradcheck_result;

/**
 * Compares, for every number x of every leaf below @p root that requires a gradient, the gradient g
 * by the backward pass with the central difference n = (root(x + h) - root(x - h)) / 2h,
 * h = @p step * max(1, |x|), where 2h is what the two points differ by after rounding. The relative
 * error is |g - n| / max(1, |g|, |n|). Data and gradients are left as they were found.
 * @param root  the value whose derivatives are checked: a single number that requires a gradient
 * @param step  0 for the cube root of the machine epsilon (6e-6), with which a correct gradient of
 *              a smooth function of moderate size stays below about 1e-8
 * @param result receives the findings; must not be NULL
 * @return #DG_OK whatever the errors are; #DG_NOMEM; #DG_INVALID for NULL, a root that
 *         dg_backward() refuses, or a step that is negative or not finite. It costs two passes over
 *         the graph for each number.
 */
DG_API dg_status dg_gradcheck(dg_value *root, double step, dg_gradcheck_result *result);

/** @} */
/** @name The op table
 * What the engine can do, for a reader of names: the language, `dotgrad --list-ops`, the manual and
 * the gradient tests are made from it. Rows are in the order of the table in `ops.def`.
 * @{ */

/** One op. All strings are static. */
typedef struct dg_op {
    const char *name;       /**< the function's name in the language and, after `dg_`, in C */
    const char *text;       /**< the text of the op's node in a drawing; "" for what is spelled by
                                 other ops (sub, div, neg) */
    const char *formula;    /**< what it computes, in x and y */
    const char *derivative; /**< its local derivatives */
    int operands;           /**< values it takes: 1 or 2 */
    int has_constant;       /**< whether a number (the exponent of pow) follows them */
    const double *test_points; /**< points away from kinks and poles: @ref operands numbers each,
                               and the constant where there is one */
    size_t test_point_count;   /**< how many points */
} dg_op;

/** How many ops there are. */
DG_API size_t dg_op_count(void);

/** Op @p i, or NULL where there is none. */
DG_API const dg_op *dg_op_at(size_t i);

/** The op called @p name, or NULL. */
DG_API const dg_op *dg_op_from_name(const char *name);

/** The op applied: @p a, @p b where it takes two values, @p k where it takes a constant (ignored
 * otherwise). Results and errors are those of the op's own function. NULL for a NULL @p op. */
DG_API dg_value *dg_apply(const dg_op *op, dg_value *a, dg_value *b, double k);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
