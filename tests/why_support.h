/* What the suites of explanations share. */
#ifndef WHY_SUPPORT_H
#define WHY_SUPPORT_H

#include <dotgrad/inspect.h>

#include "check_main.h"
#include "engine_support.h"

/* The explanation of the value of that label. */
static inline dg_why *why_of(const dg_trace *t, const char *label)
{
    dg_error error;
    size_t node = dg_trace_find(t, label);
    must(node != DG_NO_NODE, "there is no %s", label);
    dg_why *w = dg_why_new(t, node, NULL, &error);
    must(w, "%s: %s", label, error.text);
    return w;
}

static inline dg_why_path path_of(const dg_why *w, size_t i)
{
    dg_why_path p = {0};
    must(dg_why_path_at(w, i, &p) == DG_OK, "there is no path %zu", i);
    return p;
}

static inline dg_why_step step_of(const dg_why *w, size_t path, size_t i)
{
    dg_why_step s = {0};
    must(dg_why_step_at(w, path, i, &s) == DG_OK, "there is no step %zu", i);
    return s;
}

/* Every path leads from its beginning over edges of the trace to the value, its product is that of
 * its factors, and the sizes do not grow. */
static inline void check_paths(const dg_why *w, const dg_trace *t, unsigned long long seed)
{
    for (size_t k = 0; k < dg_why_listed_count(w); k++) {
        dg_why_path p = path_of(w, k);
        must(p.steps > 0 && !(p.share < 0.0) && !(p.share > 1.0), "seed %llu: path %zu", seed, k);
        double product = 0.0;
        size_t zeros = 0;
        for (size_t i = 0; i < p.steps; i++) {
            dg_why_step s = step_of(w, k, i);
            product = i ? product * s.factor : s.factor;
            zeros += s.factor == 0.0;
            must(same_number(s.product, product), "seed %llu: path %zu, step %zu: %g, not %g", seed,
                 k, i, s.product, product);
            if (i == 0) {
                must(s.through == DG_NO_NODE, "seed %llu: path %zu", seed, k);
                continue;
            }
            must(s.through == step_of(w, k, i - 1).node &&
                     dg_trace_operand(t, s.through, s.operand) == s.node,
                 "seed %llu: path %zu, step %zu is no edge", seed, k, i);
            double local;
            must(s.is_norm || (dg_trace_local_gradient(t, s.through, s.operand, &local) == DG_OK &&
                               same_number(local, s.factor)),
                 "seed %llu: path %zu, step %zu", seed, k, i);
        }
        must(zeros == p.zeros, "seed %llu: path %zu has %zu zeros", seed, k, zeros);
        must(step_of(w, k, p.steps - 1).node == dg_why_node(w), "seed %llu: path %zu", seed, k);
        if (k > 0) {
            dg_why_path before = path_of(w, k - 1);
            must(before.zeros < p.zeros ||
                     (before.zeros == p.zeros && before.log10_product >= p.log10_product - 1e-12),
                 "seed %llu: path %zu is larger than the one before", seed, k);
        }
        must(dg_why_step_at(w, k, p.steps, NULL) == DG_INVALID, "seed %llu", seed);
    }
    must(dg_why_path_at(w, dg_why_listed_count(w), NULL) == DG_INVALID, "seed %llu", seed);
}

#endif
