/* Builds and frees traces. */
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/grow.h"
#include "base/utf8.h"
#include "trace/annotations.h"
#include "trace/node_ids.h"

_Static_assert(sizeof(dgi_trace_node) <= 56, "a node takes at most 56 bytes");

dg_trace *dg_trace_new(void)
{
    dg_trace *t = calloc(1, sizeof *t);
    if (t)
        t->root = DG_NO_NODE;
    return t;
}

void dg_trace_free(dg_trace *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->n_nodes; i++) {
        if (t->nodes[i].n_operands > DGI_INLINE_OPERANDS)
            free(t->nodes[i].allocated);
        if (t->nodes[i].is_tensor)
            dgi_trace_tensor_free(t->nodes[i].tensor);
    }
    free(t->nodes);
    free(t->ids);
    free(t->more_roots);
    dgi_annotations_free(t);
    dgi_strmap_free(&t->interned);
    free(t);
}

/* The size of the text, truncated to DG_TRACE_STRING_MAX at the start of a character. Replacing
 * invalid bytes can make a text three times as long, but a text must stay within the limit of the
 * JSON reader. */
static size_t truncated_size(const char *text, size_t size)
{
    if (size <= DG_TRACE_STRING_MAX)
        return size;
    size = DG_TRACE_STRING_MAX;
    while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80)
        size--;
    return size;
}

static const char *intern(dg_trace *t, const char *text, size_t size)
{
    dgi_strmap_slot *slot = dgi_strmap_add(&t->interned, text, truncated_size(text, size));
    return slot ? slot->key : NULL;
}

const char *dgi_trace_intern(dg_trace *t, const char *text, size_t size)
{
    if (size == 0)
        return "";
    if (dgi_utf8_valid(text, size))
        return intern(t, text, size);
    dgi_buf clean = DGI_BUF_INIT;
    dgi_utf8_clean(&clean, text, size);
    const char *own = clean.failed ? NULL : intern(t, clean.data, clean.size);
    dgi_buf_free(&clean);
    return own;
}

static bool reserve_node(dg_trace *t)
{
    dgi_trace_node *nodes = dgi_grown(t->nodes, &t->node_capacity, t->n_nodes, sizeof *nodes);
    if (nodes)
        t->nodes = nodes;
    return nodes != NULL;
}

dgi_trace_node *dgi_trace_append_node(dg_trace *t, const char *label, const char *op, double data)
{
    if (t->n_nodes >= DGI_NODES_MAX || !reserve_node(t))
        return NULL;
    if (t->n_nodes == 0)
        t->root = 0;
    dgi_trace_node *n = &t->nodes[t->n_nodes++];
    *n = (dgi_trace_node){.data = data, .label = label, .op = op, .scope = ""};
    return n;
}

/* The size of a text from the caller; for one over the limit, some size over the limit. */
static size_t size_of(const char *text)
{
    return text ? strnlen(text, DG_TRACE_STRING_MAX + 1) : 0;
}

/* Adds a node; NULL for the reasons of dg_trace_add_node(). */
static dgi_trace_node *add_node(dg_trace *t, const char *label, const char *op, double data)
{
    size_t label_size = size_of(label), op_size = size_of(op);
    if (!t || label_size > DG_TRACE_STRING_MAX || op_size > DG_TRACE_STRING_MAX)
        return NULL;
    const char *own_label = dgi_trace_intern(t, label, label_size);
    const char *own_op = dgi_trace_intern(t, op, op_size);
    return own_label && own_op ? dgi_trace_append_node(t, own_label, own_op, data) : NULL;
}

size_t dg_trace_add_node(dg_trace *t, const char *label, const char *op, double data)
{
    return add_node(t, label, op, data) ? t->n_nodes - 1 : DG_NO_NODE;
}

/* A tensor of a shape that the caller gave; NULL for the reasons of dg_trace_add_tensor(). */
static dgi_trace_tensor *new_tensor(int ndim, const size_t *shape, const double *data)
{
    size_t size;
    if (!dgi_trace_shape_size(ndim, shape, DG_TRACE_NUMBERS_MAX, &size))
        return NULL;
    double *numbers = dgi_trace_numbers(size, data);
    dgi_trace_tensor *x = numbers ? dgi_trace_tensor_new(ndim, shape, numbers, NULL) : NULL;
    if (!x)
        free(numbers);
    return x;
}

size_t dg_trace_add_tensor(dg_trace *t, const char *label, const char *op, int ndim,
                           const size_t *shape, const double *data)
{
    if (ndim == 0)
        return dg_trace_add_node(t, label, op, data ? data[0] : 0.0);
    /* The array is copied first: it may belong to this trace and move when that grows. */
    dgi_trace_tensor *x = new_tensor(ndim, shape, data);
    dgi_trace_node *n = x ? add_node(t, label, op, 0.0) : NULL;
    if (!n) {
        dgi_trace_tensor_free(x);
        return DG_NO_NODE;
    }
    dgi_trace_node_set_tensor(n, x);
    return t->n_nodes - 1;
}

/* Makes room for one more operand. The capacity is a power of two, so the array is full when the
 * number of operands is one. */
static bool grow_operands(dgi_trace_node *n)
{
    size_t count = n->n_operands;
    if (count < DGI_INLINE_OPERANDS || (count & (count - 1)) != 0)
        return true;
    if (count > SIZE_MAX / 2 / sizeof *n->allocated)
        return false;
    bool moves = count == DGI_INLINE_OPERANDS;
    uint32_t *many = realloc(moves ? NULL : n->allocated, count * 2 * sizeof *many);
    if (!many)
        return false;
    if (moves)
        memcpy(many, n->inlined, sizeof n->inlined);
    n->allocated = many;
    return true;
}

dg_status dg_trace_add_edge(dg_trace *t, size_t from, size_t to)
{
    if (!t || from >= t->n_nodes || to >= t->n_nodes)
        return DG_INVALID;
    dgi_trace_node *n = &t->nodes[to];
    if (n->n_operands >= DGI_OPERANDS_MAX || t->n_edges >= DGI_EDGES_MAX)
        return DG_LIMIT;
    if (!grow_operands(n))
        return DG_NOMEM;
    size_t operand = n->n_operands++;
    uint32_t *operands = n->n_operands > DGI_INLINE_OPERANDS ? n->allocated : n->inlined;
    operands[operand] = (uint32_t)from;
    t->n_edges++;
    if (t->indexed > to + 1)
        t->indexed = to + 1;
    return DG_OK;
}

dg_status dgi_trace_reserve_operands(dg_trace *t, size_t node, size_t count)
{
    if (count > DGI_OPERANDS_MAX || count > DGI_EDGES_MAX - t->n_edges)
        return DG_LIMIT;
    dgi_trace_node *n = &t->nodes[node];
    uint32_t *operands = n->inlined;
    if (count > DGI_INLINE_OPERANDS) {
        size_t capacity = DGI_INLINE_OPERANDS;
        while (capacity < count)
            capacity *= 2;
        if (capacity > SIZE_MAX / sizeof *operands)
            return DG_LIMIT;
        operands = malloc(capacity * sizeof *operands);
        if (!operands)
            return DG_NOMEM;
        n->allocated = operands;
    }
    for (size_t i = 0; i < count; i++)
        operands[i] = DGI_NO_NODE;
    n->n_operands = (uint32_t)count & (uint32_t)DGI_OPERANDS_MAX;
    t->n_edges += count;
    if (t->indexed > node + 1)
        t->indexed = node + 1;
    return DG_OK;
}

dg_status dg_trace_set_scope(dg_trace *t, size_t node, const char *scope)
{
    if (!t || !scope || node >= t->n_nodes)
        return DG_INVALID;
    size_t size = size_of(scope);
    if (size > DG_TRACE_STRING_MAX)
        return DG_LIMIT;
    const char *own = dgi_trace_intern(t, scope, size);
    if (!own)
        return DG_NOMEM;
    t->nodes[node].scope = own;
    return DG_OK;
}

dg_status dg_trace_set_root(dg_trace *t, size_t node)
{
    if (!t || node >= t->n_nodes)
        return DG_INVALID;
    t->root = node;
    t->n_more_roots = 0;
    return DG_OK;
}

dg_status dg_trace_add_root(dg_trace *t, size_t node)
{
    if (!t || node >= t->n_nodes)
        return DG_INVALID;
    for (size_t i = 0; i < dg_trace_root_count(t); i++)
        if (dg_trace_root_at(t, i) == node)
            return DG_OK;
    if (dg_trace_root_count(t) >= DG_TRACE_ROOTS_MAX)
        return DG_LIMIT;
    uint32_t *roots = dgi_grown(t->more_roots, &t->root_capacity, t->n_more_roots, sizeof *roots);
    if (!roots)
        return DG_NOMEM;
    t->more_roots = roots;
    roots[t->n_more_roots++] = (uint32_t)node;
    return DG_OK;
}

static bool grow_ids(dg_trace *t)
{
    if (t->id_capacity >= t->n_nodes)
        return true;
    const char **ids = realloc(t->ids, t->node_capacity * sizeof *ids);
    if (!ids)
        return false;
    for (size_t i = t->id_capacity; i < t->node_capacity; i++)
        ids[i] = NULL;
    t->ids = ids;
    t->id_capacity = t->node_capacity;
    return true;
}

dg_status dg_trace_set_id(dg_trace *t, size_t node, const char *id)
{
    if (!t || !id || node >= t->n_nodes)
        return DG_INVALID;
    size_t size = size_of(id);
    if (size > DG_TRACE_STRING_MAX)
        return DG_LIMIT;
    if (size == 0 || dgi_node_from_default_id(id) == node) {
        if (node < t->id_capacity)
            t->ids[node] = NULL;
        return DG_OK;
    }
    const char *own = dgi_trace_intern(t, id, size);
    if (!own || !grow_ids(t))
        return DG_NOMEM;
    t->ids[node] = own;
    return DG_OK;
}

void dgi_trace_shrink(dg_trace *t)
{
    if (t->n_nodes == 0 || t->n_nodes == t->node_capacity)
        return;
    dgi_trace_node *nodes = realloc(t->nodes, t->n_nodes * sizeof *nodes);
    if (!nodes)
        return;
    t->nodes = nodes;
    t->node_capacity = t->n_nodes;
}
