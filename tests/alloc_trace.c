/* Traces without memory: each call works when it is tried again. */
#include <stdlib.h>
#include <string.h>

#include <dotgrad/fold.h>
#include <dotgrad/tensor.h>
#include <dotgrad/trace.h>

#include "alloc_suites.h"

static dg_graph *graph;
static dg_value *root;
static dg_trace *trace;
static char *json;
static size_t json_size;

static void make_world(const alloc_scenario *s)
{
    (void)s;
    graph = dg_graph_new();
    dg_value *a = dg_leaf(graph, 2.0, "a\xFF"), *x = a;
    for (int i = 0; i < 40; i++) {
        char label[] = {'x', (char)('a' + i % 20), '\0'};
        x = dg_set_label(dg_add(dg_pow(x, i), dg_mul(x, a)), label);
    }
    /* Tensors, one that has many operands, below a root that is a scalar. */
    static const double numbers[] = {1, 2, 3, 4, 5, 6};
    dg_value *w = dg_tensor(graph, 2, (size_t[]){2, 3}, numbers, "w");
    dg_value *rows[] = {w, dg_tanh(w), dg_tensor(graph, 2, (size_t[]){0, 3}, NULL, "e"), w,
                        dg_exp(w)};
    x = dg_add(x, dg_sum(dg_transpose(dg_concat(rows, 5, 0), 0, 1)));
    root = x;
    trace = dg_trace_from_value(root);
    size_t sum = dg_trace_add_node(trace, "Σ\n", "sum", 1.0);
    size_t tensor = dg_trace_add_tensor(trace, "t", NULL, 3, (size_t[]){1, 2, 3}, numbers);
    size_t empty = dg_trace_add_tensor(trace, "t", NULL, 2, (size_t[]){2, 0}, NULL);
    dg_trace_set_grad_array(trace, tensor, numbers, 6);
    dg_trace_set_grad(trace, empty, 1.0);
    dg_trace_add_edge(trace, tensor, sum);
    dg_trace_add_edge(trace, empty, sum);
    for (size_t i = 0; i < 20; i++)
        dg_trace_add_edge(trace, i, sum);
    dg_trace_set_root(trace, sum);
    dg_trace_set_id(trace, 3, "v200");
    dg_trace_set_id(trace, 4, "v201");
    json = dg_json_from_trace(trace, &json_size);
    ck_assert_ptr_nonnull(json);
}

static void free_world(void)
{
    dg_free(json);
    dg_trace_free(trace);
    dg_graph_free(graph);
}

static bool take(const alloc_scenario *s)
{
    (void)s;
    dg_trace *t = dg_trace_from_value(root);
    dg_trace_free(t);
    return t != NULL;
}

/* The graph can be used after it. */
static void free_taken(void)
{
    ck_assert_int_eq(dg_zero_grad(root), DG_OK);
    ck_assert_int_eq(dg_backward(root), DG_OK);
    ck_assert_double_eq(dg_grad(root), 1.0);
    free_world();
}

static bool select_root(const alloc_scenario *s)
{
    (void)s;
    dg_trace *t = dg_trace_select(trace, dg_trace_root(trace));
    dg_trace_free(t);
    return t != NULL;
}

/* The part has to give each node its old name, because ids look like its places. */
static bool select_renamed(const alloc_scenario *s)
{
    (void)s;
    dg_trace *t = dg_trace_select(trace, 30);
    bool done = t != NULL;
    if (done && dg_trace_check(t, NULL) == DG_FORMAT)
        expect(false, "ids conflict");
    dg_trace_free(t);
    return done;
}

static void set_up_renamed(const alloc_scenario *s)
{
    make_world(s);
    for (size_t i = 30; i < 40; i++)
        dg_trace_set_id(trace, i, i % 2 ? "" : (char[]){'v', '4', (char)('0' + i - 30), '\0'});
    for (size_t i = 40; i < 49; i++)
        dg_trace_set_id(trace, i, (char[]){'w', (char)('0' + i - 40), '\0'});
}

static bool build(const alloc_scenario *s)
{
    (void)s;
    dg_trace *t = dg_trace_new();
    bool done = t != NULL;
    for (size_t i = 0; done && i < 20; i++) {
        size_t node = dg_trace_add_node(t, i % 2 ? "a\xC0" : "b", i ? "op" : "", 0.0);
        done = node != DG_NO_NODE;
        if (!done && dg_trace_node_count(t) != i)
            expect(false, "half a node was added");
        for (size_t k = 0; done && k < i; k++)
            done = dg_trace_add_edge(t, k, node) == DG_OK;
        char id[] = {(char)('a' + i), '\0'};
        done = done && dg_trace_set_id(t, node, id) == DG_OK;
    }
    if (done) {
        size_t node = dg_trace_add_tensor(t, "w", NULL, 2, (size_t[]){2, 2}, NULL);
        done = node != DG_NO_NODE;
        if (dg_trace_node_count(t) != (done ? 21 : 20))
            expect(false, "half a tensor was added");
        static const double grad[] = {1, 2, 3, 4};
        bool given = done && dg_trace_set_grad_array(t, node, grad, 4) == DG_OK;
        if (dg_trace_has_grad(t, node) != given || (dg_trace_grad_array(t, node) != NULL) != given)
            expect(false, "half a gradient was set");
        if (given)
            given = dg_trace_add_tensor(t, "v", NULL, 1, (size_t[]){2}, grad) != DG_NO_NODE &&
                    dg_trace_set_grad(t, node + 1, 0.5) == DG_OK;
        done = given;
    }
    dg_error error = {0};
    if (done)
        done = dg_trace_check(t, &error) == DG_OK;
    if (!done && error.status != DG_OK && error.status != DG_NOMEM)
        expect(false, "the check's status");
    dg_trace_free(t);
    return done;
}

/* The fields that few nodes have; then all of it is copied. */
static bool annotate(const alloc_scenario *s)
{
    (void)s;
    dg_trace *t = dg_trace_new(), *copy = NULL;
    bool done = t != NULL && dg_trace_add_node(t, "a", NULL, 1.0) != DG_NO_NODE &&
                dg_trace_add_node(t, "x", NULL, 1.0) == 1 && dg_trace_clear_data(t, 1) == DG_OK &&
                dg_trace_set_shape(t, 1, 2, (size_t[]){2, DG_UNKNOWN_SIZE}) == DG_OK &&
                dg_trace_add_node(t, "s", "split", 0.0) == 2 &&
                dg_trace_add_node(t, "r", NULL, 0.0) == 3 &&
                dg_trace_set_dim_name(t, 1, 1, "batch") == DG_OK &&
                dg_trace_set_dtype(t, 1, "float\xFF") == DG_OK;
    for (size_t i = 0; done && i < 3; i++)
        done = dg_trace_set_attribute(t, 2, (char[]){(char)('p' + i), '\0'}, "text") == DG_OK &&
               dg_trace_set_attribute_number(t, 0, "number", (double)i) == DG_OK &&
               dg_trace_add_edge(t, 0, 2) == DG_OK &&
               dg_trace_set_operand_name(t, 2, i, "in") == DG_OK &&
               dg_trace_set_local_gradient(t, 2, i, 0.5) == DG_OK;
    done = done && dg_trace_set_result_of(t, 3, 2, 1) == DG_OK &&
           dg_trace_add_root(t, 3) == DG_OK && dg_trace_clear_data(t, 0) == DG_OK &&
           dg_trace_set_shape(t, 0, 1, (size_t[]){DG_UNKNOWN_SIZE}) == DG_OK;
    if (done) {
        copy = dg_trace_select_roots(t);
        done = copy != NULL;
    }
    dg_trace_free(copy);
    dg_trace_free(t);
    return done;
}

/* Of an op with many operands, whose graph is made again. */
static bool contribute(const alloc_scenario *s)
{
    (void)s;
    double numbers[6];
    size_t node = 0;
    while (strncmp(dg_trace_op(trace, node), "concat", 6) != 0)
        node++;
    dg_status status = dg_trace_contribution(trace, node, 1, numbers);
    if (status != DG_OK && status != DG_NOMEM)
        expect(false, "the status of a contribution");
    return status == DG_OK;
}

static void set_up_gradients(const alloc_scenario *s)
{
    make_world(s);
    for (size_t i = 0; i < dg_trace_node_count(trace); i++)
        dg_trace_set_grad(trace, i, 0.5);
}

static bool write_json(const alloc_scenario *s)
{
    (void)s;
    size_t size = 1;
    char *text = dg_json_from_trace(trace, &size);
    if (text ? strcmp(text, json) != 0 : size != 0)
        expect(false, "the text or its size");
    dg_free(text);
    return text != NULL;
}

static bool read_json(const alloc_scenario *s)
{
    (void)s;
    dg_error error;
    dg_trace *t = dg_trace_from_json(json, json_size, &error);
    if (!t && (error.status != DG_NOMEM || strcmp(error.text, "out of memory") != 0))
        expect(false, error.text);
    dg_trace_free(t);
    return t != NULL;
}

/* All that a text can have. */
static void set_up_reading_version_2(const alloc_scenario *s)
{
    make_world(s);
    dg_free(json);
    static const char text[] =
        "{\"x\": {\"y\": true, \"z\\n\": [{}]}, \"dotgrad\": 2, \"root\": \"a\", \"roots\": "
        "[\"a\", 7],"
        "\"edges\": [{\"from\": \"b\", \"to\": \"a\", \"operand\": 0, \"local\": 3, \"name\": "
        "\"in\\t\"},"
        "{\"from\": \"v3999\", \"to\": \"a\", \"operand\": 1, \"more\": "
        "1.2345678901234567890123e-99}],"
        "\"nodes\": [{\"id\": \"a\", \"op\": \"+\", \"data\": 1},"
        "{\"id\": \"b\", \"data\": 0.5, \"grad\": null, \"label\": \"\\u0416\", \"more\": [[{}]]},"
        "{\"id\": 7, \"d\\u0061ta\": [[1, 2], [\"NaN\", \"N\\u0061N\"]], \"shape\": [2, 2], "
        "\"grad\": [[1, 2], [3, 4]], \"op\": \"split\"}, {\"id\": 8.5, \"result\": 1, \"of\": 7, "
        "\"data\": null, \"shape\": [\"batch\", null], \"dtype\": \"float32\", "
        "\"attributes\": {\"axis\": 1, \"mode\": \"\\u00e9\"}}, {\"id\": \"v3999\", \"data\": 4}]}";
    json_size = strlen(text);
    json = malloc(sizeof text);
    memcpy(json, text, sizeof text);
    dg_error error;
    dg_trace *t = dg_trace_from_json(json, json_size, &error);
    ck_assert_msg(t, "%s", error.text);
    dg_trace_free(t);
}

/* Folds with splits, repeats, ranges and opened groups. */
static void set_up_scopes(const alloc_scenario *s)
{
    make_world(s);
    for (size_t i = 0; i < dg_trace_node_count(trace); i++)
        dg_trace_set_scope(trace, i, i % 7 < 3 ? "a/b" : i % 2 ? "a" : "c/d e");
    for (size_t i = 0; i < 210; i++) {
        size_t node = dg_trace_add_node(trace, "", i ? "exp" : "", 1.0);
        if (i)
            dg_trace_add_edge(trace, node - 1, node);
        dg_trace_set_scope(trace, node, i < 150 ? "long" : i % 2 ? "r/1" : "r/2");
    }
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 2; k++) {
            size_t node = dg_trace_add_node(trace, "", "tanh", 1.0);
            dg_trace_add_edge(trace, k ? node - 1 : 0, node);
            dg_trace_set_scope(trace, node, (char[]){'x', (char)('0' + i), '\0'});
        }
}

static bool fold_trace(const alloc_scenario *s)
{
    static const dg_fold_options options[] = {
        {.fold = "auto"}, {.fold = "1", .open = "long"}, {.fold = "a,x1"}, {.fold = "long,nope"}};
    dg_error error;
    dg_fold *f = dg_fold_new(trace, &options[s->argument], &error);
    if (!f && s->argument == 3 && error.status == DG_INVALID)
        return true;
    if (!f && error.status != DG_NOMEM)
        expect(false, error.text);
    char *text = dg_fold_explanation(f);
    dg_free(text);
    dg_fold_free(f);
    return f && text;
}

static bool slice_trace(const alloc_scenario *s)
{
    dg_error error;
    dg_trace *t = s->argument ? dg_trace_between(trace, 30, 0, &error)
                              : dg_trace_around(trace, 30, 2, &error);
    if (!t && error.status != DG_NOMEM)
        expect(false, error.text);
    dg_trace_free(t);
    return t != NULL;
}

#define TRIED(title, call, before, after, number)                                                  \
    {                                                                                              \
        .name = title, .run = call, .set_up = before, .tear_down = after, .argument = number,      \
        .recovers = true, .again = true                                                            \
    }

static const alloc_scenario scenarios[] = {
    TRIED("taking a trace", take, make_world, free_taken, 0),
    TRIED("selecting", select_root, make_world, free_world, 0),
    TRIED("selecting with other ids", select_renamed, set_up_renamed, free_world, 0),
    TRIED("building and checking", build, make_world, free_world, 0),
    TRIED("fields that few nodes have", annotate, make_world, free_world, 0),
    TRIED("contributions", contribute, set_up_gradients, free_world, 0),
    TRIED("writing", write_json, make_world, free_world, 0),
    TRIED("reading", read_json, make_world, free_world, 0),
    TRIED("reading version 2", read_json, set_up_reading_version_2, free_world, 0),
    TRIED("folding", fold_trace, set_up_scopes, free_world, 0),
    TRIED("folding at a depth", fold_trace, set_up_scopes, free_world, 1),
    TRIED("folding by names", fold_trace, set_up_scopes, free_world, 2),
    TRIED("a slice around a node", slice_trace, set_up_renamed, free_world, 0),
    TRIED("a slice between two", slice_trace, make_world, free_world, 1),
    TRIED("a group that is not there", fold_trace, set_up_scopes, free_world, 3),
    {0},
};

const alloc_suite alloc_trace = {"trace", scenarios, NULL};
