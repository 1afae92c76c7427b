/* A trace that is built node by node: its strings and ids, selecting from it, checking it. */
#include "trace/node_ids.h"
#include "trace_support.h"

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
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK); /* a source that is no leaf */
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
    return run_suite("trace_build", tests, sizeof tests / sizeof *tests);
}
