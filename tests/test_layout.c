/* The layout `flow`: small graphs by hand, and large ones. test_layout_random has the random ones.
 */
#include "layout_support.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

/* ---- Small graphs -------------------------------------------------------------------------- */

START_TEST(nothing)
{
    graph g = empty();
    lay_out(&g);
    ck_assert(g.l.width >= 0.0 && g.l.width <= 0.0 && g.l.height >= 0.0 && g.l.height <= 0.0);
    ck_assert_uint_eq(g.l.n_points, 0);
    release(&g);
}
END_TEST

START_TEST(one_node)
{
    graph g = empty();
    size_t v = node(&g, 100, 40);
    lay_out(&g);
    ck_assert_double_eq_tol(at(&g, v)->x, 50, 1e-9);
    ck_assert_double_eq_tol(at(&g, v)->y, 20, 1e-9);
    ck_assert_double_eq_tol(g.l.width, 100, 1e-9);
    ck_assert_double_eq_tol(g.l.height, 40, 1e-9);
    release(&g);
}
END_TEST

START_TEST(a_chain_is_one_line)
{
    graph g = empty();
    size_t v = value(&g);
    for (int i = 0; i < 20; i++)
        v = op(&g, v, v);
    lay_out(&g);
    ck_assert_double_eq_tol(g.l.height, 30, 1e-9);
    for (size_t i = 0; i < g.l.n_edges; i++) {
        const dgi_layout_edge *e = &g.l.edges[i];
        ck_assert_uint_eq(at(&g, e->to)->rank, at(&g, e->from)->rank + 1);
        ck_assert(in_line(&g, e->to, e->from));
        ck_assert_uint_eq(e->n_points, 4);
        double gap = at(&g, e->to)->x - at(&g, e->to)->width / 2 - at(&g, e->from)->x -
                     at(&g, e->from)->width / 2;
        ck_assert_double_eq_tol(gap, 24, 1e-6);
    }
    release(&g);
}
END_TEST

START_TEST(a_diamond)
{
    graph g = empty();
    for (int i = 0; i < 4; i++)
        node(&g, 60, 30);
    edge(&g, 0, 1, 1);
    edge(&g, 0, 2, 1);
    edge(&g, 1, 3, 1);
    edge(&g, 2, 3, 1);
    lay_out(&g);
    ck_assert_uint_eq(at(&g, 1)->rank, 1);
    ck_assert_uint_eq(at(&g, 2)->rank, 1);
    ck_assert_double_eq_tol(fabs(at(&g, 1)->y - at(&g, 2)->y), 46, 0.3);
    ck_assert(in_line(&g, 0, 3));
    ck_assert_double_eq_tol(at(&g, 0)->y, (at(&g, 1)->y + at(&g, 2)->y) / 2, 0.3);
    release(&g);
}
END_TEST

/* L = (a * b + c) * f, the graph of the lecture. */
START_TEST(the_lecture)
{
    graph g = empty();
    size_t a = value(&g), b = value(&g), c = value(&g), f = value(&g);
    size_t e = op(&g, a, b);
    size_t d = op(&g, e, c);
    size_t l = op(&g, d, f);
    lay_out(&g);
    ck_assert_uint_eq(at(&g, a)->rank, 0);
    ck_assert_uint_eq(at(&g, b)->rank, 0);
    ck_assert_uint_eq(at(&g, e)->rank, 2);
    ck_assert_uint_eq(at(&g, c)->rank, 2); /* a leaf right before its use */
    ck_assert_uint_eq(at(&g, d)->rank, 4);
    ck_assert_uint_eq(at(&g, f)->rank, 4);
    ck_assert_uint_eq(at(&g, l)->rank, 6);
    for (size_t i = 0; i < g.l.n_edges; i++)
        if (g.l.edges[i].weight == 10)
            ck_assert(in_line(&g, g.l.edges[i].from, g.l.edges[i].to));
    ck_assert_double_lt(g.l.height, 150);
    release(&g);
}
END_TEST

START_TEST(a_fan_is_centred)
{
    graph g = empty();
    size_t ellipse = node(&g, 28, 28), result = value(&g);
    edge(&g, ellipse, result, 10);
    for (int i = 0; i < 21; i++)
        edge(&g, value(&g), ellipse, 1);
    lay_out(&g);
    ck_assert(in_line(&g, ellipse, result));
    ck_assert_double_eq_tol(at(&g, ellipse)->y, g.l.height / 2, 24);
    ck_assert_double_eq_tol(g.l.height, 21 * 30 + 20 * 16, 1);
    release(&g);
}
END_TEST

START_TEST(two_components)
{
    graph g = empty();
    size_t a = value(&g), b = value(&g);
    size_t c = op(&g, a, a);
    size_t d = op(&g, op(&g, b, b), b);
    lay_out(&g);
    ck_assert_uint_eq(at(&g, a)->rank, 0);
    ck_assert_uint_eq(at(&g, b)->rank, 0);
    ck_assert_uint_eq(at(&g, c)->rank, 2);
    ck_assert_uint_eq(at(&g, d)->rank, 4);
    release(&g);
}
END_TEST

START_TEST(cycles_and_loops)
{
    graph g = empty();
    for (int i = 0; i < 4; i++)
        node(&g, 60, 30);
    edge(&g, 0, 1, 1);
    edge(&g, 1, 2, 1);
    size_t back = edge(&g, 2, 0, 1);
    size_t loop = edge(&g, 1, 1, 1);
    edge(&g, 3, 3, 5);
    lay_out(&g);
    ck_assert_uint_eq(at(&g, 0)->rank, 0);
    ck_assert_uint_eq(at(&g, 2)->rank, 2);
    ck_assert_uint_gt(g.l.edges[back].n_points, 4);
    ck_assert_uint_gt(g.l.edges[loop].n_points, 4);
    release(&g);
}
END_TEST

START_TEST(parallel_edges)
{
    graph g = empty();
    node(&g, 60, 30);
    node(&g, 60, 30);
    for (int i = 0; i < 5; i++)
        edge(&g, 0, 1, 1 + i);
    lay_out(&g);
    ck_assert(in_line(&g, 0, 1));
    release(&g);
}
END_TEST

START_TEST(labels_have_room)
{
    graph g = empty();
    size_t a = value(&g), b = value(&g), c = value(&g);
    size_t ellipse = node(&g, 28, 28);
    size_t first = edge(&g, a, ellipse, 1);
    size_t second = edge(&g, b, ellipse, 1);
    edge(&g, c, ellipse, 1);
    g.l.edges[first].label_width = 20;
    g.l.edges[first].label_height = 14;
    g.l.edges[second].label_width = 30;
    g.l.edges[second].label_height = 60;
    lay_out(&g);
    double gap = at(&g, ellipse)->x - 14 - at(&g, a)->x - 115;
    ck_assert_double_ge(gap, 24 + 30);
    ck_assert_double_lt(g.l.edges[first].label_y, at(&g, ellipse)->y);
    release(&g);
}
END_TEST

START_TEST(long_edges_pass_in_line)
{
    graph g = empty();
    size_t a = value(&g), v = value(&g);
    for (int i = 0; i < 6; i++)
        v = op(&g, v, value(&g));
    op(&g, a, v);
    edge(&g, 1, 0, 1); /* a stands left, so that it has far to go */
    lay_out(&g);
    size_t far = g.l.n_edges - 3; /* a to the last op */
    ck_assert_uint_eq(g.l.edges[far].from, a);
    ck_assert_uint_gt(at(&g, g.l.edges[far].to)->rank, at(&g, a)->rank + 3);
    ck_assert_uint_le(g.l.edges[far].n_points, 1 + 3 * 4); /* two bends at most */
    release(&g);
}
END_TEST

/* ---- What is refused ----------------------------------------------------------------------- */

START_TEST(what_makes_no_sense)
{
    static const double sizes[] = {-1.0, NAN, INFINITY, -INFINITY};
    ck_assert_int_eq(dgi_layout_run(NULL), DG_INVALID);
    dgi_layout_free(NULL);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int where = 0; where < 6; where++) {
            graph g = empty();
            node(&g, 10, 10);
            node(&g, 10, 10);
            edge(&g, 0, 1, 1);
            double *fields[] = {
                &g.l.nodes[1].width,        &g.l.nodes[0].height, &g.l.edges[0].label_width,
                &g.l.edges[0].label_height, &g.l.node_gap,        &g.l.rank_gap};
            *fields[where] = sizes[i];
            ck_assert_int_eq(dgi_layout_run(&g.l), DG_INVALID);
            ck_assert_ptr_null(g.l.points);
            *fields[where] = 1e300;
            ck_assert_int_eq(dgi_layout_run(&g.l), DG_LIMIT);
            *fields[where] = 10.0;
            g.l.edges[0].to = 2;
            ck_assert_int_eq(dgi_layout_run(&g.l), DG_INVALID);
            g.l.edges[0].to = 1;
            g.l.edges[0].weight = 0;
            ck_assert_int_eq(dgi_layout_run(&g.l), DG_INVALID);
            g.l.edges[0].weight = 1;
            lay_out(&g);
            release(&g);
        }
    graph g = empty();
    g.l.n_nodes = 1;
    ck_assert_int_eq(dgi_layout_run(&g.l), DG_INVALID);
    g.l.n_nodes = 0;
    g.l.n_edges = 1;
    ck_assert_int_eq(dgi_layout_run(&g.l), DG_INVALID);
    g.l.n_edges = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        g.l.effort = sizes[i];
        ck_assert_int_eq(dgi_layout_run(&g.l), DG_INVALID);
    }
    g.l.effort = 1e300;
    lay_out(&g);
    release(&g);
}
END_TEST

/* ---- Effort -------------------------------------------------------------------------------- */

enum { SIDE = 24 };

static graph two_layers(uint64_t seed, double effort)
{
    graph g = empty();
    rng r = {seed};
    for (size_t i = 0; i < 2 * SIDE; i++)
        node(&g, 20, 10);
    for (size_t i = 0; i < 2 * SIDE; i++)
        edge(&g, i % SIDE, SIDE + rng_below(&r, SIDE), 1);
    g.l.effort = effort;
    lay_out(&g);
    return g;
}

static size_t crossings(const graph *g)
{
    size_t sum = 0;
    for (size_t i = 0; i < g->l.n_edges; i++)
        for (size_t k = 0; k < i; k++) {
            const dgi_layout_edge *a = &g->l.edges[i], *b = &g->l.edges[k];
            sum +=
                (at(g, a->from)->y - at(g, b->from)->y) * (at(g, a->to)->y - at(g, b->to)->y) < 0.0;
        }
    return sum;
}

/* More effort never leaves more crossings, and the default is an effort of 1. */
START_TEST(more_effort_fewer_crossings)
{
    size_t sums[3] = {0};
    for (uint64_t seed = 1; seed <= 4; seed++) {
        static const double efforts[] = {1e-9, SMALL_EFFORT, 1};
        size_t before = SIZE_MAX;
        for (size_t i = 0; i < 3; i++) {
            graph g = two_layers(seed, efforts[i]);
            ck_assert_uint_le(crossings(&g), before);
            before = crossings(&g);
            sums[i] += before;
            release(&g);
        }
        graph one = two_layers(seed, 1), standard = two_layers(seed, 0);
        for (size_t v = 0; v < 2 * SIDE; v++)
            ck_assert(same_number(at(&one, v)->y, at(&standard, v)->y));
        release(&one);
        release(&standard);
    }
    ck_assert_uint_lt(sums[2], sums[1]);
    ck_assert_uint_lt(sums[1], sums[0]);
}
END_TEST

/* The checks notice what is wrong. */
START_TEST(the_checks_notice)
{
    graph g = empty();
    size_t a = value(&g), b = value(&g), c = value(&g), d = value(&g);
    op(&g, op(&g, op(&g, a, b), c), d);
    lay_out(&g);
    dgi_layout good = g.l;
    dgi_layout_point *last = &g.l.points[g.l.edges[0].first_point + g.l.edges[0].n_points - 1];
    double *coordinates[] = {&at(&g, a)->y,
                             &at(&g, b)->x,
                             &last->y,
                             &last[-1].y,
                             &g.l.points[g.l.edges[1].first_point].x,
                             &g.l.width,
                             &g.l.height};
    for (size_t i = 0; i < sizeof coordinates / sizeof *coordinates; i++) {
        double was = *coordinates[i];
        *coordinates[i] = was / 2.0 + 3.0;
        ck_assert_msg(!dgi_layout_valid(&g.l, NULL), "coordinate %zu", i);
        *coordinates[i] = NAN;
        ck_assert_msg(!dgi_layout_valid(&g.l, NULL), "coordinate %zu", i);
        *coordinates[i] = was;
        ck_assert(dgi_layout_valid(&g.l, NULL));
    }
    at(&g, c)->rank = 0;
    ck_assert(!dgi_layout_valid(&g.l, NULL));
    g.l = good;
    release(&g);
}
END_TEST

/* ---- Large graphs -------------------------------------------------------------------------- */

/* In so many seconds of processor time, which other work on the machine does not change much. */
static void lay_out_in_time(graph *g, double most)
{
    struct timespec from, to;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    ck_assert_int_eq(dgi_layout_run(&g->l), DG_OK);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) * 1e-9;
    const char *why = "";
    ck_assert_msg(dgi_layout_valid(&g->l, &why), "%s", why);
    ck_assert_msg(watched() || seconds < most, "%zu nodes took %g s", g->l.n_nodes, seconds);
}

START_TEST(a_long_chain)
{
    graph g = empty();
    size_t v = value(&g);
    for (int i = 0; i < 25000; i++)
        v = op(&g, v, v);
    lay_out_in_time(&g, 5);
    ck_assert_double_eq_tol(g.l.height, 30, 1e-9);
    release(&g);
}
END_TEST

START_TEST(a_wide_fan)
{
    graph g = empty();
    size_t ellipse = node(&g, 28, 28);
    edge(&g, ellipse, value(&g), 10);
    for (int i = 0; i < 5000; i++)
        edge(&g, value(&g), ellipse, 1);
    lay_out_in_time(&g, 5);
    ck_assert_double_eq_tol(at(&g, ellipse)->y, g.l.height / 2, 24);
    release(&g);
}
END_TEST

/* One leaf used by every step of a long chain: its edges would need a place in every rank they
 * pass. */
START_TEST(a_leaf_used_everywhere)
{
    graph g = empty();
    size_t v = value(&g), base = value(&g);
    for (int i = 0; i < (watched() ? 1500 : 4000); i++)
        v = op(&g, v, base);
    lay_out_in_time(&g, 20);
    release(&g);
}
END_TEST

/* A loss over examples of one network: shared parameters, one long sum. */
static void network(graph *g, int examples)
{
    size_t weights[4][5];
    size_t loss = 0;
    for (int i = 0; i < 20; i++)
        weights[i / 5][i % 5] = value(g);
    for (int e = 0; e < examples; e++) {
        size_t x[4], y[4];
        for (int i = 0; i < 4; i++)
            x[i] = value(g);
        for (int layer = 0; layer < 2; layer++) {
            for (int i = 0; i < 4; i++) {
                y[i] = weights[i][4];
                for (int k = 0; k < 4; k++)
                    y[i] = op(g, y[i], op(g, weights[i][k], x[k]));
                y[i] = op(g, y[i], y[i]);
            }
            memcpy(x, y, sizeof x);
        }
        loss = e ? op(g, loss, x[0]) : x[0];
    }
}

START_TEST(a_large_network)
{
    graph g = empty();
    network(&g, watched() ? 20 : 140);
    ck_assert(watched() || g.l.n_nodes > 20000);
    lay_out_in_time(&g, 15);
    release(&g);
}
END_TEST

static void *lay_out_in_thread(void *argument)
{
    graph *g = argument;
    return dgi_layout_run(&g->l) == DG_OK ? g : NULL;
}

START_TEST(a_small_stack)
{
    graph g = empty();
    size_t v = value(&g);
    for (int i = 0; i < 5000; i++)
        v = op(&g, v, v);
    network(&g, 5);
    pthread_attr_t attributes;
    pthread_t thread;
    void *result = NULL;
    ck_assert_int_eq(pthread_attr_init(&attributes), 0);
    ck_assert_int_eq(pthread_attr_setstacksize(&attributes, (size_t)64 << 10), 0);
    ck_assert_int_eq(pthread_create(&thread, &attributes, lay_out_in_thread, &g), 0);
    ck_assert_int_eq(pthread_join(thread, &result), 0);
    ck_assert_ptr_eq(result, &g);
    const char *why = "";
    ck_assert_msg(dgi_layout_valid(&g.l, &why), "%s", why);
    pthread_attr_destroy(&attributes);
    release(&g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        nothing,
        one_node,
        a_chain_is_one_line,
        a_diamond,
        the_lecture,
        a_fan_is_centred,
        two_components,
        cycles_and_loops,
        parallel_edges,
        labels_have_room,
        long_edges_pass_in_line,
        what_makes_no_sense,
        more_effort_fewer_crossings,
        the_checks_notice,
        a_long_chain,
        a_wide_fan,
        a_leaf_used_everywhere,
        a_large_network,
        a_small_stack,
    };
    return run_suite("layout", tests, sizeof tests / sizeof *tests);
}
