#include "failing_alloc.h"

#include <malloc.h>
#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *memory);

bool armed;
long allocations, failures, live_blocks, live_bytes;
static long fails_at;
static bool fails_on;

static bool fails(size_t size)
{
    if (!armed)
        return false;
    long n = allocations++;
    bool now =
        size > (size_t)1 << 40 || (fails_at >= 0 && (fails_on ? n >= fails_at : n == fails_at));
    failures += now;
    return now;
}

static void *count(void *memory)
{
    if (armed && memory) {
        live_blocks++;
        live_bytes += (long)malloc_usable_size(memory);
    }
    return memory;
}

static void uncount(void *memory)
{
    if (armed && memory) {
        live_blocks--;
        live_bytes -= (long)malloc_usable_size(memory);
    }
}

void *__wrap_malloc(size_t size)
{
    return fails(size) ? NULL : count(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails(size) ? NULL : count(__real_calloc(n, size));
}

void *__wrap_realloc(void *old, size_t size)
{
    if (fails(size))
        return NULL;
    long before = armed && old ? (long)malloc_usable_size(old) : 0;
    void *memory = __real_realloc(old, size);
    if (armed && memory) {
        live_blocks += !old;
        live_bytes += (long)malloc_usable_size(memory) - before;
    }
    return memory;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails(size) ? NULL : count(__real_aligned_alloc(alignment, size));
}

void __wrap_free(void *memory)
{
    uncount(memory);
    __real_free(memory);
}

void arm(long at, bool on)
{
    fails_at = at;
    fails_on = on;
    allocations = failures = live_blocks = live_bytes = 0;
    armed = true;
}
