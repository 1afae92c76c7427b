/* The trace of values, building one, selecting from one, checking one. */
#include <stdio.h>

#include <dotgrad/engine.h>

#include "engine/graph.h"
#include "trace/node_ids.h"
#include "trace_support.h"

/* --- Of values -------------------------------------------------------------------------------- */

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

/* --- Built ------------------------------------------------------------------------------------ */

START_TEST(built_in_any_order)
{
    dg_trace *t = dg_trace_new();
    ck_assert_uint_eq(dg_trace_root(t), DG_NO_NODE);
    ck_assert_uint_eq(dg_trace_add_node(t, "a", NULL, 1.0), 0);
    ck_assert_uint_eq(dg_trace_add_node(t, "cat", "concat", 2.0), 1);
    ck_assert_uint_eq(dg_trace_add_node(t, NULL, "", 3.0), 2);
    ck_assert_uint_eq(dg_trace_add_node(t, "", "sum", 4.0), 3);
    ck_assert_uint_eq(dg_trace_root(t), 0);
    ck_assert_int_eq(dg_trace_set_root(t, 3), DG_OK);
    ck_assert_int_eq(dg_trace_add_edge(t, 1, 3), DG_OK);
    for (size_t i = 0; i < 9; i++) {
        ck_assert_int_eq(dg_trace_add_edge(t, i % 2 ? 0 : 2, 1), DG_OK);
        assert_edge(t, i + 1, 1, 3, 0); /* asking between does no harm */
        assert_edge(t, i, i % 2 ? 0 : 2, 1, i);
    }
    ck_assert_int_eq(dg_trace_add_edge(t, 0, 3), DG_OK);
    ck_assert_uint_eq(dg_trace_edge_count(t), 11);
    ck_assert_uint_eq(dg_trace_operand_count(t, 1), 9);
    assert_edge(t, 10, 0, 3, 1);
    ck_assert_int_eq(dg_trace_set_grad(t, 2, 7.0), DG_OK);
    ck_assert_double_eq(dg_trace_grad(t, 2), 7.0);
    ck_assert_int_eq(dg_trace_has_grad(t, 2), 1);
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);
    dg_trace *s = dg_trace_select(t, dg_trace_root(t));
    ck_assert_uint_eq(dg_trace_node_count(s), 4);
    ck_assert_uint_eq(dg_trace_operand(s, 1, 0), 2);
    ck_assert_str_eq(dg_trace_label(s, 3), "a");
    ck_assert_double_eq(dg_trace_grad(s, 2), 7.0);
    dg_trace_free(s);
    dg_trace_free(t);
}
END_TEST

START_TEST(a_node_with_a_million_operands)
{
    enum { N = 1000000 };
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "sum", "sum", 0.0);
    dg_trace_add_node(t, "leaf", NULL, 1.0);
    dg_trace_add_node(t, "other", "sum", 1.0);
    for (size_t i = 0; i < N; i++)
        must(dg_trace_add_edge(t, i % 2 + 1, 0) == DG_OK, "edge %zu", i);
    dg_trace_add_edge(t, 1, 2);
    ck_assert_uint_eq(dg_trace_operand(t, 0, N - 1), 2);
    assert_edge(t, N, 1, 2, 0);
    assert_edge(t, N / 2, 1, 0, N / 2);
    dg_trace *s = dg_trace_select(t, 0);
    assert_same_trace(t, s);
    ck_assert_int_eq(dg_trace_check(s, NULL), DG_OK);
    dg_trace_free(s);
    dg_trace_free(t);
}
END_TEST

START_TEST(strings_have_a_limit)
{
    char *text = malloc(DG_TRACE_STRING_MAX + 2);
    memset(text, 'x', DG_TRACE_STRING_MAX + 1);
    text[DG_TRACE_STRING_MAX + 1] = '\0';
    dg_trace *t = dg_trace_new();
    ck_assert_uint_eq(dg_trace_add_node(t, text, NULL, 1.0), DG_NO_NODE);
    ck_assert_uint_eq(dg_trace_add_node(t, NULL, text, 1.0), DG_NO_NODE);
    ck_assert_uint_eq(dg_trace_node_count(t), 0);
    ck_assert_uint_eq(dg_trace_add_node(t, NULL, NULL, 1.0), 0);
    ck_assert_int_eq(dg_trace_set_id(t, 0, text), DG_LIMIT);
    text[DG_TRACE_STRING_MAX] = '\0';
    ck_assert_uint_eq(dg_trace_add_node(t, text, text, 1.0), 1);
    ck_assert_int_eq(dg_trace_set_id(t, 0, text), DG_OK);
    ck_assert_str_eq(dg_trace_id(t, 0), text);
    dg_trace_free(t);
    free(text);
}
END_TEST

START_TEST(found_by_label_then_by_name)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "a", NULL, 0.0);
    dg_trace_add_node(t, "a", NULL, 1.0);
    dg_trace_add_node(t, "v1", NULL, 2.0);
    dg_trace_add_node(t, NULL, NULL, 3.0);
    dg_trace_add_node(t, "loss", NULL, 4.0);
    ck_assert_uint_eq(dg_trace_find(t, "a"), 0);
    ck_assert_uint_eq(dg_trace_find(t, "v1"), 2); /* a label before a place */
    ck_assert_uint_eq(dg_trace_find(t, "v0"), 0);
    ck_assert_uint_eq(dg_trace_find(t, "v3"), 3);
    ck_assert_uint_eq(dg_trace_find(t, "v5"), DG_NO_NODE);
    ck_assert_uint_eq(dg_trace_find(t, "v03"), DG_NO_NODE);
    ck_assert_uint_eq(dg_trace_find(t, "v"), DG_NO_NODE);
    ck_assert_uint_eq(dg_trace_find(t, "v99999999999999999999999"), DG_NO_NODE);
    ck_assert_uint_eq(dg_trace_find(t, ""), DG_NO_NODE);
    ck_assert_int_eq(dg_trace_set_id(t, 3, "third"), DG_OK);
    ck_assert_int_eq(dg_trace_set_id(t, 1, "loss"), DG_OK);
    ck_assert_uint_eq(dg_trace_find(t, "third"), 3);
    ck_assert_uint_eq(dg_trace_find(t, "v3"), DG_NO_NODE); /* it is not called so any more */
    ck_assert_uint_eq(dg_trace_find(t, "loss"), 4);
    ck_assert_str_eq(dg_trace_id(t, 3), "third");
    ck_assert_int_eq(dg_trace_set_id(t, 3, ""), DG_OK);
    ck_assert_str_eq(dg_trace_id(t, 3), "");
    ck_assert_int_eq(dg_trace_set_id(t, 3, "v3"), DG_OK); /* what it is called anyway */
    ck_assert_str_eq(dg_trace_id(t, 3), "");
    dg_trace_free(t);
}
END_TEST

START_TEST(selecting_keeps_ids_apart)
{
    /* root(v3) <- {x(v9), y} ; y has no id and is v2 in the old trace */
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "unused", NULL, 0.0);
    dg_trace_add_node(t, "root", "+", 0.0);
    dg_trace_add_node(t, "y", NULL, 0.0);
    dg_trace_add_node(t, "x", NULL, 0.0);
    dg_trace_add_edge(t, 3, 1);
    dg_trace_add_edge(t, 2, 1);
    dg_trace_set_id(t, 1, "root");
    dg_trace_set_id(t, 3, "v9");
    dg_trace *s = dg_trace_select(t, 1);
    ck_assert_str_eq(dg_trace_id(s, 0), "root");
    ck_assert_str_eq(dg_trace_id(s, 1), "v9");
    ck_assert_str_eq(dg_trace_id(s, 2), "");
    dg_trace_free(s);

    /* Now the first part's id is the place that the last part comes to stand at: none moves. */
    dg_trace_set_id(t, 2, "y");
    dg_trace_set_id(t, 3, "");
    dg_trace_set_id(t, 2, "v1");
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);
    s = dg_trace_select(t, 1);
    ck_assert_int_eq(dg_trace_check(s, NULL), DG_OK);
    ck_assert_str_eq(dg_trace_id(s, 0), "root");
    ck_assert_str_eq(dg_trace_id(s, 1), "v3");
    ck_assert_str_eq(dg_trace_id(s, 2), "v1");
    dg_trace_free(s);
    dg_trace_free(t);
}
END_TEST

/* --- Checked ---------------------------------------------------------------------------------- */

static void assert_wrong(const dg_trace *t, const char *text)
{
    dg_error error = {.status = DG_IO, .text = "left"};
    ck_assert_int_eq(dg_trace_check(t, &error), DG_FORMAT);
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_FORMAT);
    ck_assert_int_eq(error.status, DG_FORMAT);
    ck_assert_str_eq(error.text, text);
}

START_TEST(check_finds_every_fault)
{
    dg_trace *t = dg_trace_new();
    assert_wrong(t, "the trace has no nodes");
    dg_trace_add_node(t, "a", NULL, 0.0);
    dg_error error = {.status = DG_IO, .text = "left", .file = "old", .line = 1, .column = 2};
    ck_assert_int_eq(dg_trace_check(t, &error), DG_OK);
    ck_assert_int_eq(error.status, DG_OK);
    ck_assert_str_eq(error.text, "");
    dg_trace_add_node(t, "b", "+", 0.0);
    assert_wrong(t, "node 1 (\"v1\"): an op has no operands");
    dg_trace_add_edge(t, 0, 1);
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);
    dg_trace_add_node(t, "c", "tanh", 0.0);
    dg_trace_add_node(t, "d", "tanh", 0.0);
    dg_trace_add_edge(t, 1, 2);
    dg_trace_add_edge(t, 2, 3);
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);

    dg_trace_set_id(t, 2, "x");
    dg_trace_set_id(t, 3, "x");
    assert_wrong(t, "nodes 2 and 3 are both called \"x\"");
    dg_trace_set_id(t, 3, "v1");
    assert_wrong(t, "nodes 1 and 3 are both called \"v1\"");
    dg_trace_set_id(t, 1, "v3");
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK); /* crosswise they are different */
    dg_trace_set_id(t, 1, "");
    dg_trace_set_id(t, 3, "v7"); /* not a node's place yet */
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);

    dg_trace_add_edge(t, 3, 1);
    assert_wrong(t, "node 1 (\"v1\"): it is computed from itself");
    dg_trace_free(t);

    t = dg_trace_new();
    dg_trace_add_node(t, "a", NULL, 0.0);
    dg_trace_add_node(t, "b", NULL, 0.0);
    dg_trace_set_id(t, 1, "a name that is much longer than a message has room for it");
    dg_trace_add_edge(t, 0, 1);
    assert_wrong(t, "node 1 (\"a name that is much longer than a messag…\"): a leaf has operands");
    dg_trace_free(t);

    t = dg_trace_new();
    dg_trace_add_node(t, "a", "+", 0.0);
    dg_trace_add_edge(t, 0, 0);
    assert_wrong(t, "node 0 (\"v0\"): it is computed from itself");
    dg_trace *s = dg_trace_select(t, 0); /* no loop for ever */
    ck_assert_uint_eq(dg_trace_node_count(s), 1);
    dg_trace_free(s);
    dg_trace_free(t);
}
END_TEST

START_TEST(a_long_cycle)
{
    enum { N = 200000 };
    dg_trace *t = dg_trace_new();
    for (size_t i = 0; i < N; i++)
        dg_trace_add_node(t, NULL, "tanh", 0.0);
    for (size_t i = 0; i < N; i++)
        dg_trace_add_edge(t, (i + 1) % N, i);
    assert_wrong(t, "node 0 (\"v0\"): it is computed from itself");
    dg_trace_free(t);
}
END_TEST

START_TEST(null_is_harmless)
{
    size_t size = 7;
    dg_error error;
    ck_assert_ptr_null(dg_trace_from_value(NULL));
    ck_assert_ptr_null(dg_trace_select(NULL, 0));
    dg_trace_free(NULL);
    ck_assert_uint_eq(dg_trace_node_count(NULL), 0);
    ck_assert_uint_eq(dg_trace_edge_count(NULL), 0);
    ck_assert_uint_eq(dg_trace_root(NULL), DG_NO_NODE);
    ck_assert_str_eq(dg_trace_label(NULL, 0), "");
    ck_assert_str_eq(dg_trace_op(NULL, 0), "");
    ck_assert_str_eq(dg_trace_id(NULL, 0), "");
    ck_assert(isnan(dg_trace_data(NULL, 0)));
    ck_assert(isnan(dg_trace_grad(NULL, 0)));
    ck_assert_int_eq(dg_trace_has_grad(NULL, 0), 0);
    ck_assert_uint_eq(dg_trace_operand_count(NULL, 0), 0);
    ck_assert_uint_eq(dg_trace_operand(NULL, 0, 0), DG_NO_NODE);
    ck_assert_int_eq(dg_trace_edge(NULL, 0, NULL, NULL, NULL), DG_INVALID);
    ck_assert_uint_eq(dg_trace_find(NULL, "a"), DG_NO_NODE);
    ck_assert_uint_eq(dg_trace_add_node(NULL, "a", "b", 0.0), DG_NO_NODE);
    ck_assert_int_eq(dg_trace_add_edge(NULL, 0, 0), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_grad(NULL, 0, 1.0), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_id(NULL, 0, "a"), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_root(NULL, 0), DG_INVALID);
    ck_assert_int_eq(dg_trace_check(NULL, NULL), DG_INVALID);
    ck_assert_int_eq(dg_trace_check(NULL, &error), DG_INVALID);
    ck_assert_str_eq(error.text, "there is no trace");
    ck_assert_ptr_null(dg_json_from_trace(NULL, &size));
    ck_assert_ptr_null(dg_json_from_trace(NULL, NULL));
    ck_assert_ptr_null(dg_trace_from_json(NULL, 0, NULL));
    ck_assert_ptr_null(dg_trace_from_json(NULL, 5, &error));
    ck_assert_int_eq(error.status, DG_INVALID);

    dg_trace *t = dg_trace_new();
    ck_assert_ptr_null(dg_trace_select(t, 0));
    dg_trace_add_node(t, "a", NULL, 0.0);
    ck_assert_uint_eq(dg_trace_find(t, NULL), DG_NO_NODE);
    ck_assert_int_eq(dg_trace_set_id(t, 0, NULL), DG_INVALID);
    /* And what is not there. */
    static const size_t none[] = {1, 1000, DG_NO_NODE};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_str_eq(dg_trace_label(t, none[i]), "");
        ck_assert_str_eq(dg_trace_op(t, none[i]), "");
        ck_assert_str_eq(dg_trace_id(t, none[i]), "");
        ck_assert(isnan(dg_trace_data(t, none[i])));
        ck_assert(isnan(dg_trace_grad(t, none[i])));
        ck_assert_int_eq(dg_trace_has_grad(t, none[i]), 0);
        ck_assert_uint_eq(dg_trace_operand_count(t, none[i]), 0);
        ck_assert_uint_eq(dg_trace_operand(t, none[i], 0), DG_NO_NODE);
        ck_assert_uint_eq(dg_trace_operand(t, 0, none[i]), DG_NO_NODE);
        ck_assert_int_eq(dg_trace_edge(t, none[i], NULL, NULL, NULL), DG_INVALID);
        ck_assert_int_eq(dg_trace_add_edge(t, none[i], 0), DG_INVALID);
        ck_assert_int_eq(dg_trace_add_edge(t, 0, none[i]), DG_INVALID);
        ck_assert_int_eq(dg_trace_set_grad(t, none[i], 1.0), DG_INVALID);
        ck_assert_int_eq(dg_trace_set_id(t, none[i], "a"), DG_INVALID);
        ck_assert_int_eq(dg_trace_set_root(t, none[i]), DG_INVALID);
        ck_assert_ptr_null(dg_trace_select(t, none[i]));
    }
    dg_trace_free(t);
}
END_TEST

START_TEST(quotes_are_cut_at_characters)
{
    char quoted[DGI_QUOTE_SIZE], text[64];
    for (size_t n = 0; n < 12; n++) {
        memset(text, 'x', n);
        for (size_t i = n; i + 4 <= 60; i += 4)
            memcpy(text + i, "\xF0\x9F\x98\x80", 5);
        dgi_quote(quoted, text);
        ck_assert_uint_lt(strlen(quoted), DGI_QUOTE_SIZE);
        ck_assert_str_eq(quoted + strlen(quoted) - 8, "\xF0\x9F\x98\x80…\"");
    }
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
        built_in_any_order,
        a_node_with_a_million_operands,
        strings_have_a_limit,
        found_by_label_then_by_name,
        selecting_keeps_ids_apart,
        check_finds_every_fault,
        a_long_cycle,
        null_is_harmless,
        quotes_are_cut_at_characters,
    };
    return run_suite("trace", tests, sizeof tests / sizeof *tests);
}
