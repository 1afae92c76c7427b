/* Lists: making and indexing them, what each would be as a tensor, and len. */
#include "lang/interpreter.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

enum { ELEMENTS_MAX = 1 << 24 }; /* of all lists, each of which counts as one more */

bool dgi_check_elements(dgi_interpreter *in, const dgi_operand *about, size_t count)
{
    if (count < ELEMENTS_MAX - in->store.elements)
        return true;
    return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                      "the lists have more than %d elements together", ELEMENTS_MAX);
}

bool dgi_new_list(dgi_interpreter *in, const dgi_operand *about, size_t count, dgi_list **list)
{
    if (!dgi_check_elements(in, about, count))
        return false;
    *list = dgi_store_list(&in->store, count);
    in->out_of_memory = in->out_of_memory || !*list;
    return *list != NULL;
}

/* ---- Lists as tensors ---- */

static void append_shape(dgi_shape *shape, const dg_value *v)
{
    const size_t *sizes = dg_shape(v);
    for (int i = 0; i < dg_ndim(v) && shape->ndim < DG_DIMS_MAX; i++)
        shape->sizes[shape->ndim++] = sizes[i];
}

/* The sizes are those on the way to the first innermost element. */
static void append_list_shape(dgi_shape *shape, const dgi_list *list)
{
    while (shape->ndim < DG_DIMS_MAX) {
        shape->sizes[shape->ndim++] = list->count;
        if (list->count == 0)
            return;
        const dgi_element *first = &list->elements[0];
        if (first->kind == DGI_OPERAND_VALUE || first->kind == DGI_OPERAND_ARRAY)
            append_shape(shape, first->as.value);
        if (first->kind != DGI_OPERAND_LIST)
            return;
        list = first->as.list;
    }
}

dgi_shape dgi_list_shape(const dgi_list *list)
{
    dgi_shape shape = {.ndim = 0};
    append_list_shape(&shape, list);
    return shape;
}

dgi_shape dgi_value_shape(const dg_value *v)
{
    dgi_shape shape = {.ndim = 0};
    append_shape(&shape, v);
    return shape;
}

bool dgi_same_shape(const dgi_shape *a, const dgi_shape *b)
{
    return a->ndim == b->ndim &&
           memcmp(a->sizes, b->sizes, (size_t)a->ndim * sizeof a->sizes[0]) == 0;
}

bool dgi_is_tensor(const dgi_list *list)
{
    /* A list that has a source is rectangular, and so are its sources: there are few. */
    for (; list; list = list->source)
        if (list->tensor)
            return true;
    return false;
}

/* What the element is in a tensor, and its shape where it is anything. */
static dgi_form element_form(const dgi_element *element, dgi_shape *shape)
{
    shape->ndim = 0;
    switch ((dgi_operand_kind)element->kind) {
    case DGI_OPERAND_NUMBER:
    case DGI_OPERAND_NUMERIC:
        return DGI_FORM_NUMBERS;
    case DGI_OPERAND_VALUE:
        append_shape(shape, element->as.value);
        return DGI_FORM_VALUES;
    case DGI_OPERAND_ARRAY:
        append_shape(shape, element->as.value);
        return DGI_FORM_NUMBERS;
    case DGI_OPERAND_LIST:
        if (element->as.list->form == DGI_FORM_NONE)
            return DGI_FORM_NONE;
        append_list_shape(shape, element->as.list);
        return dgi_is_tensor(element->as.list) ? DGI_FORM_VALUES : (dgi_form)element->as.list->form;
    default:
        return DGI_FORM_NONE;
    }
}

void dgi_classify_list(dgi_list *list)
{
    dgi_shape first = {.ndim = 0}, shape;
    dgi_form form = DGI_FORM_NUMBERS;
    list->form = DGI_FORM_NONE;
    for (size_t i = 0; i < list->count; i++) {
        dgi_form next = element_form(&list->elements[i], i == 0 ? &first : &shape);
        if (next == DGI_FORM_NONE || (i > 0 && !dgi_same_shape(&first, &shape)))
            return;
        if (next == DGI_FORM_VALUES)
            form = next;
    }
    if (first.ndim >= DG_DIMS_MAX)
        return;
    list->form = (uint8_t)form;
    list->ndim = (uint8_t)(first.ndim + 1);
}

/* Two elements of a ragged list, or more generally of different shapes. */
static bool fail_ragged(dgi_interpreter *in, const dgi_operand *about, const dgi_list *list,
                        size_t i)
{
    const dgi_element *a = &list->elements[0], *b = &list->elements[i];
    dgi_shape shapes[2];
    char texts[2][DG_SHAPE_TEXT_MAX];
    element_form(a, &shapes[0]);
    element_form(b, &shapes[1]);
    if (shapes[0].ndim == 0 || shapes[1].ndim == 0)
        return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                          "the list is no tensor: element %zu is %s, element 0 is %s", i,
                          dgi_element_name(b), dgi_element_name(a));
    if (shapes[0].ndim == 1 && shapes[1].ndim == 1)
        return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                          "the list is no tensor: row %zu has %zu element%s, row 0 has %zu", i,
                          shapes[1].sizes[0], shapes[1].sizes[0] == 1 ? "" : "s",
                          shapes[0].sizes[0]);
    for (int k = 0; k < 2; k++)
        dg_shape_text(shapes[k].ndim, shapes[k].sizes, texts[k]);
    return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                      "the list is no tensor: element %zu has shape %s, element 0 has %s", i,
                      texts[1], texts[0]);
}

bool dgi_fail_form(dgi_interpreter *in, const dgi_operand *about, const dgi_list *list)
{
    if (!dgi_diagnose_wants(&in->diagnose, about->begin))
        return dgi_fail_operand(in, about, "the list is no tensor");
    /* Down to the list that is wrong itself. */
    for (size_t i = 0; i < list->count; i++) {
        const dgi_element *element = &list->elements[i];
        dgi_shape first, shape;
        dgi_form form = element_form(element, &shape);
        if (form == DGI_FORM_NONE && element->kind == DGI_OPERAND_LIST) {
            list = element->as.list;
            i = SIZE_MAX; /* from its beginning */
            continue;
        }
        if (form == DGI_FORM_NONE)
            return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                              "the list is no tensor: element %zu is %s", i,
                              dgi_element_name(element));
        element_form(&list->elements[0], &first);
        if (!dgi_same_shape(&first, &shape))
            return fail_ragged(in, about, list, i);
    }
    return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                      "the list is no tensor: it is nested more than %d deep, and a tensor has at "
                      "most %d dimensions",
                      DG_DIMS_MAX, DG_DIMS_MAX);
}

/* ---- Making lists ---- */

static void put_list(dgi_operand *result, dgi_list *list)
{
    result->kind = DGI_OPERAND_LIST;
    result->as.list = list;
    result->bare_name = false;
}

/* Keeps the operand as an element. */
static bool keep(dgi_interpreter *in, const dgi_operand *operand, dgi_element *element)
{
    element->kind = operand->kind;
    switch ((dgi_operand_kind)operand->kind) {
    case DGI_OPERAND_NUMBER:
        element->as.number = operand->as.number;
        return true;
    case DGI_OPERAND_LIST:
        element->as.list = operand->as.list;
        return true;
    case DGI_OPERAND_NETWORK:
        element->as.network = operand->as.network;
        return true;
    case DGI_OPERAND_STRING:
        element->as.text = dgi_keep_string(in, operand);
        return element->as.text != NULL;
    case DGI_OPERAND_ARRAY:
        element->as.value = dgi_keep_array(in, operand);
        return element->as.value != NULL;
    default:
        element->as.value = operand->as.value;
        return true;
    }
}

bool dgi_finish_list(dgi_interpreter *in, const dgi_frame *frame, dgi_operand *result)
{
    size_t count = in->n_operands - frame->operands;
    dgi_list *list;
    if (!dgi_new_list(in, result, count, &list))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!keep(in, &in->operands[frame->operands + i], &list->elements[i]))
            return false;
    dgi_classify_list(list);
    put_list(result, list);
    return true;
}

bool dgi_list_of_sizes(dgi_interpreter *in, const dgi_shape *shape, dgi_operand *result)
{
    dgi_list *list;
    if (!dgi_new_list(in, result, (size_t)shape->ndim, &list))
        return false;
    for (int i = 0; i < shape->ndim; i++)
        list->elements[i] =
            (dgi_element){.as.number = (double)shape->sizes[i], .kind = DGI_OPERAND_NUMBER};
    dgi_classify_list(list);
    put_list(result, list);
    return true;
}

bool dgi_join_lists(dgi_interpreter *in, dgi_operand *a, const dgi_operand *b)
{
    const dgi_list *left = a->as.list, *right = b->as.list;
    dgi_list *list;
    dgi_operand about = {.begin = a->begin, .end = b->end};
    if (!dgi_new_list(in, &about, left->count + right->count, &list))
        return false;
    memcpy(list->elements, left->elements, left->count * sizeof *list->elements);
    memcpy(list->elements + left->count, right->elements, right->count * sizeof *list->elements);
    dgi_classify_list(list);
    put_list(a, list);
    return true;
}

/* ---- Indexing ---- */

/* The element becomes the result, which spans the text that it should. */
static bool fetch(dgi_interpreter *in, const dgi_element *element, dgi_operand *result)
{
    result->kind = element->kind;
    switch ((dgi_operand_kind)element->kind) {
    case DGI_OPERAND_NUMBER:
        result->as.number = element->as.number;
        return true;
    case DGI_OPERAND_LIST:
        result->as.list = element->as.list;
        return true;
    case DGI_OPERAND_NETWORK:
        result->as.network = element->as.network;
        return true;
    case DGI_OPERAND_STRING:
        return dgi_fetch_string(in, element->as.text, result);
    default:
        result->as.value = element->as.value;
        return true;
    }
}

/* A row of a list that is numbers through and through remembers where it came from. */
static bool fetch_row(dgi_interpreter *in, dgi_list *list, size_t place, dgi_operand *result)
{
    dgi_list *row = list->elements[place].as.list;
    if (list->form == DGI_FORM_NUMBERS && (!row->tensor || dgi_is_tensor(list))) {
        if (!dgi_check_elements(in, result, 0))
            return false;
        row = dgi_store_row(&in->store, row, list, place);
        in->out_of_memory = in->out_of_memory || !row;
    }
    put_list(result, row);
    return row != NULL;
}

/* A number of a list that has become a tensor is the tensor's, since its data may have changed. */
static bool fetch_number(dgi_interpreter *in, const dgi_frame *frame, dgi_list *list, size_t place,
                         dgi_operand *result)
{
    const double *data = dgi_list_data(list);
    if (frame->result_number && data) {
        result->kind = DGI_OPERAND_NUMBER;
        result->as.number = data[place];
        return true;
    }
    dg_value *tensor = dgi_list_value(in, &in->operands[frame->operands], list);
    return tensor && dgi_made(in, dg_select(tensor, (ptrdiff_t)place), result);
}

/* The place that the index means of `count`; `shape` is that of a tensor, or NULL. */
static bool find_place(dgi_interpreter *in, const dgi_operand *index, size_t count,
                       const dgi_shape *shape, size_t *found)
{
    double place = index->as.number, whole = (double)count;
    char text[DGI_NUMBER_ROOM], shown[DG_SHAPE_TEXT_MAX];
    dgi_shortest(text, place);
    if (!(place == floor(place) && fabs(place) < INFINITY))
        return dgi_report(&in->diagnose, index->begin, index->end, NULL,
                          "an index is a whole number, not %s", text);
    if (place >= -whole && place < whole) {
        *found = (size_t)(place < 0 ? place + whole : place);
        return true;
    }
    if (shape)
        return dgi_report(&in->diagnose, index->begin, index->end, NULL,
                          "index %s is out of range for shape %s", text,
                          dg_shape_text(shape->ndim, shape->sizes, shown));
    return dgi_report(&in->diagnose, index->begin, index->end, NULL,
                      "index %s is out of range: the list has %zu element%s", text, count,
                      count == 1 ? "" : "s");
}

static bool index_list(dgi_interpreter *in, const dgi_frame *frame, const dgi_operand *index,
                       dgi_operand *result)
{
    dgi_list *list = in->operands[frame->operands].as.list;
    size_t place;
    bool tensor = dgi_is_tensor(list);
    dgi_shape shape = {.ndim = 0};
    if (tensor)
        shape = dgi_list_shape(list);
    if (!find_place(in, index, list->count, tensor ? &shape : NULL, &place))
        return false;
    const dgi_element *element = &list->elements[place];
    if (element->kind == DGI_OPERAND_LIST)
        return fetch_row(in, list, place, result);
    if (dgi_is_number(element) && tensor)
        return fetch_number(in, frame, list, place, result);
    return fetch(in, element, result);
}

bool dgi_index(dgi_interpreter *in, const dgi_frame *frame, dgi_operand *result)
{
    dgi_operand *indexed = &in->operands[frame->operands];
    const dgi_operand *index = indexed + 1;
    if (indexed->kind == DGI_OPERAND_LIST)
        return index_list(in, frame, index, result);
    dgi_shape shape = dgi_value_shape(indexed->as.value);
    size_t place;
    if (!find_place(in, index, shape.sizes[0], &shape, &place))
        return false;
    bool outside = indexed->kind == DGI_OPERAND_ARRAY;
    double numbers = dgi_numbers_in(indexed->as.value) / (double)shape.sizes[0];
    dg_value *value = dgi_room(in, result, shape.ndim > 1 ? numbers : 0.0)
                          ? dgi_operand_in(in, outside, indexed)
                          : NULL;
    return value && dgi_finish(in, outside, dg_select(value, (ptrdiff_t)place), result, result);
}

/* ---- What lists hold ---- */

bool dgi_is_number(const dgi_element *element)
{
    return element->kind == DGI_OPERAND_NUMBER || element->kind == DGI_OPERAND_NUMERIC;
}

bool dgi_is_value(const dgi_element *element)
{
    return element->kind == DGI_OPERAND_NUMERIC ||
           (element->kind == DGI_OPERAND_VALUE && dg_ndim(element->as.value) == 0);
}

double dgi_element_number(const dgi_element *element)
{
    return element->kind == DGI_OPERAND_NUMBER ? element->as.number : dg_data(element->as.value);
}

dg_value *dgi_element_value(dgi_interpreter *in, const dgi_element *element)
{
    return element->kind == DGI_OPERAND_NUMBER ? dg_leaf(in->graph, element->as.number, NULL)
                                               : element->as.value;
}

const char *dgi_element_name(const dgi_element *element)
{
    if (element->kind == DGI_OPERAND_VALUE && dg_ndim(element->as.value) > 0)
        return "a tensor";
    return dgi_kind_name(element->kind);
}

bool dgi_len(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    const dgi_operand *xs = args[0];
    bool tensor = (xs->kind == DGI_OPERAND_VALUE || xs->kind == DGI_OPERAND_ARRAY) &&
                  dg_ndim(xs->as.value) > 0;
    if (xs->kind != DGI_OPERAND_LIST && !tensor)
        return dgi_fail_kind(in, xs, "'len' needs a list");
    result->kind = DGI_OPERAND_NUMBER;
    result->as.number = (double)(tensor ? dg_shape(xs->as.value)[0] : xs->as.list->count);
    return true;
}

/* As Python adds to a sum that began with the number 0: a value that meets it comes first. */
static bool add(dgi_interpreter *in, dgi_operand *total, const dgi_element *term)
{
    if (total->kind == DGI_OPERAND_NUMBER && term->kind == DGI_OPERAND_NUMBER) {
        total->as.number += term->as.number;
        return true;
    }
    if (total->kind == DGI_OPERAND_NUMBER) {
        dg_value *leaf = dg_leaf(in->graph, total->as.number, NULL);
        return dgi_room(in, total, dgi_numbers_in(term->as.value)) &&
               dgi_made(in, dg_add(term->as.value, leaf), total);
    }
    dg_value *value = dgi_element_value(in, term);
    return dgi_room(in, total, dgi_numbers_of_two(total->as.value, value)) &&
           dgi_made(in, dg_add(total->as.value, value), total);
}

static bool has_sum(uint8_t kind)
{
    return kind == DGI_OPERAND_NUMBER || kind == DGI_OPERAND_VALUE || kind == DGI_OPERAND_NUMERIC;
}

bool dgi_sum_list(dgi_interpreter *in, const dgi_operand *terms, const dgi_operand *start,
                  dgi_operand *result)
{
    if (start && !has_sum(start->kind))
        return dgi_fail_kind(in, start, "'sum' adds numbers and values");
    const dgi_list *list = terms->as.list;
    for (size_t i = 0; i < list->count; i++)
        if (!has_sum(list->elements[i].kind))
            return dgi_report(&in->diagnose, terms->begin, terms->end, NULL,
                              "'sum' adds numbers and values: element %zu is %s", i,
                              dgi_element_name(&list->elements[i]));
    if (!dgi_spend(in, result, 2.0 * (double)list->count))
        return false;
    dgi_operand total = {.kind = DGI_OPERAND_NUMBER, .as.number = 0.0};
    if (start)
        total = *start;
    total.begin = result->begin;
    total.end = result->end;
    for (size_t i = 0; i < list->count; i++)
        if (!add(in, &total, &list->elements[i]))
            return false;
    *result = total;
    result->bare_name = false;
    return true;
}
