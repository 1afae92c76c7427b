/* tensor_ops.def and record_ops.def expanded: the kernels by op, the texts, the public table; and
 * what the ops on whole tensors share. */
#include "engine/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const dg_tensor_op table[] = {
#define DGI_TENSOR_OP(name, operands, arguments, text, formula, kernels)                           \
    {#name, arguments, text, formula},
#include "engine/tensor_ops.def"
#undef DGI_TENSOR_OP
#define DGI_RECORD_OP(name, operands, arguments, formula, family, numbers)                         \
    {#name, arguments, #name, formula},
#include "engine/record_ops.def"
#undef DGI_RECORD_OP
};

enum { OPS = sizeof table / sizeof *table };

size_t dg_tensor_op_count(void)
{
    return OPS;
}

const dg_tensor_op *dg_tensor_op_at(size_t i)
{
    return i < OPS ? &table[i] : NULL;
}

static const struct {
    void (*forward)(dg_value *v);
    void (*backward)(dgi_backward_pass *p, dg_value *v);
} kernels_of[] = {
#define DGI_TENSOR_OP(name, operands, arguments, text, formula, kernels)                           \
    {dgi_##kernels##_forward, dgi_##kernels##_backward},
#include "engine/tensor_ops.def"
#undef DGI_TENSOR_OP
#define DGI_RECORD_OP(name, operands, arguments, formula, family, numbers)                         \
    {dgi_##family##_forward, dgi_##family##_backward},
#include "engine/record_ops.def"
#undef DGI_RECORD_OP
};

void dgi_tensor_forward(dg_value *v)
{
    if (dgi_op(v) < DGI_FIRST_TENSOR_OP)
        dgi_elementwise_forward(v);
    else
        kernels_of[dgi_op(v) - DGI_FIRST_TENSOR_OP].forward(v);
}

void dgi_tensor_backward(dgi_backward_pass *p, dg_value *v)
{
    if (dgi_op(v) < DGI_FIRST_TENSOR_OP)
        dgi_elementwise_backward(p, v);
    else
        kernels_of[dgi_op(v) - DGI_FIRST_TENSOR_OP].backward(p, v);
}

void dgi_tensor_op_text(const dg_value *v, char *text)
{
    if (dgi_op(v) >= DGI_FIRST_RECORD_OP) {
        dgi_record_op_text(v, text);
        return;
    }
    const char *name = table[dgi_op(v) - DGI_FIRST_TENSOR_OP].text;
    int first = dgi_dim0(v), second = dgi_dim1(v);
    switch (dgi_op(v)) {
    case DGI_TENSOR_sum:
    case DGI_TENSOR_mean:
    case DGI_TENSOR_max:
        if (first < 0)
            break;
        /* fall through */
    case DGI_TENSOR_concat:
    case DGI_TENSOR_softmax:
    case DGI_TENSOR_log_softmax:
        snprintf(text, DG_OP_TEXT_MAX, "%s(dim=%d)", name, first);
        return;
    case DGI_TENSOR_transpose:
        if (dgi_ndim(v) == 2 && first != second)
            snprintf(text, DG_OP_TEXT_MAX, "T");
        else
            snprintf(text, DG_OP_TEXT_MAX, "%s(%d, %d)", name, first, second);
        return;
    case DGI_TENSOR_select:
        snprintf(text, DG_OP_TEXT_MAX, "[%" PRIu32 "]", *dgi_attributes_of(v));
        return;
    default:
        break;
    }
    snprintf(text, DG_OP_TEXT_MAX, "%s", name);
}

dg_value *dgi_tensor_unary(uint8_t op, dg_value *a, int ndim, const size_t *shape,
                           dgi_op_attributes rest)
{
    dg_value *v = dgi_tensor_new(dg_graph_of(a), op, ndim, shape, dgi_requires_grad(a), 0);
    if (!v)
        return NULL;
    dgi_set_first_operand(v, a);
    if (rest.is_index)
        *dgi_attributes_of(v) = (uint32_t)rest.index; /* below DG_TENSOR_MAX */
    else
        dgi_set_dims(v, rest.first, rest.second);
    dgi_tensor_forward(v);
    return v;
}

dg_value *dgi_tensor_binary(uint8_t op, dg_value *a, dg_value *b, int ndim, const size_t *shape,
                            bool requires_grad)
{
    dg_value *v = dgi_tensor_new(dg_graph_of(a), op, ndim, shape, requires_grad, 0);
    if (!v)
        return NULL;
    dgi_set_first_operand(v, a);
    dgi_set_second_operand(v, b);
    dgi_tensor_forward(v);
    return v;
}

bool dgi_normalise_dim(const dg_value *a, const char *op, int *dim)
{
    int ndim = dgi_ndim(a), n = ndim ? ndim : 1;
    if (*dim >= -n && *dim < n) {
        *dim += *dim < 0 ? n : 0;
        return true;
    }
    char text[DG_SHAPE_TEXT_MAX];
    dgi_graph_failf(dg_graph_of(a), DG_INVALID, "%s: dimension %d of a tensor of shape %s", op,
                    *dim, dg_shape_text(ndim, dgi_shape_of(a), text));
    return false;
}

/* No product of the sizes of a tensor overflows, see dgi_count_elements(). */
dgi_lanes dgi_lanes_of(const dg_value *a, int dim)
{
    int ndim = dgi_ndim(a);
    if (dim < 0 || ndim == 0)
        return (dgi_lanes){1, dgi_size(a), 1};
    dgi_lanes l = {1, dgi_shape_of(a)[dim], 1};
    for (int i = 0; i < ndim; i++) {
        l.outer *= i < dim ? dgi_shape_of(a)[i] : 1;
        l.inner *= i > dim ? dgi_shape_of(a)[i] : 1;
    }
    return l;
}
