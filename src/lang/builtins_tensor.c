/* The functions of whole tensors, and the elementwise ones: of values and of arrays alike. */
#include "lang/builtins.h"

#include <string.h>

/* The first n arguments, 1 or 2, as values of one graph, which is the call's from then on. */
static bool take(dgi_runtime *rt, dgi_call *c, int n, dg_value *x[2])
{
    c->graph = dgi_graph_for(rt, c->args[0], n == 2 ? c->args[1] : NULL, c->numbers);
    x[0] = dgi_value_in(rt, c->graph, c->args[0]);
    x[1] = x[0] && n == 2 ? dgi_value_in(rt, c->graph, c->args[1]) : NULL;
    return x[n - 1];
}

static bool give(dgi_runtime *rt, dgi_call *c, dg_value *value)
{
    return dgi_take(rt, c->graph, value, c->result.span, &c->result);
}

/* A function of n tensors x and numbers. */
#define TENSOR_FUNCTION(name, n, made)                                                             \
    bool dgi_builtin_##name(dgi_runtime *rt, dgi_call *c)                                          \
    {                                                                                              \
        dg_value *x[2];                                                                            \
        return take(rt, c, n, x) && give(rt, c, made);                                             \
    }

TENSOR_FUNCTION(matmul, 2, dg_matmul(x[0], x[1]))
TENSOR_FUNCTION(cross_entropy, 2, dg_cross_entropy(x[0], x[1]))
TENSOR_FUNCTION(transpose, 1, dg_transpose(x[0], (int)c->plain[1], (int)c->plain[2]))
TENSOR_FUNCTION(select, 1, dg_select(x[0], (ptrdiff_t)c->plain[1]))
TENSOR_FUNCTION(softmax, 1, dg_softmax(x[0], (int)c->plain[1]))
TENSOR_FUNCTION(log_softmax, 1, dg_log_softmax(x[0], (int)c->plain[1]))

/* The exponent of pow is a plain number, which is a constant of the op, or a value. */
static bool apply_with_constant(dgi_runtime *rt, dgi_call *c, const dg_op *op)
{
    dg_value *x[2];
    bool is_pow = strcmp(op->name, "pow") == 0;
    bool constant = !is_pow || c->args[1]->object.kind == DGI_OBJECT_NUMBER;
    double k = is_pow && constant ? c->args[1]->object.as.number : c->plain[1];
    if (constant)
        return take(rt, c, 1, x) && give(rt, c, dg_apply(op, x[0], NULL, k));
    return take(rt, c, 2, x) && give(rt, c, dg_power(x[0], x[1]));
}

bool dgi_builtin_op(dgi_runtime *rt, dgi_call *c)
{
    const dg_op *op = dg_op_from_name(c->builtin->name);
    dg_value *x[2];
    if (op->has_constant)
        return apply_with_constant(rt, c, op);
    return take(rt, c, op->operands, x) && give(rt, c, dg_apply(op, x[0], x[1], 0.0));
}

/* ---- Reductions ---- */

/* By the parameters `dim`, which may be missing, and `keep`. */
static bool reduce(dgi_runtime *rt, dgi_call *c, dg_value *whole(dg_value *),
                   dg_value *along(dg_value *, int, int), size_t dim, size_t keep)
{
    bool keepdim = c->plain[keep] != 0.0;
    if (keepdim && !c->args[dim])
        return dgi_fail(rt, c->args[keep]->span, "keepdim needs a dimension");
    dg_value *x[2];
    return take(rt, c, 1, x) &&
           give(rt, c, c->args[dim] ? along(x[0], (int)c->plain[dim], keepdim) : whole(x[0]));
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

/* As Python adds to a sum that began with the number 0: a value that meets it comes first. */
static bool add(dgi_runtime *rt, dgi_operand *total, const dgi_object *term)
{
    dgi_object *sum = &total->object;
    if (sum->kind == DGI_OBJECT_NUMBER && term->kind == DGI_OBJECT_NUMBER) {
        sum->as.number += term->as.number;
        sum->integer = sum->integer && term->integer;
        return true;
    }
    bool named = dgi_is_number(sum) && dgi_is_number(term);
    bool integer = named && sum->integer && term->integer;
    bool swapped = sum->kind == DGI_OBJECT_NUMBER;
    dg_value *a = dgi_element_value(rt, swapped ? term : sum);
    if (!dgi_take_value(rt, dg_add(a, dgi_element_value(rt, swapped ? sum : term)), total))
        return false;
    if (named)
        dgi_name_number(sum, integer);
    return true;
}

static bool has_sum(const dgi_object *o)
{
    return o->kind == DGI_OBJECT_NUMBER || dgi_is_any_value(o);
}

static bool sum_list(dgi_runtime *rt, const dgi_operand *terms, const dgi_operand *start,
                     dgi_operand *result)
{
    if (start && !has_sum(&start->object))
        return dgi_fail_kind(rt, start, "'sum' adds numbers and values");
    const dgi_list *list = terms->object.as.list;
    for (size_t i = 0; i < list->count; i++)
        if (!has_sum(&list->elements[i]))
            return dgi_fail(rt, terms->span, "'sum' adds numbers and values: element %zu is %s", i,
                            dgi_object_name(&list->elements[i]));
    if (!dgi_charge_values(rt, result->span, 2.0 * (double)list->count))
        return false;
    result->object = start ? start->object : dgi_integer_object(0.0);
    for (size_t i = 0; i < list->count; i++)
        if (!add(rt, result, &list->elements[i]))
            return false;
    return true;
}

bool dgi_builtin_sum(dgi_runtime *rt, dgi_call *c)
{
    if (is_flat(c))
        return sum_list(rt, c->args[0], c->args[1], &c->result);
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

/* Whether the second argument of max is a dimension, as in PyTorch: a number behind a tensor. */
static bool is_dimension(const dgi_call *c)
{
    dgi_shape shape = dgi_shape_of_object(&c->args[0]->object);
    return shape.ndim > 0 && c->args[1] && c->args[1]->object.kind == DGI_OBJECT_NUMBER;
}

bool dgi_builtin_max(dgi_runtime *rt, dgi_call *c)
{
    if (!is_dimension(c))
        return c->args[1] ? dgi_builtin_op(rt, c) : reduce(rt, c, dg_max_all, dg_max_dim, 2, 3);
    double dim = c->args[1]->object.as.number;
    dg_value *x[2];
    return dgi_require_integer(rt, c->args[1]->span, "a dimension", dim) && take(rt, c, 1, x) &&
           give(rt, c, dg_max_dim(x[0], (int)dim, 0));
}

/* The larger of two, whatever they are. */
bool dgi_builtin_maximum(dgi_runtime *rt, dgi_call *c)
{
    dg_value *x[2];
    return take(rt, c, 2, x) && give(rt, c, dg_max(x[0], x[1]));
}

/* ---- Shapes ---- */

/* The sizes of reshape: numbers, or a list of them. */
static bool read_sizes(dgi_runtime *rt, const dgi_call *c, dgi_shape *shape)
{
    const dgi_operand *x = c->args[1];
    bool is_list = dgi_is_list(&x->object) && !c->args[2];
    if (!is_list && x->object.kind != DGI_OBJECT_NUMBER)
        return dgi_fail(rt, x->span, "'reshape' takes sizes, or a list of them");
    size_t count = is_list ? x->object.as.list->count : DG_DIMS_MAX;
    if (count > DG_DIMS_MAX)
        return dgi_fail(rt, x->span, "a tensor has at most %d dimensions", DG_DIMS_MAX);
    for (size_t i = 0; i < count && (is_list || c->args[1 + i]); i++) {
        x = c->args[is_list ? 1 : 1 + i];
        const dgi_object *size = is_list ? &x->object.as.list->elements[i] : &x->object;
        if (!dgi_is_number(size))
            return dgi_fail(rt, x->span, "size %zu must be a number, not %s", i,
                            dgi_object_name(size));
        double number = dgi_number_of(size);
        if (!dgi_require_whole(rt, x->span, "a size", number, -1))
            return false;
        shape->sizes[shape->ndim++] = number < 0.0 ? DG_INFER : (size_t)number;
    }
    return true;
}

bool dgi_builtin_reshape(dgi_runtime *rt, dgi_call *c)
{
    dgi_shape shape = {.ndim = 0};
    dg_value *x[2];
    return read_sizes(rt, c, &shape) && take(rt, c, 1, x) &&
           give(rt, c, dg_reshape(x[0], shape.ndim, shape.sizes));
}

/* ---- Several tensors ---- */

/* The elements of the list in the call's graph; `whole` is the tensor that it has become, or NULL.
 * NULL fails. */
static dg_value **take_elements(dgi_runtime *rt, const dgi_call *c, const dgi_list *list,
                                dg_value *whole)
{
    dg_value **values = dgi_allocate(rt, list->count, sizeof *values);
    for (size_t i = 0; i < list->count && values; i++) {
        dgi_operand x = {.object = list->elements[i], .span = c->args[0]->span};
        bool taken = !whole || dgi_take_value(rt, dg_select(whole, (ptrdiff_t)i), &x);
        values[i] = taken ? dgi_value_in(rt, c->graph, &x) : NULL;
        if (!values[i])
            return NULL;
    }
    return values;
}

/* concat and stack. */
bool dgi_builtin_join(dgi_runtime *rt, dgi_call *c)
{
    const dgi_operand *x = c->args[0];
    if (!dgi_is_list(&x->object))
        return dgi_fail(rt, x->span, "'%s' needs a list of tensors, not %s", c->builtin->name,
                        dgi_object_name(&x->object));
    dgi_list *list = x->object.as.list;
    if (list->count == 0)
        return dgi_fail(rt, x->span, "'%s' needs at least one tensor", c->builtin->name);
    bool tensor = dgi_is_tensor(list), stays = tensor, leaves = false;
    for (size_t i = 0; i < list->count; i++) {
        stays = stays || dgi_stays_in_graph(&list->elements[i], false);
        leaves = leaves || dgi_leaves_graph(&list->elements[i], c->numbers);
    }
    c->graph = leaves && !stays ? dgi_detached_graph(rt) : rt->graph;
    dg_value *whole = tensor ? dgi_list_value(rt, x->span, list) : NULL;
    if ((tensor && !whole) || !dgi_charge_values(rt, x->span, (double)list->count))
        return false;
    dg_value **values = take_elements(rt, c, list, whole);
    bool has_dim = c->builtin->count == 2;
    return values && give(rt, c,
                          has_dim ? dg_concat(values, list->count, (int)c->plain[1])
                                  : dg_stack(values, list->count));
}
