/* Lists: making and indexing them, and what each would be as a tensor. No tensor is made here. */
#ifndef DGI_LISTS_H
#define DGI_LISTS_H

#include "lang/runtime.h"

/* The list is complete: finds out what it would be as a tensor. */
dgi_object dgi_finish_list(dgi_list *list);
/* A list of values becomes the operand's. */
bool dgi_list_of_values(dgi_runtime *rt, dg_value *const *values, size_t count,
                        dgi_operand *result);
/* a becomes the elements of both. */
bool dgi_join_lists(dgi_runtime *rt, dgi_operand *a, const dgi_operand *b);
/* Reports why the list, whose form is NONE, is no tensor. */
bool dgi_fail_form(dgi_runtime *rt, dgi_span about, const dgi_list *list);
/* Whether it, or what it is a row of, has become a tensor. */
bool dgi_is_tensor(const dgi_list *list);
/* Row i, which remembers where it came from if the list is numbers through and through. */
bool dgi_fetch_row(dgi_runtime *rt, dgi_list *list, size_t i, dgi_operand *result);
/* The element, below `count`, that an index means; `shape` is that of a tensor, or NULL. */
bool dgi_find_index(dgi_runtime *rt, const dgi_operand *index, size_t count, const dgi_shape *shape,
                    size_t *found);

/* ---- Shapes ---- */

/* Of a value, an array, or a list whose form is not NONE; others have no dimensions. */
dgi_shape dgi_shape_of_object(const dgi_object *o);
dgi_shape dgi_value_shape(const dg_value *v);
bool dgi_same_shape(const dgi_shape *a, const dgi_shape *b);

#endif
