#include "lang/diagnose.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "lang/notebook.h"

enum { SHOWN_NAME = 60 }; /* bytes of a name in a message */

void dgi_diagnose_free(dgi_diagnose *d)
{
    while (d->kept > 0)
        free(d->findings[--d->kept].text);
}

bool dgi_diagnose_wants(const dgi_diagnose *d, size_t begin)
{
    return d->kept < DG_DIAGNOSTICS_MAX || begin < d->findings[d->kept - 1].begin;
}

int dgi_shown_length(const char *text, size_t size)
{
    return (int)dgi_utf8_prefix(text, size, SHOWN_NAME);
}

/* ---- Places ---- */

/* The number of the code cell that a place is in, and the lines before it; 0: of no notebook. */
static size_t cell_at(const dgi_diagnose *d, size_t at, size_t *lines)
{
    const dg_notebook *nb = d->notebook;
    size_t n = 0;
    *lines = 0;
    while (nb && n < nb->count && nb->cells[n].begin <= at)
        *lines = nb->cells[n++].lines;
    return n;
}

static void put_file(const dgi_diagnose *d, dgi_buf *out, size_t cell)
{
    dgi_put_printable(out, d->file);
    if (cell)
        dgi_buf_printf(out, ":cell %zu", cell);
}

void dgi_put_place(dgi_diagnose *d, dgi_buf *out, size_t at)
{
    size_t lines, cell = cell_at(d, at, &lines);
    dgi_source_find_line(&d->source, at);
    put_file(d, out, cell);
    dgi_buf_printf(out, ":%zu:%zu", d->source.line - lines, at - d->source.line_begin + 1);
}

/* What is printed, behind its NUL the hint as it was given, and the file. */
static char *render(dgi_diagnose *d, dgi_span about, const char *message, const char *hint,
                    size_t lines, size_t cell)
{
    dgi_buf out = DGI_BUF_INIT;
    dgi_source shown = d->source;
    shown.line -= lines;
    dgi_put_place(d, &out, about.begin);
    dgi_buf_puts(&out, ": error: ");
    dgi_put_printable(&out, message);
    dgi_put_excerpt(&out, &shown, about.begin, about.end);
    dgi_buf_puts(&out, *hint ? " " : "");
    dgi_put_printable(&out, hint);
    dgi_buf_put(&out, "\n", 2);
    dgi_buf_puts(&out, hint);
    dgi_buf_put(&out, "", 1);
    put_file(d, &out, cell);
    return dgi_buf_take(&out, NULL);
}

/* ---- Findings ---- */

/* A new finding where it belongs; of two at one place the first stays first. */
static dgi_finding *insert(dgi_diagnose *d, size_t begin)
{
    if (d->kept == DG_DIAGNOSTICS_MAX)
        free(d->findings[--d->kept].text);
    size_t i = d->kept++;
    for (; i > 0 && d->findings[i - 1].begin > begin; i--)
        d->findings[i] = d->findings[i - 1];
    return &d->findings[i];
}

bool dgi_report(dgi_diagnose *d, dgi_span about, const char *hint, const char *format, ...)
{
    d->count++;
    if (!dgi_diagnose_wants(d, about.begin))
        return false;
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    dgi_source_find_line(&d->source, about.begin);
    if (about.begin < d->source.line_begin)
        about.begin = (uint32_t)d->source.line_begin;
    size_t lines, cell = cell_at(d, about.begin, &lines);
    char *text = render(d, about, message, hint ? hint : "", lines, cell);
    if (!text) {
        d->out_of_memory = true;
        return false;
    }
    dgi_finding *f = insert(d, about.begin);
    f->begin = about.begin;
    f->text = text;
    f->diagnostic = (dg_diagnostic){
        .length = about.end > about.begin ? about.end - about.begin : 1,
        .hint = text + strlen(text) + 1,
        .rendered = text,
    };
    dgi_error(&f->diagnostic.error, DG_SYNTAX, "%s", message);
    const char *in = f->diagnostic.hint + strlen(f->diagnostic.hint) + 1;
    dgi_error_place(&f->diagnostic.error, cell ? in : d->file, d->source.line - lines,
                    about.begin - d->source.line_begin + 1);
    return false;
}
