#include "draw/style/heat.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <dotgrad/inspect.h>

#include "base/buf.h"
#include "draw/style/box_text.h"
#include "draw/style/legend.h"

/* ---- Magnitudes ----------------------------------------------------------------------------- */

/* A library's log10 may differ in the last digit from machine to machine, and a colour with it.
 * With m = 2^e f: by the series of artanh((f - 1)/(f + 1)), which has 15 digits here. */
double dgi_log10(double m)
{
    static const double log10_of_2 = 0.30102999566398120, log2_of_e_twice = 2.8853900817779268;
    int e;
    double f = frexp(m, &e);
    if (f < 0.70710678118654752) {
        f *= 2.0;
        e--;
    }
    double s = (f - 1.0) / (f + 1.0), square = s * s, sum = 0.0;
    for (int k = 19; k > 0; k -= 2)
        sum = sum * square + 1.0 / k;
    return ((double)e + log2_of_e_twice * s * sum) * log10_of_2;
}

/* A number on a boundary belongs to what is above it, whatever its last digit is. */
static const double SLACK = 1e-9;

/* The largest magnitude of a value's finite numbers. */
static double magnitude(const dgi_trace_statistics *s, size_t node, dg_color what)
{
    const dg_trace *t = s->trace;
    if (what == DG_COLOR_GRAD ? !dg_trace_has_grad(t, node) : !dg_trace_has_data(t, node))
        return NAN;
    if (!dgi_node_is_tensor(t, node))
        return fabs(what == DG_COLOR_DATA ? dg_trace_data(t, node) : dg_trace_grad(t, node));
    dgi_tensor_view x = what == DG_COLOR_DATA ? dgi_data_view(s, node) : dgi_grad_view(s, node);
    return fmax(fabs(x.statistics->min), fabs(x.statistics->max));
}

static bool is_on_scale(double magnitude)
{
    return magnitude > 0.0 && isfinite(magnitude);
}

/* ---- The range ------------------------------------------------------------------------------ */

/* More decades than this would make all colours of a usual graph one. */
enum { DECADES_MAX = 16 };

/* From decade to decade, so that pictures of one graph in two states have one scale. */
static void set_range(dgi_scene *s, const dgi_trace_statistics *of)
{
    double least = INFINITY, most = 0.0;
    for (size_t i = 0; i < dg_trace_node_count(of->trace); i++) {
        double m = magnitude(of, i, s->color);
        if (is_on_scale(m)) {
            least = fmin(least, m);
            most = fmax(most, m);
        }
    }
    s->heat_low = s->heat_high = 0;
    if (!(most > 0.0))
        return;
    s->heat_low = (int)floor(dgi_log10(least) + SLACK);
    s->heat_high = (int)ceil(dgi_log10(most) - SLACK);
    if (s->heat_high == s->heat_low)
        s->heat_high++;
    s->heat_is_cut = s->heat_high - s->heat_low > DECADES_MAX;
    if (s->heat_is_cut)
        s->heat_low = s->heat_high - DECADES_MAX;
}

/* ---- Boxes ---------------------------------------------------------------------------------- */

static dg_gradient_state data_state(const dg_trace *t, size_t node)
{
    const double *x = dg_trace_data_array(t, node);
    double worst = 0.0;
    size_t n = dg_trace_size(t, node);
    if (!x)
        return DG_GRADIENT_UNSET;
    if (n == 0)
        return DG_GRADIENT_FINITE;
    for (size_t i = 0; i < n; i++)
        if (isnan(x[i]) || fabs(x[i]) > fabs(worst))
            worst = x[i];
    return dg_gradient_state_of_number(worst, NULL);
}

static uint8_t step_of(const dgi_scene *s, double magnitude)
{
    if (!is_on_scale(magnitude))
        return DGI_HEAT_NONE; /* an empty tensor */
    double share = (dgi_log10(magnitude) - s->heat_low) / (s->heat_high - s->heat_low);
    double step = floor(share * DGI_HEAT_STEPS + SLACK);
    return (uint8_t)(DGI_HEAT_STEP + fmin(fmax(step, 0.0), DGI_HEAT_STEPS - 1.0));
}

static void heat_box(dgi_scene *s, dgi_box *box)
{
    const dgi_trace_statistics *of = &s->source->statistics;
    size_t node = box->node;
    bool grad = s->color == DG_COLOR_GRAD; /* small and large data are nothing to point at */
    box->heat_mark = DGI_HEAT_NO_MARK;
    switch (grad ? dg_gradient_state_of(of->trace, node, NULL) : data_state(of->trace, node)) {
    case DG_GRADIENT_UNSET:
        box->heat = DGI_HEAT_UNSET;
        return;
    case DG_GRADIENT_ZERO:
        box->heat = DGI_HEAT_ZERO;
        return;
    case DG_GRADIENT_INFINITE:
        box->heat = DGI_HEAT_INFINITE;
        return;
    case DG_GRADIENT_NAN:
        box->heat = DGI_HEAT_NAN;
        return;
    case DG_GRADIENT_VANISHING:
        box->heat_mark = grad ? DGI_HEAT_VANISHING : DGI_HEAT_NO_MARK;
        break;
    case DG_GRADIENT_HUGE:
        box->heat_mark = grad ? DGI_HEAT_HUGE : DGI_HEAT_NO_MARK;
        break;
    case DG_GRADIENT_FINITE:
        break;
    }
    box->heat = step_of(s, magnitude(of, node, s->color));
}

void dgi_heat_boxes_again(dgi_scene *s)
{
    for (uint32_t i = 0; s->color != DG_COLOR_NONE && i < s->n_values; i++)
        heat_box(s, &s->boxes[i]);
}

void dgi_heat_boxes(dgi_scene *s, dg_color what, const dg_trace *finished)
{
    dgi_trace_statistics of = s->source->statistics;
    s->color = what;
    if (what == DG_COLOR_NONE)
        return;
    if (finished)
        of = (dgi_trace_statistics){.trace = finished};
    set_range(s, &of);
    dgi_heat_boxes_again(s);
    unsigned shown = s->source->show & (what == DG_COLOR_GRAD ? DG_SHOW_GRAD : DG_SHOW_DATA);
    for (uint32_t i = 0; s->style == DG_STYLE_WIRE && !shown && i < s->n_values; i++)
        s->boxes[i].states |= DGI_STATE_CELL;
    /* In frames every gradient is unset at first. */
    s->heat_has_unset = finished && what == DG_COLOR_GRAD;
}

/* ---- The legend ----------------------------------------------------------------------------- */

/* 0.01, 1, 100, and 1e-5 where zeros would have to be counted. */
static void put_power(dgi_buf *b, int exponent)
{
    static const char *const plain[] = {"0.01", "0.1", "1", "10", "100"};
    if (exponent >= -2 && exponent <= 2)
        dgi_buf_puts(b, plain[exponent + 2]);
    else
        dgi_buf_printf(b, "1e%d", exponent);
}

static bool add_scale(dgi_scene *s)
{
    dgi_buf words = DGI_BUF_INIT;
    dgi_buf_puts(&words, s->color == DG_COLOR_GRAD ? "|grad| from " : "|data| from ");
    put_power(&words, s->heat_low);
    dgi_buf_puts(&words, s->heat_is_cut ? " or less to " : " to ");
    put_power(&words, s->heat_high);
    dgi_buf_puts(&words, ", on a log scale");
    s->heat_words = dgi_buf_take(&words, NULL);
    dgi_buf_free(&words);
    if (s->heat_words)
        dgi_add_to_legend(s, DGI_LEGEND_HEAT, NULL, s->heat_words);
    return s->heat_words != NULL;
}

bool dgi_add_heat_legend(dgi_scene *s)
{
    bool grad = s->color == DG_COLOR_GRAD, kinds[DGI_HEAT_STEP] = {false}, marks[3] = {false};
    kinds[DGI_HEAT_UNSET] = s->heat_has_unset;
    for (uint32_t i = 0; i < s->n_values; i++) {
        if (s->boxes[i].heat < DGI_HEAT_STEP)
            kinds[s->boxes[i].heat] = true;
        /* A wire's number says it itself. */
        if (s->style != DG_STYLE_WIRE || s->boxes[i].states & DGI_STATE_CELL)
            marks[s->boxes[i].heat_mark] = true;
    }
    if (s->heat_high > s->heat_low && !add_scale(s))
        return false;
    if (kinds[DGI_HEAT_ZERO])
        dgi_add_to_legend(s, DGI_LEGEND_ZERO, NULL, grad ? "grad is exactly 0" : "data is 0");
    if (marks[DGI_HEAT_VANISHING])
        dgi_add_to_legend(s, DGI_LEGEND_VANISHING, NULL, "|grad| below 1e-7");
    if (marks[DGI_HEAT_HUGE])
        dgi_add_to_legend(s, DGI_LEGEND_HUGE, NULL, "|grad| above 1e4");
    if (kinds[DGI_HEAT_INFINITE])
        dgi_add_to_legend(s, DGI_LEGEND_INFINITE, NULL, "inf or -inf");
    if (kinds[DGI_HEAT_NAN])
        dgi_add_to_legend(s, DGI_LEGEND_NAN, NULL, "nan");
    if (kinds[DGI_HEAT_UNSET])
        dgi_add_to_legend(s, DGI_LEGEND_UNSET, NULL,
                          grad ? "grad was not computed" : "data is not known");
    return true;
}
