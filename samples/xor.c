/* Exclusive or, learnt on tensors: a network of two layers, written down with arrays of numbers.
 * First one training step, spelled out and printed; then 5,000 epochs by dg_fit_graph(), and a
 * picture of the loss. */
#include <dotgrad/dotgrad.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define EXAMPLES 4
#define INPUTS 2
#define EPOCHS 5000
#define RATE 0.01

/* Row by row, as all tensors are. */
static const double inputs[EXAMPLES * INPUTS] = {0, 0, 0, 1, 1, 0, 1, 1};
static const double targets[EXAMPLES] = {0, 1, 1, 0};

typedef enum parameter { W1, B1, W2, B2, PARAMETERS } parameter;

/* ---- Printing ------------------------------------------------------------------------------ */

/* Numbers in brackets: one row, or for a matrix as many as its first dimension says. */
static void print_numbers(const char *name, const dg_value *like, const double *numbers)
{
    int matrix = dg_ndim(like) == 2;
    size_t columns = matrix ? dg_shape(like)[1] : dg_size(like);
    printf("%-9s%s", name, matrix ? "[[" : "[");
    for (size_t i = 0; i < dg_size(like); i++) {
        const char *before = i == 0 ? "" : i % columns == 0 ? "], [" : ", ";
        printf("%s%.4f", before, numbers[i] + 0.0); /* and no -0.0000 for a -0.0 */
    }
    puts(matrix ? "]]" : "]");
}

static void print_parameters(dg_value *const *p)
{
    for (int i = 0; i < PARAMETERS; i++)
        print_numbers(dg_label(p[i]), p[i], dg_data_array(p[i]));
}

/* One line on a terminal, written over itself. */
static void show_progress(size_t epochs, double loss)
{
    char bar[31];
    for (size_t i = 0; i < 30; i++)
        bar[i] = i < 30 * epochs / EPOCHS ? '#' : '-';
    bar[30] = '\0';
    fprintf(stderr, "\repoch %5zu of %d  [%s]  loss %.6f", epochs, EPOCHS, bar, loss);
}

static void clear_progress(void)
{
    fprintf(stderr, "\r%78s\r", "");
}

/* ---- The network --------------------------------------------------------------------------- */

/* Leaves of any shape; these are where the document begins, so that the run can be compared. */
static int make_parameters(dg_graph *g, dg_value **p)
{
    p[W1] = dg_tensor(g, 2, (const size_t[]){2, 2}, (const double[]){0.1, 0.3, 0.2, 0.1}, "w1");
    p[B1] = dg_tensor(g, 1, (const size_t[]){2}, (const double[]){0.2, -0.2}, "b1");
    p[W2] = dg_tensor(g, 2, (const size_t[]){2, 1}, (const double[]){0.1, -0.4}, "w2");
    p[B2] = dg_tensor(g, 1, (const size_t[]){1}, NULL, "b2"); /* no numbers given: zeros */
    return p[W1] && p[B1] && p[W2] && p[B2];
}

/* relu(x @ w1 + b1): of one example, a row of two numbers, or of many, the rows of a matrix;
 * then the bias is added to each row. */
static dg_value *hidden_of(dg_value *const *p, dg_value *x)
{
    return dg_set_label(dg_relu(dg_add(dg_matmul(x, p[W1]), p[B1])), "hidden");
}

/* sigmoid(hidden @ w2 + b2) */
static dg_value *output_of(dg_value *const *p, dg_value *hidden)
{
    return dg_set_label(dg_sigmoid(dg_add(dg_matmul(hidden, p[W2]), p[B2])), "output");
}

static dg_value *squared_error(dg_value *target, dg_value *output)
{
    return dg_pow(dg_sub(target, output), 2.0);
}

/* ---- One step ------------------------------------------------------------------------------ */

/* On example 0: forward, backward, and a small step against the gradients. */
static int first_step(dg_graph *g, dg_value *const *p)
{
    dg_value *x = dg_tensor(g, 2, (const size_t[]){EXAMPLES, INPUTS}, inputs, "x");
    dg_value *y = dg_tensor(g, 1, (const size_t[]){EXAMPLES}, targets, "y");
    dg_set_requires_grad(x, 0); /* nobody changes the examples: no gradient, and no work for it */
    dg_set_requires_grad(y, 0);

    dg_value *hidden = hidden_of(p, dg_select(x, 0)); /* x[0] is a row of x */
    dg_value *output = output_of(p, hidden);
    dg_value *loss = squared_error(dg_select(y, 0), output);
    if (!loss) /* NULL in, NULL out: one check for all of the above */
        return 0;
    print_numbers("hidden", hidden, dg_data_array(hidden));
    print_numbers("output", output, dg_data_array(output));
    print_numbers("loss", loss, dg_data_array(loss));

    if (dg_backward(loss) != DG_OK)
        return 0;
    print_numbers("w2.grad", p[W2], dg_grad_array(p[W2]));
    print_numbers("b2.grad", p[B2], dg_grad_array(p[B2]));
    print_numbers("w1.grad", p[W1], dg_grad_array(p[W1]));
    print_numbers("b1.grad", p[B1], dg_grad_array(p[B1]));

    /* Outside the graph, as under torch.no_grad(): the update itself is not differentiated. */
    for (int i = 0; i < PARAMETERS; i++)
        dg_add_to_data(p[i], -RATE, dg_grad_array(p[i]), dg_size(p[i]));
    print_parameters(p);
    return 1;
}

/* ---- And many ------------------------------------------------------------------------------ */

/* All examples at once, to see how far the training has come. */
typedef struct report {
    dg_value *outputs; /* (4, 1) */
    dg_value *error;   /* the mean of their squared errors */
    int terminal;      /* whether a progress bar is shown */
} report;

static int make_report(dg_graph *g, dg_value *const *p, report *r)
{
    dg_value *x = dg_tensor(g, 2, (const size_t[]){EXAMPLES, INPUTS}, inputs, "x");
    dg_value *y = dg_tensor(g, 2, (const size_t[]){EXAMPLES, 1}, targets, "y");
    r->outputs = output_of(p, hidden_of(p, x));
    r->error = dg_mean(squared_error(y, r->outputs));
    r->terminal = isatty(STDERR_FILENO);
    return r->error != NULL;
}

/* Told after each epoch. loss is the mean of what the examples' losses were before their updates;
 * the report is of the parameters as they are now, so replay it. */
static int tell(void *context, size_t epoch, double loss)
{
    const report *r = context;
    if (epoch % 1000 == 0) {
        dg_forward(r->error);
        if (r->terminal)
            clear_progress();
        printf("epoch %zu: mean squared error %.6f\n", epoch + 1, dg_data(r->error));
    }
    if (r->terminal && (epoch % 50 == 0 || epoch + 1 == EPOCHS))
        show_progress(epoch + 1, loss);
    return 0;
}

/* One example at a time. Its input and its target are leaves that are fed with another row for each
 * update; the graph above them is made once. */
static dg_value *train(dg_graph *g, dg_value *const *p, report *r)
{
    dg_value *x = dg_tensor(g, 1, (const size_t[]){INPUTS}, NULL, "x");
    dg_value *y = dg_tensor(g, 1, (const size_t[]){1}, NULL, "y");
    dg_set_requires_grad(x, 0);
    dg_set_requires_grad(y, 0);
    dg_value *loss = dg_set_label(squared_error(y, output_of(p, hidden_of(p, x))), "loss");
    const dg_feed feeds[] = {{x, inputs}, {y, targets}};
    dg_fit_options options = {.steps = EPOCHS, .lr = RATE, .progress = tell, .context = r};
    dg_status status = dg_fit_graph(loss, feeds, 2, EXAMPLES, p, PARAMETERS, &options, NULL);
    if (r->terminal)
        clear_progress();
    return status == DG_OK ? loss : NULL;
}

/* What has been learnt; whether that is exclusive or. */
static int show_what_is_learnt(dg_value *const *p, const report *r)
{
    int right = 1;
    print_parameters(p);
    dg_forward(r->error);
    const double *outputs = dg_data_array(r->outputs);
    for (size_t i = 0; i < EXAMPLES; i++) {
        printf("%g xor %g  %.4f\n", inputs[2 * i], inputs[2 * i + 1], outputs[i]);
        right = right && fabs(outputs[i] - targets[i]) < 0.25;
    }
    return right;
}

int main(int argc, char **argv)
{
    const char *picture = argc > 1 ? argv[1] : "xor.svg";
    dg_error error = {0};
    dg_value *parameters[PARAMETERS];
    report r;
    int done = 0;
    dg_graph *g = dg_graph_new();
    if (make_parameters(g, parameters)) {
        size_t mark = dg_graph_mark(g);
        done = first_step(g, parameters);
        dg_graph_rewind(g, mark); /* the values of the first step are not needed any more */
    }
    dg_value *loss = done && make_report(g, parameters, &r) ? train(g, parameters, &r) : NULL;

    if (!loss)
        fprintf(stderr, "xor: %s\n", dg_graph_error(g)->text);
    else if (!(done = show_what_is_learnt(parameters, &r)))
        fputs("xor: it has not learnt it\n", stderr);
    else if (dg_draw_dot(loss, picture, &(dg_draw_options){.error = &error}) != DG_OK)
        fprintf(stderr, "xor: %s\n", error.text);
    dg_graph_free(g);
    return !loss || !done || error.status != DG_OK;
}
