#include "draw/write/svg.h"

#include <math.h>
#include <string.h>

#include "draw/write/svg_parts.h"

/* ---- Layers and groups of elements ---------------------------------------------------------- */

void dgi_svg_open_layer(dgi_svg *s, const char *class, const char *paint)
{
    dgi_buf_puts(s->b, "<g");
    dgi_put_text_attribute(s->b, "class", class);
    if (paint) {
        dgi_put_text_attribute(s->b, "fill", paint);
        dgi_put_text_attribute(s->b, "stroke", paint);
    }
    dgi_buf_puts(s->b, ">\n");
}

void dgi_svg_close_layer(dgi_svg *s)
{
    dgi_buf_puts(s->b, "</g>\n");
}

void dgi_svg_open_group(dgi_svg *s, char letter, size_t number, const char *suffix)
{
    dgi_buf_puts(s->b, "<g id=\"");
    dgi_buf_puts(s->b, s->options->id_prefix);
    dgi_buf_putc(s->b, '-');
    dgi_buf_putc(s->b, letter);
    dgi_buf_put_count(s->b, number);
    dgi_buf_puts(s->b, suffix);
    dgi_buf_puts(s->b, "\" class=\"");
}

void dgi_svg_open_box(dgi_svg *s, uint32_t node, const char *suffix)
{
    dgi_buf_puts(s->b, "<g id=\"");
    dgi_buf_puts(s->b, s->options->id_prefix);
    dgi_buf_putc(s->b, '-');
    dgi_scene_put_box_id(s->scene, node, s->b);
    dgi_buf_puts(s->b, suffix);
    dgi_buf_puts(s->b, "\" class=\"");
}

void dgi_svg_end_piece(dgi_svg *s)
{
    dgi_buf_putc(s->b, '\n');
    dgi_sink_flush_piece(s->sink);
}

/* What recedes loses its colours, too (the box has other paints). At this opacity every text still
 * has a contrast of 3:1. */
void dgi_svg_end_classes(dgi_svg *s, dgi_emphasis emphasis)
{
    static const char *const texts[] = {
        [DGI_AS_USUAL] = "\">",
        [DGI_HIGHLIGHTED] = " dg-highlight\" stroke-width=\"2.5\">",
        [DGI_RECEDED] = " dg-receded\" opacity=\".7\" stroke-width=\".75\">",
    };
    dgi_buf_puts(s->b, texts[emphasis]);
}

void dgi_svg_close_group(dgi_svg *s)
{
    dgi_buf_puts(s->b, "</g>");
    dgi_svg_end_piece(s);
}

/* ---- Boxes ---------------------------------------------------------------------------------- */

/* The boxes of one kind, which follow one another. False when out of memory. */
static bool put_boxes(dgi_svg *s, uint32_t first, uint32_t end, const char *class,
                      void (*put_box)(dgi_svg *s, uint32_t box))
{
    if (first == end)
        return true;
    dgi_svg_open_layer(s, class, NULL);
    for (uint32_t i = first; i < end; i++) {
        if (!dgi_scene_box_texts(s->scene, i, &s->texts))
            return false;
        put_box(s, i);
    }
    dgi_svg_close_layer(s);
    return true;
}

/* ---- The document --------------------------------------------------------------------------- */

/* The title or the description, for readers who do not see the picture. */
static void put_words(dgi_svg *s, const char *element, const char *text)
{
    dgi_buf_printf(s->b, "<%s id=\"%s-%s\">", element, s->options->id_prefix, element);
    dgi_put_text(s->b, text, strlen(text));
    dgi_buf_printf(s->b, "</%s>\n", element);
}

/* The style attribute of the root element: in a page, how many pixels of width the picture needs
 * for its text to be readable, which the page's style sheet uses (who scales it down wants it
 * smaller); and the colours of a theme that is fixed. */
static void put_style(dgi_svg *s, double width)
{
    static const double least_font_size = 9.0;
    bool is_in_page = s->options->format == DG_SVG_INLINE;
    dg_theme theme = s->options->theme;
    if (!is_in_page && theme == DG_THEME_AUTO)
        return;
    dgi_buf_puts(s->b, " style=\"");
    if (is_in_page) {
        double needed = width * least_font_size / s->options->font_size;
        if (!s->options->no_size)
            needed = fmin(needed, width * s->options->scale * 4.0 / 3.0);
        dgi_buf_puts(s->b, "--dg-readable-width:");
        dgi_put_number(s->b, ceil(needed));
        dgi_buf_puts(s->b, theme == DG_THEME_AUTO ? "px" : "px;");
    }
    dgi_put_theme_variables(s->b, theme, s->scene);
    dgi_buf_putc(s->b, '"');
}

static void put_head(dgi_svg *s)
{
    const char *prefix = s->options->id_prefix;
    dgi_point size = dgi_picture_size(s->placed);
    double width = size.x, height = size.y;
    dgi_buf *b = s->b;
    if (s->options->format != DG_SVG_INLINE)
        dgi_buf_puts(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    dgi_buf_printf(b,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"%s\" class=\"dotgrad\" "
                   "role=\"img\" aria-labelledby=\"%s-title\" aria-describedby=\"%s-desc\"",
                   prefix, prefix, prefix);
    if (!s->options->no_size) {
        dgi_buf_puts(b, " width=\"");
        dgi_put_number(b, s->options->scale * width);
        dgi_buf_puts(b, "pt\" height=\"");
        dgi_put_number(b, s->options->scale * height);
        dgi_buf_puts(b, "pt\"");
    }
    dgi_buf_puts(b, " viewBox=\"0 0 ");
    dgi_put_number(b, width);
    dgi_buf_putc(b, ' ');
    dgi_put_number(b, height);
    dgi_buf_puts(b, "\" font-family=\"" DGI_FONT_FAMILY "\" font-size=\"");
    dgi_put_number(b, s->options->font_size);
    dgi_buf_printf(b, "\" text-anchor=\"middle\" fill=\"%s\"", dgi_svg_colour(s, DGI_COLOUR_TEXT));
    put_style(s, width);
    dgi_buf_puts(b, ">\n");
    put_words(s, "title", s->scene->title);
    put_words(s, "desc", s->scene->description);
    dgi_put_theme_style(b, s->options->theme, s->scene);
}

bool dgi_write_svg(dgi_sink *sink, const dgi_placed_scene *p, const dgi_options *o)
{
    dgi_svg s = {.scene = p->scene,
                 .placed = p,
                 .options = o,
                 .sink = sink,
                 .b = &sink->pending,
                 .heat = -1};
    put_head(&s);
    dgi_svg_put_groups(&s);
    dgi_svg_put_edges(&s);
    bool done = put_boxes(&s, s.scene->n_values, s.scene->n_boxes, "dg-ops", dgi_svg_put_op) &&
                (s.scene->style == DG_STYLE_WIRE
                     ? put_boxes(&s, 0, s.scene->n_values, "dg-values dg-wires", dgi_svg_put_wire)
                     : put_boxes(&s, 0, s.scene->n_values, "dg-values", dgi_svg_put_value));
    dgi_svg_put_legend(&s);
    dgi_svg_put_notes(&s);
    dgi_buf_puts(s.b, "</svg>\n");
    dgi_box_texts_free(&s.texts);
    dgi_buf_free(&s.tooltip);
    dgi_buf_free(&s.style);
    return done && !s.b->failed;
}
