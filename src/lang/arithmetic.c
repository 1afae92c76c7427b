#include "lang/operations.h"

#include <math.h>

#include "engine/detached.h"

static const char needed[] = "a number is needed here";

/* ---- Numbers and arrays ---- */

/* As Python's: the remainder has the sign of the divisor. */
static double modulo(double a, double b)
{
    double r = fmod(a, b);
    return r != 0.0 && (r < 0.0) != (b < 0.0) ? r + b : r == 0.0 ? copysign(0.0, b) : r;
}

static double floor_divide(double a, double b)
{
    double quotient = (a - modulo(a, b)) / b;
    return b == 0.0 ? a / b : floor(quotient) + (quotient - floor(quotient) > 0.5);
}

/* Whether the result of two of Python's integers is one. */
static bool stays_integer(dgi_token_kind op, const dgi_object *a, const dgi_object *b)
{
    return a->integer && b->integer && op != DGI_TOKEN_DIVIDE &&
           (op != DGI_TOKEN_POWER || dgi_number_of(b) >= 0.0);
}

static double calculate(dgi_token_kind op, double a, double b)
{
    switch (op) {
    case DGI_TOKEN_PLUS:
        return a + b;
    case DGI_TOKEN_MINUS:
        return a - b;
    case DGI_TOKEN_TIMES:
        return a * b;
    case DGI_TOKEN_DIVIDE:
        return a / b;
    case DGI_TOKEN_FLOOR_DIVIDE:
        return floor_divide(a, b);
    case DGI_TOKEN_MODULO:
        return modulo(a, b);
    default:
        return pow(a, b);
    }
}

typedef dg_value *combination(dg_value *, dg_value *);

/* What makes a value of two in the graph, where some are composites, and of detached ones, with a
 * single rounding. */
static const struct {
    combination *graph, *detached;
} combinations[] = {
    [DGI_TOKEN_PLUS] = {dg_add, dg_add},         [DGI_TOKEN_MINUS] = {dg_sub, dgi_detached_sub},
    [DGI_TOKEN_TIMES] = {dg_mul, dg_mul},        [DGI_TOKEN_DIVIDE] = {dg_div, dgi_detached_div},
    [DGI_TOKEN_MATMUL] = {dg_matmul, dg_matmul}, [DGI_TOKEN_POWER] = {dg_power, dg_power},
};

static bool either_is_error(dgi_operand *a, const dgi_operand *b)
{
    if (dgi_is_error(&b->object))
        a->object = b->object;
    return dgi_is_error(&a->object);
}

/* ---- Values ---- */

/* As the lectures' class does: a - 1 is a + -1 and a / 2 is a * 2**-1, where Python computes with
 * the number before the class sees it. */
static dgi_token_kind fold_number(dgi_token_kind op, double *number)
{
    if (op == DGI_TOKEN_MINUS) {
        *number = -*number;
        return DGI_TOKEN_PLUS;
    }
    if (op == DGI_TOKEN_DIVIDE) {
        *number = pow(*number, -1.0);
        return DGI_TOKEN_TIMES;
    }
    return op;
}

/* Numbers and arrays are computed outside of the graph, values in it: `a` becomes the result. An
 * exponent that is a plain number is a constant of the op, `**2`; a named one is a value. */
static bool apply(dgi_runtime *rt, const dgi_node *o, bool numbers, dgi_operand *a, dgi_operand *b)
{
    dgi_token_kind op = (dgi_token_kind)o->op;
    bool a_is_number = a->object.kind == DGI_OBJECT_NUMBER;
    bool b_is_number = b->object.kind == DGI_OBJECT_NUMBER;
    bool constant = op == DGI_TOKEN_POWER && b_is_number;
    numbers = numbers || dgi_is_detached(a, constant ? NULL : b, false) ||
              (a_is_number && b_is_number && op != DGI_TOKEN_MATMUL);
    if (!numbers && b_is_number)
        op = fold_number(op, &b->object.as.number);
    if (!(numbers ? dgi_to_numbers(rt, a, needed) : dgi_to_value(rt, a)) ||
        !(numbers ? dgi_to_numbers(rt, b, needed) : constant || dgi_to_value(rt, b)))
        return false;
    if (either_is_error(a, b))
        return true;
    if (a->object.kind == DGI_OBJECT_NUMBER && b->object.kind == DGI_OBJECT_NUMBER &&
        op != DGI_TOKEN_MATMUL) {
        a->object.as.number = calculate(op, a->object.as.number, b->object.as.number);
        return true;
    }
    dg_graph *g = numbers ? dgi_detached_graph(rt) : rt->graph;
    dg_value *x = dgi_value_in(rt, g, a);
    constant = op == DGI_TOKEN_POWER && b->object.kind == DGI_OBJECT_NUMBER;
    if (x && constant)
        return dgi_take(rt, g, dg_pow(x, b->object.as.number), numbers ? o->as.name : a->span, a);
    dg_value *y = x ? dgi_value_in(rt, g, b) : NULL;
    combination *combine = numbers ? combinations[op].detached : combinations[op].graph;
    return y && dgi_take(rt, g, combine(x, y), o->as.name, a);
}

/* `//` and `%`, which have no derivative: of numbers. */
static bool divide_whole(dgi_runtime *rt, dgi_token_kind op, dgi_operand *a, dgi_operand *b)
{
    static const char *const needs[] = {"'//' needs numbers", "'%' needs numbers"};
    const char *what = needs[op == DGI_TOKEN_MODULO];
    if (!dgi_to_number(rt, a, what) || !dgi_to_number(rt, b, what))
        return false;
    if (either_is_error(a, b))
        return true;
    if (b->object.as.number == 0.0)
        return dgi_fail(rt, b->span, "the remainder of a division by 0 is not known");
    a->object.as.number = calculate(op, a->object.as.number, b->object.as.number);
    return true;
}

/* True and False count as 1 and 0. */
static void count_truth(dgi_object *o)
{
    if (o->kind == DGI_OBJECT_BOOL)
        *o = dgi_integer_object(o->as.number);
}

/* Under torch.no_grad() values are their data. */
static bool detach(dgi_runtime *rt, dgi_operand *x)
{
    if (!dgi_is_any_value(&x->object))
        return true;
    if (dg_ndim(x->object.as.value) == 0) {
        bool integer = x->object.integer;
        x->object = dgi_number_object(dg_data(x->object.as.value));
        x->object.integer = integer;
        return true;
    }
    dgi_object o = {.as.value = x->object.as.value, .kind = DGI_OBJECT_ARRAY};
    dg_graph *g = dgi_detached_graph(rt);
    o.as.value = g ? dgi_new_leaf(rt, g, x->span, &o) : NULL;
    x->object = o;
    return o.as.value;
}

/* ---- Strings and lists ---- */

/* 'ab' * 2 */
static bool repeat_string(dgi_runtime *rt, dgi_operand *a, const dgi_operand *b)
{
    double times = b->object.as.number;
    if (times * (double)a->object.size > (double)DG_LABEL_MAX)
        return dgi_fail(rt, b->span, "a label has at most %zu bytes", DG_LABEL_MAX);
    rt->scratch.size = 0;
    for (double i = 0.0; i < times && a->object.size; i++)
        dgi_buf_put(&rt->scratch, a->object.as.text, a->object.size);
    return dgi_take_scratch(rt, a);
}

static bool join_strings(dgi_runtime *rt, dgi_token_kind op, dgi_operand *a, dgi_operand *b)
{
    bool first = a->object.kind == DGI_OBJECT_STRING;
    if (either_is_error(a, b))
        return true;
    if (op == DGI_TOKEN_MODULO && first)
        return dgi_format_percent(rt, a, b);
    if (op == DGI_TOKEN_TIMES && first && dgi_is_number(&b->object) && b->object.integer)
        return dgi_to_number(rt, b, needed) && repeat_string(rt, a, b);
    if (op != DGI_TOKEN_PLUS)
        return dgi_fail(rt, first ? a->span : b->span,
                        "strings can be joined with '+', and repeated with '*'");
    if (a->object.kind != b->object.kind)
        return dgi_fail(rt, first ? b->span : a->span, "only a string can be joined to a string");
    return dgi_join_strings(rt, a, b);
}

/* Two lists with '+' between them are joined, as in Python, unless they are tensors already or look
 * like ones: of numbers, and nested. */
static bool are_joined(const dgi_operand *a, const dgi_operand *b)
{
    if (!dgi_is_list(&a->object) || !dgi_is_list(&b->object))
        return false;
    const dgi_list *x = a->object.as.list, *y = b->object.as.list;
    if (dgi_is_tensor(x) || dgi_is_tensor(y))
        return false;
    return x->form != DGI_FORM_NUMBERS || y->form != DGI_FORM_NUMBERS || x->count == 0 ||
           y->count == 0 || (x->ndim == 1 && y->ndim == 1);
}

/* ---- Operators ---- */

void dgi_name_number(dgi_object *o, bool integer)
{
    if (o->kind == DGI_OBJECT_VALUE && dg_ndim(o->as.value) == 0)
        o->kind = DGI_OBJECT_NAMED_LEAF;
    if (!dgi_is_number(o))
        return;
    double number = dgi_number_of(o);
    o->integer = integer && fabs(number) < 0x1p53;
}

bool dgi_apply_binary(dgi_runtime *rt, const dgi_node *o, bool numbers, dgi_operand *a,
                      dgi_operand *b)
{
    count_truth(&a->object);
    count_truth(&b->object);
    if (rt->no_grad && (!detach(rt, a) || !detach(rt, b)))
        return false;
    uint8_t x = a->object.kind, y = b->object.kind;
    dgi_token_kind op = (dgi_token_kind)o->op;
    bool done, named = dgi_is_number(&a->object) && dgi_is_number(&b->object);
    bool integer = named && stays_integer(op, &a->object, &b->object);
    if (x == DGI_OBJECT_NOTHING || y == DGI_OBJECT_NOTHING)
        done =
            dgi_fail(rt, x == DGI_OBJECT_NOTHING ? a->span : b->span, "this call makes no value");
    else if (x == DGI_OBJECT_STRING || y == DGI_OBJECT_STRING)
        done = join_strings(rt, op, a, b);
    else if (op == DGI_TOKEN_PLUS && are_joined(a, b))
        done = dgi_join_lists(rt, a, b);
    else if (op == DGI_TOKEN_FLOOR_DIVIDE || op == DGI_TOKEN_MODULO)
        done = divide_whole(rt, op, a, b);
    else
        done = apply(rt, o, numbers, a, b);
    a->span.end = b->span.end;
    if (done && named)
        dgi_name_number(&a->object, integer);
    return done;
}

static bool negate(dgi_runtime *rt, dgi_span sign, dgi_operand *a)
{
    if (dgi_is_any_value(&a->object))
        return dgi_take_value(rt, dg_neg(a->object.as.value), a);
    if (a->object.kind == DGI_OBJECT_NUMBER) {
        a->object.as.number = -a->object.as.number;
        return true;
    }
    dg_value *x = dgi_value_in(rt, dgi_detached_graph(rt), a);
    return x && dgi_take(rt, rt->detached, dg_neg(x), sign, a);
}

bool dgi_apply_unary(dgi_runtime *rt, const dgi_node *sign, bool numbers, dgi_operand *a)
{
    count_truth(&a->object);
    if (rt->no_grad && !detach(rt, a))
        return false;
    bool named = dgi_is_number(&a->object), integer = a->object.integer;
    numbers = numbers || a->object.kind == DGI_OBJECT_NUMBER || dgi_is_detached(a, NULL, false);
    if (a->object.kind == DGI_OBJECT_STRING)
        return dgi_fail(rt, a->span, "strings can be joined with '+', and repeated with '*'");
    if (!(numbers ? dgi_to_numbers(rt, a, needed) : dgi_to_value(rt, a)))
        return false;
    bool kept = sign->op != DGI_TOKEN_MINUS || dgi_is_error(&a->object);
    bool done = kept || negate(rt, sign->as.name, a);
    if (done && named)
        dgi_name_number(&a->object, integer);
    a->span.begin = sign->as.name.begin;
    return done;
}
