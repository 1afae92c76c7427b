/* The contributions to gradients from ops on tensors, summed up by value. */
#include "inspect/array_sums.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trace/contributions.h"

bool dgi_array_sums_init(dgi_array_sums *s, const dg_inspect *x)
{
    bool any = false;
    for (size_t i = 0; i < x->a.node_count && !any; i++)
        any = dgi_node(x, i)->is_tensor;
    if (any)
        s->of = calloc(x->a.node_count, sizeof *s->of);
    return !any || s->of;
}

static size_t size_of(const dg_inspect *x, size_t node)
{
    size_t count;
    dgi_data(dgi_node(x, node), &count);
    return count;
}

static void free_all(double **arrays, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(arrays[i]);
    free(arrays);
}

/* An array for each operand that has a gradient, in which its contribution will stand. */
static double **allocate(const dg_inspect *x, const dgi_trace_node *n)
{
    double **arrays = calloc(n->n_operands, sizeof *arrays);
    for (size_t i = 0; arrays && i < n->n_operands; i++) {
        size_t operand = dgi_trace_node_operands(n)[i], size = size_of(x, operand);
        if (x->grad[operand] == DGI_UNKNOWN)
            continue;
        arrays[i] = calloc(size > 0 ? size : 1, sizeof **arrays);
        if (!arrays[i]) {
            free_all(arrays, n->n_operands);
            return NULL;
        }
    }
    return arrays;
}

static bool add_to(dgi_array_sum *to, const double *contribution, size_t size)
{
    if (!to->sum) {
        to->sum = calloc(size > 0 ? size : 1, sizeof *to->sum);
        to->magnitude = calloc(size > 0 ? size : 1, sizeof *to->magnitude);
        if (!to->sum || !to->magnitude)
            return false;
    }
    for (size_t i = 0; i < size; i++) {
        to->sum[i] += contribution[i];
        to->magnitude[i] += fabs(contribution[i]);
    }
    return true;
}

/* Whether the local gradients are those of the backward pass: the data are, or do not count. */
static bool is_current(const dg_inspect *x, size_t node)
{
    static const char *const independent[] = {"sum",       "mean", "reshape", "T",
                                              "transpose", "[",    "concat",  "stack"};
    if (!dgi_has(x, node, DGI_STALE | DGI_STALE_INPUT) || x->a.op[node] == DGI_SCALAR_add)
        return true;
    const char *op = dgi_node(x, node)->op;
    for (size_t i = 0; i < sizeof independent / sizeof *independent; i++) {
        size_t size = strlen(independent[i]);
        if (strncmp(op, independent[i], size) == 0 &&
            (op[0] == '[' || !op[size] || op[size] == '('))
            return true;
    }
    return false;
}

bool dgi_array_sums_add(dgi_array_sums *s, const dg_inspect *x, size_t node)
{
    const dgi_trace_node *n = dgi_node(x, node);
    if (!s->of || x->grad[node] == DGI_UNKNOWN || n->n_operands == 0 ||
        !dgi_has(x, node, DGI_OF_TENSORS))
        return true;
    double **contributions = allocate(x, n);
    if (!contributions)
        return false;
    dg_status status =
        is_current(x, node) ? dgi_trace_contributions(x->trace, node, contributions) : DG_INVALID;
    bool done = status != DG_NOMEM;
    for (size_t i = 0; i < n->n_operands && done; i++) {
        size_t operand = dgi_trace_node_operands(n)[i];
        if (status != DG_OK)
            s->of[operand].unknown = true;
        else if (contributions[i])
            done = add_to(&s->of[operand], contributions[i], size_of(x, operand));
    }
    free_all(contributions, n->n_operands);
    return done;
}

const dgi_array_sum *dgi_array_sum_of(const dgi_array_sums *s, size_t node)
{
    return s->of && (s->of[node].sum || s->of[node].unknown) ? &s->of[node] : NULL;
}

void dgi_array_sum_drop(dgi_array_sums *s, size_t node)
{
    if (!s->of)
        return;
    free(s->of[node].sum);
    free(s->of[node].magnitude);
    s->of[node] = (dgi_array_sum){0};
}

void dgi_array_sums_free(dgi_array_sums *s, size_t node_count)
{
    for (size_t i = 0; s->of && i < node_count; i++)
        dgi_array_sum_drop(s, i);
    free(s->of);
    s->of = NULL;
}
