/* Attributes: what they are, and assigning to them. */
#include "lang/interpreter.h"

#include <string.h>

/* In the order of dgi_attribute. */
static const char *const attributes[] = {"data", "grad", "label", "shape", "T", "requires_grad"};

enum { ATTRIBUTES = sizeof attributes / sizeof *attributes };

/* A list has those of the tensor that it can become, an array those that need no graph. */
static bool has_attribute(const dgi_operand *operand, int attribute)
{
    switch ((dgi_operand_kind)operand->kind) {
    case DGI_OPERAND_VALUE:
    case DGI_OPERAND_NUMERIC:
    case DGI_OPERAND_LIST:
    case DGI_OPERAND_POISON:
        return true;
    case DGI_OPERAND_ARRAY:
        return attribute == DGI_ATTRIBUTE_SHAPE || attribute == DGI_ATTRIBUTE_T;
    default:
        return false;
    }
}

int dgi_find_attribute(const dgi_operand *operand, const char *name, size_t size)
{
    for (int i = 0; i < ATTRIBUTES; i++)
        if (has_attribute(operand, i) && strlen(attributes[i]) == size &&
            memcmp(name, attributes[i], size) == 0)
            return i;
    return -1;
}

void dgi_offer_attributes(dgi_search *search, const dgi_operand *operand)
{
    for (int i = 0; i < ATTRIBUTES; i++)
        if (has_attribute(operand, i))
            dgi_search_offer(search, attributes[i]);
}

/* ---- Reading ---- */

static bool read_shape(dgi_interpreter *in, dgi_operand *top)
{
    dgi_shape shape;
    if (top->kind != DGI_OPERAND_LIST)
        shape = dgi_value_shape(top->as.value);
    else if (top->as.list->form == DGI_FORM_NONE)
        return dgi_fail_form(in, top, top->as.list);
    else
        shape = dgi_list_shape(top->as.list);
    return dgi_list_of_sizes(in, &shape, top);
}

/* The data of a value, or its gradient. */
static bool read_numbers(dgi_interpreter *in, const dg_value *v, bool data, dgi_operand *result)
{
    if (dg_ndim(v) == 0) {
        result->kind = DGI_OPERAND_NUMBER;
        result->as.number = data ? dg_data(v) : dg_grad(v);
        return true;
    }
    const double *numbers = data ? dg_data_array(v) : dg_grad_array(v);
    if (!data && !dg_requires_grad(v))
        return dgi_fail_operand(in, result, "a tensor that requires no gradient has none");
    dgi_shape shape = dgi_value_shape(v);
    return dgi_new_array(in, &shape, numbers, result);
}

static bool read_label(dgi_interpreter *in, const dgi_operand *top)
{
    dgi_operand value = *top;
    in->n_operands--;
    size_t string_begin = in->strings.size;
    dgi_buf_puts(&in->strings, dg_label(value.as.value));
    return dgi_push_string(in, string_begin, value.begin, value.end);
}

/* Whether the operand is what an assignment's target begins with. */
static bool is_target(const dgi_interpreter *in)
{
    return in->n_operands == 1 && in->n_operators == 0 && in->n_frames == 1 &&
           dgi_is_assignment(in->token.kind);
}

static bool become_target(dgi_interpreter *in, dgi_attribute attribute, dgi_operand *top)
{
    if (attribute == DGI_ATTRIBUTE_SHAPE || attribute == DGI_ATTRIBUTE_T)
        return dgi_report(&in->diagnose, top->begin, top->end, NULL, "'%s' cannot be assigned",
                          attributes[attribute]);
    if (!dgi_to_value(in, top))
        return false;
    if (top->kind == DGI_OPERAND_POISON)
        top->as.value = NULL;
    top->kind = DGI_OPERAND_ATTRIBUTE;
    top->attribute = (uint8_t)attribute;
    return true;
}

bool dgi_read_attribute(dgi_interpreter *in, dgi_attribute attribute, uint32_t end)
{
    dgi_operand *top = &in->operands[in->n_operands - 1];
    dgi_operand whole = *top;
    if (is_target(in)) {
        bool done = become_target(in, attribute, top);
        top->end = end;
        top->bare_name = false;
        return done;
    }
    top->end = end;
    top->bare_name = false;
    if (top->kind == DGI_OPERAND_POISON)
        return true;
    if (attribute == DGI_ATTRIBUTE_SHAPE)
        return read_shape(in, top);
    if (attribute == DGI_ATTRIBUTE_T)
        return dgi_matrix_transpose(in, top);
    if (!dgi_to_value(in, &whole))
        return false;
    top->as.value = whole.as.value;
    if (attribute == DGI_ATTRIBUTE_LABEL)
        return read_label(in, top);
    if (attribute != DGI_ATTRIBUTE_REQUIRES_GRAD)
        return read_numbers(in, whole.as.value, attribute == DGI_ATTRIBUTE_DATA, top);
    top->kind = DGI_OPERAND_TRUTH;
    top->as.number = dg_requires_grad(whole.as.value);
    return true;
}

/* ---- Assigning ---- */

bool dgi_takes_numbers(const dgi_target *target)
{
    return !target->is_name &&
           (target->attribute == DGI_ATTRIBUTE_DATA || target->attribute == DGI_ATTRIBUTE_GRAD);
}

static bool assign_label(dgi_interpreter *in, const dgi_target *target, const dgi_operand *right)
{
    if (right->kind == DGI_OPERAND_POISON)
        return true;
    if (right->kind != DGI_OPERAND_STRING)
        return dgi_fail_operand(in, right, "a label is a string");
    return !target->value ||
           dgi_set_label(in, target->value, in->strings.data + right->as.string.begin,
                         right->as.string.size, right->begin, right->end);
}

static bool assign_requires_grad(dgi_interpreter *in, const dgi_target *target,
                                 const dgi_operand *right)
{
    if (right->kind == DGI_OPERAND_POISON)
        return true;
    if (right->kind != DGI_OPERAND_TRUTH)
        return dgi_fail_kind(in, right, "requires_grad is True or False");
    dgi_operand about = {.begin = target->begin, .end = target->end};
    return !target->value || dg_set_requires_grad(target->value, right->as.number != 0.0) ||
           dgi_fail_graph(in, &about);
}

/* A row is a copy, whose data nobody would see. */
static bool is_row(const dg_value *v)
{
    char text[DG_OP_TEXT_MAX];
    return dg_operand_count(v) == 1 && dg_op_text(v, text)[0] == '[';
}

static bool assign_numbers(dgi_interpreter *in, const dgi_target *target, dgi_operand *right)
{
    bool data = target->attribute == DGI_ATTRIBUTE_DATA;
    dg_value *v = target->value;
    const char *what = data ? "data must be a number" : "a gradient must be a number";
    bool tensor = v && dg_ndim(v) > 0;
    if (!(tensor ? dgi_to_numbers(in, right, what) : dgi_to_number(in, right, what)))
        return false;
    if (right->kind == DGI_OPERAND_POISON || !v)
        return true;
    if (data && is_row(v))
        return dgi_report(&in->diagnose, target->begin, target->end, NULL,
                          "a row is a copy: set the data of the whole tensor");
    if (!data && !dg_requires_grad(v))
        return dgi_report(&in->diagnose, target->begin, target->end, NULL,
                          "it requires no gradient");
    if (right->kind != DGI_OPERAND_NUMBER)
        return dgi_set_array(in, v, right, data);
    if (data)
        dg_set_data(v, right->as.number);
    else
        dg_set_grad(v, right->as.number);
    return true;
}

bool dgi_assign_attribute(dgi_interpreter *in, const dgi_target *target, dgi_operand *right)
{
    if (target->attribute == DGI_ATTRIBUTE_LABEL)
        return assign_label(in, target, right);
    if (target->attribute == DGI_ATTRIBUTE_REQUIRES_GRAD)
        return assign_requires_grad(in, target, right);
    return assign_numbers(in, target, right);
}

/* A label goes into `strings`, where the right-hand side will follow it. */
bool dgi_read_target(dgi_interpreter *in, const dgi_target *target, dgi_operand *current)
{
    *current =
        (dgi_operand){.kind = DGI_OPERAND_POISON, .begin = target->begin, .end = target->end};
    if (target->is_name) {
        dgi_operand bound = dgi_binding_operand(&in->names.bindings[target->binding]);
        current->as = bound.as;
        current->bare_name = true;
        current->kind = bound.kind == DGI_OPERAND_NUMERIC ? DGI_OPERAND_VALUE : bound.kind;
        return true;
    }
    if (!target->value)
        return true;
    if (target->attribute == DGI_ATTRIBUTE_REQUIRES_GRAD)
        return dgi_fail_operand(in, current, "requires_grad can only be assigned with '='");
    if (target->attribute == DGI_ATTRIBUTE_LABEL) {
        dgi_buf_puts(&in->strings, dg_label(target->value));
        current->kind = DGI_OPERAND_STRING;
        current->as.string.begin = 0;
        current->as.string.size = (uint32_t)in->strings.size;
        in->out_of_memory = in->strings.failed;
        return !in->strings.failed;
    }
    return read_numbers(in, target->value, target->attribute == DGI_ATTRIBUTE_DATA, current);
}
