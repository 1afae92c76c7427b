/* Placing: from a scene to a placed scene. */
#ifndef DGI_PLACE_H
#define DGI_PLACE_H

#include <dotgrad/base.h>

#include "draw/options.h"
#include "draw/scene.h"

/* Makes *p the placed scene of s: DG_OK, or the reason that is in *error. Whatever comes back,
 * dgi_placed_scene_free() has to follow.
 *
 * All placers are declared here, also Graphviz's, which src/graphviz/ defines: so src/graphviz/
 * includes headers of src/draw/, and never the other way round. */
typedef dg_status dgi_placer(dgi_placed_scene *p, const dgi_scene *s, dg_error *error);
dgi_placer dgi_place_by_flow, dgi_place_by_graphviz;

/* About how wide the picture of a scene will be. False when out of memory. */
bool dgi_estimate_width(const dgi_scene *s, double *width);

/* Puts the legend below what is placed, and then the notes; the picture grows. False when out of
 * memory. */
void dgi_place_legend(dgi_placed_scene *p);
bool dgi_place_notes(dgi_placed_scene *p);

/* Makes the picture as wide, if it is not, with what is in it in the middle. */
void dgi_widen(dgi_placed_scene *p, double width);

/* By the placer that the options ask for, with the legend. */
dg_status dgi_place(dgi_placed_scene *p, const dgi_scene *s, const dgi_options *o, dg_error *error);

#endif
