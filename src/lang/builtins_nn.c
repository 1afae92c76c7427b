/* Networks: making neurons, layers and MLPs, and calling them. */
#include <stdio.h>

#include "lang/builtins.h"

enum { PARAMETERS_MAX = 1 << 20 }; /* of all networks of a program */

typedef enum network_kind { NEURON, LAYER, MLP } network_kind;

static const char *const kind_names[] = {"neuron", "layer", "MLP"};

/* ---- Making ---- */

bool dgi_check_layer_sizes(dgi_runtime *rt, dgi_call *c, size_t i)
{
    const dgi_operand *sizes = c->args[i];
    if (!dgi_is_list(&sizes->object))
        return dgi_fail_kind(rt, sizes, c->builtin->parameters[i].words);
    const dgi_list *list = sizes->object.as.list;
    if (list->count == 0)
        return dgi_fail(rt, sizes->span, "an MLP needs at least one layer");
    if (list->count > DG_LAYERS_MAX)
        return dgi_fail(rt, sizes->span, "an MLP has at most %zu layers", DG_LAYERS_MAX);
    for (size_t layer = 0; layer < list->count; layer++) {
        const dgi_object *size = &list->elements[layer];
        char what[64];
        snprintf(what, sizeof what, "the size of layer %zu", layer);
        if (!dgi_is_number(size))
            return dgi_fail(rt, sizes->span, "%s must be a number, not %s", what,
                            dgi_object_name(size));
        if (!dgi_require_whole(rt, sizes->span, what, dgi_number_of(size), 1))
            return false;
    }
    return true;
}

/* The activation of a layer: the same string for all, or an element of a list; tanh where nothing
 * is given. */
static bool choose_activation(dgi_runtime *rt, const dgi_operand *given, size_t layer,
                              dg_activation *activation)
{
    /* In the order of dg_activation. */
    static const char *const names[] = {"tanh", "relu", "sigmoid", "linear", NULL};
    double choice = DG_TANH;
    if (given) {
        const dgi_object *o = &given->object;
        if (dgi_is_list(o))
            o = &o->as.list->elements[layer];
        if (o->kind != DGI_OBJECT_STRING)
            return dgi_fail(rt, given->span, "activation %zu must be a string, not %s", layer,
                            dgi_object_name(o));
        if (!dgi_choose(rt, given->span, "activation", names, o, &choice))
            return false;
    }
    *activation = (dg_activation)choice;
    return true;
}

/* Whether it makes layers of the sizes in its second argument. */
static bool is_mlp(const dgi_builtin *b)
{
    return b->parameters[1].check == dgi_check_layer_sizes;
}

bool dgi_check_activation(dgi_runtime *rt, dgi_call *c, size_t i)
{
    const dgi_operand *given = c->args[i];
    bool is_list = dgi_is_list(&given->object);
    if (!is_list && given->object.kind != DGI_OBJECT_STRING)
        return dgi_fail_kind(rt, given, "'activation' must be a string or a list of strings");
    size_t layers = is_mlp(c->builtin) ? c->args[1]->object.as.list->count : 1;
    size_t n = is_list ? given->object.as.list->count : layers;
    if (n != layers)
        return dgi_fail(rt, given->span, "%zu layer%s, but %zu activation%s", layers,
                        layers == 1 ? "" : "s", n, n == 1 ? "" : "s");
    dg_activation activation;
    for (size_t layer = 0; layer < n; layer++)
        if (!choose_activation(rt, given, layer, &activation))
            return false;
    return true;
}

bool dgi_builtin_network(dgi_runtime *rt, dgi_call *c)
{
    const dgi_builtin *b = c->builtin;
    network_kind kind = is_mlp(b) ? MLP : b->required == 2 ? LAYER : NEURON;
    const dgi_list *list = kind == MLP ? c->args[1]->object.as.list : NULL;
    size_t nin = (size_t)c->plain[0], n = list ? list->count : 1;
    size_t activation = b->required; /* its parameter; the seed follows */
    size_t sizes[DG_LAYERS_MAX] = {kind == LAYER ? (size_t)c->plain[1] : 1};
    dg_activation activations[DG_LAYERS_MAX] = {DG_TANH};
    double parameters = 0.0, inputs = c->plain[0];
    for (size_t i = 0; i < n; i++) {
        if (list)
            sizes[i] = (size_t)dgi_number_of(&list->elements[i]);
        if (!choose_activation(rt, c->args[activation], i, &activations[i]))
            return false;
        parameters += (double)sizes[i] * (inputs + 1.0);
        inputs = (double)sizes[i];
    }
    if (parameters > PARAMETERS_MAX - rt->parameters)
        return dgi_fail(rt, c->result.span, "the networks have more than %d parameters together",
                        PARAMETERS_MAX);
    rt->parameters += parameters;
    dg_rng rng = dg_rng_init((uint64_t)c->plain[activation + 1]);
    dg_module *module = kind == NEURON ? dg_neuron_new(rt->graph, nin, activations[0], &rng)
                        : kind == LAYER
                            ? dg_layer_new(rt->graph, nin, sizes[0], activations[0], &rng)
                            : dg_mlp_new(rt->graph, nin, sizes, n, activations, &rng);
    if (!module)
        return dgi_fail_graph(rt, rt->graph, c->result.span);
    const dgi_network *network = dgi_keep_network(rt, module, kind_names[kind]);
    c->result.object = (dgi_object){.as.network = network, .kind = DGI_OBJECT_NETWORK};
    return network;
}

bool dgi_builtin_parameters(dgi_runtime *rt, dgi_call *c)
{
    size_t n;
    dg_value *const *parameters = dg_module_parameters(c->args[0]->object.as.network->module, &n);
    return dgi_list_of_values(rt, parameters, n, &c->result);
}

/* ---- Calling ---- */

bool dgi_are_rows(dgi_runtime *rt, const dgi_network *network, const dgi_operand *xs,
                  bool values_too)
{
    if (!dgi_is_list(&xs->object))
        return dgi_fail_kind(rt, xs, "a list of rows is needed here");
    const dgi_list *rows = xs->object.as.list;
    const char *wanted = values_too ? "a number or a value" : "a number";
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
        if (!dgi_check_elements(rt, xs->span, row->as.list, "input", where, values_too, wanted))
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

/* One of several rows, in a scope of its own: "example 3". */
static bool run_example(dgi_runtime *rt, const dgi_network *network, const dgi_list *row,
                        dg_value **x, dg_value **outputs, size_t i)
{
    char name[32];
    snprintf(name, sizeof name, "example %zu", i);
    if (dg_scope_begin(rt->graph, name) != DG_OK)
        return false;
    bool done = run_row(rt, network, row, x, outputs);
    dg_scope_end(rt->graph);
    return done;
}

dg_value **dgi_run_rows(dgi_runtime *rt, const dgi_network *network, const dgi_object *rows,
                        size_t count, bool examples, dgi_span call)
{
    size_t n_inputs = dg_module_input_count(network->module);
    size_t n_outputs = dg_module_output_count(network->module), n = count * n_outputs;
    if (!dgi_charge_values(rt, call, dgi_values_made(network, count)))
        return NULL;
    /* The inputs of a row are behind all outputs. */
    dg_value **out = dgi_allocate(rt, n + n_inputs, sizeof *out);
    for (size_t i = 0; i < count && out; i++) {
        const dgi_list *row = rows[i].as.list;
        dg_value **outputs = out + i * n_outputs;
        bool scoped = examples && count <= DG_EXAMPLE_SCOPES_MAX;
        if (!(scoped ? run_example(rt, network, row, out + n, outputs, i)
                     : run_row(rt, network, row, out + n, outputs))) {
            dgi_fail_graph(rt, rt->graph, call);
            return NULL;
        }
    }
    if (out)
        rt->last = out[n - 1];
    return out;
}

/* The outputs of one row: a value where there is one, else a list. */
static bool pack(dgi_runtime *rt, dgi_span call, dg_value *const *outputs, size_t n,
                 dgi_object *packed)
{
    dgi_operand x = {.object = dgi_value_object(outputs[0]), .span = call};
    bool done = n == 1 || dgi_list_of_values(rt, outputs, n, &x);
    *packed = x.object;
    return done;
}

static bool check_inputs(dgi_runtime *rt, const dgi_network *network, const dgi_operand *x)
{
    size_t count = x->object.as.list->count, inputs = dg_module_input_count(network->module);
    if (count != inputs)
        return dgi_fail(rt, x->span, "the %s takes %zu input%s, not %zu", network->name, inputs,
                        inputs == 1 ? "" : "s", count);
    return dgi_check_elements(rt, x->span, x->object.as.list, "input", "", true,
                              "a number or a value");
}

/* n(x), whose result is that of one row, and n(xs), which makes a list with one for each. */
bool dgi_builtin_network_call(dgi_runtime *rt, dgi_call *c)
{
    const dgi_network *network = c->args[0]->object.as.network;
    const dgi_operand *x = c->args[1];
    dgi_span call = c->result.span;
    if (!dgi_is_list(&x->object))
        return dgi_fail_kind(rt, x, "a network is called with a list of inputs");
    const dgi_list *xs = x->object.as.list;
    bool rows = xs->count > 0 && dgi_is_list(&xs->elements[0]);
    if (!(rows ? dgi_are_rows(rt, network, x, true) : check_inputs(rt, network, x)))
        return false;
    size_t count = rows ? xs->count : 1, n = dg_module_output_count(network->module);
    dgi_list *list = rows ? dgi_new_list(rt, call, count) : NULL;
    if (rows && !list)
        return false;
    dg_value **outputs =
        dgi_run_rows(rt, network, rows ? xs->elements : &x->object, count, rows, call);
    bool done = outputs;
    for (size_t i = 0; i < count && done; i++)
        done = pack(rt, call, outputs + i * n, n, rows ? &list->elements[i] : &c->result.object);
    if (done && rows)
        c->result.object = dgi_finish_list(list);
    return done;
}
