/* Diagnostics: lines for people, or one JSON array for tools. */
#include "cli/diagnostics.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text.h"

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

/* ---- Lines --------------------------------------------------------------------------------- */

static void put_line(text *t, const char *kind, const location *where, const char *message)
{
    text_put_printable(t, where ? where->file : "dotgrad");
    if (where && where->line)
        text_printf(t, ":%zu", where->line);
    if (where && where->column)
        text_printf(t, ":%zu", where->column);
    text_printf(t, ": %s: ", kind);
    text_put_printable(t, message);
    text_putc(t, '\n');
}

/* ---- JSON ---------------------------------------------------------------------------------- */

/* Controls beyond ASCII are escaped, too, since the array may be read on a terminal. */
static void put_string(text *t, const char *string)
{
    text_putc(t, '"');
    for (const char *p = string; *p;) {
        size_t length = utf8_length(p), n = length ? length : 1;
        const unsigned char *u = (const unsigned char *)p;
        if (length == 0)
            text_puts(t, "\\ufffd");
        else if (is_control(p, length))
            text_printf(t, "\\u%04x",
                        length == 1   ? *u
                        : length == 2 ? (*u & 0x1Fu) << 6 | (u[1] & 0x3Fu)
                                      : (*u & 0x0Fu) << 12 | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu));
        else if (*p == '"' || *p == '\\')
            text_printf(t, "\\%c", *p);
        else
            text_put(t, p, n);
        p += n;
    }
    text_putc(t, '"');
}

static void put_caret(text *t, const char *name, const location *where, size_t column)
{
    text_printf(t, "\"%s\": {\"file\": ", name);
    put_string(t, where->file);
    text_printf(t, ", \"line\": %zu, \"column\": %zu, \"byte-column\": %zu}",
                where->line ? where->line : 1, column, column);
}

static void put_object(text *t, const char *kind, const location *where, const char *message,
                       const char *hint)
{
    size_t column = where && where->column ? where->column : 1;
    text_printf(t, "{\"kind\": \"%s\", \"message\": ", kind);
    put_string(t, message);
    text_puts(t, ", \"locations\": [");
    if (where) {
        text_putc(t, '{');
        put_caret(t, "caret", where, column);
        if (where->last > column) {
            text_puts(t, ", ");
            put_caret(t, "finish", where, where->last);
        }
        text_putc(t, '}');
    }
    text_puts(t, "], \"children\": [");
    if (*hint)
        put_object(t, "note", where, hint, "");
    text_puts(t, "], \"column-origin\": 1}");
}

static void put_element(text *t, const char *kind, const location *where, const char *message,
                        const char *hint)
{
    text_puts(t, array_begun ? ", " : "[");
    put_object(t, kind, where, message, hint);
}

void end_diagnostics(void)
{
    if (as_json)
        fputs(array_begun ? "]\n" : "[]\n", stderr);
}

/* ---- Either -------------------------------------------------------------------------------- */

static void put_diagnostic(text *t, const char *kind, const location *where, const char *message)
{
    if (as_json)
        put_element(t, kind, where, message, "");
    else
        put_line(t, kind, where, message);
}

/* An element that memory did not suffice for is no JSON, but a line is legible however it ends. */
static void write_diagnostic(text *t)
{
    if (t->failed && as_json) {
        text_free(t);
        put_element(t, "error", NULL, "out of memory", "");
    } else if (t->failed) {
        fwrite(text_bytes(t), 1, t->size, stderr);
        text_free(t);
        text_putc(t, '\n');
    }
    fwrite(text_bytes(t), 1, t->size, stderr); /* at once: standard error has no buffer */
    text_free(t);
    array_begun = true;
}

static bool limited_memory;

void explain_memory(bool limited)
{
    limited_memory = limited;
}

void diagnose(const char *kind, const location *where, const char *message)
{
    if (limited_memory && strcmp(message, "out of memory") == 0)
        message = "out of memory (see --memory-limit)";
    text t;
    text_init(&t);
    put_diagnostic(&t, kind, where, message);
    write_diagnostic(&t);
}

void diagnose_program(const dg_diagnostic *d, const location *where)
{
    if (!as_json) {
        fputs(d->rendered, stderr);
        return;
    }
    text t;
    text_init(&t);
    put_element(&t, "error", where, d->error.text, d->hint);
    write_diagnostic(&t);
}

void say(const char *format, ...)
{
    char line[1024];
    text t;
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    text_init(&t);
    text_puts(&t, "dotgrad: ");
    text_put_printable(&t, line);
    text_putc(&t, '\n');
    fwrite(text_bytes(&t), 1, t.size, stderr);
    text_free(&t);
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

void format_error(char *buffer, size_t size, const char *message)
{
    text t;
    text_init(&t);
    put_diagnostic(&t, "error", NULL, message);
    if (as_json)
        text_puts(&t, "]\n");
    size_t n = t.size < size - 1 ? t.size : size - 1;
    memcpy(buffer, text_bytes(&t), n);
    buffer[n] = '\0';
    text_free(&t);
}
