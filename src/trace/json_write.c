/* Writes a trace as JSON. */
#include "trace/trace.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/number.h"
#include "trace/node_ids.h"

static int put_bytes(const char *bytes, size_t size, void *buf)
{
    dgi_buf *b = buf;
    dgi_buf_put(b, bytes, size);
    return b->failed ? -1 : 0;
}

/* Whether the text needs no escapes in a JSON string. */
static bool is_plain(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if (*p < 0x20 || *p >= 0x7F || *p == '"' || *p == '\\')
            return false;
    return true;
}

static void put_string(dgi_buf *b, const char *text)
{
    if (is_plain(text)) {
        dgi_buf_putc(b, '"');
        dgi_buf_puts(b, text);
        dgi_buf_putc(b, '"');
        return;
    }
    json_t *string = json_stringn_nocheck(text, strlen(text));
    if (!string || json_dump_callback(string, put_bytes, b, JSON_ENCODE_ANY) != 0)
        b->failed = true;
    json_decref(string);
}

/* Writes the number as jansson 2.14 does with 17 digits in the C locale. jansson itself is not
 * used: its later versions write numbers differently, and every version follows the locale, but the
 * bytes must be the same everywhere. */
static void put_number(dgi_buf *b, double x)
{
    if (!isfinite(x)) {
        dgi_buf_puts(b, isnan(x) ? "\"NaN\"" : x > 0 ? "\"Infinity\"" : "\"-Infinity\"");
        return;
    }
    char text[DGI_NUMBER_ROOM];
    size_t size = dgi_general(text, x, 17);
    const char *e = memchr(text, 'e', size);
    dgi_buf_put(b, text, e ? (size_t)(e - text) : size);
    if (!e) {
        if (!memchr(text, '.', size))
            dgi_buf_puts(b, ".0");
        return;
    }
    /* An exponent without a plus and without leading zeros. */
    dgi_buf_putc(b, 'e');
    e++;
    if (*e == '-')
        dgi_buf_putc(b, '-');
    while (*e == '-' || *e == '+' || *e == '0')
        e++;
    dgi_buf_puts(b, e);
}

static void put_index(dgi_buf *b, size_t index)
{
    char text[DGI_DEFAULT_ID_SIZE];
    dgi_buf_puts(b, dgi_default_id(text, index) + 1);
}

static void put_shape(dgi_buf *b, const dgi_trace_tensor *x)
{
    for (int i = 0; i < x->ndim; i++) {
        dgi_buf_puts(b, i ? ", " : "[");
        put_index(b, x->shape[i]);
    }
    dgi_buf_putc(b, ']');
}

/* Nested arrays, one level per dimension up to the first of size 0. */
static void put_arrays(dgi_buf *b, const dgi_trace_tensor *x, const double *numbers)
{
    int depth = 1;
    while (depth < x->ndim && x->shape[depth - 1] != 0)
        depth++;
    size_t length = x->shape[depth - 1], done[DG_TRACE_DIMS_MAX] = {0};
    int open = 0;
    do {
        for (; open < depth; open++)
            dgi_buf_putc(b, '[');
        for (size_t i = 0; i < length && !b->failed; i++) {
            dgi_buf_put(b, ", ", i ? 2 : 0);
            put_number(b, *numbers++);
        }
        /* Close this innermost array, and the outer ones that are complete now. */
        dgi_buf_putc(b, ']');
        for (open--; open > 0 && ++done[open - 1] == x->shape[open - 1]; open--) {
            dgi_buf_putc(b, ']');
            done[open - 1] = 0;
        }
        dgi_buf_puts(b, open > 0 ? ", " : "");
    } while (open > 0 && !b->failed);
}

static void put_numbers(dgi_buf *b, const dgi_trace_node *n, const double *numbers)
{
    if (n->is_tensor)
        put_arrays(b, n->tensor, numbers);
    else
        put_number(b, *numbers);
}

static void put_node(dgi_buf *b, const dg_trace *t, const dgi_unique_ids *ids, size_t node)
{
    char id[DGI_DEFAULT_ID_SIZE];
    const dgi_trace_node *n = &t->nodes[node];
    dgi_buf_puts(b, "{\"id\": ");
    put_string(b, dgi_unique_id(ids, node, id));
    if (n->op[0] != '\0') {
        dgi_buf_puts(b, ", \"op\": ");
        put_string(b, n->op);
    }
    dgi_buf_puts(b, ", \"label\": ");
    put_string(b, n->label);
    if (n->is_tensor) {
        dgi_buf_puts(b, ", \"shape\": ");
        put_shape(b, n->tensor);
    }
    dgi_buf_puts(b, ", \"data\": ");
    if (n->no_data)
        dgi_buf_puts(b, "null");
    else
        put_numbers(b, n, n->is_tensor ? n->tensor->data : &n->data);
    dgi_buf_puts(b, ", \"grad\": ");
    if (n->has_grad)
        put_numbers(b, n, n->is_tensor ? n->tensor->grad : &n->grad);
    else
        dgi_buf_puts(b, "null");
    if (n->scope[0] != '\0') {
        dgi_buf_puts(b, ", \"scope\": ");
        put_string(b, n->scope);
    }
    dgi_buf_putc(b, '}');
}

static void put_edge(dgi_buf *b, const dgi_unique_ids *ids, size_t from, size_t to, size_t operand)
{
    char id[DGI_DEFAULT_ID_SIZE];
    dgi_buf_puts(b, "{\"from\": ");
    put_string(b, dgi_unique_id(ids, from, id));
    dgi_buf_puts(b, ", \"to\": ");
    put_string(b, dgi_unique_id(ids, to, id));
    dgi_buf_puts(b, ", \"operand\": ");
    put_index(b, operand);
    dgi_buf_putc(b, '}');
}

static void put_edges(dgi_buf *b, const dg_trace *t, const dgi_unique_ids *ids)
{
    const char *before = "\n  ";
    for (size_t i = 0; i < t->n_nodes && !b->failed; i++) {
        const dgi_trace_node *n = &t->nodes[i];
        for (size_t k = 0; k < n->n_operands && !b->failed; k++) {
            dgi_buf_puts(b, before);
            put_edge(b, ids, dgi_trace_node_operands(n)[k], i, k);
            before = ",\n  ";
        }
    }
}

char *dg_json_from_trace(const dg_trace *t, size_t *size)
{
    if (size)
        *size = 0;
    dgi_unique_ids ids;
    if (!t || !dgi_unique_ids_init(&ids, t))
        return NULL;
    char id[DGI_DEFAULT_ID_SIZE];
    dgi_buf b = DGI_BUF_INIT;
    dgi_buf_puts(&b, "{\"dotgrad\": 1, \"root\": ");
    if (t->root == DG_NO_NODE)
        dgi_buf_puts(&b, "null");
    else
        put_string(&b, dgi_unique_id(&ids, t->root, id));
    dgi_buf_puts(&b, ",\n \"nodes\": [");
    for (size_t i = 0; i < t->n_nodes && !b.failed; i++) {
        dgi_buf_puts(&b, i ? ",\n  " : "\n  ");
        put_node(&b, t, &ids, i);
    }
    dgi_buf_puts(&b, "],\n \"edges\": [");
    put_edges(&b, t, &ids);
    dgi_buf_puts(&b, "]}\n");
    dgi_unique_ids_free(&ids);
    return dgi_buf_take(&b, size);
}
