/* Phase 2 of Sugiyama et al.: layer assignment. Ranks of the least total edge length, weighted, by
 * network simplex, as in Gansner et al., section 2.
 *
 * Different here: nodes whose distance in some optimal ranking is known are contracted first, and
 * the initial ranking, by longest paths, is improved by colour refinement in large graphs with many
 * nodes that are alike. */
#include "layout/clusters.h"
#include "layout/colour_refinement.h"

/* An edge with at least this weight, if its tail has no other edge out, has length 1. */
enum { RIGID_WEIGHT = 10 };

/* Besides one for each node: ranks may be empty. */
enum { MOST_RANKS = 10000000 };

typedef struct ranking {
    dgi_layering *f;
    uint32_t n_groups;
    uint32_t *rigid_edge; /* per node: its edge out, if that has length 1; else DGI_NONE */
    uint32_t *group;      /* per node */
    int64_t *offset;      /* per node: its rank less that of its group */
    dgi_constraint *constraints;
    uint32_t n_constraints;
    uint32_t n_variables; /* of groups, and of clusters after them */
    int64_t *at;          /* per variable */
} ranking;

static uint32_t from(const dgi_layering *f, uint32_t e)
{
    return (uint32_t)f->l->edges[e].from;
}

static uint32_t to(const dgi_layering *f, uint32_t e)
{
    return (uint32_t)f->l->edges[e].to;
}

static int length_of(const dgi_layering *f, uint32_t e)
{
    int length = f->l->edges[e].length;
    return length > 0 ? length : 1;
}

/* ---- Reversing back edges ------------------------------------------------------------------ */

static bool orient(dgi_layering *f)
{
    f->tail = dgi_zeroed(f->m, sizeof *f->tail);
    f->head = dgi_zeroed(f->m, sizeof *f->head);
    if (!f->tail || !f->head)
        return false;
    for (uint32_t e = 0; e < f->m; e++) {
        f->tail[e] = f->back[e] ? to(f, e) : from(f, e);
        f->head[e] = f->back[e] ? from(f, e) : to(f, e);
    }
    return true;
}

/* ---- Contraction --------------------------------------------------------------------------- */

/* Whether a node may move along with the head of an edge: not into or out of a cluster. */
static bool may_be_rigid(const dgi_layering *f, uint32_t e)
{
    const dgi_clusters *c = f->clusters;
    return !c || c->of_node[f->tail[e]] == c->of_node[f->head[e]];
}

/* A node with one edge out can be in the rank right before the head of that edge, at no cost, if
 * that edge weighs more than the edges in, or if all edges in come from nodes that move along with
 * it. (An edge of RIGID_WEIGHT is taken to weigh more, so that an op is always next to its value.)
 * These edges form trees, directed to their roots; each tree is contracted to a group. */
static void find_rigid_edges_in_order(const ranking *r, const dgi_adjacency *out,
                                      uint32_t *in_degree, uint32_t *ready)
{
    dgi_layering *f = r->f;
    /* Per node: the edges in from nodes that do not move along. (The memory of group is free yet.)
     */
    uint32_t *loose = r->group;
    uint32_t end = 0;
    for (uint32_t e = 0; e < f->m; e++)
        if (f->tail[e] != f->head[e]) {
            in_degree[f->head[e]]++;
            loose[f->head[e]]++;
        }
    for (uint32_t v = 0; v < f->n; v++) {
        r->rigid_edge[v] = DGI_NONE;
        if (in_degree[v] == 0)
            ready[end++] = v;
    }
    for (uint32_t i = 0; i < end; i++) {
        uint32_t v = ready[i], others = 0, last = DGI_NONE;
        for (uint32_t j = out->start[v]; j < out->start[v + 1]; j++) {
            uint32_t e = out->items[j];
            if (f->head[e] == v)
                continue;
            others += last != DGI_NONE;
            last = e;
            if (--in_degree[f->head[e]] == 0)
                ready[end++] = f->head[e];
        }
        if (last == DGI_NONE || others > 0 || !may_be_rigid(f, last))
            continue;
        if (loose[v] == 0)
            loose[f->head[last]]--;
        if (loose[v] == 0 || f->l->edges[last].weight >= RIGID_WEIGHT)
            r->rigid_edge[v] = last;
    }
}

static bool find_rigid_edges(const ranking *r)
{
    dgi_layering *f = r->f;
    dgi_adjacency out = {0};
    uint32_t *in_degree = dgi_zeroed(f->n, sizeof *in_degree);
    uint32_t *ready = dgi_zeroed(f->n, sizeof *ready);
    bool done = in_degree && ready && dgi_adjacency_init(&out, f->n, f->m, f->tail, NULL);
    if (done)
        find_rigid_edges_in_order(r, &out, in_degree, ready);
    dgi_adjacency_free(&out);
    free(in_degree);
    free(ready);
    return done;
}

/* The nodes of a rank set are a group. */
static void number_sets(ranking *r)
{
    dgi_layering *f = r->f;
    for (uint32_t v = 0; v < f->n; v++)
        r->group[v] = dgi_leader(f, v) == v ? r->n_groups++ : r->group[f->leader[v]];
}

/* Follows the rigid edges from each node to one whose group is known, and goes back. */
static void number_groups(ranking *r, uint32_t *path)
{
    dgi_layering *f = r->f;
    for (uint32_t v = 0; v < f->n; v++)
        r->group[v] = DGI_NONE;
    for (uint32_t start = 0; start < f->n; start++) {
        uint32_t length = 0;
        uint32_t v = start;
        while (r->group[v] == DGI_NONE && r->rigid_edge[v] != DGI_NONE) {
            path[length++] = v;
            v = f->head[r->rigid_edge[v]];
        }
        if (r->group[v] == DGI_NONE) {
            r->group[v] = r->n_groups++;
            r->offset[v] = 0;
        }
        while (length-- > 0) {
            r->group[path[length]] = r->group[v];
            r->offset[path[length]] = r->offset[v] - 1;
            v = path[length];
        }
    }
}

/* Marks the groups before one, along constraints, or behind it. */
static bool mark_reached(const ranking *r, uint32_t from, bool before, bool *reached)
{
    dgi_adjacency lists = {0};
    uint32_t *stack = dgi_zeroed(r->n_groups, sizeof *stack), depth = 0;
    bool done = stack && (before ? dgi_constraints_in : dgi_constraints_out)(
                             &lists, r->n_groups, r->n_constraints, r->constraints);
    if (done) {
        reached[from] = true;
        stack[depth++] = from;
    }
    while (depth > 0) {
        uint32_t g = stack[--depth];
        for (uint32_t j = lists.start[g]; j < lists.start[g + 1]; j++) {
            const dgi_constraint *k = &r->constraints[lists.items[j]];
            uint32_t to = before ? k->tail : k->head;
            if (!reached[to]) {
                reached[to] = true;
                stack[depth++] = to;
            }
        }
    }
    dgi_adjacency_free(&lists);
    free(stack);
    return done;
}

/* The group of the nodes in the first rank (side -1) or in the last one; DGI_NONE: there is none,
 * or they are in several groups. */
static uint32_t find_end(const ranking *r, int side, int *length)
{
    const dgi_layering *f = r->f;
    uint32_t end = DGI_NONE;
    for (uint32_t v = 0; v < f->n; v++) {
        int asked = f->l->nodes[v].end_rank * side;
        if (asked <= 0)
            continue;
        if (end != DGI_NONE && r->group[v] != end)
            return DGI_NONE;
        end = r->group[v];
        *length = asked > 1 ? 1 : *length;
    }
    return end;
}

/* The first rank is before all groups that need not be before it; the last one likewise. */
static bool constrain_end(ranking *r, int side)
{
    int length = 0;
    uint32_t end = find_end(r, side, &length);
    if (end == DGI_NONE)
        return true;
    bool *reached = dgi_zeroed(r->n_groups, sizeof *reached);
    bool done = reached && mark_reached(r, end, side < 0, reached);
    for (uint32_t g = 0; done && g < r->n_groups; g++)
        if (!reached[g])
            r->constraints[r->n_constraints++] = (dgi_constraint){.tail = side < 0 ? end : g,
                                                                  .head = side < 0 ? g : end,
                                                                  .length = length,
                                                                  .weight = 0};
    free(reached);
    return done;
}

static bool constrain_ends(ranking *r)
{
    if (!r->f->has_lengths || r->f->clusters)
        return true;
    return constrain_end(r, -1) && constrain_end(r, 1);
}

static bool constrain_groups(ranking *r)
{
    dgi_layering *f = r->f;
    r->n_variables = r->n_groups + dgi_cluster_variables(f);
    r->constraints =
        dgi_zeroed((size_t)f->m + 2 * (size_t)r->n_groups + dgi_cluster_constraint_limit(f),
                   sizeof *r->constraints);
    r->at = dgi_zeroed(r->n_variables, sizeof *r->at);
    if (!r->constraints || !r->at)
        return false;
    for (uint32_t e = 0; e < f->m; e++) {
        uint32_t a = f->tail[e];
        uint32_t b = f->head[e];
        if (r->group[a] == r->group[b] || f->l->edges[e].free)
            continue;
        r->constraints[r->n_constraints++] = (dgi_constraint){
            .tail = r->group[a],
            .head = r->group[b],
            .length = length_of(f, e) + r->offset[a] - r->offset[b],
            .weight = f->l->edges[e].weight,
        };
    }
    dgi_rank_variables of_nodes = {r->group, r->offset, r->n_groups};
    if (!constrain_ends(r))
        return false;
    return dgi_constrain_clusters(f, &of_nodes, r->constraints, &r->n_constraints);
}

/* ---- The initial ranking ------------------------------------------------------------------- */

/* By longest paths: as far left as the constraints allow. Then sources move right, as far as the
 * constraints allow. */
static bool rank_by_longest_paths(const ranking *r, const uint32_t *sorted,
                                  const dgi_adjacency *out)
{
    bool *has_predecessor = dgi_zeroed(r->n_variables, sizeof *has_predecessor);
    if (!has_predecessor)
        return false;
    for (uint32_t i = 0; i < r->n_variables; i++) {
        uint32_t g = sorted[i];
        for (uint32_t j = out->start[g]; j < out->start[g + 1]; j++) {
            const dgi_constraint *k = &r->constraints[out->items[j]];
            if (r->at[k->head] < r->at[g] + k->length)
                r->at[k->head] = r->at[g] + k->length;
            has_predecessor[k->head] = true;
        }
    }
    for (uint32_t g = 0; g < r->n_variables; g++) {
        int64_t nearest = INT64_MAX;
        for (uint32_t j = out->start[g]; !has_predecessor[g] && j < out->start[g + 1]; j++) {
            const dgi_constraint *k = &r->constraints[out->items[j]];
            if (r->at[k->head] - k->length < nearest)
                nearest = r->at[k->head] - k->length;
        }
        if (nearest != INT64_MAX)
            r->at[g] = nearest;
    }
    free(has_predecessor);
    return true;
}

/* Sets the initial positions. If they are close to optimal, reduces the budget. */
static bool initial_ranking(const ranking *r, dgi_simplex_problem *s)
{
    bool reduced = false;
    dgi_adjacency out = {0};
    uint32_t *sorted = dgi_zeroed(r->n_variables, sizeof *sorted);
    bool done =
        sorted && dgi_constraints_out(&out, r->n_variables, r->n_constraints, r->constraints) &&
        dgi_sort_topologically(sorted, r->n_variables, r->constraints, &out) &&
        rank_by_longest_paths(r, sorted, &out) && dgi_solve_by_colours(s, sorted, &out, &reduced);
    if (reduced)
        s->budget /= 40;
    dgi_adjacency_free(&out);
    free(sorted);
    return done;
}

/* ---- Ranks of nodes ------------------------------------------------------------------------ */

/* Union-find with path halving. */
static uint32_t find_root(uint32_t *parent, uint32_t v)
{
    while (parent[v] != v)
        v = parent[v] = parent[parent[v]];
    return v;
}

static void join(uint32_t *component, uint32_t v, uint32_t w)
{
    uint32_t a = find_root(component, v), b = find_root(component, w);
    component[a > b ? a : b] = a > b ? b : a;
}

/* What is in a cluster stays together; if the outermost ones are in sequence, all of them do. */
static void join_clusters(const dgi_layering *f, uint32_t *component)
{
    const dgi_clusters *c = f->clusters;
    if (!c)
        return;
    /* Their ranks are not known yet: here the outermost cluster, and a node in it. */
    uint32_t *outermost = c->last_rank, *node = c->first_rank;
    for (uint32_t i = 0; i < c->n; i++) {
        outermost[i] = c->parent[i] ? outermost[c->parent[i]] : i;
        node[i] = DGI_NONE;
    }
    for (uint32_t v = 0; v < f->n; v++) {
        uint32_t in =
            c->of_node[v] && c->apart[0] == DGI_IN_SEQUENCE ? 1 : outermost[c->of_node[v]];
        if (in && node[in] == DGI_NONE)
            node[in] = v;
        if (in)
            join(component, node[in], v);
    }
}

static bool has_end_rank(const dgi_layering *f)
{
    for (uint32_t v = 0; v < f->n; v++)
        if (f->l->nodes[v].end_rank)
            return true;
    return false;
}

/* Edges that say nothing about ranks are reversed where they go back. */
static void orient_free_edges(dgi_layering *f)
{
    for (uint32_t e = 0; e < f->m; e++)
        if (f->l->edges[e].free && f->rank[from(f, e)] >= f->rank[to(f, e)]) {
            f->back[e] = true;
            f->tail[e] = to(f, e);
            f->head[e] = from(f, e);
        }
}

/* Shifts each connected component so that it begins at rank 0. */
static void normalise(const ranking *r, uint32_t *component, int64_t *least)
{
    dgi_layering *f = r->f;
    for (uint32_t v = 0; v < f->n; v++)
        component[v] = v;
    for (uint32_t e = 0; e < f->m; e++)
        if (!f->l->edges[e].free)
            join(component, f->tail[e], f->head[e]);
    for (uint32_t v = 0; f->leader && v < f->n; v++)
        join(component, f->leader[v], v);
    if (has_end_rank(f))
        for (uint32_t v = 1; v < f->n; v++)
            join(component, 0, v);
    join_clusters(f, component);
    for (uint32_t v = 0; v < f->n; v++)
        least[v] = INT64_MAX;
    for (uint32_t v = 0; v < f->n; v++) {
        uint32_t c = find_root(component, v);
        int64_t at = r->at[r->group[v]] + r->offset[v];
        if (at < least[c])
            least[c] = at;
    }
    for (uint32_t v = 0; v < f->n; v++) {
        f->rank[v] = (uint32_t)(r->at[r->group[v]] + r->offset[v] - least[find_root(component, v)]);
        if (f->rank[v] >= f->n_ranks)
            f->n_ranks = f->rank[v] + 1;
    }
}

static bool rank_groups(ranking *r)
{
    dgi_layering *f = r->f;
    if (!constrain_groups(r))
        return false;
    dgi_simplex_problem s = {
        .n = r->n_variables,
        .m = r->n_constraints,
        .constraints = r->constraints,
        .at = r->at,
        .budget = 200 * ((uint64_t)f->n + f->m) + 10000000,
    };
    return initial_ranking(r, &s) && dgi_network_simplex(&s);
}

dg_status dgi_assign_ranks(dgi_layering *f)
{
    ranking r = {.f = f};
    r.rigid_edge = dgi_zeroed(f->n, sizeof *r.rigid_edge);
    r.group = dgi_zeroed(f->n, sizeof *r.group);
    r.offset = dgi_zeroed(f->n, sizeof *r.offset);
    f->rank = dgi_zeroed(f->n, sizeof *f->rank);
    uint32_t *scratch = dgi_zeroed(f->n, sizeof *scratch);
    int64_t *least = dgi_zeroed(f->n, sizeof *least);
    bool done = r.rigid_edge && r.group && r.offset && f->rank && scratch && least && orient(f) &&
                (f->has_lengths || find_rigid_edges(&r));
    if (done && f->has_lengths)
        number_sets(&r);
    else if (done)
        number_groups(&r, scratch);
    done = done && rank_groups(&r);
    if (done) {
        normalise(&r, scratch, least);
        orient_free_edges(f);
    }
    bool too_many = done && f->n_ranks > MOST_RANKS + f->n;
    free(r.rigid_edge);
    free(r.group);
    free(r.offset);
    free(r.constraints);
    free(r.at);
    free(scratch);
    free(least);
    return !done ? DG_NOMEM : too_many ? DG_LIMIT : DG_OK;
}
