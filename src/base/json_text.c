#include "base/json_text.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"

static void put_character(dgi_buf *b, uint32_t c)
{
    static const char escaped[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *at = c && c < 0x7F ? strchr(escaped, (int)c) : NULL;
    if (at) {
        dgi_buf_putc(b, '\\');
        dgi_buf_putc(b, letters[at - escaped]);
    } else if (c < ' ') {
        dgi_buf_printf(b, "\\u%04X", (unsigned)c);
    } else {
        dgi_utf8_put(b, c);
    }
}

/* Whether a byte is a character that stands for itself. */
static bool is_plain(char c)
{
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

void dgi_json_put_string(dgi_buf *b, const char *text)
{
    const char *end = text + strlen(text);
    dgi_buf_putc(b, '"');
    while (text < end) {
        /* Most texts are plain: runs of such bytes are copied as a whole. */
        const char *start = text;
        while (text < end && is_plain(*text))
            text++;
        dgi_buf_put(b, start, (size_t)(text - start));
        if (text < end)
            put_character(b, dgi_utf8_next(&text, end, NULL));
    }
    dgi_buf_putc(b, '"');
}

void dgi_json_put_number(dgi_buf *b, double x)
{
    if (!isfinite(x)) {
        dgi_buf_puts(b, isnan(x) ? "\"NaN\"" : x > 0 ? "\"Infinity\"" : "\"-Infinity\"");
        return;
    }
    char text[DGI_NUMBER_ROOM];
    size_t size = dgi_general(text, x, 17);
    const char *e = memchr(text, 'e', size);
    dgi_buf_put(b, text, e ? (size_t)(e - text) : size);
    if (!e) {
        if (!memchr(text, '.', size))
            dgi_buf_puts(b, ".0");
        return;
    }
    /* An exponent without a plus and without leading zeros. */
    dgi_buf_putc(b, 'e');
    e++;
    if (*e == '-')
        dgi_buf_putc(b, '-');
    e += strspn(e, "-+0");
    dgi_buf_puts(b, e);
}
