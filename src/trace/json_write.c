/* Writes a trace as JSON. */
#include "trace/annotations.h"

#include <math.h>
#include <string.h>

#include "base/json_text.h"
#include "trace/local_gradients.h"
#include "trace/node_ids.h"

/* As a string: an attribute, for example. */
static void put_member(dgi_buf *b, const char *name, const char *text)
{
    dgi_buf_printf(b, ", \"%s\": ", name);
    dgi_json_put_string(b, text);
}

static void put_index(dgi_buf *b, size_t index)
{
    char text[DGI_DEFAULT_ID_SIZE];
    dgi_buf_puts(b, dgi_default_id(text, index) + 1);
}

static void put_dim(dgi_buf *b, const dg_trace *t, size_t node, int i)
{
    const dgi_annotations *a = dgi_annotations_of(t, node);
    size_t size = t->nodes[node].tensor->shape[i];
    if (size != DG_UNKNOWN_SIZE)
        put_index(b, size);
    else if (a && a->dims && a->dims[i])
        dgi_json_put_string(b, a->dims[i]);
    else
        dgi_buf_puts(b, "null");
}

static void put_shape(dgi_buf *b, const dg_trace *t, size_t node)
{
    for (int i = 0; i < t->nodes[node].tensor->ndim; i++) {
        dgi_buf_puts(b, i ? ", " : "[");
        put_dim(b, t, node, i);
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
            dgi_json_put_number(b, *numbers++);
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
        dgi_json_put_number(b, *numbers);
}

static void put_attributes(dgi_buf *b, const dgi_annotations *a)
{
    for (size_t i = 0; i < a->n_attributes; i++) {
        const dgi_attribute *x = &a->attributes[i];
        dgi_buf_puts(b, i ? ", " : ", \"attributes\": {");
        dgi_json_put_string(b, x->name);
        dgi_buf_puts(b, ": ");
        if (x->is_number)
            dgi_json_put_number(b, x->number);
        else
            dgi_json_put_string(b, x->text);
    }
    dgi_buf_puts(b, a->n_attributes ? "}" : "");
}

/* What few nodes have. */
static void put_annotations(dgi_buf *b, const dg_trace *t, const dgi_unique_ids *ids, size_t node)
{
    char id[DGI_DEFAULT_ID_SIZE];
    const dgi_annotations *a = dgi_annotations_of(t, node);
    if (!a)
        return;
    if (a->dtype[0] != '\0')
        put_member(b, "dtype", a->dtype);
    put_attributes(b, a);
    if (a->result > 0 || a->first_result != DGI_NO_NODE) {
        dgi_buf_puts(b, ", \"result\": ");
        put_index(b, a->result);
    }
    if (a->first_result != DGI_NO_NODE)
        put_member(b, "of", dgi_unique_id(ids, a->first_result, id));
}

static void put_node(dgi_buf *b, const dg_trace *t, const dgi_unique_ids *ids, size_t node)
{
    char id[DGI_DEFAULT_ID_SIZE];
    const dgi_trace_node *n = &t->nodes[node];
    dgi_buf_puts(b, "{\"id\": ");
    dgi_json_put_string(b, dgi_unique_id(ids, node, id));
    if (n->op[0] != '\0')
        put_member(b, "op", n->op);
    put_member(b, "label", n->label);
    if (n->is_tensor) {
        dgi_buf_puts(b, ", \"shape\": ");
        put_shape(b, t, node);
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
    if (n->scope[0] != '\0')
        put_member(b, "scope", n->scope);
    put_annotations(b, t, ids, node);
    dgi_buf_putc(b, '}');
}

/* --- Edges ------------------------------------------------------------------------------------ */

/* Edge `k` of a node whose op is `call`. */
static void put_edge(dgi_buf *b, const dg_trace *t, const dgi_unique_ids *ids, size_t to, size_t k,
                     dgi_scalar_call call)
{
    char id[DGI_DEFAULT_ID_SIZE];
    double local;
    dgi_buf_puts(b, "{\"from\": ");
    dgi_json_put_string(b, dgi_unique_id(ids, dgi_trace_node_operands(&t->nodes[to])[k], id));
    put_member(b, "to", dgi_unique_id(ids, to, id));
    dgi_buf_puts(b, ", \"operand\": ");
    put_index(b, k);
    if (dgi_local_gradient(t, to, call, k, &local)) {
        dgi_buf_puts(b, ", \"local\": ");
        dgi_json_put_number(b, local);
    }
    const char *name = dg_trace_operand_name(t, to, k);
    if (*name)
        put_member(b, "name", name);
    dgi_buf_putc(b, '}');
}

static dgi_scalar_call call_of(const dgi_trace_node *n)
{
    return n->is_tensor ? (dgi_scalar_call){DGI_SCALAR_UNKNOWN, 0.0}
                        : dgi_scalar_call_from_text(n->op, n->n_operands);
}

/* Whether a reader has the edges of a node from another result of its op. */
static bool has_first_results_edges(const dg_trace *t, size_t node)
{
    size_t first = dg_trace_first_result(t, node);
    const dgi_trace_node *n = &t->nodes[node];
    bool same = first != node && t->nodes[first].n_operands == n->n_operands;
    for (size_t k = 0; same && k < n->n_operands; k++)
        same = dg_trace_operand(t, node, k) == dg_trace_operand(t, first, k) &&
               dg_trace_local_gradient(t, node, k, NULL) != DG_OK &&
               strcmp(dg_trace_operand_name(t, node, k), dg_trace_operand_name(t, first, k)) == 0;
    return same;
}

static void put_edges(dgi_buf *b, const dg_trace *t, const dgi_unique_ids *ids)
{
    const char *before = "\n  ";
    for (size_t i = 0; i < t->n_nodes && !b->failed; i++) {
        if (has_first_results_edges(t, i))
            continue;
        dgi_scalar_call call = call_of(&t->nodes[i]);
        for (size_t k = 0; k < t->nodes[i].n_operands && !b->failed; k++) {
            dgi_buf_puts(b, before);
            put_edge(b, t, ids, i, k, call);
            before = ",\n  ";
        }
    }
}

/* --- All of it -------------------------------------------------------------------------------- */

static void put_roots(dgi_buf *b, const dg_trace *t, const dgi_unique_ids *ids)
{
    char id[DGI_DEFAULT_ID_SIZE];
    dgi_buf_puts(b, "\"root\": ");
    if (t->root == DG_NO_NODE)
        dgi_buf_puts(b, "null");
    else
        dgi_json_put_string(b, dgi_unique_id(ids, t->root, id));
    if (t->n_more_roots == 0)
        return;
    for (size_t i = 0; i < dg_trace_root_count(t); i++) {
        dgi_buf_puts(b, i ? ", " : ", \"roots\": [");
        dgi_json_put_string(b, dgi_unique_id(ids, dg_trace_root_at(t, i), id));
    }
    dgi_buf_putc(b, ']');
}

char *dg_json_from_trace(const dg_trace *t, size_t *size)
{
    if (size)
        *size = 0;
    dgi_unique_ids ids;
    if (!t || !dgi_unique_ids_init(&ids, t))
        return NULL;
    dgi_buf b = DGI_BUF_INIT;
    dgi_buf_puts(&b, "{\"dotgrad\": 2, ");
    put_roots(&b, t, &ids);
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
