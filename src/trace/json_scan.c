#include "trace/json_scan.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/utf8.h"
#include "trace/json_arrays.h"

/* The most brackets and commas of a value, and the longest string (an escape of one byte may take
 * six). They bound the memory that one value takes: jansson allocates about a hundred bytes per
 * bracket or comma. */
#define DELIMITERS_MAX ((size_t)1 << 20)
#define RAW_STRING_MAX (6 * DG_TRACE_STRING_MAX + 2)

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Reports an error at the last byte before `end`. Lines and columns, in characters, are counted as
 * jansson does. */
static bool wrong_before(dgi_json_scanner *s, const char *end, const char *what)
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
    dgi_error(s->error, DG_FORMAT, "%s", what);
    dgi_error_place(s->error, NULL, line, column ? column : 1);
    return false;
}

bool dgi_json_scan_wrong(dgi_json_scanner *s, const char *what)
{
    return wrong_before(s, s->p < s->end ? s->p + 1 : s->p, what);
}

char dgi_json_scan_peek(dgi_json_scanner *s)
{
    while (s->p < s->end && is_space(*s->p))
        s->p++;
    return s->p < s->end ? *s->p : '\0';
}

bool dgi_json_scan_expect(dgi_json_scanner *s, char byte, const char *what)
{
    if (dgi_json_scan_peek(s) != byte || s->p == s->end)
        return dgi_json_scan_wrong(s, what);
    s->p++;
    return true;
}

bool dgi_json_scan_more(dgi_json_scanner *s, char close, bool *more)
{
    char next = dgi_json_scan_peek(s);
    if (next != ',' && next != close)
        return dgi_json_scan_wrong(s, close == '}' ? "',' or '}' expected" : "',' or ']' expected");
    s->p++;
    *more = next == ',';
    return true;
}

/* The end of the string that opens at p, or of the text. */
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

/* A value that is being skipped. */
typedef struct skipper {
    const char *p;
    size_t depth, delimiters;
    const char *key, *key_end; /* the last string at depth 1, unless a comma followed */
    dgi_json_array *arrays;
    size_t n_arrays;
} skipper;

/* Whether the last string is the name. (If it has escapes, jansson decodes it.) */
static bool is_key(const skipper *k, const char *name)
{
    size_t size = (size_t)(k->key_end - k->key);
    if (memchr(k->key, '\\', size)) {
        json_t *key = json_loadb(k->key, size, JSON_DECODE_ANY, NULL);
        bool same = json_is_string(key) && strcmp(json_string_value(key), name) == 0;
        json_decref(key);
        return same;
    }
    return size == strlen(name) + 2 && memcmp(k->key + 1, name, size - 2) == 0;
}

/* The array that opens at k->p, if it is one of those asked for. The second of two members with the
 * same name is left to jansson, which rejects it. */
static dgi_json_array *wanted_array(const skipper *k)
{
    if (k->depth != 1 || !k->key)
        return NULL;
    for (size_t i = 0; i < k->n_arrays; i++)
        if (!k->arrays[i].begin && is_key(k, k->arrays[i].member))
            return &k->arrays[i];
    return NULL;
}

static bool skip_array(dgi_json_scanner *s, skipper *k, dgi_json_array *array)
{
    dgi_json_scanner at = *s;
    at.p = k->p;
    bool done = dgi_json_array_read(array, &at);
    k->p = at.p;
    return done;
}

/* Skips one token: a bracket, a comma, a string, … */
static void skip_token(const dgi_json_scanner *s, skipper *k)
{
    const char *start = k->p;
    if (*start == '"')
        k->p = string_end(start, s->end);
    else if (*start == '{' || *start == '[')
        k->depth++, k->delimiters++, k->p++;
    else if (*start == '}' || *start == ']')
        k->depth -= k->depth > 0, k->p++;
    else if (*start == ',' || *start == ':' || is_space(*start))
        k->delimiters += *start == ',', k->p++;
    else
        k->p = scalar_end(start, s->end);
    if (k->p == start) /* a NUL byte, for which strchr() returns the terminator */
        k->p++;
    if (*start == ',')
        k->key = NULL;
    if (*start == '"' && k->depth == 1) {
        k->key = start;
        k->key_end = k->p;
    }
}

/* The end of the value that begins at s->p, whose syntax jansson checks later. NULL with the error
 * set if it is too large, or an array of numbers in it is wrong. */
static const char *value_end(dgi_json_scanner *s, dgi_json_array *arrays, size_t n_arrays)
{
    skipper k = {.p = s->p, .arrays = arrays, .n_arrays = n_arrays};
    do {
        const char *start = k.p;
        dgi_json_array *array = *start == '[' ? wanted_array(&k) : NULL;
        if (array) {
            if (!skip_array(s, &k, array))
                return NULL;
            continue;
        }
        skip_token(s, &k);
        if ((size_t)(k.p - start) > RAW_STRING_MAX) {
            dgi_error(s->error, DG_LIMIT, "a string or number is longer than a million bytes");
            return NULL;
        }
        if (k.delimiters > DELIMITERS_MAX) {
            dgi_error(s->error, DG_LIMIT, "a value has more than a million parts");
            return NULL;
        }
    } while (k.depth > 0 && k.p < s->end);
    return k.p;
}

/* The text of a value as jansson parses it, with `[]` in place of the arrays that were already
 * read. */
typedef struct excerpt {
    const char *begin, *end;
    const dgi_json_array *arrays[2]; /* in the order of the text */
    size_t n_arrays;
} excerpt;

static excerpt make_excerpt(const char *begin, const char *end, const dgi_json_array *arrays,
                            size_t n)
{
    excerpt x = {.begin = begin, .end = end};
    for (size_t i = 0; i < n; i++)
        if (arrays[i].begin)
            x.arrays[x.n_arrays++] = &arrays[i];
    if (x.n_arrays == 2 && x.arrays[0]->begin > x.arrays[1]->begin) {
        const dgi_json_array *first = x.arrays[1];
        x.arrays[1] = x.arrays[0];
        x.arrays[0] = first;
    }
    return x;
}

static void put_excerpt(dgi_buf *b, const excerpt *x)
{
    const char *p = x->begin;
    for (size_t i = 0; i < x->n_arrays; i++) {
        dgi_buf_put(b, p, (size_t)(x->arrays[i]->begin - p));
        dgi_buf_puts(b, "[]");
        p = x->arrays[i]->end;
    }
    dgi_buf_put(b, p, (size_t)(x->end - p));
}

/* The position in the whole text of a byte of the excerpt. */
static const char *position_in_text(const excerpt *x, size_t position)
{
    const char *p = x->begin + position;
    for (size_t i = 0; i < x->n_arrays && p > x->arrays[i]->begin + 1; i++)
        p += x->arrays[i]->end - x->arrays[i]->begin - 2;
    return p;
}

/* Reports what jansson found wrong in an excerpt. When out of memory it sets no error. */
static void report(dgi_json_scanner *s, const excerpt *x, const json_error_t *e)
{
    const char *at = position_in_text(x, (size_t)e->position);
    switch (json_error_code(e)) {
    case json_error_unknown:
    case json_error_out_of_memory:
        dgi_error(s->error, DG_NOMEM, "out of memory");
        return;
    case json_error_null_character:
    case json_error_null_byte_in_key:
        wrong_before(s, at, "a string has a NUL character");
        return;
    default:
        break;
    }
    /* The text may quote part of a character. */
    dgi_buf text = DGI_BUF_INIT;
    dgi_utf8_clean(&text, e->text, strlen(e->text));
    if (text.failed)
        dgi_error(s->error, DG_NOMEM, "out of memory");
    else
        wrong_before(s, at, text.data);
    dgi_buf_free(&text);
}

/* jansson parses numbers by the locale, and assumes a decimal separator of one byte. So this
 * thread, and no other, uses the C locale meanwhile. */
static json_t *load(const dgi_json_scanner *s, const char *text, size_t size, size_t flags,
                    json_error_t *e)
{
    locale_t callers = uselocale(s->c_locale);
    json_t *value = json_loadb(text, size, flags | JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, e);
    uselocale(callers);
    return value;
}

/* Parses an excerpt; NULL with the error set. */
static json_t *load_excerpt(dgi_json_scanner *s, const excerpt *x, size_t flags)
{
    json_error_t e = {.line = 0}; /* jansson does not set the code if there is no text */
    json_t *value = NULL;
    if (x->n_arrays == 0) {
        value = load(s, x->begin, (size_t)(x->end - x->begin), flags, &e);
    } else {
        dgi_buf text = DGI_BUF_INIT;
        put_excerpt(&text, x);
        if (!text.failed)
            value = load(s, text.data, text.size, flags, &e);
        dgi_buf_free(&text);
    }
    if (!value)
        report(s, x, &e);
    return value;
}

json_t *dgi_json_scan_value_with_arrays(dgi_json_scanner *s, size_t flags, dgi_json_array *arrays,
                                        size_t n_arrays)
{
    char next = dgi_json_scan_peek(s);
    if (s->p == s->end || strchr(",:]}", next)) {
        dgi_json_scan_wrong(s, s->p == s->end ? "the text ends too early" : "a value is expected");
        return NULL;
    }
    const char *end = value_end(s, arrays, n_arrays);
    if (!end)
        return NULL;
    excerpt x = make_excerpt(s->p, end, arrays, n_arrays);
    json_t *value = load_excerpt(s, &x, flags);
    if (value)
        s->p = end;
    return value;
}

json_t *dgi_json_scan_value(dgi_json_scanner *s, size_t flags)
{
    return dgi_json_scan_value_with_arrays(s, flags, NULL, 0);
}
