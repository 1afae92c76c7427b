/* The report of an inspection. */
#include "draw/write/report.h"

#include <stdint.h>

#include "base/error.h"

/* The names are those of `dotgrad --threshold`, with underscores. */
void dgi_list_thresholds(dgi_threshold thresholds[DGI_THRESHOLDS], const dg_inspect_options *o)
{
    const dgi_threshold all[DGI_THRESHOLDS] = {{"saturated", o->saturated},
                                               {"vanishing", o->vanishing},
                                               {"vanishing_ratio", o->vanishing_ratio},
                                               {"exploding", o->exploding},
                                               {"exploding_ratio", o->exploding_ratio},
                                               {"update_min", o->update_min},
                                               {"update_max", o->update_max},
                                               {"tolerance", o->tolerance},
                                               {"learning_rate", o->learning_rate}};
    for (size_t i = 0; i < DGI_THRESHOLDS; i++)
        thresholds[i] = all[i];
}

/* The most rows of a table of text, by default. */
enum { TEXT_ROWS = 20 };

static dg_status write(dgi_sink *sink, dgi_report *r, dg_error *error)
{
    const dg_report_options *o = &r->options->report;
    dg_summary *summary = dg_summary_new(r->inspection, error);
    dg_status status = summary ? DG_OK : DG_NOMEM;
    if (status == DG_OK && o->sort)
        status = dg_summary_sort(summary, o->sort, o->descending);
    r->summary = summary;
    r->rows = o->rows ? o->rows : o->json ? SIZE_MAX : TEXT_ROWS;
    if (status == DG_OK && o->json)
        dgi_write_report_json(sink, r);
    else if (status == DG_OK)
        dgi_write_report_text(sink, r);
    dg_summary_free(summary);
    return sink->pending.failed ? DG_NOMEM : status;
}

dg_status dgi_write_report(dgi_sink *sink, const dg_trace *t, const dgi_options *o, dg_error *error)
{
    dgi_report r = {.trace = t, .options = o, .inspection = o->inspection};
    dg_inspect *own = NULL;
    dg_error why = {0};
    if (!r.inspection)
        r.inspection = own = dg_inspect_new(t, &o->inspect, &why);
    if (!r.inspection)
        return dgi_error(error, why.status, "%s", why.text);
    r.thresholds = dg_inspect_options_of(r.inspection);
    dg_status status = write(sink, &r, error);
    dg_inspect_free(own);
    return status;
}
