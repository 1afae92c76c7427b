/* Folds of traces: what must hold of each of them, on random graphs, and the rules on small ones.
 */
#include <dotgrad/fold.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "engine_support.h"
#include "fold_support.h"

/* What random graphs a failure is about. */
static unsigned seed;

static void same(size_t found, size_t expected, const char *what)
{
    must(found == expected, "seed %u: %s: %zu, not %zu", seed, what, found, expected);
}

/* What the random graphs had: a test of nothing would find no fault. */
static size_t parts_seen, repeats_seen, ranges_seen, stubs_seen, shared_seen;

/* ---- What must hold of any fold ------------------------------------------------------------- */

/* Each value lies in one box, and each box has the values that say so. */
static void check_values(const dg_fold *f, const dg_trace *t)
{
    size_t sum = 0;
    for (size_t b = 0; b < dg_fold_box_count(f); b++) {
        dg_box box;
        ck_assert_int_eq(dg_fold_box(f, b, &box), DG_OK);
        ck_assert_uint_gt(box.values, 0);
        must((box.kind == DG_BOX_VALUE) == (box.values == 1), "seed %u: box %zu has %zu values",
             seed, b, box.values);
        parts_seen += box.parts > 1;
        repeats_seen += box.kind == DG_BOX_REPEAT;
        ranges_seen += box.kind == DG_BOX_RANGE;
        stubs_seen += box.stub != 0;
        shared_seen += box.shared != 0;
        must(box.frame == DG_NO_BOX || box.frame < dg_fold_frame_count(f), "seed %u: box %zu", seed,
             b);
        size_t leaves = 0;
        for (size_t i = 0; i < box.values; i++) {
            same(dg_fold_box_of(f, dg_fold_box_node(f, b, i)), b, "count");
            leaves += *dg_trace_op(t, dg_fold_box_node(f, b, i)) == '\0';
        }
        same(leaves, box.leaves, "count");
        same(dg_fold_box_node(f, b, box.values), DG_NO_NODE, "count");
        size_t ops = 0, count, last = SIZE_MAX;
        for (size_t i = 0; i < box.ops; i++) {
            ck_assert_str_ne(dg_fold_box_op(f, b, i, &count), "");
            ck_assert_uint_le(count, last);
            ops += last = count;
        }
        same(ops, box.values - box.leaves, "count");
        sum += box.values;
    }
    same(sum, dg_trace_node_count(t), "count");
}

/* Each edge is in one multiplicity. */
static void check_edges(const dg_fold *f, const dg_trace *t)
{
    size_t n = dg_fold_box_count(f), edges = dg_fold_edge_count(f), sum = 0;
    for (size_t i = 0; i < edges; i++) {
        size_t from, to, count;
        ck_assert_int_eq(dg_fold_edge(f, i, &from, &to, &count), DG_OK);
        ck_assert_uint_ne(from, to);
        ck_assert_uint_gt(count, 0);
        sum += count;
    }
    for (size_t b = 0; b < n; b++) {
        dg_box box;
        dg_fold_box(f, b, &box);
        sum += box.edges;
    }
    same(sum, dg_trace_edge_count(t), "count");
    ck_assert_int_eq(dg_fold_edge(f, edges, NULL, NULL, NULL), DG_INVALID);
}

enum { MATRIX = 80 };

/* Every edge of the trace is found again, as often as its pair of boxes says. */
static void check_multiplicities(const dg_fold *f, const dg_trace *t)
{
    size_t n = dg_fold_box_count(f);
    static size_t matrix[MATRIX * MATRIX];
    if (n > MATRIX)
        return; /* the sum alone must do */
    memset(matrix, 0, n * n * sizeof *matrix);
    for (size_t i = 0; i < dg_trace_edge_count(t); i++) {
        size_t from, to;
        dg_trace_edge(t, i, &from, &to, NULL);
        matrix[dg_fold_box_of(f, from) * n + dg_fold_box_of(f, to)]++;
    }
    for (size_t i = 0; i < dg_fold_edge_count(f); i++) {
        size_t from, to, count;
        dg_fold_edge(f, i, &from, &to, &count);
        same(matrix[from * n + to], count, "count");
        matrix[from * n + to] = 0;
    }
    for (size_t b = 0; b < n; b++) {
        dg_box box;
        dg_fold_box(f, b, &box);
        same(matrix[b * n + b], box.edges, "count");
        matrix[b * n + b] = 0;
    }
    for (size_t i = 0; i < n * n; i++)
        same(matrix[i], 0, "count");
}

static void check_acyclic(const dg_fold *f)
{
    size_t n = dg_fold_box_count(f), gone = count_removable_boxes(f);
    must(gone == n, "seed %u: %zu of %zu boxes are in cycles", seed, n - gone, n);
}

static void check_frames(const dg_fold *f)
{
    for (size_t i = 0; i < dg_fold_frame_count(f); i++) {
        size_t parent = dg_fold_frame_parent(f, i);
        must(parent == DG_NO_BOX || parent < i, "seed %u: frame %zu is in %zu", seed, i, parent);
        ck_assert_str_ne(dg_fold_frame_name(f, i), "");
    }
    same(dg_fold_frame_parent(f, dg_fold_frame_count(f)), DG_NO_BOX, "count");
}

static void check_fold(const dg_fold *f, const dg_trace *t)
{
    check_values(f, t);
    check_edges(f, t);
    check_multiplicities(f, t);
    check_acyclic(f);
    check_frames(f);
}

static dg_fold *fold(const dg_trace *t, dg_fold_options o)
{
    dg_error error;
    dg_fold *f = dg_fold_new(t, &o, &error);
    must(f != NULL, "seed %u: %s", seed, error.text);
    return f;
}

/* Each box of the finer fold lies in one of the coarser. */
static void check_refines(const dg_fold *finer, const dg_fold *coarser, size_t nodes)
{
    size_t *in = malloc(nodes * sizeof *in);
    for (size_t b = 0; b < dg_fold_box_count(finer); b++)
        in[b] = DG_NO_BOX;
    for (size_t i = 0; i < nodes; i++) {
        size_t b = dg_fold_box_of(finer, i), around = dg_fold_box_of(coarser, i);
        must(in[b] == DG_NO_BOX || in[b] == around, "seed %u: node %zu", seed, i);
        in[b] = around;
    }
    free(in);
}

/* ---- Random graphs -------------------------------------------------------------------------- */

/* Adds copies of a small graph, each in a scope of its own, which all use the same node or each the
 * one before. */
static void add_copies(dg_trace *t, rng *r)
{
    size_t copies = 2 + rng_below(r, 4), size = 2 + rng_below(r, 5), n = dg_trace_node_count(t);
    int chain = rng_below(r, 2) != 0;
    rng shape = *r;
    for (size_t i = 0; i < copies; i++) {
        char scope[40];
        *r = shape;
        snprintf(scope, sizeof scope, "%scopy %zu", chain ? "chain/" : "", i);
        for (size_t k = 0; k < size; k++) {
            size_t node = dg_trace_add_node(t, "", rng_below(r, 2) ? "+" : "*", 1.0);
            dg_trace_set_scope(t, node, scope);
            dg_trace_add_edge(t, k ? node - 1 - rng_below(r, k) : chain ? node - 1 : n - 1, node);
            dg_trace_add_edge(t, k ? node - k : 0, node);
        }
    }
}

/* Nodes behind their operands, with scopes that follow one another or jump. */
static dg_trace *random_trace(rng *r)
{
    static const char *const ops[] = {"+", "*", "tanh", "exp"};
    static const char *const names[] = {"a", "b", "c", "layer 0", "layer 1", "a/b", "x y"};
    dg_trace *t = dg_trace_new();
    size_t n = 1 + rng_below(r, rng_below(r, 4) ? 60 : 700), jumps = 1 + rng_below(r, 12);
    size_t depth_max = rng_below(r, 6);
    char scope[200] = "";
    for (size_t i = 0; i < n; i++) {
        if (rng_below(r, jumps) == 0) {
            size_t depth = rng_below(r, depth_max + 1), size = 0;
            scope[0] = '\0';
            for (size_t k = 0; k < depth; k++)
                size += (size_t)snprintf(scope + size, sizeof scope - size, "%s%s", k ? "/" : "",
                                         names[rng_below(r, 7)]);
        }
        size_t operands = i == 0 || rng_below(r, 4) == 0 ? 0 : 1 + rng_below(r, 3);
        size_t node = dg_trace_add_node(t, rng_below(r, 3) ? "" : "w",
                                        operands ? ops[rng_below(r, 4)] : "", 1.0);
        dg_trace_set_scope(t, node, scope);
        for (size_t k = 0; k < operands; k++)
            dg_trace_add_edge(
                t, rng_below(r, 2) ? i - 1 - rng_below(r, i < 5 ? i : 5) : rng_below(r, i), node);
    }
    for (size_t i = rng_below(r, 3); i > 0; i--)
        add_copies(t, r);
    dg_trace_set_root(t, dg_trace_node_count(t) - 1);
    return t;
}

static void check_depths(const dg_trace *t)
{
    dg_fold *before = NULL;
    for (int depth = 5; depth > 0; depth--) {
        char text[8];
        snprintf(text, sizeof text, "%d", depth);
        dg_fold *f = fold(t, (dg_fold_options){.fold = text});
        check_fold(f, t);
        if (before)
            check_refines(before, f, dg_trace_node_count(t));
        dg_fold_free(before);
        before = f;
    }
    dg_fold_free(before);
}

static void check_limits(const dg_trace *t)
{
    dg_fold *before = fold(t, (dg_fold_options){.fold = "none"});
    for (size_t limit = 81; limit > 8; limit -= 8) {
        dg_fold *f = fold(t, (dg_fold_options){.fold = "auto", .boxes = limit});
        check_fold(f, t);
        check_refines(before, f, dg_trace_node_count(t));
        dg_fold_free(before);
        before = f;
    }
    dg_fold_free(before);
}

/* Groups that are there, by the scopes of random nodes. */
static void check_names(const dg_trace *t, rng *r)
{
    const char *scope = dg_trace_scope(t, rng_below(r, dg_trace_node_count(t)));
    dg_error error;
    dg_fold_options o = {.fold = scope};
    dg_fold *f = dg_fold_new(t, &o, &error);
    if (f) /* else the group had one child and is gone */
        check_fold(f, t);
    else
        ck_assert_int_eq(error.status, DG_INVALID);
    dg_fold_free(f);
    o = (dg_fold_options){.fold = rng_below(r, 2) ? "1" : "auto", .open = scope, .boxes = 10};
    f = dg_fold_new(t, &o, NULL);
    if (f)
        check_fold(f, t);
    dg_fold_free(f);
}

static void check_same_explanation(const dg_trace *t)
{
    dg_fold *f = fold(t, (dg_fold_options){.fold = "auto", .boxes = 20});
    dg_fold *g = fold(t, (dg_fold_options){.fold = "auto", .boxes = 20});
    char *one = dg_fold_explanation(f), *two = dg_fold_explanation(g);
    ck_assert_str_eq(one, two);
    dg_free(one);
    dg_free(two);
    dg_fold_free(f);
    dg_fold_free(g);
}

START_TEST(random_folds)
{
    for (seed = 1; seed <= cases(2000); seed++) {
        rng r = {seed};
        dg_trace *t = random_trace(&r);
        dg_fold *f = fold(t, (dg_fold_options){.fold = "none"});
        check_fold(f, t);
        same(dg_fold_box_count(f), dg_trace_node_count(t), "count");
        dg_fold_free(f);
        if (seed % 4 == 0)
            check_depths(t);
        check_limits(t);
        check_names(t, &r);
        check_same_explanation(t);
        dg_trace_free(t);
    }
    ck_assert_uint_gt(parts_seen, 100);
    ck_assert_uint_gt(repeats_seen, 20);
    ck_assert_uint_gt(ranges_seen, 20);
    ck_assert_uint_gt(stubs_seen, 2);
    ck_assert_uint_gt(shared_seen, 2);
}
END_TEST

/* ---- Small graphs --------------------------------------------------------------------------- */

/* Adds a node with its scope and operands, which end with -1. */
static size_t add(dg_trace *t, const char *scope, const char *label, const char *op,
                  const int *operands)
{
    size_t node = dg_trace_add_node(t, label, op, 1.0);
    dg_trace_set_scope(t, node, scope);
    for (; *operands >= 0; operands++)
        ck_assert_int_eq(dg_trace_add_edge(t, (size_t)*operands, node), DG_OK);
    dg_trace_set_root(t, node);
    return node;
}

#define NODE(t, scope, label, op, ...) add(t, scope, label, op, (int[]){__VA_ARGS__})

static void expect_boxes(const dg_trace *t, dg_fold_options o, const char *const *names)
{
    dg_fold *f = fold(t, o);
    check_fold(f, t);
    size_t n = 0;
    for (; names[n]; n++)
        ck_assert_str_eq(dg_fold_box_name(f, n), names[n]);
    ck_assert_uint_eq(dg_fold_box_count(f), n);
    dg_fold_free(f);
}

#define EXPECT_BOXES(t, o, ...) expect_boxes(t, o, (const char *const[]){__VA_ARGS__, NULL})
#define FOLD(text) ((dg_fold_options){.fold = (text)})

START_TEST(groups)
{
    dg_trace *t = dg_trace_new();
    NODE(t, "", "x", "", -1);
    NODE(t, "net/layer 0", "w", "", -1);
    NODE(t, "net/layer 0", "h", "*", 0, 1, -1);
    NODE(t, "net/layer 1", "v", "", -1);
    NODE(t, "net/layer 1", "y", "*", 2, 3, -1);
    NODE(t, "", "loss", "exp", 4, -1);
    EXPECT_BOXES(t, FOLD(NULL), "x", "w", "h", "v", "y", "loss");
    EXPECT_BOXES(t, FOLD("1"), "x", "net", "loss");
    EXPECT_BOXES(t, FOLD("2"), "x", "layer 0", "layer 1", "loss");
    EXPECT_BOXES(t, FOLD("layer 1"), "x", "w", "h", "layer 1", "loss");
    EXPECT_BOXES(t, FOLD("net/layer 0,layer 1"), "x", "layer 0", "layer 1", "loss");
    EXPECT_BOXES(t, ((dg_fold_options){.fold = "1", .open = "layer 0"}), "x", "w", "h", "layer 1",
                 "loss");
    EXPECT_BOXES(t, ((dg_fold_options){.fold = "auto", .boxes = 3}), "x", "net", "loss");
    EXPECT_BOXES(t, ((dg_fold_options){.fold = "auto", .boxes = 4}), "x", "layer 0", "layer 1",
                 "loss");
    dg_fold *f = fold(t, FOLD("1"));
    dg_box box;
    dg_fold_box(f, 1, &box);
    ck_assert_int_eq(box.kind, DG_BOX_GROUP);
    ck_assert_uint_eq(box.values, 4);
    ck_assert_uint_eq(box.parameters, 2);
    ck_assert_uint_eq(box.leaves, 2);
    ck_assert_uint_eq(box.edges, 3);
    ck_assert_uint_eq(box.inputs, 1);
    ck_assert_uint_eq(box.outputs, 1);
    size_t count;
    ck_assert_uint_eq(box.ops, 1);
    ck_assert_str_eq(dg_fold_box_op(f, 1, 0, &count), "*");
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(box.frame, DG_NO_BOX);
    dg_fold_free(f);
    f = fold(t, FOLD("2"));
    ck_assert_uint_eq(dg_fold_frame_count(f), 1);
    ck_assert_str_eq(dg_fold_frame_name(f, 0), "net");
    ck_assert_str_eq(dg_fold_box_scope(f, 1), "net/layer 0");
    dg_fold_free(f);
    dg_trace_free(t);
}
END_TEST

/* A group with one child disappears, whether that is a group or a value. */
START_TEST(one_child)
{
    dg_trace *t = dg_trace_new();
    NODE(t, "a/b/c", "x", "", -1);
    NODE(t, "a/b/c", "y", "exp", 0, -1);
    NODE(t, "d", "z", "exp", 1, -1);
    EXPECT_BOXES(t, FOLD("1"), "a/b/c", "z");
    EXPECT_BOXES(t, FOLD("b"), "a/b/c", "z");
    EXPECT_BOXES(t, FOLD("a"), "a/b/c", "z");
    EXPECT_BOXES(t, FOLD("2"), "x", "y", "z");
    dg_trace_free(t);
}
END_TEST

START_TEST(split)
{
    dg_trace *t = dg_trace_new();
    NODE(t, "g", "a", "", -1);
    NODE(t, "g", "b", "exp", 0, -1);
    NODE(t, "", "outside", "exp", 1, -1);
    NODE(t, "g", "c", "exp", 2, -1);
    NODE(t, "g", "d", "exp", 3, -1);
    dg_fold *f = fold(t, FOLD("1"));
    check_fold(f, t);
    ck_assert_uint_eq(dg_fold_box_count(f), 3);
    for (size_t i = 0; i < 3; i += 2) {
        dg_box box;
        dg_fold_box(f, i, &box);
        ck_assert_uint_eq(box.part, i / 2 + 1);
        ck_assert_uint_eq(box.parts, 2);
        ck_assert_uint_eq(box.values, 2);
        ck_assert_str_eq(dg_fold_box_name(f, i), "g");
    }
    char *text = dg_fold_explanation(f);
    ck_assert_ptr_nonnull(strstr(text, "split: g into 2 parts: as one box it would be in a cycle "
                                       "with value 2, 'outside'\n"));
    dg_free(text);
    dg_fold_free(f);
    dg_trace_free(t);
}
END_TEST

/* Examples through one network, and layers one behind the other. */
START_TEST(repeats)
{
    dg_trace *t = dg_trace_new();
    NODE(t, "n", "w", "", -1);
    NODE(t, "n", "b", "", -1);
    int outputs[5];
    for (int i = 0; i < 4; i++) {
        char scope[20];
        snprintf(scope, sizeof scope, "example %d", i);
        int x = (int)NODE(t, scope, "", "", -1);
        int product = (int)NODE(t, scope, "", "*", x, 0, -1);
        outputs[i] = (int)NODE(t, scope, "", i == 3 ? "tanh" : "exp", product, -1);
    }
    int sum = (int)NODE(t, "", "", "+", outputs[0], outputs[1], outputs[2], outputs[3], -1);
    int last = (int)NODE(t, "layer 0", "", "*", sum, (int)NODE(t, "layer 0", "u", "", -1), -1);
    NODE(t, "layer 1", "", "*", last, (int)NODE(t, "layer 1", "v", "", -1), -1);
    dg_fold *f = fold(t, FOLD("1"));
    check_fold(f, t);
    dg_box box;
    dg_fold_box(f, 1, &box);
    ck_assert_str_eq(dg_fold_box_name(f, 1), "example 0");
    ck_assert_int_eq(box.kind, DG_BOX_REPEAT);
    ck_assert_uint_eq(box.repeats, 3); /* the fourth has another op */
    ck_assert_int_eq(box.shared, 1);
    ck_assert_str_eq(dg_fold_box_name(f, 2), "example 3");
    dg_fold_box(f, 4, &box);
    ck_assert_str_eq(dg_fold_box_name(f, 4), "layer 0");
    ck_assert_uint_eq(box.repeats, 2);
    ck_assert_int_eq(box.shared, 0);
    dg_fold_free(f);
    /* One of them opened leaves those before and behind it. */
    EXPECT_BOXES(t, ((dg_fold_options){.fold = "1", .open = "example 1"}), "n", "example 0", "",
                 "*", "exp", "example 2", "example 3", "+", "layer 0");
    dg_trace_free(t);
}
END_TEST

START_TEST(ranges)
{
    dg_trace *t = dg_trace_new();
    NODE(t, "chain", "", "", -1);
    for (int i = 0; i < 399; i++)
        NODE(t, "chain", "", "exp", i, -1);
    NODE(t, "", "end", "exp", 399, -1);
    EXPECT_BOXES(t, FOLD("1"), "chain", "end");
    EXPECT_BOXES(t, FOLD("2"), "1–100 of 400", "101–200 of 400", "201–300 of 400", "301–400 of 400",
                 "end");
    dg_fold *f = fold(t, ((dg_fold_options){.fold = "2", .open = "chain/201-300"}));
    check_fold(f, t);
    ck_assert_uint_eq(dg_fold_box_count(f), 104);
    ck_assert_str_eq(dg_fold_frame_name(f, 1), "201–300 of 400");
    ck_assert_uint_eq(dg_fold_frame_parent(f, 1), 0);
    dg_fold_free(f);
    f = fold(t, FOLD("auto"));
    ck_assert_uint_eq(dg_fold_box_count(f), 2);
    dg_fold_free(f);
    dg_trace_free(t);
}
END_TEST

/* Groups among many children: ranges are shorter, so that more is seen. */
START_TEST(ranges_of_groups)
{
    dg_trace *t = dg_trace_new();
    int last = (int)NODE(t, "", "x", "", -1);
    for (int i = 0; i < 120; i++) {
        char scope[20];
        snprintf(scope, sizeof scope, "token %d", i);
        for (int k = 0; k <= i % 3 + 1; k++)
            last = (int)NODE(t, scope, "", k % 2 ? "exp" : "tanh", last, -1);
    }
    dg_fold *f = fold(t, FOLD("1"));
    check_fold(f, t);
    ck_assert_uint_eq(dg_fold_box_count(f), 13);
    ck_assert_str_eq(dg_fold_box_name(f, 1), "11–20 of 121");
    dg_fold_free(f);
    f = fold(t, FOLD("auto"));
    check_fold(f, t);
    ck_assert_uint_ge(dg_fold_box_count(f), 13);
    ck_assert_uint_le(dg_fold_box_count(f), 60);
    dg_fold_free(f);
    dg_trace_free(t);
}
END_TEST

/* The rule: 15 boxes or more, five uses or more, more than Q3 + (Q3 - Q1). */
START_TEST(stubs)
{
    for (int uses = 3; uses < 20; uses++) {
        dg_trace *t = dg_trace_new();
        NODE(t, "", "w", "", -1);
        NODE(t, "", "x", "", -1);
        for (int i = 1; i < 14; i++)
            i <= uses ? NODE(t, "", "", "*", i, 0, -1) : NODE(t, "", "", "exp", i, -1);
        dg_box box;
        dg_fold *f = fold(t, FOLD(NULL));
        size_t w = dg_fold_box_of(f, 0);
        dg_fold_box(f, w, &box);
        ck_assert_int_eq(box.stub, uses >= 5);
        dg_fold_free(f);
        f = fold(t, ((dg_fold_options){.whole_leaves = 1}));
        dg_fold_box(f, w, &box);
        ck_assert_int_eq(box.stub, 0);
        dg_fold_free(f);
        dg_trace_free(t);
    }
}
END_TEST

START_TEST(refused)
{
    dg_error error;
    dg_trace *t = dg_trace_new();
    ck_assert_ptr_null(dg_fold_new(NULL, NULL, &error));
    ck_assert_int_eq(error.status, DG_INVALID);
    ck_assert_ptr_null(dg_fold_new(t, NULL, &error));
    ck_assert_int_eq(error.status, DG_FORMAT);
    NODE(t, "layer 0", "a", "exp", -1);
    NODE(t, "layer 0", "b", "exp", 0, -1);
    ck_assert_ptr_null(dg_fold_new(t, &FOLD("layer 1"), &error));
    ck_assert_int_eq(error.status, DG_INVALID);
    ck_assert_str_eq(error.text, "there is no group 'layer 1'; did you mean 'layer 0'?");
    ck_assert_ptr_null(dg_fold_new(t, &((dg_fold_options){.open = "zzz"}), &error));
    ck_assert_str_eq(error.text, "there is no group 'zzz'");
    ck_assert_ptr_null(dg_fold_new(t, &FOLD("0"), &error));
    ck_assert_int_eq(error.status, DG_INVALID);
    dg_trace_add_edge(t, 1, 0);
    ck_assert_ptr_null(dg_fold_new(t, NULL, &error));
    ck_assert_int_eq(error.status, DG_FORMAT);
    dg_trace_free(t);
    ck_assert_uint_eq(dg_fold_box_count(NULL), 0);
    ck_assert_str_eq(dg_fold_box_name(NULL, 0), "");
    ck_assert_ptr_null(dg_fold_explanation(NULL));
    dg_fold_free(NULL);
}
END_TEST

/* Deep and long scopes, and slashes that name nothing. */
START_TEST(odd_scopes)
{
    dg_trace *t = dg_trace_new();
    char deep[4000];
    for (size_t i = 0; i < sizeof deep - 1; i++)
        deep[i] = i % 2 ? '/' : 'a';
    deep[sizeof deep - 1] = '\0';
    NODE(t, deep, "x", "", -1);
    NODE(t, "a/", "y", "exp", 0, -1);
    NODE(t, "/a//a", "z", "exp", 1, -1);
    NODE(t, "//", "end", "exp", 2, -1);
    for (int depth = 1; depth < 40; depth++) {
        char text[8];
        snprintf(text, sizeof text, "%d", depth);
        dg_fold *f = fold(t, FOLD(text));
        check_fold(f, t);
        dg_fold_free(f);
    }
    dg_trace_free(t);
}
END_TEST

/* Time is linear: a million values in scopes that alternate. */
START_TEST(large)
{
    enum { N = 300000 };
    dg_trace *t = dg_trace_new();
    NODE(t, "", "x", "", -1);
    for (int i = 0; i < N; i++)
        NODE(t, i % 2 ? "a/b" : "a/c", "", "exp", i, -1);
    dg_fold *f = fold(t, FOLD("auto"));
    check_values(f, t);
    check_edges(f, t);
    ck_assert_uint_le(dg_fold_box_count(f), 60);
    dg_fold_free(f);
    dg_trace_free(t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {random_folds,     groups, one_child, split,      repeats, ranges,
                                  ranges_of_groups, stubs,  refused,   odd_scopes, large};
    return run_suite("fold", tests, sizeof tests / sizeof *tests);
}
