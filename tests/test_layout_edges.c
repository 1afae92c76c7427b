/* The layout `flow`: where edges go out and come in, and what ranks and orders depend on besides
 * them. */
#include "layout_support.h"

#include <limits.h>

static dgi_layout_point first_point(const graph *g, size_t e)
{
    return g->l.points[g->l.edges[e].first_point];
}

static dgi_layout_point last_point(const graph *g, size_t e)
{
    return g->l.points[g->l.edges[e].first_point + g->l.edges[e].n_points - 1];
}

/* A tall box with three edges out at three heights: each is straight, and ends where it should. */
START_TEST(edges_at_ports)
{
    graph g = empty();
    size_t tall = node(&g, 40, 200), target[3], e[3];
    for (size_t i = 0; i < 3; i++) {
        target[i] = node(&g, 40, 30);
        e[i] = edge(&g, tall, target[i], 1);
        g.l.edges[e[i]].from_port = 80.0 * ((double)i - 1.0);
    }
    g.l.edges[e[2]].to_port = -10.0;
    lay_out(&g);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_double_eq_tol(first_point(&g, e[i]).y, at(&g, tall)->y + 80.0 * ((double)i - 1.0),
                                1e-9);
        ck_assert_double_eq_tol(last_point(&g, e[i]).y, first_point(&g, e[i]).y, 0.5);
    }
    ck_assert_double_eq_tol(at(&g, target[2])->y, last_point(&g, e[2]).y + 10.0, 1e-9);
    release(&g);
}
END_TEST

/* Of edges one after the other, each is straight between its own ports. */
START_TEST(a_port_in_a_chain)
{
    graph g = empty();
    size_t a = node(&g, 40, 60), b = node(&g, 40, 60), c = node(&g, 40, 60);
    size_t e = edge(&g, a, b, 1);
    edge(&g, b, c, 1);
    g.l.nodes[b].port = 5.0;
    g.l.edges[e].from_port = 30.0;
    lay_out(&g);
    ck_assert_double_eq_tol(at(&g, b)->y + 5.0, at(&g, a)->y + 30.0, 0.5);
    ck_assert_double_eq_tol(at(&g, c)->y, at(&g, b)->y + 5.0, 0.5);
    release(&g);
}
END_TEST

START_TEST(ports_are_within_their_boxes)
{
    static const double wrong[] = {31.0, -31.0, NAN, INFINITY};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        for (int where = 0; where < 3; where++) {
            graph g = empty();
            node(&g, 40, 60);
            node(&g, 40, 60);
            size_t e = edge(&g, 0, 1, 1);
            double *fields[] = {&g.l.edges[e].from_port, &g.l.edges[e].to_port, &g.l.nodes[0].port};
            *fields[where] = wrong[i];
            ck_assert_int_eq(dgi_layout_run(&g.l), DG_INVALID);
            *fields[where] = 30.0;
            lay_out(&g);
            dgi_layout_free(&g.l);
            g.l.nodes[0].port = 1.0;
            g.l.edges[e].from_port = 30.0;
            ck_assert_int_eq(dgi_layout_run(&g.l), DG_INVALID);
            release(&g);
        }
}
END_TEST

/* ---- Ranks and orders ----------------------------------------------------------------------- */

START_TEST(a_rank_set)
{
    graph g = empty();
    for (size_t i = 0; i < 5; i++)
        node(&g, 40, 30);
    edge(&g, 0, 1, 1);
    edge(&g, 1, 2, 1);
    edge(&g, 3, 4, 1);
    edge(&g, 4, 0, 1); /* against the sets: it goes back, or the others do */
    at(&g, 0)->rank_set = at(&g, 4)->rank_set = 2;
    at(&g, 2)->rank_set = at(&g, 3)->rank_set = 1;
    lay_out(&g);
    ck_assert_uint_eq(at(&g, 0)->rank, at(&g, 4)->rank);
    ck_assert_uint_eq(at(&g, 2)->rank, at(&g, 3)->rank);
    ck_assert_double_eq_tol(at(&g, 2)->x, at(&g, 3)->x, 1e-9);
    release(&g);
}
END_TEST

/* 0 -> 1 -> 2, 3 -> 4; 1 in the first rank is impossible, 3 and 4 at the ends are not. */
START_TEST(ends_of_the_ranks)
{
    for (signed char alone = 1; alone <= 2; alone++) {
        graph g = empty();
        for (size_t i = 0; i < 6; i++)
            node(&g, 40, 30);
        edge(&g, 0, 1, 1);
        edge(&g, 1, 2, 1);
        edge(&g, 3, 4, 1);
        at(&g, 3)->end_rank = (signed char)-alone;
        at(&g, 4)->end_rank = alone;
        lay_out(&g);
        size_t own = alone == 2;
        ck_assert_uint_eq(at(&g, 3)->rank, 0);
        ck_assert_uint_ge(at(&g, 0)->rank, own);
        ck_assert_uint_ge(at(&g, 5)->rank, own);
        ck_assert_uint_ge(at(&g, 4)->rank, at(&g, 2)->rank + own);
        ck_assert_uint_ge(at(&g, 4)->rank, at(&g, 5)->rank + own);
        at(&g, 3)->end_rank = 0;
        at(&g, 4)->end_rank = 0;
        at(&g, 1)->end_rank = -1;
        dgi_layout_free(&g.l);
        lay_out(&g);
        ck_assert_uint_eq(at(&g, 1)->rank, at(&g, 0)->rank + 1);
        release(&g);
    }
}
END_TEST

/* Empty ranks take space, and an edge across them is one bend. */
START_TEST(lengths_of_edges)
{
    graph g = empty();
    size_t a = node(&g, 40, 30), b = node(&g, 40, 30), c = node(&g, 40, 30);
    size_t e = edge(&g, a, b, 1);
    edge(&g, a, c, 1);
    g.l.edges[e].length = 3;
    lay_out(&g);
    ck_assert_uint_eq(at(&g, b)->rank, at(&g, a)->rank + 3);
    ck_assert_double_eq_tol(at(&g, b)->x - at(&g, a)->x, 2 * 40 + 3 * g.l.rank_gap, 1e-9);
    ck_assert_uint_le(g.l.edges[e].n_points, 1 + 3 * 3);
    g.l.edges[e].length = -1;
    dgi_layout_free(&g.l);
    ck_assert_int_eq(dgi_layout_run(&g.l), DG_INVALID);
    g.l.edges[e].length = INT_MAX;
    ck_assert_int_eq(dgi_layout_run(&g.l), DG_LIMIT);
    release(&g);
}
END_TEST

/* An edge that says nothing about ranks may go anywhere. */
START_TEST(free_edges)
{
    graph g = empty();
    for (size_t i = 0; i < 4; i++)
        node(&g, 40, 30);
    edge(&g, 0, 1, 1);
    edge(&g, 0, 2, 1);
    for (size_t i = 0; i < 3; i++) {
        size_t e = edge(&g, i == 2 ? 3 : i + 1, i == 1 ? 1 : 0, 1);
        g.l.edges[e].free = true;
    }
    lay_out(&g);
    ck_assert_uint_eq(at(&g, 0)->rank, 0);
    ck_assert_uint_eq(at(&g, 1)->rank, 1);
    ck_assert_uint_eq(at(&g, 2)->rank, 1);
    ck_assert_uint_eq(at(&g, 3)->rank, 0);
    release(&g);
}
END_TEST

enum { FAN = 7 };

/* The targets of a fan, in the order that pairs or sorted edges ask for, though that makes edges
 * cross. */
START_TEST(orders_of_nodes)
{
    for (int by_edges = 0; by_edges < 2; by_edges++) {
        graph g = empty();
        dgi_layout_pair pairs[FAN + 1];
        size_t hub = node(&g, 40, 30), end = node(&g, 40, 30);
        for (size_t i = 0; i < FAN; i++)
            node(&g, 40, 30);
        for (size_t i = 0; i < FAN; i++) {
            size_t target = 2 + i * 3 % FAN;
            edge(&g, hub, target, 1);
            edge(&g, target, end, 1);
            pairs[i] = (dgi_layout_pair){target, 2 + (i + 1) * 3 % FAN, 1};
        }
        at(&g, hub)->sort_out = by_edges;
        g.l.pairs = by_edges ? NULL : pairs;
        g.l.n_pairs = by_edges ? 0 : FAN - 1;
        lay_out(&g);
        for (size_t i = 0; i + 1 < FAN; i++)
            ck_assert_double_lt(at(&g, pairs[i].above)->y, at(&g, pairs[i].below)->y);
        g.l.pairs = pairs;
        g.l.n_pairs = FAN; /* the last contradicts the others: any order will do */
        dgi_layout_free(&g.l);
        lay_out(&g);
        pairs[0].below = FAN + 2;
        dgi_layout_free(&g.l);
        ck_assert_int_eq(dgi_layout_run(&g.l), DG_INVALID);
        release(&g);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        edges_at_ports, a_port_in_a_chain, ports_are_within_their_boxes,
        a_rank_set,     ends_of_the_ranks, lengths_of_edges,
        free_edges,     orders_of_nodes,
    };
    return run_suite("layout_edges", tests, sizeof tests / sizeof *tests);
}
