/* Labels: lines of plain text, with mathematics between dollar signs. */
#ifndef DGI_LABEL_TEXT_H
#define DGI_LABEL_TEXT_H

#include "draw/scene.h"

/* A part of a line: plain text, or a formula with its dollar signs. */
typedef struct dgi_label_part {
    const char *text;
    size_t size;
    bool formula;
} dgi_label_part;

/* Finds the part of a line that begins at *p, and advances *p; false at the end. A formula begins
 * with a dollar sign before anything but a space, and ends with the next one if that has no space
 * before it and no digit after it. Any other dollar sign is one, as in "$5 to $6". A dollar sign
 * with a backslash before it is one, too, and a part of its own without the backslash. */
bool dgi_next_label_part(const char **p, const char *end, dgi_label_part *part);

/* Adds a label to the last field, line by line; returns the width of the longest line. */
double dgi_add_label(dgi_box_texts *b, const char *label);

/* Where a line of a label is set. */
typedef struct dgi_label_line {
    double left;  /* from the left end of its field's texts */
    double line;  /* counted from 0 */
    bool stacked; /* there is space above and below it for fractions */
} dgi_label_line;

/* Adds a line to the last field; returns its width. */
double dgi_add_label_line(dgi_box_texts *b, const char *text, size_t size, dgi_label_line where);

/* Appends a label with its mathematics in words; line breaks stay. */
void dgi_put_label_words(dgi_buf *b, const char *label);

#endif
