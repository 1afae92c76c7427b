/* The tree that network simplex starts from. */
#ifndef DGI_TIGHT_H
#define DGI_TIGHT_H

#include "layout/simplex.h"

/* Shifts parts of the positions, never making them costlier where that can be helped, until ties
 * without slack span every connected component; marks those of a spanning forest. The lists are the
 * ties out of and into every node. False when out of memory. */
bool dgi_tight_tree(dgi_simplex *s, const dgi_lists *out, const dgi_lists *in, bool *in_tree);

#endif
