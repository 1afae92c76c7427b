/* Nested JSON arrays of numbers: the data and gradient of a tensor.
 *
 * They are not parsed by jansson, which allocates about a hundred bytes per number; this takes the
 * eight bytes of the double. */
#ifndef DGI_JSON_ARRAYS_H
#define DGI_JSON_ARRAYS_H

#include "trace/json_scan.h"

struct dgi_json_array {
    const char *member;      /* the name of the member whose value it is */
    size_t most;             /* how many numbers it may have */
    const char *begin, *end; /* its text; NULL where the member's value is not an array */
    double *numbers;         /* in row-major order; owned; NULL where there are none */
    size_t n, capacity;
    int ndim;
    size_t shape[DG_TRACE_DIMS_MAX]; /* up to the first size of 0 */
};

/* Reads the array at the scanner's position. It must be rectangular, with at most
 * DG_TRACE_DIMS_MAX dimensions; otherwise returns false with the error set. */
bool dgi_json_array_read(dgi_json_array *array, dgi_json_scanner *s);

/* Transfers the numbers, in an allocation of their exact size, to the caller; NULL when out of
 * memory. */
double *dgi_json_array_take(dgi_json_array *array);

/* Frees the numbers and makes the array ready for the next value with such a member. */
void dgi_json_array_reset(dgi_json_array *array, size_t most);

/* Converts a JSON number, or one of the strings "NaN", "Infinity" and "-Infinity"; false for every
 * other value. */
bool dgi_json_number(const json_t *value, double *x);

#endif
