/* The largest paths. The first follows the best edge of each value. Each of the others deviates
 * from an earlier one at one value, by the next best edge there, and follows the best edges from
 * then on (Lawler 1972, "A procedure for computing the K best solutions"). For each path that is
 * listed, the uses of its values are looked at once more. */
#include "inspect/why.h"

#include <stdlib.h>
#include <string.h>

/* ---- One path ------------------------------------------------------------------------------- */

size_t dgi_path_node(const dg_why *w, const dgi_path *p, size_t step)
{
    if (step == p->length)
        return w->node;
    return w->a.edge_to[p->edges[p->length - 1 - step]];
}

/* An array of edges that grows. */
typedef struct edge_list {
    uint32_t *edges;
    size_t count, capacity;
} edge_list;

static bool append(edge_list *l, uint32_t edge)
{
    if (l->count == l->capacity) {
        size_t capacity = l->capacity ? 2 * l->capacity : 64;
        uint32_t *edges = realloc(l->edges, capacity * sizeof *edges);
        if (!edges)
            return false;
        l->edges = edges;
        l->capacity = capacity;
    }
    l->edges[l->count++] = edge;
    return true;
}

/* Appends the best edges from a value to where its path begins. */
static bool follow_best(const dg_why *w, edge_list *l, size_t node)
{
    for (uint32_t edge; (edge = w->sums.best[node].edge) < DGI_WHY_BEGINS;
         node = w->a.edge_to[edge])
        if (!append(l, edge))
            return false;
    return true;
}

/* Multiplies in doubles from the beginning on, as a backward pass would. */
static bool compute_products(const dg_why *w, dgi_path *p)
{
    p->products = malloc((p->length + 1) * sizeof *p->products);
    if (!p->products)
        return false;
    double product = w->sums.gradient[dgi_path_node(w, p, 0)];
    p->products[0] = product;
    for (size_t i = 1; i <= p->length; i++)
        p->products[i] = product *= w->a.local[p->edges[p->length - i]];
    return true;
}

/* The list becomes the path's. */
static bool add_path(dg_why *w, edge_list *l, size_t kept, dgi_path_size size)
{
    dgi_path *p = &w->paths[w->path_count];
    *p = (dgi_path){.edges = l->edges, .length = l->count, .kept = kept, .size = size};
    if (!compute_products(w, p)) {
        free(p->edges);
        return false;
    }
    dgi_scaled magnitude = size.rest;
    magnitude.m = size.zeros > 0 ? 0.0 : fabs(magnitude.m);
    w->listed = dgi_scaled_add(w->listed, dgi_scaled_normalise(magnitude.m, magnitude.e));
    w->path_count++;
    return true;
}

/* ---- Gradients that are not finite ---------------------------------------------------------- */

/* How well a use explains a gradient that is not finite. */
typedef enum rank { RANK_NONE, RANK_OTHER, RANK_CULPRIT, RANK_PROPAGATOR } rank;

static rank rank_use(const dg_why *w, size_t node, size_t edge)
{
    const dgi_analysis *a = &w->a;
    if (!dgi_edge_is_summed(&w->sums, a, edge))
        return RANK_NONE;
    double upstream = w->sums.gradient[a->edge_to[edge]];
    double contribution = dgi_summed_contribution(&w->sums, a, edge);
    if (isfinite(contribution))
        return RANK_NONE;
    if (isnan(w->sums.gradient[node]) && !isnan(contribution)) /* inf - inf */
        return RANK_OTHER;
    return isfinite(upstream) ? RANK_CULPRIT : RANK_PROPAGATOR;
}

/* The use that a value has its gradient from; DGI_WHY_NO_EDGE where no single one is to blame. */
static uint32_t nonfinite_use(const dg_why *w, size_t node)
{
    uint32_t found = DGI_WHY_NO_EDGE;
    rank best = RANK_NONE;
    for (size_t k = w->a.first_use[node]; k < w->a.first_use[node + 1]; k++) {
        rank r = rank_use(w, node, w->a.uses[k]);
        if (r > best) {
            best = r;
            found = w->a.uses[k];
        }
    }
    return found;
}

/* Up to the value where a finite gradient became one that is not, then on by the best edges. */
static bool follow_nonfinite(const dg_why *w, edge_list *l)
{
    size_t node = w->node;
    while (!isfinite(w->sums.gradient[node]) && node != w->root &&
           w->sums.extent[node] != DGI_SUM_GIVEN) {
        uint32_t edge = nonfinite_use(w, node);
        if (edge == DGI_WHY_NO_EDGE)
            break;
        if (!append(l, edge))
            return false;
        node = w->a.edge_to[edge];
    }
    return follow_best(w, l, node);
}

static void multiply(dgi_path_size *size, double factor)
{
    if (factor == 0.0)
        size->zeros++;
    else
        size->rest = dgi_scaled_mul(size->rest, dgi_scaled_from(factor));
}

/* The size of a path, factor by factor. */
static dgi_path_size size_of(const dg_why *w, const edge_list *l)
{
    size_t begin = l->count ? w->a.edge_to[l->edges[l->count - 1]] : w->node;
    dgi_path_size size = {.rest = dgi_scaled_from(1.0)};
    multiply(&size, w->sums.gradient[begin]);
    for (size_t i = l->count; i-- > 0;)
        multiply(&size, w->a.local[l->edges[i]]);
    return size;
}

/* ---- Deviations ----------------------------------------------------------------------------- */

/* A path that was not listed yet: as path `parent` up to its edge number `at`, and another edge
 * there. */
typedef struct candidate {
    size_t parent, at;
    uint32_t edge;
    dgi_path_size size;
} candidate;

/* The largest ones, in order; no more are kept than paths are still wanted. */
typedef struct candidates {
    candidate *items; /* owned */
    size_t count;
} candidates;

static void insert(candidates *c, candidate new, size_t most)
{
    size_t i = c->count;
    while (i > 0 && dgi_path_is_larger(&new.size, &c->items[i - 1].size))
        i--;
    if (i >= most)
        return;
    if (c->count == most)
        c->count--;
    memmove(&c->items[i + 1], &c->items[i], (c->count - i) * sizeof *c->items);
    c->items[i] = new;
    c->count++;
}

/* The use of a value that comes after another one, by the size of the best path through it, then by
 * the order of edges. */
static dgi_path_size next_use(const dg_why *w, size_t node, uint32_t edge)
{
    dgi_path_size after = dgi_path_size_by_edge(&w->sums, &w->a, edge);
    dgi_path_size next = {.edge = DGI_WHY_NO_EDGE};
    for (size_t k = w->a.first_use[node]; k < w->a.first_use[node + 1]; k++) {
        dgi_path_size size = dgi_path_size_by_edge(&w->sums, &w->a, w->a.uses[k]);
        bool is_after = size.edge != DGI_WHY_NO_EDGE && !dgi_path_is_larger(&size, &after) &&
                        (dgi_path_is_larger(&after, &size) || size.edge > edge);
        if (is_after && (next.edge == DGI_WHY_NO_EDGE || dgi_path_is_larger(&size, &next)))
            next = size;
    }
    return next;
}

/* Adds the deviations from a path that was just listed, at the values where it follows best edges,
 * and the next one where it deviates itself. */
static void add_deviations(const dg_why *w, candidates *c, size_t path, size_t most)
{
    const dgi_path *p = &w->paths[path];
    dgi_path_size before = {.rest = dgi_scaled_from(1.0)}; /* of the edges before the deviation */
    for (size_t i = 0; i < p->length; i++) {
        uint32_t edge = p->edges[i];
        size_t node = dgi_edge_from(&w->a, edge);
        if (i >= p->kept) {
            dgi_path_size size = next_use(w, node, edge);
            candidate new = {.parent = path, .at = i, .edge = size.edge, .size = size};
            new.size.rest = dgi_scaled_mul(size.rest, before.rest);
            new.size.zeros += before.zeros;
            if (size.edge != DGI_WHY_NO_EDGE)
                insert(c, new, most);
        }
        multiply(&before, w->a.local[edge]);
    }
}

static bool list_deviation(dg_why *w, const candidate *c)
{
    edge_list l = {0};
    bool done = true;
    for (size_t i = 0; done && i < c->at; i++)
        done = append(&l, w->paths[c->parent].edges[i]);
    done = done && append(&l, c->edge) && follow_best(w, &l, w->a.edge_to[c->edge]);
    if (!done)
        free(l.edges);
    return done && add_path(w, &l, c->at, c->size);
}

static dg_status list_deviations(dg_why *w)
{
    candidates c = {.items = malloc((w->options.paths + 1) * sizeof *c.items)};
    bool done = c.items;
    while (done && w->path_count < w->options.paths) {
        add_deviations(w, &c, w->path_count - 1, w->options.paths - w->path_count);
        if (c.count == 0)
            break;
        candidate best = c.items[0];
        memmove(&c.items[0], &c.items[1], --c.count * sizeof *c.items);
        done = list_deviation(w, &best);
    }
    free(c.items);
    return done ? DG_OK : DG_NOMEM;
}

dg_status dgi_why_find_paths(dg_why *w)
{
    if (w->count == 0.0)
        return DG_OK;
    bool finite = isfinite(w->sums.gradient[w->node]);
    w->paths = calloc(w->options.paths, sizeof *w->paths);
    edge_list l = {0};
    if (!w->paths || !(finite ? follow_best(w, &l, w->node) : follow_nonfinite(w, &l))) {
        free(l.edges);
        return DG_NOMEM;
    }
    if (!add_path(w, &l, 0, finite ? w->sums.best[w->node] : size_of(w, &l)))
        return DG_NOMEM;
    return finite ? list_deviations(w) : DG_OK;
}
