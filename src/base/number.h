/* Numbers as text and back, the same in every locale. */
#ifndef DGI_NUMBER_H
#define DGI_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* Room for every text below: %.4f of the largest double has 314 characters. */
enum { DGI_NUMBER_ROOM = 328 };

/* C's %.*f with a point; nan is "nan" whatever its sign, infinities "inf" and "-inf", as Python's
 * formatting has them. Returns the length. */
size_t dgi_fixed(char *text, double x, int decimals);

/* C's %.*e with a point; nan and infinities as above. Returns the length. */
size_t dgi_scientific(char *text, double x, int decimals);

/* C's %.*g with a point: at most that many significant digits; nan and infinities as above. */
size_t dgi_general(char *text, double x, int digits);

/* The shortest text that reads back as x, written as Python's repr writes it but without a trailing
 * ".0": 2, -1, 0.5, 1e-05, 1e+16. Returns the length. */
size_t dgi_shortest(char *text, double x);

/* Reads a decimal floating-point number, or inf, nan and the like, that spans exactly the
 * terminated text; an overflow reads as an infinity. */
bool dgi_parse_double(const char *text, double *x);

#endif
