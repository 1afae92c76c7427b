/* A function and its derivative as a table to plot: f(x) = 3x**2 - 4x + 5 is built once, and
 * dg_forward() replays it for each x. */
#include <dotgrad/dotgrad.h>
#include <stdio.h>

int main(void)
{
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_leaf(g, 0.0, "x");
    dg_value *square = dg_mul(dg_leaf(g, 3.0, NULL), dg_pow(x, 2.0));
    dg_value *linear = dg_mul(dg_leaf(g, 4.0, NULL), x);
    dg_value *f = dg_add(dg_sub(square, linear), dg_leaf(g, 5.0, NULL));
    if (!f) {
        fprintf(stderr, "curve: %s\n", dg_graph_error(g)->text);
        dg_graph_free(g);
        return 1;
    }

    int right = 1;
    printf("x\tf(x)\tdf/dx\n");
    for (int i = 0; i < 40; i++) {
        double at = -5.0 + 0.25 * i;
        dg_set_data(x, at);
        dg_forward(f);
        dg_zero_grad(f); /* or the gradients of all points so far would add up */
        dg_backward(f);
        printf("%g\t%g\t%g\n", at, dg_data(f), dg_grad(x));
        /* Quarters and their squares are exact in binary, and so is all that follows. */
        right = right && dg_data(f) == (3.0 * at - 4.0) * at + 5.0 && dg_grad(x) == 6.0 * at - 4.0;
    }
    if (!right)
        fputs("curve: a number is not the one worked out by hand\n", stderr);
    dg_graph_free(g);
    return !right;
}
