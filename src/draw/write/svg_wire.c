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

/* The field whose number colours say, if they do. */
static dgi_role coloured_role(const dgi_svg *s)
{
    return s->scene->color == DG_COLOR_DATA ? DGI_ROLE_DATA : DGI_ROLE_GRAD;
}

/* A wire has no box: behind the number, or in its place, there is a cell of that colour. */
static void put_cell(dgi_svg *s, const dgi_box *box, dgi_point centre)
{
    const dgi_box_texts *texts = &s->texts;
    double scale = s->scene->text_scale, padding = 2.0 * scale;
    const dgi_field *f = &texts->fields[dgi_find_field(texts, coloured_role(s))];
    dgi_point middle = dgi_plus(centre, f->centre),
              half = {f->width / 2.0 + padding,
                      (double)f->lines * scale * DGI_LINE_HEIGHT / 2.0 - 0.5 * scale};
    dgi_svg_rect r = {{middle.x - half.x, middle.y - half.y},
                      {middle.x + half.x, middle.y + half.y},
                      2.0 * scale};
    dgi_buf_puts(s->b, "<rect");
    dgi_put_attribute(s->b, "x", r.from.x);
    dgi_put_attribute(s->b, "y", r.from.y);
    dgi_put_attribute(s->b, "width", 2.0 * half.x);
    dgi_put_attribute(s->b, "height", 2.0 * half.y);
    dgi_put_attribute(s->b, "rx", r.radius);
    dgi_svg_put_heat_fill(s, (dgi_heat)box->heat);
    dgi_put_text_attribute(s->b, "stroke", dgi_svg_colour(s, DGI_COLOUR_EDGE));
    dgi_buf_puts(s->b, " stroke-width=\".75\"/>");
    dgi_svg_put_pattern(s, (dgi_heat)box->heat, r, &centre);
    if (f->n_texts == 0)
        dgi_svg_put_heat_mark(s, (dgi_heat_mark)box->heat_mark, dgi_heat_step(box), middle);
}

void dgi_svg_put_wire(dgi_svg *s, uint32_t i)
{
    const dgi_box *box = &s->scene->boxes[i];
    const dgi_box_texts *texts = &s->texts;
    if (box->kind != DGI_BOX_VALUE) {
        dgi_svg_put_folded(s, i);
        return;
    }
    dgi_point centre = dgi_with_margin(s->placed->centres[i]);
    dgi_svg_open_box(s, box->node, "");
    dgi_svg_put_classes(s, box);
    dgi_svg_put_tooltip(s, i);
    for (size_t k = 0; k < texts->n_segments; k++)
        put_line(s, &texts->segments[k], centre, colour_of(box));
    if (s->scene->color != DG_COLOR_NONE && box->emphasis != DGI_RECEDED)
        put_cell(s, box, centre);
    if (texts->dot)
        put_dot(s, dgi_plus(centre, texts->segments[0].to), colour_of(box));
    if (texts->op_width > 0.0)
        dgi_svg_put_op_of(s, i);
    for (size_t k = 0; k < texts->n_fields; k++)
        if (texts->fields[k].role != DGI_ROLE_OP) {
            s->heat = texts->fields[k].role == coloured_role(s) ? dgi_heat_step(box) : -1;
            dgi_svg_put_field(s, &texts->fields[k], dgi_plus(centre, texts->fields[k].centre));
        }
    s->heat = -1;
    dgi_svg_close_group(s);
}
