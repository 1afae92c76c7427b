/* Making and recording fused dot products. */
#include "engine/dot_product.h"

#include "base/grow.h"

dgi_dot_inputs dgi_dot_inputs_of(dg_graph *g, dg_value *const *x, size_t n)
{
    dgi_dot_inputs in = {.graph = g, .x = x, .n = n, .scalars = true, .ascending = true};
    for (size_t i = 0; i < n; i++) {
        in.scalars = in.scalars && !(dgi_flags(x[i]) & (DGI_IS_ARRAY | DGI_NO_GRAD));
        in.ascending = in.ascending && (i == 0 || dgi_index_of(x[i - 1]) < dgi_index_of(x[i]));
    }
    return in;
}

size_t dgi_fused_dots_before(const dg_graph *g, size_t index)
{
    size_t low = 0, high = g->n_fused_dots;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (g->fused_dots[middle].first < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void dgi_fused_dots_rewind(dg_graph *g, size_t mark)
{
    while (g->n_fused_dots > 0 && dgi_fused_dot_end(&g->fused_dots[g->n_fused_dots - 1]) > mark)
        g->n_fused_dots--;
    const dgi_fused_dot *last = g->n_fused_dots > 0 ? &g->fused_dots[g->n_fused_dots - 1] : NULL;
    g->n_dot_inputs = last ? last->x + last->n : 0;
}

/* ---- Making ---- */

static dg_value *make_unfused(const dgi_dot_inputs *in, dgi_index w)
{
    dg_value *sum = dgi_value_at(in->graph, w + in->n);
    for (size_t i = 0; i < in->n && sum; i++)
        sum = dg_add(sum, dg_mul(dgi_value_at(in->graph, w + i), in->x[i]));
    return sum;
}

/* Whether the n values from index w on are in one chunk, and leaves or results without any flag. */
static bool are_plain(const dg_graph *g, dgi_index w, size_t n)
{
    size_t slot = dgi_slot_at(w);
    if (n > DGI_CHUNK_VALUES - slot)
        return false;
    const dgi_kind *kinds = dgi_chunk_at(g, w)->kinds + slot;
    unsigned flags = 0;
    for (size_t i = 0; i < n; i++)
        flags |= kinds[i].flags;
    return flags == 0;
}

/* Whether none of the w and b is an input, by their ranges. */
static bool w_is_no_input(const dgi_dot_inputs *in, dgi_index w)
{
    return dgi_index_of(in->x[in->n - 1]) < w || w + in->n < dgi_index_of(in->x[0]);
}

/* Copies the inputs to the graph, once; false when out of memory. */
static bool record_inputs(dgi_dot_inputs *in)
{
    dg_graph *g = in->graph;
    for (size_t i = 0; i < in->n && !in->recorded; i++) {
        dg_value **grown =
            dgi_grown(g->dot_inputs, &g->dot_input_capacity, g->n_dot_inputs + i, sizeof *grown);
        if (!grown)
            return false;
        g->dot_inputs = grown;
        g->dot_inputs[g->n_dot_inputs + i] = in->x[i];
    }
    if (!in->recorded) {
        in->first_input = g->n_dot_inputs;
        g->n_dot_inputs += in->n;
    }
    return in->recorded = true;
}

/* Records the dot product that is made next; false with the graph's error. */
static bool record_dot(dgi_dot_inputs *in, dgi_index w)
{
    dg_graph *g = in->graph;
    dgi_fused_dot *grown =
        dgi_grown(g->fused_dots, &g->fused_dot_capacity, g->n_fused_dots, sizeof *grown);
    g->fused_dots = grown ? grown : g->fused_dots;
    if (!grown || !record_inputs(in)) {
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
        return false;
    }
    g->fused_dots[g->n_fused_dots++] = (dgi_fused_dot){
        .first = (dgi_index)g->n_values, .w = w, .n = (uint32_t)in->n, .x = in->first_input};
    return true;
}

/* Makes the products and sums, without data. They fit into the chunk. */
static void make_terms(const dgi_dot_inputs *in, dgi_index w)
{
    dg_graph *g = in->graph;
    dgi_chunk *c = dgi_chunk_at(g, g->n_values);
    dgi_index before = w + (dgi_index)in->n, at = (dgi_index)g->n_values;
    for (size_t i = 0, slot = dgi_slot_at(at); i < in->n; i++, slot += 2, at += 2) {
        c->kinds[slot] = (dgi_kind){DGI_OP_mul, 0};
        c->kinds[slot + 1] = (dgi_kind){DGI_OP_add, DGI_DOT_TERM};
        c->a[slot] = w + (dgi_index)i;
        c->b[slot] = (dgi_index)dgi_index_of(in->x[i]);
        c->a[slot + 1] = before;
        c->b[slot + 1] = at;
        before = at + 1;
    }
    g->n_values += 2 * in->n;
}

dg_value *dgi_fused_dot_new(dgi_dot_inputs *in, dgi_index w)
{
    dg_graph *g = in->graph;
    size_t index = g->n_values, begin = dgi_slot_at(index), n = in->n;
    bool fits = index < g->value_capacity && n <= (DGI_CHUNK_VALUES - begin) / 2 &&
                2 * n <= g->value_capacity - index;
    if (n == 0 || !fits || !in->scalars || !are_plain(g, w, n + 1))
        return make_unfused(in, w);
    bool recorded = in->ascending && w_is_no_input(in, w);
    if (recorded && !record_dot(in, w))
        return NULL;
    make_terms(in, w);
    if (recorded)
        dgi_fused_dot_forward(g, &g->fused_dots[g->n_fused_dots - 1]);
    else
        dgi_compute(dgi_chunk_at(g, index), begin, begin + 2 * n);
    return dgi_value_at(g, index + 2 * n - 1);
}
