/* What is highlighted: a value, or all paths between two. */
#ifndef DGI_HIGHLIGHT_H
#define DGI_HIGHLIGHT_H

#include <dotgrad/base.h>

#include "draw/scene.h"

/* Highlights in a scene what `text` says, "NAME" or "NAME..NAME" in either order, and makes the
 * rest recede. Where the trace is folded, that are the boxes of these values. DG_OK; DG_INVALID
 * where there is no such value or no path; DG_NOMEM. */
dg_status dgi_highlight(dgi_scene *s, const char *text, dg_error *error);

#endif
