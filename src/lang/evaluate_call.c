/* Names, calls and attributes. */
#include <string.h>

#include "base/grow.h"
#include "lang/evaluator.h"

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
    dgi_open_call *calls = dgi_grown(e->calls, &e->calls_capacity, e->n_calls, sizeof *calls);
    if (!calls)
        return dgi_no_memory(e->rt);
    e->calls = calls;
    e->calls[e->n_calls++] =
        (dgi_open_call){.callee = callee,
                        .begin = begin,
                        .operands = (uint32_t)(e->n_operands - (callee.method ? 1 : 0))};
    dgi_innermost(e)->resolved = true;
    return true;
}

/* A function's name; behind `torch.` what else it is bound to does not count. */
bool dgi_open_function(dgi_evaluator *e, dgi_span name, uint8_t flags, bool torch)
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
bool dgi_open_operand(dgi_evaluator *e, const dgi_node *call)
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
bool dgi_is_torch(const dgi_evaluator *e, const dgi_node *attribute)
{
    const dgi_node *of = dgi_eval_node(e, attribute->child);
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
bool dgi_enter_argument(dgi_evaluator *e, dgi_node_id id)
{
    dgi_open_call *call = &e->calls[e->n_calls - 1];
    dgi_span name = dgi_eval_node(e, id)->as.name;
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
    return dgi_push_frame(e, id, call->callee.name && dgi_needs_number(&call->callee, parameter));
}

/* The argument on top of the stack is complete. */
bool dgi_finish_argument(dgi_evaluator *e)
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

bool dgi_leave_call(dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
{
    const dgi_open_call *call = &e->calls[--e->n_calls];
    dgi_operand result = {.object.kind = DGI_OBJECT_ERROR, .span = {call->begin, node->span.end}};
    /* where nothing was ever pushed there is no array yet */
    dgi_operand *args = e->operands ? e->operands + call->operands : NULL;
    if (call->callee.name && !dgi_call_callee(e->rt, &call->callee, args,
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

bool dgi_leave_attribute(dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
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
bool dgi_push_torch(dgi_evaluator *e, const dgi_node *node)
{
    dgi_span name = node->as.name;
    if (!(node->flags & DGI_NODE_IN_CALL) ||
        !is_dtype(e->rt->text + name.begin, name.end - name.begin))
        return dgi_fail(e->rt, name, "only a function that is called can follow 'torch.'");
    return dgi_push_operand(e, (dgi_operand){.object.kind = DGI_OBJECT_DTYPE, .span = name});
}
