/* Tensors in an explanation. A derivative by a tensor is no single number: a factor is how much
 * larger the norm of what an edge contributes is than that of the gradient that it comes from. */
#include "inspect/why.h"

#include <stdlib.h>

/* ---- Norms ---------------------------------------------------------------------------------- */

/* The largest magnitude; nan if there is one. */
static double largest(const double *numbers, size_t count)
{
    double most = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(numbers[i]))
            return NAN;
        most = fmax(most, fabs(numbers[i]));
    }
    return most;
}

/* Euclidean; squares neither under- nor overflow. */
static double norm_of(const double *numbers, size_t count)
{
    double scale = largest(numbers, count), sum = 0.0;
    if (scale == 0.0 || !isfinite(scale))
        return scale;
    for (size_t i = 0; i < count; i++)
        sum += (numbers[i] / scale) * (numbers[i] / scale);
    return scale * sqrt(sum);
}

double dgi_gradient_norm(const dgi_trace_node *n)
{
    if (!n->has_grad)
        return NAN;
    return n->is_tensor ? norm_of(n->tensor->grad, n->tensor->size) : fabs(n->grad);
}

/* ---- Contributions -------------------------------------------------------------------------- */

static bool has_tensors(const dg_trace *t)
{
    size_t i = 0;
    while (i < t->n_nodes && !t->nodes[i].is_tensor)
        i++;
    return i < t->n_nodes;
}

bool *dgi_why_mark_above(const dgi_analysis *a, size_t node)
{
    bool *above = calloc(a->node_count + 1, sizeof *above);
    if (!above)
        return NULL;
    above[node] = true;
    for (size_t i = a->node_count; i-- > 0;) { /* operands come after what is computed from them */
        size_t at = a->order[i];
        for (size_t e = a->first_edge[at]; e < a->first_edge[at + 1] && !above[at]; e++)
            above[at] = above[dgi_edge_from(a, e)];
    }
    return above;
}

/* The contribution of an edge, as many numbers as its operand has: the caller frees it. NULL where
 * it is not known, with *status DG_OK, or when out of memory. */
static double *contribution_of(const dgi_analysis *a, size_t edge, dg_status *status)
{
    size_t to = a->edge_to[edge], size = dg_trace_size(a->trace, dgi_edge_from(a, edge));
    *status = DG_OK;
    if (!a->trace->nodes[to].has_grad)
        return NULL;
    double *numbers = calloc(size + 1, sizeof *numbers);
    if (!numbers) {
        *status = DG_NOMEM;
        return NULL;
    }
    dg_status got = dg_trace_contribution(a->trace, to, edge - a->first_edge[to], numbers);
    if (got == DG_OK)
        return numbers;
    *status = got == DG_NOMEM ? got : DG_OK;
    free(numbers);
    return NULL;
}

/* Of a scalar it has its sign. */
static double size_of(const dg_trace *t, size_t node, const double *contribution)
{
    return t->nodes[node].is_tensor ? norm_of(contribution, dg_trace_size(t, node))
                                    : contribution[0];
}

/* Where the upstream gradient is 0 so is the factor. */
static double factor_of(double contribution, double upstream)
{
    if (isfinite(contribution) && (upstream == 0.0 || !isfinite(upstream)))
        return 0.0;
    return contribution / upstream;
}

static dg_status measure_edge(dg_why *w, size_t edge)
{
    dgi_analysis *a = &w->a;
    dg_status status;
    double *numbers = contribution_of(a, edge, &status);
    if (!numbers)
        return status;
    double size = size_of(a->trace, dgi_edge_from(a, edge), numbers);
    w->sums.contribution[edge] = size;
    a->local[edge] = factor_of(size, dgi_gradient_norm(&a->trace->nodes[a->edge_to[edge]]));
    a->known[edge] = 1;
    free(numbers);
    return DG_OK;
}

dg_status dgi_why_measure_tensors(dg_why *w)
{
    const dgi_analysis *a = &w->a;
    if (!has_tensors(a->trace))
        return DG_OK;
    bool *above = dgi_why_mark_above(a, w->node);
    w->sums.contribution = calloc(a->edge_count + 1, sizeof *w->sums.contribution);
    dg_status status = above && w->sums.contribution ? DG_OK : DG_NOMEM;
    for (size_t e = 0; status == DG_OK && e < a->edge_count; e++)
        if (dgi_edge_is_norm(a, e) && above[dgi_edge_from(a, e)])
            status = measure_edge(w, e);
    free(above);
    return status;
}

/* ---- The sum -------------------------------------------------------------------------------- */

/* Adds the contributions of all uses that are known. */
static dg_status add_contributions(const dg_why *w, double *sum, size_t size)
{
    const dgi_analysis *a = &w->a;
    for (size_t k = a->first_use[w->node]; k < a->first_use[w->node + 1]; k++) {
        dg_status status = DG_OK;
        double *numbers = dgi_edge_is_summed(&w->sums, a, a->uses[k])
                              ? contribution_of(a, a->uses[k], &status)
                              : NULL;
        if (status != DG_OK)
            return status;
        for (size_t i = 0; numbers && i < size; i++)
            sum[i] += numbers[i];
        free(numbers);
    }
    return DG_OK;
}

dg_status dgi_why_sum_tensor(dg_why *w)
{
    const dgi_trace_node *n = &w->a.trace->nodes[w->node];
    if (!n->is_tensor || w->node == w->root || w->sums.extent[w->node] <= DGI_SUM_UNKNOWN)
        return DG_OK;
    size_t size = n->tensor->size;
    double *sum = calloc(size + 1, sizeof *sum);
    if (!sum)
        return DG_NOMEM;
    dg_status status = add_contributions(w, sum, size);
    w->sums.gradient[w->node] = norm_of(sum, size);
    for (size_t i = 0; n->has_grad && i < size; i++)
        sum[i] -= n->tensor->grad[i];
    w->difference = norm_of(sum, size);
    free(sum);
    return status;
}
