#include <math.h>

#include "draw/write/svg_parts.h"

/* Begins a path. Where an edge recedes its lines do, but not its text. */
static void open_path(dgi_svg *s, const dgi_scene_edge *e, const char *attributes)
{
    dgi_buf_puts(s->b, "<path");
    dgi_buf_puts(s->b, attributes);
    dgi_buf_puts(s->b, e->emphasis == DGI_RECEDED ? " opacity=\".45\" d=\"" : " d=\"");
}

static void put_curve(dgi_svg *s, const dgi_scene_edge *e, const dgi_point *points, size_t n)
{
    open_path(s, e, " fill=\"none\"");
    dgi_pen_move(&s->pen, s->b, dgi_with_margin(points[0]));
    for (size_t i = 1; i + 2 < n; i += 3) {
        dgi_point p[] = {dgi_with_margin(points[i]), dgi_with_margin(points[i + 1]),
                         dgi_with_margin(points[i + 2])};
        dgi_pen_curve(&s->pen, s->b, p);
    }
    dgi_buf_puts(s->b, "\"/>");
}

static void put_arrowhead(dgi_svg *s, const dgi_scene_edge *e, const dgi_point points[3])
{
    open_path(s, e, "");
    dgi_pen_move(&s->pen, s->b, dgi_with_margin(points[0]));
    dgi_pen_line(&s->pen, s->b, dgi_with_margin(points[1]));
    dgi_pen_line(&s->pen, s->b, dgi_with_margin(points[2]));
    dgi_buf_puts(s->b, "z\"/>");
}

static void put_emphasis(dgi_svg *s, const dgi_scene_edge *e)
{
    if (e->emphasis == DGI_HIGHLIGHTED) {
        const char *colour = dgi_svg_colour(s, DGI_COLOUR_TEXT);
        dgi_buf_printf(s->b, " dg-highlight\" fill=\"%s\" stroke=\"%s\"", colour, colour);
        dgi_put_attribute(s->b, "stroke-width", fmax(2.0, (double)e->width / 10.0));
        dgi_buf_putc(s->b, '>');
    } else if (e->width) {
        dgi_buf_puts(s->b, e->emphasis == DGI_RECEDED ? " dg-receded\"" : "\"");
        dgi_put_attribute(s->b, "stroke-width", (double)e->width / 10.0);
        dgi_buf_putc(s->b, '>');
    } else {
        dgi_buf_puts(s->b, e->emphasis == DGI_RECEDED ? " dg-receded\">" : "\">");
    }
}

static void put_tooltip(dgi_svg *s, uint32_t edge)
{
    s->tooltip.size = 0;
    dgi_scene_put_edge_tooltip(s->scene, edge, &s->tooltip);
    dgi_buf_puts(s->b, "<title>");
    if (s->tooltip.failed)
        s->b->failed = true;
    else
        dgi_put_text(s->b, s->tooltip.data, s->tooltip.size);
    dgi_buf_puts(s->b, "</title>");
}

static void put_text(dgi_svg *s, uint32_t text)
{
    static const char *const classes[][2] = {
        [DGI_EDGE_COUNT] = {"dg-times", NULL},
        [DGI_EDGE_NAME] = {"dg-operand", NULL},
        [DGI_EDGE_LOCAL] = {"dg-local", "dg-local dg-alert"},
        [DGI_EDGE_CONTRIBUTION] = {"dg-contribution", "dg-contribution dg-alert"},
    };
    const dgi_edge_text *t = &s->scene->edge_texts[text];
    dgi_svg_line how = {"text", classes[t->kind][0], NULL, " stroke=\"none\"" DGI_BOLD, 0.0};
    if (t->kind != DGI_EDGE_COUNT) {
        bool alert = t->kind != DGI_EDGE_NAME && !isfinite(t->number);
        how = (dgi_svg_line){"text", classes[t->kind][alert],
                             dgi_svg_colour(s, alert ? DGI_COLOUR_ALERT : DGI_COLOUR_MUTED),
                             " stroke=\"none\"", DGI_EDGE_NUMBER_FONT_SIZE};
    }
    dgi_svg_put_line(s, how, s->scene->edge_chars.data + t->start, t->size, t->width,
                     dgi_with_margin(s->placed->text_centres[text]));
}

static void put_edge(dgi_svg *s, const dgi_placed_edge *e)
{
    const dgi_scene_edge *edge = &s->scene->edges[e->edge];
    uint32_t text = edge->text;
    bool shows_text = text != DGI_NONE_32 && !s->scene->edge_texts[text].hidden;
    dgi_svg_open_group(s, 'e', e->edge, "");
    dgi_buf_puts(s->b, "dg-edge");
    put_emphasis(s, edge);
    if (shows_text && s->scene->edge_texts[text].kind != DGI_EDGE_COUNT)
        put_tooltip(s, e->edge);
    put_curve(s, edge, s->placed->points + e->first_point, e->n_points);
    if (s->scene->style != DG_STYLE_WIRE)
        put_arrowhead(s, edge, e->arrowhead);
    if (shows_text)
        put_text(s, text);
    dgi_svg_close_group(s);
}

void dgi_svg_put_edges(dgi_svg *s)
{
    if (s->placed->n_edges == 0)
        return;
    dgi_svg_open_layer(s, "dg-edges", dgi_svg_colour(s, DGI_COLOUR_EDGE));
    for (size_t i = 0; i < s->placed->n_edges; i++)
        put_edge(s, &s->placed->edges[i]);
    dgi_svg_close_layer(s);
}
