/* From a trace to a placed scene: style, then place, in the direction that was asked for or in the
 * one that is best. */
#ifndef DGI_ARRANGE_H
#define DGI_ARRANGE_H

#include <dotgrad/trace.h>

#include "draw/options.h"
#include "draw/scene.h"

typedef struct dgi_arrangement {
    dgi_scene scene;
    dgi_placed_scene placed; /* of that scene */
} dgi_arrangement;

/* DG_OK, or the reason that is in *error. Whatever comes back, dgi_arrangement_free() has to
 * follow; until then *a stays where it is, and the trace is borrowed. */
dg_status dgi_arrange(dgi_arrangement *a, const dg_trace *t, const dgi_options *o, dg_error *error);
void dgi_arrangement_free(dgi_arrangement *a);

/* The size of text in pixels where a picture of that width in points is shown in o->fit pixels: not
 * enlarged, and made smaller where it is too wide. */
double dgi_text_size(const dgi_options *o, double width);

#endif
