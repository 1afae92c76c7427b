/* A trace from JSON text: its nodes. */
#include "trace/json_read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dotgrad/tensor.h>

#include "base/error.h"
#include "trace/name.h"

/* An error in node i, which is called `id` (NULL: not known). */
static bool wrong_node(dgi_reader *r, size_t i, const char *id, dg_status status, const char *what)
{
    char quoted[DGI_QUOTE_ROOM];
    if (id)
        dgi_error(r->scan.error, status, "node %zu (%s): %s", i, dgi_quote(quoted, id), what);
    else
        dgi_error(r->scan.error, status, "node %zu: %s", i, what);
    return false;
}

/* An optional text: "" where the member is missing. NULL with the error set. */
static const char *read_text(dgi_reader *r, const json_t *value, size_t i, const char *id,
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
    const char *own = dgi_trace_text(r->t, value ? json_string_value(value) : "", size);
    if (!own)
        dgi_reader_nomem(r);
    return own;
}

/* --- Numbers ---------------------------------------------------------------------------------- */

/* The dimensions of a node: as the file says, or, where it does not, as the lists of its data have
 * them. A scalar has none. */
typedef struct shape {
    bool given;
    int ndim;
    size_t sizes[DG_TRACE_DIMS_MAX];
    size_t size; /* their product */
} shape;

static bool too_many_numbers(dgi_reader *r, size_t i, const char *id)
{
    char text[80];
    snprintf(text, sizeof text, "its shape is over the limit of %zu numbers", DG_TRACE_NUMBERS_MAX);
    return wrong_node(r, i, id, DG_LIMIT, text);
}

static bool read_shape(dgi_reader *r, const json_t *element, size_t i, const char *id, shape *s)
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
    return dgi_shape_size(s->ndim, s->sizes, &s->size) || too_many_numbers(r, i, id);
}

/* Where a size is 0 the lists end: what comes after it only the shape can say. */
static int listed_dims(const shape *s)
{
    int dims = 0;
    while (dims < s->ndim && (dims == 0 || s->sizes[dims - 1] != 0))
        dims++;
    return dims;
}

/* Whether the member has the shape; a number, for which there is no list, has none. */
static bool fits(const shape *s, const dgi_nested *list)
{
    int ndim = list->begin ? list->ndim : 0;
    return ndim == listed_dims(s) &&
           memcmp(s->sizes, list->shape, (size_t)ndim * sizeof *s->sizes) == 0;
}

static bool wrong_shape(dgi_reader *r, size_t i, const char *id, const shape *s,
                        const dgi_nested *list)
{
    char wanted[DG_SHAPE_TEXT_MAX], found[DG_SHAPE_TEXT_MAX], text[2 * DG_SHAPE_TEXT_MAX + 32];
    dg_shape_text(s->ndim, s->sizes, wanted);
    dg_shape_text(list->ndim, list->shape, found);
    snprintf(text, sizeof text, "its shape is %s, but %s is %s", wanted, list->member,
             list->begin ? found : "a number");
    return wrong_node(r, i, id, DG_FORMAT, text);
}

/* The node's dimensions, and its data where it is a scalar. */
static bool read_data(dgi_reader *r, const json_t *element, size_t i, const char *id, shape *s,
                      double *data)
{
    const dgi_nested *list = &r->lists[DGI_DATA];
    const json_t *value = json_object_get(element, "data");
    if (!value)
        return wrong_node(r, i, id, DG_FORMAT, "it has no data");
    if (!list->begin && !dgi_json_number(value, data))
        return wrong_node(r, i, id, DG_FORMAT, "data is not a number");
    if (!read_shape(r, element, i, id, s))
        return false;
    if (s->given)
        return fits(s, list) || wrong_shape(r, i, id, s, list);
    s->ndim = list->ndim;
    memcpy(s->sizes, list->shape, sizeof s->sizes);
    return dgi_shape_size(s->ndim, s->sizes, &s->size) || too_many_numbers(r, i, id);
}

/* Makes the node a tensor of the numbers that were read. */
static bool give_data(dgi_reader *r, size_t i, const shape *s)
{
    double *data = dgi_nested_take(&r->lists[DGI_DATA]);
    dgi_tensor *x = data ? dgi_tensor_of(s->ndim, s->sizes, data, NULL) : NULL;
    if (!x) {
        free(data);
        return dgi_reader_nomem(r);
    }
    dgi_tensor_give(&r->t->nodes[i], x);
    r->n_numbers += x->size;
    return true;
}

static bool read_grad(dgi_reader *r, const json_t *element, size_t i, const char *id,
                      const shape *s)
{
    dgi_nested *list = &r->lists[DGI_GRAD];
    const json_t *grad = json_object_get(element, "grad");
    if (!grad || json_is_null(grad))
        return true;
    double x;
    if (!list->begin && !dgi_json_number(grad, &x))
        return wrong_node(r, i, id, DG_FORMAT, "grad is not a number or null");
    if (!fits(s, list))
        return wrong_shape(r, i, id, s, list);
    dgi_node *n = &r->t->nodes[i];
    if (!n->is_tensor) {
        dg_trace_set_grad(r->t, i, x);
        return true;
    }
    n->tensor->grad = dgi_nested_take(list);
    n->has_grad = n->tensor->grad != NULL;
    return n->has_grad || dgi_reader_nomem(r);
}

/* --- Nodes ------------------------------------------------------------------------------------ */

/* Gives the node its name, which no other node may have. */
static bool take_id(dgi_reader *r, size_t i, const char *id)
{
    uint32_t name = dgi_reader_name(r, id, strlen(id));
    if (name == DGI_NO_NODE)
        return false;
    if (r->names[name].node != DGI_NO_NODE) {
        char quoted[DGI_QUOTE_ROOM];
        dgi_error(r->scan.error, DG_FORMAT, "nodes %zu and %zu are both called %s",
                  (size_t)r->names[name].node, i, dgi_quote(quoted, id));
        return false;
    }
    r->names[name].node = (uint32_t)i;
    return dg_trace_set_id(r->t, i, id) == DG_OK || dgi_reader_nomem(r);
}

bool dgi_read_node(dgi_reader *r, json_t *element, size_t i)
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
    dgi_node *n = dgi_trace_push(r->t, label, op, data);
    if (!n)
        return dgi_reader_nomem(r);
    n->scope = scope;
    return (s.ndim == 0 || give_data(r, i, &s)) && read_grad(r, element, i, id, &s) &&
           take_id(r, i, id);
}
