/* Networks without a fault, trained and untrained, of many shapes: nothing is found that is worse
 * than a note. */
#include <dotgrad/dotgrad.h>

#include "base/buf.h"
#include "check_main.h"
#include "engine_support.h"

/* A number from -1 to 1, with three decimals. */
static double small(rng *r)
{
    return ((double)rng_below(r, 2001) - 1000.0) / 1000.0;
}

static void put_matrix(dgi_buf *out, rng *r, size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < columns; k++)
            dgi_buf_printf(out, "%s%.3f%s",
                           k   ? ", "
                           : i ? "], ["
                               : "[[",
                           small(r), k + 1 == columns && i + 1 == rows ? "]]" : "");
}

/* A multilayer perceptron of random shape, activations, loss and number of examples. Of sigmoids
 * there are few layers: the gradients of many do vanish. */
static void put_network(dgi_buf *out, rng *r)
{
    static const char *const activations[] = {"tanh", "relu", "sigmoid", "linear"};
    static const char *const losses[] = {"sse", "mse", "bce", "hinge"};
    static const char *const optimizers[] = {"sgd", "adam"};
    size_t inputs = 1 + rng_below(r, 6), depth = 1 + rng_below(r, 3);
    size_t examples = (size_t)1 << rng_below(r, 5), loss = rng_below(r, 4);
    dgi_buf_printf(out, "n = MLP(%zu, [", inputs);
    for (size_t i = 0; i < depth; i++)
        dgi_buf_printf(out, "%zu, ", 4 + rng_below(r, 12));
    dgi_buf_puts(out, "1], activation=[");
    for (size_t i = 0; i < depth; i++)
        dgi_buf_printf(out, "'%s', ", activations[rng_below(r, 3)]);
    dgi_buf_printf(out, "'%s'], seed=%zu)\n", rng_below(r, 2) ? "linear" : "tanh",
                   rng_below(r, 1000));
    dgi_buf_puts(out, "xs = ");
    put_matrix(out, r, examples, inputs);
    dgi_buf_puts(out, "\nys = [");
    for (size_t i = 0; i < examples; i++)
        dgi_buf_printf(out, "%d, ", (int)rng_below(r, 2) * (loss == 2 ? 1 : 2) - (loss != 2));
    dgi_buf_puts(out, "]\n");
    if (rng_below(r, 2))
        dgi_buf_printf(out, "fit(n, xs, ys, steps=%zu, lr=0.01, loss='%s', optimizer='%s')\n",
                       1 + rng_below(r, 200), losses[loss], optimizers[rng_below(r, 2)]);
    else
        dgi_buf_printf(out, "loss = %s(n(xs), ys)\nloss.backward()\n", losses[loss]);
}

/* The same with tensors, also as a classifier. */
static void put_tensors(dgi_buf *out, rng *r)
{
    static const char *const activations[] = {"tanh", "relu", "sigmoid"};
    size_t examples = 2 + rng_below(r, 20), inputs = 2 + rng_below(r, 5);
    size_t hidden = 4 + rng_below(r, 10), classes = rng_below(r, 2) ? 1 : 2 + rng_below(r, 3);
    const size_t shapes[][2] = {
        {examples, inputs}, {inputs, hidden}, {1, hidden}, {hidden, classes}, {1, classes}};
    static const char *const names[] = {"x", "w1", "b1", "w2", "b2"};
    for (size_t i = 0; i < 5; i++) {
        dgi_buf_printf(out, "%s = Tensor(", names[i]);
        put_matrix(out, r, shapes[i][0], shapes[i][1]);
        dgi_buf_puts(out, i == 0 ? ", requires_grad=False)\n" : ")\n");
    }
    dgi_buf_printf(out, "h = %s(x @ w1 + b1)\no = h @ w2 + b2\n", activations[rng_below(r, 3)]);
    if (classes == 1) {
        dgi_buf_puts(out, "loss = ((tanh(o) - 0.25)**2).mean()\n");
    } else {
        dgi_buf_puts(out, "loss = cross_entropy(o, [");
        for (size_t i = 0; i < examples; i++)
            dgi_buf_printf(out, "%zu, ", rng_below(r, classes));
        dgi_buf_puts(out, "])\n");
    }
    if (rng_below(r, 2))
        dgi_buf_printf(out, "train(loss, [w1, b1, w2, b2], [], [], epochs=%zu, lr=0.1)\n",
                       1 + rng_below(r, 200));
    else
        dgi_buf_puts(out, "loss.backward()\n");
}

/* A neuron as the lectures write it. */
static void put_neuron(dgi_buf *out, rng *r)
{
    size_t inputs = 1 + rng_below(r, 5);
    for (size_t i = 0; i < inputs; i++)
        dgi_buf_printf(out, "x%zu = %.3f; w%zu = %.3f\n", i, 2.0 * small(r), i, small(r));
    dgi_buf_printf(out, "b = %.3f\nn = ", small(r));
    for (size_t i = 0; i < inputs; i++)
        dgi_buf_printf(out, "x%zu*w%zu + ", i, i);
    dgi_buf_printf(out, "b\no = tanh(n)\nloss = (o - %.3f)**2\nloss.backward()\n", small(r));
}

/* No error, no warning, and only notes about units that are shut or saturated. */
static void check_health(const char *program, uint64_t seed)
{
    dg_graph *g = dg_graph_new();
    dg_program *p = dg_program_run(g, program, strlen(program), "healthy", DG_LABELS_NAMES);
    must(dg_program_status(p) == DG_OK, "seed %llu: %s", (unsigned long long)seed,
         dg_program_diagnostic(p, 0)->rendered);
    size_t n;
    dg_value *const *values = dg_program_values(p, &n);
    dg_trace *t = dg_trace_from_values(dg_program_root(p), values, n);
    dg_inspect *i = dg_inspect_new(t, NULL, NULL);
    ck_assert_ptr_nonnull(i);
    for (size_t k = 0; k < dg_inspect_finding_count(i); k++) {
        const dg_finding *f = dg_inspect_finding(i, k);
        must(f->severity == DG_SEVERITY_NOTE &&
                 (f->kind == DG_FINDING_DEAD_RELU || f->kind == DG_FINDING_SATURATED ||
                  f->kind == DG_FINDING_ZERO_GRADIENT),
             "seed %llu: %s\n%s", (unsigned long long)seed, f->text, program);
    }
    dg_inspect_free(i);
    dg_trace_free(t);
    dg_program_free(p);
    dg_graph_free(g);
}

START_TEST(healthy_networks)
{
    for (uint64_t seed = 1; seed <= 200; seed++) {
        rng r = {seed};
        dgi_buf program = DGI_BUF_INIT;
        if (seed % 10 == 0)
            put_neuron(&program, &r);
        else if (seed % 3 == 0)
            put_tensors(&program, &r);
        else
            put_network(&program, &r);
        ck_assert(!program.failed);
        check_health(program.data, seed);
        dgi_buf_free(&program);
    }
}

int main(void)
{
    const TTest *const tests[] = {healthy_networks};
    return run_suite("inspect_healthy", tests, sizeof tests / sizeof *tests);
}
