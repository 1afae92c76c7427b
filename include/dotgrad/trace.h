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

/** A size in a shape that is not known. */
#define DG_UNKNOWN_SIZE ((size_t)-1)

/** @name Limits on traces that are read or built; beyond them a call returns #DG_LIMIT
 * @{ */
#define DG_TRACE_NODES_MAX ((size_t)2000000)  /**< nodes in a JSON text */
#define DG_TRACE_EDGES_MAX ((size_t)8000000)  /**< edges in a JSON text */
#define DG_TRACE_JSON_MAX ((size_t)1 << 29)   /**< bytes of a JSON text */
#define DG_TRACE_STRING_MAX ((size_t)1 << 20) /**< bytes of a label, an op text or an id */
#define DG_TRACE_DIMS_MAX 8                   /**< dimensions of a tensor */
#define DG_TRACE_ATTRIBUTES_MAX ((size_t)256) /**< attributes of a node */
#define DG_TRACE_ROOTS_MAX ((size_t)1000)     /**< roots of a trace */
#define DG_TRACE_NUMBERS_MAX                                                                       \
    ((size_t)1 << 26) /**< numbers in the data of one tensor, or of                                \
                           all tensors in a JSON text */
/** @} */

/** @name Making and freeing
 * @{ */

/** The trace of @p root and everything that it was computed from, in trace order; @p root is node
 * 0. NULL for NULL, or when out of memory. The caller frees it with dg_trace_free(). */
DG_API dg_trace *dg_trace_from_value(const dg_value *root);

/**
 * The same trace, and behind it what the values in @p others were computed from, as far as that is
 * not in it: values that the root does not depend on, which an inspection finds out about.
 * dg_trace_select() of the root gives dg_trace_from_value() again.
 * @param root   the root; node 0
 * @param others @p n values, of which NULL, and those of other graphs, are left out; may be NULL
 *               where @p n is 0
 * @param n      how many they are
 * @return NULL for a NULL @p root, or when out of memory. The caller frees it with dg_trace_free()
 */
DG_API dg_trace *dg_trace_from_values(const dg_value *root, dg_value *const *others, size_t n);

/** A new trace of @p node and everything that it was computed from, in trace order; @p node is its
 * root. NULL for NULL, if there is no such node, and when out of memory. The caller frees it with
 * dg_trace_free(). */
DG_API dg_trace *dg_trace_select(const dg_trace *t, size_t node);

/** The same of all roots of @p t, in their order. NULL for NULL, if there is none, and when out of
 * memory. The caller frees it with dg_trace_free(). */
DG_API dg_trace *dg_trace_select_roots(const dg_trace *t);

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

/** The root: the node that the graph computes; where there are several, the first. */
DG_API size_t dg_trace_root(const dg_trace *t);

/** The number of roots: 1 for a trace of a value, 0 for one without nodes. */
DG_API size_t dg_trace_root_count(const dg_trace *t);

/** Root @p i, counted from 0; root 0 is dg_trace_root(). #DG_NO_NODE if there is none. */
DG_API size_t dg_trace_root_at(const dg_trace *t, size_t i);

/** The label of @p node; "" if it has none. */
DG_API const char *dg_trace_label(const dg_trace *t, size_t node);

/** The scope of @p node, the outermost name first ("layer 0/neuron 2"); "" if it has none. */
DG_API const char *dg_trace_scope(const dg_trace *t, size_t node);

/** The text of the op of @p node, as it is drawn: `+`, `**2`, `tanh`; "" for a leaf. */
DG_API const char *dg_trace_op(const dg_trace *t, size_t node);

/** The id of @p node, from the JSON text that it was read from or set by dg_trace_set_id(); "" if
 * it is the default for its index: `v0`, `v1`, … */
DG_API const char *dg_trace_id(const dg_trace *t, size_t node);

/** Whether the data of @p node is known. A trace that was read or built may be of a graph that
 * nobody evaluated. */
DG_API int dg_trace_has_data(const dg_trace *t, size_t node);

/** The data of @p node, if it has one number that is known; else nan. */
DG_API double dg_trace_data(const dg_trace *t, size_t node);

/** The gradient of @p node, if it has one number, and else nan; 0 if no gradient was computed. */
DG_API double dg_trace_grad(const dg_trace *t, size_t node);

/** The number of dimensions of @p node: 0 for a scalar. */
DG_API int dg_trace_ndim(const dg_trace *t, size_t node);

/** The sizes of its dimensions, dg_trace_ndim() of them, #DG_UNKNOWN_SIZE for one that is not
 * known; NULL if there is no such node. Of a scalar the pointer is not NULL, but nothing may be
 * read. */
DG_API const size_t *dg_trace_shape(const dg_trace *t, size_t node);

/** The size of a buffer for the text of any size that is known. */
#define DG_DIM_TEXT_MAX 24

/** The size of dimension @p dim of @p node as it is shown: the number, and for one that is not
 * known its name, or `?` without one; "" if there is no such dimension. It is either written to
 * @p text, a buffer of #DG_DIM_TEXT_MAX bytes, or borrowed from the trace. */
DG_API const char *dg_trace_dim_text(const dg_trace *t, size_t node, int dim, char *text);

/** The number of elements of @p node: 1 for a scalar, 0 for an empty tensor and where a size is not
 * known. */
DG_API size_t dg_trace_size(const dg_trace *t, size_t node);

/** The type of the elements of @p node, as its source names it: `float32`; "" if it has none. */
DG_API const char *dg_trace_dtype(const dg_trace *t, size_t node);

/** The data of @p node, dg_trace_size() numbers in row-major order; NULL if there is no such node,
 * and if the data is not known. */
DG_API const double *dg_trace_data_array(const dg_trace *t, size_t node);

/** The gradient of @p node in the same form; NULL also if none was computed. */
DG_API const double *dg_trace_grad_array(const dg_trace *t, size_t node);

/** Whether a gradient of @p node was computed. */
DG_API int dg_trace_has_grad(const dg_trace *t, size_t node);

/** The number of operands of @p node. */
DG_API size_t dg_trace_operand_count(const dg_trace *t, size_t node);

/** The node that is operand @p i of @p node, counted from 0. */
DG_API size_t dg_trace_operand(const dg_trace *t, size_t node, size_t i);

/** The name of operand @p i of @p node, such as `weight`; "" if it has none. */
DG_API const char *dg_trace_operand_name(const dg_trace *t, size_t node, size_t i);

/** The number of attributes of @p node: what its source says of it or of its op, such as an axis.
 */
DG_API size_t dg_trace_attribute_count(const dg_trace *t, size_t node);

/** The name of attribute @p i of @p node, in the order in which they were set; "" if there is none.
 */
DG_API const char *dg_trace_attribute_name(const dg_trace *t, size_t node, size_t i);

/** Its value as it is shown: the text, or the shortest one of a number. "" if there is none. */
DG_API const char *dg_trace_attribute_text(const dg_trace *t, size_t node, size_t i);

/** Its value as a number, which goes to @p number; that may be NULL.
 * @return #DG_OK; #DG_INVALID if there is none, or if it is a text */
DG_API dg_status dg_trace_attribute_number(const dg_trace *t, size_t node, size_t i,
                                           double *number);

/** The node that stands for the op of @p node where an op has several results: its first result;
 * @p node itself where it is the only one. All results have the same op and operands. #DG_NO_NODE
 * if there is no such node. */
DG_API size_t dg_trace_first_result(const dg_trace *t, size_t node);

/** Which result of its op @p node is, counted from 0. */
DG_API size_t dg_trace_result_index(const dg_trace *t, size_t node);

/** Edge @p i; edges are ordered by node, then by operand. It leads from the node @p from to the
 * node
 * @p to, whose operand number @p operand that is. Each of these pointers may be NULL.
 * @return #DG_INVALID if there is no such edge. */
DG_API dg_status dg_trace_edge(const dg_trace *t, size_t i, size_t *from, size_t *to,
                               size_t *operand);

/**
 * The local gradient of operand @p i of @p node: the derivative of the node's data by the
 * operand's. That is what dg_trace_set_local_gradient() or the JSON text said, and else is computed
 * from the data by dotgrad's own table of ops. It goes to @p gradient, which may be NULL.
 * @return #DG_OK; #DG_INVALID where it is not known: of tensors, of ops that are not in the table,
 *         without data, and where the node's data is not what the op of that name computes
 */
DG_API dg_status dg_trace_local_gradient(const dg_trace *t, size_t node, size_t i,
                                         double *gradient);

/**
 * The contribution of an edge: what operand @p i of @p node gets from it in a backward pass. Of
 * scalars that is the local gradient times the upstream gradient, which is the node's. Of tensors
 * it is the vector-Jacobian product of the one op, with the kernels that dg_backward() uses: the op
 * is computed again from its text and the operands' data. The contributions of all edges that lead
 * from a node sum to its gradient.
 * @param t            the trace
 * @param node         the node
 * @param i            its operand
 * @param contribution receives as many numbers as the operand has (dg_trace_size()), in row-major
 *                     order
 * @return #DG_OK; #DG_INVALID where it is not known: without an upstream gradient or data, of ops
 *         that dotgrad does not have, where the node's data or shape is not what the op of that
 *         text computes, and for an operand that gets no gradient (classes); #DG_NOMEM, #DG_LIMIT
 */
DG_API dg_status dg_trace_contribution(const dg_trace *t, size_t node, size_t i,
                                       double *contribution);

/** The first node whose label is @p label; else the node whose id that is (`v3` for node 3 without
 * another id). #DG_NO_NODE if there is none. */
DG_API size_t dg_trace_find(const dg_trace *t, const char *label);

/** The label nearest to @p label, which is not one, to be suggested instead; NULL if none is near.
 * Borrowed from the trace. */
DG_API const char *dg_trace_suggest(const dg_trace *t, const char *label);

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
 * data, as many numbers as their product, in row-major order; NULL for @p data: zeros. (A node
 * whose data or sizes are not known: dg_trace_add_node(), dg_trace_clear_data(),
 * dg_trace_set_shape().)
 * @return the node, or #DG_NO_NODE as dg_trace_add_node(), and if @p ndim or @p shape is invalid or
 *         over #DG_TRACE_DIMS_MAX or #DG_TRACE_NUMBERS_MAX. */
DG_API size_t dg_trace_add_tensor(dg_trace *t, const char *label, const char *op, int ndim,
                                  const size_t *shape, const double *data);

/** Makes @p from the next operand of @p to (operand 0, then 1, …).
 * @return #DG_OK, #DG_INVALID if there is no such node, #DG_NOMEM or #DG_LIMIT. */
DG_API dg_status dg_trace_add_edge(dg_trace *t, size_t from, size_t to);

/** Says that the data of @p node is not known. Its shape and gradient stay.
 * @return #DG_OK, or #DG_INVALID if there is no such node. */
DG_API dg_status dg_trace_clear_data(dg_trace *t, size_t node);

/** Sets the shape of @p node, which has neither data nor a gradient: a node without data may have
 * sizes of any product up to 2^53, and #DG_UNKNOWN_SIZE among them.
 * @return #DG_OK, #DG_INVALID if there is no such node, for one with data or a gradient, or for a
 *         wrong @p ndim or @p shape; #DG_LIMIT, #DG_NOMEM. */
DG_API dg_status dg_trace_set_shape(dg_trace *t, size_t node, int ndim, const size_t *shape);

/** Names size @p dim of @p node, which is not known (`batch`); "" for no name.
 * @return #DG_OK, #DG_INVALID if there is no such size or it is known, #DG_LIMIT or #DG_NOMEM. */
DG_API dg_status dg_trace_set_dim_name(dg_trace *t, size_t node, int dim, const char *name);

/** Sets the type of the elements of @p node, "" for none. It says what the source had: the numbers
 * are doubles.
 * @return #DG_OK, #DG_INVALID, #DG_LIMIT or #DG_NOMEM. */
DG_API dg_status dg_trace_set_dtype(dg_trace *t, size_t node, const char *dtype);

/** Sets an attribute of @p node to a text; one of the same name is replaced.
 * @return #DG_OK, #DG_INVALID if there is no such node or no name, #DG_LIMIT (also for more than
 *         #DG_TRACE_ATTRIBUTES_MAX) or #DG_NOMEM. */
DG_API dg_status dg_trace_set_attribute(dg_trace *t, size_t node, const char *name,
                                        const char *text);

/** The same with a number. One that is not finite is kept as its text (`nan`). */
DG_API dg_status dg_trace_set_attribute_number(dg_trace *t, size_t node, const char *name,
                                               double number);

/** Names operand @p i of @p node, "" for no name.
 * @return #DG_OK, #DG_INVALID if there is no such operand, #DG_LIMIT or #DG_NOMEM. */
DG_API dg_status dg_trace_set_operand_name(dg_trace *t, size_t node, size_t i, const char *name);

/** Sets the local gradient of operand @p i of @p node, for ops that dotgrad does not know.
 * @return #DG_OK, #DG_INVALID if there is no such operand or one of the two is a tensor, or
 *         #DG_NOMEM. */
DG_API dg_status dg_trace_set_local_gradient(dg_trace *t, size_t node, size_t i, double gradient);

/** Makes @p node result @p k of the op whose first result is @p first. Its op becomes that of
 * @p first, and so do its operands where it has none; edges that are added to @p first later have
 * to be added to @p node, too. With @p first the node itself it only sets the number.
 * @return #DG_OK, #DG_INVALID if there is no such node, #DG_LIMIT or #DG_NOMEM. */
DG_API dg_status dg_trace_set_result_of(dg_trace *t, size_t node, size_t first, size_t k);

/** Sets the gradient of @p node, of a tensor all its elements.
 * @return #DG_OK, #DG_INVALID if there is no such node or a size of it is not known, #DG_LIMIT over
 *         #DG_TRACE_NUMBERS_MAX, or #DG_NOMEM. */
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

/** Makes @p node the root, the only one.
 * @return #DG_OK, or #DG_INVALID if there is no such node. */
DG_API dg_status dg_trace_set_root(dg_trace *t, size_t node);

/** Makes @p node a root beside the others.
 * @return #DG_OK, #DG_INVALID if there is no such node, #DG_LIMIT for more than
 *         #DG_TRACE_ROOTS_MAX, or #DG_NOMEM. */
DG_API dg_status dg_trace_add_root(dg_trace *t, size_t node);

/**
 * Checks that @p t is a computation graph: there is a node, leaves have no operands, results of one
 * op have the same op and operands, ids are unique, and there is no cycle. (An op may have no
 * operands: a source that is no leaf.)
 * @param t     the trace
 * @param error receives the reason; may be NULL
 * @return #DG_OK, #DG_FORMAT, #DG_INVALID for NULL, #DG_NOMEM
 */
DG_API dg_status dg_trace_check(const dg_trace *t, dg_error *error);

/** @} */
/** @name As JSON
 * The form keeps everything: `{"dotgrad": 2, "root": "v0", "nodes": [{"id", "op", "label", "data",
 * "grad", …}, …], "edges": [{"from", "to", "operand", …}, …]}`, and where there are several roots
 * `"roots": ["v0", …]`, the one of `root` first.
 *
 * Members of a node:
 * - `id`: a string or a number, which is the same id as its text
 * - `op`: its text; a leaf has none, and an op may have no operands
 * - `label` and `scope`: strings, "" or absent for none
 * - `shape` of a tensor: a list of sizes, `[4, 2]`; one that is not known is null or a name.
 * Without this member the shape is that of `data`
 * - `data`: a number, or nested arrays of numbers for a tensor (nested up to the first size of 0:
 *   `[]`); null where it is not known
 * - `grad`: the same; null or absent where none was computed
 * - `dtype`: a string
 * - `attributes`: an object of strings and numbers
 * - `result`, `of`: which result of its op the node is, where an op has several, and the id of the
 *   first one. The others may leave out `op`, and the edges to them, which are those to the first
 *
 * Members of an edge, one for each operand of each node:
 * - `from`, `to`: ids; `operand`: which operand of `to` it is, counted from 0
 * - `local`: the local gradient; absent where it is not known, and of tensors
 * - `name`: a name of the operand
 *
 * Numbers have 17 significant digits; what is not finite is one of the strings "NaN", "Infinity"
 * and "-Infinity", and is also read as Python writes it, without quotes.
 *
 * Version 1 is read, too. It has no `roots`, `dtype`, `attributes`, `result`, `of`, `local` and
 * `name`; ids are strings, data and sizes are known, and ops have operands.
 * @{ */

/** The JSON text of @p t, with one node or edge per line. It ends with a newline and a NUL, which
 * @p size (may be NULL) does not count. NULL for NULL, or when out of memory. The caller frees it
 * with dg_free(). */
DG_API char *dg_json_from_trace(const dg_trace *t, size_t *size);

/**
 * Reads a trace from the @p size bytes at @p text, and checks it as dg_trace_check() does. Nodes
 * stay in the order of the text. Unknown members are ignored, but no object may have two members of
 * one name, and arrays and objects may be nested 2048 deep. Arrays in `data` and `grad` must be
 * rectangular and have the node's `shape`.
 * @param text  the JSON text; borrowed for the call
 * @param size  its bytes
 * @param error receives the reason, with line and column where the text is not JSON; may be NULL
 * @return NULL with #DG_FORMAT (wrong), #DG_LIMIT (too large), #DG_NOMEM or #DG_INVALID (NULL)
 */
DG_API dg_trace *dg_trace_from_json(const char *text, size_t size, dg_error *error);

/** Reads a trace as dg_trace_from_json() does, from a @p text that malloc() has returned, and frees
 * it, whatever comes back: what was read of a large text goes back to the system meanwhile, so that
 * the trace and its text are not in memory at the same time. */
DG_API dg_trace *dg_trace_take_json(char *text, size_t size, dg_error *error);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
