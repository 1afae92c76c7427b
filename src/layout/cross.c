/* Counting crossings, and exchanging neighbours where that takes some away. */
#include "layout/order.h"

/* ---- Sorted lists of neighbours ------------------------------------------------------------ */

/* Walks a layer in order and enters each strand into the lists of its neighbours. */
static void enter(dgi_ordering *o, dgi_id layer, const dgi_lists *across, dgi_lists *sorted)
{
    dgi_id n;
    const dgi_id *strands = dgi_layer(o->f, layer, &n);
    for (int pass = 0; pass < 2; pass++)
        for (dgi_id i = 0; i < n; i++)
            for (dgi_id j = across->start[strands[i]]; j < across->start[strands[i] + 1]; j++) {
                dgi_id to = across->all[j];
                if (pass == 0)
                    o->fill[to] = sorted->start[to];
                else
                    sorted->all[o->fill[to]++] = strands[i];
            }
}

void dgi_sort_neighbours(dgi_ordering *o, dgi_id layer)
{
    dgi_flow *f = o->f;
    dgi_id n;
    const dgi_id *strands = dgi_layer(f, layer, &n);
    for (dgi_id i = 0; i < n; i++)
        f->pos[strands[i]] = i;
    enter(o, layer, &f->down, &f->up);
    enter(o, layer, &f->up, &f->down);
    o->work += n;
}

/* ---- Counting ------------------------------------------------------------------------------ */

/* Barth, Mutzel and Juenger, "Simple and efficient bilayer cross counting" (2004): the edges,
 * sorted by their ends in the first layer, cross as often as their ends in the second are out of
 * order. */
uint64_t dgi_crossings_after(dgi_ordering *o, dgi_id layer)
{
    const dgi_flow *f = o->f;
    if (layer + 1 >= f->n_layers)
        return 0;
    dgi_id n, n_after;
    const dgi_id *strands = dgi_layer(f, layer, &n);
    dgi_layer(f, layer + 1, &n_after);
    for (dgi_id i = 0; i <= n_after; i++)
        o->tree[i] = 0;
    uint64_t crossings = 0;
    dgi_id seen = 0;
    for (dgi_id i = 0; i < n; i++) {
        dgi_id end = f->down.start[strands[i] + 1];
        for (dgi_id j = f->down.start[strands[i]]; j < end; j++) {
            dgi_id not_above = 0;
            for (dgi_id k = f->pos[f->down.all[j]] + 1; k > 0; k -= k & (0 - k))
                not_above += o->tree[k];
            crossings += seen - not_above;
            for (dgi_id k = f->pos[f->down.all[j]] + 1; k <= n_after; k += k & (0 - k))
                o->tree[k]++;
            seen++;
        }
    }
    o->work += seen;
    return crossings;
}

uint64_t dgi_crossings(dgi_ordering *o)
{
    uint64_t sum = 0;
    for (dgi_id i = 0; i < o->f->n_layers; i++)
        sum += dgi_crossings_after(o, i);
    return sum;
}

/* ---- Exchanging neighbours ----------------------------------------------------------------- */

/* Crossings of the edges of a and b, a above b, less those with b above a; their lists are sorted.
 */
static int64_t gain_in(const dgi_flow *f, const dgi_lists *lists, dgi_id a, dgi_id b)
{
    dgi_id i = lists->start[a], a_end = lists->start[a + 1];
    dgi_id j = lists->start[b], b_start = j, b_end = lists->start[b + 1];
    if (i == a_end || j == b_end)
        return 0;
    int64_t pairs = (int64_t)(a_end - i) * (int64_t)(b_end - j);
    if (f->pos[lists->all[a_end - 1]] < f->pos[lists->all[j]])
        return -pairs;
    if (f->pos[lists->all[i]] > f->pos[lists->all[b_end - 1]])
        return pairs;
    int64_t gain = 0;
    dgi_id equal = j; /* first of b's that is not before a's */
    for (; i < a_end; i++) {
        dgi_id p = f->pos[lists->all[i]];
        while (equal < b_end && f->pos[lists->all[equal]] < p)
            equal++;
        if (j < equal)
            j = equal;
        while (j < b_end && f->pos[lists->all[j]] <= p)
            j++;
        gain += (int64_t)(equal - b_start) - (int64_t)(b_end - j);
    }
    return gain;
}

static int64_t gain(dgi_ordering *o, dgi_id a, dgi_id b)
{
    const dgi_flow *f = o->f;
    o->work += f->up.start[a + 1] - f->up.start[a] + f->up.start[b + 1] - f->up.start[b] +
               f->down.start[a + 1] - f->down.start[a] + f->down.start[b + 1] - f->down.start[b] +
               1;
    return gain_in(f, &f->up, a, b) + gain_in(f, &f->down, a, b);
}

uint64_t dgi_transpose(dgi_ordering *o, dgi_id layer, bool equal)
{
    dgi_flow *f = o->f;
    dgi_id n;
    dgi_id *strands = dgi_layer(f, layer, &n);
    uint64_t taken = 0;
    bool changed = false;
    bool again = true;
    for (int pass = 0; again && pass < 8; pass++) {
        again = false;
        for (dgi_id i = 0; i + 1 < n; i++) {
            dgi_id a = strands[i];
            dgi_id b = strands[i + 1];
            int64_t by = gain(o, a, b);
            if (by < 0 || (by == 0 && !(equal && pass == 0)))
                continue;
            strands[i] = b;
            strands[i + 1] = a;
            changed = true;
            again = again || by > 0;
            taken += (uint64_t)by;
        }
    }
    if (changed)
        dgi_sort_neighbours(o, layer);
    return taken;
}

/* ---- Sifting ------------------------------------------------------------------------------- */

/* How far to move the strand at place i, up to `window` places one way, so that most crossings go;
 * adds what goes to *taken. */
static dgi_id best_move(dgi_ordering *o, const dgi_id *strands, dgi_id i, dgi_id n, bool down,
                        dgi_id window, int64_t *taken)
{
    int64_t sum = 0;
    dgi_id best = 0;
    dgi_id most = down ? n - 1 - i : i;
    for (dgi_id by = 1; by <= most && by <= window; by++) {
        sum += down ? gain(o, strands[i], strands[i + by]) : -gain(o, strands[i - by], strands[i]);
        if (down ? sum > *taken : -sum > *taken) {
            *taken = down ? sum : -sum;
            best = by;
        }
    }
    return best;
}

static void move_strand(dgi_id *strands, dgi_id from, dgi_id to)
{
    dgi_id strand = strands[from];
    for (; from < to; from++)
        strands[from] = strands[from + 1];
    for (; from > to; from--)
        strands[from] = strands[from - 1];
    strands[to] = strand;
}

uint64_t dgi_sift(dgi_ordering *o, dgi_id layer, dgi_id window)
{
    dgi_id n;
    dgi_id *strands = dgi_layer(o->f, layer, &n);
    uint64_t taken = 0;
    for (dgi_id i = 0; i < n; i++) {
        int64_t most = 0;
        dgi_id up = best_move(o, strands, i, n, false, window, &most);
        dgi_id down = best_move(o, strands, i, n, true, window, &most);
        if (most == 0)
            continue;
        move_strand(strands, i, down > 0 ? i + down : i - up);
        taken += (uint64_t)most;
        if (down > 0) /* another one is at this place now */
            i--;
    }
    if (taken)
        dgi_sort_neighbours(o, layer);
    return taken;
}
