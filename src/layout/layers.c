/* From ranks to layers and strands; flow.h says what these are. */
#include "layout/flow.h"

/* ---- Layers -------------------------------------------------------------------------------- */

/* Marks the ranks that the gap before them makes the first of a layer. */
static void find_starts(const dgi_flow *f, const dgi_id *in, const dgi_id *out, bool *starts)
{
    if (f->n_ranks > 0)
        starts[0] = true;
    for (dgi_id v = 0; v < f->n; v++) {
        if (in[v] > 1)
            starts[f->rank[v]] = true;
        if (out[v] > 1)
            starts[f->rank[v] + 1] = true;
    }
}

static bool make_layers(dgi_flow *f)
{
    dgi_id *in = dgi_array(f->n, sizeof *in);
    dgi_id *out = dgi_array(f->n, sizeof *out);
    bool *starts = dgi_array((size_t)f->n_ranks + 1, sizeof *starts);
    f->layer_of_rank = dgi_array(f->n_ranks, sizeof *f->layer_of_rank);
    f->first_rank = dgi_array((size_t)f->n_ranks + 1, sizeof *f->first_rank);
    bool done = in && out && starts && f->layer_of_rank && f->first_rank;
    for (dgi_id e = 0; done && e < f->m; e++)
        if (!f->back[e]) {
            in[f->head[e]]++;
            out[f->tail[e]]++;
        }
    if (done)
        find_starts(f, in, out, starts);
    for (dgi_id r = 0; done && r < f->n_ranks; r++) {
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

/* ---- Strands of nodes ---------------------------------------------------------------------- */

static dgi_id layer_of(const dgi_flow *f, dgi_id node)
{
    return f->layer_of_rank[f->rank[node]];
}

/* Within a layer a node has one edge to the left at most, so strands are told from their first
 * nodes. A node's strand is looked for backwards until one that is known. */
static void follow(dgi_flow *f, const dgi_id *before, dgi_id *way)
{
    for (dgi_id v = 0; v < f->n; v++)
        f->strand[v] = DGI_NONE;
    for (dgi_id start = 0; start < f->n; start++) {
        dgi_id length = 0;
        dgi_id v = start;
        while (f->strand[v] == DGI_NONE && before[v] != DGI_NONE) {
            way[length++] = v;
            v = before[v];
        }
        if (f->strand[v] == DGI_NONE)
            f->strand[v] = f->n_strands++;
        while (length-- > 0)
            f->strand[way[length]] = f->strand[v];
    }
}

static bool make_node_strands(dgi_flow *f)
{
    dgi_id *before = dgi_array(f->n, sizeof *before);
    dgi_id *way = dgi_array(f->n, sizeof *way);
    f->strand = dgi_array(f->n, sizeof *f->strand);
    bool done = before && way && f->strand;
    for (dgi_id v = 0; done && v < f->n; v++)
        before[v] = DGI_NONE;
    for (dgi_id e = 0; done && e < f->m; e++)
        if (!f->back[e] && layer_of(f, f->tail[e]) == layer_of(f, f->head[e]))
            before[f->head[e]] = f->tail[e];
    if (done)
        follow(f, before, way);
    f->n_node_strands = f->n_strands;
    free(before);
    free(way);
    return done;
}

/* ---- Strands of edges ---------------------------------------------------------------------- */

/* An edge has strands of its own in the layers between its ends'; one that points back, also in its
 * ends'. */
static dgi_id pure_of(const dgi_flow *f, dgi_id e)
{
    dgi_id span = layer_of(f, f->head[e]) - layer_of(f, f->tail[e]);
    return f->back[e] ? span + 1 : span > 0 ? span - 1 : 0;
}

/* All edges' strands could be as many as edges times layers. How long an edge may be so that there
 * are not many more than nodes and edges. */
static dgi_id longest(const dgi_flow *f)
{
    if (f->l->longest > 0)
        return f->l->longest < f->n_layers ? (dgi_id)f->l->longest : f->n_layers;
    uint64_t most = 100000 + ((uint64_t)f->n + f->m) / 2;
    for (dgi_id length = f->n_layers; length > 16; length -= length / 4) {
        uint64_t total = 0;
        for (dgi_id e = 0; e < f->m; e++) {
            dgi_id n = pure_of(f, e);
            total += n <= length ? n : 0;
        }
        if (total <= most)
            return length;
    }
    return 16;
}

static dg_status make_pure_strands(dgi_flow *f)
{
    uint64_t total = f->n_strands;
    f->first_pure = dgi_array(f->m, sizeof *f->first_pure);
    f->n_pure = dgi_array(f->m, sizeof *f->n_pure);
    f->far = dgi_array(f->m, sizeof *f->far);
    if (!f->first_pure || !f->n_pure || !f->far)
        return DG_NOMEM;
    dgi_id length = longest(f);
    for (dgi_id e = 0; e < f->m; e++) {
        f->n_pure[e] = pure_of(f, e);
        f->far[e] = !f->back[e] && f->n_pure[e] > length;
        if (f->far[e])
            f->n_pure[e] = 0;
        f->first_pure[e] = (dgi_id)total;
        total += f->n_pure[e];
        if (total > DGI_MOST_IDS)
            return DG_LIMIT;
    }
    f->n_strands = (dgi_id)total;
    f->layer = dgi_array(f->n_strands, sizeof *f->layer);
    if (!f->layer)
        return DG_NOMEM;
    for (dgi_id v = 0; v < f->n; v++)
        f->layer[f->strand[v]] = layer_of(f, v);
    for (dgi_id e = 0; e < f->m; e++)
        for (dgi_id i = 0; i < f->n_pure[e]; i++)
            f->layer[f->first_pure[e] + i] = layer_of(f, f->tail[e]) + (f->back[e] ? 0 : 1) + i;
    return DG_OK;
}

/* ---- Neighbours ---------------------------------------------------------------------------- */

typedef struct pairs {
    dgi_id *left, *right;
    dgi_id count;
} pairs;

static void add_pair(pairs *p, dgi_id left, dgi_id right)
{
    if (p->left) {
        p->left[p->count] = left;
        p->right[p->count] = right;
    }
    p->count++;
}

static void pair_edge(const dgi_flow *f, dgi_id e, pairs *p)
{
    dgi_id a = f->strand[f->tail[e]];
    dgi_id b = f->strand[f->head[e]];
    dgi_id first = f->first_pure[e];
    dgi_id n = f->n_pure[e];
    if (f->far[e] || (!f->back[e] && a == b))
        return;
    if (!f->back[e] && n == 0)
        add_pair(p, a, b);
    if (!f->back[e] && n > 0)
        add_pair(p, a, first);
    for (dgi_id i = 0; i + 1 < n; i++)
        add_pair(p, first + i, first + i + 1);
    if (!f->back[e] && n > 0)
        add_pair(p, first + n - 1, b);
}

static bool make_neighbours(dgi_flow *f)
{
    pairs p = {0};
    for (dgi_id e = 0; e < f->m; e++)
        pair_edge(f, e, &p);
    p.left = dgi_array(p.count, sizeof *p.left);
    p.right = dgi_array(p.count, sizeof *p.right);
    bool done = p.left && p.right;
    p.count = 0;
    for (dgi_id e = 0; done && e < f->m; e++)
        pair_edge(f, e, &p);
    done = done && dgi_lists_of(&f->down, f->n_strands, p.count, p.left, p.right) &&
           dgi_lists_of(&f->up, f->n_strands, p.count, p.right, p.left);
    free(p.left);
    free(p.right);
    return done;
}

dg_status dgi_flow_layers(dgi_flow *f)
{
    if (!make_layers(f) || !make_node_strands(f))
        return DG_NOMEM;
    dg_status status = make_pure_strands(f);
    if (status == DG_OK && !make_neighbours(f))
        status = DG_NOMEM;
    return status;
}
