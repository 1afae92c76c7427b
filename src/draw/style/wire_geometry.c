/* Where things are along a wire. */
#include <math.h>

#include "draw/style/box_geometry.h"
#include "draw/style/box_text.h"

/* Between a name and its wire or its op; between a name and the shape on its right. */
static const double NAME_GAP = 4.0, SHAPE_GAP = 6.0;

/* Along the wire before and behind the numbers; between the wire and the numbers above and below
 * it, or on both sides of it. */
static const double END_GAP = 3.5, LINE_GAP = 1.0, SIDE_GAP = 5.0;

/* The same along a wire that goes up or down: lines of text have space above them. */
static const double LINE_END_GAP = 2.0;

/* The length of a wire without numbers. */
static const double STUB = 16.0;

/* What there is, NULL where it is not. A name and a shape are before the wire of a leaf, one below
 * the other; else they are beside the op, side by side. */
typedef struct wire {
    dgi_box_texts *box;
    dgi_field *data, *grad;
    dgi_field *leaf_name, *leaf_shape;
    dgi_field *op, *op_name, *op_shape;
    dgi_field *end_name; /* behind the wire */
    bool has_op;
    double sign; /* -1 where the direction is against its axis */
} wire;

static double width_of(const dgi_field *f)
{
    return f ? f->width : 0.0;
}

/* A line with a fraction reaches above and below it. */
static const double TALL_HEIGHT = 30.0;

static double height_of(const dgi_field *f)
{
    return !f ? 0.0 : f->tall ? TALL_HEIGHT : (double)f->lines * DGI_LINE_HEIGHT;
}

static void put(dgi_field *f, double x, double y)
{
    if (f)
        f->centre = (dgi_point){x, y};
}

/* Puts the text of a scalar at the right or the left end of its field, which may be wider. */
static void align(const wire *w, dgi_field *f, bool right)
{
    if (!f || f->n_texts != 1 || f->texts_width > 0.0)
        return;
    dgi_text *t = dgi_text_at(w->box, f->first_text);
    f->texts_width = f->width;
    t->left = right ? f->width - t->width : 0.0;
}

/* The size of something, if it is there, with a gap before it. */
static double after_gap(double gap, double size, bool there)
{
    return there ? gap + size : 0.0;
}

static double leaf_width(const wire *w)
{
    return fmax(width_of(w->leaf_name), width_of(w->leaf_shape));
}

static double leaf_height(const wire *w)
{
    return height_of(w->leaf_name) + height_of(w->leaf_shape);
}

static void put_leaf(const wire *w, dgi_point centre)
{
    double half = leaf_height(w) / 2.0;
    put(w->leaf_name, centre.x, centre.y - half + height_of(w->leaf_name) / 2.0);
    put(w->leaf_shape, centre.x, centre.y + half - height_of(w->leaf_shape) / 2.0);
}

static double row_width(const wire *w)
{
    return width_of(w->op_name) + width_of(w->op_shape) +
           (w->op_name && w->op_shape ? SHAPE_GAP : 0.0);
}

static double row_height(const wire *w)
{
    return fmax(height_of(w->op_name), height_of(w->op_shape));
}

static void put_row(const wire *w, dgi_point centre)
{
    double half = row_width(w) / 2.0;
    put(w->op_name, centre.x - half + width_of(w->op_name) / 2.0, centre.y);
    put(w->op_shape, centre.x + half - width_of(w->op_shape) / 2.0, centre.y);
}

static void put_op(const wire *w, dgi_point centre)
{
    w->box->op_centre = centre;
    put(w->op, centre.x, centre.y);
}

/* Data above the wire, gradient below it, and above both what is beside the op. */
static void arrange_level(const wire *w)
{
    dgi_box_texts *b = w->box;
    double numbers = fmax(width_of(w->data), width_of(w->grad));
    double head = w->has_op ? b->op_width : leaf_width(w), length = STUB;
    if (w->leaf_name || w->leaf_shape)
        head += NAME_GAP;
    if (numbers > 0.0)
        length = numbers + 2.0 * END_GAP;
    if (w->has_op)
        length = fmax(length, row_width(w) - head);
    double tail = after_gap(NAME_GAP, width_of(w->end_name), w->end_name);
    double above = fmax(after_gap(LINE_GAP, height_of(w->data), w->data), b->op_height / 2.0);
    double below = fmax(after_gap(LINE_GAP, height_of(w->grad), w->grad), b->op_height / 2.0);
    double names = fmax(leaf_height(w), height_of(w->end_name)) / 2.0;
    b->width = ceil(head + length + tail);
    b->height = 2.0 * ceil(fmax(fmax(above + row_height(w), below), names));
    double half = b->width / 2.0, start = head - half, end = half - tail;
    double right = w->sign * (start + end) / 2.0 + numbers / 2.0; /* the last digits, both */
    align(w, w->grad, true);
    put(w->data, right - width_of(w->data) / 2.0, -LINE_GAP - height_of(w->data) / 2.0);
    put(w->grad, right - width_of(w->grad) / 2.0, LINE_GAP + height_of(w->grad) / 2.0);
    put(w->end_name, w->sign * (half - width_of(w->end_name) / 2.0), 0.0);
    put_leaf(w, (dgi_point){w->sign * (leaf_width(w) / 2.0 - half), 0.0});
    put_op(w, (dgi_point){w->sign * (b->op_width / 2.0 - half), 0.0});
    put_row(w, (dgi_point){w->sign * (fmax(row_width(w), b->op_width) / 2.0 - half),
                           -above - row_height(w) / 2.0});
    b->segments[b->n_segments++] = (dgi_segment){{w->sign * start, 0.0}, {w->sign * end, 0.0}};
}

/* Data on the left of the wire, gradient on the right of it, as is what is beside the op. */
static void arrange_upright(const wire *w)
{
    dgi_box_texts *b = w->box;
    double numbers = fmax(height_of(w->data), height_of(w->grad));
    double head = w->has_op ? fmax(b->op_height, row_height(w)) : leaf_height(w), length = STUB;
    if (w->leaf_name || w->leaf_shape)
        head += LINE_END_GAP;
    if (numbers > 0.0)
        length = numbers + 2.0 * LINE_END_GAP;
    double tail = after_gap(LINE_END_GAP, height_of(w->end_name), w->end_name);
    double side =
        after_gap(SIDE_GAP, fmax(width_of(w->data), width_of(w->grad)), w->data || w->grad);
    double beside =
        b->op_width / 2.0 + after_gap(NAME_GAP, row_width(w), w->op_name || w->op_shape);
    double names = fmax(leaf_width(w), width_of(w->end_name)) / 2.0;
    b->width = 2.0 * ceil(fmax(fmax(side, beside), names));
    b->height = ceil(head + length + tail);
    double half = b->height / 2.0, start = head - half, end = half - tail;
    double middle = w->sign * (start + end) / 2.0;
    align(w, w->grad, false);
    put(w->data, -SIDE_GAP - width_of(w->data) / 2.0, middle);
    put(w->grad, SIDE_GAP + width_of(w->grad) / 2.0, middle);
    put(w->end_name, 0.0, w->sign * (half - height_of(w->end_name) / 2.0));
    put_leaf(w, (dgi_point){0.0, w->sign * (leaf_height(w) / 2.0 - half)});
    put_op(w, (dgi_point){0.0, w->sign * (b->op_height / 2.0 - half)});
    put_row(w, (dgi_point){beside - row_width(w) / 2.0,
                           w->sign * (fmax(row_height(w), b->op_height) / 2.0 - half)});
    if (w->has_op) /* a tall name ends below the op */
        start = b->op_height - half;
    b->segments[b->n_segments++] = (dgi_segment){{0.0, w->sign * start}, {0.0, w->sign * end}};
}

static dgi_field *find(dgi_box_texts *b, dgi_role role)
{
    size_t i = dgi_find_field(b, role);
    return i < b->n_fields ? &b->fields[i] : NULL;
}

void dgi_arrange_wire(dgi_box_texts *b, dg_direction direction, unsigned states)
{
    wire w = {.box = b,
              .data = find(b, DGI_ROLE_DATA),
              .grad = find(b, DGI_ROLE_GRAD),
              .has_op = !(states & DGI_STATE_LEAF),
              .sign = direction == DG_RIGHT_TO_LEFT || direction == DG_BOTTOM_TO_TOP ? -1.0 : 1.0};
    dgi_field *name = find(b, DGI_ROLE_LABEL), *shape = find(b, DGI_ROLE_SHAPE);
    bool is_end = states & DGI_STATE_ROOT && !(states & DGI_STATE_USED);
    if (w.has_op) {
        dgi_size_op(b);
        w.op = find(b, DGI_ROLE_OP);
        w.op_shape = shape;
        *(is_end ? &w.end_name : &w.op_name) = name;
    } else {
        w.leaf_name = name;
        w.leaf_shape = shape;
    }
    b->dot = states & DGI_STATE_FORKED;
    if (dgi_is_vertical(direction))
        arrange_upright(&w);
    else
        arrange_level(&w);
}
