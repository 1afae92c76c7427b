/* The functions that are built in, and how they read their arguments. */
#ifndef DGI_BUILTINS_H
#define DGI_BUILTINS_H

#include "lang/arithmetic.h"

enum { DGI_PARAMETERS_MAX = 9 };

typedef struct dgi_parameter {
    const char *name;   /* NULL for one that cannot be named */
    const char *number; /* it is a number, and this is said where it is none; NULL: anything */
    bool array;         /* it may be an array or a list as well */
    bool text;          /* or a string that says a number */
} dgi_parameter;

/* What may stand before the point where a function is called as a method. */
enum {
    DGI_ON_NOTHING = 0,
    DGI_ON_VALUE = 1,   /* values, lists and arrays */
    DGI_ON_NETWORK = 2, /* networks */
    DGI_ONLY_METHOD = 4 /* these and numbers; it may be called as nothing else */
};

typedef struct dgi_call dgi_call;

typedef struct dgi_builtin {
    const char *name;
    bool (*call)(dgi_runtime *rt, dgi_call *c); /* makes the result of sound arguments */
    uint8_t methods;                            /* of what it is one */
    uint8_t required, count;                    /* parameters */
    const dgi_parameter *parameters;
    const char *usage; /* said where the number of arguments is wrong; NULL: it is counted */
} dgi_builtin;

/* A call whose arguments are bound to parameters. */
struct dgi_call {
    const dgi_builtin *builtin;
    dgi_operand *args[DGI_PARAMETERS_MAX]; /* by parameter; NULL for what is not given */
    bool method;
    bool numbers;       /* its result is to be a number */
    dgi_operand result; /* whose place is that of the call */
};

#define DGI_BUILTIN(name, function, ...) bool dgi_builtin_##function(dgi_runtime *rt, dgi_call *c);
#include "lang/builtins.def"
#undef DGI_BUILTIN
bool dgi_builtin_network(dgi_runtime *rt, dgi_call *c);

/* An op of the engine's table; b may be NULL, k is its constant. */
bool dgi_call_op(dgi_runtime *rt, dgi_call *c, const dg_op *op, dgi_operand *a, dgi_operand *b,
                 double k);

/* ---- Arguments (arguments.c): false where they are wrong ---- */

/* Whether the number is a whole one from `least` on. */
bool dgi_check_whole(dgi_runtime *rt, dgi_span about, const char *what, double number, int least);
/* A whole number, positive or not. */
bool dgi_read_int(dgi_runtime *rt, const dgi_operand *argument, const char *what, int *number);
/* True or False; *truth stays as it is where the argument is not given. */
bool dgi_read_bool(dgi_runtime *rt, const dgi_operand *argument, const char *what, bool *truth);
/* Which of the names the string is. */
bool dgi_choose(dgi_runtime *rt, dgi_span about, const char *what, const char *const *names,
                size_t n, const dgi_object *string, size_t *choice);
/* The same of an argument; the first where it is not given. */
bool dgi_read_choice(dgi_runtime *rt, const dgi_operand *argument, const char *what,
                     const char *const *names, size_t n, size_t *choice);

static inline double dgi_number_or(const dgi_operand *argument, double otherwise)
{
    return argument ? argument->object.as.number : otherwise;
}

/* ---- Networks and training, what their files share ---- */

/* Whether `xs` is a list of rows for the network, whose elements are numbers or, where these may be
 * too, values. */
bool dgi_check_rows(dgi_runtime *rt, const dgi_network *network, const dgi_operand *xs,
                    bool values_too);
/* The outputs of the network for each row of a checked list, one behind the other; the caller frees
 * them. `call` is what fails. */
bool dgi_run_rows(dgi_runtime *rt, const dgi_network *network, const dgi_object *rows, size_t count,
                  dgi_span call, dg_value ***outputs);
/* At most how many values the network, and a loss, make for so many rows. */
double dgi_values_made(const dgi_network *network, size_t rows);
/* A loss is of one output. */
bool dgi_check_outputs(dgi_runtime *rt, const dgi_operand *n);
/* The targets of `n` rows or predictions, which `what` names; the caller frees them. NULL fails. */
double *dgi_read_targets(dgi_runtime *rt, const dgi_operand *ys, size_t n, const char *what);

#endif
