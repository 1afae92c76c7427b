/* Positions for network simplex to begin with, where many nodes are alike. */
#ifndef DGI_ALIKE_H
#define DGI_ALIKE_H

#include "layout/simplex.h"

/* The copies of a forward pass over many examples have one shape. Nodes that are alike, as far as
 * is seen from them, are put into one; that smaller graph is solved, and all of them go where their
 * one went. Positions stay as they are where few nodes are alike. `sorted` has the nodes so that
 * those that fewer ties lead to come first, `out` each node's ties. *much: they were, and the
 * positions are nearly as cheap as can be. False when out of memory. */
bool dgi_simplex_alike(dgi_simplex *s, const dgi_id *sorted, const dgi_lists *out, bool *much);

#endif
