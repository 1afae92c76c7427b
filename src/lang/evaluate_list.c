/* Lists and indexes. */
#include "lang/evaluator.h"

bool dgi_check_element(dgi_evaluator *e, dgi_frame *f)
{
    const dgi_operand *x = dgi_top(e);
    uint8_t kind = x->object.kind;
    f->error = f->error || dgi_is_error(&x->object);
    if (kind == DGI_OBJECT_NOTHING)
        return dgi_fail(e->rt, x->span, "this call makes no value");
    if (kind == DGI_OBJECT_BOOL || kind == DGI_OBJECT_NONE || kind == DGI_OBJECT_DTYPE)
        return dgi_fail_kind(e->rt, x, "a list holds numbers, values, strings, networks and lists");
    return dgi_affords_elements(e->rt, x->span, e->n_operands - f->operands);
}

/* An operand becomes an element: what only the statement has is copied. */
static bool keep(dgi_runtime *rt, const dgi_operand *x, dgi_object *element)
{
    *element = x->object;
    if (element->kind == DGI_OBJECT_STRING)
        return dgi_keep_string(rt, x->span, element);
    if (element->kind != DGI_OBJECT_ARRAY)
        return true;
    dg_value *leaf = dgi_array_leaf(rt, rt->graph, x);
    element->as.value = leaf ? dg_set_requires_grad(leaf, 0) : NULL;
    return element->as.value;
}

bool dgi_leave_list(dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
{
    dgi_object object = {.kind = DGI_OBJECT_ERROR};
    size_t count = e->n_operands - f->operands;
    dgi_list *list = f->error ? NULL : dgi_new_list(e->rt, node->span, count);
    for (size_t i = 0; i < count && list; i++)
        if (!keep(e->rt, &e->operands[f->operands + i], &list->elements[i]))
            return false;
    if (list)
        object = dgi_finish_list(list);
    e->n_operands = f->operands;
    return (list || f->error) && dgi_push_object(e, node->span, object);
}

bool dgi_check_indexed(dgi_evaluator *e)
{
    const dgi_operand *x = dgi_top(e);
    const dgi_object *o = &x->object;
    bool tensor =
        (o->kind == DGI_OBJECT_VALUE || o->kind == DGI_OBJECT_ARRAY) && dg_ndim(o->as.value) > 0;
    return dgi_is_list(o) || dgi_is_error(o) || tensor ||
           dgi_fail_kind(e->rt, x, "only lists and tensors can be indexed");
}

static bool index_list(dgi_runtime *rt, const dgi_operand *indexed, const dgi_operand *index,
                       bool numbers, dgi_operand *result)
{
    dgi_list *list = indexed->object.as.list;
    bool tensor = dgi_is_tensor(list);
    dgi_shape shape = {.ndim = 0};
    size_t i;
    if (tensor)
        shape = dgi_list_shape(list);
    if (!dgi_find_index(rt, index, list->count, tensor ? &shape : NULL, &i))
        return false;
    const dgi_object *element = &list->elements[i];
    result->object = *element;
    if (dgi_is_list(element))
        return dgi_fetch_row(rt, list, i, result);
    if (!tensor || !dgi_is_number(element))
        return true;
    /* A number of a list that has become a tensor is the tensor's, since its data may have changed.
     */
    const double *data = dgi_list_data(list);
    if (numbers && data) {
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

bool dgi_leave_index(dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
{
    dgi_operand *index = dgi_top(e), *indexed = index - 1;
    dgi_operand result = {.object.kind = DGI_OBJECT_ERROR,
                          .span = {indexed->span.begin, node->span.end}};
    bool error = dgi_is_error(&index->object) || dgi_is_error(&indexed->object);
    if (!error &&
        !(dgi_is_list(&indexed->object) ? index_list(e->rt, indexed, index, f->numbers, &result)
                                        : index_tensor(e->rt, indexed, index, &result)))
        return false;
    e->n_operands--;
    *dgi_top(e) = result;
    return true;
}
