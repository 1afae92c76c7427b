#include "draw/style/font_metrics.h"

#include "base/utf8.h"

/* Advance widths of Helvetica (and of Arial and Liberation Sans, which share them) from space to
 * tilde, in thousandths of the font size. */
static const unsigned short regular[95] = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584,
};

/* The same of Helvetica Bold. */
static const unsigned short bold_widths[95] = {
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667,
    611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556,
    278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
};

/* What a column of any other script is taken to be: generous, for letters of unknown fonts. */
enum { COLUMN = 620, WIDE = 1100, TAB = 4 * 278 };

double dgi_text_width(const char *text, size_t size, double font_size, bool bold)
{
    const unsigned short *widths = bold ? bold_widths : regular;
    double sum = 0.0;
    for (const char *p = text, *end = text + size; p < end;) {
        uint32_t c = dgi_utf8_next(&p, end, NULL);
        if (c >= ' ' && c <= '~') {
            sum += widths[c - ' '];
            continue;
        }
        if (c == '\t')
            sum += TAB;
        else if (c == '\n' || c == '\r')
            sum += widths[0];
        else if (!dgi_xml_char(c))
            sum += WIDE; /* shown as U+FFFD */
        else
            sum += dgi_columns(c) == 2 ? WIDE : dgi_columns(c) * COLUMN;
    }
    return sum * font_size / 1000.0;
}
