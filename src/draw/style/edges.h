/* The edges of a picture. */
#ifndef DGI_DRAW_EDGES_H
#define DGI_DRAW_EDGES_H

#include <stdbool.h>

#include <dotgrad/trace.h>

/* All operands of `to` that are the value `from`. */
typedef struct dgi_edge {
    size_t from, to;
    size_t count; /* how many there are: 2 in a + a */
} dgi_edge;

typedef struct dgi_edges {
    dgi_edge *all; /* owned */
    size_t n;
} dgi_edges;

/* One edge for each distinct pair, in the order of the trace. False when out of memory. */
bool dgi_edges_of(dgi_edges *edges, const dg_trace *t);
void dgi_edges_free(dgi_edges *edges);

#endif
