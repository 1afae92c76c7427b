/* Indexes: numbers, slices, lists of numbers, and several of these. Only lists and rows are indexed
 * without making a tensor. */
#include <math.h>

#include "lang/operations.h"

/* ---- One number ---- */

static bool index_list(dgi_runtime *rt, const dgi_operand *indexed, const dgi_operand *index,
                       bool numbers, dgi_operand *result)
{
    dgi_list *list = indexed->object.as.list;
    bool tensor = dgi_is_tensor(list);
    dgi_shape shape = {.ndim = 0};
    if (tensor)
        shape = dgi_shape_of_object(&indexed->object);
    size_t i;
    if (!dgi_find_index(rt, index, list->count, tensor ? &shape : NULL, &i))
        return false;
    return dgi_fetch_element(rt, indexed, i, numbers, result);
}

bool dgi_fetch_element(dgi_runtime *rt, const dgi_operand *indexed, size_t i, bool numbers,
                       dgi_operand *result)
{
    dgi_list *list = indexed->object.as.list;
    result->object = list->elements[i];
    if (dgi_is_list(&result->object))
        return dgi_fetch_row(rt, list, i, result);
    if (!dgi_is_number(&result->object) || !dgi_is_tensor(list))
        return true;
    /* A number of a list that has become a tensor is the tensor's, since its data may have changed.
     */
    const double *data = numbers ? dgi_list_data(list) : NULL;
    if (data) {
        result->object = dgi_number_object(data[i]);
        return true;
    }
    dg_value *value = dgi_list_value(rt, indexed->span, list);
    return value && dgi_take_value(rt, dg_select(value, (ptrdiff_t)i), result);
}

static bool index_tensor(dgi_runtime *rt, dgi_operand *indexed, const dgi_operand *index,
                         dgi_operand *result)
{
    dgi_shape shape = dgi_value_shape(indexed->object.as.value);
    dg_graph *g = dgi_graph_for(rt, indexed, NULL, false);
    size_t i;
    if (!dgi_find_index(rt, index, shape.sizes[0], &shape, &i))
        return false;
    dg_value *value = dgi_value_in(rt, g, indexed);
    return value && dgi_take(rt, g, dg_select(value, (ptrdiff_t)i), result->span, result);
}

static bool index_number(dgi_runtime *rt, dgi_operand *indexed, dgi_operand *index, bool numbers,
                         dgi_operand *result)
{
    size_t i;
    if (!dgi_to_number(rt, index, "an index must be a number"))
        return false;
    if (dgi_is_error(&index->object))
        return true;
    if (dgi_is_list(&indexed->object))
        return index_list(rt, indexed, index, numbers, result);
    if (indexed->object.kind != DGI_OBJECT_SERIES)
        return index_tensor(rt, indexed, index, result);
    return dgi_find_index(rt, index, indexed->object.as.series->count, NULL, &i) &&
           dgi_fetch_from_series(rt, indexed->object.as.series, i, result);
}

/* ---- Slices and lists ---- */

/* What an index selects of a dimension: some of its elements in some order, or one. */
typedef struct selection {
    size_t count;
    double start, step;   /* element i is start + i * step, */
    const dgi_list *list; /* or what stands here, a list of numbers */
    bool single;          /* the dimension goes */
} selection;

static double part(const dgi_object *o, double otherwise)
{
    return dgi_is_number(o) ? dgi_number_of(o) : otherwise;
}

/* As Python bounds the ends of a slice. */
static double bounded(double x, double size, double least)
{
    if (x < 0.0)
        x += size;
    double most = least < 0.0 ? size - 1.0 : size;
    return x < least ? least : x > most ? most : x;
}

static bool select_slice(dgi_runtime *rt, const dgi_slice *slice, dgi_span about, double size,
                         selection *s)
{
    s->step = part(&slice->step, 1.0);
    if (s->step == 0.0)
        return dgi_fail(rt, about, "the step of a slice cannot be 0");
    double least = s->step < 0.0 ? -1.0 : 0.0;
    bool has_stop = dgi_is_number(&slice->stop), has_start = dgi_is_number(&slice->start);
    double stop =
        has_stop ? bounded(part(&slice->stop, 0.0), size, least) : (s->step < 0.0 ? -1.0 : size);
    s->start = has_start ? bounded(part(&slice->start, 0.0), size, least)
                         : (s->step < 0.0 ? size - 1.0 : 0.0);
    double count = ceil((stop - s->start) / s->step);
    s->count = count > 0.0 ? (size_t)count : 0;
    return true;
}

/* What the index means for a dimension of the given size; `shape` for messages, or NULL. */
static bool select(dgi_runtime *rt, dgi_operand *index, size_t size, const dgi_shape *shape,
                   selection *s)
{
    size_t i;
    *s = (selection){.step = 1.0};
    if (index->object.kind == DGI_OBJECT_SLICE)
        return select_slice(rt, index->object.as.slice, index->span, (double)size, s);
    if (index->object.kind == DGI_OBJECT_SERIES &&
        !dgi_series_to_list(rt, index->span, &index->object))
        return false;
    if (dgi_is_list(&index->object)) {
        s->list = index->object.as.list;
        s->count = s->list->count;
        return true;
    }
    if (!dgi_to_number(rt, index, "an index must be a number") ||
        !dgi_find_index(rt, index, size, shape, &i))
        return false;
    *s = (selection){.count = 1, .start = (double)i, .single = true};
    return true;
}

/* The place of element i of a selection. */
static bool place_of(dgi_runtime *rt, const selection *s, dgi_span about, size_t i, size_t size,
                     const dgi_shape *shape, size_t *place)
{
    *place = (size_t)(s->start + (double)i * s->step);
    if (!s->list)
        return true;
    dgi_operand index = {.object = s->list->elements[i], .span = about};
    return dgi_to_number(rt, &index, "an index must be a number") &&
           (dgi_is_error(&index.object) || dgi_find_index(rt, &index, size, shape, place));
}

static bool slice_list(dgi_runtime *rt, const dgi_operand *indexed, dgi_operand *index,
                       dgi_operand *result)
{
    const dgi_list *from = indexed->object.as.list;
    selection s;
    if (!select(rt, index, from->count, NULL, &s))
        return false;
    dgi_list *list = dgi_new_list(rt, result->span, s.count);
    for (size_t i = 0; i < s.count && list; i++) {
        size_t place;
        if (!place_of(rt, &s, index->span, i, from->count, NULL, &place))
            return false;
        list->elements[i] = from->elements[place];
    }
    if (!list)
        return false;
    list->tuple = from->tuple;
    result->object = dgi_finish_list(list);
    return true;
}

/* ---- Tensors: of several indexes each is for a dimension ---- */

/* The dimension that is indexed comes first, then it is put back. */
static dg_value *to_front(dg_value *x, int dim)
{
    for (int i = dim; i > 0 && x; i--)
        x = dg_transpose(x, i - 1, i);
    return x;
}

static dg_value *to_back(dg_value *x, int dim)
{
    for (int i = 0; i < dim && x; i++)
        x = dg_transpose(x, i, i + 1);
    return x;
}

/* Some elements of the first dimension; NULL with an error that is reported, or the graph's. */
static dg_value *gather(dgi_runtime *rt, const selection *s, dgi_span about, dg_value *x)
{
    dgi_shape shape = dgi_value_shape(x);
    size_t place = 0;
    if (s->single)
        return dg_select(x, (ptrdiff_t)s->start);
    if (s->count == 0) {
        dgi_fail(rt, about, "this index selects nothing of a tensor");
        return NULL;
    }
    dg_value **rows = dgi_charge_values(rt, about, (double)s->count)
                          ? dgi_allocate(rt, s->count, sizeof(dg_value *))
                          : NULL;
    for (size_t i = 0; i < s->count && rows; i++) {
        if (!place_of(rt, s, about, i, shape.sizes[0], &shape, &place))
            return NULL;
        if (!(rows[i] = dg_select(x, (ptrdiff_t)place)))
            return NULL;
    }
    return rows ? dg_stack(rows, s->count) : NULL;
}

/* Whether it selects the whole dimension. */
static bool is_whole(const selection *s, size_t size)
{
    return !s->single && !s->list && s->start == 0.0 && s->step == 1.0 && s->count == size;
}

static bool index_dims(dgi_runtime *rt, dg_graph *g, dg_value *x, dgi_operand *indexes,
                       size_t count, dgi_operand *result)
{
    dgi_shape whole = dgi_value_shape(x);
    size_t errors = rt->diagnose.count;
    int dim = 0;
    if (count > (size_t)whole.ndim)
        return dgi_fail(rt, result->span, "%zu indexes for a tensor of %d dimension%s", count,
                        whole.ndim, whole.ndim == 1 ? "" : "s");
    for (size_t i = 0; i < count; i++) {
        selection s;
        if (!select(rt, &indexes[i], whole.sizes[i], &whole, &s))
            return false;
        if (!is_whole(&s, whole.sizes[i])) {
            x = to_front(x, dim);
            x = x ? gather(rt, &s, indexes[i].span, x) : NULL;
            x = s.single ? x : to_back(x, dim);
        }
        if (!x && (rt->diagnose.count > errors || rt->out_of_memory))
            return false;
        if (!x)
            return dgi_fail_graph(rt, g, result->span);
        dim += !s.single;
    }
    return dgi_take(rt, g, x, result->span, result);
}

bool dgi_index(dgi_runtime *rt, dgi_operand *indexed, dgi_operand *index, bool numbers,
               dgi_operand *result)
{
    bool several = dgi_is_list(&index->object) && index->object.as.list->tuple;
    bool sliced = index->object.kind == DGI_OBJECT_SLICE ||
                  index->object.kind == DGI_OBJECT_SERIES || dgi_is_list(&index->object);
    if (indexed->object.kind == DGI_OBJECT_SERIES && sliced &&
        !dgi_series_to_list(rt, indexed->span, &indexed->object))
        return false;
    bool list = dgi_is_list(&indexed->object);
    if (!sliced)
        return index_number(rt, indexed, index, numbers, result);
    if (list && !several && !dgi_is_tensor(indexed->object.as.list))
        return slice_list(rt, indexed, index, result);
    size_t count = several ? index->object.as.list->count : 1;
    dgi_operand *indexes = several ? dgi_allocate(rt, count, sizeof *indexes) : index;
    for (size_t i = 0; i < count && indexes && several; i++)
        indexes[i] =
            (dgi_operand){.object = index->object.as.list->elements[i], .span = index->span};
    dg_graph *g = dgi_graph_for(rt, indexed, NULL, numbers);
    dg_value *x = indexes ? dgi_value_in(rt, g, indexed) : NULL;
    return x && index_dims(rt, g, x, indexes, count, result);
}
