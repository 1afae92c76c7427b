/* A drawn picture, read back from its SVG: boxes and curves, whoever placed them. */
#ifndef BENCH_DRAWING_H
#define BENCH_DRAWING_H

#include <stdbool.h>
#include <stddef.h>

typedef struct drawing_point {
    double x, y;
} drawing_point;

typedef struct drawing_box {
    double left, top, right, bottom;
    size_t node; /* of the trace */
    bool is_op;
} drawing_box;

typedef struct drawing_edge {
    size_t number;         /* in its id */
    drawing_point *points; /* 1 + 3k, of a piecewise cubic Bezier curve, without the arrowhead */
    size_t n_points;
    size_t from, to; /* boxes: the nearest to its ends */
} drawing_edge;

typedef struct drawing {
    double width, height;
    drawing_box *boxes;
    size_t n_boxes;
    drawing_edge *edges;
    size_t n_edges;
} drawing;

/* False after a message on standard error. */
bool drawing_read(drawing *d, const char *path);
void drawing_free(drawing *d);

#endif
