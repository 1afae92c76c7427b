/* What is wrong with a program: the first DG_DIAGNOSTICS_MAX findings in the order of the text. */
#ifndef DGI_DIAGNOSE_H
#define DGI_DIAGNOSE_H

#include <dotgrad/lang.h>

#include "base/source.h"
#include "lang/lexer.h"

typedef struct dgi_finding {
    size_t begin;
    char *text; /* owned: both strings of the diagnostic */
    dg_diagnostic diagnostic;
} dgi_finding;

typedef struct dgi_diagnose {
    const char *file;
    const dg_notebook *notebook; /* whose cells places are in, or NULL; borrowed as the text is */
    dgi_source source;           /* its text is borrowed while there may be reports */
    dgi_finding findings[DG_DIAGNOSTICS_MAX];
    size_t kept, count;
    bool out_of_memory;
} dgi_diagnose;

void dgi_diagnose_free(dgi_diagnose *d);

/* Appends "FILE:LINE:COLUMN" of a place, of a notebook "FILE:cell N:LINE:COLUMN". */
void dgi_put_place(dgi_diagnose *d, dgi_buf *out, size_t at);

/* Whether a finding at `begin` would be among those that are kept: whoever must work for a hint
 * asks first. */
bool dgi_diagnose_wants(const dgi_diagnose *d, size_t begin);

/* Adds a finding. `hint` may be NULL. Returns false, so that a caller can fail in one line. */
bool dgi_report(dgi_diagnose *d, dgi_span about, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* How many bytes of a name are shown in a message: whole characters, and not too many. */
int dgi_shown_length(const char *text, size_t size);
/* For a "%.*s": what a part of the text shows of itself. */
#define DGI_SHOWN(text, span)                                                                      \
    dgi_shown_length((text) + (span).begin, (span).end - (span).begin), (text) + (span).begin

#endif
