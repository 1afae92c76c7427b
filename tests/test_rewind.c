/* Marks and rewinding. */
#include <dotgrad/engine.h>

#include <stdio.h>

#include "check_main.h"
#include "engine_support.h"

/* ---- Mark and rewind ----------------------------------------------------------------------- */

START_TEST(rewind_keeps_the_old)
{
    dg_graph *g = dg_graph_new();
    char text[32];
    enum { OLD = 3000, NEW = 20000 };
    static dg_value *old[OLD];
    for (size_t i = 0; i < OLD; i++) {
        snprintf(text, sizeof text, "old %zu", i);
        old[i] = dg_leaf(g, (double)i, i % 2 ? text : NULL);
        dg_set_grad(old[i], -(double)i);
    }
    size_t mark = dg_graph_mark(g);
    ck_assert_uint_eq(mark, OLD);
    for (int round = 0; round < (watched() ? 2 : 4); round++) {
        dg_value *v = old[1];
        for (size_t i = 0; i < NEW; i++) {
            snprintf(text, sizeof text, "new %d %zu", round, i);
            dg_value *w = dg_set_label(dg_add(v, old[i % OLD]), text);
            ck_assert_ptr_nonnull(w);
            ck_assert_int_eq(dg_has_grad(w), 0);
            ck_assert_double_eq(dg_grad(w), 0.0);
            if (i % 100 == 0) { /* labels of old values, between labels of new ones */
                snprintf(text, sizeof text, "kept %d %zu", round, i % OLD);
                ck_assert_ptr_eq(dg_set_label(old[i % OLD], text), old[i % OLD]);
            }
            v = w;
        }
        ck_assert_uint_eq(dg_graph_size(g), OLD + NEW);
        dg_value *fresh = dg_leaf(g, 1.0, NULL);
        ck_assert_str_eq(dg_label(fresh), "");
        ck_assert_int_eq(dg_backward(v), DG_OK);
        ck_assert_int_eq(dg_graph_rewind(g, mark), DG_OK);
        ck_assert_uint_eq(dg_graph_size(g), OLD);
        for (size_t i = 0; i < OLD; i++) {
            if (i % 100 == 0)
                snprintf(text, sizeof text, "kept %d %zu", round, i);
            else if (i % 2)
                snprintf(text, sizeof text, "old %zu", i);
            else
                text[0] = '\0';
            ck_assert_str_eq(dg_label(old[i]), text);
            ck_assert_double_eq(dg_data(old[i]), (double)i);
        }
        dg_value *reused = dg_leaf(g, 5.0, NULL);
        ck_assert_str_eq(dg_label(reused), "");
        ck_assert_int_eq(dg_has_grad(reused), 0);
        ck_assert_double_eq(dg_grad(reused), 0.0);
        ck_assert_int_eq(dg_operand_count(reused), 0);
        ck_assert_str_eq(dg_label(dg_exp(reused)), "");
        ck_assert_int_eq(dg_graph_rewind(g, mark), DG_OK);
    }
    ck_assert_double_gt(dg_grad(old[2]), -2.0); /* accumulated, and kept */
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    dg_graph_free(g);
}
END_TEST

START_TEST(rewind_rules)
{
    dg_graph *g = dg_graph_new();
    ck_assert_uint_eq(dg_graph_mark(g), 0);
    ck_assert_int_eq(dg_graph_rewind(g, 0), DG_OK);
    ck_assert_int_eq(dg_graph_rewind(g, 1), DG_INVALID);
    dg_graph_clear_error(g);
    dg_value *a = dg_leaf(g, 1.0, "a");
    dg_exp(a);
    ck_assert_int_eq(dg_graph_rewind(g, 3), DG_INVALID);
    ck_assert_uint_eq(dg_graph_size(g), 2);
    dg_graph_clear_error(g);
    ck_assert_int_eq(dg_graph_rewind(g, 2), DG_OK);
    ck_assert_uint_eq(dg_graph_size(g), 2);
    ck_assert_int_eq(dg_graph_rewind(g, SIZE_MAX), DG_INVALID);
    dg_graph_clear_error(g);
    ck_assert_int_eq(dg_graph_rewind(NULL, 0), DG_INVALID);
    ck_assert_int_eq(dg_graph_rewind(g, 0), DG_OK);
    ck_assert_uint_eq(dg_graph_size(g), 0);
    a = dg_leaf(g, 2.0, NULL);
    ck_assert_str_eq(dg_label(a), "");
    ck_assert_double_eq(dg_data(dg_mul(a, a)), 4.0);
    /* Nested marks, at every size: chunk edges are somewhere among them. */
    for (size_t n = 0; n < 6000; n++) {
        size_t mark = dg_graph_mark(g);
        dg_value *b = dg_leaf(g, (double)n, "b");
        dg_value *c = dg_set_label(dg_add(a, b), "c");
        ck_assert_double_eq(dg_data(c), 2.0 + (double)n);
        ck_assert_int_eq(dg_backward(c), DG_OK);
        ck_assert_int_eq(dg_graph_rewind(g, mark), DG_OK);
        dg_leaf(g, 0.0, n % 3 ? NULL : "x");
    }
    ck_assert_double_eq(dg_grad(a), 6000.0);
    dg_graph_free(g);
}
END_TEST

/* One training step after another, with the parameters kept. */
START_TEST(descent)
{
    dg_graph *g = dg_graph_new();
    dg_value *w = dg_leaf(g, -1.0, "w");
    dg_value *b = dg_leaf(g, 0.5, "b");
    size_t mark = dg_graph_mark(g);
    for (int step = 0; step < 1000; step++) {
        dg_value *loss = dg_leaf(g, 0.0, NULL);
        for (int i = 0; i < 4; i++) {
            double x = (double)i - 1.5;
            dg_value *y = dg_add(dg_mul(w, dg_leaf(g, x, NULL)), b);
            dg_value *miss = dg_sub(y, dg_leaf(g, 3.0 * x + 2.0, NULL));
            loss = dg_add(loss, dg_pow(miss, 2.0));
        }
        ck_assert_int_eq(dg_zero_grad(loss), DG_OK);
        ck_assert_int_eq(dg_backward(loss), DG_OK);
        dg_set_data(w, dg_data(w) - 0.02 * dg_grad(w));
        dg_set_data(b, dg_data(b) - 0.02 * dg_grad(b));
        ck_assert_int_eq(dg_graph_rewind(g, mark), DG_OK);
    }
    ck_assert_double_eq_tol(dg_data(w), 3.0, 1e-9);
    ck_assert_double_eq_tol(dg_data(b), 2.0, 1e-9);
    ck_assert_str_eq(dg_label(w), "w");
    dg_graph_free(g);
}
END_TEST

/* The index of a root that was evaluated may become that of another root, below which are others.
 */
START_TEST(another_root_at_its_index)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 1.0, NULL);
    size_t mark = dg_graph_mark(g);
    dg_leaf(g, 5.0, NULL);
    ck_assert_int_eq(dg_forward(dg_exp(a)), DG_OK);
    ck_assert_int_eq(dg_graph_rewind(g, mark), DG_OK);
    dg_value *middle = dg_add(a, a), *root = dg_add(a, middle);
    dg_set_data(a, 2.0);
    ck_assert_int_eq(dg_forward(root), DG_OK);
    ck_assert_double_eq(dg_data(middle), 4.0);
    ck_assert_double_eq(dg_data(root), 6.0);
    ck_assert_int_eq(dg_zero_grad(root), DG_OK);
    ck_assert_int_eq(dg_backward(root), DG_OK);
    ck_assert_double_eq(dg_grad(a), 3.0);
    ck_assert_double_eq(dg_grad(middle), 1.0);
    dg_graph_free(g);
}
END_TEST

/* Exponents are kept for values that follow each other, across rewinds to any place among them. */
START_TEST(exponents)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, NULL);
    rng r = {7};
    enum { VALUES = 40 };
    double k[VALUES + 1];
    dg_value *v[VALUES + 1];
    size_t n = 0;
    for (int step = 0; step < 3000; step++) {
        size_t more = rng_below(&r, VALUES - n + 1);
        for (size_t i = 0; i < more; i++, n++) {
            k[n] = (double)rng_below(&r, 3);
            v[n] = dg_pow(a, k[n]);
        }
        for (size_t i = 0; i < n; i++)
            ck_assert_double_eq(dg_exponent(v[i]), k[i]);
        n = rng_below(&r, n + 1);
        ck_assert_int_eq(dg_graph_rewind(g, 1 + n), DG_OK);
    }
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        rewind_keeps_the_old, rewind_rules, descent, another_root_at_its_index, exponents,
    };
    return run_suite("rewind", tests, sizeof tests / sizeof *tests);
}
