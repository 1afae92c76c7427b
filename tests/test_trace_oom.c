/* Every allocation of the trace room fails once, one after the other: each call then says so, leaks
 * nothing, and works when it is tried again. */
#include <check.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <dotgrad/tensor.h>
#include <dotgrad/trace.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

static size_t until_failure; /* 0: none fails */
static bool for_ever;        /* whether those after it fail too */
static bool failed;
static const char *wrong; /* what an attempt found wrong: Check's own assertions allocate */

static bool fails(void)
{
    if (failed && for_ever)
        return true;
    if (until_failure == 0 || --until_failure > 0)
        return false;
    failed = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

/* What is tried: returns whether it worked. */
typedef bool attempt(void);

/* Lets allocation 1, 2, … fail until the attempt needs none of so many. Trimming may fail without
 * harm; so an attempt may work although one failed. */
static void try_all(attempt *try)
{
    for (int pass = 0; pass < 2; pass++) {
        size_t refused = 0;
        for (size_t n = 1;; n++) {
            until_failure = n;
            for_ever = pass == 1;
            failed = false;
            wrong = NULL;
            bool done = try();
            bool was_reached = failed;
            until_failure = 0;
            for_ever = failed = false;
            refused += !done;
            ck_assert_msg(!wrong, "allocation %zu: %s", n, wrong);
            ck_assert(done || was_reached);
            ck_assert(try());
            if (!was_reached)
                break;
        }
        ck_assert_uint_gt(refused, 0);
    }
}

static dg_graph *graph;
static dg_value *root;
static dg_trace *trace;
static char *json;
static size_t json_size;

static void make_world(void)
{
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

static bool take(void)
{
    dg_trace *t = dg_trace_from_value(root);
    dg_trace_free(t);
    return t != NULL;
}

START_TEST(taking)
{
    try_all(take);
    ck_assert_int_eq(dg_zero_grad(root), DG_OK);
    ck_assert_int_eq(dg_backward(root), DG_OK);
    ck_assert_double_eq(dg_grad(root), 1.0);
}
END_TEST

static bool select_root(void)
{
    dg_trace *t = dg_trace_select(trace, dg_trace_root(trace));
    dg_trace_free(t);
    return t != NULL;
}

START_TEST(selecting)
{
    try_all(select_root);
}
END_TEST

/* The part has to give each node its old name, because ids look like its places. */
static bool select_renamed(void)
{
    dg_trace *t = dg_trace_select(trace, 30);
    bool done = t != NULL;
    if (done && dg_trace_check(t, NULL) == DG_FORMAT)
        wrong = "ids conflict";
    dg_trace_free(t);
    return done;
}

START_TEST(selecting_renamed)
{
    for (size_t i = 30; i < 40; i++)
        dg_trace_set_id(trace, i, i % 2 ? "" : (char[]){'v', '4', (char)('0' + i - 30), '\0'});
    for (size_t i = 40; i < 49; i++)
        dg_trace_set_id(trace, i, (char[]){'w', (char)('0' + i - 40), '\0'});
    try_all(select_renamed);
}
END_TEST

static bool build(void)
{
    dg_trace *t = dg_trace_new();
    bool done = t != NULL;
    for (size_t i = 0; done && i < 20; i++) {
        size_t node = dg_trace_add_node(t, i % 2 ? "a\xC0" : "b", i ? "op" : "", 0.0);
        done = node != DG_NO_NODE;
        if (!done && dg_trace_node_count(t) != i)
            wrong = "half a node was added";
        for (size_t k = 0; done && k < i; k++)
            done = dg_trace_add_edge(t, k, node) == DG_OK;
        char id[] = {(char)('a' + i), '\0'};
        done = done && dg_trace_set_id(t, node, id) == DG_OK;
    }
    if (done) {
        size_t node = dg_trace_add_tensor(t, "w", NULL, 2, (size_t[]){2, 2}, NULL);
        done = node != DG_NO_NODE;
        if (dg_trace_node_count(t) != (done ? 21 : 20))
            wrong = "half a tensor was added";
        static const double grad[] = {1, 2, 3, 4};
        bool given = done && dg_trace_set_grad_array(t, node, grad, 4) == DG_OK;
        if (dg_trace_has_grad(t, node) != given || (dg_trace_grad_array(t, node) != NULL) != given)
            wrong = "half a gradient was set";
        if (given)
            given = dg_trace_add_tensor(t, "v", NULL, 1, (size_t[]){2}, grad) != DG_NO_NODE &&
                    dg_trace_set_grad(t, node + 1, 0.5) == DG_OK;
        done = given;
    }
    dg_error error = {0};
    if (done)
        done = dg_trace_check(t, &error) == DG_OK;
    if (!done && error.status != DG_OK && error.status != DG_NOMEM)
        wrong = "the check's status";
    dg_trace_free(t);
    return done;
}

START_TEST(building_and_checking)
{
    try_all(build);
}
END_TEST

static bool write_json(void)
{
    size_t size = 1;
    char *text = dg_json_from_trace(trace, &size);
    if (text ? strcmp(text, json) != 0 : size != 0)
        wrong = "the text or its size";
    dg_free(text);
    return text != NULL;
}

START_TEST(writing)
{
    try_all(write_json);
}
END_TEST

/* jansson calls a string that it has no memory for an invalid token: then only that the text is
 * refused can be asked for. */
static bool jansson_fails;

static bool read_json(void)
{
    dg_error error;
    dg_trace *t = dg_trace_from_json(json, json_size, &error);
    if (!t && !jansson_fails &&
        (error.status != DG_NOMEM || strcmp(error.text, "out of memory") != 0)) {
        static char text[sizeof error.text];
        memcpy(text, error.text, sizeof text);
        wrong = text;
    }
    dg_trace_free(t);
    return t != NULL;
}

START_TEST(reading)
{
    try_all(read_json);
}
END_TEST

/* jansson's allocations too. Its lexer trusts that it can grow a token beyond 16 bytes, so tokens
 * here are shorter. */
START_TEST(reading_with_janssons)
{
    json_set_alloc_funcs(__wrap_malloc, free);
    dg_free(json);
    static const char text[] =
        "{\"dotgrad\": 1, \"root\": \"a\", \"nodes\": [{\"id\": \"a\", \"op\": \"+\", \"data\": 1},"
        "{\"id\": \"b\", \"data\": 0.5, \"grad\": null, \"label\": \"\\u0416\", \"more\": [[{}]]},"
        "{\"id\": \"c\", \"d\\u0061ta\": [[1, 2], [\"NaN\", \"N\\u0061N\"]], \"shape\": [2, 2], "
        "\"grad\": [[1, 2], [3, 4]]}],"
        "\"edges\": [{\"from\": \"b\", \"to\": \"a\", \"operand\": 0}], \"x\": {\"y\": true}}";
    json_size = strlen(text);
    json = __real_malloc(sizeof text);
    memcpy(json, text, sizeof text);
    jansson_fails = true;
    try_all(read_json);
}
END_TEST

START_TEST(writing_with_janssons)
{
    json_set_alloc_funcs(__wrap_malloc, free);
    try_all(write_json);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("trace-oom");
    TCase *c = tcase_create("oom");
    tcase_set_timeout(c, 300);
    tcase_add_checked_fixture(c, make_world, free_world);
    tcase_add_test(c, taking);
    tcase_add_test(c, selecting);
    tcase_add_test(c, selecting_renamed);
    tcase_add_test(c, building_and_checking);
    tcase_add_test(c, writing);
    tcase_add_test(c, reading);
    tcase_add_test(c, reading_with_janssons);
    tcase_add_test(c, writing_with_janssons);
    suite_add_tcase(s, c);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_ENV);
    int bad = srunner_ntests_failed(runner);
    srunner_free(runner);
    return bad == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
