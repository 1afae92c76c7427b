/* Shapes and numbers of nodes. */
#include "trace/trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool dgi_trace_shape_size(int ndim, const size_t *shape, size_t most, size_t *size)
{
    if (ndim < 0 || ndim > DG_TRACE_DIMS_MAX || (ndim > 0 && !shape))
        return false;
    size_t product = 1;
    bool empty = false;
    for (int i = 0; i < ndim; i++) {
        bool unknown = shape[i] == DG_UNKNOWN_SIZE && most == DGI_SIZE_MAX;
        if (shape[i] == 0 || unknown)
            empty = true;
        else if (shape[i] > most / product)
            return false;
        else
            product *= shape[i];
    }
    *size = empty ? 0 : product;
    return true;
}

double *dgi_trace_numbers(size_t size, const double *numbers)
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
    *x = (dgi_trace_tensor){.data = data, .grad = grad, .ndim = ndim};
    memcpy(x->shape, shape, (size_t)ndim * sizeof *shape);
    dgi_trace_shape_size(ndim, shape, DGI_SIZE_MAX, &x->size);
    return x;
}

dgi_trace_tensor *dgi_trace_tensor_copy(int ndim, const size_t *shape, const double *data,
                                        const double *grad)
{
    dgi_trace_tensor *x = dgi_trace_tensor_new(ndim, shape, NULL, NULL);
    if (!x)
        return NULL;
    x->data = data ? dgi_trace_numbers(x->size, data) : NULL;
    x->grad = grad ? dgi_trace_numbers(x->size, grad) : NULL;
    if ((x->data || !data) && (x->grad || !grad))
        return x;
    dgi_trace_tensor_free(x);
    return NULL;
}

void dgi_trace_node_set_tensor(dgi_trace_node *n, dgi_trace_tensor *x)
{
    n->tensor = x;
    n->is_tensor = 1;
    n->no_data = x->data == NULL;
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
    const double *data = dg_trace_size(t, node) == 1 ? dg_trace_data_array(t, node) : NULL;
    return data ? *data : NAN;
}

int dg_trace_has_data(const dg_trace *t, size_t node)
{
    const dgi_trace_node *n = node_at(t, node);
    return n && !n->no_data;
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
    return !n || n->no_data ? NULL : n->is_tensor ? n->tensor->data : &n->data;
}

const double *dg_trace_grad_array(const dg_trace *t, size_t node)
{
    const dgi_trace_node *n = node_at(t, node);
    return !n || !n->has_grad ? NULL : n->is_tensor ? n->tensor->grad : &n->grad;
}

/* --- Nodes without data ----------------------------------------------------------------------- */

dg_status dg_trace_clear_data(dg_trace *t, size_t node)
{
    if (!t || node >= t->n_nodes)
        return DG_INVALID;
    dgi_trace_node *n = &t->nodes[node];
    n->no_data = 1;
    if (!n->is_tensor) {
        n->data = NAN;
        return DG_OK;
    }
    free(n->tensor->data);
    n->tensor->data = NULL;
    return DG_OK;
}

dg_status dg_trace_set_shape(dg_trace *t, size_t node, int ndim, const size_t *shape)
{
    if (!t || node >= t->n_nodes || ndim < 0 || (ndim > 0 && !shape) ||
        dg_trace_has_data(t, node) || dg_trace_has_grad(t, node))
        return DG_INVALID;
    size_t size;
    if (!dgi_trace_shape_size(ndim, shape, DGI_SIZE_MAX, &size))
        return DG_LIMIT;
    dgi_trace_tensor *x = ndim ? dgi_trace_tensor_new(ndim, shape, NULL, NULL) : NULL;
    if (ndim && !x)
        return DG_NOMEM;
    dgi_trace_node *n = &t->nodes[node];
    if (n->is_tensor)
        dgi_trace_tensor_free(n->tensor);
    n->is_tensor = 0;
    n->data = NAN;
    if (x)
        dgi_trace_node_set_tensor(n, x);
    return DG_OK;
}

/* --- Setting gradients ------------------------------------------------------------------------ */

/* Whether a tensor can have an array: an error where it is too large, or a size is not known. */
static dg_status check_size(const dgi_trace_tensor *x)
{
    for (int i = 0; i < x->ndim; i++)
        if (x->shape[i] == DG_UNKNOWN_SIZE)
            return DG_INVALID;
    return x->size > DG_TRACE_NUMBERS_MAX ? DG_LIMIT : DG_OK;
}

/* Sees to it that a tensor has a gradient, for writing; all zero where it had none. */
static dg_status make_grad(dgi_trace_node *n)
{
    dg_status status = check_size(n->tensor);
    if (status != DG_OK || n->tensor->grad)
        return status;
    n->tensor->grad = dgi_trace_numbers(n->tensor->size, NULL);
    n->has_grad = n->tensor->grad != NULL;
    return n->has_grad ? DG_OK : DG_NOMEM;
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
    dg_status status = make_grad(n);
    for (size_t i = 0; status == DG_OK && i < n->tensor->size; i++)
        n->tensor->grad[i] = grad;
    return status;
}

dg_status dg_trace_set_grad_array(dg_trace *t, size_t node, const double *grad, size_t count)
{
    if (!t || node >= t->n_nodes || count != dg_trace_size(t, node) || (!grad && count > 0))
        return DG_INVALID;
    dgi_trace_node *n = &t->nodes[node];
    if (!n->is_tensor)
        return dg_trace_set_grad(t, node, grad[0]);
    dg_status status = make_grad(n);
    if (status == DG_OK && count > 0)
        memmove(n->tensor->grad, grad, count * sizeof *grad);
    return status;
}
