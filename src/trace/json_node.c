/* Reads a trace from JSON: its nodes. */
#include "trace/json_read.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dotgrad/tensor.h>

#include "base/error.h"
#include "base/grow.h"
#include "trace/annotations.h"
#include "trace/node_ids.h"

/* The members of a node, those of version 2 last. */
enum { ID, OP, LABEL, DATA, GRAD, SCOPE, SHAPE, DTYPE, ATTRIBUTES, RESULT, OF, MEMBERS };

static const char *const members[MEMBERS] = {
    "id", "op", "label", "data", "grad", "scope", "shape", "dtype", "attributes", "result", "of"};

/* The dimensions of a node: its member `shape`, or else those of the arrays in its data. A scalar
 * has none. */
typedef struct shape {
    bool given, unknown; /* a size is not known */
    int ndim;
    size_t sizes[DG_TRACE_DIMS_MAX];
    const char
        *names[DG_TRACE_DIMS_MAX]; /* of sizes that are not known; NULL where there is none */
} shape;

/* A node that is being read. */
typedef struct node {
    dgi_json_reader *r;
    size_t i;
    const char *id; /* NULL where it is not known yet */
    char id_text[DGI_DEFAULT_ID_SIZE];
    dgi_json_value values[MEMBERS];
    shape shape;
    double data, grad; /* of a scalar */
} node;

/* Reports an error in the node. Returns false. */
__attribute__((format(printf, 3, 4))) static bool wrong(const node *n, dg_status status,
                                                        const char *format, ...)
{
    char quoted[DGI_QUOTE_SIZE], text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n->id)
        dgi_error(n->r->scan.error, status, "node %zu (%s): %s", n->i, dgi_quote(quoted, n->id),
                  text);
    else
        dgi_error(n->r->scan.error, status, "node %zu: %s", n->i, text);
    return false;
}

/* --- Texts ------------------------------------------------------------------------------------ */

/* The trace's copy of a string that is called `what`. */
static bool intern(const node *n, const dgi_json_value *value, const char *what, const char **own)
{
    bool too_long = false;
    *own = NULL;
    if (value->kind != DGI_JSON_STRING)
        wrong(n, DG_FORMAT, "%s is not a string", what);
    else
        *own = dgi_json_intern(n->r, value, &too_long);
    if (too_long)
        wrong(n, DG_LIMIT, "%s is longer than a million bytes", what);
    return *own != NULL;
}

/* An optional string; "" if the member is missing. */
static bool read_text(const node *n, int member, const char **own)
{
    *own = "";
    return n->values[member].kind == DGI_JSON_ABSENT ||
           intern(n, &n->values[member], members[member], own);
}

static bool read_id(node *n, uint32_t *id)
{
    const dgi_json_value *value = &n->values[ID];
    size_t size;
    if (value->kind == DGI_JSON_ABSENT)
        return wrong(n, DG_FORMAT, "it has no id");
    if (!dgi_json_is_id(n->r, value))
        return wrong(n, DG_FORMAT, "id %s", dgi_json_not_id(n->r));
    if (value->size == 0)
        return wrong(n, DG_FORMAT, "id is empty");
    if (!dgi_json_text(&n->r->scan, value, &size))
        return false;
    if (size > DG_TRACE_STRING_MAX)
        return wrong(n, DG_LIMIT, "id is longer than a million bytes");
    *id = dgi_json_reader_id(n->r, value);
    if (*id != DGI_NO_NODE)
        n->id = dgi_json_id_text(n->r, *id, n->id_text);
    return n->id != NULL;
}

/* --- Shapes ----------------------------------------------------------------------------------- */

/* The most elements that a node may have. */
static size_t most_numbers(const node *n)
{
    bool no_array = n->values[DATA].kind == DGI_JSON_NULL || n->shape.unknown;
    return no_array ? DGI_SIZE_MAX : DG_TRACE_NUMBERS_MAX;
}

static bool too_many_numbers(const node *n)
{
    return wrong(n, DG_LIMIT, "its shape is over the limit of %zu numbers", most_numbers(n));
}

/* Whether the product of the sizes is allowed. */
static bool check_size(const node *n)
{
    size_t size;
    return dgi_trace_shape_size(n->shape.ndim, n->shape.sizes, most_numbers(n), &size) ||
           too_many_numbers(n);
}

/* Reads an element of the shape: a number, and since version 2 null or a name. */
static bool read_size(node *n, const dgi_json_value *value)
{
    shape *s = &n->shape;
    size_t *size = &s->sizes[s->ndim];
    double x = value->number;
    if (value->kind == DGI_JSON_NUMBER && x >= 0.0 && x == floor(x)) {
        if (x > (double)most_numbers(n))
            return too_many_numbers(n);
        *size = (size_t)x;
        return true;
    }
    bool named = value->kind == DGI_JSON_STRING;
    if (n->r->version < 2 || (!named && value->kind != DGI_JSON_NULL))
        return wrong(n, DG_FORMAT, "shape is not a list of sizes");
    *size = DG_UNKNOWN_SIZE;
    s->unknown = true;
    return !named || intern(n, value, "a size", &s->names[s->ndim]);
}

static bool read_sizes(node *n)
{
    dgi_json_scanner *scan = &n->r->scan;
    bool more = true;
    scan->p++;
    if (dgi_json_scan_peek(scan) == ']')
        return true;
    for (; more; n->shape.ndim++) {
        dgi_json_value value = {.kind = DGI_JSON_ABSENT};
        if (n->shape.ndim == DG_TRACE_DIMS_MAX)
            return wrong(n, DG_LIMIT, "its shape has more than %d dimensions", DG_TRACE_DIMS_MAX);
        if (!dgi_json_scan_value(scan, &value) || !read_size(n, &value) ||
            !dgi_json_scan_more(scan, ']', &more))
            return false;
    }
    return true;
}

/* Reads the text of a member again, which is an array or object, from its beginning. */
static bool again(node *n, int member, bool (*read)(node *))
{
    const char *p = n->r->scan.p;
    n->r->scan.p = n->values[member].begin;
    bool done = read(n);
    n->r->scan.p = p;
    return done;
}

static bool read_shape(node *n)
{
    const dgi_json_value *value = &n->values[SHAPE];
    if (value->kind == DGI_JSON_ABSENT)
        return true;
    if (value->kind != DGI_JSON_ARRAY)
        return wrong(n, DG_FORMAT, "shape is not a list of sizes");
    n->shape.given = true;
    return again(n, SHAPE, read_sizes) && check_size(n);
}

/* How deep the arrays of a node of this shape are nested: up to the first size of 0. */
static int array_dims(const shape *s)
{
    int dims = 0;
    while (dims < s->ndim && (dims == 0 || s->sizes[dims - 1] != 0))
        dims++;
    return dims;
}

/* Whether data or grad has the shape. A member that is a number has no dimensions. */
static bool check_shape(const node *n, const dgi_json_array *array)
{
    const shape *s = &n->shape;
    char wanted[DG_SHAPE_TEXT_MAX], found[DG_SHAPE_TEXT_MAX];
    if (s->unknown)
        return wrong(n, DG_FORMAT, "a size is not known, but %s is", array->member);
    if (array->ndim == array_dims(s) &&
        memcmp(s->sizes, array->shape, (size_t)array->ndim * sizeof *s->sizes) == 0)
        return true;
    dg_shape_text(s->ndim, s->sizes, wanted);
    dg_shape_text(array->ndim, array->shape, found);
    return wrong(n, DG_FORMAT, "its shape is %s, but %s is %s", wanted, array->member,
                 array->ndim > 0 ? found : "a number");
}

/* --- Numbers ---------------------------------------------------------------------------------- */

/* Whether a member is there that is a number or an array of numbers. A number goes to *x. */
static bool is_numeric(const node *n, int member, double *x)
{
    const dgi_json_value *value = &n->values[member];
    return value->kind == DGI_JSON_ARRAY || dgi_json_number(&n->r->scan, value, x);
}

/* Checks the node's data, and finds its shape. */
static bool read_data(node *n)
{
    const dgi_json_array *array = &n->r->arrays[DGI_DATA];
    dgi_json_kind kind = n->values[DATA].kind;
    if (kind == DGI_JSON_ABSENT)
        return wrong(n, DG_FORMAT, "it has no data");
    n->data = NAN;
    bool is_null = kind == DGI_JSON_NULL && n->r->version >= 2;
    if (!is_null && !is_numeric(n, DATA, &n->data))
        return wrong(n, DG_FORMAT, "data is not a number%s", n->r->version < 2 ? "" : " or null");
    if (!read_shape(n))
        return false;
    if (n->shape.given)
        return is_null || check_shape(n, array);
    n->shape.ndim = array->ndim;
    memcpy(n->shape.sizes, array->shape, sizeof n->shape.sizes);
    return check_size(n);
}

static bool read_grad(node *n)
{
    dgi_json_kind kind = n->values[GRAD].kind;
    if (kind == DGI_JSON_ABSENT || kind == DGI_JSON_NULL)
        return true;
    return is_numeric(n, GRAD, &n->grad) ? check_shape(n, &n->r->arrays[DGI_GRAD])
                                         : wrong(n, DG_FORMAT, "grad is not a number or null");
}

/* The numbers of a member that is an array, in *numbers; NULL of any other. */
static bool take_numbers(const node *n, int member, dgi_json_array *array, double **numbers)
{
    *numbers = n->values[member].kind == DGI_JSON_ARRAY ? dgi_json_array_take(array) : NULL;
    return *numbers || n->values[member].kind != DGI_JSON_ARRAY || dgi_json_scan_nomem(&n->r->scan);
}

/* Makes the node a tensor with the numbers that were read. */
static bool set_tensor(const node *n)
{
    double *data = NULL, *grad = NULL;
    dgi_trace_tensor *x = NULL;
    if (take_numbers(n, DATA, &n->r->arrays[DGI_DATA], &data) &&
        take_numbers(n, GRAD, &n->r->arrays[DGI_GRAD], &grad))
        x = dgi_trace_tensor_new(n->shape.ndim, n->shape.sizes, data, grad);
    if (!x) {
        free(data);
        free(grad);
        return dgi_json_scan_nomem(&n->r->scan);
    }
    dgi_trace_node_set_tensor(&n->r->t->nodes[n->i], x);
    n->r->n_numbers += data ? x->size : 0;
    return true;
}

static void set_scalar(const node *n)
{
    dgi_trace_node *to = &n->r->t->nodes[n->i];
    to->no_data = n->values[DATA].kind == DGI_JSON_NULL;
    to->has_grad = n->values[GRAD].kind != DGI_JSON_ABSENT && n->values[GRAD].kind != DGI_JSON_NULL;
    to->grad = n->grad;
}

/* --- What few nodes have ---------------------------------------------------------------------- */

/* The status of a call that can only run out of memory or over a limit. */
static bool is_done(const node *n, dg_status status, const char *over)
{
    return status == DG_OK ||
           (status == DG_LIMIT ? wrong(n, DG_LIMIT, "%s", over) : dgi_json_scan_nomem(&n->r->scan));
}

static bool set_attribute(node *n, const char *name, const dgi_json_value *value)
{
    char what[96], quoted[DGI_QUOTE_SIZE];
    const char *text;
    dg_status status;
    snprintf(what, sizeof what, "attribute %s", dgi_quote(quoted, name));
    if (value->kind == DGI_JSON_NUMBER)
        status = dg_trace_set_attribute_number(n->r->t, n->i, name, value->number);
    else if (value->kind != DGI_JSON_STRING)
        return wrong(n, DG_FORMAT, "%s is neither a string nor a number", what);
    else if (intern(n, value, what, &text))
        status = dg_trace_set_attribute(n->r->t, n->i, name, text);
    else
        return false;
    return is_done(n, status, "it has more than 256 attributes");
}

static bool read_attribute_members(node *n)
{
    dgi_json_scanner *scan = &n->r->scan;
    bool more = true;
    scan->p++;
    if (dgi_json_scan_peek(scan) == '}')
        return true;
    while (more) {
        dgi_json_value key, value = {.kind = DGI_JSON_ABSENT};
        const char *name;
        if (!dgi_json_scan_key(scan, &key) || !intern(n, &key, "the name of an attribute", &name))
            return false;
        if (*name == '\0')
            return wrong(n, DG_FORMAT, "an attribute has no name");
        scan->p++;
        if (!dgi_json_scan_value(scan, &value) || !set_attribute(n, name, &value) ||
            !dgi_json_scan_more(scan, '}', &more))
            return false;
    }
    return true;
}

static bool read_attributes(node *n)
{
    dgi_json_kind kind = n->values[ATTRIBUTES].kind;
    if (kind == DGI_JSON_ABSENT)
        return true;
    if (kind != DGI_JSON_OBJECT)
        return wrong(n, DG_FORMAT, "attributes is not an object");
    return again(n, ATTRIBUTES, read_attribute_members);
}

static bool read_result(node *n)
{
    const dgi_json_value *k = &n->values[RESULT], *of = &n->values[OF];
    if (k->kind == DGI_JSON_ABSENT && of->kind == DGI_JSON_ABSENT)
        return true;
    if (!k->is_integer || k->number < 0.0 || k->number >= (double)DGI_OPERANDS_MAX)
        return wrong(n, DG_FORMAT,
                     k->kind == DGI_JSON_ABSENT ? "it has of, but no result"
                                                : "result is not an index");
    if (of->kind != DGI_JSON_ABSENT && !dgi_json_is_id(n->r, of))
        return wrong(n, DG_FORMAT, "of %s", dgi_json_not_id(n->r));
    const dgi_json_value *first = of->kind == DGI_JSON_ABSENT ? &n->values[ID] : of;
    dgi_json_result *results =
        dgi_grown(n->r->results, &n->r->result_capacity, n->r->n_results, sizeof *results);
    if (!results)
        return dgi_json_scan_nomem(&n->r->scan);
    n->r->results = results;
    dgi_json_result *result = &results[n->r->n_results++];
    *result =
        (dgi_json_result){(uint32_t)n->i, dgi_json_reader_id(n->r, first), (uint32_t)k->number};
    return result->of != DGI_NO_NODE;
}

static bool read_annotations(node *n)
{
    dg_trace *t = n->r->t;
    const char *dtype;
    if (!read_text(n, DTYPE, &dtype) ||
        !is_done(n, dg_trace_set_dtype(t, n->i, dtype), "dtype is too long"))
        return false;
    for (int i = 0; i < n->shape.ndim; i++)
        if (n->shape.names[i] &&
            !is_done(n, dg_trace_set_dim_name(t, n->i, i, n->shape.names[i]), "a size is too long"))
            return false;
    return read_attributes(n) && read_result(n);
}

/* --- Nodes ------------------------------------------------------------------------------------ */

static bool append(node *n)
{
    const char *label, *op, *scope;
    if (!read_text(n, LABEL, &label) || !read_text(n, OP, &op) || !read_text(n, SCOPE, &scope))
        return false;
    dgi_trace_node *to = dgi_trace_append_node(n->r->t, label, op, n->data);
    if (!to)
        return dgi_json_scan_nomem(&n->r->scan);
    to->scope = scope;
    if (n->shape.ndim > 0)
        return set_tensor(n);
    set_scalar(n);
    return true;
}

/* Sets the node's id, which must be unique. */
static bool set_id(const node *n, uint32_t id)
{
    dgi_json_id *known = &n->r->ids[id];
    if (known->node != DGI_NO_NODE) {
        char quoted[DGI_QUOTE_SIZE];
        dgi_error(n->r->scan.error, DG_FORMAT, "nodes %zu and %zu are both called %s",
                  (size_t)known->node, n->i, dgi_quote(quoted, n->id));
        return false;
    }
    known->node = (uint32_t)n->i;
    return dg_trace_set_id(n->r->t, n->i, n->id) == DG_OK || dgi_json_scan_nomem(&n->r->scan);
}

bool dgi_json_read_node(dgi_json_reader *r, size_t i)
{
    uint32_t id = DGI_NO_NODE;
    node n = {.r = r, .i = i};
    if (i >= DG_TRACE_NODES_MAX) {
        dgi_error(r->scan.error, DG_LIMIT, "the trace has more than two million nodes");
        return false;
    }
    for (int k = DGI_DATA; k <= DGI_GRAD; k++)
        dgi_json_array_reset(&r->arrays[k], DG_TRACE_NUMBERS_MAX - r->n_numbers);
    n.values[DATA].array = &r->arrays[DGI_DATA];
    n.values[GRAD].array = &r->arrays[DGI_GRAD];
    if (dgi_json_scan_peek(&r->scan) != '{') {
        dgi_json_value value = {.kind = DGI_JSON_ABSENT};
        return dgi_json_scan_value(&r->scan, &value) && wrong(&n, DG_FORMAT, "it is not an object");
    }
    size_t count = r->version < 2 ? DTYPE : MEMBERS;
    return dgi_json_scan_object(&r->scan, members, count, n.values) && read_id(&n, &id) &&
           read_data(&n) && read_grad(&n) && append(&n) && read_annotations(&n) && set_id(&n, id);
}
