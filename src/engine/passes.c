/* The other passes over the graph below a root: forward, zero_grad, the search for infinities. */
#include "engine/below.h"

#include <math.h>
#include <string.h>

static void compute_run(const dg_graph *g, dgi_run run)
{
    while (run.first < run.end) {
        dgi_part p = dgi_take_first(g, &run);
        dgi_compute(p.chunk, p.begin, p.end);
    }
}

dg_status dg_forward(dg_value *root)
{
    if (!root)
        return DG_INVALID;
    const dgi_below *known = dgi_below_known(root);
    for (size_t i = 0; known && i < known->n_runs; i++)
        compute_run(dgi_graph_of(root), known->runs[i]);
    if (known)
        return DG_OK;
    dgi_walk walk = dgi_walk_from(root);
    while (dgi_walk_next(&walk))
        ;
    dgi_below_begin(root);
    size_t at = walk.lowest, end = dgi_index_of(root) + 1;
    for (dgi_run run; dgi_next_run(walk.graph, walk.pass, &at, end, &run);) {
        dgi_below_add(walk.graph, run);
        compute_run(walk.graph, run);
    }
    return DG_OK;
}

static void unset_grad(dg_value *v)
{
    if (dgi_is_array(v))
        dgi_unset_grad(v->array);
    else
        *dgi_grad_place(v) = 0.0;
}

static void zero_run(const dg_graph *g, dgi_run run)
{
    while (run.first < run.end) {
        dgi_part p = dgi_take_first(g, &run);
        memset(p.chunk->grad + p.begin, 0, (p.end - p.begin) * sizeof *p.chunk->grad);
    }
}

dg_status dg_zero_grad(dg_value *root)
{
    if (!root)
        return DG_INVALID;
    dgi_below *known = dgi_below_known(root);
    if (known && known->plain) {
        for (size_t i = 0; i < known->n_runs && !known->zeroed; i++)
            zero_run(dgi_graph_of(root), known->runs[i]);
        known->zeroed = true;
        return DG_OK;
    }
    unset_grad(root);
    dgi_walk walk = dgi_walk_from(root);
    for (dg_value *v; (v = dgi_walk_next(&walk));)
        for (size_t i = 0, n = dgi_arity(v); i < n; i++)
            unset_grad(dgi_operand(v, i));
    return DG_OK;
}

dg_status dg_graph_zero_grad(dg_graph *g)
{
    if (!g)
        return DG_INVALID;
    zero_run(g, (dgi_run){0, (dgi_index)g->n_values});
    for (dgi_array *array = g->arena.newest; array; array = array->older)
        dgi_unset_grad(array);
    return DG_OK;
}

static bool is_finite(const dg_value *v)
{
    const double *data = dgi_data_const(v);
    for (size_t i = 0, n = dgi_size(v); i < n; i++)
        if (!isfinite(data[i]))
            return false;
    return true;
}

/* The one made first of `found`, which may be NULL, and v if that is not finite. */
static dg_value *earlier(dg_value *found, dg_value *v)
{
    if (found && dgi_index_of(found) <= dgi_index_of(v))
        return found;
    return is_finite(v) ? found : v;
}

dg_value *dg_find_nonfinite(dg_value *root)
{
    if (!root)
        return NULL;
    dg_value *found = earlier(NULL, root);
    dgi_walk walk = dgi_walk_from(root);
    for (dg_value *v; (v = dgi_walk_next(&walk));)
        for (size_t i = 0, n = dgi_arity(v); i < n; i++)
            found = earlier(found, dgi_operand(v, i));
    return found;
}
