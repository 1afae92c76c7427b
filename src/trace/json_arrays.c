#define _GNU_SOURCE /* strtod_l */
#include "trace/json_arrays.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"

/* What the elements of the arrays of one level are. */
typedef enum kind { EMPTY = 0, NUMBERS, ARRAYS } kind;

/* The state of the parser: inside `depth` arrays. */
typedef struct parser {
    dgi_json_array *array;
    dgi_json_scanner *scan;
    int depth;
    struct {
        kind kind;
        bool closed;  /* an array of this level was closed, so that its size is known */
        size_t count; /* elements of the open array */
    } levels[DG_TRACE_DIMS_MAX];
} parser;

/* --- Numbers ---------------------------------------------------------------------------------- */

bool dgi_json_number(const json_t *value, double *x)
{
    if (json_is_number(value)) {
        *x = json_number_value(value);
        return true;
    }
    const char *text = json_string_value(value);
    if (!text)
        return false;
    if (strcmp(text, "NaN") == 0)
        *x = NAN;
    else if (strcmp(text, "Infinity") == 0)
        *x = INFINITY;
    else if (strcmp(text, "-Infinity") == 0)
        *x = -INFINITY;
    else
        return false;
    return true;
}

static const char *digits_end(const char *p, const char *end)
{
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

/* The end of the number at p, by JSON's grammar; NULL if there is none, or if something other than
 * a delimiter follows it. */
static const char *number_end(const char *p, const char *end)
{
    if (p < end && *p == '-')
        p++;
    const char *digits = p;
    p = digits_end(p, end);
    if (p == digits || (*digits == '0' && p - digits > 1))
        return NULL;
    if (p < end && *p == '.') {
        digits = ++p;
        p = digits_end(p, end);
        if (p == digits)
            return NULL;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        if (p < end && (*p == '+' || *p == '-'))
            p++;
        digits = p;
        p = digits_end(p, end);
        if (p == digits)
            return NULL;
    }
    return p < end && *p != '\0' && strchr(",] \n\t\r", *p) ? p : NULL;
}

/* The usual case: parses a short finite number without a json_t. False for everything else. */
static bool short_number(dgi_json_scanner *s, double *x)
{
    char text[64];
    const char *end = number_end(s->p, s->end);
    if (!end || (size_t)(end - s->p) >= sizeof text)
        return false;
    size_t size = (size_t)(end - s->p);
    memcpy(text, s->p, size);
    text[size] = '\0';
    *x = strtod_l(text, NULL, s->c_locale);
    if (!isfinite(*x))
        return false;
    s->p = end;
    return true;
}

/* Any other element; jansson parses it, and reports syntax errors. */
static bool any_number(parser *p, double *x)
{
    dgi_json_scanner start = *p->scan;
    json_t *value = dgi_json_scan_value(p->scan, JSON_DECODE_INT_AS_REAL);
    if (!value)
        return false;
    bool is_number = dgi_json_number(value, x);
    json_decref(value);
    if (is_number)
        return true;
    char text[64];
    snprintf(text, sizeof text, "an element of %s is not a number", p->array->member);
    return dgi_json_scan_wrong(&start, text);
}

/* --- Arrays ----------------------------------------------------------------------------------- */

/* Counts an element of the open array; `start` is where its text begins. */
static bool count(parser *p, kind what, const char *start)
{
    if (p->depth == 0)
        return true;
    kind *others = &p->levels[p->depth - 1].kind;
    if (*others == EMPTY)
        *others = what;
    if (*others == what) {
        p->levels[p->depth - 1].count++;
        return true;
    }
    char text[96];
    snprintf(text, sizeof text, "%s is not rectangular: %s", p->array->member,
             what == ARRAYS ? "a list stands beside numbers" : "a number stands beside lists");
    p->scan->p = start;
    return dgi_json_scan_wrong(p->scan, text);
}

static bool add_number(parser *p)
{
    double x;
    const char *start = p->scan->p;
    if ((!short_number(p->scan, &x) && !any_number(p, &x)) || !count(p, NUMBERS, start))
        return false;
    dgi_json_array *array = p->array;
    if (array->n >= array->most) {
        dgi_error(p->scan->error, DG_LIMIT, "the trace's tensors have more than %zu numbers",
                  DG_TRACE_NUMBERS_MAX);
        return false;
    }
    double *numbers = dgi_grown(array->numbers, &array->capacity, array->n, sizeof *numbers);
    if (!numbers) {
        dgi_error(p->scan->error, DG_NOMEM, "out of memory");
        return false;
    }
    array->numbers = numbers;
    numbers[array->n++] = x;
    return true;
}

static bool open_array(parser *p)
{
    if (!count(p, ARRAYS, p->scan->p))
        return false;
    if (p->depth == DG_TRACE_DIMS_MAX) {
        dgi_error(p->scan->error, DG_LIMIT, "%s has more than %d dimensions", p->array->member,
                  DG_TRACE_DIMS_MAX);
        return false;
    }
    p->scan->p++;
    p->levels[p->depth++].count = 0;
    if (p->array->ndim < p->depth)
        p->array->ndim = p->depth;
    return true;
}

/* Closes the open array, whose closing bracket was just read. */
static bool close_array(parser *p)
{
    size_t elements = p->levels[--p->depth].count, *size = &p->array->shape[p->depth];
    if (!p->levels[p->depth].closed)
        *size = elements;
    p->levels[p->depth].closed = true;
    if (*size == elements)
        return true;
    char text[160];
    snprintf(text, sizeof text, "%s is not rectangular: a list of %zu where others have %zu",
             p->array->member, elements, *size);
    p->scan->p--;
    return dgi_json_scan_wrong(p->scan, text);
}

/* After an element: closes arrays up to the next comma. */
static bool close_arrays(parser *p)
{
    bool more = false;
    while (p->depth > 0 && !more)
        if (!dgi_json_scan_more(p->scan, ']', &more) || (!more && !close_array(p)))
            return false;
    return true;
}

static bool read_element(parser *p)
{
    if (dgi_json_scan_peek(p->scan) != '[')
        return add_number(p) && close_arrays(p);
    if (!open_array(p))
        return false;
    if (dgi_json_scan_peek(p->scan) != ']')
        return true;
    p->scan->p++;
    return close_array(p) && close_arrays(p);
}

bool dgi_json_array_read(dgi_json_array *array, dgi_json_scanner *s)
{
    parser p = {.array = array, .scan = s};
    array->begin = s->p;
    do {
        if (!read_element(&p))
            return false;
    } while (p.depth > 0);
    array->end = s->p;
    return true;
}

double *dgi_json_array_take(dgi_json_array *array)
{
    size_t capacity = array->n ? array->n : 1;
    double *numbers = realloc(array->numbers, capacity * sizeof *numbers);
    if (!numbers)
        return NULL;
    array->numbers = NULL;
    array->n = array->capacity = 0;
    return numbers;
}

void dgi_json_array_reset(dgi_json_array *array, size_t most)
{
    free(array->numbers);
    *array = (dgi_json_array){.member = array->member, .most = most};
}
