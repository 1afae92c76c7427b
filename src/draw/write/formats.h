/* The writers of the formats that are not made of a scene. */
#ifndef DGI_FORMATS_H
#define DGI_FORMATS_H

#include <dotgrad/draw.h>

#include "base/buf.h"
#include "draw/options.h"

/* The trace as Graphviz source, and as a table. They have no coordinates, and so need no scene.
 * False when out of memory. */
bool dgi_write_dot(dgi_buf *b, const dg_trace *t);
bool dgi_write_table(dgi_buf *b, const dg_trace *t, const dgi_options *o);

/* The SVG text as PNG or PDF. */
dg_status dgi_rasterise(dgi_buf *b, const char *svg, size_t size, const dgi_options *o,
                        dg_error *error);

#endif
