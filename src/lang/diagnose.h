/* What is wrong with a program: the first DG_DIAGNOSTICS_MAX findings in the order of the text. */
#ifndef DGI_DIAGNOSE_H
#define DGI_DIAGNOSE_H

#include <dotgrad/lang.h>

#include <stdarg.h>
#include <stdbool.h>

typedef struct dgi_finding {
    size_t begin, end; /* of the text that it is about */
    char *message, *hint;
    char *shown; /* as it is printed: made by dgi_diagnose_finish() */
} dgi_finding;

typedef struct dgi_diagnose {
    const char *file; /* borrowed */
    const char *text; /* borrowed until dgi_diagnose_finish() has returned */
    size_t size;
    dgi_finding findings[DG_DIAGNOSTICS_MAX];
    dg_diagnostic diagnostics[DG_DIAGNOSTICS_MAX];
    size_t kept, count;
    bool out_of_memory;
} dgi_diagnose;

void dgi_diagnose_free(dgi_diagnose *d);

/* Whether a finding at `begin` would be among those that are kept: whoever must work for a hint
 * asks first. */
bool dgi_diagnose_wants(const dgi_diagnose *d, size_t begin);

/* Adds a finding. `hint` may be NULL. Returns false, so that a caller can fail in one line. */
bool dgi_report(dgi_diagnose *d, size_t begin, size_t end, const char *hint, const char *format,
                ...) __attribute__((format(printf, 5, 6)));

bool dgi_vreport(dgi_diagnose *d, size_t begin, size_t end, const char *hint, const char *format,
                 va_list args) __attribute__((format(printf, 5, 0)));

/* Makes the diagnostics of the findings; false when out of memory. */
bool dgi_diagnose_finish(dgi_diagnose *d);

/* How many bytes of a name are shown in a message: whole characters, and not too many. */
int dgi_shown_length(const char *text, size_t size);

#endif
