/* Summaries: the public functions. */
#include "inspect/summary.h"

#include <stdlib.h>

#include "base/error.h"
#include "inspect/inspection.h"

/* By scope, and in each as data reaches them: a counting sort. */
static bool collect_parameters(dg_summary *s, const uint32_t *order)
{
    s->parameters = calloc(dg_inspect_parameter_count(s->inspection) + 1, sizeof *s->parameters);
    size_t *next = calloc(s->tree.count + 1, sizeof *next);
    size_t n = s->trace->n_nodes;
    if (!s->parameters || !next) {
        free(next);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        if (dg_inspect_is_parameter(s->inspection, i)) {
            next[s->tree.of[i] + 1]++;
            s->parameter_count++;
        }
    for (size_t i = 0; i < s->tree.count; i++)
        next[i + 1] += next[i];
    for (size_t i = 0; i < n; i++)
        if (dg_inspect_is_parameter(s->inspection, order[i]))
            s->parameters[next[s->tree.of[order[i]]]++] = order[i];
    free(next);
    return true;
}

dg_summary *dg_summary_new(const dg_inspect *inspection, dg_error *error)
{
    if (!inspection) {
        dgi_error(error, DG_INVALID, "there is no inspection");
        return NULL;
    }
    dg_summary *s = calloc(1, sizeof *s);
    uint32_t *order = s ? dgi_flow_order(inspection->trace) : NULL;
    bool done = false;
    if (order) {
        s->inspection = inspection;
        s->trace = inspection->trace;
        done = dgi_summary_tree_init(&s->tree, s->trace, order) &&
               dgi_summarise_scopes(&s->tree, inspection, s->trace) && collect_parameters(s, order);
    }
    free(order);
    if (done)
        return s;
    dg_summary_free(s);
    dgi_error(error, DG_NOMEM, "out of memory");
    return NULL;
}

void dg_summary_free(dg_summary *s)
{
    if (!s)
        return;
    dgi_summary_tree_free(&s->tree);
    free(s->parameters);
    free(s);
}

size_t dg_summary_scope_count(const dg_summary *s)
{
    return s ? s->tree.count : 0;
}

const dg_scope_summary *dg_summary_scope(const dg_summary *s, size_t i)
{
    return i < dg_summary_scope_count(s) ? &s->tree.scopes[i] : NULL;
}

size_t dg_summary_parameter_count(const dg_summary *s)
{
    return s ? s->parameter_count : 0;
}

dg_status dg_summary_parameter(const dg_summary *s, size_t i, dg_parameter_summary *parameter)
{
    if (!parameter || i >= dg_summary_parameter_count(s))
        return DG_INVALID;
    *parameter = dgi_summarise_parameter(s->inspection, s->trace, s->parameters[i]);
    return DG_OK;
}

dg_status dg_summary_sort(dg_summary *s, dg_parameter_key key, int descending)
{
    if (!s || key < DG_PARAMETER_NAME || key > DG_PARAMETER_SIZE)
        return DG_INVALID;
    return dgi_sort_parameters(s->parameters, s->parameter_count, s->inspection, s->trace, key,
                               descending != 0)
               ? DG_OK
               : DG_NOMEM;
}
