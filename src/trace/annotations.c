/* The fields that few nodes have: storage, setters and accessors. */
#include "trace/annotations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/number.h"

/* --- Storage ---------------------------------------------------------------------------------- */

static bool grow_table(dg_trace *t)
{
    if (t->annotation_capacity >= t->n_nodes)
        return true;
    dgi_annotations **table = realloc(t->annotations, t->node_capacity * sizeof(dgi_annotations *));
    if (!table)
        return false;
    for (size_t i = t->annotation_capacity; i < t->node_capacity; i++)
        table[i] = NULL;
    t->annotations = table;
    t->annotation_capacity = t->node_capacity;
    return true;
}

/* Those of a node that exists, made where there are none; NULL when out of memory. */
static dgi_annotations *writable(dg_trace *t, size_t node)
{
    if (!grow_table(t))
        return NULL;
    if (!t->annotations[node]) {
        dgi_annotations *a = calloc(1, sizeof *a);
        if (!a)
            return NULL;
        a->dtype = "";
        a->first_result = DGI_NO_NODE;
        t->annotations[node] = a;
    }
    return t->annotations[node];
}

/* The note of an edge that exists, made where there is none; NULL when out of memory. */
static dgi_operand_note *writable_note(dg_trace *t, size_t node, size_t i)
{
    dgi_annotations *a = writable(t, node);
    while (a && a->n_notes <= i) {
        dgi_operand_note *notes =
            dgi_grown(a->operands, &a->note_capacity, a->n_notes, sizeof *notes);
        if (!notes)
            return NULL;
        a->operands = notes;
        notes[a->n_notes++] = (dgi_operand_note){.name = ""};
    }
    return a ? &a->operands[i] : NULL;
}

void dgi_annotations_free(dg_trace *t)
{
    for (size_t i = 0; i < t->annotation_capacity; i++) {
        if (!t->annotations[i])
            continue;
        free(t->annotations[i]->attributes);
        free(t->annotations[i]->operands);
        free(t->annotations[i]->dims);
        free(t->annotations[i]);
    }
    free(t->annotations);
}

/* Interns a text of the caller: a text over the limit is refused. */
static dg_status own_text(dg_trace *t, const char *text, const char **own)
{
    size_t size = strnlen(text, DG_TRACE_STRING_MAX + 1);
    if (size > DG_TRACE_STRING_MAX)
        return DG_LIMIT;
    *own = dgi_trace_intern(t, text, size);
    return *own ? DG_OK : DG_NOMEM;
}

static bool has_node(const dg_trace *t, size_t node)
{
    return t && node < t->n_nodes;
}

/* --- dtype ------------------------------------------------------------------------------------ */

const char *dg_trace_dtype(const dg_trace *t, size_t node)
{
    const dgi_annotations *a = has_node(t, node) ? dgi_annotations_of(t, node) : NULL;
    return a ? a->dtype : "";
}

dg_status dg_trace_set_dtype(dg_trace *t, size_t node, const char *dtype)
{
    if (!has_node(t, node) || !dtype)
        return DG_INVALID;
    if (*dtype == '\0' && !dgi_annotations_of(t, node))
        return DG_OK;
    const char *own;
    dg_status status = own_text(t, dtype, &own);
    if (status != DG_OK)
        return status;
    dgi_annotations *a = writable(t, node);
    if (!a)
        return DG_NOMEM;
    a->dtype = own;
    return DG_OK;
}

/* --- Attributes ------------------------------------------------------------------------------- */

static const dgi_attribute *attribute_at(const dg_trace *t, size_t node, size_t i)
{
    const dgi_annotations *a = has_node(t, node) ? dgi_annotations_of(t, node) : NULL;
    return a && i < a->n_attributes ? &a->attributes[i] : NULL;
}

size_t dg_trace_attribute_count(const dg_trace *t, size_t node)
{
    const dgi_annotations *a = has_node(t, node) ? dgi_annotations_of(t, node) : NULL;
    return a ? a->n_attributes : 0;
}

const char *dg_trace_attribute_name(const dg_trace *t, size_t node, size_t i)
{
    const dgi_attribute *x = attribute_at(t, node, i);
    return x ? x->name : "";
}

const char *dg_trace_attribute_text(const dg_trace *t, size_t node, size_t i)
{
    const dgi_attribute *x = attribute_at(t, node, i);
    return x ? x->text : "";
}

dg_status dg_trace_attribute_number(const dg_trace *t, size_t node, size_t i, double *number)
{
    const dgi_attribute *x = attribute_at(t, node, i);
    if (!x || !x->is_number)
        return DG_INVALID;
    if (number)
        *number = x->number;
    return DG_OK;
}

/* The attribute of that name, added at the end where it is new. */
static dg_status writable_attribute(dg_trace *t, size_t node, const char *name, dgi_attribute **x)
{
    const char *own;
    dg_status status = own_text(t, name, &own);
    if (status != DG_OK)
        return status;
    dgi_annotations *a = writable(t, node);
    if (!a)
        return DG_NOMEM;
    for (size_t i = 0; i < a->n_attributes; i++) {
        *x = &a->attributes[i];
        if ((*x)->name == own)
            return DG_OK;
    }
    if (a->n_attributes >= DG_TRACE_ATTRIBUTES_MAX)
        return DG_LIMIT;
    dgi_attribute *attributes =
        dgi_grown(a->attributes, &a->attribute_capacity, a->n_attributes, sizeof *attributes);
    if (!attributes)
        return DG_NOMEM;
    a->attributes = attributes;
    *x = &attributes[a->n_attributes++];
    (*x)->name = own;
    return DG_OK;
}

static dg_status set_attribute(dg_trace *t, size_t node, const char *name, const char *text,
                               bool is_number, double number)
{
    if (!has_node(t, node) || !name || *name == '\0' || !text)
        return DG_INVALID;
    const char *own;
    dgi_attribute *x;
    dg_status status = own_text(t, text, &own);
    if (status == DG_OK)
        status = writable_attribute(t, node, name, &x);
    if (status == DG_OK)
        *x = (dgi_attribute){x->name, own, number, is_number};
    return status;
}

dg_status dg_trace_set_attribute(dg_trace *t, size_t node, const char *name, const char *text)
{
    return set_attribute(t, node, name, text, false, 0.0);
}

dg_status dg_trace_set_attribute_number(dg_trace *t, size_t node, const char *name, double number)
{
    char text[DGI_NUMBER_ROOM];
    dgi_shortest(text, number);
    return set_attribute(t, node, name, text, isfinite(number), number);
}

/* --- Operands --------------------------------------------------------------------------------- */

const char *dg_trace_operand_name(const dg_trace *t, size_t node, size_t i)
{
    const dgi_operand_note *note = has_node(t, node) ? dgi_note_of(t, node, i) : NULL;
    return note ? note->name : "";
}

dg_status dg_trace_set_operand_name(dg_trace *t, size_t node, size_t i, const char *name)
{
    if (i >= dg_trace_operand_count(t, node) || !name)
        return DG_INVALID;
    if (*name == '\0' && !dgi_note_of(t, node, i))
        return DG_OK;
    const char *own;
    dg_status status = own_text(t, name, &own);
    if (status != DG_OK)
        return status;
    dgi_operand_note *note = writable_note(t, node, i);
    if (!note)
        return DG_NOMEM;
    note->name = own;
    return DG_OK;
}

dg_status dg_trace_set_local_gradient(dg_trace *t, size_t node, size_t i, double gradient)
{
    if (i >= dg_trace_operand_count(t, node) || dg_trace_ndim(t, node) > 0 ||
        dg_trace_ndim(t, dg_trace_operand(t, node, i)) > 0)
        return DG_INVALID;
    dgi_operand_note *note = writable_note(t, node, i);
    if (!note)
        return DG_NOMEM;
    note->local = gradient;
    note->has_local = true;
    return DG_OK;
}

/* --- Sizes ------------------------------------------------------------------------------------ */

const char *dg_trace_dim_text(const dg_trace *t, size_t node, int dim, char *text)
{
    if (dim < 0 || dim >= dg_trace_ndim(t, node) || !text)
        return "";
    size_t size = dg_trace_shape(t, node)[dim];
    const dgi_annotations *a = dgi_annotations_of(t, node);
    if (size == DG_UNKNOWN_SIZE)
        return a && a->dims && a->dims[dim] ? a->dims[dim] : "?";
    dgi_fixed(text, (double)size, 0);
    return text;
}

dg_status dg_trace_set_dim_name(dg_trace *t, size_t node, int dim, const char *name)
{
    if (dim < 0 || dim >= dg_trace_ndim(t, node) || !name ||
        dg_trace_shape(t, node)[dim] != DG_UNKNOWN_SIZE)
        return DG_INVALID;
    if (*name == '\0' && !dgi_annotations_of(t, node))
        return DG_OK;
    const char *own;
    dg_status status = own_text(t, name, &own);
    if (status != DG_OK)
        return status;
    dgi_annotations *a = writable(t, node);
    if (a && !a->dims)
        a->dims = calloc(DG_TRACE_DIMS_MAX, sizeof *a->dims);
    if (!a || !a->dims)
        return DG_NOMEM;
    a->dims[dim] = *own ? own : NULL;
    return DG_OK;
}

/* --- Results ---------------------------------------------------------------------------------- */

size_t dg_trace_first_result(const dg_trace *t, size_t node)
{
    if (!has_node(t, node))
        return DG_NO_NODE;
    const dgi_annotations *a = dgi_annotations_of(t, node);
    return a && a->first_result != DGI_NO_NODE ? a->first_result : node;
}

size_t dg_trace_result_index(const dg_trace *t, size_t node)
{
    const dgi_annotations *a = has_node(t, node) ? dgi_annotations_of(t, node) : NULL;
    return a ? a->result : 0;
}

dg_status dgi_trace_set_result(dg_trace *t, size_t node, size_t first, size_t k)
{
    if (k == 0 && first == node && !dgi_annotations_of(t, node))
        return DG_OK;
    dgi_annotations *a = writable(t, node);
    if (!a)
        return DG_NOMEM;
    a->first_result = first == node ? DGI_NO_NODE : (uint32_t)first;
    a->result = (uint32_t)k;
    return DG_OK;
}

/* Gives a node without operands those of another, and their names. */
static dg_status copy_operands(dg_trace *t, size_t node, size_t first)
{
    size_t count = t->nodes[first].n_operands;
    dg_status status = DG_OK;
    for (size_t i = 0; status == DG_OK && i < count; i++) {
        status = dg_trace_add_edge(t, dg_trace_operand(t, first, i), node);
        if (status == DG_OK)
            status = dg_trace_set_operand_name(t, node, i, dg_trace_operand_name(t, first, i));
    }
    return status;
}

dg_status dg_trace_set_result_of(dg_trace *t, size_t node, size_t first, size_t k)
{
    if (!has_node(t, node) || !has_node(t, first) || k >= DGI_OPERANDS_MAX)
        return DG_INVALID;
    first = dg_trace_first_result(t, first);
    if (first != node && t->nodes[node].n_operands == 0) {
        dg_status status = copy_operands(t, node, first);
        if (status != DG_OK)
            return status;
    }
    dg_status status = dgi_trace_set_result(t, node, first, k);
    if (status == DG_OK)
        t->nodes[node].op = t->nodes[first].op;
    return status;
}

/* --- Copying ---------------------------------------------------------------------------------- */

static dg_status copy_attributes(dg_trace *to, size_t node, const dgi_annotations *a)
{
    dg_status status = DG_OK;
    for (size_t i = 0; status == DG_OK && i < a->n_attributes; i++) {
        const dgi_attribute *x = &a->attributes[i];
        status = set_attribute(to, node, x->name, x->text, x->is_number, x->number);
    }
    return status;
}

static dg_status copy_notes(dg_trace *to, size_t node, const dgi_annotations *a)
{
    dg_status status = DG_OK;
    for (size_t i = 0; status == DG_OK && i < a->n_notes; i++) {
        const dgi_operand_note *note = &a->operands[i];
        status = dg_trace_set_operand_name(to, node, i, note->name);
        if (status == DG_OK && note->has_local)
            status = dg_trace_set_local_gradient(to, node, i, note->local);
    }
    return status;
}

dg_status dgi_annotations_copy(dg_trace *to, size_t node, const dg_trace *from, size_t old)
{
    const dgi_annotations *a = dgi_annotations_of(from, old);
    if (!a)
        return DG_OK;
    dg_status status = dg_trace_set_dtype(to, node, a->dtype);
    if (status == DG_OK)
        status = copy_attributes(to, node, a);
    if (status == DG_OK)
        status = copy_notes(to, node, a);
    for (int i = 0; status == DG_OK && a->dims && i < DG_TRACE_DIMS_MAX; i++)
        if (a->dims[i])
            status = dg_trace_set_dim_name(to, node, i, a->dims[i]);
    return status;
}
