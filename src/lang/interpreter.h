/* The interpreter: it evaluates a program while it reads it, with stacks on the heap and no tree.
 *
 *   statement.c   statements, assignment, what follows an error
 *   foreign.c     what is said about tokens that cannot stand where they do
 *   expression.c  operators, brackets, names: the stacks
 *   call.c        functions and methods; Python's constants, and what begins with torch
 *   attribute.c   attributes: reading and assigning them
 *   function.c    the functions that are built in, and their arguments
 *   operand.c     what an operator makes of its operands
 *   list.c        lists: making and indexing them, what they would be as tensors, len
 *   tensor.c      lists that become tensors; how many numbers there may be
 *   array.c       plain numbers with a shape, outside the graph
 *   whole.c       the functions of whole tensors
 *   network.c     networks: making and calling them
 *   train.c       losses and training
 *   feed.c        training any graph, example by example
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
    uint32_t begin, end;
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
    bool array;         /* it may be an array or a list as well */
} dgi_parameter;

/* A built-in function that is no op. */
typedef struct dgi_function {
    const char *name;
    /* Makes the result of sound arguments. */
    bool (*call)(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
    bool value_method, network_method; /* may be called as one */
    bool only_method;                  /* may be called as nothing else */
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
    bool result_number;                  /* what it makes is to be a number */
    bool named, any_named;               /* the argument that is read has a keyword; one had */
    uint8_t argument;                    /* its parameter, where it has a keyword */
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
    double parameters;      /* of all networks */
    double made;            /* values that calls on lists have made, or somewhat more */
    double numbers;         /* of the tensors that the program has made, data and gradients */
    double products;        /* multiplications in the graph's products */
    double work;            /* multiplications that tensors took, about */
    dg_graph *arrays;       /* where arrays are made; NULL: none were */
    double numbers_outside; /* of those */
    dg_value **stacked;     /* what become_stack() works with */
    size_t room_stacked;
    bool older_error; /* the graph had one before */
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
/* A name that is followed by a bracket; `torch` stood before it. */
bool dgi_open_call(dgi_interpreter *in, const dgi_token *name, bool torch);
/* The current token is a bracket after the operand on top, which is no name. */
bool dgi_call_operand(dgi_interpreter *in);
/* Whether the name is `torch` with a point, the current token, behind it. */
bool dgi_is_torch(const dgi_interpreter *in, const dgi_token *name);
/* Reads on to the name behind the point, which takes the place of `torch`; false where it cannot
 * stand there. */
bool dgi_skip_torch(dgi_interpreter *in, dgi_token *name);
/* True, False, None, and torch.float64, where they may stand. */
bool dgi_find_constant(const dgi_interpreter *in, const dgi_token *name, bool torch,
                       dgi_operand *constant);
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

/* attribute.c */
/* Which one it is; -1 where the operand has none of this name. */
int dgi_find_attribute(const dgi_operand *operand, const char *name, size_t size);
void dgi_offer_attributes(dgi_search *search, const dgi_operand *operand);
/* The operand on top becomes its attribute, or the target of an assignment. */
bool dgi_read_attribute(dgi_interpreter *in, dgi_attribute attribute, uint32_t end);
/* Whether what is assigned to it is numbers. */
bool dgi_takes_numbers(const dgi_target *target);
bool dgi_assign_attribute(dgi_interpreter *in, const dgi_target *target, dgi_operand *right);
/* What it is now, for an augmented assignment. */
bool dgi_read_target(dgi_interpreter *in, const dgi_target *target, dgi_operand *current);

/* function.c */
/* A function, or what can be called as a method. */
bool dgi_builtin(const char *name, size_t size, bool method, dgi_callee *callee);
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
/* The frame of the function that is being called. */
const dgi_frame *dgi_call_frame(const dgi_interpreter *in);
/* What a pass over sound values returns. */
bool dgi_passed(dgi_interpreter *in, dg_status status, dgi_operand *result);

/* operand.c */
bool dgi_fail_operand(dgi_interpreter *in, const dgi_operand *operand, const char *message);
/* `what` says that a number is needed. A poisoned operand stays one. */
bool dgi_to_number(dgi_interpreter *in, dgi_operand *operand, const char *what);
/* The same, but an array or a list may stay. */
bool dgi_to_numbers(dgi_interpreter *in, dgi_operand *operand, const char *what);
/* A number becomes a leaf, and so does an array; a list becomes a tensor. A poisoned operand stays
 * one. */
bool dgi_to_value(dgi_interpreter *in, dgi_operand *operand);
/* Takes the result of an engine call: NULL fails. */
bool dgi_made(dgi_interpreter *in, dg_value *value, dgi_operand *result);
bool dgi_apply_binary(dgi_interpreter *in, const dgi_operator *o, dgi_operand *a, dgi_operand *b);
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
const char *dgi_operand_name(const dgi_operand *operand);
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
/* The elements of a new list are there: finds out what it would be as a tensor. */
void dgi_classify_list(dgi_list *list);
/* Reports why the list, whose form is NONE, is no tensor. */
bool dgi_fail_form(dgi_interpreter *in, const dgi_operand *about, const dgi_list *list);
/* Whether it, or what it is a row of, has become a tensor. */
bool dgi_is_tensor(const dgi_list *list);
/* Of one whose form is not NONE. */
dgi_shape dgi_list_shape(const dgi_list *list);
dgi_shape dgi_value_shape(const dg_value *v);
bool dgi_same_shape(const dgi_shape *a, const dgi_shape *b);
bool dgi_list_of_sizes(dgi_interpreter *in, const dgi_shape *shape, dgi_operand *result);
/* What a message calls an element: "a tensor". */
const char *dgi_element_name(const dgi_element *element);
bool dgi_is_number(const dgi_element *element);
/* Whether it is a value with a single number. */
bool dgi_is_value(const dgi_element *element);
/* Of one that is a number, or stands for one. */
double dgi_element_number(const dgi_element *element);
/* Of one that is a number, which becomes a leaf, or a value; NULL when the graph refuses. */
dg_value *dgi_element_value(dgi_interpreter *in, const dgi_element *element);
bool dgi_len(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
/* The sum of a list as Python makes it. */
bool dgi_sum_list(dgi_interpreter *in, const dgi_operand *terms, const dgi_operand *start,
                  dgi_operand *result);

/* tensor.c */
/* The tensor that the list is, made where it is none yet; NULL fails. */
dg_value *dgi_list_value(dgi_interpreter *in, const dgi_operand *about, dgi_list *list);
/* The numbers of the tensor that it, or what it is a row of, has become; NULL where none has. */
const double *dgi_list_data(const dgi_list *list);
/* The list's shape, and its numbers, which the caller frees. No tensor is made. */
bool dgi_list_numbers(dgi_interpreter *in, const dgi_operand *about, dgi_list *list,
                      dgi_shape *shape, double **numbers);
/* The list is bound to a name. */
bool dgi_name_list(dgi_interpreter *in, const dgi_operand *about, dgi_list *list, size_t binding);
/* How many numbers a tensor has; 0 for a single number. */
double dgi_numbers_in(const dg_value *v);
double dgi_count_shape(const dgi_shape *shape);
/* Of what an elementwise op makes of two; 0 where their shapes do not fit. */
double dgi_numbers_of_two(const dg_value *a, const dg_value *b);
/* Of a product of matrices, and how many multiplications it takes. */
double dgi_numbers_of_product(const dg_value *a, const dg_value *b, double *multiplications);
/* The shape to which two are repeated; false where they do not fit. */
bool dgi_broadcast(const dgi_shape *a, const dgi_shape *b, dgi_shape *z);
/* Reports what would make too many numbers beside those that there are: to be asked before a tensor
 * is made. */
bool dgi_room(dgi_interpreter *in, const dgi_operand *about, double numbers);
/* Reports what would take too long beside what was computed. */
bool dgi_work(dgi_interpreter *in, const dgi_operand *about, double multiplications);

/* array.c */
/* Counts the numbers of a tensor that was made. */
void dgi_count(dgi_interpreter *in, const dg_value *value);
/* A statement is over. */
void dgi_drop_arrays(dgi_interpreter *in);
/* Whether the operands are computed with outside the graph: arrays, with numbers and lists beside
 * them; `numbers` where numbers are needed. */
bool dgi_outside(const dgi_operand *const *operands, size_t n, bool numbers);
/* The operand as a value of the graph or, `outside`, as one of the graph of arrays; NULL fails. */
dg_value *dgi_operand_in(dgi_interpreter *in, bool outside, dgi_operand *operand);
/* Takes the result of an engine call on such values: NULL fails, `about` being shown. */
bool dgi_finish(dgi_interpreter *in, bool outside, dg_value *value, const dgi_operand *about,
                dgi_operand *result);
/* A copy of the numbers as an array; `result` says where it stands. */
bool dgi_new_array(dgi_interpreter *in, const dgi_shape *shape, const double *data,
                   dgi_operand *result);
/* A leaf of the program's graph with the array's numbers; NULL fails. */
dg_value *dgi_array_leaf(dgi_interpreter *in, const dgi_operand *array);
/* The same without a gradient, for a list. */
dg_value *dgi_keep_array(dgi_interpreter *in, const dgi_operand *array);
double dgi_calculate(dgi_token_kind kind, double a, double b);
/* Numbers, arrays and lists: `a` becomes an array, or a number. `about` is the operator. */
bool dgi_apply_to_arrays(dgi_interpreter *in, dgi_token_kind kind, const dgi_operand *about,
                         dgi_operand *a, dgi_operand *b);
/* Sets the data of a tensor, or its gradient, to numbers that are repeated to its shape. */
bool dgi_set_array(dgi_interpreter *in, dg_value *v, const dgi_operand *right, bool data);

/* whole.c */
bool dgi_whole_tensor(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_whole_matmul(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_whole_sum(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_whole_mean(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_whole_max(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_whole_reshape(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_whole_transpose(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_whole_select(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_whole_concat(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_whole_stack(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_whole_softmax(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_whole_log_softmax(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_whole_cross_entropy(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_whole_item(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
bool dgi_whole_double(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);
/* x.T, of what is no list that is to stay one. */
bool dgi_matrix_transpose(dgi_interpreter *in, dgi_operand *x);
/* Elementwise: the op of the table. */
bool dgi_call_op(dgi_interpreter *in, const dg_op *op, dgi_operand *a, dgi_operand *b, double k,
                 dgi_operand *result);

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
typedef enum dgi_method { DGI_SGD, DGI_ADAM, DGI_ADAMW } dgi_method;
/* How parameters are updated. */
typedef struct dgi_update {
    dgi_method method;
    double lr, momentum, weight_decay;
} dgi_update;
/* Reads what arguments say of it: a learning rate, an optimiser's name, momentum, weight decay;
 * each may be NULL. */
bool dgi_read_update(dgi_interpreter *in, dgi_operand *const *args, dgi_update *update);
dg_optimizer *dgi_new_optimizer(const dgi_update *update, dg_value *const *parameters, size_t n);
/* Takes what a training came to. */
bool dgi_trained(dgi_interpreter *in, dg_status status, const dg_fit_result *fit,
                 dgi_operand *result);

/* feed.c */
bool dgi_feed(dgi_interpreter *in, dgi_arguments args, dgi_operand *result);

#endif
