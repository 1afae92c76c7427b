/* The walk that every pass makes: the computed values below a root, each after all values that were
 * computed from it.
 *
 * A value's parents stand before it in the arena, so one walk down the arena from the root does it.
 * `pending` counts the computed values that are marked and not yet met; when none is left the walk
 * is over, and the rest of the arena, however large, is not touched. It needs neither a stack nor a
 * list. */
#ifndef DGI_WALK_H
#define DGI_WALK_H

#include "engine/array.h"

typedef struct dgi_walk {
    dg_graph *graph;
    dgi_chunk *chunk; /* where the walk is, */
    size_t slot;      /* one above the place that is looked at next */
    size_t lowest;    /* the place in the graph of the first value that was reached */
    size_t pending;   /* marked, computed and not yet met */
    uint16_t pass;    /* what marks the values of this walk, leaves included */
} dgi_walk;

/* Whether a pass was at a place: a mark says besides whether there is a gradient. */
static inline bool dgi_is_marked(const dgi_chunk *c, size_t slot, uint16_t pass)
{
    return (c->mark[slot] & ~DGI_HAS_GRAD) == pass;
}

static inline void dgi_set_mark(dgi_chunk *c, size_t slot, uint16_t pass)
{
    c->mark[slot] = (uint16_t)(pass | (c->mark[slot] & DGI_HAS_GRAD));
}

static inline dgi_walk dgi_walk_from(const dg_value *root)
{
    dgi_chunk *c = dgi_chunk_of(root);
    size_t slot = dgi_slot_of(root), place = c->first + slot;
    dgi_walk w = {.graph = c->graph, .chunk = c, .slot = slot + 1, .lowest = place};
    w.pass = dgi_pass_begin(c->graph, place, 1);
    w.pending = !dgi_is_leaf(root);
    dgi_set_mark(c, slot, w.pass);
    return w;
}

/* Marks a parent of the value that was met; whether it was reached for the first time. */
static inline bool dgi_walk_reach(dgi_walk *w, const dg_value *parent)
{
    dgi_chunk *c = dgi_chunk_of(parent);
    size_t slot = dgi_slot_of(parent);
    if (dgi_is_marked(c, slot, w->pass))
        return false;
    dgi_set_mark(c, slot, w->pass);
    w->pending += c->kinds[slot].op != DGI_OP_leaf;
    if (c->first + slot < w->lowest)
        w->lowest = c->first + slot;
    return true;
}

/* The next computed value; NULL at the end. The caller must reach for its parents. */
static inline dg_value *dgi_walk_meet(dgi_walk *w)
{
    while (w->pending) {
        if (w->slot == 0) {
            w->chunk = dgi_chunk_at(w->graph, w->chunk->first - 1);
            w->slot = DGI_CHUNK_VALUES;
        }
        size_t i = --w->slot;
        if (!dgi_is_marked(w->chunk, i, w->pass) || w->chunk->kinds[i].op == DGI_OP_leaf)
            continue;
        w->pending--;
        return &w->chunk->values[i];
    }
    return NULL;
}

/* The next computed value, its parents reached for; NULL at the end. */
static inline dg_value *dgi_walk_next(dgi_walk *w)
{
    dg_value *v = dgi_walk_meet(w);
    for (size_t i = 0, n = v ? dgi_arity(v) : 0; i < n; i++)
        dgi_walk_reach(w, dgi_operand(v, i));
    return v;
}

#endif
