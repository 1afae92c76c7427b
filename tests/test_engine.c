/* The engine's contract, as include/dotgrad/engine.h has it: known answers of the documents, the
 * shape of what is made, the passes, marks, labels and errors. */
#include <dotgrad/engine.h>

#include <check.h>
#include <stdio.h>

#include "engine_support.h"

/* ---- Known answers ------------------------------------------------------------------------- */

static void neuron(bool composed)
{
    dg_graph *g = dg_graph_new();
    dg_value *x1 = dg_leaf(g, 2.0, "x1");
    dg_value *x2 = dg_leaf(g, 0.0, "x2");
    dg_value *w1 = dg_leaf(g, -3.0, "w1");
    dg_value *w2 = dg_leaf(g, 1.0, "w2");
    dg_value *b = dg_leaf(g, 6.8813735870195432, "b");
    dg_value *n = dg_add(dg_add(dg_mul(x1, w1), dg_mul(x2, w2)), b);
    dg_value *o;
    if (composed) {
        dg_value *e = dg_exp(dg_mul(n, dg_leaf(g, 2.0, NULL)));
        o = dg_div(dg_sub(e, dg_leaf(g, 1.0, NULL)), dg_add(e, dg_leaf(g, 1.0, NULL)));
    } else {
        o = dg_tanh(n);
    }
    ck_assert_ptr_nonnull(dg_label(o, "o"));
    ck_assert_int_eq(dg_backward(o), DG_OK);
    ck_assert_double_eq_tol(dg_data(n), 0.8813735870195432, 1e-12);
    ck_assert_double_eq_tol(dg_data(o), 0.7071067811865476, 1e-12);
    ck_assert_double_eq(dg_grad(o), 1.0);
    ck_assert_double_eq_tol(dg_grad(n), 0.5, 1e-12);
    ck_assert_double_eq_tol(dg_grad(b), 0.5, 1e-12);
    ck_assert_double_eq_tol(dg_grad(x1), -1.5, 1e-12);
    ck_assert_double_eq_tol(dg_grad(w1), 1.0, 1e-12);
    ck_assert_double_eq_tol(dg_grad(x2), 0.5, 1e-12);
    ck_assert_double_eq(dg_grad(w2), 0.0);
    dg_graph_free(g);
}

START_TEST(documents_neuron)
{
    neuron(false);
    neuron(true);
}
END_TEST

START_TEST(documents_first_graph)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, "a");
    dg_value *b = dg_leaf(g, -3.0, "b");
    dg_value *c = dg_leaf(g, 10.0, "c");
    dg_value *e = dg_label(dg_mul(a, b), "e");
    dg_value *d = dg_label(dg_add(e, c), "d");
    dg_value *f = dg_leaf(g, -2.0, "f");
    dg_value *L = dg_label(dg_mul(d, f), "L");
    ck_assert_uint_eq(dg_graph_size(g), 7);
    ck_assert_double_eq(dg_data(L), -8.0);
    ck_assert_double_eq(dg_grad(L), 0.0);
    ck_assert_int_eq(dg_backward(L), DG_OK);
    ck_assert_double_eq(dg_grad(L), 1.0);
    ck_assert_double_eq(dg_grad(a), 6.0);
    ck_assert_double_eq(dg_grad(b), -4.0);
    ck_assert_double_eq(dg_grad(c), -2.0);
    ck_assert_double_eq(dg_grad(d), -2.0);
    ck_assert_double_eq(dg_grad(e), -2.0);
    ck_assert_double_eq(dg_grad(f), 4.0);
    ck_assert_uint_eq(dg_graph_size(g), 7);
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    ck_assert_ptr_null(dg_graph_error(g));
    dg_graph_free(g);
}
END_TEST

START_TEST(documents_value_used_twice)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 3.0, "a");
    dg_backward(dg_add(a, a));
    ck_assert_double_eq(dg_grad(a), 2.0);
    a = dg_leaf(g, -2.0, "a");
    dg_value *b = dg_leaf(g, 3.0, "b");
    dg_value *d = dg_mul(a, b);
    dg_value *e = dg_add(a, b);
    dg_value *f = dg_mul(d, e);
    dg_backward(f);
    ck_assert_double_eq(dg_data(f), -6.0);
    ck_assert_double_eq(dg_grad(a), -3.0);
    ck_assert_double_eq(dg_grad(b), -8.0);
    dg_graph_free(g);
}
END_TEST

static void check_op(const dg_value *v, const char *name, const char *text, int arity)
{
    char room[DG_OP_TEXT_MAX];
    ck_assert_str_eq(dg_op_name(v), name);
    ck_assert_ptr_eq(dg_op_text(v, room), room);
    ck_assert_str_eq(room, text);
    ck_assert_int_eq(dg_arity(v), arity);
    for (int i = 0; i < arity; i++)
        ck_assert_ptr_nonnull(dg_parent(v, i));
    ck_assert_ptr_null(dg_parent(v, arity));
    ck_assert_ptr_null(dg_parent(v, -1));
    ck_assert_ptr_null(dg_parent(v, 2));
}

START_TEST(spelled_as_in_the_documents)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 7.0, "a");
    dg_value *b = dg_leaf(g, 2.0, "b");
    check_op(a, "", "", 0);
    dg_value *sub = dg_sub(a, b);
    ck_assert_uint_eq(dg_graph_size(g), 5);
    check_op(sub, "+", "+", 2);
    ck_assert_double_eq(dg_data(sub), 5.0);
    ck_assert_ptr_eq(dg_parent(sub, 0), a);
    dg_value *product = dg_parent(sub, 1);
    check_op(product, "*", "*", 2);
    ck_assert_ptr_eq(dg_parent(product, 0), b);
    check_op(dg_parent(product, 1), "", "", 0);
    ck_assert_double_eq(dg_data(dg_parent(product, 1)), -1.0);

    dg_value *div = dg_div(a, b);
    ck_assert_uint_eq(dg_graph_size(g), 7);
    check_op(div, "*", "*", 2);
    ck_assert_double_eq(dg_data(div), 3.5);
    ck_assert_ptr_eq(dg_parent(div, 0), a);
    check_op(dg_parent(div, 1), "**", "**-1", 1);
    ck_assert_ptr_eq(dg_parent(dg_parent(div, 1), 0), b);
    ck_assert_double_eq(dg_exponent(dg_parent(div, 1)), -1.0);

    dg_value *neg = dg_neg(a);
    ck_assert_uint_eq(dg_graph_size(g), 9);
    check_op(neg, "*", "*", 2);
    ck_assert_double_eq(dg_data(neg), -7.0);
    ck_assert_ptr_eq(dg_parent(neg, 0), a);
    ck_assert_double_eq(dg_data(dg_parent(neg, 1)), -1.0);
    ck_assert_str_eq(dg_get_label(neg), "");

    dg_value *self = dg_sub(a, a);
    ck_assert_double_eq(dg_data(self), 0.0);
    dg_backward(self);
    ck_assert_double_eq(dg_grad(a), 0.0);
    ck_assert_int_eq(dg_has_grad(a), 1);
    self = dg_div(b, b);
    dg_backward(self);
    ck_assert_double_eq(dg_grad(b), 0.0);
    dg_value *by_zero = dg_div(a, dg_leaf(g, 0.0, NULL));
    ck_assert_double_eq(dg_data(by_zero), INFINITY);
    by_zero = dg_div(dg_leaf(g, 0.0, NULL), dg_leaf(g, 0.0, NULL));
    ck_assert(isnan(dg_data(by_zero)));
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    dg_graph_free(g);
}
END_TEST

START_TEST(every_op_makes_what_it_says)
{
    static const struct {
        const char *op;
        const char *text;
    } texts[] = {{"add", "+"},     {"mul", "*"},   {"pow", "**"},
                 {"tanh", "tanh"}, {"exp", "exp"}, {"log", "log"},
                 {"relu", "ReLU"}, {"sin", "sin"}, {"sigmoid", "sigmoid"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ck_assert_ptr_nonnull(dg_op_find(texts[i].op));
        ck_assert_str_eq(dg_op_find(texts[i].op)->text, texts[i].text);
    }
    static dg_value *(*const unary[])(dg_value *) = {
        dg_tanh, dg_exp,  dg_log,  dg_relu, dg_sigmoid, dg_softplus, dg_silu, dg_sin, dg_cos,
        dg_tan,  dg_atan, dg_sqrt, dg_abs,  dg_log1p,   dg_expm1,    dg_erf,  dg_neg,
    };
    static const char *const names[] = {
        "tanh", "exp",  "log",  "relu", "sigmoid", "softplus", "silu", "sin", "cos",
        "tan",  "atan", "sqrt", "abs",  "log1p",   "expm1",    "erf",  "neg",
    };
    static dg_value *(*const binary[])(dg_value *, dg_value *) = {dg_add, dg_mul, dg_sub,
                                                                  dg_div, dg_max, dg_min};
    static const char *const binary_names[] = {"add", "mul", "sub", "div", "max", "min"};
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 0.4, NULL);
    dg_value *b = dg_leaf(g, 0.7, NULL);
    for (size_t i = 0; i < sizeof unary / sizeof *unary; i++) {
        const dg_op *op = dg_op_find(names[i]);
        dg_value *one = unary[i](a);
        dg_value *two = dg_apply(op, a, b, 9.0); /* b and k are ignored */
        ck_assert(same_number(dg_data(one), dg_data(two)));
        ck_assert_str_eq(dg_op_name(one), dg_op_name(two));
        if (op->text[0]) {
            check_op(one, op->text, op->text, 1);
            ck_assert_ptr_eq(dg_parent(two, 0), a);
        }
        ck_assert(isnan(dg_exponent(one)));
        ck_assert_double_eq(dg_grad(one), 0.0);
        ck_assert_int_eq(dg_has_grad(one), 0);
        ck_assert_ptr_eq(dg_graph_of(one), g);
        ck_assert_ptr_null(unary[i](NULL));
        ck_assert_ptr_null(dg_apply(op, NULL, NULL, 0.0));
    }
    for (size_t i = 0; i < sizeof binary / sizeof *binary; i++) {
        const dg_op *op = dg_op_find(binary_names[i]);
        dg_value *one = binary[i](a, b);
        dg_value *two = dg_apply(op, a, b, 9.0);
        ck_assert(same_number(dg_data(one), dg_data(two)));
        ck_assert_str_eq(dg_op_name(one), dg_op_name(two));
        ck_assert_ptr_eq(dg_parent(two, 0), a);
        ck_assert_int_eq(dg_graph_status(g), DG_OK);
        ck_assert_ptr_null(binary[i](a, NULL));
        ck_assert_int_eq(dg_graph_status(g), DG_INVALID);
        dg_graph_clear_error(g);
        ck_assert_ptr_null(binary[i](NULL, b));
        ck_assert_int_eq(dg_graph_status(g), DG_INVALID);
        dg_graph_clear_error(g);
        ck_assert_ptr_null(binary[i](NULL, NULL));
        ck_assert_ptr_null(dg_apply(op, a, NULL, 0.0));
        ck_assert_ptr_nonnull(dg_graph_error(g));
        dg_graph_clear_error(g);
    }
    check_op(dg_apply(dg_op_find("pow"), a, NULL, 3.0), "**", "**3", 1);
    ck_assert_ptr_null(dg_apply(NULL, a, b, 1.0));
    dg_graph_free(g);
}
END_TEST

START_TEST(op_text_of_a_power)
{
    static const struct {
        double k;
        const char *text;
    } rows[] = {
        {2.0, "**2"},
        {-1.0, "**-1"},
        {0.5, "**0.5"},
        {1e-05, "**1e-05"},
        {0.0001, "**0.0001"},
        {1e16, "**1e+16"},
        {1e15, "**1000000000000000"},
        {0.1, "**0.1"},
        {1e22, "**1e+22"},
        {123456789.0, "**123456789"},
        {INFINITY, "**inf"},
        {-INFINITY, "**-inf"},
        {(double)NAN, "**nan"},
        {-0.0, "**-0"},
        {0.0, "**0"},
        {-DBL_MAX, "**-1.7976931348623157e+308"},
        {-2.2250738585072014e-308, "**-2.2250738585072014e-308"},
        {5e-324, "**5e-324"},
        {1.0 / 3.0, "**0.3333333333333333"},
    };
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        dg_value *p = dg_pow(a, rows[i].k);
        check_op(p, "**", rows[i].text, 1);
        ck_assert(same_number(dg_exponent(p), rows[i].k));
        ck_assert_ptr_eq(dg_parent(p, 0), a);
    }
    ck_assert(isnan(dg_exponent(a)));
    ck_assert_double_eq(dg_data(dg_pow(dg_leaf(g, 0.0, NULL), 0.0)), 1.0);
    dg_graph_free(g);
}
END_TEST

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
    for (uint64_t seed = 1; seed <= (watched() ? ROUNDS / 8 : ROUNDS); seed++) {
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
    for (uint64_t seed = 1; seed <= (watched() ? ROUNDS / 8 : ROUNDS); seed++) {
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

START_TEST(paths_are_not_walked_one_by_one)
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
            dg_value *w = dg_label(dg_add(v, old[i % OLD]), text);
            ck_assert_ptr_nonnull(w);
            ck_assert_int_eq(dg_has_grad(w), 0);
            ck_assert_double_eq(dg_grad(w), 0.0);
            if (i % 100 == 0) { /* labels of old values, between labels of new ones */
                snprintf(text, sizeof text, "kept %d %zu", round, i % OLD);
                ck_assert_ptr_eq(dg_label(old[i % OLD], text), old[i % OLD]);
            }
            v = w;
        }
        ck_assert_uint_eq(dg_graph_size(g), OLD + NEW);
        dg_value *fresh = dg_leaf(g, 1.0, NULL);
        ck_assert_str_eq(dg_get_label(fresh), "");
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
            ck_assert_str_eq(dg_get_label(old[i]), text);
            ck_assert_double_eq(dg_data(old[i]), (double)i);
        }
        dg_value *reused = dg_leaf(g, 5.0, NULL);
        ck_assert_str_eq(dg_get_label(reused), "");
        ck_assert_int_eq(dg_has_grad(reused), 0);
        ck_assert_double_eq(dg_grad(reused), 0.0);
        ck_assert_int_eq(dg_arity(reused), 0);
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
    ck_assert_str_eq(dg_get_label(a), "");
    ck_assert_double_eq(dg_data(dg_mul(a, a)), 4.0);
    /* Nested marks, at every size: chunk edges are somewhere among them. */
    for (size_t n = 0; n < 6000; n++) {
        size_t mark = dg_graph_mark(g);
        dg_value *b = dg_leaf(g, (double)n, "b");
        dg_value *c = dg_label(dg_add(a, b), "c");
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
    ck_assert_str_eq(dg_get_label(w), "w");
    dg_graph_free(g);
}
END_TEST

/* ---- Labels -------------------------------------------------------------------------------- */

START_TEST(labels)
{
    dg_graph *g = dg_graph_new();
    dg_value *v = dg_leaf(g, 1.0, NULL);
    ck_assert_str_eq(dg_get_label(v), "");
    char mine[] = "mine";
    ck_assert_ptr_eq(dg_label(v, mine), v);
    mine[0] = 'X';
    ck_assert_str_eq(dg_get_label(v), "mine");
    ck_assert_ptr_eq(dg_label(v, dg_get_label(v)), v);
    ck_assert_str_eq(dg_get_label(v), "mine");
    ck_assert_ptr_eq(dg_label(v, dg_get_label(v) + 1), v);
    ck_assert_str_eq(dg_get_label(v), "ine");
    ck_assert_ptr_eq(dg_label(v, "\xFF\x80 \n\t\"{|}\\"), v);
    ck_assert_str_eq(dg_get_label(v), "\xFF\x80 \n\t\"{|}\\");
    ck_assert_ptr_eq(dg_label(v, ""), v);
    ck_assert_str_eq(dg_get_label(v), "");
    dg_label(v, "again");
    ck_assert_ptr_eq(dg_label(v, NULL), v);
    ck_assert_str_eq(dg_get_label(v), "");
    ck_assert_str_eq(dg_get_label(dg_leaf(g, 1.0, "")), "");
    ck_assert_ptr_null(dg_label(NULL, "x"));
    ck_assert_int_eq(dg_graph_status(g), DG_OK);

    char *longest = malloc(DG_LABEL_MAX + 2);
    ck_assert_ptr_nonnull(longest);
    memset(longest, 'l', DG_LABEL_MAX + 1);
    longest[DG_LABEL_MAX + 1] = '\0';
    dg_label(v, "before");
    ck_assert_ptr_null(dg_label(v, longest));
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    ck_assert_ptr_nonnull(dg_graph_error(g));
    ck_assert_str_eq(dg_get_label(v), "before");
    dg_graph_clear_error(g);
    ck_assert_ptr_null(dg_leaf(g, 1.0, longest));
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    dg_graph_clear_error(g);
    longest[DG_LABEL_MAX] = '\0';
    ck_assert_ptr_eq(dg_label(v, longest), v);
    ck_assert_str_eq(dg_get_label(v), longest);
    dg_value *w = dg_leaf(g, 2.0, longest);
    ck_assert_ptr_nonnull(w);
    ck_assert_str_eq(dg_get_label(w), longest);
    longest[100] = '\0';
    dg_label(w, longest);
    ck_assert_uint_eq(strlen(dg_get_label(w)), 100);
    ck_assert_uint_eq(strlen(dg_get_label(v)), DG_LABEL_MAX);
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    free(longest);
    dg_graph_free(g);
}
END_TEST

/* Every length around the sizes of blocks. */
START_TEST(label_lengths)
{
    dg_graph *g = dg_graph_new();
    enum { LONGEST = 9000 };
    static char text[LONGEST + 1];
    static dg_value *v[LONGEST + 1];
    for (size_t n = 0; n <= LONGEST; n += n < 300 ? 1 : 61) {
        memset(text, (int)('a' + n % 26), n);
        text[n] = '\0';
        v[n] = dg_leaf(g, (double)n, text);
        ck_assert_ptr_nonnull(v[n]);
    }
    for (size_t n = 0; n <= LONGEST; n += n < 300 ? 1 : 61) {
        const char *label = dg_get_label(v[n]);
        ck_assert_uint_eq(strlen(label), n);
        for (size_t i = 0; i < n; i++)
            ck_assert_int_eq(label[i], (char)('a' + n % 26));
    }
    dg_graph_free(g);
}
END_TEST

/* ---- Errors -------------------------------------------------------------------------------- */

START_TEST(nothing_crashes_on_null)
{
    char text[DG_OP_TEXT_MAX] = "untouched";
    dg_gradcheck_result found;
    dg_graph_free(NULL);
    ck_assert_uint_eq(dg_graph_size(NULL), 0);
    ck_assert_int_eq(dg_graph_status(NULL), DG_INVALID);
    ck_assert_ptr_nonnull(dg_graph_error(NULL));
    dg_graph_clear_error(NULL);
    ck_assert_uint_eq(dg_graph_mark(NULL), 0);
    ck_assert_int_eq(dg_graph_rewind(NULL, 0), DG_INVALID);
    ck_assert_ptr_null(dg_leaf(NULL, 1.0, "x"));
    ck_assert_ptr_null(dg_pow(NULL, 2.0));
    ck_assert(isnan(dg_data(NULL)));
    ck_assert(isnan(dg_grad(NULL)));
    dg_set_data(NULL, 1.0);
    dg_set_grad(NULL, 1.0);
    ck_assert_int_eq(dg_has_grad(NULL), 0);
    ck_assert_ptr_null(dg_label(NULL, NULL));
    ck_assert_str_eq(dg_get_label(NULL), "");
    ck_assert_int_eq(dg_arity(NULL), 0);
    ck_assert_ptr_null(dg_parent(NULL, 0));
    ck_assert(isnan(dg_exponent(NULL)));
    ck_assert_ptr_null(dg_graph_of(NULL));
    ck_assert_str_eq(dg_op_name(NULL), "");
    ck_assert_str_eq(dg_op_text(NULL, text), "");
    ck_assert_ptr_null(dg_op_text(NULL, NULL));
    ck_assert_int_eq(dg_backward(NULL), DG_INVALID);
    ck_assert_int_eq(dg_forward(NULL), DG_INVALID);
    ck_assert_int_eq(dg_zero_grad(NULL), DG_INVALID);
    ck_assert_int_eq(dg_graph_zero_grad(NULL), DG_INVALID);
    ck_assert_int_eq(dg_gradcheck(NULL, 0.0, &found), DG_INVALID);
    ck_assert_int_eq(dg_gradcheck(NULL, 0.0, NULL), DG_INVALID);
    dg_graph *g = dg_graph_new();
    dg_value *v = dg_leaf(g, 1.0, NULL);
    ck_assert_int_eq(dg_gradcheck(v, 0.0, NULL), DG_INVALID);
    ck_assert_ptr_null(dg_op_text(v, NULL));
    ck_assert_ptr_null(dg_parent(v, 0));
    for (size_t i = 0; i < dg_op_count(); i++)
        ck_assert_ptr_null(dg_apply(dg_op_at(i), NULL, v, 1.0));
    dg_graph_free(g);
    for (int i = DG_OK; i <= DG_RENDER; i++)
        ck_assert_uint_gt(strlen(dg_status_text((dg_status)i)), 0);
    ck_assert_ptr_nonnull(dg_status_text((dg_status)99));
    ck_assert_ptr_nonnull(dg_version());
    dg_free(NULL);
}
END_TEST

START_TEST(graphs_do_not_mix)
{
    static dg_value *(*const binary[])(dg_value *, dg_value *) = {dg_add, dg_mul, dg_sub,
                                                                  dg_div, dg_max, dg_min};
    for (size_t i = 0; i < sizeof binary / sizeof *binary; i++) {
        dg_graph *g = dg_graph_new();
        dg_graph *h = dg_graph_new();
        dg_value *a = dg_leaf(g, 1.0, "a");
        dg_value *b = dg_leaf(h, 2.0, "b");
        ck_assert_ptr_null(binary[i](a, b));
        ck_assert_msg(dg_graph_status(g) == DG_INVALID || dg_graph_status(h) == DG_INVALID,
                      "no graph keeps the reason");
        ck_assert_int_eq(dg_graph_status(g), DG_INVALID); /* the first operand's, at the least */
        /* What was not made leaves nothing behind. */
        ck_assert_uint_eq(dg_graph_size(g), 1);
        ck_assert_uint_eq(dg_graph_size(h), 1);
        dg_graph_free(g);
        dg_graph_free(h);
    }
}
END_TEST

START_TEST(a_failed_op_leaves_nothing_behind)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 1.0, NULL);
    ck_assert_ptr_null(dg_sub(NULL, a));
    ck_assert_ptr_null(dg_div(NULL, a));
    ck_assert_ptr_null(dg_sub(a, NULL));
    ck_assert_ptr_null(dg_div(a, NULL));
    ck_assert_uint_eq(dg_graph_size(g), 1);
    dg_graph_free(g);
}
END_TEST

START_TEST(the_first_error_is_kept)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 1.0, NULL);
    char *too_long = malloc(DG_LABEL_MAX + 2);
    ck_assert_ptr_nonnull(too_long);
    memset(too_long, 'x', DG_LABEL_MAX + 1);
    too_long[DG_LABEL_MAX + 1] = '\0';
    ck_assert_ptr_null(dg_label(a, too_long));
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    char first[400];
    snprintf(first, sizeof first, "%s", dg_graph_error(g));
    ck_assert_uint_gt(strlen(first), 0);
    ck_assert_ptr_null(strchr(first, '\n'));
    ck_assert_ptr_null(dg_add(a, NULL));
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    ck_assert_str_eq(dg_graph_error(g), first);
    /* A graph with an error still works. */
    dg_value *two = dg_add(a, a);
    ck_assert_ptr_nonnull(two);
    ck_assert_int_eq(dg_backward(two), DG_OK);
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    dg_graph_clear_error(g);
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    ck_assert_ptr_null(dg_graph_error(g));
    ck_assert_ptr_null(dg_add(a, NULL));
    ck_assert_int_eq(dg_graph_status(g), DG_INVALID);
    ck_assert_str_ne(dg_graph_error(g), first);
    /* One check at the end of nested calls. */
    dg_graph_clear_error(g);
    ck_assert_ptr_null(dg_tanh(dg_mul(dg_label(dg_add(a, dg_label(a, too_long)), "sum"), a)));
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    free(too_long);
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
    for (uint64_t seed = 1; seed <= (watched() ? 6 : 30); seed++) {
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
        ck_assert_int_eq(dg_arity(found.where), 0);
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
    /* Constants of the spelled ops are leaves too. */
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
        documents_neuron,
        documents_first_graph,
        documents_value_used_twice,
        spelled_as_in_the_documents,
        every_op_makes_what_it_says,
        op_text_of_a_power,
        forward_is_building_anew,
        backward_twice_doubles,
        paths_are_not_walked_one_by_one,
        gradients_accumulate,
        doubling_survives_cancellation,
        kept_gradients_are_not_fed_back,
        has_grad,
        rewind_keeps_the_old,
        rewind_rules,
        descent,
        labels,
        label_lengths,
        nothing_crashes_on_null,
        graphs_do_not_mix,
        a_failed_op_leaves_nothing_behind,
        the_first_error_is_kept,
        gradcheck_touches_nothing,
        gradcheck_finds,
        passes_stay_below_their_root,
    };
    Suite *s = suite_create("engine");
    TCase *tc = tcase_create("engine");
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
