/* Attributes, and assigning to them. */
#include "lang/evaluator.h"

#include <string.h>

#include "engine/detached.h"

/* In the order of dgi_attribute. */
static const struct {
    const char *name;
    bool computed; /* it needs no value of the graph, and cannot be assigned */
} attributes[] = {{"data", false}, {"grad", false},          {"label", false}, {"shape", true},
                  {"T", true},     {"requires_grad", false}, {"ndim", true}};

enum { ATTRIBUTES = sizeof attributes / sizeof *attributes };

/* A list has those of the tensor that it can become. */
static bool has_attribute(const dgi_object *object, int attribute)
{
    return dgi_is_any_value(object) || dgi_is_list(object) || dgi_is_error(object) ||
           (object->kind == DGI_OBJECT_ARRAY && attributes[attribute].computed);
}

int dgi_attribute_from_name(const char *name)
{
    for (int i = 0; i < ATTRIBUTES; i++)
        if (strcmp(attributes[i].name, name) == 0)
            return i;
    return -1;
}

int dgi_find_attribute(const dgi_object *object, int attribute)
{
    return attribute >= 0 && has_attribute(object, attribute) ? attribute : -1;
}

void dgi_suggest_attributes(dgi_suggestion *s, const dgi_object *object)
{
    for (int i = 0; i < ATTRIBUTES; i++)
        if (has_attribute(object, i))
            dgi_suggest(s, attributes[i].name);
}

/* ---- Reading ---- */

static bool read_shape(dgi_runtime *rt, dgi_operand *x)
{
    const dgi_object *o = &x->object;
    if (dgi_is_list(o) && o->as.list->form == DGI_FORM_NONE)
        return dgi_fail_form(rt, x->span, o->as.list);
    dgi_shape shape = dgi_shape_of_object(o);
    dgi_list *list = dgi_new_list(rt, x->span, (size_t)shape.ndim);
    for (int i = 0; i < shape.ndim && list; i++)
        list->elements[i] = dgi_integer_object((double)shape.sizes[i]);
    if (list) {
        list->tuple = true;
        x->object = dgi_finish_list(list);
    }
    return list;
}

static bool read_ndim(dgi_runtime *rt, dgi_operand *x)
{
    dgi_shape shape = dgi_shape_of_object(&x->object);
    if (dgi_is_list(&x->object) && x->object.as.list->form == DGI_FORM_NONE)
        return dgi_fail_form(rt, x->span, x->object.as.list);
    x->object = dgi_integer_object(shape.ndim);
    return true;
}

/* x.T; of a list it is detached where numbers are needed. */
static bool transpose(dgi_runtime *rt, bool numbers, dgi_operand *x)
{
    dg_graph *g = dgi_graph_for(rt, x, NULL, numbers);
    dg_value *v = dgi_value_in(rt, g, x);
    if (!v)
        return false;
    if (dg_ndim(v) != 2)
        return dgi_fail(rt, x->span,
                        "'.T' is of two dimensions, not %d: use transpose(x, dim0, dim1)",
                        dg_ndim(v));
    return dgi_take(rt, g, dg_transpose(v, 0, 1), x->span, x);
}

/* The data of a value, or its gradient. */
static bool read_numbers(dgi_runtime *rt, dg_value *v, bool data, dgi_operand *result)
{
    dgi_object o = {.as.value = v, .kind = DGI_OBJECT_ARRAY};
    if (dg_ndim(v) == 0) {
        result->object = dgi_number_object(data ? dg_data(v) : dg_grad(v));
        return true;
    }
    if (!data && !dg_requires_grad(v))
        return dgi_fail(rt, result->span, "a tensor that requires no gradient has none");
    o.as.value = dgi_new_leaf(rt, dgi_detached_graph(rt), result->span, &o);
    if (o.as.value && !data)
        dg_set_data_array(o.as.value, dg_grad_array(v), dg_size(v));
    result->object = o;
    return o.as.value;
}

bool dgi_read_attribute(dgi_runtime *rt, dgi_attribute attribute, bool numbers, dgi_operand *x)
{
    dg_value *v = x->object.as.value;
    if (dgi_is_error(&x->object))
        return true;
    switch (attribute) {
    case DGI_ATTRIBUTE_SHAPE:
        return read_shape(rt, x);
    case DGI_ATTRIBUTE_NDIM:
        return read_ndim(rt, x);
    case DGI_ATTRIBUTE_T:
        return transpose(rt, numbers, x);
    case DGI_ATTRIBUTE_LABEL:
        x->object = (dgi_object){.as.text = dg_label(v), .kind = DGI_OBJECT_STRING};
        x->object.size = (uint32_t)strlen(x->object.as.text);
        return true;
    case DGI_ATTRIBUTE_REQUIRES_GRAD:
        x->object = (dgi_object){.as.number = dg_requires_grad(v), .kind = DGI_OBJECT_BOOL};
        return true;
    default:
        return read_numbers(rt, v, attribute == DGI_ATTRIBUTE_DATA, x);
    }
}

bool dgi_apply_attribute(dgi_runtime *rt, int attribute, const dgi_node *node, bool numbers,
                         dgi_operand *x)
{
    bool target = node->flags & DGI_NODE_TARGET, done = true;
    /* What is to become a value is shown without the attribute. */
    if (attributes[attribute].computed && target)
        return dgi_fail(rt, x->span, "'%s' cannot be assigned", attributes[attribute].name);
    if (!attributes[attribute].computed)
        done = dgi_to_value(rt, x);
    x->span.end = node->span.end;
    if (done && target)
        x->object = (dgi_object){.as.value = dgi_is_error(&x->object) ? NULL : x->object.as.value,
                                 .attribute = (uint8_t)attribute,
                                 .kind = DGI_OBJECT_ATTRIBUTE};
    else
        done = done && dgi_read_attribute(rt, (dgi_attribute)attribute, numbers, x);
    return done;
}

/* ---- Assigning ---- */

/* A row is a copy, whose data nobody would see. */
static bool is_row(const dg_value *v)
{
    char text[DG_OP_TEXT_MAX];
    return dg_operand_count(v) == 1 && dg_op_text(v, text)[0] == '[';
}

/* The array or list is repeated to the shape of the tensor. */
static bool set_array(dgi_runtime *rt, dg_value *v, dgi_operand *right, bool data)
{
    dg_graph *g = dgi_detached_graph(rt);
    dg_value *numbers = dgi_value_in(rt, g, right);
    if (!numbers)
        return false;
    dgi_shape shape = dgi_value_shape(v), own = dgi_value_shape(numbers);
    if (!dgi_same_shape(&shape, &own))
        numbers = dgi_detached_expand(numbers, shape.ndim, shape.sizes);
    if (!numbers)
        return dgi_fail_graph(rt, g, right->span);
    dg_status status = data ? dg_set_data_array(v, dg_data_array(numbers), dg_size(v))
                            : dg_set_grad_array(v, dg_data_array(numbers), dg_size(v));
    return status == DG_OK || dg_graph_status(rt->graph) == DG_OK ||
           dgi_fail_graph(rt, rt->graph, right->span);
}

static bool assign_numbers(dgi_runtime *rt, const dgi_operand *target, dgi_operand *right)
{
    bool data = target->object.attribute == DGI_ATTRIBUTE_DATA;
    dg_value *v = target->object.as.value;
    const char *what = data ? "data must be a number" : "a gradient must be a number";
    bool tensor = v && dg_ndim(v) > 0;
    if (!data && right->object.kind == DGI_OBJECT_NONE) /* as PyTorch forgets a gradient */
        right->object = dgi_number_object(0.0);
    if (!(tensor ? dgi_to_numbers(rt, right, what) : dgi_to_number(rt, right, what)))
        return false;
    if (dgi_is_error(&right->object) || !v)
        return true;
    if (data && is_row(v))
        return dgi_fail(rt, target->span, "a row is a copy: set the data of the whole tensor");
    if (!data && !dg_requires_grad(v))
        return dgi_fail(rt, target->span, "it requires no gradient");
    if (right->object.kind != DGI_OBJECT_NUMBER)
        return set_array(rt, v, right, data);
    if (data)
        dg_set_data(v, right->object.as.number);
    else
        dg_set_grad(v, right->object.as.number);
    return true;
}

bool dgi_assign_attribute(dgi_runtime *rt, const dgi_operand *target, dgi_operand *right)
{
    dg_value *v = target->object.as.value;
    const dgi_object *o = &right->object;
    uint8_t attribute = target->object.attribute;
    if (attribute == DGI_ATTRIBUTE_DATA || attribute == DGI_ATTRIBUTE_GRAD)
        return assign_numbers(rt, target, right);
    if (dgi_is_error(o))
        return true;
    if (target->object.attribute == DGI_ATTRIBUTE_LABEL)
        return o->kind == DGI_OBJECT_STRING
                   ? !v || dgi_set_label(rt, v, o->as.text, o->size, right->span)
                   : dgi_fail(rt, right->span, "a label is a string");
    if (o->kind != DGI_OBJECT_BOOL)
        return dgi_fail_kind(rt, right, "requires_grad is True or False");
    return !v || dg_set_requires_grad(v, o->as.number != 0.0) ||
           dgi_fail_graph(rt, rt->graph, target->span);
}
