/* Numbers and strings as they are written in a program. */

#include <string.h>

#include "base/literal.h"
#include "base/source.h"
#include "base/utf8.h"
#include "lang/parser.h"

bool dgi_read_number_token(dgi_parser *p)
{
    dgi_span span = p->token.span;
    double number = 0.0;
    const char *wrong =
        dgi_read_number(p->lexer.text + span.begin, span.end - span.begin, &p->scratch, &number);
    p->out_of_memory = p->scratch.failed;
    if (wrong)
        return dgi_wrong(p, span, NULL, "%s", wrong);
    dgi_new_operand(p, DGI_NODE_NUMBER, span)->as.number = number;
    return dgi_advance(p);
}

/* Reads what follows a backslash, at *at, and moves *at behind it. */
static const char *read_escape(const char *text, uint32_t end, uint32_t *at, dgi_buf *out)
{
    static const char names[] = "\\'\"abfnrtv", meant[] = "\\'\"\a\b\f\n\r\t\v";
    uint32_t line_end = dgi_line_end(text, end, *at), c = 0;
    char first = text[*at];
    const char *name = strchr(names, first);
    bool octal = first >= '0' && first <= '7';
    unsigned base = octal ? 8 : 16;
    int digits = octal ? 3 : first == 'x' ? 2 : first == 'u' ? 4 : first == 'U' ? 8 : 0;
    if (digits > 0) {
        for (*at += !octal; digits > 0 && *at < end && dgi_digit_value(text[*at]) < base; digits--)
            c = c * base + dgi_digit_value(text[(*at)++]);
        if (digits > 0 && !octal)
            return "this escape needs more hexadecimal digits";
        if (c == 0)
            return "a string cannot contain NUL";
        if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
            return "there is no such character";
        dgi_utf8_put(out, c);
        return NULL;
    }
    if (line_end || name || first == 'N')
        *at += line_end ? line_end : 1;
    if (!line_end) /* any other backslash stands for itself */
        dgi_buf_putc(out, name ? meant[name - names] : '\\');
    return first == 'N' ? "characters by name are not supported" : NULL;
}

/* Appends what the current token stands for to the texts of the tree. */
static bool read_string(dgi_parser *p)
{
    const char *text = p->lexer.text, *message = NULL;
    dgi_buf *out = &p->tree.texts;
    uint32_t begin = p->token.span.begin, at = begin;
    while (text[at] != '\'' && text[at] != '"')
        at++;
    bool raw = at > begin && (text[begin] | 0x20) == 'r';
    uint32_t quote = dgi_quote_length(text, p->token.span.end, at), end = p->token.span.end - quote;
    for (at += quote; at < end && !message;) {
        uint32_t line_end = dgi_line_end(text, end, at);
        char c = text[begin = at];
        at += line_end ? line_end : 1;
        if (c == '\\' && !raw)
            message = read_escape(text, end, &at, out);
        else
            dgi_buf_putc(out, line_end ? '\n' : c);
    }
    return !message || dgi_wrong(p, (dgi_span){begin, at}, NULL, "%s", message);
}

bool dgi_read_string_tokens(dgi_parser *p)
{
    dgi_buf *texts = &p->tree.texts;
    dgi_span span = p->token.span, text = {.begin = (uint32_t)texts->size};
    for (; p->token.kind == DGI_TOKEN_STRING; dgi_advance(p)) {
        if (!read_string(p))
            return false;
        span.end = p->token.span.end;
    }
    dgi_buf_put(texts, "", 0); /* so that the empty string has bytes too */
    p->out_of_memory = texts->failed;
    text.end = (uint32_t)texts->size;
    dgi_new_operand(p, DGI_NODE_STRING, span)->as.text = text;
    return true;
}
