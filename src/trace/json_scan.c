#include "trace/json_scan.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/utf8.h"

/* No value that makes sense in a trace has more brackets and commas than this, or a longer string.
 * (Six bytes of an escape may stand for one.) They bound the memory that one value takes: jansson
 * makes some hundred bytes of a bracket or comma. */
#define PARTS_MAX ((size_t)1 << 20)
#define RAW_STRING_MAX (6 * DG_TRACE_STRING_MAX + 2)

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Line and column, in characters, of the last byte before `end`, as jansson counts them. */
static bool wrong_before(dgi_scan *s, const char *end, const char *what)
{
    size_t line = 1, column = 0;
    for (const char *p = s->text; p < end; p++) {
        if (*p == '\n') {
            line++;
            column = 0;
        } else if (((unsigned char)*p & 0xC0) != 0x80) {
            column++;
        }
    }
    dgi_error(s->error, DG_FORMAT, "line %zu, column %zu: %s", line, column ? column : 1, what);
    return false;
}

bool dgi_scan_wrong(dgi_scan *s, const char *what)
{
    return wrong_before(s, s->p < s->end ? s->p + 1 : s->p, what);
}

char dgi_scan_peek(dgi_scan *s)
{
    while (s->p < s->end && is_space(*s->p))
        s->p++;
    return s->p < s->end ? *s->p : '\0';
}

bool dgi_scan_expect(dgi_scan *s, char byte, const char *what)
{
    if (dgi_scan_peek(s) != byte || s->p == s->end)
        return dgi_scan_wrong(s, what);
    s->p++;
    return true;
}

bool dgi_scan_more(dgi_scan *s, char close, bool *more)
{
    char next = dgi_scan_peek(s);
    if (next != ',' && next != close)
        return dgi_scan_wrong(s, close == '}' ? "',' or '}' expected" : "',' or ']' expected");
    s->p++;
    *more = next == ',';
    return true;
}

/* The end of the string whose opening quote is at p, or of the text. */
static const char *string_end(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++)
        if (*p == '\\' && p + 1 < end)
            p++;
    return p < end ? p + 1 : end;
}

static const char *scalar_end(const char *p, const char *end)
{
    while (p < end && !is_space(*p) && !strchr(",:[]{}\"", *p))
        p++;
    return p;
}

/* The end of the value that begins at s->p: whether it is right is for jansson to say. NULL where
 * it is too large, with the error set. */
static const char *value_end(dgi_scan *s)
{
    const char *p = s->p;
    size_t depth = 0, parts = 0;
    do {
        const char *start = p;
        if (*p == '"')
            p = string_end(p, s->end);
        else if (*p == '{' || *p == '[')
            depth++, parts++, p++;
        else if (*p == '}' || *p == ']')
            depth -= depth > 0, p++;
        else if (*p == ',' || *p == ':' || is_space(*p))
            parts += *p == ',', p++;
        else
            p = scalar_end(p, s->end);
        if (p == start) /* a NUL byte, which strchr() finds everywhere */
            p++;
        if ((size_t)(p - start) > RAW_STRING_MAX) {
            dgi_error(s->error, DG_LIMIT, "a string or number is longer than a million bytes");
            return NULL;
        }
        if (parts > PARTS_MAX) {
            dgi_error(s->error, DG_LIMIT, "a value has more than a million parts");
            return NULL;
        }
    } while (depth > 0 && p < s->end);
    return p;
}

/* What jansson found wrong in the value at s->p. It says nothing at all when out of memory. */
static void report(dgi_scan *s, const json_error_t *e)
{
    switch (json_error_code(e)) {
    case json_error_unknown:
    case json_error_out_of_memory:
        dgi_error(s->error, DG_NOMEM, "out of memory");
        return;
    case json_error_null_character:
    case json_error_null_byte_in_key:
        wrong_before(s, s->p + e->position, "a string has a NUL character");
        return;
    default:
        break;
    }
    /* Its text may quote half a character. */
    dgi_buf text = DGI_BUF_INIT;
    dgi_utf8_clean(&text, e->text, strlen(e->text));
    if (text.failed)
        dgi_error(s->error, DG_NOMEM, "out of memory");
    else
        wrong_before(s, s->p + e->position, text.data);
    dgi_buf_free(&text);
}

/* jansson reads numbers as the locale has them, and trusts that a decimal separator is one byte. So
 * this thread, and only it, is in the C locale while jansson reads. */
static json_t *load(const dgi_scan *s, size_t size, size_t flags, json_error_t *e)
{
    locale_t callers = uselocale(s->c_locale);
    json_t *value = json_loadb(s->p, size, flags | JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, e);
    uselocale(callers);
    return value;
}

json_t *dgi_scan_value(dgi_scan *s, size_t flags)
{
    char next = dgi_scan_peek(s);
    if (s->p == s->end || strchr(",:]}", next)) {
        dgi_scan_wrong(s, s->p == s->end ? "the text ends too early" : "a value is expected");
        return NULL;
    }
    const char *end = value_end(s);
    if (!end)
        return NULL;
    json_error_t e = {.line = 0}; /* jansson leaves its code alone where it has no text */
    json_t *value = load(s, (size_t)(end - s->p), flags, &e);
    if (!value)
        report(s, &e);
    else
        s->p = end;
    return value;
}
