/* Edge routing, and the x of each rank.
 *
 * An edge goes straight through the ranks of a layer, at the y of its virtual node, and bends only
 * in the gaps between ranks, by one cubic Bezier curve; so it meets no box. Gansner et al., section
 * 5, instead fit splines into the regions that are free, which gives smoother curves and takes
 * longer. */
#include <math.h>

#include "layout/clusters.h"

/* The distance between a label and the box or the bends next to it. */
#define LABEL_PAD 4.0

/* The borders of frames are in the gaps between ranks, too, and leave at least this part of a gap
 * to bends. */
#define LEAST_BEND 0.4

typedef struct routing {
    dgi_layering *f;
    double *left, *right;   /* per rank: the borders of its boxes */
    double *bend;           /* per rank: where the bends before it end, to the left of its labels */
    double *leave;          /* per rank: where the bends after it begin */
    double *label;          /* per rank: the width of its labels */
    bool *is_empty;         /* per rank: it has no nodes */
    double *before, *after; /* per rank: of the frames that begin before it, and end after it */
    dgi_layout_point *points; /* NULL: points are only counted */
    size_t n_points;
    dgi_layout_point at; /* the end of the curve so far */
} routing;

/* ---- Ranks --------------------------------------------------------------------------------- */

static bool has_back_edges(const dgi_layering *f)
{
    for (uint32_t e = 0; e < f->m; e++)
        if (f->back[e])
            return true;
    return false;
}

/* Back edges turn around in the gaps outside the first and the last rank, too. */
static void position_ranks(routing *r, const double *width)
{
    dgi_layering *f = r->f;
    dgi_layout *l = f->l;
    bool back = has_back_edges(f);
    double x = back ? l->rank_gap : 0.0;
    for (uint32_t i = 0; i < f->n_ranks; i++) {
        double frames = i > 0 ? r->before[i] + r->after[i - 1] : 0.0;
        x -= back ? 0.0 : fmin(frames, (1.0 - LEAST_BEND) * l->rank_gap);
        r->bend[i] = x;
        r->left[i] = x + r->before[i] + r->label[i];
        r->right[i] = r->left[i] + width[i];
        x = r->leave[i] = r->right[i] + r->after[i];
        if (r->is_empty[i] && i > 0)
            r->leave[i] = r->leave[i - 1];
        l->width = x + (back ? l->rank_gap : 0.0);
        x += l->rank_gap;
    }
}

static bool measure_ranks(routing *r)
{
    dgi_layering *f = r->f;
    dgi_layout *l = f->l;
    double *width = dgi_zeroed(f->n_ranks, sizeof *width);
    if (!width)
        return false;
    for (uint32_t i = 0; i < f->n_ranks; i++)
        r->is_empty[i] = true;
    for (uint32_t v = 0; v < f->n; v++) {
        r->is_empty[f->rank[v]] = false;
        if (l->nodes[v].width > width[f->rank[v]])
            width[f->rank[v]] = l->nodes[v].width;
    }
    for (uint32_t e = 0; e < f->m; e++) {
        uint32_t rank = f->rank[l->edges[e].to];
        double room = l->edges[e].label_width + 2.0 * LABEL_PAD;
        if (l->edges[e].label_width > 0.0 && room > r->label[rank])
            r->label[rank] = room;
    }
    if (f->clusters)
        dgi_measure_frames(f, NULL, NULL, r->before, r->after);
    position_ranks(r, width);
    if (f->clusters) { /* some are widened, now that the ranks are known */
        dgi_measure_frames(f, r->left, r->right, r->before, r->after);
        position_ranks(r, width);
    }
    free(width);
    return true;
}

/* ---- Nodes --------------------------------------------------------------------------------- */

/* Shifts everything so that the top is at 0. */
static void place_nodes(const routing *r)
{
    dgi_layering *f = r->f;
    dgi_layout *l = f->l;
    double top = 0.0, bottom = 0.0;
    for (uint32_t s = 0; s < f->n_chains; s++) {
        double high = f->y[s] - f->above[s], low = f->y[s] + f->below[s];
        top = s == 0 || high < top ? high : top;
        bottom = s == 0 || low > bottom ? low : bottom;
    }
    for (uint32_t e = 0; e < f->m; e++)
        if (f->is_long[e]) {
            top = fmin(top, f->track[f->tail[e]]);
            bottom = fmax(bottom, f->track[f->tail[e]]);
        }
    const dgi_clusters *c = f->clusters;
    for (uint32_t i = 1; c && i < c->n; i++)
        if (!c->is_empty[i]) {
            top = fmin(top, c->top[i]);
            bottom = fmax(bottom, c->bottom[i]);
        }
    for (uint32_t i = 1; c && i < c->n; i++) {
        c->top[i] -= top;
        c->bottom[i] -= top;
    }
    for (uint32_t s = 0; s < f->n_chains; s++)
        f->y[s] -= top;
    for (uint32_t v = 0; v < f->n; v++)
        f->track[v] -= top;
    l->height = bottom - top;
    for (uint32_t v = 0; v < f->n; v++) {
        uint32_t rank = f->rank[v];
        double space = r->right[rank] - r->left[rank] - l->nodes[v].width;
        l->nodes[v].rank = rank;
        l->nodes[v].x = (r->left[rank] + r->right[rank] + l->nodes[v].align * space) / 2.0;
        l->nodes[v].y = f->y[f->chain[v]] - l->nodes[v].port;
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

static double left_of(const routing *r, uint32_t node)
{
    const dgi_layout_node *v = &r->f->l->nodes[node];
    return v->x - v->width / 2.0;
}

static double right_of(const routing *r, uint32_t node)
{
    const dgi_layout_node *v = &r->f->l->nodes[node];
    return v->x + v->width / 2.0;
}

/* Where an edge goes out of a node, and where it comes in. */
static double from_port(const routing *r, uint32_t e)
{
    const dgi_layout_edge *edge = &r->f->l->edges[e];
    return r->f->y[r->f->chain[edge->from]] + edge->from_port;
}

static double to_port(const routing *r, uint32_t e)
{
    const dgi_layout_edge *edge = &r->f->l->edges[e];
    return r->f->y[r->f->chain[edge->to]] + edge->to_port;
}

static void route_forward(routing *r, uint32_t e)
{
    const dgi_layering *f = r->f;
    uint32_t from = f->tail[e], to = f->head[e];
    start(r, right_of(r, from), from_port(r, e));
    size_t first = r->n_points;
    uint32_t layer = f->layer[f->chain[from]];
    uint32_t last = f->layer[f->chain[to]];
    for (uint32_t i = 0; layer < last; i++, layer++) {
        double y = i < f->n_virtual[e] ? f->y[f->first_virtual[e] + i] : to_port(r, e);
        uint32_t rank = f->first_rank[layer + 1];
        if (y < r->at.y || y > r->at.y)
            bend(r, r->leave[rank - 1], r->bend[rank], y);
    }
    straight(r, left_of(r, to), r->n_points == first);
}

/* To the track, along it, and from it. */
static void route_long(routing *r, uint32_t e)
{
    const dgi_layering *f = r->f;
    uint32_t from = f->tail[e], to = f->head[e];
    uint32_t after = f->first_rank[f->layer[f->chain[from]] + 1];
    uint32_t before = f->first_rank[f->layer[f->chain[to]]];
    start(r, right_of(r, from), from_port(r, e));
    bend(r, r->leave[after - 1], r->bend[after], f->track[from]);
    bend(r, r->leave[before - 1], r->bend[before], to_port(r, e));
    straight(r, left_of(r, to), false);
}

/* From the right border of the box, around it, back across the ranks, around the other box and to
 * its left border. */
static void route_back(routing *r, uint32_t e)
{
    const dgi_layering *f = r->f;
    uint32_t from = f->head[e], to = f->tail[e];
    double out = f->l->rank_gap * 0.9;
    uint32_t i = f->n_virtual[e] - 1;
    start(r, right_of(r, from), from_port(r, e));
    turn(r, r->right[f->rank[from]], out, f->y[f->first_virtual[e] + i]);
    for (uint32_t layer = f->layer[f->first_virtual[e] + i]; i-- > 0; layer--) {
        uint32_t rank = f->first_rank[layer];
        double y = f->y[f->first_virtual[e] + i];
        if (y < r->at.y || y > r->at.y)
            bend(r, r->bend[rank], r->leave[rank - 1], y);
    }
    /* With clusters as close to the box as on the other side, to stay in the frame of both ends. */
    double close = r->left[f->rank[to]] - r->label[f->rank[to]];
    turn(r, f->clusters ? close : r->bend[f->rank[to]], -out, to_port(r, e));
    straight(r, left_of(r, to), false);
}

static void route_all(routing *r)
{
    dgi_layering *f = r->f;
    r->n_points = 0;
    for (uint32_t e = 0; e < f->m; e++) {
        dgi_layout_edge *edge = &f->l->edges[e];
        edge->first_point = r->n_points;
        if (f->back[e])
            route_back(r, e);
        else if (f->is_long[e])
            route_long(r, e);
        else
            route_forward(r, e);
        edge->n_points = r->n_points - edge->first_point;
    }
}

/* ---- Labels -------------------------------------------------------------------------------- */

static bool place_labels(const routing *r)
{
    const dgi_layering *f = r->f;
    double *stack = dgi_zeroed(f->n, sizeof *stack);
    if (!stack)
        return false;
    for (uint32_t e = 0; e < f->m; e++) {
        dgi_layout_edge *edge = &f->l->edges[e];
        edge->label_x = r->left[f->rank[edge->to]] - LABEL_PAD - edge->label_width / 2.0;
        edge->label_y = f->y[f->chain[edge->to]] - stack[edge->to] - edge->label_height / 2.0;
        if (edge->label_width > 0.0)
            stack[edge->to] += edge->label_height;
    }
    free(stack);
    return true;
}

dg_status dgi_route_edges(dgi_layering *f)
{
    routing r = {.f = f};
    double **of_ranks[] = {&r.left, &r.right, &r.bend, &r.leave, &r.label, &r.before, &r.after};
    r.is_empty = dgi_zeroed(f->n_ranks, sizeof *r.is_empty);
    bool done = r.is_empty != NULL;
    for (size_t i = 0; i < sizeof of_ranks / sizeof *of_ranks; i++)
        done = (*of_ranks[i] = dgi_zeroed(f->n_ranks, sizeof **of_ranks[i])) && done;
    done = done && measure_ranks(&r) && (!f->clusters || dgi_fit_frames(f));
    if (done) {
        place_nodes(&r);
        route_all(&r);
        f->l->points = r.points = dgi_zeroed(r.n_points, sizeof *r.points);
        f->l->n_points = r.n_points;
        done = r.points && place_labels(&r);
    }
    if (done)
        route_all(&r);
    for (uint32_t i = 0; done && f->clusters && i < f->n_ranks; i++)
        r.left[i] -= r.label[i];
    if (done && f->clusters)
        dgi_put_frames(f, r.left, r.right);
    for (size_t i = 0; i < sizeof of_ranks / sizeof *of_ranks; i++)
        free(*of_ranks[i]);
    free(r.is_empty);
    return done ? DG_OK : DG_NOMEM;
}
