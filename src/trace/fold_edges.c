/* The edges between boxes, and which leaves are drawn as stubs. */
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "trace/fold.h"

/* ---- Edges ---------------------------------------------------------------------------------- */

typedef struct collector {
    dg_fold *f;
    uint32_t *edge_of; /* of a box that the current one uses: 1 + the edge; else one of an earlier
                          box, or 0 */
    uint32_t *user;    /* of a node: 1 + the last box that uses it */
    uint8_t *is_output;
} collector;

static bool add_edge(collector *c, uint32_t from, uint32_t to, size_t first_edge)
{
    dg_fold *f = c->f;
    if (c->edge_of[from] > first_edge) {
        f->edges[c->edge_of[from] - 1].count++;
        return true;
    }
    dgi_fold_edge *edges = dgi_grown(f->edges, &f->edge_capacity, f->edge_count, sizeof *edges);
    if (!edges)
        return false;
    f->edges = edges;
    edges[f->edge_count++] = (dgi_fold_edge){from, to, 1};
    c->edge_of[from] = (uint32_t)f->edge_count;
    f->boxes[from].degree++;
    return true;
}

/* The edges that lead to a box. */
static bool collect(collector *c, uint32_t to)
{
    dg_fold *f = c->f;
    dgi_fold_box *b = &f->boxes[to];
    size_t first_edge = f->edge_count;
    for (size_t i = 0; i < b->counts.values; i++) {
        const dgi_trace_node *n = &f->tree.trace->nodes[f->nodes[b->first_node + i]];
        for (uint32_t k = 0; k < n->n_operands; k++) {
            uint32_t node = dgi_trace_node_operands(n)[k], from = f->box_of[node];
            if (from == to) {
                b->counts.edges++;
                continue;
            }
            if (!add_edge(c, from, to, first_edge))
                return false;
            b->counts.inputs += c->user[node] != to + 1;
            c->user[node] = to + 1;
            f->boxes[from].counts.outputs += !c->is_output[node];
            c->is_output[node] = 1;
        }
    }
    return true;
}

/* ---- Stubs ---------------------------------------------------------------------------------- */

enum { STUB_BOXES = 15, STUB_USES = 5 }; /* the fewest */

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Leaves with more uses than those of almost all boxes. */
static void find_stubs(dg_fold *f, uint32_t *degrees)
{
    size_t count = 0;
    f->stub_degree = SIZE_MAX;
    for (size_t i = 0; i < f->box_count; i++)
        if (f->boxes[i].degree)
            degrees[count++] = f->boxes[i].degree;
    if (f->whole_leaves || f->box_count < STUB_BOXES || count == 0)
        return;
    qsort(degrees, count, sizeof *degrees, compare);
    size_t q1 = degrees[count / 4], q3 = degrees[count - 1 - count / 4];
    f->stub_degree = q3 + (q3 - q1);
    for (size_t i = 0; i < f->box_count; i++) {
        dgi_fold_box *b = &f->boxes[i];
        b->counts.stub = b->counts.leaves == b->counts.values && b->degree >= STUB_USES &&
                         b->degree > f->stub_degree;
    }
}

bool dgi_fold_make_edges(dg_fold *f)
{
    size_t n = f->tree.trace->n_nodes;
    collector c = {.f = f};
    c.edge_of = calloc(f->box_count + 1, sizeof *c.edge_of);
    c.user = calloc(n, sizeof *c.user);
    c.is_output = calloc(n, 1);
    bool done = c.edge_of && c.user && c.is_output;
    for (uint32_t i = 0; i < f->box_count && done; i++)
        done = collect(&c, i);
    if (done)
        find_stubs(f, c.edge_of);
    free(c.edge_of);
    free(c.user);
    free(c.is_output);
    return done;
}
