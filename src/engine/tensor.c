/* Creating values with arrays, and tensor leaves; shapes as text. */
#include "engine/array.h"

#include <stdio.h>
#include <string.h>

#include "engine/detached.h"

const char *dg_shape_text(int ndim, const size_t *shape, char *text)
{
    if (!text)
        return NULL;
    *text = '\0';
    if (ndim < 0 || ndim > DG_DIMS_MAX || (ndim > 0 && !shape))
        return text;
    char *end = text;
    *end++ = '(';
    for (int i = 0; i < ndim; i++) {
        size_t room = DG_SHAPE_TEXT_MAX - (size_t)(end - text);
        const char *before = i ? ", " : "";
        end += shape[i] == DG_INFER ? snprintf(end, room, "%s-1", before)
                                    : snprintf(end, room, "%s%zu", before, shape[i]);
    }
    if (ndim == 1)
        *end++ = ',';
    *end++ = ')';
    *end = '\0';
    return text;
}

dg_value *dgi_fail_with_shapes(dg_graph *g, const char *format, const dg_value *a,
                               const dg_value *b)
{
    char first[DG_SHAPE_TEXT_MAX], second[DG_SHAPE_TEXT_MAX];
    dg_shape_text(dgi_ndim(a), dgi_shape_of(a), first);
    dg_shape_text(dgi_ndim(b), dgi_shape_of(b), second);
    dgi_graph_failf(g, DG_INVALID, format, first, second);
    return NULL;
}

bool dgi_count_elements(dg_graph *g, int ndim, const size_t *shape, size_t *count)
{
    size_t product = 1, others = 1; /* others: the product of the sizes that are not 0 */
    for (int i = 0; i < ndim; i++) {
        size_t size = shape[i] ? shape[i] : 1;
        if (size > DG_TENSOR_MAX / others) {
            char text[DG_SHAPE_TEXT_MAX];
            dgi_graph_failf(g, DG_LIMIT, "a tensor of shape %s is over the limit of %zu numbers",
                            dg_shape_text(ndim, shape, text), DG_TENSOR_MAX);
            return false;
        }
        others *= size;
        product *= shape[i];
    }
    *count = product;
    return true;
}

/* Allocates the array of a new value; false with the graph's error. */
static bool add_array(dg_graph *g, dg_value *v, const dgi_array *wanted, bool grad)
{
    v->array = dgi_array_new(g, wanted, grad);
    if (!v->array)
        return false;
    dgi_kind_of(v)->flags |= DGI_IS_ARRAY;
    return true;
}

dg_value *dgi_tensor_new(dg_graph *g, uint8_t op, int ndim, const size_t *shape, bool requires_grad,
                         size_t n_operands)
{
    dgi_array wanted = {.owner = dg_graph_size(g), .n_operands = n_operands, .ndim = ndim};
    if (!dgi_count_elements(g, ndim, shape, &wanted.size))
        return NULL;
    if (ndim > 0)
        memcpy(wanted.shape, shape, (size_t)ndim * sizeof *shape);
    dg_value *v = dgi_value_new(g, (dgi_opcode)op);
    if (!v)
        return NULL;
    dgi_kind_of(v)->flags = requires_grad ? DGI_IS_TENSOR_OP : DGI_IS_TENSOR_OP | DGI_NO_GRAD;
    if (ndim > 0 && !add_array(g, v, &wanted, requires_grad)) {
        g->n_values--;
        return NULL;
    }
    return v;
}

dg_value *dg_tensor(dg_graph *g, int ndim, const size_t *shape, const double *data,
                    const char *label)
{
    if (!g)
        return NULL;
    if (ndim < 0 || ndim > DG_DIMS_MAX)
        return dgi_graph_fail(g, DG_INVALID, "a tensor has 0 to 8 dimensions");
    if (ndim == 0)
        return dg_leaf(g, data ? *data : 0.0, label);
    if (!shape)
        return dgi_graph_fail(g, DG_INVALID, "a tensor has no shape");
    dg_value *v = dgi_tensor_new(g, DGI_OP_leaf, ndim, shape, true, 0);
    if (!v)
        return NULL;
    if (!dg_set_label(v, label)) {
        dg_graph_rewind(g, g->n_values - 1);
        return NULL;
    }
    size_t size = v->array->size * sizeof(double);
    if (data && size > 0)
        memcpy(v->array->data, data, size);
    else
        memset(v->array->data, 0, size);
    return v;
}

dg_value *dgi_leaf_new(dg_graph *g, int ndim, const size_t *shape, bool requires_grad,
                       double **numbers)
{
    dg_value *v = ndim > 0 ? dgi_tensor_new(g, DGI_OP_leaf, ndim, shape, requires_grad, 0)
                           : dgi_value_new(g, DGI_OP_leaf);
    if (!v)
        return NULL;
    if (!requires_grad)
        dgi_kind_of(v)->flags |= DGI_NO_GRAD;
    *numbers = dgi_data(v);
    return v;
}

/* The memory of the gradient stays when none is required: it may be required again. */
dg_value *dg_set_requires_grad(dg_value *v, int on)
{
    if (!v)
        return NULL;
    if (!dgi_is_leaf(v))
        return dgi_graph_fail(dg_graph_of(v), DG_INVALID,
                              "only a leaf can be told whether it requires a gradient");
    dgi_graph_of(v)->reachable.n_runs = 0;
    if (on) {
        dgi_kind_of(v)->flags &= (uint8_t)~DGI_NO_GRAD;
        return v;
    }
    dgi_kind_of(v)->flags |= DGI_NO_GRAD;
    dgi_set_has_grad(v, false);
    if (dgi_is_array(v))
        dgi_zero_grad_lazily(v->array);
    return v;
}

int dg_requires_grad(const dg_value *v)
{
    return v && dgi_requires_grad(v);
}
