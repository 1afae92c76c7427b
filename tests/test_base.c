/* The base module: growing buffers, UTF-8, the string map, errors. */
#include "base/buf.h"
#include "base/error.h"
#include "base/strmap.h"
#include "base/utf8.h"

#include <config.h>
#include <stdio.h>

#include "check_main.h"
#include "engine_support.h"

/* ---- Buffers ------------------------------------------------------------------------------- */

START_TEST(buffers_grow)
{
    dgi_buf b = DGI_BUF_INIT;
    size_t size = 99;
    char *text = dgi_buf_take(&b, &size);
    ck_assert_ptr_nonnull(text);
    ck_assert_str_eq(text, "");
    ck_assert_uint_eq(size, 0);
    free(text);
    for (int i = 0; i < 50000; i++) {
        dgi_buf_putc(&b, (char)('a' + i % 26));
        if (b.data[b.size] != '\0')
            ck_abort_msg("no terminator after %d characters", i + 1);
    }
    ck_assert_uint_eq(b.size, 50000);
    dgi_buf_puts(&b, "");
    dgi_buf_put(&b, "x\0y", 3);
    dgi_buf_put(&b, NULL, 0);
    dgi_buf_fill(&b, '-', 0);
    dgi_buf_fill(&b, '-', 70000);
    ck_assert_uint_eq(b.size, 120003);
    ck_assert_int_eq(b.data[b.size], '\0');
    text = dgi_buf_take(&b, NULL);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(b.size, 0);
    ck_assert_int_eq(b.failed, 0);
    for (size_t i = 0; i < 50000; i++)
        if (text[i] != (char)('a' + i % 26))
            ck_abort_msg("byte %zu is wrong", i);
    ck_assert_int_eq(memcmp(text + 50000, "x\0y---", 6), 0);
    free(text);
    dgi_buf_puts(&b, "used again"); /* after a take */
    ck_assert_str_eq(b.data, "used again");
    dgi_buf_free(&b);
    dgi_buf empty = DGI_BUF_INIT;
    dgi_buf_free(&empty);
}
END_TEST

START_TEST(buffers_print)
{
    dgi_buf b = DGI_BUF_INIT;
    char longer[5000];
    for (size_t n = 0; n < sizeof longer - 1; n += n < 200 ? 1 : 333) {
        memset(longer, 'p', n);
        longer[n] = '\0';
        size_t before = b.size;
        dgi_buf_printf(&b, "%s", longer);
        ck_assert_uint_eq(b.size, before + n);
        ck_assert_int_eq(b.data ? b.data[b.size] : '\0', '\0');
    }
    dgi_buf_free(&b);
    dgi_buf c = DGI_BUF_INIT;
    dgi_buf_printf(&c, "v%zu_%d|%s", (size_t)12, -3, "op");
    ck_assert_str_eq(c.data, "v12_-3|op");
    dgi_buf_free(&c);
}
END_TEST

START_TEST(buffers_stay_failed)
{
    dgi_buf b = DGI_BUF_INIT;
    size_t size = 99;
    dgi_buf_puts(&b, "some");
    dgi_buf_fill(&b, 'x', SIZE_MAX); /* more than there can be */
    ck_assert_int_eq(b.failed, 1);
    dgi_buf_putc(&b, 'x');
    dgi_buf_puts(&b, "more");
    dgi_buf_printf(&b, "%d", 1);
    dgi_buf_fill(&b, 'x', 3);
    ck_assert_int_eq(b.failed, 1);
    ck_assert_ptr_null(dgi_buf_take(&b, &size));
    dgi_buf_free(&b);
}
END_TEST

/* ---- UTF-8 --------------------------------------------------------------------------------- */

/* Table 3-7 of the Unicode standard. */
static const struct {
    unsigned char low, high;
    size_t rest;
    unsigned char second_low, second_high;
} table_3_7[] = {
    {0x00, 0x7F, 0, 0, 0},       {0xC2, 0xDF, 1, 0x80, 0xBF}, {0xE0, 0xE0, 2, 0xA0, 0xBF},
    {0xE1, 0xEC, 2, 0x80, 0xBF}, {0xED, 0xED, 2, 0x80, 0x9F}, {0xEE, 0xEF, 2, 0x80, 0xBF},
    {0xF0, 0xF0, 3, 0x90, 0xBF}, {0xF1, 0xF3, 3, 0x80, 0xBF}, {0xF4, 0xF4, 3, 0x80, 0x8F},
};

/* How many bytes the first character, or the first maximal part of one, has. */
static size_t expected_step(const unsigned char *p, size_t size, bool *valid, uint32_t *c)
{
    static const unsigned char mask[] = {0x7F, 0x1F, 0x0F, 0x07};
    *valid = false;
    *c = DGI_REPLACEMENT;
    for (size_t row = 0; row < sizeof table_3_7 / sizeof *table_3_7; row++) {
        if (p[0] < table_3_7[row].low || p[0] > table_3_7[row].high)
            continue;
        uint32_t code = p[0] & mask[table_3_7[row].rest];
        for (size_t i = 1; i <= table_3_7[row].rest; i++) {
            unsigned char low = i == 1 ? table_3_7[row].second_low : 0x80;
            unsigned char high = i == 1 ? table_3_7[row].second_high : 0xBF;
            if (i >= size || p[i] < low || p[i] > high)
                return i;
            code = code << 6 | (p[i] & 0x3Fu);
        }
        *valid = true;
        *c = code;
        return table_3_7[row].rest + 1;
    }
    return 1;
}

static void check_decoding(const unsigned char *bytes, size_t size)
{
    /* A copy of just this size, so that a step beyond the end is seen. */
    char *copy = malloc(size ? size : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, bytes, size);
    const char *p = copy;
    bool all = true;
    while (p < copy + size) {
        size_t at = (size_t)(p - copy);
        bool want_valid;
        uint32_t want;
        size_t step = expected_step(bytes + at, size - at, &want_valid, &want);
        bool valid = true; /* left alone where all is well */
        uint32_t got = dgi_utf8_next(&p, copy + size, &valid);
        /* Not by ck_assert: there are millions of these. */
        if (got != want || p != copy + at + step || valid != want_valid)
            ck_abort_msg(
                "%02X %02X %02X %02X (%zu bytes) at %zu: U+%04X, %td bytes, %d; not U+%04X, "
                "%zu bytes, %d",
                bytes[0], size > 1 ? bytes[1] : 0u, size > 2 ? bytes[2] : 0u,
                size > 3 ? bytes[3] : 0u, size, at, got, p - copy - (ptrdiff_t)at, valid, want,
                step, want_valid);
        all = all && want_valid;
    }
    if (dgi_utf8_valid(copy, size) != all)
        ck_abort_msg("%02X %02X ... (%zu bytes): valid is not %d", bytes[0],
                     size > 1 ? bytes[1] : 0u, size, all);
    free(copy);
}

START_TEST(utf8_every_class)
{
    static const unsigned char edge[] = {
        0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
        0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFE, 0xFF,
    };
    enum { N = sizeof edge };
    unsigned char b[4] = {0};
    check_decoding(b, 0);
    for (unsigned i = 0; i < 256; i++) {
        b[0] = (unsigned char)i;
        check_decoding(b, 1);
        for (unsigned j = 0; j < 256; j++) {
            b[1] = (unsigned char)j;
            check_decoding(b, 2);
        }
    }
    size_t n = watched() ? 7 : 1; /* a slow run takes every seventh */
    for (size_t i = 0; i < (size_t)N * N * N * N; i += n) {
        b[0] = edge[i / N / N / N];
        b[1] = edge[i / N / N % N];
        b[2] = edge[i / N % N];
        b[3] = edge[i % N];
        check_decoding(b, 4);
    }
    for (size_t i = 0; i < (size_t)N * N * N; i++) {
        b[0] = edge[i / N / N];
        b[1] = edge[i / N % N];
        b[2] = edge[i % N];
        check_decoding(b, 3);
    }
}
END_TEST

START_TEST(utf8_known)
{
    static const struct {
        const char *text;
        const char *clean;
    } rows[] = {
        {"plain", "plain"},
        {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"},
        {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},                                 /* overlong */
        {"\xE0\x80\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},                 /* overlong */
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},                 /* surrogate */
        {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* too large */
        {"\xE2\x82", "\xEF\xBF\xBD"},                                             /* cut */
        {"\xF0\x9F\x98", "\xEF\xBF\xBD"},
        {"\xF0\x9F\x98z", "\xEF\xBF\xBDz"},
        /* The example of the standard's table 3-8. */
        {"a\xF1\x80\x80\xE1\x80\xC2"
         "b\x80"
         "c\x80\xBF"
         "d",
         "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
         "b\xEF\xBF\xBD"
         "c\xEF\xBF\xBD\xEF\xBF\xBD"
         "d"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        dgi_buf b = DGI_BUF_INIT;
        dgi_utf8_clean(&b, rows[i].text, strlen(rows[i].text));
        ck_assert_str_eq(b.data, rows[i].clean);
        ck_assert(dgi_utf8_valid(b.data, b.size));
        ck_assert_int_eq(dgi_utf8_valid(rows[i].text, strlen(rows[i].text)),
                         strcmp(rows[i].text, rows[i].clean) == 0);
        dgi_buf_free(&b);
    }
    ck_assert(dgi_utf8_valid("", 0));
}
END_TEST

START_TEST(utf8_every_character)
{
    dgi_buf b = DGI_BUF_INIT;
    for (uint32_t c = 0; c <= 0x10FFFF; c++)
        if (c < 0xD800 || c > 0xDFFF)
            dgi_utf8_put(&b, c);
    ck_assert_int_eq(b.failed, 0);
    ck_assert_uint_eq(b.size, 0x80 + 2 * 0x780 + 3 * (0xF800 - 0x800) + 4 * 0x100000);
    ck_assert(dgi_utf8_valid(b.data, b.size));
    const char *p = b.data;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        bool valid = true;
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        uint32_t got = dgi_utf8_next(&p, b.data + b.size, c % 2 ? &valid : NULL);
        if (got != c || (c % 2 && !valid))
            ck_abort_msg("U+%04X reads as U+%04X", c, got);
    }
    ck_assert_ptr_eq(p, b.data + b.size);
    dgi_buf_free(&b);
    for (uint32_t c = 0; c <= 0x110010; c++) {
        bool want = c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) ||
                    (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
        if (dgi_xml_char(c) != want)
            ck_abort_msg("xml_char(U+%04X) is not %d", c, want);
        int columns = dgi_columns(c);
        if (columns < 0 || columns > 2)
            ck_abort_msg("U+%04X has %d columns", c, columns);
    }
}
END_TEST

START_TEST(columns)
{
    static const uint32_t none[] = {0x300,  0x301,  0x36F,  0x483,  0x5B0,   0x64B,  0xE31,
                                    0x200B, 0x200C, 0x200D, 0x200E, 0x20D7,  0x302A, 0xFE00,
                                    0xFE0F, 0xFE20, 0x93C,  0x2060, 0xE0101, 0x94D,  0xFEFF};
    static const uint32_t one[] = {' ',    'a',    '~',     0xE9,   0x3B1,  0x416,  0x5D0,
                                   0x639,  0x905,  0xE01,   0x20AC, 0x2192, 0x2200, 0x221E,
                                   0x2500, 0xFF71, 0x1D49C, 0xD7,   0x1E9E, 0x10D0};
    static const uint32_t two[] = {0x1100,  0x231A,  0x2E80,  0x3000,  0x3042,  0x30A2,  0x4E00,
                                   0x9FFF,  0xAC00,  0xD7A3,  0xF900,  0xFF01,  0xFF21,  0xFFE5,
                                   0x1F600, 0x1F680, 0x1F9E0, 0x20000, 0x2FFFD, 0x30000, 0x3400};
    static const struct {
        const uint32_t *list;
        size_t count;
    } groups[] = {{none, sizeof none / sizeof *none},
                  {one, sizeof one / sizeof *one},
                  {two, sizeof two / sizeof *two}};
    char wrong[1000] = "";
    for (size_t want = 0; want < 3; want++)
        for (size_t i = 0; i < groups[want].count; i++) {
            uint32_t c = groups[want].list[i];
            size_t used = strlen(wrong);
            if (dgi_columns(c) != (int)want)
                snprintf(wrong + used, sizeof wrong - used, " U+%04X: %d, not %zu;", c,
                         dgi_columns(c), want);
        }
    ck_assert_str_eq(wrong, "");
}
END_TEST

/* ---- The string map ------------------------------------------------------------------------ */

START_TEST(map_of_many)
{
    enum { KEYS = 100000 };
    static const char *keys[KEYS];
    dgi_strmap m = DGI_STRMAP_INIT;
    char key[32];
    ck_assert_ptr_null(dgi_strmap_find(&m, "x", 1));
    for (size_t i = 0; i < KEYS; i++) {
        int n = snprintf(key, sizeof key, "x%zu", i);
        dgi_strmap_slot *slot = dgi_strmap_add(&m, key, (size_t)n);
        if (!slot || slot->value != SIZE_MAX)
            ck_abort_msg("'%s' is not new", key);
        slot->value = i;
        keys[i] = slot->key;
    }
    ck_assert_uint_eq(m.count, KEYS);
    for (size_t i = 0; i < KEYS; i++) {
        int n = snprintf(key, sizeof key, "x%zu", i);
        dgi_strmap_slot *slot = dgi_strmap_find(&m, key, (size_t)n);
        if (!slot || slot->value != i || slot->key != keys[i] ||
            memcmp(slot->key, key, (size_t)n) != 0)
            ck_abort_msg("'%s' is not found, or has moved", key);
        if (dgi_strmap_add(&m, key, (size_t)n) != slot || slot->value != i)
            ck_abort_msg("'%s' was added a second time", key);
        n = snprintf(key, sizeof key, "y%zu", i);
        if (dgi_strmap_find(&m, key, (size_t)n))
            ck_abort_msg("'%s' is found, and was never added", key);
    }
    ck_assert_uint_eq(m.count, KEYS);
    dgi_strmap_free(&m);
}
END_TEST

START_TEST(map_of_prefixes)
{
    dgi_strmap m = DGI_STRMAP_INIT;
    enum { LONGEST = 2000 };
    static char text[LONGEST];
    memset(text, 'k', sizeof text);
    for (size_t n = 0; n <= LONGEST; n++) {
        ck_assert_ptr_null(dgi_strmap_find(&m, text, n));
        dgi_strmap_slot *slot = dgi_strmap_add(&m, text, n);
        ck_assert_ptr_nonnull(slot);
        slot->value = n;
    }
    for (size_t n = 0; n <= LONGEST; n++) {
        ck_assert_ptr_nonnull(dgi_strmap_find(&m, text, n));
        ck_assert_uint_eq(dgi_strmap_find(&m, text, n)->value, n);
    }
    /* The size counts, not a terminator. */
    dgi_strmap_add(&m, "a\0b", 3)->value = 1;
    dgi_strmap_add(&m, "a\0c", 3)->value = 2;
    dgi_strmap_add(&m, "a", 1)->value = 3;
    dgi_strmap_add(&m, "a\0", 2)->value = 4;
    ck_assert_uint_eq(dgi_strmap_find(&m, "a\0b", 3)->value, 1);
    ck_assert_uint_eq(dgi_strmap_find(&m, "a\0c", 3)->value, 2);
    ck_assert_uint_eq(dgi_strmap_find(&m, "abc", 1)->value, 3);
    ck_assert_uint_eq(dgi_strmap_find(&m, "a\0", 2)->value, 4);
    ck_assert_ptr_null(dgi_strmap_find(&m, "a\0d", 3));
    ck_assert_ptr_null(dgi_strmap_find(&m, "ab", 2));
    dgi_strmap_free(&m);
    dgi_strmap empty = DGI_STRMAP_INIT;
    dgi_strmap_free(&empty);
}
END_TEST

/* ---- Errors -------------------------------------------------------------------------------- */

/* The version is written in two places: base.h has it for programs, configure.ac for the release.
 */
START_TEST(version)
{
    char numbers[64];
    snprintf(numbers, sizeof numbers, "%d.%d.%d", DG_VERSION_MAJOR, DG_VERSION_MINOR,
             DG_VERSION_PATCH);
    ck_assert_str_eq(DG_VERSION, numbers);
    ck_assert_str_eq(DG_VERSION, PACKAGE_VERSION);
    ck_assert_str_eq(dg_version(), DG_VERSION);
}
END_TEST

START_TEST(errors)
{
    dg_error e;
    memset(&e, '?', sizeof e);
    ck_assert_int_eq(dgi_error(NULL, DG_IO, "%s", "nobody hears it"), DG_IO);
    ck_assert_int_eq(dgi_error(&e, DG_SYNTAX, "line %d: '%s'", 7, "bb"), DG_SYNTAX);
    ck_assert_int_eq(e.status, DG_SYNTAX);
    ck_assert_str_eq(e.text, "line 7: 'bb'");
    ck_assert_str_eq(e.file, "");
    ck_assert_uint_eq(e.line + e.column, 0);
    dgi_error_place(&e, "a.dg", 3, 4);
    dgi_error_place(NULL, "a.dg", 3, 4);
    ck_assert_str_eq(e.file, "a.dg");
    ck_assert_uint_eq(e.line, 3);
    ck_assert_uint_eq(e.column, 4);
    ck_assert_str_eq(e.text, "line 7: 'bb'");
    dgi_error(&e, DG_FORMAT, "%s", "one\nline\tonly\r\x1B[31m\x7F");
    for (const char *p = e.text; *p; p++)
        ck_assert_msg((unsigned char)*p >= 0x20 && *p != 0x7F, "control character in '%s'", e.text);
    ck_assert_int_eq(strncmp(e.text, "one line only ", 14), 0);
    /* Cut at a character's edge, wherever the edge lies. */
    for (size_t lead = 0; lead < 8; lead++)
        for (int kind = 0; kind < 4; kind++) {
            static const char *const units[] = {"a", "\xC3\xA9", "\xE2\x82\xAC",
                                                "\xF0\x9F\x98\x80"};
            char text[sizeof e.text + 100];
            size_t n = 0;
            while (n < lead)
                text[n++] = '.';
            while (n < sizeof e.text + 50)
                for (const char *u = units[kind]; *u; u++)
                    text[n++] = *u;
            text[n] = '\0';
            dgi_error(&e, DG_LIMIT, "%s", text);
            size_t length = strnlen(e.text, sizeof e.text);
            ck_assert_uint_lt(length, sizeof e.text);
            ck_assert_uint_ge(length, sizeof e.text - 8);
            ck_assert_msg(dgi_utf8_valid(e.text, length),
                          "lead %zu, kind %d: cut inside a character", lead, kind);
            ck_assert_int_eq(strncmp(e.text, text, length - 4), 0);
        }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        buffers_grow,     buffers_print, buffers_stay_failed,
        utf8_every_class, utf8_known,    utf8_every_character,
        columns,          map_of_many,   map_of_prefixes,
        errors,           version,
    };
    return run_suite("base", tests, sizeof tests / sizeof *tests);
}
