/* Ranks of the least total edge length, compared with all possible rankings, and bus tracks of long
 * edges. */
#include <limits.h>

#include "layout_support.h"

/* ---- Ranks --------------------------------------------------------------------------------- */

enum { N = 6, MOST_COPIES = 3, MOST_EDGES = N * (N - 1) / 2 };

typedef struct shape {
    size_t m;
    struct {
        size_t from, to;
        int weight;
    } edges[MOST_EDGES];
} shape;

static shape random_shape(uint64_t seed)
{
    rng r = {seed};
    shape s = {0};
    size_t in_ten = 2 + rng_below(&r, 6);
    for (size_t a = 0; a < N; a++)
        for (size_t b = a + 1; b < N; b++)
            if (rng_below(&r, 10) < in_ten) {
                s.edges[s.m].from = a;
                s.edges[s.m].to = b;
                s.edges[s.m++].weight = (int)(1 + rng_below(&r, 3));
            }
    return s;
}

/* The cost of a ranking, or LONG_MAX if an edge does not point right. */
static long cost_of(const shape *s, const size_t *rank)
{
    long sum = 0;
    for (size_t i = 0; i < s->m; i++) {
        size_t a = rank[s->edges[i].from], b = rank[s->edges[i].to];
        if (a >= b)
            return LONG_MAX;
        sum += s->edges[i].weight * (long)(b - a);
    }
    return sum;
}

static long least_cost(const shape *s)
{
    size_t rank[N] = {0}, i = 0;
    long least = LONG_MAX;
    while (i < N) {
        long cost = cost_of(s, rank);
        least = cost < least ? cost : least;
        for (i = 0; i < N && ++rank[i] == N; i++)
            rank[i] = 0;
    }
    return least;
}

/* Copies of the shape that share its first node, as examples share a parameter: each can be as
 * short as one alone, since only the way from the first node counts. */
static void ranks_cost_least(const shape *s, size_t copies)
{
    dgi_layout_node nodes[MOST_COPIES * N] = {0};
    dgi_layout_edge edges[MOST_COPIES * MOST_EDGES] = {0};
    dgi_layout l = {.nodes = nodes, .edges = edges, .node_gap = 10, .rank_gap = 20};
    l.effort = SMALL_EFFORT; /* ranks do not depend on it */
    l.n_nodes = 1 + copies * (N - 1);
    for (size_t c = 0; c < copies; c++)
        for (size_t i = 0; i < s->m; i++) {
            size_t a = s->edges[i].from, b = s->edges[i].to;
            edges[l.n_edges++] = (dgi_layout_edge){
                .from = a ? c * (N - 1) + a : 0,
                .to = c * (N - 1) + b,
                .weight = s->edges[i].weight,
            };
        }
    const char *why = "";
    ck_assert_int_eq(dgi_layout_run(&l), DG_OK);
    ck_assert_msg(dgi_layout_valid(&l, &why), "%s", why);
    long cost = 0;
    for (size_t e = 0; e < l.n_edges; e++)
        cost += edges[e].weight * (long)(nodes[edges[e].to].rank - nodes[edges[e].from].rank);
    ck_assert_int_eq(cost, (long)copies * least_cost(s));
    dgi_layout_free(&l);
}

START_TEST(ranks_of_least_cost)
{
    for (uint64_t seed = 1; seed <= 150; seed++) {
        shape s = random_shape(seed);
        for (size_t copies = 1; copies <= MOST_COPIES; copies++)
            ranks_cost_least(&s, copies);
    }
}
END_TEST

/* ---- Bus tracks ---------------------------------------------------------------------------- */

enum { CHAIN = 12 };

/* A chain with two side nodes in every rank but the last ones, and edges from its first node and
 * its second past many of them. */
START_TEST(long_edges_go_around)
{
    dgi_layout_node nodes[3 * CHAIN] = {0};
    dgi_layout_edge edges[3 * CHAIN + 2] = {0};
    dgi_layout l = {.nodes = nodes, .edges = edges, .node_gap = 10, .rank_gap = 20, .longest = 3};
    for (size_t i = 0; i < 3 * CHAIN; i++)
        nodes[i] = (dgi_layout_node){.width = 40, .height = 20};
    l.n_nodes = 3 * CHAIN;
    for (size_t i = 0; i < CHAIN; i++) {
        if (i + 1 == CHAIN)
            continue;
        edges[l.n_edges++] = (dgi_layout_edge){.from = i, .to = i + 1, .weight = 10};
        edges[l.n_edges++] = (dgi_layout_edge){.from = CHAIN + 2 * i, .to = i + 1, .weight = 1};
        edges[l.n_edges++] = (dgi_layout_edge){.from = CHAIN + 2 * i + 1, .to = i + 1, .weight = 1};
    }
    size_t longer = l.n_edges, shorter = longer + 1;
    edges[l.n_edges++] = (dgi_layout_edge){.from = 0, .to = CHAIN - 1, .weight = 1};
    edges[l.n_edges++] = (dgi_layout_edge){.from = 1, .to = CHAIN - 2, .weight = 1};
    const char *why = "";
    ck_assert_int_eq(dgi_layout_run(&l), DG_OK);
    ck_assert_msg(dgi_layout_valid(&l, &why), "%s", why);
    /* Out, along and back, each with one bend. */
    ck_assert_uint_eq(edges[longer].n_points, 1 + 3 * 3);
    ck_assert_uint_eq(edges[shorter].n_points, 1 + 3 * 3);
    double far = l.points[edges[longer].first_point + 3].y - nodes[0].y;
    double near = l.points[edges[shorter].first_point + 3].y - nodes[1].y;
    ck_assert_double_gt(fabs(near), 10); /* not through the chain */
    if (far * near > 0)                  /* on the same side the shorter one is inside */
        ck_assert_double_gt(fabs(far), fabs(near));
    dgi_layout_free(&l);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        ranks_of_least_cost,
        long_edges_go_around,
    };
    return run_suite("layout_ranks", tests, sizeof tests / sizeof *tests);
}
