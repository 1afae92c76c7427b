/* The texts of nodes, the same in every format. */
#ifndef DGI_NODE_TEXT_H
#define DGI_NODE_TEXT_H

#include <dotgrad/trace.h>

#include "base/buf.h"
#include "draw/style/number_text.h"
#include "draw/style/tensor_statistics.h"

/* What stands in a picture as the label: where there is none, and no data either, the id that the
 * node was given. */
const char *dgi_shown_label(const dg_trace *t, size_t node);

/* A node's name in a table: its label on one line, as it was given, else v<N>. */
void dgi_put_node_label(dgi_buf *b, const dg_trace *t, size_t node);

/* The same in a sentence: the label's mathematics is in words. */
void dgi_put_node_name(dgi_buf *b, const dg_trace *t, size_t node);

/* What a node computes: "d * f", "x**2", "x.T", "x[2]", "tanh(n)", "max(a, b)", "sum(x, dim=1)".
 * Its operands are written by a function of the caller's; `binds`: the op is an operator that binds
 * more strongly than a sum. */
typedef void dgi_put_operand(dgi_buf *b, const dg_trace *t, size_t node, bool binds);
void dgi_put_expression(dgi_buf *b, const dg_trace *t, size_t node, dgi_put_operand *put_operand);

/* The op with the number of the result that the node is: "split[1]"; without it for the first. */
void dgi_put_op_of_result(dgi_buf *b, const dg_trace *t, size_t node);

/* "data -8.0000" and "grad 1.0000" with four decimals, as draw_dot of the micrograd lectures has
 * them, into DGI_FIELD_TEXT_SIZE bytes. Return the length. */
enum { DGI_FIELD_TEXT_SIZE = DGI_NUMBER_TEXT_SIZE + 8 };
size_t dgi_data_text(char *text, const dg_trace *t, size_t node);
size_t dgi_grad_text(char *text, const dg_trace *t, size_t node);

/* The same for pictures, with a dash for a gradient that was never computed. */
#define DGI_NO_GRADIENT "\xE2\x80\x93" /* – */
size_t dgi_formatted_data_text(char *text, const dg_trace *t, size_t node,
                               const dgi_number_format *numbers);
size_t dgi_formatted_grad_text(char *text, const dg_trace *t, size_t node,
                               const dgi_number_format *numbers);

/* A value on several lines, with all digits of its numbers: name and expression, scope, shape,
 * data, grad. */
void dgi_put_tooltip(dgi_buf *b, const dgi_trace_statistics *s, size_t node);

/* The graph in words: "L = d * f, data -8, gradient 1; …", the first values of a large one. */
void dgi_put_graph_description(dgi_buf *b, const dgi_trace_statistics *s);

/* Returns the size of the first line of a text, and sets *next to where the next line begins, NULL
 * after the last. A line ends at "\n", "\r\n", "\r" or the end. */
size_t dgi_first_line(const char *text, const char **next);

/* Appends a text on one line of at most so many characters; a longer one ends in "…". */
void dgi_put_shortened(dgi_buf *b, const char *text, int most);

/* Appends the text with a space for each line end. (In Markdown a blank line would end HTML.) */
void dgi_put_on_one_line(dgi_buf *b, const char *text);

#endif
