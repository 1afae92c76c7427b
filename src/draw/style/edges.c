#include "draw/style/edges.h"

#include <stdint.h>
#include <stdlib.h>

bool dgi_edges_of(dgi_edges *edges, const dg_trace *t)
{
    *edges = (dgi_edges){NULL, 0};
    size_t nodes = dg_trace_node_count(t), operands = dg_trace_edge_count(t);
    if (operands >= SIZE_MAX / sizeof(dgi_edge) || nodes >= SIZE_MAX / sizeof(size_t))
        return false;
    dgi_edge *all = malloc((operands + 1) * sizeof *all);
    /* latest[v] is one above the index of the latest edge from the value v. All operands of a node
     * are next to one another in the trace: if that edge leads to the same node, it is the one to
     * count on. */
    size_t *latest = calloc(nodes + 1, sizeof *latest);
    if (!all || !latest) {
        free(all);
        free(latest);
        return false;
    }
    size_t n = 0;
    for (size_t i = 0; i < operands; i++) {
        size_t from, to;
        if (dg_trace_edge(t, i, &from, &to, NULL) != DG_OK)
            continue;
        if (latest[from] && all[latest[from] - 1].to == to) {
            all[latest[from] - 1].count++;
        } else {
            all[n++] = (dgi_edge){from, to, 1};
            latest[from] = n;
        }
    }
    free(latest);
    edges->all = all;
    edges->n = n;
    return true;
}

void dgi_edges_free(dgi_edges *edges)
{
    free(edges->all);
    *edges = (dgi_edges){NULL, 0};
}
