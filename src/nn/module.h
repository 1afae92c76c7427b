/* The inside of a module. */
#ifndef DGI_MODULE_H
#define DGI_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include <dotgrad/nn.h>

/* One layer: its neurons' parameters follow each other, weights and then the bias. */
typedef struct dgi_layer {
    size_t nin, nout;
    size_t first;        /* among the module's parameters */
    size_t first_neuron; /* among its neurons */
    dg_activation activation;
} dgi_layer;

/* What the module was made as, which decides how its parts are called. */
typedef enum dgi_module_kind { DGI_NEURON, DGI_LAYER, DGI_MLP } dgi_module_kind;

/* The scopes of the neurons, layer after layer, as numbers of the graph's texts; below that in
 * which the module was called last. */
typedef struct dgi_neuron_scopes {
    bool known;
    uint32_t around;
    uint32_t of[];
} dgi_neuron_scopes;

struct dg_module {
    dg_graph *graph; /* borrowed */
    dgi_module_kind kind;
    dgi_layer *layers; /* owned */
    size_t n_layers;
    size_t n_neurons;
    size_t widest;         /* the most outputs of a layer */
    dg_value **parameters; /* the array is owned, the values, neighbours, are the graph's */
    size_t n_parameters;
    dgi_neuron_scopes *scopes; /* owned */
};

#endif
