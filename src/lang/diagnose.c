#include "lang/diagnose.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/utf8.h"
#include "lang/lexer.h"
#include "lang/literal.h"

enum {
    SHOWN_COLUMNS = 100, /* of a source line */
    SHOWN_BEFORE = 60,   /* columns before the error, where the line must be cut there */
    SHOWN_NAME = 60,     /* bytes of a name in a message */
    NUMBER_WIDTH = 5     /* of the line number, as GCC has it */
};

void dgi_diagnose_free(dgi_diagnose *d)
{
    for (size_t i = 0; i < d->kept; i++) {
        free(d->findings[i].message);
        free(d->findings[i].hint);
        free(d->findings[i].shown);
    }
    d->kept = 0;
}

bool dgi_diagnose_wants(const dgi_diagnose *d, size_t begin)
{
    return d->kept < DG_DIAGNOSTICS_MAX || begin < d->findings[d->kept - 1].begin;
}

int dgi_shown_length(const char *text, size_t size)
{
    if (size <= SHOWN_NAME)
        return (int)size;
    size_t length = SHOWN_NAME;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    return (int)length;
}

/* Puts the finding where it belongs; of two at one place the first stays first. */
static void insert(dgi_diagnose *d, dgi_finding finding)
{
    if (d->kept == DG_DIAGNOSTICS_MAX) {
        d->kept--;
        free(d->findings[d->kept].message);
        free(d->findings[d->kept].hint);
    }
    size_t place = d->kept++;
    for (; place > 0 && d->findings[place - 1].begin > finding.begin; place--)
        d->findings[place] = d->findings[place - 1];
    d->findings[place] = finding;
}

static char *format_text(const char *format, va_list args)
{
    char text[512];
    vsnprintf(text, sizeof text, format, args);
    dgi_buf copy = DGI_BUF_INIT;
    dgi_buf_puts(&copy, text);
    return dgi_buf_take(&copy, NULL);
}

static char *copy_text(const char *text)
{
    dgi_buf copy = DGI_BUF_INIT;
    dgi_buf_puts(&copy, text ? text : "");
    return dgi_buf_take(&copy, NULL);
}

bool dgi_vreport(dgi_diagnose *d, size_t begin, size_t end, const char *hint, const char *format,
                 va_list args)
{
    d->count++;
    if (!dgi_diagnose_wants(d, begin))
        return false;
    dgi_finding finding = {begin, end, format_text(format, args), copy_text(hint), NULL};
    if (!finding.message || !finding.hint) {
        free(finding.message);
        free(finding.hint);
        d->out_of_memory = true;
        return false;
    }
    insert(d, finding);
    return false;
}

bool dgi_report(dgi_diagnose *d, size_t begin, size_t end, const char *hint, const char *format,
                ...)
{
    va_list args;
    va_start(args, format);
    dgi_vreport(d, begin, end, hint, format, args);
    va_end(args);
    return false;
}

/* A place in the text with its line; walks forward only. */
typedef struct place {
    size_t line; /* counted from 1 */
    size_t line_begin;
    size_t at;
} place;

static void walk_to(const dgi_diagnose *d, place *p, size_t target)
{
    while (p->at < target) {
        size_t line_end = dgi_line_end(d->text, d->size, p->at);
        p->at += line_end ? line_end : 1;
        if (line_end) {
            p->line++;
            p->line_begin = p->at;
        }
    }
}

/* Characters that would move the cursor, hide text or turn its direction. */
static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200E && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

/* Reads a character as it is shown. */
static uint32_t shown_character(const char **p, const char *end)
{
    uint32_t c = dgi_utf8_next(p, end, NULL);
    if (c == '\t')
        return ' ';
    return is_control(c) ? DGI_REPLACEMENT : c;
}

static void put_clean(dgi_buf *out, const char *text)
{
    for (const char *p = text, *end = text + strlen(text); p < end;)
        dgi_utf8_put(out, shown_character(&p, end));
}

/* Where the shown part of a line begins: at its start where the error is near, else some characters
 * before the error. */
static size_t shown_begin(const dgi_diagnose *d, size_t line_begin, size_t error)
{
    if (error - line_begin <= SHOWN_BEFORE + 10)
        return line_begin;
    size_t at = error;
    for (int left = SHOWN_BEFORE; left > 0 && at > line_begin; left--) {
        at--;
        for (int more = 3;
             more > 0 && at > line_begin && ((unsigned char)d->text[at] & 0xC0) == 0x80; more--)
            at--;
    }
    return at;
}

/* The shown source line and what stands under it. */
typedef struct excerpt {
    dgi_buf line;
    size_t before; /* columns before the error */
    size_t under;  /* columns of the error */
} excerpt;

static void make_excerpt(const dgi_diagnose *d, const dgi_finding *f, size_t line_begin, excerpt *x)
{
    const char *end = d->text + d->size;
    size_t at = shown_begin(d, line_begin, f->begin);
    size_t columns = 0;
    if (at > line_begin) {
        dgi_buf_puts(&x->line, "...");
        columns = x->before = 3;
    }
    /* Marks take no column: the bytes are limited as well. */
    size_t most = (size_t)SHOWN_COLUMNS * 8 + x->line.size;
    while (at < d->size && dgi_line_end(d->text, d->size, at) == 0) {
        if (columns >= SHOWN_COLUMNS + 3 || x->line.size > most) {
            dgi_buf_puts(&x->line, "...");
            break;
        }
        const char *p = d->text + at;
        uint32_t c = shown_character(&p, end);
        size_t width = (size_t)dgi_columns(c);
        dgi_utf8_put(&x->line, c);
        if (at < f->begin)
            x->before += width;
        else if (at < f->end)
            x->under += width;
        columns += width;
        at = (size_t)(p - d->text);
    }
    if (x->under == 0)
        x->under = 1;
}

static char *show(const dgi_diagnose *d, const dgi_finding *f, const place *p)
{
    excerpt x = {DGI_BUF_INIT, 0, 0};
    make_excerpt(d, f, p->line_begin, &x);
    dgi_buf out = DGI_BUF_INIT;
    put_clean(&out, d->file);
    dgi_buf_printf(&out, ":%zu:%zu: error: ", p->line, f->begin - p->line_begin + 1);
    put_clean(&out, f->message);
    dgi_buf_printf(&out, "\n%*zu |", NUMBER_WIDTH, p->line);
    if (x.line.size) {
        dgi_buf_putc(&out, ' ');
        dgi_buf_put(&out, x.line.data, x.line.size);
    }
    int width = snprintf(NULL, 0, "%*zu", NUMBER_WIDTH, p->line);
    dgi_buf_printf(&out, "\n%*s | ", width, "");
    dgi_buf_fill(&out, ' ', x.before);
    dgi_buf_putc(&out, '^');
    dgi_buf_fill(&out, '~', x.under - 1);
    if (*f->hint) {
        dgi_buf_putc(&out, ' ');
        put_clean(&out, f->hint);
    }
    dgi_buf_putc(&out, '\n');
    bool failed = x.line.failed;
    dgi_buf_free(&x.line);
    char *text = dgi_buf_take(&out, NULL);
    if (failed) {
        free(text);
        return NULL;
    }
    return text;
}

bool dgi_diagnose_finish(dgi_diagnose *d)
{
    dgi_lexer lexer;
    dgi_lexer_init(&lexer, d->text, d->size); /* past a byte-order mark */
    place p = {1, lexer.at, lexer.at};
    for (size_t i = 0; i < d->kept; i++) {
        dgi_finding *f = &d->findings[i];
        if (f->begin < p.line_begin)
            f->begin = p.line_begin;
        walk_to(d, &p, f->begin);
        f->shown = show(d, f, &p);
        if (!f->shown)
            d->out_of_memory = true;
        dg_diagnostic *diagnostic = &d->diagnostics[i];
        *diagnostic = (dg_diagnostic){
            .length = f->end > f->begin ? f->end - f->begin : 1,
            .hint = f->hint,
            .rendered = f->shown,
        };
        dgi_error(&diagnostic->error, DG_SYNTAX, "%s", f->message);
        dgi_error_place(&diagnostic->error, d->file, p.line, f->begin - p.line_begin + 1);
    }
    return !d->out_of_memory;
}
