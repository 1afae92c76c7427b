/* The same trace gives the same bytes: in every locale and time zone, from every folder, in every
 * thread, at every time. PNG and PDF: what they are at all. */
#include <cairo.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "check_main.h"
#include "draw_support.h"

static const dg_format texts[] = {DG_SVG, DG_SVG_INLINE, DG_DOT, DG_JSON, DG_TABLE};
enum { TEXTS = sizeof texts / sizeof *texts };

typedef struct pictures {
    dg_trace *trace;
    char *bytes[TEXTS];
    size_t size[TEXTS];
} pictures;

static pictures first(dg_trace *t)
{
    pictures p = {.trace = t};
    for (size_t i = 0; i < TEXTS; i++)
        p.bytes[i] = draw(t, texts[i], &p.size[i]);
    return p;
}

static void again(const pictures *p)
{
    for (size_t i = 0; i < TEXTS; i++) {
        size_t size;
        char *bytes = draw(p->trace, texts[i], &size);
        ck_assert_msg(size == p->size[i] && memcmp(bytes, p->bytes[i], size) == 0,
                      "%s differs: %.300s", dg_format_name(texts[i]), bytes);
        dg_free(bytes);
    }
}

static void done(pictures *p)
{
    for (size_t i = 0; i < TEXTS; i++)
        dg_free(p->bytes[i]);
    dg_trace_free(p->trace);
}

static dg_trace *some_trace(uint64_t seed)
{
    rng r = {seed};
    return random_trace(&r, 30, true);
}

START_TEST(locales)
{
    if (!have("localedef"))
        return;
    const char *folder = scratch_path("locale");
    if (shell("mkdir '%s' && localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' 2>/dev/null", folder,
              folder) > 1) {
        fprintf(stderr, "localedef makes no de_DE.UTF-8: that is left out\n");
        remove_scratch();
        return;
    }
    pictures p = first(some_trace(1));
    ck_assert_int_eq(setenv("LOCPATH", folder, 1), 0);
    if (setlocale(LC_ALL, "de_DE.UTF-8")) {
        char number[20];
        snprintf(number, sizeof number, "%.1f", 0.5);
        ck_assert_str_eq(number, "0,5");
        again(&p);
        ck_assert_str_eq(setlocale(LC_ALL, NULL), "de_DE.UTF-8");
        size_t size;
        for (int i = 0; i < 2; i++)
            dg_free(draw(p.trace, i ? DG_PNG : DG_PDF, &size));
        again(&p);
        dg_error error;
        char *json = draw(p.trace, DG_JSON, &size);
        dg_trace *read = dg_trace_from_json(json, size, &error);
        ck_assert_msg(read, "%s", error.text);
        dg_trace_free(read);
        dg_free(json);
        setlocale(LC_ALL, "C");
    } else {
        fprintf(stderr, "there is no de_DE.UTF-8: that is left out\n");
    }
    unsetenv("LOCPATH");
    done(&p);
    remove_scratch();
}
END_TEST

START_TEST(surroundings)
{
    pictures p = first(some_trace(2));
    char *before = realpath(".", NULL);
    ck_assert_int_eq(setenv("TZ", "Asia/Kathmandu", 1), 0);
    tzset();
    again(&p);
    ck_assert_int_eq(chdir(scratch()), 0);
    again(&p);
    spill("fonts.conf", "<?xml version=\"1.0\"?><fontconfig/>", 34);
    setenv("FONTCONFIG_FILE", scratch_path("fonts.conf"), 1);
    setenv("FONTCONFIG_PATH", scratch(), 1);
    setenv("GVBINDIR", scratch(), 1);
    setenv("DOTFONTPATH", scratch(), 1);
    setenv("GV_FILE_PATH", scratch(), 1);
    setenv("SOURCE_DATE_EPOCH", "0", 1);
    setenv("LC_ALL", "tr_TR.UTF-8", 1);
    setenv("COLUMNS", "20", 1);
    setenv("NO_COLOR", "", 1);
    again(&p);
    ck_assert_int_eq(chdir(before), 0);
    free(before);
    done(&p);
    remove_scratch();
}
END_TEST

/* Nothing of an earlier picture is left over in a later one, and a trace read back draws alike. */
START_TEST(history)
{
    pictures p = first(some_trace(3));
    for (uint64_t seed = 10; seed < 14; seed++) {
        dg_trace *other = some_trace(seed);
        for (size_t i = 0; i < TEXTS; i++)
            dg_free(draw(other, texts[i], NULL));
        dg_trace_free(other);
        again(&p);
    }
    size_t size;
    dg_error error;
    dg_trace *read = dg_trace_from_json(p.bytes[3], p.size[3], &error);
    ck_assert_msg(read, "%s", error.text);
    char *svg = draw(read, DG_SVG, &size);
    ck_assert(size == p.size[0] && memcmp(svg, p.bytes[0], size) == 0);
    dg_free(svg);
    dg_trace_free(read);
    done(&p);
}
END_TEST

/* ---- Threads ------------------------------------------------------------------------------- */

typedef struct work {
    pictures p;
    int wrong;
} work;

static void *draw_often(void *argument)
{
    work *w = argument;
    for (int round = 0; round < 20; round++)
        for (size_t i = 0; i < TEXTS; i++) {
            size_t size = 0;
            char *bytes = dg_render(w->p.trace, &size, &(dg_draw_options){.format = texts[i]});
            w->wrong += !bytes || size != w->p.size[i] || memcmp(bytes, w->p.bytes[i], size) != 0;
            dg_free(bytes);
        }
    return NULL;
}

START_TEST(threads)
{
    static work works[4];
    pthread_t ids[4];
    for (size_t i = 0; i < 4; i++)
        works[i].p = first(some_trace(100 + i));
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&ids[i], NULL, draw_often, &works[i]), 0);
    for (size_t i = 0; i < 4; i++) {
        pthread_join(ids[i], NULL);
        ck_assert_int_eq(works[i].wrong, 0);
        done(&works[i].p);
    }
}
END_TEST

/* ---- PNG and PDF --------------------------------------------------------------------------- */

typedef struct source {
    const char *bytes;
    size_t left;
} source;

static cairo_status_t feed(void *closure, unsigned char *to, unsigned int n)
{
    source *s = closure;
    if (s->left < n)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(to, s->bytes, n);
    s->bytes += n;
    s->left -= n;
    return CAIRO_STATUS_SUCCESS;
}

static void picture_size(const dg_trace *t, double *width, double *height)
{
    char *svg = draw(t, DG_SVG, NULL);
    ck_assert_int_eq(sscanf(strstr(svg, "viewBox=\"") + 9, "%*f %*f %lf %lf", width, height), 2);
    dg_free(svg);
}

START_TEST(png)
{
    for (uint64_t seed = 0; seed < 4; seed++) {
        dg_trace *t = seed ? some_trace(seed) : lecture_trace();
        double width, height;
        picture_size(t, &width, &height);
        size_t size, more;
        char *bytes = draw(t, DG_PNG, &size), *other = draw(t, DG_PNG, &more);
        ck_assert(size == more && memcmp(bytes, other, size) == 0);
        ck_assert(size > 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0);
        source s = {bytes, size};
        cairo_surface_t *image = cairo_image_surface_create_from_png_stream(feed, &s);
        ck_assert_int_eq(cairo_surface_status(image), CAIRO_STATUS_SUCCESS);
        ck_assert_uint_eq(s.left, 0);
        ck_assert_double_eq_tol(cairo_image_surface_get_width(image), 2 * width, 1.01);
        ck_assert_double_eq_tol(cairo_image_surface_get_height(image), 2 * height, 1.01);
        const unsigned char *pixels = cairo_image_surface_get_data(image);
        size_t stride = (size_t)cairo_image_surface_get_stride(image), marks = 0, rows = 0;
        for (int y = 0; y < cairo_image_surface_get_height(image); y++) {
            const unsigned char *row = pixels + (size_t)y * stride;
            size_t before = marks;
            for (size_t x = 4; x + 3 < 4 * (size_t)cairo_image_surface_get_width(image); x += 4)
                marks += memcmp(row + x, row + x - 4, 3) != 0;
            rows += marks != before;
        }
        ck_assert_uint_gt(marks, 300);
        ck_assert_uint_gt(rows, 20);
        cairo_surface_destroy(image);
        dg_free(other);
        dg_free(bytes);
        dg_trace_free(t);
    }
}
END_TEST

/* The scale that the message names is possible, and not much less than what is. (To draw 2^28
 * pixels takes a minute.) */
static void check_scales(const dg_trace *t, bool drawn)
{
    dg_error error = {0};
    size_t size;
    dg_draw_options options = {.format = DG_PNG, .scale = 16.0, .error = &error};
    ck_assert_ptr_null(dg_render(t, &size, &options));
    ck_assert_int_eq(error.status, DG_LIMIT);
    const char *scale = strstr(error.text, "--scale ");
    ck_assert_msg(scale, "%s", error.text);
    options.scale = strtod(scale + strlen("--scale "), NULL);
    if (drawn) {
        char *fitting = dg_render(t, &size, &options);
        ck_assert_msg(fitting, "%s", error.text);
        dg_free(fitting);
    }
    options.scale *= 1.12;
    ck_assert_ptr_null(dg_render(t, &size, &options));
    options.scale = 16.0;
    options.format = DG_PDF;
    ck_assert_ptr_null(dg_render(t, &size, &options));
    ck_assert_int_eq(error.status, DG_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.text, "--scale "));
}

/* Of too many pixels, and of too many in one direction. */
START_TEST(too_large)
{
    char label[20001];
    memset(label, 'W', 20000);
    label[20000] = '\0';
    dg_trace *t = small_trace(label, NULL, 1.0, 1.0);
    check_scales(t, !short_run());
    dg_trace_free(t);
    dg_graph *g = dg_graph_new();
    dg_value *v = dg_leaf(g, 0.5, NULL);
    for (int i = 0; i < 60; i++)
        v = dg_sin(v);
    t = dg_trace_from_value(v);
    check_scales(t, true);
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

/* A PNG of the size that was asked for, which is twice as many pixels as points. */
START_TEST(scaled_png)
{
    static const double scales[] = {0.1, 0.5, 1.7};
    dg_trace *t = lecture_trace();
    double width, height;
    picture_size(t, &width, &height);
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
        size_t size;
        char *bytes = dg_render(t, &size, &(dg_draw_options){.format = DG_PNG, .scale = scales[i]});
        ck_assert_ptr_nonnull(bytes);
        source s = {bytes, size};
        cairo_surface_t *image = cairo_image_surface_create_from_png_stream(feed, &s);
        ck_assert_double_eq_tol(cairo_image_surface_get_width(image), 2 * scales[i] * width, 1.01);
        ck_assert_double_eq_tol(cairo_image_surface_get_height(image), 2 * scales[i] * height,
                                1.01);
        cairo_surface_destroy(image);
        dg_free(bytes);
    }
    dg_trace_free(t);
}
END_TEST

/* The size of a PDF's page, as it is written in the file. */
static void page_size(const dg_trace *t, double scale, double *width, double *height)
{
    dg_error error = {0};
    size_t size;
    char *bytes =
        dg_render(t, &size, &(dg_draw_options){.format = DG_PDF, .scale = scale, .error = &error});
    ck_assert_msg(bytes, "%s", error.text);
    size_t at = 0;
    while (at < size && strncmp(bytes + at, "/MediaBox [", 11) != 0)
        at++;
    ck_assert_int_eq(sscanf(bytes + at, "/MediaBox [ %*f %*f %lf %lf", width, height), 2);
    dg_free(bytes);
}

/* Pages are no larger than viewers and TeX take. */
START_TEST(pdf_page)
{
    dg_trace *t = lecture_trace();
    double width, height, w, h;
    picture_size(t, &width, &height);
    page_size(t, 0.25, &w, &h);
    ck_assert_double_eq_tol(w, 0.25 * width, 0.01);
    ck_assert_double_eq_tol(h, 0.25 * height, 0.01);
    dg_trace_free(t);
    dg_graph *g = dg_graph_new();
    dg_value *v = dg_leaf(g, 0.5, NULL);
    for (size_t i = 0; i < 200; i++)
        v = dg_sin(v);
    t = dg_trace_from_value(v);
    picture_size(t, &width, &height);
    ck_assert_double_gt(width, 28800.0);
    page_size(t, 0.0, &w, &h);
    ck_assert_double_eq_tol(w, 14400.0, 0.01);
    ck_assert_double_eq_tol(h, height * 14400.0 / width, 0.01);
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

START_TEST(pdf)
{
    dg_trace *t = lecture_trace();
    size_t size, more;
    char *bytes = draw(t, DG_PDF, &size), *other = draw(t, DG_PDF, &more);
    ck_assert(size == more && memcmp(bytes, other, size) == 0);
    ck_assert(size > 100 && memcmp(bytes, "%PDF-", 5) == 0);
    ck_assert(strstr(bytes + size - 8, "%%EOF") != NULL);
    dg_free(other);
    nanosleep(&(struct timespec){.tv_sec = 1, .tv_nsec = 100000000}, NULL);
    other = draw(t, DG_PDF, &more);
    ck_assert_msg(size == more && memcmp(bytes, other, size) == 0, "the time is in the PDF");
    if (have("pdfinfo")) {
        double width, height, w, h;
        picture_size(t, &width, &height);
        spill(scratch_path("a.pdf"), bytes, size);
        ck_assert_int_eq(shell("pdfinfo '%s' >'%s'", scratch_path("a.pdf"), scratch_path("a.txt")),
                         0);
        char *info = slurp(scratch_path("a.txt"), NULL), *page = strstr(info, "Page size:");
        ck_assert_ptr_nonnull(page);
        ck_assert_int_eq(sscanf(page, "Page size: %lf x %lf", &w, &h), 2);
        ck_assert_double_eq_tol(w, width, 0.01);
        ck_assert_double_eq_tol(h, height, 0.01);
        ck_assert_ptr_nonnull(strstr(info, "Pages:           1\n"));
        free(info);
        remove_scratch();
    }
    dg_free(other);
    dg_free(bytes);
    dg_trace_free(t);
}
END_TEST

/* The library has the date from the options, and not from the environment. */
START_TEST(pdf_date)
{
    dg_trace *t = lecture_trace();
    dg_error error;
    size_t size, more;
    dg_draw_options options = {.format = DG_PDF, .error = &error};
    char *fixed = dg_render(t, &size, &options);
    ck_assert_ptr_nonnull(fixed);
    setenv("SOURCE_DATE_EPOCH", "1", 1);
    char *other = dg_render(t, &more, &options);
    ck_assert(other && size == more && memcmp(fixed, other, size) == 0);
    dg_free(other);
    unsetenv("SOURCE_DATE_EPOCH");
    options.source_date_epoch = "1";
    other = dg_render(t, &more, &options);
    ck_assert(other && (size != more || memcmp(fixed, other, size) != 0));
    dg_free(other);
    options.source_date_epoch = "soon";
    ck_assert_ptr_null(dg_render(t, &more, &options));
    ck_assert_int_eq(error.status, DG_INVALID);
    ck_assert_ptr_nonnull(strstr(error.text, "'soon'"));
    options.format = DG_PNG;
    other = dg_render(t, &more, &options);
    ck_assert_ptr_nonnull(other);
    dg_free(other);
    dg_free(fixed);
    dg_trace_free(t);
}
END_TEST

START_TEST(by_another_renderer)
{
    if (!have("rsvg-convert"))
        return;
    dg_trace *t = some_trace(5);
    size_t size;
    char *svg = draw(t, DG_SVG, &size);
    spill(scratch_path("a.svg"), svg, size);
    ck_assert_int_eq(shell("rsvg-convert '%s' >'%s' 2>'%s'", scratch_path("a.svg"),
                           scratch_path("a.png"), scratch_path("a.txt")),
                     0);
    char *said = slurp(scratch_path("a.txt"), NULL), *made = slurp(scratch_path("a.png"), &size);
    ck_assert_str_eq(said, "");
    ck_assert_uint_gt(size, 1000);
    free(said);
    free(made);
    dg_free(svg);
    dg_trace_free(t);
    remove_scratch();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        locales,  surroundings,       history, threads, png, too_large, scaled_png, pdf, pdf_page,
        pdf_date, by_another_renderer};
    return run_suite("draw_same", tests, sizeof tests / sizeof *tests);
}
