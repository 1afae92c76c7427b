/* Ranks of least total weighted edge length, by network simplex on a smaller graph: what is known
 * to stand at a fixed distance in an optimal ranking is one group. */
#include "layout/alike.h"

/* An edge at least this heavy, out of a node that has no other, holds its ends together. */
enum { HOLDING_WEIGHT = 10 };

typedef struct ranking {
    dgi_flow *f;
    dgi_id n_groups;
    dgi_id *holder;  /* per node: the edge that holds it to the node behind, or DGI_NONE */
    dgi_id *group;   /* per node */
    int64_t *offset; /* per node: its rank less its group's */
    dgi_tie *ties;
    dgi_id n_ties;
    int64_t *at; /* per group */
} ranking;

static dgi_id from(const dgi_flow *f, dgi_id e)
{
    return (dgi_id)f->l->edges[e].from;
}

static dgi_id to(const dgi_flow *f, dgi_id e)
{
    return (dgi_id)f->l->edges[e].to;
}

/* ---- Back edges, turned around ------------------------------------------------------------- */

static bool orient(dgi_flow *f)
{
    f->tail = dgi_array(f->m, sizeof *f->tail);
    f->head = dgi_array(f->m, sizeof *f->head);
    if (!f->tail || !f->head)
        return false;
    for (dgi_id e = 0; e < f->m; e++) {
        f->tail[e] = f->back[e] ? to(f, e) : from(f, e);
        f->head[e] = f->back[e] ? from(f, e) : to(f, e);
    }
    return true;
}

/* ---- Groups -------------------------------------------------------------------------------- */

/* A node with one edge out can stand right before that edge's head in two cases: when the edge
 * weighs more than what comes in; and when nothing but such nodes comes in, which go with it. Those
 * edges form trees towards their roots, and a tree is a group. */
static void hold_in_order(const ranking *r, const dgi_lists *out, dgi_id *waits, dgi_id *ready)
{
    dgi_flow *f = r->f;
    dgi_id *loose =
        r->group; /* not used yet; per node: edges in from nodes that it does not hold */
    dgi_id end = 0;
    for (dgi_id e = 0; e < f->m; e++)
        if (f->tail[e] != f->head[e]) {
            waits[f->head[e]]++;
            loose[f->head[e]]++;
        }
    for (dgi_id v = 0; v < f->n; v++) {
        r->holder[v] = DGI_NONE;
        if (waits[v] == 0)
            ready[end++] = v;
    }
    for (dgi_id i = 0; i < end; i++) {
        dgi_id v = ready[i], others = 0, last = DGI_NONE;
        for (dgi_id j = out->start[v]; j < out->start[v + 1]; j++) {
            dgi_id e = out->all[j];
            if (f->head[e] == v)
                continue;
            others += last != DGI_NONE;
            last = e;
            if (--waits[f->head[e]] == 0)
                ready[end++] = f->head[e];
        }
        if (last == DGI_NONE || others > 0)
            continue;
        if (loose[v] == 0)
            loose[f->head[last]]--;
        if (loose[v] == 0 || f->l->edges[last].weight >= HOLDING_WEIGHT)
            r->holder[v] = last;
    }
}

static bool hold(const ranking *r)
{
    dgi_flow *f = r->f;
    dgi_lists out = {0};
    dgi_id *waits = dgi_array(f->n, sizeof *waits);
    dgi_id *ready = dgi_array(f->n, sizeof *ready);
    bool done = waits && ready && dgi_lists_of(&out, f->n, f->m, f->tail, NULL);
    if (done)
        hold_in_order(r, &out, waits, ready);
    dgi_lists_free(&out);
    free(waits);
    free(ready);
    return done;
}

/* Walks from every node to what its group or its offset is known of, and back. */
static void number_groups(ranking *r, dgi_id *way)
{
    dgi_flow *f = r->f;
    for (dgi_id v = 0; v < f->n; v++)
        r->group[v] = DGI_NONE;
    for (dgi_id start = 0; start < f->n; start++) {
        dgi_id length = 0;
        dgi_id v = start;
        while (r->group[v] == DGI_NONE && r->holder[v] != DGI_NONE) {
            way[length++] = v;
            v = f->head[r->holder[v]];
        }
        if (r->group[v] == DGI_NONE) {
            r->group[v] = r->n_groups++;
            r->offset[v] = 0;
        }
        while (length-- > 0) {
            r->group[way[length]] = r->group[v];
            r->offset[way[length]] = r->offset[v] - 1;
            v = way[length];
        }
    }
}

static bool tie_groups(ranking *r)
{
    dgi_flow *f = r->f;
    r->ties = dgi_array(f->m, sizeof *r->ties);
    r->at = dgi_array(r->n_groups, sizeof *r->at);
    if (!r->ties || !r->at)
        return false;
    for (dgi_id e = 0; e < f->m; e++) {
        dgi_id a = f->tail[e];
        dgi_id b = f->head[e];
        if (r->group[a] == r->group[b])
            continue;
        r->ties[r->n_ties++] = (dgi_tie){
            .tail = r->group[a],
            .head = r->group[b],
            .length = 1 + r->offset[a] - r->offset[b],
            .weight = f->l->edges[e].weight,
        };
    }
    return true;
}

/* ---- A first ranking ----------------------------------------------------------------------- */

/* The groups in an order in which no tie points back. */
static bool sort_groups(const ranking *r, dgi_id *sorted, const dgi_lists *out)
{
    dgi_id *waits = dgi_array(r->n_groups, sizeof *waits);
    if (!waits)
        return false;
    for (dgi_id i = 0; i < r->n_ties; i++)
        waits[r->ties[i].head]++;
    dgi_id end = 0;
    for (dgi_id g = 0; g < r->n_groups; g++)
        if (waits[g] == 0)
            sorted[end++] = g;
    for (dgi_id i = 0; i < end; i++)
        for (dgi_id j = out->start[sorted[i]]; j < out->start[sorted[i] + 1]; j++) {
            dgi_id head = r->ties[out->all[j]].head;
            if (--waits[head] == 0)
                sorted[end++] = head;
        }
    free(waits);
    return true;
}

/* As far left as the ties allow; then groups that nothing holds from the left go right, to just
 * before what they are tied to. */
static bool place_groups(const ranking *r, const dgi_id *sorted, const dgi_lists *out)
{
    bool *held = dgi_array(r->n_groups, sizeof *held);
    if (!held)
        return false;
    for (dgi_id i = 0; i < r->n_groups; i++) {
        dgi_id g = sorted[i];
        for (dgi_id j = out->start[g]; j < out->start[g + 1]; j++) {
            const dgi_tie *k = &r->ties[out->all[j]];
            if (r->at[k->head] < r->at[g] + k->length)
                r->at[k->head] = r->at[g] + k->length;
            held[k->head] = true;
        }
    }
    for (dgi_id g = 0; g < r->n_groups; g++) {
        int64_t nearest = INT64_MAX;
        for (dgi_id j = out->start[g]; !held[g] && j < out->start[g + 1]; j++) {
            const dgi_tie *k = &r->ties[out->all[j]];
            if (r->at[k->head] - k->length < nearest)
                nearest = r->at[k->head] - k->length;
        }
        if (nearest != INT64_MAX)
            r->at[g] = nearest;
    }
    free(held);
    return true;
}

/* The positions to begin with, and how long it is worth while to look for better ones. */
static bool first_ranking(const ranking *r, dgi_simplex *s)
{
    bool much = false;
    dgi_lists out = {0};
    dgi_id *tails = dgi_array(r->n_ties, sizeof *tails);
    dgi_id *sorted = dgi_array(r->n_groups, sizeof *sorted);
    for (dgi_id i = 0; tails && i < r->n_ties; i++)
        tails[i] = r->ties[i].tail;
    bool done = tails && sorted && dgi_lists_of(&out, r->n_groups, r->n_ties, tails, NULL) &&
                sort_groups(r, sorted, &out) && place_groups(r, sorted, &out) &&
                dgi_simplex_alike(s, sorted, &out, &much);
    if (much)
        s->budget /= 40;
    dgi_lists_free(&out);
    free(tails);
    free(sorted);
    return done;
}

/* ---- The ranking --------------------------------------------------------------------------- */

static dgi_id top_of(dgi_id *above, dgi_id v)
{
    while (above[v] != v)
        v = above[v] = above[above[v]];
    return v;
}

/* Every connected component begins at rank 0. */
static void normalise(const ranking *r, dgi_id *component, int64_t *least)
{
    dgi_flow *f = r->f;
    for (dgi_id v = 0; v < f->n; v++)
        component[v] = v;
    for (dgi_id e = 0; e < f->m; e++) {
        dgi_id a = top_of(component, f->tail[e]);
        dgi_id b = top_of(component, f->head[e]);
        component[a > b ? a : b] = a > b ? b : a;
    }
    for (dgi_id v = 0; v < f->n; v++)
        least[v] = INT64_MAX;
    for (dgi_id v = 0; v < f->n; v++) {
        dgi_id c = top_of(component, v);
        int64_t at = r->at[r->group[v]] + r->offset[v];
        if (at < least[c])
            least[c] = at;
    }
    for (dgi_id v = 0; v < f->n; v++) {
        f->rank[v] = (dgi_id)(r->at[r->group[v]] + r->offset[v] - least[top_of(component, v)]);
        if (f->rank[v] >= f->n_ranks)
            f->n_ranks = f->rank[v] + 1;
    }
}

static bool rank_groups(ranking *r)
{
    dgi_flow *f = r->f;
    if (!tie_groups(r))
        return false;
    dgi_simplex s = {
        .n = r->n_groups,
        .m = r->n_ties,
        .ties = r->ties,
        .at = r->at,
        .budget = 200 * ((uint64_t)f->n + f->m) + 10000000,
    };
    return first_ranking(r, &s) && dgi_simplex_run(&s);
}

dg_status dgi_flow_rank(dgi_flow *f)
{
    ranking r = {.f = f};
    r.holder = dgi_array(f->n, sizeof *r.holder);
    r.group = dgi_array(f->n, sizeof *r.group);
    r.offset = dgi_array(f->n, sizeof *r.offset);
    f->rank = dgi_array(f->n, sizeof *f->rank);
    dgi_id *scratch = dgi_array(f->n, sizeof *scratch);
    int64_t *least = dgi_array(f->n, sizeof *least);
    bool done =
        r.holder && r.group && r.offset && f->rank && scratch && least && orient(f) && hold(&r);
    if (done) {
        number_groups(&r, scratch);
        done = rank_groups(&r);
    }
    if (done)
        normalise(&r, scratch, least);
    free(r.holder);
    free(r.group);
    free(r.offset);
    free(r.ties);
    free(r.at);
    free(scratch);
    free(least);
    return done ? DG_OK : DG_NOMEM;
}
