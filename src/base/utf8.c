#include "base/utf8.h"

#include <string.h>

uint32_t dgi_utf8_next(const char **p, const char *end, bool *valid)
{
    const unsigned char *s = (const unsigned char *)*p;
    size_t left = (size_t)(end - *p);
    unsigned char first = s[0];
    if (first < 0x80) {
        (*p)++;
        return first;
    }
    /* The second byte's range carries all of the special cases (Unicode, table 3-7). */
    size_t more = 0;
    unsigned char low = 0x80, high = 0xBF;
    uint32_t c = 0;
    if (first >= 0xC2 && first <= 0xDF) {
        more = 1;
        c = first & 0x1Fu;
    } else if (first >= 0xE0 && first <= 0xEF) {
        more = 2;
        c = first & 0x0Fu;
        if (first == 0xE0)
            low = 0xA0;
        if (first == 0xED)
            high = 0x9F;
    } else if (first >= 0xF0 && first <= 0xF4) {
        more = 3;
        c = first & 0x07u;
        if (first == 0xF0)
            low = 0x90;
        if (first == 0xF4)
            high = 0x8F;
    }
    size_t i = 1;
    for (; more && i <= more && i < left && s[i] >= low && s[i] <= high; i++) {
        c = c << 6 | (s[i] & 0x3Fu);
        low = 0x80;
        high = 0xBF;
    }
    *p += i;
    if (more && i == more + 1)
        return c;
    if (valid)
        *valid = false;
    return DGI_REPLACEMENT;
}

size_t dgi_utf8_prefix(const char *text, size_t size, size_t most)
{
    size_t length = size > most ? most : size;
    while (length > 0 && length < size && dgi_is_continuation(text[length]))
        length--;
    return length;
}

size_t dgi_utf8_mark(const char *text, size_t size)
{
    return size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

bool dgi_utf8_valid(const char *text, size_t size)
{
    bool valid = true;
    for (const char *p = text, *end = text + size; p < end && valid;) {
        if ((unsigned char)*p < 0x80)
            p++;
        else
            dgi_utf8_next(&p, end, &valid);
    }
    return valid;
}

void dgi_utf8_put(dgi_buf *b, uint32_t c)
{
    char s[4];
    size_t n = 0;
    if (c < 0x80) {
        s[n++] = (char)c;
    } else if (c < 0x800) {
        s[n++] = (char)(0xC0 | c >> 6);
        s[n++] = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        s[n++] = (char)(0xE0 | c >> 12);
        s[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        s[n++] = (char)(0x80 | (c & 0x3F));
    } else {
        s[n++] = (char)(0xF0 | c >> 18);
        s[n++] = (char)(0x80 | (c >> 12 & 0x3F));
        s[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        s[n++] = (char)(0x80 | (c & 0x3F));
    }
    dgi_buf_put(b, s, n);
}

void dgi_utf8_clean(dgi_buf *b, const char *text, size_t size)
{
    const char *end = text + size;
    while (text < end) {
        const char *start = text;
        bool valid = true;
        dgi_utf8_next(&text, end, &valid);
        if (valid)
            dgi_buf_put(b, start, (size_t)(text - start));
        else
            dgi_utf8_put(b, DGI_REPLACEMENT);
    }
}

bool dgi_xml_char(uint32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xD7FF) ||
           (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

typedef struct range {
    uint32_t first, last;
} range;

/* Blocks, not single characters: a width here decides how much room a box has, and must not
 * change with the Unicode tables of the machine. */
static const range zero_width[] = {
    {0x0000, 0x001F},   {0x007F, 0x009F}, {0x00AD, 0x00AD}, {0x0300, 0x036F}, {0x0483, 0x0489},
    {0x0591, 0x05BD},   {0x0610, 0x061A}, {0x064B, 0x065F}, {0x06D6, 0x06DC}, {0x0900, 0x0902},
    {0x093A, 0x093A},   {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D}, {0x0951, 0x0957},
    {0x0E31, 0x0E31},   {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x200B, 0x200F},   {0x202A, 0x202E}, {0x2060, 0x206F}, {0x20D0, 0x20FF}, {0x302A, 0x302D},
    {0x3099, 0x309A},   {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0x1F3FB, 0x1F3FF},
    {0xE0000, 0xE01EF},
};

static const range wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23F3},   {0x25FD, 0x25FE},
    {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26A1, 0x26A1},   {0x26BD, 0x26C5},
    {0x26EA, 0x26EA},   {0x2705, 0x2705},   {0x2728, 0x2728},   {0x274C, 0x274C},
    {0x2753, 0x2757},   {0x2795, 0x2797},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B55},
    {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F004, 0x1F004},
    {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F1FF}, {0x1F200, 0x1F320}, {0x1F32D, 0x1F64F},
    {0x1F680, 0x1F6FF}, {0x1F7E0, 0x1F7EB}, {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF},
    {0x20000, 0x3FFFD},
};

static const range not_letters[] = {
    {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},        {0xD7, 0xD7},
    {0xF7, 0xF7},     {0x1680, 0x1680}, {0x2000, 0x206F}, {0x20A0, 0x20CF},    {0x2190, 0x2BFF},
    {0x2E00, 0x2E7F}, {0x3000, 0x3004}, {0x3008, 0x3020}, {0xD800, 0xF8FF},    {0xFE00, 0xFE6F},
    {0xFEFF, 0xFF0F}, {0xFF1A, 0xFF20}, {0xFFE0, 0xFFFF}, {0xF0000, 0x10FFFF},
};

static bool within(uint32_t c, const range *ranges, size_t n)
{
    size_t low = 0;
    while (low < n) {
        size_t middle = low + (n - low) / 2;
        if (c < ranges[middle].first)
            n = middle;
        else if (c > ranges[middle].last)
            low = middle + 1;
        else
            return true;
    }
    return false;
}

int dgi_columns(uint32_t c)
{
    if (c >= 0x20 && c < 0x7F)
        return 1;
    if (within(c, zero_width, sizeof zero_width / sizeof *zero_width))
        return 0;
    return within(c, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}

bool dgi_is_letter(uint32_t c)
{
    return !within(c, not_letters, sizeof not_letters / sizeof *not_letters);
}
