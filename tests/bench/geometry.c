/* How good a drawn picture is: geometry FILE.svg... prints for each
 *
 *     values crossings length area overlapped crossed
 *
 * Crossings are points where the curves of two edges without a common end cross; length is that of
 * all curves together; area is the picture's, in square points; overlapped boxes are pairs; crossed
 * boxes are pairs of an edge and a box that is none of its ends and that its curve passes through.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cells.h"

/* A curve as pieces of straight lines. */
enum { PIECES = 12 };

typedef struct segment {
    drawing_point a, b;
    size_t edge;
} segment;

static drawing_point at(const drawing_point *p, double t)
{
    double u = 1.0 - t, a = u * u * u, b = 3.0 * u * u * t, c = 3.0 * u * t * t, d = t * t * t;
    return (drawing_point){a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x,
                           a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y};
}

static double side(drawing_point a, drawing_point b, drawing_point p)
{
    return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

/* A level piece is one segment; of another, twelve. */
static segment *segments_of(const drawing *d, size_t *n)
{
    size_t room = 0;
    for (size_t i = 0; i < d->n_edges; i++)
        room += d->edges[i].n_points / 3 * PIECES;
    segment *all = malloc((room + 1) * sizeof *all);
    if (!all)
        abort();
    *n = 0;
    for (size_t i = 0; i < d->n_edges; i++) {
        const drawing_edge *e = &d->edges[i];
        for (size_t k = 0; k + 3 < e->n_points; k += 3) {
            const drawing_point *p = e->points + k;
            bool straight =
                fabs(side(p[0], p[3], p[1])) < 1e-6 && fabs(side(p[0], p[3], p[2])) < 1e-6;
            int pieces = straight ? 1 : PIECES;
            drawing_point before = p[0];
            for (int s = 1; s <= pieces; s++) {
                drawing_point next = s == pieces ? p[3] : at(p, (double)s / pieces);
                all[(*n)++] = (segment){before, next, i};
                before = next;
            }
        }
    }
    return all;
}

static double length_of(const segment *s, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += hypot(s[i].b.x - s[i].a.x, s[i].b.y - s[i].a.y);
    return sum;
}

/* A point on the line itself counts as on one side, so that a crossing at a joint of two segments
 * is one of them's. */
static bool cross(const segment *s, const segment *t, drawing_point *where)
{
    double a = side(t->a, t->b, s->a), b = side(t->a, t->b, s->b);
    if ((a >= 0.0) == (b >= 0.0))
        return false;
    if ((side(s->a, s->b, t->a) >= 0.0) == (side(s->a, s->b, t->b) >= 0.0))
        return false;
    double u = a / (a - b);
    *where = (drawing_point){s->a.x + u * (s->b.x - s->a.x), s->a.y + u * (s->b.y - s->a.y)};
    return true;
}

static bool share_an_end(const drawing_edge *e, const drawing_edge *f)
{
    return e->from == f->from || e->from == f->to || e->to == f->from || e->to == f->to;
}

static void put_segments(cells *c, const segment *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        cells_put(c, i, fmin(s[i].a.x, s[i].b.x), fmin(s[i].a.y, s[i].b.y),
                  fmax(s[i].a.x, s[i].b.x), fmax(s[i].a.y, s[i].b.y));
}

/* Two segments that meet in several cells are counted in the one that they cross in. */
static unsigned long long crossings(const drawing *d, const segment *s, size_t n)
{
    cells c = cells_for(d, n);
    unsigned long long sum = 0;
    cells_begin(&c);
    put_segments(&c, s, n);
    cells_counted(&c);
    put_segments(&c, s, n);
    for (size_t cell = 0; cell < c.columns * c.rows; cell++)
        for (size_t i = c.start[cell]; i < c.start[cell + 1]; i++)
            for (size_t j = c.start[cell]; j < i; j++) {
                const segment *a = &s[c.items[i]], *b = &s[c.items[j]];
                drawing_point p;
                if (a->edge != b->edge && cross(a, b, &p) &&
                    !share_an_end(&d->edges[a->edge], &d->edges[b->edge]) &&
                    cells_row(&c, p.y) * c.columns + cells_column(&c, p.x) == cell)
                    sum++;
            }
    cells_free(&c);
    return sum;
}

static unsigned long long overlaps(const drawing *d, const cells *c)
{
    unsigned long long sum = 0;
    for (size_t cell = 0; cell < c->columns * c->rows; cell++)
        for (size_t i = c->start[cell]; i < c->start[cell + 1]; i++)
            for (size_t j = c->start[cell]; j < i; j++) {
                const drawing_box *a = &d->boxes[c->items[i]], *b = &d->boxes[c->items[j]];
                double left = fmax(a->left, b->left), right = fmin(a->right, b->right);
                double top = fmax(a->top, b->top), bottom = fmin(a->bottom, b->bottom);
                if (right - left > 0.01 && bottom - top > 0.01 &&
                    cells_row(c, top) * c->columns + cells_column(c, left) == cell)
                    sum++;
            }
    return sum;
}

/* Whether a segment passes through a box, more than by a hair. */
static bool passes(const segment *s, const drawing_box *b)
{
    const double hair = 0.25;
    double low = 0.0, high = 1.0;
    const double from[] = {s->a.x, s->a.y}, to[] = {s->b.x, s->b.y};
    const double near[] = {b->left + hair, b->top + hair},
                 far[] = {b->right - hair, b->bottom - hair};
    for (int k = 0; k < 2; k++) {
        double way = to[k] - from[k];
        if (fabs(way) < 1e-12) {
            if (from[k] <= near[k] || from[k] >= far[k])
                return false;
            continue;
        }
        double in = (near[k] - from[k]) / way, out = (far[k] - from[k]) / way;
        low = fmax(low, fmin(in, out));
        high = fmin(high, fmax(in, out));
    }
    return low < high;
}

/* The segments of an edge follow one another, so its last box is known again. Another box in
 * between makes it counted twice, which is right: the edge enters it again. */
static unsigned long long crossed(const drawing *d, const cells *c, const segment *s, size_t n)
{
    unsigned long long sum = 0;
    size_t last_edge = (size_t)-1, last_box = 0;
    for (size_t i = 0; i < n; i++) {
        const drawing_edge *e = &d->edges[s[i].edge];
        size_t top = cells_row(c, fmin(s[i].a.y, s[i].b.y)),
               bottom = cells_row(c, fmax(s[i].a.y, s[i].b.y));
        size_t left = cells_column(c, fmin(s[i].a.x, s[i].b.x));
        size_t right = cells_column(c, fmax(s[i].a.x, s[i].b.x));
        for (size_t row = top; row <= bottom; row++)
            for (size_t column = left; column <= right; column++)
                for (size_t k = c->start[row * c->columns + column];
                     k < c->start[row * c->columns + column + 1]; k++) {
                    size_t box = c->items[k];
                    if (box == e->from || box == e->to || !passes(&s[i], &d->boxes[box]) ||
                        (last_edge == s[i].edge && last_box == box))
                        continue;
                    last_edge = s[i].edge;
                    last_box = box;
                    sum++;
                }
    }
    return sum;
}

static bool measure(const char *path)
{
    drawing d;
    if (!drawing_read(&d, path)) {
        drawing_free(&d);
        return false;
    }
    size_t n, values = 0;
    segment *s = segments_of(&d, &n);
    cells boxes;
    cells_of_boxes(&boxes, &d);
    for (size_t i = 0; i < d.n_boxes; i++)
        values += !d.boxes[i].is_op;
    printf("%zu %llu %.0f %.0f %llu %llu\n", values, crossings(&d, s, n), length_of(s, n),
           d.width * d.height, overlaps(&d, &boxes), crossed(&d, &boxes, s, n));
    cells_free(&boxes);
    free(s);
    drawing_free(&d);
    return true;
}

int main(int argc, char **argv)
{
    bool done = argc > 1;
    for (int i = 1; i < argc; i++)
        done = measure(argv[i]) && done;
    return !done;
}
