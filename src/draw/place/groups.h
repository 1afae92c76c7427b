/* The frames of a scene's groups in the flow layout, where they are clusters. */
#ifndef DGI_PLACE_GROUPS_H
#define DGI_PLACE_GROUPS_H

#include "draw/scene.h"
#include "layout/layout.h"

/* Makes l->clusters of the scene's groups, owned by the caller, and puts the nodes of boxes into
 * them. False when out of memory. */
bool dgi_groups_to_clusters(dgi_layout *l, const dgi_scene *s);

/* Sets where labels stand: at the upper left of their frames, or as near to that as edges leave
 * space. Frames and edges are placed. False when out of memory. */
bool dgi_place_group_labels(dgi_placed_scene *p);

#endif
