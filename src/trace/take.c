/* The trace of a value. */
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

#include <dotgrad/tensor.h>

#include "base/grow.h"
#include "engine/graph.h"

/* A trace on its way. A value that has node number k is marked epoch + 1 + k; a mark that is not
 * above the epoch means that the value has none. Leaving, the epoch steps over all marks given, so
 * that no later pass takes one for its own. */
typedef struct taking {
    dg_trace *t;
    dg_graph *g;
    dg_value **pending; /* reached and perhaps not numbered yet; the next on top */
    size_t n_pending, room_pending;
    struct {
        const char *text; /* NULL: not asked for yet */
        double constant;  /* that it was made for */
    } ops[UINT8_MAX + 1]; /* by opcode */
} taking;

static bool is_numbered(const taking *s, const dg_value *v)
{
    return v->mark > s->g->epoch;
}

static uint32_t number_of(const taking *s, const dg_value *v)
{
    return v->mark - s->g->epoch - 1;
}

static bool push(taking *s, dg_value *v)
{
    if (is_numbered(s, v))
        return true;
    dg_value **pending = dgi_grown(s->pending, &s->room_pending, s->n_pending, sizeof(dg_value *));
    if (!pending)
        return false;
    s->pending = pending;
    s->pending[s->n_pending++] = v;
    return true;
}

static const char *new_op_text(taking *s, const dg_value *v)
{
    char text[DG_OP_TEXT_MAX];
    dg_op_text(v, text);
    return dgi_trace_text(s->t, text, strlen(text));
}

/* The op's text, made once for each op, and where it has a constant whenever that is not the last
 * one's: a double takes long to write. (In an op of one operand and no constant, the constant's
 * place is all zero.) Texts of ops on arrays depend on more, such as shapes, and are always made.
 */
static const char *op_text(taking *s, const dg_value *v)
{
    if (v->flags & DGI_WIDE)
        return new_op_text(s, v);
    double constant = v->arity == 1 ? v->k : 0.0;
    if (!s->ops[v->op].text || memcmp(&s->ops[v->op].constant, &constant, sizeof constant) != 0) {
        s->ops[v->op].text = new_op_text(s, v);
        s->ops[v->op].constant = constant;
    }
    return s->ops[v->op].text;
}

static const char *own_text(taking *s, const char *text)
{
    return dgi_trace_text(s->t, text, strlen(text));
}

/* The arrays of a value that has dimensions; NULL when out of memory. */
static dgi_tensor *copy_arrays(const dg_value *v)
{
    const double *grad = v->has_grad ? dg_grad_array(v) : NULL;
    return dgi_tensor_copy(dg_ndim(v), dg_shape(v), dg_data_array(v), grad);
}

static dgi_node *push_tensor(taking *s, const dg_value *v, const char *label, const char *op)
{
    dgi_tensor *x = copy_arrays(v);
    dgi_node *n = x ? dgi_trace_push(s->t, label, op, 0.0) : NULL;
    if (!n)
        dgi_tensor_free(x);
    else
        dgi_tensor_give(n, x);
    return n;
}

static dgi_node *push_scalar(taking *s, const dg_value *v, const char *label, const char *op)
{
    dgi_node *n = dgi_trace_push(s->t, label, op, v->data);
    if (n) {
        n->grad = v->grad;
        n->has_grad = v->has_grad;
    }
    return n;
}

static bool number(taking *s, dg_value *v)
{
    const char *label = own_text(s, dg_get_label(v));
    const char *scope = own_text(s, dg_get_scope(v));
    const char *op = op_text(s, v);
    if (!label || !scope || !op)
        return false;
    dgi_node *n =
        v->flags & DGI_ARRAY ? push_tensor(s, v, label, op) : push_scalar(s, v, label, op);
    if (!n)
        return false;
    n->scope = scope;
    n->value = v;
    v->mark = s->g->epoch + (uint32_t)s->t->n_nodes;
    return true;
}

/* The operands of a value, the last first. */
static bool push_operands(taking *s, const dg_value *v)
{
    if (v->arity == DGI_MANY) {
        for (int i = dg_arity(v); i-- > 0;)
            if (!push(s, dg_parent(v, i)))
                return false;
        return true;
    }
    dg_value *second = dgi_second(v);
    return (!second || push(s, second)) && (v->arity == 0 || push(s, v->a));
}

/* Operands wait on the stack with the first on top, and a value is numbered when it is taken off:
 * the order of the recursive definition. */
static bool number_all(taking *s, dg_value *root)
{
    if (!push(s, root))
        return false;
    while (s->n_pending > 0) {
        dg_value *v = s->pending[--s->n_pending];
        if (!is_numbered(s, v) && (!number(s, v) || !push_operands(s, v)))
            return false;
    }
    return true;
}

/* The node's operands may take the place of its value. */
static bool connect_many(const taking *s, size_t node, const dg_value *v)
{
    size_t count = (size_t)dg_arity(v);
    if (dgi_trace_reserve(s->t, node, count) != DG_OK)
        return false;
    dgi_node *n = &s->t->nodes[node];
    uint32_t *operands = count > DGI_FEW ? n->many : n->few;
    for (size_t i = 0; i < count; i++)
        operands[i] = number_of(s, dg_parent(v, (int)i));
    return true;
}

static bool connect_all(const taking *s)
{
    dg_trace *t = s->t;
    for (size_t i = 0; i < t->n_nodes; i++) {
        dgi_node *n = &t->nodes[i];
        const dg_value *v = n->value, *second = dgi_second(v);
        if (v->arity == DGI_MANY) {
            if (!connect_many(s, i, v))
                return false;
            continue;
        }
        n->few[0] = v->arity > 0 ? number_of(s, v->a) : 0;
        n->few[1] = second ? number_of(s, second) : 0;
        n->n_operands = v->arity & DGI_MANY;
        t->n_edges += v->arity;
    }
    return true;
}

dg_trace *dg_trace_of(const dg_value *root)
{
    if (!root)
        return NULL;
    taking s = {.t = dg_trace_new(), .g = dg_graph_of(root)};
    if (!s.t)
        return NULL;
    dgi_epoch_begin(s.g);
    /* The graph is the caller's to look at, but its values' marks belong to whoever passes. */
    bool done = number_all(&s, (dg_value *)root);
    free(s.pending);
    done = done && connect_all(&s);
    s.g->epoch += (uint32_t)s.t->n_nodes;
    if (done) {
        dgi_trace_trim(s.t);
        return s.t;
    }
    dg_trace_free(s.t);
    return NULL;
}
