/* Who places a picture when nobody was named. */
#include "draw/choose.h"

#include <stdint.h>
#include <stdlib.h>

/* Up to so many values, and so many ranks that edges pass on their way, dot takes a second or less.
 * Beyond, its time grows with a power of both: minutes for a value that is used along a chain of a
 * hundred. */
enum { VALUES_FOR_DOT = 1000, PASSED_FOR_DOT = 400 };

/* Longest paths from the leaves, by Kahn's algorithm. */
typedef struct depths {
    size_t *depth;   /* of each node: the longest path to it */
    size_t *waiting; /* of each node: links to it whose parents are not done */
    size_t *first;   /* of each node: its first link as a parent in `order` */
    size_t *order;   /* the links by their parents */
    size_t *queue;
} depths;

static void depths_free(depths *d)
{
    free(d->depth);
    free(d->waiting);
    free(d->first);
    free(d->order);
    free(d->queue);
}

static bool depths_of(depths *d, const dgi_picture *p)
{
    size_t n = dg_trace_nodes(p->trace), links = p->links.n;
    *d = (depths){calloc(n + 1, sizeof(size_t)), calloc(n + 1, sizeof(size_t)),
                  calloc(n + 2, sizeof(size_t)), calloc(links + 1, sizeof(size_t)),
                  calloc(n + 1, sizeof(size_t))};
    if (!d->depth || !d->waiting || !d->first || !d->order || !d->queue)
        return false;
    for (size_t i = 0; i < links; i++) {
        d->waiting[p->links.all[i].to]++;
        d->first[p->links.all[i].from + 2]++;
    }
    for (size_t i = 2; i < n + 2; i++)
        d->first[i] += d->first[i - 1];
    for (size_t i = 0; i < links; i++)
        d->order[d->first[p->links.all[i].from + 1]++] = i;
    size_t done = 0, found = 0;
    for (size_t i = 0; i < n; i++)
        if (d->waiting[i] == 0)
            d->queue[found++] = i;
    while (done < found) {
        size_t from = d->queue[done++];
        for (size_t k = d->first[from]; k < d->first[from + 1]; k++) {
            size_t to = p->links.all[d->order[k]].to;
            if (d->depth[to] < d->depth[from] + 1)
                d->depth[to] = d->depth[from] + 1;
            if (--d->waiting[to] == 0)
                d->queue[found++] = to;
        }
    }
    return true;
}

/* How many ranks edges pass, when a leaf stands right before its first use. */
static size_t ranks_passed(const depths *d, const dgi_picture *p)
{
    size_t passed = 0;
    for (size_t from = 0; from < dg_trace_nodes(p->trace); from++) {
        size_t rank = d->depth[from], begin = d->first[from], end = d->first[from + 1];
        if (*dg_trace_op(p->trace, from) == '\0' && begin < end) {
            rank = SIZE_MAX;
            for (size_t k = begin; k < end; k++) {
                size_t use = d->depth[p->links.all[d->order[k]].to] - 1;
                rank = use < rank ? use : rank;
            }
        }
        for (size_t k = begin; k < end; k++)
            passed += d->depth[p->links.all[d->order[k]].to] - rank - 1;
    }
    return passed;
}

bool dgi_choose_layout(const dgi_picture *p, dg_layout *layout)
{
    *layout = DG_LAYOUT_FLOW;
    if (dg_trace_nodes(p->trace) > VALUES_FOR_DOT)
        return true;
    depths d;
    bool done = depths_of(&d, p);
    if (done && ranks_passed(&d, p) <= PASSED_FOR_DOT)
        *layout = DG_LAYOUT_DOT;
    depths_free(&d);
    return done;
}
