/* Colours that say magnitudes. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "check_main.h"
#include "draw_support.h"
#include "xml_scan.h"

static xml_element *group_of(xml_element *root, size_t node, const char *suffix)
{
    char id[40];
    snprintf(id, sizeof id, "dotgrad-v%zu%s", node, suffix);
    xml_element *e = xml_by_id(root, id);
    ck_assert_ptr_nonnull(e);
    return e;
}

/* Which of the colours a value has; -1: none. */
static int step_of(xml_element *root, size_t node)
{
    const xml_element *rect = xml_child(group_of(root, node, ""), "rect");
    for (int i = 0; i < 10; i++) {
        char class[20];
        snprintf(class, sizeof class, "dg-heat-%d", i);
        if (xml_has_class(rect, class))
            return i;
    }
    ck_assert(xml_has_class(rect, "dg-plain"));
    return -1;
}

static bool has_pattern(xml_element *root, size_t node)
{
    return xml_by_class(group_of(root, node, ""), "dg-hatch") != NULL;
}

static bool legend_says(xml_element *root, const char *what)
{
    for (const xml_element *e = xml_by_class(root, "dg-legend")->first; e; e = e->next)
        if (e->text && strcmp(e->text, what) == 0)
            return true;
    return false;
}

/* Leaves with these gradients below one op. */
static dg_trace *leaves(const double *grads, size_t n)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "L", "sum", 1.0);
    for (size_t i = 0; i < n; i++) {
        size_t node = dg_trace_add_node(t, "", "", grads[i]);
        dg_trace_add_edge(t, node, 0);
        dg_trace_set_grad(t, node, grads[i]);
    }
    dg_trace_set_grad(t, 0, 1.0);
    return t;
}

/* Equal factors are equal steps, and the sign does not matter. */
START_TEST(scale)
{
    const double grads[] = {1e-5, 2e-5, 5e-5, -1e-4, 3e-3, 9.99e-3, 1e-2, -0.3, 0.5, 1.0};
    const int steps[] = {0, 0, 1, 2, 4, 5, 6, 8, 9, 9};
    size_t n = sizeof grads / sizeof *grads;
    dg_trace *t = leaves(grads, n);
    for (dg_color color = DG_COLOR_GRAD; color <= DG_COLOR_DATA; color++)
        for (int style = DG_STYLE_RECORD; style <= DG_STYLE_MERGED; style++) {
            xml_element *root =
                draw_tree(t, (dg_draw_options){.color = color, .style = (dg_style)style});
            for (size_t i = 0; i < n; i++)
                ck_assert_int_eq(step_of(root, i + 1), steps[i]);
            ck_assert(legend_says(root, color == DG_COLOR_GRAD
                                            ? "|grad| from 1e-5 to 1, on a log scale"
                                            : "|data| from 1e-5 to 1, on a log scale"));
            if (style != DG_STYLE_MERGED) /* where there are ops */
                ck_assert_ptr_nonnull(xml_by_class(group_of(root, 0, "-op"), "dg-plain"));
            xml_free(root);
        }
    dg_trace_free(t);
}
END_TEST

/* Powers of ten are at the lower end of their decade's colours, whatever their last digit is. */
START_TEST(powers)
{
    double grads[11];
    for (int i = 0; i <= 10; i++)
        grads[i] = pow(10.0, i - 5);
    dg_trace *t = leaves(grads, 11);
    xml_element *root = draw_tree(t, (dg_draw_options){.color = DG_COLOR_GRAD});
    for (int i = 0; i <= 10; i++)
        ck_assert_int_eq(step_of(root, (size_t)i + 1), i < 10 ? i : 9);
    ck_assert(legend_says(root, "|grad| from 1e-5 to 1e5, on a log scale"));
    xml_free(root);
    dg_trace_free(t);
}
END_TEST

/* What is not on the scale has a pattern, each its own, and the legend says which. */
START_TEST(states)
{
    const double grads[] = {0.0, INFINITY, -INFINITY, NAN, 1e-8, 2e4, 1.0, DBL_TRUE_MIN};
    static const char *const said[] = {
        "grad is exactly 0", "inf or -inf",      "nan",
        "|grad| below 1e-7", "|grad| above 1e4", "grad was not computed"};
    dg_trace *t = leaves(grads, 8);
    size_t unset = dg_trace_add_node(t, "unset", "", 1.0);
    dg_trace_add_edge(t, unset, 0);
    xml_element *root = draw_tree(t, (dg_draw_options){.color = DG_COLOR_GRAD});
    const char *patterns[6];
    const size_t nodes[] = {1, 2, 4, unset};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(step_of(root, nodes[i]), -1);
        const xml_element *hatch = xml_by_class(group_of(root, nodes[i], ""), "dg-hatch");
        ck_assert_ptr_nonnull(hatch);
        patterns[i] = xml_get(hatch, "d");
        ck_assert_uint_gt(strlen(patterns[i]), 20);
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(patterns[i], patterns[k]);
    }
    ck_assert(has_pattern(root, 3)); /* -inf */
    for (size_t node = 5; node <= 8; node++) {
        ck_assert(!has_pattern(root, node));
        ck_assert_int_eq(xml_by_class(group_of(root, node, ""), "dg-mark") != NULL, node != 7);
    }
    ck_assert_int_eq(step_of(root, 8), 0); /* below the scale, which has an end */
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        ck_assert_msg(legend_says(root, said[i]), "the legend does not say '%s'", said[i]);
    ck_assert(legend_says(root, "|grad| from 1e-11 or less to 1e5, on a log scale"));
    xml_free(root);
    /* Data of that kind: no gradient's thresholds, and nothing is unset. */
    root = draw_tree(t, (dg_draw_options){.color = DG_COLOR_DATA});
    ck_assert_ptr_null(xml_by_class(root, "dg-mark"));
    ck_assert(!has_pattern(root, unset) && has_pattern(root, 1));
    ck_assert(legend_says(root, "data is 0") && !legend_says(root, "grad was not computed"));
    xml_free(root);
    dg_trace_free(t);
}
END_TEST

/* No number is on the scale: then there is none. */
START_TEST(no_scale)
{
    dg_trace *t = small_trace("a", NULL, 0.0, 0.0);
    xml_element *root = draw_tree(t, (dg_draw_options){.color = DG_COLOR_DATA});
    ck_assert_ptr_null(xml_by_class(root, "dg-heat-0"));
    ck_assert(legend_says(root, "data is 0"));
    xml_free(root);
    dg_trace_free(t);
}
END_TEST

/* A tensor has the colour of its largest magnitude, or the pattern of its worst number. */
START_TEST(tensors)
{
    dg_trace *t = dg_trace_new();
    const double few[] = {0.0, -0.05, 1e-9}, bad[] = {1.0, NAN, INFINITY}, zeros[] = {0.0, 0.0};
    const size_t three = 3, two = 2, none = 0;
    dg_trace_add_node(t, "L", "f", 1.0);
    size_t a = dg_trace_add_tensor(t, "a", "", 1, &three, few),
           b = dg_trace_add_tensor(t, "b", "", 1, &three, bad),
           c = dg_trace_add_tensor(t, "c", "", 1, &two, zeros),
           d = dg_trace_add_tensor(t, "d", "", 1, &none, zeros);
    for (size_t i = a; i <= d; i++)
        ck_assert_int_eq(dg_trace_add_edge(t, i, 0), DG_OK);
    xml_element *root = draw_tree(t, (dg_draw_options){.color = DG_COLOR_DATA});
    ck_assert(legend_says(root, "|data| from 0.01 to 1, on a log scale"));
    ck_assert_int_eq(step_of(root, a), 3);
    ck_assert(has_pattern(root, b) && has_pattern(root, c) && !has_pattern(root, d));
    ck_assert(legend_says(root, "nan") && !legend_says(root, "inf or -inf"));
    ck_assert_int_eq(step_of(root, d), -1);
    xml_free(root);
    dg_trace_free(t);
}
END_TEST

/* Frames have the scale of the last one. */
START_TEST(frames)
{
    dg_trace *t = lecture_trace();
    for (size_t frame = 1; frame <= 5; frame++) {
        xml_element *root =
            draw_tree(t, (dg_draw_options){
                             .color = DG_COLOR_GRAD, .frames = DG_FRAMES_BACKWARD, .frame = frame});
        ck_assert(legend_says(root, "|grad| from 1 to 10, on a log scale"));
        ck_assert(legend_says(root, "grad was not computed"));
        ck_assert_int_eq(step_of(root, 0), frame > 1 ? 0 : -1);
        ck_assert_int_eq(has_pattern(root, 0), frame == 1);
        ck_assert_int_eq(step_of(root, dg_trace_find(t, "a")), frame == 5 ? 7 : -1); /* 6 */
        xml_free(root);
    }
    dg_trace_free(t);
}
END_TEST

/* What recedes has no colour. */
START_TEST(highlighted)
{
    dg_trace *t = lecture_trace();
    xml_element *root =
        draw_tree(t, (dg_draw_options){.color = DG_COLOR_GRAD, .highlight = "a..L"});
    ck_assert_int_eq(step_of(root, 0), 0);
    ck_assert_int_eq(step_of(root, dg_trace_find(t, "f")), -1);
    ck_assert(!has_pattern(root, dg_trace_find(t, "f")));
    xml_free(root);
    dg_trace_free(t);
}
END_TEST

START_TEST(refused)
{
    dg_trace *t = lecture_trace();
    dg_error error = {0};
    ck_assert_ptr_null(
        dg_render(t, NULL, &(dg_draw_options){.color = (dg_color)3, .error = &error}));
    ck_assert_int_eq(error.status, DG_INVALID);
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {scale,   powers, states,      no_scale,
                                  tensors, frames, highlighted, refused};
    return run_suite("draw_color", tests, sizeof tests / sizeof *tests);
}
