/* The engine's contract, as include/dotgrad/engine.h has it: known answers of the micrograd
 * lectures, the shape of what is made, labels and errors. */
#include <dotgrad/engine.h>

#include <stdio.h>

#include "check_main.h"
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
    ck_assert_ptr_nonnull(dg_set_label(o, "o"));
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

START_TEST(lectures_neuron)
{
    neuron(false);
    neuron(true);
}
END_TEST

START_TEST(lectures_first_graph)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, "a");
    dg_value *b = dg_leaf(g, -3.0, "b");
    dg_value *c = dg_leaf(g, 10.0, "c");
    dg_value *e = dg_set_label(dg_mul(a, b), "e");
    dg_value *d = dg_set_label(dg_add(e, c), "d");
    dg_value *f = dg_leaf(g, -2.0, "f");
    dg_value *L = dg_set_label(dg_mul(d, f), "L");
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
    ck_assert_str_eq(dg_graph_error(g)->text, "");
    dg_graph_free(g);
}
END_TEST

START_TEST(lectures_value_used_twice)
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
    char buffer[DG_OP_TEXT_MAX];
    ck_assert_str_eq(dg_op_name(v), name);
    ck_assert_ptr_eq(dg_op_text(v, buffer), buffer);
    ck_assert_str_eq(buffer, text);
    ck_assert_int_eq(dg_operand_count(v), arity);
    for (int i = 0; i < arity; i++)
        ck_assert_ptr_nonnull(dg_operand(v, i));
    ck_assert_ptr_null(dg_operand(v, arity));
    ck_assert_ptr_null(dg_operand(v, -1));
    ck_assert_ptr_null(dg_operand(v, 2));
}

START_TEST(composites_as_in_the_lectures)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 7.0, "a");
    dg_value *b = dg_leaf(g, 2.0, "b");
    check_op(a, "", "", 0);
    dg_value *sub = dg_sub(a, b);
    ck_assert_uint_eq(dg_graph_size(g), 5);
    check_op(sub, "+", "+", 2);
    ck_assert_double_eq(dg_data(sub), 5.0);
    ck_assert_ptr_eq(dg_operand(sub, 0), a);
    dg_value *product = dg_operand(sub, 1);
    check_op(product, "*", "*", 2);
    ck_assert_ptr_eq(dg_operand(product, 0), b);
    check_op(dg_operand(product, 1), "", "", 0);
    ck_assert_double_eq(dg_data(dg_operand(product, 1)), -1.0);

    dg_value *div = dg_div(a, b);
    ck_assert_uint_eq(dg_graph_size(g), 7);
    check_op(div, "*", "*", 2);
    ck_assert_double_eq(dg_data(div), 3.5);
    ck_assert_ptr_eq(dg_operand(div, 0), a);
    check_op(dg_operand(div, 1), "**-1", "**-1", 1);
    ck_assert_ptr_eq(dg_operand(dg_operand(div, 1), 0), b);
    ck_assert_double_eq(dg_exponent(dg_operand(div, 1)), -1.0);

    dg_value *neg = dg_neg(a);
    ck_assert_uint_eq(dg_graph_size(g), 9);
    check_op(neg, "*", "*", 2);
    ck_assert_double_eq(dg_data(neg), -7.0);
    ck_assert_ptr_eq(dg_operand(neg, 0), a);
    ck_assert_double_eq(dg_data(dg_operand(neg, 1)), -1.0);
    ck_assert_str_eq(dg_label(neg), "");

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
        ck_assert_ptr_nonnull(dg_op_from_name(texts[i].op));
        ck_assert_str_eq(dg_op_from_name(texts[i].op)->text, texts[i].text);
    }
    /* Of the composites neg has one operand, the others two. pow has a test of its own. */
    static dg_value *(*const unary[])(dg_value *) = {
#define DGI_UNARY(name, ...) dg_##name,
#define DGI_BINARY(...)
#define DGI_CONSTANT(...)
#define DGI_COMPOSITE(name, operands, ...) COMPOSITE_##operands(name)
#define COMPOSITE_1(name) dg_##name,
#define COMPOSITE_2(name)
#include "engine/ops.def"
#undef DGI_UNARY
    };
    static const char *const names[] = {
#define DGI_UNARY(name, ...) #name,
#undef COMPOSITE_1
#define COMPOSITE_1(name) #name,
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef COMPOSITE_1
#undef COMPOSITE_2
    };
    static dg_value *(*const binary[])(dg_value *, dg_value *) = {
#define DGI_UNARY(...)
#define DGI_BINARY(name, ...) dg_##name,
#define COMPOSITE_1(name)
#define COMPOSITE_2(name) dg_##name,
#include "engine/ops.def"
#undef DGI_BINARY
    };
    static const char *const binary_names[] = {
#define DGI_BINARY(name, ...) #name,
#undef COMPOSITE_2
#define COMPOSITE_2(name) #name,
#include "engine/ops.def"
    };
    ck_assert_uint_gt(sizeof names / sizeof *names, 16);
    ck_assert_uint_gt(sizeof binary_names / sizeof *binary_names, 6);
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 0.4, NULL);
    dg_value *b = dg_leaf(g, 0.7, NULL);
    for (size_t i = 0; i < sizeof unary / sizeof *unary; i++) {
        const dg_op *op = dg_op_from_name(names[i]);
        dg_value *one = unary[i](a);
        dg_value *two = dg_apply(op, a, b, 9.0); /* b and k are ignored */
        ck_assert(same_number(dg_data(one), dg_data(two)));
        ck_assert_str_eq(dg_op_name(one), dg_op_name(two));
        if (op->text[0]) {
            check_op(one, op->text, op->text, 1);
            ck_assert_ptr_eq(dg_operand(two, 0), a);
        }
        ck_assert(isnan(dg_exponent(one)));
        ck_assert_double_eq(dg_grad(one), 0.0);
        ck_assert_int_eq(dg_has_grad(one), 0);
        ck_assert_ptr_eq(dg_graph_of(one), g);
        ck_assert_ptr_null(unary[i](NULL));
        ck_assert_ptr_null(dg_apply(op, NULL, NULL, 0.0));
    }
    for (size_t i = 0; i < sizeof binary / sizeof *binary; i++) {
        const dg_op *op = dg_op_from_name(binary_names[i]);
        dg_value *one = binary[i](a, b);
        dg_value *two = dg_apply(op, a, b, 9.0);
        ck_assert(same_number(dg_data(one), dg_data(two)));
        ck_assert_str_eq(dg_op_name(one), dg_op_name(two));
        ck_assert_ptr_eq(dg_operand(two, 0), a);
        ck_assert_int_eq(dg_graph_status(g), DG_OK);
        ck_assert_ptr_null(binary[i](a, NULL));
        ck_assert_int_eq(dg_graph_status(g), DG_INVALID);
        dg_graph_clear_error(g);
        ck_assert_ptr_null(binary[i](NULL, b));
        ck_assert_int_eq(dg_graph_status(g), DG_INVALID);
        dg_graph_clear_error(g);
        ck_assert_ptr_null(binary[i](NULL, NULL));
        ck_assert_ptr_null(dg_apply(op, a, NULL, 0.0));
        ck_assert_str_ne(dg_graph_error(g)->text, "");
        dg_graph_clear_error(g);
    }
    check_op(dg_apply(dg_op_from_name("pow"), a, NULL, 3.0), "**3", "**3", 1);
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
        check_op(p, rows[i].text, rows[i].text, 1);
        ck_assert(same_number(dg_exponent(p), rows[i].k));
        ck_assert_ptr_eq(dg_operand(p, 0), a);
    }
    ck_assert(isnan(dg_exponent(a)));
    ck_assert_double_eq(dg_data(dg_pow(dg_leaf(g, 0.0, NULL), 0.0)), 1.0);
    dg_graph_free(g);
}
END_TEST

/* ---- Labels -------------------------------------------------------------------------------- */

START_TEST(labels)
{
    dg_graph *g = dg_graph_new();
    dg_value *v = dg_leaf(g, 1.0, NULL);
    ck_assert_str_eq(dg_label(v), "");
    char mine[] = "mine";
    ck_assert_ptr_eq(dg_set_label(v, mine), v);
    mine[0] = 'X';
    ck_assert_str_eq(dg_label(v), "mine");
    ck_assert_ptr_eq(dg_set_label(v, dg_label(v)), v);
    ck_assert_str_eq(dg_label(v), "mine");
    ck_assert_ptr_eq(dg_set_label(v, dg_label(v) + 1), v);
    ck_assert_str_eq(dg_label(v), "ine");
    ck_assert_ptr_eq(dg_set_label(v, "\xFF\x80 \n\t\"{|}\\"), v);
    ck_assert_str_eq(dg_label(v), "\xFF\x80 \n\t\"{|}\\");
    ck_assert_ptr_eq(dg_set_label(v, ""), v);
    ck_assert_str_eq(dg_label(v), "");
    dg_set_label(v, "again");
    ck_assert_ptr_eq(dg_set_label(v, NULL), v);
    ck_assert_str_eq(dg_label(v), "");
    ck_assert_str_eq(dg_label(dg_leaf(g, 1.0, "")), "");
    ck_assert_ptr_null(dg_set_label(NULL, "x"));
    ck_assert_int_eq(dg_graph_status(g), DG_OK);

    char *longest = malloc(DG_LABEL_MAX + 2);
    ck_assert_ptr_nonnull(longest);
    memset(longest, 'l', DG_LABEL_MAX + 1);
    longest[DG_LABEL_MAX + 1] = '\0';
    dg_set_label(v, "before");
    ck_assert_ptr_null(dg_set_label(v, longest));
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    ck_assert_str_ne(dg_graph_error(g)->text, "");
    ck_assert_str_eq(dg_label(v), "before");
    dg_graph_clear_error(g);
    ck_assert_ptr_null(dg_leaf(g, 1.0, longest));
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    dg_graph_clear_error(g);
    longest[DG_LABEL_MAX] = '\0';
    ck_assert_ptr_eq(dg_set_label(v, longest), v);
    ck_assert_str_eq(dg_label(v), longest);
    dg_value *w = dg_leaf(g, 2.0, longest);
    ck_assert_ptr_nonnull(w);
    ck_assert_str_eq(dg_label(w), longest);
    longest[100] = '\0';
    dg_set_label(w, longest);
    ck_assert_uint_eq(strlen(dg_label(w)), 100);
    ck_assert_uint_eq(strlen(dg_label(v)), DG_LABEL_MAX);
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
        const char *label = dg_label(v[n]);
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
    ck_assert_int_eq(dg_graph_error(NULL)->status, DG_INVALID);
    ck_assert_str_ne(dg_graph_error(NULL)->text, "");
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
    ck_assert_ptr_null(dg_set_label(NULL, NULL));
    ck_assert_str_eq(dg_label(NULL), "");
    ck_assert_int_eq(dg_operand_count(NULL), 0);
    ck_assert_ptr_null(dg_operand(NULL, 0));
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
    ck_assert_ptr_null(dg_operand(v, 0));
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
    ck_assert_ptr_null(dg_set_label(a, too_long));
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    char first[512];
    snprintf(first, sizeof first, "%s", dg_graph_error(g)->text);
    ck_assert_uint_gt(strlen(first), 0);
    ck_assert_ptr_null(strchr(first, '\n'));
    ck_assert_ptr_null(dg_add(a, NULL));
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    ck_assert_str_eq(dg_graph_error(g)->text, first);
    /* A graph with an error still works. */
    dg_value *two = dg_add(a, a);
    ck_assert_ptr_nonnull(two);
    ck_assert_int_eq(dg_backward(two), DG_OK);
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    dg_graph_clear_error(g);
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    ck_assert_str_eq(dg_graph_error(g)->text, "");
    ck_assert_ptr_null(dg_add(a, NULL));
    ck_assert_int_eq(dg_graph_status(g), DG_INVALID);
    ck_assert_str_ne(dg_graph_error(g)->text, first);
    /* One check at the end of nested calls. */
    dg_graph_clear_error(g);
    ck_assert_ptr_null(
        dg_tanh(dg_mul(dg_set_label(dg_add(a, dg_set_label(a, too_long)), "sum"), a)));
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    free(too_long);
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        lectures_neuron,
        lectures_first_graph,
        lectures_value_used_twice,
        composites_as_in_the_lectures,
        every_op_makes_what_it_says,
        op_text_of_a_power,
        labels,
        label_lengths,
        nothing_crashes_on_null,
        graphs_do_not_mix,
        a_failed_op_leaves_nothing_behind,
        the_first_error_is_kept,
    };
    return run_suite("engine", tests, sizeof tests / sizeof *tests);
}
