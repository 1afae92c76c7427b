/* Programs in the .dg language. */
#include "python/core.h"

#include <string.h>

/* What is wrong, as a list of (line, column, length, text, hint). */
static PyObject *diagnostics_of(const dg_program *p)
{
    PyObject *list = PyList_New(0);
    const dg_diagnostic *d;
    for (size_t i = 0; list && (d = dg_program_diagnostic(p, i)) != NULL; i++) {
        PyObject *item =
            Py_BuildValue("(nnnss)", (Py_ssize_t)d->error.line, (Py_ssize_t)d->error.column,
                          (Py_ssize_t)d->length, d->error.text, d->hint);
        if (!item || PyList_Append(list, item))
            Py_CLEAR(list);
        Py_XDECREF(item);
    }
    return list;
}

/* (trace or None, rankdir or None, diagnostics): see dgi_py_run_program(). */
static PyObject *result_of(const dg_program *p, const char *root)
{
    const char *rankdir = dg_program_rankdir(p);
    dg_value *v = *root ? dg_program_find(p, root) : dg_program_root(p);
    PyObject *trace = v ? dgi_py_trace(dg_trace_from_value(v)) : Py_NewRef(Py_None);
    PyObject *diagnostics = diagnostics_of(p);
    PyObject *result =
        trace && diagnostics ? Py_BuildValue("(OzO)", trace, rankdir, diagnostics) : NULL;
    Py_XDECREF(trace);
    Py_XDECREF(diagnostics);
    return result;
}

PyObject *dgi_py_run_program(PyObject *Py_UNUSED(module), PyObject *args, PyObject *keywords)
{
    static char *names[] = {"text", "name", "root", "explicit_labels", NULL};
    const char *text, *name = NULL, *root = "";
    Py_ssize_t size;
    int explicit_labels = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "s#|zsp:run_program", names, &text, &size,
                                     &name, &root, &explicit_labels))
        return NULL;
    dg_graph *g = dg_graph_new();
    dg_program *p;
    Py_BEGIN_ALLOW_THREADS;
    p = dg_program_run(g, text, (size_t)size, name,
                       explicit_labels ? DG_LABELS_EXPLICIT : DG_LABELS_NAMES);
    Py_END_ALLOW_THREADS;
    PyObject *result = p ? result_of(p, root) : PyErr_NoMemory();
    dg_program_free(p);
    dg_graph_free(g);
    return result;
}
