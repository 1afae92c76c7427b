/* Random programs: local gradients against long double, and a gradient that was set by hand among
 * those that are right. */
#include <dotgrad/dotgrad.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "engine_support.h"
#include "op_formulas.h"

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

int main(void)
{
    const TTest *const tests[] = {random_programs};
    return run_suite("inspect_random", tests, sizeof tests / sizeof *tests);
}
