/* Lays out random graphs with clusters by dgi_layout_run and by the `dot` program, with the same
 * sizes and gaps, and says how the two compare; or how long clusters take.
 *
 * `clusters_compare COUNT [FIRST_SEED [PREFIX]]`: medians over so many graphs, from dot's to ours.
 * `clusters_compare time NODES`: the time with clusters, and without.
 *
 * The graphs are like programs with scopes: each node uses one or two others, most of them of its
 * own scope; a cluster is a part of the program, with parts in it. A crossing is a point where the
 * curves of two edges cross each other, counted the same way for both. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout/layout.h"
#include "measure.h"

static const double MARGIN = 8.0;

typedef struct graph {
    dgi_layout l;
    size_t node_room, edge_room, cluster_room, point_room;
} graph;

static uint64_t state;
static size_t below(size_t n)
{
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (size_t)(state >> 33) % n;
}

/* ---- Graphs -------------------------------------------------------------------------------- */

static void add_edge(graph *g, size_t from, size_t to)
{
    dgi_layout *l = &g->l;
    for (size_t i = l->n_edges; i-- > 0 && l->edges[i].to == to;)
        if (l->edges[i].from == from)
            return;
    l->edges = grown(l->edges, &g->edge_room, l->n_edges, sizeof *l->edges);
    l->edges[l->n_edges++] = (dgi_layout_edge){.from = from, .to = to, .weight = 1};
}

static size_t add_cluster(graph *g, size_t parent)
{
    dgi_layout *l = &g->l;
    l->clusters = grown(l->clusters, &g->cluster_room, l->n_clusters, sizeof *l->clusters);
    l->clusters[l->n_clusters] = (dgi_layout_cluster){
        .parent = parent, .before = MARGIN, .after = MARGIN, .above = MARGIN, .below = MARGIN};
    return ++l->n_clusters;
}

/* Nodes of a scope, of which `first` was the first. */
static void add_nodes(graph *g, size_t count, size_t cluster, size_t first, size_t depth)
{
    dgi_layout *l = &g->l;
    while (count > 0) {
        if (depth < 3 && count > 4 && below(3) == 0) { /* a scope within */
            size_t n = 3 + below(count - 3);
            n = n > 24 >> depth ? 24 >> depth : n;
            add_nodes(g, n, add_cluster(g, cluster), l->n_nodes, depth + 1);
            count -= n;
            continue;
        }
        size_t v = l->n_nodes, operands = below(5) == 0 ? 0 : 1 + below(2);
        l->nodes = grown(l->nodes, &g->node_room, v, sizeof *l->nodes);
        l->nodes[l->n_nodes++] =
            (dgi_layout_node){.width = 40 + (double)below(60), .height = 30, .cluster = cluster};
        for (size_t i = 0; v > 0 && i < operands; i++) {
            bool own = v > first && below(4) > 0;
            size_t near = own ? v - first : v;
            add_edge(g, v - 1 - below(near < 12 ? near : 12), v);
        }
        count--;
    }
}

static void make(graph *g, uint64_t seed, size_t size)
{
    *g = (graph){.l = {.node_gap = 16, .rank_gap = 24}};
    state = seed * 7919 + 17;
    add_nodes(g, size, 0, 0, 0);
}

static void release(graph *g)
{
    free(g->l.points);
    free(g->l.nodes);
    free(g->l.edges);
    free(g->l.clusters);
}

/* ---- What dot makes of it ------------------------------------------------------------------ */

/* The nodes of a cluster, then those within it: a node is in the cluster where it is first named.
 */
static void write_cluster(const graph *g, FILE *f, size_t cluster)
{
    for (size_t c = 0; c < g->l.n_clusters; c++)
        if (g->l.clusters[c].parent == cluster) {
            fprintf(f, "subgraph cluster_%zu{margin=%g\n", c, MARGIN);
            write_cluster(g, f, c + 1);
            fprintf(f, "}\n");
        }
    for (size_t v = 0; v < g->l.n_nodes; v++)
        if (g->l.nodes[v].cluster == cluster)
            fprintf(f, "%zu[width=%.4f height=%.4f]\n", v, g->l.nodes[v].width / 72,
                    g->l.nodes[v].height / 72);
}

static void write_dot(const graph *g, FILE *f)
{
    fprintf(f,
            "digraph {rankdir=LR nodesep=%.4f ranksep=%.4f node[shape=box fixedsize=true "
            "label=\"\"] edge[dir=none]\n",
            g->l.node_gap / 72, g->l.rank_gap / 72);
    write_cluster(g, f, 0);
    for (size_t e = 0; e < g->l.n_edges; e++)
        fprintf(f, "%zu->%zu\n", g->l.edges[e].from, g->l.edges[e].to);
    fprintf(f, "}\n");
}

static void read_plain(graph *d, FILE *f)
{
    char word[32];
    double a, b, height = 0;
    size_t v, w, n, edge = 0;
    while (fscanf(f, "%31s", word) == 1 && strcmp(word, "stop") != 0) {
        if (strcmp(word, "graph") == 0 && fscanf(f, "%*f %lf %lf%*[^\n]", &a, &b) == 2) {
            d->l.width = a * 72;
            d->l.height = height = b * 72;
        } else if (strcmp(word, "node") == 0 && fscanf(f, "%zu %lf %lf%*[^\n]", &v, &a, &b) == 3) {
            d->l.nodes[v].x = a * 72;
            d->l.nodes[v].y = height - b * 72;
        } else if (strcmp(word, "edge") == 0 && fscanf(f, "%zu %zu %zu", &v, &w, &n) == 3) {
            dgi_layout_edge *e = &d->l.edges[edge++];
            e->from = v;
            e->to = w;
            e->first_point = d->l.n_points;
            e->n_points = n;
            for (size_t i = 0; i < n && fscanf(f, "%lf %lf", &a, &b) == 2; i++) {
                d->l.points =
                    grown(d->l.points, &d->point_room, d->l.n_points, sizeof *d->l.points);
                d->l.points[d->l.n_points++] = (dgi_layout_point){a * 72, height - b * 72};
            }
            if (fscanf(f, "%*[^\n]") < 0)
                break;
        }
    }
}

static bool lay_out_by_dot(graph *d)
{
    char path[] = "/tmp/clusters-XXXXXX", command[64];
    int fd = mkstemp(path);
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!f)
        return false;
    write_dot(d, f);
    fclose(f);
    snprintf(command, sizeof command, "timeout 60 dot -Tplain %s", path);
    f = popen(command, "r");
    if (f) {
        read_plain(d, f);
        pclose(f);
    }
    remove(path);
    return f && d->l.n_points > 0;
}

/* ---- Measures ------------------------------------------------------------------------------ */

enum { STEPS = 12 }; /* straight pieces of each curve */

typedef struct measures {
    double crossings, length, area;
} measures;

/* The straight pieces of an edge. */
static size_t flatten(const dgi_layout *l, const dgi_layout_edge *e, dgi_layout_point *out)
{
    size_t n = 0;
    out[n++] = l->points[e->first_point];
    for (size_t i = 0; i + 3 < e->n_points; i += 3) {
        const dgi_layout_point *p = l->points + e->first_point + i;
        for (int k = 1; k <= STEPS; k++) {
            double t = (double)k / STEPS, u = 1 - t, a = u * u * u, b = 3 * u * u * t,
                   c = 3 * u * t * t, d = t * t * t;
            out[n++] = (dgi_layout_point){a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x,
                                          a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y};
        }
    }
    return n;
}

static double side(dgi_layout_point a, dgi_layout_point b, dgi_layout_point p)
{
    return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

static bool cross(const dgi_layout_point *a, const dgi_layout_point *b)
{
    return side(a[0], a[1], b[0]) * side(a[0], a[1], b[1]) < -1e-6 &&
           side(b[0], b[1], a[0]) * side(b[0], b[1], a[1]) < -1e-6;
}

static measures measure(const dgi_layout *l)
{
    measures m = {.area = l->width * l->height};
    size_t *start = calloc(l->n_edges + 1, sizeof *start);
    dgi_layout_point *points = calloc(l->n_points * STEPS + l->n_edges + 1, sizeof *points);
    for (size_t e = 0; e < l->n_edges; e++) {
        start[e + 1] = start[e] + flatten(l, &l->edges[e], points + start[e]);
        for (size_t i = start[e]; i + 1 < start[e + 1]; i++)
            m.length += hypot(points[i + 1].x - points[i].x, points[i + 1].y - points[i].y);
        for (size_t b = 0; b < e; b++)
            for (size_t i = start[e]; i + 1 < start[e + 1]; i++)
                for (size_t k = start[b]; k + 1 < start[b + 1]; k++)
                    m.crossings += cross(points + i, points + k);
    }
    free(start);
    free(points);
    return m;
}

/* ---- Pictures ------------------------------------------------------------------------------ */

static void write_svg(const graph *g, const char *prefix, uint64_t seed)
{
    char path[512];
    const dgi_layout *l = &g->l;
    snprintf(path, sizeof path, "%s-%llu.svg", prefix, (unsigned long long)seed);
    FILE *f = fopen(path, "w");
    if (!f)
        return;
    fprintf(f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-8 -8 %g %g\">"
            "<rect x=\"-8\" y=\"-8\" width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
            l->width + 16, l->height + 16);
    for (size_t i = 0; i < l->n_clusters; i++) {
        const dgi_layout_cluster *c = &l->clusters[i];
        fprintf(
            f,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%g\" height=\"%g\" rx=\"6\" fill=\"#0000000c\" "
            "stroke=\"#888\"/>\n",
            c->x - c->width / 2, c->y - c->height / 2, c->width, c->height);
    }
    for (size_t i = 0; i < l->n_edges; i++) {
        const dgi_layout_edge *e = &l->edges[i];
        fprintf(f, "<path fill=\"none\" stroke=\"#555\" d=\"");
        for (size_t k = 0; k < e->n_points; k++)
            fprintf(f, "%s%.1f,%.1f",
                    k == 0   ? "M"
                    : k == 1 ? "C"
                             : " ",
                    l->points[e->first_point + k].x, l->points[e->first_point + k].y);
        fprintf(f, "\"/>\n");
    }
    for (size_t v = 0; v < l->n_nodes; v++) {
        const dgi_layout_node *n = &l->nodes[v];
        fprintf(f,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%g\" height=\"%g\" fill=\"#def\" "
                "stroke=\"#226\"/>\n",
                n->x - n->width / 2, n->y - n->height / 2, n->width, n->height);
    }
    fprintf(f, "</svg>\n");
    fclose(f);
}

/* ---- The program --------------------------------------------------------------------------- */

static int compare(size_t count, uint64_t first, const char *prefix)
{
    double *ratio[3], dot[3] = {0}, own[3] = {0};
    size_t n = 0;
    for (int i = 0; i < 3; i++)
        ratio[i] = calloc(count + 1, sizeof *ratio[i]);
    for (uint64_t seed = first; seed < first + count; seed++) {
        graph g, d;
        const char *why = "";
        make(&g, seed, 20 + seed % 7 * 10);
        make(&d, seed, 20 + seed % 7 * 10);
        if (dgi_layout_run(&g.l) != DG_OK || !dgi_layout_valid(&g.l, &why))
            return printf("seed %llu is not valid: %s\n", (unsigned long long)seed, why), 1;
        if (!lay_out_by_dot(&d))
            return printf("there is no dot\n"), 1;
        measures a = measure(&g.l), b = measure(&d.l);
        double of_own[] = {a.crossings, a.length, a.area};
        double of_dot[] = {b.crossings, b.length, b.area};
        for (int i = 0; i < 3; i++) {
            own[i] += of_own[i];
            dot[i] += of_dot[i];
            ratio[i][n] = of_dot[i] > 0.0 ? of_own[i] / of_dot[i] : of_own[i] > 0.0 ? 2.0 : 1.0;
        }
        n++;
        if (prefix)
            write_svg(&g, prefix, seed);
        release(&g);
        release(&d);
    }
    static const char *const names[] = {"crossings", "length", "area"};
    for (int i = 0; i < 3; i++)
        printf("%-10s median %.3f of dot's, sum %.3f (%.0f, %.0f)\n", names[i], median(ratio[i], n),
               own[i] / dot[i], own[i], dot[i]);
    for (int i = 0; i < 3; i++)
        free(ratio[i]);
    return 0;
}

static double time_of(size_t size, bool clusters)
{
    double times[5];
    for (int i = 0; i < 5; i++) {
        graph g;
        make(&g, 1, size);
        if (!clusters) {
            g.l.n_clusters = 0;
            for (size_t v = 0; v < g.l.n_nodes; v++)
                g.l.nodes[v].cluster = 0;
        }
        double start = clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
        if (dgi_layout_run(&g.l) != DG_OK)
            printf("no layout\n");
        times[i] = clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
        release(&g);
    }
    return median(times, 5);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    if (argc > 2 && strcmp(argv[1], "time") == 0) {
        size_t size = strtoul(argv[2], NULL, 10);
        double with = time_of(size, true), without = time_of(size, false);
        printf("%zu nodes: %.4f s with clusters, %.4f s without: %.2f\n", size, with, without,
               with / without);
        return 0;
    }
    return compare(strtoul(argv[1], NULL, 10), argc > 2 ? strtoull(argv[2], NULL, 10) : 1,
                   argc > 3 ? argv[3] : NULL);
}
