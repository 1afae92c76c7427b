/* What is drawn in an SVG, read from it: texts, boxes, ellipses and lines with their coordinates.
 */
#ifndef SVG_SHAPES_H
#define SVG_SHAPES_H

#include <dotgrad/dotgrad.h>

#include "xml_scan.h"

typedef struct svg_rect {
    double x0, y0, x1, y1;
} svg_rect;

/* A group of the picture: a value, its op, an edge. */
typedef struct svg_owner {
    const xml_element *group;
    size_t number; /* of its id */
    char letter;   /* of its id: v or e */
    bool op;
} svg_owner;

/* A line of text: from a little above the baseline to the height of capitals; or a badge. */
typedef struct svg_text {
    svg_rect at;
    const xml_element *element, *whole; /* a tspan in a text, or a text itself */
    svg_owner owner;
} svg_text;

typedef struct svg_shape {
    svg_rect at;
    bool round;    /* an ellipse */
    double radius; /* of a box's corners */
    bool cell;     /* behind a number, or on a wire */
    svg_owner owner;
} svg_shape;

/* A curve: 1 + 3k points. Straight lines are curves, too. */
typedef struct svg_line {
    double (*points)[2]; /* owned */
    size_t n;
    svg_owner owner;
} svg_line;

enum { SVG_SHAPES = 4000, SVG_LINES = 40000 };

typedef struct svg_picture {
    double width, height;
    svg_text texts[SVG_SHAPES];
    svg_shape shapes[SVG_SHAPES]; /* boxes and ellipses */
    svg_line lines[SVG_LINES];    /* curves of edges, wires, rules, patterns; not arrowheads */
    size_t n_texts, n_shapes, n_lines;
} svg_picture;

/* An attribute that is a number; the test fails where it is not. */
double svg_number(const xml_element *e, const char *name);

/* The picture is static: good until the next call. The lines have to be freed. */
svg_picture *svg_read(xml_element *root);
void svg_free_lines(svg_picture *p);

/* A point of a curve, t from 0 to 1 along all its pieces. */
void svg_point_of(const svg_line *l, double t, double *x, double *y);

/* About how deep a point is in a shape; below 0 outside. */
double svg_depth(const svg_shape *s, double x, double y);

static inline bool svg_inside(const svg_rect *r, double x, double y)
{
    return x > r->x0 && x < r->x1 && y > r->y0 && y < r->y1;
}

static inline bool svg_overlap(const svg_rect *a, const svg_rect *b)
{
    return a->x0 < b->x1 && b->x0 < a->x1 && a->y0 < b->y1 && b->y0 < a->y1;
}

#endif
