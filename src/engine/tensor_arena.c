/* The arena of arrays. It is a list of chunks that is filled from its beginning; a rewind moves the
 * place where it is filled back to the oldest array that goes, and keeps the chunks, so that a loop
 * that rewinds allocates nothing after its first round. */
#include "engine/array.h"

#include <stdlib.h>

#include "base/grow.h"
#include "engine/limits.h"

enum { ALIGNMENT = 64 }; /* a line of the cache, and the widest vectors */

static const size_t least_chunk = (size_t)1 << 20;

/* No request is near SIZE_MAX: an array has at most DG_TENSOR_MAX numbers, and DG_VALUES_MAX
 * operands. */
static size_t aligned(size_t bytes)
{
    return (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

/* Chunk i, free or not there yet, made large enough. */
static bool make_chunk(dgi_tensor_arena *a, size_t i, size_t bytes)
{
    if (i == a->n_chunks) {
        dgi_arena_block *chunks =
            dgi_grown(a->chunks, &a->chunk_capacity, a->n_chunks, sizeof *chunks);
        if (!chunks)
            return false;
        a->chunks = chunks;
        a->chunks[a->n_chunks++] = (dgi_arena_block){NULL, 0};
    }
    dgi_arena_block *c = &a->chunks[i];
    if (c->size >= bytes)
        return true;
    free(c->memory);
    size_t size = bytes > least_chunk ? bytes : least_chunk;
    c->memory = aligned_alloc(ALIGNMENT, size);
    c->size = c->memory ? size : 0;
    return c->memory;
}

/* Aligned memory at the arena's place, which moves behind it; NULL when out of memory. */
static char *take(dgi_tensor_arena *a, size_t bytes)
{
    bool fits = a->chunk < a->n_chunks && a->chunks[a->chunk].size - a->offset >= bytes;
    if (!fits) {
        size_t next = a->offset > 0 ? a->chunk + 1 : a->chunk;
        if (!make_chunk(a, next, bytes))
            return NULL;
        a->chunk = next;
        a->offset = 0;
    }
    char *memory = a->chunks[a->chunk].memory + a->offset;
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
    array->chunk = g->arena.chunk;
    array->offset = (size_t)(memory - g->arena.chunks[array->chunk].memory);
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
        a->chunk = array->chunk;
        a->offset = array->offset;
        dgi_refund_numbers(g, array->size * (array->grad ? 2 : 1));
    }
}

void dgi_tensor_arena_free(dg_graph *g)
{
    for (size_t i = 0; i < g->arena.n_chunks; i++)
        free(g->arena.chunks[i].memory);
    free(g->arena.chunks);
}
