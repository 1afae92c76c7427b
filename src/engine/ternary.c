/* where, lerp and clamp: elementwise ops of three values, or with two constants. Their operands
 * broadcast. */
#include "engine/record.h"

#include <math.h>

enum { OPERANDS = DGI_RECORD_OPERANDS_MAX };

/* The result's elements in order, with those of the operands beside them. */
typedef struct cursor {
    int ndim;
    size_t count[DG_DIMS_MAX], at[DG_DIMS_MAX];
    size_t stride[OPERANDS][DG_DIMS_MAX]; /* 0 where the operand is repeated */
    size_t offset[OPERANDS];
} cursor;

static cursor cursor_of(const dg_value *v, const dgi_arguments *a)
{
    cursor c = {.ndim = dgi_ndim(v)};
    for (int i = 0; i < c.ndim; i++)
        c.count[i] = dgi_shape_of(v)[i];
    for (size_t k = 0; k < a->n_operands; k++) {
        const dg_value *x = a->operands[k];
        size_t stride = 1;
        for (int i = dgi_ndim(x), to = c.ndim; i-- > 0;) {
            size_t size = dgi_shape_of(x)[i];
            c.stride[k][--to] = size == 1 ? 0 : stride;
            stride *= size;
        }
    }
    return c;
}

static void advance(cursor *c)
{
    for (int i = c->ndim; i-- > 0;) {
        for (int k = 0; k < OPERANDS; k++)
            c->offset[k] += c->stride[k][i];
        if (++c->at[i] < c->count[i])
            return;
        for (int k = 0; k < OPERANDS; k++)
            c->offset[k] -= c->stride[k][i] * c->count[i];
        c->at[i] = 0;
    }
}

/* What an op makes of three numbers, or of one and its constants; and the derivative by operand k.
 */
typedef double function(const double x[OPERANDS], const dgi_arguments *a);
typedef double derivative(const double x[OPERANDS], const dgi_arguments *a, size_t k);

static void numbers_at(const cursor *c, const dgi_arguments *a, double x[OPERANDS])
{
    for (size_t k = 0; k < a->n_operands; k++)
        x[k] = dgi_data_const(a->operands[k])[c->offset[k]];
}

static void forward(dg_value *v, function *f)
{
    dgi_arguments a = dgi_arguments_of(v);
    cursor c = cursor_of(v, &a);
    double *z = dgi_data(v), x[OPERANDS] = {0.0};
    for (size_t i = 0, n = dgi_size(v); i < n; i++, advance(&c)) {
        numbers_at(&c, &a, x);
        z[i] = f(x, &a);
    }
}

static void backward(dgi_backward_pass *p, dg_value *v, derivative *by, size_t first)
{
    dgi_arguments a = dgi_arguments_of(v);
    const double *g = dgi_grad(v);
    double x[OPERANDS] = {0.0};
    for (size_t k = first; k < a.n_operands; k++) {
        double *d = dgi_zeroed_grad_target(p, a.operands[k]);
        cursor c = cursor_of(v, &a);
        for (size_t i = 0, n = d ? dgi_size(v) : 0; i < n; i++, advance(&c)) {
            numbers_at(&c, &a, x);
            d[c.offset[k]] += by(x, &a, k) * g[i];
        }
    }
}

/* The shape that all operands broadcast to. */
static bool broadcast_all(dgi_opcode op, const dgi_arguments *a, dgi_result_shape *s)
{
    for (size_t k = 0; k < a->n_operands; k++) {
        dgi_broadcast w;
        const dg_value *x = a->operands[k];
        if (!dgi_broadcast_shapes(&w, s->ndim, s->sizes, dgi_ndim(x), dgi_shape_of(x)))
            return dgi_record_fail(a, op, "the shapes do not broadcast");
        s->ndim = w.ndim;
        for (int i = 0; i < w.ndim; i++)
            s->sizes[i] = w.shape[i];
    }
    return true;
}

/* ---- where ---- */

static double where(const double x[OPERANDS], const dgi_arguments *a)
{
    (void)a;
    return x[0] != 0.0 ? x[1] : x[2];
}

static double where_by(const double x[OPERANDS], const dgi_arguments *a, size_t k)
{
    (void)a;
    return (x[0] != 0.0) == (k == 1) ? 1.0 : 0.0;
}

/* The condition gets no gradient. */
bool dgi_where_shape(dgi_opcode op, dgi_arguments *a, dgi_result_shape *s)
{
    s->no_grad = !dgi_requires_grad(a->operands[1]) && !dgi_requires_grad(a->operands[2]);
    return broadcast_all(op, a, s);
}

void dgi_where_forward(dg_value *v)
{
    forward(v, where);
}

void dgi_where_backward(dgi_backward_pass *p, dg_value *v)
{
    backward(p, v, where_by, 1);
}

dg_value *dg_where(dg_value *condition, dg_value *a, dg_value *b)
{
    dgi_arguments all = {.n_operands = 3, .operands = {condition, a, b}};
    return dgi_record_op_new(DGI_TENSOR_where, &all);
}

/* ---- lerp ---- */

/* From the nearer end, so that weights of 0 and 1 give the ends themselves. */
static double lerp(const double x[OPERANDS], const dgi_arguments *a)
{
    (void)a;
    double difference = x[1] - x[0];
    return fabs(x[2]) < 0.5 ? x[0] + x[2] * difference : x[1] - difference * (1.0 - x[2]);
}

static double lerp_by(const double x[OPERANDS], const dgi_arguments *a, size_t k)
{
    (void)a;
    return k == 0 ? 1.0 - x[2] : k == 1 ? x[2] : x[1] - x[0];
}

bool dgi_lerp_shape(dgi_opcode op, dgi_arguments *a, dgi_result_shape *s)
{
    return broadcast_all(op, a, s);
}

void dgi_lerp_forward(dg_value *v)
{
    forward(v, lerp);
}

void dgi_lerp_backward(dgi_backward_pass *p, dg_value *v)
{
    backward(p, v, lerp_by, 0);
}

dg_value *dg_lerp(dg_value *a, dg_value *b, dg_value *weight)
{
    dgi_arguments all = {.n_operands = 3, .operands = {a, b, weight}};
    return dgi_record_op_new(DGI_TENSOR_lerp, &all);
}

/* ---- clamp ---- */

/* Where min is above max it is max, as in PyTorch. nan stays nan. */
static double clamp(const double x[OPERANDS], const dgi_arguments *a)
{
    double low = x[0] < a->numbers[0] ? a->numbers[0] : x[0];
    return low > a->numbers[1] ? a->numbers[1] : low;
}

static double clamp_by(const double x[OPERANDS], const dgi_arguments *a, size_t k)
{
    (void)k;
    return x[0] >= a->numbers[0] && x[0] <= a->numbers[1] ? 1.0 : 0.0;
}

bool dgi_clamp_shape(dgi_opcode op, dgi_arguments *a, dgi_result_shape *s)
{
    if (a->n_numbers != 2 || isnan(a->numbers[0]) || isnan(a->numbers[1]))
        return dgi_record_fail(a, op, "two bounds are needed");
    return broadcast_all(op, a, s);
}

void dgi_clamp_forward(dg_value *v)
{
    forward(v, clamp);
}

void dgi_clamp_backward(dgi_backward_pass *p, dg_value *v)
{
    backward(p, v, clamp_by, 0);
}

dg_value *dg_clamp(dg_value *a, double min, double max)
{
    dgi_arguments all = {.n_operands = 1, .operands = {a}, .n_numbers = 2, .numbers = {min, max}};
    return dgi_record_op_new(DGI_TENSOR_clamp, &all);
}
