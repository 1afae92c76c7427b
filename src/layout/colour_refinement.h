/* Initial positions for network simplex, in graphs where many nodes are alike. */
#ifndef DGI_COLOUR_REFINEMENT_H
#define DGI_COLOUR_REFINEMENT_H

#include "layout/network_simplex.h"

/* The graph of a loss over many examples has a copy of the forward pass for each. Nodes with the
 * same colour, which have the same surroundings, are merged into one; the smaller problem is
 * solved; and each node gets the position of the one it was merged into. If there are more than
 * half as many colours as nodes, the positions are left as they are. `sorted` has the nodes in
 * topological order, `out` the constraints out of each node. *reduced: the positions were replaced,
 * and are close to optimal. False when out of memory. */
bool dgi_solve_by_colours(dgi_simplex_problem *s, const uint32_t *sorted, const dgi_adjacency *out,
                          bool *reduced);

#endif
