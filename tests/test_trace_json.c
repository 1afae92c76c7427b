/* The JSON form of a trace: what is written, what is read, what is refused. */
#include <locale.h>
#include <stdio.h>

#include <dotgrad/engine.h>
#include <dotgrad/trace.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "error_support.h"
#include "trace/json_read.h"
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

static void assert_refused_bytes(const char *text, size_t size, dg_status status,
                                 const char *expected)
{
    dg_error error = {0};
    dg_trace *t = read_bytes(text, size, &error);
    ck_assert_msg(t == NULL, "was read: %s", text);
    assert_located(&error, expected);
    ck_assert_int_eq(error.status, status);
    ck_assert_ptr_null(read_bytes(text, size, NULL));
}

static void assert_refused(const char *text, const char *expected)
{
    assert_refused_bytes(text, strlen(text), DG_FORMAT, expected);
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

/* --- Refused ---------------------------------------------------------------------------------- */

/* A trace of these nodes and edges, root "a". */
static void assert_parts_refused(const char *nodes, const char *edges, const char *expected)
{
    dgi_buf b = DGI_BUF_INIT;
    dgi_buf_printf(&b, "{\"dotgrad\": 1, \"root\": \"a\", \"nodes\": [%s], \"edges\": [%s]}", nodes,
                   edges);
    assert_refused(b.data, expected);
    dgi_buf_free(&b);
}

START_TEST(not_json)
{
    assert_refused("", "line 1, column 1: a trace is a JSON object");
    assert_refused("  \n [1]", "line 2, column 2: a trace is a JSON object");
    assert_refused("{\"dotgrad\": 1", "line 1, column 13: ',' or '}' expected");
    assert_refused("{\"dotgrad\": 1,", "line 1, column 14: a member's name is expected");
    assert_refused("{\"dotgrad\": 1,}", "line 1, column 15: a member's name is expected");
    assert_refused("{\"dotgrad\" 1}", "line 1, column 12: ':' expected");
    assert_refused("{\"dotgrad\":", "line 1, column 11: the text ends too early");
    assert_refused("{\"dotgrad\": ]", "line 1, column 13: a value is expected");
    assert_refused("{\"dotgrad\": 1}}", "line 1, column 15: the end of the text is expected");
    assert_refused("{\"dotgrad\": 1, 5: 2}", "line 1, column 16: a member's name is expected");
    assert_refused("{\"x\": 1, \"x\": 2}", "line 1, column 13: a member occurs twice");
    assert_refused("{\n\"é\": truth}", "line 2, column 6: invalid token near 'truth'");
    assert_refused("{\"x\": a-word-that-is-longer-than-shown}",
                   "line 1, column 7: invalid token near 'a-word-that-is-longer-th…'");
    assert_refused("{\"x\": 1e999}", "line 1, column 7: real number overflow near '1e999'");
    assert_refused("{\"x\": -NaN}", "line 1, column 7: invalid token near '-NaN'");
    assert_refused("{\"x\": \"abc", "line 1, column 7: a string does not end");
    assert_refused("{\"x\": \"abc\\", "line 1, column 11: a string has an escape that is not one");
    assert_refused("{\"x\": \"a\\u0000b\"}", "line 1, column 9: a string has a NUL character");
    assert_refused("{\"x\\u0000\": 1}", "line 1, column 4: a string has a NUL character");
    assert_refused("{\"x\": {\"a\\u0000\": 1}}", "line 1, column 10: a string has a NUL character");
    static const char *const escapes[] = {
        "\\ud800",   "\\ud800\\ud800", "\\udc00", "\\ud800\\u0041", "\\ud800\\n", "\\ud800\\uDBF",
        "\\u12G4",   "\\u123",         "\\a",     "\\U0041",        "\\ud800x",   "\\'",
        "\\\xC3\xA9"};
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        char text[64];
        snprintf(text, sizeof text, "{\"x\": \"%s\"}", escapes[i]);
        assert_refused(text, "line 1, column 8: a string has an escape that is not one");
    }
    assert_refused("{\"x\": \"a\tb\"}", "line 1, column 9: a string has a control character");
    assert_refused("{\"x\": \"\xFF\"}", "line 1, column 7: a string is not UTF-8");
    assert_refused("{\"x\": {\"a\": 1, \"a\": 2}}", "line 1, column 19: a member occurs twice");
    assert_refused("{\"x\": [{\"a\": {\"b\": 1}, \"b\": 1}, {\"a\": 1, \"\\u0061\": 2}]}",
                   "line 1, column 50: a member occurs twice");
    assert_refused("{\"x\": {\"a\": [}}", "line 1, column 14: a value is expected");
    assert_refused("{\"x\": [1, {\"a\": 2]}}", "line 1, column 18: ',' or '}' expected");
    assert_refused("{\"x\": [[1}]}", "line 1, column 10: ',' or ']' expected");
    assert_refused("{\"x\": [[[1], 2", "line 1, column 14: ',' or ']' expected");
    assert_refused_bytes("{\"x\": \0001}", 9, DG_FORMAT, "line 1, column 7: a value is expected");
    assert_refused_bytes("{\"dotgrad\": 1}\0", 15, DG_FORMAT,
                         "line 1, column 15: the end of the text is expected");
    assert_parts_refused("{\"id\": \"a\", \"data\": 1, \"data\": 2}", "",
                         "line 1, column 68: a member occurs twice");
    assert_parts_refused("{\"id\": \"a\", \"data\": 1} {", "",
                         "line 1, column 62: ',' or ']' expected");
    assert_parts_refused("{\"id\": \"a\", \"data\": 1},", "",
                         "line 1, column 62: a value is expected");
}
END_TEST

START_TEST(not_a_trace)
{
    assert_refused("{}", "not a trace: it has no \"dotgrad\"");
    assert_refused("{\"nodes\": [], \"edges\": [], \"root\": \"a\"}",
                   "not a trace: it has no \"dotgrad\"");
    assert_refused("{\"dotgrad\": 3}", "the trace was made by a newer dotgrad");
    assert_refused("{\"nodes\": 1, \"dotgrad\": 3}", "the trace was made by a newer dotgrad");
    assert_refused("{\"dotgrad\": 2}", "not a trace: it has no \"nodes\"");
    assert_refused("{\"dotgrad\": 1.5}", "the trace was made by a newer dotgrad");
    assert_refused("{\"dotgrad\": \"1\"}", "\"dotgrad\" is not a number");
    assert_refused("{\"dotgrad\": 1}", "not a trace: it has no \"nodes\"");
    assert_refused("{\"dotgrad\": 1, \"nodes\": []}", "not a trace: it has no \"edges\"");
    assert_refused("{\"dotgrad\": 1, \"nodes\": [], \"edges\": []}",
                   "not a trace: it has no \"root\"");
    assert_refused("{\"dotgrad\": 1, \"nodes\": {}}",
                   "line 1, column 25: \"nodes\" is not an array");
    assert_refused("{\"edges\": 1}", "line 1, column 11: \"edges\" is not an array");
    assert_refused("{\"root\": 1, \"dotgrad\": 1}", "\"root\" is not a string");
    assert_refused("{\"dotgrad\": 1, \"root\": null, \"nodes\": [], \"edges\": []}",
                   "\"root\" is not a string");
    assert_parts_refused("", "", "the trace has no nodes");
}
END_TEST

#define A "{\"id\": \"a\", \"op\": \"+\", \"data\": 1}"
#define B "{\"id\": \"b\", \"data\": 1}"
#define C "{\"id\": \"c\", \"op\": \"+\", \"data\": 1}"
#define EDGE(from, to, k) "{\"from\": \"" from "\", \"to\": \"" to "\", \"operand\": " k "}"

START_TEST(wrong_nodes)
{
    assert_parts_refused("3", "", "node 0: it is not an object");
    assert_parts_refused("{}", "", "node 0: it has no id");
    assert_parts_refused("{\"id\": 1}", "", "node 0: id is not a string");
    assert_parts_refused("{\"id\": \"\"}", "", "node 0: id is empty");
    assert_parts_refused(A ", {\"id\": \"v7\"}", "", "node 1 (\"v7\"): it has no data");
    assert_parts_refused(A ", {\"id\": \"v7\", \"data\": \"1\"}", "",
                         "node 1 (\"v7\"): data is not a number");
    assert_parts_refused("{\"id\": \"a\", \"data\": null}", "",
                         "node 0 (\"a\"): data is not a number");
    assert_parts_refused("{\"id\": \"a\", \"data\": true}", "",
                         "node 0 (\"a\"): data is not a number");
    assert_parts_refused("{\"id\": \"a\", \"data\": 1, \"grad\": \"inf\"}", "",
                         "node 0 (\"a\"): grad is not a number or null");
    assert_parts_refused("{\"id\": \"a\", \"data\": 1, \"label\": null}", "",
                         "node 0 (\"a\"): label is not a string");
    assert_parts_refused("{\"id\": \"a\", \"data\": 1, \"op\": 7}", "",
                         "node 0 (\"a\"): op is not a string");
    assert_parts_refused(B ", " A ", " B, "", "nodes 0 and 2 are both called \"b\"");
    assert_parts_refused(A, "", "node 0 (\"a\"): an op has no operands");
    assert_parts_refused(B, "", "root: no node is called \"a\"");
}
END_TEST

START_TEST(wrong_edges)
{
    assert_parts_refused(A, "3", "edge 0: it is not an object");
    assert_parts_refused(A, "{}", "edge 0: it has no from");
    assert_parts_refused(A, "{\"from\": \"a\"}", "edge 0: it has no to");
    assert_parts_refused(A, "{\"from\": 0}", "edge 0: from is not a string");
    assert_parts_refused(A, "{\"from\": \"b\", \"to\": []}", "edge 0: to is not a string");
    assert_parts_refused(A, "{\"from\": \"b\", \"to\": \"a\"}", "edge 0: it has no operand");
    assert_parts_refused(A "," B, EDGE("b", "a", "0") "," EDGE("b", "a", "1.5"),
                         "edge 1: operand is not an integer");
    assert_parts_refused(A "," B, EDGE("b", "a", "\"0\""), "edge 0: operand is not an integer");
    assert_parts_refused(A "," B, EDGE("b", "a", "-1"), "edge 0: operand is negative");
    assert_parts_refused(A "," B, EDGE("b", "a", "1"),
                         "edge 0: operand is too large for \"a\", to which 1 edge leads");
    assert_parts_refused(A "," B, EDGE("b", "a", "0") "," EDGE("b", "a", "9223372036854775807"),
                         "edge 1: operand is too large for \"a\", to which 2 edges lead");
    assert_parts_refused(A "," B, EDGE("b", "a", "4294967295"),
                         "edge 0: operand is too large for \"a\", to which 1 edge leads");
    assert_parts_refused(A "," B, EDGE("b", "a", "1") "," EDGE("b", "a", "1"),
                         "edge 1: \"a\" has an operand 1 already");
    assert_parts_refused(A "," B, EDGE("b", "a", "0") "," EDGE("zz", "a", "1"),
                         "edge 1: no node is called \"zz\"");
    assert_parts_refused(A "," B, EDGE("b", "q\\n\\u007f", "0"),
                         "edge 0: no node is called \"q  \"");
    assert_parts_refused(A "," B, EDGE("a", "a", "0"), "edge 0: \"a\" is its own operand");
    assert_parts_refused(A "," B, EDGE("b", "a", "0") "," EDGE("a", "b", "0"),
                         "node 1 (\"b\"): a leaf has operands");
    assert_parts_refused(A "," C, EDGE("c", "a", "0") "," EDGE("a", "c", "0"),
                         "node 0 (\"a\"): it is computed from itself");
    assert_parts_refused(A "," C, EDGE("c", "a", "0"), "node 1 (\"c\"): an op has no operands");
}
END_TEST

/* --- Limits ----------------------------------------------------------------------------------- */

static void assert_over(dgi_buf *b, const char *expected)
{
    ck_assert(!b->failed);
    assert_refused_bytes(b->data, b->size, DG_LIMIT, expected);
    dgi_buf_free(b);
}

START_TEST(too_large)
{
    dg_error error;
    char byte = '{';
    ck_assert_ptr_null(dg_trace_from_json(&byte, DG_TRACE_JSON_MAX + 1, &error));
    ck_assert_int_eq(error.status, DG_LIMIT);
    ck_assert_str_eq(error.text, "the text is larger than 512 MiB");

    dgi_buf b = DGI_BUF_INIT;
    static const char *const openings[] = {"[", "{\"a\":"};
    for (size_t i = 0; i < 2; i++) {
        char expected[80];
        dgi_buf_puts(&b, "{\"x\": ");
        for (int k = 0; k < 1000000; k++)
            dgi_buf_puts(&b, openings[i]);
        snprintf(expected, sizeof expected,
                 "line 1, column %zu: arrays and objects are nested too deep",
                 7 + DGI_JSON_DEPTH * strlen(openings[i]));
        assert_refused_bytes(b.data, b.size, DG_FORMAT, expected);
        dgi_buf_free(&b);
    }
    dgi_buf_puts(&b, "{\"x\": ");
    dgi_buf_fill(&b, '[', DGI_JSON_DEPTH);
    dgi_buf_fill(&b, ']', DGI_JSON_DEPTH);
    dgi_buf_puts(&b, "}");
    assert_refused(b.data, "not a trace: it has no \"dotgrad\"");
    dgi_buf_free(&b);

    /* What is ignored may be of any size, for it takes no memory. */
    dgi_buf_puts(&b, "{\"x\": [\"");
    dgi_buf_fill(&b, 'x', 8 * DG_TRACE_STRING_MAX);
    dgi_buf_puts(&b, "\", 1");
    dgi_buf_fill(&b, '1', 8 * DG_TRACE_STRING_MAX);
    dgi_buf_puts(&b, "e-8388608");
    for (int i = 0; i < 2000000; i++)
        dgi_buf_puts(&b, ",{}");
    dgi_buf_puts(&b, "]}");
    assert_refused(b.data, "not a trace: it has no \"dotgrad\"");
    dgi_buf_free(&b);

    /* Empty elements end at once, however many there are. */
    dgi_buf_puts(&b, "{\"nodes\": [");
    for (int i = 0; i < 1000000; i++)
        dgi_buf_puts(&b, "{},");
    assert_refused_bytes(b.data, b.size, DG_FORMAT, "node 0: it has no id");
    dgi_buf_free(&b);
}
END_TEST

static void long_text(dgi_buf *b, const char *before, const char *member, size_t size)
{
    dgi_buf_printf(b, "{\"dotgrad\": 1, \"root\": \"a\", \"edges\": [], \"nodes\": [{%s\"%s\": \"",
                   before, member);
    dgi_buf_fill(b, 'y', size);
    dgi_buf_puts(b, "\"}]}");
}

START_TEST(long_strings)
{
    dgi_buf b = DGI_BUF_INIT;
    const char *start = "\"id\": \"a\", \"data\": 1, ";
    long_text(&b, start, "label", DG_TRACE_STRING_MAX + 1);
    assert_over(&b, "node 0 (\"a\"): label is longer than a million bytes");
    long_text(&b, start, "op", DG_TRACE_STRING_MAX + 1);
    assert_over(&b, "node 0 (\"a\"): op is longer than a million bytes");
    long_text(&b, "\"data\": 1, ", "id", DG_TRACE_STRING_MAX + 1);
    assert_over(&b, "node 0: id is longer than a million bytes");
    long_text(&b, start, "label", DG_TRACE_STRING_MAX);
    dg_trace *t = dg_trace_from_json(b.data, b.size, NULL);
    ck_assert_ptr_nonnull(t);
    assert_round_trip(t);
    dg_trace_free(t);
    dgi_buf_free(&b);
}
END_TEST

START_TEST(a_label_of_escapes)
{
    /* The longest label, each of its bytes an escape of six. */
    dg_trace *t = dg_trace_new();
    char *text = malloc(DG_TRACE_STRING_MAX + 1);
    memset(text, '\x01', DG_TRACE_STRING_MAX);
    text[DG_TRACE_STRING_MAX] = '\0';
    dg_trace_add_node(t, text, NULL, 0.0);
    assert_round_trip(t);
    dg_trace_free(t);
    free(text);
}
END_TEST

/* Element after element costs seconds up to the limit; the element beyond it can be had at once. */
static void assert_one_too_many(bool (*read)(dgi_json_reader *, size_t), size_t limit,
                                const char *expected)
{
    static const char element[] = "{}";
    dg_error error = {0};
    dgi_json_reader r = {.scan = {element, element + 2, element, &error, DGI_BUF_INIT}};
    ck_assert(!read(&r, limit - 1));
    ck_assert_int_eq(error.status, DG_FORMAT);
    r.scan.p = element;
    ck_assert(!read(&r, limit));
    ck_assert_int_eq(error.status, DG_LIMIT);
    assert_located(&error, expected);
    dgi_json_reader_free(&r);
}

START_TEST(too_many)
{
    assert_one_too_many(dgi_json_read_node, DG_TRACE_NODES_MAX,
                        "the trace has more than two million nodes");
    assert_one_too_many(dgi_json_read_edge, DG_TRACE_EDGES_MAX,
                        "the trace has more than eight million edges");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        exact_text,
        a_single_leaf_and_nothing,
        numbers,
        names_differ_in_writing,
        there_and_back,
        many_doubles,
        the_locale_does_not_matter,
        what_may_be_left_out,
        our_own_names_are_not_kept,
        not_json,
        not_a_trace,
        wrong_nodes,
        wrong_edges,
        too_large,
        long_strings,
        a_label_of_escapes,
        too_many,
    };
    return run_suite("trace-json", tests, sizeof tests / sizeof *tests);
}
