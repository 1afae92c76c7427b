/* Writing a picture as SVG, one placed element at a time. Knows nothing of who places them.
 *
 * A large graph is mostly text, so its elements are short: what many of them share stands on their
 * layer, paths go from point to point, and what is not said is not there.
 *
 * Coordinates are in points, x to the right and y down, from the picture's upper left corner. */
#ifndef DGI_SVG_H
#define DGI_SVG_H

#include "draw/write/formats.h"
#include "draw/write/sink.h"
#include "draw/style/measure.h"
#include "draw/write/svg_write.h"

/* The layers, in the order in which they are painted. */
typedef enum dgi_layer {
    DGI_LAYER_EDGES,
    DGI_LAYER_OPS,
    DGI_LAYER_VALUES,
    DGI_LAYER_COUNT
} dgi_layer;

typedef struct dgi_svg {
    const dgi_picture *picture;
    dgi_svg_style style;
    dgi_sink *output; /* borrowed */
    double width, height;
    bool in_order;  /* elements go straight to the output */
    dgi_layer open; /* in order: the layer of the last one; DGI_LAYER_COUNT: there was none */
    dgi_buf layers[DGI_LAYER_COUNT]; /* not in order: what waits until the end */
    dgi_buf scratch;
    dgi_point curve[3]; /* of the segment that is on its way */
    size_t n_curve;
    dgi_pen pen;
    size_t n_edges, n_ops, n_values;
} dgi_svg;

void dgi_svg_begin(dgi_svg *s, const dgi_picture *p, const dgi_svg_style *style, dgi_sink *output);
void dgi_svg_free(dgi_svg *s);

/* Promises that the size is set, and that from now on all edges come first, then all ops, then all
 * values: then nothing has to wait for the end, and no more than a piece of the text is ever held.
 */
void dgi_svg_in_order(dgi_svg *s);

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

/* The end of the document, with all that waited for it. */
void dgi_svg_end(dgi_svg *s);

#endif
