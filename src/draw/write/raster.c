/* PNG and PDF of the SVG, by librsvg and cairo: one geometry for all formats. The libraries are
 * loaded with the first such picture, since loading them takes longer than drawing most others. */
#include <config.h>

#include "draw/write/formats.h"

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include <cairo-pdf.h>
#include <librsvg/rsvg.h>

#include "base/error.h"

/* ---- The libraries -------------------------------------------------------------------------- */

/* What is used of them. */
#define FUNCTIONS(X)                                                                               \
    X(rsvg_handle_new_from_data)                                                                   \
    X(rsvg_handle_set_dpi)                                                                         \
    X(rsvg_handle_get_intrinsic_size_in_pixels)                                                    \
    X(rsvg_handle_render_document)                                                                 \
    X(g_object_unref)                                                                              \
    X(g_clear_error)                                                                               \
    X(cairo_status_to_string)                                                                      \
    X(cairo_create)                                                                                \
    X(cairo_set_source_rgb)                                                                        \
    X(cairo_set_source_rgba)                                                                       \
    X(cairo_rectangle)                                                                             \
    X(cairo_fill)                                                                                  \
    X(cairo_paint)                                                                                 \
    X(cairo_status)                                                                                \
    X(cairo_destroy)                                                                               \
    X(cairo_image_surface_create)                                                                  \
    X(cairo_surface_write_to_png_stream)                                                           \
    X(cairo_surface_destroy)                                                                       \
    X(cairo_pdf_surface_create_for_stream)                                                         \
    X(cairo_pdf_surface_set_metadata)                                                              \
    X(cairo_surface_show_page)                                                                     \
    X(cairo_surface_finish)                                                                        \
    X(cairo_surface_status)

#undef g_clear_error /* a macro over the function in some versions */
#undef g_object_unref

static struct functions {
#define MEMBER(name) __typeof__(&name) name;
    FUNCTIONS(MEMBER)
#undef MEMBER
} to;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* The symbols of what librsvg depends on are found through it. */
static bool find_all(void *library)
{
    bool found = true;
#define FIND(name)                                                                                 \
    {                                                                                              \
        void *symbol = dlsym(library, #name);                                                      \
        memcpy(&to.name, &symbol, sizeof to.name); /* C has no cast for it */                      \
        found = found && symbol;                                                                   \
    }
    FUNCTIONS(FIND)
#undef FIND
    return found;
}

/* Of fontconfig, which pango finds its fonts with. */
typedef struct font_set {
    int n;
} font_set;
typedef font_set *get_fonts_function(void *config, int of_application);

/* Whether there is a font: without any, pango leaves out all text, and says nothing. True where
 * that cannot be known. */
static bool has_fonts(void *library)
{
    void *symbol = dlsym(library, "FcConfigGetFonts");
    get_fonts_function *get_fonts;
    if (!symbol)
        return true;
    memcpy(&get_fonts, &symbol, sizeof get_fonts);
    const font_set *of_system = get_fonts(NULL, 0), *of_application = get_fonts(NULL, 1);
    return (of_system && of_system->n > 0) || (of_application && of_application->n > 0);
}

static dg_status load(dg_error *error)
{
    static bool loaded, fonts;
    dg_status status = DG_OK;
    pthread_mutex_lock(&mutex);
    if (!loaded) {
        void *library = dlopen(DG_RSVG_LIBRARY, RTLD_NOW | RTLD_LOCAL);
        loaded = library && find_all(library);
        fonts = loaded && has_fonts(library);
        if (!loaded)
            status = dgi_error(error, DG_RENDER, "librsvg cannot be loaded: %s",
                               library ? "it lacks a function" : dlerror());
    }
    if (status == DG_OK && !fonts)
        status = dgi_error(error, DG_RENDER,
                           "no font is installed, and PNG and PDF would have no text: install one, "
                           "such as DejaVu Sans, or write SVG");
    pthread_mutex_unlock(&mutex);
    return status;
}

/* ---- Drawing -------------------------------------------------------------------------------- */

static cairo_status_t append(void *b, const unsigned char *bytes, unsigned size)
{
    dgi_buf_put(b, bytes, size);
    return ((dgi_buf *)b)->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static dg_status cairo_error(dg_error *error, cairo_status_t status)
{
    return dgi_error(error, status == CAIRO_STATUS_NO_MEMORY ? DG_NOMEM : DG_RENDER, "cairo: %s",
                     to.cairo_status_to_string(status));
}

/* What is behind the picture: a PNG has no viewer that asks for a theme. Red, green, blue. */
static const double on_light[] = {1.0, 1.0, 1.0}, on_dark[] = {15 / 255.0, 23 / 255.0, 42 / 255.0};

/* Two specks in opposite corners, far too small and too transparent to be seen. cairo's PDF surface
 * collects the area of all that is drawn as a union of rectangles, and adding one to n takes O(n)
 * time; but no time where the union is a single rectangle that it is in. These two are one path,
 * whose rectangle is the page. */
static void cover_page(cairo_t *cr, double width, double height)
{
    static const double size = 1.0 / 16.0;
    to.cairo_set_source_rgba(cr, 1.0, 1.0, 1.0, 0.004);
    to.cairo_rectangle(cr, 0.0, 0.0, size, size);
    to.cairo_rectangle(cr, width - size, height - size, size, size);
    to.cairo_fill(cr);
}

/* Draws the whole document in a width by height area of the surface. No background, for PDF: NULL.
 */
static dg_status paint(cairo_surface_t *surface, RsvgHandle *handle, double width, double height,
                       const double *background, dg_error *error)
{
    cairo_t *cr = to.cairo_create(surface);
    if (background) {
        to.cairo_set_source_rgb(cr, background[0], background[1], background[2]);
        to.cairo_paint(cr);
    } else {
        cover_page(cr, width, height);
    }
    RsvgRectangle area = {0.0, 0.0, width, height};
    GError *problem = NULL;
    dg_status status = DG_OK;
    if (!to.rsvg_handle_render_document(handle, cr, &area, &problem)) {
        status = dgi_error(error, DG_RENDER, "librsvg: %s", problem ? problem->message : "failed");
        to.g_clear_error(&problem);
    } else if (to.cairo_status(cr) != CAIRO_STATUS_SUCCESS) {
        status = cairo_error(error, to.cairo_status(cr));
    }
    to.cairo_destroy(cr);
    return status;
}

/* ---- Pages ---------------------------------------------------------------------------------- */

/* A PNG or PDF while it is written. */
typedef struct raster {
    dgi_buf *b;
    const dgi_options *options;
    cairo_surface_t *surface; /* of a PDF; NULL before its first page */
} raster;

static dg_status write_png(const raster *r, RsvgHandle *handle, double width, double height,
                           dg_error *error)
{
    int w = (int)ceil(width * DGI_PNG_PIXELS), h = (int)ceil(height * DGI_PNG_PIXELS);
    cairo_surface_t *surface = to.cairo_image_surface_create(CAIRO_FORMAT_ARGB32, w, h);
    dg_status status = paint(surface, handle, width * DGI_PNG_PIXELS, height * DGI_PNG_PIXELS,
                             r->options->theme == DG_THEME_DARK ? on_dark : on_light, error);
    if (status == DG_OK) {
        cairo_status_t written = to.cairo_surface_write_to_png_stream(surface, append, r->b);
        if (written != CAIRO_STATUS_SUCCESS)
            status = cairo_error(error, written);
    }
    to.cairo_surface_destroy(surface);
    return status;
}

static dg_status write_pdf_page(raster *r, RsvgHandle *handle, double width, double height,
                                dg_error *error)
{
    if (!r->surface) {
        r->surface = to.cairo_pdf_surface_create_for_stream(append, r->b, width, height);
        /* Else it is that of the clock, and no two runs write the same bytes. */
        to.cairo_pdf_surface_set_metadata(r->surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                          r->options->date);
    }
    dg_status status = paint(r->surface, handle, width, height, NULL, error);
    to.cairo_surface_show_page(r->surface);
    return status;
}

/* librsvg reads no more elements, and says so only after minutes. */
enum { ELEMENTS_MAX = 1000000 };

static size_t element_count(const dgi_buf *svg)
{
    size_t count = 0;
    const char *p = svg->data, *end = p + svg->size;
    while ((p = memchr(p, '<', (size_t)(end - p))) && ++p < end)
        count += *p != '/' && *p != '?';
    return count;
}

static dg_status write_page(raster *r, const dgi_buf *svg, dg_error *error)
{
    GError *problem = NULL;
    size_t elements = element_count(svg);
    if (elements > ELEMENTS_MAX)
        return dgi_error(
            error, DG_LIMIT,
            "the graph is too large for PNG and PDF (%zu elements, more than %d); write "
            "SVG, or draw a part of the graph with --root",
            elements, ELEMENTS_MAX);
    RsvgHandle *handle =
        to.rsvg_handle_new_from_data((const guint8 *)svg->data, svg->size, &problem);
    if (!handle) {
        dg_status status =
            dgi_error(error, DG_RENDER, "librsvg: %s", problem ? problem->message : "failed");
        to.g_clear_error(&problem);
        return status;
    }
    to.rsvg_handle_set_dpi(handle, 72.0); /* so that its pixels are our points */
    gdouble width = 0.0, height = 0.0;
    dg_status status = DG_OK;
    if (!to.rsvg_handle_get_intrinsic_size_in_pixels(handle, &width, &height))
        status = dgi_error(error, DG_RENDER, "librsvg: the picture has no size");
    else if (r->options->format == DG_PNG)
        status = write_png(r, handle, width, height, error);
    else
        status = write_pdf_page(r, handle, width, height, error);
    to.g_object_unref(handle);
    return status;
}

static dg_status end_pdf(raster *r, dg_status status, dg_error *error)
{
    if (!r->surface)
        return status;
    to.cairo_surface_finish(r->surface);
    if (status == DG_OK && to.cairo_surface_status(r->surface) != CAIRO_STATUS_SUCCESS)
        status = cairo_error(error, to.cairo_surface_status(r->surface));
    to.cairo_surface_destroy(r->surface);
    return status;
}

dg_status dgi_rasterise(dgi_buf *b, size_t pages, dgi_put_page *put_page, void *context,
                        const dgi_options *o, dg_error *error)
{
    raster r = {b, o, NULL};
    dg_status status = load(error);
    for (size_t page = 1; status == DG_OK && page <= pages; page++) {
        dgi_buf svg = DGI_BUF_INIT;
        status = put_page(context, &svg, page);
        if (status == DG_OK)
            status = write_page(&r, &svg, error);
        dgi_buf_free(&svg);
    }
    return end_pdf(&r, status, error);
}
