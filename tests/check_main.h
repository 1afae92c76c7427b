/* The main function of Check suites, and what assertions in loops cost. */
#ifndef CHECK_MAIN_H
#define CHECK_MAIN_H

#include <stdlib.h>

#include "check_place.h"
#include "suites.h"

/* Where a suite is one of many in a program, what it calls main() is put on the program's list. */
#ifdef SUITE_OF_MANY
static int main_of_suite(void);
__attribute__((constructor)) static void enlist(void)
{
    enlist_suite(__BASE_FILE__, main_of_suite);
}
#define main main_of_suite
#endif

/* An assertion for loops over millions, which costs no more than its condition. */
#define must(condition, ...)                                                                       \
    do {                                                                                           \
        if (!(condition))                                                                          \
            ck_abort_msg(__VA_ARGS__);                                                             \
    } while (0)

/* Adds a case of these tests to a suite. */
static inline TCase *add_case(Suite *s, const char *name, const TTest *const *tests, size_t n)
{
    TCase *tc = tcase_create(name);
    tcase_set_timeout(tc, 600);
    for (size_t i = 0; i < n; i++)
        tcase_add_test(tc, tests[i]);
    suite_add_tcase(s, tc);
    return tc;
}

/* Runs a suite and frees it; the result is what main() returns. */
static inline int run_cases(Suite *s)
{
    SRunner *runner = srunner_create(s);
    tell_places_of_crashes();
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* The main function of a suite with one case. */
static inline int run_suite(const char *name, const TTest *const *tests, size_t n)
{
    Suite *s = suite_create(name);
    add_case(s, name, tests, n);
    return run_cases(s);
}

#endif
