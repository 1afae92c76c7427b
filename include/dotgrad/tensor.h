/**
 * @file tensor.h
 * @brief Values with a shape: n-dimensional arrays of doubles.
 *
 * A *tensor* is a value whose data and gradient are arrays of doubles in row-major order (the last
 * dimension varies fastest) with a *shape* of 1 to #DG_DIMS_MAX dimensions; a value without
 * dimensions is a scalar. What engine.h says of values holds for both. In addition:
 *
 * - The elementwise ops of engine.h *broadcast*: shapes are aligned at their last dimension, and a
 *   dimension of size 1, or one that is missing, is repeated as often as the other operand needs
 *   (NumPy's and PyTorch's rule). The gradient of an operand is summed over what was repeated.
 * - dg_data() and dg_grad() return the element of a tensor that has one, and nan for other sizes.
 *   dg_set_data() and dg_set_grad() set every element.
 * - A leaf *requires a gradient* unless dg_set_requires_grad() says otherwise. One that requires
 *   none gets none, and no backward work is done for it.
 * - dg_backward() needs a root with one element that depends on a leaf which requires a gradient;
 *   otherwise it is #DG_INVALID with the graph's error.
 *
 * The functions mean what PyTorch's functions of the same names mean, unless this page says
 * otherwise. A dimension may have size 0: such a tensor is *empty*.
 *
 * Beside its elements a tensor takes some 300 bytes. The arrays belong to the graph until it is
 * freed or rewound past the value. All sizes are checked before anything is allocated: a tensor of
 * more than #DG_TENSOR_MAX elements, or a graph of more than #DG_NUMBERS_MAX, is #DG_LIMIT.
 */
#ifndef DOTGRAD_TENSOR_H
#define DOTGRAD_TENSOR_H

#include <dotgrad/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The most dimensions of a tensor. */
#define DG_DIMS_MAX 8

/** The most elements of one tensor: 512 MiB of doubles, and as much again for its gradient. For an
 * empty tensor it limits the product of the sizes that are not 0. */
#define DG_TENSOR_MAX ((size_t)1 << 26)

/** The most doubles in all tensors of a graph, data and gradients together: 8 GiB. */
#define DG_NUMBERS_MAX ((size_t)1 << 30)

/** In a shape for dg_reshape(), at most once: the size that makes the element counts equal (-1 in
 * PyTorch). */
#define DG_INFER ((size_t)-1)

/** @name Leaves
 * @{ */

/**
 * A leaf of the given shape.
 * @param g     the graph that owns it
 * @param ndim  number of dimensions: 0 (a scalar, as dg_leaf()) to #DG_DIMS_MAX
 * @param shape @p ndim sizes, each of which may be 0; may be NULL where @p ndim is 0
 * @param data  as many numbers as the product of the sizes, in row-major order, copied; NULL: zeros
 * @param label copied; NULL: none
 * @return a leaf that requires a gradient; NULL with the graph's error: #DG_INVALID (@p ndim,
 *         @p shape), #DG_LIMIT or #DG_NOMEM. NULL for a NULL @p g
 */
DG_API dg_value *dg_tensor(dg_graph *g, int ndim, const size_t *shape, const double *data,
                           const char *label);

/**
 * Sets whether the leaf @p v requires a gradient (@p on not 0, the default for new leaves), and
 * returns @p v. Call it before anything is computed from @p v: a result keeps for its life whether
 * one of its operands required a gradient when it was made, while the leaf itself is asked in every
 * backward pass. A leaf that requires none has none: dg_has_grad() is 0, dg_set_grad() does
 * nothing, and dg_set_grad_array() is #DG_INVALID. NULL for NULL, and with the graph's error
 * #DG_INVALID for a value that is not a leaf.
 */
DG_API dg_value *dg_set_requires_grad(dg_value *v, int on);

/** Whether @p v requires a gradient: for a result, whether one of its operands did. 0 for NULL. */
DG_API int dg_requires_grad(const dg_value *v);

/** @} */
/** @name Reading and writing arrays
 * They work for scalars too, as arrays with one element.
 * @{ */

/** The number of dimensions of @p v; 0 for a scalar and for NULL. */
DG_API int dg_ndim(const dg_value *v);

/** The sizes of the dimensions of @p v, dg_ndim() of them: borrowed from the graph, never NULL (for
 * a scalar and for NULL nothing may be read). */
DG_API const size_t *dg_shape(const dg_value *v);

/** The number of elements of @p v: 1 for a scalar, 0 for an empty tensor and for NULL. */
DG_API size_t dg_size(const dg_value *v);

/** The data of @p v, dg_size() numbers in row-major order: borrowed from the graph; the address
 * stays, and dg_forward() and the setters change what is there. NULL for NULL. (For an empty tensor
 * nothing may be read.) */
DG_API const double *dg_data_array(const dg_value *v);

/** The gradient of @p v, dg_size() numbers in row-major order, all 0 until a backward pass reaches
 * it: borrowed from the graph; the address stays, and passes and setters change what is there. NULL
 * for NULL, and where @p v requires no gradient. */
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

/** The size of a buffer that holds the text of every shape, with its terminator. */
#define DG_SHAPE_TEXT_MAX 192

/** Writes a shape as Python does, `()`, `(3,)`, `(4, 2)`, with -1 for #DG_INFER, into @p text, at
 * least #DG_SHAPE_TEXT_MAX bytes, and returns @p text; "" where @p ndim is not from 0 to
 * #DG_DIMS_MAX, or @p shape is NULL for an @p ndim above 0. NULL for a NULL @p text. */
DG_API const char *dg_shape_text(int ndim, const size_t *shape, char *text);

/** @} */
/** @name Ops on whole tensors
 * Each returns a new value of its operands' graph, or NULL with the graph's error: #DG_INVALID
 * (a NULL operand, two graphs, or shapes that do not fit, which the text names), #DG_LIMIT,
 * #DG_NOMEM. (Where all operands are NULL there is no graph to have the error.) Results are copies,
 * never views. Dimensions count from 0, or from the end with -1; for a scalar 0 and -1 are allowed,
 * as in PyTorch. In the formulas z is the result, g its gradient, and da what is added to the
 * gradient of a. Sums run in a fixed order, so that they give the same digits on every machine.
 * @{ */

/**
 * The matrix product a @ b, with all of `torch.matmul`'s combinations: two vectors give their dot
 * product, a scalar; (n, k) @ (k, m) gives (n, m); a vector on the left is a row, on the right a
 * column, and that dimension is dropped from the result; with more dimensions the last two are
 * matrices and those before them a batch, which broadcasts. da = g @ b^T, db = a^T @ g, summed over
 * what was broadcast. Op text `@`. An inner size of 0 gives zeros.
 *
 * The order of summation depends on the sizes alone, so that the digits are the same on every
 * machine.
 */
DG_API dg_value *dg_matmul(dg_value *a, dg_value *b);

/** The sum of all elements, a scalar; 0 for an empty tensor. da = g everywhere. Op text `sum`. */
DG_API dg_value *dg_sum(dg_value *a);

/** Sums over dimension @p dim, which is dropped, or kept with size 1 where @p keepdim is not 0.
 * Op text `sum(dim=1)`. */
DG_API dg_value *dg_sum_dim(dg_value *a, int dim, int keepdim);

/** The mean of all elements, a scalar; nan for an empty tensor. da = g / n. Op text `mean`. */
DG_API dg_value *dg_mean(dg_value *a);

/** Means over dimension @p dim; otherwise as dg_sum_dim(). Op text `mean(dim=1)`. */
DG_API dg_value *dg_mean_dim(dg_value *a, int dim, int keepdim);

/** The largest element, a scalar; nan where one is nan. g is divided evenly among all elements
 * equal to it, as `torch.max(a)` does. An empty tensor is an error. Op text `max`. */
DG_API dg_value *dg_max_all(dg_value *a);

/** The largest elements along dimension @p dim; nan where one is nan. g goes to the first element
 * that is largest (or nan), as `torch.max(a, dim).values` does. @p dim of size 0 is an error;
 * otherwise as dg_sum_dim(). Op text `max(dim=1)`. */
DG_API dg_value *dg_max_dim(dg_value *a, int dim, int keepdim);

/** The same elements in the same order with another shape of @p ndim dimensions, one size of which
 * may be #DG_INFER. da = g in the shape of a. Op text `reshape`. */
DG_API dg_value *dg_reshape(dg_value *a, int ndim, const size_t *shape);

/** Dimensions @p dim0 and @p dim1 exchanged. da = g with the same two exchanged. Op text
 * `T` where @p a is a matrix and they differ, else `transpose(0, 2)`. */
DG_API dg_value *dg_transpose(dg_value *a, int dim0, int dim1);

/** a[i]: the part with index @p i in the first dimension, which is dropped; counted from the end
 * where @p i is negative. g is added to that part of a's gradient. An index out of range, and a
 * scalar, are errors. Op text `[2]`. */
DG_API dg_value *dg_select(dg_value *a, ptrdiff_t i);

/** The @p n operands concatenated along dimension @p dim, as `torch.cat` does; all other sizes must
 * be equal. Each operand's gradient gets its part of g. Scalars cannot be concatenated. @p n is at
 * least 1 (0: NULL, without an error). Op text `concat(dim=0)`. */
DG_API dg_value *dg_concat(dg_value *const *values, size_t n, int dim);

/** The @p n operands, all of one shape s, stacked along a new first dimension: (n, s...). Each
 * operand's gradient gets its part of g. @p n is at least 1 (0: NULL, without an error). Op text
 * `stack`. */
DG_API dg_value *dg_stack(dg_value *const *values, size_t n);

/** e**a divided by the sum of e**a along dimension @p dim, computed without overflow.
 * da = z * (g - sum(g * z)). Op text `softmax(dim=1)`. */
DG_API dg_value *dg_softmax(dg_value *a, int dim);

/** The logarithm of the softmax along dimension @p dim: a - max - log(sum(e**(a - max))).
 * da = g - e**z * sum(g). Op text `log_softmax(dim=1)`. */
DG_API dg_value *dg_log_softmax(dg_value *a, int dim);

/**
 * The mean cross-entropy of logits (unnormalised log-probabilities) and targets, a scalar.
 * Classes lie along the only dimension of @p logits (c,), or along dimension 1 of (n, c, ...).
 * @param logits  (c,) or (n, c, ...)
 * @param targets either class numbers, integers from 0 to c - 1, in the shape of @p logits without
 *                the dimension of the classes: -log_softmax(logits)[target], averaged over the
 *                n * ... targets, which get no gradient. Or probabilities in the shape of @p
 * logits: -sum(targets * log_softmax(logits)), averaged over the n * ... distributions
 * @return as above; another class number is #DG_INVALID. (dg_forward() cannot fail: with one the
 *         result is nan.) An average over nothing is nan. Op text `cross_entropy`.
 */
DG_API dg_value *dg_cross_entropy(dg_value *logits, dg_value *targets);

/** The dimensions of @p a in another order: dimension i of the result is dimension dims[i] of @p a.
 * @p n is dg_ndim(), and each dimension is given once. da = g with the dimensions back. Op text
 * `permute(1, 0)`. */
DG_API dg_value *dg_permute(dg_value *a, int n, const int *dims);

/** @p a repeated to a shape of @p ndim dimensions as broadcasting does it; #DG_INFER keeps a size.
 * da = g summed over what was repeated. Op text `expand(2, 3)`. */
DG_API dg_value *dg_expand(dg_value *a, int ndim, const size_t *shape);

/** Copies of @p a along each dimension, @p n numbers of them, which may be more than it has
 * dimensions: `torch.Tensor.repeat`. da = g summed over the copies. Op text `repeat(2, 1)`. */
DG_API dg_value *dg_repeat(dg_value *a, int n, const size_t *repeats);

/** The @p n dimensions given in reverse order. da = g likewise. Op text `flip(0)`. */
DG_API dg_value *dg_flip(dg_value *a, int n, const int *dims);

/** Shifted by @p shift along dimension @p dim; what leaves at the end enters at the beginning. da =
 * g shifted back. Op text `roll(1, 0)`. */
DG_API dg_value *dg_roll(dg_value *a, int shift, int dim);

/** The last two dimensions with 0 above the diagonal that is @p diagonal columns to the right of
 * the main one. da = g likewise. Op text `tril(0)`. */
DG_API dg_value *dg_tril(dg_value *a, int diagonal);

/** The same with 0 below the diagonal. Op text `triu(0)`. */
DG_API dg_value *dg_triu(dg_value *a, int diagonal);

/** The diagonal of a matrix, or the square matrix that has a vector as its diagonal; @p diagonal as
 * for dg_tril(). Op text `diag(0)`. */
DG_API dg_value *dg_diag(dg_value *a, int diagonal);

/** The indices @p start, @p start + @p step, ... below @p stop of dimension @p dim, bounded as
 * Python's slices;
 * @p step is at least 1. Each element of g is added where it came from. Op text `slice(0, 1, 3,
 * 1)`. */
DG_API dg_value *dg_slice(dg_value *a, int dim, ptrdiff_t start, ptrdiff_t stop, ptrdiff_t step);

/** Zeros in dimension @p dim: @p before and @p after what is there, and @p gap between each two
 * elements. da = what of g is not for zeros. Op text `zero_pad(0, 1, 1, 0)`. */
DG_API dg_value *dg_zero_pad(dg_value *a, int dim, size_t before, size_t after, size_t gap);

/** The smallest elements over the @p n dimensions of @p dims, all where @p n is 0; they are
 * dropped, or kept with size 1 where @p keepdim is not 0. g goes to the first that is smallest
 * where @p n is 1, else to all of them in equal parts. An empty tensor is an error. Op text `min`,
 * `min(dim=0, 1)`. */
DG_API dg_value *dg_min_dims(dg_value *a, int n, const int *dims, int keepdim);

/** Products over dimensions, as dg_min_dims(); 1 of nothing. da = g times the product of the
 * others. Op text `prod(dim=1)`. */
DG_API dg_value *dg_prod_dims(dg_value *a, int n, const int *dims, int keepdim);

/** log(sum(e**a)) over dimensions, without overflow; -inf of nothing. da = g * e**(a - z). Op text
 * `logsumexp(dim=1)`. */
DG_API dg_value *dg_logsumexp_dims(dg_value *a, int n, const int *dims, int keepdim);

/** The variance over dimensions: the sum of the squared distances from the mean divided by their
 * number less
 * @p correction, which is 1 in PyTorch and 0 in NumPy. da = 2g * (a - mean) / that. Op text
 * `var(dim=1, 1)`. */
DG_API dg_value *dg_var_dims(dg_value *a, int n, const int *dims, int keepdim, double correction);

/** The square root of the variance. da = g * (a - mean) / (z * that), 0 where z is 0. */
DG_API dg_value *dg_std_dims(dg_value *a, int n, const int *dims, int keepdim, double correction);

/** sum(|a|**p)**(1/p) over dimensions for @p p from 1 to infinity. da = g * sign(a) * (|a| /
 * z)**(p-1), 0 where z is 0. Op text `norm(dim=1, 2)`. */
DG_API dg_value *dg_norm_dims(dg_value *a, int n, const int *dims, int keepdim, double p);

/** The index of the first largest element along one dimension, or among all elements where @p n is
 * 0. Requires no gradient. Op text `argmax(dim=1)`. */
DG_API dg_value *dg_argmax_dims(dg_value *a, int n, const int *dims, int keepdim);

/** The same of the smallest. */
DG_API dg_value *dg_argmin_dims(dg_value *a, int n, const int *dims, int keepdim);

/** The sums of all elements up to each along dimension @p dim. da = the sums of g from each on. Op
 * text `cumsum(dim=0)`. */
DG_API dg_value *dg_cumsum(dg_value *a, int dim);

/** @p a where @p condition is not 0, else @p b; all three broadcast, and may be scalars. g goes to
 * the one that was taken; the condition gets no gradient. Op text `where`. */
DG_API dg_value *dg_where(dg_value *condition, dg_value *a, dg_value *b);

/** a + weight * (b - a); all three broadcast, and may be scalars. da = g * (1 - weight), db = g *
 * weight, dweight = g * (b - a). Op text `lerp`. */
DG_API dg_value *dg_lerp(dg_value *a, dg_value *b, dg_value *weight);

/** @p a, but not below @p min or above @p max, which may be infinite; @p max where @p min is above
 * it. nan stays nan. da = g where min <= a <= max, else 0. Op text `clamp(0, 1)`. */
DG_API dg_value *dg_clamp(dg_value *a, double min, double max);

/** @} */
/** @name The ops on whole tensors, by name
 * For the same use as the table of dg_op.
 * @{ */

/** One op on whole tensors. All strings are static. */
typedef struct dg_tensor_op {
    const char *name;      /**< the function's name in the language */
    const char *arguments; /**< how it is called there: `x, dim=None, keepdim=False` */
    const char *text;      /**< the text of the op's node, without its arguments */
    const char *formula;   /**< what it computes */
} dg_tensor_op;

/** The number of these ops. */
DG_API size_t dg_tensor_op_count(void);

/** Op @p i, or NULL where there is none. */
DG_API const dg_tensor_op *dg_tensor_op_at(size_t i);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
