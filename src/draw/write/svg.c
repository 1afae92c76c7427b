#include "draw/write/svg.h"

#include <string.h>

#include "base/utf8.h"
#include "draw/write/svg_write.h"
#include "draw/write/theme.h"

typedef struct svg {
    const dgi_scene *scene;
    const dgi_placed_scene *placed;
    const dgi_options *options;
    dgi_sink *sink;
    dgi_buf *b; /* the sink's */
    dgi_pen pen;
    dgi_box_texts texts; /* of the box that is being written */
    dgi_buf tooltip;
} svg;

/* The placers know nothing of the free space around the whole. */
static dgi_point with_margin(dgi_point p)
{
    return (dgi_point){p.x + DGI_MARGIN, p.y + DGI_MARGIN};
}

/* ---- Texts ---------------------------------------------------------------------------------- */

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

/* How a line of text is written. */
typedef struct line {
    const char *element, *class; /* no class: NULL */
    const char *attributes;      /* more of them */
} line;

/* One line of text around its centre. textLength fits its letters into the measured width, whatever
 * font the viewer has. */
static void put_line(dgi_buf *b, line how, const char *text, size_t size, double width,
                     dgi_point centre)
{
    dgi_buf_putc(b, '<');
    dgi_buf_puts(b, how.element);
    if (how.class)
        dgi_put_text_attribute(b, "class", how.class);
    dgi_put_attribute(b, "x", centre.x);
    dgi_put_attribute(b, "y", centre.y + BASELINE);
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

#define BOLD " font-weight=\"bold\""

/* The classes of fields, and of those of one text that says something is not finite. */
static const struct {
    const char *plain, *alert;
} classes[] = {
    [DGI_ROLE_LABEL] = {"dg-label", NULL},
    [DGI_ROLE_SHAPE] = {"dg-shape", NULL},
    [DGI_ROLE_DATA] = {"dg-data", "dg-data dg-alert"},
    [DGI_ROLE_GRAD] = {"dg-grad", "dg-grad dg-alert"},
    [DGI_ROLE_OP] = {NULL, NULL},
};

/* The texts of a field around its centre: one line, or lines and pieces of lines in one element. */
static void put_field(svg *s, const dgi_field *f, dgi_point centre)
{
    const dgi_text *texts = s->texts.texts + f->first_text;
    const char *attributes = f->bold ? BOLD : f->muted ? DGI_MUTED_FILL : "";
    if (f->n_texts == 1) {
        bool alert = texts->alert;
        line how = {"text", alert ? classes[f->role].alert : classes[f->role].plain,
                    alert && !f->muted ? DGI_ALERT_FILL : attributes};
        put_line(s->b, how, dgi_text_chars(&s->texts, texts), texts->size, texts->width, centre);
    } else if (f->n_texts > 1) {
        dgi_buf_printf(s->b, "<text class=\"%s\"%s>", classes[f->role].plain, attributes);
        for (size_t i = 0; i < f->n_texts; i++) {
            const dgi_text *t = &texts[i];
            dgi_point at = centre;
            if (f->texts_width > 0.0)
                at.x = centre.x - f->texts_width / 2.0 + t->left + t->width / 2.0;
            at.y = centre.y + (t->line - (double)(f->lines - 1) / 2.0) * DGI_LINE_HEIGHT;
            line how = {"tspan", t->alert ? "dg-alert" : NULL, t->alert ? DGI_ALERT_FILL : ""};
            put_line(s->b, how, dgi_text_chars(&s->texts, t), t->size, t->width, at);
        }
        dgi_buf_puts(s->b, "</text>");
    }
}

/* ---- Layers and groups of elements ---------------------------------------------------------- */

static void open_layer(svg *s, const char *class, const char *attributes)
{
    dgi_buf_puts(s->b, "<g");
    dgi_put_text_attribute(s->b, "class", class);
    dgi_buf_puts(s->b, attributes);
    dgi_buf_puts(s->b, ">\n");
}

static void close_layer(svg *s)
{
    dgi_buf_puts(s->b, "</g>\n");
}

/* Begins the group of an element, up to its classes, which the caller writes. */
static void open_group(svg *s, char letter, size_t number, const char *suffix)
{
    dgi_buf_puts(s->b, "<g id=\"");
    dgi_buf_puts(s->b, s->options->id_prefix);
    dgi_buf_putc(s->b, '-');
    dgi_buf_putc(s->b, letter);
    dgi_buf_put_count(s->b, number);
    dgi_buf_puts(s->b, suffix);
    dgi_buf_puts(s->b, "\" class=\"");
}

static void close_group(svg *s)
{
    dgi_buf_puts(s->b, "</g>\n");
    dgi_sink_flush_piece(s->sink);
}

/* ---- Values --------------------------------------------------------------------------------- */

static void put_tooltip(svg *s, uint32_t box)
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

static dgi_point plus(dgi_point a, dgi_point b)
{
    return (dgi_point){a.x + b.x, a.y + b.y};
}

/* The outline of a record, and the lines between its fields. */
static void put_record(svg *s, const dgi_box *box, dgi_point centre)
{
    const dgi_colours *colours = &dgi_theme[box->paint];
    dgi_buf *b = s->b;
    dgi_buf_puts(b, "<rect");
    dgi_put_attribute(b, "x", centre.x - box->width / 2.0);
    dgi_put_attribute(b, "y", centre.y - box->height / 2.0);
    dgi_put_attribute(b, "width", box->width);
    dgi_put_attribute(b, "height", box->height);
    dgi_buf_puts(b, " rx=\"4\"");
    dgi_put_text_attribute(b, "fill", colours->fill);
    dgi_put_text_attribute(b, "stroke", colours->stroke);
    dgi_buf_puts(b,
                 box->states & DGI_STATE_ROOT ? " stroke-width=\"2\"/><path d=\"" : "/><path d=\"");
    for (size_t i = 0; i < s->texts.n_segments; i++) {
        dgi_pen_move(&s->pen, b, plus(centre, s->texts.segments[i].from));
        dgi_pen_line(&s->pen, b, plus(centre, s->texts.segments[i].to));
    }
    dgi_buf_putc(b, '"');
    dgi_put_text_attribute(b, "stroke", colours->stroke);
    dgi_buf_puts(b, "/>");
}

static void put_classes(dgi_buf *b, unsigned states)
{
    static const struct {
        unsigned state;
        const char *class;
    } all[] = {
        {DGI_STATE_LEAF, " dg-leaf"},           {DGI_STATE_ROOT, " dg-root"},
        {DGI_STATE_TENSOR, " dg-tensor"},       {DGI_STATE_UNSET, " dg-unset"},
        {DGI_STATE_NONFINITE, " dg-nonfinite"},
    };
    dgi_buf_puts(b, "dg-value");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (states & all[i].state)
            dgi_buf_puts(b, all[i].class);
    dgi_buf_puts(b, "\">");
}

static void put_value(svg *s, uint32_t i)
{
    const dgi_box *box = &s->scene->boxes[i];
    dgi_point centre = with_margin(s->placed->centres[i]);
    open_group(s, 'v', box->node, "");
    put_classes(s->b, box->states);
    put_tooltip(s, i);
    put_record(s, box, centre);
    for (size_t k = 0; k < s->texts.n_fields; k++)
        put_field(s, &s->texts.fields[k], plus(centre, s->texts.fields[k].centre));
    close_group(s);
}

/* ---- Ops ------------------------------------------------------------------------------------ */

static void put_op(svg *s, uint32_t i)
{
    const dgi_box *box = &s->scene->boxes[i];
    const dgi_text *op = s->texts.texts;
    const char *text = dgi_text_chars(&s->texts, op);
    dgi_point centre = with_margin(s->placed->centres[i]);
    open_group(s, 'v', box->node, "-op");
    dgi_buf_puts(s->b, "dg-op\"><ellipse");
    dgi_put_attribute(s->b, "cx", centre.x);
    dgi_put_attribute(s->b, "cy", centre.y);
    dgi_put_attribute(s->b, "rx", box->width / 2.0);
    dgi_put_attribute(s->b, "ry", box->height / 2.0);
    dgi_put_text_attribute(s->b, "fill", dgi_theme[box->paint].fill);
    dgi_put_text_attribute(s->b, "stroke", dgi_theme[box->paint].stroke);
    dgi_buf_puts(s->b, "/>");
    /* Fonts set the asterisk small and high, like an exponent. */
    bool asterisk = op->size == 1 && *text == '*';
    line how = {"text", NULL, asterisk ? " font-size=\"20\"" : ""};
    put_line(s->b, how, text, op->size, op->width,
             (dgi_point){centre.x, centre.y + (asterisk ? 7.0 : 0.0)});
    close_group(s);
}

/* The boxes of one kind, which follow one another. False when out of memory. */
static bool put_boxes(svg *s, uint32_t first, uint32_t end, const char *class,
                      void (*put_box)(svg *s, uint32_t box))
{
    if (first == end)
        return true;
    open_layer(s, class, "");
    for (uint32_t i = first; i < end; i++) {
        if (!dgi_scene_box_texts(s->scene, i, &s->texts))
            return false;
        put_box(s, i);
    }
    close_layer(s);
    return true;
}

/* ---- Edges ---------------------------------------------------------------------------------- */

static void put_curve(svg *s, const dgi_point *points, size_t n)
{
    dgi_buf_puts(s->b, "<path fill=\"none\" d=\"");
    dgi_pen_move(&s->pen, s->b, with_margin(points[0]));
    for (size_t i = 1; i + 2 < n; i += 3) {
        dgi_point p[] = {with_margin(points[i]), with_margin(points[i + 1]),
                         with_margin(points[i + 2])};
        dgi_pen_curve(&s->pen, s->b, p);
    }
    dgi_buf_puts(s->b, "\"/>");
}

static void put_arrowhead(svg *s, const dgi_point points[3])
{
    dgi_buf_puts(s->b, "<path d=\"");
    dgi_pen_move(&s->pen, s->b, with_margin(points[0]));
    dgi_pen_line(&s->pen, s->b, with_margin(points[1]));
    dgi_pen_line(&s->pen, s->b, with_margin(points[2]));
    dgi_buf_puts(s->b, "z\"/>");
}

static void put_edge(svg *s, const dgi_placed_edge *e)
{
    uint32_t text = s->scene->edges[e->edge].text;
    open_group(s, 'e', e->edge, "");
    dgi_buf_puts(s->b, "dg-edge\">");
    put_curve(s, s->placed->points + e->first_point, e->n_points);
    put_arrowhead(s, e->arrowhead);
    if (text != DGI_NONE_32) {
        const dgi_edge_text *t = &s->scene->edge_texts[text];
        line how = {"text", "dg-times", " stroke=\"none\"" BOLD};
        put_line(s->b, how, s->scene->edge_chars.data + t->start, t->size, t->width,
                 with_margin(s->placed->text_centres[text]));
    }
    close_group(s);
}

static void put_edges(svg *s)
{
    if (s->placed->n_edges == 0)
        return;
    open_layer(s, "dg-edges", " fill=\"" DGI_EDGE_COLOUR "\" stroke=\"" DGI_EDGE_COLOUR "\"");
    for (size_t i = 0; i < s->placed->n_edges; i++)
        put_edge(s, &s->placed->edges[i]);
    close_layer(s);
}

/* ---- The document --------------------------------------------------------------------------- */

/* The title or the description, for readers who do not see the picture. */
static void put_words(svg *s, const char *element, const char *text)
{
    dgi_buf_printf(s->b, "<%s id=\"%s-%s\">", element, s->options->id_prefix, element);
    dgi_put_text(s->b, text, strlen(text));
    dgi_buf_printf(s->b, "</%s>\n", element);
}

static void put_head(svg *s)
{
    const char *prefix = s->options->id_prefix;
    double width = s->placed->width + 2.0 * DGI_MARGIN,
           height = s->placed->height + 2.0 * DGI_MARGIN;
    dgi_buf *b = s->b;
    if (s->options->format != DG_SVG_INLINE)
        dgi_buf_puts(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    dgi_buf_printf(b,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"%s\" class=\"dotgrad\" "
                   "role=\"img\" aria-labelledby=\"%s-title\" aria-describedby=\"%s-desc\"",
                   prefix, prefix, prefix);
    if (!s->options->no_size) {
        dgi_buf_puts(b, " width=\"");
        dgi_put_number(b, width);
        dgi_buf_puts(b, "pt\" height=\"");
        dgi_put_number(b, height);
        dgi_buf_puts(b, "pt\"");
    }
    dgi_buf_puts(b, " viewBox=\"0 0 ");
    dgi_put_number(b, width);
    dgi_buf_putc(b, ' ');
    dgi_put_number(b, height);
    dgi_buf_printf(b,
                   "\" font-family=\"%s\" font-size=\"%d\" text-anchor=\"middle\" fill=\"%s\">\n",
                   DGI_FONT_FAMILY, (int)DGI_FONT_SIZE, DGI_TEXT_COLOUR);
    put_words(s, "title", s->scene->title);
    put_words(s, "desc", s->scene->description);
    dgi_buf_puts(b, dgi_theme_css);
}

bool dgi_write_svg(dgi_sink *sink, const dgi_placed_scene *p, const dgi_options *o)
{
    svg s = {.scene = p->scene, .placed = p, .options = o, .sink = sink, .b = &sink->pending};
    put_head(&s);
    put_edges(&s);
    bool done = put_boxes(&s, s.scene->n_values, s.scene->n_boxes, "dg-ops", put_op) &&
                put_boxes(&s, 0, s.scene->n_values, "dg-values", put_value);
    dgi_buf_puts(s.b, "</svg>\n");
    dgi_box_texts_free(&s.texts);
    dgi_buf_free(&s.tooltip);
    return done && !s.b->failed;
}
