/* Clusters: nested sets of nodes, each of which is drawn in a frame.
 *
 * How they are laid out. Sander, "Layout of compound directed graphs" (1996), and Forster,
 * "Applying crossing reduction strategies to layered compound graphs" (2002), have one layering of
 * all nodes, in which each cluster spans a range of layers, and in each of them an interval of the
 * order; borders are constraints of coordinate assignment. (Laying each cluster out by itself, as a
 * box of what is around it, would cross more edges, since the order inside does not know what is
 * outside, and leave the space beside long boxes empty.) So it is done here, too; but theirs, and
 * Graphviz's dot, draw edges through foreign frames where the order leaves no other way. Here none
 * do, but for one case, which is the last below:
 *
 * - What an edge joins are two *members* of the innermost cluster that has both of its ends: nodes
 *   or clusters. Cycle removal works on members: where clusters would be on a cycle, all edges from
 *   one to the other are back edges.
 * - Frames begin and end between layers. The virtual nodes of an edge are inside a cluster from the
 *   edge's end there on, as long as both last; so edges pass the border of a frame of their ends at
 *   its left or right, or at its top or bottom between two layers, and then they bend there.
 * - Each cluster's members have an order in each layer, and a cluster that is a member is at the
 *   same side of all others, and of edges, in all its layers (cluster_order.c). Where no such order
 *   is found, members of that cluster are moved apart (cluster_ranks.c): first, of two that an edge
 *   joins one ends before the other begins, so that edges pass borders only at the left and right;
 *   then the clusters among them come one after the other, and then there is an order.
 *
 * - Clusters in a row of which each is joined to many others, such as the steps of a recurrent
 *   network, are then as long as all of them together. In a small graph, where members were moved
 *   apart, all is laid out once more with edges that may lead through foreign frames between two
 *   layers, where no boxes are. The result with the shorter picture stays, if it is at most half as
 *   long (layout.c).
 *
 * The relation "above" of borders, boxes and straight pieces of edges is then acyclic, since all of
 * them are monotone in x and do not cross: a straight piece ends where its edge passes the top or
 * bottom of a frame, its own or a foreign one. */
#ifndef DGI_CLUSTERS_H
#define DGI_CLUSTERS_H

#include "layout/network_simplex.h"

/* Members may be beside each other in graphs with fewer nodes: trying that, and having to try
 * again, would take too long in larger ones. */
enum { DGI_OVERLAP_LIMIT = 400 };

/* Of the members of a cluster: */
enum dgi_apart {
    DGI_MAY_OVERLAP, /* one may begin before another ends that an edge joins it with */
    DGI_ONE_BY_ONE,  /* of two that an edge joins the first ends before the second begins */
    DGI_IN_SEQUENCE  /* and clusters that edges crossed are one after the other, even if nothing
                        joins them */
};

/* Cluster 0 is the whole; cluster c is the layout's cluster c - 1. */
typedef struct dgi_clusters {
    uint32_t n;
    uint32_t *parent; /* smaller than its own index; 0 for the whole itself */
    uint32_t *depth;
    uint32_t *of_node;
    uint32_t *of_chain;
    bool *is_empty;   /* it has no node, nor has any cluster in it */
    uint8_t *apart;   /* dgi_apart: where members of the cluster are that edges join */
    bool *is_crossed; /* no order was found in which edges go around it */
    uint32_t *first_rank, *last_rank;
    uint32_t *first_layer, *last_layer;
    double *top, *bottom;   /* of its frame */
    double *before, *after; /* how far its frame is from the boxes in its first and last rank, with
                               the frames in it */
    uint32_t first_filler;  /* chains from here on are empty */
    bool again; /* some are to be further apart: layer assignment has to be done again */
} dgi_clusters;

/* NULL in f->clusters if there are none. */
dg_status dgi_clusters_init(dgi_layering *f);
void dgi_clusters_free(dgi_layering *f);

/* What an edge joins: members of the innermost cluster with both of its ends. A node is its index,
 * a cluster f->n more than its own. */
typedef struct dgi_joined {
    uint32_t from, to, within;
} dgi_joined;

dgi_joined dgi_joined_by(const dgi_layering *f, uint32_t edge);

/* Layer assignment (cluster_ranks.c). Nodes are at variables with an offset; those of clusters come
 * from `first_variable` on. */
typedef struct dgi_rank_variables {
    const uint32_t *variable; /* per node */
    const int64_t *offset;    /* per node */
    uint32_t n;               /* of nodes */
} dgi_rank_variables;

/* The most constraints that clusters add, and how many variables. */
uint32_t dgi_cluster_constraint_limit(const dgi_layering *f);
uint32_t dgi_cluster_variables(const dgi_layering *f);

/* Appends the constraints. False when out of memory. */
bool dgi_constrain_clusters(const dgi_layering *f, const dgi_rank_variables *variables,
                            dgi_constraint *constraints, uint32_t *n);

/* Sets the ranks that each cluster spans; marks those that begin a layer. */
void dgi_find_cluster_ranks(dgi_layering *f);
void dgi_mark_cluster_starts(const dgi_layering *f, bool *starts);

/* The cluster of each chain, after chains were made. Adds an empty chain in layers where a cluster
 * has none, so that it has one in all that it spans. */
dg_status dgi_assign_chains_to_clusters(dgi_layering *f);

/* Whether a segment between the layers of two chains leads through the top or the bottom of a
 * frame. */
bool dgi_passes_border(const dgi_layering *f, uint32_t left, uint32_t right);

/* The order of layers (cluster_order.c). */
struct dgi_order_search;
bool dgi_order_clusters(struct dgi_order_search *whole, uint64_t budget);

/* Frames (cluster_frames.c). Their tops and bottoms are blocks of coordinate assignment, two for
 * each cluster from `first_block` on: appends the constraints that keep the chains of each layer,
 * and frames, in order and apart. `steps` are the units of a length. */
typedef struct dgi_frame_blocks {
    const uint32_t *block; /* per chain */
    uint32_t first_block;
    double steps;
} dgi_frame_blocks;

uint32_t dgi_frame_block_count(const dgi_layering *f);
uint32_t dgi_frame_constraint_limit(const dgi_layering *f);
bool dgi_constrain_frames(const dgi_layering *f, const dgi_frame_blocks *blocks,
                          dgi_constraint *constraints, uint32_t *n);

/* How far the chains of a layer are apart, from one y to the other. */
double dgi_separation(const dgi_layering *f, uint32_t upper, uint32_t lower);

/* Sets how far frames extend before their first rank and after their last one, and for each rank
 * the most that one does. `left` and `right` are the borders of the ranks, with labels: frames that
 * would be narrower than they may are widened. NULL: these are not known yet. */
void dgi_measure_frames(dgi_layering *f, const double *left, const double *right, double *before,
                        double *after);

/* Sets tops and bottoms close to what is in the frames. False when out of memory. */
bool dgi_fit_frames(dgi_layering *f);

/* Writes them out. */
void dgi_put_frames(const dgi_layering *f, const double *left, const double *right);

/* Verifies frames: part of dgi_layout_valid(). */
bool dgi_frames_valid(const dgi_layering *f, const char **why);

#endif
