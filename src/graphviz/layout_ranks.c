/* What Graphviz's graph says about ranks: which nodes share one, and which way edges go in the
 * layout. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "graphviz/layout_plugin.h"
#include "layout/clusters.h"

/* ---- Rank sets ------------------------------------------------------------------------------ */

typedef enum set_kind { NONE, SAME, MIN, SOURCE, MAX, SINK } set_kind;

static set_kind kind_of(graph_t *g)
{
    static const char *const names[] = {"", "same", "min", "source", "max", "sink"};
    const char *asked = dgi_attribute_of(g, "rank");
    for (int i = SAME; i <= SINK; i++)
        if (strcmp(asked, names[i]) == 0)
            return (set_kind)i;
    return NONE;
}

/* Union-find with path halving. The root is the smallest. */
static uint32_t find_root(uint32_t *leader, uint32_t v)
{
    while (leader[v] != v)
        v = leader[v] = leader[leader[v]];
    return v;
}

static void join(uint32_t *leader, uint32_t v, uint32_t w)
{
    uint32_t a = find_root(leader, v), b = find_root(leader, w);
    leader[a > b ? a : b] = a > b ? b : a;
}

/* All nodes in the first rank are one set, and those in the last one another. A set is in one
 * cluster. */
static void take_set(dgi_layout_job *j, graph_t *g, set_kind kind, uint32_t ends[2])
{
    uint32_t *own = kind >= MIN ? &ends[kind >= MAX] : NULL, first = DGI_NONE;
    for (node_t *n = agfstnode(g); n; n = agnxtnode(g, n)) {
        uint32_t v = (uint32_t)ND_id(n);
        if (first != DGI_NONE && j->l.nodes[first].cluster != j->l.nodes[v].cluster)
            continue; /* clusters have ranks of their own */
        first = own && *own != DGI_NONE ? *own : first == DGI_NONE ? v : first;
        join(j->leader, first, v);
        j->has_sets = true;
        if (own) {
            *own = first;
            int at_end = kind >= MAX ? 1 : -1;
            if (kind == SOURCE || kind == SINK)
                j->ends_alone[kind >= MAX] = true;
            j->nodes[v].end_rank = (signed char)at_end;
        }
    }
}

/* Subgraphs at any depth, but for those of clusters, which have ranks of their own. */
static void take_sets(dgi_layout_job *j)
{
    uint32_t ends[2] = {DGI_NONE, DGI_NONE};
    for (graph_t *g = dgi_next_subgraph(j->g, j->g); g; g = dgi_next_subgraph(j->g, g)) {
        set_kind kind = dgi_is_cluster(g) ? NONE : kind_of(g);
        /* With clusters no ranks are the first and the last of all. */
        if (kind != NONE)
            take_set(j, g, j->n_clusters > 0 ? SAME : kind, ends);
    }
    for (uint32_t v = 0; v < j->n_nodes; v++)
        j->leader[v] = find_root(j->leader, v);
    for (uint32_t v = 0; v < j->n_nodes; v++)
        if (j->nodes[v].end_rank)
            j->nodes[j->leader[v]].end_rank = j->nodes[v].end_rank;
    for (uint32_t v = 0; v < j->n_nodes; v++) {
        signed char end = j->nodes[j->leader[v]].end_rank;
        j->nodes[v].end_rank = (signed char)(end * (end && j->ends_alone[end > 0] ? 2 : 1));
    }
}

/* ---- Which way edges go --------------------------------------------------------------------- */

static uint32_t end_of(const dgi_job_edge *e, bool head)
{
    return (uint32_t)ND_id(head ? aghead(e->e) : agtail(e->e));
}

/* Into the first rank, or out of the last. */
static bool is_against_ends(const dgi_layout_job *j, const dgi_job_edge *e)
{
    int tail = j->nodes[end_of(e, false)].end_rank, head = j->nodes[end_of(e, true)].end_rank;
    return (head < 0 && tail >= 0) || (tail > 0 && head <= 0);
}

/* Finds the edges that close cycles, of nodes, or of rank sets and clusters. */
static bool find_back_edges(const dgi_layout_job *j, dgi_layout_edge *edges, uint32_t *leader,
                            bool *back)
{
    dgi_layout l = {.nodes = j->l.nodes,
                    .n_nodes = j->n_nodes,
                    .edges = edges,
                    .n_edges = j->n_edges,
                    .clusters = j->l.clusters,
                    .n_clusters = leader ? j->l.n_clusters : 0};
    dgi_layering f = {
        .l = &l, .n = (uint32_t)j->n_nodes, .m = (uint32_t)j->n_edges, .leader = leader};
    bool done = dgi_clusters_init(&f) == DG_OK && dgi_remove_cycles(&f) == DG_OK;
    for (size_t i = 0; done && i < j->n_edges; i++)
        back[i] = f.back[i];
    dgi_clusters_free(&f);
    free(f.back);
    return done;
}

/* Of an edge that closes a cycle, the head is left of the tail. The layout is given an acyclic
 * graph, so that such an edge is drawn like any other. Pairs of nodes in one rank go from the first
 * to the second; where that is a cycle, one goes back. */
static bool orient_edges(dgi_layout_job *j, bool flat)
{
    dgi_layout_edge *edges = calloc(j->n_edges + 1, sizeof *edges);
    bool *back = calloc(j->n_edges + 1, sizeof *back);
    bool done = edges && back;
    for (size_t i = 0; done && i < j->n_edges; i++) {
        dgi_job_edge *e = &j->edges[i];
        bool against = !flat && is_against_ends(j, e);
        edges[i] = (dgi_layout_edge){.from = end_of(e, against),
                                     .to = end_of(e, !against),
                                     .free = flat ? !e->is_flat : e->is_free || e->is_flat};
    }
    done = done && find_back_edges(j, edges, flat ? NULL : j->leader, back);
    for (size_t i = 0; done && i < j->n_edges; i++) {
        dgi_job_edge *e = &j->edges[i];
        if (!edges[i].free)
            e->reversed = back[i] != (!flat && is_against_ends(j, e));
    }
    free(edges);
    free(back);
    return done;
}

static bool says_nothing(edge_t *e, Agsym_t *constraint)
{
    const char *text = constraint ? agxget(e, constraint) : "";
    return strcasecmp(text, "false") == 0 || strcasecmp(text, "no") == 0 || strcmp(text, "0") == 0;
}

bool dgi_read_ranks(dgi_layout_job *j)
{
    Agsym_t *constraint = agattr(j->g, AGEDGE, (char[]){"constraint"}, NULL);
    j->leader = calloc(j->n_nodes + 1, sizeof *j->leader);
    if (!j->leader)
        return false;
    for (uint32_t v = 0; v < j->n_nodes; v++)
        j->leader[v] = v;
    take_sets(j);
    for (size_t i = 0; i < j->n_edges; i++) {
        dgi_job_edge *e = &j->edges[i];
        e->is_flat = j->leader[end_of(e, false)] == j->leader[end_of(e, true)];
        /* Edges between clusters say which is first. */
        e->is_free = !e->is_flat && j->n_clusters == 0 && says_nothing(e->e, constraint);
        j->has_free_edges = j->has_free_edges || e->is_free;
    }
    return orient_edges(j, false) && orient_edges(j, true);
}

bool dgi_orient_free_edges(dgi_layout_job *j)
{
    for (size_t i = 0; i < j->n_edges; i++) {
        dgi_job_edge *e = &j->edges[i];
        size_t tail = j->l.nodes[end_of(e, false)].rank, head = j->l.nodes[end_of(e, true)].rank;
        if (!e->is_free)
            continue;
        e->reversed = tail > head;
        e->is_flat = tail == head;
    }
    return orient_edges(j, true);
}
