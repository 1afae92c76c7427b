/* A picture through the flow layout: no Graphviz, boxes to coordinates to SVG. */
#include "draw/flow.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "draw/metrics.h"
#include "layout/layout.h"

static const double NODE_GAP = 14.0, RANK_GAP = 22.0;

/* How the head of an edge is drawn. */
static const double ARROW_LENGTH = 6.5, ARROW_HALF_WIDTH = 2.3;

/* A value and its op belong together. */
enum { UNIT_WEIGHT = 10 };

/* The layout's nodes are the values, in the order of the trace, then the ops in the same order. */
typedef struct flow {
    dgi_layout layout;
    size_t *op_of;   /* of each value: its op's place among the nodes, or SIZE_MAX */
    size_t *value_of; /* of each op, counted from 0: its value */
} flow;

static bool make_room(flow *f, const dgi_picture *p)
{
    size_t n = dg_trace_nodes(p->trace), edges = p->links.n + p->n_ops;
    if (n > SIZE_MAX / 4 / sizeof(dgi_layout_node) || edges > SIZE_MAX / 2 / sizeof(dgi_layout_edge))
        return false;
    f->layout.nodes = calloc(n + p->n_ops, sizeof *f->layout.nodes);
    f->layout.edges = calloc(edges + 1, sizeof *f->layout.edges);
    f->op_of = malloc(n * sizeof *f->op_of);
    f->value_of = malloc((p->n_ops + 1) * sizeof *f->value_of);
    return f->layout.nodes && f->layout.edges && f->op_of && f->value_of;
}

static void fill_nodes(flow *f, const dgi_picture *p)
{
    size_t n = dg_trace_nodes(p->trace), ops = 0;
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
    for (size_t i = 0; i < p->links.n; i++) {
        const dgi_link *link = &p->links.all[i];
        dgi_layout_edge e = {.from = link->from, .to = f->op_of[link->to], .weight = 1};
        if (link->times > 1) {
            char text[TIMES_ROOM];
            size_t size = say_times(text, link->times);
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

/* The curve ends where the arrowhead begins, which points to the right as every edge arrives. */
static void draw_edge(dgi_svg *svg, const dgi_layout *l, size_t edge)
{
    const dgi_layout_edge *e = &l->edges[edge];
    const dgi_layout_point *points = l->points + e->first_point;
    dgi_svg_edge_begin(svg, edge);
    if (e->n_points >= 4) {
        size_t last = e->n_points - 1;
        dgi_svg_spline_begin(svg, place(points[0].x, points[0].y));
        for (size_t i = 1; i <= last; i++) {
            bool pulled = i + 1 >= last;
            double x = points[i].x - (pulled ? ARROW_LENGTH : 0.0);
            dgi_svg_spline_point(svg, place(x, points[i].y));
        }
        dgi_svg_spline_end(svg);
        double x = points[last].x, y = points[last].y;
        dgi_point head[] = {place(x - ARROW_LENGTH, y - ARROW_HALF_WIDTH), place(x, y),
                            place(x - ARROW_LENGTH, y + ARROW_HALF_WIDTH)};
        dgi_svg_arrowhead(svg, head, 3);
    }
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
    size_t n = dg_trace_nodes(p->trace);
    for (size_t i = 0; i < l->n_edges; i++) {
        draw_edge(svg, l, i);
        if (i >= p->n_ops)
            draw_label(svg, &l->edges[i], p->links.all[i - p->n_ops].times);
        dgi_svg_edge_end(svg);
    }
    for (size_t i = n; i < l->n_nodes; i++)
        dgi_svg_op(svg, f->value_of[i - n], place(l->nodes[i].x, l->nodes[i].y));
    for (size_t i = 0; i < n; i++)
        dgi_svg_value(svg, i, place(l->nodes[i].x, l->nodes[i].y));
}

dg_status dgi_flow(dgi_svg *svg, const dgi_picture *p, const dg_draw_options *o, dg_error *error)
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
