/* Training: dg_fit() against a loop that makes the loss anew in every step. */
#include <dotgrad/draw.h>
#include <dotgrad/trace.h>

#include "nn_support.h"

/* The examples of the micrograd lectures. */
static const double document_xs[] = {2.0, 3.0, -1.0, 3.0, -1.0, 0.5, 0.5, 1.0, 1.0, 1.0, 1.0, -1.0};
static const double document_ys[] = {1.0, -1.0, -1.0, 1.0};
static const net lectures = {3, 3, {4, 4, 1}, {DG_TANH, DG_TANH, DG_TANH}};

enum { EXAMPLES_MAX = 20 };

static dg_value *loss_made_anew(const dg_module *m, dg_graph *g, dg_loss *loss, const double *xs,
                                const double *ys, size_t n)
{
    dg_value *out[EXAMPLES_MAX];
    dg_value *x[8];
    size_t nin = dg_module_input_count(m);
    for (size_t e = 0; e < n; e++) {
        for (size_t i = 0; i < nin; i++)
            x[i] = dg_leaf(g, xs[e * nin + i], NULL);
        ck_assert_int_eq(dg_module_call(m, x, nin, &out[e]), DG_OK);
    }
    return loss(out, ys, n);
}

/* The loop of the micrograd lectures. The optimiser may be NULL. */
static void train_by_hand(const dg_module *m, dg_graph *g, dg_loss *loss, const double *xs,
                          const double *ys, size_t n, size_t steps, double lr, dg_optimizer *o,
                          double *losses)
{
    size_t count;
    dg_value *const *p = dg_module_parameters(m, &count);
    size_t mark = dg_graph_mark(g);
    for (size_t step = 0; step <= steps; step++) {
        dg_graph_rewind(g, mark);
        dg_value *l = loss_made_anew(m, g, loss, xs, ys, n);
        losses[step] = dg_data(l);
        if (step == steps)
            break;
        dg_module_zero_grad(m);
        dg_backward(l);
        if (o)
            dg_optimizer_step(o);
        for (size_t i = 0; i < count && !o; i++)
            dg_set_data(p[i], dg_data(p[i]) - lr * dg_grad(p[i]));
    }
    dg_graph_rewind(g, mark);
}

static void assert_same_numbers(const dg_value *a, const dg_value *b)
{
    dg_trace *s = dg_trace_from_value(a);
    dg_trace *t = dg_trace_from_value(b);
    ck_assert_uint_eq(dg_trace_node_count(s), dg_trace_node_count(t));
    for (size_t i = 0; i < dg_trace_node_count(s); i++) {
        ck_assert_str_eq(dg_trace_op(s, i), dg_trace_op(t, i));
        assert_same(dg_trace_data(s, i), dg_trace_data(t, i));
        assert_same(dg_trace_grad(s, i), dg_trace_grad(t, i));
    }
    dg_trace_free(s);
    dg_trace_free(t);
}

/* ---- Replay is rebuild --------------------------------------------------------------------- */

typedef enum choice { PLAIN, MOMENTUM, ADAM, CHOICES } choice;

static dg_optimizer *chosen(choice c, const dg_module *m)
{
    size_t n;
    dg_value *const *p = dg_module_parameters(m, &n);
    if (c == MOMENTUM)
        return dg_sgd_new(p, n, 0.0005, 0.9, 0.01);
    return c == ADAM ? dg_adam_new(p, n, 0.01, 0.9, 0.999, 1e-8, 0.0) : NULL;
}

static dg_loss *const losses[] = {NULL, dg_loss_sse, dg_loss_mse, dg_loss_bce, dg_loss_hinge};

START_TEST(replay_is_rebuild)
{
    enum { STEPS = 40 };
    for (uint64_t seed = 1; seed <= 60; seed++) {
        rng r = {.state = seed};
        net shape = {.nin = 1 + rng_below(&r, 4), .layers = 1 + rng_below(&r, 3)};
        for (size_t l = 0; l < shape.layers; l++) {
            shape.sizes[l] = l + 1 < shape.layers ? 1 + rng_below(&r, 5) : 1;
            shape.activations[l] = (dg_activation)rng_below(&r, 4);
        }
        double xs[EXAMPLES_MAX * 4];
        double ys[EXAMPLES_MAX];
        double want[STEPS + 1];
        size_t n = 1 + rng_below(&r, EXAMPLES_MAX);
        for (size_t i = 0; i < n * shape.nin; i++)
            xs[i] = rng_between(&r, -1.0, 1.0);
        for (size_t i = 0; i < n; i++)
            ys[i] = rng_below(&r, 2) ? 1.0 : -1.0;
        dg_loss *loss = losses[seed % COUNT_OF(losses)];
        choice c = (choice)(seed % CHOICES);
        dg_graph *g = dg_graph_new();
        dg_graph *h = dg_graph_new();
        dg_module *m = net_module(&shape, g, seed);
        dg_module *other = net_module(&shape, h, seed);
        dg_optimizer *o = chosen(c, m);
        dg_optimizer *p = chosen(c, other);
        training_log t = {.count = 0};
        dg_fit_options options = {.steps = STEPS,
                                  .lr = 0.001,
                                  .loss = loss,
                                  .optimizer = o,
                                  .progress = tell,
                                  .context = &t};
        dg_fit_result result;
        ck_assert_msg(dg_fit(m, xs, ys, n, &options, &result) == DG_OK, "seed %llu: %s",
                      (unsigned long long)seed, dg_graph_error(g)->text);
        train_by_hand(other, h, loss ? loss : dg_loss_sse, xs, ys, n, STEPS, 0.001, p, want);
        ck_assert_uint_eq(t.count, STEPS);
        ck_assert(t.in_order);
        for (size_t i = 0; i < STEPS; i++)
            ck_assert_msg(same_number(t.losses[i], want[i]),
                          "seed %llu, step %zu: %.17g, not %.17g", (unsigned long long)seed, i,
                          t.losses[i], want[i]);
        ck_assert_uint_eq(result.steps, STEPS);
        assert_same(result.first, want[0]);
        assert_same(result.last, want[STEPS]);
        assert_same(dg_data(result.loss), want[STEPS]);
        ck_assert_ptr_null(result.nonfinite);
        /* All its numbers, gradients too, are those of the trained parameters. */
        dg_value *anew = loss_made_anew(other, h, loss ? loss : dg_loss_sse, xs, ys, n);
        dg_module_zero_grad(other);
        dg_backward(anew);
        assert_same_numbers(result.loss, anew);
        ck_assert_int_eq(dg_graph_status(g), DG_OK);
        dg_optimizer_free(o);
        dg_optimizer_free(p);
        dg_module_free(m);
        dg_module_free(other);
        dg_graph_free(g);
        dg_graph_free(h);
    }
}
END_TEST

/* Two trainings, one after the other, are one. */
START_TEST(in_two_parts)
{
    double want[31];
    dg_graph *g = dg_graph_new();
    dg_module *m = net_module(&lectures, g, 4);
    dg_module *other = net_module(&lectures, g, 4);
    dg_value *outside = dg_leaf(g, 1.0, NULL);
    dg_set_grad(outside, 5.0);
    training_log t = {.count = 0};
    dg_fit_options options = {.steps = 20, .lr = 0.1, .progress = tell, .context = &t};
    dg_fit_result result;
    ck_assert_int_eq(dg_fit(m, document_xs, document_ys, 4, &options, NULL), DG_OK);
    ck_assert_uint_eq(t.count, 20);
    t.count = 0;
    options.steps = 10;
    ck_assert_int_eq(dg_fit(m, document_xs, document_ys, 4, &options, &result), DG_OK);
    train_by_hand(other, g, dg_loss_sse, document_xs, document_ys, 4, 30, 0.1, NULL, want);
    for (size_t i = 0; i < 10; i++)
        assert_same(t.losses[i], want[20 + i]);
    assert_same(dg_grad(outside), 5.0); /* what has no part in it keeps its gradient */
    assert_same(result.first, want[20]);
    assert_same(result.last, want[30]);
    dg_module_free(m);
    dg_module_free(other);
    dg_graph_free(g);
}
END_TEST

/* ---- The micrograd lectures ------------------------------------------------------------------ */

START_TEST(examples_of_the_lectures)
{
    for (uint64_t seed = 0; seed < 10; seed++) {
        dg_graph *g = dg_graph_new();
        dg_module *m = net_module(&lectures, g, seed);
        dg_fit_options options = {.steps = 900};
        dg_fit_result result;
        ck_assert_int_eq(dg_fit(m, document_xs, document_ys, 4, &options, &result), DG_OK);
        ck_assert_msg(result.last < 1e-3, "seed %llu: loss %g", (unsigned long long)seed,
                      result.last);
        for (size_t e = 0; e < 4; e++) {
            dg_value *x[3];
            dg_value *out;
            for (size_t i = 0; i < 3; i++)
                x[i] = dg_leaf(g, document_xs[e * 3 + i], NULL);
            ck_assert_int_eq(dg_module_call(m, x, 3, &out), DG_OK);
            ck_assert(fabs(dg_data(out) - document_ys[e]) < 0.04);
        }
        dg_module_free(m);
        dg_graph_free(g);
    }
}
END_TEST

START_TEST(defaults)
{
    double want[21];
    dg_graph *g = dg_graph_new();
    dg_module *m = net_module(&lectures, g, 3);
    dg_module *same = net_module(&lectures, g, 3);
    dg_module *other = net_module(&lectures, g, 3);
    dg_fit_result result;
    dg_fit_result zero;
    ck_assert_int_eq(dg_fit(m, document_xs, document_ys, 4, NULL, &result), DG_OK);
    ck_assert_int_eq(dg_fit(same, document_xs, document_ys, 4, &(dg_fit_options){0}, &zero), DG_OK);
    train_by_hand(other, g, dg_loss_sse, document_xs, document_ys, 4, 20, 0.05, NULL, want);
    ck_assert_uint_eq(result.steps, 20);
    ck_assert_uint_eq(zero.steps, 20);
    assert_same(result.first, want[0]);
    assert_same(result.last, want[20]);
    assert_same(zero.last, want[20]);
    dg_module_free(m);
    dg_module_free(same);
    dg_module_free(other);
    dg_graph_free(g);
}
END_TEST

/* Neurons and layers of one are modules with one output too. */
START_TEST(one_neuron_learns_a_line)
{
    const double xs[] = {-1.0, 0.0, 1.0, 2.0};
    const double ys[] = {-1.0, 1.0, 3.0, 5.0};
    for (int layer = 0; layer < 2; layer++) {
        dg_graph *g = dg_graph_new();
        dg_rng r = dg_rng_init(1);
        dg_module *m =
            layer ? dg_layer_new(g, 1, 1, DG_LINEAR, &r) : dg_neuron_new(g, 1, DG_LINEAR, &r);
        dg_fit_options options = {.steps = 500, .loss = dg_loss_mse, .lr = 0.1};
        ck_assert_int_eq(dg_fit(m, xs, ys, 4, &options, NULL), DG_OK);
        ck_assert_double_eq_tol(dg_data(dg_module_parameters(m, NULL)[0]), 2.0, 1e-6);
        ck_assert_double_eq_tol(dg_data(dg_module_parameters(m, NULL)[1]), 1.0, 1e-6);
        dg_module_free(m);
        dg_graph_free(g);
    }
}
END_TEST

START_TEST(progress_ends_it)
{
    double want[6];
    for (size_t ends = 1; ends <= 5; ends++) {
        dg_graph *g = dg_graph_new();
        dg_module *m = net_module(&lectures, g, 3);
        dg_module *other = net_module(&lectures, g, 3);
        training_log t = {.ends = ends};
        dg_fit_options options = {.steps = 5, .progress = tell, .context = &t};
        dg_fit_result result;
        ck_assert_int_eq(dg_fit(m, document_xs, document_ys, 4, &options, &result), DG_OK);
        train_by_hand(other, g, dg_loss_sse, document_xs, document_ys, 4, ends, 0.05, NULL, want);
        ck_assert_uint_eq(t.count, ends);
        ck_assert(t.in_order);
        ck_assert_uint_eq(result.steps, ends);
        assert_same(result.first, want[0]);
        assert_same(t.losses[ends - 1], want[ends - 1]);
        assert_same(result.last, want[ends]);
        assert_same(dg_data(result.loss), want[ends]);
        for (size_t i = 0; i < 41; i++)
            assert_same(dg_data(dg_module_parameters(m, NULL)[i]),
                        dg_data(dg_module_parameters(other, NULL)[i]));
        dg_module_free(m);
        dg_module_free(other);
        dg_graph_free(g);
    }
}
END_TEST

/* ---- Refused ------------------------------------------------------------------------------- */

static dg_value *no_loss(dg_value *const *predictions, const double *targets, size_t n)
{
    (void)predictions, (void)targets, (void)n;
    return NULL;
}

static dg_value *wrong_loss(dg_value *const *predictions, const double *targets, size_t n)
{
    (void)targets, (void)n;
    return dg_add(predictions[0], NULL);
}

START_TEST(refused)
{
    dg_graph *g = dg_graph_new();
    dg_rng r = dg_rng_init(1);
    dg_module *two = dg_layer_new(g, 3, 2, DG_TANH, &r);
    dg_module *m = net_module(&lectures, g, 1);
    size_t size = dg_graph_size(g);
    dg_fit_result result;
    const double *xs = document_xs;
    const double *ys = document_ys;
#define REFUSED(call, text)                                                                        \
    do {                                                                                           \
        ck_assert_int_eq(call, DG_INVALID);                                                        \
        assert_error(g, DG_INVALID, text);                                                         \
        ck_assert_uint_eq(dg_graph_size(g), size);                                                 \
        ck_assert_str_eq(dg_scope(dg_leaf(g, 0.0, NULL)), "");                                     \
        dg_graph_rewind(g, size);                                                                  \
    } while (0)
    REFUSED(dg_fit(two, xs, ys, 4, NULL, &result),
            "training needs a module with one output, not 2");
    REFUSED(dg_fit(m, NULL, ys, 4, NULL, &result), "training needs examples and targets");
    REFUSED(dg_fit(m, xs, NULL, 4, NULL, &result), "training needs examples and targets");
    REFUSED(dg_fit(m, xs, ys, 0, NULL, &result), "training needs examples and targets");
    REFUSED(dg_fit(m, NULL, NULL, 0, NULL, NULL), "training needs examples and targets");
#undef REFUSED
    ck_assert_int_eq(dg_fit(NULL, xs, ys, 4, NULL, &result), DG_INVALID);
    ck_assert_int_eq(dg_fit(NULL, NULL, NULL, 0, NULL, NULL), DG_INVALID);
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    /* A loss of the caller's that fails, with a reason and without. */
    dg_fit_options options = {.loss = wrong_loss};
    dg_status status = dg_fit(m, xs, ys, 4, &options, &result);
    ck_assert_int_eq(status, DG_INVALID);
    ck_assert_int_eq(dg_graph_status(g), DG_INVALID);
    dg_graph_clear_error(g);
    options.loss = no_loss;
    ck_assert_int_ne(dg_fit(m, xs, ys, 4, &options, &result), DG_OK);
    ck_assert_str_ne(dg_graph_error(g)->text, "");
    ck_assert_uint_eq(dg_graph_size(g), size);
    dg_module_free(two);
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

/* ---- What is left behind ------------------------------------------------------------------- */

START_TEST(no_more_values_with_more_steps)
{
    size_t made[3];
    const size_t steps[] = {1, 100, 10000};
    for (size_t i = 0; i < 3; i++) {
        dg_graph *g = dg_graph_new();
        dg_module *m = net_module(&lectures, g, 1);
        dg_fit_options options = {.steps = watched() ? steps[i] / 10 + 1 : steps[i]};
        dg_fit_result result;
        ck_assert_int_eq(dg_fit(m, document_xs, document_ys, 4, &options, &result), DG_OK);
        made[i] = dg_graph_size(g) - 41;
        dg_module_free(m);
        dg_graph_free(g);
    }
    ck_assert_uint_eq(made[1], made[0]);
    ck_assert_uint_eq(made[2], made[0]);
}
END_TEST

START_TEST(the_loss_is_there_to_be_drawn)
{
    static const dg_format formats[] = {DG_DOT, DG_SVG, DG_JSON};
    dg_graph *g = dg_graph_new();
    dg_module *m = net_module(&lectures, g, 1);
    dg_fit_result result;
    ck_assert_int_eq(dg_fit(m, document_xs, document_ys, 4, NULL, &result), DG_OK);
    dg_module_free(m);
    dg_trace *t = dg_trace_from_value(result.loss);
    /* All parameters and all inputs; everything was reached by a backward pass. */
    ck_assert_uint_ge(dg_trace_node_count(t), 41 + 12 + 4);
    for (size_t i = 0; i < dg_trace_node_count(t); i++)
        ck_assert_int_eq(dg_trace_has_grad(t, i), 1);
    size_t node = dg_trace_find(t, "layer 2 neuron 0 b");
    ck_assert_uint_ne(node, DG_NO_NODE);
    ck_assert_str_eq(dg_trace_scope(t, node), "layer 2/neuron 0");
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        dg_error error = {0};
        dg_draw_options options = {.format = formats[i], .error = &error};
        char *picture = dg_render(t, NULL, &options);
        ck_assert_msg(picture != NULL, "%s", error.text);
        ck_assert_ptr_nonnull(strstr(picture, "layer 2 neuron 0 b"));
        dg_free(picture);
    }
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

/* A scope that is open stays open, and training belongs to it. */
START_TEST(in_a_scope)
{
    dg_graph *g = dg_graph_new();
    dg_module *m = net_module(&lectures, g, 1);
    dg_fit_result result;
    dg_scope_begin(g, "training");
    ck_assert_int_eq(dg_fit(m, document_xs, document_ys, 4, NULL, &result), DG_OK);
    ck_assert_str_eq(dg_scope(dg_leaf(g, 1.0, NULL)), "training");
    ck_assert(strncmp(dg_scope(result.loss), "training", 8) == 0);
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        replay_is_rebuild,
        in_two_parts,
        examples_of_the_lectures,
        defaults,
        one_neuron_learns_a_line,
        progress_ends_it,
        refused,
        no_more_values_with_more_steps,
        the_loss_is_there_to_be_drawn,
        in_a_scope,
    };
    return run_suite("nn, training", tests, COUNT_OF(tests));
}
