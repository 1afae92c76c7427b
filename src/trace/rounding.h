/* How far rounding puts numbers apart that two sources compute from the same operands: in another
 * order of summation, or by another formula. */
#ifndef DGI_TRACE_ROUNDING_H
#define DGI_TRACE_ROUNDING_H

#include "trace/scalar_ops.h"
#include "trace/trace.h"

/* What results are compared with. */
typedef struct dgi_precision {
    double tolerance; /* relative to the sum of the magnitudes of all that is added up */
    double epsilon;   /* of the numbers' format, for derivatives that are a difference */
} dgi_precision;

/* The magnitude of the numbers whose difference the derivative of an op of x is, where the formula
 * that everybody writes is a difference, as 1 - tanh(x)**2; else 0. */
double dgi_derivative_magnitude(dgi_scalar_op op, double x);

/* The same of the op's result: what the relative error of `value` refers to. */
double dgi_value_magnitude(dgi_scalar_op op, double value);

/* Adds, for each element of operand i, by how much its contribution may be off. The sum of
 * magnitudes is that of the terms of the vector-Jacobian product, which may cancel. As
 * dg_trace_contribution(), with the same statuses. */
dg_status dgi_add_contribution_rounding(const dg_trace *t, size_t node, size_t i, dgi_precision p,
                                        double *bounds);

/* How far the data of a node are from what its op computes of its operands' data: the largest error
 * relative to the sum of the magnitudes of the terms; 0 where it is not known. #DG_NOMEM, else
 * #DG_OK. */
dg_status dgi_data_error(const dg_trace *t, size_t node, double *error);

#endif
