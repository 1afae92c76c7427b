/* The texts that values bear: labels and scopes. A graph keeps each text once, under a number, as
 * long as it lives, so that a rewind need not ask whose text was whose. A chunk has room for labels
 * once one of its values has one; scopes are kept for runs of values. */
#include "engine/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
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

/* The slot of a text of at most DG_LABEL_MAX bytes, numbered; NULL when out of memory. */
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

/* The number of a text; false with the graph's error set. */
static bool intern_id(dg_graph *g, const char *text, uint32_t *number)
{
    size_t size = strnlen(text, DG_LABEL_MAX + 1);
    if (size > DG_LABEL_MAX) {
        dgi_graph_fail(g, DG_LIMIT, "a label is longer than a million bytes");
        return false;
    }
    if (size == 0) {
        *number = 0;
        return true;
    }
    const dgi_strmap_slot *slot = slot_of(g, text, size);
    if (!slot) {
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
        return false;
    }
    *number = (uint32_t)slot->value;
    return true;
}

/* The place of a value's label; NULL with the graph's error set. */
static uint32_t *label_place(dg_value *v)
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

dg_value *dg_set_label(dg_value *v, const char *label)
{
    if (!v)
        return NULL;
    dg_graph *g = dgi_graph_of(v);
    uint32_t number = 0;
    if (label && !intern_id(g, label, &number))
        return NULL;
    if (number == 0 && !dgi_chunk_of(v)->labels)
        return v;
    uint32_t *place = label_place(v);
    if (!place)
        return NULL;
    *place = number;
    size_t i = dgi_index_of(v);
    if (g->n_labelled <= i)
        g->n_labelled = i + 1;
    return v;
}

const char *dg_label(const dg_value *v)
{
    const uint32_t *labels = v ? dgi_chunk_of(v)->labels : NULL;
    uint32_t number = labels ? labels[dgi_slot_of(v)] : 0;
    return number ? dgi_graph_of(v)->interned[number] : "";
}

/* What scope a value at place i was made in. */
static uint32_t scope_at(const dg_graph *g, size_t i)
{
    size_t low = 0, high = g->n_scope_runs; /* runs before low begin at i or before it */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (g->scope_runs[middle].first <= i)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? g->scope_runs[low - 1].text : 0;
}

const char *dg_scope(const dg_value *v)
{
    uint32_t scope = v ? scope_at(dgi_graph_of(v), dgi_index_of(v)) : 0;
    return scope ? dgi_graph_of(v)->interned[scope] : "";
}

/* Values from now on belong to the graph's scope. There is room: see reserve_runs(). */
static void note_scope(dg_graph *g)
{
    dgi_scope *runs = g->scope_runs;
    size_t n = g->n_scope_runs;
    if (n > 0 && runs[n - 1].first == g->n_values)
        n--;
    if ((n > 0 ? runs[n - 1].text : 0) != g->scope)
        runs[n++] = (dgi_scope){(dgi_index)g->n_values, g->scope};
    g->n_scope_runs = n;
}

/* Room for the run of a scope that is opened, and for those that begin when it and those around it
 * are closed: closing cannot fail. */
static bool reserve_runs(dg_graph *g)
{
    size_t last = g->n_scope_runs + g->n_scopes + 1;
    dgi_scope *runs = dgi_grown(g->scope_runs, &g->scope_run_capacity, last, sizeof *runs);
    if (!runs)
        return false;
    g->scope_runs = runs;
    return true;
}

static bool push_scope(dg_graph *g)
{
    uint32_t *scopes = dgi_grown(g->scopes, &g->scope_capacity, g->n_scopes, sizeof *scopes);
    if (!scopes)
        return false;
    g->scopes = scopes;
    if (!reserve_runs(g))
        return false;
    g->scopes[g->n_scopes++] = g->scope;
    return true;
}

dg_status dg_scope_begin(dg_graph *g, const char *name)
{
    if (!g || !name || !*name) {
        dgi_graph_fail(g, DG_INVALID, "a scope has no name");
        return DG_INVALID;
    }
    dgi_buf path = DGI_BUF_INIT;
    if (g->scope) {
        dgi_buf_puts(&path, g->interned[g->scope]);
        dgi_buf_putc(&path, '/');
    }
    dgi_buf_put(&path, name, strnlen(name, DG_LABEL_MAX + 1));
    dg_status status = DG_OK;
    uint32_t scope = 0;
    if (path.failed || !push_scope(g)) {
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
        status = DG_NOMEM;
    } else if (!intern_id(g, path.data, &scope)) {
        g->n_scopes--;
        status = path.size > DG_LABEL_MAX ? DG_LIMIT : DG_NOMEM;
    } else {
        g->scope = scope;
        note_scope(g);
    }
    dgi_buf_free(&path);
    return status;
}

void dg_scope_end(dg_graph *g)
{
    if (!g || g->n_scopes == 0)
        return;
    g->scope = g->scopes[--g->n_scopes];
    note_scope(g);
}

bool dgi_enter_scope(dg_graph *g, uint32_t scope)
{
    if (!reserve_runs(g)) {
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
        return false;
    }
    g->scope = scope;
    note_scope(g);
    return true;
}

void dgi_leave_scope(dg_graph *g, uint32_t before)
{
    g->scope = before;
    note_scope(g);
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
    size_t n = g->n_scope_runs;
    while (n > 0 && g->scope_runs[n - 1].first >= mark)
        n--;
    if (n == g->n_scope_runs)
        return;
    /* One run at least is gone, so there is room for that of the scope that is open. */
    g->n_scope_runs = n;
    if ((n > 0 ? g->scope_runs[n - 1].text : 0) != g->scope)
        g->scope_runs[g->n_scope_runs++] = (dgi_scope){(dgi_index)mark, g->scope};
}

void dgi_labels_free(dg_graph *g)
{
    for (size_t i = 0; i < g->n_chunks; i++)
        free(g->chunks[i]->labels);
    dgi_strmap_free(&g->interned_ids);
    free(g->interned);
    free(g->scopes);
    free(g->scope_runs);
}
