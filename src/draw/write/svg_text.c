#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "draw/write/svg_parts.h"

/* Whether XML's default treatment of white space would change the text. */
static bool needs_preserve(const char *text, size_t size)
{
    if (size == 0)
        return false;
    if (text[0] == ' ' || text[size - 1] == ' ' || memchr(text, '\t', size))
        return true;
    for (size_t i = 1; i < size; i++)
        if (text[i] == ' ' && text[i - 1] == ' ')
            return true;
    return false;
}

/* The distance from the middle of a line of text down to its baseline. */
static const double BASELINE = 4.5;

/* Not a single character, which has space around it, and no text without width (combining marks).
 */
static bool is_fitted(const char *text, size_t size, double width)
{
    const char *p = text;
    if (size == 0 || width <= 0.0)
        return false;
    dgi_utf8_next(&p, text + size, NULL);
    return p < text + size;
}

static void put_line(dgi_svg *s, dgi_svg_line how, const char *anchor, const char *text,
                     size_t size, double width, dgi_point at)
{
    double scale = s->scene->text_scale;
    dgi_buf *b = s->b;
    dgi_buf_putc(b, '<');
    dgi_buf_puts(b, how.element);
    if (strcmp(how.element, "text") == 0)
        dgi_buf_puts(b, anchor);
    if (how.class)
        dgi_put_text_attribute(b, "class", how.class);
    dgi_put_attribute(b, "x", at.x);
    dgi_put_attribute(b, "y", at.y + scale * BASELINE);
    if (how.fill)
        dgi_put_text_attribute(b, "fill", how.fill);
    if (how.font_size > 0.0)
        dgi_put_attribute(b, "font-size", scale * how.font_size);
    dgi_buf_puts(b, how.attributes);
    if (is_fitted(text, size, width))
        dgi_put_attribute(b, "textLength", width);
    if (needs_preserve(text, size))
        dgi_buf_puts(b, " xml:space=\"preserve\"");
    dgi_buf_putc(b, '>');
    for (const char *end = text + size; text <= end;) { /* a line break in it is a space */
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline ? newline : end;
        dgi_put_text(b, text, (size_t)(stop - text));
        text = stop + 1;
        if (text <= end)
            dgi_buf_putc(b, ' ');
    }
    dgi_buf_puts(b, "</");
    dgi_buf_puts(b, how.element);
    dgi_buf_putc(b, '>');
}

void dgi_svg_put_line(dgi_svg *s, dgi_svg_line how, const char *text, size_t size, double width,
                      dgi_point centre)
{
    put_line(s, how, DGI_IN_THE_MIDDLE, text, size, width, centre);
}

void dgi_svg_put_line_from(dgi_svg *s, dgi_svg_line how, const char *text, size_t size,
                           double width, dgi_point left)
{
    put_line(s, how, " text-anchor=\"start\"", text, size, width, left);
}

/* The classes of fields, and of those of one text that says something is not finite. */
static const struct {
    const char *plain, *alert;
} classes[] = {
    [DGI_ROLE_LABEL] = {"dg-label", NULL},
    [DGI_ROLE_SHAPE] = {"dg-shape", NULL},
    [DGI_ROLE_DATA] = {"dg-data", "dg-data dg-alert"},
    [DGI_ROLE_GRAD] = {"dg-grad", "dg-grad dg-alert"},
    [DGI_ROLE_OP] = {NULL, NULL},
    [DGI_ROLE_CONTENT] = {"dg-content", NULL},
    [DGI_ROLE_ALERT] = {"dg-alert", "dg-alert"},
};

/* The colour of what has not one of its own; NULL: that of all texts. */
static const char *fill_of(const dgi_svg *s, const dgi_field *f)
{
    if (s->heat >= 0)
        return dgi_svg_colour(s, dgi_text_on_heat(s->heat));
    if (f->muted)
        return dgi_svg_colour(s, DGI_COLOUR_MUTED);
    if (f->role == DGI_ROLE_GRAD && s->scene->style == DG_STYLE_WIRE)
        return dgi_svg_colour(s, DGI_COLOUR_GRAD);
    return NULL;
}

/* The attributes of a text in an element that is bold or not. */
static const char *style_of(dgi_svg *s, bool in_bold, const dgi_text *t)
{
    dgi_buf *b = &s->style;
    b->size = 0;
    if (t->rare)
        dgi_put_text_attribute(b, "font-family", DGI_MATH_FONT_FAMILY);
    if (t->font_size > 0.0)
        dgi_put_attribute(b, "font-size", t->font_size);
    if (t->bold != in_bold)
        dgi_put_text_attribute(b, "font-weight", t->bold ? "bold" : "normal");
    if (t->italic)
        dgi_put_text_attribute(b, "font-style", "italic");
    if (b->failed)
        s->b->failed = true;
    return b->size > 0 ? b->data : "";
}

/* The middle of a text on its line; baselines of smaller ones are those of the line. */
dgi_point dgi_svg_middle_of(const dgi_svg *s, const dgi_field *f, const dgi_text *t,
                            dgi_point centre)
{
    double line_height = s->scene->text_scale * DGI_LINE_HEIGHT;
    if (f->texts_width > 0.0)
        centre.x += t->left + t->width / 2.0 - f->texts_width / 2.0;
    centre.y += (t->line - (double)(f->lines - 1) / 2.0) * line_height - t->rise;
    return centre;
}

/* The bars of a field's fractions, which cannot be in its text. */
static void put_bars(dgi_svg *s, const dgi_field *f, dgi_point centre)
{
    for (size_t i = 0; i < f->n_texts; i++) {
        const dgi_text *t = &s->texts.texts[f->first_text + i];
        if (!(t->thickness > 0.0))
            continue;
        dgi_point middle = dgi_svg_middle_of(s, f, t, centre);
        middle.y += s->scene->text_scale * BASELINE;
        dgi_buf_printf(s->b, "<line class=\"dg-bar%s\"", dgi_svg_class_on_heat(s->heat));
        dgi_put_attribute(s->b, "x1", middle.x - t->width / 2.0);
        dgi_put_attribute(s->b, "y1", middle.y);
        dgi_put_attribute(s->b, "x2", middle.x + t->width / 2.0);
        dgi_put_attribute(s->b, "y2", middle.y);
        dgi_put_text_attribute(
            s->b, "stroke",
            dgi_svg_colour(s, s->heat >= 0 ? dgi_text_on_heat(s->heat) : DGI_COLOUR_TEXT));
        dgi_put_attribute(s->b, "stroke-width", t->thickness);
        dgi_buf_puts(s->b, "/>");
    }
}

/* Those of a field, which are its last texts. */
static void put_badges(dgi_svg *s, const dgi_field *f, dgi_point centre)
{
    for (size_t i = f->n_texts - f->n_badges; i < f->n_texts; i++) {
        const dgi_text *t = &s->texts.texts[f->first_text + i];
        dgi_svg_put_badge(s, (dg_severity)t->severity, dgi_text_chars(&s->texts, t), t->size,
                          t->width, dgi_svg_middle_of(s, f, t, centre));
    }
}

static void put_texts(dgi_svg *s, const dgi_field *f, dgi_point centre)
{
    size_t n = f->n_texts - f->n_badges;
    if (n == 0)
        return;
    const dgi_text *texts = s->texts.texts + f->first_text;
    const char *fill = fill_of(s, f), *alert_colour = dgi_svg_colour(s, DGI_COLOUR_ALERT);
    bool alerts = s->heat < 0; /* on the scale of colours another colour cannot be read */
    char class[40];
    snprintf(class, sizeof class, "%s%s", classes[f->role].plain, dgi_svg_class_on_heat(s->heat));
    if (n == 1) {
        bool alert = texts->alert && alerts;
        dgi_svg_line how = {"text", alert ? classes[f->role].alert : class,
                            alert && !f->muted ? alert_colour : fill, style_of(s, false, texts),
                            0.0};
        dgi_svg_put_line(s, how, dgi_text_chars(&s->texts, texts), texts->size, texts->width,
                         dgi_svg_middle_of(s, f, texts, centre));
    } else {
        dgi_buf_puts(s->b, "<text" DGI_IN_THE_MIDDLE);
        dgi_put_text_attribute(s->b, "class", class);
        if (fill)
            dgi_put_text_attribute(s->b, "fill", fill);
        dgi_buf_puts(s->b, f->bold ? DGI_BOLD : "");
        dgi_buf_putc(s->b, '>');
        for (size_t i = 0; i < n; i++) {
            const dgi_text *t = &texts[i];
            if (t->thickness > 0.0)
                continue;
            bool alert = t->alert && alerts;
            dgi_svg_line how = {"tspan", alert ? "dg-alert" : NULL, alert ? alert_colour : NULL,
                                style_of(s, f->bold, t), 0.0};
            dgi_svg_put_line(s, how, dgi_text_chars(&s->texts, t), t->size, t->width,
                             dgi_svg_middle_of(s, f, t, centre));
        }
        dgi_buf_puts(s->b, "</text>");
        put_bars(s, f, centre);
    }
}

void dgi_svg_put_field(dgi_svg *s, const dgi_field *f, dgi_point centre)
{
    put_texts(s, f, centre);
    put_badges(s, f, centre);
}
