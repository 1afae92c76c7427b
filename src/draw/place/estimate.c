/* The width of a picture, without a layout. */
#include "draw/place/place.h"

#include <math.h>

#include "layout/phases.h"

/* About as much as in both layouts. */
static const double NODE_GAP = 14.0, RANK_GAP = 22.0;

/* How many edges each box is from the end of the graph at most; `ranks` and `left` are zeroed, and
 * `ready` is scratch. Layouts put a box near what it is used for, so this is about its rank. */
static uint32_t rank_from_end(const dgi_scene *s, const dgi_adjacency *in, uint32_t *ranks,
                              uint32_t *left, uint32_t *ready)
{
    uint32_t n_ready = 0, n_ranks = 0;
    for (uint32_t i = 0; i < s->n_edges; i++)
        left[s->edges[i].from]++;
    for (uint32_t i = 0; i < s->n_boxes; i++)
        if (left[i] == 0)
            ready[n_ready++] = i;
    for (uint32_t next = 0; next < n_ready; next++) {
        uint32_t box = ready[next];
        n_ranks = ranks[box] + 1 > n_ranks ? ranks[box] + 1 : n_ranks;
        for (uint32_t k = in->start[box]; k < in->start[box + 1]; k++) {
            uint32_t from = in->items[k];
            if (ranks[from] < ranks[box] + 1)
                ranks[from] = ranks[box] + 1;
            if (--left[from] == 0)
                ready[n_ready++] = from;
        }
    }
    return n_ranks;
}

/* Side by side: what the widest rank has. One after the other: the widest box of each rank. */
static double width_of(const dgi_scene *s, const uint32_t *ranks, uint32_t n_ranks, double *widths)
{
    bool side_by_side = dgi_is_vertical(s->direction);
    double sum = 0.0, widest = 0.0;
    for (uint32_t i = 0; i < s->n_boxes; i++) {
        double *width = &widths[ranks[i]];
        *width = side_by_side ? *width + s->boxes[i].width + NODE_GAP
                              : fmax(*width, s->boxes[i].width + RANK_GAP);
    }
    for (uint32_t i = 0; i < n_ranks; i++) {
        sum += widths[i];
        widest = fmax(widest, widths[i]);
    }
    return side_by_side ? widest : sum;
}

bool dgi_estimate_width(const dgi_scene *s, double *width)
{
    dgi_adjacency in = {0};
    uint32_t *owners = dgi_zeroed(s->n_edges, sizeof *owners);
    uint32_t *from = dgi_zeroed(s->n_edges, sizeof *from);
    uint32_t *ranks = dgi_zeroed(s->n_boxes, sizeof *ranks);
    uint32_t *left = dgi_zeroed(s->n_boxes, sizeof *left);
    uint32_t *ready = dgi_zeroed(s->n_boxes, sizeof *ready);
    double *widths = dgi_zeroed(s->n_boxes, sizeof *widths);
    bool done = owners && from && ranks && left && ready && widths;
    for (uint32_t i = 0; done && i < s->n_edges; i++) {
        owners[i] = s->edges[i].to;
        from[i] = s->edges[i].from;
    }
    done = done && dgi_adjacency_init(&in, s->n_boxes, s->n_edges, owners, from);
    if (done)
        *width = width_of(s, ranks, rank_from_end(s, &in, ranks, left, ready), widths);
    dgi_adjacency_free(&in);
    free(owners);
    free(from);
    free(ranks);
    free(left);
    free(ready);
    free(widths);
    return done;
}
