/* Pictures of traces from elsewhere: without data, with sizes that are not known, of ops with
 * several results or none of their operands, of several roots. */
#include <stdio.h>

#include "check_main.h"
#include "draw_support.h"

static const char model[] =
    "{\"dotgrad\": 2, \"roots\": [\"probs\", \"aux\"], \"nodes\": ["
    "{\"id\": \"x\", \"shape\": [\"batch\", null, \"a name that is too long for a box\"], "
    "\"data\": null, \"dtype\": \"float32\"},"
    "{\"id\": 7, \"data\": null, \"label\": \"W|\"},"
    "{\"id\": \"h\", \"op\": \"Conv\", \"data\": null, \"attributes\": {\"stride\": 2, \"pad\": "
    "\"same\"}},"
    "{\"id\": \"s0\", \"op\": \"Split\", \"data\": null},"
    "{\"id\": \"s1\", \"result\": 1, \"of\": \"s0\", \"data\": null, \"shape\": [4]},"
    "{\"id\": \"noise\", \"op\": \"Random\", \"data\": null},"
    "{\"id\": \"probs\", \"op\": \"Mul\", \"data\": null},"
    "{\"id\": \"aux\", \"op\": \"Relu\", \"data\": null}], \"edges\": ["
    "{\"from\": \"x\", \"to\": \"h\", \"operand\": 0}, {\"from\": 7, \"to\": \"h\", \"operand\": "
    "1},"
    "{\"from\": \"h\", \"to\": \"s0\", \"operand\": 0},"
    "{\"from\": \"s0\", \"to\": \"probs\", \"operand\": 0},"
    "{\"from\": \"noise\", \"to\": \"probs\", \"operand\": 1},"
    "{\"from\": \"s1\", \"to\": \"aux\", \"operand\": 0}]}";

/* Values with data, with a gradient alone, and with neither. */
static const char mixed[] =
    "{\"dotgrad\": 2, \"root\": 9, \"nodes\": ["
    "{\"id\": 1, \"data\": 2.0, \"grad\": 0.5}, {\"id\": 2, \"data\": null}, "
    "{\"id\": 3, \"data\": null, \"grad\": 1.5},"
    "{\"id\": 4, \"data\": null, \"shape\": [2], \"grad\": [1, 2]},"
    "{\"id\": 9, \"op\": \"f\", \"data\": 4.0, \"grad\": 1}], \"edges\": ["
    "{\"from\": 1, \"to\": 9, \"operand\": 0, \"local\": 0.5},"
    "{\"from\": 2, \"to\": 9, \"operand\": 1}, {\"from\": 3, \"to\": 9, \"operand\": 2},"
    "{\"from\": 4, \"to\": 9, \"operand\": 3}]}";

/* The trace of a text, in trace order. */
static dg_trace *read_trace(const char *text)
{
    dg_error error;
    dg_trace *whole = dg_trace_from_json(text, strlen(text), &error);
    ck_assert_msg(whole != NULL, "%s", error.text);
    dg_trace *t = dg_trace_select_roots(whole);
    dg_trace_free(whole);
    return t;
}

static char *drawn(const char *text, const dg_draw_options *options)
{
    dg_trace *t = read_trace(text);
    dg_error error;
    dg_draw_options o = options ? *options : (dg_draw_options){0};
    o.format = DG_SVG;
    o.error = &error;
    char *svg = dg_render(t, NULL, &o);
    ck_assert_msg(svg != NULL, "%s", error.text);
    dg_trace_free(t);
    return svg;
}

static size_t count_of(const char *text, const char *part)
{
    size_t n = 0;
    while ((text = strstr(text, part))) {
        n++;
        text += strlen(part);
    }
    return n;
}

START_TEST(dot_of_a_model)
{
    check_drawn(read_trace(model), DG_DOT,
                "digraph {\n"
                "\tgraph [rankdir=LR]\n"
                "\tv0 [label=\"{ probs }\" shape=record]\n"
                "\tv0_op [label=\"Mul\"]\n"
                "\tv0_op -> v0\n"
                "\tv1 [label=\"{ s0 }\" shape=record]\n"
                "\tv1_op [label=\"Split\"]\n"
                "\tv1_op -> v1\n"
                "\tv2 [label=\"{ h }\" shape=record]\n"
                "\tv2_op [label=\"Conv\"]\n"
                "\tv2_op -> v2\n"
                "\tv3 [label=\"{ x | shape (batch, ?, a name that is too long …) }\" "
                "shape=record]\n"
                "\tv4 [label=\"{ W\\| }\" shape=record]\n"
                "\tv5 [label=\"{ noise }\" shape=record]\n"
                "\tv5_op [label=\"Random\"]\n"
                "\tv5_op -> v5\n"
                "\tv6 [label=\"{ aux }\" shape=record]\n"
                "\tv6_op [label=\"Relu\"]\n"
                "\tv6_op -> v6\n"
                "\tv7 [label=\"{ s1 | shape (4,) }\" shape=record]\n"
                "\tv1_op -> v7\n"
                "\tv1 -> v0_op\n"
                "\tv5 -> v0_op\n"
                "\tv2 -> v1_op\n"
                "\tv3 -> v2_op\n"
                "\tv4 -> v2_op\n"
                "\tv7 -> v6_op\n"
                "}\n");
}
END_TEST

START_TEST(dot_where_some_is_known)
{
    check_drawn(read_trace(mixed), DG_DOT,
                "digraph {\n"
                "\tgraph [rankdir=LR]\n"
                "\tv0 [label=\"{  | data 4.0000 | grad 1.0000 }\" shape=record]\n"
                "\tv0_op [label=\"f\"]\n"
                "\tv0_op -> v0\n"
                "\tv1 [label=\"{  | data 2.0000 | grad 0.5000 }\" shape=record]\n"
                "\tv2 [label=\"{ 2 }\" shape=record]\n"
                "\tv3 [label=\"{ 3 | grad 1.5000 }\" shape=record]\n"
                "\tv4 [label=\"{ 4 | shape (2,) | grad [1.0000, 2.0000] }\" shape=record]\n"
                "\tv1 -> v0_op\n"
                "\tv2 -> v0_op\n"
                "\tv3 -> v0_op\n"
                "\tv4 -> v0_op\n"
                "}\n");
}
END_TEST

START_TEST(tables)
{
    check_drawn(read_trace(model), DG_TABLE,
                "name   op        shape                                \n"
                "probs  Mul                                            \n"
                "s0     Split                                          \n"
                "h      Conv                                           \n"
                "x                (batch, ?, a name that is too long …)\n"
                "W|                                                    \n"
                "noise  Random                                         \n"
                "aux    Relu                                           \n"
                "s1     Split[1]  (4,)                                 \n");
    check_drawn(read_trace(mixed), DG_TABLE,
                "name  op  shape    data              grad\n"
                "v0    f          4.0000            1.0000\n"
                "v1               2.0000            0.5000\n"
                "2                     -                 -\n"
                "3                     -            1.5000\n"
                "4         (2,)        -  [1.0000, 2.0000]\n");
}
END_TEST

/* Boxes, ops and edges, in both layouts. */
START_TEST(svg_of_a_model)
{
    for (int layout = 0; layout < 2; layout++) {
        dg_draw_options o = {.layout = layout ? DG_LAYOUT_DOT : DG_LAYOUT_FLOW};
        char *svg = drawn(model, &o);
        ck_assert_uint_eq(count_of(svg, "class=\"dg-op\""), 5); /* Split is one */
        ck_assert_uint_eq(count_of(svg, "class=\"dg-edge\""), 6 + 6);
        ck_assert_uint_eq(count_of(svg, "dg-value dg-root"), 2);
        ck_assert_uint_eq(count_of(svg, "class=\"dg-data\""), 0);
        ck_assert_uint_eq(count_of(svg, "class=\"dg-grad\""), 0);
        ck_assert_uint_eq(count_of(svg, ">nan") + count_of(svg, " nan") + count_of(svg, "0000"), 0);
        ck_assert(
            strstr(svg, "<title id=\"dotgrad-title\">Computation graph of probs, aux</title>"));
        ck_assert(strstr(svg, "<title>h = Conv(x, W|)\nstride = 2\npad = same</title>"));
        ck_assert(strstr(svg, "<title>s1 = Split(h)[1]\nshape (4,)</title>"));
        ck_assert(strstr(svg, "<title>x\nshape (batch, ?, a name that is too long …)\ndtype "
                              "float32</title>"));
        ck_assert(strstr(svg, "probs = Mul(s0, noise); s0 = Split(h); h = Conv(x, W|); x, shape"));
        dg_free(svg);
    }
}
END_TEST

/* Where ops have no boxes each result has its op, and says which result it is. */
START_TEST(other_styles)
{
    char *svg = drawn(model, &(dg_draw_options){.style = DG_STYLE_WIRE});
    ck_assert_uint_eq(count_of(svg, ">Split</text>"), 1);
    ck_assert_uint_eq(count_of(svg, ">Split[1]</text>"), 1);
    ck_assert_uint_eq(count_of(svg, "class=\"dg-edge\""), 7);
    dg_free(svg);
    svg = drawn(model, &(dg_draw_options){.style = DG_STYLE_MERGED});
    ck_assert_uint_eq(count_of(svg, "Split(h)[1]</tspan>"), 1);
    ck_assert_uint_eq(count_of(svg, "class=\"dg-edge\""), 7);
    dg_free(svg);
}
END_TEST

/* A legend explains what is there. */
START_TEST(legends)
{
    char *svg = drawn(model, &(dg_draw_options){.legend = 1});
    ck_assert_ptr_null(strstr(svg, "the value itself"));
    ck_assert_ptr_null(strstr(svg, "how the root changes"));
    ck_assert_ptr_null(strstr(svg, "gradient was not computed"));
    dg_free(svg);
    svg = drawn(mixed, &(dg_draw_options){.legend = 1});
    ck_assert_ptr_nonnull(strstr(svg, "the value itself"));
    ck_assert_ptr_nonnull(strstr(svg, "how the root changes"));
    ck_assert_ptr_null(strstr(svg, "gradient was not computed"));
    dg_free(svg);
}
END_TEST

/* An id is no label where there is data: the picture is that of version 1. */
START_TEST(ids_beside_data)
{
    static const char text[] =
        "{\"dotgrad\": %d, \"root\": \"r\", \"nodes\": [{\"id\": \"r\", \"op\": "
        "\"+\", \"data\": 3}, {\"id\": \"a\", \"data\": 1}], \"edges\": "
        "[{\"from\": \"a\", \"to\": \"r\", \"operand\": 0}]}";
    char first[256], second[256];
    snprintf(first, sizeof first, text, 1);
    snprintf(second, sizeof second, text, 2);
    char *svg = drawn(first, NULL), *again = drawn(second, NULL);
    ck_assert_str_eq(svg, again);
    ck_assert_ptr_null(strstr(svg, ">a</text>"));
    dg_free(svg);
    dg_free(again);
}
END_TEST

/* The pass of ops that dotgrad does not know, by the local gradients that the file has. */
START_TEST(frames)
{
    static const char text[] =
        "{\"dotgrad\": 2, \"root\": \"r\", \"nodes\": [{\"id\": \"r\", \"op\": \"f\", \"data\": "
        "null}, {\"id\": \"a\", \"data\": null}], \"edges\": [{\"from\": \"a\", \"to\": \"r\", "
        "\"operand\": 0, \"local\": -3}]}";
    for (size_t frame = 1; frame <= 3; frame++) {
        dg_draw_options o = {.frames = DG_FRAMES_BACKWARD, .frame = frame};
        char *svg = drawn(text, &o);
        ck_assert_uint_eq(count_of(svg, "grad -3.0000</text>"), frame == 3);
        ck_assert_uint_eq(count_of(svg, "grad 1.0000</text>"), frame > 1);
        dg_free(svg);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        dot_of_a_model, dot_where_some_is_known, tables, svg_of_a_model, other_styles,
        legends,        ids_beside_data,         frames,
    };
    return run_suite("draw_unknown", tests, sizeof tests / sizeof *tests);
}
