/* A tensor in text: its shape, its numbers as nested lists, or what they come to. */
#ifndef DGI_TENSOR_TEXT_H
#define DGI_TENSOR_TEXT_H

#include "base/buf.h"
#include "base/number.h"
#include "draw/style/tensor_statistics.h"

/* Up to so many numbers are written out. */
enum { DGI_NUMBERS_SHOWN = 8 };

/* "(4, 2)" or "(3,)", terminated. Returns the length. */
enum { DGI_SHAPE_TEXT_SIZE = DG_TRACE_DIMS_MAX * 22 + 4 };
size_t dgi_shape_text(char *text, const dg_trace *t, size_t node);

/* A number in a record: with the documents' four decimals; where these say nothing, because it is
 * too large or would read as a zero that it is not, as 1.0000e+300 or 1.50e-07. */
size_t dgi_short_number(char *text, double x);

/* How many brackets of the nested lists open before number i; before number i + 1: how many close
 * after number i. */
size_t dgi_bracket_count(const dgi_tensor_view *x, size_t i);

/* For a tooltip: all numbers with all their digits, row by row, up to a sensible count, and the
 * summary. */
void dgi_put_tensor_in_full(dgi_buf *b, const dgi_tensor_view *x);

/* On part of a line: a few numbers, else the summary. */
void dgi_put_tensor_in_brief(dgi_buf *b, const dgi_tensor_view *x);

#endif
