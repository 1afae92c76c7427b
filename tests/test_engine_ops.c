/* Every op by itself against the formulas of the tests: at its test points, where gradients are
 * computed by the complex step as well, which knows no derivative, and far out; then numbers known
 * from elsewhere. */
#include <dotgrad/engine.h>

#include <stdio.h>

#include "check_main.h"
#include "engine_support.h"
#include "op_formulas.h"

static const real imaginary_step = 1e-100L;

/* ---- The op table -------------------------------------------------------------------------- */

START_TEST(table_has_every_op)
{
    ck_assert_uint_eq(dg_op_count(), N_FORMULAS);
    for (size_t i = 0; i < dg_op_count(); i++) {
        const dg_op *op = dg_op_at(i);
        ck_assert_ptr_nonnull(op);
        ck_assert_ptr_eq(dg_op_from_name(op->name), op);
        const op_formula *r = formula_of(op->name);
        ck_assert_int_eq(op->operands, r->dy ? 2 : 1);
        ck_assert_int_eq(op->has_constant != 0,
                         !strcmp(op->name, "pow") || !strcmp(op->name, "elu") ||
                             !strcmp(op->name, "leaky_relu") || !strcmp(op->name, "polygamma"));
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
    const op_formula *r = formula_of(op->name);
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
    const op_formula *r = formula_of(op->name);
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
            bool gamma = strstr(op->name, "gamma") != NULL; /* the formulas are for x above 0 */
            if (gamma && !(x > 1e-100 && x < 1e100))
                continue;
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

int main(void)
{
    const TTest *const tests[] = {table_has_every_op, slopes_keep_their_digits, kinks, max_and_min};
    Suite *s = suite_create("engine_ops");
    TCase *tc = add_case(s, "ops", tests, sizeof tests / sizeof *tests);
    tcase_add_loop_test(tc, every_op_at_its_test_points, 0, (int)dg_op_count());
    tcase_add_loop_test(tc, every_op_far_out, 0, (int)dg_op_count());
    return run_cases(s);
}
