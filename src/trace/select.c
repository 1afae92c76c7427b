/* Selects the part of a trace that one node was computed from. */
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

#include "trace/annotations.h"
#include "trace/copy.h"
#include "trace/node_ids.h"

typedef struct selection {
    const dg_trace *from;
    dg_trace *to;
    uint32_t *new_index; /* by old index; DGI_NO_NODE: not copied yet */
    uint32_t *old_index; /* by new index */
    uint32_t *pending;   /* a stack of nodes that were reached, by old index */
    size_t n_pending, pending_capacity;
} selection;

static bool reserve_pending(selection *s, size_t more)
{
    if (s->pending_capacity - s->n_pending >= more)
        return true;
    size_t capacity = s->pending_capacity ? s->pending_capacity : 64;
    while (capacity - s->n_pending < more) {
        if (capacity > SIZE_MAX / 2 / sizeof *s->pending)
            return false;
        capacity *= 2;
    }
    uint32_t *pending = realloc(s->pending, capacity * sizeof *pending);
    if (!pending)
        return false;
    s->pending = pending;
    s->pending_capacity = capacity;
    return true;
}

dgi_trace_node *dgi_trace_copy_content(dg_trace *to, const dgi_trace_node *n)
{
    const char *label = dgi_trace_intern(to, n->label, strlen(n->label));
    const char *op = dgi_trace_intern(to, n->op, strlen(n->op));
    const char *scope = dgi_trace_intern(to, n->scope, strlen(n->scope));
    const dgi_trace_tensor *x = n->is_tensor ? n->tensor : NULL;
    dgi_trace_tensor *tensor =
        x ? dgi_trace_tensor_copy(x->ndim, x->shape, x->data, x->grad) : NULL;
    dgi_trace_node *copy = NULL;
    if (label && op && scope && (tensor || !x))
        copy = dgi_trace_append_node(to, label, op, x ? 0.0 : n->data);
    if (!copy) {
        dgi_trace_tensor_free(tensor);
        return NULL;
    }
    copy->scope = scope;
    copy->grad = n->grad;
    copy->has_grad = n->has_grad;
    copy->no_data = n->no_data;
    if (tensor)
        dgi_trace_node_set_tensor(copy, tensor);
    return copy;
}

static bool copy_node(selection *s, uint32_t old)
{
    if (!dgi_trace_copy_content(s->to, &s->from->nodes[old]))
        return false;
    s->new_index[old] = (uint32_t)(s->to->n_nodes - 1);
    s->old_index[s->to->n_nodes - 1] = old;
    return true;
}

/* Depth first, in the order of dg_trace_from_value(). */
static bool copy_nodes(selection *s, uint32_t root)
{
    if (!reserve_pending(s, 1))
        return false;
    s->pending[s->n_pending++] = root; /* which may have been copied before */
    while (s->n_pending > 0) {
        uint32_t old = s->pending[--s->n_pending];
        if (s->new_index[old] != DGI_NO_NODE)
            continue;
        const dgi_trace_node *n = &s->from->nodes[old];
        if (!copy_node(s, old) || !reserve_pending(s, n->n_operands))
            return false;
        const uint32_t *operands = dgi_trace_node_operands(n);
        for (size_t i = n->n_operands; i-- > 0;)
            if (s->new_index[operands[i]] == DGI_NO_NODE)
                s->pending[s->n_pending++] = operands[i];
    }
    return true;
}

static bool copy_edges(selection *s)
{
    for (size_t i = 0; i < s->to->n_nodes; i++) {
        const dgi_trace_node *n = &s->from->nodes[s->old_index[i]];
        if (dgi_trace_reserve_operands(s->to, i, n->n_operands) != DG_OK)
            return false;
        dgi_trace_node *copy = &s->to->nodes[i];
        uint32_t *operands =
            copy->n_operands > DGI_INLINE_OPERANDS ? copy->allocated : copy->inlined;
        for (size_t k = 0; k < n->n_operands; k++)
            operands[k] = s->new_index[dgi_trace_node_operands(n)[k]];
    }
    return true;
}

/* The node that stands for the first result of the op of node `i`: the first result, or where that
 * was not selected, the first that was. (Node indices of results that were not selected are free to
 * remember that.) */
static size_t first_result(const selection *s, size_t i)
{
    size_t first = dg_trace_first_result(s->from, s->old_index[i]);
    if (s->new_index[first] == DGI_NO_NODE)
        s->new_index[first] = (uint32_t)i;
    return s->new_index[first];
}

static bool copy_annotations(selection *s)
{
    if (!s->from->annotations)
        return true;
    for (size_t i = 0; i < s->to->n_nodes; i++) {
        size_t old = s->old_index[i], k = dg_trace_result_index(s->from, old);
        if (dgi_annotations_copy(s->to, i, s->from, old) != DG_OK ||
            dgi_trace_set_result(s->to, i, first_result(s, i), k) != DG_OK)
            return false;
    }
    return true;
}

/* Gives every node the id that it had in the old trace, even if that was a default id. */
static bool copy_unique_ids(dg_trace *to, const dg_trace *from, const uint32_t *old_index)
{
    char text[DGI_DEFAULT_ID_SIZE];
    dgi_unique_ids ids;
    if (!dgi_unique_ids_init(&ids, from))
        return false;
    bool done = true;
    for (size_t i = 0; done && i < to->n_nodes; i++)
        if (old_index[i] != DGI_NO_NODE)
            done = dg_trace_set_id(to, i, dgi_unique_id(&ids, old_index[i], text)) == DG_OK;
    dgi_unique_ids_free(&ids);
    return done;
}

/* A node without an explicit id gets the default id of its new index. If that is the explicit id of
 * another node, all nodes keep their old ids instead. */
bool dgi_trace_copy_ids(dg_trace *to, const dg_trace *from, const uint32_t *old_index)
{
    if (!from->ids)
        return true;
    for (size_t i = 0; i < to->n_nodes; i++) {
        const char *id = old_index[i] != DGI_NO_NODE ? dgi_explicit_id(from, old_index[i]) : NULL;
        if (id && dg_trace_set_id(to, i, id) != DG_OK)
            return false;
    }
    dgi_id_conflict conflict;
    if (!dgi_find_id_conflict(to, &conflict))
        return false;
    return conflict.a == DG_NO_NODE || copy_unique_ids(to, from, old_index);
}

/* Makes the copies of the nodes roots. The first is one already. */
static bool copy_roots(selection *s, const uint32_t *roots, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (dg_trace_add_root(s->to, s->new_index[roots[i]]) != DG_OK)
            return false;
    return true;
}

/* The part of a trace that these nodes were computed from. */
static dg_trace *select_nodes(const dg_trace *t, const uint32_t *roots, size_t count)
{
    selection s = {.from = t, .to = dg_trace_new()};
    s.new_index = malloc(t->n_nodes * sizeof *s.new_index);
    s.old_index = malloc(t->n_nodes * sizeof *s.old_index);
    bool done = s.to && s.new_index && s.old_index;
    if (done)
        memset(s.new_index, 0xFF, t->n_nodes * sizeof *s.new_index);
    for (size_t i = 0; done && i < count; i++)
        done = copy_nodes(&s, roots[i]);
    done = done && copy_roots(&s, roots, count) && copy_edges(&s) && copy_annotations(&s) &&
           dgi_trace_copy_ids(s.to, t, s.old_index);
    free(s.new_index);
    free(s.old_index);
    free(s.pending);
    if (!done) {
        dg_trace_free(s.to);
        return NULL;
    }
    dgi_trace_shrink(s.to);
    return s.to;
}

dg_trace *dg_trace_select(const dg_trace *t, size_t node)
{
    uint32_t root = (uint32_t)node;
    return t && node < t->n_nodes ? select_nodes(t, &root, 1) : NULL;
}

dg_trace *dg_trace_select_roots(const dg_trace *t)
{
    size_t count = dg_trace_root_count(t);
    uint32_t *roots = count ? malloc(count * sizeof *roots) : NULL;
    for (size_t i = 0; roots && i < count; i++)
        roots[i] = (uint32_t)dg_trace_root_at(t, i);
    dg_trace *part = roots ? select_nodes(t, roots, count) : NULL;
    free(roots);
    return part;
}
