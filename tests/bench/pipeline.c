/* From a graph to a picture, as a program does it:
 *
 *     pipeline svg|dot KIND SIZE LAYOUT OUT   draws; prints values, seconds from trace to file,
 * bytes pipeline place KIND SIZE SVG OUT        Graphviz source with every position of that picture
 *
 * LAYOUT is dot or flow, KIND one of graphs.h. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drawing.h"
#include "graphs.h"
#include "measure.h"

/* Traces the graph again each time that it draws: the way from values to the file. */
static int draw(char **arguments)
{
    dg_error error = {0};
    dg_draw_options options = {
        .format = strcmp(arguments[0], "dot") == 0 ? DG_DOT : DG_SVG,
        .layout = strcmp(arguments[3], "dot") == 0 ? DG_LAYOUT_DOT : DG_LAYOUT_FLOW,
        .error = &error,
    };
    dg_trace *t = bench_trace(arguments[1], strtoul(arguments[2], NULL, 10));
    double start = clock_seconds(CLOCK_MONOTONIC);
    if (!t || dg_draw_trace(t, arguments[4], &options) != DG_OK) {
        fprintf(stderr, "pipeline: %s\n", t ? error.text : "no such graph");
        return 1;
    }
    printf("%zu %.4f\n", dg_trace_node_count(t), clock_seconds(CLOCK_MONOTONIC) - start);
    dg_trace_free(t);
    return 0;
}

/* ---- Positions ----------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    const drawing_edge *e = a, *f = b;
    return (e->number > f->number) - (e->number < f->number);
}

static int by_node(const void *a, const void *b)
{
    const drawing_box *x = a, *y = b;
    if (x->is_op != y->is_op)
        return x->is_op - y->is_op;
    return (x->node > y->node) - (x->node < y->node);
}

/* Graphviz's y grows upwards; its edges end where the arrowhead, 6.5 points long, begins. */
static void write_spline(FILE *f, const drawing *d, const drawing_edge *e)
{
    const drawing_point *end = &e->points[e->n_points - 1];
    fprintf(f, " pos=\"e,%.2f,%.2f", end->x + 6.5, d->height - end->y);
    for (size_t i = 0; i < e->n_points; i++)
        fprintf(f, " %.2f,%.2f", e->points[i].x, d->height - e->points[i].y);
    fprintf(f, "\"");
}

/* The first box of this node, by bisection. */
static const drawing_box *find_box(const drawing *d, size_t node, bool is_op)
{
    drawing_box key = {.node = node, .is_op = is_op};
    return bsearch(&key, d->boxes, d->n_boxes, sizeof key, by_node);
}

/* Adds an attribute to each line of the source: nodes by their names, edges by their order, in
 * which those of the ops come first. */
static bool place_line(FILE *f, const drawing *d, char *line, size_t *op_edge, size_t *link)
{
    char *bracket = strrchr(line, ']'), *name = line + strspn(line, "\t");
    size_t size = strcspn(line, "\n");
    line[size] = '\0';
    if (strcmp(line, "digraph {") == 0) /* texts that fit into boxes made for others */
        return fprintf(f, "%s\n\tnode [fontsize=9 margin=\"0.05,0.02\"]\n", line) > 0;
    if (*name != 'v')
        return fprintf(f, "%s\n", line) > 0;
    if (bracket && bracket[1] == '\0')
        *bracket = '\0';
    else
        bracket = NULL;
    char *after;
    size_t node = strtoul(name + 1, &after, 10);
    bool is_op = strncmp(after, "_op", 3) == 0;
    fprintf(f, "%s%s", line, bracket ? "" : " [");
    if (strstr(line, " -> ")) {
        size_t i = is_op ? (*op_edge)++ : (*link)++;
        if (i >= d->n_edges)
            return false;
        write_spline(f, d, &d->edges[i]);
    } else {
        const drawing_box *b = find_box(d, node, is_op);
        if (!b)
            return false;
        fprintf(f, " pos=\"%.2f,%.2f\" width=%.4f height=%.4f", (b->left + b->right) / 2.0,
                d->height - (b->top + b->bottom) / 2.0, (b->right - b->left) / 72.0,
                (b->bottom - b->top) / 72.0);
    }
    return fprintf(f, "]\n") > 0;
}

static int place(char **arguments)
{
    drawing d;
    dg_trace *t = bench_trace(arguments[1], strtoul(arguments[2], NULL, 10));
    size_t size, op_edge = 0, link = 0;
    dg_draw_options options = {.format = DG_DOT};
    char *source = t ? dg_render(t, &size, &options) : NULL;
    FILE *f = fopen(arguments[4], "w");
    if (!source || !f || !drawing_read(&d, arguments[3]))
        return 1;
    qsort(d.boxes, d.n_boxes, sizeof *d.boxes, by_node);
    qsort(d.edges, d.n_edges, sizeof *d.edges, by_number);
    for (size_t i = 0; i < d.n_boxes; i++)
        link += d.boxes[i].is_op;
    bool done = true;
    for (char *line = source; done && *line;) {
        char *next = strchr(line, '\n') + 1;
        done = place_line(f, &d, line, &op_edge, &link);
        line = next;
    }
    done = fclose(f) == 0 && done;
    drawing_free(&d);
    dg_free(source);
    dg_trace_free(t);
    return !done;
}

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    return strcmp(argv[1], "place") == 0 ? place(argv + 1) : draw(argv + 1);
}
