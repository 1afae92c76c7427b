/* Growing arrays. */
#ifndef DGI_GROW_H
#define DGI_GROW_H

#include <stddef.h>

/* The array with capacity for one more than `count` items of `size` bytes, moved where it must be,
 * and its new capacity; NULL when out of memory, the array then being as it was. */
void *dgi_grown(void *items, size_t *capacity, size_t count, size_t size);

#endif
