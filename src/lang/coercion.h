/* Objects become what is needed: numbers, values of the graph, detached values. */
#ifndef DGI_COERCION_H
#define DGI_COERCION_H

#include "lang/lists.h"

/* `what` says that a number is needed. An error value stays one. */
bool dgi_to_number(dgi_runtime *rt, dgi_operand *operand, const char *what);
/* The same where an array or a list may stand as well. */
bool dgi_to_numbers(dgi_runtime *rt, dgi_operand *operand, const char *what);
/* A number, an array or a list becomes a value of the graph. An error value stays one. */
bool dgi_to_value(dgi_runtime *rt, dgi_operand *operand);

/* ---- Lists and arrays ---- */

/* The tensor that the list is, made where it is none yet; NULL fails. */
dg_value *dgi_list_value(dgi_runtime *rt, dgi_span about, dgi_list *list);
/* The numbers of the tensor that it, or what it is a row of, has become; NULL where none has. */
const double *dgi_list_data(const dgi_list *list);
/* A new leaf of the graph, or detached from it, with the list's numbers; NULL fails. */
dg_value *dgi_list_leaf(dgi_runtime *rt, bool detached, dgi_span about, dgi_list *list);
/* The list is bound to a symbol. */
bool dgi_name_list(dgi_runtime *rt, dgi_span about, dgi_list *list, size_t symbol);
/* A leaf of the graph with the array's numbers; NULL fails. */
dg_value *dgi_array_leaf(dgi_runtime *rt, const dgi_operand *array);
/* A copy of numbers as an array; `result` says where it stands. */
bool dgi_new_array(dgi_runtime *rt, const dgi_shape *shape, const double *data,
                   dgi_operand *result);
/* An element that is a number, which becomes a leaf, or a value; NULL when the graph refuses. */
dg_value *dgi_element_value(dgi_runtime *rt, const dgi_object *element);

/* ---- Detached from the graph, or not ---- */

/* Whether what is made of the operands is detached: of arrays, with numbers and lists beside them;
 * `numbers` where numbers are needed. */
bool dgi_is_detached(const dgi_operand *a, const dgi_operand *b, bool numbers);
/* The operand as a value of the graph, or one detached from it; NULL fails. */
dg_value *dgi_value_in(dgi_runtime *rt, bool detached, dgi_operand *operand);
/* Takes the result of an engine call on such values: NULL fails, `about` being shown. */
bool dgi_take_result(dgi_runtime *rt, bool detached, dg_value *value, dgi_span about,
                     dgi_operand *result);

#endif
