/* Values and derivatives against answers that an arithmetic of 60 digits gave (op_answers.py), to
 * so many units in the last place; and what ops make of zeros, infinities, nan and the ends of
 * their domains. */
#include <dotgrad/engine.h>

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"

/* One result: the value and its derivatives. */
typedef struct results {
    double z, dx, dy;
} results;

static results results_of(const char *name, double x, double y, double k)
{
    const dg_op *op = dg_op_from_name(name);
    ck_assert_msg(op != NULL, "there is no op '%s'", name);
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, x, NULL), *b = dg_leaf(g, y, NULL);
    dg_value *z = dg_apply(op, a, b, k);
    ck_assert_ptr_nonnull(z);
    ck_assert_int_eq(dg_backward(z), DG_OK);
    results r = {dg_data(z), dg_grad(a), dg_grad(b)};
    dg_graph_free(g);
    return r;
}

/* The distance in units in the last place of the wanted number. */
static double ulps(double got, double want)
{
    double unit = nextafter(fabs(want), INFINITY) - fabs(want);
    return fabs(got - want) / unit;
}

static double number(const char *text)
{
    return *text == '-' && !text[1] ? 0.0 : strtod(text, NULL);
}

START_TEST(answers)
{
    FILE *f = fopen(OP_ANSWERS, "r");
    ck_assert_msg(f != NULL, "%s cannot be read", OP_ANSWERS);
    char name[32], t[6][40];
    double limit;
    size_t count = 0;
    while (fscanf(f, "%31s %39s %39s %39s %39s %39s %39s %lf", name, t[0], t[1], t[2], t[3], t[4],
                  t[5], &limit) == 8) {
        results r = results_of(name, number(t[0]), number(t[1]), number(t[2]));
        double got[3] = {r.z, r.dx, r.dy};
        for (int i = 0; i < 3; i++)
            if (strcmp(t[3 + i], "-") != 0)
                /* the answer is rounded, too */
                ck_assert_msg(ulps(got[i], number(t[3 + i])) <= limit + 0.5,
                              "%s(%s, %s; %s): result %d is %.17g, not %.17g", name, t[0], t[1],
                              t[2], i, got[i], number(t[3 + i]));
        count++;
    }
    fclose(f);
    ck_assert_uint_gt(count, 500);
}
END_TEST

static const double inf = INFINITY;

START_TEST(special_values)
{
    const double none = (double)NAN;
    const struct {
        const char *name;
        double x, y, k, z, dx, dy;
    } rows[] = {
        {"asin", 1.0, 0.0, 0.0, 1.5707963267948966, inf, 0.0},
        {"asin", 1.5, 0.0, 0.0, none, none, 0.0},
        {"acos", -1.0, 0.0, 0.0, 3.141592653589793, -inf, 0.0},
        {"acosh", 1.0, 0.0, 0.0, 0.0, inf, 0.0},
        {"acosh", -2.0, 0.0, 0.0, none, none, 0.0},
        {"atanh", 1.0, 0.0, 0.0, inf, inf, 0.0},
        {"asinh", inf, 0.0, 0.0, inf, 0.0, 0.0},
        {"log2", 0.0, 0.0, 0.0, -inf, inf, 0.0},
        {"log2", 8.0, 0.0, 0.0, 3.0, 0.18033688011112042, 0.0},
        {"log10", 1000.0, 0.0, 0.0, 3.0, 0.00043429448190325179, 0.0},
        {"exp2", -1e4, 0.0, 0.0, 0.0, 0.0, 0.0},
        {"exp2", 10.0, 0.0, 0.0, 1024.0, 709.782712893384, 0.0},
        {"rsqrt", 0.0, 0.0, 0.0, inf, -inf, 0.0},
        {"rsqrt", inf, 0.0, 0.0, 0.0, 0.0, 0.0},
        {"reciprocal", 0.0, 0.0, 0.0, inf, -inf, 0.0},
        {"square", -1e200, 0.0, 0.0, inf, -2e200, 0.0},
        {"sign", -inf, 0.0, 0.0, -1.0, 0.0, 0.0},
        {"sign", 0.0, 0.0, 0.0, 0.0, 0.0, 0.0},
        {"sign", none, 0.0, 0.0, none, none, 0.0},
        {"gelu", inf, 0.0, 0.0, inf, 1.0, 0.0},
        {"gelu", -inf, 0.0, 0.0, 0.0, 0.0, 0.0},
        {"gelu", 0.0, 0.0, 0.0, 0.0, 0.5, 0.0},
        {"gelu", none, 0.0, 0.0, none, none, 0.0},
        {"elu", 0.0, 0.0, 2.0, 0.0, 2.0, 0.0},
        {"elu", -inf, 0.0, 2.0, -2.0, 0.0, 0.0},
        {"leaky_relu", 0.0, 0.0, 0.25, 0.0, 0.25, 0.0},
        {"leaky_relu", -8.0, 0.0, 0.25, -2.0, 0.25, 0.0},
        {"leaky_relu", none, 0.0, 0.25, none, none, 0.0},
        {"hardtanh", 1.0, 0.0, 0.0, 1.0, 0.0, 0.0},
        {"hardtanh", -1.0, 0.0, 0.0, -1.0, 0.0, 0.0},
        {"hardtanh", none, 0.0, 0.0, none, none, 0.0},
        {"softsign", -inf, 0.0, 0.0, -1.0, 0.0, 0.0},
        {"softsign", 0.0, 0.0, 0.0, 0.0, 1.0, 0.0},
        {"erfc", inf, 0.0, 0.0, 0.0, 0.0, 0.0},
        {"erfc", -inf, 0.0, 0.0, 2.0, 0.0, 0.0},
        {"lgamma", 0.0, 0.0, 0.0, inf, -inf, 0.0},
        {"lgamma", -1.0, 0.0, 0.0, inf, none, 0.0},
        {"lgamma", inf, 0.0, 0.0, inf, inf, 0.0},
        {"lgamma", -2.5, 0.0, 0.0, -0.056243716497674054, 1.1031566406452431, 0.0},
        {"polygamma", 1.0, 0.0, 0.0, -0.5772156649015329, 1.6449340668482264, 0.0},
        {"polygamma", 1.0, 0.0, 0.5, none, none, 0.0},
        {"polygamma", -0.5, 0.0, 1.0, 8.9348022005446793, -0.8287966442343199, 0.0},
        {"atan2", 0.0, -1.0, 0.0, 3.141592653589793, -1.0, 0.0},
        {"atan2", -0.0, -1.0, 0.0, -3.141592653589793, -1.0, 0.0},
        {"atan2", 1.0, 0.0, 0.0, 1.5707963267948966, 0.0, -1.0},
        {"atan2", 0.0, 0.0, 0.0, 0.0, none, none},
        {"hypot", 3e200, 4e200, 0.0, 5e200, 0.6, 0.8},
        {"hypot", 0.0, 0.0, 0.0, 0.0, none, none},
        {"hypot", -inf, none, 0.0, inf, none, none},
        {"fmod", -7.0, 3.0, 0.0, -1.0, 1.0, 2.0},
        {"fmod", 7.0, -3.0, 0.0, 1.0, 1.0, 2.0},
        {"fmod", 1.0, 0.0, 0.0, none, 1.0, none},
        {"logaddexp", -inf, -inf, 0.0, -inf, 0.5, 0.5},
        {"logaddexp", inf, 1.0, 0.0, inf, 1.0, 0.0},
        {"logaddexp", -inf, 1.0, 0.0, 1.0, 0.0, 1.0},
        {"logaddexp", 1e308, 1e308, 0.0, 1e308, 0.5, 0.5},
        {"heaviside", 0.0, 0.25, 0.0, 0.25, 0.0, 1.0},
        {"heaviside", -1.0, 0.25, 0.0, 0.0, 0.0, 0.0},
        {"power", 0.0, 2.0, 0.0, 0.0, 0.0, 0.0},
        {"power", 0.0, 0.0, 0.0, 1.0, 0.0, 0.0},
        {"power", 0.0, -1.0, 0.0, inf, -inf, -inf},
        {"power", -2.0, 3.0, 0.0, -8.0, 12.0, none},
        {"power", 1.0, inf, 0.0, 1.0, inf, 0.0},
        {"power", 2.0, 2.0, 0.0, 4.0, 4.0, 2.772588722239781},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        results r = results_of(rows[i].name, rows[i].x, rows[i].y, rows[i].k);
        const double got[3] = {r.z, r.dx, r.dy}, want[3] = {rows[i].z, rows[i].dx, rows[i].dy};
        for (int j = 0; j < 3; j++)
            ck_assert_msg(isnan(want[j]) ? isnan(got[j])
                                         : got[j] == want[j] || ulps(got[j], want[j]) <= 4.0,
                          "%s(%g, %g; %g): result %d is %.17g, not %.17g", rows[i].name, rows[i].x,
                          rows[i].y, rows[i].k, j, got[j], want[j]);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {answers, special_values};
    Suite *s = suite_create("op_answers");
    add_case(s, "answers", tests, sizeof tests / sizeof *tests);
    return run_cases(s);
}
