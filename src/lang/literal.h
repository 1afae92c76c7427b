/* Numbers and strings as they are written in a program. */
#ifndef DGI_LITERAL_H
#define DGI_LITERAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* The length of the line end (LF, CR LF or CR) at `at`; 0 where there is none. */
uint32_t dgi_line_end(const char *text, size_t size, size_t at);

/* The length of the quote that opens a string at `at`: 1 or 3. */
uint32_t dgi_quote_length(const char *text, size_t size, size_t at);

static inline bool dgi_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The length of the longest number at the start of the text, and whether it is a decimal one. */
uint32_t dgi_number_length(const char *text, size_t size, bool *decimal);

typedef enum dgi_literal_status {
    DGI_LITERAL_OK,
    DGI_LITERAL_WRONG,
    DGI_LITERAL_NOMEM
} dgi_literal_status;

/* What is wrong with a literal, and where in it. */
typedef struct dgi_literal_error {
    const char *message; /* static */
    size_t begin, end;
} dgi_literal_error;

/* The number that spans the text. `scratch` is overwritten. */
dgi_literal_status dgi_number_read(const char *text, size_t size, dgi_buf *scratch, double *number,
                                   dgi_literal_error *error);

/* Appends what the string that spans the text, with its prefix and quotes, stands for. */
dgi_literal_status dgi_string_read(const char *text, size_t size, dgi_buf *out,
                                   dgi_literal_error *error);

#endif
