/* Lays out one graph by dgi_layout_run and, where asked, by the `dot` program, and says how the two
 * compare; both pictures can be written as SVG.
 *
 *     layout_compare KIND SIZE [dot|time|-] [PREFIX [LONGEST]]
 *
 * KIND is mlp (SIZE examples through one network), chain, power, fan, random, or dag. Crossings are
 * counted the same way for both: between neighbouring ranks, from where the curves are at the
 * ranks' middles. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "layout/layout.h"
#include "measure.h"

typedef struct graph {
    dgi_layout l;
    size_t node_room, edge_room;
} graph;

static size_t add_node(graph *g, double width, double height)
{
    g->l.nodes = grown(g->l.nodes, &g->node_room, g->l.n_nodes, sizeof *g->l.nodes);
    g->l.nodes[g->l.n_nodes] = (dgi_layout_node){.width = width, .height = height};
    return g->l.n_nodes++;
}

static void add_edge(graph *g, size_t from, size_t to, int weight)
{
    g->l.edges = grown(g->l.edges, &g->edge_room, g->l.n_edges, sizeof *g->l.edges);
    g->l.edges[g->l.n_edges++] = (dgi_layout_edge){.from = from, .to = to, .weight = weight};
}

/* ---- Graphs -------------------------------------------------------------------------------- */

static size_t leaf(graph *g)
{
    return add_node(g, 230, 30);
}

static size_t op(graph *g, size_t a, size_t b)
{
    size_t value = add_node(g, 230, 30);
    size_t node = add_node(g, 28, 28);
    add_edge(g, node, value, 10);
    add_edge(g, a, node, 1);
    if (b != SIZE_MAX && b != a)
        add_edge(g, b, node, 1);
    return value;
}

static size_t neuron(graph *g, const size_t *w, const size_t *x, size_t n)
{
    size_t sum = w[n];
    for (size_t i = 0; i < n; i++)
        sum = op(g, sum, op(g, w[i], x[i]));
    return op(g, sum, SIZE_MAX);
}

static void mlp(graph *g, size_t examples)
{
    static const size_t sizes[] = {3, 4, 4, 1};
    size_t w[3][4][5], x[2][4], loss = SIZE_MAX;
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < sizes[i + 1]; j++)
            for (size_t k = 0; k <= sizes[i]; k++)
                w[i][j][k] = leaf(g);
    for (size_t e = 0; e < examples; e++) {
        for (size_t k = 0; k < 3; k++)
            x[0][k] = leaf(g);
        for (size_t i = 0; i < 3; i++)
            for (size_t j = 0; j < sizes[i + 1]; j++)
                x[(i + 1) % 2][j] = neuron(g, w[i][j], x[i % 2], sizes[i]);
        size_t wanted = op(g, leaf(g), leaf(g));
        size_t error = op(g, op(g, x[1][0], wanted), SIZE_MAX);
        loss = loss == SIZE_MAX ? error : op(g, loss, error);
    }
}

static unsigned long long state = 12345;
static size_t below(size_t n)
{
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (size_t)(state >> 33) % n;
}

static void make(graph *g, const char *kind, size_t size)
{
    if (strcmp(kind, "mlp") == 0)
        mlp(g, size);
    if (strcmp(kind, "chain") == 0) {
        size_t v = leaf(g);
        for (size_t i = 0; i < size; i++)
            v = op(g, v, i % 4 ? SIZE_MAX : leaf(g));
    }
    if (strcmp(kind, "power") == 0) { /* one leaf used again and again */
        size_t v = leaf(g), base = leaf(g);
        for (size_t i = 0; i < size; i++)
            v = op(g, v, base);
    }
    if (strcmp(kind, "fan") == 0) {
        size_t value = add_node(g, 230, 30), node = add_node(g, 28, 28);
        add_edge(g, node, value, 10);
        for (size_t i = 0; i < size; i++)
            add_edge(g, leaf(g), node, 1);
    }
    if (strcmp(kind, "random") == 0) { /* expressions of values made not long ago */
        for (size_t i = 0; i < 4; i++)
            leaf(g);
        for (size_t i = 4; i < size; i++) {
            size_t values[2];
            for (size_t k = 0; k < 2; k++) {
                size_t v = g->l.n_nodes - 1 - below(g->l.n_nodes < 24 ? g->l.n_nodes : 24);
                values[k] = g->l.nodes[v].width < 100 ? v - 1 : v;
            }
            below(4) ? (void)op(g, values[0], values[1]) : (void)leaf(g);
        }
    }
    if (strcmp(kind, "dag") == 0) {
        for (size_t i = 0; i < size; i++)
            add_node(g, 60 + (double)below(100), 30);
        for (size_t i = 0; i < size + size / 2; i++) {
            size_t a = below(size), b = below(size);
            if (a != b)
                add_edge(g, a < b ? a : b, a < b ? b : a, 1);
        }
    }
    g->l.node_gap = 16;
    g->l.rank_gap = 24;
}

/* Ops are narrow. */
static size_t count_values(const graph *g)
{
    size_t n = 0;
    for (size_t v = 0; v < g->l.n_nodes; v++)
        n += g->l.nodes[v].width > 30;
    return n;
}

/* ---- What dot makes of it ------------------------------------------------------------------ */

static void write_dot(const graph *g, FILE *f)
{
    fprintf(f,
            "digraph {rankdir=LR nodesep=%.4f ranksep=%.4f node[shape=box fixedsize=true "
            "label=\"\"] edge[dir=none tailport=e]\n",
            g->l.node_gap / 72, g->l.rank_gap / 72);
    for (size_t v = 0; v < g->l.n_nodes; v++)
        fprintf(f, "%zu[width=%.4f height=%.4f%s]\n", v, g->l.nodes[v].width / 72,
                g->l.nodes[v].height / 72, g->l.nodes[v].width < 30 ? " shape=ellipse" : "");
    for (size_t e = 0; e < g->l.n_edges; e++)
        fprintf(f, "%zu->%zu[weight=%d]\n", g->l.edges[e].from, g->l.edges[e].to,
                g->l.edges[e].weight);
    fprintf(f, "}\n");
}

static void read_plain(graph *d, FILE *f)
{
    char word[32];
    double a, b, height = 0;
    size_t v, w, n, room = 0, edge = 0;
    d->l.points = NULL;
    d->l.n_points = 0;
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
                d->l.points = grown(d->l.points, &room, d->l.n_points, sizeof *d->l.points);
                d->l.points[d->l.n_points++] = (dgi_layout_point){a * 72, height - b * 72};
            }
            if (fscanf(f, "%*[^\n]") < 0)
                break;
        }
    }
}

static int by_x(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Ranks from where the nodes are: centres nearer than half a gap are one rank. */
static void find_ranks(graph *d)
{
    size_t n = d->l.n_nodes, count = 0;
    double *x = malloc((n + 1) * sizeof *x);
    for (size_t v = 0; v < n; v++)
        x[v] = d->l.nodes[v].x;
    qsort(x, n, sizeof *x, by_x);
    for (size_t i = 0; i < n; i++)
        if (count == 0 || x[i] > x[count - 1] + 12)
            x[count++] = x[i];
    for (size_t v = 0; v < n; v++) {
        size_t r = 0, high = count;
        while (high - r > 1) {
            size_t middle = (r + high) / 2;
            if (x[middle] <= d->l.nodes[v].x + 1e-6)
                r = middle;
            else
                high = middle;
        }
        d->l.nodes[v].rank = r;
    }
    free(x);
}

/* ---- Measures ------------------------------------------------------------------------------ */

static dgi_layout_point at(const dgi_layout_point *p, double t)
{
    double u = 1 - t, a = u * u * u, b = 3 * u * u * t, c = 3 * u * t * t, d = t * t * t;
    return (dgi_layout_point){a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x,
                              a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y};
}

static double length_of(const dgi_layout *l, const dgi_layout_edge *e)
{
    double sum = 0;
    for (size_t i = 0; i + 3 < e->n_points; i += 3) {
        dgi_layout_point before = l->points[e->first_point + i];
        for (int k = 1; k <= 16; k++) {
            dgi_layout_point p = at(l->points + e->first_point + i, k / 16.0);
            sum += hypot(p.x - before.x, p.y - before.y);
            before = p;
        }
    }
    return sum;
}

static double y_at(const dgi_layout *l, const dgi_layout_edge *e, double x)
{
    size_t i = 0;
    while (i + 6 < e->n_points && l->points[e->first_point + i + 3].x < x)
        i += 3;
    const dgi_layout_point *p = l->points + e->first_point + i;
    double low = 0, high = 1;
    for (int k = 0; k < 40; k++) {
        double middle = (low + high) / 2;
        if (at(p, middle).x < x)
            low = middle;
        else
            high = middle;
    }
    return at(p, low).y;
}

typedef struct piece {
    size_t rank;
    double from, to;
} piece;

static int by_from(const void *a, const void *b)
{
    const piece *p = a, *q = b;
    if (p->rank != q->rank)
        return p->rank < q->rank ? -1 : 1;
    if (fabs(p->from - q->from) > 1e-6)
        return p->from < q->from ? -1 : 1;
    return (p->to > q->to) - (p->to < q->to);
}

static unsigned long long inversions(piece *p, piece *other, size_t n)
{
    if (n < 2)
        return 0;
    size_t half = n / 2;
    unsigned long long sum = inversions(p, other, half) + inversions(p + half, other, n - half);
    size_t i = 0, j = half;
    for (size_t k = 0; k < n; k++) {
        if (j == n || (i < half && p[i].to <= p[j].to + 1e-6))
            other[k] = p[i++];
        else {
            sum += half - i;
            other[k] = p[j++];
        }
    }
    memcpy(p, other, n * sizeof *p);
    return sum;
}

typedef struct measures {
    unsigned long long crossings, spans;
    double length, area;
} measures;

static measures measure(const dgi_layout *l)
{
    measures m = {.area = l->width * l->height};
    size_t ranks = 0, n = 0, room = 0;
    for (size_t v = 0; v < l->n_nodes; v++)
        if (l->nodes[v].rank >= ranks)
            ranks = l->nodes[v].rank + 1;
    double *x = calloc(ranks + 1, sizeof *x);
    piece *pieces = NULL;
    for (size_t v = 0; v < l->n_nodes; v++)
        x[l->nodes[v].rank] = l->nodes[v].x;
    for (size_t i = 0; i < l->n_edges; i++) {
        const dgi_layout_edge *e = &l->edges[i];
        size_t r = l->nodes[e->from].rank, end = l->nodes[e->to].rank;
        m.length += length_of(l, e);
        if (end <= r)
            continue;
        m.spans += end - r;
        double y = l->nodes[e->from].y;
        for (; r < end; r++) {
            double next = r + 1 == end ? l->nodes[e->to].y : y_at(l, e, x[r + 1]);
            pieces = grown(pieces, &room, n, sizeof *pieces);
            pieces[n++] = (piece){r, y, next};
            y = next;
        }
    }
    piece *other = malloc((n + 1) * sizeof *other);
    if (n)
        qsort(pieces, n, sizeof *pieces, by_from);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && pieces[j].rank == pieces[i].rank; j++)
            ;
        m.crossings += inversions(pieces + i, other, j - i);
    }
    free(x);
    free(pieces);
    free(other);
    return m;
}

/* ---- Pictures ------------------------------------------------------------------------------ */

static void write_svg(const graph *g, const char *prefix, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s-%s.svg", prefix, name);
    FILE *f = fopen(path, "w");
    if (!f)
        return;
    const dgi_layout *l = &g->l;
    fprintf(f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-8 -8 %g %g\">"
            "<rect x=\"-8\" y=\"-8\" width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
            l->width + 16, l->height + 16);
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
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%g\" height=\"%g\" rx=\"%g\" "
                "fill=\"%s\" stroke=\"#226\"/>\n",
                n->x - n->width / 2, n->y - n->height / 2, n->width, n->height,
                n->width < 30 ? 14.0 : 2.0, n->width < 30 ? "#fd8" : "#def");
    }
    fprintf(f, "</svg>\n");
    fclose(f);
}

/* ---- The program --------------------------------------------------------------------------- */

static void say(const char *who, const measures *m, double seconds)
{
    printf("%-5s %8.3f s  crossings %9llu  spans %9llu  length %12.0f  area %.3g\n", who, seconds,
           m->crossings, m->spans, m->length, m->area);
}

static void release(graph *g)
{
    free(g->l.points);
    free(g->l.nodes);
    free(g->l.edges);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    graph g = {0};
    make(&g, argv[1], strtoul(argv[2], NULL, 10));
    size_t values = count_values(&g);
    printf("%s %s: %zu values, %zu nodes, %zu edges\n", argv[1], argv[2], values, g.l.n_nodes,
           g.l.n_edges);
    if (argc > 5)
        g.l.longest = strtoul(argv[5], NULL, 10);
    double start = clock_seconds(CLOCK_MONOTONIC);
    dg_status status = dgi_layout_run(&g.l);
    double seconds = clock_seconds(CLOCK_MONOTONIC) - start;
    const char *why = "";
    if (status != DG_OK)
        return printf("status %d\n", (int)status), 1;
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("flow  %8.3f s, %.2f us and %.0f bytes a value, the boxes and edges with them\n",
           seconds, 1e6 * seconds / (double)values,
           1024.0 * (double)used.ru_maxrss / (double)values);
    if (argc > 3 && strcmp(argv[3], "time") == 0)
        return release(&g), 0;
    if (!dgi_layout_valid(&g.l, &why))
        printf("NOT VALID: %s\n", why);
    measures m = measure(&g.l);
    say("flow", &m, seconds);
    if (argc > 4)
        write_svg(&g, argv[4], "flow");
    if (argc > 3 && strcmp(argv[3], "dot") == 0) {
        char path[] = "/tmp/layout-XXXXXX", command[64];
        int fd = mkstemp(path);
        FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
        if (!f)
            return 1;
        write_dot(&g, f);
        fclose(f);
        snprintf(command, sizeof command, "timeout 600 dot -Tplain %s", path);
        double own = seconds;
        start = clock_seconds(CLOCK_MONOTONIC);
        f = popen(command, "r");
        if (!f)
            return 1;
        dgi_layout_free(&g.l);
        read_plain(&g, f);
        pclose(f);
        seconds = clock_seconds(CLOCK_MONOTONIC) - start;
        remove(path);
        find_ranks(&g);
        measures d = measure(&g.l);
        say("dot", &d, seconds);
        printf("%s %s: flow / dot: crossings %.3f, spans %.3f, length %.3f, area %.3f, time %.4f\n",
               argv[1], argv[2], (double)m.crossings / (double)(d.crossings ? d.crossings : 1),
               (double)m.spans / (double)d.spans, m.length / d.length, m.area / d.area,
               own / seconds);
        if (argc > 4)
            write_svg(&g, argv[4], "dot");
    }
    release(&g);
    return 0;
}
