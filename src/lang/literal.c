/* Numbers and strings as they are written in a program. */

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"
#include "lang/lexer.h"

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

const char *dgi_number_read(const char *text, dgi_span token, dgi_buf *scratch, double *number)
{
    scratch->size = 0;
    for (uint32_t i = token.begin; i < token.end; i++)
        if (text[i] != '_')
            dgi_buf_putc(scratch, text[i]);
    if (scratch->failed)
        return NULL;
    const char *digits = scratch->data;
    unsigned bits = prefix_bits(digits, scratch->size);
    if (bits) {
        *number = read_bits(digits + 2, bits);
        return digits[2] ? NULL : "this is not a number";
    }
    /* "012" was octal in another Python; "00" and "012.5" are numbers. */
    if (*digits == '0' && digits[strspn(digits, "0")] &&
        strspn(digits, "0123456789") == scratch->size)
        return "an integer does not begin with 0";
    return dgi_parse_double(digits, number) ? NULL : "this is not a number";
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

const char *dgi_string_read(const char *text, dgi_span token, dgi_buf *out, dgi_span *wrong)
{
    bool raw = (text[token.begin] | 0x20) == 'r';
    while (text[token.begin] != '\'' && text[token.begin] != '"')
        token.begin++;
    uint32_t quote = dgi_quote_length(text, token.end, token.begin), end = token.end - quote;
    const char *message = NULL;
    for (uint32_t at = token.begin + quote; at < end && !message; wrong->end = at) {
        uint32_t line_end = dgi_line_end(text, end, at);
        char c = text[wrong->begin = at];
        at += line_end ? line_end : 1;
        if (c == '\\' && !raw)
            message = read_escape(text, end, &at, out);
        else
            dgi_buf_putc(out, line_end ? '\n' : c);
    }
    return message;
}
