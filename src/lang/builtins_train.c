/* Training: fit and step for networks, train for any graph. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/builtins.h"

enum { STEPS_MAX = 1000000 }; /* of one call of fit, and epochs of one of train */

typedef enum method { SGD, ADAM, ADAMW } method;

/* How parameters are updated. */
typedef struct update {
    method method;
    double lr, momentum, weight_decay;
} update;

/* Reads what the last arguments say: an optimiser's name, momentum, weight decay. */
static bool read_update(dgi_runtime *rt, const dgi_operand *lr, dgi_operand *const *args, update *u)
{
    static const char *const methods[] = {"sgd", "adam", "adamw"};
    size_t chosen;
    if (!dgi_read_choice(rt, args[0], "optimizer", methods, 3, &chosen))
        return false;
    u->method = (method)chosen;
    u->lr = dgi_number_or(lr, 0.05);
    u->momentum = dgi_number_or(args[1], 0.0);
    u->weight_decay = dgi_number_or(args[2], 0.0);
    if (u->method != SGD && u->momentum != 0.0)
        return dgi_fail(rt, args[1]->span, "the optimizer '%s' has no momentum", methods[chosen]);
    return true;
}

/* How often: a whole number up to STEPS_MAX, 20 where it is not given. */
static bool read_steps(dgi_runtime *rt, const dgi_operand *argument, const char *what,
                       size_t *steps)
{
    double number = dgi_number_or(argument, 20.0);
    char text[64];
    snprintf(text, sizeof text, "the number of %s", what);
    if (argument && !dgi_check_whole(rt, argument->span, text, number, 1))
        return false;
    if (number > STEPS_MAX)
        return dgi_fail(rt, argument->span, "at most %d %s can be made at once", STEPS_MAX, what);
    *steps = (size_t)number;
    return true;
}

static dg_optimizer *new_optimizer(const update *u, dg_value *const *parameters, size_t n)
{
    switch (u->method) {
    case ADAM:
        return dg_adam_new(parameters, n, u->lr, 0.9, 0.999, 1e-8, u->weight_decay);
    case ADAMW:
        return dg_adamw_new(parameters, n, u->lr, 0.9, 0.999, 1e-8, u->weight_decay);
    default:
        return dg_sgd_new(parameters, n, u->lr, u->momentum, u->weight_decay);
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

static double *read_rows(const dgi_list *rows, size_t inputs)
{
    double *xs = malloc(rows->count * inputs * sizeof *xs);
    for (size_t i = 0; i < rows->count && xs; i++)
        for (size_t j = 0; j < inputs; j++)
            xs[i * inputs + j] = dgi_number_of(&rows->elements[i].as.list->elements[j]);
    return xs;
}

bool dgi_builtin_fit(dgi_runtime *rt, dgi_call *c)
{
    static const char *const losses[] = {"sse", "mse", "bce", "hinge"};
    static dg_loss *const functions[] = {dg_loss_sse, dg_loss_mse, dg_loss_bce, dg_loss_hinge};
    if (c->args[0]->object.kind != DGI_OBJECT_NETWORK)
        return dgi_fail_kind(rt, c->args[0], "'fit' trains a network");
    const dgi_network *network = c->args[0]->object.as.network;
    update u;
    size_t steps, loss, n;
    if (!dgi_check_outputs(rt, c->args[0]) || !dgi_check_rows(rt, network, c->args[1], false) ||
        !read_steps(rt, c->args[3], "steps", &steps) ||
        !dgi_read_choice(rt, c->args[5], "loss", losses, 4, &loss) ||
        !read_update(rt, c->args[4], c->args + 6, &u))
        return false;
    const dgi_list *rows = c->args[1]->object.as.list;
    if (!dgi_charge_values(rt, c->result.span, dgi_values_made(network, rows->count)))
        return false;
    double *ys = dgi_read_targets(rt, c->args[2], rows->count, "row");
    if (!ys)
        return false;
    double *xs = read_rows(rows, dg_module_input_count(network->module));
    dg_value *const *parameters = dg_module_parameters(network->module, &n);
    dg_optimizer *optimizer = new_optimizer(&u, parameters, n);
    dg_fit_options options = {.steps = steps, .loss = functions[loss], .optimizer = optimizer};
    dg_fit_result fit = {0};
    dg_status status =
        xs && optimizer ? dg_fit(network->module, xs, ys, rows->count, &options, &fit) : DG_NOMEM;
    dg_optimizer_free(optimizer);
    free(xs);
    free(ys);
    return take_fit(rt, c, status, &fit);
}

bool dgi_builtin_step(dgi_runtime *rt, dgi_call *c)
{
    if (c->args[0]->object.kind != DGI_OBJECT_NETWORK)
        return dgi_fail_kind(rt, c->args[0], "'step' updates a network");
    size_t n;
    dg_value *const *p = dg_module_parameters(c->args[0]->object.as.network->module, &n);
    double lr = c->args[1]->object.as.number;
    for (size_t i = 0; i < n; i++)
        dg_set_data(p[i], dg_data(p[i]) - lr * dg_grad(p[i]));
    return dgi_take_status(rt, DG_OK, &c->result);
}

/* ---- train ---- */

/* What train is asked for. The arrays are its own, the rows are detached values. */
typedef struct training {
    dg_value **parameters;
    size_t n_parameters;
    dg_feed *feeds;
    size_t n_feeds;
    size_t n; /* examples */
    size_t epochs;
    update update;
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
    t->parameters = malloc((t->n_parameters + 1) * sizeof(dg_value *));
    if (!t->parameters)
        return dgi_no_memory(rt);
    for (size_t i = 0; i < t->n_parameters; i++) {
        t->parameters[i] = leaf_of(rt, list, "parameter", i);
        if (!t->parameters[i])
            return false;
        if (!dg_requires_grad(t->parameters[i]))
            return dgi_fail(rt, list->span, "parameter %zu requires no gradient", i);
    }
    return true;
}

/* The shape of an input's examples: a list's, a tensor's or an array's; false where it has none. */
static bool shape_of(dgi_runtime *rt, dgi_span about, const dgi_object *element, size_t i,
                     dgi_shape *shape)
{
    shape->ndim = 0;
    if (dgi_is_list(element) && element->as.list->form == DGI_FORM_NONE)
        return dgi_fail_form(rt, about, element->as.list);
    if (dgi_is_list(element))
        *shape = dgi_list_shape(element->as.list);
    else if (element->kind == DGI_OBJECT_VALUE || element->kind == DGI_OBJECT_ARRAY)
        *shape = dgi_value_shape(element->as.value);
    return shape->ndim > 0 || dgi_fail(rt, about, "the examples of input %zu are %s, not a list", i,
                                       dgi_object_name(element));
}

/* Whether each row is what the leaf holds: of its shape, or one number for one number. */
static bool check_shape(dgi_runtime *rt, dgi_span about, size_t i, const dgi_shape *shape,
                        const dg_value *leaf)
{
    dgi_shape row = {.ndim = shape->ndim - 1}, held = dgi_value_shape(leaf);
    memcpy(row.sizes, shape->sizes + 1, (size_t)row.ndim * sizeof row.sizes[0]);
    if (dgi_same_shape(&row, &held) || (row.ndim == 0 && dg_size(leaf) == 1))
        return true;
    char texts[2][DG_SHAPE_TEXT_MAX];
    return dgi_fail(rt, about, "an example of input %zu has shape %s, the input itself %s", i,
                    dg_shape_text(row.ndim, row.sizes, texts[0]),
                    dg_shape_text(held.ndim, held.sizes, texts[1]));
}

static bool read_feed(dgi_runtime *rt, const dgi_operand *inputs, const dgi_operand *examples,
                      size_t i, training *t)
{
    const dgi_object *element = &examples->object.as.list->elements[i];
    dgi_shape shape;
    dg_value *leaf = leaf_of(rt, inputs, "input", i);
    if (!leaf || !shape_of(rt, examples->span, element, i, &shape) ||
        !check_shape(rt, examples->span, i, &shape, leaf))
        return false;
    if (i == 0)
        t->n = shape.sizes[0];
    if (shape.sizes[0] != t->n)
        return dgi_fail(rt, examples->span, "input %zu has %zu example%s, input 0 has %zu", i,
                        shape.sizes[0], shape.sizes[0] == 1 ? "" : "s", t->n);
    if (t->n == 0)
        return dgi_fail(rt, examples->span, "there are no examples");
    dgi_operand rows = {.span = examples->span};
    const dg_value *copy = NULL;
    if (dgi_is_list(element))
        copy = dgi_list_leaf(rt, true, examples->span, element->as.list);
    else if (dgi_new_array(rt, &shape, dg_data_array(element->as.value), &rows))
        copy = rows.object.as.value;
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
    t->n = 1;
    t->n_feeds = n;
    t->feeds = malloc((n + 1) * sizeof *t->feeds);
    if (!t->feeds)
        return dgi_no_memory(rt);
    for (size_t i = 0; i < n; i++)
        if (!read_feed(rt, inputs, examples, i, t))
            return false;
    return true;
}

static bool read_training(dgi_runtime *rt, dgi_call *c, training *t)
{
    if (!dgi_is_any_value(&c->args[0]->object))
        return dgi_fail_kind(rt, c->args[0], "'train' needs a loss");
    return read_steps(rt, c->args[4], "epochs", &t->epochs) &&
           read_update(rt, c->args[5], c->args + 6, &t->update) &&
           read_parameters(rt, c->args[1], t) && read_feeds(rt, c->args[2], c->args[3], t);
}

static bool train(dgi_runtime *rt, dgi_call *c, const training *t)
{
    dg_optimizer *optimizer = new_optimizer(&t->update, t->parameters, t->n_parameters);
    if (!optimizer)
        return dgi_no_memory(rt);
    dg_fit_options options = {.steps = t->epochs, .optimizer = optimizer};
    dg_fit_result fit;
    dg_status status = dg_fit_graph(c->args[0]->object.as.value, t->feeds, t->n_feeds, t->n,
                                    t->parameters, t->n_parameters, &options, &fit);
    dg_optimizer_free(optimizer);
    return take_fit(rt, c, status, &fit);
}

bool dgi_builtin_train(dgi_runtime *rt, dgi_call *c)
{
    training t = {.n = 0};
    bool done = read_training(rt, c, &t) && train(rt, c, &t);
    free(t.feeds);
    free(t.parameters);
    return done;
}
