/* Constraints of clusters on ranks.
 *
 * Each cluster has two variables: its first rank is at most that of each of its members, its last
 * rank at least. Of two members that an edge joins the first ends before the second begins, where
 * they have to be apart. */
#include "layout/clusters.h"

/* What a rank more in a cluster costs, as edges of that weight would. */
enum { SPAN_WEIGHT = 1 };

typedef struct constraining {
    const dgi_layering *f;
    const dgi_rank_variables *variables;
    dgi_constraint *constraints;
    uint32_t n;
} constraining;

uint32_t dgi_cluster_variables(const dgi_layering *f)
{
    return f->clusters ? 2 * f->clusters->n : 0;
}

uint32_t dgi_cluster_constraint_limit(const dgi_layering *f)
{
    return f->clusters ? f->m + 2 * f->n + 4 * f->clusters->n : 0;
}

/* Where something begins or ends. */
typedef struct position {
    uint32_t variable;
    int64_t offset;
} position;

static position first_of(const constraining *g, uint32_t member)
{
    if (member < g->f->n)
        return (position){g->variables->variable[member], g->variables->offset[member]};
    return (position){g->variables->n + 2 * (member - g->f->n), 0};
}

static position last_of(const constraining *g, uint32_t member)
{
    position p = first_of(g, member);
    p.variable += member < g->f->n ? 0 : 1;
    return p;
}

static void constrain(constraining *g, position from, position to, int64_t length, int64_t weight)
{
    g->constraints[g->n++] = (dgi_constraint){.tail = from.variable,
                                              .head = to.variable,
                                              .length = length + from.offset - to.offset,
                                              .weight = weight};
}

/* The members that edges join. An edge between two nodes has a constraint of its own. */
static bool constrain_joined(constraining *g, bool *has_before, bool *has_after)
{
    const dgi_layering *f = g->f;
    uint32_t n = f->n + f->clusters->n;
    dgi_adjacency out = {0};
    uint32_t *from = dgi_zeroed(f->m, sizeof *from), *to = dgi_zeroed(f->m, sizeof *to);
    uint32_t *seen = dgi_zeroed(n, sizeof *seen);
    for (uint32_t e = 0; from && to && seen && e < f->m; e++) {
        dgi_joined j = dgi_joined_by(f, e);
        from[e] = f->back[e] ? j.to : j.from;
        to[e] = f->back[e] ? j.from : j.to;
        if (f->clusters->apart[j.within] == DGI_MAY_OVERLAP)
            from[e] = to[e];
        if (from[e] != to[e])
            has_after[from[e]] = has_before[to[e]] = true;
    }
    bool done = from && to && seen && dgi_adjacency_init(&out, n, f->m, from, to);
    for (uint32_t i = 0; done && i < n; i++)
        for (uint32_t j = out.start[i]; j < out.start[i + 1]; j++) {
            uint32_t k = out.items[j];
            if (k == i || seen[k] == i + 1 || (i < f->n && k < f->n))
                continue;
            seen[k] = i + 1;
            constrain(g, last_of(g, i), first_of(g, k), 1, 0);
        }
    dgi_adjacency_free(&out);
    free(from);
    free(to);
    free(seen);
    return done;
}

/* The first member of a cluster on a path of edges within it, and the last one, hold the others. */
static void constrain_members(constraining *g, const bool *has_before, const bool *has_after)
{
    const dgi_layering *f = g->f;
    const dgi_clusters *c = f->clusters;
    for (uint32_t i = 0; i < f->n + c->n; i++) {
        uint32_t own = i < f->n ? 0 : i - f->n;
        if (i >= f->n && (own == 0 || c->is_empty[own]))
            continue;
        uint32_t in = i < f->n ? c->of_node[i] : c->parent[own];
        if (own)
            constrain(g, first_of(g, i), last_of(g, i), 0, SPAN_WEIGHT);
        if (in && !has_before[i])
            constrain(g, first_of(g, f->n + in), first_of(g, i), 0, 0);
        if (in && !has_after[i])
            constrain(g, last_of(g, i), last_of(g, f->n + in), 0, 0);
    }
}

/* Clusters in sequence come in an order in which all members of theirs could. */
static bool constrain_sequences(constraining *g)
{
    const dgi_clusters *c = g->f->clusters;
    bool any = false;
    for (uint32_t i = 0; i < c->n; i++)
        any = any || c->apart[i] == DGI_IN_SEQUENCE;
    if (!any)
        return true;
    uint32_t n = g->variables->n + dgi_cluster_variables(g->f);
    dgi_adjacency out = {0};
    uint32_t *sorted = dgi_zeroed(n, sizeof *sorted);
    uint32_t *previous = dgi_zeroed(c->n, sizeof *previous);
    bool done = sorted && previous && dgi_constraints_out(&out, n, g->n, g->constraints) &&
                dgi_sort_topologically(sorted, n, g->constraints, &out);
    for (uint32_t i = 0; done && i < n; i++) {
        if (sorted[i] < g->variables->n || (sorted[i] - g->variables->n) % 2)
            continue;
        uint32_t own = (sorted[i] - g->variables->n) / 2;
        if (own == 0 || c->is_empty[own] || !c->is_crossed[own] ||
            c->apart[c->parent[own]] != DGI_IN_SEQUENCE)
            continue;
        uint32_t *before = &previous[c->parent[own]];
        if (*before)
            constrain(g, last_of(g, g->f->n + *before), first_of(g, g->f->n + own), 1, 0);
        *before = own;
    }
    dgi_adjacency_free(&out);
    free(sorted);
    free(previous);
    return done;
}

bool dgi_constrain_clusters(const dgi_layering *f, const dgi_rank_variables *variables,
                            dgi_constraint *constraints, uint32_t *n)
{
    if (!f->clusters)
        return true;
    constraining g = {.f = f, .variables = variables, .constraints = constraints, .n = *n};
    bool *has_before = dgi_zeroed((size_t)f->n + f->clusters->n, sizeof *has_before);
    bool *has_after = dgi_zeroed((size_t)f->n + f->clusters->n, sizeof *has_after);
    bool done = has_before && has_after && constrain_joined(&g, has_before, has_after);
    if (done) {
        constrain_members(&g, has_before, has_after);
        done = constrain_sequences(&g);
    }
    *n = g.n;
    free(has_before);
    free(has_after);
    return done;
}
