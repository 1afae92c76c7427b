/* Verifies a layout: for tests, and for builds with AddressSanitizer, which verify each. */
#include <math.h>

#include "layout/clusters.h"

#define SLACK 1e-3 /* for rounding errors */

typedef struct box {
    double left, right, top, bottom;
    uint32_t rank, owner;
} box;

typedef struct checking {
    const dgi_layout *l;
    const char **why;
    uint32_t n_ranks;
    box *boxes, *other;   /* sorted by rank, then from top to bottom */
    uint32_t *start;      /* per rank, and one more: into boxes */
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

static box box_of(const dgi_layout *l, uint32_t v)
{
    const dgi_layout_node *n = &l->nodes[v];
    return (box){n->x - n->width / 2.0,  n->x + n->width / 2.0, n->y - n->height / 2.0,
                 n->y + n->height / 2.0, (uint32_t)n->rank,     v};
}

/* ---- Ranks --------------------------------------------------------------------------------- */

/* Edges point right, unless what they join is on a cycle or comes after one: so this checks only
 * the nodes, and clusters in place of what is in them, that a topological sort reaches. */
static bool check_ranks(const checking *c, const dgi_layering *f)
{
    const dgi_layout *l = c->l;
    uint32_t n = f->n + (f->clusters ? f->clusters->n : 0), m = f->m, end = 0, n_bound = 0;
    dgi_adjacency out = {0};
    uint32_t *from = dgi_zeroed(m, sizeof *from);
    uint32_t *bound = dgi_zeroed(m, sizeof *bound);
    uint32_t *in_degree = dgi_zeroed(n, sizeof *in_degree);
    uint32_t *ready = dgi_zeroed(n, sizeof *ready);
    bool done = from && bound && in_degree && ready;
    for (uint32_t e = 0; done && e < m; e++) {
        if (l->edges[e].free)
            continue;
        from[n_bound] = dgi_joined_by(f, e).from;
        bound[n_bound++] = e;
        in_degree[dgi_joined_by(f, e).to]++;
    }
    done = done && dgi_adjacency_init(&out, n, n_bound, from, bound);
    bool right = done ? true : fail(c, "out of memory");
    for (uint32_t v = 0; done && v < n; v++)
        if (in_degree[v] == 0)
            ready[end++] = v;
    for (uint32_t i = 0; done && i < end; i++)
        for (uint32_t j = out.start[ready[i]]; j < out.start[ready[i] + 1]; j++) {
            const dgi_layout_edge *e = &l->edges[out.items[j]];
            uint32_t to = dgi_joined_by(f, out.items[j]).to;
            if (l->nodes[e->from].rank + (size_t)(e->length > 1 ? e->length : 1) >
                l->nodes[e->to].rank)
                right = fail(c, "an edge points left");
            if (--in_degree[to] == 0)
                ready[end++] = to;
        }
    dgi_adjacency_free(&out);
    free(from);
    free(bound);
    free(in_degree);
    free(ready);
    return right;
}

/* The nodes of a set share a rank. Sets may make any edges point left. */
static bool check_sets(const checking *c, bool *has_sets)
{
    const dgi_layout *l = c->l;
    size_t *node = dgi_zeroed(l->n_nodes + 1, sizeof *node); /* per set: 1 + the first */
    bool right = node ? true : fail(c, "out of memory");
    for (size_t v = 0; node && v < l->n_nodes; v++) {
        size_t *first = &node[l->nodes[v].rank_set];
        if (l->nodes[v].rank_set == 0)
            continue;
        *has_sets = true;
        *first = *first ? *first : v + 1;
        if (l->nodes[*first - 1].rank != l->nodes[v].rank)
            right = fail(c, "a rank set is in several ranks");
    }
    free(node);
    return right;
}

/* ---- Boxes --------------------------------------------------------------------------------- */

static bool before(const box *a, const box *b)
{
    if (a->rank != b->rank)
        return a->rank < b->rank;
    if (a->top < b->top || a->top > b->top)
        return a->top < b->top;
    if (a->bottom < b->bottom || a->bottom > b->bottom) /* a box without height may touch another */
        return a->bottom < b->bottom;
    return a->owner < b->owner;
}

/* Bottom-up merge sort. */
static void sort_boxes(checking *c, uint32_t n)
{
    for (uint32_t width = 1; width < n; width *= 2) {
        for (uint32_t start = 0; start < n; start += 2 * width) {
            uint32_t i = start, i_end = n - start < width ? n : start + width;
            uint32_t j = i_end, j_end = n - i_end < width ? n : i_end + width;
            for (uint32_t k = start; k < j_end; k++)
                c->other[k] = j == j_end || (i < i_end && !before(&c->boxes[j], &c->boxes[i]))
                                  ? c->boxes[i++]
                                  : c->boxes[j++];
        }
        box *swap = c->boxes;
        c->boxes = c->other;
        c->other = swap;
    }
}

/* Whether the boxes of each rank, which are sorted, do not overlap. */
static bool apart(const checking *c, uint32_t n)
{
    for (uint32_t i = 0; i + 1 < n; i++)
        if (c->boxes[i].rank == c->boxes[i + 1].rank &&
            c->boxes[i].bottom > c->boxes[i + 1].top + SLACK &&
            c->boxes[i + 1].bottom > c->boxes[i].top + SLACK)
            return false;
    return true;
}

static bool check_boxes(checking *c)
{
    const dgi_layout *l = c->l;
    uint32_t n = (uint32_t)l->n_nodes;
    for (uint32_t v = 0; v < n; v++) {
        box b = c->boxes[v] = box_of(l, v);
        if (!inside(l, b.left, b.top) || !inside(l, b.right, b.bottom))
            return fail(c, "a box is out of bounds");
    }
    sort_boxes(c, n);
    if (!apart(c, n))
        return fail(c, "boxes overlap");
    for (uint32_t i = 0, r = 0; r < c->n_ranks; r++) {
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
    uint32_t n = 0;
    for (uint32_t i = 0; i < l->n_edges; i++) {
        const dgi_layout_edge *e = &l->edges[i];
        double w = e->label_width / 2.0, h = e->label_height / 2.0;
        uint32_t rank = (uint32_t)l->nodes[e->to].rank;
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

static bool hits(const checking *c, uint32_t rank, double x, double y)
{
    uint32_t low = c->start[rank], high = c->start[rank + 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
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

/* The first rank whose right border is at x or beyond. */
static uint32_t rank_at(const checking *c, double x)
{
    uint32_t low = 0, high = c->n_ranks;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (c->right[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool point_is_free(const checking *c, double x, double y)
{
    uint32_t r = rank_at(c, x);
    return inside(c->l, x, y) && (r == c->n_ranks || !hits(c, r, x, y));
}

/* A horizontal segment is checked in every rank that it passes, another at some points. */
static bool segment_is_free(const checking *c, const dgi_layout_point *p)
{
    double low = fmin(p[0].x, p[3].x), high = fmax(p[0].x, p[3].x);
    if (p[0].y >= p[3].y && p[0].y <= p[3].y && p[0].y >= p[1].y && p[0].y <= p[1].y &&
        p[0].y >= p[2].y && p[0].y <= p[2].y) {
        for (uint32_t r = rank_at(c, low); r < c->n_ranks && c->left[r] < high; r++) {
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
    if (!near(p->x, from->x + from->width / 2.0) ||
        !near(p->y, from->y + from->port + e->from_port) ||
        !near(end->x, to->x - to->width / 2.0) || !near(end->y, to->y + to->port + e->to_port))
        return fail(c, "a curve does not end at the port of a border");
    if (!near(p[1].y, p->y) || !near(end[-1].y, end->y))
        return fail(c, "a curve does not end horizontally");
    for (; p < end; p += 3)
        if (!segment_is_free(c, p))
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
    size_t most_ranks = l->n_nodes;
    for (size_t e = 0; e < l->n_edges; e++)
        most_ranks += l->edges[e].length > 1 ? (size_t)l->edges[e].length - 1 : 0;
    for (size_t v = 0; v < l->n_nodes; v++) {
        if (l->nodes[v].rank >= most_ranks)
            return fail(&c, "ranks are left out");
        if (l->nodes[v].rank >= c.n_ranks)
            c.n_ranks = (uint32_t)l->nodes[v].rank + 1;
    }
    size_t room = l->n_nodes > l->n_edges ? l->n_nodes : l->n_edges;
    c.boxes = dgi_zeroed(l->n_nodes, sizeof *c.boxes);
    c.other = dgi_zeroed(l->n_nodes, sizeof *c.other);
    box *labels = dgi_zeroed(room, sizeof *labels);
    box *scratch = dgi_zeroed(room, sizeof *scratch);
    c.start = dgi_zeroed((size_t)c.n_ranks + 1, sizeof *c.start);
    c.left = dgi_zeroed(c.n_ranks, sizeof *c.left);
    c.right = dgi_zeroed(c.n_ranks, sizeof *c.right);
    dgi_layout copy = *l; /* which is not changed */
    dgi_layering f = {.l = &copy, .n = (uint32_t)l->n_nodes, .m = (uint32_t)l->n_edges};
    bool valid = false, has_sets = false;
    if (!c.boxes || !c.other || !labels || !scratch || !c.start || !c.left || !c.right ||
        dgi_clusters_init(&f))
        fail(&c, "out of memory");
    else
        valid = check_sets(&c, &has_sets) && (has_sets || check_ranks(&c, &f)) && check_boxes(&c) &&
                check_labels(&c, labels, scratch) && check_curves(&c) && dgi_frames_valid(&f, why);
    dgi_clusters_free(&f);
    free(c.boxes);
    free(c.other);
    free(labels);
    free(scratch);
    free(c.start);
    free(c.left);
    free(c.right);
    return valid;
}
