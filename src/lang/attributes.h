/* Attributes: what they are, and assigning to them. */
#ifndef DGI_ATTRIBUTES_H
#define DGI_ATTRIBUTES_H

#include "lang/arithmetic.h"

/* Which one it is; -1 where the object has none of this name. */
int dgi_find_attribute(const dgi_object *object, const char *name, size_t size);
void dgi_suggest_attributes(dgi_suggestion *s, const dgi_object *object);

/* The operand becomes its attribute, which the node says, or what is assigned to where that is a
 * target; `numbers` where a number is needed. */
bool dgi_apply_attribute(dgi_runtime *rt, dgi_attribute attribute, const dgi_node *node,
                         bool numbers, dgi_operand *x);
/* Whether what is assigned to it is numbers. */
bool dgi_takes_numbers(const dgi_object *target);
bool dgi_assign_attribute(dgi_runtime *rt, const dgi_operand *target, dgi_operand *right);
/* The target becomes what it is now, for an augmented assignment. */
bool dgi_read_target(dgi_runtime *rt, dgi_operand *target);

#endif
