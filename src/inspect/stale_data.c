/* Data that are not what their op computes. */
#include "inspect/stale_data.h"

#include <math.h>
#include <string.h>

/* From here on a result is another than that of the same op in double precision. */
static const double SAME_NUMBER = 1e-13;

/* How far the data of a scalar op are from what the op computes of its operands, relative to the
 * larger; 0 where that cannot be said. */
static double data_error(const dg_inspect *x, size_t node, dgi_op_cache *cache)
{
    const dgi_trace_node *n = dgi_node(x, node);
    dgi_scalar_call call = dgi_op_cache_find(cache, n);
    if (call.op == DGI_SCALAR_UNKNOWN || n->is_tensor || x->data[node] == DGI_UNKNOWN)
        return 0.0;
    double operands[2] = {0.0, 0.0};
    for (size_t i = 0; i < n->n_operands; i++) {
        size_t from = dgi_trace_node_operands(n)[i];
        if (dgi_node(x, from)->is_tensor || x->data[from] == DGI_UNKNOWN)
            return 0.0;
        operands[i] = dgi_node(x, from)->data;
    }
    double value = dgi_scalar_apply(call, operands[0], operands[1]).value;
    if (!isfinite(value) || !isfinite(n->data) || value == n->data)
        return 0.0;
    return fabs(value - n->data) / fmax(fabs(value), fabs(n->data));
}

/* The relative precision of the root's dtype, where that is less than double; else 0. */
static double precision_of_dtype(const dg_inspect *x)
{
    const char *dtype = dg_trace_dtype(x->trace, x->trace->root);
    if (strstr(dtype, "bfloat16"))
        return 1e-2;
    if (strstr(dtype, "float16"))
        return 1e-3;
    return strstr(dtype, "float32") ? 1e-6 : 0.0;
}

static void mark_stale_inputs(dg_inspect *x)
{
    for (size_t i = 0; i < x->a.node_count; i++) {
        const dgi_trace_node *n = dgi_node(x, i);
        bool stale = false;
        for (size_t k = 0; k < n->n_operands && !stale; k++)
            stale = dgi_has(x, dgi_trace_node_operands(n)[k], DGI_STALE);
        if (stale)
            dgi_mark(x, i, DGI_STALE_INPUT);
    }
}

double dgi_mark_stale_data(dg_inspect *x)
{
    size_t ops = 0, off = 0;
    double largest = 0.0;
    dgi_op_cache cache = {0};
    for (size_t i = 0; i < x->a.node_count; i++) {
        if (!dgi_has(x, i, DGI_REACHED) || dgi_node(x, i)->n_operands == 0)
            continue;
        double error = data_error(x, i, &cache);
        ops++;
        if (error > SAME_NUMBER) {
            off++;
            largest = fmax(largest, error);
            dgi_mark(x, i, DGI_STALE);
        }
    }
    double precision = precision_of_dtype(x);
    if (off == 0)
        return precision;
    bool low_precision = precision > 0.0 || (off > ops / 2 && largest <= 1e-4);
    for (size_t k = 0; k < x->a.node_count; k++) {
        size_t node = x->a.order[k];
        if (!dgi_has(x, node, DGI_STALE))
            continue;
        const dgi_trace_node *n = dgi_node(x, node);
        if (low_precision)
            x->flags[node] &= (uint16_t)~DGI_STALE;
        else
            for (size_t i = 0; i < n->n_operands; i++)
                if (dgi_is_leaf(dgi_node(x, dgi_trace_node_operands(n)[i])))
                    dgi_mark(x, dgi_trace_node_operands(n)[i], DGI_STALE);
    }
    mark_stale_inputs(x);
    return low_precision ? fmax(precision, largest) : 0.0;
}
