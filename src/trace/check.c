/* Checks that a trace is a computation graph. */
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "trace/annotations.h"
#include "trace/node_ids.h"

static dg_status wrong_node(const dg_trace *t, size_t node, const char *what, dg_error *error)
{
    char quoted[DGI_QUOTE_SIZE];
    return dgi_error(error, DG_FORMAT, "node %zu (%s): %s", node, dgi_quote_id(quoted, t, node),
                     what);
}

static dg_status check_operands(const dg_trace *t, dg_error *error)
{
    for (size_t i = 0; i < t->n_nodes; i++) {
        const dgi_trace_node *n = &t->nodes[i];
        if (n->op[0] == '\0' && n->n_operands > 0)
            return wrong_node(t, i, "a leaf has operands", error);
    }
    return DG_OK;
}

/* Whether two nodes can be results of one op. */
static bool have_same_operands(const dgi_trace_node *a, const dgi_trace_node *b)
{
    return a->op == b->op && a->n_operands == b->n_operands &&
           memcmp(dgi_trace_node_operands(a), dgi_trace_node_operands(b),
                  a->n_operands * sizeof(uint32_t)) == 0;
}

static dg_status check_results(const dg_trace *t, dg_error *error)
{
    for (size_t i = 0; i < t->n_nodes && i < t->annotation_capacity; i++) {
        size_t first = dg_trace_first_result(t, i);
        if (first == i)
            continue;
        if (dg_trace_first_result(t, first) != first)
            return wrong_node(t, i, "it is a result of a node that is itself one", error);
        if (dg_trace_result_index(t, i) == dg_trace_result_index(t, first))
            return wrong_node(t, i, "it has the same number as the first result", error);
        if (t->nodes[i].op[0] == '\0')
            return wrong_node(t, i, "it is a result of a leaf", error);
        if (!have_same_operands(&t->nodes[i], &t->nodes[first]))
            return wrong_node(t, i, "its op is not that of the first result", error);
    }
    return DG_OK;
}

static dg_status check_ids(const dg_trace *t, dg_error *error)
{
    dgi_id_conflict conflict;
    if (!dgi_find_id_conflict(t, &conflict))
        return dgi_error(error, DG_NOMEM, "out of memory");
    if (conflict.a == DG_NO_NODE)
        return DG_OK;
    char quoted[DGI_QUOTE_SIZE];
    return dgi_error(error, DG_FORMAT, "nodes %zu and %zu are both called %s", conflict.a,
                     conflict.b, dgi_quote(quoted, dgi_explicit_id(t, conflict.b)));
}

/* A node on the path from the start of the search, and the operand to visit next. */
typedef struct step {
    uint32_t node;
    uint32_t next;
} step;

enum { UNVISITED = 0, ON_PATH, DONE };

/* Depth-first search through the operands of `start` that were not visited. Returns a node on a
 * cycle, or DG_NO_NODE. Each node is on the path at most once, so `path` has n_nodes elements. */
static size_t find_cycle(const dg_trace *t, size_t start, unsigned char *states, step *path)
{
    size_t n_path = 0;
    states[start] = ON_PATH;
    path[n_path++] = (step){(uint32_t)start, 0};
    while (n_path > 0) {
        step *s = &path[n_path - 1];
        const dgi_trace_node *n = &t->nodes[s->node];
        if (s->next == n->n_operands) {
            states[s->node] = DONE;
            n_path--;
            continue;
        }
        uint32_t operand = dgi_trace_node_operands(n)[s->next++];
        if (states[operand] == ON_PATH)
            return operand;
        if (states[operand] == UNVISITED) {
            states[operand] = ON_PATH;
            path[n_path++] = (step){operand, 0};
        }
    }
    return DG_NO_NODE;
}

static dg_status check_cycles(const dg_trace *t, dg_error *error)
{
    unsigned char *states = calloc(t->n_nodes, 1);
    step *path = t->n_nodes <= SIZE_MAX / sizeof *path ? malloc(t->n_nodes * sizeof *path) : NULL;
    dg_status status = DG_OK;
    if (!states || !path)
        status = dgi_error(error, DG_NOMEM, "out of memory");
    for (size_t i = 0; status == DG_OK && i < t->n_nodes; i++) {
        size_t bad = states[i] == UNVISITED ? find_cycle(t, i, states, path) : DG_NO_NODE;
        if (bad != DG_NO_NODE)
            status = wrong_node(t, bad, "it is computed from itself", error);
    }
    free(states);
    free(path);
    return status;
}

dg_status dg_trace_check(const dg_trace *t, dg_error *error)
{
    if (error)
        *error = (dg_error){0};
    if (!t)
        return dgi_error(error, DG_INVALID, "there is no trace");
    if (t->n_nodes == 0)
        return dgi_error(error, DG_FORMAT, "the trace has no nodes");
    dg_status status = check_operands(t, error);
    if (status == DG_OK)
        status = check_results(t, error);
    if (status == DG_OK)
        status = check_ids(t, error);
    if (status == DG_OK)
        status = check_cycles(t, error);
    return status;
}
