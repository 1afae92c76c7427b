/* What the phases of the layout share.
 *
 * After ranking, the graph is seen in *layers* of *strands*. A gap between two ranks is plain when
 * no node before it has two edges out and no node after it has two edges in: whatever crosses it
 * then goes straight on, and the ranks on both sides can have one order. A layer is a run of ranks
 * with plain gaps only; an op and its value, say. A strand is what goes straight through a layer:
 * nodes one after another, or an edge on its way. It is the vertex of the phases that order and
 * place, so that they work on half or less of what ranks and dummy nodes would be. */
#ifndef DGI_FLOW_H
#define DGI_FLOW_H

#include "layout/layout.h"

#include <stdint.h>
#include <stdlib.h>

typedef uint32_t dgi_id;
#define DGI_NONE UINT32_MAX
#define DGI_MOST_IDS ((dgi_id)1 << 30)

/* Lists of ids, one after another: those of i are all[start[i]] to all[start[i + 1] - 1]. */
typedef struct dgi_lists {
    dgi_id *start;
    dgi_id *all;
} dgi_lists;

typedef struct dgi_flow {
    dgi_layout *l;
    dgi_id n, m;  /* nodes and edges */
    bool *back;   /* per edge: it points left, to break a cycle, or is a loop */
    dgi_id *tail; /* per edge: the end with the smaller rank */
    dgi_id *head;
    dgi_id *rank; /* per node */
    dgi_id n_ranks;

    dgi_id n_layers;
    dgi_id *layer_of_rank;
    dgi_id *first_rank; /* per layer, and one more */

    dgi_id n_strands;
    dgi_id *strand;     /* per node */
    dgi_id *first_pure; /* per edge: its strand in the first layer where it has one of its own, the
                           others follow */
    dgi_id *n_pure;     /* per edge */
    bool *far; /* per edge: too long to have strands; drawn in a lane above or below the others */
    dgi_id *layer;         /* per strand */
    dgi_id n_node_strands; /* these come first; the others are edges on their way */
    dgi_lists up, down;    /* per strand: its neighbours in the layers before and after */

    dgi_id *order;       /* strands, layer after layer, each from top to bottom */
    dgi_id *layer_start; /* per layer, and one more: into order */
    dgi_id *pos;         /* per strand: in its layer */

    double *above, *below; /* per strand: how far it reaches from its y */
    double *y;             /* per strand */
    double *lane;          /* per node with far edges: the height they go at */
} dgi_flow;

/* Memory for `count` items, zeroed; never of size 0. */
static inline void *dgi_array(size_t count, size_t size)
{
    return calloc(count ? count : 1, size);
}

/* Makes lists for n owners of the m pairs (owner, item). False when out of memory. */
bool dgi_lists_of(dgi_lists *lists, dgi_id n, dgi_id m, const dgi_id *owners, const dgi_id *items);
void dgi_lists_free(dgi_lists *lists);

/* The phases, in order; each fills the fields of its name. */
dg_status dgi_flow_acyclic(dgi_flow *f);    /* back */
dg_status dgi_flow_rank(dgi_flow *f);       /* rank, n_ranks, tail, head */
dg_status dgi_flow_layers(dgi_flow *f);     /* layers, strands, up, down */
dg_status dgi_flow_order(dgi_flow *f);      /* order, layer_start, pos */
dg_status dgi_flow_coordinate(dgi_flow *f); /* above, below, y */
dg_status dgi_flow_lanes(dgi_flow *f);      /* lane */
dg_status dgi_flow_route(dgi_flow *f);      /* everything that is out in the layout */

#endif
