/* Clusters in the layout `flow`: frames that hold what is in them and nothing else, and edges that
 * pass no frame but those of their ends, unless the picture would be twice as long for it. */
#include "layout_support.h"

/* ---- Graphs --------------------------------------------------------------------------------- */

typedef struct clustered {
    graph g;
    size_t room;
} clustered;

static size_t cluster(clustered *c, size_t parent, double margin, double title)
{
    dgi_layout *l = &c->g.l;
    l->clusters = grown(l->clusters, &c->room, l->n_clusters, sizeof *l->clusters);
    l->clusters[l->n_clusters] = (dgi_layout_cluster){.parent = parent,
                                                      .before = margin,
                                                      .after = margin,
                                                      .above = margin + title,
                                                      .below = margin,
                                                      .min_width = 4 * title};
    return ++l->n_clusters;
}

static void release_clustered(clustered *c)
{
    free(c->g.l.clusters);
    release(&c->g);
}

/* Clusters of nodes one after the other, as scopes of a program are. */
static void nest(clustered *c, rng *r, size_t first, size_t end, size_t parent, int depth)
{
    double margin = rng_between(r, 0, 12), title = rng_between(r, 0, 14);
    for (size_t i = first; i < end;) {
        size_t n = 1 + rng_below(r, (end - first + 2) / 2);
        n = n > end - i ? end - i : n;
        if (rng_below(r, 3)) {
            size_t own = cluster(c, parent, margin, title);
            for (size_t k = i; k < i + n; k++)
                c->g.l.nodes[k].cluster = own;
            if (depth < 4 && n > 1)
                nest(c, r, i, i + n, own, depth + 1);
        }
        i += n;
    }
}

/* Clusters of any nodes, so that they may be on cycles; some are empty. */
static void scatter(clustered *c, rng *r)
{
    size_t n = 1 + rng_below(r, 6);
    for (size_t i = 0; i < n; i++)
        cluster(c, rng_below(r, c->g.l.n_clusters + 1), rng_between(r, 0, 12), 10);
    for (size_t v = 0; v < c->g.l.n_nodes; v++)
        c->g.l.nodes[v].cluster = rng_below(r, n + 1);
}

static void random_clustered(clustered *c, uint64_t seed)
{
    rng r = {seed};
    graph *g = &c->g;
    size_t n = 1 + rng_below(&r, 1 + rng_below(&r, watched() ? 40 : 120));
    size_t m = rng_below(&r, 1 + rng_below(&r, 3 * n));
    size_t near = 1 + rng_below(&r, n);
    int kind = (int)rng_below(&r, 6); /* 0: with cycles and loops; 1: labels; 2: no sizes; 3: any
                                         nodes in a cluster */
    *g = empty();
    for (size_t i = 0; i < n; i++) {
        node(g, kind == 2 ? 0 : rng_between(&r, 1, 100), kind == 2 ? 0 : rng_between(&r, 1, 60));
        if (rng_below(&r, 3) == 0)
            g->l.nodes[i].port = rng_between(&r, -0.5, 0.5) * g->l.nodes[i].height;
    }
    for (size_t i = 0; i < m; i++) {
        size_t a = rng_below(&r, n), b = (a + 1 + rng_below(&r, near)) % n;
        if (kind != 0 && a > b) {
            size_t swap = a;
            a = b;
            b = swap;
        }
        if (kind != 0 && a == b)
            continue;
        size_t e = edge(g, kind == 0 && rng_below(&r, 10) == 0 ? b : a, b,
                        rng_below(&r, 4) ? 1 : (int)(1 + rng_below(&r, 30)));
        if (kind == 1 && rng_below(&r, 3) == 0) {
            g->l.edges[e].label_width = rng_between(&r, 1, 40);
            g->l.edges[e].label_height = rng_between(&r, 1, 20);
        }
    }
    if (kind == 3)
        scatter(c, &r);
    else
        nest(c, &r, 0, n, 0, 0);
    g->l.node_gap = kind == 2 ? 0.0 : rng_between(&r, 0, 30);
    g->l.rank_gap = kind == 2 ? 0.0 : rng_between(&r, 1, 60);
}

/* A recurrent network: each step is a cluster with a chain of `n` nodes in an inner one, and what
 * is at some places of it is used by the place after that in all later steps, or only in the next.
 */
static void recurrent(clustered *c, size_t steps, size_t n, const bool *uses, bool all)
{
    graph *g = &c->g;
    *g = empty();
    for (size_t s = 0; s < steps; s++) {
        size_t outer = cluster(c, 0, 8, 12), inner = cluster(c, outer, 8, 12);
        for (size_t i = 0; i < n; i++) {
            size_t v = node(g, 80, 40);
            g->l.nodes[v].cluster = i == 0 || i + 1 == n ? outer : inner;
            if (i > 0)
                edge(g, v - 1, v, 4);
        }
        for (size_t before = 0; before < s; before++)
            for (size_t i = 0; i + 1 < n; i++)
                if (uses[i] && (all || before + 1 == s))
                    edge(g, before * n + i, s * n + i + 1, 1);
    }
}

/* ---- Tests ---------------------------------------------------------------------------------- */

static void random_graphs_are_valid(uint64_t first, uint64_t last, double effort)
{
    for (uint64_t seed = first; seed <= last; seed++) {
        const char *why = "";
        clustered c = {0};
        random_clustered(&c, seed);
        c.g.l.effort = effort;
        ck_assert_msg(dgi_layout_run(&c.g.l) == DG_OK, "seed %llu", (unsigned long long)seed);
        ck_assert_msg(dgi_layout_valid(&c.g.l, &why), "seed %llu: %s", (unsigned long long)seed,
                      why);
        release_clustered(&c);
    }
}

START_TEST(valid_with_small_effort)
{
    random_graphs_are_valid(1, watched() ? 200 : short_run() ? 800 : 3000, SMALL_EFFORT);
}
END_TEST

START_TEST(valid_with_full_effort)
{
    random_graphs_are_valid(10001, watched() ? 10010 : short_run() ? 10030 : 10100, 0);
}
END_TEST

/* Steps that use all earlier ones are beside each other, as long as one of them alone or little
 * longer, where going around frames would take as long as all together. */
START_TEST(recurrent_networks_stay_short)
{
    for (size_t steps = 3; steps <= 6; steps++) {
        const char *why = "";
        clustered one = {0}, c = {0};
        const bool uses[] = {false, true, false, true, false, false};
        recurrent(&one, 1, 6, uses, true);
        recurrent(&c, steps, 6, uses, true);
        ck_assert_int_eq(dgi_layout_run(&one.g.l), DG_OK);
        ck_assert_int_eq(dgi_layout_run(&c.g.l), DG_OK);
        ck_assert_msg(dgi_layout_valid(&c.g.l, &why), "%zu steps: %s", steps, why);
        ck_assert(c.g.l.through_frames);
        ck_assert_msg(c.g.l.width < 1.5 * one.g.l.width, "%zu steps: %g, one alone %g", steps,
                      c.g.l.width, one.g.l.width);
        release_clustered(&one);
        release_clustered(&c);
    }
}
END_TEST

/* What can go around frames does. */
START_TEST(no_edge_leads_through_a_frame_without_need)
{
    clustered c = {0};
    const bool uses[] = {false, true, false, false};
    recurrent(&c, 2, 4, uses, true);
    ck_assert_int_eq(dgi_layout_run(&c.g.l), DG_OK);
    ck_assert(!c.g.l.through_frames);
    release_clustered(&c);
}
END_TEST

START_TEST(random_recurrent_networks_are_valid)
{
    size_t through = 0;
    for (uint64_t seed = 1; seed <= (watched() ? 20 : short_run() ? 100 : 1000); seed++) {
        const char *why = "";
        rng r = {seed};
        clustered c = {0};
        size_t steps = 2 + rng_below(&r, 6), n = 3 + rng_below(&r, 5);
        bool uses[8], all = rng_below(&r, 3) > 0;
        for (size_t i = 0; i < n; i++)
            uses[i] = rng_below(&r, 2);
        recurrent(&c, steps, n, uses, all);
        c.g.l.effort = SMALL_EFFORT;
        ck_assert_msg(dgi_layout_run(&c.g.l) == DG_OK, "seed %llu", (unsigned long long)seed);
        ck_assert_msg(dgi_layout_valid(&c.g.l, &why), "seed %llu: %s", (unsigned long long)seed,
                      why);
        through += c.g.l.through_frames;
        release_clustered(&c);
    }
    ck_assert_uint_gt(through, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        valid_with_small_effort, valid_with_full_effort, recurrent_networks_stay_short,
        no_edge_leads_through_a_frame_without_need, random_recurrent_networks_are_valid};
    return run_suite("layout, clusters", tests, sizeof tests / sizeof *tests);
}
