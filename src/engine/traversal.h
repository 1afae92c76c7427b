/* The walk that every pass makes: the computed values below a root, each after all values that were
 * computed from it.
 *
 * A value's parents stand before it in the arena, so one walk down the arena from the root does it.
 * `pending` counts the computed values that are marked and not yet met; when none is left the walk
 * is over, and the rest of the arena, however large, is not touched. It needs neither a stack nor a
 * list. */
#ifndef DGI_TRAVERSAL_H
#define DGI_TRAVERSAL_H

#include "engine/array.h"

typedef struct dgi_traversal {
    dg_graph *graph;
    dgi_chunk *chunk; /* where the walk is, */
    size_t slot;      /* one above the place that is looked at next */
    size_t lowest;    /* the place in the graph of the first value that was reached */
    size_t pending;   /* marked, computed and not yet met */
    uint16_t epoch;   /* what marks the values of this walk, leaves included */
} dgi_traversal;

/* Whether a pass was at a place: a mark says besides whether there is a gradient. */
static inline bool dgi_has_stamp(const dgi_chunk *c, size_t slot, uint16_t epoch)
{
    return (c->stamp[slot] & ~DGI_HAS_GRAD) == epoch;
}

static inline void dgi_set_stamp(dgi_chunk *c, size_t slot, uint16_t epoch)
{
    c->stamp[slot] = (uint16_t)(epoch | (c->stamp[slot] & DGI_HAS_GRAD));
}

static inline dgi_traversal dgi_traversal_begin(const dg_value *root)
{
    dgi_chunk *c = dgi_chunk_of(root);
    size_t slot = dgi_slot_of(root), place = c->first + slot;
    dgi_traversal t = {.graph = c->graph, .chunk = c, .slot = slot + 1, .lowest = place};
    t.epoch = dgi_begin_epochs(c->graph, place, 1);
    t.pending = !dgi_is_leaf(root);
    dgi_set_stamp(c, slot, t.epoch);
    return t;
}

/* Marks a parent of the value that was met; whether it was reached for the first time. */
static inline bool dgi_traversal_visit(dgi_traversal *t, const dg_value *parent)
{
    dgi_chunk *c = dgi_chunk_of(parent);
    size_t slot = dgi_slot_of(parent);
    if (dgi_has_stamp(c, slot, t->epoch))
        return false;
    dgi_set_stamp(c, slot, t->epoch);
    t->pending += c->kinds[slot].op != DGI_OP_leaf;
    if (c->first + slot < t->lowest)
        t->lowest = c->first + slot;
    return true;
}

/* The next computed value; NULL at the end. The caller must reach for its parents. */
static inline dg_value *dgi_traversal_pop(dgi_traversal *t)
{
    while (t->pending) {
        if (t->slot == 0) {
            t->chunk = dgi_chunk_at(t->graph, t->chunk->first - 1);
            t->slot = DGI_CHUNK_VALUES;
        }
        size_t i = --t->slot;
        if (!dgi_has_stamp(t->chunk, i, t->epoch) || t->chunk->kinds[i].op == DGI_OP_leaf)
            continue;
        t->pending--;
        return &t->chunk->values[i];
    }
    return NULL;
}

/* The next computed value, its parents reached for; NULL at the end. */
static inline dg_value *dgi_traversal_next(dgi_traversal *t)
{
    dg_value *v = dgi_traversal_pop(t);
    for (size_t i = 0, n = v ? dgi_operand_count(v) : 0; i < n; i++)
        dgi_traversal_visit(t, dgi_operand(v, i));
    return v;
}

#endif
