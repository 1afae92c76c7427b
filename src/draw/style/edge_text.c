#include "draw/style/edge_text.h"

#include <stdlib.h>

#include "base/number.h"
#include "draw/style/box_text.h"
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

/* The text of an edge for several operands: ×2. */
static void add_count(dgi_scene *s, dgi_scene_edge *e, size_t count)
{
    dgi_edge_text text = {.start = s->edge_chars.size, .kind = DGI_EDGE_COUNT, .counted = true};
    dgi_buf_printf(&s->edge_chars, "×%zu", count);
    add_text(s, e, text);
}

/* 0.5000, or 6.0000 (×2). */
static void add_number(dgi_scene *s, dgi_scene_edge *e, double number, size_t count, dg_edges what)
{
    char digits[DGI_NUMBER_TEXT_SIZE];
    dgi_edge_text text = {.start = s->edge_chars.size, .number = number, .counted = count > 1};
    text.kind = what == DG_EDGES_LOCAL ? DGI_EDGE_LOCAL : DGI_EDGE_CONTRIBUTION;
    dgi_buf_put(&s->edge_chars, digits, dgi_number_text(digits, &s->source->numbers, number));
    if (count > 1)
        dgi_buf_printf(&s->edge_chars, " (×%zu)", count);
    add_text(s, e, text);
}

/* What edges say: of an explanation the factors of its paths, where there is a place for them. */
static dg_edges numbers_on_edges(const dgi_options *o, const dgi_explanation *x)
{
    if (x && o->edges == DG_EDGES_NONE && o->layout != DG_LAYOUT_DOT)
        return DG_EDGES_LOCAL;
    return o->edges;
}

/* Those of no path. */
static void forget_others(dgi_edge_number *numbers, const dgi_edges *operands,
                          const dgi_explanation *x)
{
    for (size_t i = 0; i < operands->n; i++)
        if (!dgi_explanation_has_edge(x, operands->all[i].from, operands->all[i].to))
            numbers[i].known = false;
}

bool dgi_make_edge_texts(dgi_scene *s, const dgi_edges *operands, const dgi_options *o,
                         const dgi_explanation *x)
{
    dgi_edge_number *numbers = NULL;
    size_t n_texts = 0;
    dg_edges what = numbers_on_edges(o, x);
    s->texts_on_edges = what != DG_EDGES_NONE;
    if (s->texts_on_edges) {
        numbers = dgi_edge_numbers(operands, o->finished ? o->finished : s->source->trace,
                                   o->folded, what);
        if (!numbers)
            return false;
        if (what != o->edges)
            forget_others(numbers, operands, x);
    }
    for (size_t i = 0; i < operands->n; i++)
        n_texts += operands->all[i].count > 1 || (numbers && numbers[i].known);
    s->edge_texts = calloc(n_texts + 1, sizeof *s->edge_texts);
    if (s->edge_texts) {
        dgi_scene_edge *edges = s->edges + (s->n_edges - operands->n);
        for (size_t i = 0; i < operands->n; i++) {
            size_t count = operands->all[i].count;
            if (numbers && numbers[i].known)
                add_number(s, &edges[i], numbers[i].number, count, what);
            else if (count > 1)
                add_count(s, &edges[i], count);
        }
    }
    free(numbers);
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
    dgi_buf_puts(b, text->kind == DGI_EDGE_LOCAL ? "\nlocal gradient " : "\ncontribution ");
    dgi_buf_put(b, number, dgi_shortest(number, text->number));
}
