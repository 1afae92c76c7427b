/* Numbers and strings as they are written in a program. */

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"
#include "lang/parser.h"

/* The value of a digit in bases up to 16; 16 for what is none. */
static unsigned digit_of(char c)
{
    if (dgi_is_digit(c))
        return (unsigned)(c - '0');
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

/* How many bits a digit has after the prefix 0x, 0o or 0b; 0 where there is no such prefix. */
static unsigned prefix_bits(const char *text, size_t size)
{
    char c = size >= 2 && text[0] == '0' ? (char)(text[1] | 0x20) : '\0';
    return c == 'x' ? 4 : c == 'o' ? 3 : c == 'b' ? 1 : 0;
}

/* The end of a run of digits with single underscores between them. */
static uint32_t digits_end(const char *text, uint32_t size, uint32_t at, unsigned base)
{
    while (at < size && (digit_of(text[at]) < base ||
                         (text[at] == '_' && text[at - 1] != '_' && text[at - 1] != '.' &&
                          at + 1 < size && digit_of(text[at + 1]) < base)))
        at++;
    return at;
}

uint32_t dgi_number_end(const char *text, uint32_t size, uint32_t at, bool *decimal)
{
    unsigned bits = prefix_bits(text + at, size - at);
    *decimal = bits == 0;
    if (bits)
        return digits_end(text, size, at + 2, 1u << bits);
    at = digits_end(text, size, at, 10);
    if (at < size && text[at] == '.')
        at = digits_end(text, size, at + 1, 10);
    if (at < size && (text[at] | 0x20) == 'e') {
        uint32_t exponent = at + 1;
        if (exponent < size && (text[exponent] == '+' || text[exponent] == '-'))
            exponent++;
        if (exponent < size && dgi_is_digit(text[exponent]))
            at = digits_end(text, size, exponent, 10);
    }
    return at;
}

/* Rounded once, as the exact integer would be: of the bits that do not fit, the last one says
 * whether the rest is zero. */
static double read_bits(const char *digits, unsigned bits)
{
    uint64_t top = 0;
    int more = 0;
    for (; *digits; digits++) {
        if (top >> 59 == 0) {
            top = top << bits | digit_of(*digits);
        } else {
            top |= *digits != '0';
            more += more < 4096 ? (int)bits : 0;
        }
    }
    return ldexp((double)top, more);
}

bool dgi_read_number(dgi_parser *p)
{
    dgi_span span = p->token.span;
    dgi_buf *scratch = &p->scratch; /* without underscores */
    double number = 0.0;
    scratch->size = 0;
    for (uint32_t i = span.begin; i < span.end; i++)
        if (p->lexer.text[i] != '_')
            dgi_buf_putc(scratch, p->lexer.text[i]);
    p->out_of_memory = scratch->failed;
    const char *digits = scratch->failed ? "" : scratch->data;
    unsigned bits = prefix_bits(digits, scratch->size);
    /* "012" was octal in another Python; "00" and "012.5" are numbers. */
    if (!bits && *digits == '0' && digits[strspn(digits, "0")] &&
        !digits[strspn(digits, "0123456789")])
        return dgi_wrong(p, span, NULL, "an integer does not begin with 0");
    if (bits ? !digits[2] : !dgi_parse_double(digits, &number))
        return dgi_wrong(p, span, NULL, "this is not a number");
    dgi_new_operand(p, DGI_NODE_NUMBER, span)->as.number =
        bits ? read_bits(digits + 2, bits) : number;
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
        for (*at += !octal; digits > 0 && *at < end && digit_of(text[*at]) < base; digits--)
            c = c * base + digit_of(text[(*at)++]);
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

bool dgi_read_strings(dgi_parser *p)
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
