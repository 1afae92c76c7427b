/* Captures the trace of a value: copies the graph that it was computed from. */
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

#include <dotgrad/tensor.h>

#include "base/grow.h"
#include "engine/graph.h"

typedef struct capture {
    dg_trace *t;
    uint32_t *node_of; /* by index in the graph: 1 + the index of the value's node, 0: none yet */
    const dg_value **pending; /* a stack of values that were reached */
    size_t n_pending, pending_capacity;
    struct {
        const char *text; /* NULL: not made yet */
        double constant;  /* in that text */
    } ops[UINT8_MAX + 1]; /* by opcode */
} capture;

static bool is_captured(const capture *s, const dg_value *v)
{
    return s->node_of[dgi_index_of(v)] != 0;
}

static uint32_t node_of(const capture *s, const dg_value *v)
{
    return s->node_of[dgi_index_of(v)] - 1;
}

static bool push(capture *s, const dg_value *v)
{
    if (is_captured(s, v))
        return true;
    const dg_value **pending =
        dgi_grown(s->pending, &s->pending_capacity, s->n_pending, sizeof(dg_value *));
    if (!pending)
        return false;
    s->pending = pending;
    s->pending[s->n_pending++] = v;
    return true;
}

static const char *new_op_text(capture *s, const dg_value *v)
{
    char text[DG_OP_TEXT_MAX];
    dg_op_text(v, text);
    return dgi_trace_intern(s->t, text, strlen(text));
}

/* The op's text. For a scalar op it is cached by opcode, as long as the op's constant is the same:
 * formatting a double is slow. The text of a tensor op depends on more, such as shapes, and is not
 * cached. */
static const char *op_text(capture *s, const dg_value *v)
{
    if (dgi_flags(v) & DGI_IS_TENSOR_OP)
        return new_op_text(s, v);
    dgi_opcode op = dgi_op(v);
    double constant = dgi_op_has_constant(op) ? dgi_constant_of(v) : 0.0;
    if (!s->ops[op].text || memcmp(&s->ops[op].constant, &constant, sizeof constant) != 0) {
        s->ops[op].text = new_op_text(s, v);
        s->ops[op].constant = constant;
    }
    return s->ops[op].text;
}

static const char *intern(capture *s, const char *text)
{
    return dgi_trace_intern(s->t, text, strlen(text));
}

/* Copies of the arrays of a value with dimensions; NULL when out of memory. */
static dgi_trace_tensor *copy_arrays(const dg_value *v)
{
    const double *grad = dgi_has_grad(v) ? dg_grad_array(v) : NULL;
    return dgi_trace_tensor_copy(dg_ndim(v), dg_shape(v), dg_data_array(v), grad);
}

static dgi_trace_node *append_tensor(capture *s, const dg_value *v, const char *label,
                                     const char *op)
{
    dgi_trace_tensor *x = copy_arrays(v);
    dgi_trace_node *n = x ? dgi_trace_append_node(s->t, label, op, 0.0) : NULL;
    if (!n)
        dgi_trace_tensor_free(x);
    else
        dgi_trace_node_set_tensor(n, x);
    return n;
}

static dgi_trace_node *append_scalar(capture *s, const dg_value *v, const char *label,
                                     const char *op)
{
    dgi_trace_node *n = dgi_trace_append_node(s->t, label, op, v->data);
    if (n) {
        n->grad = dgi_scalar_grad(v);
        n->has_grad = dgi_has_grad(v);
    }
    return n;
}

static bool capture_node(capture *s, const dg_value *v)
{
    const char *label = intern(s, dg_label(v));
    const char *scope = intern(s, dg_scope(v));
    const char *op = op_text(s, v);
    if (!label || !scope || !op)
        return false;
    dgi_trace_node *n = dgi_flags(v) & DGI_IS_ARRAY ? append_tensor(s, v, label, op)
                                                    : append_scalar(s, v, label, op);
    if (!n)
        return false;
    n->scope = scope;
    n->value = v;
    s->node_of[dgi_index_of(v)] = (uint32_t)s->t->n_nodes;
    return true;
}

/* Pushes the last operand first, so that the first is on top. */
static bool push_operands(capture *s, const dg_value *v)
{
    for (int i = dg_operand_count(v); i-- > 0;)
        if (!push(s, dg_operand(v, i)))
            return false;
    return true;
}

/* Depth first. A value gets its node when it is popped, so nodes are in the same order as those of
 * the recursive definition. */
static bool capture_nodes(capture *s, const dg_value *root)
{
    if (!push(s, root))
        return false;
    while (s->n_pending > 0) {
        const dg_value *v = s->pending[--s->n_pending];
        if (!is_captured(s, v) && (!capture_node(s, v) || !push_operands(s, v)))
            return false;
    }
    return true;
}

/* The operands may overwrite the node's value, which shares their memory. */
static bool capture_operands(const capture *s, size_t node, const dg_value *v)
{
    size_t count = (size_t)dg_operand_count(v);
    if (dgi_trace_reserve_operands(s->t, node, count) != DG_OK)
        return false;
    dgi_trace_node *n = &s->t->nodes[node];
    uint32_t *operands = count > DGI_INLINE_OPERANDS ? n->allocated : n->inlined;
    for (size_t i = 0; i < count; i++)
        operands[i] = node_of(s, dg_operand(v, (int)i));
    return true;
}

static bool capture_edges(const capture *s)
{
    dg_trace *t = s->t;
    for (size_t i = 0; i < t->n_nodes; i++) {
        dgi_trace_node *n = &t->nodes[i];
        const dg_value *v = n->value;
        size_t arity = dgi_op_arity[dgi_op(v)];
        if (arity == DGI_VARIADIC) {
            if (!capture_operands(s, i, v))
                return false;
            continue;
        }
        n->inlined[0] = arity > 0 ? node_of(s, dgi_first_operand(v)) : 0;
        n->inlined[1] = arity > 1 ? node_of(s, dgi_second_operand(v)) : 0;
        n->n_operands = arity & DGI_VARIADIC;
        t->n_edges += arity;
    }
    return true;
}

dg_trace *dg_trace_from_value(const dg_value *root)
{
    return dg_trace_from_values(root, NULL, 0);
}

/* Whether a value can be in the trace of a root. */
static bool is_of_graph(const dg_value *v, const dg_value *root)
{
    return v && dg_graph_of(v) == dg_graph_of(root);
}

dg_trace *dg_trace_from_values(const dg_value *root, dg_value *const *others, size_t n)
{
    if (!root)
        return NULL;
    size_t last = dgi_index_of(root);
    for (size_t i = 0; others && i < n; i++)
        if (is_of_graph(others[i], root) && dgi_index_of(others[i]) > last)
            last = dgi_index_of(others[i]);
    capture s = {.t = dg_trace_new(), .node_of = calloc(last + 1, sizeof *s.node_of)};
    bool done = s.t && s.node_of && capture_nodes(&s, root);
    for (size_t i = 0; others && i < n && done; i++)
        if (is_of_graph(others[i], root))
            done = capture_nodes(&s, others[i]);
    free(s.pending);
    done = done && capture_edges(&s);
    free(s.node_of);
    if (done) {
        dgi_trace_shrink(s.t);
        return s.t;
    }
    dg_trace_free(s.t);
    return NULL;
}
