/* Copies of nodes in another trace (select.c). */
#ifndef DGI_TRACE_COPY_H
#define DGI_TRACE_COPY_H

#include "trace/trace.h"

/* Appends a copy of a node of another trace, without its operands and annotations; NULL when out of
 * memory. */
dgi_trace_node *dgi_trace_copy_content(dg_trace *to, const dgi_trace_node *n);

/* Gives all nodes the ids of those that they are copies of: `old_index`, by node; DGI_NO_NODE for
 * one that is none. False when out of memory. */
bool dgi_trace_copy_ids(dg_trace *to, const dg_trace *from, const uint32_t *old_index);

#endif
