/* Numbers and strings as they are written in a program. */
#ifndef DGI_LITERAL_H
#define DGI_LITERAL_H

#include "base/buf.h"
#include "lang/lexer.h"

static inline bool dgi_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The length of the line end (LF, CR LF or CR) at `at`; 0 where there is none. */
static inline uint32_t dgi_line_end(const char *text, size_t size, size_t at)
{
    if (at >= size || (text[at] != '\n' && text[at] != '\r'))
        return 0;
    return text[at] == '\r' && at + 1 < size && text[at + 1] == '\n' ? 2 : 1;
}

/* The length of the quote that opens a string at `at`: 1 or 3. */
static inline uint32_t dgi_quote_length(const char *text, size_t size, size_t at)
{
    return size - at >= 3 && text[at + 1] == text[at] && text[at + 2] == text[at] ? 3 : 1;
}

/* The end of the longest number that begins at `at`, and whether it is a decimal one. */
uint32_t dgi_number_end(const char *text, uint32_t size, uint32_t at, bool *decimal);

/* The number or string that is a token. Both return what is wrong with it, a static text; else
 * NULL, also when the buffer has failed. */

/* `scratch` is overwritten. */
const char *dgi_number_read(const char *text, dgi_span token, dgi_buf *scratch, double *number);
/* Appends what the string stands for. *wrong becomes the part that is wrong. */
const char *dgi_string_read(const char *text, dgi_span token, dgi_buf *out, dgi_span *wrong);

#endif
