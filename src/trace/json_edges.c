/* Reads a trace from JSON: ids and edges, and resolving one to the other. */
#include "trace/json_read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"
#include "base/number.h"
#include "trace/annotations.h"
#include "trace/local_gradients.h"
#include "trace/node_ids.h"

/* --- Ids -------------------------------------------------------------------------------------- */

bool dgi_json_is_id(const dgi_json_reader *r, const dgi_json_value *value)
{
    return value->kind == DGI_JSON_STRING || (value->kind == DGI_JSON_NUMBER && r->version > 1);
}

const char *dgi_json_not_id(const dgi_json_reader *r)
{
    return r->version > 1 ? "is neither a string nor a number" : "is not a string";
}

const char *dgi_json_id_text(const dgi_json_reader *r, uint32_t id, char *text)
{
    return r->ids[id].text ? r->ids[id].text : dgi_default_id(text, r->ids[id].number);
}

/* Adds an id. The limits on nodes and edges limit their number. */
static uint32_t add_id(dgi_json_reader *r, const char *text, size_t number)
{
    dgi_json_id *ids = dgi_grown(r->ids, &r->id_capacity, r->n_ids, sizeof *ids);
    if (!ids) {
        dgi_json_scan_nomem(&r->scan);
        return DGI_NO_NODE;
    }
    r->ids = ids;
    ids[r->n_ids] = (dgi_json_id){text, (uint32_t)number, DGI_NO_NODE};
    return (uint32_t)r->n_ids++;
}

/* Makes the table of numbered ids large enough for a number. */
static bool grow_numbered(dgi_json_reader *r, size_t number)
{
    size_t size = r->n_numbered ? r->n_numbered : 64;
    while (size <= number)
        size *= 2;
    if (size == r->n_numbered)
        return true;
    uint32_t *numbered = realloc(r->numbered, size * sizeof *numbered);
    if (!numbered)
        return dgi_json_scan_nomem(&r->scan);
    memset(numbered + r->n_numbered, 0xFF, (size - r->n_numbered) * sizeof *numbered);
    r->numbered = numbered;
    r->n_numbered = size;
    return true;
}

static uint32_t numbered_id(dgi_json_reader *r, size_t number)
{
    if (!grow_numbered(r, number))
        return DGI_NO_NODE;
    if (r->numbered[number] == DGI_NO_NODE)
        r->numbered[number] = add_id(r, NULL, number);
    return r->numbered[number];
}

static uint32_t id_of_text(dgi_json_reader *r, const char *text, size_t size)
{
    size_t number = dgi_node_from_id(text, size);
    if (number < 2 * DG_TRACE_NODES_MAX)
        return numbered_id(r, number);
    dgi_strmap_slot *slot = dgi_strmap_add(&r->id_indices, text, size);
    if (!slot) {
        dgi_json_scan_nomem(&r->scan);
        return DGI_NO_NODE;
    }
    if (slot->value != SIZE_MAX)
        return (uint32_t)slot->value;
    uint32_t id = add_id(r, slot->key, 0);
    if (id != DGI_NO_NODE)
        slot->value = id;
    return id;
}

uint32_t dgi_json_reader_id(dgi_json_reader *r, const dgi_json_value *value)
{
    char number[DGI_NUMBER_ROOM];
    size_t size;
    if (value->kind == DGI_JSON_NUMBER && !value->is_integer) {
        size = dgi_shortest(number, value->number);
        return id_of_text(r, number, size);
    }
    const char *text = dgi_json_text(&r->scan, value, &size);
    return text ? id_of_text(r, text, size) : DGI_NO_NODE;
}

/* --- Edges ------------------------------------------------------------------------------------ */

/* The members of an edge, those of version 2 last. */
enum { FROM, TO, OPERAND, LOCAL, NAME, MEMBERS };

static const char *const members[MEMBERS] = {"from", "to", "operand", "local", "name"};

static bool wrong_edge(dgi_json_reader *r, size_t i, const char *member, const char *what)
{
    dgi_error(r->scan.error, DG_FORMAT, "edge %zu: %s %s", i, member, what);
    return false;
}

/* Reads an end of an edge, as an index into the ids. */
static bool read_end(dgi_json_reader *r, const dgi_json_value *value, const char *member, size_t i,
                     uint32_t *id)
{
    if (value->kind == DGI_JSON_ABSENT)
        return wrong_edge(r, i, "it has no", member);
    if (!dgi_json_is_id(r, value))
        return wrong_edge(r, i, member, dgi_json_not_id(r));
    *id = dgi_json_reader_id(r, value);
    return *id != DGI_NO_NODE;
}

static bool read_operand(dgi_json_reader *r, const dgi_json_value *value, size_t i, uint32_t *k)
{
    if (value->kind == DGI_JSON_ABSENT)
        return wrong_edge(r, i, "it has no", "operand");
    if (!value->is_integer)
        return wrong_edge(r, i, "operand", "is not an integer");
    if (value->number < 0.0)
        return wrong_edge(r, i, "operand", "is negative");
    /* An index that is too large is found when the operands have been counted. */
    *k = value->number < (double)DGI_NO_NODE ? (uint32_t)value->number : DGI_NO_NODE;
    return true;
}

/* Reads the members that few edges have. */
static bool read_note(dgi_json_reader *r, const dgi_json_value *values, size_t i)
{
    const dgi_json_value *local = &values[LOCAL], *name = &values[NAME];
    dgi_json_edge_note note = {.edge = i};
    note.has_local = local->kind != DGI_JSON_ABSENT && local->kind != DGI_JSON_NULL;
    if (note.has_local && !dgi_json_number(&r->scan, local, &note.local))
        return wrong_edge(r, i, "local", "is not a number or null");
    if (name->kind != DGI_JSON_ABSENT) {
        bool too_long = true;
        if (name->kind != DGI_JSON_STRING)
            return wrong_edge(r, i, "name", "is not a string");
        note.name = dgi_json_intern(r, name, &too_long);
        if (too_long)
            dgi_error(r->scan.error, DG_LIMIT, "edge %zu: name is longer than a million bytes", i);
        if (!note.name)
            return false;
    }
    if (!note.has_local && !note.name)
        return true;
    dgi_json_edge_note *notes = dgi_grown(r->notes, &r->note_capacity, r->n_notes, sizeof *notes);
    if (!notes)
        return dgi_json_scan_nomem(&r->scan);
    r->notes = notes;
    notes[r->n_notes++] = note;
    return true;
}

bool dgi_json_read_edge(dgi_json_reader *r, size_t i)
{
    dgi_json_value values[MEMBERS] = {{.kind = DGI_JSON_ABSENT}};
    if (i >= DG_TRACE_EDGES_MAX) {
        dgi_error(r->scan.error, DG_LIMIT, "the trace has more than eight million edges");
        return false;
    }
    if (dgi_json_scan_peek(&r->scan) != '{')
        return dgi_json_scan_value(&r->scan, values) && wrong_edge(r, i, "it is", "not an object");
    dgi_json_edge edge;
    if (!dgi_json_scan_object(&r->scan, members, r->version < 2 ? LOCAL : MEMBERS, values) ||
        !read_end(r, &values[FROM], "from", i, &edge.from) ||
        !read_end(r, &values[TO], "to", i, &edge.to) ||
        !read_operand(r, &values[OPERAND], i, &edge.operand) || !read_note(r, values, i))
        return false;
    dgi_json_edge *edges = dgi_grown(r->edges, &r->edge_capacity, r->n_edges, sizeof *edges);
    if (!edges)
        return dgi_json_scan_nomem(&r->scan);
    r->edges = edges;
    edges[r->n_edges++] = edge;
    return true;
}

/* --- Resolving -------------------------------------------------------------------------------- */

/* The node with an id; DGI_NO_NODE with an error about `what`. */
static uint32_t resolved(dgi_json_reader *r, uint32_t id, const char *what)
{
    char quoted[DGI_QUOTE_SIZE], text[DGI_DEFAULT_ID_SIZE];
    if (r->ids[id].node == DGI_NO_NODE)
        dgi_error(r->scan.error, DG_FORMAT, "%s: no node is called %s", what,
                  dgi_quote(quoted, dgi_json_id_text(r, id, text)));
    return r->ids[id].node;
}

/* Replaces the index of an id by that of its node. */
static bool resolve(dgi_json_reader *r, size_t edge, uint32_t *id)
{
    if (r->ids[*id].node != DGI_NO_NODE) {
        *id = r->ids[*id].node;
        return true;
    }
    char what[32];
    snprintf(what, sizeof what, "edge %zu", edge);
    return resolved(r, *id, what) != DGI_NO_NODE;
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
            char quoted[DGI_QUOTE_SIZE], text[DGI_DEFAULT_ID_SIZE];
            dgi_error(r->scan.error, DG_FORMAT, "edge %zu: %s is its own operand", i,
                      dgi_quote(quoted, dgi_json_id_text(r, id, text)));
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
            return dgi_json_scan_nomem(&r->scan);
    for (size_t i = 0; i < r->n_edges; i++)
        if (!set_operand(r, i))
            return false;
    return true;
}

/* --- What few edges have ---------------------------------------------------------------------- */

/* Whether two numbers are the same bit for bit, or both nan. */
static bool are_same(double a, double b)
{
    uint64_t x, y;
    memcpy(&x, &a, sizeof x);
    memcpy(&y, &b, sizeof y);
    return x == y || (isnan(a) && isnan(b));
}

/* Stores a local gradient, unless it is the one that would be computed. */
static bool set_local(dgi_json_reader *r, const dgi_json_edge_note *note)
{
    const dgi_json_edge *e = &r->edges[note->edge];
    double computed;
    if (!note->has_local || (dg_trace_local_gradient(r->t, e->to, e->operand, &computed) == DG_OK &&
                             are_same(computed, note->local)))
        return true;
    dg_status status = dg_trace_set_local_gradient(r->t, e->to, e->operand, note->local);
    if (status == DG_INVALID)
        return wrong_edge(r, note->edge, "local", "is not that of scalars");
    return status == DG_OK || dgi_json_scan_nomem(&r->scan);
}

static bool set_notes(dgi_json_reader *r)
{
    for (size_t i = 0; i < r->n_notes; i++) {
        const dgi_json_edge_note *note = &r->notes[i];
        const dgi_json_edge *e = &r->edges[note->edge];
        if (!set_local(r, note))
            return false;
        if (note->name && dg_trace_set_operand_name(r->t, e->to, e->operand, note->name) != DG_OK)
            return dgi_json_scan_nomem(&r->scan);
    }
    return true;
}

/* --- Results, roots --------------------------------------------------------------------------- */

static bool wrong_result(dgi_json_reader *r, size_t node, const char *what)
{
    char quoted[DGI_QUOTE_SIZE];
    dgi_error(r->scan.error, DG_FORMAT, "node %zu (%s): %s", node, dgi_quote_id(quoted, r->t, node),
              what);
    return false;
}

/* Replaces the ids of first results by their nodes, and says which node is a result of which. */
static bool resolve_results(dgi_json_reader *r)
{
    for (size_t i = 0; i < r->n_results; i++) {
        dgi_json_result *x = &r->results[i];
        x->of = resolved(r, x->of, "of");
        if (x->of == DGI_NO_NODE)
            return false;
        if (dgi_trace_set_result(r->t, x->node, x->of, x->k) != DG_OK)
            return dgi_json_scan_nomem(&r->scan);
    }
    return true;
}

/* Gives results the op and the operands of the first one, where the text has none. */
static bool set_results(dgi_json_reader *r)
{
    for (size_t i = 0; i < r->n_results; i++) {
        const dgi_json_result *x = &r->results[i];
        const char *op = r->t->nodes[x->node].op;
        if (dg_trace_first_result(r->t, x->of) != x->of)
            return wrong_result(r, x->node, "it is a result of a node that is itself one");
        if (*op && op != r->t->nodes[x->of].op)
            return wrong_result(r, x->node, "its op is not that of the first result");
        if (dg_trace_set_result_of(r->t, x->node, x->of, x->k) != DG_OK)
            return dgi_json_scan_nomem(&r->scan);
    }
    return true;
}

static bool set_roots(dgi_json_reader *r)
{
    uint32_t root = r->root == DGI_NO_NODE ? r->roots[0] : r->root;
    size_t node = resolved(r, root, "root");
    if (node == DGI_NO_NODE)
        return false;
    dg_trace_set_root(r->t, node);
    for (size_t i = 0; i < r->n_roots; i++) {
        node = resolved(r, r->roots[i], "roots");
        if (node == DGI_NO_NODE)
            return false;
        dg_status status = dg_trace_add_root(r->t, node);
        if (status == DG_LIMIT)
            return dgi_json_too_many_roots(r);
        if (status != DG_OK)
            return dgi_json_scan_nomem(&r->scan);
    }
    return true;
}

/* In version 1 an op has operands. */
static bool check_ops(dgi_json_reader *r)
{
    for (size_t i = 0; i < r->t->n_nodes && r->version < 2; i++)
        if (r->t->nodes[i].op[0] != '\0' && r->t->nodes[i].n_operands == 0)
            return wrong_result(r, i, "an op has no operands");
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
        return dgi_json_scan_nomem(&r->scan);
    bool done = resolve_edges(r, counts) && set_operands(r, counts);
    free(counts);
    return done && set_notes(r) && resolve_results(r) && set_results(r) && set_roots(r) &&
           check_ops(r);
}
