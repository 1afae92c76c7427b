/* The public functions: options to formats, formats to files. */
#include <dotgrad/draw.h>

#include <stdlib.h>

#include "base/error.h"
#include "draw/arrange.h"
#include "draw/options.h"
#include "draw/style/folded.h"
#include "draw/style/frames.h"
#include "draw/style/style.h"
#include "draw/write/file.h"
#include "draw/write/formats.h"
#include "draw/write/report.h"
#include "draw/write/svg.h"

static void put_info(const dgi_placed_scene *p, const dgi_options *o)
{
    dgi_point size = dgi_picture_size(p);
    if (o->info)
        *o->info = (dg_picture_info){.direction = p->scene->direction,
                                     .width = o->scale * size.x,
                                     .height = o->scale * size.y,
                                     .fit = o->fit,
                                     .text_size = dgi_text_size(o, size.x)};
}

/* A picture, or the frames of one, which are placed once. */
typedef struct drawing {
    dgi_options options;
    dgi_frames frames; /* empty without --frames */
    dgi_arrangement arrangement;
} drawing;

static dg_status check_frame(const drawing *d, dg_error *error)
{
    const dgi_options *o = &d->options;
    if (o->frame <= d->frames.count && (o->frame > 0 || o->format == DG_PDF))
        return DG_OK;
    return dgi_error(error, DG_INVALID, "the frame is a number from 1 to %zu; only a PDF has all",
                     d->frames.count);
}

/* Style and place. end_drawing() afterwards in any case. */
static dg_status begin_drawing(drawing *d, const dg_trace *t, const dgi_options *o, dg_error *error)
{
    *d = (drawing){.options = *o};
    dg_status status = DG_OK;
    if (o->frames != DG_FRAMES_NONE) {
        status = dgi_frames_init(&d->frames, t, &o->numbers, error);
        if (status == DG_OK)
            status = check_frame(d, error);
        t = d->frames.trace;
        d->options.grad_widths = d->frames.grad_widths;
        d->options.finished = d->frames.finished;
    }
    const dgi_placed_scene *placed = &d->arrangement.placed;
    if (status == DG_OK)
        status = dgi_arrange(&d->arrangement, t, &d->options, error);
    if (status == DG_OK)
        status = dgi_choose_scale(&d->options, dgi_picture_size(placed), error);
    if (status == DG_OK)
        put_info(placed, &d->options);
    return status;
}

static void end_drawing(drawing *d)
{
    dgi_arrangement_free(&d->arrangement);
    dgi_frames_free(&d->frames);
}

/* Write: one that is not before the last one that was written. */
static dg_status write_frame(drawing *d, dgi_sink *sink, size_t frame)
{
    dgi_arrangement *a = &d->arrangement;
    if (d->frames.count > 0 && (!dgi_frames_go(&d->frames, frame) ||
                                !dgi_scene_show_frame(&a->scene, &d->frames, &d->options)))
        return DG_NOMEM;
    return dgi_write_svg(sink, &a->placed, &d->options) ? DG_OK : DG_NOMEM;
}

static dg_status write_svg(dgi_sink *sink, const dg_trace *t, const dgi_options *o, dg_error *error)
{
    drawing d;
    dg_status status = begin_drawing(&d, t, o, error);
    if (status == DG_OK) {
        dgi_report_phase(o, "writing");
        status = write_frame(&d, sink, o->frame);
    }
    end_drawing(&d);
    return status;
}

static dg_status put_page(void *context, dgi_buf *svg, size_t page)
{
    drawing *d = context;
    dgi_sink sink = {.pending = DGI_BUF_INIT};
    if (page == 1)
        dgi_report_phase(&d->options, "writing");
    dg_status status = write_frame(d, &sink, d->options.frame ? d->options.frame : page);
    *svg = sink.pending;
    if (page == 1)
        dgi_report_phase(&d->options, "rasterising");
    return status;
}

/* PNG and PDF are made of the whole SVG, each page of a PDF of one. */
static dg_status write_raster(dgi_buf *b, const dg_trace *t, const dgi_options *o, dg_error *error)
{
    drawing d;
    dg_status status = begin_drawing(&d, t, o, error);
    if (status == DG_OK) {
        size_t pages = d.frames.count > 0 && o->frame == 0 ? d.frames.count : 1;
        status = dgi_rasterise(b, pages, put_page, &d, o, error);
    }
    end_drawing(&d);
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

static dg_status write_format(dgi_sink *sink, const dg_trace *t, const dgi_options *o,
                              dg_error *error)
{
    switch (o->format) {
    case DG_DOT:
        return dgi_write_dot(&sink->pending, t, o) ? DG_OK : DG_NOMEM;
    case DG_TABLE:
        return dgi_write_table(&sink->pending, t, o) ? DG_OK : DG_NOMEM;
    case DG_JSON:
        return write_json(&sink->pending, t);
    case DG_REPORT:
        return dgi_write_report(sink, t, o, error);
    case DG_PNG:
    case DG_PDF:
        return write_raster(&sink->pending, t, o, error);
    case DG_SVG:
    case DG_SVG_INLINE:
    case DG_FORMAT_AUTO: /* resolved before */
        break;
    }
    return write_svg(sink, t, o, error);
}

/* ---- Folds ---------------------------------------------------------------------------------- */

static dg_status write_fold(dgi_sink *sink, const dg_trace *t, const dgi_options *o,
                            dg_error *error)
{
    dg_fold *f = dg_fold_new(t, &o->fold, error);
    dg_trace *folded = dg_trace_from_fold(f);
    dg_status status = f ? DG_NOMEM : error->status;
    if (folded)
        status = write_format(sink, folded, o, error);
    dg_trace_free(folded);
    dg_fold_free(f);
    return status;
}

static dg_status draw_fold(dgi_sink *sink, const dg_trace *t, const dgi_options *o, dg_error *error)
{
    dgi_folded f;
    dgi_options options = *o;
    options.folded = &f;
    dgi_report_phase(o, "folding");
    dg_status status = dgi_folded_init(&f, t, &o->fold, &o->inspect, error);
    if (status == DG_OK)
        status = write_format(sink, f.view.trace, &options, error);
    dgi_folded_free(&f);
    return status;
}

/* Of a folded trace pictures say more than a trace can. */
static dg_status write_whole_or_fold(dgi_sink *sink, const dg_trace *t, const dgi_options *o,
                                     dg_error *error)
{
    dg_error own;
    error = error ? error : &own;
    if (o->format == DG_REPORT || !dgi_is_folding(&o->fold))
        return write_format(sink, t, o, error);
    if (o->format == DG_JSON || o->format == DG_TABLE)
        return write_fold(sink, t, o, error);
    return draw_fold(sink, t, o, error);
}

static const dg_draw_options defaults;

/* Everything into the sink. *error, which may be NULL, is DG_OK where that is returned. */
static dg_status render(dgi_sink *sink, const dg_trace *t, const dg_draw_options *given)
{
    dg_error *error = given->error;
    dgi_options o;
    if (error)
        *error = (dg_error){0};
    if (!t || dg_trace_node_count(t) == 0)
        return dgi_error(error, DG_INVALID, "there is nothing to draw");
    dg_status status = dgi_options_resolve(&o, given, error);
    /* A trace that somebody built may be no graph; the writers rely on its being one. */
    if (status == DG_OK)
        status = dg_trace_check(t, error);
    if (status == DG_OK)
        status = write_whole_or_fold(sink, t, &o, error);
    if (status == DG_OK && !dgi_sink_end(sink))
        status =
            sink->pending.failed ? DG_NOMEM : dgi_error(error, DG_IO, "the picture was not taken");
    return status == DG_NOMEM ? dgi_error(error, DG_NOMEM, "out of memory") : status;
}

char *dg_render(const dg_trace *t, size_t *size, const dg_draw_options *options)
{
    const dg_draw_options *o = options ? options : &defaults;
    dgi_sink sink = {.pending = DGI_BUF_INIT};
    char *bytes = NULL;
    if (size)
        *size = 0;
    if (render(&sink, t, o) == DG_OK) {
        bytes = dgi_buf_take(&sink.pending, size);
        if (!bytes)
            dgi_error(o->error, DG_NOMEM, "out of memory");
    }
    dgi_buf_free(&sink.pending);
    return bytes;
}

dg_status dg_render_to(const dg_trace *t, dg_write_function *write, void *context,
                       const dg_draw_options *options)
{
    const dg_draw_options *o = options ? options : &defaults;
    if (!write)
        return dgi_error(o->error, DG_INVALID, "there is no function to write with");
    dgi_sink sink = {.pending = DGI_BUF_INIT, .write = write, .context = context};
    dg_status status = render(&sink, t, o);
    dgi_buf_free(&sink.pending);
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
