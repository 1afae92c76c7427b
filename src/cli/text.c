#include "cli/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_init(text *t)
{
    t->memory = NULL;
    t->size = 0;
    t->capacity = sizeof t->own;
    t->failed = false;
}

void text_free(text *t)
{
    free(t->memory);
    text_init(t);
}

static char *bytes_of(text *t)
{
    return t->memory ? t->memory : t->own;
}

const char *text_bytes(const text *t)
{
    return t->memory ? t->memory : t->own;
}

static bool reserve(text *t, size_t more)
{
    if (t->failed || more <= t->capacity - t->size)
        return !t->failed;
    t->failed = true;
    if (more > SIZE_MAX / 4 - t->size)
        return false;
    size_t capacity = 2 * (t->size + more);
    char *grown = realloc(t->memory, capacity);
    if (!grown)
        return false;
    if (!t->memory)
        memcpy(grown, t->own, t->size);
    t->memory = grown;
    t->capacity = capacity;
    t->failed = false;
    return true;
}

void text_put(text *t, const char *bytes, size_t size)
{
    if (!reserve(t, size))
        return;
    memcpy(bytes_of(t) + t->size, bytes, size);
    t->size += size;
}

void text_puts(text *t, const char *bytes)
{
    text_put(t, bytes, strlen(bytes));
}

void text_putc(text *t, char c)
{
    text_put(t, &c, 1);
}

void text_printf(text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0)
        t->failed = true;
    if (t->failed || !reserve(t, (size_t)size + 1))
        return;
    va_start(args, format);
    vsnprintf(bytes_of(t) + t->size, (size_t)size + 1, format, args);
    va_end(args);
    t->size += (size_t)size;
}

char *text_take(text *t)
{
    text_putc(t, '\0');
    char *taken = t->failed ? NULL : t->memory;
    if (!t->failed && !taken) {
        taken = malloc(t->size);
        if (taken)
            memcpy(taken, t->own, t->size);
    } else if (taken) {
        t->memory = NULL;
    }
    text_free(t);
    return taken;
}

size_t utf8_length(const char *bytes)
{
    const unsigned char *p = (const unsigned char *)bytes;
    if (*p < 0x80)
        return 1;
    size_t n = *p >= 0xF0 ? 4 : *p >= 0xE0 ? 3 : 2;
    if (*p < 0xC2 || *p > 0xF4)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    /* overlong, surrogates, beyond the last character */
    if ((*p == 0xE0 && p[1] < 0xA0) || (*p == 0xED && p[1] >= 0xA0) ||
        (*p == 0xF0 && p[1] < 0x90) || (*p == 0xF4 && p[1] >= 0x90))
        return 0;
    return n;
}

bool is_control(const char *bytes, size_t length)
{
    const unsigned char *p = (const unsigned char *)bytes;
    if (length == 0)
        return *p < 0xA0;
    if (length == 1)
        return *p < ' ' || *p == 0x7F;
    if (length == 2)
        return *p == 0xC2 && p[1] < 0xA0;
    /* U+2028 to U+202E, U+2066 to U+2069 */
    return *p == 0xE2 && ((p[1] == 0x80 && p[2] >= 0xA8 && p[2] <= 0xAE) ||
                          (p[1] == 0x81 && p[2] >= 0xA6 && p[2] <= 0xA9));
}

void text_put_printable(text *t, const char *bytes)
{
    for (const char *p = bytes; *p;) {
        size_t length = utf8_length(p), n = length ? length : 1;
        if (is_control(p, length))
            text_putc(t, '?');
        else
            text_put(t, p, n);
        p += n;
    }
}
