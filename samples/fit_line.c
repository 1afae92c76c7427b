/* Learning from a stream: every step sees one new point of y = 3x + 4 and never sees it again. The
 * step's values are dropped by dg_graph_rewind(), so memory stays as it was before the first. */
#include <dotgrad/dotgrad.h>
#include <math.h>
#include <stdio.h>

int main(void)
{
    dg_rng rng = dg_rng_init(1);
    dg_graph *g = dg_graph_new();
    dg_value *m = dg_leaf(g, dg_rng_uniform(&rng, 0.0, 1.0), "m");
    dg_value *c = dg_leaf(g, dg_rng_uniform(&rng, 0.0, 1.0), "c");
    size_t kept = dg_graph_mark(g); /* what lives longer than a step was made by now */

    printf("step\tloss\tm\tc\n");
    for (int step = 0; step < 1000; step++) {
        double at = dg_rng_uniform(&rng, 0.0, 1.0);
        dg_value *x = dg_leaf(g, at, "x"), *y = dg_leaf(g, 3.0 * at + 4.0, "y");
        dg_value *loss = dg_pow(dg_sub(y, dg_add(dg_mul(m, x), c)), 2.0);
        if (dg_backward(loss) != DG_OK) { /* of NULL, where a value could not be made */
            fprintf(stderr, "fit_line: %s\n", dg_graph_error(g)->text);
            dg_graph_free(g);
            return 1;
        }
        dg_set_data(m, dg_data(m) - 0.1 * dg_grad(m));
        dg_set_data(c, dg_data(c) - 0.1 * dg_grad(c));
        if (step % 100 == 0)
            printf("%d\t%.6f\t%.4f\t%.4f\n", step, dg_data(loss), dg_data(m), dg_data(c));

        dg_graph_rewind(g, kept); /* from here on, x, y and loss are gone */
        dg_graph_zero_grad(g);    /* of m and c, the only values left */
    }

    printf("y = %.3fx + %.3f, with %zu values in the graph\n", dg_data(m), dg_data(c),
           dg_graph_size(g));
    int right =
        fabs(dg_data(m) - 3.0) < 1e-3 && fabs(dg_data(c) - 4.0) < 1e-3 && dg_graph_size(g) == kept;
    if (!right)
        fputs("fit_line: it should have come to 3 and 4, with 2 values\n", stderr);
    dg_graph_free(g);
    return !right;
}
