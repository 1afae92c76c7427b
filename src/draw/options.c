#include "draw/options.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "draw/style/folded.h"

enum { PREFIX_MAX = 64 };

/* The font of the lectures' pictures is about as large. */
static const double FONT_SIZE = 13.0, FONT_SIZE_MIN = 4.0, FONT_SIZE_MAX = 72.0;

static const double SCALE_MIN = 0.001, SCALE_MAX = 100.0;
enum {
    SHOW_ALL =
        DG_SHOW_LABEL | DG_SHOW_DATA | DG_SHOW_GRAD | DG_SHOW_OP | DG_SHOW_SHAPE | DG_SHOW_WORDS
};

/* The column of text in many pages; and from a phone's thumbnail to a poster. */
static const double FIT = 736.0, FIT_MIN = 50.0, FIT_MAX = 20000.0;

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_id_prefix(const char *prefix)
{
    if (!is_letter(prefix[0]))
        return false;
    size_t i = 1;
    while (is_letter(prefix[i]) || (prefix[i] && strchr("0123456789-_.", prefix[i])))
        i++;
    return i <= PREFIX_MAX && prefix[i] == '\0';
}

/* A text that is not blank, or NULL. */
static const char *not_blank(const char *text)
{
    return text && text[strspn(text, " \t\r\n")] ? text : NULL;
}

static bool is_picture(dg_format format)
{
    return format == DG_SVG || format == DG_SVG_INLINE || format == DG_PNG || format == DG_PDF;
}

/* Not NaN either. */
static bool is_within(double x, double least, double most)
{
    return x >= least && x <= most;
}

static dg_status check_sizes(const dgi_options *o, dg_error *error)
{
    if (!is_within(o->font_size, FONT_SIZE_MIN, FONT_SIZE_MAX))
        return dgi_error(error, DG_INVALID, "the font size is a number of points from %.0f to %.0f",
                         FONT_SIZE_MIN, FONT_SIZE_MAX);
    if (!is_within(o->scale, SCALE_MIN, SCALE_MAX))
        return dgi_error(error, DG_INVALID, "the scale is a number from 0.001 to 100");
    if (!is_within(o->fit, FIT_MIN, FIT_MAX))
        return dgi_error(error, DG_INVALID,
                         "the width to fit is a number of pixels from %.0f to %.0f", FIT_MIN,
                         FIT_MAX);
    return DG_OK;
}

/* The default where an option is 0. */
static double or_default(double given, double value)
{
    return given < 0.0 || given > 0.0 || isnan(given) ? given : value;
}

/* In a circuit it is the place and the colour of a number that say what it is. */
static unsigned default_show(dg_style style)
{
    return style == DG_STYLE_WIRE ? SHOW_ALL & ~(unsigned)DG_SHOW_WORDS : SHOW_ALL;
}

dg_status dgi_options_resolve(dgi_options *o, const dg_draw_options *given, dg_error *error)
{
    dg_format format = given->format == DG_FORMAT_AUTO ? DG_SVG : given->format;
    *o = (dgi_options){
        .format = format,
        .layout = given->layout == DG_LAYOUT_AUTO ? DG_LAYOUT_FLOW : given->layout,
        .direction = given->direction,
        .style = given->style,
        .show = given->show ? given->show : default_show(given->style),
        .fit = or_default(given->fit, FIT),
        .id_prefix = given->id_prefix ? given->id_prefix : "dotgrad",
        .title = not_blank(given->title),
        .description = not_blank(given->description),
        .font_size = or_default(given->font_size, FONT_SIZE),
        .scale = or_default(given->scale, 1.0),
        .scale_is_given = given->scale > 0.0,
        .no_size = given->no_size && (format == DG_SVG || format == DG_SVG_INLINE),
        .highlight = given->highlight,
        .why = given->why,
        .frames = given->frames,
        .frame = given->frame,
        .edges = given->edges,
        .color = given->color,
        .findings = given->findings,
        .badges = given->badges,
        .n_badges = given->badges ? given->badge_count : 0,
        .theme = given->theme,
        .info = given->info,
        .inspect = given->inspect,
        .inspection = given->inspection,
        .report = given->report,
        .fold = given->fold,
        .legend = given->legend,
        .progress = given->progress,
        .progress_context = given->progress_context,
    };
    if (given->layout < DG_LAYOUT_AUTO || given->layout > DG_LAYOUT_FLOW)
        return dgi_error(error, DG_INVALID, "no such layout");
    if (given->direction < DG_LEFT_TO_RIGHT || given->direction > DG_DIRECTION_AUTO)
        return dgi_error(error, DG_INVALID, "no such direction; there are LR, TB, RL, BT and auto");
    if (given->theme < DG_THEME_AUTO || given->theme > DG_THEME_DARK)
        return dgi_error(error, DG_INVALID, "no such theme; there are auto, light and dark");
    if (given->frames < DG_FRAMES_NONE || given->frames > DG_FRAMES_BACKWARD)
        return dgi_error(error, DG_INVALID, "no such frames; there are those of backward");
    if (given->frame && given->frames == DG_FRAMES_NONE)
        return dgi_error(error, DG_INVALID, "there is no frame %zu of a picture without frames",
                         given->frame);
    if (given->frames != DG_FRAMES_NONE && dgi_is_folding(&given->fold))
        return dgi_error(error, DG_INVALID, "the frames of a backward pass cannot be folded");
    if (given->highlight && !not_blank(given->highlight))
        return dgi_error(error, DG_INVALID, DGI_HIGHLIGHT_FORM);
    if (given->highlight && given->why)
        return dgi_error(error, DG_INVALID, "highlight and why both say what stands out");
    if (dgi_number_format_parse(&o->numbers, given->numbers, error) != DG_OK)
        return DG_INVALID;
    dg_status status = check_sizes(o, error);
    if (status != DG_OK)
        return status;
    if (given->style < DG_STYLE_RECORD || given->style > DG_STYLE_MERGED)
        return dgi_error(error, DG_INVALID, "no such style; there are record, wire and merged");
    if (given->show & ~(unsigned)SHOW_ALL)
        return dgi_error(error, DG_INVALID,
                         "what to show is a set of label, data, grad, op, shape and words");
    if (given->edges < DG_EDGES_NONE || given->edges > DG_EDGES_CONTRIBUTION)
        return dgi_error(error, DG_INVALID,
                         "edges say no such thing; there are none, local and contribution");
    for (size_t i = 0; i < o->n_badges; i++)
        if (!o->badges[i].text || o->badges[i].severity < DG_SEVERITY_NOTE ||
            o->badges[i].severity > DG_SEVERITY_ERROR)
            return dgi_error(error, DG_INVALID, "badge %zu has no text, or no such severity", i);
    if (given->color < DG_COLOR_NONE || given->color > DG_COLOR_DATA)
        return dgi_error(error, DG_INVALID, "no such colours; there are none, grad and data");
    if (given->report.sort < 0 || given->report.sort > DG_PARAMETER_SIZE)
        return dgi_error(error, DG_INVALID,
                         "parameters are sorted by name, grad, data, ratio or size");
    if (!dg_format_name(format))
        return dgi_error(error, DG_INVALID, "no such format");
    if (is_picture(format) && !is_id_prefix(o->id_prefix))
        return dgi_error(
            error, DG_INVALID,
            "an id prefix is a letter, then letters, digits, '-', '_' or '.', at most %d",
            PREFIX_MAX);
    return dgi_date(o->date, format == DG_PDF ? given->source_date_epoch : NULL, error);
}
