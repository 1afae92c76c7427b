/* Tracks for the long edges, which have no virtual nodes: Sugiyama's framework has nothing of the
 * kind.
 *
 * The long edges out of one node share a track, like a bus: a horizontal line above or below
 * everything in the layers that it passes, on the side that is nearer. Tracks are assigned
 * greedily, the shortest first, so that longer ones go around them. A segment tree finds how far
 * the layers that a track passes extend. */
#include <math.h>

#include "layout/phases.h"

/* How far the layers extend in one direction: a segment tree of maxima. Node 1 is the root, the
 * children of i are 2i and 2i + 1, and the leaves are the layers. */
typedef struct extent_tree {
    uint32_t size;
    double *most;  /* per node: the maximum of its layers */
    double *whole; /* per node: the maximum over tracks that pass all its layers */
} extent_tree;

typedef struct assignment {
    dgi_layering *f;
    uint32_t *first, *last;   /* per node: the layers that its track passes */
    extent_tree above, below; /* upwards and downwards */
} assignment;

/* ---- Segment trees ------------------------------------------------------------------------- */

static bool make_extent_tree(extent_tree *s, uint32_t n)
{
    s->size = 1;
    while (s->size < n)
        s->size *= 2;
    s->most = dgi_zeroed((size_t)s->size * 2, sizeof *s->most);
    s->whole = dgi_zeroed((size_t)s->size * 2, sizeof *s->whole);
    for (uint32_t i = 0; s->most && s->whole && i < 2 * s->size; i++)
        s->most[i] = s->whole[i] = -INFINITY;
    return s->most && s->whole;
}

static void free_extent_tree(extent_tree *s)
{
    free(s->most);
    free(s->whole);
}

/* To be called after the leaves were set. */
static void update_inner_nodes(extent_tree *s)
{
    for (uint32_t i = s->size; i-- > 1;)
        s->most[i] = fmax(s->most[2 * i], s->most[2 * i + 1]);
}

static double max_over(const extent_tree *s, uint32_t first, uint32_t last)
{
    double most = -INFINITY;
    uint32_t i = first + s->size, j = last + s->size;
    for (uint32_t up = i; up > 0; up /= 2)
        most = fmax(most, s->whole[up]);
    for (uint32_t up = j; up > 0; up /= 2)
        most = fmax(most, s->whole[up]);
    for (j++; i < j; i /= 2, j /= 2) {
        if (i % 2)
            most = fmax(most, s->most[i++]);
        if (j % 2)
            most = fmax(most, s->most[--j]);
    }
    return most;
}

static void raise_over(extent_tree *s, uint32_t first, uint32_t last, double extent)
{
    uint32_t left = first + s->size, right = last + s->size;
    for (uint32_t i = left, j = right + 1; i < j; i /= 2, j /= 2) {
        if (i % 2) {
            s->whole[i] = fmax(s->whole[i], extent);
            s->most[i] = fmax(s->most[i], extent);
            i++;
        }
        if (j % 2) {
            j--;
            s->whole[j] = fmax(s->whole[j], extent);
            s->most[j] = fmax(s->most[j], extent);
        }
    }
    for (left /= 2; left > 0; left /= 2)
        s->most[left] = fmax(s->whole[left], fmax(s->most[2 * left], s->most[2 * left + 1]));
    for (right /= 2; right > 0; right /= 2)
        s->most[right] = fmax(s->whole[right], fmax(s->most[2 * right], s->most[2 * right + 1]));
}

static void add_chains(assignment *y)
{
    const dgi_layering *f = y->f;
    for (uint32_t s = 0; s < f->n_chains; s++) {
        uint32_t leaf = f->layer[s];
        double *above = &y->above.most[y->above.size + leaf];
        double *below = &y->below.most[y->below.size + leaf];
        *above = fmax(*above, f->above[s] - f->y[s]);
        *below = fmax(*below, f->y[s] + f->below[s]);
    }
    update_inner_nodes(&y->above);
    update_inner_nodes(&y->below);
}

/* ---- Tracks -------------------------------------------------------------------------------- */

/* Sets the layers of each track, as many as the longest of its edges passes. Returns the number of
 * tracks. */
static uint32_t measure_tracks(assignment *y)
{
    const dgi_layering *f = y->f;
    uint32_t count = 0;
    for (uint32_t e = 0; e < f->m; e++) {
        uint32_t v = f->tail[e];
        if (!f->is_long[e])
            continue;
        uint32_t last = f->layer[f->chain[f->head[e]]] - 1;
        if (y->last[v] == 0) {
            y->first[v] = f->layer[f->chain[v]] + 1;
            count++;
        }
        if (last > y->last[v])
            y->last[v] = last;
    }
    return count;
}

static void assign(assignment *y, uint32_t node)
{
    dgi_layering *f = y->f;
    double gap = f->l->node_gap / 2.0, at = f->y[f->chain[node]];
    uint32_t first = y->first[node], last = y->last[node];
    double high = max_over(&y->above, first, last) + gap;
    double low = max_over(&y->below, first, last) + gap;
    bool below = low - at <= at + high;
    raise_over(below ? &y->below : &y->above, first, last, below ? low : high);
    f->track[node] = below ? low : -high;
}

static bool assign_all(assignment *y, uint32_t n_tracks)
{
    dgi_layering *f = y->f;
    dgi_adjacency by_length = {0};
    uint32_t *lengths = dgi_zeroed(n_tracks, sizeof *lengths);
    uint32_t *nodes = dgi_zeroed(n_tracks, sizeof *nodes);
    uint32_t count = 0;
    for (uint32_t v = 0; lengths && nodes && v < f->n; v++)
        if (y->last[v] > 0) {
            lengths[count] = y->last[v] - y->first[v];
            nodes[count++] = v;
        }
    bool done = lengths && nodes && make_extent_tree(&y->above, f->n_layers) &&
                make_extent_tree(&y->below, f->n_layers) &&
                dgi_adjacency_init(&by_length, f->n_layers, n_tracks, lengths, nodes);
    if (done)
        add_chains(y);
    for (uint32_t i = 0; done && i < n_tracks; i++)
        assign(y, by_length.items[i]);
    dgi_adjacency_free(&by_length);
    free(lengths);
    free(nodes);
    free_extent_tree(&y->above);
    free_extent_tree(&y->below);
    return done;
}

dg_status dgi_assign_tracks(dgi_layering *f)
{
    assignment y = {.f = f};
    f->track = dgi_zeroed(f->n, sizeof *f->track);
    y.first = dgi_zeroed(f->n, sizeof *y.first);
    y.last = dgi_zeroed(f->n, sizeof *y.last);
    bool done = f->track && y.first && y.last;
    uint32_t n_tracks = done ? measure_tracks(&y) : 0;
    done = done && (n_tracks == 0 || assign_all(&y, n_tracks));
    free(y.first);
    free(y.last);
    return done ? DG_OK : DG_NOMEM;
}
