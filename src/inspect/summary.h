/* Summaries by scope and by parameter: see dg_summary in dotgrad/inspect.h.
 *
 *   summary.c             the public functions
 *   summary_order.c       the order in which data flows
 *   summary_scopes.c      the tree of scopes
 *   summary_statistics.c  means, deviations, quantiles
 *   summary_values.c      the numbers of a scope
 *   summary_parameters.c  those of a parameter, and sorting */
#ifndef DGI_INSPECT_SUMMARY_H
#define DGI_INSPECT_SUMMARY_H

#include <dotgrad/inspect.h>

#include "base/strmap.h"
#include "trace/trace.h"

/* ---- Statistics ---- */

/* Mean and sum of squared deviations, updated number by number (Welford, 1962). */
typedef struct dgi_moments {
    size_t n;
    double mean, squares;
} dgi_moments;

void dgi_moments_add(dgi_moments *m, double x);
/* Of both (Chan, Golub and LeVeque, 1979). */
void dgi_moments_merge(dgi_moments *m, const dgi_moments *other);
/* The root of squares / (n - 1); the magnitude of a single number; nan of none. */
double dgi_moments_std(const dgi_moments *m);

/* The median of n numbers, none of which is negative or nan, in linear time; nan of none. */
double dgi_median(const double *x, size_t n);

/* The bin of dg_scope_summary.histogram. */
size_t dgi_histogram_bin(double magnitude);

/* ---- Order ---- */

/* All nodes, each after its operands: in postorder from the roots, then from what they do not
 * reach. The caller frees it; NULL when out of memory. */
uint32_t *dgi_flow_order(const dg_trace *t);

/* ---- Scopes ---- */

/* Numbers of scopes; 0 is that of all values. Scopes are in preorder, so that those inside of a
 * scope follow it. */
typedef struct dgi_summary_tree {
    dg_scope_summary *scopes; /* owned */
    char **paths;             /* the strings in it; owned */
    uint32_t *ends;           /* of each scope: the number after its last descendant's; owned */
    size_t count;
    uint32_t *of; /* of each node: its scope; owned */
} dgi_summary_tree;

/* Fills in what says which scopes there are. False when out of memory; free it in any case. */
bool dgi_summary_tree_init(dgi_summary_tree *tree, const dg_trace *t, const uint32_t *order);
void dgi_summary_tree_free(dgi_summary_tree *tree);

/* Fills in the numbers. False when out of memory. */
bool dgi_summarise_scopes(dgi_summary_tree *tree, const dg_inspect *inspection, const dg_trace *t);

/* ---- Parameters ---- */

dg_parameter_summary dgi_summarise_parameter(const dg_inspect *inspection, const dg_trace *t,
                                             size_t node);

/* Sorts nodes; equal ones stay in their order. False when out of memory. */
bool dgi_sort_parameters(uint32_t *nodes, size_t n, const dg_inspect *inspection, const dg_trace *t,
                         dg_parameter_key key, bool descending);

/* ---- All ---- */

struct dg_summary {
    const dg_inspect *inspection; /* borrowed */
    const dg_trace *trace;        /* borrowed */
    dgi_summary_tree tree;
    uint32_t *parameters; /* nodes; owned */
    size_t parameter_count;
};

#endif
