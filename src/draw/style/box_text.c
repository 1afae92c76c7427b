#include "draw/style/box_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "draw/style/box_geometry.h"
#include "draw/style/font_metrics.h"
#include "draw/style/label_text.h"
#include "draw/style/node_text.h"
#include "draw/style/record_field.h"
#include "draw/style/tensor_text.h"

enum { LABEL_MIN = 26, OP_PADDING = 10 };

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
    dgi_buf_put(&b->chars, text, size);
    return t;
}

double dgi_padded(double width, double padding)
{
    return ceil(width + 2.0 * padding);
}

/* ---- The fields of a value ------------------------------------------------------------------ */

static void add_label(dgi_box_texts *b, const char *label)
{
    dgi_field *f = dgi_add_field(b, DGI_ROLE_LABEL);
    f->width = LABEL_MIN;
    if (!*label)
        return;
    double width = dgi_add_label(b, label);
    f->width = fmax(f->width, dgi_padded(width, DGI_FIELD_PADDING));
}

/* A field of one text. */
static dgi_text *add_line(dgi_box_texts *b, dgi_role role, const char *text, size_t size,
                          double padding)
{
    dgi_field *f = dgi_add_field(b, role);
    dgi_text *t = dgi_add_text(b, text, size);
    f->width = dgi_padded(t->width, padding);
    return t;
}

static void add_scalar(dgi_box_texts *b, const struct dgi_text_source *source, size_t node)
{
    const dg_trace *t = source->trace;
    char text[DGI_FIELD_TEXT_SIZE];
    size_t size = dgi_formatted_data_text(text, t, node, &source->numbers);
    add_line(b, DGI_ROLE_DATA, text, size, DGI_FIELD_PADDING)->alert =
        !isfinite(dg_trace_data(t, node));
    size = dgi_formatted_grad_text(text, t, node, &source->numbers);
    add_line(b, DGI_ROLE_GRAD, text, size, DGI_FIELD_PADDING)->alert =
        !isfinite(dg_trace_grad(t, node));
    dgi_field *f = &b->fields[b->n_fields - 1];
    f->muted = !dg_trace_has_grad(t, node);
    f->width = fmax(f->width, dgi_padded(source->least_grad_width +
                                             dgi_text_width("grad ", 5, DGI_FONT_SIZE, false),
                                         DGI_FIELD_PADDING));
}

static void add_tensor(dgi_box_texts *b, const struct dgi_text_source *source, size_t node)
{
    char text[DGI_SHAPE_TEXT_SIZE];
    dgi_tensor_view data = dgi_data_view(&source->statistics, node),
                    grad = dgi_grad_view(&source->statistics, node);
    add_line(b, DGI_ROLE_SHAPE, text, dgi_shape_text(text, source->trace, node), DGI_FIELD_PADDING);
    dgi_add_tensor_field(b, DGI_ROLE_DATA, &data, &source->numbers);
    dgi_add_tensor_field(b, DGI_ROLE_GRAD, &grad, &source->numbers);
}

bool dgi_scene_box_texts(const dgi_scene *s, uint32_t box, dgi_box_texts *b)
{
    const dg_trace *t = s->source->trace;
    size_t node = s->boxes[box].node;
    dgi_box_texts_clear(b);
    if (s->boxes[box].kind == DGI_BOX_OP) {
        const char *op = dg_trace_op(t, node);
        add_line(b, DGI_ROLE_OP, op, strlen(op), OP_PADDING);
        dgi_arrange_op(b);
    } else {
        add_label(b, dg_trace_label(t, node));
        if (dgi_node_is_tensor(t, node))
            add_tensor(b, s->source, node);
        else
            add_scalar(b, s->source, node);
        dgi_arrange_record(b, dgi_is_vertical(s->direction));
    }
    if (s->text_scale < 1.0 || s->text_scale > 1.0)
        dgi_scale_box(b, s->text_scale);
    return !b->chars.failed;
}

void dgi_scene_put_tooltip(const dgi_scene *s, uint32_t box, dgi_buf *b)
{
    dgi_put_tooltip(b, &s->source->statistics, s->boxes[box].node);
}
