/* Graphs: the arena of values, errors, constants, stamps and epochs. */
#include "engine/dot_product.h"
#include "engine/limits.h"
#include "engine/record.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"

_Static_assert(sizeof(dgi_chunk) <= DGI_CHUNK_SIZE, "a chunk holds its values");
_Static_assert(sizeof(dg_value) == sizeof(double), "a value is its data");

dg_graph *dg_graph_new(void)
{
    return calloc(1, sizeof(dg_graph));
}

void dg_graph_free(dg_graph *g)
{
    if (!g)
        return;
    dgi_labels_free(g);
    dgi_scopes_free(g);
    dgi_tensor_arena_free(g);
    dgi_refund_numbers(g, g->arena.count);
    for (size_t i = 0; i < g->n_slabs; i++)
        free(g->slabs[i]);
    free(g->slabs);
    free(g->chunks);
    free(g->constants);
    free(g->products);
    free(g->records);
    free(g->record_words);
    free(g->fused_dots);
    free(g->dot_inputs);
    free(g);
}

size_t dg_graph_size(const dg_graph *g)
{
    return g ? g->n_values : 0;
}

dg_status dg_graph_status(const dg_graph *g)
{
    return dg_graph_error(g)->status;
}

const dg_error *dg_graph_error(const dg_graph *g)
{
    static const dg_error no_graph = {.status = DG_INVALID, .text = "there is no graph"};
    return g ? &g->error : &no_graph;
}

void dg_graph_clear_error(dg_graph *g)
{
    if (g)
        g->error = (dg_error){0};
}

dg_value *dgi_graph_fail(dg_graph *g, dg_status status, const char *text)
{
    dgi_graph_failf(g, status, "%s", text);
    return NULL;
}

void dgi_graph_failf(dg_graph *g, dg_status status, const char *format, ...)
{
    if (!g || g->error.status != DG_OK)
        return;
    va_list args;
    va_start(args, format);
    dgi_error_v(&g->error, status, format, args);
    va_end(args);
}

dg_error dgi_save_error(dg_graph *g)
{
    dg_error older = g->error;
    dg_graph_clear_error(g);
    return older;
}

dg_status dgi_restore_error(dg_graph *g, const dg_error *older)
{
    dg_status status = g->error.status;
    if (older->status != DG_OK)
        g->error = *older;
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
        dgi_tensor_arena_rewind(g, mark);
    dgi_labels_rewind(g, mark);
    dgi_scopes_rewind(g, mark);
    while (g->n_constants > 0 && g->constants[g->n_constants - 1].owner >= mark)
        g->n_constants--;
    dgi_records_rewind(g, mark);
    dgi_fused_dots_rewind(g, mark);
    dgi_products_rewind(g, mark);
    if (g->reachable.n_runs > 0 && g->reachable.root >= mark)
        g->reachable.n_runs = 0;
    if (g->n_stamped > mark)
        g->n_stamped = mark;
    g->n_values = mark;
    return DG_OK;
}

/* Grows an array to a capacity of at least `count` pointers, by doubling; it is unchanged when out
 * of memory. */
static bool grow_pointers(void ***pointers, size_t *capacity, size_t count)
{
    if (count <= *capacity)
        return true;
    size_t more = *capacity ? *capacity * 2 : 4;
    while (more < count)
        more *= 2;
    void **grown = realloc(*pointers, more * sizeof *grown);
    if (!grown)
        return false;
    *pointers = grown;
    *capacity = more;
    return true;
}

/* Chunks are allocated in slabs, which double up to this many: aligned chunks allocated one by one
 * would leave a gap as large as a chunk beside each. */
enum { SLAB_CHUNKS = 64 };

static bool add_chunks(dg_graph *g)
{
    size_t count = g->n_chunks < 1 ? 1 : g->n_chunks < SLAB_CHUNKS ? g->n_chunks : SLAB_CHUNKS;
    void **chunks = (void **)g->chunks;
    bool grown = grow_pointers(&g->slabs, &g->slab_capacity, g->n_slabs + 1) &&
                 grow_pointers(&chunks, &g->chunk_capacity, g->n_chunks + count);
    g->chunks = (dgi_chunk **)chunks;
    char *slab = grown ? aligned_alloc(DGI_CHUNK_SIZE, count * DGI_CHUNK_SIZE) : NULL;
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
    size_t capacity = g->n_chunks * (size_t)DGI_CHUNK_VALUES;
    g->value_capacity = capacity < DG_VALUES_MAX ? capacity : DG_VALUES_MAX;
    return true;
}

/* A constant equal to the last one, bit for bit, shares its id. */
bool dgi_constant_id(dg_graph *g, double k, uint32_t *id)
{
    size_t n = g->n_constants;
    if (n == 0 || memcmp(&g->constants[n - 1].k, &k, sizeof k) != 0) {
        dgi_constant *grown = dgi_grown(g->constants, &g->constant_capacity, n, sizeof *grown);
        if (!grown) {
            dgi_graph_fail(g, DG_NOMEM, "out of memory");
            return false;
        }
        g->constants = grown;
        g->constants[g->n_constants++] = (dgi_constant){g->n_values, k};
    }
    *id = (uint32_t)(g->n_constants - 1);
    return true;
}

void dgi_init_stamps(dg_graph *g, size_t i)
{
    while (g->n_stamped <= i) {
        dgi_chunk *c = dgi_chunk_at(g, g->n_stamped);
        size_t slot = dgi_slot_at(g->n_stamped), rest = i + 1 - g->n_stamped;
        size_t n = rest < DGI_CHUNK_VALUES - slot ? rest : DGI_CHUNK_VALUES - slot;
        memset(c->stamp + slot, 0, n * sizeof *c->stamp);
        g->n_stamped += n;
    }
}

void dgi_set_has_grad(dg_value *v, bool has)
{
    dg_graph *g = dgi_graph_of(v);
    dgi_init_stamps(g, dgi_index_of(v));
    if (!has)
        g->reachable.all_have_grad = false;
    uint16_t *stamp = &dgi_chunk_of(v)->stamp[dgi_slot_of(v)];
    *stamp = (uint16_t)(has ? *stamp | DGI_HAS_GRAD : *stamp & ~DGI_HAS_GRAD);
}

/* When the epochs run out, all stamps lose theirs and the count begins again. */
uint16_t dgi_begin_epochs(dg_graph *g, size_t i, unsigned count)
{
    dgi_init_stamps(g, i);
    if (g->epoch > DGI_EPOCH_MAX - count * DGI_EPOCH_STEP) {
        for (size_t at = 0; at < g->n_stamped; at++)
            dgi_chunk_at(g, at)->stamp[dgi_slot_at(at)] &= DGI_HAS_GRAD;
        g->epoch = 0;
    }
    uint16_t first = (uint16_t)(g->epoch + DGI_EPOCH_STEP);
    g->epoch = (uint16_t)(g->epoch + count * DGI_EPOCH_STEP);
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
    return v ? (int)dgi_operand_count(v) : 0;
}

dg_value *dg_operand(const dg_value *v, int i)
{
    return i >= 0 && i < dg_operand_count(v) ? dgi_operand_at(v, (size_t)i) : NULL;
}

dg_graph *dg_graph_of(const dg_value *v)
{
    return v ? dgi_graph_of(v) : NULL;
}
