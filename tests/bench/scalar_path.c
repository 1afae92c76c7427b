/* What a scalar value costs: nanoseconds of processor time to make it, to pass over it backward and
 * forward and to zero its gradient, and the bytes that it takes.
 *
 *     scalar_path [RUNS]
 *
 * Each figure is the median of RUNS runs (default 21), and the least of them in brackets. "build"
 * makes the graph in fresh memory, "again" in that of a rewind. Only the public interface of
 * scalars is used, so that the same file measures older states of the library. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <dotgrad/engine.h>

enum { RUNS_MAX = 1000, CHAIN = 400000, STEPS = 6 };

typedef dg_value *program(dg_graph *g);

/* One value after the other: sums and products. */
static dg_value *chain(dg_graph *g)
{
    dg_value *a = dg_leaf(g, 1e-7, NULL), *b = dg_leaf(g, 0.9999999, NULL), *v = a;
    for (int i = 0; i < CHAIN; i++)
        v = i % 2 ? dg_mul(v, b) : dg_add(v, a);
    return v;
}

/* Ops of one operand, and powers. */
static dg_value *unary(dg_graph *g)
{
    dg_value *v = dg_leaf(g, 0.5, NULL);
    for (int i = 0; i < CHAIN / 3; i++)
        v = dg_pow(dg_relu(dg_abs(v)), 1.0);
    return v;
}

static dg_value *neuron(dg_value *const *w, dg_value *const *x, int n)
{
    dg_value *sum = w[n];
    for (int i = 0; i < n; i++)
        sum = dg_add(sum, dg_mul(w[i], x[i]));
    return sum;
}

/* The squared error of a network 3-16-16-1 over 600 examples. */
static dg_value *mlp(dg_graph *g)
{
    enum { LAYERS = 3, WIDTH = 16, EXAMPLES = 600 };
    static const int sizes[LAYERS + 1] = {3, WIDTH, WIDTH, 1};
    dg_value *w[LAYERS][WIDTH][WIDTH + 1], *x[2][WIDTH] = {{NULL}};
    for (int l = 0; l < LAYERS; l++)
        for (int i = 0; i < sizes[l + 1]; i++)
            for (int j = 0; j <= sizes[l]; j++)
                w[l][i][j] = dg_leaf(g, 0.01 * ((i * 7 + j * 5 + l) % 19 - 9), NULL);
    dg_value *loss = dg_leaf(g, 0.0, NULL);
    for (int e = 0; e < EXAMPLES; e++) {
        for (int i = 0; i < sizes[0]; i++)
            x[0][i] = dg_leaf(g, 0.1 * ((e + i) % 11 - 5), NULL);
        for (int l = 0; l < LAYERS; l++)
            for (int i = 0; i < sizes[l + 1]; i++) {
                dg_value *sum = neuron(w[l][i], x[l % 2], sizes[l]);
                x[(l + 1) % 2][i] = l < LAYERS - 1 ? dg_relu(sum) : sum;
            }
        loss = dg_add(loss, dg_pow(dg_sub(x[LAYERS % 2][0], dg_leaf(g, e % 2, NULL)), 2.0));
    }
    return loss;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Bytes of this process in memory; 0 where the system does not say. */
static double resident(void)
{
    unsigned long total = 0, pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f)
        return 0.0;
    if (fscanf(f, "%lu %lu", &total, &pages) != 2)
        pages = 0;
    fclose(f);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void say(const char *name, const char *step, double *times, int runs)
{
    qsort(times, (size_t)runs, sizeof *times, by_size);
    printf("%-6s %-9s %8.3f ns a value (%.3f)\n", name, step, times[runs / 2], times[0]);
}

/* One life of a graph; the time of each step in times[step][run]. */
static void live(program *make, double (*times)[RUNS_MAX], int run)
{
    double at[STEPS];
    dg_graph *g = dg_graph_new();
    at[0] = now();
    make(g);
    at[1] = now();
    dg_graph_rewind(g, 0);
    dg_value *root = make(g);
    at[2] = now();
    dg_backward(root);
    at[3] = now();
    dg_forward(root);
    at[4] = now();
    dg_zero_grad(root);
    at[5] = now();
    for (int i = 1; i < STEPS; i++)
        times[i][run] = (at[i] - at[i - 1]) / (double)dg_graph_size(g);
    dg_graph_free(g);
}

static void measure(const char *name, program *make, int runs)
{
    static const char *const steps[STEPS] = {NULL, "build", "again", "backward", "forward", "zero"};
    static double times[STEPS][RUNS_MAX];
    for (int run = 0; run < runs; run++)
        live(make, times, run);
    for (int i = 1; i < STEPS; i++)
        say(name, steps[i], times[i], runs);
}

/* In memory that nothing was in before: to be measured first. */
static void measure_memory(void)
{
    double before = resident();
    dg_graph *g = dg_graph_new();
    for (int i = 0; i < 10; i++)
        chain(g);
    printf("%-6s %-9s %8.3f bytes a value\n", "chain", "memory",
           (resident() - before) / (double)dg_graph_size(g));
    dg_graph_free(g);
}

int main(int argc, char **argv)
{
    int runs = argc > 1 ? atoi(argv[1]) : 21;
    if (runs < 1 || runs > RUNS_MAX)
        return 2;
    measure_memory();
    measure("chain", chain, runs);
    measure("unary", unary, runs);
    measure("mlp", mlp, runs);
    return 0;
}
