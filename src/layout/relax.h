/* Good positions for network simplex to begin with, and what it leaves open. */
#ifndef DGI_RELAX_H
#define DGI_RELAX_H

#include "layout/simplex.h"

/* The first n_order ties keep the first n nodes (blocks) in order and cost nothing; the others come
 * in pairs, an edge each, with one tail and a block at either head. */
typedef struct dgi_relaxing {
    dgi_id n, n_order, m;
    const dgi_tie *ties;
    int64_t *at; /* of the blocks */
} dgi_relaxing;

/* Places the blocks, far enough apart and near to what they are tied to. False when out of memory.
 */
bool dgi_relax(dgi_relaxing *r, int rounds);

/* Moves blocks, within their room, to the middle of where they cost the same as now; what has as
 * many edges upwards as downwards then stands between them. False when out of memory. */
bool dgi_centre(dgi_relaxing *r);

#endif
