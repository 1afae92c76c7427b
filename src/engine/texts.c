/* The texts that values bear: labels and scopes. A graph keeps each text once, under a number, as
 * long as it lives: a value holds two numbers in the place of a pointer, and a rewind need not ask
 * whose text was whose. */
#include "engine/graph.h"

#include <string.h>

#include "base/buf.h"
#include "base/grow.h"

static bool add_text(dg_graph *g, const char *text)
{
    const char **texts = dgi_grown(g->texts, &g->room_texts, g->n_texts, sizeof *texts);
    if (!texts)
        return false;
    g->texts = texts;
    g->texts[g->n_texts++] = text;
    return true;
}

/* The slot of a text of at most DG_LABEL_MAX bytes, numbered; NULL when out of memory. */
static dgi_strmap_slot *slot_of(dg_graph *g, const char *text, size_t size)
{
    dgi_strmap_slot *slot = NULL;
    if ((g->n_texts > 0 || add_text(g, "")) && g->n_texts < UINT32_MAX)
        slot = dgi_strmap_add(&g->numbers, text, size);
    if (slot && slot->value == SIZE_MAX && add_text(g, slot->key))
        slot->value = g->n_texts - 1;
    return slot && slot->value != SIZE_MAX ? slot : NULL;
}

const char *dgi_graph_text(dg_graph *g, const char *text)
{
    const dgi_strmap_slot *slot = slot_of(g, text, strlen(text));
    return slot ? slot->key : NULL;
}

/* The number of a text; false with the graph's error set. */
static bool number_of(dg_graph *g, const char *text, uint32_t *number)
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

static const char *text_of(const dg_value *v, uint32_t number)
{
    return number ? dg_graph_of(v)->texts[number] : "";
}

dg_value *dg_label(dg_value *v, const char *label)
{
    if (!v)
        return NULL;
    return number_of(dg_graph_of(v), label ? label : "", &v->label) ? v : NULL;
}

const char *dg_get_label(const dg_value *v)
{
    return v ? text_of(v, v->label) : "";
}

const char *dg_get_scope(const dg_value *v)
{
    return v ? text_of(v, v->scope) : "";
}

static bool push_scope(dg_graph *g)
{
    uint32_t *scopes = dgi_grown(g->scopes, &g->room_scopes, g->n_scopes, sizeof *scopes);
    if (!scopes)
        return false;
    g->scopes = scopes;
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
        dgi_buf_puts(&path, g->texts[g->scope]);
        dgi_buf_putc(&path, '/');
    }
    dgi_buf_put(&path, name, strnlen(name, DG_LABEL_MAX + 1));
    dg_status status = DG_OK;
    uint32_t scope = 0;
    if (path.failed || !push_scope(g)) {
        dgi_graph_fail(g, DG_NOMEM, "out of memory");
        status = DG_NOMEM;
    } else if (!number_of(g, path.data, &scope)) {
        g->n_scopes--;
        status = path.size > DG_LABEL_MAX ? DG_LIMIT : DG_NOMEM;
    } else {
        g->scope = scope;
    }
    dgi_buf_free(&path);
    return status;
}

void dg_scope_end(dg_graph *g)
{
    if (g && g->n_scopes > 0)
        g->scope = g->scopes[--g->n_scopes];
}
