/* What the tests of the language's tensors share: a program that is run, and what its names stand
 * for. */
#ifndef TESTS_LANG_SUPPORT_H
#define TESTS_LANG_SUPPORT_H

#include <check.h>
#include <dotgrad/dotgrad.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static inline void run_as(const char *text, dg_labels labels)
{
    teardown();
    setup();
    program = dg_program_run(graph, text, strlen(text), "t.dg", labels);
    ck_assert_ptr_nonnull(program);
}

static inline void run_ok(const char *text)
{
    run_as(text, DG_LABELS_NAMES);
    const dg_diagnostic *d = dg_program_diagnostic(program, 0);
    ck_assert_msg(dg_program_status(program) == DG_OK, "%s: %s", text, d ? d->rendered : "");
}

static inline dg_value *named(const char *name)
{
    dg_value *v = dg_program_find(program, name);
    ck_assert_msg(v != NULL, "%s is not there", name);
    return v;
}

/* Numbers with their shape: "(2, 2) 1 2 3 4". */
static inline void assert_numbers(const char *what, const dg_value *v, const double *numbers,
                                  const char *expected)
{
    char shape[DG_SHAPE_TEXT_MAX];
    dg_shape_text(dg_ndim(v), dg_shape(v), shape);
    size_t length = strlen(shape);
    ck_assert_msg(strncmp(shape, expected, length) == 0 &&
                      (expected[length] == ' ' || expected[length] == '\0'),
                  "%s: shape %s, not that of %s", what, shape, expected);
    const char *at = expected + length;
    for (size_t i = 0; i < dg_size(v); i++) {
        char *end;
        double x = strtod(at, &end);
        ck_assert_msg(end != at, "%s: more numbers than %s", what, expected);
        ck_assert_msg(fabs(numbers[i] - x) <= 1e-9 * fmax(1.0, fabs(x)),
                      "%s: number %zu is %.12g, not %.12g", what, i, numbers[i], x);
        at = end;
    }
    ck_assert_msg(*at == '\0', "%s: fewer numbers than %s", what, expected);
}

static inline void assert_data(const char *what, const char *name, const char *expected)
{
    assert_numbers(what, named(name), dg_data_array(named(name)), expected);
}

static inline void assert_grad(const char *what, const char *name, const char *expected)
{
    assert_numbers(what, named(name), dg_grad_array(named(name)), expected);
}

#define X "x = [[1, 2], [3, 4], [5, 6]]; "
#define T "t = Tensor([[1, 2], [3, 4], [5, 6]]); "
#define V "v = Value(2); u = Value(3); "

#define XOR                                                                                        \
    "x = [[0, 0], [0, 1], [1, 0], [1, 1]]; y = [0, 1, 1, 0]\n"                                     \
    "w1 = [[0.1, 0.3], [0.2, 0.1]]; b1 = [0.2, -0.2]; w2 = [[0.1], [-0.4]]; b2 = [0.0]\n"          \
    "xi = Tensor(x[0], requires_grad=False); yi = 0\n"                                             \
    "loss = (yi - sigmoid(relu(xi @ w1 + b1) @ w2 + b2))**2\n"

/* Runs the tests in a fixture with a graph of its own for each. */
static inline int run_suite(const char *name, const TTest *const *tests, size_t n)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    for (size_t i = 0; i < n; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
