/* The tree of clusters, and which chains are in which. */
#include "layout/clusters.h"

#include <string.h>

static bool allocate(dgi_clusters *c, uint32_t n_nodes)
{
    uint32_t **numbers[] = {&c->parent,    &c->depth,       &c->first_rank,
                            &c->last_rank, &c->first_layer, &c->last_layer};
    double **lengths[] = {&c->top, &c->bottom, &c->before, &c->after};
    bool done = true;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        done = (*numbers[i] = dgi_zeroed(c->n, sizeof **numbers[i])) && done;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        done = (*lengths[i] = dgi_zeroed(c->n, sizeof **lengths[i])) && done;
    c->of_node = dgi_zeroed(n_nodes, sizeof *c->of_node);
    c->is_empty = dgi_zeroed(c->n, sizeof *c->is_empty);
    c->apart = dgi_zeroed(c->n, sizeof *c->apart);
    c->is_crossed = dgi_zeroed(c->n, sizeof *c->is_crossed);
    return done && c->of_node && c->is_empty && c->apart && c->is_crossed;
}

dg_status dgi_clusters_init(dgi_layering *f)
{
    const dgi_layout *l = f->l;
    if (l->n_clusters == 0)
        return DG_OK;
    dgi_clusters *c = f->clusters = dgi_zeroed(1, sizeof *c);
    if (!c)
        return DG_NOMEM;
    c->n = (uint32_t)l->n_clusters + 1;
    if (!allocate(c, f->n))
        return DG_NOMEM;
    for (uint32_t i = 0; i < c->n; i++)
        c->apart[i] = f->n < DGI_OVERLAP_LIMIT ? DGI_MAY_OVERLAP : DGI_ONE_BY_ONE;
    for (uint32_t i = 1; i < c->n; i++) {
        c->parent[i] = (uint32_t)l->clusters[i - 1].parent;
        c->depth[i] = c->depth[c->parent[i]] + 1;
        c->is_empty[i] = true;
    }
    for (uint32_t v = 0; v < f->n; v++) {
        c->of_node[v] = (uint32_t)l->nodes[v].cluster;
        c->is_empty[c->of_node[v]] = false;
    }
    for (uint32_t i = c->n; i-- > 1;)
        if (!c->is_empty[i])
            c->is_empty[c->parent[i]] = false;
    return DG_OK;
}

void dgi_clusters_free(dgi_layering *f)
{
    dgi_clusters *c = f->clusters;
    if (!c)
        return;
    void *all[] = {c->parent,     c->depth, c->of_node,    c->of_chain,  c->is_empty,
                   c->is_crossed, c->apart, c->first_rank, c->last_rank, c->first_layer,
                   c->last_layer, c->top,   c->bottom,     c->before,    c->after};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    free(c);
    f->clusters = NULL;
}

dgi_joined dgi_joined_by(const dgi_layering *f, uint32_t edge)
{
    const dgi_clusters *c = f->clusters;
    const dgi_layout_edge *e = &f->l->edges[edge];
    dgi_joined j = {.from = (uint32_t)e->from, .to = (uint32_t)e->to};
    if (!c)
        return j;
    uint32_t a = c->of_node[j.from], b = c->of_node[j.to];
    while (a != b) {
        if (c->depth[a] >= c->depth[b]) {
            j.from = f->n + a;
            a = c->parent[a];
        } else {
            j.to = f->n + b;
            b = c->parent[b];
        }
    }
    j.within = a;
    return j;
}

/* ---- Ranks and layers ---------------------------------------------------------------------- */

void dgi_find_cluster_ranks(dgi_layering *f)
{
    dgi_clusters *c = f->clusters;
    for (uint32_t i = 0; i < c->n; i++) {
        c->first_rank[i] = DGI_NONE;
        c->last_rank[i] = 0;
    }
    for (uint32_t v = 0; v < f->n; v++) {
        uint32_t i = c->of_node[v];
        if (f->rank[v] < c->first_rank[i])
            c->first_rank[i] = f->rank[v];
        if (f->rank[v] > c->last_rank[i])
            c->last_rank[i] = f->rank[v];
    }
    for (uint32_t i = c->n; i-- > 1;) {
        uint32_t up = c->parent[i];
        if (c->first_rank[i] < c->first_rank[up])
            c->first_rank[up] = c->first_rank[i];
        if (c->last_rank[i] > c->last_rank[up])
            c->last_rank[up] = c->last_rank[i];
    }
}

/* A chain of nodes is in one cluster. A back edge is next to its ends in their layers, which
 * therefore are two; see cluster_order.c. */
void dgi_mark_cluster_starts(const dgi_layering *f, bool *starts)
{
    const dgi_clusters *c = f->clusters;
    for (uint32_t i = 1; i < c->n; i++)
        if (!c->is_empty[i])
            starts[c->first_rank[i]] = starts[c->last_rank[i] + 1] = true;
    for (uint32_t e = 0; e < f->m; e++)
        if (f->back[e] ? f->rank[f->tail[e]] < f->rank[f->head[e]]
                       : c->of_node[f->tail[e]] != c->of_node[f->head[e]])
            starts[f->rank[f->head[e]]] = true;
}

/* ---- Chains -------------------------------------------------------------------------------- */

/* The chains of an edge are in the clusters of its tail as long as these go on, and else in those
 * of its head as soon as these begin. Those beside the ends of a back edge are in the clusters of
 * the ends. */
static void assign_virtual(const dgi_layering *f, uint32_t e)
{
    dgi_clusters *c = f->clusters;
    uint32_t within = dgi_joined_by(f, e).within;
    uint32_t first = f->first_virtual[e], n = f->n_virtual[e];
    uint32_t left = 0, at = c->of_node[f->tail[e]];
    if (f->back[e]) {
        c->of_chain[first + n - 1] = c->of_node[f->head[e]];
        c->of_chain[first] = at;
        n = n > 2 ? n - 2 : 0;
        first++;
    }
    for (; left < n; left++) {
        while (at != within && c->last_layer[at] < f->layer[first + left])
            at = c->parent[at];
        if (at == within)
            break;
        c->of_chain[first + left] = at;
    }
    uint32_t right = n;
    for (at = c->of_node[f->head[e]]; right > left; right--) {
        while (at != within && c->first_layer[at] > f->layer[first + right - 1])
            at = c->parent[at];
        if (at == within)
            break;
        c->of_chain[first + right - 1] = at;
    }
    for (uint32_t i = left; i < right; i++)
        c->of_chain[first + i] = within;
}

typedef struct fillers {
    uint32_t *layer, *cluster;
    uint32_t n, room;
} fillers;

static bool add_filler(fillers *a, uint32_t layer, uint32_t cluster)
{
    if (a->n == a->room) {
        uint32_t room = a->room ? 2 * a->room : 16;
        uint32_t *layers = realloc(a->layer, room * sizeof *layers);
        if (layers)
            a->layer = layers;
        uint32_t *clusters = realloc(a->cluster, room * sizeof *clusters);
        if (clusters)
            a->cluster = clusters;
        if (!layers || !clusters)
            return false;
        a->room = room;
    }
    a->layer[a->n] = layer;
    a->cluster[a->n++] = cluster;
    return true;
}

/* Finds the layers that a cluster spans without a chain in it: neither of its own, nor of a cluster
 * in it, which by then has one in all its layers. */
static bool find_fillers(const dgi_layering *f, const dgi_adjacency *chains,
                         const dgi_adjacency *children, fillers *a, uint32_t *seen)
{
    const dgi_clusters *c = f->clusters;
    for (uint32_t i = 1; i < c->n; i++) {
        if (c->is_empty[i])
            continue;
        for (uint32_t j = chains->start[i]; j < chains->start[i + 1]; j++)
            seen[f->layer[chains->items[j]]] = i;
        for (uint32_t j = children->start[i]; j < children->start[i + 1]; j++) {
            uint32_t child = children->items[j];
            for (uint32_t k = c->first_layer[child];
                 !c->is_empty[child] && k <= c->last_layer[child]; k++)
                seen[k] = i;
        }
        for (uint32_t k = c->first_layer[i]; k <= c->last_layer[i]; k++)
            if (seen[k] != i && !add_filler(a, k, i))
                return false;
    }
    return true;
}

static dg_status add_fillers(dgi_layering *f, const fillers *a)
{
    dgi_clusters *c = f->clusters;
    c->first_filler = f->n_chains;
    if (a->n == 0)
        return DG_OK;
    if (a->n > DGI_INDEX_MAX - f->n_chains)
        return DG_LIMIT;
    size_t n = (size_t)f->n_chains + a->n;
    uint32_t *layer = realloc(f->layer, n * sizeof *layer);
    if (layer)
        f->layer = layer;
    uint32_t *of_chain = realloc(c->of_chain, n * sizeof *of_chain);
    if (of_chain)
        c->of_chain = of_chain;
    if (!layer || !of_chain)
        return DG_NOMEM;
    memcpy(f->layer + f->n_chains, a->layer, a->n * sizeof *layer);
    memcpy(c->of_chain + f->n_chains, a->cluster, a->n * sizeof *of_chain);
    f->n_chains += a->n;
    return DG_OK;
}

static dg_status fill_layers(dgi_layering *f)
{
    dgi_clusters *c = f->clusters;
    dgi_adjacency chains = {0}, children = {0};
    fillers a = {0};
    uint32_t *seen = dgi_zeroed(f->n_layers, sizeof *seen);
    dg_status status = DG_NOMEM;
    if (seen && dgi_adjacency_init(&chains, c->n, f->n_chains, c->of_chain, NULL) &&
        dgi_adjacency_init(&children, c->n, c->n, c->parent, NULL) &&
        find_fillers(f, &chains, &children, &a, seen))
        status = add_fillers(f, &a);
    dgi_adjacency_free(&chains);
    dgi_adjacency_free(&children);
    free(a.layer);
    free(a.cluster);
    free(seen);
    return status;
}

dg_status dgi_assign_chains_to_clusters(dgi_layering *f)
{
    dgi_clusters *c = f->clusters;
    free(c->of_chain); /* of an attempt before */
    c->of_chain = NULL;
    for (uint32_t i = 1; i < c->n; i++)
        if (!c->is_empty[i]) {
            c->first_layer[i] = f->layer_of_rank[c->first_rank[i]];
            c->last_layer[i] = f->layer_of_rank[c->last_rank[i]];
        }
    c->first_layer[0] = 0;
    c->last_layer[0] = f->n_layers ? f->n_layers - 1 : 0;
    c->of_chain = dgi_zeroed(f->n_chains, sizeof *c->of_chain);
    if (!c->of_chain)
        return DG_NOMEM;
    for (uint32_t v = 0; v < f->n; v++)
        c->of_chain[f->chain[v]] = c->of_node[v];
    for (uint32_t e = 0; e < f->m; e++)
        if (f->n_virtual[e] > 0)
            assign_virtual(f, e);
    return fill_layers(f);
}

bool dgi_passes_border(const dgi_layering *f, uint32_t left, uint32_t right)
{
    const dgi_clusters *c = f->clusters;
    uint32_t a = c->of_chain[left], b = c->of_chain[right];
    while (c->last_layer[a] < f->layer[right])
        a = c->parent[a];
    while (c->first_layer[b] > f->layer[left])
        b = c->parent[b];
    return a != b;
}
