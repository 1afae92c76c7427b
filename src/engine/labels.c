/* Interned labels. A graph keeps every distinct text once, under an id, until it is freed: a rewind
 * does not have to know which texts are still in use. A chunk has an array of ids from the first
 * label in it on. */
#include "engine/detached.h"
#include "engine/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

static bool add_interned(dg_graph *g, const char *text)
{
    const char **texts =
        dgi_grown(g->interned, &g->interned_capacity, g->n_interned, sizeof *texts);
    if (!texts)
        return false;
    g->interned = texts;
    g->interned[g->n_interned++] = text;
    return true;
}

/* The slot of a text, whose value is its id; NULL when out of memory. */
static dgi_strmap_slot *slot_of(dg_graph *g, const char *text, size_t size)
{
    dgi_strmap_slot *slot = NULL;
    if ((g->n_interned > 0 || add_interned(g, "")) && g->n_interned < UINT32_MAX)
        slot = dgi_strmap_add(&g->interned_ids, text, size);
    if (slot && slot->value == SIZE_MAX && add_interned(g, slot->key))
        slot->value = g->n_interned - 1;
    return slot && slot->value != SIZE_MAX ? slot : NULL;
}

const char *dgi_intern(dg_graph *g, const char *text)
{
    const dgi_strmap_slot *slot = slot_of(g, text, strlen(text));
    return slot ? slot->key : NULL;
}

bool dgi_intern_id(dg_graph *g, const char *text, uint32_t *id)
{
    size_t size = strnlen(text, DG_LABEL_MAX + 1);
    if (size > DG_LABEL_MAX) {
        dgi_graph_fail(g, DG_LIMIT, "a label is longer than a million bytes");
        return false;
    }
    if (size == 0) {
        *id = 0;
        return true;
    }
    const dgi_strmap_slot *slot = slot_of(g, text, size);
    if (!slot) {
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
        return false;
    }
    *id = (uint32_t)slot->value;
    return true;
}

/* The address of the id of a value's label; NULL with the graph's error. */
static uint32_t *label_id_of(dg_value *v)
{
    dgi_chunk *c = dgi_chunk_of(v);
    if (!c->labels)
        c->labels = calloc(DGI_CHUNK_VALUES, sizeof *c->labels);
    if (!c->labels) {
        dgi_graph_fail(c->graph, DG_NOMEM, "out of memory");
        return NULL;
    }
    return &c->labels[dgi_slot_of(v)];
}

bool dgi_set_label_id(dg_value *v, uint32_t id)
{
    dg_graph *g = dgi_graph_of(v);
    if (id == 0 && !dgi_chunk_of(v)->labels)
        return true;
    uint32_t *stored = label_id_of(v);
    if (!stored)
        return false;
    *stored = id;
    size_t i = dgi_index_of(v);
    if (g->n_labelled <= i)
        g->n_labelled = i + 1;
    return true;
}

uint32_t dgi_label_id(const dg_value *v)
{
    const uint32_t *labels = dgi_chunk_of(v)->labels;
    return labels ? labels[dgi_slot_of(v)] : 0;
}

dg_value *dg_set_label(dg_value *v, const char *label)
{
    uint32_t id = 0;
    if (!v || (label && !dgi_intern_id(dgi_graph_of(v), label, &id)))
        return NULL;
    return dgi_set_label_id(v, id) ? v : NULL;
}

const char *dg_label(const dg_value *v)
{
    uint32_t id = v ? dgi_label_id(v) : 0;
    return id ? dgi_graph_of(v)->interned[id] : "";
}

void dgi_labels_rewind(dg_graph *g, size_t mark)
{
    for (size_t i = mark; i < g->n_labelled; i = (i | (DGI_CHUNK_VALUES - 1)) + 1) {
        size_t slot = dgi_slot_at(i);
        uint32_t *labels = dgi_chunk_at(g, i)->labels;
        if (labels)
            memset(labels + slot, 0, (DGI_CHUNK_VALUES - slot) * sizeof *labels);
    }
    if (g->n_labelled > mark)
        g->n_labelled = mark;
}

void dgi_labels_free(dg_graph *g)
{
    for (size_t i = 0; i < g->n_chunks; i++)
        free(g->chunks[i]->labels);
    dgi_strmap_free(&g->interned_ids);
    free(g->interned);
}
