/* Why a gradient is what it is: known answers, texts, causes, and what is not known. */
#include <dotgrad/engine.h>
#include <dotgrad/inspect.h>

#include <math.h>
#include <string.h>

#include "why_support.h"

static void expect_text(const dg_why *w, const char *text)
{
    size_t size;
    char *got = dg_text_from_why(w, &size);
    ck_assert_ptr_nonnull(got);
    ck_assert_uint_eq(size, strlen(got));
    ck_assert_str_eq(got, text);
    dg_free(got);
}

/* ---- Known answers -------------------------------------------------------------------------- */

/* The micrograd lectures' neuron, with the gradients that they work out by hand. */
static dg_trace *neuron(int backward)
{
    dg_graph *g = dg_graph_new();
    dg_value *x1 = dg_leaf(g, 2.0, "x1"), *x2 = dg_leaf(g, 0.0, "x2");
    dg_value *w1 = dg_leaf(g, -3.0, "w1"), *w2 = dg_leaf(g, 1.0, "w2");
    dg_value *b = dg_leaf(g, 6.8813735870195432, "b");
    dg_value *x1w1 = dg_set_label(dg_mul(x1, w1), "x1w1");
    dg_value *x2w2 = dg_set_label(dg_mul(x2, w2), "x2w2");
    dg_value *n = dg_set_label(dg_add(dg_set_label(dg_add(x1w1, x2w2), "s"), b), "n");
    dg_value *o = dg_set_label(dg_tanh(n), "o");
    if (backward)
        ck_assert_int_eq(dg_backward(o), DG_OK);
    dg_trace *t = dg_trace_from_value(o);
    dg_graph_free(g);
    return t;
}

START_TEST(the_neuron)
{
    static const struct {
        const char *label;
        double grad, local;
    } values[] = {{"x1", -1.5, -3.0}, {"w1", 1.0, 2.0},   {"x2", 0.5, 1.0},   {"w2", 0.0, 0.0},
                  {"b", 0.5, 1.0},    {"x1w1", 0.5, 1.0}, {"x2w2", 0.5, 1.0}, {"n", 0.5, 0.5}};
    for (int backward = 0; backward <= 1; backward++) {
        dg_trace *t = neuron(backward);
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            dg_why *w = why_of(t, values[i].label);
            ck_assert_int_eq(dg_why_extent_of(w), DG_WHY_WHOLE);
            ck_assert_double_eq_tol(dg_why_total(w), values[i].grad, 1e-12);
            ck_assert_double_eq_tol(dg_why_magnitude(w), fabs(values[i].grad), 1e-12);
            ck_assert(dg_why_path_count(w) == 1.0 && dg_why_use_count(w) == 1);
            dg_why_use use;
            ck_assert_int_eq(dg_why_use_at(w, 0, &use), DG_OK);
            ck_assert(use.known && use.reached);
            ck_assert_double_eq_tol(use.local, values[i].local, 1e-12);
            ck_assert_double_eq_tol(use.contribution, values[i].grad, 1e-12);
            ck_assert(use.contribution == 0.0 ? isnan(use.share) : use.share == 1.0);
            ck_assert_int_eq(dg_why_use_at(w, 1, &use), DG_INVALID);
            ck_assert_uint_eq(dg_why_listed_count(w), 1);
            check_paths(w, t, 0);
            ck_assert_int_eq(dg_why_turning_point_of(w, NULL),
                             values[i].grad == 0.0 ? DG_OK : DG_INVALID);
            dg_why_free(w);
        }
        dg_trace_free(t);
    }
}

START_TEST(texts_of_the_neuron)
{
    dg_trace *t = neuron(1);
    dg_why *w = why_of(t, "w1");
    expect_text(w, "The gradient of w1 (∂o/∂w1) is 1.\n"
                   "\n"
                   "One path, the product of its local gradients:\n"
                   "  value  used in          factor  product\n"
                   "  o                                     1\n"
                   "  n      o = tanh(n)         0.5      0.5\n"
                   "  s      n = s + b             1      0.5\n"
                   "  x1w1   s = x1w1 + x2w2       1      0.5\n"
                   "  w1     x1w1 = x1 * w1        2        1\n");
    dg_why_free(w);
    w = why_of(t, "w2");
    expect_text(w, "The gradient of w2 (∂o/∂w2) is 0.\n"
                   "It becomes 0 at w2: x2w2 = x2 * w2 multiplies it by 0: x2 is 0.\n"
                   "\n"
                   "One path, the product of its local gradients:\n"
                   "  value  used in          factor  product\n"
                   "  o                                     1\n"
                   "  n      o = tanh(n)         0.5      0.5\n"
                   "  s      n = s + b             1      0.5\n"
                   "  x2w2   s = x1w1 + x2w2       1      0.5\n"
                   "  w2     x2w2 = x2 * w2        0        0  ← 0\n");
    dg_why_free(w);
    w = why_of(t, "o");
    expect_text(w, "The gradient of o is 1: it is the root, where the backward pass begins.\n");
    ck_assert(dg_why_path_count(w) == 1.0 && path_of(w, 0).steps == 1);
    dg_why_free(w);
    dg_trace_free(t);
    t = neuron(0);
    w = why_of(t, "s");
    expect_text(w, "The gradient of s (∂o/∂s) is 0.5.\n"
                   "The trace has no gradient of it: this one is computed from local gradients.\n"
                   "\n"
                   "One path, the product of its local gradients:\n"
                   "  value  used in      factor  product\n"
                   "  o                                 1\n"
                   "  n      o = tanh(n)     0.5      0.5\n"
                   "  s      n = s + b         1      0.5\n");
    dg_why_free(w);
    dg_trace_free(t);
}

/* x = x + x, again and again: 2^levels paths. */
static dg_trace *ladder(size_t levels)
{
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_leaf(g, 1.0, "x");
    for (size_t i = 0; i < levels; i++)
        x = dg_add(x, x);
    ck_assert_int_eq(dg_backward(x), DG_OK);
    dg_trace *t = dg_trace_from_value(x);
    dg_graph_free(g);
    return t;
}

START_TEST(ladders)
{
    dg_trace *t = ladder(60);
    dg_why *w = why_of(t, "x");
    ck_assert(dg_why_path_count(w) == 0x1p60 && dg_why_open_path_count(w) == 0x1p60);
    ck_assert(dg_why_total(w) == 0x1p60 && dg_why_magnitude(w) == 0x1p60);
    ck_assert_uint_eq(dg_why_listed_count(w), 3);
    ck_assert(dg_why_listed_share(w) == 3 * 0x1p-60 && path_of(w, 2).share == 0x1p-60);
    check_paths(w, t, 60);
    dg_why_turning_point p;
    ck_assert_int_eq(dg_why_turning_point_of(w, &p), DG_OK);
    /* 2^14 is the first power above 1e4. */
    ck_assert(p.step == 14 && p.state == DG_GRADIENT_HUGE && p.cause == DG_WHY_CAUSE_GREW);
    dg_why_free(w);
    dg_inspect_options o = {.paths = 1000};
    w = dg_why_new(t, dg_trace_find(t, "x"), &o, NULL);
    ck_assert_uint_eq(dg_why_listed_count(w), DG_WHY_PATHS_MAX);
    check_paths(w, t, 60);
    dg_why_free(w);
    dg_trace_free(t);
    /* So many that neither their number nor the gradient is a double. */
    t = ladder(2000);
    w = why_of(t, "x");
    ck_assert(isinf(dg_why_path_count(w)) && isinf(dg_why_total(w)) && isinf(dg_why_magnitude(w)));
    ck_assert_int_eq(dg_why_turning_point_of(w, &p), DG_OK);
    ck_assert(p.step == 1024 && p.state == DG_GRADIENT_INFINITE &&
              p.cause == DG_WHY_CAUSE_OVERFLOW);
    check_paths(w, t, 2000);
    char *text = dg_text_from_why(w, NULL);
    ck_assert_ptr_nonnull(strstr(text, "Of more than 1e308 paths"));
    ck_assert_ptr_nonnull(strstr(text, "the sum of its contributions is too large for a double"));
    dg_free(text);
    dg_why_free(w);
    dg_trace_free(t);
}

/* Products beyond the range of doubles, on the way and at the end. */
START_TEST(products_out_of_range)
{
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_leaf(g, 1e-3, "x"), *v = x;
    dg_value *small = dg_leaf(g, 1e-200, "small"), *large = dg_leaf(g, 1e200, "large");
    v = dg_set_label(dg_mul(v, large), "up");
    v = dg_set_label(dg_mul(v, small), "down");
    v = dg_set_label(dg_mul(v, small), "low");
    v = dg_mul(v, dg_leaf(g, 1e-250, NULL));
    ck_assert_int_eq(dg_backward(v), DG_OK);
    dg_trace *t = dg_trace_from_value(v);
    dg_why *w = why_of(t, "x");
    dg_why_turning_point p;
    ck_assert(dg_why_total(w) == 0.0);
    ck_assert_int_eq(dg_why_turning_point_of(w, &p), DG_OK);
    ck_assert(p.cause == DG_WHY_CAUSE_UNDERFLOW && p.state == DG_GRADIENT_ZERO);
    ck_assert_uint_eq(p.node, dg_trace_find(t, "down"));
    dg_why_path path = path_of(w, 0);
    ck_assert(path.zeros == 0 && fabs(path.log10_product + 450.0) < 1e-9 && path.product == 0.0);
    ck_assert(path.share == 1.0);
    check_paths(w, t, 0);
    dg_why_free(w);
    dg_trace_free(t);
    dg_graph_free(g);
}

/* ---- Causes --------------------------------------------------------------------------------- */

/* A small graph: makes the root from the value in question, which is labelled x. */
typedef dg_value *make_root(dg_graph *g, dg_value *x);

static dg_value *leaf(dg_graph *g, double data)
{
    return dg_leaf(g, data, NULL);
}

static dg_value *shut(dg_graph *g, dg_value *x)
{
    return dg_mul(dg_set_label(dg_relu(dg_set_label(dg_mul(x, leaf(g, -1.0)), "at")), "r"),
                  leaf(g, 3.0));
}

static dg_value *shut_twice(dg_graph *g, dg_value *x)
{
    dg_value *y = dg_mul(x, leaf(g, 0.0));
    return dg_add(dg_relu(dg_set_label(dg_mul(y, leaf(g, -1.0)), "at")), dg_mul(y, leaf(g, 0.0)));
}

static dg_value *times_zero(dg_graph *g, dg_value *x)
{
    return dg_mul(dg_set_label(dg_tanh(x), "at"), dg_leaf(g, 0.0, "zero"));
}

static dg_value *loser(dg_graph *g, dg_value *x)
{
    return dg_max(dg_set_label(dg_sin(x), "at"), dg_leaf(g, 5.0, "winner"));
}

static dg_value *saturated(dg_graph *g, dg_value *x)
{
    return dg_tanh(dg_set_label(dg_mul(x, leaf(g, 1000.0)), "at"));
}

static dg_value *flat(dg_graph *g, dg_value *x)
{
    return dg_pow(dg_set_label(dg_mul(x, leaf(g, 0.0)), "at"), 2.0);
}

static dg_value *cancelled(dg_graph *g, dg_value *x)
{
    (void)g;
    dg_value *y = dg_set_label(dg_tanh(x), "at");
    return dg_add(dg_mul(y, leaf(g, 3.0)), dg_mul(y, leaf(g, -3.0)));
}

static dg_value *almost_cancelled(dg_graph *g, dg_value *x)
{
    dg_value *y = dg_set_label(dg_sin(x), "at");
    return dg_add(dg_mul(y, leaf(g, 3.0)), dg_mul(y, leaf(g, -3.0 * (1.0 + 1e-12))));
}

static dg_value *root_at_zero(dg_graph *g, dg_value *x)
{
    return dg_sqrt(dg_set_label(dg_mul(x, leaf(g, 0.0)), "at"));
}

/* Both uses make an infinity; that of the second is nearer to the root. */
static dg_value *two_infinities(dg_graph *g, dg_value *x)
{
    dg_value *y = dg_mul(x, leaf(g, 0.0));
    return dg_add(dg_sqrt(y), dg_sqrt(dg_set_label(dg_sqrt(y), "at")));
}

static dg_value *zero_times_inf(dg_graph *g, dg_value *x)
{
    dg_value *s = dg_sqrt(dg_set_label(dg_sub(x, x), "at"));
    return dg_mul(s, leaf(g, 0.0));
}

static dg_value *inf_minus_inf(dg_graph *g, dg_value *x)
{
    dg_value *y = dg_set_label(dg_mul(x, leaf(g, 0.0)), "at");
    return dg_add(dg_sqrt(y), dg_mul(dg_sqrt(y), leaf(g, -1.0)));
}

static dg_value *data_nan(dg_graph *g, dg_value *x)
{
    dg_value *y = dg_set_label(dg_log(dg_mul(x, leaf(g, -1.0))), "culprit");
    return dg_mul(leaf(g, 1.0), dg_pow(dg_set_label(dg_add(y, leaf(g, 1.0)), "at"), 2.0));
}

static dg_value *too_large(dg_graph *g, dg_value *x)
{
    dg_value *y = dg_set_label(dg_mul(x, leaf(g, 1e-300)), "at");
    return dg_mul(dg_mul(y, leaf(g, 1e200)), leaf(g, 1e200));
}

static dg_value *shrunk(dg_graph *g, dg_value *x)
{
    dg_value *y = dg_mul(x, leaf(g, 1e-3));
    y = dg_mul(dg_set_label(y, "at"), leaf(g, 1e-6));
    return dg_mul(y, leaf(g, 1e-2));
}

static dg_value *grown(dg_graph *g, dg_value *x)
{
    return dg_mul(dg_set_label(dg_mul(x, leaf(g, 3.0)), "at"), leaf(g, 5e4));
}

static const struct {
    const char *name;
    make_root *make;
    dg_gradient_state state;
    dg_why_cause cause;
    const char *at;       /* the label of the turning point */
    const char *sentence; /* a part of the text */
} turns[] = {
    {"a shut ReLU", shut, DG_GRADIENT_ZERO, DG_WHY_CAUSE_LOCAL_ZERO, "at",
     "It becomes 0 at at: r = ReLU(at) is shut: at is -0.5.\n"},
    {"cut at several places", shut_twice, DG_GRADIENT_ZERO, DG_WHY_CAUSE_LOCAL_ZERO, NULL,
     "Each of 2 paths has a factor 0. The largest one, without it:\n"},
    {"times zero", times_zero, DG_GRADIENT_ZERO, DG_WHY_CAUSE_LOCAL_ZERO, "at",
     "v0 = at * zero multiplies it by 0: zero is 0.\n"},
    {"the loser of max", loser, DG_GRADIENT_ZERO, DG_WHY_CAUSE_LOCAL_ZERO, "at",
     "v0 = max(at, winner) takes the other operand: at is 0.4794 and winner is 5.\n"},
    {"saturated", saturated, DG_GRADIENT_ZERO, DG_WHY_CAUSE_LOCAL_ZERO, "at",
     "v0 = tanh(at) is saturated beyond double precision: at is 500.\n"},
    {"the foot of a parabola", flat, DG_GRADIENT_ZERO, DG_WHY_CAUSE_LOCAL_ZERO, "at",
     "v0 = at**2 has the derivative 0 where at is 0.\n"},
    {"cancelled", cancelled, DG_GRADIENT_ZERO, DG_WHY_CAUSE_CANCELLED, "at",
     "It becomes 0 at at: the contributions of its uses cancel.\n"},
    {"almost cancelled", almost_cancelled, DG_GRADIENT_VANISHING, DG_WHY_CAUSE_CANCELLED, "at",
     "It becomes tiny (below 1e-07) at at: the contributions of its uses cancel.\n"},
    {"a root of zero", root_at_zero, DG_GRADIENT_INFINITE, DG_WHY_CAUSE_LOCAL_NONFINITE, "at",
     "It becomes inf at at: v0 = sqrt(at) has the derivative inf where at is 0."},
    {"two infinities", two_infinities, DG_GRADIENT_INFINITE, DG_WHY_CAUSE_LOCAL_NONFINITE, "at",
     " = sqrt(at) has the derivative inf where at is 0. At x it becomes nan.\n"},
    {"zero times infinity", zero_times_inf, DG_GRADIENT_NAN, DG_WHY_CAUSE_ZERO_TIMES_INF, "at",
     "v1 = sqrt(at) has the derivative inf where at is 0, and 0 × inf is nan.\n"},
    {"infinities that meet", inf_minus_inf, DG_GRADIENT_NAN, DG_WHY_CAUSE_INF_MINUS_INF, "at",
     "It becomes nan at at: contributions of inf and -inf meet.\n"},
    {"data that are nan", data_nan, DG_GRADIENT_NAN, DG_WHY_CAUSE_DATA_NONFINITE, "at",
     "They come from culprit = log(v5), which is nan, as v5 is -0.5.\n"},
    {"too large", too_large, DG_GRADIENT_INFINITE, DG_WHY_CAUSE_OVERFLOW, "at",
     "It becomes inf at at: 1e+200 × 1e+200 is too large for a double.\n"},
    {"shrunk", shrunk, DG_GRADIENT_VANISHING, DG_WHY_CAUSE_SHRUNK, "at",
     "It becomes tiny (below 1e-07) at at: the smallest factor is 1e-06, of v1 = at * v5.\n"},
    {"grown", grown, DG_GRADIENT_HUGE, DG_WHY_CAUSE_GREW, "at",
     "It becomes huge (above 1e+04) at at: the largest factor is 5e+04, of v0 = at * v4.\n"},
};

START_TEST(causes)
{
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_leaf(g, 0.5, "x");
    dg_value *root = turns[_i].make(g, x);
    ck_assert_int_eq(dg_backward(root), DG_OK);
    dg_trace *t = dg_trace_from_value(root);
    const char *name = turns[_i].name;
    dg_why *w = why_of(t, "x");
    dg_why_turning_point p;
    must(dg_why_turning_point_of(w, &p) == DG_OK, "%s: no turning point", name);
    must(p.state == turns[_i].state, "%s: %s", name, dg_gradient_state_name(p.state));
    must(p.cause == turns[_i].cause, "%s: %s", name, dg_why_cause_name(p.cause));
    if (turns[_i].at)
        must(p.node == dg_trace_find(t, turns[_i].at), "%s: at %zu", name, p.node);
    must(step_of(w, 0, p.step).node == p.node, "%s: step %zu", name, p.step);
    must(p.culprit ==
             (p.cause == DG_WHY_CAUSE_DATA_NONFINITE ? dg_trace_find(t, "culprit") : DG_NO_NODE),
         "%s: culprit %zu", name, p.culprit);
    double grad = dg_trace_grad(t, dg_trace_find(t, "x")), total = dg_why_total(w);
    must(same_number(grad, total) || fabs(grad - total) <= 1e-12 * dg_why_magnitude(w),
         "%s: %g, not %g", name, total, grad);
    check_paths(w, t, 0);
    char *text = dg_text_from_why(w, NULL);
    must(strstr(text, turns[_i].sentence), "%s:\n%s", name, text);
    dg_free(text);
    dg_why_free(w);
    dg_trace_free(t);
    dg_graph_free(g);
}

START_TEST(names_of_causes)
{
    static const char *const names[] = {
        "given",    "local-zero",      "cancelled",      "underflow",      "shrunk",       "grew",
        "overflow", "local-nonfinite", "data-nonfinite", "zero-times-inf", "inf-minus-inf"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_str_eq(dg_why_cause_name((dg_why_cause)i), names[i]);
    ck_assert_str_eq(dg_why_cause_name((dg_why_cause)99), "");
}

/* ---- What is not known ---------------------------------------------------------------------- */

/* x -> known -> unknown op -> root, and x -> root. */
static dg_trace *half_known(void)
{
    dg_trace *t = dg_trace_new();
    size_t root = dg_trace_add_node(t, "L", "+", 8.0), f = dg_trace_add_node(t, "f", "gelu", 3.0);
    size_t k = dg_trace_add_node(t, "k", "*", 6.0), x = dg_trace_add_node(t, "x", NULL, 2.0);
    size_t three = dg_trace_add_node(t, "three", NULL, 3.0);
    size_t five = dg_trace_add_node(t, "y", "*", 5.0);
    size_t c = dg_trace_add_node(t, "c", NULL, 2.5);
    dg_trace_add_edge(t, f, root);
    dg_trace_add_edge(t, five, root);
    dg_trace_add_edge(t, k, f);
    dg_trace_add_edge(t, x, k);
    dg_trace_add_edge(t, three, k);
    dg_trace_add_edge(t, x, five);
    dg_trace_add_edge(t, c, five);
    return t;
}

START_TEST(unknown_local_gradients)
{
    dg_trace *t = half_known();
    dg_why *w = why_of(t, "x");
    ck_assert_int_eq(dg_why_extent_of(w), DG_WHY_PARTLY);
    ck_assert(dg_why_total(w) == 2.5 && dg_why_path_count(w) == 1.0);
    dg_why_use use;
    ck_assert_int_eq(dg_why_use_at(w, 0, &use), DG_OK);
    ck_assert(use.reached && !use.known && use.local == 3.0 && isnan(use.upstream));
    char *text = dg_text_from_why(w, NULL);
    ck_assert_ptr_nonnull(strstr(text, "is not known wholly; the known part of it is 2.5."));
    ck_assert_ptr_nonnull(strstr(text,
                                 "The chain is not known at f = gelu(k), and the trace has no "
                                 "gradients behind it."));
    dg_free(text);
    dg_why_free(w);
    w = why_of(t, "k");
    ck_assert_int_eq(dg_why_extent_of(w), DG_WHY_UNKNOWN);
    ck_assert(isnan(dg_why_total(w)) && dg_why_listed_count(w) == 0);
    ck_assert_int_eq(dg_why_turning_point_of(w, NULL), DG_INVALID);
    ck_assert_int_eq(dg_why_use_at(w, 0, &use), DG_OK);
    ck_assert(use.reached && !use.known && isnan(use.local) && use.upstream == 1.0);
    dg_why_free(w);
    /* A gradient behind the unknown op stands for what is not known. */
    dg_trace_set_grad(t, dg_trace_find(t, "k"), 0.25);
    w = why_of(t, "x");
    ck_assert_int_eq(dg_why_extent_of(w), DG_WHY_FROM_VALUES);
    ck_assert(dg_why_total(w) == 3.25 && dg_why_path_count(w) == 2.0);
    ck_assert_uint_eq(step_of(w, 1, 0).node, dg_trace_find(t, "k"));
    ck_assert(step_of(w, 1, 0).product == 0.25 && path_of(w, 1).product == 0.75);
    check_paths(w, t, 0);
    dg_why_free(w);
    /* The local gradient is given. */
    ck_assert_int_eq(dg_trace_set_local_gradient(t, dg_trace_find(t, "f"), 0, -2.0), DG_OK);
    w = why_of(t, "x");
    ck_assert_int_eq(dg_why_extent_of(w), DG_WHY_WHOLE);
    ck_assert(dg_why_total(w) == -3.5 && dg_why_magnitude(w) == 8.5);
    dg_why_free(w);
    dg_trace_free(t);
}

/* Gradients that are not the sum are told. */
START_TEST(gradients_of_another_pass)
{
    dg_trace *t = neuron(1);
    size_t b = dg_trace_find(t, "b");
    dg_trace_set_grad(t, b, 1.5);
    dg_why *w = why_of(t, "b");
    char *text = dg_text_from_why(w, NULL);
    ck_assert_ptr_nonnull(strstr(text,
                                 "The trace has 1.5, 3 times that: it was accumulated over so "
                                 "many backward passes.\n"));
    dg_free(text);
    dg_trace_set_grad(t, b, NAN);
    text = dg_text_from_why(w, NULL);
    ck_assert_ptr_nonnull(strstr(text, "The trace has nan instead: "));
    dg_free(text);
    dg_why_free(w);
    /* The gradient of the root counts. */
    dg_trace_set_grad(t, dg_trace_root(t), 10.0);
    w = why_of(t, "n");
    ck_assert_double_eq_tol(dg_why_total(w), 5.0, 1e-12);
    dg_why_free(w);
    static const double given[] = {0.0, NAN, -INFINITY, 1e-9, 1e9};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        dg_trace_set_grad(t, dg_trace_root(t), given[i]);
        w = why_of(t, "n");
        dg_why_turning_point p;
        ck_assert_int_eq(dg_why_turning_point_of(w, &p), DG_OK);
        ck_assert(p.step == 0 && p.cause == DG_WHY_CAUSE_GIVEN);
        ck_assert_int_eq(p.state, dg_gradient_state_of_number(given[i], NULL));
        check_paths(w, t, i);
        dg_why_free(w);
    }
    dg_trace_free(t);
}

START_TEST(no_path)
{
    dg_trace *t = half_known();
    size_t other = dg_trace_add_node(t, "other", "*", 4.0);
    size_t leaf = dg_trace_add_node(t, "leaf", NULL, 2.0);
    dg_trace_add_edge(t, leaf, other);
    dg_trace_add_edge(t, leaf, other);
    dg_why *w = why_of(t, "leaf");
    ck_assert_int_eq(dg_why_extent_of(w), DG_WHY_NO_PATH);
    ck_assert(dg_why_total(w) == 0.0 && dg_why_path_count(w) == 0.0);
    ck_assert_uint_eq(dg_why_use_count(w), 2);
    dg_why_use use;
    ck_assert_int_eq(dg_why_use_at(w, 1, &use), DG_OK);
    ck_assert(!use.reached && !use.known && use.operand == 1);
    expect_text(w, "leaf has no gradient: L does not depend on it.\n");
    dg_why_free(w);
    /* A value above the root. */
    dg_trace_set_root(t, dg_trace_find(t, "k"));
    w = why_of(t, "L");
    ck_assert_int_eq(dg_why_extent_of(w), DG_WHY_NO_PATH);
    dg_why_free(w);
    dg_trace_free(t);
}

START_TEST(tensors)
{
    dg_trace *t = dg_trace_new();
    size_t sum = dg_trace_add_node(t, "s", "sum", 6.0);
    size_t a = dg_trace_add_tensor(t, "a", NULL, 1, (size_t[]){3}, (double[]){1, 2, 3});
    dg_trace_add_edge(t, a, sum);
    dg_why *w = why_of(t, "a");
    ck_assert_int_eq(dg_why_extent_of(w), DG_WHY_UNKNOWN);
    dg_why_free(w);
    dg_trace_set_grad(t, sum, 2.0);
    dg_trace_set_grad(t, a, 2.0);
    w = why_of(t, "a");
    expect_text(w, "The gradient of a (∂s/∂a) is an array of norm 3.464.\n"
                   "\n"
                   "One path, the product of its local gradients:\n"
                   "  value  used in     factor  product\n"
                   "  s                                2\n"
                   "  a      s = sum(a)   1.732    3.464\n"
                   "Of tensors a factor is the norm of the contribution, divided by that of the "
                   "gradient it comes from.\n");
    dg_trace_set_grad_array(t, a, (double[]){2, 2, 2.5}, 3);
    dg_why_free(w);
    w = why_of(t, "a");
    char *text = dg_text_from_why(w, NULL);
    ck_assert_ptr_nonnull(strstr(text, "The trace has one of norm 3.775 instead: "));
    dg_free(text);
    dg_why_free(w);
    dg_trace_set_root(t, a);
    w = why_of(t, "a");
    ck_assert_int_eq(dg_why_extent_of(w), DG_WHY_WHOLE);
    ck_assert(path_of(w, 0).steps == 1 && dg_why_is_norm(w));
    dg_why_free(w);
    dg_trace_free(t);
    t = dg_trace_new();
    a = dg_trace_add_tensor(t, "a", NULL, 1, (size_t[]){3}, (double[]){1, 2, 3});
    w = why_of(t, "a");
    ck_assert_int_eq(dg_why_extent_of(w), DG_WHY_UNKNOWN);
    dg_free(dg_text_from_why(w, NULL));
    dg_why_free(w);
    dg_trace_free(t);
}

START_TEST(misuse)
{
    dg_error error;
    dg_trace *t = neuron(1);
    ck_assert_ptr_null(dg_why_new(NULL, 0, NULL, &error));
    ck_assert_int_eq(error.status, DG_INVALID);
    ck_assert_ptr_null(dg_why_new(t, dg_trace_node_count(t), NULL, &error));
    ck_assert_int_eq(error.status, DG_INVALID);
    ck_assert_ptr_null(dg_why_new(t, DG_NO_NODE, NULL, NULL));
    dg_trace *cycle = dg_trace_new();
    ck_assert_ptr_null(dg_why_new(cycle, 0, NULL, &error));
    dg_trace_add_node(cycle, "a", "+", 1.0);
    dg_trace_add_edge(cycle, 0, 0);
    ck_assert_ptr_null(dg_why_new(cycle, 0, NULL, &error));
    ck_assert_int_eq(error.status, DG_FORMAT);
    dg_trace_free(cycle);
    ck_assert_uint_eq(dg_why_node(NULL), DG_NO_NODE);
    ck_assert_int_eq(dg_why_extent_of(NULL), DG_WHY_NO_PATH);
    ck_assert(dg_why_total(NULL) == 0.0 && dg_why_magnitude(NULL) == 0.0);
    ck_assert(dg_why_path_count(NULL) == 0.0 && dg_why_open_path_count(NULL) == 0.0);
    ck_assert(dg_why_use_count(NULL) == 0 && dg_why_listed_count(NULL) == 0);
    ck_assert(isnan(dg_why_listed_share(NULL)));
    ck_assert_int_eq(dg_why_use_at(NULL, 0, NULL), DG_INVALID);
    ck_assert_int_eq(dg_why_path_at(NULL, 0, NULL), DG_INVALID);
    ck_assert_int_eq(dg_why_step_at(NULL, 0, 0, NULL), DG_INVALID);
    ck_assert_int_eq(dg_why_turning_point_of(NULL, NULL), DG_INVALID);
    size_t size = 1;
    ck_assert_ptr_null(dg_text_from_why(NULL, &size));
    ck_assert(size == 0 && !dg_json_from_why(NULL, NULL));
    dg_why_free(NULL);
    dg_why *w = why_of(t, "b");
    ck_assert_int_eq(dg_why_use_at(w, 0, NULL), DG_OK);
    ck_assert_int_eq(dg_why_path_at(w, 0, NULL), DG_OK);
    ck_assert_int_eq(dg_why_step_at(w, 0, 0, NULL), DG_OK);
    dg_why_free(w);
    dg_trace_free(t);
}

int main(void)
{
    const TTest *const tests[] = {the_neuron,
                                  texts_of_the_neuron,
                                  ladders,
                                  products_out_of_range,
                                  names_of_causes,
                                  unknown_local_gradients,
                                  gradients_of_another_pass,
                                  no_path,
                                  tensors,
                                  misuse};
    Suite *s = suite_create("why");
    TCase *tc = add_case(s, "why", tests, sizeof tests / sizeof *tests);
    tcase_add_loop_test(tc, causes, 0, sizeof turns / sizeof *turns);
    return run_cases(s);
}
