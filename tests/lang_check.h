/* Runs a case of the language tests and compares what comes of it with what is expected. */
#ifndef TESTS_LANG_CHECK_H
#define TESTS_LANG_CHECK_H

#include "lang_cases.h"

#include <stdio.h>

/* Whether the case is as expected. Where it is not, the report gets the place in the file of tests,
 * the expectation and what there is instead. */
bool lang_check(const lang_case *c, const char *path, FILE *report);

#endif
