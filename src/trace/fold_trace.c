/* A fold as a trace, whose nodes are the boxes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "trace/copy.h"
#include "trace/fold.h"
#include "trace/fold_numbers.h"

/* What a box that is no value is called: its scope, which part or how many groups it is. */
static void put_label(const dgi_fold_box *b, dgi_buf *label)
{
    const dg_box *c = &b->counts;
    dgi_buf_puts(label, b->scope);
    if (c->kind == DG_BOX_RANGE)
        dgi_buf_printf(label, "%s%s", *b->scope ? ", " : "", b->name);
    if (c->kind == DG_BOX_REPEAT && c->shared)
        dgi_buf_printf(label, " \u00D7%zu", c->repeats);
    else if (c->kind == DG_BOX_REPEAT)
        dgi_buf_printf(label, " +%zu more", c->repeats - 1);
    if (c->parts)
        dgi_buf_printf(label, " (%zu of %zu)", c->part, c->parts);
}

/* The worst of what is inside: nan, else the largest magnitude. */
static double worse(double worst, double number)
{
    return isnan(number) || fabs(number) > fabs(worst) ? number : worst;
}

static double worst_of(const double *numbers, size_t count, double worst)
{
    for (size_t i = 0; numbers && i < count && !isnan(worst); i++)
        worst = worse(worst, numbers[i]);
    return worst;
}

dgi_fold_numbers dgi_fold_numbers_of(const dg_fold *f, const dgi_fold_box *b)
{
    const dg_trace *t = f->tree.trace;
    dgi_fold_numbers worst = {0.0, 0.0, false};
    for (size_t i = 0; i < b->counts.values; i++) {
        uint32_t value = f->nodes[b->first_node + i];
        size_t size = dg_trace_size(t, value);
        worst.has_grad = worst.has_grad || t->nodes[value].has_grad;
        worst.grad = worst_of(dg_trace_grad_array(t, value), size, worst.grad);
        worst.data = worst_of(dg_trace_data_array(t, value), size, worst.data);
    }
    return worst;
}

/* The gradient of a box is the worst that a value in it has. Data it has none, unless there are
 * numbers that are not finite: these are never hidden. */
static bool set_numbers(const dg_fold *f, const dgi_fold_box *b, dg_trace *to)
{
    size_t node = to->n_nodes - 1;
    dgi_fold_numbers worst = dgi_fold_numbers_of(f, b);
    to->nodes[node].data = worst.data;
    return (isfinite(worst.data) ? dg_trace_clear_data(to, node) : DG_OK) == DG_OK &&
           (!worst.has_grad || dg_trace_set_grad(to, node, worst.grad) == DG_OK);
}

static bool add_group(const dg_fold *f, const dgi_fold_box *b, dg_trace *to)
{
    dgi_buf label = DGI_BUF_INIT, op = DGI_BUF_INIT;
    put_label(b, &label);
    dgi_buf_printf(&op, "%zu values", b->counts.values);
    bool source = b->counts.inputs == 0;
    if (source && !op.failed)
        dgi_buf_printf(&label, ": %s", op.data);
    const char *text = label.failed ? NULL : dgi_trace_intern(to, label.data, label.size);
    const char *op_text = op.failed ? NULL : dgi_trace_intern(to, op.data, source ? 0 : op.size);
    const char *scope = dgi_trace_intern(to, b->scope, strlen(b->scope));
    dgi_buf_free(&label);
    dgi_buf_free(&op);
    dgi_trace_node *n =
        text && op_text && scope ? dgi_trace_append_node(to, text, op_text, 0.0) : NULL;
    if (!n)
        return false;
    n->scope = scope;
    return set_numbers(f, b, to);
}

static bool add_nodes(const dg_fold *f, dg_trace *to)
{
    for (size_t i = 0; i < f->box_count; i++) {
        const dgi_fold_box *b = &f->boxes[i];
        bool done = b->cell == DGI_NO_CELL
                        ? dgi_trace_copy_content(to, &f->tree.trace->nodes[b->node]) != NULL
                        : add_group(f, b, to);
        if (!done)
            return false;
    }
    return true;
}

/* Edges in the order of a value's operands; each as often as it stands for edges of the trace. */
static bool add_edges(const dg_fold *f, dg_trace *to)
{
    for (size_t i = 0; i < f->box_count; i++) {
        const dgi_fold_box *b = &f->boxes[i];
        for (size_t k = 0; k < b->counts.values; k++) {
            const dgi_trace_node *n = &f->tree.trace->nodes[f->nodes[b->first_node + k]];
            for (uint32_t o = 0; o < n->n_operands; o++) {
                uint32_t from = f->box_of[dgi_trace_node_operands(n)[o]];
                if (from != i && dg_trace_add_edge(to, from, i) != DG_OK)
                    return false;
            }
        }
    }
    return true;
}

static bool set_roots(const dg_fold *f, dg_trace *to)
{
    const dg_trace *t = f->tree.trace;
    if (t->root < t->n_nodes && dg_trace_set_root(to, f->box_of[t->root]) != DG_OK)
        return false;
    for (size_t i = 1; i < dg_trace_root_count(t); i++)
        if (dg_trace_add_root(to, f->box_of[dg_trace_root_at(t, i)]) == DG_NOMEM)
            return false;
    return true;
}

/* In trace order, if the root depends on all of it; NULL when out of memory. */
static dg_trace *order(dg_trace *t)
{
    dg_trace *ordered = dg_trace_select(t, t->root);
    bool all = ordered && ordered->n_nodes == t->n_nodes && t->n_more_roots == 0;
    dg_trace_free(ordered && !all ? ordered : t);
    return ordered && !all ? t : ordered;
}

dg_trace *dg_trace_from_fold(const dg_fold *f)
{
    dg_trace *t = f ? dg_trace_new() : NULL;
    if (t && add_nodes(f, t) && add_edges(f, t) && set_roots(f, t))
        return order(t);
    dg_trace_free(t);
    return NULL;
}
