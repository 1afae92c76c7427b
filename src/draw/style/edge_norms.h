/* What edges say where a tensor takes part: norms. */
#ifndef DGI_EDGE_NORMS_H
#define DGI_EDGE_NORMS_H

#include "draw/style/edges.h"

/* The number of the edge from one value to another, either of which is a tensor: the norm of what
 * all operands that are that value contribute, or of the local gradients how much larger that norm
 * is than that of the upstream gradient. A contribution of one number is itself. It is not known
 * where an op is not, or a gradient. False when out of memory. */
bool dgi_edge_norm(dgi_edge_number *number, const dg_trace *t, size_t from, size_t to,
                   dg_edges what);

#endif
