/* Gradients of tensors against the sums of their contributions: relative to the sum of the
 * magnitudes of all that was added up, as those of scalars. */
#include <dotgrad/dotgrad.h>

#include "tensor_programs.h"
#include "trace/rounding.h"

enum { PROGRAMS = 1000 };

/* The sum of magnitudes behind each element of a gradient, times the tolerance, and for derivatives
 * such as 1 - tanh(x)**2 so many units in the last place of 1. */
static double *bounds_of(const dg_trace *t, size_t node, double tolerance, double units)
{
    double *bounds = calloc(dg_trace_size(t, node) + 1, sizeof *bounds);
    const dgi_precision p = {tolerance, units * DBL_EPSILON};
    for (size_t to = 0; to < dg_trace_node_count(t); to++)
        for (size_t i = 0; dg_trace_has_grad(t, to) && i < dg_trace_operand_count(t, to); i++)
            if (dg_trace_operand(t, to, i) == node)
                ck_assert_int_eq(dgi_add_contribution_rounding(t, to, i, p, bounds), DG_OK);
    return bounds;
}

/* How many findings say that a gradient is not the sum, and the node of the worst of them. */
static size_t inconsistent(const dg_trace *t, size_t *node, dg_severity *severity)
{
    dg_error error;
    dg_inspect *x = dg_inspect_new(t, NULL, &error);
    ck_assert_msg(x != NULL, "%s", error.text);
    size_t count = 0;
    for (size_t i = dg_inspect_finding_count(x); i-- > 0;) {
        const dg_finding *f = dg_inspect_finding(x, i);
        if (f->kind != DG_FINDING_INCONSISTENT && f->kind != DG_FINDING_ACCUMULATED_TWICE)
            continue;
        *node = f->node;
        *severity = f->severity;
        count++;
    }
    dg_inspect_free(x);
    return count;
}

static void expect_consistent(const dg_trace *t, uint64_t seed, const char *what)
{
    size_t node = 0;
    dg_severity severity;
    must(inconsistent(t, &node, &severity) == 0, "seed %llu, %s: node %zu, %s",
         (unsigned long long)seed, what, node, dg_trace_op(t, node));
}

/* Sums the contributions to a node up, with rounding errors as of another order. */
static void set_rounded_gradient(dg_trace *t, size_t node, rng *r)
{
    size_t size = dg_trace_size(t, node);
    double *grad = calloc(size + 1, sizeof *grad), *c = malloc((size + 1) * sizeof *c);
    double *rounding = bounds_of(t, node, 8.0 * DBL_EPSILON, 4.0);
    for (size_t to = 0; to < dg_trace_node_count(t); to++)
        for (size_t i = 0; dg_trace_has_grad(t, to) && i < dg_trace_operand_count(t, to); i++) {
            if (dg_trace_operand(t, to, i) != node)
                continue;
            ck_assert_int_eq(dg_trace_contribution(t, to, i, c), DG_OK);
            for (size_t k = 0; k < size; k++)
                grad[k] += c[k];
        }
    for (size_t k = 0; k < size; k++)
        grad[k] += rng_between(r, -1.0, 1.0) * rounding[k];
    dg_trace_set_grad_array(t, node, grad, size);
    free(grad);
    free(c);
    free(rounding);
}

/* A backward pass in the trace, uses before what they use. */
static void add_rounding(dg_trace *t, rng *r)
{
    size_t count = dg_trace_node_count(t), queued = 1;
    size_t *uses = calloc(count, sizeof *uses), *queue = calloc(count, sizeof *queue);
    for (size_t to = 0; to < count; to++)
        for (size_t i = 0; i < dg_trace_operand_count(t, to); i++)
            uses[dg_trace_operand(t, to, i)]++;
    queue[0] = dg_trace_root(t);
    for (size_t next = 0; next < queued; next++) {
        size_t node = queue[next];
        if (next > 0 && dg_trace_has_grad(t, node))
            set_rounded_gradient(t, node, r);
        for (size_t i = 0; i < dg_trace_operand_count(t, node); i++)
            if (--uses[dg_trace_operand(t, node, i)] == 0)
                queue[queued++] = dg_trace_operand(t, node, i);
    }
    free(uses);
    free(queue);
}

/* A fault of one part in 1e9 in one element of a gradient. */
static void plant(dg_trace *t, uint64_t seed)
{
    rng r = {seed};
    size_t node = 1 + rng_below(&r, dg_trace_node_count(t) - 1), size = dg_trace_size(t, node);
    size_t k = rng_below(&r, size), found = DG_NO_NODE;
    double *bounds = bounds_of(t, node, 1e-9, 20.0), *grad = malloc((size + 1) * sizeof *grad);
    dg_severity severity = DG_SEVERITY_NOTE;
    memcpy(grad, dg_trace_grad_array(t, node), size * sizeof *grad);
    const double right = grad[k];
    grad[k] += bounds[k];
    dg_trace_set_grad_array(t, node, grad, size);
    if (bounds[k] > 0.0)
        must(inconsistent(t, &found, &severity) > 0 && found == node &&
                 severity >= DG_SEVERITY_WARNING,
             "seed %llu, element %zu of node %zu, %s: found %zd", (unsigned long long)seed, k, node,
             dg_trace_op(t, node), (ssize_t)found);
    grad[k] = right;
    dg_trace_set_grad_array(t, node, grad, size);
    free(bounds);
    free(grad);
}

START_TEST(random_programs)
{
    for (uint64_t seed = 0; seed < cases(PROGRAMS); seed++) {
        tensor_program p = {.g = dg_graph_new(), .r = {seed}};
        dg_trace *t = dg_trace_from_value(make_program(&p));
        expect_consistent(t, seed, "as computed");
        plant(t, seed);
        add_rounding(t, &p.r);
        expect_consistent(t, seed, "with other rounding");
        dg_trace_free(t);
        dg_graph_free(p.g);
    }
}
END_TEST

/* A small step after the backward pass is no fault: nothing is checked where it has been. */
START_TEST(after_a_step)
{
    for (uint64_t seed = 0; seed < cases(PROGRAMS); seed++) {
        tensor_program p = {.g = dg_graph_new(), .r = {seed}};
        dg_value *root = make_program(&p);
        double rate = pow(10.0, rng_between(&p.r, -11.0, -1.0));
        for (size_t i = 0; i < 5; i++)
            if (dg_has_grad(p.values[i]))
                dg_add_to_data(p.values[i], -rate, dg_grad_array(p.values[i]),
                               dg_size(p.values[i]));
        dg_trace *t = dg_trace_from_value(root);
        size_t node = 0;
        dg_severity severity = DG_SEVERITY_NOTE;
        size_t count = inconsistent(t, &node, &severity);
        must(count <= 1 && severity == DG_SEVERITY_NOTE, "seed %llu, rate %g: node %zu, %s",
             (unsigned long long)seed, rate, node, dg_trace_op(t, node));
        dg_trace_free(t);
        dg_graph_free(p.g);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {random_programs, after_a_step};
    return run_suite("inspect_tensors", tests, sizeof tests / sizeof *tests);
}
