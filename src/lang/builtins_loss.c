/* Losses. */
#include <stdlib.h>

#include "lang/builtins.h"

double *dgi_read_targets(dgi_runtime *rt, const dgi_operand *ys, size_t n, const char *what)
{
    if (!dgi_is_list(&ys->object)) {
        dgi_fail_kind(rt, ys, "a list of targets is needed here");
        return NULL;
    }
    const dgi_list *list = ys->object.as.list;
    if (list->count != n) {
        dgi_fail(rt, ys->span, "%zu %s%s, but %zu target%s", n, what, n == 1 ? "" : "s",
                 list->count, list->count == 1 ? "" : "s");
        return NULL;
    }
    double *targets = malloc(n * sizeof *targets);
    rt->out_of_memory = rt->out_of_memory || !targets;
    for (size_t i = 0; i < n && targets; i++) {
        if (!dgi_is_number(&list->elements[i])) {
            dgi_fail(rt, ys->span, "target %zu is %s, not a number", i,
                     dgi_object_name(&list->elements[i]));
            free(targets);
            return NULL;
        }
        targets[i] = dgi_number_of(&list->elements[i]);
    }
    return targets;
}

bool dgi_check_outputs(dgi_runtime *rt, const dgi_operand *n)
{
    const dgi_network *network = n->object.as.network;
    size_t outputs = dg_module_output_count(network->module);
    return outputs == 1 || dgi_fail(rt, n->span, "the %s has %zu outputs: a loss needs one",
                                    network->name, outputs);
}

/* The elements as values; the caller frees the array. NULL where they are wrong. `what` names one
 * of them. */
static dg_value **read_values(dgi_runtime *rt, const dgi_operand *list, const char *what)
{
    const dgi_list *elements = list->object.as.list;
    for (size_t i = 0; i < elements->count; i++) {
        const dgi_object *element = &elements->elements[i];
        if (!dgi_is_number(element) && !dgi_is_single_value(element)) {
            dgi_fail(rt, list->span, "%s %zu is %s, not a value", what, i,
                     dgi_object_name(element));
            return NULL;
        }
    }
    dg_value **values = malloc((elements->count + 1) * sizeof(dg_value *));
    rt->out_of_memory = rt->out_of_memory || !values;
    for (size_t i = 0; i < elements->count && values; i++) {
        values[i] = dgi_element_value(rt, &elements->elements[i]);
        if (!values[i]) {
            dgi_fail_graph(rt, list->span);
            free(values);
            return NULL;
        }
    }
    return values;
}

/* The loss of predictions and targets, which it frees. */
static bool make_loss(dgi_runtime *rt, dgi_call *c, dg_loss *loss, dg_value **predictions,
                      double *targets, size_t n)
{
    bool sound = predictions && targets;
    dg_value *value = sound ? loss(predictions, targets, n) : NULL;
    free(predictions);
    free(targets);
    return sound && dgi_take_value(rt, value, &c->result);
}

static bool network_loss(dgi_runtime *rt, dgi_call *c, dg_loss *loss)
{
    const dgi_network *network = c->args[0]->object.as.network;
    const dgi_operand *xs = c->args[1];
    if (!dgi_check_outputs(rt, c->args[0]) || !dgi_check_rows(rt, network, xs, true))
        return false;
    const dgi_list *rows = xs->object.as.list;
    double *targets = dgi_read_targets(rt, c->args[2], rows->count, "row");
    dg_value **predictions = NULL;
    if (targets &&
        !dgi_run_rows(rt, network, rows->elements, rows->count, c->result.span, &predictions))
        predictions = NULL;
    return make_loss(rt, c, loss, predictions, targets, rows->count);
}

static bool prediction_loss(dgi_runtime *rt, dgi_call *c, dg_loss *loss)
{
    size_t n = c->args[0]->object.as.list->count;
    if (n == 0)
        return dgi_fail(rt, c->args[0]->span, "there are no predictions");
    if (!dgi_charge_values(rt, c->result.span, 7.0 * (double)n))
        return false;
    double *targets = dgi_read_targets(rt, c->args[1], n, "prediction");
    dg_value **predictions = targets ? read_values(rt, c->args[0], "prediction") : NULL;
    return make_loss(rt, c, loss, predictions, targets, n);
}

static bool call_loss(dgi_runtime *rt, dgi_call *c, dg_loss *loss)
{
    bool network = c->args[0]->object.kind == DGI_OBJECT_NETWORK;
    if (!network && !dgi_is_list(&c->args[0]->object))
        return dgi_fail_kind(rt, c->args[0], "a loss takes a network or a list of predictions");
    if (network && !c->args[2])
        return dgi_fail(rt, c->result.span, "the loss of a network needs rows and targets");
    if (!network && c->args[2])
        return dgi_fail(rt, c->result.span, "the loss of predictions needs targets alone");
    return network ? network_loss(rt, c, loss) : prediction_loss(rt, c, loss);
}

bool dgi_builtin_sse(dgi_runtime *rt, dgi_call *c)
{
    return call_loss(rt, c, dg_loss_sse);
}

bool dgi_builtin_mse(dgi_runtime *rt, dgi_call *c)
{
    return call_loss(rt, c, dg_loss_mse);
}

bool dgi_builtin_bce(dgi_runtime *rt, dgi_call *c)
{
    return call_loss(rt, c, dg_loss_bce);
}

bool dgi_builtin_hinge(dgi_runtime *rt, dgi_call *c)
{
    return call_loss(rt, c, dg_loss_hinge);
}

bool dgi_builtin_l2(dgi_runtime *rt, dgi_call *c)
{
    const dgi_object *o = &c->args[0]->object;
    size_t n = 0;
    dg_value *const *parameters = NULL;
    if (o->kind == DGI_OBJECT_NETWORK)
        parameters = dg_module_parameters(o->as.network->module, &n);
    else if (dgi_is_list(o))
        n = o->as.list->count;
    else
        return dgi_fail_kind(rt, c->args[0], "'l2' takes a network or a list of values");
    if (n == 0)
        return dgi_fail(rt, c->args[0]->span, "there are no values");
    if (!dgi_charge_values(rt, c->result.span, 3.0 * (double)n + 2.0))
        return false;
    dg_value **values = parameters ? NULL : read_values(rt, c->args[0], "element");
    if (!parameters && !values)
        return false;
    dg_value *loss = dg_loss_l2(parameters ? parameters : values, n, c->args[1]->object.as.number);
    free(values);
    return dgi_take_value(rt, loss, &c->result);
}
