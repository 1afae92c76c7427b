/* The ops of ops.def over arrays: each row is expanded to loops over runs of numbers, which the
 * compiler makes vector instructions of where the formula allows. */
/* Only so does gcc make vectors of formulas that choose, such as those of relu and max. No digit
 * depends on it. (Not for all files: a lone scalar's choice is quicker as a branch.) */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-trapping-math", "fp-contract=off")
#endif

#include "engine/array.h"

#include "engine/detached.h"
#include "engine/math.h"

/* Numbers of the result side by side with those of the operands. A step is 1, or 0 where one number
 * is repeated; not both are 0. An op of one operand has it as y, too. */
typedef struct run {
    const double *x, *y;
    size_t step_x, step_y;
    const double *z, *g; /* backward: the result and its gradient */
    size_t n;
    double k;
} run;

typedef void forward_kernel(double *restrict out, const run *r);

/* Adds what the run contributes to the gradient of one operand to d, or stores it there where d is
 * fresh. Of an operand that is repeated, d is the one number, and not fresh. */
typedef void backward_kernel(double *restrict d, const run *r, bool fresh);

/* In these functions the steps are constants to the compiler. */
#define INLINE static inline __attribute__((always_inline))

/* Sums are made in this many interleaved parts, added in one order: vectors can be used, and the
 * digits do not depend on how wide they are. */
enum { PARTS = 4 };

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

/* What is stored is added to 0, so that it makes no difference, to a -0 neither. */
#define BACKWARD_LOOP(half, name, own_step, dx)                                                    \
    INLINE void half##_loop_##name(double *restrict d, const run *run_of, size_t step_x,           \
                                   size_t step_y, bool fresh)                                      \
    {                                                                                              \
        const run whole = *run_of, *r = &whole;                                                    \
        const double k = r->k;                                                                     \
        const size_t n = r->n;                                                                     \
        size_t i = 0;                                                                              \
        (void)k;                                                                                   \
        if (own_step && fresh) {                                                                   \
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
        double parts[PARTS] = {0.0};                                                               \
        for (; i + PARTS <= n; i += PARTS)                                                         \
            for (size_t j = 0; j < PARTS; j++) {                                                   \
                NUMBERS(i + j);                                                                    \
                parts[j] += (dx)*g;                                                                \
            }                                                                                      \
        for (size_t j = 0; i + j < n; j++) {                                                       \
            NUMBERS(i + j);                                                                        \
            parts[j] += (dx)*g;                                                                    \
        }                                                                                          \
        *d += (parts[0] + parts[1]) + (parts[2] + parts[3]);                                       \
    }

/* The loops with their steps written out. */
#define ONE_OPERAND(name, f, dx)                                                                   \
    FORWARD_LOOP(name, f)                                                                          \
    static void forward_##name(double *restrict out, const run *r)                                 \
    {                                                                                              \
        forward_loop_##name(out, r, 1, 1);                                                         \
    }                                                                                              \
    BACKWARD_LOOP(x, name, step_x, dx)                                                             \
    static void x_##name(double *restrict d, const run *r, bool fresh)                             \
    {                                                                                              \
        x_loop_##name(d, r, 1, 1, fresh);                                                          \
    }

#define HALF(half, name)                                                                           \
    static void half##_##name(double *restrict d, const run *r, bool fresh)                        \
    {                                                                                              \
        if (r->step_x && r->step_y)                                                                \
            half##_loop_##name(d, r, 1, 1, fresh);                                                 \
        else if (r->step_x)                                                                        \
            half##_loop_##name(d, r, 1, 0, fresh);                                                 \
        else                                                                                       \
            half##_loop_##name(d, r, 0, 1, fresh);                                                 \
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
    HALF(x, name)                                                                                  \
    BACKWARD_LOOP(y, name, step_y, dy)                                                             \
    HALF(y, name)
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

/* Where in an array of v's shape, and in its operands, a run begins. */
typedef struct place {
    size_t at[DG_DIMS_MAX]; /* the counters of the outer loops */
    size_t x, y, z;
} place;

static bool next_place(const dgi_broadcast *w, place *p)
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

/* How v's operands lie beside it. */
static dgi_broadcast walk_of(const dg_value *v)
{
    dgi_broadcast w;
    const dg_value *a = dgi_first_operand(v),
                   *b = dgi_operand_count(v) == 2 ? dgi_second_operand(v) : a;
    dgi_broadcast_shapes(&w, dgi_ndim(a), dgi_shape(a), dgi_ndim(b), dgi_shape(b));
    return w;
}

static run run_at(const dg_value *v, const dgi_broadcast *w, const place *p)
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
    dgi_broadcast w = walk_of(v);
    place p = {.z = 0};
    do {
        run r = run_at(v, &w, &p);
        kernels[dgi_op(v)].forward(v->array->data + p.z, &r);
    } while (next_place(&w, &p));
}

/* What v contributes to its operand number i. Only an operand that is repeated nowhere is met once
 * in every place, so that its gradient may be stored. */
static void backward_half(dgi_backward_pass *pass, const dg_value *v, const dgi_broadcast *w, int i)
{
    dg_value *operand = i == 0 ? dgi_first_operand(v) : dgi_second_operand(v);
    bool fresh = false, whole = dgi_size(operand) == v->array->size;
    double *d =
        whole ? dgi_grad_target(pass, operand, &fresh) : dgi_zeroed_grad_target(pass, operand);
    if (!d || v->array->size == 0)
        return;
    place p = {.z = 0};
    do {
        run r = run_at(v, w, &p);
        r.z = v->array->data + p.z;
        r.g = v->array->grad + p.z;
        kernels[dgi_op(v)].backward[i](d + (i == 0 ? p.x : p.y), &r, fresh);
    } while (next_place(w, &p));
}

void dgi_elementwise_backward(dgi_backward_pass *pass, dg_value *v)
{
    dgi_broadcast w = walk_of(v);
    for (int i = 0; i < (int)dgi_operand_count(v); i++)
        backward_half(pass, v, &w, i);
}

/* Of scalars that require no gradient: as ever, but that the result requires none. */
static dg_value *scalar(dg_graph *g, uint8_t op, bool requires_grad)
{
    dg_value *v = dgi_value_new(g, (dgi_opcode)op);
    if (v && !requires_grad)
        dgi_kind_of(v)->flags = DGI_NO_GRAD;
    return v;
}

static dg_value *computed(dg_value *v)
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
    uint32_t number = 0;
    if (dgi_op_has_constant((dgi_opcode)op) && !dgi_constant_id(g, k, &number))
        return NULL;
    dg_value *v = dgi_is_array(a)
                      ? dgi_tensor_new(g, op, dgi_ndim(a), dgi_shape(a), requires_grad, 0)
                      : scalar(g, op, requires_grad);
    if (!v)
        return NULL;
    dgi_set_first_operand(v, a);
    *dgi_attributes_of(v) = number;
    return computed(v);
}

dg_value *dgi_elementwise_binary(uint8_t op, dg_value *a, dg_value *b)
{
    dg_graph *g = dgi_graph_of_both(a, b);
    if (!g)
        return NULL;
    dgi_broadcast w;
    if (!dgi_broadcast_shapes(&w, dgi_ndim(a), dgi_shape(a), dgi_ndim(b), dgi_shape(b)))
        return dgi_fail_with_shapes(g, "cannot broadcast %s with %s", a, b);
    bool requires_grad = dgi_requires_grad(a) || dgi_requires_grad(b);
    dg_value *v = w.ndim > 0 ? dgi_tensor_new(g, op, w.ndim, w.shape, requires_grad, 0)
                             : scalar(g, op, requires_grad);
    if (!v)
        return NULL;
    dgi_set_first_operand(v, a);
    dgi_set_second_operand(v, b);
    return computed(v);
}

/* ---- Numbers outside the graph ---- */

TWO_OPERANDS(detached_sub, x - y)
TWO_OPERANDS(detached_div, x / y)

/* The leaf that receives numbers which lie as w says. */
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
    if (!dgi_broadcast_shapes(&w, dgi_ndim(a), dgi_shape(a), dgi_ndim(b), dgi_shape(b)))
        return dgi_fail_with_shapes(g, "cannot broadcast %s with %s", a, b);
    dg_value *v = detached_leaf(g, &w);
    place p = {.z = 0};
    if (!v || w.size == 0)
        return v;
    do {
        run r = {.x = dgi_data_const(a) + p.x,
                 .y = dgi_data_const(b) + p.y,
                 .step_x = w.inner_a,
                 .step_y = w.inner_b,
                 .n = w.inner};
        kernel(dgi_data(v) + p.z, &r);
    } while (next_place(&w, &p));
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
    if (!dgi_broadcast_shapes(&w, dgi_ndim(a), dgi_shape(a), ndim, shape) || w.ndim != ndim ||
        memcmp(w.shape, shape, (size_t)ndim * sizeof *shape) != 0) {
        char from[DG_SHAPE_TEXT_MAX], to[DG_SHAPE_TEXT_MAX];
        dgi_graph_failf(g, DG_INVALID, "cannot broadcast %s to %s",
                        dg_shape_text(dgi_ndim(a), dgi_shape(a), from),
                        dg_shape_text(ndim, shape, to));
        return NULL;
    }
    dg_value *v = detached_leaf(g, &w);
    place p = {.z = 0};
    if (!v || w.size == 0)
        return v;
    do {
        const double *x = dgi_data_const(a) + p.x;
        for (size_t i = 0; i < w.inner; i++)
            dgi_data(v)[p.z + i] = x[i * w.inner_a];
    } while (next_place(&w, &p));
    return v;
}
