/* Folded groups, and stubs. */
#include <math.h>

#include "draw/write/svg_parts.h"

/* How many groups are seen behind the front one of a stack. */
enum { STACK_BEHIND = 2 };

/* The rectangle of a group behind the front one, `out` to the right and above it. */
static void put_behind(dgi_svg *s, const dgi_box *front, dgi_point centre, double out)
{
    dgi_buf *b = s->b;
    dgi_buf_puts(b, "<rect");
    dgi_put_attribute(b, "x", centre.x - front->width / 2.0 + out);
    dgi_put_attribute(b, "y", centre.y - front->height / 2.0 - out);
    dgi_put_attribute(b, "width", front->width);
    dgi_put_attribute(b, "height", front->height);
    dgi_put_attribute(b, "rx", 4.0);
    dgi_put_text_attribute(b, "fill", dgi_svg_colour(s, dgi_fill_of((dgi_paint)front->paint)));
    dgi_put_text_attribute(b, "stroke", dgi_svg_colour(s, dgi_stroke_of((dgi_paint)front->paint)));
    dgi_buf_puts(b, "/>");
}

/* A level line between two shares of the bar. */
static void put_line(dgi_svg *s, dgi_point centre, double from, double to, const char *class,
                     dgi_colour colour, double width)
{
    dgi_segment bar = s->texts.range;
    double left = centre.x + bar.from.x, length = bar.to.x - bar.from.x;
    dgi_buf_puts(s->b, "<line");
    dgi_put_text_attribute(s->b, "class", class);
    dgi_put_attribute(s->b, "x1", left + from * length);
    dgi_put_attribute(s->b, "y1", centre.y + bar.from.y);
    dgi_put_attribute(s->b, "x2", left + to * length);
    dgi_put_attribute(s->b, "y2", centre.y + bar.from.y);
    dgi_put_text_attribute(s->b, "stroke", dgi_svg_colour(s, colour));
    dgi_put_attribute(s->b, "stroke-width", width * s->scene->text_scale);
    dgi_buf_puts(s->b, "/>");
}

/* The scale of all gradients, and which part of it those of this group take. */
static void put_range(dgi_svg *s, dgi_point centre)
{
    const double least = 0.015; /* of the bar: one number is seen, too */
    put_line(s, centre, 0.0, 1.0, "dg-scale", DGI_COLOUR_EDGE, 0.75);
    if (!s->texts.range_is_set)
        return;
    double from = fmin(s->texts.range_from, 1.0 - least);
    put_line(s, centre, from, fmax(s->texts.range_to, from + least), "dg-range", DGI_COLOUR_GRAD,
             4.0);
}

static void put_group(dgi_svg *s, const dgi_box *box, dgi_point centre)
{
    double out = DGI_STACK_OFFSET * s->scene->text_scale;
    dgi_box front = *box;
    dgi_point middle = centre;
    if (s->texts.is_stack) {
        front.width -= out;
        front.height -= out;
        middle = (dgi_point){centre.x - out / 2.0, centre.y + out / 2.0};
        for (int i = STACK_BEHIND; i > 0; i--)
            put_behind(s, &front, middle, out * i / STACK_BEHIND);
    }
    /* Lines between fields are relative to the centre of all. */
    dgi_svg_put_outline(s, &front, middle);
    dgi_svg_put_segments(s, box, centre);
    if (s->texts.has_range)
        put_range(s, centre);
}

void dgi_svg_put_folded(dgi_svg *s, uint32_t i)
{
    const dgi_box *box = &s->scene->boxes[i];
    dgi_point centre = dgi_with_margin(s->placed->centres[i]);
    dgi_svg_open_box(s, box->node, "");
    dgi_svg_put_classes(s, box);
    dgi_svg_put_tooltip(s, i);
    s->heat = dgi_heat_step(box);
    put_group(s, box, centre);
    for (size_t k = 0; k < s->texts.n_fields; k++)
        dgi_svg_put_field(s, &s->texts.fields[k], dgi_plus(centre, s->texts.fields[k].centre));
    s->heat = -1;
    dgi_svg_close_group(s);
}
