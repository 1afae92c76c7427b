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
        if (dgi_is_list(&indexed->object) && !indexed->bare_name)
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
        if (!(node->flags & DGI_NODE_TARGET))
            return dgi_push_name(e, node);
        return dgi_push_name_target(e, node);
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

/* Whether the child to come of a frame is to be a number. */
static bool needs_numbers(const dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
{
    switch ((dgi_node_kind)node->kind) {
    case DGI_NODE_BINARY:
        return f->numbers || (f->done && node->op == DGI_TOKEN_POWER);
    case DGI_NODE_INDEX:
        return f->done || f->numbers;
    case DGI_NODE_CALL:
        if (!f->resolved)
            return f->numbers;
        return f->builtin && dgi_needs_number(f->builtin, e->n_operands - f->operands);
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
    const dgi_node *child = dgi_eval_node(e, f->done);
    bool first = f->done == node->child;
    bool target = child->flags & DGI_NODE_TARGET;
    switch ((dgi_node_kind)node->kind) {
    case DGI_NODE_LIST:
        return dgi_check_element(e, f);
    case DGI_NODE_INDEX:
        return first ? dgi_check_indexed(e)
                     : dgi_to_number(e->rt, dgi_top(e), "an index must be a number");
    case DGI_NODE_CALL:
        if (!first)
            return dgi_finish_argument(e, child);
        return f->resolved || dgi_open_operand(e, node);
    case DGI_NODE_ASSIGN:
        return !target || child->kind == DGI_NODE_NAME || dgi_check_target(e);
    case DGI_NODE_AUGMENT:
        if (!target)
            return true;
        return (child->kind == DGI_NODE_NAME || dgi_check_target(e)) && dgi_push_current(e, child);
    default:
        return true;
    }
}

/* Applies an operator to the operands on top. */
static bool apply(dgi_evaluator *e, const dgi_node *node, bool numbers)
{
    const dgi_operation o = {
        .op = (dgi_token_kind)node->op, .span = node->as.name, .numbers = numbers};
    dgi_operand *x = dgi_top(e);
    if (node->kind == DGI_NODE_UNARY)
        return dgi_apply_unary(e->rt, &o, x);
    e->n_operands--;
    return dgi_apply_binary(e->rt, &o, x - 1, x);
}

/* All children have been evaluated. */
static bool leave(dgi_evaluator *e, const dgi_frame *f, const dgi_node *node)
{
    switch ((dgi_node_kind)node->kind) {
    case DGI_NODE_GROUP:
        dgi_top(e)->span = node->span;
        dgi_top(e)->bare_name = false;
        return true;
    case DGI_NODE_LIST:
        return dgi_leave_list(e, f, node);
    case DGI_NODE_UNARY:
    case DGI_NODE_BINARY:
        return apply(e, node, f->numbers);
    case DGI_NODE_INDEX:
        return dgi_leave_index(e, f, node);
    case DGI_NODE_ATTRIBUTE:
        return dgi_leave_attribute(e, f, f->node);
    case DGI_NODE_CALL:
        return dgi_leave_call(e, f, node);
    case DGI_NODE_ASSIGN:
        return dgi_assign(e);
    case DGI_NODE_AUGMENT:
        return apply(e, node, dgi_targets_take_numbers(e)) && dgi_assign(e);
    default:
        return true;
    }
}

static bool step(dgi_evaluator *e)
{
    dgi_frame *f = dgi_innermost(e);
    const dgi_node *node = dgi_eval_node(e, f->node);
    if (f->done && !after(e, f, node))
        return false;
    if (!f->next) {
        dgi_frame finished = *f;
        e->n_frames--;
        return leave(e, &finished, node);
    }
    bool numbers = needs_numbers(e, f, node);
    f->done = f->next;
    f->next = dgi_eval_node(e, f->next)->next;
    return enter(e, f->done, numbers);
}

bool dgi_evaluate(dgi_evaluator *e, const dgi_tree *tree)
{
    e->tree = tree;
    e->n_frames = e->n_operands = 0;
    e->reached_error = false;
    e->rt->wrong = tree->wrong ? &tree->error : NULL;
    bool done = dgi_push_frame(e, tree->root, false);
    while (done && e->n_frames > 0)
        done = step(e);
    const dgi_frame *f = e->n_frames > 0 ? dgi_innermost(e) : NULL;
    e->failed_at = f ? dgi_eval_node(e, f->done ? f->done : f->node)->span.begin : 0;
    return done;
}
