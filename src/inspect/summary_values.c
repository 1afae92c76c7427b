/* The numbers of scopes: of each what stands in it itself, then of what is inside, too. */
#include "inspect/summary.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "inspect/inspection.h"
#include "trace/scalar_ops.h"

/* What a scope is computed from, before its means and deviations are. */
typedef struct sums {
    dgi_moments activation, activation_grad, parameter, parameter_grad;
} sums;

typedef struct work {
    dgi_summary_tree *tree;
    const dg_inspect *inspection;
    const dg_trace *trace;
    dg_inspect_options options;
    sums *sums;         /* of each scope */
    size_t *starts;     /* of each scope: where its magnitudes begin; at the end their number */
    double *magnitudes; /* of gradients that are finite and not 0, by scope */
    const char *last_op;
    dgi_scalar_op last;
} work;

/* The elements of a node: its data, and its gradient; each may be NULL. */
typedef struct elements {
    size_t n;
    const double *data, *grad;
} elements;

static elements elements_of(const dgi_trace_node *n)
{
    if (n->is_tensor)
        return (elements){n->tensor->size, n->tensor->data, n->has_grad ? n->tensor->grad : NULL};
    return (elements){1, n->no_data ? NULL : &n->data, n->has_grad ? &n->grad : NULL};
}

/* A tensor without data may be of any size. */
static void add_count(size_t *sum, size_t n)
{
    *sum = n > SIZE_MAX - *sum ? SIZE_MAX : *sum + n;
}

static bool has_magnitude(double g)
{
    return isfinite(g) && g != 0.0;
}

static void add_finite(dgi_moments *m, const double *x, size_t n)
{
    for (size_t i = 0; x && i < n; i++)
        if (isfinite(x[i]))
            dgi_moments_add(m, x[i]);
}

/* Other values tell nothing about the root. */
static bool is_counted(const work *w, size_t node)
{
    return dgi_has(w->inspection, node, DGI_REACHED | DGI_PARAMETER);
}

/* ---- What a scope has itself ---------------------------------------------------------------- */

static void add_gradient(const work *w, dg_scope_summary *s, double g)
{
    s->set++;
    if (g == 0.0) {
        s->zero++;
        return;
    }
    if (!isfinite(g)) {
        s->nonfinite++;
        return;
    }
    double magnitude = fabs(g);
    s->vanishing += magnitude < w->options.vanishing;
    s->huge += magnitude > w->options.exploding;
    s->histogram[dgi_histogram_bin(magnitude)]++;
    if (!(s->grad_min <= magnitude))
        s->grad_min = magnitude;
    if (!(s->grad_max >= magnitude))
        s->grad_max = magnitude;
}

static dgi_scalar_op op_of(work *w, const dgi_trace_node *n)
{
    if (n->n_operands != 1)
        return DGI_SCALAR_UNKNOWN;
    if (n->op != w->last_op) {
        w->last_op = n->op;
        w->last = dgi_scalar_call_from_text(n->op, 1).op;
    }
    return w->last;
}

static bool is_activation(dgi_scalar_op op)
{
    return op == DGI_SCALAR_tanh || op == DGI_SCALAR_sigmoid || op == DGI_SCALAR_relu ||
           op == DGI_SCALAR_silu || op == DGI_SCALAR_softplus;
}

static void add_activation(const work *w, dg_scope_summary *s, sums *m, dgi_scalar_op op,
                           const elements *e)
{
    add_count(&s->activations, e->n);
    add_finite(&m->activation, e->data, e->n);
    add_finite(&m->activation_grad, e->grad, e->n);
    if (op == DGI_SCALAR_relu)
        add_count(&s->relus, e->n);
    else if (op == DGI_SCALAR_tanh || op == DGI_SCALAR_sigmoid)
        add_count(&s->saturable, e->n);
    for (size_t i = 0; e->data && i < e->n; i++) {
        double x = op == DGI_SCALAR_sigmoid ? 2.0 * e->data[i] - 1.0 : e->data[i];
        if (op == DGI_SCALAR_relu)
            s->shut += x == 0.0;
        else if (op == DGI_SCALAR_tanh || op == DGI_SCALAR_sigmoid)
            s->saturated += fabs(x) > w->options.saturated;
    }
}

static void add_node(work *w, size_t node)
{
    const dgi_trace_node *n = &w->trace->nodes[node];
    size_t scope = w->tree->of[node];
    dg_scope_summary *s = &w->tree->scopes[scope];
    elements e = elements_of(n);
    s->values++;
    add_count(&s->numbers, e.n);
    if (dgi_has(w->inspection, node, DGI_PARAMETER)) {
        s->parameters++;
        add_count(&s->parameter_numbers, e.n);
        add_finite(&w->sums[scope].parameter, e.data, e.n);
        add_finite(&w->sums[scope].parameter_grad, e.grad, e.n);
    }
    for (size_t i = 0; e.grad && i < e.n; i++) {
        add_gradient(w, s, e.grad[i]);
        w->starts[scope + 1] += has_magnitude(e.grad[i]);
    }
    dgi_scalar_op op = op_of(w, n);
    if (is_activation(op))
        add_activation(w, s, &w->sums[scope], op, &e);
}

/* ---- What is inside, too -------------------------------------------------------------------- */

/* Copies the magnitudes to where those of their scope are. */
static bool collect_magnitudes(work *w)
{
    size_t count = w->tree->count;
    for (size_t i = 0; i < count; i++)
        w->starts[i + 1] += w->starts[i];
    size_t n = w->starts[count];
    if (n > SIZE_MAX / sizeof *w->magnitudes)
        return false;
    w->magnitudes = malloc((n ? n : 1) * sizeof *w->magnitudes);
    if (!w->magnitudes)
        return false;
    for (size_t i = 0; i < w->trace->n_nodes; i++) {
        if (!is_counted(w, i))
            continue;
        elements e = elements_of(&w->trace->nodes[i]);
        size_t *next = &w->starts[w->tree->of[i]];
        for (size_t k = 0; e.grad && k < e.n; k++)
            if (has_magnitude(e.grad[k]))
                w->magnitudes[(*next)++] = fabs(e.grad[k]);
    }
    /* Each start is now that of the next scope. */
    for (size_t i = count; i > 0; i--)
        w->starts[i] = w->starts[i - 1];
    w->starts[0] = 0;
    return true;
}

/* What is inside of a scope is complete. */
static void add_to_parent(work *w, size_t scope)
{
    const dg_scope_summary *s = &w->tree->scopes[scope];
    if (s->parent == DG_NO_SCOPE)
        return;
    dg_scope_summary *p = &w->tree->scopes[s->parent];
    sums *from = &w->sums[scope], *to = &w->sums[s->parent];
    p->values += s->values;
    add_count(&p->numbers, s->numbers);
    p->parameters += s->parameters;
    add_count(&p->parameter_numbers, s->parameter_numbers);
    p->set += s->set;
    p->zero += s->zero;
    p->nonfinite += s->nonfinite;
    p->vanishing += s->vanishing;
    p->huge += s->huge;
    add_count(&p->activations, s->activations);
    add_count(&p->saturable, s->saturable);
    p->saturated += s->saturated;
    add_count(&p->relus, s->relus);
    p->shut += s->shut;
    for (size_t i = 0; i < DG_HISTOGRAM_BINS; i++)
        p->histogram[i] += s->histogram[i];
    if (!(p->grad_min <= s->grad_min) && !isnan(s->grad_min))
        p->grad_min = s->grad_min;
    if (!(p->grad_max >= s->grad_max) && !isnan(s->grad_max))
        p->grad_max = s->grad_max;
    dgi_moments_merge(&to->activation, &from->activation);
    dgi_moments_merge(&to->activation_grad, &from->activation_grad);
    dgi_moments_merge(&to->parameter, &from->parameter);
    dgi_moments_merge(&to->parameter_grad, &from->parameter_grad);
}

static double mean_of(const dgi_moments *m)
{
    return m->n ? m->mean : NAN;
}

static double std_of_several(const dgi_moments *m)
{
    return m->n > 1 ? dgi_moments_std(m) : NAN;
}

static void finish(work *w, size_t scope)
{
    dg_scope_summary *s = &w->tree->scopes[scope];
    const sums *m = &w->sums[scope];
    size_t from = w->starts[scope], to = w->starts[w->tree->ends[scope]];
    double lr = w->options.learning_rate;
    s->grad_median = dgi_median(w->magnitudes + from, to - from);
    s->activation_mean = mean_of(&m->activation);
    s->activation_std = std_of_several(&m->activation);
    s->activation_grad_mean = mean_of(&m->activation_grad);
    s->activation_grad_std = std_of_several(&m->activation_grad);
    s->parameter_std = dgi_moments_std(&m->parameter);
    s->parameter_grad_std = dgi_moments_std(&m->parameter_grad);
    s->grad_ratio = s->parameter_grad_std / s->parameter_std;
    s->update_ratio = lr > 0.0 ? lr * s->grad_ratio : NAN;
}

static bool summarise(work *w)
{
    for (size_t i = 0; i < w->tree->count; i++)
        w->tree->scopes[i].grad_min = w->tree->scopes[i].grad_max = NAN;
    for (size_t i = 0; i < w->trace->n_nodes; i++)
        if (is_counted(w, i))
            add_node(w, i);
    if (!collect_magnitudes(w))
        return false;
    for (size_t i = w->tree->count; i-- > 0;) {
        finish(w, i);
        add_to_parent(w, i);
    }
    return true;
}

bool dgi_summarise_scopes(dgi_summary_tree *tree, const dg_inspect *inspection, const dg_trace *t)
{
    work w = {.tree = tree,
              .inspection = inspection,
              .trace = t,
              .options = dg_inspect_options_of(inspection),
              .sums = calloc(tree->count, sizeof *w.sums),
              .starts = calloc(tree->count + 1, sizeof *w.starts)};
    bool done = w.sums && w.starts && summarise(&w);
    free(w.sums);
    free(w.starts);
    free(w.magnitudes);
    return done;
}
