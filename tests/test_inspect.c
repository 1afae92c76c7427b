/* Inspections: findings of traces that are built by hand, of random programs and of networks; and
 * the interface itself. Planted faults as data are in test_inspect_cases. */
#include <dotgrad/dotgrad.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "check_main.h"
#include "engine_support.h"

/* ---- Names ---------------------------------------------------------------------------------- */

START_TEST(kinds_have_names)
{
    for (int i = 0; i < DG_FINDING_KIND_COUNT; i++) {
        dg_finding_kind kind = (dg_finding_kind)i;
        const char *name = dg_finding_kind_name(kind);
        ck_assert_ptr_nonnull(name);
        ck_assert_int_eq(dg_finding_kind_from_name(name), kind);
        ck_assert_uint_gt(strlen(dg_finding_kind_help(kind)), 10);
    }
    ck_assert_str_eq(dg_finding_kind_name(DG_FINDING_NONFINITE_DATA), "nonfinite-data");
    ck_assert_str_eq(dg_finding_kind_name(DG_FINDING_DUPLICATE_LABEL), "duplicate-label");
    ck_assert_str_eq(dg_finding_kind_name(DG_FINDING_UNKNOWN_OP), "unknown-op");
    ck_assert_ptr_null(dg_finding_kind_name(DG_FINDING_KIND_COUNT));
    ck_assert_ptr_null(dg_finding_kind_help((dg_finding_kind)-1));
    ck_assert_int_eq(dg_finding_kind_from_name("nonfinite"), DG_FINDING_KIND_COUNT);
    ck_assert_int_eq(dg_finding_kind_from_name(NULL), DG_FINDING_KIND_COUNT);
    ck_assert_str_eq(dg_severity_name(DG_SEVERITY_NOTE), "note");
    ck_assert_str_eq(dg_severity_name(DG_SEVERITY_WARNING), "warning");
    ck_assert_str_eq(dg_severity_name(DG_SEVERITY_ERROR), "error");
    ck_assert_str_eq(dg_severity_name((dg_severity)9), "");
}

START_TEST(nothing_crashes_on_null)
{
    dg_error error;
    ck_assert_ptr_null(dg_inspect_new(NULL, NULL, &error));
    ck_assert_int_eq(error.status, DG_INVALID);
    dg_trace *t = dg_trace_new();
    ck_assert_ptr_null(dg_inspect_new(t, NULL, &error));
    ck_assert_int_eq(error.status, DG_INVALID);
    ck_assert_ptr_null(dg_inspect_new(t, NULL, NULL));
    dg_trace_free(t);
    ck_assert_uint_eq(dg_inspect_finding_count(NULL), 0);
    ck_assert_ptr_null(dg_inspect_finding(NULL, 0));
    ck_assert_uint_eq(dg_inspect_kind_count(NULL, DG_FINDING_UNSET), 0);
    ck_assert_uint_eq(dg_inspect_parameter_count(NULL), 0);
    ck_assert_int_eq(dg_inspect_is_parameter(NULL, 0), 0);
    ck_assert(dg_inspect_options_of(NULL).saturated == 0.97);
    dg_inspect_free(NULL);
}

START_TEST(cycles_are_refused)
{
    dg_trace *t = dg_trace_new();
    size_t a = dg_trace_add_node(t, "a", "tanh", 0.0), b = dg_trace_add_node(t, "b", "tanh", 0.0);
    dg_trace_add_edge(t, a, b);
    dg_trace_add_edge(t, b, a);
    dg_error error;
    ck_assert_ptr_null(dg_inspect_new(t, NULL, &error));
    ck_assert_int_eq(error.status, DG_FORMAT);
    dg_trace_free(t);
}

/* ---- Traces by hand ------------------------------------------------------------------------- */

/* A leaf or an op that has a gradient. */
static size_t node(dg_trace *t, const char *label, const char *op, double data, double grad)
{
    size_t n = dg_trace_add_node(t, label, op, data);
    dg_trace_set_grad(t, n, grad);
    return n;
}

static void edges(dg_trace *t, size_t to, size_t a, size_t b)
{
    dg_trace_add_edge(t, a, to);
    dg_trace_add_edge(t, b, to);
}

START_TEST(thresholds_are_options)
{
    dg_trace *t = dg_trace_new();
    size_t o = node(t, "o", "tanh", tanh(1.5), 1.0);
    dg_trace_add_edge(t, node(t, "x", NULL, 1.5, 1.0 - tanh(1.5) * tanh(1.5)), o);
    dg_inspect *i = dg_inspect_new(t, NULL, NULL);
    ck_assert_uint_eq(dg_inspect_finding_count(i), 0);
    ck_assert(dg_inspect_options_of(i).exploding == 1e4);
    dg_inspect_free(i);
    dg_inspect_options options = {.saturated = 0.9};
    i = dg_inspect_new(t, &options, NULL);
    ck_assert_uint_eq(dg_inspect_finding_count(i), 1);
    ck_assert_int_eq(dg_inspect_finding(i, 0)->kind, DG_FINDING_SATURATED);
    ck_assert_uint_eq(dg_inspect_kind_count(i, DG_FINDING_SATURATED), 1);
    ck_assert(dg_inspect_options_of(i).saturated == 0.9);
    ck_assert_ptr_null(dg_inspect_finding(i, 1));
    dg_inspect_free(i);
    dg_trace_free(t);
}

START_TEST(parameters)
{
    /* Labelled leaves of scopes, where there are any; else labelled ones; else those that have a
     * gradient. */
    for (int labels = 0; labels < 2; labels++)
        for (int scopes = 0; scopes < 2; scopes++) {
            dg_trace *t = dg_trace_new();
            size_t root = node(t, "", "*", 6.0, 1.0);
            size_t w = node(t, labels ? "w" : "", NULL, 2.0, 3.0);
            size_t x = node(t, labels ? "x" : "", NULL, 3.0, 2.0);
            edges(t, root, w, x);
            if (scopes)
                dg_trace_set_scope(t, w, "layer 0");
            dg_inspect *i = dg_inspect_new(t, NULL, NULL);
            int only_w = labels && scopes;
            ck_assert_uint_eq(dg_inspect_parameter_count(i), only_w ? 1 : 2);
            ck_assert_int_eq(dg_inspect_is_parameter(i, w), 1);
            ck_assert_int_eq(dg_inspect_is_parameter(i, x), !only_w);
            ck_assert_int_eq(dg_inspect_is_parameter(i, root), 0);
            ck_assert_int_eq(dg_inspect_is_parameter(i, 99), 0);
            dg_inspect_free(i);
            dg_trace_free(t);
        }
}

/* A chain of sums from a leaf that is nan. */
START_TEST(what_inherits_a_nan_is_one_finding)
{
    dg_trace *t = dg_trace_new();
    size_t last = node(t, "", "+", NAN, 1.0);
    for (int i = 0; i < 4998; i++) {
        size_t next = node(t, "", "+", NAN, 1.0);
        edges(t, last, next, node(t, "", NULL, 1.0, 1.0));
        last = next;
    }
    edges(t, last, node(t, "zero", NULL, 0.0, NAN), node(t, "inf", NULL, INFINITY, 1.0));
    size_t culprit = node(t, "bad", "*", NAN, 1.0);
    dg_trace_add_edge(t, culprit, last);
    edges(t, culprit, node(t, "a", NULL, 0.0, INFINITY), node(t, "b", NULL, INFINITY, 0.0));
    dg_inspect *i = dg_inspect_new(t, NULL, NULL);
    ck_assert_uint_ge(dg_inspect_finding_count(i), 1);
    const dg_finding *f = dg_inspect_finding(i, 0);
    ck_assert_int_eq(f->kind, DG_FINDING_NONFINITE_DATA);
    ck_assert_int_eq(f->severity, DG_SEVERITY_ERROR);
    ck_assert_uint_eq(f->node, culprit);
    ck_assert_str_eq(f->cause, "0 * inf");
    ck_assert_uint_eq(f->affected_values, 4999);
    ck_assert(strstr(f->text, "4999 values inherit it") != NULL);
    ck_assert_uint_eq(f->node_count, 1);
    ck_assert_uint_eq(f->nodes[0], culprit);
    dg_inspect_free(i);
    dg_trace_free(t);
}

/* What happens in many values alike is one finding. */
START_TEST(equal_culprits_are_one_finding)
{
    dg_trace *t = dg_trace_new();
    size_t root = node(t, "", "concat", NAN, 1.0);
    for (int i = 0; i < 3000; i++)
        dg_trace_add_edge(t, node(t, "w", NULL, NAN, NAN), root);
    dg_inspect *i = dg_inspect_new(t, NULL, NULL);
    ck_assert_uint_eq(dg_inspect_kind_count(i, DG_FINDING_NONFINITE_DATA), 1);
    ck_assert_uint_eq(dg_inspect_finding(i, 0)->node_count, 3000);
    ck_assert_uint_eq(dg_inspect_finding(i, 0)->affected_parameters, 3000);
    dg_inspect_free(i);
    dg_trace_free(t);
}

START_TEST(there_are_not_more_than_a_thousand_of_a_kind)
{
    dg_trace *t = dg_trace_new();
    size_t root = node(t, "", "concat", 1.0, 1.0);
    for (int i = 0; i < 3000; i++) {
        size_t o = node(t, "", "tanh", tanh(3.0), 1.0);
        dg_trace_add_edge(t, node(t, "w", NULL, 3.0, 1.0 - tanh(3.0) * tanh(3.0)), o);
        dg_trace_add_edge(t, o, root);
    }
    dg_inspect *i = dg_inspect_new(t, NULL, NULL);
    ck_assert_uint_eq(dg_inspect_kind_count(i, DG_FINDING_SATURATED), 3000);
    size_t kept = 0;
    for (size_t n = 0; n < dg_inspect_finding_count(i); n++)
        kept += dg_inspect_finding(i, n)->kind == DG_FINDING_SATURATED;
    ck_assert_uint_eq(kept, DG_FINDINGS_MAX);
    dg_inspect_free(i);
    dg_trace_free(t);
}

/* Errors before warnings before notes; then by parameters; then in trace order. */
START_TEST(the_worst_comes_first)
{
    dg_graph *g = dg_graph_new();
    dg_value *w[6], *sum = dg_leaf(g, 0.5, NULL);
    for (int i = 0; i < 6; i++) {
        char label[8];
        snprintf(label, sizeof label, "w%d", i);
        w[i] = dg_leaf(g, -1.0 - i, label);
    }
    sum = dg_add(sum, dg_relu(w[0]));
    sum = dg_add(sum, dg_tanh(dg_mul(w[1], dg_mul(w[2], w[3]))));
    dg_value *log = dg_log(w[4]);
    dg_backward(sum);
    dg_value *root = dg_add(sum, dg_mul(log, w[5]));
    dg_backward(root);
    dg_trace *t = dg_trace_from_value(root);
    dg_inspect *i = dg_inspect_new(t, NULL, NULL);
    const dg_finding *before = NULL;
    ck_assert_uint_ge(dg_inspect_finding_count(i), 3);
    ck_assert_int_eq(dg_inspect_finding(i, 0)->kind, DG_FINDING_NONFINITE_DATA);
    for (size_t n = 0; n < dg_inspect_finding_count(i); n++) {
        const dg_finding *f = dg_inspect_finding(i, n);
        if (before) {
            ck_assert_int_ge(before->severity, f->severity);
            if (before->severity == f->severity)
                ck_assert(before->affected_parameters > f->affected_parameters ||
                          (before->affected_parameters == f->affected_parameters &&
                           before->node <= f->node));
        }
        before = f;
    }
    dg_inspect_free(i);
    dg_trace_free(t);
    dg_graph_free(g);
}

START_TEST(graphs_without_data_are_no_fault)
{
    dg_trace *t = dg_trace_new();
    size_t root = dg_trace_add_node(t, "", "foo", 0.0), w = dg_trace_add_node(t, "w", NULL, 0.0);
    size_t x = dg_trace_add_tensor(t, "x", NULL, 1, (size_t[]){3}, NULL);
    edges(t, root, w, x);
    for (size_t n = 0; n < 3; n++)
        ck_assert_int_eq(dg_trace_clear_data(t, n), DG_OK);
    dg_inspect *i = dg_inspect_new(t, NULL, NULL);
    ck_assert_uint_eq(dg_inspect_finding_count(i), 0);
    dg_inspect_free(i);
    dg_trace_free(t);
}

/* ---- Values that the root does not depend on ------------------------------------------------ */

START_TEST(traces_of_several_values)
{
    dg_graph *g = dg_graph_new(), *other = dg_graph_new();
    dg_value *w = dg_leaf(g, 2.0, "w"), *v = dg_leaf(g, 3.0, "v"), *unused = dg_leaf(g, 4.0, "u");
    dg_value *root = dg_tanh(w), *aside = dg_mul(w, v);
    dg_value *others[] = {w, aside, NULL, dg_leaf(other, 1.0, "o"), unused, aside, root};
    dg_trace *t = dg_trace_from_values(root, others, 7), *alone = dg_trace_from_value(root);
    ck_assert_uint_eq(dg_trace_node_count(t), 5);
    ck_assert_uint_eq(dg_trace_root(t), 0);
    ck_assert_uint_eq(dg_trace_root_count(t), 1);
    ck_assert_str_eq(dg_trace_label(t, 1), "w");
    ck_assert_str_eq(dg_trace_op(t, 2), "*");
    ck_assert_uint_eq(dg_trace_operand(t, 2, 0), 1);
    ck_assert_str_eq(dg_trace_label(t, dg_trace_operand(t, 2, 1)), "v");
    ck_assert_str_eq(dg_trace_label(t, 4), "u");
    dg_trace *part = dg_trace_select(t, 0);
    char *json = dg_json_from_trace(part, NULL), *json_alone = dg_json_from_trace(alone, NULL);
    ck_assert_str_eq(json, json_alone);
    dg_free(json);
    dg_free(json_alone);
    dg_trace_free(part);
    dg_trace_free(alone);
    dg_trace_free(t);
    ck_assert_ptr_null(dg_trace_from_values(NULL, others, 7));
    t = dg_trace_from_values(root, NULL, 0);
    ck_assert_uint_eq(dg_trace_node_count(t), 2);
    dg_trace_free(t);
    dg_graph_free(other);
    dg_graph_free(g);
}

static const char *label_at(dg_value *const *values, size_t i)
{
    return dg_label(values[i]);
}

/* What names stand for, without what may have been a number; parameters of networks; tensors that
 * lists became. */
START_TEST(values_of_programs)
{
    static const char text[] = "lr = 0.1; w = 2.0; b = 1.0; x = [1.0, 2.0]; k = [[1], [2]]\n"
                               "y = w * 3 + lr; s = x @ k\n"
                               "n = Neuron(2, seed=1)\n"
                               "y = y + 1\n";
    dg_graph *g = dg_graph_new();
    dg_program *p = dg_program_run(g, text, sizeof text - 1, "p", DG_LABELS_NAMES);
    ck_assert_int_eq(dg_program_status(p), DG_OK);
    size_t n;
    dg_value *const *values = dg_program_values(p, &n);
    ck_assert_uint_eq(n, 6);
    ck_assert_str_eq(label_at(values, 0), "b");
    ck_assert_str_eq(label_at(values, 1), "y");
    ck_assert_ptr_eq(values[1], dg_program_find(p, "y"));
    ck_assert_str_eq(label_at(values, 2), "s");
    for (size_t i = 3; i < 6; i++)
        ck_assert_int_eq(dg_operand_count(values[i]), 0);
    ck_assert_ptr_eq(dg_program_values(p, NULL), values);
    ck_assert_ptr_null(dg_program_values(NULL, &n));
    ck_assert_uint_eq(n, 0);
    dg_program_free(p);
    dg_graph_free(g);
}

int main(void)
{
    const TTest *const tests[] = {kinds_have_names,
                                  nothing_crashes_on_null,
                                  cycles_are_refused,
                                  thresholds_are_options,
                                  parameters,
                                  what_inherits_a_nan_is_one_finding,
                                  equal_culprits_are_one_finding,
                                  there_are_not_more_than_a_thousand_of_a_kind,
                                  the_worst_comes_first,
                                  graphs_without_data_are_no_fault,
                                  traces_of_several_values,
                                  values_of_programs};
    return run_suite("inspect", tests, sizeof tests / sizeof *tests);
}
