/* The colours: literal attributes for every viewer, and the CSS on top of them. */
#ifndef DGI_THEME_H
#define DGI_THEME_H

typedef struct dgi_paint {
    const char *fill, *stroke;
} dgi_paint;

extern const dgi_paint dgi_value_paint, dgi_leaf_paint, dgi_root_paint, dgi_op_paint;

#define DGI_TEXT_COLOUR "#1f2937"
#define DGI_EDGE_COLOUR "#64748b"
#define DGI_MUTED_FILL " fill=\"#94a3b8\"" /* a gradient that was never computed */
#define DGI_ALERT_FILL " fill=\"#dc2626\"" /* a number that is not finite */

/* The <style> element. */
extern const char dgi_theme_css[];

#endif
