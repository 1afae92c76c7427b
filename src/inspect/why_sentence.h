/* What an explanation says in sentences. */
#ifndef DGI_INSPECT_WHY_SENTENCE_H
#define DGI_INSPECT_WHY_SENTENCE_H

#include "inspect/why.h"
#include "inspect/why_names.h"

/* "The gradient of a (∂L/∂a) is 6." or why there is none. */
void dgi_why_put_headline(dgi_buf *b, const dg_why *w, dgi_why_names *n);

/* Where the gradient became what it is, and why; nothing where there is no turning point. */
void dgi_why_put_turning_point(dgi_buf *b, const dg_why *w, dgi_why_names *n);

/* How the gradient in the trace differs from the sum, and what of the sum is not known; nothing
 * where neither is so. */
void dgi_why_put_reservation(dgi_buf *b, const dg_why *w, dgi_why_names *n);

#endif
