/* What libgvc exports for layout plugins and no installed header of it declares. configure looks
 * for each of these functions. */
#ifndef DGI_LIBGVC_H
#define DGI_LIBGVC_H

#include <gvc.h>

extern int
    State; /* whether the edges of the current graph have curves, which are then turned, too */
enum { DGI_SPLINES_BEGIN = 0, DGI_SPLINES_DONE = 1 };

/* GD_rankdir() */
enum { DGI_RANKDIR_TB, DGI_RANKDIR_LR, DGI_RANKDIR_BT, DGI_RANKDIR_RL };

/* How edges are drawn, in a graph's flags. */
enum {
    DGI_EDGES_NONE = 0 << 1,
    DGI_EDGES_LINE = 1 << 1,
    DGI_EDGES_POLYLINE = 3 << 1,
    DGI_EDGES_ORTHO = 4 << 1,
    DGI_EDGES_SPLINE = 5 << 1,
    DGI_EDGES_MASK = 7 << 1
};

void setEdgeType(graph_t *g, int kind);

void common_init_node(node_t *n);
int common_init_edge(edge_t *e);
void gv_nodesize(node_t *n, boolean flip);
void resolvePorts(edge_t *e);

/* Cuts a curve to the outlines of its ends, makes room for arrowheads, and adds it to the edge. */
void clip_and_install(edge_t *e, node_t *head, pointf *points, int n, splineInfo *info);

/* Makes the label of a subgraph, and says in GD_border() how much space it needs, and at which side
 * of it before the graph is turned. */
void do_graph_label(graph_t *g);
enum { DGI_SIDE_BOTTOM, DGI_SIDE_RIGHT, DGI_SIDE_TOP, DGI_SIDE_LEFT };
void free_label(textlabel_t *label);

int place_portlabel(edge_t *e, boolean head);
void updateBB(graph_t *g, textlabel_t *label);
void dotneato_postprocess(graph_t *g);

void gv_cleanup_node(node_t *n);
void gv_cleanup_edge(edge_t *e);

#endif
