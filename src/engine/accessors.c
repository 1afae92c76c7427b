/* Reading and writing data and gradients, of scalars and tensors. */
#include "engine/array.h"

#include <math.h>
#include <string.h>

/* The element of a tensor that has one; nan for other sizes. */
static double single_element(const dgi_array *array, const double *numbers)
{
    return array->size == 1 ? *numbers : NAN;
}

static void fill(double *numbers, size_t n, double x)
{
    for (size_t i = 0; i < n; i++)
        numbers[i] = x;
}

double dg_data(const dg_value *v)
{
    if (!v)
        return NAN;
    return dgi_is_array(v) ? single_element(v->array, v->array->data) : v->data;
}

void dg_set_data(dg_value *v, double data)
{
    if (v)
        fill(dgi_data(v), dgi_size(v), data);
}

double dg_grad(const dg_value *v)
{
    if (!v)
        return NAN;
    if (!dgi_is_array(v))
        return dgi_scalar_grad(v);
    static const double zero = 0.0;
    bool set = v->array->grad && !v->array->grad_lazy_zero;
    return single_element(v->array, set ? v->array->grad : &zero);
}

/* The gradient, to be overwritten as a whole: it counts as computed from now on. NULL where none is
 * required. */
static double *grad_to_write(dg_value *v)
{
    if (!dgi_requires_grad(v))
        return NULL;
    dgi_set_has_grad(v, true);
    dgi_grads_become_nonzero(dgi_graph_of(v));
    if (!dgi_is_array(v))
        return dgi_grad_pointer(v);
    v->array->grad_lazy_zero = false;
    return v->array->grad;
}

void dg_set_grad(dg_value *v, double grad)
{
    double *numbers = v ? grad_to_write(v) : NULL;
    if (numbers)
        fill(numbers, dgi_size(v), grad);
}

int dg_has_grad(const dg_value *v)
{
    return v && dgi_has_grad(v);
}

int dg_ndim(const dg_value *v)
{
    return v ? dgi_ndim(v) : 0;
}

const size_t *dg_shape(const dg_value *v)
{
    static const size_t none[1] = {0};
    return v ? dgi_shape_of(v) : none;
}

size_t dg_size(const dg_value *v)
{
    return v ? dgi_size(v) : 0;
}

const double *dg_data_array(const dg_value *v)
{
    return v ? dgi_data_const(v) : NULL;
}

/* The caller keeps the address, so that a lazy zero is written now, and later ones at once. */
const double *dg_grad_array(const dg_value *v)
{
    if (!v || !dgi_requires_grad(v))
        return NULL;
    if (dgi_is_array(v) && !v->array->grad_borrowed) {
        v->array->grad_borrowed = true; /* dgi_zero_grad_lazily() writes from now on */
        if (v->array->grad_lazy_zero)
            fill(v->array->grad, v->array->size, 0.0);
    }
    if (!dgi_is_array(v) && !dgi_has_grad(v))
        *dgi_grad_pointer(v) = 0.0;
    return dgi_grad(v);
}

/* Whether v has n elements; false with the graph's error. */
static bool check_size(const dg_value *v, const double *numbers, size_t n)
{
    if (!v)
        return false;
    char text[DG_SHAPE_TEXT_MAX];
    if (n != dgi_size(v))
        dgi_graph_failf(dg_graph_of(v), DG_INVALID, "%zu numbers for a tensor of shape %s", n,
                        dg_shape_text(dgi_ndim(v), dgi_shape_of(v), text));
    else if (n > 0 && !numbers)
        dgi_graph_fail(dg_graph_of(v), DG_INVALID, "there are no numbers to set");
    else
        return true;
    return false;
}

dg_status dg_set_data_array(dg_value *v, const double *data, size_t n)
{
    if (!check_size(v, data, n))
        return DG_INVALID;
    if (n > 0)
        memmove(dgi_data(v), data, n * sizeof *data);
    return DG_OK;
}

dg_status dg_set_grad_array(dg_value *v, const double *grad, size_t n)
{
    if (!check_size(v, grad, n))
        return DG_INVALID;
    double *numbers = grad_to_write(v);
    if (!numbers) {
        dgi_graph_fail(dg_graph_of(v), DG_INVALID, "the value requires no gradient");
        return DG_INVALID;
    }
    if (n > 0)
        memmove(numbers, grad, n * sizeof *grad);
    return DG_OK;
}

dg_status dg_add_to_data(dg_value *v, double factor, const double *numbers, size_t n)
{
    if (!check_size(v, numbers, n))
        return DG_INVALID;
    double *data = dgi_data(v);
    for (size_t i = 0; i < n; i++)
        data[i] += factor * numbers[i];
    return DG_OK;
}
