#include "draw/style/box_geometry.h"

#include <math.h>

/* Above and below the lines of a field; the height of a stacked one without a text. */
enum { RECORD_PADDING = 7, STACKED_PADDING = 3, EMPTY_HEIGHT = 12 };

enum { OP_SIZE = 28 };

static void arrange_side_by_side(dgi_box_texts *b)
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

static double stacked_height(const dgi_field *f)
{
    double padding = f->tall ? RECORD_PADDING : STACKED_PADDING;
    return f->n_texts ? (double)f->lines * DGI_LINE_HEIGHT + 2.0 * padding : EMPTY_HEIGHT;
}

static void arrange_stacked(dgi_box_texts *b)
{
    b->width = b->height = 0.0;
    for (size_t i = 0; i < b->n_fields; i++) {
        b->width = fmax(b->width, b->fields[i].width);
        b->height += stacked_height(&b->fields[i]);
    }
    double top = -b->height / 2.0, half = b->width / 2.0;
    for (size_t i = 0; i < b->n_fields; i++) {
        dgi_field *f = &b->fields[i];
        double height = stacked_height(f);
        if (i > 0)
            b->segments[b->n_segments++] = (dgi_segment){{-half, top}, {half, top}};
        f->centre = (dgi_point){0.0, top + height / 2.0};
        top += height;
    }
}

void dgi_arrange_record(dgi_box_texts *b, bool stacked)
{
    if (stacked)
        arrange_stacked(b);
    else
        arrange_side_by_side(b);
}

void dgi_arrange_op(dgi_box_texts *b)
{
    b->width = fmax(b->fields[0].width, OP_SIZE);
    b->height = OP_SIZE;
    b->fields[0].centre = (dgi_point){0.0, 0.0};
}

static dgi_point scaled(dgi_point p, double scale)
{
    return (dgi_point){scale * p.x, scale * p.y};
}

void dgi_scale_box(dgi_box_texts *b, double scale)
{
    b->width *= scale;
    b->height *= scale;
    for (size_t i = 0; i < b->n_fields; i++) {
        b->fields[i].width *= scale;
        b->fields[i].texts_width *= scale;
        b->fields[i].centre = scaled(b->fields[i].centre, scale);
    }
    for (size_t i = 0; i < b->n_segments; i++) {
        b->segments[i].from = scaled(b->segments[i].from, scale);
        b->segments[i].to = scaled(b->segments[i].to, scale);
    }
    for (size_t i = 0; i < b->n_texts; i++) {
        b->texts[i].width *= scale;
        b->texts[i].left *= scale;
        b->texts[i].font_size *= scale;
        b->texts[i].rise *= scale;
        b->texts[i].thickness *= scale;
    }
}
