/* Short decimal numbers to doubles, without the C library. */
#ifndef DGI_DECIMAL_H
#define DGI_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/* The most digits that every number of so many fits into 64 bits. */
enum { DGI_DECIMAL_DIGITS = 19 };

/* The double nearest to digits * 10^power, ties to even. False where the C library has to do it:
 * outside of 1e-27 … 1e27 for the power. */
bool dgi_decimal(uint64_t digits, int power, double *x);

#endif
