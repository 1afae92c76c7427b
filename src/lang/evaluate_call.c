/* Names, calls and attributes. */
#include "lang/evaluator.h"

/* A name, which a node of those flags has, means nothing. */
static bool undefined(dgi_evaluator *e, dgi_span name, uint8_t flags)
{
    dgi_runtime *rt = e->rt;
    if (dgi_spells(e->rt->text, name, "print"))
        return dgi_fail(rt, name, "'print' is not supported: the drawing shows every value");
    if (flags & DGI_NODE_BRACKETED && dgi_fail_comprehension(rt, name.end))
        return false;
    dgi_suggestion s = dgi_suggest_for(rt->text + name.begin, name.end - name.begin);
    if (dgi_diagnose_wants(&rt->diagnose, name.begin)) {
        dgi_suggest_symbols(&s, &rt->symbols, false);
        dgi_suggest_builtins(&s, NULL);
    }
    return dgi_fail_hint(rt, name, dgi_hint(rt, &s), "'%.*s' is not defined",
                         DGI_SHOWN(e->rt->text, name));
}

bool dgi_push_name(dgi_evaluator *e, const dgi_node *name)
{
    const dgi_symbol *symbol = dgi_find_symbol(e->rt, name->span);
    const dgi_builtin *b = symbol ? NULL : dgi_find_builtin(e->rt->text, name->span, NULL);
    if (!symbol)
        return b ? dgi_fail(e->rt, name->span, "'%s' is a function: call it", b->name)
                 : undefined(e, name->span, name->flags);
    e->rt->symbols.symbols[symbol - e->rt->symbols.symbols].is_read = true;
    return dgi_push_object(e, name->span, symbol->object);
}

/* ---- Calls ---- */

/* What the innermost frame calls is known: its arguments follow. Argument 0 is on top already where
 * it is a method. */
static bool open_call(dgi_evaluator *e, const dgi_builtin *builtin, bool method, uint32_t begin)
{
    dgi_frame *f = dgi_innermost(e);
    f->resolved = true;
    f->builtin = builtin;
    f->method = method;
    f->begin = begin;
    return true;
}

/* A function's name; behind `torch.` what else it is bound to does not count. */
static bool open_function(dgi_evaluator *e, const dgi_node *node, dgi_span name, bool torch)
{
    const dgi_symbol *symbol = torch ? NULL : dgi_find_symbol(e->rt, name);
    const dgi_builtin *b = symbol ? NULL : dgi_find_builtin(e->rt->text, name, NULL);
    if (symbol && symbol->object.kind == DGI_OBJECT_NETWORK)
        return dgi_push_name(e, node) && open_call(e, &dgi_network_call, true, name.begin);
    if (symbol && !dgi_is_error(&symbol->object))
        return dgi_fail(e->rt, name, "'%.*s' is %s here, not a function",
                        DGI_SHOWN(e->rt->text, name), dgi_object_name(&symbol->object));
    return symbol || b ? open_call(e, b, false, name.begin) : undefined(e, name, node->flags);
}

/* Whether an attribute is one of `torch`, which is no name of the program's. */
static bool is_torch(const dgi_evaluator *e, const dgi_node *attribute)
{
    const dgi_node *of = dgi_eval_node(e, attribute->child);
    return of->kind == DGI_NODE_NAME && dgi_spells(e->rt->text, of->span, "torch") &&
           !dgi_find_symbol(e->rt, of->span);
}

bool dgi_enter_call(dgi_evaluator *e, dgi_node_id id, bool numbers)
{
    const dgi_node *callee = dgi_eval_node(e, dgi_eval_node(e, id)->child);
    if (!dgi_push_frame(e, id, numbers))
        return false;
    bool torch = callee->kind == DGI_NODE_ATTRIBUTE && is_torch(e, callee);
    if (callee->kind != DGI_NODE_NAME && !torch)
        return true;
    dgi_innermost(e)->next = callee->next;
    return open_function(e, callee, torch ? callee->as.name : callee->span, torch);
}

bool dgi_enter_argument(dgi_evaluator *e, dgi_node_id id)
{
    dgi_frame *call = dgi_innermost(e);
    const dgi_builtin *b = call->builtin;
    dgi_span name = dgi_eval_node(e, id)->as.name;
    size_t parameter = 0;
    call->any_named = true;
    if (b && !dgi_find_parameter(e->rt, b, name, &parameter))
        return false;
    for (size_t i = call->operands; i < e->n_operands && b; i++)
        if (e->operands[i].parameter == parameter)
            return dgi_fail(e->rt, name, "'%.*s' is given twice", DGI_SHOWN(e->rt->text, name));
    if (!dgi_push_frame(e, id, b && dgi_needs_number(b, parameter)))
        return false;
    dgi_innermost(e)->parameter = (uint8_t)parameter;
    return true;
}

/* The operand on top is called. */
static bool open_operand(dgi_evaluator *e, dgi_span bracket)
{
    const dgi_operand *x = dgi_top(e);
    bool error = dgi_is_error(&x->object);
    if (!error && x->object.kind != DGI_OBJECT_NETWORK)
        return dgi_fail(e->rt, bracket, "only functions, methods and networks can be called");
    return open_call(e, error ? NULL : &dgi_network_call, true, x->span.begin);
}

/* The argument on top is complete. Arguments of an error value are dropped. */
static bool finish_argument(dgi_evaluator *e, const dgi_frame *f)
{
    dgi_operand *x = dgi_top(e);
    size_t i = x->named ? x->parameter : e->n_operands - f->operands - 1;
    if (!x->named && f->any_named)
        return dgi_fail(e->rt, x->span, "an argument without a name follows one with a name");
    if (!f->builtin)
        e->n_operands--;
    return !f->builtin || dgi_take_argument(e->rt, f->builtin, i, x);
}

bool dgi_advance_call(dgi_evaluator *e, dgi_frame *f, bool *numbers)
{
    const dgi_node *node = dgi_eval_node(e, f->node);
    bool callee = f->done == node->child;
    if (callee && !f->resolved && !open_operand(e, node->as.name))
        return false;
    if (f->done && !callee && !finish_argument(e, f))
        return false;
    if (f->resolved)
        *numbers = f->builtin && dgi_needs_number(f->builtin, e->n_operands - f->operands);
    return true;
}

bool dgi_leave_call(dgi_evaluator *e, const dgi_frame *f)
{
    dgi_span span = {f->begin, dgi_eval_node(e, f->node)->span.end};
    dgi_call c = {.builtin = f->builtin,
                  .method = f->method,
                  .numbers = f->numbers,
                  .result = {.object.kind = DGI_OBJECT_ERROR, .span = span}};
    /* where nothing was ever pushed there is no array yet */
    dgi_operand *args = e->operands ? e->operands + f->operands : NULL;
    if (f->builtin && !dgi_call_builtin(e->rt, &c, args, e->n_operands - f->operands))
        return false;
    e->n_operands = f->operands;
    return dgi_push_object(e, c.result.span, c.result.object);
}

/* ---- Attributes ---- */

static bool fail_attribute(dgi_evaluator *e, const dgi_object *object, dgi_span name)
{
    dgi_suggestion s = dgi_suggest_for(e->rt->text + name.begin, name.end - name.begin);
    dgi_suggest_attributes(&s, object);
    dgi_suggest_builtins(&s, object);
    return dgi_fail_hint(e->rt, name, dgi_hint(e->rt, &s), "%s has no attribute '%.*s'",
                         dgi_is_error(object) ? "a value" : dgi_object_name(object),
                         DGI_SHOWN(e->rt->text, name));
}

bool dgi_leave_attribute(dgi_evaluator *e, const dgi_frame *f)
{
    const dgi_node *node = dgi_eval_node(e, f->node);
    dgi_span name = node->as.name;
    dgi_operand *x = dgi_top(e);
    int attribute = dgi_find_attribute(&x->object, e->rt->text, name);
    if (attribute >= 0)
        return dgi_apply_attribute(e->rt, attribute, node, f->numbers, x);
    const dgi_builtin *b = dgi_find_builtin(e->rt->text, name, &x->object);
    if (!b)
        return fail_attribute(e, &x->object, name);
    const dgi_node *of = e->n_frames > 0 ? dgi_eval_node(e, dgi_innermost(e)->node) : NULL;
    if (!of || of->kind != DGI_NODE_CALL || of->child != f->node)
        return dgi_fail(e->rt, name, "'%s' is a method: call it", b->name);
    return open_call(e, dgi_is_error(&x->object) ? NULL : b, true, x->span.begin);
}

/* torch.NAME, which is not called: the name of a type, all of which are doubles here. */
static bool push_torch(dgi_evaluator *e, const dgi_node *node)
{
    static const char *const types[] = {"float32", "float64", "double", "float"};
    dgi_span name = node->as.name;
    for (size_t i = 0; i < sizeof types / sizeof *types && node->flags & DGI_NODE_IN_CALL; i++)
        if (dgi_spells(e->rt->text, name, types[i]))
            return dgi_push_object(e, name, (dgi_object){.kind = DGI_OBJECT_DTYPE});
    return dgi_fail(e->rt, name, "only a function that is called can follow 'torch.'");
}

bool dgi_enter_attribute(dgi_evaluator *e, dgi_node_id id, bool numbers)
{
    const dgi_node *node = dgi_eval_node(e, id);
    bool torch = is_torch(e, node);
    dgi_node_id error = dgi_eval_node(e, node->child)->next;
    if (torch && !error)
        return push_torch(e, node);
    if (!dgi_push_frame(e, id, numbers))
        return false;
    if (torch)
        dgi_innermost(e)->next = error;
    return true;
}
