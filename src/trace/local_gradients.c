/* Local gradients: the derivatives of an op's result by its operands, from the numbers in a trace.
 */
#include "trace/local_gradients.h"

#include <math.h>
#include <string.h>

#include "trace/annotations.h"

bool dgi_numbers_agree(double computed, double data)
{
    return fabs(computed - data) <= 1e-5 * fmax(1.0, fabs(data)) ||
           (isnan(computed) && isnan(data)) ||
           (isinf(data) && !(computed < data) && !(computed > data));
}

/* Whether an op of tensors passes on its operand where that is a scalar. */
static bool is_identity_of_scalars(const char *op)
{
    return strcmp(op, "sum") == 0 || strcmp(op, "mean") == 0 || strcmp(op, "max") == 0 ||
           strcmp(op, "reshape") == 0;
}

bool dgi_local_gradient(const dg_trace *t, size_t node, dgi_scalar_call call, size_t i,
                        double *gradient)
{
    const dgi_trace_node *n = &t->nodes[node];
    const dgi_operand_note *note = dgi_note_of(t, node, i);
    if (note && note->has_local) {
        *gradient = note->local;
        return true;
    }
    if (i >= n->n_operands || n->is_tensor || n->no_data)
        return false;
    const uint32_t *operands = dgi_trace_node_operands(n);
    const dgi_trace_node *x = &t->nodes[operands[0]], *y = &t->nodes[operands[n->n_operands - 1]];
    if (x->is_tensor || y->is_tensor || x->no_data || y->no_data)
        return false;
    if (call.op == DGI_SCALAR_UNKNOWN) {
        bool identity = n->n_operands == 1 && x->data == n->data && is_identity_of_scalars(n->op);
        *gradient = identity ? 1.0 : *gradient;
        return identity;
    }
    dgi_scalar_result result = dgi_scalar_apply(call, x->data, y->data);
    if (!dgi_numbers_agree(result.value, n->data))
        return false;
    *gradient = result.by_operand[i];
    return true;
}

dg_status dg_trace_local_gradient(const dg_trace *t, size_t node, size_t i, double *gradient)
{
    if (!t || node >= t->n_nodes)
        return DG_INVALID;
    const dgi_trace_node *n = &t->nodes[node];
    double known;
    if (!dgi_local_gradient(t, node, dgi_scalar_call_from_text(n->op, n->n_operands), i, &known))
        return DG_INVALID;
    if (gradient)
        *gradient = known;
    return DG_OK;
}
