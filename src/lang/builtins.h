/* The functions that are built in: their table, and binding and checking their arguments. */
#ifndef DGI_BUILTINS_H
#define DGI_BUILTINS_H

#include "lang/operations.h"

enum { DGI_PARAMETERS_MAX = 9 };

typedef struct dgi_call dgi_call;

/* Whether argument i is what its parameter says; sets its plain value. */
typedef bool dgi_check(dgi_runtime *rt, dgi_call *c, size_t i);

typedef struct dgi_parameter {
    const char *name;   /* NULL for one that cannot be named */
    const char *number; /* it is a number, and this is said where it is none; NULL: anything */
    bool array;         /* it may be an array or a list as well, */
    bool text;          /* or a string that says a number */
    bool operand;       /* of an op: anything but a string */
    bool late;          /* checked after the others */
    dgi_check *check;   /* of the call's argument, where it is given; or NULL */
    const char *words;  /* for the check's message */
    const char *needed; /* says what is needed where it is missing; NULL: nothing, or an argument */
    const char *const *choices; /* names, ended by NULL */
    double otherwise;           /* the plain value where it is not given */
    int least;                  /* of a whole number */
    uint8_t kind;               /* dgi_object_kind that it must be */
} dgi_parameter;

/* What may stand before the point where a function is called as a method. */
enum {
    DGI_ON_NOTHING = 0,
    DGI_ON_VALUE = 1,    /* values, lists and arrays */
    DGI_ON_NETWORK = 2,  /* networks */
    DGI_ONLY_METHOD = 4, /* these and numbers; it may be called as nothing else */
    DGI_VARIADIC = 8, /* it takes any number of arguments without a name, its parameters others */
    DGI_ON_STRING = 16,
    DGI_ON_LIST = 32, /* lists and tuples */
    DGI_ON_DRAWING = 64
};

typedef struct dgi_builtin {
    const char *name;
    bool (*call)(dgi_runtime *rt, dgi_call *c); /* makes the result of checked arguments */
    uint8_t methods;                            /* of what it is one */
    uint8_t required, count;                    /* parameters */
    const dgi_parameter *parameters;
    const char *usage; /* said where the number of arguments is wrong; NULL: it is counted */
} dgi_builtin;

/* A call whose arguments are bound to parameters. */
struct dgi_call {
    const dgi_builtin *builtin;
    dgi_operand *args[DGI_PARAMETERS_MAX]; /* by parameter; NULL for what is not given */
    double
        plain[DGI_PARAMETERS_MAX]; /* by parameter: a number, 1 for True, the index of a choice */
    dgi_operand *rest;             /* of one that is variadic: the arguments without a name */
    size_t n_rest;
    bool method;
    bool numbers;       /* its result is to be a number */
    dg_graph *graph;    /* of a function of tensors: where it is computed */
    dgi_operand result; /* whose place is that of the call */
};

/* ---- The table (builtins.c) ---- */

/* What a name means as a method of the receiver, or without one as a function; NULL: nothing. */
const dgi_builtin *dgi_find_builtin(const char *text, dgi_span name, const dgi_object *receiver);
/* The function or method with the name, whatever it is for; NULL: there is none. */
const dgi_builtin *dgi_builtin_named(const char *name, size_t size);
/* Whether it can stand after the receiver and a point, or, without one, alone. */
bool dgi_is_builtin_for(const dgi_builtin *b, const dgi_object *receiver);
/* All that it could mean. */
void dgi_suggest_builtins(dgi_suggestion *s, const dgi_object *receiver);
/* What a call of the network that is argument 0 calls. */
extern const dgi_builtin dgi_network_call;

#define DGI_BUILTIN(name, function, ...) bool dgi_builtin_##function(dgi_runtime *rt, dgi_call *c);
#define DGI_TENSOR_BUILTIN(name, function, ...) DGI_BUILTIN(name, function)
#include "lang/builtins.def"
#undef DGI_BUILTIN
#undef DGI_TENSOR_BUILTIN
/* An op of the engine's table, by its name. */
bool dgi_builtin_op(dgi_runtime *rt, dgi_call *c);
bool dgi_builtin_network_call(dgi_runtime *rt, dgi_call *c);

/* Python's max and min, of more than two numbers or of a list that was made in a loop: the first
 * element that is the largest. Whether this is such a call (builtins_list.c). */
bool dgi_picks_extreme(const dgi_builtin *b, const dgi_operand *args, size_t count,
                       dgi_object *result);

/* ---- Binding (arguments.c) ---- */

/* Whether argument i must be a number. */
bool dgi_needs_number(const dgi_builtin *b, size_t i);
/* The parameter that has the name; reported where there is none. */
bool dgi_find_parameter(dgi_runtime *rt, const dgi_builtin *b, dgi_span name, size_t *found);
/* Whether an argument that was evaluated can be parameter i; a named leaf becomes a number where it
 * must be one. */
bool dgi_take_argument(dgi_runtime *rt, const dgi_builtin *b, size_t i, dgi_operand *x);
/* Binds, checks and calls. The result, which is an error value beforehand, stays one where an
 * argument is. */
bool dgi_call_builtin(dgi_runtime *rt, dgi_call *c, dgi_operand *args, size_t count);

/* ---- Checks of single arguments ---- */

dgi_check dgi_check_integer, dgi_check_whole, dgi_check_steps, dgi_check_bool, dgi_check_choice,
    dgi_check_kind, dgi_check_label, dgi_check_scalar, dgi_check_momentum;
dgi_check dgi_check_value, dgi_check_value_or_network, dgi_check_drawn; /* builtins_value.c */
dgi_check dgi_check_summed, dgi_check_start, dgi_check_max_operand;     /* builtins_tensor.c */
dgi_check dgi_check_layer_sizes, dgi_check_activation;                  /* builtins_nn.c */
dgi_check dgi_check_trained, dgi_check_rows; /* a network with one output, rows for it */

/* Whether the number is a whole one from `least` on. */
bool dgi_require_whole(dgi_runtime *rt, dgi_span about, const char *what, double number, int least);
/* Whether it is a whole number, positive or not. */
bool dgi_require_integer(dgi_runtime *rt, dgi_span about, const char *what, double number);
/* Which of the names the string is; their number where it is none of them, reported. */
bool dgi_choose(dgi_runtime *rt, dgi_span about, const char *what, const char *const *names,
                const dgi_object *string, double *choice);

/* ---- Networks and training, what their files share ---- */

/* Whether `xs` is a list of rows for the network, whose elements are numbers or, where these may be
 * too, values. */
bool dgi_are_rows(dgi_runtime *rt, const dgi_network *network, const dgi_operand *xs,
                  bool values_too);
/* The outputs of the network for each row of a checked list, one behind the other, in memory of the
 * statement, with a scope for each row if they are examples. `call` is what fails. */
dg_value **dgi_run_rows(dgi_runtime *rt, const dgi_network *network, const dgi_object *rows,
                        size_t count, bool examples, dgi_span call);
/* At most how many values the network, and a loss, make for so many rows. */
double dgi_values_made(const dgi_network *network, size_t rows);
/* The directions of a drawing, which NULL ends. */
extern const char *const dgi_rankdirs[];
/* The losses by name, which NULL ends. */
extern const char *const dgi_loss_names[];
extern dg_loss *const dgi_losses[];
/* Whether all elements are numbers or, where these may be too, single values; else reported:
 * element i is "WHAT i", followed by `where`. */
bool dgi_check_elements(dgi_runtime *rt, dgi_span about, const dgi_list *list, const char *what,
                        const char *where, bool values_too, const char *wanted);
/* The targets of `n` rows or predictions, which `what` names. NULL fails. */
double *dgi_read_targets(dgi_runtime *rt, const dgi_operand *ys, size_t n, const char *what);

#endif
