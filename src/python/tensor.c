/* dotgrad.Tensor: a value with a shape. */
#include "python/core.h"

#include <string.h>

PyTypeObject *dgi_py_tensor_type;

/* Calls a function of dotgrad.arrays. */
static PyObject *call_arrays(const char *name, PyObject *a, PyObject *b)
{
    PyObject *module = PyImport_ImportModule("dotgrad.arrays");
    PyObject *function = module ? PyObject_GetAttrString(module, name) : NULL;
    PyObject *result = function ? PyObject_CallFunctionObjArgs(function, a, b, NULL) : NULL;
    Py_XDECREF(function);
    Py_XDECREF(module);
    return result;
}

/* The sizes in a sequence; their number, or -1 with an exception. A size of -1
 * is to be inferred. */
static int sizes_of(PyObject *sequence, size_t *shape)
{
    Py_ssize_t n = PySequence_Size(sequence);
    if (n > DG_DIMS_MAX)
        PyErr_Format(PyExc_ValueError, "a tensor has at most %d dimensions", DG_DIMS_MAX);
    if (n < 0 || n > DG_DIMS_MAX)
        return -1;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PySequence_GetItem(sequence, i);
        Py_ssize_t size = item ? PyLong_AsSsize_t(item) : -1;
        Py_XDECREF(item);
        if (PyErr_Occurred())
            return -1;
        if (size < -1) {
            PyErr_SetString(PyExc_ValueError, "a size of a tensor is negative");
            return -1;
        }
        shape[i] = size < 0 ? DG_INFER : (size_t)size;
    }
    return (int)n;
}

static PyObject *shape_tuple(const dg_value *v)
{
    int n = dg_ndim(v);
    PyObject *tuple = PyTuple_New(n);
    for (int i = 0; tuple && i < n; i++)
        if (PyTuple_SetItem(tuple, i, PyLong_FromSize_t(dg_shape(v)[i])))
            Py_CLEAR(tuple);
    return tuple;
}

/* What is in an array or in nested lists. */
typedef struct elements {
    int ndim;
    size_t shape[DG_DIMS_MAX];
    Py_buffer view;
} elements;

/* -1 with an exception. Python code runs here: no value may be held without a
 * handle. */
static int elements_of(PyObject *data, elements *e)
{
    PyObject *pair = call_arrays("doubles", data, NULL);
    int failed = !pair;
    if (!failed) {
        e->ndim = sizes_of(PyTuple_GetItem(pair, 0), e->shape);
        failed = e->ndim < 0 ||
                 PyObject_GetBuffer(PyTuple_GetItem(pair, 1), &e->view, PyBUF_C_CONTIGUOUS);
    }
    Py_XDECREF(pair);
    return failed ? -1 : 0;
}

dg_value *dgi_py_array_leaf(PyObject *data)
{
    elements e;
    if (elements_of(data, &e))
        return NULL;
    dg_graph *g = dgi_py_graph();
    dg_value *v = g ? dg_tensor(g, e.ndim, e.shape, e.view.buf, NULL) : NULL;
    if (g && !v)
        dgi_py_raise_graph();
    PyBuffer_Release(&e.view);
    return v;
}

static int tensor_init(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"data", "requires_grad", "label", NULL};
    PyObject *data, *label = NULL;
    int requires_grad = 1;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|pO:Tensor", names, &data, &requires_grad,
                                     &label))
        return -1;
    dgi_py_unbind((dgi_py_handle *)self);
    dg_value *v = dgi_py_array_leaf(data);
    if (!v || dgi_py_bind((dgi_py_handle *)self, v))
        return -1;
    dg_set_requires_grad(v, requires_grad);
    return label ? PyObject_SetAttrString(self, "label", label) : 0;
}

/* ---- Elements ---- */

static PyObject *shaped(const dg_value *v, const double *numbers)
{
    PyObject *shape = shape_tuple(v);
    PyObject *bytes = PyBytes_FromStringAndSize((const char *)numbers,
                                                (Py_ssize_t)(dg_size(v) * sizeof *numbers));
    PyObject *result = shape && bytes ? call_arrays("shaped", bytes, shape) : NULL;
    Py_XDECREF(shape);
    Py_XDECREF(bytes);
    return result;
}

static PyObject *get_data(PyObject *self, void *Py_UNUSED(context))
{
    dg_value *v = dgi_py_value_of(self);
    return v ? shaped(v, dg_data_array(v)) : NULL;
}

static PyObject *get_grad(PyObject *self, void *Py_UNUSED(context))
{
    dg_value *v = dgi_py_value_of(self);
    if (!v)
        return NULL;
    if (!dg_has_grad(v))
        return Py_NewRef(Py_None);
    return shaped(v, dg_grad_array(v));
}

typedef dg_status set_array(dg_value *v, const double *numbers, size_t n);

static int set_elements(PyObject *self, PyObject *to, set_array set, const char *what)
{
    elements e;
    double x;
    if (!to || elements_of(to, &e)) {
        if (!to)
            PyErr_Format(PyExc_AttributeError, "%s cannot be deleted", what);
        return -1;
    }
    dg_value *v = dgi_py_value_of(self);
    dg_status status = DG_INVALID;
    size_t n = v ? (size_t)e.view.len / sizeof x : 0;
    int same = v && e.ndim == dg_ndim(v) &&
               memcmp(e.shape, dg_shape(v), (size_t)e.ndim * sizeof *e.shape) == 0;
    if (same)
        status = set(v, e.view.buf, n);
    else if (v)
        PyErr_Format(PyExc_ValueError, "%s must have the tensor's shape", what);
    PyBuffer_Release(&e.view);
    if (status != DG_OK && !PyErr_Occurred())
        dgi_py_raise_status(status, what);
    return status == DG_OK ? 0 : -1;
}

static int set_data(PyObject *self, PyObject *to, void *Py_UNUSED(context))
{
    return set_elements(self, to, dg_set_data_array, "data");
}

static int set_grad(PyObject *self, PyObject *to, void *Py_UNUSED(context))
{
    return set_elements(self, to, dg_set_grad_array, "grad");
}

static PyObject *get_shape(PyObject *self, void *Py_UNUSED(context))
{
    dg_value *v = dgi_py_value_of(self);
    return v ? shape_tuple(v) : NULL;
}

static PyObject *get_ndim(PyObject *self, void *Py_UNUSED(context))
{
    dg_value *v = dgi_py_value_of(self);
    return v ? PyLong_FromLong(dg_ndim(v)) : NULL;
}

static PyObject *get_requires_grad(PyObject *self, void *Py_UNUSED(context))
{
    dg_value *v = dgi_py_value_of(self);
    return v ? PyBool_FromLong(dg_requires_grad(v)) : NULL;
}

static PyObject *method_tolist(PyObject *self, PyObject *Py_UNUSED(none))
{
    PyObject *data = get_data(self, NULL);
    PyObject *list = data ? PyObject_CallMethod(data, "tolist", NULL) : NULL;
    Py_XDECREF(data);
    return list;
}

static PyObject *tensor_repr(PyObject *self)
{
    const dg_value *v = dgi_py_value_of(self);
    char shape[DG_SHAPE_TEXT_MAX];
    if (!v)
        return NULL;
    if (dg_size(v) > 100)
        return PyUnicode_FromFormat("Tensor(shape=%s)",
                                    dg_shape_text(dg_ndim(v), dg_shape(v), shape));
    PyObject *list = method_tolist(self, NULL);
    PyObject *repr = list ? PyUnicode_FromFormat("Tensor(%R)", list) : NULL;
    Py_XDECREF(list);
    return repr;
}

/* A view of the elements. The memory stays where it is while there is one:
 * nothing is collected. */
static int get_buffer(PyObject *self, Py_buffer *view, int flags)
{
    dg_value *v = dgi_py_value_of(self);
    if (!v)
        return -1;
    int n = dg_ndim(v);
    Py_ssize_t *sizes = PyMem_Malloc((size_t)(2 * n + 1) * sizeof(Py_ssize_t));
    if (!sizes) {
        PyErr_NoMemory();
        return -1;
    }
    Py_ssize_t stride = sizeof(double);
    for (int i = n; i-- > 0; stride *= sizes[i] ? sizes[i] : 1) {
        sizes[i] = (Py_ssize_t)dg_shape(v)[i];
        sizes[n + i] = stride;
    }
    *view = (Py_buffer){.buf = (void *)(uintptr_t)dg_data_array(v),
                        .obj = Py_NewRef(self),
                        .len = (Py_ssize_t)(dg_size(v) * sizeof(double)),
                        .itemsize = sizeof(double),
                        .ndim = n,
                        .format = flags & PyBUF_FORMAT ? "d" : NULL,
                        .shape = flags & PyBUF_ND ? sizes : NULL,
                        .strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? sizes + n : NULL,
                        .internal = sizes};
    dgi_py_hold();
    return 0;
}

static void release_buffer(PyObject *Py_UNUSED(self), Py_buffer *view)
{
    PyMem_Free(view->internal);
    dgi_py_release();
}

/* ---- Ops ---- */

static PyObject *tensor_matmul(PyObject *a, PyObject *b)
{
    return dgi_py_binary(a, b, dg_matmul);
}

typedef dg_value *reduce_all(dg_value *);
typedef dg_value *reduce_dim(dg_value *, int, int);

static PyObject *reduce(PyObject *self, PyObject *args, PyObject *keywords, reduce_all all,
                        reduce_dim along)
{
    static char *names[] = {"dim", "keepdim", NULL};
    PyObject *dim = Py_None;
    int keepdim = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|Op", names, &dim, &keepdim))
        return NULL;
    long d = dim == Py_None ? 0 : PyLong_AsLong(dim);
    if (PyErr_Occurred() || !dgi_py_graph())
        return NULL;
    dg_value *v = dgi_py_value_of(self);
    if (!v)
        return NULL;
    return dgi_py_wrap(dim == Py_None ? all(v)
                                      : along(v, d < -100 || d > 100 ? 100 : (int)d, keepdim));
}

static PyObject *method_sum(PyObject *self, PyObject *args, PyObject *keywords)
{
    return reduce(self, args, keywords, dg_sum, dg_sum_dim);
}

static PyObject *method_mean(PyObject *self, PyObject *args, PyObject *keywords)
{
    return reduce(self, args, keywords, dg_mean, dg_mean_dim);
}

static PyObject *method_max(PyObject *self, PyObject *args, PyObject *keywords)
{
    return reduce(self, args, keywords, dg_max_all, dg_max_dim);
}

static PyObject *method_reshape(PyObject *self, PyObject *args)
{
    size_t shape[DG_DIMS_MAX];
    PyObject *sizes = args;
    if (PyTuple_Size(args) == 1 && PySequence_Check(PyTuple_GetItem(args, 0)))
        sizes = PyTuple_GetItem(args, 0);
    int n = sizes_of(sizes, shape);
    if (n < 0 || !dgi_py_graph())
        return NULL;
    dg_value *v = dgi_py_value_of(self);
    return v ? dgi_py_wrap(dg_reshape(v, n, shape)) : NULL;
}

static PyObject *method_transpose(PyObject *self, PyObject *args)
{
    int a, b;
    if (!PyArg_ParseTuple(args, "ii:transpose", &a, &b) || !dgi_py_graph())
        return NULL;
    dg_value *v = dgi_py_value_of(self);
    return v ? dgi_py_wrap(dg_transpose(v, a, b)) : NULL;
}

static PyObject *get_transposed(PyObject *self, void *Py_UNUSED(context))
{
    dg_value *v = dgi_py_graph() ? dgi_py_value_of(self) : NULL;
    if (!v)
        return NULL;
    if (dg_ndim(v) < 2)
        return Py_NewRef(self);
    return dgi_py_wrap(dg_transpose(v, -2, -1));
}

static PyObject *along(PyObject *self, PyObject *args, dg_value *op(dg_value *, int))
{
    int dim;
    if (!PyArg_ParseTuple(args, "i", &dim) || !dgi_py_graph())
        return NULL;
    dg_value *v = dgi_py_value_of(self);
    return v ? dgi_py_wrap(op(v, dim)) : NULL;
}

static PyObject *method_softmax(PyObject *self, PyObject *args)
{
    return along(self, args, dg_softmax);
}

static PyObject *method_log_softmax(PyObject *self, PyObject *args)
{
    return along(self, args, dg_log_softmax);
}

static PyObject *tensor_item(PyObject *self, Py_ssize_t i)
{
    dg_value *v = dgi_py_graph() ? dgi_py_value_of(self) : NULL;
    if (!v)
        return NULL;
    if (dg_ndim(v) > 0 && (i < 0 || (size_t)i >= dg_shape(v)[0])) {
        PyErr_SetString(PyExc_IndexError, "the index is outside of the tensor");
        return NULL;
    }
    return dgi_py_wrap(dg_select(v, i));
}

static Py_ssize_t tensor_length(PyObject *self)
{
    const dg_value *v = dgi_py_value_of(self);
    return v && dg_ndim(v) ? (Py_ssize_t)dg_shape(v)[0] : v ? 0 : -1;
}

static PyMethodDef methods[] = {
    {"sum", (PyCFunction)(void (*)(void))method_sum, METH_VARARGS | METH_KEYWORDS,
     "sum(dim=None, keepdim=False)"},
    {"mean", (PyCFunction)(void (*)(void))method_mean, METH_VARARGS | METH_KEYWORDS,
     "mean(dim=None, keepdim=False)"},
    {"max", (PyCFunction)(void (*)(void))method_max, METH_VARARGS | METH_KEYWORDS,
     "max(dim=None, keepdim=False)"},
    {"reshape", method_reshape, METH_VARARGS, "reshape(*shape): one size may be -1."},
    {"transpose", method_transpose, METH_VARARGS, "transpose(dim0, dim1)"},
    {"softmax", method_softmax, METH_VARARGS, "softmax(dim)"},
    {"log_softmax", method_log_softmax, METH_VARARGS, "log_softmax(dim)"},
    {"tolist", method_tolist, METH_NOARGS, "The elements as nested lists."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef attributes[] = {
    {"data", get_data, set_data, "The elements: a copy, as an array of NumPy where it is there.",
     NULL},
    {"grad", get_grad, set_grad, "The gradient likewise; None until a backward pass reaches it.",
     NULL},
    {"shape", get_shape, NULL, "The sizes of the dimensions.", NULL},
    {"ndim", get_ndim, NULL, "The number of dimensions.", NULL},
    {"requires_grad", get_requires_grad, NULL, "Whether it requires a gradient.", NULL},
    {"T", get_transposed, NULL, "The last two dimensions exchanged.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Tensor(data, requires_grad=True, label='')\n--\n\n"
                "A value with a shape: an array of doubles that remembers how it was "
                "computed. The data "
                "is an array of NumPy, any buffer, or nested lists; elements are copied."},
    {Py_tp_init, tensor_init},
    {Py_tp_repr, tensor_repr},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {Py_nb_matrix_multiply, tensor_matmul},
    {Py_sq_item, tensor_item},
    {Py_sq_length, tensor_length},
    {Py_bf_getbuffer, get_buffer},
    {Py_bf_releasebuffer, release_buffer},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "dotgrad.Tensor",
    .basicsize = sizeof(dgi_py_handle),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = slots,
};

int dgi_py_add_tensor_type(PyObject *module)
{
    dgi_py_tensor_type =
        (PyTypeObject *)PyType_FromSpecWithBases(&spec, (PyObject *)dgi_py_value_type);
    if (!dgi_py_tensor_type ||
        PyObject_SetAttrString((PyObject *)dgi_py_tensor_type, "__array_ufunc__", Py_None))
        return -1; /* with that None, arrays of NumPy leave operators with tensors
                      to these */
    return PyModule_AddObjectRef(module, "Tensor", (PyObject *)dgi_py_tensor_type);
}

/* ---- Functions of several tensors ---- */

/* The values of a list, in a new array; NULL with an exception. */
static dg_value **values_of_list(PyObject *tuple, size_t n)
{
    dg_value **values = PyMem_Malloc((n + 1) * sizeof(dg_value *));
    for (size_t i = 0; values && i < n; i++) {
        PyObject *item = PyTuple_GetItem(tuple, (Py_ssize_t)i);
        values[i] = dgi_py_is_value(item) ? dgi_py_value_of(item) : NULL;
        if (!values[i]) {
            PyMem_Free(values);
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_TypeError, "a list of tensors is needed");
            return NULL;
        }
    }
    return values;
}

static PyObject *join(PyObject *list, int stack, int dim)
{
    PyObject *tuple = PySequence_Tuple(list);
    dg_graph *g = tuple ? dgi_py_graph() : NULL;
    size_t n = g ? (size_t)PyTuple_Size(tuple) : 0;
    dg_value **values = g ? values_of_list(tuple, n) : NULL;
    PyObject *result = NULL;
    if (values && n == 0)
        PyErr_SetString(PyExc_ValueError, "there are no tensors in the list");
    else if (values)
        result = dgi_py_wrap(stack ? dg_stack(values, n) : dg_concat(values, n, dim));
    PyMem_Free(values);
    Py_XDECREF(tuple);
    return result;
}

PyObject *dgi_py_concat(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *list;
    int dim = 0;
    return PyArg_ParseTuple(args, "O|i:concat", &list, &dim) ? join(list, 0, dim) : NULL;
}

PyObject *dgi_py_stack(PyObject *Py_UNUSED(module), PyObject *list)
{
    return join(list, 1, 0);
}

/* The values by which grad() differentiates: one, or those of a sequence. */
PyObject *dgi_py_grad(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *root, *by;
    if (!PyArg_ParseTuple(args, "OO:grad", &root, &by))
        return NULL;
    int single = dgi_py_is_value(by);
    PyObject *tuple = single ? PyTuple_Pack(1, by) : PySequence_Tuple(by), *list = NULL;
    dg_value *y = NULL;
    if (tuple && dgi_py_is_value(root))
        y = dgi_py_graph() ? dgi_py_value_of(root) : NULL;
    else if (tuple)
        PyErr_SetString(PyExc_TypeError, "grad() differentiates a value");
    size_t n = y ? (size_t)PyTuple_Size(tuple) : 0;
    dg_value **x = y ? values_of_list(tuple, n) : NULL;
    dg_value **gradients = x ? PyMem_Malloc((n + 1) * sizeof *gradients) : NULL;
    if (gradients && dg_differentiate(y, x, n, gradients) != DG_OK) {
        dgi_py_raise_graph();
    } else if (gradients) {
        dgi_py_hold();
        list = PyList_New((Py_ssize_t)n);
        for (size_t i = 0; list && i < n; i++) {
            PyObject *one = dgi_py_wrap(gradients[i]);
            if (!one || PyList_SetItem(list, (Py_ssize_t)i, one))
                Py_CLEAR(list);
        }
        dgi_py_release();
    }
    PyMem_Free(gradients);
    PyMem_Free(x);
    Py_XDECREF(tuple);
    if (!list || !single)
        return list;
    PyObject *one = Py_NewRef(PyList_GetItem(list, 0));
    Py_DECREF(list);
    return one;
}

PyObject *dgi_py_cross_entropy(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *logits, *targets;
    if (!PyArg_ParseTuple(args, "OO:cross_entropy", &logits, &targets))
        return NULL;
    return dgi_py_binary(logits, targets, dg_cross_entropy);
}
