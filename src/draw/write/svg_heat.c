/* Colours that say magnitudes, and the patterns of what has none. */
#include <math.h>
#include <stdio.h>

#include "draw/write/svg_parts.h"

void dgi_svg_put_heat_fill(dgi_svg *s, dgi_heat heat)
{
    const char *cell = s->scene->style == DG_STYLE_WIRE ? "dg-cell " : "";
    char class[40];
    if (heat >= DGI_HEAT_STEP)
        snprintf(class, sizeof class, "%sdg-heat-%d", cell, (int)heat - DGI_HEAT_STEP);
    else
        snprintf(class, sizeof class, "%sdg-plain", cell);
    dgi_put_text_attribute(s->b, "class", class);
    dgi_colour fill = DGI_COLOUR_VALUE_FILL;
    if (heat >= DGI_HEAT_STEP)
        fill = (dgi_colour)((int)DGI_COLOUR_HEAT + (int)heat - (int)DGI_HEAT_STEP);
    dgi_put_text_attribute(s->b, "fill", dgi_svg_colour(s, fill));
}

const char *dgi_svg_class_on_heat(int step)
{
    if (step < 0)
        return "";
    dgi_colour colour = dgi_text_on_heat(step);
    return colour == DGI_COLOUR_HEAT_LOW      ? " dg-on-low"
           : colour == DGI_COLOUR_HEAT_MIDDLE ? " dg-on-middle"
                                              : " dg-on-high";
}

/* ---- Patterns ------------------------------------------------------------------------------- */

/* A pattern is written as lines that end where a text begins: <pattern> and <clipPath> are not
 * known to every renderer. */
typedef struct hatching {
    dgi_svg *svg;
    dgi_svg_rect rect; /* smaller than what is filled */
    const dgi_point *centre;
    double step; /* along a line, from one point that is looked at to the next */
} hatching;

/* The space around a text that is left free, from its middle. */
static const double FREE_BESIDE = 3.0, FREE_ABOVE = 8.0;

static bool is_on_text(const hatching *h, double x, double y)
{
    const dgi_box_texts *b = &h->svg->texts;
    double scale = h->svg->scene->text_scale;
    if (!h->centre)
        return false;
    for (size_t i = 0; i < b->n_fields; i++) {
        const dgi_field *f = &b->fields[i];
        for (size_t k = 0; k < f->n_texts; k++) {
            const dgi_text *t = &b->texts[f->first_text + k];
            dgi_point at = dgi_svg_middle_of(h->svg, f, t, dgi_plus(*h->centre, f->centre));
            bool badge = k + f->n_badges >= f->n_texts; /* which is wider than its number */
            double beside = badge ? FREE_BESIDE + DGI_BADGE_SIZE / 2.0 : FREE_BESIDE;
            if (fabs(x - at.x) < t->width / 2.0 + beside * scale &&
                fabs(y - at.y) < FREE_ABOVE * scale)
                return true;
        }
    }
    return false;
}

static bool is_in_rect(const dgi_svg_rect *r, double x, double y)
{
    double left = r->from.x + r->radius - x, right = x - r->to.x + r->radius,
           above = r->from.y + r->radius - y, below = y - r->to.y + r->radius;
    double dx = fmax(fmax(left, right), 0.0), dy = fmax(fmax(above, below), 0.0);
    return dx * dx + dy * dy <= r->radius * r->radius;
}

static bool is_free(const hatching *h, double x, double y)
{
    return is_in_rect(&h->rect, x, y) && !is_on_text(h, x, y);
}

/* Draws what is free of the line through a point in a direction. */
static void put_line(const hatching *h, dgi_point p, double dx, double dy)
{
    dgi_svg *s = h->svg;
    double size = h->rect.to.x - h->rect.from.x + h->rect.to.y - h->rect.from.y;
    bool drawing = false;
    dgi_point last = p;
    int n = (int)(size / h->step) + 2;
    for (int i = 0; i <= n; i++) {
        dgi_point at = {p.x + i * h->step * dx, p.y + i * h->step * dy};
        bool is = i < n && is_free(h, at.x, at.y);
        if (is && !drawing)
            dgi_pen_move(&s->pen, s->b, at);
        else if (!is && drawing)
            dgi_pen_line(&s->pen, s->b, last);
        drawing = is;
        last = at;
    }
}

/* Lines with a distance along the upper side of the rectangle; `slope` is how far they go to the
 * right where they go down by 1. */
static void put_lines(const hatching *h, double distance, double slope)
{
    const dgi_svg_rect *r = &h->rect;
    double height = r->to.y - r->from.y, lead = slope > 0.0 ? slope * height : 0.0,
           tail = slope < 0.0 ? -slope * height : 0.0;
    int n = (int)((r->to.x - r->from.x + lead + tail) / distance);
    for (int i = 0; i <= n; i++) {
        double x = r->from.x - lead + (i + 0.5) * distance;
        put_line(h, (dgi_point){x, r->from.y}, slope, 1.0);
    }
}

static void put_dots(const hatching *h, double distance, double size)
{
    dgi_svg *s = h->svg;
    const dgi_svg_rect *r = &h->rect;
    int columns = (int)((r->to.x - r->from.x) / distance),
        rows = (int)((r->to.y - r->from.y) / distance);
    double left = (r->from.x + r->to.x - columns * distance) / 2.0,
           top = (r->from.y + r->to.y - rows * distance) / 2.0;
    for (int row = 0; row <= rows; row++)
        for (int column = 0; column <= columns; column++) {
            dgi_point at = {left + column * distance, top + row * distance};
            if (!is_free(h, at.x, at.y))
                continue;
            dgi_pen_move(&s->pen, s->b, (dgi_point){at.x - size / 2.0, at.y});
            dgi_pen_line(&s->pen, s->b, (dgi_point){at.x + size / 2.0, at.y});
        }
}

void dgi_svg_put_pattern(dgi_svg *s, dgi_heat heat, dgi_svg_rect r, const dgi_point *centre)
{
    double scale = s->scene->text_scale, inset = 1.5 * scale, distance = 7.0 * scale;
    bool alert = heat == DGI_HEAT_NAN || heat == DGI_HEAT_INFINITE;
    if (heat == DGI_HEAT_NONE || heat >= DGI_HEAT_STEP)
        return;
    dgi_svg_rect inner = {{r.from.x + inset, r.from.y + inset},
                          {r.to.x - inset, r.to.y - inset},
                          fmax(r.radius - inset, 0.0)};
    hatching h = {.svg = s, .rect = inner, .centre = centre, .step = scale};
    dgi_buf_puts(s->b, alert ? "<path class=\"dg-hatch dg-alert\" d=\""
                             : "<path class=\"dg-hatch\" d=\"");
    switch (heat) {
    case DGI_HEAT_UNSET:
        put_lines(&h, distance, -1.0);
        break;
    case DGI_HEAT_ZERO:
        put_dots(&h, 4.5 * scale, 1.5 * scale);
        break;
    case DGI_HEAT_INFINITE:
        put_lines(&h, distance / 1.4, 0.0);
        break;
    case DGI_HEAT_NAN:
        put_lines(&h, distance, -1.0);
        put_lines(&h, distance, 1.0);
        break;
    case DGI_HEAT_NONE:
    case DGI_HEAT_STEP:
        break;
    }
    dgi_buf_puts(s->b, "\" fill=\"none\"");
    dgi_put_text_attribute(s->b, "stroke",
                           dgi_svg_colour(s, alert ? DGI_COLOUR_ALERT : DGI_COLOUR_EDGE));
    if (heat == DGI_HEAT_ZERO)
        dgi_put_attribute(s->b, "stroke-width", 1.5 * scale);
    dgi_buf_puts(s->b, "/>");
}

/* ---- Marks ---------------------------------------------------------------------------------- */

void dgi_svg_put_heat_mark(dgi_svg *s, dgi_heat_mark mark, int step, dgi_point middle)
{
    double size = 2.4 * s->scene->text_scale, down = mark == DGI_HEAT_VANISHING ? size : -size;
    if (mark == DGI_HEAT_NO_MARK)
        return;
    dgi_buf_puts(s->b, "<path class=\"dg-mark");
    dgi_buf_puts(s->b, dgi_svg_class_on_heat(step));
    dgi_buf_puts(s->b, "\" d=\"");
    dgi_pen_move(&s->pen, s->b, (dgi_point){middle.x - size, middle.y - down});
    dgi_pen_line(&s->pen, s->b, (dgi_point){middle.x + size, middle.y - down});
    dgi_pen_line(&s->pen, s->b, (dgi_point){middle.x, middle.y + down});
    dgi_buf_puts(s->b, "z\"");
    dgi_put_text_attribute(s->b, "fill",
                           dgi_svg_colour(s, step >= 0 ? dgi_text_on_heat(step) : DGI_COLOUR_TEXT));
    dgi_buf_puts(s->b, " stroke=\"none\"/>");
}
