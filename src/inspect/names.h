/* How values are called in sentences. */
#ifndef DGI_INSPECT_NAMES_H
#define DGI_INSPECT_NAMES_H

#include "base/buf.h"
#include "trace/trace.h"

/* Appends the name of a value: its label in quotes, else its id; and its scope, unless the label
 * begins with it. */
void dgi_put_value_name(dgi_buf *out, const dg_trace *t, size_t node);

/* Appends a text from a trace in quotes, on one line, cut where it is long. */
void dgi_put_quoted(dgi_buf *out, const char *text);

#endif
