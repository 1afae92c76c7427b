/* x of every rank, and the curves. A curve goes straight through ranks, at a height that is its own
 * there, and bends only in the gaps between; so it meets no box. */
#include <math.h>

#include "layout/flow.h"

/* Free space between a label and the box or the bends beside it. */
#define LABEL_PAD 4.0

typedef struct routing {
    dgi_flow *f;
    double *left, *right;     /* per rank: of its boxes */
    double *bend;             /* per rank: where the bends before it end, left of its labels */
    dgi_layout_point *points; /* NULL: only counted */
    size_t n_points;
    dgi_layout_point at; /* where the curve is */
} routing;

/* ---- Ranks --------------------------------------------------------------------------------- */

static void measure_ranks(routing *r)
{
    dgi_flow *f = r->f;
    dgi_layout *l = f->l;
    double *width = r->right, *label = r->bend;
    bool back = false;
    for (dgi_id v = 0; v < f->n; v++)
        if (l->nodes[v].width > width[f->rank[v]])
            width[f->rank[v]] = l->nodes[v].width;
    for (dgi_id e = 0; e < f->m; e++) {
        dgi_id rank = f->rank[l->edges[e].to];
        double room = l->edges[e].label_width + 2.0 * LABEL_PAD;
        if (l->edges[e].label_width > 0.0 && room > label[rank])
            label[rank] = room;
        back = back || f->back[e];
    }
    /* Where an edge turns round, it needs the gaps outside, too. */
    double x = back ? l->rank_gap : 0.0;
    for (dgi_id i = 0; i < f->n_ranks; i++) {
        double room = label[i];
        r->bend[i] = x;
        r->left[i] = x + room;
        x = r->right[i] = r->left[i] + width[i];
        l->width = x + (back ? l->rank_gap : 0.0);
        x += l->rank_gap;
    }
}

/* ---- Nodes --------------------------------------------------------------------------------- */

/* Everything moves so that the uppermost thing is at 0. */
static void place_nodes(const routing *r)
{
    dgi_flow *f = r->f;
    dgi_layout *l = f->l;
    double top = 0.0, bottom = 0.0;
    for (dgi_id s = 0; s < f->n_strands; s++) {
        double high = f->y[s] - f->above[s], low = f->y[s] + f->below[s];
        top = s == 0 || high < top ? high : top;
        bottom = s == 0 || low > bottom ? low : bottom;
    }
    for (dgi_id e = 0; e < f->m; e++)
        if (f->far[e]) {
            top = fmin(top, f->lane[f->tail[e]]);
            bottom = fmax(bottom, f->lane[f->tail[e]]);
        }
    for (dgi_id s = 0; s < f->n_strands; s++)
        f->y[s] -= top;
    for (dgi_id v = 0; v < f->n; v++)
        f->lane[v] -= top;
    l->height = bottom - top;
    for (dgi_id v = 0; v < f->n; v++) {
        dgi_id rank = f->rank[v];
        l->nodes[v].rank = rank;
        l->nodes[v].x = (r->left[rank] + r->right[rank]) / 2.0;
        l->nodes[v].y = f->y[f->strand[v]];
    }
}

/* ---- Curves -------------------------------------------------------------------------------- */

static void put(routing *r, double x, double y)
{
    if (r->points)
        r->points[r->n_points] = (dgi_layout_point){x, y};
    r->n_points++;
}

static void start(routing *r, double x, double y)
{
    put(r, x, y);
    r->at = (dgi_layout_point){x, y};
}

static void curve(routing *r, double x1, double y1, double x2, double y2, double x, double y)
{
    put(r, x1, y1);
    put(r, x2, y2);
    put(r, x, y);
    r->at = (dgi_layout_point){x, y};
}

static void straight(routing *r, double x, bool always)
{
    double from = r->at.x, y = r->at.y;
    if (from < x || from > x || always)
        curve(r, from + (x - from) / 3.0, y, x - (x - from) / 3.0, y, x, y);
}

/* Bends into another height between two ranks. The further the inner points from the ends, the
 * rounder and longer the curve. */
static void bend(routing *r, double from, double to, double y)
{
    straight(r, from, false);
    double out = 0.4 * (to - from);
    curve(r, from + out, r->at.y, to - out, y, to, y);
}

/* Turns round to the other direction; `out` is how far the bend may go. */
static void turn(routing *r, double x, double out, double y)
{
    straight(r, x, false);
    curve(r, x + out, r->at.y, x + out, y, x, y);
}

static double left_of(const routing *r, dgi_id node)
{
    const dgi_layout_node *v = &r->f->l->nodes[node];
    return v->x - v->width / 2.0;
}

static double right_of(const routing *r, dgi_id node)
{
    const dgi_layout_node *v = &r->f->l->nodes[node];
    return v->x + v->width / 2.0;
}

static void draw_forward(routing *r, dgi_id e)
{
    const dgi_flow *f = r->f;
    dgi_id from = f->tail[e], to = f->head[e];
    start(r, right_of(r, from), f->l->nodes[from].y);
    size_t first = r->n_points;
    dgi_id layer = f->layer[f->strand[from]];
    dgi_id last = f->layer[f->strand[to]];
    for (dgi_id i = 0; layer < last; i++, layer++) {
        double y = f->y[i < f->n_pure[e] ? f->first_pure[e] + i : f->strand[to]];
        dgi_id rank = f->first_rank[layer + 1];
        if (y < r->at.y || y > r->at.y)
            bend(r, r->right[rank - 1], r->bend[rank], y);
    }
    straight(r, left_of(r, to), r->n_points == first);
}

/* To the lane, along it, and from it. */
static void draw_far(routing *r, dgi_id e)
{
    const dgi_flow *f = r->f;
    dgi_id from = f->tail[e], to = f->head[e];
    dgi_id after = f->first_rank[f->layer[f->strand[from]] + 1];
    dgi_id before = f->first_rank[f->layer[f->strand[to]]];
    start(r, right_of(r, from), f->l->nodes[from].y);
    bend(r, r->right[after - 1], r->bend[after], f->lane[from]);
    bend(r, r->right[before - 1], r->bend[before], f->l->nodes[to].y);
    straight(r, left_of(r, to), false);
}

/* Out of the right border, round, back over the ranks, round again and into the left border. */
static void draw_back(routing *r, dgi_id e)
{
    const dgi_flow *f = r->f;
    const dgi_layout *l = f->l;
    dgi_id from = f->head[e], to = f->tail[e];
    double out = l->rank_gap * 0.9;
    dgi_id i = f->n_pure[e] - 1;
    start(r, right_of(r, from), l->nodes[from].y);
    turn(r, r->right[f->rank[from]], out, f->y[f->first_pure[e] + i]);
    for (dgi_id layer = f->layer[f->first_pure[e] + i]; i-- > 0; layer--) {
        dgi_id rank = f->first_rank[layer];
        double y = f->y[f->first_pure[e] + i];
        if (y < r->at.y || y > r->at.y)
            bend(r, r->bend[rank], r->right[rank - 1], y);
    }
    turn(r, r->bend[f->rank[to]], -out, l->nodes[to].y);
    straight(r, left_of(r, to), false);
}

static void draw_all(routing *r)
{
    dgi_flow *f = r->f;
    r->n_points = 0;
    for (dgi_id e = 0; e < f->m; e++) {
        dgi_layout_edge *edge = &f->l->edges[e];
        edge->first_point = r->n_points;
        if (f->back[e])
            draw_back(r, e);
        else if (f->far[e])
            draw_far(r, e);
        else
            draw_forward(r, e);
        edge->n_points = r->n_points - edge->first_point;
    }
}

/* ---- Labels -------------------------------------------------------------------------------- */

static bool place_labels(const routing *r)
{
    const dgi_flow *f = r->f;
    double *stack = dgi_array(f->n, sizeof *stack);
    if (!stack)
        return false;
    for (dgi_id e = 0; e < f->m; e++) {
        dgi_layout_edge *edge = &f->l->edges[e];
        edge->label_x = r->left[f->rank[edge->to]] - LABEL_PAD - edge->label_width / 2.0;
        edge->label_y = f->l->nodes[edge->to].y - stack[edge->to] - edge->label_height / 2.0;
        if (edge->label_width > 0.0)
            stack[edge->to] += edge->label_height;
    }
    free(stack);
    return true;
}

dg_status dgi_flow_route(dgi_flow *f)
{
    routing r = {.f = f};
    r.left = dgi_array(f->n_ranks, sizeof *r.left);
    r.right = dgi_array(f->n_ranks, sizeof *r.right);
    r.bend = dgi_array(f->n_ranks, sizeof *r.bend);
    bool done = r.left && r.right && r.bend;
    if (done) {
        measure_ranks(&r);
        place_nodes(&r);
        draw_all(&r);
        f->l->points = r.points = dgi_array(r.n_points, sizeof *r.points);
        f->l->n_points = r.n_points;
        done = r.points && place_labels(&r);
    }
    if (done)
        draw_all(&r);
    free(r.left);
    free(r.right);
    free(r.bend);
    return done ? DG_OK : DG_NOMEM;
}
