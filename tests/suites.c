/* The program that most Check suites are in: it is linked once, and has a name for each of them.
 * Called as tests/test_trace it runs the suite of test_trace.c. */
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <stdbool.h>
#include <string.h>

enum { SUITES_MAX = 200 };

static struct {
    const char *file;
    suite_main *run;
} suites[SUITES_MAX];
static size_t n_suites;

void enlist_suite(const char *file, suite_main *run)
{
    if (n_suites == SUITES_MAX)
        abort();
    suites[n_suites].file = file;
    suites[n_suites++].run = run;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Whether the file is NAME.c. */
static bool is_of(const char *file, const char *name)
{
    size_t length = strlen(name);
    file = base_name(file);
    return strncmp(file, name, length) == 0 && strcmp(file + length, ".c") == 0;
}

int main(int argc, char **argv)
{
    const char *name = argc > 0 ? base_name(argv[0]) : "";
    for (size_t i = 0; i < n_suites; i++)
        if (is_of(suites[i].file, name))
            return suites[i].run();
    fprintf(stderr, "there is no suite '%s' in this program\n", name);
    return EXIT_FAILURE;
}
