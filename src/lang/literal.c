#include "lang/literal.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"

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

/* The end of a run of digits with single underscores between them, from `at` on. */
static size_t digits_end(const char *text, size_t size, size_t at, unsigned base)
{
    while (at < size && (digit_of(text[at]) < base ||
                         (text[at] == '_' && at > 0 && text[at - 1] != '_' && text[at - 1] != '.' &&
                          at + 1 < size && digit_of(text[at + 1]) < base)))
        at++;
    return at;
}

uint32_t dgi_number_length(const char *text, size_t size, bool *decimal)
{
    unsigned bits = prefix_bits(text, size);
    *decimal = bits == 0;
    if (bits)
        return (uint32_t)digits_end(text, size, 2, 1u << bits);
    size_t at = digits_end(text, size, 0, 10);
    if (at < size && text[at] == '.')
        at = digits_end(text, size, at + 1, 10);
    if (at < size && (text[at] | 0x20) == 'e') {
        size_t exponent = at + 1;
        if (exponent < size && (text[exponent] == '+' || text[exponent] == '-'))
            exponent++;
        if (exponent < size && dgi_is_digit(text[exponent]))
            at = digits_end(text, size, exponent, 10);
    }
    return (uint32_t)at;
}

/* Rounded once, as the exact integer would be: of the bits that do not fit, the last one says
 * whether the rest is zero. */
static double read_bits(const char *text, size_t size, unsigned bits)
{
    uint64_t top = 0;
    int more = 0;
    for (size_t i = 2; i < size; i++) {
        unsigned digit = digit_of(text[i]);
        if (text[i] == '_')
            continue;
        if (top >> 59 == 0) {
            top = top << bits | digit;
        } else {
            top |= digit != 0;
            more += more < 4096 ? (int)bits : 0;
        }
    }
    return ldexp((double)top, more);
}

const char *dgi_number_read(const char *text, size_t size, dgi_buf *scratch, double *number)
{
    unsigned bits = prefix_bits(text, size);
    *number = bits ? read_bits(text, size, bits) : 0.0;
    if (bits)
        return size > 2 ? NULL : "this is not a number";
    scratch->size = 0;
    for (size_t i = 0; i < size; i++)
        if (text[i] != '_')
            dgi_buf_putc(scratch, text[i]);
    if (scratch->failed)
        return NULL;
    /* "012" was octal in another Python; "00" and "012.5" are numbers. */
    const char *digits = scratch->data, *nonzero = digits + strspn(digits, "0");
    if (nonzero > digits && *nonzero && strspn(digits, "0123456789") == scratch->size)
        return "an integer does not begin with 0";
    return dgi_parse_double(digits, number) ? NULL : "this is not a number";
}

static const char *put_character(dgi_buf *out, uint32_t c)
{
    if (c == 0)
        return "a string cannot contain NUL";
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return "there is no such character";
    dgi_utf8_put(out, c);
    return NULL;
}

/* Reads what follows a backslash, at *at, and moves *at behind it. */
static const char *read_escape(const char *text, size_t end, size_t *at, dgi_buf *out)
{
    static const char names[] = "\\\\''\"\"a\ab\bf\fn\nr\rt\tv\v";
    uint32_t line_end = dgi_line_end(text, end, *at);
    char c = text[*at];
    bool octal = c >= '0' && c <= '7';
    size_t most = octal ? 3 : c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0, digits = 0;
    if (most) {
        unsigned base = octal ? 8 : 16;
        uint32_t character = 0;
        for (*at += !octal; digits < most && *at < end && digit_of(text[*at]) < base; digits++)
            character = character * base + digit_of(text[(*at)++]);
        return octal || digits == most ? put_character(out, character)
                                       : "this escape needs more hexadecimal digits";
    }
    *at += line_end ? line_end : 1;
    if (line_end)
        return NULL;
    if (c == 'N')
        return "characters by name are not supported";
    for (size_t i = 0; i + 1 < sizeof names; i += 2) {
        if (names[i] == c) {
            dgi_buf_putc(out, names[i + 1]);
            return NULL;
        }
    }
    /* Any other backslash stands for itself. */
    dgi_buf_putc(out, '\\');
    --*at;
    return NULL;
}

const char *dgi_string_read(const char *text, size_t size, dgi_buf *out, size_t *begin, size_t *end)
{
    size_t prefix = 0;
    while (text[prefix] != '\'' && text[prefix] != '"')
        prefix++;
    bool raw = prefix > 0 && (text[0] | 0x20) == 'r';
    size_t quote = dgi_quote_length(text, size, prefix), last = size - quote;
    const char *wrong = NULL;
    for (*end = prefix + quote; *end < last && !wrong;) {
        uint32_t line_end = dgi_line_end(text, last, *end);
        *begin = *end;
        *end += line_end ? line_end : 1;
        if (text[*begin] == '\\' && !raw)
            wrong = read_escape(text, last, end, out);
        else
            dgi_buf_putc(out, line_end ? '\n' : text[*begin]);
    }
    return wrong;
}
