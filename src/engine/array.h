/* Arrays: where the numbers of tensors live, and what the ops on them are made of.
 *
 *   numbers.c      the arena of the arrays, which a rewind takes back
 *   tensor.c       tensor leaves, and what else makes a value with an array
 *   access.c       looking at numbers and setting them
 *   broadcast.c    shapes that are repeated to fit each other
 *   elementwise.c  the ops of ops.def over arrays
 *   matmul.c       products of matrices, by CBLAS
 *   reduce.c       sum, mean, max
 *   shape.c        reshape, transpose, select, concat, stack
 *   softmax.c      softmax, log_softmax, cross_entropy
 *   wide.c         tensor_ops.def expanded: texts, kernels and the public table
 *
 * A value is *wide* where arrays take part in its op: where it, or an operand, has dimensions. All
 * others are scalars and go the short way through the passes, which looks at one byte to tell. */
#ifndef DGI_ARRAY_H
#define DGI_ARRAY_H

#include <string.h>

#include <dotgrad/tensor.h>

#include "engine/graph.h"

/* The numbers of one tensor. Its memory belongs to the graph's arena, with what it points to. */
struct dgi_array {
    dgi_array *older; /* the array that was made before it and still lives */
    size_t owner;     /* the place of its value in the graph */
    size_t chunk;     /* where in the arena it begins */
    size_t offset;
    double *data;        /* aligned for vectors */
    double *grad;        /* NULL: none is required. Undefined while grad_lazy_zero */
    dg_value **operands; /* of concat and stack, else NULL */
    size_t n_operands;
    size_t size; /* numbers in data, and in grad */
    int ndim;
    bool grad_lazy_zero; /* the gradient counts as 0 everywhere, without having been written */
    bool grad_borrowed;  /* the caller knows where it is: what it counts as is written */
    size_t shape[DG_DIMS_MAX];
};

/* ---- A value's numbers, scalar or not ---- */

static inline bool dgi_is_array(const dg_value *v)
{
    return dgi_flags(v) & DGI_IS_ARRAY;
}

static inline size_t dgi_size(const dg_value *v)
{
    return dgi_is_array(v) ? v->array->size : 1;
}

static inline int dgi_ndim(const dg_value *v)
{
    return dgi_is_array(v) ? v->array->ndim : 0;
}

static inline const size_t *dgi_shape(const dg_value *v)
{
    static const size_t none[1] = {0};
    return dgi_is_array(v) ? v->array->shape : none;
}

static inline double *dgi_data(dg_value *v)
{
    return dgi_is_array(v) ? v->array->data : &v->data;
}

static inline const double *dgi_data_const(const dg_value *v)
{
    return dgi_is_array(v) ? v->array->data : &v->data;
}

static inline bool dgi_requires_grad(const dg_value *v)
{
    return !(dgi_flags(v) & DGI_NO_GRAD);
}

/* The gradient of a value that has been reached by a backward pass, to be read. */
static inline const double *dgi_grad(const dg_value *v)
{
    return dgi_is_array(v) ? v->array->grad : dgi_grad_pointer(v);
}

static inline size_t dgi_operand_count(const dg_value *v)
{
    size_t n = dgi_op_arity[dgi_op(v)];
    return n == DGI_VARIADIC ? v->array->n_operands : n;
}

/* Operand i of v, which has it. */
static inline dg_value *dgi_operand(const dg_value *v, size_t i)
{
    if (dgi_op_arity[dgi_op(v)] == DGI_VARIADIC)
        return v->array->operands[i];
    return i == 0 ? dgi_first_operand(v) : dgi_second_operand(v);
}

/* What a wide value has in the place of a second operand: dimensions, from -1 on, see its kernel.
 */
static inline void dgi_set_dims(dg_value *v, int first, int second)
{
    *dgi_attributes_of(v) = (uint32_t)(first + 1) | (uint32_t)(second + 1) << 8;
}

static inline int dgi_dim0(const dg_value *v)
{
    return (int)(*dgi_attributes_of(v) & 0xff) - 1;
}

static inline int dgi_dim1(const dg_value *v)
{
    return (int)(*dgi_attributes_of(v) >> 8) - 1;
}

/* The gradient counts as 0 from now on. */
static inline void dgi_zero_grad_lazily(dgi_array *array)
{
    array->grad_lazy_zero = true;
    if (array->grad_borrowed)
        memset(array->grad, 0, array->size * sizeof *array->grad);
}

/* ---- Making ---- */

/* The product of the sizes; false where it is over DG_TENSOR_MAX, with the graph's error. In an
 * empty tensor so is the product of the sizes that are not 0: no product of some sizes of a tensor
 * that was made can overflow. */
bool dgi_count_elements(dg_graph *g, int ndim, const size_t *shape, size_t *count);

/* A value of the given shape with undefined data, wide, that requires a gradient or not; no
 * operands yet, but room for n_operands of them where that is not 0 (then the arity is
 * DGI_VARIADIC, and ndim must not be 0). NULL with the graph's error. */
dg_value *dgi_tensor_new(dg_graph *g, uint8_t op, int ndim, const size_t *shape, bool requires_grad,
                         size_t n_operands);

/* An array like `wanted` (owner, n_operands, size, ndim and shape are taken from it) with undefined
 * numbers and operands, and room for a gradient or not. NULL with the graph's error. */
dgi_array *dgi_array_new(dg_graph *g, const dgi_array *wanted, bool grad);

/* Arrays of values from `mark` on go back to the arena. */
void dgi_tensor_arena_rewind(dg_graph *g, size_t mark);
void dgi_tensor_arena_free(dg_graph *g);

/* "cannot multiply (4, 2) by (3, 1)": the text with the operands' shapes in place of two %s, as the
 * graph's error. Returns NULL. */
dg_value *dgi_fail_with_shapes(dg_graph *g, const char *format, const dg_value *a,
                               const dg_value *b);

/* The graph of operands that are all there and of one graph; else NULL, with the error set. */
dg_graph *dgi_graph_of_both(const dg_value *a, const dg_value *b);

/* ---- Broadcasting ---- */

/* Two operands walked through side by side in the order of the result: `outer` runs of `inner`
 * numbers; neighbouring dimensions that need no step of their own are one. Strides are in numbers,
 * 0 where an operand is repeated. */
typedef struct dgi_broadcast {
    int ndim; /* of the result */
    size_t shape[DG_DIMS_MAX];
    size_t size;
    int n_loops; /* outer loops, the outermost first */
    size_t count[DG_DIMS_MAX], stride_a[DG_DIMS_MAX], stride_b[DG_DIMS_MAX];
    size_t inner, inner_a, inner_b; /* the strides are 0 or 1 */
} dgi_broadcast;

/* False where the shapes do not fit. (No limit is checked: size may be too large, SIZE_MAX where it
 * overflows.) */
bool dgi_broadcast_shapes(dgi_broadcast *w, int ndim_a, const size_t *shape_a, int ndim_b,
                          const size_t *shape_b);

/* ---- The backward pass, for kernels (backward.c) ---- */

typedef struct dgi_backward_pass dgi_backward_pass;

/* Where the gradient of an operand is to be added: dgi_size() numbers; NULL where it requires none
 * (or the pass ran out of memory, which the pass knows itself: the kernel only skips the operand).
 * Where *fresh, nothing was added in this pass and the numbers are undefined: the kernel stores
 * instead of adding. Kernels take one target after the other: an operand that is used twice is
 * fresh only once. */
double *dgi_grad_target(dgi_backward_pass *p, dg_value *operand, bool *fresh);

/* The same for kernels that only add: what is fresh is 0. */
double *dgi_zeroed_grad_target(dgi_backward_pass *p, dg_value *operand);

/* dg_backward() of a root that it does not refuse, without charging the graph. */
dg_status dgi_backward(dg_value *root);

/* ---- Data (compute.c) ---- */

/* Computes the data of the values from `begin` up to `end` of a chunk, wide or not, in their order;
 * leaves keep theirs. */
void dgi_compute(dgi_chunk *c, size_t begin, size_t end);

/* ---- Kernels of wide values (wide.c; elementwise.c for the rows of ops.def) ---- */

/* Computes the data of a wide value from its operands'. Cannot fail. */
void dgi_tensor_forward(dg_value *v);

/* Adds to the operands' gradients what v->grad contributes. */
void dgi_tensor_backward(dgi_backward_pass *p, dg_value *v);

/* The elementwise part of both. */
void dgi_elementwise_forward(dg_value *v);
void dgi_elementwise_backward(dgi_backward_pass *p, dg_value *v);

/* What an elementwise op's function makes where an operand is not a plain scalar: of one operand
 * (with constant k), of two. Data computed. NULL with the graph's error. */
dg_value *dgi_elementwise_unary(uint8_t op, dg_value *a, double k);
dg_value *dgi_elementwise_binary(uint8_t op, dg_value *a, dg_value *b);

/* Writes the op text of a wide value that is not elementwise: at most DG_OP_TEXT_MAX bytes. */
void dgi_tensor_op_text(const dg_value *v, char *text);

#endif
