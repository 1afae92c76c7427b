#include "lang/diagnose.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

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

/* What is printed, and behind its NUL the hint as it was given. */
static char *render(const dgi_diagnose *d, dgi_span about, const char *message, const char *hint)
{
    dgi_buf out = DGI_BUF_INIT;
    dgi_put_printable(&out, d->file);
    dgi_buf_printf(&out, ":%zu:%zu: error: ", d->source.line,
                   about.begin - d->source.line_begin + 1);
    dgi_put_printable(&out, message);
    dgi_put_excerpt(&out, &d->source, about.begin, about.end);
    dgi_buf_puts(&out, *hint ? " " : "");
    dgi_put_printable(&out, hint);
    dgi_buf_put(&out, "\n", 2);
    dgi_buf_puts(&out, hint);
    return dgi_buf_take(&out, NULL);
}

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
    char *text = render(d, about, message, hint ? hint : "");
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
    dgi_error_place(&f->diagnostic.error, d->file, d->source.line,
                    about.begin - d->source.line_begin + 1);
    return false;
}
