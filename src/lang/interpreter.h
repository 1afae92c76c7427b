/* The interpreter: it evaluates a program while it reads it, with stacks on the heap and no tree.
 *
 *   statement.c   statements, assignment, what follows an error
 *   expression.c  operators, brackets, names: the stacks
 *   call.c        functions, methods, attributes
 *   operand.c     what an operator or op makes of its operands
 *
 * A function that returns bool returns false where the statement cannot go on: it has reported why,
 * or `out_of_memory` is set.
 */
#ifndef DGI_INTERPRETER_H
#define DGI_INTERPRETER_H

#include <dotgrad/lang.h>

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "lang/diagnose.h"
#include "lang/lexer.h"
#include "lang/names.h"

typedef enum dgi_operand_kind {
    DGI_OPERAND_NUMBER,  /* a plain number */
    DGI_OPERAND_VALUE,   /* a value */
    DGI_OPERAND_NUMERIC, /* the leaf of a numeric name: a value, and a number where one is needed */
    DGI_OPERAND_STRING,  /* a piece of the interpreter's `strings` */
    DGI_OPERAND_ATTRIBUTE, /* an attribute that is about to be assigned */
    DGI_OPERAND_NOTHING,   /* what a call of backward makes */
    DGI_OPERAND_POISON     /* what an error that has been reported left behind */
} dgi_operand_kind;

typedef enum dgi_attribute {
    DGI_ATTRIBUTE_DATA,
    DGI_ATTRIBUTE_GRAD,
    DGI_ATTRIBUTE_LABEL
} dgi_attribute;

typedef struct dgi_operand {
    union {
        double number;
        dg_value *value; /* ATTRIBUTE: of which value; NULL for a poisoned one */
        struct {
            uint32_t begin, size;
        } string;
    } as;
    uint32_t begin, end; /* in the text */
    uint8_t kind;        /* dgi_operand_kind */
    uint8_t attribute;   /* dgi_attribute */
    bool bare_name;      /* nothing but a name */
} dgi_operand;

/* An operator that waits for its right operand. */
typedef struct dgi_operator {
    uint32_t begin;
    uint8_t kind; /* the token's; PLUS and MINUS may be unary */
    bool unary;
    bool needs_numbers; /* its result stands where a number is needed */
    bool right_number;  /* its right operand does */
} dgi_operator;

typedef enum dgi_callee_kind {
    DGI_CALLEE_NONE, /* a bracket, not a call */
    DGI_CALLEE_OP,
    DGI_CALLEE_VALUE,
    DGI_CALLEE_FLOAT,
    DGI_CALLEE_BACKWARD,
    DGI_CALLEE_ZERO_GRAD,
    DGI_CALLEE_DRAW_DOT,
    DGI_CALLEE_POISON
} dgi_callee_kind;

typedef struct dgi_callee {
    dgi_callee_kind kind;
    const char *name; /* static */
    const dg_op *op;
    bool method; /* operand 0 stands before the point */
} dgi_callee;

/* An open bracket; the outermost frame stands for the expression itself. */
typedef struct dgi_frame {
    dgi_callee callee;
    uint32_t begin, opener;             /* of the whole call, of its bracket */
    size_t operands, operators;         /* the stacks' heights below it */
    bool needs_numbers;                 /* what stands in it now is to be a number */
    bool argument_begins;               /* a keyword may come */
    bool poisoned;                      /* an argument was */
    bool named, any_named;              /* the argument that is read has a keyword; one had */
    bool in_label, has_data, has_label; /* of a call of Value */
    double data;
    dgi_operand label;
} dgi_frame;

/* Where an assignment goes. */
typedef struct dgi_target {
    bool is_name;
    uint8_t attribute;
    size_t binding;  /* of a name */
    dg_value *value; /* whose attribute; NULL for a poisoned one */
    uint32_t begin, end;
} dgi_target;

typedef struct dgi_interpreter {
    dg_graph *graph;
    dg_labels labels;
    dgi_lexer lexer;
    dgi_token token; /* the current one */
    dgi_diagnose diagnose;
    dgi_bindings names;
    dgi_operand *operands;
    size_t n_operands, room_operands;
    dgi_operator *operators;
    size_t n_operators, room_operators;
    dgi_target *targets;
    size_t n_targets, room_targets;
    dgi_frame frames[DG_NESTING_MAX + 1];
    size_t n_frames;
    dgi_buf strings; /* those on the operand stack, in its order */
    dgi_buf scratch;
    size_t label_bytes; /* given to values so far */
    bool resumed; /* the current token begins a statement: an error found it inside a bracket */
    bool in_body; /* indented lines are the body of a statement that was reported */
    bool indented_run; /* the line before was indented as well */
    dg_value *drawn, *backed, *last;
    bool out_of_memory;
} dgi_interpreter;

/* statement.c */
void dgi_run_statements(dgi_interpreter *in);
void dgi_advance(dgi_interpreter *in);
dgi_token dgi_peek(const dgi_interpreter *in);
/* Reports that the current token cannot stand where it does. */
bool dgi_unexpected(dgi_interpreter *in);
/* Reports an open bracket, and has the given token begin the next statement. */
bool dgi_never_closed(dgi_interpreter *in, const dgi_token *next);
/* Why a Python keyword is not supported; NULL for a name that is none. */
const char *dgi_keyword_reason(const char *name, size_t size);
bool dgi_report_keyword(dgi_interpreter *in, const dgi_token *name, const char *reason);

/* expression.c */
/* Evaluates an expression up to a token that cannot belong to it. */
bool dgi_expression(dgi_interpreter *in, bool needs_numbers, dgi_operand *result);
bool dgi_push_operand(dgi_interpreter *in, dgi_operand operand);
bool dgi_push_frame(dgi_interpreter *in, dgi_callee callee, uint32_t begin, bool needs_numbers);
/* Whether what is read now is to be a number. */
bool dgi_numbers_needed(const dgi_interpreter *in);

/* call.c */
bool dgi_builtin(const char *name, size_t size, dgi_callee *callee);
/* A name that is followed by a bracket. */
bool dgi_open_call(dgi_interpreter *in, const dgi_token *name);
/* The value a name stands for. */
bool dgi_push_name(dgi_interpreter *in, const dgi_token *name);
/* The current token is the point after the operand on top. */
bool dgi_postfix(dgi_interpreter *in);
/* The current token names an argument: f(NAME=...). */
bool dgi_keyword(dgi_interpreter *in);
/* The argument on top of the stack is complete. */
bool dgi_finish_argument(dgi_interpreter *in);
/* The call in the innermost frame, up to and with `end`, is complete: its result replaces it. */
bool dgi_finish_call(dgi_interpreter *in, uint32_t end);

/* operand.c */
bool dgi_fail_operand(dgi_interpreter *in, const dgi_operand *operand, const char *message);
/* `what` says that a number is needed. A poisoned operand stays one. */
bool dgi_to_number(dgi_interpreter *in, dgi_operand *operand, const char *what);
/* A number becomes a leaf. A poisoned operand stays one. */
bool dgi_to_value(dgi_interpreter *in, dgi_operand *operand);
/* Takes the result of an engine call: NULL fails. */
bool dgi_made(dgi_interpreter *in, dg_value *value, dgi_operand *result);
bool dgi_apply_binary(dgi_interpreter *in, dgi_token_kind kind, bool needs_numbers, dgi_operand *a,
                      dgi_operand *b);
bool dgi_apply_unary(dgi_interpreter *in, const dgi_operator *sign, dgi_operand *a);
bool dgi_set_label(dgi_interpreter *in, dg_value *value, const char *label, size_t size,
                   uint32_t begin, uint32_t end);
/* Pushes a string operand of what stands at the end of `strings` from `begin` on. */
bool dgi_push_string(dgi_interpreter *in, size_t string_begin, uint32_t begin, uint32_t end);
void dgi_drop_string(dgi_interpreter *in, const dgi_operand *string);

#endif
