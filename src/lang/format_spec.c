/* Formats: those of f-strings, and those behind a per cent sign. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"
#include "lang/operations.h"

enum { WIDTH_MAX = 1000 };

typedef struct format {
    char fill[5];         /* a character */
    char align;           /* < > ^ =, or 0 */
    char sign;            /* + or a space, or 0 */
    int width, precision; /* -1: none */
    bool comma;
    char type; /* or 0 */
} format;

static const char *read_digits(const char *at, const char *end, int *number)
{
    for (*number = 0; at < end && *at >= '0' && *at <= '9' && *number <= WIDTH_MAX; at++)
        *number = *number * 10 + (*at - '0');
    return at;
}

/* Reads [[fill]align][sign][0][width][,][.precision][type]; false where it is none. */
static bool read_format(const char *text, uint32_t size, format *f)
{
    const char *at = text, *end = text + size, *second = text;
    *f = (format){.fill = " ", .width = -1, .precision = -1};
    if (size > 0)
        dgi_utf8_next(&second, end, NULL);
    if (second < end && strchr("<>^=", *second) && *second) {
        memset(f->fill, 0, sizeof f->fill);
        memcpy(f->fill, at, (size_t)(second - at));
        f->align = *second;
        at = second + 1;
    } else if (at < end && *at && strchr("<>^=", *at)) {
        f->align = *at++;
    }
    if (at < end && (*at == '+' || *at == '-' || *at == ' '))
        f->sign = *at == '-' ? '\0' : *at, at++;
    if (at < end && *at == '0') {
        at++;
        if (!f->align) {
            f->align = '=';
            memcpy(f->fill, "0", 2);
        }
    }
    if (at < end && *at >= '0' && *at <= '9')
        at = read_digits(at, end, &f->width);
    if (at < end && (*at == ',' || *at == '_'))
        f->comma = *at++ == ',';
    if (at < end && *at == '.') {
        const char *first = ++at;
        at = read_digits(at, end, &f->precision);
        if (at == first)
            return false;
    }
    if (at < end && *at && strchr("dfFeEgGsn%r", *at))
        f->type = *at++;
    return at == end && f->width <= WIDTH_MAX && f->precision <= WIDTH_MAX / 4;
}

static void put_commas(dgi_buf *out, const char *digits)
{
    size_t whole = strspn(digits, "0123456789");
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            dgi_buf_putc(out, ',');
        dgi_buf_putc(out, digits[i]);
    }
    dgi_buf_puts(out, digits + whole);
}

/* The digits of a number, without its sign. */
static bool put_digits(dgi_buf *out, const format *f, double x, bool integer)
{
    char text[DGI_NUMBER_ROOM + WIDTH_MAX / 4];
    int precision = f->precision >= 0 ? f->precision : 6;
    size_t before = out->size;
    switch (f->type) {
    case 'd':
    case 'n':
        if (!integer)
            return false;
        dgi_fixed(text, x, 0);
        break;
    case 'f':
    case 'F':
    case '%':
        dgi_fixed(text, f->type == '%' ? x * 100.0 : x, precision);
        break;
    case 'e':
    case 'E':
        dgi_scientific(text, x, precision);
        break;
    case 'g':
    case 'G':
        dgi_general(text, x, precision ? precision : 1);
        break;
    default:
        if (f->precision >= 0) {
            dgi_general(text, x, precision ? precision : 1);
            size_t size = strlen(text);
            if (!strpbrk(text, ".en") && !integer)
                snprintf(text + size, sizeof text - size, ".0");
            break;
        }
        dgi_put_python_number(out, x, integer);
        return true;
    }
    if (f->comma)
        put_commas(out, text);
    else
        dgi_buf_puts(out, text);
    dgi_buf_puts(out, f->type == '%' ? "%" : "");
    for (size_t i = before; (f->type == 'E' || f->type == 'G' || f->type == 'F') && i < out->size;
         i++)
        if (out->data[i] >= 'a' && out->data[i] <= 'z')
            out->data[i] = (char)(out->data[i] - 'a' + 'A');
    return true;
}

static size_t characters_of(const char *text, size_t size)
{
    size_t n = 0;
    for (const char *p = text, *end = text + size; p < end; n++)
        dgi_utf8_next(&p, end, NULL);
    return n;
}

/* Appends the sign and the body, in the width. */
static void put_padded(dgi_buf *out, const format *f, const char *sign, const char *body,
                       size_t size, char align)
{
    size_t length = strlen(sign) + characters_of(body, size);
    size_t missing = f->width > 0 && (size_t)f->width > length ? (size_t)f->width - length : 0;
    size_t left = align == '>' ? missing : align == '^' ? missing / 2 : 0;
    size_t middle = align == '=' ? missing : 0;
    for (size_t i = 0; i < left; i++)
        dgi_buf_puts(out, f->fill);
    dgi_buf_puts(out, sign);
    for (size_t i = 0; i < middle; i++)
        dgi_buf_puts(out, f->fill);
    dgi_buf_put(out, body, size);
    for (size_t i = left + middle; i < missing; i++)
        dgi_buf_puts(out, f->fill);
}

static bool is_single(const dgi_object *o)
{
    return o->kind == DGI_OBJECT_NUMBER || o->kind == DGI_OBJECT_BOOL ||
           (dgi_is_any_value(o) && dg_ndim(o->as.value) == 0);
}

/* Appends the object in the format to the scratch buffer; false where it cannot be. */
static bool put_formatted(dgi_runtime *rt, const format *f, const dgi_object *o)
{
    dgi_buf body = DGI_BUF_INIT;
    bool number = is_single(o) && f->type != 's' && f->type != 'r', done = true;
    char sign[2] = {0};
    if (number) {
        double x = o->kind == DGI_OBJECT_NUMBER || o->kind == DGI_OBJECT_BOOL
                       ? o->as.number
                       : dg_data(o->as.value);
        bool integer = (o->integer || o->kind == DGI_OBJECT_BOOL) && x == floor(x);
        bool negative = signbit(x) && !isnan(x) && !(integer && x == 0.0);
        sign[0] = negative ? '-' : f->sign;
        done = put_digits(&body, f, fabs(x), integer);
    } else {
        dgi_put_object(rt, &body, o, f->type == 'r');
        done = !f->type || f->type == 's' || f->type == 'r';
        if (f->precision >= 0 && body.data)
            body.size = dgi_utf8_prefix(body.data, body.size, (size_t)f->precision);
    }
    char align = f->align ? f->align : number ? '>' : '<';
    put_padded(&rt->scratch, f, sign, body.data ? body.data : "", body.size, align);
    rt->scratch.failed = rt->scratch.failed || body.failed;
    dgi_buf_free(&body);
    return done;
}

bool dgi_format_operand(dgi_runtime *rt, dgi_operand *x, const dgi_operand *spec)
{
    format f;
    const char *text = spec->object.as.text;
    uint32_t size = spec->object.size;
    char conversion = 0;
    rt->scratch.size = 0;
    if (dgi_is_error(&x->object))
        return true;
    if (x->object.kind == DGI_OBJECT_NOTHING)
        return dgi_fail(rt, x->span, "this call makes no value");
    if (size >= 2 && text[0] == '!') {
        conversion = text[1];
        text += 2;
        size -= 2;
    }
    bool colon = size > 0 && text[0] == ':';
    if (!read_format(text + colon, size - colon, &f) || (size > 0 && !colon) ||
        (conversion && !strchr("rsa", conversion)))
        return dgi_fail(rt, spec->span, "this is no format: write {x:.4f}, {x:8.2e} or {x:>6}");
    if (size == 0) {
        dgi_put_object(rt, &rt->scratch, &x->object, conversion && conversion != 's');
        return dgi_take_scratch(rt, x);
    }
    if (conversion)
        f.type = conversion == 's' ? 's' : 'r';
    if (!put_formatted(rt, &f, &x->object))
        return dgi_fail(rt, spec->span, "the format '%c' is not for %s", f.type,
                        dgi_object_name(&x->object));
    return dgi_take_scratch(rt, x);
}

/* ---- '%d' % x ---- */

bool dgi_format_percent(dgi_runtime *rt, dgi_operand *a, const dgi_operand *b)
{
    const char *at = a->object.as.text, *end = at + a->object.size;
    bool several = dgi_is_list(&b->object) && b->object.as.list->tuple;
    size_t count = several ? b->object.as.list->count : 1, used = 0;
    rt->scratch.size = 0;
    while (at < end) {
        const char *begin = at;
        if (*at != '%') {
            dgi_buf_putc(&rt->scratch, *at++);
            continue;
        }
        for (at++; at < end && strchr("-+ 0123456789.", *at); at++)
            ;
        if (at == end || (*at != '%' && !strchr("dieEfFgGsr", *at)))
            return dgi_fail(rt, a->span, "'%%' in a string is followed by d, f, e, g, s or %%");
        char type = *at++;
        if (type == '%') {
            dgi_buf_putc(&rt->scratch, '%');
            continue;
        }
        if (used == count)
            return dgi_fail(rt, b->span, "the string needs more than %zu object%s", count,
                            count == 1 ? "" : "s");
        const dgi_object *o = several ? &b->object.as.list->elements[used] : &b->object;
        used++;
        bool left = memchr(begin, '-', (size_t)(at - begin));
        const char *digits = begin + 1 + strspn(begin + 1, "-");
        format f;
        dgi_object whole = *o;
        if (!read_format(digits, (uint32_t)(at - 1 - digits), &f))
            return dgi_fail(rt, a->span, "'%%' in a string is followed by d, f, e, g, s or %%");
        f.type = type == 'i' ? 'd' : type;
        f.align = left ? '<' : f.align == '=' ? '=' : '>';
        if (f.type == 'd' && is_single(o)) {
            double x = dgi_is_number(o)             ? dgi_number_of(o)
                       : o->kind == DGI_OBJECT_BOOL ? o->as.number
                                                    : dg_data(o->as.value);
            whole = dgi_integer_object(trunc(x));
        }
        if (!put_formatted(rt, &f, &whole))
            return dgi_fail(rt, b->span, "the format '%%%c' is not for %s", type,
                            dgi_object_name(o));
    }
    if (used < count && several)
        return dgi_fail(rt, b->span, "%zu objects, but the string takes %zu", count, used);
    a->span.end = b->span.end;
    return dgi_take_scratch(rt, a);
}
