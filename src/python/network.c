/* Network: a neuron, a layer or an MLP of the library's, for dotgrad.nn. */
#include "python/core.h"

#include <stdlib.h>
#include <string.h>

typedef struct network_object {
    PyObject_HEAD PyObject *parameters; /* a tuple of values, which keeps them in use */
    dg_module *module;
    size_t collections; /* of the arena, when the module was bound to the values */
} network_object;

static const char *const activation_names[] = {"tanh", "relu", "sigmoid", "linear"};

static int activation_of(PyObject *name, dg_activation *activation)
{
    const char *text = name && PyUnicode_Check(name) ? PyUnicode_AsUTF8AndSize(name, NULL) : NULL;
    for (int i = 0; text && i < 4; i++)
        if (!strcmp(text, activation_names[i])) {
            *activation = (dg_activation)i;
            return 0;
        }
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError,
                        "an activation must be 'tanh', 'relu', 'sigmoid' or 'linear'");
    return -1;
}

/* The values of the parameters in a new array; NULL with an exception. */
static dg_value **values_of(PyObject *parameters, size_t *n)
{
    *n = (size_t)PyTuple_Size(parameters);
    dg_value **values = malloc((*n + 1) * sizeof(dg_value *));
    for (size_t i = 0; values && i < *n; i++)
        values[i] = ((dgi_py_handle *)PyTuple_GetItem(parameters, (Py_ssize_t)i))->value;
    if (!values)
        PyErr_NoMemory();
    return values;
}

/* Lets the module compute with the values that the handles refer to now. */
static int bind(network_object *self)
{
    size_t n;
    dg_value **values = values_of(self->parameters, &n);
    if (!values)
        return -1;
    dg_status status = dg_module_rebind(self->module, values, n);
    free(values);
    self->collections = dgi_py_collections();
    if (status == DG_OK)
        return 0;
    dgi_py_raise_status(status, "the parameters of a network");
    return -1;
}

static dg_module *new_module(dg_graph *g, const char *kind, size_t nin, const size_t *sizes,
                             size_t n, const dg_activation *activations)
{
    dg_rng rng = dg_rng_init(0);
    if (!strcmp(kind, "neuron"))
        return dg_neuron_new(g, nin, activations[0], &rng);
    if (!strcmp(kind, "layer"))
        return dg_layer_new(g, nin, sizes[0], activations[0], &rng);
    return dg_mlp_new(g, nin, sizes, n, activations, &rng);
}

/* The handles of the module's own parameters, set to the given numbers; NULL
 * with an exception. */
static PyObject *new_parameters(const dg_module *m, PyObject *numbers)
{
    size_t n;
    dg_value *const *values = dg_module_parameters(m, &n);
    if ((size_t)PyTuple_Size(numbers) != n)
        return PyErr_Format(PyExc_ValueError, "the network has %zu parameters", n);
    PyObject *parameters = PyTuple_New((Py_ssize_t)n);
    for (size_t i = 0; parameters && i < n; i++) {
        double x;
        PyObject *handle = dgi_py_number(PyTuple_GetItem(numbers, (Py_ssize_t)i), &x)
                               ? NULL
                               : dgi_py_wrap(values[i]);
        if (handle)
            dg_set_data(values[i], x);
        if (!handle || PyTuple_SetItem(parameters, (Py_ssize_t)i, handle))
            Py_CLEAR(parameters);
    }
    return parameters;
}

/* Fills in the parameters: values of their own, or those that are given. */
static int set_parameters(network_object *self, PyObject *given)
{
    PyObject *tuple = PySequence_Tuple(given);
    if (!tuple)
        return -1;
    Py_ssize_t n = PyTuple_Size(tuple), shared = 0;
    while (shared < n && dgi_py_is_value(PyTuple_GetItem(tuple, shared)))
        shared++;
    if (n > 0 && shared == n) {
        self->parameters = tuple;
        return bind(self);
    }
    self->parameters = new_parameters(self->module, tuple);
    self->collections = dgi_py_collections();
    Py_DECREF(tuple);
    return self->parameters ? 0 : -1;
}

static PyObject *network_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    const char *kind;
    Py_ssize_t nin;
    PyObject *size_list, *activation_list, *given;
    if (!PyArg_ParseTuple(args, "snO!O!O:Network", &kind, &nin, &PyTuple_Type, &size_list,
                          &PyTuple_Type, &activation_list, &given))
        return NULL;
    size_t n = (size_t)PyTuple_Size(size_list);
    if (nin < 1 || n < 1 || (size_t)PyTuple_Size(activation_list) != n)
        return PyErr_Format(PyExc_ValueError,
                            "a network needs inputs, layers and an activation for each");
    size_t *sizes = malloc(n * sizeof *sizes);
    dg_activation *activations = malloc(n * sizeof *activations);
    network_object *self = NULL;
    int good = sizes && activations;
    if (!good)
        PyErr_NoMemory();
    for (size_t i = 0; good && i < n; i++) {
        sizes[i] = PyLong_AsSize_t(PyTuple_GetItem(size_list, (Py_ssize_t)i));
        good = !PyErr_Occurred() &&
               !activation_of(PyTuple_GetItem(activation_list, (Py_ssize_t)i), &activations[i]);
    }
    dg_graph *g = good ? dgi_py_graph() : NULL;
    dg_module *module = g ? new_module(g, kind, (size_t)nin, sizes, n, activations) : NULL;
    free(sizes);
    free(activations);
    if (!module)
        return dgi_py_raise_graph();
    allocfunc alloc = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    self = (network_object *)alloc(type, 0);
    if (!self) {
        dg_module_free(module);
        return NULL;
    }
    self->module = module;
    dgi_py_hold();
    int failed = set_parameters(self, given);
    dgi_py_release();
    if (failed) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void network_dealloc(PyObject *object)
{
    network_object *self = (network_object *)object;
    PyTypeObject *type = Py_TYPE(object);
    dg_module_free(self->module);
    Py_XDECREF(self->parameters);
    PyObject_Free(self);
    Py_DECREF(type);
}

/* The inputs as values in x; -1 with an exception. */
static int inputs_of(PyObject *list, size_t n, dg_graph *g, dg_value **x)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = dgi_py_value_or_leaf(PyTuple_GetItem(list, (Py_ssize_t)i), g);
        if (!x[i])
            return -1;
    }
    return 0;
}

static PyObject *network_call(PyObject *object, PyObject *inputs)
{
    network_object *self = (network_object *)object;
    PyObject *list = PySequence_Tuple(inputs);
    dg_graph *g = list ? dgi_py_graph() : NULL;
    if (!g || (self->collections != dgi_py_collections() && bind(self))) {
        Py_XDECREF(list);
        return NULL;
    }
    dgi_py_hold();
    size_t n = (size_t)PyTuple_Size(list), n_out = dg_module_output_count(self->module);
    dg_value **values = malloc((n + n_out) * sizeof(dg_value *));
    PyObject *outputs = NULL;
    if (!values)
        PyErr_NoMemory();
    else if (inputs_of(list, n, g, values) == 0) {
        if (dg_module_call(self->module, values, n, values + n) != DG_OK)
            dgi_py_raise_graph();
        else
            outputs = PyList_New((Py_ssize_t)n_out);
    }
    for (size_t i = 0; outputs && i < n_out; i++) {
        PyObject *handle = dgi_py_wrap(values[n + i]);
        if (!handle || PyList_SetItem(outputs, (Py_ssize_t)i, handle))
            Py_CLEAR(outputs);
    }
    free(values);
    dgi_py_release();
    Py_DECREF(list);
    return outputs;
}

static PyObject *network_zero_grad(PyObject *object, PyObject *Py_UNUSED(none))
{
    PyObject *parameters = ((network_object *)object)->parameters;
    for (Py_ssize_t i = 0, n = PyTuple_Size(parameters); i < n; i++) {
        dg_value *v = ((dgi_py_handle *)PyTuple_GetItem(parameters, i))->value;
        if (dg_has_grad(v))
            dg_set_grad(v, 0.0);
    }
    return Py_NewRef(Py_None);
}

/* data += factor * grad for all parameters. */
static PyObject *network_step(PyObject *object, PyObject *args)
{
    PyObject *parameters = ((network_object *)object)->parameters;
    double factor;
    if (!PyArg_ParseTuple(args, "d:step", &factor))
        return NULL;
    for (Py_ssize_t i = 0, n = PyTuple_Size(parameters); i < n; i++) {
        dg_value *v = ((dgi_py_handle *)PyTuple_GetItem(parameters, i))->value;
        dg_set_data(v, dg_data(v) + factor * dg_grad(v));
    }
    return Py_NewRef(Py_None);
}

static PyObject *get_parameters(PyObject *object, void *Py_UNUSED(context))
{
    return Py_NewRef(((network_object *)object)->parameters);
}

/* loss(kind, predictions, targets) */
PyObject *dgi_py_loss(PyObject *Py_UNUSED(module), PyObject *args)
{
    static const struct {
        const char *name;
        dg_loss *function;
    } losses[] = {
        {"sse", dg_loss_sse}, {"mse", dg_loss_mse}, {"bce", dg_loss_bce}, {"hinge", dg_loss_hinge}};
    const char *kind;
    PyObject *predictions, *targets;
    dg_graph *g = dgi_py_graph();
    dg_loss *function = NULL;
    if (!g || !PyArg_ParseTuple(args, "sO!O!:loss", &kind, &PyList_Type, &predictions, &PyList_Type,
                                &targets))
        return NULL;
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++)
        function = strcmp(losses[i].name, kind) == 0 ? losses[i].function : function;
    size_t n = (size_t)PyList_Size(predictions);
    if (!function || n == 0 || n != (size_t)PyList_Size(targets))
        return PyErr_Format(PyExc_ValueError,
                            "a loss needs as many targets as predictions, and at least one");
    dgi_py_hold();
    dg_value **p = malloc(n * sizeof(dg_value *));
    double *y = malloc(n * sizeof *y);
    int good = p && y;
    if (!good)
        PyErr_NoMemory();
    for (size_t i = 0; good && i < n; i++) {
        p[i] = dgi_py_value_or_leaf(PyList_GetItem(predictions, (Py_ssize_t)i), g);
        good = p[i] && !dgi_py_number(PyList_GetItem(targets, (Py_ssize_t)i), &y[i]);
    }
    PyObject *result = good ? dgi_py_wrap(function(p, y, n)) : NULL;
    dgi_py_release();
    free(p);
    free(y);
    return result;
}

static PyMethodDef methods[] = {
    {"call", network_call, METH_O, "call(inputs): the outputs, a list."},
    {"zero_grad", network_zero_grad, METH_NOARGS, "Sets the gradients of the parameters to 0."},
    {"step", network_step, METH_VARARGS,
     "step(factor): data += factor * grad, for all parameters."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef attributes[] = {
    {"parameters", get_parameters, NULL, "The parameters, a tuple.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Network(kind, nin, sizes, activations, parameters)\n--\n\n"
                "A 'neuron', a 'layer' or an 'mlp'. The parameters are "
                "numbers, or values of "
                "another network."},
    {Py_tp_new, network_new},
    {Py_tp_dealloc, network_dealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "dotgrad._core.Network",
    .basicsize = sizeof(network_object),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = slots,
};

int dgi_py_add_network_type(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&spec);
    int failed = type ? PyModule_AddObjectRef(module, "Network", type) : -1;
    Py_XDECREF(type);
    return failed;
}
