/* Growing arrays. */
#ifndef DGI_GROW_H
#define DGI_GROW_H

#include <stddef.h>

/* Makes room for one more than `count` items of `size` bytes, by doubling. Returns the array, which
 * may have moved, and updates its capacity; NULL when out of memory, with the array unchanged. */
void *dgi_grown(void *items, size_t *capacity, size_t count, size_t size);

#endif
