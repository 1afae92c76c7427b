/* The table of the functions that are built in, and binding arguments to their parameters. */
#include "lang/calls.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

#define ANY(NAME)                                                                                  \
    {                                                                                              \
        NAME, NULL, false, false                                                                   \
    }
#define NUMBER(NAME)                                                                               \
    {                                                                                              \
        NAME, "'" NAME "' must be a number", false, false                                          \
    }
#define NUMBERS(NAME, TEXT)                                                                        \
    {                                                                                              \
        NAME, TEXT, true, false                                                                    \
    }
#define SIZE                                                                                       \
    {                                                                                              \
        NULL, "a size must be a number", false, false                                              \
    }
#define TEXT(MESSAGE)                                                                              \
    {                                                                                              \
        NULL, MESSAGE, false, true                                                                 \
    }
#define LEAF_PARAMETERS                                                                            \
    NUMBERS("data", "the data of a value must be a number"), ANY("label"), ANY("requires_grad"),   \
        ANY("dtype")
#define LOSS_USAGE "a loss takes a network, rows and targets, or predictions and targets"

#define DGI_BUILTIN(name, function, methods, required, usage, ...)                                 \
    static const dgi_parameter parameters_##name[] = {__VA_ARGS__};
#include "lang/builtins.def"
#undef DGI_BUILTIN

#define DGI_BUILTIN(name, function, methods, required, usage, ...)                                 \
    {#name,                                                                                        \
     dgi_builtin_##function,                                                                       \
     methods,                                                                                      \
     required,                                                                                     \
     sizeof parameters_##name / sizeof(dgi_parameter),                                             \
     parameters_##name,                                                                            \
     usage},
static const dgi_builtin builtins[] = {
#include "lang/builtins.def"
};
#undef DGI_BUILTIN

enum { BUILTINS = sizeof builtins / sizeof *builtins };

static const dgi_parameter network_parameters[] = {ANY(NULL), ANY(NULL)};
static const dgi_builtin network_call = {"n",
                                         dgi_builtin_network,
                                         DGI_ON_NOTHING,
                                         2,
                                         2,
                                         network_parameters,
                                         "a network takes one argument, a list"};

/* ---- Finding ---- */

static bool same(const char *name, size_t size, const char *text)
{
    return strlen(text) == size && memcmp(name, text, size) == 0;
}

dgi_callee dgi_network_callee(void)
{
    return (dgi_callee){.name = network_call.name, .builtin = &network_call, .method = true};
}

bool dgi_find_callee(const char *name, size_t size, bool method, dgi_callee *callee)
{
    *callee = (dgi_callee){.name = NULL};
    for (size_t i = 0; i < BUILTINS; i++)
        if (same(name, size, builtins[i].name) &&
            (method || !(builtins[i].methods & DGI_ONLY_METHOD)))
            *callee = (dgi_callee){.name = builtins[i].name, .builtin = &builtins[i]};
    for (size_t i = 0; i < dg_op_count() && !callee->name; i++)
        if (same(name, size, dg_op_at(i)->name))
            *callee = (dgi_callee){.name = dg_op_at(i)->name, .op = dg_op_at(i)};
    return callee->name;
}

static bool has_ops(const dgi_object *receiver)
{
    return dgi_is_any_value(receiver) || dgi_is_list(receiver) || dgi_is_error(receiver) ||
           receiver->kind == DGI_OBJECT_ARRAY;
}

static bool is_method_of(uint8_t methods, const dgi_object *receiver)
{
    if (dgi_is_error(receiver))
        return methods & (DGI_ON_VALUE | DGI_ON_NETWORK);
    if (receiver->kind == DGI_OBJECT_NETWORK)
        return methods & DGI_ON_NETWORK;
    if (receiver->kind == DGI_OBJECT_NUMBER)
        return methods & DGI_ONLY_METHOD;
    return has_ops(receiver) && methods & DGI_ON_VALUE;
}

bool dgi_is_method(const dgi_callee *callee, const dgi_object *receiver)
{
    return callee->builtin ? is_method_of(callee->builtin->methods, receiver) : has_ops(receiver);
}

void dgi_suggest_functions(dgi_suggestion *s)
{
    for (size_t i = 0; i < BUILTINS; i++)
        if (!(builtins[i].methods & DGI_ONLY_METHOD))
            dgi_suggest(s, builtins[i].name);
    for (size_t i = 0; i < dg_op_count(); i++)
        dgi_suggest(s, dg_op_at(i)->name);
}

void dgi_suggest_methods(dgi_suggestion *s, const dgi_object *receiver)
{
    for (size_t i = 0; i < BUILTINS; i++)
        if (is_method_of(builtins[i].methods, receiver))
            dgi_suggest(s, builtins[i].name);
    for (size_t i = 0; i < dg_op_count() && has_ops(receiver); i++)
        dgi_suggest(s, dg_op_at(i)->name);
}

/* ---- Arguments ---- */

static const dgi_parameter *parameter_of(const dgi_callee *callee, size_t i)
{
    static const dgi_parameter any = ANY(NULL);
    static const dgi_parameter exponent = {NULL, "the exponent of 'pow' must be a number", false,
                                           false};
    if (callee->builtin && i < callee->builtin->count)
        return &callee->builtin->parameters[i];
    return callee->op && callee->op->has_constant && i == (size_t)callee->op->operands ? &exponent
                                                                                       : &any;
}

bool dgi_needs_number(const dgi_callee *callee, size_t i)
{
    return parameter_of(callee, i)->number;
}

bool dgi_find_parameter(dgi_runtime *rt, const dgi_callee *callee, dgi_span name, size_t *found)
{
    const char *text = rt->text + name.begin;
    size_t size = name.end - name.begin;
    const dgi_builtin *b = callee->builtin;
    dgi_suggestion s = dgi_suggest_for(text, size);
    for (size_t i = 0; b && i < b->count; i++) {
        const char *parameter = b->parameters[i].name;
        if (parameter && same(text, size, parameter)) {
            *found = i;
            return true;
        }
        if (parameter)
            dgi_suggest(&s, parameter);
    }
    if (b == &network_call)
        return dgi_fail(rt, name, "%s", network_call.usage);
    return dgi_fail_hint(rt, name, dgi_hint(rt, &s), "'%s' has no argument named '%.*s'",
                         callee->name, dgi_shown_length(text, size), text);
}

/* float('inf') and the like. */
static bool read_float_string(dgi_runtime *rt, dgi_operand *x)
{
    char text[8] = "";
    double number;
    if (x->object.size < sizeof text)
        memcpy(text, x->object.as.text, x->object.size);
    const char *unsigned_text = text + (*text == '-' || *text == '+');
    bool known = strcmp(unsigned_text, "inf") == 0 || strcmp(unsigned_text, "nan") == 0;
    if (!known || !dgi_parse_double(text, &number))
        return dgi_fail(rt, x->span, "of strings 'float' knows 'inf', '-inf' and 'nan'");
    dgi_set_object(x, dgi_number_object(number));
    return true;
}

bool dgi_check_argument(dgi_runtime *rt, const dgi_callee *callee, size_t i, dgi_operand *x)
{
    const dgi_parameter *p = parameter_of(callee, i);
    bool omitted =
        x->object.kind == DGI_OBJECT_NONE && callee->builtin && i >= callee->builtin->required;
    x->parameter = (uint8_t)(i < UINT8_MAX ? i : UINT8_MAX);
    if (p->text && x->object.kind == DGI_OBJECT_STRING)
        return read_float_string(rt, x);
    if (p->number && !omitted)
        return p->array ? dgi_to_numbers(rt, x, p->number) : dgi_to_number(rt, x, p->number);
    if (x->object.kind == DGI_OBJECT_NOTHING)
        return dgi_fail(rt, x->span, "this call makes no value");
    if (callee->op && x->object.kind == DGI_OBJECT_STRING)
        return dgi_fail_kind(rt, x, "a value is needed here");
    return true;
}

static bool check_count(dgi_runtime *rt, const dgi_callee *callee, dgi_span about, size_t count)
{
    const dgi_builtin *b = callee->builtin;
    size_t hidden = callee->method ? 1 : 0;
    size_t least =
        b ? b->required : (size_t)callee->op->operands + (callee->op->has_constant ? 1 : 0);
    size_t most = b ? b->count : least;
    if (count >= least && count <= most)
        return true;
    if (b && b->usage)
        return dgi_fail(rt, about, "%s", b->usage);
    if (least != most)
        return dgi_fail(rt, about, "'%s' takes %zu to %zu arguments, not %zu", callee->name,
                        least - hidden, most - hidden, count - hidden);
    return dgi_fail(rt, about, "'%s' takes %zu argument%s, not %zu", callee->name, least - hidden,
                    least - hidden == 1 ? "" : "s", count - hidden);
}

static bool call_builtin(dgi_runtime *rt, const dgi_builtin *b, dgi_operand *args, size_t count,
                         dgi_call *c)
{
    for (size_t i = 0; i < count; i++)
        if (args[i].object.kind != DGI_OBJECT_NONE || args[i].parameter < b->required)
            c->args[args[i].parameter] = &args[i];
    for (size_t i = 0; i < b->required; i++) {
        const char *name = b->parameters[i].name;
        if (!c->args[i])
            return dgi_fail(rt, c->result.span, "'%s' needs an argument %s%s%s", b->name,
                            name ? "'" : "", name ? name : "without a name", name ? "'" : "");
    }
    return b->call(rt, c);
}

bool dgi_call_callee(dgi_runtime *rt, const dgi_callee *callee, dgi_operand *args, size_t count,
                     bool numbers, dgi_operand *result)
{
    dgi_call c = {.builtin = callee->builtin,
                  .method = callee->method,
                  .numbers = numbers,
                  .result = *result};
    if (!check_count(rt, callee, result->span, count))
        return false;
    for (size_t i = 0; i < count; i++)
        if (dgi_is_error(&args[i].object))
            return true;
    const dg_op *op = callee->op;
    double k = op && op->has_constant ? args[op->operands].object.as.number : 0.0;
    if (!(op ? dgi_call_op(rt, &c, op, args, op->operands == 2 ? args + 1 : NULL, k)
             : call_builtin(rt, callee->builtin, args, count, &c)))
        return false;
    *result = c.result;
    return true;
}
