#include "layout/layout.h"

#include <math.h>
#include <string.h>

#include "layout/clusters.h"

/* The greatest size of anything, and the greatest sum of sizes. */
#define MOST_SIZE 1e7
#define MOST_SUM 1e11

/* ---- Adjacency lists ----------------------------------------------------------------------- */

bool dgi_adjacency_init(dgi_adjacency *lists, uint32_t n, uint32_t m, const uint32_t *owners,
                        const uint32_t *items)
{
    lists->start = dgi_zeroed((size_t)n + 2, sizeof *lists->start);
    lists->items = dgi_zeroed(m, sizeof *lists->items);
    if (!lists->start || !lists->items) {
        dgi_adjacency_free(lists);
        return false;
    }
    /* Counted two elements further on, so that filling leaves the starts in their elements. */
    for (uint32_t i = 0; i < m; i++)
        lists->start[owners[i] + 2]++;
    for (uint32_t v = 0; v < n; v++)
        lists->start[v + 2] += lists->start[v + 1];
    for (uint32_t i = 0; i < m; i++)
        lists->items[lists->start[owners[i] + 1]++] = items ? items[i] : i;
    return true;
}

void dgi_adjacency_free(dgi_adjacency *lists)
{
    free(lists->start);
    free(lists->items);
    lists->start = lists->items = NULL;
}

/* ---- Input --------------------------------------------------------------------------------- */

static bool is_size(double x)
{
    return isfinite(x) && x >= 0.0;
}

/* Checks a size, and adds it to the sum. */
static dg_status add_size(double width, double height, double *sum)
{
    if (!is_size(width) || !is_size(height))
        return DG_INVALID;
    if (width > MOST_SIZE || height > MOST_SIZE)
        return DG_LIMIT;
    *sum += width + height;
    return DG_OK;
}

/* Whether an edge may go out or come in this far below the port of a node. */
static bool is_port(const dgi_layout_node *n, double port)
{
    return fabs(n->port + port) <= n->height / 2.0 + 1e-9 * n->height;
}

/* The same of a cluster. */
static dg_status check_cluster(const dgi_layout *l, size_t i, double *sum)
{
    const dgi_layout_cluster *c = &l->clusters[i];
    dg_status a = add_size(c->before, c->after, sum), b = add_size(c->above, c->below, sum),
              d = add_size(c->min_width, c->min_height, sum);
    if (a == DG_INVALID || b == DG_INVALID || d == DG_INVALID || c->parent > i)
        return DG_INVALID;
    return a ? a : b ? b : d;
}

static dg_status check(const dgi_layout *l)
{
    if ((l->n_nodes && !l->nodes) || (l->n_edges && !l->edges) || (l->n_clusters && !l->clusters) ||
        (l->n_pairs && !l->pairs) || !is_size(l->effort))
        return DG_INVALID;
    double sum = 0.0;
    dg_status status = add_size(l->node_gap, l->rank_gap, &sum);
    dg_status worst = status;
    if (status == DG_INVALID)
        return status;
    for (size_t i = 0; i < l->n_nodes; i++) {
        status = add_size(l->nodes[i].width, l->nodes[i].height, &sum);
        if (status == DG_INVALID || !(fabs(l->nodes[i].port) <= l->nodes[i].height / 2.0) ||
            l->nodes[i].cluster > l->n_clusters || l->nodes[i].rank_set > l->n_nodes)
            return DG_INVALID;
        worst = status ? status : worst;
    }
    for (size_t i = 0; i < l->n_pairs; i++)
        if (l->pairs[i].above >= l->n_nodes || l->pairs[i].below >= l->n_nodes ||
            l->pairs[i].weight < 0)
            return DG_INVALID;
    for (size_t i = 0; i < l->n_clusters; i++) {
        status = check_cluster(l, i, &sum);
        if (status == DG_INVALID)
            return status;
        worst = status ? status : worst;
    }
    for (size_t i = 0; i < l->n_edges; i++) {
        const dgi_layout_edge *e = &l->edges[i];
        status = add_size(e->label_width, e->label_height, &sum);
        if (status == DG_INVALID || e->from >= l->n_nodes || e->to >= l->n_nodes || e->weight < 1)
            return DG_INVALID;
        if (e->length < 0)
            return DG_INVALID;
        if (!is_port(&l->nodes[e->from], e->from_port) || !is_port(&l->nodes[e->to], e->to_port))
            return DG_INVALID;
        worst = status ? status : worst;
    }
    sum += (l->node_gap + l->rank_gap) * ((double)l->n_nodes + (double)l->n_edges);
    if (l->n_nodes > DGI_INDEX_MAX || l->n_pairs > DGI_INDEX_MAX || l->n_edges > DGI_INDEX_MAX ||
        l->n_clusters >= DGI_INDEX_MAX - l->n_nodes || sum > MOST_SUM)
        return DG_LIMIT;
    return worst;
}

/* ---- Self-checks of builds with AddressSanitizer ------------------------------------------- */

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

/* The invariants that hold after a phase. */
static void check_phase(const dgi_layering *f, size_t phase)
{
#ifdef DGI_LAYOUT_CHECK
    for (uint32_t e = 0; phase == 2 && e < f->m; e++)
        must(f->back[e] ? f->rank[f->tail[e]] <= f->rank[f->head[e]]
                        : f->rank[f->tail[e]] < f->rank[f->head[e]]);
    for (uint32_t s = 0; phase == 3 && s < f->n_chains; s++)
        for (uint32_t j = f->down.start[s]; j < f->down.start[s + 1]; j++)
            must(f->layer[f->down.items[j]] == f->layer[s] + 1);
    for (uint32_t i = 0; phase >= 4 && phase < 6 && i < f->n_layers; i++)
        for (uint32_t j = f->layer_start[i]; j < f->layer_start[i + 1]; j++) {
            uint32_t s = f->order[j];
            must(f->layer[s] == i && f->pos[s] == j - f->layer_start[i]);
            if (phase == 5 && j > f->layer_start[i])
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

/* All but the clusters. */
static void release(dgi_layering *f)
{
    void *all[] = {f->back,          f->is_long,    f->tail,        f->head,          f->rank,
                   f->layer_of_rank, f->first_rank, f->chain,       f->first_virtual, f->n_virtual,
                   f->layer,         f->order,      f->layer_start, f->pos,           f->above,
                   f->below,         f->y,          f->track,       f->leader,        f->pair_above,
                   f->pair_below,    f->pair_weight};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    dgi_adjacency_free(&f->up);
    dgi_adjacency_free(&f->down);
    *f = (dgi_layering){.l = f->l,
                        .n = f->n,
                        .m = f->m,
                        .clusters = f->clusters,
                        .through_frames = f->through_frames,
                        .moved_apart = f->moved_apart};
}

/* False: clusters have to be further apart, and all is done again. */
static bool is_final(dgi_layering *f, int attempt)
{
    enum { ATTEMPTS = 8 };
    dgi_clusters *c = f->clusters;
    if (!c || !c->again)
        return true;
    for (uint32_t i = 0; attempt >= ATTEMPTS && i < c->n; i++) {
        c->apart[i] = DGI_IN_SEQUENCE;
        c->is_crossed[i] = true;
    }
    c->again = false;
    return false;
}

static dg_status run_phases(dgi_layering *f)
{
    static dg_status (*const phases[])(dgi_layering *) = {
        dgi_read_rank_options,  dgi_remove_cycles,      dgi_assign_ranks,  dgi_make_proper,
        dgi_minimise_crossings, dgi_assign_coordinates, dgi_assign_tracks, dgi_route_edges,
    };
    dg_status status = dgi_clusters_init(f);
    for (size_t i = 0, attempt = 1; status == DG_OK && i < sizeof phases / sizeof *phases; i++) {
        status = phases[i](f);
        if (status)
            break;
        if (!is_final(f, (int)attempt)) {
            release(f);
            attempt++;
            i = SIZE_MAX; /* from the first phase on */
            continue;
        }
        check_phase(f, i);
    }
    release(f);
    dgi_clusters_free(f);
    return status;
}

/* ---- Again, with edges through frames ------------------------------------------------------ */

static void *copy_of(const void *items, size_t count, size_t size)
{
    void *copy = dgi_zeroed(count, size);
    if (copy && count)
        memcpy(copy, items, count * size);
    return copy;
}

/* A copy of all that a layout writes; false when out of memory. */
static bool save(dgi_layout *saved, const dgi_layout *l)
{
    *saved = *l;
    saved->nodes = copy_of(l->nodes, l->n_nodes, sizeof *l->nodes);
    saved->edges = copy_of(l->edges, l->n_edges, sizeof *l->edges);
    saved->clusters = copy_of(l->clusters, l->n_clusters, sizeof *l->clusters);
    return saved->nodes && saved->edges && saved->clusters;
}

/* Puts it back; the layout's own points are freed. */
static void restore(const dgi_layout *s, dgi_layout *l)
{
    dgi_layout_free(l);
    memcpy(l->nodes, s->nodes, l->n_nodes * sizeof *l->nodes);
    memcpy(l->edges, s->edges, l->n_edges * sizeof *l->edges);
    memcpy(l->clusters, s->clusters, l->n_clusters * sizeof *l->clusters);
    l->points = s->points;
    l->n_points = s->n_points;
    l->width = s->width;
    l->height = s->height;
    l->through_frames = false;
}

static bool is_half_as_long(const dgi_layout *l, const dgi_layout *than)
{
    return 2.0 * fmax(l->width, l->height) <= fmax(than->width, than->height) &&
           l->width * l->height <= than->width * than->height;
}

/* Members of clusters were moved apart, and the picture may be long and thin for it: clusters that
 * edges join in a row, such as the steps of a recurrent network. Where it is at most half as long
 * if edges may lead through frames, they do. */
static dg_status try_through_frames(dgi_layering *f)
{
    dgi_layout *l = f->l;
    dgi_layout first = {0};
    const char *why = "";
    dg_status status = save(&first, l) ? DG_OK : DG_NOMEM;
    bool better = false;
    if (status == DG_OK) {
        l->points = NULL; /* they are the copy's */
        l->n_points = 0;
        l->through_frames = f->through_frames = true;
        status = run_phases(f);
        better = status == DG_OK && is_half_as_long(l, &first) && dgi_layout_valid(l, &why);
        if (status == DG_OK && strcmp(why, "out of memory") == 0)
            status = DG_NOMEM; /* the picture must not depend on it */
        if (!better)
            restore(&first, l);
    }
    free(first.nodes);
    free(first.edges);
    free(first.clusters);
    if (better)
        free(first.points);
    return status;
}

dg_status dgi_layout_run(dgi_layout *l)
{
    if (!l)
        return DG_INVALID;
    l->points = NULL;
    l->n_points = 0;
    l->width = l->height = 0.0;
    l->through_frames = false;
    dg_status status = check(l);
    if (status)
        return status;
    dgi_layering f = {.l = l, .n = (uint32_t)l->n_nodes, .m = (uint32_t)l->n_edges};
    status = run_phases(&f);
    if (status == DG_OK && f.moved_apart && f.n < DGI_OVERLAP_LIMIT)
        status = try_through_frames(&f);
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
