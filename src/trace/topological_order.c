/* Nodes behind their operands, as they would be computed. */
#include "trace/topological_order.h"

#include <stdlib.h>
#include <string.h>

enum { UNVISITED = 0, ON_PATH, DONE };

typedef struct step {
    uint32_t node, next; /* the operand to visit next */
} step;

/* Depth first through the operands of `start`; false on a cycle. */
static bool visit(const dg_trace *t, uint32_t start, unsigned char *states, step *path,
                  uint32_t *order, size_t *count)
{
    size_t n_path = 0;
    states[start] = ON_PATH;
    path[n_path++] = (step){start, 0};
    while (n_path > 0) {
        step *s = &path[n_path - 1];
        const dgi_trace_node *n = &t->nodes[s->node];
        if (s->next == n->n_operands) {
            states[s->node] = DONE;
            order[(*count)++] = s->node;
            n_path--;
            continue;
        }
        uint32_t operand = dgi_trace_node_operands(n)[s->next++];
        if (states[operand] == ON_PATH)
            return false;
        if (states[operand] == UNVISITED) {
            states[operand] = ON_PATH;
            path[n_path++] = (step){operand, 0};
        }
    }
    return true;
}

dg_status dgi_topological_order(const dg_trace *t, uint32_t **order)
{
    size_t n = t->n_nodes, count = 0;
    *order = malloc((n ? n : 1) * sizeof **order);
    step *path = malloc((n ? n : 1) * sizeof *path);
    unsigned char *states = calloc(n ? n : 1, 1);
    dg_status status = *order && path && states ? DG_OK : DG_NOMEM;
    if (status == DG_OK && t->root < n &&
        !visit(t, (uint32_t)t->root, states, path, *order, &count))
        status = DG_FORMAT;
    for (size_t i = 0; i < n && status == DG_OK; i++)
        if (states[i] == UNVISITED && !visit(t, (uint32_t)i, states, path, *order, &count))
            status = DG_FORMAT;
    free(path);
    free(states);
    return status;
}

void dgi_find_users(const dg_trace *t, uint32_t *first, uint32_t *users)
{
    memset(first, 0, (t->n_nodes + 1) * sizeof *first);
    for (size_t to = 0; to < t->n_nodes; to++) {
        const dgi_trace_node *n = &t->nodes[to];
        for (uint32_t k = 0; k < n->n_operands; k++)
            first[dgi_trace_node_operands(n)[k] + 1]++;
    }
    for (size_t i = 0; i < t->n_nodes; i++)
        first[i + 1] += first[i];
    for (size_t to = 0; to < t->n_nodes; to++) {
        const dgi_trace_node *n = &t->nodes[to];
        for (uint32_t k = 0; k < n->n_operands; k++)
            users[first[dgi_trace_node_operands(n)[k]]++] = (uint32_t)to;
    }
    for (size_t i = t->n_nodes; i-- > 0;) /* each has come to where the next one began */
        first[i + 1] = first[i];
    first[0] = 0;
}
