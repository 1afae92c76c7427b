/* The reachable-set cache. */
#include "engine/reachable.h"

dgi_reachable *dgi_reachable_cached(const dg_value *root)
{
    dgi_reachable *b = &dgi_graph_of(root)->reachable;
    return b->n_runs > 0 && b->root == dgi_index_of(root) ? b : NULL;
}

void dgi_reachable_begin(const dg_value *root)
{
    dgi_graph_of(root)->reachable =
        (dgi_reachable){.root = (dgi_index)dgi_index_of(root), .all_plain = true};
}

static bool is_plain(const dg_graph *g, dgi_run run)
{
    unsigned flags = 0;
    while (run.first < run.end) {
        dgi_chunk_span p = dgi_pop_first_span(g, &run);
        for (size_t i = p.begin; i < p.end; i++)
            flags |= p.chunk->kinds[i].flags;
    }
    return (flags | DGI_DOT_TERM) == DGI_DOT_TERM;
}

void dgi_reachable_add(dg_graph *g, dgi_run run)
{
    dgi_reachable *b = &g->reachable;
    if (b->n_runs == DGI_REACHABLE_RUNS_MAX) {
        b->n_runs = 0;
        b->overflowed = true;
    }
    if (b->overflowed)
        return;
    b->runs[b->n_runs++] = run;
    b->all_plain = b->all_plain && is_plain(g, run);
}

bool dgi_next_visited_run(const dg_graph *g, uint16_t epoch, size_t *at, size_t end, dgi_run *run)
{
    size_t i = *at;
    while (i < end && !dgi_has_stamp(dgi_chunk_at(g, i), dgi_slot_at(i), epoch))
        i++;
    run->first = (dgi_index)i;
    while (i < end && dgi_has_stamp(dgi_chunk_at(g, i), dgi_slot_at(i), epoch))
        i++;
    run->end = (dgi_index)i;
    *at = i;
    return run->first < run->end;
}

dgi_chunk_span dgi_pop_first_span(const dg_graph *g, dgi_run *left)
{
    dgi_chunk *c = dgi_chunk_at(g, left->first);
    size_t begin = dgi_slot_at(left->first), rest = left->end - left->first;
    size_t n = rest < DGI_CHUNK_VALUES - begin ? rest : DGI_CHUNK_VALUES - begin;
    left->first += (dgi_index)n;
    return (dgi_chunk_span){c, begin, begin + n};
}

dgi_chunk_span dgi_pop_last_span(const dg_graph *g, dgi_run *left)
{
    dgi_chunk *c = dgi_chunk_at(g, left->end - 1);
    size_t end = dgi_slot_at(left->end - 1) + 1, rest = left->end - left->first;
    size_t n = rest < end ? rest : end;
    left->end -= (dgi_index)n;
    return (dgi_chunk_span){c, end - n, end};
}
