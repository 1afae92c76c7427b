#include "lang/coercion.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "engine/detached.h"

/* ---- Numbers ---- */

/* A value stands where a number is needed. */
static bool fail_value(dgi_runtime *rt, const dgi_operand *operand, const char *what)
{
    bool tensor = dg_ndim(operand->object.as.value) > 0;
    const char *name = rt->text + operand->span.begin;
    int shown =
        dgi_shown_length(name, operand->bare_name ? operand->span.end - operand->span.begin : 0);
    rt->scratch.size = 0;
    dgi_buf_printf(&rt->scratch, "use %.*s.data for its %s", shown, name,
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
    case DGI_OBJECT_NAMED_LEAF:
        dgi_set_object(operand, dgi_number_object(dg_data(operand->object.as.value)));
        return true;
    case DGI_OBJECT_VALUE:
        return fail_value(rt, operand, what);
    case DGI_OBJECT_ATTRIBUTE:
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

static dg_graph *detached_graph(dgi_runtime *rt)
{
    if (!rt->detached)
        rt->detached = dgi_detached_new(rt->graph);
    rt->out_of_memory = rt->out_of_memory || !rt->detached;
    return rt->detached;
}

static dg_value *refuse(dgi_runtime *rt, bool detached, dgi_span about)
{
    if (detached)
        dgi_fail_detached(rt, about);
    else
        dgi_fail_graph(rt, about);
    return NULL;
}

/* A leaf whose numbers are to be filled in. */
static dg_value *new_leaf(dgi_runtime *rt, bool detached, dgi_span about, const dgi_shape *shape,
                          double **numbers)
{
    dg_graph *g = detached ? detached_graph(rt) : rt->graph;
    dg_value *leaf = g ? dgi_leaf_new(g, shape->ndim, shape->sizes, !detached, numbers) : NULL;
    return leaf ? leaf : refuse(rt, detached, about);
}

static dg_value *copy_leaf(dgi_runtime *rt, bool detached, dgi_span about, const dgi_shape *shape,
                           const double *data)
{
    double *numbers;
    dg_value *leaf = new_leaf(rt, detached, about, shape, &numbers);
    size_t size = leaf ? dg_size(leaf) : 0;
    if (size)
        memcpy(numbers, data, size * sizeof *numbers);
    return leaf;
}

dg_value *dgi_array_leaf(dgi_runtime *rt, const dgi_operand *array)
{
    const dg_value *v = array->object.as.value;
    dgi_shape shape = dgi_value_shape(v);
    return copy_leaf(rt, false, array->span, &shape, dg_data_array(v));
}

bool dgi_new_array(dgi_runtime *rt, const dgi_shape *shape, const double *data, dgi_operand *result)
{
    dg_value *leaf = copy_leaf(rt, true, result->span, shape, data);
    dgi_set_object(result, (dgi_object){.as.value = leaf, .kind = DGI_OBJECT_ARRAY});
    return leaf;
}

/* ---- Lists of numbers ---- */

/* How far a walk through a nested list has come on each level. */
typedef struct level {
    dgi_list *list;
    size_t next;  /* the element to come */
    size_t below; /* of a stack: where its elements' values begin */
} level;

const double *dgi_list_data(const dgi_list *list)
{
    size_t offset = 0;
    for (; list; list = list->source) {
        if (list->tensor)
            return dg_data_array(list->tensor) + offset;
        dgi_shape shape = dgi_list_shape(list);
        offset += list->source ? list->index * dgi_shape_size(&shape) : 0;
    }
    return NULL;
}

static double *copy(double *out, const double *data, size_t count)
{
    if (count)
        memcpy(out, data, count * sizeof *out);
    return out + count;
}

/* Writes the numbers of a list that has a form; false where some of its elements are none. A list
 * of numbers that has become a tensor stands for the tensor's. */
static bool gather(dgi_runtime *rt, dgi_span about, dgi_list *list, double *out)
{
    level levels[DG_DIMS_MAX];
    int n = 0;
    levels[n++] = (level){.list = list};
    while (n > 0) {
        level *l = &levels[n - 1];
        bool whole = l->next == 0 && l->list->form == DGI_FORM_NUMBERS;
        const double *data = whole ? dgi_list_data(l->list) : NULL;
        if (data) {
            dgi_shape shape = dgi_list_shape(l->list);
            out = copy(out, data, dgi_shape_size(&shape));
        }
        if (data || l->next == l->list->count) {
            n--;
            continue;
        }
        const dgi_object *element = &l->list->elements[l->next++];
        if (dgi_is_list(element))
            levels[n++] = (level){.list = element->as.list};
        else if (element->kind == DGI_OBJECT_ARRAY)
            out = copy(out, dg_data_array(element->as.value), dg_size(element->as.value));
        else if (element->kind == DGI_OBJECT_VALUE)
            return dgi_fail_hint(rt, about, "use .data for its number",
                                 "element %zu of the list is a value, not a number", l->next - 1);
        else
            *out++ = dgi_number_of(element);
    }
    return true;
}

dg_value *dgi_list_leaf(dgi_runtime *rt, bool detached, dgi_span about, dgi_list *list)
{
    if (list->form == DGI_FORM_NONE) {
        dgi_fail_form(rt, about, list);
        return NULL;
    }
    dgi_shape shape = dgi_list_shape(list);
    double *numbers;
    dg_value *leaf = new_leaf(rt, detached, about, &shape, &numbers);
    /* Where a size is 0 there is nothing to walk through, though there may be many lists. */
    if (!leaf || dg_size(leaf) == 0 || gather(rt, about, list, numbers))
        return leaf;
    dg_graph *g = dg_graph_of(leaf);
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

/* Takes the result of an engine call as what the list becomes. */
static bool become(dgi_runtime *rt, dgi_span about, dgi_list *list, dg_value *value)
{
    if (!value)
        return dgi_fail_graph(rt, about);
    list->tensor = value;
    return label(rt, about, list);
}

static bool become_leaf(dgi_runtime *rt, dgi_span about, dgi_list *list)
{
    dg_value *leaf = dgi_list_leaf(rt, false, about, list);
    return leaf && become(rt, about, list, leaf);
}

/* A row is selected from its source's tensor, and that perhaps from its source's. */
static bool become_row(dgi_runtime *rt, dgi_span about, dgi_list *row)
{
    dgi_list *way[DG_DIMS_MAX];
    int n = 0;
    dgi_list *list = row;
    for (; list->source && !list->tensor; list = list->source)
        way[n++] = list;
    if (!list->tensor && !become_leaf(rt, about, list))
        return false;
    while (n-- > 0)
        if (!become(rt, about, way[n], dg_select(way[n]->source->tensor, (ptrdiff_t)way[n]->index)))
            return false;
    return true;
}

static bool push_value(dgi_runtime *rt, size_t *count, dg_value *value)
{
    dg_value **stack = dgi_grown(rt->stack, &rt->stack_capacity, *count, sizeof(dg_value *));
    if (!stack)
        return dgi_no_memory(rt);
    rt->stack = stack;
    rt->stack[(*count)++] = value;
    return true;
}

dg_value *dgi_element_value(dgi_runtime *rt, const dgi_object *element)
{
    return element->kind == DGI_OBJECT_NUMBER ? dg_leaf(rt->graph, element->as.number, NULL)
                                              : element->as.value;
}

/* The value of an element that needs no stacking; NULL fails. */
static dg_value *element_value(dgi_runtime *rt, dgi_span about, const dgi_object *element)
{
    if (!dgi_is_list(element)) {
        dg_value *value = dgi_element_value(rt, element);
        return value ? value : refuse(rt, false, about);
    }
    dgi_list *list = element->as.list;
    bool done =
        list->tensor || (list->source ? become_row(rt, about, list) : become_leaf(rt, about, list));
    return done ? list->tensor : NULL;
}

static bool needs_stack(const dgi_list *list)
{
    return list->form == DGI_FORM_VALUES && !list->tensor && !list->source;
}

static bool become_stack(dgi_runtime *rt, dgi_span about, dgi_list *list)
{
    level levels[DG_DIMS_MAX];
    size_t count = 0;
    int n = 0;
    levels[n++] = (level){.list = list};
    while (n > 0) {
        level *l = &levels[n - 1];
        if (l->next == 0 && !dgi_charge_values(rt, about, (double)l->list->count))
            return false;
        if (l->next == l->list->count) {
            /* The elements that have been made values become one. */
            if (!become(rt, about, l->list, dg_stack(rt->stack + l->below, count - l->below)))
                return false;
            count = l->below;
            n--;
            if (n > 0 && !push_value(rt, &count, l->list->tensor))
                return false;
            continue;
        }
        const dgi_object *element = &l->list->elements[l->next++];
        if (dgi_is_list(element) && needs_stack(element->as.list)) {
            levels[n++] = (level){.list = element->as.list, .below = count};
            continue;
        }
        dg_value *value = element_value(rt, about, element);
        if (!value || !push_value(rt, &count, value))
            return false;
    }
    return true;
}

dg_value *dgi_list_value(dgi_runtime *rt, dgi_span about, dgi_list *list)
{
    bool done = true;
    if (!list->tensor) {
        if (list->form == DGI_FORM_NONE)
            done = dgi_fail_form(rt, about, list);
        else if (list->source)
            done = become_row(rt, about, list);
        else if (list->form == DGI_FORM_NUMBERS)
            done = become_leaf(rt, about, list);
        else
            done = become_stack(rt, about, list);
    }
    return done ? list->tensor : NULL;
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
    switch ((dgi_object_kind)operand->object.kind) {
    case DGI_OBJECT_VALUE:
    case DGI_OBJECT_NAMED_LEAF:
    case DGI_OBJECT_ERROR:
        return true;
    case DGI_OBJECT_NUMBER:
        return dgi_take_value(rt, dg_leaf(rt->graph, operand->object.as.number, NULL), operand);
    case DGI_OBJECT_LIST:
    case DGI_OBJECT_ARRAY:
        operand->object =
            dgi_value_object(dgi_is_list(&operand->object)
                                 ? dgi_list_value(rt, operand->span, operand->object.as.list)
                                 : dgi_array_leaf(rt, operand));
        return operand->object.as.value;
    case DGI_OBJECT_ATTRIBUTE:
    case DGI_OBJECT_NOTHING:
        return dgi_fail(rt, operand->span, "this call makes no value");
    default:
        return dgi_fail_kind(rt, operand, "a value is needed here");
    }
}

static bool stays_in_graph(const dgi_object *o, bool numbers)
{
    if (dgi_is_list(o))
        return !numbers && (o->as.list->form == DGI_FORM_VALUES || dgi_is_tensor(o->as.list));
    return o->kind == DGI_OBJECT_VALUE || (o->kind == DGI_OBJECT_NAMED_LEAF && !numbers);
}

static bool leaves_graph(const dgi_object *o, bool numbers)
{
    return o->kind == DGI_OBJECT_ARRAY || (dgi_is_list(o) && numbers);
}

bool dgi_is_detached(const dgi_operand *a, const dgi_operand *b, bool numbers)
{
    if (stays_in_graph(&a->object, numbers) || (b && stays_in_graph(&b->object, numbers)))
        return false;
    return leaves_graph(&a->object, numbers) || (b && leaves_graph(&b->object, numbers));
}

dg_value *dgi_value_in(dgi_runtime *rt, bool detached, dgi_operand *operand)
{
    dgi_object *o = &operand->object;
    if (detached && o->kind == DGI_OBJECT_ARRAY) {
        dgi_shape shape = dgi_value_shape(o->as.value);
        return dg_graph_of(o->as.value) == rt->detached
                   ? o->as.value
                   : copy_leaf(rt, true, operand->span, &shape, dg_data_array(o->as.value));
    }
    if (detached && dgi_is_list(o))
        return dgi_list_leaf(rt, true, operand->span, o->as.list);
    if (detached && dgi_is_number(o)) {
        double number = dgi_number_of(o);
        return copy_leaf(rt, true, operand->span, &(dgi_shape){.ndim = 0}, &number);
    }
    return dgi_to_value(rt, operand) && !dgi_is_error(o) ? o->as.value : NULL;
}

bool dgi_take_result(dgi_runtime *rt, bool detached, dg_value *value, dgi_span about,
                     dgi_operand *result)
{
    result->bare_name = false;
    if (!value)
        return refuse(rt, detached, about);
    if (!detached)
        result->object = dgi_value_object(value);
    else if (dg_ndim(value) == 0)
        result->object = dgi_number_object(dg_data(value));
    else
        result->object = (dgi_object){.as.value = value, .kind = DGI_OBJECT_ARRAY};
    return true;
}
