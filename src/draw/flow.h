/* Placing a picture by the flow layout: every element is written to the SVG, in order. The options
 * are told when that begins. */
#ifndef DGI_FLOW_H
#define DGI_FLOW_H

#include "draw/svg.h"

dg_status dgi_flow(dgi_svg *svg, const dgi_picture *p, const dg_draw_options *o, dg_error *error);

#endif
