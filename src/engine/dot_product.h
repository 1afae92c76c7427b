/* Sums of products, made at once: what a neuron is before its activation.
 *
 * The values are the same as dg_add(sum, dg_mul(w, x)) makes for one x after the other. The graph
 * notes where they are, and the passes then go over such a sum in one loop. */
#ifndef DGI_DOT_PRODUCT_H
#define DGI_DOT_PRODUCT_H

#include "engine/array.h"

/* What the neurons of a layer have in common. */
typedef struct dgi_dot_inputs {
    dg_graph *graph;
    dg_value *const *x;
    size_t n;
    bool plain;     /* all are plain scalars; else the sums must be made with one op at a time */
    bool ascending; /* in the arena, so that no two are the same value */
    bool noted;     /* the graph has a copy of the x, */
    size_t at;      /* which begins there */
} dgi_dot_inputs;

/* The inputs must stay where they are as long as sums of them are made. */
dgi_dot_inputs dgi_dot_inputs_of(dg_graph *g, dg_value *const *x, size_t n);

/* b + w0*x0 + w1*x1 + …, where the w and then b stand at place w and behind it. The last sum, or
 * NULL with the graph's error set. */
dg_value *dgi_fused_dot_new(dgi_dot_inputs *in, dgi_index w);

/* Forgets the sums that are not wholly before the place `mark`. */
void dgi_fused_dots_rewind(dg_graph *g, size_t mark);

/* How many of the graph's sums begin before a place. */
size_t dgi_fused_dots_before(const dg_graph *g, size_t place);

/* Computes the values of a sum that the graph has noted. */
void dgi_fused_dot_forward(const dg_graph *g, const dgi_fused_dot *s);

/* Where a sum's values are in their chunk. */
static inline size_t dgi_fused_dot_slot(const dgi_fused_dot *s)
{
    return dgi_slot_at(s->first);
}

/* The place behind its last value. */
static inline size_t dgi_fused_dot_end(const dgi_fused_dot *s)
{
    return (size_t)s->first + 2 * (size_t)s->n;
}

#endif
