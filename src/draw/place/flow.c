/* Placing by the flow layout.
 *
 * The layout works from left to right, whatever the scene's direction is: sizes are turned on the
 * way in, and points on the way out. All between works in the layout's coordinates. */
#include "draw/place/place.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "layout/layout.h"

static const double NODE_GAP = 14.0, RANK_GAP = 22.0;

/* Free space beside the text of an edge, of both sides together: before and after it, or between it
 * and edges that go up or down. */
static const double TEXT_GAP = 4.0, TEXT_GAP_ACROSS = 8.0;

/* The arrowhead at the end of an edge. */
static const double ARROW_LENGTH = 6.5, ARROW_HALF_WIDTH = 2.3;

/* ---- Boxes in ------------------------------------------------------------------------------- */

/* A size in the layout: where the scene's direction is up or down, its height is along the flow. */
static void turn_size(const dgi_scene *s, double width, double height, double *along,
                      double *across)
{
    bool vertical = dgi_is_vertical(s->direction);
    *along = vertical ? height : width;
    *across = vertical ? width : height;
}

/* The layout's nodes and edges are the scene's boxes and edges. */
static bool make_layout(dgi_layout *l, const dgi_scene *s)
{
    l->nodes = calloc((size_t)s->n_boxes + 1, sizeof *l->nodes);
    l->edges = calloc((size_t)s->n_edges + 1, sizeof *l->edges);
    if (!l->nodes || !l->edges)
        return false;
    l->n_nodes = s->n_boxes;
    l->n_edges = s->n_edges;
    for (uint32_t i = 0; i < s->n_boxes; i++) {
        dgi_layout_node *n = &l->nodes[i];
        turn_size(s, s->boxes[i].width, s->boxes[i].height, &n->width, &n->height);
    }
    for (uint32_t i = 0; i < s->n_edges; i++) {
        const dgi_scene_edge *e = &s->edges[i];
        l->edges[i] = (dgi_layout_edge){.from = e->from, .to = e->to, .weight = (int)e->weight};
        if (e->text == DGI_NONE_32)
            continue;
        const dgi_edge_text *text = &s->edge_texts[e->text];
        double gap = dgi_is_vertical(s->direction) ? TEXT_GAP_ACROSS : TEXT_GAP;
        turn_size(s, text->width + gap, text->height, &l->edges[i].label_width,
                  &l->edges[i].label_height);
    }
    return true;
}

/* ---- Arrows --------------------------------------------------------------------------------- */

/* How an edge comes to its second box: where its arrowhead has its tip, and which way that points.
 */
typedef struct arrival {
    dgi_point tip;
    double x, y; /* of length 1 */
} arrival;

/* Where the curve ends and the arrowhead begins. */
static dgi_point base_of(const arrival *a)
{
    return (dgi_point){a->tip.x - ARROW_LENGTH * a->x, a->tip.y - ARROW_LENGTH * a->y};
}

static void put_arrowhead(dgi_placed_edge *e, const arrival *a)
{
    dgi_point base = base_of(a);
    double side_x = ARROW_HALF_WIDTH * a->y, side_y = ARROW_HALF_WIDTH * a->x;
    e->arrowhead[0] = (dgi_point){base.x + side_x, base.y - side_y};
    e->arrowhead[1] = a->tip;
    e->arrowhead[2] = (dgi_point){base.x - side_x, base.y + side_y};
}

/* The layout brings all edges of an op to the leftmost point of its ellipse. One that bends right
 * before it goes instead to the side that it comes from, across the border: so far that the curve,
 * which ends where the arrowhead begins, stays between the ranks, where nothing is in its way.
 * (Square roots are the same on every machine; sines are not.) */
static bool arrive(arrival *a, const dgi_layout_node *op, dgi_point from, double left)
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

/* ---- Curves --------------------------------------------------------------------------------- */

/* Makes the last bend of an edge, and what may follow it, a straight piece, one curve to the
 * ellipse. False: there is no bend, or no space for another one. */
static bool bend_to_ellipse(dgi_placed_edge *e, dgi_point *points, const dgi_layout_node *op)
{
    size_t n = e->n_points;
    bool straight =
        n >= 7 && !(points[n - 4].y < points[n - 1].y) && !(points[n - 4].y > points[n - 1].y);
    dgi_point *bend = points + n - (straight ? 7 : 4);
    arrival a;
    if (!arrive(&a, op, bend[0], bend[3].x))
        return false;
    dgi_point base = base_of(&a);
    double way = base.x - bend[0].x;
    bend[1] = (dgi_point){bend[0].x + 0.5 * way, bend[0].y};
    bend[2] = (dgi_point){base.x - 0.5 * way, base.y - 0.5 * way * a.y / a.x};
    bend[3] = base;
    e->n_points -= straight ? 3 : 0;
    put_arrowhead(e, &a);
    return true;
}

/* Else the curve ends where the arrowhead begins, which points to the right as the edge arrives. */
static void end_level(dgi_placed_edge *e, dgi_point *points)
{
    dgi_point *end = points + e->n_points - 1;
    arrival a = {*end, 1.0, 0.0};
    put_arrowhead(e, &a);
    end[-1].x -= ARROW_LENGTH;
    end[0].x -= ARROW_LENGTH;
}

/* ---- Coordinates out ------------------------------------------------------------------------ */

static void take_edge(dgi_placed_scene *p, const dgi_layout *l, uint32_t i)
{
    const dgi_layout_edge *from = &l->edges[i];
    const dgi_scene_edge *of_scene = &p->scene->edges[i];
    dgi_placed_edge *e = &p->edges[p->n_edges++];
    e->edge = i;
    e->first_point = from->first_point;
    e->n_points = (uint32_t)from->n_points;
    dgi_point *points = p->points + e->first_point;
    bool to_ellipse = p->scene->boxes[of_scene->to].kind == DGI_BOX_OP;
    if (!to_ellipse || !bend_to_ellipse(e, points, &l->nodes[from->to]))
        end_level(e, points);
    if (of_scene->text != DGI_NONE_32)
        p->text_centres[of_scene->text] = (dgi_point){from->label_x, from->label_y};
}

static dgi_point turned(dgi_point p, dg_direction direction, double length)
{
    switch (direction) {
    case DG_TOP_TO_BOTTOM:
        return (dgi_point){p.y, p.x};
    case DG_RIGHT_TO_LEFT:
        return (dgi_point){length - p.x, p.y};
    case DG_BOTTOM_TO_TOP:
        return (dgi_point){p.y, length - p.x};
    case DG_LEFT_TO_RIGHT:
        break;
    }
    return p;
}

static void turn_points(dgi_point *points, size_t n, dg_direction direction, double length)
{
    for (size_t i = 0; i < n; i++)
        points[i] = turned(points[i], direction, length);
}

/* From the layout's coordinates to the scene's. */
static void turn_all(dgi_placed_scene *p, size_t n_points)
{
    const dgi_scene *s = p->scene;
    double length = p->width;
    if (s->direction == DG_LEFT_TO_RIGHT)
        return;
    turn_points(p->centres, s->n_boxes, s->direction, length);
    turn_points(p->text_centres, s->n_edge_texts, s->direction, length);
    turn_points(p->points, n_points, s->direction, length);
    for (size_t i = 0; i < p->n_edges; i++)
        turn_points(p->edges[i].arrowhead, 3, s->direction, length);
    if (dgi_is_vertical(s->direction)) {
        p->width = p->height;
        p->height = length;
    }
}

/* The points change hands: they are the most of what a large picture takes. */
static void take_coordinates(dgi_placed_scene *p, dgi_layout *l)
{
    p->width = l->width;
    p->height = l->height;
    p->points = l->points;
    l->points = NULL;
    for (uint32_t i = 0; i < p->scene->n_boxes; i++)
        p->centres[i] = (dgi_point){l->nodes[i].x, l->nodes[i].y};
    for (uint32_t i = 0; i < p->scene->n_edges; i++)
        take_edge(p, l, i);
    turn_all(p, l->n_points);
}

dg_status dgi_place_by_flow(dgi_placed_scene *p, const dgi_scene *s, dg_error *error)
{
    dgi_layout l = {.node_gap = NODE_GAP, .rank_gap = RANK_GAP};
    *p = (dgi_placed_scene){0};
    dg_status status = make_layout(&l, s) ? dgi_layout_run(&l) : DG_NOMEM;
    /* Only now, since the layout needs more memory while it runs than all that comes after. */
    if (status == DG_OK && !dgi_placed_scene_init(p, s))
        status = DG_NOMEM;
    if (status == DG_OK)
        take_coordinates(p, &l);
    else
        dgi_error(error, status, status == DG_NOMEM ? "out of memory" : "the layout failed");
    dgi_layout_free(&l);
    free(l.nodes);
    free(l.edges);
    return status;
}
