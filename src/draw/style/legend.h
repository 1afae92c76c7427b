/* The legend of a picture: what its colours and words mean, of those that occur in it. */
#ifndef DGI_STYLE_LEGEND_H
#define DGI_STYLE_LEGEND_H

#include "draw/scene.h"

/* Fills in the scene's legend; its boxes and edges are there. */
void dgi_make_legend(dgi_scene *s);

/* Adds an entry. A sign without a sample is drawn. */
void dgi_add_to_legend(dgi_scene *s, dgi_legend_sign sign, const char *sample, const char *meaning);

#endif
