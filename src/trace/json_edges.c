/* Reads a trace from JSON: ids and edges, and resolving one to the other. */
#include "trace/json_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "trace/node_ids.h"

/* --- Ids -------------------------------------------------------------------------------------- */

uint32_t dgi_json_reader_id(dgi_json_reader *r, const char *id, size_t size)
{
    dgi_strmap_slot *slot = dgi_strmap_add(&r->id_indices, id, size);
    if (!slot) {
        dgi_json_reader_nomem(r);
        return DGI_NO_NODE;
    }
    if (slot->value != SIZE_MAX)
        return (uint32_t)slot->value;
    /* The limits on nodes and edges limit the number of ids. */
    if (r->n_ids == r->id_capacity) {
        size_t capacity = r->id_capacity ? r->id_capacity * 2 : 64;
        dgi_json_id *ids = realloc(r->ids, capacity * sizeof *ids);
        if (!ids) {
            dgi_json_reader_nomem(r);
            return DGI_NO_NODE;
        }
        r->ids = ids;
        r->id_capacity = capacity;
    }
    slot->value = r->n_ids;
    r->ids[r->n_ids] = (dgi_json_id){slot->key, DGI_NO_NODE};
    return (uint32_t)r->n_ids++;
}

/* --- Edges ------------------------------------------------------------------------------------ */

static bool wrong_edge(dgi_json_reader *r, size_t i, const char *what)
{
    dgi_error(r->scan.error, DG_FORMAT, "edge %zu: %s", i, what);
    return false;
}

/* Reads an end of an edge, as an index into the ids. */
static bool read_end(dgi_json_reader *r, const json_t *element, const char *member, size_t i,
                     uint32_t *id)
{
    const json_t *value = json_object_get(element, member);
    if (!json_is_string(value)) {
        dgi_error(r->scan.error, DG_FORMAT, "edge %zu: %s%s%s", i, value ? "" : "it has no ",
                  member, value ? " is not a string" : "");
        return false;
    }
    *id = dgi_json_reader_id(r, json_string_value(value), json_string_length(value));
    return *id != DGI_NO_NODE;
}

static bool grow_edges(dgi_json_reader *r)
{
    if (r->n_edges < r->edge_capacity)
        return true;
    size_t capacity = r->edge_capacity ? r->edge_capacity * 2 : 64;
    dgi_json_edge *edges = realloc(r->edges, capacity * sizeof *edges);
    if (!edges)
        return dgi_json_reader_nomem(r);
    r->edges = edges;
    r->edge_capacity = capacity;
    return true;
}

bool dgi_json_read_edge(dgi_json_reader *r, json_t *element, size_t i)
{
    if (i >= DG_TRACE_EDGES_MAX) {
        dgi_error(r->scan.error, DG_LIMIT, "the trace has more than eight million edges");
        return false;
    }
    if (!json_is_object(element))
        return wrong_edge(r, i, "it is not an object");
    dgi_json_edge edge;
    if (!read_end(r, element, "from", i, &edge.from) || !read_end(r, element, "to", i, &edge.to))
        return false;
    const json_t *operand = json_object_get(element, "operand");
    if (!operand)
        return wrong_edge(r, i, "it has no operand");
    if (!json_is_integer(operand))
        return wrong_edge(r, i, "operand is not an integer");
    json_int_t index = json_integer_value(operand);
    if (index < 0)
        return wrong_edge(r, i, "operand is negative");
    /* An index that is too large is found when the operands have been counted. */
    edge.operand = index < (json_int_t)DGI_NO_NODE ? (uint32_t)index : DGI_NO_NODE;
    if (!grow_edges(r))
        return false;
    r->edges[r->n_edges++] = edge;
    return true;
}

/* --- Resolving -------------------------------------------------------------------------------- */

/* Replaces the index of an id by that of its node. */
static bool resolve(dgi_json_reader *r, size_t edge, uint32_t *id)
{
    const dgi_json_id *n = &r->ids[*id];
    if (n->node == DGI_NO_NODE) {
        char quoted[DGI_QUOTE_SIZE];
        dgi_error(r->scan.error, DG_FORMAT, "edge %zu: no node is called %s", edge,
                  dgi_quote(quoted, n->text));
        return false;
    }
    *id = n->node;
    return true;
}

/* Resolves the ends of the edges, and counts the operands of each node. */
static bool resolve_edges(dgi_json_reader *r, uint32_t *counts)
{
    for (size_t i = 0; i < r->n_edges; i++) {
        dgi_json_edge *e = &r->edges[i];
        uint32_t id = e->to;
        if (!resolve(r, i, &e->from) || !resolve(r, i, &e->to))
            return false;
        if (e->from == e->to) {
            char quoted[DGI_QUOTE_SIZE];
            dgi_error(r->scan.error, DG_FORMAT, "edge %zu: %s is its own operand", i,
                      dgi_quote(quoted, r->ids[id].text));
            return false;
        }
        counts[e->to]++;
    }
    return true;
}

/* Sets an operand. A node has as many operands as edges lead to it, and no two edges may set the
 * same one; so in the end all are set. */
static bool set_operand(dgi_json_reader *r, size_t i)
{
    const dgi_json_edge *e = &r->edges[i];
    dgi_trace_node *n = &r->t->nodes[e->to];
    char quoted[DGI_QUOTE_SIZE];
    if (e->operand >= n->n_operands) {
        dgi_error(r->scan.error, DG_FORMAT,
                  "edge %zu: operand is too large for %s, to which %zu edge%s", i,
                  dgi_quote_id(quoted, r->t, e->to), (size_t)n->n_operands,
                  n->n_operands == 1 ? " leads" : "s lead");
        return false;
    }
    uint32_t *operands = n->n_operands > DGI_INLINE_OPERANDS ? n->allocated : n->inlined;
    if (operands[e->operand] != DGI_NO_NODE) {
        dgi_error(r->scan.error, DG_FORMAT, "edge %zu: %s has an operand %zu already", i,
                  dgi_quote_id(quoted, r->t, e->to), (size_t)e->operand);
        return false;
    }
    operands[e->operand] = e->from;
    return true;
}

static bool set_operands(dgi_json_reader *r, const uint32_t *counts)
{
    for (size_t i = 0; i < r->t->n_nodes; i++)
        if (dgi_trace_reserve_operands(r->t, i, counts[i]) != DG_OK)
            return dgi_json_reader_nomem(r);
    for (size_t i = 0; i < r->n_edges; i++)
        if (!set_operand(r, i))
            return false;
    return true;
}

static bool set_root(dgi_json_reader *r)
{
    const dgi_json_id *root = &r->ids[r->root];
    if (root->node == DGI_NO_NODE) {
        char quoted[DGI_QUOTE_SIZE];
        dgi_error(r->scan.error, DG_FORMAT, "root: no node is called %s",
                  dgi_quote(quoted, root->text));
        return false;
    }
    r->t->root = root->node;
    return true;
}

/* In version 1 an op has operands. */
static bool check_ops(dgi_json_reader *r)
{
    for (size_t i = 0; i < r->t->n_nodes; i++) {
        const dgi_trace_node *n = &r->t->nodes[i];
        if (n->op[0] == '\0' || n->n_operands > 0)
            continue;
        char quoted[DGI_QUOTE_SIZE];
        dgi_error(r->scan.error, DG_FORMAT, "node %zu (%s): an op has no operands", i,
                  dgi_quote_id(quoted, r->t, i));
        return false;
    }
    return true;
}

bool dgi_json_reader_link(dgi_json_reader *r)
{
    if (r->t->n_nodes == 0) {
        dgi_error(r->scan.error, DG_FORMAT, "the trace has no nodes");
        return false;
    }
    uint32_t *counts = calloc(r->t->n_nodes, sizeof *counts);
    if (!counts)
        return dgi_json_reader_nomem(r);
    bool done = resolve_edges(r, counts) && set_operands(r, counts) && set_root(r) && check_ops(r);
    free(counts);
    return done;
}
