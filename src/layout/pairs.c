/* Between phases 2 and 3: pairs of chains in one layer, of which one should be above the other.
 *
 * They come from the pairs of the layout's input and from nodes whose edges are sorted. Crossing
 * minimisation keeps them where they do not contradict one another (pair_order.c). */
#include "layout/phases.h"

typedef struct making {
    dgi_layering *f;
    uint32_t count;
    bool counted; /* there is memory, and pairs are written */
} making;

static void add(making *m, uint32_t above, uint32_t below, int weight)
{
    dgi_layering *f = m->f;
    if (above == below || f->layer[above] != f->layer[below])
        return;
    if (m->counted) {
        f->pair_above[m->count] = above;
        f->pair_below[m->count] = below;
        f->pair_weight[m->count] = weight;
    }
    m->count++;
}

/* The chain of an edge beside one of its ends. */
static uint32_t chain_beside(const dgi_layering *f, uint32_t e, bool after_tail)
{
    uint32_t n = f->n_virtual[e];
    if (n > 0)
        return f->first_virtual[e] + (after_tail ? 0 : n - 1);
    return f->chain[after_tail ? f->head[e] : f->tail[e]];
}

/* Each edge out of a node, or into it, is above the next one. */
static void add_sorted(making *m, const dgi_adjacency *edges, uint32_t node, bool out)
{
    const dgi_layering *f = m->f;
    uint32_t previous = DGI_NONE;
    for (uint32_t j = edges->start[node]; j < edges->start[node + 1]; j++) {
        uint32_t e = edges->items[j];
        if (f->back[e] || f->is_long[e])
            continue;
        uint32_t chain = chain_beside(f, e, out);
        if (previous != DGI_NONE)
            add(m, previous, chain, 0);
        previous = chain;
    }
}

static void add_all(making *m, const dgi_adjacency *out, const dgi_adjacency *in)
{
    const dgi_layering *f = m->f;
    const dgi_layout *l = f->l;
    m->count = 0;
    for (size_t i = 0; i < l->n_pairs; i++)
        if (f->rank[l->pairs[i].above] == f->rank[l->pairs[i].below])
            add(m, f->chain[l->pairs[i].above], f->chain[l->pairs[i].below], l->pairs[i].weight);
    for (uint32_t v = 0; v < f->n; v++) {
        if (l->nodes[v].sort_out)
            add_sorted(m, out, v, true);
        if (l->nodes[v].sort_in)
            add_sorted(m, in, v, false);
    }
}

static bool is_asked_for(const dgi_layering *f)
{
    for (uint32_t v = 0; v < f->n; v++)
        if (f->l->nodes[v].sort_out || f->l->nodes[v].sort_in)
            return true;
    return f->l->n_pairs > 0;
}

dg_status dgi_make_pairs(dgi_layering *f)
{
    if (!is_asked_for(f))
        return DG_OK;
    making m = {.f = f};
    dgi_adjacency out = {0}, in = {0};
    bool done = dgi_adjacency_init(&out, f->n, f->m, f->tail, NULL) &&
                dgi_adjacency_init(&in, f->n, f->m, f->head, NULL);
    if (done) {
        add_all(&m, &out, &in);
        f->pair_above = dgi_zeroed(m.count, sizeof *f->pair_above);
        f->pair_below = dgi_zeroed(m.count, sizeof *f->pair_below);
        f->pair_weight = dgi_zeroed(m.count, sizeof *f->pair_weight);
        done = m.counted = f->pair_above && f->pair_below && f->pair_weight;
    }
    if (done) {
        add_all(&m, &out, &in);
        f->n_pairs = m.count;
    }
    dgi_adjacency_free(&out);
    dgi_adjacency_free(&in);
    return done ? DG_OK : DG_NOMEM;
}
