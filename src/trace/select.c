/* A part of a trace. */
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

#include "trace/name.h"

/* A selection on its way. */
typedef struct selecting {
    const dg_trace *from;
    dg_trace *to;
    uint32_t *number; /* of each old node, or DGI_NO_NODE */
    uint32_t *old;    /* of each new node */
    uint32_t *pending;
    size_t n_pending, room_pending;
} selecting;

static bool make_room(selecting *s, size_t more)
{
    if (s->room_pending - s->n_pending >= more)
        return true;
    size_t room = s->room_pending ? s->room_pending : 64;
    while (room - s->n_pending < more) {
        if (room > SIZE_MAX / 2 / sizeof *s->pending)
            return false;
        room *= 2;
    }
    uint32_t *pending = realloc(s->pending, room * sizeof *pending);
    if (!pending)
        return false;
    s->pending = pending;
    s->room_pending = room;
    return true;
}

/* A copy of a node without its operands; NULL when out of memory. */
static dgi_node *copy_content(dg_trace *to, const dgi_node *n)
{
    const char *label = dgi_trace_text(to, n->label, strlen(n->label));
    const char *op = dgi_trace_text(to, n->op, strlen(n->op));
    const char *scope = dgi_trace_text(to, n->scope, strlen(n->scope));
    const dgi_tensor *x = n->is_tensor ? n->tensor : NULL;
    dgi_tensor *tensor = x ? dgi_tensor_copy(x->ndim, x->shape, x->data, x->grad) : NULL;
    dgi_node *copy = NULL;
    if (label && op && scope && (tensor || !x))
        copy = dgi_trace_push(to, label, op, x ? 0.0 : n->data);
    if (!copy) {
        dgi_tensor_free(tensor);
        return NULL;
    }
    copy->scope = scope;
    copy->grad = n->grad;
    copy->has_grad = n->has_grad;
    if (tensor)
        dgi_tensor_give(copy, tensor);
    return copy;
}

static bool copy_node(selecting *s, uint32_t old)
{
    if (!copy_content(s->to, &s->from->nodes[old]))
        return false;
    s->number[old] = (uint32_t)(s->to->n_nodes - 1);
    s->old[s->to->n_nodes - 1] = old;
    return true;
}

/* The order of dg_trace_from_value(): operands wait with the first on top, and a node is numbered
 * when it is taken off. */
static bool copy_nodes(selecting *s, uint32_t root)
{
    if (!make_room(s, 1))
        return false;
    s->pending[s->n_pending++] = root;
    while (s->n_pending > 0) {
        uint32_t old = s->pending[--s->n_pending];
        if (s->number[old] != DGI_NO_NODE)
            continue;
        const dgi_node *n = &s->from->nodes[old];
        if (!copy_node(s, old) || !make_room(s, n->n_operands))
            return false;
        const uint32_t *operands = dgi_operands(n);
        for (size_t i = n->n_operands; i-- > 0;)
            if (s->number[operands[i]] == DGI_NO_NODE)
                s->pending[s->n_pending++] = operands[i];
    }
    return true;
}

static bool copy_edges(selecting *s)
{
    for (size_t i = 0; i < s->to->n_nodes; i++) {
        const dgi_node *n = &s->from->nodes[s->old[i]];
        if (dgi_trace_reserve(s->to, i, n->n_operands) != DG_OK)
            return false;
        dgi_node *copy = &s->to->nodes[i];
        uint32_t *operands = copy->n_operands > DGI_FEW ? copy->many : copy->few;
        for (size_t k = 0; k < n->n_operands; k++)
            operands[k] = s->number[dgi_operands(n)[k]];
    }
    return true;
}

/* Every node keeps the name it was called by, be it its old place. */
static bool keep_names(selecting *s)
{
    char place[DGI_PLACE_ROOM];
    dgi_names names;
    if (!dgi_names_make(&names, s->from))
        return false;
    bool done = true;
    for (size_t i = 0; done && i < s->to->n_nodes; i++)
        done = dg_trace_set_id(s->to, i, dgi_name_of(&names, s->old[i], place)) == DG_OK;
    dgi_names_free(&names);
    return done;
}

/* A node without an id is called by its new place. Where that is another's id, because the file's
 * names look like places, names stay what they were. */
static bool copy_ids(selecting *s)
{
    if (!s->from->ids)
        return true;
    for (size_t i = 0; i < s->to->n_nodes; i++) {
        const char *id = dgi_own_id(s->from, s->old[i]);
        if (id && dg_trace_set_id(s->to, i, id) != DG_OK)
            return false;
    }
    dgi_clash clash;
    if (!dgi_find_clash(s->to, &clash))
        return false;
    return clash.a == DG_NO_NODE || keep_names(s);
}

dg_trace *dg_trace_select(const dg_trace *t, size_t node)
{
    if (!t || node >= t->n_nodes)
        return NULL;
    selecting s = {.from = t, .to = dg_trace_new()};
    s.number = malloc(t->n_nodes * sizeof *s.number);
    s.old = malloc(t->n_nodes * sizeof *s.old);
    bool done = s.to && s.number && s.old;
    if (done) {
        memset(s.number, 0xFF, t->n_nodes * sizeof *s.number);
        done = copy_nodes(&s, (uint32_t)node) && copy_edges(&s) && copy_ids(&s);
    }
    free(s.number);
    free(s.old);
    free(s.pending);
    if (!done) {
        dg_trace_free(s.to);
        return NULL;
    }
    dgi_trace_trim(s.to);
    return s.to;
}
