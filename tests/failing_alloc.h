/* Allocations that fail when a test says so, and are counted. A suite that includes this is linked
 * with failing_alloc.c and with
 *
 *     -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc -Wl,--wrap=aligned_alloc,--wrap=free
 *
 * which puts the functions there in the place of the allocator's. */
#ifndef FAILING_ALLOC_H
#define FAILING_ALLOC_H

#include <stdbool.h>

/* All of it since it was armed. */
extern bool armed;       /* allocations are counted, and may fail */
extern long allocations; /* asked for */
extern long failures;    /* of them */
extern long live_blocks; /* not freed */
extern long live_bytes;

/* From now on allocation number `at`, from 0, fails, and where `on` all after it; none where `at`
 * is negative. `armed = false` ends it. What is larger than a terabyte fails anyway. */
void arm(long at, bool on);

#endif
