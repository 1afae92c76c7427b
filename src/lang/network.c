/* Networks: making neurons, layers and MLPs, and calling them. */
#include "lang/interpreter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

enum {
    PARAMETERS_MAX = 1 << 20, /* of all networks of a program */
    SEED = 1337               /* where none is given */
};

/* What is asked for. */
typedef struct plan {
    size_t nin, n_layers;
    uint64_t seed;
    size_t sizes[DG_LAYERS_MAX];
    dg_activation activations[DG_LAYERS_MAX];
} plan;

typedef enum network_kind { NEURON, LAYER, MLP } network_kind;

static const char *const network_names[] = {"neuron", "layer", "MLP"};

/* In the order of dg_activation. */
static const char *const activation_names[] = {"tanh", "relu", "sigmoid", "linear"};

enum { ACTIVATIONS = sizeof activation_names / sizeof *activation_names };

bool dgi_check_whole(dgi_interpreter *in, const dgi_operand *about, const char *what, double number,
                     int least)
{
    if (number == floor(number) && number >= least && number < 0x1p53)
        return true;
    char text[DGI_NUMBER_ROOM];
    dgi_shortest(text, number);
    if (number >= 0x1p53)
        return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                          "%s must be below 9007199254740992, not %s", what, text);
    return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                      "%s must be a whole number from %d on, not %s", what, least, text);
}

bool dgi_choose(dgi_interpreter *in, const dgi_operand *about, const char *what,
                const char *const *names, size_t n, const char *text, size_t size, size_t *choice)
{
    for (size_t i = 0; i < n; i++) {
        if (strlen(names[i]) == size && memcmp(names[i], text, size) == 0) {
            *choice = i;
            return true;
        }
    }
    dgi_search search = dgi_search_for(text, size);
    for (size_t i = 0; i < n; i++)
        dgi_search_offer(&search, names[i]);
    return dgi_report(&in->diagnose, about->begin, about->end, dgi_suggestion(in, &search),
                      "there is no %s '%.*s'", what, dgi_shown_length(text, size), text);
}

/* The sizes of an MLP's layers. */
static bool read_sizes(dgi_interpreter *in, const dgi_operand *sizes, plan *p)
{
    if (sizes->kind != DGI_OPERAND_LIST)
        return dgi_fail_kind(in, sizes, "'MLP' needs a list of layer sizes");
    const dgi_list *list = sizes->as.list;
    if (list->count == 0)
        return dgi_fail_operand(in, sizes, "an MLP needs at least one layer");
    if (list->count > DG_LAYERS_MAX)
        return dgi_report(&in->diagnose, sizes->begin, sizes->end, NULL,
                          "an MLP has at most %zu layers", DG_LAYERS_MAX);
    p->n_layers = list->count;
    for (size_t i = 0; i < list->count; i++) {
        char what[64];
        snprintf(what, sizeof what, "the size of layer %zu", i);
        const dgi_element *size = &list->elements[i];
        if (!dgi_is_number(size))
            return dgi_report(&in->diagnose, sizes->begin, sizes->end, NULL,
                              "%s must be a number, not %s", what, dgi_element_name(size));
        if (!dgi_check_whole(in, sizes, what, dgi_element_number(size), 1))
            return false;
        p->sizes[i] = (size_t)dgi_element_number(size);
    }
    return true;
}

static bool read_activation(dgi_interpreter *in, const dgi_operand *about, const char *text,
                            size_t size, dg_activation *activation)
{
    size_t choice;
    if (!dgi_choose(in, about, "activation", activation_names, ACTIVATIONS, text, size, &choice))
        return false;
    *activation = (dg_activation)choice;
    return true;
}

static bool read_activation_list(dgi_interpreter *in, const dgi_operand *about, plan *p)
{
    const dgi_list *list = about->as.list;
    if (list->count != p->n_layers)
        return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                          "%zu layer%s, but %zu activation%s", p->n_layers,
                          p->n_layers == 1 ? "" : "s", list->count, list->count == 1 ? "" : "s");
    for (size_t i = 0; i < list->count; i++) {
        const dgi_element *element = &list->elements[i];
        if (element->kind != DGI_OPERAND_STRING)
            return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                              "activation %zu must be a string, not %s", i,
                              dgi_element_name(element));
        if (!read_activation(in, about, element->as.text, strlen(element->as.text),
                             &p->activations[i]))
            return false;
    }
    return true;
}

/* One for all layers, or a list with one for each; tanh where nothing is given. */
static bool read_activations(dgi_interpreter *in, const dgi_operand *about, plan *p)
{
    for (size_t i = 0; i < p->n_layers; i++)
        p->activations[i] = DG_TANH;
    if (!about)
        return true;
    if (about->kind == DGI_OPERAND_LIST)
        return read_activation_list(in, about, p);
    if (about->kind != DGI_OPERAND_STRING)
        return dgi_fail_kind(in, about, "'activation' must be a string or a list of strings");
    if (!read_activation(in, about, in->strings.data + about->as.string.begin,
                         about->as.string.size, &p->activations[0]))
        return false;
    for (size_t i = 1; i < p->n_layers; i++)
        p->activations[i] = p->activations[0];
    return true;
}

static dg_module *make_module(dg_graph *g, network_kind kind, const plan *p)
{
    dg_rng rng = dg_rng_init(p->seed);
    switch (kind) {
    case NEURON:
        return dg_neuron_new(g, p->nin, p->activations[0], &rng);
    case LAYER:
        return dg_layer_new(g, p->nin, p->sizes[0], p->activations[0], &rng);
    default:
        return dg_mlp_new(g, p->nin, p->sizes, p->n_layers, p->activations, &rng);
    }
}

static double count_parameters(const plan *p)
{
    double total = 0.0, inputs = (double)p->nin;
    for (size_t i = 0; i < p->n_layers; i++) {
        total += (double)p->sizes[i] * (inputs + 1.0);
        inputs = (double)p->sizes[i];
    }
    return total;
}

/* Makes the network whose number of inputs, activations and seed are yet to be read. */
static bool make_network(dgi_interpreter *in, network_kind kind, const dgi_operand *nin,
                         const dgi_operand *activation, const dgi_operand *seed, plan *p,
                         dgi_operand *result)
{
    p->seed = SEED;
    if (!dgi_check_whole(in, nin, "the number of inputs", nin->as.number, 1) ||
        !read_activations(in, activation, p) ||
        (seed && !dgi_check_whole(in, seed, "a seed", seed->as.number, 0)))
        return false;
    p->nin = (size_t)nin->as.number;
    if (seed)
        p->seed = (uint64_t)seed->as.number;
    double parameters = count_parameters(p);
    if (parameters > PARAMETERS_MAX - in->parameters)
        return dgi_report(&in->diagnose, result->begin, result->end, NULL,
                          "the networks have more than %d parameters together", PARAMETERS_MAX);
    in->parameters += parameters;
    dg_module *module = make_module(in->graph, kind, p);
    if (!module)
        return dgi_fail_graph(in, result);
    result->as.network = dgi_store_network(&in->store, module, network_names[kind]);
    result->kind = DGI_OPERAND_NETWORK;
    in->out_of_memory = in->out_of_memory || !result->as.network;
    return result->as.network != NULL;
}

bool dgi_mlp(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    plan p;
    return read_sizes(in, args[1], &p) &&
           make_network(in, MLP, args[0], args[2], args[3], &p, result);
}

bool dgi_layer(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    plan p;
    if (!dgi_check_whole(in, args[1], "the number of neurons", args[1]->as.number, 1))
        return false;
    p.n_layers = 1;
    p.sizes[0] = (size_t)args[1]->as.number;
    return make_network(in, LAYER, args[0], args[2], args[3], &p, result);
}

bool dgi_neuron(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    plan p;
    p.n_layers = 1;
    p.sizes[0] = 1;
    return make_network(in, NEURON, args[0], args[1], args[2], &p, result);
}

/* Whether the elements can be inputs. `place` says where they are. */
static bool check_elements(dgi_interpreter *in, const dgi_list *row, const char *place,
                           const dgi_operand *about, bool values_too)
{
    for (size_t i = 0; i < row->count; i++) {
        const dgi_element *element = &row->elements[i];
        if (!dgi_is_number(element) && !(values_too && dgi_is_value(element)))
            return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                              "input %zu%s is %s, not a number%s", i, place,
                              dgi_element_name(element), values_too ? " or a value" : "");
    }
    return true;
}

/* Whether the list can be the inputs of one call. */
static bool check_inputs(dgi_interpreter *in, const dgi_network *network, const dgi_operand *x)
{
    const dgi_list *row = x->as.list;
    size_t inputs = dg_module_input_count(network->module);
    if (row->count != inputs)
        return dgi_report(&in->diagnose, x->begin, x->end, NULL,
                          "the %s takes %zu input%s, not %zu", network->name, inputs,
                          inputs == 1 ? "" : "s", row->count);
    return check_elements(in, row, "", x, true);
}

bool dgi_check_rows(dgi_interpreter *in, const dgi_network *network, const dgi_operand *xs,
                    bool values_too)
{
    if (xs->kind != DGI_OPERAND_LIST)
        return dgi_fail_kind(in, xs, "a list of rows is needed here");
    const dgi_list *rows = xs->as.list;
    size_t inputs = dg_module_input_count(network->module);
    if (rows->count == 0)
        return dgi_fail_operand(in, xs, "there are no rows");
    if (!dgi_affordable(in, xs, (double)rows->count * (double)inputs))
        return false;
    for (size_t i = 0; i < rows->count; i++) {
        const dgi_element *row = &rows->elements[i];
        char place[64];
        snprintf(place, sizeof place, " of row %zu", i);
        if (row->kind != DGI_OPERAND_LIST)
            return dgi_report(&in->diagnose, xs->begin, xs->end, NULL, "row %zu is %s, not a list",
                              i, dgi_element_name(row));
        if (row->as.list->count != inputs)
            return dgi_report(&in->diagnose, xs->begin, xs->end, NULL,
                              "row %zu has %zu number%s, not %zu", i, row->as.list->count,
                              row->as.list->count == 1 ? "" : "s", inputs);
        if (!check_elements(in, row->as.list, place, xs, values_too))
            return false;
    }
    return true;
}

double dgi_values_made(const dgi_network *network, size_t rows)
{
    size_t parameters;
    dg_module_parameters(network->module, &parameters);
    /* A parameter is multiplied and added once, and each output has its activation; a loss makes
     * six values of an output and its target. */
    double inputs = (double)dg_module_input_count(network->module);
    return (double)rows * (inputs + 2.0 * (double)parameters + 6.0);
}

/* Runs one checked row. */
static bool run_row(dgi_interpreter *in, const dgi_network *network, const dgi_list *row,
                    dg_value **x, dg_value **outputs)
{
    for (size_t i = 0; i < row->count; i++)
        if (!(x[i] = dgi_element_value(in, &row->elements[i])))
            return false;
    return dg_module_call(network->module, x, row->count, outputs) == DG_OK;
}

/* Runs `count` checked rows. The array of the outputs is the caller's to free. */
static bool run(dgi_interpreter *in, const dgi_network *network, const dgi_element *rows,
                size_t count, const dgi_operand *call, dg_value ***outputs)
{
    size_t n_inputs = dg_module_input_count(network->module);
    size_t n_outputs = dg_module_output_count(network->module);
    if (!dgi_spend(in, call, dgi_values_made(network, count)))
        return false;
    dg_value **out = malloc(count * n_outputs * sizeof(dg_value *));
    dg_value **x = malloc(n_inputs * sizeof(dg_value *));
    in->out_of_memory = in->out_of_memory || !out || !x;
    bool done = out && x;
    for (size_t i = 0; i < count && done; i++)
        done = run_row(in, network, rows[i].as.list, x, out + i * n_outputs) ||
               dgi_fail_graph(in, call);
    free(x);
    if (!done) {
        free(out);
        return false;
    }
    in->last = out[count * n_outputs - 1];
    *outputs = out;
    return true;
}

bool dgi_run_rows(dgi_interpreter *in, const dgi_network *network, const dgi_list *rows,
                  const dgi_operand *call, dg_value ***outputs)
{
    return run(in, network, rows->elements, rows->count, call, outputs);
}

/* The outputs of one call: a value where there is one, else a list. */
static bool pack(dgi_interpreter *in, const dgi_operand *call, dg_value *const *outputs, size_t n,
                 dgi_element *packed)
{
    *packed = (dgi_element){.as.value = outputs[0], .kind = DGI_OPERAND_VALUE};
    if (n == 1)
        return true;
    dgi_list *list;
    if (!dgi_new_list(in, call, n, &list))
        return false;
    for (size_t i = 0; i < n; i++)
        list->elements[i] = (dgi_element){.as.value = outputs[i], .kind = DGI_OPERAND_VALUE};
    dgi_classify_list(list);
    *packed = (dgi_element){.as.list = list, .kind = DGI_OPERAND_LIST};
    return true;
}

static void put(dgi_operand *result, const dgi_element *element)
{
    result->kind = element->kind;
    if (element->kind == DGI_OPERAND_LIST)
        result->as.list = element->as.list;
    else
        result->as.value = element->as.value;
}

/* n(x), whose result is that of one row. */
static bool call_once(dgi_interpreter *in, const dgi_network *network, const dgi_operand *x,
                      dgi_operand *result)
{
    dgi_element row = {.as.list = x->as.list, .kind = DGI_OPERAND_LIST}, packed;
    dg_value **outputs;
    if (!check_inputs(in, network, x) || !run(in, network, &row, 1, result, &outputs))
        return false;
    bool done = pack(in, result, outputs, dg_module_output_count(network->module), &packed);
    free(outputs);
    if (done)
        put(result, &packed);
    return done;
}

/* n(xs), whose result is a list with one for each row. */
static bool call_for_rows(dgi_interpreter *in, const dgi_network *network, const dgi_operand *xs,
                          dgi_operand *result)
{
    const dgi_list *rows = xs->as.list;
    size_t n = dg_module_output_count(network->module);
    dgi_list *list;
    dg_value **outputs;
    if (!dgi_check_rows(in, network, xs, true) || !dgi_new_list(in, result, rows->count, &list) ||
        !dgi_run_rows(in, network, rows, result, &outputs))
        return false;
    bool done = true;
    for (size_t i = 0; i < rows->count && done; i++)
        done = pack(in, result, outputs + i * n, n, &list->elements[i]);
    free(outputs);
    if (done)
        dgi_classify_list(list);
    result->kind = DGI_OPERAND_LIST;
    result->as.list = list;
    return done;
}

bool dgi_call_network(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    const dgi_network *network = args[0]->as.network;
    const dgi_operand *x = args[1];
    /* In `[n(x) for x in xs]` the name may have been something else before. */
    if (x->kind != DGI_OPERAND_LIST && dgi_in_comprehension(in))
        return false;
    if (x->kind != DGI_OPERAND_LIST)
        return dgi_fail_kind(in, x, "a network is called with a list of inputs");
    const dgi_list *list = x->as.list;
    if (list->count > 0 && list->elements[0].kind == DGI_OPERAND_LIST)
        return call_for_rows(in, network, x, result);
    return call_once(in, network, x, result);
}

bool dgi_parameters(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    if (args[0]->kind != DGI_OPERAND_NETWORK)
        return dgi_fail_kind(in, args[0], "'parameters' needs a network");
    size_t n;
    dg_value *const *parameters = dg_module_parameters(args[0]->as.network->module, &n);
    dgi_list *list;
    if (!dgi_new_list(in, result, n, &list))
        return false;
    for (size_t i = 0; i < n; i++)
        list->elements[i] = (dgi_element){.as.value = parameters[i], .kind = DGI_OPERAND_VALUE};
    dgi_classify_list(list);
    result->kind = DGI_OPERAND_LIST;
    result->as.list = list;
    return true;
}
