/* softmax, log_softmax and cross_entropy: lane by lane, with the maximum of the lane subtracted
 * first, so that exp() does not overflow. */
#include "engine/kernels.h"

#include <math.h>

#include "base/number.h"

static dg_value *along(uint8_t op, const char *name, dg_value *a, int dim)
{
    if (!a || !dgi_normalise_dim(a, name, &dim))
        return NULL;
    return dgi_tensor_unary(op, a, dgi_ndim(a), dgi_shape_of(a), (dgi_op_attributes){.first = dim});
}

dg_value *dg_softmax(dg_value *a, int dim)
{
    return along(DGI_TENSOR_softmax, "softmax", a, dim);
}

dg_value *dg_log_softmax(dg_value *a, int dim)
{
    return along(DGI_TENSOR_log_softmax, "log_softmax", a, dim);
}

/* Of n elements with stride `step`. */
static double largest_of(const double *x, size_t n, size_t step)
{
    double m = -INFINITY;
    for (size_t i = 0; i < n; i++)
        m = x[i * step] > m ? x[i * step] : m;
    return m;
}

/* log(sum(e**(x - m))); nan where an x is nan, or m infinite. */
static double log_sum(const double *x, size_t n, size_t step, double m)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += exp(x[i * step] - m);
    return log(sum);
}

/* For each lane, which begins at element `lane`. */
#define FOR_LANES(l)                                                                               \
    for (size_t block = 0; (l).n > 0 && block < (l).outer; block++)                                \
        for (size_t lane = block * (l).n * (l).inner, end = lane + (l).inner; lane < end; lane++)

void dgi_softmax_forward(dg_value *v)
{
    dgi_lanes l = dgi_lanes_of(v, dgi_dim0(v));
    FOR_LANES(l)
    {
        const double *x = dgi_data_const(dgi_first_operand(v)) + lane;
        double *z = dgi_data(v) + lane;
        double m = largest_of(x, l.n, l.inner), sum = 0.0;
        for (size_t i = 0; i < l.n; i++)
            sum += z[i * l.inner] = exp(x[i * l.inner] - m);
        for (size_t i = 0; i < l.n; i++)
            z[i * l.inner] /= sum;
    }
}

void dgi_softmax_backward(dgi_backward_pass *p, dg_value *v)
{
    bool uninitialised = false;
    double *target = dgi_grad_target(p, dgi_first_operand(v), &uninitialised);
    if (!target)
        return;
    dgi_lanes l = dgi_lanes_of(v, dgi_dim0(v));
    FOR_LANES(l)
    {
        const double *z = dgi_data_const(v) + lane, *g = dgi_grad(v) + lane;
        double *d = target + lane, mean = 0.0;
        for (size_t i = 0; i < l.n; i++)
            mean += g[i * l.inner] * z[i * l.inner];
        for (size_t i = 0; i < l.n; i++)
            d[i * l.inner] =
                (uninitialised ? 0.0 : d[i * l.inner]) + z[i * l.inner] * (g[i * l.inner] - mean);
    }
}

void dgi_log_softmax_forward(dg_value *v)
{
    dgi_lanes l = dgi_lanes_of(v, dgi_dim0(v));
    FOR_LANES(l)
    {
        const double *x = dgi_data_const(dgi_first_operand(v)) + lane;
        double *z = dgi_data(v) + lane;
        double m = largest_of(x, l.n, l.inner), rest = log_sum(x, l.n, l.inner, m);
        for (size_t i = 0; i < l.n; i++)
            z[i * l.inner] = x[i * l.inner] - m - rest;
    }
}

void dgi_log_softmax_backward(dgi_backward_pass *p, dg_value *v)
{
    bool uninitialised = false;
    double *target = dgi_grad_target(p, dgi_first_operand(v), &uninitialised);
    if (!target)
        return;
    dgi_lanes l = dgi_lanes_of(v, dgi_dim0(v));
    FOR_LANES(l)
    {
        const double *z = dgi_data_const(v) + lane, *g = dgi_grad(v) + lane;
        double *d = target + lane, sum = 0.0;
        for (size_t i = 0; i < l.n; i++)
            sum += g[i * l.inner];
        for (size_t i = 0; i < l.n; i++)
            d[i * l.inner] = (uninitialised ? 0.0 : d[i * l.inner]) +
                             (g[i * l.inner] - exp(z[i * l.inner]) * sum);
    }
}

/* ---- cross_entropy: the operands are the logits and the targets ---- */

/* The lanes of the logits along the dimension of the classes. */
static dgi_lanes classes_of(const dg_value *logits)
{
    return dgi_lanes_of(logits, dgi_ndim(logits) > 1 ? 1 : 0);
}

/* Whether the targets are class numbers: then they lack the dimension of the classes. */
static bool are_classes(const dg_value *logits, const dg_value *targets)
{
    return dgi_ndim(targets) != dgi_ndim(logits);
}

/* Whether t is a class number: 0 to n - 1. */
static inline bool is_class(double t, size_t n)
{
    return t >= 0.0 && t < (double)n && t == floor(t);
}

/* Whether the targets have the shape of the logits, or the same without the dimension of the
 * classes. */
static bool targets_fit(const dg_value *logits, const dg_value *targets)
{
    int ndim = dgi_ndim(logits), classes = ndim > 1 ? 1 : 0;
    bool without = are_classes(logits, targets);
    if (ndim == 0 || (without && dgi_ndim(targets) != ndim - 1))
        return false;
    for (int i = 0, j = 0; i < ndim; i++) {
        if (without && i == classes)
            continue;
        if (dgi_shape_of(logits)[i] != dgi_shape_of(targets)[j++])
            return false;
    }
    return true;
}

/* Whether all targets are class numbers; false with the graph's error. */
static bool check_classes(const dg_value *logits, const dg_value *targets)
{
    size_t n = classes_of(logits).n;
    const double *t = dgi_data_const(targets);
    for (size_t i = 0; i < dgi_size(targets); i++)
        if (!is_class(t[i], n)) {
            char number[DGI_NUMBER_ROOM];
            dgi_shortest(number, t[i]);
            dgi_graph_failf(dg_graph_of(logits), DG_INVALID,
                            "cross_entropy: %s is not the number of one of %zu classes", number, n);
            return false;
        }
    return true;
}

dg_value *dg_cross_entropy(dg_value *logits, dg_value *targets)
{
    dg_graph *g = dgi_graph_of_both(logits, targets);
    if (!g)
        return NULL;
    if (!targets_fit(logits, targets))
        return dgi_fail_with_shapes(g, "cross_entropy: logits of shape %s and targets of shape %s",
                                    logits, targets);
    bool classes = are_classes(logits, targets);
    if (classes && !check_classes(logits, targets))
        return NULL;
    bool requires_grad = dgi_requires_grad(logits) || (!classes && dgi_requires_grad(targets));
    return dgi_tensor_binary(DGI_TENSOR_cross_entropy, logits, targets, 0, NULL, requires_grad);
}

/* Each lane of the logits is a distribution, with a lane of targets, or one class number. */
void dgi_cross_entropy_forward(dg_value *v)
{
    dgi_lanes l = classes_of(dgi_first_operand(v));
    bool classes = are_classes(dgi_first_operand(v), dgi_second_operand(v));
    double total = 0.0;
    size_t number = 0;
    FOR_LANES(l)
    {
        const double *x = dgi_data_const(dgi_first_operand(v)) + lane;
        const double *t = dgi_data_const(dgi_second_operand(v)) + (classes ? number : lane);
        double m = largest_of(x, l.n, l.inner), rest = log_sum(x, l.n, l.inner, m);
        if (!classes)
            for (size_t i = 0; i < l.n; i++)
                total -= t[i * l.inner] * (x[i * l.inner] - m - rest);
        else if (is_class(*t, l.n))
            total -= x[(size_t)*t * l.inner] - m - rest;
        else
            total = NAN;
        number++;
    }
    if (l.n == 0 && !classes) /* no classes: each distribution has an empty sum */
        number = l.outer * l.inner;
    v->data = number ? total / (double)number : NAN;
}

/* To the logits of one distribution: d += share * (sum(t) * softmax(x) - t). */
static void logits_backward(double *d, const double *x, const double *t, dgi_lanes l, bool classes,
                            bool uninitialised, double share)
{
    double m = largest_of(x, l.n, l.inner), rest = log_sum(x, l.n, l.inner, m), sum = 1.0;
    if (!classes) {
        sum = 0.0;
        for (size_t i = 0; i < l.n; i++)
            sum += t[i * l.inner];
    } else if (!is_class(*t, l.n)) {
        sum = NAN;
    }
    for (size_t i = 0; i < l.n; i++) {
        double target = !classes ? t[i * l.inner] : *t == (double)i ? 1.0 : 0.0;
        double derivative = exp(x[i * l.inner] - m - rest) * sum - target;
        d[i * l.inner] = (uninitialised ? 0.0 : d[i * l.inner]) + derivative * share;
    }
}

/* To the targets of one distribution: d += share * -log_softmax(x). */
static void targets_backward(double *d, const double *x, dgi_lanes l, bool uninitialised,
                             double share)
{
    double m = largest_of(x, l.n, l.inner), rest = log_sum(x, l.n, l.inner, m);
    for (size_t i = 0; i < l.n; i++)
        d[i * l.inner] =
            (uninitialised ? 0.0 : d[i * l.inner]) - (x[i * l.inner] - m - rest) * share;
}

void dgi_cross_entropy_backward(dgi_backward_pass *p, dg_value *v)
{
    dgi_lanes l = classes_of(dgi_first_operand(v));
    bool classes = are_classes(dgi_first_operand(v), dgi_second_operand(v)), uninitialised = false;
    double share = *dgi_grad(v) / ((double)l.outer * (double)l.inner);
    const double *x = dgi_data_const(dgi_first_operand(v)),
                 *t = dgi_data_const(dgi_second_operand(v));
    double *d = dgi_grad_target(p, dgi_first_operand(v), &uninitialised);
    size_t number = 0;
    if (d)
        FOR_LANES(l)
        {
            logits_backward(d + lane, x + lane, t + (classes ? number : lane), l, classes,
                            uninitialised, share);
            number++;
        }
    d = classes ? NULL : dgi_grad_target(p, dgi_second_operand(v), &uninitialised);
    if (d)
        FOR_LANES(l)
        {
            targets_backward(d + lane, x + lane, l, uninitialised, share);
        }
}
