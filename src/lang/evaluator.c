#include "lang/evaluator.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

/* ---- Stacks ---- */

void dgi_evaluator_free(dgi_evaluator *e)
{
    free(e->frames);
    free(e->operands);
    free(e->calls);
    free(e->targets);
}

bool dgi_push_operand(dgi_evaluator *e, dgi_operand operand)
{
    dgi_operand *operands =
        dgi_grown(e->operands, &e->room_operands, e->n_operands, sizeof *operands);
    if (!operands)
        return dgi_no_memory(e->rt);
    e->operands = operands;
    e->operands[e->n_operands++] = operand;
    return true;
}

static bool push_object(dgi_evaluator *e, const dgi_node *node, dgi_object object)
{
    return dgi_push_operand(e, (dgi_operand){.object = object, .span = node->span});
}

static const dgi_node *node_at(const dgi_evaluator *e, dgi_node_id id)
{
    return dgi_node_at(e->tree, id);
}

static bool push_frame(dgi_evaluator *e, dgi_node_id id, bool numbers)
{
    dgi_frame *frames = dgi_grown(e->frames, &e->room_frames, e->n_frames, sizeof *frames);
    if (!frames)
        return dgi_no_memory(e->rt);
    e->frames = frames;
    e->frames[e->n_frames++] = (dgi_frame){.node = id,
                                           .next = node_at(e, id)->child,
                                           .operands = (uint32_t)e->n_operands,
                                           .numbers = numbers};
    return true;
}

static dgi_frame *innermost(const dgi_evaluator *e)
{
    return &e->frames[e->n_frames - 1];
}

/* ---- Names ---- */

static bool same(const char *name, size_t size, const char *text)
{
    return strlen(text) == size && memcmp(name, text, size) == 0;
}

static const dgi_symbol *find_symbol(const dgi_evaluator *e, dgi_span name)
{
    return dgi_symbols_find(&e->rt->symbols, e->rt->text + name.begin, name.end - name.begin);
}

/* A name, which a node of those flags has, means nothing. */
static bool undefined(dgi_evaluator *e, dgi_span name, uint8_t flags)
{
    dgi_runtime *rt = e->rt;
    const char *text = rt->text + name.begin;
    size_t size = name.end - name.begin;
    if (same(text, size, "print"))
        return dgi_fail(rt, name, "'print' is not supported: the drawing shows every value");
    if (flags & DGI_NODE_BRACKETED && dgi_fail_comprehension(rt, name.end))
        return false;
    dgi_suggestion s = dgi_suggest_for(text, size);
    if (dgi_diagnose_wants(&rt->diagnose, name.begin)) {
        dgi_suggest_symbols(&s, &rt->symbols, false);
        dgi_suggest_functions(&s);
    }
    return dgi_fail_hint(rt, name, dgi_hint(rt, &s), "'%.*s' is not defined",
                         dgi_shown_length(text, size), text);
}

bool dgi_push_name(dgi_evaluator *e, const dgi_node *name)
{
    const dgi_symbol *symbol = find_symbol(e, name->span);
    dgi_callee callee;
    if (symbol)
        return dgi_push_operand(
            e, (dgi_operand){.object = symbol->object, .span = name->span, .bare_name = true});
    if (dgi_find_callee(e->rt->text + name->span.begin, name->span.end - name->span.begin, false,
                        &callee))
        return dgi_fail(e->rt, name->span, "'%s' is a function: call it", callee.name);
    return undefined(e, name->span, name->flags);
}

/* ---- Calls ---- */

/* What is called is known: its arguments follow. Argument 0 is on top already where it is a method.
 */
static bool open_call(dgi_evaluator *e, dgi_callee callee, uint32_t begin)
{
    dgi_open_call *calls = dgi_grown(e->calls, &e->room_calls, e->n_calls, sizeof *calls);
    if (!calls)
        return dgi_no_memory(e->rt);
    e->calls = calls;
    e->calls[e->n_calls++] =
        (dgi_open_call){.callee = callee,
                        .begin = begin,
                        .operands = (uint32_t)(e->n_operands - (callee.method ? 1 : 0))};
    innermost(e)->resolved = true;
    return true;
}

/* A function's name; behind `torch.` what else it is bound to does not count. */
static bool open_function(dgi_evaluator *e, dgi_span name, uint8_t flags, bool torch)
{
    const char *text = e->rt->text + name.begin;
    size_t size = name.end - name.begin;
    const dgi_symbol *symbol = torch ? NULL : find_symbol(e, name);
    dgi_callee callee = {.name = NULL};
    if (symbol && symbol->object.kind == DGI_OBJECT_NETWORK)
        return dgi_push_operand(
                   e, (dgi_operand){.object = symbol->object, .span = name, .bare_name = true}) &&
               open_call(e, dgi_network_callee(), name.begin);
    if (symbol && !dgi_is_error(&symbol->object))
        return dgi_fail(e->rt, name, "'%.*s' is %s here, not a function",
                        dgi_shown_length(text, size), text, dgi_object_name(&symbol->object));
    if (!symbol && !dgi_find_callee(text, size, false, &callee))
        return undefined(e, name, flags);
    return open_call(e, callee, name.begin);
}

/* The operand on top is called, which is no name. */
static bool open_operand(dgi_evaluator *e, const dgi_node *call)
{
    const dgi_operand *x = dgi_top(e);
    dgi_callee callee = dgi_network_callee();
    if (dgi_is_error(&x->object))
        callee.name = NULL;
    else if (x->object.kind != DGI_OBJECT_NETWORK)
        return dgi_fail(e->rt, call->as.name, "only functions, methods and networks can be called");
    return open_call(e, callee, x->span.begin);
}

/* Whether an attribute is one of `torch`, which is no name of the program's. */
static bool is_torch(const dgi_evaluator *e, const dgi_node *attribute)
{
    const dgi_node *of = node_at(e, attribute->child);
    return of->kind == DGI_NODE_NAME &&
           same(e->rt->text + of->span.begin, of->span.end - of->span.begin, "torch") &&
           !find_symbol(e, of->span);
}

static bool is_given(const dgi_evaluator *e, const dgi_open_call *call, size_t parameter)
{
    for (size_t i = call->operands; i < e->n_operands; i++)
        if (e->operands[i].parameter == parameter)
            return true;
    return false;
}

/* The name of an argument. */
static bool enter_argument(dgi_evaluator *e, dgi_node_id id)
{
    dgi_open_call *call = &e->calls[e->n_calls - 1];
    dgi_span name = node_at(e, id)->as.name;
    size_t parameter = 0;
    call->named = call->any_named = true;
    if (call->callee.name) {
        if (!dgi_find_parameter(e->rt, &call->callee, name, &parameter))
            return false;
        if (is_given(e, call, parameter))
            return dgi_fail(e->rt, name, "'%.*s' is given twice", (int)(name.end - name.begin),
                            e->rt->text + name.begin);
    }
    call->parameter = (uint8_t)parameter;
    return push_frame(e, id, call->callee.name && dgi_needs_number(&call->callee, parameter));
}

/* The argument on top of the stack is complete. */
static bool finish_argument(dgi_evaluator *e)
{
    dgi_open_call *call = &e->calls[e->n_calls - 1];
    dgi_operand *x = dgi_top(e);
    if (!call->named && call->any_named)
        return dgi_fail(e->rt, x->span, "an argument without a name follows one with a name");
    size_t i = call->named ? call->parameter : e->n_operands - call->operands - 1;
    x->named = call->named;
    call->named = false;
    if (!call->callee.name) {
        e->n_operands--;
        return true;
    }
    return dgi_check_argument(e->rt, &call->callee, i, x);
}

static bool leave_call(dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
{
    const dgi_open_call *call = &e->calls[--e->n_calls];
    dgi_operand result = {.object.kind = DGI_OBJECT_ERROR, .span = {call->begin, node->span.end}};
    if (call->callee.name && !dgi_call_callee(e->rt, &call->callee, e->operands + call->operands,
                                              e->n_operands - call->operands, f->numbers, &result))
        return false;
    result.bare_name = false;
    e->n_operands = call->operands;
    return dgi_push_operand(e, result);
}

/* ---- Attributes ---- */

static bool fail_attribute(dgi_evaluator *e, const dgi_object *object, dgi_span name)
{
    const char *text = e->rt->text + name.begin;
    size_t size = name.end - name.begin;
    dgi_suggestion s = dgi_suggest_for(text, size);
    dgi_suggest_attributes(&s, object);
    dgi_suggest_methods(&s, object);
    return dgi_fail_hint(e->rt, name, dgi_hint(e->rt, &s), "%s has no attribute '%.*s'",
                         dgi_is_error(object) ? "a value" : dgi_object_name(object),
                         dgi_shown_length(text, size), text);
}

static bool leave_attribute(dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
{
    const char *text = e->rt->text + node->as.name.begin;
    size_t size = node->as.name.end - node->as.name.begin;
    dgi_operand *x = dgi_top(e);
    int attribute = dgi_find_attribute(&x->object, text, size);
    dgi_callee callee;
    if (attribute >= 0) {
        dgi_span span = {x->span.begin, node->span.end};
        bool target = node->flags & DGI_NODE_TARGET;
        bool done = true;
        /* What is to become a value is shown without the attribute. */
        if (target)
            done = dgi_target_attribute(e->rt, (dgi_attribute)attribute, x);
        else if (attribute != DGI_ATTRIBUTE_SHAPE && attribute != DGI_ATTRIBUTE_T)
            done = dgi_to_value(e->rt, x);
        x->span = span;
        done =
            done && (target || dgi_read_attribute(e->rt, (dgi_attribute)attribute, f->numbers, x));
        x->bare_name = false;
        return done;
    }
    if (!dgi_find_callee(text, size, true, &callee) || !dgi_is_method(&callee, &x->object))
        return fail_attribute(e, &x->object, node->as.name);
    if (!f->is_callee)
        return dgi_fail(e->rt, node->as.name, "'%s' is a method: call it", callee.name);
    callee.method = true;
    if (dgi_is_error(&x->object))
        callee.name = NULL;
    return open_call(e, callee, x->span.begin);
}

/* A type of numbers: all are doubles here. */
static bool is_dtype(const char *text, size_t size)
{
    return same(text, size, "float32") || same(text, size, "float64") ||
           same(text, size, "double") || same(text, size, "float");
}

/* torch.NAME, which is not called. */
static bool push_torch(dgi_evaluator *e, const dgi_node *node)
{
    dgi_span name = node->as.name;
    if (!(node->flags & DGI_NODE_IN_CALL) ||
        !is_dtype(e->rt->text + name.begin, name.end - name.begin))
        return dgi_fail(e->rt, name, "only a function that is called can follow 'torch.'");
    return dgi_push_operand(e, (dgi_operand){.object.kind = DGI_OBJECT_DTYPE, .span = name});
}

/* ---- Lists and indexes ---- */

static bool check_element(dgi_evaluator *e, dgi_frame *f)
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
    dg_value *leaf = dgi_array_leaf(rt, x);
    element->as.value = leaf ? dg_set_requires_grad(leaf, 0) : NULL;
    return element->as.value;
}

static bool leave_list(dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
{
    dgi_object object = {.kind = DGI_OBJECT_ERROR};
    size_t count = e->n_operands - f->operands;
    dgi_list *list = f->error ? NULL : dgi_new_list(e->rt, node->span, count);
    for (size_t i = 0; i < count && list; i++)
        if (!keep(e->rt, &e->operands[f->operands + i], &list->elements[i]))
            return false;
    if (list) {
        dgi_classify_list(list);
        object = dgi_list_object(list);
    }
    e->n_operands = f->operands;
    return (list || f->error) && push_object(e, node, object);
}

static bool check_indexed(dgi_evaluator *e)
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
    bool detached = indexed->object.kind == DGI_OBJECT_ARRAY;
    size_t i;
    if (!dgi_find_index(rt, index, shape.sizes[0], &shape, &i))
        return false;
    dg_value *value = dgi_value_in(rt, detached, indexed);
    return value &&
           dgi_take_result(rt, detached, dg_select(value, (ptrdiff_t)i), result->span, result);
}

static bool leave_index(dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
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

/* ---- The walk ---- */

/* The syntax error of the statement. */
static bool report_error(dgi_evaluator *e)
{
    const dgi_syntax_error *error = &e->tree->error;
    const char *hint = error->hint;
    e->reached_error = true;
    for (size_t i = e->n_frames; error->is_index && i-- > 0;) {
        const dgi_frame *f = &e->frames[i];
        if (node_at(e, f->node)->kind != DGI_NODE_INDEX)
            continue;
        const dgi_operand *indexed = &e->operands[f->operands];
        if (dgi_is_list(&indexed->object) && !indexed->bare_name)
            hint = "is a comma missing before '['?";
        break;
    }
    return dgi_fail_hint(e->rt, error->span, hint, "%s", error->message);
}

static bool enter_call(dgi_evaluator *e, dgi_node_id id, bool numbers)
{
    const dgi_node *callee = node_at(e, node_at(e, id)->child);
    if (!push_frame(e, id, numbers))
        return false;
    bool name = callee->kind == DGI_NODE_NAME;
    bool torch = callee->kind == DGI_NODE_ATTRIBUTE && is_torch(e, callee);
    if (!name && !torch)
        return true;
    innermost(e)->next = callee->next;
    return open_function(e, name ? callee->span : callee->as.name, callee->flags, torch);
}

static bool enter_attribute(dgi_evaluator *e, dgi_node_id id, bool numbers)
{
    const dgi_node *node = node_at(e, id);
    bool torch = is_torch(e, node);
    dgi_node_id error = node_at(e, node->child)->next;
    if (torch && !error)
        return push_torch(e, node);
    bool is_callee = e->n_frames > 0 && node_at(e, innermost(e)->node)->kind == DGI_NODE_CALL &&
                     node_at(e, innermost(e)->node)->child == id;
    if (!push_frame(e, id, numbers))
        return false;
    innermost(e)->is_callee = is_callee;
    if (torch)
        innermost(e)->next = error;
    return true;
}

/* Evaluates a node without children, or begins one. */
static bool enter(dgi_evaluator *e, dgi_node_id id, bool numbers)
{
    const dgi_node *node = node_at(e, id);
    dgi_object object = {.kind = DGI_OBJECT_NONE};
    switch ((dgi_node_kind)node->kind) {
    case DGI_NODE_NAME:
        if (!(node->flags & DGI_NODE_TARGET))
            return dgi_push_name(e, node);
        return dgi_push_name_target(e, node) &&
               (node_at(e, innermost(e)->node)->kind == DGI_NODE_ASSIGN || dgi_push_name(e, node));
    case DGI_NODE_NUMBER:
        return push_object(e, node, dgi_number_object(node->as.number));
    case DGI_NODE_STRING:
        object.kind = DGI_OBJECT_STRING;
        object.as.text = e->tree->texts.data + node->as.text.begin;
        object.size = node->as.text.end - node->as.text.begin;
        if (object.size > DG_LABEL_MAX)
            return dgi_fail(e->rt, node->span, "a label has at most %zu bytes", DG_LABEL_MAX);
        return push_object(e, node, object);
    case DGI_NODE_CONSTANT:
        if (node->as.constant != 'N') {
            object = dgi_number_object(node->as.constant == 'T');
            object.kind = DGI_OBJECT_BOOL;
        }
        return push_object(e, node, object);
    case DGI_NODE_ERROR:
        return report_error(e);
    case DGI_NODE_ARGUMENT:
        return enter_argument(e, id);
    case DGI_NODE_ATTRIBUTE:
        return enter_attribute(e, id, numbers);
    case DGI_NODE_CALL:
        return enter_call(e, id, numbers);
    default:
        return push_frame(e, id, numbers);
    }
}

/* Whether the child to come of a frame is to be a number. */
static bool needs_numbers(const dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
{
    const dgi_open_call *call = e->n_calls ? &e->calls[e->n_calls - 1] : NULL;
    switch ((dgi_node_kind)node->kind) {
    case DGI_NODE_BINARY:
        return f->numbers || (f->done && node->op == DGI_TOKEN_POWER);
    case DGI_NODE_INDEX:
        return f->done || f->numbers;
    case DGI_NODE_CALL:
        return f->resolved ? call->callee.name &&
                                 dgi_needs_number(&call->callee, e->n_operands - call->operands)
                           : f->numbers;
    case DGI_NODE_ASSIGN:
        return dgi_targets_take_numbers(e);
    case DGI_NODE_AUGMENT:
        return f->done && (dgi_targets_take_numbers(e) || node->op == DGI_TOKEN_POWER);
    default:
        return f->numbers;
    }
}

/* A child has been evaluated. */
static bool after(dgi_evaluator *e, dgi_frame *f, const dgi_node *node)
{
    const dgi_node *child = node_at(e, f->done);
    bool first = f->done == node->child;
    bool target = child->flags & DGI_NODE_TARGET;
    switch ((dgi_node_kind)node->kind) {
    case DGI_NODE_LIST:
        return check_element(e, f);
    case DGI_NODE_INDEX:
        return first ? check_indexed(e)
                     : dgi_to_number(e->rt, dgi_top(e), "an index must be a number");
    case DGI_NODE_CALL:
        if (!first)
            return finish_argument(e);
        return f->resolved || open_operand(e, node);
    case DGI_NODE_ASSIGN:
        return !target || child->kind == DGI_NODE_NAME || dgi_push_target(e);
    case DGI_NODE_AUGMENT:
        if (!target)
            return true;
        if (child->kind != DGI_NODE_NAME)
            return dgi_push_target(e) && dgi_push_current(e);
        e->n_operands--;
        return dgi_push_current(e);
    default:
        return true;
    }
}

/* All children have been evaluated. */
static bool leave(dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
{
    dgi_operand *x = e->n_operands ? dgi_top(e) : NULL;
    dgi_operation o = {
        .op = (dgi_token_kind)node->op, .span = node->as.name, .numbers = f->numbers};
    switch ((dgi_node_kind)node->kind) {
    case DGI_NODE_GROUP:
        x->span = node->span;
        x->bare_name = false;
        return true;
    case DGI_NODE_LIST:
        return leave_list(e, f, node);
    case DGI_NODE_UNARY:
        return dgi_apply_unary(e->rt, &o, x);
    case DGI_NODE_BINARY:
        e->n_operands--;
        return dgi_apply_binary(e->rt, &o, x - 1, x);
    case DGI_NODE_INDEX:
        return leave_index(e, f, node);
    case DGI_NODE_ATTRIBUTE:
        return leave_attribute(e, f, node);
    case DGI_NODE_CALL:
        return leave_call(e, f, node);
    case DGI_NODE_ASSIGN:
        return dgi_assign(e);
    case DGI_NODE_AUGMENT:
        o.numbers = dgi_targets_take_numbers(e);
        e->n_operands--;
        return dgi_apply_binary(e->rt, &o, x - 1, x) && dgi_assign(e);
    default:
        return true;
    }
}

static bool step(dgi_evaluator *e)
{
    dgi_frame *f = innermost(e);
    const dgi_node *node = node_at(e, f->node);
    if (f->done && !after(e, f, node))
        return false;
    if (!f->next) {
        dgi_frame finished = *f;
        e->n_frames--;
        return leave(e, &finished, node);
    }
    bool numbers = needs_numbers(e, f, node);
    f->done = f->next;
    f->next = node_at(e, f->next)->next;
    return enter(e, f->done, numbers);
}

bool dgi_evaluate(dgi_evaluator *e, const dgi_tree *tree)
{
    e->tree = tree;
    e->n_frames = e->n_operands = e->n_calls = e->n_targets = 0;
    e->reached_error = false;
    e->rt->wrong = tree->wrong ? &tree->error : NULL;
    bool done = push_frame(e, tree->root, false);
    while (done && e->n_frames > 0)
        done = step(e);
    const dgi_frame *f = e->n_frames > 0 ? innermost(e) : NULL;
    e->failed_at = f ? node_at(e, f->done ? f->done : f->node)->span.begin : 0;
    return done;
}
