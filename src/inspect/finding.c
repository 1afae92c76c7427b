/* Findings while they are made: their nodes, evidence and sentences; and the table of their kinds.
 */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/number.h"
#include "base/utf8.h"
#include "inspect/inspection.h"
#include "inspect/names.h"

/* ---- Kinds ---------------------------------------------------------------------------------- */

static const struct {
    const char *name, *help;
    dg_severity severity;
} kinds[] = {
#define DGI_FINDING_KIND(constant, name, severity, help)                                           \
    [DG_FINDING_##constant] = {name, help, DG_SEVERITY_##severity},
#include "inspect/kinds.def"
};

_Static_assert(sizeof kinds / sizeof *kinds == DG_FINDING_KIND_COUNT, "every kind has a row");

static bool is_kind(dg_finding_kind kind)
{
    return (unsigned)kind < DG_FINDING_KIND_COUNT;
}

const char *dg_finding_kind_name(dg_finding_kind kind)
{
    return is_kind(kind) ? kinds[kind].name : NULL;
}

const char *dg_finding_kind_help(dg_finding_kind kind)
{
    return is_kind(kind) ? kinds[kind].help : NULL;
}

dg_finding_kind dg_finding_kind_from_name(const char *name)
{
    for (size_t i = 0; name && i < DG_FINDING_KIND_COUNT; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return (dg_finding_kind)i;
    return DG_FINDING_KIND_COUNT;
}

const char *dg_severity_name(dg_severity severity)
{
    switch (severity) {
    case DG_SEVERITY_NOTE:
        return "note";
    case DG_SEVERITY_WARNING:
        return "warning";
    case DG_SEVERITY_ERROR:
        return "error";
    }
    return "";
}

/* ---- Findings ------------------------------------------------------------------------------- */

dgi_finding *dgi_finding_add(dg_inspect *x, dg_finding_kind kind, size_t node, const char *cause)
{
    if (x->kind_counts[kind]++ >= DG_FINDINGS_MAX)
        return NULL;
    dgi_finding *findings =
        dgi_grown(x->findings, &x->finding_capacity, x->finding_count, sizeof *findings);
    if (!findings) {
        x->failed = true;
        return NULL;
    }
    x->findings = findings;
    dgi_finding *f = &findings[x->finding_count];
    *f = (dgi_finding){.public = {.kind = kind,
                                  .severity = kinds[kind].severity,
                                  .node = node,
                                  .scope = node == DG_NO_NODE ? "" : dgi_node(x, node)->scope,
                                  .cause = cause},
                       .text = DGI_BUF_INIT,
                       .number = x->finding_count};
    x->finding_count++;
    return f;
}

void dgi_finding_add_node(dg_inspect *x, dgi_finding *f, size_t node)
{
    if (!f)
        return;
    size_t *nodes = dgi_grown(f->nodes, &f->node_capacity, f->node_count, sizeof *nodes);
    if (!nodes) {
        x->failed = true;
        return;
    }
    f->nodes = nodes;
    nodes[f->node_count++] = node;
}

void dgi_finding_evidence(dgi_finding *f, const char *name, double value)
{
    if (f && f->public.evidence_count < DGI_EVIDENCE_MAX)
        f->evidence[f->public.evidence_count++] = (dg_evidence){name, value};
}

double dgi_evidence_of(const dgi_finding *f, const char *name)
{
    for (size_t i = 0; i < f->public.evidence_count; i++)
        if (strcmp(f->evidence[i].name, name) == 0)
            return f->evidence[i].value;
    return NAN;
}

static void put_number(dgi_buf *out, double x)
{
    char text[DGI_NUMBER_ROOM];
    dgi_general(text, x, 6);
    dgi_buf_puts(out, text);
}

void dgi_finding_say(dg_inspect *x, dgi_finding *f, const char *format, ...)
{
    if (!f)
        return;
    size_t count = 0;
    va_list args;
    va_start(args, format);
    for (const char *p = format; *p; p++) {
        if (*p != '%') {
            dgi_buf_putc(&f->text, *p);
            continue;
        }
        switch (*++p) {
        case 'v':
            dgi_put_value_name(&f->text, x->trace, va_arg(args, size_t));
            break;
        case 'n':
            put_number(&f->text, va_arg(args, double));
            break;
        case 'z':
            count = va_arg(args, size_t);
            dgi_buf_put_count(&f->text, count);
            break;
        case 'S':
            if (count != 1)
                dgi_buf_putc(&f->text, 's');
            break;
        case 's':
            dgi_buf_puts(&f->text, va_arg(args, const char *));
            break;
        case 'q':
            dgi_put_quoted(&f->text, va_arg(args, const char *));
            break;
        }
    }
    va_end(args);
    if (f->text.failed)
        x->failed = true;
}
