/* The trace of a value. */
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

#include <dotgrad/tensor.h>

#include "base/grow.h"
#include "engine/graph.h"

/* A trace on its way. */
typedef struct taking {
    dg_trace *t;
    uint32_t *numbers; /* by place in the graph: 1 + the node's number, 0 where there is none */
    const dg_value **pending; /* reached and perhaps not numbered yet; the next on top */
    size_t n_pending, room_pending;
    struct {
        const char *text; /* NULL: not asked for yet */
        double constant;  /* that it was made for */
    } ops[UINT8_MAX + 1]; /* by opcode */
} taking;

static bool is_numbered(const taking *s, const dg_value *v)
{
    return s->numbers[dgi_index_of(v)] != 0;
}

static uint32_t number_of(const taking *s, const dg_value *v)
{
    return s->numbers[dgi_index_of(v)] - 1;
}

static bool push(taking *s, const dg_value *v)
{
    if (is_numbered(s, v))
        return true;
    const dg_value **pending =
        dgi_grown(s->pending, &s->room_pending, s->n_pending, sizeof(dg_value *));
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
 * one's: a double takes long to write. Texts of ops on arrays depend on more, such as shapes, and
 * are always made. */
static const char *op_text(taking *s, const dg_value *v)
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

static const char *own_text(taking *s, const char *text)
{
    return dgi_trace_text(s->t, text, strlen(text));
}

/* The arrays of a value that has dimensions; NULL when out of memory. */
static dgi_tensor *copy_arrays(const dg_value *v)
{
    const double *grad = dgi_has_grad(v) ? dg_grad_array(v) : NULL;
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
        n->grad = dgi_scalar_grad(v);
        n->has_grad = dgi_has_grad(v);
    }
    return n;
}

static bool number(taking *s, const dg_value *v)
{
    const char *label = own_text(s, dg_label(v));
    const char *scope = own_text(s, dg_scope(v));
    const char *op = op_text(s, v);
    if (!label || !scope || !op)
        return false;
    dgi_node *n =
        dgi_flags(v) & DGI_IS_ARRAY ? push_tensor(s, v, label, op) : push_scalar(s, v, label, op);
    if (!n)
        return false;
    n->scope = scope;
    n->value = v;
    s->numbers[dgi_index_of(v)] = (uint32_t)s->t->n_nodes;
    return true;
}

/* The operands of a value, the last first. */
static bool push_operands(taking *s, const dg_value *v)
{
    for (int i = dg_operand_count(v); i-- > 0;)
        if (!push(s, dg_operand(v, i)))
            return false;
    return true;
}

/* Operands wait on the stack with the first on top, and a value is numbered when it is taken off:
 * the order of the recursive definition. */
static bool number_all(taking *s, const dg_value *root)
{
    if (!push(s, root))
        return false;
    while (s->n_pending > 0) {
        const dg_value *v = s->pending[--s->n_pending];
        if (!is_numbered(s, v) && (!number(s, v) || !push_operands(s, v)))
            return false;
    }
    return true;
}

/* The node's operands may take the place of its value. */
static bool connect_many(const taking *s, size_t node, const dg_value *v)
{
    size_t count = (size_t)dg_operand_count(v);
    if (dgi_trace_reserve(s->t, node, count) != DG_OK)
        return false;
    dgi_node *n = &s->t->nodes[node];
    uint32_t *operands = count > DGI_FEW ? n->many : n->few;
    for (size_t i = 0; i < count; i++)
        operands[i] = number_of(s, dg_operand(v, (int)i));
    return true;
}

static bool connect_all(const taking *s)
{
    dg_trace *t = s->t;
    for (size_t i = 0; i < t->n_nodes; i++) {
        dgi_node *n = &t->nodes[i];
        const dg_value *v = n->value;
        size_t arity = dgi_op_arity[dgi_op(v)];
        if (arity == DGI_VARIADIC) {
            if (!connect_many(s, i, v))
                return false;
            continue;
        }
        n->few[0] = arity > 0 ? number_of(s, dgi_first_operand(v)) : 0;
        n->few[1] = arity > 1 ? number_of(s, dgi_second_operand(v)) : 0;
        n->n_operands = arity & DGI_VARIADIC;
        t->n_edges += arity;
    }
    return true;
}

dg_trace *dg_trace_from_value(const dg_value *root)
{
    if (!root)
        return NULL;
    taking s = {.t = dg_trace_new(), .numbers = calloc(dgi_index_of(root) + 1, sizeof *s.numbers)};
    bool done = s.t && s.numbers && number_all(&s, root);
    free(s.pending);
    done = done && connect_all(&s);
    free(s.numbers);
    if (done) {
        dgi_trace_trim(s.t);
        return s.t;
    }
    dg_trace_free(s.t);
    return NULL;
}
