#include "lang/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

enum { SEARCH_NAME_MAX = 60 }; /* bytes: nobody mistypes a longer name */

void dgi_bindings_free(dgi_bindings *names)
{
    dgi_strmap_free(&names->map);
    free(names->bindings);
    *names = (dgi_bindings){0};
}

dg_value *dgi_binding_value(const dgi_binding *binding)
{
    return binding->kind == DGI_BOUND || binding->kind == DGI_NUMERIC ? binding->as.value : NULL;
}

const dgi_binding *dgi_bindings_find(const dgi_bindings *names, const char *name, size_t size)
{
    const dgi_strmap_slot *slot = dgi_strmap_find(&names->map, name, size);
    if (!slot || slot->value >= names->count)
        return NULL;
    const dgi_binding *binding = &names->bindings[slot->value];
    return binding->kind == DGI_UNBOUND ? NULL : binding;
}

size_t dgi_bindings_add(dgi_bindings *names, const char *name, size_t size)
{
    dgi_strmap_slot *slot = dgi_strmap_add(&names->map, name, size);
    if (!slot)
        return SIZE_MAX;
    if (slot->value != SIZE_MAX)
        return slot->value;
    dgi_binding *bindings =
        dgi_grown(names->bindings, &names->room, names->count, sizeof *names->bindings);
    if (!bindings)
        return SIZE_MAX;
    names->bindings = bindings;
    names->bindings[names->count] = (dgi_binding){.name = slot->key, .kind = DGI_UNBOUND};
    slot->value = names->count++;
    return slot->value;
}

/* Letters are compared without case, so that ReLU finds relu. */
static unsigned char folded(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The number of bytes to insert, delete or replace (Levenshtein's distance), or more than `most`
 * where it is more than that. */
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size, size_t most)
{
    size_t row[SEARCH_NAME_MAX + 1];
    if (b_size > SEARCH_NAME_MAX || (a_size > b_size ? a_size - b_size : b_size - a_size) > most)
        return most + 1;
    for (size_t j = 0; j <= b_size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t diagonal = row[0];
        size_t smallest = row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t replaced = diagonal + (folded(a[i - 1]) != folded(b[j - 1]));
            diagonal = row[j];
            row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
            smallest = least(smallest, row[j]);
        }
        if (smallest > most)
            return most + 1;
    }
    return row[b_size];
}

dgi_search dgi_search_for(const char *name, size_t size)
{
    size_t most = size > SEARCH_NAME_MAX ? 0 : size >= 4 ? 2 : 1;
    return (dgi_search){name, size, NULL, most + 1};
}

void dgi_search_offer(dgi_search *search, const char *candidate)
{
    size_t size = strnlen(candidate, SEARCH_NAME_MAX + 1);
    if (search->distance == 0 || search->size > SEARCH_NAME_MAX)
        return;
    size_t d = distance(search->name, search->size, candidate, size, search->distance - 1);
    /* Something of the name must remain: x is not a misspelt y. */
    if (d < search->distance && d < (size > search->size ? size : search->size)) {
        search->best = candidate;
        search->distance = d;
    }
}

void dgi_search_offer_names(dgi_search *search, const dgi_bindings *names, bool values_only)
{
    for (size_t i = 0; i < names->count; i++) {
        const dgi_binding *binding = &names->bindings[i];
        if (dgi_binding_value(binding) || (!values_only && (binding->kind == DGI_NAMED_LIST ||
                                                            binding->kind == DGI_NAMED_NETWORK)))
            dgi_search_offer(search, binding->name);
    }
}
