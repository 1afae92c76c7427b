/* The report of an inspection: see DG_REPORT.
 *
 *   report.c         what is reported: text or JSON
 *   report_text.c    the text: findings, scopes, parameters
 *   report_tables.c  its tables
 *   report_json.c    the JSON */
#ifndef DGI_REPORT_H
#define DGI_REPORT_H

#include "draw/options.h"
#include "draw/write/sink.h"

typedef struct dgi_report {
    const dg_trace *trace;
    const dg_inspect *inspection;
    const dg_summary *summary;
    const dgi_options *options;
    dg_inspect_options thresholds;
    size_t rows; /* the most of each list */
} dgi_report;

/* Inspects the trace where the options have no inspection of it, and writes the report. */
dg_status dgi_write_report(dgi_sink *sink, const dg_trace *t, const dgi_options *o,
                           dg_error *error);

void dgi_write_report_text(dgi_sink *sink, const dgi_report *r);
void dgi_write_report_json(dgi_sink *sink, const dgi_report *r);

/* The label on one line, or the id that -Tjson has. */
void dgi_put_report_name(dgi_buf *b, const dg_trace *t, size_t node);

/* The tables of the text. */
void dgi_put_scope_table(dgi_buf *b, const dgi_report *r);
void dgi_put_parameter_table(dgi_buf *b, const dgi_report *r);

/* The thresholds by name, and the learning rate; NULL at the end. */
typedef struct dgi_threshold {
    const char *name;
    double value;
} dgi_threshold;
enum { DGI_THRESHOLDS = 9 };
void dgi_list_thresholds(dgi_threshold thresholds[DGI_THRESHOLDS], const dg_inspect_options *o);

#endif
