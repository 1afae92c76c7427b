/* The reachable-set cache. The set of values below a root does not change, so a root that is
 * evaluated repeatedly is traversed once: the graph caches the set for the root evaluated last, as
 * runs of consecutive values, if they are few, with what is known of their gradients. See
 * doc/engine.md. */
#ifndef DGI_REACHABLE_H
#define DGI_REACHABLE_H

#include "engine/traversal.h"

/* The cached set of the root; NULL where it is not cached. */
dgi_reachable *dgi_reachable_cached(const dg_value *root);

/* Clears the cache for the runs of a new root. */
void dgi_reachable_begin(const dg_value *root);

/* Adds a run, higher than all before; one too many clears the cache. */
void dgi_reachable_add(dg_graph *g, dgi_run run);

/* The next run of values with the epoch's stamp, from index *at on and before `end`; false where
 * there is none. Sets *at to its end. */
bool dgi_next_visited_run(const dg_graph *g, uint16_t epoch, size_t *at, size_t end, dgi_run *run);

/* Consecutive slots of a chunk. */
typedef struct dgi_chunk_span {
    dgi_chunk *chunk;
    size_t begin, end;
} dgi_chunk_span;

/* Takes the first or the last span off a run that is not empty. */
dgi_chunk_span dgi_pop_first_span(const dg_graph *g, dgi_run *left);
dgi_chunk_span dgi_pop_last_span(const dg_graph *g, dgi_run *left);

#endif
