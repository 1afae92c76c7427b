/* What stands out: a value, or all paths between two. */
#include <stdio.h>

#include "check_main.h"
#include "draw_support.h"
#include "xml_scan.h"

static xml_element *draw_highlight(const dg_trace *t, const char *highlight, dg_style style)
{
    return draw_tree(t, (dg_draw_options){.highlight = highlight, .style = style});
}

/* Whether `to` can be computed only after `from`, node by node until nothing changes. */
static void find_descendants(const dg_trace *t, size_t from, bool *reached)
{
    size_t n = dg_trace_node_count(t);
    memset(reached, 0, n);
    reached[from] = true;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < dg_trace_edge_count(t); i++) {
            size_t a, b;
            dg_trace_edge(t, i, &a, &b, NULL);
            if (reached[a] && !reached[b])
                reached[b] = more = true;
        }
    }
}

static bool leads_to(const dg_trace *t, size_t from, size_t to)
{
    bool reached[64];
    find_descendants(t, from, reached);
    return reached[to];
}

/* All of a picture against the definition. */
static void check_paths(const dg_trace *t, xml_element *root, size_t from, size_t to,
                        dg_style style)
{
    for (size_t i = 0; i < dg_trace_node_count(t); i++) {
        bool on = from == to ? i == from : leads_to(t, from, i) && leads_to(t, i, to);
        ck_assert_int_eq(stands_out(root, 'v', i, ""), on);
        if (style == DG_STYLE_RECORD && *dg_trace_op(t, i))
            ck_assert_int_eq(stands_out(root, 'v', i, "-op"), on && from != to && i != from);
    }
    for (size_t i = 0; i < dg_trace_edge_count(t) && style == DG_STYLE_MERGED; i++) {
        /* Edges are numbered by distinct pairs: those of a trace without doubles are the same. */
        size_t a, b;
        dg_trace_edge(t, i, &a, &b, NULL);
        bool on = from != to && leads_to(t, from, a) && leads_to(t, b, to);
        ck_assert_int_eq(stands_out(root, 'e', i, ""), on);
    }
}

static bool has_doubles(const dg_trace *t)
{
    for (size_t i = 0; i < dg_trace_node_count(t); i++)
        for (size_t k = 0; k < dg_trace_operand_count(t, i); k++)
            for (size_t l = 0; l < k; l++)
                if (dg_trace_operand(t, i, k) == dg_trace_operand(t, i, l))
                    return true;
    return false;
}

START_TEST(paths)
{
    rng r = {3};
    size_t found = 0;
    for (size_t i = 0; i < cases(600); i++) {
        dg_trace *t = random_trace(&r, 2 + rng_below(&r, 20), false);
        size_t n = dg_trace_node_count(t), from = rng_below(&r, n), to = rng_below(&r, n);
        for (size_t k = 0; k < n; k++) {
            char id[40];
            snprintf(id, sizeof id, "n%zu", k);
            dg_trace_set_id(t, k, id);
        }
        char text[60];
        snprintf(text, sizeof text, "n%zu..n%zu", from, to);
        bool up = leads_to(t, from, to), down = leads_to(t, to, from);
        if (up || down) {
            dg_style style = (dg_style)rng_below(&r, 3);
            if (style == DG_STYLE_MERGED && has_doubles(t))
                style = DG_STYLE_RECORD;
            xml_element *root = draw_highlight(t, text, style);
            check_paths(t, root, up ? from : to, up ? to : from, style);
            xml_free(root);
            found++;
        } else {
            dg_error error = {0};
            ck_assert_ptr_null(
                dg_render(t, NULL, &(dg_draw_options){.highlight = text, .error = &error}));
            ck_assert_int_eq(error.status, DG_INVALID);
            ck_assert_ptr_nonnull(strstr(error.text, "no path between"));
        }
        dg_trace_free(t);
    }
    ck_assert_uint_gt(found, 10);
}
END_TEST

START_TEST(names)
{
    static const struct {
        const char *highlight, *said;
    } cases[] = {
        {"", "a highlight is the name of a value, or two with '..' between them"},
        {" ", "a highlight is the name of a value, or two with '..' between them"},
        {"..", "a highlight is the name of a value, or two with '..' between them"},
        {"a..", "a highlight is the name of a value, or two with '..' between them"},
        {"..a", "a highlight is the name of a value, or two with '..' between them"},
        {"nobody", "no value is named 'nobody'"},
        {"wieght", "no value is named 'wieght'; did you mean 'weight'?"},
        {"b..wieght", "no value is named 'wieght'; did you mean 'weight'?"},
        {"wieght..b", "no value is named 'wieght'; did you mean 'weight'?"},
        {"v9", "no value is named 'v9'"},
        {"b..weight", "there is no path between the values of 'b..weight'"},
    };
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, NULL, "+", 1.0);
    dg_trace_add_node(t, "b", NULL, 1.0);
    dg_trace_add_node(t, "weight", NULL, 1.0);
    dg_trace_add_node(t, "a..b", NULL, 1.0);
    for (size_t i = 1; i < 4; i++)
        dg_trace_add_edge(t, i, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dg_error error = {0};
        dg_draw_options o = {.highlight = cases[i].highlight, .error = &error};
        ck_assert_ptr_null(dg_render(t, NULL, &o));
        ck_assert_int_eq(error.status, DG_INVALID);
        ck_assert_str_eq(error.text, cases[i].said);
    }
    /* A label that has the dots itself, alone and as an end; ids. */
    static const struct {
        const char *highlight;
        bool on[4];
    } good[] = {{"a..b", {false, false, false, true}},    {"a..b..v0", {true, false, false, true}},
                {"v0..a..b", {true, false, false, true}}, {"v2", {false, false, true, false}},
                {"v1..v0", {true, true, false, false}},   {"v0..b", {true, true, false, false}},
                {"b..b", {false, true, false, false}}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        for (dg_style style = DG_STYLE_RECORD; style <= DG_STYLE_MERGED; style++) {
            xml_element *root = draw_highlight(t, good[i].highlight, style);
            for (size_t k = 0; k < 4; k++)
                ck_assert_int_eq(stands_out(root, 'v', k, ""), good[i].on[k]);
            xml_free(root);
        }
    dg_trace_free(t);
}
END_TEST

/* The geometry is that of a picture without one; formats that are no picture are the same. */
START_TEST(nothing_else)
{
    dg_trace *t = lecture_trace();
    for (dg_format f = DG_DOT; f <= DG_TABLE; f++) {
        char *plain = dg_render(t, NULL, &(dg_draw_options){.format = f});
        char *with = dg_render(t, NULL, &(dg_draw_options){.format = f, .highlight = "nobody"});
        ck_assert_str_eq(plain, with);
        dg_free(plain);
        dg_free(with);
    }
    xml_element *with = draw_highlight(t, "a..L", DG_STYLE_RECORD), *a = with,
                *plain = draw_highlight(t, NULL, DG_STYLE_RECORD), *b = plain;
    for (; a && b; a = xml_following(a), b = xml_following(b)) {
        static const char *const geometry[] = {"x",  "y",  "width", "height", "d",
                                               "cx", "cy", "rx",    "ry",     "id"};
        ck_assert_str_eq(a->name, b->name);
        for (size_t i = 0; i < sizeof geometry / sizeof *geometry; i++) {
            const char *left = xml_get(a, geometry[i]), *right = xml_get(b, geometry[i]);
            ck_assert(!left == !right && (!left || strcmp(left, right) == 0));
        }
    }
    ck_assert(!a && !b);
    xml_free(with);
    xml_free(plain);
    dg_trace_free(t);
}
END_TEST

/* A long chain is searched without recursion. */
START_TEST(large)
{
    enum { N = 50000 };
    dg_trace *t = dg_trace_new();
    for (size_t i = 0; i < N; i++)
        dg_trace_add_node(t, NULL, i + 1 < N ? "tanh" : NULL, 0.0);
    for (size_t i = 0; i + 1 < N; i++)
        dg_trace_add_edge(t, i + 1, i);
    size_t size;
    char text[40];
    snprintf(text, sizeof text, "v%d..v0", N - 1);
    char *svg = dg_render(t, &size, &(dg_draw_options){.highlight = text});
    ck_assert_ptr_nonnull(svg);
    ck_assert_ptr_null(strstr(svg, "\" class=\"dg-value dg-receded"));
    dg_free(svg);
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {paths, names, nothing_else, large};
    return run_suite("draw_highlight", tests, sizeof tests / sizeof *tests);
}
