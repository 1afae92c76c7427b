/* How large PNG and PDF may be. What does not fit is refused before the SVG is made, since librsvg
 * needs milliseconds for each value. */
#include "draw/write/formats.h"

#include <math.h>

#include "base/error.h"
#include "base/number.h"

static const double PNG_SIDE_MAX = 32767.0;  /* cairo's limit on an image */
static const double PNG_PIXELS_MAX = 0x1p28; /* 1 GiB of memory */
static const double PDF_SIDE_MAX = 14400.0;  /* points; of viewers, and TeX has a similar one */
static const double SCALE_MIN = 0.001;       /* of the option */

/* As the SVG says it, with two decimals. */
static double in_points(double size, double scale)
{
    return floor(100.0 * scale * size + 0.5) / 100.0;
}

static double in_pixels(double size, double scale)
{
    return ceil(DGI_PNG_PIXELS * in_points(size, scale));
}

static bool fits(dg_format format, dgi_point size, double scale)
{
    if (format == DG_PDF)
        return in_points(fmax(size.x, size.y), scale) <= PDF_SIDE_MAX;
    double width = in_pixels(size.x, scale), height = in_pixels(size.y, scale);
    return fmax(width, height) <= PNG_SIDE_MAX && width * height <= PNG_PIXELS_MAX;
}

/* The largest scale of two digits that fits. */
static double fitting_scale(dg_format format, dgi_point size)
{
    double longest = fmax(size.x, size.y), scale = PDF_SIDE_MAX / longest;
    if (format == DG_PNG)
        scale =
            fmin(PNG_SIDE_MAX / longest, sqrt(PNG_PIXELS_MAX / size.x / size.y)) / DGI_PNG_PIXELS;
    double digit = pow(10.0, floor(log10(scale)) - 1.0);
    double digits = floor(scale / digit);
    while (digits > 1.0 && !fits(format, size, digits * digit))
        digits -= 1.0;
    return digits * digit;
}

static dg_status refuse(const dgi_options *o, dgi_point size, dg_error *error)
{
    bool png = o->format == DG_PNG;
    double scale = fitting_scale(o->format, size);
    char number[DGI_NUMBER_ROOM];
    dgi_general(number, scale, 2);
    bool possible = scale >= SCALE_MIN;
    return dgi_error(
        error, DG_LIMIT, "the picture is too large for %s (%.0f by %.0f %s); it fits %s%s%sas SVG",
        png ? "PNG" : "PDF", png ? in_pixels(size.x, o->scale) : in_points(size.x, o->scale),
        png ? in_pixels(size.y, o->scale) : in_points(size.y, o->scale), png ? "pixels" : "points",
        possible ? "with --scale " : "", possible ? number : "", possible ? ", or " : "");
}

dg_status dgi_choose_scale(dgi_options *o, dgi_point size, dg_error *error)
{
    if (o->format != DG_PNG && o->format != DG_PDF)
        return DG_OK;
    if (o->format == DG_PDF && !o->scale_is_given)
        o->scale = fmin(o->scale, PDF_SIDE_MAX / fmax(size.x, size.y));
    return fits(o->format, size, o->scale) ? DG_OK : refuse(o, size, error);
}
