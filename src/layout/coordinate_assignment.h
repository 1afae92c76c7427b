/* Parts of coordinate assignment. */
#ifndef DGI_COORDINATE_ASSIGNMENT_H
#define DGI_COORDINATE_ASSIGNMENT_H

#include "layout/network_simplex.h"

/* The first n nodes of the constraint graph are blocks, the others are edges. The first n_order
 * constraints keep the blocks of a layer in order and apart, and cost nothing. The others come in
 * pairs, one pair for each edge, from its node to the blocks at its two ends. */
typedef struct dgi_coordinate_problem {
    uint32_t n, n_order, m;
    const dgi_constraint *constraints;
    int64_t *at; /* per block: its position */
} dgi_coordinate_problem;

/* Finds positions that keep all constraints and make edges short. False when out of memory. */
bool dgi_initial_coordinates(dgi_coordinate_problem *r, int rounds);

/* Moves each block whose edges cost the same in a range of positions to the middle of that range,
 * as far as its neighbours allow. False when out of memory. */
bool dgi_balance_medians(dgi_coordinate_problem *r);

#endif
