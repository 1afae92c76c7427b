/* The paths by which a value gets its gradient, in a picture. */
#ifndef DGI_DRAW_EXPLANATION_H
#define DGI_DRAW_EXPLANATION_H

#include <dotgrad/inspect.h>

#include "draw/scene.h"

struct dgi_folded;

/* The edges of the largest paths. Where the trace is folded they are those between boxes. */
typedef struct dgi_explanation {
    const struct dgi_folded *folded; /* borrowed; or NULL */
    size_t node;                     /* the value that is explained, or its box */
    uint64_t *edges; /* owned: pairs of nodes or boxes, from and to, in ascending order */
    size_t n;
    char *summary; /* owned */
} dgi_explanation;

/* Of the value of this label, or else id, in a trace, which is the whole of `folded` if that is not
 * NULL. DG_OK; DG_INVALID where there is no such value or no
 * path to it; DG_NOMEM, DG_FORMAT. */
dg_status dgi_explanation_init(dgi_explanation *x, const dg_trace *t,
                               const struct dgi_folded *folded, const char *name, dg_error *error);
void dgi_explanation_free(dgi_explanation *x);

/* Whether an edge of a path leads from one node of the scene's trace to another. */
bool dgi_explanation_has_edge(const dgi_explanation *x, size_t from, size_t to);

/* Lets the paths stand out, and the rest recede. False when out of memory. */
bool dgi_highlight_explanation(dgi_scene *s, const dgi_explanation *x);

#endif
