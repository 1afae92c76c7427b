#include "draw/style/tensor_statistics.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* A compensated sum (Neumaier's variant of Kahan's). */
typedef struct sum {
    double total, rest; /* rest: what rounding took from the total */
} sum;

static inline void add(sum *s, double x)
{
    double total = s->total + x;
    if (fabs(s->total) >= fabs(x))
        s->rest += (s->total - total) + x;
    else
        s->rest += (x - total) + s->total;
    s->total = total;
}

/* The sum divided by n, correct to the digits that dividing the rounded total would lose. */
static double divided(const sum *s, double n)
{
    double quotient = s->total / n;
    return quotient + (fma(-quotient, n, s->total) + s->rest) / n;
}

/* Fills in the extremes and the counts; returns the largest magnitude. */
static double find_extremes(dgi_statistics *s, const double *x, size_t n)
{
    double min = INFINITY, max = -INFINITY;
    size_t nonfinite = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i])) {
            nonfinite++;
            continue;
        }
        if (x[i] < min)
            min = x[i];
        if (x[i] > max)
            max = x[i];
    }
    *s = (dgi_statistics){
        .n = n, .nonfinite = nonfinite, .min = NAN, .max = NAN, .mean = NAN, .norm = NAN};
    if (nonfinite == n)
        return 0.0;
    s->min = min;
    s->max = max;
    return fmax(fabs(min), fabs(max));
}

dgi_statistics dgi_statistics_of(const double *x, size_t n)
{
    dgi_statistics s;
    double largest = find_extremes(&s, x, n);
    if (s.nonfinite == n)
        return s;
    /* Scaled by a power of two, which costs no digits, so that no sum and no square overflows, and
     * no square that counts vanishes. */
    enum { POWER_MAX = 1000 };
    int power;
    frexp(largest, &power);
    power = power > POWER_MAX ? POWER_MAX : power < -POWER_MAX ? -POWER_MAX : power;
    double scale = ldexp(1.0, -power);
    sum numbers = {0.0, 0.0}, squares = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]))
            continue;
        double scaled = x[i] * scale;
        add(&numbers, scaled);
        add(&squares, scaled * scaled);
    }
    s.mean = ldexp(divided(&numbers, (double)(n - s.nonfinite)), power);
    /* Rounding must not put it outside of them. */
    s.mean = s.mean < s.min ? s.min : s.mean > s.max ? s.max : s.mean;
    s.norm = ldexp(sqrt(squares.total + squares.rest), power);
    return s;
}

bool dgi_trace_statistics_of(dgi_trace_statistics *s, const dg_trace *t)
{
    *s = (dgi_trace_statistics){.trace = t};
    size_t n = dg_trace_node_count(t), tensors = 0;
    for (size_t i = 0; i < n; i++)
        tensors += dgi_node_is_tensor(t, i);
    if (tensors == 0)
        return true;
    if (n > SIZE_MAX / sizeof *s->index || tensors > SIZE_MAX / 2 / sizeof *s->all)
        return false;
    s->index = calloc(n, sizeof *s->index);
    s->all = malloc(2 * tensors * sizeof *s->all);
    if (!s->index || !s->all) {
        dgi_trace_statistics_free(s);
        return false;
    }
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (!dgi_node_is_tensor(t, i))
            continue;
        size_t size = dg_trace_size(t, i);
        const double *data = dg_trace_data_array(t, i), *grad = dg_trace_grad_array(t, i);
        s->all[2 * found] = dgi_statistics_of(data, data ? size : 0);
        s->all[2 * found + 1] = dgi_statistics_of(grad, grad ? size : 0);
        s->index[i] = ++found;
    }
    return true;
}

void dgi_trace_statistics_free(dgi_trace_statistics *s)
{
    free(s->index);
    free(s->all);
    *s = (dgi_trace_statistics){0};
}

static dgi_tensor_view view(const dgi_trace_statistics *s, size_t node, const double *numbers,
                            size_t which)
{
    return (dgi_tensor_view){.ndim = dg_trace_ndim(s->trace, node),
                             .shape = dg_trace_shape(s->trace, node),
                             .n = dg_trace_size(s->trace, node),
                             .numbers = numbers,
                             .statistics = &s->all[2 * (s->index[node] - 1) + which]};
}

dgi_tensor_view dgi_data_view(const dgi_trace_statistics *s, size_t node)
{
    return view(s, node, dg_trace_data_array(s->trace, node), 0);
}

dgi_tensor_view dgi_grad_view(const dgi_trace_statistics *s, size_t node)
{
    return view(s, node, dg_trace_grad_array(s->trace, node), 1);
}
