/* The layout `flow` as a plugin of Graphviz: `dot -Kflow`.
 *
 * Graphviz's layouts work with ranks from top to bottom, y growing upwards, and let libgvc turn the
 * result into the graph's rankdir at the end. The layout room has its ranks from left to right and
 * y growing downwards. place() turns the one into the other. */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <gvplugin_layout.h>

#include "graphviz/libgvc.h"
#include "layout/layout.h"

/* How edges are drawn. */
typedef enum edge_style {
    STYLE_SPLINE,
    STYLE_LINE,
    STYLE_POLYLINE,
    STYLE_ORTHO,
    STYLE_NONE
} edge_style;

/* An edge of Graphviz. One with a label is two of the layout, and a node between them for the
 * label. */
typedef struct edge {
    edge_t *e;
    size_t first, second; /* the layout's edges; the same where there is no label */
    size_t label;         /* the layout's node, or SIZE_MAX */
    size_t twin, n_twins; /* how many edges of the same curve come before, and are there */
    bool alone;           /* that it is the only one of its ends */
} edge;

typedef struct job {
    graph_t *g;
    bool flip; /* ranks from left to right, or from right to left */
    edge_style style;
    dgi_layout l;
    node_t **nodes; /* of the first of the layout's */
    size_t n_nodes;
    edge *edges;
    size_t n_edges;
    pointf *points; /* of one edge */
    size_t n_points, points_room;
} job;

/* ---- What Graphviz's graph asks for -------------------------------------------------------- */

/* An attribute of the root graph, or "". Nothing is written to the name. */
static const char *graph_attribute(graph_t *g, const char *name)
{
    union {
        const char *in;
        char *out;
    } u = {name};
    const char *text = agget(g, u.out);
    return text ? text : "";
}

/* libgvc reads the attribute `splines`, and looks at what it found there again when it renders. */
static edge_style read_style(graph_t *g)
{
    setEdgeType(g, DGI_EDGES_SPLINE);
    switch (GD_flags(g) & DGI_EDGES_MASK) {
    case DGI_EDGES_NONE:
        return STYLE_NONE;
    case DGI_EDGES_LINE:
        return STYLE_LINE;
    case DGI_EDGES_POLYLINE:
        return STYLE_POLYLINE;
    case DGI_EDGES_ORTHO:
        return STYLE_ORTHO;
    default:
        return STYLE_SPLINE;
    }
}

static bool is_cluster(graph_t *g)
{
    const char *asked = graph_attribute(g, "cluster");
    return strncasecmp(agnameof(g), "cluster", 7) == 0 || strcasecmp(asked, "true") == 0 ||
           strcasecmp(asked, "yes") == 0;
}

/* All subgraphs, at any depth, until one is a cluster. */
static bool has_cluster(graph_t *root)
{
    graph_t *g = agfstsubg(root);
    while (g) {
        if (is_cluster(g))
            return true;
        graph_t *next = agfstsubg(g);
        while (!next && g != root) {
            next = agnxtsubg(g);
            g = agparent(g);
        }
        g = next;
    }
    return false;
}

static int weight_of(edge_t *e, Agsym_t *attribute)
{
    enum { MOST = 1000 };
    long weight = attribute ? strtol(agxget(e, attribute), NULL, 10) : 1;
    return weight < 1 ? 1 : weight > MOST ? MOST : (int)weight;
}

/* ---- From Graphviz's graph to the layout's ------------------------------------------------- */

static bool make_room(job *j)
{
    size_t n = (size_t)agnnodes(j->g), m = (size_t)agnedges(j->g);
    j->nodes = calloc(n + 1, sizeof *j->nodes);
    j->edges = calloc(m + 1, sizeof *j->edges);
    j->l.nodes = calloc(n + m + 1, sizeof *j->l.nodes);
    j->l.edges = calloc(m + 1, 2 * sizeof *j->l.edges);
    return j->nodes && j->edges && j->l.nodes && j->l.edges;
}

/* libgvc's own memory and shapes of every node and edge: also of a graph that cannot be laid out,
 * since it is rendered all the same. */
static void init_objects(graph_t *g)
{
    for (node_t *n = agfstnode(g); n; n = agnxtnode(g, n)) {
        agbindrec(n, (char[]){"Agnodeinfo_t"}, sizeof(Agnodeinfo_t), 1);
        common_init_node(n);
        gv_nodesize(n, (boolean)GD_flip(g));
    }
    for (node_t *n = agfstnode(g); n; n = agnxtnode(g, n))
        for (edge_t *e = agfstout(g, n); e; e = agnxtout(g, e)) {
            agbindrec(e, (char[]){"Agedgeinfo_t"}, sizeof(Agedgeinfo_t), 1);
            common_init_edge(e);
        }
}

static void take_nodes(job *j)
{
    for (node_t *n = agfstnode(j->g); n; n = agnxtnode(j->g, n)) {
        size_t i = j->n_nodes++;
        ND_id(n) = (int)i;
        j->nodes[i] = n;
        j->l.nodes[i] = (dgi_layout_node){.width = ND_ht(n), .height = ND_lw(n) + ND_rw(n)};
    }
    j->l.n_nodes = j->n_nodes;
}

/* Free space around the label of an edge. */
static const double LABEL_PAD = 2.0;

static void take_edge(job *j, edge_t *e, size_t from, int weight)
{
    dgi_layout *l = &j->l;
    size_t to = (size_t)ND_id(aghead(e)), i = l->n_edges++;
    const textlabel_t *label = j->style == STYLE_NONE ? NULL : ED_label(e);
    double width = !label ? 0.0 : j->flip ? label->dimen.x : label->dimen.y;
    double height = !label ? 0.0 : j->flip ? label->dimen.y : label->dimen.x;
    edge *own = &j->edges[j->n_edges++];
    *own = (edge){.e = e, .first = i, .second = i, .label = SIZE_MAX, .alone = true};
    l->edges[i] = (dgi_layout_edge){.from = from, .to = to, .weight = weight};
    if (label) {
        own->label = l->n_nodes++;
        own->second = l->n_edges++;
        l->nodes[own->label] =
            (dgi_layout_node){.width = width, .height = height + 2.0 * LABEL_PAD};
        l->edges[own->second] = l->edges[i];
        l->edges[i].to = l->edges[own->second].from = own->label;
    }
}

static void take_edges(job *j)
{
    Agsym_t *weight = agattr(j->g, AGEDGE, (char[]){"weight"}, NULL);
    for (size_t v = 0; v < j->n_nodes; v++)
        for (edge_t *e = agfstout(j->g, j->nodes[v]); e; e = agnxtout(j->g, e))
            take_edge(j, e, v, weight_of(e, weight));
}

/* ---- From the layout's points to Graphviz's ------------------------------------------------ */

static pointf place(const job *j, double x, double y)
{
    return (pointf){j->flip ? -y : y, -x};
}

/* What place() does, for a difference, and backwards. */
static dgi_layout_point unplace(const job *j, pointf p)
{
    return (dgi_layout_point){-p.y, j->flip ? -p.x : p.x};
}

static void place_nodes(const job *j)
{
    boxf bounds = {{0.0, 0.0}, {0.0, 0.0}};
    for (size_t i = 0; i < j->n_nodes; i++) {
        node_t *n = j->nodes[i];
        pointf at = ND_coord(n) = place(j, j->l.nodes[i].x, j->l.nodes[i].y);
        boxf own = {{at.x - ND_lw(n), at.y - ND_ht(n) / 2.0},
                    {at.x + ND_rw(n), at.y + ND_ht(n) / 2.0}};
        bounds.LL.x = i == 0 || own.LL.x < bounds.LL.x ? own.LL.x : bounds.LL.x;
        bounds.LL.y = i == 0 || own.LL.y < bounds.LL.y ? own.LL.y : bounds.LL.y;
        bounds.UR.x = i == 0 || own.UR.x > bounds.UR.x ? own.UR.x : bounds.UR.x;
        bounds.UR.y = i == 0 || own.UR.y > bounds.UR.y ? own.UR.y : bounds.UR.y;
    }
    GD_bb(j->g) = bounds; /* curves and labels make it grow */
}

/* ---- Edges of the same ends ---------------------------------------------------------------- */

static bool same_curve(const dgi_layout *l, size_t a, size_t b)
{
    const dgi_layout_edge *e = &l->edges[a], *f = &l->edges[b];
    return e->n_points == f->n_points &&
           memcmp(l->points + e->first_point, l->points + f->first_point,
                  e->n_points * sizeof *l->points) == 0;
}

/* Finds edges that the layout draws over one another. The edges of a tail are next to one another.
 */
static bool find_twins(job *j)
{
    size_t *first =
        malloc((j->l.n_nodes + 1) * sizeof *first); /* per head: its last group's first */
    size_t *group = malloc((j->n_edges + 1) * sizeof *group);
    bool done = first && group;
    for (size_t v = 0; done && v < j->l.n_nodes; v++)
        first[v] = SIZE_MAX;
    for (size_t i = 0; done && i < j->n_edges; i++) {
        const dgi_layout_edge *e = &j->l.edges[j->edges[i].first];
        size_t other = first[e->to];
        bool same = other != SIZE_MAX && j->l.edges[j->edges[other].first].from == e->from;
        bool twins = same && same_curve(&j->l, j->edges[i].first, j->edges[other].first);
        if (same)
            j->edges[i].alone = j->edges[other].alone = false;
        group[i] = first[e->to] = twins ? other : i;
        j->edges[i].twin = j->edges[group[i]].n_twins++;
    }
    for (size_t i = 0; done && i < j->n_edges; i++)
        j->edges[i].n_twins = j->edges[group[i]].n_twins;
    free(first);
    free(group);
    return done;
}

/* How far aside a twin is drawn: together they stay in the free space around a node. */
static double aside(const job *j, const edge *e)
{
    double between = (double)e->n_twins - 1.0;
    if (e->n_twins < 2)
        return 0.0;
    double step = 0.8 * j->l.node_gap / between;
    return ((double)e->twin - between / 2.0) * (step > 6.0 ? 6.0 : step);
}

/* ---- Ends ---------------------------------------------------------------------------------- */

/* One end of an edge, in the layout's coordinates. */
typedef struct end {
    dgi_layout_point at, inner; /* where the curve begins, and further inside the node */
    bool inside; /* that it must come from there, since the outline is not where the border is */
} end;

static bool in_shape(const job *j, node_t *n, double x, double y)
{
    inside_t context = {.s = {n, NULL}};
    return !ND_shape(n) || ND_shape(n)->fns->insidefn(&context, place(j, x, y));
}

/* The layout's curves end at the middles of borders. A port moves an end along the border, if it
 * does not ask for another side. `side` is 1 where the border is the right one, else -1. */
static end end_of(const job *j, node_t *n, const port *p, double side)
{
    const dgi_layout_node *node = &j->l.nodes[ND_id(n)];
    double half_width = node->width / 2.0, half_height = node->height / 2.0;
    double x = side * half_width, y = 0.0;
    bool exact = false;
    if (p->defined) {
        dgi_layout_point asked = unplace(j, p->p);
        exact = !p->clip && asked.x * side > 0.01 * half_width;
        x = exact ? asked.x : x;
        y = exact || (p->clip && asked.y > -half_height && asked.y < half_height) ? asked.y : y;
    }
    return (end){
        {node->x + x, node->y + y},
        {node->x, node->y + y},
        !exact && !in_shape(j, n, x - side, y),
    };
}

/* ---- Curves -------------------------------------------------------------------------------- */

static bool has_room(job *j, size_t n)
{
    if (n <= j->points_room)
        return true;
    if (n > INT_MAX || n > SIZE_MAX / 2 / sizeof *j->points)
        return false;
    pointf *more = realloc(j->points, 2 * n * sizeof *more);
    if (!more)
        return false;
    j->points = more;
    j->points_room = 2 * n;
    return true;
}

static void start(job *j, dgi_layout_point p)
{
    j->points[0] = place(j, p.x, p.y);
    j->n_points = 1;
}

static void straight(job *j, double x, double y)
{
    pointf *p = j->points + j->n_points, from = p[-1], to = place(j, x, y);
    p[0] = (pointf){from.x + (to.x - from.x) / 3.0, from.y + (to.y - from.y) / 3.0};
    p[1] = (pointf){to.x - (to.x - from.x) / 3.0, to.y - (to.y - from.y) / 3.0};
    p[2] = to;
    j->n_points += 3;
}

/* One piece of a curve in the graph's style; nine points at most. */
static void piece(job *j, dgi_layout_point c1, dgi_layout_point c2, dgi_layout_point to)
{
    pointf from = j->points[j->n_points - 1], stop = place(j, to.x, to.y);
    bool turns = stop.y >= from.y && stop.y <= from.y;
    if (j->style == STYLE_ORTHO || (turns && j->style != STYLE_SPLINE)) {
        /* As far along the ranks as the inner points reach, across, and on. */
        double x = (c1.x + c2.x) / 2.0;
        straight(j, x, c1.y);
        straight(j, x, to.y);
        straight(j, to.x, to.y);
    } else if (j->style == STYLE_SPLINE) {
        pointf *p = j->points + j->n_points;
        p[0] = place(j, c1.x, c1.y);
        p[1] = place(j, c2.x, c2.y);
        p[2] = stop;
        j->n_points += 3;
    } else {
        straight(j, to.x, to.y);
    }
}

/* How far a point of a curve moves aside: with the end that it is level with, else by `shift`.
 * Where both ends are on one level, the halves of the curve are. */
static double moved(const dgi_layout_point *in, size_t i, size_t last, double first_end,
                    double last_end, double shift)
{
    size_t a = i, b = i;
    while (a > 0 && in[a - 1].y >= in[a].y && in[a - 1].y <= in[a].y)
        a--;
    while (b < last && in[b + 1].y >= in[b].y && in[b + 1].y <= in[b].y)
        b++;
    if (a == 0 && (b < last || 2 * i < last))
        return first_end + shift;
    return (b == last ? last_end : 0.0) + shift;
}

/* The curve of one of the layout's edges between other ends: it leaves and arrives along the ranks
 * as before. */
static void follow(job *j, const dgi_layout_edge *e, double shift, dgi_layout_point from,
                   dgi_layout_point to)
{
    const dgi_layout_point *in = j->l.points + e->first_point;
    size_t last = e->n_points - 1;
    dgi_layout_point out[3];
    for (size_t i = 1; i <= last; i++) {
        dgi_layout_point *p = &out[(i - 1) % 3];
        *p = in[i];
        p->x += i == 1 ? from.x - in[0].x : i + 1 >= last ? to.x - in[last].x : 0.0;
        p->y += moved(in, i, last, from.y - in[0].y, to.y - in[last].y, shift);
        if (i == last)
            *p = to;
        if (i % 3 == 0)
            piece(j, out[0], out[1], out[2]);
    }
}

/* Past the label: below it where ranks go across the page, else left of it. */
static void follow_label(job *j, const edge *e, dgi_layout_point from, dgi_layout_point to)
{
    const dgi_layout_node *node = &j->l.nodes[e->label];
    double y = node->y + (j->flip ? 0.5 : -0.5) * node->height;
    dgi_layout_point before = {node->x - node->width / 2.0, y},
                     after = {node->x + node->width / 2.0, y};
    follow(j, &j->l.edges[e->first], 0.0, from, before);
    straight(j, after.x, after.y);
    follow(j, &j->l.edges[e->second], 0.0, after, to);
}

/* Fills j->points from tail to head. */
static bool draw_curve(job *j, const edge *e, const end *tail, const end *head)
{
    size_t n = j->l.edges[e->first].n_points + j->l.edges[e->second].n_points;
    bool line =
        j->style == STYLE_LINE && e->label == SIZE_MAX && e->alone && agtail(e->e) != aghead(e->e);
    if (n > INT_MAX / 4 || !has_room(j, 3 * n + 10))
        return false;
    if (line || tail->inside) {
        start(j, tail->inner);
        if (!line)
            straight(j, tail->at.x, tail->at.y);
    } else {
        start(j, tail->at);
    }
    if (e->label != SIZE_MAX)
        follow_label(j, e, tail->at, head->at);
    else if (!line)
        follow(j, &j->l.edges[e->first], aside(j, e), tail->at, head->at);
    if (line || head->inside)
        straight(j, head->inner.x, head->inner.y);
    return true;
}

static void place_label(const job *j, const edge *e)
{
    textlabel_t *label = ED_label(e->e);
    label->pos = place(j, j->l.nodes[e->label].x, j->l.nodes[e->label].y);
    label->set = 1;
    updateBB(j->g, label);
}

static boolean never_edge(edge_t *e)
{
    (void)e;
    return 0;
}

static boolean never_node(node_t *n)
{
    (void)n;
    return 0;
}

static bool draw_edge(job *j, const edge *e)
{
    static splineInfo info = {never_edge, never_node, 1, 0};
    resolvePorts(e->e);
    end tail = end_of(j, agtail(e->e), &ED_tail_port(e->e), 1.0);
    end head = end_of(j, aghead(e->e), &ED_head_port(e->e), -1.0);
    if (!draw_curve(j, e, &tail, &head))
        return false;
    clip_and_install(e->e, aghead(e->e), j->points, (int)j->n_points, &info);
    if (ED_label(e->e))
        place_label(j, e);
    return true;
}

/* Labels at the ends that ask for an angle or a distance; libgvc places the others. */
static void place_end_labels(graph_t *g, edge_t *e)
{
    if (!ED_spl(e))
        return;
    if (ED_head_label(e) && place_portlabel(e, 1))
        updateBB(g, ED_head_label(e));
    if (ED_tail_label(e) && place_portlabel(e, 0))
        updateBB(g, ED_tail_label(e));
}

static bool draw_edges(job *j)
{
    if (j->style == STYLE_NONE)
        return true;
    if (!find_twins(j))
        return false;
    for (size_t i = 0; i < j->n_edges; i++)
        if (!draw_edge(j, &j->edges[i]))
            return false;
    for (size_t i = 0; i < j->n_edges; i++)
        place_end_labels(j->g, j->edges[i].e);
    return true;
}

/* ---- The layout ---------------------------------------------------------------------------- */

static dg_status lay_out(job *j)
{
    if (!make_room(j))
        return DG_NOMEM;
    take_nodes(j);
    take_edges(j);
    dg_status status = dgi_layout_run(&j->l);
    if (status)
        return status;
    place_nodes(j);
    return draw_edges(j) ? DG_OK : DG_NOMEM;
}

static void flow_layout(graph_t *g)
{
    job j = {.g = g, .flip = GD_flip(g), .style = read_style(g)};
    j.l.node_gap = GD_nodesep(g);
    j.l.rank_gap = GD_ranksep(g);
    init_objects(g);
    if (has_cluster(g))
        agerr(AGWARN, "flow does not draw clusters\n");
    dg_status status = lay_out(&j);
    if (status)
        agerr(AGERR, "flow could not lay the graph out: %s\n",
              status == DG_NOMEM ? "out of memory" : "it is too large");
    State = status || j.style == STYLE_NONE ? DGI_SPLINES_BEGIN : DGI_SPLINES_DONE;
    dotneato_postprocess(g);
    dgi_layout_free(&j.l);
    free(j.l.nodes);
    free(j.l.edges);
    free(j.nodes);
    free(j.edges);
    free(j.points);
}

static void flow_cleanup(graph_t *g)
{
    for (node_t *n = agfstnode(g); n; n = agnxtnode(g, n)) {
        for (edge_t *e = agfstout(g, n); e; e = agnxtout(g, e))
            gv_cleanup_edge(e);
        gv_cleanup_node(n);
    }
}

/* ---- The plugin ---------------------------------------------------------------------------- */

static gvlayout_engine_t engine = {flow_layout, flow_cleanup};
static gvlayout_features_t features = {LAYOUT_USES_RANKDIR};

static gvplugin_installed_t layouts[] = {
    {0, "flow", 0, &engine, &features},
    {0, NULL, 0, NULL, NULL},
};

static gvplugin_api_t apis[] = {
    {API_layout, layouts},
    {(api_t)0, NULL},
};

/* Graphviz finds the library by the name of its file. */
extern gvplugin_library_t gvplugin_dotgrad_LTX_library;
__attribute__((visibility("default")))
gvplugin_library_t gvplugin_dotgrad_LTX_library = {"dotgrad", apis};
