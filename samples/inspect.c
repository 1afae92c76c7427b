/* Walks the trace of a neuron and prints its gradients, the largest first: which weight matters? */
#include <dotgrad/dotgrad.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* tanh(x1*w1 + x2*w2 + b), as in the lecture. */
static dg_value *neuron(dg_graph *g)
{
    dg_value *x1 = dg_leaf(g, 2.0, "x1"), *w1 = dg_leaf(g, -3.0, "w1");
    dg_value *x2 = dg_leaf(g, 0.0, "x2"), *w2 = dg_leaf(g, 1.0, "w2");
    dg_value *b = dg_leaf(g, 6.8813735870195432, "b");
    dg_value *sum = dg_add(dg_mul(x1, w1), dg_mul(x2, w2));
    return dg_set_label(dg_tanh(dg_set_label(dg_add(sum, b), "n")), "o");
}

/* One line of the report. */
typedef struct line {
    const char *label;
    double data, grad;
} line;

static int by_gradient(const void *left, const void *right)
{
    double x = fabs(((const line *)left)->grad), y = fabs(((const line *)right)->grad);
    return (x < y) - (x > y);
}

int main(void)
{
    dg_graph *g = dg_graph_new();
    dg_value *o = neuron(g);
    dg_backward(o);
    dg_trace *t = dg_trace_from_value(o); /* NULL too where anything above failed */
    dg_graph_free(g);                     /* the trace is a copy */
    line *lines = t ? malloc(dg_trace_node_count(t) * sizeof *lines) : NULL;
    if (!lines) {
        fputs("inspect: out of memory\n", stderr);
        dg_trace_free(t);
        return 1;
    }

    size_t n = 0;
    for (size_t i = 0; i < dg_trace_node_count(t); i++)
        if (*dg_trace_op(t, i) == '\0') /* a leaf: something one could change */
            lines[n++] = (line){dg_trace_label(t, i), dg_trace_data(t, i), dg_trace_grad(t, i)};
    qsort(lines, n, sizeof *lines, by_gradient);

    printf("%-6s %10s %10s\n", "leaf", "data", "grad");
    for (size_t i = 0; i < n; i++)
        printf("%-6s %10.4f %10.4f\n", lines[i].label, lines[i].data, lines[i].grad);
    free(lines);
    dg_trace_free(t);
    return 0;
}
