/* A picture through the flow layout: no Graphviz, boxes to coordinates to SVG. */
#include "draw/place/place.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "draw/style/font_metrics.h"
#include "layout/layout.h"

static const double NODE_GAP = 14.0, RANK_GAP = 22.0;

/* How the head of an edge is drawn. */
static const double ARROW_LENGTH = 6.5, ARROW_HALF_WIDTH = 2.3;

/* A value and its op belong together. */
enum { UNIT_WEIGHT = 10 };

/* The layout's nodes are the values, in the order of the trace, then the ops in the same order. */
typedef struct flow {
    dgi_layout layout;
    size_t *op_of;    /* of each value: its op's place among the nodes, or SIZE_MAX */
    size_t *value_of; /* of each op, counted from 0: its value */
} flow;

static bool make_room(flow *f, const dgi_picture *p)
{
    size_t n = dg_trace_node_count(p->trace), edges = p->edges.n + p->n_ops;
    if (n > SIZE_MAX / 4 / sizeof(dgi_layout_node) ||
        edges > SIZE_MAX / 2 / sizeof(dgi_layout_edge))
        return false;
    f->layout.nodes = calloc(n + p->n_ops, sizeof *f->layout.nodes);
    f->layout.edges = calloc(edges + 1, sizeof *f->layout.edges);
    f->op_of = malloc(n * sizeof *f->op_of);
    f->value_of = malloc((p->n_ops + 1) * sizeof *f->value_of);
    return f->layout.nodes && f->layout.edges && f->op_of && f->value_of;
}

static void fill_nodes(flow *f, const dgi_picture *p)
{
    size_t n = dg_trace_node_count(p->trace), ops = 0;
    dgi_layout *l = &f->layout;
    for (size_t i = 0; i < n; i++) {
        const dgi_ellipse *e = &p->ellipses[i];
        l->nodes[i].width = dgi_record_width(&p->records[i]);
        l->nodes[i].height = p->records[i].height;
        f->op_of[i] = SIZE_MAX;
        if (e->width == 0.0)
            continue;
        f->op_of[i] = n + ops;
        f->value_of[ops++] = i;
        l->nodes[f->op_of[i]].width = e->width;
        l->nodes[f->op_of[i]].height = e->height;
        l->edges[l->n_edges++] =
            (dgi_layout_edge){.from = f->op_of[i], .to = i, .weight = UNIT_WEIGHT};
    }
    l->n_nodes = n + ops;
}

/* The label of an edge that stands for several operands. */
enum { TIMES_ROOM = 32 };

static size_t say_times(char text[TIMES_ROOM], size_t times)
{
    return (size_t)snprintf(text, TIMES_ROOM, "×%zu", times);
}

static void fill_links(flow *f, const dgi_picture *p)
{
    dgi_layout *l = &f->layout;
    for (size_t i = 0; i < p->edges.n; i++) {
        const dgi_edge *edge = &p->edges.all[i];
        dgi_layout_edge e = {.from = edge->from, .to = f->op_of[edge->to], .weight = 1};
        if (edge->count > 1) {
            char text[TIMES_ROOM];
            size_t size = say_times(text, edge->count);
            e.label_width = dgi_text_extent(text, size, DGI_FONT_SIZE, true).width + 4.0;
            e.label_height = DGI_LINE_HEIGHT;
        }
        l->edges[l->n_edges++] = e;
    }
}

static dgi_point place(double x, double y)
{
    return (dgi_point){x + DGI_MARGIN, y + DGI_MARGIN};
}

static void draw_head(dgi_svg *svg, dgi_point tip, double x, double y)
{
    double back_x = tip.x - ARROW_LENGTH * x, back_y = tip.y - ARROW_LENGTH * y;
    double side_x = ARROW_HALF_WIDTH * y, side_y = ARROW_HALF_WIDTH * x;
    dgi_point head[] = {place(back_x + side_x, back_y - side_y), place(tip.x, tip.y),
                        place(back_x - side_x, back_y + side_y)};
    dgi_svg_arrowhead(svg, head, 3);
}

/* How an edge comes to an ellipse: where its arrowhead has its tip, and which way that points. */
typedef struct arrival {
    dgi_point tip;
    double x, y;
} arrival;

/* The layout brings all edges of an op to the leftmost point of its ellipse. One that bends right
 * before it goes instead to the side that it comes from, across the border: so far that the curve,
 * which ends where the arrowhead begins, stays between the ranks, where nothing is in its way.
 * (Square roots are the same on every machine; sines are not.) */
static bool arrive(arrival *a, const dgi_layout_node *op, dgi_layout_point from, double left)
{
    double rx = op->width / 2.0, ry = op->height / 2.0;
    double dx = op->x - from.x, dy = op->y - from.y;
    if (fabs(dy) < 1.0 || dx <= 0.0)
        return false;
    double c = dx / sqrt(dx * dx + dy * dy);
    for (int i = 0; i < 12; i++, c = (1.0 + c) / 2.0) {
        double s = sqrt(1.0 - c * c), norm = sqrt(ry * c * ry * c + rx * s * rx * s);
        double down = dy < 0.0 ? 1.0 : -1.0; /* where on the ellipse it comes in */
        a->tip = (dgi_point){op->x - rx * c, op->y + down * ry * s};
        a->x = ry * c / norm;
        a->y = -down * rx * s / norm;
        if (a->tip.x - ARROW_LENGTH * a->x <= left)
            return true;
    }
    return false;
}

/* The last bend of an edge and what may follow it, a straight piece, as one curve to the ellipse.
 * False: there is no bend, or no room for another one. */
static bool draw_arrival(dgi_svg *svg, const dgi_layout_node *op, const dgi_layout_point *points,
                         size_t n)
{
    bool straight =
        n >= 7 && !(points[n - 4].y < points[n - 1].y) && !(points[n - 4].y > points[n - 1].y);
    const dgi_layout_point *bend = points + n - (straight ? 7 : 4);
    arrival a;
    if (!arrive(&a, op, bend[0], bend[3].x))
        return false;
    for (const dgi_layout_point *p = points + 1; p <= bend; p++)
        dgi_svg_spline_point(svg, place(p->x, p->y));
    double x = a.tip.x - ARROW_LENGTH * a.x, y = a.tip.y - ARROW_LENGTH * a.y, way = x - bend[0].x;
    dgi_svg_spline_point(svg, place(bend[0].x + 0.5 * way, bend[0].y));
    dgi_svg_spline_point(svg, place(x - 0.5 * way, y - 0.5 * way * a.y / a.x));
    dgi_svg_spline_point(svg, place(x, y));
    dgi_svg_spline_end(svg);
    draw_head(svg, a.tip, a.x, a.y);
    return true;
}

/* Else the curve ends where the arrowhead begins, which points to the right as the edge arrives. */
static void draw_level(dgi_svg *svg, const dgi_layout_point *points, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        bool pulled = i + 2 >= n;
        double x = points[i].x - (pulled ? ARROW_LENGTH : 0.0);
        dgi_svg_spline_point(svg, place(x, points[i].y));
    }
    dgi_svg_spline_end(svg);
    draw_head(svg, (dgi_point){points[n - 1].x, points[n - 1].y}, 1.0, 0.0);
}

static void draw_edge(dgi_svg *svg, const dgi_layout *l, size_t edge, bool to_op)
{
    const dgi_layout_edge *e = &l->edges[edge];
    const dgi_layout_point *points = l->points + e->first_point;
    dgi_svg_edge_begin(svg, edge);
    if (e->n_points < 4)
        return;
    dgi_svg_spline_begin(svg, place(points[0].x, points[0].y));
    if (!to_op || !draw_arrival(svg, &l->nodes[e->to], points, e->n_points))
        draw_level(svg, points, e->n_points);
}

static void draw_label(dgi_svg *svg, const dgi_layout_edge *e, size_t times)
{
    if (times < 2)
        return;
    char text[TIMES_ROOM];
    say_times(text, times);
    dgi_svg_edge_label(svg, text, place(e->label_x, e->label_y));
}

static void draw_all(dgi_svg *svg, const flow *f, const dgi_picture *p)
{
    const dgi_layout *l = &f->layout;
    svg->width = l->width + 2.0 * DGI_MARGIN;
    svg->height = l->height + 2.0 * DGI_MARGIN;
    dgi_svg_in_order(svg);
    size_t n = dg_trace_node_count(p->trace);
    for (size_t i = 0; i < l->n_edges; i++) {
        draw_edge(svg, l, i, i >= p->n_ops);
        if (i >= p->n_ops)
            draw_label(svg, &l->edges[i], p->edges.all[i - p->n_ops].count);
        dgi_svg_edge_end(svg);
    }
    for (size_t i = n; i < l->n_nodes; i++)
        dgi_svg_op(svg, f->value_of[i - n], place(l->nodes[i].x, l->nodes[i].y));
    for (size_t i = 0; i < n; i++)
        dgi_svg_value(svg, i, place(l->nodes[i].x, l->nodes[i].y));
}

dg_status dgi_place_flow(dgi_svg *svg, const dgi_picture *p, const dg_draw_options *o,
                         dg_error *error)
{
    flow f = {.layout = {.node_gap = NODE_GAP, .rank_gap = RANK_GAP}};
    dg_status status = DG_NOMEM;
    if (make_room(&f, p)) {
        fill_nodes(&f, p);
        fill_links(&f, p);
        status = dgi_layout_run(&f.layout);
    }
    if (status == DG_OK) {
        if (o->progress)
            o->progress(o->progress_context, "writing");
        draw_all(svg, &f, p);
    } else {
        dgi_error(error, status, status == DG_NOMEM ? "out of memory" : "the layout failed");
    }
    dgi_layout_free(&f.layout);
    free(f.layout.nodes);
    free(f.layout.edges);
    free(f.op_of);
    free(f.value_of);
    return status;
}
