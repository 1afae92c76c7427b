#include "base/source.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

enum {
    SHOWN_COLUMNS = 100, /* of a line */
    SHOWN_BEFORE = 60,   /* columns before the caret, where the line must be cut there */
    NUMBER_WIDTH = 5     /* of the line number, as GCC has it */
};

void dgi_source_find_line(dgi_source *s, size_t place)
{
    if (s->line == 0 || place < s->line_begin) {
        s->line = 1;
        s->line_begin = dgi_utf8_mark(s->text, s->size);
    }
    for (size_t at = s->line_begin; at < place;) {
        uint32_t line_end = dgi_line_end(s->text, s->size, at);
        at += line_end ? line_end : 1;
        if (line_end) {
            s->line++;
            s->line_begin = at;
        }
    }
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200E && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

/* Appends the character at *p, advances *p and returns how many columns it takes. */
static size_t put_character(dgi_buf *out, const char **p, const char *end)
{
    uint32_t c = dgi_utf8_next(p, end, NULL);
    if (c == '\t')
        c = ' ';
    else if (is_control(c))
        c = DGI_REPLACEMENT;
    dgi_utf8_put(out, c);
    return (size_t)dgi_columns(c);
}

void dgi_put_printable(dgi_buf *out, const char *text)
{
    for (const char *p = text, *end = text + strlen(text); p < end;)
        put_character(out, &p, end);
}

/* Where the shown part of the line begins: at its start where the caret is near, else some
 * characters before the caret. */
static size_t shown_begin(const dgi_source *s, size_t caret)
{
    size_t at = caret;
    if (caret - s->line_begin <= SHOWN_BEFORE + 10)
        return s->line_begin;
    for (int left = SHOWN_BEFORE; left > 0 && at > s->line_begin; left--) {
        int bytes = 4;
        do
            at--;
        while (--bytes > 0 && at > s->line_begin && dgi_is_continuation(s->text[at]));
    }
    return at;
}

void dgi_put_excerpt(dgi_buf *out, const dgi_source *s, size_t begin, size_t end)
{
    size_t at = shown_begin(s, begin), columns = 0, before = 0, under = 0;
    int width = snprintf(NULL, 0, "%*zu", NUMBER_WIDTH, s->line);
    bool empty = at == s->size || dgi_line_end(s->text, s->size, at);
    dgi_buf_printf(out, "\n%*zu |%s", NUMBER_WIDTH, s->line, empty ? "" : " ");
    if (at > s->line_begin) {
        dgi_buf_puts(out, "...");
        columns = before = 3;
    }
    /* Marks take no column: the bytes are limited as well. */
    size_t most = out->size + (size_t)SHOWN_COLUMNS * 8;
    while (at < s->size && dgi_line_end(s->text, s->size, at) == 0) {
        if (columns >= SHOWN_COLUMNS + 3 || out->size > most) {
            dgi_buf_puts(out, "...");
            break;
        }
        const char *p = s->text + at;
        size_t taken = put_character(out, &p, s->text + s->size);
        before += at < begin ? taken : 0;
        under += at >= begin && at < end ? taken : 0;
        columns += taken;
        at = (size_t)(p - s->text);
    }
    dgi_buf_printf(out, "\n%*s | ", width, "");
    dgi_buf_fill(out, ' ', before);
    dgi_buf_putc(out, '^');
    dgi_buf_fill(out, '~', under > 0 ? under - 1 : 0);
}
