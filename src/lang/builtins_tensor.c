/* The functions of whole tensors, and the elementwise ones: of values and of arrays alike. */
#include <math.h>
#include <stdlib.h>

#include "lang/builtins.h"

/* Operands as values, of the graph or detached from it; b is NULL where there is one. */
typedef struct operands {
    bool detached;
    dg_value *a, *b;
} operands;

static bool take(dgi_runtime *rt, const dgi_call *c, dgi_operand *a, dgi_operand *b, operands *x)
{
    x->detached = dgi_is_detached(a, b, c->numbers);
    x->a = dgi_value_in(rt, x->detached, a);
    x->b = x->a && b ? dgi_value_in(rt, x->detached, b) : NULL;
    return x->a && (x->b || !b);
}

static bool give(dgi_runtime *rt, dgi_call *c, const operands *x, dg_value *value)
{
    return dgi_take_result(rt, x->detached, value, c->result.span, &c->result);
}

bool dgi_call_op(dgi_runtime *rt, dgi_call *c, const dg_op *op, dgi_operand *a, dgi_operand *b,
                 double k)
{
    operands x;
    return take(rt, c, a, b, &x) && give(rt, c, &x, dg_apply(op, x.a, x.b, k));
}

bool dgi_builtin_matmul(dgi_runtime *rt, dgi_call *c)
{
    operands x;
    return take(rt, c, c->args[0], c->args[1], &x) && give(rt, c, &x, dg_matmul(x.a, x.b));
}

/* ---- Reductions ---- */

static bool reduce(dgi_runtime *rt, dgi_call *c, dg_value *whole(dg_value *),
                   dg_value *along(dg_value *, int, int), const dgi_operand *dim,
                   const dgi_operand *keep)
{
    operands x;
    int d = 0;
    bool keepdim = false;
    if (!dgi_read_bool(rt, keep, "keepdim", &keepdim) ||
        (dim && !dgi_read_int(rt, dim, "a dimension", &d)))
        return false;
    if (keepdim && !dim)
        return dgi_fail(rt, keep->span, "keepdim needs a dimension");
    return take(rt, c, c->args[0], NULL, &x) &&
           give(rt, c, &x, dim ? along(x.a, d, keepdim) : whole(x.a));
}

/* Whether it has a sum as a tensor; a flat list has one as in Python, unless it has become one or
 * its method is called. */
static bool is_whole(const dgi_call *c, const dgi_object *o)
{
    if (!dgi_is_list(o))
        return true;
    const dgi_list *list = o->as.list;
    return c->method || dgi_is_tensor(list) || (list->count > 0 && dgi_is_list(&list->elements[0]));
}

bool dgi_builtin_sum(dgi_runtime *rt, dgi_call *c)
{
    const dgi_operand *x = c->args[0], *start = c->args[1], *dim = c->args[3];
    if (!dgi_is_list(&x->object) && !dgi_is_any_value(&x->object) &&
        x->object.kind != DGI_OBJECT_ARRAY)
        return dgi_fail_kind(rt, x, "'sum' needs a list");
    if (!is_whole(c, &x->object) && !dim && !c->args[2])
        return dgi_sum_list(rt, x, start, &c->result);
    /* Of a tensor the second argument is a dimension, as in PyTorch. */
    if (start && (start->named || dim))
        return dgi_fail(rt, start->span, "only the sum of a flat list has a start");
    if (start && start->object.kind != DGI_OBJECT_NUMBER)
        return dgi_fail_kind(rt, start, "a dimension must be a number");
    return reduce(rt, c, dg_sum, dg_sum_dim, dim ? dim : start, c->args[2]);
}

bool dgi_builtin_mean(dgi_runtime *rt, dgi_call *c)
{
    return reduce(rt, c, dg_mean, dg_mean_dim, c->args[1], c->args[2]);
}

bool dgi_builtin_max(dgi_runtime *rt, dgi_call *c)
{
    if (c->args[1] && (c->args[2] || c->args[3]))
        return dgi_fail(rt, c->result.span, "%s", c->builtin->usage);
    if (c->args[1])
        return dgi_call_op(rt, c, dg_op_from_name("max"), c->args[0], c->args[1], 0.0);
    return reduce(rt, c, dg_max_all, dg_max_dim, c->args[2], c->args[3]);
}

/* ---- Shapes ---- */

static bool add_size(dgi_runtime *rt, dgi_span about, double number, dgi_shape *shape)
{
    if (!dgi_check_whole(rt, about, "a size", number, -1))
        return false;
    shape->sizes[shape->ndim++] = number < 0.0 ? DG_INFER : (size_t)number;
    return true;
}

static bool read_size_list(dgi_runtime *rt, const dgi_operand *sizes, dgi_shape *shape)
{
    const dgi_list *list = sizes->object.as.list;
    if (list->count > DG_DIMS_MAX)
        return dgi_fail(rt, sizes->span, "a tensor has at most %d dimensions", DG_DIMS_MAX);
    for (size_t i = 0; i < list->count; i++) {
        const dgi_object *size = &list->elements[i];
        if (!dgi_is_number(size))
            return dgi_fail(rt, sizes->span, "size %zu must be a number, not %s", i,
                            dgi_object_name(size));
        if (!add_size(rt, sizes->span, dgi_number_of(size), shape))
            return false;
    }
    return true;
}

/* The sizes of reshape: numbers, or a list of them. */
static bool read_sizes(dgi_runtime *rt, dgi_operand *const *args, dgi_shape *shape)
{
    shape->ndim = 0;
    if (dgi_is_list(&args[0]->object) && !args[1])
        return read_size_list(rt, args[0], shape);
    if (args[0]->object.kind != DGI_OBJECT_NUMBER)
        return dgi_fail(rt, args[0]->span, "'reshape' takes sizes, or a list of them");
    for (int i = 0; i < DG_DIMS_MAX && args[i]; i++)
        if (!add_size(rt, args[i]->span, args[i]->object.as.number, shape))
            return false;
    return true;
}

bool dgi_builtin_reshape(dgi_runtime *rt, dgi_call *c)
{
    operands x;
    dgi_shape shape;
    return read_sizes(rt, c->args + 1, &shape) && take(rt, c, c->args[0], NULL, &x) &&
           give(rt, c, &x, dg_reshape(x.a, shape.ndim, shape.sizes));
}

bool dgi_builtin_transpose(dgi_runtime *rt, dgi_call *c)
{
    operands x;
    int dim0 = 0, dim1 = 1;
    return dgi_read_int(rt, c->args[1], "a dimension", &dim0) &&
           dgi_read_int(rt, c->args[2], "a dimension", &dim1) &&
           take(rt, c, c->args[0], NULL, &x) && give(rt, c, &x, dg_transpose(x.a, dim0, dim1));
}

bool dgi_builtin_select(dgi_runtime *rt, dgi_call *c)
{
    operands x;
    int i = 0;
    return dgi_read_int(rt, c->args[1], "an index", &i) && take(rt, c, c->args[0], NULL, &x) &&
           give(rt, c, &x, dg_select(x.a, i));
}

/* ---- Several tensors ---- */

/* Whether what is made of the list's elements is detached. */
static bool are_detached(const dgi_call *c, const dgi_list *list)
{
    bool detached = false;
    for (size_t i = 0; i < list->count; i++) {
        const dgi_object *o = &list->elements[i];
        const dgi_operand operand = {.object = *o};
        bool graph =
            dgi_is_list(o) && (o->as.list->form == DGI_FORM_VALUES || dgi_is_tensor(o->as.list));
        if (dgi_is_any_value(o) || graph)
            return false;
        detached = detached || dgi_is_detached(&operand, NULL, c->numbers);
    }
    return detached;
}

/* The elements of a list as values; the caller frees them. */
static dg_value **take_elements(dgi_runtime *rt, dgi_span about, dgi_list *list, bool detached)
{
    dg_value *whole = dgi_is_tensor(list) ? dgi_list_value(rt, about, list) : NULL;
    if (!dgi_charge_values(rt, about, (double)list->count))
        return NULL;
    dg_value **values = malloc(list->count * sizeof(dg_value *));
    rt->out_of_memory = rt->out_of_memory || !values;
    for (size_t i = 0; i < list->count && values; i++) {
        dgi_operand element = {.object = list->elements[i], .span = about};
        if (whole && dgi_take_value(rt, dg_select(whole, (ptrdiff_t)i), &element))
            values[i] = element.object.as.value;
        else
            values[i] = whole ? NULL : dgi_value_in(rt, detached, &element);
        if (!values[i]) {
            free(values);
            return NULL;
        }
    }
    return values;
}

static bool join(dgi_runtime *rt, dgi_call *c, dg_value *op(dg_value *const *, size_t, int),
                 int dim)
{
    const dgi_operand *list = c->args[0];
    if (!dgi_is_list(&list->object))
        return dgi_fail(rt, list->span, "'%s' needs a list of tensors, not %s", c->builtin->name,
                        dgi_object_name(&list->object));
    size_t n = list->object.as.list->count;
    if (n == 0)
        return dgi_fail(rt, list->span, "'%s' needs at least one tensor", c->builtin->name);
    operands x = {.detached = !dgi_is_tensor(list->object.as.list) &&
                              are_detached(c, list->object.as.list)};
    dg_value **values = take_elements(rt, list->span, list->object.as.list, x.detached);
    if (!values)
        return false;
    bool done = give(rt, c, &x, op(values, n, dim));
    free(values);
    return done;
}

bool dgi_builtin_concat(dgi_runtime *rt, dgi_call *c)
{
    int dim = 0;
    return (!c->args[1] || dgi_read_int(rt, c->args[1], "a dimension", &dim)) &&
           join(rt, c, dg_concat, dim);
}

static dg_value *stack(dg_value *const *values, size_t n, int dim)
{
    (void)dim;
    return dg_stack(values, n);
}

bool dgi_builtin_stack(dgi_runtime *rt, dgi_call *c)
{
    return join(rt, c, stack, 0);
}

/* ---- Probabilities ---- */

static bool along(dgi_runtime *rt, dgi_call *c, dg_value *op(dg_value *, int))
{
    operands x;
    int dim = -1;
    return (!c->args[1] || dgi_read_int(rt, c->args[1], "a dimension", &dim)) &&
           take(rt, c, c->args[0], NULL, &x) && give(rt, c, &x, op(x.a, dim));
}

bool dgi_builtin_softmax(dgi_runtime *rt, dgi_call *c)
{
    return along(rt, c, dg_softmax);
}

bool dgi_builtin_log_softmax(dgi_runtime *rt, dgi_call *c)
{
    return along(rt, c, dg_log_softmax);
}

bool dgi_builtin_cross_entropy(dgi_runtime *rt, dgi_call *c)
{
    operands x;
    return take(rt, c, c->args[0], c->args[1], &x) && give(rt, c, &x, dg_cross_entropy(x.a, x.b));
}
