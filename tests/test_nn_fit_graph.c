/* dg_fit_graph() against a loop that makes the graph anew for every example. */
#include "nn_support.h"

enum { EXAMPLES_MAX = 7, WIDTH_MAX = 5, EPOCHS = 12, PARAMETERS_OF_A_NET = 5 };

/* A network of two layers with a scale, which is a scalar; its input has `rows` rows. */
typedef struct tensor_net {
    size_t rows, nin, hidden;
    dg_value *(*activation)(dg_value *);
    dg_value *p[PARAMETERS_OF_A_NET];
} tensor_net;

static tensor_net make_net(dg_graph *g, uint64_t seed)
{
    static dg_value *(*const all[])(dg_value *) = {dg_tanh, dg_relu, dg_sigmoid};
    rng r = {.state = seed};
    tensor_net n = {.rows = 1 + rng_below(&r, 3),
                    .nin = 1 + rng_below(&r, WIDTH_MAX),
                    .hidden = 1 + rng_below(&r, WIDTH_MAX),
                    .activation = all[rng_below(&r, COUNT_OF(all))]};
    const tensor_shape of[] = {
        {2, {n.nin, n.hidden}}, {1, {n.hidden}}, {2, {n.hidden, 1}}, {1, {1}}, {0, {0}}};
    for (size_t i = 0; i < PARAMETERS_OF_A_NET; i++)
        n.p[i] = random_tensor(g, &of[i], &r, -1.0, 1.0);
    return n;
}

/* The loss of the rows of x, each with a target. */
static dg_value *net_loss(const tensor_net *n, dg_value *x, dg_value *y)
{
    dg_value *h = n->activation(dg_add(dg_matmul(x, n->p[0]), n->p[1]));
    dg_value *out = dg_add(dg_mul(dg_matmul(h, n->p[2]), n->p[4]), n->p[3]);
    return dg_mean(dg_pow(dg_sub(out, y), 2.0));
}

static dg_value *input_leaf(dg_graph *g, const tensor_net *n, const double *numbers)
{
    dg_value *x = dg_tensor(g, 2, (const size_t[]){n->rows, n->nin}, numbers, NULL);
    return dg_set_requires_grad(x, 0);
}

static dg_value *target_leaf(dg_graph *g, const tensor_net *n, const double *numbers)
{
    dg_value *y = dg_tensor(g, 2, (const size_t[]){n->rows, 1}, numbers, NULL);
    return dg_set_requires_grad(y, 0);
}

static dg_optimizer *some_optimizer(uint64_t seed, dg_value *const *p, size_t n)
{
    switch (seed % 4) {
    case 0:
        return dg_sgd_new(p, n, 0.01, 0.9, 0.001);
    case 1:
        return dg_adam_new(p, n, 0.01, 0.9, 0.999, 1e-8, 0.0);
    case 2:
        return dg_adamw_new(p, n, 0.01, 0.9, 0.999, 1e-8, 0.1);
    default:
        return NULL;
    }
}

/* The loop written out: a new graph for every example, dropped after its update. means: of each
 * epoch. */
static void train_by_hand(dg_graph *g, const tensor_net *n, const double *xs, const double *ys,
                          size_t examples, size_t epochs, dg_optimizer *o, double *means)
{
    size_t mark = dg_graph_mark(g);
    for (size_t epoch = 0; epoch < epochs; epoch++) {
        double sum = 0.0;
        for (size_t e = 0; e < examples; e++) {
            dg_value *x = input_leaf(g, n, xs + e * n->rows * n->nin);
            dg_value *loss = net_loss(n, x, target_leaf(g, n, ys + e * n->rows));
            ck_assert_ptr_nonnull(loss);
            sum += dg_data(loss);
            for (size_t i = 0; i < PARAMETERS_OF_A_NET; i++)
                dg_set_grad(n->p[i], 0.0);
            ck_assert_int_eq(dg_backward(loss), DG_OK);
            if (o)
                dg_optimizer_step(o);
            for (size_t i = 0; i < PARAMETERS_OF_A_NET && !o; i++) {
                double numbers[NUMBERS_MAX];
                for (size_t k = 0; k < dg_size(n->p[i]); k++)
                    numbers[k] = dg_data_array(n->p[i])[k] - 0.05 * dg_grad_array(n->p[i])[k];
                dg_set_data_array(n->p[i], numbers, dg_size(n->p[i]));
            }
            dg_graph_rewind(g, mark);
        }
        means[epoch] = sum / (double)examples;
    }
}

static void assert_same_arrays(const dg_value *a, const dg_value *b, bool grads)
{
    ck_assert_uint_eq(dg_size(a), dg_size(b));
    for (size_t i = 0; i < dg_size(a); i++) {
        assert_same(dg_data_array(a)[i], dg_data_array(b)[i]);
        if (grads)
            assert_same(dg_grad_array(a)[i], dg_grad_array(b)[i]);
    }
}

START_TEST(replay_is_rebuild)
{
    for (uint64_t seed = 1; seed <= 80; seed++) {
        rng r = {.state = 1000 + seed};
        dg_graph *g = dg_graph_new(), *h = dg_graph_new();
        tensor_net n = make_net(g, seed), other = make_net(h, seed);
        double xs[EXAMPLES_MAX * 3 * WIDTH_MAX], ys[EXAMPLES_MAX * 3], want[EPOCHS];
        size_t examples = 1 + rng_below(&r, EXAMPLES_MAX);
        for (size_t i = 0; i < COUNT_OF(xs); i++)
            xs[i] = rng_between(&r, -1.0, 1.0);
        for (size_t i = 0; i < COUNT_OF(ys); i++)
            ys[i] = rng_between(&r, -1.0, 1.0);
        dg_value *x = input_leaf(g, &n, NULL), *y = target_leaf(g, &n, NULL);
        dg_value *loss = net_loss(&n, x, y);
        size_t size = dg_graph_size(g);
        dg_optimizer *o = some_optimizer(seed, n.p, PARAMETERS_OF_A_NET);
        dg_optimizer *q = some_optimizer(seed, other.p, PARAMETERS_OF_A_NET);
        training_log t = {.count = 0};
        dg_fit_options options = {
            .steps = EPOCHS, .optimizer = o, .progress = tell, .context = &t}; /* lr: 0.05 */
        dg_fit_result result;
        const dg_feed feeds[] = {{x, xs}, {y, ys}};
        ck_assert_msg(dg_fit_graph(loss, feeds, 2, examples, n.p, PARAMETERS_OF_A_NET, &options,
                                   &result) == DG_OK,
                      "seed %llu: %s", (unsigned long long)seed, dg_graph_error(g)->text);
        train_by_hand(h, &other, xs, ys, examples, EPOCHS, q, want);
        ck_assert_uint_eq(t.count, EPOCHS);
        ck_assert(t.in_order);
        for (size_t i = 0; i < EPOCHS; i++)
            assert_same(t.losses[i], want[i]);
        ck_assert_uint_eq(result.steps, EPOCHS);
        assert_same(result.first, want[0]);
        assert_same(result.last, want[EPOCHS - 1]);
        ck_assert_ptr_eq(result.loss, loss);
        ck_assert_ptr_null(result.nonfinite);
        ck_assert_int_eq(result.error.status, DG_OK);
        /* The graph is left at the first example, with the trained parameters. */
        dg_value *anew = net_loss(&other, input_leaf(h, &other, xs), target_leaf(h, &other, ys));
        for (size_t i = 0; i < PARAMETERS_OF_A_NET; i++)
            dg_set_grad(other.p[i], 0.0);
        dg_backward(anew);
        for (size_t i = 0; i < PARAMETERS_OF_A_NET; i++)
            assert_same_arrays(n.p[i], other.p[i], true);
        assert_same_arrays(loss, anew, true);
        for (size_t i = 0; i < dg_size(x); i++)
            assert_same(dg_data_array(x)[i], xs[i]);
        ck_assert_int_eq(dg_graph_status(g), DG_OK);
        ck_assert_uint_eq(dg_graph_size(g), size);
        dg_optimizer_free(o);
        dg_optimizer_free(q);
        dg_graph_free(g);
        dg_graph_free(h);
    }
}
END_TEST

/* Without feeds it is dg_fit(), but for what it calls the last loss. */
START_TEST(without_feeds)
{
    const double xs[] = {2.0, 3.0, -1.0, 3.0, -1.0, 0.5};
    const double ys[] = {1.0, -1.0};
    const net layers = {3, 2, {4, 1}, {DG_TANH, DG_TANH}};
    dg_graph *g = dg_graph_new(), *h = dg_graph_new();
    dg_module *m = net_module(&layers, g, 1), *other = net_module(&layers, h, 1);
    size_t n;
    dg_value *const *p = dg_module_parameters(m, &n);
    dg_value *const *q = dg_module_parameters(other, NULL);
    dg_value *out[2];
    for (size_t e = 0; e < 2; e++) {
        dg_value *x[3];
        for (size_t i = 0; i < 3; i++)
            x[i] = dg_leaf(h, xs[3 * e + i], NULL);
        ck_assert_int_eq(dg_module_call(other, x, 3, &out[e]), DG_OK);
    }
    dg_value *loss = dg_loss_sse(out, ys, 2);
    training_log t = {.count = 0}, u = {.count = 0};
    dg_fit_options options = {.progress = tell, .context = &t};
    dg_fit_result result, of_graph;
    ck_assert_int_eq(dg_fit(m, xs, ys, 2, &options, &result), DG_OK);
    options.context = &u;
    ck_assert_int_eq(dg_fit_graph(loss, NULL, 0, 1, q, n, &options, &of_graph), DG_OK);
    ck_assert_uint_eq(t.count, 20);
    ck_assert_uint_eq(u.count, 20);
    for (size_t i = 0; i < 20; i++)
        assert_same(u.losses[i], t.losses[i]);
    for (size_t i = 0; i < n; i++) {
        assert_same(dg_data(q[i]), dg_data(p[i]));
        assert_same(dg_grad(q[i]), dg_grad(p[i]));
    }
    assert_same(of_graph.first, result.first);
    assert_same(of_graph.last, t.losses[19]);
    assert_same(dg_data(loss), result.last);
    dg_module_free(m);
    dg_module_free(other);
    dg_graph_free(g);
    dg_graph_free(h);
}
END_TEST

/* A scalar graph on scalar feeds: the line y = 2x - 1, its numbers in closed form. */
START_TEST(scalar_feeds)
{
    const double xs[] = {1.0, -2.0, 0.5};
    const double ys[] = {1.0, -5.0, 0.0};
    dg_graph *g = dg_graph_new();
    dg_value *m = dg_leaf(g, 0.0, "m"), *c = dg_leaf(g, 0.0, "c");
    dg_value *x = dg_leaf(g, 7.0, "x"), *y = dg_leaf(g, 7.0, "y");
    dg_value *loss = dg_pow(dg_sub(dg_add(dg_mul(m, x), c), y), 2.0);
    const dg_feed feeds[] = {{y, ys}, {x, xs}};
    dg_value *parameters[] = {c, m};
    dg_fit_result result;
    dg_fit_options options = {.steps = 400, .lr = 0.1};
    ck_assert_int_eq(dg_fit_graph(loss, feeds, 2, 3, parameters, 2, &options, &result), DG_OK);
    long double p = 0.0L, q = 0.0L, first = 0.0L;
    for (int epoch = 0; epoch < 400; epoch++)
        for (int e = 0; e < 3; e++) {
            long double miss = p * (long double)xs[e] + q - (long double)ys[e];
            p -= 0.1L * 2.0L * miss * (long double)xs[e];
            q -= 0.1L * 2.0L * miss;
            first += epoch == 0 ? miss * miss / 3.0L : 0.0L;
        }
    assert_near(dg_data(m), p, 1e-12);
    assert_near(dg_data(c), q, 1e-12);
    assert_near(dg_data(m), 2.0L, 1e-6);
    assert_near(result.first, first, 1e-14);
    ck_assert(result.last < 1e-12);
    ck_assert_int_eq(dg_fit_graph(loss, feeds, 2, 3, parameters, 2, NULL, NULL), DG_OK);
    dg_graph_free(g);
}
END_TEST

/* A mean of one is that one, also of -0. */
START_TEST(one_example)
{
    dg_graph *g = dg_graph_new();
    dg_value *w = dg_leaf(g, 0.0, "w");
    dg_value *loss = dg_mul(w, dg_leaf(g, -1.0, NULL));
    dg_fit_result result;
    dg_fit_options options = {.steps = 1};
    ck_assert_int_eq(dg_fit_graph(loss, NULL, 0, 1, &w, 1, &options, &result), DG_OK);
    assert_same(result.first, -0.0);
    assert_same(dg_data(w), 0.05);
    dg_graph_free(g);
}
END_TEST

START_TEST(progress_ends_it)
{
    const double xs[EXAMPLES_MAX * 3 * WIDTH_MAX] = {0.5, -0.5, 1.0, 0.25, 0.125};
    const double ys[EXAMPLES_MAX * 3] = {1.0, -1.0};
    for (size_t ends = 1; ends <= 5; ends++) {
        dg_graph *g = dg_graph_new(), *h = dg_graph_new();
        tensor_net n = make_net(g, 9), other = make_net(h, 9);
        dg_value *x = input_leaf(g, &n, NULL), *y = target_leaf(g, &n, NULL);
        dg_value *loss = net_loss(&n, x, y);
        training_log t = {.ends = ends};
        dg_fit_options options = {.steps = 5, .progress = tell, .context = &t};
        dg_fit_result result;
        const dg_feed feeds[] = {{x, xs}, {y, ys}};
        double want[5];
        ck_assert_int_eq(
            dg_fit_graph(loss, feeds, 2, 2, n.p, PARAMETERS_OF_A_NET, &options, &result), DG_OK);
        train_by_hand(h, &other, xs, ys, 2, ends, NULL, want);
        ck_assert_uint_eq(t.count, ends);
        ck_assert_uint_eq(result.steps, ends);
        assert_same(result.last, want[ends - 1]);
        for (size_t i = 0; i < PARAMETERS_OF_A_NET; i++)
            assert_same_arrays(n.p[i], other.p[i], false);
        dg_graph_free(g);
        dg_graph_free(h);
    }
}
END_TEST

/* ---- Refused ------------------------------------------------------------------------------- */

START_TEST(refused)
{
    const double rows[] = {1.0, 2.0, 3.0, 4.0};
    dg_graph *g = dg_graph_new(), *h = dg_graph_new();
    dg_value *w = dg_tensor(g, 1, (const size_t[]){2}, rows, "w");
    dg_value *x = dg_tensor(g, 1, (const size_t[]){2}, rows, "x");
    dg_value *b = dg_leaf(g, 1.0, NULL), *aside = dg_leaf(g, 1.0, "aside");
    dg_value *frozen = dg_set_requires_grad(dg_leaf(g, 1.0, "frozen"), 0);
    dg_value *foreign = dg_leaf(h, 1.0, "foreign");
    dg_value *many = dg_mul(dg_mul(w, x), dg_mul(b, frozen));
    dg_value *loss = dg_sum(many);
    size_t size = dg_graph_size(g);
    dg_fit_result result;
    dg_value *p[] = {w, b, NULL};
    dg_feed f[] = {{x, rows}, {NULL, rows}};
#define REFUSED(call, said)                                                                        \
    do {                                                                                           \
        ck_assert_int_eq(call, DG_INVALID);                                                        \
        ck_assert_int_eq(result.error.status, DG_INVALID);                                         \
        ck_assert_str_eq(result.error.text, said);                                                 \
        assert_error(g, DG_INVALID, said);                                                         \
        ck_assert_uint_eq(dg_graph_size(g), size);                                                 \
        ck_assert_uint_eq(result.steps, 0);                                                        \
        assert_same(dg_data(b), 1.0);                                                              \
        assert_same(dg_data_array(w)[1], 2.0);                                                     \
    } while (0)
    REFUSED(dg_fit_graph(loss, f, 1, 0, p, 2, NULL, &result), "training needs examples");
    REFUSED(dg_fit_graph(many, f, 1, 1, p, 2, NULL, &result),
            "training needs a loss that is a single number, not a tensor of shape (2,)");
    REFUSED(dg_fit_graph(loss, f, 1, 1, p, 0, NULL, &result), "training needs parameters");
    REFUSED(dg_fit_graph(loss, f, 1, 1, NULL, 2, NULL, &result), "training needs parameters");
    REFUSED(dg_fit_graph(loss, f, 1, 1, p, 3, NULL, &result), "parameter 2 is missing");
    p[2] = foreign;
    REFUSED(dg_fit_graph(loss, f, 1, 1, p, 3, NULL, &result),
            "parameter 2, 'foreign', belongs to another graph");
    p[2] = many;
    REFUSED(dg_fit_graph(loss, f, 1, 1, p, 3, NULL, &result), "parameter 2 is not a leaf");
    p[2] = aside;
    REFUSED(dg_fit_graph(loss, f, 1, 1, p, 3, NULL, &result),
            "parameter 2, 'aside', does not contribute to the loss");
    p[2] = frozen;
    REFUSED(dg_fit_graph(loss, f, 1, 1, p, 3, NULL, &result),
            "parameter 2, 'frozen', requires no gradient");
    p[2] = w;
    REFUSED(dg_fit_graph(loss, f, 1, 1, p, 3, NULL, &result),
            "parameter 2, 'w', is a parameter already");
    p[2] = NULL;
    REFUSED(dg_fit_graph(loss, NULL, 1, 1, p, 2, NULL, &result), "there are no feeds");
    REFUSED(dg_fit_graph(loss, f, 2, 1, p, 2, NULL, &result), "feed 1 is missing");
    f[1].leaf = foreign;
    REFUSED(dg_fit_graph(loss, f, 2, 1, p, 2, NULL, &result),
            "feed 1, 'foreign', belongs to another graph");
    f[1].leaf = aside;
    REFUSED(dg_fit_graph(loss, f, 2, 1, p, 2, NULL, &result),
            "feed 1, 'aside', does not contribute to the loss");
    f[1].leaf = b;
    REFUSED(dg_fit_graph(loss, f, 2, 1, p, 2, NULL, &result), "feed 1 is a parameter already");
    f[1].leaf = x;
    REFUSED(dg_fit_graph(loss, f, 2, 1, p, 2, NULL, &result), "feed 1, 'x', is fed already");
    f[1].leaf = many;
    REFUSED(dg_fit_graph(loss, f, 2, 1, p, 2, NULL, &result), "feed 1 is not a leaf");
    f[1] = (dg_feed){frozen, NULL};
    REFUSED(dg_fit_graph(loss, f, 2, 1, p, 2, NULL, &result), "feed 1, 'frozen', has no rows");
#undef REFUSED
    ck_assert_int_eq(dg_fit_graph(loss, f, 1, SIZE_MAX / 8, p, 2, NULL, &result), DG_LIMIT);
    assert_error(g, DG_LIMIT, "there are too many examples");
    ck_assert_int_eq(dg_fit_graph(NULL, f, 1, 1, p, 2, NULL, &result), DG_INVALID);
    ck_assert_int_eq(result.error.status, DG_INVALID);
    ck_assert_int_eq(dg_fit_graph(NULL, NULL, 0, 0, NULL, 0, NULL, NULL), DG_INVALID);
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    /* After all that it trains. An empty leaf needs no rows. */
    f[1].rows = rows;
    ck_assert_int_eq(dg_fit_graph(loss, f, 2, 2, p, 2, &(dg_fit_options){.lr = 1e-3}, NULL), DG_OK);
    dg_value *empty = dg_tensor(g, 1, (const size_t[]){0}, NULL, "empty");
    dg_value *more = dg_add(loss, dg_sum(empty));
    const dg_feed none = {empty, NULL};
    ck_assert_int_eq(dg_fit_graph(more, &none, 1, 2, p, 2, &(dg_fit_options){.lr = 1e-3}, NULL),
                     DG_OK);
    dg_graph_free(g);
    dg_graph_free(h);
}
END_TEST

static dg_value *loss_of_many(dg_value *const *predictions, const double *targets, size_t n)
{
    (void)n;
    dg_value *y = dg_tensor(dg_graph_of(*predictions), 1, (const size_t[]){2}, targets, NULL);
    return dg_sub(predictions[0], y);
}

/* A loss function of the caller's is looked at by dg_fit() too. */
START_TEST(a_loss_that_is_no_number)
{
    const double xs[] = {1.0, 2.0}, ys[] = {1.0, 2.0};
    dg_graph *g = dg_graph_new();
    dg_rng r = dg_rng_init(1);
    dg_module *m = dg_neuron_new(g, 1, DG_LINEAR, &r);
    size_t size = dg_graph_size(g);
    dg_fit_result result;
    ck_assert_int_eq(dg_fit(m, xs, ys, 2, &(dg_fit_options){.loss = loss_of_many}, &result),
                     DG_INVALID);
    assert_error(g, DG_INVALID,
                 "training needs a loss that is a single number, not a tensor of shape (2,)");
    ck_assert_ptr_null(result.loss);
    ck_assert_uint_eq(dg_graph_size(g), size);
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

/* ---- Not finite ---------------------------------------------------------------------------- */

/* sum((w * x)**2) of w (2, 2), x fed with rows of two. */
typedef struct small {
    dg_graph *g;
    dg_value *w, *x, *loss;
} small;

static small make_small(const char *w, const char *x)
{
    small s = {.g = dg_graph_new()};
    const double numbers[] = {1.0, 2.0, 3.0, 4.0};
    s.w = dg_tensor(s.g, 2, (const size_t[]){2, 2}, numbers, w);
    s.x = dg_set_requires_grad(dg_tensor(s.g, 1, (const size_t[]){2}, NULL, x), 0);
    s.loss = dg_sum(dg_pow(dg_mul(s.w, s.x), 2.0));
    return s;
}

/* Trains it on these rows, and expects this of it. */
static void assert_ends(small *s, const double *rows, size_t n, double lr, const char *text,
                        size_t steps, const dg_value *culprit)
{
    dg_feed feed = {s->x, rows};
    dg_fit_result result;
    dg_fit_options options = {.steps = 3, .lr = lr};
    ck_assert_int_eq(dg_fit_graph(s->loss, &feed, 1, n, &s->w, 1, &options, &result), DG_INVALID);
    ck_assert_str_eq(result.error.text, text);
    assert_error(s->g, DG_INVALID, text);
    ck_assert_uint_eq(result.steps, steps);
    ck_assert_ptr_eq(result.nonfinite, culprit);
    ck_assert_ptr_eq(result.loss, s->loss);
}

START_TEST(not_finite)
{
    const double bad[] = {0.0, 1.0, 1.0, 1.0, 1.0, NAN};
    const double infinite[] = {0.0, 1.0, -INFINITY, 1.0};
    const double good[] = {1.0, 1.0, 1.0, 1.0};
    small s = make_small("w", "x");
    assert_ends(&s, bad, 3, 1e-3,
                "the loss is nan in epoch 0, example 2; the first value that is not finite is 'x'",
                0, s.x);
    /* Before the update of that example, after those of the others. */
    assert_near(dg_data_array(s.w)[0], 1.0L - 2e-3L, 1e-15);
    assert_near(dg_data_array(s.w)[1], 2.0L * (1.0L - 2e-3L) * (1.0L - 2e-3L), 1e-15);
    dg_graph_free(s.g);
    s = make_small(NULL, NULL);
    assert_ends(&s, infinite, 2, 1e-3,
                "the loss is infinite in epoch 0, example 1; the first value that is not finite is "
                "feed 0",
                0, s.x);
    dg_graph_free(s.g);
    s = make_small(NULL, NULL);
    dg_set_data_array(s.w, (const double[]){1.0, 2.0, NAN, 3.0}, 4);
    assert_ends(&s, good, 1, 1e-3,
                "the loss is nan in epoch 0, example 0; the first value that is not finite is "
                "parameter 0",
                0, s.w);
    dg_graph_free(s.g);
    s = make_small("w", "x");
    assert_ends(&s, good, 1, 1e200,
                "the loss is infinite in epoch 1, example 0; the first value that is not finite is "
                "a **2",
                1, dg_operand(s.loss, 0));
    dg_graph_free(s.g);
}
END_TEST

START_TEST(not_finite_after_the_last_epoch)
{
    const double good[] = {1.0, 1.0, 1.0, 1.0};
    small s = make_small("w", "x");
    dg_feed feed = {s.x, good};
    dg_fit_options options = {.steps = 1, .lr = 1e200};
    dg_fit_result result;
    ck_assert_int_eq(dg_fit_graph(s.loss, &feed, 1, 1, &s.w, 1, &options, &result), DG_INVALID);
    assert_error(s.g, DG_INVALID,
                 "the loss is infinite after epoch 0, example 0; the first value that is not "
                 "finite is a **2");
    ck_assert_uint_eq(result.steps, 1);
    assert_same(result.first, 30.0);
    assert_same(result.last, 30.0);
    dg_graph_free(s.g);
}
END_TEST

/* sqrt has an infinite slope at 0, where its value is finite; nothing else is. */
START_TEST(a_gradient_that_is_not_finite)
{
    const double rows[] = {1.0, 1.0, 1.0, 0.0, 1.0, 1.0};
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_tensor(g, 1, (const size_t[]){2}, NULL, "x");
    dg_value *w = dg_tensor(g, 1, (const size_t[]){2}, (const double[]){1.0, 1.0}, "w");
    dg_value *loss = dg_sum(dg_sqrt(dg_mul(w, x)));
    dg_feed feed = {x, rows};
    dg_fit_result result;
    dg_fit_options options = {.lr = 1e-3};
    ck_assert_int_eq(dg_fit_graph(loss, &feed, 1, 3, &w, 1, &options, &result), DG_INVALID);
    const char *text = dg_graph_error(g)->text;
    ck_assert_str_eq(result.error.text, text);
    /* 1/(2 * sqrt(0)) is infinite, times an x of 0 it is nan. */
    ck_assert_str_eq(text, "the gradient of 'w' is nan in epoch 0, example 1");
    ck_assert_ptr_eq(result.nonfinite, w);
    /* The mean of the two losses so far: of w = (1, 1), and of what the first update made of it. */
    assert_near(result.last, (2.0L + sqrtl(1.0L - 0.5e-3L)) / 2.0L, 1e-15);
    assert_near(dg_data_array(w)[1], 1.0L - 0.5e-3L, 1e-15);
    dg_graph_free(g);
}
END_TEST

START_TEST(beside_an_older_error)
{
    const double good[] = {1.0, 1.0}, bad[] = {NAN, 1.0};
    small s = make_small("w", "x");
    ck_assert_ptr_null(dg_matmul(s.w, dg_leaf(s.g, 1.0, NULL)));
    char first[512];
    snprintf(first, sizeof first, "%s", dg_graph_error(s.g)->text);
    dg_fit_options options = {.lr = 1e-3};
    dg_fit_result result;
    dg_feed feed = {s.x, bad};
    ck_assert_int_eq(dg_fit_graph(s.loss, &feed, 1, 1, &s.w, 1, &options, &result), DG_INVALID);
    ck_assert_ptr_nonnull(strstr(result.error.text, "epoch 0"));
    feed.rows = good;
    ck_assert_int_eq(dg_fit_graph(s.loss, &feed, 1, 1, &s.w, 1, &options, &result), DG_OK);
    ck_assert_str_eq(dg_graph_error(s.g)->text, first);
    dg_graph_free(s.g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        replay_is_rebuild,
        without_feeds,
        scalar_feeds,
        one_example,
        progress_ends_it,
        refused,
        a_loss_that_is_no_number,
        not_finite,
        not_finite_after_the_last_epoch,
        a_gradient_that_is_not_finite,
        beside_an_older_error,
    };
    return run_suite("nn, training a graph", tests, COUNT_OF(tests));
}
