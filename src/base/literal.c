#include "base/literal.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

unsigned dgi_digit_value(char c)
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
    while (at < size && (dgi_digit_value(text[at]) < base ||
                         (text[at] == '_' && text[at - 1] != '_' && text[at - 1] != '.' &&
                          at + 1 < size && dgi_digit_value(text[at + 1]) < base)))
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

/* As the exact integer would be rounded: of the bits that do not fit, the last one says whether the
 * rest is zero. */
static double read_bits(const char *digits, unsigned bits)
{
    uint64_t top = 0;
    int more = 0;
    for (; *digits; digits++) {
        if (top >> 59 == 0) {
            top = top << bits | dgi_digit_value(*digits);
        } else {
            top |= *digits != '0';
            more += more < 4096 ? (int)bits : 0;
        }
    }
    return ldexp((double)top, more);
}

const char *dgi_read_number(const char *text, uint32_t size, dgi_buf *scratch, double *number)
{
    scratch->size = 0;
    for (uint32_t i = 0; i < size; i++)
        if (text[i] != '_')
            dgi_buf_putc(scratch, text[i]);
    if (scratch->failed)
        return NULL;
    const char *digits = scratch->data;
    unsigned bits = prefix_bits(digits, scratch->size);
    /* "012" was octal in another Python; "00" and "012.5" are numbers. */
    if (!bits && *digits == '0' && digits[strspn(digits, "0")] &&
        !digits[strspn(digits, "0123456789")])
        return "an integer does not begin with 0";
    if (bits && digits[2])
        *number = read_bits(digits + 2, bits);
    else if (bits || !dgi_parse_double(digits, number))
        return "this is not a number";
    return NULL;
}
