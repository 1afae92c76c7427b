#include "draw/style/number_text.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

/* ---- Parsing a format ----------------------------------------------------------------------- */

static const char RIGHT[] = "give auto, or a printf format of one number such as %.4f, %.3g or %e";

/* Printable text, so that it can be part of any picture and of any message. */
static bool is_printable(const char *text)
{
    const char *end = text + strlen(text);
    while (text < end) {
        bool valid = true;
        uint32_t c = dgi_utf8_next(&text, end, &valid);
        if (!valid || !dgi_xml_char(c) || c < ' ' || (c >= 0x7F && c < 0xA0))
            return false;
    }
    return true;
}

/* Copies the text up to the next conversion, and returns where that is: at its percent sign, or at
 * the end. */
static const char *copy_text(char *to, const char *from)
{
    while (*from && (from[0] != '%' || from[1] == '%')) {
        from += *from == '%';
        *to++ = *from++;
    }
    *to = '\0';
    return from;
}

/* A decimal number of at most the limit. */
static bool parse_count(const char **text, int *count)
{
    *count = 0;
    for (; **text >= '0' && **text <= '9'; (*text)++) {
        *count = 10 * *count + (**text - '0');
        if (*count > DGI_NUMBER_WIDTH_MAX)
            return false;
    }
    return true;
}

static const char TOO_WIDE[] = "asks for too many characters: width and precision are at most 32",
                  NO_DOUBLE[] = "has a conversion that is not one of a double (%e, %f, %g, %a)";

/* Parses the conversion at *text, "%-+12.4lf", and moves behind it. Returns what is wrong with it,
 * or NULL. */
static const char *parse_conversion(dgi_number_format *f, const char **text)
{
    const char *p = *text + 1;
    char *to = f->conversion;
    bool plus = false, space = false, point = false;
    for (; *p && strchr("-+ 0#", *p); p++) {
        f->to_the_left |= *p == '-';
        f->zeros |= *p == '0';
        plus |= *p == '+';
        space |= *p == ' ';
        point |= *p == '#';
    }
    *to++ = '%';
    if (plus || space)
        *to++ = plus ? '+' : ' ';
    if (point)
        *to++ = '#';
    int precision;
    if (!parse_count(&p, &f->width))
        return TOO_WIDE;
    if (*p == '.') {
        p++;
        if (!parse_count(&p, &precision))
            return TOO_WIDE;
        *to++ = '.';
        if (precision >= 10)
            *to++ = (char)('0' + precision / 10);
        *to++ = (char)('0' + precision % 10);
    }
    p += *p == 'l'; /* %lf is %f */
    if (!*p || !strchr("aAeEfFgG", *p))
        return NO_DOUBLE;
    *to++ = *p++;
    *to = '\0';
    *text = p;
    return NULL;
}

static const char *parse(dgi_number_format *f, const char *text)
{
    const char *p = copy_text(f->before, text), *wrong;
    if (!*p)
        return "has no number in it";
    wrong = parse_conversion(f, &p);
    if (wrong)
        return wrong;
    p = copy_text(f->after, p);
    return *p ? "has more than one conversion; a percent sign is written as %%" : NULL;
}

dg_status dgi_number_format_parse(dgi_number_format *f, const char *text, dg_error *error)
{
    *f = (dgi_number_format){.kind = DGI_NUMBERS_AUTO};
    if (!text || strcmp(text, "auto") == 0)
        return DG_OK;
    f->kind = DGI_NUMBERS_PRINTF;
    if (strlen(text) > DGI_NUMBER_FORMAT_MAX)
        return dgi_error(error, DG_INVALID, "a number format has at most %d bytes; %s",
                         DGI_NUMBER_FORMAT_MAX, RIGHT);
    if (!is_printable(text))
        return dgi_error(error, DG_INVALID, "a number format is printable UTF-8; %s", RIGHT);
    const char *wrong = parse(f, text);
    return wrong ? dgi_error(error, DG_INVALID, "number format '%s' %s; %s", text, wrong, RIGHT)
                 : DG_OK;
}

/* ---- Numbers -------------------------------------------------------------------------------- */

static size_t automatic(char *text, double x)
{
    double size = fabs(x);
    if (size > 0.0 && (size < 5e-5 || (size >= 1e6 && isfinite(x))))
        return dgi_scientific(text, x, 2);
    return dgi_fixed(text, size > 0.0 ? x : isnan(x) ? x : 0.0, 4);
}

static size_t as_in_dot(char *text, double x)
{
    if (!(fabs(x) < 1e16))
        return dgi_scientific(text, x, 4);
    size_t size = dgi_fixed(text, x, 4);
    return x != 0.0 && strspn(text, "-0.") == size ? dgi_scientific(text, x, 2) : size;
}

/* Whether a number as printf writes it has no digit but zeros before its exponent. */
static bool reads_as_zero(const char *text)
{
    const char *hexadecimal = strpbrk(text, "xX");
    const char *digits = hexadecimal ? "123456789abcdefABCDEF" : "123456789";
    for (const char *p = hexadecimal ? hexadecimal : text; *p; p++) {
        if (strchr(hexadecimal ? "pP" : "eE", *p))
            break;
        if (strchr(digits, *p))
            return false;
    }
    return true;
}

/* The sign and the "0x", before which no zero may stand. */
static size_t sign_of(const char *number)
{
    size_t size = strspn(number, "+- ");
    return number[size] == '0' && strspn(number + size + 1, "xX") ? size + 2 : size;
}

static char *put(char *to, const char *from, size_t size)
{
    memcpy(to, from, size);
    return to + size;
}

static size_t as_printf(char *text, const dgi_number_format *f, double x)
{
    char number[DGI_NUMBER_ROOM + DGI_NUMBER_WIDTH_MAX], *to = text;
    size_t size = dgi_print_double(number, sizeof number, f->conversion, isnan(x) ? fabs(x) : x);
    if (signbit(x) && isfinite(x) && reads_as_zero(number))
        size = dgi_print_double(number, sizeof number, f->conversion, -x);
    size_t missing = size < (size_t)f->width ? (size_t)f->width - size : 0;
    bool zeros = f->zeros && !f->to_the_left && isfinite(x);
    size_t sign = zeros ? sign_of(number) : 0; /* stands before the zeros */
    to = put(to, f->before, strlen(f->before));
    to = put(to, number, sign);
    if (!f->to_the_left) {
        memset(to, zeros ? '0' : ' ', missing);
        to += missing;
    }
    to = put(to, number + sign, size - sign);
    if (f->to_the_left) {
        memset(to, ' ', missing);
        to += missing;
    }
    to = put(to, f->after, strlen(f->after) + 1);
    return (size_t)(to - 1 - text);
}

size_t dgi_number_text(char *text, const dgi_number_format *f, double x)
{
    switch (f->kind) {
    case DGI_NUMBERS_PRINTF:
        return as_printf(text, f, x);
    case DGI_NUMBERS_DOT:
        return as_in_dot(text, x);
    case DGI_NUMBERS_AUTO:
        break;
    }
    return automatic(text, x);
}
