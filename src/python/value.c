/* dotgrad.Value: the class of the micrograd lectures, its values in the engine.
 */
#include "python/core.h"

#include <math.h>
#include <string.h>

PyTypeObject *dgi_py_value_type;

dg_value *dgi_py_value_of(PyObject *handle)
{
    dg_value *v = ((dgi_py_handle *)handle)->value;
    if (!v)
        PyErr_SetString(PyExc_ValueError,
                        "the value was not initialised: its __init__ was not called");
    return v;
}

/* Whether an object has a number for float(). */
static int has_float(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);
    return PyType_GetSlot(type, Py_nb_float) || PyType_GetSlot(type, Py_nb_index);
}

int dgi_py_number(PyObject *o, double *number)
{
    if (PyFloat_Check(o)) {
        *number = PyFloat_AsDouble(o);
        return 0;
    }
    if (!has_float(o) || PyUnicode_Check(o)) {
        PyObject *name = PyObject_GetAttrString((PyObject *)Py_TYPE(o), "__name__");
        if (name)
            PyErr_Format(PyExc_TypeError, "a value's number must be a float or an int, not '%U'",
                         name);
        Py_XDECREF(name);
        return -1;
    }
    dgi_py_hold(); /* __float__ may do anything */
    double x = PyFloat_AsDouble(o);
    dgi_py_release();
    if (x == -1.0 && PyErr_Occurred())
        return -1;
    *number = x;
    return 0;
}

dg_value *dgi_py_value_or_leaf(PyObject *o, dg_graph *g)
{
    double x;
    if (dgi_py_is_value(o))
        return dgi_py_value_of(o);
    if (dgi_py_number(o, &x))
        return NULL;
    dg_value *leaf = dg_leaf(g, x, NULL);
    if (!leaf)
        dgi_py_raise_graph();
    return leaf;
}

/* ---- Operators ---- */

/* Whether an operand is a number by itself: what has elements, such as an
 * array, has operators of its own. */
static int is_number(PyObject *o)
{
    if (PyFloat_Check(o) || PyLong_Check(o))
        return 1;
    return has_float(o) && !PyUnicode_Check(o) && !PyType_GetSlot(Py_TYPE(o), Py_sq_length) &&
           !PyType_GetSlot(Py_TYPE(o), Py_mp_subscript);
}

/* The value of an operand, or a leaf; NULL without an exception where it is not
 * for values. */
static dg_value *operand(PyObject *o, dg_graph *g, int *failed)
{
    if (dgi_py_is_value(o)) {
        dg_value *v = dgi_py_value_of(o);
        *failed |= !v;
        return v;
    }
    if (!is_number(o))
        return NULL;
    dg_value *v = dgi_py_value_or_leaf(o, g);
    *failed |= !v;
    return v;
}

/* Whether the operators of tensors take an object for an array. */
static int is_array(PyObject *o)
{
    return PyList_Check(o) || (PyObject_CheckBuffer(o) && !PyBytes_Check(o) && !dgi_py_is_value(o));
}

static int is_tensor(PyObject *o)
{
    return dgi_py_is_value(o) && PyObject_TypeCheck(o, dgi_py_tensor_type);
}

/* A constant tensor with the elements of an array. */
static PyObject *tensor_of_array(PyObject *o)
{
    return dgi_py_wrap(dg_set_requires_grad(dgi_py_array_leaf(o), 0));
}

PyObject *dgi_py_binary(PyObject *a, PyObject *b, dg_value *op(dg_value *, dg_value *))
{
    if ((is_tensor(a) && is_array(b)) || (is_tensor(b) && is_array(a))) {
        PyObject *x = is_array(a) ? tensor_of_array(a) : Py_NewRef(a);
        PyObject *y = x ? is_array(b) ? tensor_of_array(b) : Py_NewRef(b) : NULL;
        PyObject *result = y ? dgi_py_binary(x, y, op) : NULL;
        Py_XDECREF(x);
        Py_XDECREF(y);
        return result;
    }
    dg_graph *g = dgi_py_graph();
    if (!g)
        return NULL;
    int failed = 0;
    dg_value *x = operand(a, g, &failed);
    dg_value *y = x ? operand(b, g, &failed) : NULL;
    if (failed || !x || !y)
        return failed ? NULL : Py_NewRef(Py_NotImplemented);
    return dgi_py_wrap(op(x, y));
}

static PyObject *value_add(PyObject *a, PyObject *b)
{
    return dgi_py_binary(a, b, dg_add);
}

/* a op b for a value a and a number b, which becomes a leaf with f(b): as in
 * the lectures and in the language, `a - 2` is a + -2, and `a / 2` is a * 0.5.
 */
static PyObject *with_number(PyObject *a, PyObject *b, double f(double),
                             dg_value *op(dg_value *, dg_value *))
{
    double x;
    if (dgi_py_number(b, &x))
        return NULL;
    dg_graph *g = dgi_py_graph();
    dg_value *v = g ? dgi_py_value_of(a) : NULL;
    return v ? dgi_py_wrap(op(v, dg_leaf(g, f(x), NULL))) : NULL;
}

static double negated(double x)
{
    return -x;
}

static double reciprocal(double x)
{
    return pow(x, -1.0);
}

static PyObject *value_subtract(PyObject *a, PyObject *b)
{
    if (!dgi_py_is_value(b) && is_number(b))
        return with_number(a, b, negated, dg_add);
    return dgi_py_binary(a, b, dg_sub);
}

static PyObject *value_multiply(PyObject *a, PyObject *b)
{
    return dgi_py_binary(a, b, dg_mul);
}

static PyObject *value_divide(PyObject *a, PyObject *b)
{
    if (!dgi_py_is_value(b) && is_number(b))
        return with_number(a, b, reciprocal, dg_mul);
    return dgi_py_binary(a, b, dg_div);
}

static PyObject *value_power(PyObject *a, PyObject *k, PyObject *modulus)
{
    double exponent;
    if (modulus != Py_None)
        return Py_NewRef(Py_NotImplemented);
    if (!dgi_py_is_value(a) || !is_number(k))
        return dgi_py_binary(a, k, dg_power);
    if (dgi_py_number(k, &exponent) || !dgi_py_graph())
        return NULL;
    dg_value *v = dgi_py_value_of(a);
    return v ? dgi_py_wrap(dg_pow(v, exponent)) : NULL;
}

static PyObject *unary(PyObject *self, dg_value *op(dg_value *))
{
    if (!dgi_py_graph())
        return NULL;
    dg_value *v = dgi_py_value_of(self);
    return v ? dgi_py_wrap(op(v)) : NULL;
}

static PyObject *value_negative(PyObject *self)
{
    return unary(self, dg_neg);
}

static PyObject *value_absolute(PyObject *self)
{
    return unary(self, dg_abs);
}

/* ---- Methods ---- */

/* name, the formula for its help */
#define FUNCTIONS(_)                                                                               \
    _(tanh, "The hyperbolic tangent.")                                                             \
    _(exp, "e to the power of the value.")                                                         \
    _(log, "The natural logarithm.")                                                               \
    _(relu, "max(x, 0).")                                                                          \
    _(sigmoid, "1 / (1 + e**-x).")                                                                 \
    _(softplus, "log(1 + e**x).")                                                                  \
    _(silu, "x * sigmoid(x).")                                                                     \
    _(sin, "The sine.")                                                                            \
    _(cos, "The cosine.")                                                                          \
    _(tan, "The tangent.")                                                                         \
    _(atan, "The arc tangent.")                                                                    \
    _(sqrt, "The square root.")                                                                    \
    _(abs, "The absolute value.")                                                                  \
    _(log1p, "log(1 + x).")                                                                        \
    _(expm1, "e**x - 1.")                                                                          \
    _(erf, "The error function.")                                                                  \
    _(erfc, "1 - erf(x).")                                                                         \
    _(asin, "The arc sine.")                                                                       \
    _(acos, "The arc cosine.")                                                                     \
    _(sinh, "The hyperbolic sine.")                                                                \
    _(cosh, "The hyperbolic cosine.")                                                              \
    _(asinh, "The inverse of sinh.")                                                               \
    _(acosh, "The inverse of cosh.")                                                               \
    _(atanh, "The inverse of tanh.")                                                               \
    _(log2, "The logarithm to base 2.")                                                            \
    _(log10, "The logarithm to base 10.")                                                          \
    _(exp2, "2**x.")                                                                               \
    _(rsqrt, "1 / sqrt(x).")                                                                       \
    _(reciprocal, "1 / x.")                                                                        \
    _(square, "x * x.")                                                                            \
    _(sign, "-1, 0 or 1.")                                                                         \
    _(gelu, "x * (1 + erf(x / sqrt(2))) / 2.")                                                     \
    _(hardtanh, "x, but not below -1 or above 1.")                                                 \
    _(softsign, "x / (1 + |x|).")                                                                  \
    _(lgamma, "The natural logarithm of |gamma(x)|.")                                              \
    _(digamma, "The derivative of lgamma.")

#define FUNCTION(name, help)                                                                       \
    static PyObject *method_##name(PyObject *self, PyObject *Py_UNUSED(none))                      \
    {                                                                                              \
        return unary(self, dg_##name);                                                             \
    }
FUNCTIONS(FUNCTION)

#define FUNCTIONS_OF_TWO(_)                                                                        \
    _(max, "The larger of the value and another.")                                                 \
    _(min, "The smaller of the value and another.")                                                \
    _(atan2, "The arc tangent of x / other, in the quadrant of the two.")                          \
    _(hypot, "sqrt(x**2 + other**2).")                                                             \
    _(fmod, "The remainder of a division, with the sign of x.")                                    \
    _(logaddexp, "log(e**x + e**other).")                                                          \
    _(heaviside, "0 where x < 0, 1 where x > 0, else the other.")

#define FUNCTION_OF_TWO(name, help)                                                                \
    static PyObject *method_##name(PyObject *self, PyObject *other)                                \
    {                                                                                              \
        return dgi_py_binary(self, other, dg_##name);                                              \
    }
FUNCTIONS_OF_TWO(FUNCTION_OF_TWO)

/* A method with a constant, which has a default. */
static PyObject *with_constant(PyObject *self, PyObject *args, double k,
                               dg_value *op(dg_value *, double))
{
    if (!PyArg_ParseTuple(args, "|d", &k) || !dgi_py_graph())
        return NULL;
    dg_value *v = dgi_py_value_of(self);
    return v ? dgi_py_wrap(op(v, k)) : NULL;
}

static PyObject *method_elu(PyObject *self, PyObject *args)
{
    return with_constant(self, args, 1.0, dg_elu);
}

static PyObject *method_leaky_relu(PyObject *self, PyObject *args)
{
    return with_constant(self, args, 0.01, dg_leaky_relu);
}

static PyObject *method_polygamma(PyObject *self, PyObject *args)
{
    return with_constant(self, args, 1.0, dg_polygamma);
}

static PyObject *method_backward(PyObject *self, PyObject *Py_UNUSED(none))
{
    dg_value *v = dgi_py_value_of(self);
    if (!v)
        return NULL;
    if (dg_backward(v) != DG_OK)
        return dgi_py_raise_graph();
    return Py_NewRef(Py_None);
}

static PyObject *method_forward(PyObject *self, PyObject *Py_UNUSED(none))
{
    dg_value *v = dgi_py_value_of(self);
    if (!v)
        return NULL;
    if (dg_forward(v) != DG_OK)
        return dgi_py_raise_graph();
    return Py_NewRef(Py_None);
}

static PyObject *method_zero_grad(PyObject *self, PyObject *Py_UNUSED(none))
{
    dg_value *v = dgi_py_value_of(self);
    if (!v)
        return NULL;
    if (dg_zero_grad(v) != DG_OK)
        return dgi_py_raise_graph();
    return Py_NewRef(Py_None);
}

/* The row of the op table whose text a scalar's op has; NULL for a leaf, and
 * for other ops. */
static const dg_op *op_with_text(const char *text, int operands)
{
    for (size_t i = 0; i < dg_op_count(); i++) {
        const dg_op *op = dg_op_at(i);
        size_t size = strlen(op->text);
        int same = op->has_constant ? strncmp(op->text, text, size) == 0 && text[size]
                                    : !strcmp(op->text, text);
        if (size > 0 && same && op->operands == operands)
            return op;
    }
    return NULL;
}

/* Adds what the value's op contributes to the gradients of its operands, as the
 * lectures' closure of that name does: the op is computed anew, alone, and
 * differentiated. */
static PyObject *method_local_backward(PyObject *self, PyObject *Py_UNUSED(none))
{
    dg_value *v = dgi_py_value_of(self);
    if (!v)
        return NULL;
    int n = dg_operand_count(v);
    const dg_op *op = n == 1 || n == 2 ? op_with_text(dg_op_name(v), n) : NULL;
    if (n == 0)
        return Py_NewRef(Py_None);
    if (!op || dg_ndim(v)) {
        PyErr_SetString(PyExc_NotImplementedError, "_backward() is for ops of scalars");
        return NULL;
    }
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_operand(v, 0), *b = n == 2 ? dg_operand(v, 1) : NULL;
    dg_value *x = dg_leaf(g, dg_data(a), NULL), *y = b ? dg_leaf(g, dg_data(b), NULL) : NULL;
    dg_value *z = dg_apply(op, x, y, dg_exponent(v));
    dg_status status = z ? dg_backward(z) : DG_NOMEM;
    double upstream = dg_grad(v), dx = dg_grad(x), dy = y ? dg_grad(y) : 0.0;
    dg_graph_free(g);
    if (status != DG_OK)
        return dgi_py_raise_status(status, "_backward()");
    dg_set_grad(a, dg_grad(a) + dx * upstream);
    if (b)
        dg_set_grad(b, dg_grad(b) + dy * upstream);
    return Py_NewRef(Py_None);
}

static PyObject *value_repr(PyObject *self)
{
    dg_value *v = dgi_py_value_of(self);
    if (!v)
        return NULL;
    char *text = PyOS_double_to_string(dg_data(v), 'r', 0, Py_DTSF_ADD_DOT_0, NULL);
    PyObject *repr = text ? PyUnicode_FromFormat("Value(data=%s)", text) : PyErr_NoMemory();
    PyMem_Free(text);
    return repr;
}

/* ---- Attributes ---- */

static PyObject *get_data(PyObject *self, void *Py_UNUSED(context))
{
    dg_value *v = dgi_py_value_of(self);
    return v ? PyFloat_FromDouble(dg_data(v)) : NULL;
}

static int refuse_deletion(PyObject *to, const char *name)
{
    if (!to)
        PyErr_Format(PyExc_AttributeError, "%s cannot be deleted", name);
    return to ? 0 : -1;
}

static int set_data(PyObject *self, PyObject *to, void *Py_UNUSED(context))
{
    double x;
    dg_value *v = dgi_py_value_of(self);
    if (!v || refuse_deletion(to, "data") || dgi_py_number(to, &x))
        return -1;
    dg_set_data(v, x);
    return 0;
}

static PyObject *get_grad(PyObject *self, void *Py_UNUSED(context))
{
    dg_value *v = dgi_py_value_of(self);
    return v ? PyFloat_FromDouble(dg_grad(v)) : NULL;
}

static int set_grad(PyObject *self, PyObject *to, void *Py_UNUSED(context))
{
    double x;
    dg_value *v = dgi_py_value_of(self);
    if (!v || refuse_deletion(to, "grad") || dgi_py_number(to, &x))
        return -1;
    dg_set_grad(v, x);
    return 0;
}

static PyObject *get_label(PyObject *self, void *Py_UNUSED(context))
{
    dg_value *v = dgi_py_value_of(self);
    if (!v)
        return NULL;
    const char *label = dg_label(v);
    return PyUnicode_DecodeUTF8(label, (Py_ssize_t)strlen(label), "replace");
}

static int set_label_text(dg_value *v, PyObject *label)
{
    PyObject *bytes = dgi_py_utf8(label);
    if (!bytes)
        return -1;
    dgi_py_charge((size_t)PyBytes_Size(bytes) + 32);
    int failed = !dg_set_label(v, PyBytes_AsString(bytes));
    Py_DECREF(bytes);
    if (failed)
        dgi_py_raise_graph();
    return failed ? -1 : 0;
}

static int set_label(PyObject *self, PyObject *to, void *Py_UNUSED(context))
{
    if (!dgi_py_graph())
        return -1;
    dg_value *v = dgi_py_value_of(self);
    return !v || refuse_deletion(to, "label") ? -1 : set_label_text(v, to);
}

static PyObject *get_op(PyObject *self, void *Py_UNUSED(context))
{
    dg_value *v = dgi_py_value_of(self);
    return v ? PyUnicode_FromString(dg_op_name(v)) : NULL;
}

static PyObject *get_scope(PyObject *self, void *Py_UNUSED(context))
{
    dg_value *v = dgi_py_value_of(self);
    return v ? PyUnicode_FromString(dg_scope(v)) : NULL;
}

static PyObject *get_operands(PyObject *self, void *Py_UNUSED(context))
{
    dg_value *v = dgi_py_value_of(self);
    int n = dg_operand_count(v);
    dgi_py_hold();
    PyObject *operands = v ? PyTuple_New(n) : NULL;
    for (int i = 0; operands && i < n; i++) {
        PyObject *operand = dgi_py_wrap(dg_operand(v, i));
        if (!operand || PyTuple_SetItem(operands, i, operand))
            Py_CLEAR(operands);
    }
    dgi_py_release();
    return operands;
}

static PyObject *get_prev(PyObject *self, void *context)
{
    PyObject *operands = get_operands(self, context);
    PyObject *set = operands ? PySet_New(operands) : NULL;
    Py_XDECREF(operands);
    return set;
}

/* ---- Making ---- */

static PyObject *value_new(PyTypeObject *type, PyObject *Py_UNUSED(args),
                           PyObject *Py_UNUSED(keywords))
{
    allocfunc alloc = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    return alloc(type, 0); /* zeroed: without a value */
}

static void value_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    dgi_py_unbind((dgi_py_handle *)self);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

/* What `_children` and `_op` make: the op of that text in the table, with the
 * data that was given. NULL with an exception. */
static dg_value *op_of_children(PyObject *children, const char *text, double data)
{
    PyObject *list = PySequence_Tuple(children);
    Py_ssize_t n = list ? PyTuple_Size(list) : 0;
    dg_value *v[2] = {NULL, NULL}, *result = NULL;
    int good = list != NULL;
    for (Py_ssize_t i = 0; good && i < n; i++) {
        PyObject *child = PyTuple_GetItem(list, i);
        good = dgi_py_is_value(child);
        if (!good)
            PyErr_SetString(PyExc_TypeError, "_children must be values of dotgrad");
        else if (i < 2)
            good = (v[i] = dgi_py_value_of(child)) != NULL;
    }
    const dg_op *op = good && n <= 2 ? op_with_text(text, (int)n) : NULL;
    if (good && !op && n == 1) { /* a set has an operand that is used twice once */
        op = op_with_text(text, 2);
        v[1] = v[0];
    }
    if (good && op) {
        char *end = NULL;
        const char *number = text + strlen(op->text);
        number += op->has_constant && *number == '('; /* `ELU(1)`, but `**2` */
        double k = op->has_constant ? PyOS_string_to_double(number, &end, NULL) : 0.0;
        result = PyErr_Occurred() ? NULL : dg_apply(op, v[0], v[1], k);
        if (!result)
            dgi_py_raise_graph();
        else
            dg_set_data(result, data);
    } else if (good) {
        PyErr_Format(PyExc_ValueError,
                     "dotgrad has no op '%s' of %zd operands; for ops of your own "
                     "keep your own class, "
                     "draw_dot() draws it, too",
                     text, n);
    }
    Py_XDECREF(list);
    return result;
}

static int value_init(PyObject *self, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"data", "_children", "_op", "label", NULL};
    PyObject *data, *children = NULL, *label = NULL;
    const char *op = "";
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|OsO:Value", names, &data, &children, &op,
                                     &label))
        return -1;
    double x;
    int has_children = 0;
    if (dgi_py_number(data, &x))
        return -1;
    if (children) {
        Py_ssize_t n = PyObject_Size(children);
        if (n < 0)
            return -1;
        has_children = n > 0;
    }
    dg_graph *g = dgi_py_graph();
    if (!g)
        return -1;
    dgi_py_unbind((dgi_py_handle *)self);
    dgi_py_hold();
    dg_value *v = has_children ? op_of_children(children, op, x) : dg_leaf(g, x, NULL);
    int failed = dgi_py_bind((dgi_py_handle *)self, v);
    dgi_py_release();
    if (failed)
        return -1;
    return label ? set_label_text(v, label) : 0;
}

#define METHOD(name, help) {#name, method_##name, METH_NOARGS, help},
#define METHOD_OF_TWO(name, help) {#name, method_##name, METH_O, help},

static PyMethodDef methods[] = {
    FUNCTIONS(METHOD)               /* */
    FUNCTIONS_OF_TWO(METHOD_OF_TWO) /* */
    {"elu", method_elu, METH_VARARGS, "elu(alpha=1.0): x where x > 0, else alpha * (e**x - 1)."},
    {"leaky_relu", method_leaky_relu, METH_VARARGS,
     "leaky_relu(negative_slope=0.01): x where x > 0, else the slope times x."},
    {"polygamma", method_polygamma, METH_VARARGS,
     "polygamma(n=1): the n-th derivative of digamma."},
    {"backward", method_backward, METH_NOARGS,
     "Differentiates this value: sets its gradient to 1, and adds d(self)/d(v) "
     "to the gradient of "
     "every value v that it was computed from."},
    {"forward", method_forward, METH_NOARGS,
     "Computes all values below this one anew from the leaves, after their "
     "data was set."},
    {"zero_grad", method_zero_grad, METH_NOARGS,
     "Sets the gradient of this value, and of all that it was computed from, "
     "to 0."},
    {"_backward", method_local_backward, METH_NOARGS,
     "Adds what this value's op contributes to the gradients of its operands."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef attributes[] = {
    {"data", get_data, set_data,
     "The number. Setting it does not change what was computed from it.", NULL},
    {"grad", get_grad, set_grad, "The gradient; 0 until backward() reaches the value.", NULL},
    {"label", get_label, set_label, "The name in pictures.", NULL},
    {"_op", get_op, NULL, "The text of the op; '' for a leaf.", NULL},
    {"_prev", get_prev, NULL, "The operands, as a set.", NULL},
    {"operands", get_operands, NULL, "The operands, in their order.", NULL},
    {"scope", get_scope, NULL, "Where the value was made: 'layer 0/neuron 2'.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Value(data, _children=(), _op='', label='')\n--\n\n"
                "A number that remembers how it was computed, with its "
                "gradient: the class of the micrograd "
                "lectures. The values are in dotgrad's engine."},
    {Py_tp_new, value_new},
    {Py_tp_init, value_init},
    {Py_tp_dealloc, value_dealloc},
    {Py_tp_repr, value_repr},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {Py_nb_add, value_add},
    {Py_nb_subtract, value_subtract},
    {Py_nb_multiply, value_multiply},
    {Py_nb_true_divide, value_divide},
    {Py_nb_power, value_power},
    {Py_nb_negative, value_negative},
    {Py_nb_absolute, value_absolute},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "dotgrad.Value",
    .basicsize = sizeof(dgi_py_handle),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = slots,
};

int dgi_py_add_value_type(PyObject *module)
{
    dgi_py_value_type = (PyTypeObject *)PyType_FromSpec(&spec);
    return dgi_py_value_type ? PyModule_AddObjectRef(module, "Value", (PyObject *)dgi_py_value_type)
                             : -1;
}
