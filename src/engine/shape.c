/* The ops that only move elements: reshape, transpose, select, concat, stack. */
#include "engine/kernels.h"

#include <string.h>

/* ---- reshape ---- */

/* The shape with DG_INFER replaced; false where the number of elements does not fit. */
static bool infer(const dg_value *a, int ndim, const size_t *shape, size_t *whole)
{
    size_t left = dgi_size(a), known = 1;
    int inferred = -1;
    bool empty = false;
    for (int i = 0; i < ndim; i++) {
        whole[i] = shape[i];
        if (shape[i] == DG_INFER && inferred >= 0)
            return false;
        if (shape[i] == DG_INFER)
            inferred = i;
        else if (shape[i] == 0)
            empty = true;
        else
            known = known > SIZE_MAX / shape[i] ? SIZE_MAX : known * shape[i];
    }
    if (empty) /* an inferred size would be arbitrary */
        return left == 0 && inferred < 0;
    if (inferred < 0)
        return left == known;
    whole[inferred] = left / known;
    return left % known == 0;
}

static dg_value *fail_reshape(const dg_value *a, int ndim, const size_t *shape)
{
    char from[DG_SHAPE_TEXT_MAX], to[DG_SHAPE_TEXT_MAX];
    dgi_graph_failf(dg_graph_of(a), DG_INVALID, "cannot reshape %s to %s",
                    dg_shape_text(dgi_ndim(a), dgi_shape_of(a), from),
                    dg_shape_text(ndim, shape, to));
    return NULL;
}

dg_value *dg_reshape(dg_value *a, int ndim, const size_t *shape)
{
    if (!a)
        return NULL;
    if (ndim < 0 || ndim > DG_DIMS_MAX || (ndim > 0 && !shape)) {
        dgi_graph_failf(dg_graph_of(a), DG_INVALID, "a tensor has 0 to %d dimensions", DG_DIMS_MAX);
        return NULL;
    }
    size_t whole[DG_DIMS_MAX];
    if (!infer(a, ndim, shape, whole))
        return fail_reshape(a, ndim, shape);
    return dgi_tensor_unary(DGI_TENSOR_reshape, a, ndim, whole,
                            (dgi_op_attributes){.is_index = false});
}

void dgi_reshape_forward(dg_value *v)
{
    memcpy(dgi_data(v), dgi_data_const(dgi_first_operand(v)), dgi_size(v) * sizeof(double));
}

void dgi_reshape_backward(dgi_backward_pass *p, dg_value *v)
{
    bool uninitialised = false;
    double *d = dgi_grad_target(p, dgi_first_operand(v), &uninitialised);
    if (d)
        dgi_accumulate(d, dgi_grad(v), dgi_size(v), uninitialised);
}

/* ---- transpose ---- */

dg_value *dg_transpose(dg_value *a, int dim0, int dim1)
{
    if (!a || !dgi_normalise_dim(a, "transpose", &dim0) ||
        !dgi_normalise_dim(a, "transpose", &dim1))
        return NULL;
    size_t shape[DG_DIMS_MAX];
    for (int i = 0; i < dgi_ndim(a); i++)
        shape[i] = dgi_shape_of(a)[i == dim0 ? dim1 : i == dim1 ? dim0 : i];
    return dgi_tensor_unary(DGI_TENSOR_transpose, a, dgi_ndim(a), shape,
                            (dgi_op_attributes){.first = dim0, .second = dim1});
}

/* The operand of v seen as five dimensions, of which the second and the fourth are exchanged. */
typedef struct exchange {
    size_t outer, first, middle, last, inner;
} exchange;

static exchange exchange_of(const dg_value *v)
{
    const dg_value *a = dgi_first_operand(v);
    int low = dgi_dim0(v), high = dgi_dim1(v);
    if (dgi_ndim(a) == 0 || low == high)
        return (exchange){1, 1, 1, 1, dgi_size(a)};
    if (low > high) {
        int other = low;
        low = high;
        high = other;
    }
    const size_t *shape = dgi_shape_of(a);
    exchange e = {1, shape[low], 1, shape[high], 1};
    for (int i = 0; i < dgi_ndim(a); i++) {
        e.outer *= i < low ? shape[i] : 1;
        e.middle *= i > low && i < high ? shape[i] : 1;
        e.inner *= i > high ? shape[i] : 1;
    }
    return e;
}

/* to[last][middle][first][inner] = from[first][middle][last][inner], a few rows at a time, so that
 * cache lines are used whole. */
static void exchange_block(double *restrict to, const double *restrict from, const exchange *e,
                           void move(double *restrict d, const double *restrict x, size_t n))
{
    enum { ROWS = 8 };
    for (size_t i0 = 0; i0 < e->first; i0 += ROWS)
        for (size_t m = 0; m < e->middle; m++)
            for (size_t j = 0; j < e->last; j++)
                for (size_t i = i0; i < e->first && i < i0 + ROWS; i++)
                    move(to + ((j * e->middle + m) * e->first + i) * e->inner,
                         from + ((i * e->middle + m) * e->last + j) * e->inner, e->inner);
}

static void exchange_all(double *to, const double *from, const exchange *e,
                         void move(double *restrict d, const double *restrict x, size_t n))
{
    size_t block = e->first * e->middle * e->last * e->inner;
    for (size_t o = 0; block > 0 && o < e->outer; o++)
        exchange_block(to + o * block, from + o * block, e, move);
}

static void move_copy(double *restrict d, const double *restrict x, size_t n)
{
    if (n == 1)
        *d = *x;
    else
        memcpy(d, x, n * sizeof *d);
}

static void move_store(double *restrict d, const double *restrict x, size_t n)
{
    dgi_accumulate(d, x, n, true);
}

static void move_add(double *restrict d, const double *restrict x, size_t n)
{
    dgi_accumulate(d, x, n, false);
}

void dgi_transpose_forward(dg_value *v)
{
    exchange e = exchange_of(v);
    exchange_all(dgi_data(v), dgi_data_const(dgi_first_operand(v)), &e, move_copy);
}

void dgi_transpose_backward(dgi_backward_pass *p, dg_value *v)
{
    bool uninitialised = false;
    double *d = dgi_grad_target(p, dgi_first_operand(v), &uninitialised);
    exchange e = exchange_of(v);
    size_t first = e.first;
    e.first = e.last;
    e.last = first;
    if (d)
        exchange_all(d, dgi_grad(v), &e, uninitialised ? move_store : move_add);
}

/* ---- select ---- */

dg_value *dg_select(dg_value *a, ptrdiff_t i)
{
    if (!a)
        return NULL;
    const size_t *shape = dgi_shape_of(a);
    size_t n = dgi_ndim(a) ? shape[0] : 0;
    size_t at = i < 0 ? n - ((size_t)0 - (size_t)i) : (size_t)i;
    if (at >= n || (i < 0 && (size_t)0 - (size_t)i > n)) {
        char text[DG_SHAPE_TEXT_MAX];
        dgi_graph_failf(dg_graph_of(a), DG_INVALID, "index %td is out of range for shape %s", i,
                        dg_shape_text(dgi_ndim(a), shape, text));
        return NULL;
    }
    return dgi_tensor_unary(DGI_TENSOR_select, a, dgi_ndim(a) - 1, shape + 1,
                            (dgi_op_attributes){.is_index = true, .index = (ptrdiff_t)at});
}

void dgi_select_forward(dg_value *v)
{
    size_t n = dgi_size(v);
    memcpy(dgi_data(v), dgi_data_const(dgi_first_operand(v)) + *dgi_attributes_of(v) * n,
           n * sizeof(double));
}

void dgi_select_backward(dgi_backward_pass *p, dg_value *v)
{
    double *d = dgi_zeroed_grad_target(p, dgi_first_operand(v));
    size_t n = dgi_size(v);
    if (d)
        dgi_accumulate(d + *dgi_attributes_of(v) * n, dgi_grad(v), n, false);
}

/* ---- concat and stack: the kernels treat a stack as a concatenation along dimension 0 ---- */

/* The graph of all operands; NULL with the error of the first graph found. */
static dg_graph *graph_of_all(dg_value *const *values, size_t n)
{
    dg_graph *g = NULL;
    for (size_t i = 0; values && i < n && !g; i++)
        g = dg_graph_of(values[i]);
    for (size_t i = 0; g && i < n; i++)
        if (!values[i] || dg_graph_of(values[i]) != g) {
            dgi_graph_fail(g, DG_INVALID,
                           values[i] ? "the operands belong to different graphs"
                                     : "an operand is NULL");
            return NULL;
        }
    return g;
}

static dg_value *joined(uint8_t op, dg_value *const *values, size_t n, int ndim,
                        const size_t *shape, int dim)
{
    bool requires_grad = false;
    for (size_t i = 0; i < n; i++)
        requires_grad = requires_grad || dgi_requires_grad(values[i]);
    dg_value *v = dgi_tensor_new(dg_graph_of(values[0]), op, ndim, shape, requires_grad, n);
    if (!v)
        return NULL;
    memcpy(v->array->operands, values, n * sizeof(dg_value *));
    dgi_set_dims(v, dim, 0);
    dgi_tensor_forward(v);
    return v;
}

/* Whether the shapes are equal except in dimension dim. */
static bool same_shape(const dg_value *a, const dg_value *b, int dim)
{
    if (dgi_ndim(a) != dgi_ndim(b))
        return false;
    for (int i = 0; i < dgi_ndim(a); i++)
        if (i != dim && dgi_shape_of(a)[i] != dgi_shape_of(b)[i])
            return false;
    return true;
}

dg_value *dg_concat(dg_value *const *values, size_t n, int dim)
{
    dg_graph *g = graph_of_all(values, n);
    if (!g)
        return NULL;
    const dg_value *first = values[0];
    if (dgi_ndim(first) == 0)
        return dgi_graph_fail(g, DG_INVALID, "scalars cannot be concatenated; stack them");
    if (!dgi_normalise_dim(first, "concat", &dim))
        return NULL;
    size_t shape[DG_DIMS_MAX];
    memcpy(shape, dgi_shape_of(first), (size_t)dgi_ndim(first) * sizeof *shape);
    for (size_t i = 1; i < n; i++) {
        char a[DG_SHAPE_TEXT_MAX], b[DG_SHAPE_TEXT_MAX];
        if (!same_shape(first, values[i], dim)) {
            dgi_graph_failf(g, DG_INVALID, "cannot concatenate %s and %s along dimension %d",
                            dg_shape_text(dgi_ndim(first), dgi_shape_of(first), a),
                            dg_shape_text(dgi_ndim(values[i]), dgi_shape_of(values[i]), b), dim);
            return NULL;
        }
        size_t more = dgi_shape_of(values[i])[dim];
        /* Saturates: it is over the limit in any case. */
        shape[dim] = more > DG_INFER - 1 - shape[dim] ? DG_INFER - 1 : shape[dim] + more;
    }
    return joined(DGI_TENSOR_concat, values, n, dgi_ndim(first), shape, dim);
}

dg_value *dg_stack(dg_value *const *values, size_t n)
{
    dg_graph *g = graph_of_all(values, n);
    if (!g)
        return NULL;
    int ndim = dgi_ndim(values[0]);
    for (size_t i = 1; i < n; i++)
        if (!same_shape(values[0], values[i], -1))
            return dgi_fail_with_shapes(g, "cannot stack %s and %s", values[0], values[i]);
    if (ndim == DG_DIMS_MAX) {
        dgi_graph_failf(g, DG_INVALID, "a tensor has 0 to %d dimensions", DG_DIMS_MAX);
        return NULL;
    }
    size_t shape[DG_DIMS_MAX] = {n};
    memcpy(shape + 1, dgi_shape_of(values[0]), (size_t)ndim * sizeof *shape);
    return joined(DGI_TENSOR_stack, values, n, ndim + 1, shape, 0);
}

void dgi_concat_forward(dg_value *v)
{
    size_t outer = dgi_lanes_of(v, dgi_dim0(v)).outer;
    double *z = v->array->data;
    if (v->array->size == 0)
        return;
    for (size_t o = 0; o < outer; o++)
        for (size_t i = 0; i < v->array->n_operands; i++) {
            const dg_value *operand = v->array->operands[i];
            size_t run = dgi_size(operand) / outer;
            memcpy(z, dgi_data_const(operand) + o * run, run * sizeof *z);
            z += run;
        }
}

void dgi_concat_backward(dgi_backward_pass *p, dg_value *v)
{
    size_t outer = dgi_lanes_of(v, dgi_dim0(v)).outer;
    const double *g = v->array->grad;
    size_t row = outer ? v->array->size / outer : 0;
    for (size_t i = 0; i < v->array->n_operands; i++) {
        dg_value *operand = v->array->operands[i];
        bool uninitialised = false;
        double *d = dgi_grad_target(p, operand, &uninitialised);
        size_t run = outer ? dgi_size(operand) / outer : 0;
        for (size_t o = 0; d && o < outer; o++)
            dgi_accumulate(d + o * run, g + o * row, run, uninitialised);
        g += run;
    }
}
