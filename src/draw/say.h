/* What a node says: the texts of its fields, the same in every format that has them. */
#ifndef DGI_SAY_H
#define DGI_SAY_H

#include <dotgrad/trace.h>

#include "base/buf.h"
#include "base/number.h"
#include "draw/summary.h"

/* The name that stands for a node in a sentence or a table: its label on one line, else v<N>. */
void dgi_say_name(dgi_buf *b, const dg_trace *t, size_t node);

/* "data -8.0000" and "grad 1.0000", with the documents' four decimals, into room for
 * DGI_FIELD_ROOM bytes. Return the length. */
enum { DGI_FIELD_ROOM = DGI_NUMBER_ROOM + 8 };
size_t dgi_say_data(char *text, const dg_trace *t, size_t node);
size_t dgi_say_grad(char *text, const dg_trace *t, size_t node);

/* The same for a picture that people look at: from 1e16 on, where four decimals say nothing and
 * would make a box of hundreds of digits, as 1.0000e+300. */
size_t dgi_say_short_data(char *text, const dg_trace *t, size_t node);
size_t dgi_say_short_grad(char *text, const dg_trace *t, size_t node);

/* One value on several lines with its numbers in full: its name and how it was made, its shape,
 * data, grad. */
void dgi_say_in_full(dgi_buf *b, const dgi_summaries *s, size_t node);

/* The whole graph in words, cut where it is long: "L = d * f, data -8, gradient 1; …". */
void dgi_say_graph(dgi_buf *b, const dgi_summaries *s);

/* The character after the line that begins at text: '\n', or a "\r\n" or '\r' taken as one, or the
 * end. Returns the line's size and sets *next to where the next line begins, NULL after the last.
 */
size_t dgi_line(const char *text, const char **next);

/* The edges of a picture: one for each distinct (parent, value) pair, in the order of the trace. */
typedef struct dgi_link {
    size_t from, to;
    size_t times;
} dgi_link;

typedef struct dgi_links {
    dgi_link *all; /* owned */
    size_t n;
} dgi_links;

/* False when out of memory. */
bool dgi_links_of(dgi_links *links, const dg_trace *t);
void dgi_links_free(dgi_links *links);

#endif
