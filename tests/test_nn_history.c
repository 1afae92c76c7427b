/* The history of a training. Its numbers are compared with Python's in history.sh. */
#include "nn_support.h"

static dg_history_row row_at(const dg_history *h, size_t i)
{
    dg_history_row row;
    ck_assert_int_eq(dg_history_row_at(h, i, &row), DG_OK);
    return row;
}

START_TEST(nothing)
{
    dg_history_row row;
    size_t size = 7;
    dg_history_free(NULL);
    ck_assert_uint_eq(dg_history_row_count(NULL), 0);
    ck_assert_int_eq(dg_history_row_at(NULL, 0, &row), DG_INVALID);
    ck_assert_ptr_null(dg_table_from_history(NULL, &size));
    ck_assert_uint_eq(size, 0);
    ck_assert_ptr_null(dg_json_from_history(NULL, NULL));
    dg_history *h = dg_history_new(0);
    ck_assert_uint_eq(dg_history_row_count(h), 0);
    ck_assert_int_eq(dg_history_row_at(h, 0, &row), DG_INVALID);
    ck_assert_int_eq(dg_history_row_at(h, 0, NULL), DG_INVALID);
    char *json = dg_json_from_history(h, &size);
    ck_assert_str_eq(json, "{\"dotgrad_history\": 1,\n \"rows\": []}\n");
    ck_assert_uint_eq(size, strlen(json));
    dg_free(json);
    dg_history_free(h);
}
END_TEST

/* ---- Groups --------------------------------------------------------------------------------- */

/* The sum of the parameters is trained for a step; the groups are these, separated by '|'. */
static void assert_groups(dg_value *const *p, size_t n, const char *want)
{
    char got[4096] = "";
    dg_value *sum = p[0];
    for (size_t i = 1; i < n; i++)
        sum = dg_add(sum, p[i]);
    sum = dg_sum(sum);
    dg_history *h = dg_history_new(1);
    dg_fit_options options = {.steps = 1, .history = h};
    dg_status status = dg_fit_graph(sum, NULL, 0, 1, p, n, &options, NULL);
    ck_assert_msg(status == DG_OK, "%s", dg_graph_error(dg_graph_of(sum))->text);
    for (size_t i = 0; i < dg_history_row_count(h); i++) {
        dg_history_row row = row_at(h, i);
        size_t size = strlen(got);
        int added =
            snprintf(got + size, sizeof got - size, "%s%s:%zu", i ? "|" : "", row.group, row.size);
        ck_assert(added > 0 && size + (size_t)added < sizeof got);
    }
    ck_assert_str_eq(got, want);
    dg_history_free(h);
}

static dg_value *leaf_in(dg_graph *g, const char *a, const char *b, const char *label)
{
    if (a)
        dg_scope_begin(g, a);
    if (b)
        dg_scope_begin(g, b);
    dg_value *v = dg_leaf(g, 1.0, label);
    if (b)
        dg_scope_end(g);
    if (a)
        dg_scope_end(g);
    return v;
}

START_TEST(groups)
{
    dg_graph *g = dg_graph_new();
    const size_t shape[] = {2, 3};
    dg_value *w = dg_tensor(g, 2, shape, NULL, "w"), *b = leaf_in(g, NULL, NULL, "b");
    dg_value *nameless = leaf_in(g, NULL, NULL, NULL);
    dg_value *a1 = leaf_in(g, "a", "one", "w"), *a2 = leaf_in(g, "a", "two", "w");
    dg_value *a2b = leaf_in(g, "a", "two", "b"), *c = leaf_in(g, "c", NULL, "w");
    assert_groups((dg_value *[]){w}, 1, "w:6");
    assert_groups((dg_value *[]){w, b}, 2, "w:6|b:1");
    assert_groups((dg_value *[]){w, nameless}, 2, "w:6|parameter 1:1");
    assert_groups((dg_value *[]){b, a1, w}, 3, "b:1|a:1|w:6");
    /* The first part in which they differ is what comes after those that all have. */
    assert_groups((dg_value *[]){a1, a2, a2b}, 3, "a/one:1|a/two:2");
    assert_groups((dg_value *[]){a2, a2b}, 2, "w:1|b:1");
    assert_groups((dg_value *[]){a1, c, a2, a2b}, 4, "a:3|c:1");
    assert_groups((dg_value *[]){a2}, 1, "w:1");
    dg_graph_free(g);
}
END_TEST

START_TEST(groups_of_modules)
{
    static const double xs[] = {1.0, 2.0};
    static const double y = 1.0;
    const size_t sizes[] = {3, 1};
    dg_rng r = dg_rng_init(1);
    dg_graph *g = dg_graph_new();
    dg_module *all[] = {dg_mlp_new(g, 2, sizes, 2, NULL, &r), dg_layer_new(g, 2, 1, DG_TANH, &r),
                        dg_neuron_new(g, 2, DG_TANH, &r)};
    const char *names[] = {"layer 0",    "layer 1", "neuron 0 w0", "neuron 0 w1",
                           "neuron 0 b", "w0",      "w1",          "b"};
    dg_history *h = dg_history_new(0);
    dg_fit_options options = {.steps = 1, .history = h};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        ck_assert_int_eq(dg_fit(all[i], xs, &y, 1, &options, NULL), DG_OK);
    ck_assert_uint_eq(dg_history_row_count(h), COUNT_OF(names));
    for (size_t i = 0; i < COUNT_OF(names); i++)
        ck_assert_str_eq(row_at(h, i).group, names[i]);
    ck_assert_uint_eq(row_at(h, 7).run, 3);
    dg_history_free(h);
    for (size_t i = 0; i < COUNT_OF(all); i++)
        dg_module_free(all[i]);
    dg_graph_free(g);
}
END_TEST

/* More than there may be are one. */
START_TEST(too_many_groups)
{
    dg_graph *g = dg_graph_new();
    dg_value *p[DG_HISTORY_GROUPS_MAX + 1], *q[DG_HISTORY_GROUPS_MAX + 1];
    char label[16];
    for (size_t i = 0; i < COUNT_OF(p); i++) {
        snprintf(label, sizeof label, "w%zu", i);
        p[i] = leaf_in(g, NULL, NULL, label);
        q[i] = leaf_in(g, "net", NULL, label);
    }
    assert_groups(p, COUNT_OF(p), "parameters:65");
    assert_groups(q, COUNT_OF(q), "net:65");
    dg_history *h = dg_history_new(1);
    dg_value *sum = p[0];
    for (size_t i = 1; i < DG_HISTORY_GROUPS_MAX; i++)
        sum = dg_add(sum, p[i]);
    dg_fit_options options = {.steps = 1, .history = h};
    ck_assert_int_eq(dg_fit_graph(sum, NULL, 0, 1, p, DG_HISTORY_GROUPS_MAX, &options, NULL),
                     DG_OK);
    ck_assert_uint_eq(dg_history_row_count(h), DG_HISTORY_GROUPS_MAX);
    dg_history_free(h);
    dg_graph_free(g);
}
END_TEST

/* What requires no gradient belongs to no group. */
START_TEST(frozen_parameters)
{
    static const double x = 2.0, y = 1.0;
    size_t n;
    dg_rng r = dg_rng_init(1);
    dg_graph *g = dg_graph_new();
    dg_module *m = dg_neuron_new(g, 1, DG_LINEAR, &r);
    dg_value *const *p = dg_module_parameters(m, &n);
    dg_history *h = dg_history_new(1);
    dg_fit_options options = {.steps = 3, .history = h};
    dg_set_requires_grad(p[0], 0);
    ck_assert_int_eq(dg_fit(m, &x, &y, 1, &options, NULL), DG_OK);
    ck_assert_uint_eq(dg_history_row_count(h), 3);
    ck_assert_str_eq(row_at(h, 0).group, "b");
    dg_history_free(h);
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

/* ---- Rows ----------------------------------------------------------------------------------- */

/* (m - 3)**2 from m = 1 at lr 0.25: m - 3 is halved in each step, and all numbers are exact. */
static dg_value *make_loss(dg_graph *g, dg_value **m)
{
    *m = dg_leaf(g, 1.0, "m");
    return dg_pow(dg_sub(*m, dg_leaf(g, 3.0, NULL)), 2.0);
}

START_TEST(exact_numbers)
{
    dg_graph *g = dg_graph_new();
    dg_value *m, *loss = make_loss(g, &m);
    dg_history *h = dg_history_new(0);
    dg_fit_options options = {.steps = 4, .lr = 0.25, .history = h};
    ck_assert_int_eq(dg_fit_graph(loss, NULL, 0, 1, &m, 1, &options, NULL), DG_OK);
    ck_assert_uint_eq(dg_history_row_count(h), 4);
    for (size_t i = 0; i < 4; i++) {
        dg_history_row row = row_at(h, i);
        double miss = 2.0 / (double)(1 << i), data = 3.0 - miss;
        ck_assert_uint_eq(row.run, 1);
        ck_assert_uint_eq(row.step, i);
        ck_assert_uint_eq(row.size, 1);
        assert_same(row.loss, miss * miss);
        assert_same(row.grad, 2.0 * miss);
        assert_same(row.grad_std, 2.0 * miss);
        assert_same(row.data_std, data);
        assert_same(row.update_std, miss / 2.0);
        assert_same(row.grad_ratio, 2.0 * miss / data);
        assert_same(row.update_ratio, miss / 2.0 / data);
        assert_same(row.update_log10, log10(miss / 2.0 / data));
    }
    dg_history_free(h);
    dg_graph_free(g);
}
END_TEST

/* It changes nothing, and progress may end what it records. */
START_TEST(beside_the_training)
{
    double last[2];
    for (size_t i = 0; i < 2; i++) {
        dg_graph *g = dg_graph_new();
        dg_value *m, *loss = make_loss(g, &m);
        training_log t = {.ends = 5};
        dg_fit_result result;
        dg_optimizer *o = dg_adam_new(&m, 1, 0.1, 0.9, 0.999, 1e-8, 0.0);
        dg_history *h = i ? dg_history_new(2) : NULL;
        dg_fit_options options = {
            .steps = 100, .optimizer = o, .progress = tell, .context = &t, .history = h};
        ck_assert_int_eq(dg_fit_graph(loss, NULL, 0, 1, &m, 1, &options, &result), DG_OK);
        ck_assert_uint_eq(result.steps, 5);
        last[i] = dg_data(m);
        ck_assert_uint_eq(dg_history_row_count(h), i ? 3 : 0);
        for (size_t k = 0; i && k < 3; k++)
            assert_same(row_at(h, k).loss, t.losses[2 * k]);
        dg_history_free(h);
        dg_optimizer_free(o);
        dg_graph_free(g);
    }
    assert_same(last[0], last[1]);
}
END_TEST

/* However many steps and trainings, there are never more rows. */
START_TEST(bounded)
{
    dg_graph *g = dg_graph_new();
    dg_value *m, *loss = make_loss(g, &m);
    dg_history *h = dg_history_new(0);
    for (size_t runs = 1; runs <= 400; runs++) {
        dg_fit_options options = {.steps = 1 + runs * 7 % 50, .lr = 0.001, .history = h};
        ck_assert_int_eq(dg_fit_graph(loss, NULL, 0, 1, &m, 1, &options, NULL), DG_OK);
        ck_assert_uint_le(dg_history_row_count(h), DG_HISTORY_STEPS_MAX);
    }
    ck_assert_uint_gt(dg_history_row_count(h), DG_HISTORY_STEPS_MAX / 4);
    dg_fit_options options = {.steps = 200000, .lr = 1e-6, .history = h};
    ck_assert_int_eq(dg_fit_graph(loss, NULL, 0, 1, &m, 1, &options, NULL), DG_OK);
    size_t n = dg_history_row_count(h);
    ck_assert_uint_le(n, DG_HISTORY_STEPS_MAX);
    dg_history_row last = row_at(h, n - 1);
    ck_assert_uint_eq(last.step, 199999);
    for (size_t i = 1; i < n; i++) {
        dg_history_row a = row_at(h, i - 1), b = row_at(h, i);
        ck_assert(a.run < b.run || (a.run == b.run && a.step < b.step));
    }
    dg_history_free(h);
    dg_graph_free(g);
}
END_TEST

/* A training that fails has a last row, also where its step would have had none. */
START_TEST(failing)
{
    dg_graph *g = dg_graph_new();
    dg_value *m = dg_leaf(g, 1.0, "m");
    dg_value *loss = dg_mul(dg_leaf(g, -1.0, NULL), dg_exp(m));
    dg_history *h = dg_history_new(1000);
    dg_fit_options options = {.steps = 1000, .lr = 1.0, .history = h};
    dg_fit_result result;
    ck_assert_int_eq(dg_fit_graph(loss, NULL, 0, 1, &m, 1, &options, &result), DG_INVALID);
    ck_assert_uint_gt(result.steps, 0);
    ck_assert_uint_eq(dg_history_row_count(h), 2);
    dg_history_row row = row_at(h, 1);
    ck_assert_uint_eq(row.step, result.steps);
    assert_same(row.loss, -INFINITY);
    ck_assert(isnan(row.grad) && isnan(row.update_std));
    dg_history_free(h);
    dg_graph_free(g);
}
END_TEST

/* ---- As text -------------------------------------------------------------------------------- */

START_TEST(texts)
{
    dg_graph *g = dg_graph_new();
    dg_value *m = dg_leaf(g, 2.0, "a \"b\"\n\xC3\xA9");
    dg_value *loss = dg_mul(m, m);
    dg_history *h = dg_history_new(0);
    dg_fit_options options = {.steps = 2, .lr = 0.5, .history = h};
    ck_assert_int_eq(dg_fit_graph(loss, NULL, 0, 1, &m, 1, &options, NULL), DG_OK);
    size_t size;
    char *table = dg_table_from_history(h, &size), *json = dg_json_from_history(h, NULL);
    ck_assert_uint_eq(size, strlen(table));
    ck_assert_str_eq(table,
                     "group      run  step  loss  size  grad  grad_std  data_std  update_std  "
                     "grad_ratio  update_ratio  update_log10\n"
                     "\"a 'b'\xEF\xBF\xBD\xC3\xA9\"    1     0     4     1     4         4         "
                     "2           2           2             1             0\n"
                     "\"a 'b'\xEF\xBF\xBD\xC3\xA9\"    1     1     0     1     0         0         "
                     "0           0         nan           nan           nan\n");
    ck_assert_str_eq(
        json,
        "{\"dotgrad_history\": 1,\n \"rows\": [\n"
        "  {\"group\": \"a \\\"b\\\"\\n\xC3\xA9\", \"run\": 1, \"step\": 0, \"loss\": 4.0, "
        "\"size\": 1, \"grad\": 4.0, \"grad_std\": 4.0, \"data_std\": 2.0, \"update_std\": 2.0, "
        "\"grad_ratio\": 2.0, \"update_ratio\": 1.0, \"update_log10\": 0.0},\n"
        "  {\"group\": \"a \\\"b\\\"\\n\xC3\xA9\", \"run\": 1, \"step\": 1, \"loss\": 0.0, "
        "\"size\": 1, \"grad\": 0.0, \"grad_std\": 0.0, \"data_std\": 0.0, \"update_std\": 0.0, "
        "\"grad_ratio\": \"NaN\", \"update_ratio\": \"NaN\", \"update_log10\": \"NaN\"}]}\n");
    dg_free(table);
    dg_free(json);
    dg_history_free(h);
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        nothing,       groups,  groups_of_modules, too_many_groups, frozen_parameters,
        exact_numbers, bounded, failing,           texts,           beside_the_training,
    };
    return run_suite("nn, history", tests, COUNT_OF(tests));
}
