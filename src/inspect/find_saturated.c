/* tanh and sigmoid values where the slope is almost 0: of a layer as a whole, and of single units.
 */
#include <math.h>
#include <stdlib.h>

#include "inspect/inspection.h"

/* Marks the values between which and the root parameters enter: those of hidden layers. */
static void mark_hidden(dg_inspect *x)
{
    for (size_t k = 0; k < x->a.node_count; k++) {
        size_t node = x->a.order[k];
        const dgi_trace_node *n = dgi_node(x, node);
        if (!dgi_has(x, node, DGI_REACHED))
            continue;
        bool hidden = dgi_has(x, node, DGI_HIDDEN);
        bool is_product = x->a.op[node] == DGI_SCALAR_mul || (n->op[0] == '@' && !n->op[1]);
        for (size_t i = 0; i < n->n_operands; i++) {
            size_t operand = dgi_trace_node_operands(n)[i];
            size_t other = dgi_trace_node_operands(n)[n->n_operands - 1 - i];
            if (hidden || (is_product && other != operand && dgi_has(x, other, DGI_DEPENDS)))
                dgi_mark(x, operand, DGI_HIDDEN);
        }
    }
}

static bool is_squashing(const dg_inspect *x, size_t node)
{
    return (x->a.op[node] == DGI_SCALAR_tanh || x->a.op[node] == DGI_SCALAR_sigmoid) &&
           dgi_has(x, node, DGI_REACHED) && dgi_has(x, node, DGI_DEPENDS) &&
           x->data[node] != DGI_UNKNOWN && !dgi_not_finite(x->data[node]);
}

typedef struct layer {
    uint32_t first_saturated; /* in trace order */
    size_t values, saturated, nodes;
    double largest; /* |t|, a sigmoid s as |2s - 1| */
    double slope_sum;
    size_t finding;
} layer;

/* The mean of a loss divides upstream gradients by the number of examples; an output that is near
 * its target has a small one. */
static const double OUTPUT_UPSTREAM = 0.1;

static bool matters(const dg_inspect *x, size_t node, const double *grad, size_t i, size_t examples)
{
    if (dgi_has(x, node, DGI_HIDDEN) || !grad)
        return true;
    return fabs(grad[i]) * (double)examples > OUTPUT_UPSTREAM;
}

static void count_values(const dg_inspect *x, size_t node, layer *l, size_t examples)
{
    size_t count;
    const dgi_trace_node *n = dgi_node(x, node);
    const double *grad = dgi_grad(n, &count), *data = dgi_data(n, &count);
    bool is_tanh = x->a.op[node] == DGI_SCALAR_tanh, any = false;
    for (size_t i = 0; i < count; i++) {
        double t = is_tanh ? fabs(data[i]) : fabs(2.0 * data[i] - 1.0);
        l->slope_sum += is_tanh ? 1.0 - t * t : (1.0 - t * t) / 4.0;
        l->largest = fmax(l->largest, t);
        if (t <= x->options.saturated || !matters(x, node, grad, i, examples))
            continue;
        l->saturated++;
        any = true;
    }
    l->values += count;
    if (any && l->first_saturated == DGI_NO_NODE)
        l->first_saturated = (uint32_t)node;
}

static void add_finding(dg_inspect *x, const layer *l, const char *scope)
{
    dgi_finding *f = dgi_finding_add(x, DG_FINDING_SATURATED, l->first_saturated, "");
    double share = (double)l->saturated / (double)l->values;
    double slope = l->slope_sum / (double)l->values;
    if (f)
        f->public.scope = scope;
    dgi_finding_evidence(f, "saturated values", (double)l->saturated);
    dgi_finding_evidence(f, "values", (double)l->values);
    dgi_finding_evidence(f, "share", share);
    dgi_finding_evidence(f, "largest |t|", l->largest);
    dgi_finding_evidence(f, "mean slope", slope);
    const char *op = dgi_node(x, l->first_saturated)->op;
    if (l->values == 1)
        dgi_finding_say(x, f, "%v, op %q, is saturated: |t| is %n, and the slope %n",
                        (size_t)l->first_saturated, op, l->largest, slope);
    else
        dgi_finding_say(
            x, f, "%z of %z values of %q like %v are saturated, |t| > %n: the mean slope is %n",
            l->saturated, l->values, op, (size_t)l->first_saturated, x->options.saturated, slope);
}

static bool is_much(const dg_inspect *x, const layer *l)
{
    return l->saturated > 0 &&
           (double)l->saturated >= x->options.saturated_share * (double)l->values;
}

/* A unit is not worth a word where a few examples saturate it. */
static bool is_shut(const dg_inspect *x, const layer *l)
{
    static const double SHUT = 1e-3;
    (void)x;
    return l->values >= 2 && l->saturated == l->values && l->slope_sum < SHUT * (double)l->values;
}

static void find_single(dg_inspect *x, size_t node)
{
    layer l = {.first_saturated = DGI_NO_NODE};
    size_t examples = dgi_node(x, node)->is_tensor ? dgi_node(x, node)->tensor->size : 1;
    count_values(x, node, &l, examples);
    if (!is_much(x, &l))
        return;
    add_finding(x, &l, dgi_node(x, node)->scope);
    dgi_mark(x, node, DGI_EXPLAINED);
}

static bool is_candidate(const dg_inspect *x, size_t node)
{
    return is_squashing(x, node) && dgi_node(x, node)->scope[0] && !dgi_has(x, node, DGI_EXPLAINED);
}

/* Counts the values of every group that has candidates; NULL if there is none. */
static layer *count_layers(dg_inspect *x, dgi_scope_groups *groups)
{
    for (size_t i = 0; i < x->a.node_count; i++)
        if (is_candidate(x, i))
            dgi_scope_group_of(groups, dgi_node(x, i)->scope);
    if (groups->count == 0 || groups->failed)
        return NULL;
    layer *layers = calloc(groups->count, sizeof *layers);
    if (!layers) {
        x->failed = true;
        return NULL;
    }
    for (size_t l = 0; l < groups->count; l++)
        layers[l].first_saturated = DGI_NO_NODE;
    for (size_t i = 0; i < x->a.node_count; i++)
        if (is_candidate(x, i))
            layers[dgi_scope_group_of(groups, dgi_node(x, i)->scope)].nodes++;
    for (size_t i = 0; i < x->a.node_count; i++)
        if (is_candidate(x, i)) {
            layer *l = &layers[dgi_scope_group_of(groups, dgi_node(x, i)->scope)];
            count_values(x, i, l, l->nodes);
        }
    return layers;
}

static bool has_saturated(const dg_inspect *x, size_t node)
{
    layer l = {.first_saturated = DGI_NO_NODE};
    count_values(x, node, &l, dgi_node(x, node)->is_tensor ? 1 : SIZE_MAX);
    return l.saturated > 0;
}

/* A finding for every group of which `is_bad` holds. */
static void find_in_groups(dg_inspect *x, dgi_scope_groups *groups,
                           bool (*is_bad)(const dg_inspect *x, const layer *l))
{
    layer *layers = count_layers(x, groups);
    for (size_t l = 0; layers && l < groups->count; l++) {
        layers[l].finding = DG_NO_NODE;
        if (layers[l].values == 0 || !is_bad(x, &layers[l]))
            continue;
        size_t before = x->finding_count;
        add_finding(x, &layers[l], groups->names[l]);
        if (x->finding_count > before)
            layers[l].finding = before;
    }
    for (size_t i = 0; layers && i < x->a.node_count; i++) {
        size_t l =
            is_candidate(x, i) ? dgi_scope_group_of(groups, dgi_node(x, i)->scope) : DG_NO_NODE;
        if (l == DG_NO_NODE || layers[l].finding == DG_NO_NODE || !has_saturated(x, i))
            continue;
        dgi_finding_add_node(x, &x->findings[layers[l].finding], i);
        dgi_mark(x, i, DGI_EXPLAINED);
    }
    free(layers);
}

void dgi_find_saturated(dg_inspect *x)
{
    mark_hidden(x);
    find_in_groups(x, &x->groups, is_much);
    if (!x->failed)
        find_in_groups(x, &x->units, is_shut);
    for (size_t i = 0; i < x->a.node_count && !x->failed; i++)
        if (is_squashing(x, i) && !dgi_node(x, i)->scope[0])
            find_single(x, i);
}
