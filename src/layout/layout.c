#include "layout/layout.h"

#include <math.h>
#include <string.h>

#include "layout/flow.h"

/* Sizes and sums of sizes beyond these are not drawings. */
#define MOST_SIZE 1e7
#define MOST_SUM 1e11

/* ---- Lists --------------------------------------------------------------------------------- */

bool dgi_lists_of(dgi_lists *lists, dgi_id n, dgi_id m, const dgi_id *owners, const dgi_id *items)
{
    lists->start = dgi_array((size_t)n + 2, sizeof *lists->start);
    lists->all = dgi_array(m, sizeof *lists->all);
    if (!lists->start || !lists->all) {
        dgi_lists_free(lists);
        return false;
    }
    /* Counted two places on, so that filling leaves the starts where they belong. */
    for (dgi_id i = 0; i < m; i++)
        lists->start[owners[i] + 2]++;
    for (dgi_id v = 0; v < n; v++)
        lists->start[v + 2] += lists->start[v + 1];
    for (dgi_id i = 0; i < m; i++)
        lists->all[lists->start[owners[i] + 1]++] = items ? items[i] : i;
    return true;
}

void dgi_lists_free(dgi_lists *lists)
{
    free(lists->start);
    free(lists->all);
    lists->start = lists->all = NULL;
}

/* ---- What comes in ------------------------------------------------------------------------- */

static bool is_size(double x)
{
    return isfinite(x) && x >= 0.0;
}

/* Adds what the item may take of the drawing, in both directions. */
static dg_status add_size(double width, double height, double *sum)
{
    if (!is_size(width) || !is_size(height))
        return DG_INVALID;
    if (width > MOST_SIZE || height > MOST_SIZE)
        return DG_LIMIT;
    *sum += width + height;
    return DG_OK;
}

static dg_status check(const dgi_layout *l)
{
    if ((l->n_nodes && !l->nodes) || (l->n_edges && !l->edges) || !is_size(l->effort))
        return DG_INVALID;
    double sum = 0.0;
    dg_status status = add_size(l->node_gap, l->rank_gap, &sum);
    dg_status worst = status;
    if (status == DG_INVALID)
        return status;
    for (size_t i = 0; i < l->n_nodes; i++) {
        status = add_size(l->nodes[i].width, l->nodes[i].height, &sum);
        if (status == DG_INVALID)
            return status;
        worst = status ? status : worst;
    }
    for (size_t i = 0; i < l->n_edges; i++) {
        const dgi_layout_edge *e = &l->edges[i];
        status = add_size(e->label_width, e->label_height, &sum);
        if (status == DG_INVALID || e->from >= l->n_nodes || e->to >= l->n_nodes || e->weight < 1)
            return DG_INVALID;
        worst = status ? status : worst;
    }
    sum += (l->node_gap + l->rank_gap) * ((double)l->n_nodes + (double)l->n_edges);
    if (l->n_nodes > DGI_MOST_IDS || l->n_edges > DGI_MOST_IDS || sum > MOST_SUM)
        return DG_LIMIT;
    return worst;
}

/* ---- Builds that watch themselves ---------------------------------------------------------- */

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define DGI_LAYOUT_CHECK
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(DGI_LAYOUT_CHECK)
#define DGI_LAYOUT_CHECK
#endif

#ifdef DGI_LAYOUT_CHECK
#include <assert.h>

static void must(bool holds)
{
    assert(holds);
}
#endif

/* What the phases after the given one may rely on. */
static void check_phase(const dgi_flow *f, size_t phase)
{
#ifdef DGI_LAYOUT_CHECK
    for (dgi_id e = 0; phase == 1 && e < f->m; e++)
        must(f->back[e] ? f->rank[f->tail[e]] <= f->rank[f->head[e]]
                        : f->rank[f->tail[e]] < f->rank[f->head[e]]);
    for (dgi_id s = 0; phase == 2 && s < f->n_strands; s++)
        for (dgi_id j = f->down.start[s]; j < f->down.start[s + 1]; j++)
            must(f->layer[f->down.all[j]] == f->layer[s] + 1);
    for (dgi_id i = 0; phase >= 3 && phase < 5 && i < f->n_layers; i++)
        for (dgi_id j = f->layer_start[i]; j < f->layer_start[i + 1]; j++) {
            dgi_id s = f->order[j];
            must(f->layer[s] == i && f->pos[s] == j - f->layer_start[i]);
            if (phase == 4 && j > f->layer_start[i])
                must(f->y[f->order[j - 1]] + f->below[f->order[j - 1]] <=
                     f->y[s] - f->above[s] + 1e-3);
        }
#else
    (void)f;
    (void)phase;
#endif
}

static void check_result(const dgi_layout *l)
{
#ifdef DGI_LAYOUT_CHECK
    const char *why = "";
    must(dgi_layout_valid(l, &why) || strcmp(why, "out of memory") == 0);
#else
    (void)l;
#endif
}

/* ---- All phases ---------------------------------------------------------------------------- */

static void release(dgi_flow *f)
{
    void *all[] = {f->back,        f->far,    f->tail,       f->head,   f->rank,  f->layer_of_rank,
                   f->first_rank,  f->strand, f->first_pure, f->n_pure, f->layer, f->order,
                   f->layer_start, f->pos,    f->above,      f->below,  f->y,     f->lane};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    dgi_lists_free(&f->up);
    dgi_lists_free(&f->down);
}

dg_status dgi_layout_run(dgi_layout *l)
{
    static dg_status (*const phases[])(dgi_flow *) = {
        dgi_flow_acyclic,    dgi_flow_rank,  dgi_flow_layers, dgi_flow_order,
        dgi_flow_coordinate, dgi_flow_lanes, dgi_flow_route,
    };
    if (!l)
        return DG_INVALID;
    l->points = NULL;
    l->n_points = 0;
    l->width = l->height = 0.0;
    dg_status status = check(l);
    if (status)
        return status;
    dgi_flow f = {.l = l, .n = (dgi_id)l->n_nodes, .m = (dgi_id)l->n_edges};
    for (size_t i = 0; status == DG_OK && i < sizeof phases / sizeof *phases; i++) {
        status = phases[i](&f);
        if (status == DG_OK)
            check_phase(&f, i);
    }
    release(&f);
    if (status == DG_OK)
        check_result(l);
    if (status)
        dgi_layout_free(l);
    return status;
}

void dgi_layout_free(dgi_layout *l)
{
    if (!l)
        return;
    free(l->points);
    l->points = NULL;
    l->n_points = 0;
}
