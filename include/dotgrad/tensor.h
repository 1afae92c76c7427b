/**
 * @file tensor.h
 * @brief Values with a shape: n-dimensional arrays in the graph, a scalar being the 0-dimensional
 * one.
 *
 * A *tensor* is a value whose data and gradient are arrays of doubles in row-major order (the last
 * dimension varies fastest) with a *shape* of up to #DG_DIMS_MAX dimensions. Everything that
 * engine.h says of values holds for it. What is added:
 *
 * - The elementwise ops of engine.h *broadcast*: shapes are aligned at their last dimension, and a
 *   dimension of size 1, or one that is missing, is repeated as often as the other operand needs
 *   (NumPy's and PyTorch's rule). The gradient of an operand is summed over what was repeated.
 * - dg_data() and dg_grad() speak of single numbers: of a tensor with one number they give it, of
 * any other nan. dg_set_data() and dg_set_grad() set every number.
 * - A leaf may not *require a gradient*: it gets none, and no backward work is done for it.
 * - dg_backward() needs a root that is a single number, and that depends on a leaf which requires a
 *   gradient; otherwise it is #DG_INVALID and the graph's error says so.
 *
 * Semantics are those of PyTorch's functions of the same names; where this page differs it says so.
 * A dimension may have size 0: such a tensor is *empty*.
 *
 * Beside its numbers a tensor takes some 300 bytes. An array is owned by its value's graph, and
 * gone when that is freed or rewound past the value. All sizes are checked before anything is
 * allocated: a tensor over #DG_TENSOR_MAX numbers, or a graph over #DG_NUMBERS_MAX, is #DG_LIMIT.
 */
#ifndef DOTGRAD_TENSOR_H
#define DOTGRAD_TENSOR_H

#include <dotgrad/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The most dimensions of a tensor. */
#define DG_DIMS_MAX 8

/** The most numbers of one tensor: 512 MiB of doubles, and as much again for its gradient. Of an
 * empty tensor the product of the sizes that are not 0 is held to it. */
#define DG_TENSOR_MAX ((size_t)1 << 26)

/** The most numbers of all tensors of a graph, data and gradients counted: 8 GiB. */
#define DG_NUMBERS_MAX ((size_t)1 << 30)

/** In a shape given to dg_reshape(): the size that the number of elements leaves. At most once. */
#define DG_INFER ((size_t)-1)

/** @name Leaves
 * @{ */

/**
 * A leaf of the given shape.
 * @param g     the graph that owns it
 * @param ndim  its dimensions: 0 (a scalar, as dg_leaf()) to #DG_DIMS_MAX
 * @param shape @p ndim sizes, each of which may be 0; may be NULL where @p ndim is 0
 * @param data  as many numbers as the sizes' product, in row-major order, copied; NULL: zeros
 * @param label copied; NULL: none
 * @return a leaf that requires a gradient; NULL with the graph's error: #DG_INVALID (@p ndim,
 *         @p shape), #DG_LIMIT, #DG_NOMEM
 */
DG_API dg_value *dg_tensor(dg_graph *g, int ndim, const size_t *shape, const double *data,
                           const char *label);

/**
 * Says whether the leaf @p v requires a gradient (@p on not 0; so it is for new leaves), and
 * returns
 * @p v. Say it before anything is computed from @p v: a result remembers whether one of its
 * operands required a gradient when it was made, while of the leaf itself each backward pass asks
 * anew. A leaf that does not has no gradient: dg_has_grad() is 0, and setting it is #DG_INVALID (or
 * ignored by dg_set_grad()). NULL for NULL, and with the graph's error for a value that is no leaf.
 */
DG_API dg_value *dg_set_requires_grad(dg_value *v, int on);

/** Whether @p v requires a gradient: for a result, whether one of its operands did. 0 for NULL. */
DG_API int dg_requires_grad(const dg_value *v);

/** @} */
/** @name Looking at arrays, and changing them
 * They work for scalars too, as arrays with one number.
 * @{ */

/** The number of dimensions of @p v; 0 for a scalar and for NULL. */
DG_API int dg_ndim(const dg_value *v);

/** The sizes of the dimensions of @p v, dg_ndim() of them: borrowed from the graph, never NULL (for
 * a scalar and for NULL nothing may be read). */
DG_API const size_t *dg_shape(const dg_value *v);

/** How many numbers @p v has: 1 for a scalar, 0 for an empty tensor and for NULL. */
DG_API size_t dg_size(const dg_value *v);

/** The data of @p v, dg_size() numbers in row-major order: borrowed, and changed by dg_forward()
 * and by setting. NULL for NULL. (For an empty tensor nothing may be read.) */
DG_API const double *dg_data_array(const dg_value *v);

/** The gradient of @p v, dg_size() numbers in row-major order, all 0 until a backward pass reaches
 * it: borrowed; the address stays, and passes change what is there. NULL for NULL, and where @p v
 * requires none. */
DG_API const double *dg_grad_array(const dg_value *v);

/** Sets the data of @p v, as under `torch.no_grad()`: no op is recorded. Values computed from it
 * keep theirs until dg_forward(). @p n must be dg_size(); @p data may be the array of @p v itself.
 * #DG_INVALID for NULL (unless @p n is 0) or another size. */
DG_API dg_status dg_set_data_array(dg_value *v, const double *data, size_t n);

/** Sets the gradient of @p v, which then counts as computed. #DG_INVALID for NULL, another size, or
 * a value that requires no gradient. */
DG_API dg_status dg_set_grad_array(dg_value *v, const double *grad, size_t n);

/** data += factor * numbers, element by element, as under `torch.no_grad()`: a step of gradient
 * descent is `dg_add_to_data(w, -lr, dg_grad_array(w), dg_size(w))`. #DG_INVALID for NULL or
 * another size. */
DG_API dg_status dg_add_to_data(dg_value *v, double factor, const double *numbers, size_t n);

/** Room for the longest text of a shape with its terminator. */
#define DG_SHAPE_TEXT_MAX 192

/** Writes a shape as Python does, `()`, `(3,)`, `(4, 2)`, with -1 for #DG_INFER, into @p text, at
 * least #DG_SHAPE_TEXT_MAX bytes, and returns @p text; "" where @p ndim is not from 0 to
 * #DG_DIMS_MAX. NULL for a NULL
 * @p text. */
DG_API const char *dg_shape_text(int ndim, const size_t *shape, char *text);

/** @} */
/** @name Ops on whole arrays
 * Each returns a new value of its operands' graph, or NULL with the graph's error: #DG_INVALID
 * (NULL, two graphs, or shapes that do not fit: the text names them), #DG_LIMIT, #DG_NOMEM. A
 * dimension is counted from 0, or from the end with -1; of a scalar, 0 and -1 are allowed, as in
 * PyTorch. `g` is the gradient of the result, z; sums run in a fixed order.
 * @{ */

/**
 * The matrix product a @ b, with all of `torch.matmul`'s combinations: two vectors give their dot
 * product, a scalar; (n, k) @ (k, m) gives (n, m); a vector on the left is a row, on the right a
 * column, and that dimension is dropped from the result; with more dimensions the last two are
 * matrices and those before them a batch, which broadcasts. da = g @ b^T, db = a^T @ g, summed over
 * what was broadcast. Op text `@`. An inner size of 0 gives zeros.
 *
 * Products with a vector, and those of at most 4096 multiplications, are sums in a fixed order, the
 * same digits on every machine. Others are made by the machine's CBLAS, which may differ in the
 * last place; it is loaded with the first of them. Where it is not there, or where a limit on
 * addresses leaves it no room, loops make them too, only slower.
 */
DG_API dg_value *dg_matmul(dg_value *a, dg_value *b);

/** The sum of all numbers, a scalar; 0 for an empty tensor. da = g everywhere. Op text `sum`. */
DG_API dg_value *dg_sum(dg_value *a);

/** Sums over dimension @p dim, which is dropped, or kept with size 1 where @p keepdim is not 0.
 * Op text `sum(dim=1)`. */
DG_API dg_value *dg_sum_dim(dg_value *a, int dim, int keepdim);

/** The mean of all numbers, a scalar; nan for an empty tensor. da = g / n. Op text `mean`. */
DG_API dg_value *dg_mean(dg_value *a);

/** Means over dimension @p dim; otherwise as dg_sum_dim(). Op text `mean(dim=1)`. */
DG_API dg_value *dg_mean_dim(dg_value *a, int dim, int keepdim);

/** The largest number, a scalar; nan where one is nan. g is shared evenly by all numbers that are
 * equal to it, as `torch.max(a)` does. An empty tensor is an error. Op text `max`. */
DG_API dg_value *dg_max_all(dg_value *a);

/** The largest numbers along dimension @p dim; nan where one is nan. g goes to the first of them
 * that is largest (or nan), as `torch.max(a, dim).values` does. @p dim of size 0 is an error;
 * otherwise as dg_sum_dim(). Op text `max(dim=1)`. */
DG_API dg_value *dg_max_dim(dg_value *a, int dim, int keepdim);

/** The same numbers in the same order with another shape, one size of which may be #DG_INFER.
 * Op text `reshape`. */
DG_API dg_value *dg_reshape(dg_value *a, int ndim, const size_t *shape);

/** Dimensions @p dim0 and @p dim1 exchanged. (The result is a copy, as everywhere here.) Op text
 * `T` where @p a is a matrix and they differ, else `transpose(0, 2)`. */
DG_API dg_value *dg_transpose(dg_value *a, int dim0, int dim1);

/** a[i]: what is at place @p i of the first dimension, which is dropped; from the end where @p i is
 * negative. An index out of range, and a scalar, are errors. Op text `[2]`. */
DG_API dg_value *dg_select(dg_value *a, ptrdiff_t i);

/** The @p n operands one behind the other along dimension @p dim; all other sizes must be equal.
 * Scalars cannot be concatenated. @p n is at least 1. Op text `concat(dim=0)`. (`torch.cat`) */
DG_API dg_value *dg_concat(dg_value *const *values, size_t n, int dim);

/** The @p n operands, all of one shape s, along a new first dimension: (n, s...). @p n is at
 * least 1. Op text `stack`. */
DG_API dg_value *dg_stack(dg_value *const *values, size_t n);

/** e**a / the sum of e**a along dimension @p dim, computed so that nothing overflows.
 * da = z * (g - sum(g * z)). Op text `softmax(dim=1)`. */
DG_API dg_value *dg_softmax(dg_value *a, int dim);

/** The logarithm of the softmax along dimension @p dim: a - max - log(sum(e**(a - max))).
 * da = g - e**z * sum(g). Op text `log_softmax(dim=1)`. */
DG_API dg_value *dg_log_softmax(dg_value *a, int dim);

/**
 * The mean cross-entropy of logits (unnormalised log-probabilities) and targets, a scalar.
 * Classes lie along the only dimension of @p logits (c,), or along dimension 1 of (n, c, ...).
 * @param logits  (c,) or (n, c, ...)
 * @param targets either class numbers, whole and from 0 to c - 1, in the shape without the classes'
 *                dimension: -log_softmax(logits)[target], averaged over the n * ... targets; they
 * get no gradient. Or probabilities in the shape of @p logits: -sum(targets * log_softmax(logits)),
 * averaged over the n * ... distributions.
 * @return as above; class numbers that are none are #DG_INVALID. (With dg_forward(), where they may
 *         change, the result is nan then.) An average over nothing is nan. Op text `cross_entropy`.
 */
DG_API dg_value *dg_cross_entropy(dg_value *logits, dg_value *targets);

/** @} */
/** @name The ops on whole arrays, for a reader of names
 * @{ */

/** One of them. All strings are static. */
typedef struct dg_tensor_op {
    const char *name;      /**< the function's name in the language */
    const char *arguments; /**< how it is called there: `x, dim=None, keepdim=False` */
    const char *text;      /**< the text of the op's node, without its arguments */
    const char *formula;   /**< what it computes */
} dg_tensor_op;

/** How many there are. */
DG_API size_t dg_tensor_op_count(void);

/** Number @p i, or NULL where there is none. */
DG_API const dg_tensor_op *dg_tensor_op_at(size_t i);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
