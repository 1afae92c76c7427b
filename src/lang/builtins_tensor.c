/* The functions of whole tensors, and the elementwise ones: of values and of arrays alike. */
#include <stdlib.h>

#include "lang/builtins.h"

/* The operands as values of one graph, which is the call's from then on; b may be NULL. */
static bool take(dgi_runtime *rt, dgi_call *c, dgi_operand *a, dgi_operand *b, dg_value *values[2])
{
    c->graph = dgi_graph_for(rt, a, b, c->numbers);
    values[0] = dgi_value_in(rt, c->graph, a);
    values[1] = values[0] && b ? dgi_value_in(rt, c->graph, b) : NULL;
    return values[0] && (values[1] || !b);
}

/* The first argument in the same way. */
static dg_value *take_first(dgi_runtime *rt, dgi_call *c)
{
    dg_value *values[2];
    return take(rt, c, c->args[0], NULL, values) ? values[0] : NULL;
}

static bool give(dgi_runtime *rt, dgi_call *c, dg_value *value)
{
    return dgi_take(rt, c->graph, value, c->result.span, &c->result);
}

bool dgi_builtin_op(dgi_runtime *rt, dgi_call *c)
{
    const dg_op *op = dg_op_from_name(c->builtin->name);
    dg_value *x[2];
    return take(rt, c, c->args[0], op->operands == 2 ? c->args[1] : NULL, x) &&
           give(rt, c, dg_apply(op, x[0], x[1], c->plain[1]));
}

bool dgi_builtin_matmul(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x[2];
    return take(rt, c, c->args[0], c->args[1], x) && give(rt, c, dg_matmul(x[0], x[1]));
}

bool dgi_builtin_cross_entropy(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x[2];
    return take(rt, c, c->args[0], c->args[1], x) && give(rt, c, dg_cross_entropy(x[0], x[1]));
}

/* ---- Reductions ---- */

/* By the parameters `dim`, which may be missing, and `keep`. */
static bool reduce(dgi_runtime *rt, dgi_call *c, dg_value *whole(dg_value *),
                   dg_value *along(dg_value *, int, int), size_t dim, size_t keep)
{
    bool keepdim = c->plain[keep] != 0.0;
    if (keepdim && !c->args[dim])
        return dgi_fail(rt, c->args[keep]->span, "keepdim needs a dimension");
    dg_value *x = take_first(rt, c);
    return x && give(rt, c, c->args[dim] ? along(x, (int)c->plain[dim], keepdim) : whole(x));
}

/* Whether it is summed as Python sums: a flat list, unless it has become a tensor, its method is
 * called or something is said about dimensions. */
static bool is_flat(const dgi_call *c)
{
    const dgi_object *o = &c->args[0]->object;
    if (!dgi_is_list(o) || c->method || c->args[2] || c->args[3])
        return false;
    const dgi_list *list = o->as.list;
    return !dgi_is_tensor(list) && (list->count == 0 || !dgi_is_list(&list->elements[0]));
}

bool dgi_check_summed(dgi_runtime *rt, dgi_call *c, size_t i)
{
    const dgi_object *o = &c->args[i]->object;
    return dgi_is_list(o) || dgi_is_any_value(o) || o->kind == DGI_OBJECT_ARRAY ||
           dgi_fail_kind(rt, c->args[i], c->builtin->parameters[i].words);
}

/* Of a tensor the second argument is a dimension, as in PyTorch. */
bool dgi_check_start(dgi_runtime *rt, dgi_call *c, size_t i)
{
    const dgi_operand *start = c->args[i];
    if (is_flat(c))
        return true;
    if (start->named || c->args[3])
        return dgi_fail(rt, start->span, "only the sum of a flat list has a start");
    return start->object.kind == DGI_OBJECT_NUMBER ||
           dgi_fail_kind(rt, start, "a dimension must be a number");
}

bool dgi_builtin_sum(dgi_runtime *rt, dgi_call *c)
{
    if (is_flat(c))
        return dgi_sum_list(rt, c->args[0], c->args[1], &c->result);
    size_t dim = c->args[1] ? 1 : 3;
    if (dim == 1 && !dgi_require_integer(rt, c->args[1]->span, "a dimension", c->plain[1]))
        return false;
    return reduce(rt, c, dg_sum, dg_sum_dim, dim, 2);
}

bool dgi_builtin_mean(dgi_runtime *rt, dgi_call *c)
{
    return reduce(rt, c, dg_mean, dg_mean_dim, 1, 2);
}

bool dgi_check_max_operand(dgi_runtime *rt, dgi_call *c, size_t i)
{
    (void)i;
    return (!c->args[2] && !c->args[3]) || dgi_fail(rt, c->result.span, "%s", c->builtin->usage);
}

bool dgi_builtin_max(dgi_runtime *rt, dgi_call *c)
{
    return c->args[1] ? dgi_builtin_op(rt, c) : reduce(rt, c, dg_max_all, dg_max_dim, 2, 3);
}

/* ---- Shapes ---- */

static bool add_size(dgi_runtime *rt, dgi_span about, double number, dgi_shape *shape)
{
    if (!dgi_require_whole(rt, about, "a size", number, -1))
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
    dgi_shape shape = {.ndim = 0};
    dg_value *x = read_sizes(rt, c->args + 1, &shape) ? take_first(rt, c) : NULL;
    return x && give(rt, c, dg_reshape(x, shape.ndim, shape.sizes));
}

bool dgi_builtin_transpose(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x = take_first(rt, c);
    return x && give(rt, c, dg_transpose(x, (int)c->plain[1], (int)c->plain[2]));
}

bool dgi_builtin_select(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x = take_first(rt, c);
    return x && give(rt, c, dg_select(x, (ptrdiff_t)c->plain[1]));
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

/* The elements of the list in the call's graph; `whole` is the tensor that it has become, or NULL.
 * The caller frees the array. */
static dg_value **take_elements(dgi_runtime *rt, const dgi_call *c, const dgi_list *list,
                                dg_value *whole)
{
    dg_value **values = dgi_checked(rt, malloc(list->count * sizeof(dg_value *)));
    for (size_t i = 0; i < list->count && values; i++) {
        dgi_operand x = {.object = list->elements[i], .span = c->args[0]->span};
        if (!whole || dgi_take_value(rt, dg_select(whole, (ptrdiff_t)i), &x))
            values[i] = dgi_value_in(rt, c->graph, &x);
        else
            values[i] = NULL;
        if (!values[i]) {
            free(values);
            return NULL;
        }
    }
    return values;
}

static bool join(dgi_runtime *rt, dgi_call *c, dg_value *op(dg_value *const *, size_t, int))
{
    const dgi_operand *x = c->args[0];
    if (!dgi_is_list(&x->object))
        return dgi_fail(rt, x->span, "'%s' needs a list of tensors, not %s", c->builtin->name,
                        dgi_object_name(&x->object));
    dgi_list *list = x->object.as.list;
    if (list->count == 0)
        return dgi_fail(rt, x->span, "'%s' needs at least one tensor", c->builtin->name);
    bool tensor = dgi_is_tensor(list);
    c->graph = !tensor && are_detached(c, list) ? dgi_detached_graph(rt) : rt->graph;
    dg_value *whole = tensor ? dgi_list_value(rt, x->span, list) : NULL;
    if ((tensor && !whole) || !dgi_charge_values(rt, x->span, (double)list->count))
        return false;
    dg_value **values = take_elements(rt, c, list, whole);
    bool done = values && give(rt, c, op(values, list->count, (int)c->plain[1]));
    free(values);
    return done;
}

bool dgi_builtin_concat(dgi_runtime *rt, dgi_call *c)
{
    return join(rt, c, dg_concat);
}

static dg_value *stack(dg_value *const *values, size_t n, int dim)
{
    (void)dim;
    return dg_stack(values, n);
}

bool dgi_builtin_stack(dgi_runtime *rt, dgi_call *c)
{
    return join(rt, c, stack);
}

/* ---- Probabilities ---- */

bool dgi_builtin_softmax(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x = take_first(rt, c);
    return x && give(rt, c, dg_softmax(x, (int)c->plain[1]));
}

bool dgi_builtin_log_softmax(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x = take_first(rt, c);
    return x && give(rt, c, dg_log_softmax(x, (int)c->plain[1]));
}
