/* Every round, each block wants to be at the mean of the blocks it is tied to. Two placings that
 * keep the blocks apart come near that: one only pushes blocks down from where they want to be, one
 * only pushes them up. What is between the two keeps them apart as well, since that is a linear
 * condition; so the next positions are the middle. It is one walk over the ties, however wide the
 * drawing. */
#include "layout/relax.h"

#include <string.h>

typedef struct relaxation {
    dgi_relaxing *r;
    dgi_lists below; /* per block: order ties to the blocks below */
    dgi_id *sorted;  /* blocks, from above to below */
    int64_t *pull, *pushed, *best;
    int64_t *weight;
} relaxation;

static bool sort_blocks(relaxation *x)
{
    const dgi_relaxing *r = x->r;
    dgi_id *waits = dgi_array(r->n, sizeof *waits);
    dgi_id *tails = dgi_array(r->n_order, sizeof *tails);
    dgi_id end = 0;
    bool done = waits && tails;
    for (dgi_id i = 0; done && i < r->n_order; i++) {
        tails[i] = r->ties[i].tail;
        waits[r->ties[i].head]++;
    }
    done = done && dgi_lists_of(&x->below, r->n, r->n_order, tails, NULL);
    for (dgi_id b = 0; done && b < r->n; b++)
        if (waits[b] == 0)
            x->sorted[end++] = b;
    for (dgi_id i = 0; done && i < end; i++)
        for (dgi_id j = x->below.start[x->sorted[i]]; j < x->below.start[x->sorted[i] + 1]; j++)
            if (--waits[r->ties[x->below.all[j]].head] == 0)
                x->sorted[end++] = r->ties[x->below.all[j]].head;
    free(waits);
    free(tails);
    return done;
}

/* At least as far down as they are, and apart. */
static void push_down(const relaxation *x, int64_t *at)
{
    const dgi_relaxing *r = x->r;
    for (dgi_id i = 0; i < r->n; i++) {
        dgi_id b = x->sorted[i];
        for (dgi_id j = x->below.start[b]; j < x->below.start[b + 1]; j++) {
            const dgi_tie *k = &r->ties[x->below.all[j]];
            if (at[k->head] < at[b] + k->length)
                at[k->head] = at[b] + k->length;
        }
    }
}

static void push_up(const relaxation *x, int64_t *at)
{
    const dgi_relaxing *r = x->r;
    for (dgi_id i = r->n; i-- > 0;) {
        dgi_id b = x->sorted[i];
        for (dgi_id j = x->below.start[b]; j < x->below.start[b + 1]; j++) {
            const dgi_tie *k = &r->ties[x->below.all[j]];
            if (at[b] > at[k->head] - k->length)
                at[b] = at[k->head] - k->length;
        }
    }
}

/* Where the blocks want to be, into pull; returns what the edges cost now. */
static int64_t wishes(const relaxation *x)
{
    const dgi_relaxing *r = x->r;
    int64_t cost = 0;
    for (dgi_id b = 0; b < r->n; b++)
        x->pull[b] = x->weight[b] = 0;
    for (dgi_id i = r->n_order; i + 1 < r->m; i += 2) {
        dgi_id a = r->ties[i].head, b = r->ties[i + 1].head;
        int64_t w = r->ties[i].weight;
        int64_t apart = r->at[b] - r->at[a];
        cost += w * (apart < 0 ? -apart : apart);
        /* Of the way, not of the place: the sums stay small. */
        x->pull[a] += w * apart;
        x->pull[b] -= w * apart;
        x->weight[a] += w;
        x->weight[b] += w;
    }
    for (dgi_id b = 0; b < r->n; b++)
        /* Not all the way: what is tied together would change sides for ever. */
        x->pull[b] = r->at[b] + (x->weight[b] ? 2 * x->pull[b] / (3 * x->weight[b]) : 0);
    return cost;
}

static int64_t halfway(int64_t a, int64_t b)
{
    return a + (b - a) / 2;
}

static void go(relaxation *x, int rounds)
{
    dgi_relaxing *r = x->r;
    size_t size = r->n * sizeof *r->at;
    int64_t least = INT64_MAX;
    memset(r->at, 0, size);
    push_down(x, r->at);
    for (int i = 0; i <= rounds; i++) {
        int64_t cost = wishes(x);
        if (cost < least) {
            least = cost;
            memcpy(x->best, r->at, size);
        }
        memcpy(x->pushed, x->pull, size);
        push_down(x, x->pushed);
        push_up(x, x->pull);
        for (dgi_id b = 0; b < r->n; b++)
            r->at[b] = halfway(x->pull[b], x->pushed[b]);
        /* Halving rounds: what is a step too near is put right. */
        push_down(x, r->at);
    }
    memcpy(r->at, x->best, size);
}

bool dgi_relax(dgi_relaxing *r, int rounds)
{
    relaxation x = {.r = r};
    x.sorted = dgi_array(r->n, sizeof *x.sorted);
    x.pull = dgi_array(r->n, sizeof *x.pull);
    x.pushed = dgi_array(r->n, sizeof *x.pushed);
    x.best = dgi_array(r->n, sizeof *x.best);
    x.weight = dgi_array(r->n, sizeof *x.weight);
    bool done = x.sorted && x.pull && x.pushed && x.best && x.weight && sort_blocks(&x);
    if (done)
        go(&x, rounds);
    dgi_lists_free(&x.below);
    free(x.sorted);
    free(x.pull);
    free(x.pushed);
    free(x.best);
    free(x.weight);
    return done;
}
