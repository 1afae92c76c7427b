/* Vector-Jacobian products of the ops on whole tensors, as values of the graph. */
#include "engine/vjp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Products of matrices ---- */

/* The shape of a vector as a matrix: a row on the left side, a column on the right side. */
static dg_value *as_matrix(dg_value *x, bool left)
{
    size_t n = dgi_ndim(x) == 1 ? dgi_shape_of(x)[0] : 0;
    return dgi_ndim(x) == 1 ? dg_reshape(x, 2, left ? (size_t[]){1, n} : (size_t[]){n, 1}) : x;
}

/* g with the dimensions that a vector on one side has dropped. */
static dg_value *with_dropped(dg_value *g, bool row, bool column)
{
    size_t shape[DG_DIMS_MAX];
    int ndim = dgi_ndim(g);
    if (!row && !column)
        return g;
    memcpy(shape, dgi_shape_of(g), (size_t)ndim * sizeof *shape);
    if (row && column) {
        shape[ndim++] = 1;
        shape[ndim++] = 1;
    } else if (column) {
        shape[ndim++] = 1;
    } else {
        shape[ndim] = shape[ndim - 1];
        shape[ndim++ - 1] = 1;
    }
    return dg_reshape(g, ndim, shape);
}

static dg_value *matmul(dg_value *v, dg_value *g, size_t i)
{
    dg_value *a = dgi_first_operand(v), *b = dgi_second_operand(v), *operand = i ? b : a;
    dg_value *x = as_matrix(a, true), *y = as_matrix(b, false);
    dg_value *upstream = with_dropped(g, dgi_ndim(a) == 1, dgi_ndim(b) == 1);
    if (!x || !y || !upstream)
        return NULL;
    dg_value *d = i == 0 ? dg_matmul(upstream, dg_transpose(y, -2, -1))
                         : dg_matmul(dg_transpose(x, -2, -1), upstream);
    d = d ? dgi_sum_to_shape(d, i ? y : x) : NULL;
    return d && dgi_ndim(operand) == 1 ? dg_reshape(d, 1, dgi_shape_of(operand)) : d;
}

/* ---- Reductions: the attributes are the dimension, -1 for all, and whether it is kept ---- */

/* g of a reduction with the dimension that it dropped as one of size 1. */
static dg_value *with_dim(const dg_value *x, dg_value *g, int dim, bool kept)
{
    size_t shape[DG_DIMS_MAX];
    if (dim < 0 || kept || dgi_ndim(x) == 0)
        return g;
    for (int i = 0; i < dgi_ndim(x); i++)
        shape[i] = i == dim ? 1 : dgi_shape_of(x)[i];
    return dg_reshape(g, dgi_ndim(x), shape);
}

static dg_value *expanded(const dg_value *v, dg_value *g)
{
    const dg_value *x = dgi_first_operand(v);
    g = with_dim(x, g, dgi_dim0(v), dgi_dim1(v));
    return g && dgi_ndim(x) > 0 ? dg_expand(g, dgi_ndim(x), dgi_shape_of(x)) : g;
}

static dg_value *mean(const dg_value *v, dg_value *g)
{
    double n = (double)dgi_lanes_of(dgi_first_operand(v), dgi_dim0(v)).n;
    g = expanded(v, g);
    return g ? dg_mul(g, dgi_constant_leaf(dgi_graph_of(v), 1.0 / n)) : NULL;
}

/* Which elements of the operand g goes to, as numbers: those that the backward pass chooses. They
 * are constants, as the maximum's position is where nothing is equal. */
static dg_value *shares_of_max(const dg_value *v)
{
    dg_value *x = dgi_first_operand(v);
    dgi_lanes l = dgi_lanes_of(x, dgi_dim0(v));
    dg_value *leaf = dg_tensor(dgi_graph_of(v), dgi_ndim(x), dgi_shape_of(x), NULL, NULL);
    if (!leaf)
        return NULL;
    const double *from = dgi_data_const(x), *z = dgi_data_const(v);
    double *share = dgi_data(leaf);
    for (size_t o = 0; o < l.outer; o++)
        for (size_t i = 0; i < l.inner; i++) {
            size_t lane = o * l.n * l.inner + i, equal = 0;
            for (size_t j = 0; j < l.n; j++)
                if (from[lane + j * l.inner] == z[o * l.inner + i] && (dgi_dim0(v) < 0 || !equal)) {
                    share[lane + j * l.inner] = 1.0;
                    equal++;
                }
            for (size_t j = 0; j < l.n && equal > 1; j++)
                share[lane + j * l.inner] /= (double)equal;
        }
    return dg_set_requires_grad(leaf, 0);
}

/* ---- Shapes ---- */

static dg_value *select_part(const dg_value *v, dg_value *g)
{
    const dg_value *x = dgi_first_operand(v);
    size_t shape[DG_DIMS_MAX] = {1}, at = *dgi_attributes_of(v), n = dgi_shape_of(x)[0];
    for (int i = 1; i < dgi_ndim(x); i++)
        shape[i] = dgi_shape_of(x)[i];
    return dg_zero_pad(dg_reshape(g, dgi_ndim(x), shape), 0, at, n - 1 - at, 0);
}

static dg_value *concat_part(const dg_value *v, dg_value *g, size_t i)
{
    int dim = dgi_dim0(v);
    size_t start = 0;
    for (size_t k = 0; k < i; k++)
        start += dgi_shape_of(dgi_operand_at(v, k))[dim];
    size_t size = dgi_shape_of(dgi_operand_at(v, i))[dim];
    return dg_slice(g, dim, (ptrdiff_t)start, (ptrdiff_t)(start + size), 1);
}

/* ---- Softmax and losses ---- */

static dg_value *softmax(dg_value *v, dg_value *g)
{
    return dg_mul(v, dg_sub(g, dg_sum_dim(dg_mul(g, v), dgi_dim0(v), 1)));
}

static dg_value *log_softmax(dg_value *v, dg_value *g)
{
    return dg_sub(g, dg_mul(dg_exp(v), dg_sum_dim(g, dgi_dim0(v), 1)));
}

/* The targets as probabilities: class numbers become zeros and ones. */
static dg_value *probabilities(const dg_value *logits, dg_value *targets)
{
    if (dgi_ndim(targets) == dgi_ndim(logits))
        return targets;
    dgi_lanes l = dgi_lanes_of(logits, dgi_ndim(logits) > 1 ? 1 : 0);
    dg_value *leaf =
        dg_tensor(dgi_graph_of(logits), dgi_ndim(logits), dgi_shape_of(logits), NULL, NULL);
    const double *t = dgi_data_const(targets);
    for (size_t n = 0; leaf && n < dgi_size(targets); n++)
        if (t[n] >= 0.0 && t[n] < (double)l.n)
            dgi_data(leaf)[(n / l.inner * l.n + (size_t)t[n]) * l.inner + n % l.inner] = 1.0;
    return dg_set_requires_grad(leaf, 0);
}

static dg_value *cross_entropy(dg_value *v, dg_value *g, size_t i)
{
    dg_value *logits = dgi_first_operand(v), *t = probabilities(logits, dgi_second_operand(v));
    int dim = dgi_ndim(logits) > 1 ? 1 : 0;
    double n = (double)dgi_size(logits) / (double)dgi_shape_of(logits)[dim];
    dg_value *share = dg_mul(g, dgi_constant_leaf(dgi_graph_of(v), i ? -1.0 / n : 1.0 / n));
    if (i)
        return dg_mul(share, dg_log_softmax(logits, dim));
    return dg_mul(share, dg_sub(dg_mul(dg_softmax(logits, dim), dg_sum_dim(t, dim, 1)), t));
}

/* ---- Ops with a record ---- */

static dg_value *permute_back(const dgi_arguments *a, dg_value *g)
{
    int back[DG_DIMS_MAX];
    for (int i = 0; i < a->n_integers; i++)
        back[a->integers[i]] = i;
    return dg_permute(g, a->n_integers, back);
}

/* Copies are summed dimension by dimension: each as two, (repeats, size). */
static dg_value *sum_repeats(const dgi_arguments *a, dg_value *g)
{
    const dg_value *x = a->operands[0];
    int n = a->n_integers, missing = n - dgi_ndim(x);
    for (int i = n; g && i-- > 0;) {
        size_t repeats = (size_t)a->integers[i];
        size_t size = i < missing ? 1 : dgi_shape_of(x)[i - missing];
        dgi_lanes l = dgi_lanes_of(g, i);
        size_t shape[DG_DIMS_MAX];
        memcpy(shape, dgi_shape_of(g), (size_t)n * sizeof *shape);
        shape[i] = size;
        g = dg_sum_dim(dg_reshape(g, 4, (size_t[]){l.outer, repeats, size, l.inner}), 1, 0);
        g = dg_reshape(g, n, shape);
    }
    return g ? dg_reshape(g, dgi_ndim(x), dgi_shape_of(x)) : NULL;
}

/* Cut, or zeros added, at the end of a dimension. */
static dg_value *resized(dg_value *g, int dim, size_t size)
{
    size_t own = g ? dgi_shape_of(g)[dim] : 0;
    if (!g || own == size)
        return g;
    return own > size ? dg_slice(g, dim, 0, (ptrdiff_t)size, 1)
                      : dg_zero_pad(g, dim, 0, size - own, 0);
}

static dg_value *diag_back(const dgi_arguments *a, dg_value *g)
{
    const dg_value *x = a->operands[0];
    dg_value *d = dg_diag(g, (int)a->integers[0]);
    if (dgi_ndim(x) == 1)
        return d;
    return resized(resized(d, 0, dgi_shape_of(x)[0]), 1, dgi_shape_of(x)[1]);
}

static dg_value *slice_back(const dgi_arguments *a, dg_value *g, bool *is_zero)
{
    const int64_t *i = a->integers;
    size_t size = dgi_shape_of(a->operands[0])[i[0]], count = dgi_shape_of(g)[i[0]];
    if (count == 0) {
        *is_zero = true;
        return NULL;
    }
    size_t end = (size_t)i[1] + (count - 1) * (size_t)i[3] + 1;
    return dg_zero_pad(g, (int)i[0], (size_t)i[1], size - end, (size_t)i[3] - 1);
}

static dg_value *pad_back(const dgi_arguments *a, dg_value *g)
{
    const int64_t *i = a->integers, size = (int64_t)dgi_shape_of(a->operands[0])[i[0]];
    int64_t end = size ? i[1] + (size - 1) * (i[3] + 1) + 1 : i[1];
    return dg_slice(g, (int)i[0], i[1], end, i[3] + 1);
}

static dg_value *where_part(const dgi_arguments *a, dg_value *g, size_t i)
{
    dg_value *zero = dgi_constant_leaf(dgi_graph_of(g), 0.0), *c = a->operands[0];
    return dg_where(c, i == 1 ? g : zero, i == 1 ? zero : g);
}

static dg_value *lerp_part(const dgi_arguments *a, dg_value *g, size_t i)
{
    dg_value *w = a->operands[2];
    if (i == 2)
        return dg_mul(g, dg_sub(a->operands[1], a->operands[0]));
    return dg_mul(g, i == 1 ? w : dg_sub(dgi_constant_leaf(dgi_graph_of(g), 1.0), w));
}

static dg_value *clamp_part(const dgi_arguments *a, dg_value *g)
{
    dg_graph *graph = dgi_graph_of(g);
    dg_value *x = a->operands[0], *one = dgi_constant_leaf(graph, 1.0);
    dg_value *above = dg_heaviside(dg_sub(x, dgi_constant_leaf(graph, a->numbers[0])), one);
    dg_value *below = dg_heaviside(dg_sub(dgi_constant_leaf(graph, a->numbers[1]), x), one);
    return dg_mul(g, dg_mul(above, below));
}

static dg_value *of_record(dg_value *v, dg_value *g, size_t i, bool *is_zero)
{
    dgi_arguments a = dgi_arguments_of(v);
    int dims[DG_DIMS_MAX];
    for (int k = 0; k < a.n_integers; k++)
        dims[k] = (int)a.integers[k];
    switch ((int)dgi_op(v)) {
    case DGI_TENSOR_permute:
        return permute_back(&a, g);
    case DGI_TENSOR_expand:
        return dgi_sum_to_shape(g, a.operands[0]);
    case DGI_TENSOR_repeat:
        return sum_repeats(&a, g);
    case DGI_TENSOR_flip:
        return dg_flip(g, a.n_integers, dims);
    case DGI_TENSOR_roll:
        return dg_roll(g, -dims[0], dims[1]);
    case DGI_TENSOR_tril:
        return dg_tril(g, dims[0]);
    case DGI_TENSOR_triu:
        return dg_triu(g, dims[0]);
    case DGI_TENSOR_diag:
        return diag_back(&a, g);
    case DGI_TENSOR_slice:
        return slice_back(&a, g, is_zero);
    case DGI_TENSOR_zero_pad:
        return pad_back(&a, g);
    case DGI_TENSOR_where:
        *is_zero = i == 0;
        return i == 0 ? NULL : dgi_sum_to_shape(where_part(&a, g, i), a.operands[i]);
    case DGI_TENSOR_lerp:
        return dgi_sum_to_shape(lerp_part(&a, g, i), a.operands[i]);
    case DGI_TENSOR_clamp:
        return clamp_part(&a, g);
    default:
        return dgi_vjp_reduction(&a, v, g);
    }
}

dg_value *dgi_vjp_tensor(dg_value *v, dg_value *g, size_t i, bool *is_zero)
{
    dg_value *x = dgi_op_arity[dgi_op(v)] <= 2 ? dgi_first_operand(v) : NULL;
    switch ((int)dgi_op(v)) {
    case DGI_TENSOR_matmul:
        return matmul(v, g, i);
    case DGI_TENSOR_sum:
        return expanded(v, g);
    case DGI_TENSOR_mean:
        return mean(v, g);
    case DGI_TENSOR_max:
        return dg_mul(expanded(v, g), shares_of_max(v));
    case DGI_TENSOR_reshape:
        return dg_reshape(g, dgi_ndim(x), dgi_shape_of(x));
    case DGI_TENSOR_transpose:
        return dg_transpose(g, dgi_dim0(v), dgi_dim1(v));
    case DGI_TENSOR_select:
        return select_part(v, g);
    case DGI_TENSOR_concat:
        return concat_part(v, g, i);
    case DGI_TENSOR_stack:
        return dg_select(g, (ptrdiff_t)i);
    case DGI_TENSOR_softmax:
        return softmax(v, g);
    case DGI_TENSOR_log_softmax:
        return log_softmax(v, g);
    case DGI_TENSOR_cross_entropy:
        *is_zero = i == 1 && dgi_ndim(dgi_second_operand(v)) != dgi_ndim(x);
        return *is_zero ? NULL : cross_entropy(v, g, i);
    default:
        return of_record(v, g, i, is_zero);
    }
}
