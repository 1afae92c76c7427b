/* The way in: options to formats, formats to files. */
#include <dotgrad/draw.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "draw/write/file.h"
#include "draw/place/place.h"
#include "draw/write/formats.h"
#include "draw/place/place.h"

/* One row a name; a format's own name is the first that it has. */
static const struct {
    const char *name;
    dg_format format;
} formats[] = {
    {"svg", DG_SVG},     {"svg_inline", DG_SVG_INLINE},
    {"dot", DG_DOT},     {"json", DG_JSON},
    {"table", DG_TABLE}, {"png", DG_PNG},
    {"pdf", DG_PDF},     {"gv", DG_DOT},
    {"txt", DG_TABLE},
};

enum { FORMATS = sizeof formats / sizeof *formats };

dg_format dg_format_from_name(const char *name)
{
    for (size_t i = 0; name && i < FORMATS; i++)
        if (strcmp(formats[i].name, name) == 0)
            return formats[i].format;
    return DG_FORMAT_AUTO;
}

dg_format dg_format_from_path(const char *path)
{
    const char *dot = path ? strrchr(path, '.') : NULL;
    if (!dot || strchr(dot, '/'))
        return DG_FORMAT_AUTO;
    for (size_t i = 0; i < FORMATS; i++)
        if (strcasecmp(formats[i].name, dot + 1) == 0)
            return formats[i].format;
    return DG_FORMAT_AUTO;
}

const char *dg_format_name(dg_format format)
{
    for (size_t i = 0; i < FORMATS; i++)
        if (formats[i].format == format)
            return formats[i].name;
    return NULL;
}

enum { PREFIX_MAX = 64 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool prefix_is_good(const char *prefix)
{
    if (!is_letter(prefix[0]))
        return false;
    size_t i = 1;
    while (is_letter(prefix[i]) || (prefix[i] && strchr("0123456789-_.", prefix[i])))
        i++;
    return prefix[i] == '\0' && i <= PREFIX_MAX;
}

/* Graphviz drops what it cannot draw without saying so. */
static dg_status check_counts(const dgi_picture *p, const dgi_svg *s, dg_error *error)
{
    size_t values = dg_trace_node_count(p->trace), edges = p->edges.n + p->n_ops;
    if (s->n_values != values || s->n_ops != p->n_ops)
        return dgi_error(error, DG_RENDER, "the layout drew %zu of %zu nodes",
                         s->n_values + s->n_ops, values + p->n_ops);
    if (s->n_edges != edges)
        return dgi_error(error, DG_RENDER, "the layout drew %zu of %zu edges", s->n_edges, edges);
    return DG_OK;
}

static void tell(const dg_draw_options *o, const char *phase)
{
    if (o->progress)
        o->progress(o->progress_context, phase);
}

/* The trace, placed by whom the style names, as SVG. */
static dg_status write_svg(dgi_sink *output, const dg_trace *t, const dgi_svg_style *style,
                           const dg_draw_options *o, dg_error *error)
{
    dgi_picture picture;
    tell(o, "measuring");
    if (!dgi_picture_of(&picture, t))
        return dgi_error(error, DG_NOMEM, "out of memory");
    dgi_svg svg;
    tell(o, "laying out");
    dgi_svg_begin(&svg, &picture, style, output);
    bool dot = style->layout == DG_LAYOUT_DOT;
    dg_status status =
        dot ? dgi_place_graphviz(&svg, &picture, error) : dgi_place_flow(&svg, &picture, o, error);
    if (status == DG_OK)
        status = check_counts(&picture, &svg, error);
    if (status == DG_OK) {
        if (dot)
            tell(o, "writing");
        dgi_svg_end(&svg);
        if (output->pending.failed)
            status = dgi_error(error, DG_NOMEM, "out of memory");
    }
    dgi_svg_free(&svg);
    dgi_picture_free(&picture);
    return status;
}

/* A text that says something, or NULL. */
static const char *words(const char *text)
{
    return text && text[strspn(text, " \t\r\n")] ? text : NULL;
}

static dg_status write_picture(dgi_sink *output, const dg_trace *t, dg_format format,
                               const dg_draw_options *o, dg_error *error)
{
    bool is_svg = format == DG_SVG || format == DG_SVG_INLINE;
    dgi_svg_style style = {.id_prefix = o->id_prefix ? o->id_prefix : "dotgrad",
                           .inline_html = format == DG_SVG_INLINE,
                           .no_size = is_svg && o->no_size,
                           .layout = o->layout,
                           .title = words(o->title),
                           .description = words(o->description)};
    if (!prefix_is_good(style.id_prefix))
        return dgi_error(
            error, DG_INVALID,
            "an id prefix is a letter, then letters, digits, '-', '_' or '.', at most %d",
            PREFIX_MAX);
    if (is_svg)
        return write_svg(output, t, &style, o, error);
    char date[DGI_DATE_SIZE];
    dg_status dated = dgi_date(date, format == DG_PDF ? o->source_date_epoch : NULL, error);
    if (dated != DG_OK)
        return dated;
    dgi_sink svg = {.pending = DGI_BUF_INIT};
    dg_status status = write_svg(&svg, t, &style, o, error);
    if (status == DG_OK)
        tell(o, "rasterising");
    if (status == DG_OK)
        status = dgi_rasterise(&output->pending, svg.pending.data, svg.pending.size, format, date,
                               error);
    dgi_buf_free(&svg.pending);
    return status;
}

static dg_status write_json(dgi_buf *b, const dg_trace *t)
{
    size_t size;
    char *bytes = dg_json_from_trace(t, &size);
    dgi_buf_free(b);
    if (bytes)
        *b = (dgi_buf){bytes, size, size + 1, false};
    return bytes ? DG_OK : DG_NOMEM;
}

static dg_status write_format(dgi_sink *output, const dg_trace *t, dg_format format,
                              const dg_draw_options *o, dg_error *error)
{
    switch (format) {
    case DG_DOT:
        return dgi_write_dot(&output->pending, t) ? DG_OK : DG_NOMEM;
    case DG_TABLE:
        return dgi_write_table(&output->pending, t) ? DG_OK : DG_NOMEM;
    case DG_JSON:
        return write_json(&output->pending, t);
    case DG_FORMAT_AUTO:
    case DG_SVG:
        return write_picture(output, t, DG_SVG, o, error);
    case DG_SVG_INLINE:
    case DG_PNG:
    case DG_PDF:
        return write_picture(output, t, format, o, error);
    }
    return dgi_error(error, DG_INVALID, "no such format");
}

static const dg_draw_options defaults;

/* Everything into the output. An error is told to the options' only where there is one. */
static dg_status render(dgi_sink *output, const dg_trace *t, const dg_draw_options *o)
{
    if (o->error)
        *o->error = (dg_error){0};
    if (!t || dg_trace_node_count(t) == 0)
        return dgi_error(o->error, DG_INVALID, "there is nothing to draw");
    if (o->layout < DG_LAYOUT_AUTO || o->layout > DG_LAYOUT_FLOW)
        return dgi_error(o->error, DG_INVALID, "no such layout");
    /* A trace that somebody built may be no graph; the writers rely on its being one. */
    dg_status status = dg_trace_check(t, o->error);
    if (status != DG_OK)
        return status;
    dg_error error = {0};
    status = write_format(output, t, o->format, o, &error);
    if (status != DG_OK && o->error && error.status != DG_OK)
        *o->error = error;
    if (status == DG_OK && !dgi_sink_end(output))
        status = output->pending.failed ? DG_NOMEM
                                        : dgi_error(o->error, DG_IO, "the picture was not taken");
    return status == DG_NOMEM ? dgi_error(o->error, DG_NOMEM, "out of memory") : status;
}

char *dg_render(const dg_trace *t, size_t *size, const dg_draw_options *options)
{
    const dg_draw_options *o = options ? options : &defaults;
    dgi_sink output = {.pending = DGI_BUF_INIT};
    char *bytes = NULL;
    if (size)
        *size = 0;
    if (render(&output, t, o) == DG_OK) {
        bytes = dgi_buf_take(&output.pending, size);
        if (!bytes)
            dgi_error(o->error, DG_NOMEM, "out of memory");
    }
    dgi_buf_free(&output.pending);
    return bytes;
}

dg_status dg_render_to(const dg_trace *t, dg_write_function *write, void *context,
                       const dg_draw_options *options)
{
    const dg_draw_options *o = options ? options : &defaults;
    if (!write)
        return dgi_error(o->error, DG_INVALID, "there is no function to write with");
    dgi_sink output = {.pending = DGI_BUF_INIT, .write = write, .context = context};
    dg_status status = render(&output, t, o);
    dgi_buf_free(&output.pending);
    return status;
}

static int put_to_file(void *file, const void *bytes, size_t size)
{
    return !dgi_file_put(file, bytes, size);
}

dg_status dg_draw_trace(const dg_trace *t, const char *path, const dg_draw_options *options)
{
    dg_draw_options o = options ? *options : defaults;
    dg_error own, of_file = {0};
    dg_error *error = o.error ? o.error : &own;
    o.error = error;
    if (!path)
        return dgi_error(error, DG_INVALID, "no path to draw to");
    if (o.format == DG_FORMAT_AUTO)
        o.format = dg_format_from_path(path);
    dgi_file file;
    dgi_file_begin(&file, path, &of_file);
    dg_status status = dg_render_to(t, put_to_file, &file, &o);
    dg_status written = dgi_file_end(&file, status == DG_OK, NULL);
    /* Where the file took no more, it knows why. */
    if (written != DG_OK && (status == DG_OK || status == DG_IO)) {
        *error = of_file;
        status = written;
    }
    return status;
}

dg_status dg_draw_dot(const dg_value *root, const char *path, const dg_draw_options *options)
{
    dg_error *error = options ? options->error : NULL;
    if (!root)
        return dgi_error(error, DG_INVALID, "there is no value to draw");
    dg_trace *t = dg_trace_from_value(root);
    if (!t)
        return dgi_error(error, DG_NOMEM, "out of memory");
    dg_status status = dg_draw_trace(t, path, options);
    dg_trace_free(t);
    return status;
}
