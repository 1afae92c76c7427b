/* Scopes: in the engine, in the trace and in its JSON form. */
#include <dotgrad/dotgrad.h>

#include "nn_support.h"

/* ---- The engine ---------------------------------------------------------------------------- */

START_TEST(nested)
{
    dg_graph *g = dg_graph_new();
    dg_value *outside = dg_leaf(g, 1.0, "a");
    ck_assert_int_eq(dg_scope_begin(g, "layer 0"), DG_OK);
    dg_value *one = dg_leaf(g, 1.0, NULL);
    ck_assert_int_eq(dg_scope_begin(g, "neuron 2"), DG_OK);
    dg_value *two = dg_add(outside, one);
    ck_assert_int_eq(dg_scope_begin(g, "x/y"), DG_OK);
    dg_value *three = dg_tanh(two);
    dg_scope_end(g);
    dg_value *back = dg_mul(two, three);
    dg_scope_end(g);
    dg_value *again = dg_leaf(g, 1.0, NULL);
    dg_scope_end(g);
    dg_value *last = dg_add(back, again);
    dg_scope_end(g); /* one too many */
    dg_scope_end(g);
    dg_value *after = dg_neg(last);
    ck_assert_int_eq(dg_scope_begin(g, "layer 1"), DG_OK);
    dg_value *next = dg_exp(after);
    ck_assert_str_eq(dg_scope(outside), "");
    ck_assert_str_eq(dg_scope(one), "layer 0");
    ck_assert_str_eq(dg_scope(two), "layer 0/neuron 2");
    ck_assert_str_eq(dg_scope(three), "layer 0/neuron 2/x/y");
    ck_assert_str_eq(dg_scope(back), "layer 0/neuron 2");
    ck_assert_str_eq(dg_scope(again), "layer 0");
    ck_assert_str_eq(dg_scope(last), "");
    ck_assert_str_eq(dg_scope(after), "");
    ck_assert_str_eq(dg_scope(next), "layer 1");
    assert_error(g, DG_OK, NULL);
    dg_graph_free(g); /* with a scope open */
}
END_TEST

/* Every value that a function makes, the leaf -1 of a difference too. */
START_TEST(all_values_of_an_op)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 1.0, NULL);
    dg_scope_begin(g, "s");
    for (size_t i = 0; i < dg_op_count(); i++) {
        dg_value *v = dg_apply(dg_op_at(i), a, a, 2.0);
        size_t below = 0;
        while (v != a) {
            ck_assert_msg(strcmp(dg_scope(v), "s") == 0, "%s", dg_op_at(i)->name);
            for (int k = 0; k < dg_operand_count(v); k++)
                if (dg_operand_count(dg_operand(v, k)) == 0 && dg_operand(v, k) != a)
                    ck_assert_str_eq(dg_scope(dg_operand(v, k)), "s");
            dg_value *first = dg_operand(v, 0);
            v = first == a && dg_operand_count(v) == 2 ? dg_operand(v, 1) : first;
            ck_assert_uint_lt(below++, 5);
            if (dg_operand_count(v) == 0)
                break;
        }
    }
    ck_assert_str_eq(dg_scope(a), "");
    dg_graph_free(g);
}
END_TEST

START_TEST(copies_of_names)
{
    char name[20] = "first";
    dg_graph *g = dg_graph_new();
    dg_scope_begin(g, name);
    snprintf(name, sizeof name, "second");
    dg_value *v = dg_leaf(g, 1.0, "first");
    dg_scope_begin(g, name);
    snprintf(name, sizeof name, "third");
    dg_value *w = dg_set_label(dg_exp(v), "first/second");
    ck_assert_str_eq(dg_scope(v), "first");
    ck_assert_str_eq(dg_scope(w), "first/second");
    ck_assert_str_eq(dg_label(w), "first/second");
    dg_set_label(v, "other");
    dg_set_label(w, "");
    ck_assert_str_eq(dg_scope(v), "first");
    ck_assert_str_eq(dg_scope(w), "first/second");
    dg_graph_free(g);
}
END_TEST

/* Scopes are not the arena's: a rewind drops values, and leaves open what is open. */
START_TEST(rewound)
{
    dg_graph *g = dg_graph_new();
    dg_leaf(g, 1.0, NULL);
    size_t mark = dg_graph_mark(g);
    dg_scope_begin(g, "a");
    for (int i = 0; i < 3000; i++)
        dg_leaf(g, 1.0, NULL);
    dg_scope_begin(g, "b");
    dg_leaf(g, 1.0, NULL);
    ck_assert_int_eq(dg_graph_rewind(g, mark), DG_OK);
    ck_assert_str_eq(dg_scope(dg_leaf(g, 1.0, NULL)), "a/b");
    dg_scope_end(g);
    ck_assert_str_eq(dg_scope(dg_leaf(g, 1.0, NULL)), "a");
    dg_scope_end(g);
    ck_assert_int_eq(dg_graph_rewind(g, 0), DG_OK);
    for (int i = 0; i < 3000; i++)
        ck_assert_str_eq(dg_scope(dg_leaf(g, 1.0, NULL)), "");
    dg_graph_free(g);
}
END_TEST

START_TEST(many_scopes)
{
    enum { MANY = 20000 };
    static dg_value *v[MANY];
    char name[40];
    dg_graph *g = dg_graph_new();
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "scope %d", i % 7000);
        ck_assert_int_eq(dg_scope_begin(g, name), DG_OK);
        v[i] = dg_leaf(g, 1.0, NULL);
        dg_scope_end(g);
    }
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "scope %d", i % 7000);
        ck_assert_str_eq(dg_scope(v[i]), name);
    }
    dg_graph_free(g);
}
END_TEST

START_TEST(deep_scopes)
{
    enum { DEEP = 1500 };
    dg_value *v[DEEP];
    dg_graph *g = dg_graph_new();
    for (int i = 0; i < DEEP; i++) {
        ck_assert_int_eq(dg_scope_begin(g, "s"), DG_OK);
        v[i] = dg_leaf(g, 1.0, NULL);
    }
    for (int i = DEEP; i-- > 0;) {
        ck_assert_uint_eq(strlen(dg_scope(v[i])), (size_t)(2 * i + 1));
        ck_assert_str_eq(dg_scope(dg_leaf(g, 1.0, NULL)), dg_scope(v[i]));
        dg_scope_end(g);
    }
    ck_assert_str_eq(dg_scope(dg_leaf(g, 1.0, NULL)), "");
    dg_graph_free(g);
}
END_TEST

START_TEST(scopes_refused)
{
    char *longest = malloc(DG_LABEL_MAX + 2);
    memset(longest, 'x', DG_LABEL_MAX + 1);
    longest[DG_LABEL_MAX + 1] = '\0';
    dg_graph *g = dg_graph_new();
    ck_assert_int_eq(dg_scope_begin(NULL, "a"), DG_INVALID);
    ck_assert_int_eq(dg_scope_begin(NULL, NULL), DG_INVALID);
    dg_scope_end(NULL);
    dg_scope_end(g);
    ck_assert_str_eq(dg_scope(NULL), "");
    ck_assert_int_eq(dg_scope_begin(g, NULL), DG_INVALID);
    ck_assert_int_eq(dg_graph_status(g), DG_INVALID);
    ck_assert_str_ne(dg_graph_error(g)->text, "");
    dg_graph_clear_error(g);
    ck_assert_int_eq(dg_scope_begin(g, longest), DG_LIMIT);
    ck_assert_int_eq(dg_graph_status(g), DG_LIMIT);
    dg_graph_clear_error(g);
    ck_assert_str_eq(dg_scope(dg_leaf(g, 1.0, NULL)), "");
    longest[DG_LABEL_MAX] = '\0';
    ck_assert_int_eq(dg_scope_begin(g, longest), DG_OK); /* just long enough */
    dg_value *v = dg_leaf(g, 1.0, NULL);
    ck_assert_str_eq(dg_scope(v), longest);
    ck_assert_int_eq(dg_scope_begin(g, "y"), DG_LIMIT);
    dg_graph_clear_error(g);
    ck_assert_str_eq(dg_scope(dg_leaf(g, 1.0, NULL)), longest);
    dg_scope_end(g);
    ck_assert_str_eq(dg_scope(dg_leaf(g, 1.0, NULL)), "");
    /* The whole counts, with its '/'. */
    longest[DG_LABEL_MAX - 2] = '\0';
    ck_assert_int_eq(dg_scope_begin(g, longest), DG_OK);
    ck_assert_int_eq(dg_scope_begin(g, "ab"), DG_LIMIT);
    ck_assert_int_eq(dg_scope_begin(g, "a"), DG_OK);
    ck_assert_uint_eq(strlen(dg_scope(dg_leaf(g, 1.0, NULL))), DG_LABEL_MAX);
    dg_graph_free(g);
    free(longest);
}
END_TEST

/* ---- The trace ----------------------------------------------------------------------------- */

START_TEST(in_a_trace)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 1.0, "a");
    dg_scope_begin(g, "one");
    dg_value *b = dg_exp(a);
    dg_scope_begin(g, "two");
    dg_trace *t = dg_trace_from_value(dg_add(b, a));
    dg_graph_free(g);
    ck_assert_str_eq(dg_trace_scope(t, 0), "one/two");
    ck_assert_str_eq(dg_trace_scope(t, 1), "one");
    ck_assert_str_eq(dg_trace_scope(t, 2), "");
    ck_assert_str_eq(dg_trace_scope(t, 3), "");
    ck_assert_str_eq(dg_trace_scope(t, DG_NO_NODE), "");
    ck_assert_str_eq(dg_trace_scope(NULL, 0), "");
    dg_trace *part = dg_trace_select(t, 1);
    ck_assert_uint_eq(dg_trace_node_count(part), 2);
    ck_assert_str_eq(dg_trace_scope(part, 0), "one");
    ck_assert_str_eq(dg_trace_scope(part, 1), "");
    dg_trace *copy = dg_trace_select(t, 0);
    dg_trace_free(t);
    ck_assert_str_eq(dg_trace_scope(copy, 0), "one/two");
    ck_assert_str_eq(dg_trace_scope(copy, 1), "one");
    dg_trace_free(copy);
    dg_trace_free(part);
}
END_TEST

START_TEST(set_in_a_trace)
{
    char *longest = malloc(DG_TRACE_STRING_MAX + 2);
    memset(longest, 'x', DG_TRACE_STRING_MAX + 1);
    longest[DG_TRACE_STRING_MAX + 1] = '\0';
    dg_trace *t = dg_trace_new();
    size_t a = dg_trace_add_node(t, "a", NULL, 1.0);
    size_t b = dg_trace_add_node(t, "b", "exp", 1.0);
    ck_assert_int_eq(dg_trace_add_edge(t, a, b), DG_OK);
    ck_assert_str_eq(dg_trace_scope(t, a), "");
    ck_assert_int_eq(dg_trace_set_scope(t, a, "one"), DG_OK);
    ck_assert_int_eq(dg_trace_set_scope(t, a, "layer 0/neuron 1"), DG_OK);
    ck_assert_str_eq(dg_trace_scope(t, a), "layer 0/neuron 1");
    ck_assert_str_eq(dg_trace_scope(t, b), "");
    ck_assert_str_eq(dg_trace_label(t, a), "a");
    ck_assert_int_eq(dg_trace_set_scope(t, a, longest), DG_LIMIT);
    ck_assert_str_eq(dg_trace_scope(t, a), "layer 0/neuron 1");
    longest[DG_TRACE_STRING_MAX] = '\0';
    ck_assert_int_eq(dg_trace_set_scope(t, b, longest), DG_OK);
    ck_assert_str_eq(dg_trace_scope(t, b), longest);
    ck_assert_int_eq(dg_trace_set_scope(t, b, ""), DG_OK);
    ck_assert_str_eq(dg_trace_scope(t, b), "");
    ck_assert_int_eq(dg_trace_set_scope(t, 2, "x"), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_scope(t, DG_NO_NODE, "x"), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_scope(NULL, 0, "x"), DG_INVALID);
    ck_assert_int_eq(dg_trace_set_scope(t, b, "bad \xff byte"), DG_OK);
    ck_assert_str_eq(dg_trace_scope(t, b), "bad \xEF\xBF\xBD byte");
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);
    dg_trace_free(t);
    free(longest);
}
END_TEST

/* ---- JSON ---------------------------------------------------------------------------------- */

START_TEST(written)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, "a");
    dg_scope_begin(g, "layer 0");
    dg_scope_begin(g, "q\"\\\n");
    dg_trace *t = dg_trace_from_value(dg_relu(a));
    char *json = dg_json_from_trace(t, NULL);
    ck_assert_str_eq(json, "{\"dotgrad\": 2, \"root\": \"v0\",\n"
                           " \"nodes\": [\n"
                           "  {\"id\": \"v0\", \"op\": \"ReLU\", \"label\": \"\", \"data\": 2.0, "
                           "\"grad\": null, \"scope\": \"layer 0/q\\\"\\\\\\n\"},\n"
                           "  {\"id\": \"v1\", \"label\": \"a\", \"data\": 2.0, \"grad\": null}],\n"
                           " \"edges\": [\n"
                           "  {\"from\": \"v1\", \"to\": \"v0\", \"operand\": 0, "
                           "\"local\": 1.0}]}\n");
    dg_free(json);
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

START_TEST(lossless)
{
    static const char *const scopes[] = {"",
                                         "a",
                                         "layer 0/neuron 2",
                                         "/",
                                         "\xC3\xA9/\xF0\x9F\x98\x80",
                                         " ",
                                         "/a//",
                                         "\x01\t\n\r\"\\<&>'",
                                         "\x7F \xE2\x80\xA8",
                                         "null"};
    for (size_t i = 0; i < COUNT_OF(scopes); i++) {
        dg_trace *t = dg_trace_new();
        size_t a = dg_trace_add_node(t, "a", "f", 1.0);
        size_t b = dg_trace_add_node(t, "b", NULL, 1.0);
        dg_trace_add_edge(t, b, a);
        ck_assert_int_eq(dg_trace_set_scope(t, b, scopes[i]), DG_OK);
        size_t size;
        char *json = dg_json_from_trace(t, &size);
        ck_assert_int_eq(strstr(json, "\"scope\"") != NULL, scopes[i][0] != '\0');
        dg_error error;
        dg_trace *back = dg_trace_from_json(json, size, &error);
        ck_assert_msg(back != NULL, "%s: %s", json, error.text);
        ck_assert_str_eq(dg_trace_scope(back, a), "");
        ck_assert_str_eq(dg_trace_scope(back, b), scopes[i]);
        char *again = dg_json_from_trace(back, NULL);
        ck_assert_str_eq(again, json);
        dg_trace *part = dg_trace_select(back, b);
        ck_assert_str_eq(dg_trace_scope(part, 0), scopes[i]);
        dg_trace_free(part);
        dg_free(again);
        dg_free(json);
        dg_trace_free(back);
        dg_trace_free(t);
    }
}
END_TEST

static dg_trace *read_scope(const char *member, dg_error *error)
{
    char text[200];
    int size = snprintf(text, sizeof text,
                        "{\"dotgrad\": 1, \"root\": \"a\", \"nodes\": [{\"id\": \"a\", "
                        "\"data\": 1%s}], \"edges\": []}",
                        member);
    return dg_trace_from_json(text, (size_t)size, error);
}

START_TEST(scopes_read)
{
    static const char *const wrong[] = {"1", "null", "true", "[]", "{}", "[\"a\"]", "1.5"};
    dg_error error;
    char member[80];
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        snprintf(member, sizeof member, ", \"scope\": %s", wrong[i]);
        ck_assert_ptr_null(read_scope(member, &error));
        ck_assert_int_eq(error.status, DG_FORMAT);
        ck_assert_str_eq(error.text, "node 0 (\"a\"): scope is not a string");
    }
    dg_trace *t = read_scope(", \"scope\": \"x\\u00e9\"", &error);
    ck_assert_str_eq(dg_trace_scope(t, 0), "x\xC3\xA9");
    dg_trace_free(t);
    t = read_scope(", \"scope\": \"\"", &error);
    ck_assert_str_eq(dg_trace_scope(t, 0), "");
    char *json = dg_json_from_trace(t, NULL);
    ck_assert_ptr_null(strstr(json, "scope"));
    dg_free(json);
    dg_trace_free(t);
    t = read_scope("", &error);
    ck_assert_str_eq(dg_trace_scope(t, 0), "");
    dg_trace_free(t);
}
END_TEST

START_TEST(a_scope_too_long)
{
    size_t room = DG_TRACE_STRING_MAX + 300;
    char *text = malloc(room);
    for (size_t more = 0; more < 2; more++) {
        int at = snprintf(text, room,
                          "{\"dotgrad\": 1, \"root\": \"a\", \"nodes\": [{\"id\": \"a\", "
                          "\"data\": 1, \"scope\": \"");
        size_t n = DG_TRACE_STRING_MAX + more;
        memset(text + at, 's', n);
        size_t size = (size_t)at + n;
        size += (size_t)snprintf(text + size, room - size, "\"}], \"edges\": []}");
        dg_error error;
        dg_trace *t = dg_trace_from_json(text, size, &error);
        ck_assert_int_eq(t == NULL, (int)more);
        ck_assert_int_eq(error.status, more ? DG_LIMIT : DG_OK);
        if (more)
            ck_assert_str_eq(error.text, "node 0 (\"a\"): scope is longer than a million bytes");
        dg_trace_free(t);
    }
    free(text);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        nested,      all_values_of_an_op, copies_of_names,  rewound,        many_scopes,
        deep_scopes, scopes_refused,      in_a_trace,       set_in_a_trace, written,
        lossless,    scopes_read,         a_scope_too_long,
    };
    return run_suite("scopes", tests, COUNT_OF(tests));
}
