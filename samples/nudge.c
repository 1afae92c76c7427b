/* What a derivative is: nudge an input by a little, see how much the output moves. And what that is
 * good for: dg_gradcheck() nudges every leaf of a graph to prove its backward pass right. */
#include <dotgrad/dotgrad.h>
#include <math.h>
#include <stdio.h>

/* (a*b + c) * f, with f nudged by h; and in slope dL/df by the backward pass. */
static double lecture(double h, double *slope)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, "a"), *b = dg_leaf(g, -3.0, "b"), *c = dg_leaf(g, 10.0, "c");
    dg_value *f = dg_leaf(g, -2.0 + h, "f");
    dg_value *d = dg_set_label(dg_add(dg_mul(a, b), c), "d");
    dg_value *L = dg_set_label(dg_mul(d, f), "L");
    dg_backward(L);
    double result = dg_data(L); /* nan for NULL: where anything above failed */
    *slope = dg_grad(f);
    dg_graph_free(g);
    return result;
}

/* The loss of a small MLP on one example, which has all its parameters below it. */
static dg_value *mlp_loss(dg_graph *g, dg_module *net)
{
    dg_value *x[] = {dg_leaf(g, 2.0, "x0"), dg_leaf(g, 3.0, "x1"), dg_leaf(g, -1.0, "x2")};
    dg_value *out;
    if (dg_module_call(net, x, 3, &out) != DG_OK)
        return NULL;
    return dg_loss_sse(&out, (const double[]){1.0}, 1);
}

int main(void)
{
    const double h = 0.001;
    double slope;
    double L1 = lecture(0.0, &slope);
    double L2 = lecture(h, &slope);
    double nudged = (L2 - L1) / h;
    printf("nudged by %g: dL/df = %.4f; by the backward pass: %.4f\n", h, nudged, slope);

    dg_rng rng = dg_rng_init(1);
    dg_graph *g = dg_graph_new();
    dg_module *net = dg_mlp_new(g, 3, (const size_t[]){4, 4, 1}, 3, NULL, &rng);
    dg_gradcheck_result found = {0};
    dg_status status = dg_gradcheck(mlp_loss(g, net), 0.0, &found);
    if (status == DG_OK)
        printf("%zu leaves of an MLP's loss nudged: the worst relative error is %.1e\n",
               found.checked, found.worst);
    else
        fprintf(stderr, "nudge: %s\n",
                *dg_graph_error(g)->text ? dg_graph_error(g)->text : "no loss");
    int right = status == DG_OK && found.worst < 1e-7 && fabs(nudged - slope) < 1e-9;
    if (status == DG_OK && !right)
        fprintf(stderr, "nudge: %.17g and %.17g, worst error %g at '%s'\n", nudged, slope,
                found.worst, dg_label(found.where));
    dg_module_free(net);
    dg_graph_free(g);
    return !right;
}
