/* Allocations that fail when a test says so, and a driver that lets each allocation of a scenario
 * fail. What includes this is linked with failing_alloc.c and with
 *
 *     -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=free
 *
 * which puts the functions there in the place of the allocator's: in the objects of the program,
 * not in shared libraries. */
#ifndef FAILING_ALLOC_H
#define FAILING_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

/* All of it since it was armed. What is freed, but was not allocated since, is not counted. A
 * compiler takes it that malloc() and free() change no variables: hence volatile. */
extern volatile bool armed;        /* allocations are counted, and may fail */
extern volatile long allocations;  /* asked for */
extern volatile long failures;     /* of them */
extern volatile long live_blocks;  /* not freed */
extern volatile long live_bytes;   /* in them */
extern volatile long double_frees; /* of what was freed already */

/* From now on allocation number `at`, from 0, fails, and where `on` all after it; none where `at`
 * is negative. `armed = false` ends it. What is larger than a terabyte fails anyway. */
void arm(long at, bool on);

/* What a scenario finds wrong is said by the driver, after it is disarmed: the assertions of Check
 * may allocate. The first one counts. */
void expect(bool holds, const char *what);

typedef struct alloc_scenario alloc_scenario;
struct alloc_scenario {
    const char *name;
    bool (*run)(const alloc_scenario *s);    /* whether it worked; if not, it said that there was no
                                                memory (what else goes wrong is told by expect()) */
    void (*set_up)(const alloc_scenario *s); /* may be NULL; once, before all runs */
    void (*tear_down)(void);                 /* may be NULL; once, after them */
    int argument;                            /* for the scenario's own use */
    bool recovers; /* may work although an allocation failed: trimming a block may fail */
    bool only_one; /* cannot go on where all allocations after one fail */
    bool again;    /* is tried again, with memory, after each failure, and must work */
    long least;    /* it makes more allocations than this */
};

/* Runs the scenario without a failure; then again and again, with one allocation failing and with
 * all from one on. NULL where every result is right and nothing leaks; otherwise what is wrong, and
 * at which allocation. Under a sanitizer or valgrind only some forty of them are tried, in a short
 * run some four hundred. */
const char *find_fault(const alloc_scenario *s);

#endif
