/* Binding arguments to the parameters of what is built in, and checking them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "lang/builtins.h"

enum { STEPS_MAX = 1000000 }; /* of one call of fit, and epochs of one of train */

/* ---- One argument, as it is evaluated ---- */

static const dgi_parameter *parameter_of(const dgi_builtin *b, size_t i)
{
    static const dgi_parameter any = {.name = NULL};
    if (i < b->count)
        return &b->parameters[i];
    return b->count && b->parameters[0].operand ? &b->parameters[0] : &any; /* it is one too many */
}

bool dgi_needs_number(const dgi_builtin *b, size_t i)
{
    return parameter_of(b, i)->number;
}

bool dgi_find_parameter(dgi_runtime *rt, const dgi_builtin *b, dgi_span name, size_t *found)
{
    dgi_suggestion s = dgi_suggest_for(rt->text + name.begin, name.end - name.begin);
    for (size_t i = 0; i < b->count; i++) {
        const char *parameter = b->parameters[i].name;
        if (!parameter)
            continue;
        if (dgi_spells(rt->text, name, parameter)) {
            *found = i;
            return true;
        }
        dgi_suggest(&s, parameter);
    }
    if (b == &dgi_network_call)
        return dgi_fail(rt, name, "%s", b->usage);
    return dgi_fail_hint(rt, name, dgi_hint(rt, &s), "'%s' has no argument named '%.*s'", b->name,
                         DGI_SHOWN(rt->text, name));
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
    x->object = dgi_number_object(number);
    return true;
}

bool dgi_take_argument(dgi_runtime *rt, const dgi_builtin *b, size_t i, dgi_operand *x)
{
    const dgi_parameter *p = parameter_of(b, i);
    static const dgi_parameter any = {.name = NULL};
    if (b->methods & DGI_VARIADIC && !x->named)
        p = &any;
    bool omitted = x->object.kind == DGI_OBJECT_NONE && i >= b->required && !p->operand;
    x->parameter = (uint8_t)(i < UINT8_MAX ? i : UINT8_MAX);
    if (p->text && x->object.kind == DGI_OBJECT_STRING)
        return read_float_string(rt, x);
    if (p->number && !omitted)
        return p->array ? dgi_to_numbers(rt, x, p->number) : dgi_to_number(rt, x, p->number);
    if (x->object.kind == DGI_OBJECT_NOTHING)
        return dgi_fail(rt, x->span, "this call makes no value");
    if (p->operand && x->object.kind == DGI_OBJECT_STRING)
        return dgi_fail_kind(rt, x, "a value is needed here");
    return true;
}

/* ---- A call ---- */

static bool check_count(dgi_runtime *rt, const dgi_call *c, size_t count)
{
    const dgi_builtin *b = c->builtin;
    size_t hidden = c->method ? 1 : 0, least = b->required - hidden, most = b->count - hidden;
    if (b->methods & DGI_VARIADIC || (count >= b->required && count <= b->count))
        return true;
    if (b->usage)
        return dgi_fail(rt, c->result.span, "%s", b->usage);
    if (least != most)
        return dgi_fail(rt, c->result.span, "'%s' takes %zu to %zu arguments, not %zu", b->name,
                        least, most, count - hidden);
    return dgi_fail(rt, c->result.span, "'%s' takes %zu argument%s, not %zu", b->name, least,
                    least == 1 ? "" : "s", count - hidden);
}

static bool bind(dgi_runtime *rt, dgi_call *c, dgi_operand *args, size_t count)
{
    const dgi_builtin *b = c->builtin;
    bool variadic = b->methods & DGI_VARIADIC;
    c->rest = args;
    while (variadic && c->n_rest < count && !args[c->n_rest].named)
        c->n_rest++;
    for (size_t i = c->n_rest; i < count; i++)
        if (args[i].object.kind != DGI_OBJECT_NONE || args[i].parameter < b->required)
            c->args[args[i].parameter] = &args[i];
    for (size_t i = 0; i < b->count; i++) {
        const dgi_parameter *p = &b->parameters[i];
        const dgi_operand *x = c->args[i];
        c->plain[i] = x && x->object.kind == DGI_OBJECT_NUMBER ? x->object.as.number : p->otherwise;
        if (!x && p->needed)
            return dgi_fail(rt, c->result.span, "'%s' needs %s", b->name, p->needed);
        if (!x && i < b->required && !variadic)
            return dgi_fail(rt, c->result.span, "'%s' needs an argument %s%s%s", b->name,
                            p->name ? "'" : "", p->name ? p->name : "without a name",
                            p->name ? "'" : "");
    }
    return true;
}

static bool check(dgi_runtime *rt, dgi_call *c, bool late)
{
    for (size_t i = 0; i < c->builtin->count; i++) {
        const dgi_parameter *p = &c->builtin->parameters[i];
        if (p->check && p->late == late && c->args[i] && !p->check(rt, c, i))
            return false;
    }
    return true;
}

bool dgi_call_builtin(dgi_runtime *rt, dgi_call *c, dgi_operand *args, size_t count)
{
    if (!check_count(rt, c, count))
        return false;
    for (size_t i = 0; i < count; i++)
        if (dgi_is_error(&args[i].object))
            return true;
    return bind(rt, c, args, count) && check(rt, c, false) && check(rt, c, true) &&
           c->builtin->call(rt, c);
}

/* ---- Checks ---- */

bool dgi_require_whole(dgi_runtime *rt, dgi_span about, const char *what, double number, int least)
{
    if (number == floor(number) && number >= least && number < 0x1p53)
        return true;
    char text[DGI_NUMBER_ROOM];
    dgi_shortest(text, number);
    if (number >= 0x1p53)
        return dgi_fail(rt, about, "%s must be below 9007199254740992, not %s", what, text);
    return dgi_fail(rt, about, "%s must be a whole number from %d on, not %s", what, least, text);
}

bool dgi_check_whole(dgi_runtime *rt, dgi_call *c, size_t i)
{
    const dgi_parameter *p = &c->builtin->parameters[i];
    return dgi_require_whole(rt, c->args[i]->span, p->words, c->plain[i], p->least);
}

bool dgi_require_integer(dgi_runtime *rt, dgi_span about, const char *what, double number)
{
    return (number == floor(number) && fabs(number) < 1e9) ||
           dgi_fail(rt, about, "%s is a whole number", what);
}

bool dgi_check_integer(dgi_runtime *rt, dgi_call *c, size_t i)
{
    return dgi_require_integer(rt, c->args[i]->span, c->builtin->parameters[i].words, c->plain[i]);
}

bool dgi_check_steps(dgi_runtime *rt, dgi_call *c, size_t i)
{
    const char *words = c->builtin->parameters[i].words;
    char text[64];
    snprintf(text, sizeof text, "the number of %s", words);
    if (!dgi_require_whole(rt, c->args[i]->span, text, c->plain[i], 1))
        return false;
    return c->plain[i] <= STEPS_MAX ||
           dgi_fail(rt, c->args[i]->span, "at most %d %s can be made at once", STEPS_MAX, words);
}

bool dgi_check_bool(dgi_runtime *rt, dgi_call *c, size_t i)
{
    const dgi_object *o = &c->args[i]->object;
    if (o->kind != DGI_OBJECT_BOOL)
        return dgi_fail(rt, c->args[i]->span, "%s is True or False, not %s",
                        c->builtin->parameters[i].words, dgi_object_name(o));
    c->plain[i] = o->as.number;
    return true;
}

bool dgi_choose(dgi_runtime *rt, dgi_span about, const char *what, const char *const *names,
                const dgi_object *string, double *choice)
{
    dgi_suggestion s = dgi_suggest_for(string->as.text, string->size);
    for (size_t i = 0; names[i]; i++) {
        *choice = (double)i;
        if (strlen(names[i]) == string->size && memcmp(names[i], s.name, s.size) == 0)
            return true;
    }
    for (size_t i = 0; names[i]; i++)
        dgi_suggest(&s, names[i]);
    return dgi_fail_hint(rt, about, dgi_hint(rt, &s), "there is no %s '%.*s'", what,
                         dgi_shown_length(s.name, s.size), s.name);
}

bool dgi_check_choice(dgi_runtime *rt, dgi_call *c, size_t i)
{
    const dgi_parameter *p = &c->builtin->parameters[i];
    const dgi_operand *x = c->args[i];
    if (x->object.kind != DGI_OBJECT_STRING)
        return dgi_fail(rt, x->span, "the %s must be a string, not %s", p->words,
                        dgi_object_name(&x->object));
    return dgi_choose(rt, x->span, p->words, p->choices, &x->object, &c->plain[i]);
}

bool dgi_check_momentum(dgi_runtime *rt, dgi_call *c, size_t i)
{
    size_t optimizer = (size_t)c->plain[i - 1];
    return optimizer == 0 || c->plain[i] == 0.0 ||
           dgi_fail(rt, c->args[i]->span, "the optimizer '%s' has no momentum",
                    c->builtin->parameters[i - 1].choices[optimizer]);
}

bool dgi_check_label(dgi_runtime *rt, dgi_call *c, size_t i)
{
    const dgi_operand *label = c->args[i];
    if (!label->named)
        return dgi_fail(rt, label->span, "'%s' takes one number and a label", c->builtin->name);
    return label->object.kind == DGI_OBJECT_STRING ||
           dgi_fail(rt, label->span, "a label is a string");
}

bool dgi_check_kind(dgi_runtime *rt, dgi_call *c, size_t i)
{
    const dgi_parameter *p = &c->builtin->parameters[i];
    return c->args[i]->object.kind == p->kind || dgi_fail_kind(rt, c->args[i], p->words);
}

bool dgi_check_scalar(dgi_runtime *rt, dgi_call *c, size_t i)
{
    return dgi_is_any_value(&c->args[i]->object) ||
           dgi_fail_kind(rt, c->args[i], c->builtin->parameters[i].words);
}
