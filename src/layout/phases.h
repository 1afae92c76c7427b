/* The data that the phases of the layout share.
 *
 * The layout follows the framework of Sugiyama, Tagawa and Toda, "Methods for visual understanding
 * of hierarchical system structures" (IEEE Transactions on Systems, Man, and Cybernetics, 1981):
 * cycle removal, layer assignment, crossing minimisation, coordinate assignment, and then edge
 * routing. The method of most phases is that of Gansner, Koutsofios, North and Vo, "A technique for
 * drawing directed graphs" (IEEE Transactions on Software Engineering, 1993), cited below as
 * Gansner et al.; each file says what it takes from where, and where it differs.
 *
 * Layer assignment gives each node a *rank*, as Gansner et al. call it. Consecutive ranks are then
 * merged into a *layer* if one order can hold for all of them: the gap between two ranks is inside
 * a layer when no node before it has two edges out and no node after it has two edges in, so that
 * everything goes straight across, and no edge between them has a port of its own. An op and its
 * value are an example. What goes straight through a layer is a *chain*: of nodes, each with an
 * edge to the next, or of virtual nodes, the part of an edge that passes. Chains are the vertices
 * of crossing minimisation and coordinate assignment: half as many or fewer than nodes and virtual
 * nodes by rank. */
#ifndef DGI_LAYOUT_PHASES_H
#define DGI_LAYOUT_PHASES_H

#include "layout/layout.h"

#include <stdint.h>
#include <stdlib.h>

/* Nodes, edges, chains and so on are counted in 32 bits. */
#define DGI_NONE UINT32_MAX
#define DGI_INDEX_MAX ((uint32_t)1 << 30)

/* Adjacency lists in compressed sparse row form: those of i are items[start[i]] to
 * items[start[i + 1] - 1]. */
typedef struct dgi_adjacency {
    uint32_t *start;
    uint32_t *items;
} dgi_adjacency;

typedef struct dgi_layering {
    dgi_layout *l;
    bool through_frames; /* edges may lead through foreign frames */
    bool moved_apart;    /* members of clusters were, since edges found no way around frames */
    uint32_t n, m;       /* the number of nodes and of edges */
    uint32_t *leader; /* per node: the first of its rank set, or the node itself; NULL: there are no
                         sets */
    bool has_lengths; /* ranks depend on more than edges of length 1 */
    bool *back;       /* per edge: reversed, to break a cycle; or a loop */
    uint32_t *tail;   /* per edge: the end with the smaller rank */
    uint32_t *head;
    uint32_t *rank; /* per node */
    uint32_t n_ranks;

    uint32_t n_layers;
    uint32_t *layer_of_rank;
    uint32_t *first_rank; /* per layer, and n_ranks at the end */

    uint32_t n_chains;
    uint32_t n_node_chains;  /* chains of nodes come first, then those of virtual nodes */
    uint32_t *chain;         /* per node */
    uint32_t *layer;         /* per chain */
    uint32_t *first_virtual; /* per edge: its chain in the first layer where it has one of its own;
                                those in the following layers come next */
    uint32_t *n_virtual;     /* per edge: how many chains it has */
    bool *is_long;           /* per edge: too long for chains; routed on a bus track */
    dgi_adjacency up, down;  /* per chain: its neighbours in the layers before and after */

    uint32_t n_pairs; /* of chains in one layer, one of which should be above the other */
    uint32_t *pair_above, *pair_below;
    int *pair_weight;

    uint32_t *order;       /* chains, layer after layer, each from top to bottom */
    uint32_t *layer_start; /* per layer, and n_chains at the end: into order */
    uint32_t *pos;         /* per chain: its position in its layer */

    double *above, *below; /* per chain: how far it extends from its y */
    double *y;             /* per chain */
    double *track;         /* per node with long edges: the y of their track */

    struct dgi_clusters *clusters; /* NULL: there are none (clusters.h) */
} dgi_layering;

/* Memory for `count` items, zeroed; at least one byte, so that NULL means out of memory. */
static inline void *dgi_zeroed(size_t count, size_t size)
{
    return calloc(count ? count : 1, size);
}

/* Sorts m pairs (owner, item) by the n owners; `items` NULL: item i of pair i is i. False when out
 * of memory. */
bool dgi_adjacency_init(dgi_adjacency *lists, uint32_t n, uint32_t m, const uint32_t *owners,
                        const uint32_t *items);
void dgi_adjacency_free(dgi_adjacency *lists);

/* What there is besides edges of length 1: leader, has_lengths (rank_options.c). */
dg_status dgi_read_rank_options(dgi_layering *f);

static inline uint32_t dgi_leader(const dgi_layering *f, uint32_t node)
{
    return f->leader ? f->leader[node] : node;
}

/* The pairs of chains that the layout's pairs and sorted edges ask for (pairs.c). */
dg_status dgi_make_pairs(dgi_layering *f);

/* The phases, in order. Each allocates and fills the fields named. */
dg_status dgi_remove_cycles(dgi_layering *f);      /* back */
dg_status dgi_assign_ranks(dgi_layering *f);       /* rank, n_ranks, tail, head */
dg_status dgi_make_proper(dgi_layering *f);        /* layers, chains, up, down */
dg_status dgi_minimise_crossings(dgi_layering *f); /* order, layer_start, pos */
dg_status dgi_assign_coordinates(dgi_layering *f); /* above, below, y */
dg_status dgi_assign_tracks(dgi_layering *f);      /* track */
dg_status dgi_route_edges(dgi_layering *f);        /* the output of the layout */

#endif
