/* The layout without memory. */
#include "layout/layout.h"

#include "alloc_suites.h"
#include "engine_support.h"

/* A graph that uses every phase. */
enum { NODES = 66, CHAIN = 10, ALIKE = 36, EDGES = 130, CLUSTERS = 4 };

typedef struct graph {
    dgi_layout l;
    dgi_layout_node nodes[NODES];
    dgi_layout_edge edges[EDGES];
    dgi_layout_cluster clusters[CLUSTERS];
} graph;

/* A chain with a leaf at each node and an edge past all of it, and leaves that are alike. */
static void make_regular(graph *g)
{
    dgi_layout_edge *e = g->edges;
    for (size_t i = 0; i + 1 < CHAIN; i++) {
        *e++ = (dgi_layout_edge){.from = i, .to = i + 1, .weight = 1};
        *e++ = (dgi_layout_edge){.from = CHAIN + i, .to = i + 1, .weight = 1};
    }
    *e++ = (dgi_layout_edge){.from = 0, .to = CHAIN - 1, .weight = 1};
    for (size_t i = 0; i < ALIKE; i++) {
        *e++ = (dgi_layout_edge){.from = NODES - ALIKE + i, .to = CHAIN - 2, .weight = 1};
        *e++ = (dgi_layout_edge){.from = NODES - ALIKE + i, .to = CHAIN - 1, .weight = 1};
    }
}

static void make(graph *g)
{
    rng r = {7};
    memset(g, 0, sizeof *g);
    g->l = (dgi_layout){.nodes = g->nodes,
                        .n_nodes = NODES,
                        .edges = g->edges,
                        .n_edges = EDGES,
                        .node_gap = 16,
                        .rank_gap = 24,
                        .longest = 1,
                        .effort = 0.01};
    for (size_t i = 0; i < NODES; i++)
        g->nodes[i] = (dgi_layout_node){.width = 50 + (double)i, .height = 20};
    for (size_t i = 0; i < EDGES; i++) {
        g->edges[i].from = rng_below(&r, NODES - ALIKE);
        g->edges[i].to = rng_below(&r, NODES - ALIKE);
        g->edges[i].weight = i % 5 ? 1 : 10;
        g->edges[i].label_width = i % 7 ? 0 : 12;
        g->edges[i].label_height = i % 7 ? 0 : 9;
    }
    make_regular(g);
}

/* Puts the nodes into clusters, some of which are in others. */
static void add_clusters(graph *g)
{
    static const size_t parents[CLUSTERS] = {0, 1, 0, 3};
    for (size_t i = 0; i < CLUSTERS; i++)
        g->clusters[i] = (dgi_layout_cluster){
            .parent = parents[i], .before = 8, .after = 8, .above = 20, .below = 8};
    for (size_t i = 0; i < NODES; i++)
        g->nodes[i].cluster = i / 8 % (CLUSTERS + 1);
    g->l.clusters = g->clusters;
    g->l.n_clusters = CLUSTERS;
}

/* A layout, and whether it is one: it needs memory to be checked, too. */
static bool lay_out(const alloc_scenario *s)
{
    graph g;
    const char *why = NULL;
    make(&g);
    if (strcmp(s->name, "a layout with clusters") == 0)
        add_clusters(&g);
    dg_status status = dgi_layout_run(&g.l);
    dgi_layout_point *points = g.l.points;
    bool valid = status == DG_OK && dgi_layout_valid(&g.l, &why);
    dgi_layout_free(&g.l);
    expect(status == DG_OK || points == NULL, "a layout that failed has points");
    expect(valid || status == DG_NOMEM || (why && strcmp(why, "out of memory") == 0),
           "it is no layout, and not for want of memory");
    return valid;
}

/* Builds that watch themselves may only have failed to check what they made. */
static const alloc_scenario scenarios[] = {
    {.name = "a layout", .run = lay_out, .recovers = SANITIZED, .least = 50},
    {.name = "a layout with clusters", .run = lay_out, .recovers = SANITIZED, .least = 80},
    {0},
};

const alloc_suite alloc_layout = {"layout", scenarios, NULL};
