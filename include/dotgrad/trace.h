/**
 * @file trace.h
 * @brief The trace: a computation graph's nodes and edges as plain data.
 *
 * A trace is a deep copy; it outlives the graph it was taken of, and it may as well come from a
 * JSON file or be built node by node for another library's graph. Nodes are counted from 0. In a
 * trace taken of a value they stand in *trace order*: depth first from the root, operands in order,
 * each value once (the documents' `trace()`, with an order). Labels and op texts are always valid
 * UTF-8: bytes that are not become U+FFFD on the way in.
 */
#ifndef DOTGRAD_TRACE_H
#define DOTGRAD_TRACE_H

#include <dotgrad/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A value of the engine (see engine.h); only dg_trace_from_value() knows it. */
typedef struct dg_value dg_value;

/** A snapshot of a computation graph. */
typedef struct dg_trace dg_trace;

/** No node: what a function that returns a node returns when there is none. */
#define DG_NO_NODE ((size_t)-1)

/** @name Limits on a trace that comes from outside: beyond them a call ends in #DG_LIMIT
 * @{ */
#define DG_TRACE_NODES_MAX ((size_t)2000000)  /**< nodes in a JSON text */
#define DG_TRACE_EDGES_MAX ((size_t)8000000)  /**< edges in a JSON text */
#define DG_TRACE_JSON_MAX ((size_t)1 << 29)   /**< bytes of a JSON text */
#define DG_TRACE_STRING_MAX ((size_t)1 << 20) /**< bytes of a label, an op text or an id */
#define DG_TRACE_DIMS_MAX 8                   /**< dimensions of a tensor */
#define DG_TRACE_NUMBERS_MAX                                                                       \
    ((size_t)1 << 26) /**< data of all tensors in a JSON text, or of one                           \
                           tensor anywhere */
/** @} */

/** @name Taking and freeing
 * @{ */

/** The trace of everything @p root was computed from, in trace order, so that @p root is node 0.
 * NULL for NULL, or when out of memory. The caller frees it with dg_trace_free(). */
DG_API dg_trace *dg_trace_from_value(const dg_value *root);

/** The part of @p t that @p node was computed from, itself included, in trace order with @p node as
 * root: a new trace. Selecting the root of a trace in trace order copies it. NULL for NULL, for a
 * node that is not there, and when out of memory. */
DG_API dg_trace *dg_trace_select(const dg_trace *t, size_t node);

/** Frees @p t. NULL is allowed. */
DG_API void dg_trace_free(dg_trace *t);

/** @} */
/** @name Looking
 * A node that is not there, or a NULL trace, answers 0, "", nan or #DG_NO_NODE.
 * Strings are borrowed from the trace.
 * @{ */

/** How many nodes @p t has. */
DG_API size_t dg_trace_node_count(const dg_trace *t);

/** How many edges @p t has: one for each operand of each node. */
DG_API size_t dg_trace_edge_count(const dg_trace *t);

/** The root: the node that the others were computed for. */
DG_API size_t dg_trace_root(const dg_trace *t);

/** The label of @p node; "" where it has none. */
DG_API const char *dg_trace_label(const dg_trace *t, size_t node);

/** The scope of @p node, outermost name first ("layer 0/neuron 2"); "" where it has none. */
DG_API const char *dg_trace_scope(const dg_trace *t, size_t node);

/** The op text of @p node as it is drawn: `+`, `**2`, `tanh`; "" for a leaf. */
DG_API const char *dg_trace_op(const dg_trace *t, size_t node);

/** The name of @p node in a JSON file it was read from, or set by dg_trace_set_id(); "" where it
 * has none of its own and is called by its place: `v0`, `v1`, … */
DG_API const char *dg_trace_id(const dg_trace *t, size_t node);

/** The data of @p node; of a tensor with one number that number, of any other nan. */
DG_API double dg_trace_data(const dg_trace *t, size_t node);

/** The gradient of @p node; 0 where none was ever computed, for tensors too. Where one was, that of
 * a tensor as dg_trace_data(). */
DG_API double dg_trace_grad(const dg_trace *t, size_t node);

/** The number of dimensions of @p node: 0 for a scalar. */
DG_API int dg_trace_ndim(const dg_trace *t, size_t node);

/** The sizes of its dimensions, dg_trace_ndim() of them, borrowed from the trace; NULL for a node
 * that is not there. (For a scalar nothing may be read.) */
DG_API const size_t *dg_trace_shape(const dg_trace *t, size_t node);

/** How many numbers @p node has: 1 for a scalar, 0 for an empty tensor. */
DG_API size_t dg_trace_size(const dg_trace *t, size_t node);

/** The data of @p node, dg_trace_size() numbers in row-major order, borrowed from the trace; NULL
 * for a node that is not there. A scalar is an array with one number. */
DG_API const double *dg_trace_data_array(const dg_trace *t, size_t node);

/** The same of its gradient; NULL, too, where none was ever computed. */
DG_API const double *dg_trace_grad_array(const dg_trace *t, size_t node);

/** Whether the gradient of @p node was ever computed. */
DG_API int dg_trace_has_grad(const dg_trace *t, size_t node);

/** How many operands @p node has. */
DG_API size_t dg_trace_operand_count(const dg_trace *t, size_t node);

/** The parent of @p node that is operand @p i, counted from 0. */
DG_API size_t dg_trace_operand(const dg_trace *t, size_t node, size_t i);

/** Edge @p i, counted from 0, ordered by node and then by operand: from the node @p from to the
 * node
 * @p to that was computed from it, as operand @p operand of it. Each may be NULL.
 * @return #DG_INVALID where there is no such edge. */
DG_API dg_status dg_trace_edge(const dg_trace *t, size_t i, size_t *from, size_t *to,
                               size_t *operand);

/** The first node, in order, whose label is @p label; else the one that is called so (its id, or
 * `v3` for node 3). #DG_NO_NODE where there is none. */
DG_API size_t dg_trace_find(const dg_trace *t, const char *label);

/** @} */
/** @name Building one
 * For a graph of another library. Add nodes and edges in any order, then dg_trace_check().
 * @{ */

/** An empty trace, or NULL when out of memory. */
DG_API dg_trace *dg_trace_new(void);

/** Adds a node with copies of @p label and @p op (NULL or "" in @p op: a leaf; in @p label: none)
 * and no gradient. The first node added is the root until dg_trace_set_root().
 * @return the node, or #DG_NO_NODE when out of memory, over a limit, or for a NULL trace. */
DG_API size_t dg_trace_add_node(dg_trace *t, const char *label, const char *op, double data);

/** The same for a tensor: its shape, @p ndim sizes (0 dimensions: a scalar), and its data, as many
 * numbers as their product, in row-major order, all copied; NULL for @p data: zeros.
 * @return the node, or #DG_NO_NODE, also for a @p ndim or @p shape that makes no sense or is over
 *         #DG_TRACE_DIMS_MAX or #DG_TRACE_NUMBERS_MAX. */
DG_API size_t dg_trace_add_tensor(dg_trace *t, const char *label, const char *op, int ndim,
                                  const size_t *shape, const double *data);

/** Makes @p from the next operand of @p to (operand 0, then 1, …).
 * @return #DG_INVALID where a node is not there; #DG_NOMEM; #DG_LIMIT. */
DG_API dg_status dg_trace_add_edge(dg_trace *t, size_t from, size_t to);

/** Gives @p node a gradient; to a tensor the same number everywhere. #DG_INVALID where it is not
 * there; #DG_NOMEM. */
DG_API dg_status dg_trace_set_grad(dg_trace *t, size_t node, double grad);

/** Gives @p node a gradient of @p n numbers, dg_trace_size() of them, copied. #DG_INVALID where it
 * is not there or has another size, or for NULL (unless @p n is 0); #DG_NOMEM. */
DG_API dg_status dg_trace_set_grad_array(dg_trace *t, size_t node, const double *grad, size_t n);

/** Gives @p node a scope, outermost name first with `/` between them. #DG_INVALID, #DG_NOMEM or
 * #DG_LIMIT. */
DG_API dg_status dg_trace_set_scope(dg_trace *t, size_t node, const char *scope);

/** Names @p node for the JSON form. #DG_INVALID, #DG_NOMEM or #DG_LIMIT. */
DG_API dg_status dg_trace_set_id(dg_trace *t, size_t node, const char *id);

/** Makes @p node the root. #DG_INVALID where it is not there. */
DG_API dg_status dg_trace_set_root(dg_trace *t, size_t node);

/**
 * Whether @p t is a computation graph: it has a node, a leaf has no operands, an op has one or
 * more, ids differ, and no node was computed from itself.
 * @param t     the trace
 * @param error receives the reason; may be NULL
 * @return #DG_OK, #DG_FORMAT, #DG_INVALID for NULL, #DG_NOMEM
 */
DG_API dg_status dg_trace_check(const dg_trace *t, dg_error *error);

/** @} */
/** @name As JSON
 * The form is lossless: `{"dotgrad": 1, "root": "v0", "nodes": [{"id", "op", "label", "data",
 * "grad", "scope"}, …], "edges": [{"from", "to", "operand"}, …]}`. A leaf has no `op`, and only a
 * node in a scope has one; a tensor has a `shape`, `[4, 2]`, and nested lists for data and grad
 * (where a size is 0 the lists end there: `[]`); `grad` is null where none was ever computed;
 * numbers have 17 significant digits, and the others are the strings "NaN", "Infinity" and
 * "-Infinity".
 * @{ */

/** @p t as JSON text, one node or edge a line, ended by a newline and a terminator that @p size
 * does not count. The caller frees it with dg_free(). @p size may be NULL. NULL for NULL, or when
 * out of memory. */
DG_API char *dg_json_from_trace(const dg_trace *t, size_t *size);

/**
 * The trace that the @p size bytes at @p text describe, checked as dg_trace_check() does; nodes
 * stay in the order of the file. Members that it does not know are ignored. Lists in data and grad
 * must be rectangular and have the node's `shape`; a node without one whose data is a list has the
 * shape of its lists.
 * @param text  the JSON text; borrowed for the call
 * @param size  its bytes
 * @param error receives the reason, with line and column where the text is not JSON; may be NULL
 * @return NULL with #DG_FORMAT (wrong), #DG_LIMIT (too large), #DG_NOMEM or #DG_INVALID (NULL)
 */
DG_API dg_trace *dg_trace_from_json(const char *text, size_t size, dg_error *error);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
