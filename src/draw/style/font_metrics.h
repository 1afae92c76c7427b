/* How wide a text is drawn: built-in metrics, so that a box has the same size on every machine. */
#ifndef DGI_FONT_METRICS_H
#define DGI_FONT_METRICS_H

#include <stdbool.h>
#include <stddef.h>

/* The width in points of UTF-8 text, without line breaks, at a font size in points. */
double dgi_text_width(const char *text, size_t size, double font_size, bool bold);

#endif
