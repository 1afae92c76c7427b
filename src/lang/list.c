/* Lists: making and indexing them, and the functions that take one. */
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

static void put_list(dgi_operand *result, const dgi_list *list)
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
    put_list(a, list);
    return true;
}

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

bool dgi_index(dgi_interpreter *in, const dgi_frame *frame, dgi_operand *result)
{
    const dgi_list *list = in->operands[frame->operands].as.list;
    const dgi_operand *index = &in->operands[frame->operands + 1];
    double place = index->as.number;
    char text[DGI_NUMBER_ROOM];
    dgi_shortest(text, place);
    if (!(place == floor(place) && fabs(place) < INFINITY))
        return dgi_report(&in->diagnose, index->begin, index->end, NULL,
                          "an index is a whole number, not %s", text);
    double count = (double)list->count;
    if (place < -count || place >= count)
        return dgi_report(&in->diagnose, index->begin, index->end, NULL,
                          "index %s is out of range: the list has %zu element%s", text, list->count,
                          list->count == 1 ? "" : "s");
    return fetch(in, &list->elements[(size_t)(place < 0 ? place + count : place)], result);
}

bool dgi_is_number(const dgi_element *element)
{
    return element->kind == DGI_OPERAND_NUMBER || element->kind == DGI_OPERAND_NUMERIC;
}

bool dgi_is_value(const dgi_element *element)
{
    return element->kind == DGI_OPERAND_VALUE || element->kind == DGI_OPERAND_NUMERIC;
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

bool dgi_len(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    if (args[0]->kind != DGI_OPERAND_LIST)
        return dgi_fail_kind(in, args[0], "'len' needs a list");
    result->kind = DGI_OPERAND_NUMBER;
    result->as.number = (double)args[0]->as.list->count;
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
        return dgi_made(in, dg_add(term->as.value, leaf), total);
    }
    return dgi_made(in, dg_add(total->as.value, dgi_element_value(in, term)), total);
}

static bool has_sum(uint8_t kind)
{
    return kind == DGI_OPERAND_NUMBER || kind == DGI_OPERAND_VALUE || kind == DGI_OPERAND_NUMERIC;
}

bool dgi_sum(dgi_interpreter *in, dgi_arguments args, dgi_operand *result)
{
    const dgi_operand *terms = args[0], *start = args[1];
    if (terms->kind != DGI_OPERAND_LIST)
        return dgi_fail_kind(in, terms, "'sum' needs a list");
    if (start && !has_sum(start->kind))
        return dgi_fail_kind(in, start, "'sum' adds numbers and values");
    const dgi_list *list = terms->as.list;
    for (size_t i = 0; i < list->count; i++)
        if (!has_sum(list->elements[i].kind))
            return dgi_report(&in->diagnose, terms->begin, terms->end, NULL,
                              "'sum' adds numbers and values: element %zu is %s", i,
                              dgi_kind_name(list->elements[i].kind));
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
