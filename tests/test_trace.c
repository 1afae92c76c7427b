/* The trace of values: its nodes, edges and order, and parts of it. */
#include <stdio.h>

#include <dotgrad/engine.h>

#include "engine/graph.h"
#include "trace_support.h"

START_TEST(lecture_expression)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, "a"), *b = dg_leaf(g, -3.0, "b"), *c = dg_leaf(g, 10.0, "c");
    dg_value *e = dg_set_label(dg_mul(a, b), "e");
    dg_value *d = dg_set_label(dg_add(e, c), "d");
    dg_value *f = dg_leaf(g, -2.0, "f");
    dg_value *L = dg_set_label(dg_mul(d, f), "L");
    ck_assert_int_eq(dg_backward(L), DG_OK);
    dg_trace *t = dg_trace_from_value(L);
    ck_assert_ptr_nonnull(t);
    dg_graph_free(g); /* a trace outlives its graph */

    static const struct {
        const char *label, *op;
        double data, grad;
    } nodes[] = {{"L", "*", -8, 1}, {"d", "+", 4, -2}, {"e", "*", -6, -2}, {"a", "", 2, 6},
                 {"b", "", -3, -4}, {"c", "", 10, -2}, {"f", "", -2, 4}};
    ck_assert_uint_eq(dg_trace_node_count(t), 7);
    ck_assert_uint_eq(dg_trace_root(t), 0);
    for (size_t i = 0; i < 7; i++) {
        ck_assert_str_eq(dg_trace_label(t, i), nodes[i].label);
        ck_assert_str_eq(dg_trace_op(t, i), nodes[i].op);
        ck_assert_str_eq(dg_trace_id(t, i), "");
        ck_assert_double_eq(dg_trace_data(t, i), nodes[i].data);
        ck_assert_double_eq(dg_trace_grad(t, i), nodes[i].grad);
        ck_assert_int_eq(dg_trace_has_grad(t, i), 1);
    }
    ck_assert_uint_eq(dg_trace_edge_count(t), 6);
    assert_edge(t, 0, 1, 0, 0);
    assert_edge(t, 1, 6, 0, 1);
    assert_edge(t, 2, 2, 1, 0);
    assert_edge(t, 3, 5, 1, 1);
    assert_edge(t, 4, 3, 2, 0);
    assert_edge(t, 5, 4, 2, 1);
    assert_edge(t, 0, 1, 0, 0); /* and back again */
    ck_assert_int_eq(dg_trace_edge(t, 6, NULL, NULL, NULL), DG_INVALID);
    ck_assert_int_eq(dg_trace_edge(t, 5, NULL, NULL, NULL), DG_OK);
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);
    dg_trace_free(t);
}
END_TEST

START_TEST(same_operand_twice)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 3.0, "a");
    dg_trace *t = dg_trace_from_value(dg_add(a, a));
    ck_assert_uint_eq(dg_trace_node_count(t), 2);
    ck_assert_uint_eq(dg_trace_edge_count(t), 2);
    assert_edge(t, 0, 1, 0, 0);
    assert_edge(t, 1, 1, 0, 1);
    ck_assert_uint_eq(dg_trace_operand_count(t, 0), 2);
    ck_assert_uint_eq(dg_trace_operand(t, 0, 1), 1);
    ck_assert_uint_eq(dg_trace_operand(t, 0, 2), DG_NO_NODE);
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

START_TEST(op_texts)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 3.0, NULL);
    dg_value *x = dg_tanh(dg_pow(dg_pow(dg_pow(dg_relu(a), 2), -1), -1));
    dg_trace *t = dg_trace_from_value(x);
    static const char *const ops[] = {"tanh", "**-1", "**-1", "**2", "ReLU", ""};
    ck_assert_uint_eq(dg_trace_node_count(t), 6);
    for (size_t i = 0; i < 6; i++)
        ck_assert_str_eq(dg_trace_op(t, i), ops[i]);
    dg_trace_free(t);
    t = dg_trace_from_value(dg_pow(dg_pow(dg_pow(a, 0.0), -0.0), NAN));
    char text[DG_OP_TEXT_MAX];
    ck_assert_str_eq(dg_trace_op(t, 2), "**0");
    ck_assert_str_eq(dg_trace_op(t, 1), dg_op_text(dg_pow(a, -0.0), text));
    ck_assert_str_eq(dg_trace_op(t, 0), "**nan");
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

START_TEST(every_op)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 0.5, "a"), *b = dg_leaf(g, 0.25, "b");
    for (size_t i = 0; i < dg_op_count(); i++) {
        dg_value *v = dg_apply(dg_op_at(i), a, b, 3.0);
        dg_trace *t = dg_trace_from_value(v);
        char text[DG_OP_TEXT_MAX];
        ck_assert_str_eq(dg_trace_op(t, 0), dg_op_text(v, text));
        ck_assert_uint_eq(dg_trace_operand_count(t, 0), (size_t)dg_operand_count(v));
        ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);
        dg_trace_free(t);
    }
    dg_graph_free(g);
}
END_TEST

START_TEST(gradients_that_are_not)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 3.0, "a"), *b = dg_tanh(a), *c = dg_exp(b);
    dg_backward(b);
    dg_trace *t = dg_trace_from_value(c);
    ck_assert_int_eq(dg_trace_has_grad(t, 0), 0);
    ck_assert_double_eq(dg_trace_grad(t, 0), 0.0);
    ck_assert_int_eq(dg_trace_has_grad(t, 1), 1);
    ck_assert_int_eq(dg_trace_has_grad(t, 2), 1);
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

START_TEST(labels_become_utf8)
{
    dg_graph *g = dg_graph_new();
    dg_trace *t = dg_trace_from_value(dg_leaf(g, 1.0, "a\xFF\xC3(\xED\xA0\x80z"));
    ck_assert_str_eq(dg_trace_label(t, 0),
                     "a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz");
    dg_trace_free(t);
    /* A million bytes that are not UTF-8 would become three million. */
    char *text = malloc(DG_LABEL_MAX + 1);
    memset(text, 0xFF, DG_LABEL_MAX);
    text[DG_LABEL_MAX] = '\0';
    t = dg_trace_from_value(dg_leaf(g, 1.0, text));
    ck_assert_uint_eq(strlen(dg_trace_label(t, 0)), DG_TRACE_STRING_MAX / 3 * 3);
    dg_trace_free(t);
    memset(text, 'x', DG_LABEL_MAX);
    t = dg_trace_from_value(dg_leaf(g, 1.0, text));
    ck_assert_str_eq(dg_trace_label(t, 0), text);
    dg_trace_free(t);
    free(text);
    dg_graph_free(g);
}
END_TEST

/* The definition of trace order, recursive, by its own bookkeeping. */
typedef struct model {
    const dg_value **order;
    size_t n;
    size_t *numbers; /* by place in the arena; SIZE_MAX: none */
} model;

static void visit(model *m, const dg_value *v)
{
    if (m->numbers[dgi_index_of(v)] != SIZE_MAX)
        return;
    m->numbers[dgi_index_of(v)] = m->n;
    m->order[m->n++] = v;
    for (int i = 0; i < dg_operand_count(v); i++)
        visit(m, dg_operand(v, i));
}

static void compare_with_model(const dg_graph *g, const dg_value *root, rng *r)
{
    size_t n = dg_graph_size(g), edge = 0;
    model m = {malloc(n * sizeof *m.order), 0, malloc(n * sizeof *m.numbers)};
    memset(m.numbers, 0xFF, n * sizeof *m.numbers);
    visit(&m, root);
    dg_trace *t = dg_trace_from_value(root);
    ck_assert_uint_eq(dg_trace_node_count(t), m.n);
    for (size_t i = 0; i < m.n; i++) {
        ck_assert_str_eq(dg_trace_label(t, i), dg_label(m.order[i]));
        ck_assert(same_number(dg_trace_data(t, i), dg_data(m.order[i])));
        ck_assert(same_number(dg_trace_grad(t, i), dg_grad(m.order[i])));
        ck_assert_int_eq(dg_trace_has_grad(t, i), dg_has_grad(m.order[i]));
        for (int k = 0; k < dg_operand_count(m.order[i]); k++)
            assert_edge(t, edge++, m.numbers[dgi_index_of(dg_operand(m.order[i], k))], i,
                        (size_t)k);
    }
    ck_assert_uint_eq(dg_trace_edge_count(t), edge);
    for (size_t i = 0; i < edge && i < 20; i++) { /* edges in any order */
        size_t to, k, from;
        ck_assert_int_eq(dg_trace_edge(t, rng_below(r, edge), &from, &to, &k), DG_OK);
        ck_assert_uint_eq(dg_trace_operand(t, to, k), from);
    }
    dg_trace *same = dg_trace_select(t, 0);
    assert_same_trace(t, same);
    dg_trace_free(same);
    /* The part below a node is the trace of its value. */
    size_t part = rng_below(r, m.n);
    dg_trace *selected = dg_trace_select(t, part), *direct = dg_trace_from_value(m.order[part]);
    assert_same_trace(direct, selected);
    dg_trace_free(selected);
    dg_trace_free(direct);
    dg_trace_free(t);
    free(m.order);
    free(m.numbers);
}

static void check_order(uint64_t seed)
{
    rng r = {seed};
    dg_graph *g = dg_graph_new();
    dg_value *all[300];
    size_t n = 2 + rng_below(&r, 298), near = 1 + rng_below(&r, 40);
    for (size_t i = 0; i < n; i++) {
        size_t low = i > near ? i - near : 0;
        dg_value *a = i ? all[low + rng_below(&r, i - low)] : NULL;
        dg_value *b = i ? all[low + rng_below(&r, i - low)] : NULL;
        switch (i ? rng_below(&r, 5) : 0) {
        case 0:
            all[i] = dg_leaf(g, (double)rng_below(&r, 100), "leaf");
            break;
        case 1:
            all[i] = dg_tanh(a);
            break;
        case 2:
            all[i] = dg_pow(a, (double)rng_below(&r, 4));
            break;
        default:
            all[i] = dg_add(a, b);
        }
        if (rng_below(&r, 2)) {
            char label[24];
            snprintf(label, sizeof label, "x%zu", rng_below(&r, 50));
            dg_set_label(all[i], label);
        }
        if (rng_below(&r, 20) == 0)
            dg_backward(all[i]); /* passes before and between traces */
    }
    for (int i = 0; i < 3; i++) {
        dg_value *root = all[n - 1 - rng_below(&r, n < 5 ? 1 : 5)];
        compare_with_model(g, root, &r);
        dg_backward(root);
    }
    dg_graph_free(g);
}

START_TEST(order_is_the_recursive_one)
{
    for (uint64_t seed = 1; seed <= 200; seed++)
        check_order(seed);
}
END_TEST

/* Passes are numbered in 15 bits, and begin anew when the numbers run out. */
START_TEST(a_trace_disturbs_no_pass)
{
    enum { PASSES = 70000 };
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, "a"), *x = a, *other = dg_leaf(g, 1.0, "other");
    for (int i = 0; i < 10; i++)
        x = dg_mul(x, a);
    for (int i = 0; i < PASSES / 2; i++) {
        bool traced = i % 1000 == 0;
        if (traced)
            dg_trace_free(dg_trace_from_value(x));
        dg_zero_grad(x);
        dg_backward(x);
        ck_assert_double_eq(dg_grad(a), 11 * 1024.0);
        ck_assert_int_eq(dg_has_grad(other), 0);
        if (!traced)
            continue;
        dg_trace *t = dg_trace_from_value(x);
        ck_assert_uint_eq(dg_trace_node_count(t), 11);
        dg_trace_free(t);
    }
    dg_graph_free(g);
}
END_TEST

START_TEST(a_million_deep)
{
    enum { N = 1000000 };
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_leaf(g, 0.0, "x"), *one = dg_leaf(g, 1.0, "one");
    for (int i = 0; i < N; i++)
        x = i % 2 ? dg_add(x, one) : dg_add(one, x);
    dg_trace *t = dg_trace_from_value(x);
    dg_graph_free(g);
    ck_assert_uint_eq(dg_trace_node_count(t), N + 2);
    ck_assert_uint_eq(dg_trace_edge_count(t), 2 * N);
    ck_assert_double_eq(dg_trace_data(t, 0), N);
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);
    dg_trace *same = dg_trace_select(t, 0);
    ck_assert_uint_eq(dg_trace_node_count(same), N + 2);
    size_t count = 0, to;
    while (dg_trace_edge(same, count, NULL, &to, NULL) == DG_OK)
        count++;
    ck_assert_uint_eq(count, 2 * N);
    dg_trace_free(same);
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        lecture_expression,
        same_operand_twice,
        op_texts,
        every_op,
        gradients_that_are_not,
        labels_become_utf8,
        order_is_the_recursive_one,
        a_trace_disturbs_no_pass,
        a_million_deep,
    };
    return run_suite("trace", tests, sizeof tests / sizeof *tests);
}
