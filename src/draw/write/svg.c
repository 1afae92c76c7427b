#include "draw/write/svg.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "draw/style/record_field.h"
#include "draw/style/font_metrics.h"
#include "draw/write/theme.h"

void dgi_svg_begin(dgi_svg *s, const dgi_picture *p, const dgi_svg_style *style, dgi_sink *output)
{
    *s = (dgi_svg){.picture = p, .style = *style, .output = output, .open = DGI_LAYER_COUNT};
}

void dgi_svg_free(dgi_svg *s)
{
    for (size_t i = 0; i < DGI_LAYER_COUNT; i++)
        dgi_buf_free(&s->layers[i]);
    dgi_buf_free(&s->scratch);
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

/* A single character has the room around it; what is nothing but marks has no width. */
static bool is_fitted(const char *text, size_t size, double width)
{
    const char *p = text;
    if (size == 0 || width <= 0.0)
        return false;
    dgi_utf8_next(&p, text + size, NULL);
    return p < text + size;
}

/* One line of text around its centre. Its letters are fitted into the width that its box was made
 * for, whatever font the viewer has. */
static void put_line(dgi_buf *b, const char *element, const char *class, const char *extra,
                     const char *text, size_t size, dgi_point centre, bool bold)
{
    dgi_extent extent = dgi_text_extent(text, size, DGI_FONT_SIZE, bold);
    dgi_buf_putc(b, '<');
    dgi_buf_puts(b, element);
    if (class)
        dgi_put_word(b, "class", class);
    dgi_put_attribute(b, "x", centre.x);
    dgi_put_attribute(b, "y", centre.y + BASELINE);
    if (extra)
        dgi_buf_puts(b, extra);
    if (is_fitted(text, size, extent.width))
        dgi_put_attribute(b, "textLength", extent.width);
    if (needs_preserve(text, size))
        dgi_buf_puts(b, " xml:space=\"preserve\"");
    dgi_buf_putc(b, '>');
    for (const char *end = text + size; text <= end;) { /* what is one line has no line ends */
        size_t piece = strcspn(text, "\n");
        if (piece > (size_t)(end - text))
            piece = (size_t)(end - text);
        dgi_put_text(b, text, piece);
        text += piece + 1;
        if (text <= end)
            dgi_buf_putc(b, ' ');
    }
    dgi_buf_puts(b, "</");
    dgi_buf_puts(b, element);
    dgi_buf_putc(b, '>');
}

static const char BOLD[] = " font-weight=\"bold\"";

static void put_label(dgi_buf *b, const char *label, dgi_point centre)
{
    const char *next;
    size_t size = dgi_first_line(label, &next);
    if (!*label)
        return;
    if (!next) {
        put_line(b, "text", "dg-label", BOLD, label, size, centre, true);
        return;
    }
    size_t lines = 1;
    for (const char *p = next; p; lines++)
        dgi_first_line(p, &p);
    double y = centre.y - (double)(lines - 1) * DGI_LINE_HEIGHT / 2.0;
    dgi_buf_printf(b, "<text class=\"dg-label\"%s>", BOLD);
    for (const char *p = label; p; p = next, y += DGI_LINE_HEIGHT) {
        size = dgi_first_line(p, &next);
        put_line(b, "tspan", NULL, NULL, p, size, (dgi_point){centre.x, y}, true);
    }
    dgi_buf_puts(b, "</text>");
}

static void put_title(dgi_svg *s, dgi_buf *b, size_t node)
{
    s->scratch.size = 0;
    dgi_put_tooltip(&s->scratch, &s->picture->statistics, node);
    dgi_buf_puts(b, "<title>");
    if (s->scratch.failed)
        b->failed = true;
    else
        dgi_put_text(b, s->scratch.data, s->scratch.size);
    dgi_buf_puts(b, "</title>");
}

/* The fields of a scalar: one number each, red where it is not finite. */
static void put_scalar(const dgi_svg *s, dgi_buf *b, size_t node, dgi_point data, dgi_point grad)
{
    const dg_trace *t = s->picture->trace;
    bool unset = !dg_trace_has_grad(t, node), data_nonfinite = !isfinite(dg_trace_data(t, node)),
         grad_nonfinite = !isfinite(dg_trace_grad(t, node));
    char text[DGI_FIELD_TEXT_SIZE];
    size_t size = dgi_short_data_text(text, t, node);
    put_line(b, "text", data_nonfinite ? "dg-data dg-alert" : "dg-data",
             data_nonfinite ? DGI_ALERT_FILL : NULL, text, size, data, false);
    size = dgi_short_grad_text(text, t, node);
    put_line(b, "text", grad_nonfinite ? "dg-grad dg-alert" : "dg-grad",
             unset            ? DGI_MUTED_FILL
             : grad_nonfinite ? DGI_ALERT_FILL
                              : NULL,
             text, size, grad, false);
}

/* A field of a tensor: its pieces as the metrics place them, those that are not finite red. */
static void put_numbers(dgi_buf *b, const char *class, const char *word, dgi_tensor_view numbers,
                        dgi_point centre)
{
    dgi_field f;
    dgi_field_of(&f, word, &numbers);
    dgi_buf_printf(b, "<text class=\"%s\"%s>", class, numbers.numbers ? "" : DGI_MUTED_FILL);
    for (size_t i = 0; i < f.n; i++) {
        const dgi_piece *p = &f.pieces[i];
        double x = centre.x - f.width / 2.0 + p->left + p->width / 2.0;
        double y = centre.y + (p->line - (double)(f.lines - 1) / 2.0) * DGI_LINE_HEIGHT;
        put_line(b, "tspan", p->alert ? "dg-alert" : NULL, p->alert ? DGI_ALERT_FILL : NULL,
                 p->text, p->size, (dgi_point){x, y}, false);
    }
    dgi_buf_puts(b, "</text>");
}

static void put_tensor(const dgi_svg *s, dgi_buf *b, size_t node, dgi_point shape, dgi_point data,
                       dgi_point grad)
{
    const dgi_trace_statistics *all = &s->picture->statistics;
    char text[DGI_SHAPE_TEXT_SIZE];
    size_t size = dgi_shape_text(text, s->picture->trace, node);
    put_line(b, "text", "dg-shape", NULL, text, size, shape, false);
    put_numbers(b, "dg-data", "data", dgi_data_view(all, node), data);
    put_numbers(b, "dg-grad", "grad", dgi_grad_view(all, node), grad);
}

/* Whether one of the value's numbers, or of its gradient's, is not finite. */
static bool is_nonfinite(const dgi_trace_statistics *s, size_t node)
{
    if (dgi_node_is_tensor(s->trace, node))
        return dgi_data_view(s, node).statistics->nonfinite ||
               dgi_grad_view(s, node).statistics->nonfinite;
    return !isfinite(dg_trace_data(s->trace, node)) || !isfinite(dg_trace_grad(s->trace, node));
}

/* The outline of a record, and the lines between its fields, which have no inside to be filled. */
static void put_box(dgi_svg *s, dgi_buf *b, const dgi_record *r, dgi_point corner,
                    const dgi_paint *paint, bool root)
{
    dgi_buf_puts(b, "<rect");
    dgi_put_attribute(b, "x", corner.x);
    dgi_put_attribute(b, "y", corner.y);
    dgi_put_attribute(b, "width", dgi_record_width(r));
    dgi_put_attribute(b, "height", r->height);
    dgi_buf_puts(b, " rx=\"4\"");
    dgi_put_word(b, "fill", paint->fill);
    dgi_put_word(b, "stroke", paint->stroke);
    dgi_buf_puts(b, root ? " stroke-width=\"2\"/><path d=\"" : "/><path d=\"");
    const double widths[] = {r->label, r->shape, r->data};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        if (widths[i] == 0.0)
            continue; /* a scalar has no field for a shape */
        corner.x += widths[i];
        dgi_pen_move(&s->pen, b, corner);
        dgi_pen_line(&s->pen, b, (dgi_point){corner.x, corner.y + r->height});
    }
    dgi_buf_putc(b, '"');
    dgi_put_word(b, "stroke", paint->stroke);
    dgi_buf_puts(b, "/>");
}

/* ---- Elements ------------------------------------------------------------------------------- */

static const struct {
    const char *class, *attributes;
} layers[DGI_LAYER_COUNT] = {
    [DGI_LAYER_EDGES] = {"dg-edges",
                         " fill=\"" DGI_EDGE_COLOUR "\" stroke=\"" DGI_EDGE_COLOUR "\""},
    [DGI_LAYER_OPS] = {"dg-ops", ""},
    [DGI_LAYER_VALUES] = {"dg-values", ""},
};

static void open_layer(dgi_buf *b, dgi_layer layer)
{
    dgi_buf_puts(b, "<g");
    dgi_put_word(b, "class", layers[layer].class);
    dgi_buf_puts(b, layers[layer].attributes);
    dgi_buf_puts(b, ">\n");
}

static void close_layer(dgi_buf *b)
{
    dgi_buf_puts(b, "</g>\n");
}

/* Where an element of the layer goes. */
static dgi_buf *layer_of(dgi_svg *s, dgi_layer layer)
{
    if (!s->in_order)
        return &s->layers[layer];
    dgi_buf *b = &s->output->pending;
    if (s->open != layer) {
        if (s->open != DGI_LAYER_COUNT)
            close_layer(b);
        open_layer(b, layer);
        s->open = layer;
    }
    return b;
}

/* The group of an element; what follows in it is its class. */
static void open_group(dgi_svg *s, dgi_buf *b, char letter, size_t number, const char *suffix)
{
    dgi_buf_puts(b, "<g id=\"");
    dgi_buf_puts(b, s->style.id_prefix);
    dgi_buf_putc(b, '-');
    dgi_buf_putc(b, letter);
    dgi_buf_put_count(b, number);
    dgi_buf_puts(b, suffix);
    dgi_buf_puts(b, "\" class=\"");
}

static void close_group(dgi_svg *s, dgi_buf *b)
{
    dgi_buf_puts(b, "</g>\n");
    dgi_sink_flush_piece(s->output);
}

void dgi_svg_value(dgi_svg *s, size_t node, dgi_point centre)
{
    const dg_trace *t = s->picture->trace;
    const dgi_record *r = &s->picture->records[node];
    dgi_buf *b = layer_of(s, DGI_LAYER_VALUES);
    bool leaf = *dg_trace_op(t, node) == '\0', root = node == dg_trace_root(t);
    bool unset = !dg_trace_has_grad(t, node), tensor = dgi_node_is_tensor(t, node);
    const dgi_paint *paint = root ? &dgi_root_paint : leaf ? &dgi_leaf_paint : &dgi_value_paint;
    double left = centre.x - dgi_record_width(r) / 2.0, top = centre.y - r->height / 2.0;

    open_group(s, b, 'v', node, "");
    dgi_buf_puts(b, "dg-value");
    dgi_buf_puts(b, leaf ? " dg-leaf" : "");
    dgi_buf_puts(b, root ? " dg-root" : "");
    dgi_buf_puts(b, tensor ? " dg-tensor" : "");
    dgi_buf_puts(b, unset ? " dg-unset" : "");
    dgi_buf_puts(b, is_nonfinite(&s->picture->statistics, node) ? " dg-nonfinite\">" : "\">");
    put_title(s, b, node);
    put_box(s, b, r, (dgi_point){left, top}, paint, root);
    put_label(b, dg_trace_label(t, node), (dgi_point){left + r->label / 2.0, centre.y});
    left += r->label;
    dgi_point shape = {left + r->shape / 2.0, centre.y};
    left += r->shape;
    dgi_point data = {left + r->data / 2.0, centre.y};
    left += r->data;
    dgi_point grad = {left + r->grad / 2.0, centre.y};
    if (tensor)
        put_tensor(s, b, node, shape, data, grad);
    else
        put_scalar(s, b, node, data, grad);
    close_group(s, b);
    s->n_values++;
}

void dgi_svg_op(dgi_svg *s, size_t node, dgi_point centre)
{
    const dg_trace *t = s->picture->trace;
    const dgi_ellipse *e = &s->picture->ellipses[node];
    const char *op = dg_trace_op(t, node);
    dgi_buf *b = layer_of(s, DGI_LAYER_OPS);
    open_group(s, b, 'v', node, "-op");
    dgi_buf_puts(b, "dg-op\"><ellipse");
    dgi_put_attribute(b, "cx", centre.x);
    dgi_put_attribute(b, "cy", centre.y);
    dgi_put_attribute(b, "rx", e->width / 2.0);
    dgi_put_attribute(b, "ry", e->height / 2.0);
    dgi_put_word(b, "fill", dgi_op_paint.fill);
    dgi_put_word(b, "stroke", dgi_op_paint.stroke);
    dgi_buf_puts(b, "/>");
    /* Fonts set the asterisk small and high, like an exponent. */
    bool asterisk = strcmp(op, "*") == 0;
    dgi_point middle = {centre.x, centre.y + (asterisk ? 7.0 : 0.0)};
    put_line(b, "text", NULL, asterisk ? " font-size=\"20\"" : NULL, op, strlen(op), middle, false);
    close_group(s, b);
    s->n_ops++;
}

void dgi_svg_edge_begin(dgi_svg *s, size_t edge)
{
    dgi_buf *b = layer_of(s, DGI_LAYER_EDGES);
    open_group(s, b, 'e', edge, "");
    dgi_buf_puts(b, "dg-edge\">");
}

void dgi_svg_spline_begin(dgi_svg *s, dgi_point start)
{
    dgi_buf *b = layer_of(s, DGI_LAYER_EDGES);
    dgi_buf_puts(b, "<path fill=\"none\" d=\"");
    dgi_pen_move(&s->pen, b, start);
    s->n_curve = 0;
}

void dgi_svg_spline_point(dgi_svg *s, dgi_point point)
{
    s->curve[s->n_curve++] = point;
    if (s->n_curve < 3)
        return;
    dgi_pen_curve(&s->pen, layer_of(s, DGI_LAYER_EDGES), s->curve);
    s->n_curve = 0;
}

void dgi_svg_spline_end(dgi_svg *s)
{
    dgi_buf_puts(layer_of(s, DGI_LAYER_EDGES), "\"/>");
    s->n_edges++;
}

void dgi_svg_arrowhead(dgi_svg *s, const dgi_point *points, size_t n)
{
    dgi_buf *b = layer_of(s, DGI_LAYER_EDGES);
    dgi_buf_puts(b, "<path d=\"");
    for (size_t i = 0; i < n; i++)
        if (i)
            dgi_pen_line(&s->pen, b, points[i]);
        else
            dgi_pen_move(&s->pen, b, points[i]);
    dgi_buf_puts(b, "z\"/>");
}

void dgi_svg_edge_label(dgi_svg *s, const char *text, dgi_point centre)
{
    put_line(layer_of(s, DGI_LAYER_EDGES), "text", "dg-times",
             " stroke=\"none\" font-weight=\"bold\"", text, strlen(text), centre, true);
}

void dgi_svg_edge_end(dgi_svg *s)
{
    close_group(s, layer_of(s, DGI_LAYER_EDGES));
}

/* ---- The document --------------------------------------------------------------------------- */

/* A text from outside as one line: a blank line would end HTML in Markdown. */
static void put_given(dgi_buf *b, const char *text)
{
    const char *next;
    for (const char *line = text; line; line = next) {
        size_t size = dgi_first_line(line, &next);
        dgi_put_text(b, line, size);
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
        dgi_put_node_name(&text, t, dg_trace_root(t));
        dgi_put_text(b, text.data ? text.data : "", text.size);
    }
    dgi_buf_printf(b, "</title>\n<desc id=\"%s-desc\">", s->style.id_prefix);
    if (s->style.description) {
        put_given(b, s->style.description);
    } else {
        text.size = 0;
        dgi_put_graph_description(&text, &s->picture->statistics);
        dgi_put_text(b, text.data ? text.data : "", text.size);
    }
    dgi_buf_puts(b, "</desc>\n");
    if (text.failed)
        b->failed = true;
    dgi_buf_free(&text);
}

static void put_head(dgi_buf *b, const dgi_svg *s)
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
        dgi_put_number(b, s->width);
        dgi_buf_puts(b, "pt\" height=\"");
        dgi_put_number(b, s->height);
        dgi_buf_puts(b, "pt\"");
    }
    dgi_buf_puts(b, " viewBox=\"0 0 ");
    dgi_put_number(b, s->width);
    dgi_buf_putc(b, ' ');
    dgi_put_number(b, s->height);
    dgi_buf_printf(b,
                   "\" font-family=\"%s\" font-size=\"%d\" text-anchor=\"middle\" fill=\"%s\">\n",
                   DGI_FONT_FAMILY, (int)DGI_FONT_SIZE, DGI_TEXT_COLOUR);
    put_words(b, s);
    dgi_buf_puts(b, dgi_theme_css);
}

void dgi_svg_in_order(dgi_svg *s)
{
    s->in_order = true;
    put_head(&s->output->pending, s);
}

void dgi_svg_end(dgi_svg *s)
{
    dgi_buf *b = &s->output->pending;
    if (s->in_order) {
        if (s->open != DGI_LAYER_COUNT)
            close_layer(b);
    } else {
        put_head(b, s);
        for (dgi_layer i = 0; i < DGI_LAYER_COUNT; i++) {
            dgi_buf *layer = &s->layers[i];
            b->failed = b->failed || layer->failed;
            if (layer->size == 0)
                continue;
            open_layer(b, i);
            dgi_buf_put(b, layer->data, layer->size);
            close_layer(b);
            dgi_buf_free(layer);
        }
    }
    dgi_buf_puts(b, "</svg>\n");
}
