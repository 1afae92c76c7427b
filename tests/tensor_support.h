/* What the suites of the ops on arrays share: naive arrays in long double, and one check that holds
 * an op against a reference that is written on them: its shape, its numbers, its gradient by
 * central differences of the reference, the library's own gradient check, passes that are repeated,
 * and replays. */
#ifndef TENSOR_SUPPORT_H
#define TENSOR_SUPPORT_H

#include <stdio.h>

#include <dotgrad/engine.h>
#include <dotgrad/tensor.h>

#include "check_main.h"
#include "engine_support.h"

typedef struct array {
    int ndim;
    size_t shape[DG_DIMS_MAX];
    size_t size;
    long double *x;
} array;

static inline array array_of(int ndim, const size_t *shape)
{
    array a = {.ndim = ndim, .size = 1};
    for (int i = 0; i < ndim; i++)
        a.size *= a.shape[i] = shape[i];
    a.x = calloc(a.size + 1, sizeof *a.x);
    ck_assert_ptr_nonnull(a.x);
    return a;
}

/* The numbers are doubles, far enough from each other that no step of a difference changes their
 * order: multiples of 1/4, each at most once, and a little more. */
static inline void fill_random(rng *r, array *a, double scale)
{
    for (size_t i = 0; i < a->size; i++)
        a->x[i] = (double)i;
    for (size_t i = a->size; i > 1; i--) {
        size_t j = rng_below(r, i);
        long double x = a->x[i - 1];
        a->x[i - 1] = a->x[j];
        a->x[j] = x;
    }
    double step = a->size > 1 ? 4.0 / (double)a->size : 1.0;
    for (size_t i = 0; i < a->size; i++)
        a->x[i] = scale * (((double)a->x[i] + rng_between(r, 0.2, 0.8)) * step - 2.0);
}

static inline array array_random(rng *r, int ndim, const size_t *shape)
{
    array a = array_of(ndim, shape);
    fill_random(r, &a, 1.0);
    return a;
}

static inline array array_copy(const array *a)
{
    array copy = array_of(a->ndim, a->shape);
    memcpy(copy.x, a->x, a->size * sizeof *a->x);
    return copy;
}

/* The place of the number at an index, and the next index in row-major order: false after the last.
 */
static inline size_t place_of(const array *a, const size_t *at)
{
    size_t place = 0;
    for (int i = 0; i < a->ndim; i++)
        place = place * a->shape[i] + at[i];
    return place;
}

static inline bool next_index(const array *a, size_t *at)
{
    for (int i = a->ndim; i-- > 0;) {
        if (++at[i] < a->shape[i])
            return true;
        at[i] = 0;
    }
    return false;
}

/* An op on some operands, and the same naively; args are its dimensions and the like. */
typedef struct tested {
    const char *name;
    dg_value *(*make)(dg_value **v, size_t n, const int *args);
    array (*reference)(const array *in, size_t n, const int *args);
} tested;

enum { MOST_OPERANDS = 4 };

typedef struct built {
    dg_graph *graph;
    dg_value *leaves[MOST_OPERANDS], *result, *loss;
} built;

static inline double *doubles_of(const array *a)
{
    double *x = malloc((a->size + 1) * sizeof *x);
    ck_assert_ptr_nonnull(x);
    for (size_t i = 0; i < a->size; i++)
        x[i] = (double)a->x[i];
    return x;
}

static inline dg_value *leaf_of(dg_graph *g, const array *a)
{
    double *x = doubles_of(a);
    dg_value *v = dg_tensor(g, a->ndim, a->shape, x, NULL);
    free(x);
    ck_assert_ptr_nonnull(v);
    return v;
}

/* The op on new leaves, and the sum of its result times weights. An operand that is the array of an
 * earlier one is its leaf. */
static inline built build(const tested *t, const array *in, size_t n, const int *args,
                          const array *weights, unsigned without_grad)
{
    built b = {.graph = dg_graph_new()};
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++)
            if (in[j].x == in[i].x)
                b.leaves[i] = b.leaves[j];
        if (!b.leaves[i])
            b.leaves[i] = dg_set_requires_grad(leaf_of(b.graph, &in[i]), !(without_grad >> i & 1));
    }
    b.result = t->make(b.leaves, n, args);
    if (!b.result)
        ck_abort_msg("%s: %s", t->name, dg_graph_error(b.graph)->text);
    if (weights) {
        dg_value *w = dg_set_requires_grad(leaf_of(b.graph, weights), 0);
        b.loss = dg_sum(dg_mul(b.result, w));
        ck_assert_ptr_nonnull(b.loss);
    }
    return b;
}

static inline long double weighted(const tested *t, const array *in, size_t n, const int *args,
                                   const array *weights)
{
    array z = t->reference(in, n, args);
    long double sum = 0.0L;
    for (size_t i = 0; i < z.size; i++)
        sum += z.x[i] * weights->x[i];
    free(z.x);
    return sum;
}

static inline bool is_near(double x, long double y, long double tolerance)
{
    long double most = fabsl(y) > 1.0L ? fabsl(y) : 1.0L;
    return (isnan(x) && isnan(y)) || (double)y == x || fabsl(x - y) <= tolerance * most;
}

#define CHECK_NEAR(x, y, tolerance, ...)                                                           \
    do {                                                                                           \
        double got = (x);                                                                          \
        long double wanted = (y);                                                                  \
        if (!is_near(got, wanted, tolerance)) {                                                    \
            fprintf(stderr, __VA_ARGS__);                                                          \
            ck_abort_msg(": %.17g is not %.17Lg", got, wanted);                                    \
        }                                                                                          \
    } while (0)

static inline const char *shapes_of(const array *in, size_t n, char *text)
{
    char one[DG_SHAPE_TEXT_MAX];
    *text = '\0';
    for (size_t i = 0; i < n; i++)
        strcat(strcat(text, i ? " " : ""), dg_shape_text(in[i].ndim, in[i].shape, one));
    return text;
}

/* Derivatives by central differences of the reference, against the backward pass. */
static inline void check_gradient(const tested *t, array *in, size_t n, const int *args,
                                  const array *weights, const built *b, const char *where)
{
    long double h = wide_long_double() ? 0x1p-17L : 0x1p-15L;
    long double tolerance = wide_long_double() ? 1e-8L : 1e-5L;
    for (size_t i = 0; i < n; i++) {
        const double *g = dg_grad_array(b->leaves[i]);
        ck_assert_int_eq(g != NULL, dg_requires_grad(b->leaves[i]));
        for (size_t j = 0; g && j < in[i].size; j++) {
            long double x = in[i].x[j];
            in[i].x[j] = x + h;
            long double above = weighted(t, in, n, args, weights);
            in[i].x[j] = x - h;
            long double below = weighted(t, in, n, args, weights);
            in[i].x[j] = x;
            CHECK_NEAR(g[j], (above - below) / (2.0L * h), tolerance,
                       "%s: gradient of number %zu of operand %zu", where, j, i);
        }
    }
}

/* A second pass doubles exactly; after zero_grad a pass gives what the first did. */
static inline void check_repeated(const built *b, size_t n, const char *where)
{
    for (size_t i = 0; i < n; i++) {
        if (!dg_requires_grad(b->leaves[i]))
            continue;
        size_t size = dg_size(b->leaves[i]);
        double *once = malloc((size + 1) * sizeof *once);
        memcpy(once, dg_grad_array(b->leaves[i]), size * sizeof *once);
        ck_assert_int_eq(dg_backward(b->loss), DG_OK);
        for (size_t j = 0; j < size; j++)
            must(same_number(dg_grad_array(b->leaves[i])[j], 2.0 * once[j]),
                 "%s: a second pass does not double", where);
        dg_zero_grad(b->loss);
        for (size_t j = 0; j < size; j++)
            must(dg_grad_array(b->leaves[i])[j] == 0.0, "%s: zero_grad", where);
        ck_assert_int_eq(dg_backward(b->loss), DG_OK);
        ck_assert_msg(memcmp(once, dg_grad_array(b->leaves[i]), size * sizeof *once) == 0,
                      "%s: a pass is not like the first", where);
        free(once);
    }
}

/* Two results of the same operands: the second one's contribution is added to the first one's. */
static inline void check_twice(const tested *t, const array *in, size_t n, const int *args,
                               const array *weights, const built *once, const char *where)
{
    built b = build(t, in, n, args, weights, 0);
    dg_value *again = t->make(b.leaves, n, args);
    dg_value *w = dg_set_requires_grad(leaf_of(b.graph, weights), 0);
    ck_assert_int_eq(dg_backward(dg_add(b.loss, dg_sum(dg_mul(again, w)))), DG_OK);
    for (size_t i = 0; i < n; i++) {
        const double *first = dg_grad_array(once->leaves[i]);
        for (size_t j = 0; first && j < dg_size(b.leaves[i]); j++)
            CHECK_NEAR(dg_grad_array(b.leaves[i])[j], 2.0L * first[j], 1e-12L,
                       "%s: twice, number %zu of operand %zu", where, j, i);
    }
    dg_graph_free(b.graph);
}

/* Replayed with other numbers it is, bit for bit, what is built with them. */
static inline void check_replay(const tested *t, const array *in, size_t n, const int *args,
                                const array *weights, const built *b, rng *r, const char *where)
{
    array other[MOST_OPERANDS];
    for (size_t i = 0; i < n; i++) {
        other[i] = in[i];
        for (size_t j = 0; j < i; j++)
            if (in[j].x == in[i].x)
                other[i] = other[j];
        if (other[i].x == in[i].x) {
            other[i] = array_copy(&in[i]);
            fill_random(r, &other[i], 0.5);
            double *x = doubles_of(&other[i]);
            ck_assert_int_eq(dg_set_data_array(b->leaves[i], x, other[i].size), DG_OK);
            free(x);
        }
    }
    built anew = build(t, other, n, args, weights, 0);
    ck_assert_int_eq(dg_forward(b->loss), DG_OK);
    ck_assert_msg(memcmp(dg_data_array(b->result), dg_data_array(anew.result),
                         dg_size(b->result) * sizeof(double)) == 0,
                  "%s: replayed is not built anew", where);
    dg_graph_free(anew.graph);
    for (size_t i = 0; i < n; i++) {
        bool first = true;
        for (size_t j = 0; j < i; j++)
            first = first && other[j].x != other[i].x;
        if (first)
            free(other[i].x);
    }
}

/* All of it. Operands with a bit in without_grad require no gradient. `replays` is false for ops
 * whose operands cannot be any numbers. */
static inline void check_op(const tested *t, array *in, size_t n, const int *args, uint64_t seed,
                            unsigned without_grad, bool replays)
{
    rng r = {seed ^ 0x5eed};
    char shapes[MOST_OPERANDS * DG_SHAPE_TEXT_MAX], where[2 * sizeof shapes];
    snprintf(where, sizeof where, "%s of %s, seed %llu", t->name, shapes_of(in, n, shapes),
             (unsigned long long)seed);
    array z = t->reference(in, n, args);
    array weights = array_random(&r, z.ndim, z.shape);
    built b = build(t, in, n, args, &weights, without_grad);
    ck_assert_msg(dg_ndim(b.result) == z.ndim &&
                      (z.ndim == 0 ||
                       memcmp(dg_shape(b.result), z.shape, (size_t)z.ndim * sizeof *z.shape) == 0),
                  "%s: another shape", where);
    ck_assert_uint_eq(dg_size(b.result), z.size);
    for (size_t i = 0; i < z.size; i++)
        CHECK_NEAR(dg_data_array(b.result)[i], z.x[i], 1e-13L, "%s: number %zu", where, i);
    if (dg_requires_grad(b.loss)) {
        ck_assert_int_eq(dg_backward(b.loss), DG_OK);
        check_gradient(t, in, n, args, &weights, &b, where);
        dg_gradcheck_result found;
        ck_assert_int_eq(dg_gradcheck(b.loss, 0.0, &found), DG_OK);
        ck_assert_msg(found.worst < 1e-7, "%s: the gradient check finds %g", where, found.worst);
        check_repeated(&b, n, where);
        check_twice(t, in, n, args, &weights, &b, where);
    } else {
        ck_assert_int_eq(dg_backward(b.loss), DG_INVALID);
        dg_graph_clear_error(b.graph);
    }
    if (replays)
        check_replay(t, in, n, args, &weights, &b, &r, where);
    dg_graph_free(b.graph);
    free(weights.x);
    free(z.x);
}

/* A small shape: sizes 1 and 0 are as likely as they should be. */
static inline void random_shape(rng *r, int ndim, size_t *shape, bool may_be_empty)
{
    for (int i = 0; i < ndim; i++) {
        size_t size = rng_below(r, 6);
        shape[i] = size == 0 && !may_be_empty ? 1 : size;
    }
}

/* ---- Known answers ---- */

#define SHAPE(...)                                                                                 \
    (int)(sizeof((size_t[]){__VA_ARGS__}) / sizeof(size_t)), (size_t[])                            \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define NUMBERS(...)                                                                               \
    (double[])                                                                                     \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

static inline void check_numbers(const dg_value *v, const double *got, const double *wanted,
                                 size_t n, int line)
{
    ck_assert_msg(v && got, "line %d: there is nothing", line);
    ck_assert_msg(dg_size(v) == n, "line %d: %zu numbers, not %zu", line, dg_size(v), n);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(same_number(got[i], wanted[i]), "line %d: number %zu is %.17g, not %.17g",
                      line, i, got[i], wanted[i]);
}

/* Data, or the gradient, of v: all its numbers, exactly. */
#define CHECK_DATA(v, ...) CHECK_ARRAY(dg_data_array, v, __VA_ARGS__)
#define CHECK_GRAD(v, ...) CHECK_ARRAY(dg_grad_array, v, __VA_ARGS__)
#define CHECK_ARRAY(array, v, ...)                                                                 \
    do {                                                                                           \
        const dg_value *value = (v);                                                               \
        check_numbers(value, array(value), NUMBERS(__VA_ARGS__),                                   \
                      sizeof NUMBERS(__VA_ARGS__) / sizeof(double), __LINE__);                     \
    } while (0)

#define CHECK_SHAPE(v, text)                                                                       \
    do {                                                                                           \
        char shape_text[DG_SHAPE_TEXT_MAX];                                                        \
        ck_assert_str_eq(dg_shape_text(dg_ndim(v), dg_shape(v), shape_text), text);                \
    } while (0)

/* The call fails with this error, and leaves no value behind. */
#define CHECK_FAILS(g, call, expected, reason)                                                     \
    do {                                                                                           \
        size_t values_before = dg_graph_size(g);                                                   \
        dg_graph_clear_error(g);                                                                   \
        ck_assert_ptr_null(call);                                                                  \
        ck_assert_int_eq(dg_graph_status(g), expected);                                            \
        ck_assert_str_eq(dg_graph_error(g)->text, reason);                                         \
        ck_assert_uint_eq(dg_graph_size(g), values_before);                                        \
        dg_graph_clear_error(g);                                                                   \
    } while (0)

#endif
