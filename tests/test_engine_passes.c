/* The engine's passes: backward, forward, zero_grad and the gradient check. */
#include <dotgrad/engine.h>
#include <dotgrad/tensor.h>

#include <stdio.h>

#include "check_main.h"
#include "engine_support.h"

/* ---- Random graphs ------------------------------------------------------------------------- */

enum { LEAVES = 5 };

/* A graph whose shape depends on the seed only. The values are written to v. */
static void grow(dg_graph *g, uint64_t seed, const double *data, dg_value **v, size_t count)
{
    rng r = {seed};
    for (size_t i = 0; i < count; i++) {
        if (i < LEAVES) {
            v[i] = dg_leaf(g, data[i], NULL);
        } else {
            static const double exponents[] = {2.0, -1.0, 0.5, 3.0};
            const dg_op *op = dg_op_at(rng_below(&r, dg_op_count()));
            size_t window = i < 6 || rng_below(&r, 3) == 0 ? i : 6;
            dg_value *a = v[i - 1 - rng_below(&r, window)];
            dg_value *b = v[i - 1 - rng_below(&r, i)];
            v[i] = dg_apply(op, a, b, exponents[rng_below(&r, 4)]);
        }
        ck_assert_ptr_nonnull(v[i]);
    }
}

/* The same, of ops that keep the numbers tame however deep. */
static void grow_tame(dg_graph *g, uint64_t seed, const double *data, dg_value **v, size_t count)
{
    rng r = {seed};
    for (size_t i = 0; i < count; i++) {
        if (i < LEAVES) {
            v[i] = dg_leaf(g, data[i], NULL);
            continue;
        }
        dg_value *a = v[i - 1 - rng_below(&r, i < 4 ? i : 4)];
        dg_value *b = v[i - 1 - rng_below(&r, i)];
        switch (rng_below(&r, 5)) {
        case 0:
            v[i] = dg_tanh(dg_add(a, b));
            break;
        case 1:
            v[i] = dg_sin(dg_mul(a, b));
            break;
        case 2:
            v[i] = dg_sub(a, dg_sigmoid(b));
            break;
        case 3:
            v[i] = dg_atan(dg_sub(b, a));
            break;
        default:
            v[i] = dg_max(dg_cos(a), b);
            break;
        }
        ck_assert_ptr_nonnull(v[i]);
    }
}

START_TEST(forward_is_building_anew)
{
    enum { COUNT = 60, ROUNDS = 300 };
    for (uint64_t seed = 1; seed <= cases(ROUNDS); seed++) {
        rng r = {seed * 77};
        double first[LEAVES];
        double second[LEAVES];
        dg_value *v[COUNT];
        dg_value *w[COUNT];
        for (size_t i = 0; i < LEAVES; i++) {
            first[i] = rng_between(&r, -2.0, 2.0);
            second[i] = rng_between(&r, -2.0, 2.0);
        }
        dg_graph *g = dg_graph_new();
        dg_graph *h = dg_graph_new();
        grow(g, seed, first, v, COUNT);
        grow(h, seed, second, w, COUNT);
        dg_value *root = v[COUNT - 1];
        size_t size = dg_graph_size(g);
        ck_assert_int_eq(dg_backward(root), DG_OK);
        double before[COUNT];
        double grads[COUNT];
        for (size_t i = 0; i < COUNT; i++) {
            grads[i] = dg_grad(v[i]);
            if (i >= LEAVES && rng_below(&r, 4) == 0)
                dg_set_data(v[i], 12345.0); /* computed anew where it is below the root */
            before[i] = dg_data(v[i]);
        }
        for (size_t i = 0; i < LEAVES; i++)
            dg_set_data(v[i], second[i]);
        ck_assert_int_eq(dg_forward(root), DG_OK);
        ck_assert_uint_eq(dg_graph_size(g), size);
        for (size_t i = 0; i < COUNT; i++) {
            double want = dg_has_grad(v[i]) || i < LEAVES ? dg_data(w[i]) : before[i];
            ck_assert_msg(same_number(dg_data(v[i]), want),
                          "seed %llu, value %zu: %.17g, not %.17g", (unsigned long long)seed, i,
                          dg_data(v[i]), want);
            ck_assert_msg(same_number(dg_grad(v[i]), grads[i]), "seed %llu, gradient %zu changed",
                          (unsigned long long)seed, i);
        }
        ck_assert_int_eq(dg_zero_grad(root), DG_OK);
        ck_assert_int_eq(dg_backward(root), DG_OK);
        ck_assert_int_eq(dg_backward(w[COUNT - 1]), DG_OK);
        for (size_t i = 0; i < COUNT; i++)
            ck_assert_msg(same_number(dg_grad(v[i]), dg_grad(w[i])), "seed %llu, gradient %zu",
                          (unsigned long long)seed, i);
        dg_graph_free(g);
        dg_graph_free(h);
    }
}
END_TEST

START_TEST(backward_twice_doubles)
{
    enum { COUNT = 2000, ROUNDS = 20 };
    static dg_value *v[COUNT];
    static double once[COUNT];
    for (uint64_t seed = 1; seed <= cases(ROUNDS); seed++) {
        double data[LEAVES] = {0.3, -0.7, 1.1, 0.2, -1.4};
        dg_graph *g = dg_graph_new();
        grow_tame(g, seed, data, v, COUNT);
        dg_value *root = v[COUNT - 1];
        size_t moved = 0;
        ck_assert_int_eq(dg_backward(root), DG_OK);
        for (size_t i = 0; i < COUNT; i++)
            once[i] = dg_grad(v[i]);
        ck_assert_int_eq(dg_backward(root), DG_OK);
        for (size_t i = 0; i + 1 < COUNT; i++) {
            ck_assert_msg(close_to(dg_grad(v[i]), 2.0L * (long double)once[i], 1e-14),
                          "seed %llu, value %zu: %.17g, once %.17g", (unsigned long long)seed, i,
                          dg_grad(v[i]), once[i]);
            moved += once[i] != 0.0;
        }
        ck_assert_double_eq(dg_grad(root), 1.0);
        ck_assert_uint_gt(moved, 5);
        ck_assert_int_eq(dg_backward(root), DG_OK);
        for (size_t i = 0; i + 1 < COUNT; i++)
            ck_assert(close_to(dg_grad(v[i]), 3.0L * (long double)once[i], 1e-14));
        ck_assert_int_eq(dg_zero_grad(root), DG_OK);
        for (size_t i = 0; i < COUNT; i++)
            ck_assert_double_eq(dg_grad(v[i]), 0.0);
        ck_assert_int_eq(dg_backward(root), DG_OK);
        for (size_t i = 0; i < COUNT; i++)
            ck_assert(same_number(dg_grad(v[i]), once[i]));
        dg_graph_free(g);
    }
}
END_TEST

START_TEST(paths_are_not_enumerated)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 1.0, NULL);
    dg_value *v = a;
    for (int i = 0; i < 1000; i++)
        v = dg_add(v, v);
    ck_assert_int_eq(dg_backward(v), DG_OK);
    ck_assert_double_eq(dg_grad(a), 0x1p1000);
    dg_set_data(a, 0.5);
    ck_assert_int_eq(dg_forward(v), DG_OK);
    ck_assert_double_eq(dg_data(v), 0x1p999);
    ck_assert_int_eq(dg_zero_grad(v), DG_OK);
    ck_assert_double_eq(dg_grad(a), 0.0);
    dg_graph_free(g);
}
END_TEST

START_TEST(gradients_accumulate)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, NULL);
    dg_value *b = dg_leaf(g, -3.0, NULL);
    dg_value *c = dg_leaf(g, 5.0, NULL);
    dg_value *ab = dg_mul(a, b);
    dg_value *root = dg_mul(ab, c);
    dg_set_grad(a, 10.0);
    dg_set_grad(ab, 100.0);
    dg_set_grad(root, 1000.0);
    ck_assert_int_eq(dg_has_grad(a), 1);
    ck_assert_int_eq(dg_has_grad(b), 0);
    ck_assert_int_eq(dg_backward(root), DG_OK);
    ck_assert_double_eq(dg_grad(root), 1.0);
    ck_assert_double_eq(dg_grad(ab), 105.0);
    ck_assert_double_eq(dg_grad(a), 10.0 - 15.0);
    ck_assert_double_eq(dg_grad(b), 10.0);
    ck_assert_double_eq(dg_grad(c), -6.0);
    /* The second of two roots: the first lies below it. */
    ck_assert_int_eq(dg_graph_zero_grad(g), DG_OK);
    ck_assert_int_eq(dg_backward(ab), DG_OK);
    ck_assert_double_eq(dg_grad(ab), 1.0);
    ck_assert_double_eq(dg_grad(root), 0.0);
    ck_assert_double_eq(dg_grad(c), 0.0);
    ck_assert_int_eq(dg_backward(root), DG_OK);
    ck_assert_double_eq(dg_grad(ab), 6.0);
    ck_assert_double_eq(dg_grad(a), -18.0);
    ck_assert_double_eq(dg_grad(b), 12.0);
    /* Two roots side by side. */
    dg_value *sum = dg_add(a, b);
    dg_value *product = dg_mul(a, a);
    ck_assert_int_eq(dg_graph_zero_grad(g), DG_OK);
    ck_assert_int_eq(dg_backward(sum), DG_OK);
    ck_assert_int_eq(dg_backward(product), DG_OK);
    ck_assert_double_eq(dg_grad(a), 5.0);
    ck_assert_double_eq(dg_grad(b), 1.0);
    ck_assert_double_eq(dg_grad(sum), 1.0);
    ck_assert_double_eq(dg_grad(c), 0.0);
    /* Zeroing below one root leaves the other alone. */
    ck_assert_int_eq(dg_zero_grad(product), DG_OK);
    ck_assert_double_eq(dg_grad(a), 0.0);
    ck_assert_double_eq(dg_grad(product), 0.0);
    ck_assert_double_eq(dg_grad(b), 1.0);
    ck_assert_double_eq(dg_grad(sum), 1.0);
    dg_graph_free(g);
}
END_TEST

/* What a pass adds is the whole derivative: parts that cancel must not take an older gradient's
 * digits with them. */
START_TEST(doubling_survives_cancellation)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 0.0, NULL);
    dg_value *v = dg_mul(a, dg_leaf(g, 1.0, NULL));
    v = dg_add(v, dg_mul(a, dg_leaf(g, -1e16, NULL)));
    v = dg_add(v, dg_mul(a, dg_leaf(g, 1e16, NULL)));
    dg_backward(v);
    double once = dg_grad(a);
    dg_backward(v);
    double twice = dg_grad(a);
    dg_graph_free(g);
    ck_assert_double_eq(once, 1.0);
    ck_assert_double_eq(twice, 2.0);
}
END_TEST

/* A computed value kept over a rewind keeps its gradient, and that is not fed into the next pass.
 */
START_TEST(kept_gradients_are_not_fed_back)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 3.0, NULL);
    dg_value *kept = dg_mul(a, a);
    size_t mark = dg_graph_mark(g);
    for (int i = 1; i <= 5; i++) {
        dg_value *v = dg_add(kept, dg_leaf(g, 1.0, NULL));
        ck_assert_int_eq(dg_backward(v), DG_OK);
        ck_assert_double_eq(dg_grad(kept), (double)i);
        ck_assert_double_eq(dg_grad(a), 6.0 * i);
        ck_assert_int_eq(dg_graph_rewind(g, mark), DG_OK);
    }
    dg_graph_free(g);
}
END_TEST

START_TEST(has_grad)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, -2.0, NULL);
    dg_value *b = dg_leaf(g, 1.0, NULL);
    dg_value *r = dg_relu(a);
    dg_value *above = dg_exp(r);
    ck_assert_int_eq(dg_has_grad(a) | dg_has_grad(r), 0);
    ck_assert_int_eq(dg_graph_zero_grad(g), DG_OK);
    ck_assert_int_eq(dg_zero_grad(above), DG_OK);
    ck_assert_int_eq(dg_has_grad(a) | dg_has_grad(r) | dg_has_grad(b), 0);
    ck_assert_int_eq(dg_forward(above), DG_OK);
    ck_assert_int_eq(dg_has_grad(a), 0);
    ck_assert_int_eq(dg_backward(r), DG_OK);
    ck_assert_int_eq(dg_has_grad(a), 1); /* reached, with gradient 0 */
    ck_assert_int_eq(dg_has_grad(r), 1);
    ck_assert_int_eq(dg_has_grad(above), 0);
    ck_assert_int_eq(dg_has_grad(b), 0);
    ck_assert_double_eq(dg_grad(a), 0.0);
    ck_assert_int_eq(dg_zero_grad(r), DG_OK);
    ck_assert_int_eq(dg_has_grad(r), 1); /* "ever" */
    ck_assert_int_eq(dg_graph_zero_grad(g), DG_OK);
    ck_assert_int_eq(dg_has_grad(a), 1);
    ck_assert_int_eq(dg_has_grad(b), 0);
    dg_set_grad(b, 0.0);
    ck_assert_int_eq(dg_has_grad(b), 1);
    dg_value *lone = dg_leaf(g, 4.0, NULL);
    ck_assert_int_eq(dg_backward(lone), DG_OK);
    ck_assert_double_eq(dg_grad(lone), 1.0);
    ck_assert_int_eq(dg_has_grad(lone), 1);
    ck_assert_int_eq(dg_forward(lone), DG_OK);
    ck_assert_double_eq(dg_data(lone), 4.0);
    dg_graph_free(g);
}
END_TEST

/* ---- The gradient check -------------------------------------------------------------------- */

START_TEST(gradcheck_touches_nothing)
{
    enum { COUNT = 100 };
    dg_value *v[COUNT];
    double data[LEAVES] = {0.3, -0.7, 1.1, 0.2, -1.4};
    double datas[COUNT];
    double grads[COUNT];
    int has[COUNT];
    for (uint64_t seed = 1; seed <= cases(30); seed++) {
        dg_graph *g = dg_graph_new();
        grow_tame(g, seed, data, v, COUNT);
        rng r = {seed};
        if (seed % 2)
            dg_backward(v[COUNT / 2]);
        for (size_t i = 0; i < COUNT; i++)
            if (rng_below(&r, 5) == 0)
                dg_set_grad(v[i], rng_between(&r, -9.0, 9.0));
        dg_value *stale = dg_mul(v[0], v[1]); /* not below the root */
        dg_set_data(stale, 77.0);
        /* Data that forward would change: left as found all the same. */
        if (seed % 3 == 0)
            dg_set_data(v[COUNT - 2], 0.125);
        for (size_t i = 0; i < COUNT; i++) {
            datas[i] = dg_data(v[i]);
            grads[i] = dg_grad(v[i]);
            has[i] = dg_has_grad(v[i]);
        }
        size_t size = dg_graph_size(g);
        dg_gradcheck_result found;
        ck_assert_int_eq(dg_gradcheck(v[COUNT - 1], 0.0, &found), DG_OK);
        ck_assert_uint_gt(found.checked, 0);
        ck_assert_ptr_nonnull(found.where);
        ck_assert_int_eq(dg_operand_count(found.where), 0);
        if (seed % 3)
            ck_assert_msg(found.worst < 1e-6, "seed %llu: %g", (unsigned long long)seed,
                          found.worst);
        ck_assert_uint_eq(dg_graph_size(g), size);
        ck_assert_double_eq(dg_data(stale), 77.0);
        for (size_t i = 0; i < COUNT; i++) {
            ck_assert_msg(same_number(dg_data(v[i]), datas[i]), "seed %llu: data %zu changed",
                          (unsigned long long)seed, i);
            ck_assert_msg(same_number(dg_grad(v[i]), grads[i]), "seed %llu: gradient %zu changed",
                          (unsigned long long)seed, i);
            ck_assert_msg(dg_has_grad(v[i]) == has[i], "seed %llu: has_grad %zu changed",
                          (unsigned long long)seed, i);
        }
        ck_assert_int_eq(dg_graph_status(g), DG_OK);
        dg_graph_free(g);
    }
}
END_TEST

static int count_until_third(void *context, const dg_gradcheck_result *comparison)
{
    size_t *count = context;
    ck_assert_uint_eq(comparison->checked, ++*count);
    ck_assert_ptr_nonnull(comparison->where);
    ck_assert_double_eq_tol(comparison->backward, 2.0 * dg_data(comparison->where), 1e-12);
    ck_assert_double_eq_tol(comparison->difference, comparison->backward, 1e-6);
    ck_assert_double_lt(comparison->worst, 1e-6);
    return *count == 3;
}

/* Each comparison is handed over, until one is enough. */
START_TEST(gradcheck_hands_over)
{
    dg_graph *g = dg_graph_new();
    dg_value *sum = NULL;
    for (int i = 0; i < 5; i++) {
        dg_value *x = dg_leaf(g, i - 1.5, NULL), *square = dg_mul(x, x);
        sum = sum ? dg_add(sum, square) : square;
    }
    size_t count = 0;
    dg_backward(sum);
    ck_assert_int_eq(dg_gradcheck_each(sum, 0.0, count_until_third, &count), DG_OK);
    ck_assert_uint_eq(count, 3);
    ck_assert_int_eq(dg_gradcheck_each(NULL, 0.0, count_until_third, &count), DG_INVALID);
    ck_assert_int_eq(dg_gradcheck_each(sum, 0.0, NULL, NULL), DG_INVALID);
    ck_assert_int_eq(dg_gradcheck_each(sum, -1.0, count_until_third, &count), DG_INVALID);
    ck_assert_uint_eq(count, 3);
    dg_graph_free(g);
}
END_TEST

START_TEST(gradcheck_finds)
{
    dg_graph *g = dg_graph_new();
    dg_gradcheck_result found;
    dg_value *good = dg_leaf(g, 2.0, NULL);
    dg_value *kink = dg_leaf(g, 0.0, NULL);
    dg_value *root = dg_add(dg_mul(good, good), dg_relu(kink));
    ck_assert_int_eq(dg_gradcheck(root, 0.0, &found), DG_OK);
    ck_assert_uint_eq(found.checked, 2);
    ck_assert_ptr_eq(found.where, kink);
    ck_assert_double_eq(found.backward, 0.0);
    ck_assert_double_eq_tol(found.difference, 0.5, 1e-6);
    ck_assert_double_eq_tol(found.worst, 0.5, 1e-6);
    /* Nearer to the kink of |x| than the step. */
    dg_value *near = dg_leaf(g, 1e-9, NULL);
    root = dg_add(dg_abs(near), good);
    ck_assert_int_eq(dg_gradcheck(root, 0.0, &found), DG_OK);
    ck_assert_ptr_eq(found.where, near);
    ck_assert_double_gt(found.worst, 0.9);
    /* The step can be smaller than the distance. */
    ck_assert_int_eq(dg_gradcheck(root, 1e-10, &found), DG_OK);
    ck_assert_double_lt(found.worst, 1e-3);
    /* The constants of composites are leaves too. */
    root = dg_sub(good, near);
    ck_assert_int_eq(dg_gradcheck(root, 0.0, &found), DG_OK);
    ck_assert_uint_eq(found.checked, 3);
    ck_assert_double_lt(found.worst, 1e-8);
    /* A leaf is its own root. */
    ck_assert_int_eq(dg_gradcheck(good, 0.0, &found), DG_OK);
    ck_assert_uint_eq(found.checked, 1);
    ck_assert_ptr_eq(found.where, good);
    ck_assert_double_eq(found.backward, 1.0);
    ck_assert_double_eq_tol(found.difference, 1.0, 1e-9);
    /* What is not finite. */
    root = dg_log(dg_leaf(g, -1.0, NULL));
    ck_assert_int_eq(dg_gradcheck(root, 0.0, &found), DG_OK);
    ck_assert_double_eq(found.worst, INFINITY);
    ck_assert_ptr_nonnull(found.where);
    root = dg_sqrt(dg_leaf(g, 0.0, NULL));
    ck_assert_int_eq(dg_gradcheck(root, 0.0, &found), DG_OK);
    ck_assert_double_eq(found.worst, INFINITY);
    /* An infinite error stays the worst, whatever comes after it. */
    root = dg_add(dg_log(dg_leaf(g, -1.0, NULL)), dg_relu(kink));
    ck_assert_int_eq(dg_gradcheck(root, 0.0, &found), DG_OK);
    ck_assert_double_eq(found.worst, INFINITY);

    ck_assert_int_eq(dg_gradcheck(good, -1.0, &found), DG_INVALID);
    ck_assert_int_eq(dg_gradcheck(good, INFINITY, &found), DG_INVALID);
    ck_assert_int_eq(dg_gradcheck(good, (double)NAN, &found), DG_INVALID);
    ck_assert_double_eq(dg_data(good), 2.0);
    ck_assert_int_eq(dg_has_grad(good), 0);
    dg_graph_free(g);
}
END_TEST

/* Values of one graph interleaved: roots that lie apart, and operands far before them. */
/* The passes before and after a check, in every combination: what the check saw of the graph, such
 * as that all of it had gradients, must not be remembered. */
START_TEST(gradcheck_leaves_no_memory)
{
    for (int passes = 0; passes < 64; passes++) {
        dg_graph *g = dg_graph_new();
        dg_value *a = dg_leaf(g, 2.0, "a"), *b = dg_leaf(g, 3.0, "b"), *root = dg_mul(a, b);
        dg_gradcheck_result found;
        double want_a = 0.0;
        int want_has = 0;
        for (int i = 0; i < 6; i++) {
            if (i == 3)
                ck_assert_int_eq(dg_gradcheck(root, 0.0, &found), DG_OK);
            if (!(passes & 1 << i))
                continue;
            if (i % 3 == 0) {
                dg_forward(root);
            } else if (i % 3 == 1) {
                dg_zero_grad(root);
                want_a = 0.0;
            } else {
                dg_backward(root);
                want_a += 3.0;
                want_has = 1;
            }
        }
        ck_assert_msg(dg_has_grad(a) == want_has && dg_has_grad(root) == want_has,
                      "passes %d: has_grad is %d", passes, dg_has_grad(a));
        ck_assert_msg(dg_grad(a) == want_a, "passes %d: the gradient is %g, not %g", passes,
                      dg_grad(a), want_a);
        dg_graph_free(g);
    }
}
END_TEST

/* What a forward pass has seen of a leaf may change before the backward pass. */
START_TEST(requires_grad_between_passes)
{
    for (int on = 0; on < 2; on++) {
        dg_graph *g = dg_graph_new();
        dg_value *a = dg_leaf(g, 2.0, NULL), *b = dg_leaf(g, 3.0, NULL), *root = dg_mul(a, b);
        dg_set_requires_grad(a, !on);
        dg_forward(root);
        dg_zero_grad(root);
        dg_set_requires_grad(a, on);
        ck_assert_int_eq(dg_backward(root), DG_OK);
        ck_assert_int_eq(dg_has_grad(a), on);
        ck_assert_double_eq(dg_grad(a), on ? 3.0 : 0.0);
        ck_assert_double_eq(dg_grad(b), 2.0);
        dg_graph_free(g);
    }
}
END_TEST

/* A stamp has 16 bits: traversals more than 32,767 apart have the same epoch, and a later one must
 * not take the stamps of an earlier one for its own. */
START_TEST(epochs_that_come_again)
{
    enum { CHAINS = 40, EPOCHS = 32767, SHIFT = 4 };
    for (int shift = -SHIFT; shift <= SHIFT; shift++) {
        dg_graph *g = dg_graph_new();
        dg_value *leaf[CHAINS], *root[CHAINS];
        dg_value *other = dg_tanh(dg_leaf(g, 1.0, NULL));
        for (int i = 0; i < CHAINS; i++) {
            leaf[i] = dg_leaf(g, 0.5, NULL);
            root[i] = dg_tanh(dg_tanh(dg_tanh(leaf[i])));
        }
        for (int i = 0; i < CHAINS; i++)
            dg_zero_grad(root[i]);
        for (int i = CHAINS; i < EPOCHS + shift; i++)
            dg_zero_grad(other);
        for (int i = 0; i < CHAINS; i++) {
            dg_set_grad(leaf[i], 1.0);
            dg_zero_grad(root[i]);
            ck_assert_msg(dg_grad(leaf[i]) == 0.0, "shift %d, chain %d: not reached", shift, i);
        }
        dg_graph_free(g);
    }
}
END_TEST

START_TEST(passes_stay_below_their_root)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 3.0, NULL);
    dg_value *other = dg_leaf(g, 4.0, NULL);
    dg_value *mine = dg_mul(a, a);
    dg_value *not_mine = dg_mul(other, other);
    for (int i = 0; i < 10000; i++) {
        mine = dg_add(mine, a);
        not_mine = dg_add(not_mine, other);
    }
    dg_value *late = dg_leaf(g, 2.0, NULL); /* a leaf made after what it is used with */
    dg_value *root = dg_mul(late, mine);
    dg_set_data(not_mine, 1.0);
    ck_assert_int_eq(dg_backward(root), DG_OK);
    ck_assert_double_eq(dg_grad(a), 2.0 * (6.0 + 10000.0));
    ck_assert_double_eq(dg_grad(late), 9.0 + 30000.0);
    ck_assert_int_eq(dg_has_grad(other), 0);
    ck_assert_int_eq(dg_has_grad(not_mine), 0);
    ck_assert_int_eq(dg_forward(root), DG_OK);
    ck_assert_double_eq(dg_data(not_mine), 1.0);
    dg_set_grad(other, 8.0);
    ck_assert_int_eq(dg_zero_grad(root), DG_OK);
    ck_assert_double_eq(dg_grad(other), 8.0);
    ck_assert_double_eq(dg_grad(a), 0.0);
    ck_assert_int_eq(dg_graph_zero_grad(g), DG_OK);
    ck_assert_double_eq(dg_grad(other), 0.0);
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        forward_is_building_anew,
        backward_twice_doubles,
        paths_are_not_enumerated,
        gradients_accumulate,
        doubling_survives_cancellation,
        kept_gradients_are_not_fed_back,
        has_grad,
        gradcheck_touches_nothing,
        gradcheck_hands_over,
        gradcheck_finds,
        gradcheck_leaves_no_memory,
        requires_grad_between_passes,
        epochs_that_come_again,
        passes_stay_below_their_root,
    };
    return run_suite("passes", tests, sizeof tests / sizeof *tests);
}
