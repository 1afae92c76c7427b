#include "lang/evaluator.h"

#include <stdlib.h>

#include "base/grow.h"

/* ---- Stacks ---- */

void dgi_evaluator_free(dgi_evaluator *e)
{
    free(e->frames);
    free(e->operands);
}

bool dgi_push_object(dgi_evaluator *e, dgi_span span, dgi_object object)
{
    dgi_operand *grown =
        dgi_grown(e->operands, &e->operands_capacity, e->n_operands, sizeof *grown);
    if (!grown)
        return dgi_no_memory(e->rt);
    e->operands = grown;
    e->operands[e->n_operands++] = (dgi_operand){.object = object, .span = span};
    return true;
}

bool dgi_push_frame(dgi_evaluator *e, dgi_node_id id, bool numbers)
{
    dgi_frame *grown = dgi_grown(e->frames, &e->frames_capacity, e->n_frames, sizeof *grown);
    if (!grown)
        return dgi_no_memory(e->rt);
    e->frames = grown;
    e->frames[e->n_frames++] = (dgi_frame){.node = id,
                                           .next = dgi_eval_node(e, id)->child,
                                           .operands = (uint32_t)e->n_operands,
                                           .numbers = numbers};
    return true;
}

/* ---- Lists and indexes ---- */

/* Whether a list can hold the operand on top. */
static bool check_element(dgi_evaluator *e, const dgi_frame *f)
{
    const dgi_operand *x = dgi_top(e);
    uint8_t kind = x->object.kind;
    if (kind == DGI_OBJECT_NOTHING)
        return dgi_fail(e->rt, x->span, "this call makes no value");
    if (kind == DGI_OBJECT_BOOL || kind == DGI_OBJECT_NONE || kind == DGI_OBJECT_DTYPE ||
        kind == DGI_OBJECT_DRAWING || kind == DGI_OBJECT_SCOPE)
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
    dg_value *leaf = dgi_new_leaf(rt, rt->graph, x->span, &x->object);
    element->as.value = leaf ? dg_set_requires_grad(leaf, 0) : NULL;
    return element->as.value;
}

/* The operands from `first` on become a list, or an error value where one of them is such. */
static bool make_list(dgi_evaluator *e, size_t first, const dgi_node *node)
{
    size_t count = e->n_operands - first;
    const dgi_operand *operands = e->operands + first;
    dgi_object object = {.kind = DGI_OBJECT_ERROR};
    bool error = false;
    for (size_t i = 0; i < count && !error; i++)
        error = dgi_is_error(&operands[i].object);
    if (!error) {
        dgi_list *list = dgi_new_list(e->rt, node->span, count);
        for (size_t i = 0; i < count && list; i++)
            if (!keep(e->rt, &operands[i], &list->elements[i]))
                return false;
        if (!list)
            return false;
        object = dgi_finish_list(list);
    }
    e->n_operands = first;
    return dgi_push_object(e, node->span, object);
}

/* Whether the operand on top can be indexed. */
static bool check_indexed(dgi_evaluator *e)
{
    const dgi_object *o = &dgi_top(e)->object;
    return dgi_is_list(o) || dgi_is_error(o) || dgi_shape_of_object(o).ndim > 0 ||
           dgi_fail_kind(e->rt, dgi_top(e), "only lists and tensors can be indexed");
}

static bool index_list(dgi_runtime *rt, const dgi_operand *indexed, const dgi_operand *index,
                       bool numbers, dgi_operand *result)
{
    dgi_list *list = indexed->object.as.list;
    bool tensor = dgi_is_tensor(list);
    dgi_shape shape = dgi_shape_of_object(&indexed->object);
    size_t i;
    if (!dgi_find_index(rt, index, list->count, tensor ? &shape : NULL, &i))
        return false;
    result->object = list->elements[i];
    if (dgi_is_list(&result->object))
        return dgi_fetch_row(rt, list, i, result);
    if (!tensor || !dgi_is_number(&result->object))
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

/* The index on top is applied to the operand below it. */
static bool apply_index(dgi_evaluator *e, const dgi_node *node, bool numbers)
{
    dgi_operand *index = dgi_top(e), *indexed = index - 1;
    dgi_operand result = {.object.kind = DGI_OBJECT_ERROR,
                          .span = {indexed->span.begin, node->span.end}};
    bool done = dgi_is_error(&index->object) || dgi_is_error(&indexed->object);
    if (!done)
        done = dgi_is_list(&indexed->object) ? index_list(e->rt, indexed, index, numbers, &result)
                                             : index_tensor(e->rt, indexed, index, &result);
    e->n_operands--;
    *indexed = result;
    return done;
}

/* ---- The walk ---- */

/* The syntax error of the statement. */
static bool report_error(dgi_evaluator *e)
{
    const dgi_syntax_error *error = &e->tree->error;
    const char *hint = error->hint;
    e->reached_error = true;
    for (size_t i = e->n_frames; error->is_index && i-- > 0;) {
        const dgi_frame *f = &e->frames[i];
        if (dgi_eval_node(e, f->node)->kind != DGI_NODE_INDEX)
            continue;
        const dgi_operand *indexed = &e->operands[f->operands];
        if (dgi_is_list(&indexed->object) && !dgi_is_name(e->rt->text, indexed->span))
            hint = "is a comma missing before '['?";
        break;
    }
    return dgi_fail_hint(e->rt, error->span, hint, "%s", error->message);
}

/* Evaluates a node without children, or begins one. */
static bool enter(dgi_evaluator *e, dgi_node_id id, bool numbers)
{
    const dgi_node *node = dgi_eval_node(e, id);
    dgi_object object = {.kind = DGI_OBJECT_NONE};
    switch ((dgi_node_kind)node->kind) {
    case DGI_NODE_NAME:
        return node->flags & DGI_NODE_TARGET ? dgi_push_name_target(e, node)
                                             : dgi_push_name(e, node);
    case DGI_NODE_NUMBER:
        return dgi_push_object(e, node->span, dgi_number_object(node->as.number));
    case DGI_NODE_STRING:
        object.kind = DGI_OBJECT_STRING;
        object.as.text = e->tree->texts.data + node->as.text.begin;
        object.size = node->as.text.end - node->as.text.begin;
        if (object.size > DG_LABEL_MAX)
            return dgi_fail(e->rt, node->span, "a label has at most %zu bytes", DG_LABEL_MAX);
        return dgi_push_object(e, node->span, object);
    case DGI_NODE_CONSTANT:
        if (node->as.constant != 'N')
            object = (dgi_object){.as.number = node->as.constant == 'T', .kind = DGI_OBJECT_BOOL};
        return dgi_push_object(e, node->span, object);
    case DGI_NODE_ERROR:
        return report_error(e);
    case DGI_NODE_ARGUMENT:
        return dgi_enter_argument(e, id);
    case DGI_NODE_ATTRIBUTE:
        return dgi_enter_attribute(e, id, numbers);
    case DGI_NODE_CALL:
        return dgi_enter_call(e, id, numbers);
    default:
        return dgi_push_frame(e, id, numbers);
    }
}

/* Applies an operator to the operands on top. */
static bool apply(dgi_evaluator *e, const dgi_node *node, bool numbers)
{
    dgi_operand *x = dgi_top(e);
    if (node->kind == DGI_NODE_UNARY)
        return dgi_apply_unary(e->rt, node, numbers, x);
    e->n_operands--;
    return dgi_apply_binary(e->rt, node, numbers, x - 1, x);
}

/* All children have been evaluated. */
static bool leave(dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
{
    switch ((dgi_node_kind)node->kind) {
    case DGI_NODE_GROUP:
        dgi_top(e)->span = node->span;
        return true;
    case DGI_NODE_LIST:
        return make_list(e, f->operands, node);
    case DGI_NODE_UNARY:
    case DGI_NODE_BINARY:
        return apply(e, node, f->numbers);
    case DGI_NODE_ARGUMENT:
        dgi_top(e)->named = true;
        dgi_top(e)->parameter = f->parameter;
        return true;
    case DGI_NODE_INDEX:
        return apply_index(e, node, f->numbers);
    case DGI_NODE_ATTRIBUTE:
        return dgi_leave_attribute(e, f);
    case DGI_NODE_CALL:
        return dgi_leave_call(e, f);
    case DGI_NODE_ASSIGN:
        return dgi_assign(e);
    case DGI_NODE_AUGMENT:
        return apply(e, node, dgi_targets_take_numbers(e)) && dgi_assign(e);
    default:
        return true;
    }
}

/* A child has been evaluated, or none yet: checks it, and says whether the next one is to be a
 * number. */
static bool advance(dgi_evaluator *e, dgi_frame *f, bool *numbers)
{
    const dgi_node *node = dgi_eval_node(e, f->node), *child = dgi_eval_node(e, f->done);
    bool any = f->done, target = any && child->flags & DGI_NODE_TARGET;
    switch ((dgi_node_kind)node->kind) {
    case DGI_NODE_LIST:
        return !any || check_element(e, f);
    case DGI_NODE_BINARY:
        *numbers = f->numbers;
        return true;
    case DGI_NODE_INDEX:
        *numbers = f->numbers || any;
        if (!any || f->done == node->child)
            return !any || check_indexed(e);
        return dgi_to_number(e->rt, dgi_top(e), "an index must be a number");
    case DGI_NODE_CALL:
        return dgi_advance_call(e, f, numbers);
    case DGI_NODE_ASSIGN:
        *numbers = dgi_targets_take_numbers(e);
        return !target || dgi_check_target(e, child);
    case DGI_NODE_AUGMENT:
        *numbers = any && dgi_targets_take_numbers(e);
        return !target || (dgi_check_target(e, child) && dgi_push_current(e, child));
    default:
        return true;
    }
}

static bool step(dgi_evaluator *e)
{
    dgi_frame *f = dgi_innermost(e);
    bool numbers = f->numbers;
    if (!advance(e, f, &numbers))
        return false;
    if (!f->next) {
        dgi_frame finished = *f;
        e->n_frames--;
        return leave(e, &finished, dgi_eval_node(e, finished.node));
    }
    f->done = f->next;
    f->next = dgi_eval_node(e, f->next)->next;
    return enter(e, f->done, numbers);
}

bool dgi_evaluate(dgi_evaluator *e, const dgi_tree *tree, dgi_node_id root)
{
    e->tree = tree;
    e->n_frames = e->n_operands = 0;
    e->reached_error = false;
    e->rt->wrong = tree->wrong_statement == root ? &tree->error : NULL;
    bool done = enter(e, root, false);
    while (done && e->n_frames > 0)
        done = step(e);
    const dgi_frame *f = e->n_frames > 0 ? dgi_innermost(e) : NULL;
    e->failed_at = f ? dgi_eval_node(e, f->done ? f->done : f->node)->span.begin : 0;
    return done;
}
