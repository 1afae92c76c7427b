#include "draw/write/svg_write.h"

#include <math.h>

#include "base/utf8.h"

/* ---- Numbers -------------------------------------------------------------------------------- */

static long long hundredths(double x)
{
    if (!(fabs(x) < 1e15))
        return 0; /* no layout comes here */
    return (long long)(x < 0.0 ? x * 100.0 - 0.5 : x * 100.0 + 0.5);
}

/* Without zeros at its end. */
static void put_hundredths(dgi_buf *b, long long n)
{
    char text[32];
    char *end = text + sizeof text, *p = end;
    unsigned long long u = n < 0 ? 0ULL - (unsigned long long)n : (unsigned long long)n;
    unsigned fraction = (unsigned)(u % 100);
    u /= 100;
    if (fraction) {
        if (fraction % 10)
            *--p = (char)('0' + fraction % 10);
        *--p = (char)('0' + fraction / 10);
        *--p = '.';
    }
    do
        *--p = (char)('0' + u % 10);
    while (u /= 10);
    if (n < 0)
        *--p = '-';
    dgi_buf_put(b, p, (size_t)(end - p));
}

void dgi_put_number(dgi_buf *b, double x)
{
    put_hundredths(b, hundredths(x));
}

/* A number after another one. */
static void put_next(dgi_buf *b, long long n)
{
    if (n >= 0)
        dgi_buf_putc(b, ' ');
    put_hundredths(b, n);
}

void dgi_put_attribute(dgi_buf *b, const char *name, double x)
{
    dgi_buf_putc(b, ' ');
    dgi_buf_puts(b, name);
    dgi_buf_puts(b, "=\"");
    dgi_put_number(b, x);
    dgi_buf_putc(b, '"');
}

void dgi_put_text_attribute(dgi_buf *b, const char *name, const char *value)
{
    dgi_buf_putc(b, ' ');
    dgi_buf_puts(b, name);
    dgi_buf_puts(b, "=\"");
    dgi_buf_puts(b, value);
    dgi_buf_putc(b, '"');
}

/* ---- Paths ---------------------------------------------------------------------------------- */

void dgi_pen_move(dgi_pen *pen, dgi_buf *b, dgi_point p)
{
    pen->x = hundredths(p.x);
    pen->y = hundredths(p.y);
    dgi_buf_putc(b, 'M');
    put_hundredths(b, pen->x);
    put_next(b, pen->y);
}

void dgi_pen_line(dgi_pen *pen, dgi_buf *b, dgi_point p)
{
    long long x = hundredths(p.x), y = hundredths(p.y);
    if (y == pen->y) {
        dgi_buf_putc(b, 'h');
        put_hundredths(b, x - pen->x);
    } else if (x == pen->x) {
        dgi_buf_putc(b, 'v');
        put_hundredths(b, y - pen->y);
    } else {
        dgi_buf_putc(b, 'l');
        put_hundredths(b, x - pen->x);
        put_next(b, y - pen->y);
    }
    pen->x = x;
    pen->y = y;
}

void dgi_pen_curve(dgi_pen *pen, dgi_buf *b, const dgi_point p[3])
{
    long long x = pen->x, y = pen->y;
    if (hundredths(p[0].y) == y && hundredths(p[1].y) == y && hundredths(p[2].y) == y) {
        dgi_pen_line(pen, b, p[2]);
        return;
    }
    for (size_t i = 0; i < 3; i++) {
        pen->x = hundredths(p[i].x);
        pen->y = hundredths(p[i].y);
        if (i == 0) {
            dgi_buf_putc(b, 'c');
            put_hundredths(b, pen->x - x);
        } else {
            put_next(b, pen->x - x);
        }
        put_next(b, pen->y - y);
    }
}

/* ---- Texts ---------------------------------------------------------------------------------- */

/* Characters that need no escape, as most do. */
static bool is_plain(char c)
{
    return (c >= ' ' && c < 0x7F && c != '<' && c != '>' && c != '&' && c != '"') || c == '\n';
}

void dgi_put_text(dgi_buf *b, const char *text, size_t size)
{
    const char *end = text + size, *plain = text;
    for (const char *p = text; p < end;) {
        const char *start = p;
        if (is_plain(*p)) {
            p++;
            continue;
        }
        bool valid = true;
        uint32_t c = dgi_utf8_next(&p, end, &valid);
        const char *instead = NULL;
        if (c == '<')
            instead = "&lt;";
        else if (c == '>')
            instead = "&gt;";
        else if (c == '&')
            instead = "&amp;";
        else if (c == '"')
            instead = "&quot;";
        else if (c == '\r')
            instead = " ";
        else if (!valid || !dgi_xml_char(c))
            instead = "\xEF\xBF\xBD";
        if (!instead)
            continue;
        dgi_buf_put(b, plain, (size_t)(start - plain));
        dgi_buf_puts(b, instead);
        plain = p;
    }
    dgi_buf_put(b, plain, (size_t)(end - plain));
}
