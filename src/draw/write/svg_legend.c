/* The legend: small boxes and words, each with what it means. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "draw/write/svg_parts.h"

/* What each sign looks like: the class and colours of a box, or those of a text. */
static const struct {
    const char *class;
    dgi_colour colour; /* of a text, or the fill of a box, whose stroke follows */
    double radius;     /* of a box's corners */
} looks[] = {
    [DGI_LEGEND_LEAF] = {"dg-legend-leaf", DGI_COLOUR_LEAF_FILL, 5.0},
    [DGI_LEGEND_VALUE] = {"dg-legend-value", DGI_COLOUR_VALUE_FILL, 2.0},
    [DGI_LEGEND_ROOT] = {"dg-legend-root", DGI_COLOUR_ROOT_FILL, 2.0},
    [DGI_LEGEND_OP] = {"dg-legend-op", DGI_COLOUR_OP_FILL, 0.0},
    [DGI_LEGEND_TEXT] = {NULL, DGI_COLOUR_TEXT, 0.0},
    [DGI_LEGEND_MUTED] = {"dg-legend-muted", DGI_COLOUR_MUTED, 0.0},
    [DGI_LEGEND_ALERT] = {"dg-legend-alert", DGI_COLOUR_ALERT, 0.0},
    [DGI_LEGEND_GRAD] = {"dg-legend-grad", DGI_COLOUR_GRAD, 0.0},
    [DGI_LEGEND_HEAT] = {NULL, DGI_COLOUR_HEAT, 0.0},
    [DGI_LEGEND_ZERO] = {"dg-legend-value", DGI_COLOUR_VALUE_FILL, 2.0},
    [DGI_LEGEND_VANISHING] = {"dg-legend-value", DGI_COLOUR_VALUE_FILL, 2.0},
    [DGI_LEGEND_HUGE] = {"dg-legend-value", DGI_COLOUR_VALUE_FILL, 2.0},
    [DGI_LEGEND_INFINITE] = {"dg-legend-value", DGI_COLOUR_VALUE_FILL, 2.0},
    [DGI_LEGEND_NAN] = {"dg-legend-value", DGI_COLOUR_VALUE_FILL, 2.0},
    [DGI_LEGEND_UNSET] = {"dg-legend-value", DGI_COLOUR_VALUE_FILL, 2.0},
};

/* The scale of colours that say magnitudes. */
static void put_scale(dgi_svg *s, dgi_point left)
{
    double scale = s->scene->text_scale, width = scale * DGI_LEGEND_HEAT_WIDTH,
           height = scale * 10.0;
    for (int i = 0; i < DGI_HEAT_STEPS; i++) {
        dgi_buf_puts(s->b, "<rect");
        dgi_put_attribute(s->b, "x", left.x + i * width);
        dgi_put_attribute(s->b, "y", left.y - height / 2.0);
        dgi_put_attribute(s->b, "width", width);
        dgi_put_attribute(s->b, "height", height);
        dgi_buf_printf(s->b, " class=\"dg-heat-%d\"", i);
        dgi_put_text_attribute(s->b, "fill",
                               dgi_svg_colour(s, (dgi_colour)((int)DGI_COLOUR_HEAT + i)));
        dgi_buf_puts(s->b, "/>");
    }
    dgi_buf_puts(s->b, "<rect class=\"dg-legend-value\" fill-opacity=\"0\"");
    dgi_put_attribute(s->b, "x", left.x);
    dgi_put_attribute(s->b, "y", left.y - height / 2.0);
    dgi_put_attribute(s->b, "width", DGI_HEAT_STEPS * width);
    dgi_put_attribute(s->b, "height", height);
    dgi_put_text_attribute(s->b, "fill", dgi_svg_colour(s, DGI_COLOUR_VALUE_FILL));
    dgi_put_text_attribute(s->b, "stroke", dgi_svg_colour(s, DGI_COLOUR_VALUE_STROKE));
    dgi_buf_puts(s->b, "/>");
}

/* What a small box has of the values that it stands for, where colours say magnitudes. */
static void put_heat(dgi_svg *s, dgi_legend_sign sign, dgi_svg_rect r)
{
    dgi_point middle = {(r.from.x + r.to.x) / 2.0, (r.from.y + r.to.y) / 2.0};
    static const uint8_t heat[] = {
        [DGI_LEGEND_ZERO] = DGI_HEAT_ZERO,
        [DGI_LEGEND_INFINITE] = DGI_HEAT_INFINITE,
        [DGI_LEGEND_NAN] = DGI_HEAT_NAN,
        [DGI_LEGEND_UNSET] = DGI_HEAT_UNSET,
    };
    if (sign == DGI_LEGEND_VANISHING || sign == DGI_LEGEND_HUGE)
        dgi_svg_put_heat_mark(s, sign == DGI_LEGEND_HUGE ? DGI_HEAT_HUGE : DGI_HEAT_VANISHING, -1,
                              middle);
    else
        dgi_svg_put_pattern(s, (dgi_heat)heat[sign], r, NULL);
}

static void put_box(dgi_svg *s, const dgi_legend_entry *e, dgi_point left)
{
    const double height = s->scene->text_scale * 10.0;
    dgi_buf *b = s->b;
    bool ellipse = e->sign == DGI_LEGEND_OP, plain = s->scene->color != DG_COLOR_NONE;
    dgi_colour fill = looks[e->sign].colour, stroke = fill + 1;
    const char *class = looks[e->sign].class;
    char plain_class[40];
    if (plain) { /* only the outlines tell kinds apart */
        fill = DGI_COLOUR_VALUE_FILL;
        stroke = ellipse ? DGI_COLOUR_VALUE_STROKE : stroke;
        snprintf(plain_class, sizeof plain_class, "%s dg-plain",
                 ellipse ? "dg-legend-value" : class);
        class = plain_class;
    }
    dgi_buf_puts(b, ellipse ? "<ellipse" : "<rect");
    dgi_put_text_attribute(b, "class", class);
    if (ellipse) {
        dgi_put_attribute(b, "cx", left.x + e->sample_width / 2.0);
        dgi_put_attribute(b, "cy", left.y);
        dgi_put_attribute(b, "rx", e->sample_width / 2.0);
        dgi_put_attribute(b, "ry", height / 2.0);
    } else {
        dgi_put_attribute(b, "x", left.x);
        dgi_put_attribute(b, "y", left.y - height / 2.0);
        dgi_put_attribute(b, "width", e->sample_width);
        dgi_put_attribute(b, "height", height);
        dgi_put_attribute(b, "rx", s->scene->text_scale * looks[e->sign].radius);
    }
    dgi_put_text_attribute(b, "fill", dgi_svg_colour(s, fill));
    dgi_put_text_attribute(b, "stroke", dgi_svg_colour(s, stroke));
    dgi_buf_puts(b, e->sign == DGI_LEGEND_ROOT ? " stroke-width=\"2\"/>" : "/>");
    if (e->sign > DGI_LEGEND_HEAT)
        put_heat(s, e->sign,
                 (dgi_svg_rect){{left.x, left.y - height / 2.0},
                                {left.x + e->sample_width, left.y + height / 2.0},
                                s->scene->text_scale * looks[e->sign].radius});
}

static void put_text(dgi_svg *s, dgi_svg_line how, const char *text, double width, dgi_point left)
{
    /* The baseline is that of larger texts. */
    dgi_point centre = {left.x + width / 2.0, left.y - s->scene->text_scale};
    dgi_svg_put_line(s, how, text, strlen(text), width, centre);
}

void dgi_svg_put_legend(dgi_svg *s)
{
    const dgi_scene *scene = s->scene;
    if (scene->n_legend == 0)
        return;
    dgi_buf_puts(s->b, "<g class=\"dg-legend\"");
    dgi_put_attribute(s->b, "font-size", scene->text_scale * DGI_LEGEND_FONT_SIZE);
    dgi_buf_puts(s->b, ">\n");
    for (uint32_t i = 0; i < scene->n_legend; i++) {
        const dgi_legend_entry *e = &scene->legend[i];
        dgi_point left = dgi_with_margin(s->placed->legend[i]);
        if (e->sign == DGI_LEGEND_HEAT) {
            put_scale(s, left);
        } else if (e->sample) {
            dgi_svg_line how = {
                "text", looks[e->sign].class,
                e->sign == DGI_LEGEND_TEXT ? NULL : dgi_svg_colour(s, looks[e->sign].colour),
                DGI_BOLD, 0.0};
            put_text(s, how, e->sample, e->sample_width, left);
        } else {
            put_box(s, e, left);
        }
        left.x += e->sample_width + scene->text_scale * DGI_LEGEND_GAP;
        put_text(s, (dgi_svg_line){"text", NULL, NULL, "", 0.0}, e->meaning, e->meaning_width,
                 left);
        dgi_buf_putc(s->b, '\n');
    }
    dgi_svg_close_layer(s);
}
