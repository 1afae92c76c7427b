/* The options of one drawing, resolved: nothing is left to default, and all of it is valid. */
#ifndef DGI_OPTIONS_H
#define DGI_OPTIONS_H

#include <stdbool.h>

#include <dotgrad/draw.h>

#include "draw/date.h"
#include "draw/style/number_text.h"

/* What is said of a highlight without a name. */
#define DGI_HIGHLIGHT_FORM "a highlight is the name of a value, or two with '..' between them"

typedef struct dgi_options {
    dg_format format; /* not DG_FORMAT_AUTO */
    dg_layout layout; /* not DG_LAYOUT_AUTO */
    dg_direction direction;
    dg_style style;
    unsigned show; /* of dg_show; never none */
    double fit;    /* pixels: the width of the column that it stands in */
    const char *id_prefix;
    const char *title, *description; /* borrowed; NULL: made of the graph */
    bool no_size;
    double font_size; /* points */
    double scale;     /* of the size that a picture has in print or as pixels */
    bool scale_is_given;
    dgi_number_format numbers;
    const char *highlight; /* borrowed; NULL: nothing */
    const char *why;       /* the value that is explained; borrowed; NULL: none */
    dg_frames frames;
    size_t frame;              /* from 1; 0: all, or without frames */
    const double *grad_widths; /* of frames: of each node, borrowed; else NULL */
    const dg_trace *finished;  /* of frames: the trace after the last one, borrowed; else NULL */
    dg_edges edges;
    dg_color color;
    bool findings;
    const dg_badge *badges; /* borrowed */
    size_t n_badges;
    dg_theme theme;
    dg_inspect_options inspect;
    const dg_inspect *inspection; /* borrowed; NULL: none was made */
    dg_report_options report;
    dg_fold_options fold;            /* its texts are borrowed */
    const struct dgi_folded *folded; /* what is drawn in place of the whole; borrowed; NULL: that */
    bool legend;
    char date[DGI_DATE_SIZE]; /* of a PDF */
    dg_picture_info *info;    /* borrowed; or NULL */
    void (*progress)(void *context, const char *phase);
    void *progress_context;
} dgi_options;

/* Fills *o from the caller's options: DG_OK, DG_INVALID or DG_LIMIT. */
dg_status dgi_options_resolve(dgi_options *o, const dg_draw_options *given, dg_error *error);

static inline void dgi_report_phase(const dgi_options *o, const char *phase)
{
    if (o->progress)
        o->progress(o->progress_context, phase);
}

#endif
