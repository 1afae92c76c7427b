/* Explanations of random graphs: sums over paths against tangents that are carried forward, the
 * largest paths against lists of all, any numbers, and long chains. */
#include <dotgrad/engine.h>
#include <dotgrad/inspect.h>
#include <dotgrad/tensor.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "why_support.h"

/* ---- Sums over all paths, by tangents that are carried forward ------------------------------ */

typedef enum kind { LEAF, ADD, MUL, TANH, SIN, RELU, MAX, SQUARE, KINDS } kind;

/* A random program: each value from earlier ones. */
typedef struct instruction {
    kind op;
    size_t a, b;
} instruction;

static dg_value *compute(dg_graph *g, const instruction *i, dg_value **v, double data)
{
    switch (i->op) {
    case ADD:
        return dg_add(v[i->a], v[i->b]);
    case MUL:
        return dg_mul(v[i->a], v[i->b]);
    case TANH:
        return dg_tanh(v[i->a]);
    case SIN:
        return dg_sin(v[i->a]);
    case RELU:
        return dg_relu(v[i->a]);
    case MAX:
        return dg_max(v[i->a], v[i->b]);
    case SQUARE:
        return dg_pow(dg_tanh(v[i->a]), 2.0);
    default:
        return dg_leaf(g, data, NULL);
    }
}

/* Of one use of a value: both derivatives, from the data that the program computed. */
static void derivatives(const instruction *i, const double *data, long double d[2])
{
    long double x = data[i->a], y = data[i->b], c = coshl(x);
    switch (i->op) {
    case ADD:
        d[0] = d[1] = 1.0L;
        break;
    case MUL:
        d[0] = y;
        d[1] = x;
        break;
    case TANH:
        d[0] = 1.0L / (c * c);
        break;
    case SIN:
        d[0] = cosl(x);
        break;
    case RELU:
        d[0] = x > 0.0L;
        break;
    case MAX:
        d[0] = x > y ? 1.0L : x < y ? 0.0L : 0.5L;
        d[1] = 1.0L - d[0];
        break;
    case SQUARE:
        d[0] = 2.0L * tanhl(x) / (c * c);
        break;
    default:
        break;
    }
}

static int is_binary(kind op)
{
    return op == ADD || op == MUL || op == MAX;
}

typedef struct oracle {
    long double sum, magnitude;
    double count;
} oracle;

/* The derivative of the last value by value x, the sum of magnitudes and the number of paths. */
static oracle carry_forward(const instruction *code, const double *data, size_t n, size_t x,
                            oracle *o)
{
    for (size_t i = 0; i < n; i++) {
        o[i] = (oracle){i == x, i == x, i == x};
        if (i <= x || code[i].op == LEAF)
            continue;
        long double d[2] = {0.0L, 0.0L};
        derivatives(&code[i], data, d);
        for (int k = 0; k <= is_binary(code[i].op); k++) {
            const oracle *from = &o[k ? code[i].b : code[i].a];
            o[i].sum += d[k] * from->sum;
            o[i].magnitude += fabsl(d[k]) * from->magnitude;
            o[i].count += from->count;
        }
    }
    return o[n - 1];
}

START_TEST(random_programs)
{
    enum { MOST = 120 };
    for (uint64_t seed = 1; seed <= cases(1000); seed++) {
        rng r = {seed};
        instruction code[MOST];
        double data[MOST];
        dg_value *v[MOST];
        oracle o[MOST];
        dg_graph *g = dg_graph_new();
        size_t n = 5 + rng_below(&r, MOST - 4);
        for (size_t i = 0; i < n; i++) {
            kind op = i < 3 ? LEAF : (kind)rng_below(&r, KINDS);
            /* Of the values just made, so that the graphs are deep. */
            size_t near = i < 12 ? i : 12;
            code[i] = (instruction){op, i ? i - 1 - rng_below(&r, near) : 0,
                                    i ? i - 1 - rng_below(&r, near) : 0};
            if (i == n - 1)
                code[i].op = ADD;
            v[i] = compute(g, &code[i], v, (double)rng_below(&r, 4000) / 1000.0 - 2.0);
            data[i] = dg_data(v[i]);
            char label[24];
            snprintf(label, sizeof label, "n%zu", i);
            dg_set_label(v[i], label);
        }
        ck_assert_int_eq(dg_backward(v[n - 1]), DG_OK);
        dg_trace *t = dg_trace_from_value(v[n - 1]);
        for (size_t trial = 0; trial < 4; trial++) {
            size_t x = rng_below(&r, n);
            char label[24];
            snprintf(label, sizeof label, "n%zu", x);
            size_t node = dg_trace_find(t, label);
            oracle want = carry_forward(code, data, n, x, o);
            must((node != DG_NO_NODE) == (want.count > 0.0), "seed %llu", (unsigned long long)seed);
            if (node == DG_NO_NODE || !isfinite(data[n - 1]) || !isfinite((double)want.magnitude))
                continue;
            dg_why *w = dg_why_new(t, node, NULL, NULL);
            ck_assert_ptr_nonnull(w);
            /* Doubles underflow, and long doubles do not. */
            long double tolerance = 1e-12L * want.magnitude + 1e-300L;
            must(fabsl(want.sum - dg_why_total(w)) <= tolerance, "seed %llu, %s: %g, not %Lg",
                 (unsigned long long)seed, label, dg_why_total(w), want.sum);
            must(fabs(dg_why_total(w) - dg_trace_grad(t, node)) <= tolerance, "seed %llu, %s",
                 (unsigned long long)seed, label);
            must(fabsl(want.magnitude - dg_why_magnitude(w)) <= tolerance, "seed %llu, %s",
                 (unsigned long long)seed, label);
            must(dg_why_path_count(w) == want.count, "seed %llu, %s: %g paths",
                 (unsigned long long)seed, label, dg_why_path_count(w));
            must(dg_why_extent_of(w) == DG_WHY_WHOLE, "seed %llu", (unsigned long long)seed);
            check_paths(w, t, seed);
            dg_why_free(w);
        }
        dg_trace_free(t);
        dg_graph_free(g);
    }
}

/* ---- All paths of small graphs -------------------------------------------------------------- */

enum { NODES = 9, PATHS = 20000, DEPTH = NODES };

typedef struct listed_path {
    size_t edges[DEPTH], length; /* from the value on */
    double product, rest;
    size_t zeros;
} listed_path;

typedef struct listing {
    const dg_trace *t;
    size_t root, count;
    listed_path paths[PATHS];
} listing;

static void list_paths(listing *l, size_t node, listed_path path)
{
    if (node == l->root) {
        must(l->count < PATHS, "too many paths");
        l->paths[l->count++] = path;
        return;
    }
    for (size_t e = 0; e < dg_trace_edge_count(l->t); e++) {
        size_t from, to, operand;
        double local;
        dg_trace_edge(l->t, e, &from, &to, &operand);
        if (from != node)
            continue;
        ck_assert_int_eq(dg_trace_local_gradient(l->t, to, operand, &local), DG_OK);
        listed_path longer = path;
        longer.edges[longer.length++] = e;
        longer.product *= local;
        longer.rest *= local == 0.0 ? 1.0 : local;
        longer.zeros += local == 0.0;
        list_paths(l, to, longer);
    }
}

/* Largest first; of equal ones the first edges decide. */
static int compare_paths(const void *a, const void *b)
{
    const listed_path *x = a, *y = b;
    if (x->zeros != y->zeros)
        return x->zeros < y->zeros ? -1 : 1;
    if (fabs(x->rest) != fabs(y->rest))
        return fabs(x->rest) > fabs(y->rest) ? -1 : 1;
    for (size_t i = 0; i < x->length && i < y->length; i++)
        if (x->edges[i] != y->edges[i])
            return x->edges[i] < y->edges[i] ? -1 : 1;
    return 0;
}

/* Local gradients whose products are exact. */
static dg_trace *small_graph(rng *r)
{
    static const double locals[] = {0.0, 1.0, -1.0, 2.0, 0.5, -2.0, 4.0, 1.0};
    dg_trace *t = dg_trace_new();
    size_t n = 2 + rng_below(r, NODES - 1);
    for (size_t i = 0; i < n; i++) {
        dg_trace_add_node(t, NULL, i > 0 ? "?" : NULL, 1.0);
        size_t operands = i > 0 ? 1 + rng_below(r, 3) : 0;
        for (size_t k = 0; k < operands; k++) {
            dg_trace_add_edge(t, rng_below(r, i), i);
            dg_trace_set_local_gradient(t, i, k, locals[rng_below(r, 8)]);
        }
    }
    dg_trace_set_root(t, rng_below(r, 4) ? n - 1 : rng_below(r, n));
    return t;
}

static void check_listed(const dg_why *w, const listing *l, unsigned long long seed)
{
    size_t most = l->count < DG_WHY_PATHS_MAX ? l->count : DG_WHY_PATHS_MAX;
    must(dg_why_listed_count(w) == most, "seed %llu: %zu of %zu paths", seed,
         dg_why_listed_count(w), l->count);
    char *seen = calloc(l->count + 1, 1);
    ck_assert_ptr_nonnull(seen);
    for (size_t k = 0; k < most; k++) {
        const listed_path *want = &l->paths[k];
        dg_why_path got = path_of(w, k);
        must(got.zeros == want->zeros && fabs(got.product) == fabs(want->product) &&
                 fabs(got.log10_product - log10(fabs(want->rest))) < 1e-9,
             "seed %llu, path %zu: %g, not %g", seed, k, got.product, want->product);
        /* It is one of the graph's, and none is there twice. */
        size_t same = l->count;
        for (size_t i = 0; i < l->count && same == l->count; i++) {
            const listed_path *p = &l->paths[i];
            bool equal = !seen[i] && p->length + 1 == got.steps;
            for (size_t s = 0; equal && s < p->length; s++) {
                dg_why_step step = step_of(w, k, got.steps - 1 - s);
                size_t to, operand;
                dg_trace_edge(l->t, p->edges[s], NULL, &to, &operand);
                equal = step.through == to && step.operand == operand;
            }
            same = equal ? i : same;
        }
        must(same < l->count, "seed %llu: path %zu is not one, or twice", seed, k);
        must(k > 0 || same == 0, "seed %llu: not the first of equal paths", seed);
        seen[same] = 1;
    }
    free(seen);
}

START_TEST(small_graphs)
{
    listing *l = malloc(sizeof *l);
    ck_assert_ptr_nonnull(l);
    for (uint64_t seed = 1; seed <= cases(5000); seed++) {
        rng r = {seed};
        dg_trace *t = small_graph(&r);
        size_t node = rng_below(&r, dg_trace_node_count(t));
        *l = (listing){.t = t, .root = dg_trace_root(t)};
        list_paths(l, node, (listed_path){.product = 1.0, .rest = 1.0});
        qsort(l->paths, l->count, sizeof *l->paths, compare_paths);
        double sum = 0.0, magnitude = 0.0, open = 0.0;
        for (size_t i = 0; i < l->count; i++) {
            sum += l->paths[i].product;
            magnitude += fabs(l->paths[i].product);
            open += l->paths[i].zeros == 0;
        }
        dg_inspect_options o = {.paths = DG_WHY_PATHS_MAX};
        dg_why *w = dg_why_new(t, node, &o, NULL);
        ck_assert_ptr_nonnull(w);
        must(dg_why_total(w) == sum && dg_why_magnitude(w) == magnitude, "seed %llu: %g, not %g",
             (unsigned long long)seed, dg_why_total(w), sum);
        must(dg_why_path_count(w) == (double)l->count && dg_why_open_path_count(w) == open,
             "seed %llu: %g paths, %g open", (unsigned long long)seed, dg_why_path_count(w),
             dg_why_open_path_count(w));
        check_paths(w, t, seed);
        check_listed(w, l, seed);
        dg_why_free(w);
        dg_trace_free(t);
    }
    free(l);
}

/* ---- Tensors -------------------------------------------------------------------------------- */

static dg_value *square_tensor(dg_graph *g, rng *r, const char *label)
{
    double data[9];
    for (size_t i = 0; i < 9; i++)
        data[i] = (double)rng_below(r, 2000) / 1000.0 - 1.0;
    return dg_tensor(g, 2, (size_t[]){3, 3}, data, label);
}

/* Of 3 by 3 arrays and a scalar. */
static dg_trace *tensor_graph(rng *r)
{
    enum { VALUES = 14 };
    dg_graph *g = dg_graph_new();
    dg_value *v[VALUES] = {square_tensor(g, r, "a"), square_tensor(g, r, "b"),
                           dg_leaf(g, 1.5, "k")};
    for (size_t i = 3; i < VALUES; i++) {
        dg_value *x = v[rng_below(r, i)], *y = v[i - 1 - rng_below(r, i < 4 ? i : 4)];
        bool arrays = dg_ndim(x) == 2 && dg_ndim(y) == 2;
        switch (rng_below(r, 6)) {
        case 0:
            v[i] = arrays ? dg_matmul(x, y) : dg_add(x, y);
            break;
        case 1:
            v[i] = dg_tanh(y);
            break;
        case 2:
            v[i] = dg_relu(y);
            break;
        case 3:
            v[i] = dg_ndim(y) == 2 ? dg_transpose(y, 0, 1) : dg_sin(y);
            break;
        default:
            v[i] = i % 2 ? dg_mul(x, dg_tanh(y)) : dg_add(y, dg_sin(x));
        }
    }
    dg_value *root = v[VALUES - 1];
    if (dg_ndim(root) == 2)
        root = dg_sum(root);
    ck_assert_int_eq(dg_backward(root), DG_OK);
    dg_trace *t = dg_trace_from_value(root);
    dg_graph_free(g);
    return t;
}

static double norm(const double *x, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sqrt(sum);
}

/* The norms of gradients are those of the trace, and bounded by the sum over all paths. */
START_TEST(random_tensors)
{
    size_t arrays = 0;
    for (uint64_t seed = 1; seed <= cases(1000); seed++) {
        rng r = {seed};
        dg_trace *t = tensor_graph(&r);
        for (size_t i = 0; i < dg_trace_node_count(t); i++) {
            dg_why *w = dg_why_new(t, i, NULL, NULL);
            ck_assert_ptr_nonnull(w);
            double want = dg_trace_ndim(t, i) ? norm(dg_trace_grad_array(t, i), dg_trace_size(t, i))
                                              : dg_trace_grad(t, i);
            double tolerance = 1e-12 * dg_why_magnitude(w);
            must(dg_why_extent_of(w) == DG_WHY_WHOLE, "seed %llu, value %zu",
                 (unsigned long long)seed, i);
            must(fabs(dg_why_total(w) - want) <= tolerance, "seed %llu, value %zu: %g, not %g",
                 (unsigned long long)seed, i, dg_why_total(w), want);
            must(fabs(want) <= dg_why_magnitude(w) + tolerance, "seed %llu, value %zu",
                 (unsigned long long)seed, i);
            must(dg_why_is_norm(w) == (dg_trace_ndim(t, i) > 0), "seed %llu",
                 (unsigned long long)seed);
            arrays += dg_why_is_norm(w) && dg_why_path_count(w) > 1.0;
            check_paths(w, t, seed);
            char *text = dg_text_from_why(w, NULL);
            must(!strstr(text, "The trace has"), "seed %llu:\n%s", (unsigned long long)seed, text);
            dg_free(text);
            dg_why_free(w);
        }
        dg_trace_free(t);
    }
    ck_assert_uint_gt(arrays, 100);
}

/* ---- Any numbers ---------------------------------------------------------------------------- */

static double any_number(rng *r)
{
    static const double numbers[] = {0.0,    -0.0,   1.0,    -1.0,    0.5,      1e300,
                                     -1e300, 1e-300, 5e-324, DBL_MAX, INFINITY, -INFINITY,
                                     NAN,    2.0,    3.0,    1e-9};
    return numbers[rng_below(r, sizeof numbers / sizeof *numbers)];
}

/* Data, local gradients and gradients of any kind, or none; every tenth graph is a large one. */
static dg_trace *any_graph(rng *r)
{
    static const char *const ops[] = {"+", "*", "tanh", "log", "ReLU", "max", "**2", "?", "sqrt"};
    static const char *const labels[] = {"", "a", "b", "ein\nlanger Name, der nicht endet …", "x"};
    dg_trace *t = dg_trace_new();
    size_t n = 1 + rng_below(r, rng_below(r, 10) ? 12 : 200);
    for (size_t i = 0; i < n; i++) {
        if (rng_below(r, 20) == 0)
            dg_trace_add_tensor(t, "t", i ? "+" : NULL, 1, (size_t[]){2},
                                (double[]){any_number(r), any_number(r)});
        else
            dg_trace_add_node(t, labels[rng_below(r, 5)], i ? ops[rng_below(r, 9)] : NULL,
                              any_number(r));
        size_t operands = i > 0 ? rng_below(r, 4) : 0, near = i < 9 ? i : 9;
        for (size_t k = 0; k < operands; k++) {
            dg_trace_add_edge(t, i - 1 - rng_below(r, near), i);
            if (rng_below(r, 2))
                dg_trace_set_local_gradient(t, i, k, any_number(r));
        }
        if (rng_below(r, 4) == 0)
            dg_trace_set_grad(t, i, any_number(r));
        if (rng_below(r, 9) == 0)
            dg_trace_clear_data(t, i);
    }
    dg_trace_set_root(t, rng_below(r, 4) ? n - 1 : rng_below(r, n));
    return t;
}

START_TEST(any_numbers)
{
    for (uint64_t seed = 1; seed <= cases(20000); seed++) {
        rng r = {seed};
        dg_trace *t = any_graph(&r);
        size_t node = rng_below(&r, dg_trace_node_count(t));
        dg_inspect_options o = {.paths = 1 + rng_below(&r, 5)};
        dg_why *w = dg_why_new(t, node, &o, NULL);
        must(w, "seed %llu", (unsigned long long)seed);
        check_paths(w, t, seed);
        must((dg_why_path_count(w) > 0.0) == (dg_why_listed_count(w) > 0),
             "seed %llu: %g paths, %zu listed", (unsigned long long)seed, dg_why_path_count(w),
             dg_why_listed_count(w));
        double share = dg_why_listed_share(w);
        must(isnan(share) || (share >= 0.0 && share <= 1.0), "seed %llu: share %g",
             (unsigned long long)seed, share);
        dg_why_use use;
        for (size_t i = 0; dg_why_use_at(w, i, &use) == DG_OK; i++)
            must(dg_trace_operand(t, use.node, use.operand) == node && !(use.share > 1.0),
                 "seed %llu: use %zu", (unsigned long long)seed, i);
        bool finite = dg_gradient_state_of_number(dg_why_total(w), NULL) == DG_GRADIENT_FINITE;
        dg_why_turning_point p;
        must((dg_why_turning_point_of(w, &p) == DG_OK) == (!finite && dg_why_listed_count(w) > 0),
             "seed %llu: turning point", (unsigned long long)seed);
        char *text = dg_text_from_why(w, NULL), *json = dg_json_from_why(w, NULL);
        must(text && json && *text && *json, "seed %llu", (unsigned long long)seed);
        dg_free(text);
        dg_free(json);
        dg_why_free(w);
        dg_trace_free(t);
    }
}

/* ---- Size ----------------------------------------------------------------------------------- */

/* A chain that is so long needs no stack, and its text is short. */
START_TEST(a_long_chain)
{
    size_t n = watched() ? 100000 : 1000000;
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "x", NULL, 1.0);
    for (size_t i = 1; i <= n; i++) {
        dg_trace_add_node(t, NULL, "*", 1.0);
        dg_trace_add_edge(t, i - 1, i);
        dg_trace_add_edge(t, i - 1, i);
    }
    dg_trace_set_root(t, n);
    dg_why *w = why_of(t, "x");
    ck_assert(isinf(dg_why_total(w)) && path_of(w, 0).steps == n + 1);
    char *text = dg_text_from_why(w, NULL);
    ck_assert_uint_lt(strlen(text), 4000);
    dg_free(text);
    dg_why_free(w);
    dg_trace_free(t);
}

/* ---- Where paths begin ---------------------------------------------------------------------- */

static void assert_headline(const dg_trace *t, const char *label, const char *beginning)
{
    dg_why *w = why_of(t, label);
    char *text = dg_text_from_why(w, NULL);
    must(strncmp(text, beginning, strlen(beginning)) == 0, "%s: %s", label, text);
    dg_free(text);
    dg_why_free(w);
}

/* a * b, b**2 and c**2, where no gradient was computed. */
START_TEST(several_roots)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "L", "*", 6.0);
    dg_trace_add_node(t, "a", NULL, 2.0);
    dg_trace_add_node(t, "b", NULL, 3.0);
    dg_trace_add_node(t, "M", "**2", 9.0);
    dg_trace_add_node(t, "N", "**2", 25.0);
    dg_trace_add_node(t, "c", NULL, 5.0);
    dg_trace_add_edge(t, 1, 0);
    dg_trace_add_edge(t, 2, 0);
    dg_trace_add_edge(t, 2, 3);
    dg_trace_add_edge(t, 5, 4);
    dg_trace_add_root(t, 3);
    dg_trace_add_root(t, 4);
    assert_headline(t, "a", "The gradient of a (∂L/∂a) is 3.\n");
    assert_headline(t, "c", "The gradient of c (∂N/∂c) is 10.\n");
    assert_headline(t, "N", "The gradient of N is 1: it is the root");
    assert_headline(
        t, "b",
        "The gradient of b (∂L/∂b) is 2.\n1 more root of the trace depends on it, whose "
        "contributions are not counted.\n");
    dg_trace_free(t);
}
END_TEST

/* An array that no backward pass has begun with. */
START_TEST(root_that_is_an_array)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_tensor(t, "L", "tanh", 1, (size_t[]){2}, (double[]){0.0, 0.0});
    dg_trace_add_tensor(t, "x", NULL, 1, (size_t[]){2}, (double[]){0.0, 0.0});
    dg_trace_add_edge(t, 1, 0);
    assert_headline(t, "L",
                    "The gradient of L is not known: it is the root, where the backward pass "
                    "begins.\nIt is an array that none has set.\n");
    dg_trace_set_grad_array(t, 0, (double[]){3.0, 4.0}, 2);
    assert_headline(t, "L", "The gradient of L is 5: it is the root");
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {random_programs, small_graphs,  random_tensors,       any_numbers,
                                  a_long_chain,    several_roots, root_that_is_an_array};
    return run_suite("why, paths", tests, sizeof tests / sizeof *tests);
}
