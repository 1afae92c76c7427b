/* Filling in what a box says. Here a field's width is that of its texts; what is arranged around
 * them is in box_geometry.h. */
#ifndef DGI_BOX_TEXT_H
#define DGI_BOX_TEXT_H

#include <dotgrad/trace.h>

#include "draw/scene.h"
#include "draw/style/number_text.h"
#include "draw/style/tensor_statistics.h"

/* What the texts are made of. */
struct dgi_text_source {
    const dg_trace *trace; /* borrowed */
    dgi_trace_statistics statistics;
    dgi_number_format numbers;
    double least_grad_width;   /* of a gradient's number, whether it was computed or not */
    const double *grad_widths; /* borrowed; of each node: the same for itself alone; or NULL */
    unsigned show;             /* of dg_show */
    const struct dgi_folded *folded; /* borrowed; what the trace is a fold of; or NULL */
};

/* Fills in the others. False when out of memory. */
bool dgi_text_source_init(struct dgi_text_source *s, const dg_trace *t,
                          const dgi_number_format *numbers);

void dgi_box_texts_clear(dgi_box_texts *b);

/* Begins the next field; it is good until the texts are cleared. */
dgi_field *dgi_add_field(dgi_box_texts *b, dgi_role role);

/* Adds a text to the last field, and measures it; it is good until the next one is added. */
dgi_text *dgi_add_text(dgi_box_texts *b, const char *text, size_t size);

/* Text i of all, or the spare one where memory ran out before it was added. */
dgi_text *dgi_text_at(dgi_box_texts *b, size_t i);

/* Adds a field: the label in lines, of which an empty one has none; the shape of a tensor; data or
 * gradient; the text of the op. */
void dgi_add_label_field(dgi_box_texts *b, const char *label);
void dgi_add_shape(dgi_box_texts *b, const dg_trace *t, size_t node);
void dgi_add_numbers(dgi_box_texts *b, const struct dgi_text_source *source, size_t node,
                     dgi_role role);
void dgi_add_op(dgi_box_texts *b, const dg_trace *t, size_t node);

#endif
