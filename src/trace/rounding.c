/* Bounds of rounding errors of ops on tensors: the op is evaluated once more, with magnitudes in
 * the place of numbers. */
#include "trace/rounding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <dotgrad/tensor.h>

#include "trace/contributions.h"
#include "trace/recompute.h"

double dgi_derivative_magnitude(dgi_scalar_op op, double x)
{
    switch (op) {
    case DGI_SCALAR_tanh:
    case DGI_SCALAR_sigmoid:
    case DGI_SCALAR_expm1:
        return 1.0;
    case DGI_SCALAR_silu:
        return 1.0 + fabs(x);
    default:
        return 0.0;
    }
}

double dgi_value_magnitude(dgi_scalar_op op, double value)
{
    switch (op) {
    case DGI_SCALAR_tanh: /* from exponentials */
    case DGI_SCALAR_expm1:
    case DGI_SCALAR_log1p:
    case DGI_SCALAR_softplus:
        return fmax(fabs(value), 1.0);
    default:
        return fabs(value);
    }
}

/* ---- The node that is looked at ------------------------------------------------------------- */

typedef struct op_node {
    const dg_trace *t;
    size_t node, operand_count;
    dgi_scalar_call call;
    dg_graph *g;
    dg_value **x; /* leaves with the operands' data */
    dg_value *v;  /* the op of them */
} op_node;

static dg_status make_op_node(op_node *o, const dg_trace *t, size_t node)
{
    size_t count = dg_trace_operand_count(t, node);
    *o = (op_node){.t = t, .node = node, .operand_count = count};
    o->call = dgi_scalar_call_from_text(dg_trace_op(t, node), count);
    o->g = dg_graph_new();
    o->x = calloc(count > 0 ? count : 1, sizeof(dg_value *));
    if (!o->g || !o->x)
        return DG_NOMEM;
    if (dgi_recompute_operands(o->g, t, node, NULL, o->x))
        o->v = dgi_recompute(t, node, o->x);
    return o->v ? DG_OK : DG_INVALID;
}

static void free_op_node(op_node *o)
{
    free(o->x);
    dg_graph_free(o->g);
}

/* The status of what was made; other errors than of memory mean that it is not known. */
static dg_status status_of(const op_node *o, dg_status status)
{
    if (status == DG_NOMEM || (o->g && dg_graph_status(o->g) == DG_NOMEM))
        return DG_NOMEM;
    return status;
}

static dg_value *zeros(const op_node *o, const dg_value *like)
{
    return dg_set_requires_grad(dg_tensor(o->g, dg_ndim(like), dg_shape(like), NULL, NULL), 0);
}

/* The numbers of the node `of` times a factor, as magnitudes. */
static dg_value *magnitudes(const op_node *o, size_t of, const double *numbers, double factor)
{
    dg_value *v = dgi_trace_leaf(o->g, o->t, of, numbers, false);
    return v ? dg_mul(dg_abs(v), dg_set_requires_grad(dg_leaf(o->g, factor, NULL), 0)) : NULL;
}

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* ---- Contributions -------------------------------------------------------------------------- */

/* The sum of y, broadcast to the shape of the result, with the weights: its gradient by y is what
 * weights of that shape sum up to in an operand. */
static dg_value *broadcast_sum(const op_node *o, dg_value *y, dg_value *weights)
{
    return dg_sum(dg_mul(dg_add(y, zeros(o, o->v)), weights));
}

/* What each element of the result of an elementwise op may be off in its term. */
static dg_value *elementwise_bounds(const op_node *o, size_t i, dgi_precision p)
{
    dg_value *a = dg_add(o->x[0], zeros(o, o->v));
    dg_value *b = dg_add(o->x[o->operand_count - 1], zeros(o, o->v)), *terms = zeros(o, o->v);
    size_t size = dg_size(o->v);
    const double *grad = dg_trace_grad_array(o->t, o->node);
    const double *x = dg_data_array(a), *y = dg_data_array(b);
    double *bounds = x && y && terms ? malloc((size ? size : 1) * sizeof *bounds) : NULL;
    if (!bounds)
        return NULL;
    for (size_t k = 0; k < size; k++) {
        double derivative = dgi_scalar_apply(o->call, x[k], y[k]).by_operand[i];
        bounds[k] = fabs(grad[k]) * (p.tolerance * fabs(derivative) +
                                     p.epsilon * dgi_derivative_magnitude(o->call.op, x[k]));
    }
    dg_set_data_array(terms, bounds, size);
    free(bounds);
    return terms;
}

/* Of softmax s: s * (g - sum(s * g)). */
static dg_value *softmax_bounds(const op_node *o, dg_value *g, int dim)
{
    dg_value *terms = dg_mul(o->v, g);
    return dg_add(terms, dg_mul(o->v, dg_sum_dim(terms, dim, 1)));
}

/* Of log_softmax v: g - exp(v) * sum(g). */
static dg_value *log_softmax_bounds(const op_node *o, dg_value *g, int dim)
{
    return dg_add(g, dg_mul(dg_exp(o->v), dg_sum_dim(g, dim, 1)));
}

/* Of cross_entropy: share * (sum(t) * softmax(x) - t) to the logits, share * -log_softmax(x) to the
 * targets. Of classes, whose targets are 0 and 1, s - 1 is at most 1. */
static dg_value *cross_entropy_bounds(const op_node *o, dg_value *g, size_t i)
{
    dg_value *x = o->x[0], *t = o->x[1];
    int dim = dg_ndim(x) > 1 ? 1 : 0;
    bool classes = dg_ndim(t) != dg_ndim(x);
    double lanes = (double)dg_size(x) / (double)dg_shape(x)[dim];
    dg_value *share = dg_div(g, dg_leaf(o->g, lanes, NULL));
    if (i == 1)
        return dg_mul(dg_add(dg_add(dg_abs(x), dg_max_dim(dg_abs(x), dim, 1)),
                             dg_abs(dg_log_softmax(x, dim))),
                      share);
    dg_value *targets = classes ? dg_leaf(o->g, 1.0, NULL) : dg_abs(t);
    dg_value *sum = classes ? targets : dg_sum_dim(targets, dim, 1);
    return dg_mul(dg_add(dg_mul(dg_softmax(x, dim), sum), targets), share);
}

/* The other ops are linear in what they pass on: of a matrix product the magnitudes of the factors
 * count, of those that move or choose numbers only the gradient. */
static dg_value *linear_root(const op_node *o, dg_value *y, dg_value *g, size_t i)
{
    bool is_matmul = strcmp(dg_trace_op(o->t, o->node), "@") == 0;
    o->x[i] = y;
    for (size_t k = 0; k < o->operand_count && is_matmul; k++)
        if (k != i)
            o->x[k] = dg_abs(o->x[k]);
    dg_value *v = dgi_recompute(o->t, o->node, o->x);
    return v ? dg_sum(dg_mul(v, g)) : NULL;
}

/* The bounds of the terms that are the operand's elements, or a root whose gradient by y they are.
 */
static dg_value *find_bounds(const op_node *o, size_t i, dgi_precision p, dg_value *y,
                             dg_value **root)
{
    const char *text = dg_trace_op(o->t, o->node);
    int dim;
    dg_value *g = magnitudes(o, o->node, dg_trace_grad_array(o->t, o->node), p.tolerance);
    if (dgi_op_has_dim(text, "softmax", &dim))
        return softmax_bounds(o, g, dim);
    if (dgi_op_has_dim(text, "log_softmax", &dim))
        return log_softmax_bounds(o, g, dim);
    if (strcmp(text, "cross_entropy") == 0)
        return cross_entropy_bounds(o, g, i);
    if (o->call.op == DGI_SCALAR_UNKNOWN) {
        *root = linear_root(o, y, g, i);
        return NULL;
    }
    dg_value *terms = elementwise_bounds(o, i, p);
    *root = terms ? broadcast_sum(o, y, terms) : NULL;
    return NULL;
}

dg_status dgi_add_contribution_rounding(const dg_trace *t, size_t node, size_t i, dgi_precision p,
                                        double *bounds)
{
    if (i >= dg_trace_operand_count(t, node) || !dg_trace_has_grad(t, node) ||
        !dg_trace_has_data(t, node))
        return DG_INVALID;
    op_node o;
    dg_status status = make_op_node(&o, t, node);
    if (status == DG_OK) {
        size_t operand = dg_trace_operand(t, node, i);
        dg_value *y = dgi_trace_leaf(o.g, t, operand, dg_trace_data_array(t, operand), true);
        dg_value *root = NULL, *found = find_bounds(&o, i, p, y, &root);
        const double *numbers = found ? dg_data_array(found) : NULL;
        if (root && dg_backward(root) == DG_OK && dg_has_grad(y))
            numbers = dg_grad_array(y);
        for (size_t k = 0; numbers && k < dg_size(y); k++)
            bounds[k] += numbers[k];
        status = numbers ? DG_OK : DG_INVALID;
    }
    status = status_of(&o, status);
    free_op_node(&o);
    return status;
}

/* ---- Data ----------------------------------------------------------------------------------- */

/* Errors of sums grow as the square root of the number of terms, as of a random walk. */
static double growth_of_sum(size_t terms)
{
    return fmax(1.0, sqrt((double)terms) / 32.0);
}

/* The op of the magnitudes of the operands. */
static dg_value *op_of_magnitudes(const op_node *o, size_t terms)
{
    for (size_t k = 0; k < o->operand_count; k++)
        o->x[k] = dg_abs(o->x[k]);
    dg_value *v = dgi_recompute(o->t, o->node, o->x);
    return v ? dg_mul(v, dg_leaf(o->g, growth_of_sum(terms), NULL)) : NULL;
}

/* Of the mean of -sum(t * (x - max(x) - log(sum(exp(x - max(x)))))). */
static dg_value *cross_entropy_magnitude(const op_node *o)
{
    dg_value *x = dg_abs(o->x[0]), *t = o->x[1];
    int dim = dg_ndim(x) > 1 ? 1 : 0;
    dg_value *largest = dg_max_all(x), *v = dg_add(dg_add(largest, largest), dg_abs(o->v));
    if (dg_ndim(t) != dg_ndim(x))
        return v;
    return dg_mul(v, dg_add(dg_max_all(dg_sum_dim(dg_abs(t), dim, 1)), dg_leaf(o->g, 1.0, NULL)));
}

/* As many magnitudes as the result has numbers, or one for all; NULL: those of the numbers. */
static dg_value *result_magnitudes(const op_node *o)
{
    const char *text = dg_trace_op(o->t, o->node);
    dg_value *x = o->x[0];
    int dim;
    if (strcmp(text, "@") == 0)
        return op_of_magnitudes(o, dg_shape(x)[dg_ndim(x) - 1]);
    if (o->call.op == DGI_SCALAR_UNKNOWN && (begins_with(text, "sum") || begins_with(text, "mean")))
        return op_of_magnitudes(o, dg_size(o->v) ? dg_size(x) / dg_size(o->v) : 0);
    if (strcmp(text, "cross_entropy") == 0)
        return cross_entropy_magnitude(o);
    bool is_softmax = dgi_op_has_dim(text, "softmax", &dim);
    if (!is_softmax && !dgi_op_has_dim(text, "log_softmax", &dim))
        return NULL;
    dg_value *exponents = dg_add(dg_abs(x), dg_max_dim(dg_abs(x), dim, 1));
    return is_softmax ? dg_mul(o->v, dg_add(exponents, dg_leaf(o->g, 1.0, NULL)))
                      : dg_add(exponents, dg_abs(o->v));
}

static double error_of(double computed, double data, double magnitude)
{
    if (computed == data || !isfinite(computed) || !isfinite(data))
        return 0.0;
    double error = fabs(computed - data) / magnitude;
    return isfinite(error) ? error : 0.0;
}

static double largest_error(const op_node *o)
{
    size_t size = dg_size(o->v);
    const double *data = dg_trace_data_array(o->t, o->node), *computed = dg_data_array(o->v);
    if (size == 0 || memcmp(data, computed, size * sizeof *data) == 0)
        return 0.0;
    const dg_value *found = result_magnitudes(o);
    const double *m = found ? dg_data_array(found) : NULL;
    bool one = found && dg_size(found) == 1;
    double largest = 0.0;
    for (size_t k = 0; k < size; k++) {
        double magnitude = fmax(fabs(computed[k]), fabs(data[k]));
        magnitude =
            m ? fmax(m[one ? 0 : k], magnitude) : dgi_value_magnitude(o->call.op, magnitude);
        largest = fmax(largest, error_of(computed[k], data[k], magnitude));
    }
    return largest;
}

static bool has_shape_of_node(const op_node *o)
{
    int ndim = dg_ndim(o->v);
    return ndim == dg_trace_ndim(o->t, o->node) &&
           memcmp(dg_shape(o->v), dg_trace_shape(o->t, o->node), (size_t)ndim * sizeof(size_t)) ==
               0;
}

dg_status dgi_data_error(const dg_trace *t, size_t node, double *error)
{
    *error = 0.0;
    if (dg_trace_operand_count(t, node) == 0 || !dg_trace_has_data(t, node))
        return DG_OK;
    op_node o;
    dg_status status = make_op_node(&o, t, node);
    if (status == DG_OK && has_shape_of_node(&o))
        *error = largest_error(&o);
    status = status_of(&o, status);
    free_op_node(&o);
    return status == DG_NOMEM ? DG_NOMEM : DG_OK;
}
