/* Nested lists of numbers in a JSON text, as a tensor's data stands there. They are read here and
 * not by jansson, which makes a hundred bytes of a number: this makes eight, however many there
 * are. */
#ifndef DGI_JSON_NESTED_H
#define DGI_JSON_NESTED_H

#include "trace/json_scan.h"

struct dgi_nested {
    const char *member;      /* what it is the value of */
    size_t most;             /* numbers it may have */
    const char *begin, *end; /* where it stands; NULL where the member's value is no list */
    double *numbers;         /* in the order of the text; owned, NULL where there are none */
    size_t n, room;
    int ndim;
    size_t shape[DG_TRACE_DIMS_MAX]; /* where a size is 0, the last */
};

/* Reads the list that comes next. It is rectangular and has at most DG_TRACE_DIMS_MAX dimensions;
 * else false, with the error set. */
bool dgi_nested_read(dgi_nested *list, dgi_scan *s);

/* Its numbers, which the caller then owns, without spare room; NULL when out of memory. */
double *dgi_nested_take(dgi_nested *list);

/* Forgets the list, for the next value that has such a member. */
void dgi_nested_clear(dgi_nested *list, size_t most);

/* The number that a value is, be it one of the three strings for what is none; false for others. */
bool dgi_json_number(const json_t *value, double *x);

#endif
