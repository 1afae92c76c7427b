/* The forward pass: the data of values from that of their operands. ops.def is expanded into its
 * loop. What it relies on: doc/engine.md. */
#include "engine/dot_product.h"

#include <math.h>

#include "engine/math.h"
#include "engine/reachable.h"

/* The functions of the rows of ops.def. Ops of one operand get it twice. */
#define DGI_ROW(name, f)                                                                           \
    static inline double name##_of(double x, double y, double k)                                   \
    {                                                                                              \
        (void)y, (void)k;                                                                          \
        return (f);                                                                                \
    }
#define DGI_UNARY(name, text, formula, derivative, f, dx, test_points) DGI_ROW(name, f)
#define DGI_BINARY(name, text, formula, derivative, f, dx, dy, test_points) DGI_ROW(name, f)
#define DGI_CONSTANT(name, text, formula, derivative, f, dx, test_points) DGI_ROW(name, f)
#define DGI_COMPOSITE(...)
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT

static inline double data_at(dgi_chunk *const *chunks, dgi_index i)
{
    return chunks[i >> DGI_CHUNK_BITS]->values[dgi_slot_at(i)].data;
}

void dgi_fused_dot_forward(const dg_graph *g, const dgi_fused_dot *s)
{
    dgi_chunk *c = dgi_chunk_at(g, s->first);
    const dg_value *w = dgi_value_at(g, s->w);
    dg_value *const *x = g->dot_inputs + s->x, *v = c->values + dgi_fused_dot_slot(s);
    double sum = w[s->n].data;
    for (size_t i = 0; i < s->n; i++) {
        double product = mul_of(w[i].data, x[i]->data, 0.0);
        sum = add_of(sum, product, 0.0);
        v[2 * i].data = product;
        v[2 * i + 1].data = sum;
    }
}

/* The terms of a dot product b + w0*x0 + w1*x1 + … that is not fused, or a part of them, from the
 * product in slot i on. Returns the slot after the last sum. Sums are passed on in a register:
 * through memory each would wait for the store of the one before it. */
static size_t compute_dot_terms(dgi_chunk *c, dgi_chunk *const *chunks, size_t i, size_t end)
{
    double sum = data_at(chunks, c->a[i + 1]);
    do {
        double product = mul_of(data_at(chunks, c->a[i]), data_at(chunks, c->b[i]), 0.0);
        sum = add_of(sum, product, 0.0);
        c->values[i].data = product;
        c->values[i + 1].data = sum;
        i += 2;
    } while (i + 1 < end && c->kinds[i + 1].flags == DGI_DOT_TERM &&
             c->a[i + 1] == c->first + i - 1);
    return i;
}

/* The data of a scalar op. */
static double compute_scalar(const dgi_chunk *c, dgi_chunk *const *chunks, size_t i)
{
    double x = data_at(chunks, c->a[i]);
    switch (c->kinds[i].op) {
#define DGI_UNARY(name, ...)                                                                       \
    case DGI_OP_##name:                                                                            \
        return name##_of(x, x, 0.0);
#define DGI_BINARY(name, ...)                                                                      \
    case DGI_OP_##name:                                                                            \
        return name##_of(x, data_at(chunks, c->b[i]), 0.0);
#define DGI_CONSTANT(name, ...)                                                                    \
    case DGI_OP_##name:                                                                            \
        return name##_of(x, x, c->graph->constants[c->b[i]].k);
#include "engine/ops.def"
#undef DGI_UNARY
#undef DGI_BINARY
#undef DGI_CONSTANT
#undef DGI_COMPOSITE
    }
    return c->values[i].data;
}

/* The values in slots begin to end - 1, none of which is in a fused dot product. */
static void compute_unfused(dgi_chunk *c, size_t begin, size_t end)
{
    dgi_chunk *const *chunks = c->graph->chunks;
    size_t i = begin;
    while (i < end) {
        if (i + 1 < end && c->kinds[i + 1].flags == DGI_DOT_TERM) {
            i = compute_dot_terms(c, chunks, i, end);
            continue;
        }
        if (c->kinds[i].op == DGI_OP_leaf)
            ; /* its data is set, not computed */
        else if (c->kinds[i].flags & DGI_IS_TENSOR_OP)
            dgi_tensor_forward(&c->values[i]);
        else
            c->values[i].data = compute_scalar(c, chunks, i);
        i++;
    }
}

void dgi_compute(dgi_chunk *c, size_t begin, size_t end)
{
    const dg_graph *g = c->graph;
    for (size_t k = dgi_fused_dots_before(g, c->first + begin); k < g->n_fused_dots; k++) {
        const dgi_fused_dot *s = &g->fused_dots[k];
        if (dgi_fused_dot_end(s) > c->first + end)
            break;
        compute_unfused(c, begin, dgi_fused_dot_slot(s));
        dgi_fused_dot_forward(g, s);
        begin = dgi_fused_dot_slot(s) + 2 * (size_t)s->n;
    }
    compute_unfused(c, begin, end);
}

/* ---- The pass ---- */

static void compute_run(const dg_graph *g, dgi_run run)
{
    while (run.first < run.end) {
        dgi_chunk_span p = dgi_pop_first_span(g, &run);
        dgi_compute(p.chunk, p.begin, p.end);
    }
}

dg_status dg_forward(dg_value *root)
{
    if (!root)
        return DG_INVALID;
    const dgi_reachable *known = dgi_reachable_cached(root);
    for (size_t i = 0; known && i < known->n_runs; i++)
        compute_run(dgi_graph_of(root), known->runs[i]);
    if (known)
        return DG_OK;
    dgi_traversal traversal = dgi_traversal_begin(root);
    while (dgi_traversal_next(&traversal))
        ;
    dgi_reachable_begin(root);
    size_t at = traversal.lowest, end = dgi_index_of(root) + 1;
    for (dgi_run run; dgi_next_visited_run(traversal.graph, traversal.epoch, &at, end, &run);) {
        dgi_reachable_add(traversal.graph, run);
        compute_run(traversal.graph, run);
    }
    return DG_OK;
}
