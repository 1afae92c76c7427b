/* The fields of a tensor's record that hold numbers. */
#ifndef DGI_RECORD_FIELD_H
#define DGI_RECORD_FIELD_H

#include "draw/scene.h"
#include "draw/style/number_text.h"
#include "draw/style/tensor_statistics.h"

/* The width that most gradients have, with a minus sign. */
double dgi_typical_width(const dgi_number_format *numbers);

/* Adds the field of a tensor's data or gradient: "data" or "grad" where the word is wanted, then
 * the numbers in rows, or their statistics. A gradient that was never computed is a dash, in a
 * field of the size that it has with typical numbers; in -Tdot it is None. */
void dgi_add_tensor_field(dgi_box_texts *b, dgi_role role, const dgi_tensor_view *x,
                          const dgi_number_format *numbers, bool word);

/* The texts of a field that begins with a word as one text with line breaks. */
void dgi_put_field(dgi_buf *to, const dgi_box_texts *b, const dgi_field *f);

#endif
