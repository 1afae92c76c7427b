/* Groups of values that are counted together: layers. */
#include "inspect/scope_groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/literal.h"

/* Whether a name of `size` bytes is a word and a number behind it: "neuron 2". */
static bool is_numbered(const char *name, size_t size, const char *word)
{
    size_t word_size = strlen(word);
    if (size <= word_size || strncmp(name, word, word_size) != 0)
        return false;
    for (size_t i = word_size; i < size; i++)
        if (!dgi_is_digit(name[i]))
            return false;
    return true;
}

bool dgi_is_example_scope(const char *name, size_t size)
{
    return is_numbered(name, size, "example ");
}

/* Puts the group's name together from those of the scope. */
static void put_name(dgi_scope_groups *g, const char *scope)
{
    g->name.size = 0;
    while (*scope) {
        size_t size = strcspn(scope, "/");
        bool is_last = scope[size] == '\0';
        if (!dgi_is_example_scope(scope, size) &&
            !(is_last && !g->by_unit && is_numbered(scope, size, "neuron "))) {
            if (g->name.size > 0)
                dgi_buf_putc(&g->name, '/');
            dgi_buf_put(&g->name, scope, size);
        }
        scope += size + !is_last;
    }
}

static bool add_group(dgi_scope_groups *g, const char *name)
{
    const char **names = dgi_grown(g->names, &g->capacity, g->count, sizeof *names);
    if (!names)
        return false;
    g->names = names;
    g->names[g->count++] = name;
    return true;
}

size_t dgi_scope_group_of(dgi_scope_groups *g, const char *scope)
{
    if (g->failed || scope == g->last_scope)
        return g->failed ? 0 : g->last_id;
    put_name(g, scope);
    dgi_strmap_slot *slot =
        g->name.failed ? NULL
                       : dgi_strmap_add(&g->ids, g->name.data ? g->name.data : "", g->name.size);
    if (slot && slot->value == SIZE_MAX) {
        if (add_group(g, slot->key))
            slot->value = g->count - 1;
        else
            slot = NULL;
    }
    if (!slot) {
        g->failed = true;
        return 0;
    }
    g->last_scope = scope;
    g->last_id = slot->value;
    return slot->value;
}

const char *dgi_scope_group_name(dgi_scope_groups *g, const char *scope)
{
    size_t id = dgi_scope_group_of(g, scope);
    return g->failed ? "" : g->names[id];
}

void dgi_scope_groups_free(dgi_scope_groups *g)
{
    dgi_strmap_free(&g->ids);
    dgi_buf_free(&g->name);
    free(g->names);
}
