/* Where on the dominating path the gradient became what it is, and why. */
#include "inspect/why.h"

dg_gradient_state dgi_why_state(const dg_why *w, size_t node)
{
    return dg_gradient_state_of_number(w->sums.gradient[node], &w->options);
}

static bool is_nonfinite(dg_gradient_state state)
{
    return state == DG_GRADIENT_NAN || state == DG_GRADIENT_INFINITE;
}

static bool is_same(dg_gradient_state a, dg_gradient_state b)
{
    return a == b || (is_nonfinite(a) && is_nonfinite(b));
}

/* ---- Data ----------------------------------------------------------------------------------- */

static bool has_nonfinite_data(const dgi_trace_node *n)
{
    if (n->no_data)
        return false;
    if (!n->is_tensor)
        return !isfinite(n->data);
    for (size_t i = 0; i < n->tensor->size; i++)
        if (!isfinite(n->tensor->data[i]))
            return true;
    return false;
}

/* The first operand whose data are not finite; DGI_NO_NODE if all are. */
static uint32_t nonfinite_operand(const dg_trace *t, size_t node)
{
    const dgi_trace_node *n = &t->nodes[node];
    const uint32_t *operands = dgi_trace_node_operands(n);
    for (size_t i = 0; i < n->n_operands; i++)
        if (has_nonfinite_data(&t->nodes[operands[i]]))
            return operands[i];
    return DGI_NO_NODE;
}

/* The value that made such data of finite operands, for an op with such data or operands;
 * DG_NO_NODE if it has none. */
static size_t find_culprit(const dg_trace *t, size_t node)
{
    size_t culprit = has_nonfinite_data(&t->nodes[node]) ? node : DG_NO_NODE;
    for (uint32_t next; (next = nonfinite_operand(t, node)) != DGI_NO_NODE; node = next)
        culprit = next;
    return culprit;
}

/* ---- Causes --------------------------------------------------------------------------------- */

/* The sum of the magnitudes of what the uses of a value contribute. */
static double sum_of_magnitudes(const dg_why *w, size_t node)
{
    double sum = 0.0;
    for (size_t k = w->a.first_use[node]; k < w->a.first_use[node + 1]; k++) {
        size_t edge = w->a.uses[k];
        if (dgi_edge_is_summed(&w->sums, &w->a, edge))
            sum += fabs(dgi_summed_contribution(&w->sums, &w->a, edge));
    }
    return sum;
}

static dg_why_cause cause_of_zero(double local, double upstream)
{
    if (local == 0.0)
        return DG_WHY_CAUSE_LOCAL_ZERO;
    return local * upstream == 0.0 ? DG_WHY_CAUSE_UNDERFLOW : DG_WHY_CAUSE_CANCELLED;
}

static dg_why_cause cause_of_nonfinite(const dg_why *w, dg_why_turning_point *p, double local,
                                       double upstream, size_t through)
{
    if (isnan(w->sums.gradient[p->node]) && isinf(local * upstream))
        return DG_WHY_CAUSE_INF_MINUS_INF;
    if (isfinite(local))
        return DG_WHY_CAUSE_OVERFLOW;
    p->culprit = find_culprit(w->a.trace, through);
    if (p->culprit != DG_NO_NODE)
        return DG_WHY_CAUSE_DATA_NONFINITE;
    return upstream == 0.0 && isinf(local) ? DG_WHY_CAUSE_ZERO_TIMES_INF
                                           : DG_WHY_CAUSE_LOCAL_NONFINITE;
}

/* The step with the smallest, or largest, factor. */
static size_t extreme_step(const dg_why *w, const dgi_path *path, bool smallest)
{
    size_t found = 1;
    double best = smallest ? INFINITY : 0.0;
    for (size_t i = 1; i <= path->length; i++) {
        double size = fabs(w->a.local[path->edges[path->length - i]]);
        if (smallest ? size < best : size > best) {
            best = size;
            found = i;
        }
    }
    return found;
}

static void set_cause(const dg_why *w, dg_why_turning_point *p)
{
    const dgi_path *path = &w->paths[0];
    if (p->step == 0)
        return;
    size_t edge = path->edges[path->length - p->step], through = w->a.edge_to[edge];
    double local = w->a.local[edge], upstream = w->sums.gradient[through];
    if (is_nonfinite(p->state)) {
        p->cause = cause_of_nonfinite(w, p, local, upstream, through);
    } else if (p->state == DG_GRADIENT_ZERO) {
        p->cause = cause_of_zero(local, upstream);
    } else {
        bool shrunk = p->state == DG_GRADIENT_VANISHING;
        double sum = sum_of_magnitudes(w, p->node);
        bool cancelled = shrunk && dg_gradient_state_of_number(sum, &w->options) != p->state;
        p->cause = cancelled ? DG_WHY_CAUSE_CANCELLED
                   : shrunk  ? DG_WHY_CAUSE_SHRUNK
                             : DG_WHY_CAUSE_GREW;
        if (!cancelled)
            p->extreme = extreme_step(w, path, shrunk);
    }
}

void dgi_why_find_turning_point(dg_why *w)
{
    dg_gradient_state state = dgi_why_state(w, w->node);
    w->has_turning_point = w->path_count > 0 && state != DG_GRADIENT_FINITE;
    if (!w->has_turning_point)
        return;
    const dgi_path *path = &w->paths[0];
    size_t step = path->length;
    while (step > 0 && is_same(dgi_why_state(w, dgi_path_node(w, path, step - 1)), state))
        step--;
    size_t node = dgi_path_node(w, path, step);
    w->turning_point = (dg_why_turning_point){.step = step,
                                              .node = node,
                                              .state = dgi_why_state(w, node),
                                              .cause = DG_WHY_CAUSE_GIVEN,
                                              .extreme = step,
                                              .culprit = DG_NO_NODE};
    set_cause(w, &w->turning_point);
}

const char *dg_why_cause_name(dg_why_cause cause)
{
    static const char *const names[] = {
        [DG_WHY_CAUSE_GIVEN] = "given",
        [DG_WHY_CAUSE_LOCAL_ZERO] = "local-zero",
        [DG_WHY_CAUSE_CANCELLED] = "cancelled",
        [DG_WHY_CAUSE_UNDERFLOW] = "underflow",
        [DG_WHY_CAUSE_SHRUNK] = "shrunk",
        [DG_WHY_CAUSE_GREW] = "grew",
        [DG_WHY_CAUSE_OVERFLOW] = "overflow",
        [DG_WHY_CAUSE_LOCAL_NONFINITE] = "local-nonfinite",
        [DG_WHY_CAUSE_DATA_NONFINITE] = "data-nonfinite",
        [DG_WHY_CAUSE_ZERO_TIMES_INF] = "zero-times-inf",
        [DG_WHY_CAUSE_INF_MINUS_INF] = "inf-minus-inf",
    };
    return (size_t)cause < sizeof names / sizeof *names ? names[cause] : "";
}
