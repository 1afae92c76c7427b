/* Contributions of edges: of tensors the op is made again in a graph of its own, so that the
 * engine's kernels compute what they compute in a backward pass. */
#include "trace/contributions.h"

#include <stdlib.h>
#include <string.h>

#include <dotgrad/tensor.h>

#include "trace/local_gradients.h"
#include "trace/recompute.h"

/* Whether the op made again is that of the node: the shape and the data are the same. */
static bool is_result(const dg_trace *t, size_t node, const dg_value *v)
{
    size_t size = dg_trace_size(t, node);
    const double *data = dg_trace_data_array(t, node), *computed = dg_data_array(v);
    bool same = dg_ndim(v) == dg_trace_ndim(t, node) && dg_size(v) == size;
    for (int i = 0; same && i < dg_ndim(v); i++)
        same = dg_shape(v)[i] == dg_trace_shape(t, node)[i];
    for (size_t i = 0; same && i < size; i++)
        same = dgi_numbers_agree(computed[i], data[i]);
    return same;
}

/* The product of the op's result and the upstream gradient, summed: its gradient by an operand is
 * the operand's contribution. */
static dg_value *scalar_product(dg_graph *g, const dg_trace *t, size_t node, dg_value **x)
{
    dg_value *v = dgi_recompute(t, node, x);
    if (!v || !is_result(t, node, v))
        return NULL;
    /* The last digits of another library's result count where a derivative is computed from it. */
    dg_set_data_array(v, dg_trace_data_array(t, node), dg_size(v));
    return dg_sum(dg_mul(v, dgi_trace_leaf(g, t, node, dg_trace_grad_array(t, node), false)));
}

static bool copy_gradients(const dg_trace *t, size_t node, double *const *out, dg_value **x)
{
    for (size_t i = 0; i < dg_trace_operand_count(t, node); i++) {
        if (!out[i])
            continue;
        const double *grad = dg_has_grad(x[i]) ? dg_grad_array(x[i]) : NULL;
        if (!grad)
            return false;
        memcpy(out[i], grad, dg_size(x[i]) * sizeof *grad);
    }
    return true;
}

dg_status dgi_trace_contributions(const dg_trace *t, size_t node, double *const *out)
{
    size_t count = dg_trace_operand_count(t, node);
    if (count == 0 || !out || !dg_trace_has_grad(t, node) || !dg_trace_has_data(t, node))
        return DG_INVALID;
    dg_graph *g = dg_graph_new();
    dg_value **x = calloc(count, sizeof(dg_value *));
    dg_status status = g && x ? DG_OK : DG_NOMEM;
    if (status == DG_OK) {
        dg_value *root =
            dgi_recompute_operands(g, t, node, out, x) ? scalar_product(g, t, node, x) : NULL;
        bool done = root && dg_backward(root) == DG_OK && copy_gradients(t, node, out, x);
        status = dg_graph_status(g);
        if (!done && status == DG_OK)
            status = DG_INVALID;
    }
    free(x);
    dg_graph_free(g);
    return status;
}

dg_status dg_trace_contribution(const dg_trace *t, size_t node, size_t i, double *contribution)
{
    size_t count = dg_trace_operand_count(t, node);
    double local;
    if (i >= count || !contribution || !dg_trace_has_grad(t, node))
        return DG_INVALID;
    if (dg_trace_local_gradient(t, node, i, &local) == DG_OK) {
        *contribution = local * dg_trace_grad(t, node);
        return DG_OK;
    }
    double **out = calloc(count, sizeof(double *));
    if (!out)
        return DG_NOMEM;
    out[i] = contribution;
    dg_status status = dgi_trace_contributions(t, node, out);
    free(out);
    return status;
}
