#include "lang/operations.h"

#include <string.h>

#include "engine/detached.h"

/* ---- Numbers ---- */

/* A value stands where a number is needed. */
static bool fail_value(dgi_runtime *rt, const dgi_operand *operand, const char *what)
{
    bool tensor = dg_ndim(operand->object.as.value) > 0;
    dgi_span name = operand->span;
    if (!dgi_is_name(rt->text, name))
        name.end = name.begin;
    rt->scratch.size = 0;
    dgi_buf_printf(&rt->scratch, "use %.*s.data for its %s", DGI_SHOWN(rt->text, name),
                   tensor ? "numbers" : "number");
    if (rt->scratch.failed)
        return dgi_no_memory(rt);
    return dgi_fail_hint(rt, operand->span, rt->scratch.data, "%s, not %s", what,
                         dgi_object_name(&operand->object));
}

bool dgi_to_number(dgi_runtime *rt, dgi_operand *operand, const char *what)
{
    switch ((dgi_object_kind)operand->object.kind) {
    case DGI_OBJECT_NUMBER:
    case DGI_OBJECT_ERROR:
        return true;
    case DGI_OBJECT_NAMED_LEAF: {
        bool integer = operand->object.integer;
        operand->object = dgi_number_object(dg_data(operand->object.as.value));
        operand->object.integer = integer;
        return true;
    }
    case DGI_OBJECT_BOOL:
        operand->object = dgi_integer_object(operand->object.as.number);
        return true;
    case DGI_OBJECT_VALUE:
        return fail_value(rt, operand, what);
    case DGI_OBJECT_NOTHING:
        return dgi_fail(rt, operand->span, "this call makes no value");
    default:
        return dgi_fail_kind(rt, operand, what);
    }
}

bool dgi_to_numbers(dgi_runtime *rt, dgi_operand *operand, const char *what)
{
    return operand->object.kind == DGI_OBJECT_ARRAY || dgi_is_list(&operand->object) ||
           dgi_to_number(rt, operand, what);
}

/* ---- Leaves ---- */

static size_t size_of(const dgi_object *o)
{
    dgi_shape shape = dgi_shape_of_object(o);
    size_t size = 1;
    for (int i = 0; i < shape.ndim; i++)
        size *= shape.sizes[i];
    return size;
}

const double *dgi_list_data(dgi_list *list)
{
    size_t offset = 0;
    for (; list; list = list->source) {
        if (list->tensor)
            return dg_data_array(list->tensor) + offset;
        dgi_object o = dgi_list_object(list);
        offset += list->source ? list->index * size_of(&o) : 0;
    }
    return NULL;
}

/* Writes the numbers of a number, an array, or a list that has a form, which is nested as deep as a
 * tensor has dimensions; false where some of its elements are none. A list of numbers that has
 * become a tensor stands for the tensor's. */
static bool gather(dgi_runtime *rt, dgi_span about, const dgi_object *o, double **out)
{
    const double *data = NULL;
    double number;
    if (dgi_is_list(o) && o->as.list->form == DGI_FORM_NUMBERS)
        data = dgi_list_data(o->as.list);
    else if (o->kind == DGI_OBJECT_ARRAY)
        data = dg_data_array(o->as.value);
    else if (dgi_is_number(o)) {
        number = dgi_number_of(o);
        data = &number;
    }
    size_t size = data ? size_of(o) : 0;
    if (size)
        memcpy(*out, data, size * sizeof **out);
    *out += size;
    for (size_t i = 0; dgi_is_list(o) && !data && i < o->as.list->count; i++) {
        const dgi_object *element = &o->as.list->elements[i];
        if (element->kind == DGI_OBJECT_VALUE)
            return dgi_fail_hint(rt, about, "use .data for its number",
                                 "element %zu of the list is a value, not a number", i);
        if (!gather(rt, about, element, out))
            return false;
    }
    return true;
}

dg_value *dgi_new_leaf(dgi_runtime *rt, dg_graph *g, dgi_span about, const dgi_object *o)
{
    if (dgi_is_list(o) && o->as.list->form == DGI_FORM_NONE) {
        dgi_fail_form(rt, about, o->as.list);
        return NULL;
    }
    dgi_shape shape = dgi_shape_of_object(o);
    bool in_graph = g == rt->graph;
    double *numbers;
    dg_value *leaf = g ? dgi_leaf_new(g, shape.ndim, shape.sizes, in_graph, &numbers) : NULL;
    if (!leaf)
        dgi_fail_graph(rt, g, about);
    /* Where a size is 0 there is nothing to walk through, though there may be many lists. */
    if (!leaf || dg_size(leaf) == 0 || gather(rt, about, o, &numbers))
        return leaf;
    dg_graph_rewind(g, dg_graph_size(g) - 1);
    return NULL;
}

/* ---- Lists that become tensors ---- */

/* The list's first name is the label of what it became. */
static bool label(dgi_runtime *rt, dgi_span about, const dgi_list *list)
{
    if (rt->labels != DG_LABELS_NAMES || list->symbol == 0 || *dg_label(list->tensor))
        return true;
    const char *name = rt->symbols.symbols[list->symbol - 1].name;
    return dgi_set_label(rt, list->tensor, name, strlen(name), about);
}

dg_value *dgi_element_value(dgi_runtime *rt, const dgi_object *element)
{
    return element->kind == DGI_OBJECT_NUMBER ? dg_leaf(rt->graph, element->as.number, NULL)
                                              : element->as.value;
}

dg_value **dgi_list_values(dgi_runtime *rt, dgi_span about, const dgi_list *list)
{
    dg_value **values = dgi_allocate(rt, list->count, sizeof *values);
    for (size_t i = 0; i < list->count && values; i++) {
        const dgi_object *element = &list->elements[i];
        values[i] = dgi_is_list(element) ? dgi_list_value(rt, about, element->as.list)
                                         : dgi_element_value(rt, element);
        if (!values[i] && !dgi_is_list(element))
            dgi_fail_graph(rt, rt->graph, about);
        if (!values[i])
            return NULL;
    }
    return values;
}

/* A list of numbers becomes a leaf, a row is selected from its source's tensor, others are stacked.
 */
static dg_value *make_value(dgi_runtime *rt, dgi_span about, dgi_list *list)
{
    dgi_object o = dgi_list_object(list);
    dg_value *whole = NULL, **values = NULL, *value = NULL;
    if (list->source)
        whole = dgi_list_value(rt, about, list->source);
    else if (list->form != DGI_FORM_VALUES)
        return dgi_new_leaf(rt, rt->graph, about, &o);
    else if (dgi_charge_values(rt, about, (double)list->count))
        values = dgi_list_values(rt, about, list);
    if (!whole && !values)
        return NULL;
    value = whole ? dg_select(whole, (ptrdiff_t)list->index) : dg_stack(values, list->count);
    if (!value)
        dgi_fail_graph(rt, rt->graph, about);
    return value;
}

dg_value *dgi_list_value(dgi_runtime *rt, dgi_span about, dgi_list *list)
{
    if (list->tensor)
        return list->tensor;
    list->tensor = make_value(rt, about, list);
    return list->tensor && label(rt, about, list) ? list->tensor : NULL;
}

bool dgi_name_list(dgi_runtime *rt, dgi_span about, dgi_list *list, size_t symbol)
{
    if (list->symbol)
        return true;
    list->symbol = (uint32_t)(symbol + 1);
    return !list->tensor || label(rt, about, list);
}

/* ---- Values ---- */

bool dgi_to_value(dgi_runtime *rt, dgi_operand *operand)
{
    dgi_object *o = &operand->object;
    dg_value *value;
    switch ((dgi_object_kind)o->kind) {
    case DGI_OBJECT_VALUE:
    case DGI_OBJECT_NAMED_LEAF:
    case DGI_OBJECT_ERROR:
        return true;
    case DGI_OBJECT_NUMBER:
        return dgi_take_value(rt, dg_leaf(rt->graph, o->as.number, NULL), operand);
    case DGI_OBJECT_LIST:
    case DGI_OBJECT_ARRAY:
        value = dgi_is_list(o) ? dgi_list_value(rt, operand->span, o->as.list)
                               : dgi_new_leaf(rt, rt->graph, operand->span, o);
        *o = dgi_value_object(value);
        return value;
    case DGI_OBJECT_NOTHING:
        return dgi_fail(rt, operand->span, "this call makes no value");
    default:
        return dgi_fail_kind(rt, operand, "a value is needed here");
    }
}

bool dgi_stays_in_graph(const dgi_object *o, bool numbers)
{
    if (dgi_is_list(o))
        return !numbers && (o->as.list->form == DGI_FORM_VALUES || dgi_is_tensor(o->as.list));
    return o->kind == DGI_OBJECT_VALUE || (o->kind == DGI_OBJECT_NAMED_LEAF && !numbers);
}

bool dgi_leaves_graph(const dgi_object *o, bool numbers)
{
    return o->kind == DGI_OBJECT_ARRAY || (dgi_is_list(o) && numbers);
}

bool dgi_is_detached(const dgi_operand *a, const dgi_operand *b, bool numbers)
{
    if (dgi_stays_in_graph(&a->object, numbers) || (b && dgi_stays_in_graph(&b->object, numbers)))
        return false;
    return dgi_leaves_graph(&a->object, numbers) || (b && dgi_leaves_graph(&b->object, numbers));
}

dg_graph *dgi_graph_for(dgi_runtime *rt, const dgi_operand *a, const dgi_operand *b, bool numbers)
{
    return dgi_is_detached(a, b, numbers) ? dgi_detached_graph(rt) : rt->graph;
}

dg_value *dgi_value_in(dgi_runtime *rt, dg_graph *g, dgi_operand *operand)
{
    dgi_object *o = &operand->object;
    bool is_array = o->kind == DGI_OBJECT_ARRAY;
    if (!g || (is_array && dg_graph_of(o->as.value) == g && g == rt->detached))
        return g ? o->as.value : NULL;
    if (g == rt->detached && (is_array || dgi_is_list(o) || dgi_is_number(o)))
        return dgi_new_leaf(rt, g, operand->span, o);
    return dgi_to_value(rt, operand) && !dgi_is_error(o) ? o->as.value : NULL;
}
