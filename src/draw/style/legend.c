#include "draw/style/legend.h"

#include <string.h>

#include "draw/style/box_text.h"
#include "draw/style/font_metrics.h"
#include "draw/style/node_text.h"
#include "draw/style/tensor_text.h"

/* What occurs in a picture. */
typedef struct contents {
    unsigned states; /* of any value */
    bool leaves;     /* other than the root */
    bool computed;   /* a value that is neither leaf nor root */
    bool ops;
    bool data, grad, dash; /* data; a gradient, or a dash in place of one */
    bool statistics;       /* a tensor of which not all numbers are shown */
    bool counts, locals, contributions, factors, norms, names; /* on edges */
} contents;

static contents contents_of(const dgi_scene *s)
{
    const dg_trace *t = s->source->trace;
    contents c = {0};
    for (uint32_t i = 0; i < s->n_values; i++) {
        const dgi_box *box = &s->boxes[i];
        c.states |= box->states;
        c.leaves |= (box->states & (DGI_STATE_LEAF | DGI_STATE_ROOT)) == DGI_STATE_LEAF;
        c.computed |= !(box->states & (DGI_STATE_LEAF | DGI_STATE_ROOT));
        c.ops |= !(box->states & DGI_STATE_LEAF);
        bool data = dg_trace_has_data(t, box->node), grad = dg_trace_has_grad(t, box->node);
        c.data |= data;
        c.grad |= data || grad;
        c.dash |= data && !grad;
        c.statistics |= (data || grad) && dg_trace_size(t, box->node) > DGI_NUMBERS_SHOWN;
    }
    for (uint32_t i = 0; i < s->n_edge_texts; i++) {
        const dgi_edge_text *text = &s->edge_texts[i];
        c.counts |= text->counted;
        c.locals |= text->kind == DGI_EDGE_LOCAL && !text->is_norm;
        c.contributions |= text->kind == DGI_EDGE_CONTRIBUTION && !text->is_norm;
        c.names |= text->name != NULL;
        c.factors |= text->kind == DGI_EDGE_LOCAL && text->is_norm;
        c.norms |= text->kind == DGI_EDGE_CONTRIBUTION && text->is_norm;
    }
    c.data = c.data && s->source->show & DG_SHOW_DATA;
    c.grad = c.grad && s->source->show & DG_SHOW_GRAD;
    c.ops = c.ops && s->style != DG_STYLE_MERGED && s->source->show & DG_SHOW_OP;
    return c;
}

static double width_of(const dgi_scene *s, const char *text, bool bold)
{
    return s->text_scale * dgi_text_width(text, strlen(text), DGI_LEGEND_FONT_SIZE, bold);
}

void dgi_add_to_legend(dgi_scene *s, dgi_legend_sign sign, const char *sample, const char *meaning)
{
    dgi_legend_entry *e = &s->legend[s->n_legend++];
    *e = (dgi_legend_entry){.sign = sign, .sample = sample, .meaning = meaning};
    double width =
        sign == DGI_LEGEND_HEAT ? DGI_HEAT_STEPS * DGI_LEGEND_HEAT_WIDTH : DGI_LEGEND_BOX_WIDTH;
    e->sample_width = sample ? width_of(s, sample, true) : s->text_scale * width;
    e->meaning_width = width_of(s, meaning, false);
}

/* Boxes and ops; a wire has no boxes. */
static void add_boxes(dgi_scene *s, const contents *c)
{
    if (s->style != DG_STYLE_WIRE) {
        if (c->leaves)
            dgi_add_to_legend(s, DGI_LEGEND_LEAF, NULL, "leaf: not computed from others");
        if (c->computed)
            dgi_add_to_legend(s, DGI_LEGEND_VALUE, NULL, "computed value");
        if (c->states & DGI_STATE_ROOT)
            dgi_add_to_legend(s, DGI_LEGEND_ROOT, NULL, "root: gradients are of it");
    }
    if (c->ops)
        dgi_add_to_legend(s, DGI_LEGEND_OP, NULL, "op: what computes a value");
}

/* How data and gradients are told apart where they have no words. */
static void add_positions(dgi_scene *s, bool data, bool grad)
{
    bool upright = dgi_is_vertical(s->direction), wire = s->style == DG_STYLE_WIRE;
    const char *first = wire ? upright ? "left" : "above" : "first number",
               *second = wire ? upright ? "right" : "below" : "second number";
    if (data)
        dgi_add_to_legend(s, DGI_LEGEND_TEXT, grad ? first : "number", "data: the value itself");
    if (grad)
        dgi_add_to_legend(s, wire ? DGI_LEGEND_GRAD : DGI_LEGEND_TEXT, data ? second : "number",
                          "gradient: how the root changes with it");
}

static void add_words(dgi_scene *s, const contents *c)
{
    if (!(s->source->show & DG_SHOW_WORDS)) {
        add_positions(s, c->data, c->grad);
        return;
    }
    if (c->data)
        dgi_add_to_legend(s, DGI_LEGEND_TEXT, "data", "the value itself");
    if (c->grad)
        dgi_add_to_legend(s, s->style == DG_STYLE_WIRE ? DGI_LEGEND_GRAD : DGI_LEGEND_TEXT, "grad",
                          "how the root changes with it");
}

static void add_texts(dgi_scene *s, const contents *c)
{
    unsigned show = s->source->show;
    bool numbers = c->data || c->grad;
    if (c->grad && c->dash && s->style != DG_STYLE_WIRE)
        dgi_add_to_legend(s, DGI_LEGEND_MUTED, DGI_NO_GRADIENT, "gradient was not computed");
    if (numbers && c->states & DGI_STATE_NONFINITE)
        dgi_add_to_legend(s, DGI_LEGEND_ALERT, "nan, inf", "not finite");
    if (show & DG_SHOW_SHAPE && c->states & DGI_STATE_TENSOR)
        dgi_add_to_legend(s, DGI_LEGEND_TEXT, "(2, 3)", "shape of a tensor");
    if (numbers && c->statistics)
        dgi_add_to_legend(s, DGI_LEGEND_TEXT, "norm", "Euclidean, of all its numbers");
    if (c->counts)
        dgi_add_to_legend(s, DGI_LEGEND_TEXT, "×2", "operand used so often");
    if (c->names)
        dgi_add_to_legend(s, DGI_LEGEND_TEXT, "on edges", "name of the operand");
    if (c->locals)
        dgi_add_to_legend(s, DGI_LEGEND_TEXT, "on edges",
                          "local gradient: of the op by the operand");
    if (c->contributions)
        dgi_add_to_legend(s, DGI_LEGEND_TEXT, "on edges", "contribution to the operand's gradient");
    if (c->factors)
        dgi_add_to_legend(s, DGI_LEGEND_TEXT, "norm ×2",
                          "contribution's norm over that of the gradient it comes from");
    if (c->norms)
        dgi_add_to_legend(s, DGI_LEGEND_TEXT, "norm 2", "of the contribution, a tensor");
    if (s->has_emphasis)
        dgi_add_to_legend(s, DGI_LEGEND_TEXT, "thick", "highlighted; the rest is pale");
}

void dgi_make_legend(dgi_scene *s)
{
    contents c = contents_of(s);
    add_boxes(s, &c);
    add_words(s, &c);
    add_texts(s, &c);
}
