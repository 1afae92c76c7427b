/* Contributions of edges: they sum to the gradients that the engine computed, and are what central
 * differences say. */
#include "trace/contributions.h"
#include "tensor_programs.h"
#include "trace_support.h"

/* --- Random programs -------------------------------------------------------------------------- */

/* The contributions of the edges that lead from a node, summed, and their magnitudes. */
static void add_contributions(const dg_trace *t, size_t to, double **sums, double **magnitudes)
{
    for (size_t i = 0; i < dg_trace_operand_count(t, to); i++) {
        size_t from = dg_trace_operand(t, to, i), size = dg_trace_size(t, from);
        double *c = malloc((size + 1) * sizeof *c);
        ck_assert_msg(dg_trace_contribution(t, to, i, c) == DG_OK, "%s of node %zu",
                      dg_trace_op(t, to), to);
        for (size_t k = 0; k < size; k++) {
            sums[from][k] += c[k];
            magnitudes[from][k] += fabs(c[k]);
        }
        free(c);
    }
}

static void assert_sums(const dg_trace *t, uint64_t seed)
{
    size_t n = dg_trace_node_count(t);
    double **sums = calloc(n, sizeof *sums), **magnitudes = calloc(n, sizeof *sums);
    for (size_t i = 0; i < n; i++) {
        sums[i] = calloc(dg_trace_size(t, i) + 1, sizeof(double));
        magnitudes[i] = calloc(dg_trace_size(t, i) + 1, sizeof(double));
    }
    for (size_t i = 0; i < n; i++)
        if (dg_trace_has_grad(t, i))
            add_contributions(t, i, sums, magnitudes);
    for (size_t i = 0; i < n; i++) {
        const double *grad = dg_trace_grad_array(t, i);
        for (size_t k = 0; i != dg_trace_root(t) && grad && k < dg_trace_size(t, i); k++)
            must(fabs(sums[i][k] - grad[k]) <= 1e-12 * magnitudes[i][k],
                 "seed %llu: element %zu of node %zu (%s): %.17g, not %.17g",
                 (unsigned long long)seed, k, i, dg_trace_op(t, i), sums[i][k], grad[k]);
        free(sums[i]);
        free(magnitudes[i]);
    }
    free(sums);
    free(magnitudes);
}

START_TEST(they_sum_to_the_gradient)
{
    for (uint64_t seed = 0; seed < 300; seed++) {
        tensor_program p = {.g = dg_graph_new(), .r = {seed}};
        dg_trace *t = dg_trace_from_value(make_program(&p));
        assert_sums(t, seed);
        dg_trace_free(t);
        dg_graph_free(p.g);
    }
}
END_TEST

/* --- One op ----------------------------------------------------------------------------------- */

/* Checks the contribution of the edges to `v` from leaves: against central differences of the
 * product of v and the weights that are its upstream gradient. */
static void check_op(dg_graph *g, dg_value *v)
{
    size_t size = dg_size(v);
    double *weights = malloc((size + 1) * sizeof *weights);
    for (size_t i = 0; i < size; i++)
        weights[i] = 0.5 + (double)((i * 7) % 5) * 0.3;
    dg_value *u = dg_tensor(g, dg_ndim(v), dg_shape(v), weights, "u");
    dg_value *root = dg_sum(dg_mul(v, dg_set_requires_grad(u, 0)));
    ck_assert_int_eq(dg_backward(root), DG_OK);
    dg_trace *t = dg_trace_from_value(root);
    size_t node = dg_trace_operand(t, dg_trace_operand(t, 0, 0), 0);
    for (int i = 0; i < dg_operand_count(v); i++) {
        dg_value *x = dg_operand(v, i);
        size_t n = dg_size(x);
        double *c = calloc(n + 1, sizeof *c), *data = malloc((n + 1) * sizeof *data);
        ck_assert_msg(dg_trace_contribution(t, node, (size_t)i, c) == DG_OK, "%s",
                      dg_trace_op(t, node));
        memcpy(data, dg_data_array(x), n * sizeof *data);
        for (size_t k = 0; k < n; k++) {
            const double h = 1e-5, at = data[k];
            double f[2];
            for (int side = 0; side < 2; side++) {
                data[k] = at + (side ? h : -h);
                dg_set_data_array(x, data, n);
                dg_forward(root);
                f[side] = dg_data(root);
            }
            data[k] = at;
            dg_set_data_array(x, data, n);
            double expected = (f[1] - f[0]) / (2.0 * h);
            must(fabs(c[k] - expected) <= 1e-8 * fmax(1.0, fabs(expected)),
                 "%s, operand %d, element %zu: %.12g, not %.12g", dg_trace_op(t, node), i, k, c[k],
                 expected);
        }
        dg_forward(root);
        free(c);
        free(data);
    }
    dg_trace_free(t);
    free(weights);
}

START_TEST(as_central_differences_say)
{
    enum { N = 24 };
    dg_graph *g = dg_graph_new();
    double data[N], other[N];
    for (size_t i = 0; i < N; i++) {
        data[i] = 0.3 + 0.1 * (double)((i * 7) % N);
        other[i] = 1.7 - 0.13 * (double)((i * 5) % N);
    }
#define NEW(ndim, ...) dg_tensor(g, ndim, (size_t[]){__VA_ARGS__}, data, NULL)
#define OTHER(ndim, ...) dg_tensor(g, ndim, (size_t[]){__VA_ARGS__}, other, NULL)
    check_op(g, dg_add(NEW(2, 3, 4), OTHER(1, 4)));
    check_op(g, dg_mul(NEW(2, 3, 1), OTHER(3, 2, 3, 4)));
    check_op(g, dg_mul(NEW(2, 3, 4), OTHER(0, 0)));
    check_op(g, dg_pow(NEW(2, 3, 4), 2.5));
    check_op(g, dg_tanh(NEW(1, 5)));
    check_op(g, dg_sqrt(NEW(2, 2, 2)));
    check_op(g, dg_max(NEW(2, 3, 4), OTHER(2, 3, 4)));
    check_op(g, dg_matmul(NEW(2, 3, 4), OTHER(2, 4, 5)));
    check_op(g, dg_matmul(NEW(1, 4), OTHER(1, 4)));
    check_op(g, dg_matmul(NEW(3, 2, 3, 4), OTHER(1, 4)));
    check_op(g, dg_sum(NEW(2, 3, 4)));
    check_op(g, dg_mean(NEW(2, 3, 4)));
    check_op(g, dg_max_all(NEW(2, 3, 4)));
    for (int dim = 0; dim < 3; dim++)
        for (int keep = 0; keep < 2; keep++) {
            check_op(g, dg_sum_dim(NEW(3, 2, 3, 4), dim, keep));
            check_op(g, dg_mean_dim(NEW(3, 2, 3, 4), dim, keep));
            check_op(g, dg_max_dim(NEW(3, 2, 3, 4), dim, keep));
            check_op(g, dg_softmax(NEW(3, 2, 3, 4), dim));
            check_op(g, dg_log_softmax(NEW(3, 2, 3, 4), dim));
            check_op(g, dg_transpose(NEW(3, 2, 3, 4), dim, 1 + keep));
        }
    check_op(g, dg_transpose(NEW(2, 3, 4), 0, 1));
    check_op(g, dg_transpose(NEW(2, 3, 4), 1, 1));
    check_op(g, dg_reshape(NEW(2, 3, 4), 3, (size_t[]){2, DG_INFER, 1}));
    check_op(g, dg_reshape(NEW(2, 1, 1), 0, NULL));
    check_op(g, dg_select(NEW(2, 3, 4), 2));
    check_op(g, dg_select(NEW(1, 3), 1));
    dg_value *parts[] = {NEW(2, 3, 4), OTHER(2, 3, 2), NEW(2, 3, 1)};
    check_op(g, dg_concat(parts, 3, 1));
    dg_value *alike[] = {NEW(2, 3, 4), OTHER(2, 3, 4), NEW(2, 3, 4)};
    check_op(g, dg_stack(alike, 3));
    check_op(g, dg_cross_entropy(NEW(2, 3, 4), dg_tensor(g, 2, (size_t[]){3, 4}, data, NULL)));
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    dg_graph_free(g);
}
END_TEST

/* --- Refused ---------------------------------------------------------------------------------- */

START_TEST(not_known)
{
    double c[4];
    dg_graph *g = dg_graph_new();
    double data[] = {1, 2, 3, 4, 5, 6}, classes[] = {0, 2};
    dg_value *x = dg_tensor(g, 2, (size_t[]){2, 3}, data, "x");
    dg_value *y = dg_set_requires_grad(dg_tensor(g, 1, (size_t[]){2}, classes, "y"), 0);
    dg_value *loss = dg_cross_entropy(x, y);
    dg_trace *t = dg_trace_from_value(loss);
    double all[6];
    ck_assert_int_eq(dg_trace_contribution(t, 0, 0, all), DG_INVALID); /* no upstream gradient */
    dg_trace_free(t);
    dg_backward(loss);
    t = dg_trace_from_value(loss);
    ck_assert_int_eq(dg_trace_contribution(t, 0, 0, all), DG_OK);
    assert_numbers(dg_trace_grad_array(t, 1), all, 6);
    ck_assert_int_eq(dg_trace_contribution(t, 0, 1, c), DG_INVALID); /* classes */
    ck_assert_int_eq(dg_trace_contribution(t, 0, 2, c), DG_INVALID);
    ck_assert_int_eq(dg_trace_contribution(t, 1, 0, c), DG_INVALID);
    ck_assert_int_eq(dg_trace_contribution(t, 0, 0, NULL), DG_INVALID);
    ck_assert_int_eq(dg_trace_contribution(NULL, 0, 0, c), DG_INVALID);
    dg_trace_free(t);
    dg_graph_free(g);

    static const char *const ops[] = {"sum",         "sum(dim=1",
                                      "sum(dim=9)",  "sum(dim=)",
                                      "sum(dim=0)x", "nothing",
                                      "@",           "stack",
                                      "[7]",         "[1",
                                      "[]",          "transpose(0, 1)",
                                      "T",           "concat(dim=0)",
                                      "reshape",     "tanh",
                                      "**2",         "softmax(dim=99999999999)"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        t = dg_trace_new();
        dg_trace_add_tensor(t, "r", ops[i], 1, (size_t[]){2}, (double[]){7, 8});
        dg_trace_add_tensor(t, "x", NULL, 1, (size_t[]){2}, data);
        dg_trace_add_edge(t, 1, 0);
        dg_trace_set_grad(t, 0, 1.0);
        must(dg_trace_contribution(t, 0, 0, c) == DG_INVALID, "%s", ops[i]);
        dg_trace_free(t);
    }
}
END_TEST

START_TEST(of_scalars)
{
    dg_trace *t = dg_trace_new();
    double c = 0.0;
    dg_trace_add_node(t, "r", "mystery", 3.0);
    dg_trace_add_node(t, "a", NULL, 2.0);
    dg_trace_add_edge(t, 1, 0);
    dg_trace_set_grad(t, 0, 5.0);
    ck_assert_int_eq(dg_trace_contribution(t, 0, 0, &c), DG_INVALID);
    dg_trace_set_local_gradient(t, 0, 0, 0.25);
    ck_assert_int_eq(dg_trace_contribution(t, 0, 0, &c), DG_OK);
    ck_assert_double_eq(c, 1.25);
    dg_trace_free(t);
}
END_TEST

/* Several edges at once, of which some are asked for. */
START_TEST(together)
{
    tensor_program p = {.g = dg_graph_new(), .r = {3}};
    dg_value *x = dg_tensor(p.g, 1, (size_t[]){2}, (double[]){1, 2}, "x");
    dg_value *parts[] = {x, dg_tanh(x), dg_exp(x)};
    dg_value *root = dg_sum(dg_mul(dg_concat(parts, 3, 0), dg_concat(parts, 3, 0)));
    dg_backward(root);
    dg_trace *t = dg_trace_from_value(root);
    size_t node = dg_trace_operand(t, dg_trace_operand(t, 0, 0), 0);
    double first[2], last[2], alone[2];
    double *out[] = {first, NULL, last};
    ck_assert_int_eq(dgi_trace_contributions(t, node, out), DG_OK);
    dg_trace_contribution(t, node, 0, alone);
    assert_numbers(first, alone, 2);
    dg_trace_contribution(t, node, 2, alone);
    assert_numbers(last, alone, 2);
    dg_trace_free(t);
    dg_graph_free(p.g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        they_sum_to_the_gradient, as_central_differences_say, not_known, of_scalars, together,
    };
    return run_suite("trace_contributions", tests, sizeof tests / sizeof *tests);
}
