/* JSON that is refused, with the place and the reason; limits. */
#include <stdio.h>

#include <dotgrad/engine.h>
#include <dotgrad/trace.h>

#include "base/buf.h"
#include "error_support.h"
#include "trace/json_read.h"
#include "trace_support.h"

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
    dgi_json_reader r = {
        .scan = {.text = element, .end = element + 2, .p = element, .error = &error}};
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
        not_json,  not_a_trace,  wrong_nodes,        wrong_edges,
        too_large, long_strings, a_label_of_escapes, too_many,
    };
    return run_suite("trace-json-refused", tests, sizeof tests / sizeof *tests);
}
