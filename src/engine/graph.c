/* Graphs and their arena. */
#include "engine/terms.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

_Static_assert(sizeof(dgi_chunk) <= DGI_CHUNK_SIZE, "a chunk holds its values");
_Static_assert(sizeof(dg_value) == sizeof(double), "a value is the place of its number");

dg_graph *dg_graph_new(void)
{
    return calloc(1, sizeof(dg_graph));
}

void dg_graph_free(dg_graph *g)
{
    if (!g)
        return;
    dgi_texts_free(g);
    dgi_numbers_free(g);
    for (size_t i = 0; i < g->n_slabs; i++)
        free(g->slabs[i]);
    free(g->slabs);
    free(g->chunks);
    free(g->constants);
    free(g->sums);
    free(g->x);
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
    dgi_texts_rewind(g, mark);
    while (g->n_constants > 0 && g->constants[g->n_constants - 1].owner >= mark)
        g->n_constants--;
    dgi_sums_rewind(g, mark);
    if (g->below.n_runs > 0 && g->below.root >= mark)
        g->below.n_runs = 0;
    if (g->n_touched > mark)
        g->n_touched = mark;
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
        c->first = g->n_chunks * (size_t)DGI_CHUNK_VALUES;
        c->labels = NULL;
        g->chunks[g->n_chunks++] = c;
    }
    return true;
}

bool dgi_graph_grow(dg_graph *g)
{
    if (g->n_values >= DG_VALUES_MAX) {
        dgi_graph_fail(g, DG_LIMIT, "the graph has too many values");
        return false;
    }
    if (!add_chunks(g)) {
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
        return false;
    }
    size_t room = g->n_chunks * (size_t)DGI_CHUNK_VALUES;
    g->room_values = room < DG_VALUES_MAX ? room : DG_VALUES_MAX;
    return true;
}

/* Neighbours that have the same constant share it. */
bool dgi_constant_number(dg_graph *g, double k, uint32_t *number)
{
    size_t n = g->n_constants;
    if (n == 0 || memcmp(&g->constants[n - 1].k, &k, sizeof k) != 0) {
        dgi_constant *grown = dgi_grown(g->constants, &g->room_constants, n, sizeof *grown);
        if (!grown) {
            dgi_graph_fail(g, DG_NOMEM, "out of memory");
            return false;
        }
        g->constants = grown;
        g->constants[g->n_constants++] = (dgi_constant){g->n_values, k};
    }
    *number = (uint32_t)(g->n_constants - 1);
    return true;
}

void dgi_touch(dg_graph *g, size_t i)
{
    while (g->n_touched <= i) {
        dgi_chunk *c = dgi_chunk_at(g, g->n_touched);
        size_t slot = dgi_slot_at(g->n_touched), rest = i + 1 - g->n_touched;
        size_t n = rest < DGI_CHUNK_VALUES - slot ? rest : DGI_CHUNK_VALUES - slot;
        memset(c->mark + slot, 0, n * sizeof *c->mark);
        g->n_touched += n;
    }
}

void dgi_set_has_grad(dg_value *v, bool has)
{
    dgi_touch(dgi_graph_of(v), dgi_index_of(v));
    uint16_t *mark = &dgi_chunk_of(v)->mark[dgi_slot_of(v)];
    *mark = (uint16_t)(has ? *mark | DGI_HAS_GRAD : *mark & ~DGI_HAS_GRAD);
}

/* Passes may be more than a mark has numbers: when they run out, every value is told to forget. */
uint16_t dgi_pass_begin(dg_graph *g, size_t i, unsigned count)
{
    dgi_touch(g, i);
    if (g->pass > DGI_PASSES_END - count * DGI_PASS) {
        for (size_t at = 0; at < g->n_touched; at++)
            dgi_chunk_at(g, at)->mark[dgi_slot_at(at)] &= DGI_HAS_GRAD;
        g->pass = 0;
    }
    uint16_t first = (uint16_t)(g->pass + DGI_PASS);
    g->pass = (uint16_t)(g->pass + count * DGI_PASS);
    return first;
}

dg_value *dg_leaf(dg_graph *g, double data, const char *label)
{
    if (!g)
        return NULL;
    dg_value *v = dgi_value_new(g, DGI_OP_leaf);
    if (!v)
        return NULL;
    v->data = data;
    if (!dg_set_label(v, label)) {
        g->n_values--;
        return NULL;
    }
    return v;
}

int dg_operand_count(const dg_value *v)
{
    return v ? (int)dgi_arity(v) : 0;
}

dg_value *dg_operand(const dg_value *v, int i)
{
    return i >= 0 && i < dg_operand_count(v) ? dgi_operand(v, (size_t)i) : NULL;
}

dg_graph *dg_graph_of(const dg_value *v)
{
    return v ? dgi_graph_of(v) : NULL;
}
