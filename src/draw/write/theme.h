/* The colours: literal attributes for every viewer, and the CSS on top of them. */
#ifndef DGI_THEME_H
#define DGI_THEME_H

#include "draw/scene.h"

typedef struct dgi_colours {
    const char *fill, *stroke;
} dgi_colours;

extern const dgi_colours dgi_theme[DGI_PAINT_COUNT];

#define DGI_TEXT_COLOUR "#1f2937"
#define DGI_EDGE_COLOUR "#64748b"
#define DGI_MUTED_FILL " fill=\"#94a3b8\"" /* a gradient that was never computed */
#define DGI_ALERT_FILL " fill=\"#dc2626\"" /* a number that is not finite */

/* The <style> element. */
extern const char dgi_theme_css[];

#endif
