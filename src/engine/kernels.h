/* What the ops on whole arrays share: their kernels' names, and a tensor seen along a dimension. */
#ifndef DGI_KERNELS_H
#define DGI_KERNELS_H

#include "engine/array.h"

/* Declares dgi_sum_forward() and the like: see dgi_tensor_forward() and dgi_tensor_backward(). */
#define DGI_TENSOR_OP(name, operands, arguments, text, formula, kernels)                           \
    void dgi_##kernels##_forward(dg_value *v);                                                     \
    void dgi_##kernels##_backward(dgi_backward_pass *p, dg_value *v);
#include "engine/tensor_ops.def"
#undef DGI_TENSOR_OP

/* What a value of one operand holds in the place of the second one: dims, or an index. */
typedef struct dgi_op_attributes {
    bool is_index;
    int first, second;
    ptrdiff_t index;
} dgi_op_attributes;

/* A value of one operand or of two, its data computed; NULL with the graph's error. */
dg_value *dgi_tensor_unary(uint8_t op, dg_value *a, int ndim, const size_t *shape,
                           dgi_op_attributes rest);
dg_value *dgi_tensor_binary(uint8_t op, dg_value *a, dg_value *b, int ndim, const size_t *shape,
                            bool requires_grad);

/* Counts dim from 0 where it is from the end; false with the graph's error, "sum: dimension 2 of a
 * tensor of shape (4, 2)", where there is no such dimension. A scalar is taken for a vector. */
bool dgi_normalise_dim(const dg_value *a, const char *op, int *dim);

/* A tensor as lanes along one dimension: outer * inner of them, each of n numbers that are inner
 * apart. Lane i of block o begins at number o * n * inner + i. */
typedef struct dgi_lanes {
    size_t outer, n, inner;
} dgi_lanes;

/* Along dimension dim; -1: all numbers are one lane. */
dgi_lanes dgi_lanes_of(const dg_value *a, int dim);

/* d[i] += x[i]; what is fresh is stored, and added to 0, so that it makes no difference, to a -0
 * neither. */
static inline void dgi_accumulate(double *restrict d, const double *restrict x, size_t n,
                                  bool fresh)
{
    if (fresh)
        for (size_t i = 0; i < n; i++)
            d[i] = 0.0 + x[i];
    else
        for (size_t i = 0; i < n; i++)
            d[i] += x[i];
}

/* The same with one number for all. */
static inline void dgi_accumulate_scalar(double *restrict d, double x, size_t n, bool fresh)
{
    if (fresh)
        for (size_t i = 0; i < n; i++)
            d[i] = 0.0 + x;
    else
        for (size_t i = 0; i < n; i++)
            d[i] += x;
}

/* Sums are made in this many interleaved parts, added in one order: vectors can be used, and the
 * digits do not depend on how wide they are. */
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
