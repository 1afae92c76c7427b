/* Counts crossings between layers, after Barth, Mutzel and Juenger, "Simple and efficient bilayer
 * cross counting" (2004).
 *
 * The edges are sorted by their ends in the first layer, then in the second; they cross as often as
 * their ends in the second layer are inverted. The paper counts inversions with an accumulator
 * tree; here it is a Fenwick tree, which takes the same O(m log n) steps. */
#include "layout/crossing_minimisation.h"

/* ---- Sorted adjacency lists ---------------------------------------------------------------- */

/* Enters each chain of a layer, in order, into the lists of its neighbours. */
static void enter(dgi_order_search *o, uint32_t layer, const dgi_adjacency *across,
                  dgi_adjacency *sorted)
{
    uint32_t n;
    const uint32_t *chains = dgi_layer_chains(o->f, layer, &n);
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = across->start[chains[i]]; j < across->start[chains[i] + 1]; j++) {
                uint32_t to = across->items[j];
                if (pass == 0)
                    o->fill[to] = sorted->start[to];
                else
                    sorted->items[o->fill[to]++] = chains[i];
            }
}

void dgi_sort_neighbours(dgi_order_search *o, uint32_t layer)
{
    dgi_layering *f = o->f;
    uint32_t n;
    const uint32_t *chains = dgi_layer_chains(f, layer, &n);
    if (o->has_pairs && o->has_pairs[layer])
        dgi_keep_pairs(o, layer);
    for (uint32_t i = 0; i < n; i++)
        f->pos[chains[i]] = i;
    enter(o, layer, &f->down, &f->up);
    enter(o, layer, &f->up, &f->down);
    o->work += n;
}

/* ---- Counting ------------------------------------------------------------------------------ */

uint64_t dgi_count_crossings_after(dgi_order_search *o, uint32_t layer)
{
    const dgi_layering *f = o->f;
    if (layer + 1 >= f->n_layers)
        return 0;
    uint32_t n, n_after;
    const uint32_t *chains = dgi_layer_chains(f, layer, &n);
    dgi_layer_chains(f, layer + 1, &n_after);
    for (uint32_t i = 0; i <= n_after; i++)
        o->tree[i] = 0;
    uint64_t crossings = 0;
    uint32_t seen = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t end = f->down.start[chains[i] + 1];
        for (uint32_t j = f->down.start[chains[i]]; j < end; j++) {
            uint32_t at_or_above = 0;
            for (uint32_t k = f->pos[f->down.items[j]] + 1; k > 0; k -= k & (0 - k))
                at_or_above += o->tree[k];
            crossings += seen - at_or_above;
            for (uint32_t k = f->pos[f->down.items[j]] + 1; k <= n_after; k += k & (0 - k))
                o->tree[k]++;
            seen++;
        }
    }
    o->work += seen;
    return crossings;
}

uint64_t dgi_count_crossings(dgi_order_search *o)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < o->f->n_layers; i++)
        sum += dgi_count_crossings_after(o, i);
    return sum;
}
