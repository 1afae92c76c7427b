/* The ops of ops.def over arrays: each row is expanded to loops over contiguous runs, which the
 * compiler vectorises where the formula allows.
 *
 * gcc vectorises formulas with a condition, such as those of relu and max, only with this. No
 * result depends on it. (Not for all files: for a single scalar a branch is faster.) */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-trapping-math", "fp-contract=off")
#endif

#include "engine/array.h"

#include "engine/detached.h"
#include "engine/math.h"

/* A run of elements of the result and of the operands. A step is 1, or 0 where one element is
 * repeated; not both are 0. An op of one operand has it as y too. */
typedef struct run {
    const double *x, *y;
    size_t step_x, step_y;
    const double *z, *g; /* backward: the result and its gradient */
    size_t n;
    double k;
} run;

typedef void forward_kernel(double *restrict out, const run *r);

/* Adds the contributions of a run to the gradient d of one operand, or stores them where d is
 * uninitialised. Where the operand is repeated, d is one element and initialised. */
typedef void backward_kernel(double *restrict d, const run *r, bool uninitialised);

/* Inlined, so that the steps are constants to the compiler. */
#define INLINE static inline __attribute__((always_inline))

/* Sums have this many interleaved accumulators, as in kernels.h. */
enum { ACCUMULATORS = 4 };

#define NUMBERS(i)                                                                                 \
    const double x = r->x[(i)*step_x], y = r->y[(i)*step_y], z = r->z[i], g = r->g[i];             \
    (void)x, (void)y, (void)z

#define FORWARD_LOOP(name, f)                                                                      \
    INLINE void forward_loop_##name(double *restrict out, const run *r, size_t step_x,             \
                                    size_t step_y)                                                 \
    {                                                                                              \
        const double *xs = r->x, *ys = r->y;                                                       \
        const double k = r->k;                                                                     \
        (void)k;                                                                                   \
        for (size_t i = 0, n = r->n; i < n; i++) {                                                 \
            const double x = xs[i * step_x], y = ys[i * step_y];                                   \
            (void)y;                                                                               \
            out[i] = (f);                                                                          \
        }                                                                                          \
    }

/* A contribution is stored as 0 + x, so that the result is the same as when it is added, for -0
 * too. */
#define BACKWARD_LOOP(operand, name, own_step, dx)                                                 \
    INLINE void operand##_loop_##name(double *restrict d, const run *run_of, size_t step_x,        \
                                      size_t step_y, bool uninitialised)                           \
    {                                                                                              \
        const run whole = *run_of, *r = &whole;                                                    \
        const double k = r->k;                                                                     \
        const size_t n = r->n;                                                                     \
        size_t i = 0;                                                                              \
        (void)k;                                                                                   \
        if (own_step && uninitialised) {                                                           \
            for (; i < n; i++) {                                                                   \
                NUMBERS(i);                                                                        \
                d[i] = 0.0 + (dx)*g;                                                               \
            }                                                                                      \
            return;                                                                                \
        }                                                                                          \
        if (own_step) {                                                                            \
            for (; i < n; i++) {                                                                   \
                NUMBERS(i);                                                                        \
                d[i] += (dx)*g;                                                                    \
            }                                                                                      \
            return;                                                                                \
        }                                                                                          \
        double sums[ACCUMULATORS] = {0.0};                                                         \
        for (; i + ACCUMULATORS <= n; i += ACCUMULATORS)                                           \
            for (size_t j = 0; j < ACCUMULATORS; j++) {                                            \
                NUMBERS(i + j);                                                                    \
                sums[j] += (dx)*g;                                                                 \
            }                                                                                      \
        for (size_t j = 0; i + j < n; j++) {                                                       \
            NUMBERS(i + j);                                                                        \
            sums[j] += (dx)*g;                                                                     \
        }                                                                                          \
        *d += (sums[0] + sums[1]) + (sums[2] + sums[3]);                                           \
    }

/* The loops for each combination of steps. */
#define ONE_OPERAND(name, f, dx)                                                                   \
    FORWARD_LOOP(name, f)                                                                          \
    static void forward_##name(double *restrict out, const run *r)                                 \
    {                                                                                              \
        forward_loop_##name(out, r, 1, 1);                                                         \
    }                                                                                              \
    BACKWARD_LOOP(x, name, step_x, dx)                                                             \
    static void x_##name(double *restrict d, const run *r, bool uninitialised)                     \
    {                                                                                              \
        x_loop_##name(d, r, 1, 1, uninitialised);                                                  \
    }

#define BACKWARD_OF(operand, name)                                                                 \
    static void operand##_##name(double *restrict d, const run *r, bool uninitialised)             \
    {                                                                                              \
        if (r->step_x && r->step_y)                                                                \
            operand##_loop_##name(d, r, 1, 1, uninitialised);                                      \
        else if (r->step_x)                                                                        \
            operand##_loop_##name(d, r, 1, 0, uninitialised);                                      \
        else                                                                                       \
            operand##_loop_##name(d, r, 0, 1, uninitialised);                                      \
    }

#define DGI_UNARY(name, text, formula, derivative, f, dx, test_points) ONE_OPERAND(name, f, dx)
#define DGI_CONSTANT(name, text, formula, derivative, f, dx, test_points) ONE_OPERAND(name, f, dx)
#define TWO_OPERANDS(name, f)                                                                      \
    FORWARD_LOOP(name, f)                                                                          \
    static void forward_##name(double *restrict out, const run *r)                                 \
    {                                                                                              \
        if (r->step_x && r->step_y)                                                                \
            forward_loop_##name(out, r, 1, 1);                                                     \
        else if (r->step_x)                                                                        \
            forward_loop_##name(out, r, 1, 0);                                                     \
        else                                                                                       \
            forward_loop_##name(out, r, 0, 1);                                                     \
    }

#define DGI_BINARY(name, text, formula, derivative, f, dx, dy, test_points)                        \
    TWO_OPERANDS(name, f)                                                                          \
    BACKWARD_LOOP(x, name, step_x, dx)                                                             \
    BACKWARD_OF(x, name)                                                                           \
    BACKWARD_LOOP(y, name, step_y, dy)                                                             \
    BACKWARD_OF(y, name)
#define DGI_COMPOSITE(...)
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT

/* By opcode. */
static const struct {
    forward_kernel *forward;
    backward_kernel *backward[2]; /* for the first operand, and the second */
} kernels[] = {
#define DGI_UNARY(name, ...) [DGI_OP_##name] = {forward_##name, {x_##name, NULL}},
#define DGI_CONSTANT(name, ...) [DGI_OP_##name] = {forward_##name, {x_##name, NULL}},
#define DGI_BINARY(name, ...) [DGI_OP_##name] = {forward_##name, {x_##name, y_##name}},
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_COMPOSITE
};

/* Where a run begins, in an array of the result's shape and in the operands. */
typedef struct position {
    size_t at[DG_DIMS_MAX]; /* the counters of the outer loops */
    size_t x, y, z;
} position;

static bool next_position(const dgi_broadcast *w, position *p)
{
    p->z += w->inner;
    for (int i = w->n_loops; i-- > 0;) {
        p->x += w->stride_a[i];
        p->y += w->stride_b[i];
        if (++p->at[i] < w->count[i])
            return true;
        p->x -= w->count[i] * w->stride_a[i];
        p->y -= w->count[i] * w->stride_b[i];
        p->at[i] = 0;
    }
    return false;
}

/* How the operands of v broadcast. */
static dgi_broadcast broadcast_of(const dg_value *v)
{
    dgi_broadcast w;
    const dg_value *a = dgi_first_operand(v),
                   *b = dgi_operand_count(v) == 2 ? dgi_second_operand(v) : a;
    dgi_broadcast_shapes(&w, dgi_ndim(a), dgi_shape_of(a), dgi_ndim(b), dgi_shape_of(b));
    return w;
}

static run run_at(const dg_value *v, const dgi_broadcast *w, const position *p)
{
    const dg_value *a = dgi_first_operand(v),
                   *b = dgi_operand_count(v) == 2 ? dgi_second_operand(v) : a;
    return (run){.x = dgi_data_const(a) + p->x,
                 .y = dgi_data_const(b) + p->y,
                 .step_x = w->inner_a,
                 .step_y = w->inner_b,
                 .n = w->inner,
                 .k = dgi_op_has_constant(dgi_op(v)) ? dgi_constant_of(v) : 0.0};
}

void dgi_elementwise_forward(dg_value *v)
{
    if (v->array->size == 0)
        return;
    dgi_broadcast w = broadcast_of(v);
    position p = {.z = 0};
    do {
        run r = run_at(v, &w, &p);
        kernels[dgi_op(v)].forward(v->array->data + p.z, &r);
    } while (next_position(&w, &p));
}

/* From v to its operand i. Only where no element of the operand is repeated does each get one
 * contribution, which may be stored. */
static void backward_operand(dgi_backward_pass *pass, const dg_value *v, const dgi_broadcast *w,
                             int i)
{
    dg_value *operand = i == 0 ? dgi_first_operand(v) : dgi_second_operand(v);
    bool uninitialised = false, whole = dgi_size(operand) == v->array->size;
    double *d = whole ? dgi_grad_target(pass, operand, &uninitialised)
                      : dgi_zeroed_grad_target(pass, operand);
    if (!d || v->array->size == 0)
        return;
    position p = {.z = 0};
    do {
        run r = run_at(v, w, &p);
        r.z = v->array->data + p.z;
        r.g = v->array->grad + p.z;
        kernels[dgi_op(v)].backward[i](d + (i == 0 ? p.x : p.y), &r, uninitialised);
    } while (next_position(w, &p));
}

void dgi_elementwise_backward(dgi_backward_pass *pass, dg_value *v)
{
    dgi_broadcast w = broadcast_of(v);
    for (int i = 0; i < (int)dgi_operand_count(v); i++)
        backward_operand(pass, v, &w, i);
}

/* A scalar result of operands that may require no gradient. */
static dg_value *scalar_new(dg_graph *g, uint8_t op, bool requires_grad)
{
    dg_value *v = dgi_value_new(g, (dgi_opcode)op);
    if (v && !requires_grad)
        dgi_kind_of(v)->flags = DGI_NO_GRAD;
    return v;
}

static dg_value *with_data(dg_value *v)
{
    if (dgi_is_array(v))
        dgi_elementwise_forward(v);
    else
        dgi_compute(dgi_chunk_of(v), dgi_slot_of(v), dgi_slot_of(v) + 1);
    return v;
}

dg_value *dgi_elementwise_unary(uint8_t op, dg_value *a, double k)
{
    dg_graph *g = dg_graph_of(a);
    bool requires_grad = dgi_requires_grad(a);
    uint32_t id = 0;
    if (dgi_op_has_constant((dgi_opcode)op) && !dgi_constant_id(g, k, &id))
        return NULL;
    dg_value *v = dgi_is_array(a)
                      ? dgi_tensor_new(g, op, dgi_ndim(a), dgi_shape_of(a), requires_grad, 0)
                      : scalar_new(g, op, requires_grad);
    if (!v)
        return NULL;
    dgi_set_first_operand(v, a);
    *dgi_attributes_of(v) = id;
    return with_data(v);
}

dg_value *dgi_elementwise_binary(uint8_t op, dg_value *a, dg_value *b)
{
    dg_graph *g = dgi_graph_of_both(a, b);
    if (!g)
        return NULL;
    dgi_broadcast w;
    if (!dgi_broadcast_shapes(&w, dgi_ndim(a), dgi_shape_of(a), dgi_ndim(b), dgi_shape_of(b)))
        return dgi_fail_with_shapes(g, "cannot broadcast %s with %s", a, b);
    bool requires_grad = dgi_requires_grad(a) || dgi_requires_grad(b);
    dg_value *v = w.ndim > 0 ? dgi_tensor_new(g, op, w.ndim, w.shape, requires_grad, 0)
                             : scalar_new(g, op, requires_grad);
    if (!v)
        return NULL;
    dgi_set_first_operand(v, a);
    dgi_set_second_operand(v, b);
    return with_data(v);
}

/* ---- Detached values ---- */

TWO_OPERANDS(detached_sub, x - y)
TWO_OPERANDS(detached_div, x / y)

/* A leaf for a result of this broadcast. */
static dg_value *detached_leaf(dg_graph *g, const dgi_broadcast *w)
{
    double *numbers;
    return dgi_leaf_new(g, w->ndim, w->shape, false, &numbers);
}

static dg_value *detached(forward_kernel *kernel, dg_value *a, dg_value *b)
{
    dg_graph *g = dgi_graph_of_both(a, b);
    dgi_broadcast w;
    if (!g)
        return NULL;
    if (!dgi_broadcast_shapes(&w, dgi_ndim(a), dgi_shape_of(a), dgi_ndim(b), dgi_shape_of(b)))
        return dgi_fail_with_shapes(g, "cannot broadcast %s with %s", a, b);
    dg_value *v = detached_leaf(g, &w);
    position p = {.z = 0};
    if (!v || w.size == 0)
        return v;
    do {
        run r = {.x = dgi_data_const(a) + p.x,
                 .y = dgi_data_const(b) + p.y,
                 .step_x = w.inner_a,
                 .step_y = w.inner_b,
                 .n = w.inner};
        kernel(dgi_data(v) + p.z, &r);
    } while (next_position(&w, &p));
    return v;
}

dg_value *dgi_detached_sub(dg_value *a, dg_value *b)
{
    return detached(forward_detached_sub, a, b);
}

dg_value *dgi_detached_div(dg_value *a, dg_value *b)
{
    return detached(forward_detached_div, a, b);
}

dg_value *dgi_detached_expand(dg_value *a, int ndim, const size_t *shape)
{
    dg_graph *g = dg_graph_of(a);
    dgi_broadcast w;
    if (!dgi_broadcast_shapes(&w, dgi_ndim(a), dgi_shape_of(a), ndim, shape) || w.ndim != ndim ||
        memcmp(w.shape, shape, (size_t)ndim * sizeof *shape) != 0) {
        char from[DG_SHAPE_TEXT_MAX], to[DG_SHAPE_TEXT_MAX];
        dgi_graph_failf(g, DG_INVALID, "cannot broadcast %s to %s",
                        dg_shape_text(dgi_ndim(a), dgi_shape_of(a), from),
                        dg_shape_text(ndim, shape, to));
        return NULL;
    }
    dg_value *v = detached_leaf(g, &w);
    position p = {.z = 0};
    if (!v || w.size == 0)
        return v;
    do {
        const double *x = dgi_data_const(a) + p.x;
        for (size_t i = 0; i < w.inner; i++)
            dgi_data(v)[p.z + i] = x[i * w.inner_a];
    } while (next_position(&w, &p));
    return v;
}
