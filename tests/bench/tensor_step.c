/* One step of training a network of 784, 256 and 10 neurons with batches of 64, against the time of
 * the five products of matrices that it needs, made by bare calls of cblas_dgemm.
 *
 *     tensor_step [ROUNDS] [MOST]
 *
 * The step is relu(x @ w1 + b1) @ w2 + b2, cross_entropy, zero_grad, backward, and the update of
 * the four parameters: once with a graph that is made anew in every step, once with one that is
 * replayed by dg_forward(). The three are measured in turns, and the medians are printed. Exits
 * with 1 where a step takes more than MOST (1.5) times as long as its products. Built by hand:
 * `make tests/bench/tensor_step`. */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>

#include <dotgrad/engine.h>
#include <dotgrad/tensor.h>

#include "measure.h"

enum { BATCH = 64, INPUTS = 784, HIDDEN = 256, CLASSES = 10, PARAMETERS = 4 };

static double random_number(double scale)
{
    static uint64_t state = 1;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return scale * ((double)(state >> 11) * 0x1p-52 - 1.0);
}

static double *numbers(size_t n, double scale)
{
    double *x = malloc(n * sizeof *x);
    if (!x)
        abort();
    for (size_t i = 0; i < n; i++)
        x[i] = random_number(scale);
    return x;
}

static dg_value *tensor(dg_graph *g, size_t rows, size_t columns, double scale)
{
    size_t shape[] = {rows, columns};
    double *data = numbers(rows * columns, scale);
    dg_value *v =
        rows > 1 ? dg_tensor(g, 2, shape, data, NULL) : dg_tensor(g, 1, shape + 1, data, NULL);
    free(data);
    return v;
}

typedef struct network {
    dg_graph *graph;
    dg_value *x, *classes, *parameters[PARAMETERS];
    dg_value *loss;
    size_t mark;
} network;

static void make_network(network *w)
{
    w->graph = dg_graph_new();
    w->x = dg_set_requires_grad(tensor(w->graph, BATCH, INPUTS, 1.0), 0);
    double classes[BATCH];
    for (int i = 0; i < BATCH; i++)
        classes[i] = i % CLASSES;
    w->classes = dg_set_requires_grad(dg_tensor(w->graph, 1, (size_t[]){BATCH}, classes, NULL), 0);
    w->parameters[0] = tensor(w->graph, INPUTS, HIDDEN, 0.05);
    w->parameters[1] = tensor(w->graph, 1, HIDDEN, 0.05);
    w->parameters[2] = tensor(w->graph, HIDDEN, CLASSES, 0.05);
    w->parameters[3] = tensor(w->graph, 1, CLASSES, 0.05);
    w->mark = dg_graph_mark(w->graph);
    w->loss = NULL;
}

static void forward(network *w)
{
    dg_value **p = w->parameters;
    dg_value *hidden = dg_relu(dg_add(dg_matmul(w->x, p[0]), p[1]));
    w->loss = dg_cross_entropy(dg_add(dg_matmul(hidden, p[2]), p[3]), w->classes);
}

static void learn(network *w)
{
    dg_zero_grad(w->loss);
    dg_backward(w->loss);
    for (int i = 0; i < PARAMETERS; i++)
        dg_add_to_data(w->parameters[i], -0.01, dg_grad_array(w->parameters[i]),
                       dg_size(w->parameters[i]));
}

static double time_rebuilt(network *w)
{
    double start = clock_seconds(CLOCK_MONOTONIC);
    dg_graph_rewind(w->graph, w->mark);
    forward(w);
    learn(w);
    return clock_seconds(CLOCK_MONOTONIC) - start;
}

static double time_replayed(network *w)
{
    double start = clock_seconds(CLOCK_MONOTONIC);
    dg_forward(w->loss);
    learn(w);
    return clock_seconds(CLOCK_MONOTONIC) - start;
}

typedef struct products {
    double *x, *w1, *h, *w2, *y, *dh, *dw1, *dw2;
} products;

static void multiply(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int n, int m, int k, const double *a,
                     const double *b, double *c)
{
    cblas_dgemm(CblasRowMajor, ta, tb, n, m, k, 1.0, a, ta == CblasTrans ? n : k, b,
                tb == CblasTrans ? k : m, 0.0, c, m);
}

static double time_products(products *p)
{
    double start = clock_seconds(CLOCK_MONOTONIC);
    multiply(CblasNoTrans, CblasNoTrans, BATCH, HIDDEN, INPUTS, p->x, p->w1, p->h);
    multiply(CblasNoTrans, CblasNoTrans, BATCH, CLASSES, HIDDEN, p->h, p->w2, p->y);
    multiply(CblasNoTrans, CblasTrans, BATCH, HIDDEN, CLASSES, p->y, p->w2, p->dh);
    multiply(CblasTrans, CblasNoTrans, HIDDEN, CLASSES, BATCH, p->h, p->y, p->dw2);
    multiply(CblasTrans, CblasNoTrans, INPUTS, HIDDEN, BATCH, p->x, p->dh, p->dw1);
    return clock_seconds(CLOCK_MONOTONIC) - start;
}

int main(int argc, char **argv)
{
    size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 300;
    double most = argc > 2 ? strtod(argv[2], NULL) : 1.5;
    products p = {numbers(BATCH * INPUTS, 1.0),  numbers(INPUTS * HIDDEN, 0.05),
                  numbers(BATCH * HIDDEN, 1.0),  numbers(HIDDEN * CLASSES, 0.05),
                  numbers(BATCH * CLASSES, 1.0), numbers(BATCH * HIDDEN, 1.0),
                  numbers(INPUTS * HIDDEN, 1.0), numbers(HIDDEN * CLASSES, 1.0)};
    network rebuilt, replayed;
    make_network(&rebuilt);
    make_network(&replayed);
    forward(&replayed);
    double *times[3] = {numbers(rounds + 1, 0.0), numbers(rounds + 1, 0.0),
                        numbers(rounds + 1, 0.0)};
    for (size_t i = 0; i < 10 + rounds; i++) {
        double t[3] = {time_products(&p), time_rebuilt(&rebuilt), time_replayed(&replayed)};
        for (int j = 0; j < 3 && i >= 10; j++)
            times[j][i - 10] = t[j];
    }
    if (dg_graph_status(rebuilt.graph) != DG_OK || dg_graph_status(replayed.graph) != DG_OK) {
        fprintf(stderr, "%s\n", dg_graph_error(rebuilt.graph)->text);
        return 2;
    }
    double bare = median(times[0], rounds), made = median(times[1], rounds);
    double played = median(times[2], rounds);
    printf("products %.3f ms; step made anew %.3f ms (%.2f); replayed %.3f ms (%.2f); loss %.4f\n",
           1e3 * bare, 1e3 * made, made / bare, 1e3 * played, played / bare, dg_data(rebuilt.loss));
    dg_graph_free(rebuilt.graph);
    dg_graph_free(replayed.graph);
    for (int j = 0; j < 3; j++)
        free(times[j]);
    double *all[] = {p.x, p.w1, p.h, p.w2, p.y, p.dh, p.dw1, p.dw2};
    for (size_t j = 0; j < sizeof all / sizeof *all; j++)
        free(all[j]);
    return made > most * bare || played > most * bare;
}
