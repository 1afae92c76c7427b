/* Placing a picture by the flow layout: every element is written to the SVG. */
#ifndef DGI_FLOW_H
#define DGI_FLOW_H

#include "draw/svg.h"

dg_status dgi_flow(dgi_svg *svg, const dgi_picture *p, dg_error *error);

#endif
