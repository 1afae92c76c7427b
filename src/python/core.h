/* What the files of the extension module share. */
#ifndef DGI_PYTHON_CORE_H
#define DGI_PYTHON_CORE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <dotgrad/dotgrad.h>

/* ---- Errors and texts (errors.c) ---- */

/* Sets the Python exception for an error of the library, with its text. Returns
 * NULL. */
PyObject *dgi_py_raise(const dg_error *error);

/* The same for a status that has no text of its own. */
PyObject *dgi_py_raise_status(dg_status status, const char *what);

/* A new reference to the bytes of a text in UTF-8, ended by a NUL, without
 * others in it: lone surrogates become '?', NULs U+FFFD. None is "". NULL with
 * an exception. */
PyObject *dgi_py_utf8(PyObject *text);

/* ---- The graph that all values are in, and their handles (arena.c) ----
 *
 * There is one graph. A handle is a Python object that refers to one of its
 * values; a table has at most one for each value, so that the same value is
 * always the same object. When the graph has grown to a multiple of what was in
 * use the last time, it is replaced by a copy of what the handles need. That
 * invalidates every dg_value *: call dgi_py_graph() first, and then ask handles
 * for their values. All of this needs the GIL. */

typedef struct dgi_py_handle {
    PyObject_HEAD dg_value *value; /* NULL where __init__ was not called */
} dgi_py_handle;

/* The graph, after a collection where one is due; NULL with an exception. */
dg_graph *dgi_py_graph(void);

/* How many times the graph was replaced. */
size_t dgi_py_collections(void);

/* Replaces the graph by a copy of what is in use, now; -1 with an exception. */
int dgi_py_collect(void);

/* Tells the arena of memory that a collection can free beside values, in bytes.
 */
void dgi_py_charge(size_t bytes);

/* The handle of a value of the graph, a new reference; NULL where v is NULL,
 * with the graph's error as an exception. */
PyObject *dgi_py_wrap(dg_value *v);

/* Values that have no handle yet go when Python code runs, and all of them move
 * when a collection runs. Between these two calls neither happens. */
void dgi_py_hold(void);
void dgi_py_release(void);

/* Makes h, which is the handle of no value, that of v, which has none. -1 with
 * an exception, also where v is NULL. */
int dgi_py_bind(dgi_py_handle *h, dg_value *v);

/* Takes a handle out of the table. */
void dgi_py_unbind(dgi_py_handle *h);

/* Sets the exception for the graph's error and clears that. Returns NULL. */
PyObject *dgi_py_raise_graph(void);

/* ---- Values (value.c) ---- */

extern PyTypeObject *dgi_py_value_type;  /* dotgrad.Value */
extern PyTypeObject *dgi_py_tensor_type; /* dotgrad.Tensor */

/* Whether an object is a Value or a Tensor. */
static inline int dgi_py_is_value(PyObject *o)
{
    return Py_TYPE(o) == dgi_py_value_type || PyType_IsSubtype(Py_TYPE(o), dgi_py_value_type);
}

/* The value of a handle; NULL with an exception where it has none. */
dg_value *dgi_py_value_of(PyObject *handle);

/* The number that an object is: a float, an int, or anything with __float__ or
 * __index__. -1 with an exception. */
int dgi_py_number(PyObject *o, double *number);

/* The value that an object is, or a new leaf with the number that it is. NULL
 * with an exception. */
dg_value *dgi_py_value_or_leaf(PyObject *o, dg_graph *g);

/* The result of an op on two objects, of which one is a value: numbers become
 * leaves, and beside a tensor arrays do. NotImplemented for others. */
PyObject *dgi_py_binary(PyObject *a, PyObject *b, dg_value *op(dg_value *, dg_value *));

int dgi_py_add_value_type(PyObject *module);

/* ---- Tensors (tensor.c) ---- */

/* A leaf with the elements of an array, a buffer or nested lists. NULL with an
 * exception. */
dg_value *dgi_py_array_leaf(PyObject *data);

PyObject *dgi_py_concat(PyObject *module, PyObject *args);
PyObject *dgi_py_stack(PyObject *module, PyObject *list);
PyObject *dgi_py_grad(PyObject *module, PyObject *args);
PyObject *dgi_py_cross_entropy(PyObject *module, PyObject *args);

int dgi_py_add_tensor_type(PyObject *module);

/* ---- Traces and their options (trace.c, options.c) ---- */

/* A new Trace that owns t; frees t where it cannot be made. NULL t:
 * MemoryError. */
PyObject *dgi_py_trace(dg_trace *t);

/* Completes options from keyword arguments of the names that the command's
 * options have. The strings are borrowed from the dictionary. -1 with an
 * exception. */
int dgi_py_options(PyObject *keywords, dg_draw_options *options);

int dgi_py_add_trace_type(PyObject *module);

/* ---- Networks (network.c) and programs (program.c) ---- */

int dgi_py_add_network_type(PyObject *module);

PyObject *dgi_py_loss(PyObject *module, PyObject *args);

PyObject *dgi_py_run_program(PyObject *module, PyObject *args, PyObject *keywords);

#endif
