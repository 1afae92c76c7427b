#include "lang/symbols.h"

#include <stdlib.h>
#include <string.h>

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

/* ---- Suggestions, by Levenshtein's edit distance ---- */

enum { NAME_MAX_SIZE = 60 }; /* bytes: nobody mistypes a longer name */

/* Letters are compared without case, so that ReLU finds relu. */
static unsigned char folded(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The number of bytes to insert, delete or replace. */
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t row[NAME_MAX_SIZE + 1];
    for (size_t j = 0; j <= b_size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t replaced = diagonal + (folded(a[i - 1]) != folded(b[j - 1]));
            diagonal = row[j];
            row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_size];
}

dgi_suggestion dgi_suggest_for(const char *name, size_t size)
{
    size_t most = size > NAME_MAX_SIZE ? 0 : size >= 4 ? 2 : 1;
    return (dgi_suggestion){name, size, NULL, most + 1};
}

void dgi_suggest(dgi_suggestion *s, const char *candidate)
{
    size_t size = strnlen(candidate, NAME_MAX_SIZE + 1), longer = size > s->size ? size : s->size;
    /* The distance is at least the difference of the sizes. */
    if (longer > NAME_MAX_SIZE || 2 * longer - size - s->size >= s->distance)
        return;
    size_t d = distance(s->name, s->size, candidate, size);
    /* Something of the name must remain: x is not a misspelt y. */
    if (d < s->distance && d < longer) {
        s->best = candidate;
        s->distance = d;
    }
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
