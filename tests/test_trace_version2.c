/* Version 2 of the JSON form: what it has that version 1 has not, written, read and refused. */
#include <stdio.h>

#include <dotgrad/engine.h>

#include "base/buf.h"
#include "error_support.h"
#include "trace_support.h"

/* --- Help ------------------------------------------------------------------------------------- */

/* A file of this version with these nodes and edges, the root called "r". */
static char *file_of(int version, const char *nodes, const char *edges)
{
    dgi_buf b = DGI_BUF_INIT;
    dgi_buf_printf(&b, "{\"dotgrad\": %d, \"root\": \"r\", \"nodes\": [%s], \"edges\": [%s]}",
                   version, nodes, edges);
    return dgi_buf_take(&b, NULL);
}

static dg_trace *read_parts(const char *nodes, const char *edges)
{
    char *text = file_of(2, nodes, edges);
    dg_trace *t = read_text(text);
    free(text);
    assert_round_trip(t);
    return t;
}

/* A node "r" with these members. */
static dg_trace *read_members(const char *members)
{
    char nodes[1024];
    snprintf(nodes, sizeof nodes, "{\"id\": \"r\", %s}", members);
    return read_parts(nodes, "");
}

static void assert_refused(const char *text, dg_status status, const char *expected)
{
    dg_error error;
    dg_trace *t = read_bytes(text, strlen(text), &error);
    ck_assert_msg(t == NULL, "was read: %s", text);
    assert_located(&error, expected);
    ck_assert_int_eq(error.status, status);
}

static void assert_parts_refused(int version, const char *nodes, const char *edges,
                                 const char *expected)
{
    char *text = file_of(version, nodes, edges);
    assert_refused(text, DG_FORMAT, expected);
    free(text);
}

static void assert_members_refused(int version, const char *members, const char *expected)
{
    char nodes[1024], text[256];
    snprintf(nodes, sizeof nodes, "{\"id\": \"r\", %s}", members);
    snprintf(text, sizeof text, "node 0 (\"r\"): %s", expected);
    assert_parts_refused(version, nodes, "", text);
}

/* --- Written ---------------------------------------------------------------------------------- */

/* x (unknown sizes) and a → split → s0, s1, s2; r = s1 mystery s2, with named operands. */
static dg_trace *example(void)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "r", "mystery", 5.0);
    dg_trace_add_node(t, "s1", "", 2.0);
    dg_trace_add_node(t, "s2", "", 3.0);
    dg_trace_add_node(t, "s0", "split", 1.0);
    dg_trace_add_node(t, "x", NULL, 0.0);
    dg_trace_add_node(t, "", "random", 7.0);
    dg_trace_clear_data(t, 4);
    dg_trace_set_shape(t, 4, 3, (size_t[]){DG_UNKNOWN_SIZE, 3, DG_UNKNOWN_SIZE});
    dg_trace_set_dim_name(t, 4, 0, "batch");
    dg_trace_set_dtype(t, 4, "float32");
    dg_trace_set_id(t, 5, "12");
    dg_trace_add_edge(t, 4, 3);
    dg_trace_set_operand_name(t, 3, 0, "input");
    dg_trace_set_result_of(t, 1, 3, 1);
    dg_trace_set_result_of(t, 2, 3, 2);
    dg_trace_add_edge(t, 1, 0);
    dg_trace_add_edge(t, 2, 0);
    dg_trace_set_local_gradient(t, 0, 1, -INFINITY);
    dg_trace_set_operand_name(t, 0, 1, "b\n");
    dg_trace_set_attribute_number(t, 3, "axis", -1);
    dg_trace_set_attribute(t, 3, "mode", "\"same\"");
    dg_trace_clear_data(t, 2);
    dg_trace_add_root(t, 5);
    return t;
}

static const char example_text[] =
    "{\"dotgrad\": 2, \"root\": \"v0\", \"roots\": [\"v0\", \"12\"],\n"
    " \"nodes\": [\n"
    "  {\"id\": \"v0\", \"op\": \"mystery\", \"label\": \"r\", \"data\": 5.0, \"grad\": null},\n"
    "  {\"id\": \"v1\", \"op\": \"split\", \"label\": \"s1\", \"data\": 2.0, \"grad\": null, "
    "\"result\": 1, \"of\": \"v3\"},\n"
    "  {\"id\": \"v2\", \"op\": \"split\", \"label\": \"s2\", \"data\": null, \"grad\": null, "
    "\"result\": 2, \"of\": \"v3\"},\n"
    "  {\"id\": \"v3\", \"op\": \"split\", \"label\": \"s0\", \"data\": 1.0, \"grad\": null, "
    "\"attributes\": {\"axis\": -1.0, \"mode\": \"\\\"same\\\"\"}},\n"
    "  {\"id\": \"v4\", \"label\": \"x\", \"shape\": [\"batch\", 3, null], \"data\": null, "
    "\"grad\": null, \"dtype\": \"float32\"},\n"
    "  {\"id\": \"12\", \"op\": \"random\", \"label\": \"\", \"data\": 7.0, \"grad\": null}],\n"
    " \"edges\": [\n"
    "  {\"from\": \"v1\", \"to\": \"v0\", \"operand\": 0},\n"
    "  {\"from\": \"v2\", \"to\": \"v0\", \"operand\": 1, \"local\": \"-Infinity\", "
    "\"name\": \"b\\n\"},\n"
    "  {\"from\": \"v4\", \"to\": \"v3\", \"operand\": 0, \"name\": \"input\"}]}\n";

START_TEST(exact_text)
{
    dg_trace *t = example();
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_OK);
    char *json = dg_json_from_trace(t, NULL);
    ck_assert_str_eq(json, example_text);
    assert_round_trip(t);
    dg_free(json);
    dg_trace_free(t);
}
END_TEST

/* The derivatives of the op table, to the last digit; none where the table does not know. */
START_TEST(local_gradients)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 0.7, "a"), *b = dg_leaf(g, 3.0, "b");
    dg_trace *t = dg_trace_from_value(dg_pow(dg_tanh(dg_mul(a, b)), 3));
    char *json = dg_json_from_trace(t, NULL);
    for (size_t i = 0; i < 2; i++) {
        double local;
        ck_assert_int_eq(dg_trace_local_gradient(t, i, 0, &local), DG_OK);
        char expected[80];
        snprintf(expected, sizeof expected, "\"local\": %.17g}", local);
        ck_assert_msg(strstr(json, expected) != NULL, "no %s in %s", expected, json);
    }
    dg_trace *back = read_text(json);
    ck_assert_ptr_null(back->annotations); /* what would be computed is not stored */
    dg_free(json);
    dg_trace_free(back);
    dg_trace_free(t);
    t = dg_trace_new();
    dg_trace_add_node(t, "r", "*", 6.5);
    dg_trace_add_node(t, "a", NULL, 2.0);
    dg_trace_add_edge(t, 1, 0);
    dg_trace_add_edge(t, 1, 0);
    json = dg_json_from_trace(t, NULL);
    ck_assert_ptr_null(strstr(json, "local")); /* 2 * 2 is not 6.5 */
    dg_free(json);
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

/* --- There and back --------------------------------------------------------------------------- */

static void annotate(rng *r, dg_trace *t, size_t i)
{
    static const char *const texts[] = {"", "a", "\"\\", "é\n", "\x01", "NaN", "axis"};
    enum { N = sizeof texts / sizeof *texts };
    if (rng_below(r, 3) == 0)
        dg_trace_clear_data(t, i);
    if (!dg_trace_has_data(t, i) && rng_below(r, 2)) {
        size_t shape[DG_TRACE_DIMS_MAX];
        int ndim = (int)rng_below(r, 4);
        for (int k = 0; k < ndim; k++)
            shape[k] = rng_below(r, 3) ? rng_below(r, 1000000) : DG_UNKNOWN_SIZE;
        if (dg_trace_set_shape(t, i, ndim, shape) == DG_OK)
            for (int k = 0; k < ndim; k++)
                dg_trace_set_dim_name(t, i, k, texts[rng_below(r, N)]);
    } else if (rng_below(r, 2)) {
        dg_trace_set_grad(t, i, random_double(r));
    }
    if (rng_below(r, 3) == 0)
        dg_trace_set_dtype(t, i, texts[rng_below(r, N)]);
    while (rng_below(r, 2)) {
        const char *name = texts[1 + rng_below(r, N - 1)];
        if (rng_below(r, 2))
            dg_trace_set_attribute(t, i, name, texts[rng_below(r, N)]);
        else
            dg_trace_set_attribute_number(t, i, name, random_double(r));
    }
    for (size_t k = 0; k < dg_trace_operand_count(t, i); k++) {
        if (rng_below(r, 3) == 0)
            dg_trace_set_operand_name(t, i, k, texts[rng_below(r, N)]);
        if (rng_below(r, 3) == 0)
            dg_trace_set_local_gradient(t, i, k, random_double(r));
    }
}

static dg_trace *random_trace(rng *r)
{
    dg_trace *t = dg_trace_new();
    size_t n = 1 + rng_below(r, 30);
    for (size_t i = 0; i < n; i++) {
        size_t first = i ? dg_trace_first_result(t, rng_below(r, i)) : 0;
        bool is_op = rng_below(r, 3) != 0;
        dg_trace_add_node(t, rng_below(r, 2) ? "x" : NULL, is_op ? "op" : NULL, random_double(r));
        if (i && rng_below(r, 3) == 0 && *dg_trace_op(t, first)) {
            ck_assert_int_eq(dg_trace_set_result_of(t, i, first, i), DG_OK);
        } else {
            for (size_t k = is_op ? rng_below(r, 4) : 0; i && k > 0; k--)
                dg_trace_add_edge(t, rng_below(r, i), i);
        }
        annotate(r, t, i);
    }
    dg_trace_set_root(t, rng_below(r, n));
    while (rng_below(r, 2))
        dg_trace_add_root(t, rng_below(r, n));
    dg_error error;
    ck_assert_msg(dg_trace_check(t, &error) == DG_OK, "%s", error.text);
    return t;
}

START_TEST(there_and_back)
{
    for (uint64_t seed = 0; seed < 2000; seed++) {
        rng r = {seed};
        dg_trace *t = random_trace(&r);
        assert_round_trip(t);
        dg_trace *part = dg_trace_select(t, rng_below(&r, dg_trace_node_count(t)));
        ck_assert_int_eq(dg_trace_check(part, NULL), DG_OK);
        assert_round_trip(part);
        dg_trace_free(part);
        dg_trace_free(t);
    }
}
END_TEST

/* --- Read ------------------------------------------------------------------------------------- */

START_TEST(without_data)
{
    dg_trace *t = read_members("\"data\": null");
    ck_assert_int_eq(dg_trace_has_data(t, 0), 0);
    ck_assert_int_eq(dg_trace_ndim(t, 0), 0);
    dg_trace_free(t);
    t = read_members("\"data\": null, \"shape\": [2, 3], \"grad\": [[1, 2, 3], [4, 5, 6]]");
    ck_assert_int_eq(dg_trace_has_data(t, 0), 0);
    assert_numbers(dg_trace_grad_array(t, 0), (double[]){1, 2, 3, 4, 5, 6}, 6);
    dg_trace_free(t);
    t = read_members("\"data\": null, \"shape\": [\"batch\", null, 5, \"\"]");
    static const char *const sizes[] = {"batch", "?", "5", "?"};
    ck_assert_int_eq(dg_trace_ndim(t, 0), 4);
    for (int i = 0; i < 4; i++) {
        char text[DG_DIM_TEXT_MAX];
        ck_assert_str_eq(dg_trace_dim_text(t, 0, i, text), sizes[i]);
    }
    dg_trace_free(t);
    t = read_members("\"data\": null, \"shape\": [50257, 12288, 100]"); /* no array is made */
    ck_assert_uint_eq(dg_trace_size(t, 0), (size_t)50257 * 12288 * 100);
    dg_trace_free(t);
}
END_TEST

START_TEST(attributes)
{
    dg_trace *t = read_members("\"data\": 1, \"dtype\": \"int64\", \"attributes\": {\"axis\": -1, "
                               "\"mode\": \"same\", \"\\u00e9\": 0.5, \"x\": NaN}, \"result\": 2");
    ck_assert_str_eq(dg_trace_dtype(t, 0), "int64");
    static const char *const expected[][2] = {
        {"axis", "-1"}, {"mode", "same"}, {"é", "0.5"}, {"x", "nan"}};
    ck_assert_uint_eq(dg_trace_attribute_count(t, 0), 4);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_str_eq(dg_trace_attribute_name(t, 0, i), expected[i][0]);
        ck_assert_str_eq(dg_trace_attribute_text(t, 0, i), expected[i][1]);
    }
    ck_assert_uint_eq(dg_trace_result_index(t, 0), 2);
    dg_trace_free(t);
    t = read_members("\"data\": 1, \"attributes\": {}, \"dtype\": \"\"");
    ck_assert_ptr_null(t->annotations);
    dg_trace_free(t);
}
END_TEST

START_TEST(ids_that_are_numbers)
{
    dg_trace *t = read_text(
        "{\"dotgrad\": 2, \"root\": 3, \"nodes\": [{\"id\": 3, \"op\": \"+\", \"data\": 1},"
        "{\"id\": 4.0, \"data\": 1}, {\"id\": \"v2\", \"data\": 1}, {\"id\": 1e3, \"data\": "
        "0}, {\"id\": 0.5, \"data\": 0}, {\"id\": 123456789012345678901, \"data\": 0}],"
        "\"edges\": [{\"from\": \"4\", \"to\": 3, \"operand\": 0},"
        "{\"from\": \"v2\", \"to\": \"3\", \"operand\": 1}]}");
    static const char *const ids[] = {"3", "4", "", "1000", "0.5", "123456789012345678901"};
    for (size_t i = 0; i < 6; i++)
        ck_assert_str_eq(dg_trace_id(t, i), ids[i]);
    ck_assert_uint_eq(dg_trace_root(t), 0);
    ck_assert_uint_eq(dg_trace_operand(t, 0, 0), 1);
    assert_round_trip(t);
    dg_trace_free(t);
    assert_parts_refused(2,
                         "{\"id\": \"r\", \"data\": 1}, {\"id\": 7, \"data\": 1}, {\"id\": "
                         "\"7\", \"data\": 1}",
                         "", "nodes 1 and 2 are both called \"7\"");
}
END_TEST

START_TEST(results)
{
    /* The first result comes last, and the others have its op and operands. */
    dg_trace *t = read_parts("{\"id\": \"r\", \"op\": \"+\", \"data\": 5},"
                             "{\"id\": \"b\", \"data\": 2, \"result\": 1, \"of\": 7},"
                             "{\"id\": \"c\", \"data\": 3, \"op\": \"split\", \"result\": 2, "
                             "\"of\": \"7\"}, {\"id\": 7, \"op\": \"split\", \"data\": 1}, "
                             "{\"id\": \"x\", \"data\": 6}",
                             "{\"from\": \"b\", \"to\": \"r\", \"operand\": 0},"
                             "{\"from\": \"c\", \"to\": \"r\", \"operand\": 1},"
                             "{\"from\": \"x\", \"to\": \"7\", \"operand\": 0, \"name\": \"in\"},"
                             "{\"from\": \"x\", \"to\": \"c\", \"operand\": 0, \"local\": 0.5}");
    for (size_t i = 1; i < 4; i++) {
        ck_assert_uint_eq(dg_trace_first_result(t, i), 3);
        ck_assert_uint_eq(dg_trace_result_index(t, i), i % 3);
        ck_assert_str_eq(dg_trace_op(t, i), "split");
        ck_assert_uint_eq(dg_trace_operand(t, i, 0), 4);
    }
    ck_assert_str_eq(dg_trace_operand_name(t, 1, 0), "in");
    double local;
    ck_assert_int_eq(dg_trace_local_gradient(t, 1, 0, NULL), DG_INVALID);
    ck_assert_int_eq(dg_trace_local_gradient(t, 2, 0, &local), DG_OK);
    ck_assert_double_eq(local, 0.5);
    dg_trace_free(t);
}
END_TEST

START_TEST(roots)
{
    static const char *const heads[] = {
        "\"root\": \"b\", \"roots\": [\"b\", \"r\"]", "\"roots\": [\"b\", \"r\"]",
        "\"roots\": [\"r\", \"b\", \"r\"], \"root\": \"b\"", "\"root\": \"b\", \"roots\": [\"r\"]"};
    for (size_t i = 0; i < 4; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "{%s, \"nodes\": [{\"id\": \"r\", \"data\": 1}, {\"id\": \"b\", \"data\": 1}], "
                 "\"edges\": [], \"dotgrad\": 2}",
                 heads[i]);
        dg_trace *t = read_text(text);
        ck_assert_uint_eq(dg_trace_root_count(t), 2);
        ck_assert_uint_eq(dg_trace_root(t), 1);
        ck_assert_uint_eq(dg_trace_root_at(t, 1), 0);
        assert_round_trip(t);
        dg_trace_free(t);
    }
}
END_TEST

START_TEST(a_source_that_is_no_leaf)
{
    dg_trace *t = read_members("\"data\": 1, \"op\": \"random\"");
    ck_assert_uint_eq(dg_trace_operand_count(t, 0), 0);
    ck_assert_str_eq(dg_trace_op(t, 0), "random");
    dg_trace_free(t);
}
END_TEST

/* As Python's json writes them. In every version, wherever a number may stand. */
START_TEST(bare_numbers_that_are_not_finite)
{
    for (int version = 1; version < 3; version++) {
        char *text = file_of(version,
                             "{\"id\": \"r\", \"data\": [NaN, Infinity ,-Infinity], \"x\": NaN},"
                             "{\"id\": \"a\", \"data\": -Infinity, \"grad\": NaN}",
                             "");
        dg_trace *t = read_text(text);
        assert_tensor(t, 0, 1, (size_t[]){3}, (double[]){NAN, INFINITY, -INFINITY});
        ck_assert(dg_trace_data(t, 1) == -INFINITY && isnan(dg_trace_grad(t, 1)));
        assert_round_trip(t);
        dg_trace_free(t);
        free(text);
    }
}
END_TEST

/* Version 1 does not know these members, and ignores them. */
START_TEST(version_1_is_as_before)
{
    char *text =
        file_of(1,
                "{\"id\": \"r\", \"op\": \"f\", \"data\": 1, \"dtype\": 7, \"attributes\": "
                "[1], \"result\": \"x\", \"of\": {}}, {\"id\": \"a\", \"data\": 1}",
                "{\"from\": \"a\", \"to\": \"r\", \"operand\": 0, \"local\": \"x\", "
                "\"name\": 1}");
    dg_trace *t = read_text(text);
    ck_assert_ptr_null(t->annotations);
    ck_assert_int_eq(dg_trace_local_gradient(t, 0, 0, NULL), DG_INVALID);
    dg_trace_free(t);
    free(text);
    assert_members_refused(1, "\"data\": null", "data is not a number");
    assert_members_refused(1, "\"data\": [], \"shape\": [null]", "shape is not a list of sizes");
    assert_members_refused(1, "\"data\": 1, \"op\": \"f\"", "an op has no operands");
    assert_refused("{\"edges\": [], \"nodes\": [{\"id\": 3, \"data\": 1}], \"dotgrad\": 1}",
                   DG_FORMAT, "node 0: id is not a string");
    assert_refused("{\"roots\": [\"r\"], \"nodes\": [{\"id\": \"r\", \"data\": 1}], \"edges\": [], "
                   "\"dotgrad\": 1}",
                   DG_FORMAT, "not a trace: it has no \"root\"");
}
END_TEST

/* --- Refused ---------------------------------------------------------------------------------- */

START_TEST(wrong_members)
{
    static const char *const list[][2] = {
        {"\"grad\": 1", "it has no data"},
        {"\"data\": true", "data is not a number or null"},
        {"\"data\": [1], \"shape\": [null]", "a size is not known, but data is"},
        {"\"data\": 1, \"shape\": [\"n\"]", "a size is not known, but data is"},
        {"\"data\": null, \"shape\": [\"n\"], \"grad\": [1]", "a size is not known, but grad is"},
        {"\"data\": null, \"grad\": [1]", "its shape is (), but grad is (1,)"},
        {"\"data\": null, \"shape\": [2], \"grad\": 1", "its shape is (2,), but grad is a number"},
        {"\"data\": null, \"shape\": null", "shape is not a list of sizes"},
        {"\"data\": null, \"shape\": [true]", "shape is not a list of sizes"},
        {"\"data\": null, \"shape\": [-1]", "shape is not a list of sizes"},
        {"\"data\": null, \"shape\": [\"n\", [1]]", "shape is not a list of sizes"},
        {"\"data\": 1, \"dtype\": null", "dtype is not a string"},
        {"\"data\": 1, \"attributes\": []", "attributes is not an object"},
        {"\"data\": 1, \"attributes\": {\"a\": [1]}",
         "attribute \"a\" is neither a string nor a number"},
        {"\"data\": 1, \"attributes\": {\"a\": null}",
         "attribute \"a\" is neither a string nor a number"},
        {"\"data\": 1, \"attributes\": {\"\": 1}", "an attribute has no name"},
        {"\"data\": 1, \"result\": -1", "result is not an index"},
        {"\"data\": 1, \"result\": 1.5", "result is not an index"},
        {"\"data\": 1, \"result\": \"1\"", "result is not an index"},
        {"\"data\": 1, \"result\": 1e9", "result is not an index"},
        {"\"data\": 1, \"of\": \"r\"", "it has of, but no result"},
        {"\"data\": 1, \"of\": null, \"result\": 1", "of is neither a string nor a number"},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        assert_members_refused(2, list[i][0], list[i][1]);
    assert_parts_refused(2, "{\"id\": null}", "", "node 0: id is neither a string nor a number");
    assert_parts_refused(2, "{\"id\": [1]}", "", "node 0: id is neither a string nor a number");
    assert_refused("{\"dotgrad\": 2, \"root\": [1]}", DG_FORMAT,
                   "\"root\" is neither a string nor a number");
    assert_refused("{\"dotgrad\": 2, \"roots\": {}}", DG_FORMAT,
                   "line 1, column 25: \"roots\" is not an array");
    assert_refused("{\"dotgrad\": 2, \"roots\": [true]}", DG_FORMAT,
                   "an element of \"roots\" is neither a string nor a number");
    assert_refused("{\"dotgrad\": 2, \"roots\": [], \"nodes\": [], \"edges\": []}", DG_FORMAT,
                   "not a trace: it has no \"root\"");
    assert_refused("{\"dotgrad\": 2, \"roots\": [\"r\", 2], \"nodes\": [{\"id\": \"r\", \"data\": "
                   "1}], \"edges\": []}",
                   DG_FORMAT, "roots: no node is called \"2\"");
    static const char two[] = "{\"id\": \"r\", \"op\": \"f\", \"data\": 1}, {\"id\": \"a\", "
                              "\"data\": 1}, {\"id\": \"w\", \"data\": [1]}";
    static const char *const edges[][2] = {
        {"\"from\": \"a\", \"to\": null", "to is neither a string nor a number"},
        {"\"from\": \"a\", \"to\": \"r\", \"operand\": 0, \"local\": \"x\"",
         "local is not a number or null"},
        {"\"from\": \"a\", \"to\": \"r\", \"operand\": 0, \"name\": 1", "name is not a string"},
        {"\"from\": \"w\", \"to\": \"r\", \"operand\": 0, \"local\": 1",
         "local is not that of scalars"}};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        char edge[200], expected[200];
        snprintf(edge, sizeof edge, "{%s}", edges[i][0]);
        snprintf(expected, sizeof expected, "edge 0: %s", edges[i][1]);
        assert_parts_refused(2, two, edge, expected);
    }
}
END_TEST

START_TEST(wrong_results)
{
    static const char *const list[][2] = {
        {"{\"id\": \"r\", \"data\": 1, \"result\": 1, \"of\": \"z\"}",
         "of: no node is called \"z\""},
        {"{\"id\": \"r\", \"data\": 1, \"result\": 1, \"of\": \"a\"}, {\"id\": \"a\", \"data\": 1}",
         "node 0 (\"r\"): it is a result of a leaf"},
        {"{\"id\": \"r\", \"data\": 1, \"op\": \"g\", \"result\": 1, \"of\": \"a\"},"
         "{\"id\": \"a\", \"op\": \"f\", \"data\": 1}",
         "node 0 (\"r\"): its op is not that of the first result"},
        {"{\"id\": \"r\", \"data\": 1, \"result\": 0, \"of\": \"a\"},"
         "{\"id\": \"a\", \"op\": \"f\", \"data\": 1}",
         "node 0 (\"r\"): it has the same number as the first result"},
        {"{\"id\": \"r\", \"data\": 1, \"result\": 1, \"of\": \"a\"},"
         "{\"id\": \"a\", \"op\": \"f\", \"data\": 1, \"result\": 2, \"of\": \"b\"},"
         "{\"id\": \"b\", \"op\": \"f\", \"data\": 1}",
         "node 0 (\"r\"): it is a result of a node that is itself one"},
        {"{\"id\": \"r\", \"data\": 1, \"op\": \"f\", \"result\": 1, \"of\": \"a\"},"
         "{\"id\": \"a\", \"op\": \"f\", \"data\": 1, \"result\": 2, \"of\": \"r\"}",
         "node 0 (\"r\"): it is a result of a node that is itself one"},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        assert_parts_refused(2, list[i][0], "", list[i][1]);
    assert_parts_refused(
        2,
        "{\"id\": \"r\", \"data\": 1, \"result\": 1, \"of\": \"a\"},"
        "{\"id\": \"a\", \"op\": \"f\", \"data\": 1}, {\"id\": \"x\", \"data\": 1}",
        "{\"from\": \"x\", \"to\": \"r\", \"operand\": 0}",
        "node 0 (\"r\"): its op is not that of the first result");
    assert_parts_refused(2,
                         "{\"id\": \"r\", \"data\": 1, \"result\": 1, \"of\": \"a\"},"
                         "{\"id\": \"a\", \"op\": \"f\", \"data\": 1}",
                         "{\"from\": \"r\", \"to\": \"a\", \"operand\": 0}",
                         "node 0 (\"r\"): it is computed from itself");
}
END_TEST

START_TEST(over_a_limit)
{
    dgi_buf b = DGI_BUF_INIT;
    dgi_buf_puts(&b, "{\"dotgrad\": 2, \"nodes\": [{\"id\": \"r\", \"data\": 1, \"attributes\": {");
    for (size_t i = 0; i < 257; i++)
        dgi_buf_printf(&b, "%s\"a%zu\": 1", i ? "," : "", i);
    dgi_buf_puts(&b, "}}]}");
    assert_refused(b.data, DG_LIMIT, "node 0 (\"r\"): it has more than 256 attributes");
    dgi_buf_free(&b);
    dgi_buf_puts(&b, "{\"dotgrad\": 2, \"roots\": [");
    for (size_t i = 0; i < 1001; i++)
        dgi_buf_printf(&b, "%s%zu", i ? "," : "", i);
    dgi_buf_puts(&b, "]}");
    assert_refused(b.data, DG_LIMIT, "the trace has more than a thousand roots");
    dgi_buf_free(&b);
    static const char *const sizes[] = {"9007199254740993", "4294967296, 4294967296", "1e300"};
    for (size_t i = 0; i < 3; i++) {
        dgi_buf_printf(
            &b, "{\"dotgrad\": 2, \"nodes\": [{\"id\": \"r\", \"data\": null, \"shape\": [%s]}]}",
            sizes[i]);
        assert_refused(b.data, DG_LIMIT,
                       "node 0 (\"r\"): its shape is over the limit of 9007199254740991 numbers");
        dgi_buf_free(&b);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        exact_text,
        local_gradients,
        there_and_back,
        without_data,
        attributes,
        ids_that_are_numbers,
        results,
        roots,
        a_source_that_is_no_leaf,
        bare_numbers_that_are_not_finite,
        version_1_is_as_before,
        wrong_members,
        wrong_results,
        over_a_limit,
    };
    return run_suite("trace_version2", tests, sizeof tests / sizeof *tests);
}
