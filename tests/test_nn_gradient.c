/* What modules compute, and its derivatives, against networks written down a second time. */
#include "nn_support.h"

#include <pthread.h>
#include <unistd.h>

/* A random shape, parameters and inputs from a seed. */
typedef struct sample {
    net shape;
    dg_graph *g;
    dg_module *m;
    size_t n; /* parameters */
    double p[NET_WIDTH_MAX * 8];
    double x[NET_WIDTH_MAX];
    dg_value *inputs[NET_WIDTH_MAX];
    dg_value *out[NET_WIDTH_MAX];
} sample;

static void make_sample(sample *s, uint64_t seed, dg_activation only, bool mixed)
{
    rng r = {.state = seed};
    s->shape.nin = 1 + rng_below(&r, 5);
    s->shape.layers = 1 + rng_below(&r, NET_LAYERS_MAX);
    for (size_t l = 0; l < s->shape.layers; l++) {
        s->shape.sizes[l] = 1 + rng_below(&r, 6);
        s->shape.activations[l] = mixed ? (dg_activation)rng_below(&r, 4) : only;
    }
    s->n = net_parameters(&s->shape);
    s->g = dg_graph_new();
    s->m = net_module(&s->shape, s->g, seed);
    ck_assert_msg(s->m != NULL, "seed %llu", (unsigned long long)seed);
    for (size_t i = 0; i < s->n; i++)
        s->p[i] = dg_data(dg_module_parameters(s->m, NULL)[i]);
    for (size_t i = 0; i < s->shape.nin; i++) {
        s->x[i] = rng_between(&r, -3.0, 3.0);
        s->inputs[i] = dg_leaf(s->g, s->x[i], NULL);
    }
    ck_assert_int_eq(dg_module_call(s->m, s->inputs, s->shape.nin, s->out), DG_OK);
}

static void free_sample(sample *s)
{
    dg_module_free(s->m);
    dg_graph_free(s->g);
}

/* ---- Outputs ------------------------------------------------------------------------------- */

static void assert_outputs(dg_activation f, bool mixed, double tolerance)
{
    for (uint64_t seed = 0; seed < cases(200); seed++) {
        sample s;
        double want[NET_WIDTH_MAX];
        make_sample(&s, seed, f, mixed);
        double_forward(&s.shape, s.p, s.x, want);
        for (size_t k = 0; k < dg_module_output_count(s.m); k++) {
            double got = dg_data(s.out[k]);
            ck_assert_msg(tolerance > 0.0 ? near(got, (long double)want[k], tolerance)
                                          : same_number(got, want[k]),
                          "seed %llu, output %zu: %.17g, not %.17g", (unsigned long long)seed, k,
                          got, want[k]);
        }
        free_sample(&s);
    }
}

START_TEST(outputs_bit_by_bit)
{
    assert_outputs(DG_LINEAR, false, 0.0);
    assert_outputs(DG_RELU, false, 0.0);
}
END_TEST

START_TEST(outputs_by_the_libm)
{
    assert_outputs(DG_TANH, false, 1e-14);
    assert_outputs(DG_SIGMOID, false, 1e-14);
    assert_outputs(DG_TANH, true, 1e-13);
}
END_TEST

/* One neuron each: no error of an earlier layer. */
START_TEST(neurons_by_the_libm)
{
    static const dg_activation all[] = {DG_TANH, DG_RELU, DG_SIGMOID, DG_LINEAR};
    for (uint64_t seed = 0; seed < cases(100); seed++)
        for (size_t f = 0; f < COUNT_OF(all); f++) {
            dg_graph *g = dg_graph_new();
            dg_rng r = dg_rng_init(seed);
            dg_module *m = dg_neuron_new(g, 2, all[f], &r);
            dg_value *x[] = {dg_leaf(g, dg_rng_normal(&r), NULL), dg_leaf(g, 4.0, NULL)};
            dg_value *const *p = dg_module_parameters(m, NULL);
            dg_value *out;
            ck_assert_int_eq(dg_module_call(m, x, 2, &out), DG_OK);
            double sum = dg_data(p[2]) + dg_data(p[0]) * dg_data(x[0]);
            sum = sum + dg_data(p[1]) * dg_data(x[1]);
            double want = double_activated(all[f], sum);
            ck_assert_msg(close_to(dg_data(out), (long double)want, 1e-15),
                          "seed %llu, activation %zu: %.17g, not %.17g", (unsigned long long)seed,
                          f, dg_data(out), want);
            dg_module_free(m);
            dg_graph_free(g);
        }
}
END_TEST

/* No activations is tanh in all layers. */
START_TEST(tanh_by_default)
{
    dg_graph *g = dg_graph_new();
    const dg_activation tanhs[] = {DG_TANH, DG_TANH};
    dg_rng r = dg_rng_init(3);
    dg_rng again = r;
    dg_module *a = dg_mlp_new(g, 1, (size_t[]){3, 1}, 2, NULL, &r);
    dg_module *b = dg_mlp_new(g, 1, (size_t[]){3, 1}, 2, tanhs, &again);
    dg_value *x = dg_leaf(g, 0.75, NULL);
    dg_value *out[2];
    ck_assert_int_eq(dg_module_call(a, &x, 1, &out[0]), DG_OK);
    ck_assert_int_eq(dg_module_call(b, &x, 1, &out[1]), DG_OK);
    assert_same(dg_data(out[0]), dg_data(out[1]));
    ck_assert_str_eq(dg_op_name(out[0]), "tanh");
    dg_module_free(a);
    dg_module_free(b);
    dg_graph_free(g);
}
END_TEST

/* The same value as more than one input, and a module on its own outputs. */
START_TEST(inputs_of_any_kind)
{
    dg_graph *g = dg_graph_new();
    dg_rng r = dg_rng_init(8);
    dg_module *m = dg_layer_new(g, 2, 2, DG_LINEAR, &r);
    dg_value *const *p = dg_module_parameters(m, NULL);
    dg_value *x = dg_leaf(g, 2.0, NULL);
    dg_value *out[2];
    dg_value *twice[2] = {x, x};
    ck_assert_int_eq(dg_module_call(m, twice, 2, out), DG_OK);
    double first = dg_data(p[2]) + dg_data(p[0]) * 2.0 + dg_data(p[1]) * 2.0;
    double second = dg_data(p[5]) + dg_data(p[3]) * 2.0 + dg_data(p[4]) * 2.0;
    assert_same(dg_data(out[0]), first);
    assert_same(dg_data(out[1]), second);
    dg_value *next[2];
    ck_assert_int_eq(dg_module_call(m, out, 2, next), DG_OK);
    assert_same(dg_data(next[1]), dg_data(p[5]) + dg_data(p[3]) * first + dg_data(p[4]) * second);
    /* Parameters are values like others. */
    ck_assert_int_eq(dg_module_call(m, p, 2, next), DG_OK);
    assert_same(dg_data(next[0]),
                dg_data(p[2]) + dg_data(p[0]) * dg_data(p[0]) + dg_data(p[1]) * dg_data(p[1]));
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

/* ---- Gradients ----------------------------------------------------------------------------- */

START_TEST(gradients_by_hand)
{
    for (uint64_t seed = 1000; seed < 1000 + cases(200); seed++) {
        sample s;
        long double seeds[NET_WIDTH_MAX];
        long double grads[NET_WIDTH_MAX * 8] = {0.0L};
        long double x_grads[NET_WIDTH_MAX] = {0.0L};
        make_sample(&s, seed, DG_TANH, true);
        dg_value *root = NULL;
        for (size_t k = 0; k < dg_module_output_count(s.m); k++) {
            dg_value *weight = dg_leaf(s.g, 0.5 + (double)k, NULL);
            dg_value *term = dg_mul(s.out[k], weight);
            seeds[k] = 0.5L + (long double)k;
            root = root ? dg_add(root, term) : term;
        }
        ck_assert_int_eq(dg_backward(root), DG_OK);
        wide_backprop(&s.shape, s.p, s.x, seeds, grads, x_grads);
        for (size_t i = 0; i < s.n; i++)
            ck_assert_msg(near(dg_grad(dg_module_parameters(s.m, NULL)[i]), grads[i], 1e-12),
                          "seed %llu, parameter %zu: %.17g, not %.17Lg", (unsigned long long)seed,
                          i, dg_grad(dg_module_parameters(s.m, NULL)[i]), grads[i]);
        for (size_t i = 0; i < s.shape.nin; i++)
            ck_assert_msg(near(dg_grad(s.inputs[i]), x_grads[i], 1e-12),
                          "seed %llu, input %zu: %.17g, not %.17Lg", (unsigned long long)seed, i,
                          dg_grad(s.inputs[i]), x_grads[i]);
        free_sample(&s);
    }
}
END_TEST

START_TEST(gradients_by_differences)
{
    for (uint64_t seed = 1; seed < 60; seed++) {
        sample s;
        dg_gradcheck_result found;
        double targets[NET_WIDTH_MAX] = {0.25, -0.5, 1.0, 0.5, -1.0, 0.0};
        make_sample(&s, seed, DG_TANH, true);
        dg_value *loss = dg_loss_sse(s.out, targets, dg_module_output_count(s.m));
        ck_assert_int_eq(dg_gradcheck(loss, 0.0, &found), DG_OK);
        ck_assert_uint_ge(found.checked, s.n);
        ck_assert_msg(found.worst < 1e-6, "seed %llu: %g at %s: %.17g, %.17g",
                      (unsigned long long)seed, found.worst, dg_label(found.where), found.backward,
                      found.difference);
        free_sample(&s);
    }
}
END_TEST

/* ---- A large one --------------------------------------------------------------------------- */

typedef struct large {
    size_t examples; /* in */
    dg_status status;
    size_t values;
    size_t bytes;
    double loss;
    double replayed;
} large;

static const net large_net = {3, 3, {64, 64, 1}, {DG_TANH, DG_TANH, DG_LINEAR}};

enum { LARGE_PARAMETERS = 64 * 4 + 64 * 65 + 65, LARGE_EXAMPLES = 1000 };

static double large_p[LARGE_PARAMETERS];
static double large_x[LARGE_EXAMPLES][3];
static double large_y[LARGE_EXAMPLES];
static dg_value *large_out[LARGE_EXAMPLES];
static double large_grads[LARGE_PARAMETERS];

static void *live_large(void *argument)
{
    large *l = argument;
    size_t start = resident_bytes();
    dg_graph *g = dg_graph_new();
    dg_module *m = net_module(&large_net, g, 12);
    dg_value *const *p = dg_module_parameters(m, NULL);
    for (size_t i = 0; i < LARGE_PARAMETERS; i++)
        large_p[i] = dg_data(p[i]);
    l->status = DG_OK;
    for (size_t e = 0; e < l->examples && l->status == DG_OK; e++) {
        dg_value *x[3];
        for (size_t i = 0; i < 3; i++)
            x[i] = dg_leaf(g, large_x[e][i], NULL);
        l->status = dg_module_call(m, x, 3, &large_out[e]);
    }
    dg_value *loss = dg_loss_mse(large_out, large_y, l->examples);
    if (l->status == DG_OK)
        l->status = dg_backward(loss);
    l->values = dg_graph_size(g);
    size_t end = resident_bytes();
    l->bytes = start && end > start ? end - start : 0;
    l->loss = dg_data(loss);
    for (size_t i = 0; i < LARGE_PARAMETERS; i++)
        large_grads[i] = dg_grad(p[i]);
    dg_set_data(loss, 0.0);
    if (l->status == DG_OK)
        l->status = dg_forward(loss);
    l->replayed = dg_data(loss);
    dg_module_free(m);
    dg_graph_free(g);
    return NULL;
}

START_TEST(a_large_network_on_a_small_stack)
{
    static long double grads[LARGE_PARAMETERS];
    large l = {.examples = watched() ? 20 : LARGE_EXAMPLES};
    rng r = {.state = 99};
    long double loss = 0.0L;
    for (size_t e = 0; e < l.examples; e++) {
        for (size_t i = 0; i < 3; i++)
            large_x[e][i] = rng_between(&r, -1.0, 1.0);
        large_y[e] = rng_between(&r, -1.0, 1.0);
    }
    pthread_attr_t attributes;
    pthread_t thread;
    size_t stack = (size_t)(watched() ? 256 : 64) * 1024;
    ck_assert_int_eq(pthread_attr_init(&attributes), 0);
    ck_assert_int_eq(pthread_attr_setstacksize(&attributes, stack), 0);
    ck_assert_int_eq(pthread_create(&thread, &attributes, live_large, &l), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(pthread_attr_destroy(&attributes), 0);

    ck_assert_int_eq(l.status, DG_OK);
    size_t an_example = 3 + 64 * 7 + 64 * 129 + 128;
    ck_assert_uint_ge(l.values, LARGE_PARAMETERS + l.examples * an_example);
    ck_assert_uint_le(l.values, LARGE_PARAMETERS + l.examples * (an_example + 6) + 2);
    for (size_t e = 0; e < l.examples; e++) {
        double out;
        double_forward(&large_net, large_p, large_x[e], &out);
        long double error = (long double)out - (long double)large_y[e];
        long double seed = 2.0L * error / (long double)l.examples;
        loss += error * error / (long double)l.examples;
        wide_backprop(&large_net, large_p, large_x[e], &seed, grads, NULL);
    }
    assert_near(l.loss, loss, 1e-12);
    assert_same(l.replayed, l.loss);
    for (size_t i = 0; i < LARGE_PARAMETERS; i++)
        ck_assert_msg(near(large_grads[i], grads[i], 1e-11), "parameter %zu: %.17g, not %.17Lg", i,
                      large_grads[i], grads[i]);
    if (watched() || !l.bytes)
        printf("bytes a value: skipped\n");
    else
        ck_assert_msg(l.bytes <= 64 * l.values, "%.1f bytes a value",
                      (double)l.bytes / (double)l.values);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        outputs_bit_by_bit,       outputs_by_the_libm,
        neurons_by_the_libm,      tanh_by_default,
        inputs_of_any_kind,       gradients_by_hand,
        gradients_by_differences, a_large_network_on_a_small_stack,
    };
    return run_suite("nn, outputs and gradients", tests, COUNT_OF(tests));
}
