/* Badges, and what they stand for below the picture. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draw/write/svg_parts.h"

/* A badge of a severity: an error's is filled, a warning's has corners. */
static const struct {
    const char *class, *text_class;
    dgi_colour fill, stroke, text;
    double radius;
} looks[] = {
    [DG_SEVERITY_NOTE] = {"dg-badge dg-note", "dg-number", DGI_COLOUR_VALUE_FILL, DGI_COLOUR_EDGE,
                          DGI_COLOUR_TEXT, DGI_BADGE_SIZE / 2.0},
    [DG_SEVERITY_WARNING] = {"dg-badge dg-warning", "dg-number", DGI_COLOUR_OP_FILL,
                             DGI_COLOUR_OP_STROKE, DGI_COLOUR_TEXT, 2.0},
    [DG_SEVERITY_ERROR] = {"dg-badge dg-error", "dg-number dg-on-error", DGI_COLOUR_ALERT,
                           DGI_COLOUR_ALERT, DGI_COLOUR_VALUE_FILL, DGI_BADGE_SIZE / 2.0},
};

void dgi_svg_put_badge(dgi_svg *s, dg_severity severity, const char *digits, size_t size,
                       double width, dgi_point middle)
{
    double scale = s->scene->text_scale, height = scale * DGI_BADGE_SIZE,
           badge = fmax(height, width + scale * 6.0);
    dgi_buf_puts(s->b, "<rect");
    dgi_put_text_attribute(s->b, "class", looks[severity].class);
    dgi_put_attribute(s->b, "x", middle.x - badge / 2.0);
    dgi_put_attribute(s->b, "y", middle.y - height / 2.0);
    dgi_put_attribute(s->b, "width", badge);
    dgi_put_attribute(s->b, "height", height);
    dgi_put_attribute(s->b, "rx", scale * looks[severity].radius);
    dgi_put_text_attribute(s->b, "fill", dgi_svg_colour(s, looks[severity].fill));
    dgi_put_text_attribute(s->b, "stroke", dgi_svg_colour(s, looks[severity].stroke));
    dgi_buf_puts(s->b, " stroke-width=\"1.25\"/>");
    /* The baseline is that of larger texts. */
    dgi_svg_line how = {"text", looks[severity].text_class, dgi_svg_colour(s, looks[severity].text),
                        DGI_BOLD, DGI_BADGE_FONT_SIZE};
    dgi_svg_put_line(s, how, digits, size, width, (dgi_point){middle.x, middle.y - 1.1 * scale});
}

static void put_line_of_note(dgi_svg *s, const dgi_placed_line *line)
{
    const dgi_scene *scene = s->scene;
    const dgi_note *note = &scene->notes[line->note];
    const dgi_word *first = &scene->words[line->first_word], *last = first + line->n_words - 1;
    dgi_point left = dgi_with_margin(line->left);
    if (line->first_word == note->first_word && note->number) {
        char digits[8];
        size_t size = (size_t)snprintf(digits, sizeof digits, "%u", (unsigned)note->number);
        double digit = 0.556 * DGI_BADGE_FONT_SIZE * scene->text_scale;
        dgi_svg_put_badge(
            s, (dg_severity)note->severity, digits, size, digit * (double)size,
            (dgi_point){DGI_MARGIN + scene->text_scale * 0.65 * DGI_BADGE_SIZE, left.y});
    }
    dgi_svg_put_line_from(s, (dgi_svg_line){"text", NULL, NULL, "", 0.0},
                          scene->note_chars.data + first->start,
                          last->start + last->size - first->start, line->width,
                          (dgi_point){left.x, left.y - scene->text_scale});
    dgi_buf_putc(s->b, '\n');
}

void dgi_svg_put_notes(dgi_svg *s)
{
    if (s->placed->n_lines == 0)
        return;
    dgi_buf_puts(s->b, "<g class=\"dg-notes\"");
    dgi_put_attribute(s->b, "font-size", s->scene->text_scale * DGI_NOTE_FONT_SIZE);
    dgi_buf_puts(s->b, ">\n");
    for (size_t i = 0; i < s->placed->n_lines; i++)
        put_line_of_note(s, &s->placed->lines[i]);
    dgi_svg_close_layer(s);
}
