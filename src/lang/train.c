/* Losses and training. */
#include "lang/interpreter.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { STEPS_MAX = 1000000 }; /* of one call of fit */

/* The targets of `n` rows or predictions, which `what` names; the caller frees them. NULL where
 * they are wrong. */
static double *read_targets(dgi_interpreter *in, const dgi_operand *ys, size_t n, const char *what)
{
    if (ys->kind != DGI_OPERAND_LIST) {
        dgi_fail_kind(in, ys, "a list of targets is needed here");
        return NULL;
    }
    const dgi_list *list = ys->as.list;
    if (list->count != n) {
        dgi_report(&in->diagnose, ys->begin, ys->end, NULL, "%zu %s%s, but %zu target%s", n, what,
                   n == 1 ? "" : "s", list->count, list->count == 1 ? "" : "s");
        return NULL;
    }
    double *targets = malloc(n * sizeof *targets);
    in->out_of_memory = in->out_of_memory || !targets;
    for (size_t i = 0; i < n && targets; i++) {
        if (!dgi_is_number(&list->elements[i])) {
            dgi_report(&in->diagnose, ys->begin, ys->end, NULL, "target %zu is %s, not a number", i,
                       dgi_element_name(&list->elements[i]));
            free(targets);
            return NULL;
        }
        targets[i] = dgi_element_number(&list->elements[i]);
    }
    return targets;
}

/* A loss is of one output. */
static bool check_outputs(dgi_interpreter *in, const dgi_operand *n)
{
    size_t outputs = dg_module_output_count(n->as.network->module);
    return outputs == 1 ||
           dgi_report(&in->diagnose, n->begin, n->end, NULL,
                      "the %s has %zu outputs: a loss needs one", n->as.network->name, outputs);
}

/* The elements as values; the caller frees the array. NULL where they are wrong. `what` names one
 * of them. */
static dg_value **read_values(dgi_interpreter *in, const dgi_operand *list, const char *what)
{
    const dgi_list *elements = list->as.list;
    for (size_t i = 0; i < elements->count; i++) {
        const dgi_element *element = &elements->elements[i];
        if (!dgi_is_number(element) && !dgi_is_value(element)) {
            dgi_report(&in->diagnose, list->begin, list->end, NULL, "%s %zu is %s, not a value",
                       what, i, dgi_element_name(element));
            return NULL;
        }
    }
    dg_value **values = malloc(elements->count * sizeof(dg_value *));
    in->out_of_memory = in->out_of_memory || !values;
    for (size_t i = 0; i < elements->count && values; i++) {
        values[i] = dgi_element_value(in, &elements->elements[i]);
        if (!values[i]) {
            dgi_fail_graph(in, list);
            free(values);
            return NULL;
        }
    }
    return values;
}

/* The loss of predictions and targets, which it frees. */
static bool make_loss(dgi_interpreter *in, dg_loss *loss, dg_value **predictions, double *targets,
                      size_t n, dgi_operand *result)
{
    dg_value *value = predictions && targets ? loss(predictions, targets, n) : NULL;
    bool refused = predictions && targets && !value;
    free(predictions);
    free(targets);
    result->kind = DGI_OPERAND_VALUE;
    result->as.value = value;
    return refused ? dgi_fail_graph(in, result) : value != NULL;
}

static bool network_loss(dgi_interpreter *in, dg_loss *loss, dgi_arguments args,
                         dgi_operand *result)
{
    const dgi_network *network = args[0]->as.network;
    const dgi_operand *xs = args[1];
    if (!check_outputs(in, args[0]) || !dgi_check_rows(in, network, xs, true))
        return false;
    size_t n = xs->as.list->count;
    double *targets = read_targets(in, args[2], n, "row");
    dg_value **predictions = NULL;
    if (targets && !dgi_run_rows(in, network, xs->as.list, result, &predictions)) {
        free(targets);
        return false;
    }
    return make_loss(in, loss, predictions, targets, n, result);
}

static bool prediction_loss(dgi_interpreter *in, dg_loss *loss, dgi_arguments args,
                            dgi_operand *result)
{
    size_t n = args[0]->as.list->count;
    if (n == 0)
        return dgi_fail_operand(in, args[0], "there are no predictions");
    if (!dgi_spend(in, result, 7.0 * (double)n))
        return false;
    double *targets = read_targets(in, args[1], n, "prediction");
    dg_value **predictions = targets ? read_values(in, args[0], "prediction") : NULL;
    return make_loss(in, loss, predictions, targets, n, result);
}

static bool call_loss(dgi_interpreter *in, dg_loss *loss, dgi_arguments args, dgi_operand *result)
{
    uint8_t kind = args[0]->kind;
    if (kind != DGI_OPERAND_NETWORK && kind != DGI_OPERAND_LIST)
        return dgi_fail_kind(in, args[0], "a loss takes a network or a list of predictions");
    if (kind == DGI_OPERAND_NETWORK && !args[2])
        return dgi_fail_operand(in, result, "the loss of a network needs rows and targets");
    if (kind == DGI_OPERAND_LIST && args[2])
        return dgi_fail_operand(in, result, "the loss of predictions needs targets alone");
    return kind == DGI_OPERAND_NETWORK ? network_loss(in, loss, args, result)
                                       : prediction_loss(in, loss, args, result);
}

bool dgi_sse(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    return call_loss(in, dg_loss_sse, args, result);
}

bool dgi_mse(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    return call_loss(in, dg_loss_mse, args, result);
}

bool dgi_bce(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    return call_loss(in, dg_loss_bce, args, result);
}

bool dgi_hinge(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    return call_loss(in, dg_loss_hinge, args, result);
}

bool dgi_l2(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    double alpha = args[1]->as.number;
    size_t n = 0;
    if (args[0]->kind == DGI_OPERAND_NETWORK)
        dg_module_parameters(args[0]->as.network->module, &n);
    else if (args[0]->kind == DGI_OPERAND_LIST)
        n = args[0]->as.list->count;
    else
        return dgi_fail_kind(in, args[0], "'l2' takes a network or a list of values");
    if (n == 0)
        return dgi_fail_operand(in, args[0], "there are no values");
    if (!dgi_spend(in, result, 3.0 * (double)n + 2.0))
        return false;
    dg_value **values = NULL;
    dg_value *const *parameters;
    if (args[0]->kind == DGI_OPERAND_NETWORK)
        parameters = dg_module_parameters(args[0]->as.network->module, NULL);
    else
        parameters = values = read_values(in, args[0], "element");
    if (!parameters)
        return false;
    dg_value *loss = dg_loss_l2(parameters, n, alpha);
    free(values);
    result->kind = DGI_OPERAND_VALUE;
    result->as.value = loss;
    return loss || dgi_fail_graph(in, result);
}

/* The place of what a string argument names; the first where it is not given. */
static bool read_choice(dgi_interpreter *in, const dgi_operand *argument, const char *what,
                        const char *const *names, size_t n, size_t *choice)
{
    *choice = 0;
    if (!argument)
        return true;
    if (argument->kind != DGI_OPERAND_STRING)
        return dgi_report(&in->diagnose, argument->begin, argument->end, NULL,
                          "the %s must be a string, not %s", what, dgi_operand_name(argument));
    return dgi_choose(in, argument, what, names, n, in->strings.data + argument->as.string.begin,
                      argument->as.string.size, choice);
}

/* What fit is asked for. */
typedef struct training {
    const dgi_network *network;
    const dgi_list *rows;
    size_t steps;
    dgi_update update;
    dg_loss *loss;
} training;

static double number_or(const dgi_operand *argument, double otherwise)
{
    return argument ? argument->as.number : otherwise;
}

bool dgi_read_update(dgi_interpreter *in, dgi_operand *const *args, dgi_update *update)
{
    static const char *const methods[] = {"sgd", "adam", "adamw"};
    size_t chosen;
    if (!read_choice(in, args[1], "optimizer", methods, 3, &chosen))
        return false;
    update->method = (dgi_method)chosen;
    update->lr = number_or(args[0], 0.05);
    update->momentum = number_or(args[2], 0.0);
    update->weight_decay = number_or(args[3], 0.0);
    if (update->method != DGI_SGD && update->momentum != 0.0)
        return dgi_report(&in->diagnose, args[2]->begin, args[2]->end, NULL,
                          "the optimizer '%s' has no momentum", methods[chosen]);
    return true;
}

static bool read_training(dgi_interpreter *in, dgi_arguments args, training *t)
{
    static const char *const losses[] = {"sse", "mse", "bce", "hinge"};
    static dg_loss *const functions[] = {dg_loss_sse, dg_loss_mse, dg_loss_bce, dg_loss_hinge};
    dgi_operand *const update[] = {args[4], args[6], args[7], args[8]};
    size_t loss;
    double steps = number_or(args[3], 20.0);
    if (args[3] && !dgi_check_whole(in, args[3], "the number of steps", steps, 1))
        return false;
    if (steps > STEPS_MAX)
        return dgi_report(&in->diagnose, args[3]->begin, args[3]->end, NULL,
                          "at most %d steps can be made at once", STEPS_MAX);
    if (!read_choice(in, args[5], "loss", losses, 4, &loss) ||
        !dgi_read_update(in, update, &t->update))
        return false;
    t->steps = (size_t)steps;
    t->loss = functions[loss];
    return true;
}

dg_optimizer *dgi_new_optimizer(const dgi_update *update, dg_value *const *parameters, size_t n)
{
    switch (update->method) {
    case DGI_ADAM:
        return dg_adam_new(parameters, n, update->lr, 0.9, 0.999, 1e-8, update->weight_decay);
    case DGI_ADAMW:
        return dg_adamw_new(parameters, n, update->lr, 0.9, 0.999, 1e-8, update->weight_decay);
    default:
        return dg_sgd_new(parameters, n, update->lr, update->momentum, update->weight_decay);
    }
}

static dg_optimizer *make_optimizer(const training *t)
{
    size_t n;
    dg_value *const *parameters = dg_module_parameters(t->network->module, &n);
    return dgi_new_optimizer(&t->update, parameters, n);
}

static double *read_rows(const dgi_list *rows, size_t inputs)
{
    double *xs = malloc(rows->count * inputs * sizeof *xs);
    for (size_t i = 0; i < rows->count && xs; i++)
        for (size_t j = 0; j < inputs; j++)
            xs[i * inputs + j] = dgi_element_number(&rows->elements[i].as.list->elements[j]);
    return xs;
}

static bool train(dgi_interpreter *in, const training *t, const double *xs, const double *ys,
                  dg_optimizer *optimizer, dgi_operand *result)
{
    dg_fit_options options = {.steps = t->steps, .loss = t->loss, .optimizer = optimizer};
    dg_fit_result fit;
    dg_status status = dg_fit(t->network->module, xs, ys, t->rows->count, &options, &fit);
    return dgi_trained(in, status, &fit, result);
}

bool dgi_trained(dgi_interpreter *in, dg_status status, const dg_fit_result *fit,
                 dgi_operand *result)
{
    if (status == DG_NOMEM)
        in->out_of_memory = true;
    if (status == DG_NOMEM)
        return false;
    if (status != DG_OK) {
        if (!in->older_error)
            dg_graph_clear_error(in->graph);
        return dgi_fail_operand(in, result, fit->error.text);
    }
    result->kind = DGI_OPERAND_VALUE;
    result->as.value = in->backed = fit->loss;
    return true;
}

bool dgi_fit(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    if (args[0]->kind != DGI_OPERAND_NETWORK)
        return dgi_fail_kind(in, args[0], "'fit' trains a network");
    training t = {.network = args[0]->as.network};
    if (!check_outputs(in, args[0]) || !dgi_check_rows(in, t.network, args[1], false) ||
        !read_training(in, args, &t))
        return false;
    t.rows = args[1]->as.list;
    if (!dgi_spend(in, result, dgi_values_made(t.network, t.rows->count)))
        return false;
    double *ys = read_targets(in, args[2], t.rows->count, "row");
    if (!ys)
        return false;
    double *xs = read_rows(t.rows, dg_module_input_count(t.network->module));
    dg_optimizer *optimizer = make_optimizer(&t);
    bool done = xs && optimizer && train(in, &t, xs, ys, optimizer, result);
    in->out_of_memory = in->out_of_memory || !xs || !optimizer;
    dg_optimizer_free(optimizer);
    free(xs);
    free(ys);
    return done;
}

bool dgi_step(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    if (args[0]->kind != DGI_OPERAND_NETWORK)
        return dgi_fail_kind(in, args[0], "'step' updates a network");
    size_t n;
    dg_value *const *parameters = dg_module_parameters(args[0]->as.network->module, &n);
    for (size_t i = 0; i < n; i++)
        dg_set_data(parameters[i],
                    dg_data(parameters[i]) - args[1]->as.number * dg_grad(parameters[i]));
    result->kind = DGI_OPERAND_NOTHING;
    return true;
}
