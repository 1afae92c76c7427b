/* What values are called in sentences and tables of text. */
#ifndef DGI_INSPECT_WHY_NAMES_H
#define DGI_INSPECT_WHY_NAMES_H

#include "base/buf.h"
#include "trace/trace.h"

enum { DGI_WHY_NAMES = 512 };

/* The labels that a text has, and how many values of the trace have each. A text is written twice:
 * first to collect them, then with an id beside each label that is not unique. Beyond half of
 * DGI_WHY_NAMES labels are written without. */
typedef struct dgi_why_names {
    const dg_trace *trace; /* borrowed */
    struct {
        const char *label; /* interned; NULL: free */
        size_t values;
    } slots[DGI_WHY_NAMES];
    size_t count;
    bool collecting;
} dgi_why_names;

void dgi_why_names_init(dgi_why_names *n, const dg_trace *t);

/* Ends collecting. */
void dgi_why_names_count(dgi_why_names *n);

/* The label of a value on one line, shortened where it is long, else its id. */
void dgi_why_put_name(dgi_buf *b, dgi_why_names *n, size_t node);

/* "c = a * b", "r = ReLU(n)"; the name alone of a leaf. */
void dgi_why_put_expression(dgi_buf *b, dgi_why_names *n, size_t node);

/* A number with four significant digits. */
void dgi_why_put_number(dgi_buf *b, double x);

#endif
