/* Sums of products, made at once. */
#include "engine/terms.h"

bool dgi_places_of(dg_value *const *values, size_t n, dgi_index *places)
{
    bool plain = true;
    for (size_t i = 0; i < n; i++) {
        plain = plain && !(dgi_flags(values[i]) & (DGI_ARRAY | DGI_NO_GRAD));
        places[i] = (dgi_index)dgi_index_of(values[i]);
    }
    return plain;
}

static dg_value *one_by_one(const dg_graph *g, dgi_index w, const dgi_index *x, size_t n)
{
    dg_value *sum = dgi_value_at(g, w + n);
    for (size_t i = 0; i < n && sum; i++)
        sum = dg_add(sum, dg_mul(dgi_value_at(g, w + i), dgi_value_at(g, x[i])));
    return sum;
}

/* Whether n values from place w on are in one chunk, and plain. */
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

dg_value *dgi_sum_of_products(dg_graph *g, dgi_index w, const dgi_index *x, size_t n)
{
    size_t place = g->n_values, begin = dgi_slot_at(place);
    bool room = place < g->room_values && n <= (DGI_CHUNK_VALUES - begin) / 2 &&
                2 * n <= g->room_values - place;
    if (n == 0 || !room || !are_plain(g, w, n + 1))
        return one_by_one(g, w, x, n);
    dgi_chunk *c = dgi_chunk_at(g, place);
    dgi_index before = w + (dgi_index)n, at = (dgi_index)place;
    for (size_t i = 0, slot = begin; i < n; i++, slot += 2, at += 2) {
        c->kinds[slot] = (dgi_kind){DGI_OP_mul, 0};
        c->kinds[slot + 1] = (dgi_kind){DGI_OP_add, DGI_TERM};
        c->a[slot] = w + (dgi_index)i;
        c->b[slot] = x[i];
        c->a[slot + 1] = before;
        c->b[slot + 1] = at;
        before = at + 1;
    }
    g->n_values += 2 * n;
    dgi_compute(c, begin, begin + 2 * n);
    return &c->values[begin + 2 * n - 1];
}
