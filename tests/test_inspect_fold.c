/* Summaries of boxes: what is worst in a fold is seen at every level of it. */
#include <dotgrad/fold.h>
#include <dotgrad/inspect.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "check_main.h"
#include "engine_support.h"

enum { SIZE = 4 * 4 * 4 * 4 };

/* Values in three levels of scopes, each computed from the one before. */
static dg_trace *nested(void)
{
    dg_trace *t = dg_trace_new();
    for (unsigned i = 0; i < SIZE; i++) {
        char scope[40];
        snprintf(scope, sizeof scope, "a %u/b %u/c %u", i / 64, i / 16 % 4, i / 4 % 4);
        dg_trace_add_node(t, "", i ? "exp" : "", 1.0);
        dg_trace_set_scope(t, i, scope);
        dg_trace_set_grad(t, i, 0.5 + i);
        if (i)
            dg_trace_add_edge(t, i - 1, i);
    }
    dg_trace_set_root(t, SIZE - 1);
    return t;
}

static dg_fold *fold_at(const dg_trace *t, int level)
{
    static const char *const folds[] = {"none", "auto", "1", "2", "3"};
    dg_fold *f = dg_fold_new(t, &(dg_fold_options){.fold = folds[level]}, NULL);
    ck_assert_ptr_nonnull(f);
    return f;
}

START_TEST(worst_at_every_level)
{
    static const struct {
        double grad;
        dg_gradient_state state;
    } planted[] = {
        {NAN, DG_GRADIENT_NAN}, {-INFINITY, DG_GRADIENT_INFINITE}, {1e9, DG_GRADIENT_HUGE}};
    for (unsigned seed = 0; seed < 60; seed++) {
        rng r = {seed};
        size_t node = rng_below(&r, SIZE), p = seed % 3;
        dg_trace *t = nested();
        dg_trace_set_grad(t, node, planted[p].grad);
        for (int level = 0; level < 5; level++) {
            dg_fold *f = fold_at(t, level);
            for (size_t b = 0; b < dg_fold_box_count(f); b++) {
                dg_box_summary s;
                ck_assert_int_eq(dg_fold_box_summary(f, t, b, NULL, &s), DG_OK);
                bool here = dg_fold_box_of(f, node) == b;
                must(s.state == (here ? planted[p].state : DG_GRADIENT_FINITE),
                     "seed %u, level %d: box %zu is %s", seed, level, b,
                     dg_gradient_state_name(s.state));
                ck_assert_uint_eq(s.nonfinite_grad, here && p < 2);
            }
            /* The trace of the boxes has it, too. */
            dg_trace *boxes = dg_trace_from_fold(f);
            size_t found = 0;
            for (size_t i = 0; i < dg_trace_node_count(boxes); i++)
                found += dg_gradient_state_of(boxes, i, NULL) == planted[p].state;
            ck_assert_uint_eq(found, 1);
            dg_trace_free(boxes);
            dg_fold_free(f);
        }
        dg_trace_free(t);
    }
}
END_TEST

START_TEST(counts)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "a", "", 1.0);
    dg_trace_add_node(t, "b", "exp", NAN);
    dg_trace_add_tensor(t, "c", "f", 1, (size_t[]){3}, (double[]){1, INFINITY, -INFINITY});
    dg_trace_add_edge(t, 0, 1);
    dg_trace_add_edge(t, 1, 2);
    for (size_t i = 0; i < 3; i++)
        dg_trace_set_scope(t, i, "s");
    dg_trace_add_node(t, "d", "exp", 1.0);
    dg_trace_add_edge(t, 2, 3);
    dg_fold *f = fold_at(t, 2);
    dg_box_summary s;
    ck_assert_int_eq(dg_fold_box_summary(f, t, 0, NULL, &s), DG_OK);
    ck_assert_int_eq(s.state, DG_GRADIENT_UNSET);
    ck_assert_uint_eq(s.unset, 3);
    ck_assert_uint_eq(s.nonfinite_data, 3);
    ck_assert_double_eq(s.most, 0.0);
    dg_trace_set_grad_array(t, 2, (double[]){-4, 0.25, 0.5}, 3);
    dg_trace_set_grad(t, 0, 1e-9);
    dg_fold_box_summary(f, t, 0, NULL, &s);
    ck_assert_int_eq(s.state, DG_GRADIENT_FINITE);
    ck_assert_uint_eq(s.unset, 1);
    ck_assert_uint_eq(s.grads, 4);
    ck_assert_double_eq(s.least, 1e-9);
    ck_assert_double_eq(s.most, 4.0);
    dg_fold_box_summary(f, t, 0, &(dg_inspect_options){.exploding = 3.0}, &s);
    ck_assert_int_eq(s.state, DG_GRADIENT_HUGE);
    ck_assert_int_eq(dg_fold_box_summary(f, t, 2, NULL, &s), DG_INVALID);
    ck_assert_int_eq(dg_fold_box_summary(NULL, t, 0, NULL, &s), DG_INVALID);
    ck_assert_int_eq(dg_fold_box_summary(f, t, 0, NULL, NULL), DG_INVALID);
    dg_fold_free(f);
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {worst_at_every_level, counts};
    return run_suite("summaries of folds", tests, sizeof tests / sizeof *tests);
}
