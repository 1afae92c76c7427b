#include "draw/style/folded.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "draw/style/heat.h"

bool dgi_is_folding(const dg_fold_options *options)
{
    const char *fold = options->fold;
    return options->open || (fold && *fold && strcmp(fold, "none") != 0);
}

/* Sums up every box, and finds the range of all. */
static bool sum_up(dgi_folded *f, const dg_inspect_options *thresholds)
{
    size_t n = dg_fold_box_count(f->fold);
    f->summaries = calloc(n + 1, sizeof *f->summaries);
    if (!f->summaries)
        return false;
    f->least = INFINITY;
    for (size_t i = 0; i < n; i++) {
        dg_box_summary *s = &f->summaries[i];
        if (dg_fold_box_summary(f->fold, f->whole, i, thresholds, s) != DG_OK || s->most <= 0.0)
            continue;
        f->most = fmax(f->most, s->most);
        if (s->least > 0.0)
            f->least = fmin(f->least, s->least);
    }
    f->least = fmin(f->least, f->most);
    return true;
}

static bool find_outputs(dgi_folded *f)
{
    size_t from, to;
    f->is_output = calloc(dg_trace_node_count(f->whole) + 1, 1);
    if (!f->is_output)
        return false;
    for (size_t i = 0; i < dg_trace_edge_count(f->whole); i++)
        if (dg_trace_edge(f->whole, i, &from, &to, NULL) == DG_OK &&
            dg_fold_box_of(f->fold, from) != dg_fold_box_of(f->fold, to))
            f->is_output[from] = 1;
    return true;
}

dg_status dgi_folded_init(dgi_folded *f, const dg_trace *whole, const dg_fold_options *options,
                          const dg_inspect_options *thresholds, dg_error *error)
{
    dg_error reason = {0};
    *f = (dgi_folded){.whole = whole, .fold = dg_fold_new(whole, options, &reason)};
    if (!f->fold)
        return dgi_error(error, reason.status, "%s", reason.text);
    bool done = dgi_fold_view_init(&f->view, f->fold) && sum_up(f, thresholds) && find_outputs(f);
    return done ? DG_OK : DG_NOMEM;
}

void dgi_folded_free(dgi_folded *f)
{
    dgi_fold_view_free(&f->view);
    dg_fold_free(f->fold);
    free(f->summaries);
    free(f->is_output);
    *f = (dgi_folded){.whole = NULL};
}

dg_box dgi_folded_box(const dgi_folded *f, size_t node)
{
    dg_box box = {0};
    dg_fold_box(f->fold, f->view.nodes[node].box, &box);
    return box;
}

size_t dgi_folded_value(const dgi_folded *f, size_t node)
{
    size_t box = f->view.nodes[node].box;
    return dgi_folded_box(f, node).kind == DG_BOX_VALUE ? dg_fold_box_node(f->fold, box, 0)
                                                        : DG_NO_NODE;
}

size_t dgi_folded_node_of(const dgi_folded *f, size_t node)
{
    size_t box = dg_fold_box_of(f->fold, node);
    return box == DG_NO_BOX ? DG_NO_NODE : f->view.node_of[box];
}

void dgi_folded_frames(const dgi_folded *f, size_t *frames)
{
    size_t frame = DG_NO_BOX;
    for (size_t i = dg_trace_node_count(f->view.trace); i-- > 0;) {
        if (!f->view.nodes[i].stub)
            frame = dgi_folded_box(f, i).frame;
        frames[i] = frame;
    }
}

bool dgi_folded_mark(const dgi_folded *f, bool *marks, const bool *of_whole)
{
    bool *boxes = calloc(dg_fold_box_count(f->fold) + 1, sizeof *boxes);
    if (!boxes)
        return false;
    for (size_t i = 0; i < dg_trace_node_count(f->whole); i++)
        if (of_whole[i])
            boxes[dg_fold_box_of(f->fold, i)] = true;
    for (size_t i = 0; i < dg_trace_node_count(f->view.trace); i++)
        marks[i] = boxes[f->view.nodes[i].box];
    free(boxes);
    return true;
}

void dgi_folded_count(const dgi_folded *f, dgi_edges *edges)
{
    size_t next = 0;
    for (size_t i = 0; i < edges->n && next < f->view.count; i++)
        if (dgi_folded_value(f, edges->all[i].to) == DG_NO_NODE)
            edges->all[i].count = f->view.counts[next++];
}

uint8_t dgi_edge_width(size_t count)
{
    return count > 1 ? (uint8_t)floor(10.0 + 6.0 * dgi_log10((double)count) + 0.5) : 0;
}

void dgi_folded_id(char id[DGI_FOLDED_ID_SIZE], const dgi_folded *f, size_t node)
{
    size_t value = dgi_folded_value(f, node), stub = f->view.nodes[node].stub;
    int size = value == DG_NO_NODE
                   ? snprintf(id, DGI_FOLDED_ID_SIZE, "g%zu", dgi_folded_box(f, node).group)
                   : snprintf(id, DGI_FOLDED_ID_SIZE, "v%zu", value);
    if (stub)
        snprintf(id + size, DGI_FOLDED_ID_SIZE - (size_t)size, "-use%zu", stub);
}
