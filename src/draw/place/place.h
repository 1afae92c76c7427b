/* The placers. Each gives every box and edge of a picture its place.
 *
 * All are declared here, also Graphviz's, which src/graphviz/ defines: so src/graphviz/ includes
 * headers of src/draw/ and never the other way round. */
#ifndef DGI_PLACE_H
#define DGI_PLACE_H

#include "draw/write/svg.h"

dg_status dgi_place_flow(dgi_svg *svg, const dgi_picture *p, const dg_draw_options *o,
                         dg_error *error);

dg_status dgi_place_graphviz(dgi_svg *svg, const dgi_picture *p, dg_error *error);

#endif
