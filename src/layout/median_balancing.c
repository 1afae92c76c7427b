/* Balances the result of network simplex around medians.
 *
 * The cost of a block's edges is least at the weighted median of its neighbours, which may be a
 * range of positions; network simplex ends at one end of it. The middle looks better, so blocks are
 * moved there, as far as their neighbours in the layer allow. Gansner et al. balance ranks in the
 * same way (section 2.3), and use medians in their heuristic for coordinates (section 4.1). */
#include "layout/coordinate_assignment.h"

enum { PASSES = 4 };

typedef struct balancing {
    dgi_coordinate_problem *r;
    dgi_adjacency above, below; /* per block: order constraints */
    dgi_adjacency edges;        /* per block: constraints of edges, counted from n_order */
} balancing;

typedef struct range {
    int64_t low, high;
} range;

/* The range of positions where the block's edges cost as much as now. */
static range median_range(const balancing *c, uint32_t b)
{
    const dgi_coordinate_problem *r = c->r;
    const dgi_constraint *edges = r->constraints + r->n_order;
    int64_t at = r->at[b], less = 0, equal = 0, more = 0;
    range nearest = {INT64_MIN, INT64_MAX};
    for (uint32_t j = c->edges.start[b]; j < c->edges.start[b + 1]; j++) {
        uint32_t constraint = c->edges.items[j];
        /* Constraints come in pairs. */
        const dgi_constraint *other_end = &edges[constraint % 2 ? constraint - 1 : constraint + 1];
        int64_t other = at + dgi_bend_of(r, &edges[constraint], other_end);
        if (other < at) {
            less += edges[constraint].weight;
            nearest.low = other > nearest.low ? other : nearest.low;
        } else if (other > at) {
            more += edges[constraint].weight;
            nearest.high = other < nearest.high ? other : nearest.high;
        } else {
            equal += edges[constraint].weight;
        }
    }
    return (range){less > 0 && less == equal + more ? nearest.low : at,
                   more > 0 && more == equal + less ? nearest.high : at};
}

static range free_range(const balancing *c, uint32_t b)
{
    const dgi_coordinate_problem *r = c->r;
    range free = {INT64_MIN, INT64_MAX};
    for (uint32_t j = c->above.start[b]; j < c->above.start[b + 1]; j++) {
        const dgi_constraint *k = &r->constraints[c->above.items[j]];
        if (r->at[k->tail] + k->length > free.low)
            free.low = r->at[k->tail] + k->length;
    }
    for (uint32_t j = c->below.start[b]; j < c->below.start[b + 1]; j++) {
        const dgi_constraint *k = &r->constraints[c->below.items[j]];
        if (r->at[k->head] - k->length < free.high)
            free.high = r->at[k->head] - k->length;
    }
    return free;
}

static void balance(const balancing *c, uint32_t b)
{
    range median = median_range(c, b);
    if (median.low == median.high)
        return;
    range free = free_range(c, b);
    int64_t to = median.low + (median.high - median.low) / 2;
    to = to < free.low ? free.low : to;
    to = to > free.high ? free.high : to;
    c->r->at[b] = to;
}

bool dgi_balance_medians(dgi_coordinate_problem *r)
{
    balancing c = {.r = r};
    bool done = dgi_constraints_in(&c.above, r->n, r->n_order, r->constraints) &&
                dgi_constraints_out(&c.below, r->n, r->n_order, r->constraints) &&
                dgi_constraints_in(&c.edges, r->n, r->m - r->n_order, r->constraints + r->n_order);
    for (int pass = 0; done && pass < PASSES; pass++)
        for (uint32_t i = 0; i < r->n; i++)
            balance(&c, pass % 2 ? r->n - 1 - i : i);
    dgi_adjacency_free(&c.above);
    dgi_adjacency_free(&c.below);
    dgi_adjacency_free(&c.edges);
    return done;
}
