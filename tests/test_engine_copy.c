/* Copies of graphs: what is kept is the same, and the rest is gone. */
#include <dotgrad/engine.h>
#include <dotgrad/tensor.h>
#include <dotgrad/trace.h>

#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "engine_support.h"

/* The JSON of everything below a value. */
static char *json_of(const dg_value *v)
{
    dg_trace *t = dg_trace_from_value(v);
    char *json = dg_json_from_trace(t, NULL);
    dg_trace_free(t);
    ck_assert_ptr_nonnull(json);
    return json;
}

static void assert_same_below(const dg_value *a, const dg_value *b)
{
    char *x = json_of(a), *y = json_of(b);
    ck_assert_str_eq(x, y);
    dg_free(x);
    dg_free(y);
}

/* Some values in scopes, with labels, powers and garbage between them. */
static dg_value *scalars(dg_graph *g, size_t n)
{
    dg_value *v = dg_leaf(g, 0.5, "x");
    char text[32];
    for (size_t i = 0; i < n; i++) {
        dg_exp(dg_leaf(g, (double)i, "garbage"));
        snprintf(text, sizeof text, "layer %zu", i / 1000);
        if (i % 1000 == 0)
            dg_scope_begin(g, text);
        dg_value *w = dg_leaf(g, 1.0 / (double)(i + 1), i % 7 ? NULL : "w");
        dg_pow(w, -3.0);
        v = i % 3 == 0 ? dg_tanh(dg_add(v, dg_mul(w, v))) : dg_add(dg_pow(v, i % 2 ? 2.0 : 0.5), w);
        if (i % 1000 == 999)
            dg_scope_end(g);
    }
    return dg_set_label(v, "L");
}

START_TEST(scalars_are_the_same)
{
    dg_graph *g = dg_graph_new();
    dg_value *root = scalars(g, 3500);
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    ck_assert_int_eq(dg_backward(root), DG_OK);
    dg_value *keep[] = {dg_value_at(g, 0), NULL, root};
    size_t size = dg_graph_size(g);
    dg_graph *copy = dg_graph_copy(g, keep, 3);
    ck_assert_ptr_nonnull(copy);
    ck_assert_ptr_null(keep[1]);
    ck_assert_ptr_eq(dg_graph_of(keep[2]), copy);
    ck_assert_uint_eq(dg_graph_size(g), size);
    ck_assert_uint_eq(dg_graph_size(copy), dg_index(keep[2]) + 1);
    ck_assert_uint_lt(dg_graph_size(copy), size - 3 * 3500 + 1);
    ck_assert_str_eq(dg_label(keep[0]), "x");
    assert_same_below(root, keep[2]);
    /* Scopes that are open stay open, and all goes on as before. */
    dg_value *a = dg_exp(root), *b = dg_exp(keep[2]);
    ck_assert_str_ne(dg_scope(a), "");
    for (int pass = 0; pass < 2; pass++) {
        ck_assert_int_eq(dg_forward(a), DG_OK);
        ck_assert_int_eq(dg_forward(b), DG_OK);
        ck_assert_int_eq(dg_backward(a), DG_OK);
        ck_assert_int_eq(dg_backward(b), DG_OK);
        assert_same_below(a, b);
        dg_set_data(dg_value_at(g, 0), 0.25);
        dg_set_data(keep[0], 0.25);
    }
    dg_scope_end(g);
    dg_scope_end(copy);
    ck_assert_str_eq(dg_scope(dg_exp(a)), dg_scope(dg_exp(b)));
    dg_graph_free(g);
    dg_graph_free(copy);
}
END_TEST

START_TEST(tensors_are_the_same)
{
    dg_graph *g = dg_graph_new();
    const size_t shape[] = {3, 4}, square[] = {4, 4};
    double numbers[16];
    for (size_t i = 0; i < 16; i++)
        numbers[i] = 0.1 * (double)i - 0.7;
    dg_value *x = dg_set_requires_grad(dg_tensor(g, 2, shape, numbers, "x"), 0);
    dg_sum(dg_exp(dg_tensor(g, 2, square, numbers, "garbage")));
    dg_value *w = dg_tensor(g, 2, square, numbers, "w");
    dg_matmul(w, w);
    dg_value *h = dg_relu(dg_matmul(x, w));
    dg_value *parts[] = {h, dg_pow(h, 2.0), x};
    dg_value *all = dg_concat(parts, 3, 0);
    dg_value *loss =
        dg_add(dg_mean(dg_softmax(all, 1)), dg_sum(dg_select(dg_transpose(all, 0, 1), 1)));
    ck_assert_int_eq(dg_backward(loss), DG_OK);
    dg_value *keep[] = {loss, w};
    dg_graph *copy = dg_graph_copy(g, keep, 2);
    ck_assert_ptr_nonnull(copy);
    ck_assert_uint_lt(dg_graph_size(copy), dg_graph_size(g));
    assert_same_below(loss, keep[0]);
    for (int pass = 0; pass < 2; pass++) {
        dg_add_to_data(w, -0.1, dg_grad_array(w), 16);
        dg_add_to_data(keep[1], -0.1, dg_grad_array(keep[1]), 16);
        ck_assert_int_eq(dg_zero_grad(loss), DG_OK);
        ck_assert_int_eq(dg_zero_grad(keep[0]), DG_OK);
        ck_assert_int_eq(dg_forward(loss), DG_OK);
        ck_assert_int_eq(dg_forward(keep[0]), DG_OK);
        ck_assert_int_eq(dg_backward(loss), DG_OK);
        ck_assert_int_eq(dg_backward(keep[0]), DG_OK);
        assert_same_below(loss, keep[0]);
    }
    dg_graph_free(g);
    assert_same_below(keep[0], keep[0]);
    dg_graph_free(copy);
}
END_TEST

START_TEST(nothing_and_nonsense)
{
    dg_graph *g = dg_graph_new(), *other = dg_graph_new();
    dg_value *a = dg_leaf(g, 1.0, NULL), *b = dg_leaf(other, 1.0, NULL);
    dg_value *mixed[] = {a, b};
    ck_assert_ptr_null(dg_graph_copy(g, mixed, 2));
    ck_assert_ptr_eq(mixed[0], a);
    ck_assert_ptr_null(dg_graph_copy(NULL, mixed, 1));
    ck_assert_ptr_null(dg_graph_copy(g, NULL, 1));
    dg_graph *empty = dg_graph_copy(g, NULL, 0);
    ck_assert_ptr_nonnull(empty);
    ck_assert_uint_eq(dg_graph_size(empty), 0);
    ck_assert_ptr_nonnull(dg_exp(dg_leaf(empty, 1.0, "a")));
    ck_assert_uint_eq(dg_index(NULL), (size_t)-1);
    ck_assert_uint_eq(dg_index(a), 0);
    ck_assert_ptr_eq(dg_value_at(g, 0), a);
    ck_assert_ptr_null(dg_value_at(g, 1));
    ck_assert_ptr_null(dg_value_at(NULL, 0));
    dg_graph_free(empty);
    dg_graph_free(g);
    dg_graph_free(other);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {scalars_are_the_same, tensors_are_the_same, nothing_and_nonsense};
    return run_suite("engine_copy", tests, sizeof tests / sizeof *tests);
}
