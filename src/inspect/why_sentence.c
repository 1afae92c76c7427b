/* The sentences of an explanation. */
#include "inspect/why_sentence.h"

#include <string.h>

static void put(dgi_buf *b, const char *text)
{
    dgi_buf_puts(b, text);
}

static double data_of(const dg_why *w, size_t node)
{
    return dg_trace_data(w->a.trace, node);
}

/* ---- The gradient --------------------------------------------------------------------------- */

static void put_derivative(dgi_buf *b, const dg_why *w, dgi_why_names *n)
{
    put(b, "∂");
    dgi_why_put_name(b, n, w->root);
    put(b, "/∂");
    dgi_why_put_name(b, n, w->node);
}

void dgi_why_put_headline(dgi_buf *b, const dg_why *w, dgi_why_names *n)
{
    dg_why_extent extent = dg_why_extent_of(w);
    if (extent == DG_WHY_NO_PATH) {
        dgi_why_put_name(b, n, w->node);
        put(b, " has no gradient: ");
        dgi_why_put_name(b, n, w->root);
        put(b, " does not depend on it.");
        return;
    }
    put(b, "The gradient of ");
    dgi_why_put_name(b, n, w->node);
    if (w->node == w->root) {
        put(b, extent == DG_WHY_UNKNOWN ? " is not known" : " is ");
        if (extent != DG_WHY_UNKNOWN)
            dgi_why_put_number(b, dg_why_total(w));
        put(b, ": it is the root, where the backward pass begins.");
        return;
    }
    put(b, " (");
    put_derivative(b, w, n);
    put(b, extent == DG_WHY_UNKNOWN  ? ") is not known from local gradients"
           : extent == DG_WHY_PARTLY ? ") is not known wholly; the known part of it is "
                                     : ") is ");
    put(b, extent != DG_WHY_UNKNOWN && dg_why_is_norm(w) ? "an array of norm " : "");
    if (extent != DG_WHY_UNKNOWN)
        dgi_why_put_number(b, dg_why_total(w));
    put(b, ".");
}

/* ---- What is not as it should be ------------------------------------------------------------ */

/* Whether two gradients are the same but for rounding, in single precision, too. */
static bool agrees(const dg_why *w, double grad, double total)
{
    double tolerance = fmax(w->options.tolerance, 1e-6) * dgi_scaled_to_double(w->magnitude);
    if (dg_why_is_norm(w) && w->node != w->root && isfinite(w->difference))
        return w->difference <= tolerance;
    return grad == total || (isnan(grad) && isnan(total)) || fabs(grad - total) <= tolerance;
}

static void put_difference(dgi_buf *b, double grad, double total, bool is_norm)
{
    double times = grad / total;
    put(b, is_norm ? "The trace has one of norm " : "The trace has ");
    dgi_why_put_number(b, grad);
    if (isfinite(times) && fabs(times - round(times)) < 1e-6 && times > 1.5 && times < 1000.0) {
        put(b, ", ");
        dgi_why_put_number(b, round(times));
        put(b, " times that: it was accumulated over so many backward passes.");
    } else {
        put(b, " instead: it is of another backward pass, or was set by hand.");
    }
}

/* The first use that nothing is known about, or else the first value above with one; DG_NO_NODE. */
static size_t first_unknown(const dg_why *w)
{
    dg_why_use use;
    for (size_t i = 0; dg_why_use_at(w, i, &use) == DG_OK; i++)
        if (use.reached && isnan(use.local) && !w->a.known[w->a.uses[w->a.first_use[w->node] + i]])
            return use.node;
    for (size_t i = 0; i < w->a.edge_count; i++) {
        size_t to = w->a.edge_to[i];
        if (!w->a.known[i] && w->sums.extent[to] != DGI_SUM_NO_PATH &&
            w->sums.extent[dgi_edge_from(&w->a, i)] != DGI_SUM_NO_PATH)
            return to;
    }
    return DG_NO_NODE;
}

static void put_unknown(dgi_buf *b, const dg_why *w, dgi_why_names *n, bool has_grad)
{
    size_t node = first_unknown(w);
    if (node == DG_NO_NODE) {
        put(b, w->node == w->root ? "It is an array that none has set."
                                  : "The gradient of the root is not a number that is known.");
        return;
    }
    put(b, "The chain is not known at ");
    dgi_why_put_expression(b, n, node);
    put(b, dg_trace_ndim(w->a.trace, node) > 0 ? ", which is of tensors" : "");
    put(b, has_grad ? "" : ", and the trace has no gradients behind it");
    put(b, ".");
}

static void put_other_roots(dgi_buf *b, const dg_why *w)
{
    dgi_buf_printf(
        b, "%zu more root%s of the trace depend%s on it, whose contributions are not counted.",
        w->other_roots, w->other_roots == 1 ? "" : "s", w->other_roots == 1 ? "s" : "");
}

void dgi_why_put_reservation(dgi_buf *b, const dg_why *w, dgi_why_names *n)
{
    const dgi_trace_node *v = &w->a.trace->nodes[w->node];
    dg_why_extent extent = dg_why_extent_of(w);
    bool has_grad = v->has_grad;
    double total = dg_why_total(w), grad = v->is_tensor ? dgi_gradient_norm(v) : v->grad;
    switch (extent) {
    case DG_WHY_NO_PATH:
        break;
    case DG_WHY_WHOLE:
    case DG_WHY_FROM_VALUES:
        if (w->other_roots > 0)
            put_other_roots(b, w);
        else if (!v->has_grad && w->node != w->root)
            put(b, "The trace has no gradient of it: this one is computed from local gradients.");
        else if (has_grad && !agrees(w, grad, total))
            put_difference(b, grad, total, v->is_tensor);
        break;
    case DG_WHY_PARTLY:
    case DG_WHY_UNKNOWN:
        put_unknown(b, w, n, v->has_grad);
        if (has_grad) {
            put(b, v->is_tensor ? " The trace has one of norm " : " The trace has ");
            dgi_why_put_number(b, grad);
            put(b, ".");
        }
    }
}

/* ---- The turning point ---------------------------------------------------------------------- */

/* An edge that turned the gradient. */
typedef struct turn {
    const dg_why *w;
    dgi_why_names *names;
    size_t node, through; /* from and to */
    double local, upstream;
    bool is_norm;
} turn;

static void put_data(dgi_buf *b, const turn *t, size_t node)
{
    dgi_why_put_name(b, t->names, node);
    put(b, " is ");
    dgi_why_put_number(b, data_of(t->w, node));
}

/* The operand of the op that is not the value, or the value itself where both are. */
static size_t other_operand(const turn *t)
{
    const dg_trace *trace = t->w->a.trace;
    size_t first = dg_trace_operand(trace, t->through, 0);
    return first == t->node ? dg_trace_operand(trace, t->through, 1) : first;
}

static void put_zero_local(dgi_buf *b, const turn *t)
{
    dgi_scalar_op op = (dgi_scalar_op)t->w->a.op[t->through];
    dgi_why_put_expression(b, t->names, t->through);
    if (t->is_norm) {
        put(b, " contributes 0 to all of it");
        return;
    }
    switch (op) {
    case DGI_SCALAR_mul:
        put(b, " multiplies it by 0: ");
        put_data(b, t, other_operand(t));
        break;
    case DGI_SCALAR_relu:
        put(b, " is shut: ");
        put_data(b, t, t->node);
        break;
    case DGI_SCALAR_max:
    case DGI_SCALAR_min:
        put(b, " takes the other operand: ");
        put_data(b, t, t->node);
        put(b, " and ");
        put_data(b, t, other_operand(t));
        break;
    case DGI_SCALAR_tanh:
    case DGI_SCALAR_sigmoid:
    case DGI_SCALAR_erf:
    case DGI_SCALAR_softplus:
        put(b, " is saturated beyond double precision: ");
        put_data(b, t, t->node);
        break;
    default:
        put(b, " has the derivative 0 where ");
        put_data(b, t, t->node);
    }
}

static void put_nonfinite_local(dgi_buf *b, const turn *t)
{
    dgi_why_put_expression(b, t->names, t->through);
    if (t->is_norm) {
        put(b, " contributes numbers that are not finite");
        return;
    }
    put(b, " has the derivative ");
    dgi_why_put_number(b, t->local);
    put(b, " where ");
    put_data(b, t, t->node);
}

static void put_nonfinite_data(dgi_buf *b, const turn *t, size_t culprit)
{
    const dg_trace *trace = t->w->a.trace;
    put(b, "the local gradient of ");
    dgi_why_put_expression(b, t->names, t->through);
    put(b, " is ");
    dgi_why_put_number(b, t->local);
    put(b, ", since data are not finite. They come from ");
    dgi_why_put_expression(b, t->names, culprit);
    if (dg_trace_ndim(trace, culprit) > 0)
        return;
    put(b, ", which is ");
    dgi_why_put_number(b, data_of(t->w, culprit));
    enum { SHOWN = 3 };
    size_t count = dg_trace_operand_count(trace, culprit);
    for (size_t i = 0; i < count && i < SHOWN; i++) {
        put(b, i ? ", " : ", as ");
        put_data(b, t, dg_trace_operand(trace, culprit, i));
    }
}

/* "tanh(n), 0.0001": the step with the extreme factor. */
static void put_extreme(dgi_buf *b, const turn *t, const char *which, size_t extreme)
{
    dg_why_step step;
    if (dg_why_step_at(t->w, 0, extreme, &step) != DG_OK || step.through == DG_NO_NODE)
        return;
    put(b, which);
    dgi_why_put_number(b, step.factor);
    put(b, ", of ");
    dgi_why_put_expression(b, t->names, step.through);
}

static void put_product(dgi_buf *b, const turn *t)
{
    dgi_why_put_number(b, t->local);
    put(b, " × ");
    dgi_why_put_number(b, t->upstream);
}

static bool is_huge(const dg_why *w, double x)
{
    dg_gradient_state state = dg_gradient_state_of_number(x, &w->options);
    return state == DG_GRADIENT_HUGE || state == DG_GRADIENT_INFINITE;
}

static void put_cause(dgi_buf *b, const turn *t, const dg_why_turning_point *p)
{
    switch (p->cause) {
    case DG_WHY_CAUSE_GIVEN:
        break;
    case DG_WHY_CAUSE_LOCAL_ZERO:
        put_zero_local(b, t);
        break;
    case DG_WHY_CAUSE_CANCELLED:
        put(b, "the contributions of its uses cancel");
        break;
    case DG_WHY_CAUSE_UNDERFLOW:
        put_product(b, t);
        put(b, " is too small for a double");
        break;
    case DG_WHY_CAUSE_SHRUNK:
        put_extreme(b, t, "the smallest factor is ", p->extreme);
        break;
    case DG_WHY_CAUSE_GREW:
        if (is_huge(t->w, t->w->paths[0].products[p->step]))
            put_extreme(b, t, "the largest factor is ", p->extreme);
        else
            put(b, "many paths add up");
        break;
    case DG_WHY_CAUSE_OVERFLOW:
        if (isinf(t->local * t->upstream))
            put_product(b, t);
        else
            put(b, "the sum of its contributions");
        put(b, " is too large for a double");
        break;
    case DG_WHY_CAUSE_LOCAL_NONFINITE:
        put_nonfinite_local(b, t);
        break;
    case DG_WHY_CAUSE_DATA_NONFINITE:
        put_nonfinite_data(b, t, p->culprit);
        break;
    case DG_WHY_CAUSE_ZERO_TIMES_INF:
        put_nonfinite_local(b, t);
        put(b, ", and 0 × inf is nan");
        break;
    case DG_WHY_CAUSE_INF_MINUS_INF:
        put(b, "contributions of inf and -inf meet");
    }
}

static const char *words_of(dg_gradient_state state)
{
    switch (state) {
    case DG_GRADIENT_ZERO:
        return "0";
    case DG_GRADIENT_VANISHING:
        return "tiny";
    default:
        return dg_gradient_state_name(state);
    }
}

static void put_state(dgi_buf *b, const dg_why *w, dg_gradient_state state)
{
    put(b, words_of(state));
    if (state == DG_GRADIENT_VANISHING || state == DG_GRADIENT_HUGE) {
        put(b, state == DG_GRADIENT_HUGE ? " (above " : " (below ");
        dgi_why_put_number(b,
                           state == DG_GRADIENT_HUGE ? w->options.exploding : w->options.vanishing);
        put(b, ")");
    }
}

/* An infinity that becomes nan further down. */
static void put_nan_after(dgi_buf *b, const dg_why *w, dgi_why_names *n)
{
    const dgi_path *path = &w->paths[0];
    size_t step = w->turning_point.step;
    if (w->turning_point.state != DG_GRADIENT_INFINITE || !isnan(w->sums.gradient[w->node]))
        return;
    while (step < path->length && !isnan(w->sums.gradient[dgi_path_node(w, path, step)]))
        step++;
    put(b, " At ");
    dgi_why_put_name(b, n, dgi_path_node(w, path, step));
    put(b, " it becomes nan.");
}

void dgi_why_put_turning_point(dgi_buf *b, const dg_why *w, dgi_why_names *n)
{
    dg_why_turning_point p;
    if (dg_why_turning_point_of(w, &p) != DG_OK)
        return;
    dg_why_step step;
    dg_why_step_at(w, 0, p.step, &step);
    turn t = {w, n, p.node, step.through, step.factor, 0.0, step.is_norm};
    if (p.cause == DG_WHY_CAUSE_GIVEN) {
        put(b, "The gradient of ");
        dgi_why_put_name(b, n, p.node);
        put(b, ", where the path begins, is ");
        put_state(b, w, p.state);
        put(b, " in the trace.");
    } else {
        t.upstream = w->sums.gradient[t.through];
        put(b, "It becomes ");
        put_state(b, w, p.state);
        put(b, " at ");
        dgi_why_put_name(b, n, p.node);
        put(b, ": ");
        put_cause(b, &t, &p);
        put(b, ".");
    }
    put_nan_after(b, w, n);
}

/* ---- All of them ---------------------------------------------------------------------------- */

static void put_sentence(dgi_buf *b, const dg_why *w, dgi_why_names *n,
                         void (*put_it)(dgi_buf *, const dg_why *, dgi_why_names *))
{
    size_t before = b->size;
    dgi_buf_puts(b, before > 0 ? " " : "");
    size_t begin = b->size;
    put_it(b, w, n);
    if (b->size == begin)
        b->size = before;
}

char *dg_summary_from_why(const dg_why *w, size_t *size)
{
    if (size)
        *size = 0;
    if (!w)
        return NULL;
    dgi_why_names names;
    dgi_why_names_init(&names, w->a.trace);
    dgi_buf text = DGI_BUF_INIT;
    for (int pass = 0; pass < 2; pass++) {
        text.size = 0;
        put_sentence(&text, w, &names, dgi_why_put_headline);
        put_sentence(&text, w, &names, dgi_why_put_turning_point);
        put_sentence(&text, w, &names, dgi_why_put_reservation);
        if (pass == 0)
            dgi_why_names_count(&names);
    }
    dgi_buf_puts(&text, ""); /* ends it where it has become shorter */
    return dgi_buf_take(&text, size);
}
