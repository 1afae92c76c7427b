/* Names, attributes, and the calls of functions and methods. */
#include "lang/interpreter.h"

#include <string.h>

#include "base/number.h"

/* In the order of dgi_attribute. */
static const char *const attributes[] = {"data", "grad", "label"};

enum { ATTRIBUTES = sizeof attributes / sizeof *attributes };

static dgi_frame *innermost(dgi_interpreter *in)
{
    return &in->frames[in->n_frames - 1];
}

static bool same(const char *name, size_t size, const char *text)
{
    return strlen(text) == size && memcmp(name, text, size) == 0;
}

static bool undefined(dgi_interpreter *in, const dgi_token *name)
{
    const char *text = in->lexer.text + name->begin;
    size_t size = name->end - name->begin;
    if (same(text, size, "print"))
        return dgi_report(&in->diagnose, name->begin, name->end, NULL,
                          "'print' is not supported: the drawing shows every value");
    if (dgi_in_comprehension(in))
        return false;
    dgi_search search = dgi_search_for(text, size);
    if (dgi_diagnose_wants(&in->diagnose, name->begin)) {
        dgi_search_offer_names(&search, &in->names, false);
        dgi_offer_functions(&search);
    }
    return dgi_report(&in->diagnose, name->begin, name->end, dgi_suggestion(in, &search),
                      "'%.*s' is not defined", dgi_shown_length(text, size), text);
}

/* A name that is not bound: a keyword, a function, or nothing at all. */
static bool fail_name(dgi_interpreter *in, const dgi_token *name)
{
    const char *text = in->lexer.text + name->begin;
    size_t size = name->end - name->begin;
    const char *reason = dgi_keyword_reason(text, size);
    if (reason)
        return dgi_report_keyword(in, name, reason);
    dgi_callee callee;
    if (dgi_builtin(text, size, &callee))
        return dgi_report(&in->diagnose, name->begin, name->end, NULL,
                          "'%s' is a function: call it", callee.name);
    return undefined(in, name);
}

dgi_operand dgi_binding_operand(const dgi_binding *binding)
{
    switch (binding->kind) {
    case DGI_BOUND:
        return (dgi_operand){.as.value = binding->as.value, .kind = DGI_OPERAND_VALUE};
    case DGI_NUMERIC:
        return (dgi_operand){.as.value = binding->as.value, .kind = DGI_OPERAND_NUMERIC};
    case DGI_NAMED_LIST:
        return (dgi_operand){.as.list = binding->as.list, .kind = DGI_OPERAND_LIST};
    case DGI_NAMED_NETWORK:
        return (dgi_operand){.as.network = binding->as.network, .kind = DGI_OPERAND_NETWORK};
    case DGI_UNBOUND:
    case DGI_POISONED:
        break;
    }
    return (dgi_operand){.kind = DGI_OPERAND_POISON};
}

bool dgi_push_name(dgi_interpreter *in, const dgi_token *name)
{
    const dgi_binding *binding =
        dgi_bindings_find(&in->names, in->lexer.text + name->begin, name->end - name->begin);
    if (!binding)
        return fail_name(in, name);
    dgi_operand operand = dgi_binding_operand(binding);
    operand.begin = name->begin;
    operand.end = name->end;
    operand.bare_name = true;
    return dgi_push_operand(in, operand);
}

/* The current token is the bracket. */
static bool open_call(dgi_interpreter *in, dgi_callee callee, uint32_t begin)
{
    bool needs_number = dgi_number_argument(&callee, callee.method ? 1 : 0) != NULL;
    if (!dgi_push_frame(in, callee, begin, needs_number))
        return false;
    dgi_advance(in);
    return true;
}

bool dgi_open_call(dgi_interpreter *in, const dgi_token *name)
{
    const char *text = in->lexer.text + name->begin;
    size_t size = name->end - name->begin;
    dgi_callee callee = {.kind = DGI_CALLEE_POISON};
    const dgi_binding *binding = dgi_bindings_find(&in->names, text, size);
    if (binding && binding->kind == DGI_NAMED_NETWORK)
        return dgi_push_name(in, name) && open_call(in, dgi_network_callee(), name->begin);
    if (binding && binding->kind != DGI_POISONED)
        return dgi_report(&in->diagnose, name->begin, name->end, NULL,
                          "'%.*s' is %s here, not a function", dgi_shown_length(text, size), text,
                          dgi_kind_name(dgi_binding_operand(binding).kind));
    if (!binding && !dgi_builtin(text, size, &callee))
        return fail_name(in, name);
    return open_call(in, callee, name->begin);
}

bool dgi_call_operand(dgi_interpreter *in)
{
    const dgi_operand *top = &in->operands[in->n_operands - 1];
    dgi_callee callee = dgi_network_callee();
    if (top->kind == DGI_OPERAND_POISON)
        callee.kind = DGI_CALLEE_POISON;
    else if (top->kind != DGI_OPERAND_NETWORK)
        return dgi_report(&in->diagnose, in->token.begin, in->token.end, NULL,
                          "only functions, methods and networks can be called");
    return open_call(in, callee, top->begin);
}

/* Whether it is a value, or would be one. */
static bool has_attributes(const dgi_operand *operand)
{
    return operand->kind == DGI_OPERAND_VALUE || operand->kind == DGI_OPERAND_NUMERIC ||
           operand->kind == DGI_OPERAND_POISON;
}

/* The operand has no attribute or method of this name. */
static bool fail_attribute(dgi_interpreter *in, const dgi_operand *operand, const dgi_token *name)
{
    const char *text = in->lexer.text + name->begin;
    size_t size = name->end - name->begin;
    dgi_search search = dgi_search_for(text, size);
    if (has_attributes(operand))
        for (size_t i = 0; i < ATTRIBUTES; i++)
            dgi_search_offer(&search, attributes[i]);
    dgi_offer_methods(&search, operand);
    const char *what = has_attributes(operand) ? "a value" : dgi_kind_name(operand->kind);
    return dgi_report(&in->diagnose, name->begin, name->end, dgi_suggestion(in, &search),
                      "%s has no attribute '%.*s'", what, dgi_shown_length(text, size), text);
}

static bool read_attribute(dgi_interpreter *in, dgi_attribute attribute, uint32_t end)
{
    dgi_operand *top = &in->operands[in->n_operands - 1];
    top->end = end;
    top->bare_name = false;
    if (in->n_operands == 1 && in->n_operators == 0 && in->n_frames == 1 &&
        dgi_is_assignment(in->token.kind)) {
        if (top->kind == DGI_OPERAND_POISON)
            top->as.value = NULL;
        top->kind = DGI_OPERAND_ATTRIBUTE;
        top->attribute = (uint8_t)attribute;
        return true;
    }
    if (top->kind == DGI_OPERAND_POISON)
        return true;
    dg_value *value = top->as.value;
    if (attribute == DGI_ATTRIBUTE_LABEL) {
        uint32_t begin = top->begin;
        in->n_operands--;
        size_t string_begin = in->strings.size;
        dgi_buf_puts(&in->strings, dg_get_label(value));
        return dgi_push_string(in, string_begin, begin, end);
    }
    top->kind = DGI_OPERAND_NUMBER;
    top->as.number = attribute == DGI_ATTRIBUTE_DATA ? dg_data(value) : dg_grad(value);
    return true;
}

static bool open_method(dgi_interpreter *in, const dgi_token *name, const dgi_callee *found)
{
    const dgi_operand *receiver = &in->operands[in->n_operands - 1];
    dgi_callee callee = *found;
    callee.method = true;
    if (receiver->kind == DGI_OPERAND_POISON)
        callee.kind = DGI_CALLEE_POISON;
    if (in->token.kind == DGI_TOKEN_OPEN)
        return open_call(in, callee, receiver->begin);
    return dgi_report(&in->diagnose, name->begin, name->end, NULL, "'%s' is a method: call it",
                      callee.name);
}

bool dgi_postfix(dgi_interpreter *in)
{
    dgi_advance(in);
    dgi_token name = in->token;
    if (name.kind != DGI_TOKEN_NAME)
        return dgi_unexpected(in);
    dgi_advance(in);
    const char *text = in->lexer.text + name.begin;
    size_t size = name.end - name.begin;
    const dgi_operand *receiver = &in->operands[in->n_operands - 1];
    for (size_t i = 0; i < ATTRIBUTES && has_attributes(receiver); i++)
        if (same(text, size, attributes[i]))
            return read_attribute(in, (dgi_attribute)i, name.end);
    dgi_callee callee;
    if (dgi_builtin(text, size, &callee) && dgi_is_method(&callee, receiver))
        return open_method(in, &name, &callee);
    return fail_attribute(in, receiver, &name);
}

/* Value's arguments leave the stack at once. */
static bool finish_value_argument(dgi_interpreter *in, dgi_frame *frame, dgi_operand *top)
{
    if (frame->in_label) {
        if (top->kind != DGI_OPERAND_STRING && top->kind != DGI_OPERAND_POISON)
            return dgi_fail_operand(in, top, "a label is a string");
        frame->label = *top;
        frame->has_label = true;
    } else {
        if (frame->has_data)
            return dgi_fail_operand(in, top, "'Value' takes one number and a label");
        if (!dgi_to_number(in, top, "the data of a value must be a number"))
            return false;
        frame->data = top->as.number;
        frame->has_data = true;
    }
    in->n_operands--;
    frame->in_label = false;
    frame->needs_numbers = true;
    return true;
}

/* float('inf') and the like. */
static bool read_float_string(dgi_interpreter *in, dgi_operand *top)
{
    char *text = in->strings.data + top->as.string.begin;
    const char *unsigned_text = text + (*text == '-' || *text == '+');
    bool known = strcmp(unsigned_text, "inf") == 0 || strcmp(unsigned_text, "nan") == 0;
    double number;
    if (!known || !dgi_parse_double(text, &number))
        return dgi_fail_operand(in, top, "of strings 'float' knows 'inf', '-inf' and 'nan'");
    dgi_drop_string(in, top);
    top->kind = DGI_OPERAND_NUMBER;
    top->as.number = number;
    return true;
}

/* `place` is that of its parameter. */
static bool finish_plain_argument(dgi_interpreter *in, dgi_frame *frame, dgi_operand *top,
                                  size_t place)
{
    const dgi_callee *callee = &frame->callee;
    size_t count = in->n_operands - frame->operands;
    const char *number = dgi_number_argument(callee, place);
    if (number) {
        if (!dgi_to_number(in, top, number))
            return false;
    } else if (top->kind == DGI_OPERAND_NOTHING) {
        return dgi_fail_operand(in, top, "this call makes no value");
    } else if (callee->kind == DGI_CALLEE_OP && top->kind == DGI_OPERAND_STRING) {
        return dgi_fail_kind(in, top, "a value is needed here");
    } else if (callee->kind == DGI_CALLEE_LIST && !dgi_check_elements(in, top, count)) {
        return false;
    }
    top->argument = (uint8_t)(place < UINT8_MAX ? place : UINT8_MAX);
    frame->needs_numbers = dgi_number_argument(callee, count) != NULL;
    return true;
}

bool dgi_finish_argument(dgi_interpreter *in)
{
    dgi_frame *frame = innermost(in);
    dgi_operand *top = &in->operands[in->n_operands - 1];
    if (!frame->named && frame->any_named)
        return dgi_fail_operand(in, top, "an argument without a name follows one with a name");
    size_t place = frame->named ? frame->argument : in->n_operands - frame->operands - 1;
    frame->named = false;
    frame->poisoned = frame->poisoned || top->kind == DGI_OPERAND_POISON;
    switch (frame->callee.kind) {
    case DGI_CALLEE_VALUE:
        return finish_value_argument(in, frame, top);
    case DGI_CALLEE_POISON:
        if (top->kind == DGI_OPERAND_STRING)
            dgi_drop_string(in, top);
        in->n_operands--;
        return true;
    case DGI_CALLEE_FLOAT:
        if (top->kind == DGI_OPERAND_STRING)
            return read_float_string(in, top);
        return dgi_to_number(in, top, "the argument of 'float' must be a number");
    default:
        return finish_plain_argument(in, frame, top, place);
    }
}

static bool call_value(dgi_interpreter *in, const dgi_frame *frame, dgi_operand *result)
{
    if (!frame->has_data)
        return dgi_fail_operand(in, result, "'Value' needs a number");
    if (!dgi_made(in, dg_leaf(in->graph, frame->data, NULL), result))
        return false;
    if (!frame->has_label)
        return true;
    const dgi_operand *label = &frame->label;
    bool done = dgi_set_label(in, result->as.value, in->strings.data + label->as.string.begin,
                              label->as.string.size, label->begin, label->end);
    dgi_drop_string(in, label);
    return done;
}

static bool call_op(dgi_interpreter *in, const dgi_frame *frame, dgi_operand *result)
{
    const dg_op *op = frame->callee.op;
    dgi_operand *a = &in->operands[frame->operands];
    dgi_operand *b = op->operands == 2 ? a + 1 : NULL;
    if (!dgi_to_value(in, a) || (b && !dgi_to_value(in, b)))
        return false;
    double k = op->has_constant ? a[op->operands].as.number : 0.0;
    return dgi_made(in, dg_apply(op, a->as.value, b ? b->as.value : NULL, k), result);
}

static bool call(dgi_interpreter *in, const dgi_frame *frame, dgi_operand *result)
{
    dgi_callee_kind kind = frame->callee.kind;
    if (kind == DGI_CALLEE_POISON)
        return true;
    if ((kind == DGI_CALLEE_OP || kind == DGI_CALLEE_FLOAT || kind == DGI_CALLEE_FUNCTION) &&
        !dgi_check_count(in, frame, result->end))
        return false;
    if (frame->poisoned ||
        (frame->callee.method && in->operands[frame->operands].kind == DGI_OPERAND_POISON))
        return true;
    switch (kind) {
    case DGI_CALLEE_VALUE:
        return call_value(in, frame, result);
    case DGI_CALLEE_OP:
        return call_op(in, frame, result);
    case DGI_CALLEE_FLOAT:
        result->kind = DGI_OPERAND_NUMBER;
        result->as.number = in->operands[frame->operands].as.number;
        return true;
    case DGI_CALLEE_LIST:
        return dgi_finish_list(in, frame, result);
    case DGI_CALLEE_INDEX:
        return dgi_index(in, frame, result);
    default:
        return dgi_call_function(in, frame, result);
    }
}

bool dgi_finish_call(dgi_interpreter *in, uint32_t end)
{
    const dgi_frame *frame = innermost(in);
    dgi_operand result = {.kind = DGI_OPERAND_POISON, .begin = frame->begin, .end = end};
    if (!call(in, frame, &result))
        return false;
    in->n_operands = frame->operands;
    in->n_frames--;
    /* What is left of `strings` is that of a result that is one. */
    if (result.kind != DGI_OPERAND_STRING)
        in->strings.size = frame->strings;
    return dgi_push_operand(in, result);
}
