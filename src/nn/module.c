/* Neurons, layers and MLPs: creating and calling them. */
#include "nn/module.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dot_product.h"

/* The size of a buffer for "layer 0" or "neuron 2". */
enum { NAME_SIZE = 96 };

static void layer_name(char *name, const dg_module *m, size_t layer)
{
    name[0] = '\0';
    if (m->kind == DGI_MLP)
        snprintf(name, NAME_SIZE, "layer %zu", layer);
}

static void neuron_name(char *name, const dg_module *m, size_t neuron)
{
    name[0] = '\0';
    if (m->kind != DGI_NEURON)
        snprintf(name, NAME_SIZE, "neuron %zu", neuron);
}

/* Opens the scope of a layer or a neuron, unless its name is "". */
static bool open_scope(dg_graph *g, const char *name)
{
    return !*name || dg_scope_begin(g, name) == DG_OK;
}

static void close_scope(dg_graph *g, const char *name)
{
    if (*name)
        dg_scope_end(g);
}

static bool add_parameter(dg_module *m, const char *label, dg_rng *rng)
{
    dg_value *p = dg_leaf(m->graph, dg_rng_uniform(rng, -1.0, 1.0), label);
    if (p)
        m->parameters[m->n_parameters++] = p;
    return p != NULL;
}

static bool add_neuron(dg_module *m, const char *layer, size_t neuron, size_t n_inputs, dg_rng *rng)
{
    char name[NAME_SIZE], label[3 * NAME_SIZE];
    neuron_name(name, m, neuron);
    if (!open_scope(m->graph, name))
        return false;
    bool done = true;
    for (size_t i = 0; i <= n_inputs && done; i++) {
        int size = snprintf(label, sizeof label, "%s%s%s%s", layer, *layer ? " " : "", name,
                            *name ? " " : "");
        if (i < n_inputs)
            snprintf(label + size, sizeof label - (size_t)size, "w%zu", i);
        else
            snprintf(label + size, sizeof label - (size_t)size, "b");
        done = add_parameter(m, label, rng);
    }
    close_scope(m->graph, name);
    return done;
}

static bool add_parameters(dg_module *m, dg_rng *rng)
{
    char name[NAME_SIZE];
    bool done = true;
    for (size_t i = 0; i < m->n_layers && done; i++) {
        const dgi_layer *l = &m->layers[i];
        layer_name(name, m, i);
        if (!open_scope(m->graph, name))
            return false;
        for (size_t j = 0; j < l->n_outputs && done; j++)
            done = add_neuron(m, name, j, l->n_inputs, rng);
        close_scope(m->graph, name);
    }
    return done;
}

/* Initialises the layers; returns the number of parameters, or 0 with the graph's error. */
static size_t init_layers(dg_module *m, size_t n_inputs, const size_t *sizes,
                          const dg_activation *activations)
{
    size_t total = 0;
    for (size_t i = 0; i < m->n_layers; i++) {
        dgi_layer *l = &m->layers[i];
        *l = (dgi_layer){.n_inputs = i ? sizes[i - 1] : n_inputs,
                         .n_outputs = sizes[i],
                         .first = total,
                         .first_neuron = m->n_neurons,
                         .activation = activations ? activations[i] : DG_TANH};
        if (l->n_inputs == 0 || l->n_outputs == 0) {
            if (l->n_inputs == 0 && i == 0)
                dgi_graph_fail(m->graph, DG_INVALID, "a module needs at least one input");
            else if (m->kind == DGI_MLP)
                dgi_graph_failf(m->graph, DG_INVALID, "layer %zu has no neurons", i);
            else
                dgi_graph_fail(m->graph, DG_INVALID, "a layer needs at least one neuron");
            return 0;
        }
        if (l->activation < DG_TANH || l->activation > DG_LINEAR) {
            dgi_graph_fail(m->graph, DG_INVALID, "there is no such activation");
            return 0;
        }
        if (l->n_inputs >= DG_PARAMETERS_MAX ||
            l->n_outputs > DG_PARAMETERS_MAX / (l->n_inputs + 1) ||
            l->n_outputs * (l->n_inputs + 1) > DG_PARAMETERS_MAX - total) {
            dgi_graph_failf(m->graph, DG_LIMIT, "a module has more than %zu parameters",
                            DG_PARAMETERS_MAX);
            return 0;
        }
        total += l->n_outputs * (l->n_inputs + 1);
        m->n_neurons += l->n_outputs;
        if (l->n_outputs > m->widest)
            m->widest = l->n_outputs;
    }
    return total;
}

static dg_module *module_new(dg_graph *g, dgi_module_kind kind, size_t n_inputs,
                             const size_t *sizes, size_t n, const dg_activation *activations,
                             dg_rng *rng)
{
    if (!g)
        return NULL;
    if (!rng || !sizes) {
        dgi_graph_fail(g, DG_INVALID,
                       rng ? "an MLP needs a list of sizes" : "there is no generator");
        return NULL;
    }
    if (n == 0) {
        dgi_graph_fail(g, DG_INVALID, "an MLP needs at least one layer");
        return NULL;
    }
    if (n > DG_LAYERS_MAX) {
        dgi_graph_failf(g, DG_LIMIT, "an MLP has more than %zu layers", DG_LAYERS_MAX);
        return NULL;
    }
    dg_module *m = calloc(1, sizeof *m);
    dgi_layer *layers = calloc(n, sizeof *layers);
    if (!m || !layers) {
        free(m);
        free(layers);
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
        return NULL;
    }
    *m = (dg_module){.graph = g, .kind = kind, .layers = layers, .n_layers = n, .around = g->scope};
    size_t total = init_layers(m, n_inputs, sizes, activations);
    size_t mark = dg_graph_mark(g), scopes = g->n_scopes;
    dg_rng before = *rng;
    if (total) {
        m->parameters = malloc(total * sizeof(dg_value *));
        m->scopes = calloc(1, sizeof *m->scopes + m->n_neurons * sizeof *m->scopes->of);
    }
    bool allocated = m->parameters && m->scopes;
    if (total && !allocated)
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
    if (allocated && add_parameters(m, rng))
        return m;
    while (g->n_scopes > scopes)
        dg_scope_end(g);
    dg_graph_rewind(g, mark);
    *rng = before;
    dg_module_free(m);
    return NULL;
}

dg_module *dg_neuron_new(dg_graph *g, size_t nin, dg_activation activation, dg_rng *rng)
{
    size_t one = 1;
    return module_new(g, DGI_NEURON, nin, &one, 1, &activation, rng);
}

dg_module *dg_layer_new(dg_graph *g, size_t nin, size_t nout, dg_activation activation, dg_rng *rng)
{
    return module_new(g, DGI_LAYER, nin, &nout, 1, &activation, rng);
}

dg_module *dg_mlp_new(dg_graph *g, size_t nin, const size_t *sizes, size_t n,
                      const dg_activation *activations, dg_rng *rng)
{
    return module_new(g, DGI_MLP, nin, sizes, n, activations, rng);
}

void dg_module_free(dg_module *m)
{
    if (!m)
        return;
    free(m->layers);
    free(m->parameters);
    free(m->scopes);
    free(m->name);
    free(m);
}

size_t dg_module_input_count(const dg_module *m)
{
    return m ? m->layers[0].n_inputs : 0;
}

size_t dg_module_output_count(const dg_module *m)
{
    return m ? m->layers[m->n_layers - 1].n_outputs : 0;
}

dg_value *const *dg_module_parameters(const dg_module *m, size_t *n)
{
    if (n)
        *n = m ? m->n_parameters : 0;
    return m ? m->parameters : NULL;
}

/* The name, in memory of its own; NULL with the graph's error. */
static char *copy_name(dg_graph *g, const char *name)
{
    size_t size = strnlen(name, DG_LABEL_MAX + 1);
    char *copy = size <= DG_LABEL_MAX ? malloc(size + 1) : NULL;
    if (copy)
        memcpy(copy, name, size + 1);
    else
        dgi_graph_fail(g, size <= DG_LABEL_MAX ? DG_NOMEM : DG_LIMIT,
                       size <= DG_LABEL_MAX ? "out of memory" : "the name of a module is too long");
    return copy;
}

dg_status dg_module_set_name(dg_module *m, const char *name)
{
    if (!m || !name || !*name || m->name) {
        if (m)
            dgi_graph_fail(m->graph, DG_INVALID,
                           m->name ? "the module has a name" : "a module's name is not empty");
        return DG_INVALID;
    }
    dg_graph *g = m->graph;
    dg_error older = dgi_save_error(g);
    size_t first = dgi_index_of(m->parameters[0]);
    m->name = copy_name(g, name);
    if (m->name && !dgi_wrap_scopes(g, first, first + m->n_parameters, m->around, name)) {
        free(m->name);
        m->name = NULL;
    }
    m->scopes->known = false;
    return dgi_restore_error(g, &older);
}

const char *dg_module_name(const dg_module *m)
{
    return m && m->name ? m->name : "";
}

dg_status dg_module_rebind(dg_module *m, dg_value *const *parameters, size_t n)
{
    if (!m || !parameters || n != m->n_parameters)
        return DG_INVALID;
    dg_graph *g = dg_graph_of(parameters[0]);
    for (size_t i = 0; i < n; i++) {
        const dg_value *p = parameters[i];
        if (!p || dgi_graph_of(p) != g || dgi_is_array(p) ||
            dgi_index_of(p) != dgi_index_of(parameters[0]) + i)
            return DG_INVALID;
    }
    memcpy(m->parameters, parameters, n * sizeof *m->parameters);
    m->graph = g;
    m->around = 0;
    m->scopes->known = false;
    return DG_OK;
}

dg_status dg_module_zero_grad(const dg_module *m)
{
    if (!m)
        return DG_INVALID;
    for (size_t i = 0; i < m->n_parameters; i++)
        *dgi_grad_pointer(m->parameters[i]) = 0.0;
    return DG_OK;
}

static dg_value *activate(dg_activation activation, dg_value *sum)
{
    switch (activation) {
    case DG_TANH:
        return dg_tanh(sum);
    case DG_RELU:
        return dg_relu(sum);
    case DG_SIGMOID:
        return dg_sigmoid(sum);
    case DG_LINEAR:
        break;
    }
    return sum;
}

/* Interns the scopes of the neurons of a layer. */
static bool intern_layer_scopes(const dg_module *m, const dgi_layer *l)
{
    char name[NAME_SIZE];
    for (size_t j = 0; j < l->n_outputs; j++) {
        neuron_name(name, m, j);
        if (!open_scope(m->graph, name))
            return false;
        m->scopes->of[l->first_neuron + j] = m->graph->scope;
        close_scope(m->graph, name);
    }
    return true;
}

/* Updates the cache of scopes, so that names are formatted once and not in every call. */
static bool intern_scopes(const dg_module *m)
{
    dg_graph *g = m->graph;
    dgi_neuron_scopes *s = m->scopes;
    if (s->known && s->enclosing == g->scope)
        return true;
    s->enclosing = g->scope;
    s->known = false;
    const char *own = m->name ? m->name : "";
    char name[NAME_SIZE];
    if (!open_scope(g, own))
        return false;
    for (size_t i = 0; i < m->n_layers; i++) {
        layer_name(name, m, i);
        if (!open_scope(g, name) || !intern_layer_scopes(m, &m->layers[i]))
            return false;
        close_scope(g, name);
    }
    close_scope(g, own);
    s->known = true;
    return true;
}

/* f(b + w0*x0 + w1*x1 + …), summed from the bias on as in the micrograd lectures. */
static dg_value *call_neuron(const dg_module *m, const dgi_layer *l, size_t parameter,
                             dgi_dot_inputs *in)
{
    dgi_index w = (dgi_index)(dgi_index_of(m->parameters[0]) + parameter);
    return activate(l->activation, dgi_fused_dot_new(in, w));
}

static bool call_layer(const dg_module *m, const dgi_layer *l, dg_value *const *x, dg_value **out)
{
    dgi_dot_inputs in = dgi_dot_inputs_of(m->graph, x, l->n_inputs);
    for (size_t j = 0; j < l->n_outputs; j++) {
        size_t parameter = l->first + j * (l->n_inputs + 1);
        if (!dgi_enter_scope(m->graph, m->scopes->of[l->first_neuron + j]))
            return false;
        out[j] = call_neuron(m, l, parameter, &in);
        if (!out[j])
            return false;
    }
    return true;
}

/* Computes the layers, their outputs in the two halves of `values` in turn. `out` is written last,
 * since it may be `x`. */
static bool call_layers(const dg_module *m, dg_value *const *x, dg_value **values, dg_value **out)
{
    for (size_t i = 0; i < m->n_layers; i++) {
        dg_value **y = values + (i & 1) * m->widest;
        if (!call_layer(m, &m->layers[i], x, y))
            return false;
        x = y;
    }
    memcpy(out, x, dg_module_output_count(m) * sizeof *out);
    return true;
}

/* The same in the scopes of the neurons. */
static bool call_in_scopes(const dg_module *m, dg_value *const *x, dg_value **values,
                           dg_value **out)
{
    if (!intern_scopes(m))
        return false;
    bool done = call_layers(m, x, values, out);
    dgi_leave_scope(m->graph, m->scopes->enclosing);
    return done;
}

static const char *kind_name(const dg_module *m)
{
    return m->kind == DGI_NEURON ? "neuron" : m->kind == DGI_LAYER ? "layer" : "MLP";
}

dg_status dg_module_call(const dg_module *m, dg_value *const *x, size_t nx, dg_value **out)
{
    if (!m)
        return DG_INVALID;
    dg_graph *g = m->graph;
    if (!x || !out) {
        dgi_graph_fail(g, DG_INVALID, "a module is called with values and room for its outputs");
        return DG_INVALID;
    }
    if (nx != dg_module_input_count(m)) {
        dgi_graph_failf(g, DG_INVALID, "the %s takes %zu input%s, not %zu", kind_name(m),
                        dg_module_input_count(m), dg_module_input_count(m) == 1 ? "" : "s", nx);
        return DG_INVALID;
    }
    for (size_t i = 0; i < nx; i++)
        if (!x[i] || dg_graph_of(x[i]) != g) {
            dgi_graph_failf(g, DG_INVALID, "input %zu is not a value of the module's graph", i);
            return DG_INVALID;
        }
    dg_error older = dgi_save_error(g);
    size_t mark = dg_graph_mark(g), scopes = g->n_scopes;
    dg_value **values = malloc(2 * m->widest * sizeof *values);
    if (!values)
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
    if (!values || !call_in_scopes(m, x, values, out)) {
        while (g->n_scopes > scopes)
            dg_scope_end(g);
        dg_graph_rewind(g, mark);
    }
    free(values);
    return dgi_restore_error(g, &older);
}
