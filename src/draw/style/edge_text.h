/* The texts on edges. */
#ifndef DGI_EDGE_TEXT_H
#define DGI_EDGE_TEXT_H

#include "draw/options.h"
#include "draw/scene.h"
#include "draw/style/edges.h"
#include "draw/style/explanation.h"
#include "draw/style/frames.h"

/* Makes the texts of a scene whose last edges are these: what the options ask for, and how often an
 * operand is used; of an explanation (or NULL) the local gradients on its paths. False when out of
 * memory. */
bool dgi_make_edge_texts(dgi_scene *s, const dgi_edges *operands, const dgi_options *o,
                         const dgi_explanation *x);

/* Hides the contributions that no step up to the frame's has made. False when out of memory. */
bool dgi_show_edge_texts(dgi_scene *s, const dgi_frames *f);

#endif
