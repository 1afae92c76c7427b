/* What is done with objects, by operators and by what is built in. */
#ifndef DGI_OPERATIONS_H
#define DGI_OPERATIONS_H

#include "lang/runtime.h"

/* ---- Lists (lists.c): making and indexing them. No tensor is made here ---- */

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

/* Element i of a list; a number where `numbers` says so. */
bool dgi_fetch_element(dgi_runtime *rt, const dgi_operand *indexed, size_t i, bool numbers,
                       dgi_operand *result);
/* A new element is at the end of the list: its form. */
void dgi_extend_form(dgi_list *list);

/* ---- Indexes (indexing.c) ---- */

/* What an index, which may be a slice, a list or a tuple of such, selects of a list, a series, a
 * value or an array. */
bool dgi_index(dgi_runtime *rt, dgi_operand *indexed, dgi_operand *index, bool numbers,
               dgi_operand *result);

/* ---- Series (series.c) ---- */

/* One of the kinds of dgi_series, in memory of the statement; NULL when out of memory. */
dgi_series *dgi_new_series(dgi_runtime *rt, dgi_series_kind kind, size_t count, size_t n_sources);
/* Element i, below the count, of a series; of a list, a series or the rows of a tensor. The
 * operand's span is that of messages. */
bool dgi_fetch_from_series(dgi_runtime *rt, const dgi_series *s, size_t i, dgi_operand *x);
bool dgi_fetch(dgi_runtime *rt, const dgi_operand *of, size_t i, dgi_operand *x);
/* Of element i, which would be a tuple, one part. */
bool dgi_fetch_part(dgi_runtime *rt, const dgi_series *s, size_t i, size_t part, dgi_operand *x);
bool dgi_series_to_list(dgi_runtime *rt, dgi_span about, dgi_object *o);

/* ---- What may be kept (targets.c, evaluate_list.c) ---- */

/* What only a statement has becomes what a name may stand for; or also what a list may hold. */
bool dgi_keep_bound(dgi_runtime *rt, dgi_span about, dgi_object *object);
bool dgi_keep_object(dgi_runtime *rt, dgi_span about, dgi_object *object);

/* Whether an operand counts as true; false where that is not known (evaluate_condition.c). */
bool dgi_truth(dgi_runtime *rt, const dgi_operand *x, bool *truth);

/* ---- Text (format.c) ---- */

/* Appends what Python's str() or, as in lists, repr() of the object would be. */
void dgi_put_object(const dgi_runtime *rt, dgi_buf *out, const dgi_object *o, bool repr);
/* Appends a number as Python does: an integer, or with a point. */
void dgi_put_python_number(dgi_buf *out, double x, bool integer);
/* The operand becomes its text in a format, which is a string (format_spec.c). */
bool dgi_format_operand(dgi_runtime *rt, dgi_operand *x, const dgi_operand *format);
/* The operands' texts, one behind the other. */
bool dgi_join_operands(dgi_runtime *rt, const dgi_operand *operands, size_t count, dgi_span span,
                       dgi_object *joined);
/* a % b, where a is a string. */
bool dgi_format_percent(dgi_runtime *rt, dgi_operand *a, const dgi_operand *b);
/* The text in the runtime's scratch buffer becomes a string. */
bool dgi_take_scratch(dgi_runtime *rt, dgi_operand *x);

/* Of a value, an array, or a list whose form is not NONE; others have no dimensions. */
dgi_shape dgi_shape_of_object(const dgi_object *o);
dgi_shape dgi_value_shape(const dg_value *v);
bool dgi_same_shape(const dgi_shape *a, const dgi_shape *b);

/* ---- Coercion (coercion.c): objects become what is needed ---- */

/* `what` says that a number is needed. An error value stays one. */
bool dgi_to_number(dgi_runtime *rt, dgi_operand *operand, const char *what);
/* The same where an array or a list may stand as well. */
bool dgi_to_numbers(dgi_runtime *rt, dgi_operand *operand, const char *what);
/* A number, an array or a list becomes a value of the graph. An error value stays one. */
bool dgi_to_value(dgi_runtime *rt, dgi_operand *operand);

/* ---- Lists and arrays: NULL fails ---- */

/* The tensor that the list is, made where it is none yet. */
dg_value *dgi_list_value(dgi_runtime *rt, dgi_span about, dgi_list *list);
/* The elements of a list as values of the graph, in memory of the statement. */
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

/* ---- Operators (arithmetic.c) ---- */

/* What was made of numbers, or of what stands for one, alone stands for a number, too. */
void dgi_name_number(dgi_object *o, bool integer);
/* a becomes what the operator of a node, UNARY, BINARY or AUGMENT, makes of it; `numbers` where
 * that is to be a number. */
bool dgi_apply_unary(dgi_runtime *rt, const dgi_node *sign, bool numbers, dgi_operand *a);
bool dgi_apply_binary(dgi_runtime *rt, const dgi_node *o, bool numbers, dgi_operand *a,
                      dgi_operand *b);

#endif
