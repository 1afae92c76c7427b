/* The values below a root as runs of neighbours in the arena.
 *
 * A root that is evaluated again and again need not be walked from again and again: what is below
 * it does not change. A graph remembers the runs of the last root that was evaluated, if they are
 * few, and what is known of their gradients. */
#ifndef DGI_REACHABLE_H
#define DGI_REACHABLE_H

#include "engine/traversal.h"

/* What the graph remembers of the root; NULL where that is nothing. */
dgi_reachable *dgi_reachable_cached(const dg_value *root);

/* Forgets what the graph remembers, and begins with a new root, of which no run is known yet. */
void dgi_reachable_begin(const dg_value *root);

/* Adds the run above those that are known; does nothing where they were too many. */
void dgi_reachable_add(dg_graph *g, dgi_run run);

/* The next run of values from place *at on, and before `end`, that the pass was at; false where
 * there is none. Moves *at behind it. */
bool dgi_next_visited_run(const dg_graph *g, uint16_t epoch, size_t *at, size_t end, dgi_run *run);

/* The part of a run that is in one chunk. */
typedef struct dgi_chunk_span {
    dgi_chunk *chunk;
    size_t begin, end; /* in the chunk's arrays */
} dgi_chunk_span;

/* The first part of what is left of a run, which is not empty, and the last: taken off it. */
dgi_chunk_span dgi_pop_first_span(const dg_graph *g, dgi_run *left);
dgi_chunk_span dgi_pop_last_span(const dg_graph *g, dgi_run *left);

#endif
