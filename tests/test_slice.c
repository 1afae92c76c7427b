/* Slices: what must hold of each of them, on random graphs, and what the stubs say. */
#include <dotgrad/engine.h>
#include <dotgrad/fold.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_support.h"

static unsigned seed;

/* A random trace whose values are all different, and so can be found again. */
static dg_trace *random_trace(rng *r)
{
    dg_trace *t = dg_trace_new(), *whole = t;
    size_t n = 2 + rng_below(r, 40);
    for (size_t i = 0; i < n; i++) {
        int leaf = i == 0 || rng_below(r, 4) == 0;
        dg_trace_add_node(t, rng_below(r, 2) ? "x" : "", leaf ? "" : "+", (double)i);
        dg_trace_set_grad(t, i, (double)i / 2);
        for (size_t k = leaf ? 0 : 1 + rng_below(r, 3); k > 0; k--)
            dg_trace_add_edge(
                t, rng_below(r, 3) ? i - 1 - rng_below(r, i < 4 ? i : 4) : rng_below(r, i), i);
    }
    t = dg_trace_select(whole, n - 1);
    dg_trace_free(whole);
    return t;
}

/* Which nodes are so far before or behind a node, in `distance`; SIZE_MAX: they are not. */
static void measure(const dg_trace *t, size_t node, size_t *before, size_t *behind)
{
    size_t n = dg_trace_node_count(t), from, to;
    for (size_t i = 0; i < n; i++)
        before[i] = behind[i] = i == node ? 0 : SIZE_MAX;
    for (size_t round = 0; round < n; round++)
        for (size_t i = 0; i < dg_trace_edge_count(t); i++) {
            dg_trace_edge(t, i, &from, &to, NULL);
            if (before[to] != SIZE_MAX && before[to] + 1 < before[from])
                before[from] = before[to] + 1;
            if (behind[from] != SIZE_MAX && behind[from] + 1 < behind[to])
                behind[to] = behind[from] + 1;
        }
}

static size_t find_value(const dg_trace *t, double data)
{
    for (size_t i = 0; i < dg_trace_node_count(t); i++)
        if (dg_trace_data(t, i) == data)
            return i;
    return DG_NO_NODE;
}

/* How many more a stub says that it stands for. */
static size_t more_of(const char *label)
{
    const char *dots = strstr(label, "\u2026 ");
    size_t more = 0;
    if (dots)
        sscanf(dots + strlen("\u2026 "), "%zu more", &more);
    return more;
}

/* All values are in the slice, or counted by a stub; those that are kept are whole. */
static void check_slice(const dg_trace *s, const dg_trace *t, const unsigned char *kept)
{
    must(s != NULL && dg_trace_check(s, NULL) == DG_OK, "seed %u", seed);
    size_t sum = 0, found = 0;
    for (size_t i = 0; i < dg_trace_node_count(s); i++) {
        sum += more_of(dg_trace_label(s, i)) + (dg_trace_has_data(s, i) != 0);
        if (!dg_trace_has_data(s, i))
            continue;
        size_t old = find_value(t, dg_trace_data(s, i));
        must(old != DG_NO_NODE, "seed %u: node %zu", seed, i);
        ck_assert_double_eq(dg_trace_grad(s, i), dg_trace_grad(t, old));
        found += kept[old];
        if (!kept[old])
            continue;
        ck_assert_str_eq(dg_trace_label(s, i), dg_trace_label(t, old));
        ck_assert_str_eq(dg_trace_op(s, i), dg_trace_op(t, old));
        size_t operands = dg_trace_operand_count(t, old);
        must(dg_trace_operand_count(s, i) == operands, "seed %u: node %zu", seed, i);
        for (size_t k = 0; k < operands; k++)
            ck_assert_double_eq(dg_trace_data(s, dg_trace_operand(s, i, k)),
                                dg_trace_data(t, dg_trace_operand(t, old, k)));
    }
    size_t expected = 0;
    for (size_t i = 0; i < dg_trace_node_count(t); i++)
        expected += kept[i];
    must(found == expected, "seed %u: %zu of %zu are kept", seed, found, expected);
    must(sum == dg_trace_node_count(t), "seed %u: %zu of %zu values are counted", seed, sum,
         dg_trace_node_count(t));
}

static void check_around(const dg_trace *t, size_t node, size_t distance)
{
    size_t n = dg_trace_node_count(t), *before = malloc(n * sizeof *before);
    size_t *behind = malloc(n * sizeof *behind);
    unsigned char *kept = malloc(n);
    measure(t, node, before, behind);
    for (size_t i = 0; i < n; i++)
        kept[i] = before[i] <= distance || behind[i] <= distance;
    dg_error error;
    dg_trace *s = dg_trace_around(t, node, distance, &error);
    ck_assert_int_eq(error.status, DG_OK);
    check_slice(s, t, kept);
    dg_trace_free(s);
    free(before);
    free(behind);
    free(kept);
}

static void check_between(const dg_trace *t, size_t a, size_t b)
{
    size_t n = dg_trace_node_count(t), *before = malloc(4 * n * sizeof *before);
    size_t *behind = before + n, *before_b = before + 2 * n, *behind_b = before + 3 * n;
    unsigned char *kept = malloc(n);
    measure(t, a, before, behind);
    measure(t, b, before_b, behind_b);
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        kept[i] = (behind[i] != SIZE_MAX && before_b[i] != SIZE_MAX) ||
                  (before[i] != SIZE_MAX && behind_b[i] != SIZE_MAX);
        count += kept[i];
    }
    dg_error error;
    dg_trace *s = dg_trace_between(t, a, b, &error);
    must((s != NULL) == (count > 0), "seed %u: %s", seed, error.text);
    ck_assert_int_eq(error.status, s ? DG_OK : DG_INVALID);
    if (s)
        check_slice(s, t, kept);
    dg_trace_free(s);
    free(before);
    free(kept);
}

START_TEST(random_slices)
{
    for (seed = 1; seed <= cases(2000); seed++) {
        rng r = {seed};
        dg_trace *t = random_trace(&r);
        size_t n = dg_trace_node_count(t), node = rng_below(&r, n);
        for (size_t distance = 0; distance < 5; distance++)
            check_around(t, node, distance);
        check_between(t, node, rng_below(&r, n));
        check_between(t, node, 0);
        dg_trace *whole = dg_trace_between(t, 0, node, NULL);
        dg_trace_free(whole);
        dg_trace_free(t);
    }
}
END_TEST

/* a -> b -> c -> d -> loss, with a leaf at each. */
static dg_trace *chain(void)
{
    dg_graph *g = dg_graph_new();
    dg_value *x = dg_leaf(g, 1.0, "a");
    for (int i = 1; i < 4; i++)
        x = dg_set_label(dg_mul(x, dg_leaf(g, i + 1.0, (char[]){'w', (char)('0' + i), '\0'})),
                         (char[]){(char)('a' + i), '\0'});
    dg_value *loss = dg_set_label(dg_tanh(x), "loss");
    dg_backward(loss);
    dg_trace *t = dg_trace_from_value(loss);
    dg_graph_free(g);
    return t;
}

static void expect_labels(const dg_trace *s, const char *const *labels)
{
    size_t n = 0;
    ck_assert_ptr_nonnull(s);
    for (; labels[n]; n++)
        ck_assert_str_eq(dg_trace_label(s, n), labels[n]);
    ck_assert_uint_eq(dg_trace_node_count(s), n);
}

#define EXPECT_LABELS(s, ...) expect_labels(s, (const char *const[]){__VA_ARGS__, NULL})

START_TEST(stubs)
{
    dg_trace *t = chain();
    dg_trace *s = dg_trace_around(t, dg_trace_find(t, "c"), 1, NULL);
    EXPECT_LABELS(s, "loss", "d", "c", "b", "a", "w1", "w2", "w3");
    ck_assert_str_eq(dg_trace_op(s, 0), "…");
    ck_assert_str_eq(dg_trace_op(s, 3), "*");
    ck_assert_uint_eq(dg_trace_root(s), 0);
    ck_assert_double_eq(dg_trace_grad(s, 0), 1.0);
    dg_trace_free(s);
    s = dg_trace_around(t, dg_trace_find(t, "w1"), 0, NULL);
    EXPECT_LABELS(s, "loss … 6 more", "w1");
    dg_trace_free(s);
    s = dg_trace_around(t, 0, 0, NULL);
    EXPECT_LABELS(s, "loss", "d … 6 more");
    ck_assert_str_eq(dg_trace_op(s, 1), "");
    dg_trace_free(s);
    s = dg_trace_between(t, dg_trace_find(t, "b"), dg_trace_find(t, "w3"), NULL);
    ck_assert_ptr_null(s);
    s = dg_trace_between(t, dg_trace_find(t, "d"), dg_trace_find(t, "w2"), NULL);
    EXPECT_LABELS(s, "loss", "d", "c", "b … 2 more", "w2", "w3");
    ck_assert_str_eq(dg_trace_op(s, 3), "");
    ck_assert_double_eq(dg_trace_data(s, 3), 2.0);
    dg_trace_free(s);
    s = dg_trace_around(t, 3, 99, NULL);
    assert_same_trace(s, t);
    dg_trace_free(s);
    dg_trace_free(t);
}
END_TEST

/* The root is kept, but something beside it uses what is kept, too. */
START_TEST(beside_the_root)
{
    dg_trace *t = dg_trace_new();
    dg_trace_add_node(t, "a", "", 1.0);
    dg_trace_add_node(t, "b", "exp", 2.0);
    dg_trace_add_node(t, "c", "exp", 3.0);
    dg_trace_add_node(t, "d", "+", 4.0);
    dg_trace_add_edge(t, 0, 1);
    dg_trace_add_edge(t, 1, 2);
    dg_trace_add_edge(t, 2, 3);
    dg_trace_add_edge(t, 0, 3);
    dg_trace_set_root(t, 3);
    dg_trace *s = dg_trace_around(t, 0, 1, NULL);
    EXPECT_LABELS(s, "d", "c …", "b", "a");
    ck_assert_str_eq(dg_trace_op(s, 1), "…");
    ck_assert_uint_eq(dg_trace_operand(s, 1, 0), 2);
    dg_trace_free(s);
    dg_trace_add_node(t, "e", "exp", 5.0); /* a use that the root does not need */
    dg_trace_add_edge(t, 1, 4);
    s = dg_trace_around(t, 0, 1, NULL);
    EXPECT_LABELS(s, "d", "c …", "b", "a", "… 1 more");
    ck_assert_uint_eq(dg_trace_root_at(s, 1), 4);
    ck_assert_int_eq(dg_trace_has_data(s, 4), 0);
    dg_trace_free(s);
    dg_trace_free(t);
}
END_TEST

START_TEST(ids_and_roots)
{
    dg_trace *t = chain();
    dg_trace_set_id(t, 2, "v0");
    dg_trace_set_id(t, 0, "first");
    dg_trace_add_root(t, 2);
    dg_trace *s = dg_trace_around(t, 2, 1, NULL);
    ck_assert_ptr_nonnull(s);
    ck_assert_int_eq(dg_trace_check(s, NULL), DG_OK);
    ck_assert_str_eq(dg_trace_label(s, dg_trace_find(s, "v0")), dg_trace_label(t, 2));
    ck_assert_uint_eq(dg_trace_root_count(s), 2);
    ck_assert_str_eq(dg_trace_label(s, dg_trace_root_at(s, 1)), dg_trace_label(t, 2));
    dg_trace_free(s);
    dg_trace_free(t);
}
END_TEST

START_TEST(refused)
{
    dg_error error;
    dg_trace *t = chain();
    ck_assert_ptr_null(dg_trace_around(NULL, 0, 1, &error));
    ck_assert_int_eq(error.status, DG_INVALID);
    ck_assert_ptr_null(dg_trace_around(t, 99, 1, &error));
    ck_assert_int_eq(error.status, DG_INVALID);
    ck_assert_ptr_null(dg_trace_between(t, 0, 99, &error));
    ck_assert_ptr_null(dg_trace_between(t, dg_trace_find(t, "w1"), dg_trace_find(t, "w2"), &error));
    ck_assert_str_eq(error.text, "there is no path between the two");
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {random_slices, stubs, beside_the_root, ids_and_roots, refused};
    return run_suite("slice", tests, sizeof tests / sizeof *tests);
}
