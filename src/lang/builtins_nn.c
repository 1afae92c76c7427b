/* Networks: making neurons, layers and MLPs, and calling them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/builtins.h"

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

/* ---- Making ---- */

/* The sizes of an MLP's layers. */
static bool read_sizes(dgi_runtime *rt, const dgi_operand *sizes, plan *p)
{
    if (!dgi_is_list(&sizes->object))
        return dgi_fail_kind(rt, sizes, "'MLP' needs a list of layer sizes");
    const dgi_list *list = sizes->object.as.list;
    if (list->count == 0)
        return dgi_fail(rt, sizes->span, "an MLP needs at least one layer");
    if (list->count > DG_LAYERS_MAX)
        return dgi_fail(rt, sizes->span, "an MLP has at most %zu layers", DG_LAYERS_MAX);
    p->n_layers = list->count;
    for (size_t i = 0; i < list->count; i++) {
        char what[64];
        snprintf(what, sizeof what, "the size of layer %zu", i);
        const dgi_object *size = &list->elements[i];
        if (!dgi_is_number(size))
            return dgi_fail(rt, sizes->span, "%s must be a number, not %s", what,
                            dgi_object_name(size));
        if (!dgi_check_whole(rt, sizes->span, what, dgi_number_of(size), 1))
            return false;
        p->sizes[i] = (size_t)dgi_number_of(size);
    }
    return true;
}

static bool read_activation(dgi_runtime *rt, dgi_span about, const dgi_object *string,
                            dg_activation *activation)
{
    /* In the order of dg_activation. */
    static const char *const names[] = {"tanh", "relu", "sigmoid", "linear"};
    size_t choice;
    if (!dgi_choose(rt, about, "activation", names, sizeof names / sizeof *names, string, &choice))
        return false;
    *activation = (dg_activation)choice;
    return true;
}

static bool read_activation_list(dgi_runtime *rt, const dgi_operand *about, plan *p)
{
    const dgi_list *list = about->object.as.list;
    if (list->count != p->n_layers)
        return dgi_fail(rt, about->span, "%zu layer%s, but %zu activation%s", p->n_layers,
                        p->n_layers == 1 ? "" : "s", list->count, list->count == 1 ? "" : "s");
    for (size_t i = 0; i < list->count; i++) {
        const dgi_object *element = &list->elements[i];
        if (element->kind != DGI_OBJECT_STRING)
            return dgi_fail(rt, about->span, "activation %zu must be a string, not %s", i,
                            dgi_object_name(element));
        if (!read_activation(rt, about->span, element, &p->activations[i]))
            return false;
    }
    return true;
}

/* One for all layers, or a list with one for each; tanh where nothing is given. */
static bool read_activations(dgi_runtime *rt, const dgi_operand *about, plan *p)
{
    dg_activation all = DG_TANH;
    if (about && dgi_is_list(&about->object))
        return read_activation_list(rt, about, p);
    if (about && about->object.kind != DGI_OBJECT_STRING)
        return dgi_fail_kind(rt, about, "'activation' must be a string or a list of strings");
    if (about && !read_activation(rt, about->span, &about->object, &all))
        return false;
    for (size_t i = 0; i < p->n_layers; i++)
        p->activations[i] = all;
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

/* Makes the network whose activations and seed are yet to be read. */
static bool make_network(dgi_runtime *rt, dgi_call *c, network_kind kind,
                         const dgi_operand *activation, const dgi_operand *seed, plan *p)
{
    const dgi_operand *nin = c->args[0];
    p->seed = SEED;
    if (!dgi_check_whole(rt, nin->span, "the number of inputs", nin->object.as.number, 1) ||
        !read_activations(rt, activation, p) ||
        (seed && !dgi_check_whole(rt, seed->span, "a seed", seed->object.as.number, 0)))
        return false;
    p->nin = (size_t)nin->object.as.number;
    if (seed)
        p->seed = (uint64_t)seed->object.as.number;
    double parameters = count_parameters(p);
    if (parameters > PARAMETERS_MAX - rt->parameters)
        return dgi_fail(rt, c->result.span, "the networks have more than %d parameters together",
                        PARAMETERS_MAX);
    rt->parameters += parameters;
    dg_module *module = make_module(rt->graph, kind, p);
    if (!module)
        return dgi_fail_graph(rt, c->result.span);
    const dgi_network *network = dgi_pool_network(&rt->pool, module, network_names[kind]);
    c->result.object = (dgi_object){.as.network = network, .kind = DGI_OBJECT_NETWORK};
    return network || dgi_no_memory(rt);
}

bool dgi_builtin_mlp(dgi_runtime *rt, dgi_call *c)
{
    plan p = {.n_layers = 1};
    return read_sizes(rt, c->args[1], &p) && make_network(rt, c, MLP, c->args[2], c->args[3], &p);
}

bool dgi_builtin_layer(dgi_runtime *rt, dgi_call *c)
{
    double nout = c->args[1]->object.as.number;
    if (!dgi_check_whole(rt, c->args[1]->span, "the number of neurons", nout, 1))
        return false;
    plan p = {.n_layers = 1};
    p.sizes[0] = (size_t)nout;
    return make_network(rt, c, LAYER, c->args[2], c->args[3], &p);
}

bool dgi_builtin_neuron(dgi_runtime *rt, dgi_call *c)
{
    plan p = {.n_layers = 1};
    p.sizes[0] = 1;
    return make_network(rt, c, NEURON, c->args[1], c->args[2], &p);
}

bool dgi_builtin_parameters(dgi_runtime *rt, dgi_call *c)
{
    const dgi_object *o = &c->args[0]->object;
    if (o->kind != DGI_OBJECT_NETWORK)
        return dgi_fail_kind(rt, c->args[0], "'parameters' needs a network");
    size_t n;
    dg_value *const *parameters = dg_module_parameters(o->as.network->module, &n);
    return dgi_list_of_values(rt, parameters, n, &c->result);
}

/* ---- Calling ---- */

/* Whether the elements can be inputs. `where` says where they are. */
static bool check_elements(dgi_runtime *rt, const dgi_list *row, const char *where, dgi_span about,
                           bool values_too)
{
    for (size_t i = 0; i < row->count; i++) {
        const dgi_object *element = &row->elements[i];
        if (!dgi_is_number(element) && !(values_too && dgi_is_single_value(element)))
            return dgi_fail(rt, about, "input %zu%s is %s, not a number%s", i, where,
                            dgi_object_name(element), values_too ? " or a value" : "");
    }
    return true;
}

bool dgi_check_rows(dgi_runtime *rt, const dgi_network *network, const dgi_operand *xs,
                    bool values_too)
{
    if (!dgi_is_list(&xs->object))
        return dgi_fail_kind(rt, xs, "a list of rows is needed here");
    const dgi_list *rows = xs->object.as.list;
    size_t inputs = dg_module_input_count(network->module);
    if (rows->count == 0)
        return dgi_fail(rt, xs->span, "there are no rows");
    if (!dgi_affords_values(rt, xs->span, (double)rows->count * (double)inputs))
        return false;
    for (size_t i = 0; i < rows->count; i++) {
        const dgi_object *row = &rows->elements[i];
        char where[64];
        snprintf(where, sizeof where, " of row %zu", i);
        if (!dgi_is_list(row))
            return dgi_fail(rt, xs->span, "row %zu is %s, not a list", i, dgi_object_name(row));
        size_t count = row->as.list->count;
        if (count != inputs)
            return dgi_fail(rt, xs->span, "row %zu has %zu number%s, not %zu", i, count,
                            count == 1 ? "" : "s", inputs);
        if (!check_elements(rt, row->as.list, where, xs->span, values_too))
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
static bool run_row(dgi_runtime *rt, const dgi_network *network, const dgi_list *row, dg_value **x,
                    dg_value **outputs)
{
    for (size_t i = 0; i < row->count; i++)
        if (!(x[i] = dgi_element_value(rt, &row->elements[i])))
            return false;
    return dg_module_call(network->module, x, row->count, outputs) == DG_OK;
}

bool dgi_run_rows(dgi_runtime *rt, const dgi_network *network, const dgi_object *rows, size_t count,
                  dgi_span call, dg_value ***outputs)
{
    size_t n_inputs = dg_module_input_count(network->module);
    size_t n_outputs = dg_module_output_count(network->module);
    if (!dgi_charge_values(rt, call, dgi_values_made(network, count)))
        return false;
    dg_value **out = malloc(count * n_outputs * sizeof(dg_value *));
    dg_value **x = malloc(n_inputs * sizeof(dg_value *));
    bool done = out && x;
    rt->out_of_memory = rt->out_of_memory || !done;
    for (size_t i = 0; i < count && done; i++)
        done = run_row(rt, network, rows[i].as.list, x, out + i * n_outputs) ||
               dgi_fail_graph(rt, call);
    free(x);
    if (!done || !out) {
        free(out);
        return false;
    }
    rt->last = out[count * n_outputs - 1];
    *outputs = out;
    return true;
}

/* The outputs of one row: a value where there is one, else a list. */
static bool pack(dgi_runtime *rt, dgi_span call, dg_value *const *outputs, size_t n,
                 dgi_object *packed)
{
    dgi_operand list = {.object = dgi_value_object(outputs[0]), .span = call};
    bool done = n == 1 || dgi_list_of_values(rt, outputs, n, &list);
    *packed = list.object;
    return done;
}

/* n(x), whose result is that of one row. */
static bool call_once(dgi_runtime *rt, dgi_call *c, const dgi_network *network)
{
    const dgi_operand *x = c->args[1];
    size_t count = x->object.as.list->count, inputs = dg_module_input_count(network->module);
    if (count != inputs)
        return dgi_fail(rt, x->span, "the %s takes %zu input%s, not %zu", network->name, inputs,
                        inputs == 1 ? "" : "s", count);
    dg_value **outputs = NULL;
    if (!check_elements(rt, x->object.as.list, "", x->span, true) ||
        !dgi_run_rows(rt, network, &x->object, 1, c->result.span, &outputs))
        return false;
    size_t n = dg_module_output_count(network->module);
    bool done = pack(rt, c->result.span, outputs, n, &c->result.object);
    free(outputs);
    return done;
}

/* n(xs), whose result is a list with one for each row. */
static bool call_for_rows(dgi_runtime *rt, dgi_call *c, const dgi_network *network)
{
    const dgi_list *rows = c->args[1]->object.as.list;
    size_t n = dg_module_output_count(network->module);
    if (!dgi_check_rows(rt, network, c->args[1], true))
        return false;
    dgi_list *list = dgi_new_list(rt, c->result.span, rows->count);
    dg_value **outputs = NULL;
    if (!list || !dgi_run_rows(rt, network, rows->elements, rows->count, c->result.span, &outputs))
        return false;
    bool done = true;
    for (size_t i = 0; i < rows->count && done; i++)
        done = pack(rt, c->result.span, outputs + i * n, n, &list->elements[i]);
    free(outputs);
    if (done)
        dgi_classify_list(list);
    c->result.object = dgi_list_object(list);
    return done;
}

bool dgi_builtin_network(dgi_runtime *rt, dgi_call *c)
{
    const dgi_network *network = c->args[0]->object.as.network;
    const dgi_object *x = &c->args[1]->object;
    /* In `[n(x) for x in xs]` the name may have been something else before. */
    if (!dgi_is_list(x) && dgi_fail_comprehension(rt, c->result.span.end))
        return false;
    if (!dgi_is_list(x))
        return dgi_fail_kind(rt, c->args[1], "a network is called with a list of inputs");
    const dgi_list *list = x->as.list;
    return list->count > 0 && dgi_is_list(&list->elements[0]) ? call_for_rows(rt, c, network)
                                                              : call_once(rt, c, network);
}
