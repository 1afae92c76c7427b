/* What an inspection computes first: the order, the uses, the local gradients and the contributions
 * of random graphs; and the states of gradients. */
#include <dotgrad/engine.h>
#include <dotgrad/inspect.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "check_main.h"
#include "engine_support.h"
#include "inspect/analysis.h"

START_TEST(states_of_numbers)
{
    static const struct {
        double grad;
        const char *name;
    } cases[] = {{0.0, "zero"},       {-0.0, "zero"},  {1.0, "finite"},      {-1e-7, "finite"},
                 {9e-8, "vanishing"}, {1e4, "finite"}, {-10001, "huge"},     {INFINITY, "inf"},
                 {-INFINITY, "inf"},  {NAN, "nan"},    {5e-324, "vanishing"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_str_eq(dg_gradient_state_name(dg_gradient_state_of_number(cases[i].grad, NULL)),
                         cases[i].name);
    dg_inspect_options o = {.vanishing = 1e-320, .exploding = 5.0};
    ck_assert_int_eq(dg_gradient_state_of_number(DBL_MIN / 2, &o), DG_GRADIENT_VANISHING);
    ck_assert_int_eq(dg_gradient_state_of_number(DBL_MIN, &o), DG_GRADIENT_FINITE);
    ck_assert_int_eq(dg_gradient_state_of_number(5.5, &o), DG_GRADIENT_HUGE);
    ck_assert_str_eq(dg_gradient_state_name((dg_gradient_state)99), "");
}

START_TEST(states_of_nodes)
{
    dg_trace *t = dg_trace_new();
    size_t scalar = dg_trace_add_node(t, "a", NULL, 1.0);
    size_t tensor = dg_trace_add_tensor(t, "t", NULL, 1, (size_t[]){3}, NULL);
    size_t empty = dg_trace_add_tensor(t, "e", NULL, 1, (size_t[]){0}, NULL);
    ck_assert_int_eq(dg_gradient_state_of(t, scalar, NULL), DG_GRADIENT_UNSET);
    dg_trace_set_grad(t, scalar, 0.0);
    ck_assert_int_eq(dg_gradient_state_of(t, scalar, NULL), DG_GRADIENT_ZERO);
    static const double arrays[][3] = {{0, 0, 0},   {0, 1e-9, 0},        {1e-9, -1, 0},
                                       {1, 1e5, 0}, {1e5, -INFINITY, 1}, {INFINITY, NAN, 0}};
    static const dg_gradient_state states[] = {DG_GRADIENT_ZERO,     DG_GRADIENT_VANISHING,
                                               DG_GRADIENT_FINITE,   DG_GRADIENT_HUGE,
                                               DG_GRADIENT_INFINITE, DG_GRADIENT_NAN};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        dg_trace_set_grad_array(t, tensor, arrays[i], 3);
        ck_assert_int_eq(dg_gradient_state_of(t, tensor, NULL), states[i]);
    }
    dg_trace_set_grad(t, empty, 1.0);
    ck_assert_int_eq(dg_gradient_state_of(t, empty, NULL), DG_GRADIENT_FINITE);
    ck_assert_int_eq(dg_gradient_state_of(t, 99, NULL), DG_GRADIENT_UNSET);
    ck_assert_int_eq(dg_gradient_state_of(NULL, 0, NULL), DG_GRADIENT_UNSET);
    dg_trace_free(t);
}

/* A random graph after its backward pass. */
static dg_trace *random_trace(rng *r, size_t size)
{
    dg_graph *g = dg_graph_new();
    dg_value **values = malloc(size * sizeof *values);
    ck_assert_ptr_nonnull(values);
    for (size_t i = 0; i < size; i++) {
        dg_value *a = i ? values[rng_below(r, i)] : NULL, *b = i ? values[rng_below(r, i)] : NULL;
        switch (i < 3 ? 0 : rng_below(r, 6)) {
        case 0:
            values[i] = dg_leaf(g, (double)rng_below(r, 1000) / 500.0 - 1.0, NULL);
            break;
        case 1:
            values[i] = dg_mul(dg_tanh(a), dg_sigmoid(b));
            break;
        case 2:
            values[i] = dg_max(a, b);
            break;
        case 3:
            values[i] = dg_sin(dg_sub(a, b));
            break;
        case 4:
            values[i] = dg_pow(dg_tanh(a), 3.0);
            break;
        default:
            values[i] = dg_mul(dg_tanh(a), dg_tanh(a));
        }
    }
    dg_value *root = dg_add(values[size - 1], dg_tanh(values[size / 2]));
    ck_assert_int_eq(dg_backward(root), DG_OK);
    dg_trace *t = dg_trace_from_value(root);
    free(values);
    dg_graph_free(g);
    return t;
}

static void check_edges(const dgi_analysis *a, unsigned long long seed)
{
    ck_assert_uint_eq(a->edge_count, dg_trace_edge_count(a->trace));
    for (size_t e = 0; e < a->edge_count; e++) {
        size_t from, to, operand;
        double local;
        must(dg_trace_edge(a->trace, e, &from, &to, &operand) == DG_OK, "seed %llu: no edge %zu",
             seed, e);
        must(a->edge_to[e] == to && dgi_edge_from(a, e) == from, "seed %llu: edge %zu", seed, e);
        must(dg_trace_local_gradient(a->trace, to, operand, &local) == DG_OK && a->known[e] &&
                 same_number(a->local[e], local),
             "seed %llu: local gradient of edge %zu", seed, e);
    }
}

static void check_order(const dgi_analysis *a, unsigned long long seed)
{
    size_t *position = malloc(a->node_count * sizeof *position);
    ck_assert_ptr_nonnull(position);
    for (size_t i = 0; i < a->node_count; i++)
        position[i] = DG_NO_NODE;
    for (size_t i = 0; i < a->node_count; i++)
        position[a->order[i]] = i;
    for (size_t e = 0; e < a->edge_count; e++)
        must(position[a->edge_to[e]] < position[dgi_edge_from(a, e)],
             "seed %llu: edge %zu is upside down", seed, e);
    free(position);
}

/* Every gradient but the root's is the sum of the contributions of its uses. */
static void check_contributions(const dgi_analysis *a, unsigned long long seed)
{
    size_t uses = 0;
    for (size_t i = 0; i < a->node_count; i++) {
        double sum = 0.0, magnitude = 0.0;
        for (size_t k = a->first_use[i]; k < a->first_use[i + 1]; k++, uses++) {
            size_t edge = a->uses[k];
            must(dgi_edge_from(a, edge) == i, "seed %llu: edge %zu is no use of node %zu", seed,
                 edge, i);
            must(k == a->first_use[i] || a->uses[k - 1] < edge, "seed %llu: uses out of order",
                 seed);
            must(dgi_contribution_known(a, edge), "seed %llu: contribution of edge %zu", seed,
                 edge);
            sum += dgi_contribution(a, edge);
            magnitude += fabs(dgi_contribution(a, edge));
        }
        double grad = dg_trace_grad(a->trace, i);
        must(i == dg_trace_root(a->trace) ? grad == 1.0 : fabs(sum - grad) <= 1e-12 * magnitude,
             "seed %llu, node %zu: %g, not %g", seed, i, sum, grad);
    }
    ck_assert_uint_eq(uses, a->edge_count);
}

START_TEST(random_graphs)
{
    for (uint64_t seed = 1; seed <= cases(200); seed++) {
        rng r = {seed};
        dg_trace *t = random_trace(&r, 3 + rng_below(&r, 200));
        dgi_analysis a;
        must(dgi_analysis_init(&a, t, NULL) == DG_OK, "seed %llu", (unsigned long long)seed);
        check_edges(&a, seed);
        check_order(&a, seed);
        check_contributions(&a, seed);
        dgi_analysis_free(&a);
        dg_trace_free(t);
    }
}

START_TEST(a_cycle)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "a", "+", 1.0);
    dg_trace_add_node(t, "b", "+", 1.0);
    dg_trace_add_edge(t, 0, 1);
    dg_trace_add_edge(t, 1, 0);
    dgi_analysis a;
    dg_error error;
    ck_assert_int_eq(dgi_analysis_init(&a, t, &error), DG_FORMAT);
    ck_assert_str_eq(error.text, "a value is computed from itself");
    ck_assert_ptr_null(a.order);
    dg_trace_free(t);
}

/* Tensors, ops of others and numbers that the op does not compute: not known. */
START_TEST(unknown_local_gradients)
{
    dg_trace *t = dg_trace_new();
    size_t x = dg_trace_add_node(t, "x", NULL, 2.0);
    size_t foreign = dg_trace_add_node(t, "f", "gelu", 1.9);
    size_t wrong = dg_trace_add_node(t, "w", "exp", 1.0);
    size_t tensor =
        dg_trace_add_tensor(t, "t", "exp", 1, (size_t[]){1}, (double[]){7.38905609893065});
    size_t of_tensor = dg_trace_add_node(t, "s", "exp", 1618.18);
    dg_trace_add_edge(t, x, foreign);
    dg_trace_add_edge(t, x, wrong);
    dg_trace_add_edge(t, x, tensor);
    dg_trace_add_edge(t, tensor, of_tensor);
    dgi_analysis a;
    ck_assert_int_eq(dgi_analysis_init(&a, t, NULL), DG_OK);
    for (size_t e = 0; e < a.edge_count; e++)
        ck_assert(!a.known[e] && isnan(a.local[e]) && !dgi_contribution_known(&a, e));
    dgi_analysis_free(&a);
    dg_trace_free(t);
}

int main(void)
{
    const TTest *const tests[] = {states_of_numbers, states_of_nodes, random_graphs, a_cycle,
                                  unknown_local_gradients};
    return run_suite("inspect analysis", tests, sizeof tests / sizeof *tests);
}
