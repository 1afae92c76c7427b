#include "draw/style/edge_text.h"

#include <stdlib.h>

#include "base/number.h"
#include "draw/style/box_text.h"
#include "draw/style/edge_names.h"
#include "draw/style/edge_norms.h"
#include "draw/style/folded.h"
#include "draw/style/font_metrics.h"
#include "draw/style/node_text.h"

/* The height of a number with the space between it and its edge. */
static const double NUMBER_HEIGHT = 15.0;

/* Measures the text that begins at `start` and ends the chars, and makes it that of an edge. */
static void add_text(dgi_scene *s, dgi_scene_edge *e, dgi_edge_text text)
{
    bool count = text.kind == DGI_EDGE_COUNT;
    if (s->edge_chars.failed)
        return;
    text.size = s->edge_chars.size - text.start;
    text.height = s->text_scale * (count ? DGI_LINE_HEIGHT : NUMBER_HEIGHT);
    text.width =
        s->text_scale * dgi_text_width(s->edge_chars.data + text.start, text.size,
                                       count ? DGI_FONT_SIZE : DGI_EDGE_NUMBER_FONT_SIZE, count);
    dgi_buf_putc(&s->edge_chars, '\0');
    e->text = s->n_edge_texts;
    s->edge_texts[s->n_edge_texts++] = text;
}

/* Of a longer name the beginning is enough. */
enum { NAME_MAX_CHARACTERS = 24 };

/* The text of an edge whose operand has a name, and no number: weight, or weight (×2). */
static void add_name(dgi_scene *s, dgi_scene_edge *e, const char *name, size_t count)
{
    dgi_edge_text text = {
        .start = s->edge_chars.size, .kind = DGI_EDGE_NAME, .name = name, .counted = count > 1};
    dgi_put_shortened(&s->edge_chars, name, NAME_MAX_CHARACTERS);
    if (count > 1)
        dgi_buf_printf(&s->edge_chars, " (×%zu)", count);
    add_text(s, e, text);
}

/* The text of an edge for several operands: ×2. */
static void add_count(dgi_scene *s, dgi_scene_edge *e, size_t count)
{
    dgi_edge_text text = {.start = s->edge_chars.size, .kind = DGI_EDGE_COUNT, .counted = true};
    dgi_buf_printf(&s->edge_chars, "×%zu", count);
    add_text(s, e, text);
}

/* From more edges that come to one box their counts would be a column beside it, which says nothing
 * of each. */
enum { COUNTS_MAX = 2 };

/* In a fold, where more than a few edges to one box have counts: one sum for all of them, on the
 * middle one. Returns for how many edges it is, from the first one on; 0: there is none. */
static size_t add_sum(dgi_scene *s, dgi_scene_edge *edges, const dgi_edge *operands,
                      const char *const *names, size_t n)
{
    size_t end = 0, counted = 0, named = 0, sum = 0;
    for (; end < n && operands[end].to == operands[0].to; end++) {
        counted += operands[end].count > 1;
        named += names[end] != NULL;
        sum += operands[end].count;
    }
    if (counted <= COUNTS_MAX || named > 0)
        return 0;
    dgi_edge_text text = {.start = s->edge_chars.size, .kind = DGI_EDGE_COUNT, .counted = true};
    dgi_buf_printf(&s->edge_chars, "×%zu", sum);
    add_text(s, &edges[end / 2], text);
    return end;
}

/* 0.5000, weight 0.5000, or 6.0000 (×2); of arrays norm 0.5000, and of local gradients norm
 * ×0.5000. */
static void add_number(dgi_scene *s, dgi_scene_edge *e, const dgi_edge_number *n, const char *name,
                       size_t count, dg_edges what)
{
    char digits[DGI_NUMBER_TEXT_SIZE];
    dgi_edge_text text = {.start = s->edge_chars.size,
                          .number = n->number,
                          .name = name,
                          .counted = count > 1,
                          .is_norm = n->is_norm};
    text.kind = what == DG_EDGES_LOCAL ? DGI_EDGE_LOCAL : DGI_EDGE_CONTRIBUTION;
    if (name) {
        dgi_put_shortened(&s->edge_chars, name, NAME_MAX_CHARACTERS);
        dgi_buf_putc(&s->edge_chars, ' ');
    }
    if (n->is_norm)
        dgi_buf_puts(&s->edge_chars, what == DG_EDGES_LOCAL ? "norm ×" : "norm ");
    dgi_buf_put(&s->edge_chars, digits, dgi_number_text(digits, &s->source->numbers, n->number));
    if (count > 1)
        dgi_buf_printf(&s->edge_chars, " (×%zu)", count);
    add_text(s, e, text);
}

/* What edges say: of an explanation the factors of its paths. */
static dg_edges numbers_on_edges(const dgi_options *o, const dgi_explanation *x)
{
    return x && o->edges == DG_EDGES_NONE ? DG_EDGES_LOCAL : o->edges;
}

/* The numbers of a scene's edges: those that are asked for, or of an explanation those of its
 * paths. NULL when out of memory. */
static dgi_edge_number *numbers_of(const dgi_scene *s, const dgi_edges *operands,
                                   const dgi_options *o, const dgi_explanation *x, dg_edges what)
{
    const dg_trace *t = o->finished ? o->finished : s->source->trace;
    dgi_edge_number *numbers = dgi_edge_numbers(operands, t, o->folded, what);
    bool done = numbers;
    for (size_t i = 0; done && i < operands->n; i++) {
        size_t from = operands->all[i].from, to = operands->all[i].to;
        if (what != o->edges && !dgi_explanation_has_edge(x, from, to)) {
            numbers[i].known = false;
            continue;
        }
        if (o->folded) {
            from = dgi_folded_value(o->folded, from);
            to = dgi_folded_value(o->folded, to);
        }
        if (!numbers[i].known && !numbers[i].several && from != DG_NO_NODE && to != DG_NO_NODE)
            done = dgi_edge_norm(&numbers[i], o->folded ? o->folded->whole : t, from, to, what);
    }
    if (done)
        return numbers;
    free(numbers);
    return NULL;
}

bool dgi_make_edge_texts(dgi_scene *s, const dgi_edges *operands, const dgi_options *o,
                         const dgi_explanation *x)
{
    dgi_edge_number *numbers = NULL;
    size_t n_texts = 0;
    dg_edges what = numbers_on_edges(o, x);
    bool named;
    const char **names = dgi_edge_names(operands, s->source->trace, o->folded, &named);
    if (!names)
        return false;
    s->texts_on_edges = what != DG_EDGES_NONE || named;
    if (what != DG_EDGES_NONE) {
        numbers = numbers_of(s, operands, o, x, what);
        if (!numbers) {
            free(names);
            return false;
        }
    }
    for (size_t i = 0; i < operands->n; i++)
        n_texts += operands->all[i].count > 1 || names[i] || (numbers && numbers[i].known);
    s->edge_texts = calloc(n_texts + 1, sizeof *s->edge_texts);
    if (s->edge_texts) {
        dgi_scene_edge *edges = s->edges + (s->n_edges - operands->n);
        for (size_t i = 0; i < operands->n; i++) {
            const dgi_edge *operand = &operands->all[i];
            size_t count = operand->count, summed = 0;
            bool first = i == 0 || operand->to != operand[-1].to;
            if (s->source->folded && !numbers && first)
                summed = add_sum(s, edges + i, operand, names + i, operands->n - i);
            if (summed > 0) {
                i += summed - 1;
                continue;
            }
            if (numbers && numbers[i].known)
                add_number(s, &edges[i], &numbers[i], names[i], count, what);
            else if (names[i])
                add_name(s, &edges[i], names[i], count);
            else if (count > 1)
                add_count(s, &edges[i], count);
        }
    }
    free(numbers);
    free(names);
    return s->edge_texts && !s->edge_chars.failed;
}

bool dgi_show_edge_texts(dgi_scene *s, const dgi_frames *f)
{
    if (!s->texts_on_edges)
        return true;
    bool *added = calloc((size_t)s->n_values + 1, sizeof *added);
    if (!added)
        return false;
    dgi_frames_mark_steps(f, added);
    for (uint32_t i = 0; i < s->n_edges; i++) {
        const dgi_scene_edge *e = &s->edges[i];
        if (e->text == DGI_NONE_32)
            continue;
        dgi_edge_text *text = &s->edge_texts[e->text];
        text->hidden = text->kind == DGI_EDGE_CONTRIBUTION && !added[s->boxes[e->to].node];
    }
    free(added);
    return true;
}

void dgi_scene_put_edge_tooltip(const dgi_scene *s, uint32_t edge, dgi_buf *b)
{
    const dgi_scene_edge *e = &s->edges[edge];
    const dgi_edge_text *text = &s->edge_texts[e->text];
    const dg_trace *t = s->source->trace;
    char number[DGI_NUMBER_ROOM];
    dgi_put_node_name(b, t, s->boxes[e->from].node);
    dgi_buf_puts(b, " to ");
    dgi_put_node_name(b, t, s->boxes[e->to].node);
    if (text->name) {
        dgi_buf_puts(b, "\noperand ");
        dgi_put_on_one_line(b, text->name);
    }
    if (text->kind == DGI_EDGE_NAME)
        return;
    if (text->is_norm)
        dgi_buf_puts(b,
                     text->kind == DGI_EDGE_LOCAL
                         ? "\nnorm of the contribution, divided by that of the upstream gradient "
                         : "\nnorm of the contribution ");
    else
        dgi_buf_puts(b, text->kind == DGI_EDGE_LOCAL ? "\nlocal gradient " : "\ncontribution ");
    dgi_buf_put(b, number, dgi_shortest(number, text->number));
}
