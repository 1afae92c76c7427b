/* Phase 3 of Sugiyama et al.: crossing minimisation. Finds an order of the chains of each layer
 * with few crossings.
 *
 * As in Sugiyama et al. and in Gansner et al., section 3, sweeps over the layers sort each by where
 * its neighbours in the layer before are: by barycentres (Sugiyama et al.) and by weighted medians
 * (Gansner et al.), in turns. After each sort neighbours are transposed (Gansner et al.). Different
 * here: the sweeps start from four initial orders, layers are then sifted (see transpose_sift.c),
 * and while crossings and budget remain, the best order is perturbed at random and improved again,
 * an iterated local search. */
#include "layout/crossing_minimisation.h"

#include <string.h>

#include "layout/clusters.h"

enum { SWEEPS = 24, IDLE_SWEEPS = 6, SWEEPS_AGAIN = 6, SIFT_WINDOW = 20 };

/* ---- Initial orders ------------------------------------------------------------------------ */

typedef struct search {
    dgi_layering *f;
    uint32_t *stack, *at;
    bool *visited;
    uint32_t *filled; /* per layer: how many chains were visited */
} search;

static void visit(search *s, uint32_t chain)
{
    uint32_t layer = s->f->layer[chain];
    s->visited[chain] = true;
    s->f->order[s->f->layer_start[layer] + s->filled[layer]++] = chain;
}

static void search_depth_first(search *s, const dgi_adjacency *lists, uint32_t start)
{
    uint32_t depth = 0;
    if (s->visited[start])
        return;
    visit(s, start);
    s->stack[depth++] = start;
    while (depth > 0) {
        uint32_t v = s->stack[depth - 1];
        if (s->at[v] == lists->start[v + 1]) {
            depth--;
            continue;
        }
        uint32_t to = lists->items[s->at[v]++];
        if (s->visited[to])
            continue;
        visit(s, to);
        s->stack[depth++] = to;
    }
}

/* The same, breadth first. */
static void search_breadth_first(search *s, const dgi_adjacency *lists, uint32_t start)
{
    uint32_t end = 0;
    if (s->visited[start])
        return;
    visit(s, start);
    s->stack[end++] = start;
    for (uint32_t i = 0; i < end; i++)
        for (uint32_t j = lists->start[s->stack[i]]; j < lists->start[s->stack[i] + 1]; j++)
            if (!s->visited[lists->items[j]]) {
                visit(s, lists->items[j]);
                s->stack[end++] = lists->items[j];
            }
}

static void order_by_index(dgi_layering *f, uint32_t layer)
{
    uint32_t n, least = DGI_NONE;
    uint32_t *chains = dgi_layer_chains(f, layer, &n);
    for (uint32_t i = 0; i < n; i++)
        least = chains[i] < least ? chains[i] : least;
    for (uint32_t i = 0; i < n; i++)
        chains[i] = least + i;
}

/* Searches along the adjacency lists of one direction, from the chains without neighbours in the
 * other. Each chain gets the next position in its layer when it is first visited, so that a tree
 * has no crossings. */
static bool initial_order(dgi_order_search *o, bool rightwards, bool breadth_first)
{
    dgi_layering *f = o->f;
    const dgi_adjacency *lists = rightwards ? &f->down : &f->up;
    const dgi_adjacency *opposite = rightwards ? &f->up : &f->down;
    search s = {.f = f};
    s.stack = dgi_zeroed(f->n_chains, sizeof *s.stack);
    s.at = dgi_zeroed(f->n_chains, sizeof *s.at);
    s.visited = dgi_zeroed(f->n_chains, sizeof *s.visited);
    s.filled = dgi_zeroed(f->n_layers, sizeof *s.filled);
    bool done = s.stack && s.at && s.visited && s.filled;
    for (uint32_t v = 0; done && v < f->n_chains; v++)
        s.at[v] = lists->start[v];
    for (uint32_t v = 0; done && v < f->n_chains; v++)
        if (opposite->start[v] == opposite->start[v + 1])
            (breadth_first ? search_breadth_first : search_depth_first)(&s, lists, v);
    free(s.stack);
    free(s.at);
    free(s.visited);
    free(s.filled);
    for (uint32_t i = 0; done && i < f->n_layers; i++)
        if (i < o->first_free || i >= o->end_free)
            order_by_index(f, i);
    return done;
}

/* ---- Sorting a layer ----------------------------------------------------------------------- */

static bool before(const dgi_sort_item *a, const dgi_sort_item *b)
{
    return a->key < b->key || (a->key <= b->key && a->pos < b->pos);
}

/* Bottom-up merge sort: stable, without recursion and allocation. The result is in items. */
static void sort_items(dgi_order_search *o, uint32_t n)
{
    dgi_sort_item *from = o->items;
    dgi_sort_item *to = o->other;
    for (uint32_t width = 1; width < n; width *= 2) {
        for (uint32_t start = 0; start < n; start += 2 * width) {
            uint32_t i = start, i_end = n - start < width ? n : start + width;
            uint32_t j = i_end, j_end = n - i_end < width ? n : i_end + width;
            for (uint32_t k = start; k < j_end; k++)
                to[k] = j == j_end || (i < i_end && !before(&from[j], &from[i])) ? from[i++]
                                                                                 : from[j++];
        }
        dgi_sort_item *swap = from;
        from = to;
        to = swap;
    }
    o->items = from;
    o->other = to;
}

static void sort_by_cluster(dgi_order_search *o, uint32_t layer)
{
    uint32_t n;
    uint32_t *chains = dgi_layer_chains(o->f, layer, &n);
    if (!o->sorted)
        return;
    for (uint32_t i = 0; i < n; i++)
        o->items[i] = (dgi_sort_item){.key = o->cluster[chains[i]], .pos = i, .chain = chains[i]};
    sort_items(o, n);
    for (uint32_t i = 0; i < n; i++)
        chains[i] = o->items[i].chain;
}

static double barycentre(const dgi_layering *f, const dgi_adjacency *lists, uint32_t v)
{
    double sum = 0.0;
    uint32_t n = lists->start[v + 1] - lists->start[v];
    for (uint32_t j = lists->start[v]; j < lists->start[v + 1]; j++)
        sum += f->pos[lists->items[j]];
    return sum / n;
}

/* The weighted median of Gansner et al.: between the two middle neighbours, nearer to the side
 * where the others are denser. */
static double median(const dgi_layering *f, const dgi_adjacency *lists, uint32_t v)
{
    const uint32_t *all = lists->items + lists->start[v];
    uint32_t n = lists->start[v + 1] - lists->start[v];
    double low = f->pos[all[(n - 1) / 2]];
    double high = f->pos[all[n / 2]];
    if (n % 2 || n == 2)
        return (low + high) / 2.0;
    double left = low - f->pos[all[0]];
    double right = f->pos[all[n - 1]] - high;
    return left + right > 0.0 ? (low * right + high * left) / (left + right) : (low + high) / 2.0;
}

/* Sorts the chains of a layer by the positions of their neighbours on one side. Chains without
 * neighbours there keep their positions. */
static void sort_layer(dgi_order_search *o, uint32_t layer, const dgi_adjacency *lists,
                       bool by_median)
{
    dgi_layering *f = o->f;
    uint32_t n, count = 0;
    uint32_t *chains = dgi_layer_chains(f, layer, &n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t v = chains[i];
        uint32_t degree = lists->start[v + 1] - lists->start[v];
        o->work += degree + 1;
        if (degree == 0)
            continue;
        o->items[count].chain = v;
        o->items[count].pos = i;
        o->items[count++].key = by_median ? median(f, lists, v) : barycentre(f, lists, v);
    }
    sort_items(o, count);
    uint32_t next = 0;
    for (uint32_t i = 0; i < n; i++)
        if (lists->start[chains[i]] < lists->start[chains[i] + 1])
            chains[i] = o->items[next++].chain;
    sort_by_cluster(o, layer);
    dgi_sort_neighbours(o, layer);
}

/* ---- Sweeps -------------------------------------------------------------------------------- */

static bool is_free(const dgi_order_search *o, uint32_t layer)
{
    return o->first_free <= layer && layer < o->end_free;
}

static void sweep(dgi_order_search *o, bool rightwards, bool by_median, bool equal)
{
    dgi_layering *f = o->f;
    for (uint32_t i = 1; i < f->n_layers; i++) {
        uint32_t layer = rightwards ? i : f->n_layers - 1 - i;
        if (!is_free(o, layer))
            continue;
        sort_layer(o, layer, rightwards ? &f->up : &f->down, by_median);
        dgi_transpose(o, layer, equal);
    }
    for (uint32_t i = o->end_free; i-- > o->first_free;)
        dgi_transpose(o, i, false);
}

void dgi_sort_all_neighbours(dgi_order_search *o)
{
    for (uint32_t i = 0; i < o->f->n_layers; i++)
        dgi_sort_neighbours(o, i);
}

static void keep_if_better(dgi_order_search *o)
{
    uint64_t crossings = dgi_count_crossings(o);
    if (crossings >= o->crossings)
        return;
    o->crossings = crossings;
    memcpy(o->best, o->f->order, o->f->n_chains * sizeof *o->best);
}

/* Sweeps at least from left to right and back; then until that helps no longer, or the budget is
 * spent. */
static void sweep_all(dgi_order_search *o, uint64_t budget)
{
    uint64_t before = o->crossings;
    int idle = 0;
    dgi_sort_all_neighbours(o);
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

static void restore_best(dgi_order_search *o)
{
    memcpy(o->f->order, o->best, o->f->n_chains * sizeof *o->best);
    dgi_sort_all_neighbours(o);
}

static void sift_all(dgi_order_search *o, uint64_t budget)
{
    uint64_t removed = 1;
    for (int i = 0; removed > 0 && o->work < budget; i++) {
        removed = 0;
        for (uint32_t k = o->first_free; k < o->end_free; k++)
            removed += dgi_sift(o, i % 2 ? o->first_free + o->end_free - 1 - k : k, SIFT_WINDOW);
    }
    keep_if_better(o);
}

/* ---- The search ----------------------------------------------------------------------------- */

static uint64_t next_random(dgi_order_search *o)
{
    o->random ^= o->random << 13;
    o->random ^= o->random >> 7;
    o->random ^= o->random << 17;
    return o->random;
}

/* Exchanges some chains in some layers at random, so that sweeps reach other local minima. The
 * random numbers are the same in every run. */
static void perturb(dgi_order_search *o)
{
    dgi_layering *f = o->f;
    for (uint32_t layer = o->first_free; layer < o->end_free; layer++) {
        uint32_t n;
        uint32_t *chains = dgi_layer_chains(f, layer, &n);
        if (next_random(o) % 4)
            continue;
        for (uint32_t k = 0; k < n / 8 + 1; k++) {
            uint32_t i = (uint32_t)(next_random(o) % n), j = (uint32_t)(next_random(o) % n);
            uint32_t swap = chains[i];
            chains[i] = chains[j];
            chains[j] = swap;
        }
        sort_by_cluster(o, layer);
    }
    dgi_sort_all_neighbours(o);
}

/* A small graph gets more for its size, since nobody notices the time; a large one little per
 * chain. */
static uint64_t budget_of(uint64_t size, double effort)
{
    uint64_t small = 1200 * (size + (size < 1000 ? size : 1000));
    uint64_t budget = 8000000 + (small < 100000000 ? small : 100000000) + 60 * size;
    if (effort == 0.0)
        return budget;
    double scaled = (double)budget * effort;
    return scaled < 1e18 ? (uint64_t)scaled : (uint64_t)1e18;
}

/* Sets both the best order of this start and that of all starts to the better of the two. */
static void keep_in_all(dgi_order_search *o, uint32_t *best_of_all, uint64_t *crossings)
{
    size_t size = o->f->n_chains * sizeof *o->best;
    if (o->crossings < *crossings) {
        *crossings = o->crossings;
        memcpy(best_of_all, o->best, size);
    } else {
        o->crossings = *crossings;
        memcpy(o->best, best_of_all, size);
    }
}

/* Descends from each initial order; then from perturbations of the best order. */
static bool minimise(dgi_order_search *o, uint32_t *best_of_all, uint64_t budget)
{
    uint64_t crossings = UINT64_MAX;
    for (int start = 0; crossings > 0 && start < 4 && (start == 0 || o->work < budget); start++) {
        if (!initial_order(o, start % 2 == 1, start >= 2))
            return false;
        for (uint32_t i = 0; i < o->f->n_layers; i++)
            sort_by_cluster(o, i);
        o->crossings = UINT64_MAX;
        sweep_all(o, budget);
        restore_best(o);
        sift_all(o, budget);
        keep_in_all(o, best_of_all, &crossings);
    }
    while (o->crossings > 0 && o->work < budget) {
        restore_best(o);
        perturb(o);
        for (int i = 0; i < SWEEPS_AGAIN; i++) {
            sweep(o, i % 2, i % 4 >= 2, i % 3 == 2);
            keep_if_better(o);
        }
        sift_all(o, budget);
    }
    return true;
}

bool dgi_order_search_init(dgi_order_search *o, dgi_layering *f)
{
    *o = (dgi_order_search){.f = f, .random = 88172645463325252u, .end_free = f->n_layers};
    f->order = dgi_zeroed(f->n_chains, sizeof *f->order);
    f->pos = dgi_zeroed(f->n_chains, sizeof *f->pos);
    f->layer_start = dgi_zeroed((size_t)f->n_layers + 1, sizeof *f->layer_start);
    if (!f->order || !f->pos || !f->layer_start)
        return false;
    for (uint32_t v = 0; v < f->n_chains; v++)
        f->layer_start[f->layer[v] + 1]++;
    for (uint32_t i = 0; i < f->n_layers; i++) {
        if (f->layer_start[i + 1] > o->widest)
            o->widest = f->layer_start[i + 1];
        f->layer_start[i + 1] += f->layer_start[i];
    }
    o->best = dgi_zeroed(f->n_chains, sizeof *o->best);
    o->fill = dgi_zeroed(f->n_chains, sizeof *o->fill);
    o->items = dgi_zeroed(o->widest, sizeof *o->items);
    o->other = dgi_zeroed(o->widest, sizeof *o->other);
    o->tree = dgi_zeroed((size_t)o->widest + 1, sizeof *o->tree);
    return o->best && o->fill && o->items && o->other && o->tree && dgi_pairs_init(o);
}

void dgi_order_search_free(dgi_order_search *o)
{
    free(o->best);
    free(o->fill);
    free(o->items);
    free(o->other);
    free(o->tree);
    dgi_pairs_free(o);
}

bool dgi_search_order(dgi_order_search *o, uint64_t budget)
{
    dgi_layering *f = o->f;
    uint32_t *best_of_all = dgi_zeroed(f->n_chains, sizeof *best_of_all);
    bool done = best_of_all && minimise(o, best_of_all, budget);
    free(best_of_all);
    if (done)
        restore_best(o);
    return done;
}

dg_status dgi_minimise_crossings(dgi_layering *f)
{
    dgi_order_search o = {0};
    uint64_t budget = budget_of((uint64_t)f->n_chains + f->m, f->l->effort);
    bool done = dgi_order_search_init(&o, f) &&
                (f->clusters ? dgi_order_clusters(&o, budget) : dgi_search_order(&o, budget));
    dgi_order_search_free(&o);
    return done ? DG_OK : DG_NOMEM;
}
