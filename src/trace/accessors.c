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
