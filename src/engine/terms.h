/* Sums of products, made at once: what a neuron is before its activation. */
#ifndef DGI_TERMS_H
#define DGI_TERMS_H

#include "engine/array.h"

/* The places of n values of a graph; false where one is not a plain scalar, so that it must be
 * computed with one op at a time. */
bool dgi_places_of(dg_value *const *values, size_t n, dgi_index *places);

/* b + w0*x0 + w1*x1 + …, where the n weights and then b stand at place w and behind it, and the x at
 * the n given places: the same values as dg_add(sum, dg_mul(w, x)) makes for one x after the other.
 * The last sum, or NULL with the graph's error set. */
dg_value *dgi_sum_of_products(dg_graph *g, dgi_index w, const dgi_index *x, size_t n);

#endif
