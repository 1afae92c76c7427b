/* Names, calls and attributes. */
#include "lang/evaluator.h"

#include <string.h>

#include "lang/modules.h"

/* What is called: the state of the frame of a call. */
enum { UNKNOWN, CALLS_BUILTIN, CALLS_FUNCTION, CALLS_ERROR, CALLS_IGNORED };

/* The symbol of a node, with what its name means without being bound. */
static dgi_symbol *symbol_of(const dgi_evaluator *e, const dgi_node *node)
{
    dgi_symbol *s = &e->rt->symbols.symbols[node->symbol];
    if (!s->is_known) {
        s->method = dgi_builtin_named(s->name, strlen(s->name));
        s->function = s->method && !(s->method->methods & DGI_ONLY_METHOD) ? s->method : NULL;
        s->attribute = (int8_t)dgi_attribute_from_name(s->name);
        s->is_known = true;
    }
    return s;
}

/* A name means nothing. */
static bool undefined(dgi_evaluator *e, dgi_span name)
{
    dgi_runtime *rt = e->rt;
    dgi_suggestion s = dgi_suggest_for(rt->text + name.begin, name.end - name.begin);
    if (dgi_diagnose_wants(&rt->diagnose, name.begin)) {
        dgi_suggest_symbols(&s, &rt->symbols, false);
        dgi_suggest_builtins(&s, NULL);
    }
    return dgi_fail_hint(rt, name, dgi_hint(rt, &s), "'%.*s' is not defined",
                         DGI_SHOWN(e->rt->text, name));
}

/* What a name stands for, bound or not. */
static bool look_up(dgi_evaluator *e, const dgi_node *name, dgi_object *o)
{
    *o = *dgi_place_of(e, name);
    if (o->kind != DGI_OBJECT_NOTHING) {
        if (!(name->flags & DGI_NODE_LOCAL))
            e->rt->symbols.symbols[name->symbol].is_read = true;
        return true;
    }
    if (name->flags & DGI_NODE_LOCAL)
        return dgi_fail(e->rt, name->span, "'%.*s' has no value here yet",
                        DGI_SHOWN(e->rt->text, name->span));
    const dgi_symbol *s = symbol_of(e, name);
    if (s->function) {
        *o = (dgi_object){.as.builtin = s->function, .kind = DGI_OBJECT_BUILTIN};
        return true;
    }
    return dgi_default_module(s->name, o) || undefined(e, name->span);
}

bool dgi_push_name(dgi_evaluator *e, const dgi_node *name)
{
    dgi_object o;
    return look_up(e, name, &o) && dgi_push_object(e, name->span, o);
}

/* ---- Modules ---- */

enum { MODULE_DEPTH = 3 }; /* of modules in each other */

/* What an attribute of a module is: false where it has none, which is reported. */
static bool read_member(dgi_evaluator *e, size_t module, const dgi_node *attribute, dgi_object *o)
{
    dgi_symbol *s = symbol_of(e, attribute);
    dgi_span name = attribute->as.name;
    if (s->module != module + 1) {
        if (!dgi_module_member(module, s->name, &s->member)) {
            dgi_suggestion near = dgi_suggest_for(s->name, strlen(s->name));
            dgi_suggest_members(&near, module);
            return dgi_fail_hint(e->rt, name, dgi_hint(e->rt, &near), "'%s' has no '%.*s' here",
                                 dgi_module_path(module), DGI_SHOWN(e->rt->text, name));
        }
        s->module = (uint16_t)(module + 1);
    }
    *o = s->member;
    return true;
}

/* Whether a node is a module. Where finding that out went wrong, it is an error value. */
static bool is_module(dgi_evaluator *e, const dgi_node *node, int depth, dgi_object *o)
{
    dgi_object of;
    if (node->kind == DGI_NODE_NAME) {
        *o = *dgi_place_of(e, node);
        bool unbound = o->kind == DGI_OBJECT_NOTHING && !(node->flags & DGI_NODE_LOCAL);
        return o->kind == DGI_OBJECT_MODULE ||
               (unbound && dgi_default_module(symbol_of(e, node)->name, o));
    }
    if (node->kind != DGI_NODE_ATTRIBUTE || depth == MODULE_DEPTH || !node->child ||
        !is_module(e, dgi_eval_node(e, node->child), depth + 1, &of))
        return false;
    return dgi_module_member(of.as.module, symbol_of(e, node)->name, o) &&
           o->kind == DGI_OBJECT_MODULE;
}

/* ---- Calls ---- */

/* What the innermost frame calls is known: its arguments follow. Argument 0 is on top already where
 * it is a method. */
static bool open_call(dgi_evaluator *e, const dgi_builtin *builtin, bool method, uint32_t begin)
{
    dgi_frame *f = dgi_innermost(e);
    f->resolved = true;
    f->state = builtin ? CALLS_BUILTIN : CALLS_ERROR;
    f->builtin = builtin;
    f->method = method;
    f->begin = begin;
    return true;
}

/* An object is called; false where it cannot be, which is reported only where `name` is given. */
static bool open_object(dgi_evaluator *e, const dgi_object *o, dgi_span at, bool *callable)
{
    *callable = true;
    switch ((dgi_object_kind)o->kind) {
    case DGI_OBJECT_BUILTIN:
        open_call(e, o->as.builtin, false, at.begin);
        dgi_innermost(e)->plain = o->plain;
        return true;
    case DGI_OBJECT_FUNCTION:
        open_call(e, NULL, false, at.begin);
        dgi_innermost(e)->state = CALLS_FUNCTION;
        dgi_innermost(e)->function = o->as.function;
        return true;
    case DGI_OBJECT_NETWORK:
        return dgi_push_object(e, at, *o) && open_call(e, &dgi_network_call, true, at.begin);
    case DGI_OBJECT_ERROR:
        return open_call(e, NULL, false, at.begin);
    case DGI_OBJECT_IGNORED:
        open_call(e, NULL, false, at.begin);
        dgi_innermost(e)->state = CALLS_IGNORED;
        return true;
    default:
        *callable = false;
        return false;
    }
}

static bool open_name(dgi_evaluator *e, const dgi_node *name)
{
    dgi_object o;
    bool callable;
    if (!look_up(e, name, &o))
        return false;
    return open_object(e, &o, name->span, &callable) ||
           (!callable && dgi_fail(e->rt, name->span, "'%.*s' is %s here, not a function",
                                  DGI_SHOWN(e->rt->text, name->span), dgi_object_name(&o)));
}

static bool open_member(dgi_evaluator *e, size_t module, const dgi_node *attribute)
{
    dgi_object o;
    bool callable;
    dgi_span name = attribute->as.name;
    if (!read_member(e, module, attribute, &o))
        return false;
    return open_object(e, &o, name, &callable) ||
           (!callable && dgi_fail(e->rt, name, "'%.*s' is %s, not a function",
                                  DGI_SHOWN(e->rt->text, name), dgi_object_name(&o)));
}

bool dgi_enter_call(dgi_evaluator *e, dgi_node_id id, bool numbers)
{
    const dgi_node *callee = dgi_eval_node(e, dgi_eval_node(e, id)->child);
    dgi_object module;
    if (!dgi_push_frame(e, id, numbers))
        return false;
    bool member = callee->kind == DGI_NODE_ATTRIBUTE && !dgi_eval_node(e, callee->child)->next &&
                  is_module(e, dgi_eval_node(e, callee->child), 0, &module);
    if (callee->kind != DGI_NODE_NAME && !member)
        return true;
    dgi_innermost(e)->next = callee->next;
    return member ? open_member(e, module.as.module, callee) : open_name(e, callee);
}

bool dgi_enter_argument(dgi_evaluator *e, dgi_node_id id)
{
    dgi_frame *call = dgi_innermost(e);
    const dgi_builtin *b = call->builtin;
    bool known = b || call->state == CALLS_FUNCTION;
    const dgi_node *node = dgi_eval_node(e, id);
    dgi_span name = node->as.name;
    size_t parameter = 0;
    call->any_named = true;
    if (b && !dgi_find_parameter(e->rt, b, name, &parameter))
        return false;
    if (!b && known && !dgi_find_function_parameter(e, call->function, node, &parameter))
        return false;
    bool counted = !(b && b->methods & DGI_VARIADIC);
    for (size_t i = call->operands; i < e->n_operands && known; i++) {
        size_t taken = e->operands[i].named ? e->operands[i].parameter : i - call->operands;
        if (taken == parameter && (counted || e->operands[i].named))
            return dgi_fail(e->rt, name, "'%.*s' is given twice", DGI_SHOWN(e->rt->text, name));
    }
    if (!dgi_push_frame(e, id, b && dgi_needs_number(b, parameter)))
        return false;
    dgi_innermost(e)->parameter = (uint8_t)parameter;
    return true;
}

/* The operand on top is called. */
static bool open_operand(dgi_evaluator *e, dgi_span bracket)
{
    dgi_operand x = *dgi_top(e);
    bool callable;
    e->n_operands--;
    return open_object(e, &x.object, x.span, &callable) ||
           (!callable &&
            dgi_fail(e->rt, bracket, "only functions, methods and networks can be called"));
}

/* The argument on top is complete. Arguments of an error value are dropped. */
static bool finish_argument(dgi_evaluator *e, const dgi_frame *f)
{
    dgi_operand *x = dgi_top(e);
    size_t i = x->named ? x->parameter : e->n_operands - f->operands - 1;
    if (!x->named && f->any_named)
        return dgi_fail(e->rt, x->span, "an argument without a name follows one with a name");
    if (f->state == CALLS_FUNCTION)
        return x->object.kind != DGI_OBJECT_NOTHING ||
               dgi_fail(e->rt, x->span, "this call makes no value");
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
        *numbers = f->builtin && !(f->builtin->methods & DGI_VARIADIC) &&
                   dgi_needs_number(f->builtin, e->n_operands - f->operands);
    return true;
}

/* A function of numbers alone, or of what stands for such. */
static bool takes_numbers(const dgi_frame *f, const dgi_operand *args, size_t count)
{
    bool two = f->builtin->call == dgi_builtin_max || strcmp(f->builtin->name, "min") == 0;
    bool op = f->builtin->call == dgi_builtin_op || (count == 2 && two);
    bool numbers = count > 0 && op;
    for (size_t i = 0; i < count && numbers; i++)
        numbers = dgi_is_number(&args[i].object);
    return numbers;
}

/* Whether what it makes of numbers is one of Python's integers: abs, max and min. */
static bool makes_integer(const dgi_builtin *b, const dgi_operand *args, size_t count)
{
    bool max = strcmp(b->name, "max") == 0;
    if (strcmp(b->name, "abs") == 0)
        return args[0].object.integer;
    if (count != 2 || (!max && strcmp(b->name, "min") != 0))
        return false;
    double x = dgi_number_of(&args[0].object), y = dgi_number_of(&args[1].object);
    return args[(max ? y > x : y < x) ? 1 : 0].object.integer;
}

/* Where it is to make a number its operands leave the graph. */
static bool detach_numbers(dgi_evaluator *e, const dgi_frame *f, dgi_operand *args, size_t count)
{
    size_t operands = f->builtin->count < count ? f->builtin->count : count;
    bool plain = f->plain;
    for (size_t i = 0; i < count && plain; i++)
        plain = args[i].object.kind == DGI_OBJECT_NUMBER;
    dg_graph *g = plain || f->numbers ? dgi_detached_graph(e->rt) : NULL;
    for (size_t i = 0; i < operands && g && f->builtin->parameters[i].operand; i++) {
        dg_value *leaf = dgi_new_leaf(e->rt, g, args[i].span, &args[i].object);
        if (!leaf)
            return false;
        args[i].object = (dgi_object){.as.value = leaf, .kind = DGI_OBJECT_ARRAY};
    }
    return !e->rt->out_of_memory;
}

bool dgi_leave_call(dgi_evaluator *e, const dgi_frame *f)
{
    dgi_span span = {f->begin, dgi_eval_node(e, f->node)->span.end};
    dgi_call c = {.builtin = f->builtin,
                  .method = f->method,
                  .numbers = f->numbers,
                  .result = {.object.kind = DGI_OBJECT_ERROR, .span = span}};
    if (f->state == CALLS_FUNCTION)
        return dgi_begin_function(e, f);
    if (f->state == CALLS_IGNORED)
        c.result.object.kind = DGI_OBJECT_IGNORED;
    size_t count = e->n_operands - f->operands;
    /* where nothing was ever pushed there is no array yet */
    dgi_operand *args = e->operands ? e->operands + f->operands : NULL;
    if (f->builtin && !f->method && dgi_picks_extreme(f->builtin, args, count, &c.result.object)) {
        e->n_operands = f->operands;
        return dgi_push_object(e, span, c.result.object);
    }
    bool named = f->builtin && takes_numbers(f, args, count);
    bool integer = named && makes_integer(f->builtin, args, count);
    if (named && !detach_numbers(e, f, args, count))
        return false;
    if (f->builtin && !dgi_call_builtin(e->rt, &c, args, count))
        return false;
    if (named)
        dgi_name_number(&c.result.object, integer);
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
                         dgi_object_name(object), DGI_SHOWN(e->rt->text, name));
}

bool dgi_leave_attribute(dgi_evaluator *e, const dgi_frame *f)
{
    const dgi_node *node = dgi_eval_node(e, f->node);
    dgi_span name = node->as.name;
    dgi_operand *x = dgi_top(e);
    const dgi_symbol *s = symbol_of(e, node);
    int attribute = dgi_find_attribute(&x->object, s->attribute);
    if (attribute >= 0)
        return dgi_apply_attribute(e->rt, attribute, node, f->numbers, x);
    if (x->object.kind == DGI_OBJECT_IGNORED)
        return true;
    if (dgi_is_error(&x->object) && !s->method)
        return true;
    const dgi_builtin *b =
        s->method && dgi_is_builtin_for(s->method, &x->object) ? s->method : NULL;
    if (!b)
        return fail_attribute(e, &x->object, name);
    const dgi_node *of = e->n_frames > 0 && dgi_innermost(e)->kind == DGI_NODE_CALL
                             ? dgi_eval_node(e, dgi_innermost(e)->node)
                             : NULL;
    if (!of || of->child != f->node)
        return dgi_fail(e->rt, name, "'%s' is a method: call it", b->name);
    if (!dgi_is_error(&x->object))
        return open_call(e, b, true, x->span.begin);
    uint32_t begin = x->span.begin;
    e->n_operands--;
    return open_call(e, NULL, true, begin);
}

/* `x.grad.zero_()` is a method of x: a gradient that was read is a copy. */
static bool zeroes_gradient(const dgi_evaluator *e, const dgi_node *node)
{
    const dgi_node *of = dgi_eval_node(e, node->child);
    return of->kind == DGI_NODE_ATTRIBUTE && dgi_spells(e->rt->text, node->as.name, "zero_") &&
           dgi_spells(e->rt->text, of->as.name, "grad") && !of->next &&
           !dgi_eval_node(e, of->child)->next;
}

bool dgi_enter_attribute(dgi_evaluator *e, dgi_node_id id, bool numbers)
{
    const dgi_node *node = dgi_eval_node(e, id);
    dgi_object o;
    dgi_node_id error = dgi_eval_node(e, node->child)->next;
    bool module = is_module(e, dgi_eval_node(e, node->child), 0, &o);
    if (module && !error)
        return read_member(e, o.as.module, node, &o) && dgi_push_object(e, node->span, o);
    bool zeroes = !module && !error && zeroes_gradient(e, node);
    if (!dgi_push_frame(e, id, numbers))
        return false;
    if (module)
        dgi_innermost(e)->next = error;
    if (zeroes)
        dgi_innermost(e)->next = dgi_eval_node(e, node->child)->child;
    return true;
}
