/* What the files of the layout plugin share. */
#ifndef DGI_LAYOUT_PLUGIN_H
#define DGI_LAYOUT_PLUGIN_H

#include <gvplugin_layout.h>

#include "graphviz/libgvc.h"
#include "layout/layout.h"

/* An edge of Graphviz. One with a label is two of the layout, and a node between them for the
 * label. */
typedef struct dgi_job_edge {
    edge_t *e;
    size_t first, second;              /* the layout's edges; the same where there is no label */
    size_t label;                      /* the layout's node, or SIZE_MAX */
    size_t parallel_index, n_parallel; /* of the edges with the same curve: which one this is, and
                                          how many there are */
    bool alone;                        /* that it is the only one of its ends */
} dgi_job_edge;

typedef struct dgi_layout_job {
    graph_t *g;
    bool flip; /* ranks from left to right, or from right to left */
    int style; /* how edges are drawn: DGI_EDGES_... */
    dgi_layout l;
    node_t **nodes; /* of the first of the layout's */
    size_t n_nodes;
    dgi_job_edge *edges;
    size_t n_edges;
    pointf *points; /* of one edge */
    size_t n_points, points_capacity;
} dgi_layout_job;

static inline pointf dgi_to_graphviz(const dgi_layout_job *j, double x, double y)
{
    return (pointf){j->flip ? -y : y, -x};
}

/* The inverse, for differences. */
static inline dgi_layout_point dgi_from_graphviz(const dgi_layout_job *j, pointf p)
{
    return (dgi_layout_point){-p.y, j->flip ? -p.x : p.x};
}

/* Draws all edges, once the nodes have their coordinates. False when out of memory. */
bool dgi_draw_edges(dgi_layout_job *j);

#endif
