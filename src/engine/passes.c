/* The other passes over the graph below a root: forward, zero_grad, the search for infinities. */
#include "engine/walk.h"

#include <math.h>

void dgi_walk_reach_all(dgi_walk *w, const dg_value *v)
{
    for (size_t i = 0, n = dgi_arity(v); i < n; i++)
        dgi_walk_reach(w, dgi_operand(v, i));
}

/* Computes what is marked of the values from `v` up to `end`, all in one chunk. */
static void compute(dg_value *v, const dg_value *end, uint32_t mark)
{
    for (; v < end; v++) {
        if (v->mark != mark || v->arity == 0)
            continue;
        if (v->flags & DGI_WIDE)
            dgi_wide_forward(v);
        else
            v->data = dgi_op_forward(v);
    }
}

dg_status dg_forward(dg_value *root)
{
    if (!root)
        return DG_INVALID;
    dgi_walk walk = dgi_walk_from(root);
    while (dgi_walk_next(&walk))
        ;
    /* The walk is at the lowest value it met; from there up to the root. */
    size_t last = dgi_chunk_of(root)->index;
    for (size_t i = walk.chunk; i <= last; i++) {
        dg_value *values = walk.graph->chunks[i]->values;
        compute(i == walk.chunk ? walk.at : values,
                i == last ? root + 1 : values + DGI_CHUNK_VALUES, walk.mark);
    }
    return DG_OK;
}

static void unset_grad(dg_value *v)
{
    v->grad = 0.0;
    if (dgi_is_array(v))
        dgi_unset_grad(v->array);
}

static void unset_operands(const dg_value *v)
{
    for (size_t i = 0, n = dgi_arity(v); i < n; i++)
        unset_grad(dgi_operand(v, i));
}

dg_status dg_zero_grad(dg_value *root)
{
    if (!root)
        return DG_INVALID;
    unset_grad(root);
    dgi_walk walk = dgi_walk_from(root);
    for (dg_value *v; (v = dgi_walk_next(&walk));) {
        if (v->flags & DGI_WIDE) {
            unset_operands(v);
            continue;
        }
        v->a->grad = 0.0;
        if (v->arity == 2)
            v->b->grad = 0.0;
    }
    return DG_OK;
}

dg_status dg_graph_zero_grad(dg_graph *g)
{
    if (!g)
        return DG_INVALID;
    for (size_t i = 0; i < g->n_values; i++)
        dgi_value_at(g, i)->grad = 0.0;
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
