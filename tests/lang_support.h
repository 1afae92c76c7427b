/* What the tests of the language in C share: a program that is run in a graph of its own, and what
 * its names stand for. */
#ifndef TESTS_LANG_SUPPORT_H
#define TESTS_LANG_SUPPORT_H

#include <dotgrad/dotgrad.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"

static dg_graph *graph;
static dg_program *program;

static inline void setup(void)
{
    graph = dg_graph_new();
    ck_assert_ptr_nonnull(graph);
}

static inline void teardown(void)
{
    dg_program_free(program);
    program = NULL;
    dg_graph_free(graph);
}

/* Runs a program in the graph as it is. */
static inline void run_on(const char *text)
{
    dg_program_free(program);
    program = dg_program_run(graph, text, strlen(text), "t.dg", DG_LABELS_NAMES);
    ck_assert_ptr_nonnull(program);
}

/* Runs a program in a new graph. */
static inline void run(const char *text)
{
    teardown();
    setup();
    run_on(text);
}

static inline void run_ok(const char *text)
{
    run(text);
    const dg_diagnostic *d = dg_program_diagnostic(program, 0);
    ck_assert_msg(dg_program_status(program) == DG_OK, "%.200s: %s", text, d ? d->rendered : "");
}

static inline dg_value *named(const char *name)
{
    dg_value *v = dg_program_find(program, name);
    ck_assert_msg(v != NULL, "%s is not there", name);
    return v;
}

static inline double data(const char *name)
{
    return dg_data(named(name));
}

/* The program has exactly one error, with this message. */
static inline void assert_error(const char *message)
{
    ck_assert_uint_eq(dg_program_error_count(program), 1);
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->error.text, message);
}

/* A piece again and again, between others. The caller frees it. */
static inline char *repeated(const char *before, const char *piece, size_t count, const char *after)
{
    size_t size = strlen(piece), begin = strlen(before);
    char *text = malloc(begin + size * count + strlen(after) + 1);
    ck_assert_ptr_nonnull(text);
    memcpy(text, before, begin);
    for (size_t i = 0; i < count; i++)
        memcpy(text + begin + i * size, piece, size);
    memcpy(text + begin + size * count, after, strlen(after) + 1);
    return text;
}

static inline void run_repeated(const char *before, const char *piece, size_t count,
                                const char *after)
{
    char *text = repeated(before, piece, count, after);
    run(text);
    free(text);
}

static inline void run_repeated_ok(const char *before, const char *piece, size_t count,
                                   const char *after)
{
    char *text = repeated(before, piece, count, after);
    run_ok(text);
    free(text);
}

/* Runs the tests in a fixture with a graph of its own for each. */
static inline int run_with_graph(const char *name, const TTest *const *tests, size_t n)
{
    Suite *s = suite_create(name);
    tcase_add_checked_fixture(add_case(s, name, tests, n), setup, teardown);
    return run_cases(s);
}

#endif
