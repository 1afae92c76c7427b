/* What a tensor's numbers come to: said in their place where they are too many. */
#ifndef DGI_SUMMARY_H
#define DGI_SUMMARY_H

#include <stdbool.h>

#include <dotgrad/trace.h>

/* min, max, mean and norm are those of the finite numbers; nan where none is. */
typedef struct dgi_summary {
    size_t n;    /* how many numbers */
    size_t lost; /* how many of them are not finite */
    double min, max, mean;
    double norm; /* Euclidean; infinite only where it is larger than any double */
} dgi_summary;

dgi_summary dgi_summary_of(const double *x, size_t n);

/* The numbers of a tensor, its data or its gradient. */
typedef struct dgi_numbers {
    int ndim;
    const size_t *shape;
    size_t n;
    const double *all;          /* row-major; NULL: a gradient that was never computed */
    const dgi_summary *summary; /* of all */
} dgi_numbers;

/* The summaries of all tensors of a trace, computed once for a drawing. */
typedef struct dgi_summaries {
    const dg_trace *trace; /* borrowed */
    size_t *place;    /* of each node: 1 + its tensor's number, 0 for a scalar; NULL: no tensors */
    dgi_summary *all; /* of each tensor: of its data, of its gradient */
} dgi_summaries;

/* False when out of memory. */
bool dgi_summaries_of(dgi_summaries *s, const dg_trace *t);
void dgi_summaries_free(dgi_summaries *s);

/* Of a node that is a tensor. */
dgi_numbers dgi_data_of(const dgi_summaries *s, size_t node);
dgi_numbers dgi_grad_of(const dgi_summaries *s, size_t node);

static inline bool dgi_is_tensor(const dg_trace *t, size_t node)
{
    return dg_trace_ndim(t, node) > 0;
}

#endif
