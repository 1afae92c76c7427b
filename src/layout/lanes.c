/* The heights of far edges: each goes along a lane of its own, above or below what is there, as
 * near as it can. Short lanes are laid first, so that longer ones go around them. */
#include <math.h>

#include "layout/flow.h"

/* How far something reaches over runs of layers, as a tree of maxima: node 1 is the root, i has the
 * children 2i and 2i + 1, and the leaves are the layers. */
typedef struct skyline {
    dgi_id size;
    double *most;  /* in any layer of the node */
    double *whole; /* laid over all of the node at once */
} skyline;

typedef struct laying {
    dgi_flow *f;
    dgi_id *first, *last; /* per node: the layers that its lane goes through */
    skyline above, below; /* in the direction away from the middle: growing */
} laying;

/* ---- Skylines ------------------------------------------------------------------------------ */

static bool make_skyline(skyline *s, dgi_id n)
{
    s->size = 1;
    while (s->size < n)
        s->size *= 2;
    s->most = dgi_array((size_t)s->size * 2, sizeof *s->most);
    s->whole = dgi_array((size_t)s->size * 2, sizeof *s->whole);
    for (dgi_id i = 0; s->most && s->whole && i < 2 * s->size; i++)
        s->most[i] = s->whole[i] = -INFINITY;
    return s->most && s->whole;
}

static void free_skyline(skyline *s)
{
    free(s->most);
    free(s->whole);
}

/* After the leaves were set. */
static void sum_up(skyline *s)
{
    for (dgi_id i = s->size; i-- > 1;)
        s->most[i] = fmax(s->most[2 * i], s->most[2 * i + 1]);
}

static double reach_over(const skyline *s, dgi_id first, dgi_id last)
{
    double most = -INFINITY;
    dgi_id i = first + s->size, j = last + s->size;
    for (dgi_id up = i; up > 0; up /= 2)
        most = fmax(most, s->whole[up]);
    for (dgi_id up = j; up > 0; up /= 2)
        most = fmax(most, s->whole[up]);
    for (j++; i < j; i /= 2, j /= 2) {
        if (i % 2)
            most = fmax(most, s->most[i++]);
        if (j % 2)
            most = fmax(most, s->most[--j]);
    }
    return most;
}

static void lay_over(skyline *s, dgi_id first, dgi_id last, double reach)
{
    dgi_id left = first + s->size, right = last + s->size;
    for (dgi_id i = left, j = right + 1; i < j; i /= 2, j /= 2) {
        if (i % 2) {
            s->whole[i] = fmax(s->whole[i], reach);
            s->most[i] = fmax(s->most[i], reach);
            i++;
        }
        if (j % 2) {
            j--;
            s->whole[j] = fmax(s->whole[j], reach);
            s->most[j] = fmax(s->most[j], reach);
        }
    }
    for (left /= 2; left > 0; left /= 2)
        s->most[left] = fmax(s->whole[left], fmax(s->most[2 * left], s->most[2 * left + 1]));
    for (right /= 2; right > 0; right /= 2)
        s->most[right] = fmax(s->whole[right], fmax(s->most[2 * right], s->most[2 * right + 1]));
}

static void see_strands(laying *y)
{
    const dgi_flow *f = y->f;
    for (dgi_id s = 0; s < f->n_strands; s++) {
        dgi_id leaf = f->layer[s];
        double *above = &y->above.most[y->above.size + leaf];
        double *below = &y->below.most[y->below.size + leaf];
        *above = fmax(*above, f->above[s] - f->y[s]);
        *below = fmax(*below, f->y[s] + f->below[s]);
    }
    sum_up(&y->above);
    sum_up(&y->below);
}

/* ---- Lanes --------------------------------------------------------------------------------- */

/* The far edges out of one node share a lane, like a bus, as long as the longest of them. Returns
 * how many lanes there are. */
static dgi_id measure_lanes(laying *y)
{
    const dgi_flow *f = y->f;
    dgi_id count = 0;
    for (dgi_id e = 0; e < f->m; e++) {
        dgi_id v = f->tail[e];
        if (!f->far[e])
            continue;
        dgi_id last = f->layer[f->strand[f->head[e]]] - 1;
        if (y->last[v] == 0) {
            y->first[v] = f->layer[f->strand[v]] + 1;
            count++;
        }
        if (last > y->last[v])
            y->last[v] = last;
    }
    return count;
}

static void lay(laying *y, dgi_id node)
{
    dgi_flow *f = y->f;
    double gap = f->l->node_gap / 2.0, at = f->y[f->strand[node]];
    dgi_id first = y->first[node], last = y->last[node];
    double high = reach_over(&y->above, first, last) + gap;
    double low = reach_over(&y->below, first, last) + gap;
    bool below = low - at <= at + high;
    lay_over(below ? &y->below : &y->above, first, last, below ? low : high);
    f->lane[node] = below ? low : -high;
}

static bool lay_all(laying *y, dgi_id n_lanes)
{
    dgi_flow *f = y->f;
    dgi_lists by_length = {0};
    dgi_id *lengths = dgi_array(n_lanes, sizeof *lengths);
    dgi_id *nodes = dgi_array(n_lanes, sizeof *nodes);
    dgi_id count = 0;
    for (dgi_id v = 0; lengths && nodes && v < f->n; v++)
        if (y->last[v] > 0) {
            lengths[count] = y->last[v] - y->first[v];
            nodes[count++] = v;
        }
    bool done = lengths && nodes && make_skyline(&y->above, f->n_layers) &&
                make_skyline(&y->below, f->n_layers) &&
                dgi_lists_of(&by_length, f->n_layers, n_lanes, lengths, nodes);
    if (done)
        see_strands(y);
    for (dgi_id i = 0; done && i < n_lanes; i++)
        lay(y, by_length.all[i]);
    dgi_lists_free(&by_length);
    free(lengths);
    free(nodes);
    free_skyline(&y->above);
    free_skyline(&y->below);
    return done;
}

dg_status dgi_flow_lanes(dgi_flow *f)
{
    laying y = {.f = f};
    f->lane = dgi_array(f->n, sizeof *f->lane);
    y.first = dgi_array(f->n, sizeof *y.first);
    y.last = dgi_array(f->n, sizeof *y.last);
    bool done = f->lane && y.first && y.last;
    dgi_id n_lanes = done ? measure_lanes(&y) : 0;
    done = done && (n_lanes == 0 || lay_all(&y, n_lanes));
    free(y.first);
    free(y.last);
    return done ? DG_OK : DG_NOMEM;
}
