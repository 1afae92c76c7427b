/* Reads a trace from JSON: its nodes. */
#include "trace/json_read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dotgrad/tensor.h>

#include "base/error.h"
#include "trace/node_ids.h"

/* Reports an error in node i, whose id is `id` (NULL: unknown). */
static bool wrong_node(dgi_json_reader *r, size_t i, const char *id, dg_status status,
                       const char *what)
{
    char quoted[DGI_QUOTE_SIZE];
    if (id)
        dgi_error(r->scan.error, status, "node %zu (%s): %s", i, dgi_quote(quoted, id), what);
    else
        dgi_error(r->scan.error, status, "node %zu: %s", i, what);
    return false;
}

/* An optional string; "" if the member is missing. NULL with the error set. */
static const char *read_text(dgi_json_reader *r, const json_t *value, size_t i, const char *id,
                             const char *not_string, const char *too_long)
{
    if (value && !json_is_string(value)) {
        wrong_node(r, i, id, DG_FORMAT, not_string);
        return NULL;
    }
    size_t size = json_string_length(value);
    if (size > DG_TRACE_STRING_MAX) {
        wrong_node(r, i, id, DG_LIMIT, too_long);
        return NULL;
    }
    const char *own = dgi_trace_intern(r->t, value ? json_string_value(value) : "", size);
    if (!own)
        dgi_json_reader_nomem(r);
    return own;
}

/* --- Numbers ---------------------------------------------------------------------------------- */

/* The dimensions of a node: its member `shape`, or else those of the arrays in its data. A scalar
 * has none. */
typedef struct shape {
    bool given;
    int ndim;
    size_t sizes[DG_TRACE_DIMS_MAX];
    size_t size; /* their product */
} shape;

static bool too_many_numbers(dgi_json_reader *r, size_t i, const char *id)
{
    char text[80];
    snprintf(text, sizeof text, "its shape is over the limit of %zu numbers", DG_TRACE_NUMBERS_MAX);
    return wrong_node(r, i, id, DG_LIMIT, text);
}

static bool read_shape(dgi_json_reader *r, const json_t *element, size_t i, const char *id,
                       shape *s)
{
    *s = (shape){.size = 1};
    const json_t *value = json_object_get(element, "shape");
    if (!value)
        return true;
    s->given = true;
    size_t ndim = json_array_size(value);
    if (ndim > DG_TRACE_DIMS_MAX)
        return wrong_node(r, i, id, DG_LIMIT, "its shape has more than 8 dimensions");
    for (s->ndim = 0; (size_t)s->ndim < ndim; s->ndim++) {
        const json_t *size = json_array_get(value, (size_t)s->ndim);
        double x = json_number_value(size);
        if (!json_is_number(size) || x < 0.0 || x != floor(x))
            break;
        if (x > (double)DG_TRACE_NUMBERS_MAX)
            return too_many_numbers(r, i, id);
        s->sizes[s->ndim] = (size_t)x;
    }
    if (!json_is_array(value) || (size_t)s->ndim < ndim)
        return wrong_node(r, i, id, DG_FORMAT, "shape is not a list of sizes");
    return dgi_trace_shape_size(s->ndim, s->sizes, DG_TRACE_NUMBERS_MAX, &s->size) ||
           too_many_numbers(r, i, id);
}

/* How deep the arrays of a node of this shape are nested: up to the first size of 0. */
static int array_dims(const shape *s)
{
    int dims = 0;
    while (dims < s->ndim && (dims == 0 || s->sizes[dims - 1] != 0))
        dims++;
    return dims;
}

/* Whether the member has the shape. A member that is a number has no dimensions. */
static bool matches(const shape *s, const dgi_json_array *array)
{
    int ndim = array->begin ? array->ndim : 0;
    return ndim == array_dims(s) &&
           memcmp(s->sizes, array->shape, (size_t)ndim * sizeof *s->sizes) == 0;
}

static bool wrong_shape(dgi_json_reader *r, size_t i, const char *id, const shape *s,
                        const dgi_json_array *array)
{
    char wanted[DG_SHAPE_TEXT_MAX], found[DG_SHAPE_TEXT_MAX], text[2 * DG_SHAPE_TEXT_MAX + 32];
    dg_shape_text(s->ndim, s->sizes, wanted);
    dg_shape_text(array->ndim, array->shape, found);
    snprintf(text, sizeof text, "its shape is %s, but %s is %s", wanted, array->member,
             array->begin ? found : "a number");
    return wrong_node(r, i, id, DG_FORMAT, text);
}

/* Reads the node's shape, and its data if it is a scalar. */
static bool read_data(dgi_json_reader *r, const json_t *element, size_t i, const char *id, shape *s,
                      double *data)
{
    const dgi_json_array *array = &r->arrays[DGI_DATA];
    const json_t *value = json_object_get(element, "data");
    if (!value)
        return wrong_node(r, i, id, DG_FORMAT, "it has no data");
    if (!array->begin && !dgi_json_number(value, data))
        return wrong_node(r, i, id, DG_FORMAT, "data is not a number");
    if (!read_shape(r, element, i, id, s))
        return false;
    if (s->given)
        return matches(s, array) || wrong_shape(r, i, id, s, array);
    s->ndim = array->ndim;
    memcpy(s->sizes, array->shape, sizeof s->sizes);
    return dgi_trace_shape_size(s->ndim, s->sizes, DG_TRACE_NUMBERS_MAX, &s->size) ||
           too_many_numbers(r, i, id);
}

/* Makes the node a tensor with the numbers that were read. */
static bool set_data(dgi_json_reader *r, size_t i, const shape *s)
{
    double *data = dgi_json_array_take(&r->arrays[DGI_DATA]);
    dgi_trace_tensor *x = data ? dgi_trace_tensor_new(s->ndim, s->sizes, data, NULL) : NULL;
    if (!x) {
        free(data);
        return dgi_json_reader_nomem(r);
    }
    dgi_trace_node_set_tensor(&r->t->nodes[i], x);
    r->n_numbers += x->size;
    return true;
}

static bool read_grad(dgi_json_reader *r, const json_t *element, size_t i, const char *id,
                      const shape *s)
{
    dgi_json_array *array = &r->arrays[DGI_GRAD];
    const json_t *grad = json_object_get(element, "grad");
    if (!grad || json_is_null(grad))
        return true;
    double x;
    if (!array->begin && !dgi_json_number(grad, &x))
        return wrong_node(r, i, id, DG_FORMAT, "grad is not a number or null");
    if (!matches(s, array))
        return wrong_shape(r, i, id, s, array);
    dgi_trace_node *n = &r->t->nodes[i];
    if (!n->is_tensor) {
        dg_trace_set_grad(r->t, i, x);
        return true;
    }
    n->tensor->grad = dgi_json_array_take(array);
    n->has_grad = n->tensor->grad != NULL;
    return n->has_grad || dgi_json_reader_nomem(r);
}

/* --- Nodes ------------------------------------------------------------------------------------ */

/* Sets the node's id, which must be unique. */
static bool set_id(dgi_json_reader *r, size_t i, const char *id)
{
    uint32_t index = dgi_json_reader_id(r, id, strlen(id));
    if (index == DGI_NO_NODE)
        return false;
    if (r->ids[index].node != DGI_NO_NODE) {
        char quoted[DGI_QUOTE_SIZE];
        dgi_error(r->scan.error, DG_FORMAT, "nodes %zu and %zu are both called %s",
                  (size_t)r->ids[index].node, i, dgi_quote(quoted, id));
        return false;
    }
    r->ids[index].node = (uint32_t)i;
    return dg_trace_set_id(r->t, i, id) == DG_OK || dgi_json_reader_nomem(r);
}

bool dgi_json_read_node(dgi_json_reader *r, json_t *element, size_t i)
{
    if (i >= DG_TRACE_NODES_MAX) {
        dgi_error(r->scan.error, DG_LIMIT, "the trace has more than two million nodes");
        return false;
    }
    if (!json_is_object(element))
        return wrong_node(r, i, NULL, DG_FORMAT, "it is not an object");
    const json_t *id_value = json_object_get(element, "id");
    const char *id = json_string_value(id_value);
    if (!id)
        return wrong_node(r, i, NULL, DG_FORMAT, id_value ? "id is not a string" : "it has no id");
    if (id[0] == '\0')
        return wrong_node(r, i, NULL, DG_FORMAT, "id is empty");
    if (json_string_length(id_value) > DG_TRACE_STRING_MAX)
        return wrong_node(r, i, NULL, DG_LIMIT, "id is longer than a million bytes");
    shape s;
    double data = 0.0;
    if (!read_data(r, element, i, id, &s, &data))
        return false;
    const char *label = read_text(r, json_object_get(element, "label"), i, id,
                                  "label is not a string", "label is longer than a million bytes");
    if (!label)
        return false;
    const char *op = read_text(r, json_object_get(element, "op"), i, id, "op is not a string",
                               "op is longer than a million bytes");
    if (!op)
        return false;
    const char *scope = read_text(r, json_object_get(element, "scope"), i, id,
                                  "scope is not a string", "scope is longer than a million bytes");
    if (!scope)
        return false;
    dgi_trace_node *n = dgi_trace_append_node(r->t, label, op, data);
    if (!n)
        return dgi_json_reader_nomem(r);
    n->scope = scope;
    return (s.ndim == 0 || set_data(r, i, &s)) && read_grad(r, element, i, id, &s) &&
           set_id(r, i, id);
}
