/* The JSON form of a trace: what is written, what is read, what is refused. */
#include <locale.h>
#include <stdio.h>

#include <dotgrad/engine.h>
#include <dotgrad/trace.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "error_support.h"
#include "trace_support.h"

/* --- Help ------------------------------------------------------------------------------------- */

static void assert_writes(const dg_trace *t, const char *text)
{
    size_t size = 0;
    char *json = dg_json_from_trace(t, &size);
    ck_assert_ptr_nonnull(json);
    ck_assert_str_eq(json, text);
    ck_assert_uint_eq(size, strlen(text));
    dg_free(json);
}

/* --- Written ---------------------------------------------------------------------------------- */

START_TEST(exact_text)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, "a"), *b = dg_leaf(g, -3.0, NULL);
    dg_value *L = dg_set_label(dg_add(dg_mul(a, b), a), "L");
    dg_trace *t = dg_trace_from_value(L);
    assert_writes(t, "{\"dotgrad\": 2, \"root\": \"v0\",\n"
                     " \"nodes\": [\n"
                     "  {\"id\": \"v0\", \"op\": \"+\", \"label\": \"L\", \"data\": -4.0, "
                     "\"grad\": null},\n"
                     "  {\"id\": \"v1\", \"op\": \"*\", \"label\": \"\", \"data\": -6.0, "
                     "\"grad\": null},\n"
                     "  {\"id\": \"v2\", \"label\": \"a\", \"data\": 2.0, \"grad\": null},\n"
                     "  {\"id\": \"v3\", \"label\": \"\", \"data\": -3.0, \"grad\": null}],\n"
                     " \"edges\": [\n"
                     "  {\"from\": \"v1\", \"to\": \"v0\", \"operand\": 0, \"local\": 1.0},\n"
                     "  {\"from\": \"v2\", \"to\": \"v0\", \"operand\": 1, \"local\": 1.0},\n"
                     "  {\"from\": \"v2\", \"to\": \"v1\", \"operand\": 0, \"local\": -3.0},\n"
                     "  {\"from\": \"v3\", \"to\": \"v1\", \"operand\": 1, \"local\": 2.0}]}\n");
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

START_TEST(a_single_leaf_and_nothing)
{
    dg_trace *t = dg_trace_new();
    assert_writes(t, "{\"dotgrad\": 2, \"root\": null,\n \"nodes\": [],\n \"edges\": []}\n");
    dg_trace_add_node(t, NULL, NULL, -0.0);
    dg_trace_set_grad(t, 0, 0.1);
    assert_writes(t, "{\"dotgrad\": 2, \"root\": \"v0\",\n \"nodes\": [\n"
                     "  {\"id\": \"v0\", \"label\": \"\", \"data\": -0.0, "
                     "\"grad\": 0.10000000000000001}],\n \"edges\": []}\n");
    dg_trace_free(t);
}
END_TEST

/* The text of a number, as it stands in a trace of one leaf. */
static void assert_number(double x, const char *expected)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, NULL, NULL, x);
    char *json = dg_json_from_trace(t, NULL);
    dg_trace_free(t);
    char *data = strstr(json, "\"data\": ") + strlen("\"data\": ");
    *strchr(data, ',') = '\0';
    ck_assert_str_eq(data, expected);
    dg_free(json);
}

START_TEST(numbers)
{
    assert_number(0.0, "0.0");
    assert_number(-0.0, "-0.0");
    assert_number(1.0, "1.0");
    assert_number(-8.0, "-8.0");
    assert_number(0.5, "0.5");
    assert_number(1.0 / 3.0, "0.33333333333333331");
    assert_number(1e16, "10000000000000000.0");
    assert_number(1e17, "1e17");
    assert_number(1e300, "1.0000000000000001e300");
    assert_number(1e-5, "1.0000000000000001e-5");
    assert_number(0.0001, "0.0001");
    assert_number(5e-324, "4.9406564584124654e-324");
    assert_number(1.7976931348623157e308, "1.7976931348623157e308");
    assert_number(1e100, "1e100");
    assert_number(1e-10, "1e-10");
    assert_number(123456789.0, "123456789.0");
    assert_number(NAN, "\"NaN\"");
    assert_number(-NAN, "\"NaN\"");
    assert_number(INFINITY, "\"Infinity\"");
    assert_number(-INFINITY, "\"-Infinity\"");
}
END_TEST

START_TEST(names_differ_in_writing)
{
    dg_trace *t = dg_trace_new();
    for (int i = 0; i < 6; i++)
        dg_trace_add_node(t, NULL, i == 5 ? "+" : NULL, i);
    for (size_t i = 0; i < 5; i++)
        dg_trace_add_edge(t, i, 5);
    dg_trace_set_id(t, 0, "v1"); /* the place of node 1 */
    dg_trace_set_id(t, 2, "x");
    dg_trace_set_id(t, 3, "x");
    dg_trace_set_id(t, 4, "x_3");
    char *json = dg_json_from_trace(t, NULL);
    dg_trace *back = read_text(json);
    static const char *const ids[] = {"v1", "v1_1", "x", "x_3_", "x_3", ""};
    for (size_t i = 0; i < 6; i++) {
        ck_assert_str_eq(dg_trace_id(back, i), ids[i]);
        ck_assert_uint_eq(dg_trace_operand(back, 5, i), i < 5 ? i : DG_NO_NODE);
    }
    dg_trace_free(back);
    dg_free(json);
    dg_trace_free(t);
}
END_TEST

/* --- There and back --------------------------------------------------------------------------- */

static const char *random_text(rng *r, char *text, size_t capacity)
{
    static const char *const parts[] = {"a",
                                        "\"",
                                        "\\",
                                        "\n",
                                        "\x01",
                                        "\x1F",
                                        "\x7F",
                                        "/",
                                        "é",
                                        "π",
                                        "😀",
                                        "\t",
                                        "{",
                                        "}",
                                        "|",
                                        "<",
                                        "\xEF\xBF\xBF",
                                        "\xF4\x8F\xBF\xBF",
                                        "\xEF\xBF\xBE",
                                        "\r",
                                        "\xE2\x80\xA8",
                                        "x1*w1",
                                        " ",
                                        "\\u0041",
                                        "\b",
                                        "\f",
                                        "v0"};
    size_t size = 0, n = rng_below(r, 6);
    text[0] = '\0';
    while (n-- > 0) {
        const char *part = parts[rng_below(r, sizeof parts / sizeof *parts)];
        if (size + strlen(part) + 1 < capacity)
            memcpy(text + size, part, strlen(part) + 1);
        size = strlen(text);
    }
    return text;
}

/* A random trace: operands have larger numbers than what is made of them, as trace order has it for
 * trees, or smaller ones. */
static dg_trace *random_trace(rng *r)
{
    size_t n = 1 + rng_below(r, 40), down = rng_below(r, 2);
    dg_trace *t = dg_trace_new();
    char text[64], op[64];
    for (size_t i = 0; i < n; i++) {
        size_t others = down ? n - 1 - i : i;
        size_t operands = others ? rng_below(r, rng_below(r, 8) ? 3 : 9) : 0;
        random_text(r, op, sizeof op);
        if (operands && op[0] == '\0')
            snprintf(op, sizeof op, "+");
        dg_trace_add_node(t, random_text(r, text, sizeof text), operands ? op : NULL,
                          random_double(r));
        if (rng_below(r, 2))
            dg_trace_set_grad(t, i, random_double(r));
        if (rng_below(r, 4) == 0) {
            char id[96];
            snprintf(id, sizeof id, "%s#%zu", random_text(r, text, sizeof text), i);
            ck_assert_int_eq(dg_trace_set_id(t, i, id), DG_OK);
        }
        for (size_t k = 0; k < operands && !down; k++)
            dg_trace_add_edge(t, rng_below(r, i), i);
    }
    for (size_t i = 0; down && i < n; i++)
        for (size_t k = 0; dg_trace_op(t, i)[0] != '\0' && k < 2; k++)
            dg_trace_add_edge(t, i + 1 + rng_below(r, n - 1 - i), i);
    dg_trace_set_root(t, rng_below(r, n));
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);
    return t;
}

/* Bytes that are written are UTF-8, whatever the texts. */
static void assert_writes_utf8(const dg_trace *t)
{
    size_t size;
    char *json = dg_json_from_trace(t, &size);
    ck_assert(dgi_utf8_valid(json, size));
    dg_free(json);
}

START_TEST(there_and_back)
{
    for (uint64_t seed = 0; seed < 2000; seed++) {
        rng r = {seed};
        dg_trace *t = random_trace(&r);
        assert_writes_utf8(t);
        assert_round_trip(t);
        dg_trace *part = dg_trace_select(t, rng_below(&r, dg_trace_node_count(t)));
        ck_assert_int_eq(dg_trace_check(part, NULL), DG_OK);
        assert_writes_utf8(part);
        assert_round_trip(part);
        dg_trace *same = dg_trace_select(part, 0);
        assert_same_trace(part, same);
        dg_trace_free(same);
        dg_trace_free(part);
        dg_trace_free(t);
    }
}
END_TEST

START_TEST(many_doubles)
{
    rng r = {42};
    dg_trace *t = dg_trace_new();
    for (int i = 0; i < 20000; i++)
        dg_trace_add_node(t, NULL, NULL, random_double(&r));
    assert_round_trip(t);
    dg_trace_free(t);
}
END_TEST

START_TEST(the_locale_does_not_matter)
{
    static const char *const locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "ps_AF.UTF-8", "ps_AF",
                                          "fa_IR.UTF-8"};
    rng r = {7};
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
        if (!setlocale(LC_ALL, locales[i]))
            continue;
        const char *before = setlocale(LC_ALL, NULL);
        assert_number(0.5, "0.5");
        assert_number(1e-300, "1e-300");
        dg_trace *t = random_trace(&r);
        dg_trace_add_node(t, NULL, NULL, 0.1);
        assert_round_trip(t);
        dg_trace_free(t);
        ck_assert_str_eq(setlocale(LC_ALL, NULL), before);
        setlocale(LC_ALL, "C");
    }
}
END_TEST

/* --- Read ------------------------------------------------------------------------------------- */

START_TEST(what_may_be_left_out)
{
    dg_trace *t = read_text(
        " {\"edges\":[{\"operand\":1,\"to\":\"s\",\"from\":\"b\",\"why\":{}},"
        "{\"operand\":0,\"to\":\"s\",\"from\":\"a\"}],\n\"root\":\"s\",\"what\":[1,{\"x\":[]}],"
        "\"nodes\":[{\"data\":1,\"id\":\"a\"},{\"id\":\"b\",\"data\":-0,\"grad\":\"NaN\","
        "\"label\":\"\\u00e9\\ud83d\\ude00\"},{\"id\":\"s\",\"op\":\"+\","
        "\"data\":100000000000000000000,\"op2\":0}],\"dotgrad\":1}\r\n\t ");
    ck_assert_uint_eq(dg_trace_node_count(t), 3);
    ck_assert_uint_eq(dg_trace_root(t), 2);
    ck_assert_uint_eq(dg_trace_operand(t, 2, 0), 0);
    ck_assert_uint_eq(dg_trace_operand(t, 2, 1), 1);
    ck_assert_str_eq(dg_trace_id(t, 1), "b");
    ck_assert_str_eq(dg_trace_label(t, 0), "");
    ck_assert_str_eq(dg_trace_label(t, 1), "é😀");
    ck_assert_int_eq(dg_trace_has_grad(t, 0), 0);
    ck_assert_int_eq(dg_trace_has_grad(t, 1), 1);
    ck_assert(isnan(dg_trace_grad(t, 1)));
    ck_assert(signbit(dg_trace_data(t, 1)) && dg_trace_data(t, 1) == 0.0);
    ck_assert_double_eq(dg_trace_data(t, 2), 1e20);
    dg_trace_free(t);
}
END_TEST

START_TEST(our_own_names_are_not_kept)
{
    dg_trace *t = read_text("{\"dotgrad\": 1, \"root\": \"v1\", \"nodes\": [{\"id\": \"v1\", "
                            "\"data\": 1}, {\"id\": \"v0\", \"data\": 2}, {\"id\": \"v2\", "
                            "\"data\": 2, \"op\": \"\"}], \"edges\": []}");
    ck_assert_str_eq(dg_trace_id(t, 0), "v1");
    ck_assert_str_eq(dg_trace_id(t, 1), "v0");
    ck_assert_str_eq(dg_trace_id(t, 2), "");
    ck_assert_uint_eq(dg_trace_root(t), 0);
    ck_assert_uint_eq(dg_trace_find(t, "v0"), 1);
    ck_assert_uint_eq(dg_trace_find(t, "v2"), 2);
    dg_trace_free(t);
}
END_TEST

/* A text that is taken over says the same as one that is borrowed, also where its errors are; it is
 * large, so that much of it has gone by then. */
START_TEST(taken)
{
    enum { NODES = 60000, LINE = 60 };
    static const char *const ends[] = {"]}\n", "], oops}\n", "{}]}\n"};
    for (size_t i = 0; i < 3; i++) {
        char *text = malloc((size_t)NODES * LINE + 200);
        ck_assert_ptr_nonnull(text);
        size_t size = (size_t)sprintf(text, "{\"dotgrad\": 1, \"root\": \"v0\", \"edges\": [],\n"
                                            "\"nodes\": [{\"id\": \"v0\", \"data\": 1}");
        for (size_t k = 1; k < NODES; k++)
            size += (size_t)sprintf(text + size,
                                    ",%s{\"id\": \"v%zu\", \"label\": \"\u2202\", \"data\": 1}",
                                    k % 3 ? "\n" : "", k);
        size += (size_t)sprintf(text + size, "%s", ends[i]);
        dg_error borrowed, own;
        dg_trace *t = dg_trace_from_json(text, size, &borrowed);
        dg_trace *u = dg_trace_take_json(text, size, &own);
        ck_assert((t != NULL) == (i == 0) && (u != NULL) == (i == 0));
        ck_assert_int_eq(borrowed.status, own.status);
        ck_assert_str_eq(borrowed.text, own.text);
        ck_assert_uint_eq(borrowed.line, own.line);
        ck_assert_uint_eq(borrowed.column, own.column);
        ck_assert_uint_eq(dg_trace_node_count(t), dg_trace_node_count(u));
        ck_assert_str_eq(dg_trace_label(t, NODES - 1), dg_trace_label(u, NODES - 1));
        dg_trace_free(t);
        dg_trace_free(u);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        taken,
        exact_text,
        a_single_leaf_and_nothing,
        numbers,
        names_differ_in_writing,
        there_and_back,
        many_doubles,
        the_locale_does_not_matter,
        what_may_be_left_out,
        our_own_names_are_not_kept,
    };
    return run_suite("trace-json", tests, sizeof tests / sizeof *tests);
}
