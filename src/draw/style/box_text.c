#include "draw/style/box_text.h"

#include <math.h>
#include <string.h>

#include "base/grow.h"
#include "draw/style/box_geometry.h"
#include "draw/style/equation.h"
#include "draw/style/folded.h"
#include "draw/style/font_metrics.h"
#include "draw/style/group_text.h"
#include "draw/style/label_text.h"
#include "draw/style/node_text.h"
#include "draw/style/notes.h"
#include "draw/style/record_field.h"
#include "draw/style/tensor_text.h"

bool dgi_text_source_init(struct dgi_text_source *s, const dg_trace *t,
                          const dgi_number_format *numbers)
{
    s->trace = t;
    s->numbers = *numbers;
    s->least_grad_width = dgi_typical_width(numbers);
    return dgi_trace_statistics_of(&s->statistics, t);
}

/* ---- Fields and texts ----------------------------------------------------------------------- */

void dgi_box_texts_clear(dgi_box_texts *b)
{
    b->n_fields = b->n_segments = b->n_texts = b->chars.size = 0;
    b->op_width = b->op_height = 0.0;
    b->is_stack = b->has_range = false;
}

dgi_field *dgi_add_field(dgi_box_texts *b, dgi_role role)
{
    dgi_field *f = &b->fields[b->n_fields++];
    *f = (dgi_field){
        .role = role, .bold = role == DGI_ROLE_LABEL, .lines = 1, .first_text = b->n_texts};
    return f;
}

dgi_text *dgi_text_at(dgi_box_texts *b, size_t i)
{
    return i < b->n_texts ? &b->texts[i] : &b->spare;
}

dgi_text *dgi_add_text(dgi_box_texts *b, const char *text, size_t size)
{
    dgi_field *f = &b->fields[b->n_fields - 1];
    if (b->n_texts == b->texts_capacity) {
        dgi_text *texts = dgi_grown(b->texts, &b->texts_capacity, b->n_texts, sizeof *texts);
        if (!texts) {
            b->chars.failed = true;
            return &b->spare;
        }
        b->texts = texts;
    }
    dgi_text *t = &b->texts[b->n_texts++];
    f->n_texts++;
    *t = (dgi_text){.start = b->chars.size,
                    .size = size,
                    .bold = f->bold,
                    .width = dgi_text_width(text, size, DGI_FONT_SIZE, f->bold)};
    f->width = fmax(f->width, t->width);
    dgi_buf_put(&b->chars, text, size);
    return t;
}

/* ---- The fields of a value ------------------------------------------------------------------ */

void dgi_add_label_field(dgi_box_texts *b, const char *label)
{
    dgi_field *f = dgi_add_field(b, DGI_ROLE_LABEL);
    if (!*label)
        return;
    f->width = dgi_add_label(b, label);
}

void dgi_add_shape(dgi_box_texts *b, const dg_trace *t, size_t node)
{
    char text[DGI_SHAPE_TEXT_SIZE];
    dgi_add_field(b, DGI_ROLE_SHAPE);
    dgi_add_text(b, text, dgi_shape_text(text, t, node));
}

static void add_scalar(dgi_box_texts *b, const struct dgi_text_source *source, size_t node,
                       dgi_role role)
{
    const dg_trace *t = source->trace;
    char text[DGI_FIELD_TEXT_SIZE];
    bool data = role == DGI_ROLE_DATA;
    size_t size = data ? dgi_formatted_data_text(text, t, node, &source->numbers)
                       : dgi_formatted_grad_text(text, t, node, &source->numbers);
    size_t word = source->show & DG_SHOW_WORDS ? 0 : strlen("data ");
    dgi_field *f = dgi_add_field(b, role);
    f->muted = !data && !dg_trace_has_grad(t, node);
    dgi_add_text(b, text + word, size - word)->alert =
        !isfinite(data ? dg_trace_data(t, node) : dg_trace_grad(t, node));
    double least = source->least_grad_width;
    if (source->grad_widths)
        least = fmax(least, source->grad_widths[node]);
    if (!data)
        f->width =
            fmax(f->width, least + dgi_text_width("grad ", word ? 0 : 5, DGI_FONT_SIZE, false));
}

void dgi_add_numbers(dgi_box_texts *b, const struct dgi_text_source *source, size_t node,
                     dgi_role role)
{
    if (!dgi_node_is_tensor(source->trace, node)) {
        add_scalar(b, source, node, role);
        return;
    }
    dgi_tensor_view x = role == DGI_ROLE_DATA ? dgi_data_view(&source->statistics, node)
                                              : dgi_grad_view(&source->statistics, node);
    dgi_add_tensor_field(b, role, &x, &source->numbers, source->show & DG_SHOW_WORDS);
}

void dgi_add_op(dgi_box_texts *b, const dg_trace *t, size_t node)
{
    const char *op = dg_trace_op(t, node);
    dgi_add_field(b, DGI_ROLE_OP);
    dgi_add_text(b, op, strlen(op));
}

/* The op of one value alone, which says which of the op's results that is. */
static void add_op_of_result(dgi_box_texts *b, const dg_trace *t, size_t node)
{
    dgi_buf op = DGI_BUF_INIT;
    dgi_put_op_of_result(&op, t, node);
    dgi_add_field(b, DGI_ROLE_OP);
    if (op.failed)
        b->chars.failed = true;
    else
        dgi_add_text(b, op.data, op.size);
    dgi_buf_free(&op);
}

/* ---- Boxes ---------------------------------------------------------------------------------- */

static void fill_op(dgi_box_texts *b, const struct dgi_text_source *source, size_t node)
{
    if (source->show & DG_SHOW_OP)
        dgi_add_op(b, source->trace, node);
    dgi_arrange_op(b);
}

/* What a value's box says apart from its label. A value without data has a gradient only if that is
 * known, or will be in another frame. */
static void add_shape_and_numbers(dgi_box_texts *b, const struct dgi_text_source *source,
                                  size_t node)
{
    if (source->show & DG_SHOW_SHAPE && dgi_node_is_tensor(source->trace, node))
        dgi_add_shape(b, source->trace, node);
    bool has_data = dg_trace_has_data(source->trace, node);
    if (source->show & DG_SHOW_DATA && has_data)
        dgi_add_numbers(b, source, node, DGI_ROLE_DATA);
    if (source->show & DG_SHOW_GRAD &&
        (has_data || dg_trace_has_grad(source->trace, node) || source->grad_widths))
        dgi_add_numbers(b, source, node, DGI_ROLE_GRAD);
}

static void fill_record(dgi_box_texts *b, const dgi_scene *s, size_t node)
{
    const struct dgi_text_source *source = s->source;
    if (source->show & DG_SHOW_LABEL)
        dgi_add_label_field(b, dgi_shown_label(source->trace, node));
    dgi_add_badges(b, s, node);
    add_shape_and_numbers(b, source, node);
    dgi_arrange_record(b, dgi_is_vertical(s->direction));
}

static void fill_merged(dgi_box_texts *b, const dgi_scene *s, size_t node)
{
    dgi_add_equation(b, s->source, node);
    dgi_add_badges(b, s, node);
    add_shape_and_numbers(b, s->source, node);
    dgi_arrange_record(b, dgi_is_vertical(s->direction));
}

/* A gradient that was never computed leaves its side of the wire empty, and takes as much space. */
static void hide_gradient(dgi_box_texts *b)
{
    size_t i = dgi_find_field(b, DGI_ROLE_GRAD);
    if (i < b->n_fields)
        b->fields[i].n_texts = 0;
}

/* The width of a colour in place of a number. */
static const double CELL_WIDTH = 18.0;

static void fill_wire(dgi_box_texts *b, const dgi_scene *s, const dgi_box *box)
{
    const struct dgi_text_source *source = s->source;
    bool leaf = box->states & DGI_STATE_LEAF;
    const char *label = dgi_shown_label(source->trace, box->node);
    if (source->show & DG_SHOW_LABEL && *label)
        dgi_add_label_field(b, label);
    dgi_add_badges(b, s, box->node);
    add_shape_and_numbers(b, source, box->node);
    if (box->states & DGI_STATE_UNSET)
        hide_gradient(b);
    if (box->states & DGI_STATE_CELL)
        dgi_add_field(b, s->color == DG_COLOR_DATA ? DGI_ROLE_DATA : DGI_ROLE_GRAD)->width =
            CELL_WIDTH;
    if (source->show & DG_SHOW_OP && !leaf)
        add_op_of_result(b, source->trace, box->node);
    dgi_arrange_wire(b, s->direction, box->states);
}

bool dgi_scene_box_texts(const dgi_scene *s, uint32_t i, dgi_box_texts *b)
{
    const dgi_box *box = &s->boxes[i];
    dgi_box_texts_clear(b);
    if (box->kind == DGI_BOX_GROUP)
        dgi_fill_group(b, s, i);
    else if (box->kind == DGI_BOX_STUB)
        dgi_fill_stub(b, s, i);
    else if (box->kind == DGI_BOX_OP)
        fill_op(b, s->source, box->node);
    else if (s->style == DG_STYLE_WIRE)
        fill_wire(b, s, box);
    else if (s->style == DG_STYLE_MERGED)
        fill_merged(b, s, box->node);
    else
        fill_record(b, s, box->node);
    if (s->text_scale < 1.0 || s->text_scale > 1.0)
        dgi_scale_box(b, s->text_scale);
    return !b->chars.failed;
}

void dgi_scene_put_box_id(const dgi_scene *s, uint32_t node, dgi_buf *b)
{
    char id[DGI_FOLDED_ID_SIZE];
    if (s->source->folded) {
        dgi_folded_id(id, s->source->folded, node);
        dgi_buf_puts(b, id);
    } else {
        dgi_buf_putc(b, 'v');
        dgi_buf_put_count(b, node);
    }
}

void dgi_scene_put_tooltip(const dgi_scene *s, uint32_t box, dgi_buf *b)
{
    const dgi_folded *f = s->source->folded;
    if (f && dgi_folded_value(f, s->boxes[box].node) == DG_NO_NODE)
        dgi_put_group_tooltip(b, s, s->boxes[box].node);
    else
        dgi_put_tooltip(b, &s->source->statistics, s->boxes[box].node);
    dgi_put_notes_of(b, s, s->boxes[box].node);
}
