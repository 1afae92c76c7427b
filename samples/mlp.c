/* A training step, spelled out: an MLP learns four examples, and its loss is drawn. The graph of
 * the loss is built once; each step then replays it with the parameters as they are by now. */
#include <dotgrad/dotgrad.h>
#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define EXAMPLES 4
#define INPUTS 3
#define GOAL 1e-3

static const double inputs[EXAMPLES][INPUTS] = {
    {2.0, 3.0, -1.0}, {3.0, -1.0, 0.5}, {0.5, 1.0, 1.0}, {1.0, 1.0, -1.0}};
static const double targets[EXAMPLES] = {1.0, -1.0, -1.0, 1.0};

static double seconds(void)
{
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* One line on a terminal, written over itself: step, loss, how far its logarithm has come, rate. */
static void show_progress(int step, double loss, double first, double since)
{
    double done = fmin(1.0, fmax(0.0, log(first / loss) / log(first / GOAL)));
    double elapsed = seconds() - since;
    char bar[31];
    for (int i = 0; i < 30; i++)
        bar[i] = i < (int)(30.0 * done + 0.5) ? '#' : '-';
    bar[30] = '\0';
    fprintf(stderr, "\rstep %5d  loss %9.6f  [%s]  %7.0f steps/s", step, loss, bar,
            elapsed > 0.0 ? step / elapsed : 0.0);
}

static void clear_progress(void)
{
    fprintf(stderr, "\r%78s\r", "");
}

/* Gradient descent until the loss is below GOAL: how many steps, or -1 where they do not help. */
static int train(const dg_module *net, dg_value *loss)
{
    size_t n;
    dg_value *const *parameters = dg_module_parameters(net, &n);
    double first = dg_data(loss), since = seconds();
    int terminal = isatty(STDERR_FILENO);

    printf("step\tloss\n");
    for (int step = 0; step < 10000; step++) {
        dg_forward(loss);   /* what is the loss now? */
        dg_zero_grad(loss); /* gradients add up, so begin at 0: */
        dg_backward(loss);  /* which way does it grow? */

        int there = dg_data(loss) < GOAL;
        if (step < 20 || step % 20 == 0 || there) {
            if (terminal)
                clear_progress();
            printf("%d\t%.6f\n", step, dg_data(loss));
        }
        if (terminal && (step % 10 == 0 || there))
            show_progress(step, dg_data(loss), first, since);
        if (there) {
            if (terminal)
                fputc('\n', stderr);
            return step;
        }

        /* Go a little the other way. */
        for (size_t i = 0; i < n; i++)
            dg_set_data(parameters[i], dg_data(parameters[i]) - 0.05 * dg_grad(parameters[i]));
    }
    if (terminal)
        fputc('\n', stderr);
    return -1;
}

/* The net's answers to the examples and their loss: this is what makes the graph. */
static dg_value *loss_of(const dg_module *net, dg_graph *g, dg_value **answers)
{
    for (size_t i = 0; i < EXAMPLES; i++) {
        dg_value *x[INPUTS];
        for (size_t j = 0; j < INPUTS; j++)
            x[j] = dg_leaf(g, inputs[i][j], NULL);
        if (dg_module_call(net, x, INPUTS, &answers[i]) != DG_OK)
            return NULL;
    }
    return dg_set_label(dg_loss_sse(answers, targets, EXAMPLES), "loss");
}

int main(int argc, char **argv)
{
    const char *picture = argc > 1 ? argv[1] : "mlp.svg";
    dg_error error = {0};
    dg_status status = DG_INVALID;
    dg_rng rng = dg_rng_init(1);
    dg_graph *g = dg_graph_new();
    dg_module *net = dg_mlp_new(g, INPUTS, (const size_t[]){4, 4, 1}, 3, NULL, &rng);
    dg_value *answers[EXAMPLES];
    dg_value *loss = loss_of(net, g, answers);
    int steps = loss ? train(net, loss) : -1;

    if (!loss) {
        fprintf(stderr, "mlp: %s\n", dg_graph_error(g)->text);
    } else if (steps < 0) {
        fprintf(stderr, "mlp: the loss stays at %g\n", dg_data(loss));
    } else {
        printf("# below %g after %d steps\n# target prediction\n", GOAL, steps);
        for (size_t i = 0; i < EXAMPLES; i++)
            printf("# %6g %10.4f\n", targets[i], dg_data(answers[i]));
        status = dg_draw_dot(loss, picture, &(dg_draw_options){.error = &error});
        if (status != DG_OK)
            fprintf(stderr, "mlp: %s\n", error.text);
    }
    dg_module_free(net);
    dg_graph_free(g);
    return status != DG_OK;
}
