/* A picture before it has coordinates: the trace, its edges, and how large every node is drawn. */
#ifndef DGI_PICTURE_H
#define DGI_PICTURE_H

#include <dotgrad/trace.h>

#include "draw/style/edges.h"
#include "draw/style/node_text.h"
#include "draw/style/tensor_statistics.h"

/* Sizes in points. */
#define DGI_FONT_SIZE 13.0
#define DGI_LINE_HEIGHT 16.0
#define DGI_MARGIN 8.0 /* around the whole */

/* The record of a value: its fields side by side, label, data and grad; a tensor has its shape
 * after the label. */
typedef struct dgi_record {
    double label, shape, data,
        grad; /* the widths of the fields; whole points; of a scalar, shape 0 */
    double height;
} dgi_record;

/* The ellipse of an op; 0 by 0 for a leaf. */
typedef struct dgi_ellipse {
    double width, height;
} dgi_ellipse;

typedef struct dgi_picture {
    const dg_trace *trace; /* borrowed */
    dgi_edges edges;
    dgi_trace_statistics statistics;
    dgi_record *records;   /* one for each node */
    dgi_ellipse *ellipses; /* one for each node */
    size_t n_ops;
} dgi_picture;

/* False when out of memory. */
bool dgi_picture_of(dgi_picture *p, const dg_trace *t);
void dgi_picture_free(dgi_picture *p);

static inline double dgi_record_width(const dgi_record *r)
{
    return r->label + r->shape + r->data + r->grad;
}

#endif
