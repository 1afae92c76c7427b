/* The colours: literal attributes for every renderer, and the CSS on top of them. */
#ifndef DGI_THEME_H
#define DGI_THEME_H

#include <dotgrad/draw.h>

#include "draw/scene.h"

/* Each is also a CSS variable, such as --dg-leaf-fill. A fill and its stroke follow one another, in
 * the order of dgi_paint. */
typedef enum dgi_colour {
    DGI_COLOUR_TEXT,
    DGI_COLOUR_EDGE,
    DGI_COLOUR_MUTED, /* text about what is not known: a gradient that was never computed */
    DGI_COLOUR_ALERT, /* a number that is not finite */
    DGI_COLOUR_GRAD,  /* a gradient, where its colour tells it from the data */
    DGI_COLOUR_VALUE_FILL,
    DGI_COLOUR_VALUE_STROKE,
    DGI_COLOUR_LEAF_FILL,
    DGI_COLOUR_LEAF_STROKE,
    DGI_COLOUR_ROOT_FILL,
    DGI_COLOUR_ROOT_STROKE,
    DGI_COLOUR_OP_FILL,
    DGI_COLOUR_OP_STROKE,
    DGI_COLOUR_HEAT, /* the first of the scale of magnitudes */
    DGI_COLOUR_HEAT_LOW = DGI_COLOUR_HEAT + DGI_HEAT_STEPS, /* of texts on its first colours */
    DGI_COLOUR_HEAT_MIDDLE,                                 /* on those between */
    DGI_COLOUR_HEAT_HIGH,                                   /* on its last ones */
    DGI_COLOUR_COUNT
} dgi_colour;

/* The colour of texts on a step of the scale. */
static inline dgi_colour dgi_text_on_heat(int step)
{
    return step < 4   ? DGI_COLOUR_HEAT_LOW
           : step < 6 ? DGI_COLOUR_HEAT_MIDDLE
                      : DGI_COLOUR_HEAT_HIGH;
}

/* A colour as "#rrggbb". The theme that follows the reader has the light one in its attributes. */
const char *dgi_theme_colour(dg_theme theme, dgi_colour colour);

static inline dgi_colour dgi_fill_of(dgi_paint paint)
{
    return (dgi_colour)(DGI_COLOUR_VALUE_FILL + 2 * (int)paint);
}

static inline dgi_colour dgi_stroke_of(dgi_paint paint)
{
    return (dgi_colour)(DGI_COLOUR_VALUE_STROKE + 2 * (int)paint);
}

/* What the style attribute of the root element has of a theme that is fixed: every variable. So
 * neither the page nor another picture in it changes the colours. Those of magnitudes only where
 * they are used. */
void dgi_put_theme_variables(dgi_buf *b, dg_theme theme, const dgi_scene *s);

/* The <style> element of the theme that follows the reader; nothing for a fixed one. */
void dgi_put_theme_style(dgi_buf *b, dg_theme theme, const dgi_scene *s);

#endif
