#include "lang/attributes.h"

#include <string.h>

/* In the order of dgi_attribute. */
static const char *const attributes[] = {"data", "grad", "label", "shape", "T", "requires_grad"};

enum { ATTRIBUTES = sizeof attributes / sizeof *attributes };

/* A list has those of the tensor that it can become, an array those that need no graph. */
static bool has_attribute(const dgi_object *object, int attribute)
{
    return dgi_is_any_value(object) || dgi_is_list(object) || dgi_is_error(object) ||
           (object->kind == DGI_OBJECT_ARRAY &&
            (attribute == DGI_ATTRIBUTE_SHAPE || attribute == DGI_ATTRIBUTE_T));
}

int dgi_find_attribute(const dgi_object *object, const char *name, size_t size)
{
    for (int i = 0; i < ATTRIBUTES; i++)
        if (has_attribute(object, i) && strlen(attributes[i]) == size &&
            memcmp(name, attributes[i], size) == 0)
            return i;
    return -1;
}

void dgi_suggest_attributes(dgi_suggestion *s, const dgi_object *object)
{
    for (int i = 0; i < ATTRIBUTES; i++)
        if (has_attribute(object, i))
            dgi_suggest(s, attributes[i]);
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
        list->elements[i] = dgi_number_object((double)shape.sizes[i]);
    if (list)
        dgi_set_object(x, dgi_finish_list(list));
    return list;
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

static dgi_object label_object(const dg_value *v)
{
    const char *label = dg_label(v);
    return (dgi_object){
        .as.text = label, .size = (uint32_t)strlen(label), .kind = DGI_OBJECT_STRING};
}

/* The data of a value, or its gradient. */
static bool read_numbers(dgi_runtime *rt, const dg_value *v, bool data, dgi_operand *result)
{
    if (dg_ndim(v) == 0) {
        dgi_set_object(result, dgi_number_object(data ? dg_data(v) : dg_grad(v)));
        return true;
    }
    if (!data && !dg_requires_grad(v))
        return dgi_fail(rt, result->span, "a tensor that requires no gradient has none");
    dgi_shape shape = dgi_value_shape(v);
    dg_value *array = dgi_copy_leaf(rt, dgi_detached_graph(rt), result->span, &shape,
                                    data ? dg_data_array(v) : dg_grad_array(v));
    dgi_set_object(result, (dgi_object){.as.value = array, .kind = DGI_OBJECT_ARRAY});
    return array;
}

static bool read_attribute(dgi_runtime *rt, dgi_attribute attribute, bool numbers,
                           dgi_operand *operand)
{
    if (dgi_is_error(&operand->object))
        return true;
    if (attribute == DGI_ATTRIBUTE_SHAPE)
        return read_shape(rt, operand);
    if (attribute == DGI_ATTRIBUTE_T)
        return transpose(rt, numbers, operand);
    const dg_value *v = operand->object.as.value;
    if (attribute == DGI_ATTRIBUTE_LABEL) {
        operand->object = label_object(v);
    } else if (attribute == DGI_ATTRIBUTE_REQUIRES_GRAD) {
        operand->object = dgi_number_object(dg_requires_grad(v));
        operand->object.kind = DGI_OBJECT_BOOL;
    } else {
        return read_numbers(rt, v, attribute == DGI_ATTRIBUTE_DATA, operand);
    }
    return true;
}

static bool target_attribute(dgi_runtime *rt, dgi_attribute attribute, dgi_operand *operand)
{
    if (attribute == DGI_ATTRIBUTE_SHAPE || attribute == DGI_ATTRIBUTE_T)
        return dgi_fail(rt, operand->span, "'%s' cannot be assigned", attributes[attribute]);
    if (!dgi_to_value(rt, operand))
        return false;
    dg_value *value = dgi_is_error(&operand->object) ? NULL : operand->object.as.value;
    dgi_set_object(operand, (dgi_object){.as.value = value,
                                         .attribute = (uint8_t)attribute,
                                         .kind = DGI_OBJECT_ATTRIBUTE});
    return true;
}

bool dgi_apply_attribute(dgi_runtime *rt, dgi_attribute attribute, const dgi_node *node,
                         bool numbers, dgi_operand *x)
{
    bool target = node->flags & DGI_NODE_TARGET;
    bool needs_value = attribute != DGI_ATTRIBUTE_SHAPE && attribute != DGI_ATTRIBUTE_T;
    /* What is to become a value is shown without the attribute. */
    bool done = target ? target_attribute(rt, attribute, x) : !needs_value || dgi_to_value(rt, x);
    x->span.end = node->span.end;
    done = done && (target || read_attribute(rt, attribute, numbers, x));
    x->bare_name = false;
    return done;
}

/* ---- Assigning ---- */

bool dgi_takes_numbers(const dgi_object *target)
{
    return target->kind == DGI_OBJECT_ATTRIBUTE &&
           (target->attribute == DGI_ATTRIBUTE_DATA || target->attribute == DGI_ATTRIBUTE_GRAD);
}

/* A row is a copy, whose data nobody would see. */
static bool is_row(const dg_value *v)
{
    char text[DG_OP_TEXT_MAX];
    return dg_operand_count(v) == 1 && dg_op_text(v, text)[0] == '[';
}

static bool assign_numbers(dgi_runtime *rt, const dgi_operand *target, dgi_operand *right)
{
    bool data = target->object.attribute == DGI_ATTRIBUTE_DATA;
    dg_value *v = target->object.as.value;
    const char *what = data ? "data must be a number" : "a gradient must be a number";
    bool tensor = v && dg_ndim(v) > 0;
    if (!(tensor ? dgi_to_numbers(rt, right, what) : dgi_to_number(rt, right, what)))
        return false;
    if (dgi_is_error(&right->object) || !v)
        return true;
    if (data && is_row(v))
        return dgi_fail(rt, target->span, "a row is a copy: set the data of the whole tensor");
    if (!data && !dg_requires_grad(v))
        return dgi_fail(rt, target->span, "it requires no gradient");
    if (right->object.kind != DGI_OBJECT_NUMBER)
        return dgi_set_array(rt, v, right, data);
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
    if (dgi_takes_numbers(&target->object))
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

bool dgi_read_target(dgi_runtime *rt, dgi_operand *target)
{
    dgi_attribute attribute = (dgi_attribute)target->object.attribute;
    bool error = !target->object.as.value;
    target->object.kind = error ? DGI_OBJECT_ERROR : DGI_OBJECT_VALUE;
    if (attribute == DGI_ATTRIBUTE_REQUIRES_GRAD && !error)
        return dgi_fail(rt, target->span, "requires_grad can only be assigned with '='");
    return read_attribute(rt, attribute, false, target);
}
