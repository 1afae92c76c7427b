/* A chain of ten million values: made, differentiated, computed anew, traced and freed, with an
 * 8 MiB stack and with one of 64 KiB. */
#include <dotgrad/engine.h>
#include <dotgrad/trace.h>

#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "check_main.h"
#include "engine_support.h"

enum { LONG_CHAIN = 10000000, SHORT_CHAIN = 300000 };

static size_t chain_length(void)
{
    return watched() ? SHORT_CHAIN : LONG_CHAIN;
}

typedef struct findings {
    size_t length; /* in: how many values */
    bool traced;   /* in: take a trace too */
    bool built;
    size_t size;
    size_t bytes; /* how much larger the process became */
    dg_status status;
    double one_grad, gain_grad, first_grad, root_grad;
    double before, after;
    double once_more;
    size_t nodes, edges;
    double trace_root;
} findings;

/* v = v + one and v = v * gain in turn, from v = 3: every number below is a whole one. */
static void *live(void *argument)
{
    findings *f = argument;
    size_t start = resident_bytes();
    dg_graph *g = dg_graph_new();
    dg_value *first = dg_leaf(g, 3.0, "first");
    dg_value *one = dg_leaf(g, 1.0, "one");
    dg_value *gain = dg_leaf(g, 1.0, "gain");
    dg_value *v = first;
    for (size_t i = 0; i < f->length; i++)
        v = i % 2 ? dg_mul(v, gain) : dg_add(v, one);
    f->built = v != NULL;
    f->size = dg_graph_size(g);
    size_t end = resident_bytes();
    f->bytes = end > start && start ? end - start : 0;
    f->status = dg_backward(v);
    f->one_grad = dg_grad(one);
    f->gain_grad = dg_grad(gain);
    f->first_grad = dg_grad(first);
    f->root_grad = dg_grad(v);
    f->before = dg_data(v);
    dg_set_data(first, 1000.0);
    if (f->status == DG_OK)
        f->status = dg_forward(v);
    f->after = dg_data(v);
    if (f->status == DG_OK && f->traced)
        f->status = dg_backward(v); /* gradients of the first pass are there */
    f->once_more = dg_grad(one);
    if (f->status == DG_OK)
        f->status = dg_zero_grad(v);
    if (f->status == DG_OK)
        f->status = dg_graph_zero_grad(g);
    if (f->traced) {
        dg_trace *t = dg_trace_from_value(v);
        f->nodes = dg_trace_node_count(t);
        f->edges = dg_trace_edge_count(t);
        f->trace_root = dg_trace_data(t, dg_trace_root(t));
        dg_trace_free(t);
    }
    dg_graph_free(g);
    return NULL;
}

static void check_findings(const findings *f)
{
    double half = (double)(f->length / 2);
    ck_assert_int_eq(f->built, 1);
    ck_assert_uint_eq(f->size, f->length + 3);
    ck_assert_int_eq(f->status, DG_OK);
    ck_assert_double_eq(f->root_grad, 1.0);
    ck_assert_double_eq(f->first_grad, 1.0);
    ck_assert_double_eq(f->one_grad, half);
    /* Product i multiplies 3 + i, for i from 1 to half. */
    ck_assert_double_eq(f->gain_grad, 3.0 * half + half * (half + 1.0) / 2.0);
    ck_assert_double_eq(f->before, 3.0 + half);
    ck_assert_double_eq(f->after, 1000.0 + half);
    if (f->traced) {
        ck_assert_double_eq(f->once_more, 2.0 * half);
        ck_assert_uint_eq(f->nodes, f->length + 3);
        ck_assert_uint_eq(f->edges, 2 * f->length);
        ck_assert_double_eq(f->trace_root, 1000.0 + half);
    }
}

START_TEST(chain_with_8_mib_of_stack)
{
    struct rlimit limit;
    findings f = {.length = chain_length(), .traced = false};
    ck_assert_int_eq(getrlimit(RLIMIT_STACK, &limit), 0);
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > (rlim_t)8 << 20) {
        limit.rlim_cur = (rlim_t)8 << 20;
        ck_assert_int_eq(setrlimit(RLIMIT_STACK, &limit), 0);
    }
    live(&f);
    check_findings(&f);
    if (watched() || f.bytes == 0)
        printf("bytes a value: skipped\n");
    else
        ck_assert_msg(f.bytes <= 64 * f.length, "%.1f bytes a value",
                      (double)f.bytes / (double)f.length);
}
END_TEST

static void in_a_small_thread(void *(*run)(void *), void *argument)
{
    pthread_attr_t attributes;
    pthread_t thread;
    /* What watches memory puts its own things on the stack. */
    size_t stack = (size_t)(watched() ? 256 : 64) * 1024;
    ck_assert_int_eq(pthread_attr_init(&attributes), 0);
    ck_assert_int_eq(pthread_attr_setstacksize(&attributes, stack), 0);
    ck_assert_int_eq(pthread_create(&thread, &attributes, run, argument), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(pthread_attr_destroy(&attributes), 0);
}

START_TEST(chain_with_64_kib_of_stack)
{
    findings f = {.length = chain_length(), .traced = true};
    in_a_small_thread(live, &f);
    check_findings(&f);
}
END_TEST

typedef struct shape {
    size_t length;
    dg_status status;
    double grad;
    size_t nodes;
    dg_gradcheck_result found;
} shape;

/* The other way to be deep: every value has the chain as its second operand and a leaf of its own
 * as its first, and a sum of many leaves. */
static void *comb(void *argument)
{
    shape *s = argument;
    dg_graph *g = dg_graph_new();
    dg_value *v = dg_leaf(g, 1.0, NULL);
    dg_value *first = v;
    for (size_t i = 0; i < s->length; i++)
        v = i % 2 ? dg_sub(dg_leaf(g, 1.0, NULL), v) : dg_max(dg_leaf(g, -1e9, NULL), v);
    s->status = dg_backward(v);
    s->grad = dg_grad(first);
    dg_trace *t = dg_trace_from_value(v);
    s->nodes = dg_trace_node_count(t);
    dg_trace_free(t);
    if (s->status == DG_OK)
        s->status = dg_forward(v);
    dg_graph_rewind(g, 1);
    v = dg_add(first, first);
    for (int i = 0; i < 3000; i++)
        v = dg_add(v, first);
    if (s->status == DG_OK)
        s->status = dg_gradcheck(v, 0.0, &s->found);
    dg_graph_free(g);
    return NULL;
}

START_TEST(comb_with_64_kib_of_stack)
{
    shape s = {.length = watched() ? 20000 : 400000};
    in_a_small_thread(comb, &s);
    ck_assert_int_eq(s.status, DG_OK);
    ck_assert_double_eq(s.grad, s.length / 2 % 2 ? -1.0 : 1.0);
    /* A first leaf; max makes a leaf and itself; the difference two leaves, a product and a sum. */
    ck_assert_uint_eq(s.nodes, 1 + s.length / 2 * 2 + s.length / 2 * 4);
    ck_assert_uint_eq(s.found.checked, 1);
    ck_assert_double_eq(s.found.backward, 3002.0);
    ck_assert_double_lt(s.found.worst, 1e-7);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {chain_with_8_mib_of_stack, chain_with_64_kib_of_stack,
                                  comb_with_64_kib_of_stack};
    return run_suite("chain", tests, sizeof tests / sizeof *tests);
}
