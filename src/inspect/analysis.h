/* What every inspection asks of a trace, computed once: an order, who uses a value, and the local
 * gradients. */
#ifndef DGI_INSPECT_ANALYSIS_H
#define DGI_INSPECT_ANALYSIS_H

#include "trace/scalar_ops.h"
#include "trace/trace.h"

/* Edges are numbered by node, then by operand, as dg_trace_edge() numbers them. All arrays are
 * owned. 10 million values of two operands each take some 500 MB. */
typedef struct dgi_analysis {
    const dg_trace *trace; /* borrowed */
    size_t node_count, edge_count;
    uint32_t *order;      /* all nodes, each before its operands: the order of a backward pass */
    uint8_t *op;          /* of each node: a dgi_scalar_op */
    uint32_t *first_edge; /* of each node, and at the end the number of edges */
    uint32_t *edge_to;    /* of each edge: the node whose operand it leads from */
    uint32_t *first_use;  /* of each node: where its uses begin; at the end the number of edges */
    uint32_t *uses;       /* the edges that lead from a value, in their order */
    double *local;        /* of each edge: its local gradient, nan where it is not known */
    uint8_t *known;       /* of each edge: whether it is */
} dgi_analysis;

/* The ops that were looked up last, by their interned texts: a graph has few. Zero it first. */
typedef struct dgi_op_cache {
    struct {
        const char *text; /* NULL: empty */
        size_t operand_count;
        dgi_scalar_call call;
    } entries[64];
} dgi_op_cache;

/* The op of a node. */
dgi_scalar_call dgi_op_cache_find(dgi_op_cache *cache, const dgi_trace_node *n);

/* Of a trace that must stay as it is while the analysis is in use. `error` may be NULL.
 * #DG_NOMEM, or #DG_FORMAT if a value is computed from itself; there is nothing to free then. */
dg_status dgi_analysis_init(dgi_analysis *a, const dg_trace *t, dg_error *error);

void dgi_analysis_free(dgi_analysis *a);

/* The node that an edge leads from. */
static inline size_t dgi_edge_from(const dgi_analysis *a, size_t edge)
{
    size_t to = a->edge_to[edge];
    return dgi_trace_node_operands(&a->trace->nodes[to])[edge - a->first_edge[to]];
}

/* Whether the contribution of an edge is known as a number: of scalars whose local gradient is, to
 * a value that has a gradient. */
static inline bool dgi_contribution_known(const dgi_analysis *a, size_t edge)
{
    return a->known[edge] && a->trace->nodes[a->edge_to[edge]].has_grad;
}

/* That number: local gradient times upstream gradient. */
static inline double dgi_contribution(const dgi_analysis *a, size_t edge)
{
    return a->local[edge] * a->trace->nodes[a->edge_to[edge]].grad;
}

#endif
