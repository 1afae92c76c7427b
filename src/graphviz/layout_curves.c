/* The edges of Graphviz's graph as curves, between the ends that their ports ask for. */
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "graphviz/layout_plugin.h"

/* ---- Edges of the same ends ---------------------------------------------------------------- */

static bool same_curve(const dgi_layout_job *j, const dgi_job_edge *a, const dgi_job_edge *b)
{
    const dgi_layout *l = &j->l;
    if (a->is_flat || b->is_flat)
        return a->is_flat && b->is_flat && a->label == SIZE_MAX && b->label == SIZE_MAX;
    const dgi_layout_edge *e = &l->edges[a->first], *f = &l->edges[b->first];
    return e->n_points == f->n_points &&
           memcmp(l->points + e->first_point, l->points + f->first_point,
                  e->n_points * sizeof *l->points) == 0;
}

/* An edge, to be sorted by its ends. */
typedef struct edge_ends {
    size_t from, to, index;
} edge_ends;

static int compare(const void *x, const void *y)
{
    const edge_ends *a = x, *b = y;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (a->to != b->to)
        return a->to < b->to ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

static edge_ends ends_of(const dgi_layout_job *j, size_t i)
{
    const dgi_job_edge *e = &j->edges[i];
    size_t tail = (size_t)ND_id(agtail(e->e)), head = (size_t)ND_id(aghead(e->e));
    return (edge_ends){e->reversed ? head : tail, e->reversed ? tail : head, i};
}

/* Finds edges that the layout draws over one another. */
static bool find_parallel(dgi_layout_job *j)
{
    edge_ends *sorted = malloc((j->n_edges + 1) * sizeof *sorted);
    size_t *group = malloc((j->n_edges + 1) * sizeof *group);
    bool done = sorted && group;
    for (size_t i = 0; done && i < j->n_edges; i++)
        sorted[i] = ends_of(j, i);
    if (done)
        qsort(sorted, j->n_edges, sizeof *sorted, compare);
    for (size_t k = 0; done && k < j->n_edges; k++) {
        size_t i = sorted[k].index, other = k > 0 ? sorted[k - 1].index : i;
        bool same =
            k > 0 && sorted[k - 1].from == sorted[k].from && sorted[k - 1].to == sorted[k].to;
        if (same)
            j->edges[i].alone = j->edges[other].alone = false;
        bool parallel = same && same_curve(j, &j->edges[i], &j->edges[group[other]]);
        group[i] = parallel ? group[other] : i;
        j->edges[i].parallel_index = j->edges[group[i]].n_parallel++;
        if (j->edges[i].reversed != j->edges[group[i]].reversed)
            j->edges[group[i]].opposite = true;
    }
    for (size_t i = 0; done && i < j->n_edges; i++) {
        j->edges[i].n_parallel = j->edges[group[i]].n_parallel;
        j->edges[i].opposite = j->edges[group[i]].opposite;
    }
    free(sorted);
    free(group);
    return done;
}

/* How far parallel edges are from one another; where some go one way and some the other, each has
 * an arrowhead beside the others' lines. */
static const double APART = 6.0, APART_OPPOSITE = 14.0;

/* How far aside one of several parallel edges is drawn: together they stay in the free space around
 * a node. */
static double aside(const dgi_layout_job *j, const dgi_job_edge *e)
{
    double between = (double)e->n_parallel - 1.0;
    if (e->n_parallel < 2)
        return 0.0;
    double step = fmin(0.8 * j->l.node_gap / between, e->opposite ? APART_OPPOSITE : APART);
    return ((double)e->parallel_index - between / 2.0) * step;
}

/* ---- Drawing ------------------------------------------------------------------------------- */

bool dgi_in_shape(const dgi_layout_job *j, node_t *n, double x, double y)
{
    inside_t context = {.s = {n, NULL}};
    return !ND_shape(n) || ND_shape(n)->fns->insidefn(&context, dgi_to_graphviz(j, x, y));
}

bool dgi_reserve_points(dgi_layout_job *j, size_t n)
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

void dgi_start_curve(dgi_layout_job *j, dgi_layout_point p)
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

void dgi_straight(dgi_layout_job *j, dgi_layout_point to)
{
    straight(j, to.x, to.y);
}

void dgi_curve(dgi_layout_job *j, dgi_layout_point c1, dgi_layout_point c2, dgi_layout_point to)
{
    pointf *p = j->points + j->n_points;
    p[0] = dgi_to_graphviz(j, c1.x, c1.y);
    p[1] = dgi_to_graphviz(j, c2.x, c2.y);
    p[2] = dgi_to_graphviz(j, to.x, to.y);
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
        dgi_curve(j, c1, c2, to);
    } else {
        straight(j, to.x, to.y);
    }
}

static double distance(dgi_layout_point a, dgi_layout_point b)
{
    return sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y));
}

static dgi_layout_point towards(dgi_layout_point from, dgi_layout_point to, double length)
{
    double all = distance(from, to), share = all > 0.0 ? length / all : 0.0;
    return (dgi_layout_point){from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)};
}

void dgi_rounded(dgi_layout_job *j, const dgi_layout_point *points, size_t n)
{
    static const double RADIUS = 8.0;
    pointf p = j->points[j->n_points - 1], difference = {p.x, p.y};
    dgi_layout_point before = dgi_from_graphviz(j, difference);
    for (size_t i = 0; i < n; i++) {
        dgi_layout_point at = points[i];
        double room =
            i + 1 < n ? fmin(distance(before, at), distance(at, points[i + 1])) / 2.0 : 0.0;
        double radius = j->style == DGI_EDGES_SPLINE ? fmin(room, RADIUS) : 0.0;
        dgi_layout_point in = towards(at, before, radius);
        if (distance(before, at) > radius)
            straight(j, in.x, in.y);
        before = at;
        if (radius > 0.0) {
            dgi_layout_point out = towards(at, points[i + 1], radius);
            dgi_curve(j, towards(at, in, 0.45 * radius), towards(at, out, 0.45 * radius), out);
            before = out;
        }
    }
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

void dgi_install_curve(dgi_layout_job *j, edge_t *e, bool exact_tail, bool exact_head)
{
    static splineInfo info = {never_edge, never_node, 1, 0};
    dgi_end_at_clusters(j, e, &exact_tail, &exact_head);
    if (exact_tail)
        ED_tail_port(e).clip = 0;
    if (exact_head)
        ED_head_port(e).clip = 0;
    clip_and_install(e, aghead(e), j->points, (int)j->n_points, &info);
}

void dgi_place_label(const dgi_layout_job *j, edge_t *e, dgi_layout_point centre)
{
    textlabel_t *label = ED_label(e);
    label->pos = dgi_to_graphviz(j, centre.x, centre.y);
    label->set = 1;
    updateBB(j->g, label);
}

/* ---- Ends ---------------------------------------------------------------------------------- */

/* One end of a curve: 1: at the node where it begins, -1: where it ends. */
typedef struct curve_end {
    const dgi_job_end *of_edge;
    double forward;
    dgi_layout_point at;    /* where the layout's curve is left */
    dgi_layout_point inner; /* further inside the node */
    bool inside;            /* it begins at `inner`, since the outline is not where the border is */
    dgi_layout_point way[4]; /* to there, from the port on */
    size_t n_way;
} curve_end;

/* From the middle of the border, or at the port there, to the border of the space that the layout
 * gave to the node. */
static void end_ahead(const dgi_layout_job *j, const dgi_job_edge *e, curve_end *end, size_t node,
                      dgi_layout_point centre)
{
    const dgi_job_node *own = &j->nodes[node];
    dgi_layout_point at = end->of_edge->at;
    if (!end->of_edge->exact && e->opposite)
        at.y += fmax(-0.7 * own->half_height, fmin(aside(j, e), 0.7 * own->half_height));
    end->at = (dgi_layout_point){centre.x + at.x, centre.y + at.y};
    end->inner = (dgi_layout_point){centre.x, end->at.y};
    bool clip = agtail(e->e) == own->n ? ED_tail_port(e->e).clip : ED_head_port(e->e).clip;
    end->inside =
        !end->of_edge->exact && (!clip || !dgi_in_shape(j, own->n, at.x - end->forward, at.y));
    if (end->forward * at.x < own->width / 2.0 - 0.01) {
        end->way[end->n_way++] = end->inside ? end->inner : end->at;
        end->at.x = centre.x + end->forward * own->width / 2.0;
        end->way[end->n_way++] = end->at;
    }
}

/* Along a lane. */
static void end_aside(const dgi_layout_job *j, curve_end *end, size_t node, dgi_layout_point centre)
{
    const dgi_job_node *own = &j->nodes[node];
    const dgi_job_end *e = end->of_edge;
    double lane = centre.y + dgi_end_port(j, e, node);
    end->way[end->n_way++] = (dgi_layout_point){centre.x + e->at.x, centre.y + e->at.y};
    if (e->way == DGI_BEHIND) {
        double behind =
            centre.x - end->forward * (own->half_width + fmin(10.0, 0.4 * j->l.rank_gap));
        end->way[end->n_way++] = (dgi_layout_point){behind, centre.y + e->at.y};
        end->way[end->n_way++] = (dgi_layout_point){behind, lane};
    } else {
        end->way[end->n_way++] = (dgi_layout_point){centre.x + e->at.x, lane};
    }
    end->at = (dgi_layout_point){centre.x + end->forward * own->width / 2.0, lane};
    end->way[end->n_way++] = end->at;
}

static curve_end end_of(const dgi_layout_job *j, const dgi_job_edge *e, bool first)
{
    node_t *n = first == e->reversed ? aghead(e->e) : agtail(e->e);
    size_t node = (size_t)ND_id(n);
    curve_end end = {.of_edge = &e->ends[first ? 0 : 1],
                     .forward = first && !e->is_flat ? 1.0 : -1.0};
    dgi_layout_point centre = dgi_centre(j, node);
    if (end.of_edge->way == DGI_AHEAD)
        end_ahead(j, e, &end, node, centre);
    else
        end_aside(j, &end, node, centre);
    return end;
}

/* ---- Curves -------------------------------------------------------------------------------- */

/* The curve of one of the layout's edges, moved aside between its ends. */
static void follow(dgi_layout_job *j, const dgi_layout_edge *e, double shift, dgi_layout_point to)
{
    const dgi_layout_point *in = j->l.points + e->first_point;
    dgi_layout_point out[3];
    for (size_t i = 1; i < e->n_points; i++) {
        out[(i - 1) % 3] = (dgi_layout_point){in[i].x, in[i].y + shift};
        if (i + 1 == e->n_points)
            out[2] = to;
        if (i % 3 == 0)
            piece(j, out[0], out[1], out[2]);
    }
}

/* Past the label: its node's port is beside it. */
static void follow_all(dgi_layout_job *j, const dgi_job_edge *e, dgi_layout_point to)
{
    const dgi_layout *l = &j->l;
    if (e->label == SIZE_MAX) {
        follow(j, &l->edges[e->first], aside(j, e), to);
        return;
    }
    const dgi_layout_node *label = &l->nodes[e->label];
    double y = label->y + label->port;
    dgi_layout_point before = {label->x - label->width / 2.0, y},
                     after = {label->x + label->width / 2.0, y};
    follow(j, &l->edges[e->first], 0.0, before);
    dgi_straight(j, after);
    follow(j, &l->edges[e->second], 0.0, to);
}

static void begin(dgi_layout_job *j, const curve_end *end)
{
    if (end->n_way > 0) {
        dgi_start_curve(j, end->way[0]);
        dgi_rounded(j, end->way + 1, end->n_way - 1);
    } else if (end->inside) {
        dgi_start_curve(j, end->inner);
        dgi_straight(j, end->at);
    } else {
        dgi_start_curve(j, end->at);
    }
}

static void finish(dgi_layout_job *j, const curve_end *end)
{
    dgi_layout_point back[4];
    for (size_t i = 0; i + 1 < end->n_way; i++)
        back[i] = end->way[end->n_way - 2 - i];
    if (end->n_way > 0)
        dgi_rounded(j, back, end->n_way - 1);
    else if (end->inside)
        dgi_straight(j, end->inner);
}

/* A line from centre to centre, or to a port. */
static void draw_line(dgi_layout_job *j, const curve_end *from, const curve_end *to)
{
    bool ahead = from->of_edge->way == DGI_AHEAD;
    dgi_start_curve(j, ahead ? from->inner : from->way[0]);
    ahead = to->of_edge->way == DGI_AHEAD;
    dgi_straight(j, ahead ? to->inner : to->way[0]);
}

static void reverse_points(dgi_layout_job *j)
{
    for (size_t i = 0, k = j->n_points; i + 1 < k; i++) {
        pointf swap = j->points[i];
        j->points[i] = j->points[--k];
        j->points[k] = swap;
    }
}

/* The layout's edges go from the label to the ends; the line turns below the label. */
static void follow_flat(dgi_layout_job *j, const dgi_job_edge *e, const curve_end *from,
                        const curve_end *to)
{
    const dgi_layout *l = &j->l;
    const dgi_layout_edge *first = &l->edges[e->first], *second = &l->edges[e->second];
    const dgi_layout_point *in = l->points + first->first_point;
    begin(j, from);
    for (size_t i = first->n_points - 1; i >= 3; i -= 3)
        piece(j, in[i - 1], in[i - 2], in[i - 3]);
    dgi_layout_point start = in[0], stop = l->points[second->first_point];
    double out = DGI_FLAT_TURN;
    piece(j, (dgi_layout_point){start.x - out, start.y}, (dgi_layout_point){stop.x - out, stop.y},
          stop);
    follow(j, second, 0.0, to->at);
    finish(j, to);
}

static dgi_layout_point label_centre(const dgi_layout_job *j, const dgi_job_edge *e)
{
    const dgi_layout_node *label = &j->l.nodes[e->label];
    return (dgi_layout_point){label->x - (e->is_flat ? DGI_FLAT_TURN / 2.0 : 0.0), label->y};
}

static bool draw_edge(dgi_layout_job *j, const dgi_job_edge *e)
{
    if (e->is_flat && e->label == SIZE_MAX)
        return dgi_draw_flat(j, e, aside(j, e));
    enum { FOR_ENDS = 64 };
    size_t n = j->l.edges[e->first].n_points + j->l.edges[e->second].n_points;
    bool line = j->style == DGI_EDGES_LINE && e->label == SIZE_MAX && e->alone;
    if (n > INT_MAX / 4 || !dgi_reserve_points(j, 3 * n + FOR_ENDS))
        return false;
    curve_end from = end_of(j, e, true), to = end_of(j, e, false);
    if (line) {
        draw_line(j, &from, &to);
    } else if (e->is_flat) {
        follow_flat(j, e, &from, &to);
    } else {
        begin(j, &from);
        follow_all(j, e, to.at);
        finish(j, &to);
    }
    if (e->reversed)
        reverse_points(j);
    dgi_install_curve(j, e->e, !line && e->ends[e->reversed].exact,
                      !line && e->ends[!e->reversed].exact);
    if (e->label != SIZE_MAX)
        dgi_place_label(j, e->e, label_centre(j, e));
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
    if (!find_parallel(j) || !dgi_sort_ranks(j))
        return false;
    for (size_t i = 0; i < j->n_edges; i++)
        if (!draw_edge(j, &j->edges[i]))
            return false;
    if (!dgi_draw_loops(j))
        return false;
    for (size_t i = 0; i < j->n_edges; i++)
        place_end_labels(j->g, j->edges[i].e);
    for (size_t i = 0; i < j->n_loops; i++)
        place_end_labels(j->g, j->loops[i].e);
    return true;
}
