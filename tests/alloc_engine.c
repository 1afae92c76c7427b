/* Graphs of scalars without memory. */
#include <dotgrad/engine.h>

#include <stdio.h>

#include "alloc_suites.h"
#include "engine_support.h"

/* A call that may run out of memory and must say so. */
static void may_fail(dg_status status, bool *told)
{
    if (status == DG_NOMEM)
        *told = true;
    else
        expect(status == DG_OK, "a pass ended in neither DG_OK nor DG_NOMEM");
}

/* A whole life of a graph. */
static bool live(const alloc_scenario *s)
{
    (void)s;
    char text[300];
    bool told = false;
    dg_graph *g = dg_graph_new();
    if (!g)
        return false;
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
        may_fail(dg_backward(v), &told);
        may_fail(dg_backward(v), &told);
        may_fail(dg_backward(v), &told);
        dg_set_grad(v, 2.0);
        if (a)
            dg_set_data(a, 0.75);
        may_fail(dg_forward(v), &told);
        double data = dg_data(v);
        double grad = a ? dg_grad(a) : 0.0;
        dg_value *small = dg_mul(dg_leaf(g, 0.5, NULL), dg_leaf(g, 1.5, NULL));
        if (small)
            may_fail(dg_gradcheck(small, 0.0, &found), &told);
        if (a && dg_graph_size(g) > 300) { /* one that needs room for many values */
            size_t mark = dg_graph_mark(g);
            dg_value *sum = a;
            for (int i = 0; sum && i < 200; i++)
                sum = dg_add(sum, a);
            if (sum)
                may_fail(dg_gradcheck(sum, 0.0, &found), &told);
            expect(dg_data(a) == 0.75, "a gradient check changed data");
            expect(dg_graph_rewind(g, mark) == DG_OK, "rewind failed");
        }
        expect(same_number(dg_data(v), data), "a gradient check changed the root");
        expect(!a || same_number(dg_grad(a), grad), "a gradient check changed a gradient");
        may_fail(dg_zero_grad(v), &told);
        may_fail(dg_graph_zero_grad(g), &told);
    }
    if (dg_graph_status(g) == DG_NOMEM)
        told = true;
    else
        expect(dg_graph_status(g) == DG_OK, "the graph has another error");
    expect(dg_graph_rewind(g, 0) == DG_OK, "rewind failed");
    dg_graph_free(g);
    return !told;
}

/* A copy of a graph, which leaves the graph and the list as they were where it fails. */
static bool copy(const alloc_scenario *s)
{
    (void)s;
    dg_graph *g = dg_graph_new();
    dg_value *v = dg_leaf(g, 0.5, "a");
    dg_scope_begin(g, "outer");
    for (int i = 0; i < 3000 && v; i++)
        v = dg_set_label(dg_pow(dg_tanh(v), 1.0 + 0.1 * (i % 3)), i % 10 ? NULL : "label");
    dg_value *keep[] = {v, v ? dg_value_at(g, 0) : NULL};
    const dg_value *root = v;
    dg_graph *c = v ? dg_graph_copy(g, keep, 2) : NULL;
    if (c)
        expect(dg_data(keep[0]) == dg_data(root), "a copy has other data");
    else
        expect(keep[0] == root, "a copy that failed changed the list");
    bool done = c && dg_graph_status(g) == DG_OK;
    dg_graph_free(c);
    dg_graph_free(g);
    return done;
}

static const alloc_scenario scenarios[] = {
    {.name = "a graph", .run = live, .least = 20},
    {.name = "a copy of a graph", .run = copy, .least = 20},
    {0},
};

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

static void training_step(dg_graph *g, dg_value *w, size_t mark)
{
    dg_value *v = w;
    for (int i = 0; i < 100; i++)
        v = dg_set_label(dg_tanh(dg_add(dg_pow(v, 1.0 + i % 2), w)), i % 10 ? "hidden" : "out");
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

static const TTest **const tests[] = {&a_failed_backward_changes_nothing,
                                      &rewinding_needs_no_more_memory, NULL};

const alloc_suite alloc_engine = {"engine", scenarios, tests};
