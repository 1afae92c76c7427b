/* A hash map from strings to sizes. It owns its keys, whose addresses do not change. It cannot be
 * iterated, so that no output depends on the order of hashes. */
#ifndef DGI_STRMAP_H
#define DGI_STRMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dgi_strmap_slot {
    char *key;     /* NULL: free */
    uint32_t size; /* of the key */
    uint32_t hash;
    size_t value;
} dgi_strmap_slot;

typedef struct dgi_strmap {
    dgi_strmap_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
} dgi_strmap;

#define DGI_STRMAP_INIT                                                                            \
    {                                                                                              \
        NULL, 0, 0                                                                                 \
    }

void dgi_strmap_free(dgi_strmap *m);

/* The slot of the key, added with the value SIZE_MAX where it is new; NULL when out of memory. The
 * slot is valid until the next call that adds, its key as long as the map. */
dgi_strmap_slot *dgi_strmap_add(dgi_strmap *m, const char *key, size_t size);

/* The slot of the key, or NULL. */
dgi_strmap_slot *dgi_strmap_find(const dgi_strmap *m, const char *key, size_t size);

#endif
