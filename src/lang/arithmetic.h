/* What operators make of their operands: numbers, strings, lists, or values in the graph. */
#ifndef DGI_ARITHMETIC_H
#define DGI_ARITHMETIC_H

#include "lang/coercion.h"
#include "lang/lexer.h"

/* An operator: its token's kind, its place, and whether its result is to be a number. */
typedef struct dgi_operation {
    dgi_token_kind op;
    dgi_span span;
    bool numbers;
} dgi_operation;

/* a becomes the result. */
bool dgi_apply_binary(dgi_runtime *rt, const dgi_operation *o, dgi_operand *a, dgi_operand *b);
bool dgi_apply_unary(dgi_runtime *rt, const dgi_operation *sign, dgi_operand *a);

/* Sets the data of a tensor, or its gradient, to an array or a list, repeated to its shape. */
bool dgi_set_array(dgi_runtime *rt, dg_value *v, dgi_operand *right, bool data);

/* The sum of a list as Python makes it; start may be NULL. */
bool dgi_sum_list(dgi_runtime *rt, const dgi_operand *terms, const dgi_operand *start,
                  dgi_operand *result);

#endif
