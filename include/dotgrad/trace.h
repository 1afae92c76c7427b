/**
 * @file trace.h
 * @brief The trace: a computation graph's nodes and edges as plain data.
 *
 * A trace is a deep copy: it outlives the graph that it was made from. It can also be read from
 * JSON, or be built node by node from another library's graph. Nodes and edges are numbered from 0.
 * The nodes of a trace of a value are in *trace order*: depth first from the root, operands in
 * order, each value once. All texts are valid UTF-8: invalid bytes are replaced by U+FFFD.
 */
#ifndef DOTGRAD_TRACE_H
#define DOTGRAD_TRACE_H

#include <dotgrad/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A value of the engine (see engine.h); only dg_trace_from_value() uses it. */
typedef struct dg_value dg_value;

/** A snapshot of a computation graph. */
typedef struct dg_trace dg_trace;

/** No node: returned by functions that return a node. */
#define DG_NO_NODE ((size_t)-1)

/** @name Limits on traces that are read or built; beyond them a call returns #DG_LIMIT
 * @{ */
#define DG_TRACE_NODES_MAX ((size_t)2000000)  /**< nodes in a JSON text */
#define DG_TRACE_EDGES_MAX ((size_t)8000000)  /**< edges in a JSON text */
#define DG_TRACE_JSON_MAX ((size_t)1 << 29)   /**< bytes of a JSON text */
#define DG_TRACE_STRING_MAX ((size_t)1 << 20) /**< bytes of a label, an op text or an id */
#define DG_TRACE_DIMS_MAX 8                   /**< dimensions of a tensor */
#define DG_TRACE_NUMBERS_MAX                                                                       \
    ((size_t)1 << 26) /**< numbers in the data of one tensor, or of                                \
                           all tensors in a JSON text */
/** @} */

/** @name Making and freeing
 * @{ */

/** The trace of @p root and everything that it was computed from, in trace order; @p root is node
 * 0. NULL for NULL, or when out of memory. The caller frees it with dg_trace_free(). */
DG_API dg_trace *dg_trace_from_value(const dg_value *root);

/** A new trace of @p node and everything that it was computed from, in trace order; @p node is its
 * root. NULL for NULL, if there is no such node, and when out of memory. The caller frees it with
 * dg_trace_free(). */
DG_API dg_trace *dg_trace_select(const dg_trace *t, size_t node);

/** Frees @p t; NULL is allowed. */
DG_API void dg_trace_free(dg_trace *t);

/** @} */
/** @name Accessors
 * For a NULL trace, or if there is no such node, they return 0, "", nan or #DG_NO_NODE. Strings and
 * arrays are borrowed from the trace.
 * @{ */

/** The number of nodes. */
DG_API size_t dg_trace_node_count(const dg_trace *t);

/** The number of edges: one for each operand of each node. */
DG_API size_t dg_trace_edge_count(const dg_trace *t);

/** The root: the node that the graph computes. */
DG_API size_t dg_trace_root(const dg_trace *t);

/** The label of @p node; "" if it has none. */
DG_API const char *dg_trace_label(const dg_trace *t, size_t node);

/** The scope of @p node, the outermost name first ("layer 0/neuron 2"); "" if it has none. */
DG_API const char *dg_trace_scope(const dg_trace *t, size_t node);

/** The text of the op of @p node, as it is drawn: `+`, `**2`, `tanh`; "" for a leaf. */
DG_API const char *dg_trace_op(const dg_trace *t, size_t node);

/** The id of @p node, from the JSON text that it was read from or set by dg_trace_set_id(); "" if
 * it is the default for its index: `v0`, `v1`, … */
DG_API const char *dg_trace_id(const dg_trace *t, size_t node);

/** The data of @p node, if it has one number; else nan. */
DG_API double dg_trace_data(const dg_trace *t, size_t node);

/** The gradient of @p node, if it has one number, and else nan; 0 if no gradient was computed. */
DG_API double dg_trace_grad(const dg_trace *t, size_t node);

/** The number of dimensions of @p node: 0 for a scalar. */
DG_API int dg_trace_ndim(const dg_trace *t, size_t node);

/** The sizes of its dimensions, dg_trace_ndim() of them; NULL if there is no such node. Of a scalar
 * the pointer is not NULL, but nothing may be read. */
DG_API const size_t *dg_trace_shape(const dg_trace *t, size_t node);

/** The number of elements of @p node: 1 for a scalar, 0 for an empty tensor. */
DG_API size_t dg_trace_size(const dg_trace *t, size_t node);

/** The data of @p node, dg_trace_size() numbers in row-major order; NULL if there is no such node.
 */
DG_API const double *dg_trace_data_array(const dg_trace *t, size_t node);

/** The gradient of @p node in the same form; NULL also if none was computed. */
DG_API const double *dg_trace_grad_array(const dg_trace *t, size_t node);

/** Whether a gradient of @p node was computed. */
DG_API int dg_trace_has_grad(const dg_trace *t, size_t node);

/** The number of operands of @p node. */
DG_API size_t dg_trace_operand_count(const dg_trace *t, size_t node);

/** The node that is operand @p i of @p node, counted from 0. */
DG_API size_t dg_trace_operand(const dg_trace *t, size_t node, size_t i);

/** Edge @p i; edges are ordered by node, then by operand. It leads from the node @p from to the
 * node
 * @p to, whose operand number @p operand that is. Each of these pointers may be NULL.
 * @return #DG_INVALID if there is no such edge. */
DG_API dg_status dg_trace_edge(const dg_trace *t, size_t i, size_t *from, size_t *to,
                               size_t *operand);

/**
 * The local gradient of operand @p i of @p node: the derivative of the node's data by the
 * operand's, computed from the data by dotgrad's own table of ops. It goes to @p gradient, which
 * may be NULL.
 * @return #DG_OK; #DG_INVALID where it is not known: of tensors, of ops that are not in the table,
 *         and where the node's data is not what the op of that name computes
 */
DG_API dg_status dg_trace_local_gradient(const dg_trace *t, size_t node, size_t i,
                                         double *gradient);

/** The first node whose label is @p label; else the node whose id that is (`v3` for node 3 without
 * another id). #DG_NO_NODE if there is none. */
DG_API size_t dg_trace_find(const dg_trace *t, const char *label);

/** @} */
/** @name Building
 * From another library's graph: add nodes and edges in any order, then call dg_trace_check().
 * @{ */

/** An empty trace, or NULL when out of memory. */
DG_API dg_trace *dg_trace_new(void);

/** Adds a node without a gradient, with copies of @p label (NULL or "": none) and @p op (NULL or
 * "": a leaf). The first node is the root until dg_trace_set_root().
 * @return the node, or #DG_NO_NODE when out of memory, over a limit, or for a NULL trace. */
DG_API size_t dg_trace_add_node(dg_trace *t, const char *label, const char *op, double data);

/** Adds a node that is a tensor, with copies of its shape, @p ndim sizes (0: a scalar), and its
 * data, as many numbers as their product, in row-major order; NULL for @p data: zeros.
 * @return the node, or #DG_NO_NODE as dg_trace_add_node(), and if @p ndim or @p shape is invalid or
 *         over #DG_TRACE_DIMS_MAX or #DG_TRACE_NUMBERS_MAX. */
DG_API size_t dg_trace_add_tensor(dg_trace *t, const char *label, const char *op, int ndim,
                                  const size_t *shape, const double *data);

/** Makes @p from the next operand of @p to (operand 0, then 1, …).
 * @return #DG_OK, #DG_INVALID if there is no such node, #DG_NOMEM or #DG_LIMIT. */
DG_API dg_status dg_trace_add_edge(dg_trace *t, size_t from, size_t to);

/** Sets the gradient of @p node, of a tensor all its elements.
 * @return #DG_OK, #DG_INVALID if there is no such node, or #DG_NOMEM. */
DG_API dg_status dg_trace_set_grad(dg_trace *t, size_t node, double grad);

/** Sets the gradient of @p node to a copy of @p n numbers in row-major order.
 * @return #DG_OK, #DG_INVALID if there is no such node, if @p n is not dg_trace_size(), or for NULL
 *         with @p n > 0; #DG_NOMEM. */
DG_API dg_status dg_trace_set_grad_array(dg_trace *t, size_t node, const double *grad, size_t n);

/** Sets the scope of @p node: names separated by `/`, the outermost first.
 * @return #DG_OK, #DG_INVALID, #DG_NOMEM or #DG_LIMIT. */
DG_API dg_status dg_trace_set_scope(dg_trace *t, size_t node, const char *scope);

/** Sets the id of @p node, "" for the default.
 * @return #DG_OK, #DG_INVALID, #DG_NOMEM or #DG_LIMIT. */
DG_API dg_status dg_trace_set_id(dg_trace *t, size_t node, const char *id);

/** Makes @p node the root.
 * @return #DG_OK, or #DG_INVALID if there is no such node. */
DG_API dg_status dg_trace_set_root(dg_trace *t, size_t node);

/**
 * Checks that @p t is a computation graph: there is a node, leaves have no operands, ops have at
 * least one, ids are unique, and there is no cycle.
 * @param t     the trace
 * @param error receives the reason; may be NULL
 * @return #DG_OK, #DG_FORMAT, #DG_INVALID for NULL, #DG_NOMEM
 */
DG_API dg_status dg_trace_check(const dg_trace *t, dg_error *error);

/** @} */
/** @name As JSON
 * The form keeps everything: `{"dotgrad": 1, "root": "v0", "nodes": [{"id", "op", "label", "data",
 * "grad", "scope"}, …], "edges": [{"from", "to", "operand"}, …]}`. A leaf has no `op`, and a node
 * without a scope no `scope`. A tensor has a `shape`, `[4, 2]`, and nested arrays for `data` and
 * `grad` (nested up to the first size of 0: `[]`). `grad` is null if none was computed. Numbers
 * have 17 significant digits; what is not finite is one of the strings "NaN", "Infinity" and
 * "-Infinity".
 * @{ */

/** The JSON text of @p t, with one node or edge per line. It ends with a newline and a NUL, which
 * @p size (may be NULL) does not count. NULL for NULL, or when out of memory. The caller frees it
 * with dg_free(). */
DG_API char *dg_json_from_trace(const dg_trace *t, size_t *size);

/**
 * Reads a trace from the @p size bytes at @p text, and checks it as dg_trace_check() does. Nodes
 * stay in the order of the text. Unknown members are ignored. Arrays in `data` and `grad` must be
 * rectangular and have the node's `shape`; without that member the shape is that of `data`.
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
