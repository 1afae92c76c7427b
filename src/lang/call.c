/* Names and the calls of functions and methods; Python's constants, and what begins with torch. */
#include "lang/interpreter.h"

#include <string.h>

#include "base/number.h"

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
    if (dgi_builtin(text, size, false, &callee))
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

bool dgi_open_call(dgi_interpreter *in, const dgi_token *name, bool torch)
{
    const char *text = in->lexer.text + name->begin;
    size_t size = name->end - name->begin;
    dgi_callee callee = {.kind = DGI_CALLEE_POISON};
    const dgi_binding *binding = torch ? NULL : dgi_bindings_find(&in->names, text, size);
    if (binding && binding->kind == DGI_NAMED_NETWORK)
        return dgi_push_name(in, name) && open_call(in, dgi_network_callee(), name->begin);
    if (binding && binding->kind != DGI_POISONED) {
        dgi_operand bound = dgi_binding_operand(binding);
        return dgi_report(&in->diagnose, name->begin, name->end, NULL,
                          "'%.*s' is %s here, not a function", dgi_shown_length(text, size), text,
                          dgi_operand_name(&bound));
    }
    if (!binding && !dgi_builtin(text, size, false, &callee))
        return torch ? undefined(in, name) : fail_name(in, name);
    return open_call(in, callee, name->begin);
}

bool dgi_is_torch(const dgi_interpreter *in, const dgi_token *name)
{
    const char *text = in->lexer.text + name->begin;
    size_t size = name->end - name->begin;
    return in->token.kind == DGI_TOKEN_DOT && same(text, size, "torch") &&
           !dgi_bindings_find(&in->names, text, size);
}

/* A type of numbers: all are doubles here. */
static bool is_type(const char *text, size_t size)
{
    return same(text, size, "float32") || same(text, size, "float64") ||
           same(text, size, "double") || same(text, size, "float");
}

bool dgi_skip_torch(dgi_interpreter *in, dgi_token *name)
{
    dgi_advance(in);
    if (in->token.kind != DGI_TOKEN_NAME)
        return dgi_unexpected(in);
    *name = in->token;
    dgi_advance(in);
    const char *text = in->lexer.text + name->begin;
    size_t size = name->end - name->begin;
    if (in->token.kind == DGI_TOKEN_OPEN || (is_type(text, size) && in->n_frames > 1))
        return true;
    return dgi_report(&in->diagnose, name->begin, name->end, NULL,
                      "only a function that is called can follow 'torch.'");
}

bool dgi_find_constant(const dgi_interpreter *in, const dgi_token *name, bool torch,
                       dgi_operand *constant)
{
    const char *text = in->lexer.text + name->begin;
    size_t size = name->end - name->begin;
    dgi_callee_kind kind = in->frames[in->n_frames - 1].callee.kind;
    bool argument = kind == DGI_CALLEE_OP || kind == DGI_CALLEE_FLOAT ||
                    kind == DGI_CALLEE_FUNCTION || kind == DGI_CALLEE_POISON;
    bool assigned = in->n_frames == 1 && in->n_targets > 0 &&
                    !in->targets[in->n_targets - 1].is_name &&
                    in->targets[in->n_targets - 1].attribute == DGI_ATTRIBUTE_REQUIRES_GRAD;
    *constant = (dgi_operand){.begin = name->begin, .end = name->end};
    if (torch) {
        constant->kind = DGI_OPERAND_TYPE;
        return is_type(text, size) && argument;
    }
    if (!(argument || assigned) || dgi_bindings_find(&in->names, text, size))
        return false;
    bool yes = same(text, size, "True");
    if (yes || same(text, size, "False")) {
        constant->kind = DGI_OPERAND_TRUTH;
        constant->as.number = yes;
        return true;
    }
    constant->kind = DGI_OPERAND_NONE;
    return argument && same(text, size, "None");
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

/* The operand has no attribute or method of this name. */
static bool fail_attribute(dgi_interpreter *in, const dgi_operand *operand, const dgi_token *name)
{
    const char *text = in->lexer.text + name->begin;
    size_t size = name->end - name->begin;
    dgi_search search = dgi_search_for(text, size);
    dgi_offer_attributes(&search, operand);
    dgi_offer_methods(&search, operand);
    const char *what = operand->kind == DGI_OPERAND_POISON ? "a value" : dgi_operand_name(operand);
    return dgi_report(&in->diagnose, name->begin, name->end, dgi_suggestion(in, &search),
                      "%s has no attribute '%.*s'", what, dgi_shown_length(text, size), text);
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
    int attribute = dgi_find_attribute(receiver, text, size);
    if (attribute >= 0)
        return dgi_read_attribute(in, (dgi_attribute)attribute, name.end);
    dgi_callee callee;
    if (dgi_builtin(text, size, true, &callee) && dgi_is_method(&callee, receiver))
        return open_method(in, &name, &callee);
    return fail_attribute(in, receiver, &name);
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

/* Whether the argument says that it is not given. */
static bool is_omitted(const dgi_callee *callee, const dgi_operand *top, size_t place)
{
    return top->kind == DGI_OPERAND_NONE && callee->function && place >= callee->function->required;
}

/* What a list can hold; and that there is room for it. */
static bool check_list_element(dgi_interpreter *in, const dgi_operand *top, size_t count)
{
    if (top->kind == DGI_OPERAND_TRUTH || top->kind == DGI_OPERAND_NONE ||
        top->kind == DGI_OPERAND_TYPE)
        return dgi_fail_kind(in, top, "a list holds numbers, values, strings, networks and lists");
    return dgi_check_elements(in, top, count);
}

/* `place` is that of its parameter. */
static bool finish_plain_argument(dgi_interpreter *in, dgi_frame *frame, dgi_operand *top,
                                  size_t place)
{
    const dgi_callee *callee = &frame->callee;
    size_t count = in->n_operands - frame->operands;
    const char *number = dgi_number_argument(callee, place);
    bool array = callee->function && number && callee->function->parameters[place].array;
    if (number && !is_omitted(callee, top, place)) {
        if (!(array ? dgi_to_numbers(in, top, number) : dgi_to_number(in, top, number)))
            return false;
    } else if (top->kind == DGI_OPERAND_NOTHING) {
        return dgi_fail_operand(in, top, "this call makes no value");
    } else if (callee->kind == DGI_CALLEE_OP && top->kind == DGI_OPERAND_STRING) {
        return dgi_fail_kind(in, top, "a value is needed here");
    } else if (callee->kind == DGI_CALLEE_LIST && !check_list_element(in, top, count)) {
        return false;
    }
    top->argument = (uint8_t)(place < UINT8_MAX ? place : UINT8_MAX);
    if (callee->kind != DGI_CALLEE_LIST)
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
    top->named = frame->named;
    frame->named = false;
    frame->poisoned = frame->poisoned || top->kind == DGI_OPERAND_POISON;
    switch (frame->callee.kind) {
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

static bool call_op(dgi_interpreter *in, const dgi_frame *frame, dgi_operand *result)
{
    const dg_op *op = frame->callee.op;
    dgi_operand *a = &in->operands[frame->operands];
    double k = op->has_constant ? a[op->operands].as.number : 0.0;
    return dgi_call_op(in, op, a, op->operands == 2 ? a + 1 : NULL, k, result);
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
