#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void dgi_buf_free(dgi_buf *b)
{
    free(b->data);
    *b = (dgi_buf)DGI_BUF_INIT;
}

enum { LARGE = 1 << 24 };

/* Makes room for `more` bytes and a terminator. */
static bool reserve(dgi_buf *b, size_t more)
{
    if (b->failed)
        return false;
    if (b->capacity - b->size > more)
        return true;
    if (more > SIZE_MAX / 2 - 64 - b->size) {
        b->failed = true;
        return false;
    }
    /* Doubles; large buffers grow by half, to waste less. */
    size_t capacity = b->capacity < 32      ? 64
                      : b->capacity < LARGE ? b->capacity * 2
                                            : b->capacity + b->capacity / 2;
    if (capacity < b->size + more + 1)
        capacity = b->size + more + 1;
    char *data = realloc(b->data, capacity);
    if (!data) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->capacity = capacity;
    return true;
}

void dgi_buf_put(dgi_buf *b, const void *bytes, size_t size)
{
    if (!reserve(b, size))
        return;
    if (size)
        memcpy(b->data + b->size, bytes, size);
    b->size += size;
    b->data[b->size] = '\0';
}

void dgi_buf_puts(dgi_buf *b, const char *text)
{
    dgi_buf_put(b, text, strlen(text));
}

void dgi_buf_putc(dgi_buf *b, char c)
{
    dgi_buf_put(b, &c, 1);
}

void dgi_buf_put_count(dgi_buf *b, size_t count)
{
    char digits[24], *end = digits + sizeof digits, *p = end;
    do
        *--p = (char)('0' + count % 10);
    while (count /= 10);
    dgi_buf_put(b, p, (size_t)(end - p));
}

void dgi_buf_fill(dgi_buf *b, char c, size_t count)
{
    if (!reserve(b, count))
        return;
    memset(b->data + b->size, c, count);
    b->size += count;
    b->data[b->size] = '\0';
}

void dgi_buf_printf(dgi_buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0) {
        b->failed = true;
        return;
    }
    if (!reserve(b, (size_t)size))
        return;
    va_start(args, format);
    vsnprintf(b->data + b->size, (size_t)size + 1, format, args);
    va_end(args);
    b->size += (size_t)size;
}

char *dgi_buf_take(dgi_buf *b, size_t *size)
{
    dgi_buf_put(b, "", 0);
    if (b->failed) {
        dgi_buf_free(b);
        return NULL;
    }
    char *data = b->data;
    if (size)
        *size = b->size;
    *b = (dgi_buf)DGI_BUF_INIT;
    return data;
}
