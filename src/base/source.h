/* The text of a program as its diagnostics show it: lines, and one of them with a caret. */
#ifndef DGI_SOURCE_H
#define DGI_SOURCE_H

#include <stdint.h>

#include "base/buf.h"

/* A text, and the line that was found last. */
typedef struct dgi_source {
    const char *text; /* borrowed */
    size_t size;
    size_t line, line_begin; /* from 1; 0: none was found */
} dgi_source;

/* Finds the line of a byte of the text. Each byte after the last one found is looked at once. */
void dgi_source_find_line(dgi_source *s, size_t at);

/* Appends the text without what would move the cursor, hide text or turn its direction. */
void dgi_put_printable(dgi_buf *out, const char *text);

/* Appends, after a line end, the line that was found, cut to what a terminal shows, and a line with
 * a caret under its byte `begin` and tildes up to `end`, as GCC does. */
void dgi_put_excerpt(dgi_buf *out, const dgi_source *s, size_t begin, size_t end);

/* The length of the line end (LF, CR LF or CR) at `at`; 0 where there is none. */
static inline uint32_t dgi_line_end(const char *text, size_t size, size_t at)
{
    if (at >= size || (text[at] != '\n' && text[at] != '\r'))
        return 0;
    return text[at] == '\r' && at + 1 < size && text[at + 1] == '\n' ? 2 : 1;
}

#endif
