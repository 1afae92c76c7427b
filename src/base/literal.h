/* Numbers as Python writes them: 1_000, 2.5e-3, 0x1F, 0o17, 0b101. */
#ifndef DGI_LITERAL_H
#define DGI_LITERAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

static inline bool dgi_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The value of a digit in bases up to 16; 16 for what is none. */
unsigned dgi_digit_value(char c);

/* The end of the longest number that begins at `at`, and whether it is a decimal one. */
uint32_t dgi_number_end(const char *text, uint32_t size, uint32_t at, bool *decimal);

/* The value of such a number, each rounded once. Returns NULL, or what is wrong: a constant.
 * `scratch` holds its digits; where that has failed nothing is said. */
const char *dgi_read_number(const char *text, uint32_t size, dgi_buf *scratch, double *number);

#endif
