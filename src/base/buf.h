/* A growing byte buffer. When an allocation fails the buffer is *failed* and every later call does
 * nothing, so that a writer checks once, at the end. */
#ifndef DGI_BUF_H
#define DGI_BUF_H

#include <stdbool.h>
#include <stddef.h>

typedef struct dgi_buf {
    char *data; /* owned; terminated once something was appended */
    size_t size;
    size_t capacity;
    bool failed;
} dgi_buf;

#define DGI_BUF_INIT                                                                               \
    {                                                                                              \
        NULL, 0, 0, false                                                                          \
    }

void dgi_buf_free(dgi_buf *b);
void dgi_buf_put(dgi_buf *b, const void *bytes, size_t size);
void dgi_buf_puts(dgi_buf *b, const char *text);
void dgi_buf_putc(dgi_buf *b, char c);
void dgi_buf_put_count(dgi_buf *b, size_t count);
void dgi_buf_fill(dgi_buf *b, char c, size_t count);
/* Appends as printf() does. Not for doubles, whose format depends on the locale: see number.h. */
void dgi_buf_printf(dgi_buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Transfers the bytes, terminated, to the caller, who frees them with free(), and empties the
 * buffer. NULL where it failed; an empty buffer gives "". */
char *dgi_buf_take(dgi_buf *b, size_t *size);

#endif
