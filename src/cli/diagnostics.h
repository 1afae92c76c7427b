/* What the command says on standard error: lines for people, or one JSON array for tools, in the
 * form of GCC's -fdiagnostics-format=json. */
#ifndef DGI_CLI_DIAGNOSTICS_H
#define DGI_CLI_DIAGNOSTICS_H

#include <stdbool.h>
#include <stddef.h>

#include <dotgrad/dotgrad.h>

/* From here on as JSON. */
void use_json_diagnostics(void);
bool json_diagnostics(void);

/* Ends the JSON array. */
void end_diagnostics(void);

/* A place in an input. */
typedef struct location {
    const char *file;
    size_t line, column; /* counted from 1; 0: not known */
    size_t last;         /* column of the last byte; 0: not known */
} location;

/* "FILE:LINE:COLUMN: KIND: MESSAGE", or "dotgrad: KIND: MESSAGE" where the location is NULL, on one
 * line, with a question mark for each control character. */
void diagnose(const char *kind, const location *where, const char *message);

/* A diagnostic of a program: as the library renders it, or as JSON. */
void diagnose_program(const dg_diagnostic *d, const location *where);

/* "dotgrad: error: ..." and "dotgrad: note: ...". */
void report_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void report_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "dotgrad: ..." for people: a line that is no diagnostic, cut where it is long. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Whether a lack of memory may be due to an option, which is named then. */
void explain_memory(bool limited);

/* Formats the bytes that report_error() would write, and the end of the array, into a buffer of
 * `size` bytes: for a signal handler, which may not format. */
void format_error(char *buffer, size_t size, const char *message);

#endif
