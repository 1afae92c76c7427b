/* The edges of Graphviz's graph as curves, between the ends that their ports ask for. */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "graphviz/layout_plugin.h"

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
static bool find_parallel(dgi_layout_job *j)
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
        bool parallel = same && same_curve(&j->l, j->edges[i].first, j->edges[other].first);
        if (same)
            j->edges[i].alone = j->edges[other].alone = false;
        group[i] = first[e->to] = parallel ? other : i;
        j->edges[i].parallel_index = j->edges[group[i]].n_parallel++;
    }
    for (size_t i = 0; done && i < j->n_edges; i++)
        j->edges[i].n_parallel = j->edges[group[i]].n_parallel;
    free(first);
    free(group);
    return done;
}

/* How far aside one of several parallel edges is drawn: together they stay in the free space around
 * a node. */
static double aside(const dgi_layout_job *j, const dgi_job_edge *e)
{
    double between = (double)e->n_parallel - 1.0;
    if (e->n_parallel < 2)
        return 0.0;
    double step = 0.8 * j->l.node_gap / between;
    return ((double)e->parallel_index - between / 2.0) * (step > 6.0 ? 6.0 : step);
}

/* ---- Ends ---------------------------------------------------------------------------------- */

/* One end of an edge, in the layout's coordinates. */
typedef struct end {
    dgi_layout_point at, inner; /* where the curve begins, and further inside the node */
    bool inside; /* it begins at `inner`, since the outline is not where the border is */
} end;

static bool in_shape(const dgi_layout_job *j, node_t *n, double x, double y)
{
    inside_t context = {.s = {n, NULL}};
    return !ND_shape(n) || ND_shape(n)->fns->insidefn(&context, dgi_to_graphviz(j, x, y));
}

/* The layout's curves end at the middles of borders. A port moves an end along the border, if it
 * does not ask for another side. `side` is 1 where the border is the right one, else -1. */
static end end_of(const dgi_layout_job *j, node_t *n, const port *p, double side)
{
    const dgi_layout_node *node = &j->l.nodes[ND_id(n)];
    double half_width = node->width / 2.0, half_height = node->height / 2.0;
    double x = side * half_width, y = 0.0;
    bool exact = false;
    if (p->defined) {
        dgi_layout_point asked = dgi_from_graphviz(j, p->p);
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

static bool reserve(dgi_layout_job *j, size_t n)
{
    if (n <= j->points_capacity)
        return true;
    if (n > INT_MAX || n > SIZE_MAX / 2 / sizeof *j->points)
        return false;
    pointf *more = realloc(j->points, 2 * n * sizeof *more);
    if (!more)
        return false;
    j->points = more;
    j->points_capacity = 2 * n;
    return true;
}

static void start(dgi_layout_job *j, dgi_layout_point p)
{
    j->points[0] = dgi_to_graphviz(j, p.x, p.y);
    j->n_points = 1;
}

static void straight(dgi_layout_job *j, double x, double y)
{
    pointf *p = j->points + j->n_points, from = p[-1], to = dgi_to_graphviz(j, x, y);
    p[0] = (pointf){from.x + (to.x - from.x) / 3.0, from.y + (to.y - from.y) / 3.0};
    p[1] = (pointf){to.x - (to.x - from.x) / 3.0, to.y - (to.y - from.y) / 3.0};
    p[2] = to;
    j->n_points += 3;
}

/* One piece of a curve in the graph's style; nine points at most. */
static void piece(dgi_layout_job *j, dgi_layout_point c1, dgi_layout_point c2, dgi_layout_point to)
{
    pointf from = j->points[j->n_points - 1], stop = dgi_to_graphviz(j, to.x, to.y);
    bool turns = stop.y >= from.y && stop.y <= from.y;
    if (j->style == DGI_EDGES_ORTHO || (turns && j->style != DGI_EDGES_SPLINE)) {
        /* As far along the ranks as the inner points reach, across, and on. */
        double x = (c1.x + c2.x) / 2.0;
        straight(j, x, c1.y);
        straight(j, x, to.y);
        straight(j, to.x, to.y);
    } else if (j->style == DGI_EDGES_SPLINE) {
        pointf *p = j->points + j->n_points;
        p[0] = dgi_to_graphviz(j, c1.x, c1.y);
        p[1] = dgi_to_graphviz(j, c2.x, c2.y);
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
static void follow(dgi_layout_job *j, const dgi_layout_edge *e, double shift, dgi_layout_point from,
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
static void follow_label(dgi_layout_job *j, const dgi_job_edge *e, dgi_layout_point from,
                         dgi_layout_point to)
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
static bool draw_curve(dgi_layout_job *j, const dgi_job_edge *e, const end *tail, const end *head)
{
    size_t n = j->l.edges[e->first].n_points + j->l.edges[e->second].n_points;
    bool line = j->style == DGI_EDGES_LINE && e->label == SIZE_MAX && e->alone &&
                agtail(e->e) != aghead(e->e);
    if (n > INT_MAX / 4 || !reserve(j, 3 * n + 10))
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

static void place_label(const dgi_layout_job *j, const dgi_job_edge *e)
{
    textlabel_t *label = ED_label(e->e);
    label->pos = dgi_to_graphviz(j, j->l.nodes[e->label].x, j->l.nodes[e->label].y);
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

static bool draw_edge(dgi_layout_job *j, const dgi_job_edge *e)
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

bool dgi_draw_edges(dgi_layout_job *j)
{
    if (j->style == DGI_EDGES_NONE)
        return true;
    if (!find_parallel(j))
        return false;
    for (size_t i = 0; i < j->n_edges; i++)
        if (!draw_edge(j, &j->edges[i]))
            return false;
    for (size_t i = 0; i < j->n_edges; i++)
        place_end_labels(j->g, j->edges[i].e);
    return true;
}
