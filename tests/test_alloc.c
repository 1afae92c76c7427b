/* Every module without memory: each allocation of each scenario fails once, and then all after it,
 * too. Nothing may crash or leak, and who cannot go on must say so. */
#include "alloc_suites.h"
#include "check_main.h"

#include <stdlib.h>
#include <string.h>

static const alloc_suite *const suites[] = {&alloc_base, &alloc_engine, &alloc_tensor,
                                            &alloc_nn,   &alloc_trace,  &alloc_layout,
                                            &alloc_draw, &alloc_lang,   &alloc_inspect};
enum { SUITES = sizeof suites / sizeof *suites };

static const alloc_scenario *scenarios[200];
static int n_scenarios;

START_TEST(scenario)
{
    const char *fault = find_fault(scenarios[_i]);
    ck_assert_msg(!fault, "%s", fault);
}
END_TEST

/* ---- What is wrong must be found ------------------------------------------------------------ */

static void *volatile kept;

static bool leaks(const alloc_scenario *s)
{
    (void)s;
    void *volatile memory = malloc(10);
    kept = malloc(10);
    free(memory);
    return memory && kept;
}

static bool frees_twice(const alloc_scenario *s)
{
    (void)s;
    void *volatile memory = malloc(10), *volatile same = memory;
    free(memory);
    free(same);
    return memory != NULL;
}

static bool says_nothing(const alloc_scenario *s)
{
    (void)s;
    void *volatile memory = malloc(10);
    free(memory);
    return true;
}

static bool never_works(const alloc_scenario *s)
{
    (void)s;
    void *volatile memory = malloc(10);
    free(memory);
    return false;
}

static bool complains(const alloc_scenario *s)
{
    (void)s;
    void *volatile memory = malloc(10);
    expect(memory != NULL, "this is wrong");
    free(memory);
    return memory != NULL;
}

static bool allocates_less_and_less(const alloc_scenario *s)
{
    static int runs;
    (void)s;
    bool worked = true;
    for (int i = runs++; i < 3; i++) {
        void *volatile memory = malloc(10);
        worked = worked && memory;
        free(memory);
    }
    return worked;
}

START_TEST(faults_are_found)
{
    static const struct {
        alloc_scenario scenario;
        const char *fault;
    } rows[] = {
        {{.name = "s", .run = leaks}, "s: allocation -1 fails (none): a block leaks"},
        {{.name = "s", .run = frees_twice},
         "s: allocation -1 fails (none): a block is freed twice"},
        {{.name = "s", .run = says_nothing},
         "s: allocation 0 fails: nothing said that there was no memory"},
        {{.name = "s", .run = says_nothing, .recovers = true}, "s: it works whatever fails"},
        {{.name = "s", .run = says_nothing, .least = 1}, "s: it makes only 1 allocations"},
        {{.name = "s", .run = never_works}, "s: allocation -1 fails (none): it did not work"},
        {{.name = "s", .run = complains}, "s: allocation 0 fails: this is wrong"},
        {{.name = "s", .run = allocates_less_and_less, .recovers = true},
         "s: allocation 1 of 3 was never made"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *fault = find_fault(&rows[i].scenario);
        ck_assert_msg(fault && strcmp(fault, rows[i].fault) == 0, "row %zu: %s", i,
                      fault ? fault : "no fault");
        free(kept);
        kept = NULL;
    }
}
END_TEST

/* The wrapper sees what it should: a leak, and a block that is freed twice. */
START_TEST(the_wrapper_sees)
{
    arm(1, false);
    char *volatile first = malloc(10);
    char *volatile second = malloc(10);
    char *volatile third = calloc(1, 10);
    third = realloc(third, 100000);
    long live = live_blocks;
    free(first);
    char *volatile dangling = first;
    free(dangling);
    armed = false;
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_null(second);
    ck_assert_int_eq(allocations, 4);
    ck_assert_int_eq(failures, 1);
    ck_assert_int_eq(live, 2);
    ck_assert_int_eq(live_blocks, 1);
    ck_assert_int_eq(double_frees, 1);
    free(third);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("out of memory");
    const TTest *const own[] = {the_wrapper_sees, faults_are_found};
    add_case(suite, "wrapper", own, 2);
    for (size_t i = 0; i < SUITES; i++) {
        TCase *tcase = tcase_create(suites[i]->module);
        tcase_set_timeout(tcase, 900);
        int first = n_scenarios;
        for (const alloc_scenario *s = suites[i]->scenarios; s->name; s++)
            scenarios[n_scenarios++] = s;
        tcase_add_loop_test(tcase, scenario, first, n_scenarios);
        for (const TTest **const *test = suites[i]->tests; test && *test; test++)
            tcase_add_test(tcase, **test);
        suite_add_tcase(suite, tcase);
    }
    return run_cases(suite);
}
