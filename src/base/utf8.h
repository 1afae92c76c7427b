/* Unicode text in UTF-8. */
#ifndef DGI_UTF8_H
#define DGI_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { DGI_REPLACEMENT = 0xFFFD };

/* Decodes the character at *p (before end) and steps over it. What is not UTF-8 (overlong forms,
 * surrogates, numbers above U+10FFFF, stray and missing bytes) gives U+FFFD for each maximal part,
 * as the Unicode standard recommends, and *valid = false where valid is not NULL. */
uint32_t dgi_utf8_next(const char **p, const char *end, bool *valid);

bool dgi_utf8_valid(const char *text, size_t size);

/* Appends a character. */
void dgi_utf8_put(dgi_buf *b, uint32_t c);

/* Appends the text with U+FFFD for what is not UTF-8. */
void dgi_utf8_clean(dgi_buf *b, const char *text, size_t size);

/* Whether XML 1.0 can carry the character. */
bool dgi_xml_char(uint32_t c);

/* The columns a character takes: 0 for the common combining marks and for format characters, 2 for
 * wide ones (East Asian, emoji), else 1. */
int dgi_columns(uint32_t c);

#endif
