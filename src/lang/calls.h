/* Calling what is built in: finding it by name, checking arguments, and calling. */
#ifndef DGI_CALLS_H
#define DGI_CALLS_H

#include "lang/builtins.h"

/* A function of the table or an op of the engine's. */
typedef struct dgi_callee {
    const char *name; /* static; NULL: an error value is called */
    const dg_op *op;  /* one of the two is NULL */
    const dgi_builtin *builtin;
    bool method; /* argument 0 stood before the point, or the bracket */
} dgi_callee;

/* What a name means as a function, or as a method. */
bool dgi_find_callee(const char *name, size_t size, bool method, dgi_callee *callee);
/* What a call of the network that is argument 0 calls. */
dgi_callee dgi_network_callee(void);
/* Whether it can stand after the object and a point. */
bool dgi_is_method(const dgi_callee *callee, const dgi_object *receiver);
void dgi_suggest_functions(dgi_suggestion *s);
void dgi_suggest_methods(dgi_suggestion *s, const dgi_object *receiver);

/* Whether argument i must be a number. */
bool dgi_needs_number(const dgi_callee *callee, size_t i);
/* The parameter that has the name; reported where there is none. */
bool dgi_find_parameter(dgi_runtime *rt, const dgi_callee *callee, dgi_span name, size_t *found);
/* Whether the argument is what parameter i takes; a named leaf becomes a number where it must be
 * one. */
bool dgi_check_argument(dgi_runtime *rt, const dgi_callee *callee, size_t i, dgi_operand *x);
/* Calls it with checked arguments; `numbers` where a number is needed. The result, which is an
 * error value beforehand, stays one where an argument is. */
bool dgi_call_callee(dgi_runtime *rt, const dgi_callee *callee, dgi_operand *args, size_t count,
                     bool numbers, dgi_operand *result);

#endif
