#include "trace/json_arrays.h"

#include <stdio.h>
#include <stdlib.h>

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

static bool read_number(parser *p, double *x)
{
    const char *start = p->scan->p;
    dgi_json_value value = {.kind = DGI_JSON_ABSENT};
    if (!dgi_json_scan_value(p->scan, &value))
        return false;
    if (dgi_json_number(p->scan, &value, x))
        return true;
    char text[64];
    snprintf(text, sizeof text, "an element of %s is not a number", p->array->member);
    p->scan->p = start;
    return dgi_json_scan_wrong(p->scan, text);
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
    if (!read_number(p, &x) || !count(p, NUMBERS, start))
        return false;
    dgi_json_array *array = p->array;
    if (array->n >= array->most) {
        dgi_error(p->scan->error, DG_LIMIT, "the trace's tensors have more than %zu numbers",
                  DG_TRACE_NUMBERS_MAX);
        return false;
    }
    double *numbers = dgi_grown(array->numbers, &array->capacity, array->n, sizeof *numbers);
    if (!numbers)
        return dgi_json_scan_nomem(p->scan);
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
    do {
        if (!read_element(&p))
            return false;
    } while (p.depth > 0);
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
