/* Adjacency and topological order of constraint graphs. */
#include "layout/network_simplex.h"

static bool sort_by_end(dgi_adjacency *lists, uint32_t n, uint32_t m,
                        const dgi_constraint *constraints, bool by_tail)
{
    uint32_t *ends = dgi_zeroed(m, sizeof *ends);
    for (uint32_t i = 0; ends && i < m; i++)
        ends[i] = by_tail ? constraints[i].tail : constraints[i].head;
    bool done = ends && dgi_adjacency_init(lists, n, m, ends, NULL);
    free(ends);
    return done;
}

bool dgi_constraints_out(dgi_adjacency *lists, uint32_t n, uint32_t m,
                         const dgi_constraint *constraints)
{
    return sort_by_end(lists, n, m, constraints, true);
}

bool dgi_constraints_in(dgi_adjacency *lists, uint32_t n, uint32_t m,
                        const dgi_constraint *constraints)
{
    return sort_by_end(lists, n, m, constraints, false);
}

/* Kahn's algorithm. */
bool dgi_sort_topologically(uint32_t *sorted, uint32_t n, const dgi_constraint *constraints,
                            const dgi_adjacency *out)
{
    uint32_t *in_degree = dgi_zeroed(n, sizeof *in_degree);
    if (!in_degree)
        return false;
    for (uint32_t i = 0; i < out->start[n]; i++)
        in_degree[constraints[i].head]++;
    uint32_t end = 0;
    for (uint32_t v = 0; v < n; v++)
        if (in_degree[v] == 0)
            sorted[end++] = v;
    for (uint32_t i = 0; i < end; i++)
        for (uint32_t j = out->start[sorted[i]]; j < out->start[sorted[i] + 1]; j++) {
            uint32_t head = constraints[out->items[j]].head;
            if (--in_degree[head] == 0)
                sorted[end++] = head;
        }
    free(in_degree);
    return true;
}
