/* --around and --between: a smaller trace in place of the whole one; --explain-fold. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/diagnostics.h"
#include "cli/output.h"

enum { AROUND_DEFAULT = 2 };

/* ---- Slices --------------------------------------------------------------------------------- */

/* The value that the first bytes of a text name; DG_NO_NODE. */
static size_t find_value(const dg_trace *t, const char *text, size_t size)
{
    char *name = strndup(text, size);
    size_t node = name ? dg_trace_find(t, name) : DG_NO_NODE;
    free(name);
    return node;
}

static dg_trace *report_unknown(const dg_trace *t, const char *text, size_t size)
{
    char *name = strndup(text, size);
    const char *near = name ? dg_trace_suggest(t, name) : NULL;
    if (near)
        report_error("no value is named '%s'; did you mean '%s'?", name, near);
    else
        report_error("no value is named '%s'", name ? name : text);
    free(name);
    return NULL;
}

/* NAME or NAME,K; a name may have a comma, too. */
static dg_trace *slice_around(const dg_trace *t, const char *text, dg_error *error)
{
    size_t size = strlen(text), distance = AROUND_DEFAULT;
    const char *comma = strrchr(text, ',');
    size_t digits = comma ? strspn(comma + 1, "0123456789") : 0;
    if (digits > 0 && digits < 10 && comma[1 + digits] == '\0' &&
        find_value(t, text, size) == DG_NO_NODE) {
        distance = strtoul(comma + 1, NULL, 10);
        size = (size_t)(comma - text);
    }
    size_t node = find_value(t, text, size);
    return node == DG_NO_NODE ? report_unknown(t, text, size)
                              : dg_trace_around(t, node, distance, error);
}

/* The first comma that has the names of values on both sides. */
static dg_trace *slice_between(const dg_trace *t, const char *text, dg_error *error)
{
    const char *first = strchr(text, ',');
    for (const char *comma = first; comma; comma = strchr(comma + 1, ',')) {
        size_t a = find_value(t, text, (size_t)(comma - text));
        size_t b = find_value(t, comma + 1, strlen(comma + 1));
        if (a != DG_NO_NODE && b != DG_NO_NODE)
            return dg_trace_between(t, a, b, error);
    }
    if (!first)
        report_error("--between needs the names of two values, A,B");
    else if (find_value(t, text, (size_t)(first - text)) == DG_NO_NODE)
        report_unknown(t, text, (size_t)(first - text));
    else
        report_unknown(t, first + 1, strlen(first + 1));
    return NULL;
}

static dg_trace *slice(const options *o, const dg_trace *t)
{
    dg_error error = {0};
    dg_trace *part =
        o->around ? slice_around(t, o->around, &error) : slice_between(t, o->between, &error);
    if (error.status != DG_OK)
        report_error("%s: %s", o->around ? "--around" : "--between", error.text);
    return part;
}

/* ---- Folds ---------------------------------------------------------------------------------- */

bool is_folded(const options *o)
{
    const dg_fold_options *f = &o->draw.fold;
    return f->open || (f->fold && *f->fold && strcmp(f->fold, "none") != 0);
}

/* From here on a picture of all values is seldom what somebody wants to see. */
enum { LARGE = 1000 };

void choose_fold(options *o, const dg_trace *t)
{
    dg_fold_options *f = &o->draw.fold;
    size_t n = dg_trace_node_count(t);
    if (f->fold || o->draw.frames != DG_FRAMES_NONE)
        return;
    if (f->open) {
        f->fold = "auto";
    } else if (n >= LARGE && draws_layout(o->draw.format)) {
        f->fold = "auto";
        if (!o->quiet)
            report_note("%zu values are drawn in boxes of their scopes (--fold auto); --fold none "
                        "draws all of them",
                        n);
    }
}

bool count_drawn(const options *o, const dg_trace *t, size_t *count)
{
    const dg_fold_options *fold = &o->draw.fold;
    *count = dg_trace_node_count(t);
    if (!is_folded(o))
        return true;
    if (!fold->open && !o->max_nodes && strcmp(fold->fold, "auto") == 0) {
        *count = *count < DG_FOLD_BOXES ? *count : DG_FOLD_BOXES; /* without making it twice */
        return true;
    }
    dg_error error;
    dg_fold *f = dg_fold_new(t, fold, &error);
    if (!f)
        report_error("%s", error.text);
    *count = dg_fold_box_count(f);
    dg_fold_free(f);
    return f != NULL;
}

dg_status explain_fold(const dg_trace *t, const options *o, picture_sink *out, dg_error *error)
{
    dg_fold *f = dg_fold_new(t, &o->draw.fold, error);
    if (!f)
        return error->status;
    char *text = dg_fold_explanation(f);
    bool done = text && sink_put(out, text, strlen(text)) == 0;
    dg_free(text);
    dg_fold_free(f);
    if (done)
        return DG_OK;
    *error = (dg_error){.status = DG_NOMEM, .text = "out of memory"};
    return DG_NOMEM;
}

dg_trace *reduce_trace(const options *o, dg_trace *t)
{
    if (o->draw.why || !(o->around || o->between)) /* an explanation is of the whole */
        return t;
    dg_trace *part = slice(o, t);
    dg_trace_free(t);
    return part;
}
