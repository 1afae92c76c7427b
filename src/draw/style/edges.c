#include "draw/style/edges.h"

#include <math.h>
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

/* Of one operand; false where it is not known. */
static bool number_of(double *number, const dg_trace *t, size_t to, size_t operand, dg_edges what)
{
    bool known = dg_trace_local_gradient(t, to, operand, number) == DG_OK;
    if (what == DG_EDGES_CONTRIBUTION) {
        known = known && dg_trace_has_grad(t, to) &&
                dg_trace_has_grad(t, dg_trace_operand(t, to, operand));
        *number = known ? *number * dg_trace_grad(t, to) : NAN;
    }
    return known;
}

dgi_edge_number *dgi_edge_numbers(const dgi_edges *edges, const dg_trace *t, dg_edges what)
{
    dgi_edge_number *numbers = calloc(edges->n + 1, sizeof *numbers);
    size_t *latest = calloc(dg_trace_node_count(t) + 1, sizeof *latest); /* as above */
    size_t n = 0, from, to, operand;
    if (!numbers || !latest) {
        free(numbers);
        free(latest);
        return NULL;
    }
    for (size_t i = 0; i < dg_trace_edge_count(t); i++) {
        double number = NAN;
        if (dg_trace_edge(t, i, &from, &to, &operand) != DG_OK)
            continue;
        bool known = number_of(&number, t, to, operand, what);
        if (latest[from] && edges->all[latest[from] - 1].to == to) {
            dgi_edge_number *sum = &numbers[latest[from] - 1];
            sum->number += number;
            sum->known = sum->known && known;
        } else {
            numbers[n++] = (dgi_edge_number){number, known};
            latest[from] = n;
        }
    }
    free(latest);
    return numbers;
}

void dgi_edges_free(dgi_edges *edges)
{
    free(edges->all);
    *edges = (dgi_edges){NULL, 0};
}
