/* The layout `flow`: draws a directed graph in ranks from left to right.
 *
 * It knows only boxes and edges. x grows to the right, in the direction of the edges, y downwards.
 * See phases.h for how it works. */
#ifndef DGI_LAYOUT_H
#define DGI_LAYOUT_H

#include <dotgrad/base.h>

#include <stdbool.h>
#include <stddef.h>

#include "base/point.h"

typedef struct dgi_layout_node {
    double width, height; /* in: the size of the box */
    double port;          /* in: how far below its centre edges come in and go out; within it */
    signed char align;    /* in: where in its rank: 0: in the middle; -1: on the left; 1: on the
                             right */
    size_t cluster;       /* in: the innermost that it is in, 1 + its index; 0: it is in none */
    size_t rank_set; /* in: nodes of one set are in one rank: 1 + its number, which is less than
                        the number of nodes; 0: it is in none */
    signed char end_rank; /* in: -1: it is in the first rank, 1: in the last; -2, 2: and others are
                             not, unless they are, too, by the same number */
    bool sort_out, sort_in; /* in: its edges out, or in, go from top to bottom in their order */
    double x, y;            /* out: the centre */
    size_t rank;            /* out */
} dgi_layout_node;

typedef struct dgi_layout_edge {
    size_t from, to;
    int weight; /* in, >= 1: how important it is that the edge is short and straight */
    int length; /* in: how many ranks `to` is after `from`, at least; 0: 1 */
    bool free;  /* in: says nothing about ranks */
    double from_port, to_port; /* in: how far below the ports of the nodes it goes out and comes in;
                                  within the nodes */
    double label_width, label_height; /* in; 0: no label */
    double label_x, label_y;          /* out: the centre */
    /* out: the position of its curve in the layout's points: 1 + 3k points of a piecewise cubic
     * Bezier curve, from its port at the right border of `from` to that at the left border of
     * `to`. */
    size_t first_point, n_points;
} dgi_layout_edge;

/* Of two nodes that come to be in one rank, one is above the other, unless such pairs contradict
 * one another. */
typedef struct dgi_layout_pair {
    size_t above, below;
    int weight; /* how important it is that they are near to one another */
} dgi_layout_pair;

/* A set of nodes that is drawn in a frame: a rectangle that holds them, and the clusters in it, and
 * nothing else; only edges with an end in it pass its border. */
typedef struct dgi_layout_cluster {
    size_t parent; /* in: the cluster that it is in, 1 + its index, which is smaller; 0: none */
    double before, after, above, below; /* in: at least so far its frame is from what is in it: on
                                           the left, on the right, at the top and the bottom */
    double min_width, min_height;       /* in: of its frame */
    double x, y, width, height; /* out: its centre and size; without any node in it all are 0 */
} dgi_layout_cluster;

typedef dgi_point dgi_layout_point;

typedef struct dgi_layout {
    dgi_layout_node *nodes; /* borrowed, in and out */
    size_t n_nodes;
    dgi_layout_edge *edges; /* borrowed, in and out */
    size_t n_edges;
    dgi_layout_cluster *clusters; /* borrowed, in and out */
    size_t n_clusters;
    const dgi_layout_pair *pairs; /* borrowed, in */
    size_t n_pairs;
    double node_gap, rank_gap; /* in: the distance of neighbours in a rank, and of ranks */
    size_t longest; /* in: an edge that passes more layers (see phases.h) than this is routed around
                       all that it passes, unless there are clusters; 0: a limit that depends on the
                       size of the graph */
    double effort;  /* in: how long crossing minimisation may search, in relation to the default;
                       0: the default, the same as 1. The result is valid with any effort; a greater
                       one leaves at most as many crossings. */
    dgi_layout_point *points; /* out, owned: dgi_layout_free */
    size_t n_points;
    double width, height; /* out: boxes, labels and curves lie in [0,width] x [0,height] */
    bool through_frames;  /* out: edges may lead through frames that have neither of their ends in
                             them, between two layers, since without that the picture would be at
                             least twice as long */
} dgi_layout;

/* DG_OK, DG_NOMEM, DG_INVALID (NULL, a node that is not there, a weight below 1, a size or an
 * effort that is negative or not finite) or DG_LIMIT. After anything but DG_OK there are no points.
 */
dg_status dgi_layout_run(dgi_layout *l);
void dgi_layout_free(dgi_layout *l);

/* Verifies the result of dgi_layout_run(): along the edges of an acyclic graph ranks increase;
 * boxes do not overlap, nor do labels; curves are continuous, end at borders and pass through no
 * box; frames hold what is in their clusters and nothing else; and everything is within the bounds.
 * If false, *why says what is wrong, or that memory ran out. */
bool dgi_layout_valid(const dgi_layout *l, const char **why);

#endif
