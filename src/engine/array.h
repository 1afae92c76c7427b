/* Tensors inside the engine: their arrays, and what the ops on them are made of.
 *
 *   tensor_arena.c the memory of the arrays, which a rewind takes back
 *   tensor.c       creating values with arrays; tensor leaves
 *   accessors.c    reading and writing data and gradients
 *   broadcast.c    broadcasting of shapes
 *   elementwise.c  the ops of ops.def over arrays
 *   matmul.c       matrix products
 *   reduce.c       sum, mean, max
 *   shape.c        reshape, transpose, select, concat, stack
 *   softmax.c      softmax, log_softmax, cross_entropy
 *   record.c       ops with operands and arguments in records, record_ops.def expanded
 *   map.c          permute, expand, repeat, flip, roll, tril, triu, diag, slice, zero_pad
 *   ternary.c      where, lerp, clamp
 *   tensor_ops.c   tensor_ops.def expanded: texts, kernels and the public table
 *
 * A value has a *tensor op* (DGI_IS_TENSOR_OP) where it or an operand has dimensions. All others
 * are scalar ops, which the passes compute in loops of their own; one byte tells the two apart. */
#ifndef DGI_ARRAY_H
#define DGI_ARRAY_H

#include <string.h>

#include <dotgrad/tensor.h>

#include "engine/graph.h"

/* The storage of one tensor. It and what it points to is memory of the graph's tensor arena. */
struct dgi_array {
    dgi_array *older; /* the array before it in the arena */
    size_t owner;     /* the index of its value in the graph */
    size_t block;     /* where in the arena it begins */
    size_t offset;
    double *data;        /* aligned to a cache line */
    double *grad;        /* NULL: none is required. Uninitialised while grad_lazy_zero */
    dg_value **operands; /* of a variadic op (concat, stack), else NULL */
    size_t n_operands;
    size_t size; /* elements of data, and of grad */
    int ndim;
    bool grad_lazy_zero; /* the gradient counts as 0, whatever is in memory: see doc/engine.md */
    bool grad_borrowed;  /* a caller has its address: it must be written at once */
    size_t shape[DG_DIMS_MAX];
};

/* ---- Data and gradient, scalar or not ---- */

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

static inline const size_t *dgi_shape_of(const dg_value *v)
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

/* The gradient, to be read, of a value that a backward pass has reached. */
static inline const double *dgi_grad(const dg_value *v)
{
    return dgi_is_array(v) ? v->array->grad : dgi_grad_pointer(v);
}

static inline size_t dgi_operand_count(const dg_value *v)
{
    size_t n = dgi_op_arity[dgi_op(v)];
    if (n == DGI_RECORDED)
        return dgi_graph_of(v)->records[*dgi_attributes_of(v)].n_operands;
    return n == DGI_VARIADIC ? v->array->n_operands : n;
}

/* Operand i of v, which has it. */
static inline dg_value *dgi_operand_at(const dg_value *v, size_t i)
{
    const dg_graph *g = dgi_graph_of(v);
    if (dgi_op_arity[dgi_op(v)] == DGI_RECORDED)
        return dgi_value_at(g,
                            (size_t)g->record_words[g->records[*dgi_attributes_of(v)].first + i]);
    if (dgi_op_arity[dgi_op(v)] == DGI_VARIADIC)
        return v->array->operands[i];
    return i == 0 ? dgi_first_operand(v) : dgi_second_operand(v);
}

/* The attributes of a tensor op that has dimensions for them, each from -1 on: see its kernel. */
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

/* Zeroes a gradient without writing it, unless a caller can see it. */
static inline void dgi_zero_grad_lazily(dgi_array *array)
{
    array->grad_lazy_zero = true;
    if (array->grad_borrowed)
        memset(array->grad, 0, array->size * sizeof *array->grad);
}

/* ---- Making ---- */

/* The product of the sizes; false with the graph's error where it is over DG_TENSOR_MAX. So is, for
 * an empty tensor, the product of the sizes that are not 0: no product of sizes of an existing
 * tensor overflows. */
bool dgi_count_elements(dg_graph *g, int ndim, const size_t *shape, size_t *count);

/* A new value with a tensor op of the given shape, with uninitialised data and operands. Where the
 * op is variadic, n_operands is their number, which is not 0, and neither is ndim. NULL with the
 * graph's error. */
dg_value *dgi_tensor_new(dg_graph *g, uint8_t op, int ndim, const size_t *shape, bool requires_grad,
                         size_t n_operands);

/* A new array with the owner, n_operands, size, ndim and shape of `wanted`, with uninitialised data
 * and operands, and with a gradient or not. NULL with the graph's error. */
dgi_array *dgi_array_new(dg_graph *g, const dgi_array *wanted, bool grad);

/* Frees the arrays of values from index `mark` on. */
void dgi_tensor_arena_rewind(dg_graph *g, size_t mark);
void dgi_tensor_arena_free(dg_graph *g);

/* Sets the graph's error: the format with the shapes of a and b for its two %s, such as "cannot
 * multiply (4, 2) by (3, 1)". Returns NULL. */
dg_value *dgi_fail_with_shapes(dg_graph *g, const char *format, const dg_value *a,
                               const dg_value *b);

/* The graph of a and b; NULL with the graph's error where one is NULL or they differ in it. */
dg_graph *dgi_graph_of_both(const dg_value *a, const dg_value *b);

/* ---- Broadcasting ---- */

/* How to iterate over two operands side by side in the order of the result: nested outer loops
 * around runs of `inner` elements. Adjacent dimensions with the same strides are merged. Strides
 * are in elements, 0 where an operand is repeated. */
typedef struct dgi_broadcast {
    int ndim; /* of the result */
    size_t shape[DG_DIMS_MAX];
    size_t size;
    int n_loops; /* outer loops, outermost first */
    size_t count[DG_DIMS_MAX], stride_a[DG_DIMS_MAX], stride_b[DG_DIMS_MAX];
    size_t inner, inner_a, inner_b; /* the strides are 0 or 1 */
} dgi_broadcast;

/* False where the shapes do not broadcast. Limits are not checked: size is SIZE_MAX where it
 * overflows.
 */
bool dgi_broadcast_shapes(dgi_broadcast *w, int ndim_a, const size_t *shape_a, int ndim_b,
                          const size_t *shape_b);

/* ---- The backward pass, for kernels (backward.c) ---- */

typedef struct dgi_backward_pass dgi_backward_pass;

/* The gradient of an operand, dgi_size() elements for the kernel to add to; NULL where it requires
 * none (or where the pass has run out of memory: then the kernel just skips the operand). Where
 * *uninitialised, this is the first contribution in the pass, and the kernel has to store instead
 * of adding. Kernels ask for one target at a time: an operand that is used twice is uninitialised
 * only once. */
double *dgi_grad_target(dgi_backward_pass *p, dg_value *operand, bool *uninitialised);

/* The same for kernels that only add: what is uninitialised is set to 0. */
double *dgi_zeroed_grad_target(dgi_backward_pass *p, dg_value *operand);

/* dg_backward() of a root that it does not refuse, without charging the graph's work. */
dg_status dgi_backward(dg_value *root);

/* ---- The forward pass (forward.c) ---- */

/* Computes the data of the values in slots `begin` to `end` - 1 of a chunk, in order; leaves keep
 * theirs. */
void dgi_compute(dgi_chunk *c, size_t begin, size_t end);

/* ---- Kernels of tensor ops (tensor_ops.c; elementwise.c for the rows of ops.def) ---- */

/* Computes the data of a value with a tensor op. Cannot fail. */
void dgi_tensor_forward(dg_value *v);

/* Adds the contributions of v to the gradients of its operands. */
void dgi_tensor_backward(dgi_backward_pass *p, dg_value *v);

/* The same for the rows of ops.def. */
void dgi_elementwise_forward(dg_value *v);
void dgi_elementwise_backward(dgi_backward_pass *p, dg_value *v);

/* A new value with an elementwise op where an operand is not a plain scalar, of one operand (with
 * the constant k) or of two, its data computed. NULL with the graph's error. */
dg_value *dgi_elementwise_unary(uint8_t op, dg_value *a, double k);
dg_value *dgi_elementwise_binary(uint8_t op, dg_value *a, dg_value *b);

/* Writes the op text of a row of tensor_ops.def: at most DG_OP_TEXT_MAX bytes. */
void dgi_tensor_op_text(const dg_value *v, char *text);

#endif
