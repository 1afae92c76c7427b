/* The writers of the formats that are not made of a scene. */
#ifndef DGI_FORMATS_H
#define DGI_FORMATS_H

#include <dotgrad/draw.h>

#include "base/buf.h"
#include "base/point.h"
#include "draw/options.h"

/* The trace as Graphviz source, and as a table. They have no coordinates, and so need no scene.
 * False when out of memory. */
bool dgi_write_dot(dgi_buf *b, const dg_trace *t, const dgi_options *o);
bool dgi_write_table(dgi_buf *b, const dg_trace *t, const dgi_options *o);

/* Pixels a point, if the scale is 1: 144 an inch. */
enum { DGI_PNG_PIXELS = 2 };

/* Decides on the scale of a PNG or PDF of a picture of that size in points: the one that was asked
 * for, or 1; a PDF of which none was asked for is made so small that viewers take it. DG_LIMIT
 * where that is too large. */
dg_status dgi_choose_scale(dgi_options *o, dgi_point size, dg_error *error);

/* Makes the SVG text of a page, counted from 1. The caller frees it in any case. */
typedef dg_status dgi_put_page(void *context, dgi_buf *svg, size_t page);

/* The SVG texts, one after another and all of one size, as the pages of a PDF; one as PNG. */
dg_status dgi_rasterise(dgi_buf *b, size_t pages, dgi_put_page *put_page, void *context,
                        const dgi_options *o, dg_error *error);

#endif
