/* Which way the edges of Graphviz's graph go in the layout. */
#include <stdint.h>
#include <stdlib.h>

#include "graphviz/layout_plugin.h"
#include "layout/clusters.h"

/* Of an edge that closes a cycle, the head is left of the tail. The layout is given an acyclic
 * graph, so that such an edge is drawn like any other. */
bool dgi_orient_edges(dgi_layout_job *j)
{
    dgi_layout l = {.nodes = j->l.nodes,
                    .n_nodes = j->n_nodes,
                    .n_edges = j->n_edges,
                    .clusters = j->l.clusters,
                    .n_clusters = j->l.n_clusters};
    l.edges = calloc(j->n_edges + 1, sizeof *l.edges);
    if (!l.edges)
        return false;
    for (size_t i = 0; i < j->n_edges; i++)
        l.edges[i] = (dgi_layout_edge){.from = (size_t)ND_id(agtail(j->edges[i].e)),
                                       .to = (size_t)ND_id(aghead(j->edges[i].e))};
    dgi_layering f = {.l = &l, .n = (uint32_t)j->n_nodes, .m = (uint32_t)j->n_edges};
    bool done = dgi_clusters_init(&f) == DG_OK && dgi_remove_cycles(&f) == DG_OK;
    for (size_t i = 0; done && i < j->n_edges; i++)
        j->edges[i].reversed = f.back[i];
    dgi_clusters_free(&f);
    free(f.back);
    free(l.edges);
    return done;
}
