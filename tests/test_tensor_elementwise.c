/* The elementwise ops over tensors: values and gradients, for all shapes that fit each other,
 * against formulas in long double, walked through index by index. */
#include <dotgrad/engine.h>
#include <dotgrad/tensor.h>

#include <stdio.h>

#include "check_main.h"
#include "engine_support.h"
#include "op_formulas.h"

/* ---- Shapes -------------------------------------------------------------------------------- */

enum { NUMBERS = 4096 }; /* at most, in a tensor of these tests */

typedef struct shape {
    int ndim;
    size_t size[8];
} shape;

static size_t numbers_in(const shape *s)
{
    size_t n = 1;
    for (int i = 0; i < s->ndim; i++)
        n *= s->size[i];
    return n;
}

/* By the rule, each place counted from the last; false where two sizes do not fit. */
static bool joined(const shape *a, const shape *b, shape *z)
{
    z->ndim = a->ndim > b->ndim ? a->ndim : b->ndim;
    for (int back = 1; back <= z->ndim; back++) {
        size_t x = back <= a->ndim ? a->size[a->ndim - back] : 1;
        size_t y = back <= b->ndim ? b->size[b->ndim - back] : 1;
        if (x != y && x != 1 && y != 1)
            return false;
        z->size[z->ndim - back] = x == 1 ? y : x;
    }
    return true;
}

/* Which number of an operand goes into number i of the result. */
static size_t source(const shape *z, size_t i, const shape *a)
{
    size_t place = 0, stride = 1;
    for (int back = 1; back <= z->ndim; back++) {
        size_t at = i % z->size[z->ndim - back];
        i /= z->size[z->ndim - back];
        if (back > a->ndim)
            continue;
        size_t size = a->size[a->ndim - back];
        place += size == 1 ? 0 : at * stride;
        stride *= size;
    }
    return place;
}

static const char *text_of(const shape *s, char *text)
{
    return dg_shape_text(s->ndim, s->size, text);
}

/* ---- One op over one pair of shapes --------------------------------------------------------- */

typedef struct trial {
    const dg_op *op;
    const op_formula *o;
    shape a, b, z;
    size_t na, nb, nz;
    double x[NUMBERS], y[NUMBERS], w[NUMBERS], k; /* w: the weights of the results in the root */
    size_t of_a[NUMBERS], of_b[NUMBERS];
    char what[400];
} trial;

/* Operands are drawn from a grid in the formula's range: the first ones in steps of 0.1, the second
 * ones half a step beside, and both beside 0, so that no kink is near. */
static double on_grid(rng *r, const op_formula *o, double beside)
{
    size_t steps = (size_t)((o->high - o->low) * 10.0 + 0.5);
    return o->low + 0.1 * (double)rng_below(r, steps) + beside;
}

static void prepare(trial *t, const dg_op *op, const shape *a, const shape *b, uint64_t seed)
{
    static const double exponents[] = {2.0, -1.0, 0.5, 3.0, 0.0, 1.0};
    rng r = {seed};
    char ta[DG_SHAPE_TEXT_MAX], tb[DG_SHAPE_TEXT_MAX];
    t->op = op;
    t->o = formula_of(op->name);
    t->a = *a;
    t->b = op->operands == 2 ? *b : *a;
    ck_assert(joined(&t->a, &t->b, &t->z));
    t->na = numbers_in(&t->a);
    t->nb = numbers_in(&t->b);
    t->nz = numbers_in(&t->z);
    ck_assert_uint_le(t->nz, NUMBERS);
    t->k = exponents[rng_below(&r, 6)];
    if (strcmp(op->name, "polygamma") == 0) /* orders */
        t->k = fabs(round(t->k));
    for (size_t i = 0; i < t->na; i++)
        t->x[i] = on_grid(&r, t->o, 0.025);
    for (size_t i = 0; i < t->nb; i++)
        t->y[i] = on_grid(&r, t->o, 0.075);
    for (size_t i = 0; i < t->nz; i++) {
        t->w[i] = rng_between(&r, -1.0, 1.0);
        t->of_a[i] = source(&t->z, i, &t->a);
        t->of_b[i] = source(&t->z, i, &t->b);
    }
    snprintf(t->what, sizeof t->what, "%s of %s and %s, seed %llu", op->name, text_of(&t->a, ta),
             text_of(&t->b, tb), (unsigned long long)seed);
}

static real f_at(const trial *t, size_t i)
{
    return t->o->f((real)t->x[t->of_a[i]], (real)t->y[t->of_b[i]], (real)t->k);
}

/* The slope of f for one operand at result i, by differences at five points. */
static real slope_at(const trial *t, size_t i, bool second)
{
    const real h = 1e-4L, x = (real)t->x[t->of_a[i]], y = (real)t->y[t->of_b[i]], k = (real)t->k;
    real at[4];
    static const int steps[4] = {-2, -1, 1, 2};
    for (int j = 0; j < 4; j++) {
        real d = h * (real)steps[j];
        at[j] = second ? t->o->f(x, y + d, k) : t->o->f(x + d, y, k);
    }
    return (at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * h);
}

static void check_values(const trial *t, const dg_value *z)
{
    ck_assert_msg(dg_ndim(z) == t->z.ndim && dg_size(z) == t->nz, "%s: shape", t->what);
    for (int i = 0; i < t->z.ndim; i++)
        ck_assert_msg(dg_shape(z)[i] == t->z.size[i], "%s: size %d", t->what, i);
    const double *data = dg_data_array(z);
    for (size_t i = 0; i < t->nz; i++)
        ck_assert_msg(close_to(data[i], f_at(t, i), 4e-15) || fabsl(f_at(t, i)) < 1e-15L,
                      "%s: number %zu is %.17g, not %.17Lg", t->what, i, data[i], f_at(t, i));
}

/* The root is the sum of w * z, so the gradient of a number is the sum of w * slope over the
 * results that it went into. */
static void check_gradient(const trial *t, const dg_value *v, bool second)
{
    const size_t *from = second ? t->of_b : t->of_a;
    real want[NUMBERS] = {0}, scale[NUMBERS] = {0};
    for (size_t i = 0; i < t->nz; i++) {
        real part = (real)t->w[i] * slope_at(t, i, second);
        want[from[i]] += part;
        scale[from[i]] += fabsl(part);
    }
    real allowed = wide_long_double() ? 1e-10L : 1e-7L;
    const double *grad = dg_grad_array(v);
    for (size_t i = 0; i < dg_size(v); i++)
        ck_assert_msg(fabsl((real)grad[i] - want[i]) <= allowed * (1 + scale[i]),
                      "%s: gradient %zu of operand %d is %.17g, not %.17Lg", t->what, i, second,
                      grad[i], want[i]);
}

/* Every number of the result is, to the last bit, what the op makes of two scalars. */
static void check_scalars(const trial *t, dg_graph *g, const dg_value *z)
{
    size_t mark = dg_graph_mark(g);
    for (size_t i = 0; i < t->nz; i++) {
        dg_value *x = dg_leaf(g, t->x[t->of_a[i]], NULL), *y = dg_leaf(g, t->y[t->of_b[i]], NULL);
        double alone = dg_data(dg_apply(t->op, x, y, t->k));
        must(same_number(dg_data_array(z)[i], alone), "%s: number %zu is %.17g, alone %.17g",
             t->what, i, dg_data_array(z)[i], alone);
    }
    dg_graph_rewind(g, mark);
}

static void run(const trial *t, bool differences)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_tensor(g, t->a.ndim, t->a.size, t->x, "a");
    dg_value *b = dg_tensor(g, t->b.ndim, t->b.size, t->y, "b");
    dg_value *w = dg_set_requires_grad(dg_tensor(g, t->z.ndim, t->z.size, t->w, "w"), 0);
    dg_value *z = dg_apply(t->op, a, b, t->k), *root = dg_sum(dg_mul(z, w));
    ck_assert_msg(root != NULL, "%s: %s", t->what, dg_graph_error(g)->text);
    check_values(t, z);
    check_scalars(t, g, z);
    ck_assert_int_eq(dg_backward(root), DG_OK);
    check_gradient(t, a, false);
    if (t->op->operands == 2)
        check_gradient(t, b, true);
    ck_assert_msg(dg_has_grad(a) == 1 && dg_has_grad(b) == (t->op->operands == 2),
                  "%s: who has a gradient", t->what);
    if (differences) {
        dg_gradcheck_result found;
        ck_assert_int_eq(dg_gradcheck(root, 0.0, &found), DG_OK);
        ck_assert_msg(found.checked >= t->na + (t->op->operands == 2 ? t->nb : 0),
                      "%s: %zu derivatives checked", t->what, found.checked);
        ck_assert_msg(found.worst < 1e-6, "%s: the check finds %g", t->what, found.worst);
    }
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    dg_graph_free(g);
}

static void run_all_ops(const shape *a, const shape *b, uint64_t seed, bool differences)
{
    static trial t;
    for (size_t i = 0; i < dg_op_count(); i++) {
        prepare(&t, dg_op_at(i), a, b, seed + i);
        run(&t, differences);
        if (t.op->operands == 2) {
            prepare(&t, dg_op_at(i), b, a, seed + i);
            run(&t, differences);
        }
    }
}

/* ---- Tests --------------------------------------------------------------------------------- */

/* Pairs with a meaning of their own. */
START_TEST(chosen_shapes)
{
    static const shape pairs[][2] = {
        {{1, {3}}, {1, {3}}},
        {{1, {1}}, {1, {1}}},
        {{1, {1}}, {0, {0}}},
        {{1, {5}}, {0, {0}}},
        {{1, {5}}, {1, {1}}},
        {{2, {4, 2}}, {1, {2}}},
        {{2, {4, 2}}, {2, {4, 1}}},
        {{2, {4, 1}}, {2, {1, 3}}},
        {{2, {4, 1}}, {1, {3}}},
        {{2, {1, 1}}, {1, {7}}},
        {{3, {2, 3, 4}}, {0, {0}}},
        {{3, {2, 3, 4}}, {2, {3, 4}}},
        {{3, {2, 3, 4}}, {3, {2, 1, 4}}},
        {{3, {2, 3, 4}}, {3, {1, 3, 1}}},
        {{3, {2, 1, 4}}, {2, {3, 1}}},
        {{4, {2, 1, 3, 1}}, {4, {1, 4, 1, 5}}},
        {{4, {2, 3, 2, 2}}, {4, {2, 1, 1, 2}}},
        {{8, {2, 1, 2, 1, 2, 1, 2, 1}}, {8, {1, 2, 1, 2, 1, 2, 1, 2}}},
        {{8, {1, 2, 1, 1, 3, 1, 2, 1}}, {3, {3, 2, 2}}},
        {{8, {1, 1, 1, 1, 1, 1, 1, 1}}, {0, {0}}},
        {{8, {2, 2, 2, 2, 2, 2, 2, 2}}, {8, {2, 2, 2, 2, 2, 2, 2, 2}}},
        {{1, {0}}, {1, {0}}},
        {{1, {0}}, {0, {0}}},
        {{1, {0}}, {1, {1}}},
        {{2, {3, 0}}, {2, {3, 1}}},
        {{2, {0, 3}}, {1, {3}}},
        {{3, {2, 0, 1}}, {3, {1, 1, 4}}},
        {{2, {0, 1}}, {2, {1, 0}}},
        {{1, {1000}}, {1, {1000}}},
        {{2, {3, 500}}, {1, {500}}},
        {{2, {500, 3}}, {2, {500, 1}}},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        run_all_ops(&pairs[i][0], &pairs[i][1], 100 * i,
                    numbers_in(&pairs[i][0]) + numbers_in(&pairs[i][1]) < 100);
}
END_TEST

/* Runs of every length up to some vectors', with either operand repeated. */
START_TEST(lengths_of_runs)
{
    for (size_t n = 1; n <= 21; n++) {
        const shape row = {1, {n}}, rows = {2, {2, n}}, one = {1, {1}}, column = {2, {2, 1}};
        run_all_ops(&row, &one, n, false);
        run_all_ops(&rows, &row, 100 + n, false);
        run_all_ops(&rows, &column, 200 + n, false);
    }
}
END_TEST

/* A shape that fits the other one: some dimensions left out in front, some of size 1. */
static shape part_of(rng *r, const shape *whole)
{
    shape s = {.ndim = (int)rng_below(r, (size_t)whole->ndim + 1)};
    for (int i = 0; i < s.ndim; i++)
        s.size[i] = rng_below(r, 3) == 0 ? 1 : whole->size[whole->ndim - s.ndim + i];
    return s;
}

START_TEST(random_shapes)
{
    int rounds = (int)cases(400);
    for (int round = 0; round < rounds; round++) {
        rng r = {(uint64_t)round};
        shape whole = {.ndim = 1 + (int)rng_below(&r, 8)};
        for (int i = 0; i < whole.ndim; i++)
            whole.size[i] = rng_below(&r, 25) == 0 ? 0 : 1 + rng_below(&r, i < 4 ? 3 : 2);
        shape a = part_of(&r, &whole), b = part_of(&r, &whole);
        run_all_ops(&a, &b, 1000 * (uint64_t)round, round % 10 == 0);
    }
}
END_TEST

/* Shapes that may fit or not: the engine says what the rule says. */
START_TEST(shapes_that_do_not_fit)
{
    size_t refused = 0;
    dg_graph *g = dg_graph_new();
    for (int round = 0; round < (int)cases(3000); round++) {
        rng r = {(uint64_t)round};
        shape s[2], z;
        dg_value *v[2];
        char text[2][DG_SHAPE_TEXT_MAX], error[2 * DG_SHAPE_TEXT_MAX + 40];
        for (int i = 0; i < 2; i++) {
            s[i].ndim = (int)rng_below(&r, 5);
            for (int j = 0; j < s[i].ndim; j++)
                s[i].size[j] = rng_below(&r, 4);
            v[i] = dg_tensor(g, s[i].ndim, s[i].size, NULL, NULL);
            text_of(&s[i], text[i]);
        }
        bool fit = joined(&s[0], &s[1], &z);
        size_t size = dg_graph_size(g);
        dg_value *sum = dg_add(v[0], v[1]);
        ck_assert_msg((sum != NULL) == fit, "%s and %s", text[0], text[1]);
        if (!fit) {
            snprintf(error, sizeof error, "cannot broadcast %s with %s", text[0], text[1]);
            ck_assert_str_eq(dg_graph_error(g)->text, error);
            ck_assert_int_eq(dg_graph_status(g), DG_INVALID);
            ck_assert_uint_eq(dg_graph_size(g), size);
            dg_graph_clear_error(g);
            refused++;
        }
        dg_graph_rewind(g, 0);
    }
    ck_assert_uint_gt(refused, cases(3000) / 6);
    dg_graph_free(g);
}
END_TEST

/* A tensor may be both operands, and what is computed may be used more than once. */
START_TEST(one_tensor_twice)
{
    static const double x[6] = {1.0, -2.0, 3.0, 0.5, -0.25, 4.0};
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_tensor(g, 2, (const size_t[]){2, 3}, x, "a");
    dg_value *square = dg_mul(a, a), *twice = dg_add(square, square);
    dg_value *row = dg_tensor(g, 1, (const size_t[]){3}, x, "row");
    dg_value *root = dg_sum(dg_add(dg_mul(twice, row), dg_mul(row, row)));
    ck_assert_int_eq(dg_backward(root), DG_OK); /* sum of 2 a**2 row + row**2, over two rows */
    for (size_t i = 0; i < 6; i++)
        ck_assert(close_to(dg_grad_array(a)[i], 4.0L * x[i] * x[i % 3], 1e-15));
    for (size_t i = 0; i < 3; i++)
        ck_assert(close_to(dg_grad_array(row)[i],
                           2.0L * (x[i] * x[i] + x[i + 3] * x[i + 3]) + 4.0L * x[i], 1e-15));
    dg_graph_free(g);
}
END_TEST

/* At kinks, with ties, nan and infinities, numbers of a tensor are treated as scalars are. */
START_TEST(kinks_and_ties)
{
    static const double x[] = {
        0.0, -0.0, 1.0, -1.0, (double)NAN, (double)INFINITY, -(double)INFINITY, 1e300, 5e-324};
    enum { COUNT = sizeof x / sizeof *x };
    const size_t column[2] = {COUNT, 1}, row[1] = {COUNT};
    dg_graph *g = dg_graph_new();
    for (size_t i = 0; i < dg_op_count(); i++) {
        const dg_op *op = dg_op_at(i);
        dg_value *a = dg_tensor(g, 2, column, x, "a"), *b = dg_tensor(g, 1, row, x, "b");
        dg_value *z = dg_apply(op, a, b, 2.0);
        for (size_t j = 0; j < dg_size(z); j++) {
            size_t in_a = op->operands == 2 ? j / COUNT : j;
            dg_value *p = dg_leaf(g, x[in_a], NULL), *q = dg_leaf(g, x[j % COUNT], NULL);
            dg_value *alone = dg_apply(op, p, q, 2.0);
            must(same_number(dg_data_array(z)[j], dg_data(alone)), "%s at %g", op->name, x[in_a]);
            dg_backward(alone);
            /* The same with one number in a tensor. */
            dg_value *s = dg_tensor(g, 1, (const size_t[]){1}, &x[in_a], NULL);
            dg_value *t = dg_tensor(g, 1, (const size_t[]){1}, &x[j % COUNT], NULL);
            dg_backward(dg_apply(op, s, t, 2.0));
            must(same_number(dg_grad(s), dg_grad(p)) && same_number(dg_grad(t), dg_grad(q)),
                 "%s at %g, %g: gradients %g, %g, alone %g, %g", op->name, x[in_a], x[j % COUNT],
                 dg_grad(s), dg_grad(t), dg_grad(p), dg_grad(q));
        }
        dg_graph_rewind(g, 0);
    }
    dg_value *a = dg_tensor(g, 1, (const size_t[]){3}, (const double[]){1.0, 2.0, 3.0}, NULL);
    dg_value *b = dg_tensor(g, 0, NULL, (const double[]){2.0}, NULL);
    dg_backward(dg_sum(dg_max(a, b)));
    ck_assert_double_eq(dg_grad_array(a)[0], 0.0);
    ck_assert_double_eq(dg_grad_array(a)[1], 0.5);
    ck_assert_double_eq(dg_grad_array(a)[2], 1.0);
    ck_assert_double_eq(dg_grad(b), 1.5);
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        chosen_shapes,          lengths_of_runs,  random_shapes,
        shapes_that_do_not_fit, one_tensor_twice, kinks_and_ties,
    };
    return run_suite("tensor, elementwise", tests, sizeof tests / sizeof *tests);
}
