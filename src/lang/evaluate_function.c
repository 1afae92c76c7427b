/* Functions that a program defines: making and calling them. */
#include <string.h>

#include "base/grow.h"
#include "engine/detached.h"
#include "lang/evaluator.h"

enum { PARAMETERS_MAX = 200 };

bool dgi_reserve_locals(dgi_evaluator *e, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dgi_object *grown = dgi_grown(e->locals, &e->locals_capacity, e->n_locals, sizeof *grown);
        if (!grown)
            return dgi_no_memory(e->rt);
        e->locals = grown;
        e->locals[e->n_locals++] = (dgi_object){.kind = DGI_OBJECT_NOTHING};
    }
    return true;
}

static const dgi_node *parameters_of(const dgi_tree *tree, const dgi_node *node)
{
    const dgi_node *first = dgi_node_at(tree, node->child);
    return node->kind == DGI_NODE_DEF ? dgi_node_at(tree, first->next) : first;
}

/* ---- Making ---- */

/* Takes the defaults, which are on top, and what is captured. */
static bool fill_function(dgi_evaluator *e, dgi_frame *f, const dgi_node *node, dgi_function *made)
{
    const dgi_scope_info *scope = &e->tree->scopes[node->as.scope];
    size_t next = f->operands, i = 0;
    for (dgi_node_id p = parameters_of(e->tree, node)->child; p; i++) {
        const dgi_node *parameter = dgi_eval_node(e, p);
        made->objects[i].kind = DGI_OBJECT_NOTHING;
        if (parameter->child) {
            made->objects[i] = e->operands[next].object;
            if (!dgi_keep_object(e->rt, e->operands[next++].span, &made->objects[i]))
                return false;
        }
        p = parameter->next;
    }
    for (size_t k = 0; k < scope->n_captures; k++)
        made->objects[i + k] = e->locals[e->base + scope->captures[k].outer];
    return true;
}

static bool make_function(dgi_evaluator *e, dgi_frame *f)
{
    const dgi_node *node = dgi_eval_node(e, f->node);
    const dgi_scope_info *scope = &e->tree->scopes[node->as.scope];
    size_t n = 0;
    for (dgi_node_id p = parameters_of(e->tree, node)->child; p; p = dgi_eval_node(e, p)->next)
        n++;
    dgi_span head = {node->span.begin, node->span.begin + 1};
    if (n > PARAMETERS_MAX)
        return dgi_fail(e->rt, head, "a function has at most %d parameters", PARAMETERS_MAX);
    dgi_function *made = dgi_new_function(e->rt, head, n + scope->n_captures);
    if (!made || !fill_function(e, f, node, made))
        return false;
    made->tree = e->tree;
    made->node = f->node;
    made->n_parameters = (uint32_t)n;
    dgi_operand x = {.object = {.as.function = made, .kind = DGI_OBJECT_FUNCTION},
                     .span = node->span};
    bool def = node->kind == DGI_NODE_DEF;
    e->n_operands = f->operands;
    e->n_frames--;
    return def ? dgi_bind(e, node->child, &x) : dgi_push_object(e, x.span, x.object);
}

bool dgi_step_define(dgi_evaluator *e, dgi_frame *f)
{
    const dgi_node *node = dgi_eval_node(e, f->node);
    dgi_node_id p =
        f->state ? dgi_eval_node(e, f->done)->next : parameters_of(e->tree, node)->child;
    f->state = 1;
    while (p && !dgi_eval_node(e, p)->child)
        p = dgi_eval_node(e, p)->next;
    if (!p)
        return make_function(e, f);
    f->done = p;
    return dgi_enter(e, dgi_eval_node(e, p)->child, false);
}

/* ---- Arguments ---- */

/* A function's name, or what a lambda is called. */
static const char *name_of(const dgi_evaluator *e, const dgi_function *f)
{
    const dgi_node *node = dgi_node_at(f->tree, f->node);
    return node->kind == DGI_NODE_DEF
               ? e->rt->symbols.symbols[dgi_node_at(f->tree, node->child)->symbol].name
               : "lambda";
}

bool dgi_find_function_parameter(dgi_evaluator *e, const dgi_function *f, const dgi_node *argument,
                                 size_t *found)
{
    dgi_runtime *rt = e->rt;
    dgi_span name = argument->as.name;
    dgi_suggestion s = dgi_suggest_for(rt->text + name.begin, name.end - name.begin);
    dgi_node_id p = parameters_of(f->tree, dgi_node_at(f->tree, f->node))->child;
    for (*found = 0; p; ++*found) {
        const dgi_node *parameter = dgi_node_at(f->tree, p);
        if (parameter->symbol == argument->symbol)
            return true;
        dgi_suggest(&s, rt->symbols.symbols[parameter->symbol].name);
        p = parameter->next;
    }
    return dgi_fail_hint(rt, name, dgi_hint(rt, &s), "'%.*s' has no argument named '%.*s'",
                         dgi_shown_length(name_of(e, f), strlen(name_of(e, f))), name_of(e, f),
                         DGI_SHOWN(rt->text, name));
}

static bool fail_count(dgi_evaluator *e, const dgi_function *f, dgi_span about, size_t count)
{
    size_t least = 0;
    const char *name = name_of(e, f);
    int length = dgi_shown_length(name, strlen(name));
    for (size_t i = 0; i < f->n_parameters; i++)
        least += f->objects[i].kind == DGI_OBJECT_NOTHING;
    if (least != f->n_parameters)
        return dgi_fail(e->rt, about, "'%.*s' takes %zu to %u arguments, not %zu", length, name,
                        least, f->n_parameters, count);
    return dgi_fail(e->rt, about, "'%.*s' takes %zu argument%s, not %zu", length, name, least,
                    least == 1 ? "" : "s", count);
}

/* The arguments, which are on top, and defaults become the first locals. */
static bool bind_arguments(dgi_evaluator *e, const dgi_frame *call, dgi_span about)
{
    const dgi_function *f = call->function;
    size_t count = e->n_operands - call->operands;
    if (count > f->n_parameters)
        return fail_count(e, f, about, count);
    if (f->n_parameters == 0)
        return true;
    dgi_object *locals = e->locals + e->base;
    memcpy(locals, f->objects, f->n_parameters * sizeof *locals);
    for (size_t i = 0; i < count; i++) {
        const dgi_operand *x = &e->operands[call->operands + i];
        locals[x->named ? x->parameter : i] = x->object;
    }
    for (size_t i = 0; i < f->n_parameters; i++)
        if (locals[i].kind == DGI_OBJECT_NOTHING)
            return fail_count(e, f, about, count);
    return true;
}

/* The locals that functions in it use, and those of functions around it, are in cells. */
static bool make_cells(dgi_evaluator *e, const dgi_function *f, const dgi_scope_info *scope,
                       dgi_span about)
{
    dgi_object *locals = scope->n_slots ? e->locals + e->base : NULL;
    for (size_t i = 0; i < scope->n_captures; i++)
        locals[scope->captures[i].inner] = f->objects[f->n_parameters + i];
    for (size_t i = 0; i < scope->n_cells; i++) {
        dgi_object *slot = &locals[scope->cells[i]];
        if (slot->kind == DGI_OBJECT_CELL)
            continue;
        if (!dgi_keep_bound(e->rt, about, slot))
            return false;
        dgi_cell *cell = dgi_new_cell(e->rt, about, *slot);
        if (!cell)
            return false;
        *slot = (dgi_object){.as.cell = cell, .kind = DGI_OBJECT_CELL};
    }
    return true;
}

/* ---- Calling ---- */

/* Values that a function makes are in a scope of its name. */
static bool begin_scope(dgi_evaluator *e, const dgi_function *f, dgi_scope_info *scope,
                        dgi_span about)
{
    dgi_runtime *rt = e->rt;
    return dgi_scope_begin_again(rt->graph, name_of(e, f), scope->graph_scope) == DG_OK ||
           dgi_fail_graph(rt, rt->graph, about);
}

void dgi_end_function(dgi_evaluator *e)
{
    const dgi_activation *a = &e->calls[--e->n_calls];
    a->scope->active = false;
    if (a->in_scope)
        dg_scope_end(e->rt->graph);
    e->n_locals = e->base;
    e->base = a->base;
    e->tree = a->tree;
    e->current = a->current;
    e->mark = a->around;
}

bool dgi_begin_function(dgi_evaluator *e, const dgi_frame *call)
{
    const dgi_function *f = call->function;
    const dgi_node *node = dgi_node_at(f->tree, f->node);
    dgi_scope_info *scope = &f->tree->scopes[node->as.scope];
    dgi_span about = {call->begin, dgi_eval_node(e, call->node)->span.end};
    dgi_node_id call_node = call->node;
    bool def = node->kind == DGI_NODE_DEF;
    bool wrong = scope->failed;
    for (size_t i = call->operands; i < e->n_operands && !wrong; i++)
        wrong = dgi_is_error(&e->operands[i].object);
    if (wrong) {
        e->n_operands = call->operands;
        return dgi_push_object(e, about, (dgi_object){.kind = DGI_OBJECT_ERROR});
    }
    if (scope->active)
        return dgi_fail(e->rt, about, "'%s' calls itself: there is no recursion; " DGI_USE_PYTHON,
                        name_of(e, f));
    dgi_activation *grown = dgi_grown(e->calls, &e->calls_capacity, e->n_calls, sizeof *grown);
    if (!grown)
        return dgi_no_memory(e->rt);
    e->calls = grown;
    uint32_t base = e->base;
    size_t before = e->n_locals;
    e->base = (uint32_t)e->n_locals;
    if (!dgi_reserve_locals(e, scope->n_slots) || !bind_arguments(e, call, about) ||
        !make_cells(e, f, scope, about) || (def && !begin_scope(e, f, scope, about))) {
        e->base = base;
        e->n_locals = before;
        return false;
    }
    e->calls[e->n_calls++] = (dgi_activation){.tree = e->tree,
                                              .scope = scope,
                                              .base = base,
                                              .current = e->current,
                                              .in_scope = def,
                                              .around = e->mark};
    scope->active = true;
    e->mark = dgi_runtime_mark(e->rt);
    /* The frame has the place of the call, in the caller's tree. */
    if (!dgi_push_frame(e, call_node, false))
        return false;
    dgi_innermost(e)->kind = DGI_FRAME_FUNCTION;
    dgi_innermost(e)->operands = call->operands;
    dgi_innermost(e)->begin = about.begin;
    e->tree = f->tree;
    return dgi_enter(e, parameters_of(f->tree, node)->next, false);
}

/* The body is complete: a lambda's result is on top; a def that comes to its end makes None. */
bool dgi_step_function(dgi_evaluator *e, dgi_frame *f)
{
    dgi_object result = {.kind = DGI_OBJECT_NONE};
    if (!e->calls[e->n_calls - 1].in_scope || f->state)
        result = dgi_top(e)->object;
    dgi_end_function(e);
    dgi_span span = {f->begin, dgi_eval_node(e, f->node)->span.end};
    e->n_operands = f->operands;
    e->n_frames--;
    return dgi_push_object(e, span, result);
}

bool dgi_return(dgi_evaluator *e, const dgi_frame *f)
{
    dgi_operand result = {.object.kind = DGI_OBJECT_NONE};
    if (e->n_operands > f->operands)
        result = *dgi_top(e);
    if (result.object.kind == DGI_OBJECT_NOTHING)
        return dgi_fail(e->rt, result.span, "this call makes no value");
    size_t i = e->n_frames;
    while (e->frames[i - 1].kind != DGI_FRAME_FUNCTION)
        i--;
    dgi_unwind(e, i);
    dgi_innermost(e)->state = 1;
    return dgi_push_object(e, result.span, result.object);
}
