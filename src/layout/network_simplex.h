/* Network simplex on a constraint graph, after Gansner et al., section 2.3; used for ranks and for
 * coordinates. */
#ifndef DGI_NETWORK_SIMPLEX_H
#define DGI_NETWORK_SIMPLEX_H

#include "layout/phases.h"

/* A constraint edge: at[head] - at[tail] is at least `length`, and costs `weight` per unit. */
typedef struct dgi_constraint {
    uint32_t tail, head;
    int64_t length, weight;
} dgi_constraint;

/* The constraints out of each node, or into each node, as indices. False when out of memory. */
bool dgi_constraints_out(dgi_adjacency *lists, uint32_t n, uint32_t m,
                         const dgi_constraint *constraints);
bool dgi_constraints_in(dgi_adjacency *lists, uint32_t n, uint32_t m,
                        const dgi_constraint *constraints);

/* Sorts the n nodes of an acyclic constraint graph topologically. `out` is from
 * dgi_constraints_out(). False when out of memory. */
bool dgi_sort_topologically(uint32_t *sorted, uint32_t n, const dgi_constraint *constraints,
                            const dgi_adjacency *out);

typedef struct dgi_simplex_problem {
    uint32_t n, m; /* the number of nodes and of constraints */
    const dgi_constraint *constraints;
    int64_t *at;     /* per node: its position; in: feasible; out: of the least cost */
    uint64_t budget; /* how many constraints may be visited; after that the result is feasible, but
                        may cost more */
} dgi_simplex_problem;

/* Minimises the cost. False when out of memory. */
bool dgi_network_simplex(dgi_simplex_problem *s);

#endif
