#include "draw/style/group_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draw/style/box_geometry.h"
#include "draw/style/box_text.h"
#include "draw/style/folded.h"
#include "draw/style/heat.h"
#include "draw/style/node_text.h"
#include "draw/style/notes.h"
#include "draw/style/tensor_text.h"

/* In the box stand the most frequent kinds of ops, and the shapes of the first values that go in
 * and come out. */
enum { KINDS_SHOWN = 3, SHAPES_SHOWN = 2, NAME_CHARACTERS_MAX = 32 };

/* ---- Parts of texts ------------------------------------------------------------------------- */

static const dg_box_summary *summary_of(const dgi_folded *f, size_t node)
{
    return &f->summaries[f->view.nodes[node].box];
}

/* What is said of a box behind its name: ×4, +3 more, (1 of 2). */
static void put_suffix(dgi_buf *b, const dg_box *box)
{
    if (box->kind == DG_BOX_REPEAT && box->shared)
        dgi_buf_printf(b, " ×%zu", box->repeats);
    else if (box->kind == DG_BOX_REPEAT)
        dgi_buf_printf(b, " +%zu more", box->repeats - 1);
    if (box->parts)
        dgi_buf_printf(b, " (%zu of %zu)", box->part, box->parts);
}

static void put_counted(dgi_buf *b, size_t count, const char *one, const char *several)
{
    dgi_buf_printf(b, "%zu %s", count, count == 1 ? one : several);
}

/* "2048 values, 3 parameters", "256 parameters" of what has nothing else. */
static void put_size(dgi_buf *b, const dg_box *box)
{
    if (box->parameters < box->values) {
        put_counted(b, box->values, "value", "values");
        dgi_buf_puts(b, box->parameters ? ", " : "");
    }
    if (box->parameters)
        put_counted(b, box->parameters, "parameter", "parameters");
}

/* "loss = 0.2307": a root that is a number. */
static void put_root(dgi_buf *b, const dgi_folded *f, size_t box, const dgi_number_format *numbers)
{
    char number[DGI_NUMBER_TEXT_SIZE];
    for (size_t i = 0; i < dg_trace_root_count(f->whole); i++) {
        size_t root = dg_trace_root_at(f->whole, i);
        if (dg_fold_box_of(f->fold, root) != box || dgi_node_is_tensor(f->whole, root) ||
            !dg_trace_has_data(f->whole, root))
            continue;
        dgi_put_shortened(b, dg_trace_label(f->whole, root), NAME_CHARACTERS_MAX);
        dgi_buf_puts(b, *dg_trace_label(f->whole, root) ? " = " : "root = ");
        dgi_buf_put(b, number, dgi_number_text(number, numbers, dg_trace_data(f->whole, root)));
        return;
    }
}

/* "+ 1024, * 1024, tanh 16, …" */
static void put_ops(dgi_buf *b, const dg_fold *f, size_t box, size_t kinds, size_t most)
{
    for (size_t i = 0; i < kinds && i < most; i++) {
        size_t count;
        const char *op = dg_fold_box_op(f, box, i, &count);
        dgi_buf_puts(b, i ? ", " : "");
        dgi_put_on_one_line(b, op);
        dgi_buf_printf(b, " %zu", count);
    }
    dgi_buf_puts(b, kinds > most ? ", …" : "");
}

/* ---- Inputs and outputs --------------------------------------------------------------------- */

/* The first few distinct values of one side of a box. */
typedef struct side {
    size_t nodes[SHAPES_SHOWN], n;
    size_t count; /* of all */
} side;

static void add_to_side(side *s, size_t node)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->nodes[i] == node)
            return;
    if (s->n < SHAPES_SHOWN)
        s->nodes[s->n++] = node;
}

static side inputs_of(const dgi_folded *f, size_t box, const dg_box *counts)
{
    side s = {.n = 0, .count = counts->inputs};
    size_t wanted = s.count < SHAPES_SHOWN ? s.count : SHAPES_SHOWN;
    for (size_t i = 0; i < counts->values && s.n < wanted; i++) {
        size_t node = dg_fold_box_node(f->fold, box, i);
        for (size_t k = 0; k < dg_trace_operand_count(f->whole, node); k++) {
            size_t operand = dg_trace_operand(f->whole, node, k);
            if (dg_fold_box_of(f->fold, operand) != box)
                add_to_side(&s, operand);
        }
    }
    return s;
}

static side outputs_of(const dgi_folded *f, size_t box, const dg_box *counts)
{
    side s = {.n = 0, .count = counts->outputs};
    size_t wanted = s.count < SHAPES_SHOWN ? s.count : SHAPES_SHOWN;
    for (size_t i = 0; i < counts->values && s.n < wanted; i++) {
        size_t node = dg_fold_box_node(f->fold, box, i);
        if (f->is_output[node])
            add_to_side(&s, node);
    }
    return s;
}

/* "in 32", or "in (4, 3), (3)". Scalars are only counted. */
static void put_side(dgi_buf *b, const dgi_folded *f, const side *s, const char *word)
{
    char shape[DGI_SHAPE_TEXT_SIZE];
    bool scalars = true;
    if (s->count == 0)
        return;
    for (size_t i = 0; i < s->n; i++)
        scalars = scalars && !dgi_node_is_tensor(f->whole, s->nodes[i]);
    dgi_buf_puts(b, word);
    if (scalars) {
        dgi_buf_printf(b, " %zu", s->count);
        return;
    }
    for (size_t i = 0; i < s->n; i++) {
        dgi_buf_puts(b, i ? ", " : " ");
        if (dgi_node_is_tensor(f->whole, s->nodes[i]))
            dgi_buf_put(b, shape, dgi_shape_text(shape, f->whole, s->nodes[i]));
        else
            dgi_buf_puts(b, "()");
    }
    if (s->count > s->n)
        dgi_buf_printf(b, ", %zu more", s->count - s->n);
}

static void put_sides(dgi_buf *b, const dgi_folded *f, size_t box, const dg_box *counts)
{
    side in = inputs_of(f, box, counts), out = outputs_of(f, box, counts);
    put_side(b, f, &in, "in");
    dgi_buf_puts(b, in.count && out.count ? "; " : "");
    put_side(b, f, &out, "out");
}

/* ---- Gradients ------------------------------------------------------------------------------ */

/* Of a range two digits say enough, unless somebody asks for others. */
static void range_number(char *text, const dgi_number_format *numbers, double x)
{
    if (numbers->kind == DGI_NUMBERS_PRINTF)
        dgi_number_text(text, numbers, x);
    else
        dgi_general(text, x, 2);
}

/* "0.0012 … 0.31", one number where they are the same, a dash where there are none. */
static void put_range(dgi_buf *b, const dg_box_summary *s, const dgi_number_format *numbers)
{
    char least[DGI_NUMBER_TEXT_SIZE], most[DGI_NUMBER_TEXT_SIZE];
    if (s->grads == 0) {
        if (s->nonfinite_grad == 0)
            dgi_buf_puts(b, DGI_NO_GRADIENT);
        return;
    }
    range_number(least, numbers, s->least);
    range_number(most, numbers, s->most);
    dgi_buf_puts(b, least);
    if (strcmp(least, most) != 0) {
        dgi_buf_puts(b, " … ");
        dgi_buf_puts(b, most);
    }
}

/* "grad nan ×3, data not finite ×4"; nan where one of them is. */
static void put_nonfinite(dgi_buf *b, const dg_box_summary *s)
{
    size_t start = b->size;
    if (s->nonfinite_grad)
        dgi_buf_printf(b, "grad %s ×%zu", s->state == DG_GRADIENT_NAN ? "nan" : "inf",
                       s->nonfinite_grad);
    if (s->nonfinite_data)
        dgi_buf_printf(b, "%sdata not finite ×%zu", b->size > start ? ", " : "", s->nonfinite_data);
}

/* ---- All of them ---------------------------------------------------------------------------- */

void dgi_put_group_part(dgi_buf *b, const struct dgi_folded *f, size_t node, dgi_group_part part,
                        const dgi_number_format *numbers)
{
    const dg_box_summary *summary = summary_of(f, node);
    dg_box box = dgi_folded_box(f, node);
    size_t number = f->view.nodes[node].box;
    switch (part) {
    case DGI_GROUP_NAME:
        dgi_put_shortened(b, dg_trace_label(f->view.trace, node), NAME_CHARACTERS_MAX);
        put_suffix(b, &box);
        break;
    case DGI_GROUP_ROOT:
        put_root(b, f, number, numbers);
        break;
    case DGI_GROUP_SIZE:
        put_size(b, &box);
        break;
    case DGI_GROUP_OPS:
        put_ops(b, f->fold, number, box.ops, KINDS_SHOWN);
        break;
    case DGI_GROUP_SIDES:
        put_sides(b, f, number, &box);
        break;
    case DGI_GROUP_GRAD:
        put_range(b, summary, numbers);
        if (summary->state == DG_GRADIENT_VANISHING || summary->state == DG_GRADIENT_HUGE)
            dgi_buf_printf(b, " %s", dg_gradient_state_name(summary->state));
        break;
    case DGI_GROUP_NONFINITE:
        put_nonfinite(b, summary);
        break;
    }
}

/* Where the range of a box's gradients is in that of all, on a scale of decades. */
static void set_bar(dgi_box_texts *b, const dgi_folded *f, const dg_box_summary *s)
{
    b->has_range = f->most > 0.0;
    b->range_from = b->range_to = 0.0;
    b->range_is_set = s->grads > 0;
    if (!b->has_range || !(s->most > 0.0))
        return;
    double low = floor(dgi_log10(f->least)), high = ceil(dgi_log10(f->most));
    double decades = fmax(high - low, 1.0);
    double least = s->least > 0.0 ? dgi_log10(s->least) : low;
    b->range_from = fmin(fmax((least - low) / decades, 0.0), 1.0);
    b->range_to = fmin(fmax((dgi_log10(s->most) - low) / decades, b->range_from), 1.0);
}

/* ---- Fields --------------------------------------------------------------------------------- */

/* A text that was made, as a line of the last field. */
static dgi_text *add_line(dgi_box_texts *b, dgi_buf *text)
{
    dgi_field *f = &b->fields[b->n_fields - 1];
    dgi_text *t = &b->spare;
    if (text->failed)
        b->chars.failed = true;
    else if (text->size > 0) {
        t = dgi_add_text(b, text->data, text->size);
        t->line = (double)f->n_texts - 1.0;
        f->lines = f->n_texts;
    }
    dgi_buf_free(text);
    *text = (dgi_buf)DGI_BUF_INIT;
    return t;
}

/* A part as a line of the last field. */
static dgi_text *add_part(dgi_box_texts *b, const dgi_scene *s, const dgi_box *box,
                          dgi_group_part part)
{
    dgi_buf text = DGI_BUF_INIT;
    dgi_put_group_part(&text, s->source->folded, box->node, part, &s->source->numbers);
    return add_line(b, &text);
}

/* A sign where something is not finite, and badges. */
static void add_signs(dgi_box_texts *b, const dgi_scene *s, const dgi_box *box)
{
    const dg_box_summary *summary = summary_of(s->source->folded, box->node);
    if (summary->nonfinite_grad || summary->nonfinite_data)
        dgi_add_sign(b, "!", DG_SEVERITY_ERROR);
    dgi_add_badges(b, s, box->node);
}

static void add_content(dgi_box_texts *b, const dgi_scene *s, const dgi_box *box)
{
    dgi_add_field(b, DGI_ROLE_CONTENT);
    if (box->states & DGI_STATE_ROOT)
        add_part(b, s, box, DGI_GROUP_ROOT);
    add_part(b, s, box, DGI_GROUP_SIZE);
    if (s->source->show & DG_SHOW_OP)
        add_part(b, s, box, DGI_GROUP_OPS);
    if (s->source->show & DG_SHOW_SHAPE)
        add_part(b, s, box, DGI_GROUP_SIDES);
}

static void add_gradient(dgi_box_texts *b, const dgi_scene *s, const dgi_box *box)
{
    const dg_box_summary *summary = summary_of(s->source->folded, box->node);
    dgi_buf text = DGI_BUF_INIT;
    if (summary->grads == 0 && summary->nonfinite_grad > 0)
        return; /* which has been said */
    dgi_add_field(b, DGI_ROLE_GRAD)->muted = summary->grads == 0;
    dgi_buf_puts(&text, s->source->show & DG_SHOW_WORDS ? "grad " : "");
    dgi_put_group_part(&text, s->source->folded, box->node, DGI_GROUP_GRAD, &s->source->numbers);
    add_line(b, &text);
    set_bar(b, s->source->folded, summary);
}

/* What is never hidden, whatever is shown. */
static void add_nonfinite(dgi_box_texts *b, const dgi_scene *s, const dgi_box *box)
{
    const dg_box_summary *summary = summary_of(s->source->folded, box->node);
    if (!summary->nonfinite_grad && !summary->nonfinite_data)
        return;
    dgi_add_field(b, DGI_ROLE_ALERT);
    add_part(b, s, box, DGI_GROUP_NONFINITE)->alert = true;
}

void dgi_fill_group(dgi_box_texts *b, const dgi_scene *s, uint32_t i)
{
    const dgi_box *box = &s->boxes[i];
    dg_box counts = dgi_folded_box(s->source->folded, box->node);
    if (s->source->show & DG_SHOW_LABEL) {
        dgi_add_field(b, DGI_ROLE_LABEL);
        add_part(b, s, box, DGI_GROUP_NAME);
        add_signs(b, s, box);
    }
    if (s->source->show & DG_SHOW_DATA)
        add_content(b, s, box);
    add_nonfinite(b, s, box);
    if (s->source->show & DG_SHOW_GRAD)
        add_gradient(b, s, box);
    if (!(s->source->show & DG_SHOW_LABEL))
        add_signs(b, s, box);
    dgi_arrange_group(b, counts.repeats > 1);
}

void dgi_fill_stub(dgi_box_texts *b, const dgi_scene *s, uint32_t i)
{
    const dgi_box *box = &s->boxes[i];
    const dg_trace *t = s->source->trace;
    dgi_buf name = DGI_BUF_INIT;
    if (*dgi_shown_label(t, box->node))
        dgi_put_shortened(&name, dgi_shown_label(t, box->node), NAME_CHARACTERS_MAX);
    else if (s->source->show & DG_SHOW_DATA && !dgi_node_is_tensor(t, box->node)) {
        char number[DGI_NUMBER_TEXT_SIZE];
        dgi_number_text(number, &s->source->numbers, dg_trace_data(t, box->node));
        dgi_buf_puts(&name, number);
    }
    dgi_add_field(b, DGI_ROLE_LABEL);
    add_line(b, &name);
    add_signs(b, s, box);
    dgi_arrange_stub(b);
}

/* ---- Words ---------------------------------------------------------------------------------- */

static const char *scope_of(const dgi_folded *f, size_t node)
{
    return dg_fold_box_scope(f->fold, f->view.nodes[node].box);
}

static void put_full_name(dgi_buf *b, const dgi_folded *f, size_t node, const dg_box *box)
{
    const char *scope = scope_of(f, node);
    if (box->kind == DG_BOX_RANGE) {
        dgi_buf_puts(b, dg_fold_box_name(f->fold, f->view.nodes[node].box));
        dgi_buf_puts(b, *scope ? " in " : "");
    }
    dgi_put_on_one_line(b, scope);
    put_suffix(b, box);
}

void dgi_put_group_tooltip(dgi_buf *b, const dgi_scene *s, uint32_t node)
{
    enum { KINDS_IN_TOOLTIP = 12 };
    const dgi_folded *f = s->source->folded;
    const dg_box_summary *summary = summary_of(f, node);
    dg_box box = dgi_folded_box(f, node);
    size_t number = f->view.nodes[node].box, start;
    put_full_name(b, f, node, &box);
    if (box.kind == DG_BOX_REPEAT)
        dgi_buf_printf(b, "\n%zu groups of one shape, %s", box.repeats,
                       box.shared ? "which share their parameters"
                                  : "each with parameters of its own");
    dgi_buf_putc(b, '\n');
    put_size(b, &box);
    dgi_buf_printf(b, ", %zu ", box.leaves);
    dgi_buf_puts(b, box.leaves == 1 ? "leaf" : "leaves");
    if (box.ops) {
        dgi_buf_puts(b, "\nops: ");
        put_ops(b, f->fold, number, box.ops, KINDS_IN_TOOLTIP);
    }
    dgi_buf_puts(b, "\nuses ");
    put_counted(b, box.inputs, "value", "values");
    dgi_buf_printf(b, " of other boxes, which use %zu of these", box.outputs);
    start = b->size;
    dgi_buf_puts(b, "\n|grad| ");
    put_range(b, summary, &s->source->numbers);
    if (summary->grads == 0 && summary->nonfinite_grad > 0 && !b->failed)
        b->size = start;
    if (summary->state == DG_GRADIENT_VANISHING || summary->state == DG_GRADIENT_HUGE)
        dgi_buf_printf(b, " (%s)", dg_gradient_state_name(summary->state));
    if (summary->unset)
        dgi_buf_printf(b, "\nno gradient was computed of %zu values", summary->unset);
    if (summary->nonfinite_grad)
        dgi_buf_printf(b, "\n%zu numbers of gradients are not finite, the worst is %s",
                       summary->nonfinite_grad, dg_gradient_state_name(summary->state));
    if (summary->nonfinite_data)
        dgi_buf_printf(b, "\n%zu numbers of data are not finite", summary->nonfinite_data);
}

static void describe_box(dgi_buf *b, const dgi_scene *s, size_t node)
{
    const dgi_folded *f = s->source->folded;
    const dg_box_summary *summary = summary_of(f, node);
    dg_box box = dgi_folded_box(f, node);
    if (box.kind == DG_BOX_VALUE) {
        dgi_put_node_name(b, s->source->trace, node);
    } else {
        put_full_name(b, f, node, &box);
        dgi_buf_puts(b, ": ");
        put_size(b, &box);
    }
    if (summary->grads > 0) {
        dgi_buf_puts(b, ", gradient ");
        put_range(b, summary, &s->source->numbers);
    }
    if (summary->nonfinite_grad || summary->nonfinite_data) {
        dgi_buf_puts(b, ", ");
        put_nonfinite(b, summary);
    }
}

void dgi_put_fold_description(dgi_buf *b, const dgi_scene *s)
{
    enum { BOXES_DESCRIBED = 12 };
    const dgi_folded *f = s->source->folded;
    size_t described = 0, boxes = dg_fold_box_count(f->fold);
    put_counted(b, dg_trace_node_count(f->whole), "value", "values");
    dgi_buf_puts(b, " in ");
    put_counted(b, boxes, "box. ", "boxes. ");
    for (size_t i = 0; i < s->n_values && described < BOXES_DESCRIBED; i++) {
        if (f->view.nodes[i].stub > 1)
            continue;
        dgi_buf_puts(b, described++ ? "; " : "");
        describe_box(b, s, i);
    }
    if (described < boxes)
        dgi_buf_printf(b, "; and %zu more", boxes - described);
    dgi_buf_putc(b, '.');
}
