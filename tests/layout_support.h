/* What the suites of the layout share: making graphs, and laying them out. */
#ifndef LAYOUT_SUPPORT_H
#define LAYOUT_SUPPORT_H

#include "check_main.h"
#include "engine_support.h"
#include "layout/layout.h"

/* For tests of validity: faster than the default effort, with more crossings. */
#define SMALL_EFFORT 0.01

typedef struct graph {
    dgi_layout l;
    size_t node_room, edge_room;
} graph;

static inline void *grown(void *items, size_t *room, size_t count, size_t size)
{
    if (count < *room)
        return items;
    *room = *room ? 2 * *room : 64;
    items = realloc(items, *room * size);
    ck_assert_ptr_nonnull(items);
    return items;
}

static inline size_t node(graph *g, double width, double height)
{
    g->l.nodes = grown(g->l.nodes, &g->node_room, g->l.n_nodes, sizeof *g->l.nodes);
    g->l.nodes[g->l.n_nodes] = (dgi_layout_node){.width = width, .height = height};
    return g->l.n_nodes++;
}

static inline size_t edge(graph *g, size_t from, size_t to, int weight)
{
    g->l.edges = grown(g->l.edges, &g->edge_room, g->l.n_edges, sizeof *g->l.edges);
    g->l.edges[g->l.n_edges] = (dgi_layout_edge){.from = from, .to = to, .weight = weight};
    return g->l.n_edges++;
}

static inline size_t value(graph *g)
{
    return node(g, 230, 30);
}

static inline size_t op(graph *g, size_t a, size_t b)
{
    size_t result = value(g);
    size_t ellipse = node(g, 28, 28);
    edge(g, ellipse, result, 10);
    edge(g, a, ellipse, 1);
    if (b != a)
        edge(g, b, ellipse, 1);
    return result;
}

static inline graph empty(void)
{
    return (graph){.l = {.node_gap = 16, .rank_gap = 24}};
}

static inline void release(graph *g)
{
    dgi_layout_free(&g->l);
    free(g->l.nodes);
    free(g->l.edges);
}

static inline void lay_out(graph *g)
{
    const char *why = "";
    ck_assert_int_eq(dgi_layout_run(&g->l), DG_OK);
    ck_assert_msg(dgi_layout_valid(&g->l, &why), "%s", why);
}

static inline dgi_layout_node *at(const graph *g, size_t v)
{
    return &g->l.nodes[v];
}

static inline bool in_line(const graph *g, size_t a, size_t b)
{
    return fabs(at(g, a)->y - at(g, b)->y) < 0.01;
}

#endif
