/* Numbers that are computed outside a graph, as under torch.no_grad(): values of a graph beside it,
 * none of which requires a gradient. What they take is charged to the graph's limits. */
#ifndef DGI_DETACHED_H
#define DGI_DETACHED_H

#include <dotgrad/tensor.h>

#include <stdbool.h>

#include "engine/limits.h"

/* A graph for what is detached from `parent`, which must outlive it; NULL when out of memory. */
dg_graph *dgi_detached_new(dg_graph *parent);

/* A leaf of any graph whose numbers, undefined as yet, are to be written to *numbers before
 * anything else is made there. NULL with the graph's error. */
dg_value *dgi_leaf_new(dg_graph *g, int ndim, const size_t *shape, bool requires_grad,
                       double **numbers);

/* a - b and a / b number by number: plain differences and quotients, where dg_sub() and dg_div()
 * are composites. Leaves without operands; NULL with the graph's error. */
dg_value *dgi_detached_sub(dg_value *a, dg_value *b);
dg_value *dgi_detached_div(dg_value *a, dg_value *b);

/* The numbers of a repeated to the given shape, in a leaf; NULL with the graph's error. */
dg_value *dgi_detached_expand(dg_value *a, int ndim, const size_t *shape);

#endif
