/* Crossing minimisation with clusters, from the outermost to the innermost.
 *
 * At the *level* of a cluster each cluster in it is one vertex in each of its layers, and edges to
 * what is in that lead to the vertex. Segments join the vertices of a cluster in neighbouring
 * layers; nothing may cross these. The level's graph has the layers before and after it, too, with
 * what is joined to it in the order that these have by then. It is searched as any other graph is,
 * where a segment counts as several edges. If there is no order without crossing a segment in the
 * result, the vertices of clusters go below all others, which is one if no layer has two; if it
 * has, the clusters are to be placed in sequence (cluster_ranks.c), and all is done again.
 *
 * In the end chains are transposed and sifted among those of their cluster beside them, now with
 * all edges at once. */
#include <string.h>

#include "layout/clusters.h"
#include "layout/crossing_minimisation.h"

/* As how many edges a segment of a cluster counts. */
enum { SEGMENT_WEIGHT = 12 };

typedef enum vertex_kind { CHAIN, CLUSTER, OUTSIDE } vertex_kind;

typedef struct level {
    dgi_layering *f; /* the whole */
    uint32_t *base; /* per cluster: its part of start and count, one for each layer that it spans */
    uint32_t *start; /* of its chains in the layer, into the order of the whole */
    uint32_t *count;
    uint32_t *vertex; /* per chain of the whole */
    uint32_t *stamp;  /* per chain: the cluster at whose level it was last seen, and one more */
    uint32_t *scratch;

    uint32_t cluster;
    uint32_t first, last;   /* its layers */
    dgi_layering g;         /* its graph; the first of its layers is the one before `first` */
    uint32_t *of_vertex;    /* per vertex: its chain, or its cluster */
    uint8_t *kind;          /* per vertex: vertex_kind */
    uint32_t *place;        /* per vertex: those with a smaller one are above it in its layer */
    uint32_t *next;         /* per vertex of a cluster: that in the next layer, or DGI_NONE */
    uint32_t *latest;       /* per cluster: its last vertex so far, or DGI_NONE */
    uint32_t *left, *right; /* edges; NULL: they are only counted */
    uint32_t n_edges;
} level;

static uint32_t slot(const level *v, uint32_t cluster, uint32_t layer)
{
    return v->base[cluster] + layer - v->f->clusters->first_layer[cluster];
}

/* ---- The first order ------------------------------------------------------------------------ */

/* Clusters in the order of a depth-first search, so that each comes right before those in it. */
static bool sort_clusters(const dgi_clusters *c, uint32_t *place)
{
    dgi_adjacency children = {0};
    uint32_t *stack = dgi_zeroed(c->n, sizeof *stack);
    uint32_t depth = 0, end = 0;
    bool done = stack && dgi_adjacency_init(&children, c->n, c->n - 1, c->parent + 1, NULL);
    if (done)
        stack[depth++] = 0;
    while (depth > 0) {
        uint32_t i = stack[--depth];
        place[i] = end++;
        for (uint32_t j = children.start[i + 1]; j-- > children.start[i];)
            stack[depth++] = children.items[j] + 1;
    }
    dgi_adjacency_free(&children);
    free(stack);
    return done;
}

/* Sets an order in which clusters are together. */
static bool order_by_cluster(dgi_layering *f)
{
    const dgi_clusters *c = f->clusters;
    dgi_adjacency sorted = {0};
    uint32_t *place = dgi_zeroed(c->n, sizeof *place);
    uint32_t *key = dgi_zeroed(f->n_chains, sizeof *key);
    uint32_t *end = dgi_zeroed(f->n_layers, sizeof *end);
    bool done = place && key && end && sort_clusters(c, place);
    for (uint32_t s = 0; done && s < f->n_chains; s++)
        key[s] = place[c->of_chain[s]];
    done = done && dgi_adjacency_init(&sorted, c->n, f->n_chains, key, NULL);
    for (uint32_t i = 0; done && i < f->n_layers; i++)
        end[i] = f->layer_start[i];
    for (uint32_t i = 0; done && i < f->n_chains; i++) {
        uint32_t s = sorted.items[i];
        f->order[end[f->layer[s]]++] = s;
    }
    dgi_adjacency_free(&sorted);
    free(place);
    free(key);
    free(end);
    return done;
}

/* Counts the chains of each cluster, with those in it, in each layer. */
static bool count_chains(level *v)
{
    dgi_layering *f = v->f;
    const dgi_clusters *c = f->clusters;
    size_t slots = 0;
    v->base = dgi_zeroed(c->n, sizeof *v->base);
    if (!v->base)
        return false;
    for (uint32_t i = 0; i < c->n; i++) {
        v->base[i] = (uint32_t)slots;
        if (!c->is_empty[i] || i == 0)
            slots += c->last_layer[i] - c->first_layer[i] + 1;
        if (slots > DGI_INDEX_MAX)
            return false;
    }
    v->start = dgi_zeroed(slots, sizeof *v->start);
    v->count = dgi_zeroed(slots, sizeof *v->count);
    if (!v->start || !v->count)
        return false;
    for (uint32_t s = 0; s < f->n_chains; s++)
        v->count[slot(v, c->of_chain[s], f->layer[s])]++;
    for (uint32_t i = c->n; i-- > 1;)
        for (uint32_t k = c->first_layer[i]; !c->is_empty[i] && k <= c->last_layer[i]; k++)
            v->count[slot(v, c->parent[i], k)] += v->count[slot(v, i, k)];
    for (uint32_t k = 0; k < f->n_layers; k++)
        v->start[k] = f->layer_start[k];
    return true;
}

/* ---- The vertices of a level ---------------------------------------------------------------- */

static uint32_t add_vertex(level *v, uint32_t layer, uint32_t of, vertex_kind kind)
{
    uint32_t vertex = v->g.n_chains++;
    v->g.layer[vertex] = layer + 1 - v->first;
    v->of_vertex[vertex] = of;
    v->kind[vertex] = (uint8_t)kind;
    v->next[vertex] = DGI_NONE;
    v->place[vertex] = 0;
    return vertex;
}

/* Whether a chain is in the cluster of the level, or in one within it. */
static bool is_inside(const level *v, uint32_t chain)
{
    uint32_t layer = v->f->layer[chain];
    if (layer < v->first || layer > v->last)
        return false;
    uint32_t at = slot(v, v->cluster, layer);
    uint32_t pos = v->f->layer_start[layer] + v->f->pos[chain];
    return v->start[at] <= pos && pos < v->start[at] + v->count[at];
}

/* The cluster of the level that a chain is in, or the level's own. */
static uint32_t member_of(const level *v, uint32_t chain)
{
    const dgi_clusters *c = v->f->clusters;
    uint32_t i = c->of_chain[chain];
    while (i != v->cluster && c->parent[i] != v->cluster)
        i = c->parent[i];
    return i;
}

static void add_members(level *v, uint32_t layer, uint32_t place)
{
    uint32_t at = slot(v, v->cluster, layer);
    uint32_t *chains = v->f->order + v->start[at];
    for (uint32_t i = 0; i < v->count[at];) {
        uint32_t member = member_of(v, chains[i]), n = 1;
        bool is_cluster = member != v->cluster;
        uint32_t vertex =
            add_vertex(v, layer, is_cluster ? member : chains[i], is_cluster ? CLUSTER : CHAIN);
        v->place[vertex] = place;
        if (is_cluster) {
            n = v->count[slot(v, member, layer)];
            v->start[slot(v, member, layer)] = v->start[at] + i;
            if (v->latest[member] != DGI_NONE)
                v->next[v->latest[member]] = vertex;
            v->latest[member] = vertex;
        }
        for (uint32_t k = 0; k < n; k++)
            v->vertex[chains[i++]] = vertex;
    }
}

/* Marks what is joined to a layer of the level and outside it, in the layer before or after. */
static void mark_outside(level *v, uint32_t layer, const dgi_adjacency *lists)
{
    const dgi_layering *f = v->f;
    uint32_t at = slot(v, v->cluster, layer);
    for (uint32_t i = v->start[at]; i < v->start[at] + v->count[at]; i++)
        for (uint32_t j = lists->start[f->order[i]]; j < lists->start[f->order[i] + 1]; j++)
            if (!is_inside(v, lists->items[j]))
                v->stamp[lists->items[j]] = v->cluster + 1;
}

/* Adds what is marked of a part of a layer, in the order of the whole, with a place for each. */
static void add_marked(level *v, uint32_t layer, uint32_t from, uint32_t to, uint32_t *place)
{
    const uint32_t *order = v->f->order;
    for (uint32_t i = from; i < to; i++)
        if (v->stamp[order[i]] == v->cluster + 1) {
            uint32_t vertex = add_vertex(v, layer, order[i], OUTSIDE);
            v->vertex[order[i]] = vertex;
            v->place[vertex] = (*place)++;
        }
}

/* A layer of the cluster, with what is joined to it above and below it. */
static void add_layer(level *v, uint32_t layer)
{
    const dgi_layering *f = v->f;
    uint32_t at = slot(v, v->cluster, layer), place = 0;
    if (layer > v->first)
        mark_outside(v, layer - 1, &f->down);
    if (layer < v->last)
        mark_outside(v, layer + 1, &f->up);
    add_marked(v, layer, f->layer_start[layer], v->start[at], &place);
    add_members(v, layer, place++);
    add_marked(v, layer, v->start[at] + v->count[at], f->layer_start[layer + 1], &place);
}

static void add_vertices(level *v)
{
    const dgi_layering *f = v->f;
    uint32_t place = 0;
    if (v->cluster && v->first > 0) {
        mark_outside(v, v->first, &f->up);
        add_marked(v, v->first - 1, f->layer_start[v->first - 1], f->layer_start[v->first], &place);
    }
    for (uint32_t layer = v->first; layer <= v->last; layer++)
        add_layer(v, layer);
    if (v->cluster && v->last + 1 < f->n_layers) {
        mark_outside(v, v->last, &f->down);
        add_marked(v, v->last + 1, f->layer_start[v->last + 1], f->layer_start[v->last + 2],
                   &place);
    }
}

/* ---- The edges of a level ------------------------------------------------------------------- */

static void add_edge(level *v, uint32_t left, uint32_t right)
{
    if (v->left) {
        v->left[v->n_edges] = left;
        v->right[v->n_edges] = right;
    }
    v->n_edges++;
}

static void add_edges_of_layer(level *v, uint32_t layer)
{
    const dgi_layering *f = v->f;
    uint32_t at = slot(v, v->cluster, layer);
    for (uint32_t i = v->start[at]; i < v->start[at] + v->count[at]; i++) {
        uint32_t s = f->order[i], own = v->vertex[s];
        for (uint32_t j = f->up.start[s]; j < f->up.start[s + 1]; j++)
            if (!is_inside(v, f->up.items[j]))
                add_edge(v, v->vertex[f->up.items[j]], own);
        for (uint32_t j = f->down.start[s]; j < f->down.start[s + 1]; j++) {
            uint32_t to = v->vertex[f->down.items[j]];
            if (v->next[own] != to) /* inside that cluster */
                add_edge(v, own, to);
        }
    }
}

static void add_edges(level *v)
{
    v->n_edges = 0;
    for (uint32_t layer = v->first; layer <= v->last; layer++)
        add_edges_of_layer(v, layer);
    for (uint32_t i = 0; i < v->g.n_chains; i++)
        for (int k = 0; v->next[i] != DGI_NONE && k < SEGMENT_WEIGHT; k++)
            add_edge(v, i, v->next[i]);
}

static bool make_adjacency(level *v)
{
    v->left = v->right = NULL;
    add_edges(v);
    uint32_t *left = dgi_zeroed(v->n_edges, sizeof *left);
    uint32_t *right = dgi_zeroed(v->n_edges, sizeof *right);
    bool done = left && right;
    v->left = left;
    v->right = right;
    if (done)
        add_edges(v);
    done = done && dgi_adjacency_init(&v->g.down, v->g.n_chains, v->n_edges, left, right) &&
           dgi_adjacency_init(&v->g.up, v->g.n_chains, v->n_edges, right, left);
    free(left);
    free(right);
    return done;
}

/* ---- Searching ------------------------------------------------------------------------------ */

/* Whether it matters that an edge crosses a segment: always, if it is one itself. */
static bool counts_as_crossing(const level *v, uint32_t from, uint32_t to)
{
    return !v->f->through_frames || v->next[from] == to;
}

/* Marks the clusters whose segments edges cross between a layer and the next: first, those that
 * start above one and end below it; then the other way round. */
static bool mark_crossed(const level *v, uint32_t layer, bool *is_crossed)
{
    const dgi_layering *g = &v->g;
    uint32_t first = g->layer_start[layer], end = g->layer_start[layer + 1];
    uint32_t lowest = 0, highest = DGI_NONE;
    bool any = false;
    for (uint32_t i = first; i < end; i++) {
        uint32_t s = g->order[i], to = v->next[s];
        if (to != DGI_NONE && g->pos[to] + 1 < lowest)
            any = is_crossed[v->of_vertex[s]] = true;
        for (uint32_t j = g->down.start[s]; j < g->down.start[s + 1]; j++)
            if (g->pos[g->down.items[j]] >= lowest && counts_as_crossing(v, s, g->down.items[j]))
                lowest = g->pos[g->down.items[j]] + 1;
    }
    for (uint32_t i = end; i-- > first;) {
        uint32_t s = g->order[i], to = v->next[s];
        if (to != DGI_NONE && g->pos[to] > highest)
            any = is_crossed[v->of_vertex[s]] = true;
        for (uint32_t j = g->down.start[s]; j < g->down.start[s + 1]; j++)
            if (g->pos[g->down.items[j]] < highest && counts_as_crossing(v, s, g->down.items[j]))
                highest = g->pos[g->down.items[j]];
    }
    return any;
}

static bool mark_all_crossed(const level *v, bool *is_crossed)
{
    bool any = false;
    for (uint32_t i = 0; i + 1 < v->g.n_layers; i++)
        any = mark_crossed(v, i, is_crossed) || any;
    return any;
}

static void put_clusters_last(level *v)
{
    for (uint32_t i = 0; i < v->g.n_layers; i++) {
        uint32_t n, end = 0;
        uint32_t *vertices = dgi_layer_chains(&v->g, i, &n);
        uint32_t first = 0, last = n; /* those outside are at the ends */
        while (first < n && v->kind[vertices[first]] == OUTSIDE)
            first++;
        while (last > first && v->kind[vertices[last - 1]] == OUTSIDE)
            last--;
        for (int pass = 0; pass < 2; pass++)
            for (uint32_t k = first; k < last; k++)
                if ((v->kind[vertices[k]] == CLUSTER) == (pass == 1))
                    v->scratch[end++] = vertices[k];
        memcpy(vertices + first, v->scratch, end * sizeof *vertices);
    }
}

/* Takes the order of the level over into the whole. */
static void take_order(level *v)
{
    dgi_layering *f = v->f;
    for (uint32_t layer = v->first; layer <= v->last; layer++) {
        uint32_t n, end = 0, at = slot(v, v->cluster, layer);
        const uint32_t *vertices = dgi_layer_chains(&v->g, layer + 1 - v->first, &n);
        for (uint32_t i = 0; i < n; i++) {
            uint32_t of = v->of_vertex[vertices[i]];
            if (v->kind[vertices[i]] == CHAIN)
                v->scratch[end++] = of;
            if (v->kind[vertices[i]] != CLUSTER)
                continue;
            uint32_t its = slot(v, of, layer);
            memcpy(v->scratch + end, f->order + v->start[its], v->count[its] * sizeof *f->order);
            v->start[its] = v->start[at] + end;
            end += v->count[its];
        }
        memcpy(f->order + v->start[at], v->scratch, end * sizeof *f->order);
        for (uint32_t i = 0; i < end; i++)
            f->pos[f->order[v->start[at] + i]] = v->start[at] + i - f->layer_start[layer];
    }
}

/* There is no order, as things are: members of the cluster are to be further apart, and an edge out
 * of it may lead through a frame in it, so those around it are, too. If all that were crossed are
 * in sequence already, all others are as well. */
static void move_apart(const level *v, const bool *is_crossed)
{
    dgi_clusters *c = v->f->clusters;
    uint32_t cluster = v->cluster;
    bool more = false;
    if (v->f->n >= DGI_OVERLAP_LIMIT) /* an attempt takes long: there is only one more */
        c->apart[cluster] = DGI_IN_SEQUENCE;
    c->again = v->f->moved_apart = true;
    for (uint32_t i = cluster + 1; i < c->n; i++)
        if (c->parent[i] == cluster && is_crossed[i]) {
            more = more || (!c->is_crossed[i] && v->f->n < DGI_OVERLAP_LIMIT);
            c->is_crossed[i] = true;
        }
    for (uint32_t i = cluster + 1; c->apart[cluster] == DGI_IN_SEQUENCE && !more && i < c->n; i++)
        c->is_crossed[i] = c->is_crossed[i] || c->parent[i] == cluster;
    if (c->apart[cluster] < DGI_IN_SEQUENCE)
        c->apart[cluster]++;
    while (cluster) {
        cluster = c->parent[cluster];
        if (c->apart[cluster] == DGI_MAY_OVERLAP)
            c->apart[cluster] = DGI_ONE_BY_ONE;
    }
}

/* Whether there is an order in which nothing is crossed: that of the level, or one with clusters
 * last. If not, what is to be done is done. */
static bool settle_crossed(level *v, dgi_order_search *o)
{
    uint32_t n = v->f->clusters->n;
    bool *first = dgi_zeroed(n, sizeof *first), *second = dgi_zeroed(n, sizeof *second);
    bool done = first && second;
    if (done && mark_all_crossed(v, first)) {
        put_clusters_last(v);
        dgi_sort_all_neighbours(o);
        if (mark_all_crossed(v, second))
            move_apart(v, first);
    }
    free(first);
    free(second);
    return done;
}

static bool search(level *v, uint64_t budget)
{
    dgi_order_search o = {0};
    bool done = dgi_order_search_init(&o, &v->g);
    o.first_free = 1;
    o.end_free = v->g.n_layers - 1;
    o.cluster = v->place;
    o.sorted = true;
    done = done && dgi_search_order(&o, budget);
    done = done && settle_crossed(v, &o);
    if (done)
        take_order(v);
    dgi_order_search_free(&o);
    return done;
}

static void free_graph(level *v)
{
    void *all[] = {v->g.layer, v->g.order, v->g.pos, v->g.layer_start};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    dgi_adjacency_free(&v->g.up);
    dgi_adjacency_free(&v->g.down);
    v->g = (dgi_layering){0};
}

static uint32_t count_outside(const level *v, uint32_t chain, const dgi_adjacency *lists)
{
    uint32_t n = 0;
    for (uint32_t j = lists->start[chain]; j < lists->start[chain + 1]; j++)
        n += !is_inside(v, lists->items[j]);
    return n;
}

/* How many vertices the level has at most. */
static uint32_t vertex_limit(const level *v)
{
    const dgi_layering *f = v->f;
    uint32_t n = 0;
    for (uint32_t layer = v->first; layer <= v->last; layer++) {
        uint32_t at = slot(v, v->cluster, layer);
        n += v->count[at];
        for (uint32_t i = v->start[at]; i < v->start[at] + v->count[at]; i++)
            n += count_outside(v, f->order[i], &f->up) + count_outside(v, f->order[i], &f->down);
    }
    return n;
}

/* Whether there is nothing to order. */
static bool is_trivial(const level *v)
{
    for (uint32_t layer = v->first; layer <= v->last; layer++)
        if (v->count[slot(v, v->cluster, layer)] > 1)
            return false;
    return true;
}

static bool order_level(level *v, uint32_t cluster, uint64_t budget)
{
    const dgi_clusters *c = v->f->clusters;
    v->cluster = cluster;
    v->first = c->first_layer[cluster];
    v->last = c->last_layer[cluster];
    v->g = (dgi_layering){.n_layers = v->last - v->first + 3};
    uint32_t n = vertex_limit(v);
    v->g.layer = dgi_zeroed(n, sizeof *v->g.layer);
    v->of_vertex = dgi_zeroed(n, sizeof *v->of_vertex);
    v->kind = dgi_zeroed(n, sizeof *v->kind);
    v->place = dgi_zeroed(n, sizeof *v->place);
    v->next = dgi_zeroed(n, sizeof *v->next);
    bool done = v->g.layer && v->of_vertex && v->kind && v->place && v->next;
    if (done) {
        add_vertices(v);
        done = make_adjacency(v);
    }
    if (done) {
        double share =
            (double)(v->g.n_chains + v->n_edges) / (double)((uint64_t)v->f->n_chains + v->f->m + 1);
        done = search(v, (uint64_t)((double)budget * (share < 1.0 ? share : 1.0)));
    }
    free(v->of_vertex);
    free(v->kind);
    free(v->place);
    free(v->next);
    free_graph(v);
    return done;
}

static bool order_levels(level *v, uint64_t budget)
{
    dgi_layering *f = v->f;
    const dgi_clusters *c = f->clusters;
    v->vertex = dgi_zeroed(f->n_chains, sizeof *v->vertex);
    v->stamp = dgi_zeroed(f->n_chains, sizeof *v->stamp);
    v->scratch = dgi_zeroed(f->n_chains, sizeof *v->scratch);
    v->latest = dgi_zeroed(c->n, sizeof *v->latest);
    bool done =
        v->vertex && v->stamp && v->scratch && v->latest && order_by_cluster(f) && count_chains(v);
    for (uint32_t i = 0; done && i < f->n_layers; i++)
        for (uint32_t j = f->layer_start[i]; j < f->layer_start[i + 1]; j++)
            f->pos[f->order[j]] = j - f->layer_start[i];
    for (uint32_t i = 0; done && i < c->n; i++)
        v->latest[i] = DGI_NONE;
    for (uint32_t i = 0; done && i < c->n; i++) {
        if (c->is_empty[i] && i > 0)
            continue;
        v->cluster = i;
        v->first = c->first_layer[i];
        v->last = c->last_layer[i];
        if (!is_trivial(v))
            done = order_level(v, i, budget);
    }
    free(v->base);
    free(v->start);
    free(v->count);
    free(v->vertex);
    free(v->stamp);
    free(v->scratch);
    free(v->latest);
    return done;
}

/* ---- The whole ------------------------------------------------------------------------------ */

static void improve(dgi_order_search *o, uint64_t budget)
{
    enum { WINDOW = 20 };
    uint64_t removed = 1;
    for (int i = 0; removed > 0 && o->work < budget; i++) {
        removed = 0;
        for (uint32_t k = 0; k < o->f->n_layers; k++)
            removed += dgi_transpose(o, k, i % 2 == 0);
        for (uint32_t k = o->f->n_layers; k-- > 0;)
            removed += dgi_sift(o, k, WINDOW);
    }
}

/* The next chain in the list of those that a chain has beside it. */
typedef struct beside {
    uint32_t *first, *next; /* per chain; DGI_NONE: none */
    bool *is_beside;
} beside;

static void add_beside(beside *b, uint32_t chain, uint32_t to)
{
    b->next[chain] = b->first[to];
    b->first[to] = chain;
    b->is_beside[chain] = true;
}

/* The virtual nodes of back edges in the layers of their ends were without neighbours, and go right
 * below the nodes there, so that nothing is between where the edges turn. */
static bool place_ends_of_back_edges(dgi_order_search *o)
{
    dgi_layering *f = o->f;
    beside b = {0};
    b.first = dgi_zeroed(f->n_chains, sizeof *b.first);
    b.next = dgi_zeroed(f->n_chains, sizeof *b.next);
    b.is_beside = dgi_zeroed(f->n_chains, sizeof *b.is_beside);
    bool done = b.first && b.next && b.is_beside;
    for (uint32_t s = 0; done && s < f->n_chains; s++)
        b.first[s] = b.next[s] = DGI_NONE;
    for (uint32_t e = 0; done && e < f->m; e++) {
        if (!f->back[e])
            continue;
        add_beside(&b, f->first_virtual[e], f->chain[f->tail[e]]);
        if (f->n_virtual[e] > 1)
            add_beside(&b, f->first_virtual[e] + f->n_virtual[e] - 1, f->chain[f->head[e]]);
    }
    for (uint32_t layer = 0; done && layer < f->n_layers; layer++) {
        uint32_t n, end = 0;
        uint32_t *chains = dgi_layer_chains(f, layer, &n);
        memcpy(o->best, chains, n * sizeof *chains);
        for (uint32_t i = 0; i < n; i++) {
            if (b.is_beside[o->best[i]])
                continue;
            chains[end++] = o->best[i];
            for (uint32_t s = b.first[o->best[i]]; s != DGI_NONE; s = b.next[s])
                chains[end++] = s;
        }
    }
    if (done)
        dgi_sort_all_neighbours(o);
    free(b.first);
    free(b.next);
    free(b.is_beside);
    return done;
}

bool dgi_order_clusters(dgi_order_search *whole, uint64_t budget)
{
    level v = {.f = whole->f};
    dgi_clusters *c = whole->f->clusters;
    c->again = false;
    if (whole->f->n_layers == 0)
        return true;
    if (!order_levels(&v, budget / 2))
        return false;
    if (c->again)
        return true;
    dgi_sort_all_neighbours(whole);
    whole->cluster = c->of_chain;
    improve(whole, budget / 2);
    return place_ends_of_back_edges(whole);
}
