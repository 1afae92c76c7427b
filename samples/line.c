/* Gradient descent twice, side by side: with derivatives worked out by hand and with the engine's.
 * Both fit y = mx + c to two points of y = 5x + 7, and must agree to the last bit. */
#include <dotgrad/dotgrad.h>
#include <math.h>
#include <stdio.h>

#define RATE 0.02
#define START_M 0.6229016948897019
#define START_C 0.7417869892607294

static double target(double x)
{
    return 5.0 * x + 7.0;
}

/* By hand. With l = y - (m*x + c) the loss is l**2, its derivatives are dL/dm = 2*l * -x and
 * dL/dc = 2*l * -1. Doubling and changing the sign round nothing, so the engine, which multiplies
 * by 2*l, -1 and x in this order, rounds exactly where this does: once, in the product with x. Its
 * l**2 is pow(l, 2.0), which a C library may round otherwise than l*l; ours never does here. A
 * compiler that contracts a*b + c into one rounding changes the formulas but not the engine: this
 * is compiled with -ffp-contract=off. */
static double step_by_hand(double *m, double *c, double x)
{
    double l = target(x) - (*m * x + *c);
    double dm = 2.0 * l * -x, dc = 2.0 * l * -1.0;
    *m -= RATE * dm;
    *c -= RATE * dc;
    return l * l;
}

/* By the engine: only the loss is written down. */
typedef struct line {
    dg_value *x, *y, *m, *c, *loss;
} line;

static line line_new(dg_graph *g)
{
    line it = {dg_leaf(g, 0.0, "x"), dg_leaf(g, 0.0, "y"), dg_leaf(g, START_M, "m"),
               dg_leaf(g, START_C, "c"), NULL};
    dg_value *prediction = dg_add(dg_mul(it.m, it.x), it.c);
    it.loss = dg_set_label(dg_pow(dg_sub(it.y, prediction), 2.0), "loss");
    return it;
}

static double step_by_engine(const line *it, double x)
{
    dg_set_data(it->x, x);
    dg_set_data(it->y, target(x));
    dg_forward(it->loss);
    dg_zero_grad(it->loss);
    dg_backward(it->loss);
    dg_set_data(it->m, dg_data(it->m) - RATE * dg_grad(it->m));
    dg_set_data(it->c, dg_data(it->c) - RATE * dg_grad(it->c));
    return dg_data(it->loss);
}

int main(void)
{
    static const double xs[] = {2.0, 5.0};
    double m = START_M, c = START_C, worst = 0.0;
    dg_graph *g = dg_graph_new();
    line it = line_new(g);
    if (!it.loss) {
        fprintf(stderr, "line: %s\n", dg_graph_error(g)->text);
        dg_graph_free(g);
        return 1;
    }

    step_by_hand(&m, &c, xs[0]);
    step_by_engine(&it, xs[0]);
    for (int epoch = 0; epoch < 501; epoch++) {
        double by_hand = 0.0, by_engine = 0.0;
        for (size_t i = 0; i < 2; i++) {
            by_hand += step_by_hand(&m, &c, xs[i]);
            by_engine += step_by_engine(&it, xs[i]);
        }
        worst = fmax(worst, fabs(by_hand - by_engine));
        worst = fmax(worst, fmax(fabs(m - dg_data(it.m)), fabs(c - dg_data(it.c))));
        if (epoch % 100 == 0)
            printf("Epoch: %d, Loss: %.2f, mLearnt: %.2f, cLearnt: %.2f\n", epoch, by_engine / 2.0,
                   dg_data(it.m), dg_data(it.c));
    }
    printf("largest difference from the formulas: %g\n", worst);

    int right = worst == 0.0 && fabs(m - 5.0) < 0.005 && fabs(c - 7.0) < 0.005;
    if (!right)
        fprintf(stderr, "line: %.17g and %.17g learnt by hand, %.17g and %.17g by the engine\n", m,
                c, dg_data(it.m), dg_data(it.c));
    dg_graph_free(g);
    return !right;
}
