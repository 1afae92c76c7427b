#include "base/grow.h"

#include <stdint.h>
#include <stdlib.h>

void *dgi_grown(void *items, size_t *room, size_t count, size_t size)
{
    if (count < *room)
        return items;
    if (*room > SIZE_MAX / 2 / size)
        return NULL;
    size_t more = *room ? *room * 2 : 16;
    void *moved = realloc(items, more * size);
    if (moved)
        *room = more;
    return moved;
}
