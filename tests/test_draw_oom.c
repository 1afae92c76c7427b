/* Every allocation of dotgrad's own fails once. The linker's --wrap sends those of this program's
 * objects here, and leaves alone those inside Graphviz, librsvg and the C library. */
#include <check.h>
#include <stdio.h>
#include <unistd.h>

#include "draw_support.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static size_t asked, failing; /* counted from 1; 0: none fails */

static bool fails(void)
{
    return ++asked == failing;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

static dg_trace *some_trace(bool tensors)
{
    rng r = {7};
    return tensors ? tensor_trace(&r, 9) : random_trace(&r, 12, true);
}

static void every_allocation(dg_format format, dg_layout layout, bool tensors)
{
    dg_trace *t = some_trace(tensors);
    failing = 0;
    size_t size, want_size;
    char *want = dg_render(t, &want_size, &(dg_draw_options){.format = format, .layout = layout});
    ck_assert_ptr_nonnull(want);
    for (size_t i = 1;; i++) {
        dg_error error = {0};
        asked = 0;
        failing = i;
        char *made = dg_render(
            t, &size, &(dg_draw_options){.format = format, .layout = layout, .error = &error});
        bool failed = asked >= failing;
        failing = 0;
        if (made) {
            ck_assert_msg(size == want_size && memcmp(made, want, size) == 0,
                          "%s, allocation %zu: other bytes", dg_format_name(format), i);
            dg_free(made);
        } else {
            ck_assert_msg(error.status == DG_NOMEM && *error.text, "%s, allocation %zu: %d, '%s'",
                          dg_format_name(format), i, (int)error.status, error.text);
        }
        if (!failed)
            break;
    }
    char *made = dg_render(t, &size, &(dg_draw_options){.format = format, .layout = layout});
    ck_assert(made && size == want_size && memcmp(made, want, size) == 0);
    dg_free(made);
    dg_free(want);
    dg_trace_free(t);
}

START_TEST(render)
{
    static const dg_format formats[] = {DG_DOT,        DG_TABLE, DG_JSON, DG_SVG,
                                        DG_SVG_INLINE, DG_PNG,   DG_PDF};
    every_allocation(formats[_i], DG_LAYOUT_DOT, false);
    every_allocation(formats[_i], DG_LAYOUT_FLOW, false);
    every_allocation(formats[_i], DG_LAYOUT_DOT, true);
}
END_TEST

START_TEST(files)
{
    const char *path = scratch_path("file");
    spill(path, "old", 3);
    for (size_t i = 1;; i++) {
        dg_error error = {0};
        asked = 0;
        failing = i;
        int changed = 0;
        dg_status status = dg_write_file(path, "new", 3, &changed, &error);
        bool failed = asked >= failing;
        failing = 0;
        size_t size;
        char *holds = slurp(path, &size);
        ck_assert_uint_eq(size, 3);
        ck_assert_str_eq(holds, status == DG_OK ? "new" : "old");
        free(holds);
        ck_assert_uint_eq(files_in(scratch()), 1);
        if (status != DG_OK) {
            ck_assert_msg(status == DG_NOMEM, "allocation %zu: %d, '%s'", i, (int)status,
                          error.text);
            ck_assert_int_eq(error.status, DG_NOMEM);
            ck_assert_int_eq(changed, 0);
        } else {
            spill(path, "old", 3);
        }
        if (!failed)
            break;
    }
    remove_scratch();
}
END_TEST

START_TEST(whole_call)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, "a");
    dg_value *b = dg_set_label(dg_mul(a, a), "b");
    dg_backward(b);
    const char *path = scratch_path("a.svg");
    for (size_t i = 1;; i++) {
        dg_error error = {0};
        asked = 0;
        failing = i;
        dg_status status = dg_draw_dot(b, path, &(dg_draw_options){.error = &error});
        bool failed = asked >= failing;
        failing = 0;
        ck_assert_uint_eq(files_in(scratch()), status == DG_OK ? 1 : 0);
        ck_assert_int_eq(status, error.status);
        ck_assert_msg(status == DG_OK || status == DG_NOMEM, "allocation %zu: %d, '%s'", i,
                      (int)status, error.text);
        unlink(path);
        if (!failed)
            break;
    }
    dg_graph_free(g);
    remove_scratch();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("draw_oom");
    TCase *c = tcase_create("oom");
    tcase_set_timeout(c, 900);
    tcase_add_loop_test(c, render, 0, 7);
    tcase_add_test(c, files);
    tcase_add_test(c, whole_call);
    suite_add_tcase(suite, c);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
