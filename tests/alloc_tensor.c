/* Graphs of tensors without memory. */
#include "engine/array.h"

#include <dotgrad/engine.h>
#include <dotgrad/tensor.h>

#include "alloc_suites.h"
#include "engine_support.h"

/* How large the graph was before the call that is looked at. */
static size_t size_before, count_before;

static void note(const dg_graph *g)
{
    size_before = dg_graph_size(g);
    count_before = g->arena.count;
}

/* The graph is as it was where a value could not be made. */
static dg_value *made(dg_graph *g, dg_value *v, bool *told)
{
    if (!v) {
        *told = true;
        expect(dg_graph_status(g) == DG_NOMEM, "a value is NULL, and the graph has no DG_NOMEM");
        expect(dg_graph_size(g) == size_before, "what failed left values in the graph");
        expect(g->arena.count == count_before, "what failed left numbers in the arena");
    }
    note(g);
    return v;
}

#define MADE(v) (note(g), made(g, (v), told))

static void passes(dg_value *root, bool *told)
{
    dg_graph *g = dg_graph_of(root);
    dg_gradcheck_result found;
    const dg_status of[] = {
        dg_backward(root), dg_backward(root),     dg_gradcheck(root, 0.0, &found),
        dg_forward(root),  dg_zero_grad(root),    dg_backward(root),
        dg_backward(root), dg_graph_zero_grad(g),
    };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        expect(of[i] == DG_OK || of[i] == DG_NOMEM, "a pass ended in neither DG_OK nor DG_NOMEM");
        *told = *told || of[i] == DG_NOMEM;
    }
}

static const size_t columns[2] = {3, 2}, large[2] = {150, 1000};

/* tanh(x * w + bias) - bias / e**x: NULL where one of them could not be made. */
static dg_value *small(dg_graph *g, dg_value *x, dg_value *w, dg_value *bias, bool *told)
{
    dg_value *product = MADE(dg_mul(x, w));
    dg_value *sum = product ? MADE(dg_add(product, bias)) : NULL;
    dg_value *v = sum ? MADE(dg_tanh(sum)) : NULL;
    dg_value *e = v ? MADE(dg_exp(x)) : NULL;
    dg_value *ratio = e ? MADE(dg_div(bias, e)) : NULL;
    return ratio ? MADE(dg_sub(v, ratio)) : NULL;
}

/* Small tensors, and some that need memory of their own. */
static void step(dg_graph *g, dg_value *w, dg_value *bias, bool *told)
{
    dg_value *x = MADE(dg_tensor(g, 2, columns, NULL, "x"));
    dg_value *v = x && w && bias ? small(g, x, w, bias, told) : NULL;
    dg_value *root = v ? MADE(dg_sum(v)) : NULL;
    if (root)
        passes(root, told);
    dg_value *much = MADE(dg_tensor(g, 2, large, NULL, NULL));
    dg_value *more = much ? MADE(dg_relu(much)) : NULL;
    dg_value *sum = more ? MADE(dg_add(more, much)) : NULL;
    dg_value *all = sum ? MADE(dg_sum(sum)) : NULL;
    for (int i = 0; all && i < 3; i++) {
        dg_status status = dg_backward(all);
        expect(status == DG_OK || status == DG_NOMEM, "backward ended in neither");
        *told = *told || status == DG_NOMEM;
    }
    if (v) {
        dg_value *pile = MADE(dg_stack((dg_value *[]){v, x, v}, 3));
        expect(dg_op_name(v)[0] != '\0', "an op without a text");
        expect(!pile || dg_op_name(pile)[0] != '\0', "an op without a text");
    }
}

static bool live(const alloc_scenario *s)
{
    (void)s;
    bool any = false, *told = &any;
    dg_graph *g = dg_graph_new();
    if (!g)
        return false;
    dg_value *w = MADE(dg_tensor(g, 1, (const size_t[]){2}, (const double[]){0.5, -0.25}, "w"));
    dg_value *bias = MADE(dg_tensor(g, 1, (const size_t[]){1}, NULL, "bias"));
    size_t mark = dg_graph_mark(g);
    for (int i = 0; i < 3; i++) {
        step(g, w, bias, told);
        expect(dg_graph_rewind(g, mark) == DG_OK, "rewind failed");
    }
    if (w)
        expect(dg_data_array(w)[1] == -0.25, "what was there before has changed");
    expect(dg_graph_status(g) == DG_OK || dg_graph_status(g) == DG_NOMEM,
           "the graph has another error");
    dg_graph_free(g);
    return !any;
}

static const alloc_scenario scenarios[] = {
    {.name = "tensors", .run = live, .recovers = true, .least = 20},
    {0},
};

/* A backward pass that ran out of memory has changed nothing: not what it had set aside, what it
 * had reached for the first time, nor what it could not set aside. */
START_TEST(a_failed_backward_changes_nothing)
{
    enum { COUNT = 40, SIZE = 6 };
    dg_value *v[COUNT];
    static double grads[COUNT][SIZE];
    dg_graph *g = dg_graph_new();
    v[0] = dg_tensor(g, 2, columns, (const double[]){0.1, 0.2, 0.3, 0.4, 0.5, 0.6}, NULL);
    v[1] = dg_leaf(g, 0.5, NULL);
    for (size_t i = 2; i < COUNT; i++)
        v[i] = i % 5 == 4 ? dg_mul(v[i - 1], v[i / 5])
               : i % 2    ? dg_cos(v[i - 1])
                          : dg_add(v[i - 1], v[i / 2]);
    dg_value *root = dg_sum(v[COUNT - 1]);
    for (int round = 0; round < 2; round++) {
        ck_assert_int_eq(dg_zero_grad(root), DG_OK);
        ck_assert_int_eq(dg_backward(root), DG_OK);
        for (size_t i = 1; round == 1 && i < COUNT; i += 3) /* some have nothing to set aside */
            dg_set_grad(v[i], 0.0);
        for (size_t i = 0; i < COUNT; i++)
            memcpy(grads[i], dg_grad_array(v[i]), dg_size(v[i]) * sizeof(double));
        long at = 0;
        for (dg_status status = DG_NOMEM; status != DG_OK; at++) {
            arm(at, true);
            status = dg_backward(root);
            armed = false;
            ck_assert_int_eq(live_blocks, 0);
            ck_assert(status == DG_OK || status == DG_NOMEM);
            for (size_t i = 0; i < COUNT && status == DG_NOMEM; i++)
                for (size_t j = 0; j < dg_size(v[i]); j++)
                    ck_assert_msg(dg_grad_array(v[i])[j] == grads[i][j],
                                  "allocation %ld: gradient %zu[%zu] changed", at, i, j);
        }
        ck_assert_int_gt(at, 20);
        dg_graph_clear_error(g);
    }
    dg_graph_free(g);
}
END_TEST

/* In the steady state a loop that rewinds allocates nothing. */
START_TEST(rewinding_needs_no_more_memory)
{
    bool told = false;
    arm(-1, false);
    dg_graph *g = dg_graph_new();
    dg_value *w = dg_tensor(g, 1, (const size_t[]){2}, NULL, "w");
    size_t mark = dg_graph_mark(g);
    long asked = 0, bytes = 0;
    for (int i = 0; i < 200; i++) {
        dg_value *x = dg_tensor(g, 2, columns, NULL, "x");
        dg_value *much = dg_tensor(g, 2, large, NULL, "much");
        dg_value *v = dg_tanh(dg_mul(x, w));
        dg_value *root = dg_add(dg_sum(v), dg_sum(dg_relu(much)));
        told = told || dg_backward(root) != DG_OK;
        dg_graph_zero_grad(g);
        dg_graph_rewind(g, mark);
        if (i == 1) {
            asked = allocations;
            bytes = live_bytes;
        }
    }
    long more = allocations - asked, more_bytes = live_bytes - bytes;
    dg_graph_free(g);
    armed = false;
    ck_assert_int_eq(told, 0);
    ck_assert_int_eq(more, 0);
    ck_assert_int_eq(more_bytes, 0);
    ck_assert_int_eq(live_blocks, 0);
}
END_TEST

static const TTest **const tests[] = {&a_failed_backward_changes_nothing,
                                      &rewinding_needs_no_more_memory, NULL};

const alloc_suite alloc_tensor = {"tensor", scenarios, tests};
