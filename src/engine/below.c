/* The values below a root as runs of neighbours in the arena. */
#include "engine/below.h"

dgi_below *dgi_below_known(const dg_value *root)
{
    dgi_below *b = &dgi_graph_of(root)->below;
    return b->n_runs > 0 && b->root == dgi_index_of(root) ? b : NULL;
}

void dgi_below_begin(const dg_value *root)
{
    dgi_graph_of(root)->below = (dgi_below){.root = (dgi_index)dgi_index_of(root), .plain = true};
}

static bool is_plain(const dg_graph *g, dgi_run run)
{
    unsigned flags = 0;
    while (run.first < run.end) {
        dgi_part p = dgi_take_first(g, &run);
        for (size_t i = p.begin; i < p.end; i++)
            flags |= p.chunk->kinds[i].flags;
    }
    return (flags | DGI_TERM) == DGI_TERM;
}

void dgi_below_add(dg_graph *g, dgi_run run)
{
    dgi_below *b = &g->below;
    if (b->n_runs == DGI_RUNS_MAX) {
        b->n_runs = 0;
        b->full = true;
    }
    if (b->full)
        return;
    b->runs[b->n_runs++] = run;
    b->plain = b->plain && is_plain(g, run);
}

bool dgi_next_run(const dg_graph *g, uint16_t pass, size_t *at, size_t end, dgi_run *run)
{
    size_t i = *at;
    while (i < end && !dgi_is_marked(dgi_chunk_at(g, i), dgi_slot_at(i), pass))
        i++;
    run->first = (dgi_index)i;
    while (i < end && dgi_is_marked(dgi_chunk_at(g, i), dgi_slot_at(i), pass))
        i++;
    run->end = (dgi_index)i;
    *at = i;
    return run->first < run->end;
}

dgi_part dgi_take_first(const dg_graph *g, dgi_run *left)
{
    dgi_chunk *c = dgi_chunk_at(g, left->first);
    size_t begin = dgi_slot_at(left->first), rest = left->end - left->first;
    size_t n = rest < DGI_CHUNK_VALUES - begin ? rest : DGI_CHUNK_VALUES - begin;
    left->first += (dgi_index)n;
    return (dgi_part){c, begin, begin + n};
}

dgi_part dgi_take_last(const dg_graph *g, dgi_run *left)
{
    dgi_chunk *c = dgi_chunk_at(g, left->end - 1);
    size_t end = dgi_slot_at(left->end - 1) + 1, rest = left->end - left->first;
    size_t n = rest < end ? rest : end;
    left->end -= (dgi_index)n;
    return (dgi_part){c, end - n, end};
}
