/* The frames of clusters: constraints on their tops and bottoms, and their rectangles.
 *
 * From Sander, "Layout of compound directed graphs" (1996), is that a border is one variable of
 * coordinate assignment over all layers that the cluster spans, with constraints to what is beside
 * it in each layer. */
#include <math.h>

#include "layout/clusters.h"

typedef struct constraining {
    const dgi_layering *f;
    const dgi_frame_blocks *blocks;
    dgi_constraint *constraints;
    uint32_t n;
    uint32_t *below; /* per cluster: the last one that was found below it */
} constraining;

uint32_t dgi_frame_block_count(const dgi_layering *f)
{
    return f->clusters ? 2 * (f->clusters->n - 1) : 0;
}

uint32_t dgi_frame_constraint_limit(const dgi_layering *f)
{
    return f->clusters ? 2 * (f->n_chains + f->n_layers) + 3 * f->clusters->n : 0;
}

static uint32_t top_of(const constraining *g, uint32_t cluster)
{
    return g->blocks->first_block + 2 * (cluster - 1);
}

static uint32_t bottom_of(const constraining *g, uint32_t cluster)
{
    return top_of(g, cluster) + 1;
}

static void constrain(constraining *g, uint32_t upper, uint32_t lower, double length)
{
    g->constraints[g->n++] = (dgi_constraint){
        .tail = upper, .head = lower, .length = (int64_t)ceil(length * g->blocks->steps)};
}

static const dgi_layout_cluster *layout_of(const dgi_layering *f, uint32_t cluster)
{
    return &f->l->clusters[cluster - 1];
}

static void constrain_clusters(constraining *g)
{
    const dgi_layering *f = g->f;
    const dgi_clusters *c = f->clusters;
    for (uint32_t i = 1; i < c->n; i++) {
        uint32_t in = c->parent[i];
        if (c->is_empty[i])
            continue;
        constrain(g, top_of(g, i), bottom_of(g, i), layout_of(f, i)->min_height);
        if (in == 0)
            continue;
        constrain(g, top_of(g, in), top_of(g, i), layout_of(f, in)->above);
        constrain(g, bottom_of(g, i), bottom_of(g, in), layout_of(f, in)->below);
    }
}

/* A chain and what is beside it on one side in the innermost cluster that has both: its own block
 * there, or the border of its cluster. */
typedef struct side {
    uint32_t chain;   /* DGI_NONE: there is nothing */
    uint32_t cluster; /* that is beside the other side, or 0: the chain itself */
} side;

static void find_sides(const dgi_clusters *c, side *a, side *b)
{
    uint32_t i = a->chain == DGI_NONE ? 0 : c->of_chain[a->chain];
    uint32_t k = b->chain == DGI_NONE ? 0 : c->of_chain[b->chain];
    while (i != k) {
        if (c->depth[i] >= c->depth[k]) {
            a->cluster = i;
            i = c->parent[i];
        } else {
            b->cluster = k;
            k = c->parent[k];
        }
    }
}

/* The space between a frame and what is beside it: less if that is an edge. */
static double gap_beside(const dgi_layering *f, const side *s)
{
    return s->cluster == 0 && s->chain >= f->n_node_chains ? f->l->node_gap / 2.0 : f->l->node_gap;
}

static void constrain_between(constraining *g, uint32_t upper, uint32_t lower)
{
    const dgi_layering *f = g->f;
    side a = {.chain = upper}, b = {.chain = lower};
    find_sides(f->clusters, &a, &b);
    if (a.cluster) {
        uint32_t own = f->clusters->of_chain[upper];
        constrain(g, g->blocks->block[upper], bottom_of(g, own),
                  f->below[upper] + layout_of(f, own)->below);
    }
    if (b.cluster) {
        uint32_t own = f->clusters->of_chain[lower];
        constrain(g, top_of(g, own), g->blocks->block[lower],
                  f->above[lower] + layout_of(f, own)->above);
    }
    if (upper == DGI_NONE || lower == DGI_NONE)
        return;
    if (!a.cluster && !b.cluster) {
        constrain(g, g->blocks->block[upper], g->blocks->block[lower],
                  dgi_separation(f, upper, lower));
        return;
    }
    if (a.cluster && b.cluster && g->below[a.cluster] == b.cluster) /* as in the layer before */
        return;
    if (a.cluster)
        g->below[a.cluster] = b.cluster;
    constrain(g, a.cluster ? bottom_of(g, a.cluster) : g->blocks->block[upper],
              b.cluster ? top_of(g, b.cluster) : g->blocks->block[lower],
              fmin(gap_beside(f, &a), gap_beside(f, &b)) + (a.cluster ? 0.0 : f->below[upper]) +
                  (b.cluster ? 0.0 : f->above[lower]));
}

bool dgi_constrain_frames(const dgi_layering *f, const dgi_frame_blocks *blocks,
                          dgi_constraint *constraints, uint32_t *n)
{
    constraining g = {.f = f, .blocks = blocks, .constraints = constraints, .n = *n};
    g.below = dgi_zeroed(f->clusters->n, sizeof *g.below);
    if (!g.below)
        return false;
    constrain_clusters(&g);
    for (uint32_t i = 0; i < f->n_layers; i++) {
        uint32_t upper = DGI_NONE;
        for (uint32_t j = f->layer_start[i]; j < f->layer_start[i + 1]; j++) {
            constrain_between(&g, upper, f->order[j]);
            upper = f->order[j];
        }
        constrain_between(&g, upper, DGI_NONE);
    }
    *n = g.n;
    free(g.below);
    return true;
}

/* ---- Rectangles ----------------------------------------------------------------------------- */

/* A back edge turns around after the rank of one end and before that of the other, and stays in the
 * cluster that has both. */
static void make_space_for_turns(const dgi_layering *f)
{
    dgi_clusters *c = f->clusters;
    for (uint32_t e = 0; e < f->m; e++) {
        uint32_t in = f->back[e] ? dgi_joined_by(f, e).within : 0;
        if (in && c->first_rank[in] == f->rank[f->tail[e]])
            c->before[in] = f->l->rank_gap;
        if (in && c->last_rank[in] == f->rank[f->head[e]])
            c->after[in] = f->l->rank_gap;
    }
}

void dgi_measure_frames(dgi_layering *f, const double *left, const double *right, double *before,
                        double *after)
{
    dgi_clusters *c = f->clusters;
    for (uint32_t i = 0; i < c->n; i++)
        c->before[i] = c->after[i] = 0.0;
    make_space_for_turns(f);
    for (uint32_t i = c->n; i-- > 1;) {
        const dgi_layout_cluster *own = layout_of(f, i);
        uint32_t first = c->first_rank[i], last = c->last_rank[i], in = c->parent[i];
        if (c->is_empty[i])
            continue;
        c->before[i] += own->before;
        c->after[i] += own->after;
        if (left)
            c->after[i] =
                fmax(c->after[i], own->min_width - (right[last] - left[first]) - c->before[i]);
        before[first] = fmax(before[first], c->before[i]);
        after[last] = fmax(after[last], c->after[i]);
        if (in && c->first_rank[in] == first)
            c->before[in] = fmax(c->before[in], c->before[i]);
        if (in && c->last_rank[in] == last)
            c->after[in] = fmax(c->after[in], c->after[i]);
    }
}

static void extend(double *top, double *bottom, double high, double low)
{
    *top = fmin(*top, high);
    *bottom = fmax(*bottom, low);
}

/* Coordinate assignment leaves some frames with space to spare, since blocks were balanced after
 * it. One that would be too low stays within its borders there. */
bool dgi_fit_frames(dgi_layering *f)
{
    dgi_clusters *c = f->clusters;
    double *top = dgi_zeroed(c->n, sizeof *top), *bottom = dgi_zeroed(c->n, sizeof *bottom);
    bool done = top && bottom;
    for (uint32_t i = 0; done && i < c->n; i++) {
        top[i] = INFINITY;
        bottom[i] = -INFINITY;
    }
    for (uint32_t s = 0; done && s < c->first_filler; s++) {
        uint32_t i = c->of_chain[s];
        extend(&top[i], &bottom[i], f->y[s] - f->above[s], f->y[s] + f->below[s]);
    }
    for (uint32_t i = c->n; done && i-- > 1;) {
        const dgi_layout_cluster *own = layout_of(f, i);
        if (c->is_empty[i])
            continue;
        top[i] -= own->above;
        bottom[i] = fmax(bottom[i] + own->below, top[i] + own->min_height);
        if (bottom[i] > c->bottom[i]) {
            bottom[i] = c->bottom[i];
            top[i] = fmin(top[i], bottom[i] - own->min_height);
        }
        extend(&top[c->parent[i]], &bottom[c->parent[i]], top[i], bottom[i]);
        c->top[i] = top[i];
        c->bottom[i] = bottom[i];
    }
    free(top);
    free(bottom);
    return done;
}

void dgi_put_frames(const dgi_layering *f, const double *left, const double *right)
{
    const dgi_clusters *c = f->clusters;
    for (uint32_t i = 1; i < c->n; i++) {
        dgi_layout_cluster *own = &f->l->clusters[i - 1];
        own->x = own->y = own->width = own->height = 0.0;
        if (c->is_empty[i])
            continue;
        double from = left[c->first_rank[i]] - c->before[i];
        double to = right[c->last_rank[i]] + c->after[i];
        own->x = (from + to) / 2.0;
        own->y = (c->top[i] + c->bottom[i]) / 2.0;
        own->width = to - from;
        own->height = c->bottom[i] - c->top[i];
    }
}
