/* How wide a text is drawn: built-in metrics, so that a box has the same size on every machine. */
#ifndef DGI_FONT_METRICS_H
#define DGI_FONT_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The width in points of UTF-8 text, without line breaks, at a font size in points. */
double dgi_text_width(const char *text, size_t size, double font_size, bool bold);

/* The same of a character of mathematics: Greek letters and the signs of math_symbols.c have widths
 * of their own here. */
double dgi_symbol_width(uint32_t c, double font_size, bool bold);

/* Whether most text fonts have no such character: some renderers do not look for it in others. */
bool dgi_is_rare_symbol(uint32_t c);

#endif
