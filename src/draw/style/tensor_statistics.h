/* Statistics of a tensor's numbers, which a picture shows where the numbers are too many. */
#ifndef DGI_TENSOR_STATISTICS_H
#define DGI_TENSOR_STATISTICS_H

#include <stdbool.h>

#include <dotgrad/trace.h>

/* min, max, mean and norm are those of the finite numbers; nan where none is. */
typedef struct dgi_statistics {
    size_t n;         /* how many numbers */
    size_t nonfinite; /* how many of them are not finite */
    double min, max, mean;
    double norm; /* Euclidean; infinite only where it is larger than any double */
} dgi_statistics;

dgi_statistics dgi_statistics_of(const double *x, size_t n);

/* The statistics of all tensors of a trace, computed once for a drawing. */
typedef struct dgi_trace_statistics {
    const dg_trace *trace; /* borrowed */
    size_t *index; /* of each node: 1 + its tensor's number, 0 for a scalar; NULL: no tensors */
    dgi_statistics *all; /* of each tensor: of its data, of its gradient */
} dgi_trace_statistics;

/* False when out of memory. */
bool dgi_trace_statistics_of(dgi_trace_statistics *s, const dg_trace *t);
void dgi_trace_statistics_free(dgi_trace_statistics *s);

/* The numbers of a tensor, its data or its gradient. */
typedef struct dgi_tensor_view {
    int ndim;
    const size_t *shape;
    size_t n;
    const double
        *numbers; /* row-major; NULL: data that is not known, a gradient that was never computed */
    const dgi_statistics *statistics;
} dgi_tensor_view;

/* Of a node that is a tensor. */
dgi_tensor_view dgi_data_view(const dgi_trace_statistics *s, size_t node);
dgi_tensor_view dgi_grad_view(const dgi_trace_statistics *s, size_t node);

static inline bool dgi_node_is_tensor(const dg_trace *t, size_t node)
{
    return dg_trace_ndim(t, node) > 0;
}

#endif
