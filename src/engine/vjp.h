/* Vector-Jacobian products as values of the graph: what differentiate.c adds up. */
#ifndef DGI_VJP_H
#define DGI_VJP_H

#include "engine/record.h"

/* A leaf of the graph that requires no gradient; NULL with the graph's error. */
dg_value *dgi_constant_leaf(dg_graph *g, double data);

/* What v contributes to the gradient of its operand i, with g the gradient of v: a value of the
 * operand's shape. NULL with *is_zero where that is 0 everywhere, or with the graph's error. */
dg_value *dgi_vjp(dg_value *v, dg_value *g, size_t i, bool *is_zero);

/* The same for the ops of tensor_ops.def and record_ops.def (vjp_tensor.c). */
dg_value *dgi_vjp_tensor(dg_value *v, dg_value *g, size_t i, bool *is_zero);

/* And for the reductions, of which there is one operand (vjp_reduction.c). */
dg_value *dgi_vjp_reduction(const dgi_arguments *a, dg_value *v, dg_value *g);

/* g summed over what broadcasting repeated of x. */
dg_value *dgi_sum_to_shape(dg_value *g, const dg_value *x);

#endif
