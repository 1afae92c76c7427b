/* The edges of a picture. */
#ifndef DGI_DRAW_EDGES_H
#define DGI_DRAW_EDGES_H

#include <stdbool.h>

#include <dotgrad/draw.h>

struct dgi_folded;

/* All operands of `to` that are the value `from`. */
typedef struct dgi_edge {
    size_t from, to;
    size_t count; /* how many there are: 2 in a + a */
} dgi_edge;

/* What an edge says: the sum over all its operands. */
typedef struct dgi_edge_number {
    double number;
    bool known;
    bool several; /* not known, since each result of the op has its own */
    bool is_norm; /* of an array; see edge_norms.h */
} dgi_edge_number;

typedef struct dgi_edges {
    dgi_edge *all; /* owned */
    size_t n;
    bool to_ops; /* an op that has several results has one edge from an operand, to the first */
} dgi_edges;

/* One edge for each distinct pair, in the order of the trace; where edges lead to ops, one for all
 * results of an op. False when out of memory. */
bool dgi_edges_of(dgi_edges *edges, const dg_trace *t, bool to_ops);

/* The local gradients or contributions of all edges, which the caller frees, in a trace that has
 * these edges. In one that is the view of a fold, only those between two values are known; `folded`
 * is NULL in others. Of tensors none is known. NULL when out of memory. */
dgi_edge_number *dgi_edge_numbers(const dgi_edges *edges, const dg_trace *t,
                                  const struct dgi_folded *folded, dg_edges what);
void dgi_edges_free(dgi_edges *edges);

#endif
