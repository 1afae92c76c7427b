#include "draw/style/box_geometry.h"

#include <math.h>

enum { RECORD_PADDING = 7, OP_SIZE = 28 };

void dgi_arrange_record(dgi_box_texts *b)
{
    double width = 0.0;
    size_t lines = 0;
    for (size_t i = 0; i < b->n_fields; i++) {
        const dgi_field *f = &b->fields[i];
        width += f->width;
        lines = f->lines > lines ? f->lines : lines;
    }
    b->width = width;
    b->height = (double)lines * DGI_LINE_HEIGHT + 2.0 * RECORD_PADDING;
    double left = -width / 2.0, half = b->height / 2.0;
    for (size_t i = 0; i < b->n_fields; i++) {
        dgi_field *f = &b->fields[i];
        if (i > 0)
            b->segments[b->n_segments++] = (dgi_segment){{left, -half}, {left, half}};
        f->centre = (dgi_point){left + f->width / 2.0, 0.0};
        left += f->width;
    }
}

void dgi_arrange_op(dgi_box_texts *b)
{
    b->width = fmax(b->fields[0].width, OP_SIZE);
    b->height = OP_SIZE;
    b->fields[0].centre = (dgi_point){0.0, 0.0};
}
