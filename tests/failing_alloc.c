#include "failing_alloc.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine_support.h"

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

volatile bool armed;
volatile long allocations, failures, live_blocks, live_bytes, double_frees;
static long fails_at;
static bool fails_on;

/* ---- The blocks that were allocated while armed -------------------------------------------- */

/* Open addressing; what is freed stays, so that it is known when it is freed again. */
typedef struct block {
    void *memory; /* NULL: the slot is empty */
    bool live;
} block;

static block *blocks;
static size_t n_slots, n_used; /* a power of two, and less than half of it */

static block *find(const block *table, size_t slots, const void *memory)
{
    size_t i = (size_t)((uintptr_t)memory / 16 * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (slots - 1);
    while (table[i].memory && table[i].memory != memory)
        i = (i + 1) & (slots - 1);
    return (block *)&table[i];
}

static void grow(void)
{
    size_t slots = n_slots ? 2 * n_slots : 4096;
    block *larger = __real_calloc(slots, sizeof *larger);
    if (!larger)
        abort();
    for (size_t i = 0; i < n_slots; i++)
        if (blocks[i].memory)
            *find(larger, slots, blocks[i].memory) = blocks[i];
    __real_free(blocks);
    blocks = larger;
    n_slots = slots;
}

static void *count(void *memory)
{
    if (!armed || !memory)
        return memory;
    if (2 * n_used >= n_slots)
        grow();
    block *b = find(blocks, n_slots, memory);
    n_used += !b->memory;
    *b = (block){memory, true};
    live_blocks++;
    live_bytes += (long)malloc_usable_size(memory);
    return memory;
}

/* Whether the block may be freed: not where it was freed before. */
static bool uncount(void *memory)
{
    block *b = armed && memory && n_slots ? find(blocks, n_slots, memory) : NULL;
    if (!b || !b->memory)
        return true;
    if (!b->live) {
        double_frees++;
        return false;
    }
    b->live = false;
    live_blocks--;
    live_bytes -= (long)malloc_usable_size(memory);
    return true;
}

/* ---- The allocator ------------------------------------------------------------------------- */

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

void *__wrap_malloc(size_t size)
{
    return fails(size) ? NULL : count(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails(size) ? NULL : count(__real_calloc(n, size));
}

/* A block that was there before it was armed is not counted when it moves. */
void *__wrap_realloc(void *old, size_t size)
{
    if (fails(size))
        return NULL;
    block *b = armed && old && n_slots ? find(blocks, n_slots, old) : NULL;
    if (b && b->memory && !b->live) {
        double_frees++;
        return NULL;
    }
    bool counted = !old || (b && b->memory && b->live);
    if (old && counted)
        uncount(old);
    void *memory = __real_realloc(old, size);
    return counted ? count(memory) : memory;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails(size) ? NULL : count(__real_aligned_alloc(alignment, size));
}

void __wrap_free(void *memory)
{
    if (uncount(memory))
        __real_free(memory);
}

void arm(long at, bool on)
{
    fails_at = at;
    fails_on = on;
    allocations = failures = live_blocks = live_bytes = double_frees = 0;
    if (n_used > 0)
        memset(blocks, 0, n_slots * sizeof *blocks);
    n_used = 0;
    armed = true;
}

/* ---- The driver ---------------------------------------------------------------------------- */

static char complaint[300];

void expect(bool holds, const char *what)
{
    if (!holds && !complaint[0])
        snprintf(complaint, sizeof complaint, "%s", what);
}

static char fault[500]; /* the first one; "" while there is none */

/* Runs it once with that failure, and looks at what must hold in any case. */
static bool run_once(const alloc_scenario *s, long at, bool on)
{
    complaint[0] = '\0';
    arm(at, on);
    bool worked = s->run(s);
    armed = false;
    const char *what = NULL;
    if (complaint[0])
        what = complaint;
    else if (double_frees > 0)
        what = "a block is freed twice";
    else if (live_blocks != 0)
        what = "a block leaks";
    else if (!worked && failures == 0)
        what = "it did not work";
    else if (worked && failures > 0 && !s->recovers)
        what = "nothing said that there was no memory";
    if (what && !fault[0])
        snprintf(fault, sizeof fault, "%s: allocation %ld fails%s: %s", s->name, at,
                 at < 0 ? " (none)"
                 : on   ? " and all after it"
                        : "",
                 what);
    return worked;
}

/* Of how many allocations one is tried, behind the first ones. */
static long step_over(long total)
{
    enum { WATCHED = 40, SHORT = 400 };
    if (watched())
        return total / WATCHED + 1;
    return short_run() ? total / SHORT + 1 : 1;
}

/* Without memory at each of its allocations; how often it did not work. */
static long try_failures(const alloc_scenario *s, long total, bool on)
{
    long refused = 0, step = step_over(total), at = 0;
    for (; !fault[0]; at += at < 12 ? 1 : step) {
        refused += !run_once(s, at, on);
        if (failures == 0)
            break;
        if (s->again)
            run_once(s, -1, false);
    }
    if (!fault[0] && at < total)
        snprintf(fault, sizeof fault, "%s: allocation %ld of %ld was never made", s->name, at,
                 total);
    return refused;
}

const char *find_fault(const alloc_scenario *s)
{
    fault[0] = '\0';
    if (s->set_up)
        s->set_up(s);
    run_once(s, -1, false);
    long total = allocations;
    if (!fault[0] && total <= s->least)
        snprintf(fault, sizeof fault, "%s: it makes only %ld allocations", s->name, total);
    for (int on = 0; on < (s->only_one ? 1 : 2); on++) {
        long refused = try_failures(s, total, on);
        if (!fault[0] && refused == 0)
            snprintf(fault, sizeof fault, "%s: it works whatever fails", s->name);
    }
    if (!fault[0])
        run_once(s, -1, false);
    if (s->tear_down)
        s->tear_down();
    return fault[0] ? fault : NULL;
}
