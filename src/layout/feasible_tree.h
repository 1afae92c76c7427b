/* The feasible spanning tree that network simplex starts from. */
#ifndef DGI_FEASIBLE_TREE_H
#define DGI_FEASIBLE_TREE_H

#include "layout/network_simplex.h"

/* Moves nodes until constraints without slack (tight ones) span every connected component, and
 * marks a spanning forest of these in `in_tree`. `out` and `in` are the constraints out of and into
 * each node. False when out of memory. */
bool dgi_feasible_tree(dgi_simplex_problem *s, const dgi_adjacency *out, const dgi_adjacency *in,
                       bool *in_tree);

#endif
