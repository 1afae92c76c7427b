/* Reverse topological traversal: the computed values below a root, each after all values computed
 * from it.
 *
 * Operands come before their results in the arena, so one scan down from the root visits the values
 * in this order. Visited values are stamped with the epoch of the traversal; `pending` counts the
 * stamped computed values that the scan has not come to yet, and at 0 the traversal ends without
 * touching the rest of the arena. It needs no stack, no list and no sort. */
#ifndef DGI_TRAVERSAL_H
#define DGI_TRAVERSAL_H

#include "engine/array.h"

typedef struct dgi_traversal {
    dg_graph *graph;
    dgi_chunk *chunk; /* the position of the scan: */
    size_t slot;      /* one above the slot that is looked at next */
    size_t lowest;    /* the lowest index visited so far, leaves included */
    size_t pending;
    uint16_t epoch; /* the stamp of visited values, leaves included */
} dgi_traversal;

/* Whether a value has the stamp of an epoch, whatever its DGI_HAS_GRAD. */
static inline bool dgi_has_stamp(const dgi_chunk *c, size_t slot, uint16_t epoch)
{
    return (c->stamp[slot] & ~DGI_HAS_GRAD) == epoch;
}

/* Stamps a value, and keeps its DGI_HAS_GRAD. */
static inline void dgi_set_stamp(dgi_chunk *c, size_t slot, uint16_t epoch)
{
    c->stamp[slot] = (uint16_t)(epoch | (c->stamp[slot] & DGI_HAS_GRAD));
}

static inline dgi_traversal dgi_traversal_begin(const dg_value *root)
{
    dgi_chunk *c = dgi_chunk_of(root);
    size_t slot = dgi_slot_of(root), index = c->first + slot;
    dgi_traversal t = {.graph = c->graph, .chunk = c, .slot = slot + 1, .lowest = index};
    t.epoch = dgi_begin_epochs(c->graph, index, 1);
    t.pending = !dgi_is_leaf(root);
    dgi_set_stamp(c, slot, t.epoch);
    return t;
}

/* Visits an operand of a value that was popped. */
static inline void dgi_traversal_visit(dgi_traversal *t, const dg_value *operand)
{
    dgi_chunk *c = dgi_chunk_of(operand);
    size_t slot = dgi_slot_of(operand);
    if (dgi_has_stamp(c, slot, t->epoch))
        return;
    dgi_set_stamp(c, slot, t->epoch);
    t->pending += c->kinds[slot].op != DGI_OP_leaf;
    if (c->first + slot < t->lowest)
        t->lowest = c->first + slot;
}

/* The next computed value; NULL at the end. The caller has to visit its operands. */
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

/* The next computed value, its operands visited; NULL at the end. */
static inline dg_value *dgi_traversal_next(dgi_traversal *t)
{
    dg_value *v = dgi_traversal_pop(t);
    for (size_t i = 0, n = v ? dgi_operand_count(v) : 0; i < n; i++)
        dgi_traversal_visit(t, dgi_operand_at(v, i));
    return v;
}

#endif
