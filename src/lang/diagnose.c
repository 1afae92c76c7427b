#include "lang/diagnose.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

enum {
    SHOWN_COLUMNS = 100, /* of a source line */
    SHOWN_BEFORE = 60,   /* columns before the error, where the line must be cut there */
    SHOWN_NAME = 60,     /* bytes of a name in a message */
    NUMBER_WIDTH = 5     /* of the line number, as GCC has it */
};

void dgi_diagnose_free(dgi_diagnose *d)
{
    while (d->kept > 0)
        free(d->findings[--d->kept].text);
}

bool dgi_diagnose_wants(const dgi_diagnose *d, size_t begin)
{
    return d->kept < DG_DIAGNOSTICS_MAX || begin < d->findings[d->kept - 1].begin;
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

int dgi_shown_length(const char *text, size_t size)
{
    size_t length = size > SHOWN_NAME ? SHOWN_NAME : size;
    while (length > 0 && length < size && is_continuation(text[length]))
        length--;
    return (int)length;
}

/* ---- As it is printed ---- */

/* Characters that would move the cursor, hide text or turn its direction. */
static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200E && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

/* Appends the character at *p, advances *p and returns how many columns it takes. */
static size_t put_shown(dgi_buf *out, const char **p, const char *end)
{
    uint32_t c = dgi_utf8_next(p, end, NULL);
    if (c == '\t')
        c = ' ';
    else if (is_control(c))
        c = DGI_REPLACEMENT;
    dgi_utf8_put(out, c);
    return (size_t)dgi_columns(c);
}

static void put_text(dgi_buf *out, const char *text)
{
    for (const char *p = text, *end = text + strlen(text); p < end;)
        put_shown(out, &p, end);
}

/* Finds the line of a place. */
static void find_line(dgi_diagnose *d, size_t place)
{
    if (d->line == 0 || place < d->line_begin) {
        dgi_lexer lexer;
        dgi_lexer_init(&lexer, d->text, d->size); /* past a byte-order mark */
        d->line = 1;
        d->line_begin = lexer.at;
    }
    for (size_t at = d->line_begin; at < place;) {
        uint32_t line_end = dgi_line_end(d->text, d->size, at);
        at += line_end ? line_end : 1;
        if (line_end) {
            d->line++;
            d->line_begin = at;
        }
    }
}

/* Where the shown part of the line begins: at its start where the error is near, else some
 * characters before the error. */
static size_t shown_begin(const dgi_diagnose *d, size_t error)
{
    size_t at = error;
    if (error - d->line_begin <= SHOWN_BEFORE + 10)
        return d->line_begin;
    for (int left = SHOWN_BEFORE; left > 0 && at > d->line_begin; left--) {
        int bytes = 4;
        do
            at--;
        while (--bytes > 0 && at > d->line_begin && is_continuation(d->text[at]));
    }
    return at;
}

/* The source line, and under it a caret. */
static void put_excerpt(dgi_buf *out, const dgi_diagnose *d, dgi_span about)
{
    size_t at = shown_begin(d, about.begin), columns = 0, before = 0, under = 0;
    int width = snprintf(NULL, 0, "%*zu", NUMBER_WIDTH, d->line);
    bool empty = at == d->size || dgi_line_end(d->text, d->size, at);
    dgi_buf_printf(out, "\n%*zu |%s", NUMBER_WIDTH, d->line, empty ? "" : " ");
    if (at > d->line_begin) {
        dgi_buf_puts(out, "...");
        columns = before = 3;
    }
    /* Marks take no column: the bytes are limited as well. */
    size_t most = out->size + (size_t)SHOWN_COLUMNS * 8;
    while (at < d->size && dgi_line_end(d->text, d->size, at) == 0) {
        if (columns >= SHOWN_COLUMNS + 3 || out->size > most) {
            dgi_buf_puts(out, "...");
            break;
        }
        const char *p = d->text + at;
        size_t taken = put_shown(out, &p, d->text + d->size);
        before += at < about.begin ? taken : 0;
        under += at >= about.begin && at < about.end ? taken : 0;
        columns += taken;
        at = (size_t)(p - d->text);
    }
    dgi_buf_printf(out, "\n%*s | ", width, "");
    dgi_buf_fill(out, ' ', before);
    dgi_buf_putc(out, '^');
    dgi_buf_fill(out, '~', under > 0 ? under - 1 : 0);
}

/* What is printed, and behind its NUL the hint as it was given. */
static char *render(const dgi_diagnose *d, dgi_span about, const char *message, const char *hint)
{
    dgi_buf out = DGI_BUF_INIT;
    put_text(&out, d->file);
    dgi_buf_printf(&out, ":%zu:%zu: error: ", d->line, about.begin - d->line_begin + 1);
    put_text(&out, message);
    put_excerpt(&out, d, about);
    dgi_buf_puts(&out, *hint ? " " : "");
    put_text(&out, hint);
    dgi_buf_put(&out, "\n", 2);
    dgi_buf_puts(&out, hint);
    return dgi_buf_take(&out, NULL);
}

/* ---- Reports ---- */

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
    find_line(d, about.begin);
    if (about.begin < d->line_begin)
        about.begin = (uint32_t)d->line_begin;
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
    dgi_error_place(&f->diagnostic.error, d->file, d->line, about.begin - d->line_begin + 1);
    return false;
}
