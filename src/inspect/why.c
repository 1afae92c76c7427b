/* The explanation of one gradient: making it, and its accessors. */
#include "inspect/why.h"

#include <stdlib.h>

#include "base/error.h"
#include "inspect/options.h"

/* ---- Making it ------------------------------------------------------------------------------ */

static dg_status explain(dg_why *w)
{
    dg_status status = dgi_why_measure_tensors(w);
    if (status == DG_OK)
        status = dgi_path_sums_init(&w->sums, &w->a, w->root, w->node);
    if (status == DG_OK)
        status = dgi_why_sum_tensor(w);
    if (status != DG_OK)
        return status;
    w->magnitude = w->sums.magnitude[w->node];
    w->count = w->sums.count[w->node];
    w->open = w->sums.open[w->node];
    status = dgi_why_find_paths(w);
    dgi_path_sums_shrink(&w->sums);
    if (status != DG_OK)
        return status;
    dgi_why_find_turning_point(w);
    dg_why_use use;
    for (size_t i = 0; dg_why_use_at(w, i, &use) == DG_OK; i++)
        if (use.known)
            w->use_magnitude += fabs(use.contribution);
    return DG_OK;
}

/* Of several roots it is about the first that depends on the value. */
static dg_status choose_root(dg_why *w)
{
    const dg_trace *t = w->a.trace;
    size_t count = dg_trace_root_count(t);
    if (count < 2)
        return DG_OK;
    bool *above = dgi_why_mark_above(&w->a, w->node);
    if (!above)
        return DG_NOMEM;
    size_t depending = 0;
    for (size_t i = 0; i < count; i++) {
        size_t root = dg_trace_root_at(t, i);
        if (above[root] && depending++ == 0)
            w->root = root;
    }
    w->other_roots = depending > 1 ? depending - 1 : 0;
    free(above);
    return DG_OK;
}

static dg_why *explanation_of(const dg_trace *t, size_t node, const dg_inspect_options *options,
                              dg_error *error)
{
    dg_why *w = calloc(1, sizeof *w);
    if (!w) {
        dgi_error(error, DG_NOMEM, "out of memory");
        return NULL;
    }
    w->node = node;
    w->root = t->root;
    w->options = dgi_inspect_options_resolve(options);
    if (dgi_analysis_init(&w->a, t, error) == DG_OK) {
        if (choose_root(w) == DG_OK && explain(w) == DG_OK)
            return w;
        dgi_error(error, DG_NOMEM, "out of memory");
    }
    dg_why_free(w);
    return NULL;
}

dg_why *dg_why_new(const dg_trace *t, size_t node, const dg_inspect_options *options,
                   dg_error *error)
{
    if (error)
        *error = (dg_error){0};
    if (!t || node >= t->n_nodes)
        dgi_error(error, DG_INVALID, "there is no such value");
    else if (t->root >= t->n_nodes)
        dgi_error(error, DG_INVALID, "there is no root");
    else
        return explanation_of(t, node, options, error);
    return NULL;
}

void dg_why_free(dg_why *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->path_count; i++) {
        free(w->paths[i].edges);
        free(w->paths[i].products);
    }
    free(w->paths);
    dgi_path_sums_free(&w->sums);
    dgi_analysis_free(&w->a);
    free(w);
}

/* ---- The whole ------------------------------------------------------------------------------ */

size_t dg_why_node(const dg_why *w)
{
    return w ? w->node : DG_NO_NODE;
}

dg_why_extent dg_why_extent_of(const dg_why *w)
{
    switch (w ? w->sums.extent[w->node] : DGI_SUM_NO_PATH) {
    case DGI_SUM_WHOLE:
        return DG_WHY_WHOLE;
    case DGI_SUM_FROM_VALUES:
        return DG_WHY_FROM_VALUES;
    case DGI_SUM_PARTLY:
        return DG_WHY_PARTLY;
    case DGI_SUM_UNKNOWN:
        return DG_WHY_UNKNOWN;
    default:
        return DG_WHY_NO_PATH;
    }
}

double dg_why_total(const dg_why *w)
{
    return dg_why_extent_of(w) == DG_WHY_UNKNOWN ? NAN : w ? w->sums.gradient[w->node] : 0.0;
}

int dg_why_is_norm(const dg_why *w)
{
    return w && w->a.trace->nodes[w->node].is_tensor;
}

double dg_why_magnitude(const dg_why *w)
{
    return w ? dgi_scaled_to_double(w->magnitude) : 0.0;
}

double dg_why_path_count(const dg_why *w)
{
    return w ? w->count : 0.0;
}

double dg_why_open_path_count(const dg_why *w)
{
    return w ? w->open : 0.0;
}

/* nan where there is no finite sum that something could be a share of. */
static double share(dgi_scaled part, dgi_scaled whole)
{
    if (whole.m == 0.0 || !isfinite(whole.m) || !isfinite(part.m))
        return NAN;
    return fmin(dgi_scaled_to_double(dgi_scaled_div(part, whole)), 1.0);
}

double dg_why_listed_share(const dg_why *w)
{
    return w ? share(w->listed, w->magnitude) : NAN;
}

dg_status dg_why_turning_point_of(const dg_why *w, dg_why_turning_point *point)
{
    if (!w || !w->has_turning_point)
        return DG_INVALID;
    if (point)
        *point = w->turning_point;
    return DG_OK;
}

/* ---- Uses ----------------------------------------------------------------------------------- */

size_t dg_why_use_count(const dg_why *w)
{
    return w ? w->a.first_use[w->node + 1] - w->a.first_use[w->node] : 0;
}

/* The gradient of a value that is used: the sum over all paths, or else what the trace has. False
 * if neither is known. */
static bool find_upstream(const dg_why *w, size_t node, double *upstream)
{
    const dgi_trace_node *n = &w->a.trace->nodes[node];
    bool summed = w->sums.extent[node] > DGI_SUM_PARTLY;
    *upstream = summed ? w->sums.gradient[node] : NAN;
    if (!summed && n->has_grad) {
        *upstream = n->is_tensor ? dgi_gradient_norm(n) : n->grad;
        return true;
    }
    return summed;
}

dg_status dg_why_use_at(const dg_why *w, size_t i, dg_why_use *use)
{
    if (i >= dg_why_use_count(w))
        return DG_INVALID;
    if (!use)
        return DG_OK;
    size_t edge = w->a.uses[w->a.first_use[w->node] + i], to = w->a.edge_to[edge];
    double upstream;
    bool reached = w->sums.extent[to] != DGI_SUM_NO_PATH;
    bool has_upstream = find_upstream(w, to, &upstream);
    *use = (dg_why_use){.node = to,
                        .operand = edge - w->a.first_edge[to],
                        .reached = reached,
                        .known = reached && has_upstream && w->a.known[edge],
                        .is_norm = dgi_edge_is_norm(&w->a, edge),
                        .local = w->a.local[edge],
                        .upstream = upstream,
                        .contribution = NAN,
                        .share = NAN};
    if (use->known) {
        use->contribution = use->is_norm ? w->sums.contribution[edge] : use->local * upstream;
        use->share =
            share(dgi_scaled_from(fabs(use->contribution)), dgi_scaled_from(w->use_magnitude));
    }
    return DG_OK;
}

/* ---- Paths ---------------------------------------------------------------------------------- */

size_t dg_why_listed_count(const dg_why *w)
{
    return w ? w->path_count : 0;
}

dg_status dg_why_path_at(const dg_why *w, size_t i, dg_why_path *path)
{
    if (i >= dg_why_listed_count(w))
        return DG_INVALID;
    if (!path)
        return DG_OK;
    const dgi_path *p = &w->paths[i];
    dgi_scaled product = p->size.rest;
    if (p->size.zeros > 0)
        product = dgi_scaled_from(p->products[p->length]); /* 0, or nan of 0 * inf */
    dgi_scaled magnitude = {fabs(product.m), product.e};
    *path = (dg_why_path){.steps = p->length + 1,
                          .product = dgi_scaled_to_double(product),
                          .log10_product = dgi_scaled_log10(p->size.rest),
                          .zeros = p->size.zeros,
                          .share = share(magnitude, w->magnitude)};
    return DG_OK;
}

dg_status dg_why_step_at(const dg_why *w, size_t path, size_t i, dg_why_step *step)
{
    if (path >= dg_why_listed_count(w) || i > w->paths[path].length)
        return DG_INVALID;
    if (!step)
        return DG_OK;
    const dgi_path *p = &w->paths[path];
    size_t node = dgi_path_node(w, p, i);
    *step = (dg_why_step){.node = node,
                          .through = DG_NO_NODE,
                          .factor = w->sums.gradient[node],
                          .product = p->products[i],
                          .gradient = w->sums.gradient[node]};
    if (i > 0) {
        size_t edge = p->edges[p->length - i];
        step->through = w->a.edge_to[edge];
        step->operand = edge - w->a.first_edge[step->through];
        step->factor = w->a.local[edge];
        step->is_norm = dgi_edge_is_norm(&w->a, edge);
    }
    return DG_OK;
}
