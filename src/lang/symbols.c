#include "lang/symbols.h"

#include <stdlib.h>

#include "base/grow.h"

void dgi_symbols_free(dgi_symbols *symbols)
{
    dgi_strmap_free(&symbols->map);
    free(symbols->symbols);
    *symbols = (dgi_symbols){0};
}

const dgi_symbol *dgi_symbols_find(const dgi_symbols *symbols, const char *name, size_t size)
{
    const dgi_strmap_slot *slot = dgi_strmap_find(&symbols->map, name, size);
    if (!slot || slot->value >= symbols->count)
        return NULL;
    const dgi_symbol *symbol = &symbols->symbols[slot->value];
    return symbol->object.kind == DGI_OBJECT_NOTHING ? NULL : symbol;
}

size_t dgi_symbols_add(dgi_symbols *symbols, const char *name, size_t size)
{
    dgi_strmap_slot *slot = dgi_strmap_add(&symbols->map, name, size);
    if (!slot)
        return SIZE_MAX;
    if (slot->value != SIZE_MAX)
        return slot->value;
    dgi_symbol *grown =
        dgi_grown(symbols->symbols, &symbols->capacity, symbols->count, sizeof *grown);
    if (!grown)
        return SIZE_MAX;
    symbols->symbols = grown;
    grown[symbols->count] = (dgi_symbol){slot->key, {.kind = DGI_OBJECT_NOTHING}};
    slot->value = symbols->count++;
    return slot->value;
}

void dgi_suggest_symbols(dgi_suggestion *s, const dgi_symbols *symbols, bool values_only)
{
    for (size_t i = 0; i < symbols->count; i++) {
        const dgi_object *o = &symbols->symbols[i].object;
        if (dgi_is_any_value(o) ||
            (!values_only && (dgi_is_list(o) || o->kind == DGI_OBJECT_NETWORK)))
            dgi_suggest(s, symbols->symbols[i].name);
    }
}
