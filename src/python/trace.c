/* Trace: a graph as plain data, from values or built by converters, and what is
 * drawn of it. */
#include "python/core.h"

#include <string.h>

typedef struct trace_object {
    PyObject_HEAD dg_trace *trace;
    int drawing; /* how many threads draw it: it must not change then */
} trace_object;

static PyTypeObject *trace_type;

static trace_object *new_trace_object(dg_trace *t)
{
    trace_object *self = t ? PyObject_New(trace_object, trace_type) : NULL;
    if (!self) {
        dg_trace_free(t);
        return t ? NULL : (trace_object *)PyErr_NoMemory();
    }
    self->trace = t;
    self->drawing = 0;
    return self;
}

PyObject *dgi_py_trace(dg_trace *t)
{
    return (PyObject *)new_trace_object(t);
}

static PyObject *trace_new(PyTypeObject *Py_UNUSED(type), PyObject *args, PyObject *keywords)
{
    static char *names[] = {NULL};
    if (!PyArg_ParseTupleAndKeywords(args, keywords, ":Trace", names))
        return NULL;
    return dgi_py_trace(dg_trace_new());
}

static void trace_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    dg_trace_free(((trace_object *)self)->trace);
    PyObject_Free(self);
    Py_DECREF(type);
}

static const dg_trace *trace_of(PyObject *self)
{
    return ((trace_object *)self)->trace;
}

/* The trace, to be changed; NULL with an exception while it is drawn. */
static dg_trace *changeable(PyObject *self)
{
    trace_object *t = (trace_object *)self;
    if (!t->drawing)
        return t->trace;
    PyErr_SetString(PyExc_RuntimeError, "a trace cannot change while another thread draws it");
    return NULL;
}

static PyObject *done(dg_status status, const char *what)
{
    if (status != DG_OK)
        return dgi_py_raise_status(status, what);
    return Py_NewRef(Py_None);
}

/* ---- Building ---- */

static PyObject *add_node(PyObject *self, PyObject *args)
{
    dg_trace *t = changeable(self);
    PyObject *label, *op, *data, *grad;
    double x = 0.0, g = 0.0;
    if (!t || !PyArg_ParseTuple(args, "OOOO:add_node", &label, &op, &data, &grad))
        return NULL;
    if ((data != Py_None && dgi_py_number(data, &x)) ||
        (grad != Py_None && dgi_py_number(grad, &g)))
        return NULL;
    PyObject *label_bytes = dgi_py_utf8(label), *op_bytes = dgi_py_utf8(op);
    size_t node = DG_NO_NODE;
    int converted = label_bytes && op_bytes;
    if (converted)
        node = dg_trace_add_node(t, PyBytes_AsString(label_bytes), PyBytes_AsString(op_bytes), x);
    Py_XDECREF(label_bytes);
    Py_XDECREF(op_bytes);
    if (!converted)
        return NULL;
    if (node == DG_NO_NODE)
        return PyErr_Format(PyExc_ValueError,
                            "a node cannot be added: its label or op is longer "
                            "than %zu bytes, or memory ran out",
                            (size_t)DG_TRACE_STRING_MAX);
    if (data == Py_None)
        dg_trace_clear_data(t, node);
    if (grad != Py_None && dg_trace_set_grad(t, node, g) != DG_OK)
        return PyErr_NoMemory();
    return PyLong_FromSize_t(node);
}

static PyObject *add_edge(PyObject *self, PyObject *args)
{
    dg_trace *t = changeable(self);
    Py_ssize_t from, to;
    if (!t || !PyArg_ParseTuple(args, "nn:add_edge", &from, &to))
        return NULL;
    return done(dg_trace_add_edge(t, (size_t)from, (size_t)to), "an edge");
}

/* A C-contiguous buffer of doubles, of as many bytes as `count` has; -1 with an
 * exception. */
static int doubles_of(PyObject *buffer, Py_buffer *view, size_t count)
{
    if (PyObject_GetBuffer(buffer, view, PyBUF_C_CONTIGUOUS))
        return -1;
    if ((size_t)view->len == count * sizeof(double))
        return 0;
    PyBuffer_Release(view);
    PyErr_Format(PyExc_ValueError, "the numbers of a tensor must be %zu doubles", count);
    return -1;
}

/* The sizes in a sequence, with DG_UNKNOWN_SIZE for None; their number, or -1
 * with an exception. */
static int shape_of(PyObject *sequence, size_t *shape)
{
    Py_ssize_t n = PySequence_Size(sequence);
    if (n < 0 || n > DG_TRACE_DIMS_MAX) {
        if (n >= 0)
            PyErr_Format(PyExc_ValueError, "a tensor has at most %d dimensions", DG_TRACE_DIMS_MAX);
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PySequence_GetItem(sequence, i);
        shape[i] = item == Py_None ? DG_UNKNOWN_SIZE : item ? PyLong_AsSize_t(item) : 0;
        Py_XDECREF(item);
        if (PyErr_Occurred())
            return -1;
    }
    return (int)n;
}

static size_t count_of(const size_t *shape, int ndim)
{
    size_t count = 1;
    for (int i = 0; i < ndim; i++)
        if (__builtin_mul_overflow(count, shape[i], &count) || count > DG_TRACE_NUMBERS_MAX)
            return DG_TRACE_NUMBERS_MAX + 1;
    return count;
}

static PyObject *add_tensor(PyObject *self, PyObject *args)
{
    dg_trace *t = changeable(self);
    PyObject *label, *op, *sizes, *data, *grad;
    size_t shape[DG_TRACE_DIMS_MAX], node = DG_NO_NODE;
    if (!t || !PyArg_ParseTuple(args, "OOOOO:add_tensor", &label, &op, &sizes, &data, &grad))
        return NULL;
    int ndim = shape_of(sizes, shape);
    if (ndim < 0)
        return NULL;
    size_t count = data != Py_None || grad != Py_None ? count_of(shape, ndim) : 0;
    Py_buffer data_view = {0}, grad_view = {0};
    if (data != Py_None && doubles_of(data, &data_view, count))
        return NULL;
    if (grad != Py_None && doubles_of(grad, &grad_view, count)) {
        PyBuffer_Release(&data_view);
        return NULL;
    }
    PyObject *label_bytes = dgi_py_utf8(label), *op_bytes = dgi_py_utf8(op);
    dg_status status = DG_LIMIT;
    if (label_bytes && op_bytes) {
        const char *l = PyBytes_AsString(label_bytes), *o = PyBytes_AsString(op_bytes);
        node = data != Py_None || grad != Py_None
                   ? dg_trace_add_tensor(t, l, o, ndim, shape, data_view.buf)
                   : dg_trace_add_node(t, l, o, 0.0);
        if (node != DG_NO_NODE)
            status = DG_OK;
        if (status == DG_OK && data == Py_None)
            status = dg_trace_clear_data(t, node);
        if (status == DG_OK && data == Py_None && grad == Py_None)
            status = dg_trace_set_shape(t, node, ndim, shape);
        if (status == DG_OK && grad != Py_None)
            status = dg_trace_set_grad_array(t, node, grad_view.buf, count);
    }
    Py_XDECREF(label_bytes);
    Py_XDECREF(op_bytes);
    PyBuffer_Release(&data_view);
    PyBuffer_Release(&grad_view);
    if (PyErr_Occurred())
        return NULL;
    return status == DG_OK ? PyLong_FromSize_t(node) : dgi_py_raise_status(status, "a tensor");
}

static PyObject *set_text(PyObject *self, PyObject *args)
{
    dg_trace *t = changeable(self);
    const char *what;
    PyObject *value;
    Py_ssize_t node;
    if (!t || !PyArg_ParseTuple(args, "snO:set_text", &what, &node, &value))
        return NULL;
    PyObject *bytes = dgi_py_utf8(value);
    if (!bytes)
        return NULL;
    const char *text = PyBytes_AsString(bytes);
    dg_status status = DG_INVALID;
    if (!strcmp(what, "scope"))
        status = dg_trace_set_scope(t, (size_t)node, text);
    else if (!strcmp(what, "id"))
        status = dg_trace_set_id(t, (size_t)node, text);
    else if (!strcmp(what, "dtype"))
        status = dg_trace_set_dtype(t, (size_t)node, text);
    Py_DECREF(bytes);
    return done(status, what);
}

static PyObject *set_attribute(PyObject *self, PyObject *args)
{
    dg_trace *t = changeable(self);
    PyObject *name, *value;
    Py_ssize_t node;
    double x;
    if (!t || !PyArg_ParseTuple(args, "nUO:set_attribute", &node, &name, &value))
        return NULL;
    PyObject *name_bytes = dgi_py_utf8(name), *text = NULL;
    dg_status status = DG_NOMEM;
    if (name_bytes && PyUnicode_Check(value)) {
        text = dgi_py_utf8(value);
        if (text)
            status = dg_trace_set_attribute(t, (size_t)node, PyBytes_AsString(name_bytes),
                                            PyBytes_AsString(text));
    } else if (name_bytes && !dgi_py_number(value, &x)) {
        status = dg_trace_set_attribute_number(t, (size_t)node, PyBytes_AsString(name_bytes), x);
    }
    Py_XDECREF(name_bytes);
    Py_XDECREF(text);
    return PyErr_Occurred() ? NULL : done(status, "an attribute");
}

static PyObject *set_operand_name(PyObject *self, PyObject *args)
{
    dg_trace *t = changeable(self);
    Py_ssize_t node, i;
    PyObject *name;
    if (!t || !PyArg_ParseTuple(args, "nnU:set_operand_name", &node, &i, &name))
        return NULL;
    PyObject *bytes = dgi_py_utf8(name);
    if (!bytes)
        return NULL;
    dg_status status =
        dg_trace_set_operand_name(t, (size_t)node, (size_t)i, PyBytes_AsString(bytes));
    Py_DECREF(bytes);
    return done(status, "an operand's name");
}

static PyObject *set_local_gradient(PyObject *self, PyObject *args)
{
    dg_trace *t = changeable(self);
    Py_ssize_t node, i;
    double x;
    if (!t || !PyArg_ParseTuple(args, "nnd:set_local_gradient", &node, &i, &x))
        return NULL;
    return done(dg_trace_set_local_gradient(t, (size_t)node, (size_t)i, x), "a local gradient");
}

static PyObject *set_result_of(PyObject *self, PyObject *args)
{
    dg_trace *t = changeable(self);
    Py_ssize_t node, first, k;
    if (!t || !PyArg_ParseTuple(args, "nnn:set_result_of", &node, &first, &k))
        return NULL;
    return done(dg_trace_set_result_of(t, (size_t)node, (size_t)first, (size_t)k), "a result");
}

/* ---- Reading ---- */

static PyObject *node_count(PyObject *self, PyObject *Py_UNUSED(none))
{
    return PyLong_FromSize_t(dg_trace_node_count(trace_of(self)));
}

static PyObject *edge_count(PyObject *self, PyObject *Py_UNUSED(none))
{
    return PyLong_FromSize_t(dg_trace_edge_count(trace_of(self)));
}

static PyObject *find(PyObject *self, PyObject *label)
{
    PyObject *bytes = dgi_py_utf8(label);
    if (!bytes)
        return NULL;
    size_t node = dg_trace_find(trace_of(self), PyBytes_AsString(bytes));
    Py_DECREF(bytes);
    if (node == DG_NO_NODE)
        return Py_NewRef(Py_None);
    return PyLong_FromSize_t(node);
}

/* A new trace of what is below a node, in trace order, checked. */
static PyObject *selected(PyObject *self, PyObject *args)
{
    Py_ssize_t node;
    dg_error error = {0};
    const dg_trace *t = trace_of(self);
    if (!PyArg_ParseTuple(args, "n:select", &node))
        return NULL;
    if ((size_t)node >= dg_trace_node_count(t)) {
        PyErr_SetString(PyExc_IndexError, "there is no such node");
        return NULL;
    }
    if (dg_trace_check(t, &error) != DG_OK)
        return dgi_py_raise(&error);
    return dgi_py_trace(dg_trace_select(t, (size_t)node));
}

/* ---- Slices ---- */

static PyObject *slice_or_raise(dg_trace *slice, const dg_error *error)
{
    return slice ? dgi_py_trace(slice) : dgi_py_raise(error);
}

static PyObject *around(PyObject *self, PyObject *args)
{
    Py_ssize_t node, distance;
    dg_error error = {0};
    if (!PyArg_ParseTuple(args, "nn:around", &node, &distance))
        return NULL;
    if (distance < 0) {
        PyErr_SetString(PyExc_ValueError, "the distance is negative");
        return NULL;
    }
    return slice_or_raise(dg_trace_around(trace_of(self), (size_t)node, (size_t)distance, &error),
                          &error);
}

static PyObject *between(PyObject *self, PyObject *args)
{
    Py_ssize_t a, b;
    dg_error error = {0};
    if (!PyArg_ParseTuple(args, "nn:between", &a, &b))
        return NULL;
    return slice_or_raise(dg_trace_between(trace_of(self), (size_t)a, (size_t)b, &error), &error);
}

/* Why the gradient of a node is what it is, as text or JSON. */
static PyObject *why(PyObject *self, PyObject *args)
{
    Py_ssize_t node;
    int json = 0;
    dg_error error = {0};
    if (!PyArg_ParseTuple(args, "n|p:why", &node, &json))
        return NULL;
    dg_why *w = dg_why_new(trace_of(self), (size_t)node, NULL, &error);
    if (!w)
        return dgi_py_raise(&error);
    size_t size = 0;
    char *text = json ? dg_json_from_why(w, &size) : dg_text_from_why(w, &size);
    PyObject *result =
        text ? PyUnicode_DecodeUTF8(text, (Py_ssize_t)size, "replace") : PyErr_NoMemory();
    dg_free(text);
    dg_why_free(w);
    return result;
}

/* ---- Drawing ---- */

static PyObject *render(PyObject *self, PyObject *args, PyObject *keywords)
{
    dg_error error = {0};
    dg_draw_options options = {.error = &error};
    const char *format;
    size_t size = 0;
    if (!PyArg_ParseTuple(args, "s:render", &format))
        return NULL;
    options.format = dg_format_from_name(format);
    if (options.format == DG_FORMAT_AUTO)
        return PyErr_Format(PyExc_ValueError,
                            "dotgrad writes no '%s'; it writes svg, svg_inline, png, pdf, dot, "
                            "json, table and report",
                            format);
    if (keywords && dgi_py_options(keywords, &options))
        return NULL;
    trace_object *t = (trace_object *)self;
    t->drawing++;
    char *bytes;
    Py_BEGIN_ALLOW_THREADS;
    bytes = dg_render(t->trace, &size, &options);
    Py_END_ALLOW_THREADS;
    t->drawing--;
    if (!bytes)
        return dgi_py_raise(&error);
    PyObject *result = PyBytes_FromStringAndSize(bytes, (Py_ssize_t)size);
    dg_free(bytes);
    return result;
}

static PyMethodDef methods[] = {
    {"add_node", add_node, METH_VARARGS,
     "add_node(label, op, data, grad): adds a scalar; None for data or grad "
     "that is not known."},
    {"add_tensor", add_tensor, METH_VARARGS,
     "add_tensor(label, op, shape, data, grad): adds a tensor; data and grad "
     "are buffers of "
     "doubles or None."},
    {"add_edge", add_edge, METH_VARARGS,
     "add_edge(operand, node): adds the next operand of a node."},
    {"set_text", set_text, METH_VARARGS, "set_text('scope' | 'id' | 'dtype', node, text)"},
    {"set_attribute", set_attribute, METH_VARARGS, "set_attribute(node, name, text or number)"},
    {"set_operand_name", set_operand_name, METH_VARARGS, "set_operand_name(node, operand, name)"},
    {"set_local_gradient", set_local_gradient, METH_VARARGS,
     "set_local_gradient(node, operand, number)"},
    {"set_result_of", set_result_of, METH_VARARGS, "set_result_of(node, first, k)"},
    {"node_count", node_count, METH_NOARGS, "The number of nodes."},
    {"edge_count", edge_count, METH_NOARGS, "The number of edges."},
    {"find", find, METH_O, "The node with that label or id; None where there is none."},
    {"select", selected, METH_VARARGS,
     "The trace of what is below a node, in trace order, checked."},
    {"around", around, METH_VARARGS,
     "around(node, distance): a trace of the nodes at most so many edges away; the rest is stubs."},
    {"between", between, METH_VARARGS,
     "between(a, b): a trace of what is on the paths from one to the other; the rest is stubs."},
    {"why", why, METH_VARARGS, "why(node, json=False): why the gradient of a node is what it is."},
    {"render", (PyCFunction)(void (*)(void))render, METH_VARARGS | METH_KEYWORDS,
     "render(format, **options): the picture, or the text, as bytes."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "A computation graph as plain data."},
    {Py_tp_new, trace_new},
    {Py_tp_dealloc, trace_dealloc},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "dotgrad._core.Trace",
    .basicsize = sizeof(trace_object),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = slots,
};

int dgi_py_add_trace_type(PyObject *module)
{
    trace_type = (PyTypeObject *)PyType_FromSpec(&spec);
    return trace_type ? PyModule_AddObjectRef(module, "Trace", (PyObject *)trace_type) : -1;
}
