/* What the ops of tensor_ops.def share: declarations of their kernels, lanes along a dimension,
 * sums. */
#ifndef DGI_KERNELS_H
#define DGI_KERNELS_H

#include "engine/array.h"

/* Declares dgi_sum_forward(), dgi_sum_backward() and so on, which dgi_tensor_forward() and
 * dgi_tensor_backward() call. */
#define DGI_TENSOR_OP(name, operands, arguments, text, formula, kernels)                           \
    void dgi_##kernels##_forward(dg_value *v);                                                     \
    void dgi_##kernels##_backward(dgi_backward_pass *p, dg_value *v);
#include "engine/tensor_ops.def"
#undef DGI_TENSOR_OP

/* The attributes of an op of one operand, stored in place of a second one: dimensions, or an index.
 */
typedef struct dgi_op_attributes {
    bool is_index;
    int first, second;
    ptrdiff_t index;
} dgi_op_attributes;

/* A new value of one or two operands, its data computed; NULL with the graph's error. */
dg_value *dgi_tensor_unary(uint8_t op, dg_value *a, int ndim, const size_t *shape,
                           dgi_op_attributes rest);
dg_value *dgi_tensor_binary(uint8_t op, dg_value *a, dg_value *b, int ndim, const size_t *shape,
                            bool requires_grad);

/* Makes a negative dim count from 0; false with the graph's error, "sum: dimension 2 of a tensor of
 * shape (4, 2)", where there is no such dimension. A scalar has dimension 0, as a vector. */
bool dgi_normalise_dim(const dg_value *a, const char *op, int *dim);

/* The lanes of a tensor along one dimension: outer * inner of them, each of n elements with stride
 * inner. Lane i of block o begins at element o * n * inner + i. */
typedef struct dgi_lanes {
    size_t outer, n, inner;
} dgi_lanes;

/* Along dimension dim; -1: all elements are one lane. */
dgi_lanes dgi_lanes_of(const dg_value *a, int dim);

/* d[i] += x[i]; stored where d is uninitialised, as 0 + x so that the result is the same for -0
 * too. */
static inline void dgi_accumulate(double *restrict d, const double *restrict x, size_t n,
                                  bool uninitialised)
{
    if (uninitialised)
        for (size_t i = 0; i < n; i++)
            d[i] = 0.0 + x[i];
    else
        for (size_t i = 0; i < n; i++)
            d[i] += x[i];
}

/* The same with one x for all. */
static inline void dgi_accumulate_scalar(double *restrict d, double x, size_t n, bool uninitialised)
{
    if (uninitialised)
        for (size_t i = 0; i < n; i++)
            d[i] = 0.0 + x;
    else
        for (size_t i = 0; i < n; i++)
            d[i] += x;
}

/* Sums have this many interleaved accumulators, added up in a fixed order: they vectorise, and the
 * result does not depend on the width of the vectors. */
enum { DGI_ACCUMULATORS = 8 };

static inline double dgi_sum_accumulators(const double *s)
{
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

static inline double dgi_sum_contiguous(const double *x, size_t n)
{
    double s[DGI_ACCUMULATORS] = {0.0};
    size_t i = 0;
    for (; i + DGI_ACCUMULATORS <= n; i += DGI_ACCUMULATORS)
        for (size_t j = 0; j < DGI_ACCUMULATORS; j++)
            s[j] += x[i + j];
    for (size_t j = 0; i + j < n; j++)
        s[j] += x[i + j];
    return dgi_sum_accumulators(s);
}

static inline double dgi_dot(const double *x, const double *y, size_t n)
{
    double s[DGI_ACCUMULATORS] = {0.0};
    size_t i = 0;
    for (; i + DGI_ACCUMULATORS <= n; i += DGI_ACCUMULATORS)
        for (size_t j = 0; j < DGI_ACCUMULATORS; j++)
            s[j] += x[i + j] * y[i + j];
    for (size_t j = 0; i + j < n; j++)
        s[j] += x[i + j] * y[i + j];
    return dgi_sum_accumulators(s);
}

#endif
