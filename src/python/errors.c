/* The library's errors as exceptions, and texts. */
#include "python/core.h"

#include <string.h>

static PyObject *exception_for(dg_status status)
{
    switch (status) {
    case DG_NOMEM:
        return PyExc_MemoryError;
    case DG_IO:
        return PyExc_OSError;
    case DG_SYNTAX:
        return PyExc_SyntaxError;
    case DG_RENDER:
        return PyExc_RuntimeError;
    case DG_OK:
    case DG_INVALID:
    case DG_LIMIT:
    case DG_FORMAT:
        break;
    }
    return PyExc_ValueError;
}

PyObject *dgi_py_raise(const dg_error *error)
{
    if (error->status == DG_OK)
        PyErr_SetString(PyExc_ValueError,
                        "a value was not initialised: its __init__ was not called");
    else
        PyErr_SetString(exception_for(error->status), error->text);
    return NULL;
}

PyObject *dgi_py_raise_status(dg_status status, const char *what)
{
    PyErr_Format(exception_for(status), "%s: %s", what, dg_status_text(status));
    return NULL;
}

/* The text with every NUL replaced. */
static PyObject *without_nuls(PyObject *text)
{
    PyObject *nul = PyUnicode_FromOrdinal(0), *mark = PyUnicode_FromOrdinal(0xfffd);
    PyObject *replaced = nul && mark ? PyUnicode_Replace(text, nul, mark, -1) : NULL;
    Py_XDECREF(nul);
    Py_XDECREF(mark);
    return replaced;
}

PyObject *dgi_py_utf8(PyObject *text)
{
    if (text == Py_None)
        return PyBytes_FromString("");
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "a text must be a str");
        return NULL;
    }
    PyObject *clean = without_nuls(text);
    PyObject *bytes = clean ? PyUnicode_AsEncodedString(clean, "utf-8", "replace") : NULL;
    Py_XDECREF(clean);
    return bytes;
}
