/* Pairs of chains, of which one should be above the other, in crossing minimisation. */
#include "layout/crossing_minimisation.h"

bool dgi_pairs_init(dgi_order_search *o)
{
    const dgi_layering *f = o->f;
    if (f->n_pairs == 0)
        return true;
    o->has_pairs = dgi_zeroed(f->n_layers, sizeof *o->has_pairs);
    o->emitted = dgi_zeroed(o->widest, sizeof *o->emitted);
    o->stack = dgi_zeroed(f->n_chains, sizeof *o->stack);
    o->visited = dgi_zeroed(f->n_chains, sizeof *o->visited);
    bool done =
        o->has_pairs && o->emitted && o->stack && o->visited &&
        dgi_adjacency_init(&o->above, f->n_chains, f->n_pairs, f->pair_below, f->pair_above);
    for (uint32_t i = 0; done && i < f->n_pairs; i++)
        o->has_pairs[f->layer[f->pair_above[i]]] = true;
    return done;
}

void dgi_pairs_free(dgi_order_search *o)
{
    free(o->has_pairs);
    free(o->emitted);
    free(o->stack);
    free(o->visited);
    dgi_adjacency_free(&o->above);
}

/* One that should be above a chain, and was not visited yet; or DGI_NONE. */
static uint32_t next_above(const dgi_order_search *o, uint32_t chain)
{
    for (uint32_t j = o->above.start[chain]; j < o->above.start[chain + 1]; j++)
        if (!o->visited[o->above.items[j]])
            return o->above.items[j];
    return DGI_NONE;
}

/* A depth-first search: where pairs contradict one another, one that is on the path is passed over.
 */
void dgi_keep_pairs(dgi_order_search *o, uint32_t layer)
{
    uint32_t n, end = 0;
    uint32_t *chains = dgi_layer_chains(o->f, layer, &n);
    for (uint32_t i = 0; i < n; i++)
        o->visited[chains[i]] = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t depth = 0;
        if (o->visited[chains[i]])
            continue;
        o->visited[chains[i]] = 1;
        o->stack[depth++] = chains[i];
        while (depth > 0) {
            uint32_t above = next_above(o, o->stack[depth - 1]);
            if (above == DGI_NONE) {
                o->emitted[end++] = o->stack[--depth];
                continue;
            }
            o->visited[above] = 1;
            o->stack[depth++] = above;
        }
    }
    for (uint32_t i = 0; i < n; i++)
        chains[i] = o->emitted[i];
    o->work += n;
}
