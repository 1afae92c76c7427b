#include "draw/style/measure.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "draw/style/record_field.h"
#include "draw/style/font_metrics.h"

enum { FIELD_PADDING = 9, RECORD_PADDING = 7, OP_PADDING = 10, OP_SIZE = 28, LABEL_MIN = 26 };

/* Whole points: what Graphviz makes of sizes then cannot differ in the last digit. */
static double padded(double width, double padding)
{
    return ceil(width + 2.0 * padding);
}

static double field_width(const char *text, size_t size)
{
    return padded(dgi_text_extent(text, size, DGI_FONT_SIZE, false).width, FIELD_PADDING);
}

/* The width of a tensor's field; raises the lines of its record to those that the field has. */
static double tall_width(const char *word, dgi_tensor_view numbers, size_t *lines)
{
    dgi_field f;
    dgi_field_of(&f, word, &numbers);
    if (f.lines > *lines)
        *lines = f.lines;
    return padded(f.width, FIELD_PADDING);
}

static dgi_record record_of(const dgi_picture *p, size_t node)
{
    const dg_trace *t = p->trace;
    dgi_record r = {.label = LABEL_MIN};
    size_t lines = 0;
    for (const char *line = dg_trace_label(t, node), *next; line; line = next) {
        size_t size = dgi_first_line(line, &next);
        double width =
            padded(dgi_text_extent(line, size, DGI_FONT_SIZE, true).width, FIELD_PADDING);
        if (width > r.label)
            r.label = width;
        lines++;
    }
    char text[DGI_FIELD_TEXT_SIZE];
    if (dgi_node_is_tensor(t, node)) {
        r.shape = field_width(text, dgi_shape_text(text, t, node));
        r.data = tall_width("data", dgi_data_view(&p->statistics, node), &lines);
        r.grad = tall_width("grad", dgi_grad_view(&p->statistics, node), &lines);
    } else {
        r.data = field_width(text, dgi_short_data_text(text, t, node));
        r.grad = field_width(text, dgi_short_grad_text(text, t, node));
    }
    r.height = (double)lines * DGI_LINE_HEIGHT + 2.0 * RECORD_PADDING;
    return r;
}

static dgi_ellipse ellipse_of(const char *op)
{
    dgi_ellipse e = {0.0, 0.0};
    if (!*op)
        return e;
    double width = padded(dgi_text_extent(op, strlen(op), DGI_FONT_SIZE, false).width, OP_PADDING);
    e.width = width < OP_SIZE ? OP_SIZE : width;
    e.height = OP_SIZE;
    return e;
}

bool dgi_picture_of(dgi_picture *p, const dg_trace *t)
{
    size_t n = dg_trace_node_count(t);
    *p = (dgi_picture){.trace = t};
    if (!dgi_edges_of(&p->edges, t) || !dgi_trace_statistics_of(&p->statistics, t)) {
        dgi_picture_free(p);
        return false;
    }
    if (n < SIZE_MAX / sizeof *p->records) {
        p->records = malloc((n + 1) * sizeof *p->records);
        p->ellipses = malloc((n + 1) * sizeof *p->ellipses);
    }
    if (!p->records || !p->ellipses) {
        dgi_picture_free(p);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        p->records[i] = record_of(p, i);
        p->ellipses[i] = ellipse_of(dg_trace_op(t, i));
        p->n_ops += *dg_trace_op(t, i) != '\0';
    }
    return true;
}

void dgi_picture_free(dgi_picture *p)
{
    dgi_edges_free(&p->edges);
    dgi_trace_statistics_free(&p->statistics);
    free(p->records);
    free(p->ellipses);
    *p = (dgi_picture){0};
}
