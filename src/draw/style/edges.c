#include "draw/style/edges.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "draw/style/folded.h"

/* Whether an edge is one of those that a picture has. */
static bool is_drawn(const dg_trace *t, size_t to, bool to_ops)
{
    return !to_ops || dg_trace_first_result(t, to) == to;
}

bool dgi_edges_of(dgi_edges *edges, const dg_trace *t, bool to_ops)
{
    *edges = (dgi_edges){NULL, 0, to_ops};
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
        if (dg_trace_edge(t, i, &from, &to, NULL) != DG_OK || !is_drawn(t, to, to_ops))
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

/* An edge to an op with several results has no number: each result has its own. False when out of
 * memory. */
static bool forget_several(dgi_edge_number *numbers, const dgi_edges *edges, const dg_trace *t)
{
    size_t n = dg_trace_node_count(t), first;
    bool *several = calloc(n + 1, sizeof *several);
    for (size_t i = 0; several && i < n; i++)
        if ((first = dg_trace_first_result(t, i)) != i)
            several[first] = true;
    for (size_t i = 0; several && i < edges->n; i++) {
        numbers[i].several = several[edges->all[i].to];
        numbers[i].known = numbers[i].known && !numbers[i].several;
    }
    free(several);
    return several != NULL;
}

/* The same in the view of a fold: that of the values in the whole. */
static bool folded_number_of(double *number, const dgi_folded *f, size_t from, size_t to,
                             size_t operand, dg_edges what)
{
    size_t value = dgi_folded_value(f, to);
    return value != DG_NO_NODE && dgi_folded_value(f, from) != DG_NO_NODE &&
           number_of(number, f->whole, value, operand, what);
}

dgi_edge_number *dgi_edge_numbers(const dgi_edges *edges, const dg_trace *t,
                                  const struct dgi_folded *folded, dg_edges what)
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
        if (dg_trace_edge(t, i, &from, &to, &operand) != DG_OK || !is_drawn(t, to, edges->to_ops))
            continue;
        bool known = folded ? folded_number_of(&number, folded, from, to, operand, what)
                            : number_of(&number, t, to, operand, what);
        if (latest[from] && edges->all[latest[from] - 1].to == to) {
            dgi_edge_number *sum = &numbers[latest[from] - 1];
            sum->number += number;
            sum->known = sum->known && known;
        } else {
            numbers[n++] = (dgi_edge_number){.number = number, .known = known};
            latest[from] = n;
        }
    }
    free(latest);
    if (edges->to_ops && forget_several(numbers, edges, t))
        return numbers;
    if (!edges->to_ops)
        return numbers;
    free(numbers);
    return NULL;
}

void dgi_edges_free(dgi_edges *edges)
{
    free(edges->all);
    *edges = (dgi_edges){NULL, 0, false};
}
