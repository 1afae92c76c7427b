#include "draw/place/groups.h"

#include <math.h>
#include <stdlib.h>

/* ---- Clusters ------------------------------------------------------------------------------- */

/* The label is at the top of the picture, which is one of four sides in the layout. */
static dgi_layout_cluster cluster_of(const dgi_scene *s, const dgi_group *g)
{
    double pad = s->text_scale * DGI_GROUP_PADDING;
    double line = s->text_scale * DGI_GROUP_LINE_HEIGHT, width = g->label_width + 2.0 * pad;
    dgi_layout_cluster c = {
        .parent = g->parent == DGI_NONE_32 ? 0 : (size_t)g->parent + 1,
        .before = pad,
        .after = pad,
        .above = pad,
        .below = pad,
    };
    *(dgi_is_vertical(s->direction) ? &c.min_height : &c.min_width) = width;
    *(s->direction == DG_TOP_TO_BOTTOM   ? &c.before
      : s->direction == DG_BOTTOM_TO_TOP ? &c.after
                                         : &c.above) += line;
    return c;
}

bool dgi_groups_to_clusters(dgi_layout *l, const dgi_scene *s)
{
    if (s->n_groups == 0)
        return true;
    l->clusters = calloc(s->n_groups, sizeof *l->clusters);
    if (!l->clusters)
        return false;
    l->n_clusters = s->n_groups;
    for (uint32_t i = 0; i < s->n_groups; i++)
        l->clusters[i] = cluster_of(s, &s->groups[i]);
    for (uint32_t i = 0; i < s->n_boxes; i++)
        if (s->boxes[i].group != DGI_NONE_32)
            l->nodes[i].cluster = (size_t)s->boxes[i].group + 1;
    return true;
}

/* ---- Labels --------------------------------------------------------------------------------- */

/* Where edges pass the lines of labels; those of a group are together in `x`. */
typedef struct passes {
    const dgi_placed_scene *p;
    size_t *start; /* per group, and one more */
    double *x;     /* NULL: they are only counted */
} passes;

static double middle_of_line(const dgi_placed_scene *p, uint32_t group)
{
    double scale = p->scene->text_scale;
    return p->frames[group].from.y +
           scale * (DGI_GROUP_PADDING / 2.0 + DGI_GROUP_LINE_HEIGHT / 2.0);
}

/* The x of an edge at that height: it passes borders of frames upright. False: it is not there. */
static bool find_x(const dgi_placed_scene *p, const dgi_placed_edge *e, double y, double *x)
{
    const dgi_point *a = p->points + e->first_point;
    for (size_t i = 0; i + 3 < e->n_points; i += 3)
        if (fmin(a[i].y, a[i + 3].y) <= y && y <= fmax(a[i].y, a[i + 3].y)) {
            *x = (a[i].x + a[i + 3].x) / 2.0;
            return true;
        }
    return false;
}

static uint32_t group_of(const dgi_scene *s, uint32_t box)
{
    return s->boxes[box].group;
}

/* Adds an edge to the groups with only that end of it which is at the top. */
static void add_edge(passes *a, const dgi_placed_edge *e, uint32_t *depth)
{
    const dgi_scene *s = a->p->scene;
    const dgi_scene_edge *of_scene = &s->edges[e->edge];
    bool down = s->direction == DG_TOP_TO_BOTTOM;
    uint32_t in = group_of(s, down ? of_scene->to : of_scene->from);
    uint32_t other = group_of(s, down ? of_scene->from : of_scene->to);
    while (in != DGI_NONE_32) {
        while (other != DGI_NONE_32 && depth[other] > depth[in])
            other = s->groups[other].parent;
        if (in == other)
            return;
        double x;
        if (find_x(a->p, e, middle_of_line(a->p, in), &x)) {
            if (a->x)
                a->x[a->start[in]] = x;
            a->start[in]++;
        }
        in = s->groups[in].parent;
    }
}

static void add_edges(passes *a, uint32_t *depth)
{
    for (size_t i = 0; i < a->p->n_edges; i++)
        add_edge(a, &a->p->edges[i], depth);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The first x with space for the label between the edges that pass, or `left`. */
static double free_x(double left, double right, double width, const double *x, size_t n)
{
    const double beside = 3.0;
    double at = left;
    for (size_t i = 0; i < n && x[i] - beside < at + width; i++)
        if (x[i] + beside > at)
            at = x[i] + beside;
    return at + width <= right ? at : left;
}

static void place_labels(dgi_placed_scene *p, const passes *a)
{
    const dgi_scene *s = p->scene;
    double pad = s->text_scale * DGI_GROUP_PADDING;
    for (uint32_t i = 0; i < s->n_groups; i++) {
        dgi_placed_frame *f = &p->frames[i];
        f->label = (dgi_point){f->from.x + pad, middle_of_line(p, i)};
        if (!a)
            continue;
        size_t n = a->start[i + 1] - a->start[i];
        double *x = a->x + a->start[i];
        qsort(x, n, sizeof *x, by_size);
        f->label.x = free_x(f->label.x, f->to.x - pad / 2.0, s->groups[i].label_width, x, n);
    }
}

bool dgi_place_group_labels(dgi_placed_scene *p)
{
    const dgi_scene *s = p->scene;
    if (!dgi_is_vertical(s->direction)) { /* nothing passes the upper border of a frame */
        place_labels(p, NULL);
        return true;
    }
    passes a = {.p = p};
    uint32_t *depth = calloc((size_t)s->n_groups + 1, sizeof *depth);
    a.start = calloc((size_t)s->n_groups + 2, sizeof *a.start);
    bool done = depth && a.start;
    for (uint32_t i = 0; done && i < s->n_groups; i++)
        depth[i] = s->groups[i].parent == DGI_NONE_32 ? 0 : depth[s->groups[i].parent] + 1;
    if (done) {
        size_t sum = 0;
        add_edges(&a, depth);
        for (uint32_t i = 0; i <= s->n_groups; i++) { /* counts become starts */
            size_t n = a.start[i];
            a.start[i] = sum;
            sum += n;
        }
        a.x = calloc(sum + 1, sizeof *a.x);
    }
    done = done && a.x;
    if (done) {
        add_edges(&a, depth);
        for (uint32_t i = s->n_groups + 1; i-- > 1;) /* which are one further now */
            a.start[i] = a.start[i - 1];
        a.start[0] = 0;
        place_labels(p, &a);
    }
    free(depth);
    free(a.start);
    free(a.x);
    return done;
}
