/* PNG and PDF of the SVG, by librsvg and cairo: one geometry for all formats. */
#include "draw/formats.h"

#include <math.h>

#include <cairo-pdf.h>
#include <librsvg/rsvg.h>

#include "base/error.h"

enum {
    PNG_SCALE = 2,          /* pixels a point: 144 an inch */
    PNG_SIDE_MAX = 32767,   /* cairo's limit on an image */
    PNG_PIXELS_MAX = 1 << 28 /* 1 GiB of them */
};

static cairo_status_t append(void *b, const unsigned char *bytes, unsigned size)
{
    dgi_buf_put(b, bytes, size);
    return ((dgi_buf *)b)->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static dg_status cairo_error(dg_error *error, cairo_status_t status)
{
    return dgi_error(error, status == CAIRO_STATUS_NO_MEMORY ? DG_NOMEM : DG_RENDER, "cairo: %s",
                     cairo_status_to_string(status));
}

/* Draws the whole document in a width by height area of the surface. */
static dg_status paint(cairo_surface_t *surface, RsvgHandle *handle, double width, double height,
                       bool background, dg_error *error)
{
    cairo_t *cr = cairo_create(surface);
    if (background) {
        cairo_set_source_rgb(cr, 1.0, 1.0, 1.0);
        cairo_paint(cr);
    }
    RsvgRectangle area = {0.0, 0.0, width, height};
    GError *problem = NULL;
    dg_status status = DG_OK;
    if (!rsvg_handle_render_document(handle, cr, &area, &problem)) {
        status = dgi_error(error, DG_RENDER, "librsvg: %s", problem ? problem->message : "failed");
        g_clear_error(&problem);
    } else if (cairo_status(cr) != CAIRO_STATUS_SUCCESS) {
        status = cairo_error(error, cairo_status(cr));
    }
    cairo_destroy(cr);
    return status;
}

static dg_status write_png(dgi_buf *b, RsvgHandle *handle, double width, double height,
                           dg_error *error)
{
    double w = ceil(width * PNG_SCALE), h = ceil(height * PNG_SCALE);
    if (w > PNG_SIDE_MAX || h > PNG_SIDE_MAX || w * h > PNG_PIXELS_MAX)
        return dgi_error(error, DG_LIMIT,
                         "the picture is too large for PNG (%.0f by %.0f pixels); write SVG or PDF", w,
                         h);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)w, (int)h);
    dg_status status = paint(surface, handle, width * PNG_SCALE, height * PNG_SCALE, true, error);
    if (status == DG_OK) {
        cairo_status_t written = cairo_surface_write_to_png_stream(surface, append, b);
        if (written != CAIRO_STATUS_SUCCESS)
            status = cairo_error(error, written);
    }
    cairo_surface_destroy(surface);
    return status;
}

static dg_status write_pdf(dgi_buf *b, RsvgHandle *handle, double width, double height,
                           dg_error *error)
{
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(append, b, width, height);
    /* The same bytes at any time. */
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
    dg_status status = paint(surface, handle, width, height, false, error);
    cairo_surface_finish(surface);
    if (status == DG_OK && cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
        status = cairo_error(error, cairo_surface_status(surface));
    cairo_surface_destroy(surface);
    return status;
}

dg_status dgi_rasterise(dgi_buf *b, const char *svg, size_t size, dg_format format, dg_error *error)
{
    GError *problem = NULL;
    RsvgHandle *handle = rsvg_handle_new_from_data((const guint8 *)svg, size, &problem);
    if (!handle) {
        dg_status status =
            dgi_error(error, DG_RENDER, "librsvg: %s", problem ? problem->message : "failed");
        g_clear_error(&problem);
        return status;
    }
    rsvg_handle_set_dpi(handle, 72.0); /* so that its pixels are our points */
    gdouble width = 0.0, height = 0.0;
    dg_status status = DG_OK;
    if (!rsvg_handle_get_intrinsic_size_in_pixels(handle, &width, &height))
        status = dgi_error(error, DG_RENDER, "librsvg: the picture has no size");
    else if (format == DG_PNG)
        status = write_png(b, handle, width, height, error);
    else
        status = write_pdf(b, handle, width, height, error);
    g_object_unref(handle);
    return status;
}
