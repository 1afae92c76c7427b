/* What the suites of the engine and base suites share: seeded random numbers, and what kind of run
 * this is. */
#ifndef ENGINE_SUPPORT_H
#define ENGINE_SUPPORT_H

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Whether memory is watched, so that a run is slow and its memory figures are not the program's. */
static inline bool watched(void)
{
    const char *preloaded = getenv("LD_PRELOAD");
    return SANITIZED || (preloaded && strstr(preloaded, "vgpreload"));
}

/* Bytes of this process in memory; 0 where the system does not say. */
static inline size_t resident_bytes(void)
{
    unsigned long total = 0, pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f)
        return 0;
    if (fscanf(f, "%lu %lu", &total, &pages) != 2)
        pages = 0;
    fclose(f);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* Whether not all is to be tried: `tests/run --all` asks for all by DOTGRAD_TEST_ALL=1. Where
 * memory is watched a short run is enough in any case. */
static inline bool short_run(void)
{
    const char *asked = getenv("DOTGRAD_TEST_ALL");
    return watched() || !asked || strcmp(asked, "1") != 0;
}

/* How many of so many random cases to try: in a short run a tenth. */
static inline size_t cases(size_t all)
{
    return short_run() ? (all + 9) / 10 : all;
}

/* Whether long double really has more digits than double in this run: not on every machine, and not
 * in an emulator that keeps 64 bits. */
static inline bool wide_long_double(void)
{
    volatile long double one = 1.0L;
    volatile long double more = one + (long double)DBL_EPSILON / 512.0L;
    return more != one;
}

typedef struct rng {
    uint64_t state;
} rng;

static inline uint64_t rng_next(rng *r)
{
    uint64_t z = (r->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline size_t rng_below(rng *r, size_t n)
{
    return (size_t)(rng_next(r) % n);
}

static inline double rng_between(rng *r, double low, double high)
{
    return low + (high - low) * ((double)(rng_next(r) >> 11) * 0x1p-53);
}

static inline uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The same number, bit for bit; any nan is like another. */
static inline bool same_number(double x, double y)
{
    return (isnan(x) && isnan(y)) || bits_of(x) == bits_of(y);
}

/* Within a relative error; nan is like nan, an infinity like itself, and a subnormal unit is
 * nothing. */
static inline bool close_to(double got, long double want, double relative)
{
    if (isnan(got) || isnan(want))
        return isnan(got) && isnan(want);
    if (isinf(got) || isinf((double)want))
        return got == (double)want;
    return fabsl((long double)got - want) <= (long double)relative * fabsl(want) + 1e-320L;
}

#endif
