#include "draw/style/box_geometry.h"

#include <math.h>

/* Beside the texts of a field; the width of one without any. */
enum { FIELD_PADDING = 9, LABEL_MIN = 26 };

/* Above and below the lines of a field; the height of a stacked one without a text. */
enum { RECORD_PADDING = 7, STACKED_PADDING = 3, EMPTY_HEIGHT = 12 };

/* A box in which nothing is shown is a dot. */
enum { DOT_SIZE = 8 };

/* In whole points, so that what Graphviz makes of sizes cannot differ in the last digit. */
static double padded(double width, double padding)
{
    return ceil(width + 2.0 * padding);
}

/* ---- Records -------------------------------------------------------------------------------- */

static void pad_fields(dgi_box_texts *b)
{
    for (size_t i = 0; i < b->n_fields; i++) {
        dgi_field *f = &b->fields[i];
        f->width = f->n_texts ? padded(f->width, FIELD_PADDING) : 0.0;
        if (f->role == DGI_ROLE_LABEL)
            f->width = fmax(f->width, LABEL_MIN);
    }
}

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
    pad_fields(b);
    if (b->n_fields == 0)
        b->width = b->height = DOT_SIZE;
    else if (stacked)
        arrange_stacked(b);
    else
        arrange_side_by_side(b);
}

/* ---- Groups --------------------------------------------------------------------------------- */

/* The bar of gradients, and the space below it. */
static const double RANGE_HEIGHT = 4.0, BELOW_RANGE = 5.0;

static void put_range(dgi_box_texts *b, double y)
{
    double half = b->width / 2.0 - FIELD_PADDING;
    b->range = (dgi_segment){{-half, y}, {half, y}};
}

static void move_all(dgi_box_texts *b, dgi_point by)
{
    for (size_t i = 0; i < b->n_fields; i++)
        b->fields[i].centre =
            (dgi_point){b->fields[i].centre.x + by.x, b->fields[i].centre.y + by.y};
    for (size_t i = 0; i < b->n_segments; i++) {
        dgi_segment *s = &b->segments[i];
        *s = (dgi_segment){{s->from.x + by.x, s->from.y + by.y}, {s->to.x + by.x, s->to.y + by.y}};
    }
    b->range = (dgi_segment){{b->range.from.x + by.x, b->range.from.y + by.y},
                             {b->range.to.x + by.x, b->range.to.y + by.y}};
}

/* What is in the box is in the front one of a stack, on the lower left. */
static void make_stack(dgi_box_texts *b)
{
    b->is_stack = true;
    b->width += DGI_STACK_OFFSET;
    b->height += DGI_STACK_OFFSET;
    move_all(b, (dgi_point){-DGI_STACK_OFFSET / 2.0, DGI_STACK_OFFSET / 2.0});
}

void dgi_arrange_group(dgi_box_texts *b, bool is_stack)
{
    dgi_arrange_record(b, true);
    if (b->has_range) {
        double bar = RANGE_HEIGHT + BELOW_RANGE, half = b->height / 2.0;
        b->height += bar;
        put_range(b, half + RANGE_HEIGHT / 2.0);
        move_all(b, (dgi_point){0.0, -bar / 2.0});
    }
    if (is_stack)
        make_stack(b);
}

void dgi_arrange_stub(dgi_box_texts *b)
{
    dgi_arrange_record(b, true);
}

/* ---- Ops ------------------------------------------------------------------------------------ */

void dgi_size_op(dgi_box_texts *b)
{
    enum { PADDING = 10, PADDING_OF_PILL = 12, HEIGHT = 28 };
    size_t i = dgi_find_field(b, DGI_ROLE_OP);
    b->op_width = b->op_height = DOT_SIZE;
    if (i == b->n_fields)
        return;
    b->op_height = HEIGHT;
    b->op_width = fmax(padded(b->fields[i].width, PADDING), HEIGHT);
    if (dgi_is_pill(b->op_width, b->op_height))
        b->op_width = padded(b->fields[i].width, PADDING_OF_PILL);
}

void dgi_arrange_op(dgi_box_texts *b)
{
    dgi_size_op(b);
    b->width = b->op_width;
    b->height = b->op_height;
    b->op_centre = (dgi_point){0.0, 0.0};
    if (b->n_fields)
        b->fields[0].centre = b->op_centre;
}

static dgi_point scaled(dgi_point p, double scale)
{
    return (dgi_point){scale * p.x, scale * p.y};
}

void dgi_scale_box(dgi_box_texts *b, double scale)
{
    b->width *= scale;
    b->height *= scale;
    b->op_width *= scale;
    b->op_height *= scale;
    b->op_centre = scaled(b->op_centre, scale);
    b->range = (dgi_segment){scaled(b->range.from, scale), scaled(b->range.to, scale)};
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
