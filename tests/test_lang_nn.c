/* The language's lists and networks: what they mean, and that they are those of nn.h. */
#include <check.h>
#include <dotgrad/dotgrad.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static dg_graph *graph;
static dg_program *program;

static void setup(void)
{
    graph = dg_graph_new();
    ck_assert_ptr_nonnull(graph);
}

static void teardown(void)
{
    dg_program_free(program);
    program = NULL;
    dg_graph_free(graph);
}

/* Runs a program in a new graph. */
static void run(const char *text)
{
    teardown();
    setup();
    program = dg_program_run(graph, text, strlen(text), "t.dg", DG_LABELS_NAMES);
    ck_assert_ptr_nonnull(program);
}

static void run_ok(const char *text)
{
    run(text);
    const dg_diagnostic *d = dg_program_diagnostic(program, 0);
    ck_assert_msg(dg_program_status(program) == DG_OK, "%s: %s", text, d ? d->rendered : "");
}

static dg_value *named(const char *name)
{
    dg_value *v = dg_program_find(program, name);
    ck_assert_msg(v != NULL, "%s is not there", name);
    return v;
}

static double data(const char *name)
{
    return dg_data(named(name));
}

/* One error with this message and hint at this column of line 1. */
static void assert_message(const char *text, size_t column, const char *message, const char *hint)
{
    run(text);
    const dg_diagnostic *d = dg_program_diagnostic(program, 0);
    ck_assert_msg(d != NULL, "no error in %s", text);
    ck_assert_str_eq(d->error.text, message);
    ck_assert_str_eq(d->hint, hint);
    ck_assert_msg(d->error.column == column, "column %zu, not %zu, in %s", d->error.column, column, text);
    ck_assert_msg(dg_program_error_count(program) == 1, "%s", text);
    ck_assert_msg(dg_graph_status(graph) == DG_OK, "%s left its error in the graph", text);
}

static char *repeated(const char *before, const char *piece, size_t count, const char *after)
{
    size_t size = strlen(piece), begin = strlen(before);
    char *text = malloc(begin + size * count + strlen(after) + 1);
    ck_assert_ptr_nonnull(text);
    memcpy(text, before, begin);
    for (size_t i = 0; i < count; i++)
        memcpy(text + begin + i * size, piece, size);
    memcpy(text + begin + size * count, after, strlen(after) + 1);
    return text;
}

typedef struct count_row {
    const char *text;
    size_t values; /* beside a = Value(3), b = Value(5) and k = 2 */
    double data;   /* of y */
} count_row;

static const count_row counts[] = {
    {"y = [1, 2, 3][1]", 1, 2},
    {"xs = [1, 2, 3,]; y = xs[-1]", 1, 3},
    {"xs = [[1, 2], [3, [a, b]]]; y = xs[1][1][0]", 0, 3},
    {"xs = [\n  1,\n  2\n]; y = xs[k - 1]", 1, 2},
    {"xs = [k]; y = xs[0]", 0, 2},
    {"xs = [k, a]; y = xs[1]**xs[0]", 1, 9},
    {"xs = [k + 1]; y = xs[0]", 2, 3},
    {"xs = [2.0*3]; y = a**xs[0]", 1, 729},
    {"xs = [1, a]; xs[1].data = 7; y = xs[1] + 0", 2, 7},
    {"xs = [a, b]; xs[1].data += 1; y = b", 0, 6},
    {"xs = [1, 2] + [3]; y = len(xs)", 1, 3},
    {"xs = []; xs += [a]; xs += xs; y = len(xs)", 1, 2},
    {"y = len([[]]) + len([])", 1, 1},
    {"y = (([a, b]))[1]", 0, 5},
    {"y = [a, b][0].exp().log()", 2, 3},
    {"y = sum([])", 1, 0},
    {"y = sum([1, 2, 3])", 1, 6},
    {"y = sum([1, 2], 3)", 1, 6},
    {"y = sum([a])", 2, 3},
    {"y = sum([a, b])", 3, 8},
    {"y = sum([a, b], k)", 2, 10},
    {"y = sum([a, b], start=a)", 2, 11},
    {"y = sum([1, 2, a, 1])", 4, 7},
    {"y = sum([k, 1])", 4, 3},
    {"y = sum([a, b], 0) * 2", 5, 16},
    {"y = mse([a, b], [1, 2])", 2 * 5 + 3, 6.5},
    {"y = sse([a, b], [1, k])", 2 * 5 + 1, 13},
    {"y = l2([a, b], 0.5)", 5, 17},
};

START_TEST(lists)
{
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        char *text = repeated("a = Value(3); b = Value(5); k = 2\n", counts[i].text, 1, "\n");
        run_ok(text);
        ck_assert_msg(dg_graph_size(graph) == 3 + counts[i].values, "%s makes %zu values",
                      counts[i].text, dg_graph_size(graph) - 3);
        ck_assert_msg(fabs(data("y") - counts[i].data) < 1e-12, "%s = %g", counts[i].text,
                      data("y"));
        free(text);
    }
}
END_TEST

START_TEST(names_of_lists)
{
    run_ok("xs = [1, 2]\nn = MLP(2, [1])\na = 3\nb = [a, 4]\n");
    ck_assert_ptr_null(dg_program_find(program, "xs"));
    ck_assert_ptr_null(dg_program_find(program, "n"));
    ck_assert_ptr_null(dg_program_suggest(program, "nn"));
    ck_assert_ptr_eq(dg_program_root(program), named("a"));
    ck_assert_uint_eq(dg_graph_size(graph), 4);
    /* A name may be bound to something else again, and one list have many names. */
    run_ok("x = y = [1]\nx = 2\ny = y[0]\n");
    ck_assert(data("x") == 2 && data("y") == 1);
    run_ok("names = ['a', 'b' 'c']\nx = Value(1, label=names[1] + '!')\nnames += [x.label]\n"
           "x.label = names[-1] + names[0]\n");
    ck_assert_str_eq(dg_label(named("x")), "bc!a");
}
END_TEST

/* Python's 0 + v is v.__radd__(0), which is v + 0. */
START_TEST(order_of_a_sum)
{
    run_ok("a = Value(3); b = Value(5)\ny = sum([a, b])\n");
    dg_value *first = dg_operand(named("y"), 0);
    ck_assert_ptr_eq(dg_operand(first, 0), named("a"));
    ck_assert(dg_data(dg_operand(first, 1)) == 0.0);
    ck_assert_ptr_eq(dg_operand(named("y"), 1), named("b"));
    run_ok("a = Value(3); b = Value(5)\ny = sum([a], b)\n");
    ck_assert_ptr_eq(dg_operand(named("y"), 0), named("b"));
}
END_TEST

#define EXAMPLES                                                                                   \
    "xs = [\n  [2.0, 3.0, -1.0],\n  [3.0, -1.0, 0.5],\n  [0.5, 1.0, 1.0],\n  [1.0, 1.0, -1.0],\n]" \
    "\nys = [1.0, -1.0, -1.0, 1.0] # desired targets\n"

static const double inputs[] = {2, 3, -1, 3, -1, 0.5, 0.5, 1, 1, 1, 1, -1};
static const double targets[] = {1, -1, -1, 1};

/* The documents' network in a graph of its own. */
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

START_TEST(calls)
{
    dg_graph *g = dg_graph_new();
    dg_module *m = make_mlp(g, 1);
    dg_value *predictions[4];
    predict(m, g, predictions);
    run_ok(EXAMPLES "n = MLP(3, [4, 4, 1], seed=1)\nypred = n(xs)\na = n(xs[0])\nb = ypred[2]\n"
                    "p = n.parameters()\nsize = len(p)\nw = p[0]; last = p[-1]\n");
    ck_assert(data("a") == dg_data(predictions[0]));
    ck_assert(data("b") == dg_data(predictions[2]));
    ck_assert(data("size") == 41);
    ck_assert_str_eq(dg_label(named("w")), "layer 0 neuron 0 w0");
    ck_assert_str_eq(dg_label(named("last")), "layer 2 neuron 0 b");
    ck_assert_str_eq(dg_scope(named("b")), "layer 2/neuron 0");
    ck_assert_str_eq(dg_label(named("b")), "b");
    dg_module_free(m);
    dg_graph_free(g);
    /* Values as inputs, networks behind each other and in lists, a seed that is not given. */
    run_ok("x = Value(2)\nl = Layer(2, 3, 'relu', seed=5)\nn = Neuron(3, activation='linear')\n"
           "h = l([x, 1])\ny = n(h)\nz = [l, n][1]([l, n][0]([x, 1]))\ny.backward()\n"
           "same = Neuron(3)\nother = Neuron(3, seed=1337)\np = same.parameters()[0]\n"
           "q = other.parameters()[0]\n");
    ck_assert(data("y") == data("z"));
    ck_assert(data("p") == data("q"));
    ck_assert(dg_has_grad(named("x")));
    ck_assert_str_eq(dg_op_name(named("y")), "+");
    run_ok("n = MLP(1, [2, 1], activation=['relu', 'linear'])\ny = n([1])\nl = Layer(1, 2)\n"
           "rows = l([[1], [2]])\nz = rows[1][0]\n");
    ck_assert_str_eq(dg_op_name(named("y")), "+");
    ck_assert_str_eq(dg_op_name(named("z")), "tanh");
    /* The last output is the last value made. */
    run_ok("n = Neuron(1)\nys = n([[1], [2]])\n");
    ck_assert_str_eq(dg_op_name(dg_program_root(program)), "tanh");
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
    run_ok("n = Neuron(2)\na = l2(n, 0.5)\nb = l2(n.parameters(), alpha=0.5)\n");
    ck_assert(data("a") == data("b") && data("a") > 0);
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

START_TEST(training)
{
    for (size_t i = 0; i < sizeof fits / sizeof *fits; i++) {
        const fit_row *row = &fits[i];
        dg_graph *g = dg_graph_new();
        dg_module *m = make_mlp(g, 1);
        dg_optimizer *optimizer = make_optimizer(m, row);
        dg_fit_options options = {row->steps, row->lr, row->loss, optimizer, NULL, NULL};
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
    /* Training goes on where it stopped; a learning rate of 0 is one. */
    run_ok(EXAMPLES "n = MLP(3, [4, 4, 1])\nm = MLP(3, [4, 4, 1])\nfit(n, xs, ys, 4)\n"
                    "a = fit(n, xs, ys, 6)\nb = fit(m, xs, ys, 10)\nc = sse(m, xs, ys)\n"
                    "d = fit(m, xs, ys, lr=0)\n");
    ck_assert(data("a") == data("b") && data("b") == data("c") && data("c") == data("d"));
}
END_TEST

/* The documents' loop, one turn of it written out. */
START_TEST(one_step)
{
    run_ok(EXAMPLES "n = MLP(3, [4, 4, 1])\nm = MLP(3, [4, 4, 1])\nloss = sse(n(xs), ys)\n"
                    "n.zero_grad()\nloss.backward()\nstep(n, 0.05)\na = sse(n, xs, ys)\n"
                    "b = fit(m, xs, ys, steps=1, lr=0.05)\n");
    ck_assert(data("a") == data("b") && data("a") < data("loss"));
}
END_TEST

typedef struct message_row {
    const char *text;
    size_t column;
    const char *message, *hint;
} message_row;

static const message_row list_messages[] = {
    {"xs = [1, 2, 3]; y = xs[3]", 24, "index 3 is out of range: the list has 3 elements", ""},
    {"xs = [1]; y = xs[-2]", 18, "index -2 is out of range: the list has 1 element", ""},
    {"xs = [1]; y = xs[0.5]", 18, "an index is a whole number, not 0.5", ""},
    {"xs = [1]; y = xs[float('nan')]", 18, "an index is a whole number, not nan", ""},
    {"xs = [1]; y = xs['a']", 18, "an index must be a number, not a string", ""},
    {"xs = [1]; y = xs[0:1]", 19, "slices are not supported: an index is one number", ""},
    {"xs = [1]; y = xs[:]", 18, "slices are not supported: an index is one number", ""},
    {"xs = [1]; y = xs[]", 18, "unexpected ']'", ""},
    {"xs = [[1, 2] [3, 4]]", 16, "an index is one number", "is a comma missing before '['?"},
    {"xs = [1]; xs[0] = 2", 11, "a list cannot be changed: make a new one", ""},
    {"xs = [1]; xs[0] += 2", 11, "a list cannot be changed: make a new one", ""},
    {"[1] = 2", 1, "only a name or an attribute can be assigned to", ""},
    {"x = 1; y = x[0]", 12, "only lists and tensors can be indexed, not a value", ""},
    {"x = (1]", 7, "']' does not match '('", ""},
    {"x = [1)", 7, "')' does not match '['", ""},
    {"x = 1]", 6, "unmatched ']'", ""},
    {"x = [1", 5, "'[' was never closed", ""},
    {"x = [1; y = 2", 5, "'[' was never closed", ""},
    {"x = [1 2]", 8, "unexpected number", ""},
    {"x = [,]", 6, "unexpected ','", ""},
    {"x = 2**[1]", 8, "the exponent of '**' must be a number, not a list", ""},
    {"x = 2; x.data = [1]", 17, "data must be a number, not a list", ""},
    {"x = [1] == [1]", 9, "'==' is not supported: there are no comparisons", ""},
    {"x = [1]; y = x(0)", 14, "'x' is a list here, not a function", ""},
    {"x = [1]; x.append(2)", 12, "a list has no attribute 'append'", ""},
    {"x = Value(1); y = [x.backward()]", 20, "this call makes no value", ""},
    {"x = len(3)", 9, "'len' needs a list, not a number", ""},
    {"x = sum(3)", 9, "'sum' needs a list, not a number", ""},
    {"x = sum([1, [2]])", 9, "'sum' adds numbers and values: element 1 is a list", ""},
    {"x = sum([1], [2])", 14, "'sum' adds numbers and values, not a list", ""},
    {"x = sum([1], 2, 3, 4, 5)", 5, "'sum' takes 1 to 4 arguments, not 5", ""},
    {"x = sum(start=1)", 5, "'sum' needs an argument without a name", ""},
    {"n = Neuron(1); xs = [[1]]; ys = [n(x) for x in xs]", 39,
     "comprehensions are not supported: a dotgrad program is straight-line",
     "did you mean 'n(xs)'?"},
    {"x = [1]; n = Neuron(1); xs = [x]; ys = [n(x) for x in xs]", 46,
     "comprehensions are not supported: a dotgrad program is straight-line",
     "did you mean 'n(xs)'?"},
    {"x = 1; n = Neuron(1); xs = [[1]]; ys = [n(x) for x in xs]", 46,
     "comprehensions are not supported: a dotgrad program is straight-line",
     "did you mean 'n(xs)'?"},
    {"loss = sum([(yout - ygt)**2 for ygt, yout in zip(ys, ypred)])", 29,
     "comprehensions are not supported: a dotgrad program is straight-line",
     "sse and its like take lists"},
    {"loss = sum((p*p for p in ps))", 17,
     "comprehensions are not supported: a dotgrad program is straight-line", ""},
};

/* Their columns are counted after `n = MLP(3, [2, 1]); xs = [[1, 2, 3], [4, 5, 6]]; `. */
static const char networks[] = "n = MLP(3, [2, 1]); xs = [[1, 2, 3], [4, 5, 6]]; ";

static const message_row network_messages[] = {
    {"m = MLP(3, [4, 0])", 12, "the size of layer 1 must be a whole number from 1 on, not 0", ""},
    {"m = MLP(3, [2.5])", 12, "the size of layer 0 must be a whole number from 1 on, not 2.5", ""},
    {"m = MLP(3, [[2]])", 12, "the size of layer 0 must be a number, not a list", ""},
    {"m = MLP(3, [])", 12, "an MLP needs at least one layer", ""},
    {"m = MLP(3, 4)", 12, "'MLP' needs a list of layer sizes, not a number", ""},
    {"m = MLP(0, [1])", 9, "the number of inputs must be a whole number from 1 on, not 0", ""},
    {"m = Layer(3, -1)", 14, "the number of neurons must be a whole number from 1 on, not -1", ""},
    {"m = Layer('a', 1)", 11, "'nin' must be a number, not a string", ""},
    {"m = Neuron(2, seed=-1)", 20, "a seed must be a whole number from 0 on, not -1", ""},
    {"m = Neuron(2, 'tnh')", 15, "there is no activation 'tnh'", "did you mean 'tanh'?"},
    {"m = Neuron(2, 3)", 15, "'activation' must be a string or a list of strings, not a number",
     ""},
    {"m = MLP(1, [2, 1], ['relu'])", 20, "2 layers, but 1 activation", ""},
    {"m = MLP(1, [2, 1], ['relu', 2])", 20, "activation 1 must be a string, not a number", ""},
    {"m = MLP(3, [1], sed=2)", 17, "'MLP' has no argument named 'sed'", "did you mean 'seed'?"},
    {"m = MLP(3, [1], nin=2)", 17, "'nin' is given twice", ""},
    {"m = MLP(3, [1], seed=2, seed=3)", 25, "'seed' is given twice", ""},
    {"m = MLP(nouts=[1], activation='relu')", 5, "'MLP' needs an argument 'nin'", ""},
    {"m = MLP(3)", 5, "'MLP' takes 2 to 4 arguments, not 1", ""},
    {"m = MLP(1000, [1000, 1000])", 5, "the networks have more than 1048576 parameters together",
     ""},
    {"y = n(2)", 7, "a network is called with a list of inputs, not a number", ""},
    {"y = n(1, 2, 3)", 5, "a network takes one argument, a list", ""},
    {"y = n(x=[1])", 7, "a network takes one argument, a list", ""},
    {"y = n([1, 2])", 7, "the MLP takes 3 inputs, not 2", ""},
    {"y = n([])", 7, "the MLP takes 3 inputs, not 0", ""},
    {"y = n([1, 'a', 2])", 7, "input 1 is a string, not a number or a value", ""},
    {"y = n(xs + [[1, 2]])", 10, "cannot broadcast (2, 3) with (1, 2)", ""},
    {"y = n([[1, 2, 3], 4])", 7, "row 1 is a number, not a list", ""},
    {"y = n(['a', [1, 2, 3], 4])", 7, "input 0 is a string, not a number or a value", ""},
    {"y = n(3).tanh()", 7, "a network is called with a list of inputs, not a number", ""},
    {"y = n + 1", 5, "a value is needed here, not a network", ""},
    {"y = n.data", 7, "a network has no attribute 'data'", ""},
    {"y = n.paramters()", 7, "a network has no attribute 'paramters'",
     "did you mean 'parameters'?"},
    {"y = n.parameters", 7, "'parameters' is a method: call it", ""},
    {"y = parameters(3)", 16, "'parameters' needs a network, not a number", ""},
    {"draw_dot(n)", 10, "'draw_dot' needs a value, not a network", ""},
    {"backward(xs)", 10, "'backward' needs a value, not a list", ""},
    {"y = mse(n, xs)", 5, "the loss of a network needs rows and targets", ""},
    {"y = mse(n(xs), xs, [1, 2])", 5, "the loss of predictions needs targets alone", ""},
    {"y = mse(n)", 5, "a loss takes a network, rows and targets, or predictions and targets", ""},
    {"y = mse(2, [1])", 9, "a loss takes a network or a list of predictions, not a number", ""},
    {"y = mse(n, xs, [1])", 16, "2 rows, but 1 target", ""},
    {"y = mse(n(xs), [1, 2, 3])", 16, "2 predictions, but 3 targets", ""},
    {"y = mse(n, xs, 3)", 16, "a list of targets is needed here, not a number", ""},
    {"y = mse(n(xs), [1, n(xs)[0]])", 16, "target 1 is a value, not a number", ""},
    {"y = mse(xs, [1, 2])", 9, "prediction 0 is a list, not a value", ""},
    {"y = mse([], [])", 9, "there are no predictions", ""},
    {"y = sse(Layer(3, 2), xs, [1, 2])", 9, "the layer has 2 outputs: a loss needs one", ""},
    {"y = l2(3, 1)", 8, "'l2' takes a network or a list of values, not a number", ""},
    {"y = l2([], 1)", 8, "there are no values", ""},
    {"fit(xs, xs, xs)", 5, "'fit' trains a network, not a list", ""},
    {"fit(n, [1, 2, 3], [1])", 8, "row 0 is a number, not a list", ""},
    {"fit(n, [], [])", 8, "there are no rows", ""},
    {"fit(n, n(xs), [1])", 8, "row 0 is a value, not a list", ""},
    {"fit(n, [[1, n(xs)[0], 2]], [1])", 8, "input 1 of row 0 is a value, not a number", ""},
    {"fit(n, xs, [1, 2], steps=0)", 26,
     "the number of steps must be a whole number from 1 on, not 0", ""},
    {"fit(n, xs, [1, 2], steps=2e6)", 26, "at most 1000000 steps can be made at once", ""},
    {"fit(n, xs, [1, 2], loss='msee')", 25, "there is no loss 'msee'", "did you mean 'mse'?"},
    {"fit(n, xs, [1, 2], loss=3)", 25, "the loss must be a string, not a number", ""},
    {"fit(n, xs, [1, 2], optimizer='Adm')", 30, "there is no optimizer 'Adm'",
     "did you mean 'adam'?"},
    {"fit(n, xs, [1, 2], optimizer='adam', momentum=1)", 47, "the optimizer 'adam' has no momentum",
     ""},
    {"fit(n, xs, [1, 2], stepz=3)", 20, "'fit' has no argument named 'stepz'",
     "did you mean 'steps'?"},
    {"fit(n, xs)", 1, "'fit' takes 3 to 9 arguments, not 2", ""},
    {"step(xs, 1)", 6, "'step' updates a network, not a list", ""},
    {"y = step(n, 1)", 5, "this call makes no value", ""},
};

START_TEST(messages)
{
    for (size_t i = 0; i < sizeof list_messages / sizeof *list_messages; i++)
        assert_message(list_messages[i].text, list_messages[i].column, list_messages[i].message,
                       list_messages[i].hint);
    for (size_t i = 0; i < sizeof network_messages / sizeof *network_messages; i++) {
        const message_row *row = &network_messages[i];
        char *text = repeated(networks, row->text, 1, "");
        assert_message(text, row->column + sizeof networks - 1, row->message, row->hint);
        free(text);
    }
}
END_TEST

START_TEST(losses_without_end)
{
    static const char text[] = "n = Neuron(1, 'linear')\nfit(n, [[1e200]], [1], lr=1e200)\nx = 2\n";
    run(text);
    const dg_diagnostic *d = dg_program_diagnostic(program, 0);
    ck_assert_uint_eq(dg_program_error_count(program), 1);
    ck_assert_uint_eq(d->error.line, 2);
    ck_assert_uint_eq(d->length, 32);
    ck_assert_ptr_eq(strstr(d->error.text, "the loss is infinite in step 0"), d->error.text);
    ck_assert(data("x") == 2);
    ck_assert_int_eq(dg_graph_status(graph), DG_OK);
    /* A graph that had an error before keeps it. */
    teardown();
    setup();
    ck_assert_int_eq(dg_scope_begin(graph, NULL), DG_INVALID);
    char *older = strdup(dg_graph_error(graph)->text);
    program = dg_program_run(graph, text, strlen(text), "t.dg", DG_LABELS_NAMES);
    ck_assert_ptr_nonnull(program);
    ck_assert_uint_eq(dg_program_error_count(program), 1);
    ck_assert_str_eq(dg_graph_error(graph)->text, older);
    free(older);
}
END_TEST

START_TEST(recovery)
{
    run("n = bad\ny = n([1]) + 2\nz = n.parameters()[0]\nq = (n)([2])\nxs = [n, 1]\nw = xs[0]\n"
        "m = MLP(2, [1], seed=nope)\nv = m([1, 2])\nfit(m, [[1, 2]], [v])\nok = 1\n");
    ck_assert_uint_eq(dg_program_error_count(program), 2);
    ck_assert(data("ok") == 1);
    run("xs = [\n  [1, 2],\n  [3,\nys = [1]\ny = ys[0]\nx = xs[0]\n");
    ck_assert_uint_eq(dg_program_error_count(program), 1);
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->error.text, "'[' was never closed");
    ck_assert(data("y") == 1);
}
END_TEST

START_TEST(limits)
{
    char *text = repeated("x = ", "[", 1000, "1");
    char *whole = repeated(text, "]", 1000, "\n");
    run_ok(whole);
    free(text);
    free(whole);
    text = repeated("x = ", "[", 100000, "\n");
    run(text);
    free(text);
    ck_assert_uint_eq(dg_program_error_count(program), 1);
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->error.text,
                     "brackets nested more than 1000 deep");
    /* Lists refer to lists: nothing is copied, however deep and however often. */
    text = repeated("b = [1]\n", "b = [b, b]\n", 100000, "y = len(b)\n");
    run_ok(text);
    free(text);
    text = repeated("b = [1]\n", "b = b + b\n", 60, "y = 3\n");
    run(text);
    free(text);
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->error.text,
                     "the lists have more than 16777216 elements together");
    ck_assert(data("y") == 3);
    text = repeated("a = Value(1); b = [a]\n", "b = b + b\n", 20, "");
    whole = repeated(text, "y = sum(b)\n", 17, "");
    run(whole);
    ck_assert_str_eq(dg_program_diagnostic(program, 0)->error.text,
                     "the lists and networks make more than 33554432 values");
    ck_assert_uint_eq(dg_program_error_count(program), 1);
    free(text);
    free(whole);
}
END_TEST

START_TEST(sizes)
{
    char *text = repeated("xs = [", "[0.5, -1], ", 1000, "]\nys = [");
    char *whole = repeated(text, "1, ", 1000,
                           "]\nn = MLP(2, [4, 1])\nloss = fit(n, xs, ys)\nk = len(n(xs))\n");
    run_ok(whole);
    ck_assert(data("k") == 1000 && data("loss") < 1000);
    free(text);
    free(whole);
    text = repeated("x = [", "1, ", 1000000, "]\ny = sum(x)\n");
    run_ok(text);
    free(text);
    ck_assert(data("y") == 1e6);
}
END_TEST

START_TEST(same_twice)
{
    static const char text[] = EXAMPLES "n = MLP(3, [4, 4, 1])\nloss = fit(n, xs, ys, 50)\n";
    run_ok(text);
    double loss = data("loss");
    size_t size = dg_graph_size(graph);
    run_ok(text);
    ck_assert(data("loss") == loss);
    ck_assert_uint_eq(dg_graph_size(graph), size);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        lists,    names_of_lists, order_of_a_sum, calls,    losses_of_networks,
        training, one_step,       messages,       recovery, losses_without_end,
        limits,   sizes,          same_twice,
    };
    Suite *suite = suite_create("lang nn");
    TCase *tcase = tcase_create("lang nn");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
