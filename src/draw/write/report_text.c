/* The report as text. */
#include "draw/write/report.h"

#include <string.h>

#include "base/number.h"
#include "base/utf8.h"

static void put_counted(dgi_buf *b, size_t n, const char *one, const char *many)
{
    dgi_buf_put_count(b, n);
    dgi_buf_putc(b, ' ');
    dgi_buf_puts(b, n == 1 ? one : many);
}

static void put_number(dgi_buf *b, double x)
{
    char text[DGI_NUMBER_ROOM];
    dgi_buf_put(b, text, dgi_general(text, x, 6));
}

/* Texts of a trace, on one line. */
static void put_line(dgi_buf *b, const char *text)
{
    for (const char *end = text + strlen(text); text < end;) {
        uint32_t c = dgi_utf8_next(&text, end, NULL);
        dgi_utf8_put(b, c < ' ' || (c >= 0x7F && c < 0xA0) ? DGI_REPLACEMENT : c);
    }
}

void dgi_put_report_name(dgi_buf *b, const dg_trace *t, size_t node)
{
    const char *label = dg_trace_label(t, node), *id = dg_trace_id(t, node);
    if (*label || *id)
        put_line(b, *label ? label : id);
    else
        dgi_buf_printf(b, "v%zu", node);
}

static void put_head(dgi_buf *b, const dgi_report *r)
{
    const dg_scope_summary *all = dg_summary_scope(r->summary, 0);
    size_t root = dg_trace_root(r->trace);
    if (r->options->title) {
        put_line(b, r->options->title);
        dgi_buf_puts(b, ": ");
    }
    put_counted(b, all->values, "value", "values");
    if (all->numbers != all->values) {
        dgi_buf_puts(b, " of ");
        put_counted(b, all->numbers, "number", "numbers");
    }
    dgi_buf_puts(b, ", ");
    put_counted(b, all->parameters, "parameter", "parameters");
    if (all->parameter_numbers != all->parameters) {
        dgi_buf_puts(b, " of ");
        put_counted(b, all->parameter_numbers, "number", "numbers");
    }
    dgi_buf_puts(b, "; root ");
    dgi_put_report_name(b, r->trace, root);
    if (dg_trace_ndim(r->trace, root) == 0 && dg_trace_has_data(r->trace, root)) {
        dgi_buf_puts(b, " = ");
        put_number(b, dg_trace_data(r->trace, root));
    }
    dgi_buf_puts(b, "\n\n");
}

/* ---- Findings ------------------------------------------------------------------------------- */

static void put_severities(dgi_buf *b, const dgi_report *r)
{
    size_t counts[DG_SEVERITY_ERROR + 1] = {0}, n = dg_inspect_finding_count(r->inspection);
    for (size_t i = 0; i < n; i++)
        counts[dg_inspect_finding(r->inspection, i)->severity]++;
    dgi_buf_puts(b, n == 0 ? "Nothing found." : "Found: ");
    const char *before = "";
    for (int s = DG_SEVERITY_ERROR; s >= 0; s--) {
        if (counts[s] == 0)
            continue;
        const char *name = dg_severity_name((dg_severity)s);
        dgi_buf_puts(b, before);
        dgi_buf_put_count(b, counts[s]);
        dgi_buf_printf(b, " %s%s", name, counts[s] == 1 ? "" : "s");
        before = ", ";
    }
    dgi_buf_putc(b, '\n');
}

/* "in layer 0/neuron 2; 12 values and 3 parameters behind it" */
static void put_place(dgi_buf *b, const dgi_report *r, const dg_finding *f)
{
    if (f->node != DG_NO_NODE) {
        dgi_buf_puts(b, "at ");
        dgi_put_report_name(b, r->trace, f->node);
        if (*f->scope)
            dgi_buf_puts(b, " in ");
    } else if (*f->scope) {
        dgi_buf_puts(b, "in ");
    }
    put_line(b, f->scope);
    if (f->node_count > 1)
        dgi_buf_printf(b, "%s and %zu more value%s", *f->scope ? "," : "", f->node_count - 1,
                       f->node_count == 2 ? "" : "s");
    if (f->affected_values > 0 || f->affected_parameters > 0) {
        dgi_buf_puts(b, "; affects ");
        if (f->affected_values > 0)
            put_counted(b, f->affected_values, "value", "values");
        if (f->affected_values > 0 && f->affected_parameters > 0)
            dgi_buf_puts(b, " and ");
        if (f->affected_parameters > 0)
            put_counted(b, f->affected_parameters, "parameter", "parameters");
    }
}

static void put_evidence(dgi_buf *b, const dg_finding *f)
{
    for (size_t i = 0; i < f->evidence_count; i++) {
        dgi_buf_puts(b, i ? ", " : "");
        put_line(b, f->evidence[i].name);
        dgi_buf_puts(b, " = ");
        put_number(b, f->evidence[i].value);
    }
}

static void put_indented(dgi_buf *b, size_t from)
{
    if (b->size == from) {
        b->size -= 4;
        return;
    }
    dgi_buf_putc(b, '\n');
}

static void put_finding(dgi_buf *b, const dgi_report *r, const dg_finding *f)
{
    dgi_buf_puts(b, dg_severity_name(f->severity));
    dgi_buf_puts(b, ": ");
    dgi_buf_puts(b, dg_finding_kind_name(f->kind));
    dgi_buf_puts(b, ": ");
    put_line(b, f->text);
    dgi_buf_puts(b, "\n    ");
    size_t from = b->size;
    put_place(b, r, f);
    if (b->failed)
        return;
    put_indented(b, from);
    dgi_buf_puts(b, "    ");
    from = b->size;
    put_evidence(b, f);
    if (!b->failed)
        put_indented(b, from);
}

static void put_rest(dgi_buf *b, const dgi_report *r, size_t shown)
{
    size_t rest[DG_FINDING_KIND_COUNT], all = 0;
    for (int k = 0; k < DG_FINDING_KIND_COUNT; k++)
        rest[k] = dg_inspect_kind_count(r->inspection, (dg_finding_kind)k);
    for (size_t i = 0; i < shown; i++)
        rest[dg_inspect_finding(r->inspection, i)->kind]--;
    for (int k = 0; k < DG_FINDING_KIND_COUNT; k++)
        all += rest[k];
    if (all == 0)
        return;
    const char *before = ": ";
    dgi_buf_put_count(b, all);
    dgi_buf_puts(b, " more");
    for (int k = 0; k < DG_FINDING_KIND_COUNT; k++) {
        if (rest[k] == 0)
            continue;
        dgi_buf_printf(b, "%s%zu %s", before, rest[k], dg_finding_kind_name((dg_finding_kind)k));
        before = ", ";
    }
    dgi_buf_putc(b, '\n');
}

static void put_findings(dgi_sink *sink, const dgi_report *r)
{
    dgi_buf *b = &sink->pending;
    size_t n = dg_inspect_finding_count(r->inspection);
    size_t shown = n < r->rows ? n : r->rows;
    put_severities(b, r);
    for (size_t i = 0; i < shown && !b->failed; i++) {
        put_finding(b, r, dg_inspect_finding(r->inspection, i));
        dgi_sink_flush_piece(sink);
    }
    put_rest(b, r, shown);
    dgi_buf_putc(b, '\n');
}

static void put_thresholds(dgi_buf *b, const dgi_report *r)
{
    dgi_threshold all[DGI_THRESHOLDS];
    dgi_list_thresholds(all, &r->thresholds);
    dgi_buf_puts(b, "Thresholds: ");
    for (size_t i = 0; i < DGI_THRESHOLDS; i++) {
        if (all[i].value == 0.0)
            continue;
        dgi_buf_puts(b, i ? ", " : "");
        for (const char *p = all[i].name; *p; p++)
            dgi_buf_putc(b, *p == '_' ? '-' : *p);
        dgi_buf_putc(b, ' ');
        put_number(b, all[i].value);
    }
    dgi_buf_putc(b, '\n');
}

void dgi_write_report_text(dgi_sink *sink, const dgi_report *r)
{
    dgi_buf *b = &sink->pending;
    put_head(b, r);
    put_findings(sink, r);
    dgi_put_scope_table(b, r);
    dgi_put_parameter_table(b, r);
    put_thresholds(b, r);
}
