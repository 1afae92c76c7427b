/* Gradients that vanish or explode on their way from the root to the parameters.
 *
 * What is compared are the upstream gradients where parameters enter, not the gradients of the
 * parameters: these also depend on the inputs, and at a minimum they cancel out over the examples
 * however well they flow. */
#include <math.h>
#include <stdlib.h>

#include "base/grow.h"
#include "inspect/inspection.h"

/* Parameters that are looked at together: a layer's, or a tensor without a scope, or all scalars
 * without one. */
typedef struct flow {
    uint32_t first;    /* of its parameters, in trace order */
    uint32_t distance; /* the shortest, from the root */
    size_t parameters, numbers, upstream_numbers;
    double grad_sum;     /* of the magnitudes of the gradients that are not 0, `numbers` of them */
    double upstream_sum; /* and of the upstream gradients */
    const char *scope;   /* NULL: that of the first parameter */
} flow;

static double upstream_of(const flow *w)
{
    return w->upstream_sum / (double)w->upstream_numbers;
}

static double grad_of(const flow *w)
{
    return w->numbers ? w->grad_sum / (double)w->numbers : 0.0;
}

static double sum_of_magnitudes(const double *numbers, size_t count, size_t *not_zero)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += fabs(numbers[i]);
        *not_zero += numbers[i] != 0.0;
    }
    return sum;
}

/* The magnitudes of a value's gradient, summed up. */
typedef struct upstream {
    double sum;
    size_t not_zero;
    bool known;
} upstream;

/* What is computed of all values once. */
typedef struct flow_facts {
    struct path *paths;
    upstream *upstreams; /* of tensors, as far as they were asked for: many parameters may be used
                            by one. NULL if there are none */
} flow_facts;

static upstream upstream_at(const dg_inspect *x, size_t user, upstream *known)
{
    if (dgi_node(x, user)->is_tensor && known[user].known)
        return known[user];
    size_t count;
    const double *grad = dgi_grad(dgi_node(x, user), &count);
    upstream u = {.known = true};
    u.sum = sum_of_magnitudes(grad, count, &u.not_zero);
    if (dgi_node(x, user)->is_tensor)
        known[user] = u;
    return u;
}

static void add_parameter(const dg_inspect *x, size_t node, const flow_facts *facts, flow *w)
{
    size_t count;
    const double *grad = dgi_grad(dgi_node(x, node), &count);
    if (w->parameters++ == 0) {
        w->first = (uint32_t)node;
        w->distance = UINT32_MAX;
    }
    if (w->distance > x->distance[node])
        w->distance = x->distance[node];
    w->grad_sum += sum_of_magnitudes(grad, count, &w->numbers);
    for (size_t k = x->a.first_use[node]; k < x->a.first_use[node + 1]; k++) {
        size_t user = x->a.edge_to[x->a.uses[k]];
        if (!dgi_has(x, user, DGI_REACHED) || x->grad[user] != DGI_FINITE)
            continue;
        upstream u = upstream_at(x, user, facts->upstreams);
        w->upstream_sum += u.sum;
        w->upstream_numbers += u.not_zero;
    }
}

static bool is_part(const dg_inspect *x, size_t node)
{
    return dgi_has(x, node, DGI_PARAMETER) && dgi_has(x, node, DGI_REACHED) &&
           x->grad[node] == DGI_FINITE;
}

static void say_saturated(dg_inspect *x, dgi_finding *f)
{
    if (f)
        f->public.severity = DG_SEVERITY_NOTE;
    dgi_finding_say(x, f, "; that is because of saturated values");
}

static bool is_saturation(const dgi_finding *f, double slope)
{
    return f->public.kind == DG_FINDING_SATURATED && dgi_evidence_of(f, "mean slope") <= slope;
}

/* Whether there is a finding of saturated values whose mean slope is so small. */
static bool has_saturated(const dg_inspect *x, double slope)
{
    for (size_t i = 0; i < x->finding_count; i++)
        if (is_saturation(&x->findings[i], slope))
            return true;
    return false;
}

/* Where saturated values explain small gradients, the findings about them become warnings, and that
 * the gradients are small is a note. */
static void blame_saturated(dg_inspect *x, double slope, dgi_finding *f)
{
    if (!f || !has_saturated(x, slope))
        return;
    for (size_t i = 0; i < x->finding_count; i++)
        if (is_saturation(&x->findings[i], slope))
            x->findings[i].public.severity = DG_SEVERITY_WARNING;
    say_saturated(x, f);
}

/* The path to the root with the largest product of factors. Only products and activations count: a
 * loss makes gradients small because it is small. */
typedef struct path {
    double product;
    double smallest, largest; /* of its factors */
    double scale; /* their product without the activations of outputs, which are near their
                     limits where that is the target */
} path;

static double factor_of(const dg_inspect *x, size_t edge)
{
    size_t user = x->a.edge_to[edge];
    if (!x->a.known[edge])
        return 1.0;
    switch (x->a.op[user]) {
    case DGI_SCALAR_mul: {
        const uint32_t *operands = dgi_trace_node_operands(dgi_node(x, user));
        return operands[0] == operands[1] ? 1.0 : fabs(x->a.local[edge]);
    }
    case DGI_SCALAR_tanh:
    case DGI_SCALAR_sigmoid:
    case DGI_SCALAR_relu:
    case DGI_SCALAR_softplus:
    case DGI_SCALAR_silu:
    case DGI_SCALAR_erf:
    case DGI_SCALAR_gelu:
    case DGI_SCALAR_elu:
    case DGI_SCALAR_leaky_relu:
    case DGI_SCALAR_hardtanh:
    case DGI_SCALAR_softsign:
    case DGI_SCALAR_atan:
        return fabs(x->a.local[edge]);
    default:
        return 1.0;
    }
}

static bool is_activation_of_output(const dg_inspect *x, size_t user)
{
    return x->a.op[user] != DGI_SCALAR_mul && !dgi_has(x, user, DGI_HIDDEN);
}

static path *find_paths(dg_inspect *x)
{
    path *paths = calloc(x->a.node_count, sizeof *paths);
    if (!paths) {
        x->failed = true;
        return NULL;
    }
    paths[x->trace->root] = (path){1.0, 1.0, 1.0, 1.0};
    for (size_t k = 0; k < x->a.node_count; k++) {
        size_t node = x->a.order[k];
        const dgi_trace_node *n = dgi_node(x, node);
        path p = paths[node];
        for (size_t i = 0; i < n->n_operands && p.product > 0.0; i++) {
            double factor = factor_of(x, x->a.first_edge[node] + i);
            path *to = &paths[dgi_trace_node_operands(n)[i]];
            if (p.product * factor > to->product)
                *to = (path){p.product * factor, fmin(p.smallest, factor), fmax(p.largest, factor),
                             p.scale * (is_activation_of_output(x, node) ? 1.0 : factor)};
        }
    }
    return paths;
}

static dgi_finding *add_finding(dg_inspect *x, dg_finding_kind kind, const flow *w,
                                const char *cause)
{
    dgi_finding *f = dgi_finding_add(x, kind, w->first, cause);
    if (f && w->scope)
        f->public.scope = w->scope;
    dgi_finding_evidence(f, "mean |upstream gradient|", upstream_of(w));
    dgi_finding_evidence(f, "mean |gradient|", grad_of(w));
    return f;
}

static void say_place(dg_inspect *x, dgi_finding *f, const flow *w)
{
    if (w->parameters == 1)
        dgi_finding_say(x, f, "at %v ", (size_t)w->first);
    else
        dgi_finding_say(x, f, "at the %z parameter%S with %v ", w->parameters, (size_t)w->first);
}

static dgi_finding *compare(dg_inspect *x, const flow *w, const flow *nearest, dg_finding_kind kind)
{
    bool vanishes = kind == DG_FINDING_VANISHING;
    double here = upstream_of(w), there = upstream_of(nearest);
    double factor = vanishes ? there / here : here / there;
    dgi_finding *f = add_finding(x, kind, w, vanishes ? "falls" : "grows");
    dgi_finding_evidence(f, "at the last layer", there);
    dgi_finding_evidence(f, "factor", factor);
    dgi_finding_say(
        x, f, "gradients %s by a factor of %n on their way: ", vanishes ? "fall" : "grow", factor);
    say_place(x, f, w);
    dgi_finding_say(x, f, "|upstream gradient| is %n in the mean, at %v %n", here,
                    (size_t)nearest->first, there);
    return f;
}

static dgi_finding *add_small(dg_inspect *x, const flow *w, double factors)
{
    dgi_finding *f = add_finding(x, DG_FINDING_VANISHING, w, "scaled");
    dgi_finding_evidence(f, "product of factors", factors);
    dgi_finding_say(x, f, "gradients are tiny: ");
    say_place(x, f, w);
    dgi_finding_say(x, f,
                    "|upstream gradient| is %n in the mean, and the factors between here and the "
                    "root multiply to %n",
                    upstream_of(w), factors);
    return f;
}

static void add_large(dg_inspect *x, const flow *w)
{
    dgi_finding *f = add_finding(x, DG_FINDING_EXPLODING, w, "large");
    dgi_finding_say(x, f, "gradients are huge: ");
    say_place(x, f, w);
    dgi_finding_say(x, f, "|gradient| is %n in the mean", grad_of(w));
}

static const flow *nearest_of(const flow *flows, size_t count)
{
    const flow *nearest = &flows[0];
    for (size_t i = 1; i < count; i++)
        if (flows[i].distance < nearest->distance)
            nearest = &flows[i];
    return nearest;
}

static const flow *extreme_of(const flow *flows, size_t count, double sign,
                              double (*measure)(const flow *))
{
    const flow *extreme = &flows[0];
    for (size_t i = 1; i < count; i++)
        if (sign * measure(&flows[i]) > sign * measure(extreme))
            extreme = &flows[i];
    return extreme;
}

/* A mean slope that explains by itself that gradients are tiny. */
static const double SHUT = 1e-5;

/* Whether gradients are tiny because of factors on their way. (Those of a loss that is near its
 * minimum are tiny because it is.) */
static bool is_tiny(const dg_inspect *x, const flow *w, const path *paths)
{
    return upstream_of(w) < x->options.vanishing &&
           paths[w->first].scale * x->options.vanishing_ratio < 1.0;
}

/* Of layers among which gradients do not fall. */
static void judge_smallness(dg_inspect *x, const flow *nearest, const flow *smallest,
                            const path *paths)
{
    if (is_tiny(x, nearest, paths))
        blame_saturated(x, SHUT, add_small(x, nearest, paths[nearest->first].scale));
    else if (upstream_of(smallest) < x->options.vanishing && has_saturated(x, SHUT))
        say_saturated(x, add_small(x, smallest, paths[smallest->first].product));
}

static void judge(dg_inspect *x, const flow *flows, size_t count, const path *paths)
{
    if (count == 0)
        return;
    const flow *nearest = nearest_of(flows, count);
    const flow *smallest = extreme_of(flows, count, -1.0, upstream_of);
    const flow *largest = extreme_of(flows, count, 1.0, upstream_of);
    const flow *hugest = extreme_of(flows, count, 1.0, grad_of);
    if (upstream_of(smallest) * x->options.vanishing_ratio < upstream_of(nearest)) {
        blame_saturated(x, 1.0, compare(x, smallest, nearest, DG_FINDING_VANISHING));
    } else {
        judge_smallness(x, nearest, smallest, paths);
    }
    if (grad_of(hugest) > x->options.exploding)
        add_large(x, hugest);
    else if (upstream_of(largest) > x->options.exploding_ratio * upstream_of(nearest))
        compare(x, largest, nearest, DG_FINDING_EXPLODING);
}

/* ---- Single values without a scope ---------------------------------------------------------- */

/* Several factors must have a part in it: one alone is the value of an input, or saturation, which
 * is a finding of its own. */
static const double OTHER_FACTORS = 30.0;

static dgi_finding *judge_path(dg_inspect *x, size_t node, const path *p, dg_finding_kind kind)
{
    dgi_finding *f =
        dgi_finding_add(x, kind, node, kind == DG_FINDING_VANISHING ? "falls" : "grows");
    dgi_finding_evidence(f, "gradient", dgi_node(x, node)->grad);
    dgi_finding_evidence(f, "product of factors", p->product);
    dgi_finding_say(
        x, f,
        "gradients %s on their way from the root to %v: the factors multiply to %n, and "
        "its gradient is %n",
        kind == DG_FINDING_VANISHING ? "fall" : "grow", node, p->product, dgi_node(x, node)->grad);
    return f;
}

static void judge_scalars(dg_inspect *x, const flow_facts *facts)
{
    const path *paths = facts->paths;
    size_t smallest = DG_NO_NODE, largest = DG_NO_NODE, shut = DG_NO_NODE;
    const dg_inspect_options *o = &x->options;
    for (size_t i = 0; i < x->a.node_count; i++) {
        const path *p = &paths[i];
        if (!is_part(x, i) || dgi_node(x, i)->is_tensor || p->product == 0.0)
            continue;
        double grad = fabs(dgi_node(x, i)->grad);
        bool small = p->product * o->vanishing_ratio < 1.0 && grad * o->vanishing_ratio < 1.0;
        bool falls = small && p->product / p->smallest * OTHER_FACTORS < 1.0;
        bool grows = p->product > o->exploding_ratio && grad > o->exploding_ratio &&
                     p->product / p->largest > OTHER_FACTORS;
        if (falls && (smallest == DG_NO_NODE || p->product < paths[smallest].product))
            smallest = i;
        if (small && (shut == DG_NO_NODE || p->product < paths[shut].product))
            shut = i;
        if ((grows || grad > o->exploding) &&
            (largest == DG_NO_NODE || grad > fabs(dgi_node(x, largest)->grad)))
            largest = i;
    }
    if (smallest != DG_NO_NODE)
        blame_saturated(x, 1.0, judge_path(x, smallest, &paths[smallest], DG_FINDING_VANISHING));
    if (smallest != DG_NO_NODE || !has_saturated(x, 1.0 / o->vanishing_ratio))
        shut = DG_NO_NODE;
    if (shut != DG_NO_NODE)
        say_saturated(x, judge_path(x, shut, &paths[shut], DG_FINDING_VANISHING));
    if (largest != DG_NO_NODE)
        judge_path(x, largest, &paths[largest], DG_FINDING_EXPLODING);
    if (smallest != DG_NO_NODE || shut != DG_NO_NODE)
        return;
    /* All together, whether they are tiny. */
    flow all = {0};
    for (size_t i = 0; i < x->a.node_count; i++)
        if (is_part(x, i) && !dgi_node(x, i)->is_tensor)
            add_parameter(x, i, facts, &all);
    for (size_t i = 0; i < x->a.node_count; i++)
        if (is_part(x, i) && !dgi_node(x, i)->is_tensor && paths[i].scale > paths[all.first].scale)
            all.first = (uint32_t)i;
    if (all.upstream_numbers > 0)
        judge_smallness(x, &all, &all, paths);
}

/* ---- Layers and tensors --------------------------------------------------------------------- */

/* Leaves out those that no gradient reaches. */
static size_t without_empty(flow *flows, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (flows[i].upstream_numbers > 0)
            flows[n++] = flows[i];
    return n;
}

static void judge_groups(dg_inspect *x, const flow_facts *facts)
{
    const path *paths = facts->paths;
    for (size_t i = 0; i < x->a.node_count; i++)
        if (is_part(x, i))
            dgi_scope_group_of(&x->groups, dgi_node(x, i)->scope);
    if (x->groups.failed || x->groups.count == 0)
        return;
    flow *flows = calloc(x->groups.count, sizeof *flows);
    if (!flows) {
        x->failed = true;
        return;
    }
    for (size_t i = 0; i < x->a.node_count; i++)
        if (is_part(x, i))
            add_parameter(x, i, facts,
                          &flows[dgi_scope_group_of(&x->groups, dgi_node(x, i)->scope)]);
    for (size_t i = 0; i < x->groups.count; i++)
        flows[i].scope = x->groups.names[i];
    judge(x, flows, without_empty(flows, x->groups.count), paths);
    free(flows);
}

static void judge_tensors(dg_inspect *x, const flow_facts *facts)
{
    const path *paths = facts->paths;
    flow *flows = NULL;
    size_t count = 0, capacity = 0;
    for (size_t i = 0; i < x->a.node_count; i++) {
        if (!is_part(x, i) || !dgi_node(x, i)->is_tensor)
            continue;
        flow *grown = dgi_grown(flows, &capacity, count, sizeof *flows);
        if (!grown) {
            x->failed = true;
            break;
        }
        flows = grown;
        flows[count] = (flow){0};
        add_parameter(x, i, facts, &flows[count++]);
    }
    if (!x->failed)
        judge(x, flows, without_empty(flows, count), paths);
    free(flows);
}

void dgi_find_magnitudes(dg_inspect *x)
{
    if (!x->has_backward)
        return;
    bool tensors = false, scalars = false;
    for (size_t i = 0; i < x->a.node_count; i++) {
        bool is_tensor = dgi_node(x, i)->is_tensor;
        tensors |= is_tensor;
        scalars |= !x->scoped && is_part(x, i) && !is_tensor;
    }
    flow_facts facts = {find_paths(x), NULL};
    if (tensors) {
        facts.upstreams = calloc(x->a.node_count, sizeof *facts.upstreams);
        x->failed |= !facts.upstreams;
    }
    if (!x->failed && x->scoped)
        judge_groups(x, &facts);
    else if (!x->failed)
        judge_tensors(x, &facts);
    if (scalars && !x->failed)
        judge_scalars(x, &facts);
    free(facts.paths);
    free(facts.upstreams);
}
