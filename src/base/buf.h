/* A growing run of bytes. An allocation that fails makes the buffer *failed* and every later call a
 * no-op, so that a writer checks once, at its end. */
#ifndef DGI_BUF_H
#define DGI_BUF_H

#include <stdbool.h>
#include <stddef.h>

typedef struct dgi_buf {
    char *data; /* always terminated once something was put; owned */
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
/* printf into the buffer; for texts and integers: what it makes of a double depends on the locale.
 */
void dgi_buf_printf(dgi_buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Hands the bytes over (the caller frees them with free()) and empties the buffer. NULL where it
 * failed; an empty buffer gives "". */
char *dgi_buf_take(dgi_buf *b, size_t *size);

#endif
