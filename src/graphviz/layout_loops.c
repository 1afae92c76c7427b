/* Edges from a node to itself.
 *
 * The layout knows nothing of them: a node has more space on one side, where each of its loops is
 * an arch around those before it, with its label on top. One between ports goes along the borders
 * of the node. */
#include <math.h>
#include <stdint.h>

#include "graphviz/layout_plugin.h"

/* How far the first loop goes, and each further than the one before; between an arch and the label
 * inside of it; how far from its port a loop of one port is. */
static const double FIRST_LOOP = 16.0, NEXT_LOOP = 8.0, AROUND_LABEL = 6.0, OWN_PORT = 5.0;

/* ---- Space --------------------------------------------------------------------------------- */

/* Right of the node where ranks go down the page, above it where they go across; or where there are
 * no lanes. */
static double loop_side(const dgi_layout_job *j, const dgi_job_node *node)
{
    double side = j->flip ? -1.0 : 1.0;
    double here = side < 0.0 ? node->above : node->below;
    double there = side < 0.0 ? node->below : node->above;
    return here > 0.0 && !(there > 0.0) ? -side : side;
}

typedef struct reserving {
    double *space, side, distance, widest; /* of labels so far */
    size_t done, count;
} reserving;

static void reserve_loop(const dgi_layout_job *j, dgi_job_node *node, dgi_job_loop *loop,
                         reserving *r)
{
    double share = r->count > 1 ? (double)r->done++ / ((double)r->count - 1.0) : 0.25;
    loop->side = r->side;
    loop->start = node->half_width * (0.25 + 0.55 * share);
    loop->width = fmax(loop->start, r->widest);
    loop->distance = *r->space + r->distance;
    *r->space = loop->distance;
    r->distance = NEXT_LOOP;
    if (ED_label(loop->e)) {
        dgi_layout_point size = dgi_label_size(j, ED_label(loop->e));
        *r->space += size.y + 2.0 * DGI_LABEL_PAD;
        r->widest = fmax(r->widest, size.x / 2.0 + AROUND_LABEL);
    }
    node->width = fmax(node->width, 2.0 * fmax(loop->width, r->widest));
}

/* Those without a label are inside of the others. */
static void reserve_node(dgi_layout_job *j, dgi_job_node *node)
{
    reserving r = {.side = loop_side(j, node), .distance = FIRST_LOOP};
    r.space = r.side < 0.0 ? &node->above : &node->below;
    for (size_t i = node->loops; i != SIZE_MAX; i = j->loops[i].next)
        r.count++;
    for (int labelled = 0; labelled < 2; labelled++)
        for (size_t i = node->loops; i != SIZE_MAX; i = j->loops[i].next)
            if ((ED_label(j->loops[i].e) != NULL) == (labelled == 1))
                reserve_loop(j, node, &j->loops[i], &r);
}

void dgi_reserve_loops(dgi_layout_job *j)
{
    for (size_t v = 0; v < j->n_nodes; v++)
        reserve_node(j, &j->nodes[v]);
}

/* ---- Arches -------------------------------------------------------------------------------- */

/* A point beside the middle of the node: `x` to the right, `out` outwards from its border. */
typedef struct frame {
    dgi_layout_point centre;
    double half_height, side;
} frame;

static dgi_layout_point beside(const frame *f, double x, double out)
{
    return (dgi_layout_point){f->centre.x + x, f->centre.y + f->side * (f->half_height + out)};
}

/* Out of the node, over its middle and back. Where it goes around labels, it first becomes wider.
 */
static void arch(dgi_layout_job *j, const frame *f, const dgi_job_loop *loop)
{
    double x = loop->start, w = loop->width, far = loop->distance, wide = 0.0;
    dgi_start_curve(j, (dgi_layout_point){f->centre.x - x, f->centre.y});
    if (w > x) {
        wide = FIRST_LOOP - NEXT_LOOP / 2.0;
        dgi_curve(j, beside(f, -x, wide / 2.0), beside(f, -w, wide / 3.0), beside(f, -w, wide));
        dgi_curve(j, beside(f, -w, far), beside(f, -w, far), beside(f, 0.0, far));
        dgi_curve(j, beside(f, w, far), beside(f, w, far), beside(f, w, wide));
        dgi_curve(j, beside(f, w, wide / 3.0), beside(f, x, wide / 2.0),
                  (dgi_layout_point){f->centre.x + x, f->centre.y});
        return;
    }
    dgi_curve(j, beside(f, -x, 0.5 * far), beside(f, -x, far), beside(f, 0.0, far));
    dgi_curve(j, beside(f, x, far), beside(f, x, 0.5 * far),
              (dgi_layout_point){f->centre.x + x, f->centre.y});
}

/* ---- Between ports ------------------------------------------------------------------------- */

/* The borders of a node, clockwise where the loop's side is that below, from the one opposite. */
typedef enum border { OPPOSITE, LEFT, BESIDE, RIGHT, N_BORDERS } border;

typedef struct loop_end {
    border border;
    dgi_layout_point at; /* relative to the centre; y grows towards the loop's side */
} loop_end;

static loop_end find_end(const dgi_layout_job *j, const dgi_job_loop *loop, const port *p,
                         double forward)
{
    size_t v = (size_t)ND_id(agtail(loop->e));
    const dgi_job_node *node = &j->nodes[v];
    dgi_job_end end = dgi_end_at_port(j, v, p, forward);
    loop_end found = {.at = {end.at.x, loop->side * end.at.y}};
    if (!end.exact) {
        found.at = (dgi_layout_point){-forward * loop->start, node->half_height};
        found.border = BESIDE;
    } else if (end.way == DGI_BESIDE) {
        if (end.either_way)
            found.at.y = fabs(found.at.y);
        found.border = found.at.y > 0.0 ? BESIDE : OPPOSITE;
    } else {
        bool right = (end.way == DGI_AHEAD) == (forward > 0.0);
        found.border = right ? RIGHT : LEFT;
    }
    return found;
}

/* Around the node, by way of the loop's side. */
typedef struct ring {
    double x, beside, opposite;
} ring;

static dgi_layout_point outside(const ring *r, const loop_end *end)
{
    switch (end->border) {
    case LEFT:
        return (dgi_layout_point){-r->x, end->at.y};
    case RIGHT:
        return (dgi_layout_point){r->x, end->at.y};
    case BESIDE:
        return (dgi_layout_point){end->at.x, r->beside};
    default:
        return (dgi_layout_point){end->at.x, -r->opposite};
    }
}

/* The corner after a border, clockwise. */
static dgi_layout_point corner(const ring *r, border after)
{
    return (dgi_layout_point){after == OPPOSITE || after == LEFT ? -r->x : r->x,
                              after == OPPOSITE || after == RIGHT ? -r->opposite : r->beside};
}

enum { MOST_CORNERS = 8 };

/* From the point outside of the tail to the one outside of the head, the way with fewer corners, or
 * past the loop's side. */
static size_t go_around(const ring *r, const loop_end ends[2], dgi_layout_point *points)
{
    size_t n = 0;
    border from = ends[0].border, to = ends[1].border;
    int clockwise = ((int)to - (int)from + N_BORDERS) % N_BORDERS;
    bool over = clockwise == 2 && from != BESIDE && to != BESIDE && from == RIGHT;
    points[n++] = ends[0].at;
    points[n++] = outside(r, &ends[0]);
    if (clockwise <= 2 && !over)
        for (int i = 0; i < clockwise; i++)
            points[n++] = corner(r, (border)(((int)from + i) % N_BORDERS));
    else
        for (int i = 0; i < N_BORDERS - clockwise; i++)
            points[n++] = corner(r, (border)(((int)from + 2 * N_BORDERS - 1 - i) % N_BORDERS));
    points[n++] = outside(r, &ends[1]);
    points[n++] = ends[1].at;
    return n;
}

/* A loop of one port: its lines part outside of the node. `points` are the ends and what is outside
 * of them. */
static void part_ends(const loop_end ends[2], dgi_layout_point points[4])
{
    double dx = ends[0].at.x - ends[1].at.x, dy = ends[0].at.y - ends[1].at.y;
    if (ends[0].border != ends[1].border || fabs(dx) + fabs(dy) > 1.0)
        return;
    bool level = ends[0].border == LEFT || ends[0].border == RIGHT;
    *(level ? &points[1].y : &points[1].x) -= OWN_PORT;
    *(level ? &points[2].y : &points[2].x) += OWN_PORT;
}

static void loop_between_ports(dgi_layout_job *j, const frame *f, const dgi_job_loop *loop)
{
    const dgi_job_node *node = &j->nodes[ND_id(agtail(loop->e))];
    double out = fmin(loop->distance, 0.4 * j->l.rank_gap);
    ring r = {node->half_width + out, node->half_height + loop->distance,
              node->half_height + fmin(FIRST_LOOP, 0.45 * j->l.node_gap)};
    loop_end ends[2] = {find_end(j, loop, &ED_tail_port(loop->e), 1.0),
                        find_end(j, loop, &ED_head_port(loop->e), -1.0)};
    dgi_layout_point points[MOST_CORNERS];
    size_t n = go_around(&r, ends, points);
    if (n == 4)
        part_ends(ends, points);
    for (size_t i = 0; i < n; i++)
        points[i] =
            (dgi_layout_point){f->centre.x + points[i].x, f->centre.y + f->side * points[i].y};
    dgi_start_curve(j, points[0]);
    dgi_rounded(j, points + 1, n - 1);
}

/* ---- All loops ----------------------------------------------------------------------------- */

static void draw_loop(dgi_layout_job *j, const dgi_job_loop *loop)
{
    size_t v = (size_t)ND_id(agtail(loop->e));
    const port *tail = &ED_tail_port(loop->e), *head = &ED_head_port(loop->e);
    frame f = {dgi_centre(j, v), j->nodes[v].half_height, loop->side};
    bool at_ports =
        dgi_end_at_port(j, v, tail, 1.0).exact || dgi_end_at_port(j, v, head, -1.0).exact;
    if (at_ports)
        loop_between_ports(j, &f, loop);
    else
        arch(j, &f, loop);
    dgi_install_curve(j, loop->e, at_ports, at_ports);
    textlabel_t *label = ED_label(loop->e);
    if (label)
        dgi_place_label(
            j, loop->e,
            beside(&f, 0.0, loop->distance + DGI_LABEL_PAD + dgi_label_size(j, label).y / 2.0));
}

bool dgi_draw_loops(dgi_layout_job *j)
{
    if (!dgi_reserve_points(j, 6 * MOST_CORNERS + 1))
        return false;
    for (size_t i = 0; i < j->n_loops; i++)
        draw_loop(j, &j->loops[i]);
    return true;
}
