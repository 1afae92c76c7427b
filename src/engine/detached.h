/* Detached values, computed as under torch.no_grad(): they belong to a graph of their own and
 * require no gradient. Their memory and work are charged to the parent's limits. */
#ifndef DGI_DETACHED_H
#define DGI_DETACHED_H

#include <dotgrad/tensor.h>

#include <stdbool.h>
#include <stdint.h>

#include "engine/limits.h"

/* A graph for values detached from `parent`, which must outlive it; NULL when out of memory. */
dg_graph *dgi_detached_new(dg_graph *parent);

/* A leaf of any graph with uninitialised data, which the caller writes to *numbers before it makes
 * other values there. NULL with the graph's error. */
dg_value *dgi_leaf_new(dg_graph *g, int ndim, const size_t *shape, bool requires_grad,
                       double **numbers);

/* a - b and a / b elementwise, each a single rounding, where dg_sub() and dg_div() are composites.
 * The results are leaves; NULL with the graph's error. */
dg_value *dgi_detached_sub(dg_value *a, dg_value *b);
dg_value *dgi_detached_div(dg_value *a, dg_value *b);

/* A leaf with a broadcast to the given shape; NULL with the graph's error. */
dg_value *dgi_detached_expand(dg_value *a, int ndim, const size_t *shape);

/* The id of a value's label, 0 for none, and setting it by an id of the same graph: for who sets
 * the same labels again and again. False when out of memory. */
uint32_t dgi_label_id(const dg_value *v);
bool dgi_set_label_id(dg_value *v, uint32_t id);

/* dg_scope_begin() for who opens the same scope again and again: `known`, at first zeros, remembers
 * it with the scope around it. */
dg_status dgi_scope_begin_again(dg_graph *g, const char *name, uint32_t known[2]);

#endif
