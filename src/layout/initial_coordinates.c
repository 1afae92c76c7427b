/* Initial coordinates by averaging: network simplex needs far fewer pivots from good ones.
 *
 * In each round the target of a block is the weighted mean of its neighbours' positions. There are
 * two positionings near the targets that keep the order constraints: one only moves blocks down
 * from their targets, the other only up. The next positions are their mean, which keeps the
 * constraints as well since these are linear. (Brandes and Koepf take the average of four extreme
 * positionings, once, for the result.) A round takes linear time. */
#include "layout/coordinate_assignment.h"

#include <string.h>

typedef struct averaging {
    dgi_coordinate_problem *r;
    dgi_adjacency below; /* per block: order constraints to the blocks below */
    uint32_t *sorted;    /* blocks, topologically, from top to bottom */
    int64_t *target, *pushed_down, *best;
    int64_t *weight;
} averaging;

/* Moves blocks down as far as the constraints require. */
static void push_down(const averaging *x, int64_t *at)
{
    const dgi_coordinate_problem *r = x->r;
    for (uint32_t i = 0; i < r->n; i++) {
        uint32_t b = x->sorted[i];
        for (uint32_t j = x->below.start[b]; j < x->below.start[b + 1]; j++) {
            const dgi_constraint *k = &r->constraints[x->below.items[j]];
            if (at[k->head] < at[b] + k->length)
                at[k->head] = at[b] + k->length;
        }
    }
}

static void push_up(const averaging *x, int64_t *at)
{
    const dgi_coordinate_problem *r = x->r;
    for (uint32_t i = r->n; i-- > 0;) {
        uint32_t b = x->sorted[i];
        for (uint32_t j = x->below.start[b]; j < x->below.start[b + 1]; j++) {
            const dgi_constraint *k = &r->constraints[x->below.items[j]];
            if (at[b] > at[k->head] - k->length)
                at[b] = at[k->head] - k->length;
        }
    }
}

/* Sets the targets; returns the cost of the current positions. */
static int64_t set_targets(const averaging *x)
{
    const dgi_coordinate_problem *r = x->r;
    int64_t cost = 0;
    for (uint32_t b = 0; b < r->n; b++)
        x->target[b] = x->weight[b] = 0;
    for (uint32_t i = r->n_order; i + 1 < r->m; i += 2) {
        uint32_t a = r->constraints[i].head, b = r->constraints[i + 1].head;
        int64_t w = r->constraints[i].weight;
        int64_t apart = dgi_bend_of(r, &r->constraints[i], &r->constraints[i + 1]);
        cost += w * (apart < 0 ? -apart : apart);
        /* Sums of differences, not of positions, so that they stay small. */
        x->target[a] += w * apart;
        x->target[b] -= w * apart;
        x->weight[a] += w;
        x->weight[b] += w;
    }
    for (uint32_t b = 0; b < r->n; b++)
        /* Two thirds of the way: otherwise two neighbours could change places for ever. */
        x->target[b] = r->at[b] + (x->weight[b] ? 2 * x->target[b] / (3 * x->weight[b]) : 0);
    return cost;
}

static int64_t halfway(int64_t a, int64_t b)
{
    return a + (b - a) / 2;
}

static void iterate(averaging *x, int rounds)
{
    dgi_coordinate_problem *r = x->r;
    size_t size = r->n * sizeof *r->at;
    int64_t least = INT64_MAX;
    memset(r->at, 0, size);
    push_down(x, r->at);
    for (int i = 0; i <= rounds; i++) {
        int64_t cost = set_targets(x);
        if (cost < least) {
            least = cost;
            memcpy(x->best, r->at, size);
        }
        memcpy(x->pushed_down, x->target, size);
        push_down(x, x->pushed_down);
        push_up(x, x->target);
        for (uint32_t b = 0; b < r->n; b++)
            r->at[b] = halfway(x->target[b], x->pushed_down[b]);
        /* Halving rounds down, which may leave blocks one unit too close. */
        push_down(x, r->at);
    }
    memcpy(r->at, x->best, size);
}

bool dgi_initial_coordinates(dgi_coordinate_problem *r, int rounds)
{
    averaging x = {.r = r};
    x.sorted = dgi_zeroed(r->n, sizeof *x.sorted);
    x.target = dgi_zeroed(r->n, sizeof *x.target);
    x.pushed_down = dgi_zeroed(r->n, sizeof *x.pushed_down);
    x.best = dgi_zeroed(r->n, sizeof *x.best);
    x.weight = dgi_zeroed(r->n, sizeof *x.weight);
    bool done = x.sorted && x.target && x.pushed_down && x.best && x.weight &&
                dgi_constraints_out(&x.below, r->n, r->n_order, r->constraints) &&
                dgi_sort_topologically(x.sorted, r->n, r->constraints, &x.below);
    if (done)
        iterate(&x, rounds);
    dgi_adjacency_free(&x.below);
    free(x.sorted);
    free(x.target);
    free(x.pushed_down);
    free(x.best);
    free(x.weight);
    return done;
}
