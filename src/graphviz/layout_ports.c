/* The ports of edges: at which border of a node an edge is, and how it gets there.
 *
 * The layout's edges leave a node at its right border and come in at its left one. An edge whose
 * port is there has it as the layout's port. One whose port is at the border above or below goes
 * along a lane, a line beside the node for which the node has more space; one whose port is behind
 * goes around the corner to such a lane. */
#include <float.h>
#include <math.h>
#include <stdint.h>

#include "graphviz/layout_plugin.h"

/* How near to a border of its node a point is at that border; and a field, which may have a frame
 * around it. */
static const double NEAR = 1.0, FIELD_NEAR = 6.0;

/* The first lane's distance from the border, and those of the others from one another. */
static const double FIRST_LANE = 14.0, NEXT_LANE = 6.0;

/* ---- Where a port is ----------------------------------------------------------------------- */

/* A box relative to the centre of the node, where edges go on to the right. */
typedef struct field {
    double left, right, top, bottom;
} field;

/* Boxes of fields are as on the page. */
static dgi_layout_point from_page(const dgi_layout_job *j, double x, double y)
{
    switch (GD_rankdir(j->g)) {
    case DGI_RANKDIR_LR:
        return (dgi_layout_point){x, -y};
    case DGI_RANKDIR_BT:
        return (dgi_layout_point){y, x};
    case DGI_RANKDIR_RL:
        return (dgi_layout_point){-x, -y};
    default:
        return (dgi_layout_point){-y, x};
    }
}

static field field_of(const dgi_layout_job *j, const boxf *b, double forward)
{
    dgi_layout_point p = from_page(j, b->LL.x, b->LL.y), q = from_page(j, b->UR.x, b->UR.y);
    return (field){fmin(forward * p.x, forward * q.x), fmax(forward * p.x, forward * q.x),
                   fmin(p.y, q.y), fmax(p.y, q.y)};
}

/* In a field: at the middle of its border ahead if that is the node's, else of another one that is;
 * a field inside of others is reached over those ahead. */
static dgi_job_end end_at_field(const dgi_job_node *node, field f)
{
    dgi_job_end end = {.exact = true, .lane = SIZE_MAX};
    bool above = f.top <= -node->half_height + FIELD_NEAR,
         below = f.bottom >= node->half_height - FIELD_NEAR;
    double x = (f.left + f.right) / 2.0, y = (f.top + f.bottom) / 2.0;
    if (f.right >= node->half_width - FIELD_NEAR) {
        end.at = (dgi_layout_point){f.right, y};
    } else if (above || below) {
        end.way = DGI_BESIDE;
        end.either_way = above && below;
        end.at = (dgi_layout_point){x, below ? f.bottom : f.top};
    } else if (f.left <= -node->half_width + FIELD_NEAR) {
        end.way = DGI_BEHIND;
        end.either_way = fabs(y) < NEAR;
        end.at = (dgi_layout_point){f.left, y};
    } else {
        end.at = (dgi_layout_point){f.right, y};
    }
    return end;
}

/* At a point of the outline, or of a field inside of the node. */
static dgi_job_end end_at_point(const dgi_job_node *node, dgi_layout_point at, bool of_field)
{
    dgi_job_end end = {.at = at, .exact = true, .lane = SIZE_MAX};
    double x = at.x / fmax(node->half_width, NEAR), y = at.y / fmax(node->half_height, NEAR);
    bool beside = fabs(at.y) >= node->half_height - NEAR, behind = at.x <= NEAR - node->half_width;
    if (x > 0.01 || (of_field && !beside && !behind))
        return end;
    if (beside || (!of_field && fabs(y) >= 0.9 * fabs(x))) {
        end.way = DGI_BESIDE;
    } else {
        end.way = DGI_BEHIND;
        end.either_way = fabs(at.y) < NEAR;
    }
    return end;
}

dgi_job_end dgi_end_at_port(const dgi_layout_job *j, size_t node, const port *p, double forward)
{
    const dgi_job_node *own = &j->nodes[node];
    dgi_job_end end = {.at = {own->half_width, 0.0}, .lane = SIZE_MAX};
    if (p->defined && p->bp && p->clip) {
        end = end_at_field(own, field_of(j, p->bp, forward));
    } else if (p->defined && !p->clip) {
        dgi_layout_point at = dgi_from_graphviz(j, p->p);
        end = end_at_point(own, (dgi_layout_point){forward * at.x, at.y}, p->bp != NULL);
    }
    end.at.x *= forward;
    return end;
}

/* ---- Lanes --------------------------------------------------------------------------------- */

static bool same_number(double a, double b)
{
    return fabs(a - b) < 0.01;
}

/* The lane for an end at that side of its node: edges of the same port share one. */
static size_t find_lane(const dgi_layout_job *j, size_t node, const dgi_job_end *end,
                        double forward, double side)
{
    for (size_t i = j->nodes[node].lanes; i != SIZE_MAX; i = j->lanes[i].next) {
        const dgi_job_lane *lane = &j->lanes[i];
        if (lane->side * side > 0.0 && lane->forward * forward > 0.0 &&
            same_number(lane->at.x, end->at.x) && same_number(lane->at.y, end->at.y))
            return i;
    }
    return SIZE_MAX;
}

static size_t count_lanes(const dgi_layout_job *j, size_t node, double side)
{
    size_t count = 0;
    for (size_t i = j->nodes[node].lanes; i != SIZE_MAX; i = j->lanes[i].next)
        count += j->lanes[i].side * side > 0.0;
    return count;
}

/* Above or below. An end that may be at either side is where there are fewer. */
static double side_of(const dgi_layout_job *j, size_t node, dgi_job_end *end, double forward)
{
    if (!end->either_way)
        return end->at.y < 0.0 ? -1.0 : 1.0;
    double side = 1.0;
    dgi_job_end below = *end, above = *end;
    if (end->way == DGI_BESIDE)
        above.at.y = -below.at.y;
    if (find_lane(j, node, &below, forward, 1.0) == SIZE_MAX &&
        (find_lane(j, node, &above, forward, -1.0) != SIZE_MAX ||
         count_lanes(j, node, 1.0) > count_lanes(j, node, -1.0)))
        side = -1.0;
    *end = side > 0.0 ? below : above;
    return side;
}

static void take_lane(dgi_layout_job *j, size_t node, dgi_job_end *end, double forward)
{
    if (end->way == DGI_AHEAD)
        return;
    double side = side_of(j, node, end, forward);
    end->lane = find_lane(j, node, end, forward, side);
    if (end->lane != SIZE_MAX)
        return;
    end->lane = j->n_lanes++;
    j->lanes[end->lane] = (dgi_job_lane){
        .next = j->nodes[node].lanes, .side = side, .forward = forward, .at = end->at};
    j->nodes[node].lanes = end->lane;
}

/* Of two lanes at one side of a node, the one to a port further back goes around the other's. */
static bool is_inside(const dgi_job_lane *a, const dgi_job_lane *b)
{
    double ahead_a = a->forward * a->at.x, ahead_b = b->forward * b->at.x;
    return ahead_a > ahead_b || (ahead_a >= ahead_b && a < b);
}

static void space_lanes(dgi_layout_job *j, size_t node)
{
    dgi_job_node *own = &j->nodes[node];
    for (size_t i = own->lanes; i != SIZE_MAX; i = j->lanes[i].next) {
        dgi_job_lane *lane = &j->lanes[i];
        double *space = lane->side < 0.0 ? &own->above : &own->below;
        size_t inside = 0;
        for (size_t k = own->lanes; k != SIZE_MAX; k = j->lanes[k].next)
            inside += j->lanes[k].side * lane->side > 0.0 && is_inside(&j->lanes[k], lane);
        lane->distance = FIRST_LANE + NEXT_LANE * (double)inside;
        *space = fmax(*space, lane->distance);
    }
}

void dgi_assign_lanes(dgi_layout_job *j)
{
    for (size_t i = 0; i < j->n_edges; i++) {
        dgi_job_edge *e = &j->edges[i];
        size_t ends[2] = {(size_t)ND_id(agtail(e->e)), (size_t)ND_id(aghead(e->e))};
        if (e->is_flat && !ED_label(e->e)) /* needs no lane: see layout_flat.c */
            continue;
        take_lane(j, ends[e->reversed], &e->ends[0], e->is_flat ? -1.0 : 1.0);
        take_lane(j, ends[!e->reversed], &e->ends[1], -1.0);
    }
    for (size_t v = 0; v < j->n_nodes; v++)
        space_lanes(j, v);
}

double dgi_end_port(const dgi_layout_job *j, const dgi_job_end *end, size_t node)
{
    double most = j->nodes[node].half_height;
    if (end->way == DGI_AHEAD) /* points of outlines are rounded */
        return fmax(-most, fmin(end->at.y, most));
    const dgi_job_lane *lane = &j->lanes[end->lane];
    return lane->side * (j->nodes[node].half_height + lane->distance);
}
