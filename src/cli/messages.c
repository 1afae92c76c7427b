/* What the command says on standard error: lines for people, or for tools one JSON array, in the
 * form that GCC gives its own. */
#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool as_json;
static bool begun; /* the array */

void tell_as_json(void)
{
    as_json = true;
}

bool told_as_json(void)
{
    return as_json;
}

/* Standard error has no buffer: what is said goes there at once, in one piece. */
typedef struct speech {
    FILE *to;
    char *text;
    size_t size;
} speech;

static void begin(speech *s)
{
    *s = (speech){NULL, NULL, 0};
    s->to = open_memstream(&s->text, &s->size);
    if (!s->to)
        s->to = stderr;
}

static void end(speech *s)
{
    if (s->to == stderr)
        return;
    if (fclose(s->to) == 0)
        fwrite(s->text, 1, s->size, stderr);
    free(s->text);
}

/* ---- Lines --------------------------------------------------------------------------------- */

static void put_plain(FILE *f, const char *text)
{
    for (; *text; text++)
        fputc((unsigned char)*text < ' ' || *text == 0x7F ? '?' : *text, f);
}

static void put_line(FILE *f, const char *kind, const place *where, const char *text)
{
    put_plain(f, where ? where->file : "dotgrad");
    if (where && where->line)
        fprintf(f, ":%zu", where->line);
    if (where && where->column)
        fprintf(f, ":%zu", where->column);
    fprintf(f, ": %s: ", kind);
    put_plain(f, text);
    fputc('\n', f);
}

/* ---- JSON ---------------------------------------------------------------------------------- */

/* The bytes of the UTF-8 character at p, or 0 where there is none. */
static size_t character(const unsigned char *p)
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
        size_t n = character(p);
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

static void put_caret(FILE *f, const char *name, const place *where, size_t column)
{
    fprintf(f, "\"%s\": {\"file\": ", name);
    put_string(f, where->file);
    fprintf(f, ", \"line\": %zu, \"column\": %zu, \"byte-column\": %zu}",
            where->line ? where->line : 1, column, column);
}

static void put_object(FILE *f, const char *kind, const place *where, const char *text,
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

static void put_element(FILE *f, const char *kind, const place *where, const char *text,
                        const char *hint)
{
    fputs(begun ? ", " : "[", f);
    put_object(f, kind, where, text, hint);
}

void tell_end(void)
{
    if (as_json)
        fputs(begun ? "]\n" : "[]\n", stderr);
}

/* ---- Either -------------------------------------------------------------------------------- */

void tell(const char *kind, const place *where, const char *text)
{
    speech s;
    begin(&s);
    if (as_json)
        put_element(s.to, kind, where, text, "");
    else
        put_line(s.to, kind, where, text);
    end(&s);
    begun = true;
}

void tell_finding(const dg_diagnostic *d, const place *where)
{
    if (!as_json) {
        fputs(d->rendered, stderr);
        return;
    }
    speech s;
    begin(&s);
    put_element(s.to, "error", where, d->error.text, d->hint);
    end(&s);
    begun = true;
}

static void tell_formatted(const char *kind, const char *format, va_list args)
{
    char shorter[512];
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(shorter, sizeof shorter, format, args);
    char *whole = size >= (int)sizeof shorter ? malloc((size_t)size + 1) : NULL;
    if (whole)
        vsnprintf(whole, (size_t)size + 1, format, again);
    va_end(again);
    tell(kind, NULL, whole ? whole : shorter);
    free(whole);
}

void complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tell_formatted("error", format, args);
    va_end(args);
}

void note(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tell_formatted("note", format, args);
    va_end(args);
}

void format_complaint(char *line, size_t size, const char *text)
{
    FILE *f = fmemopen(line, size, "w");
    line[0] = '\0';
    if (!f)
        return;
    if (as_json) {
        put_element(f, "error", NULL, text, "");
        fputs("]\n", f);
    } else {
        put_line(f, "error", NULL, text);
    }
    fclose(f);
    line[size - 1] = '\0';
}
