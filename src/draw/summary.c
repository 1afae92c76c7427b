#include "draw/summary.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* A sum that carries along what rounding takes from it (Neumaier's). */
typedef struct sum {
    double total, rest;
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

/* The sum divided by n, with the digits that the quotient of its rounded value would not have. */
static double divided(const sum *s, double n)
{
    double quotient = s->total / n;
    return quotient + (fma(-quotient, n, s->total) + s->rest) / n;
}

/* Fills in what takes one look at each number; the largest magnitude of them. */
static double look(dgi_summary *s, const double *x, size_t n)
{
    double min = INFINITY, max = -INFINITY;
    size_t lost = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i])) {
            lost++;
            continue;
        }
        if (x[i] < min)
            min = x[i];
        if (x[i] > max)
            max = x[i];
    }
    *s = (dgi_summary){.n = n, .lost = lost, .min = NAN, .max = NAN, .mean = NAN, .norm = NAN};
    if (lost == n)
        return 0.0;
    s->min = min;
    s->max = max;
    return fmax(fabs(min), fabs(max));
}

dgi_summary dgi_summary_of(const double *x, size_t n)
{
    dgi_summary s;
    double largest = look(&s, x, n);
    if (s.lost == n)
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
    s.mean = ldexp(divided(&numbers, (double)(n - s.lost)), power);
    /* It is between them; its last digit, or a rounding above the largest double, shall not deny
     * it. */
    s.mean = s.mean < s.min ? s.min : s.mean > s.max ? s.max : s.mean;
    s.norm = ldexp(sqrt(squares.total + squares.rest), power);
    return s;
}

bool dgi_summaries_of(dgi_summaries *s, const dg_trace *t)
{
    *s = (dgi_summaries){.trace = t};
    size_t n = dg_trace_node_count(t), tensors = 0;
    for (size_t i = 0; i < n; i++)
        tensors += dgi_is_tensor(t, i);
    if (tensors == 0)
        return true;
    if (n > SIZE_MAX / sizeof *s->place || tensors > SIZE_MAX / 2 / sizeof *s->all)
        return false;
    s->place = calloc(n, sizeof *s->place);
    s->all = malloc(2 * tensors * sizeof *s->all);
    if (!s->place || !s->all) {
        dgi_summaries_free(s);
        return false;
    }
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (!dgi_is_tensor(t, i))
            continue;
        size_t size = dg_trace_size(t, i);
        const double *grad = dg_trace_grad_array(t, i);
        s->all[2 * found] = dgi_summary_of(dg_trace_data_array(t, i), size);
        s->all[2 * found + 1] = dgi_summary_of(grad, grad ? size : 0);
        s->place[i] = ++found;
    }
    return true;
}

void dgi_summaries_free(dgi_summaries *s)
{
    free(s->place);
    free(s->all);
    *s = (dgi_summaries){0};
}

static dgi_numbers numbers(const dgi_summaries *s, size_t node, const double *all, size_t which)
{
    return (dgi_numbers){.ndim = dg_trace_ndim(s->trace, node),
                         .shape = dg_trace_shape(s->trace, node),
                         .n = dg_trace_size(s->trace, node),
                         .all = all,
                         .summary = &s->all[2 * (s->place[node] - 1) + which]};
}

dgi_numbers dgi_data_of(const dgi_summaries *s, size_t node)
{
    return numbers(s, node, dg_trace_data_array(s->trace, node), 0);
}

dgi_numbers dgi_grad_of(const dgi_summaries *s, size_t node)
{
    return numbers(s, node, dg_trace_grad_array(s->trace, node), 1);
}
