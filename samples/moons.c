/* Classifying points: a ReLU network learns which of two interleaved moons a point belongs to, with
 * a max-margin loss, L2 regularisation and an optimiser whose rate falls. With an argument, what it
 * thinks of the whole plane is written to that file, to be plotted (see plots/moons.gp). */
#include <dotgrad/dotgrad.h>
#include <math.h>
#include <stdio.h>

#define POINTS 100
#define STEPS 100

typedef struct moons {
    double x[POINTS][2];
    double y[POINTS]; /* -1: the upper moon, 1: the lower one */
} moons;

/* Half of the points on each of two half circles, all a bit off. */
static void make_moons(moons *data, dg_rng *rng)
{
    const double pi = acos(-1.0);
    for (size_t i = 0; i < POINTS; i++) {
        int lower = i >= POINTS / 2;
        double t = pi * (double)(i % (POINTS / 2)) / (POINTS / 2 - 1);
        data->x[i][0] = (lower ? 1.0 - cos(t) : cos(t)) + 0.1 * dg_rng_normal(rng);
        data->x[i][1] = (lower ? 0.5 - sin(t) : sin(t)) + 0.1 * dg_rng_normal(rng);
        data->y[i] = lower ? 1.0 : -1.0;
    }
}

/* The score of one point: its sign is the answer. */
static dg_value *score_of(const dg_module *net, dg_value *x0, dg_value *x1)
{
    dg_value *score;
    return dg_module_call(net, (dg_value *[]){x0, x1}, 2, &score) == DG_OK ? score : NULL;
}

static double accuracy(dg_value *const *scores, const double *y)
{
    int right = 0;
    for (size_t i = 0; i < POINTS; i++)
        right += (dg_data(scores[i]) > 0.0) == (y[i] > 0.0);
    return 100.0 * right / POINTS;
}

/* The accuracy in percent that training comes to, or -1 with the reason in the graph. */
static double train(const dg_module *net, dg_graph *g, const moons *data)
{
    dg_value *scores[POINTS];
    for (size_t i = 0; i < POINTS; i++)
        scores[i] = score_of(net, dg_leaf(g, data->x[i][0], NULL), dg_leaf(g, data->x[i][1], NULL));
    size_t n;
    dg_value *const *parameters = dg_module_parameters(net, &n);
    dg_value *fit = dg_loss_hinge(scores, data->y, POINTS);
    dg_value *loss = dg_add(fit, dg_loss_l2(parameters, n, 1e-4));
    dg_optimizer *sgd = dg_sgd_new(parameters, n, 1.0, 0.0, 0.0);
    int works = loss && sgd;

    printf("step\tloss\taccuracy\n");
    for (int k = 0; works && k < STEPS; k++) {
        dg_optimizer_zero_grad(sgd);
        works = dg_forward(loss) == DG_OK && dg_backward(loss) == DG_OK;
        printf("%d\t%.4f\t%g\n", k, dg_data(loss), accuracy(scores, data->y));
        dg_optimizer_set_lr(sgd, 1.0 - 0.9 * k / STEPS);
        works = works && dg_optimizer_step(sgd) == DG_OK;
    }
    works = works && dg_forward(loss) == DG_OK; /* with the parameters of the last step */
    dg_optimizer_free(sgd);
    return works ? accuracy(scores, data->y) : -1.0;
}

/* A grid of scores in rows with an empty line after each; two empty lines; the points. */
static int write_plane(const char *path, const dg_module *net, dg_graph *g, const moons *data)
{
    dg_value *x0 = dg_leaf(g, 0.0, NULL), *x1 = dg_leaf(g, 0.0, NULL);
    dg_value *score = score_of(net, x0, x1);
    FILE *file = score ? fopen(path, "w") : NULL;
    if (!file)
        return 0;
    fprintf(file, "# x0\tx1\tscore\n");
    for (int row = 0; row <= 100; row++) {
        for (int column = 0; column <= 100; column++) {
            dg_set_data(x0, -1.75 + 0.045 * column);
            dg_set_data(x1, -1.25 + 0.03 * row);
            dg_forward(score);
            fprintf(file, "%.4f\t%.4f\t%.4f\n", dg_data(x0), dg_data(x1), dg_data(score));
        }
        fputc('\n', file);
    }
    fprintf(file, "\n# x0\tx1\ttarget\n");
    for (size_t i = 0; i < POINTS; i++)
        fprintf(file, "%.4f\t%.4f\t%g\n", data->x[i][0], data->x[i][1], data->y[i]);
    int failed = ferror(file);
    return fclose(file) == 0 && !failed;
}

int main(int argc, char **argv)
{
    dg_rng rng = dg_rng_init(1);
    moons data;
    make_moons(&data, &rng);
    dg_graph *g = dg_graph_new();
    dg_module *net = dg_mlp_new(g, 2, (const size_t[]){16, 16, 1}, 3,
                                (const dg_activation[]){DG_RELU, DG_RELU, DG_LINEAR}, &rng);
    double reached = train(net, g, &data);
    int failed = 1;
    if (reached < 0.0) {
        fprintf(stderr, "moons: %s\n",
                *dg_graph_error(g)->text ? dg_graph_error(g)->text : "no optimiser");
    } else if (reached < 98.0) {
        fprintf(stderr, "moons: only %g %% of the points are classified right\n", reached);
    } else if (argc > 1 && !write_plane(argv[1], net, g, &data)) {
        fprintf(stderr, "moons: cannot write '%s'\n", argv[1]);
    } else {
        printf("# %g %% of the points are classified right\n", reached);
        failed = 0;
    }
    dg_module_free(net);
    dg_graph_free(g);
    return failed;
}
