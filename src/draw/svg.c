#include "draw/svg.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "draw/field.h"
#include "draw/metrics.h"
#include "draw/theme.h"

void dgi_svg_begin(dgi_svg *s, const dgi_picture *p, const dgi_svg_style *style)
{
    *s = (dgi_svg){.picture = p, .style = *style};
}

void dgi_svg_free(dgi_svg *s)
{
    dgi_buf_free(&s->edges);
    dgi_buf_free(&s->ops);
    dgi_buf_free(&s->values);
}

/* A coordinate with at most two decimals and no zeros at its end. */
static void put_number(dgi_buf *b, double x)
{
    char text[32];
    char *end = text + sizeof text, *p = end;
    if (!(fabs(x) < 1e15))
        x = 0.0; /* no layout comes here */
    long long hundredths = llround(x * 100.0);
    unsigned long long u = (unsigned long long)(hundredths < 0 ? -hundredths : hundredths);
    unsigned fraction = (unsigned)(u % 100);
    u /= 100;
    if (fraction) {
        if (fraction % 10)
            *--p = (char)('0' + fraction % 10);
        *--p = (char)('0' + fraction / 10);
        *--p = '.';
    }
    do
        *--p = (char)('0' + u % 10);
    while (u /= 10);
    if (hundredths < 0)
        *--p = '-';
    dgi_buf_put(b, p, (size_t)(end - p));
}

static void put_attribute(dgi_buf *b, const char *name, double x)
{
    dgi_buf_putc(b, ' ');
    dgi_buf_puts(b, name);
    dgi_buf_puts(b, "=\"");
    put_number(b, x);
    dgi_buf_putc(b, '"');
}

static void put_pair(dgi_buf *b, dgi_point p)
{
    put_number(b, p.x);
    dgi_buf_putc(b, ',');
    put_number(b, p.y);
}

/* Text content: nothing in it is markup, and what XML cannot carry is U+FFFD. */
static void put_text(dgi_buf *b, const char *text, size_t size)
{
    const char *end = text + size, *plain = text;
    for (const char *p = text; p < end;) {
        const char *start = p;
        bool valid = true;
        uint32_t c = dgi_utf8_next(&p, end, &valid);
        const char *instead = NULL;
        if (c == '<')
            instead = "&lt;";
        else if (c == '>')
            instead = "&gt;";
        else if (c == '&')
            instead = "&amp;";
        else if (c == '"')
            instead = "&quot;";
        else if (c == '\r')
            instead = " ";
        else if (!valid || !dgi_xml_char(c))
            instead = "\xEF\xBF\xBD";
        if (!instead)
            continue;
        dgi_buf_put(b, plain, (size_t)(start - plain));
        dgi_buf_puts(b, instead);
        plain = p;
    }
    dgi_buf_put(b, plain, (size_t)(end - plain));
}

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

/* A single character has the room around it; what is nothing but marks has no width. */
static bool is_fitted(const char *text, size_t size, double width)
{
    const char *p = text;
    if (size == 0 || width <= 0.0)
        return false;
    dgi_utf8_next(&p, text + size, NULL);
    return p < text + size;
}

/* One line of text around its centre. Its letters are fitted into the width that its box was made for,
 * whatever font the viewer has. */
static void put_line(dgi_buf *b, const char *element, const char *class, const char *extra,
                     const char *text, size_t size, dgi_point centre, bool bold)
{
    dgi_extent extent = dgi_text_extent(text, size, DGI_FONT_SIZE, bold);
    dgi_buf_printf(b, "<%s", element);
    if (class)
        dgi_buf_printf(b, " class=\"%s\"", class);
    put_attribute(b, "x", centre.x);
    put_attribute(b, "y", centre.y + BASELINE);
    if (extra)
        dgi_buf_puts(b, extra);
    if (is_fitted(text, size, extent.width)) {
        put_attribute(b, "textLength", extent.width);
        dgi_buf_puts(b, " lengthAdjust=\"spacingAndGlyphs\"");
    }
    if (needs_preserve(text, size))
        dgi_buf_puts(b, " xml:space=\"preserve\"");
    dgi_buf_putc(b, '>');
    for (const char *end = text + size; text <= end;) { /* what is one line has no line ends */
        size_t piece = strcspn(text, "\n");
        if (piece > (size_t)(end - text))
            piece = (size_t)(end - text);
        put_text(b, text, piece);
        text += piece + 1;
        if (text <= end)
            dgi_buf_putc(b, ' ');
    }
    dgi_buf_printf(b, "</%s>", element);
}

static const char BOLD[] = " font-weight=\"bold\"";

static void put_label(dgi_buf *b, const char *label, dgi_point centre)
{
    const char *next;
    size_t size = dgi_line(label, &next);
    if (!next) {
        put_line(b, "text", "dg-label", BOLD, label, size, centre, true);
        return;
    }
    size_t lines = 1;
    for (const char *p = next; p; lines++)
        dgi_line(p, &p);
    double y = centre.y - (double)(lines - 1) * DGI_LINE_HEIGHT / 2.0;
    dgi_buf_printf(b, "<text class=\"dg-label\"%s>", BOLD);
    for (const char *p = label; p; p = next, y += DGI_LINE_HEIGHT) {
        size = dgi_line(p, &next);
        put_line(b, "tspan", NULL, NULL, p, size, (dgi_point){centre.x, y}, true);
    }
    dgi_buf_puts(b, "</text>");
}

static void put_title(dgi_buf *b, const dgi_summaries *s, size_t node)
{
    dgi_buf text = DGI_BUF_INIT;
    dgi_say_in_full(&text, s, node);
    dgi_buf_puts(b, "<title>");
    if (text.failed)
        b->failed = true;
    else
        put_text(b, text.data, text.size);
    dgi_buf_puts(b, "</title>");
    dgi_buf_free(&text);
}

/* The fields of a scalar: one number each, red where it is not finite. */
static void put_scalar(dgi_svg *s, size_t node, dgi_point data, dgi_point grad)
{
    const dg_trace *t = s->picture->trace;
    dgi_buf *b = &s->values;
    bool unset = !dg_trace_has_grad(t, node), data_lost = !isfinite(dg_trace_data(t, node)),
         grad_lost = !isfinite(dg_trace_grad(t, node));
    char text[DGI_FIELD_ROOM];
    size_t size = dgi_say_short_data(text, t, node);
    put_line(b, "text", data_lost ? "dg-data dg-alert" : "dg-data",
             data_lost ? DGI_ALERT_FILL : NULL, text, size, data, false);
    size = dgi_say_short_grad(text, t, node);
    put_line(b, "text", grad_lost ? "dg-grad dg-alert" : "dg-grad",
             unset       ? DGI_MUTED_FILL
             : grad_lost ? DGI_ALERT_FILL
                         : NULL,
             text, size, grad, false);
}

/* A field of a tensor: its pieces as the metrics place them, those that are not finite red. */
static void put_numbers(dgi_buf *b, const char *class, const char *word, dgi_numbers numbers,
                        dgi_point centre)
{
    dgi_field f;
    dgi_field_of(&f, word, &numbers);
    dgi_buf_printf(b, "<text class=\"%s\"%s>", class, numbers.all ? "" : DGI_MUTED_FILL);
    for (size_t i = 0; i < f.n; i++) {
        const dgi_piece *p = &f.pieces[i];
        double x = centre.x - f.width / 2.0 + p->left + p->width / 2.0;
        double y = centre.y + (p->line - (double)(f.lines - 1) / 2.0) * DGI_LINE_HEIGHT;
        put_line(b, "tspan", p->alert ? "dg-alert" : NULL, p->alert ? DGI_ALERT_FILL : NULL,
                 p->text, p->size, (dgi_point){x, y}, false);
    }
    dgi_buf_puts(b, "</text>");
}

static void put_tensor(dgi_svg *s, size_t node, dgi_point shape, dgi_point data, dgi_point grad)
{
    const dgi_summaries *all = &s->picture->summaries;
    dgi_buf *b = &s->values;
    char text[DGI_SHAPE_ROOM];
    size_t size = dgi_say_shape(text, s->picture->trace, node);
    put_line(b, "text", "dg-shape", NULL, text, size, shape, false);
    put_numbers(b, "dg-data", "data", dgi_data_of(all, node), data);
    put_numbers(b, "dg-grad", "grad", dgi_grad_of(all, node), grad);
}

/* Whether one of the value's numbers, or of its gradient's, is not finite. */
static bool is_lost(const dgi_summaries *s, size_t node)
{
    if (dgi_is_tensor(s->trace, node))
        return dgi_data_of(s, node).summary->lost || dgi_grad_of(s, node).summary->lost;
    return !isfinite(dg_trace_data(s->trace, node)) || !isfinite(dg_trace_grad(s->trace, node));
}

/* The outline of a record, and the lines between its fields. */
static void put_box(dgi_buf *b, const dgi_record *r, dgi_point corner, const dgi_paint *paint,
                    bool root)
{
    dgi_buf_puts(b, "<rect class=\"dg-box\"");
    put_attribute(b, "x", corner.x);
    put_attribute(b, "y", corner.y);
    put_attribute(b, "width", dgi_record_width(r));
    put_attribute(b, "height", r->height);
    dgi_buf_printf(b, " rx=\"4\" fill=\"%s\" stroke=\"%s\"%s/>", paint->fill, paint->stroke,
                   root ? " stroke-width=\"2\"" : "");
    const double widths[] = {r->label, r->shape, r->data};
    dgi_buf_puts(b, "<path class=\"dg-rule\" d=\"");
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        if (widths[i] == 0.0)
            continue; /* a scalar has no field for a shape */
        corner.x += widths[i];
        dgi_buf_putc(b, 'M');
        put_pair(b, corner);
        dgi_buf_puts(b, "v");
        put_number(b, r->height);
    }
    dgi_buf_printf(b, "\" fill=\"none\" stroke=\"%s\"/>", paint->stroke);
}

void dgi_svg_value(dgi_svg *s, size_t node, dgi_point centre)
{
    const dg_trace *t = s->picture->trace;
    const dgi_record *r = &s->picture->records[node];
    dgi_buf *b = &s->values;
    bool leaf = *dg_trace_op(t, node) == '\0', root = node == dg_trace_root(t);
    bool unset = !dg_trace_has_grad(t, node), tensor = dgi_is_tensor(t, node);
    const dgi_paint *paint = root ? &dgi_root_paint : leaf ? &dgi_leaf_paint : &dgi_value_paint;
    double left = centre.x - dgi_record_width(r) / 2.0, top = centre.y - r->height / 2.0;

    dgi_buf_printf(b, "<g id=\"%s-v%zu\" class=\"dg-value%s%s%s%s%s\">", s->style.id_prefix, node,
                   leaf ? " dg-leaf" : "", root ? " dg-root" : "", tensor ? " dg-tensor" : "",
                   unset ? " dg-unset" : "",
                   is_lost(&s->picture->summaries, node) ? " dg-nonfinite" : "");
    put_title(b, &s->picture->summaries, node);
    put_box(b, r, (dgi_point){left, top}, paint, root);
    put_label(b, dg_trace_label(t, node), (dgi_point){left + r->label / 2.0, centre.y});
    left += r->label;
    dgi_point shape = {left + r->shape / 2.0, centre.y};
    left += r->shape;
    dgi_point data = {left + r->data / 2.0, centre.y};
    left += r->data;
    dgi_point grad = {left + r->grad / 2.0, centre.y};
    if (tensor)
        put_tensor(s, node, shape, data, grad);
    else
        put_scalar(s, node, data, grad);
    dgi_buf_puts(b, "</g>\n");
    s->n_values++;
}

void dgi_svg_op(dgi_svg *s, size_t node, dgi_point centre)
{
    const dg_trace *t = s->picture->trace;
    const dgi_ellipse *e = &s->picture->ellipses[node];
    const char *op = dg_trace_op(t, node);
    dgi_buf *b = &s->ops;
    dgi_buf_printf(b, "<g id=\"%s-v%zu-op\" class=\"dg-op\"><ellipse", s->style.id_prefix, node);
    put_attribute(b, "cx", centre.x);
    put_attribute(b, "cy", centre.y);
    put_attribute(b, "rx", e->width / 2.0);
    put_attribute(b, "ry", e->height / 2.0);
    dgi_buf_printf(b, " fill=\"%s\" stroke=\"%s\"/>", dgi_op_paint.fill, dgi_op_paint.stroke);
    /* Fonts set the asterisk small and high, like an exponent. */
    bool asterisk = strcmp(op, "*") == 0;
    dgi_point middle = {centre.x, centre.y + (asterisk ? 7.0 : 0.0)};
    put_line(b, "text", NULL, asterisk ? " font-size=\"20\"" : NULL, op, strlen(op), middle, false);
    dgi_buf_puts(b, "</g>\n");
    s->n_ops++;
}

void dgi_svg_edge_begin(dgi_svg *s, size_t edge)
{
    dgi_buf_printf(&s->edges, "<g id=\"%s-e%zu\" class=\"dg-edge\">", s->style.id_prefix, edge);
}

void dgi_svg_spline_begin(dgi_svg *s, dgi_point start)
{
    dgi_buf_puts(&s->edges, "<path class=\"dg-line\" d=\"M");
    put_pair(&s->edges, start);
    dgi_buf_putc(&s->edges, 'C');
}

void dgi_svg_spline_point(dgi_svg *s, dgi_point point)
{
    if (s->edges.size && s->edges.data[s->edges.size - 1] != 'C')
        dgi_buf_putc(&s->edges, ' ');
    put_pair(&s->edges, point);
}

void dgi_svg_spline_end(dgi_svg *s)
{
    dgi_buf_puts(&s->edges, "\"/>");
    s->n_edges++;
}

void dgi_svg_arrowhead(dgi_svg *s, const dgi_point *points, size_t n)
{
    dgi_buf *b = &s->edges;
    dgi_buf_puts(b, "<path class=\"dg-arrow\" d=\"M");
    for (size_t i = 0; i < n; i++) {
        if (i)
            dgi_buf_putc(b, 'L');
        put_pair(b, points[i]);
    }
    dgi_buf_printf(b, "z\" fill=\"%s\"/>", DGI_EDGE_COLOUR);
}

void dgi_svg_edge_label(dgi_svg *s, const char *text, dgi_point centre)
{
    put_line(&s->edges, "text", "dg-times",
             " fill=\"" DGI_EDGE_COLOUR "\" stroke=\"none\" font-weight=\"bold\"", text, strlen(text),
             centre, true);
}

void dgi_svg_edge_end(dgi_svg *s)
{
    dgi_buf_puts(&s->edges, "</g>\n");
}

/* A text from outside as one line: a blank line would end HTML in Markdown. */
static void put_given(dgi_buf *b, const char *text)
{
    const char *next;
    for (const char *line = text; line; line = next) {
        size_t size = dgi_line(line, &next);
        put_text(b, line, size);
        if (next)
            dgi_buf_putc(b, ' ');
    }
}

/* What the graph is called and says, for eyes that do not see it. */
static void put_words(dgi_buf *b, const dgi_svg *s)
{
    const dg_trace *t = s->picture->trace;
    dgi_buf text = DGI_BUF_INIT;
    dgi_buf_printf(b, "<title id=\"%s-title\">", s->style.id_prefix);
    if (s->style.title) {
        put_given(b, s->style.title);
    } else {
        dgi_buf_puts(b, "Computation graph of ");
        dgi_say_name(&text, t, dg_trace_root(t));
        put_text(b, text.data ? text.data : "", text.size);
    }
    dgi_buf_printf(b, "</title>\n<desc id=\"%s-desc\">", s->style.id_prefix);
    if (s->style.description) {
        put_given(b, s->style.description);
    } else {
        text.size = 0;
        dgi_say_graph(&text, &s->picture->summaries);
        put_text(b, text.data ? text.data : "", text.size);
    }
    dgi_buf_puts(b, "</desc>\n");
    if (text.failed)
        b->failed = true;
    dgi_buf_free(&text);
}

static void put_layer(dgi_buf *b, const char *class, const char *attributes, const dgi_buf *layer)
{
    if (layer->failed)
        b->failed = true;
    if (layer->size == 0)
        return;
    dgi_buf_printf(b, "<g class=\"%s\"%s>\n", class, attributes);
    dgi_buf_put(b, layer->data, layer->size);
    dgi_buf_puts(b, "</g>\n");
}

void dgi_svg_write(dgi_buf *b, const dgi_svg *s)
{
    const char *prefix = s->style.id_prefix;
    if (!s->style.inline_html)
        dgi_buf_puts(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    dgi_buf_printf(b,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"%s\" class=\"dotgrad\" "
                   "role=\"img\" aria-labelledby=\"%s-title\" aria-describedby=\"%s-desc\"",
                   prefix, prefix, prefix);
    if (!s->style.no_size) {
        dgi_buf_puts(b, " width=\"");
        put_number(b, s->width);
        dgi_buf_puts(b, "pt\" height=\"");
        put_number(b, s->height);
        dgi_buf_puts(b, "pt\"");
    }
    dgi_buf_puts(b, " viewBox=\"0 0 ");
    put_number(b, s->width);
    dgi_buf_putc(b, ' ');
    put_number(b, s->height);
    dgi_buf_printf(b, "\" font-family=\"%s\" font-size=\"%d\" text-anchor=\"middle\" fill=\"%s\">\n",
                   DGI_FONT_FAMILY, (int)DGI_FONT_SIZE, DGI_TEXT_COLOUR);
    put_words(b, s);
    dgi_buf_puts(b, dgi_theme_css);
    put_layer(b, "dg-edges", " fill=\"none\" stroke=\"" DGI_EDGE_COLOUR "\"", &s->edges);
    put_layer(b, "dg-ops", "", &s->ops);
    put_layer(b, "dg-values", "", &s->values);
    dgi_buf_puts(b, "</svg>\n");
}
