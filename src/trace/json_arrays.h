/* Nested JSON arrays of numbers: the data and gradient of a tensor. */
#ifndef DGI_JSON_ARRAYS_H
#define DGI_JSON_ARRAYS_H

#include <dotgrad/trace.h>

#include "base/json_scan.h"

struct dgi_json_array {
    const char *member; /* the name of the member whose value it is */
    size_t most;        /* how many numbers it may have */
    double *numbers;    /* in row-major order; owned; NULL where there are none */
    size_t n, capacity;
    int ndim;                        /* 0 where none was read */
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

#endif
