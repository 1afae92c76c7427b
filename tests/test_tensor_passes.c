/* The passes over graphs of tensors, and rewinding. */
#include "engine/array.h"

#include <dotgrad/engine.h>
#include <dotgrad/tensor.h>

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

/* ---- Roots --------------------------------------------------------------------------------- */

START_TEST(roots_of_backward)
{
    dg_graph *g = dg_graph_new();
    dg_value *m = dg_tensor(g, 2, SHAPE(4, 2), NULL, NULL);
    ck_assert_int_eq(dg_backward(dg_tanh(m)), DG_INVALID);
    expect_error(g, DG_INVALID, "backward needs a single number, not a tensor of shape (4, 2)");
    ck_assert_int_eq(dg_backward(dg_tensor(g, 1, SHAPE(0), NULL, NULL)), DG_INVALID);
    expect_error(g, DG_INVALID, "backward needs a single number, not a tensor of shape (0,)");
    ck_assert_int_eq(dg_has_grad(m), 0);
    static const size_t ones[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    for (int ndim = 0; ndim <= 8; ndim++) {
        dg_value *x = dg_tensor(g, ndim, ones, (const double[]){3.0}, NULL);
        dg_value *root = dg_mul(x, x);
        ck_assert_int_eq(dg_backward(root), DG_OK);
        ck_assert_double_eq(dg_grad(root), 1.0);
        ck_assert_double_eq(dg_grad(x), 6.0);
        ck_assert_int_eq(dg_backward(root), DG_OK);
        ck_assert_double_eq(dg_grad(root), 1.0);
        ck_assert_double_eq(dg_grad(x), 12.0);
        ck_assert_int_eq(dg_backward(x), DG_OK); /* a leaf */
        ck_assert_double_eq(dg_grad(x), 1.0);
    }
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    dg_graph_free(g);
}
END_TEST

START_TEST(roots_of_the_check)
{
    dg_graph *g = dg_graph_new();
    dg_gradcheck_result r;
    dg_value *m = dg_tensor(g, 2, SHAPE(2, 2), (const double[]){0.1, 0.2, 0.3, 0.4}, "m");
    dg_value *bias = dg_tensor(g, 1, SHAPE(1), (const double[]){0.3}, "bias");
    dg_value *fixed = dg_set_requires_grad(dg_leaf(g, 2.0, "fixed"), 0);
    dg_value *all = dg_mul(dg_sin(dg_add(m, bias)), fixed), *root = dg_sum(all);
    dg_set_grad(m, 7.0);
    ck_assert_int_eq(dg_gradcheck(all, 0.0, &r), DG_INVALID);
    expect_error(g, DG_INVALID, "backward needs a single number, not a tensor of shape (2, 2)");
    ck_assert_int_eq(dg_gradcheck(root, 0.0, &r), DG_OK);
    ck_assert_uint_eq(r.checked, 5);
    ck_assert(r.worst < 1e-8);
    ck_assert_int_eq(dg_has_grad(bias), 0);
    ck_assert_int_eq(dg_has_grad(all), 0);
    for (int i = 0; i < 4; i++) {
        ck_assert_double_eq(dg_grad_array(m)[i], 7.0);
        ck_assert_double_eq(dg_data_array(m)[i], ((const double[]){0.1, 0.2, 0.3, 0.4})[i]);
    }
    /* Near a kink the difference is wrong, and the finding says where. */
    dg_value *x = dg_tensor(g, 1, SHAPE(5), (const double[]){1.0, -2.0, 3.0, 1e-9, 5.0}, NULL);
    ck_assert_int_eq(dg_gradcheck(dg_sum(dg_relu(x)), 0.0, &r), DG_OK);
    ck_assert_uint_eq(r.checked, 5);
    ck_assert_ptr_eq(r.where, x);
    ck_assert_uint_eq(r.element, 3);
    ck_assert_double_eq(r.backward, 1.0);
    ck_assert(r.worst > 0.4);
    dg_graph_free(g);
}
END_TEST

/* ---- Passes -------------------------------------------------------------------------------- */

enum { GROWN = 60 };

/* A graph of elementwise ops that keep the numbers tame: scalars, vectors and matrices together,
 * that all fit each other. What is made depends on the seed only. */
static dg_value *grow(dg_graph *g, uint64_t seed, const double *data, dg_value **v)
{
    static const struct {
        int ndim;
        size_t shape[3], size;
    } leaf[] = {{2, {4, 3}, 12}, {1, {3}, 3}, {0, {0}, 1}, {2, {4, 1}, 4}, {3, {2, 1, 3}, 6}};
    enum { LEAVES = 5 };
    rng r = {seed};
    for (size_t i = 0; i < GROWN; i++) {
        if (i < LEAVES) {
            v[i] = dg_tensor(g, leaf[i].ndim, leaf[i].shape, data, NULL);
            data += leaf[i].size;
            if (i == 3 && seed % 2)
                dg_set_requires_grad(v[i], 0);
            continue;
        }
        dg_value *a = v[i - 1 - rng_below(&r, i < 8 ? i : 8)], *b = v[i - 1 - rng_below(&r, i)];
        static dg_value *(*const tame[])(dg_value *) = {dg_tanh, dg_sin, dg_cos, dg_sigmoid};
        dg_value *c = rng_below(&r, 2)   ? dg_add(a, b)
                      : rng_below(&r, 2) ? dg_mul(a, b)
                                         : dg_sub(a, b);
        v[i] = tame[rng_below(&r, 4)](c);
        ck_assert_ptr_nonnull(v[i]);
    }
    return dg_sum(v[GROWN - 1]);
}

static void random_data(uint64_t seed, double *data)
{
    rng r = {seed};
    for (int i = 0; i < 26; i++)
        data[i] = rng_between(&r, -2.0, 2.0);
}

static bool same_array(const double *a, const double *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!same_number(a[i], b[i]))
            return false;
    return true;
}

/* Whether the same pass was the last at both. */
static bool same_pass(const dg_value *v, const dg_value *root)
{
    return ((dgi_stamp(v) ^ dgi_stamp(root)) & ~DGI_HAS_GRAD) == 0;
}

START_TEST(forward_is_building_anew)
{
    for (uint64_t seed = 0; seed < cases(200); seed++) {
        double first[26], second[26];
        dg_value *v[GROWN], *w[GROWN];
        random_data(seed + 1000, first);
        random_data(seed + 2000, second);
        dg_graph *g = dg_graph_new();
        dg_value *root = grow(g, seed, first, v);
        dg_value *anew = grow(g, seed, second, w);
        dg_backward(root);
        dg_zero_grad(root);
        for (size_t i = 0; i < 5; i++)
            dg_set_data_array(v[i], dg_data_array(w[i]), dg_size(w[i]));
        ck_assert_int_eq(dg_forward(root), DG_OK);
        ck_assert_msg(same_number(dg_data(root), dg_data(anew)), "seed %d", (int)seed);
        for (size_t i = dg_graph_size(g) / 2; i-- > 0;) { /* all that the root comes from */
            dg_value *one = dgi_value_at(g, i);
            dg_value *other = dgi_value_at(g, i + dg_graph_size(g) / 2);
            if (i < 5 || same_pass(one, root))
                ck_assert_msg(same_array(dg_data_array(one), dg_data_array(other), dg_size(one)),
                              "seed %d: value %zu", (int)seed, i);
        }
        dg_backward(root);
        dg_backward(anew);
        for (size_t i = 0; i < GROWN; i++)
            if (dg_requires_grad(v[i]))
                ck_assert_msg(same_array(dg_grad_array(v[i]), dg_grad_array(w[i]), dg_size(v[i])),
                              "seed %d: gradient %zu", (int)seed, i);
        ck_assert_int_eq(dg_graph_status(g), DG_OK);
        dg_graph_free(g);
    }
}
END_TEST

/* A pass adds the same, whatever an earlier one left. */
START_TEST(backward_twice_doubles)
{
    for (uint64_t seed = 0; seed < cases(200); seed++) {
        double data[26];
        static double grads[GROWN][24];
        dg_value *v[GROWN];
        random_data(seed, data);
        dg_graph *g = dg_graph_new();
        dg_value *root = grow(g, seed, data, v);
        ck_assert_int_eq(dg_backward(root), DG_OK);
        for (size_t i = 0; i < GROWN; i++)
            if (dg_requires_grad(v[i]))
                memcpy(grads[i], dg_grad_array(v[i]), dg_size(v[i]) * sizeof(double));
        for (int round = 2; round <= 4; round++) {
            ck_assert_int_eq(dg_backward(root), DG_OK);
            for (size_t i = 0; i < GROWN; i++)
                for (size_t j = 0; j < (dg_requires_grad(v[i]) ? dg_size(v[i]) : 0); j++) {
                    double once = grads[i][j], sum = once;
                    for (int k = 1; k < round; k++)
                        sum += once;
                    must(same_number(dg_grad_array(v[i])[j], sum),
                         "seed %d round %d: value %zu[%zu]", (int)seed, round, i, j);
                }
        }
        ck_assert_int_eq(dg_zero_grad(root), DG_OK);
        for (size_t i = 0; i < GROWN; i++) {
            bool reached = same_pass(v[i], root);
            for (size_t j = 0; j < (dg_requires_grad(v[i]) ? dg_size(v[i]) : 0); j++)
                must(!reached || same_number(dg_grad_array(v[i])[j], 0.0), "value %zu[%zu]", i, j);
        }
        ck_assert_int_eq(dg_backward(root), DG_OK);
        for (size_t i = 0; i < GROWN; i++)
            if (dg_requires_grad(v[i]))
                ck_assert(same_array(dg_grad_array(v[i]), grads[i], dg_size(v[i])));
        dg_set_grad(v[0], 5.0);
        ck_assert_int_eq(dg_graph_zero_grad(g), DG_OK);
        for (size_t i = 0; i < GROWN; i++)
            for (size_t j = 0; j < (dg_requires_grad(v[i]) ? dg_size(v[i]) : 0); j++)
                must(same_number(dg_grad_array(v[i])[j], 0.0), "value %zu[%zu]", i, j);
        dg_graph_free(g);
    }
}
END_TEST

/* Only what a pass reaches has a gradient, and an empty tensor may be reached. */
START_TEST(reached_or_not)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_tensor(g, 1, SHAPE(2), NULL, NULL), *b = dg_tensor(g, 1, SHAPE(2), NULL, NULL);
    dg_value *none = dg_tensor(g, 2, SHAPE(3, 0), NULL, NULL);
    dg_value *one = dg_tensor(g, 2, SHAPE(1, 1), NULL, NULL);
    dg_value *aside = dg_mul(a, b);
    ck_assert_int_eq(dg_backward(dg_sum(dg_add(a, a))), DG_OK);
    ck_assert_int_eq(dg_has_grad(a), 1);
    ck_assert_int_eq(dg_has_grad(b) || dg_has_grad(aside), 0);
    dg_value *empty = dg_mul(none, one);
    ck_assert_uint_eq(dg_size(empty), 0);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(dg_backward(dg_sum(empty)), DG_OK);
        ck_assert_int_eq(dg_has_grad(empty) && dg_has_grad(none) && dg_has_grad(one), 1);
        ck_assert(same_number(dg_grad(one), 0.0));
    }
    dg_graph_free(g);
}
END_TEST

START_TEST(the_first_that_is_not_finite)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_tensor(g, 1, SHAPE(3), (const double[]){1.0, 0.0, 2.0}, "a");
    dg_value *b = dg_leaf(g, 1.0, "b");
    dg_value *l = dg_log(a), *m = dg_mul(l, b), *root = dg_sum(dg_add(m, a));
    ck_assert_ptr_eq(dg_find_nonfinite(root), l);
    ck_assert_ptr_null(dg_find_nonfinite(a));
    dg_set_data_array(a, (const double[]){1.0, 3.0, 2.0}, 3);
    dg_forward(root);
    ck_assert_ptr_null(dg_find_nonfinite(root));
    dg_set_data(b, (double)NAN);
    ck_assert_ptr_eq(dg_find_nonfinite(root), b);
    dg_graph_free(g);
}
END_TEST

/* No pass recurses. */
START_TEST(long_chains)
{
    size_t length = watched() ? 20000 : 300000;
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_tensor(g, 1, SHAPE(3), (const double[]){1.0, 2.0, 3.0}, NULL), *v = x;
    dg_value *one = dg_tensor(g, 1, SHAPE(1), (const double[]){1.0}, NULL);
    for (size_t i = 0; i < length; i++)
        v = i % 2 ? dg_add(v, one) : dg_mul(v, one);
    dg_value *root = dg_sum(v);
    ck_assert_int_eq(dg_backward(root), DG_OK);
    ck_assert_double_eq(dg_grad_array(x)[2], 1.0);
    ck_assert_double_eq(dg_data(root), 6.0 + 3.0 * (double)(length / 2));
    ck_assert_int_eq(dg_forward(root), DG_OK);
    ck_assert_double_eq(dg_data(root), 6.0 + 3.0 * (double)(length / 2));
    ck_assert_int_eq(dg_zero_grad(root), DG_OK);
    dg_graph_free(g);
}
END_TEST

/* ---- Rewinding ----------------------------------------------------------------------------- */

/* One step of a loop; where its numbers are is written to places. */
static void step(dg_graph *g, dg_value *w, const double **places)
{
    static const size_t sizes[] = {5, 70000, 1, 200000, 3, 0, 131072};
    size_t n = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        dg_value *t = dg_tensor(g, 1, &sizes[i], NULL, "t");
        dg_value *u = dg_tanh(dg_add(t, dg_mul(w, w)));
        places[n++] = dg_data_array(t);
        places[n++] = dg_data_array(u);
        ck_assert_int_eq(dg_backward(dg_sum(u)), DG_OK);
    }
}

START_TEST(rewinding_uses_memory_again)
{
    enum { PLACES = 14 };
    const double *first[PLACES], *again[PLACES];
    dg_graph *g = dg_graph_new();
    dg_value *w = dg_tensor(g, 1, SHAPE(1), (const double[]){0.5}, "w");
    dg_value *x = dg_tensor(g, 1, SHAPE(3), (const double[]){1.0, 2.0, 3.0}, "x");
    dg_set_grad(x, 4.0);
    size_t mark = dg_graph_mark(g), count = g->arena.count;
    step(g, w, first);
    size_t chunks = g->arena.n_blocks;
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(dg_graph_rewind(g, mark), DG_OK);
        ck_assert_uint_eq(g->arena.count, count);
        step(g, w, again);
        ck_assert_uint_eq(g->arena.n_blocks, chunks);
        for (int j = 0; j < PLACES; j++)
            ck_assert_ptr_eq(again[j], first[j]);
    }
    for (int i = 0; i < 3; i++) {
        ck_assert_double_eq(dg_data_array(x)[i], i + 1.0);
        ck_assert_double_eq(dg_grad_array(x)[i], 4.0);
    }
    ck_assert(dg_grad(w) != 0.0);
    ck_assert_int_eq(dg_graph_rewind(g, 0), DG_OK);
    ck_assert_uint_eq(g->arena.count, 0);
    ck_assert_ptr_null(g->arena.newest);
    dg_value *fresh = dg_tensor(g, 1, SHAPE(1), NULL, NULL);
    ck_assert_int_eq(dg_has_grad(fresh), 0);
    ck_assert_double_eq(dg_grad(fresh), 0.0);
    ck_assert_double_eq(dg_data(fresh), 0.0);
    dg_graph_free(g);
}
END_TEST

/* Tensors of random sizes come and go; those that are there keep their numbers. */
START_TEST(rewinding_at_random)
{
    enum { MOST = 64, ROUNDS = 2000 };
    static struct {
        dg_value *v;
        double number;
    } kept[MOST];
    rng r = {7};
    size_t n = 0;
    dg_graph *g = dg_graph_new();
    for (int round = 0; round < (int)cases(ROUNDS); round++) {
        if (n == MOST || rng_below(&r, 12) == 0) {
            n = rng_below(&r, n + 1);
            ck_assert_int_eq(dg_graph_rewind(g, n), DG_OK);
        }
        size_t shape[2] = {rng_below(&r, 4), rng_below(&r, (size_t)1 << rng_below(&r, 17))};
        kept[n].number = rng_between(&r, -1.0, 1.0);
        kept[n].v = dg_tensor(g, 2, shape, NULL, NULL);
        dg_set_data(kept[n].v, kept[n].number);
        dg_set_grad(kept[n].v, -kept[n].number);
        n++;
        for (size_t i = 0; i < n; i++) {
            size_t size = dg_size(kept[i].v);
            const double *data = dg_data_array(kept[i].v), *grad = dg_grad_array(kept[i].v);
            for (size_t j = 0; j < size; j += j + 2 < size ? size / 2 - size / 4 : 1) {
                ck_assert_double_eq(data[j], kept[i].number);
                ck_assert_double_eq(grad[j], -kept[i].number);
            }
        }
    }
    dg_graph_free(g);
}
END_TEST

/* The address of a gradient stays, and what it counts as is there, also where nobody asks again. */
START_TEST(gradients_where_they_were)
{
    dg_graph *g = dg_graph_new();
    dg_value *w = dg_tensor(g, 1, SHAPE(2), (const double[]){1.0, 3.0}, "w");
    dg_value *other = dg_leaf(g, 1.0, "other");
    dg_value *root = dg_sum(dg_mul(w, w));
    const double *grad = dg_grad_array(w);
    ck_assert_double_eq(grad[0], 0.0);
    ck_assert_int_eq(dg_backward(root), DG_OK);
    ck_assert_double_eq(grad[1], 6.0);
    ck_assert_int_eq(dg_graph_zero_grad(g), DG_OK);
    ck_assert_double_eq(grad[1], 0.0);
    ck_assert_int_eq(dg_backward(dg_mul(other, other)), DG_OK);
    ck_assert_double_eq(grad[1], 0.0);
    ck_assert_int_eq(dg_backward(root), DG_OK);
    ck_assert_double_eq(grad[1], 6.0);
    ck_assert_int_eq(dg_zero_grad(root), DG_OK);
    ck_assert_double_eq(grad[1], 0.0);
    dg_gradcheck_result r;
    ck_assert_int_eq(dg_gradcheck(root, 0.0, &r), DG_OK);
    ck_assert_double_eq(grad[1], 0.0);
    ck_assert_int_eq(dg_backward(root), DG_OK);
    dg_set_requires_grad(w, 0);
    dg_set_requires_grad(w, 1);
    ck_assert_double_eq(grad[1], 0.0);
    ck_assert_ptr_eq(dg_grad_array(w), grad);
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        roots_of_backward,
        roots_of_the_check,
        forward_is_building_anew,
        backward_twice_doubles,
        reached_or_not,
        gradients_where_they_were,
        the_first_that_is_not_finite,
        long_chains,
        rewinding_uses_memory_again,
        rewinding_at_random,
    };
    return run_suite("tensor passes", tests, sizeof tests / sizeof *tests);
}
