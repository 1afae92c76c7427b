/* The engine's time for an operation: engine EXAMPLES RUNS
 *
 * The loss of an MLP(3, [16, 16, 1]) over the examples, forward and backward. Prints the number of
 * operations, then nanoseconds an operation where the graph is rebuilt in every step, where it is
 * replayed with dg_forward, and the bytes that a value takes while it is alive. Medians of the
 * runs. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "graphs.h"
#include "measure.h"

static double now(void)
{
    return 1e9 * clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
}

static double resident(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return 1024.0 * (double)use.ru_maxrss;
}

int main(int argc, char **argv)
{
    size_t examples = argc > 1 ? strtoul(argv[1], NULL, 10) : 500;
    size_t runs = argc > 2 ? strtoul(argv[2], NULL, 10) : 21;
    double *x = malloc((examples + 1) * 3 * sizeof *x), *y = malloc((examples + 1) * sizeof *y);
    double *rebuilt = malloc((runs + 1) * sizeof *rebuilt);
    double *replayed = malloc((runs + 1) * sizeof *replayed);
    dg_graph *g = dg_graph_new();
    dg_module *net = bench_net(g, 16);
    if (!x || !y || !rebuilt || !replayed || !net || runs == 0)
        return 1;
    bench_examples(examples, x, y);
    size_t mark = dg_graph_mark(g), leaves = 4 * examples;
    double empty = resident(), check = 0.0;
    dg_value *loss = NULL;
    for (size_t i = 0; i < runs; i++) {
        double start = now();
        dg_graph_rewind(g, mark);
        dg_module_zero_grad(net);
        loss = bench_loss(g, net, examples, x, y);
        if (dg_backward(loss) != DG_OK)
            return 1;
        rebuilt[i] = now() - start;
        check += dg_data(loss);
    }
    double bytes = resident() - empty;
    for (size_t i = 0; i < runs; i++) {
        double start = now();
        dg_forward(loss);
        dg_zero_grad(loss);
        dg_backward(loss);
        replayed[i] = now() - start;
        check -= dg_data(loss);
    }
    double values = (double)(dg_graph_size(g) - mark), ops = values - (double)leaves;
    printf("%.0f %.2f %.2f %.1f\n", ops, median(rebuilt, runs) / ops, median(replayed, runs) / ops,
           bytes / values);
    dg_module_free(net);
    dg_graph_free(g);
    free(x);
    free(y);
    free(rebuilt);
    free(replayed);
    return check > 1e-6 || check < -1e-6;
}
