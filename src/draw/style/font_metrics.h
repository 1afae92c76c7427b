/* How wide a text is drawn: built-in metrics, so that a box has the same size on every machine. */
#ifndef DGI_FONT_METRICS_H
#define DGI_FONT_METRICS_H

#include <stdbool.h>
#include <stddef.h>

/* The family that the metrics are of, with those that share them first. */
#define DGI_FONT_FAMILY "Helvetica,Arial,'Liberation Sans','Nimbus Sans',sans-serif"

typedef struct dgi_extent {
    double width; /* in points */
    bool exact;   /* made only of characters whose width is in the font's own table */
} dgi_extent;

/* The extent of UTF-8 text, without line breaks, at a font size in points. */
dgi_extent dgi_text_extent(const char *text, size_t size, double font_size, bool bold);

#endif
