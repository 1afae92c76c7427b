/* The evaluator: it walks the tree of a statement, with stacks of its own instead of recursion. */
#ifndef DGI_EVALUATOR_H
#define DGI_EVALUATOR_H

#include "lang/attributes.h"
#include "lang/calls.h"

/* A node whose children are being evaluated. */
typedef struct dgi_frame {
    dgi_node_id node;
    dgi_node_id done, next; /* the child evaluated last, and that to come; or 0 */
    uint32_t operands;      /* the stack's height below it */
    bool numbers;           /* its result is to be a number */
    bool error;             /* of a list: an element is an error value */
    bool is_callee;         /* an attribute that is called, */
    bool resolved;          /* and a call where what is called is known */
} dgi_frame;

/* A call whose arguments are being evaluated. */
typedef struct dgi_open_call {
    dgi_callee callee;
    uint32_t begin;    /* in the text */
    uint32_t operands; /* the stack's height below the arguments */
    bool named, any_named;
    uint8_t parameter; /* of the argument that is read, where it is named */
} dgi_open_call;

/* Where an assignment goes. */
typedef struct dgi_target {
    dgi_operand attribute; /* an ATTRIBUTE, where it is no name */
    dgi_span span;
    size_t symbol;
    bool is_name;
} dgi_target;

typedef struct dgi_evaluator {
    dgi_runtime *rt;
    const dgi_tree *tree;
    dgi_frame *frames;
    size_t n_frames, room_frames;
    dgi_operand *operands;
    size_t n_operands, room_operands;
    dgi_open_call *calls;
    size_t n_calls, room_calls;
    dgi_target *targets;
    size_t n_targets, room_targets;
    bool reached_error; /* the syntax error is what was reported */
    uint32_t failed_at; /* where in the text it failed */
} dgi_evaluator;

void dgi_evaluator_free(dgi_evaluator *e);

/* Evaluates the statement; false where it cannot go on. */
bool dgi_evaluate(dgi_evaluator *e, const dgi_tree *tree);

/* ---- Between the evaluator's files: statements stand on expressions (statements.c) ---- */

static inline dgi_operand *dgi_top(const dgi_evaluator *e)
{
    return &e->operands[e->n_operands - 1];
}

bool dgi_push_operand(dgi_evaluator *e, dgi_operand operand);
/* The value of a name, or an error. */
bool dgi_push_name(dgi_evaluator *e, const dgi_node *name);

/* A name that is to be assigned. */
bool dgi_push_name_target(dgi_evaluator *e, const dgi_node *name);
/* The operand on top is to be assigned: it goes. */
bool dgi_push_target(dgi_evaluator *e);
/* Whether what is assigned is to be numbers. */
bool dgi_targets_take_numbers(const dgi_evaluator *e);
/* The current value of the only target. */
bool dgi_push_current(dgi_evaluator *e);
/* Assigns the operand on top to all targets. */
bool dgi_assign(dgi_evaluator *e);

#endif
