/* Means, deviations, medians and histograms. */
#include "inspect/summary.h"

#include <math.h>
#include <string.h>

void dgi_moments_add(dgi_moments *m, double x)
{
    double from_old = x - m->mean;
    m->n++;
    m->mean += from_old / (double)m->n;
    m->squares += from_old * (x - m->mean);
}

void dgi_moments_merge(dgi_moments *m, const dgi_moments *other)
{
    if (other->n == 0)
        return;
    if (m->n == 0) {
        *m = *other;
        return;
    }
    double n = (double)m->n, k = (double)other->n, apart = other->mean - m->mean;
    m->n += other->n;
    m->mean += apart * (k / (n + k));
    m->squares += other->squares + apart * apart * (n * k / (n + k));
}

double dgi_moments_std(const dgi_moments *m)
{
    if (m->n == 0)
        return NAN;
    return m->n == 1 ? fabs(m->mean) : sqrt(m->squares / (double)(m->n - 1));
}

/* ---- The median ----------------------------------------------------------------------------- */

/* Of numbers that are not negative the bits are ordered as they are. */
static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* The number that `rank` numbers are smaller than, or as small and counted before it: digit by
 * digit, from the highest byte on. */
static double select_rank(const double *x, size_t n, size_t rank)
{
    uint64_t prefix = 0, mask = 0;
    for (int shift = 56; shift >= 0; shift -= 8) {
        size_t counts[256] = {0};
        for (size_t i = 0; i < n; i++) {
            uint64_t bits = bits_of(x[i]);
            counts[bits >> shift & 0xFF] += (bits & mask) == prefix;
        }
        uint64_t digit = 0;
        while (rank >= counts[digit])
            rank -= counts[digit++];
        prefix |= digit << shift;
        mask |= (uint64_t)0xFF << shift;
    }
    double result;
    memcpy(&result, &prefix, sizeof result);
    return result;
}

/* The number of the next rank after that of `lower`, which is `rank`. */
static double next_rank(const double *x, size_t n, size_t rank, double lower)
{
    size_t up_to = 0;
    double above = INFINITY;
    for (size_t i = 0; i < n; i++) {
        if (x[i] <= lower)
            up_to++;
        else if (x[i] < above)
            above = x[i];
    }
    return up_to > rank + 1 ? lower : above;
}

double dgi_median(const double *x, size_t n)
{
    if (n == 0)
        return NAN;
    size_t rank = (n - 1) / 2;
    double lower = select_rank(x, n, rank);
    if (n % 2 == 1)
        return lower;
    /* Half of each, whose sum cannot overflow. */
    return lower / 2.0 + next_rank(x, n, rank, lower) / 2.0;
}

/* ---- Histograms ----------------------------------------------------------------------------- */

size_t dgi_histogram_bin(double magnitude)
{
    /* Written out: a logarithm may be rounded differently elsewhere. */
    static const double edges[DG_HISTOGRAM_BINS - 1] = {1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6,
                                                        1e-5,  1e-4,  1e-3,  1e-2, 1e-1, 1e0,  1e1,
                                                        1e2,   1e3,   1e4,   1e5,  1e6};
    size_t bin = 0;
    while (bin < DG_HISTOGRAM_BINS - 1 && magnitude >= edges[bin])
        bin++;
    return bin;
}
