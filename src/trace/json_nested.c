#define _GNU_SOURCE /* strtod_l */
#include "trace/json_nested.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"

/* What the lists of one level have as elements. */
typedef enum kind { NOTHING = 0, NUMBERS, LISTS } kind;

/* Where the reading is: inside `depth` lists. */
typedef struct nest {
    dgi_nested *list;
    dgi_scan *scan;
    int depth;
    struct {
        kind kind;
        bool closed;  /* a list of this level has ended, so that its size is known */
        size_t count; /* elements of the list that is open */
    } levels[DG_TRACE_DIMS_MAX];
} nest;

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

/* The end of the number at p by JSON's grammar, where a number ends there and not in something
 * else; NULL where it does not. */
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

/* The usual number, of which no value needs to be made. False for everything else. */
static bool short_number(dgi_scan *s, double *x)
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

/* Any other element, in jansson's words where it is wrong. */
static bool other_number(nest *w, double *x)
{
    dgi_scan start = *w->scan;
    json_t *value = dgi_scan_value(w->scan, JSON_DECODE_INT_AS_REAL);
    if (!value)
        return false;
    bool is_number = dgi_json_number(value, x);
    json_decref(value);
    if (is_number)
        return true;
    char text[64];
    snprintf(text, sizeof text, "an element of %s is not a number", w->list->member);
    return dgi_scan_wrong(&start, text);
}

/* --- Lists ------------------------------------------------------------------------------------ */

/* Counts an element, which begins at `start`, of the list that is open. */
static bool count(nest *w, kind what, const char *start)
{
    if (w->depth == 0)
        return true;
    kind *others = &w->levels[w->depth - 1].kind;
    if (*others == NOTHING)
        *others = what;
    if (*others == what) {
        w->levels[w->depth - 1].count++;
        return true;
    }
    char text[96];
    snprintf(text, sizeof text, "%s is not rectangular: %s", w->list->member,
             what == LISTS ? "a list stands beside numbers" : "a number stands beside lists");
    w->scan->p = start;
    return dgi_scan_wrong(w->scan, text);
}

static bool add_number(nest *w)
{
    double x;
    const char *start = w->scan->p;
    if ((!short_number(w->scan, &x) && !other_number(w, &x)) || !count(w, NUMBERS, start))
        return false;
    dgi_nested *list = w->list;
    if (list->n >= list->most) {
        dgi_error(w->scan->error, DG_LIMIT, "the trace's tensors have more than %zu numbers",
                  DG_TRACE_NUMBERS_MAX);
        return false;
    }
    double *numbers = dgi_grown(list->numbers, &list->room, list->n, sizeof *numbers);
    if (!numbers) {
        dgi_error(w->scan->error, DG_NOMEM, "out of memory");
        return false;
    }
    list->numbers = numbers;
    numbers[list->n++] = x;
    return true;
}

static bool open_list(nest *w)
{
    if (!count(w, LISTS, w->scan->p))
        return false;
    if (w->depth == DG_TRACE_DIMS_MAX) {
        dgi_error(w->scan->error, DG_LIMIT, "%s has more than %d dimensions", w->list->member,
                  DG_TRACE_DIMS_MAX);
        return false;
    }
    w->scan->p++;
    w->levels[w->depth++].count = 0;
    if (w->list->ndim < w->depth)
        w->list->ndim = w->depth;
    return true;
}

/* The list that is open has ended, before the bracket or behind it. */
static bool close_list(nest *w)
{
    size_t elements = w->levels[--w->depth].count, *size = &w->list->shape[w->depth];
    if (!w->levels[w->depth].closed)
        *size = elements;
    w->levels[w->depth].closed = true;
    if (*size == elements)
        return true;
    char text[160];
    snprintf(text, sizeof text, "%s is not rectangular: a list of %zu where others have %zu",
             w->list->member, elements, *size);
    w->scan->p--;
    return dgi_scan_wrong(w->scan, text);
}

/* After an element: lists that end here, up to a comma that leads on to the next element. */
static bool close_lists(nest *w)
{
    bool more = false;
    while (w->depth > 0 && !more)
        if (!dgi_scan_more(w->scan, ']', &more) || (!more && !close_list(w)))
            return false;
    return true;
}

static bool read_element(nest *w)
{
    if (dgi_scan_peek(w->scan) != '[')
        return add_number(w) && close_lists(w);
    if (!open_list(w))
        return false;
    if (dgi_scan_peek(w->scan) != ']')
        return true;
    w->scan->p++;
    return close_list(w) && close_lists(w);
}

bool dgi_nested_read(dgi_nested *list, dgi_scan *s)
{
    nest w = {.list = list, .scan = s};
    list->begin = s->p;
    do {
        if (!read_element(&w))
            return false;
    } while (w.depth > 0);
    list->end = s->p;
    return true;
}

double *dgi_nested_take(dgi_nested *list)
{
    size_t room = list->n ? list->n : 1;
    double *numbers = realloc(list->numbers, room * sizeof *numbers);
    if (!numbers)
        return NULL;
    list->numbers = NULL;
    list->n = list->room = 0;
    return numbers;
}

void dgi_nested_clear(dgi_nested *list, size_t most)
{
    free(list->numbers);
    *list = (dgi_nested){.member = list->member, .most = most};
}
