/* An error with its place, for comparisons. */
#ifndef ERROR_SUPPORT_H
#define ERROR_SUPPORT_H

#include <dotgrad/base.h>

#include "check_place.h"
#include <stdio.h>

/* The error has this text, "line L, column C: TEXT" where it says where it is. */
static inline void assert_located(const dg_error *e, const char *expected)
{
    char text[sizeof e->text + 64];
    if (e->line)
        snprintf(text, sizeof text, "line %zu, column %zu: %s", e->line, e->column, e->text);
    else
        snprintf(text, sizeof text, "%s", e->text);
    ck_assert_str_eq(text, expected);
    ck_assert_msg((e->line == 0) == (e->column == 0), "line %zu, but column %zu", e->line,
                  e->column);
}

#endif
