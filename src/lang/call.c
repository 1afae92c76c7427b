/* Names, attributes, and the calls of functions and methods. */
#include "lang/interpreter.h"

#include <string.h>

#include "base/number.h"

typedef struct builtin {
    dgi_callee_kind kind;
    const char *name;
    bool method; /* may be called as one */
} builtin;

static const builtin builtins[] = {
    {DGI_CALLEE_VALUE, "Value", false},       {DGI_CALLEE_FLOAT, "float", false},
    {DGI_CALLEE_BACKWARD, "backward", true},  {DGI_CALLEE_ZERO_GRAD, "zero_grad", true},
    {DGI_CALLEE_DRAW_DOT, "draw_dot", false},
};

enum { BUILTINS = sizeof builtins / sizeof *builtins };

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

bool dgi_builtin(const char *name, size_t size, dgi_callee *callee)
{
    *callee = (dgi_callee){.kind = DGI_CALLEE_NONE};
    for (size_t i = 0; i < BUILTINS; i++)
        if (same(name, size, builtins[i].name))
            *callee = (dgi_callee){.kind = builtins[i].kind, .name = builtins[i].name};
    for (size_t i = 0; i < dg_op_count(); i++) {
        const dg_op *op = dg_op_at(i);
        if (same(name, size, op->name))
            *callee = (dgi_callee){.kind = DGI_CALLEE_OP, .name = op->name, .op = op};
    }
    return callee->kind != DGI_CALLEE_NONE;
}

static void offer_functions(dgi_search *search, bool methods_only)
{
    for (size_t i = 0; i < BUILTINS; i++)
        if (builtins[i].method || !methods_only)
            dgi_search_offer(search, builtins[i].name);
    for (size_t i = 0; i < dg_op_count(); i++)
        dgi_search_offer(search, dg_op_at(i)->name);
}

/* "did you mean 'b'?", or NULL. */
static const char *suggestion(dgi_interpreter *in, const dgi_search *search)
{
    if (!search->best)
        return NULL;
    in->scratch.size = 0;
    dgi_buf_printf(&in->scratch, "did you mean '%s'?", search->best);
    if (in->scratch.failed)
        in->out_of_memory = true;
    return in->scratch.failed ? NULL : in->scratch.data;
}

static bool undefined(dgi_interpreter *in, const dgi_token *name)
{
    const char *text = in->lexer.text + name->begin;
    size_t size = name->end - name->begin;
    if (same(text, size, "print"))
        return dgi_report(&in->diagnose, name->begin, name->end, NULL,
                          "'print' is not supported: the drawing shows every value");
    dgi_search search = dgi_search_for(text, size);
    if (dgi_diagnose_wants(&in->diagnose, name->begin)) {
        dgi_search_offer_names(&search, &in->names);
        offer_functions(&search, false);
    }
    return dgi_report(&in->diagnose, name->begin, name->end, suggestion(in, &search),
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

bool dgi_push_name(dgi_interpreter *in, const dgi_token *name)
{
    const dgi_binding *binding =
        dgi_bindings_find(&in->names, in->lexer.text + name->begin, name->end - name->begin);
    if (!binding)
        return fail_name(in, name);
    dgi_operand operand = {
        .as.value = binding->value,
        .kind = DGI_OPERAND_VALUE,
        .begin = name->begin,
        .end = name->end,
        .bare_name = true,
    };
    if (binding->kind == DGI_NUMERIC)
        operand.kind = DGI_OPERAND_NUMERIC;
    else if (binding->kind == DGI_POISONED)
        operand.kind = DGI_OPERAND_POISON;
    return dgi_push_operand(in, operand);
}

/* Whether the argument after `count` ones is a number in the call of `callee`. */
static bool argument_is_number(const dgi_callee *callee, size_t count)
{
    if (callee->kind == DGI_CALLEE_OP)
        return callee->op->has_constant && count == (size_t)callee->op->operands;
    return callee->kind == DGI_CALLEE_VALUE || callee->kind == DGI_CALLEE_FLOAT;
}

/* The current token is the bracket. */
static bool open_call(dgi_interpreter *in, dgi_callee callee, uint32_t begin)
{
    bool needs_number = argument_is_number(&callee, callee.method ? 1 : 0);
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
    if (binding && binding->kind != DGI_POISONED)
        return dgi_report(&in->diagnose, name->begin, name->end, NULL,
                          "'%.*s' is a value here, not a function", dgi_shown_length(text, size),
                          text);
    if (!binding && !dgi_builtin(text, size, &callee))
        return fail_name(in, name);
    return open_call(in, callee, name->begin);
}

static bool fail_attribute(dgi_interpreter *in, const dgi_token *name)
{
    const char *text = in->lexer.text + name->begin;
    size_t size = name->end - name->begin;
    dgi_search search = dgi_search_for(text, size);
    for (size_t i = 0; i < ATTRIBUTES; i++)
        dgi_search_offer(&search, attributes[i]);
    offer_functions(&search, true);
    return dgi_report(&in->diagnose, name->begin, name->end, suggestion(in, &search),
                      "a value has no attribute '%.*s'", dgi_shown_length(text, size), text);
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

static bool has_attributes(dgi_interpreter *in, const dgi_operand *operand, const dgi_token *name)
{
    const char *what = "what makes no value";
    switch ((dgi_operand_kind)operand->kind) {
    case DGI_OPERAND_VALUE:
    case DGI_OPERAND_NUMERIC:
    case DGI_OPERAND_POISON:
        return true;
    case DGI_OPERAND_NUMBER:
        what = "a number";
        break;
    case DGI_OPERAND_STRING:
        what = "a string";
        break;
    case DGI_OPERAND_ATTRIBUTE:
    case DGI_OPERAND_NOTHING:
        break;
    }
    const char *text = in->lexer.text + name->begin;
    return dgi_report(&in->diagnose, name->begin, name->end, NULL, "%s has no attribute '%.*s'",
                      what, dgi_shown_length(text, name->end - name->begin), text);
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
    if (!has_attributes(in, &in->operands[in->n_operands - 1], &name))
        return false;
    for (size_t i = 0; i < ATTRIBUTES; i++)
        if (same(text, size, attributes[i]))
            return read_attribute(in, (dgi_attribute)i, name.end);
    dgi_callee callee;
    if (dgi_builtin(text, size, &callee) &&
        (callee.kind == DGI_CALLEE_OP || callee.kind == DGI_CALLEE_BACKWARD ||
         callee.kind == DGI_CALLEE_ZERO_GRAD))
        return open_method(in, &name, &callee);
    return fail_attribute(in, &name);
}

bool dgi_keyword(dgi_interpreter *in)
{
    dgi_frame *frame = innermost(in);
    dgi_token name = in->token;
    const char *text = in->lexer.text + name.begin;
    size_t size = name.end - name.begin;
    bool label = same(text, size, "label");
    frame->named = frame->any_named = true;
    if (frame->callee.kind == DGI_CALLEE_VALUE && (label || same(text, size, "data"))) {
        if (label ? frame->has_label : frame->has_data)
            return dgi_report(&in->diagnose, name.begin, name.end, NULL, "'%.*s' is given twice",
                              (int)size, text);
        frame->in_label = label;
        frame->needs_numbers = !label;
    } else if (frame->callee.kind != DGI_CALLEE_POISON) {
        dgi_search search = dgi_search_for(text, size);
        if (frame->callee.kind == DGI_CALLEE_VALUE) {
            dgi_search_offer(&search, "label");
            dgi_search_offer(&search, "data");
        }
        return dgi_report(&in->diagnose, name.begin, name.end, suggestion(in, &search),
                          "'%s' has no argument named '%.*s'", frame->callee.name,
                          dgi_shown_length(text, size), text);
    }
    dgi_advance(in); /* the name */
    dgi_advance(in); /* = */
    return true;
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

static bool finish_plain_argument(dgi_interpreter *in, dgi_frame *frame, dgi_operand *top)
{
    size_t count = in->n_operands - frame->operands;
    if (argument_is_number(&frame->callee, count - 1)) {
        if (!dgi_to_number(in, top, "the exponent of 'pow' must be a number"))
            return false;
    } else if (top->kind == DGI_OPERAND_STRING) {
        return dgi_fail_operand(in, top, "a value is needed here, not a string");
    } else if (top->kind == DGI_OPERAND_NOTHING) {
        return dgi_fail_operand(in, top, "this call makes no value");
    }
    frame->needs_numbers = argument_is_number(&frame->callee, count);
    return true;
}

bool dgi_finish_argument(dgi_interpreter *in)
{
    dgi_frame *frame = innermost(in);
    dgi_operand *top = &in->operands[in->n_operands - 1];
    if (!frame->named && frame->any_named)
        return dgi_fail_operand(in, top, "an argument without a name follows one with a name");
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
        return finish_plain_argument(in, frame, top);
    }
}

static bool check_count(dgi_interpreter *in, const dgi_frame *frame, uint32_t end)
{
    const dgi_callee *callee = &frame->callee;
    size_t hidden = callee->method ? 1 : 0;
    size_t wanted = 1;
    if (callee->kind == DGI_CALLEE_OP)
        wanted = (size_t)callee->op->operands + (callee->op->has_constant ? 1 : 0);
    size_t count = in->n_operands - frame->operands;
    if (count == wanted)
        return true;
    return dgi_report(&in->diagnose, frame->begin, end, NULL, "'%s' takes %zu argument%s, not %zu",
                      callee->name, wanted - hidden, wanted - hidden == 1 ? "" : "s",
                      count - hidden);
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

/* backward, zero_grad and draw_dot. */
static bool call_pass(dgi_interpreter *in, const dgi_frame *frame, dgi_operand *result)
{
    const dgi_operand *root = &in->operands[frame->operands];
    if (root->kind == DGI_OPERAND_NUMBER)
        return dgi_report(&in->diagnose, root->begin, root->end, NULL,
                          "'%s' needs a value, not a number", frame->callee.name);
    dg_value *value = root->as.value;
    dg_status status = DG_OK;
    result->kind = DGI_OPERAND_NOTHING;
    if (frame->callee.kind == DGI_CALLEE_DRAW_DOT) {
        in->drawn = value;
    } else if (frame->callee.kind == DGI_CALLEE_ZERO_GRAD) {
        status = dg_zero_grad(value);
    } else {
        status = dg_backward(value);
        in->backed = value;
    }
    in->out_of_memory = in->out_of_memory || status != DG_OK;
    return status == DG_OK;
}

static bool call(dgi_interpreter *in, const dgi_frame *frame, dgi_operand *result)
{
    if (frame->callee.kind == DGI_CALLEE_POISON)
        return true;
    if (frame->callee.kind != DGI_CALLEE_VALUE && !check_count(in, frame, result->end))
        return false;
    if (frame->poisoned ||
        (frame->callee.method && in->operands[frame->operands].kind == DGI_OPERAND_POISON))
        return true;
    switch (frame->callee.kind) {
    case DGI_CALLEE_VALUE:
        return call_value(in, frame, result);
    case DGI_CALLEE_OP:
        return call_op(in, frame, result);
    case DGI_CALLEE_FLOAT:
        result->kind = DGI_OPERAND_NUMBER;
        result->as.number = in->operands[frame->operands].as.number;
        return true;
    default:
        return call_pass(in, frame, result);
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
    return dgi_push_operand(in, result);
}
