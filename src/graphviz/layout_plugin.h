/* What the files of the layout plugin share. */
#ifndef DGI_LAYOUT_PLUGIN_H
#define DGI_LAYOUT_PLUGIN_H

#include <gvplugin_layout.h>

#include "graphviz/libgvc.h"
#include "layout/layout.h"

/* Where an edge is at its node. Points are in the layout's coordinates, relative to the centre of
 * the node. */
typedef enum dgi_way {
    DGI_AHEAD,  /* at the border where edges go on */
    DGI_BESIDE, /* at the border above or below: along a lane there */
    DGI_BEHIND, /* at the opposite border: around a corner, and along a lane */
} dgi_way;

typedef struct dgi_job_end {
    dgi_way way;
    dgi_layout_point at;
    bool exact;      /* that is where it ends; else where the outline of the node is met */
    size_t lane;     /* of the job's, or SIZE_MAX */
    bool either_way; /* it may be above or below */
} dgi_job_end;

/* A line beside a node, along which edges come to a port or leave it. */
typedef struct dgi_job_lane {
    size_t next;         /* of the same node, or SIZE_MAX */
    double side;         /* -1: above the node, 1: below */
    double forward;      /* 1: edges leave to the right, -1: to the left */
    dgi_layout_point at; /* the port */
    double distance;     /* from the border of the node */
} dgi_job_lane;

/* An edge of Graphviz. One with a label is two of the layout, and a node between them for the
 * label. A loop is none of the layout. */
typedef struct dgi_job_edge {
    edge_t *e;
    bool reversed; /* its head is left of its tail; or above it, where both are in one rank */
    bool is_flat;  /* both ends are in one rank; it is none of the layout, unless it has a label */
    bool is_free;  /* it says nothing about ranks */
    dgi_job_end ends[2];  /* the left one, and the right one; or that above, and that below */
    size_t first, second; /* the layout's edges; the same where there is no label */
    size_t label;         /* the layout's node, or SIZE_MAX */
    size_t parallel_index, n_parallel; /* of the edges with the same curve: which one this is, and
                                          how many there are */
    bool opposite;                     /* that some of those go the other way */
    bool alone;                        /* that it is the only one of its ends */
} dgi_job_edge;

typedef struct dgi_job_node {
    node_t *n;
    double half_width, half_height; /* of its shape, in the layout's coordinates */
    double above, below;            /* space beside it, for lanes and loops */
    double width;                   /* with what is beside it; at least that of its shape */
    size_t lanes, loops;            /* the first ones, or SIZE_MAX */
    signed char end_rank;           /* as the layout has it */
} dgi_job_node;

typedef struct dgi_job_loop {
    edge_t *e;
    size_t next;         /* of the same node, or SIZE_MAX */
    double side;         /* -1: above the node, 1: below */
    double start, width; /* how far from the middle of the node it starts, and goes */
    double distance;     /* how far from the border it goes */
} dgi_job_loop;

typedef struct dgi_layout_job {
    graph_t *g;
    bool flip; /* ranks from left to right, or from right to left */
    int style; /* how edges are drawn: DGI_EDGES_... */
    dgi_layout l;
    dgi_job_node *nodes; /* of the first of the layout's */
    size_t n_nodes;
    dgi_job_edge *edges;
    size_t n_edges;
    dgi_job_loop *loops;
    size_t n_loops;
    dgi_job_lane *lanes;
    size_t n_lanes;
    graph_t **clusters; /* those of the layout */
    size_t n_clusters;
    dgi_layout_pair *pairs;
    uint32_t *leader; /* per node: the first of those in its rank set */
    bool has_sets, has_free_edges;
    bool with_free;     /* the free edges are laid out, too */
    bool ends_alone[2]; /* no others are in the first rank; in the last one */
    int ranks_per_rank; /* 2 where labels are in ranks between those of nodes */
    size_t *order,
        *index;     /* all nodes of the layout, sorted by rank and y, and where each one is */
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

/* The centre of a node of the graph, once there is a layout. Space may be on one side only. */
static inline dgi_layout_point dgi_centre(const dgi_layout_job *j, size_t node)
{
    const dgi_layout_node *n = &j->l.nodes[node];
    return (dgi_layout_point){n->x, n->y + n->port};
}

/* Free space around the label of an edge. */
#define DGI_LABEL_PAD 3.0

/* Below the label of an edge within a rank: where the edge turns. */
#define DGI_FLAT_TURN 12.0

/* The size of a label in the layout's coordinates. */
static inline dgi_layout_point dgi_label_size(const dgi_layout_job *j, const textlabel_t *label)
{
    pointf size = label->dimen;
    return j->flip ? (dgi_layout_point){size.x, size.y} : (dgi_layout_point){size.y, size.x};
}

/* ---- Clusters (layout_clusters.c) ---------------------------------------------------------- */

/* An attribute of a graph or subgraph, or "". */
const char *dgi_attribute_of(graph_t *g, const char *name);
bool dgi_is_cluster(graph_t *g);

/* The next subgraph at any depth, each before those in it; NULL after the last one. */
graph_t *dgi_next_subgraph(graph_t *root, graph_t *g);

/* Gives the layout the clusters of the graph, and its nodes theirs. False when out of memory. */
bool dgi_take_clusters(dgi_layout_job *j);

/* The innermost cluster of the layout that has both nodes, 1 + its index; 0: none. */
size_t dgi_common_cluster(const dgi_layout *l, size_t a, size_t b);

/* Tells libgvc where they are, once there is a layout. False when out of memory. */
bool dgi_place_clusters(dgi_layout_job *j);

/* Cuts the curve of an edge, from tail to head, at the borders of the clusters that it names by
 * lhead and ltail, and says which ends are where it ends then. */
void dgi_end_at_clusters(dgi_layout_job *j, edge_t *e, bool *exact_tail, bool *exact_head);

/* Frees what libgvc has of the clusters of a graph. */
void dgi_free_clusters(graph_t *root);

/* ---- Ranks (layout_ranks.c) ---------------------------------------------------------------- */

/* Sets which nodes share ranks, and which way edges go. False when out of memory. */
bool dgi_read_ranks(dgi_layout_job *j);

/* Sets which way free edges go, once there are ranks without them. False when out of memory. */
bool dgi_orient_free_edges(dgi_layout_job *j);

/* ---- Proportions (layout_ratio.c) ----------------------------------------------------------- */

/* Lays out again with larger gaps, as the attribute `ratio` asks for. */
dg_status dgi_fit_ratio(dgi_layout_job *j);

/* Lays out with the gaps as they are (layout_plugin.c). */
dg_status dgi_run_layout(dgi_layout_job *j);

/* ---- Ports (layout_ports.c) ---------------------------------------------------------------- */

/* Where an edge is at its node, by its port. `forward` is 1 where edges go on to the right, -1:
 * where they come from the left. */
dgi_job_end dgi_end_at_port(const dgi_layout_job *j, size_t node, const port *p, double forward);

/* Gives the ends of all edges that need one a lane, and nodes space for it. */
void dgi_assign_lanes(dgi_layout_job *j);

/* How far below the centre of the node the layout's edge ends. */
double dgi_end_port(const dgi_layout_job *j, const dgi_job_end *end, size_t node);

/* ---- Loops (layout_loops.c) ---------------------------------------------------------------- */

/* Gives nodes space for their loops, beside their lanes. */
void dgi_reserve_loops(dgi_layout_job *j);

/* False when out of memory. */
bool dgi_draw_loops(dgi_layout_job *j);

/* ---- Edges within a rank (layout_flat.c) ---------------------------------------------------- */

/* Finds what is beside what, for dgi_draw_flat(). False when out of memory. */
bool dgi_sort_ranks(dgi_layout_job *j);

/* One without a label. False when out of memory. */
bool dgi_draw_flat(dgi_layout_job *j, const dgi_job_edge *e, double aside);

/* ---- Curves (layout_curves.c) -------------------------------------------------------------- */

/* Draws all edges, once the nodes have their coordinates. False when out of memory. */
bool dgi_draw_edges(dgi_layout_job *j);

/* Makes space for n points. False when out of memory. */
bool dgi_reserve_points(dgi_layout_job *j, size_t n);

void dgi_start_curve(dgi_layout_job *j, dgi_layout_point p);
void dgi_straight(dgi_layout_job *j, dgi_layout_point to);
void dgi_curve(dgi_layout_job *j, dgi_layout_point c1, dgi_layout_point c2, dgi_layout_point to);

/* From the end of the curve so far along lines, with rounded corners in the style of curves; six
 * points at most for each of n. */
void dgi_rounded(dgi_layout_job *j, const dgi_layout_point *points, size_t n);

/* Gives the curve to its edge. A port where `exact` says so is where it ends. */
void dgi_install_curve(dgi_layout_job *j, edge_t *e, bool exact_tail, bool exact_head);

void dgi_place_label(const dgi_layout_job *j, edge_t *e, dgi_layout_point centre);

/* Whether the outline of a node is around a point, relative to its centre. */
bool dgi_in_shape(const dgi_layout_job *j, node_t *n, double x, double y);

#endif
