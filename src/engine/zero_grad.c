/* Setting gradients to zero: below a root, and in the whole graph. */
#include "engine/reachable.h"

#include <string.h>

static void zero_value_grad(dg_value *v)
{
    if (dgi_is_array(v))
        dgi_zero_grad_lazily(v->array);
    else
        *dgi_grad_pointer(v) = 0.0;
}

static void zero_run(const dg_graph *g, dgi_run run)
{
    while (run.first < run.end) {
        dgi_chunk_span p = dgi_pop_first_span(g, &run);
        memset(p.chunk->grad + p.begin, 0, (p.end - p.begin) * sizeof *p.chunk->grad);
    }
}

dg_status dg_zero_grad(dg_value *root)
{
    if (!root)
        return DG_INVALID;
    dgi_reachable *known = dgi_reachable_cached(root);
    if (known && known->all_plain) {
        for (size_t i = 0; i < known->n_runs && !known->grads_zero; i++)
            zero_run(dgi_graph_of(root), known->runs[i]);
        known->grads_zero = true;
        return DG_OK;
    }
    zero_value_grad(root);
    dgi_traversal traversal = dgi_traversal_begin(root);
    for (dg_value *v; (v = dgi_traversal_next(&traversal));)
        for (size_t i = 0, n = dgi_operand_count(v); i < n; i++)
            zero_value_grad(dgi_operand_at(v, i));
    return DG_OK;
}

dg_status dg_graph_zero_grad(dg_graph *g)
{
    if (!g)
        return DG_INVALID;
    zero_run(g, (dgi_run){0, (dgi_index)g->n_values});
    for (dgi_array *array = g->arena.newest; array; array = array->older)
        dgi_zero_grad_lazily(array);
    return DG_OK;
}
