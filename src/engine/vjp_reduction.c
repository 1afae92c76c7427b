/* Vector-Jacobian products of the reductions of record_ops.def, as values of the graph. */
#include "engine/vjp.h"

#include <math.h>
#include <string.h>

/* g and z of a reduction, repeated along what was reduced. */
static dg_value *spread(const dgi_arguments *a, dg_value *g)
{
    const dg_value *x = a->operands[0];
    size_t kept[DG_DIMS_MAX];
    if (dgi_ndim(x) == 0)
        return g;
    for (int i = 0; i < dgi_ndim(x); i++) {
        kept[i] = a->n_integers ? dgi_shape_of(x)[i] : 1;
        for (int k = 0; k < a->n_integers; k++)
            kept[i] = a->integers[k] == i ? 1 : kept[i];
    }
    return dg_expand(dg_reshape(g, dgi_ndim(x), kept), dgi_ndim(x), dgi_shape_of(x));
}

/* Less the mean along what was reduced. */
static dg_value *centred(const dgi_arguments *a, double *n)
{
    dg_value *x = a->operands[0], *sum = x;
    *n = 1.0;
    for (int i = 0; sum && i < dgi_ndim(x); i++) {
        bool is_in = a->n_integers == 0;
        for (int k = 0; k < a->n_integers; k++)
            is_in = is_in || a->integers[k] == i;
        if (is_in) {
            *n *= (double)dgi_shape_of(x)[i];
            sum = dg_mean_dim(sum, i, 1);
        }
    }
    return sum ? dg_sub(x, sum) : NULL;
}

/* Which elements are the smallest, as constants: see shares_of_max(). */
static dg_value *shares_of_min(const dgi_arguments *a, const dg_value *v)
{
    dg_value *x = a->operands[0];
    dg_graph *own = dg_graph_new();
    dg_value *leaf = dg_tensor(dgi_graph_of(v), dgi_ndim(x), dgi_shape_of(x), NULL, NULL);
    dg_value *again =
        own ? dg_tensor(own, dgi_ndim(x), dgi_shape_of(x), dgi_data_const(x), NULL) : NULL;
    dgi_arguments same = *a;
    same.operands[0] = again;
    dg_value *z = again ? dgi_record_op_new(DGI_TENSOR_min, &same) : NULL;
    bool done = leaf && z && dg_backward(dg_sum(z)) == DG_OK;
    if (done)
        memcpy(dgi_data(leaf), dg_grad_array(again), dgi_size(x) * sizeof(double));
    dg_graph_free(own);
    return done ? dg_set_requires_grad(leaf, 0)
                : dgi_graph_fail(dgi_graph_of(v), DG_NOMEM, "out of memory");
}

static dg_value *norm(const dgi_arguments *a, dg_value *v, dg_value *g)
{
    dg_value *x = a->operands[0], *z = spread(a, v);
    double p = a->numbers[0];
    if (isinf(p))
        return dgi_graph_fail(dgi_graph_of(v), DG_INVALID,
                              "the largest norm has no derivative as a value");
    if (p == 2.0)
        return dg_mul(spread(a, g), dg_div(x, z));
    dg_value *ratio =
        p == 1.0 ? dgi_constant_leaf(dgi_graph_of(v), 1.0) : dg_pow(dg_div(dg_abs(x), z), p - 1.0);
    return dg_mul(spread(a, g), dg_mul(dg_sign(x), ratio));
}

dg_value *dgi_vjp_reduction(const dgi_arguments *a, dg_value *v, dg_value *g)
{
    dg_value *x = a->operands[0], *scale;
    int dim = a->n_integers ? (int)a->integers[0] : 0;
    double n;
    switch ((int)dgi_op(v)) {
    case DGI_TENSOR_min:
        return dg_mul(spread(a, g), shares_of_min(a, v));
    case DGI_TENSOR_prod:
        return dg_mul(spread(a, g), dg_div(spread(a, v), x));
    case DGI_TENSOR_logsumexp:
        return dg_mul(spread(a, g), dg_exp(dg_sub(x, spread(a, v))));
    case DGI_TENSOR_cumsum:
        return dg_flip(dg_cumsum(dg_flip(g, 1, &dim), dim), 1, &dim);
    case DGI_TENSOR_norm:
        return norm(a, v, g);
    default: /* var and std */
        x = centred(a, &n);
        n -= a->numbers[0];
        scale = dgi_constant_leaf(dgi_graph_of(v), dgi_op(v) == DGI_TENSOR_var ? 2.0 / n : 1.0 / n);
        g = dgi_op(v) == DGI_TENSOR_var ? g : dg_div(g, v);
        return dg_mul(spread(a, dg_mul(g, scale)), x);
    }
}
