/* Optimisers, step by step, against the published formulas in long double. */
#include "nn_reference.h"

enum { PARAMETERS = 6, STEPS = 50 };

static void run_settings(bool new_rates)
{
    for (size_t k = 0; k < COUNT_OF(settings); k++) {
        const setting *s = &settings[k];
        rng r = {.state = 100 + k};
        dg_graph *g = dg_graph_new();
        dg_value *p[PARAMETERS];
        memory own[PARAMETERS] = {{0.0L, 0.0L, 0.0L, 0.0L}};
        double lr = s->lr;
        for (size_t i = 0; i < PARAMETERS; i++) {
            p[i] = dg_leaf(g, rng_between(&r, -2.0, 2.0), NULL);
            own[i].p = (long double)dg_data(p[i]);
        }
        dg_optimizer *o = optimizer_of(s, p, PARAMETERS);
        ck_assert_ptr_nonnull(o);
        for (int t = 1; t <= STEPS; t++) {
            double grads[PARAMETERS];
            if (new_rates && t % 7 == 0) {
                lr = rng_between(&r, 0.0, 2.0 * s->lr);
                ck_assert_int_eq(dg_optimizer_set_lr(o, lr), DG_OK);
            }
            for (size_t i = 0; i < PARAMETERS; i++) {
                /* The last one gets none but in the first and a late step. */
                bool none = i == PARAMETERS - 1 && t != 1 && t != 40;
                grads[i] = none ? 0.0 : rng_between(&r, -1.0, 1.0) * pow(10.0, (double)i - 3.0);
                dg_set_grad(p[i], grads[i]);
            }
            ck_assert_int_eq(dg_optimizer_step(o), DG_OK);
            for (size_t i = 0; i < PARAMETERS; i++) {
                wide_step(s, lr, t, &own[i], (long double)grads[i]);
                ck_assert_msg(near(dg_data(p[i]), own[i].p, 2e-13),
                              "setting %zu, step %d, parameter %zu: %.17g, not %.20Lg", k, t, i,
                              dg_data(p[i]), own[i].p);
                assert_same(dg_grad(p[i]), grads[i]);
            }
        }
        ck_assert_int_eq(dg_graph_status(g), DG_OK);
        ck_assert_uint_eq(dg_graph_size(g), PARAMETERS);
        dg_optimizer_free(o);
        dg_graph_free(g);
    }
}

START_TEST(steps)
{
    run_settings(false);
}
END_TEST

START_TEST(steps_with_new_learning_rates)
{
    run_settings(true);
}
END_TEST

/* The first steps of PyTorch's optimisers, worked out by hand. */
START_TEST(by_hand)
{
    dg_graph *g = dg_graph_new();
    dg_value *p = dg_leaf(g, 1.0, NULL);
    dg_optimizer *o = dg_sgd_new(&p, 1, 0.5, 0.5, 0.25);
    dg_set_grad(p, 0.75);
    dg_optimizer_step(o); /* g = 0.75 + 0.25 = 1 = b */
    assert_same(dg_data(p), 0.5);
    dg_set_grad(p, -0.125);
    dg_optimizer_step(o); /* g = -0.125 + 0.125 = 0, b = 0.5 */
    assert_same(dg_data(p), 0.25);
    dg_optimizer_free(o);
    /* Adam's first step is lr * sign(g), but for eps. */
    dg_set_data(p, 1.0);
    dg_set_grad(p, -4.0);
    o = dg_adam_new(&p, 1, 0.25, 0.5, 0.75, 0.0, 0.0);
    dg_optimizer_step(o);
    assert_same(dg_data(p), 1.25);
    dg_optimizer_free(o);
    dg_set_data(p, 1.0);
    o = dg_adamw_new(&p, 1, 0.25, 0.5, 0.75, 0.0, 0.5);
    dg_optimizer_step(o); /* 1 - 0.125, then + 0.25 */
    assert_same(dg_data(p), 1.125);
    dg_optimizer_free(o);
    dg_graph_free(g);
}
END_TEST

/* Each remembers for itself; the array was copied. */
START_TEST(two_optimizers)
{
    dg_graph *g = dg_graph_new();
    dg_value *p[] = {dg_leaf(g, 1.0, NULL), dg_leaf(g, 1.0, NULL)};
    dg_value *array[] = {p[0]};
    dg_optimizer *a = dg_sgd_new(array, 1, 0.5, 0.5, 0.0);
    array[0] = p[1];
    dg_optimizer *b = dg_sgd_new(array, 1, 0.5, 0.5, 0.0);
    array[0] = NULL;
    dg_set_grad(p[0], 1.0);
    dg_set_grad(p[1], 1.0);
    dg_optimizer_step(a);
    dg_optimizer_step(a);
    dg_optimizer_step(b);
    assert_same(dg_data(p[0]), 1.0 - 0.5 - 0.75);
    assert_same(dg_data(p[1]), 0.5);
    dg_optimizer_free(a);
    dg_optimizer_free(b);
    dg_graph_free(g);
}
END_TEST

START_TEST(zeroed_gradients)
{
    dg_graph *g = dg_graph_new();
    dg_value *p[] = {dg_leaf(g, 1.0, NULL), dg_leaf(g, 2.0, NULL), dg_leaf(g, 3.0, NULL)};
    dg_optimizer *o = dg_sgd_new(p, 2, 0.5, 0.0, 0.0);
    for (size_t i = 0; i < 3; i++)
        dg_set_grad(p[i], 5.0);
    ck_assert_int_eq(dg_optimizer_zero_grad(o), DG_OK);
    assert_same(dg_grad(p[0]), 0.0);
    assert_same(dg_grad(p[1]), 0.0);
    assert_same(dg_grad(p[2]), 5.0);
    assert_same(dg_data(p[1]), 2.0);
    ck_assert_int_eq(dg_optimizer_step(o), DG_OK);
    assert_same(dg_data(p[0]), 1.0);
    dg_optimizer_free(o);
    dg_graph_free(g);
}
END_TEST

START_TEST(no_parameters)
{
    for (size_t k = 0; k < COUNT_OF(settings); k++) {
        dg_value *none[1] = {NULL};
        for (int i = 0; i < 2; i++) {
            dg_optimizer *o = optimizer_of(&settings[k], i ? none : NULL, 0);
            ck_assert_ptr_nonnull(o);
            ck_assert_int_eq(dg_optimizer_step(o), DG_OK);
            ck_assert_int_eq(dg_optimizer_zero_grad(o), DG_OK);
            dg_optimizer_free(o);
        }
    }
}
END_TEST

START_TEST(refused)
{
    dg_graph *g = dg_graph_new();
    dg_value *missing[] = {dg_leaf(g, 1.0, NULL), NULL};
    for (size_t k = 0; k < COUNT_OF(settings); k++) {
        ck_assert_ptr_null(optimizer_of(&settings[k], missing, 2));
        ck_assert_ptr_null(optimizer_of(&settings[k], missing + 1, 1));
        ck_assert_ptr_null(optimizer_of(&settings[k], NULL, 1));
    }
    dg_optimizer_free(NULL);
    ck_assert_int_eq(dg_optimizer_step(NULL), DG_INVALID);
    ck_assert_int_eq(dg_optimizer_set_lr(NULL, 0.1), DG_INVALID);
    ck_assert_int_eq(dg_optimizer_zero_grad(NULL), DG_INVALID);
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        steps,
        steps_with_new_learning_rates,
        by_hand,
        two_optimizers,
        zeroed_gradients,
        no_parameters,
        refused,
    };
    return run_suite("nn, optimisers", tests, COUNT_OF(tests));
}
