/* Writing a placed scene as SVG.
 *
 * The SVG of a large graph is mostly text, so its elements are short: attributes that many elements
 * share are on the group around them, and paths use relative coordinates. */
#ifndef DGI_SVG_H
#define DGI_SVG_H

#include "draw/options.h"
#include "draw/scene.h"
#include "draw/write/sink.h"

/* Never more than a piece of the text is pending where the sink hands on pieces. False when out of
 * memory. */
bool dgi_write_svg(dgi_sink *sink, const dgi_placed_scene *p, const dgi_options *o);

#endif
