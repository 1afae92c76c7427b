#include "lang/operations.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

/* ---- Shapes ---- */

/* Of a list the sizes are those on the way to the first innermost element. */
dgi_shape dgi_shape_of_object(const dgi_object *o)
{
    dgi_shape shape;
    shape.ndim = 0;
    while (dgi_is_list(o) && shape.ndim < DG_DIMS_MAX) {
        const dgi_list *list = o->as.list;
        shape.sizes[shape.ndim++] = list->count;
        if (list->count == 0)
            return shape;
        o = &list->elements[0];
    }
    if (o->kind == DGI_OBJECT_VALUE || o->kind == DGI_OBJECT_ARRAY)
        for (int i = 0; i < dg_ndim(o->as.value) && shape.ndim < DG_DIMS_MAX; i++)
            shape.sizes[shape.ndim++] = dg_shape(o->as.value)[i];
    return shape;
}

dgi_shape dgi_value_shape(const dg_value *v)
{
    dgi_shape shape = {.ndim = dg_ndim(v)};
    memcpy(shape.sizes, dg_shape(v), (size_t)shape.ndim * sizeof shape.sizes[0]);
    return shape;
}

bool dgi_same_shape(const dgi_shape *a, const dgi_shape *b)
{
    return a->ndim == b->ndim &&
           memcmp(a->sizes, b->sizes, (size_t)a->ndim * sizeof a->sizes[0]) == 0;
}

/* ---- Lists as tensors ---- */

bool dgi_is_tensor(const dgi_list *list)
{
    /* A list that has a source is rectangular, and so are its sources: there are few. */
    for (; list; list = list->source)
        if (list->tensor)
            return true;
    return false;
}

/* What the element is in a tensor. */
static dgi_form element_form(const dgi_object *element)
{
    if (dgi_is_list(element)) {
        dgi_form form = (dgi_form)element->as.list->form;
        return form && dgi_is_tensor(element->as.list) ? DGI_FORM_VALUES : form;
    }
    if (element->kind == DGI_OBJECT_VALUE)
        return DGI_FORM_VALUES;
    return dgi_is_number(element) || element->kind == DGI_OBJECT_ARRAY ? DGI_FORM_NUMBERS
                                                                       : DGI_FORM_NONE;
}

dgi_object dgi_finish_list(dgi_list *list)
{
    list->form = DGI_FORM_NONE;
    list->ndim = 0;
    dgi_shape first = {.ndim = 0};
    dgi_form form = DGI_FORM_NUMBERS;
    for (size_t i = 0; i < list->count; i++) {
        dgi_form next = element_form(&list->elements[i]);
        dgi_shape shape = dgi_shape_of_object(&list->elements[i]);
        if (i == 0)
            first = shape;
        if (next == DGI_FORM_NONE || !dgi_same_shape(&first, &shape))
            return dgi_list_object(list);
        if (next == DGI_FORM_VALUES)
            form = next;
    }
    if (first.ndim < DG_DIMS_MAX) {
        list->form = (uint8_t)form;
        list->ndim = (uint8_t)(first.ndim + 1);
    }
    return dgi_list_object(list);
}

void dgi_extend_form(dgi_list *list)
{
    const dgi_object *last = &list->elements[list->count - 1];
    if (list->count < 2) {
        dgi_finish_list(list);
        return;
    }
    dgi_form form = element_form(last);
    dgi_shape first = dgi_shape_of_object(&list->elements[0]), shape = dgi_shape_of_object(last);
    if (form == DGI_FORM_NONE || !dgi_same_shape(&first, &shape))
        list->form = DGI_FORM_NONE;
    else if (list->form == DGI_FORM_NUMBERS)
        list->form = (uint8_t)form;
}

/* Two elements of a ragged list, or more generally of different shapes. */
static bool fail_ragged(dgi_runtime *rt, dgi_span about, const dgi_list *list, size_t i,
                        const dgi_shape *x, const dgi_shape *y)
{
    char texts[2][DG_SHAPE_TEXT_MAX];
    if (x->ndim == 0 || y->ndim == 0)
        return dgi_fail(rt, about, "the list is no tensor: element %zu is %s, element 0 is %s", i,
                        dgi_object_name(&list->elements[i]), dgi_object_name(&list->elements[0]));
    if (x->ndim == 1 && y->ndim == 1)
        return dgi_fail(rt, about,
                        "the list is no tensor: row %zu has %zu element%s, row 0 has %zu", i,
                        y->sizes[0], y->sizes[0] == 1 ? "" : "s", x->sizes[0]);
    return dgi_fail(rt, about, "the list is no tensor: element %zu has shape %s, element 0 has %s",
                    i, dg_shape_text(y->ndim, y->sizes, texts[1]),
                    dg_shape_text(x->ndim, x->sizes, texts[0]));
}

bool dgi_fail_form(dgi_runtime *rt, dgi_span about, const dgi_list *list)
{
    if (!dgi_diagnose_wants(&rt->diagnose, about.begin))
        return dgi_fail(rt, about, "the list is no tensor");
    /* Down to the list that is wrong itself. */
    for (size_t i = 0; i < list->count; i++) {
        const dgi_object *element = &list->elements[i];
        bool sound = element_form(element) != DGI_FORM_NONE;
        if (!sound && dgi_is_list(element)) {
            list = element->as.list;
            i = SIZE_MAX; /* from its beginning */
            continue;
        }
        if (!sound)
            return dgi_fail(rt, about, "the list is no tensor: element %zu is %s", i,
                            dgi_object_name(element));
        dgi_shape first = dgi_shape_of_object(&list->elements[0]);
        dgi_shape shape = dgi_shape_of_object(element);
        if (!dgi_same_shape(&first, &shape))
            return fail_ragged(rt, about, list, i, &first, &shape);
    }
    return dgi_fail(rt, about,
                    "the list is no tensor: it is nested more than %d deep, and a tensor has at "
                    "most %d dimensions",
                    DG_DIMS_MAX, DG_DIMS_MAX);
}

/* ---- Making lists ---- */

bool dgi_list_of_values(dgi_runtime *rt, dg_value *const *values, size_t count, dgi_operand *result)
{
    dgi_list *list = dgi_new_list(rt, result->span, count);
    for (size_t i = 0; i < count && list; i++)
        list->elements[i] = dgi_value_object(values[i]);
    if (list)
        result->object = dgi_finish_list(list);
    return list;
}

bool dgi_join_lists(dgi_runtime *rt, dgi_operand *a, const dgi_operand *b)
{
    const dgi_list *left = a->object.as.list, *right = b->object.as.list;
    dgi_span about = {a->span.begin, b->span.end};
    dgi_list *list = dgi_new_list(rt, about, left->count + right->count);
    if (!list)
        return false;
    memcpy(list->elements, left->elements, left->count * sizeof *list->elements);
    memcpy(list->elements + left->count, right->elements, right->count * sizeof *list->elements);
    a->object = dgi_finish_list(list);
    return true;
}

/* ---- Indexing ---- */

bool dgi_fetch_row(dgi_runtime *rt, dgi_list *list, size_t i, dgi_operand *result)
{
    const dgi_list *row = list->elements[i].as.list;
    result->object = list->elements[i];
    if (list->form != DGI_FORM_NUMBERS || (row->tensor && !dgi_is_tensor(list)))
        return true;
    dgi_list *again = dgi_new_list(rt, result->span, 0);
    if (!again)
        return false;
    *again = (dgi_list){.next = again->next,
                        .elements = row->elements,
                        .count = row->count,
                        .source = list,
                        .index = (uint32_t)i,
                        .form = row->form,
                        .ndim = row->ndim};
    result->object.as.list = again;
    return true;
}

bool dgi_find_index(dgi_runtime *rt, const dgi_operand *index, size_t count, const dgi_shape *shape,
                    size_t *found)
{
    double i = index->object.as.number, whole = (double)count;
    char text[DGI_NUMBER_ROOM], shown[DG_SHAPE_TEXT_MAX];
    dgi_shortest(text, i);
    if (!(i == floor(i) && fabs(i) < INFINITY))
        return dgi_fail(rt, index->span, "an index is a whole number, not %s", text);
    if (i >= -whole && i < whole) {
        *found = (size_t)(i < 0 ? i + whole : i);
        return true;
    }
    if (shape)
        return dgi_fail(rt, index->span, "index %s is out of range for shape %s", text,
                        dg_shape_text(shape->ndim, shape->sizes, shown));
    return dgi_fail(rt, index->span, "index %s is out of range: the list has %zu element%s", text,
                    count, count == 1 ? "" : "s");
}
