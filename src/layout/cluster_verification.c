/* Verifies frames: part of verification.c. */
#include <math.h>

#include "layout/clusters.h"

#define SLACK 1e-3 /* for rounding errors */

typedef struct rectangle {
    double left, right, top, bottom;
} rectangle;

static rectangle around(double x, double y, double width, double height)
{
    return (rectangle){x - width / 2.0, x + width / 2.0, y - height / 2.0, y + height / 2.0};
}

static rectangle frame_of(const dgi_layout *l, size_t cluster)
{
    const dgi_layout_cluster *c = &l->clusters[cluster - 1];
    return around(c->x, c->y, c->width, c->height);
}

/* Whether `a` is in the frame of the cluster, with its margins. */
static bool holds(const dgi_layout *l, size_t cluster, rectangle a)
{
    if (cluster == 0)
        return a.left >= -SLACK && a.top >= -SLACK && a.right <= l->width + SLACK &&
               a.bottom <= l->height + SLACK;
    const dgi_layout_cluster *c = &l->clusters[cluster - 1];
    rectangle f = frame_of(l, cluster);
    return a.left >= f.left + c->before - SLACK && a.right <= f.right - c->after + SLACK &&
           a.top >= f.top + c->above - SLACK && a.bottom <= f.bottom - c->below + SLACK;
}

static bool overlap(rectangle a, rectangle b)
{
    return a.left < b.right - SLACK && b.left < a.right - SLACK && a.top < b.bottom - SLACK &&
           b.top < a.bottom - SLACK;
}

static bool check_frames(const dgi_layering *f, const char **why)
{
    const dgi_layout *l = f->l;
    const dgi_clusters *c = f->clusters;
    for (uint32_t i = 1; i < c->n; i++) {
        const dgi_layout_cluster *own = &l->clusters[i - 1];
        rectangle a = frame_of(l, i);
        if (c->is_empty[i])
            continue;
        *why = "a frame is too small";
        if (!(own->width >= own->min_width - SLACK) || !(own->height >= own->min_height - SLACK))
            return false;
        *why = "a frame is not in the one around it";
        if (!holds(l, c->parent[i], a))
            return false;
        *why = "frames overlap";
        for (uint32_t k = 1; k < i; k++)
            if (c->parent[k] == c->parent[i] && !c->is_empty[k] && overlap(a, frame_of(l, k)))
                return false;
    }
    return true;
}

static bool check_nodes(const dgi_layering *f, const char **why)
{
    const dgi_layout *l = f->l;
    const dgi_clusters *c = f->clusters;
    for (uint32_t v = 0; v < f->n; v++) {
        const dgi_layout_node *n = &l->nodes[v];
        rectangle a = around(n->x, n->y, n->width, n->height);
        *why = "a box is not in its frame";
        if (!holds(l, c->of_node[v], a))
            return false;
        *why = "a box is in a foreign frame";
        for (uint32_t i = 1; i < c->n; i++)
            if (c->parent[i] == c->of_node[v] && !c->is_empty[i] && overlap(a, frame_of(l, i)))
                return false;
    }
    return true;
}

static bool is_in(const dgi_clusters *c, uint32_t node, uint32_t cluster)
{
    uint32_t i = c->of_node[node];
    while (c->depth[i] > c->depth[cluster])
        i = c->parent[i];
    return i == cluster;
}

static bool enters(const dgi_layout_point *p, rectangle a)
{
    double left = fmin(fmin(p[0].x, p[1].x), fmin(p[2].x, p[3].x));
    double right = fmax(fmax(p[0].x, p[1].x), fmax(p[2].x, p[3].x));
    double top = fmin(fmin(p[0].y, p[1].y), fmin(p[2].y, p[3].y));
    double bottom = fmax(fmax(p[0].y, p[1].y), fmax(p[2].y, p[3].y));
    if (left > a.right || right < a.left || top > a.bottom || bottom < a.top)
        return false;
    for (int i = 0; i <= 32; i++) {
        double t = i / 32.0, u = 1.0 - t;
        double k[] = {u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t};
        double x = k[0] * p[0].x + k[1] * p[1].x + k[2] * p[2].x + k[3] * p[3].x;
        double y = k[0] * p[0].y + k[1] * p[1].y + k[2] * p[2].y + k[3] * p[3].y;
        if (x > a.left + SLACK && x < a.right - SLACK && y > a.top + SLACK && y < a.bottom - SLACK)
            return true;
    }
    return false;
}

/* Curves stay in frames where they have both ends and, unless the layout says that they do not, out
 * of those where they have none. */
static bool check_edges(const dgi_layering *f, const char **why)
{
    const dgi_layout *l = f->l;
    const dgi_clusters *c = f->clusters;
    for (uint32_t e = 0; e < f->m; e++) {
        const dgi_layout_edge *edge = &l->edges[e];
        const dgi_layout_point *p = l->points + edge->first_point;
        uint32_t within = dgi_joined_by(f, e).within;
        *why = "a label of an edge is not in the frame that the edge is in";
        if (edge->label_width > 0.0 &&
            !holds(l, within,
                   around(edge->label_x, edge->label_y, edge->label_width, edge->label_height)))
            return false;
        *why = "an edge leaves the frame that it is in";
        rectangle in = within ? frame_of(l, within) : (rectangle){0, l->width, 0, l->height};
        for (size_t i = 0; i < edge->n_points; i += 3)
            if (p[i].x < in.left - SLACK || p[i].x > in.right + SLACK || p[i].y < in.top - SLACK ||
                p[i].y > in.bottom + SLACK)
                return false;
        *why = "an edge passes through a foreign frame";
        for (uint32_t i = 1; i < c->n && !l->through_frames; i++)
            for (size_t k = 0; k + 3 < edge->n_points && !c->is_empty[i]; k += 3)
                if (enters(p + k, frame_of(l, i)) && !is_in(c, (uint32_t)edge->from, i) &&
                    !is_in(c, (uint32_t)edge->to, i))
                    return false;
    }
    return true;
}

bool dgi_frames_valid(const dgi_layering *f, const char **why)
{
    const char *reason = NULL;
    bool valid = !f->clusters ||
                 (check_frames(f, &reason) && check_nodes(f, &reason) && check_edges(f, &reason));
    if (!valid && why)
        *why = reason;
    return valid;
}
