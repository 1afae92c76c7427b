#define _DEFAULT_SOURCE /* madvise() */
#include "base/json_scan.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "base/decimal.h"
#include "base/error.h"
#include "base/literal.h"
#include "base/number.h"
#include "base/strmap.h"
#include "base/utf8.h"

/* --- Errors ----------------------------------------------------------------------------------- */

/* Counts the lines of the text up to a byte, and the characters of the last one. */
static void count_lines(const dgi_json_scanner *s, const char *end, size_t *line, size_t *column)
{
    *line = s->line;
    *column = s->column;
    for (const char *p = s->text; p < end; p++) {
        if (*p == '\n') {
            ++*line;
            *column = 0;
        } else if (!dgi_is_continuation(*p)) {
            ++*column;
        }
    }
}

bool dgi_json_scan_wrong(dgi_json_scanner *s, const char *what)
{
    size_t line, column;
    count_lines(s, s->p < s->end ? s->p + 1 : s->end, &line, &column);
    dgi_error(s->error, DG_FORMAT, "%s", what);
    dgi_error_place(s->error, NULL, line + 1, column ? column : 1);
    return false;
}

void dgi_json_scan_release(dgi_json_scanner *s)
{
#ifdef __linux__
    enum { PAGES = 256, PAGE_MAX = 65536 }; /* pages are this large, or smaller powers of two */
    const size_t piece = (size_t)PAGES * 4096;
    if (!s->releases || (size_t)(s->p - s->text) < piece + 2 * PAGE_MAX)
        return;
    size_t from = ((uintptr_t)s->text + PAGE_MAX - 1) & ~(uintptr_t)(PAGE_MAX - 1);
    size_t to = (uintptr_t)s->p & ~(uintptr_t)(PAGE_MAX - 1);
    const char *cut = s->p - ((uintptr_t)s->p - to);
    count_lines(s, cut, &s->line, &s->column);
    /* The pages are zeros from now on, and take no memory until somebody writes to them. */
    madvise((void *)from, to - from, MADV_DONTNEED);
    s->text = cut;
#else
    (void)s;
#endif
}

bool dgi_json_scan_nomem(dgi_json_scanner *s)
{
    dgi_error(s->error, DG_NOMEM, "out of memory");
    return false;
}

static bool wrong_at(dgi_json_scanner *s, const char *p, const char *what)
{
    s->p = p;
    return dgi_json_scan_wrong(s, what);
}

static bool ends_token(const char *p, const char *end)
{
    return p == end || dgi_json_is_space(*p) || strchr(",:[]{}\"", *p);
}

/* Reports the token at the next byte, where there is one. */
static bool wrong_token(dgi_json_scanner *s, const char *what)
{
    enum { SHOWN = 24 };
    const char *end = s->p;
    while (!ends_token(end, s->end))
        end++;
    if (end == s->p)
        return dgi_json_scan_wrong(s, s->p == s->end ? "the text ends too early"
                                                     : "a value is expected");
    dgi_buf b = DGI_BUF_INIT;
    dgi_buf_puts(&b, what);
    dgi_buf_puts(&b, " near '");
    size_t size = (size_t)(end - s->p);
    dgi_utf8_clean(&b, s->p, dgi_utf8_prefix(s->p, size, SHOWN));
    dgi_buf_puts(&b, size > SHOWN ? "…'" : "'");
    bool done = b.failed ? dgi_json_scan_nomem(s) : dgi_json_scan_wrong(s, b.data);
    dgi_buf_free(&b);
    return done;
}

/* --- Punctuation ------------------------------------------------------------------------------ */

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

/* --- Strings ---------------------------------------------------------------------------------- */

static bool read_hex(const char *p, const char *end, uint32_t *u)
{
    *u = 0;
    for (int i = 0; i < 4; i++) {
        unsigned digit = p + i < end ? dgi_digit_value(p[i]) : 16;
        if (digit > 15)
            return false;
        *u = *u * 16 + digit;
    }
    return true;
}

/* Reads the escape at *p, and advances *p. */
static bool read_escape(const char **p, const char *end, uint32_t *c)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at = *p + 1, *found = at < end && *at ? strchr(from, *at) : NULL;
    *p += 2;
    if (found) {
        *c = (unsigned char)to[found - from];
        return true;
    }
    uint32_t low;
    if (at == end || *at != 'u' || !read_hex(at + 1, end, c))
        return false;
    *p += 4;
    if (*c < 0xD800 || *c > 0xDFFF)
        return true;
    at = *p;
    if (*c > 0xDBFF || end - at < 6 || at[0] != '\\' || at[1] != 'u' ||
        !read_hex(at + 2, end, &low) || low < 0xDC00 || low > 0xDFFF)
        return false;
    *c = 0x10000 + ((*c - 0xD800) << 10) + (low - 0xDC00);
    *p += 6;
    return true;
}

/* Reads the string that opens at the next byte. */
static bool scan_string(dgi_json_scanner *s, dgi_json_value *v)
{
    const char *p = s->p + 1;
    unsigned char bits = 0;
    v->kind = DGI_JSON_STRING;
    v->begin = p;
    while (p < s->end && *p != '"') {
        uint32_t c;
        const char *start = p;
        if ((unsigned char)*p < 0x20)
            return wrong_at(s, p, "a string has a control character");
        bits |= (unsigned char)*p;
        if (*p++ != '\\')
            continue;
        v->escaped = true;
        p = start;
        if (!read_escape(&p, s->end, &c))
            return wrong_at(s, start, "a string has an escape that is not one");
        if (c == 0)
            return wrong_at(s, start, "a string has a NUL character");
    }
    if (p >= s->end)
        return dgi_json_scan_wrong(s, "a string does not end");
    v->size = (size_t)(p - v->begin);
    if (bits > 0x7F && !dgi_utf8_valid(v->begin, v->size))
        return dgi_json_scan_wrong(s, "a string is not UTF-8");
    s->p = p + 1;
    return true;
}

const char *dgi_json_text(dgi_json_scanner *s, const dgi_json_value *string, size_t *size)
{
    *size = string->size;
    if (!string->escaped)
        return string->begin;
    const char *p = string->begin, *end = p + string->size;
    s->decoded.size = 0;
    while (p < end) {
        const char *plain = p;
        while (p < end && *p != '\\')
            p++;
        dgi_buf_put(&s->decoded, plain, (size_t)(p - plain));
        uint32_t c;
        if (p < end && read_escape(&p, end, &c))
            dgi_utf8_put(&s->decoded, c);
    }
    *size = s->decoded.size;
    if (!s->decoded.failed)
        return s->decoded.data;
    dgi_json_scan_nomem(s);
    return NULL;
}

bool dgi_json_is(dgi_json_scanner *s, const dgi_json_value *value, const char *text)
{
    size_t size;
    if (value->kind != DGI_JSON_STRING || (!value->escaped && value->size != strlen(text)))
        return false;
    const char *own = dgi_json_text(s, value, &size);
    return own && size == strlen(text) && memcmp(own, text, size) == 0;
}

/* --- Numbers ---------------------------------------------------------------------------------- */

/* A number by JSON's grammar, as far as it is read. */
typedef struct decimal {
    uint64_t digits;
    int count; /* digits in it, without leading zeros */
    int power;
    bool cut; /* there are more digits */
} decimal;

/* Reads digits; `step` is what each adds to the power. NULL if there are none. */
static const char *read_digits(const char *p, const char *end, decimal *d, int step)
{
    const char *start = p;
    for (; p < end && dgi_is_digit(*p); p++) {
        if (d->count == DGI_DECIMAL_DIGITS) {
            d->cut = true;
            continue;
        }
        d->digits = d->digits * 10 + (uint64_t)(*p - '0');
        d->count += d->digits != 0;
        d->power += step;
    }
    return p > start ? p : NULL;
}

static const char *read_exponent(const char *p, const char *end, decimal *d)
{
    enum { FAR = 100000 };
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    const char *start = p;
    int power = 0;
    for (; p < end && dgi_is_digit(*p); p++)
        if (power < FAR)
            power = power * 10 + (*p - '0');
    d->power += negative ? -power : power;
    return p > start ? p : NULL;
}

/* The end of the number at p (behind its sign), or NULL. */
static const char *read_decimal(const char *p, const char *end, decimal *d, bool *is_integer)
{
    const char *start = p;
    p = read_digits(p, end, d, 0);
    if (!p || (*start == '0' && p - start > 1))
        return NULL;
    *is_integer = p == end || (*p != '.' && *p != 'e' && *p != 'E');
    if (p < end && *p == '.')
        p = read_digits(p + 1, end, d, -1);
    if (p && p < end && (*p == 'e' || *p == 'E'))
        p = read_exponent(p + 1, end, d);
    return p && ends_token(p, end) ? p : NULL;
}

/* A number that dgi_decimal() cannot convert. */
static bool convert(dgi_json_scanner *s, size_t size, double *x)
{
    s->decoded.size = 0;
    dgi_buf_put(&s->decoded, s->p, size);
    if (s->decoded.failed || !dgi_parse_double(s->decoded.data, x))
        return dgi_json_scan_nomem(s);
    return isfinite(*x) || wrong_token(s, "real number overflow");
}

/* Reads the number that begins at the next byte. */
static bool scan_number(dgi_json_scanner *s, dgi_json_value *v)
{
    decimal d = {0};
    bool negative = s->p < s->end && *s->p == '-';
    const char *end = read_decimal(s->p + negative, s->end, &d, &v->is_integer);
    if (!end)
        return wrong_token(s, "invalid token");
    v->kind = DGI_JSON_NUMBER;
    v->begin = s->p;
    v->size = (size_t)(end - s->p);
    if (!d.cut && dgi_decimal(d.digits, d.power, &v->number))
        v->number = negative ? -v->number : v->number;
    else if (!convert(s, v->size, &v->number))
        return false;
    s->p = end;
    return true;
}

bool dgi_json_number(dgi_json_scanner *s, const dgi_json_value *value, double *x)
{
    *x = value->number;
    if (value->kind == DGI_JSON_NUMBER)
        return true;
    if (dgi_json_is(s, value, "NaN"))
        *x = NAN;
    else if (dgi_json_is(s, value, "Infinity"))
        *x = INFINITY;
    else if (dgi_json_is(s, value, "-Infinity"))
        *x = -INFINITY;
    else
        return false;
    return true;
}

/* --- Values ----------------------------------------------------------------------------------- */

/* Reads a value that is a word. */
static bool scan_word(dgi_json_scanner *s, dgi_json_value *v)
{
    static const struct {
        const char *text;
        dgi_json_kind kind;
        double number;
    } words[] = {
        {"null", DGI_JSON_NULL, 0.0},
        {"true", DGI_JSON_BOOL, 0.0},
        {"false", DGI_JSON_BOOL, 0.0},
        {"NaN", DGI_JSON_NUMBER, NAN},
        {"Infinity", DGI_JSON_NUMBER, INFINITY},
        {"-Infinity", DGI_JSON_NUMBER, -INFINITY},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t size = strlen(words[i].text);
        if ((size_t)(s->end - s->p) < size || memcmp(s->p, words[i].text, size) != 0 ||
            !ends_token(s->p + size, s->end))
            continue;
        v->kind = words[i].kind;
        v->number = words[i].number;
        v->begin = s->p;
        v->size = size;
        s->p += size;
        return true;
    }
    return wrong_token(s, "invalid token");
}

/* Reads a value that is no array and no object. */
static bool scan_scalar(dgi_json_scanner *s, dgi_json_value *v)
{
    char next = dgi_json_scan_peek(s);
    if (next == '"')
        return scan_string(s, v);
    bool negative = next == '-' && s->end - s->p > 1;
    return dgi_is_digit(negative ? s->p[1] : next) ? scan_number(s, v) : scan_word(s, v);
}

/* The names of members that were skipped; each is its object's number and the name. */
typedef struct names {
    dgi_strmap seen;
    dgi_buf key;
} names;

static void free_names(names *n)
{
    dgi_strmap_free(&n->seen);
    dgi_buf_free(&n->key);
}

static bool add_name(dgi_json_scanner *s, names *n, uint32_t object, const dgi_json_value *key)
{
    size_t size;
    const char *text = dgi_json_text(s, key, &size);
    if (!text)
        return false;
    n->key.size = 0;
    dgi_buf_put(&n->key, &object, sizeof object);
    dgi_buf_put(&n->key, text, size);
    dgi_strmap_slot *slot =
        n->key.failed ? NULL : dgi_strmap_add(&n->seen, n->key.data, n->key.size);
    if (!slot)
        return dgi_json_scan_nomem(s);
    if (slot->value != SIZE_MAX)
        return dgi_json_scan_wrong(s, "a member occurs twice");
    slot->value = 0;
    return true;
}

bool dgi_json_scan_key(dgi_json_scanner *s, dgi_json_value *key)
{
    *key = (dgi_json_value){.kind = DGI_JSON_ABSENT};
    if (dgi_json_scan_peek(s) != '"')
        return dgi_json_scan_wrong(s, "a member's name is expected");
    return scan_string(s, key) &&
           (dgi_json_scan_peek(s) == ':' || dgi_json_scan_wrong(s, "':' expected"));
}

/* Skips a member's name and the colon. */
static bool skip_key(dgi_json_scanner *s, names *n, uint32_t object)
{
    dgi_json_value key;
    if (!dgi_json_scan_key(s, &key) || !add_name(s, n, object, &key))
        return false;
    s->p++;
    return true;
}

/* What is open while values are skipped. */
typedef struct skipper {
    names names;
    uint32_t objects; /* so far */
    int depth, objects_open;
    uint32_t open[DGI_JSON_DEPTH]; /* the number of an object, counted from 1; 0 for an array */
} skipper;

/* Opens an array or object and goes to its first element; *empty where it has none, and is closed.
 */
static bool open_value(dgi_json_scanner *s, skipper *k, bool *empty)
{
    bool is_object = *s->p == '{';
    if (k->depth == DGI_JSON_DEPTH)
        return dgi_json_scan_wrong(s, "arrays and objects are nested too deep");
    s->p++;
    *empty = dgi_json_scan_peek(s) == (is_object ? '}' : ']');
    if (*empty) {
        s->p++;
        return true;
    }
    uint32_t object = is_object ? ++k->objects : 0;
    k->open[k->depth++] = object;
    k->objects_open += is_object;
    return !is_object || skip_key(s, &k->names, object);
}

/* Names are forgotten when no object is open, so that a long list of objects takes no memory. */
static void close_value(skipper *k)
{
    k->depth--;
    if (k->open[k->depth] && --k->objects_open == 0)
        dgi_strmap_free(&k->names.seen);
}

/* After a value: closes what ends here, up to the next element. */
static bool close_values(dgi_json_scanner *s, skipper *k)
{
    bool more = false;
    while (k->depth > 0 && !more) {
        uint32_t object = k->open[k->depth - 1];
        if (!dgi_json_scan_more(s, object ? '}' : ']', &more))
            return false;
        if (more && object && !skip_key(s, &k->names, object))
            return false;
        if (!more)
            close_value(k);
    }
    return true;
}

static bool skip_values(dgi_json_scanner *s, skipper *k)
{
    do {
        char next = dgi_json_scan_peek(s);
        bool closed = true;
        dgi_json_value value = {.kind = DGI_JSON_ABSENT};
        if (next == '{' || next == '[' ? !open_value(s, k, &closed) : !scan_scalar(s, &value))
            return false;
        if (closed && !close_values(s, k))
            return false;
    } while (k->depth > 0);
    return true;
}

bool dgi_json_scan_value(dgi_json_scanner *s, dgi_json_value *v)
{
    *v = (dgi_json_value){.kind = DGI_JSON_ABSENT, .array = v->array};
    char next = dgi_json_scan_peek(s);
    if (next != '{' && next != '[')
        return scan_scalar(s, v);
    v->kind = next == '{' ? DGI_JSON_OBJECT : DGI_JSON_ARRAY;
    v->begin = s->p;
    skipper k;
    k.names = (names){DGI_STRMAP_INIT, DGI_BUF_INIT};
    k.objects = 0;
    k.depth = k.objects_open = 0;
    bool done = skip_values(s, &k);
    free_names(&k.names);
    return done;
}

/* --- Objects ---------------------------------------------------------------------------------- */

/* The names that are asked for, and where the search for the next one begins: members mostly come
 * in the order of the names. */
typedef struct asked {
    const char *const *names;
    size_t count, next;
} asked;

/* The index of a name that is asked for; `count` for others. */
static size_t index_of(dgi_json_scanner *s, asked *a, const dgi_json_value *key)
{
    for (size_t i = 0; i < a->count; i++) {
        size_t k = (a->next + i) % a->count;
        if (dgi_json_is(s, key, a->names[k])) {
            a->next = k + 1;
            return k;
        }
    }
    return a->count;
}

static bool scan_member(dgi_json_scanner *s, asked *a, dgi_json_value *values, names *others)
{
    dgi_json_value key, unused = {.kind = DGI_JSON_ABSENT};
    if (!dgi_json_scan_key(s, &key))
        return false;
    size_t i = index_of(s, a, &key);
    if (i == a->count && !add_name(s, others, 0, &key))
        return false;
    dgi_json_value *value = i < a->count ? &values[i] : &unused;
    if (value->kind != DGI_JSON_ABSENT)
        return dgi_json_scan_wrong(s, "a member occurs twice");
    s->p++;
    if (!value->array || dgi_json_scan_peek(s) != '[')
        return dgi_json_scan_value(s, value);
    value->kind = DGI_JSON_ARRAY;
    return s->read_array(value->array, s);
}

bool dgi_json_scan_object(dgi_json_scanner *s, const char *const *member_names, size_t count,
                          dgi_json_value *values)
{
    asked a = {member_names, count, 0};
    names others = {DGI_STRMAP_INIT, DGI_BUF_INIT};
    bool more = true, done = dgi_json_scan_expect(s, '{', "an object is expected");
    if (done && dgi_json_scan_peek(s) == '}') {
        s->p++;
        more = false;
    }
    while (done && more)
        done = scan_member(s, &a, values, &others) && dgi_json_scan_more(s, '}', &more);
    free_names(&others);
    return done;
}
