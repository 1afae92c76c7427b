/* The language's interface in C, and that its networks and its training are those of nn.h. What
 * programs mean is tested by test_lang. */
#include "lang_support.h"

START_TEST(nothing)
{
    ck_assert_ptr_null(dg_program_run(NULL, "", 0, NULL, DG_LABELS_NAMES));
    ck_assert_ptr_null(dg_program_run(graph, NULL, 0, NULL, DG_LABELS_NAMES));
    dg_program_free(NULL);
    ck_assert_int_eq(dg_program_status(NULL), DG_INVALID);
    ck_assert_uint_eq(dg_program_error_count(NULL), 0);
    ck_assert_ptr_null(dg_program_diagnostic(NULL, 0));
    ck_assert_ptr_null(dg_program_root(NULL));
    ck_assert_ptr_null(dg_program_rankdir(NULL));
    ck_assert_ptr_null(dg_program_find(NULL, "a"));
    ck_assert_ptr_null(dg_program_suggest(NULL, "a"));
    program = dg_program_run(graph, "x\n", 2, NULL, DG_LABELS_NAMES);
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->error.file, "<program>");
    ck_assert_ptr_null(dg_program_find(program, NULL));
    ck_assert_ptr_null(dg_program_suggest(program, NULL));
    run_ok("");
    ck_assert_ptr_null(dg_program_root(program));
}
END_TEST

/* The last draw_dot says where the data flows, or nothing of it. */
START_TEST(rankdir)
{
    run_ok("a = 1; draw_dot(a, 'svg', 'BT')\n");
    ck_assert_str_eq(dg_program_rankdir(program), "BT");
    run_ok("a = 1; draw_dot(a, rankdir='TB'); dot = draw_dot(a)\n");
    ck_assert_ptr_null(dg_program_rankdir(program));
    run_ok("a = 1; a.backward()\n");
    ck_assert_ptr_null(dg_program_rankdir(program));
}
END_TEST

START_TEST(suggestions)
{
    run_ok("weight = 1; bias = 2\n");
    ck_assert_str_eq(dg_program_suggest(program, "wieght"), "weight");
    ck_assert_str_eq(dg_program_suggest(program, "bia"), "bias");
    ck_assert_ptr_null(dg_program_suggest(program, "zzz"));
    ck_assert_ptr_null(dg_program_suggest(program, ""));
    /* Lists and networks have no value to suggest. */
    run_ok("xs = [1, 2]\nn = MLP(2, [1])\na = 3\nb = [a, 4]\n");
    ck_assert_ptr_null(dg_program_suggest(program, "nn"));
}
END_TEST

static const dg_builtin *builtin(const char *name)
{
    for (size_t i = 0; i < dg_builtin_count(); i++)
        if (strcmp(dg_builtin_at(i)->name, name) == 0)
            return dg_builtin_at(i);
    ck_abort_msg("there is no function %s", name);
    return NULL;
}

/* Each function of the table is one of the language, or a method. */
START_TEST(functions)
{
    ck_assert_ptr_null(dg_builtin_at(dg_builtin_count()));
    for (size_t i = 0; i < dg_builtin_count(); i++) {
        const dg_builtin *b = dg_builtin_at(i);
        char text[128];
        int method = strncmp(b->help, "as ", 3) == 0;
        const char *receiver = strstr(b->help, "'.")         ? "'a'"
                               : strstr(b->help, "draw_dot") ? "draw_dot([1])"
                                                             : "[1]";
        ck_assert_ptr_nonnull(b->arguments);
        ck_assert_str_ne(b->help, "");
        if (method)
            snprintf(text, sizeof text, "x = %s\nx.%s\n", receiver, b->name);
        else
            snprintf(text, sizeof text, "%s\n", b->name);
        run_on(text);
        snprintf(text, sizeof text,
                 method ? "'%s' is a method: call it" : "'%s' is a function: call it", b->name);
        ck_assert_str_eq(dg_program_diagnostic(program, 0)->error.text, text);
    }
}
END_TEST

/* Called with the arguments of the table, a function does what it does without the optional ones.
 */
START_TEST(defaults_of_functions)
{
    static const struct {
        const char *before, *name, *arguments, *after;
    } calls[] = {
        {"nin = 2; nouts = [2, 1]\n", "MLP", "nin, nouts", "y = l([1, 2])\n"},
        {"nin = 2; nout = 1\n", "Layer", "nin, nout", "y = l([1, 2])\n"},
        {"nin = 2\n", "Neuron", "nin", "y = l([1, 2])\n"},
        {"data = 3\n", "Value", "data", "y = l * 2\n"},
        {"a = [1, 2]; tensors = [a, [3, 4]]\n", "cat", "tensors", "y = (l * [1, 2, 3, 4]).sum()\n"},
        {"n = Neuron(1, seed=4); xs = [[0.5], [2]]; ys = [1, -1]\n", "fit", "n, xs, ys",
         "y = l * 1\n"},
        {"w = 0.5; x = 0; loss = (w*x - 1)**2\n"
         "parameters = [w]; inputs = [x]; examples = [[1, 2]]\n",
         "train", "loss, parameters, inputs, examples", "y = l * 1\n"},
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        double results[2];
        for (int all = 0; all < 2; all++) {
            const char *arguments = all ? builtin(calls[i].name)->arguments : calls[i].arguments;
            char text[512];
            ck_assert_ptr_nonnull(strstr(builtin(calls[i].name)->arguments, calls[i].arguments));
            snprintf(text, sizeof text, "%sl = %s(%s)\n%s", calls[i].before, calls[i].name,
                     arguments, calls[i].after);
            run_ok(text);
            results[all] = data("y");
        }
        ck_assert_double_eq(results[0], results[1]);
    }
}
END_TEST

/* A graph that had an error before keeps it, and the program is refused all the same. */
START_TEST(older_errors)
{
    ck_assert_int_eq(dg_scope_begin(graph, NULL), DG_INVALID);
    char *older = strdup(dg_graph_error(graph)->text);
    run_on("n = Neuron(1, 'linear')\nfit(n, [[1e200]], [1], lr=1e200)\nx = 2\n");
    ck_assert_uint_eq(dg_program_error_count(program), 1);
    ck_assert_str_eq(dg_graph_error(graph)->text, older);
    free(older);
    teardown();
    setup();
    ck_assert_int_eq(dg_scope_begin(graph, ""), DG_INVALID);
    run_on("x = [1, 2] * [1, 2, 3]\n");
    ck_assert_uint_eq(dg_program_error_count(program), 1);
    ck_assert_int_eq(dg_graph_status(graph), DG_INVALID);
}
END_TEST

#define EXAMPLES                                                                                   \
    "xs = [\n  [2.0, 3.0, -1.0],\n  [3.0, -1.0, 0.5],\n  [0.5, 1.0, 1.0],\n  [1.0, 1.0, -1.0],\n]" \
    "\nys = [1.0, -1.0, -1.0, 1.0] # desired targets\n"

static const double inputs[] = {2, 3, -1, 3, -1, 0.5, 0.5, 1, 1, 1, 1, -1};
static const double targets[] = {1, -1, -1, 1};

/* The network of the micrograd lectures, in a graph of its own. */
static dg_module *make_mlp(dg_graph *g, uint64_t seed)
{
    const size_t sizes[] = {4, 4, 1};
    dg_rng rng = dg_rng_init(seed);
    dg_module *m = dg_mlp_new(g, 3, sizes, 3, NULL, &rng);
    ck_assert_ptr_nonnull(m);
    return m;
}

static void predict(const dg_module *m, dg_graph *g, dg_value **predictions)
{
    for (size_t i = 0; i < 4; i++) {
        dg_value *x[3];
        for (size_t j = 0; j < 3; j++)
            x[j] = dg_leaf(g, inputs[3 * i + j], NULL);
        ck_assert_int_eq(dg_module_call(m, x, 3, &predictions[i]), DG_OK);
    }
}

START_TEST(calls_of_networks)
{
    dg_graph *g = dg_graph_new();
    dg_module *m = make_mlp(g, 1);
    dg_value *predictions[4];
    predict(m, g, predictions);
    run_ok(EXAMPLES "n = MLP(3, [4, 4, 1], seed=1)\nypred = n(xs)\na = n(xs[0])\nb = ypred[2]\n");
    ck_assert(data("a") == dg_data(predictions[0]));
    ck_assert(data("b") == dg_data(predictions[2]));
    dg_module_free(m);
    dg_graph_free(g);
}
END_TEST

static const struct {
    const char *name;
    dg_loss *loss;
} losses[] = {
    {"sse", dg_loss_sse}, {"mse", dg_loss_mse}, {"bce", dg_loss_bce}, {"hinge", dg_loss_hinge}};

START_TEST(losses_of_networks)
{
    for (size_t i = 0; i < 4; i++) {
        dg_graph *g = dg_graph_new();
        dg_module *m = make_mlp(g, 7);
        dg_value *predictions[4];
        predict(m, g, predictions);
        double loss = dg_data(losses[i].loss(predictions, targets, 4));
        char text[512];
        snprintf(text, sizeof text,
                 EXAMPLES "n = MLP(3, [4, 4, 1], seed=7)\na = %s(n, xs, ys)\nb = %s(n(xs), ys)\n",
                 losses[i].name, losses[i].name);
        run_ok(text);
        ck_assert_msg(data("a") == loss && data("b") == loss, "%s: %.17g, %.17g, %.17g",
                      losses[i].name, loss, data("a"), data("b"));
        dg_module_free(m);
        dg_graph_free(g);
    }
}
END_TEST

typedef struct fit_row {
    const char *arguments;
    size_t steps;
    double lr;
    dg_loss *loss;
    int method; /* 0: plain, 1: momentum and decay, 2: adam, 3: adamw */
} fit_row;

static const fit_row fits[] = {
    {"", 20, 0.05, dg_loss_sse, 0},
    {", steps=3, lr=0.1", 3, 0.1, dg_loss_sse, 0},
    {", 5, 0.01, 'mse'", 5, 0.01, dg_loss_mse, 0},
    {", loss='hinge', steps=2, optimizer='sgd', momentum=0.9, weight_decay=0.01", 2, 0.05,
     dg_loss_hinge, 1},
    {", optimizer='adam', weight_decay=0.01", 20, 0.05, dg_loss_sse, 2},
    {", optimizer='adamw', weight_decay=0.01, steps=9", 9, 0.05, dg_loss_sse, 3},
};

static dg_optimizer *make_optimizer(const dg_module *m, const fit_row *row)
{
    size_t n;
    dg_value *const *p = dg_module_parameters(m, &n);
    switch (row->method) {
    case 1:
        return dg_sgd_new(p, n, row->lr, 0.9, 0.01);
    case 2:
        return dg_adam_new(p, n, row->lr, 0.9, 0.999, 1e-8, 0.01);
    case 3:
        return dg_adamw_new(p, n, row->lr, 0.9, 0.999, 1e-8, 0.01);
    default:
        return NULL;
    }
}

START_TEST(training_of_networks)
{
    for (size_t i = 0; i < sizeof fits / sizeof *fits; i++) {
        const fit_row *row = &fits[i];
        dg_graph *g = dg_graph_new();
        dg_module *m = make_mlp(g, 1);
        dg_optimizer *optimizer = make_optimizer(m, row);
        dg_fit_options options = {
            .steps = row->steps, .lr = row->lr, .loss = row->loss, .optimizer = optimizer};
        dg_fit_result result;
        ck_assert_int_eq(dg_fit(m, inputs, targets, 4, &options, &result), DG_OK);
        char *text = repeated(EXAMPLES "n = MLP(3, [4, 4, 1], seed=1)\nbefore = sse(n, xs, ys)\n"
                                       "loss = fit(n, xs, ys",
                              row->arguments, 1, ")\nw = n.parameters()[3]\nafter = 1\n");
        run_ok(text);
        ck_assert_msg(data("loss") == result.last, "%s: %.17g, not %.17g", text, data("loss"),
                      result.last);
        ck_assert(dg_grad(named("loss")) == 1.0);
        ck_assert(dg_grad(named("w")) == dg_grad(dg_module_parameters(m, NULL)[3]));
        ck_assert_ptr_eq(dg_program_root(program), named("loss"));
        free(text);
        dg_optimizer_free(optimizer);
        dg_module_free(m);
        dg_graph_free(g);
    }
}
END_TEST

/* All trainings of a program are recorded, also the one that ends it. */
START_TEST(history)
{
    static const char text[] = EXAMPLES "n = MLP(3, [2, 1], seed=1)\nfit(n, xs, ys, 2)\n"
                                        "m = 1.0; loss = (m - 3)**2\ntrain(loss, [m], [], [], 3)\n"
                                        "k = 1e200; loss = k * k\ntrain(loss, [k], [], [], 3)\n";
    static const struct {
        size_t run, step;
        const char *group;
    } want[] = {{1, 0, "n/layer 0"}, {1, 0, "n/layer 1"}, {1, 1, "n/layer 0"}, {1, 1, "n/layer 1"},
                {2, 0, "m"},         {2, 1, "m"},         {2, 2, "m"},         {3, 0, "k"}};
    dg_program_options options = {.history = dg_history_new(0)};
    dg_history_row row;
    program = dg_program_run_with(graph, text, strlen(text), &options);
    ck_assert_uint_eq(dg_program_error_count(program), 1);
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->error.file, "<program>");
    ck_assert_uint_eq(dg_history_row_count(options.history), sizeof want / sizeof *want);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        ck_assert_int_eq(dg_history_row_at(options.history, i, &row), DG_OK);
        ck_assert_uint_eq(row.run, want[i].run);
        ck_assert_uint_eq(row.step, want[i].step);
        ck_assert_str_eq(row.group, want[i].group);
    }
    dg_history_free(options.history);
    dg_program_free(program);
    program = dg_program_run_with(graph, "a = 2\n", 6, NULL);
    ck_assert_int_eq(dg_program_status(program), DG_OK);
    ck_assert_ptr_null(dg_program_run_with(NULL, "", 0, &options));
}
END_TEST

#define XOR                                                                                        \
    "x = [[0, 0], [0, 1], [1, 0], [1, 1]]; y = [0, 1, 1, 0]\n"                                     \
    "w1 = [[0.1, 0.3], [0.2, 0.1]]; b1 = [0.2, -0.2]; w2 = [[0.1], [-0.4]]; b2 = [0.0]\n"          \
    "xi = Tensor(x[0], requires_grad=False); yi = 0\n"                                             \
    "loss = (yi - sigmoid(relu(xi @ w1 + b1) @ w2 + b2))**2\n"

/* train() is the loop of statements that doc/language.md says it is. */
START_TEST(training_of_tensors)
{
    run_ok(XOR "yi.requires_grad = False\n"
               "l = train(loss, [w1, b1, w2, b2], [xi, yi], [x, y], epochs=3, lr=0.5)\n");
    ck_assert_ptr_eq(named("l"), named("loss"));
    ck_assert_ptr_eq(dg_program_root(program), named("loss"));
    double w1[4], l = data("loss");
    memcpy(w1, dg_data_array(named("w1")), sizeof w1);
    char text[4096] = XOR;
    for (int epoch = 0; epoch < 3; epoch++) {
        for (int i = 0; i < 4; i++)
            snprintf(text + strlen(text), sizeof text - strlen(text),
                     "xi.data = x[%d]; yi.data = y[%d]\n"
                     "a%d%d = (yi - sigmoid(relu(xi @ w1 + b1) @ w2 + b2))**2\n"
                     "w1.grad = 0; b1.grad = 0; w2.grad = 0; b2.grad = 0\na%d%d.backward()\n"
                     "w1.data -= 0.5 * w1.grad; b1.data -= 0.5 * b1.grad\n"
                     "w2.data -= 0.5 * w2.grad; b2.data -= 0.5 * b2.grad\n",
                     i, i, epoch, i, epoch, i);
    }
    strcat(text, "xi.data = x[0]; yi.data = y[0]\n"
                 "l = (yi - sigmoid(relu(xi @ w1 + b1) @ w2 + b2))**2\n");
    run_ok(text);
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq_tol(dg_data_array(named("w1"))[i], w1[i], 1e-12);
    ck_assert_double_eq_tol(data("l"), l, 1e-12);
}
END_TEST

/* Code cells are one program; messages name the cell and its line. */
START_TEST(notebooks)
{
    static const char text[] =
        "{\"cells\": [{\"cell_type\": \"markdown\", \"source\": [\"# Title\"]},\n"
        " {\"cell_type\": \"code\", \"source\": [\"a = Value(2.0)\\n\", \"b = a*3\"]},\n"
        " {\"source\": \"%%bash\\nls\", \"cell_type\": \"code\"},\n"
        " {\"cell_type\": \"code\", \"source\": \"print(b)\\nc = bb + 1\"}],"
        " \"nbformat\": 4}";
    dg_error error;
    dg_notebook *nb = dg_notebook_read(text, sizeof text - 1, &error);
    ck_assert_msg(nb, "%s", error.text);
    ck_assert_uint_eq(dg_notebook_cell_count(nb), 3);
    size_t size;
    const char *program_text = dg_notebook_program(nb, 0, &size);
    dg_program_options options = {.name = "nb.ipynb", .notebook = nb};
    dg_graph *g = dg_graph_new();
    dg_program *p = dg_program_run_with(g, program_text, size, &options);
    const dg_diagnostic *d = dg_program_diagnostic(p, 0);
    ck_assert_str_eq(d->rendered, "nb.ipynb:cell 3:2:5: error: 'bb' is not defined\n"
                                  "    2 | c = bb + 1\n"
                                  "      |     ^~ did you mean 'b'?\n");
    ck_assert_str_eq(d->error.file, "nb.ipynb:cell 3");
    ck_assert_uint_eq(d->error.line, 2);
    ck_assert_str_eq(dg_program_output(p, &size), "Value(data=6.0)\n");
    ck_assert_uint_eq(size, strlen("Value(data=6.0)\n"));
    dg_program_free(p);
    program_text = dg_notebook_program(nb, 1, &size);
    p = dg_program_run_with(g, program_text, size, &options);
    ck_assert_int_eq(dg_program_status(p), DG_OK);
    ck_assert_str_eq(dg_program_output(p, NULL), "");
    dg_program_free(p);
    dg_graph_free(g);
    dg_notebook_free(nb);
    static const char *const wrong[] = {"[]",
                                        "{}",
                                        "{\"cells\": 3}",
                                        "{\"cells\": [3]}",
                                        "{\"cells\"",
                                        "{\"cells\": [{\"cell_type\": \"code\", \"source\": 3}]}",
                                        ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_msg(!dg_notebook_read(wrong[i], strlen(wrong[i]), &error), "%s", wrong[i]);
        ck_assert_int_eq(error.status, DG_FORMAT);
    }
    ck_assert_ptr_null(dg_notebook_read(NULL, 0, NULL));
    ck_assert_uint_eq(dg_notebook_cell_count(NULL), 0);
    ck_assert_ptr_null(dg_notebook_program(NULL, 0, NULL));
    dg_notebook_free(NULL);
}
END_TEST

/* A program that would go on for very long ends where its time is over. */
START_TEST(time_is_limited)
{
    static const char text[] = "x = 0\nfor i in range(100000):\n    for j in range(100000):\n"
                               "        pass\ny = 1\n";
    dg_graph *g = dg_graph_new();
    dg_program_options options = {.seconds = 0.05};
    dg_program *p = dg_program_run_with(g, text, sizeof text - 1, &options);
    ck_assert_uint_eq(dg_program_error_count(p), 1);
    const dg_diagnostic *d = dg_program_diagnostic(p, 0);
    ck_assert_ptr_nonnull(strstr(d->error.text, "has taken all its time"));
    ck_assert(d->error.line >= 2 && d->error.line <= 4);
    ck_assert_ptr_null(dg_program_find(p, "y"));
    dg_program_free(p);
    dg_graph_free(g);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        nothing,
        rankdir,
        suggestions,
        functions,
        defaults_of_functions,
        older_errors,
        calls_of_networks,
        losses_of_networks,
        training_of_networks,
        history,
        training_of_tensors,
        notebooks,
        time_is_limited,
    };
    return run_with_graph("lang api", tests, sizeof tests / sizeof *tests);
}
