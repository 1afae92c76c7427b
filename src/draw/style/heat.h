/* Heat: colours by the magnitude of numbers. */
#ifndef DGI_HEAT_H
#define DGI_HEAT_H

#include "draw/options.h"
#include "draw/scene.h"

/* The decimal logarithm of a positive number, with the same digits on every machine. */
double dgi_log10(double m);

/* Colours the values of a scene by the gradients or data of its trace. The range is that of
 * `finished`, which is a trace of the same scalars, or NULL: that of the scene's own. */
void dgi_heat_boxes(dgi_scene *s, dg_color what, const dg_trace *finished);

/* The same again, in the same range: after gradients have changed. */
void dgi_heat_boxes_again(dgi_scene *s);

/* Adds what the colours mean. False when out of memory. */
bool dgi_add_heat_legend(dgi_scene *s);

#endif
