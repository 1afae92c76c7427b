/* Functions of values: making and differentiating them, and what is drawn. */
#include <stdlib.h>
#include <string.h>

#include "lang/builtins.h"

/* ---- Making ---- */

bool dgi_builtin_float(dgi_runtime *rt, dgi_call *c)
{
    (void)rt;
    c->result.object = c->args[0]->object;
    return true;
}

/* A list of numbers, an array or a number, as a leaf. */
static dg_value *new_leaf(dgi_runtime *rt, const dgi_operand *data)
{
    if (data->object.kind == DGI_OBJECT_ARRAY)
        return dgi_array_leaf(rt, data);
    if (dgi_is_list(&data->object))
        return dgi_list_leaf(rt, false, data->span, data->object.as.list);
    dg_value *leaf = dg_leaf(rt->graph, data->object.as.number, NULL);
    if (!leaf)
        dgi_fail_graph(rt, data->span);
    return leaf;
}

bool dgi_builtin_tensor(dgi_runtime *rt, dgi_call *c)
{
    const dgi_operand *label = c->args[1], *dtype = c->args[3];
    bool grad = true;
    if (!c->args[0])
        return dgi_fail(rt, c->result.span, "'%s' needs a number or a list of numbers",
                        c->builtin->name);
    if (label && !label->named)
        return dgi_fail(rt, label->span, "'%s' takes one number and a label", c->builtin->name);
    if (label && label->object.kind != DGI_OBJECT_STRING)
        return dgi_fail(rt, label->span, "a label is a string");
    if (dtype && dtype->object.kind != DGI_OBJECT_DTYPE)
        return dgi_fail_kind(rt, dtype, "a dtype is torch.float32 or torch.float64");
    if (!dgi_read_bool(rt, c->args[2], "requires_grad", &grad))
        return false;
    dg_value *leaf = new_leaf(rt, c->args[0]);
    if (!leaf)
        return false;
    c->result.object = dgi_value_object(leaf);
    if (!grad && !dg_set_requires_grad(leaf, 0))
        return dgi_fail_graph(rt, c->result.span);
    return !label ||
           dgi_set_label(rt, leaf, label->object.as.text, label->object.size, label->span);
}

/* ---- The graph ---- */

static bool needs_value(dgi_runtime *rt, const char *name, dgi_operand *operand)
{
    if (dgi_is_any_value(&operand->object))
        return true;
    if (dgi_is_list(&operand->object) && dgi_is_tensor(operand->object.as.list))
        return dgi_to_value(rt, operand);
    return dgi_fail(rt, operand->span, "'%s' needs a value, not %s", name,
                    dgi_object_name(&operand->object));
}

bool dgi_builtin_backward(dgi_runtime *rt, dgi_call *c)
{
    if (!needs_value(rt, "backward", c->args[0]))
        return false;
    dg_value *root = c->args[0]->object.as.value;
    if (!dgi_take_status(rt, dg_backward(root), &c->result))
        return false;
    rt->backed = root;
    return true;
}

bool dgi_builtin_zero_grad(dgi_runtime *rt, dgi_call *c)
{
    const dgi_object *o = &c->args[0]->object;
    if (o->kind == DGI_OBJECT_NETWORK)
        return dgi_take_status(rt, dg_module_zero_grad(o->as.network->module), &c->result);
    return needs_value(rt, "zero_grad", c->args[0]) &&
           dgi_take_status(rt, dg_zero_grad(o->as.value), &c->result);
}

bool dgi_builtin_draw_dot(dgi_runtime *rt, dgi_call *c)
{
    dgi_object *o = &c->args[0]->object;
    /* Who draws a list wants to see it as the tensor that it can be. */
    bool tensor = dgi_is_list(o) && o->as.list->form != DGI_FORM_NONE;
    if (!(tensor ? dgi_to_value(rt, c->args[0]) : needs_value(rt, "draw_dot", c->args[0])))
        return false;
    rt->drawn = o->as.value;
    return dgi_take_status(rt, DG_OK, &c->result);
}

/* ---- What they hold ---- */

bool dgi_builtin_len(dgi_runtime *rt, dgi_call *c)
{
    const dgi_object *o = &c->args[0]->object;
    bool tensor =
        (o->kind == DGI_OBJECT_VALUE || o->kind == DGI_OBJECT_ARRAY) && dg_ndim(o->as.value) > 0;
    if (!dgi_is_list(o) && !tensor)
        return dgi_fail_kind(rt, c->args[0], "'len' needs a list");
    size_t count = tensor ? dg_shape(o->as.value)[0] : o->as.list->count;
    c->result.object = dgi_number_object((double)count);
    return true;
}

bool dgi_builtin_item(dgi_runtime *rt, dgi_call *c)
{
    dgi_object *o = &c->args[0]->object;
    double number = o->as.number;
    if (o->kind != DGI_OBJECT_NUMBER) {
        if (o->kind != DGI_OBJECT_ARRAY && !dgi_to_value(rt, c->args[0]))
            return false;
        dgi_shape shape = dgi_value_shape(o->as.value);
        char text[DG_SHAPE_TEXT_MAX];
        if (dg_size(o->as.value) != 1)
            return dgi_fail(rt, c->result.span,
                            "'item' needs a single number, not a tensor of shape %s",
                            dg_shape_text(shape.ndim, shape.sizes, text));
        number = dg_data(o->as.value);
    }
    c->result.object = dgi_number_object(number);
    return true;
}

/* All numbers are doubles. */
bool dgi_builtin_double(dgi_runtime *rt, dgi_call *c)
{
    (void)rt;
    c->result.object = c->args[0]->object;
    return true;
}
