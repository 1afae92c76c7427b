/* Data that are not what their op computes. */
#include "inspect/stale_data.h"

#include <math.h>
#include <string.h>

#include "trace/rounding.h"

/* From here on a result is another than that of the same op in double precision. */
static const double SAME_NUMBER = 1e-13;

static double error_of_tensors(dg_inspect *x, size_t node)
{
    double error;
    if (dgi_data_error(x->trace, node, &error) == DG_NOMEM)
        x->failed = true;
    return error;
}

/* How far the data of an op are from what it computes of its operands, relative to the magnitude of
 * what it adds up; 0 where that cannot be said. */
static double data_error(dg_inspect *x, size_t node, dgi_op_cache *cache)
{
    const dgi_trace_node *n = dgi_node(x, node);
    if (dgi_has(x, node, DGI_OF_TENSORS))
        return error_of_tensors(x, node);
    dgi_scalar_call call = dgi_op_cache_find(cache, n);
    if (call.op == DGI_SCALAR_UNKNOWN || x->data[node] == DGI_UNKNOWN)
        return 0.0;
    double operands[2] = {0.0, 0.0};
    for (size_t i = 0; i < n->n_operands; i++) {
        size_t from = dgi_trace_node_operands(n)[i];
        if (x->data[from] == DGI_UNKNOWN)
            return 0.0;
        operands[i] = dgi_node(x, from)->data;
    }
    double value = dgi_scalar_apply(call, operands[0], operands[1]).value;
    if (!isfinite(value) || !isfinite(n->data) || value == n->data)
        return 0.0;
    return fabs(value - n->data) / dgi_value_magnitude(call.op, fmax(fabs(value), fabs(n->data)));
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

static bool any_stale_leaf(const dg_inspect *x)
{
    for (size_t i = 0; i < x->a.node_count; i++)
        if (dgi_has(x, i, DGI_STALE) && dgi_is_leaf(dgi_node(x, i)))
            return true;
    return false;
}

/* Where a step was made, it may have changed any leaf that has a gradient: it does not show in data
 * where that leaf is multiplied by 0, or is not the largest. */
static void mark_stale_inputs(dg_inspect *x)
{
    bool stepped = any_stale_leaf(x);
    for (size_t i = 0; i < x->a.node_count; i++) {
        const dgi_trace_node *n = dgi_node(x, i);
        bool stale = false;
        for (size_t k = 0; k < n->n_operands && !stale; k++) {
            size_t operand = dgi_trace_node_operands(n)[k];
            stale =
                dgi_has(x, operand, DGI_STALE) ||
                (stepped && dgi_is_leaf(dgi_node(x, operand)) && x->grad[operand] != DGI_UNKNOWN);
        }
        if (stale)
            dgi_mark(x, i, DGI_STALE_INPUT);
    }
}

static bool has_leaf_operand(const dg_inspect *x, const dgi_trace_node *n)
{
    for (size_t i = 0; i < n->n_operands; i++)
        if (dgi_is_leaf(dgi_node(x, dgi_trace_node_operands(n)[i])))
            return true;
    return false;
}

/* Ops whose data are off, by how much at most, and those of them that have no leaf as an operand:
 * after a step these are right. */
typedef struct errors {
    size_t ops, off, inner, inner_off;
    double largest;
} errors;

static errors find_errors(dg_inspect *x)
{
    errors e = {0};
    dgi_op_cache cache = {0};
    for (size_t i = 0; i < x->a.node_count && !x->failed; i++) {
        if (!dgi_has(x, i, DGI_REACHED) || dgi_node(x, i)->n_operands == 0)
            continue;
        double error = data_error(x, i, &cache);
        bool off = error > SAME_NUMBER, inner = !has_leaf_operand(x, dgi_node(x, i));
        e.ops++;
        e.off += off;
        e.inner += inner;
        e.inner_off += inner && off;
        e.largest = fmax(e.largest, off ? error : 0.0);
        if (off)
            dgi_mark(x, i, DGI_STALE);
    }
    return e;
}

/* Whether it is as if the numbers were written with fewer digits. */
static bool are_rounded(const errors *e)
{
    return e->off > e->ops / 2 && e->largest <= 1e-4 && (e->inner == 0 || e->inner_off > 0);
}

double dgi_mark_stale_data(dg_inspect *x)
{
    errors e = find_errors(x);
    double precision = precision_of_dtype(x);
    if (e.off == 0)
        return precision;
    bool low_precision = precision > 0.0 || are_rounded(&e);
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
    return low_precision ? fmax(precision, e.largest) : 0.0;
}
