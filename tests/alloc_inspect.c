/* Inspections without memory. */
#include <string.h>

#include <dotgrad/engine.h>
#include <dotgrad/inspect.h>

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
    TRIED("explaining a gradient", explain, make_trace, 0),
    TRIED("explaining a nan", explain, make_trace, 1),
    TRIED("an explanation as text", write_text, make_why, 0),
    TRIED("an explanation as JSON", write_json, make_why, 1),
    {0},
};

const alloc_suite alloc_inspect = {"inspect", scenarios, NULL};
