/* The names of operands, as of ONNX and PyTorch: "weight". */
#ifndef DGI_EDGE_NAMES_H
#define DGI_EDGE_NAMES_H

#include "draw/style/edges.h"

/* Of each edge the name of the first operand that has one, or NULL; borrowed from the trace, but
 * for the array itself, which the caller frees. *any says whether there are some. In the view of a
 * fold they are those of the values in the whole. NULL when out of memory. */
const char **dgi_edge_names(const dgi_edges *edges, const dg_trace *t,
                            const struct dgi_folded *folded, bool *any);

#endif
