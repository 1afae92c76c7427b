/* Accessors of a trace. */
#include "trace/trace.h"

#include <string.h>

#include "trace/node_ids.h"

static const dgi_trace_node *node_at(const dg_trace *t, size_t node)
{
    return t && node < t->n_nodes ? &t->nodes[node] : NULL;
}

size_t dg_trace_node_count(const dg_trace *t)
{
    return t ? t->n_nodes : 0;
}

size_t dg_trace_edge_count(const dg_trace *t)
{
    return t ? t->n_edges : 0;
}

size_t dg_trace_root(const dg_trace *t)
{
    return t ? t->root : DG_NO_NODE;
}

size_t dg_trace_root_count(const dg_trace *t)
{
    return t && t->root != DG_NO_NODE ? 1 + t->n_more_roots : 0;
}

size_t dg_trace_root_at(const dg_trace *t, size_t i)
{
    if (i >= dg_trace_root_count(t))
        return DG_NO_NODE;
    return i == 0 ? t->root : t->more_roots[i - 1];
}

const char *dg_trace_scope(const dg_trace *t, size_t node)
{
    const dgi_trace_node *n = node_at(t, node);
    return n ? n->scope : "";
}

const char *dg_trace_label(const dg_trace *t, size_t node)
{
    const dgi_trace_node *n = node_at(t, node);
    return n ? n->label : "";
}

const char *dg_trace_op(const dg_trace *t, size_t node)
{
    const dgi_trace_node *n = node_at(t, node);
    return n ? n->op : "";
}

const char *dg_trace_id(const dg_trace *t, size_t node)
{
    const char *id = node_at(t, node) ? dgi_explicit_id(t, node) : NULL;
    return id ? id : "";
}

size_t dg_trace_operand_count(const dg_trace *t, size_t node)
{
    const dgi_trace_node *n = node_at(t, node);
    return n ? n->n_operands : 0;
}

size_t dg_trace_operand(const dg_trace *t, size_t node, size_t i)
{
    const dgi_trace_node *n = node_at(t, node);
    return n && i < n->n_operands ? dgi_trace_node_operands(n)[i] : DG_NO_NODE;
}

/* Sets first_edge from the first node where it is not valid. A trace that is built in order and
 * then read is indexed once. */
static void index_edges(dg_trace *t)
{
    for (size_t i = t->indexed; i < t->n_nodes; i++) {
        const dgi_trace_node *before = i ? &t->nodes[i - 1] : NULL;
        t->nodes[i].first_edge = before ? before->first_edge + before->n_operands : 0;
    }
    t->indexed = t->n_nodes;
}

static bool has_edge(const dgi_trace_node *n, size_t edge)
{
    return edge >= n->first_edge && edge - n->first_edge < n->n_operands;
}

/* The node that an edge leads to. Edges are usually read in order, so the last node found and a few
 * after it are tried before a binary search. */
static size_t node_of_edge(dg_trace *t, size_t edge)
{
    enum { NEAR = 8 };
    for (size_t i = t->last_found; i < t->n_nodes && i - t->last_found < NEAR; i++)
        if (has_edge(&t->nodes[i], edge))
            return t->last_found = i;
    size_t low = 0, high = t->n_nodes;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (t->nodes[middle].first_edge <= edge)
            low = middle;
        else
            high = middle;
    }
    return t->last_found = low;
}

dg_status dg_trace_edge(const dg_trace *t, size_t i, size_t *from, size_t *to, size_t *operand)
{
    if (!t || i >= t->n_edges)
        return DG_INVALID;
    /* The cast is safe since no trace is a const object: dg_trace_new() allocated it. What changes
     * is the edge index, which the caller cannot see. */
    dg_trace *mutable = (dg_trace *)t;
    index_edges(mutable);
    size_t node = node_of_edge(mutable, i);
    size_t k = i - t->nodes[node].first_edge;
    if (from)
        *from = dgi_trace_node_operands(&t->nodes[node])[k];
    if (to)
        *to = node;
    if (operand)
        *operand = k;
    return DG_OK;
}

static size_t node_with_label(const dg_trace *t, const char *interned)
{
    for (size_t i = 0; i < t->n_nodes; i++)
        if (t->nodes[i].label == interned)
            return i;
    return DG_NO_NODE;
}

static size_t node_with_id(const dg_trace *t, const char *interned)
{
    for (size_t i = 0; i < t->n_nodes && i < t->id_capacity; i++)
        if (t->ids[i] == interned)
            return i;
    return DG_NO_NODE;
}

size_t dg_trace_find(const dg_trace *t, const char *label)
{
    if (!t || !label || !*label)
        return DG_NO_NODE;
    /* Labels and ids are interned: a text that is not interned names no node, and equal texts have
     * equal addresses. */
    const dgi_strmap_slot *slot = dgi_strmap_find(&t->interned, label, strlen(label));
    size_t node = slot ? node_with_label(t, slot->key) : DG_NO_NODE;
    if (node == DG_NO_NODE && slot)
        node = node_with_id(t, slot->key);
    if (node != DG_NO_NODE)
        return node;
    node = dgi_node_from_default_id(label);
    return node < t->n_nodes && !dgi_explicit_id(t, node) ? node : DG_NO_NODE;
}
