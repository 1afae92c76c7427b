/* Gradients as values: against the backward pass, and differentiated again, against differences of
 * the first derivative; for every elementwise op, ops on whole tensors, and the Hessian of a
 * network. */
#include <dotgrad/dotgrad.h>

#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "check_main.h"
#include "op_formulas.h"

static bool near(double got, real want, real tolerance)
{
    return fabsl((real)got - want) <= tolerance * fmaxl(1.0L, fabsl(want)) || (real)got == want;
}

/* The derivative of a formula by its operand i, by differences at six points. */
static real difference(formula *f, real x, real y, real k, int i)
{
    static const real weights[] = {45.0L, -9.0L, 1.0L};
    const real h = 1e-3L;
    real sum = 0.0L;
    for (int j = 1; j <= 3; j++) {
        real d = h * (real)j;
        sum += weights[j - 1] *
               (i == 0 ? f(x + d, y, k) - f(x - d, y, k) : f(x, y + d, k) - f(x, y - d, k));
    }
    return sum / (60.0L * h);
}

START_TEST(every_op_twice)
{
    const dg_op *op = dg_op_at((size_t)_i);
    const op_formula *r = formula_of(op->name);
    size_t stride = (size_t)(op->operands + (op->has_constant ? 1 : 0));
    for (size_t i = 0; i < op->test_point_count; i++) {
        const double *at = op->test_points + i * stride;
        double x = at[0], y = op->operands == 2 ? at[1] : 0.0,
               k = op->has_constant ? at[op->operands] : 0.0;
        dg_graph *g = dg_graph_new();
        dg_value *v[2] = {dg_leaf(g, x, NULL), dg_leaf(g, y, NULL)}, *d[2];
        dg_value *z = dg_apply(op, v[0], v[1], k);
        size_t n = (size_t)op->operands;
        ck_assert_int_eq(dg_differentiate(z, v, n, d), DG_OK);
        ck_assert_int_eq(dg_has_grad(v[0]), 0);
        ck_assert_int_eq(dg_backward(z), DG_OK);
        for (size_t j = 0; j < n; j++)
            ck_assert_msg(near(dg_data(d[j]), dg_grad(v[j]), 1e-14L),
                          "%s(%g, %g; %g): derivative %zu is %.17g, not %.17g", op->name, x, y, k,
                          j, dg_data(d[j]), dg_grad(v[j]));
        for (size_t j = 0; j < n; j++) {
            dg_graph_zero_grad(g);
            if (!dg_requires_grad(d[j])) /* constant */
                continue;
            ck_assert_int_eq(dg_backward(d[j]), DG_OK);
            for (int m = 0; m < (int)n; m++) {
                real want = difference(j == 0 ? r->dx : r->dy, x, y, k, m);
                ck_assert_msg(near(dg_grad(v[m]), want, 1e-10L),
                              "%s(%g, %g; %g): second derivative %zu, %d is %.17g, not %.17Lg",
                              op->name, x, y, k, j, m, dg_grad(v[m]), want);
            }
        }
        dg_graph_free(g);
    }
}
END_TEST

/* ---- Ops on whole tensors: the op of tanh(x) for x of a shape, and what else it takes ---- */

static dg_value *leaf(dg_graph *g, uint64_t *seed, int ndim, const size_t *shape)
{
    size_t n = 1;
    for (int i = 0; i < ndim; i++)
        n *= shape[i];
    double *data = malloc((n + 1) * sizeof *data);
    for (size_t i = 0; i < n; i++) {
        *seed = *seed * 6364136223846793005u + 1442695040888963407u;
        data[i] = (double)(*seed >> 40) * 0x1p-23 - 1.0;
    }
    dg_value *v = dg_tensor(g, ndim, shape, data, NULL);
    free(data);
    return v;
}

#define SHAPE(...)                                                                                 \
    (const size_t[])                                                                               \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define DIMS(...)                                                                                  \
    (const int[])                                                                                  \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

/* Of x, (2, 3), y, (3, 2), and w, (3,). */
static dg_value *op_number(int i, dg_value *x, dg_value *y, dg_value *w)
{
    dg_value *three[] = {x, x, y};
    switch (i) {
    case 0:
        return dg_matmul(x, y);
    case 1:
        return dg_matmul(x, w);
    case 2:
        return dg_matmul(w, y);
    case 3:
        return dg_matmul(w, w);
    case 4:
        return dg_matmul(dg_reshape(dg_concat(three, 2, 0), 3, SHAPE(2, 2, 3)), y);
    case 5:
        return dg_sum_dim(x, 0, 0);
    case 6:
        return dg_mean_dim(x, 1, 1);
    case 7:
        return dg_mean(x);
    case 8:
        return dg_max_dim(x, 1, 0);
    case 9:
        return dg_max_all(x);
    case 10:
        return dg_transpose(x, 0, 1);
    case 11:
        return dg_select(x, -1);
    case 12:
        return dg_concat(three, 2, 1);
    case 13:
        return dg_stack(three, 2);
    case 14:
        return dg_softmax(x, 1);
    case 15:
        return dg_log_softmax(x, 0);
    case 16:
        return dg_cross_entropy(x, dg_softmax(dg_transpose(y, 0, 1), 1));
    case 17:
        return dg_cross_entropy(
            x, dg_set_requires_grad(
                   dg_tensor(dg_graph_of(x), 1, SHAPE(2), (const double[]){2, 0}, NULL), 0));
    case 18:
        return dg_permute(x, 2, DIMS(1, 0));
    case 19:
        return dg_expand(dg_reshape(x, 3, SHAPE(2, 1, 3)), 4, SHAPE(2, 2, 4, 3));
    case 20:
        return dg_repeat(x, 3, SHAPE(2, 1, 3));
    case 21:
        return dg_flip(x, 2, DIMS(1, 0));
    case 22:
        return dg_roll(x, -2, 1);
    case 23:
        return dg_tril(x, 1);
    case 24:
        return dg_triu(y, -1);
    case 25:
        return dg_diag(w, -1);
    case 26:
        return dg_diag(x, 1);
    case 27:
        return dg_diag(y, -1);
    case 28:
        return dg_slice(x, 1, 0, 3, 2);
    case 29:
        return dg_zero_pad(x, 1, 2, 1, 1);
    case 30:
        return dg_where(dg_heaviside(x, dg_leaf(dg_graph_of(x), 0.0, NULL)), x, w);
    case 31:
        return dg_lerp(x, w, dg_transpose(y, 0, 1));
    case 32:
        return dg_clamp(x, -0.4, 0.3);
    case 33:
        return dg_mul(dg_sub(x, w), dg_select(w, 0));
    case 34:
        return dg_lerp(dg_select(w, 0), dg_select(w, 1), dg_select(w, 2));
    case 35:
        return dg_where(dg_select(w, 0), dg_select(w, 1), dg_select(w, 2));
    case 36:
        return dg_clamp(dg_select(w, 0), -INFINITY, 2.0);
    case 37:
        return dg_min_dims(x, 1, DIMS(1), 0);
    case 38:
        return dg_prod_dims(x, 2, DIMS(1, 0), 1);
    case 39:
        return dg_var_dims(x, 1, DIMS(0), 1, 1.0);
    case 40:
        return dg_std_dims(x, 0, NULL, 0, 0.0);
    case 41:
        return dg_norm_dims(x, 1, DIMS(-1), 0, 2.0);
    case 42:
        return dg_norm_dims(x, 0, NULL, 0, 3.0);
    case 43:
        return dg_logsumexp_dims(x, 1, DIMS(0), 0);
    case 44:
        return dg_cumsum(x, 1);
    case 45:
        return dg_mul(dg_argmax_dims(x, 1, DIMS(1), 1), x);
    }
    return NULL;
}

enum { OPS = 46, LEAVES = 3 };

/* A number that depends on all elements of the op's result, not linearly. */
static dg_value *root_of(int i, dg_value *const *leaves)
{
    dg_value *v = op_number(i, dg_tanh(leaves[0]), dg_sin(leaves[1]), dg_tanh(leaves[2]));
    return dg_sum(dg_mul(dg_exp(v), dg_cos(v)));
}

static void make_leaves(dg_graph *g, uint64_t seed, dg_value **leaves)
{
    leaves[0] = leaf(g, &seed, 2, SHAPE(2, 3));
    leaves[1] = leaf(g, &seed, 2, SHAPE(3, 2));
    leaves[2] = leaf(g, &seed, 1, SHAPE(3));
}

/* The directional derivative of the gradients: a weighted sum of all their elements,
 * differentiated. */
START_TEST(every_tensor_op_twice)
{
    dg_graph *g = dg_graph_new();
    dg_value *leaves[LEAVES], *d[LEAVES];
    make_leaves(g, (uint64_t)_i + 7, leaves);
    dg_value *root = root_of(_i, leaves);
    ck_assert_msg(root != NULL, "op %d: %s", _i, dg_graph_error(g)->text);
    ck_assert_msg(dg_differentiate(root, leaves, LEAVES, d) == DG_OK, "op %d: %s", _i,
                  dg_graph_error(g)->text);
    dg_backward(root);
    dg_value *weighted = dg_leaf(g, 0.0, NULL);
    for (int j = 0; j < LEAVES; j++) {
        ck_assert_uint_eq(dg_size(d[j]), dg_size(leaves[j]));
        for (size_t k = 0; k < dg_size(d[j]); k++)
            ck_assert_msg(near(dg_data_array(d[j])[k], dg_grad_array(leaves[j])[k], 1e-13L),
                          "op %d: gradient %zu of operand %d is %.17g, not %.17g", _i, k, j,
                          dg_data_array(d[j])[k], dg_grad_array(leaves[j])[k]);
        weighted = dg_add(weighted, dg_sum(dg_mul(d[j], dg_cos(leaves[j]))));
    }
    dg_gradcheck_result found;
    /* What depends on the position of a maximum only is constant: away from ties that is right. */
    ck_assert_int_eq(dg_gradcheck(weighted, 0.0, &found), DG_OK);
    ck_assert_msg(found.worst < 1e-7, "op %d: the gradient check of the second derivative finds %g",
                  _i, found.worst);
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    dg_graph_free(g);
}
END_TEST

/* ---- A Hessian: 20 parameters, 20 backward passes ---- */

enum { PARAMETERS = 20 };

static dg_value *loss_of(dg_graph *g, dg_value *const *p)
{
    dg_value *loss = dg_leaf(g, 0.0, NULL);
    for (int e = 0; e < 4; e++) {
        dg_value *out = p[0];
        for (int h = 0; h < 4; h++) {
            dg_value *sum = p[1 + h];
            for (int i = 0; i < 3; i++)
                sum = dg_add(sum, dg_mul(p[5 + 3 * h + i], dg_leaf(g, sin(1.0 + 3 * e + i), NULL)));
            out = dg_add(out, dg_mul(dg_tanh(sum), p[16 + h]));
        }
        loss = dg_add(loss, dg_pow(dg_sub(out, dg_leaf(g, e % 2, NULL)), 2.0));
    }
    return loss;
}

static void gradients_at(const double *x, double *gradients)
{
    dg_graph *g = dg_graph_new();
    dg_value *p[PARAMETERS];
    for (int i = 0; i < PARAMETERS; i++)
        p[i] = dg_leaf(g, x[i], NULL);
    dg_backward(loss_of(g, p));
    for (int i = 0; i < PARAMETERS; i++)
        gradients[i] = dg_grad(p[i]);
    dg_graph_free(g);
}

START_TEST(hessian)
{
    dg_graph *g = dg_graph_new();
    dg_value *p[PARAMETERS], *d[PARAMETERS];
    double x[PARAMETERS], rows[PARAMETERS][PARAMETERS], above[PARAMETERS], below[PARAMETERS];
    for (int i = 0; i < PARAMETERS; i++)
        p[i] = dg_leaf(g, x[i] = cos(3.0 * i), NULL);
    dg_value *loss = loss_of(g, p);
    ck_assert_int_eq(dg_differentiate(loss, p, PARAMETERS, d), DG_OK);
    for (int i = 0; i < PARAMETERS; i++) {
        dg_graph_zero_grad(g);
        ck_assert_int_eq(dg_backward(d[i]), DG_OK);
        for (int j = 0; j < PARAMETERS; j++)
            rows[i][j] = dg_grad(p[j]);
    }
    for (int i = 0; i < PARAMETERS; i++) {
        const double h = 1e-5, at = x[i];
        x[i] = at + h;
        gradients_at(x, above);
        x[i] = at - h;
        gradients_at(x, below);
        x[i] = at;
        for (int j = 0; j < PARAMETERS; j++) {
            ck_assert_msg(near(rows[i][j], rows[j][i], 1e-13L), "row %d, column %d", i, j);
            ck_assert_msg(near(rows[i][j], (above[j] - below[j]) / (2 * h), 1e-8L),
                          "row %d, column %d: %g", i, j, rows[i][j]);
        }
    }
    dg_graph_free(g);
}
END_TEST

START_TEST(third_derivatives)
{
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_leaf(g, 0.7, "x"), *d = dg_mul(dg_sin(x), dg_pow(x, 5.0));
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(dg_differentiate(d, &x, 1, &d), DG_OK);
    dg_backward(d);
    /* (sin * x**5)''' = -cos x**5 - 15 sin x**4 + 60 cos x**3 + 60 sin x**2 */
    double s = sin(0.7), c = cos(0.7),
           want = -c * pow(0.7, 5) - 15 * s * pow(0.7, 4) + 60 * c * pow(0.7, 3) + 60 * s * 0.49;
    ck_assert(near(dg_grad(x), want, 1e-13L));
    /* recomputed with other data */
    dg_set_data(x, 0.3);
    dg_forward(d);
    s = sin(0.3), c = cos(0.3);
    ck_assert(
        near(dg_data(d), -s * pow(0.3, 5) + 10 * c * pow(0.3, 4) + 20 * s * pow(0.3, 3), 1e-13L));
    dg_graph_free(g);
}
END_TEST

START_TEST(refused)
{
    dg_graph *g = dg_graph_new(), *other = dg_graph_new();
    dg_value *x = dg_leaf(g, 2.0, NULL), *y = dg_mul(x, x), *d = NULL,
             *t = dg_tensor(g, 1, SHAPE(3), NULL, NULL);
    dg_value *far = dg_leaf(other, 1.0, NULL), *none = NULL,
             *fixed = dg_set_requires_grad(dg_leaf(g, 1.0, NULL), 0);
    size_t size = dg_graph_size(g);
    ck_assert_int_eq(dg_differentiate(NULL, &x, 1, &d), DG_INVALID);
    ck_assert_int_eq(dg_differentiate(y, NULL, 1, &d), DG_INVALID);
    dg_value *const wrong[] = {far, none, fixed};
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(dg_differentiate(y, &wrong[i], 1, &d), DG_INVALID);
        ck_assert_int_eq(dg_graph_status(g), DG_INVALID);
        dg_graph_clear_error(g);
    }
    ck_assert_int_eq(dg_differentiate(t, &x, 1, &d), DG_INVALID);
    dg_graph_clear_error(g);
    ck_assert_int_eq(dg_differentiate(fixed, &x, 1, &d), DG_INVALID);
    dg_graph_clear_error(g);
    ck_assert_uint_eq(dg_graph_size(g), size);
    /* What the root does not depend on has a gradient of zeros; the root's own is 1. */
    dg_value *by[] = {t, y, x}, *all[3];
    ck_assert_int_eq(dg_differentiate(y, by, 3, all), DG_OK);
    ck_assert_uint_eq(dg_size(all[0]), 3);
    ck_assert_double_eq(dg_data_array(all[0])[2], 0.0);
    ck_assert_double_eq(dg_data(all[1]), 1.0);
    ck_assert_double_eq(dg_data(all[2]), 4.0);
    dg_graph_free(g);
    dg_graph_free(other);
}
END_TEST

/* What a copy, a rewind and a trace make of ops with a record. */
START_TEST(records_elsewhere)
{
    dg_graph *g = dg_graph_new();
    dg_value *leaves[LEAVES];
    make_leaves(g, 3, leaves);
    for (int round = 0; round < 3; round++) {
        size_t mark = dg_graph_mark(g);
        dg_value *keep = NULL;
        for (int i = 18; i < OPS; i++) {
            dg_value *root = root_of(i, leaves);
            keep = keep ? dg_add(keep, root) : root;
        }
        dg_backward(keep);
        double data = dg_data(keep), grad = dg_grad_array(leaves[0])[1];
        dg_trace *t = dg_trace_from_value(keep);
        for (size_t node = 0; node < dg_trace_node_count(t); node++)
            for (size_t i = 0; i < dg_trace_operand_count(t, node); i++) {
                size_t n = dg_trace_size(t, dg_trace_operand(t, node, i));
                double one;
                if (n == 1 && dg_trace_size(t, node) == 1 &&
                    strncmp(dg_trace_op(t, node), "lerp", 4) == 0)
                    ck_assert_msg(dg_trace_contribution(t, node, i, &one) == DG_OK, "%s",
                                  dg_trace_op(t, node));
            }
        dg_trace_free(t);
        dg_value *kept = keep;
        dg_graph *copy = dg_graph_copy(g, &kept, 1);
        ck_assert_ptr_nonnull(copy);
        ck_assert_double_eq(dg_data(kept), data);
        dg_forward(kept);
        ck_assert_double_eq(dg_data(kept), data);
        dg_graph_free(copy);
        dg_graph_rewind(g, mark);
        dg_graph_zero_grad(g);
        ck_assert(isfinite(grad));
    }
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {hessian, third_derivatives, refused, records_elsewhere};
    Suite *s = suite_create("differentiate");
    TCase *tc = add_case(s, "differentiate", tests, sizeof tests / sizeof *tests);
    tcase_add_loop_test(tc, every_op_twice, 0, (int)dg_op_count());
    tcase_add_loop_test(tc, every_tensor_op_twice, 0, OPS);
    return run_cases(s);
}
