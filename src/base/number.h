/* Doubles to text and back, the same in every locale. Each function writes a terminated text of at
 * most DGI_NUMBER_ROOM bytes and returns its length; nan is "nan" whatever its sign, infinities are
 * "inf" and "-inf", as Python formats them. */
#ifndef DGI_NUMBER_H
#define DGI_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* The size of a buffer for every text below: %.4f of the largest double has 314 characters. */
enum { DGI_NUMBER_ROOM = 328 };

/* As C's %.*f with a decimal point. */
size_t dgi_fixed(char *text, double x, int decimals);

/* As C's %.*e with a decimal point. */
size_t dgi_scientific(char *text, double x, int decimals);

/* As C's %.*g with a decimal point: at most that many significant digits. */
size_t dgi_general(char *text, double x, int digits);

/* As C's printf with a decimal point, into `size` bytes: one conversion of a double, and no text
 * around it. What is not finite is as in C, too. */
size_t dgi_print_double(char *text, size_t size, const char *conversion, double x);

/* The shortest text that reads back as x, formatted as Python's repr but without a trailing ".0":
 * 2, -1, 0.5, 1e-05, 1e+16. */
size_t dgi_shortest(char *text, double x);

/* Parses a decimal floating-point number, or inf, infinity or nan in any case, that is the whole
 * text; overflow gives an infinity. */
bool dgi_parse_double(const char *text, double *x);

#endif
