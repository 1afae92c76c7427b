/* Ops that only move elements, or leave some out: each element of the result is one of the
 * operand's, or 0. An op is described dimension by dimension, so that the kernels are the same for
 * all. */
#include "engine/record.h"

#include <string.h>

/* Index o of a dimension of the result is (start + o * step) / divisor of the operand, if that has
 * no remainder; modulo the size where it is cyclic; outside of the operand it is a 0. */
typedef struct map_dim {
    size_t count;
    int64_t start, step, divisor;
    size_t size;
    bool cyclic;
    size_t stride; /* in the operand, in elements */
} map_dim;

typedef enum map_mask { ALL, LOWER, UPPER, DIAGONAL } map_mask;

typedef struct map {
    int ndim;
    map_dim dims[DG_DIMS_MAX];
    size_t base;    /* added to all indexes */
    map_mask mask;  /* which of the last two dimensions count: */
    int64_t offset; /* the column less the row */
} map;

/* The map of equal shapes. */
static map identity(const dg_value *x)
{
    map m = {.ndim = dgi_ndim(x)};
    size_t stride = 1;
    for (int i = m.ndim; i-- > 0;) {
        size_t size = dgi_shape_of(x)[i];
        m.dims[i] = (map_dim){size, 0, 1, 1, size, false, stride};
        stride *= size;
    }
    return m;
}

static map permuted(const dg_value *x, const dgi_arguments *a)
{
    map from = identity(x), m = from;
    for (int i = 0; i < m.ndim; i++)
        m.dims[i] = from.dims[a->integers[i]];
    return m;
}

/* With the sizes of the result: its last dimensions are the operand's. */
static map expanded(const dg_value *x, const dgi_arguments *a, bool repeats)
{
    map from = identity(x), m = {.ndim = a->n_integers};
    int missing = m.ndim - from.ndim;
    for (int i = 0; i < m.ndim; i++) {
        map_dim d = i < missing ? (map_dim){.size = 1, .divisor = 1} : from.dims[i - missing];
        d.count = (size_t)a->integers[i] * (repeats ? d.size : 1);
        d.step = repeats || d.size != 1;
        d.cyclic = repeats;
        m.dims[i] = d;
    }
    return m;
}

static map diagonal(const dg_value *x, int64_t k)
{
    map from = identity(x), m = {.ndim = from.ndim == 1 ? 2 : 1};
    size_t shift = (size_t)(k < 0 ? -k : k);
    if (from.ndim == 1) {
        size_t n = from.dims[0].size;
        m.dims[0] = (map_dim){n + shift, k < 0 ? k : 0, 1, 1, n, false, 1};
        m.dims[1] = (map_dim){.count = n + shift, .divisor = 1, .size = 1};
        m.mask = DIAGONAL;
        m.offset = k;
        return m;
    }
    size_t rows = from.dims[0].size, columns = from.dims[1].size;
    size_t row = k < 0 ? shift : 0, column = k < 0 ? 0 : shift, n = 0;
    if (row < rows && column < columns)
        n = rows - row < columns - column ? rows - row : columns - column;
    m.base = n ? row * columns + column : 0;
    m.dims[0] = (map_dim){n, 0, 1, 1, n, false, columns + 1};
    return m;
}

/* The map of an op with arguments that its shape rule has completed. */
static map map_of(dgi_opcode op, const dgi_arguments *a)
{
    const dg_value *x = a->operands[0];
    const int64_t *i = a->integers;
    map m = identity(x);
    switch ((int)op) {
    case DGI_TENSOR_permute:
        return permuted(x, a);
    case DGI_TENSOR_expand:
    case DGI_TENSOR_repeat:
        return expanded(x, a, op == DGI_TENSOR_repeat);
    case DGI_TENSOR_flip:
        for (int k = 0; k < a->n_integers; k++) {
            m.dims[i[k]].start = (int64_t)m.dims[i[k]].size - 1;
            m.dims[i[k]].step = -1;
        }
        break;
    case DGI_TENSOR_roll:
        m.dims[i[1]].start = -i[0];
        m.dims[i[1]].cyclic = true;
        break;
    case DGI_TENSOR_tril:
    case DGI_TENSOR_triu:
        m.mask = op == DGI_TENSOR_tril ? LOWER : UPPER;
        m.offset = i[0];
        break;
    case DGI_TENSOR_diag:
        return diagonal(x, i[0]);
    case DGI_TENSOR_slice:
        m.dims[i[0]].start = i[1];
        m.dims[i[0]].step = i[3];
        m.dims[i[0]].count = i[2] > i[1] ? (size_t)((i[2] - i[1] + i[3] - 1) / i[3]) : 0;
        break;
    case DGI_TENSOR_zero_pad: {
        map_dim *d = &m.dims[i[0]];
        d->start = -i[1];
        d->divisor = i[3] + 1;
        d->count = (d->size ? (d->size - 1) * (size_t)d->divisor + 1 : 0) + (size_t)(i[1] + i[2]);
        break;
    }
    default:
        break;
    }
    return m;
}

/* ---- Kernels ---- */

/* The index in the operand's dimension, or -1. */
static inline int64_t index_in(const map_dim *d, size_t o)
{
    int64_t i = d->start + (int64_t)o * d->step, size = (int64_t)d->size;
    if (d->divisor != 1) {
        if (i < 0 || i % d->divisor != 0)
            return -1;
        i /= d->divisor;
    }
    if (d->cyclic)
        i = ((i % size) + size) % size;
    return i < size ? i : -1;
}

static inline bool is_masked(const map *m, size_t row, size_t column)
{
    int64_t difference = (int64_t)column - (int64_t)row;
    switch (m->mask) {
    case LOWER:
        return difference > m->offset;
    case UPPER:
        return difference < m->offset;
    case DIAGONAL:
        return difference != m->offset;
    default:
        return false;
    }
}

/* Where in the operand the elements of the current row of the result are: each is at offset + its
 * index in the last dimension; -1: the row is all 0. */
static int64_t row_offset(const map *m, const size_t *at)
{
    int64_t offset = (int64_t)m->base;
    for (int i = 0; i < m->ndim - 1; i++) {
        int64_t index = index_in(&m->dims[i], at[i]);
        if (index < 0)
            return -1;
        offset += index * (int64_t)m->dims[i].stride;
    }
    return offset;
}

static bool next_row(const map *m, size_t *at)
{
    for (int i = m->ndim - 1; i-- > 0;) {
        if (++at[i] < m->dims[i].count)
            return true;
        at[i] = 0;
    }
    return false;
}

/* Goes over the elements of the result: from x to z, or, where z is NULL, from g to the gradient d.
 */
static void go_over(const map *m, size_t size, double *z, const double *x, double *d,
                    const double *g)
{
    static const map_dim single = {.count = 1, .step = 1, .divisor = 1, .size = 1};
    const map_dim *last = m->ndim ? &m->dims[m->ndim - 1] : &single;
    size_t at[DG_DIMS_MAX] = {0}, i = 0;
    if (size == 0)
        return;
    do {
        int64_t offset = row_offset(m, at);
        size_t row = m->ndim > 1 ? at[m->ndim - 2] : 0;
        for (size_t o = 0; o < last->count; o++, i++) {
            int64_t index = offset < 0 ? -1 : index_in(last, o);
            bool none = index < 0 || is_masked(m, row, o);
            int64_t from = none ? 0 : offset + index * (int64_t)last->stride;
            if (z)
                z[i] = none ? 0.0 : x[from];
            else if (!none)
                d[from] += g[i];
        }
    } while (next_row(m, at));
}

void dgi_map_forward(dg_value *v)
{
    dgi_arguments a = dgi_arguments_of(v);
    map m = map_of(dgi_op(v), &a);
    go_over(&m, dgi_size(v), dgi_data(v), dgi_data_const(a.operands[0]), NULL, NULL);
}

void dgi_map_backward(dgi_backward_pass *p, dg_value *v)
{
    dgi_arguments a = dgi_arguments_of(v);
    map m = map_of(dgi_op(v), &a);
    double *d = dgi_zeroed_grad_target(p, a.operands[0]);
    if (d)
        go_over(&m, dgi_size(v), NULL, NULL, d, dgi_grad(v));
}

/* ---- Shapes ---- */

static const int64_t SIZE_LIMIT = (int64_t)DG_TENSOR_MAX;

static bool check_dim(dgi_opcode op, const dgi_arguments *a, int64_t *dim)
{
    int64_t n = dgi_ndim(a->operands[0]);
    n += n == 0 && op >= DGI_TENSOR_min; /* a scalar has dimension 0, as a vector */
    if (*dim < -n || *dim >= n)
        return dgi_record_fail(a, op, "there is no such dimension");
    *dim += *dim < 0 ? n : 0;
    return true;
}

/* Dimensions that are all different; all of them for permute. */
bool dgi_check_dims(dgi_opcode op, dgi_arguments *a)
{
    unsigned seen = 0;
    for (int i = 0; i < a->n_integers; i++) {
        if (!check_dim(op, a, &a->integers[i]))
            return false;
        if (seen >> a->integers[i] & 1)
            return dgi_record_fail(a, op, "a dimension is given twice");
        seen |= 1u << a->integers[i];
    }
    if (op == DGI_TENSOR_permute && a->n_integers != dgi_ndim(a->operands[0]))
        return dgi_record_fail(a, op, "each dimension must be given once");
    return true;
}

static bool check_sizes(dgi_opcode op, dgi_arguments *a)
{
    const dg_value *x = a->operands[0];
    int missing = a->n_integers - dgi_ndim(x);
    if (missing < 0)
        return dgi_record_fail(a, op, "there must be a number for each dimension");
    for (int i = 0; i < a->n_integers; i++) {
        int64_t *size = &a->integers[i];
        int64_t own = i < missing ? 1 : (int64_t)dgi_shape_of(x)[i - missing];
        if (op == DGI_TENSOR_expand && *size == -1 && i >= missing)
            *size = own;
        if (*size < 0 || *size > SIZE_LIMIT)
            return dgi_record_fail(a, op, "a number is negative, or too large");
        if (op == DGI_TENSOR_repeat && own * *size > SIZE_LIMIT)
            return dgi_record_fail(a, op, "the result is too large");
        if (op == DGI_TENSOR_expand && own != 1 && own != *size)
            return dgi_record_fail(a, op, "only dimensions of size 1 can be expanded");
    }
    return true;
}

/* Whether there are so many integers, and none is huge. */
static bool check_count(dgi_opcode op, const dgi_arguments *a, int count)
{
    for (int i = 0; i < a->n_integers; i++)
        if (a->integers[i] < -SIZE_LIMIT || a->integers[i] > SIZE_LIMIT)
            return dgi_record_fail(a, op, "a number is too large");
    return a->n_integers == count || dgi_record_fail(a, op, "the number of arguments is wrong");
}

static bool check_slice(dgi_opcode op, dgi_arguments *a)
{
    int64_t *i = a->integers;
    if (!check_count(op, a, 4) || !check_dim(op, a, &i[0]))
        return false;
    int64_t size = (int64_t)dgi_shape_of(a->operands[0])[i[0]];
    if (i[3] < 1)
        return dgi_record_fail(a, op, "the step must be positive");
    for (int k = 1; k <= 2; k++) { /* as Python bounds them */
        i[k] += i[k] < 0 ? size : 0;
        i[k] = i[k] < 0 ? 0 : i[k] > size ? size : i[k];
    }
    if (i[2] < i[1])
        i[2] = i[1];
    return true;
}

static bool check_arguments(dgi_opcode op, dgi_arguments *a)
{
    int ndim = dgi_ndim(a->operands[0]);
    switch ((int)op) {
    case DGI_TENSOR_permute:
    case DGI_TENSOR_flip:
        return dgi_check_dims(op, a);
    case DGI_TENSOR_expand:
    case DGI_TENSOR_repeat:
        return check_sizes(op, a);
    case DGI_TENSOR_roll:
        return check_count(op, a, 2) && check_dim(op, a, &a->integers[1]);
    case DGI_TENSOR_slice:
        return check_slice(op, a);
    case DGI_TENSOR_zero_pad:
        if (!check_count(op, a, 4) || !check_dim(op, a, &a->integers[0]))
            return false;
        for (int i = 1; i < 4; i++)
            if (a->integers[i] < 0)
                return dgi_record_fail(a, op, "a number is negative");
        if ((int64_t)dgi_shape_of(a->operands[0])[a->integers[0]] * (a->integers[3] + 1) >
            SIZE_LIMIT)
            return dgi_record_fail(a, op, "the result is too large");
        return true;
    case DGI_TENSOR_diag:
        return check_count(op, a, 1) &&
               (ndim == 1 || ndim == 2 || dgi_record_fail(a, op, "a vector or a matrix is needed"));
    default:
        return check_count(op, a, 1) && (ndim >= 2 || dgi_record_fail(a, op, "a matrix is needed"));
    }
}

bool dgi_map_shape(dgi_opcode op, dgi_arguments *a, dgi_result_shape *s)
{
    if (!check_arguments(op, a))
        return false;
    map m = map_of(op, a);
    s->ndim = m.ndim;
    for (int i = 0; i < m.ndim; i++)
        s->sizes[i] = m.dims[i].count;
    return true;
}
