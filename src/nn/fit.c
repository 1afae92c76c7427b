/* dg_fit(): makes the graph of a module's loss; the loop is in training.c. */
#include "nn/module.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "nn/training.h"

/* Leaves for the inputs of one example. */
static bool make_inputs(dg_graph *g, const double *row, dg_value **x, size_t nin)
{
    for (size_t i = 0; i < nin; i++)
        if (!(x[i] = dg_leaf(g, row[i], NULL)))
            return false;
    return true;
}

/* The prediction for example `i`, in its scope: "example 3". */
static bool predict_example(const dg_module *m, const double *row, dg_value **x,
                            dg_value **prediction, const dgi_fit_examples *e, size_t i)
{
    char name[DGI_EXAMPLE_NAME];
    bool scoped = e->n <= DG_EXAMPLE_SCOPES_MAX;
    if (scoped && dg_scope_begin(m->graph, dgi_example_name(name, i)) != DG_OK)
        return false;
    bool done =
        make_inputs(m->graph, row, x, e->nin) && dg_module_call(m, x, e->nin, prediction) == DG_OK;
    if (scoped)
        dg_scope_end(m->graph);
    return done;
}

/* The loss, in a scope of its own beside those of the examples: a fold has one box for it. */
static dg_value *compare(const dg_module *m, dg_value **predictions, const double *ys, size_t n,
                         dg_loss *loss)
{
    bool scoped = n <= DG_EXAMPLE_SCOPES_MAX;
    if (scoped && dg_scope_begin(m->graph, "loss") != DG_OK)
        return NULL;
    dg_value *result = loss(predictions, ys, n);
    if (scoped)
        dg_scope_end(m->graph);
    return result;
}

static dg_value *make_loss(const dg_module *m, const double *xs, const double *ys,
                           dgi_fit_examples *e, dg_loss *loss)
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
        done = predict_example(m, xs + i * nin, x, &predictions[i], e, i);
    e->values = (dg_graph_mark(m->graph) - e->first) / n;
    dg_value *result = done ? compare(m, predictions, ys, n, loss) : NULL;
    if (done && !result) /* where the loss function set no error */
        dgi_graph_fail(m->graph, DG_INVALID, "the loss made no value");
    free(space);
    return result && dgi_check_scalar_loss(result) ? result : NULL;
}

/* Makes the graph of the loss and trains. On failure the error is that of the graph or of the
 * result. */
static dg_status make_and_train(const dg_module *m, const double *xs, const double *ys, size_t n,
                                const dg_fit_options *o, dg_fit_result *r)
{
    dg_graph *g = m->graph;
    if (!xs || !ys || n == 0) {
        dgi_graph_fail(g, DG_INVALID, "training needs examples and targets");
        return DG_INVALID;
    }
    if (dg_module_output_count(m) != 1) {
        dgi_graph_failf(g, DG_INVALID, "training needs a module with one output, not %zu",
                        dg_module_output_count(m));
        return DG_INVALID;
    }
    size_t mark = dg_graph_mark(g);
    dgi_fit_examples e = {.n = n, .nin = dg_module_input_count(m)};
    r->loss = make_loss(m, xs, ys, &e, o->loss);
    if (!r->loss) {
        dg_graph_rewind(g, mark);
        return g->error.status;
    }
    dgi_training t = {.loss = r->loss,
                      .parameters = m->parameters,
                      .n_parameters = m->n_parameters,
                      .n = 1,
                      .examples = &e,
                      .options = *o,
                      .result = r};
    return dgi_train(&t);
}

dg_status dg_fit(const dg_module *m, const double *xs, const double *ys, size_t n,
                 const dg_fit_options *options, dg_fit_result *result)
{
    dg_fit_result own;
    dg_fit_result *r = result ? result : &own;
    *r = (dg_fit_result){0};
    if (!m)
        return dgi_error(&r->error, DG_INVALID, "there is no module");
    dg_fit_options o = dgi_fit_options(options);
    dg_error older = dgi_save_error(m->graph);
    dg_status status = make_and_train(m, xs, ys, n, &o, r);
    return dgi_report_training(m->graph, status, &older, r);
}
