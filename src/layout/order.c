/* The order of every layer's strands, with few crossings: sweeps of barycentres and medians over
 * the layers, with neighbours exchanged, from more than one first order. */
#include "layout/order.h"

#include <string.h>

enum { SWEEPS = 24, IDLE_SWEEPS = 6, SWEEPS_AGAIN = 6, SIFT_WINDOW = 20 };

/* ---- A first order ------------------------------------------------------------------------- */

typedef struct walk {
    dgi_flow *f;
    dgi_id *stack, *at;
    bool *seen;
    dgi_id *filled; /* per layer */
} walk;

static void put(walk *w, dgi_id strand)
{
    dgi_id layer = w->f->layer[strand];
    w->seen[strand] = true;
    w->f->order[w->f->layer_start[layer] + w->filled[layer]++] = strand;
}

static void walk_from(walk *w, const dgi_lists *lists, dgi_id start)
{
    dgi_id depth = 0;
    if (w->seen[start])
        return;
    put(w, start);
    w->stack[depth++] = start;
    while (depth > 0) {
        dgi_id v = w->stack[depth - 1];
        if (w->at[v] == lists->start[v + 1]) {
            depth--;
            continue;
        }
        dgi_id to = lists->all[w->at[v]++];
        if (w->seen[to])
            continue;
        put(w, to);
        w->stack[depth++] = to;
    }
}

/* The same breadth first: all that is near before what is far. */
static void spread_from(walk *w, const dgi_lists *lists, dgi_id start)
{
    dgi_id end = 0;
    if (w->seen[start])
        return;
    put(w, start);
    w->stack[end++] = start;
    for (dgi_id i = 0; i < end; i++)
        for (dgi_id j = lists->start[w->stack[i]]; j < lists->start[w->stack[i] + 1]; j++)
            if (!w->seen[lists->all[j]]) {
                put(w, lists->all[j]);
                w->stack[end++] = lists->all[j];
            }
}

/* Along the lists, from the strands that the opposite lists have nothing of. Every strand goes to
 * its layer's next place when it is first seen, so that a tree has no crossings. */
static bool first_order(dgi_flow *f, bool rightwards, bool breadth_first)
{
    const dgi_lists *lists = rightwards ? &f->down : &f->up;
    const dgi_lists *opposite = rightwards ? &f->up : &f->down;
    walk w = {.f = f};
    w.stack = dgi_array(f->n_strands, sizeof *w.stack);
    w.at = dgi_array(f->n_strands, sizeof *w.at);
    w.seen = dgi_array(f->n_strands, sizeof *w.seen);
    w.filled = dgi_array(f->n_layers, sizeof *w.filled);
    bool done = w.stack && w.at && w.seen && w.filled;
    for (dgi_id v = 0; done && v < f->n_strands; v++)
        w.at[v] = lists->start[v];
    for (dgi_id v = 0; done && v < f->n_strands; v++)
        if (opposite->start[v] == opposite->start[v + 1])
            (breadth_first ? spread_from : walk_from)(&w, lists, v);
    free(w.stack);
    free(w.at);
    free(w.seen);
    free(w.filled);
    return done;
}

/* ---- Sorting a layer ----------------------------------------------------------------------- */

static bool before(const dgi_item *a, const dgi_item *b)
{
    return a->key < b->key || (a->key <= b->key && a->pos < b->pos);
}

/* Merge sort, bottom up: no recursion, no allocation, and stable. The result is in items. */
static void sort_items(dgi_ordering *o, dgi_id n)
{
    dgi_item *from = o->items;
    dgi_item *to = o->other;
    for (dgi_id width = 1; width < n; width *= 2) {
        for (dgi_id start = 0; start < n; start += 2 * width) {
            dgi_id i = start, i_end = n - start < width ? n : start + width;
            dgi_id j = i_end, j_end = n - i_end < width ? n : i_end + width;
            for (dgi_id k = start; k < j_end; k++)
                to[k] = j == j_end || (i < i_end && !before(&from[j], &from[i])) ? from[i++]
                                                                                 : from[j++];
        }
        dgi_item *swap = from;
        from = to;
        to = swap;
    }
    o->items = from;
    o->other = to;
}

static double barycentre(const dgi_flow *f, const dgi_lists *lists, dgi_id v)
{
    double sum = 0.0;
    dgi_id n = lists->start[v + 1] - lists->start[v];
    for (dgi_id j = lists->start[v]; j < lists->start[v + 1]; j++)
        sum += f->pos[lists->all[j]];
    return sum / n;
}

/* The weighted median of Gansner et al.: between the two middle ones, nearer to the denser side. */
static double median(const dgi_flow *f, const dgi_lists *lists, dgi_id v)
{
    const dgi_id *all = lists->all + lists->start[v];
    dgi_id n = lists->start[v + 1] - lists->start[v];
    double low = f->pos[all[(n - 1) / 2]];
    double high = f->pos[all[n / 2]];
    if (n % 2 || n == 2)
        return (low + high) / 2.0;
    double left = low - f->pos[all[0]];
    double right = f->pos[all[n - 1]] - high;
    return left + right > 0.0 ? (low * right + high * left) / (left + right) : (low + high) / 2.0;
}

/* Sorts the strands of a layer by where their neighbours on one side are. Those without neighbours
 * there keep their places. */
static void sort_layer(dgi_ordering *o, dgi_id layer, const dgi_lists *lists, bool by_median)
{
    dgi_flow *f = o->f;
    dgi_id n, count = 0;
    dgi_id *strands = dgi_layer(f, layer, &n);
    for (dgi_id i = 0; i < n; i++) {
        dgi_id v = strands[i];
        dgi_id degree = lists->start[v + 1] - lists->start[v];
        o->work += degree + 1;
        if (degree == 0)
            continue;
        o->items[count].strand = v;
        o->items[count].pos = i;
        o->items[count++].key = by_median ? median(f, lists, v) : barycentre(f, lists, v);
    }
    sort_items(o, count);
    dgi_id next = 0;
    for (dgi_id i = 0; i < n; i++)
        if (lists->start[strands[i]] < lists->start[strands[i] + 1])
            strands[i] = o->items[next++].strand;
    dgi_sort_neighbours(o, layer);
}

/* ---- Sweeps -------------------------------------------------------------------------------- */

static void sweep(dgi_ordering *o, bool rightwards, bool by_median, bool equal)
{
    dgi_flow *f = o->f;
    for (dgi_id i = 1; i < f->n_layers; i++) {
        dgi_id layer = rightwards ? i : f->n_layers - 1 - i;
        sort_layer(o, layer, rightwards ? &f->up : &f->down, by_median);
        dgi_transpose(o, layer, equal);
    }
    for (dgi_id i = f->n_layers; i-- > 0;)
        dgi_transpose(o, i, false);
}

static void sort_all(dgi_ordering *o)
{
    for (dgi_id i = 0; i < o->f->n_layers; i++)
        dgi_sort_neighbours(o, i);
}

static void keep_if_better(dgi_ordering *o)
{
    uint64_t crossings = dgi_crossings(o);
    if (crossings >= o->crossings)
        return;
    o->crossings = crossings;
    memcpy(o->best, o->f->order, o->f->n_strands * sizeof *o->best);
}

/* From left to right and back at least; more often until it helps no longer, or takes too much. */
static void sweep_all(dgi_ordering *o, uint64_t budget)
{
    uint64_t before = o->crossings;
    int idle = 0;
    sort_all(o);
    keep_if_better(o);
    for (int i = 0; i < SWEEPS && o->crossings > 0 && idle < IDLE_SWEEPS; i++) {
        if (i >= 2 && o->work >= budget)
            break;
        sweep(o, i % 2, i % 4 >= 2, i % 3 == 2);
        keep_if_better(o);
        idle = o->crossings < before ? 0 : idle + 1;
        before = o->crossings;
    }
}

static void go_back_to_best(dgi_ordering *o)
{
    memcpy(o->f->order, o->best, o->f->n_strands * sizeof *o->best);
    sort_all(o);
}

static void sift_all(dgi_ordering *o, uint64_t budget)
{
    uint64_t taken = 1;
    for (int i = 0; taken > 0 && o->work < budget; i++) {
        taken = 0;
        for (dgi_id k = 0; k < o->f->n_layers; k++)
            taken += dgi_sift(o, i % 2 ? o->f->n_layers - 1 - k : k, SIFT_WINDOW);
    }
    keep_if_better(o);
}

/* ---- The search ----------------------------------------------------------------------------- */

static uint64_t draw(dgi_ordering *o)
{
    o->random ^= o->random << 13;
    o->random ^= o->random >> 7;
    o->random ^= o->random << 17;
    return o->random;
}

/* Exchanges some strands of some layers, at random: sweeps then end elsewhere. The numbers are the
 * same in every run. */
static void perturb(dgi_ordering *o)
{
    dgi_flow *f = o->f;
    for (dgi_id layer = 0; layer < f->n_layers; layer++) {
        dgi_id n;
        dgi_id *strands = dgi_layer(f, layer, &n);
        if (draw(o) % 4)
            continue;
        for (dgi_id k = 0; k < n / 8 + 1; k++) {
            dgi_id i = (dgi_id)(draw(o) % n), j = (dgi_id)(draw(o) % n);
            dgi_id swap = strands[i];
            strands[i] = strands[j];
            strands[j] = swap;
        }
    }
    sort_all(o);
}

/* Much for a small graph, where it costs nothing that is felt; little for each strand of a large
 * one. */
static uint64_t budget_of(uint64_t size, double effort)
{
    uint64_t small = 1200 * (size + (size < 1000 ? size : 1000));
    uint64_t budget = 8000000 + (small < 100000000 ? small : 100000000) + 60 * size;
    if (effort == 0.0)
        return budget;
    double scaled = (double)budget * effort;
    return scaled < 1e18 ? (uint64_t)scaled : (uint64_t)1e18;
}

/* Keeps the better one of the best order and the one of the searches before. */
static void keep_in_all(dgi_ordering *o, dgi_id *best_of_all, uint64_t *crossings)
{
    size_t size = o->f->n_strands * sizeof *o->best;
    if (o->crossings < *crossings) {
        *crossings = o->crossings;
        memcpy(best_of_all, o->best, size);
    } else {
        o->crossings = *crossings;
        memcpy(o->best, best_of_all, size);
    }
}

/* From every first order its own way down; then, from the best, again and again from somewhere
 * near. */
static bool search(dgi_ordering *o, dgi_id *best_of_all, uint64_t budget)
{
    uint64_t crossings = UINT64_MAX;
    for (int start = 0; crossings > 0 && start < 4 && (start == 0 || o->work < budget); start++) {
        if (!first_order(o->f, start % 2 == 1, start >= 2))
            return false;
        o->crossings = UINT64_MAX;
        sweep_all(o, budget);
        go_back_to_best(o);
        sift_all(o, budget);
        keep_in_all(o, best_of_all, &crossings);
    }
    while (o->crossings > 0 && o->work < budget) {
        go_back_to_best(o);
        perturb(o);
        for (int i = 0; i < SWEEPS_AGAIN; i++) {
            sweep(o, i % 2, i % 4 >= 2, i % 3 == 2);
            keep_if_better(o);
        }
        sift_all(o, budget);
    }
    return true;
}

static bool allocate(dgi_ordering *o)
{
    dgi_flow *f = o->f;
    f->order = dgi_array(f->n_strands, sizeof *f->order);
    f->pos = dgi_array(f->n_strands, sizeof *f->pos);
    f->layer_start = dgi_array((size_t)f->n_layers + 1, sizeof *f->layer_start);
    if (!f->order || !f->pos || !f->layer_start)
        return false;
    for (dgi_id v = 0; v < f->n_strands; v++)
        f->layer_start[f->layer[v] + 1]++;
    for (dgi_id i = 0; i < f->n_layers; i++) {
        if (f->layer_start[i + 1] > o->widest)
            o->widest = f->layer_start[i + 1];
        f->layer_start[i + 1] += f->layer_start[i];
    }
    o->best = dgi_array(f->n_strands, sizeof *o->best);
    o->fill = dgi_array(f->n_strands, sizeof *o->fill);
    o->items = dgi_array(o->widest, sizeof *o->items);
    o->other = dgi_array(o->widest, sizeof *o->other);
    o->tree = dgi_array((size_t)o->widest + 1, sizeof *o->tree);
    return o->best && o->fill && o->items && o->other && o->tree;
}

dg_status dgi_flow_order(dgi_flow *f)
{
    dgi_ordering o = {.f = f, .random = 88172645463325252u};
    bool done = allocate(&o);
    uint64_t budget = budget_of((uint64_t)f->n_strands + f->m, f->l->effort);
    dgi_id *best_of_all = dgi_array(f->n_strands, sizeof *best_of_all);
    done = done && best_of_all && search(&o, best_of_all, budget);
    free(best_of_all);
    if (done) {
        memcpy(f->order, o.best, f->n_strands * sizeof *o.best);
        sort_all(&o);
    }
    free(o.best);
    free(o.fill);
    free(o.items);
    free(o.other);
    free(o.tree);
    return done ? DG_OK : DG_NOMEM;
}
