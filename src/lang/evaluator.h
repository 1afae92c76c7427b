/* The evaluator: it walks the tree of a statement, with stacks of its own instead of recursion. */
#ifndef DGI_EVALUATOR_H
#define DGI_EVALUATOR_H

#include "lang/builtins.h"
#include "lang/parser.h"

/* A node whose children are being evaluated. */
typedef struct dgi_frame {
    dgi_node_id node;
    dgi_node_id done, next; /* the child evaluated last, and that to come; or 0 */
    uint32_t operands;      /* the stack's height below it */
    bool numbers;           /* its result is to be a number */
    /* Of a call: */
    bool resolved;              /* what is called is known: arguments follow */
    bool method;                /* argument 0 stands before the point, or the bracket */
    bool any_named;             /* an argument with a name was there */
    uint32_t begin;             /* in the text */
    const dgi_builtin *builtin; /* NULL: an error value is called */
    uint8_t parameter;          /* of an argument with a name */
} dgi_frame;

typedef struct dgi_evaluator {
    dgi_runtime *rt;
    const dgi_tree *tree;
    dgi_frame *frames;
    size_t n_frames, frames_capacity;
    dgi_operand
        *operands; /* those of the outermost frame begin with the targets of an assignment */
    size_t n_operands, operands_capacity;
    bool reached_error; /* the syntax error is what was reported */
    uint32_t failed_at; /* where in the text it failed */
} dgi_evaluator;

void dgi_evaluator_free(dgi_evaluator *e);

/* Executes the statement with its block; false where some of it could not go on. That was reported,
 * and what follows it in the block was executed all the same (statements.c). */
bool dgi_execute(dgi_evaluator *e, const dgi_tree *tree);

/* Evaluates a statement without a block, or an expression, which becomes the operand on top; false
 * where it cannot go on. */
bool dgi_evaluate(dgi_evaluator *e, const dgi_tree *tree, dgi_node_id root);

static inline dgi_operand *dgi_top(const dgi_evaluator *e)
{
    return &e->operands[e->n_operands - 1];
}

static inline dgi_frame *dgi_innermost(const dgi_evaluator *e)
{
    return &e->frames[e->n_frames - 1];
}

static inline const dgi_node *dgi_eval_node(const dgi_evaluator *e, dgi_node_id id)
{
    return dgi_node_at(e->tree, id);
}

/* The object, where the span is. */
bool dgi_push_object(dgi_evaluator *e, dgi_span span, dgi_object object);
bool dgi_push_frame(dgi_evaluator *e, dgi_node_id id, bool numbers);

/* ---- Names, calls, attributes (evaluate_call.c) ---- */

/* What a name stands for. */
bool dgi_push_name(dgi_evaluator *e, const dgi_node *name);
bool dgi_enter_call(dgi_evaluator *e, dgi_node_id id, bool numbers);
bool dgi_enter_argument(dgi_evaluator *e, dgi_node_id id);
/* A child of the call, or none yet, is complete; see advance(). */
bool dgi_advance_call(dgi_evaluator *e, dgi_frame *f, bool *numbers);
/* The result takes the place of the arguments. */
bool dgi_leave_call(dgi_evaluator *e, const dgi_frame *f);
bool dgi_enter_attribute(dgi_evaluator *e, dgi_node_id id, bool numbers);
/* The operand on top becomes its attribute, or argument 0 of the call of its method. */
bool dgi_leave_attribute(dgi_evaluator *e, const dgi_frame *f);

/* ---- Attributes and targets (attributes.c) ---- */

/* Which one it is; -1 where the object has none of this name. */
int dgi_find_attribute(const dgi_object *object, const char *text, dgi_span name);
void dgi_suggest_attributes(dgi_suggestion *s, const dgi_object *object);
/* The operand becomes its attribute, which the node says, or what is assigned to where that is a
 * target. */
bool dgi_apply_attribute(dgi_runtime *rt, int attribute, const dgi_node *node, bool numbers,
                         dgi_operand *x);
/* A name that is to be assigned. */
bool dgi_push_name_target(dgi_evaluator *e, const dgi_node *name);
/* Whether the operand on top, which the node is, can be assigned to. */
bool dgi_check_target(dgi_evaluator *e, const dgi_node *target);
/* Whether what is assigned is to be numbers. */
bool dgi_targets_take_numbers(const dgi_evaluator *e);
/* The current value of the only target. */
bool dgi_push_current(dgi_evaluator *e, const dgi_node *target);
/* Assigns the operand on top to all targets. */
bool dgi_assign(dgi_evaluator *e);

#endif
