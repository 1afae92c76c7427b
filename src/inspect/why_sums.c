/* Sums over all paths from the root, without listing them: one pass over the values in the order of
 * a backward pass, each before its operands. */
#include "inspect/why.h"

#include <stdlib.h>

static void *array_of(size_t count, size_t size)
{
    return calloc(count > 0 ? count : 1, size);
}

void dgi_path_sums_shrink(dgi_path_sums *s)
{
    free(s->magnitude);
    free(s->count);
    free(s->open);
    free(s->best);
    s->magnitude = NULL;
    s->count = s->open = NULL;
    s->best = NULL;
}

void dgi_path_sums_free(dgi_path_sums *s)
{
    dgi_path_sums_shrink(s);
    free(s->gradient);
    free(s->extent);
    free(s->contribution);
    *s = (dgi_path_sums){0};
}

static bool allocate(dgi_path_sums *s, size_t nodes)
{
    *s = (dgi_path_sums){.contribution = s->contribution,
                         .gradient = array_of(nodes, sizeof *s->gradient),
                         .extent = array_of(nodes, sizeof *s->extent),
                         .magnitude = array_of(nodes, sizeof *s->magnitude),
                         .count = array_of(nodes, sizeof *s->count),
                         .open = array_of(nodes, sizeof *s->open),
                         .best = array_of(nodes, sizeof *s->best)};
    return s->gradient && s->extent && s->magnitude && s->count && s->open && s->best;
}

/* A value at which paths begin, with a gradient that does not come from the sums. */
static void begin_paths(dgi_path_sums *s, size_t node, double gradient, dgi_sum_extent extent)
{
    s->gradient[node] = gradient;
    s->extent[node] = (uint8_t)extent;
    s->magnitude[node] = dgi_scaled_from(fabs(gradient));
    s->count[node] = 1.0;
    s->open[node] = gradient != 0.0;
    s->best[node] = (dgi_path_size){.rest = dgi_scaled_from(gradient == 0.0 ? 1.0 : gradient),
                                    .zeros = gradient == 0.0,
                                    .edge = isfinite(gradient) ? DGI_WHY_BEGINS : DGI_WHY_NO_EDGE};
}

dgi_path_size dgi_path_size_by_edge(const dgi_path_sums *s, const dgi_analysis *a, size_t edge)
{
    double local = a->local[edge];
    dgi_path_size size = s->best[a->edge_to[edge]];
    if (!dgi_edge_is_summed(s, a, edge) || !isfinite(local) || size.edge == DGI_WHY_NO_EDGE)
        return (dgi_path_size){.edge = DGI_WHY_NO_EDGE};
    size.edge = (uint32_t)edge;
    if (local == 0.0)
        size.zeros++;
    else
        size.rest = dgi_scaled_mul(size.rest, dgi_scaled_from(local));
    return size;
}

/* Adds what comes through one use. */
static void add_use(dgi_path_sums *s, const dgi_analysis *a, size_t node, size_t edge)
{
    double local = a->local[edge];
    size_t to = a->edge_to[edge];
    s->gradient[node] += dgi_summed_contribution(s, a, edge);
    s->magnitude[node] = dgi_scaled_add(
        s->magnitude[node], dgi_scaled_mul(s->magnitude[to], dgi_scaled_from(fabs(local))));
    s->count[node] += s->count[to];
    if (local != 0.0)
        s->open[node] += s->open[to];
    dgi_path_size size = dgi_path_size_by_edge(s, a, edge), *best = &s->best[node];
    if (size.edge != DGI_WHY_NO_EDGE &&
        (best->edge == DGI_WHY_NO_EDGE || dgi_path_is_larger(&size, best)))
        *best = size;
}

static void sum_uses(dgi_path_sums *s, const dgi_analysis *a, size_t node)
{
    bool reached = false, summed = false, unknown = false, from_values = false;
    s->best[node].edge = DGI_WHY_NO_EDGE;
    for (size_t k = a->first_use[node]; k < a->first_use[node + 1]; k++) {
        size_t edge = a->uses[k];
        dgi_sum_extent upstream = s->extent[a->edge_to[edge]];
        if (upstream == DGI_SUM_NO_PATH)
            continue;
        reached = true;
        if (!dgi_edge_is_summed(s, a, edge)) {
            unknown = true;
            continue;
        }
        summed = true;
        unknown = unknown || upstream == DGI_SUM_PARTLY;
        from_values = from_values || upstream == DGI_SUM_GIVEN || upstream == DGI_SUM_FROM_VALUES;
        add_use(s, a, node, edge);
    }
    s->extent[node] = (uint8_t)(!reached             ? DGI_SUM_NO_PATH
                                : unknown && !summed ? DGI_SUM_UNKNOWN
                                : unknown            ? DGI_SUM_PARTLY
                                : from_values        ? DGI_SUM_FROM_VALUES
                                                     : DGI_SUM_WHOLE);
}

/* The gradient of a tensor is no sum of norms; those in the trace are needed. */
static void take_norm(dgi_path_sums *s, const dgi_trace_node *n, size_t node)
{
    if (!n->is_tensor || s->extent[node] <= DGI_SUM_UNKNOWN)
        return;
    s->gradient[node] = dgi_gradient_norm(n);
    if (!n->has_grad)
        s->extent[node] = DGI_SUM_UNKNOWN;
}

/* What is not wholly known is taken from the trace where that has it. */
static void take_given(dgi_path_sums *s, const dgi_trace_node *n, size_t node)
{
    bool known = s->extent[node] != DGI_SUM_UNKNOWN && s->extent[node] != DGI_SUM_PARTLY;
    if (!known && n->has_grad)
        begin_paths(s, node, n->is_tensor ? dgi_gradient_norm(n) : n->grad, DGI_SUM_GIVEN);
}

static void begin_at_root(dgi_path_sums *s, const dgi_trace_node *n, size_t root)
{
    if (!n->is_tensor)
        begin_paths(s, root, n->has_grad ? n->grad : 1.0, DGI_SUM_WHOLE);
    else if (n->has_grad)
        begin_paths(s, root, dgi_gradient_norm(n), DGI_SUM_WHOLE);
    else
        s->extent[root] = DGI_SUM_UNKNOWN;
}

dg_status dgi_path_sums_init(dgi_path_sums *s, const dgi_analysis *a, size_t root, size_t node)
{
    if (!allocate(s, a->node_count)) {
        dgi_path_sums_free(s);
        return DG_NOMEM;
    }
    for (size_t i = 0; i < a->node_count; i++) {
        size_t at = a->order[i];
        if (at == root)
            begin_at_root(s, &a->trace->nodes[at], at);
        else
            sum_uses(s, a, at);
        if (at == node)
            break;
        if (at != root)
            take_norm(s, &a->trace->nodes[at], at);
        take_given(s, &a->trace->nodes[at], at);
    }
    return DG_OK;
}
