/* The extension module dotgrad._core. */
#include "python/core.h"

/* The trace of a value, or of several, of which the first is the root. */
static PyObject *trace_from_value(PyObject *Py_UNUSED(module), PyObject *value)
{
    if (!dgi_py_is_value(value)) {
        PyErr_SetString(PyExc_TypeError, "not a value of dotgrad");
        return NULL;
    }
    dg_value *v = dgi_py_value_of(value);
    return v ? dgi_py_trace(dg_trace_from_value(v)) : NULL;
}

static PyObject *trace_from_json(PyObject *Py_UNUSED(module), PyObject *args)
{
    const char *text;
    Py_ssize_t size;
    dg_error error = {0};
    if (!PyArg_ParseTuple(args, "s#:trace_from_json", &text, &size))
        return NULL;
    dg_trace *t;
    Py_BEGIN_ALLOW_THREADS;
    t = dg_trace_from_json(text, (size_t)size, &error);
    Py_END_ALLOW_THREADS;
    return t ? dgi_py_trace(t) : dgi_py_raise(&error);
}

static PyObject *collect(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none))
{
    if (dgi_py_collect())
        return NULL;
    return Py_NewRef(Py_None);
}

static PyObject *graph_size(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none))
{
    dg_graph *g = dgi_py_graph();
    return g ? PyLong_FromSize_t(dg_graph_size(g)) : NULL;
}

static PyObject *scope_begin(PyObject *Py_UNUSED(module), PyObject *name)
{
    PyObject *bytes = dgi_py_utf8(name);
    dg_graph *g = bytes ? dgi_py_graph() : NULL;
    dg_status status = g ? dg_scope_begin(g, PyBytes_AsString(bytes)) : DG_OK;
    Py_XDECREF(bytes);
    if (!g || status != DG_OK)
        return g ? dgi_py_raise_graph() : NULL;
    return Py_NewRef(Py_None);
}

static PyObject *scope_end(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none))
{
    dg_graph *g = dgi_py_graph();
    if (!g)
        return NULL;
    dg_scope_end(g);
    return Py_NewRef(Py_None);
}

static PyObject *check_options(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(args),
                               PyObject *keywords)
{
    dg_draw_options options = {0};
    if (keywords && dgi_py_options(keywords, &options))
        return NULL;
    return Py_NewRef(Py_None);
}

/* Replaces a file, or leaves it as it was. */
static PyObject *write_file(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *path;
    const char *bytes;
    Py_ssize_t size;
    dg_error error = {0};
    int changed = 0;
    if (!PyArg_ParseTuple(args, "O&y#:write_file", PyUnicode_FSConverter, &path, &bytes, &size))
        return NULL;
    dg_status status = dg_write_file(PyBytes_AsString(path), bytes, (size_t)size, &changed, &error);
    Py_DECREF(path);
    return status == DG_OK ? PyBool_FromLong(changed) : dgi_py_raise(&error);
}

static PyMethodDef functions[] = {
    {"trace_from_value", trace_from_value, METH_O,
     "The Trace of all that a value was computed from."},
    {"trace_from_json", trace_from_json, METH_VARARGS, "The Trace that a JSON text describes."},
    {"run_program", (PyCFunction)(void (*)(void))dgi_py_run_program, METH_VARARGS | METH_KEYWORDS,
     "run_program(text, name=None, root='', explicit_labels=False): runs a "
     "program in the .dg "
     "language. Returns "
     "(Trace or None, rankdir or None, [(line, column, length, text, hint), "
     "...])."},
    {"check_options", (PyCFunction)(void (*)(void))check_options, METH_VARARGS | METH_KEYWORDS,
     "Raises what is wrong with options of drawing."},
    {"write_file", write_file, METH_VARARGS,
     "write_file(path, bytes): replaces a file; whether its bytes changed."},
    {"loss", dgi_py_loss, METH_VARARGS,
     "loss('sse' | 'mse' | 'bce' | 'hinge', predictions, targets)"},
    {"concat", dgi_py_concat, METH_VARARGS,
     "concat(tensors, dim=0): one behind the other along a dimension."},
    {"stack", dgi_py_stack, METH_O,
     "stack(tensors): one behind the other along a new first dimension."},
    {"grad", dgi_py_grad, METH_VARARGS,
     "grad(y, x): the gradient of y for x, or for each of a list, as values that can be "
     "differentiated again."},
    {"cross_entropy", dgi_py_cross_entropy, METH_VARARGS,
     "cross_entropy(logits, targets): the mean of -sum(targets * "
     "log_softmax(logits))."},
    {"collect", collect, METH_NOARGS, "Frees the memory of values that are no longer in use, now."},
    {"graph_size", graph_size, METH_NOARGS, "How many values the engine holds."},
    {"scope_begin", scope_begin, METH_O, "Opens a scope for the values that are made next."},
    {"scope_end", scope_end, METH_NOARGS, "Closes the innermost scope."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "dotgrad._core",
    .m_doc = "The part of dotgrad that is written in C.",
    .m_size = -1, /* one graph for all: no second copy of the module */
    .m_methods = functions,
};

PyMODINIT_FUNC PyInit__core(void);

PyMODINIT_FUNC PyInit__core(void)
{
    PyObject *module = PyModule_Create(&definition);
    if (!module)
        return NULL;
    if (dgi_py_add_value_type(module) || dgi_py_add_tensor_type(module) ||
        dgi_py_add_trace_type(module) || dgi_py_add_network_type(module) ||
        PyModule_AddStringConstant(module, "version", dg_version())) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
