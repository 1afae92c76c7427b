/* The numeric oracle. Every op and 1,000 random programs are computed a second time by formulas of
 * this file's own, in long double: values, gradients by a reverse pass, and gradients by the
 * complex step, which knows no derivative at all. */
#include <dotgrad/engine.h>

#include <check.h>
#include <complex.h>
#include <stdio.h>

#include "engine_support.h"

typedef long double real;
typedef long double _Complex cplx;

static const real two_by_root_pi = 1.128379167095512573896158903121545172L;
static const real imaginary_step = 1e-100L;

/* ---- The formulas ------------------------------------------------------------------------- */

#define FORMULA(name, type, ktype, expression)                                                     \
    static type name(type x, type y, ktype k)                                                      \
    {                                                                                              \
        (void)x;                                                                                   \
        (void)y;                                                                                   \
        (void)k;                                                                                   \
        return expression;                                                                         \
    }
#define REAL(name, expression) FORMULA(name, real, real, expression)
#define CPLX(name, expression) FORMULA(name, cplx, real, expression)

static real sigmoid(real x)
{
    return 1.0L / (1.0L + expl(-x));
}

static real sigmoid_slope(real x)
{
    real e = expl(-fabsl(x));
    return e / ((1.0L + e) * (1.0L + e));
}

static real softplus(real x)
{
    return x > 0.0L ? x + log1pl(expl(-x)) : log1pl(expl(x));
}

static real sech(real x)
{
    return 1.0L / coshl(x);
}

static real relu(real x)
{
    return x < 0.0L ? 0.0L : x;
}

static real step_up(real x)
{
    return x > 0.0L ? 1.0L : 0.0L;
}

static real sign(real x)
{
    return x > 0.0L ? 1.0L : x < 0.0L ? -1.0L : 0.0L;
}

static real share(real x, real y)
{
    return x > y ? 1.0L : x < y ? 0.0L : 0.5L;
}

static real larger(real x, real y)
{
    return isnan(x) || isnan(y) ? x + y : x > y ? x : y;
}

static cplx cpower(cplx x, real k)
{
    cplx z = 1.0L;
    if (k != rintl(k))
        return cexpl(k * clogl(x));
    for (int i = 0; i < (int)fabsl(k); i++)
        z *= x;
    return k < 0.0L ? 1.0L / z : z;
}

/* The error function by its series, term by term, for numbers of moderate size. */
static cplx cerror(cplx x)
{
    cplx term = x;
    cplx sum = x;
    for (int n = 1; n < 200; n++) {
        term *= -x * x / (real)n;
        sum += term / (real)(2 * n + 1);
    }
    return two_by_root_pi * sum;
}

REAL(add_f, x + y)
REAL(mul_f, x *y)
REAL(sub_f, x - y)
REAL(div_f, x / y)
REAL(neg_f, -x)
REAL(pow_f, powl(x, k))
REAL(tanh_f, tanhl(x))
REAL(exp_f, expl(x))
REAL(log_f, logl(x))
REAL(relu_f, relu(x))
REAL(sigmoid_f, sigmoid(x))
REAL(softplus_f, softplus(x))
REAL(silu_f, x *sigmoid(x))
REAL(sin_f, sinl(x))
REAL(cos_f, cosl(x))
REAL(tan_f, tanl(x))
REAL(atan_f, atanl(x))
REAL(sqrt_f, sqrtl(x))
REAL(abs_f, fabsl(x))
REAL(log1p_f, log1pl(x))
REAL(expm1_f, expm1l(x))
REAL(erf_f, erfl(x))
REAL(max_f, larger(x, y))
REAL(min_f, -larger(-x, -y))

REAL(one, 1.0L)
REAL(minus_one, -1.0L)
REAL(the_x, x)
REAL(the_y, y)
REAL(div_dx, 1.0L / y)
REAL(div_dy, -x / (y * y))
REAL(pow_dx, k == 0.0L ? 0.0L : k * powl(x, k - 1.0L))
REAL(tanh_dx, sech(x) * sech(x))
REAL(log_dx, 1.0L / x)
REAL(relu_dx, step_up(x))
REAL(sigmoid_dx, sigmoid_slope(x))
REAL(silu_dx, sigmoid(x) + x * sigmoid_slope(x))
REAL(cos_dx, -sinl(x))
REAL(tan_dx, 1.0L + tanl(x) * tanl(x))
REAL(atan_dx, 1.0L / (1.0L + x * x))
REAL(sqrt_dx, 0.5L / sqrtl(x))
REAL(abs_dx, sign(x))
REAL(log1p_dx, 1.0L / (1.0L + x))
REAL(erf_dx, two_by_root_pi *expl(-x *x))
REAL(max_dx, share(x, y))
REAL(max_dy, share(y, x))

CPLX(add_c, x + y)
CPLX(mul_c, x *y)
CPLX(sub_c, x - y)
CPLX(div_c, x / y)
CPLX(neg_c, -x)
CPLX(pow_c, cpower(x, k))
CPLX(tanh_c, ctanhl(x))
CPLX(exp_c, cexpl(x))
CPLX(log_c, clogl(x))
CPLX(relu_c, creall(x) > 0.0L ? x : 0.0L)
CPLX(sigmoid_c, 1.0L / (1.0L + cexpl(-x)))
CPLX(softplus_c, clogl(1.0L + cexpl(x)))
CPLX(silu_c, x / (1.0L + cexpl(-x)))
CPLX(sin_c, csinl(x))
CPLX(cos_c, ccosl(x))
CPLX(tan_c, ctanl(x))
CPLX(atan_c, catanl(x))
CPLX(sqrt_c, csqrtl(x))
CPLX(abs_c, creall(x) < 0.0L ? -x : x)
CPLX(log1p_c, clogl(1.0L + x))
CPLX(expm1_c, cexpl(x) - 1.0L)
CPLX(erf_c, cerror(x))
CPLX(max_c, creall(x) > creall(y) ? x : y)
CPLX(min_c, creall(x) < creall(y) ? x : y)

/* Where a random program may use the op: off kinks, poles and the edges of the domain. */
REAL(anywhere, 1.0L)
REAL(tame_div, fabsl(y) > 0.05L)
REAL(tame_pow, x > 0.05L || (x < -0.05L && k == rintl(k)))
REAL(tame_log, x > 0.05L)
REAL(tame_kink, fabsl(x) > 1e-3L)
REAL(tame_two, fabsl(x - y) > 1e-3L)
REAL(tame_tan, fabsl(cosl(x)) > 0.1L)
REAL(tame_log1p, x > -0.9L)
REAL(tame_erf, fabsl(x) < 3.0L)
REAL(tame_size, fabsl(x) < 30.0L)

/* The size of the terms that a derivative is summed from, where they may cancel. */
REAL(silu_terms, sigmoid(x) + fabsl(x) * sigmoid_slope(x))

typedef real formula(real x, real y, real k);

typedef struct rule {
    const char *name;
    formula *f;
    formula *dx;
    formula *dy; /* NULL: one operand */
    cplx (*holomorphic)(cplx x, cplx y, real k);
    formula *tame;
    formula *terms; /* NULL: the derivative itself */
} rule;

static const rule rules[] = {
    {"add", add_f, one, one, add_c, anywhere, NULL},
    {"mul", mul_f, the_y, the_x, mul_c, anywhere, NULL},
    {"sub", sub_f, one, minus_one, sub_c, anywhere, NULL},
    {"div", div_f, div_dx, div_dy, div_c, tame_div, NULL},
    {"neg", neg_f, minus_one, NULL, neg_c, anywhere, NULL},
    {"pow", pow_f, pow_dx, NULL, pow_c, tame_pow, NULL},
    {"tanh", tanh_f, tanh_dx, NULL, tanh_c, tame_size, NULL},
    {"exp", exp_f, exp_f, NULL, exp_c, tame_size, NULL},
    {"log", log_f, log_dx, NULL, log_c, tame_log, NULL},
    {"relu", relu_f, relu_dx, NULL, relu_c, tame_kink, NULL},
    {"sigmoid", sigmoid_f, sigmoid_dx, NULL, sigmoid_c, tame_size, NULL},
    {"softplus", softplus_f, sigmoid_f, NULL, softplus_c, tame_size, NULL},
    {"silu", silu_f, silu_dx, NULL, silu_c, tame_size, silu_terms},
    {"sin", sin_f, cos_f, NULL, sin_c, tame_size, NULL},
    {"cos", cos_f, cos_dx, NULL, cos_c, tame_size, NULL},
    {"tan", tan_f, tan_dx, NULL, tan_c, tame_tan, NULL},
    {"atan", atan_f, atan_dx, NULL, atan_c, anywhere, NULL},
    {"sqrt", sqrt_f, sqrt_dx, NULL, sqrt_c, tame_log, NULL},
    {"abs", abs_f, abs_dx, NULL, abs_c, tame_kink, NULL},
    {"log1p", log1p_f, log1p_dx, NULL, log1p_c, tame_log1p, NULL},
    {"expm1", expm1_f, exp_f, NULL, expm1_c, tame_size, NULL},
    {"erf", erf_f, erf_dx, NULL, erf_c, tame_erf, NULL},
    {"max", max_f, max_dx, max_dy, max_c, tame_two, NULL},
    {"min", min_f, max_dy, max_dx, min_c, tame_two, NULL},
};

enum { N_RULES = sizeof rules / sizeof *rules };

static const rule *rule_called(const char *name)
{
    for (size_t i = 0; i < N_RULES; i++)
        if (strcmp(rules[i].name, name) == 0)
            return &rules[i];
    ck_abort_msg("the op '%s' has no formula in this test: add a row", name);
    return NULL;
}

/* ---- The op table -------------------------------------------------------------------------- */

START_TEST(table_has_every_op)
{
    ck_assert_uint_eq(dg_op_count(), N_RULES);
    for (size_t i = 0; i < dg_op_count(); i++) {
        const dg_op *op = dg_op_at(i);
        ck_assert_ptr_nonnull(op);
        ck_assert_ptr_eq(dg_op_from_name(op->name), op);
        const rule *r = rule_called(op->name);
        ck_assert_int_eq(op->operands, r->dy ? 2 : 1);
        ck_assert_int_eq(op->has_constant != 0, strcmp(op->name, "pow") == 0);
        ck_assert_ptr_nonnull(op->text);
        ck_assert_uint_gt(strlen(op->formula), 0);
        ck_assert_uint_gt(strlen(op->derivative), 0);
        ck_assert_uint_gt(op->test_point_count, 0);
        bool composite =
            !strcmp(op->name, "sub") || !strcmp(op->name, "div") || !strcmp(op->name, "neg");
        ck_assert_int_eq(op->text[0] == '\0', composite);
    }
    ck_assert_ptr_null(dg_op_at(dg_op_count()));
    ck_assert_ptr_null(dg_op_at(SIZE_MAX));
    ck_assert_ptr_null(dg_op_from_name("no_such_op"));
    ck_assert_ptr_null(dg_op_from_name(""));
    ck_assert_ptr_null(dg_op_from_name(NULL));
}
END_TEST

START_TEST(every_op_at_its_test_points)
{
    const dg_op *op = dg_op_at((size_t)_i);
    const rule *r = rule_called(op->name);
    double tight = wide_long_double() ? 1e-13 : 1e-11;
    size_t stride = (size_t)(op->operands + (op->has_constant ? 1 : 0));
    for (size_t i = 0; i < op->test_point_count; i++) {
        const double *at = op->test_points + i * stride;
        double x = at[0];
        double y = op->operands == 2 ? at[1] : 0.0;
        double k = op->has_constant ? at[op->operands] : 0.0;
        dg_graph *g = dg_graph_new();
        dg_value *a = dg_leaf(g, x, "x");
        dg_value *b = op->operands == 2 ? dg_leaf(g, y, "y") : NULL;
        dg_value *z = dg_apply(op, a, b, k);
        ck_assert_ptr_nonnull(z);
        real want = r->f(x, y, k);
        ck_assert_msg(close_to(dg_data(z), want, tight),
                      "%s(%.17g, %.17g; %.17g): %.17g, not %.17Lg", op->name, x, y, k, dg_data(z),
                      want);
        dg_gradcheck_result found;
        ck_assert_int_eq(dg_gradcheck(z, 0.0, &found), DG_OK);
        ck_assert_uint_ge(found.checked, (size_t)op->operands);
        ck_assert_msg(found.worst < 1e-7, "%s(%.17g, %.17g; %.17g): gradient check finds %g",
                      op->name, x, y, k, found.worst);
        ck_assert_int_eq(dg_backward(z), DG_OK);
        for (int j = 0; j < op->operands; j++) {
            double got = dg_grad(j ? b : a);
            real derivative = j ? r->dy(x, y, k) : r->dx(x, y, k);
            cplx ih = imaginary_step * I;
            cplx cx = j ? (cplx)x : x + ih;
            cplx cy = j ? y + ih : (cplx)y;
            real stepped = cimagl(r->holomorphic(cx, cy, k)) / imaginary_step;
            ck_assert_msg(close_to(got, derivative, tight),
                          "%s(%.17g, %.17g; %.17g)': %.17g, not %.17Lg", op->name, x, y, k, got,
                          derivative);
            ck_assert_msg(close_to(got, stepped, tight),
                          "%s(%.17g, %.17g; %.17g)': %.17g, complex step %.17Lg", op->name, x, y, k,
                          got, stepped);
        }
        dg_graph_free(g);
    }
}
END_TEST

/* Far out, at the edges of the domains and at what is no number. */
START_TEST(every_op_far_out)
{
    static const double points[] = {
        400.0, -400.0, 1e308, -1e308, INFINITY, -INFINITY, (double)NAN, 700.0,  -700.0,  40.0,
        -40.0, 20.0,   -20.0, 0.0,    -1.0,     1.0,       5e-324,      1e-300, -1e-300, 1e-9,
        -1e-9, 1e150,  5.0,   -5.0,   26.0,     -26.0,     19.5,        350.0,  -350.0,
    };
    static const double exponents[] = {2.0, -1.0, 0.5, 3.0, 0.0, -2.5, 1.0};
    const dg_op *op = dg_op_at((size_t)_i);
    const rule *r = rule_called(op->name);
    double tight = 1e-12;
    size_t n_exponents = op->has_constant ? sizeof exponents / sizeof *exponents : 1;
    if (!wide_long_double()) {
        if (_i == 0)
            printf("far out: skipped, long double has no more digits than double here\n");
        return;
    }
    if (op->operands != 1)
        return;
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        for (size_t j = 0; j < n_exponents; j++) {
            double x = points[i];
            double k = exponents[j];
            if (isinf(x) && strcmp(op->name, "silu") == 0)
                continue; /* infinity times zero: not promised */
            dg_graph *g = dg_graph_new();
            dg_value *a = dg_leaf(g, x, NULL);
            dg_value *z = dg_apply(op, a, NULL, k);
            real want = r->f(x, 0.0L, k);
            ck_assert_msg(close_to(dg_data(z), want, tight), "%s(%.17g; %g): %.17g, not %.17Lg",
                          op->name, x, k, dg_data(z), want);
            ck_assert_int_eq(dg_backward(z), DG_OK);
            want = r->dx(x, 0.0L, k);
            if (isfinite(x))
                ck_assert_msg(close_to(dg_grad(a), want, tight),
                              "%s(%.17g; %g)': %.17g, not %.17Lg", op->name, x, k, dg_grad(a),
                              want);
            dg_graph_free(g);
        }
}
END_TEST

static double slope_of(dg_value *(*op)(dg_value *), double x, double *data)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, x, NULL);
    dg_value *z = op(a);
    dg_backward(z);
    double derivative = dg_grad(a);
    *data = dg_data(z);
    dg_graph_free(g);
    return derivative;
}

/* Known numbers, so that the table above does not vouch for itself. */
START_TEST(slopes_keep_their_digits)
{
    double z;
    ck_assert(close_to(slope_of(dg_tanh, 20.0, &z), 1.699341702116636e-17L, 1e-12));
    ck_assert(close_to(slope_of(dg_tanh, -20.0, &z), 1.699341702116636e-17L, 1e-12));
    ck_assert(close_to(slope_of(dg_sigmoid, 40.0, &z), 4.248354255291589e-18L, 1e-12));
    ck_assert(close_to(slope_of(dg_sigmoid, -40.0, &z), 4.248354255291589e-18L, 1e-12));
    ck_assert(close_to(slope_of(dg_sigmoid, 700.0, &z), 9.85967654375977e-305L, 1e-12));
    ck_assert(close_to(slope_of(dg_sigmoid, -700.0, &z), 9.85967654375977e-305L, 1e-12));
    ck_assert(close_to(slope_of(dg_softplus, -40.0, &z), 4.248354255291589e-18L, 1e-12));
    ck_assert(close_to(slope_of(dg_softplus, 1e308, &z), 1.0L, 0.0));
    ck_assert_double_eq(z, 1e308);
    ck_assert(close_to(slope_of(dg_tanh, 400.0, &z), 0.0L, 0.0));
    ck_assert_double_eq(z, 1.0);
    ck_assert(close_to(slope_of(dg_tanh, -INFINITY, &z), 0.0L, 0.0));
    ck_assert_double_eq(z, -1.0);
    ck_assert(close_to(slope_of(dg_sigmoid, INFINITY, &z), 0.0L, 0.0));
    ck_assert_double_eq(z, 1.0);
    ck_assert(close_to(slope_of(dg_sigmoid, -INFINITY, &z), 0.0L, 0.0));
    ck_assert_double_eq(z, 0.0);
    ck_assert(isinf(slope_of(dg_sqrt, 0.0, &z)));
    ck_assert(isnan(slope_of(dg_sqrt, -1.0, &z)) && isnan(z));
    slope_of(dg_log, 0.0, &z);
    ck_assert_double_eq(z, -INFINITY);
    slope_of(dg_log, -1.0, &z);
    ck_assert(isnan(z));
    slope_of(dg_log1p, 1e-20, &z);
    ck_assert_double_eq(z, 1e-20);
    slope_of(dg_expm1, 1e-20, &z);
    ck_assert_double_eq(z, 1e-20);
}
END_TEST

START_TEST(kinks)
{
    double z;
    ck_assert_double_eq(slope_of(dg_relu, 0.0, &z), 0.0);
    ck_assert_double_eq(z, 0.0);
    ck_assert_double_eq(slope_of(dg_relu, -0.0, &z), 0.0);
    ck_assert_double_eq(slope_of(dg_relu, 5e-324, &z), 1.0);
    ck_assert_double_eq(z, 5e-324);
    ck_assert_double_eq(slope_of(dg_relu, -5e-324, &z), 0.0);
    ck_assert_double_eq(slope_of(dg_relu, INFINITY, &z), 1.0);
    ck_assert_double_eq(z, INFINITY);
    ck_assert_double_eq(slope_of(dg_relu, -INFINITY, &z), 0.0);
    ck_assert_double_eq(z, 0.0);
    slope_of(dg_relu, (double)NAN, &z);
    ck_assert(isnan(z));
    ck_assert_double_eq(slope_of(dg_abs, 0.0, &z), 0.0);
    ck_assert_double_eq(slope_of(dg_abs, -0.0, &z), 0.0);
    ck_assert_double_eq(z, 0.0);
    ck_assert_int_eq(signbit(z) != 0, 0);
    ck_assert_double_eq(slope_of(dg_abs, -5e-324, &z), -1.0);
    ck_assert_double_eq(slope_of(dg_abs, -INFINITY, &z), -1.0);
    ck_assert_double_eq(z, INFINITY);
    slope_of(dg_abs, (double)NAN, &z);
    ck_assert(isnan(z));
}
END_TEST

START_TEST(max_and_min)
{
    static const struct {
        double x, y, max, min, dx, dy; /* the slopes are max's; min's are the other way round */
    } rows[] = {
        {2.0, -3.0, 2.0, -3.0, 1.0, 0.0},
        {-3.0, 2.0, 2.0, -3.0, 0.0, 1.0},
        {1.5, 1.5, 1.5, 1.5, 0.5, 0.5},
        {0.0, -0.0, 0.0, 0.0, 0.5, 0.5},
        {-0.0, 0.0, 0.0, 0.0, 0.5, 0.5},
        {INFINITY, INFINITY, INFINITY, INFINITY, 0.5, 0.5},
        {INFINITY, -INFINITY, INFINITY, -INFINITY, 1.0, 0.0},
        {-INFINITY, 1e308, 1e308, -INFINITY, 0.0, 1.0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int smaller = 0; smaller < 2; smaller++) {
            dg_graph *g = dg_graph_new();
            dg_value *a = dg_leaf(g, rows[i].x, NULL);
            dg_value *b = dg_leaf(g, rows[i].y, NULL);
            dg_value *z = smaller ? dg_min(a, b) : dg_max(a, b);
            bool tie = rows[i].x == rows[i].y;
            ck_assert_double_eq(dg_data(z), smaller ? rows[i].min : rows[i].max);
            dg_backward(z);
            ck_assert_double_eq(dg_grad(a), smaller && !tie ? rows[i].dy : rows[i].dx);
            ck_assert_double_eq(dg_grad(b), smaller && !tie ? rows[i].dx : rows[i].dy);
            dg_value *same = smaller ? dg_min(a, a) : dg_max(a, a);
            dg_zero_grad(z);
            dg_backward(same);
            ck_assert_double_eq(dg_grad(a), 1.0);
            dg_graph_free(g);
        }
    double nan_ = (double)NAN;
    double pairs[][2] = {
        {nan_, 1.0}, {1.0, nan_}, {nan_, nan_}, {nan_, INFINITY}, {-INFINITY, nan_}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        dg_graph *g = dg_graph_new();
        dg_value *a = dg_leaf(g, pairs[i][0], NULL);
        dg_value *b = dg_leaf(g, pairs[i][1], NULL);
        ck_assert(isnan(dg_data(dg_max(a, b))));
        ck_assert(isnan(dg_data(dg_min(a, b))));
        dg_graph_free(g);
    }
}
END_TEST

/* ---- Random programs ----------------------------------------------------------------------- */

enum { MOST_NODES = 80, PROGRAMS = 1000, PROGRAMS_WATCHED = 100 };

typedef struct node {
    const rule *r; /* NULL: a leaf */
    size_t operand[2];
    real k;
    real v;      /* the value */
    real v_err;  /* a bound of what double arithmetic may be off, in units of 2**-53 */
    real g;      /* d root / d v */
    real g_err;  /* the same bound for the gradient */
    real terms;  /* the sum of the absolute contributions */
    size_t uses; /* how many there are */
    cplx c;
    dg_value *value;
} node;

static real operand_value(const node *nodes, const node *n, int i)
{
    return i == 1 && !n->r->dy ? 0.0L : nodes[n->operand[i]].v;
}

/* Draws one program: its nodes, the leaves first. Returns how many, or 0 where it got stuck. */
static size_t draw_program(uint64_t seed, node *nodes, size_t *n_leaves)
{
    static const double exponents[] = {2.0, 3.0, -1.0, -2.0, 0.5, 1.5, -0.5, 1.0};
    rng r = {seed};
    size_t leaves = 2 + rng_below(&r, 5);
    size_t ops = 5 + rng_below(&r, 56);
    size_t count = 0;
    for (; count < leaves; count++) {
        node *n = &nodes[count];
        memset(n, 0, sizeof *n);
        n->v = rng_between(&r, -3.0, 3.0);
    }
    *n_leaves = leaves;
    while (ops > 0) {
        bool done = false;
        for (int attempt = 0; attempt < 300 && !done; attempt++) {
            node *n = &nodes[count];
            memset(n, 0, sizeof *n);
            n->r = &rules[rng_below(&r, N_RULES)];
            for (int i = 0; i < 2; i++) {
                size_t window = rng_below(&r, 2) && count > 4 ? 4 : count;
                n->operand[i] = count - 1 - rng_below(&r, window);
            }
            n->k = exponents[rng_below(&r, sizeof exponents / sizeof *exponents)];
            real x = operand_value(nodes, n, 0);
            real y = operand_value(nodes, n, 1);
            if (n->r->tame(x, y, n->k) == 0.0L)
                continue;
            n->v = n->r->f(x, y, n->k);
            if (!(n->v == 0.0L || (fabsl(n->v) > 1e-4L && fabsl(n->v) < 1e4L)))
                continue;
            n->v_err =
                4.0L * fabsl(n->v) + fabsl(n->r->dx(x, y, n->k)) * nodes[n->operand[0]].v_err;
            if (n->r->dy)
                n->v_err += fabsl(n->r->dy(x, y, n->k)) * nodes[n->operand[1]].v_err;
            done = n->v_err * 0x1p-53L < 1e-9L;
        }
        if (!done)
            return 0;
        count++;
        ops--;
    }
    return count;
}

static real slope_error(const node *nodes, const node *n, formula *derivative)
{
    real x = operand_value(nodes, n, 0);
    real y = operand_value(nodes, n, 1);
    real tx = 1e-6L * (x == 0.0L ? 1.0L : fabsl(x));
    real ty = 1e-6L * (y == 0.0L ? 1.0L : fabsl(y));
    real size = n->r->terms ? n->r->terms(x, y, n->k) : fabsl(derivative(x, y, n->k));
    real error = 6.0L * size;
    error += fabsl(derivative(x + tx, y, n->k) - derivative(x - tx, y, n->k)) / (2.0L * tx) *
             nodes[n->operand[0]].v_err;
    if (n->r->dy)
        error += fabsl(derivative(x, y + ty, n->k) - derivative(x, y - ty, n->k)) / (2.0L * ty) *
                 nodes[n->operand[1]].v_err;
    return error;
}

/* The reverse pass, with a bound of the error that double arithmetic may make beside each number.
 */
static void differentiate(node *nodes, size_t count)
{
    nodes[count - 1].g = 1.0L;
    nodes[count - 1].uses = 1;
    for (size_t i = count; i-- > 0;) {
        node *n = &nodes[i];
        n->g_err += (real)n->uses * n->terms;
        if (!n->r || n->uses == 0)
            continue;
        real x = operand_value(nodes, n, 0);
        real y = operand_value(nodes, n, 1);
        for (int j = 0; j < (n->r->dy ? 2 : 1); j++) {
            formula *derivative = j ? n->r->dy : n->r->dx;
            node *parent = &nodes[n->operand[j]];
            real s = derivative(x, y, n->k);
            real part = n->g * s;
            parent->g += part;
            parent->terms += fabsl(part);
            parent->uses++;
            parent->g_err += n->g_err * fabsl(s) + fabsl(n->g) * slope_error(nodes, n, derivative) +
                             2.0L * fabsl(part);
        }
    }
}

static real complex_step(node *nodes, size_t count, size_t leaf)
{
    for (size_t i = 0; i < count; i++) {
        node *n = &nodes[i];
        if (!n->r)
            n->c = n->v + (i == leaf ? imaginary_step : 0.0L) * I;
        else
            n->c = n->r->holomorphic(nodes[n->operand[0]].c, nodes[n->operand[1]].c, n->k);
    }
    return cimagl(nodes[count - 1].c) / imaginary_step;
}

typedef struct tally {
    size_t strict;
    size_t loose;
    size_t uses[N_RULES];
} tally;

/* Compares one gradient. Where the bound says that double arithmetic can give twelve digits, twelve
 * are asked for; elsewhere what the bound says. */
static void compare(uint64_t seed, const char *how, size_t i, const node *n, double got, real want,
                    bool exact, tally *t)
{
    real bound = 4.0L * n->g_err * 0x1p-53L;
    bool strict = bound <= 1e-12L * fabsl(want);
    real allowed = 1e-12L * fabsl(want) + (strict ? 0.0L : bound);
    if (!exact)
        allowed = 1e-9L * fabsl(want) + 1e3L * bound;
    if (strict)
        t->strict++;
    else
        t->loose++;
    ck_assert_msg(fabsl((real)got - want) <= allowed,
                  "seed %#llx, node %zu (%s): gradient %.17g, by %s %.17Lg; %Lg allowed%s",
                  (unsigned long long)seed, i, n->r ? n->r->name : "leaf", got, how, want, allowed,
                  strict ? ", well conditioned" : "");
}

static void run_program(uint64_t seed, bool exact, tally *t)
{
    static node nodes[MOST_NODES];
    size_t leaves;
    size_t count = draw_program(seed, nodes, &leaves);
    if (count == 0)
        return;
    dg_graph *g = dg_graph_new();
    for (size_t i = 0; i < count; i++) {
        node *n = &nodes[i];
        if (!n->r) {
            n->value = dg_leaf(g, (double)n->v, NULL);
        } else {
            n->value = dg_apply(dg_op_from_name(n->r->name), nodes[n->operand[0]].value,
                                n->r->dy ? nodes[n->operand[1]].value : NULL, (double)n->k);
            t->uses[n->r - rules]++;
        }
        ck_assert_ptr_nonnull(n->value);
        real allowed = (4.0L * n->v_err * 0x1p-53L) * (exact ? 1.0L : 1e3L);
        ck_assert_msg(fabsl((real)dg_data(n->value) - n->v) <= allowed,
                      "seed %#llx, node %zu (%s): data %.17g, not %.17Lg", (unsigned long long)seed,
                      i, n->r ? n->r->name : "leaf", dg_data(n->value), n->v);
    }
    differentiate(nodes, count);
    ck_assert_int_eq(dg_backward(nodes[count - 1].value), DG_OK);
    for (size_t i = 0; i < count; i++) {
        const node *n = &nodes[i];
        ck_assert_msg(!dg_has_grad(n->value) == (n->uses == 0), "seed %#llx, node %zu: has_grad %d",
                      (unsigned long long)seed, i, dg_has_grad(n->value));
        compare(seed, "long double", i, n, dg_grad(n->value), n->g, exact, t);
    }
    for (size_t i = 0; i < leaves; i++)
        compare(seed, "complex step", i, &nodes[i], dg_grad(nodes[i].value),
                complex_step(nodes, count, i), exact, t);
    dg_graph_free(g);
}

START_TEST(random_programs)
{
    const char *given = getenv("DG_TEST_SEED");
    bool exact = wide_long_double();
    static tally t;
    uint64_t seed = UINT64_C(0xD07);
    if (given) {
        run_program(strtoull(given, NULL, 0), exact, &t);
        return;
    }
    for (size_t i = 0; i < (exact ? PROGRAMS : PROGRAMS_WATCHED); i++)
        run_program(seed + i, exact, &t);
    for (size_t i = 0; i < N_RULES; i++)
        ck_assert_msg(t.uses[i] > 20, "'%s' was used %zu times only", rules[i].name, t.uses[i]);
    ck_assert_msg(t.strict > 19 * t.loose, "%zu gradients were compared strictly, %zu were not",
                  t.strict, t.loose);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("numbers");
    TCase *tc = tcase_create("ops");
    tcase_set_timeout(tc, 600);
    tcase_add_test(tc, table_has_every_op);
    tcase_add_loop_test(tc, every_op_at_its_test_points, 0, (int)dg_op_count());
    tcase_add_loop_test(tc, every_op_far_out, 0, (int)dg_op_count());
    tcase_add_test(tc, slopes_keep_their_digits);
    tcase_add_test(tc, kinks);
    tcase_add_test(tc, max_and_min);
    suite_add_tcase(s, tc);
    tc = tcase_create("programs");
    tcase_set_timeout(tc, 600);
    tcase_add_test(tc, random_programs);
    suite_add_tcase(s, tc);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
