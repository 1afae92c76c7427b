/* Groups of values that are counted together: layers. */
#include "inspect/scope_groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/literal.h"

static bool is_unit(const char *name)
{
    static const char unit[] = "neuron ";
    if (strncmp(name, unit, sizeof unit - 1) != 0)
        return false;
    name += sizeof unit - 1;
    size_t digits = 0;
    while (dgi_is_digit(name[digits]))
        digits++;
    return digits > 0 && name[digits] == '\0';
}

/* The bytes of a scope that are its group's. */
static size_t group_size(const dgi_scope_groups *g, const char *scope)
{
    const char *slash = strrchr(scope, '/');
    const char *last = slash ? slash + 1 : scope;
    if (g->whole || !is_unit(last))
        return strlen(scope);
    return slash ? (size_t)(slash - scope) : 0;
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
    dgi_strmap_slot *slot = dgi_strmap_add(&g->ids, scope, group_size(g, scope));
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
    free(g->names);
}
