/* Records and ops. */
#include <math.h>

#include "draw/write/svg_parts.h"

/* ---- Values --------------------------------------------------------------------------------- */

void dgi_svg_put_tooltip(dgi_svg *s, uint32_t box)
{
    s->tooltip.size = 0;
    dgi_scene_put_tooltip(s->scene, box, &s->tooltip);
    dgi_buf_puts(s->b, "<title>");
    if (s->tooltip.failed)
        s->b->failed = true;
    else
        dgi_put_text(s->b, s->tooltip.data, s->tooltip.size);
    dgi_buf_puts(s->b, "</title>");
}

/* A leaf has round ends: what it is must not depend on its colour alone. */
static double corner_radius(const dgi_svg *s, const dgi_box *box)
{
    const double usual = 4.0, end = 15.0 * s->scene->text_scale;
    return box->states & DGI_STATE_LEAF ? fmin(fmin(box->width, box->height) / 2.0, end) : usual;
}

/* What an outline has besides its colour, where colours say magnitudes. */
static void put_heat(dgi_svg *s, const dgi_box *box, dgi_point centre)
{
    const double inset = 5.0 * s->scene->text_scale;
    dgi_point half = {box->width / 2.0, box->height / 2.0};
    dgi_svg_rect r = {{centre.x - half.x, centre.y - half.y},
                      {centre.x + half.x, centre.y + half.y},
                      corner_radius(s, box)};
    double first = s->texts.n_fields ? s->texts.fields[0].centre.y : 0.0;
    dgi_svg_put_pattern(s, (dgi_heat)box->heat, r, &centre);
    dgi_svg_put_heat_mark(s, (dgi_heat_mark)box->heat_mark, s->heat,
                          (dgi_point){fmin(r.from.x + inset, centre.x), centre.y + first});
}

void dgi_svg_put_outline(dgi_svg *s, const dgi_box *box, dgi_point centre)
{
    const char *stroke = dgi_svg_colour(s, dgi_stroke_of(box->paint));
    dgi_heat heat = box->emphasis == DGI_RECEDED ? DGI_HEAT_NONE : (dgi_heat)box->heat;
    dgi_buf *b = s->b;
    dgi_buf_puts(b, "<rect");
    dgi_put_attribute(b, "x", centre.x - box->width / 2.0);
    dgi_put_attribute(b, "y", centre.y - box->height / 2.0);
    dgi_put_attribute(b, "width", box->width);
    dgi_put_attribute(b, "height", box->height);
    dgi_put_attribute(b, "rx", corner_radius(s, box));
    if (s->scene->color != DG_COLOR_NONE)
        dgi_svg_put_heat_fill(s, heat);
    else
        dgi_put_text_attribute(b, "fill", dgi_svg_colour(s, dgi_fill_of(box->paint)));
    dgi_put_text_attribute(b, "stroke", stroke);
    if (box->kind == DGI_BOX_STUB)
        dgi_buf_puts(b, " stroke-dasharray=\"4 2\"");
    bool thick = box->states & DGI_STATE_ROOT && box->emphasis == DGI_AS_USUAL;
    dgi_buf_puts(b, thick ? " stroke-width=\"2\"/>" : "/>");
    if (heat != DGI_HEAT_NONE)
        put_heat(s, box, centre);
}

void dgi_svg_put_segments(dgi_svg *s, const dgi_box *box, dgi_point centre)
{
    const char *stroke = dgi_svg_colour(s, dgi_stroke_of(box->paint));
    dgi_buf *b = s->b;
    if (s->texts.n_segments == 0)
        return;
    dgi_buf_puts(b, "<path");
    if (s->heat >= 0) {
        dgi_put_text_attribute(b, "class", dgi_svg_class_on_heat(s->heat) + 1);
        stroke = dgi_svg_colour(s, dgi_text_on_heat(s->heat));
    }
    dgi_buf_puts(b, box->emphasis == DGI_HIGHLIGHTED ? " stroke-width=\"1\" d=\"" : " d=\"");
    for (size_t i = 0; i < s->texts.n_segments; i++) {
        dgi_pen_move(&s->pen, b, dgi_plus(centre, s->texts.segments[i].from));
        dgi_pen_line(&s->pen, b, dgi_plus(centre, s->texts.segments[i].to));
    }
    dgi_buf_putc(b, '"');
    dgi_put_text_attribute(b, "stroke", stroke);
    dgi_buf_puts(b, "/>");
}

void dgi_svg_put_classes(dgi_svg *s, const dgi_box *box)
{
    static const struct {
        unsigned state;
        const char *class;
    } all[] = {
        {DGI_STATE_LEAF, " dg-leaf"},           {DGI_STATE_ROOT, " dg-root"},
        {DGI_STATE_TENSOR, " dg-tensor"},       {DGI_STATE_UNSET, " dg-unset"},
        {DGI_STATE_NONFINITE, " dg-nonfinite"},
    };
    static const char *const kinds[] = {
        [DGI_BOX_VALUE] = "dg-value",
        [DGI_BOX_OP] = "dg-op",
        [DGI_BOX_GROUP] = "dg-value dg-folded",
        [DGI_BOX_STUB] = "dg-value dg-stub",
    };
    dgi_buf_puts(s->b, kinds[box->kind]);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (box->states & all[i].state)
            dgi_buf_puts(s->b, all[i].class);
    dgi_svg_end_classes(s, (dgi_emphasis)box->emphasis);
}

void dgi_svg_put_value(dgi_svg *s, uint32_t i)
{
    const dgi_box *box = &s->scene->boxes[i];
    if (box->kind != DGI_BOX_VALUE) {
        dgi_svg_put_folded(s, i);
        return;
    }
    dgi_point centre = dgi_with_margin(s->placed->centres[i]);
    dgi_svg_open_box(s, box->node, "");
    dgi_svg_put_classes(s, box);
    dgi_svg_put_tooltip(s, i);
    s->heat = dgi_heat_step(box);
    dgi_svg_put_outline(s, box, centre);
    dgi_svg_put_segments(s, box, centre);
    for (size_t k = 0; k < s->texts.n_fields; k++)
        dgi_svg_put_field(s, &s->texts.fields[k], dgi_plus(centre, s->texts.fields[k].centre));
    s->heat = -1;
    dgi_svg_close_group(s);
}

/* ---- Ops ------------------------------------------------------------------------------------ */

/* Begins the element of an op's ellipse or pill. */
static void put_op_outline(dgi_svg *s, dgi_point centre)
{
    double rx = s->texts.op_width / 2.0, ry = s->texts.op_height / 2.0;
    if (dgi_is_pill(rx, ry)) {
        dgi_buf_puts(s->b, "<rect");
        dgi_put_attribute(s->b, "x", centre.x - rx);
        dgi_put_attribute(s->b, "y", centre.y - ry);
        dgi_put_attribute(s->b, "width", 2.0 * rx);
        dgi_put_attribute(s->b, "height", 2.0 * ry);
        dgi_put_attribute(s->b, "rx", ry);
    } else {
        dgi_buf_puts(s->b, "<ellipse");
        dgi_put_attribute(s->b, "cx", centre.x);
        dgi_put_attribute(s->b, "cy", centre.y);
        dgi_put_attribute(s->b, "rx", rx);
        dgi_put_attribute(s->b, "ry", ry);
    }
}

void dgi_svg_put_op_of(dgi_svg *s, uint32_t i)
{
    const dgi_box *box = &s->scene->boxes[i];
    const dgi_box_texts *b = &s->texts;
    bool plain = s->scene->color != DG_COLOR_NONE;
    dgi_paint paint = box->emphasis == DGI_RECEDED || plain ? DGI_PAINT_VALUE : DGI_PAINT_OP;
    size_t field = dgi_find_field(b, DGI_ROLE_OP);
    dgi_point centre = dgi_plus(dgi_with_margin(s->placed->centres[i]), b->op_centre);
    dgi_svg_open_box(s, box->node, "-op");
    dgi_buf_puts(s->b, "dg-op");
    /* One that is part of its value's box is drawn as that, unless only the value stands out. */
    if (box->kind == DGI_BOX_OP)
        dgi_svg_end_classes(s, (dgi_emphasis)box->emphasis);
    else if (box->emphasis == DGI_HIGHLIGHTED && !box->highlights_op)
        dgi_buf_puts(s->b, "\" stroke-width=\"1\">");
    else
        dgi_svg_end_classes(s, DGI_AS_USUAL);
    put_op_outline(s, centre);
    if (plain)
        dgi_put_text_attribute(s->b, "class", "dg-plain");
    dgi_put_text_attribute(s->b, "fill", dgi_svg_colour(s, dgi_fill_of(paint)));
    dgi_put_text_attribute(s->b, "stroke", dgi_svg_colour(s, dgi_stroke_of(paint)));
    dgi_buf_puts(s->b, "/>");
    if (field < b->n_fields) {
        const dgi_text *op = &b->texts[b->fields[field].first_text];
        const char *text = dgi_text_chars(b, op);
        /* Fonts set the asterisk small and high, like an exponent. */
        bool asterisk = op->size == 1 && *text == '*';
        dgi_svg_line how = {"text", NULL, NULL, "", asterisk ? 20.0 : 0.0};
        dgi_svg_put_line(
            s, how, text, op->size, op->width,
            (dgi_point){centre.x, centre.y + (asterisk ? 7.0 * s->scene->text_scale : 0.0)});
    }
    dgi_buf_puts(s->b, "</g>");
}

void dgi_svg_put_op(dgi_svg *s, uint32_t i)
{
    dgi_svg_put_op_of(s, i);
    dgi_svg_end_piece(s);
}
