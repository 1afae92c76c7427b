#include "trace/json_scan.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/utf8.h"
#include "trace/json_nested.h"

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

/* A value that is stepped over. */
typedef struct stepping {
    const char *p;
    size_t depth, parts;
    const char *key, *key_end; /* the last string right inside the value, if no comma followed */
    dgi_nested *lists;
    size_t n_lists;
} stepping;

/* Whether the string that was stepped over is the name. (Written with escapes it has a backslash;
 * that is for jansson to read.) */
static bool is_key(const stepping *w, const char *name)
{
    size_t size = (size_t)(w->key_end - w->key);
    if (memchr(w->key, '\\', size)) {
        json_t *key = json_loadb(w->key, size, JSON_DECODE_ANY, NULL);
        bool same = json_is_string(key) && strcmp(json_string_value(key), name) == 0;
        json_decref(key);
        return same;
    }
    return size == strlen(name) + 2 && memcmp(w->key + 1, name, size - 2) == 0;
}

/* The list that the bracket at w->p begins, where it is one of those that were asked for. Of two
 * members of the same name the second is left to jansson, which refuses it. */
static dgi_nested *asked_for(const stepping *w)
{
    if (w->depth != 1 || !w->key)
        return NULL;
    for (size_t i = 0; i < w->n_lists; i++)
        if (!w->lists[i].begin && is_key(w, w->lists[i].member))
            return &w->lists[i];
    return NULL;
}

static bool step_over_list(dgi_scan *s, stepping *w, dgi_nested *list)
{
    dgi_scan at = *s;
    at.p = w->p;
    bool done = dgi_nested_read(list, &at);
    w->p = at.p;
    return done;
}

/* Steps over a bracket, a comma, a string and so on. */
static void step(const dgi_scan *s, stepping *w)
{
    const char *start = w->p;
    if (*start == '"')
        w->p = string_end(start, s->end);
    else if (*start == '{' || *start == '[')
        w->depth++, w->parts++, w->p++;
    else if (*start == '}' || *start == ']')
        w->depth -= w->depth > 0, w->p++;
    else if (*start == ',' || *start == ':' || is_space(*start))
        w->parts += *start == ',', w->p++;
    else
        w->p = scalar_end(start, s->end);
    if (w->p == start) /* a NUL byte, which strchr() finds everywhere */
        w->p++;
    if (*start == ',')
        w->key = NULL;
    if (*start == '"' && w->depth == 1) {
        w->key = start;
        w->key_end = w->p;
    }
}

/* The end of the value that begins at s->p: whether it is right is for jansson to say. NULL where
 * it is too large, or a list in it is wrong, with the error set. */
static const char *value_end(dgi_scan *s, dgi_nested *lists, size_t n_lists)
{
    stepping w = {.p = s->p, .lists = lists, .n_lists = n_lists};
    do {
        const char *start = w.p;
        dgi_nested *list = *start == '[' ? asked_for(&w) : NULL;
        if (list) {
            if (!step_over_list(s, &w, list))
                return NULL;
            continue;
        }
        step(s, &w);
        if ((size_t)(w.p - start) > RAW_STRING_MAX) {
            dgi_error(s->error, DG_LIMIT, "a string or number is longer than a million bytes");
            return NULL;
        }
        if (w.parts > PARTS_MAX) {
            dgi_error(s->error, DG_LIMIT, "a value has more than a million parts");
            return NULL;
        }
    } while (w.depth > 0 && w.p < s->end);
    return w.p;
}

/* A value's text as jansson gets it: with `[]` for the lists that were read already. */
typedef struct excerpt {
    const char *begin, *end;
    const dgi_nested *lists[2]; /* in the order of the text */
    size_t n_lists;
} excerpt;

static excerpt make_excerpt(const char *begin, const char *end, const dgi_nested *lists, size_t n)
{
    excerpt x = {.begin = begin, .end = end};
    for (size_t i = 0; i < n; i++)
        if (lists[i].begin)
            x.lists[x.n_lists++] = &lists[i];
    if (x.n_lists == 2 && x.lists[0]->begin > x.lists[1]->begin) {
        const dgi_nested *first = x.lists[1];
        x.lists[1] = x.lists[0];
        x.lists[0] = first;
    }
    return x;
}

static void put_excerpt(dgi_buf *b, const excerpt *x)
{
    const char *p = x->begin;
    for (size_t i = 0; i < x->n_lists; i++) {
        dgi_buf_put(b, p, (size_t)(x->lists[i]->begin - p));
        dgi_buf_puts(b, "[]");
        p = x->lists[i]->end;
    }
    dgi_buf_put(b, p, (size_t)(x->end - p));
}

/* Where in the whole text an excerpt's byte stands. */
static const char *place_in_text(const excerpt *x, size_t position)
{
    const char *p = x->begin + position;
    for (size_t i = 0; i < x->n_lists && p > x->lists[i]->begin + 1; i++)
        p += x->lists[i]->end - x->lists[i]->begin - 2;
    return p;
}

/* What jansson found wrong in an excerpt. It says nothing at all when out of memory. */
static void report(dgi_scan *s, const excerpt *x, const json_error_t *e)
{
    const char *place = place_in_text(x, (size_t)e->position);
    switch (json_error_code(e)) {
    case json_error_unknown:
    case json_error_out_of_memory:
        dgi_error(s->error, DG_NOMEM, "out of memory");
        return;
    case json_error_null_character:
    case json_error_null_byte_in_key:
        wrong_before(s, place, "a string has a NUL character");
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
        wrong_before(s, place, text.data);
    dgi_buf_free(&text);
}

/* jansson reads numbers as the locale has them, and trusts that a decimal separator is one byte. So
 * this thread, and only it, is in the C locale while jansson reads. */
static json_t *load(const dgi_scan *s, const char *text, size_t size, size_t flags, json_error_t *e)
{
    locale_t callers = uselocale(s->c_locale);
    json_t *value = json_loadb(text, size, flags | JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, e);
    uselocale(callers);
    return value;
}

/* The value of an excerpt; NULL with the error set. */
static json_t *load_excerpt(dgi_scan *s, const excerpt *x, size_t flags)
{
    json_error_t e = {.line = 0}; /* jansson leaves its code alone where it has no text */
    json_t *value = NULL;
    if (x->n_lists == 0) {
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

json_t *dgi_scan_value_with(dgi_scan *s, size_t flags, dgi_nested *lists, size_t n_lists)
{
    char next = dgi_scan_peek(s);
    if (s->p == s->end || strchr(",:]}", next)) {
        dgi_scan_wrong(s, s->p == s->end ? "the text ends too early" : "a value is expected");
        return NULL;
    }
    const char *end = value_end(s, lists, n_lists);
    if (!end)
        return NULL;
    excerpt x = make_excerpt(s->p, end, lists, n_lists);
    json_t *value = load_excerpt(s, &x, flags);
    if (value)
        s->p = end;
    return value;
}

json_t *dgi_scan_value(dgi_scan *s, size_t flags)
{
    return dgi_scan_value_with(s, flags, NULL, 0);
}
