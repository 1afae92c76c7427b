/* y of every strand: edges short and straight, by network simplex over blocks, as Gansner et al. do
 * it over nodes. A block is what is to be one straight line: the strands of a long edge, as far as
 * nothing crosses it. To hold on to more straight lines would cost up to half as much height and
 * length again. */
#include <math.h>

#include "layout/relax.h"

/* Positions are counted in this part of a unit. */
#define STEPS 4.0

enum { ROUNDS = 40 };

typedef struct placing {
    dgi_flow *f;
    dgi_id n_blocks;
    dgi_id *block; /* per strand */
    bool *joined;  /* per strand of an edge: it is in line with the one before */
    dgi_tie *ties;
    dgi_id n_ties, n_order_ties, n_nodes;
    int64_t *at;
} placing;

/* ---- How much room a strand takes ---------------------------------------------------------- */

static void reach(dgi_flow *f)
{
    const dgi_layout *l = f->l;
    for (dgi_id v = 0; v < f->n; v++) {
        double half = l->nodes[v].height / 2.0;
        dgi_id s = f->strand[v];
        f->above[s] = half > f->above[s] ? half : f->above[s];
        f->below[s] = half > f->below[s] ? half : f->below[s];
    }
}

/* The labels of the edges into a node stand above its line, left of it, one above another. */
static bool reach_of_labels(dgi_flow *f)
{
    double *stack = dgi_array(f->n, sizeof *stack);
    if (!stack)
        return false;
    for (dgi_id e = 0; e < f->m; e++) {
        const dgi_layout_edge *edge = &f->l->edges[e];
        double *height = &stack[edge->to];
        *height += edge->label_height;
        dgi_id s = f->strand[edge->to];
        if (*height > f->above[s])
            f->above[s] = *height;
    }
    free(stack);
    return true;
}

static int64_t apart(const dgi_flow *f, dgi_id upper, dgi_id lower)
{
    bool both_edges = upper >= f->n_node_strands && lower >= f->n_node_strands;
    double gap = both_edges ? f->l->node_gap / 2.0 : f->l->node_gap;
    return (int64_t)ceil((f->below[upper] + gap + f->above[lower]) * STEPS);
}

/* ---- Blocks -------------------------------------------------------------------------------- */

/* The strand that an edge's strand goes on to, if it is one of the same edge. */
static dgi_id next_of_edge(const dgi_flow *f, dgi_id strand)
{
    if (strand < f->n_node_strands || f->down.start[strand] == f->down.start[strand + 1])
        return DGI_NONE;
    dgi_id to = f->down.all[f->down.start[strand]];
    return to < f->n_node_strands ? DGI_NONE : to;
}

/* Joins the segments between two layers that nothing crosses: those that come after all that starts
 * above them, and then stay only those that come before all that starts below. */
static void join_layer(placing *p, dgi_id layer)
{
    const dgi_flow *f = p->f;
    dgi_id first = f->layer_start[layer], end = f->layer_start[layer + 1];
    dgi_id lowest = 0,
           highest = DGI_NONE; /* ends: one more than the lowest so far, and the highest */
    for (dgi_id i = first; i < end; i++) {
        dgi_id s = f->order[i], to = next_of_edge(f, s);
        if (to != DGI_NONE)
            p->joined[to] = f->pos[to] >= lowest;
        for (dgi_id j = f->down.start[s]; j < f->down.start[s + 1]; j++)
            if (f->pos[f->down.all[j]] >= lowest)
                lowest = f->pos[f->down.all[j]] + 1;
    }
    for (dgi_id i = end; i-- > first;) {
        dgi_id s = f->order[i], to = next_of_edge(f, s);
        if (to != DGI_NONE && f->pos[to] > highest)
            p->joined[to] = false;
        for (dgi_id j = f->down.start[s]; j < f->down.start[s + 1]; j++)
            if (f->pos[f->down.all[j]] < highest)
                highest = f->pos[f->down.all[j]];
    }
}

static void make_blocks(placing *p)
{
    dgi_flow *f = p->f;
    for (dgi_id i = 0; i + 1 < f->n_layers; i++)
        join_layer(p, i);
    for (dgi_id s = 0; s < f->n_strands; s++)
        p->block[s] = p->joined[s] ? p->block[f->up.all[f->up.start[s]]] : p->n_blocks++;
}

/* ---- Ties ---------------------------------------------------------------------------------- */

static void tie(placing *p, dgi_id tail, dgi_id head, int64_t length, int64_t weight)
{
    p->ties[p->n_ties++] =
        (dgi_tie){.tail = tail, .head = head, .length = length, .weight = weight};
}

static void tie_layers(placing *p)
{
    const dgi_flow *f = p->f;
    for (dgi_id i = 0; i < f->n_layers; i++)
        for (dgi_id j = f->layer_start[i]; j + 1 < f->layer_start[i + 1]; j++)
            tie(p, p->block[f->order[j]], p->block[f->order[j + 1]],
                apart(f, f->order[j], f->order[j + 1]), 0);
}

/* An edge costs its weight times |y - y'|: a node of its own lies at the smaller of the two and is
 * tied to both. */
static void tie_edge(placing *p, dgi_id a, dgi_id b, int64_t weight)
{
    a = p->block[a];
    b = p->block[b];
    if (a == b)
        return;
    tie(p, p->n_nodes, a, 0, weight);
    tie(p, p->n_nodes, b, 0, weight);
    p->n_nodes++;
}

/* Longer edges are to be straighter, as in Gansner et al. */
static void tie_edges(placing *p)
{
    const dgi_flow *f = p->f;
    for (dgi_id e = 0; e < f->m; e++) {
        dgi_id a = f->strand[f->tail[e]];
        dgi_id b = f->strand[f->head[e]];
        dgi_id first = f->first_pure[e];
        dgi_id n = f->n_pure[e];
        int64_t weight = f->l->edges[e].weight;
        if (f->far[e])
            continue;
        tie_edge(p, a, n ? first : b, n ? 2 * weight : weight);
        for (dgi_id i = 0; i + 1 < n; i++)
            tie_edge(p, first + i, first + i + 1, 4 * weight);
        if (n)
            tie_edge(p, first + n - 1, b, 2 * weight);
    }
}

static bool make_ties(placing *p)
{
    dgi_flow *f = p->f;
    size_t edges = (size_t)f->m * 2 + f->n_strands;
    p->ties = dgi_array(f->n_strands + 2 * edges, sizeof *p->ties);
    if (!p->ties)
        return false;
    p->n_nodes = p->n_blocks;
    tie_layers(p);
    p->n_order_ties = p->n_ties;
    tie_edges(p);
    p->at = dgi_array(p->n_nodes, sizeof *p->at);
    return p->at != NULL;
}

/* ---- Positions to begin with --------------------------------------------------------------- */

/* The nodes of edges, at the smaller of their ends. */
static void settle_edges(placing *p)
{
    for (dgi_id i = 0; i < p->n_ties; i++)
        if (p->ties[i].tail >= p->n_blocks)
            p->at[p->ties[i].tail] = INT64_MAX;
    for (dgi_id i = 0; i < p->n_ties; i++) {
        const dgi_tie *k = &p->ties[i];
        if (k->tail >= p->n_blocks && p->at[k->head] < p->at[k->tail])
            p->at[k->tail] = p->at[k->head];
    }
}

static bool place(placing *p)
{
    dgi_flow *f = p->f;
    make_blocks(p);
    if (!make_ties(p))
        return false;
    dgi_relaxing relaxing = {
        .n = p->n_blocks,
        .n_order = p->n_order_ties,
        .m = p->n_ties,
        .ties = p->ties,
        .at = p->at,
    };
    if (!dgi_relax(&relaxing, ROUNDS))
        return false;
    settle_edges(p);
    dgi_simplex s = {
        .n = p->n_nodes,
        .m = p->n_ties,
        .ties = p->ties,
        .at = p->at,
        .budget = 30 * ((uint64_t)f->n + f->m) + 10000000,
    };
    return dgi_simplex_run(&s) && dgi_centre(&relaxing);
}

dg_status dgi_flow_coordinate(dgi_flow *f)
{
    placing p = {.f = f};
    f->above = dgi_array(f->n_strands, sizeof *f->above);
    f->below = dgi_array(f->n_strands, sizeof *f->below);
    f->y = dgi_array(f->n_strands, sizeof *f->y);
    p.block = dgi_array(f->n_strands, sizeof *p.block);
    p.joined = dgi_array(f->n_strands, sizeof *p.joined);
    bool done = f->above && f->below && f->y && p.block && p.joined;
    if (done) {
        reach(f);
        done = reach_of_labels(f) && place(&p);
    }
    for (dgi_id s = 0; done && s < f->n_strands; s++)
        f->y[s] = (double)p.at[p.block[s]] / STEPS;
    free(p.block);
    free(p.joined);
    free(p.ties);
    free(p.at);
    return done ? DG_OK : DG_NOMEM;
}
