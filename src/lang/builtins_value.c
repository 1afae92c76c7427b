/* Functions of values: making and differentiating them, and what is drawn. */
#include <stdlib.h>
#include <string.h>

#include "lang/builtins.h"

/* ---- Making ---- */

/* What the check of the argument made of it. */
bool dgi_builtin_identity(dgi_runtime *rt, dgi_call *c)
{
    (void)rt;
    c->result.object = c->args[0]->object;
    if (c->result.object.kind == DGI_OBJECT_NUMBER) /* float(2) is 2.0 */
        c->result.object.integer = false;
    return true;
}

bool dgi_builtin_tensor(dgi_runtime *rt, dgi_call *c)
{
    const dgi_operand *label = c->args[1];
    dg_value *leaf = dgi_new_leaf(rt, rt->graph, c->args[0]->span, &c->args[0]->object);
    if (!leaf)
        return false;
    c->result.object = dgi_value_object(leaf);
    if (c->plain[2] == 0.0 && !dg_set_requires_grad(leaf, 0))
        return dgi_fail_graph(rt, rt->graph, c->result.span);
    return !label ||
           dgi_set_label(rt, leaf, label->object.as.text, label->object.size, label->span);
}

/* ---- The graph ---- */

bool dgi_check_value(dgi_runtime *rt, dgi_call *c, size_t i)
{
    dgi_operand *x = c->args[i];
    if (dgi_is_any_value(&x->object))
        return true;
    if (dgi_is_list(&x->object) && dgi_is_tensor(x->object.as.list))
        return dgi_to_value(rt, x);
    return dgi_fail(rt, x->span, "'%s' needs a value, not %s", c->builtin->name,
                    dgi_object_name(&x->object));
}

bool dgi_check_value_or_network(dgi_runtime *rt, dgi_call *c, size_t i)
{
    return c->args[i]->object.kind == DGI_OBJECT_NETWORK || dgi_check_value(rt, c, i);
}

/* Who draws a list wants to see it as the tensor that it can be. */
bool dgi_check_drawn(dgi_runtime *rt, dgi_call *c, size_t i)
{
    const dgi_object *o = &c->args[i]->object;
    bool tensor = dgi_is_list(o) && o->as.list->form != DGI_FORM_NONE;
    return tensor ? dgi_to_value(rt, c->args[i]) : dgi_check_value(rt, c, i);
}

bool dgi_builtin_backward(dgi_runtime *rt, dgi_call *c)
{
    dg_value *root = c->args[0]->object.as.value;
    if (!dgi_take_status(rt, dg_backward(root), &c->result))
        return false;
    rt->backed = root;
    return true;
}

bool dgi_builtin_zero_grad(dgi_runtime *rt, dgi_call *c)
{
    const dgi_object *o = &c->args[0]->object;
    bool network = o->kind == DGI_OBJECT_NETWORK;
    dg_status status =
        network ? dg_module_zero_grad(o->as.network->module) : dg_zero_grad(o->as.value);
    return dgi_take_status(rt, status, &c->result);
}

const char *const dgi_rankdirs[] = {"LR", "TB", "RL", "BT", NULL};

bool dgi_builtin_draw_dot(dgi_runtime *rt, dgi_call *c)
{
    rt->drawn = c->args[0]->object.as.value;
    rt->rankdir = c->args[2] ? dgi_rankdirs[(size_t)c->plain[2]] : NULL;
    c->result.object.kind = DGI_OBJECT_DRAWING;
    return true;
}

bool dgi_builtin_scope(dgi_runtime *rt, dgi_call *c)
{
    (void)rt;
    c->result.object = c->args[0]->object;
    c->result.object.kind = DGI_OBJECT_SCOPE;
    return true;
}

/* ---- What they hold ---- */

bool dgi_builtin_len(dgi_runtime *rt, dgi_call *c)
{
    const dgi_object *o = &c->args[0]->object;
    dgi_shape shape = dgi_shape_of_object(o);
    if (shape.ndim == 0)
        return dgi_fail_kind(rt, c->args[0], "'len' needs a list");
    c->result.object = dgi_integer_object((double)shape.sizes[0]);
    return true;
}

bool dgi_builtin_item(dgi_runtime *rt, dgi_call *c)
{
    dgi_object *o = &c->args[0]->object;
    char text[DG_SHAPE_TEXT_MAX];
    c->result.object = *o;
    if (o->kind == DGI_OBJECT_NUMBER)
        return true;
    if (o->kind != DGI_OBJECT_ARRAY && !dgi_to_value(rt, c->args[0]))
        return false;
    const dg_value *v = o->as.value;
    if (dg_size(v) != 1)
        return dgi_fail(rt, c->result.span,
                        "'item' needs a single number, not a tensor of shape %s",
                        dg_shape_text(dg_ndim(v), dg_shape(v), text));
    c->result.object = dgi_number_object(dg_data(v));
    return true;
}
