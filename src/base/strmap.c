#include "base/strmap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void dgi_strmap_free(dgi_strmap *m)
{
    for (size_t i = 0; i < m->capacity; i++)
        free(m->slots[i].key);
    free(m->slots);
    *m = (dgi_strmap)DGI_STRMAP_INIT;
}

/* FNV-1a (Fowler, Noll and Vo), folded so that the low bits depend on all of it. */
static uint32_t hash_of(const char *key, size_t size)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < size; i++)
        h = (h ^ (unsigned char)key[i]) * 1099511628211u;
    return (uint32_t)(h ^ h >> 32);
}

/* Linear probing; the map is never full, so a free slot ends the search. */
static size_t slot_of(const dgi_strmap *m, const char *key, size_t size, uint32_t hash)
{
    size_t i = hash & (m->capacity - 1);
    while (m->slots[i].key && (m->slots[i].hash != hash || m->slots[i].size != size ||
                               memcmp(m->slots[i].key, key, size) != 0))
        i = (i + 1) & (m->capacity - 1);
    return i;
}

static bool grow(dgi_strmap *m)
{
    if (m->capacity > SIZE_MAX / 4 / sizeof *m->slots)
        return false;
    dgi_strmap bigger = {.capacity = m->capacity ? m->capacity * 2 : 16, .count = m->count};
    bigger.slots = calloc(bigger.capacity, sizeof *bigger.slots);
    if (!bigger.slots)
        return false;
    for (size_t i = 0; i < m->capacity; i++) {
        if (!m->slots[i].key)
            continue;
        size_t j = m->slots[i].hash & (bigger.capacity - 1);
        while (bigger.slots[j].key)
            j = (j + 1) & (bigger.capacity - 1);
        bigger.slots[j] = m->slots[i];
    }
    free(m->slots);
    *m = bigger;
    return true;
}

dgi_strmap_slot *dgi_strmap_find(const dgi_strmap *m, const char *key, size_t size)
{
    if (m->capacity == 0)
        return NULL;
    size_t i = slot_of(m, key, size, hash_of(key, size));
    return m->slots[i].key ? &m->slots[i] : NULL;
}

dgi_strmap_slot *dgi_strmap_add(dgi_strmap *m, const char *key, size_t size)
{
    if (m->count >= m->capacity / 2 && !grow(m))
        return NULL;
    uint32_t hash = hash_of(key, size);
    dgi_strmap_slot *slot = &m->slots[slot_of(m, key, size, hash)];
    if (slot->key)
        return slot;
    if (size >= UINT32_MAX)
        return NULL;
    char *copy = malloc(size + 1);
    if (!copy)
        return NULL;
    memcpy(copy, key, size);
    copy[size] = '\0';
    *slot = (dgi_strmap_slot){copy, (uint32_t)size, hash, SIZE_MAX};
    m->count++;
    return slot;
}
