/* The scenarios of tests/test_alloc, and its other tests of memory, by module. */
#ifndef ALLOC_SUITES_H
#define ALLOC_SUITES_H

#include "check_place.h"

#include "failing_alloc.h"

/* Both lists end with zeros. */
typedef struct alloc_suite {
    const char *module;
    const alloc_scenario *scenarios;
    const TTest **const *tests; /* may be NULL */
} alloc_suite;

extern const alloc_suite alloc_base, alloc_engine, alloc_tensor, alloc_nn, alloc_lang, alloc_trace,
    alloc_layout, alloc_draw, alloc_inspect;

#endif
