/* Contributions: what the edges of a node add to the gradients of its operands. */
#ifndef DGI_TRACE_CONTRIBUTIONS_H
#define DGI_TRACE_CONTRIBUTIONS_H

#include "trace/trace.h"

/* The contributions of the edges `i` of a node for which out[i] is not NULL, computed together: as
 * dg_trace_contribution() for each, with the same statuses. out has as many entries as the node has
 * operands. #DG_INVALID also where a gradient does not flow to one of the operands. */
dg_status dgi_trace_contributions(const dg_trace *t, size_t node, double *const *out);

#endif
