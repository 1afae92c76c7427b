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
    dg_value *at;    /* one above the place that is looked at next */
    dg_value *first; /* of the chunk of that place */
    size_t chunk;    /* its number */
    size_t pending;  /* marked, computed and not yet met */
    uint32_t mark;   /* what marks the values of this walk, leaves included */
} dgi_walk;

static inline dgi_walk dgi_walk_from(dg_value *root)
{
    dgi_chunk *c = dgi_chunk_of(root);
    dgi_epoch_begin(c->graph);
    dgi_walk w = {c->graph, root + 1, c->values, c->index, root->arity != 0, ++c->graph->epoch};
    root->mark = w.mark;
    return w;
}

/* Marks a parent of the value that was met; whether it was reached for the first time. */
static inline bool dgi_walk_reach(dgi_walk *w, dg_value *parent)
{
    if (parent->mark == w->mark)
        return false;
    parent->mark = w->mark;
    w->pending += parent->arity != 0;
    return true;
}

/* The next computed value; NULL at the end. The caller must reach for its parents. */
static inline dg_value *dgi_walk_meet(dgi_walk *w)
{
    while (w->pending) {
        if (w->at == w->first) {
            w->first = w->graph->chunks[--w->chunk]->values;
            w->at = w->first + DGI_CHUNK_VALUES;
        }
        dg_value *v = --w->at;
        if (v->mark != w->mark || v->arity == 0)
            continue;
        w->pending--;
        return v;
    }
    return NULL;
}

/* Reaches for all operands of a value, however many. (A function of its own, passes.c: scalars go
 * past it.) */
void dgi_walk_reach_all(dgi_walk *w, const dg_value *v);

/* The next computed value, its parents reached for; NULL at the end. */
static inline dg_value *dgi_walk_next(dgi_walk *w)
{
    dg_value *v = dgi_walk_meet(w);
    if (!v)
        return NULL;
    if (v->flags & DGI_WIDE) {
        dgi_walk_reach_all(w, v);
        return v;
    }
    dgi_walk_reach(w, v->a);
    if (v->arity == 2)
        dgi_walk_reach(w, v->b);
    return v;
}

#endif
