/* The explanation of one gradient: sums over paths, the largest paths, the turning point. */
#ifndef DGI_INSPECT_WHY_H
#define DGI_INSPECT_WHY_H

#include <dotgrad/inspect.h>

#include "inspect/analysis.h"
#include "inspect/scaled.h"

/* Where a best path goes: an edge, or one of these. */
#define DGI_WHY_NO_EDGE UINT32_MAX      /* there is no path of finite factors */
#define DGI_WHY_BEGINS (UINT32_MAX - 1) /* it begins at this value */

/* How large the product of a path is: fewer zeros count more than any other factors. */
typedef struct dgi_path_size {
    dgi_scaled rest; /* the product of the factors that are not 0 */
    uint32_t zeros;  /* the number of the others */
    uint32_t edge;   /* the path's last one, which leads from the value */
} dgi_path_size;

/* What is known of a value's gradient. */
typedef enum dgi_sum_extent {
    DGI_SUM_NO_PATH = 0,
    DGI_SUM_UNKNOWN,
    DGI_SUM_PARTLY,
    DGI_SUM_GIVEN, /* the sum is not known, and the gradient in the trace is taken */
    DGI_SUM_FROM_VALUES,
    DGI_SUM_WHOLE
} dgi_sum_extent;

/* Sums over the paths from the root to each value, up to the one in question. Owned arrays. */
typedef struct dgi_path_sums {
    double *gradient;      /* of the products */
    uint8_t *extent;       /* a dgi_sum_extent */
    double *contribution;  /* of each edge from or to a tensor, its norm; NULL: there are none */
    dgi_scaled *magnitude; /* of their magnitudes */
    double *count, *open;  /* how many there are, and how many without a factor 0 */
    dgi_path_size *best;   /* the largest one */
} dgi_path_sums;

/* A path from the value up to where it begins. Owned arrays. */
typedef struct dgi_path {
    uint32_t *edges;  /* the first one leads from the value */
    double *products; /* by step from the beginning: one more than edges */
    size_t length;    /* edges */
    size_t kept;      /* so many of its first edges are those of the path that it deviates from */
    dgi_path_size size;
} dgi_path;

struct dg_why {
    dgi_analysis a;
    dg_inspect_options options;
    size_t node, root;
    size_t other_roots; /* of the trace, which depend on the value, too */
    dgi_path_sums sums; /* of these, only gradient and extent once the explanation is made */
    dgi_scaled magnitude;
    double count, open;
    double difference;    /* of a tensor: the norm of what its gradient differs from the sum by */
    double use_magnitude; /* the sum of the magnitudes of the contributions */
    dgi_path *paths;      /* owned */
    size_t path_count;
    dgi_scaled listed; /* the sum of the magnitudes of these */
    bool has_turning_point;
    dg_why_turning_point turning_point;
};

/* Marks the value and all that is computed from it: of each node, the caller frees it. NULL when
 * out of memory. */
bool *dgi_why_mark_above(const dgi_analysis *a, size_t node);

dg_status dgi_path_sums_init(dgi_path_sums *s, const dgi_analysis *a, size_t root, size_t node);
/* Frees what only the search for paths needs. */
void dgi_path_sums_shrink(dgi_path_sums *s);
void dgi_path_sums_free(dgi_path_sums *s);

/* The size of the best path that ends with this edge; its `edge` is DGI_WHY_NO_EDGE where there is
 * none of known, finite factors. */
dgi_path_size dgi_path_size_by_edge(const dgi_path_sums *s, const dgi_analysis *a, size_t edge);

/* Whether a comes before b; both paths exist, and of equal ones the first edge decides. */
static inline bool dgi_path_is_larger(const dgi_path_size *a, const dgi_path_size *b)
{
    return a->zeros != b->zeros ? a->zeros < b->zeros : dgi_scaled_is_larger(a->rest, b->rest);
}

/* Whether a path comes through the edge, of which the upstream gradient is known. */
static inline bool dgi_edge_is_summed(const dgi_path_sums *s, const dgi_analysis *a, size_t edge)
{
    return a->known[edge] && s->extent[a->edge_to[edge]] > DGI_SUM_UNKNOWN;
}

/* Whether a tensor is at one of its ends, so that its factor is a ratio of norms. */
static inline bool dgi_edge_is_norm(const dgi_analysis *a, size_t edge)
{
    return a->trace->nodes[dgi_edge_from(a, edge)].is_tensor ||
           a->trace->nodes[a->edge_to[edge]].is_tensor;
}

/* What an edge that is summed contributes; its norm where there are tensors. */
static inline double dgi_summed_contribution(const dgi_path_sums *s, const dgi_analysis *a,
                                             size_t edge)
{
    if (s->contribution && dgi_edge_is_norm(a, edge))
        return s->contribution[edge];
    return a->local[edge] * s->gradient[a->edge_to[edge]];
}

/* The norm of a gradient in the trace; nan where there is none. */
double dgi_gradient_norm(const dgi_trace_node *n);

/* Computes the contributions and factors of the edges from and to tensors, before paths are summed.
 */
dg_status dgi_why_measure_tensors(dg_why *w);

/* Of a tensor: sums its contributions, after that. */
dg_status dgi_why_sum_tensor(dg_why *w);

/* Finds the largest paths, options.paths at most. */
dg_status dgi_why_find_paths(dg_why *w);

/* The value of a step, from the beginning of a path: of step i the edge is edges[length - i]. */
size_t dgi_path_node(const dg_why *w, const dgi_path *p, size_t step);

/* Finds where the gradient became what it is. */
void dgi_why_find_turning_point(dg_why *w);

/* The state of the gradient at a value on a path. */
dg_gradient_state dgi_why_state(const dg_why *w, size_t node);

#endif
