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

/* ---- Mathematics ---------------------------------------------------------------------------- */

/* Greek letters as in Liberation Sans, from Α and α on: capitals upright, small ones italic. (Final
 * sigma among the capitals is none.) */
enum { GREEK = 25, CAPITAL_ALPHA = 0x391, SMALL_ALPHA = 0x3B1 };
static const unsigned short greek_capitals[GREEK] = {
    667, 667, 551, 668, 667, 611, 722, 778, 278, 667, 668, 833, 722,
    650, 778, 722, 667, 667, 618, 611, 667, 798, 667, 835, 748,
};
static const unsigned short bold_greek_capitals[GREEK] = {
    722, 722, 601, 719, 667, 611, 722, 778, 278, 722, 667, 833, 722,
    644, 778, 722, 667, 667, 600, 611, 667, 821, 667, 809, 802,
};
static const unsigned short small_greek[GREEK] = {
    570, 571, 500, 556, 439, 463, 555, 542, 222, 500, 492, 548, 500,
    447, 556, 670, 573, 486, 603, 374, 550, 652, 546, 728, 779,
};
static const unsigned short bold_small_greek[GREEK] = {
    620, 621, 556, 610, 479, 492, 611, 558, 278, 566, 556, 603, 556,
    450, 611, 712, 605, 532, 664, 409, 591, 704, 578, 773, 834,
};

typedef struct sign {
    uint32_t c;
    unsigned short width;
} sign;

/* Signs, as in Liberation Sans. */
static const sign signs[] = {
    {0xAF, 552},   {0xB1, 549},    {0xB7, 278},   {0xD7, 584},   {0x2C6, 333},   {0x2D9, 333},
    {0x2DC, 333},  {0x2026, 1000}, {0x2032, 188}, {0x2113, 323}, {0x2190, 1000}, {0x2192, 1000},
    {0x2202, 494}, {0x220F, 823},  {0x2211, 713}, {0x2212, 584}, {0x221A, 549},  {0x221E, 713},
    {0x222B, 274}, {0x2248, 549},  {0x2260, 549}, {0x2264, 549}, {0x2265, 549},
};

/* Those that it and most text fonts have not, as in DejaVu Sans. */
static const sign rare_signs[] = {
    {0x3D1, 619},   {0x2102, 698}, {0x210B, 988}, {0x210D, 850}, {0x2110, 470},
    {0x2112, 720},  {0x2115, 801}, {0x2119, 701}, {0x211A, 787}, {0x211B, 798},
    {0x211D, 792},  {0x2124, 745}, {0x212C, 786}, {0x2130, 605}, {0x2131, 786},
    {0x2133, 1069}, {0x2207, 669}, {0x2208, 871}, {0x2299, 838}, {0x22A4, 871},
};

static const sign *find_sign(const sign *all, size_t n, uint32_t c)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].c == c)
            return &all[i];
    return NULL;
}

static const sign *find_rare_sign(uint32_t c)
{
    return find_sign(rare_signs, sizeof rare_signs / sizeof *rare_signs, c);
}

bool dgi_is_rare_symbol(uint32_t c)
{
    return c > '~' && find_rare_sign(c);
}

static const unsigned short *greek_widths(uint32_t first, bool bold)
{
    if (first == CAPITAL_ALPHA)
        return bold ? bold_greek_capitals : greek_capitals;
    return bold ? bold_small_greek : small_greek;
}

double dgi_symbol_width(uint32_t c, double font_size, bool bold)
{
    const unsigned short *widths = bold ? bold_widths : regular;
    double width = !dgi_xml_char(c) || dgi_columns(c) == 2 ? WIDE : dgi_columns(c) * COLUMN;
    if (c >= ' ' && c <= '~')
        width = widths[c - ' '];
    else if (c >= CAPITAL_ALPHA && c < CAPITAL_ALPHA + GREEK)
        width = greek_widths(CAPITAL_ALPHA, bold)[c - CAPITAL_ALPHA];
    else if (c >= SMALL_ALPHA && c < SMALL_ALPHA + GREEK)
        width = greek_widths(SMALL_ALPHA, bold)[c - SMALL_ALPHA];
    if (c > '~') {
        const sign *known = find_sign(signs, sizeof signs / sizeof *signs, c);
        if (!known)
            known = find_rare_sign(c);
        if (known)
            width = known->width;
    }
    return width * font_size / 1000.0;
}
