/* Between phases 2 and 3: makes the layering proper, so that edges connect neighbouring layers
 * only, by adding virtual nodes to longer edges.
 *
 * Sugiyama et al. and Gansner et al. add a virtual node in each rank that an edge passes, which may
 * be as many as edges times ranks. Eiglsperger, Siebenhaller and Kaufmann, "An efficient
 * implementation of Sugiyama's algorithm for layered graph drawing" (2005), need a constant number
 * per edge. Here ranks are merged into layers first (see phases.h), and if there would still be too
 * many virtual nodes, the longest edges get none and are routed on bus tracks. */
#include "layout/clusters.h"

/* ---- Layers -------------------------------------------------------------------------------- */

static bool is_moved(double port)
{
    return port < 0.0 || port > 0.0;
}

/* Marks the ranks that begin a layer. */
static void find_starts(const dgi_layering *f, const uint32_t *in, const uint32_t *out,
                        bool *starts)
{
    for (uint32_t e = 0; e < f->m; e++) {
        const dgi_layout_edge *edge = &f->l->edges[e];
        if (f->back[e]) /* turns around outside its ends */
            continue;
        if (is_moved(edge->from_port))
            starts[f->rank[edge->from] + 1] = true;
        if (is_moved(edge->to_port))
            starts[f->rank[edge->to]] = true;
    }
    if (f->n_ranks > 0)
        starts[0] = true;
    for (uint32_t v = 0; v < f->n; v++) {
        if (in[v] > 1)
            starts[f->rank[v]] = true;
        if (out[v] > 1)
            starts[f->rank[v] + 1] = true;
    }
    if (f->clusters)
        dgi_mark_cluster_starts(f, starts);
}

/* A rank without nodes belongs to the layer before it, so that an edge may bend all the way to the
 * next one with nodes. */
static bool skip_empty_ranks(const dgi_layering *f, bool *starts)
{
    if (!f->has_lengths)
        return true;
    bool *has_nodes = dgi_zeroed(f->n_ranks, sizeof *has_nodes);
    for (uint32_t v = 0; has_nodes && v < f->n; v++)
        has_nodes[f->rank[v]] = true;
    for (uint32_t r = 0; has_nodes && r + 1 < f->n_ranks; r++)
        if (starts[r] && !has_nodes[r]) {
            starts[r] = false;
            starts[r + 1] = true;
        }
    free(has_nodes);
    return has_nodes != NULL;
}

static bool make_layers(dgi_layering *f)
{
    uint32_t *in = dgi_zeroed(f->n, sizeof *in);
    uint32_t *out = dgi_zeroed(f->n, sizeof *out);
    bool *starts = dgi_zeroed((size_t)f->n_ranks + 1, sizeof *starts);
    f->layer_of_rank = dgi_zeroed(f->n_ranks, sizeof *f->layer_of_rank);
    f->first_rank = dgi_zeroed((size_t)f->n_ranks + 1, sizeof *f->first_rank);
    bool done = in && out && starts && f->layer_of_rank && f->first_rank;
    for (uint32_t e = 0; done && e < f->m; e++)
        if (!f->back[e]) {
            in[f->head[e]]++;
            out[f->tail[e]]++;
        }
    if (done) {
        find_starts(f, in, out, starts);
        done = skip_empty_ranks(f, starts);
    }
    for (uint32_t r = 0; done && r < f->n_ranks; r++) {
        if (starts[r])
            f->first_rank[f->n_layers++] = r;
        f->layer_of_rank[r] = f->n_layers - 1;
    }
    if (done)
        f->first_rank[f->n_layers] = f->n_ranks;
    free(in);
    free(out);
    free(starts);
    return done;
}

/* ---- Chains of nodes ----------------------------------------------------------------------- */

static uint32_t layer_of(const dgi_layering *f, uint32_t node)
{
    return f->layer_of_rank[f->rank[node]];
}

/* Within a layer a node has at most one predecessor. Follows the predecessors of each node to one
 * whose chain is known, or to the first of a new chain, and goes back. */
static void find_chains(dgi_layering *f, const uint32_t *predecessor, uint32_t *path)
{
    for (uint32_t v = 0; v < f->n; v++)
        f->chain[v] = DGI_NONE;
    for (uint32_t start = 0; start < f->n; start++) {
        uint32_t length = 0;
        uint32_t v = start;
        while (f->chain[v] == DGI_NONE && predecessor[v] != DGI_NONE) {
            path[length++] = v;
            v = predecessor[v];
        }
        if (f->chain[v] == DGI_NONE)
            f->chain[v] = f->n_chains++;
        while (length-- > 0)
            f->chain[path[length]] = f->chain[v];
    }
}

static bool make_node_chains(dgi_layering *f)
{
    uint32_t *predecessor = dgi_zeroed(f->n, sizeof *predecessor);
    uint32_t *path = dgi_zeroed(f->n, sizeof *path);
    f->chain = dgi_zeroed(f->n, sizeof *f->chain);
    bool done = predecessor && path && f->chain;
    for (uint32_t v = 0; done && v < f->n; v++)
        predecessor[v] = DGI_NONE;
    for (uint32_t e = 0; done && e < f->m; e++)
        if (!f->back[e] && layer_of(f, f->tail[e]) == layer_of(f, f->head[e]))
            predecessor[f->head[e]] = f->tail[e];
    if (done)
        find_chains(f, predecessor, path);
    f->n_node_chains = f->n_chains;
    free(predecessor);
    free(path);
    return done;
}

/* ---- Chains of virtual nodes --------------------------------------------------------------- */

/* An edge has a virtual node in each layer between those of its ends; a back edge also in those of
 * its ends. */
static uint32_t virtual_count(const dgi_layering *f, uint32_t e)
{
    uint32_t span = layer_of(f, f->head[e]) - layer_of(f, f->tail[e]);
    return f->back[e] ? span + 1 : span > 0 ? span - 1 : 0;
}

/* The most virtual nodes that an edge may have, chosen so that all of them are not many more than
 * the nodes and edges. */
static uint32_t length_limit(const dgi_layering *f)
{
    if (f->clusters) /* a track would lead through frames */
        return f->n_layers;
    if (f->l->longest > 0)
        return f->l->longest < f->n_layers ? (uint32_t)f->l->longest : f->n_layers;
    uint64_t most = 100000 + ((uint64_t)f->n + f->m) / 2;
    for (uint32_t length = f->n_layers; length > 16; length -= length / 4) {
        uint64_t total = 0;
        for (uint32_t e = 0; e < f->m; e++) {
            uint32_t n = virtual_count(f, e);
            total += n <= length ? n : 0;
        }
        if (total <= most)
            return length;
    }
    return 16;
}

static dg_status make_virtual_chains(dgi_layering *f)
{
    uint64_t total = f->n_chains;
    f->first_virtual = dgi_zeroed(f->m, sizeof *f->first_virtual);
    f->n_virtual = dgi_zeroed(f->m, sizeof *f->n_virtual);
    f->is_long = dgi_zeroed(f->m, sizeof *f->is_long);
    if (!f->first_virtual || !f->n_virtual || !f->is_long)
        return DG_NOMEM;
    uint32_t length = length_limit(f);
    for (uint32_t e = 0; e < f->m; e++) {
        f->n_virtual[e] = virtual_count(f, e);
        f->is_long[e] = !f->back[e] && f->n_virtual[e] > length;
        if (f->is_long[e])
            f->n_virtual[e] = 0;
        f->first_virtual[e] = (uint32_t)total;
        total += f->n_virtual[e];
        if (total > DGI_INDEX_MAX)
            return DG_LIMIT;
    }
    f->n_chains = (uint32_t)total;
    f->layer = dgi_zeroed(f->n_chains, sizeof *f->layer);
    if (!f->layer)
        return DG_NOMEM;
    for (uint32_t v = 0; v < f->n; v++)
        f->layer[f->chain[v]] = layer_of(f, v);
    for (uint32_t e = 0; e < f->m; e++)
        for (uint32_t i = 0; i < f->n_virtual[e]; i++)
            f->layer[f->first_virtual[e] + i] = layer_of(f, f->tail[e]) + (f->back[e] ? 0 : 1) + i;
    return DG_OK;
}

/* ---- Neighbours ---------------------------------------------------------------------------- */

typedef struct pairs {
    uint32_t *left, *right;
    uint32_t count;
} pairs;

static void add_pair(pairs *p, uint32_t left, uint32_t right)
{
    if (p->left) {
        p->left[p->count] = left;
        p->right[p->count] = right;
    }
    p->count++;
}

/* The ends of a back edge have virtual nodes beside them, which are not their neighbours. With
 * clusters the nodes themselves are in the place of these: see cluster_order.c. */
static void pair_edge(const dgi_layering *f, uint32_t e, pairs *p)
{
    uint32_t a = f->chain[f->tail[e]];
    uint32_t b = f->chain[f->head[e]];
    uint32_t first = f->first_virtual[e];
    uint32_t n = f->n_virtual[e];
    bool forward = !f->back[e];
    if (!forward && f->clusters) {
        forward = f->layer[a] < f->layer[b];
        first++;
        n = forward ? n - 2 : 0;
    }
    if (f->is_long[e] || (forward && a == b))
        return;
    if (forward && n == 0)
        add_pair(p, a, b);
    if (forward && n > 0)
        add_pair(p, a, first);
    for (uint32_t i = 0; i + 1 < n; i++)
        add_pair(p, first + i, first + i + 1);
    if (forward && n > 0)
        add_pair(p, first + n - 1, b);
}

static bool make_neighbours(dgi_layering *f)
{
    pairs p = {0};
    for (uint32_t e = 0; e < f->m; e++)
        pair_edge(f, e, &p);
    p.left = dgi_zeroed(p.count, sizeof *p.left);
    p.right = dgi_zeroed(p.count, sizeof *p.right);
    bool done = p.left && p.right;
    p.count = 0;
    for (uint32_t e = 0; done && e < f->m; e++)
        pair_edge(f, e, &p);
    done = done && dgi_adjacency_init(&f->down, f->n_chains, p.count, p.left, p.right) &&
           dgi_adjacency_init(&f->up, f->n_chains, p.count, p.right, p.left);
    free(p.left);
    free(p.right);
    return done;
}

dg_status dgi_make_proper(dgi_layering *f)
{
    if (f->clusters)
        dgi_find_cluster_ranks(f);
    if (!make_layers(f) || !make_node_chains(f))
        return DG_NOMEM;
    dg_status status = make_virtual_chains(f);
    if (status == DG_OK && f->clusters)
        status = dgi_assign_chains_to_clusters(f);
    if (status == DG_OK && !make_neighbours(f))
        status = DG_NOMEM;
    return status ? status : dgi_make_pairs(f);
}
