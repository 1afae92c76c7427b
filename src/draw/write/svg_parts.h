/* The parts of an SVG, each with a file of its own: texts (svg_text.c), records and ops
 * (svg_box.c), wires (svg_wire.c), edges (svg_edge.c). */
#ifndef DGI_SVG_PARTS_H
#define DGI_SVG_PARTS_H

#include "draw/options.h"
#include "draw/scene.h"
#include "draw/write/sink.h"
#include "draw/write/svg_write.h"
#include "draw/write/theme.h"

/* The SVG that is being written. */
typedef struct dgi_svg {
    const dgi_scene *scene;
    const dgi_placed_scene *placed;
    const dgi_options *options;
    dgi_sink *sink;
    dgi_buf *b; /* the sink's */
    dgi_pen pen;
    dgi_box_texts texts; /* of the box that is being written */
    int heat;            /* of that box: which of the scale's colours its texts stand on, or -1 */
    dgi_buf tooltip, style;
} dgi_svg;

static inline const char *dgi_svg_colour(const dgi_svg *s, dgi_colour colour)
{
    return dgi_theme_colour(s->options->theme, colour);
}

/* The placers know nothing of the free space around the whole. */
static inline dgi_point dgi_with_margin(dgi_point p)
{
    return (dgi_point){p.x + DGI_MARGIN, p.y + DGI_MARGIN};
}

static inline dgi_point dgi_plus(dgi_point a, dgi_point b)
{
    return (dgi_point){a.x + b.x, a.y + b.y};
}

/* ---- Layers and groups of elements ---------------------------------------------------------- */

/* `paint`: of what is filled and stroked in it, or NULL. */
void dgi_svg_open_layer(dgi_svg *s, const char *class, const char *paint);
void dgi_svg_close_layer(dgi_svg *s);

/* Ends the classes of an element, and what begins it. */
void dgi_svg_end_classes(dgi_svg *s, dgi_emphasis emphasis);

/* Begins the group of an element, up to its classes, which the caller writes. */
void dgi_svg_open_group(dgi_svg *s, char letter, size_t number, const char *suffix);
void dgi_svg_close_group(dgi_svg *s);

/* The same of the box of a node, or of its op. */
void dgi_svg_open_box(dgi_svg *s, uint32_t node, const char *suffix);

/* Ends a line of the text, which may be handed on. */
void dgi_svg_end_piece(dgi_svg *s);

/* ---- Texts ---------------------------------------------------------------------------------- */

/* How a line of text is written. */
typedef struct dgi_svg_line {
    const char *element, *class; /* no class: NULL */
    const char *fill;            /* NULL: inherited */
    const char *attributes;      /* more of them */
    double font_size;            /* where the scene's text_scale is 1; 0: inherited */
} dgi_svg_line;

#define DGI_BOLD " font-weight=\"bold\""

/* What every text element has: MuPDF does not inherit it, and would set the text to the right of
 * its middle. */
#define DGI_IN_THE_MIDDLE " text-anchor=\"middle\""

/* One line of text around its centre. textLength fits its letters into the measured width, whatever
 * font the viewer has. */
void dgi_svg_put_line(dgi_svg *s, dgi_svg_line how, const char *text, size_t size, double width,
                      dgi_point centre);

/* The same from its left end: renderers do not agree on the middle of a long line. */
void dgi_svg_put_line_from(dgi_svg *s, dgi_svg_line how, const char *text, size_t size,
                           double width, dgi_point left);

/* The middle of a text of a field around its centre. */
dgi_point dgi_svg_middle_of(const dgi_svg *s, const dgi_field *f, const dgi_text *t,
                            dgi_point centre);

/* The texts of a field around its centre: one line, or lines and pieces of lines in one element. */
void dgi_svg_put_field(dgi_svg *s, const dgi_field *f, dgi_point centre);

/* ---- Boxes and edges ------------------------------------------------------------------------ */

/* Of the box whose texts are at hand. */
void dgi_svg_put_value(dgi_svg *s, uint32_t box);
void dgi_svg_put_wire(dgi_svg *s, uint32_t box);
void dgi_svg_put_op(dgi_svg *s, uint32_t box);

/* A folded group, or a stub. */
void dgi_svg_put_folded(dgi_svg *s, uint32_t box);

/* The group of the op alone. */
void dgi_svg_put_op_of(dgi_svg *s, uint32_t box);

/* The outline of a box, with what its colour says; the lines between its fields. */
void dgi_svg_put_outline(dgi_svg *s, const dgi_box *box, dgi_point centre);
void dgi_svg_put_segments(dgi_svg *s, const dgi_box *box, dgi_point centre);

/* The title of a value; its classes, with what ends the tag. */
void dgi_svg_put_tooltip(dgi_svg *s, uint32_t box);
void dgi_svg_put_classes(dgi_svg *s, const dgi_box *box);

/* ---- Heat ----------------------------------------------------------------------------------- */

/* A rectangle with corners of a radius. */
typedef struct dgi_svg_rect {
    dgi_point from, to;
    double radius;
} dgi_svg_rect;

/* Which of the scale's colours a box has; -1: none. */
static inline int dgi_heat_step(const dgi_box *box)
{
    bool has_colour = box->heat >= DGI_HEAT_STEP && box->emphasis != DGI_RECEDED;
    return has_colour ? (int)box->heat - DGI_HEAT_STEP : -1;
}

/* The class and the fill of a rectangle whose colour says a magnitude. */
void dgi_svg_put_heat_fill(dgi_svg *s, dgi_heat heat);

/* Of what stands on a step of the scale: " dg-on-low", or "" for -1. */
const char *dgi_svg_class_on_heat(int step);

/* The pattern of what is not on the scale, clear of the texts of the box with this centre; NULL:
 * there are none. */
void dgi_svg_put_pattern(dgi_svg *s, dgi_heat heat, dgi_svg_rect r, const dgi_point *centre);

/* The sign of a gradient that vanishes or is huge, in the colour of texts on that step, or -1. */
void dgi_svg_put_heat_mark(dgi_svg *s, dgi_heat_mark mark, int step, dgi_point middle);

/* The frames of groups, behind all that is in them. */
void dgi_svg_put_groups(dgi_svg *s);

void dgi_svg_put_edges(dgi_svg *s);
void dgi_svg_put_legend(dgi_svg *s);

/* ---- Notes ---------------------------------------------------------------------------------- */

/* A badge around digits of that width. */
void dgi_svg_put_badge(dgi_svg *s, dg_severity severity, const char *digits, size_t size,
                       double width, dgi_point middle);
void dgi_svg_put_notes(dgi_svg *s);

#endif
