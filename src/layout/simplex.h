/* Network simplex for positions: the method of Gansner, Koutsofios, North and Vo, "A technique for
 * drawing directed graphs" (1993), for ranks and for coordinates alike. */
#ifndef DGI_SIMPLEX_H
#define DGI_SIMPLEX_H

#include "layout/flow.h"

/* at[head] - at[tail] shall be at least `length`, and costs `weight` for each unit. */
typedef struct dgi_tie {
    dgi_id tail, head;
    int64_t length, weight;
} dgi_tie;

typedef struct dgi_simplex {
    dgi_id n, m;
    const dgi_tie *ties;
    int64_t *at;     /* in: positions that keep every length; out: cheaper ones */
    uint64_t budget; /* how many ties may be looked at; then what was reached is the answer */
} dgi_simplex;

/* False when out of memory. */
bool dgi_simplex_run(dgi_simplex *s);

#endif
