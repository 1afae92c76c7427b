/* Making lists and tuples, and indexing. */
#include "lang/evaluator.h"

bool dgi_check_element(dgi_evaluator *e, const dgi_frame *f)
{
    const dgi_operand *x = dgi_top(e);
    uint8_t kind = x->object.kind;
    if (kind == DGI_OBJECT_NOTHING)
        return dgi_fail(e->rt, x->span, "this call makes no value");
    if (kind == DGI_OBJECT_DTYPE || kind == DGI_OBJECT_DRAWING || kind == DGI_OBJECT_SCOPE ||
        kind == DGI_OBJECT_NO_GRAD || kind == DGI_OBJECT_MODULE || kind == DGI_OBJECT_IGNORED)
        return dgi_fail_kind(e->rt, x, "a list holds numbers, values, strings, networks and lists");
    return dgi_affords_elements(e->rt, x->span, e->n_operands - f->operands);
}

bool dgi_keep_object(dgi_runtime *rt, dgi_span about, dgi_object *object)
{
    if (!dgi_keep_bound(rt, about, object))
        return false;
    if (dgi_is_list(object))
        object->as.list->nested = true;
    return true;
}

bool dgi_make_list(dgi_evaluator *e, size_t first, dgi_span span, bool tuple)
{
    size_t count = e->n_operands - first;
    dgi_object object = {.kind = DGI_OBJECT_ERROR};
    bool error = false;
    for (size_t i = 0; i < count && !error; i++)
        error = dgi_is_error(&e->operands[first + i].object);
    if (!error) {
        dgi_list *list = dgi_new_list(e->rt, span, count);
        for (size_t i = 0; i < count && list; i++) {
            list->elements[i] = e->operands[first + i].object;
            if (!dgi_keep_object(e->rt, e->operands[first + i].span, &list->elements[i]))
                return false;
        }
        if (!list)
            return false;
        list->tuple = tuple;
        object = dgi_finish_list(list);
    }
    e->n_operands = first;
    return dgi_push_object(e, span, object);
}

/* ---- Indexes ---- */

bool dgi_check_indexed(dgi_evaluator *e)
{
    const dgi_object *o = &dgi_top(e)->object;
    return dgi_is_list(o) || dgi_is_error(o) || o->kind == DGI_OBJECT_SERIES ||
           dgi_shape_of_object(o).ndim > 0 ||
           dgi_fail_kind(e->rt, dgi_top(e), "only lists and tensors can be indexed");
}

bool dgi_make_slice(dgi_evaluator *e, const dgi_node *node)
{
    dgi_operand *parts = dgi_top(e) - 2;
    dgi_slice *slice = dgi_allocate(e->rt, 1, sizeof *slice);
    dgi_object result = {.as.slice = slice, .kind = DGI_OBJECT_SLICE};
    for (int i = 0; i < 3; i++) {
        if (parts[i].object.kind == DGI_OBJECT_NONE)
            continue;
        if (!dgi_to_number(e->rt, &parts[i], "a part of a slice must be a number"))
            return false;
        if (dgi_is_error(&parts[i].object))
            result = parts[i].object;
        else if (!dgi_require_integer(e->rt, parts[i].span, "a part of a slice",
                                      parts[i].object.as.number))
            return false;
    }
    if (!slice)
        return false;
    *slice = (dgi_slice){parts[0].object, parts[1].object, parts[2].object};
    e->n_operands -= 3;
    return dgi_push_object(e, node->span, result);
}

bool dgi_apply_index(dgi_evaluator *e, const dgi_node *node, bool numbers)
{
    dgi_operand *index = dgi_top(e), *indexed = index - 1;
    dgi_operand result = {.object.kind = DGI_OBJECT_ERROR,
                          .span = {indexed->span.begin, node->span.end}};
    bool several = dgi_is_list(&index->object) && index->object.as.list->tuple;
    if (several && dgi_eval_node(e, node->child)->kind == DGI_NODE_LIST)
        return dgi_fail_hint(e->rt, node->as.name, "is a comma missing before '['?",
                             "a list is not indexed with several numbers");
    bool done = dgi_is_error(&index->object) || dgi_is_error(&indexed->object) ||
                dgi_index(e->rt, indexed, index, numbers, &result);
    e->n_operands--;
    *indexed = result;
    return done;
}
