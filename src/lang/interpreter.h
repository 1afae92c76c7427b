/* The interpreter: it evaluates a program while it reads it, with stacks on the heap and no tree.
 *
 *   statement.c   statements, assignment, what follows an error
 *   foreign.c     what is said about tokens that cannot stand where they do
 *   expression.c  operators, brackets, names: the stacks
 *   call.c        functions, methods, attributes
 *   function.c    the functions that are built in, and their arguments
 *   operand.c     what an operator or op makes of its operands
 *   list.c        lists: making and indexing them, len, sum
 *   network.c     networks: making and calling them
 *   train.c       losses and training
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
#include "lang/operand.h"
#include "lang/store.h"

/* An operator that waits for its right operand. */
typedef struct dgi_operator {
    uint32_t begin;
    uint8_t kind; /* the token's; PLUS and MINUS may be unary */
    bool unary;
    bool needs_numbers; /* its result stands where a number is needed */
    bool right_number;  /* its right operand does */
} dgi_operator;

typedef enum dgi_callee_kind {
    DGI_CALLEE_NONE,  /* a bracket, not a call */
    DGI_CALLEE_LIST,  /* the brackets of a list */
    DGI_CALLEE_INDEX, /* those of an index; operand 0 stands before them */
    DGI_CALLEE_OP,
    DGI_CALLEE_VALUE,
    DGI_CALLEE_FLOAT,
    DGI_CALLEE_FUNCTION,
    DGI_CALLEE_POISON
} dgi_callee_kind;

enum { DGI_PARAMETERS_MAX = 9 };

typedef struct dgi_interpreter dgi_interpreter;

/* What a function is called with, in the order of its parameters; NULL for what is not given. */
typedef dgi_operand *dgi_arguments[DGI_PARAMETERS_MAX];

typedef struct dgi_parameter {
    const char *name;   /* NULL for one that cannot be named */
    const char *number; /* it is a number, and this is said where it is none; NULL: anything */
} dgi_parameter;

/* A built-in function that is no op. */
typedef struct dgi_function {
    const char *name;
    /* Makes the result of sound arguments. */
    bool (*call)(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
    bool value_method, network_method; /* may be called as one */
    uint8_t required, count;           /* parameters */
    dgi_parameter parameters[DGI_PARAMETERS_MAX];
    const char *usage; /* said where the number of arguments is wrong; NULL: it is counted */
} dgi_function;

typedef struct dgi_callee {
    dgi_callee_kind kind;
    const char *name; /* static */
    const dg_op *op;
    const dgi_function *function;
    bool method; /* operand 0 stands before the point, or the bracket */
} dgi_callee;

/* An open bracket; the outermost frame stands for the expression itself. */
typedef struct dgi_frame {
    dgi_callee callee;
    uint32_t begin, opener;              /* of the whole call, of its bracket */
    size_t operands, operators, strings; /* the stacks' heights below it */
    bool needs_numbers;                  /* what stands in it now is to be a number */
    bool argument_begins;                /* a keyword or the closing bracket may come */
    bool poisoned;                       /* an argument was */
    bool named, any_named;               /* the argument that is read has a keyword; one had */
    uint8_t argument;                    /* its parameter, where it has a keyword */
    bool in_label, has_data, has_label;  /* of a call of Value */
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

struct dgi_interpreter {
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
    size_t label_bytes; /* given to values and lists so far */
    bool resumed; /* the current token begins a statement: an error found it inside a bracket */
    bool in_body; /* indented lines are the body of a statement that was reported */
    bool indented_run; /* the line before was indented as well */
    dg_value *drawn, *backed, *last;
    dgi_store store;
    double parameters; /* of all networks */
    double made;       /* values that calls on lists have made, or somewhat more */
    bool older_error;  /* the graph had one before */
    bool out_of_memory;
};

/* statement.c */
void dgi_run_statements(dgi_interpreter *in);
void dgi_advance(dgi_interpreter *in);
dgi_token dgi_peek(const dgi_interpreter *in);

/* foreign.c */
/* Reports that the current token cannot stand where it does. */
bool dgi_unexpected(dgi_interpreter *in);
/* Reports an open bracket, and has the given token begin the next statement. */
bool dgi_never_closed(dgi_interpreter *in, const dgi_token *next);
/* Why a Python keyword is not supported; NULL for a name that is none. */
const char *dgi_keyword_reason(const char *name, size_t size);
bool dgi_report_keyword(dgi_interpreter *in, const dgi_token *name, const char *reason);
/* Reports the comprehension that the name before the current token stands in; false where it stands
 * in none. */
bool dgi_in_comprehension(dgi_interpreter *in);

/* expression.c */
/* Evaluates an expression up to a token that cannot belong to it. */
bool dgi_expression(dgi_interpreter *in, bool needs_numbers, dgi_operand *result);
bool dgi_push_operand(dgi_interpreter *in, dgi_operand operand);
bool dgi_push_frame(dgi_interpreter *in, dgi_callee callee, uint32_t begin, bool needs_numbers);
/* Whether what is read now is to be a number. */
bool dgi_numbers_needed(const dgi_interpreter *in);

/* call.c */
/* A name that is followed by a bracket. */
bool dgi_open_call(dgi_interpreter *in, const dgi_token *name);
/* The current token is a bracket after the operand on top, which is no name. */
bool dgi_call_operand(dgi_interpreter *in);
/* What a binding stands for; it has no place in the text. */
dgi_operand dgi_binding_operand(const dgi_binding *binding);
/* What a name stands for. */
bool dgi_push_name(dgi_interpreter *in, const dgi_token *name);
/* The current token is the point after the operand on top. */
bool dgi_postfix(dgi_interpreter *in);
/* The argument on top of the stack is complete. */
bool dgi_finish_argument(dgi_interpreter *in);
/* The call in the innermost frame, up to and with `end`, is complete: its result replaces it. */
bool dgi_finish_call(dgi_interpreter *in, uint32_t end);

/* function.c */
bool dgi_builtin(const char *name, size_t size, dgi_callee *callee);
/* Whether it can stand after the operand and a point. */
bool dgi_is_method(const dgi_callee *callee, const dgi_operand *receiver);
void dgi_offer_functions(dgi_search *search);
void dgi_offer_methods(dgi_search *search, const dgi_operand *receiver);
/* "did you mean 'b'?", or NULL. */
const char *dgi_suggestion(dgi_interpreter *in, const dgi_search *search);
/* What a call of the network that is operand 0 calls. */
dgi_callee dgi_network_callee(void);
/* What is said where the argument after `count` ones is not the number that it must be; NULL where
 * it may be anything. */
const char *dgi_number_argument(const dgi_callee *callee, size_t count);
/* The current token names an argument: f(NAME=...). */
bool dgi_keyword(dgi_interpreter *in);
/* Checks how many arguments an op or function has. */
bool dgi_check_count(dgi_interpreter *in, const dgi_frame *frame, uint32_t end);
bool dgi_call_function(dgi_interpreter *in, const dgi_frame *frame, dgi_operand *result);

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
/* The string for a list; NULL where it cannot be kept. And back. */
const char *dgi_keep_string(dgi_interpreter *in, const dgi_operand *string);
bool dgi_fetch_string(dgi_interpreter *in, const char *text, dgi_operand *result);
/* What a message calls an operand: "a number". */
const char *dgi_kind_name(uint8_t kind);
/* Reports `text`, then what the operand is: "… needs a value, not a number". */
bool dgi_fail_kind(dgi_interpreter *in, const dgi_operand *operand, const char *text);
/* Reports why the graph refused what was sound as far as it could be told. */
bool dgi_fail_graph(dgi_interpreter *in, const dgi_operand *call);
/* Reports a call that would make too many values beside those that others made. */
bool dgi_spend(dgi_interpreter *in, const dgi_operand *call, double values);
/* Whether that could be spent: to be asked before work that grows as the values would. */
bool dgi_affordable(dgi_interpreter *in, const dgi_operand *call, double values);

/* list.c */
/* A list to be filled in. */
bool dgi_new_list(dgi_interpreter *in, const dgi_operand *about, size_t count, dgi_list **list);
/* The elements of a list that is being read would be too many. */
bool dgi_check_elements(dgi_interpreter *in, const dgi_operand *about, size_t count);
/* The operands from the frame's on become a list. */
bool dgi_finish_list(dgi_interpreter *in, const dgi_frame *frame, dgi_operand *result);
/* Operand 0 of the frame is indexed with the number after it. */
bool dgi_index(dgi_interpreter *in, const dgi_frame *frame, dgi_operand *result);
bool dgi_join_lists(dgi_interpreter *in, dgi_operand *a, const dgi_operand *b);
bool dgi_is_number(const dgi_element *element);
bool dgi_is_value(const dgi_element *element);
/* Of one that is a number, or stands for one. */
double dgi_element_number(const dgi_element *element);
/* Of one that is a number, which becomes a leaf, or a value; NULL when the graph refuses. */
dg_value *dgi_element_value(dgi_interpreter *in, const dgi_element *element);
bool dgi_len(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_sum(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);

/* network.c */
/* Whether the number is a whole one from `least` on, which is reported where it is not. */
bool dgi_check_whole(dgi_interpreter *in, const dgi_operand *about, const char *what, double number,
                     int least);
/* Which of the names the string is; reported where it is none. */
bool dgi_choose(dgi_interpreter *in, const dgi_operand *about, const char *what,
                const char *const *names, size_t n, const char *text, size_t size, size_t *choice);
/* Whether `xs` is a list of rows for the network, all of whose elements are numbers or, where these
 * may be too, values. */
bool dgi_check_rows(dgi_interpreter *in, const dgi_network *network, const dgi_operand *xs,
                    bool values_too);
/* The outputs of the network for each row of a checked list, one behind the other; the caller frees
 * them. `call` is what fails. */
bool dgi_run_rows(dgi_interpreter *in, const dgi_network *network, const dgi_list *rows,
                  const dgi_operand *call, dg_value ***outputs);
/* At most how many values the network, and a loss, make for so many rows. */
double dgi_values_made(const dgi_network *network, size_t rows);
bool dgi_mlp(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_layer(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_neuron(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_call_network(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_parameters(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);

/* train.c */
bool dgi_sse(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_mse(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_bce(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_hinge(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_l2(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_fit(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_step(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);

#endif
