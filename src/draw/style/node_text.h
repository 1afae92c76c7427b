/* What a node says: the texts of its fields, the same in every format that has them. */
#ifndef DGI_NODE_TEXT_H
#define DGI_NODE_TEXT_H

#include <dotgrad/trace.h>

#include "base/buf.h"
#include "base/number.h"
#include "draw/style/tensor_statistics.h"

/* The name that stands for a node in a sentence or a table: its label on one line, else v<N>. */
void dgi_put_node_name(dgi_buf *b, const dg_trace *t, size_t node);

/* "data -8.0000" and "grad 1.0000", with the documents' four decimals, into room for
 * DGI_FIELD_TEXT_SIZE bytes. Return the length. */
enum { DGI_FIELD_TEXT_SIZE = DGI_NUMBER_ROOM + 8 };
size_t dgi_data_text(char *text, const dg_trace *t, size_t node);
size_t dgi_grad_text(char *text, const dg_trace *t, size_t node);

/* The same for a picture that people look at: from 1e16 on, where four decimals say nothing and
 * would make a box of hundreds of digits, as 1.0000e+300. */
size_t dgi_short_data_text(char *text, const dg_trace *t, size_t node);
size_t dgi_short_grad_text(char *text, const dg_trace *t, size_t node);

/* One value on several lines with its numbers in full: its name and how it was made, its shape,
 * data, grad. */
void dgi_put_tooltip(dgi_buf *b, const dgi_trace_statistics *s, size_t node);

/* The whole graph in words, cut where it is long: "L = d * f, data -8, gradient 1; …". */
void dgi_put_graph_description(dgi_buf *b, const dgi_trace_statistics *s);

/* The character after the line that begins at text: '\n', or a "\r\n" or '\r' taken as one, or the
 * end. Returns the line's size and sets *next to where the next line begins, NULL after the last.
 */
size_t dgi_first_line(const char *text, const char **next);

#endif
