/* Shapes and numbers of nodes. */
#include "trace/trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool dgi_trace_shape_size(int ndim, const size_t *shape, size_t *size)
{
    if (ndim < 0 || ndim > DG_TRACE_DIMS_MAX || (ndim > 0 && !shape))
        return false;
    size_t product = 1;
    bool empty = false;
    for (int i = 0; i < ndim; i++) {
        if (shape[i] == 0)
            empty = true;
        else if (shape[i] > DG_TRACE_NUMBERS_MAX / product)
            return false;
        else
            product *= shape[i];
    }
    *size = empty ? 0 : product;
    return true;
}

/* A copy of the numbers, or zeros; at least one element, so that NULL means out of memory. */
static double *copy_numbers(size_t size, const double *numbers)
{
    size_t capacity = size ? size : 1;
    if (!numbers)
        return calloc(capacity, sizeof(double));
    double *copy = malloc(capacity * sizeof *copy);
    if (copy && size)
        memcpy(copy, numbers, size * sizeof *copy);
    return copy;
}

dgi_trace_tensor *dgi_trace_tensor_new(int ndim, const size_t *shape, double *data, double *grad)
{
    dgi_trace_tensor *x = malloc(sizeof *x);
    if (!x)
        return NULL;
    *x = (dgi_trace_tensor){.data = data, .grad = grad, .size = 1, .ndim = ndim};
    for (int i = 0; i < ndim; i++) {
        x->shape[i] = shape[i];
        x->size *= shape[i];
    }
    return x;
}

dgi_trace_tensor *dgi_trace_tensor_copy(int ndim, const size_t *shape, const double *data,
                                        const double *grad)
{
    dgi_trace_tensor *x = dgi_trace_tensor_new(ndim, shape, NULL, NULL);
    if (!x)
        return NULL;
    x->data = copy_numbers(x->size, data);
    x->grad = grad ? copy_numbers(x->size, grad) : NULL;
    if (x->data && (x->grad || !grad))
        return x;
    dgi_trace_tensor_free(x);
    return NULL;
}

void dgi_trace_node_set_tensor(dgi_trace_node *n, dgi_trace_tensor *x)
{
    n->tensor = x;
    n->is_tensor = 1;
    n->has_grad = x->grad != NULL;
}

void dgi_trace_tensor_free(dgi_trace_tensor *x)
{
    if (!x)
        return;
    free(x->data);
    free(x->grad);
    free(x);
}

/* --- Accessors -------------------------------------------------------------------------------- */

static const dgi_trace_node *node_at(const dg_trace *t, size_t node)
{
    return t && node < t->n_nodes ? &t->nodes[node] : NULL;
}

double dg_trace_data(const dg_trace *t, size_t node)
{
    return dg_trace_size(t, node) == 1 ? *dg_trace_data_array(t, node) : NAN;
}

double dg_trace_grad(const dg_trace *t, size_t node)
{
    if (node_at(t, node) && !dg_trace_has_grad(t, node))
        return 0.0;
    return dg_trace_size(t, node) == 1 ? *dg_trace_grad_array(t, node) : NAN;
}

int dg_trace_has_grad(const dg_trace *t, size_t node)
{
    const dgi_trace_node *n = node_at(t, node);
    return n && n->has_grad;
}

int dg_trace_ndim(const dg_trace *t, size_t node)
{
    const dgi_trace_node *n = node_at(t, node);
    return n && n->is_tensor ? n->tensor->ndim : 0;
}

const size_t *dg_trace_shape(const dg_trace *t, size_t node)
{
    static const size_t none[1] = {0};
    const dgi_trace_node *n = node_at(t, node);
    return !n ? NULL : n->is_tensor ? n->tensor->shape : none;
}

size_t dg_trace_size(const dg_trace *t, size_t node)
{
    const dgi_trace_node *n = node_at(t, node);
    return !n ? 0 : n->is_tensor ? n->tensor->size : 1;
}

const double *dg_trace_data_array(const dg_trace *t, size_t node)
{
    const dgi_trace_node *n = node_at(t, node);
    return !n ? NULL : n->is_tensor ? n->tensor->data : &n->data;
}

const double *dg_trace_grad_array(const dg_trace *t, size_t node)
{
    const dgi_trace_node *n = node_at(t, node);
    return !n || !n->has_grad ? NULL : n->is_tensor ? n->tensor->grad : &n->grad;
}

/* --- Setting gradients ------------------------------------------------------------------------ */

/* A tensor's gradient, for writing; all zero where it had none. NULL when out of memory. */
static double *writable_grad(dgi_trace_node *n)
{
    if (!n->tensor->grad)
        n->tensor->grad = copy_numbers(n->tensor->size, NULL);
    n->has_grad = n->tensor->grad != NULL;
    return n->tensor->grad;
}

dg_status dg_trace_set_grad(dg_trace *t, size_t node, double grad)
{
    if (!t || node >= t->n_nodes)
        return DG_INVALID;
    dgi_trace_node *n = &t->nodes[node];
    if (!n->is_tensor) {
        n->grad = grad;
        n->has_grad = 1;
        return DG_OK;
    }
    double *numbers = writable_grad(n);
    if (!numbers)
        return DG_NOMEM;
    for (size_t i = 0; i < n->tensor->size; i++)
        numbers[i] = grad;
    return DG_OK;
}

dg_status dg_trace_set_grad_array(dg_trace *t, size_t node, const double *grad, size_t count)
{
    if (!t || node >= t->n_nodes || count != dg_trace_size(t, node) || (!grad && count > 0))
        return DG_INVALID;
    dgi_trace_node *n = &t->nodes[node];
    if (!n->is_tensor)
        return dg_trace_set_grad(t, node, grad[0]);
    double *numbers = writable_grad(n);
    if (!numbers)
        return DG_NOMEM;
    if (count > 0)
        memmove(numbers, grad, count * sizeof *numbers);
    return DG_OK;
}
