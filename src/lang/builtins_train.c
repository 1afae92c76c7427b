/* Training: fit and step for networks, train for any graph. */
#include <string.h>

#include "lang/builtins.h"

/* Of fit and train alike: the parameters of the optimizer. */
enum { OPTIMIZER = 6, MOMENTUM, WEIGHT_DECAY };

static dg_optimizer *new_optimizer(const dgi_call *c, double lr, dg_value *const *parameters,
                                   size_t n)
{
    double weight_decay = c->plain[WEIGHT_DECAY];
    switch ((int)c->plain[OPTIMIZER]) {
    case 0:
        return dg_sgd_new(parameters, n, lr, c->plain[MOMENTUM], weight_decay);
    case 1:
        return dg_adam_new(parameters, n, lr, 0.9, 0.999, 1e-8, weight_decay);
    default:
        return dg_adamw_new(parameters, n, lr, 0.9, 0.999, 1e-8, weight_decay);
    }
}

/* Takes what a training came to. */
static bool take_fit(dgi_runtime *rt, dgi_call *c, dg_status status, const dg_fit_result *fit)
{
    if (status == DG_NOMEM)
        return dgi_no_memory(rt);
    if (status != DG_OK) {
        if (!rt->older_error)
            dg_graph_clear_error(rt->graph);
        return dgi_fail(rt, c->result.span, "%s", fit->error.text);
    }
    c->result.object = dgi_value_object(fit->loss);
    rt->backed = fit->loss;
    return true;
}

/* ---- fit ---- */

bool dgi_check_rows(dgi_runtime *rt, dgi_call *c, size_t i)
{
    return dgi_are_rows(rt, c->args[0]->object.as.network, c->args[i], false);
}

static double *read_rows(dgi_runtime *rt, const dgi_list *rows, size_t inputs)
{
    double *xs = dgi_allocate(rt, rows->count * inputs, sizeof *xs);
    for (size_t i = 0; i < rows->count && xs; i++)
        for (size_t j = 0; j < inputs; j++)
            xs[i * inputs + j] = dgi_number_of(&rows->elements[i].as.list->elements[j]);
    return xs;
}

bool dgi_builtin_fit(dgi_runtime *rt, dgi_call *c)
{
    const dgi_network *network = c->args[0]->object.as.network;
    const dgi_list *rows = c->args[1]->object.as.list;
    size_t n;
    if (!dgi_charge_values(rt, c->result.span, dgi_values_made(network, rows->count)))
        return false;
    double *ys = dgi_read_targets(rt, c->args[2], rows->count, "row");
    if (!ys)
        return false;
    double *xs = read_rows(rt, rows, dg_module_input_count(network->module));
    dg_value *const *parameters = dg_module_parameters(network->module, &n);
    dg_fit_options options = {.steps = (size_t)c->plain[3],
                              .loss = dgi_losses[(size_t)c->plain[5]],
                              .optimizer = new_optimizer(c, c->plain[4], parameters, n),
                              .history = rt->history};
    dg_fit_result fit = {0};
    dg_status status = xs && options.optimizer
                           ? dg_fit(network->module, xs, ys, rows->count, &options, &fit)
                           : DG_NOMEM;
    dg_optimizer_free(options.optimizer);
    return take_fit(rt, c, status, &fit);
}

bool dgi_builtin_step(dgi_runtime *rt, dgi_call *c)
{
    size_t n;
    dg_value *const *p = dg_module_parameters(c->args[0]->object.as.network->module, &n);
    for (size_t i = 0; i < n; i++)
        dg_set_data(p[i], dg_data(p[i]) - c->plain[1] * dg_grad(p[i]));
    return dgi_take_status(rt, DG_OK, &c->result);
}

/* ---- train ---- */

/* What train is asked for. The rows are detached values. */
typedef struct training {
    dg_value **parameters;
    size_t n_parameters;
    dg_feed *feeds;
    size_t n_feeds;
    size_t n; /* examples */
} training;

/* An element that must be a leaf. `what` names such a one: "parameter". */
static dg_value *leaf_of(dgi_runtime *rt, const dgi_operand *list, const char *what, size_t i)
{
    const dgi_object *element = &list->object.as.list->elements[i];
    dg_value *v = NULL;
    if (dgi_is_any_value(element))
        v = element->as.value;
    else if (dgi_is_list(element))
        v = element->as.list->tensor;
    if (v && dg_operand_count(v) == 0)
        return v;
    if (v || dgi_is_list(element))
        dgi_fail(rt, list->span, "%s %zu is %s", what, i,
                 v ? "no leaf" : "a list that has not become a tensor");
    else
        dgi_fail(rt, list->span, "%s %zu is %s, not a leaf", what, i, dgi_object_name(element));
    return NULL;
}

static bool needs_list(dgi_runtime *rt, const dgi_operand *operand, const char *what)
{
    return dgi_is_list(&operand->object) ||
           dgi_fail(rt, operand->span, "'train' needs a list of %s, not %s", what,
                    dgi_object_name(&operand->object));
}

static bool read_parameters(dgi_runtime *rt, const dgi_operand *list, training *t)
{
    if (!needs_list(rt, list, "parameters"))
        return false;
    t->n_parameters = list->object.as.list->count;
    t->parameters = dgi_allocate(rt, t->n_parameters, sizeof(dg_value *));
    for (size_t i = 0; i < t->n_parameters && t->parameters; i++) {
        t->parameters[i] = leaf_of(rt, list, "parameter", i);
        if (!t->parameters[i])
            return false;
        if (!dg_requires_grad(t->parameters[i]))
            return dgi_fail(rt, list->span, "parameter %zu requires no gradient", i);
    }
    return t->parameters;
}

/* Whether the examples of an input have a shape, the first size of which is their number, and each
 * is what the leaf holds: of its shape, or one number for one number. */
static bool check_shape(dgi_runtime *rt, dgi_span about, size_t i, const dgi_object *element,
                        const dg_value *leaf, const dgi_shape *shape)
{
    char texts[2][DG_SHAPE_TEXT_MAX];
    if (dgi_is_list(element) && element->as.list->form == DGI_FORM_NONE)
        return dgi_fail_form(rt, about, element->as.list);
    if (shape->ndim == 0)
        return dgi_fail(rt, about, "the examples of input %zu are %s, not a list", i,
                        dgi_object_name(element));
    dgi_shape row = {.ndim = shape->ndim - 1}, held = dgi_value_shape(leaf);
    memcpy(row.sizes, shape->sizes + 1, (size_t)row.ndim * sizeof row.sizes[0]);
    return dgi_same_shape(&row, &held) || (row.ndim == 0 && dg_size(leaf) == 1) ||
           dgi_fail(rt, about, "an example of input %zu has shape %s, the input itself %s", i,
                    dg_shape_text(row.ndim, row.sizes, texts[0]),
                    dg_shape_text(held.ndim, held.sizes, texts[1]));
}

static bool read_feed(dgi_runtime *rt, const dgi_operand *inputs, const dgi_operand *examples,
                      size_t i, training *t)
{
    dgi_operand rows = {.object = examples->object.as.list->elements[i], .span = examples->span};
    dgi_shape shape = dgi_shape_of_object(&rows.object);
    dg_value *leaf = leaf_of(rt, inputs, "input", i);
    if (!leaf || !check_shape(rt, rows.span, i, &rows.object, leaf, &shape))
        return false;
    if (i == 0)
        t->n = shape.sizes[0];
    if (shape.sizes[0] != t->n)
        return dgi_fail(rt, rows.span, "input %zu has %zu example%s, input 0 has %zu", i,
                        shape.sizes[0], shape.sizes[0] == 1 ? "" : "s", t->n);
    if (t->n == 0)
        return dgi_fail(rt, rows.span, "there are no examples");
    if (!dgi_is_list(&rows.object)) /* a copy, since training may change a tensor */
        rows.object.kind = DGI_OBJECT_ARRAY;
    const dg_value *copy = dgi_value_in(rt, dgi_detached_graph(rt), &rows);
    t->feeds[i] = (dg_feed){.leaf = leaf, .rows = copy ? dg_data_array(copy) : NULL};
    return copy;
}

static bool read_feeds(dgi_runtime *rt, const dgi_operand *inputs, const dgi_operand *examples,
                       training *t)
{
    if (!needs_list(rt, inputs, "inputs") ||
        !needs_list(rt, examples, "examples, one for each input"))
        return false;
    size_t n = inputs->object.as.list->count, m = examples->object.as.list->count;
    if (n != m)
        return dgi_fail(rt, examples->span, "%zu input%s, but examples for %zu", n,
                        n == 1 ? "" : "s", m);
    t->n_feeds = n;
    t->feeds = dgi_allocate(rt, n, sizeof *t->feeds);
    for (size_t i = 0; i < n && t->feeds; i++)
        if (!read_feed(rt, inputs, examples, i, t))
            return false;
    return t->feeds;
}

bool dgi_builtin_train(dgi_runtime *rt, dgi_call *c)
{
    training t = {.n = 1};
    dg_fit_result fit = {0};
    dg_fit_options options = {.steps = (size_t)c->plain[4], .history = rt->history};
    if (!read_parameters(rt, c->args[1], &t) || !read_feeds(rt, c->args[2], c->args[3], &t))
        return false;
    options.optimizer = new_optimizer(c, c->plain[5], t.parameters, t.n_parameters);
    dg_status status = DG_NOMEM;
    if (options.optimizer)
        status = dg_fit_graph(c->args[0]->object.as.value, t.feeds, t.n_feeds, t.n, t.parameters,
                              t.n_parameters, &options, &fit);
    dg_optimizer_free(options.optimizer);
    return take_fit(rt, c, status, &fit);
}
