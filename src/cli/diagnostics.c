/* Diagnostics: lines for people, or one JSON array for tools. */
#include "cli/diagnostics.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool as_json;
static bool array_begun;

void use_json_diagnostics(void)
{
    as_json = true;
}

bool json_diagnostics(void)
{
    return as_json;
}

/* A message is put together in memory and written at once: standard error has no buffer. */
typedef struct message {
    FILE *stream; /* standard error itself when out of memory */
    char *text;
    size_t size;
} message;

static void message_begin(message *m)
{
    *m = (message){NULL, NULL, 0};
    m->stream = open_memstream(&m->text, &m->size);
    if (!m->stream)
        m->stream = stderr;
}

static void message_end(message *m)
{
    if (m->stream == stderr)
        return;
    if (fclose(m->stream) == 0)
        fwrite(m->text, 1, m->size, stderr);
    free(m->text);
}

/* ---- Lines --------------------------------------------------------------------------------- */

static void put_printable(FILE *f, const char *text)
{
    for (; *text; text++)
        fputc((unsigned char)*text < ' ' || *text == 0x7F ? '?' : *text, f);
}

static void put_line(FILE *f, const char *kind, const location *where, const char *text)
{
    put_printable(f, where ? where->file : "dotgrad");
    if (where && where->line)
        fprintf(f, ":%zu", where->line);
    if (where && where->column)
        fprintf(f, ":%zu", where->column);
    fprintf(f, ": %s: ", kind);
    put_printable(f, text);
    fputc('\n', f);
}

/* ---- JSON ---------------------------------------------------------------------------------- */

/* The bytes of the UTF-8 character at p, or 0 where there is none. */
static size_t utf8_length(const unsigned char *p)
{
    if (*p < 0x80)
        return 1;
    size_t n = *p >= 0xF0 ? 4 : *p >= 0xE0 ? 3 : 2;
    if (*p < 0xC2 || *p > 0xF4)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    /* overlong, surrogates, beyond the last character */
    if ((*p == 0xE0 && p[1] < 0xA0) || (*p == 0xED && p[1] >= 0xA0) ||
        (*p == 0xF0 && p[1] < 0x90) || (*p == 0xF4 && p[1] >= 0x90))
        return 0;
    return n;
}

static void put_string(FILE *f, const char *text)
{
    fputc('"', f);
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        size_t n = utf8_length(p);
        if (n == 0)
            fputs("\\ufffd", f);
        else if (*p < ' ' || *p == 0x7F)
            fprintf(f, "\\u%04x", *p);
        else if (*p == '"' || *p == '\\')
            fprintf(f, "\\%c", *p);
        else
            fwrite(p, 1, n, f);
        p += n ? n : 1;
    }
    fputc('"', f);
}

static void put_caret(FILE *f, const char *name, const location *where, size_t column)
{
    fprintf(f, "\"%s\": {\"file\": ", name);
    put_string(f, where->file);
    fprintf(f, ", \"line\": %zu, \"column\": %zu, \"byte-column\": %zu}",
            where->line ? where->line : 1, column, column);
}

static void put_object(FILE *f, const char *kind, const location *where, const char *text,
                       const char *hint)
{
    size_t column = where && where->column ? where->column : 1;
    fprintf(f, "{\"kind\": \"%s\", \"message\": ", kind);
    put_string(f, text);
    fputs(", \"locations\": [", f);
    if (where) {
        fputc('{', f);
        put_caret(f, "caret", where, column);
        if (where->last > column) {
            fputs(", ", f);
            put_caret(f, "finish", where, where->last);
        }
        fputc('}', f);
    }
    fputs("], \"children\": [", f);
    if (*hint)
        put_object(f, "note", where, hint, "");
    fputs("], \"column-origin\": 1}", f);
}

static void put_element(FILE *f, const char *kind, const location *where, const char *text,
                        const char *hint)
{
    fputs(array_begun ? ", " : "[", f);
    put_object(f, kind, where, text, hint);
}

void end_diagnostics(void)
{
    if (as_json)
        fputs(array_begun ? "]\n" : "[]\n", stderr);
}

/* ---- Either -------------------------------------------------------------------------------- */

void diagnose(const char *kind, const location *where, const char *text)
{
    message m;
    message_begin(&m);
    if (as_json)
        put_element(m.stream, kind, where, text, "");
    else
        put_line(m.stream, kind, where, text);
    message_end(&m);
    array_begun = true;
}

void diagnose_program(const dg_diagnostic *d, const location *where)
{
    if (!as_json) {
        fputs(d->rendered, stderr);
        return;
    }
    message m;
    message_begin(&m);
    put_element(m.stream, "error", where, d->error.text, d->hint);
    message_end(&m);
    array_begun = true;
}

static void diagnose_formatted(const char *kind, const char *format, va_list args)
{
    char buffer[512];
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(buffer, sizeof buffer, format, args);
    char *whole = size >= (int)sizeof buffer ? malloc((size_t)size + 1) : NULL;
    if (whole)
        vsnprintf(whole, (size_t)size + 1, format, again);
    va_end(again);
    diagnose(kind, NULL, whole ? whole : buffer);
    free(whole);
}

void report_error(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diagnose_formatted("error", format, args);
    va_end(args);
}

void report_note(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diagnose_formatted("note", format, args);
    va_end(args);
}

void format_error(char *buffer, size_t size, const char *text)
{
    FILE *f = fmemopen(buffer, size, "w");
    buffer[0] = '\0';
    if (!f)
        return;
    if (as_json) {
        put_element(f, "error", NULL, text, "");
        fputs("]\n", f);
    } else {
        put_line(f, "error", NULL, text);
    }
    fclose(f);
    buffer[size - 1] = '\0';
}
