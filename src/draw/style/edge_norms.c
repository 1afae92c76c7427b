#include "draw/style/edge_norms.h"

#include <math.h>
#include <stdlib.h>

#include "draw/style/tensor_statistics.h"

static double norm_of(const double *x, size_t n)
{
    dgi_statistics s = dgi_statistics_of(x, n);
    return s.nonfinite > 0 ? NAN : n > 0 ? s.norm : 0.0;
}

/* Adds what the operands of `to` that are `from` contribute; `one` is room for one of them. */
static dg_status add_contributions(double *sum, double *one, const dg_trace *t, size_t from,
                                   size_t to)
{
    size_t size = dg_trace_size(t, from);
    for (size_t i = 0; i < dg_trace_operand_count(t, to); i++) {
        if (dg_trace_operand(t, to, i) != from)
            continue;
        dg_status status = dg_trace_contribution(t, to, i, one);
        if (status != DG_OK)
            return status;
        for (size_t k = 0; k < size; k++)
            sum[k] += one[k];
    }
    return DG_OK;
}

/* Where the upstream gradient is 0 so is the factor. */
static double factor_of(double norm, double upstream)
{
    return norm == 0.0 ? 0.0 : norm / upstream;
}

static void set_number(dgi_edge_number *number, const dg_trace *t, size_t to, const double *sum,
                       size_t size, dg_edges what)
{
    number->known = true;
    number->is_norm = size != 1 || what == DG_EDGES_LOCAL;
    number->number = number->is_norm ? norm_of(sum, size) : sum[0];
    if (what == DG_EDGES_LOCAL)
        number->number =
            factor_of(number->number, norm_of(dg_trace_grad_array(t, to), dg_trace_size(t, to)));
}

bool dgi_edge_norm(dgi_edge_number *number, const dg_trace *t, size_t from, size_t to,
                   dg_edges what)
{
    bool tensors = dgi_node_is_tensor(t, from) || dgi_node_is_tensor(t, to);
    if (!tensors || !dg_trace_has_grad(t, to) || !dg_trace_has_grad(t, from))
        return true;
    size_t size = dg_trace_size(t, from);
    double *sum = calloc(size + 1, sizeof *sum), *one = calloc(size + 1, sizeof *one);
    dg_status status = sum && one ? add_contributions(sum, one, t, from, to) : DG_NOMEM;
    if (status == DG_OK)
        set_number(number, t, to, sum, size, what);
    free(sum);
    free(one);
    return status != DG_NOMEM;
}
