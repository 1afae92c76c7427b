/* Parts of crossing minimisation. */
#ifndef DGI_CROSSING_MINIMISATION_H
#define DGI_CROSSING_MINIMISATION_H

#include "layout/phases.h"

typedef struct dgi_sort_item {
    double key;
    uint32_t pos, chain;
} dgi_sort_item;

typedef struct dgi_order_search {
    dgi_layering *f;
    uint32_t widest;              /* the number of chains in the widest layer */
    uint32_t *best;               /* the best order so far */
    uint64_t crossings;           /* of that one */
    dgi_sort_item *items, *other; /* scratch for sorting a layer */
    uint32_t *tree;               /* scratch for counting the crossings of a layer */
    uint32_t *fill;               /* per chain: scratch of dgi_sort_neighbours() */
    uint64_t work;                /* edges visited so far */
    uint64_t random;              /* the state of a generator */
    uint32_t first_free;          /* the orders of the layers before are given */
    uint32_t end_free;            /* those of this layer and of the ones behind, too */
    dgi_adjacency above; /* per chain: those that should be above it; all NULL: there are none */
    bool *has_pairs;     /* per layer */
    uint32_t *emitted;   /* per chain: scratch of dgi_keep_pairs() */
    uint32_t *stack, *visited; /* the same, as many as chains */
    const uint32_t *cluster;   /* per chain; NULL: none is in any. Transposing and sifting leave
                                  the clusters of a layer where they are. */
    bool sorted;               /* the chains of a layer are in the order of their clusters */
} dgi_order_search;

/* Memory for a search, and for its result in the layering; what is needed to sort the neighbours of
 * all layers. All layers are free. False when out of memory. */
bool dgi_order_search_init(dgi_order_search *o, dgi_layering *f);
void dgi_order_search_free(dgi_order_search *o);

/* Searches until there are no crossings, or about so many edges were visited, and sets the order of
 * the layering to the best one. In layers that are not free it is the order of their indices. False
 * when out of memory. */
bool dgi_search_order(dgi_order_search *o, uint64_t budget);

/* Sorts the neighbours in all layers. */
void dgi_sort_all_neighbours(dgi_order_search *o);

/* Memory for the pairs of the layering. False when out of memory. */
bool dgi_pairs_init(dgi_order_search *o);
void dgi_pairs_free(dgi_order_search *o);

/* Whether a chain should be above another one. */
static inline bool dgi_is_pair(const dgi_order_search *o, uint32_t above, uint32_t below)
{
    if (!o->above.start)
        return false;
    for (uint32_t j = o->above.start[below]; j < o->above.start[below + 1]; j++)
        if (o->above.items[j] == above)
            return true;
    return false;
}

/* Moves chains of a layer up, right above those that they should be above. */
void dgi_keep_pairs(dgi_order_search *o, uint32_t layer);

/* The chains of a layer, from top to bottom. */
static inline uint32_t *dgi_layer_chains(const dgi_layering *f, uint32_t layer, uint32_t *n)
{
    *n = f->layer_start[layer + 1] - f->layer_start[layer];
    return f->order + f->layer_start[layer];
}

/* To be called after the order of a layer changed: keeps pairs, sets pos of its chains, and sorts
 * the adjacency lists that contain them by pos, with a counting sort. */
void dgi_sort_neighbours(dgi_order_search *o, uint32_t layer);

/* The number of crossings between a layer and the next, and between all layers. */
uint64_t dgi_count_crossings_after(dgi_order_search *o, uint32_t layer);
uint64_t dgi_count_crossings(dgi_order_search *o);

/* Exchanges neighbours in a layer where that removes crossings; with `equal` also, in a first pass,
 * where it neither removes nor adds any. Returns how many crossings it removed. */
uint64_t dgi_transpose(dgi_order_search *o, uint32_t layer, bool equal);

/* Moves each chain of a layer to its best position within `window`. Returns how many crossings it
 * removed. */
uint64_t dgi_sift(dgi_order_search *o, uint32_t layer, uint32_t window);

#endif
