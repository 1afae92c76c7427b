/* Fused dot products: b + w0*x0 + w1*x1 + …, what a neuron computes before its activation, made in
 * one call. The graph has the same values as if dg_add(sum, dg_mul(w, x)) were called for each x,
 * and in addition a record of them, with which passes handle the whole in one loop. See
 * doc/engine.md. */
#ifndef DGI_DOT_PRODUCT_H
#define DGI_DOT_PRODUCT_H

#include "engine/array.h"

/* The inputs that the neurons of a layer share. */
typedef struct dgi_dot_inputs {
    dg_graph *graph;
    dg_value *const *x; /* borrowed */
    size_t n;
    bool scalars;       /* all are scalars that require a gradient */
    bool ascending;     /* in the order of the arena, and therefore all different */
    bool recorded;      /* the graph's dot_inputs have a copy of x, */
    size_t first_input; /* which begins at this index */
} dgi_dot_inputs;

/* x must stay valid as long as dot products of these inputs are made. */
dgi_dot_inputs dgi_dot_inputs_of(dg_graph *g, dg_value *const *x, size_t n);

/* b + w0*x0 + w1*x1 + …, where w0 has index w and the other w and then b follow it. It is fused
 * where that is possible, else made one op at a time. Returns the last sum; NULL with the graph's
 * error. */
dg_value *dgi_fused_dot_new(dgi_dot_inputs *in, dgi_index w);

/* Drops the records that are not wholly before index `mark`. */
void dgi_fused_dots_rewind(dg_graph *g, size_t mark);

/* The number of records that begin before an index: binary search. */
size_t dgi_fused_dots_before(const dg_graph *g, size_t index);

/* Computes the data of a fused dot product. */
void dgi_fused_dot_forward(const dg_graph *g, const dgi_fused_dot *s);

/* The slot of its first product. */
static inline size_t dgi_fused_dot_slot(const dgi_fused_dot *s)
{
    return dgi_slot_at(s->first);
}

/* The index after its last sum. */
static inline size_t dgi_fused_dot_end(const dgi_fused_dot *s)
{
    return (size_t)s->first + 2 * (size_t)s->n;
}

#endif
