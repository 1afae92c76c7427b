/* Threads: eight with graphs of their own, and four that read and draw one trace, each of which
 * must get what one thread alone gets. Whether they touch the same memory on the way is seen where
 * this is built with ThreadSanitizer: `tests/run --all` does. */
#include <dotgrad/dotgrad.h>

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "check_main.h"

enum { ALONE = 8, TOGETHER = 4 };

static const char program[] = "n = MLP(3, [4, 4, 1], seed=7)\n"
                              "xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5]]\n"
                              "ys = [1.0, -1.0]\n"
                              "loss = sse(n(xs), ys)\n"
                              "m = Tensor([[1.0, 2.0], [3.0, 4.0]])\n"
                              "o = loss + (m @ m).tanh().sum()\n"
                              "o.backward()\n";

static const dg_format formats[] = {DG_SVG, DG_SVG_INLINE, DG_DOT, DG_JSON, DG_TABLE};
enum { FORMATS = sizeof formats / sizeof *formats };

/* A trace of the program; the caller frees it. */
static dg_trace *run(void)
{
    dg_graph *g = dg_graph_new();
    dg_program *p = dg_program_run_with(g, program, strlen(program), NULL);
    dg_trace *t =
        p && dg_program_status(p) == DG_OK ? dg_trace_from_value(dg_program_root(p)) : NULL;
    dg_program_free(p);
    dg_graph_free(g);
    return t;
}

/* Everything that is written of a trace. */
typedef struct output {
    char *text[FORMATS];
    size_t size[FORMATS];
    size_t edge_sum; /* of all that dg_trace_edge() says */
    size_t findings;
} output;

static void write_all(const dg_trace *t, output *o)
{
    memset(o, 0, sizeof *o);
    for (size_t i = 0; i < dg_trace_edge_count(t); i++) {
        size_t from = 0, to = 0, operand = 0;
        if (dg_trace_edge(t, i, &from, &to, &operand) == DG_OK)
            o->edge_sum += (i + 1) * (from + 3 * to + 7 * operand);
    }
    for (size_t i = 0; i < FORMATS; i++)
        o->text[i] = dg_render(t, &o->size[i], &(dg_draw_options){.format = formats[i]});
    dg_inspect *inspection = dg_inspect_new(t, NULL, NULL);
    o->findings = inspection ? 1 + dg_inspect_finding_count(inspection) : 0;
    dg_inspect_free(inspection);
}

static bool same(const output *a, const output *b)
{
    bool equal = a->edge_sum == b->edge_sum && a->findings == b->findings && a->findings > 0;
    for (size_t i = 0; i < FORMATS; i++)
        equal = equal && a->text[i] && b->text[i] && a->size[i] == b->size[i] &&
                memcmp(a->text[i], b->text[i], a->size[i]) == 0;
    return equal;
}

static void free_output(output *o)
{
    for (size_t i = 0; i < FORMATS; i++)
        dg_free(o->text[i]);
}

/* What a thread does: with a trace of its own, or with a given one. */
typedef struct work {
    const dg_trace *trace;
    output made;
} work;

static void *draw(void *argument)
{
    work *w = argument;
    dg_trace *own = w->trace ? NULL : run();
    write_all(own ? own : w->trace, &w->made);
    dg_trace_free(own);
    return NULL;
}

/* Starts `n` threads on that trace; their results must be those of one thread. */
static void compare_threads(const dg_trace *shared, size_t n)
{
    output expected;
    dg_trace *t = run();
    ck_assert_ptr_nonnull(t);
    write_all(t, &expected);
    dg_trace_free(t);
    ck_assert_uint_gt(expected.edge_sum, 0);

    work works[ALONE] = {{0}};
    pthread_t threads[ALONE];
    for (size_t i = 0; i < n; i++) {
        works[i].trace = shared;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, draw, &works[i]), 0);
    }
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_msg(same(&works[i].made, &expected), "thread %zu", i);
        free_output(&works[i].made);
    }
    free_output(&expected);
}

START_TEST(graphs_of_their_own)
{
    compare_threads(NULL, ALONE);
}
END_TEST

START_TEST(one_trace)
{
    for (int round = 0; round < 2; round++) {
        dg_trace *t = run(); /* its edges have no index yet */
        ck_assert_ptr_nonnull(t);
        compare_threads(t, TOGETHER);
        dg_trace_free(t);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {graphs_of_their_own, one_trace};
    return run_suite("threads", tests, sizeof tests / sizeof *tests);
}
