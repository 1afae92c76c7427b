/* Losses, composed of the engine's ops. */
#include <dotgrad/nn.h>

#include "engine/graph.h"

/* One term of a sum. */
typedef dg_value *term(dg_value *prediction, double target);

static dg_value *square(dg_value *p, double y)
{
    return dg_pow(dg_sub(p, dg_leaf(dg_graph_of(p), y, NULL)), 2.0);
}

static dg_value *cross_entropy(dg_value *p, double y)
{
    return dg_sub(dg_softplus(p), dg_mul(p, dg_leaf(dg_graph_of(p), y, NULL)));
}

static dg_value *margin(dg_value *p, double y)
{
    dg_graph *g = dg_graph_of(p);
    return dg_relu(dg_add(dg_leaf(g, 1.0, NULL), dg_mul(dg_leaf(g, -y, NULL), p)));
}

/* The graph of the first value that is not NULL; NULL where all are. */
static dg_graph *first_graph(dg_value *const *values, size_t n)
{
    dg_graph *g = NULL;
    for (size_t i = 0; i < n && !g; i++)
        g = dg_graph_of(values[i]);
    return g;
}

/* The sum of the terms, times scale unless that is 1. On NULL no new values are left. */
static dg_value *sum(dg_value *const *p, const double *y, size_t n, term *f, double scale)
{
    dg_graph *g = p ? first_graph(p, n) : NULL;
    if (!g || !y)
        return dgi_graph_fail(g, DG_INVALID, "a loss needs predictions and targets");
    for (size_t i = 0; i < n; i++)
        if (!p[i])
            return dgi_graph_fail(g, DG_INVALID, "a prediction is NULL");
    size_t mark = dg_graph_mark(g);
    dg_value *total = f(p[0], y[0]);
    for (size_t i = 1; i < n && total; i++)
        total = dg_add(total, f(p[i], y[i]));
    if (total && scale != 1.0)
        total = dg_mul(total, dg_leaf(g, scale, NULL));
    if (!total)
        dg_graph_rewind(g, mark);
    return total;
}

dg_value *dg_loss_sse(dg_value *const *predictions, const double *targets, size_t n)
{
    return sum(predictions, targets, n, square, 1.0);
}

dg_value *dg_loss_mse(dg_value *const *predictions, const double *targets, size_t n)
{
    return sum(predictions, targets, n, square, 1.0 / (double)n);
}

dg_value *dg_loss_bce(dg_value *const *predictions, const double *targets, size_t n)
{
    return sum(predictions, targets, n, cross_entropy, 1.0 / (double)n);
}

dg_value *dg_loss_hinge(dg_value *const *predictions, const double *targets, size_t n)
{
    return sum(predictions, targets, n, margin, 1.0 / (double)n);
}

dg_value *dg_loss_l2(dg_value *const *values, size_t n, double alpha)
{
    dg_graph *g = values ? first_graph(values, n) : NULL;
    for (size_t i = 0; i < n && g; i++)
        if (!values[i])
            return dgi_graph_fail(g, DG_INVALID, "a value is NULL");
    if (!g)
        return NULL;
    size_t mark = dg_graph_mark(g);
    dg_value *total = dg_mul(values[0], values[0]);
    for (size_t i = 1; i < n && total; i++)
        total = dg_add(total, dg_mul(values[i], values[i]));
    if (total)
        total = dg_mul(total, dg_leaf(g, alpha, NULL));
    if (!total)
        dg_graph_rewind(g, mark);
    return total;
}
