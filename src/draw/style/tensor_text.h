/* The texts of tensors: shapes, and numbers as nested lists or as statistics. */
#ifndef DGI_TENSOR_TEXT_H
#define DGI_TENSOR_TEXT_H

#include "base/buf.h"
#include "draw/style/number_text.h"
#include "draw/style/tensor_statistics.h"

/* Tensors of up to so many numbers are shown number by number, others by their statistics. */
enum { DGI_NUMBERS_SHOWN = 8 };

/* "(4, 2)" or "(3,)", terminated; a size that is not known by its name, or "?". Returns the length.
 */
enum {
    DGI_SIZE_TEXT_MAX = 24,
    DGI_SHAPE_TEXT_SIZE = DG_TRACE_DIMS_MAX * (DGI_SIZE_TEXT_MAX + 5) + 4
};
size_t dgi_shape_text(char *text, const dg_trace *t, size_t node);

/* How many brackets of the nested lists open before number i. (As many close after number i as
 * dgi_bracket_count(x, i + 1) says.) */
size_t dgi_bracket_count(const dgi_tensor_view *x, size_t i);

/* For a tooltip: all digits of up to 64 numbers, row by row, and the statistics. */
void dgi_put_tensor_in_full(dgi_buf *b, const dgi_tensor_view *x);

/* For a part of a line: a few numbers, else the statistics. NULL: numbers as a sentence has them,
 * with few digits. */
void dgi_put_tensor_in_brief(dgi_buf *b, const dgi_tensor_view *x,
                             const dgi_number_format *numbers);

#endif
