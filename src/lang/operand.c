/* What an operator makes of its operands: a number, a string, or values in the graph. */
#include <math.h>

#include "lang/interpreter.h"

enum {
    /* Labels that grow by `x.label += x.label` take memory that no longer depends on the size of
     * the program: together they may have this many bytes. */
    LABEL_BYTES_MAX = 1 << 28,
    /* So do values that are made of lists with shared elements. */
    MADE_MAX = 1 << 25
};

bool dgi_fail_operand(dgi_interpreter *in, const dgi_operand *operand, const char *message)
{
    return dgi_report(&in->diagnose, operand->begin, operand->end, NULL, "%s", message);
}

const char *dgi_kind_name(uint8_t kind)
{
    switch ((dgi_operand_kind)kind) {
    case DGI_OPERAND_NUMBER:
        return "a number";
    case DGI_OPERAND_VALUE:
    case DGI_OPERAND_NUMERIC:
        return "a value";
    case DGI_OPERAND_STRING:
        return "a string";
    case DGI_OPERAND_LIST:
        return "a list";
    case DGI_OPERAND_NETWORK:
        return "a network";
    case DGI_OPERAND_ATTRIBUTE:
    case DGI_OPERAND_NOTHING:
    case DGI_OPERAND_POISON:
        break;
    }
    return "what makes no value";
}

bool dgi_fail_kind(dgi_interpreter *in, const dgi_operand *operand, const char *text)
{
    return dgi_report(&in->diagnose, operand->begin, operand->end, NULL, "%s, not %s", text,
                      dgi_kind_name(operand->kind));
}

bool dgi_fail_graph(dgi_interpreter *in, const dgi_operand *call)
{
    const char *text = dg_graph_error(in->graph);
    if (in->older_error || !text || dg_graph_status(in->graph) == DG_NOMEM) {
        in->out_of_memory = true;
        return false;
    }
    dgi_fail_operand(in, call, text);
    dg_graph_clear_error(in->graph);
    return false;
}

bool dgi_affordable(dgi_interpreter *in, const dgi_operand *call, double values)
{
    if (in->made + values <= MADE_MAX)
        return true;
    return dgi_report(&in->diagnose, call->begin, call->end, NULL,
                      "the lists and networks make more than %d values", MADE_MAX);
}

bool dgi_spend(dgi_interpreter *in, const dgi_operand *call, double values)
{
    if (!dgi_affordable(in, call, values))
        return false;
    in->made += values;
    return true;
}

static bool makes_no_value(dgi_interpreter *in, const dgi_operand *operand)
{
    return dgi_fail_operand(in, operand, "this call makes no value");
}

/* A value stands where a number is needed. */
static bool fail_not_a_number(dgi_interpreter *in, const dgi_operand *operand, const char *what)
{
    const char *hint = "use .data for its number";
    in->scratch.size = 0;
    if (operand->bare_name) {
        const char *name = in->lexer.text + operand->begin;
        int shown = dgi_shown_length(name, operand->end - operand->begin);
        dgi_buf_printf(&in->scratch, "use %.*s.data for its number", shown, name);
        if (in->scratch.failed) {
            in->out_of_memory = true;
            return false;
        }
        hint = in->scratch.data;
    }
    return dgi_report(&in->diagnose, operand->begin, operand->end, hint, "%s, not a value", what);
}

bool dgi_to_number(dgi_interpreter *in, dgi_operand *operand, const char *what)
{
    switch ((dgi_operand_kind)operand->kind) {
    case DGI_OPERAND_NUMBER:
    case DGI_OPERAND_POISON:
        return true;
    case DGI_OPERAND_NUMERIC:
        operand->as.number = dg_data(operand->as.value);
        operand->kind = DGI_OPERAND_NUMBER;
        operand->bare_name = false;
        return true;
    case DGI_OPERAND_VALUE:
        return fail_not_a_number(in, operand, what);
    case DGI_OPERAND_STRING:
    case DGI_OPERAND_LIST:
    case DGI_OPERAND_NETWORK:
        return dgi_fail_kind(in, operand, what);
    case DGI_OPERAND_ATTRIBUTE:
    case DGI_OPERAND_NOTHING:
        break;
    }
    return makes_no_value(in, operand);
}

bool dgi_made(dgi_interpreter *in, dg_value *value, dgi_operand *result)
{
    if (value) {
        result->kind = DGI_OPERAND_VALUE;
        result->as.value = value;
        result->bare_name = false;
        return true;
    }
    /* The operands were sound, so the graph is full or memory is out. */
    if (dg_graph_size(in->graph) >= DG_VALUES_MAX)
        return dgi_fail_operand(in, result, "the graph has too many values");
    in->out_of_memory = true;
    return false;
}

bool dgi_to_value(dgi_interpreter *in, dgi_operand *operand)
{
    switch ((dgi_operand_kind)operand->kind) {
    case DGI_OPERAND_VALUE:
    case DGI_OPERAND_NUMERIC:
    case DGI_OPERAND_POISON:
        return true;
    case DGI_OPERAND_NUMBER:
        return dgi_made(in, dg_leaf(in->graph, operand->as.number, NULL), operand);
    case DGI_OPERAND_STRING:
    case DGI_OPERAND_LIST:
    case DGI_OPERAND_NETWORK:
        return dgi_fail_kind(in, operand, "a value is needed here");
    case DGI_OPERAND_ATTRIBUTE:
    case DGI_OPERAND_NOTHING:
        break;
    }
    return makes_no_value(in, operand);
}

static double calculate(dgi_token_kind kind, double a, double b)
{
    switch (kind) {
    case DGI_TOKEN_PLUS:
        return a + b;
    case DGI_TOKEN_MINUS:
        return a - b;
    case DGI_TOKEN_TIMES:
        return a * b;
    case DGI_TOKEN_DIVIDE:
        return a / b;
    default:
        return pow(a, b);
    }
}

static bool apply_to_numbers(dgi_interpreter *in, dgi_token_kind kind, dgi_operand *a,
                             dgi_operand *b)
{
    if (!dgi_to_number(in, a, "a number is needed here") ||
        !dgi_to_number(in, b, "a number is needed here"))
        return false;
    if (a->kind == DGI_OPERAND_POISON || b->kind == DGI_OPERAND_POISON)
        a->kind = DGI_OPERAND_POISON;
    else
        a->as.number = calculate(kind, a->as.number, b->as.number);
    return true;
}

/* Both operands are values now. */
static dg_value *combine(dgi_token_kind kind, dg_value *a, dg_value *b)
{
    switch (kind) {
    case DGI_TOKEN_PLUS:
        return dg_add(a, b);
    case DGI_TOKEN_MINUS:
        return dg_sub(a, b);
    case DGI_TOKEN_TIMES:
        return dg_mul(a, b);
    default:
        return dg_div(a, b);
    }
}

/* As the documents' class does: a - 1 is a + -1 and a / 2 is a * 2**-1, where Python computes with
 * the number before the class sees it. */
static dgi_token_kind fold_number(dgi_token_kind kind, dgi_operand *number)
{
    if (kind == DGI_TOKEN_MINUS) {
        number->as.number = -number->as.number;
        return DGI_TOKEN_PLUS;
    }
    if (kind == DGI_TOKEN_DIVIDE) {
        number->as.number = pow(number->as.number, -1.0);
        return DGI_TOKEN_TIMES;
    }
    return kind;
}

static bool apply_to_values(dgi_interpreter *in, dgi_token_kind kind, dgi_operand *a,
                            dgi_operand *b)
{
    if (b->kind == DGI_OPERAND_NUMBER)
        kind = fold_number(kind, b);
    if (!dgi_to_value(in, a) || !dgi_to_value(in, b))
        return false;
    if (a->kind == DGI_OPERAND_POISON || b->kind == DGI_OPERAND_POISON) {
        a->kind = DGI_OPERAND_POISON;
        return true;
    }
    return dgi_made(in, combine(kind, a->as.value, b->as.value), a);
}

static bool apply_power(dgi_interpreter *in, bool needs_numbers, dgi_operand *a, dgi_operand *b)
{
    if (!dgi_to_number(in, b, "the exponent of '**' must be a number"))
        return false;
    if (needs_numbers || a->kind == DGI_OPERAND_NUMBER)
        return apply_to_numbers(in, DGI_TOKEN_POWER, a, b);
    if (!dgi_to_value(in, a))
        return false;
    if (a->kind == DGI_OPERAND_POISON || b->kind == DGI_OPERAND_POISON) {
        a->kind = DGI_OPERAND_POISON;
        return true;
    }
    return dgi_made(in, dg_pow(a->as.value, b->as.number), a);
}

/* The strings of the operand stack lie one behind the other, so joining two costs nothing. */
static bool join(dgi_interpreter *in, dgi_token_kind kind, dgi_operand *a, const dgi_operand *b)
{
    if (a->kind == DGI_OPERAND_POISON || b->kind == DGI_OPERAND_POISON) {
        a->kind = DGI_OPERAND_POISON;
        return true;
    }
    if (kind != DGI_TOKEN_PLUS)
        return dgi_fail_operand(in, a->kind == DGI_OPERAND_STRING ? a : b,
                                "strings can only be joined, with '+'");
    if (a->kind != b->kind)
        return dgi_fail_operand(in, a->kind == DGI_OPERAND_STRING ? b : a,
                                "only a string can be joined to a string");
    a->as.string.size += b->as.string.size;
    return true;
}

static bool join_lists(dgi_interpreter *in, dgi_token_kind kind, dgi_operand *a,
                       const dgi_operand *b)
{
    if (a->kind == DGI_OPERAND_POISON || b->kind == DGI_OPERAND_POISON) {
        a->kind = DGI_OPERAND_POISON;
        return true;
    }
    if (kind != DGI_TOKEN_PLUS)
        return dgi_fail_operand(in, a->kind == DGI_OPERAND_LIST ? a : b,
                                "lists can only be joined, with '+'");
    if (a->kind != b->kind)
        return dgi_fail_operand(in, a->kind == DGI_OPERAND_LIST ? b : a,
                                "only a list can be joined to a list");
    return dgi_join_lists(in, a, b);
}

static bool has_number(const dgi_operand *operand)
{
    return operand->kind != DGI_OPERAND_STRING && operand->kind != DGI_OPERAND_LIST;
}

bool dgi_apply_binary(dgi_interpreter *in, dgi_token_kind kind, bool needs_numbers, dgi_operand *a,
                      dgi_operand *b)
{
    bool done;
    if (a->kind == DGI_OPERAND_NOTHING || b->kind == DGI_OPERAND_NOTHING)
        done = makes_no_value(in, a->kind == DGI_OPERAND_NOTHING ? a : b);
    else if (kind == DGI_TOKEN_POWER && has_number(b) && has_number(a))
        done = apply_power(in, needs_numbers, a, b);
    else if (a->kind == DGI_OPERAND_STRING || b->kind == DGI_OPERAND_STRING)
        done = join(in, kind, a, b);
    else if (a->kind == DGI_OPERAND_LIST || b->kind == DGI_OPERAND_LIST)
        done = join_lists(in, kind, a, b);
    else if (needs_numbers || (a->kind == DGI_OPERAND_NUMBER && b->kind == DGI_OPERAND_NUMBER))
        done = apply_to_numbers(in, kind, a, b);
    else
        done = apply_to_values(in, kind, a, b);
    a->end = b->end;
    a->bare_name = false;
    return done;
}

bool dgi_apply_unary(dgi_interpreter *in, const dgi_operator *sign, dgi_operand *a)
{
    bool minus = sign->kind == DGI_TOKEN_MINUS;
    if (a->kind == DGI_OPERAND_STRING)
        return dgi_fail_operand(in, a, "strings can only be joined, with '+'");
    if (a->kind == DGI_OPERAND_LIST)
        return dgi_fail_operand(in, a, "lists can only be joined, with '+'");
    if (sign->needs_numbers && !dgi_to_number(in, a, "a number is needed here"))
        return false;
    if (a->kind == DGI_OPERAND_NUMBER)
        a->as.number = minus ? -a->as.number : a->as.number;
    else if (!dgi_to_value(in, a))
        return false;
    else if (minus && a->kind != DGI_OPERAND_POISON && !dgi_made(in, dg_neg(a->as.value), a))
        return false;
    a->begin = sign->begin;
    a->bare_name = false;
    return true;
}

/* Counts a text that is kept. */
static bool count_bytes(dgi_interpreter *in, size_t size, uint32_t begin, uint32_t end)
{
    in->label_bytes += size;
    if (in->label_bytes <= LABEL_BYTES_MAX)
        return true;
    return dgi_report(&in->diagnose, begin, end, NULL, "the labels are too long together");
}

bool dgi_set_label(dgi_interpreter *in, dg_value *value, const char *label, size_t size,
                   uint32_t begin, uint32_t end)
{
    if (size > DG_LABEL_MAX)
        return dgi_report(&in->diagnose, begin, end, NULL, "a label has at most %zu bytes",
                          DG_LABEL_MAX);
    if (!count_bytes(in, size, begin, end))
        return false;
    in->scratch.size = 0;
    dgi_buf_put(&in->scratch, label, size);
    if (in->scratch.failed || !dg_label(value, in->scratch.data)) {
        in->out_of_memory = true;
        return false;
    }
    return true;
}

/* A string operand of what stands at the end of `strings` from `string_begin` on. */
static bool make_string(dgi_interpreter *in, size_t string_begin, dgi_operand *operand)
{
    dgi_buf_put(&in->strings, "", 0); /* so that the empty string has bytes too */
    if (in->strings.failed) {
        in->out_of_memory = true;
        return false;
    }
    /* No label can be longer, and a longer one would not fit into memory for long. */
    if (in->strings.size > DG_LABEL_MAX)
        return dgi_report(&in->diagnose, operand->begin, operand->end, NULL,
                          "a label has at most %zu bytes", DG_LABEL_MAX);
    operand->kind = DGI_OPERAND_STRING;
    operand->as.string.begin = (uint32_t)string_begin;
    operand->as.string.size = (uint32_t)(in->strings.size - string_begin);
    return true;
}

bool dgi_push_string(dgi_interpreter *in, size_t string_begin, uint32_t begin, uint32_t end)
{
    dgi_operand operand = {.begin = begin, .end = end};
    return make_string(in, string_begin, &operand) && dgi_push_operand(in, operand);
}

const char *dgi_keep_string(dgi_interpreter *in, const dgi_operand *string)
{
    uint32_t size = string->as.string.size;
    if (!count_bytes(in, size, string->begin, string->end))
        return NULL;
    const char *text = dgi_store_text(&in->store, in->strings.data + string->as.string.begin, size);
    in->out_of_memory = in->out_of_memory || !text;
    return text;
}

bool dgi_fetch_string(dgi_interpreter *in, const char *text, dgi_operand *result)
{
    size_t begin = in->strings.size;
    dgi_buf_puts(&in->strings, text);
    return make_string(in, begin, result);
}

void dgi_drop_string(dgi_interpreter *in, const dgi_operand *string)
{
    in->strings.size = string->as.string.begin;
}
