/* Nodes behind their operands, as they would be computed. */
#include "trace/topological_order.h"

#include <stdlib.h>

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
