/* Whether a trace is a computation graph. */
#include "trace/trace.h"

#include <stdlib.h>

#include "base/error.h"
#include "trace/name.h"

static dg_status wrong_node(const dg_trace *t, size_t node, const char *what, dg_error *error)
{
    char place[DGI_PLACE_ROOM], quoted[DGI_QUOTE_ROOM];
    const char *id = dgi_own_id(t, node);
    return dgi_error(error, DG_FORMAT, "node %zu (%s): %s", node,
                     dgi_quote(quoted, id ? id : dgi_place_name(place, node)), what);
}

static dg_status check_operands(const dg_trace *t, dg_error *error)
{
    for (size_t i = 0; i < t->n_nodes; i++) {
        const dgi_node *n = &t->nodes[i];
        if (n->op[0] == '\0' && n->n_operands > 0)
            return wrong_node(t, i, "a leaf has operands", error);
        if (n->op[0] != '\0' && n->n_operands == 0)
            return wrong_node(t, i, "an op has no operands", error);
    }
    return DG_OK;
}

static dg_status check_ids(const dg_trace *t, dg_error *error)
{
    dgi_clash clash;
    if (!dgi_find_clash(t, &clash))
        return dgi_error(error, DG_NOMEM, "out of memory");
    if (clash.a == DG_NO_NODE)
        return DG_OK;
    char quoted[DGI_QUOTE_ROOM];
    return dgi_error(error, DG_FORMAT, "nodes %zu and %zu are both called %s", clash.a, clash.b,
                     dgi_quote(quoted, dgi_own_id(t, clash.b)));
}

/* A node on the way from the start to where the search is, and its operand that comes next. */
typedef struct step {
    uint32_t node;
    uint32_t next;
} step;

typedef enum colour { NEW = 0, ON_THE_WAY, DONE } colour;

/* Goes down from a node as far as nothing is known. Returns a node that is computed from itself, or
 * DG_NO_NODE. A node is on the way once at most, so the steps have room for each node once. */
static size_t find_cycle(const dg_trace *t, size_t start, unsigned char *colours, step *way)
{
    size_t n_way = 0;
    colours[start] = ON_THE_WAY;
    way[n_way++] = (step){(uint32_t)start, 0};
    while (n_way > 0) {
        step *s = &way[n_way - 1];
        const dgi_node *n = &t->nodes[s->node];
        if (s->next == n->n_operands) {
            colours[s->node] = DONE;
            n_way--;
            continue;
        }
        uint32_t operand = dgi_operands(n)[s->next++];
        if (colours[operand] == ON_THE_WAY)
            return operand;
        if (colours[operand] == NEW) {
            colours[operand] = ON_THE_WAY;
            way[n_way++] = (step){operand, 0};
        }
    }
    return DG_NO_NODE;
}

static dg_status check_cycles(const dg_trace *t, dg_error *error)
{
    unsigned char *colours = calloc(t->n_nodes, 1);
    step *way = t->n_nodes <= SIZE_MAX / sizeof *way ? malloc(t->n_nodes * sizeof *way) : NULL;
    dg_status status = DG_OK;
    if (!colours || !way)
        status = dgi_error(error, DG_NOMEM, "out of memory");
    for (size_t i = 0; status == DG_OK && i < t->n_nodes; i++) {
        size_t bad = colours[i] == NEW ? find_cycle(t, i, colours, way) : DG_NO_NODE;
        if (bad != DG_NO_NODE)
            status = wrong_node(t, bad, "it is computed from itself", error);
    }
    free(colours);
    free(way);
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
        status = check_ids(t, error);
    if (status == DG_OK)
        status = check_cycles(t, error);
    return status;
}
