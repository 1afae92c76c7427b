/* Local gradients of a node whose op was looked up before. */
#ifndef DGI_TRACE_LOCAL_GRADIENTS_H
#define DGI_TRACE_LOCAL_GRADIENTS_H

#include "trace/scalar_ops.h"
#include "trace/trace.h"

/* The local gradient of operand i, as dg_trace_local_gradient() gives it, where `call` is the op of
 * the node; false where it is not known. */
bool dgi_local_gradient(const dg_trace *t, size_t node, dgi_scalar_call call, size_t i,
                        double *gradient);

/* Whether a node's data is what the op of its text computes: another library may mean something
 * else by the same text. Single precision is close enough. */
bool dgi_numbers_agree(double computed, double data);

#endif
