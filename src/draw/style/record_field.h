/* A field of a tensor's record: its texts, each with its place. */
#ifndef DGI_RECORD_FIELD_H
#define DGI_RECORD_FIELD_H

#include "base/buf.h"
#include "draw/style/tensor_text.h"

/* One text of a field, drawn around its middle. */
typedef struct dgi_piece {
    char text[64];
    size_t size;
    double left, width; /* points, from the field's left edge without its padding */
    double line;        /* counted from 0; between two lines where it belongs to both */
    bool spaced;        /* there is a space before it, seen as text */
    bool alert;         /* says that something is not finite */
} dgi_piece;

enum { DGI_PIECES = 1 + 3 * DGI_NUMBERS_SHOWN };

typedef struct dgi_field {
    dgi_piece pieces[DGI_PIECES]; /* in the order in which they are read */
    size_t n;
    size_t lines;
    double width;
} dgi_field;

/* The field of a tensor's data or gradient: the word, then its numbers in rows, or their summary.
 */
void dgi_field_of(dgi_field *f, const char *word, const dgi_tensor_view *x);

/* The same as text with line breaks. */
void dgi_put_field(dgi_buf *b, const dgi_field *f);

#endif
