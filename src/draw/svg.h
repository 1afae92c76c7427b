/* Writing a picture as SVG, one placed element at a time. Knows nothing of who places them.
 *
 * Coordinates are in points, x to the right and y down, from the picture's upper left corner. */
#ifndef DGI_SVG_H
#define DGI_SVG_H

#include "draw/formats.h"
#include "draw/picture.h"

typedef struct dgi_point {
    double x, y;
} dgi_point;

typedef struct dgi_svg {
    const dgi_picture *picture;
    dgi_svg_style style;
    double width, height;
    dgi_buf edges, ops, values; /* the layers, painted in this order */
    size_t n_edges, n_ops, n_values;
} dgi_svg;

void dgi_svg_begin(dgi_svg *s, const dgi_picture *p, const dgi_svg_style *style);
void dgi_svg_free(dgi_svg *s);

/* The record of a value, and the ellipse of its op, around their centres. */
void dgi_svg_value(dgi_svg *s, size_t node, dgi_point centre);
void dgi_svg_op(dgi_svg *s, size_t node, dgi_point centre);

/* An edge: dgi_svg_edge_begin, then its parts in any order, then dgi_svg_edge_end. A spline is a
 * start and then three points for each Bézier segment. */
void dgi_svg_edge_begin(dgi_svg *s, size_t edge);
void dgi_svg_spline_begin(dgi_svg *s, dgi_point start);
void dgi_svg_spline_point(dgi_svg *s, dgi_point point);
void dgi_svg_spline_end(dgi_svg *s);
void dgi_svg_arrowhead(dgi_svg *s, const dgi_point *points, size_t n);
void dgi_svg_edge_label(dgi_svg *s, const char *text, dgi_point centre);
void dgi_svg_edge_end(dgi_svg *s);

/* The whole document, once every element is placed and the size is set. */
void dgi_svg_write(dgi_buf *b, const dgi_svg *s);

#endif
