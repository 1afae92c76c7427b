/* Tensors: leaves, shapes, looking at numbers and setting them, operands. */
#include "engine/array.h"

#include <dotgrad/engine.h>
#include <dotgrad/tensor.h>

#include <math.h>
#include <stdio.h>

#include "check_main.h"
#include "engine_support.h"

#define SHAPE(...) ((const size_t[]){__VA_ARGS__})

static void expect_error(dg_graph *g, dg_status status, const char *text)
{
    ck_assert_int_eq(dg_graph_status(g), status);
    ck_assert_str_eq(dg_graph_error(g)->text, text);
    dg_graph_clear_error(g);
}

/* ---- Leaves -------------------------------------------------------------------------------- */

static const struct {
    int ndim;
    size_t shape[8];
    size_t size;
    const char *text;
} shapes[] = {
    {1, {3}, 3, "(3,)"},
    {1, {1}, 1, "(1,)"},
    {1, {0}, 0, "(0,)"},
    {2, {4, 2}, 8, "(4, 2)"},
    {2, {1, 1}, 1, "(1, 1)"},
    {2, {0, 5}, 0, "(0, 5)"},
    {2, {5, 0}, 0, "(5, 0)"},
    {3, {2, 0, 7}, 0, "(2, 0, 7)"},
    {3, {2, 3, 4}, 24, "(2, 3, 4)"},
    {8, {2, 1, 3, 1, 2, 1, 2, 2}, 48, "(2, 1, 3, 1, 2, 1, 2, 2)"},
    {8, {1, 1, 1, 1, 1, 1, 1, 1}, 1, "(1, 1, 1, 1, 1, 1, 1, 1)"},
    {1, {200000}, 200000, "(200000,)"},
};

START_TEST(leaves)
{
    double *data = malloc(200000 * sizeof *data);
    char text[DG_SHAPE_TEXT_MAX], label[20];
    for (size_t i = 0; i < 200000; i++)
        data[i] = (double)i - 0.5;
    dg_graph *g = dg_graph_new();
    enum { COUNT = sizeof shapes / sizeof *shapes };
    dg_value *v[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(label, sizeof label, "t%zu", i);
        v[i] = dg_tensor(g, shapes[i].ndim, shapes[i].shape, i % 2 ? NULL : data, label);
        ck_assert_ptr_nonnull(v[i]);
    }
    ck_assert_uint_eq(dg_graph_size(g), COUNT);
    for (size_t i = 0; i < COUNT; i++) { /* after all are made: none lies on another */
        snprintf(label, sizeof label, "t%zu", i);
        ck_assert_str_eq(dg_label(v[i]), label);
        ck_assert_int_eq(dg_ndim(v[i]), shapes[i].ndim);
        ck_assert_uint_eq(dg_size(v[i]), shapes[i].size);
        ck_assert_mem_eq(dg_shape(v[i]), shapes[i].shape, (size_t)shapes[i].ndim * sizeof(size_t));
        ck_assert_str_eq(dg_shape_text(dg_ndim(v[i]), dg_shape(v[i]), text), shapes[i].text);
        ck_assert_int_eq(dg_operand_count(v[i]), 0);
        ck_assert_ptr_null(dg_operand(v[i], 0));
        ck_assert_str_eq(dg_op_name(v[i]), "");
        ck_assert_int_eq(dg_requires_grad(v[i]), 1);
        ck_assert_int_eq(dg_has_grad(v[i]), 0);
        ck_assert_ptr_nonnull(dg_data_array(v[i]));
        ck_assert_ptr_nonnull(dg_grad_array(v[i]));
        ck_assert_uint_eq((uintptr_t)dg_data_array(v[i]) % 64, 0);
        ck_assert_uint_eq((uintptr_t)dg_grad_array(v[i]) % 64, 0);
        for (size_t j = 0; j < shapes[i].size; j++) {
            must(same_number(dg_data_array(v[i])[j], i % 2 ? 0.0 : data[j]), "t%zu: datum %zu", i,
                 j);
            must(same_number(dg_grad_array(v[i])[j], 0.0), "t%zu: gradient %zu", i, j);
        }
        ck_assert_int_eq(dg_has_grad(v[i]), 0);
    }
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    dg_graph_free(g);
    free(data);
}
END_TEST

START_TEST(a_tensor_without_dimensions_is_a_scalar)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_tensor(g, 0, NULL, (const double[]){2.5}, "a");
    dg_value *b = dg_tensor(g, 0, SHAPE(7), NULL, NULL);
    ck_assert_double_eq(dg_data(a), 2.5);
    ck_assert_double_eq(dg_data(b), 0.0);
    ck_assert_int_eq(dg_ndim(a), 0);
    ck_assert_uint_eq(dg_size(a), 1);
    ck_assert_double_eq(dg_data_array(a)[0], 2.5);
    ck_assert_double_eq(dg_grad_array(a)[0], 0.0);
    ck_assert_ptr_nonnull(dg_shape(a));
    ck_assert_int_eq(dg_backward(dg_mul(a, a)), DG_OK);
    ck_assert_double_eq(dg_grad_array(a)[0], 5.0);
    dg_graph_free(g);
}
END_TEST

/* Where no leaf can be made there is an error, and the graph is as it was. */
START_TEST(leaves_that_cannot_be)
{
    static const size_t eight[8] = {SIZE_MAX - 1, SIZE_MAX - 1, SIZE_MAX - 1, SIZE_MAX - 1,
                                    SIZE_MAX - 1, SIZE_MAX - 1, SIZE_MAX - 1, SIZE_MAX - 1};
    const struct {
        int ndim;
        const size_t *shape;
        dg_status status;
        const char *text;
    } wrong[] = {
        {-1, eight, DG_INVALID, "a tensor has 0 to 8 dimensions"},
        {9, eight, DG_INVALID, "a tensor has 0 to 8 dimensions"},
        {2, NULL, DG_INVALID, "a tensor has no shape"},
        {2, SHAPE(1000000, 1000000), DG_LIMIT,
         "a tensor of shape (1000000, 1000000) is over the limit of 67108864 numbers"},
        {1, SHAPE(67108865), DG_LIMIT,
         "a tensor of shape (67108865,) is over the limit of 67108864 numbers"},
        {2, SHAPE((size_t)1 << 32, (size_t)1 << 32), DG_LIMIT,
         "a tensor of shape (4294967296, 4294967296) is over the limit of 67108864 numbers"},
        {2, SHAPE(2, (size_t)1 << 63), DG_LIMIT, /* products that overflow to 0 and to 2 */
         "a tensor of shape (2, 9223372036854775808) is over the limit of 67108864 numbers"},
        {2, SHAPE(3, SIZE_MAX / 3 + 1), DG_LIMIT,
         "a tensor of shape (3, 6148914691236517206) is over the limit of 67108864 numbers"},
        {3, SHAPE((size_t)1 << 40, 0, (size_t)1 << 40), DG_LIMIT,
         "a tensor of shape (1099511627776, 0, 1099511627776) is over the limit of 67108864 "
         "numbers"},
        {8, eight, DG_LIMIT,
         "a tensor of shape (18446744073709551614, 18446744073709551614, 18446744073709551614, "
         "18446744073709551614, 18446744073709551614, 18446744073709551614, "
         "18446744073709551614, 18446744073709551614) is over the limit of 67108864 numbers"},
    };
    dg_graph *g = dg_graph_new();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_ptr_null(dg_tensor(g, wrong[i].ndim, wrong[i].shape, NULL, "x"));
        expect_error(g, wrong[i].status, wrong[i].text);
        ck_assert_uint_eq(dg_graph_size(g), 0);
        ck_assert_uint_eq(g->arena.n_blocks, 0);
    }
    ck_assert_ptr_null(dg_tensor(NULL, 1, SHAPE(3), NULL, NULL));
    char *label = malloc(DG_LABEL_MAX + 2);
    memset(label, 'x', DG_LABEL_MAX + 1);
    label[DG_LABEL_MAX + 1] = '\0';
    ck_assert_ptr_null(dg_tensor(g, 1, SHAPE(3), NULL, label));
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    ck_assert_uint_eq(dg_graph_size(g), 0);
    ck_assert_uint_eq(g->arena.count, 0);
    ck_assert_ptr_null(g->arena.newest);
    free(label);
    dg_graph_free(g);
}
END_TEST

/* What a caller allows is refused before it is begun. */
START_TEST(limits)
{
    dg_graph *g = dg_graph_new();
    ck_assert_int_eq(dg_graph_set_limits(NULL, NULL), DG_INVALID);
    ck_assert_int_eq(dg_graph_set_limits(g, &(dg_limits){.work = -1.0}), DG_INVALID);
    ck_assert_int_eq(dg_graph_set_limits(g, &(dg_limits){.work = NAN}), DG_INVALID);
    ck_assert_int_eq(dg_graph_set_limits(g, &(dg_limits){.numbers = DG_NUMBERS_MAX + 1}),
                     DG_INVALID);
    ck_assert_uint_eq(dg_graph_limits(g).numbers, 0);
    ck_assert_int_eq(dg_graph_set_limits(g, &(dg_limits){.numbers = 40, .work = 100.0}), DG_OK);
    ck_assert_uint_eq(dg_graph_limits(g).numbers, 40);
    ck_assert(dg_graph_limits(g).work == 100.0);
    dg_value *a = dg_tensor(g, 2, SHAPE(2, 5), NULL, NULL);
    ck_assert_ptr_null(dg_tensor(g, 1, SHAPE(11), NULL, NULL));
    expect_error(g, DG_LIMIT, "the tensors have more than 40 numbers together, gradients counted");
    dg_value *b = dg_tensor(g, 1, SHAPE(5), NULL, NULL);
    size_t mark = dg_graph_mark(g);
    ck_assert_ptr_nonnull(dg_tensor(g, 1, SHAPE(5), NULL, NULL));
    ck_assert_ptr_null(dg_tensor(g, 1, SHAPE(1), NULL, NULL));
    expect_error(g, DG_LIMIT, "the tensors have more than 40 numbers together, gradients counted");
    ck_assert_int_eq(dg_graph_rewind(g, mark), DG_OK);
    dg_value *z = dg_sum(dg_matmul(a, b)); /* 10 multiplications, 34 numbers */
    ck_assert_ptr_nonnull(z);
    ck_assert_int_eq(dg_backward(z), DG_OK); /* 20 and 34 */
    ck_assert_int_eq(dg_backward(z), DG_LIMIT);
    ck_assert(dg_grad_array(b)[0] == 0.0 && dg_has_grad(z));
    expect_error(g, DG_LIMIT, "the tensors take more than 100 multiplications together");
    for (int i = 0; i < 5; i++) { /* 64 of 100 before, 89 after */
        ck_assert_ptr_nonnull(dg_matmul(b, b));
        ck_assert_int_eq(dg_graph_rewind(g, dg_graph_mark(g) - 1), DG_OK);
    }
    ck_assert_ptr_nonnull(dg_matmul(b, b));
    ck_assert_ptr_nonnull(dg_matmul(b, b));
    size_t size = dg_graph_size(g);
    ck_assert_ptr_null(dg_matmul(b, b));
    ck_assert_uint_eq(dg_graph_size(g), size);
    expect_error(g, DG_LIMIT, "the tensors take more than 100 multiplications together");
    ck_assert_int_eq(dg_graph_set_limits(g, NULL), DG_OK);
    ck_assert_ptr_nonnull(dg_matmul(b, b));
    ck_assert_int_eq(dg_backward(z), DG_OK);
    ck_assert_ptr_nonnull(dg_tensor(g, 1, SHAPE(1000), NULL, NULL));
    dg_graph_free(g);
}
END_TEST

/* All tensors together, the gradients counted. (What is allocated is not touched.) */
START_TEST(too_many_numbers_in_a_graph)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_tensor(g, 1, SHAPE(10), NULL, NULL);
    ck_assert_uint_eq(g->arena.count, 20);
    g->arena.count = DG_NUMBERS_MAX - 21; /* as if there were others */
    ck_assert_ptr_null(dg_tensor(g, 1, SHAPE(11), NULL, NULL));
    expect_error(g, DG_LIMIT, "the tensors of the graph have too many numbers");
    ck_assert_ptr_null(dg_tensor(g, 1, SHAPE(DG_TENSOR_MAX), NULL, NULL));
    expect_error(g, DG_LIMIT, "the tensors of the graph have too many numbers");
    ck_assert_ptr_null(dg_add(a, dg_tensor(g, 2, SHAPE(1, 1), NULL, NULL)));
    expect_error(g, DG_LIMIT, "the tensors of the graph have too many numbers");
    ck_assert_ptr_nonnull(dg_set_requires_grad(a, 0));
    ck_assert_ptr_nonnull(dg_tanh(a)); /* no gradient: 10 numbers */
    ck_assert_uint_eq(g->arena.count, DG_NUMBERS_MAX - 9);
    ck_assert_int_eq(dg_graph_rewind(g, 1), DG_OK);
    ck_assert_uint_eq(g->arena.count, DG_NUMBERS_MAX - 21);
    ck_assert_ptr_nonnull(dg_tensor(g, 1, SHAPE(10), NULL, NULL));
    ck_assert_ptr_nonnull(dg_tensor(g, 1, SHAPE(0), NULL, NULL));
    dg_graph_free(g);
}
END_TEST

START_TEST(texts_of_shapes)
{
    char text[DG_SHAPE_TEXT_MAX];
    size_t huge[8];
    for (int i = 0; i < 8; i++)
        huge[i] = SIZE_MAX - 1;
    ck_assert_str_eq(dg_shape_text(0, NULL, text), "()");
    ck_assert_str_eq(dg_shape_text(1, SHAPE(3), text), "(3,)");
    ck_assert_str_eq(dg_shape_text(2, SHAPE(4, 2), text), "(4, 2)");
    ck_assert_str_eq(dg_shape_text(2, SHAPE(4, DG_INFER), text), "(4, -1)");
    ck_assert_uint_eq(strlen(dg_shape_text(8, huge, text)), 8 * 20 + 7 * 2 + 2);
    ck_assert_str_eq(dg_shape_text(-1, huge, text), "");
    ck_assert_str_eq(dg_shape_text(9, huge, text), "");
    ck_assert_str_eq(dg_shape_text(1, NULL, text), "");
    ck_assert_ptr_null(dg_shape_text(1, huge, NULL));
}
END_TEST

/* ---- Looking and setting ------------------------------------------------------------------- */

START_TEST(nothing_of_null)
{
    double x = 1.0;
    ck_assert_int_eq(dg_ndim(NULL), 0);
    ck_assert_ptr_nonnull(dg_shape(NULL));
    ck_assert_uint_eq(dg_size(NULL), 0);
    ck_assert_ptr_null(dg_data_array(NULL));
    ck_assert_ptr_null(dg_grad_array(NULL));
    ck_assert_int_eq(dg_requires_grad(NULL), 0);
    ck_assert_ptr_null(dg_set_requires_grad(NULL, 1));
    ck_assert_int_eq(dg_set_data_array(NULL, &x, 1), DG_INVALID);
    ck_assert_int_eq(dg_set_grad_array(NULL, &x, 1), DG_INVALID);
    ck_assert_int_eq(dg_add_to_data(NULL, 1.0, &x, 1), DG_INVALID);
    dg_set_data(NULL, 1.0);
    dg_set_grad(NULL, 1.0);
}
END_TEST

/* dg_data() and its like speak of single numbers. */
START_TEST(single_numbers)
{
    dg_graph *g = dg_graph_new();
    dg_value *one = dg_tensor(g, 2, SHAPE(1, 1), (const double[]){4.0}, NULL);
    dg_value *two = dg_tensor(g, 1, SHAPE(2), (const double[]){4.0, 5.0}, NULL);
    dg_value *none = dg_tensor(g, 1, SHAPE(0), NULL, NULL);
    ck_assert_double_eq(dg_data(one), 4.0);
    ck_assert_double_nan(dg_data(two));
    ck_assert_double_nan(dg_data(none));
    ck_assert_double_eq(dg_grad(one), 0.0);
    ck_assert_double_nan(dg_grad(two));
    ck_assert_double_nan(dg_grad(none));
    ck_assert_double_nan(dg_exponent(two));
    ck_assert_double_eq(dg_exponent(dg_pow(two, 3.0)), 3.0);
    dg_set_data(one, 7.0);
    dg_set_data(two, 8.0);
    dg_set_data(none, 9.0);
    dg_set_grad(one, -7.0);
    dg_set_grad(two, -8.0);
    dg_set_grad(none, -9.0);
    ck_assert_double_eq(dg_data(one), 7.0);
    ck_assert_double_eq(dg_grad(one), -7.0);
    for (int i = 0; i < 2; i++) {
        ck_assert_double_eq(dg_data_array(two)[i], 8.0);
        ck_assert_double_eq(dg_grad_array(two)[i], -8.0);
    }
    ck_assert_int_eq(dg_has_grad(one) && dg_has_grad(two) && dg_has_grad(none), 1);
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    dg_graph_free(g);
}
END_TEST

START_TEST(setting_arrays)
{
    static const double six[6] = {1.0, -2.0, 3.0, -4.0, 5.0, -6.0};
    dg_graph *g = dg_graph_new();
    dg_value *v = dg_tensor(g, 2, SHAPE(2, 3), NULL, NULL), *s = dg_leaf(g, 1.0, NULL);
    ck_assert_int_eq(dg_set_data_array(v, six, 6), DG_OK);
    ck_assert_mem_eq(dg_data_array(v), six, sizeof six);
    ck_assert_int_eq(dg_set_data_array(v, dg_data_array(v), 6), DG_OK);
    ck_assert_mem_eq(dg_data_array(v), six, sizeof six);
    ck_assert_int_eq(dg_set_grad_array(v, six, 6), DG_OK);
    ck_assert_mem_eq(dg_grad_array(v), six, sizeof six);
    ck_assert_int_eq(dg_has_grad(v), 1);
    ck_assert_int_eq(dg_add_to_data(v, -0.25, dg_grad_array(v), 6), DG_OK);
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq(dg_data_array(v)[i], 0.75 * six[i]);
    ck_assert_int_eq(dg_add_to_data(v, 1.0, dg_data_array(v), 6), DG_OK);
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq(dg_data_array(v)[i], 1.5 * six[i]);
    ck_assert_int_eq(dg_set_data_array(s, six + 2, 1), DG_OK);
    ck_assert_int_eq(dg_set_grad_array(s, six + 1, 1), DG_OK);
    ck_assert_int_eq(dg_add_to_data(s, 2.0, six + 4, 1), DG_OK);
    ck_assert_double_eq(dg_data(s), 13.0);
    ck_assert_double_eq(dg_grad(s), -2.0);
    dg_value *none = dg_tensor(g, 2, SHAPE(0, 3), NULL, NULL);
    ck_assert_int_eq(dg_set_data_array(none, NULL, 0), DG_OK);
    ck_assert_int_eq(dg_set_grad_array(none, NULL, 0), DG_OK);
    ck_assert_int_eq(dg_add_to_data(none, 1.0, NULL, 0), DG_OK);
    ck_assert_int_eq(dg_graph_status(g), DG_OK);

    ck_assert_int_eq(dg_set_data_array(v, six, 5), DG_INVALID);
    expect_error(g, DG_INVALID, "5 numbers for a tensor of shape (2, 3)");
    ck_assert_int_eq(dg_set_grad_array(v, six, 7), DG_INVALID);
    ck_assert_int_eq(dg_add_to_data(v, 1.0, six, 0), DG_INVALID);
    ck_assert_int_eq(dg_set_data_array(v, NULL, 6), DG_INVALID);
    ck_assert_int_eq(dg_set_grad_array(v, NULL, 6), DG_INVALID);
    ck_assert_int_eq(dg_add_to_data(v, 1.0, NULL, 6), DG_INVALID);
    ck_assert_int_eq(dg_set_data_array(s, six, 2), DG_INVALID);
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq(dg_data_array(v)[i], 1.5 * six[i]);
    dg_graph_free(g);
}
END_TEST

/* What has been computed keeps its data until it is computed anew. */
START_TEST(setting_records_nothing)
{
    dg_graph *g = dg_graph_new();
    dg_value *v = dg_tensor(g, 1, SHAPE(2), (const double[]){1.0, 2.0}, NULL);
    dg_value *w = dg_mul(v, v);
    size_t size = dg_graph_size(g);
    dg_set_data_array(v, (const double[]){3.0, -4.0}, 2);
    ck_assert_double_eq(dg_data_array(w)[0], 1.0);
    ck_assert_double_eq(dg_data_array(w)[1], 4.0);
    ck_assert_int_eq(dg_forward(w), DG_OK);
    ck_assert_double_eq(dg_data_array(w)[0], 9.0);
    ck_assert_double_eq(dg_data_array(w)[1], 16.0);
    ck_assert_uint_eq(dg_graph_size(g), size);
    dg_graph_free(g);
}
END_TEST

/* ---- Gradients that are not required -------------------------------------------------------- */

START_TEST(leaves_without_a_gradient)
{
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_set_requires_grad(dg_tensor(g, 1, SHAPE(2), NULL, "x"), 0);
    dg_value *s = dg_set_requires_grad(dg_leaf(g, 3.0, "s"), 0);
    dg_value *w = dg_tensor(g, 1, SHAPE(2), (const double[]){5.0, 6.0}, "w");
    dg_set_data_array(x, (const double[]){2.0, -1.0}, 2);
    dg_value *quiet = dg_neg(dg_sub(dg_mul(x, s), dg_div(x, s))); /* of x and s only */
    dg_value *still = dg_tanh(dg_add(s, s));                      /* the same, a scalar */
    dg_value *loud = dg_mul(w, quiet);
    dg_value *root = dg_sum(dg_mul(loud, still));
    const dg_value *without[] = {x, s, quiet, still, dg_operand(quiet, 0), dg_operand(quiet, 1)};
    ck_assert_int_eq(dg_requires_grad(w) && dg_requires_grad(loud) && dg_requires_grad(root), 1);
    ck_assert_int_eq(dg_backward(root), DG_OK);
    for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
        ck_assert_int_eq(dg_requires_grad(without[i]), 0);
        ck_assert_int_eq(dg_has_grad(without[i]), 0);
        ck_assert_ptr_null(dg_grad_array(without[i]));
    }
    double t = dg_data(still);
    ck_assert(close_to(dg_grad_array(w)[0], (long double)t * -(2.0L * 3.0L - 2.0L / 3.0L), 1e-14));
    ck_assert(close_to(dg_grad_array(w)[1], (long double)t * (3.0L - 1.0L / 3.0L), 1e-14));
    ck_assert_int_eq(dg_set_grad_array(x, dg_data_array(w), 2), DG_INVALID);
    expect_error(g, DG_INVALID, "the value requires no gradient");
    dg_set_grad(x, 1.0);
    dg_set_grad(s, 1.0);
    ck_assert_int_eq(dg_has_grad(x) || dg_has_grad(s), 0);
    ck_assert_double_eq(dg_grad(s), 0.0);
    ck_assert_int_eq(dg_backward(dg_sum(quiet)), DG_INVALID);
    expect_error(g, DG_INVALID, "backward: nothing below the root requires a gradient");
    ck_assert_int_eq(dg_backward(still), DG_INVALID);
    dg_graph_clear_error(g);

    ck_assert_ptr_null(dg_set_requires_grad(loud, 0)); /* no leaf */
    expect_error(g, DG_INVALID, "only a leaf can be told whether it requires a gradient");
    ck_assert_int_eq(dg_requires_grad(loud), 1);

    dg_set_data_array(x, (const double[]){1.0, 1.0}, 2); /* a pass forward goes through all */
    dg_set_data(s, 2.0);
    dg_forward(root);
    ck_assert_double_eq(dg_data_array(quiet)[0], -1.5);
    ck_assert_int_eq(dg_zero_grad(root), DG_OK);
    dg_graph_free(g);
}
END_TEST

/* Scalars beside each other, one with and one without, in either order. */
START_TEST(scalars_without_a_gradient)
{
    dg_graph *g = dg_graph_new();
    dg_value *s = dg_set_requires_grad(dg_leaf(g, 3.0, "s"), 0), *t = dg_leaf(g, 2.0, "t");
    dg_value *still = dg_pow(s, 2.0); /* 9 */
    dg_value *root = dg_add(dg_mul(s, t), dg_mul(dg_mul(t, still), dg_sum(still)));
    ck_assert_double_eq(dg_data(root), 168.0);
    for (int i = 1; i <= 2; i++) {
        ck_assert_int_eq(dg_backward(root), DG_OK);
        ck_assert_double_eq(dg_grad(t), 84.0 * i);
        ck_assert_int_eq(dg_has_grad(s) || dg_has_grad(still), 0);
        ck_assert_double_eq(dg_grad(s) + dg_grad(still), 0.0);
    }
    dg_set_data(s, 1.0);
    ck_assert_int_eq(dg_forward(root), DG_OK);
    ck_assert_double_eq(dg_data(root), 4.0);
    ck_assert_double_eq(dg_exponent(still), 2.0);
    ck_assert_str_eq(dg_op_name(still), "**2");
    dg_graph_free(g);
}
END_TEST

/* On and off: it counts from then on. */
START_TEST(requiring_again)
{
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_tensor(g, 1, SHAPE(2), (const double[]){2.0, 3.0}, NULL);
    ck_assert_int_eq(dg_backward(dg_sum(dg_mul(x, x))), DG_OK);
    ck_assert_double_eq(dg_grad_array(x)[1], 6.0);
    ck_assert_ptr_eq(dg_set_requires_grad(x, 0), x);
    ck_assert_int_eq(dg_has_grad(x), 0);
    ck_assert_ptr_null(dg_grad_array(x));
    dg_value *off = dg_exp(x);
    ck_assert_ptr_eq(dg_set_requires_grad(x, 5), x);
    ck_assert_int_eq(dg_requires_grad(x), 1);
    ck_assert_int_eq(dg_requires_grad(off), 0);
    ck_assert_int_eq(dg_has_grad(x), 0);
    ck_assert_double_eq(dg_grad_array(x)[1], 0.0);
    ck_assert_int_eq(dg_backward(dg_sum(dg_mul(x, off))), DG_OK);
    ck_assert(same_number(dg_grad_array(x)[1], dg_data_array(off)[1]));
    dg_graph_free(g);
}
END_TEST

/* ---- Operands ------------------------------------------------------------------------------ */

START_TEST(operands_that_do_not_fit)
{
    dg_graph *g = dg_graph_new(), *other = dg_graph_new();
    dg_value *m = dg_tensor(g, 2, SHAPE(4, 2), NULL, NULL);
    dg_value *v = dg_tensor(g, 1, SHAPE(3), NULL, NULL);
    dg_value *far = dg_tensor(other, 1, SHAPE(2), NULL, NULL);
    size_t size = dg_graph_size(g), count = g->arena.count;
    static dg_value *(*const binary[])(dg_value *, dg_value *) = {dg_add, dg_mul, dg_sub,
                                                                  dg_div, dg_max, dg_min};
    for (size_t i = 0; i < sizeof binary / sizeof *binary; i++) {
        ck_assert_ptr_null(binary[i](m, v));
        expect_error(g, DG_INVALID, "cannot broadcast (4, 2) with (3,)");
        ck_assert_ptr_null(binary[i](v, m));
        expect_error(g, DG_INVALID, "cannot broadcast (3,) with (4, 2)");
        ck_assert_ptr_null(binary[i](m, far));
        expect_error(g, DG_INVALID, "the operands belong to different graphs");
        ck_assert_ptr_null(binary[i](m, NULL));
        expect_error(g, DG_INVALID, "an operand is NULL");
        ck_assert_ptr_null(binary[i](NULL, m));
        expect_error(g, DG_INVALID, "an operand is NULL");
        ck_assert_uint_eq(dg_graph_size(g), size);
        ck_assert_uint_eq(g->arena.count, count);
        ck_assert_int_eq(dg_graph_status(other), DG_OK);
    }
    dg_value *tall = dg_tensor(g, 2, SHAPE(10000, 1), NULL, NULL);
    ck_assert_ptr_null(dg_mul(tall, dg_tensor(g, 1, SHAPE(10000), NULL, NULL)));
    expect_error(g, DG_LIMIT,
                 "a tensor of shape (10000, 10000) is over the limit of 67108864 numbers");
    dg_graph_free(g);
    dg_graph_free(other);
}
END_TEST

START_TEST(operands_and_texts)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_tensor(g, 1, SHAPE(2), NULL, "a"), *b = dg_leaf(g, 1.0, "b");
    dg_value *sum = dg_add(a, b), *cube = dg_pow(sum, 3.0), *r = dg_relu(cube);
    ck_assert_int_eq(dg_operand_count(sum), 2);
    ck_assert_ptr_eq(dg_operand(sum, 0), a);
    ck_assert_ptr_eq(dg_operand(sum, 1), b);
    ck_assert_ptr_null(dg_operand(sum, 2));
    ck_assert_ptr_null(dg_operand(sum, -1));
    ck_assert_int_eq(dg_operand_count(cube), 1);
    ck_assert_ptr_null(dg_operand(cube, 1));
    ck_assert_str_eq(dg_op_name(sum), "+");
    ck_assert_str_eq(dg_op_name(cube), "**3");
    ck_assert_str_eq(dg_op_name(r), "ReLU");
    dg_value *many[] = {a, sum, cube, r, a};
    dg_value *pile = dg_stack(many, 5);
    ck_assert_int_eq(dg_operand_count(pile), 5);
    for (int i = 0; i < 5; i++)
        ck_assert_ptr_eq(dg_operand(pile, i), many[i]);
    ck_assert_ptr_null(dg_operand(pile, 5));
    ck_assert_ptr_null(dg_operand(pile, -1));
    dg_set_data_array(a, (const double[]){1.0, 2.0}, 2);
    dg_forward(pile); /* through all of many operands */
    ck_assert_double_eq(dg_data_array(pile)[5], 27.0);
    dg_backward(dg_sum(pile));
    ck_assert_double_eq(dg_grad_array(a)[0], 1.0 + 1.0 + 12.0 + 12.0 + 1.0);
    dg_zero_grad(pile);
    ck_assert_double_eq(dg_grad_array(a)[0], 0.0);
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        leaves,
        a_tensor_without_dimensions_is_a_scalar,
        leaves_that_cannot_be,
        limits,
        too_many_numbers_in_a_graph,
        texts_of_shapes,
        nothing_of_null,
        single_numbers,
        setting_arrays,
        setting_records_nothing,
        leaves_without_a_gradient,
        scalars_without_a_gradient,
        requiring_again,
        operands_that_do_not_fit,
        operands_and_texts,
    };
    return run_suite("tensor", tests, sizeof tests / sizeof *tests);
}
