/* The smallest pieces of SVG: numbers, attributes, texts and paths. A failed allocation is kept in
 * the buffer. */
#ifndef DGI_SVG_WRITE_H
#define DGI_SVG_WRITE_H

#include "base/buf.h"
#include "base/point.h"

/* A coordinate: two decimals at most, and no zeros at its end. */
void dgi_put_number(dgi_buf *b, double x);

/* ` name="x"`, and ` name="value"` of a value that needs no escapes. */
void dgi_put_attribute(dgi_buf *b, const char *name, double x);
void dgi_put_text_attribute(dgi_buf *b, const char *name, const char *value);

/* Text content: nothing in it is markup, and what XML cannot carry is U+FFFD. */
void dgi_put_text(dgi_buf *b, const char *text, size_t size);

/* A path's last point as it was written, in hundredths. The next point is written relative to it,
 * so that rounding errors do not add up. */
typedef struct dgi_pen {
    long long x, y;
} dgi_pen;

/* Moves to a point; draws a line; draws a Bézier segment to its third point. */
void dgi_pen_move(dgi_pen *pen, dgi_buf *b, dgi_point p);
void dgi_pen_line(dgi_pen *pen, dgi_buf *b, dgi_point p);
void dgi_pen_curve(dgi_pen *pen, dgi_buf *b, const dgi_point p[3]);

#endif
