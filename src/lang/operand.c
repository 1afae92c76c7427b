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
    case DGI_OPERAND_ARRAY:
        return "an array";
    case DGI_OPERAND_STRING:
        return "a string";
    case DGI_OPERAND_LIST:
        return "a list";
    case DGI_OPERAND_NETWORK:
        return "a network";
    case DGI_OPERAND_TRUTH:
        return "a truth value";
    case DGI_OPERAND_NONE:
        return "None";
    case DGI_OPERAND_TYPE:
        return "a type";
    case DGI_OPERAND_ATTRIBUTE:
    case DGI_OPERAND_NOTHING:
    case DGI_OPERAND_POISON:
        break;
    }
    return "what makes no value";
}

const char *dgi_operand_name(const dgi_operand *operand)
{
    if (operand->kind == DGI_OPERAND_VALUE && dg_ndim(operand->as.value) > 0)
        return "a tensor";
    return dgi_kind_name(operand->kind);
}

bool dgi_fail_kind(dgi_interpreter *in, const dgi_operand *operand, const char *text)
{
    return dgi_report(&in->diagnose, operand->begin, operand->end, NULL, "%s, not %s", text,
                      dgi_operand_name(operand));
}

bool dgi_fail_graph(dgi_interpreter *in, const dgi_operand *call)
{
    const dg_error *error = dg_graph_error(in->graph);
    if (in->older_error)
        return dgi_fail_operand(in, call,
                                "this cannot be computed (the graph had an error before "
                                "the program, so that the reason is not known)");
    if (error->status == DG_OK || error->status == DG_NOMEM) {
        in->out_of_memory = true;
        return false;
    }
    dgi_fail_operand(in, call, error->text);
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
    bool tensor = dg_ndim(operand->as.value) > 0;
    const char *numbers = tensor ? "numbers" : "number";
    const char *name = in->lexer.text + operand->begin;
    int shown = dgi_shown_length(name, operand->bare_name ? operand->end - operand->begin : 0);
    in->scratch.size = 0;
    dgi_buf_printf(&in->scratch, "use %.*s.data for its %s", shown, name, numbers);
    if (in->scratch.failed) {
        in->out_of_memory = true;
        return false;
    }
    return dgi_report(&in->diagnose, operand->begin, operand->end, in->scratch.data, "%s, not %s",
                      what, dgi_operand_name(operand));
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
    case DGI_OPERAND_ARRAY:
    case DGI_OPERAND_STRING:
    case DGI_OPERAND_LIST:
    case DGI_OPERAND_NETWORK:
    case DGI_OPERAND_TRUTH:
    case DGI_OPERAND_NONE:
    case DGI_OPERAND_TYPE:
        return dgi_fail_kind(in, operand, what);
    case DGI_OPERAND_ATTRIBUTE:
    case DGI_OPERAND_NOTHING:
        break;
    }
    return makes_no_value(in, operand);
}

bool dgi_to_numbers(dgi_interpreter *in, dgi_operand *operand, const char *what)
{
    return operand->kind == DGI_OPERAND_ARRAY || operand->kind == DGI_OPERAND_LIST ||
           dgi_to_number(in, operand, what);
}

bool dgi_made(dgi_interpreter *in, dg_value *value, dgi_operand *result)
{
    return dgi_finish(in, false, value, result, result);
}

/* A list becomes a tensor, an array a leaf. */
static bool list_to_value(dgi_interpreter *in, dgi_operand *operand)
{
    dg_value *value = operand->kind == DGI_OPERAND_LIST
                          ? dgi_list_value(in, operand, operand->as.list)
                          : dgi_array_leaf(in, operand);
    operand->kind = DGI_OPERAND_VALUE;
    operand->as.value = value;
    return value != NULL;
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
    case DGI_OPERAND_LIST:
    case DGI_OPERAND_ARRAY:
        return list_to_value(in, operand);
    case DGI_OPERAND_STRING:
    case DGI_OPERAND_NETWORK:
    case DGI_OPERAND_TRUTH:
    case DGI_OPERAND_NONE:
    case DGI_OPERAND_TYPE:
        return dgi_fail_kind(in, operand, "a value is needed here");
    case DGI_OPERAND_ATTRIBUTE:
    case DGI_OPERAND_NOTHING:
        break;
    }
    return makes_no_value(in, operand);
}

/* What an operator that the graph refuses is shown as: the operator itself. */
static dgi_operand place_of(const dgi_operator *o)
{
    return (dgi_operand){.begin = o->begin, .end = o->end};
}

static bool poisoned(dgi_operand *a, const dgi_operand *b)
{
    if (a->kind == DGI_OPERAND_POISON || b->kind == DGI_OPERAND_POISON)
        a->kind = DGI_OPERAND_POISON;
    return a->kind == DGI_OPERAND_POISON;
}

static bool apply_to_numbers(dgi_interpreter *in, const dgi_operator *o, dgi_operand *a,
                             dgi_operand *b)
{
    if (!dgi_to_numbers(in, a, "a number is needed here") ||
        !dgi_to_numbers(in, b, "a number is needed here"))
        return false;
    dgi_operand about = place_of(o);
    if (poisoned(a, b))
        return true;
    if (o->kind == DGI_TOKEN_MATMUL ||
        !(a->kind == DGI_OPERAND_NUMBER && b->kind == DGI_OPERAND_NUMBER))
        return dgi_apply_to_arrays(in, (dgi_token_kind)o->kind, &about, a, b);
    a->as.number = dgi_calculate((dgi_token_kind)o->kind, a->as.number, b->as.number);
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
    case DGI_TOKEN_MATMUL:
        return dg_matmul(a, b);
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

/* Whether there is room for what the operator makes. */
static bool has_room(dgi_interpreter *in, dgi_token_kind kind, const dgi_operand *about,
                     const dg_value *a, const dg_value *b)
{
    double multiplications = 0.0, numbers = 0.0;
    if (kind == DGI_TOKEN_MATMUL)
        numbers = dgi_numbers_of_product(a, b, &multiplications);
    else
        numbers = dgi_numbers_of_two(a, b);
    /* A difference and a quotient make an operand of b first. */
    bool spelled = kind == DGI_TOKEN_MINUS || kind == DGI_TOKEN_DIVIDE;
    double spelling = spelled ? dgi_numbers_in(b) : 0.0;
    if (!dgi_room(in, about, numbers + spelling) || !dgi_work(in, about, multiplications))
        return false;
    in->numbers += 2.0 * spelling;
    in->products += multiplications;
    return true;
}

static bool apply_to_values(dgi_interpreter *in, const dgi_operator *o, dgi_operand *a,
                            dgi_operand *b)
{
    dgi_token_kind kind = (dgi_token_kind)o->kind;
    dgi_operand about = place_of(o);
    if (b->kind == DGI_OPERAND_NUMBER)
        kind = fold_number(kind, b);
    if (!dgi_to_value(in, a) || !dgi_to_value(in, b))
        return false;
    if (poisoned(a, b))
        return true;
    return has_room(in, kind, &about, a->as.value, b->as.value) &&
           dgi_finish(in, false, combine(kind, a->as.value, b->as.value), &about, a);
}

static bool apply_power(dgi_interpreter *in, const dgi_operator *o, dgi_operand *a, dgi_operand *b)
{
    const dgi_operand *base[] = {a};
    if (!dgi_to_number(in, b, "the exponent of '**' must be a number"))
        return false;
    if (o->needs_numbers || a->kind == DGI_OPERAND_NUMBER || dgi_outside(base, 1, false))
        return apply_to_numbers(in, o, a, b);
    if (!dgi_to_value(in, a))
        return false;
    if (poisoned(a, b))
        return true;
    return dgi_room(in, a, dgi_numbers_in(a->as.value)) &&
           dgi_made(in, dg_pow(a->as.value, b->as.number), a);
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

/* Two lists with '+' between them are joined, as in Python, unless they are tensors already or look
 * like ones: of numbers, and nested. */
static bool joins(const dgi_operand *a, const dgi_operand *b)
{
    if (a->kind != DGI_OPERAND_LIST || b->kind != DGI_OPERAND_LIST)
        return false;
    const dgi_list *x = a->as.list, *y = b->as.list;
    if (dgi_is_tensor(x) || dgi_is_tensor(y))
        return false;
    return x->form != DGI_FORM_NUMBERS || y->form != DGI_FORM_NUMBERS || x->count == 0 ||
           y->count == 0 || (x->ndim == 1 && y->ndim == 1);
}

bool dgi_apply_binary(dgi_interpreter *in, const dgi_operator *o, dgi_operand *a, dgi_operand *b)
{
    const dgi_operand *both[] = {a, b};
    dgi_token_kind kind = (dgi_token_kind)o->kind;
    bool done;
    if (a->kind == DGI_OPERAND_NOTHING || b->kind == DGI_OPERAND_NOTHING)
        done = makes_no_value(in, a->kind == DGI_OPERAND_NOTHING ? a : b);
    else if (a->kind == DGI_OPERAND_STRING || b->kind == DGI_OPERAND_STRING)
        done = join(in, kind, a, b);
    else if (kind == DGI_TOKEN_POWER)
        done = apply_power(in, o, a, b);
    else if (kind == DGI_TOKEN_PLUS && joins(a, b))
        done = dgi_join_lists(in, a, b);
    else if (o->needs_numbers || dgi_outside(both, 2, false) ||
             (a->kind == DGI_OPERAND_NUMBER && b->kind == DGI_OPERAND_NUMBER &&
              kind != DGI_TOKEN_MATMUL))
        done = apply_to_numbers(in, o, a, b);
    else
        done = apply_to_values(in, o, a, b);
    a->end = b->end;
    a->bare_name = false;
    return done;
}

/* The negative of a list or an array outside the graph. */
static bool negate_array(dgi_interpreter *in, const dgi_operator *sign, dgi_operand *a)
{
    dgi_operand minus_one = {.kind = DGI_OPERAND_NUMBER, .as.number = -1.0};
    dgi_operand about = place_of(sign);
    return dgi_apply_to_arrays(in, DGI_TOKEN_TIMES, &about, a, &minus_one);
}

static bool negate_value(dgi_interpreter *in, dgi_operand *a)
{
    return dgi_room(in, a, dgi_numbers_in(a->as.value)) && dgi_made(in, dg_neg(a->as.value), a);
}

bool dgi_apply_unary(dgi_interpreter *in, const dgi_operator *sign, dgi_operand *a)
{
    const dgi_operand *operand[] = {a};
    bool minus = sign->kind == DGI_TOKEN_MINUS;
    bool numbers =
        sign->needs_numbers || a->kind == DGI_OPERAND_NUMBER || dgi_outside(operand, 1, false);
    bool done;
    if (a->kind == DGI_OPERAND_STRING)
        return dgi_fail_operand(in, a, "strings can only be joined, with '+'");
    if (numbers)
        done = dgi_to_numbers(in, a, "a number is needed here");
    else
        done = dgi_to_value(in, a);
    if (!done)
        return false;
    if (minus && a->kind == DGI_OPERAND_NUMBER)
        a->as.number = -a->as.number;
    else if (minus && numbers && a->kind != DGI_OPERAND_POISON)
        done = negate_array(in, sign, a);
    else if (minus && a->kind != DGI_OPERAND_POISON)
        done = negate_value(in, a);
    a->begin = sign->begin;
    a->bare_name = false;
    return done;
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
    if (in->scratch.failed || !dg_set_label(value, in->scratch.data)) {
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
