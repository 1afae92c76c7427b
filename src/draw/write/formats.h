/* The writers of the formats, one a file. Each appends to a buffer and returns false when out of
 * memory; those that can fail otherwise take an error. */
#ifndef DGI_FORMATS_H
#define DGI_FORMATS_H

#include <dotgrad/draw.h>

#include "base/buf.h"

bool dgi_write_dot(dgi_buf *b, const dg_trace *t);
bool dgi_write_table(dgi_buf *b, const dg_trace *t);

/* How an SVG differs from the default one. */
typedef struct dgi_svg_style {
    const char *id_prefix;
    bool inline_html; /* no prolog */
    bool no_size;     /* no width and height */
    dg_layout layout;
    const char *title, *description; /* NULL: its own words */
} dgi_svg_style;

/* SOURCE_DATE_EPOCH, or NULL for a fixed date, as ISO 8601 has it; the same in every zone. */
enum { DGI_DATE_SIZE = sizeof "2000-01-01T00:00:00Z" };
dg_status dgi_date(char date[DGI_DATE_SIZE], const char *epoch, dg_error *error);

/* The SVG text as PNG, or as PDF made at that date. */
dg_status dgi_rasterise(dgi_buf *b, const char *svg, size_t size, dg_format format,
                        const char *date, dg_error *error);

#endif
