/* Tensors: what becomes of lists where one is needed, and how many numbers a program may make. */
#include "lang/interpreter.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

/* Together with data and gradient counted: 1 GiB. And of what is computed, in multiplications: some
 * minutes. */
#define NUMBERS_MAX 0x1p27
#define WORK_MAX 0x1p42

/* ---- How much there may be ---- */

double dgi_numbers_in(const dg_value *v)
{
    return dg_ndim(v) ? (double)dg_size(v) : 0.0;
}

double dgi_count_shape(const dgi_shape *shape)
{
    double count = 1.0;
    for (int i = 0; i < shape->ndim; i++)
        count *= (double)shape->sizes[i];
    return count;
}

bool dgi_broadcast(const dgi_shape *a, const dgi_shape *b, dgi_shape *z)
{
    z->ndim = a->ndim > b->ndim ? a->ndim : b->ndim;
    for (int i = 1; i <= z->ndim; i++) {
        size_t x = i <= a->ndim ? a->sizes[a->ndim - i] : 1;
        size_t y = i <= b->ndim ? b->sizes[b->ndim - i] : 1;
        if (x != y && x != 1 && y != 1)
            return false;
        z->sizes[z->ndim - i] = x == 1 ? y : x;
    }
    return true;
}

double dgi_numbers_of_two(const dg_value *a, const dg_value *b)
{
    if (dg_ndim(a) == 0 && dg_ndim(b) == 0)
        return 0.0;
    dgi_shape x = dgi_value_shape(a), y = dgi_value_shape(b), z;
    return dgi_broadcast(&x, &y, &z) ? dgi_count_shape(&z) : 0.0;
}

double dgi_numbers_of_product(const dg_value *a, const dg_value *b, double *multiplications)
{
    dgi_shape x = dgi_value_shape(a), y = dgi_value_shape(b), z;
    *multiplications = 0.0;
    if (x.ndim == 0 || y.ndim == 0)
        return 0.0;
    double inner = (double)x.sizes[x.ndim - 1];
    double rows = x.ndim > 1 ? (double)x.sizes[x.ndim - 2] : 1.0;
    double columns = y.ndim > 1 ? (double)y.sizes[y.ndim - 1] : 1.0;
    x.ndim = x.ndim > 2 ? x.ndim - 2 : 0;
    y.ndim = y.ndim > 2 ? y.ndim - 2 : 0;
    if (!dgi_broadcast(&x, &y, &z))
        return 0.0;
    double numbers = dgi_count_shape(&z) * rows * columns;
    *multiplications = numbers * inner;
    return numbers;
}

bool dgi_room(dgi_interpreter *in, const dgi_operand *about, double numbers)
{
    /* A single tensor that is too large is the engine's to refuse. */
    if (numbers == 0.0 || numbers > (double)DG_TENSOR_MAX ||
        in->numbers + in->numbers_outside + 2.0 * numbers <= NUMBERS_MAX)
        return true;
    return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                      "the tensors have more than %.0f numbers together, gradients counted",
                      NUMBERS_MAX);
}

bool dgi_work(dgi_interpreter *in, const dgi_operand *about, double multiplications)
{
    if (in->work + multiplications <= WORK_MAX) {
        in->work += multiplications;
        return true;
    }
    return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                      "the tensors take more than %.0f multiplications together", WORK_MAX);
}

/* ---- Lists that become tensors ---- */

/* How far a walk through a nested list has come on each level. */
typedef struct level {
    dgi_list *list;
    size_t next;  /* the element to come */
    size_t below; /* of a stack: where its elements' values begin */
} level;

static bool fail_element(dgi_interpreter *in, const dgi_operand *about, size_t i)
{
    return dgi_report(&in->diagnose, about->begin, about->end, "use .data for its number",
                      "element %zu of the list is a value, not a number", i);
}

/* Writes the numbers of a list that has a form; false where some of its elements are none. A list
 * of numbers that has become a tensor stands for the tensor's. */
static bool gather(dgi_interpreter *in, const dgi_operand *about, dgi_list *list, double *out)
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
            size_t count = (size_t)dgi_count_shape(&shape);
            memcpy(out, data, count * sizeof *out);
            out += count;
        }
        if (data || l->next == l->list->count) {
            n--;
            continue;
        }
        const dgi_element *element = &l->list->elements[l->next++];
        if (element->kind == DGI_OPERAND_LIST) {
            levels[n++] = (level){.list = element->as.list};
        } else if (element->kind == DGI_OPERAND_ARRAY) {
            size_t count = dg_size(element->as.value);
            if (count)
                memcpy(out, dg_data_array(element->as.value), count * sizeof *out);
            out += count;
        } else if (element->kind == DGI_OPERAND_VALUE) {
            return fail_element(in, about, l->next - 1);
        } else {
            *out++ = dgi_element_number(element);
        }
    }
    return true;
}

const double *dgi_list_data(const dgi_list *list)
{
    size_t offset = 0;
    for (; list; list = list->source) {
        if (list->tensor)
            return dg_data_array(list->tensor) + offset;
        if (!list->source)
            break;
        dgi_shape shape = dgi_list_shape(list);
        offset += list->place * (size_t)dgi_count_shape(&shape);
    }
    return NULL;
}

bool dgi_list_numbers(dgi_interpreter *in, const dgi_operand *about, dgi_list *list,
                      dgi_shape *shape, double **numbers)
{
    if (list->form == DGI_FORM_NONE)
        return dgi_fail_form(in, about, list);
    *shape = dgi_list_shape(list);
    double count = dgi_count_shape(shape);
    char text[DG_SHAPE_TEXT_MAX];
    if (count > (double)DG_TENSOR_MAX)
        return dgi_report(&in->diagnose, about->begin, about->end, NULL,
                          "a tensor of shape %s is over the limit of %zu numbers",
                          dg_shape_text(shape->ndim, shape->sizes, text), DG_TENSOR_MAX);
    if (!dgi_room(in, about, count))
        return false;
    *numbers = malloc(count > 0.0 ? (size_t)count * sizeof(double) : 1);
    in->out_of_memory = in->out_of_memory || !*numbers;
    if (!*numbers)
        return false;
    /* Where a size is 0 there is nothing to walk through, though there may be many lists. */
    if (count == 0.0 || gather(in, about, list, *numbers))
        return true;
    free(*numbers);
    return false;
}

/* The list's first name is the label of what it became. */
static bool label(dgi_interpreter *in, const dgi_operand *about, const dgi_list *list)
{
    if (in->labels != DG_LABELS_NAMES || list->name == 0 || *dg_label(list->tensor))
        return true;
    const char *name = in->names.bindings[list->name - 1].name;
    return dgi_set_label(in, list->tensor, name, strlen(name), about->begin, about->end);
}

/* Takes the result of an engine call as what the list becomes. */
static bool become(dgi_interpreter *in, const dgi_operand *about, dgi_list *list, dg_value *value)
{
    if (!value)
        return dgi_fail_graph(in, about);
    dgi_count(in, value);
    list->tensor = value;
    return label(in, about, list);
}

static bool become_leaf(dgi_interpreter *in, const dgi_operand *about, dgi_list *list)
{
    dgi_shape shape;
    double *numbers;
    if (!dgi_list_numbers(in, about, list, &shape, &numbers))
        return false;
    dg_value *leaf = dg_tensor(in->graph, shape.ndim, shape.sizes, numbers, NULL);
    free(numbers);
    return become(in, about, list, leaf);
}

/* A row is selected from its source's tensor, and that perhaps from its source's. */
static bool become_row(dgi_interpreter *in, const dgi_operand *about, dgi_list *row)
{
    dgi_list *way[DG_DIMS_MAX];
    int n = 0;
    dgi_list *list = row;
    for (; list->source && !list->tensor; list = list->source)
        way[n++] = list;
    if (!list->tensor && !become_leaf(in, about, list))
        return false;
    while (n-- > 0) {
        dgi_shape shape = dgi_list_shape(way[n]);
        if (!dgi_room(in, about, dgi_count_shape(&shape)) ||
            !become(in, about, way[n], dg_select(way[n]->source->tensor, (ptrdiff_t)way[n]->place)))
            return false;
    }
    return true;
}

static bool push_value(dgi_interpreter *in, size_t *count, dg_value *value)
{
    dg_value **values = dgi_grown(in->stacked, &in->room_stacked, *count, sizeof *values);
    in->out_of_memory = in->out_of_memory || !values;
    if (!values)
        return false;
    in->stacked = values;
    in->stacked[(*count)++] = value;
    return true;
}

/* The elements that have been made values become one. */
static bool finish_stack(dgi_interpreter *in, const dgi_operand *about, const level *l,
                         size_t *count)
{
    dgi_shape shape = dgi_list_shape(l->list);
    if (!dgi_room(in, about, dgi_count_shape(&shape)))
        return false;
    dg_value *value = dg_stack(in->stacked + l->below, *count - l->below);
    *count = l->below;
    return become(in, about, l->list, value);
}

/* The value of an element that needs no stacking; NULL where it does, or where that fails. */
static dg_value *element_value(dgi_interpreter *in, const dgi_operand *about,
                               const dgi_element *element)
{
    if (element->kind != DGI_OPERAND_LIST) {
        dg_value *value = dgi_element_value(in, element);
        if (!value)
            dgi_fail_graph(in, about);
        return value;
    }
    dgi_list *list = element->as.list;
    if (list->tensor ||
        (list->source ? become_row(in, about, list)
                      : list->form == DGI_FORM_NUMBERS && become_leaf(in, about, list)))
        return list->tensor;
    return NULL;
}

static bool become_stack(dgi_interpreter *in, const dgi_operand *about, dgi_list *list)
{
    level levels[DG_DIMS_MAX];
    size_t count = 0;
    int n = 0;
    levels[n++] = (level){.list = list};
    while (n > 0) {
        level *l = &levels[n - 1];
        if (l->next == 0 && !dgi_spend(in, about, (double)l->list->count))
            return false;
        if (l->next == l->list->count) {
            if (!finish_stack(in, about, l, &count))
                return false;
            n--;
            if (n > 0 && !push_value(in, &count, l->list->tensor))
                return false;
            continue;
        }
        const dgi_element *element = &l->list->elements[l->next++];
        dgi_list *below = element->kind == DGI_OPERAND_LIST ? element->as.list : NULL;
        if (below && below->form == DGI_FORM_VALUES && !below->tensor) {
            levels[n++] = (level){.list = below, .below = count};
            continue;
        }
        dg_value *value = element_value(in, about, element);
        if (!value || !push_value(in, &count, value))
            return false;
    }
    return true;
}

dg_value *dgi_list_value(dgi_interpreter *in, const dgi_operand *about, dgi_list *list)
{
    bool done = true;
    if (!list->tensor) {
        if (list->form == DGI_FORM_NONE)
            done = dgi_fail_form(in, about, list);
        else if (list->source)
            done = become_row(in, about, list);
        else if (list->form == DGI_FORM_NUMBERS)
            done = become_leaf(in, about, list);
        else
            done = become_stack(in, about, list);
    }
    return done ? list->tensor : NULL;
}

bool dgi_name_list(dgi_interpreter *in, const dgi_operand *about, dgi_list *list, size_t binding)
{
    if (list->name)
        return true;
    list->name = (uint32_t)(binding + 1);
    return !list->tensor || label(in, about, list);
}
