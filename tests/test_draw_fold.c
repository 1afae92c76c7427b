/* Pictures of folded traces: what is in them, with random scopes, in every style. */
#include <stdio.h>
#include <stdlib.h>

#include "check_main.h"
#include "draw_support.h"
#include "xml_scan.h"

/* What random pictures had. */
static size_t groups_seen, stubs_seen, frames_seen, alerts_seen, values_seen;

/* Random scopes of a few names, one of them nasty. */
static void set_scopes(dg_trace *t, rng *r)
{
    char nasty[NASTY_ROOM], scope[NASTY_ROOM + 40];
    nasty_label(r, nasty);
    for (size_t i = 0; i < dg_trace_node_count(t); i++) {
        size_t a = rng_below(r, 4), b = rng_below(r, 3);
        if (a == 3)
            snprintf(scope, sizeof scope, "%zu %zu %s", a, b, nasty);
        else if (a > 0)
            snprintf(scope, sizeof scope, "a%zu/b%zu", a, b);
        else
            scope[0] = '\0';
        ck_assert_int_eq(dg_trace_set_scope(t, i, scope), DG_OK);
    }
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* No id occurs twice. */
static void check_ids(xml_element *root)
{
    enum { MOST = 4000 };
    static const char *ids[MOST];
    size_t n = 0;
    for (const xml_element *e = root; e; e = xml_following(e))
        if (xml_get(e, "id")) {
            ck_assert_uint_lt(n, MOST);
            ids[n++] = xml_get(e, "id");
        }
    qsort(ids, n, sizeof *ids, compare);
    for (size_t i = 1; i < n; i++)
        ck_assert_str_ne(ids[i - 1], ids[i]);
}

static xml_element *element(xml_element *root, char letter, size_t number, const char *suffix)
{
    char id[80];
    snprintf(id, sizeof id, "dotgrad-%c%zu%s", letter, number, suffix);
    return xml_by_id(root, id);
}

/* Whether a box is there, as what it is, and says what is not finite in it. */
static void check_box(xml_element *root, const dg_trace *t, const dg_fold *f, size_t i)
{
    dg_box box;
    dg_box_summary summary;
    dg_fold_box(f, i, &box);
    ck_assert_int_eq(dg_fold_box_summary(f, t, i, NULL, &summary), DG_OK);
    bool value = box.kind == DG_BOX_VALUE;
    xml_element *e = element(root, value ? 'v' : 'g', value ? dg_fold_box_node(f, i, 0) : box.group,
                             box.stub ? "-use5" : "");
    ck_assert_ptr_nonnull(e);
    ck_assert(xml_has_class(e, "dg-folded") == (!value && !box.stub));
    ck_assert(xml_has_class(e, "dg-stub") == (box.stub != 0));
    bool nonfinite = summary.nonfinite_grad || summary.nonfinite_data;
    if (!value && !box.stub)
        ck_assert(nonfinite == (xml_by_class(e, "dg-alert") != NULL));
    if (nonfinite && (!value || box.stub))
        ck_assert_ptr_nonnull(xml_by_class(e, "dg-error"));
    groups_seen += !value;
    stubs_seen += box.stub != 0;
    values_seen += value;
    alerts_seen += nonfinite && !value;
}

static void check_picture(const dg_trace *t, dg_draw_options o)
{
    dg_error error = {0};
    o.error = &error;
    dg_fold *f = dg_fold_new(t, &o.fold, &error);
    char *svg = dg_render(t, NULL, &o);
    ck_assert_msg(f && svg, "%s", error.text);
    xml_element *root = parse_svg(svg, 0);
    check_ids(root);
    for (size_t i = 0; i < dg_fold_box_count(f); i++)
        check_box(root, t, f, i);
    for (size_t i = 0; i < dg_fold_frame_count(f); i++)
        ck_assert_ptr_nonnull(element(root, 'g', dg_fold_frame_group(f, i), ""));
    frames_seen += dg_fold_frame_count(f);
    xml_free(root);
    dg_free(svg);
    dg_fold_free(f);
}

START_TEST(random_pictures)
{
    static const char *const folds[] = {"1", "2", "auto", "99"};
    for (unsigned seed = 0; seed < 60; seed++) {
        rng r = {seed};
        dg_trace *t = seed % 4 == 3 ? tensor_trace(&r, 30) : random_trace(&r, 60, seed % 2);
        set_scopes(t, &r);
        check_picture(t, (dg_draw_options){.fold = {.fold = folds[seed % 4], .boxes = 20},
                                           .style = (dg_style)(seed % 3),
                                           .direction = (dg_direction)(seed % 5),
                                           .color = (dg_color)(seed / 3 % 3),
                                           .findings = seed % 7 == 0,
                                           .show = seed % 5 == 4 ? DG_SHOW_LABEL : 0});
        dg_trace_free(t);
    }
    ck_assert(groups_seen && frames_seen && alerts_seen && values_seen);
}
END_TEST

/* A leaf with 20 uses, each in a group of its own, which are no repeats. */
static dg_trace *star(void)
{
    dg_trace *t = dg_trace_new();
    size_t leaf = dg_trace_add_node(t, "w", NULL, 2.0), last = leaf;
    for (size_t i = 0; i < 20; i++) {
        char scope[40];
        snprintf(scope, sizeof scope, "step %zu", i);
        for (size_t k = 0; k <= i % 2 + 1; k++) {
            size_t node = dg_trace_add_node(t, NULL, k % 2 ? "*" : "+", 1.0);
            dg_trace_set_scope(t, node, scope);
            dg_trace_add_edge(t, last, node);
            dg_trace_add_edge(t, leaf, node);
            last = node;
        }
    }
    dg_trace_set_root(t, last);
    return t;
}

START_TEST(stubs)
{
    dg_trace *t = star();
    dg_draw_options o = {.fold = {.fold = "1"}};
    check_picture(t, o);
    ck_assert_uint_gt(stubs_seen, 0);
    char *svg = dg_render(t, NULL, &o);
    xml_element *root = parse_svg(svg, 0);
    ck_assert_ptr_null(xml_by_id(root, "dotgrad-v0"));
    ck_assert_ptr_nonnull(xml_by_id(root, "dotgrad-v0-use20"));
    ck_assert_ptr_null(xml_by_id(root, "dotgrad-v0-use21"));
    xml_free(root);
    dg_free(svg);
    o.fold.whole_leaves = 1;
    svg = dg_render(t, NULL, &o);
    root = parse_svg(svg, 0);
    ck_assert_ptr_nonnull(xml_by_id(root, "dotgrad-v0"));
    ck_assert_ptr_null(xml_by_class(root, "dg-stub"));
    xml_free(root);
    dg_free(svg);
    dg_trace_free(t);
}
END_TEST

/* Ids are the same whatever else is folded, and the same bytes come twice. */
START_TEST(stable)
{
    dg_trace *t = star();
    dg_draw_options o = {.fold = {.fold = "1"}};
    char *first = dg_render(t, NULL, &o), *second = dg_render(t, NULL, &o);
    ck_assert_str_eq(first, second);
    dg_fold *f = dg_fold_new(t, &o.fold, NULL);
    dg_box box = {0};
    for (size_t i = 0; i < dg_fold_box_count(f); i++)
        if (strcmp(dg_fold_box_scope(f, i), "step 3") == 0)
            dg_fold_box(f, i, &box);
    ck_assert_uint_gt(box.group, 0);
    dg_free(second);
    o.fold.open = "step 3";
    second = dg_render(t, NULL, &o);
    xml_element *root = parse_svg(first, 0), *other = parse_svg(second, 0);
    ck_assert(xml_has_class(element(root, 'g', box.group, ""), "dg-folded"));
    ck_assert(xml_has_class(element(other, 'g', box.group, ""), "dg-group"));
    xml_free(root);
    xml_free(other);
    dg_free(first);
    dg_free(second);
    dg_fold_free(f);
    dg_trace_free(t);
}
END_TEST

START_TEST(refused)
{
    dg_trace *t = lecture_trace();
    dg_error error = {0};
    ck_assert_ptr_null(
        dg_render(t, NULL, &(dg_draw_options){.fold = {.fold = "nothing"}, .error = &error}));
    ck_assert_int_eq(error.status, DG_INVALID);
    ck_assert_ptr_null(dg_render(
        t, NULL,
        &(dg_draw_options){
            .fold = {.fold = "1"}, .frames = DG_FRAMES_BACKWARD, .frame = 1, .error = &error}));
    ck_assert_int_eq(error.status, DG_INVALID);
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {random_pictures, stubs, stable, refused};
    return run_suite("draw_fold", tests, sizeof tests / sizeof *tests);
}
