/* Networks and trainings without memory. */
#include "alloc_suites.h"
#include "nn_support.h"

/* How a call ended that may run out of memory; it must say so in its graph, and leave no values
 * behind it but where it may. */
static bool done(dg_graph *g, dg_status status, size_t size, bool leaves, bool *told,
                 const char *what)
{
    char text[160];
    if (status == DG_OK)
        return true;
    *told = true;
    snprintf(text, sizeof text, "%s ended in neither DG_OK nor DG_NOMEM", what);
    expect(status == DG_NOMEM, text);
    snprintf(text, sizeof text, "%s failed, and the graph does not say so", what);
    expect(dg_graph_status(g) == DG_NOMEM && *dg_graph_error(g)->text, text);
    snprintf(text, sizeof text, "%s failed and left values behind", what);
    expect(leaves || dg_graph_size(g) == size, text);
    dg_graph_clear_error(g);
    return false;
}

/* NULL is a status too. */
static bool made(dg_graph *g, const void *what, size_t size, bool *told, const char *name)
{
    return done(g, what ? DG_OK : DG_NOMEM, size, false, told, name);
}

static void assert_scope(dg_graph *g, const char *scope, bool *told)
{
    size_t size = dg_graph_size(g);
    dg_value *v = dg_leaf(g, 0.0, NULL);
    if (v)
        expect(strcmp(dg_scope(v), scope) == 0, "a failed call changed the scope");
    else
        *told = true;
    dg_graph_rewind(g, size);
    dg_graph_clear_error(g);
}

/* A training takes what it needs of an optimiser, which may not be there. */
static void life_of_a_module(dg_graph *g, const char *scope, bool *told)
{
    static const double xs[] = {2.0, 3.0, -1.0, 3.0, -1.0, 0.5};
    static const double ys[] = {1.0, -1.0};
    static dg_loss *const losses[] = {dg_loss_sse, dg_loss_mse, dg_loss_bce, dg_loss_hinge};
    const size_t sizes[] = {40, 30, 1};
    dg_rng r = dg_rng_init(1);
    size_t size = dg_graph_size(g);
    dg_module *m = dg_mlp_new(g, 3, sizes, 3, NULL, &r);
    if (!made(g, m, size, told, "dg_mlp_new")) {
        assert_scope(g, scope, told);
        return;
    }
    size_t n;
    dg_value *const *p = dg_module_parameters(m, &n);
    expect(n == 40 * 4 + 30 * 41 + 31, "parameters are missing");
    expect(dg_graph_size(g) == size + n, "not all parameters were made");
    dg_value *x[3];
    for (size_t i = 0; i < 3; i++) {
        size = dg_graph_size(g);
        x[i] = dg_leaf(g, 1.0, NULL);
        if (!made(g, x[i], size, told, "dg_leaf"))
            x[i] = p[i];
    }
    size = dg_graph_size(g);
    done(g, dg_module_set_name(m, "net"), size, true, told, "dg_module_set_name");
    dg_value *out[2];
    dg_status status = dg_module_call(m, x, 3, &out[0]);
    if (done(g, status, size, false, told, "dg_module_call")) {
        expect(strstr(dg_scope(out[0]), "layer 2/neuron 0") != NULL, "another scope");
        out[1] = out[0];
        for (size_t i = 0; i < COUNT_OF(losses); i++) {
            dg_value *loss = losses[i](out, ys, 2);
            done(g, loss ? DG_OK : DG_NOMEM, size, true, told, "a loss");
        }
        dg_value *loss = dg_loss_l2(p, n, 0.5);
        done(g, loss ? DG_OK : DG_NOMEM, size, true, told, "dg_loss_l2");
    }
    assert_scope(g, scope, told);
    dg_optimizer *all[] = {dg_sgd_new(p, n, 0.01, 0.0, 0.0), dg_sgd_new(p, n, 0.01, 0.9, 0.0),
                           dg_adam_new(p, n, 0.01, 0.9, 0.999, 1e-8, 0.0),
                           dg_adamw_new(p, n, 0.01, 0.9, 0.999, 1e-8, 0.1)};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        dg_fit_options options = {.steps = 3, .optimizer = all[i]};
        dg_fit_result result;
        if (!all[i]) {
            *told = true;
            continue;
        }
        expect(dg_optimizer_step(all[i]) == DG_OK, "a step failed");
        size = dg_graph_size(g);
        status = dg_fit(m, xs, ys, 2, &options, &result);
        if (done(g, status, size, true, told, "dg_fit")) {
            expect(result.steps == 3, "steps are missing");
            expect(result.loss && dg_data(result.loss) == result.last, "the loss is another");
        }
        dg_optimizer_free(all[i]);
    }
    assert_scope(g, scope, told);
    dg_module_free(m);
}

static void texts_of_a_history(const dg_history *h, bool *told)
{
    char *texts[] = {dg_table_from_history(h, NULL), dg_json_from_history(h, NULL)};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        *told = *told || !texts[i];
        dg_free(texts[i]);
    }
}

/* Tensors: optimisers of them, and a training of any graph. The engine's own ops have a suite. */
static void life_of_a_graph(dg_graph *g, bool *told)
{
    static const double xs[] = {2.0, 3.0, -1.0, 3.0, -1.0, 0.5};
    size_t size = dg_graph_size(g);
    dg_value *w = dg_tensor(g, 2, (const size_t[]){3, 50}, NULL, NULL);
    dg_value *b = dg_leaf(g, 1.0, NULL);
    dg_value *x = dg_set_requires_grad(dg_tensor(g, 1, (const size_t[]){3}, NULL, NULL), 0);
    dg_value *loss = dg_mean(dg_pow(dg_add(dg_matmul(x, w), b), 2.0));
    if (!loss) {
        *told = true;
        expect(dg_graph_status(g) == DG_NOMEM, "no loss, and the graph does not say so");
        dg_graph_clear_error(g);
        dg_graph_rewind(g, size);
        return;
    }
    dg_value *const p[] = {w, b};
    const dg_feed feed = {x, xs};
    dg_optimizer *all[] = {dg_sgd_new(p, 2, 0.01, 0.0, 0.0), dg_sgd_new(p, 2, 0.01, 0.9, 0.0),
                           dg_adam_new(p, 2, 0.01, 0.9, 0.999, 1e-8, 0.0),
                           dg_adamw_new(p, 2, 0.01, 0.9, 0.999, 1e-8, 0.1)};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        dg_fit_options options = {.steps = 3, .lr = 0.01, .optimizer = all[i]};
        dg_fit_result result;
        *told = *told || !all[i];
        size = dg_graph_size(g);
        options.history = dg_history_new(i);
        *told = *told || !options.history;
        dg_status status = dg_fit_graph(loss, &feed, 1, 2, p, 2, &options, &result);
        if (done(g, status, size, false, told, "dg_fit_graph"))
            expect(result.steps == 3, "epochs are missing");
        else
            expect(result.error.status == DG_NOMEM && result.error.text[0],
                   "no error in the result");
        if (options.history)
            texts_of_a_history(options.history, told);
        dg_history_free(options.history);
        dg_optimizer_free(all[i]);
    }
}

static bool live(const alloc_scenario *s)
{
    (void)s;
    bool told = false;
    dg_graph *g = dg_graph_new();
    if (!g)
        return false;
    const char *scope = "";
    if (done(g, dg_scope_begin(g, "net"), 0, false, &told, "dg_scope_begin"))
        scope = "net";
    life_of_a_module(g, scope, &told);
    life_of_a_graph(g, &told);
    dg_graph_free(g);
    return !told;
}

static const alloc_scenario scenarios[] = {
    {.name = "networks and trainings", .run = live, .least = 20},
    {0},
};

/* The status is that of the call, not of an older error that the graph keeps. */
START_TEST(beside_an_older_error)
{
    static const double xs[] = {2.0};
    static const double ys[] = {1.0};
    char *too_long = calloc(1, DG_LABEL_MAX + 2);
    memset(too_long, 'x', DG_LABEL_MAX + 1);
    dg_rng r = dg_rng_init(1);
    dg_graph *g = dg_graph_new();
    dg_module *m = dg_neuron_new(g, 1, DG_TANH, &r);
    dg_value *x = dg_leaf(g, 1.0, NULL);
    dg_value *out;
    ck_assert_ptr_null(dg_set_label(x, too_long));
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    arm(0, true);
    dg_status call = dg_module_call(m, &x, 1, &out);
    dg_status fit = dg_fit(m, xs, ys, 1, NULL, NULL);
    armed = false;
    ck_assert_int_eq(call, DG_NOMEM);
    ck_assert_int_eq(fit, DG_NOMEM);
    dg_module_free(m);
    dg_graph_free(g);
    free(too_long);
}
END_TEST

static int watch(void *context, size_t step, double loss)
{
    long *figures = context;
    (void)loss;
    if (step == 1) {
        figures[0] = live_bytes;
        figures[1] = live_blocks;
    }
    figures[2] = live_bytes;
    figures[3] = live_blocks;
    return 0;
}

START_TEST(steps_need_no_more_memory)
{
    static const double xs[] = {2.0, 3.0, -1.0, 3.0, -1.0, 0.5};
    static const double ys[] = {1.0, -1.0};
    const size_t sizes[] = {4, 4, 1};
    long figures[4] = {0};
    dg_rng r = dg_rng_init(1);
    dg_graph *g = dg_graph_new();
    arm(-1, false);
    dg_module *m = dg_mlp_new(g, 3, sizes, 3, NULL, &r);
    dg_fit_options options = {
        .steps = watched() ? 500 : 10000, .progress = watch, .context = figures};
    dg_status status = dg_fit(m, xs, ys, 2, &options, NULL);
    dg_module_free(m);
    dg_graph_free(g);
    armed = false;
    ck_assert_int_eq(status, DG_OK);
    ck_assert_int_eq(figures[2], figures[0]);
    ck_assert_int_eq(figures[3], figures[1]);
}
END_TEST

/* Nor where they are recorded. */
START_TEST(recorded_epochs_need_no_more_memory)
{
    long bytes[2];
    for (size_t i = 0; i < 2; i++) {
        dg_graph *g = dg_graph_new();
        dg_value *m = dg_leaf(g, 1.0, "m"), *loss = dg_mul(m, m);
        arm(-1, false);
        dg_history *h = dg_history_new(0);
        dg_fit_options options = {
            .steps = (i ? 20 : 2) * DG_HISTORY_STEPS_MAX, .lr = 1e-6, .history = h};
        dg_status status = dg_fit_graph(loss, NULL, 0, 1, &m, 1, &options, NULL);
        bytes[i] = live_bytes;
        dg_history_free(h);
        armed = false;
        dg_graph_free(g);
        ck_assert_int_eq(status, DG_OK);
    }
    ck_assert_int_gt(bytes[0], 0);
    ck_assert_int_eq(bytes[0], bytes[1]);
}
END_TEST

START_TEST(epochs_need_no_more_memory)
{
    static const double xs[] = {2.0, 3.0, -1.0, 3.0, -1.0, 0.5};
    long figures[4] = {0};
    dg_graph *g = dg_graph_new();
    arm(-1, false);
    dg_value *w = dg_tensor(g, 2, (const size_t[]){3, 50}, NULL, NULL);
    dg_value *b = dg_leaf(g, 1.0, NULL);
    dg_value *x = dg_tensor(g, 1, (const size_t[]){3}, NULL, NULL);
    dg_value *loss = dg_mean(dg_pow(dg_add(dg_matmul(x, w), b), 2.0));
    dg_value *const p[] = {w, b};
    const dg_feed feed = {x, xs};
    dg_fit_options options = {
        .steps = watched() ? 100 : 5000, .lr = 0.01, .progress = watch, .context = figures};
    dg_status status = dg_fit_graph(loss, &feed, 1, 2, p, 2, &options, NULL);
    dg_graph_free(g);
    armed = false;
    ck_assert_int_eq(status, DG_OK);
    ck_assert_int_gt(figures[0], 0);
    ck_assert_int_eq(figures[2], figures[0]);
    ck_assert_int_eq(figures[3], figures[1]);
}
END_TEST

/* A training in every step of a longer one, rewound: nothing is left of it. */
START_TEST(rewound_trainings_need_no_more_memory)
{
    static const double xs[] = {2.0, 3.0, -1.0, 3.0, -1.0, 0.5};
    static const double ys[] = {1.0, -1.0};
    const size_t sizes[] = {4, 4, 1};
    long after = 0;
    dg_rng r = dg_rng_init(1);
    dg_graph *g = dg_graph_new();
    arm(-1, false);
    dg_module *m = dg_mlp_new(g, 3, sizes, 3, NULL, &r);
    size_t mark = dg_graph_mark(g);
    size_t rounds = watched() ? 50 : 1000;
    long more = 0;
    for (size_t i = 0; i < rounds; i++) {
        if (dg_fit(m, xs, ys, 2, &(dg_fit_options){.steps = 2}, NULL) != DG_OK)
            more = -1;
        dg_graph_rewind(g, mark);
        if (i == 1)
            after = live_bytes;
        if (i > 1 && more == 0)
            more = live_bytes - after;
    }
    dg_module_free(m);
    dg_graph_free(g);
    armed = false;
    ck_assert_int_eq(more, 0);
}
END_TEST

static const TTest **const tests[] = {&beside_an_older_error,
                                      &steps_need_no_more_memory,
                                      &epochs_need_no_more_memory,
                                      &recorded_epochs_need_no_more_memory,
                                      &rewound_trainings_need_no_more_memory,
                                      NULL};

const alloc_suite alloc_nn = {"nn", scenarios, tests};
