/* Losses: their numbers, their derivatives, the values they make. */
#include "nn_support.h"

enum { MOST = 40 };

static long double wide_softplus(long double x)
{
    return x > 0.0L ? x + log1pl(expl(-x)) : log1pl(expl(x));
}

/* What a prediction adds to a loss, and its derivative by the prediction. */
typedef long double term(long double p, long double y, long double *slope);

static long double square(long double p, long double y, long double *slope)
{
    *slope = 2.0L * (p - y);
    return (p - y) * (p - y);
}

static long double cross_entropy(long double p, long double y, long double *slope)
{
    *slope = wide_sigmoid(p) - y;
    return wide_softplus(p) - p * y;
}

static long double hinge(long double p, long double y, long double *slope)
{
    long double margin = 1.0L - y * p;
    *slope = margin > 0.0L ? -y : 0.0L;
    return margin > 0.0L ? margin : 0.0L;
}

static const struct {
    const char *name;
    dg_loss *loss;
    term *of;
    bool mean;
    bool signs; /* targets are -1 and 1 */
} losses[] = {
    {"sse", dg_loss_sse, square, false, false},
    {"mse", dg_loss_mse, square, true, false},
    {"bce", dg_loss_bce, cross_entropy, true, false},
    {"hinge", dg_loss_hinge, hinge, true, true},
};

START_TEST(numbers_and_derivatives)
{
    for (size_t k = 0; k < COUNT_OF(losses); k++)
        for (uint64_t seed = 1; seed <= 40; seed++) {
            rng r = {.state = seed};
            dg_graph *g = dg_graph_new();
            dg_value *p[MOST];
            double y[MOST];
            size_t n = seed <= MOST ? (size_t)seed : 1;
            long double want = 0.0L;
            long double slopes[MOST];
            for (size_t i = 0; i < n; i++) {
                double x = rng_between(&r, -4.0, 4.0);
                y[i] =
                    losses[k].signs ? (rng_below(&r, 2) ? 1.0 : -1.0) : rng_between(&r, 0.0, 1.0);
                p[i] = dg_leaf(g, x, "p");
                want += losses[k].of((long double)x, (long double)y[i], &slopes[i]);
            }
            long double count = losses[k].mean ? (long double)n : 1.0L;
            dg_value *loss = losses[k].loss(p, y, n);
            ck_assert_ptr_nonnull(loss);
            ck_assert_msg(near(dg_data(loss), want / count, 1e-14),
                          "%s, seed %llu: %.17g, not %.17Lg", losses[k].name,
                          (unsigned long long)seed, dg_data(loss), want / count);
            dg_gradcheck_result found;
            ck_assert_int_eq(dg_gradcheck(loss, 0.0, &found), DG_OK);
            ck_assert_msg(found.worst < 1e-6, "%s, seed %llu: gradient check %g", losses[k].name,
                          (unsigned long long)seed, found.worst);
            ck_assert_int_eq(dg_backward(loss), DG_OK);
            for (size_t i = 0; i < n; i++)
                ck_assert_msg(near(dg_grad(p[i]), slopes[i] / count, 1e-14),
                              "%s, seed %llu, prediction %zu: %.17g, not %.17Lg", losses[k].name,
                              (unsigned long long)seed, i, dg_grad(p[i]), slopes[i] / count);
            assert_error(g, DG_OK, NULL);
            dg_graph_free(g);
        }
}
END_TEST

START_TEST(exact_numbers)
{
    dg_graph *g = dg_graph_new();
    dg_value *p[] = {dg_leaf(g, 0.5, NULL), dg_leaf(g, -2.0, NULL), dg_leaf(g, 3.0, NULL),
                     dg_leaf(g, 1.0, NULL)};
    const double y[] = {1.0, -1.0, 1.0, -1.0};
    assert_same(dg_data(dg_loss_sse(p, y, 4)), 0.25 + 1.0 + 4.0 + 4.0);
    assert_same(dg_data(dg_loss_mse(p, y, 4)), 9.25 / 4.0);
    assert_same(dg_data(dg_loss_hinge(p, y, 4)), (0.5 + 0.0 + 0.0 + 2.0) / 4.0);
    assert_same(dg_data(dg_loss_l2(p, 4, 0.5)), 0.5 * (0.25 + 4.0 + 9.0 + 1.0));
    assert_same(dg_data(dg_loss_sse(p, y, 1)), 0.25);
    assert_same(dg_data(dg_loss_mse(p, y, 1)), 0.25);
    dg_value *zero = dg_leaf(g, 0.0, NULL);
    assert_near(dg_data(dg_loss_bce(&zero, y, 1)), 0.69314718055994530942L, 1e-15);
    dg_graph_free(g);
}
END_TEST

/* In order: 1e16 + 1 + 1 is 1e16 in doubles, 1 + 1 + 1e16 is not. */
START_TEST(sums_in_order)
{
    dg_graph *g = dg_graph_new();
    dg_value *down[] = {dg_leaf(g, 1e8, NULL), dg_leaf(g, 1.0, NULL), dg_leaf(g, 1.0, NULL)};
    dg_value *up[] = {down[1], down[2], down[0]};
    const double y[] = {0.0, 0.0, 0.0};
    assert_same(dg_data(dg_loss_sse(down, y, 3)), 1e16);
    assert_same(dg_data(dg_loss_sse(up, y, 3)), 1e16 + 2.0);
    assert_same(dg_data(dg_loss_mse(down, y, 3)), 1e16 * (1.0 / 3.0));
    assert_same(dg_data(dg_loss_l2(down, 3, 1.0)), 1e16);
    assert_same(dg_data(dg_loss_l2(up, 3, 1.0)), 1e16 + 2.0);
    dg_graph_free(g);
}
END_TEST

/* From the first term on: n terms take n - 1 sums, and no zero to start with. */
START_TEST(sums_from_the_first_term_on)
{
    for (size_t k = 0; k < COUNT_OF(losses); k++) {
        dg_graph *g = dg_graph_new();
        dg_value *p[5];
        const double y[] = {0.125, 0.25, 0.375, 0.5, 0.625};
        size_t leaves[5] = {0};
        for (size_t i = 0; i < 5; i++)
            p[i] = dg_leaf(g, (double)i, NULL);
        dg_value *v = losses[k].loss(p, y, 5);
        size_t sums = 0;
        if (losses[k].mean) {
            ck_assert_str_eq(dg_op_name(v), "*");
            ck_assert_int_eq(dg_operand_count(dg_operand(v, 1)), 0);
            assert_same(dg_data(dg_operand(v, 1)), 1.0 / 5.0);
            v = dg_operand(v, 0);
        }
        while (strcmp(dg_op_name(v), "+") == 0 && sums < 4) {
            sums++;
            v = dg_operand(v, 0);
        }
        ck_assert_msg(sums == 4, "%s makes %zu sums", losses[k].name, sums);
        /* A leaf for each target, below what was made. */
        dg_value *stack[400];
        size_t depth = 0;
        stack[depth++] = losses[k].loss(p, y, 5);
        while (depth) {
            v = stack[--depth];
            for (int i = 0; i < dg_operand_count(v); i++)
                stack[depth++] = dg_operand(v, i);
            for (size_t i = 0; i < 5 && !dg_operand_count(v); i++)
                leaves[i] += fabs(dg_data(v)) == y[i];
        }
        for (size_t i = 0; i < 5; i++)
            ck_assert_msg(leaves[i] == 1, "%s: %zu leaves for target %zu", losses[k].name,
                          leaves[i], i);
        dg_graph_free(g);
    }
}
END_TEST

START_TEST(far_logits)
{
    static const double logits[] = {-800.0, 800.0, -1e5, 1e5, -40.0, 40.0, -1e300, 1e300};
    static const double targets[] = {0.0, 1.0, 0.5};
    for (size_t i = 0; i < COUNT_OF(logits); i++)
        for (size_t k = 0; k < COUNT_OF(targets); k++) {
            dg_graph *g = dg_graph_new();
            dg_value *p = dg_leaf(g, logits[i], NULL);
            dg_value *loss = dg_loss_bce(&p, &targets[k], 1);
            long double slope;
            long double want =
                cross_entropy((long double)logits[i], (long double)targets[k], &slope);
            ck_assert(isfinite(dg_data(loss)));
            ck_assert_int_eq(dg_backward(loss), DG_OK);
            /* The difference of two numbers as large as the logit. */
            ck_assert(fabsl((long double)dg_data(loss) - want) <= 2e-16L * fabsl(want) + 1e-14L);
            assert_near(dg_grad(p), slope, 1e-15);
            dg_graph_free(g);
        }
}
END_TEST

START_TEST(regularisation)
{
    for (uint64_t seed = 1; seed < 30; seed++) {
        rng r = {.state = seed};
        dg_graph *g = dg_graph_new();
        dg_value *v[MOST];
        size_t n = 1 + rng_below(&r, MOST);
        double alpha = rng_between(&r, -0.5, 0.5);
        long double want = 0.0L;
        for (size_t i = 0; i < n; i++) {
            v[i] = dg_leaf(g, rng_between(&r, -3.0, 3.0), NULL);
            want += (long double)dg_data(v[i]) * (long double)dg_data(v[i]);
        }
        dg_value *loss = dg_loss_l2(v, n, alpha);
        assert_near(dg_data(loss), want * (long double)alpha, 1e-14);
        ck_assert_int_eq(dg_backward(loss), DG_OK);
        for (size_t i = 0; i < n; i++)
            assert_near(dg_grad(v[i]), 2.0L * (long double)alpha * (long double)dg_data(v[i]),
                        1e-15);
        dg_graph_free(g);
    }
}
END_TEST

/* Graphs are replayed, so a loss must follow its predictions. */
START_TEST(replayed)
{
    for (size_t k = 0; k < COUNT_OF(losses); k++) {
        dg_graph *g = dg_graph_new();
        dg_value *p[] = {dg_leaf(g, 0.5, NULL), dg_leaf(g, -1.5, NULL)};
        const double y[] = {1.0, -1.0};
        dg_value *loss = losses[k].loss(p, y, 2);
        dg_set_data(p[0], -0.25);
        dg_set_data(p[1], 2.0);
        ck_assert_int_eq(dg_forward(loss), DG_OK);
        assert_same(dg_data(loss), dg_data(losses[k].loss(p, y, 2)));
        dg_graph_free(g);
    }
}
END_TEST

/* The same value twice among the predictions. */
START_TEST(twice_the_same)
{
    dg_graph *g = dg_graph_new();
    dg_value *p = dg_leaf(g, 3.0, NULL);
    dg_value *both[] = {p, p};
    const double y[] = {1.0, 2.0};
    dg_value *loss = dg_loss_sse(both, y, 2);
    ck_assert_int_eq(dg_backward(loss), DG_OK);
    assert_same(dg_data(loss), 5.0);
    assert_same(dg_grad(p), 6.0);
    dg_graph_free(g);
}
END_TEST

START_TEST(refused)
{
    dg_graph *g = dg_graph_new();
    dg_graph *other = dg_graph_new();
    dg_value *p[] = {dg_leaf(g, 1.0, NULL), dg_leaf(g, 2.0, NULL)};
    dg_value *missing[] = {p[0], NULL};
    dg_value *first_missing[] = {NULL, p[0]};
    dg_value *mixed[] = {p[0], dg_leaf(other, 1.0, NULL)};
    const double y[] = {1.0, 1.0};
    for (size_t k = 0; k < COUNT_OF(losses); k++) {
        ck_assert_ptr_null(losses[k].loss(p, y, 0));
        ck_assert_ptr_null(losses[k].loss(NULL, NULL, 0));
        ck_assert_ptr_null(losses[k].loss(NULL, y, 2));
        ck_assert_ptr_null(losses[k].loss(first_missing, y, 2));
        dg_graph_clear_error(g);
        ck_assert_ptr_null(losses[k].loss(p, NULL, 2));
        assert_error(g, DG_INVALID, "a loss needs predictions and targets");
        ck_assert_ptr_null(losses[k].loss(missing, y, 2));
        ck_assert_int_eq(dg_graph_status(g), DG_INVALID);
        dg_graph_clear_error(g);
        ck_assert_ptr_null(losses[k].loss(mixed, y, 2));
        ck_assert_int_ne(dg_graph_status(g), DG_OK);
        dg_graph_clear_error(g);
        ck_assert_ptr_nonnull(losses[k].loss(p, y, 2));
    }
    ck_assert_ptr_null(dg_loss_l2(p, 0, 1.0));
    ck_assert_ptr_null(dg_loss_l2(NULL, 0, 1.0));
    ck_assert_ptr_null(dg_loss_l2(NULL, 2, 1.0));
    ck_assert_ptr_null(dg_loss_l2(first_missing, 2, 1.0));
    dg_graph_clear_error(g);
    ck_assert_ptr_null(dg_loss_l2(missing, 2, 1.0));
    ck_assert_int_eq(dg_graph_status(g), DG_INVALID);
    dg_graph_clear_error(g);
    ck_assert_ptr_null(dg_loss_l2(mixed, 2, 1.0));
    ck_assert_int_eq(dg_graph_status(g), DG_INVALID);
    dg_graph_free(g);
    dg_graph_free(other);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        numbers_and_derivatives,
        exact_numbers,
        sums_in_order,
        sums_from_the_first_term_on,
        far_logits,
        regularisation,
        replayed,
        twice_the_same,
        refused,
    };
    return run_suite("nn, losses", tests, COUNT_OF(tests));
}
