/* The arena of arrays: a list of blocks, filled from the first on. A rewind moves the position back
 * to the oldest array that is dropped and keeps the blocks, so that a loop that rewinds allocates
 * nothing after its first round. */
#include "engine/array.h"

#include <stdlib.h>

#include "base/grow.h"
#include "engine/limits.h"

enum { ALIGNMENT = 64 }; /* a cache line, and the widest vectors */

static const size_t min_block = (size_t)1 << 20;

/* No request is near SIZE_MAX: an array has at most DG_TENSOR_MAX elements and DG_VALUES_MAX
 * operands. */
static size_t aligned(size_t bytes)
{
    return (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

/* Makes block i, which is free or the next one, large enough. */
static bool make_block(dgi_tensor_arena *a, size_t i, size_t bytes)
{
    if (i == a->n_blocks) {
        dgi_arena_block *blocks =
            dgi_grown(a->blocks, &a->block_capacity, a->n_blocks, sizeof *blocks);
        if (!blocks)
            return false;
        a->blocks = blocks;
        a->blocks[a->n_blocks++] = (dgi_arena_block){NULL, 0};
    }
    dgi_arena_block *c = &a->blocks[i];
    if (c->size >= bytes)
        return true;
    free(c->memory);
    size_t size = bytes > min_block ? bytes : min_block;
    c->memory = aligned_alloc(ALIGNMENT, size);
    c->size = c->memory ? size : 0;
    return c->memory;
}

/* Aligned memory at the position, which moves to its end; NULL when out of memory. */
static char *take(dgi_tensor_arena *a, size_t bytes)
{
    bool fits = a->block < a->n_blocks && a->blocks[a->block].size - a->offset >= bytes;
    if (!fits) {
        size_t next = a->offset > 0 ? a->block + 1 : a->block;
        if (!make_block(a, next, bytes))
            return NULL;
        a->block = next;
        a->offset = 0;
    }
    char *memory = a->blocks[a->block].memory + a->offset;
    a->offset += bytes;
    return memory;
}

static dgi_array *refuse(dg_graph *g, dg_status status, const char *text)
{
    dgi_graph_fail(g, status, text);
    return NULL;
}

dgi_array *dgi_array_new(dg_graph *g, const dgi_array *wanted, bool grad)
{
    size_t numbers = wanted->size * (grad ? 2 : 1);
    if (wanted->n_operands > DG_VALUES_MAX)
        return refuse(g, DG_LIMIT, "the value has too many operands");
    if (!dgi_charge_numbers(g, numbers))
        return NULL;
    size_t head = aligned(sizeof(dgi_array));
    size_t list = aligned(wanted->n_operands * sizeof(dg_value *));
    size_t half = aligned(wanted->size * sizeof(double));
    char *memory = take(&g->arena, head + list + half * (grad ? 2 : 1));
    if (!memory) {
        dgi_refund_numbers(g, numbers);
        return refuse(g, DG_NOMEM, "out of memory");
    }
    dgi_array *array = (dgi_array *)(void *)memory;
    *array = *wanted;
    array->older = g->arena.newest;
    array->block = g->arena.block;
    array->offset = (size_t)(memory - g->arena.blocks[array->block].memory);
    array->operands = wanted->n_operands ? (dg_value **)(void *)(memory + head) : NULL;
    array->data = (double *)(void *)(memory + head + list);
    array->grad = grad ? (double *)(void *)(memory + head + list + half) : NULL;
    array->grad_lazy_zero = true;
    g->arena.newest = array;
    return array;
}

void dgi_tensor_arena_rewind(dg_graph *g, size_t mark)
{
    dgi_tensor_arena *a = &g->arena;
    while (a->newest && a->newest->owner >= mark) {
        dgi_array *array = a->newest;
        a->newest = array->older;
        a->block = array->block;
        a->offset = array->offset;
        dgi_refund_numbers(g, array->size * (array->grad ? 2 : 1));
    }
}

void dgi_tensor_arena_free(dg_graph *g)
{
    for (size_t i = 0; i < g->arena.n_blocks; i++)
        free(g->arena.blocks[i].memory);
    free(g->arena.blocks);
}
