#include "lang/literal.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"

uint32_t dgi_line_end(const char *text, size_t size, size_t at)
{
    if (at >= size)
        return 0;
    if (text[at] == '\n')
        return 1;
    if (text[at] != '\r')
        return 0;
    return at + 1 < size && text[at + 1] == '\n' ? 2 : 1;
}

uint32_t dgi_quote_length(const char *text, size_t size, size_t at)
{
    return size - at >= 3 && text[at + 1] == text[at] && text[at + 2] == text[at] ? 3 : 1;
}

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
    if (size < 2 || text[0] != '0')
        return 0;
    switch (text[1] | 0x20) {
    case 'x':
        return 4;
    case 'o':
        return 3;
    case 'b':
        return 1;
    default:
        return 0;
    }
}

/* The end of a run of digits with single underscores between them, from `at` on. */
static size_t digits_end(const char *text, size_t size, size_t at, unsigned base)
{
    while (at < size) {
        if (digit_of(text[at]) < base)
            at++;
        else if (text[at] == '_' && at > 0 && text[at - 1] != '_' && text[at - 1] != '.' &&
                 at + 1 < size && digit_of(text[at + 1]) < base)
            at++;
        else
            break;
    }
    return at;
}

static size_t exponent_end(const char *text, size_t size, size_t at)
{
    if (at >= size || (text[at] | 0x20) != 'e')
        return at;
    size_t digits = at + 1;
    if (digits < size && (text[digits] == '+' || text[digits] == '-'))
        digits++;
    return digits < size && dgi_is_digit(text[digits]) ? digits_end(text, size, digits, 10) : at;
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
    return (uint32_t)exponent_end(text, size, at);
}

static dgi_literal_status wrong(dgi_literal_error *error, const char *message, size_t begin,
                                size_t end)
{
    *error = (dgi_literal_error){message, begin, end};
    return DGI_LITERAL_WRONG;
}

/* Rounded once, as the exact integer would be: the bits that do not fit into 64 only say whether
 * the rest is zero. */
static double read_bits(const char *text, size_t size, unsigned bits)
{
    uint64_t top = 0;
    int more = 0;
    for (size_t i = 2; i < size; i++) {
        if (text[i] == '_')
            continue;
        for (unsigned bit = bits; bit-- > 0;) {
            uint64_t b = digit_of(text[i]) >> bit & 1;
            if (top >> 63) {
                top |= b;
                more += more < 4096;
            } else {
                top = top << 1 | b;
            }
        }
    }
    return ldexp((double)top, more);
}

/* "012" was octal in another Python; "00" and "012.5" are numbers. */
static bool has_leading_zero(const char *text, size_t size)
{
    bool nonzero = false;
    for (size_t i = 0; i < size; i++) {
        if (!dgi_is_digit(text[i]) && text[i] != '_')
            return false;
        nonzero = nonzero || (text[i] != '0' && text[i] != '_');
    }
    return nonzero && text[0] == '0';
}

dgi_literal_status dgi_number_read(const char *text, size_t size, dgi_buf *scratch, double *number,
                                   dgi_literal_error *error)
{
    unsigned bits = prefix_bits(text, size);
    if (bits) {
        *number = read_bits(text, size, bits);
        return size > 2 ? DGI_LITERAL_OK : wrong(error, "this is not a number", 0, size);
    }
    if (has_leading_zero(text, size))
        return wrong(error, "an integer does not begin with 0", 0, size);
    scratch->size = 0;
    for (size_t i = 0; i < size; i++)
        if (text[i] != '_')
            dgi_buf_putc(scratch, text[i]);
    if (scratch->failed)
        return DGI_LITERAL_NOMEM;
    return dgi_parse_double(scratch->data, number) ? DGI_LITERAL_OK
                                                   : wrong(error, "this is not a number", 0, size);
}

/* A string that is being read: its text between the quotes is text[at] to text[end - 1]. */
typedef struct reader {
    const char *text;
    size_t at, end;
    dgi_buf *out;
    dgi_literal_error *error;
} reader;

/* Reads up to `most` digits; returns how many. */
static size_t read_digits(reader *r, unsigned base, size_t most, uint32_t *number)
{
    size_t count = 0;
    *number = 0;
    while (count < most && r->at < r->end && digit_of(r->text[r->at]) < base) {
        *number = *number * base + digit_of(r->text[r->at]);
        r->at++;
        count++;
    }
    return count;
}

static dgi_literal_status put_character(reader *r, size_t begin, uint32_t c)
{
    if (c == 0)
        return wrong(r->error, "a string cannot contain NUL", begin, r->at);
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return wrong(r->error, "there is no such character", begin, r->at);
    dgi_utf8_put(r->out, c);
    return DGI_LITERAL_OK;
}

/* \xhh, \uhhhh and \Uhhhhhhhh need all their digits. */
static dgi_literal_status read_hex_escape(reader *r, size_t begin, size_t digits)
{
    uint32_t c;
    if (read_digits(r, 16, digits, &c) < digits)
        return wrong(r->error, "this escape needs more hexadecimal digits", begin, r->at);
    return put_character(r, begin, c);
}

/* After a backslash; `begin` is where the backslash stands. */
static dgi_literal_status read_escape(reader *r, size_t begin)
{
    static const char names[] = "\\\\''\"\"a\ab\bf\fn\nr\rt\tv\v";
    uint32_t line_end = dgi_line_end(r->text, r->end, r->at);
    if (line_end) {
        r->at += line_end;
        return DGI_LITERAL_OK;
    }
    char c = r->text[r->at];
    if (c >= '0' && c <= '7') {
        uint32_t octal;
        read_digits(r, 8, 3, &octal);
        return put_character(r, begin, octal);
    }
    r->at++;
    if (c == 'x' || c == 'u' || c == 'U')
        return read_hex_escape(r, begin, c == 'x' ? 2 : c == 'u' ? 4 : 8);
    if (c == 'N')
        return wrong(r->error, "characters by name are not supported", begin, r->at);
    for (size_t i = 0; i + 1 < sizeof names; i += 2) {
        if (names[i] == c) {
            dgi_buf_putc(r->out, names[i + 1]);
            return DGI_LITERAL_OK;
        }
    }
    /* Any other backslash stands for itself. */
    dgi_buf_putc(r->out, '\\');
    r->at--;
    return DGI_LITERAL_OK;
}

dgi_literal_status dgi_string_read(const char *text, size_t size, dgi_buf *out,
                                   dgi_literal_error *error)
{
    size_t prefix = 0;
    while (text[prefix] != '\'' && text[prefix] != '"')
        prefix++;
    bool raw = prefix > 0 && (text[0] | 0x20) == 'r';
    /* Two quotes are an empty string even where a third follows in another literal. */
    size_t quote = size - prefix >= 6 ? dgi_quote_length(text, size, prefix) : 1;
    reader r = {text, prefix + quote, size - quote, out, error};
    while (r.at < r.end) {
        uint32_t line_end = dgi_line_end(text, r.end, r.at);
        dgi_literal_status status = DGI_LITERAL_OK;
        if (line_end) {
            dgi_buf_putc(out, '\n');
            r.at += line_end;
        } else if (text[r.at] == '\\' && !raw) {
            r.at++;
            status = read_escape(&r, r.at - 1);
        } else {
            dgi_buf_putc(out, text[r.at++]);
        }
        if (status != DGI_LITERAL_OK)
            return status;
    }
    return out->failed ? DGI_LITERAL_NOMEM : DGI_LITERAL_OK;
}
