/* The fields of a tensor's record that hold numbers. */
#ifndef DGI_RECORD_FIELD_H
#define DGI_RECORD_FIELD_H

#include "draw/scene.h"
#include "draw/style/tensor_statistics.h"

/* Adds the field of a tensor's data or gradient: the word, then its numbers in rows, or their
 * statistics. */
void dgi_add_tensor_field(dgi_box_texts *b, dgi_role role, const dgi_tensor_view *x);

/* The texts of a field as one text with line breaks. */
void dgi_put_field(dgi_buf *to, const dgi_box_texts *b, const dgi_field *f);

#endif
