/* Losses. */
#include <string.h>

#include "lang/builtins.h"

bool dgi_check_elements(dgi_runtime *rt, dgi_span about, const dgi_list *list, const char *what,
                        const char *where, bool values_too, const char *wanted)
{
    for (size_t i = 0; i < list->count; i++) {
        const dgi_object *o = &list->elements[i];
        bool value = dgi_is_any_value(o) && dg_ndim(o->as.value) == 0;
        if (!dgi_is_number(o) && !(values_too && value))
            return dgi_fail(rt, about, "%s %zu%s is %s, not %s", what, i, where, dgi_object_name(o),
                            wanted);
    }
    return true;
}

/* The elements as values. `what` names one of them. NULL fails. */
static dg_value **read_values(dgi_runtime *rt, const dgi_operand *x, const char *what)
{
    const dgi_list *list = x->object.as.list;
    return dgi_check_elements(rt, x->span, list, what, "", true, "a value")
               ? dgi_list_values(rt, x->span, list)
               : NULL;
}

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
    if (!dgi_check_elements(rt, ys->span, list, "target", "", false, "a number"))
        return NULL;
    double *targets = dgi_allocate(rt, n, sizeof *targets);
    for (size_t i = 0; i < n && targets; i++)
        targets[i] = dgi_number_of(&list->elements[i]);
    return targets;
}

/* A loss is of one output. */
static bool has_one_output(dgi_runtime *rt, const dgi_operand *n)
{
    const dgi_network *network = n->object.as.network;
    size_t outputs = dg_module_output_count(network->module);
    return outputs == 1 || dgi_fail(rt, n->span, "the %s has %zu outputs: a loss needs one",
                                    network->name, outputs);
}

bool dgi_check_trained(dgi_runtime *rt, dgi_call *c, size_t i)
{
    return dgi_check_kind(rt, c, i) && has_one_output(rt, c->args[i]);
}

/* Whether the arguments are a network and rows, or predictions; targets are yet to be read. */
static bool check_loss(dgi_runtime *rt, const dgi_call *c, bool network)
{
    const dgi_operand *first = c->args[0];
    if (!network && !dgi_is_list(&first->object))
        return dgi_fail_kind(rt, first, "a loss takes a network or a list of predictions");
    if (network && !c->args[2])
        return dgi_fail(rt, c->result.span, "the loss of a network needs rows and targets");
    if (!network && c->args[2])
        return dgi_fail(rt, c->result.span, "the loss of predictions needs targets alone");
    if (network)
        return has_one_output(rt, first) &&
               dgi_are_rows(rt, first->object.as.network, c->args[1], true);
    size_t n = first->object.as.list->count;
    if (n == 0)
        return dgi_fail(rt, first->span, "there are no predictions");
    return dgi_charge_values(rt, c->result.span, 7.0 * (double)n);
}

const char *const dgi_loss_names[] = {"sse", "mse", "bce", "hinge", NULL};
dg_loss *const dgi_losses[] = {dg_loss_sse, dg_loss_mse, dg_loss_bce, dg_loss_hinge};

bool dgi_builtin_loss(dgi_runtime *rt, dgi_call *c)
{
    const dgi_operand *first = c->args[0];
    bool network = first->object.kind == DGI_OBJECT_NETWORK;
    if (!check_loss(rt, c, network))
        return false;
    const dgi_list *list = network ? c->args[1]->object.as.list : first->object.as.list;
    size_t n = list->count, i = 0;
    double *targets =
        dgi_read_targets(rt, c->args[network ? 2 : 1], n, network ? "row" : "prediction");
    if (!targets)
        return false;
    dg_value **predictions = network ? dgi_run_rows(rt, first->object.as.network, list->elements, n,
                                                    true, c->result.span)
                                     : read_values(rt, first, "prediction");
    while (strcmp(dgi_loss_names[i], c->builtin->name) != 0)
        i++;
    return predictions && dgi_take_value(rt, dgi_losses[i](predictions, targets, n), &c->result);
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
    if (!parameters)
        parameters = read_values(rt, c->args[0], "element");
    return parameters && dgi_take_value(rt, dg_loss_l2(parameters, n, c->plain[1]), &c->result);
}
