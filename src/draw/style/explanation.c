#include "draw/style/explanation.h"

#include <stdlib.h>

#include "base/error.h"
#include "draw/style/folded.h"

/* ---- The paths ------------------------------------------------------------------------------ */

/* Of paths that are cut by a factor 0 only the first one, where all are. */
static size_t shown_count(const dg_why *w)
{
    size_t count = dg_why_listed_count(w), n = 0;
    dg_why_path p;
    while (n < count && dg_why_path_at(w, n, &p) == DG_OK && (n == 0 || p.zeros == 0))
        n++;
    return n;
}

/* What stands for a node of the trace: its box, where it is folded. */
static size_t place_of(const dgi_explanation *x, size_t node)
{
    return x->folded ? dg_fold_box_of(x->folded->fold, node) : node;
}

/* The same for a node of the scene's trace. */
static size_t shown_place(const dgi_explanation *x, size_t node)
{
    return x->folded ? x->folded->view.nodes[node].box : node;
}

static uint64_t pair(size_t from, size_t to)
{
    return (uint64_t)from << 32 | (uint64_t)to;
}

static int compare_pairs(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* All steps but the first of each path are edges. */
static bool take_edges(dgi_explanation *x, const dg_why *w)
{
    size_t most = 0, paths = shown_count(w);
    dg_why_path p;
    dg_why_step s;
    for (size_t i = 0; i < paths; i++)
        if (dg_why_path_at(w, i, &p) == DG_OK)
            most += p.steps;
    x->edges = calloc(most + 1, sizeof *x->edges);
    if (!x->edges)
        return false;
    for (size_t i = 0; i < paths; i++)
        for (size_t k = 1; dg_why_step_at(w, i, k, &s) == DG_OK; k++)
            x->edges[x->n++] = pair(place_of(x, s.node), place_of(x, s.through));
    qsort(x->edges, x->n, sizeof *x->edges, compare_pairs);
    return true;
}

static dg_status report_no_path(const dg_why *w, dg_error *error)
{
    return dgi_error(error, DG_INVALID,
                     dg_why_extent_of(w) == DG_WHY_NO_PATH
                         ? "the root does not depend on that value: no path leads to it"
                         : "no path to that value is known");
}

static dg_status find_value(size_t *node, const dg_trace *t, const char *name, dg_error *error)
{
    *node = *name ? dg_trace_find(t, name) : DG_NO_NODE;
    if (*node != DG_NO_NODE)
        return DG_OK;
    const char *near = dg_trace_suggest(t, name);
    if (near)
        return dgi_error(error, DG_INVALID, "no value is named '%.60s'; did you mean '%s'?", name,
                         near);
    return dgi_error(error, DG_INVALID, "no value is named '%.60s'", name);
}

dg_status dgi_explanation_init(dgi_explanation *x, const dg_trace *t,
                               const struct dgi_folded *folded, const char *name, dg_error *error)
{
    *x = (dgi_explanation){.folded = folded};
    dg_error reason;
    size_t node;
    dg_status status = find_value(&node, t, name, error);
    if (status != DG_OK)
        return status;
    x->node = place_of(x, node);
    dg_why *w = dg_why_new(t, node, NULL, &reason);
    if (!w)
        return dgi_error(error, reason.status, "%s", reason.text);
    if (dg_why_listed_count(w) == 0)
        status = report_no_path(w, error);
    else if (!take_edges(x, w) || !(x->summary = dg_summary_from_why(w, NULL)))
        status = DG_NOMEM;
    dg_why_free(w);
    if (status != DG_OK)
        dgi_explanation_free(x);
    return status;
}

void dgi_explanation_free(dgi_explanation *x)
{
    free(x->edges);
    dg_free(x->summary);
    *x = (dgi_explanation){0};
}

bool dgi_explanation_has_edge(const dgi_explanation *x, size_t from, size_t to)
{
    uint64_t edge = pair(shown_place(x, from), shown_place(x, to));
    return x->n > 0 && bsearch(&edge, x->edges, x->n, sizeof edge, compare_pairs);
}

/* ---- The scene ------------------------------------------------------------------------------ */

static uint8_t emphasis(bool on)
{
    return on ? DGI_HIGHLIGHTED : DGI_RECEDED;
}

/* The op that the explained value was made by is on no path. */
static void mark_boxes(dgi_scene *s, const dgi_explanation *x, const bool *on_path)
{
    for (uint32_t i = 0; i < s->n_boxes; i++) {
        dgi_box *b = &s->boxes[i];
        size_t place = shown_place(x, b->node);
        bool op_on = on_path[place] && place != x->node;
        bool on = b->kind == DGI_BOX_OP ? op_on : on_path[place];
        b->emphasis = emphasis(on);
        b->highlights_op = op_on;
        if (!on && b->kind != DGI_BOX_OP)
            b->paint = DGI_PAINT_VALUE;
    }
}

bool dgi_highlight_explanation(dgi_scene *s, const dgi_explanation *x)
{
    /* There are no more boxes of a fold than nodes that show them. */
    bool *on_path = calloc((size_t)s->n_values + 1, sizeof *on_path);
    if (!on_path)
        return false;
    on_path[x->node] = true;
    for (size_t i = 0; i < x->n; i++)
        on_path[x->edges[i] & UINT32_MAX] = true;
    s->has_emphasis = true;
    mark_boxes(s, x, on_path);
    for (uint32_t i = 0; i < s->n_edges; i++) {
        const dgi_box *from = &s->boxes[s->edges[i].from], *to = &s->boxes[s->edges[i].to];
        s->edges[i].emphasis =
            emphasis(from->kind == DGI_BOX_OP ? from->emphasis == DGI_HIGHLIGHTED
                                              : dgi_explanation_has_edge(x, from->node, to->node));
    }
    free(on_path);
    return true;
}
