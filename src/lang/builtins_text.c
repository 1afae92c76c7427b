/* Text: what is printed, strings, and numbers of Python's. */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "lang/builtins.h"

enum { OUTPUT_MAX = 1 << 26 }; /* bytes that a program prints */

bool dgi_builtin_print(dgi_runtime *rt, dgi_call *c)
{
    const dgi_operand *between = c->args[0], *end = c->args[1];
    dgi_buf *out = &rt->output;
    for (size_t i = 0; i < c->n_rest; i++) {
        if (i > 0 && between)
            dgi_buf_put(out, between->object.as.text, between->object.size);
        else if (i > 0)
            dgi_buf_putc(out, ' ');
        dgi_put_object(rt, out, &c->rest[i].object, false);
    }
    if (end)
        dgi_buf_put(out, end->object.as.text, end->object.size);
    else
        dgi_buf_putc(out, '\n');
    c->result.object.kind = DGI_OBJECT_NONE;
    if (out->failed)
        return dgi_no_memory(rt);
    return out->size <= OUTPUT_MAX ||
           dgi_fail(rt, c->result.span, "the program prints more than %d bytes", OUTPUT_MAX);
}

bool dgi_builtin_str(dgi_runtime *rt, dgi_call *c)
{
    rt->scratch.size = 0;
    dgi_put_object(rt, &rt->scratch, &c->args[0]->object, false);
    return dgi_take_scratch(rt, &c->result);
}

/* ---- Methods of strings ---- */

/* The object that a bracket of '{...}'.format() names: the next one, or that with a number. */
static const dgi_operand *chosen(dgi_runtime *rt, const dgi_call *c, const char *at, size_t digits,
                                 size_t *next)
{
    size_t number = 0;
    for (size_t i = 0; i < digits && number < c->n_rest; i++)
        number = number * 10 + (size_t)(at[i] - '0');
    number = digits ? number : (*next)++;
    if (number + 1 < c->n_rest)
        return &c->rest[number + 1];
    dgi_fail(rt, c->result.span, "the string needs more than %zu argument%s", c->n_rest - 1,
             c->n_rest == 2 ? "" : "s");
    return NULL;
}

/* '{:.2f}'.format(x); each part is formatted by itself, and all are joined. */
bool dgi_builtin_format(dgi_runtime *rt, dgi_call *c)
{
    const dgi_operand *text = &c->rest[0];
    const char *at = text->object.as.text, *end = at + text->object.size;
    size_t next = 0;
    dgi_operand joined = {.object = {.as.text = "", .kind = DGI_OBJECT_STRING},
                          .span = c->result.span};
    while (at < end) {
        dgi_operand part = {.object = {.as.text = at, .kind = DGI_OBJECT_STRING},
                            .span = c->result.span};
        if (*at != '{' && *at != '}') {
            while (at < end && *at != '{' && *at != '}')
                at++;
            part.object.size = (uint32_t)(at - part.object.as.text);
        } else if (at + 1 < end && at[1] == *at) {
            part.object.size = 1;
            at += 2;
        } else {
            const char *close = memchr(at, '}', (size_t)(end - at));
            size_t digits = close ? strspn(at + 1, "0123456789") : 0;
            const char *format = at + 1 + digits;
            if (!close || *at == '}' || (*format != ':' && *format != '}' && *format != '!'))
                return dgi_fail(rt, text->span, "a bracket in the string is no {}, {0} or {:.2f}");
            const dgi_operand *x = chosen(rt, c, at + 1, digits, &next);
            if (!x)
                return false;
            dgi_operand spec = {.object = {.as.text = format,
                                           .size = (uint32_t)(close - format),
                                           .kind = DGI_OBJECT_STRING},
                                .span = text->span};
            part = *x;
            if (!dgi_format_operand(rt, &part, &spec))
                return false;
            at = close + 1;
        }
        if (!dgi_join_strings(rt, &joined, &part))
            return false;
    }
    c->result.object = joined.object;
    return true;
}

bool dgi_builtin_join_texts(dgi_runtime *rt, dgi_call *c)
{
    const dgi_object *texts = &c->args[1]->object;
    if (!dgi_is_list(texts))
        return dgi_fail_kind(rt, c->args[1], "'join' needs a list of strings");
    rt->scratch.size = 0;
    for (size_t i = 0; i < texts->as.list->count && rt->scratch.size <= DG_LABEL_MAX; i++) {
        const dgi_object *o = &texts->as.list->elements[i];
        if (o->kind != DGI_OBJECT_STRING)
            return dgi_fail(rt, c->args[1]->span, "element %zu is %s, not a string", i,
                            dgi_object_name(o));
        if (i > 0)
            dgi_buf_put(&rt->scratch, c->args[0]->object.as.text, c->args[0]->object.size);
        dgi_buf_put(&rt->scratch, o->as.text, o->size);
    }
    return dgi_take_scratch(rt, &c->result);
}

/* ---- Numbers ---- */

/* The number of what has only one. */
static bool single_number(dgi_runtime *rt, dgi_call *c, double *number)
{
    const dgi_object *o = &c->args[0]->object;
    char text[64];
    if (o->kind == DGI_OBJECT_STRING) {
        if (o->size < sizeof text) {
            memcpy(text, o->as.text, o->size);
            text[o->size] = '\0';
            if (dgi_parse_double(text, number))
                return true;
        }
        return dgi_fail(rt, c->args[0]->span, "this string is no number");
    }
    if ((dgi_is_any_value(o) || o->kind == DGI_OBJECT_ARRAY) && dg_size(o->as.value) == 1) {
        *number = dg_data_array(o->as.value)[0];
        return true;
    }
    if (!dgi_to_number(rt, c->args[0], "a number is needed here"))
        return false;
    *number = c->args[0]->object.as.number;
    return true;
}

static bool give_integer(dgi_runtime *rt, dgi_call *c, double number)
{
    if (!isfinite(number))
        return dgi_fail(rt, c->args[0]->span, "this number is not finite");
    c->result.object = dgi_integer_object(number + 0.0);
    return true;
}

bool dgi_builtin_int(dgi_runtime *rt, dgi_call *c)
{
    double number;
    return single_number(rt, c, &number) && give_integer(rt, c, trunc(number));
}

/* Half to even, as Python rounds; to decimals by way of the decimal text, which is exact. */
bool dgi_builtin_round(dgi_runtime *rt, dgi_call *c)
{
    double number;
    char name = c->builtin->name[0], text[DGI_NUMBER_ROOM];
    if (!single_number(rt, c, &number))
        return false;
    if (name != 'r')
        return give_integer(rt, c, name == 'f' ? floor(number) : ceil(number));
    if (!c->args[1] || c->args[1]->object.kind == DGI_OBJECT_NONE)
        return give_integer(rt, c, nearbyint(number));
    double digits = c->plain[1];
    if (!dgi_require_integer(rt, c->args[1]->span, "the number of decimals", digits))
        return false;
    bool integer = dgi_is_number(&c->args[0]->object) && c->args[0]->object.integer;
    if (isfinite(number) && digits >= 0.0 && digits < 17.0) {
        dgi_fixed(text, number, (int)digits);
        dgi_parse_double(text, &number);
    } else if (digits < 0.0) {
        double unit = pow(10.0, -digits);
        number = isfinite(unit) ? nearbyint(number / unit) * unit : 0.0;
    }
    c->result.object = integer ? dgi_integer_object(number) : dgi_number_object(number);
    return true;
}
