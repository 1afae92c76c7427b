/* A text that is put together piece by piece. Short ones need no memory, so that there is always
 * room for an error message. */
#ifndef DGI_CLI_TEXT_H
#define DGI_CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum { TEXT_OWN = 512 };

typedef struct text {
    char own[TEXT_OWN]; /* the bytes of a short text */
    char *memory;       /* those of a longer one; NULL: own */
    size_t size, capacity;
    bool failed; /* memory ran out: the text ends there */
} text;

/* text_free() afterwards, or text_take(). */
void text_init(text *t);
void text_free(text *t);

void text_put(text *t, const char *bytes, size_t size);
void text_puts(text *t, const char *bytes);
void text_putc(text *t, char c);
void text_printf(text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The bytes so far, not ended by a NUL. */
const char *text_bytes(const text *t);

/* The text as a string that the caller frees; NULL when memory ran out. */
char *text_take(text *t);

/* The bytes of the UTF-8 character at p, or 0 where there is none. */
size_t utf8_length(const char *p);

/* Whether the character of `length` bytes at p does something else on a terminal than to be shown:
 * C0 and C1 controls, line separators, and what turns the direction of text. A byte that is no
 * UTF-8 (length 0) may be a C1 control, too. */
bool is_control(const char *p, size_t length);

/* The text with a question mark for each control character. */
void text_put_printable(text *t, const char *bytes);

#endif
