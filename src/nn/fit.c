/* Training by full-batch steps on one graph that is replayed. */
#include "nn/module.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "engine/graph.h"

/* The numbers of one example as leaves. */
static bool make_inputs(dg_graph *g, const double *row, dg_value **x, size_t nin)
{
    for (size_t i = 0; i < nin; i++)
        if (!(x[i] = dg_leaf(g, row[i], NULL)))
            return false;
    return true;
}

/* Which of the loss's values belong to which example: each makes as many as the others. */
typedef struct examples {
    size_t first;  /* the place of the first value of the first of them */
    size_t values; /* of each: its inputs, then what the module makes of them */
    size_t n, nin;
} examples;

static dg_value *make_loss(const dg_module *m, const double *xs, const double *ys, examples *e,
                           dg_loss *loss)
{
    size_t n = e->n, nin = e->nin;
    if (n > SIZE_MAX / sizeof(dg_value *) - nin)
        return dgi_graph_fail(m->graph, DG_LIMIT, "there are too many examples");
    dg_value **space = malloc((n + nin) * sizeof(dg_value *));
    if (!space)
        return dgi_graph_fail(m->graph, DG_NOMEM, "out of memory");
    dg_value **predictions = space, **x = space + n;
    bool done = true;
    e->first = dg_graph_mark(m->graph);
    for (size_t i = 0; i < n && done; i++)
        done = make_inputs(m->graph, xs + i * nin, x, nin) &&
               dg_module_call(m, x, nin, &predictions[i]) == DG_OK;
    e->values = (dg_graph_mark(m->graph) - e->first) / n;
    dg_value *result = done ? loss(predictions, ys, n) : NULL;
    if (done && !result) /* where the loss did not say why */
        dgi_graph_fail(m->graph, DG_INVALID, "the loss made no value");
    free(space);
    return result;
}

/* Room for so much of a label or scope in a message. */
enum { QUOTED = 60, DESCRIBED = 2 * QUOTED + DG_OP_TEXT_MAX + 64 };

/* The text on one line, cut between characters. */
static void quote(char quoted[QUOTED + 1], const char *text)
{
    size_t size = 0;
    for (const char *p = text, *end = text + strlen(text); p < end;) {
        const char *start = p;
        bool valid = true;
        uint32_t c = dgi_utf8_next(&p, end, &valid);
        size_t length = valid && c >= ' ' ? (size_t)(p - start) : 1;
        if (size + length > QUOTED)
            break;
        if (valid && c >= ' ')
            memcpy(quoted + size, start, length);
        else
            quoted[size] = '?';
        size += length;
    }
    quoted[size] = '\0';
}

/* How an error calls a value: by its label, else by what it is and where it belongs. */
static void describe(char *text, size_t room, const dg_value *v, const examples *e)
{
    char label[QUOTED + 1], scope[QUOTED + 1], op[DG_OP_TEXT_MAX], example[48] = "";
    quote(label, dg_get_label(v));
    quote(scope, dg_get_scope(v));
    size_t place = dgi_index_of(v), of = SIZE_MAX;
    if (place >= e->first && (place - e->first) / e->values < e->n)
        of = (place - e->first) / e->values;
    if (of != SIZE_MAX)
        snprintf(example, sizeof example, " of example %zu", of);
    if (*label)
        snprintf(text, room, "'%s'%s", label, example);
    else if (dg_arity(v) != 0)
        snprintf(text, room, "a %s%s%s%s", dg_op_text(v, op), *scope ? " in " : "", scope, example);
    else if (of != SIZE_MAX)
        snprintf(text, room, "input %zu%s", (place - e->first) % e->values, example);
    else
        snprintf(text, room, "a target");
}

/* Whether the loss "in" a step, before its update, or "after" the last one is finite; tells the graph
 * and the result where it is not. */
static bool is_finite(dg_value *loss, const char *when, size_t step, const examples *e,
                      dg_fit_result *r)
{
    if (isfinite(loss->data))
        return true;
    char where[DESCRIBED];
    r->nonfinite = dg_find_nonfinite(loss);
    describe(where, sizeof where, r->nonfinite, e);
    dgi_error(&r->error, DG_INVALID,
              "the loss is %s %s step %zu; the first value that is not finite is %s",
              isnan(loss->data) ? "nan" : "infinite", when, step, where);
    return false;
}

/* The same of the gradients that a step would use. */
static bool are_finite(const dg_module *m, dg_value *loss, size_t step, const examples *e,
                       dg_fit_result *r)
{
    for (size_t i = 0; i < m->n_parameters; i++) {
        dg_value *p = m->parameters[i];
        if (isfinite(p->grad))
            continue;
        char which[DESCRIBED];
        describe(which, sizeof which, p, e);
        dg_value *first = dg_find_nonfinite(loss);
        r->nonfinite = first ? first : p;
        dgi_error(&r->error, DG_INVALID, "the gradient of %s is %s in step %zu", which,
                  isnan(p->grad) ? "nan" : "infinite", step);
        return false;
    }
    return true;
}

static void descend(const dg_module *m, const dg_fit_options *o)
{
    if (o->optimizer) {
        dg_optimizer_step(o->optimizer);
        return;
    }
    for (size_t i = 0; i < m->n_parameters; i++)
        m->parameters[i]->data -= o->lr * m->parameters[i]->grad;
}

/* One pass with the parameters as they are. */
static dg_status differentiate(dg_value *loss)
{
    dg_zero_grad(loss);
    return dg_backward(loss);
}

static dg_status train(const dg_module *m, dg_value *loss, const examples *e,
                       const dg_fit_options *o, dg_fit_result *r)
{
    bool stopped = false;
    for (size_t step = 0; step < o->steps && !stopped; step++) {
        if (step > 0)
            dg_forward(loss);
        r->last = loss->data;
        if (step == 0)
            r->first = loss->data;
        if (!is_finite(loss, "in", step, e, r))
            return DG_INVALID;
        dg_status status = differentiate(loss);
        if (status != DG_OK)
            return status;
        if (!are_finite(m, loss, step, e, r))
            return DG_INVALID;
        descend(m, o);
        r->steps++;
        stopped = o->progress && o->progress(o->context, step, r->last) != 0;
    }
    dg_forward(loss);
    r->last = loss->data;
    if (!is_finite(loss, "after", r->steps - 1, e, r))
        return DG_INVALID;
    return differentiate(loss);
}

/* Makes the loss's graph and trains on it; what fails is in the graph's error, or in the result's. */
static dg_status make_and_train(const dg_module *m, const double *xs, const double *ys, size_t n,
                                const dg_fit_options *o, dg_fit_result *r)
{
    dg_graph *g = m->graph;
    if (!xs || !ys || n == 0) {
        dgi_graph_fail(g, DG_INVALID, "training needs examples and targets");
        return DG_INVALID;
    }
    if (dg_module_outputs(m) != 1) {
        dgi_graph_failf(g, DG_INVALID, "training needs a module with one output, not %zu",
                        dg_module_outputs(m));
        return DG_INVALID;
    }
    size_t mark = dg_graph_mark(g);
    examples e = {.n = n, .nin = dg_module_inputs(m)};
    r->loss = make_loss(m, xs, ys, &e, o->loss);
    if (r->loss)
        return train(m, r->loss, &e, o, r);
    dg_graph_rewind(g, mark);
    return g->status;
}

dg_status dg_fit(const dg_module *m, const double *xs, const double *ys, size_t n,
                 const dg_fit_options *options, dg_fit_result *result)
{
    dg_fit_result own;
    dg_fit_result *r = result ? result : &own;
    *r = (dg_fit_result){0};
    if (!m)
        return dgi_error(&r->error, DG_INVALID, "there is no module");
    dg_fit_options o = options ? *options : (dg_fit_options){0};
    if (o.steps == 0)
        o.steps = 20;
    if (o.lr == 0.0)
        o.lr = 0.05;
    if (!o.loss)
        o.loss = dg_loss_sse;
    dgi_older_error older = dgi_set_error_aside(m->graph);
    dg_status status = make_and_train(m, xs, ys, n, &o, r);
    if (status != DG_OK && r->error.status == DG_OK) {
        const char *text = dg_graph_error(m->graph);
        dgi_error(&r->error, status, "%s", text ? text : dg_status_text(status));
    } else if (status != DG_OK) {
        dgi_graph_failf(m->graph, status, "%s", r->error.text);
    }
    dgi_put_error_back(m->graph, &older);
    return status;
}
