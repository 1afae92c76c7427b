/* Summaries by scope and by parameter. Their numbers are compared with Python's in report.sh. */
#include <dotgrad/dotgrad.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "inspect/summary.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static dg_trace *trace;
static dg_inspect *inspection;
static dg_summary *summary;

static void setup(void)
{
    trace = dg_trace_new();
}

static void teardown(void)
{
    dg_summary_free(summary);
    dg_inspect_free(inspection);
    dg_trace_free(trace);
    summary = NULL;
    inspection = NULL;
}

static size_t add(const char *label, const char *op, const char *scope, double data, double grad)
{
    size_t node = dg_trace_add_node(trace, label, op, data);
    ck_assert_uint_ne(node, DG_NO_NODE);
    ck_assert_int_eq(dg_trace_set_scope(trace, node, scope), DG_OK);
    if (!isnan(grad))
        dg_trace_set_grad(trace, node, grad);
    return node;
}

static void summarise(void)
{
    dg_error error;
    inspection = dg_inspect_new(trace, NULL, &error);
    ck_assert_msg(inspection != NULL, "%s", error.text);
    summary = dg_summary_new(inspection, &error);
    ck_assert_msg(summary != NULL, "%s", error.text);
}

static const dg_scope_summary *scope(const char *path)
{
    for (size_t i = 0; i < dg_summary_scope_count(summary); i++)
        if (strcmp(dg_summary_scope(summary, i)->scope, path) == 0)
            return dg_summary_scope(summary, i);
    ck_abort_msg("there is no scope %s", path);
    return NULL;
}

START_TEST(nothing)
{
    dg_error error;
    dg_parameter_summary p;
    ck_assert_ptr_null(dg_summary_new(NULL, &error));
    ck_assert_int_eq(error.status, DG_INVALID);
    ck_assert_ptr_null(dg_summary_new(NULL, NULL));
    dg_summary_free(NULL);
    ck_assert_uint_eq(dg_summary_scope_count(NULL), 0);
    ck_assert_ptr_null(dg_summary_scope(NULL, 0));
    ck_assert_uint_eq(dg_summary_parameter_count(NULL), 0);
    ck_assert_int_eq(dg_summary_parameter(NULL, 0, &p), DG_INVALID);
    ck_assert_int_eq(dg_summary_sort(NULL, DG_PARAMETER_NAME, 0), DG_INVALID);
    add("w", "", "", 1.0, 2.0);
    summarise();
    ck_assert_uint_eq(dg_summary_scope_count(summary), 1);
    ck_assert_ptr_null(dg_summary_scope(summary, 1));
    ck_assert_int_eq(dg_summary_parameter(summary, 1, &p), DG_INVALID);
    ck_assert_int_eq(dg_summary_parameter(summary, 0, NULL), DG_INVALID);
    ck_assert_int_eq(dg_summary_sort(summary, (dg_parameter_key)0, 0), DG_INVALID);
    ck_assert_int_eq(dg_summary_sort(summary, (dg_parameter_key)6, 0), DG_INVALID);
}
END_TEST

/* Layers in the order in which data goes through them, though the trace begins at the other end;
 * and in them, units in the order in which it reaches them. */
START_TEST(order_of_scopes)
{
    static const char *const want[] = {"",          "parameters",  "layer 0",
                                       "layer 0/a", "layer 0/a/x", "layer 0/b",
                                       "layer 1",   "loss"}; /* b is computed from a */
    size_t loss = add("loss", "+", "loss", 1.0, 1.0);
    size_t one = add("", "tanh", "layer 1", 0.5, 1.0);
    size_t b = add("", "*", "layer 0/b", 0.5, 1.0), a = add("", "*", "layer 0/a", 0.5, 1.0);
    size_t x = add("", "tanh", "layer 0/a/x", 0.5, 1.0), w = add("w", "", "parameters", 1.0, 1.0);
    dg_trace_add_edge(trace, one, loss);
    dg_trace_add_edge(trace, w, loss);
    dg_trace_add_edge(trace, b, one);
    dg_trace_add_edge(trace, w, b);
    dg_trace_add_edge(trace, a, b);
    dg_trace_add_edge(trace, w, a);
    dg_trace_add_edge(trace, x, a);
    dg_trace_add_edge(trace, w, x);
    summarise();
    ck_assert_uint_eq(dg_summary_scope_count(summary), COUNT_OF(want));
    for (size_t i = 0; i < COUNT_OF(want); i++)
        ck_assert_str_eq(dg_summary_scope(summary, i)->scope, want[i]);
    ck_assert_uint_eq(scope("layer 0")->values, 3);
    ck_assert_uint_eq(scope("layer 0/a")->values, 2);
    ck_assert_uint_eq(scope("layer 0/a")->depth, 2);
    ck_assert_uint_eq(scope("layer 0/a")->parent, 2);
    ck_assert_uint_eq(scope("")->parent, DG_NO_SCOPE);
    ck_assert_uint_eq(scope("")->values, 6);
}
END_TEST

/* A chain of so many values, each in the scope that the format makes of its number. */
static void make_chain(size_t count, const char *format)
{
    char text[64];
    for (size_t i = 0; i < count; i++) {
        snprintf(text, sizeof text, format, i);
        size_t node = add("", i + 1 < count ? "tanh" : "", text, 0.5, 1.0);
        if (i > 0)
            dg_trace_add_edge(trace, node, node - 1);
    }
}

START_TEST(too_many_scopes)
{
    size_t count = DG_SUMMARY_SCOPES_MAX + 50;
    make_chain(count, "all/%zu");
    summarise();
    ck_assert_uint_eq(dg_summary_scope_count(summary), DG_SUMMARY_SCOPES_MAX);
    ck_assert_uint_eq(scope("all")->values, count);
    size_t inside = 0;
    for (size_t i = 2; i < DG_SUMMARY_SCOPES_MAX; i++)
        inside += dg_summary_scope(summary, i)->values;
    ck_assert_uint_eq(inside, DG_SUMMARY_SCOPES_MAX - 2);
}
END_TEST

START_TEST(deep_scopes)
{
    char path[401] = "";
    for (size_t i = 0; i < 400; i++)
        path[i] = i % 2 ? '/' : 'a';
    add("w", "", path, 1.0, 1.0);
    summarise();
    ck_assert_uint_eq(dg_summary_scope_count(summary), DG_SUMMARY_DEPTH_MAX + 1);
    ck_assert_uint_eq(dg_summary_scope(summary, DG_SUMMARY_DEPTH_MAX)->values, 1);
}
END_TEST

/* Names may be empty. */
START_TEST(odd_scopes)
{
    size_t root = add("", "+", "/a//b/", 1.0, 1.0);
    dg_trace_add_edge(trace, add("x", "", "a/b", 1.0, 1.0), root);
    dg_trace_add_edge(trace, add("y", "", "///", 1.0, 1.0), root);
    summarise();
    ck_assert_uint_eq(dg_summary_scope_count(summary), 3);
    ck_assert_uint_eq(scope("a/b")->values, 2);
}
END_TEST

/* A constant, a parameter that the root does not depend on, and a part of its own. */
START_TEST(what_counts)
{
    size_t root = add("y", "*", "", 6.0, 1.0);
    dg_trace_add_edge(trace, add("w", "", "net", 2.0, 3.0), root);
    dg_trace_add_edge(trace, add("", "", "net", 3.0, NAN), root);
    add("u", "", "net", 2.0, NAN);
    size_t apart = add("z", "tanh", "net", 0.5, NAN);
    dg_trace_add_edge(trace, add("", "", "net", 3.0, NAN), apart);
    summarise();
    ck_assert_uint_eq(scope("")->values, 4);
    ck_assert_uint_eq(scope("net")->values, 3);
    ck_assert_uint_eq(scope("net")->parameters, 2);
    ck_assert_uint_eq(scope("net")->numbers - scope("net")->set, 2);
    ck_assert_uint_eq(scope("net")->activations, 0);
}
END_TEST

static void assert_order(const char *want)
{
    char got[64] = "";
    dg_parameter_summary p;
    for (size_t i = 0; dg_summary_parameter(summary, i, &p) == DG_OK; i++)
        strcat(got, dg_trace_label(trace, p.node));
    ck_assert_str_eq(got, want);
}

START_TEST(sorting)
{
    static const struct {
        const char *label;
        double data, grad;
    } all[] = {{"c", 1.0, -2.0}, {"a", -4.0, NAN}, {"b", 2.0, 1.0},
               {"e", 8.0, 0.0},  {"d", 1.0, 2.0},  {"f", 3.0, INFINITY}};
    size_t root = add("y", "*", "", 6.0, 1.0);
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        size_t node = add(all[i].label, "", "", all[i].data, all[i].grad);
        if (!isnan(all[i].grad))
            dg_trace_add_edge(trace, node, root);
    }
    summarise();
    assert_order("cbedfa");
    dg_summary_sort(summary, DG_PARAMETER_NAME, 0);
    assert_order("abcdef");
    dg_summary_sort(summary, DG_PARAMETER_NAME, 1);
    assert_order("fedcba");
    dg_summary_sort(summary, DG_PARAMETER_GRAD, 0);
    assert_order("ebdcfa"); /* d and c are equal and keep their order; a has none */
    dg_summary_sort(summary, DG_PARAMETER_GRAD, 1);
    assert_order("fdcbea");
    dg_summary_sort(summary, DG_PARAMETER_DATA, 0);
    assert_order("dcbfae");
    dg_summary_sort(summary, DG_PARAMETER_RATIO, 0);
    assert_order("ebdcfa");
    dg_summary_sort(summary, DG_PARAMETER_SIZE, 1);
    assert_order("ebdcfa");
}
END_TEST

/* Against sorting, of numbers that are equal, tiny and huge. */
START_TEST(medians)
{
    static const double some[] = {0.0, 5e-324, 1e-310, 1.0, 1.0, 1.0, 2.5, 1e308, INFINITY};
    double x[40];
    uint64_t state = 1;
    for (size_t round = 0; round < 2000; round++) {
        size_t n = 1 + round % COUNT_OF(x);
        for (size_t i = 0; i < n; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            x[i] = some[(state >> 33) % (round % 2 ? COUNT_OF(some) - 1 : COUNT_OF(some))];
        }
        double sorted[40];
        for (size_t i = 0; i < n; i++) {
            size_t k = i;
            for (; k > 0 && sorted[k - 1] > x[i]; k--)
                sorted[k] = sorted[k - 1];
            sorted[k] = x[i];
        }
        double want = n % 2 ? sorted[n / 2] : sorted[n / 2 - 1] / 2.0 + sorted[n / 2] / 2.0;
        ck_assert(dgi_median(x, n) == want);
    }
    ck_assert(isnan(dgi_median(NULL, 0)));
}
END_TEST

START_TEST(histogram)
{
    ck_assert_uint_eq(dgi_histogram_bin(5e-324), 0);
    ck_assert_uint_eq(dgi_histogram_bin(nextafter(1e-12, 0.0)), 0);
    ck_assert_uint_eq(dgi_histogram_bin(1e-12), 1);
    ck_assert_uint_eq(dgi_histogram_bin(0.1), 12);
    ck_assert_uint_eq(dgi_histogram_bin(1.0), 13);
    ck_assert_uint_eq(dgi_histogram_bin(999999.0), 18);
    ck_assert_uint_eq(dgi_histogram_bin(1e6), 19);
    ck_assert_uint_eq(dgi_histogram_bin(1e300), 19);
}
END_TEST

/* Without recursion, in time linear in its length. */
START_TEST(long_chain)
{
    enum { LENGTH = 1000000 };
    make_chain(LENGTH, "a");
    summarise();
    ck_assert_uint_eq(scope("a")->values, LENGTH);
    ck_assert_uint_eq(scope("a")->activations, LENGTH - 1);
    ck_assert(scope("a")->grad_median == 1.0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        nothing,     order_of_scopes, too_many_scopes, deep_scopes, odd_scopes,
        what_counts, sorting,         medians,         histogram,   long_chain,
    };
    Suite *s = suite_create("inspect, summaries");
    tcase_add_checked_fixture(add_case(s, "summaries", tests, COUNT_OF(tests)), setup, teardown);
    return run_cases(s);
}
