/* Phase 4 of Sugiyama et al.: coordinate assignment. Finds the y of each chain, so that edges are
 * short and straight.
 *
 * By network simplex on an auxiliary graph, as in Gansner et al., section 4.2. Different here: its
 * nodes are blocks, as Brandes and Koepf, "Fast and simple horizontal coordinate assignment"
 * (2001), call the chains that get one coordinate; a block is a part of an edge's virtual chains
 * that nothing crosses. (Aligning more, as they do, makes drawings up to half as high again.) Edges
 * between virtual chains weigh 4, with one virtual end 2, and else 1; theirs weigh 8, 2 and 1. The
 * initial coordinates are found by averaging, and medians are balanced at the end; see
 * initial_coordinates.c and median_balancing.c. */
#include <math.h>

#include "layout/clusters.h"
#include "layout/coordinate_assignment.h"

/* Positions are integers, in this many per unit. */
#define STEPS 4.0

enum { ROUNDS = 40 };

/* What a unit of a frame's height costs. */
enum { FRAME_WEIGHT = 2 };

/* The first and the last position of what is in a cluster, in a layer. */
typedef struct span {
    uint32_t first, last;
} span;

typedef struct assignment {
    dgi_layering *f;
    uint32_t n_blocks;
    uint32_t *block; /* per chain */
    bool *joined;    /* per virtual chain: in the same block as the one before */
    span *spans;     /* two per cluster, or NULL where no edge leads through a frame */
    dgi_constraint *constraints;
    uint32_t n_constraints, n_order_constraints, n_nodes;
    int64_t *at;
} assignment;

/* ---- Extents of chains --------------------------------------------------------------------- */

static void measure_nodes(dgi_layering *f)
{
    const dgi_layout *l = f->l;
    for (uint32_t v = 0; v < f->n; v++) {
        double half = l->nodes[v].height / 2.0, port = l->nodes[v].port;
        uint32_t s = f->chain[v];
        f->above[s] = fmax(f->above[s], half + port);
        f->below[s] = fmax(f->below[s], half - port);
    }
}

/* The labels of the edges into a node are stacked to its left, upwards from its y. */
static bool measure_labels(dgi_layering *f)
{
    double *stack = dgi_zeroed(f->n, sizeof *stack);
    if (!stack)
        return false;
    for (uint32_t e = 0; e < f->m; e++) {
        const dgi_layout_edge *edge = &f->l->edges[e];
        double *height = &stack[edge->to];
        *height += edge->label_height;
        uint32_t s = f->chain[edge->to];
        if (*height > f->above[s])
            f->above[s] = *height;
    }
    free(stack);
    return true;
}

double dgi_separation(const dgi_layering *f, uint32_t upper, uint32_t lower)
{
    bool both_edges = upper >= f->n_node_chains && lower >= f->n_node_chains;
    double gap = both_edges ? f->l->node_gap / 2.0 : f->l->node_gap;
    return f->below[upper] + gap + f->above[lower];
}

/* ---- Blocks -------------------------------------------------------------------------------- */

/* The next virtual chain of the same edge, at the same side of all frames; or DGI_NONE. */
static uint32_t next_of_edge(const dgi_layering *f, uint32_t chain)
{
    if (chain < f->n_node_chains || f->down.start[chain] == f->down.start[chain + 1])
        return DGI_NONE;
    uint32_t to = f->down.items[f->down.start[chain]];
    return to < f->n_node_chains || (f->clusters && dgi_passes_border(f, chain, to)) ? DGI_NONE
                                                                                     : to;
}

/* The positions of what is in each cluster, in a layer and the next. */
static void find_spans(const assignment *p, uint32_t layer)
{
    const dgi_layering *f = p->f;
    const dgi_clusters *c = f->clusters;
    for (uint32_t i = 0; i < 2 * c->n; i++)
        p->spans[i] = (span){DGI_NONE, 0};
    for (uint32_t k = 0; k < 2; k++)
        for (uint32_t j = f->layer_start[layer + k]; j < f->layer_start[layer + k + 1]; j++)
            for (uint32_t i = c->of_chain[f->order[j]]; i; i = c->parent[i]) {
                span *s = &p->spans[2 * i + k];
                uint32_t at = f->pos[f->order[j]];
                *s = (span){at < s->first ? at : s->first, at > s->last ? at : s->last};
            }
}

/* Whether a virtual chain is above a frame, and the next one of its edge below it, or the other way
 * round. */
static bool leads_through(const assignment *p, uint32_t from, uint32_t to)
{
    uint32_t a = p->f->pos[from], b = p->f->pos[to];
    for (uint32_t i = 1; p->spans && i < p->f->clusters->n; i++) {
        const span *left = &p->spans[2 * i], *right = left + 1;
        bool in_both = left->first != DGI_NONE && right->first != DGI_NONE;
        if (in_both &&
            ((a < left->first && b > right->last) || (a > left->last && b < right->first)))
            return true;
    }
    return false;
}

/* Joins virtual chains across the gap after a layer if no edge crosses the segment between them:
 * first, if none that starts above ends below; then those where none that starts below ends above.
 */
static void join_layer(assignment *p, uint32_t layer)
{
    const dgi_layering *f = p->f;
    uint32_t first = f->layer_start[layer], end = f->layer_start[layer + 1];
    uint32_t lowest = 0,
             highest = DGI_NONE; /* of the ends so far: 1 + the lowest position, and the highest */
    for (uint32_t i = first; i < end; i++) {
        uint32_t s = f->order[i], to = next_of_edge(f, s);
        if (to != DGI_NONE)
            p->joined[to] = f->pos[to] >= lowest && !leads_through(p, s, to);
        for (uint32_t j = f->down.start[s]; j < f->down.start[s + 1]; j++)
            if (f->pos[f->down.items[j]] >= lowest)
                lowest = f->pos[f->down.items[j]] + 1;
    }
    for (uint32_t i = end; i-- > first;) {
        uint32_t s = f->order[i], to = next_of_edge(f, s);
        if (to != DGI_NONE && f->pos[to] > highest)
            p->joined[to] = false;
        for (uint32_t j = f->down.start[s]; j < f->down.start[s + 1]; j++)
            if (f->pos[f->down.items[j]] < highest)
                highest = f->pos[f->down.items[j]];
    }
}

static void make_blocks(assignment *p)
{
    dgi_layering *f = p->f;
    for (uint32_t i = 0; i + 1 < f->n_layers; i++) {
        if (p->spans)
            find_spans(p, i);
        join_layer(p, i);
    }
    for (uint32_t s = 0; s < f->n_chains; s++)
        p->block[s] = p->joined[s] ? p->block[f->up.items[f->up.start[s]]] : p->n_blocks++;
}

/* ---- Constraints --------------------------------------------------------------------------- */

static void constraint(assignment *p, uint32_t tail, uint32_t head, int64_t length, int64_t weight)
{
    p->constraints[p->n_constraints++] =
        (dgi_constraint){.tail = tail, .head = head, .length = length, .weight = weight};
}

static void constrain_layers(assignment *p)
{
    const dgi_layering *f = p->f;
    for (uint32_t i = 0; i < f->n_layers; i++)
        for (uint32_t j = f->layer_start[i]; j + 1 < f->layer_start[i + 1]; j++)
            constraint(p, p->block[f->order[j]], p->block[f->order[j + 1]],
                       (int64_t)ceil(dgi_separation(f, f->order[j], f->order[j + 1]) * STEPS), 0);
}

/* A part of an edge: between two chains, at ports below their y. */
typedef struct part {
    uint32_t a, b;
    double a_port, b_port;
} part;

/* The cost of an edge is its weight times |y - y'|. As in Gansner et al., it gets a node of its
 * own, at most at the smaller y, with a constraint to each end. */
static void constrain_edge(assignment *p, part of_edge, int64_t weight)
{
    uint32_t a = of_edge.a, b = of_edge.b;
    a = p->block[a];
    b = p->block[b];
    if (a == b)
        return;
    constraint(p, p->n_nodes, a, -llround(of_edge.a_port * STEPS), weight);
    constraint(p, p->n_nodes, b, -llround(of_edge.b_port * STEPS), weight);
    p->n_nodes++;
}

/* The same of a frame's height. */
static void constrain_height(assignment *p, uint32_t top)
{
    constraint(p, p->n_nodes, top, 0, FRAME_WEIGHT);
    constraint(p, p->n_nodes, top + 1, 0, FRAME_WEIGHT);
    p->n_nodes++;
}

/* Long edges weigh more, so that they are straighter. */
static void constrain_edges(assignment *p)
{
    const dgi_layering *f = p->f;
    for (uint32_t e = 0; e < f->m; e++) {
        uint32_t a = f->chain[f->tail[e]];
        uint32_t b = f->chain[f->head[e]];
        uint32_t first = f->first_virtual[e];
        uint32_t n = f->n_virtual[e];
        int64_t weight = f->l->edges[e].weight;
        double a_port = f->back[e] ? f->l->edges[e].to_port : f->l->edges[e].from_port;
        double b_port = f->back[e] ? f->l->edges[e].from_port : f->l->edges[e].to_port;
        if (f->is_long[e])
            continue;
        if (n == 0)
            constrain_edge(p, (part){a, b, a_port, b_port}, weight);
        else
            constrain_edge(p, (part){a, first, a_port, 0.0}, 2 * weight);
        for (uint32_t i = 0; i + 1 < n; i++)
            constrain_edge(p, (part){first + i, first + i + 1, 0.0, 0.0}, 4 * weight);
        if (n)
            constrain_edge(p, (part){first + n - 1, b, 0.0, b_port}, 2 * weight);
    }
}

static void constrain_pairs(assignment *p)
{
    const dgi_layering *f = p->f;
    for (uint32_t i = 0; i < f->n_pairs; i++)
        if (f->pair_weight[i] > 0)
            constrain_edge(p, (part){f->pair_above[i], f->pair_below[i], 0.0, 0.0},
                           f->pair_weight[i]);
}

static bool make_constraints(assignment *p)
{
    dgi_layering *f = p->f;
    size_t frames = dgi_frame_block_count(f);
    size_t edges = (size_t)f->m * 2 + f->n_chains + frames + f->n_pairs;
    size_t room = f->n_chains + 2 * edges + dgi_frame_constraint_limit(f);
    p->constraints = dgi_zeroed(room, sizeof *p->constraints);
    if (!p->constraints)
        return false;
    p->n_blocks += (uint32_t)frames;
    p->n_nodes = p->n_blocks;
    dgi_frame_blocks blocks = {p->block, p->n_blocks - (uint32_t)frames, STEPS};
    if (!f->clusters)
        constrain_layers(p);
    else if (!dgi_constrain_frames(f, &blocks, p->constraints, &p->n_constraints))
        return false;
    p->n_order_constraints = p->n_constraints;
    constrain_edges(p);
    constrain_pairs(p);
    for (uint32_t i = blocks.first_block; i < p->n_blocks; i += 2)
        constrain_height(p, i);
    p->at = dgi_zeroed(p->n_nodes, sizeof *p->at);
    return p->at != NULL;
}

/* ---- Solving ------------------------------------------------------------------------------- */

/* The initial positions of the nodes of edges: at the smaller of their ends. */
static void init_edge_nodes(assignment *p)
{
    for (uint32_t i = 0; i < p->n_constraints; i++)
        if (p->constraints[i].tail >= p->n_blocks)
            p->at[p->constraints[i].tail] = INT64_MAX;
    for (uint32_t i = 0; i < p->n_constraints; i++) {
        const dgi_constraint *k = &p->constraints[i];
        if (k->tail >= p->n_blocks && p->at[k->head] - k->length < p->at[k->tail])
            p->at[k->tail] = p->at[k->head] - k->length;
    }
}

static bool solve(assignment *p)
{
    dgi_layering *f = p->f;
    make_blocks(p);
    if (!make_constraints(p))
        return false;
    dgi_coordinate_problem problem = {
        .n = p->n_blocks,
        .n_order = p->n_order_constraints,
        .m = p->n_constraints,
        .constraints = p->constraints,
        .at = p->at,
    };
    if (!dgi_initial_coordinates(&problem, ROUNDS))
        return false;
    init_edge_nodes(p);
    dgi_simplex_problem s = {
        .n = p->n_nodes,
        .m = p->n_constraints,
        .constraints = p->constraints,
        .at = p->at,
        .budget = 30 * ((uint64_t)f->n + f->m) + 10000000,
    };
    return dgi_network_simplex(&s) && dgi_balance_medians(&problem);
}

dg_status dgi_assign_coordinates(dgi_layering *f)
{
    assignment p = {.f = f};
    f->above = dgi_zeroed(f->n_chains, sizeof *f->above);
    f->below = dgi_zeroed(f->n_chains, sizeof *f->below);
    f->y = dgi_zeroed(f->n_chains, sizeof *f->y);
    p.block = dgi_zeroed(f->n_chains, sizeof *p.block);
    p.joined = dgi_zeroed(f->n_chains, sizeof *p.joined);
    bool done = f->above && f->below && f->y && p.block && p.joined;
    if (f->through_frames && f->clusters) {
        p.spans = dgi_zeroed(2 * (size_t)f->clusters->n, sizeof *p.spans);
        done = done && p.spans;
    }
    if (done) {
        measure_nodes(f);
        done = measure_labels(f) && solve(&p);
    }
    for (uint32_t s = 0; done && s < f->n_chains; s++)
        f->y[s] = (double)p.at[p.block[s]] / STEPS;
    for (uint32_t i = 1; done && f->clusters && i < f->clusters->n; i++) {
        uint32_t block = p.n_blocks - dgi_frame_block_count(f) + 2 * (i - 1);
        f->clusters->top[i] = (double)p.at[block] / STEPS;
        f->clusters->bottom[i] = (double)p.at[block + 1] / STEPS;
    }
    free(p.block);
    free(p.joined);
    free(p.spans);
    free(p.constraints);
    free(p.at);
    return done ? DG_OK : DG_NOMEM;
}
