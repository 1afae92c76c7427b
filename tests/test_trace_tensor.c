/* Tensors in a trace: built, taken of values, selected. Their JSON form is test_trace_nested.c's.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <dotgrad/tensor.h>
#include <dotgrad/trace.h>

#include "trace/trace.h"
#include "trace_support.h"

/* --- Built ------------------------------------------------------------------------------------ */

START_TEST(a_matrix)
{
    dg_trace *t = dg_trace_new();
    size_t shape[] = {2, 3};
    double data[] = {1, 2, 3, 4, NAN, -0.0}, copy[6];
    memcpy(copy, data, sizeof data);
    ck_assert_uint_eq(dg_trace_add_tensor(t, "w", NULL, 2, shape, data), 0);
    data[0] = 99;
    shape[0] = 99;
    assert_shape(t, 0, 2, (size_t[]){2, 3});
    assert_numbers(dg_trace_data_array(t, 0), copy, 6);
    ck_assert_str_eq(dg_trace_label(t, 0), "w");
    ck_assert_str_eq(dg_trace_op(t, 0), "");
    ck_assert_int_eq(dg_trace_has_grad(t, 0), 0);
    ck_assert_ptr_null(dg_trace_grad_array(t, 0));
    ck_assert(isnan(dg_trace_data(t, 0)));
    ck_assert_double_eq(dg_trace_grad(t, 0), 0.0); /* none was computed */
    ck_assert_uint_eq(dg_trace_root(t), 0);
    dg_trace_free(t);
}
END_TEST

START_TEST(zeros_and_scalars)
{
    dg_trace *t = dg_trace_new();
    static const double zeros[24], seven = 7.0;
    ck_assert_uint_eq(dg_trace_add_tensor(t, NULL, NULL, 3, (size_t[]){2, 3, 4}, NULL), 0);
    assert_numbers(dg_trace_data_array(t, 0), zeros, 24);
    ck_assert_uint_eq(dg_trace_add_tensor(t, "s", NULL, 0, NULL, &seven), 1);
    ck_assert_uint_eq(dg_trace_add_tensor(t, "z", NULL, 0, (size_t[]){9}, NULL), 2);
    ck_assert_uint_eq(dg_trace_add_node(t, "n", NULL, 5.0), 3);
    static const double data[] = {0, 7, 0, 5};
    for (size_t i = 1; i < 4; i++) {
        assert_shape(t, i, 0, NULL);
        assert_numbers(dg_trace_data_array(t, i), &data[i], 1);
        ck_assert_double_eq(dg_trace_data(t, i), data[i]);
        ck_assert_ptr_nonnull(dg_trace_shape(t, i));
        ck_assert_ptr_null(dg_trace_grad_array(t, i));
    }
    dg_trace_set_grad(t, 3, 2.5);
    ck_assert_double_eq(*dg_trace_grad_array(t, 3), 2.5);
    dg_trace_free(t);
}
END_TEST

START_TEST(one_number_and_none)
{
    dg_trace *t = dg_trace_new();
    static const double seven = 7.0;
    dg_trace_add_tensor(t, NULL, NULL, 8, (size_t[]){1, 1, 1, 1, 1, 1, 1, 1}, &seven);
    ck_assert_double_eq(dg_trace_data(t, 0), 7.0);
    ck_assert_double_eq(dg_trace_grad(t, 0), 0.0);
    dg_trace_set_grad(t, 0, -3.0);
    ck_assert_double_eq(dg_trace_grad(t, 0), -3.0);
    static const size_t empty[][3] = {{0, 2, 3}, {2, 0, 3}, {2, 3, 0}, {0, 0, 0}};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(dg_trace_add_tensor(t, NULL, NULL, 3, empty[i], i % 2 ? &seven : NULL),
                          i + 1);
        assert_shape(t, i + 1, 3, empty[i]);
        ck_assert(isnan(dg_trace_data(t, i + 1)));
        ck_assert_int_eq(dg_trace_set_grad(t, i + 1, 1.0), DG_OK);
        ck_assert(isnan(dg_trace_grad(t, i + 1)));
        ck_assert_ptr_nonnull(dg_trace_grad_array(t, i + 1));
    }
    dg_trace_free(t);
}
END_TEST

START_TEST(shapes_that_are_refused)
{
    static const size_t most = DG_TRACE_NUMBERS_MAX, huge = SIZE_MAX;
    const struct {
        int ndim;
        size_t shape[9];
    } bad[] = {
        {-1, {1}},
        {9, {1, 1, 1, 1, 1, 1, 1, 1, 1}},
        {9, {0}},
        {1, {most + 1}},
        {1, {huge}},
        {2, {most, 2}},
        {2, {most / 2 + 1, 2}},
        {2, {huge, huge}},
        {2, {huge / 2 + 1, 2}}, /* their product is 0 in 64 bits */
        {4, {1 << 16, 1 << 16, 1 << 16, 1 << 16}},
        {2, {0, most + 1}},
        {3, {huge, 0, huge}},
        {8, {1 << 8, 1 << 8, 1 << 8, 1 << 8, 1 << 8, 1 << 8, 1 << 8, 1 << 8}},
    };
    for (size_t filled = 0; filled < 2; filled++) {
        dg_trace *t = dg_trace_new();
        if (filled)
            dg_trace_add_node(t, "x", NULL, 1.0);
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
            ck_assert_uint_eq(dg_trace_add_tensor(t, "w", NULL, bad[i].ndim, bad[i].shape, NULL),
                              DG_NO_NODE);
        ck_assert_uint_eq(dg_trace_add_tensor(t, "w", NULL, 1, NULL, NULL), DG_NO_NODE);
        ck_assert_uint_eq(dg_trace_node_count(t), filled);
        ck_assert_uint_eq(dg_trace_root(t), filled ? 0 : DG_NO_NODE);
        ck_assert_uint_eq(dg_trace_add_tensor(t, "w", NULL, 2, (size_t[]){0, most}, NULL), filled);
        dg_trace_free(t);
    }
    ck_assert_uint_eq(dg_trace_add_tensor(NULL, "w", NULL, 1, (size_t[]){1}, NULL), DG_NO_NODE);
}
END_TEST

START_TEST(gradients)
{
    dg_trace *t = dg_trace_new();
    static const double grad[] = {1, -0.0, INFINITY, 4};
    dg_trace_add_tensor(t, NULL, NULL, 2, (size_t[]){2, 2}, NULL);
    dg_trace_add_node(t, NULL, NULL, 3.0);
    dg_trace_add_tensor(t, NULL, NULL, 1, (size_t[]){0}, NULL);
    ck_assert_int_eq(dg_trace_set_grad_array(t, 0, grad, 3), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_grad_array(t, 0, grad, 5), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_grad_array(t, 0, NULL, 4), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_grad_array(t, 0, NULL, 0), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_grad_array(t, 3, grad, 4), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_grad_array(t, 3, NULL, 0), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_grad_array(NULL, 0, grad, 4), DG_INVALID);
    ck_assert_int_eq(dg_trace_has_grad(t, 0), 0);
    ck_assert_int_eq(dg_trace_set_grad_array(t, 0, grad, 4), DG_OK);
    assert_numbers(dg_trace_grad_array(t, 0), grad, 4);
    ck_assert_int_eq(dg_trace_set_grad_array(t, 0, dg_trace_grad_array(t, 0), 4), DG_OK);
    assert_numbers(dg_trace_grad_array(t, 0), grad, 4);
    ck_assert_int_eq(dg_trace_has_grad(t, 0), 1);
    ck_assert_int_eq(dg_trace_set_grad(t, 0, 0.5), DG_OK);
    assert_numbers(dg_trace_grad_array(t, 0), (double[]){0.5, 0.5, 0.5, 0.5}, 4);
    ck_assert_int_eq(dg_trace_set_grad_array(t, 1, grad + 3, 1), DG_OK);
    ck_assert_double_eq(dg_trace_grad(t, 1), 4.0);
    ck_assert_int_eq(dg_trace_set_grad_array(t, 1, NULL, 1), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_grad_array(t, 2, NULL, 0), DG_OK);
    ck_assert_int_eq(dg_trace_has_grad(t, 2), 1);
    dg_trace_free(t);
}
END_TEST

START_TEST(nobody_there)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, NULL, NULL, 3.0);
    const dg_trace *traces[] = {t, NULL};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(dg_trace_ndim(traces[i], 1), 0);
        ck_assert_ptr_null(dg_trace_shape(traces[i], 1));
        ck_assert_uint_eq(dg_trace_size(traces[i], 1), 0);
        ck_assert_ptr_null(dg_trace_data_array(traces[i], 1));
        ck_assert_ptr_null(dg_trace_grad_array(traces[i], 1));
        ck_assert(isnan(dg_trace_data(traces[i], 1)));
        ck_assert(isnan(dg_trace_grad(traces[i], 1)));
    }
    dg_trace_free(t);
}
END_TEST

/* The numbers of a node of the same trace may be what is copied, also where nodes move. */
START_TEST(copies_of_itself)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, NULL, NULL, 3.0);
    for (size_t i = 1; i < 200; i++)
        ck_assert_uint_eq(
            dg_trace_add_tensor(t, NULL, NULL, 1, (size_t[]){1}, dg_trace_data_array(t, i / 2)), i);
    for (size_t i = 0; i < 200; i++)
        ck_assert_double_eq(dg_trace_data(t, i), 3.0);
    dg_trace_free(t);
}
END_TEST

START_TEST(a_node_stays_small)
{
    ck_assert_uint_eq(sizeof(dgi_trace_node), 56);
}
END_TEST

/* --- Selected --------------------------------------------------------------------------------- */

START_TEST(a_part)
{
    dg_trace *t = dg_trace_new();
    static const double data[] = {1, 2, 3, 4, 5, 6}, grad[] = {6, 5, 4, 3, 2, 1};
    dg_trace_add_node(t, "root", "+", 0.0);
    dg_trace_add_tensor(t, "a", NULL, 2, (size_t[]){3, 2}, data);
    dg_trace_add_tensor(t, "b", NULL, 2, (size_t[]){0, 2}, NULL);
    dg_trace_add_tensor(t, "sum", "f", 1, (size_t[]){6}, data);
    dg_trace_set_grad_array(t, 1, grad, 6);
    dg_trace_set_grad(t, 2, 1.0);
    dg_trace_add_edge(t, 3, 0);
    dg_trace_add_edge(t, 2, 3);
    dg_trace_add_edge(t, 1, 3);
    dg_trace_add_edge(t, 2, 3);
    dg_trace *part = dg_trace_select(t, 3);
    dg_trace_free(t);
    ck_assert_uint_eq(dg_trace_node_count(part), 3);
    static const char *const labels[] = {"sum", "b", "a"};
    for (size_t i = 0; i < 3; i++)
        ck_assert_str_eq(dg_trace_label(part, i), labels[i]);
    assert_shape(part, 0, 1, (size_t[]){6});
    assert_shape(part, 1, 2, (size_t[]){0, 2});
    assert_shape(part, 2, 2, (size_t[]){3, 2});
    assert_numbers(dg_trace_data_array(part, 0), data, 6);
    assert_numbers(dg_trace_data_array(part, 2), data, 6);
    assert_numbers(dg_trace_grad_array(part, 2), grad, 6);
    ck_assert_ptr_null(dg_trace_grad_array(part, 0));
    ck_assert_int_eq(dg_trace_has_grad(part, 1), 1);
    dg_trace_free(part);
}
END_TEST

/* --- Of values -------------------------------------------------------------------------------- */

static dg_value *matrix(dg_graph *g, size_t rows, size_t columns, const char *label)
{
    double data[64];
    for (size_t i = 0; i < rows * columns; i++)
        data[i] = (double)i + 0.5;
    return dg_tensor(g, 2, (size_t[]){rows, columns}, data, label);
}

/* Every node says what its value says; `values` are in trace order. */
static void assert_taken(const dg_trace *t, dg_value *const *values, size_t n)
{
    ck_assert_ptr_nonnull(t);
    ck_assert_uint_eq(dg_trace_node_count(t), n);
    char text[DG_OP_TEXT_MAX];
    for (size_t i = 0; i < n; i++) {
        dg_value *v = values[i];
        ck_assert_str_eq(dg_trace_label(t, i), dg_label(v));
        ck_assert_str_eq(dg_trace_op(t, i), dg_operand_count(v) ? dg_op_text(v, text) : "");
        assert_shape(t, i, dg_ndim(v), dg_shape(v));
        assert_numbers(dg_trace_data_array(t, i), dg_data_array(v), dg_size(v));
        ck_assert(dg_trace_data_array(t, i) != dg_data_array(v));
        ck_assert_int_eq(dg_trace_has_grad(t, i), dg_has_grad(v));
        if (dg_has_grad(v))
            assert_numbers(dg_trace_grad_array(t, i), dg_grad_array(v), dg_size(v));
        ck_assert_uint_eq(dg_trace_operand_count(t, i), (size_t)dg_operand_count(v));
        for (int k = 0; k < dg_operand_count(v); k++)
            ck_assert_ptr_eq(values[dg_trace_operand(t, i, (size_t)k)], dg_operand(v, k));
    }
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);
}

START_TEST(a_layer)
{
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_set_requires_grad(matrix(g, 4, 2, "x"), 0), *w = matrix(g, 2, 3, "w");
    dg_value *b = dg_tensor(g, 1, (size_t[]){3}, NULL, "b");
    dg_value *product = dg_matmul(x, w), *sum = dg_set_label(dg_add(product, b), "xw+b");
    dg_value *hidden = dg_relu(sum), *loss = dg_mean(hidden);
    ck_assert_int_eq(dg_backward(loss), DG_OK);
    dg_trace *t = dg_trace_from_value(loss);
    assert_taken(t, (dg_value *[]){loss, hidden, sum, product, x, w, b}, 7);
    ck_assert_int_eq(dg_trace_has_grad(t, 4), 0);
    ck_assert_int_eq(dg_trace_has_grad(t, 5), 1);
    ck_assert_str_eq(dg_trace_op(t, 3), "@");
    dg_trace_free(t);
    /* A gradient that was set back to 0 is still one that was computed. */
    ck_assert_int_eq(dg_zero_grad(loss), DG_OK);
    t = dg_trace_from_value(w);
    ck_assert_int_eq(dg_trace_has_grad(t, 0), dg_has_grad(w));
    if (dg_has_grad(w))
        assert_numbers(dg_trace_grad_array(t, 0), (double[6]){0}, 6);
    dg_graph_free(g); /* a trace outlives its graph */
    assert_shape(t, 0, 2, (size_t[]){2, 3});
    assert_numbers(dg_trace_data_array(t, 0), (double[]){0.5, 1.5, 2.5, 3.5, 4.5, 5.5}, 6);
    dg_trace_free(t);
}
END_TEST

START_TEST(any_number_of_operands)
{
    for (size_t n = 1; n < 70; n += n < 6 ? 1 : 31) {
        dg_graph *g = dg_graph_new();
        dg_value *operands[70], *values[72];
        for (size_t i = 0; i < n; i++)
            values[i + 1] = operands[i] = matrix(g, i % 3, 2, NULL);
        values[0] = dg_concat(operands, n, 0);
        dg_trace *t = dg_trace_from_value(values[0]);
        assert_taken(t, values, n + 1);
        ck_assert_uint_eq(dg_trace_edge_count(t), n);
        size_t from, to, operand;
        ck_assert_int_eq(dg_trace_edge(t, n - 1, &from, &to, &operand), DG_OK);
        ck_assert_uint_eq(from, n);
        ck_assert_uint_eq(to, 0);
        ck_assert_uint_eq(operand, n - 1);
        dg_trace_free(t);
        /* The same operand over and over, and below other ops. */
        dg_value *a = matrix(g, 2, 2, "a");
        for (size_t i = 0; i < n; i++)
            operands[i] = a;
        dg_value *stack = dg_stack(operands, n), *root = dg_tanh(stack);
        t = dg_trace_from_value(root);
        assert_taken(t, (dg_value *[]){root, stack, a}, 3);
        ck_assert_uint_eq(dg_trace_edge_count(t), n + 1);
        dg_trace_free(t);
        /* Operands of operands stand before the next operand. */
        dg_value *deep = dg_exp(a), *list[] = {deep, a, dg_leaf(g, 1.0, "s")};
        list[2] = dg_mul(list[2], a);
        root = dg_concat(list, 3, 0);
        t = dg_trace_from_value(root);
        assert_taken(t, (dg_value *[]){root, deep, a, list[2], dg_operand(list[2], 0)}, 5);
        dg_trace_free(t);
        dg_graph_free(g);
    }
}
END_TEST

/* Texts of an op on arrays differ by what a scalar's op does not have. */
START_TEST(op_texts)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_tensor(g, 3, (size_t[]){2, 2, 2}, NULL, "a");
    dg_value *values[] = {
        dg_sum(a),
        dg_sum_dim(a, 0, 0),
        dg_sum_dim(a, 1, 1),
        dg_sum_dim(a, -1, 0),
        dg_transpose(a, 0, 1),
        dg_transpose(a, 0, 2),
        dg_transpose(dg_select(a, 1), 0, 1),
        dg_select(a, 0),
        dg_select(a, 1),
        dg_pow(a, 2.0),
        dg_pow(a, 3.0),
        dg_concat(&a, 1, 0),
        dg_concat(&a, 1, 2),
        dg_softmax(a, 0),
        dg_softmax(a, 2),
        dg_reshape(a, 1, (size_t[]){8}),
        dg_pow(dg_sum(a), 2.0),
        dg_max_dim(a, 0, 0),
        dg_max_all(a),
    };
    enum { N = sizeof values / sizeof *values };
    dg_value *root = NULL;
    for (size_t i = 0; i < N; i++) {
        ck_assert_msg(values[i] != NULL, "value %zu: %s", i, dg_graph_error(g)->text);
        dg_value *sum = dg_sum(dg_set_label(values[i], "found"));
        root = root ? dg_add(root, sum) : sum;
    }
    /* From the last sum up to the first. */
    dg_trace *t = dg_trace_from_value(root);
    size_t node = 0;
    char text[DG_OP_TEXT_MAX];
    for (size_t i = N; i-- > 0;) {
        size_t value = dg_trace_operand(t, i ? dg_trace_operand(t, node, 1) : node, 0);
        ck_assert_str_eq(dg_trace_label(t, value), "found");
        ck_assert_str_eq(dg_trace_op(t, value), dg_op_text(values[i], text));
        ck_assert_uint_gt(strlen(text), 0);
        node = dg_trace_operand(t, node, 0);
    }
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

/* A trace leaves the graph's own passes in order. */
START_TEST(a_trace_between_passes)
{
    dg_graph *g = dg_graph_new();
    dg_value *w = matrix(g, 3, 3, "w"), *loss = dg_sum(dg_mul(w, w));
    double grad[9];
    for (int i = 0; i < 3; i++) {
        dg_zero_grad(loss);
        ck_assert_int_eq(dg_backward(loss), DG_OK);
        if (i)
            assert_numbers(dg_grad_array(w), grad, 9);
        memcpy(grad, dg_grad_array(w), sizeof grad);
        dg_trace *t = dg_trace_from_value(loss);
        assert_numbers(dg_trace_grad_array(t, 2), grad, 9);
        dg_trace_free(t);
    }
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {a_matrix,
                            zeros_and_scalars,
                            one_number_and_none,
                            shapes_that_are_refused,
                            gradients,
                            nobody_there,
                            copies_of_itself,
                            a_node_stays_small,
                            a_part,
                            a_layer,
                            any_number_of_operands,
                            op_texts,
                            a_trace_between_passes};
    return run_suite("trace-tensor", tests, sizeof tests / sizeof *tests);
}
