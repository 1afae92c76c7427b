/* The layout `flow`: where edges go out and come in. */
#include "layout_support.h"

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
            g.l.nodes[0].port = 1.0;
            g.l.edges[e].from_port = 30.0;
            ck_assert_int_eq(dgi_layout_run(&g.l), DG_INVALID);
            release(&g);
        }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        edges_at_ports,
        a_port_in_a_chain,
        ports_are_within_their_boxes,
    };
    return run_suite("layout_edges", tests, sizeof tests / sizeof *tests);
}
