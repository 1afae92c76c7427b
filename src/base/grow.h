/* Growing arrays. */
#ifndef DGI_GROW_H
#define DGI_GROW_H

#include <stddef.h>

/* The array with room for one more than `count` items of `size` bytes, moved where it must be, and
 * its new room; NULL when out of memory, the array then being as it was. */
void *dgi_grown(void *items, size_t *room, size_t count, size_t size);

#endif
