/* Local search for crossing minimisation: transposing neighbours, as in Gansner et al., section 3,
 * and sifting, as in Matuszewski, Schoenfeld and Molitor, "Using sifting for k-layer straightline
 * crossing minimization" (1999), within a window. Both look at the layers before and after at once.
 */
#include "layout/crossing_minimisation.h"

/* ---- Transposing --------------------------------------------------------------------------- */

/* The number of crossings of the edges of a and b if a is above b, less that if b is above a. The
 * lists are sorted. */
static int64_t gain_in(const dgi_layering *f, const dgi_adjacency *lists, uint32_t a, uint32_t b)
{
    uint32_t i = lists->start[a], a_end = lists->start[a + 1];
    uint32_t j = lists->start[b], b_start = j, b_end = lists->start[b + 1];
    if (i == a_end || j == b_end)
        return 0;
    int64_t pairs = (int64_t)(a_end - i) * (int64_t)(b_end - j);
    if (f->pos[lists->items[a_end - 1]] < f->pos[lists->items[j]])
        return -pairs;
    if (f->pos[lists->items[i]] > f->pos[lists->items[b_end - 1]])
        return pairs;
    int64_t gain = 0;
    uint32_t equal = j; /* the first of b's that is not above the current one of a's */
    for (; i < a_end; i++) {
        uint32_t p = f->pos[lists->items[i]];
        while (equal < b_end && f->pos[lists->items[equal]] < p)
            equal++;
        if (j < equal)
            j = equal;
        while (j < b_end && f->pos[lists->items[j]] <= p)
            j++;
        gain += (int64_t)(equal - b_start) - (int64_t)(b_end - j);
    }
    return gain;
}

/* Whether two chains of a layer may change places. */
static bool may_swap(const dgi_order_search *o, uint32_t a, uint32_t b)
{
    return (!o->cluster || o->cluster[a] == o->cluster[b]) && !dgi_is_pair(o, a, b) &&
           !dgi_is_pair(o, b, a);
}

static int64_t gain(dgi_order_search *o, uint32_t a, uint32_t b)
{
    const dgi_layering *f = o->f;
    o->work += f->up.start[a + 1] - f->up.start[a] + f->up.start[b + 1] - f->up.start[b] +
               f->down.start[a + 1] - f->down.start[a] + f->down.start[b + 1] - f->down.start[b] +
               1;
    return gain_in(f, &f->up, a, b) + gain_in(f, &f->down, a, b);
}

uint64_t dgi_transpose(dgi_order_search *o, uint32_t layer, bool equal)
{
    dgi_layering *f = o->f;
    uint32_t n;
    uint32_t *chains = dgi_layer_chains(f, layer, &n);
    uint64_t removed = 0;
    bool changed = false;
    bool again = true;
    for (int pass = 0; again && pass < 8; pass++) {
        again = false;
        for (uint32_t i = 0; i + 1 < n; i++) {
            uint32_t a = chains[i];
            uint32_t b = chains[i + 1];
            if (!may_swap(o, a, b))
                continue;
            int64_t by = gain(o, a, b);
            if (by < 0 || (by == 0 && !(equal && pass == 0)))
                continue;
            chains[i] = b;
            chains[i + 1] = a;
            changed = true;
            again = again || by > 0;
            removed += (uint64_t)by;
        }
    }
    if (changed)
        dgi_sort_neighbours(o, layer);
    return removed;
}

/* ---- Sifting ------------------------------------------------------------------------------- */

/* How far to move the chain at position i in one direction, at most by `window`, so as to remove
 * more than *removed crossings and as many as possible; 0: no such move. Sets *removed to how many
 * that removes. */
static uint32_t best_move(dgi_order_search *o, const uint32_t *chains, uint32_t i, uint32_t n,
                          bool down, uint32_t window, int64_t *removed)
{
    int64_t sum = 0;
    uint32_t best = 0;
    uint32_t most = down ? n - 1 - i : i;
    for (uint32_t by = 1; by <= most && by <= window; by++) {
        if (!may_swap(o, chains[i], chains[down ? i + by : i - by]))
            break;
        sum += down ? gain(o, chains[i], chains[i + by]) : -gain(o, chains[i - by], chains[i]);
        if (down ? sum > *removed : -sum > *removed) {
            *removed = down ? sum : -sum;
            best = by;
        }
    }
    return best;
}

static void move_chain(uint32_t *chains, uint32_t from, uint32_t to)
{
    uint32_t chain = chains[from];
    for (; from < to; from++)
        chains[from] = chains[from + 1];
    for (; from > to; from--)
        chains[from] = chains[from - 1];
    chains[to] = chain;
}

uint64_t dgi_sift(dgi_order_search *o, uint32_t layer, uint32_t window)
{
    uint32_t n;
    uint32_t *chains = dgi_layer_chains(o->f, layer, &n);
    uint64_t removed = 0;
    for (uint32_t i = 0; i < n; i++) {
        int64_t most = 0;
        uint32_t up = best_move(o, chains, i, n, false, window, &most);
        uint32_t down = best_move(o, chains, i, n, true, window, &most);
        if (most == 0)
            continue;
        move_chain(chains, i, down > 0 ? i + down : i - up);
        removed += (uint64_t)most;
        if (down > 0) /* another chain is at this position now */
            i--;
    }
    if (removed)
        dgi_sort_neighbours(o, layer);
    return removed;
}
