/* A trace from JSON text: names, edges, and how nodes and edges fit. */
#include "trace/json_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "trace/name.h"

/* --- Names ------------------------------------------------------------------------------------ */

uint32_t dgi_reader_name(dgi_reader *r, const char *name, size_t size)
{
    dgi_strmap_slot *slot = dgi_strmap_add(&r->numbers, name, size);
    if (!slot) {
        dgi_reader_nomem(r);
        return DGI_NO_NODE;
    }
    if (slot->value != SIZE_MAX)
        return (uint32_t)slot->value;
    /* Nodes and edges are limited, and so is the number of names. */
    if (r->n_names == r->room_names) {
        size_t room = r->room_names ? r->room_names * 2 : 64;
        dgi_name *names = realloc(r->names, room * sizeof *names);
        if (!names) {
            dgi_reader_nomem(r);
            return DGI_NO_NODE;
        }
        r->names = names;
        r->room_names = room;
    }
    slot->value = r->n_names;
    r->names[r->n_names] = (dgi_name){slot->key, DGI_NO_NODE};
    return (uint32_t)r->n_names++;
}

/* --- Edges ------------------------------------------------------------------------------------ */

static bool wrong_edge(dgi_reader *r, size_t i, const char *what)
{
    dgi_error(r->scan.error, DG_FORMAT, "edge %zu: %s", i, what);
    return false;
}

/* An end of an edge as the number of its name. */
static bool read_end(dgi_reader *r, const json_t *element, const char *member, size_t i,
                     uint32_t *name)
{
    const json_t *value = json_object_get(element, member);
    if (!json_is_string(value)) {
        dgi_error(r->scan.error, DG_FORMAT, "edge %zu: %s%s%s", i, value ? "" : "it has no ",
                  member, value ? " is not a string" : "");
        return false;
    }
    *name = dgi_reader_name(r, json_string_value(value), json_string_length(value));
    return *name != DGI_NO_NODE;
}

static bool grow_edges(dgi_reader *r)
{
    if (r->n_edges < r->room_edges)
        return true;
    size_t room = r->room_edges ? r->room_edges * 2 : 64;
    dgi_raw_edge *edges = realloc(r->edges, room * sizeof *edges);
    if (!edges)
        return dgi_reader_nomem(r);
    r->edges = edges;
    r->room_edges = room;
    return true;
}

bool dgi_read_edge(dgi_reader *r, json_t *element, size_t i)
{
    if (i >= DG_TRACE_EDGES_MAX) {
        dgi_error(r->scan.error, DG_LIMIT, "the trace has more than eight million edges");
        return false;
    }
    if (!json_is_object(element))
        return wrong_edge(r, i, "it is not an object");
    dgi_raw_edge edge;
    if (!read_end(r, element, "from", i, &edge.from) || !read_end(r, element, "to", i, &edge.to))
        return false;
    const json_t *operand = json_object_get(element, "operand");
    if (!operand)
        return wrong_edge(r, i, "it has no operand");
    if (!json_is_integer(operand))
        return wrong_edge(r, i, "operand is not an integer");
    json_int_t place = json_integer_value(operand);
    if (place < 0)
        return wrong_edge(r, i, "operand is negative");
    /* A place that is too large is found when the operands have been counted. */
    edge.operand = place < (json_int_t)DGI_NO_NODE ? (uint32_t)place : DGI_NO_NODE;
    if (!grow_edges(r))
        return false;
    r->edges[r->n_edges++] = edge;
    return true;
}

/* --- Together --------------------------------------------------------------------------------- */

/* The node of a name. */
static bool resolve(dgi_reader *r, size_t edge, uint32_t *name)
{
    const dgi_name *n = &r->names[*name];
    if (n->node == DGI_NO_NODE) {
        char quoted[DGI_QUOTE_ROOM];
        dgi_error(r->scan.error, DG_FORMAT, "edge %zu: no node is called %s", edge,
                  dgi_quote(quoted, n->text));
        return false;
    }
    *name = n->node;
    return true;
}

/* Edges by nodes, and how many operands each node has. */
static bool resolve_edges(dgi_reader *r, uint32_t *counts)
{
    for (size_t i = 0; i < r->n_edges; i++) {
        dgi_raw_edge *e = &r->edges[i];
        uint32_t name = e->to;
        if (!resolve(r, i, &e->from) || !resolve(r, i, &e->to))
            return false;
        if (e->from == e->to) {
            char quoted[DGI_QUOTE_ROOM];
            dgi_error(r->scan.error, DG_FORMAT, "edge %zu: %s is its own operand", i,
                      dgi_quote(quoted, r->names[name].text));
            return false;
        }
        counts[e->to]++;
    }
    return true;
}

/* What a node is called, for a message. */
static const char *quote_node(const dg_trace *t, size_t node, char *quoted)
{
    char place[DGI_PLACE_ROOM];
    const char *id = dgi_own_id(t, node);
    return dgi_quote(quoted, id ? id : dgi_place_name(place, node));
}

/* Places an edge. As many edges as operands, no place twice and none beyond: then all places are
 * filled. */
static bool place_edge(dgi_reader *r, size_t i)
{
    const dgi_raw_edge *e = &r->edges[i];
    dgi_node *n = &r->t->nodes[e->to];
    char quoted[DGI_QUOTE_ROOM];
    if (e->operand >= n->n_operands) {
        dgi_error(r->scan.error, DG_FORMAT,
                  "edge %zu: operand is too large for %s, to which %zu edge%s", i,
                  quote_node(r->t, e->to, quoted), (size_t)n->n_operands,
                  n->n_operands == 1 ? " leads" : "s lead");
        return false;
    }
    uint32_t *operands = n->n_operands > DGI_FEW ? n->many : n->few;
    if (operands[e->operand] != DGI_NO_NODE) {
        dgi_error(r->scan.error, DG_FORMAT, "edge %zu: %s has an operand %zu already", i,
                  quote_node(r->t, e->to, quoted), (size_t)e->operand);
        return false;
    }
    operands[e->operand] = e->from;
    return true;
}

static bool place_edges(dgi_reader *r, const uint32_t *counts)
{
    for (size_t i = 0; i < r->t->n_nodes; i++)
        if (dgi_trace_reserve(r->t, i, counts[i]) != DG_OK)
            return dgi_reader_nomem(r);
    for (size_t i = 0; i < r->n_edges; i++)
        if (!place_edge(r, i))
            return false;
    return true;
}

static bool set_root(dgi_reader *r)
{
    const dgi_name *root = &r->names[r->root];
    if (root->node == DGI_NO_NODE) {
        char quoted[DGI_QUOTE_ROOM];
        dgi_error(r->scan.error, DG_FORMAT, "root: no node is called %s",
                  dgi_quote(quoted, root->text));
        return false;
    }
    r->t->root = root->node;
    return true;
}

bool dgi_reader_connect(dgi_reader *r)
{
    if (r->t->n_nodes == 0) {
        dgi_error(r->scan.error, DG_FORMAT, "the trace has no nodes");
        return false;
    }
    uint32_t *counts = calloc(r->t->n_nodes, sizeof *counts);
    if (!counts)
        return dgi_reader_nomem(r);
    bool done = resolve_edges(r, counts) && place_edges(r, counts) && set_root(r);
    free(counts);
    return done;
}
