/* Parts of coordinate assignment. */
#ifndef DGI_COORDINATE_ASSIGNMENT_H
#define DGI_COORDINATE_ASSIGNMENT_H

#include "layout/network_simplex.h"

/* The first n nodes of the constraint graph are blocks, the others are edges. The first n_order
 * constraints keep the blocks of a layer in order and apart, and cost nothing. The others come in
 * pairs, one pair for each edge, from its node to the blocks at its two ends; their lengths, less
 * than 0, are how far below the blocks its ports are. */
typedef struct dgi_coordinate_problem {
    uint32_t n, n_order, m;
    const dgi_constraint *constraints;
    int64_t *at; /* per block: its position */
} dgi_coordinate_problem;

/* How far the block at one end of an edge, of a pair of constraints, is from where the edge would
 * be straight. */
static inline int64_t dgi_bend_of(const dgi_coordinate_problem *r, const dgi_constraint *own,
                                  const dgi_constraint *other)
{
    return (r->at[other->head] - other->length) - (r->at[own->head] - own->length);
}

/* Finds positions that keep all constraints and make edges short. False when out of memory. */
bool dgi_initial_coordinates(dgi_coordinate_problem *r, int rounds);

/* Moves each block whose edges cost the same in a range of positions to the middle of that range,
 * as far as its neighbours allow. False when out of memory. */
bool dgi_balance_medians(dgi_coordinate_problem *r);

#endif
