#include "base/grow.h"

#include <stdint.h>
#include <stdlib.h>

void *dgi_grown(void *items, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity)
        return items;
    if (*capacity > SIZE_MAX / 2 / size)
        return NULL;
    size_t more = *capacity ? *capacity * 2 : 16;
    void *moved = realloc(items, more * size);
    if (moved)
        *capacity = more;
    return moved;
}
