#include "lang/evaluator.h"

#include <stdlib.h>

#include "base/grow.h"

/* ---- Stacks ---- */

void dgi_evaluator_free(dgi_evaluator *e)
{
    free(e->frames);
    free(e->operands);
    free(e->locals);
    free(e->loops);
    free(e->calls);
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
    const dgi_node *node = dgi_eval_node(e, id);
    dgi_frame *grown = dgi_grown(e->frames, &e->frames_capacity, e->n_frames, sizeof *grown);
    if (!grown)
        return dgi_no_memory(e->rt);
    e->frames = grown;
    e->frames[e->n_frames++] = (dgi_frame){.node = id,
                                           .next = node->child,
                                           .operands = (uint32_t)e->n_operands,
                                           .kind = node->kind,
                                           .numbers = numbers};
    return true;
}

void dgi_unwind(dgi_evaluator *e, size_t height)
{
    while (e->n_frames > height) {
        const dgi_frame *f = dgi_innermost(e);
        if (f->kind == DGI_FRAME_FUNCTION)
            dgi_end_function(e);
        else if (f->kind == DGI_NODE_FOR && f->state)
            e->mark = e->loops[--e->n_loops].around;
        else if (f->kind == DGI_NODE_FOR_CLAUSE && f->state)
            e->n_loops--;
        else if (f->kind == DGI_NODE_WITH && f->state == 1)
            dg_scope_end(e->rt->graph);
        else if (f->kind == DGI_NODE_WITH && f->state == 2)
            e->rt->no_grad = f->plain;
        e->n_operands = f->operands;
        e->n_frames--;
    }
}

/* ---- The walk ---- */

/* The syntax error of the statement. */
bool dgi_report_syntax_error(dgi_evaluator *e)
{
    const dgi_syntax_error *error = &e->tree->error;
    e->reached_error = true;
    return dgi_fail_hint(e->rt, error->span, error->hint, "%s", error->message);
}

static bool push_string(dgi_evaluator *e, const dgi_node *node)
{
    dgi_object object = {.as.text = e->tree->texts.data + node->as.text.begin,
                         .size = node->as.text.end - node->as.text.begin,
                         .kind = DGI_OBJECT_STRING};
    if (object.size > DG_LABEL_MAX)
        return dgi_fail(e->rt, node->span, "a label has at most %zu bytes", DG_LABEL_MAX);
    return dgi_push_object(e, node->span, object);
}

bool dgi_enter(dgi_evaluator *e, dgi_node_id id, bool numbers)
{
    const dgi_node *node = dgi_eval_node(e, id);
    dgi_object object = {.kind = DGI_OBJECT_NONE};
    bool target = node->flags & DGI_NODE_TARGET;
    switch ((dgi_node_kind)node->kind) {
    case DGI_NODE_NAME:
        return target ? dgi_push_name_target(e, id) : dgi_push_name(e, node);
    case DGI_NODE_TUPLE:
    case DGI_NODE_GROUP:
    case DGI_NODE_LIST:
        return target && node->child && dgi_eval_node(e, node->child)->flags & DGI_NODE_TARGET
                   ? dgi_push_name_target(e, id)
                   : dgi_push_frame(e, id, numbers);
    case DGI_NODE_NUMBER:
        object = node->flags & DGI_NODE_INTEGER ? dgi_integer_object(node->as.number)
                                                : dgi_number_object(node->as.number);
        return dgi_push_object(e, node->span, object);
    case DGI_NODE_STRING:
        return push_string(e, node);
    case DGI_NODE_CONSTANT:
        if (node->as.constant != 'N')
            object = dgi_bool_object(node->as.constant == 'T');
        return dgi_push_object(e, node->span, object);
    case DGI_NODE_ERROR:
        return dgi_report_syntax_error(e);
    case DGI_NODE_ARGUMENT:
        return dgi_enter_argument(e, id);
    case DGI_NODE_ATTRIBUTE:
        return dgi_enter_attribute(e, id, numbers);
    case DGI_NODE_CALL:
        return dgi_enter_call(e, id, numbers);
    case DGI_NODE_IMPORT:
        return dgi_import(e, node);
    case DGI_NODE_NOTHING:
        return true;
    case DGI_NODE_BREAK:
    case DGI_NODE_CONTINUE:
        return dgi_leave_loop(e, node->kind == DGI_NODE_CONTINUE);
    default:
        return dgi_push_frame(e, id, numbers);
    }
}

bool dgi_enter_child(dgi_evaluator *e, dgi_frame *f, dgi_node_id child, bool numbers)
{
    f->done = child;
    f->next = dgi_eval_node(e, child)->next;
    return dgi_enter(e, child, numbers);
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

static bool leave_group(dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
{
    if (!node->child)
        return dgi_make_list(e, f->operands, node->span, true);
    dgi_top(e)->span = node->span;
    return true;
}

static bool leave_not(dgi_evaluator *e, const dgi_node *node)
{
    dgi_operand *x = dgi_top(e);
    bool truth;
    x->span.begin = node->span.begin;
    if (dgi_is_error(&x->object))
        return true;
    if (!dgi_truth(e->rt, x, &truth))
        return false;
    x->object = dgi_bool_object(!truth);
    return true;
}

static bool leave_fstring(dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
{
    dgi_object joined;
    size_t count = e->n_operands - f->operands;
    const dgi_operand *parts = count ? e->operands + f->operands : NULL;
    if (!dgi_join_operands(e->rt, parts, count, node->span, &joined))
        return false;
    e->n_operands = f->operands;
    return dgi_push_object(e, node->span, joined);
}

/* All children have been evaluated. */
static bool leave(dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
{
    switch ((dgi_node_kind)node->kind) {
    case DGI_NODE_GROUP:
        return leave_group(e, f, node);
    case DGI_NODE_LIST:
        if (node->child && dgi_eval_node(e, node->child)->kind == DGI_NODE_COMPREHENSION)
            return leave_group(e, f, node);
        return dgi_make_list(e, f->operands, node->span, false);
    case DGI_NODE_TUPLE:
        return dgi_make_list(e, f->operands, node->span, true);
    case DGI_NODE_UNARY:
    case DGI_NODE_BINARY:
        return apply(e, node, f->numbers);
    case DGI_NODE_NOT:
        return leave_not(e, node);
    case DGI_NODE_ARGUMENT:
        dgi_top(e)->named = true;
        dgi_top(e)->parameter = f->parameter;
        return true;
    case DGI_NODE_INDEX:
        return dgi_apply_index(e, node, f->numbers);
    case DGI_NODE_SLICE:
        return dgi_make_slice(e, node);
    case DGI_NODE_FORMAT:
        return dgi_format_operand(e->rt, dgi_top(e) - 1, dgi_top(e)) && --e->n_operands;
    case DGI_NODE_FSTRING:
        return leave_fstring(e, f, node);
    case DGI_NODE_ATTRIBUTE:
        return dgi_leave_attribute(e, f);
    case DGI_NODE_CALL:
        return dgi_leave_call(e, f);
    case DGI_NODE_ASSIGN:
        return dgi_assign(e, f->operands);
    case DGI_NODE_AUGMENT:
        return dgi_assign_augmented(e, node, f->operands);
    case DGI_NODE_RETURN:
        return dgi_return(e, f);
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
    case DGI_NODE_TUPLE:
        return !any || dgi_check_element(e, f);
    case DGI_NODE_BINARY:
        *numbers = f->numbers;
        return true;
    case DGI_NODE_INDEX:
        *numbers = f->numbers || any;
        return !any || f->done != node->child || dgi_check_indexed(e);
    case DGI_NODE_CALL:
        return dgi_advance_call(e, f, numbers);
    case DGI_NODE_ASSIGN:
        *numbers = dgi_targets_take_numbers(e, f->operands);
        return !target || dgi_check_target(e, child);
    case DGI_NODE_AUGMENT:
        *numbers = any && dgi_targets_take_numbers(e, f->operands);
        return !target || (dgi_check_target(e, child) && dgi_push_current(e, child));
    default:
        return true;
    }
}

/* A node that goes through its children once, in order. */
static bool step_children(dgi_evaluator *e, dgi_frame *f)
{
    bool numbers = f->numbers;
    if (!advance(e, f, &numbers))
        return false;
    if (f->next)
        return dgi_enter_child(e, f, f->next, numbers);
    dgi_frame finished = *f;
    e->n_frames--;
    return leave(e, &finished, dgi_eval_node(e, finished.node));
}

bool dgi_step(dgi_evaluator *e)
{
    dgi_frame *f = dgi_innermost(e);
    switch (f->kind) {
    case DGI_NODE_BLOCK:
        return dgi_step_block(e, f);
    case DGI_NODE_FOR:
    case DGI_NODE_FOR_CLAUSE:
        return dgi_step_for(e, f);
    case DGI_NODE_IF:
        return dgi_step_if(e, f);
    case DGI_NODE_WITH:
        return dgi_step_with(e, f);
    case DGI_NODE_ASSERT:
        return dgi_step_assert(e, f);
    case DGI_NODE_AND:
    case DGI_NODE_OR:
        return dgi_step_logic(e, f);
    case DGI_NODE_COMPARE:
        return dgi_step_compare(e, f);
    case DGI_NODE_CONDITIONAL:
        return dgi_step_conditional(e, f);
    case DGI_NODE_COMPREHENSION:
        return dgi_step_comprehension(e, f);
    case DGI_NODE_IF_CLAUSE:
        return dgi_step_if_clause(e, f);
    case DGI_NODE_DEF:
    case DGI_NODE_LAMBDA:
        return dgi_step_define(e, f);
    case DGI_FRAME_FUNCTION:
        return dgi_step_function(e, f);
    default:
        return step_children(e, f);
    }
}
