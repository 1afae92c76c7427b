/* The texts on edges. */
#ifndef DGI_EDGE_TEXT_H
#define DGI_EDGE_TEXT_H

#include "draw/options.h"
#include "draw/scene.h"
#include "draw/style/edges.h"
#include "draw/style/frames.h"

/* Makes the texts of a scene whose last edges are these: what the options ask for, and how often an
 * operand is used. False when out of memory. */
bool dgi_make_edge_texts(dgi_scene *s, const dgi_edges *operands, const dgi_options *o);

/* Hides the contributions that no step up to the frame's has made. False when out of memory. */
bool dgi_show_edge_texts(dgi_scene *s, const dgi_frames *f);

#endif
