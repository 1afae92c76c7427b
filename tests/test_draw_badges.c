/* Badges on values, and what they stand for below the picture. */
#include <stdio.h>

#include "check_main.h"
#include "draw_support.h"
#include "xml_scan.h"

static xml_element *group_of(xml_element *root, size_t node)
{
    char id[40];
    snprintf(id, sizeof id, "dotgrad-v%zu", node);
    xml_element *e = xml_by_id(root, id);
    ck_assert_ptr_nonnull(e);
    return e;
}

/* The numbers of a value's badges, "1 3". */
static const char *numbers_of(xml_element *root, size_t node)
{
    static char numbers[100];
    *numbers = '\0';
    for (const xml_element *e = group_of(root, node)->first; e; e = e->next)
        if (xml_has_class(e, "dg-number")) {
            ck_assert_uint_lt(strlen(numbers) + strlen(e->text) + 2, sizeof numbers);
            strcat(strcat(numbers, *numbers ? " " : ""), e->text);
        }
    return numbers;
}

/* All that stands in the list, lines and numbers. */
static const char *list_of(xml_element *root)
{
    static char text[20000];
    *text = '\0';
    const xml_element *list = xml_by_class(root, "dg-notes");
    for (const xml_element *e = list ? list->first : NULL; e; e = e->next)
        if (strcmp(e->name, "text") == 0) {
            ck_assert_uint_lt(strlen(text) + strlen(e->text) + 2, sizeof text);
            strcat(strcat(text, e->text), "|");
        }
    return text;
}

static const char *description_of(xml_element *root)
{
    return xml_by_id(root, "dotgrad-desc")->text;
}

START_TEST(given)
{
    dg_trace *t = lecture_trace();
    size_t a = dg_trace_find(t, "a"), b = dg_trace_find(t, "b");
    const dg_badge badges[] = {{a, DG_SEVERITY_ERROR, "it is\nwrong"},
                               {DG_NO_NODE, DG_SEVERITY_NOTE, "about the whole"},
                               {b, DG_SEVERITY_WARNING, "<b> & co"},
                               {a, DG_SEVERITY_NOTE, "once more"}};
    for (int style = DG_STYLE_RECORD; style <= DG_STYLE_MERGED; style++)
        for (int show = 0; show < 2; show++) {
            dg_draw_options o = {.style = (dg_style)style,
                                 .show = show ? DG_SHOW_DATA : 0,
                                 .badges = badges,
                                 .badge_count = 4};
            xml_element *root = draw_tree(t, o);
            ck_assert_str_eq(numbers_of(root, a), "1 3");
            ck_assert_str_eq(numbers_of(root, b), "2");
            ck_assert_str_eq(numbers_of(root, 0), "");
            ck_assert_str_eq(list_of(root), "1|error: it is wrong|about the whole|2|warning: <b> & "
                                            "co|3|note: once more|");
            ck_assert_ptr_nonnull(strstr(xml_child(group_of(root, a), "title")->text,
                                         "\n1: error: it is wrong\n3: note: once more"));
            ck_assert_ptr_nonnull(strstr(description_of(root),
                                         ". 1: error: it is wrong. about the whole. 2: warning: "
                                         "<b> & co. 3: note: once more."));
            xml_free(root);
        }
    dg_trace_free(t);
}
END_TEST

/* Each severity looks different without colours, too. */
START_TEST(severities)
{
    dg_trace *t = lecture_trace();
    const dg_badge badges[] = {
        {1, DG_SEVERITY_ERROR, "e"}, {2, DG_SEVERITY_WARNING, "w"}, {3, DG_SEVERITY_NOTE, "n"}};
    xml_element *root = draw_tree(t, (dg_draw_options){.badges = badges, .badge_count = 3});
    const xml_element *e = xml_by_class(group_of(root, 1), "dg-error"),
                      *w = xml_by_class(group_of(root, 2), "dg-warning"),
                      *n = xml_by_class(group_of(root, 3), "dg-note");
    ck_assert(e && w && n);
    ck_assert_str_eq(xml_get(e, "fill"), xml_get(e, "stroke"));
    ck_assert_str_ne(xml_get(n, "fill"), xml_get(n, "stroke"));
    ck_assert_str_ne(xml_get(w, "rx"), xml_get(n, "rx"));
    xml_free(root);
    dg_trace_free(t);
}
END_TEST

/* Long notes go onto several lines, within the picture. */
START_TEST(lines)
{
    dg_trace *t = small_trace("a", NULL, 1.0, 1.0);
    char text[1200] = "";
    for (int i = 0; i < 100; i++)
        strcat(text, "word ");
    xml_element *root = draw_tree(
        t, (dg_draw_options){.badges = &(dg_badge){0, DG_SEVERITY_NOTE, text}, .badge_count = 1});
    double width, x, y, height;
    ck_assert_int_eq(sscanf(xml_get(root, "viewBox"), "%lf %lf %lf %lf", &x, &y, &width, &height),
                     4);
    size_t n = 0;
    for (const xml_element *e = xml_by_class(root, "dg-notes")->first; e; e = e->next)
        if (strcmp(e->name, "text") == 0 && !xml_has_class(e, "dg-number")) {
            double left = strtod(xml_get(e, "x"), NULL),
                   right = left + strtod(xml_get(e, "textLength"), NULL);
            ck_assert(left > 0 && right < width);
            n++;
        }
    ck_assert_uint_gt(n, 5);
    ck_assert_uint_lt(n, 20);
    xml_free(root);
    dg_trace_free(t);
}
END_TEST

/* After the 99th the others are counted. */
START_TEST(many)
{
    static dg_badge badges[150];
    dg_trace *t = lecture_trace();
    for (size_t i = 0; i < 150; i++)
        badges[i] = (dg_badge){i % 7, DG_SEVERITY_NOTE, "n"};
    xml_element *root = draw_tree(t, (dg_draw_options){.badges = badges, .badge_count = 150});
    const char *list = list_of(root);
    ck_assert_ptr_nonnull(strstr(list, "|99|note: n|and 51 more|"));
    ck_assert_ptr_null(strstr(list, "|100|"));
    ck_assert_ptr_nonnull(strstr(description_of(root), " and 51 more."));
    xml_free(root);
    dg_trace_free(t);
}
END_TEST

/* Those of an inspection, before the caller's. */
START_TEST(findings)
{
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_leaf(g, 0.0, "x"), *y = dg_set_label(dg_log(x), "y");
    dg_value *L = dg_set_label(dg_mul(y, dg_leaf(g, 2.0, "k")), "L");
    dg_backward(L);
    dg_trace *t = dg_trace_from_value(L);
    dg_inspect *inspect = dg_inspect_new(t, NULL, NULL);
    ck_assert_uint_gt(dg_inspect_finding_count(inspect), 0);
    const dg_finding *first = dg_inspect_finding(inspect, 0);
    ck_assert_str_eq(dg_trace_label(t, first->node), "y");
    size_t n = dg_inspect_finding_count(inspect);
    char said[600], own[60];
    snprintf(said, sizeof said, "1: error: %s.", first->text);
    snprintf(own, sizeof own, " %zu: note: mine.", n + 1);
    xml_element *root =
        draw_tree(t, (dg_draw_options){.findings = 1,
                                       .badges = &(dg_badge){0, DG_SEVERITY_NOTE, "mine"},
                                       .badge_count = 1});
    ck_assert_int_eq(strncmp(numbers_of(root, first->node), "1", 1), 0);
    ck_assert_ptr_nonnull(strstr(description_of(root), said));
    ck_assert_ptr_nonnull(strstr(description_of(root), own));
    xml_free(root);
    /* They are nothing to formats that are no picture. */
    char *dot = draw(t, DG_DOT, NULL),
         *with = dg_render(t, NULL, &(dg_draw_options){.format = DG_DOT, .findings = 1});
    ck_assert_str_eq(dot, with);
    dg_free(dot);
    dg_free(with);
    dg_inspect_free(inspect);
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

START_TEST(nothing_found)
{
    dg_trace *t = lecture_trace();
    xml_element *root = draw_tree(t, (dg_draw_options){.findings = 1});
    ck_assert_str_eq(list_of(root), "nothing was found|");
    ck_assert_ptr_null(xml_by_class(root, "dg-badge"));
    xml_free(root);
    root = draw_tree(t, (dg_draw_options){0});
    ck_assert_ptr_null(xml_by_class(root, "dg-notes"));
    xml_free(root);
    dg_trace_free(t);
}
END_TEST

/* Frames are marked with what is found at the end, and keep their size. */
START_TEST(frames)
{
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_leaf(g, -1.0, "x"), *y = dg_set_label(dg_relu(x), "y");
    dg_backward(y);
    dg_trace *t = dg_trace_from_value(y);
    char size[80] = "", numbers[100] = "";
    for (size_t frame = 1; frame <= 3; frame++) {
        xml_element *root = draw_tree(
            t, (dg_draw_options){.findings = 1, .frames = DG_FRAMES_BACKWARD, .frame = frame});
        if (frame == 1) {
            snprintf(size, sizeof size, "%s", xml_get(root, "viewBox"));
            snprintf(numbers, sizeof numbers, "%s", list_of(root));
            ck_assert_ptr_null(strstr(numbers, "nothing"));
        }
        ck_assert_str_eq(xml_get(root, "viewBox"), size);
        ck_assert_str_eq(list_of(root), numbers);
        xml_free(root);
    }
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

START_TEST(refused)
{
    dg_trace *t = lecture_trace();
    const dg_badge wrong[] = {{0, DG_SEVERITY_ERROR, NULL}, {0, (dg_severity)3, "x"}};
    for (size_t i = 0; i < 2; i++) {
        dg_error error = {0};
        ck_assert_ptr_null(dg_render(
            t, NULL, &(dg_draw_options){.badges = wrong + i, .badge_count = 1, .error = &error}));
        ck_assert_int_eq(error.status, DG_INVALID);
    }
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {given,    severities,    lines,  many,
                                  findings, nothing_found, frames, refused};
    return run_suite("draw_badges", tests, sizeof tests / sizeof *tests);
}
