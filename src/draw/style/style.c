#include "draw/style/style.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "draw/style/box_text.h"
#include "draw/style/edge_text.h"
#include "draw/style/edges.h"
#include "draw/style/explanation.h"
#include "draw/style/folded.h"
#include "draw/style/font_metrics.h"
#include "draw/style/group_text.h"
#include "draw/style/heat.h"
#include "draw/style/highlight.h"
#include "draw/style/legend.h"
#include "draw/style/node_text.h"
#include "draw/style/notes.h"

/* An op and its value belong together. */
enum { RESULT_WEIGHT = 10, OPERAND_WEIGHT = 1 };

/* Boxes and edges are counted in 32 bits. */
static const size_t MOST = DGI_NONE_32 - 1;

/* ---- Boxes ---------------------------------------------------------------------------------- */

/* Whether one of the value's numbers, or of its gradient's, is not finite. */
static bool is_nonfinite(const dgi_trace_statistics *s, size_t node)
{
    if (dgi_node_is_tensor(s->trace, node))
        return dgi_data_view(s, node).statistics->nonfinite ||
               dgi_grad_view(s, node).statistics->nonfinite;
    return (dg_trace_has_data(s->trace, node) && !isfinite(dg_trace_data(s->trace, node))) ||
           !isfinite(dg_trace_grad(s->trace, node));
}

static bool is_root(const dg_trace *t, size_t node)
{
    bool found = false;
    for (size_t i = 0; i < dg_trace_root_count(t) && !found; i++)
        found = dg_trace_root_at(t, i) == node;
    return found;
}

static bool is_leaf(const dg_trace *t, size_t node)
{
    return *dg_trace_op(t, node) == '\0';
}

/* What a node of a folded trace is drawn as. */
static void fold_box(dgi_box *box, const dgi_folded *f)
{
    dg_box counts = dgi_folded_box(f, box->node);
    if (f->view.nodes[box->node].stub)
        box->kind = DGI_BOX_STUB;
    else if (counts.kind != DG_BOX_VALUE)
        box->kind = DGI_BOX_GROUP;
    if (counts.leaves == counts.values && box->paint == DGI_PAINT_VALUE)
        box->paint = DGI_PAINT_LEAF;
}

static dgi_box value_box(const struct dgi_text_source *source, uint32_t node)
{
    const dg_trace *t = source->trace;
    bool leaf = is_leaf(t, node), root = is_root(t, node);
    dgi_box box = {.node = node, .group = DGI_NONE_32, .kind = DGI_BOX_VALUE};
    box.paint = root ? DGI_PAINT_ROOT : leaf ? DGI_PAINT_LEAF : DGI_PAINT_VALUE;
    if (leaf)
        box.states |= DGI_STATE_LEAF;
    if (root)
        box.states |= DGI_STATE_ROOT;
    if (dgi_node_is_tensor(t, node))
        box.states |= DGI_STATE_TENSOR;
    if (!dg_trace_has_grad(t, node))
        box.states |= DGI_STATE_UNSET;
    if (is_nonfinite(&source->statistics, node))
        box.states |= DGI_STATE_NONFINITE;
    if (source->folded)
        fold_box(&box, source->folded);
    return box;
}

/* Whether the op of a value has a box of its own, in records. */
static bool has_op_box(const dgi_scene *s, uint32_t node)
{
    const dg_trace *t = s->source->trace;
    return s->boxes[node].kind == DGI_BOX_VALUE && !is_leaf(t, node) &&
           dg_trace_first_result(t, node) == node;
}

/* The frames of a fold. */
static bool make_groups(dgi_scene *s, const dgi_folded *f)
{
    size_t n = dg_fold_frame_count(f->fold);
    s->groups = calloc(n + 1, sizeof *s->groups);
    if (!s->groups)
        return false;
    s->n_groups = (uint32_t)n;
    for (uint32_t i = 0; i < n; i++) {
        size_t parent = dg_fold_frame_parent(f->fold, i);
        s->groups[i] = (dgi_group){
            .parent = parent == DG_NO_BOX ? DGI_NONE_32 : (uint32_t)parent,
            .number = (uint32_t)dg_fold_frame_group(f->fold, i),
            .label = dg_fold_frame_name(f->fold, i),
            .scope = dg_fold_frame_scope(f->fold, i),
        };
        const char *label = s->groups[i].label;
        s->groups[i].label_width =
            s->text_scale * dgi_text_width(label, strlen(label), DGI_GROUP_FONT_SIZE, false);
    }
    size_t *frames = calloc(s->n_values + (size_t)1, sizeof *frames);
    if (!frames)
        return false;
    dgi_folded_frames(f, frames);
    for (uint32_t i = 0; i < s->n_values; i++)
        s->boxes[i].group = frames[i] == DG_NO_BOX ? DGI_NONE_32 : (uint32_t)frames[i];
    free(frames);
    return true;
}

/* Those of values; in records also those of ops, one for all results of an op. */
static dg_status make_boxes(dgi_scene *s, size_t n_ops)
{
    const dg_trace *t = s->source->trace;
    size_t n = dg_trace_node_count(t);
    if (n > MOST || n_ops > MOST - n)
        return DG_LIMIT;
    s->boxes = calloc(n + n_ops, sizeof *s->boxes);
    if (!s->boxes)
        return DG_NOMEM;
    s->n_values = s->n_boxes = (uint32_t)n;
    for (uint32_t i = 0; i < n; i++)
        s->boxes[i] = value_box(s->source, i);
    for (uint32_t i = 0; i < n && !s->has_folded; i++)
        s->has_folded = s->boxes[i].kind != DGI_BOX_VALUE;
    if (s->source->folded && !make_groups(s, s->source->folded))
        return DG_NOMEM;
    for (uint32_t i = 0; n_ops && i < n; i++)
        if (has_op_box(s, i))
            s->boxes[s->n_boxes++] = (dgi_box){
                .node = i, .group = s->boxes[i].group, .kind = DGI_BOX_OP, .paint = DGI_PAINT_OP};
    return DG_OK;
}

/* ---- Edges ---------------------------------------------------------------------------------- */

/* How many values are no leaves. */
static size_t op_count(const dg_trace *t)
{
    size_t count = 0;
    for (size_t i = 0; i < dg_trace_node_count(t); i++)
        count += !is_leaf(t, i);
    return count;
}

/* Whether an edge leads to a value from the box of its op. */
static bool is_result(const dgi_scene *s, uint32_t node)
{
    return s->n_boxes > s->n_values && s->boxes[node].kind == DGI_BOX_VALUE &&
           !is_leaf(s->source->trace, node);
}

/* How many edges lead from ops to their results. */
static size_t result_count(const dgi_scene *s)
{
    size_t count = 0;
    for (uint32_t i = 0; i < s->n_values; i++)
        count += is_result(s, i);
    return count;
}

/* `targets`: memory for the index of each node's box to which its operands' edges lead. */
static void fill_edges(dgi_scene *s, const dgi_edges *operands, uint32_t *targets)
{
    const dg_trace *t = s->source->trace;
    for (uint32_t i = 0; i < s->n_values; i++)
        targets[i] = i;
    for (uint32_t i = s->n_values; i < s->n_boxes; i++)
        targets[s->boxes[i].node] = i;
    for (uint32_t i = 0; i < s->n_values; i++)
        if (is_result(s, i))
            s->edges[s->n_edges++] = (dgi_scene_edge){.from = targets[dg_trace_first_result(t, i)],
                                                      .to = i,
                                                      .text = DGI_NONE_32,
                                                      .weight = RESULT_WEIGHT};
    for (size_t i = 0; i < operands->n; i++)
        s->edges[s->n_edges++] = (dgi_scene_edge){
            .from = (uint32_t)operands->all[i].from,
            .to = targets[operands->all[i].to],
            .text = DGI_NONE_32,
            .weight = OPERAND_WEIGHT,
            .width = s->source->folded ? dgi_edge_width(operands->all[i].count) : 0};
}

/* How often values are used: what is at the end of a wire depends on it. */
static void mark_uses(dgi_scene *s, size_t first_edge)
{
    for (size_t i = first_edge; i < s->n_edges; i++) {
        dgi_box *from = &s->boxes[s->edges[i].from];
        from->states |= from->states & DGI_STATE_USED ? DGI_STATE_FORKED : DGI_STATE_USED;
    }
}

static dg_status make_edges_of(dgi_scene *s, const dgi_edges *operands, const dgi_options *o,
                               const dgi_explanation *x)
{
    size_t n_results = result_count(s);
    if (operands->n > MOST - n_results)
        return DG_LIMIT;
    uint32_t *targets = calloc(s->n_values, sizeof *targets);
    s->edges = calloc(n_results + operands->n + 1, sizeof *s->edges);
    bool done = targets && s->edges;
    if (done) {
        fill_edges(s, operands, targets);
        mark_uses(s, n_results);
    }
    free(targets);
    return done && dgi_make_edge_texts(s, operands, o, x) ? DG_OK : DG_NOMEM;
}

static dg_status make_edges(dgi_scene *s, const dgi_options *o, const dgi_explanation *x)
{
    dgi_edges operands;
    if (!dgi_edges_of(&operands, s->source->trace, s->style == DG_STYLE_RECORD))
        return DG_NOMEM;
    if (s->source->folded)
        dgi_folded_count(s->source->folded, &operands);
    dg_status status = make_edges_of(s, &operands, o, x);
    dgi_edges_free(&operands);
    return status;
}

/* ---- Sizes ---------------------------------------------------------------------------------- */

static bool measure_all(dgi_scene *s)
{
    dgi_box_texts texts = {.n_fields = 0};
    bool done = true;
    for (uint32_t i = 0; done && i < s->n_boxes; i++) {
        done = dgi_scene_box_texts(s, i, &texts);
        dgi_box *box = &s->boxes[i];
        box->width = texts.width;
        box->height = texts.height;
        box->op_width = (float)texts.op_width;
        box->op_height = (float)texts.op_height;
    }
    s->has_bars = texts.has_bars;
    dgi_box_texts_free(&texts);
    return done;
}

/* ---- Title and description ------------------------------------------------------------------ */

static void put_title(dgi_buf *b, const dg_trace *t)
{
    enum { ROOTS_NAMED = 3 };
    size_t n = dg_trace_root_count(t);
    dgi_buf_puts(b, "Computation graph of ");
    for (size_t i = 0; i < n && i < ROOTS_NAMED; i++) {
        dgi_buf_puts(b, i ? ", " : "");
        dgi_put_node_name(b, t, dg_trace_root_at(t, i));
    }
    if (n > ROOTS_NAMED)
        dgi_buf_printf(b, ", and %zu more", n - ROOTS_NAMED);
}

/* `f`: what they are of, `x`: what is explained; or NULL. */
static bool make_words(dgi_scene *s, const dgi_options *o, const dgi_frames *f,
                       const dgi_explanation *x)
{
    const dg_trace *t = s->source->trace;
    dgi_buf title = DGI_BUF_INIT, description = DGI_BUF_INIT;
    if (o->title) {
        dgi_put_on_one_line(&title, o->title);
    } else {
        put_title(&title, o->folded ? o->folded->whole : t);
        if (f)
            dgi_buf_printf(&title, ", frame %zu of %zu", f->at, f->count);
    }
    if (f)
        dgi_frames_put_words(&description, f);
    if (x && !o->description) {
        dgi_buf_puts(&description, x->summary);
        dgi_buf_putc(&description, ' ');
    }
    if (o->description)
        dgi_put_on_one_line(&description, o->description);
    else if (s->source->folded)
        dgi_put_fold_description(&description, s);
    else
        dgi_put_graph_description(&description, &s->source->statistics);
    dgi_put_notes_in_words(&description, s);
    free(s->title);
    free(s->description);
    s->title = dgi_buf_take(&title, NULL);
    s->description = dgi_buf_take(&description, NULL);
    dgi_buf_free(&title);
    dgi_buf_free(&description);
    return s->title && s->description;
}

/* ---- The scene ------------------------------------------------------------------------------ */

/* `x`: the explanation that it shows, or NULL. */
static dg_status make(dgi_scene *s, const dg_trace *t, const dgi_options *o,
                      const dgi_explanation *x, dg_error *error)
{
    s->source = calloc(1, sizeof *s->source);
    if (!s->source)
        return DG_NOMEM;
    s->source->show = o->show;
    s->source->grad_widths = o->grad_widths;
    s->source->folded = o->folded;
    if (!dgi_text_source_init(s->source, t, &o->numbers))
        return DG_NOMEM;
    dg_status status = make_boxes(s, o->style == DG_STYLE_RECORD ? op_count(t) : 0);
    if (status == DG_OK)
        status = make_edges(s, o, x);
    if (status != DG_OK)
        return status;
    dgi_heat_boxes(s, o->color, o->finished);
    status = dgi_make_notes(s, o, error);
    if (status != DG_OK)
        return status;
    if (!measure_all(s) || !make_words(s, o, NULL, x))
        return DG_NOMEM;
    if (o->highlight)
        status = dgi_highlight(s, o->highlight, error);
    if (x && !dgi_highlight_explanation(s, x))
        return DG_NOMEM;
    if (o->color != DG_COLOR_NONE && !dgi_add_heat_legend(s))
        return DG_NOMEM;
    if (o->legend)
        dgi_make_legend(s);
    return status;
}

static dg_status make_explained(dgi_scene *s, const dg_trace *t, const dgi_options *o,
                                dg_error *error)
{
    dgi_explanation x;
    const dg_trace *whole = o->folded ? o->folded->whole : t;
    dg_status status = dgi_explanation_init(&x, whole, o->folded, o->why, error);
    if (status != DG_OK)
        return status;
    status = make(s, t, o, &x, error);
    dgi_explanation_free(&x);
    return status;
}

dg_status dgi_scene_of(dgi_scene *s, const dg_trace *t, const dgi_options *o, dg_error *error)
{
    *s = (dgi_scene){
        .direction = o->direction, .text_scale = o->font_size / DGI_FONT_SIZE, .style = o->style};
    dg_status status = o->why ? make_explained(s, t, o, error) : make(s, t, o, NULL, error);
    if (status == DG_OK || status == DG_INVALID)
        return status;
    return dgi_error(error, status,
                     status == DG_NOMEM ? "out of memory" : "the graph is too large to be drawn");
}

bool dgi_scene_show_frame(dgi_scene *s, const dgi_frames *f, const dgi_options *o)
{
    for (uint32_t i = 0; i < s->n_values; i++) {
        uint8_t kept = s->boxes[i].states & (DGI_STATE_USED | DGI_STATE_FORKED | DGI_STATE_CELL);
        s->boxes[i].states = value_box(s->source, i).states | kept;
    }
    dgi_heat_boxes_again(s);
    if (!o->highlight && !o->why)
        dgi_frames_mark(f, s);
    if (!dgi_show_edge_texts(s, f))
        return false;
    return make_words(s, o, f, NULL);
}

void dgi_scene_free(dgi_scene *s)
{
    if (s->source)
        dgi_trace_statistics_free(&s->source->statistics);
    free(s->source);
    free(s->title);
    free(s->description);
    free(s->boxes);
    free(s->edges);
    free(s->edge_texts);
    dgi_buf_free(&s->edge_chars);
    free(s->groups);
    free(s->heat_words);
    free(s->notes);
    free(s->words);
    dgi_buf_free(&s->note_chars);
    free(s->first_badge);
    free(s->badges);
    *s = (dgi_scene){0};
}
