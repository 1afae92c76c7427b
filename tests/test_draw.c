/* Drawing as include/dotgrad/draw.h promises it: format names, arguments that make no sense, the
 * table, and the numbers in pictures. */
#include <float.h>
#include <locale.h>
#include <stdio.h>

#include "draw/style/tensor_statistics.h"
#include "check_main.h"
#include "draw_support.h"

static const dg_format formats[] = {DG_SVG,   DG_SVG_INLINE, DG_DOT, DG_JSON,
                                    DG_TABLE, DG_PNG,        DG_PDF, DG_REPORT};
enum { FORMATS = sizeof formats / sizeof *formats };

START_TEST(names)
{
    static const struct {
        const char *name;
        dg_format format;
    } cases[] = {
        {"svg", DG_SVG},          {"svg_inline", DG_SVG_INLINE},
        {"dot", DG_DOT},          {"json", DG_JSON},
        {"table", DG_TABLE},      {"png", DG_PNG},
        {"pdf", DG_PDF},          {"report", DG_REPORT},
        {"gv", DG_DOT},           {"txt", DG_TABLE},
        {"", DG_FORMAT_AUTO},     {"jpeg", DG_FORMAT_AUTO},
        {"svg ", DG_FORMAT_AUTO}, {"sv", DG_FORMAT_AUTO},
        {"auto", DG_FORMAT_AUTO}, {"svg:cairo", DG_FORMAT_AUTO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(dg_format_from_name(cases[i].name) == cases[i].format, "'%s'", cases[i].name);
    ck_assert_int_eq(dg_format_from_name(NULL), DG_FORMAT_AUTO);
    for (size_t i = 0; i < FORMATS; i++) {
        ck_assert_str_eq(dg_format_name(formats[i]), cases[i].name);
        ck_assert_int_eq(dg_format_from_name(dg_format_name(formats[i])), formats[i]);
    }
    ck_assert_ptr_null(dg_format_name((dg_format)99));
    ck_assert_ptr_null(dg_format_name((dg_format)-1));
}
END_TEST

START_TEST(extensions)
{
    static const struct {
        const char *path;
        dg_format format;
    } cases[] = {
        {"a.svg", DG_SVG},         {"a/b.c/d.dot", DG_DOT},     {"a.gv", DG_DOT},
        {"a.json", DG_JSON},       {"a.txt", DG_TABLE},         {"a.png", DG_PNG},
        {"a.pdf", DG_PDF},         {"a", DG_FORMAT_AUTO},       {"", DG_FORMAT_AUTO},
        {"a.", DG_FORMAT_AUTO},    {"a.svg/b", DG_FORMAT_AUTO}, {"a.svg.bak", DG_FORMAT_AUTO},
        {"svg", DG_FORMAT_AUTO},   {"a.dg", DG_FORMAT_AUTO},    {"../x", DG_FORMAT_AUTO},
        {"./svg", DG_FORMAT_AUTO}, {"a.report", DG_REPORT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(dg_format_from_path(cases[i].path) == cases[i].format, "'%s'", cases[i].path);
    ck_assert_int_eq(dg_format_from_path(NULL), DG_FORMAT_AUTO);
}
END_TEST

START_TEST(bytes)
{
    dg_trace *t = lecture_trace();
    for (size_t i = 0; i < FORMATS; i++) {
        size_t size = 0;
        char *made = draw(t, formats[i], &size);
        ck_assert_uint_gt(size, 0);
        if (formats[i] != DG_PNG && formats[i] != DG_PDF) {
            ck_assert_uint_eq(strlen(made), size);
            ck_assert_int_eq(made[size - 1], '\n');
            ck_assert(size < 2 || made[size - 2] != '\n');
        }
        dg_free(made);
    }
    size_t size, json_size;
    char *made = dg_render(t, &size, NULL), *svg = draw(t, DG_SVG, NULL);
    ck_assert_str_eq(made, svg);
    dg_free(made);
    made = dg_render(t, &size, &(dg_draw_options){.layout = DG_LAYOUT_FLOW});
    ck_assert_str_eq(made, svg);
    dg_free(made);
    dg_free(svg);
    made = draw(t, DG_JSON, &size);
    char *json = dg_json_from_trace(t, &json_size);
    ck_assert_uint_eq(size, json_size);
    ck_assert_str_eq(made, json);
    dg_free(made);
    dg_free(json);
    dg_trace_free(t);
}
END_TEST

START_TEST(nonsense)
{
    dg_trace *t = lecture_trace(), *empty = dg_trace_new();
    for (size_t i = 0; i <= FORMATS; i++) {
        dg_format format = i == FORMATS ? DG_FORMAT_AUTO : formats[i];
        dg_error error = {0};
        dg_draw_options options = {.format = format, .error = &error};
        size_t size = 77;
        ck_assert_ptr_null(dg_render(NULL, &size, &options));
        ck_assert_int_eq(error.status, DG_INVALID);
        ck_assert(*error.text);
        ck_assert_ptr_null(dg_render(NULL, NULL, NULL));
        /* An empty trace is no graph: it may be refused, but with a reason. */
        error = (dg_error){0};
        char *made = dg_render(empty, &size, &options);
        ck_assert_int_eq(made == NULL, error.status != DG_OK);
        ck_assert_int_eq(made == NULL, *error.text != '\0');
        dg_free(made);
        dg_free(dg_render(t, NULL, &options));
    }
    dg_error error = {0};
    size_t size;
    dg_draw_options options = {.format = (dg_format)99, .error = &error};
    ck_assert_ptr_null(dg_render(t, &size, &options));
    ck_assert_int_eq(error.status, DG_INVALID);
    options = (dg_draw_options){.layout = (dg_layout)99, .error = &error};
    error.status = DG_OK;
    ck_assert_ptr_null(dg_render(t, &size, &options));
    ck_assert_int_eq(error.status, DG_INVALID);
    static const dg_draw_options bad[] = {
        {.direction = (dg_direction)9}, {.font_size = 3.9}, {.font_size = NAN}, {.font_size = 73.0},
        {.font_size = -13.0},           {.scale = 0.0001},  {.scale = -1.0},    {.scale = INFINITY},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        options = bad[i];
        options.error = &error;
        ck_assert_ptr_null(dg_render(t, &size, &options));
        ck_assert_int_eq(error.status, DG_INVALID);
        ck_assert_int_ne(*error.text, '\0');
    }
    dg_free(NULL);
    dg_trace_free(empty);
    dg_trace_free(t);
}
END_TEST

/* A trace that is not a graph of computations: a cycle, a leaf with operands, an op without. */
START_TEST(odd_traces)
{
    for (int kind = 0; kind < 4; kind++) {
        dg_trace *t = dg_trace_new();
        dg_trace_add_node(t, "a", kind == 1 ? NULL : "+", 1.0);
        dg_trace_add_node(t, "b", kind == 0 ? "*" : NULL, 2.0);
        if (kind < 2)
            dg_trace_add_edge(t, 1, 0);
        if (kind == 0)
            dg_trace_add_edge(t, 0, 1);
        if (kind == 3)
            dg_trace_add_edge(t, 0, 0);
        for (size_t i = 0; i < FORMATS; i++) {
            dg_error error = {0};
            size_t size;
            char *made =
                dg_render(t, &size, &(dg_draw_options){.format = formats[i], .error = &error});
            ck_assert_int_eq(made == NULL, error.status != DG_OK);
            dg_free(made);
        }
        dg_trace_free(t);
    }
}
END_TEST

/* The error is that of this call, and a good call leaves a clean one. */
START_TEST(fresh_error)
{
    dg_trace *t = lecture_trace();
    dg_error error = {.status = DG_IO, .text = "old"};
    size_t size;
    char *made = dg_render(t, &size, &(dg_draw_options){.format = DG_DOT, .error = &error});
    ck_assert_ptr_nonnull(made);
    ck_assert_int_eq(error.status, DG_OK);
    ck_assert_str_eq(error.text, "");
    dg_free(made);
    dg_trace_free(t);
}
END_TEST

/* ---- The table ----------------------------------------------------------------------------- */

static char *table_of(const dg_trace *t)
{
    return draw(t, DG_TABLE, NULL);
}

/* Phases in the order in which they begin, of either layout; none where there is nothing to lay
 * out. */
static void note_phase(void *context, const char *phase)
{
    char *seen = context;
    ck_assert_uint_lt(strlen(seen) + strlen(phase) + 2, 100);
    strcat(strcat(seen, phase), ";");
}

START_TEST(progress)
{
    static const char *const svg = "measuring;laying out;writing;";
    dg_trace *t = lecture_trace();
    for (size_t i = 0; i < FORMATS; i++)
        for (int layout = DG_LAYOUT_AUTO; layout <= DG_LAYOUT_FLOW; layout++) {
            char seen[100] = "";
            size_t size, plain_size;
            dg_draw_options o = {.format = formats[i], .layout = (dg_layout)layout};
            char *plain = dg_render(t, &plain_size, &o);
            o.progress = note_phase;
            o.progress_context = seen;
            char *told = dg_render(t, &size, &o);
            ck_assert_ptr_nonnull(told);
            bool raster = formats[i] == DG_PNG || formats[i] == DG_PDF;
            bool picture = formats[i] == DG_SVG || formats[i] == DG_SVG_INLINE;
            ck_assert_str_eq(seen, raster    ? "measuring;laying out;writing;rasterising;"
                                   : picture ? svg
                                             : "");
            ck_assert_msg(formats[i] == DG_PDF ||
                              (size == plain_size && memcmp(plain, told, size) == 0),
                          "%s is another", dg_format_name(formats[i]));
            dg_free(plain);
            dg_free(told);
        }
    dg_trace_free(t);
}
END_TEST

START_TEST(lecture_table)
{
    check_drawn(lecture_trace(), DG_TABLE,
                "name  op     data     grad\n"
                "L     *   -8.0000   1.0000\n"
                "d     +    4.0000  -2.0000\n"
                "e     *   -6.0000  -2.0000\n"
                "a          2.0000   6.0000\n"
                "b         -3.0000  -4.0000\n"
                "c         10.0000  -2.0000\n"
                "f         -2.0000   4.0000\n");
}
END_TEST

START_TEST(unset_gradients)
{
    check_drawn(twice_trace(), DG_TABLE,
                "name  op    data  grad\n"
                "b     +   6.0000     -\n"
                "a         3.0000     -\n");
}
END_TEST

START_TEST(no_labels)
{
    check_drawn(small_trace("", "tanh", 0.5, 1.0), DG_TABLE,
                "name  op      data    grad\n"
                "v0    tanh  0.5000  1.0000\n"
                "x           1.0000       -\n");
}
END_TEST

/* Columns of a terminal that a text takes, for the characters of this test. */
static size_t columns(const char *text)
{
    size_t n = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p && *p != '\n'; p++) {
        if ((*p & 0xC0) == 0x80)
            continue;
        if (p[0] == 0xCC || p[0] == 0xCD) /* combining marks */
            continue;
        n += p[0] >= 0xE4 && p[0] <= 0xE9 ? 2 : p[0] == 0xF0 ? 2 : 1; /* ideographs, emoji */
    }
    return n;
}

START_TEST(columns_of_wide_characters)
{
    static const char *const labels[] = {"x",
                                         "\xe6\xbc\xa2\xe5\xad\x97",
                                         "e\xcc\x81t\xc3\xa9",
                                         "\xf0\x9f\x98\x80",
                                         "a longer one",
                                         "\xd7\xa9\xd7\x9c"};
    dg_trace *t = dg_trace_new();
    for (size_t i = 0; i < 6; i++) {
        dg_trace_add_node(t, labels[i], i < 5 ? "+" : NULL, 1.5);
        dg_trace_set_grad(t, i, 2.0);
        if (i)
            dg_trace_add_edge(t, i, i - 1);
    }
    char *table = table_of(t);
    size_t width = columns(table), rows = 0;
    for (const char *line = table; *line; line = strchr(line, '\n') + 1, rows++)
        ck_assert_msg(columns(line) == width, "%s", table);
    ck_assert_uint_eq(rows, 7);
    dg_free(table);
    dg_trace_free(t);
}
END_TEST

START_TEST(nothing_for_the_terminal)
{
    for (uint64_t seed = 1; seed <= 200; seed++) {
        rng r = {seed};
        size_t nodes = 1 + rng_below(&r, 12), lines = 0;
        dg_trace *t = random_trace(&r, nodes, true);
        char *table = table_of(t);
        for (const unsigned char *p = (const unsigned char *)table; *p; p++) {
            lines += *p == '\n';
            ck_assert_msg((*p >= ' ' || *p == '\n') && *p != 0x7F && !(*p == 0xC2 && p[1] < 0xA0),
                          "seed %llu: byte %02x in\n%s", (unsigned long long)seed, *p, table);
        }
        ck_assert_msg(lines == nodes + 1, "seed %llu: %zu lines\n%s", (unsigned long long)seed,
                      lines, table);
        dg_free(table);
        dg_trace_free(t);
    }
}
END_TEST

START_TEST(numbers_of_the_table)
{
    static const struct {
        double x;
        const char *text;
    } cases[] = {{1e300, "1.00e+300"}, {1e-300, "1.00e-300"}, {-0.0, "0.0000"},
                 {NAN, "nan"},         {-NAN, "nan"},         {INFINITY, "inf"},
                 {-INFINITY, "-inf"},  {0.5, "0.5000"},       {100, "100.0000"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dg_trace *t = small_trace("x", NULL, cases[i].x, cases[i].x);
        char *table = table_of(t), data[40], grad[40];
        ck_assert_int_eq(sscanf(strchr(table, '\n'), " x %39s %39s", data, grad), 2);
        ck_assert_str_eq(data, cases[i].text);
        ck_assert_str_eq(grad, cases[i].text);
        dg_free(table);
        dg_trace_free(t);
    }
}
END_TEST

/* Summaries at the edges of what doubles are. */
START_TEST(summaries)
{
    double x[1024];
    for (size_t i = 0; i < 1024; i++)
        x[i] = i % 2 ? 1e200 : -1e200;
    dgi_statistics s = dgi_statistics_of(x, 1024);
    ck_assert(s.min == -1e200 && s.max == 1e200 && s.mean == 0 && s.norm == 32e200);
    for (size_t i = 0; i < 1024; i++)
        x[i] = DBL_MAX;
    s = dgi_statistics_of(x, 1024);
    ck_assert(s.mean == DBL_MAX && s.norm == INFINITY); /* it is larger than any double */
    for (size_t i = 0; i < 1024; i++)
        x[i] = 5e-324;
    s = dgi_statistics_of(x, 1024);
    ck_assert(s.min == 5e-324 && s.mean == 5e-324 && s.norm == 32 * 5e-324);
    for (size_t i = 0; i < 1024; i++)
        x[i] = i == 0 ? 1e16 : i == 1 ? -1e16 : 1.0; /* lost without care */
    s = dgi_statistics_of(x, 1024);
    ck_assert(s.mean == 1022.0 / 1024.0);
    for (size_t i = 0; i < 1024; i++)
        x[i] = i == 1023 ? 1e8 : 1e-9;
    s = dgi_statistics_of(x, 1024);
    ck_assert(s.norm == 1e8);
    x[0] = 1e300, x[512] = -1e300;
    s = dgi_statistics_of(x, 1024);
    ck_assert(fabs(s.mean - 1e8 / 1024) < 2e-9);
    for (size_t i = 0; i < 1024; i++)
        x[i] = i == 7 ? -INFINITY : i == 8 ? NAN : i == 9 ? INFINITY : -3.0;
    s = dgi_statistics_of(x, 1024);
    ck_assert(s.n == 1024 && s.nonfinite == 3 && s.min == -3 && s.max == -3 && s.mean == -3);
    s = dgi_statistics_of(x + 7, 3);
    ck_assert(s.nonfinite == 3 && isnan(s.min) && isnan(s.max) && isnan(s.mean) && isnan(s.norm));
    s = dgi_statistics_of(NULL, 0);
    ck_assert(s.n == 0 && s.nonfinite == 0 && isnan(s.mean));
    memset(x, 0, sizeof x);
    s = dgi_statistics_of(x, 1024);
    ck_assert(s.min == 0 && s.max == 0 && s.mean == 0 && s.norm == 0);
}
END_TEST

/* A scalar's numbers as they stand in a picture, and with all digits in its tooltip. */
START_TEST(numbers_of_pictures)
{
    static const struct {
        double x;
        const char *text, *full;
    } cases[] = {
        {0.0, "0.0000", "0"},
        {-0.0, "0.0000", "-0"},
        {0.00005, "0.0001", "5e-05"},
        {0.0000499999, "5.00e-05", "4.99999e-05"},
        {-0.00005, "-0.0001", "-5e-05"},
        {-1e-9, "-1.00e-09", "-1e-09"},
        {1.5e-7, "1.50e-07", "1.5e-07"},
        {999999.0, "999999.0000", "999999"},
        {1e6, "1.00e+06", "1000000"},
        {-1234567.0, "-1.23e+06", "-1234567"},
        {1e16, "1.00e+16", "1e+16"},
        {1e300, "1.00e+300", "1e+300"},
        {1e-300, "1.00e-300", "1e-300"},
        {INFINITY, "inf", "inf"},
        {-INFINITY, "-inf", "-inf"},
        {NAN, "nan", "nan"},
        {-NAN, "nan", "nan"},
        {0.1, "0.1000", "0.1"},
        {1.0 / 3.0, "0.3333", "0.3333333333333333"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dg_trace *t = small_trace("x", NULL, cases[i].x, cases[i].x);
        char *svg = dg_render(t, NULL, NULL), want[100];
        xml_element *root = parse_svg(svg, i), *g = xml_by_id(root, "dotgrad-v0");
        snprintf(want, sizeof want, "data %s", cases[i].text);
        ck_assert_str_eq(xml_by_class(g, "dg-data")->text, want);
        snprintf(want, sizeof want, "grad %s", cases[i].text);
        ck_assert_str_eq(xml_by_class(g, "dg-grad")->text, want);
        snprintf(want, sizeof want, "x\ndata %s\ngrad %s", cases[i].full, cases[i].full);
        ck_assert_str_eq(xml_child(g, "title")->text, want);
        xml_free(root);
        dg_free(svg);
        dg_trace_free(t);
    }
}
END_TEST
int main(void)
{
    const TTest *const tests[] = {names,
                                  extensions,
                                  bytes,
                                  nonsense,
                                  odd_traces,
                                  fresh_error,
                                  progress,
                                  lecture_table,
                                  unset_gradients,
                                  no_labels,
                                  columns_of_wide_characters,
                                  nothing_for_the_terminal,
                                  numbers_of_the_table,
                                  numbers_of_pictures,
                                  summaries};
    return run_suite("draw", tests, sizeof tests / sizeof *tests);
}
