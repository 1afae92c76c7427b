/* The internals of a module. */
#ifndef DGI_MODULE_H
#define DGI_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include <dotgrad/nn.h>

/* One layer. The parameters of its neurons are consecutive, each with its weights and then its
 * bias. */
typedef struct dgi_layer {
    size_t n_inputs, n_outputs;
    size_t first;        /* among the module's parameters */
    size_t first_neuron; /* among its neurons */
    dg_activation activation;
} dgi_layer;

/* What the module was created as: it decides the names of labels and scopes. */
typedef enum dgi_module_kind { DGI_NEURON, DGI_LAYER, DGI_MLP } dgi_module_kind;

/* A cache of the interned ids of the neurons' scopes, in the order of the layers, inside the scope
 * that the module was last called in. */
typedef struct dgi_neuron_scopes {
    bool known;
    uint32_t enclosing;
    uint32_t of[];
} dgi_neuron_scopes;

struct dg_module {
    dg_graph *graph; /* borrowed */
    dgi_module_kind kind;
    dgi_layer *layers; /* owned */
    size_t n_layers;
    size_t n_neurons;
    size_t widest; /* the most outputs of a layer */
    dg_value *
        *parameters; /* array owned; the values belong to the graph and have consecutive indices */
    size_t n_parameters;
    dgi_neuron_scopes *scopes; /* owned */
    char *name;                /* its scope, or NULL; owned */
    uint32_t around;           /* the interned id of the scope that it was created in */
};

#endif
