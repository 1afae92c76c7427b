/* Scopes: from the engine through the trace and its JSON form into the picture; and where a number
 * that is not finite comes from. */
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

/* ---- Not finite ---------------------------------------------------------------------------- */

START_TEST(first_that_is_not_finite)
{
    dg_graph *g = dg_graph_new();
    dg_leaf(g, NAN, "not below it");
    dg_value *a = dg_leaf(g, 0.0, "a");
    dg_value *b = dg_leaf(g, 2.0, "b");
    dg_value *e = dg_exp(b);
    dg_value *l = dg_log(a); /* -inf */
    dg_value *late = dg_leaf(g, 1.0, "late");
    dg_value *root = dg_add(dg_mul(late, e), dg_mul(e, l));
    dg_leaf(g, INFINITY, "made later");
    ck_assert_ptr_eq(dg_find_nonfinite(root), l);
    dg_set_data(late, INFINITY);
    ck_assert_ptr_eq(dg_find_nonfinite(root), l); /* in the order of making, not of operands */
    dg_set_data(e, NAN);
    ck_assert_ptr_eq(dg_find_nonfinite(root), e);
    ck_assert_ptr_eq(dg_find_nonfinite(l), l);
    dg_set_data(a, -INFINITY);
    ck_assert_ptr_eq(dg_find_nonfinite(root), a);
    ck_assert_ptr_eq(dg_find_nonfinite(e), e);
    dg_set_data(a, 1.0);
    dg_set_data(late, 1.0);
    ck_assert_int_eq(dg_forward(root), DG_OK);
    ck_assert_ptr_null(dg_find_nonfinite(root));
    ck_assert_ptr_null(dg_find_nonfinite(a));
    ck_assert_ptr_null(dg_find_nonfinite(NULL));
    dg_set_data(root, NAN);
    ck_assert_ptr_eq(dg_find_nonfinite(root), root);
    dg_set_data(root, 1.0);
    dg_set_grad(a, NAN); /* gradients do not count */
    ck_assert_ptr_null(dg_find_nonfinite(root));
    dg_set_data(a, DBL_MAX);
    ck_assert_ptr_null(dg_find_nonfinite(root));
    dg_graph_free(g);
}
END_TEST

START_TEST(not_finite_against_a_search)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        enum { VALUES = 60 };
        rng r = {.state = seed};
        dg_value *v[VALUES];
        bool below[VALUES] = {false};
        dg_graph *g = dg_graph_new();
        for (size_t i = 0; i < VALUES; i++) {
            if (i < 5 || rng_below(&r, 4) == 0)
                v[i] = dg_leaf(g, 1.0, NULL);
            else if (rng_below(&r, 2))
                v[i] = dg_add(v[rng_below(&r, i)], v[rng_below(&r, i)]);
            else
                v[i] = dg_tanh(v[rng_below(&r, i)]);
        }
        for (size_t i = 0; i < VALUES; i++)
            if (rng_below(&r, 15) == 0)
                dg_set_data(v[i], rng_below(&r, 2) ? NAN : -INFINITY);
        size_t root = rng_below(&r, VALUES);
        dg_value *want = NULL;
        below[root] = true;
        for (size_t i = root + 1; i-- > 0;) {
            for (size_t k = 0; k < i && below[i]; k++)
                for (int o = 0; o < dg_operand_count(v[i]); o++)
                    below[k] = below[k] || dg_operand(v[i], o) == v[k];
            if (below[i] && !isfinite(dg_data(v[i])))
                want = v[i];
        }
        ck_assert_msg(dg_find_nonfinite(v[root]) == want, "seed %llu", (unsigned long long)seed);
        ck_assert_int_eq(dg_graph_status(g), DG_OK);
        dg_graph_free(g);
    }
}
END_TEST

START_TEST(not_finite_in_a_long_chain)
{
    dg_graph *g = dg_graph_new();
    dg_value *first = dg_leaf(g, 0.5, NULL);
    dg_value *v = first;
    for (int i = 0; i < (watched() ? 20000 : 2000000); i++)
        v = dg_sin(v);
    ck_assert_ptr_null(dg_find_nonfinite(v));
    dg_set_data(first, INFINITY);
    ck_assert_ptr_eq(dg_find_nonfinite(v), first);
    ck_assert_int_eq(dg_backward(v), DG_OK); /* and the passes work as before */
    dg_graph_free(g);
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
    ck_assert_str_eq(json, "{\"dotgrad\": 1, \"root\": \"v0\",\n"
                           " \"nodes\": [\n"
                           "  {\"id\": \"v0\", \"op\": \"ReLU\", \"label\": \"\", \"data\": 2.0, "
                           "\"grad\": null, \"scope\": \"layer 0/q\\\"\\\\\\n\"},\n"
                           "  {\"id\": \"v1\", \"label\": \"a\", \"data\": 2.0, \"grad\": null}],\n"
                           " \"edges\": [\n"
                           "  {\"from\": \"v1\", \"to\": \"v0\", \"operand\": 0}]}\n");
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

/* ---- The picture --------------------------------------------------------------------------- */

static char *drawn(const dg_trace *t, dg_format format)
{
    dg_error error = {0};
    dg_draw_options options = {.format = format, .error = &error};
    char *picture = dg_render(t, NULL, &options);
    ck_assert_msg(picture != NULL, "%s", error.text);
    return picture;
}

/* The <title> of a node's group, where the pointer's text comes from. */
static void title_of(const char *svg, const char *id, char *text, size_t room)
{
    char mark[80];
    snprintf(mark, sizeof mark, "id=\"%s\"", id);
    const char *group = strstr(svg, mark);
    ck_assert_msg(group != NULL, "no %s", id);
    const char *title = strstr(group, "<title>");
    ck_assert_ptr_nonnull(title);
    title += strlen("<title>");
    size_t n = (size_t)(strstr(title, "</title>") - title);
    ck_assert_uint_lt(n, room);
    memcpy(text, title, n);
    text[n] = '\0';
}

START_TEST(in_the_picture)
{
    char title[500];
    char other[500];
    dg_trace *t = dg_trace_new();
    size_t a = dg_trace_add_node(t, "out", "tanh", 1.0);
    size_t b = dg_trace_add_node(t, "in", NULL, 1.0);
    dg_trace_add_edge(t, b, a);
    char *svg_before = drawn(t, DG_SVG);
    char *dot_before = drawn(t, DG_DOT);
    char *table_before = drawn(t, DG_TABLE);
    ck_assert_int_eq(dg_trace_set_scope(t, a, "layer 7/<neuron> & 2"), DG_OK);
    char *svg = drawn(t, DG_SVG);
    char *dot = drawn(t, DG_DOT);
    char *table = drawn(t, DG_TABLE);
    /* Exactly the documents' picture, and the table, say nothing of it. */
    ck_assert_str_eq(dot, dot_before);
    ck_assert_str_eq(table, table_before);
    title_of(svg, "dotgrad-v0", title, sizeof title);
    ck_assert_msg(strstr(title, "layer 7/&lt;neuron&gt; &amp; 2") != NULL, "%s", title);
    title_of(svg, "dotgrad-v1", title, sizeof title);
    title_of(svg_before, "dotgrad-v1", other, sizeof other);
    ck_assert_str_eq(title, other);
    dg_free(svg);
    dg_free(dot);
    dg_free(table);
    dg_free(svg_before);
    dg_free(dot_before);
    dg_free(table_before);
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        nested,
        all_values_of_an_op,
        copies_of_names,
        rewound,
        many_scopes,
        deep_scopes,
        scopes_refused,
        first_that_is_not_finite,
        not_finite_against_a_search,
        not_finite_in_a_long_chain,
        in_a_trace,
        set_in_a_trace,
        written,
        lossless,
        scopes_read,
        a_scope_too_long,
        in_the_picture,
    };
    return run_suite("scopes", tests, COUNT_OF(tests));
}
