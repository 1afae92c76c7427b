/* Inspections: what is computed of all values, the finders one after the other, and the order of
 * what they found. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "inspect/inspection.h"
#include "inspect/options.h"

static void *array_of(size_t count, size_t size)
{
    return calloc(count > 0 ? count : 1, size);
}

/* ---- Facts about values --------------------------------------------------------------------- */

static dgi_numbers_state state_of(const double *numbers, size_t count)
{
    if (!numbers)
        return DGI_UNKNOWN;
    dgi_numbers_state state = count > 0 ? DGI_ZERO : DGI_FINITE;
    for (size_t i = 0; i < count; i++) {
        if (isnan(numbers[i]))
            return DGI_NAN;
        if (isinf(numbers[i]))
            state = DGI_INFINITE;
        else if (state == DGI_ZERO && numbers[i] != 0.0)
            state = DGI_FINITE;
    }
    return state;
}

static void find_states(dg_inspect *x)
{
    for (size_t i = 0; i < x->a.node_count; i++) {
        const dgi_trace_node *n = dgi_node(x, i);
        size_t count;
        const double *numbers = dgi_data(n, &count);
        x->data[i] = (uint8_t)state_of(numbers, count);
        numbers = dgi_grad(n, &count);
        x->grad[i] = (uint8_t)state_of(numbers, count);
    }
}

/* Facts about the operands of ops, so that no edge has to look at all of them. */
static void mark_operands(dg_inspect *x)
{
    for (size_t i = 0; i < x->a.node_count; i++) {
        const dgi_trace_node *n = dgi_node(x, i);
        bool tensors = n->is_tensor, not_finite = dgi_not_finite(x->data[i]);
        for (size_t k = 0; k < n->n_operands; k++) {
            size_t operand = dgi_trace_node_operands(n)[k];
            tensors |= dgi_node(x, operand)->is_tensor;
            not_finite |= dgi_not_finite(x->data[operand]);
        }
        dgi_mark(x, i, (tensors ? DGI_OF_TENSORS : 0) | (not_finite ? DGI_NOT_FINITE_AT : 0));
    }
}

/* Marks what the root depends on, and how far it is. (Of several roots, what any of them
 * depends on.) */
static void find_reached(dg_inspect *x)
{
    for (size_t i = 0; i < x->a.node_count; i++)
        x->distance[i] = UINT32_MAX;
    for (size_t i = 0; i < dg_trace_root_count(x->trace); i++)
        x->distance[dg_trace_root_at(x->trace, i)] = 0;
    for (size_t k = 0; k < x->a.node_count; k++) {
        size_t node = x->a.order[k];
        if (x->distance[node] == UINT32_MAX)
            continue;
        dgi_mark(x, node, DGI_REACHED);
        const dgi_trace_node *n = dgi_node(x, node);
        const uint32_t *operands = dgi_trace_node_operands(n);
        for (size_t i = 0; i < n->n_operands; i++)
            if (x->distance[operands[i]] > x->distance[node] + 1)
                x->distance[operands[i]] = x->distance[node] + 1;
    }
}

typedef struct leaf_counts {
    bool has_labels, has_scopes, has_gradients;
} leaf_counts;

static leaf_counts count_leaves(const dg_inspect *x)
{
    leaf_counts c = {false, false, false};
    for (size_t i = 0; i < x->a.node_count; i++) {
        const dgi_trace_node *n = dgi_node(x, i);
        c.has_gradients |= x->grad[i] != DGI_UNKNOWN;
        if (!dgi_is_leaf(n) || !n->label[0])
            continue;
        c.has_labels = true;
        c.has_scopes |= n->scope[0] != '\0';
    }
    return c;
}

static void find_parameters(dg_inspect *x)
{
    leaf_counts c = count_leaves(x);
    x->scoped = c.has_scopes;
    for (size_t i = 0; i < x->a.node_count; i++) {
        const dgi_trace_node *n = dgi_node(x, i);
        bool is_constant =
            c.has_gradients && dgi_has(x, i, DGI_REACHED) && x->grad[i] == DGI_UNKNOWN;
        if (!dgi_is_leaf(n) || is_constant)
            continue;
        if (c.has_labels ? !n->label[0] || (c.has_scopes && !n->scope[0])
                         : x->grad[i] == DGI_UNKNOWN)
            continue;
        dgi_mark(x, i, DGI_PARAMETER);
        x->parameter_count++;
    }
}

static void find_dependence(dg_inspect *x)
{
    for (size_t k = x->a.node_count; k-- > 0;) {
        size_t node = x->a.order[k];
        const dgi_trace_node *n = dgi_node(x, node);
        const uint32_t *operands = dgi_trace_node_operands(n);
        bool depends = dgi_has(x, node, DGI_PARAMETER);
        for (size_t i = 0; i < n->n_operands && !depends; i++)
            depends = dgi_has(x, operands[i], DGI_DEPENDS);
        if (depends)
            dgi_mark(x, node, DGI_DEPENDS);
    }
}

/* ---- What findings affect ------------------------------------------------------------------- */

/* The parameters behind each finding, 64 findings in one pass: a bit for each goes from its nodes
 * down to all that they depend on. */
static bool count_affected(dg_inspect *x)
{
    if (x->finding_count == 0)
        return true;
    uint64_t *masks = array_of(x->a.node_count, sizeof *masks);
    if (!masks)
        return false;
    for (size_t first = 0; first < x->finding_count; first += 64) {
        size_t end = first + 64 < x->finding_count ? first + 64 : x->finding_count;
        memset(masks, 0, x->a.node_count * sizeof *masks);
        for (size_t i = first; i < end; i++)
            for (size_t k = 0; k < x->findings[i].node_count; k++)
                masks[x->findings[i].nodes[k]] |= UINT64_C(1) << (i - first);
        for (size_t k = 0; k < x->a.node_count; k++) {
            size_t node = x->a.order[k];
            uint64_t mask = masks[node];
            if (!mask)
                continue;
            const dgi_trace_node *n = dgi_node(x, node);
            const uint32_t *operands = dgi_trace_node_operands(n);
            for (size_t i = 0; i < n->n_operands; i++)
                masks[operands[i]] |= mask;
            for (size_t i = first; dgi_has(x, node, DGI_PARAMETER) && i < end; i++)
                x->findings[i].public.affected_parameters += mask >> (i - first) & 1;
        }
    }
    free(masks);
    return true;
}

static int compare_nodes(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return x < y ? -1 : x > y;
}

/* Gives every finding its nodes, in order. */
static void complete_nodes(dg_inspect *x)
{
    for (size_t i = 0; i < x->finding_count; i++) {
        dgi_finding *f = &x->findings[i];
        if (f->node_count == 0 && f->public.node != DG_NO_NODE)
            dgi_finding_add_node(x, f, f->public.node);
        if (f->node_count > 1)
            qsort(f->nodes, f->node_count, sizeof *f->nodes, compare_nodes);
    }
}

/* The worst first: by severity, parameters, trace order. */
static int compare_findings(const void *a, const void *b)
{
    const dgi_finding *x = a, *y = b;
    if (x->public.severity != y->public.severity)
        return x->public.severity > y->public.severity ? -1 : 1;
    if (x->public.affected_parameters != y->public.affected_parameters)
        return x->public.affected_parameters > y->public.affected_parameters ? -1 : 1;
    if (x->public.node != y->public.node)
        return x->public.node < y->public.node ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

/* What is public of the findings points into what is not. */
static void publish(dg_inspect *x)
{
    if (x->finding_count > 1)
        qsort(x->findings, x->finding_count, sizeof *x->findings, compare_findings);
    for (size_t i = 0; i < x->finding_count; i++) {
        dgi_finding *f = &x->findings[i];
        f->public.evidence = f->evidence;
        f->public.nodes = f->nodes;
        f->public.node_count = f->node_count;
        f->public.text = f->text.data ? f->text.data : "";
    }
}

/* ---- Inspections ---------------------------------------------------------------------------- */

static void free_facts(dg_inspect *x)
{
    dgi_analysis_free(&x->a);
    free(x->data);
    free(x->grad);
    free(x->data_source);
    free(x->grad_source);
    free(x->distance);
    x->data = x->grad = NULL;
    x->data_source = x->grad_source = x->distance = NULL;
}

static bool allocate_facts(dg_inspect *x)
{
    size_t n = x->a.node_count;
    x->flags = array_of(n, sizeof *x->flags);
    x->data = array_of(n, sizeof *x->data);
    x->grad = array_of(n, sizeof *x->grad);
    x->data_source = array_of(n, sizeof *x->data_source);
    x->grad_source = array_of(n, sizeof *x->grad_source);
    x->distance = array_of(n, sizeof *x->distance);
    return x->flags && x->data && x->grad && x->data_source && x->grad_source && x->distance;
}

static void find_all(dg_inspect *x)
{
    find_states(x);
    mark_operands(x);
    find_reached(x);
    find_parameters(x);
    find_dependence(x);
    unsigned root = x->grad[x->trace->root];
    x->has_backward = root != DGI_UNKNOWN && root != DGI_ZERO;

    static void (*const finders[])(dg_inspect *) = {
        dgi_find_nonfinite_gradients, dgi_find_nonfinite_data,
        dgi_find_no_backward,         dgi_find_unset,
        dgi_find_constants,           dgi_find_inconsistent,
        dgi_find_unknown_ops,         dgi_find_dead_relus,
        dgi_find_saturated,           dgi_find_magnitudes,
        dgi_find_update_ratios,       dgi_find_zero_gradients,
        dgi_find_duplicate_labels};
    dgi_find_sources(x);
    for (size_t i = 0; i < sizeof finders / sizeof *finders && !x->failed; i++)
        finders[i](x);
    complete_nodes(x);
    if (!x->failed && !count_affected(x))
        x->failed = true;
    publish(x);
}

dg_inspect *dg_inspect_new(const dg_trace *t, const dg_inspect_options *options, dg_error *error)
{
    if (error)
        *error = (dg_error){0};
    if (!t || t->n_nodes == 0) {
        dgi_error(error, DG_INVALID, t ? "the trace has no nodes" : "there is no trace");
        return NULL;
    }
    dg_inspect *x = calloc(1, sizeof *x);
    if (!x) {
        dgi_error(error, DG_NOMEM, "out of memory");
        return NULL;
    }
    x->trace = t;
    x->units.by_unit = true;
    x->options = dgi_inspect_options_resolve(options);
    dg_status status = dgi_analysis_init(&x->a, t, error);
    if (status == DG_OK) {
        if (allocate_facts(x))
            find_all(x);
        else
            x->failed = true;
        if (x->failed || x->groups.failed || x->units.failed)
            status = dgi_error(error, DG_NOMEM, "out of memory");
        free_facts(x);
    }
    if (status == DG_OK)
        return x;
    dg_inspect_free(x);
    return NULL;
}

void dg_inspect_free(dg_inspect *x)
{
    if (!x)
        return;
    for (size_t i = 0; i < x->finding_count; i++) {
        dgi_buf_free(&x->findings[i].text);
        free(x->findings[i].nodes);
    }
    free(x->findings);
    dgi_scope_groups_free(&x->groups);
    dgi_scope_groups_free(&x->units);
    free(x->flags);
    free(x);
}

size_t dg_inspect_finding_count(const dg_inspect *x)
{
    return x ? x->finding_count : 0;
}

const dg_finding *dg_inspect_finding(const dg_inspect *x, size_t n)
{
    return x && n < x->finding_count ? &x->findings[n].public : NULL;
}

size_t dg_inspect_kind_count(const dg_inspect *x, dg_finding_kind kind)
{
    return x && (unsigned)kind < DG_FINDING_KIND_COUNT ? x->kind_counts[kind] : 0;
}

dg_inspect_options dg_inspect_options_of(const dg_inspect *x)
{
    return x ? x->options : dgi_inspect_options_resolve(NULL);
}

size_t dg_inspect_parameter_count(const dg_inspect *x)
{
    return x ? x->parameter_count : 0;
}

int dg_inspect_is_parameter(const dg_inspect *x, size_t node)
{
    return x && node < x->trace->n_nodes && dgi_has(x, node, DGI_PARAMETER);
}
