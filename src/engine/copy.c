/* Copying a graph without what is no longer used: the collection of garbage of programs that keep
 * values by reference and cannot say when to rewind. */
#include "engine/record.h"

#include <stdlib.h>

#include "engine/limits.h"

/* By the index of a value in the graph that is copied: whether it is copied, then its index in the
 * copy. */
enum { DROPPED = 0, KEPT = 1 };

typedef struct copying {
    const dg_graph *from;
    dg_graph *to;
    uint32_t *index;
    size_t scope_run; /* how many runs of scopes begin at the value that is copied or before it */
    size_t product;   /* the next record of a product */
    uint32_t scope;   /* of the value copied last, interned in `from` */
} copying;

size_t dg_index(const dg_value *v)
{
    return v ? dgi_index_of(v) : (size_t)-1;
}

dg_value *dg_value_at(const dg_graph *g, size_t i)
{
    return g && i < g->n_values ? dgi_value_at(g, i) : NULL;
}

/* Operands come before what is computed from them: one sweep from the end on finds all. */
static void mark_operands(const copying *c, size_t end)
{
    for (size_t i = end; i-- > 0;) {
        if (c->index[i] == DROPPED)
            continue;
        const dg_value *v = dgi_value_at(c->from, i);
        for (size_t k = 0, n = dgi_operand_count(v); k < n; k++)
            c->index[dgi_index_of(dgi_operand_at(v, k))] = KEPT;
    }
}

static dgi_index copied_index(const copying *c, const dg_value *v)
{
    return c->index[dgi_index_of(v)];
}

/* Makes the scope of value i that of the values that are made next. */
static bool follow_scope(copying *c, size_t i)
{
    const dg_graph *from = c->from;
    while (c->scope_run < from->n_scope_runs && from->scope_runs[c->scope_run].first <= i)
        c->scope_run++;
    uint32_t scope = c->scope_run ? from->scope_runs[c->scope_run - 1].text : 0, id = 0;
    if (scope == c->scope)
        return true;
    c->scope = scope;
    return dgi_intern_id(c->to, scope ? from->interned[scope] : "", &id) &&
           dgi_enter_scope(c->to, id);
}

/* Records the multiplications of value i where it is a matrix product. */
static bool copy_product(copying *c, size_t i)
{
    const dgi_product *products = c->from->products;
    while (c->product < c->from->n_products && products[c->product].owner < i)
        c->product++;
    if (c->product == c->from->n_products || products[c->product].owner != i)
        return true;
    double before = c->product ? products[c->product - 1].total : 0.0;
    return dgi_charge_product(c->to, products[c->product].total - before);
}

/* The elements of v and its operands' list. */
static bool copy_array(const copying *c, const dg_value *v, dg_value *copy)
{
    const dgi_array *array = v->array;
    dgi_array wanted = *array;
    wanted.owner = dgi_index_of(copy);
    dgi_array *a = dgi_array_new(c->to, &wanted, array->grad != NULL);
    if (!a)
        return false;
    copy->array = a;
    a->grad_borrowed = false;
    a->grad_lazy_zero = array->grad_lazy_zero;
    if (array->size > 0)
        memcpy(a->data, array->data, array->size * sizeof *a->data);
    if (array->grad && !array->grad_lazy_zero && array->size > 0)
        memcpy(a->grad, array->grad, array->size * sizeof *a->grad);
    for (size_t k = 0; k < array->n_operands; k++)
        a->operands[k] = dgi_value_at(c->to, copied_index(c, array->operands[k]));
    return true;
}

/* The operands of v, and what stands in the place of a second one. */
static bool copy_operands(const copying *c, const dg_value *v, uint32_t *a, uint32_t *b)
{
    uint8_t arity = dgi_op_arity[dgi_op(v)];
    *a = arity == 1 || arity == 2 ? copied_index(c, dgi_first_operand(v)) : 0;
    if (arity == 2)
        *b = copied_index(c, dgi_second_operand(v));
    else if (arity == DGI_RECORDED)
        return dgi_record_copy(c->to, v, c->index, b);
    else if (dgi_op_has_constant(dgi_op(v)))
        return dgi_constant_id(c->to, dgi_constant_of(v), b);
    else
        *b = arity == 0 ? 0 : *dgi_attributes_of(v);
    return true;
}

static bool copy_value(copying *c, size_t i)
{
    const dg_value *v = dgi_value_at(c->from, i);
    uint32_t a = 0, b = 0;
    if (!follow_scope(c, i) || !copy_product(c, i) || !copy_operands(c, v, &a, &b))
        return false;
    dg_value *copy = dgi_value_new(c->to, dgi_op(v));
    if (!copy)
        return false;
    size_t slot = dgi_slot_of(copy);
    dgi_chunk *chunk = dgi_chunk_of(copy);
    chunk->a[slot] = a;
    chunk->b[slot] = b;
    chunk->kinds[slot].flags = dgi_flags(v);
    if (slot == 0) /* the product of a term is in its sum's chunk */
        chunk->kinds[slot].flags &= (uint8_t)~DGI_DOT_TERM;
    copy->data = 0.0;
    if (!dgi_is_array(v))
        copy->data = v->data;
    else if (!copy_array(c, v, copy))
        return false;
    c->index[i] = (uint32_t)dgi_index_of(copy);
    if (dgi_has_grad(v)) {
        dgi_set_has_grad(copy, true);
        if (!dgi_is_array(v))
            *dgi_grad_pointer(copy) = *dgi_grad_pointer(v);
    }
    const char *label = dg_label(v);
    return !*label || dg_set_label(copy, label);
}

static bool copy_values(copying *c, size_t end)
{
    for (size_t i = 0; i < end; i++)
        if (c->index[i] != DROPPED && !copy_value(c, i))
            return false;
    return dgi_scopes_copy(c->to, c->from);
}

dg_graph *dg_graph_copy(dg_graph *g, dg_value **keep, size_t n)
{
    if (!g || (n > 0 && !keep))
        return NULL;
    size_t end = 0;
    for (size_t i = 0; i < n; i++) {
        if (keep[i] && dgi_graph_of(keep[i]) != g)
            return NULL;
        if (keep[i] && dgi_index_of(keep[i]) >= end)
            end = dgi_index_of(keep[i]) + 1;
    }
    copying c = {.from = g, .to = dg_graph_new(), .index = calloc(end + 1, sizeof(uint32_t))};
    bool done = c.to && c.index;
    if (done) {
        for (size_t i = 0; i < n; i++)
            if (keep[i])
                c.index[dgi_index_of(keep[i])] = KEPT;
        mark_operands(&c, end);
        done = copy_values(&c, end);
    }
    if (done) {
        for (size_t i = 0; i < n; i++)
            if (keep[i])
                keep[i] = dgi_value_at(c.to, copied_index(&c, keep[i]));
        c.to->limits = g->limits;
        c.to->work = g->work;
    }
    free(c.index);
    if (done)
        return c.to;
    dg_graph_free(c.to);
    return NULL;
}
