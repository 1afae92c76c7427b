/* Edges between two nodes of one rank.
 *
 * The layout is told only which of the two is above the other. Where nothing is between them, an
 * edge is a line; else, or where its ports are not at the borders that face one another, it goes
 * through the gap before the rank. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "graphviz/layout_plugin.h"

/* ---- What is beside what -------------------------------------------------------------------- */

typedef struct place {
    size_t rank, node;
    double y;
} place;

static int compare(const void *x, const void *y)
{
    const place *a = x, *b = y;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->y < b->y || a->y > b->y)
        return a->y < b->y ? -1 : 1;
    return a->node < b->node ? -1 : a->node > b->node;
}

bool dgi_sort_ranks(dgi_layout_job *j)
{
    size_t n = j->l.n_nodes;
    place *places = malloc((n + 1) * sizeof *places);
    j->order = malloc((n + 1) * sizeof *j->order);
    j->index = malloc((n + 1) * sizeof *j->index);
    bool done = places && j->order && j->index;
    for (size_t v = 0; done && v < n; v++)
        places[v] = (place){j->l.nodes[v].rank, v, j->l.nodes[v].y};
    if (done)
        qsort(places, n, sizeof *places, compare);
    for (size_t i = 0; done && i < n; i++) {
        j->order[i] = places[i].node;
        j->index[places[i].node] = i;
    }
    free(places);
    return done;
}

/* The left border of a rank. */
static double border_of(const dgi_layout_job *j, size_t node)
{
    size_t rank = j->l.nodes[node].rank, i = j->index[node];
    double left = j->l.nodes[node].x;
    while (i > 0 && j->l.nodes[j->order[i - 1]].rank == rank)
        i--;
    for (; i < j->l.n_nodes && j->l.nodes[j->order[i]].rank == rank; i++) {
        const dgi_layout_node *n = &j->l.nodes[j->order[i]];
        left = fmin(left, n->x - n->width / 2.0);
    }
    return left;
}

/* ---- Ends ----------------------------------------------------------------------------------- */

enum { MOST_POINTS = 4 };

typedef struct flat_end {
    size_t node;
    double towards; /* the other end: 1: below, -1: above */
    const dgi_job_end *of_edge;
    dgi_layout_point points[MOST_POINTS]; /* from the node into the gap */
    size_t n_points;
} flat_end;

static void add(flat_end *end, double x, double y)
{
    end->points[end->n_points++] = (dgi_layout_point){x, y};
}

/* Whether the port is at the border that faces the other end. */
static bool is_facing(const dgi_layout_job *j, const flat_end *end)
{
    const dgi_job_end *e = end->of_edge;
    return !e->exact || (e->way == DGI_BESIDE && (e->either_way || e->at.y * end->towards > 0.0)) ||
           end->towards * e->at.y >= j->nodes[end->node].half_height - 1.0;
}

static dgi_layout_point facing(const dgi_layout_job *j, const flat_end *end, double aside)
{
    dgi_layout_point centre = dgi_centre(j, end->node), at = end->of_edge->at;
    if (!end->of_edge->exact)
        return (dgi_layout_point){centre.x + aside, centre.y};
    if (end->of_edge->either_way)
        at.y = end->towards * fabs(at.y);
    return (dgi_layout_point){centre.x + at.x, centre.y + at.y};
}

/* The way from a port into the gap at x. */
static void reach_gap(const dgi_layout_job *j, flat_end *end, double gap, double aside)
{
    const dgi_job_node *own = &j->nodes[end->node];
    const dgi_job_end *e = end->of_edge;
    dgi_layout_point centre = dgi_centre(j, end->node), at = e->at;
    double beside = own->half_height + 0.4 * j->l.node_gap;
    double side = e->way == DGI_BESIDE && !e->either_way ? (at.y < 0.0 ? -1.0 : 1.0) : end->towards;
    if (!e->exact) {
        double y = centre.y + end->towards * fmin(0.3 * own->half_height, 8.0) + aside;
        add(end, centre.x, y);
        add(end, gap, y);
    } else if (e->way == DGI_AHEAD) {
        add(end, centre.x + at.x, centre.y + at.y);
        add(end, gap, centre.y + at.y);
    } else if (e->way == DGI_BESIDE) {
        add(end, centre.x + at.x, centre.y + side * fabs(at.y));
        add(end, centre.x + at.x, centre.y + side * beside);
        add(end, gap, centre.y + side * beside);
    } else {
        double behind = centre.x + own->half_width + fmin(10.0, 0.4 * j->l.rank_gap);
        add(end, centre.x + at.x, centre.y + at.y);
        add(end, behind, centre.y + at.y);
        add(end, behind, centre.y + side * beside);
        add(end, gap, centre.y + side * beside);
    }
}

/* ---- Drawing -------------------------------------------------------------------------------- */

static flat_end end_of(const dgi_job_edge *e, bool below)
{
    node_t *n = below == e->reversed ? agtail(e->e) : aghead(e->e);
    return (flat_end){(size_t)ND_id(n), below ? -1.0 : 1.0, &e->ends[below], {{0.0, 0.0}}, 0};
}

bool dgi_draw_flat(dgi_layout_job *j, const dgi_job_edge *e, double aside)
{
    flat_end ends[2] = {end_of(e, false), end_of(e, true)};
    /* The order that was asked for may contradict others. */
    if (j->index[ends[0].node] > j->index[ends[1].node])
        ends[0].towards = -(ends[1].towards = 1.0);
    flat_end *from = &ends[e->reversed], *to = &ends[!e->reversed];
    size_t a = j->index[from->node], b = j->index[to->node];
    if (!dgi_reserve_points(j, 12 * MOST_POINTS))
        return false;
    if ((a + 1 == b || b + 1 == a) && is_facing(j, from) && is_facing(j, to)) {
        dgi_start_curve(j, facing(j, from, aside));
        dgi_straight(j, facing(j, to, aside));
    } else {
        double gap = border_of(j, from->node) - 0.4 * j->l.rank_gap;
        dgi_layout_point way[2 * MOST_POINTS];
        size_t n = 0;
        reach_gap(j, from, gap, aside);
        reach_gap(j, to, gap, aside);
        for (size_t i = 0; i < from->n_points; i++)
            way[n++] = from->points[i];
        for (size_t i = to->n_points; i-- > 0;)
            way[n++] = to->points[i];
        dgi_start_curve(j, way[0]);
        dgi_rounded(j, way + 1, n - 1);
    }
    dgi_install_curve(j, e->e, from->of_edge->exact, to->of_edge->exact);
    return true;
}
