/* What operators make of their operands: numbers, strings, lists, or values in the graph. */
#ifndef DGI_ARITHMETIC_H
#define DGI_ARITHMETIC_H

#include "lang/coercion.h"
#include "lang/lexer.h"

/* a becomes what the operator of a node, UNARY, BINARY or AUGMENT, makes of it; `numbers` where
 * that is to be a number. */
bool dgi_apply_unary(dgi_runtime *rt, const dgi_node *sign, bool numbers, dgi_operand *a);
bool dgi_apply_binary(dgi_runtime *rt, const dgi_node *o, bool numbers, dgi_operand *a,
                      dgi_operand *b);

#endif
