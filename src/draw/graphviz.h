/* Placing a picture by Graphviz's dot: every element is written to the SVG. */
#ifndef DGI_GRAPHVIZ_H
#define DGI_GRAPHVIZ_H

#include "draw/svg.h"

dg_status dgi_graphviz(dgi_svg *svg, const dgi_picture *p, dg_error *error);

#endif
