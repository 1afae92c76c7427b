/* Nodes behind their operands, as they would be computed; and the way back, from operands to users.
 */
#ifndef DGI_TOPOLOGICAL_ORDER_H
#define DGI_TOPOLOGICAL_ORDER_H

#include "trace/trace.h"

/* What the root was computed from, and the root, depth first; then what else there is. The caller
 * frees the order in any case. #DG_NOMEM, or #DG_FORMAT for a cycle. */
dg_status dgi_topological_order(const dg_trace *t, uint32_t **order);

/* The nodes that use each node, in order, one list behind the other: those of node i begin at
 * first[i]. `first` has room for one more than all nodes, `users` for all edges. */
void dgi_find_users(const dg_trace *t, uint32_t *first, uint32_t *users);

#endif
