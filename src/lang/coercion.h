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

/* ---- Lists and arrays: NULL fails ---- */

/* The tensor that the list is, made where it is none yet. */
dg_value *dgi_list_value(dgi_runtime *rt, dgi_span about, dgi_list *list);
/* The elements of a list as values of the graph; the caller frees the array. */
dg_value **dgi_list_values(dgi_runtime *rt, dgi_span about, const dgi_list *list);
/* An element that is a number, which becomes a leaf, or a value; where it is NULL the graph has
 * the error. */
dg_value *dgi_element_value(dgi_runtime *rt, const dgi_object *element);
/* The numbers of the tensor that it, or what it is a row of, has become; NULL where none has. */
const double *dgi_list_data(dgi_list *list);
/* A new leaf of the graph with the numbers of a number, an array or a list. */
dg_value *dgi_new_leaf(dgi_runtime *rt, dg_graph *g, dgi_span about, const dgi_object *o);
/* The list is bound to a symbol. */
bool dgi_name_list(dgi_runtime *rt, dgi_span about, dgi_list *list, size_t symbol);

/* ---- Detached from the graph, or not ---- */

/* Whether what is made of it is in the graph, whatever is beside it; or else detached. */
bool dgi_stays_in_graph(const dgi_object *o, bool numbers);
bool dgi_leaves_graph(const dgi_object *o, bool numbers);
/* Whether what is made of the operands is detached: of arrays, with numbers and lists beside them;
 * `numbers` where numbers are needed. */
bool dgi_is_detached(const dgi_operand *a, const dgi_operand *b, bool numbers);
/* The graph for that: the detached one or the program's; NULL fails. */
dg_graph *dgi_graph_for(dgi_runtime *rt, const dgi_operand *a, const dgi_operand *b, bool numbers);
/* The operand as a value of the program's graph or the detached one; NULL fails. */
dg_value *dgi_value_in(dgi_runtime *rt, dg_graph *g, dgi_operand *operand);

#endif
