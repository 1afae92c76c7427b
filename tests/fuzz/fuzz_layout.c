/* Any bytes as boxes and edges: what is laid out must be valid, and the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "layout/layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_NODES = 60, MOST_EDGES = 150 };

typedef struct reader {
    const uint8_t *at, *end;
} reader;

static void must(int holds)
{
    if (!holds)
        abort();
}

static unsigned byte(reader *r)
{
    return r->at < r->end ? *r->at++ : 0;
}

/* Mostly ordinary sizes; sometimes none, or eight bytes as they come. */
static double length(reader *r, unsigned kind)
{
    double x = 0.0;
    if (kind % 16 == 15) {
        for (size_t i = 0; i < sizeof x; i++)
            ((unsigned char *)&x)[i] = (unsigned char)byte(r);
        return x;
    }
    return kind % 16 == 14 ? 0.0 : byte(r);
}

static void read_layout(reader *r, dgi_layout *l, dgi_layout_node *nodes, dgi_layout_edge *edges)
{
    l->nodes = nodes;
    l->edges = edges;
    l->n_nodes = byte(r) % (MOST_NODES + 1);
    l->n_edges = byte(r) % (MOST_EDGES + 1);
    l->node_gap = length(r, byte(r));
    unsigned gap = byte(r);
    l->rank_gap = length(r, gap);
    l->longest = gap / 16 % 4;
    l->effort = 0.01; /* enough to test validity */
    for (size_t i = 0; i < l->n_nodes; i++) {
        unsigned kind = byte(r);
        nodes[i].width = length(r, kind);
        nodes[i].height = length(r, kind / 16);
    }
    for (size_t i = 0; i < l->n_edges; i++) {
        unsigned kind = byte(r);
        edges[i].from = byte(r);
        edges[i].to = byte(r);
        if (l->n_nodes && kind % 32) { /* else as it comes, there or not */
            edges[i].from %= l->n_nodes;
            edges[i].to %= l->n_nodes;
        }
        edges[i].weight = kind % 8 == 1 ? (int)byte(r) - 2 : kind % 8 == 2 ? 10 : 1;
        if (kind % 8 == 3) {
            unsigned size = byte(r);
            edges[i].label_width = length(r, size);
            edges[i].label_height = length(r, size / 16);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    reader r = {data, data + size};
    dgi_layout_node nodes[MOST_NODES] = {0}, again_nodes[MOST_NODES];
    dgi_layout_edge edges[MOST_EDGES] = {0}, again_edges[MOST_EDGES];
    dgi_layout l = {0};
    read_layout(&r, &l, nodes, edges);
    dgi_layout again = l;
    memcpy(again_nodes, nodes, sizeof nodes);
    memcpy(again_edges, edges, sizeof edges);
    again.nodes = again_nodes;
    again.edges = again_edges;
    dg_status status = dgi_layout_run(&l);
    must(status == DG_OK || status == DG_INVALID || status == DG_LIMIT);
    must(dgi_layout_run(&again) == status);
    must(l.n_points == again.n_points && (status == DG_OK || l.n_points == 0));
    if (status == DG_OK)
        must(dgi_layout_valid(&l, NULL));
    if (l.n_points)
        must(memcmp(l.points, again.points, l.n_points * sizeof *l.points) == 0);
    dgi_layout_free(&l);
    dgi_layout_free(&again);
    return 0;
}
