/* Tools of the phase that orders the strands of every layer. */
#ifndef DGI_ORDER_H
#define DGI_ORDER_H

#include "layout/flow.h"

typedef struct dgi_item {
    double key;
    dgi_id pos, strand;
} dgi_item;

typedef struct dgi_ordering {
    dgi_flow *f;
    dgi_id widest;           /* layer */
    dgi_id *best;            /* the best order so far */
    uint64_t crossings;      /* of that one */
    dgi_item *items, *other; /* room for a layer */
    dgi_id *tree;            /* room for a layer's accumulator tree */
    dgi_id *fill;            /* per strand: scratch of dgi_sort_neighbours */
    uint64_t work;           /* edges looked at */
    uint64_t random;         /* the state of a generator */
} dgi_ordering;

/* The strands of a layer. */
static inline dgi_id *dgi_layer(const dgi_flow *f, dgi_id layer, dgi_id *n)
{
    *n = f->layer_start[layer + 1] - f->layer_start[layer];
    return f->order + f->layer_start[layer];
}

/* After the order of a layer changed: sets pos, and sorts the lists that name its strands, by
 * walking it in order. */
void dgi_sort_neighbours(dgi_ordering *o, dgi_id layer);

/* Crossings between a layer and the next; of all layers. */
uint64_t dgi_crossings_after(dgi_ordering *o, dgi_id layer);
uint64_t dgi_crossings(dgi_ordering *o);

/* Exchanges neighbours in a layer where that takes crossings away; also some where it takes and
 * adds none, when `equal`. Returns how many crossings it took away. */
uint64_t dgi_transpose(dgi_ordering *o, dgi_id layer, bool equal);

/* Moves every strand to the best place within a window, as sifting does (Matuszewski, Schoenfeld
 * and Molitor, 1999). Returns how many crossings it took away. */
uint64_t dgi_sift(dgi_ordering *o, dgi_id layer, dgi_id window);

#endif
