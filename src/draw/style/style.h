/* Style: from a trace to a scene. */
#ifndef DGI_STYLE_H
#define DGI_STYLE_H

#include <dotgrad/trace.h>

#include "draw/options.h"
#include "draw/scene.h"
#include "draw/style/frames.h"

/* The scene of a trace that dg_trace_check() accepts, which is borrowed as long as the scene is
 * used: DG_OK, DG_NOMEM, DG_LIMIT, or DG_INVALID
 * for a highlight of what there is not. Whatever comes back, dgi_scene_free() has to follow. */
dg_status dgi_scene_of(dgi_scene *s, const dg_trace *t, const dgi_options *o, dg_error *error);

/* Makes the scene of the frames' trace that of the frame they are at: its numbers, states and
 * words. No size changes. False when out of memory. */
bool dgi_scene_show_frame(dgi_scene *s, const dgi_frames *f, const dgi_options *o);

#endif
