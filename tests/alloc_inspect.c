/* Inspections without memory. */
#include <string.h>

#include <dotgrad/engine.h>
#include <dotgrad/inspect.h>
#include <dotgrad/lang.h>
#include <dotgrad/tensor.h>

#include "alloc_suites.h"

static dg_trace *trace;
static size_t leaf;
static dg_why *why;

/* Several paths; with the argument 1 the gradient is nan. */
static void make_trace(const alloc_scenario *s)
{
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, s->argument ? -0.5 : 0.5, "a"), *x = dg_log(a);
    for (int i = 0; i < 70; i++)
        x = dg_add(dg_tanh(x), dg_mul(x, dg_set_label(dg_sin(x), i % 2 ? "s" : "a")));
    dg_backward(x);
    trace = dg_trace_from_value(x);
    dg_graph_free(g);
    leaf = dg_trace_node_count(trace);
    while (dg_trace_operand_count(trace, --leaf) > 0)
        continue;
    why = NULL;
}

static void make_tensors(const alloc_scenario *s)
{
    (void)s;
    dg_graph *g = dg_graph_new();
    dg_value *w = dg_tensor(g, 2, (size_t[]){2, 2}, (double[]){1, 2, 3, -4}, "a"), *x = w;
    for (int i = 0; i < 4; i++)
        x = dg_add(dg_tanh(x), dg_matmul(x, w));
    x = dg_sum(x);
    dg_backward(x);
    trace = dg_trace_from_value(x);
    dg_graph_free(g);
    leaf = dg_trace_find(trace, "a");
    why = NULL;
}

static void make_why(const alloc_scenario *s)
{
    make_trace(s);
    why = dg_why_new(trace, leaf, NULL, NULL);
}

static void free_trace(void)
{
    dg_why_free(why);
    dg_trace_free(trace);
}

static bool explain(const alloc_scenario *s)
{
    (void)s;
    dg_error error;
    dg_inspect_options o = {.paths = 7};
    dg_why *w = dg_why_new(trace, leaf, &o, &error);
    if (!w)
        expect(error.status == DG_NOMEM && strcmp(error.text, "out of memory") == 0, error.text);
    else
        expect(dg_why_listed_count(w) == (s->argument ? 1 : 7), "other paths");
    dg_why_free(w);
    return w != NULL;
}

/* A program with many faults, and values that its root does not depend on. */
static const char faults[] =
    "n = MLP(2, [6, 4, 1], activation=['relu', 'tanh', 'linear'], seed=1)\n"
    "m = MLP(2, [2], seed=3)\n"
    "ps = n.parameters()\n"
    "ps[2].data = -50; ps[5].data = 0; ps[25].data = 90; ps[7].requires_grad = False\n"
    "a = Value(0.5, label='w'); b = Value(0.25, label='w'); z = 0.0; y = a * b\n"
    "c = Value(y.data)\n"
    "t = Tensor([[1.0, -2.0], [0.5, 3.0]])\n"
    "h = relu(t @ t - 100)\n"
    "loss = mse(n([[1, 2], [-1, 0.5]]), [1, -1]) + a * b + sqrt(z) + log(z) * 0 + c + h.mean()\n"
    "loss.backward()\n"
    "a.grad = 7\n";

static void make_faults(const alloc_scenario *s)
{
    dg_graph *g = dg_graph_new();
    dg_program *p = dg_program_run(g, faults, strlen(faults), "faults", DG_LABELS_NAMES);
    size_t n;
    dg_value *const *values = dg_program_values(p, &n);
    trace = dg_trace_from_values(dg_program_root(p), values, n);
    if (s->argument)
        dg_trace_set_grad(trace, 0, 1.0);
    dg_program_free(p);
    dg_graph_free(g);
    why = NULL;
}

static bool inspect(const alloc_scenario *s)
{
    (void)s;
    dg_error error;
    dg_inspect_options o = {.learning_rate = 0.1};
    dg_inspect *i = dg_inspect_new(trace, &o, &error);
    if (!i)
        expect(error.status == DG_NOMEM && strcmp(error.text, "out of memory") == 0, error.text);
    else
        expect(dg_inspect_finding_count(i) > 3, "too few findings");
    dg_inspect_free(i);
    return i != NULL;
}

static bool write_text(const alloc_scenario *s)
{
    (void)s;
    char *text = dg_text_from_why(why, NULL);
    dg_free(text);
    return text != NULL;
}

static bool write_json(const alloc_scenario *s)
{
    (void)s;
    char *json = dg_json_from_why(why, NULL);
    dg_free(json);
    return json != NULL;
}

#define TRIED(title, call, before, number)                                                         \
    {                                                                                              \
        .name = title, .run = call, .set_up = before, .tear_down = free_trace, .argument = number, \
        .recovers = true, .again = true                                                            \
    }

static const alloc_scenario scenarios[] = {
    TRIED("inspecting a trace", inspect, make_faults, 0),
    TRIED("explaining a gradient", explain, make_trace, 0),
    TRIED("explaining a nan", explain, make_trace, 1),
    TRIED("explaining a tensor", explain, make_tensors, 0),
    TRIED("an explanation as text", write_text, make_why, 0),
    TRIED("an explanation as JSON", write_json, make_why, 1),
    {0},
};

const alloc_suite alloc_inspect = {"inspect", scenarios, NULL};
