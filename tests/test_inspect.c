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
#include "op_formulas.h"

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

/* ---- Random programs ------------------------------------------------------------------------ */

/* Whether a number is within 1e-12 of a reference. */
static bool is_near(double x, long double reference)
{
    return fabsl((long double)x - reference) <= 1e-12L * fmaxl(1.0L, fabsl(reference));
}

/* The op of a node in the reference, and its constant; NULL for a leaf. */
static const op_formula *formula_at(const dg_trace *t, size_t node, long double *constant)
{
    const char *text = dg_trace_op(t, node);
    *constant = 0.0L;
    for (size_t i = 0; i < dg_op_count(); i++) {
        const dg_op *op = dg_op_at(i);
        size_t size = strlen(op->text);
        if (!*op->text || (size_t)op->operands != dg_trace_operand_count(t, node) ||
            strncmp(op->text, text, size) != 0 || (!op->has_constant && text[size]))
            continue;
        if (op->has_constant)
            *constant = strtold(text + size, NULL);
        return formula_of(op->name);
    }
    ck_abort_msg("no op is written '%s'", text);
    return NULL;
}

/* A derivative by the formulas of the reference; false at kinks and poles. */
static bool reference_derivative(const dg_trace *t, size_t node, size_t operand, long double *d)
{
    long double k;
    const op_formula *f = formula_at(t, node, &k);
    size_t count = dg_trace_operand_count(t, node);
    long double x = dg_trace_data(t, dg_trace_operand(t, node, 0));
    long double y = dg_trace_data(t, dg_trace_operand(t, node, count - 1));
    if (f->tame(x, y, k) == 0.0L)
        return false;
    *d = operand == 0 ? f->dx(x, y, k) : f->dy(x, y, k);
    return true;
}

/* A graph of the ops whose values stay of moderate size, after a backward pass. */
static dg_value *random_root(dg_graph *g, rng *r, size_t size, dg_value **values)
{
    for (size_t i = 0; i < size; i++) {
        dg_value *a = i ? values[rng_below(r, i)] : NULL, *b = i ? values[rng_below(r, i)] : NULL;
        double x = (double)rng_below(r, 2000) / 1000.0 - 1.0 + 1e-4 * (double)rng_below(r, 7);
        switch (i < 4 ? 0 : rng_below(r, 16)) {
        case 0:
        case 1:
            values[i] = dg_leaf(g, x, "w");
            break;
        case 2:
            values[i] = dg_mul(dg_tanh(a), dg_sigmoid(b));
            break;
        case 3:
            values[i] = dg_softplus(dg_sub(a, b));
            break;
        case 4:
            values[i] = dg_silu(dg_tanh(a));
            break;
        case 5:
            values[i] = dg_exp(dg_tanh(a));
            break;
        case 6:
            values[i] = dg_log(dg_add(dg_softplus(a), dg_leaf(g, 1.0, NULL)));
            break;
        case 7:
            values[i] = dg_sqrt(dg_add(dg_pow(dg_tanh(a), 2.0), dg_leaf(g, 0.5, NULL)));
            break;
        case 8:
            values[i] = dg_sin(dg_atan(a));
            break;
        case 9:
            values[i] = dg_cos(dg_erf(a));
            break;
        case 10:
            values[i] = dg_log1p(dg_abs(dg_tanh(a)));
            break;
        case 11:
            values[i] = dg_expm1(dg_tanh(a));
            break;
        case 12:
            values[i] = dg_div(dg_tanh(a), dg_add(dg_sigmoid(b), dg_leaf(g, 1.0, NULL)));
            break;
        case 13:
            values[i] = dg_tan(dg_mul(dg_tanh(a), dg_leaf(g, 0.5, NULL)));
            break;
        case 14:
            values[i] = dg_max(dg_tanh(a), dg_min(dg_tanh(b), dg_leaf(g, x, NULL)));
            break;
        default:
            values[i] = dg_relu(dg_add(dg_tanh(a), dg_tanh(b)));
        }
    }
    dg_value *root = dg_add(values[size - 1], dg_tanh(values[size / 2]));
    ck_assert_int_eq(dg_backward(root), DG_OK);
    return root;
}

/* Each local gradient by the formulas of the reference, in long double. */
static size_t check_local_gradients(const dg_trace *t, uint64_t seed)
{
    size_t compared = 0;
    for (size_t e = 0; e < dg_trace_edge_count(t); e++) {
        size_t to, operand;
        double local;
        dg_trace_edge(t, e, NULL, &to, &operand);
        ck_assert_int_eq(dg_trace_local_gradient(t, to, operand, &local), DG_OK);
        long double reference;
        if (!reference_derivative(t, to, operand, &reference))
            continue;
        compared++;
        must(is_near(local, reference), "seed %llu: op %s, operand %zu: %.17g, not %.17Lg",
             (unsigned long long)seed, dg_trace_op(t, to), operand, local, reference);
    }
    return compared;
}

/* The first finding about a sum of contributions, or NULL. (Other gradients of a random program may
 * vanish or explode, and be worse.) */
static const dg_finding *wrong_sum(const dg_inspect *i)
{
    for (size_t n = 0; n < dg_inspect_finding_count(i); n++) {
        const dg_finding *f = dg_inspect_finding(i, n);
        if (f->kind == DG_FINDING_INCONSISTENT || f->kind == DG_FINDING_ACCUMULATED_TWICE)
            return f;
    }
    return NULL;
}

START_TEST(random_programs)
{
    size_t compared = 0;
    for (uint64_t seed = 1; seed <= cases(1000); seed++) {
        rng r = {seed};
        size_t size = 5 + rng_below(&r, 120);
        dg_graph *g = dg_graph_new();
        dg_value **values = calloc(size, sizeof *values);
        ck_assert_ptr_nonnull(values);
        dg_trace *t = dg_trace_from_value(random_root(g, &r, size, values));
        compared += check_local_gradients(t, seed);
        dg_inspect *i = dg_inspect_new(t, NULL, NULL);
        ck_assert_ptr_nonnull(i);
        must(dg_inspect_kind_count(i, DG_FINDING_INCONSISTENT) == 0 &&
                 dg_inspect_kind_count(i, DG_FINDING_ACCUMULATED_TWICE) == 0 &&
                 dg_inspect_kind_count(i, DG_FINDING_NONFINITE_DATA) == 0 &&
                 dg_inspect_kind_count(i, DG_FINDING_UNKNOWN_OP) == 0,
             "seed %llu: %s", (unsigned long long)seed, dg_inspect_finding(i, 0)->text);
        dg_inspect_free(i);

        /* A gradient that is set by hand is found. */
        size_t node = 1 + rng_below(&r, dg_trace_node_count(t) - 1);
        double grad = dg_trace_grad(t, node);
        dg_trace_set_grad(t, node, grad + 0.5 * fabs(grad) + 1.0);
        i = dg_inspect_new(t, NULL, NULL);
        const dg_finding *f = wrong_sum(i);
        must(f, "seed %llu: node %zu is not found", (unsigned long long)seed, node);
        must(f->severity == DG_SEVERITY_NOTE || f->node == node, "seed %llu: %zu, not node %zu: %s",
             (unsigned long long)seed, f->node, node, f->text);
        dg_inspect_free(i);
        dg_trace_free(t);
        dg_graph_free(g);
        free(values);
    }
    ck_assert_uint_gt(compared, cases(1000) * 15);
}

/* ---- Networks without a fault --------------------------------------------------------------- */

/* A number from -1 to 1, with three decimals. */
static double small(rng *r)
{
    return ((double)rng_below(r, 2001) - 1000.0) / 1000.0;
}

static void put_matrix(dgi_buf *out, rng *r, size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < columns; k++)
            dgi_buf_printf(out, "%s%.3f%s",
                           k   ? ", "
                           : i ? "], ["
                               : "[[",
                           small(r), k + 1 == columns && i + 1 == rows ? "]]" : "");
}

/* A multilayer perceptron of random shape, activations, loss and number of examples. Of sigmoids
 * there are few layers: the gradients of many do vanish. */
static void put_network(dgi_buf *out, rng *r)
{
    static const char *const activations[] = {"tanh", "relu", "sigmoid", "linear"};
    static const char *const losses[] = {"sse", "mse", "bce", "hinge"};
    static const char *const optimizers[] = {"sgd", "adam"};
    size_t inputs = 1 + rng_below(r, 6), depth = 1 + rng_below(r, 3);
    size_t examples = (size_t)1 << rng_below(r, 5), loss = rng_below(r, 4);
    dgi_buf_printf(out, "n = MLP(%zu, [", inputs);
    for (size_t i = 0; i < depth; i++)
        dgi_buf_printf(out, "%zu, ", 4 + rng_below(r, 12));
    dgi_buf_puts(out, "1], activation=[");
    for (size_t i = 0; i < depth; i++)
        dgi_buf_printf(out, "'%s', ", activations[rng_below(r, 3)]);
    dgi_buf_printf(out, "'%s'], seed=%zu)\n", rng_below(r, 2) ? "linear" : "tanh",
                   rng_below(r, 1000));
    dgi_buf_puts(out, "xs = ");
    put_matrix(out, r, examples, inputs);
    dgi_buf_puts(out, "\nys = [");
    for (size_t i = 0; i < examples; i++)
        dgi_buf_printf(out, "%d, ", (int)rng_below(r, 2) * (loss == 2 ? 1 : 2) - (loss != 2));
    dgi_buf_puts(out, "]\n");
    if (rng_below(r, 2))
        dgi_buf_printf(out, "fit(n, xs, ys, steps=%zu, lr=0.01, loss='%s', optimizer='%s')\n",
                       1 + rng_below(r, 200), losses[loss], optimizers[rng_below(r, 2)]);
    else
        dgi_buf_printf(out, "loss = %s(n(xs), ys)\nloss.backward()\n", losses[loss]);
}

/* The same with tensors, also as a classifier. */
static void put_tensors(dgi_buf *out, rng *r)
{
    static const char *const activations[] = {"tanh", "relu", "sigmoid"};
    size_t examples = 2 + rng_below(r, 20), inputs = 2 + rng_below(r, 5);
    size_t hidden = 4 + rng_below(r, 10), classes = rng_below(r, 2) ? 1 : 2 + rng_below(r, 3);
    const size_t shapes[][2] = {
        {examples, inputs}, {inputs, hidden}, {1, hidden}, {hidden, classes}, {1, classes}};
    static const char *const names[] = {"x", "w1", "b1", "w2", "b2"};
    for (size_t i = 0; i < 5; i++) {
        dgi_buf_printf(out, "%s = Tensor(", names[i]);
        put_matrix(out, r, shapes[i][0], shapes[i][1]);
        dgi_buf_puts(out, i == 0 ? ", requires_grad=False)\n" : ")\n");
    }
    dgi_buf_printf(out, "h = %s(x @ w1 + b1)\no = h @ w2 + b2\n", activations[rng_below(r, 3)]);
    if (classes == 1) {
        dgi_buf_puts(out, "loss = ((tanh(o) - 0.25)**2).mean()\n");
    } else {
        dgi_buf_puts(out, "loss = cross_entropy(o, [");
        for (size_t i = 0; i < examples; i++)
            dgi_buf_printf(out, "%zu, ", rng_below(r, classes));
        dgi_buf_puts(out, "])\n");
    }
    if (rng_below(r, 2))
        dgi_buf_printf(out, "train(loss, [w1, b1, w2, b2], [], [], epochs=%zu, lr=0.1)\n",
                       1 + rng_below(r, 200));
    else
        dgi_buf_puts(out, "loss.backward()\n");
}

/* A neuron as the lectures write it. */
static void put_neuron(dgi_buf *out, rng *r)
{
    size_t inputs = 1 + rng_below(r, 5);
    for (size_t i = 0; i < inputs; i++)
        dgi_buf_printf(out, "x%zu = %.3f; w%zu = %.3f\n", i, 2.0 * small(r), i, small(r));
    dgi_buf_printf(out, "b = %.3f\nn = ", small(r));
    for (size_t i = 0; i < inputs; i++)
        dgi_buf_printf(out, "x%zu*w%zu + ", i, i);
    dgi_buf_printf(out, "b\no = tanh(n)\nloss = (o - %.3f)**2\nloss.backward()\n", small(r));
}

/* No error, no warning, and only notes about units that are shut or saturated. */
static void check_health(const char *program, uint64_t seed)
{
    dg_graph *g = dg_graph_new();
    dg_program *p = dg_program_run(g, program, strlen(program), "healthy", DG_LABELS_NAMES);
    must(dg_program_status(p) == DG_OK, "seed %llu: %s", (unsigned long long)seed,
         dg_program_diagnostic(p, 0)->rendered);
    size_t n;
    dg_value *const *values = dg_program_values(p, &n);
    dg_trace *t = dg_trace_from_values(dg_program_root(p), values, n);
    dg_inspect *i = dg_inspect_new(t, NULL, NULL);
    ck_assert_ptr_nonnull(i);
    for (size_t k = 0; k < dg_inspect_finding_count(i); k++) {
        const dg_finding *f = dg_inspect_finding(i, k);
        must(f->severity == DG_SEVERITY_NOTE &&
                 (f->kind == DG_FINDING_DEAD_RELU || f->kind == DG_FINDING_SATURATED ||
                  f->kind == DG_FINDING_ZERO_GRADIENT),
             "seed %llu: %s\n%s", (unsigned long long)seed, f->text, program);
    }
    dg_inspect_free(i);
    dg_trace_free(t);
    dg_program_free(p);
    dg_graph_free(g);
}

START_TEST(healthy_networks)
{
    for (uint64_t seed = 1; seed <= 200; seed++) {
        rng r = {seed};
        dgi_buf program = DGI_BUF_INIT;
        if (seed % 10 == 0)
            put_neuron(&program, &r);
        else if (seed % 3 == 0)
            put_tensors(&program, &r);
        else
            put_network(&program, &r);
        ck_assert(!program.failed);
        check_health(program.data, seed);
        dgi_buf_free(&program);
    }
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
                                  values_of_programs,
                                  random_programs,
                                  healthy_networks};
    return run_suite("inspect", tests, sizeof tests / sizeof *tests);
}
