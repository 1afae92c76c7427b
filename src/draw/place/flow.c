/* Placing by the flow layout.
 *
 * The layout works from left to right, whatever the scene's direction is: sizes are turned on the
 * way in, and points on the way out. All between works in the layout's coordinates. */
#include "draw/place/groups.h"
#include "draw/place/place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "layout/layout.h"

/* Between boxes side by side in a rank, and between ranks. Wires have no outlines and no
 * arrowheads, and look good with less; but numbers side by side need space between them. */
static const double NODE_GAP = 14.0, RANK_GAP = 22.0;
static const double WIRE_GAP = 10.0, UPRIGHT_WIRE_GAP = 18.0, WIRE_RANK_GAP = 20.0;

/* Free space beside the text of an edge, of both sides together: before and after it, or between it
 * and edges that go up or down. */
static const double TEXT_GAP = 4.0, TEXT_GAP_ACROSS = 8.0;

/* Free space between a number on an edge and what comes before and after it, of both sides
 * together; between the number and an edge that goes up or down. */
static const double NUMBER_GAP = 4.0, NUMBER_GAP_ACROSS = 5.0;

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

/* A text that has a place of its own is a node of the layout after those of boxes, and its edge
 * leads to it; another one, after those of the scene, leads from it to where the first would. It
 * stands above the edge, or on its right: the port is the other side of the node. */
static void make_text_node(dgi_layout *l, const dgi_scene *s, dgi_layout_edge *e, uint32_t i)
{
    const dgi_edge_text *text = &s->edge_texts[i];
    size_t node = (size_t)s->n_boxes + i;
    dgi_layout_node *n = &l->nodes[node];
    bool vertical = dgi_is_vertical(s->direction);
    double gap = vertical ? 2.0 * NUMBER_GAP_ACROSS : NUMBER_GAP;
    turn_size(s, text->width + gap, text->height, &n->width, &n->height);
    n->port = vertical ? -n->height / 2.0 : n->height / 2.0;
    n->align = 1;
    n->cluster = l->nodes[e->to].cluster;
    /* Near the op, with whose other operands' it is compared. */
    l->edges[(size_t)s->n_edges + i] =
        (dgi_layout_edge){.from = node, .to = e->to, .weight = 2 * e->weight};
    e->to = node;
}

static void set_label(const dgi_scene *s, dgi_layout_edge *e, const dgi_edge_text *text)
{
    double gap = dgi_is_vertical(s->direction) ? TEXT_GAP_ACROSS : TEXT_GAP;
    turn_size(s, text->width + gap, text->height, &e->label_width, &e->label_height);
}

/* The layout's nodes and edges are the scene's boxes and edges, and nodes for texts. */
static bool make_layout(dgi_layout *l, const dgi_scene *s)
{
    size_t n_text_nodes = s->texts_on_edges ? s->n_edge_texts : 0;
    l->n_nodes = s->n_boxes + n_text_nodes;
    l->n_edges = s->n_edges + n_text_nodes;
    l->nodes = calloc(l->n_nodes + 1, sizeof *l->nodes);
    l->edges = calloc(l->n_edges + 1, sizeof *l->edges);
    if (!l->nodes || !l->edges)
        return false;
    for (uint32_t i = 0; i < s->n_boxes; i++) {
        dgi_layout_node *n = &l->nodes[i];
        turn_size(s, s->boxes[i].width, s->boxes[i].height, &n->width, &n->height);
        if (s->style == DG_STYLE_WIRE) /* circles and names stand below one another */
            n->align = s->boxes[i].states & DGI_STATE_LEAF ? 1 : -1;
    }
    if (!dgi_groups_to_clusters(l, s))
        return false;
    for (uint32_t i = 0; i < s->n_edges; i++) {
        const dgi_scene_edge *e = &s->edges[i];
        l->edges[i] = (dgi_layout_edge){.from = e->from, .to = e->to, .weight = (int)e->weight};
        if (e->text == DGI_NONE_32)
            continue;
        if (s->texts_on_edges)
            make_text_node(l, s, &l->edges[i], e->text);
        else
            set_label(s, &l->edges[i], &s->edge_texts[e->text]);
    }
    return true;
}

/* ---- Arrows --------------------------------------------------------------------------------- */

/* How an edge comes to its second box: where its arrowhead has its tip, and which way that points.
 */
typedef struct arrival {
    dgi_point tip;
    double x, y;   /* of length 1 */
    double length; /* of the arrowhead; 0: there is none */
} arrival;

/* Where the curve ends and the arrowhead begins. */
static dgi_point base_of(const arrival *a)
{
    return (dgi_point){a->tip.x - a->length * a->x, a->tip.y - a->length * a->y};
}

static void put_arrowhead(dgi_placed_edge *e, const arrival *a)
{
    dgi_point base = base_of(a);
    double side_x = ARROW_HALF_WIDTH * a->y, side_y = ARROW_HALF_WIDTH * a->x;
    e->arrowhead[0] = (dgi_point){base.x + side_x, base.y - side_y};
    e->arrowhead[1] = a->tip;
    e->arrowhead[2] = (dgi_point){base.x - side_x, base.y + side_y};
}

/* The ellipse of an op, where edges come to one. */
typedef struct ellipse {
    double x, y, rx, ry;
    double end; /* how wide its left end is, which has nothing above and below it in its box */
} ellipse;

/* At the beginning of a wire, in relation to the radius. */
static const double END_OF_ELLIPSE = 0.3;

/* Of a pill, the round end where edges come in; no ellipse where they come in at its long side. */
static ellipse ellipse_of(const dgi_scene *s, const dgi_box *box, const dgi_layout_node *node)
{
    double left = node->x - node->width / 2.0, rx, ry;
    turn_size(s, box->op_width / 2.0, box->op_height / 2.0, &rx, &ry);
    if (dgi_is_pill(box->op_width, box->op_height))
        rx = rx < ry ? 0.0 : ry;
    double end = s->style == DG_STYLE_WIRE ? END_OF_ELLIPSE * rx : 0.0;
    return (ellipse){left + rx, node->y, rx, ry, end};
}

/* ---- Curves --------------------------------------------------------------------------------- */

/* One curve from its first point to where the arrowhead begins, in whose direction it ends. */
static void set_curve(dgi_point curve[4], const arrival *a)
{
    dgi_point base = base_of(a);
    double way = base.x - curve[0].x;
    curve[1] = (dgi_point){curve[0].x + 0.5 * way, curve[0].y};
    curve[2] = (dgi_point){base.x - 0.5 * way, base.y - 0.5 * way * a->y / a->x};
    curve[3] = base;
}

static double cubic(double a, double b, double c, double d, double t)
{
    double u = 1.0 - t;
    return u * u * u * a + 3.0 * u * t * (u * b + t * c) + t * t * t * d;
}

/* The y of a curve at an x between its ends. */
static double height_at(const dgi_point p[4], double x)
{
    double low = 0.0, high = 1.0;
    for (int i = 0; i < 20; i++) {
        double t = (low + high) / 2.0;
        *(cubic(p[0].x, p[1].x, p[2].x, p[3].x, t) < x ? &low : &high) = t;
    }
    return cubic(p[0].y, p[1].y, p[2].y, p[3].y, low);
}

/* Whether a curve to the ellipse is clear of what is beside it, and of what is above and below it
 * in its box, which begins at `left`. */
static bool is_clear(const dgi_point curve[4], const ellipse *op, double left)
{
    double end = curve[3].x;
    if (!(op->end > 0.0))
        return end <= left;
    return end <= left + op->end && fabs(height_at(curve, fmin(left, end)) - op->y) <= op->ry;
}

/* The layout brings all edges of an op to the leftmost point of its ellipse. One that bends right
 * before it goes instead to the side that it comes from, across the border: so far that the curve,
 * which ends where the arrowhead begins, stays between the ranks, where nothing is in its way, or
 * within the end of the ellipse. (Square roots are the same on every machine; sines are not.) */
static bool arrive(arrival *a, dgi_point curve[4], const ellipse *op, double left)
{
    double rx = op->rx, ry = op->ry, dx = op->x - curve[0].x, dy = op->y - curve[0].y;
    if (fabs(dy) < 1.0 || dx <= 0.0)
        return false;
    double c = dx / sqrt(dx * dx + dy * dy);
    for (int i = 0; i < 12; i++, c = (1.0 + c) / 2.0) {
        double s = sqrt(1.0 - c * c), norm = sqrt(ry * c * ry * c + rx * s * rx * s);
        double down = dy < 0.0 ? 1.0 : -1.0; /* where on the ellipse it comes in */
        a->tip = (dgi_point){op->x - rx * c, op->y + down * ry * s};
        a->x = ry * c / norm;
        a->y = -down * rx * s / norm;
        set_curve(curve, a);
        if (is_clear(curve, op, left))
            return true;
    }
    return false;
}

/* Makes the last bend of an edge, and what may follow it, a straight piece, one curve to the
 * ellipse. False: there is no bend, or no space for another one. */
static bool bend_to_ellipse(dgi_placed_edge *e, dgi_point *points, const ellipse *op,
                            double arrow_length)
{
    size_t n = e->n_points;
    bool straight =
        n >= 7 && !(points[n - 4].y < points[n - 1].y) && !(points[n - 4].y > points[n - 1].y);
    dgi_point *bend = points + n - (straight ? 7 : 4);
    dgi_point curve[4] = {bend[0]};
    arrival a = {.length = arrow_length};
    if (!arrive(&a, curve, op, bend[3].x))
        return false;
    for (size_t i = 1; i < 4; i++)
        bend[i] = curve[i];
    e->n_points -= straight ? 3 : 0;
    put_arrowhead(e, &a);
    return true;
}

/* Else the curve ends where the arrowhead begins, which points to the right as the edge arrives. */
static void end_level(dgi_placed_edge *e, dgi_point *points, double arrow_length)
{
    dgi_point *end = points + e->n_points - 1;
    arrival a = {*end, 1.0, 0.0, arrow_length};
    put_arrowhead(e, &a);
    end[-1].x -= arrow_length;
    end[0].x -= arrow_length;
}

/* ---- Texts on edges ------------------------------------------------------------------------- */

/* Appends a curve to another one, of n points, with a straight line between them where there is a
 * gap. Returns how many points there are then. */
static size_t append_curve(dgi_point *points, size_t n, const dgi_point *more, size_t n_more)
{
    if (n == 0) {
        memcpy(points, more, n_more * sizeof *points);
        return n_more;
    }
    dgi_point from = points[n - 1], to = more[0];
    double third = (to.x - from.x) / 3.0;
    points[n++] = (dgi_point){from.x + third, from.y};
    points[n++] = (dgi_point){to.x - third, to.y};
    memcpy(points + n, more, n_more * sizeof *points);
    return n + n_more;
}

/* Joins the two parts of each edge that leads through a text. The scene's edges have all of it
 * then. False when out of memory. */
static bool join_edges(dgi_layout *l, const dgi_scene *s)
{
    enum { ACROSS_TEXT = 2 };
    size_t n = 0;
    if (!s->texts_on_edges)
        return true;
    dgi_point *points =
        calloc(l->n_points + ACROSS_TEXT * (size_t)s->n_edge_texts + 1, sizeof *points);
    if (!points)
        return false;
    for (uint32_t i = 0; i < s->n_edges; i++) {
        dgi_layout_edge *e = &l->edges[i];
        uint32_t text = s->edges[i].text;
        size_t n_points = append_curve(points + n, 0, l->points + e->first_point, e->n_points);
        if (text != DGI_NONE_32) {
            const dgi_layout_edge *rest = &l->edges[(size_t)s->n_edges + text];
            n_points =
                append_curve(points + n, n_points, l->points + rest->first_point, rest->n_points);
        }
        e->first_point = n;
        e->n_points = n_points;
        n += n_points;
    }
    free(l->points);
    l->points = points;
    l->n_points = n;
    return true;
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
    const dgi_box *to = &p->scene->boxes[of_scene->to];
    double arrow_length = p->scene->style == DG_STYLE_WIRE ? 0.0 : ARROW_LENGTH;
    ellipse op = ellipse_of(p->scene, to, &l->nodes[of_scene->to]);
    if (!(op.rx > 0.0) || !bend_to_ellipse(e, points, &op, arrow_length))
        end_level(e, points, arrow_length);
    if (of_scene->text != DGI_NONE_32 && !p->scene->texts_on_edges)
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
    case DG_DIRECTION_AUTO: /* decided before */
        break;
    }
    return p;
}

static void turn_points(dgi_point *points, size_t n, dg_direction direction, double length)
{
    for (size_t i = 0; i < n; i++)
        points[i] = turned(points[i], direction, length);
}

/* The corners of a frame that are turned may be others. */
static void turn_frame(dgi_placed_frame *f, dg_direction direction, double length)
{
    dgi_point a = turned(f->from, direction, length), b = turned(f->to, direction, length);
    f->from = (dgi_point){fmin(a.x, b.x), fmin(a.y, b.y)};
    f->to = (dgi_point){fmax(a.x, b.x), fmax(a.y, b.y)};
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
    for (uint32_t i = 0; i < s->n_groups; i++)
        turn_frame(&p->frames[i], s->direction, length);
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
    for (uint32_t i = 0; p->scene->texts_on_edges && i < p->scene->n_edge_texts; i++) {
        const dgi_layout_node *n = &l->nodes[(size_t)p->scene->n_boxes + i];
        p->text_centres[i] = (dgi_point){n->x, n->y};
    }
    for (uint32_t i = 0; i < p->scene->n_edges; i++)
        take_edge(p, l, i);
    for (uint32_t i = 0; i < p->scene->n_groups; i++) {
        const dgi_layout_cluster *c = &l->clusters[i];
        p->frames[i] = (dgi_placed_frame){
            .from = {c->x - c->width / 2.0, c->y - c->height / 2.0},
            .to = {c->x + c->width / 2.0, c->y + c->height / 2.0},
        };
    }
    turn_all(p, l->n_points);
}

dg_status dgi_place_by_flow(dgi_placed_scene *p, const dgi_scene *s, dg_error *error)
{
    dgi_layout l = {.node_gap = NODE_GAP, .rank_gap = RANK_GAP};
    if (s->style == DG_STYLE_WIRE) {
        l.node_gap = dgi_is_vertical(s->direction) ? UPRIGHT_WIRE_GAP : WIRE_GAP;
        l.rank_gap = WIRE_RANK_GAP;
    }
    *p = (dgi_placed_scene){0};
    dg_status status = make_layout(&l, s) ? dgi_layout_run(&l) : DG_NOMEM;
    if (status == DG_OK && !join_edges(&l, s))
        status = DG_NOMEM;
    /* Only now, since the layout needs more memory while it runs than all that comes after. */
    if (status == DG_OK && !dgi_placed_scene_init(p, s))
        status = DG_NOMEM;
    if (status == DG_OK) {
        take_coordinates(p, &l);
        status = dgi_place_group_labels(p) ? DG_OK : DG_NOMEM;
    }
    if (status)
        dgi_error(error, status, status == DG_NOMEM ? "out of memory" : "the layout failed");
    dgi_layout_free(&l);
    free(l.nodes);
    free(l.edges);
    free(l.clusters);
    return status;
}
