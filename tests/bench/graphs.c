#include "graphs.h"

#include <stdlib.h>
#include <string.h>

enum { INPUTS = 3 };

void bench_examples(size_t examples, double *x, double *y)
{
    dg_rng rng = dg_rng_init(2);
    for (size_t i = 0; i < examples; i++) {
        for (size_t k = 0; k < INPUTS; k++)
            x[INPUTS * i + k] = dg_rng_uniform(&rng, -1.0, 1.0);
        y[i] = x[INPUTS * i] * x[INPUTS * i + 1] > 0.0 ? 1.0 : -1.0;
    }
}

dg_module *bench_net(dg_graph *g, size_t hidden)
{
    dg_rng rng = dg_rng_init(1);
    const size_t sizes[] = {hidden, hidden, 1};
    return dg_mlp_new(g, INPUTS, sizes, 3, NULL, &rng);
}

dg_value *bench_loss(dg_graph *g, const dg_module *net, size_t examples, const double *x,
                     const double *y)
{
    dg_value *loss = NULL;
    for (size_t i = 0; i < examples; i++) {
        dg_value *in[INPUTS], *out = NULL;
        for (size_t k = 0; k < INPUTS; k++)
            in[k] = dg_leaf(g, x[INPUTS * i + k], NULL);
        dg_module_call(net, in, INPUTS, &out);
        dg_value *error = dg_pow(dg_sub(out, dg_leaf(g, y[i], NULL)), 2.0);
        loss = loss ? dg_add(loss, error) : error;
    }
    return loss;
}

static dg_value *mlp(dg_graph *g, size_t hidden, size_t examples)
{
    double *x = malloc((examples + 1) * INPUTS * sizeof *x);
    double *y = malloc((examples + 1) * sizeof *y);
    dg_module *net = bench_net(g, hidden);
    dg_value *loss = NULL;
    if (x && y && net) {
        bench_examples(examples, x, y);
        loss = bench_loss(g, net, examples, x, y);
    }
    dg_module_free(net);
    free(x);
    free(y);
    return loss;
}

static dg_value *chain(dg_graph *g, size_t size)
{
    dg_value *v = dg_leaf(g, 0.5, "x");
    for (size_t i = 1; i < size; i++)
        v = i % 2 ? dg_sin(v) : dg_cos(v);
    return v;
}

/* All values that nothing was computed from are added up at the end. */
static dg_value *any(dg_graph *g, size_t size)
{
    enum { NEAR = 40 };
    dg_rng rng = dg_rng_init(3);
    dg_value **values = malloc((size + 2) * sizeof *values);
    char *used = calloc(size + 2, 1);
    dg_value *sum = NULL;
    for (size_t i = 0; values && used && i < size; i++) {
        size_t pick[2];
        for (size_t k = 0; k < 2; k++)
            pick[k] = i - 1 - (size_t)(dg_rng_next(&rng) % (i < NEAR ? (i ? i : 1) : NEAR));
        if (i < 4 || dg_rng_next(&rng) % 8 == 0) {
            values[i] = dg_leaf(g, dg_rng_uniform(&rng, -1.0, 1.0), NULL);
            continue;
        }
        used[pick[0]] = used[pick[1]] = 1;
        values[i] = dg_rng_next(&rng) % 2 ? dg_tanh(dg_add(values[pick[0]], values[pick[1]]))
                                          : dg_mul(values[pick[0]], values[pick[1]]);
    }
    for (size_t i = 0; values && used && i < size; i++)
        if (!used[i])
            sum = sum ? dg_add(sum, values[i]) : values[i];
    free(values);
    free(used);
    return sum;
}

/* An op of that many operands, which only another library's trace can have. */
static dg_trace *fan(size_t size)
{
    dg_trace *t = dg_trace_new();
    size_t sum = dg_trace_add_node(t, "sum", "sum", 0.5 * (double)size);
    dg_status status = dg_trace_set_grad(t, sum, 1.0);
    for (size_t i = 0; i < size && status == DG_OK; i++) {
        size_t leaf = dg_trace_add_node(t, NULL, NULL, 0.5);
        status = dg_trace_set_grad(t, leaf, 1.0);
        if (status == DG_OK)
            status = dg_trace_add_edge(t, leaf, sum);
    }
    if (status == DG_OK)
        return t;
    dg_trace_free(t);
    return NULL;
}

dg_trace *bench_trace(const char *kind, size_t size)
{
    if (strcmp(kind, "fan") == 0)
        return fan(size);
    dg_graph *g = dg_graph_new();
    dg_value *root = strcmp(kind, "mlp") == 0         ? mlp(g, 16, size)
                     : strcmp(kind, "mlp-small") == 0 ? mlp(g, 4, size)
                     : strcmp(kind, "chain") == 0     ? chain(g, size)
                     : strcmp(kind, "random") == 0    ? any(g, size)
                                                      : NULL;
    dg_trace *t = root && dg_backward(root) == DG_OK ? dg_trace_from_value(root) : NULL;
    dg_graph_free(g);
    return t;
}
