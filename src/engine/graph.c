/* Graphs and their arena. */
#include "engine/array.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(dg_value) <= 64, "a scalar value takes at most 64 bytes");

dg_graph *dg_graph_new(void)
{
    return calloc(1, sizeof(dg_graph));
}

void dg_graph_free(dg_graph *g)
{
    if (!g)
        return;
    for (size_t i = 0; i < g->n_slabs; i++)
        free(g->slabs[i]);
    free(g->slabs);
    dgi_numbers_free(g);
    free(g->chunks);
    dgi_strmap_free(&g->numbers);
    free(g->texts);
    free(g->scopes);
    free(g);
}

size_t dg_graph_size(const dg_graph *g)
{
    return g ? g->n_values : 0;
}

dg_status dg_graph_status(const dg_graph *g)
{
    return g ? g->status : DG_INVALID;
}

const char *dg_graph_error(const dg_graph *g)
{
    return g ? g->message : "there is no graph";
}

void dg_graph_clear_error(dg_graph *g)
{
    if (!g)
        return;
    g->status = DG_OK;
    g->message = NULL;
}

dg_value *dgi_graph_fail(dg_graph *g, dg_status status, const char *text)
{
    if (g && g->status == DG_OK) {
        g->status = status;
        g->message = text;
    }
    return NULL;
}

void dgi_graph_failf(dg_graph *g, dg_status status, const char *format, ...)
{
    if (!g || g->status != DG_OK)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(g->formatted, sizeof g->formatted, format, args);
    va_end(args);
    dgi_graph_fail(g, status, g->formatted);
}

dgi_older_error dgi_set_error_aside(dg_graph *g)
{
    dgi_older_error older = {.status = g->status, .message = g->message};
    memcpy(older.formatted, g->formatted, sizeof older.formatted);
    dg_graph_clear_error(g);
    return older;
}

dg_status dgi_put_error_back(dg_graph *g, const dgi_older_error *older)
{
    dg_status status = g->status;
    if (older->status != DG_OK) {
        g->status = older->status;
        g->message = older->message;
        memcpy(g->formatted, older->formatted, sizeof g->formatted);
    }
    return status;
}

size_t dg_graph_mark(const dg_graph *g)
{
    return dg_graph_size(g);
}

dg_status dg_graph_rewind(dg_graph *g, size_t mark)
{
    if (!g || mark > g->n_values)
        return DG_INVALID;
    if (g->arena.newest && g->arena.newest->owner >= mark)
        dgi_numbers_rewind(g, mark);
    g->n_values = mark;
    return DG_OK;
}

/* Room for `count` pointers, by doubling; the array as it was where there is no memory. */
static bool grow_pointers(void ***pointers, size_t *room, size_t count)
{
    if (count <= *room)
        return true;
    size_t more = *room ? *room * 2 : 4;
    while (more < count)
        more *= 2;
    void **grown = realloc(*pointers, more * sizeof *grown);
    if (!grown)
        return false;
    *pointers = grown;
    *room = more;
    return true;
}

/* Chunks come in slabs that double up to this many: aligned chunks one by one would leave a hole as
 * large as a chunk beside each. */
enum { SLAB_CHUNKS = 64 };

static bool add_chunks(dg_graph *g)
{
    size_t count = g->n_chunks < 1 ? 1 : g->n_chunks < SLAB_CHUNKS ? g->n_chunks : SLAB_CHUNKS;
    void **chunks = (void **)g->chunks;
    bool room = grow_pointers(&g->slabs, &g->room_slabs, g->n_slabs + 1) &&
                grow_pointers(&chunks, &g->room_chunks, g->n_chunks + count);
    g->chunks = (dgi_chunk **)chunks;
    char *slab = room ? aligned_alloc(DGI_CHUNK_SIZE, count * DGI_CHUNK_SIZE) : NULL;
    if (!slab)
        return false;
    g->slabs[g->n_slabs++] = slab;
    for (size_t i = 0; i < count; i++) {
        dgi_chunk *c = (dgi_chunk *)(void *)(slab + i * DGI_CHUNK_SIZE);
        c->graph = g;
        c->index = g->n_chunks;
        g->chunks[g->n_chunks++] = c;
    }
    return true;
}

dg_value *dgi_value_new(dg_graph *g, dgi_opcode op)
{
    if (g->n_values >= DG_VALUES_MAX)
        return dgi_graph_fail(g, DG_LIMIT, "the graph has too many values");
    if (g->n_values == g->n_chunks * (size_t)DGI_CHUNK_VALUES && !add_chunks(g))
        return dgi_graph_fail(g, DG_NOMEM, "out of memory");
    dg_value *v = dgi_value_at(g, g->n_values++);
    *v = (dg_value){.op = (uint8_t)op, .scope = g->scope};
    return v;
}

/* Marks are 32 bits and passes may be many: when they run out, every value is told to forget. A
 * value made since the last pass has mark 0, which is never above the epoch. */
void dgi_epoch_begin(dg_graph *g)
{
    if (g->epoch < UINT32_MAX - DG_VALUES_MAX - 1)
        return;
    for (size_t i = 0; i < g->n_values; i++)
        dgi_value_at(g, i)->mark = 0;
    g->epoch = 0;
}

dg_value *dg_leaf(dg_graph *g, double data, const char *label)
{
    if (!g)
        return NULL;
    dg_value *v = dgi_value_new(g, DGI_OP_leaf);
    if (!v)
        return NULL;
    v->data = data;
    if (!dg_label(v, label)) {
        g->n_values--;
        return NULL;
    }
    return v;
}

int dg_arity(const dg_value *v)
{
    return v ? (int)dgi_arity(v) : 0;
}

dg_value *dg_parent(const dg_value *v, int i)
{
    return i >= 0 && i < dg_arity(v) ? dgi_operand(v, (size_t)i) : NULL;
}

dg_graph *dg_graph_of(const dg_value *v)
{
    return v ? dgi_chunk_of(v)->graph : NULL;
}
