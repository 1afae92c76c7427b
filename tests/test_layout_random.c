/* The layout `flow` of thousands of random graphs: every box and curve where it may be. */
#include "layout_support.h"

enum { PAIRS = 20 };

/* Fields of records: a few heights of each box. */
static void random_ports(graph *g, rng *r, dgi_layout_edge *e)
{
    e->from_port = at(g, e->from)->height * ((double)rng_below(r, 5) / 4.0 - 0.5);
    e->to_port = at(g, e->to)->height * ((double)rng_below(r, 5) / 4.0 - 0.5);
}

/* What ranks and orders depend on besides edges. */
static void random_options(graph *g, rng *r, dgi_layout_pair *pairs)
{
    for (size_t v = 0; v < g->l.n_nodes; v++) {
        if (rng_below(r, 4) == 0)
            at(g, v)->rank_set = 1 + rng_below(r, g->l.n_nodes / 4 + 1);
        at(g, v)->sort_out = rng_below(r, 3) == 0;
        at(g, v)->sort_in = rng_below(r, 6) == 0;
    }
    if (rng_below(r, 2))
        at(g, rng_below(r, g->l.n_nodes))->end_rank = (signed char)((int)rng_below(r, 5) - 2);
    for (size_t e = 0; e < g->l.n_edges; e++) {
        g->l.edges[e].free = rng_below(r, 6) == 0;
        g->l.edges[e].length = (int)rng_below(r, 4);
    }
    for (g->l.n_pairs = 0; g->l.n_pairs < PAIRS; g->l.n_pairs++)
        pairs[g->l.n_pairs] = (dgi_layout_pair){rng_below(r, g->l.n_nodes),
                                                rng_below(r, g->l.n_nodes), (int)rng_below(r, 3)};
    g->l.pairs = pairs;
}

static void random_graph(graph *g, uint64_t seed)
{
    rng r = {seed};
    /* More small ones, and more that are sparse. */
    size_t n = 1 + rng_below(&r, 1 + rng_below(&r, watched() ? 60 : 200));
    size_t m = rng_below(&r, 1 + rng_below(&r, 3 * n));
    size_t near = 1 + rng_below(&r, n);
    /* 0: with cycles and loops; 1: labels; 2: strange sizes; 3: ports, 4: of some edges only, and
     * with cycles */
    int kind = (int)rng_below(&r, 8);
    for (size_t i = 0; i < n; i++) {
        bool none = kind == 2 && rng_below(&r, 4) == 0;
        node(g, none ? 0.0 : rng_between(&r, 1, 200), none ? 0.0 : rng_between(&r, 1, 60));
    }
    for (size_t i = 0; i < m; i++) {
        size_t a = rng_below(&r, n);
        size_t b = (a + 1 + rng_below(&r, near)) % n;
        bool cycles = kind == 0 || kind == 4;
        if (!cycles && a > b) {
            size_t swap = a;
            a = b;
            b = swap;
        }
        if (!cycles && a == b)
            continue;
        size_t e = edge(g, cycles && rng_below(&r, 20) == 0 ? b : a, b,
                        rng_below(&r, 4) ? 1 : (int)(1 + rng_below(&r, 30)));
        if (kind == 1 && rng_below(&r, 3) == 0) {
            g->l.edges[e].label_width = rng_between(&r, 1, 40);
            g->l.edges[e].label_height = rng_between(&r, 1, 20);
        }
        if (kind == 3 || (kind == 4 && rng_below(&r, 3) == 0))
            random_ports(g, &r, &g->l.edges[e]);
    }
    g->l.node_gap = kind == 2 ? 0.0 : rng_between(&r, 0, 30);
    g->l.rank_gap = kind == 2 ? 0.0 : rng_between(&r, 1, 60);
    g->l.longest = rng_below(&r, 3) ? 0 : 1 + rng_below(&r, 4);
}

static void random_graphs_are_valid(uint64_t first, uint64_t last, double effort)
{
    for (uint64_t seed = first; seed <= last; seed++) {
        const char *why = "";
        graph g = empty();
        dgi_layout_pair pairs[PAIRS];
        random_graph(&g, seed);
        rng r = {seed + 1};
        if (seed % 4 == 0)
            random_options(&g, &r, pairs);
        g.l.effort = effort;
        ck_assert_msg(dgi_layout_run(&g.l) == DG_OK, "seed %llu", (unsigned long long)seed);
        ck_assert_msg(dgi_layout_valid(&g.l, &why), "seed %llu: %s", (unsigned long long)seed, why);
        release(&g);
    }
}

START_TEST(valid_with_small_effort)
{
    random_graphs_are_valid(1, watched() ? 300 : short_run() ? 3000 : 10000, SMALL_EFFORT);
}
END_TEST

START_TEST(valid_with_full_effort)
{
    random_graphs_are_valid(10001, watched() ? 10020 : short_run() ? 10060 : 10200, 0);
}
END_TEST

/* The same coordinates again, bit for bit. */
START_TEST(the_same_again)
{
    for (uint64_t seed = 1; seed <= (short_run() ? 15 : 40); seed++) {
        graph g = empty(), again = empty();
        random_graph(&g, seed);
        random_graph(&again, seed);
        lay_out(&g);
        free(malloc(1000 + seed)); /* other addresses */
        lay_out(&again);
        ck_assert_uint_eq(g.l.n_points, again.l.n_points);
        for (size_t i = 0; i < g.l.n_points; i++) {
            ck_assert(same_number(g.l.points[i].x, again.l.points[i].x));
            ck_assert(same_number(g.l.points[i].y, again.l.points[i].y));
        }
        for (size_t i = 0; i < g.l.n_nodes; i++)
            ck_assert(same_number(at(&g, i)->y, at(&again, i)->y));
        release(&g);
        release(&again);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {valid_with_small_effort, valid_with_full_effort, the_same_again};
    return run_suite("layout, random graphs", tests, sizeof tests / sizeof *tests);
}
