/* Out of memory, one allocation at a time. */
#include "base/buf.h"
#include "base/strmap.h"

#include <dotgrad/engine.h>

#include <check.h>
#include <stdio.h>

#include "engine_support.h"
#include "failing_alloc.h"

/* ---- A whole life of a graph --------------------------------------------------------------- */

/* What the scenario found wrong, said after it is disarmed; "" where nothing was. */
static char complaint[200];

static void complain(const char *text)
{
    if (!complaint[0])
        snprintf(complaint, sizeof complaint, "%s", text);
}

static void expect(bool holds, const char *text)
{
    if (!holds)
        complain(text);
}

/* A call that may run out of memory and must say so. */
static void may_fail(dg_status status, bool *told)
{
    if (status == DG_NOMEM)
        *told = true;
    else
        expect(status == DG_OK, "a pass ended in neither DG_OK nor DG_NOMEM");
}

static void life(bool *told)
{
    char text[300];
    *told = false;
    dg_graph *g = dg_graph_new();
    if (!g) {
        *told = true;
        return;
    }
    dg_value *a = dg_leaf(g, 0.5, "a");
    dg_value *b = dg_leaf(g, -0.25, "b");
    dg_value *v = dg_add(a, b);
    for (int i = 0; i < 3000; i++) { /* several chunks; a new start where memory ran out */
        dg_value *w = i % 3 == 0 ? dg_sub(v, a) : i % 3 == 1 ? dg_tanh(v) : dg_div(v, dg_exp(b));
        if (i % 20 == 0) {
            memset(text, 'a' + i % 26, sizeof text - 1);
            snprintf(text, sizeof text, "label %d", i);
            text[strlen(text)] = '.';
            text[sizeof text - 1] = '\0';
            w = dg_set_label(w, text);
            if (w)
                expect(strcmp(dg_label(w), text) == 0, "a label is not what was given");
        }
        if (!w) {
            expect(dg_graph_status(g) == DG_NOMEM,
                   "a value is NULL, and the graph has no DG_NOMEM");
            expect(*dg_graph_error(g)->text, "an error without a text");
            w = v ? v : a;
        }
        v = w ? w : dg_leaf(g, 1.0, NULL);
    }
    if (v) {
        dg_gradcheck_result found;
        may_fail(dg_backward(v), told);
        may_fail(dg_backward(v), told);
        may_fail(dg_backward(v), told);
        dg_set_grad(v, 2.0);
        if (a)
            dg_set_data(a, 0.75);
        may_fail(dg_forward(v), told);
        double data = dg_data(v);
        double grad = a ? dg_grad(a) : 0.0;
        dg_value *small = dg_mul(dg_leaf(g, 0.5, NULL), dg_leaf(g, 1.5, NULL));
        if (small)
            may_fail(dg_gradcheck(small, 0.0, &found), told);
        if (a && dg_graph_size(g) > 300) { /* one that needs room for many values */
            size_t mark = dg_graph_mark(g);
            dg_value *sum = a;
            for (int i = 0; sum && i < 200; i++)
                sum = dg_add(sum, a);
            if (sum)
                may_fail(dg_gradcheck(sum, 0.0, &found), told);
            expect(dg_data(a) == 0.75, "a gradient check changed data");
            expect(dg_graph_rewind(g, mark) == DG_OK, "rewind failed");
        }
        expect(same_number(dg_data(v), data), "a gradient check changed the root");
        expect(!a || same_number(dg_grad(a), grad), "a gradient check changed a gradient");
        may_fail(dg_zero_grad(v), told);
        may_fail(dg_graph_zero_grad(g), told);
    }
    if (dg_graph_status(g) == DG_NOMEM)
        *told = true;
    else
        expect(dg_graph_status(g) == DG_OK, "the graph has another error");
    expect(dg_graph_rewind(g, 0) == DG_OK, "rewind failed");
    dg_graph_free(g);
}

static void every_failure(bool on)
{
    bool told;
    arm(-1, false);
    life(&told);
    armed = false;
    long total = allocations;
    ck_assert_str_eq(complaint, "");
    ck_assert_int_eq(told, 0);
    ck_assert_int_eq(live_blocks, 0);
    ck_assert_int_gt(total, 20);
    long step = watched() ? total / 40 + 1 : 1;
    for (long at = 0; at < total; at += at < 12 ? 1 : step) {
        arm(at, on);
        life(&told);
        armed = false;
        ck_assert_msg(!complaint[0], "allocation %ld of %ld failed: %s", at, total, complaint);
        ck_assert_msg(failures > 0, "allocation %ld of %ld was never made", at, total);
        ck_assert_msg(told, "allocation %ld of %ld failed, and nothing said so", at, total);
        ck_assert_msg(live_blocks == 0, "allocation %ld of %ld failed: %ld blocks leak", at, total,
                      live_blocks);
    }
}

START_TEST(one_allocation_fails)
{
    every_failure(false);
}
END_TEST

START_TEST(all_allocations_fail_from_one_on)
{
    every_failure(true);
}
END_TEST

/* A backward pass that ran out of memory has changed nothing. */
START_TEST(a_failed_backward_changes_nothing)
{
    enum { COUNT = 500 };
    static dg_value *v[COUNT];
    static double grads[COUNT];
    bool seen = false;
    dg_graph *g = dg_graph_new();
    v[0] = dg_leaf(g, 0.5, NULL);
    for (size_t i = 1; i < COUNT; i++)
        v[i] = i % 2 ? dg_sin(v[i - 1]) : dg_add(v[i - 1], v[i / 2]);
    ck_assert_int_eq(dg_backward(v[COUNT - 1]), DG_OK);
    for (size_t i = 0; i < COUNT; i++)
        grads[i] = dg_grad(v[i]);
    for (long at = 0; at < 100; at++) {
        arm(at, true);
        dg_status status = dg_backward(v[COUNT - 1]);
        armed = false;
        if (status == DG_OK)
            break;
        seen = true;
        ck_assert_int_eq(status, DG_NOMEM);
        ck_assert_int_eq(live_blocks, 0);
        for (size_t i = 0; i < COUNT; i++)
            ck_assert_msg(dg_grad(v[i]) == grads[i], "allocation %ld: gradient %zu changed", at, i);
    }
    if (!seen)
        printf("backward allocates nothing\n");
    for (size_t i = 0; i + 1 < COUNT; i++)
        ck_assert(close_to(dg_grad(v[i]), 2.0L * (long double)grads[i], 1e-14));
    dg_graph_free(g);
}
END_TEST

/* ---- Memory is used again ------------------------------------------------------------------ */

static void training_step(dg_graph *g, dg_value *w, size_t mark)
{
    dg_value *v = w;
    for (int i = 0; i < 100; i++)
        v = dg_set_label(dg_tanh(dg_add(v, w)), i % 10 ? "hidden" : "out");
    dg_backward(v);
    dg_backward(v);
    dg_set_label(w, "weight");
    dg_graph_rewind(g, mark);
}

START_TEST(rewinding_needs_no_more_memory)
{
    int steps = watched() ? 1000 : 10000;
    arm(-1, false);
    dg_graph *g = dg_graph_new();
    dg_value *w = dg_leaf(g, 0.01, "w");
    size_t mark = dg_graph_mark(g);
    for (int i = 0; i < 10; i++)
        training_step(g, w, mark);
    long bytes = live_bytes;
    long blocks = live_blocks;
    for (int i = 0; i < steps; i++)
        training_step(g, w, mark);
    long more_bytes = live_bytes - bytes;
    long more_blocks = live_blocks - blocks;
    dg_graph_free(g);
    armed = false;
    ck_assert_int_eq(more_bytes, 0);
    ck_assert_int_eq(more_blocks, 0);
    ck_assert_int_eq(live_blocks, 0);
}
END_TEST

/* ---- The base room ------------------------------------------------------------------------- */

START_TEST(buffers_without_memory)
{
    for (long at = 0; at < 40; at++) {
        size_t size = 1;
        arm(at, false);
        dgi_buf b = DGI_BUF_INIT;
        for (int i = 0; i < 300; i++) {
            dgi_buf_putc(&b, 'c');
            dgi_buf_puts(&b, "text");
            dgi_buf_printf(&b, "%d %s", i,
                           "a longer one than what fits beside it, again and again");
            dgi_buf_fill(&b, ' ', 20);
        }
        bool failed = b.failed;
        char *text = dgi_buf_take(&b, &size);
        bool none = text == NULL;
        free(text);
        dgi_buf_free(&b);
        armed = false;
        ck_assert_int_eq(failed, failures > 0);
        ck_assert_int_eq(none, failures > 0);
        ck_assert_int_eq(live_blocks, 0);
        if (!failures)
            return;
    }
    ck_abort_msg("a buffer makes more than 40 allocations");
}
END_TEST

START_TEST(buffers_too_large)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2, SIZE_MAX / 2 + 1,
                                   SIZE_MAX - 64};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        arm(-1, false);
        dgi_buf b = DGI_BUF_INIT;
        if (i % 2)
            dgi_buf_puts(&b, "something before it");
        dgi_buf_fill(&b, 'x', sizes[i]);
        bool failed = b.failed;
        dgi_buf_free(&b);
        armed = false;
        ck_assert_int_eq(failed, 1);
        ck_assert_int_eq(live_blocks, 0);
    }
}
END_TEST

START_TEST(maps_without_memory)
{
    char key[32];
    for (long at = 0; at < 10000; at += at < 30 ? 1 : 97) {
        arm(at, false);
        dgi_strmap m = DGI_STRMAP_INIT;
        size_t refused = 0;
        size_t wrong = 0;
        for (size_t i = 0; i < 500; i++) {
            size_t n = (size_t)snprintf(key, sizeof key, "k%zu", i);
            dgi_strmap_slot *slot = dgi_strmap_add(&m, key, n);
            if (slot)
                slot->value = i;
            else
                refused++;
            slot = dgi_strmap_find(&m, "k0", 2);
            wrong += slot && slot->value != 0;
        }
        for (size_t i = 0; i < 500;
             i++) { /* what is there is right; what was refused can be added */
            size_t n = (size_t)snprintf(key, sizeof key, "k%zu", i);
            dgi_strmap_slot *slot = dgi_strmap_find(&m, key, n);
            wrong += slot ? slot->value != i : !dgi_strmap_add(&m, key, n);
        }
        size_t have = m.count;
        dgi_strmap_free(&m);
        armed = false;
        ck_assert_uint_eq(refused, (size_t)failures);
        ck_assert_uint_eq(wrong, 0);
        ck_assert_uint_eq(have, 500);
        ck_assert_int_eq(live_blocks, 0);
        if (!failures)
            return;
    }
    ck_abort_msg("500 keys make more than 10000 allocations");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        one_allocation_fails,
        all_allocations_fail_from_one_on,
        a_failed_backward_changes_nothing,
        rewinding_needs_no_more_memory,
        buffers_without_memory,
        buffers_too_large,
        maps_without_memory,
    };
    Suite *s = suite_create("engine, out of memory");
    TCase *tc = tcase_create("memory");
    tcase_set_timeout(tc, 600);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(tc, tests[i]);
    suite_add_tcase(s, tc);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
