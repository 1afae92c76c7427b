/* Before phase 1: what the ranks depend on besides edges of length 1. */
#include "layout/phases.h"

static dg_status find_leaders(dgi_layering *f)
{
    const dgi_layout *l = f->l;
    uint32_t *first = dgi_zeroed((size_t)f->n + 1, sizeof *first); /* per set: 1 + a node */
    f->leader = dgi_zeroed(f->n, sizeof *f->leader);
    for (uint32_t v = 0; first && f->leader && v < f->n; v++) {
        size_t set = l->nodes[v].rank_set;
        if (set && !first[set])
            first[set] = v + 1;
        f->leader[v] = set ? first[set] - 1 : v;
    }
    bool done = first && f->leader;
    free(first);
    return done ? DG_OK : DG_NOMEM;
}

dg_status dgi_read_rank_options(dgi_layering *f)
{
    const dgi_layout *l = f->l;
    bool has_sets = false, has_others = false;
    for (uint32_t v = 0; v < f->n; v++) {
        has_sets = has_sets || l->nodes[v].rank_set;
        has_others = has_others || l->nodes[v].end_rank;
    }
    for (uint32_t e = 0; e < f->m; e++)
        has_others = has_others || l->edges[e].length > 1 || l->edges[e].free;
    f->has_lengths = has_sets || has_others;
    return has_sets ? find_leaders(f) : DG_OK;
}
