/* One error type everywhere: every part of the library that says what went wrong fills a dg_error
 * in the same way. Only the public headers. */
#include <dotgrad/dotgrad.h>

#include <stdio.h>
#include <string.h>

#include "check_main.h"

/* Garbage that a call must clear. */
static dg_error dirty(void)
{
    dg_error e = {.status = DG_RENDER, .text = "left", .file = "old", .line = 7, .column = 9};
    return e;
}

static void assert_clear(const dg_error *e)
{
    ck_assert_int_eq(e->status, DG_OK);
    ck_assert_str_eq(e->text, "");
    ck_assert_str_eq(e->file, "");
    ck_assert_uint_eq(e->line, 0);
    ck_assert_uint_eq(e->column, 0);
}

static void assert_is(const dg_error *e, dg_status status, const char *text, const char *file,
                      size_t line, size_t column)
{
    ck_assert_int_eq(e->status, status);
    ck_assert_str_eq(e->text, text);
    ck_assert_str_eq(e->file, file);
    ck_assert_uint_eq(e->line, line);
    ck_assert_uint_eq(e->column, column);
}

static dg_trace *small_trace(void)
{
    dg_trace *t = dg_trace_new();
    ck_assert_uint_eq(dg_trace_add_node(t, "a", NULL, 1.0), 0);
    return t;
}

/* ---- Graphs and training ------------------------------------------------------------------- */

START_TEST(of_a_graph)
{
    dg_graph *g = dg_graph_new();
    assert_clear(dg_graph_error(g));
    ck_assert_ptr_null(dg_neg(dg_add(dg_leaf(g, 1.0, "a"), NULL)));
    ck_assert_int_eq(dg_graph_error(g)->status, DG_INVALID);
    ck_assert_int_eq(dg_graph_status(g), DG_INVALID);
    dg_error first = *dg_graph_error(g);
    assert_is(&first, DG_INVALID, first.text, "", 0, 0);
    ck_assert_str_ne(first.text, "");
    /* The first one stays. */
    ck_assert_int_eq(dg_scope_begin(g, NULL), DG_INVALID);
    ck_assert_mem_eq(dg_graph_error(g), &first, sizeof first);
    dg_graph_clear_error(g);
    assert_clear(dg_graph_error(g));
    ck_assert_int_eq(dg_graph_status(g), DG_OK);
    dg_graph_free(g);
    ck_assert_str_ne(first.text, ""); /* a copy outlives its graph */
    ck_assert_int_eq(dg_graph_error(NULL)->status, DG_INVALID);
    ck_assert_str_eq(dg_graph_error(NULL)->text, "there is no graph");
    ck_assert_int_eq(dg_graph_status(NULL), DG_INVALID);
    dg_graph_clear_error(NULL);
}
END_TEST

START_TEST(of_a_training)
{
    dg_graph *g = dg_graph_new();
    dg_value *w = dg_leaf(g, 2.0, "w");
    dg_value *loss = dg_mul(w, w);
    dg_fit_result r = {.error = dirty()};
    ck_assert_int_eq(dg_fit_graph(loss, NULL, 0, 1, &w, 1, NULL, &r), DG_OK);
    assert_clear(&r.error);
    r.error = dirty();
    ck_assert_int_eq(dg_fit_graph(NULL, NULL, 0, 1, &w, 1, NULL, &r), DG_INVALID);
    assert_is(&r.error, DG_INVALID, "there is no loss", "", 0, 0);
    dg_value *bad = dg_mul(w, dg_leaf(g, INFINITY, "i"));
    ck_assert_int_eq(dg_fit_graph(bad, NULL, 0, 1, &w, 1, NULL, &r), DG_INVALID);
    ck_assert_int_eq(r.error.status, DG_INVALID);
    ck_assert_str_eq(r.error.text, dg_graph_error(g)->text);
    ck_assert_str_ne(r.error.text, "");
    dg_graph_free(g);
}
END_TEST

/* ---- Programs ------------------------------------------------------------------------------ */

START_TEST(of_a_program)
{
    static const char text[] = "a = 1.0\nb = a + c\nd = a +* 2\n";
    dg_graph *g = dg_graph_new();
    dg_program *p = dg_program_run(g, text, strlen(text), "x.dg", DG_LABELS_NAMES);
    ck_assert_int_eq(dg_program_status(p), DG_SYNTAX);
    const dg_diagnostic *d = dg_program_diagnostic(p, 0);
    dg_error e = d->error;
    ck_assert_uint_eq(d->length, 1);
    ck_assert_ptr_nonnull(strstr(d->rendered, "x.dg:2:9: error: "));
    ck_assert_ptr_nonnull(strstr(d->rendered, e.text));
    const dg_error *second = &dg_program_diagnostic(p, 1)->error;
    assert_is(second, DG_SYNTAX, second->text, "x.dg", 3, 8);
    dg_program_free(p);
    dg_graph_free(g);
    assert_is(&e, DG_SYNTAX, "'c' is not defined", "x.dg", 2, 9);
    ck_assert_ptr_null(dg_program_diagnostic(NULL, 0));
}
END_TEST

/* The end of a long name tells it from others; it is cut between two characters. */
START_TEST(of_a_program_with_a_long_name)
{
    char name[600];
    for (size_t lead = 0; lead < 3; lead++) {
        memset(name, '.', lead);
        name[lead] = '\0';
        for (int i = 0; i < 150; i++)
            strcat(name, "\xE2\x82\xAC");
        strcat(name, "/x.dg");
        dg_graph *g = dg_graph_new();
        dg_program *p = dg_program_run(g, "?", 1, name, DG_LABELS_NAMES);
        const dg_error *e = &dg_program_diagnostic(p, 0)->error;
        size_t size = strlen(e->file);
        ck_assert_uint_ge(size, sizeof e->file - 4);
        ck_assert_int_eq(strncmp(e->file, "\xE2\x80\xA6\xE2\x82\xAC", 6), 0);
        ck_assert_str_eq(e->file + 3, name + strlen(name) - (size - 3));
        ck_assert_uint_eq(e->line, 1);
        ck_assert_uint_eq(e->column, 1);
        dg_program_free(p);
        dg_graph_free(g);
    }
}
END_TEST

/* ---- Traces -------------------------------------------------------------------------------- */

START_TEST(of_a_trace)
{
    dg_error e = dirty();
    dg_trace *t = small_trace();
    ck_assert_int_eq(dg_trace_check(t, &e), DG_OK);
    assert_clear(&e);
    dg_trace_add_node(t, "b", "", 0.0);
    dg_trace_add_edge(t, 0, 1);
    ck_assert_int_eq(dg_trace_check(t, &e), DG_FORMAT);
    ck_assert_int_eq(dg_trace_check(t, NULL), DG_FORMAT);
    dg_trace_free(t);
    assert_is(&e, DG_FORMAT, "node 1 (\"v1\"): a leaf has operands", "", 0, 0);
    ck_assert_int_eq(dg_trace_check(NULL, &e), DG_INVALID);
    assert_is(&e, DG_INVALID, "there is no trace", "", 0, 0);
}
END_TEST

START_TEST(of_json)
{
    static const char good[] = "{\"dotgrad\": 1, \"root\": \"a\", \"nodes\": "
                               "[{\"id\": \"a\", \"data\": 1, \"grad\": null}], \"edges\": []}";
    dg_error e = dirty();
    dg_trace *t = dg_trace_from_json(good, strlen(good), &e);
    ck_assert_ptr_nonnull(t);
    assert_clear(&e);
    dg_trace_free(t);
    static const char wrong[] = "{\"dotgrad\": 1,\n  \"\xC3\xA9\": oops}";
    ck_assert_ptr_null(dg_trace_from_json(wrong, strlen(wrong), &e));
    assert_is(&e, DG_FORMAT, "invalid token near 'oops'", "", 2, 8);
    /* What is no matter of syntax has no place. */
    ck_assert_ptr_null(dg_trace_from_json("{}", 2, &e));
    assert_is(&e, DG_FORMAT, "not a trace: it has no \"dotgrad\"", "", 0, 0);
    ck_assert_ptr_null(dg_trace_from_json("{}", 2, NULL));
    ck_assert_ptr_null(dg_trace_from_json(NULL, 0, &e));
    assert_is(&e, DG_INVALID, e.text, "", 0, 0);
}
END_TEST

/* ---- Files --------------------------------------------------------------------------------- */

static const char lost[] = "no/such/folder/a.txt";

START_TEST(of_a_file)
{
    dg_error e = dirty();
    ck_assert_int_eq(dg_write_file("/dev/null", "x", 1, NULL, &e), DG_OK);
    assert_clear(&e);
    ck_assert_int_eq(dg_write_file(lost, "x", 1, NULL, &e), DG_IO);
    ck_assert_int_eq(dg_write_file(lost, "x", 1, NULL, NULL), DG_IO);
    assert_is(&e, DG_IO, "cannot write 'no/such/folder/a.txt': No such file or directory", lost, 0,
              0);
    e = dirty();
    ck_assert_int_eq(dg_write_file(NULL, "x", 1, NULL, &e), DG_INVALID);
    assert_is(&e, DG_INVALID, e.text, "", 0, 0);
    ck_assert_str_ne(e.text, "left");
}
END_TEST

/* A path of any length leaves room for the reason. */
START_TEST(of_a_file_with_a_long_path)
{
    char path[1000];
    dg_error e;
    snprintf(path, sizeof path, "%0900d/a.txt", 0);
    ck_assert_int_eq(dg_write_file(path, "x", 1, NULL, &e), DG_IO);
    ck_assert_int_eq(e.status, DG_IO);
    ck_assert_str_eq(e.text + strlen(e.text) - strlen("0/a.txt': File name too long"),
                     "0/a.txt': File name too long");
    ck_assert_uint_eq(strlen(e.file), sizeof e.file - 1);
    ck_assert_str_eq(e.file + 3, path + strlen(path) - (sizeof e.file - 4));
}
END_TEST

/* ---- Pictures ------------------------------------------------------------------------------ */

START_TEST(of_a_picture)
{
    dg_error e = dirty();
    dg_draw_options o = {.format = DG_DOT, .error = &e};
    dg_trace *t = small_trace();
    dg_free(dg_render(t, NULL, &o));
    assert_clear(&e);
    e = dirty();
    ck_assert_int_eq(dg_draw_trace(t, "/dev/null", &o), DG_OK);
    assert_clear(&e);
    ck_assert_int_eq(dg_draw_trace(t, lost, &o), DG_IO);
    assert_is(&e, DG_IO, "cannot write 'no/such/folder/a.txt': No such file or directory", lost, 0,
              0);
    e = dirty();
    ck_assert_int_eq(dg_draw_trace(t, NULL, &o), DG_INVALID);
    assert_is(&e, DG_INVALID, "no path to draw to", "", 0, 0);
    e = dirty();
    o.format = DG_SVG;
    o.id_prefix = "0";
    ck_assert_ptr_null(dg_render(t, NULL, &o));
    ck_assert_int_eq(e.status, DG_INVALID);
    assert_is(&e, DG_INVALID, e.text, "", 0, 0);
    ck_assert_str_ne(e.text, "left");
    dg_trace_free(t);
}
END_TEST

START_TEST(of_a_picture_of_nothing)
{
    dg_error e = dirty();
    dg_draw_options o = {.error = &e};
    ck_assert_ptr_null(dg_render(NULL, NULL, &o));
    assert_is(&e, DG_INVALID, "there is nothing to draw", "", 0, 0);
    e = dirty();
    ck_assert_int_eq(dg_render_to(NULL, NULL, NULL, &o), DG_INVALID);
    assert_is(&e, DG_INVALID, "there is no function to write with", "", 0, 0);
    e = dirty();
    ck_assert_int_eq(dg_draw_dot(NULL, "x.svg", &o), DG_INVALID);
    assert_is(&e, DG_INVALID, "there is no value to draw", "", 0, 0);
    ck_assert_int_eq(dg_draw_dot(NULL, "x.svg", NULL), DG_INVALID);
    ck_assert_int_eq(dg_render_to(NULL, NULL, NULL, NULL), DG_INVALID);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        of_a_graph,   of_a_training,
        of_a_program, of_a_program_with_a_long_name,
        of_a_trace,   of_json,
        of_a_file,    of_a_file_with_a_long_path,
        of_a_picture, of_a_picture_of_nothing,
    };
    return run_suite("error", tests, sizeof tests / sizeof *tests);
}
