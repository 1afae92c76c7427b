/* Fused dot products, which a module's neurons make, against the same sums made one op at a time:
 * random networks, random orders of passes, every number the same to the last bit. */
#include "nn_support.h"

#include "engine_support.h"

enum { NETWORKS = 400, ACTIONS = 14, PAIRS = 4000, POOL = 200 };

/* A value of a module's graph, and its twin in the graph that is made op by op. */
typedef struct pair {
    dg_value *made, *twin;
} pair;

typedef struct twins {
    rng random;
    dg_graph *made, *twin;
    pair all[PAIRS];
    size_t n;
    pair pool[POOL]; /* what may be an input */
    size_t n_pool;
    pair loss;
} twins;

static pair keep(twins *t, dg_value *made, dg_value *twin)
{
    ck_assert_ptr_nonnull(made);
    ck_assert_ptr_nonnull(twin);
    ck_assert_uint_lt(t->n, PAIRS);
    return t->all[t->n++] = (pair){made, twin};
}

static void offer(twins *t, pair p)
{
    if (t->n_pool < POOL)
        t->pool[t->n_pool++] = p;
}

static pair leaf(twins *t)
{
    double x = rng_between(&t->random, -2.0, 2.0);
    return keep(t, dg_leaf(t->made, x, NULL), dg_leaf(t->twin, x, NULL));
}

/* The twin of a neuron, and all values between, from the activation down. */
static pair neuron(twins *t, dg_value *made, const pair *parameters, const pair *x, size_t nin)
{
    dg_value *sums[64], *products[64], *sum = parameters[nin].twin;
    for (size_t i = 0; i < nin; i++) {
        products[i] = dg_mul(parameters[i].twin, x[i].twin);
        sums[i] = sum = dg_add(sum, products[i]);
    }
    pair out = keep(t, made, dg_tanh(sum));
    dg_value *at = dg_operand(made, 0);
    for (size_t i = nin; i-- > 0; at = dg_operand(at, 0)) {
        pair inner = keep(t, at, sums[i]);
        keep(t, dg_operand(at, 1), products[i]);
        if (rng_below(&t->random, 12) == 0)
            offer(t, inner);
    }
    ck_assert_ptr_eq(at, parameters[nin].made);
    return out;
}

static void layer(twins *t)
{
    size_t nin = 1 + rng_below(&t->random, 8), nout = 1 + rng_below(&t->random, 4);
    dg_rng start = dg_rng_init(rng_next(&t->random));
    dg_module *m = dg_layer_new(t->made, nin, nout, DG_TANH, &start);
    ck_assert_ptr_nonnull(m);
    dg_value *const *made = dg_module_parameters(m, NULL);
    pair parameters[64], x[64];
    dg_value *in[64], *out[64];
    for (size_t i = 0; i < nout * (nin + 1); i++)
        parameters[i] = keep(t, made[i], dg_leaf(t->twin, dg_data(made[i]), NULL));
    bool sorted = rng_below(&t->random, 3) != 0;
    for (size_t i = 0; i < nin; i++) {
        /* Mostly neighbours, as a network's; else anything, once or twice, weights of its own too.
         */
        size_t k =
            sorted ? (t->n_pool > nin ? t->n_pool - nin + i : i) : rng_below(&t->random, t->n_pool);
        x[i] = k < t->n_pool ? t->pool[k] : leaf(t);
        if (rng_below(&t->random, 40) == 0)
            x[i] = parameters[rng_below(&t->random, nout * (nin + 1))];
        in[i] = x[i].made;
    }
    for (size_t call = 0, calls = 1 + rng_below(&t->random, 2); call < calls; call++) {
        ck_assert_int_eq(dg_module_call(m, in, nin, out), DG_OK);
        for (size_t j = 0; j < nout; j++)
            offer(t, neuron(t, out[j], parameters + j * (nin + 1), x, nin));
    }
    dg_module_free(m);
}

static pair add_up(twins *t)
{
    pair sum = leaf(t);
    for (size_t i = 0; i < t->n_pool; i++)
        if (rng_below(&t->random, 2) || i + 1 == t->n_pool)
            sum = keep(t, dg_add(sum.made, t->pool[i].made), dg_add(sum.twin, t->pool[i].twin));
    return sum;
}

static void assert_twins(const twins *t, uint64_t seed, const char *after)
{
    for (size_t i = 0; i < t->n; i++) {
        const dg_value *a = t->all[i].made, *b = t->all[i].twin;
        must(same_number(dg_data(a), dg_data(b)), "seed %llu, after %s: data %a, not %a",
             (unsigned long long)seed, after, dg_data(a), dg_data(b));
        must(same_number(dg_grad(a), dg_grad(b)), "seed %llu, after %s: gradient %a, not %a",
             (unsigned long long)seed, after, dg_grad(a), dg_grad(b));
        must(dg_has_grad(a) == dg_has_grad(b), "seed %llu, after %s: has a gradient or not",
             (unsigned long long)seed, after);
    }
}

static void set_data(const twins *t, pair p, double x)
{
    (void)t;
    dg_set_data(p.made, x);
    dg_set_data(p.twin, x);
}

/* One step, the same in both graphs; its name. */
static const char *act(twins *t)
{
    pair any = t->all[rng_below(&t->random, t->n)];
    double x = rng_between(&t->random, -2.0, 2.0);
    switch (rng_below(&t->random, 7)) {
    case 0:
    case 1:
        ck_assert_int_eq(dg_backward(t->loss.made), dg_backward(t->loss.twin));
        return "backward";
    case 2:
        dg_zero_grad(t->loss.made);
        dg_zero_grad(t->loss.twin);
        ck_assert_int_eq(dg_backward(t->loss.made), dg_backward(t->loss.twin));
        return "zero_grad and backward";
    case 3:
        for (size_t i = 0; i < t->n; i++)
            if (dg_operand_count(t->all[i].made) == 0 && rng_below(&t->random, 4) == 0)
                set_data(t, t->all[i], rng_between(&t->random, -2.0, 2.0));
        dg_forward(t->loss.made);
        dg_forward(t->loss.twin);
        return "forward";
    case 4:
        dg_graph_zero_grad(t->made);
        dg_graph_zero_grad(t->twin);
        return "zero_grad of the graph";
    case 5:
        dg_set_grad(any.made, x);
        dg_set_grad(any.twin, x);
        return "setting a gradient";
    default:
        if (dg_operand_count(any.made) == 0) {
            int on = rng_below(&t->random, 2) != 0;
            dg_set_requires_grad(any.made, on);
            dg_set_requires_grad(any.twin, on);
        }
        return "requiring a gradient or none";
    }
}

static void build(twins *t)
{
    for (size_t i = 0; i < 3; i++)
        offer(t, leaf(t));
    for (size_t i = 0, n = 1 + rng_below(&t->random, 4); i < n; i++)
        layer(t);
    t->loss = add_up(t);
}

START_TEST(the_same_as_op_by_op)
{
    static twins t;
    for (uint64_t seed = 1; seed <= NETWORKS; seed++) {
        t = (twins){.random = {seed}, .made = dg_graph_new(), .twin = dg_graph_new()};
        build(&t);
        assert_twins(&t, seed, "building");
        for (size_t i = 0; i < ACTIONS; i++)
            assert_twins(&t, seed, act(&t));
        /* The same place in the arena, used again. */
        dg_graph_rewind(t.made, 0);
        dg_graph_rewind(t.twin, 0);
        t.n = t.n_pool = 0;
        build(&t);
        ck_assert_int_eq(dg_backward(t.loss.made), dg_backward(t.loss.twin));
        assert_twins(&t, seed, "rewinding and building");
        dg_graph_free(t.made);
        dg_graph_free(t.twin);
    }
}
END_TEST

/* A rewind into the middle of a sum keeps what is before it, and other values take the place of the
 * rest. */
START_TEST(rewound_into_a_sum)
{
    dg_graph *g = dg_graph_new();
    dg_rng start = dg_rng_init(5);
    dg_module *m = dg_neuron_new(g, 4, DG_LINEAR, &start);
    dg_value *in[4], *out = NULL;
    for (size_t i = 0; i < 4; i++)
        in[i] = dg_leaf(g, 0.5 + (double)i, NULL);
    ck_assert_int_eq(dg_module_call(m, in, 4, &out), DG_OK);
    dg_value *second = dg_operand(dg_operand(out, 0), 0);
    ck_assert_int_eq(dg_graph_rewind(g, dg_graph_size(g) - 4), DG_OK);
    dg_value *end = dg_mul(second, second);
    for (size_t i = 0; i < 6; i++)
        end = dg_add(end, end);
    dg_value *const *w = dg_module_parameters(m, NULL);
    double sum = (dg_data(w[4]) + dg_data(w[0]) * 0.5) + dg_data(w[1]) * 1.5;
    for (size_t i = 0; i < 3; i++) {
        dg_zero_grad(end);
        ck_assert_int_eq(dg_backward(end), DG_OK);
        ck_assert_double_eq(dg_data(end), 64.0 * (sum * sum));
        ck_assert_double_eq(dg_grad(w[1]), 1.5 * (64.0 * (sum + sum)));
        ck_assert_double_eq(dg_grad(w[2]), 0.0);
        ck_assert_int_eq(dg_forward(end), DG_OK);
    }
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

/* A neuron's parameters in two chunks of 2,048 values, one with and one without gradients among
 * them. */
START_TEST(parameters_apart)
{
    enum { INPUTS = 4, CHUNK = 2048 };
    for (size_t before = CHUNK - INPUTS - 3; before <= CHUNK + 1; before++)
        for (size_t fixed = 0; fixed <= INPUTS + 1; fixed++) {
            dg_graph *g = dg_graph_new();
            dg_rng start = dg_rng_init(before);
            while (dg_graph_size(g) < before)
                dg_leaf(g, 0.0, NULL);
            dg_module *m = dg_neuron_new(g, INPUTS, DG_LINEAR, &start);
            dg_value *const *w = dg_module_parameters(m, NULL);
            if (fixed <= INPUTS)
                dg_set_requires_grad(w[fixed], 0);
            dg_value *in[INPUTS], *out = NULL;
            for (size_t i = 0; i < INPUTS; i++)
                in[i] = dg_leaf(g, 0.5 + (double)i, NULL);
            ck_assert_int_eq(dg_module_call(m, in, INPUTS, &out), DG_OK);
            double sum = dg_data(w[INPUTS]);
            for (size_t i = 0; i < INPUTS; i++)
                sum += dg_data(w[i]) * dg_data(in[i]);
            ck_assert_double_eq(dg_data(out), sum);
            ck_assert_int_eq(dg_backward(out), DG_OK);
            for (size_t i = 0; i <= INPUTS; i++) {
                ck_assert_int_eq(dg_has_grad(w[i]), i != fixed);
                double want = i == fixed ? 0.0 : i < INPUTS ? dg_data(in[i]) : 1.0;
                ck_assert_double_eq(dg_grad(w[i]), want);
            }
            dg_module_free(m);
            dg_graph_free(g);
        }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {the_same_as_op_by_op, rewound_into_a_sum, parameters_apart};
    return run_suite("fused dot products", tests, COUNT_OF(tests));
}
