/* Optimisers on tensors, against the same numbers one by one and in long double. */
#include "nn_reference.h"

enum { SHAPES = 6, STEPS = 40 };

/* One of them empty, one a scalar, one of some length. */
static const tensor_shape shapes[SHAPES] = {{2, {2, 3}}, {0, {0}}, {2, {3, 0}},
                                            {1, {37}},   {1, {1}}, {4, {1, 2, 1, 4}}};

/* Each number of a tensor as a scalar, and in long double. */
START_TEST(steps_number_by_number)
{
    for (size_t k = 0; k < COUNT_OF(settings); k++) {
        const setting *s = &settings[k];
        rng r = {.state = 500 + k};
        dg_graph *g = dg_graph_new();
        dg_value *p[SHAPES];
        dg_value *single[NUMBERS_MAX];
        memory own[NUMBERS_MAX];
        size_t n = 0;
        for (size_t i = 0; i < SHAPES; i++) {
            p[i] = random_tensor(g, &shapes[i], &r, -2.0, 2.0);
            for (size_t e = 0; e < dg_size(p[i]); e++, n++) {
                own[n] = (memory){.p = (long double)dg_data_array(p[i])[e]};
                single[n] = dg_leaf(g, dg_data_array(p[i])[e], NULL);
            }
        }
        ck_assert_uint_eq(n, 6 + 1 + 37 + 1 + 8);
        dg_optimizer *o = optimizer_of(s, p, SHAPES);
        dg_optimizer *one_by_one = optimizer_of(s, single, n);
        double lr = s->lr;
        for (int t = 1; t <= STEPS; t++) {
            if (t % 7 == 0) {
                lr = rng_between(&r, 0.0, 2.0 * s->lr);
                dg_optimizer_set_lr(o, lr);
                dg_optimizer_set_lr(one_by_one, lr);
            }
            double grads[NUMBERS_MAX];
            for (size_t i = 0; i < n; i++) {
                grads[i] = rng_between(&r, -1.0, 1.0) * pow(10.0, (double)(i % 6) - 3.0);
                dg_set_grad(single[i], grads[i]);
                wide_step(s, lr, t, &own[i], (long double)grads[i]);
            }
            size_t at = 0;
            for (size_t i = 0; i < SHAPES; at += dg_size(p[i++]))
                ck_assert_int_eq(dg_set_grad_array(p[i], grads + at, dg_size(p[i])), DG_OK);
            ck_assert_int_eq(dg_optimizer_step(o), DG_OK);
            ck_assert_int_eq(dg_optimizer_step(one_by_one), DG_OK);
            at = 0;
            for (size_t i = 0; i < SHAPES; i++)
                for (size_t e = 0; e < dg_size(p[i]); e++, at++) {
                    assert_same(dg_data_array(p[i])[e], dg_data(single[at]));
                    assert_same(dg_grad_array(p[i])[e], grads[at]);
                    ck_assert_msg(near(dg_data_array(p[i])[e], own[at].p, 2e-13),
                                  "setting %zu, step %d, number %zu: %.17g, not %.20Lg", k, t, at,
                                  dg_data_array(p[i])[e], own[at].p);
                }
        }
        ck_assert_int_eq(dg_graph_status(g), DG_OK);
        dg_optimizer_free(o);
        dg_optimizer_free(one_by_one);
        dg_graph_free(g);
    }
}
END_TEST

/* No gradient was ever computed: that is a gradient of zeros, and weights decay. */
START_TEST(without_a_gradient)
{
    const tensor_shape s = {1, {3}};
    for (size_t k = 0; k < COUNT_OF(settings); k++) {
        rng r = {.state = k};
        dg_graph *g = dg_graph_new();
        dg_value *p = random_tensor(g, &s, &r, 1.0, 2.0);
        memory own[3];
        for (size_t i = 0; i < 3; i++)
            own[i] = (memory){.p = (long double)dg_data_array(p)[i]};
        dg_optimizer *o = optimizer_of(&settings[k], &p, 1);
        for (int t = 1; t <= 3; t++) {
            dg_optimizer_step(o);
            for (size_t i = 0; i < 3; i++) {
                wide_step(&settings[k], settings[k].lr, t, &own[i], 0.0L);
                assert_near(dg_data_array(p)[i], own[i].p, 1e-14);
            }
        }
        ck_assert_int_eq(dg_has_grad(p), 0);
        ck_assert_int_eq(dg_optimizer_zero_grad(o), DG_OK);
        ck_assert_int_eq(dg_has_grad(p), 0);
        dg_optimizer_free(o);
        dg_graph_free(g);
    }
}
END_TEST

START_TEST(zeroed_gradients)
{
    const double grads[] = {1.0, -2.0, NAN, 4.0, 5.0, 6.0};
    const tensor_shape s = {2, {2, 3}};
    rng r = {.state = 1};
    dg_graph *g = dg_graph_new();
    dg_value *p[] = {random_tensor(g, &s, &r, 0.0, 1.0), dg_leaf(g, 2.0, NULL),
                     random_tensor(g, &s, &r, 0.0, 1.0)};
    dg_optimizer *o = dg_sgd_new(p, 2, 0.5, 0.0, 0.0);
    dg_set_grad_array(p[0], grads, 6);
    dg_set_grad(p[1], 3.0);
    dg_set_grad_array(p[2], grads, 6);
    const double *borrowed = dg_grad_array(p[0]); /* whoever has it sees what the gradient is */
    ck_assert_int_eq(dg_optimizer_zero_grad(o), DG_OK);
    for (size_t i = 0; i < 6; i++)
        assert_same(borrowed[i], 0.0);
    ck_assert_int_eq(dg_has_grad(p[0]), 1);
    assert_same(dg_grad(p[1]), 0.0);
    double before[6];
    memcpy(before, dg_data_array(p[0]), sizeof before);
    ck_assert_int_eq(dg_optimizer_step(o), DG_OK);
    for (size_t i = 0; i < 6; i++) {
        assert_same(dg_grad_array(p[0])[i], 0.0);
        assert_same(dg_grad_array(p[2])[i], grads[i]);
        assert_same(dg_data_array(p[0])[i], before[i]);
    }
    dg_optimizer_free(o);
    dg_graph_free(g);
}
END_TEST

/* What requires no gradient stays as it is, among others, and moves once it does. */
START_TEST(frozen_parameters)
{
    const tensor_shape s = {1, {4}};
    const double grads[] = {1.0, 2.0, 3.0, 4.0};
    for (size_t k = 0; k < COUNT_OF(settings); k++) {
        rng r = {.state = 40 + k};
        dg_graph *g = dg_graph_new();
        dg_value *p[4], *alone = random_tensor(g, &s, &r, 1.0, 1.0);
        for (size_t i = 0; i < 4; i++)
            p[i] = i % 2 ? dg_leaf(g, 1.0, NULL) : random_tensor(g, &s, &r, 1.0, 1.0);
        dg_optimizer *o = optimizer_of(&settings[k], p, 4);
        dg_optimizer *other = optimizer_of(&settings[k], &alone, 1);
        dg_set_requires_grad(p[0], 0);
        dg_set_requires_grad(p[1], 0);
        for (int t = 0; t < 3; t++) {
            dg_set_grad(p[3], 1.0);
            ck_assert_int_eq(dg_set_grad_array(p[2], grads, 4), DG_OK);
            ck_assert_int_eq(dg_set_grad_array(alone, grads, 4), DG_OK);
            ck_assert_int_eq(dg_optimizer_step(o), DG_OK);
            ck_assert_int_eq(dg_optimizer_step(other), DG_OK);
            ck_assert_int_eq(dg_optimizer_zero_grad(o), DG_OK);
            assert_same(dg_data(p[1]), 1.0);
            for (size_t i = 0; i < 4; i++) {
                assert_same(dg_data_array(p[0])[i], 1.0);
                assert_same(dg_data_array(p[2])[i], dg_data_array(alone)[i]);
            }
            assert_same(dg_data(p[3]), dg_data_array(alone)[0]);
        }
        ck_assert_ptr_eq(dg_set_requires_grad(p[0], 1), p[0]);
        dg_set_requires_grad(p[1], 1);
        dg_set_grad_array(p[0], grads, 4);
        dg_set_grad(p[1], 1.0);
        dg_optimizer_step(o);
        assert_same(dg_data(p[1]), dg_data_array(p[0])[0]);
        ck_assert(dg_data(p[1]) < 1.0);
        dg_optimizer_free(o);
        dg_optimizer_free(other);
        dg_graph_free(g);
    }
}
END_TEST

/* The same of a module in dg_fit(). */
START_TEST(a_frozen_layer)
{
    const double xs[] = {1.0, 2.0, 3.0, -1.0};
    const double ys[] = {1.0, -1.0};
    const net layers = {2, 2, {2, 1}, {DG_TANH, DG_LINEAR}};
    for (int with = 0; with < 2; with++) {
        dg_graph *g = dg_graph_new();
        dg_module *m = net_module(&layers, g, 1);
        size_t n;
        dg_value *const *p = dg_module_parameters(m, &n);
        double before[9];
        for (size_t i = 0; i < n; i++) {
            before[i] = dg_data(p[i]);
            dg_set_grad(p[i], 100.0); /* it may be there from before */
            if (i < 6)
                dg_set_requires_grad(p[i], 0);
        }
        dg_optimizer *o = with ? dg_sgd_new(p, n, 0.05, 0.0, 0.0) : NULL;
        dg_fit_options options = {.steps = 10, .optimizer = o};
        dg_fit_result result;
        ck_assert_int_eq(dg_fit(m, xs, ys, 2, &options, &result), DG_OK);
        ck_assert(result.last < result.first);
        for (size_t i = 0; i < n; i++)
            ck_assert_int_eq(same_number(dg_data(p[i]), before[i]), i < 6);
        dg_optimizer_free(o);
        dg_module_free(m);
        dg_graph_free(g);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        steps_number_by_number, without_a_gradient, zeroed_gradients,
        frozen_parameters,      a_frozen_layer,
    };
    return run_suite("nn, tensors", tests, COUNT_OF(tests));
}
