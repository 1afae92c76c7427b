/* What costs least is often not one position but all between two. Network simplex ends at one end
 * of them; the middle looks better. */
#include "layout/relax.h"

enum { PASSES = 4 };

typedef struct centring {
    dgi_relaxing *r;
    dgi_lists above, below; /* per block: order ties */
    dgi_lists edges;        /* per block: ties of edges */
} centring;

/* The other end of an edge's tie. */
static dgi_id partner(const dgi_relaxing *r, dgi_id tie)
{
    dgi_id in_pair = (tie - r->n_order) % 2;
    return r->ties[in_pair ? tie - 1 : tie + 1].head;
}

typedef struct range {
    int64_t low, high;
} range;

/* Where the block's edges cost as much as they do now. */
static range flat(const centring *c, dgi_id b)
{
    const dgi_relaxing *r = c->r;
    int64_t at = r->at[b], less = 0, equal = 0, more = 0;
    range nearest = {INT64_MIN, INT64_MAX};
    for (dgi_id j = c->edges.start[b]; j < c->edges.start[b + 1]; j++) {
        dgi_id tie = c->edges.all[j];
        int64_t other = r->at[partner(r, tie)];
        if (other < at) {
            less += r->ties[tie].weight;
            nearest.low = other > nearest.low ? other : nearest.low;
        } else if (other > at) {
            more += r->ties[tie].weight;
            nearest.high = other < nearest.high ? other : nearest.high;
        } else {
            equal += r->ties[tie].weight;
        }
    }
    return (range){less > 0 && less == equal + more ? nearest.low : at,
                   more > 0 && more == equal + less ? nearest.high : at};
}

static range room(const centring *c, dgi_id b)
{
    const dgi_relaxing *r = c->r;
    range free = {INT64_MIN, INT64_MAX};
    for (dgi_id j = c->above.start[b]; j < c->above.start[b + 1]; j++) {
        const dgi_tie *k = &r->ties[c->above.all[j]];
        if (r->at[k->tail] + k->length > free.low)
            free.low = r->at[k->tail] + k->length;
    }
    for (dgi_id j = c->below.start[b]; j < c->below.start[b + 1]; j++) {
        const dgi_tie *k = &r->ties[c->below.all[j]];
        if (r->at[k->head] - k->length < free.high)
            free.high = r->at[k->head] - k->length;
    }
    return free;
}

static void centre(const centring *c, dgi_id b)
{
    range wish = flat(c, b);
    if (wish.low == wish.high)
        return;
    range free = room(c, b);
    int64_t to = wish.low + (wish.high - wish.low) / 2;
    to = to < free.low ? free.low : to;
    to = to > free.high ? free.high : to;
    c->r->at[b] = to;
}

static bool make_lists(centring *c)
{
    const dgi_relaxing *r = c->r;
    dgi_id *tails = dgi_array(r->n_order, sizeof *tails);
    dgi_id *heads = dgi_array(r->m, sizeof *heads);
    dgi_id *numbers = dgi_array(r->m, sizeof *numbers);
    bool done = tails && heads && numbers;
    for (dgi_id i = 0; done && i < r->m; i++) {
        heads[i] = r->ties[i].head;
        numbers[i] = i;
        if (i < r->n_order)
            tails[i] = r->ties[i].tail;
    }
    done =
        done && dgi_lists_of(&c->above, r->n, r->n_order, heads, NULL) &&
        dgi_lists_of(&c->below, r->n, r->n_order, tails, NULL) &&
        dgi_lists_of(&c->edges, r->n, r->m - r->n_order, heads + r->n_order, numbers + r->n_order);
    free(tails);
    free(heads);
    free(numbers);
    return done;
}

bool dgi_centre(dgi_relaxing *r)
{
    centring c = {.r = r};
    bool done = make_lists(&c);
    for (int pass = 0; done && pass < PASSES; pass++)
        for (dgi_id i = 0; i < r->n; i++)
            centre(&c, pass % 2 ? r->n - 1 - i : i);
    dgi_lists_free(&c.above);
    dgi_lists_free(&c.below);
    dgi_lists_free(&c.edges);
    return done;
}
