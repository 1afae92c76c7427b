/* Whether a layout keeps its promises: for the tests, and for builds that watch themselves. */
#include <math.h>

#include "layout/flow.h"

#define SLACK 1e-3 /* for what was rounded */

typedef struct box {
    double left, right, top, bottom;
    dgi_id rank, owner;
} box;

typedef struct checking {
    const dgi_layout *l;
    const char **why;
    dgi_id n_ranks;
    box *boxes, *other;   /* sorted by rank, then from top to bottom */
    dgi_id *start;        /* per rank, and one more: into boxes */
    double *left, *right; /* per rank */
} checking;

static bool fail(const checking *c, const char *why)
{
    if (c->why)
        *c->why = why;
    return false;
}

static bool inside(const dgi_layout *l, double x, double y)
{
    return isfinite(x) && isfinite(y) && x >= -SLACK && y >= -SLACK && x <= l->width + SLACK &&
           y <= l->height + SLACK;
}

static box box_of(const dgi_layout *l, dgi_id v)
{
    const dgi_layout_node *n = &l->nodes[v];
    return (box){n->x - n->width / 2.0,  n->x + n->width / 2.0, n->y - n->height / 2.0,
                 n->y + n->height / 2.0, (dgi_id)n->rank,       v};
}

/* ---- Ranks --------------------------------------------------------------------------------- */

/* Edges point right, unless they lie on a cycle: what is left after taking away nodes that no edge
 * enters has cycles before it. */
static bool check_ranks(const checking *c)
{
    const dgi_layout *l = c->l;
    dgi_id n = (dgi_id)l->n_nodes, m = (dgi_id)l->n_edges, end = 0;
    dgi_lists out = {0};
    dgi_id *from = dgi_array(m, sizeof *from);
    dgi_id *waits = dgi_array(n, sizeof *waits);
    dgi_id *ready = dgi_array(n, sizeof *ready);
    bool done = from && waits && ready;
    for (dgi_id e = 0; done && e < m; e++) {
        from[e] = (dgi_id)l->edges[e].from;
        waits[l->edges[e].to]++;
    }
    done = done && dgi_lists_of(&out, n, m, from, NULL);
    bool right = done ? true : fail(c, "out of memory");
    for (dgi_id v = 0; done && v < n; v++)
        if (waits[v] == 0)
            ready[end++] = v;
    for (dgi_id i = 0; done && i < end; i++)
        for (dgi_id j = out.start[ready[i]]; j < out.start[ready[i] + 1]; j++) {
            dgi_id to = (dgi_id)l->edges[out.all[j]].to;
            if (l->nodes[ready[i]].rank >= l->nodes[to].rank)
                right = fail(c, "an edge points left");
            if (--waits[to] == 0)
                ready[end++] = to;
        }
    dgi_lists_free(&out);
    free(from);
    free(waits);
    free(ready);
    return right;
}

/* ---- Boxes --------------------------------------------------------------------------------- */

static bool before(const box *a, const box *b)
{
    if (a->rank != b->rank)
        return a->rank < b->rank;
    if (a->top < b->top || a->top > b->top)
        return a->top < b->top;
    if (a->bottom < b->bottom ||
        a->bottom > b->bottom) /* one without height stands on another's border */
        return a->bottom < b->bottom;
    return a->owner < b->owner;
}

/* Merge sort, bottom up. */
static void sort_boxes(checking *c, dgi_id n)
{
    for (dgi_id width = 1; width < n; width *= 2) {
        for (dgi_id start = 0; start < n; start += 2 * width) {
            dgi_id i = start, i_end = n - start < width ? n : start + width;
            dgi_id j = i_end, j_end = n - i_end < width ? n : i_end + width;
            for (dgi_id k = start; k < j_end; k++)
                c->other[k] = j == j_end || (i < i_end && !before(&c->boxes[j], &c->boxes[i]))
                                  ? c->boxes[i++]
                                  : c->boxes[j++];
        }
        box *swap = c->boxes;
        c->boxes = c->other;
        c->other = swap;
    }
}

/* Whether boxes of one rank, sorted, keep off each other. */
static bool apart(const checking *c, dgi_id n)
{
    for (dgi_id i = 0; i + 1 < n; i++)
        if (c->boxes[i].rank == c->boxes[i + 1].rank &&
            c->boxes[i].bottom > c->boxes[i + 1].top + SLACK &&
            c->boxes[i + 1].bottom > c->boxes[i].top + SLACK)
            return false;
    return true;
}

static bool check_boxes(checking *c)
{
    const dgi_layout *l = c->l;
    dgi_id n = (dgi_id)l->n_nodes;
    for (dgi_id v = 0; v < n; v++) {
        box b = c->boxes[v] = box_of(l, v);
        if (!inside(l, b.left, b.top) || !inside(l, b.right, b.bottom))
            return fail(c, "a box is out of bounds");
    }
    sort_boxes(c, n);
    if (!apart(c, n))
        return fail(c, "boxes overlap");
    for (dgi_id i = 0, r = 0; r < c->n_ranks; r++) {
        c->start[r] = i;
        c->left[r] = INFINITY;
        c->right[r] = r > 0 ? c->right[r - 1] : -INFINITY;
        for (; i < n && c->boxes[i].rank == r; i++) {
            c->left[r] = fmin(c->left[r], c->boxes[i].left);
            c->right[r] = fmax(c->right[r], c->boxes[i].right);
        }
        if (c->start[r] == i)
            c->left[r] = c->right[r];
        c->start[r + 1] = i;
        if (r > 0 && c->left[r] < c->right[r - 1] - SLACK)
            return fail(c, "ranks overlap");
    }
    return true;
}

/* ---- Labels -------------------------------------------------------------------------------- */

static bool check_labels(checking *c, box *labels, box *other)
{
    const dgi_layout *l = c->l;
    dgi_id n = 0;
    for (dgi_id i = 0; i < l->n_edges; i++) {
        const dgi_layout_edge *e = &l->edges[i];
        double w = e->label_width / 2.0, h = e->label_height / 2.0;
        dgi_id rank = (dgi_id)l->nodes[e->to].rank;
        if (w <= 0.0 || h <= 0.0)
            continue;
        box b = {e->label_x - w, e->label_x + w, e->label_y - h, e->label_y + h, rank, i};
        if (!inside(l, b.left, b.top) || !inside(l, b.right, b.bottom))
            return fail(c, "a label is out of bounds");
        if (b.right > c->left[rank] + SLACK || (rank > 0 && b.left < c->right[rank - 1] - SLACK))
            return fail(c, "a label is not between two ranks");
        labels[n++] = b;
    }
    checking own = {.l = l, .boxes = labels, .other = other};
    sort_boxes(&own, n);
    return apart(&own, n) || fail(c, "labels overlap");
}

/* ---- Curves -------------------------------------------------------------------------------- */

static bool hits(const checking *c, dgi_id rank, double x, double y)
{
    dgi_id low = c->start[rank], high = c->start[rank + 1];
    while (low < high) {
        dgi_id middle = low + (high - low) / 2;
        if (c->boxes[middle].bottom <= y + SLACK)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == c->start[rank + 1])
        return false;
    const box *b = &c->boxes[low];
    return y > b->top + SLACK && x > b->left + SLACK && x < b->right - SLACK;
}

/* The first rank that ends at x or behind. */
static dgi_id rank_at(const checking *c, double x)
{
    dgi_id low = 0, high = c->n_ranks;
    while (low < high) {
        dgi_id middle = low + (high - low) / 2;
        if (c->right[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool point_is_free(const checking *c, double x, double y)
{
    dgi_id r = rank_at(c, x);
    return inside(c->l, x, y) && (r == c->n_ranks || !hits(c, r, x, y));
}

/* A horizontal piece, in every rank; of another, some points. */
static bool piece_is_free(const checking *c, const dgi_layout_point *p)
{
    double low = fmin(p[0].x, p[3].x), high = fmax(p[0].x, p[3].x);
    if (p[0].y >= p[3].y && p[0].y <= p[3].y && p[0].y >= p[1].y && p[0].y <= p[1].y &&
        p[0].y >= p[2].y && p[0].y <= p[2].y) {
        for (dgi_id r = rank_at(c, low); r < c->n_ranks && c->left[r] < high; r++) {
            double x = fmin(fmax((c->left[r] + c->right[r]) / 2.0, low), high);
            if (hits(c, r, x, p[0].y))
                return false;
        }
        return inside(c->l, p[0].x, p[0].y) && inside(c->l, p[3].x, p[3].y);
    }
    for (int i = 0; i <= 32; i++) {
        double t = i / 32.0, u = 1.0 - t;
        double a = u * u * u, b = 3.0 * u * u * t, d = 3.0 * u * t * t, e = t * t * t;
        if (!point_is_free(c, a * p[0].x + b * p[1].x + d * p[2].x + e * p[3].x,
                           a * p[0].y + b * p[1].y + d * p[2].y + e * p[3].y))
            return false;
    }
    return true;
}

static bool near(double a, double b)
{
    return fabs(a - b) <= SLACK;
}

static bool check_curve(const checking *c, const dgi_layout_edge *e)
{
    const dgi_layout *l = c->l;
    if (e->n_points < 4 || e->n_points % 3 != 1 || e->first_point > l->n_points ||
        e->n_points > l->n_points - e->first_point)
        return fail(c, "a curve has a wrong number of points");
    const dgi_layout_point *p = l->points + e->first_point;
    const dgi_layout_point *end = p + e->n_points - 1;
    const dgi_layout_node *from = &l->nodes[e->from], *to = &l->nodes[e->to];
    if (!near(p->x, from->x + from->width / 2.0) || !near(p->y, from->y) ||
        !near(end->x, to->x - to->width / 2.0) || !near(end->y, to->y))
        return fail(c, "a curve does not end at the middle of a border");
    if (!near(p[1].y, p->y) || !near(end[-1].y, end->y))
        return fail(c, "a curve does not end horizontally");
    for (; p < end; p += 3)
        if (!piece_is_free(c, p))
            return fail(c, "a curve passes through a box or leaves the bounds");
    return true;
}

static bool check_curves(const checking *c)
{
    for (size_t e = 0; e < c->l->n_edges; e++)
        if (!check_curve(c, &c->l->edges[e]))
            return false;
    return true;
}

bool dgi_layout_valid(const dgi_layout *l, const char **why)
{
    checking c = {.l = l, .why = why};
    if (!isfinite(l->width) || !isfinite(l->height))
        return fail(&c, "the bounds are not finite");
    for (size_t v = 0; v < l->n_nodes; v++) {
        if (l->nodes[v].rank >= l->n_nodes)
            return fail(&c, "ranks are left out");
        if (l->nodes[v].rank >= c.n_ranks)
            c.n_ranks = (dgi_id)l->nodes[v].rank + 1;
    }
    size_t room = l->n_nodes > l->n_edges ? l->n_nodes : l->n_edges;
    c.boxes = dgi_array(l->n_nodes, sizeof *c.boxes);
    c.other = dgi_array(l->n_nodes, sizeof *c.other);
    box *labels = dgi_array(room, sizeof *labels);
    box *scratch = dgi_array(room, sizeof *scratch);
    c.start = dgi_array((size_t)c.n_ranks + 1, sizeof *c.start);
    c.left = dgi_array(c.n_ranks, sizeof *c.left);
    c.right = dgi_array(c.n_ranks, sizeof *c.right);
    bool valid = false;
    if (!c.boxes || !c.other || !labels || !scratch || !c.start || !c.left || !c.right)
        fail(&c, "out of memory");
    else
        valid = check_ranks(&c) && check_boxes(&c) && check_labels(&c, labels, scratch) &&
                check_curves(&c);
    free(c.boxes);
    free(c.other);
    free(labels);
    free(scratch);
    free(c.start);
    free(c.left);
    free(c.right);
    return valid;
}
