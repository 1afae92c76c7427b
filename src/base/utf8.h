/* Unicode text in UTF-8. */
#ifndef DGI_UTF8_H
#define DGI_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { DGI_REPLACEMENT = 0xFFFD };

/* Decodes the character at *p, which is before end, and advances *p. Invalid UTF-8 (overlong forms,
 * surrogates, code points above U+10FFFF, stray and missing bytes) gives U+FFFD for each maximal
 * subpart, as the Unicode standard recommends (section 3.9), and sets *valid to false where valid
 * is not NULL. */
uint32_t dgi_utf8_next(const char **p, const char *end, bool *valid);

/* Whether the byte is not the first of its character. */
static inline bool dgi_is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* The size of the longest beginning of at most `most` bytes that has whole characters only. */
size_t dgi_utf8_prefix(const char *text, size_t size, size_t most);

/* The size of the byte order mark at the beginning of the text: 3, or 0 where there is none. */
size_t dgi_utf8_mark(const char *text, size_t size);

bool dgi_utf8_valid(const char *text, size_t size);

/* Appends a character. */
void dgi_utf8_put(dgi_buf *b, uint32_t c);

/* Appends the text with U+FFFD for invalid parts. */
void dgi_utf8_clean(dgi_buf *b, const char *text, size_t size);

/* Whether the character is allowed in XML 1.0. */
bool dgi_xml_char(uint32_t c);

/* Whether a character outside ASCII is a letter, or what else may stand in a name: not a control, a
 * space, punctuation or a symbol. By blocks, so that no table of Unicode is needed. */
bool dgi_is_letter(uint32_t c);

/* The width of a character in columns of a terminal: 0 for common combining marks and format
 * characters, 2 for wide characters (East Asian, emoji), else 1. */
int dgi_columns(uint32_t c);

#endif
