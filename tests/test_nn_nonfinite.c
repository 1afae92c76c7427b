/* Training that comes to a loss that is not finite: it ends, and says where that comes from. */
#include "nn_support.h"

static const net straight = {2, 2, {2, 1}, {DG_LINEAR, DG_LINEAR}};

/* The first below the loss in the order of their making: dg_find_nonfinite() has tests of its own.
 */
static void assert_nonfinite(const dg_fit_result *result, size_t steps)
{
    ck_assert_uint_eq(result->steps, steps);
    ck_assert_ptr_nonnull(result->loss);
    ck_assert(!isfinite(dg_data(result->loss)));
    ck_assert(!isfinite(result->last));
    ck_assert_ptr_nonnull(result->nonfinite);
    ck_assert(!isfinite(dg_data(result->nonfinite)));
    ck_assert_ptr_eq(result->nonfinite, dg_find_nonfinite(result->loss));
}

START_TEST(too_large_a_learning_rate)
{
    const double xs[] = {1.0, 2.0, 3.0, -1.0};
    const double ys[] = {1.0, -1.0};
    dg_graph *g = dg_graph_new();
    dg_module *m = net_module(&straight, g, 1);
    training_log t = {.count = 0};
    dg_fit_options options = {.lr = 1e300, .progress = tell, .context = &t};
    dg_fit_result result;
    ck_assert_int_eq(dg_fit(m, xs, ys, 2, &options, &result), DG_INVALID);
    assert_nonfinite(&result, 1);
    ck_assert_uint_eq(t.count, 1);
    assert_same(result.first, t.losses[0]);
    ck_assert(isfinite(result.first));
    assert_error(g, DG_INVALID,
                 "the loss is nan in step 1; the first value that is not finite is a * in "
                 "layer 1/neuron 0 of example 0");
    /* Before its update: the parameters are those of the step. */
    for (size_t i = 0; i < 9; i++)
        ck_assert(isfinite(dg_data(dg_module_parameters(m, NULL)[i])));
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

START_TEST(an_input_that_is_not_finite)
{
    static const double bad[] = {INFINITY, -INFINITY, NAN};
    const double ys[] = {1.0, -1.0};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        const double xs[] = {1.0, 2.0, 3.0, bad[i]};
        dg_graph *g = dg_graph_new();
        dg_module *m = net_module(&straight, g, 1);
        double before[9];
        for (size_t k = 0; k < 9; k++)
            before[k] = dg_data(dg_module_parameters(m, NULL)[k]);
        training_log t = {.count = 0};
        dg_fit_options options = {.progress = tell, .context = &t};
        dg_fit_result result;
        ck_assert_int_eq(dg_fit(m, xs, ys, 2, &options, &result), DG_INVALID);
        assert_nonfinite(&result, 0);
        ck_assert_uint_eq(t.count, 0);
        ck_assert(!isfinite(result.first));
        ck_assert_int_eq(dg_operand_count(result.nonfinite), 0);
        assert_same(dg_data(result.nonfinite), bad[i]);
        ck_assert_ptr_nonnull(strstr(dg_graph_error(g)->text, "step 0"));
        for (size_t k = 0; k < 9; k++)
            assert_same(dg_data(dg_module_parameters(m, NULL)[k]), before[k]);
        dg_module_free(m);
        dg_graph_free(g);
    }
}
END_TEST

START_TEST(a_parameter_that_is_not_finite)
{
    const double xs[] = {1.0, 2.0, 3.0, -1.0};
    const double ys[] = {1.0, -1.0};
    dg_graph *g = dg_graph_new();
    dg_module *m = net_module(&straight, g, 1);
    dg_value *bad = dg_module_parameters(m, NULL)[4];
    dg_set_data(bad, NAN);
    dg_fit_result result;
    ck_assert_int_eq(dg_fit(m, xs, ys, 2, NULL, &result), DG_INVALID);
    assert_nonfinite(&result, 0);
    ck_assert_ptr_eq(result.nonfinite, bad);
    ck_assert_ptr_nonnull(strstr(dg_graph_error(g)->text, "step 0"));
    ck_assert_ptr_nonnull(strstr(dg_graph_error(g)->text, "layer 0 neuron 1 w1"));
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

/* Inputs and targets have no label; a target is not said to be an input. */
START_TEST(an_input_or_a_target_in_the_text)
{
    const double good[] = {1.0, 2.0};
    const double bad[] = {INFINITY, 2.0};
    dg_graph *g = dg_graph_new();
    dg_module *m = net_module(&straight, g, 1);
    ck_assert_int_eq(dg_fit(m, bad, good, 1, NULL, NULL), DG_INVALID);
    ck_assert_ptr_nonnull(strstr(dg_graph_error(g)->text, "step 0"));
    dg_graph_clear_error(g);
    ck_assert_int_eq(dg_fit(m, good, bad, 1, NULL, NULL), DG_INVALID);
    const char *text = dg_graph_error(g)->text;
    const char *end = text + strlen(text) - strlen("is an input");
    ck_assert_ptr_nonnull(strstr(text, "step 0"));
    ck_assert_msg(strcmp(end, "is an input") != 0, "%s", text);
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

/* The text names a label, whatever that is made of, and cuts it between two characters. */
START_TEST(a_label_in_the_text)
{
    const double xs[] = {1.0, 2.0};
    const double ys[] = {1.0};
    char label[200];
    dg_graph *g = dg_graph_new();
    dg_module *m = net_module(&straight, g, 1);
    dg_value *bad = dg_module_parameters(m, NULL)[0];
    dg_set_data(bad, NAN);
    for (size_t before = 0; before < 4; before++) {
        memset(label, 'x', before);
        label[before] = '\0';
        for (int i = 0; i < 20; i++)
            strcat(label, "\xE2\x82\xAC"); /* € */
        dg_set_label(bad, label);
        ck_assert_int_eq(dg_fit(m, xs, ys, 1, NULL, NULL), DG_INVALID);
        const char *text = dg_graph_error(g)->text;
        for (const char *c = text; *c; c++) /* no part of a character */
            if (*c == '\xE2')
                ck_assert_msg(c[1] == '\x82' && c[2] == '\xAC',
                              "%zu letters before it: byte %d is cut off", before, (int)(c - text));
        dg_graph_clear_error(g);
    }
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

/* The last update is the one too many: there is a loss after it that is not finite. */
START_TEST(not_finite_after_the_last_step)
{
    const double xs[] = {1.0, 2.0, 3.0, -1.0};
    const double ys[] = {1.0, -1.0};
    dg_graph *g = dg_graph_new();
    dg_module *m = net_module(&straight, g, 1);
    dg_fit_options options = {.lr = 1e300, .steps = 1};
    dg_fit_result result;
    ck_assert_int_eq(dg_fit(m, xs, ys, 2, &options, &result), DG_INVALID);
    assert_nonfinite(&result, 1);
    ck_assert(isfinite(result.first));
    ck_assert_ptr_nonnull(strstr(dg_graph_error(g)->text, "after step 0"));
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

/* The status is told beside an older error, which stays. */
START_TEST(beside_an_older_error)
{
    const double bad[] = {NAN, 2.0};
    const double good[] = {1.0, 2.0};
    const double ys[] = {1.0};
    dg_graph *g = dg_graph_new();
    dg_module *m = net_module(&straight, g, 1);
    ck_assert_ptr_null(dg_add(dg_leaf(g, 1.0, NULL), NULL));
    dg_leaf(g, 1.0, NULL);
    ck_assert_int_eq(dg_module_call(m, NULL, 1, NULL), DG_INVALID);
    char first[512];
    snprintf(first, sizeof first, "%s", dg_graph_error(g)->text);
    ck_assert_int_eq(dg_fit(m, bad, ys, 1, NULL, NULL), DG_INVALID);
    ck_assert_int_eq(dg_fit(m, good, ys, 1, NULL, NULL), DG_OK);
    ck_assert_str_eq(dg_graph_error(g)->text, first);
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        too_large_a_learning_rate,
        an_input_that_is_not_finite,
        a_parameter_that_is_not_finite,
        an_input_or_a_target_in_the_text,
        a_label_in_the_text,
        not_finite_after_the_last_step,
        beside_an_older_error,
    };
    return run_suite("nn, not finite", tests, COUNT_OF(tests));
}
