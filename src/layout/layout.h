/* The layout `flow`: a computation graph drawn in ranks from left to right.
 *
 * It knows boxes and edges only. x grows to the right, the way the edges point; y grows downwards.
 */
#ifndef DGI_LAYOUT_H
#define DGI_LAYOUT_H

#include <dotgrad/base.h>

#include <stdbool.h>
#include <stddef.h>

#include "base/point.h"

typedef struct dgi_layout_node {
    double width, height; /* in */
    double x, y;          /* out: the centre */
    size_t rank;          /* out */
} dgi_layout_node;

typedef struct dgi_layout_edge {
    size_t from, to;
    int weight;                       /* >= 1: how much it wants to be short and straight */
    double label_width, label_height; /* 0: none */
    double label_x, label_y;          /* out: the centre */
    /* out: where its curve is in the layout's points: 1 + 3k points of a piecewise cubic Bezier
     * curve from the right border of `from` to the left border of `to`. */
    size_t first_point, n_points;
} dgi_layout_edge;

typedef dgi_point dgi_layout_point;

typedef struct dgi_layout {
    dgi_layout_node *nodes; /* borrowed, in and out */
    size_t n_nodes;
    dgi_layout_edge *edges; /* borrowed, in and out */
    size_t n_edges;
    double node_gap, rank_gap; /* in: free space between neighbours in a rank, and between ranks */
    size_t longest; /* in: edges over many more ranks than this go around what is between, in lanes
                       of their own; 0: as the size of the graph asks for */
    double effort;  /* in: how long crossing minimisation may search, as a multiple of the default;
                       0: the default, which is 1. The result is valid with any effort, only with
                       more or fewer crossings. */
    dgi_layout_point *points; /* out, owned: dgi_layout_free */
    size_t n_points;
    double width, height; /* out: boxes, labels and curves lie in [0,width] x [0,height] */
} dgi_layout;

/* DG_OK, DG_NOMEM, DG_INVALID (NULL, a node that is not there, a weight below 1, a size or an
 * effort that is negative or not finite) or DG_LIMIT. After anything but DG_OK there are no points.
 */
dg_status dgi_layout_run(dgi_layout *l);
void dgi_layout_free(dgi_layout *l);

/* Whether a layout is what it promises: ranks grow along the edges of an acyclic graph, boxes and
 * labels do not overlap, curves are in one piece, end on borders and pass through no box, and all
 * is inside the bounds. *why says what is not, or that memory ran out. */
bool dgi_layout_valid(const dgi_layout *l, const char **why);

#endif
