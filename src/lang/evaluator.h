/* The evaluator: it walks the tree of a statement, with stacks of its own instead of recursion. */
#ifndef DGI_EVALUATOR_H
#define DGI_EVALUATOR_H

#include "lang/builtins.h"
#include "lang/parser.h"
#include "lang/resolve.h"

/* The kind of the frame of a call of a function, beside those of nodes. */
enum { DGI_FRAME_FUNCTION = 0xFF };

/* A node whose children are being evaluated. */
typedef struct dgi_frame {
    dgi_node_id node;
    dgi_node_id done, next; /* the child evaluated last, and that to come; or 0 */
    uint32_t operands;      /* the stack's height below it */
    uint8_t kind;           /* of the node, or DGI_FRAME_FUNCTION */
    uint8_t state;          /* how far it is, for those that go through more than their children */
    bool numbers;           /* its result is to be a number */
    /* Of a call: */
    bool resolved;              /* what is called is known: arguments follow */
    bool method;                /* argument 0 stands before the point, or the bracket */
    bool any_named;             /* an argument with a name was there */
    bool plain;                 /* of numbers it makes a number */
    uint8_t parameter;          /* of an argument with a name */
    uint32_t begin;             /* in the text; of a clause, the frame of the comprehension */
    const dgi_builtin *builtin; /* NULL: a function, or an error value is called */
    dgi_function *function;
} dgi_frame;

/* A loop that is running: what it goes through is the lowest operand of its frame. */
typedef struct dgi_loop {
    size_t i, count;
    dgi_mark around; /* that of the statements around it */
} dgi_loop;

/* A call of a function that is being executed. */
typedef struct dgi_activation {
    const dgi_tree *tree; /* of the caller */
    dgi_scope_info *scope;
    uint32_t base;       /* of the caller's locals */
    dgi_node_id current; /* statement of the caller */
    bool in_scope;       /* of the graph */
    dgi_mark around;
} dgi_activation;

typedef struct dgi_evaluator {
    dgi_runtime *rt;
    const dgi_tree *tree;
    dgi_frame *frames;
    size_t n_frames, frames_capacity;
    dgi_operand *operands;
    size_t n_operands, operands_capacity;
    dgi_object *locals; /* of all calls, and of the statement itself */
    size_t n_locals, locals_capacity;
    uint32_t base; /* where those of the current call begin */
    dgi_loop *loops;
    size_t n_loops, loops_capacity;
    dgi_activation *calls;
    size_t n_calls, calls_capacity;
    dgi_mark mark;       /* what memory statements leave alone */
    unsigned fuel;       /* steps until limits are looked at */
    bool reached_error;  /* the syntax error is what was reported */
    uint32_t failed_at;  /* where in the text it failed */
    dgi_node_id current; /* the statement that is executed, of the current tree */
} dgi_evaluator;

void dgi_evaluator_free(dgi_evaluator *e);

/* Executes the statement with its block; false where some of it could not go on. That was reported,
 * and what follows it was executed all the same where it is in blocks of `with` only. */
bool dgi_execute(dgi_evaluator *e, const dgi_tree *tree);

/* Names that a statement that is not executed would have bound are error values from now on. The
 * nodes of the statement begin at `first`, and end before `end`. */
void dgi_define_errors(dgi_runtime *rt, const dgi_tree *tree, dgi_node_id first, dgi_node_id end);

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

/* Does the next step of the innermost frame. */
bool dgi_step(dgi_evaluator *e);
/* The syntax error of the statement. */
bool dgi_report_syntax_error(dgi_evaluator *e);
/* Evaluates a node without children, or begins one. */
bool dgi_enter(dgi_evaluator *e, dgi_node_id id, bool numbers);
/* The object, where the span is. */
bool dgi_push_object(dgi_evaluator *e, dgi_span span, dgi_object object);
bool dgi_push_frame(dgi_evaluator *e, dgi_node_id id, bool numbers);
/* The child becomes the one that is evaluated. */
bool dgi_enter_child(dgi_evaluator *e, dgi_frame *f, dgi_node_id child, bool numbers);
/* Ends what frames from the given height on have begun, and drops them. */
void dgi_unwind(dgi_evaluator *e, size_t height);

/* Room for more locals, which have no value yet. */
bool dgi_reserve_locals(dgi_evaluator *e, size_t n);

/* ---- Lists and indexes (evaluate_list.c) ---- */

/* The operands from `first` on become a list, or an error value where one of them is such. */
bool dgi_make_list(dgi_evaluator *e, size_t first, dgi_span span, bool tuple);
/* Whether a list can hold the operand on top. */
bool dgi_check_element(dgi_evaluator *e, const dgi_frame *f);
/* Whether the operand on top can be indexed. */
bool dgi_check_indexed(dgi_evaluator *e);
/* The index on top is applied to the operand below it. */
bool dgi_apply_index(dgi_evaluator *e, const dgi_node *node, bool numbers);
/* The three operands on top become a slice. */
bool dgi_make_slice(dgi_evaluator *e, const dgi_node *node);

/* ---- Statements (evaluate_statement.c) and what decides (evaluate_condition.c) ---- */

bool dgi_step_block(dgi_evaluator *e, dgi_frame *f);
bool dgi_step_with(dgi_evaluator *e, dgi_frame *f);
bool dgi_step_if(dgi_evaluator *e, dgi_frame *f);
bool dgi_step_assert(dgi_evaluator *e, dgi_frame *f);
bool dgi_leave_loop(dgi_evaluator *e, bool again);
bool dgi_step_logic(dgi_evaluator *e, dgi_frame *f);
bool dgi_step_conditional(dgi_evaluator *e, dgi_frame *f);
bool dgi_step_compare(dgi_evaluator *e, dgi_frame *f);

/* ---- Loops (evaluate_loop.c) ---- */

bool dgi_step_for(dgi_evaluator *e, dgi_frame *f);
bool dgi_step_comprehension(dgi_evaluator *e, dgi_frame *f);
bool dgi_step_if_clause(dgi_evaluator *e, dgi_frame *f);

/* ---- Functions (evaluate_function.c) ---- */

/* Evaluates the defaults of a def or a lambda, and makes the function. */
bool dgi_step_define(dgi_evaluator *e, dgi_frame *f);
/* The frame of a call, whose arguments are on top, becomes that of the function's body. */
bool dgi_begin_function(dgi_evaluator *e, const dgi_frame *call);
bool dgi_step_function(dgi_evaluator *e, dgi_frame *f);
/* The body is over: what it has begun ends. */
void dgi_end_function(dgi_evaluator *e);
/* The operand on top, or None, is what the innermost call makes. */
bool dgi_return(dgi_evaluator *e, const dgi_frame *f);
/* The parameter that the name of an argument means. */
bool dgi_find_function_parameter(dgi_evaluator *e, const dgi_function *f, const dgi_node *argument,
                                 size_t *found);

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
/* Executes an import. */
bool dgi_import(dgi_evaluator *e, const dgi_node *import);

/* ---- Attributes (attributes.c) and targets (targets.c) ---- */

/* Which one it is; -1 where the object has none of this name. */
int dgi_find_attribute(const dgi_object *object, int attribute);
/* Which one the name is; -1: none. */
int dgi_attribute_from_name(const char *name);
void dgi_suggest_attributes(dgi_suggestion *s, const dgi_object *object);
/* The operand becomes its attribute, which the node says, or what is assigned to where that is a
 * target. */
bool dgi_apply_attribute(dgi_runtime *rt, int attribute, const dgi_node *node, bool numbers,
                         dgi_operand *x);
bool dgi_read_attribute(dgi_runtime *rt, dgi_attribute attribute, bool numbers, dgi_operand *x);
/* Assigns to an attribute; the value is NULL where it is that of an error value. */
bool dgi_assign_attribute(dgi_runtime *rt, const dgi_operand *target, dgi_operand *right);
/* Several names, or one, that are to be assigned. */
bool dgi_push_name_target(dgi_evaluator *e, dgi_node_id id);
/* Whether the operand on top, which the node is, can be assigned to. */
bool dgi_check_target(dgi_evaluator *e, const dgi_node *target);
/* Whether what is assigned, by a frame whose operands begin at `first`, is to be numbers. */
bool dgi_targets_take_numbers(const dgi_evaluator *e, size_t first);
/* The current value of the only target. */
bool dgi_push_current(dgi_evaluator *e, const dgi_node *target);
/* Assigns the operand on top to all targets, the first of which is operand `first`. */
bool dgi_assign(dgi_evaluator *e, size_t first);
/* The same of what an operator makes of the target's value and the operand on top. */
bool dgi_assign_augmented(dgi_evaluator *e, const dgi_node *node, size_t first);
/* Binds the name, or names, of a node to an object that lives as long as they: of a loop, a def or
 * an import. */
bool dgi_bind(dgi_evaluator *e, dgi_node_id target, const dgi_operand *x);
bool dgi_bind_from_series(dgi_evaluator *e, dgi_node_id target, const dgi_series *series, size_t i,
                          dgi_span about);
/* The object that a name's node stands for. */
dgi_object *dgi_place_of(const dgi_evaluator *e, const dgi_node *name);

#endif
