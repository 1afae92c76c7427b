/* The numbers of a parameter, and parameters by them. */
#include "inspect/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The means of numbers and of their magnitudes, of those that are finite. */
typedef struct means {
    dgi_moments numbers, magnitudes;
} means;

static means means_of(const double *x, size_t n)
{
    means m = {0};
    for (size_t i = 0; x && i < n; i++) {
        if (!isfinite(x[i]))
            continue;
        dgi_moments_add(&m.numbers, x[i]);
        dgi_moments_add(&m.magnitudes, fabs(x[i]));
    }
    return m;
}

static double mean_of(const dgi_moments *m)
{
    return m->n ? m->mean : NAN;
}

dg_parameter_summary dgi_summarise_parameter(const dg_inspect *inspection, const dg_trace *t,
                                             size_t node)
{
    dg_inspect_options o = dg_inspect_options_of(inspection);
    size_t n = dg_trace_size(t, node);
    const double *g = dg_trace_grad_array(t, node);
    means data = means_of(dg_trace_data_array(t, node), n), grad = means_of(g, n);
    dg_parameter_summary s = {.node = node,
                              .size = n,
                              .state = dg_gradient_state_of(t, node, &o),
                              .data_mean = mean_of(&data.numbers),
                              .data_std = dgi_moments_std(&data.numbers),
                              .data_magnitude = mean_of(&data.magnitudes),
                              .grad_mean = mean_of(&grad.numbers),
                              .grad_std = dgi_moments_std(&grad.numbers),
                              .grad_magnitude = mean_of(&grad.magnitudes)};
    for (size_t i = 0; g && i < n; i++) {
        s.zero += g[i] == 0.0;
        s.nonfinite += isfinite(g[i]) ? 0 : 1;
    }
    s.grad_ratio = s.grad_std / s.data_std;
    s.update_ratio = o.learning_rate > 0.0 ? o.learning_rate * s.grad_ratio : NAN;
    return s;
}

/* ---- Sorting -------------------------------------------------------------------------------- */

typedef struct sorted {
    double key;
    const char *name; /* by names; else NULL */
    uint32_t node;
    uint32_t place; /* before sorting */
} sorted;

/* nan comes last, in both directions. */
static int compare_keys(const sorted *a, const sorted *b)
{
    if (a->name)
        return strcmp(a->name, b->name);
    if (isnan(a->key) || isnan(b->key))
        return isnan(a->key) - isnan(b->key);
    return (a->key > b->key) - (a->key < b->key);
}

static int compare(const void *x, const void *y)
{
    const sorted *a = x, *b = y;
    int by_key = compare_keys(a, b);
    return by_key ? by_key : (a->place > b->place) - (a->place < b->place);
}

/* Of numbers the key is negated, of names the comparison. */
static int compare_names_descending(const void *x, const void *y)
{
    const sorted *a = x, *b = y;
    int by_key = strcmp(b->name, a->name);
    return by_key ? by_key : (a->place > b->place) - (a->place < b->place);
}

static double key_of(const dg_parameter_summary *s, dg_parameter_key key)
{
    switch (key) {
    case DG_PARAMETER_GRAD:
        return s->nonfinite > 0 ? INFINITY : s->grad_magnitude;
    case DG_PARAMETER_DATA:
        return s->data_magnitude;
    case DG_PARAMETER_RATIO:
        return s->grad_ratio;
    default:
        return (double)s->size;
    }
}

bool dgi_sort_parameters(uint32_t *nodes, size_t n, const dg_inspect *inspection, const dg_trace *t,
                         dg_parameter_key key, bool descending)
{
    if (n > SIZE_MAX / sizeof(sorted))
        return false;
    sorted *all = malloc((n ? n : 1) * sizeof *all);
    if (!all)
        return false;
    for (size_t i = 0; i < n; i++) {
        all[i] = (sorted){.node = nodes[i], .place = (uint32_t)i};
        if (key == DG_PARAMETER_NAME) {
            all[i].name = dg_trace_label(t, nodes[i]);
            continue;
        }
        dg_parameter_summary s = dgi_summarise_parameter(inspection, t, nodes[i]);
        all[i].key = descending ? -key_of(&s, key) : key_of(&s, key);
    }
    bool by_falling_name = key == DG_PARAMETER_NAME && descending;
    qsort(all, n, sizeof *all, by_falling_name ? compare_names_descending : compare);
    for (size_t i = 0; i < n; i++)
        nodes[i] = all[i].node;
    free(all);
    return true;
}
