/* sum, mean and max: of all elements, or along a dimension. The attributes are the dimension, -1
 * for all, and whether it is kept. */
#include "engine/kernels.h"

#include <math.h>

/* A new value reduced along dimension dim, -1 for all. */
static dg_value *reduced(uint8_t op, dg_value *a, int dim, int keepdim)
{
    size_t shape[DG_DIMS_MAX] = {0};
    int ndim = 0;
    for (int i = 0; dim >= 0 && i < dgi_ndim(a); i++)
        if (i != dim)
            shape[ndim++] = dgi_shape_of(a)[i];
        else if (keepdim)
            shape[ndim++] = 1;
    return dgi_tensor_unary(op, a, ndim, shape,
                            (dgi_op_attributes){.first = dim, .second = keepdim != 0});
}

static dg_value *reduced_dim(uint8_t op, const char *name, dg_value *a, int dim, int keepdim)
{
    return a && dgi_normalise_dim(a, name, &dim) ? reduced(op, a, dim, keepdim) : NULL;
}

dg_value *dg_sum(dg_value *a)
{
    return a ? reduced(DGI_TENSOR_sum, a, -1, 0) : NULL;
}

dg_value *dg_sum_dim(dg_value *a, int dim, int keepdim)
{
    return reduced_dim(DGI_TENSOR_sum, "sum", a, dim, keepdim);
}

dg_value *dg_mean(dg_value *a)
{
    return a ? reduced(DGI_TENSOR_mean, a, -1, 0) : NULL;
}

dg_value *dg_mean_dim(dg_value *a, int dim, int keepdim)
{
    return reduced_dim(DGI_TENSOR_mean, "mean", a, dim, keepdim);
}

/* The maximum over a dimension of size 0. */
static dg_value *fail_empty(const dg_value *a)
{
    return dgi_graph_fail(dg_graph_of(a), DG_INVALID, "an empty tensor has no maximum");
}

dg_value *dg_max_all(dg_value *a)
{
    if (a && dgi_size(a) == 0)
        return fail_empty(a);
    return a ? reduced(DGI_TENSOR_max, a, -1, 0) : NULL;
}

dg_value *dg_max_dim(dg_value *a, int dim, int keepdim)
{
    if (!a || !dgi_normalise_dim(a, "max", &dim))
        return NULL;
    if (dgi_lanes_of(a, dim).n == 0)
        return fail_empty(a);
    return reduced(DGI_TENSOR_max, a, dim, keepdim);
}

/* ---- sum and mean ---- */

/* The sums of the lanes. Where they are interleaved they are summed side by side, row by row. */
static void sum_lanes(double *restrict z, const double *restrict x, dgi_lanes l)
{
    for (size_t o = 0; o < l.outer; o++, z += l.inner) {
        if (l.inner == 1) {
            *z = dgi_sum_contiguous(x, l.n);
            x += l.n;
            continue;
        }
        for (size_t i = 0; i < l.inner; i++)
            z[i] = 0.0;
        for (size_t j = 0; j < l.n; j++, x += l.inner)
            for (size_t i = 0; i < l.inner; i++)
                z[i] += x[i];
    }
}

void dgi_sum_forward(dg_value *v)
{
    const dg_value *a = dgi_first_operand(v);
    sum_lanes(dgi_data(v), dgi_data_const(a), dgi_lanes_of(a, dgi_dim0(v)));
}

void dgi_mean_forward(dg_value *v)
{
    dgi_lanes l = dgi_lanes_of(dgi_first_operand(v), dgi_dim0(v));
    double *z = dgi_data(v);
    sum_lanes(z, dgi_data_const(dgi_first_operand(v)), l);
    for (size_t i = 0, n = dgi_size(v); i < n; i++)
        z[i] = l.n ? z[i] / (double)l.n : NAN;
}

/* Each element of a lane has the derivative 1/divisor. */
static void backward_lanes(dgi_backward_pass *p, dg_value *v, dgi_lanes l, double divisor)
{
    bool uninitialised = false;
    double *d = dgi_grad_target(p, dgi_first_operand(v), &uninitialised);
    if (!d)
        return;
    const double *g = dgi_grad(v);
    for (size_t o = 0; o < l.outer; o++, g += l.inner) {
        if (l.inner == 1) {
            dgi_accumulate_scalar(d, *g / divisor, l.n, uninitialised);
            d += l.n;
            continue;
        }
        for (size_t j = 0; j < l.n; j++, d += l.inner)
            for (size_t i = 0; i < l.inner; i++)
                d[i] = (uninitialised ? 0.0 : d[i]) + g[i] / divisor;
    }
}

void dgi_sum_backward(dgi_backward_pass *p, dg_value *v)
{
    backward_lanes(p, v, dgi_lanes_of(dgi_first_operand(v), dgi_dim0(v)), 1.0);
}

void dgi_mean_backward(dgi_backward_pass *p, dg_value *v)
{
    dgi_lanes l = dgi_lanes_of(dgi_first_operand(v), dgi_dim0(v));
    backward_lanes(p, v, l, (double)l.n);
}

/* ---- max ---- */

/* Whether x replaces the largest so far: not where it is equal, and nan replaces all but nan. */
static inline bool is_above(double x, double largest)
{
    return x > largest || (isnan(x) && !isnan(largest));
}

/* Whether x equals the largest, nan being equal to nan. */
static inline bool is_largest(double x, double largest)
{
    return x == largest || (isnan(x) && isnan(largest));
}

void dgi_max_forward(dg_value *v)
{
    dgi_lanes l = dgi_lanes_of(dgi_first_operand(v), dgi_dim0(v));
    const double *x = dgi_data_const(dgi_first_operand(v));
    double *z = dgi_data(v);
    for (size_t o = 0; o < l.outer; o++, z += l.inner)
        for (size_t j = 0; j < l.n; j++, x += l.inner)
            for (size_t i = 0; i < l.inner; i++)
                if (j == 0 || is_above(x[i], z[i]))
                    z[i] = x[i];
}

/* Divides g evenly among all elements equal to the largest. */
static void share(double *d, const double *x, size_t n, double largest, double g)
{
    size_t equals = 0;
    for (size_t i = 0; i < n; i++)
        equals += is_largest(x[i], largest);
    double part = g / (double)equals;
    for (size_t i = 0; i < n; i++)
        if (is_largest(x[i], largest))
            d[i] += part;
}

void dgi_max_backward(dgi_backward_pass *p, dg_value *v)
{
    double *d = dgi_zeroed_grad_target(p, dgi_first_operand(v));
    if (!d)
        return;
    dgi_lanes l = dgi_lanes_of(dgi_first_operand(v), dgi_dim0(v));
    const double *x = dgi_data_const(dgi_first_operand(v)), *z = dgi_data_const(v),
                 *g = dgi_grad(v);
    if (dgi_dim0(v) < 0) {
        share(d, x, l.n, *z, *g);
        return;
    }
    for (size_t o = 0; o < l.outer; o++)
        for (size_t i = 0; i < l.inner; i++) {
            size_t lane = o * l.n * l.inner + i, j = 0;
            while (j < l.n && !is_largest(x[lane + j * l.inner], z[o * l.inner + i]))
                j++;
            if (j < l.n) /* else the data was set after the forward pass */
                d[lane + j * l.inner] += g[o * l.inner + i];
        }
}
