/* The numbers of a step, from the gradients and the data around its updates. */
#include "nn/history.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static dg_status fail(const dgi_history_run *r)
{
    dgi_graph_fail(r->graph, DG_NOMEM, "out of memory");
    return DG_NOMEM;
}

dg_status dgi_history_begin(dgi_history_run *r, const dgi_training *t)
{
    *r = (dgi_history_run){.history = t->options.history,
                           .parameters = t->parameters,
                           .n_parameters = t->n_parameters};
    if (!r->history)
        return DG_OK;
    r->number = ++r->history->runs;
    r->graph = dg_graph_of(t->loss);
    if (!dgi_history_group_parameters(&r->groups, r->history, t->parameters, t->n_parameters))
        return fail(r);
    size_t size = 1; /* tensors may be empty */
    for (size_t k = 0; k < r->groups.count; k++) {
        if (r->groups.groups[k].size > SIZE_MAX / sizeof *r->before - size)
            return fail(r);
        size += r->groups.groups[k].size;
    }
    r->before = malloc(size * sizeof *r->before);
    return r->before ? DG_OK : fail(r);
}

void dgi_history_end(dgi_history_run *r)
{
    free(r->groups.of);
    free(r->before);
}

void dgi_history_begin_step(dgi_history_run *r, size_t step, bool last)
{
    r->recording = r->history && dgi_history_wants(r->history, step, last);
    r->updates_begun = r->updates = 0;
    memset(r->sums, 0, sizeof r->sums);
}

void dgi_history_end_early(dgi_history_run *r)
{
    if (r->history && !r->recording) {
        r->history->samples--;
        r->recording = dgi_history_wants(r->history, 0, true);
    }
}

/* ---- Deviations ----------------------------------------------------------------------------- */

/* What a pass over the parameters looks at. */
typedef enum quantity { GRAD, DATA, UPDATE } quantity;

static const double *gradient_of(dg_value *p)
{
    return dgi_is_array(p) ? dg_grad_array(p) : dgi_grad(p);
}

/* The sums over the elements of each group of x - centre, of its magnitude, or of its square. */
typedef enum moment { SUM, MAGNITUDE, SQUARE } moment;

static inline double power(double x, moment m)
{
    return m == SQUARE ? x * x : m == MAGNITUDE ? fabs(x) : x;
}

/* x - y; y may be NULL. */
static double add_up(const double *x, const double *y, size_t n, double centre, moment m)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += power((y ? x[i] - y[i] : x[i]) - centre, m);
    return sum;
}

static void sum_groups(const dgi_history_run *r, quantity q, moment m, const double *centres,
                       double *sums)
{
    const double *before = r->before;
    for (size_t k = 0; k < r->groups.count; k++)
        sums[k] = 0.0;
    for (size_t i = 0; i < r->n_parameters; i++) {
        size_t k = r->groups.of[i];
        if (k == DGI_NO_GROUP)
            continue;
        dg_value *p = r->parameters[i];
        size_t n = dgi_size(p);
        const double *x = q == GRAD ? gradient_of(p) : dgi_data_const(p);
        if (x)
            sums[k] += add_up(x, q == UPDATE ? before : NULL, n, centres ? centres[k] : 0.0, m);
        before += n;
    }
}

/* The square of std() of each group. */
static void find_variances(const dgi_history_run *r, quantity q, double *variances)
{
    double centres[DG_HISTORY_GROUPS_MAX];
    sum_groups(r, q, SUM, NULL, centres);
    for (size_t k = 0; k < r->groups.count; k++) {
        size_t size = r->groups.groups[k].size;
        centres[k] = size > 1 ? centres[k] / (double)size : 0.0;
    }
    sum_groups(r, q, SQUARE, centres, variances);
    for (size_t k = 0; k < r->groups.count; k++)
        if (r->groups.groups[k].size > 2)
            variances[k] /= (double)(r->groups.groups[k].size - 1);
}

/* ---- Around an update ----------------------------------------------------------------------- */

static void copy_data(dgi_history_run *r)
{
    double *before = r->before;
    for (size_t i = 0; i < r->n_parameters; i++) {
        const dg_value *p = r->parameters[i];
        if (r->groups.of[i] == DGI_NO_GROUP)
            continue;
        size_t n = dgi_size(p);
        if (n)
            memcpy(before, dgi_data_const(p), n * sizeof *before);
        before += n;
    }
}

void dgi_history_before_update(dgi_history_run *r)
{
    if (!r->recording)
        return;
    double grad[DG_HISTORY_GROUPS_MAX], grad_variance[DG_HISTORY_GROUPS_MAX];
    double data_variance[DG_HISTORY_GROUPS_MAX];
    copy_data(r);
    sum_groups(r, GRAD, MAGNITUDE, NULL, grad);
    find_variances(r, GRAD, grad_variance);
    find_variances(r, DATA, data_variance);
    for (size_t k = 0; k < r->groups.count; k++) {
        r->sums[k].grad += grad[k] / (double)r->groups.groups[k].size;
        r->sums[k].grad_variance += grad_variance[k];
        r->sums[k].data_variance += data_variance[k];
    }
    r->updates_begun++;
}

void dgi_history_after_update(dgi_history_run *r)
{
    if (!r->recording)
        return;
    double variance[DG_HISTORY_GROUPS_MAX];
    find_variances(r, UPDATE, variance);
    for (size_t k = 0; k < r->groups.count; k++)
        r->sums[k].update_variance += variance[k];
    r->updates++;
}

/* The mean of what was summed; nan of nothing. */
static double mean(double sum, size_t n)
{
    return n ? sum / (double)n : NAN;
}

dg_status dgi_history_end_step(dgi_history_run *r, size_t step, double loss)
{
    if (!r->recording)
        return DG_OK;
    r->recording = false;
    for (size_t k = 0; k < r->groups.count; k++) {
        const dgi_history_sums *s = &r->sums[k];
        dgi_history_entry e = {.run = r->number,
                               .step = step,
                               .loss = loss,
                               .group = r->groups.groups[k].name,
                               .size = r->groups.groups[k].size,
                               .grad = mean(s->grad, r->updates_begun),
                               .grad_std = sqrt(mean(s->grad_variance, r->updates_begun)),
                               .data_std = sqrt(mean(s->data_variance, r->updates_begun)),
                               .update_std = sqrt(mean(s->update_variance, r->updates))};
        if (!dgi_history_add(r->history, &e))
            return fail(r);
    }
    return DG_OK;
}
