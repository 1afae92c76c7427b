/* Filling in the texts of boxes. */
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
    double least_grad_width; /* of a gradient's number, whether it was computed or not */
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

/* The width of a field whose texts are that wide: in whole points, so that what Graphviz makes of
 * sizes cannot differ in the last digit. */
double dgi_padded(double width, double padding);
enum { DGI_FIELD_PADDING = 9 };

#endif
