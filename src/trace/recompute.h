/* The op of a node, made again from its text in a graph of its own, so that the engine's kernels
 * compute what they compute in a pass. */
#ifndef DGI_TRACE_RECOMPUTE_H
#define DGI_TRACE_RECOMPUTE_H

#include <dotgrad/engine.h>

#include "trace/trace.h"

/* A leaf of a node's shape with the numbers, which are its data or its gradient. */
dg_value *dgi_trace_leaf(dg_graph *g, const dg_trace *t, size_t node, const double *numbers,
                         bool requires_grad);

/* Leaves for the operands of a node, with their data; those require a gradient for which out[i] is
 * not NULL. `out` may be NULL: none. False where one has no data, or with the graph's error. */
bool dgi_recompute_operands(dg_graph *g, const dg_trace *t, size_t node, double *const *out,
                            dg_value **x);

/* The result of the node's op of the operands x; NULL where the text is that of no op, or x do not
 * fit it. Its shape and data may be other than the node's. */
dg_value *dgi_recompute(const dg_trace *t, size_t node, dg_value **x);

/* Whether the text of an op is the name with a dimension, `sum(dim=1)`. */
bool dgi_op_has_dim(const char *text, const char *name, int *dim);

#endif
