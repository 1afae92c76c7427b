/* Wires with the ops that they come from. */
#include "draw/write/svg_parts.h"

static const double DOT_RADIUS = 2.5;

/* One that stands out has the colour of the edges that do. */
static dgi_colour colour_of(const dgi_box *box)
{
    return box->emphasis == DGI_HIGHLIGHTED ? DGI_COLOUR_TEXT : DGI_COLOUR_EDGE;
}

static void put_line(dgi_svg *s, const dgi_segment *line, dgi_point centre, dgi_colour colour)
{
    dgi_buf_puts(s->b, "<path d=\"");
    dgi_pen_move(&s->pen, s->b, dgi_plus(centre, line->from));
    dgi_pen_line(&s->pen, s->b, dgi_plus(centre, line->to));
    dgi_buf_putc(s->b, '"');
    dgi_put_text_attribute(s->b, "stroke", dgi_svg_colour(s, colour));
    dgi_buf_puts(s->b, "/>");
}

/* Where the wire forks. */
static void put_dot(dgi_svg *s, dgi_point centre, dgi_colour colour)
{
    dgi_buf_puts(s->b, "<circle");
    dgi_put_attribute(s->b, "cx", centre.x);
    dgi_put_attribute(s->b, "cy", centre.y);
    dgi_put_attribute(s->b, "r", DOT_RADIUS);
    dgi_put_text_attribute(s->b, "fill", dgi_svg_colour(s, colour));
    dgi_buf_puts(s->b, "/>");
}

void dgi_svg_put_wire(dgi_svg *s, uint32_t i)
{
    const dgi_box *box = &s->scene->boxes[i];
    const dgi_box_texts *texts = &s->texts;
    dgi_point centre = dgi_with_margin(s->placed->centres[i]);
    dgi_svg_open_group(s, 'v', box->node, "");
    dgi_svg_put_classes(s, box);
    dgi_svg_put_tooltip(s, i);
    for (size_t k = 0; k < texts->n_segments; k++)
        put_line(s, &texts->segments[k], centre, colour_of(box));
    if (texts->dot)
        put_dot(s, dgi_plus(centre, texts->segments[0].to), colour_of(box));
    if (texts->op_width > 0.0)
        dgi_svg_put_op_of(s, i);
    for (size_t k = 0; k < texts->n_fields; k++)
        if (texts->fields[k].role != DGI_ROLE_OP)
            dgi_svg_put_field(s, &texts->fields[k], dgi_plus(centre, texts->fields[k].centre));
    dgi_svg_close_group(s);
}
